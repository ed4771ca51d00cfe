/* SPDX-License-Identifier: BSD-2-Clause */
/* The routing socket: requests, announcements, damaged messages, dumps. */

#include "t_net.h"

struct t_rtm {
	uint16_t msglen;
	uint8_t version, type;
	uint16_t index, pad;
	int flags, addrs, pid, seq, err, use, inits, pad2;
	uint64_t rmx[10];
	char data[256];
};
#define RTM_HDR 120

static int
rt_socket(void)
{
	int s;

	RZ(rump_init());
	RL(s = rump_sys_socket(RUMP_AF_ROUTE, RUMP_SOCK_RAW, 0));
	return s;
}

static void
rtm_init(struct t_rtm *m, int type)
{
	memset(m, 0, sizeof(*m));
	m->version = 4;
	m->type = type;
	m->seq = 42;
	m->msglen = RTM_HDR;
}

static void
rtm_addr(struct t_rtm *m, int bit, const struct rump_sockaddr_in *sin)
{
	memcpy((char *)m + m->msglen, sin, sizeof(*sin));
	m->msglen += sizeof(*sin);
	m->addrs |= bit;
}

static struct rump_sockaddr_in
sin_of(uint32_t a)
{
	struct rump_sockaddr_in sin;

	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = RUMP_AF_INET;
	a = __builtin_bswap32(a);
	memcpy(&sin.sin_addr, &a, 4);
	return sin;
}

TEST(bad, "damaged requests get an error and no more")
{
	struct rump_sockaddr_in sin = sin_of(0x0a000001);
	int s = rt_socket(), i, n;
	struct t_rtm m;

	rtm_init(&m, 4);
	REQ(rump_sys_write(s, &m, 10), -1);
	REQ(errno, RUMP_EINVAL);
	m.msglen = 200;
	REQ(rump_sys_write(s, &m, RTM_HDR), -1);
	REQ(errno, RUMP_EINVAL);
	rtm_init(&m, 4);
	REQ(rump_sys_write(s, &m, RTM_HDR), -1);
	REQ(errno, RUMP_EINVAL);
	rtm_init(&m, 4);
	m.version = 3;
	REQ(rump_sys_write(s, &m, RTM_HDR), -1);
	REQ(errno, RUMP_EPROTONOSUPPORT);
	rtm_init(&m, 4);
	m.addrs = 0x1ff;
	REQ(rump_sys_write(s, &m, RTM_HDR), -1);
	REQ(errno, RUMP_EINVAL);
	/* link-level addresses whose parts are longer than they */
	for (i = 0; i < 3; i++) {
		rtm_init(&m, 1);
		rtm_addr(&m, 1, &sin);
		memset(m.data + 16, 0, 24);
		m.data[16] = 20;
		m.data[17] = 18;                /* AF_LINK */
		m.data[16 + 5 + i] = (char)200; /* name, address, selector */
		m.addrs |= 2;
		m.msglen += 24;
		RERR(RUMP_EINVAL, rump_sys_write(s, &m, m.msglen));
	}
	/* all kinds of nonsense behind the header */
	srandom(1);
	for (n = 0; n < 20000; n++) {
		rtm_init(&m, (int)(random() % 30));
		rtm_addr(&m, 1, &sin);
		m.addrs = (int)(random() & 0x1ff);
		m.flags = (int)random();
		for (i = 0; i < (int)sizeof(m.data); i++)
			m.data[i] =
			    random() % 3 == 0 ? (char)(random() % 40) : 0;
		m.data[0] = (char)(random() % 30);
		m.data[1] = (char)(random() % 40);
		if (random() % 2) {
			/* for the right family, at least */
			memcpy(m.data, &sin, 4);
			m.data[17 + 16 * (random() % 4)] = RUMP_AF_INET;
			m.addrs |= 1;
			m.type = (uint8_t)(1 + random() % 8);
		}
		m.msglen = RTM_HDR + random() % sizeof(m.data);
		(void)rump_sys_write(s, &m, m.msglen);
		while (rump_sys_recvfrom(
			   s, &m, sizeof(m), RUMP_MSG_DONTWAIT, NULL, NULL) > 0)
			continue;
	}
}

/* The gateway that RTM_GET tells, in host byte order. */
static uint32_t
gateway(int s, const struct rump_sockaddr_in *dst)
{
	struct rump_sockaddr_in gw;
	struct t_rtm m;

	rtm_init(&m, 4);
	rtm_addr(&m, 1, dst);
	REQ(rump_sys_write(s, &m, m.msglen), m.msglen);
	do {
		ATF_REQUIRE(rump_sys_read(s, &m, sizeof(m)) > 0);
	} while (m.type != 4 || m.seq != 42);
	REQ(m.err, 0);
	ATF_REQUIRE((m.addrs & 3) == 3);
	memcpy(&gw, m.data + sizeof(*dst), sizeof(gw));
	memcpy(&m.flags, &gw.sin_addr, 4);
	return __builtin_bswap32(m.flags);
}

TEST(change, "a route that is changed, and one that may not be")
{
	struct rump_sockaddr_in dst = sin_of(0x0a000001),
				gw = sin_of(0x7f000001), any = sin_of(0);
	int s = rt_socket();
	struct t_rtm m;

	rtm_init(&m, 1);
	m.flags = 0x1 | 0x2 | 0x4; /* up, by a gateway, to a host */
	rtm_addr(&m, 1, &dst);
	rtm_addr(&m, 2, &gw);
	REQ(rump_sys_write(s, &m, m.msglen), m.msglen);
	REQ(gateway(s, &dst), 0x7f000001);
	/* through itself */
	rtm_init(&m, 3);
	m.flags = 0x1 | 0x2 | 0x4;
	rtm_addr(&m, 1, &dst);
	rtm_addr(&m, 2, &dst);
	RERR(RUMP_EDQUOT, rump_sys_write(s, &m, m.msglen));
	REQ(gateway(s, &dst), 0x7f000001);
	rtm_init(&m, 2);
	m.flags = 0x4;
	rtm_addr(&m, 1, &dst);
	REQ(rump_sys_write(s, &m, m.msglen), m.msglen);
	rtm_init(&m, 4);
	rtm_addr(&m, 1, &any);
	RERR(RUMP_ESRCH, rump_sys_write(s, &m, m.msglen));
}

TEST(announce, "interfaces that come and go")
{
	struct {
		char name[16];
		char space[128];
	} ifr;
	char buf[512];
	int s = rt_socket();

	memset(&ifr, 0, sizeof(ifr));
	strcpy(ifr.name, "lo5");
	RL(rump_sys_ioctl(s, 0x8090697aUL, &ifr));
	ATF_REQUIRE(rump_sys_read(s, buf, sizeof(buf)) >= 24);
	REQ(buf[2], 4);
	REQ(buf[3], 0x10);
	ATF_REQUIRE_STREQ(buf + 6, "lo5");
	RL(rump_sys_ioctl(s, 0x80906979UL, &ifr));
	do {
		ATF_REQUIRE(rump_sys_read(s, buf, sizeof(buf)) > 0);
	} while (buf[3] != 0x10);
	REQ(buf[22], 1);
}

TEST(iflist, "sysctl net.route of interfaces")
{
	int mib[6] = {4, 34, 0, 0, 5, 0};
	char buf[4096];
	size_t len = 0;

	RZ(rump_init());
	RL(rump_sys___sysctl(mib, 6, NULL, &len, NULL, 0));
	ATF_REQUIRE(len > 0 && len < sizeof(buf));
	len = sizeof(buf);
	RL(rump_sys___sysctl(mib, 6, buf, &len, NULL, 0));
	ATF_REQUIRE(len >= 150);
	REQ(buf[3], 0x14);
	mib[4] = 99;
	REQ(rump_sys___sysctl(mib, 6, buf, &len, NULL, 0), -1);
	mib[4] = 1;
	len = sizeof(buf);
	RL(rump_sys___sysctl(mib, 6, buf, &len, NULL, 0));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, bad);
	ATF_TP_ADD_TC(tp, change);
	ATF_TP_ADD_TC(tp, announce);
	ATF_TP_ADD_TC(tp, iflist);
	return atf_no_error();
}
