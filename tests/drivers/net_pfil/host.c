/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs the packet filter with datagrams on the loopback interface. */

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>

#include <rump/netconfig.h>
#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>

#include "drivertest.h"

int rumptest_pft_block(uint32_t, unsigned int, int);
void rumptest_pft_counts(unsigned int *);

enum {
	IN,
	OUT,
	BLOCKED,
	TAGGED,
	FOUND,
	REWRITTEN,
	ORDER,
	ARRIVED,
	LEFT,
	ADDRESSES,
	NCOUNTS
};

/* struct ifreq of the kernel */
struct k_ifreq {
	char name[16];
	struct rump_sockaddr_in addr;
	char space[112];
};
#define SIOCDIFADDR_ RUMP__IOW('i', 25, struct k_ifreq)

static int in, out;
static struct rump_sockaddr_in there;

static void
start(void)
{
	struct rump_timeval tv = {0, 200000};

	CHECK_EQ(rump_init(), 0);
	in = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0);
	out = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0);
	CHECK(in >= 0 && out >= 0);
	memset(&there, 0, sizeof(there));
	there.sin_len = sizeof(there);
	there.sin_family = RUMP_AF_INET;
	there.sin_port = htons(5000);
	there.sin_addr = inet_addr("127.0.0.1");
	CHECK_ERRNO(
	    0, rump_sys_bind(in, rump_sockaddr_ptr(&there), sizeof(there)));
	CHECK_ERRNO(0,
	    rump_sys_setsockopt(
		in, RUMP_SOL_SOCKET, RUMP_SO_RCVTIMEO, &tv, sizeof(tv)));
}

static void
counts(unsigned int *c)
{
	rump_schedule();
	rumptest_pft_counts(c);
	rump_unschedule();
}

static int
block(const char *addr, unsigned int bits, int yes)
{
	int error;

	rump_schedule();
	error = rumptest_pft_block(inet_addr(addr), bits, yes);
	rump_unschedule();
	return error;
}

/* Sends a text; what arrives is in buf: how many bytes, or -1. */
static int
pass(const char *text, char *buf, size_t size)
{
	CHECK_EQ(rump_sys_sendto(out, text, strlen(text), 0,
		     rump_sockaddr_ptr(&there), sizeof(there)),
	    strlen(text));
	return (int)rump_sys_recvfrom(in, buf, size, 0, NULL, NULL);
}

static void
tables(void)
{
	unsigned int a[NCOUNTS], b[NCOUNTS];
	char buf[32];

	start();
	counts(a);
	CHECK_EQ(pass("one", buf, sizeof(buf)), 3);
	counts(b);
	CHECK_EQ(b[IN], a[IN] + 1);
	CHECK_EQ(b[OUT], a[OUT] + 1);
	CHECK_EQ(b[TAGGED], a[TAGGED] + 1);
	CHECK_EQ(b[FOUND], a[FOUND] + 1);
	CHECK_EQ(b[ORDER], a[ORDER]);
	CHECK_EQ(block("127.0.0.0", 8, 1), 0);
	CHECK_ERRNO(RUMP_EAGAIN, pass("two", buf, sizeof(buf)));
	counts(a);
	CHECK_EQ(a[BLOCKED], b[BLOCKED] + 1);
	CHECK_EQ(block("127.0.0.0", 8, 0), 0);
	CHECK_EQ(block("10.0.0.0", 8, 1), 0);
	CHECK_EQ(pass("three", buf, sizeof(buf)), 5);
	CHECK_EQ(memcmp(buf, "three", 5), 0);
	drivertest_kernel(NULL);
}

static void
rewrite(void)
{
	unsigned int c[NCOUNTS];
	static char big[3000], got[3000];

	start();
	CHECK_EQ(pass("plain text", got, sizeof(got)), 10);
	CHECK_EQ(memcmp(got, "PLAIN text", 10), 0);
	CHECK_EQ(pass("not plain", got, sizeof(got)), 9);
	CHECK_EQ(memcmp(got, "not plain", 9), 0);
	memset(big, 'x', sizeof(big) - 1);
	memcpy(big, "plain", 5);
	CHECK_EQ(pass(big, got, sizeof(got)), sizeof(big) - 1);
	/* The sender's memory is what it was. */
	CHECK_EQ(memcmp(big, "plainx", 6), 0);
	CHECK_EQ(memcmp(got, "PLAINx", 6), 0);
	CHECK_EQ(memcmp(got + 5, big + 5, sizeof(big) - 6), 0);
	counts(c);
	CHECK_EQ(c[REWRITTEN], 2);
}

static void
addresses(void)
{
	unsigned int a[NCOUNTS], b[NCOUNTS];
	struct k_ifreq ifr;

	start();
	CHECK_EQ(rump_pub_netconfig_ifcreate("lo3"), 0);
	counts(a);
	CHECK_EQ(rump_pub_netconfig_ipv4_ifaddr_cidr("lo3", "10.9.9.9", 24), 0);
	counts(b);
	CHECK(b[ADDRESSES] > a[ADDRESSES]);
	memset(&ifr, 0, sizeof(ifr));
	strcpy(ifr.name, "lo3");
	ifr.addr.sin_len = sizeof(ifr.addr);
	ifr.addr.sin_family = RUMP_AF_INET;
	ifr.addr.sin_addr = inet_addr("10.9.9.9");
	CHECK_ERRNO(0, rump_sys_ioctl(in, SIOCDIFADDR_, &ifr));
	counts(a);
	CHECK_EQ(a[ADDRESSES], b[ADDRESSES] + 1);
	CHECK_EQ(rump_pub_netconfig_ifdestroy("lo3"), 0);
	counts(a);
	CHECK_EQ(a[LEFT], b[LEFT] + 1);
}

#define KERNEL_CASE(name)                                                      \
	static void kernel_##name(void)                                        \
	{                                                                      \
		CHECK_EQ(rump_init(), 0);                                      \
		drivertest_kernel(#name);                                      \
	}

KERNEL_CASE(shape)
KERNEL_CASE(copies)
KERNEL_CASE(writable)
KERNEL_CASE(storage)
KERNEL_CASE(tags)
KERNEL_CASE(table)
KERNEL_CASE(heads)
KERNEL_CASE(events)
KERNEL_CASE(fragments)
KERNEL_CASE(ids)
KERNEL_CASE(layouts)

static const struct drivertest tests[] = {
    {"tables", tables, NULL},
    {"rewrite", rewrite, NULL},
    {"addresses", addresses, NULL},
    {"shape", kernel_shape, NULL},
    {"copies", kernel_copies, NULL},
    {"writable", kernel_writable, NULL},
    {"storage", kernel_storage, NULL},
    {"tags", kernel_tags, NULL},
    {"table", kernel_table, NULL},
    {"heads", kernel_heads, NULL},
    {"events", kernel_events, NULL},
    {"fragments", kernel_fragments, NULL},
    {"ids", kernel_ids, NULL},
    {"layouts", kernel_layouts, NULL},
    {NULL, NULL, NULL},
};

DRIVERTEST_MAIN(tests)
