/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs twin interfaces, by configuration and with packets of UDP. */

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>

#include <rump/netconfig.h>
#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpnet_if_pub.h>

#include "drivertest.h"

#define K_IP_MULTICAST_IF    9
#define K_IP_MULTICAST_LOOP  11
#define K_IP_ADD_MEMBERSHIP  12
#define K_IP_DROP_MEMBERSHIP 13
#define GROUP                "239.1.2.3"

static void
address(struct rump_sockaddr_in *sin, const char *addr, int port)
{
	memset(sin, 0, sizeof(*sin));
	sin->sin_len = sizeof(*sin);
	sin->sin_family = RUMP_AF_INET;
	sin->sin_port = htons((uint16_t)port);
	sin->sin_addr = inet_addr(addr);
}

static void
configure(void)
{
	CHECK_EQ(rump_init(), 0);
	CHECK_EQ(rump_pub_netconfig_ifcreate("twin0"), 0);
	CHECK_EQ(rump_pub_netconfig_ifcreate("twin1"), 0);
	CHECK_EQ(
	    rump_pub_netconfig_ipv4_ifaddr_cidr("twin0", "10.0.0.1", 24), 0);
	CHECK_EQ(
	    rump_pub_netconfig_ipv4_ifaddr_cidr("twin1", "10.0.1.1", 24), 0);
	CHECK_EQ(rump_pub_netconfig_ifup("twin0"), 0);
	CHECK_EQ(rump_pub_netconfig_ifup("twin1"), 0);
}

static void
create(void)
{
	configure();
	CHECK(rump_pub_netconfig_ifcreate("twin0") != 0);
	CHECK_EQ(rump_pub_netconfig_ifdown("twin0"), 0);
	CHECK_EQ(rump_pub_netconfig_ifdestroy("twin0"), 0);
	CHECK(rump_pub_netconfig_ifdestroy("twin0") != 0);
	CHECK_EQ(rump_pub_netconfig_ifcreate("twin0"), 0);
	CHECK_EQ(rump_pub_netconfig_ifdestroy("twin0"), 0);
	CHECK_EQ(rump_pub_netconfig_ifdestroy("twin1"), 0);
}

/* Ioctls come with the big lock. */
static void
biglock(void)
{
	create();
	drivertest_kernel("biglock");
}

static void
routes(void)
{
	configure();
	drivertest_kernel("routes");
}

/* The component's own function makes what the public call asks for. */
static void
shmif(void)
{
	int unit = -1;

	CHECK_EQ(rump_init(), 0);
	CHECK_EQ(rump_pub_shmif_create("nobus", &unit), ENOENT);
	CHECK_EQ(unit, -1);
	CHECK_EQ(rump_pub_shmif_create("bus", &unit), 0);
	CHECK_EQ(unit, 7);
	CHECK_EQ(rump_pub_shmif_create(NULL, &unit), 0);
	CHECK_EQ(unit, 8);
	CHECK_EQ(rump_pub_shmif_create(NULL, NULL), 0);
}

/* A datagram to a group leaves by twin0 and comes in by twin1. */
static void
multicast(void)
{
	struct rump_sockaddr_in sin, from;
	struct rump_timeval tv = {0, 200000};
	uint32_t member[2];
	char buf[16];
	int in, out, len, zero = 0;

	configure();
	in = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0);
	out = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0);
	CHECK(in >= 0 && out >= 0);
	address(&sin, "0.0.0.0", 5000);
	CHECK_ERRNO(0, rump_sys_bind(in, rump_sockaddr_ptr(&sin), sizeof(sin)));
	CHECK_ERRNO(0,
	    rump_sys_setsockopt(
		in, RUMP_SOL_SOCKET, RUMP_SO_RCVTIMEO, &tv, sizeof(tv)));
	member[0] = inet_addr("10.0.0.1");
	CHECK_ERRNO(0,
	    rump_sys_setsockopt(
		out, RUMP_IPPROTO_IP, K_IP_MULTICAST_IF, &member[0], 4));
	CHECK_ERRNO(0,
	    rump_sys_setsockopt(out, RUMP_IPPROTO_IP, K_IP_MULTICAST_LOOP,
		&zero, sizeof(zero)));
	address(&sin, GROUP, 5000);
	/* Nobody has joined: the interface's filter is shut. */
	CHECK_EQ(rump_sys_sendto(
		     out, "lost", 4, 0, rump_sockaddr_ptr(&sin), sizeof(sin)),
	    4);
	CHECK_ERRNO(RUMP_EAGAIN, rump_sys_recvfrom(in, buf, 16, 0, NULL, NULL));
	member[0] = inet_addr(GROUP);
	member[1] = inet_addr("10.0.1.1");
	CHECK_ERRNO(0,
	    rump_sys_setsockopt(in, RUMP_IPPROTO_IP, K_IP_ADD_MEMBERSHIP,
		member, sizeof(member)));
	CHECK_EQ(rump_sys_sendto(
		     out, "found", 5, 0, rump_sockaddr_ptr(&sin), sizeof(sin)),
	    5);
	len = sizeof(from);
	CHECK_EQ(rump_sys_recvfrom(in, buf, sizeof(buf), 0,
		     rump_sockaddr_ptr(&from), (void *)&len),
	    5);
	CHECK_EQ(memcmp(buf, "found", 5), 0);
	CHECK_EQ(from.sin_addr, inet_addr("10.0.0.1"));
	CHECK_ERRNO(0,
	    rump_sys_setsockopt(in, RUMP_IPPROTO_IP, K_IP_DROP_MEMBERSHIP,
		member, sizeof(member)));
	CHECK_EQ(rump_sys_sendto(
		     out, "lost", 4, 0, rump_sockaddr_ptr(&sin), sizeof(sin)),
	    4);
	CHECK_ERRNO(RUMP_EAGAIN, rump_sys_recvfrom(in, buf, 16, 0, NULL, NULL));
}

#define KERNEL_CASE(name)                                                      \
	static void kernel_##name(void)                                        \
	{                                                                      \
		CHECK_EQ(rump_init(), 0);                                      \
		drivertest_kernel(#name);                                      \
	}

KERNEL_CASE(find)
KERNEL_CASE(media)
KERNEL_CASE(ioctl)
KERNEL_CASE(groups)
KERNEL_CASE(taps)
KERNEL_CASE(mute)
KERNEL_CASE(hooks)
KERNEL_CASE(queues)
KERNEL_CASE(ether)

static const struct drivertest tests[] = {
    {"create", create, NULL},
    {"biglock", biglock, NULL},
    {"routes", routes, NULL},
    {"multicast", multicast, NULL},
    {"shmif", shmif, NULL},
    {"find", kernel_find, NULL},
    {"media", kernel_media, NULL},
    {"ioctl", kernel_ioctl, NULL},
    {"groups", kernel_groups, NULL},
    {"taps", kernel_taps, NULL},
    {"mute", kernel_mute, NULL},
    {"hooks", kernel_hooks, NULL},
    {"queues", kernel_queues, NULL},
    {"ether", kernel_ether, NULL},
    {NULL, NULL, NULL},
};

DRIVERTEST_MAIN(tests)
