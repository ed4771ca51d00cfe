/* SPDX-License-Identifier: BSD-2-Clause */
/* Interfaces: ioctls, cloning, loopback's existence. */

#include "t_net.h"

#include <rump/rumpnet_if_pub.h>

struct t_ifreq {
	char name[16];
	union {
		char space[128];
		short flags;
		int i;
		unsigned u;
		struct {
			uint32_t len;
			void *buf;
		} b;
	} u;
};
_Static_assert(sizeof(struct t_ifreq) == 144, "ifreq");

#define IOR(g, n, sz)  (0x40000000UL | ((sz)&0x1fff) << 16 | (g) << 8 | (n))
#define IOW(g, n, sz)  (0x80000000UL | ((sz)&0x1fff) << 16 | (g) << 8 | (n))
#define IOWR(g, n, sz) (0xc0000000UL | ((sz)&0x1fff) << 16 | (g) << 8 | (n))
#define GIFFLAGS       IOWR('i', 17, 144UL)
#define SIFFLAGS       IOW('i', 16, 144UL)
#define GIFMTU         IOWR('i', 126, 144UL)
#define SIFMTU         IOW('i', 127, 144UL)
#define GIFINDEX       IOWR('i', 140, 144UL)
#define GIFDLT         IOWR('i', 119, 144UL)
#define IFCREATE       IOW('i', 122, 144UL)
#define IFDESTROY      IOW('i', 121, 144UL)
#define GCLONERS       IOWR('i', 120, 16UL)
#define GIFCONF        IOWR('i', 38, 16UL)
#define GIFDATA        IOWR('i', 133, 152UL)

static int
ctl_socket(void)
{
	int s;

	RZ(rump_init());
	RL(s = rump_sys_socket(RUMP_AF_ROUTE, RUMP_SOCK_RAW, 0));
	return s;
}

static struct t_ifreq
ifr_of(const char *name)
{
	struct t_ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	strncpy(ifr.name, name, sizeof(ifr.name) - 1);
	return ifr;
}

TEST(nobus, "a shmif is refused where no component makes one")
{
	int unit = -1;

	RZ(rump_init());
	REQ(rump_pub_shmif_create("bus", &unit), RUMP_EOPNOTSUPP);
	REQ(unit, -1);
}

TEST(lo0, "loopback is there")
{
	struct t_ifreq ifr = ifr_of("lo0");
	int s = ctl_socket();

	RL(rump_sys_ioctl(s, GIFFLAGS, &ifr));
	ATF_REQUIRE((ifr.u.flags & 0x8) != 0);
	RL(rump_sys_ioctl(s, GIFMTU, &ifr));
	ATF_REQUIRE(ifr.u.i >= 1500);
	RL(rump_sys_ioctl(s, GIFINDEX, &ifr));
	REQ(ifr.u.u, 1);
	RL(rump_sys_ioctl(s, GIFDLT, &ifr));
	REQ(ifr.u.i, 0);
}

TEST(nosuch, "interfaces that don't exist, ioctls that don't")
{
	struct t_ifreq ifr = ifr_of("nope0");
	int s = ctl_socket();

	REQ(rump_sys_ioctl(s, GIFFLAGS, &ifr), -1);
	REQ(errno, RUMP_ENXIO);
	ifr = ifr_of("lo0");
	REQ(rump_sys_ioctl(s, IOWR('i', 250, 144UL), &ifr), -1);
	memset(&ifr, 'x', sizeof(ifr));
	REQ(rump_sys_ioctl(s, GIFFLAGS, &ifr), -1);
	REQ(errno, RUMP_ENXIO);
	ifr = ifr_of("lo0");
	REQ(rump_sys_ioctl(s, IOWR('i', 132, 144UL), &ifr), -1);
	REQ(errno, RUMP_EPERM);
}

TEST(clone, "create, list, destroy")
{
	struct {
		int total, count;
		char *buf;
	} cl;
	struct t_ifreq ifr = ifr_of("lo7");
	int s = ctl_socket(), i;
	char names[64][16];

	RL(rump_sys_ioctl(s, IFCREATE, &ifr));
	REQ(rump_sys_ioctl(s, IFCREATE, &ifr), -1);
	REQ(errno, RUMP_EEXIST);
	RL(rump_sys_ioctl(s, GIFFLAGS, &ifr));
	memset(&cl, 0, sizeof(cl));
	cl.count = 64;
	cl.buf = names[0];
	RL(rump_sys_ioctl(s, GCLONERS, &cl));
	ATF_REQUIRE(cl.total >= 1);
	for (i = 0; i < cl.total; i++)
		if (strcmp(names[i], "lo") == 0)
			break;
	ATF_REQUIRE(i < cl.total);
	ifr = ifr_of("lo7");
	RL(rump_sys_ioctl(s, IFDESTROY, &ifr));
	REQ(rump_sys_ioctl(s, GIFFLAGS, &ifr), -1);
	REQ(rump_sys_ioctl(s, IFDESTROY, &ifr), -1);
	REQ(errno, RUMP_ENXIO);
	ifr = ifr_of("bogus0");
	REQ(rump_sys_ioctl(s, IFCREATE, &ifr), -1);
	REQ(errno, RUMP_EINVAL);
	ifr = ifr_of("lo0");
	REQ(rump_sys_ioctl(s, IFDESTROY, &ifr), -1);
	REQ(errno, RUMP_EPERM);
	for (i = 0; i < 300; i++) {
		ifr = ifr_of("lo9");
		RL(rump_sys_ioctl(s, IFCREATE, &ifr));
		RL(rump_sys_ioctl(s, IFDESTROY, &ifr));
	}
}

TEST(mtu_flags, "set MTU and flags")
{
	struct t_ifreq ifr = ifr_of("lo1");
	int s = ctl_socket();

	RL(rump_sys_ioctl(s, IFCREATE, &ifr));
	ifr.u.i = 9000;
	RL(rump_sys_ioctl(s, SIFMTU, &ifr));
	ifr.u.i = 0;
	RL(rump_sys_ioctl(s, GIFMTU, &ifr));
	REQ(ifr.u.i, 9000);
	ifr.u.i = 10;
	REQ(rump_sys_ioctl(s, SIFMTU, &ifr), -1);
	ifr.u.i = 1 << 20;
	REQ(rump_sys_ioctl(s, SIFMTU, &ifr), -1);
	ifr.u.flags = 1 | 0x1000;
	RL(rump_sys_ioctl(s, SIFFLAGS, &ifr));
	RL(rump_sys_ioctl(s, GIFFLAGS, &ifr));
	REQ(ifr.u.flags & 0x1009, 0x1009);
	ifr.u.flags = 0;
	RL(rump_sys_ioctl(s, SIFFLAGS, &ifr));
	RL(rump_sys_ioctl(s, GIFFLAGS, &ifr));
	REQ(ifr.u.flags & 0x1009, 0x0008);
}

TEST(ifconf, "SIOCGIFCONF")
{
	struct {
		int len;
		void *buf;
	} ifc = {0, NULL};
	struct t_ifreq ifr[16];
	int s = ctl_socket();

	RL(rump_sys_ioctl(s, GIFCONF, &ifc));
	ATF_REQUIRE(ifc.len >= 144 && ifc.len % 144 == 0);
	ifc.buf = ifr;
	ifc.len = sizeof(ifr);
	RL(rump_sys_ioctl(s, GIFCONF, &ifc));
	ATF_REQUIRE(ifc.len >= 144);
	ATF_REQUIRE_STREQ(ifr[0].name, "lo0");
	ifc.len = 10;
	RL(rump_sys_ioctl(s, GIFCONF, &ifc));
	REQ(ifc.len, 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, lo0);
	ATF_TP_ADD_TC(tp, nosuch);
	ATF_TP_ADD_TC(tp, nobus);
	ATF_TP_ADD_TC(tp, clone);
	ATF_TP_ADD_TC(tp, mtu_flags);
	ATF_TP_ADD_TC(tp, ifconf);
	return atf_no_error();
}
