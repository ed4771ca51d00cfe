/* SPDX-License-Identifier: BSD-2-Clause */
/* Brings the mistakes of the interface and the filter up. */

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include <rump/rump.h>
#include <rump/rump_syscalls.h>

#include "drivertest.h"

static const char *current;

struct request {
	char name[16];
	union {
		int number;
		char space[128];
	} u;
};

static void
mistake(void)
{
	CHECK_EQ(rump_init(), 0);
	drivertest_kernel(current);
}

static int
inet_socket(void)
{
	int s;

	s = rump_sys_socket(2, 2, 0); /* an Internet datagram */
	CHECK(s >= 0);
	return s;
}

static void
ioctl_mtu(void)
{
	struct request r = {.name = "bad0", .u.number = 1000};

	mistake();
	/* SIOCSIFMTU */
	(void)rump_sys_ioctl(
	    inet_socket(), 0x80000000UL | sizeof(r) << 16 | 'i' << 8 | 127, &r);
}

static void
ioctl_multi(void)
{
	struct request r = {.name = "bad0"};

	mistake();
	/* SIOCADDMULTI */
	r.u.space[0] = 16;
	r.u.space[1] = 2;
	CHECK_ERRNO(EIO,
	    rump_sys_ioctl(inet_socket(),
		0x80000000UL | sizeof(r) << 16 | 'i' << 8 | 49, &r));
}

/* A datagram to nobody. */
static void
packet(void)
{
	unsigned char to[16] = {16, 2, 0, 9, 127, 0, 0, 1};

	mistake();
	errno = 0;
	(void)rump_sys_sendto(inet_socket(), "x", 1, 0, (void *)to, sizeof(to));
}

#define MORE "returned with 1 mutex or rwlock more"
#define MB   "mbuf(9): bad_m_"

static const struct drivertest tests[] = {
    {"m_freem_twice", mistake, MB "freem_twice+.*freed before", NULL},
    {"m_free_twice", mistake, MB "free_twice+.*freed before", NULL},
    {"m_free_type", mistake, MB "free_type+.*overwritten", NULL},
    {"m_chain_twice", mistake, MB "chain_twice+.*freed before", NULL},
    {"m_used", mistake, "pool(9): .*mbpl.*wrote to byte .*after it was freed",
	"checked"},
    {"ioctl", ioctl_mtu, "ifnet(9): bad_if_ioctl: if_ioctl " MORE, NULL},
    {"ioctl_errno", ioctl_multi, "ifnet(9): bad_if_ioctl: if_ioctl .*100000",
	"says"},
    {"start", mistake, "ifnet(9): bad_if_start: if_start " MORE, NULL},
    {"output", mistake, "ifnet(9): bad_if_output: if_output " MORE, NULL},
    {"hook", packet, "pfil(9): bad_hook: a hook " MORE, NULL},
    {"hook_errno", packet, "pfil(9): bad_hook_errno: a hook returned -1",
	"says"},
    {NULL, NULL, NULL, NULL},
};

int
main(int argc, char **argv)
{
	current = argc == 2 ? argv[1] : "";
	return drivertest_main(tests, argc, argv);
}
