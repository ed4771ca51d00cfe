/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tunnels need: packets for them, congestion bits, and what is asked of
 * an interface with another end.
 */
#include "t_tcp.h"
#include "tcptest.h"

TEST(encap, "the tunnel that fits best gets a packet")
{
	RZ(rump_init());
	REQ(rump_tcptest_encap(), 0);
}

TEST(encap_proto, "packets in packets come to their tunnel")
{
	struct rump_sockaddr_in dst = t_sin("127.0.0.1", 0);
	uint8_t data[28] = {0x45};
	int s;

	RZ(rump_init());
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_RAW, 4));
	REQ(rump_tcptest_encap_loop(1), 0);
	REQ(rump_sys_sendto(s, data, sizeof(data), 0, SA(&dst), sizeof(dst)),
	    (ssize_t)sizeof(data));
	for (int i = 0; i < 100 && rump_tcptest_encap_loop(2) == 0; i++)
		usleep(10000);
	REQ(rump_tcptest_encap_loop(0), 1);
	RZ(rump_sys_close(s));
}

TEST(ecn, "congestion bits into and out of tunnels")
{
	RZ(rump_init());
	REQ(rump_tcptest_ecn(), 0);
}

#define SIOCSIFADDR    0x8090690cUL
#define SIOCSIFDSTADDR 0x8090690eUL
#define SIOCGIFDSTADDR 0xc0906922UL

static int
ends(int s, unsigned long cmd, const char *addr, uint32_t *out)
{
	struct {
		char name[16];
		struct rump_sockaddr_in sin;
		char pad[112];
	} ifr = {.name = "tsa0"};
	int rv;

	ifr.sin = t_sin(addr, 0);
	rv = rump_sys_ioctl(s, cmd, &ifr);
	if (out != NULL)
		*out = ifr.sin.sin_addr;
	return rv;
}

TEST(two_ends, "an interface is asked about either end of an address")
{
	uint32_t dst;
	int s;

	RZ(rump_init());
	rump_tcptest_addr();
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0));
	REQ(rump_tcptest_addr_asked(), 0);
	RL(ends(s, SIOCSIFADDR, "10.5.0.1", NULL));
	REQ(rump_tcptest_addr_asked(), 1);
	/* unknown to the ioctl: as for an address */
	rump_tcptest_addr_answer(RUMP_ENOTTY, -1);
	RL(ends(s, SIOCSIFDSTADDR, "10.5.0.2", NULL));
	REQ(rump_tcptest_addr_asked(), 21);
	RL(ends(s, SIOCGIFDSTADDR, "0.0.0.0", &dst));
	REQ(dst, inet_addr("10.5.0.2"));
	/* the driver's own ioctl comes first */
	rump_tcptest_addr_answer(RUMP_EIO, -1);
	RERR(RUMP_EIO, ends(s, SIOCSIFDSTADDR, "10.5.0.3", NULL));
	REQ(rump_tcptest_addr_asked(), 10);
	/* a function instead */
	rump_tcptest_addr_answer(RUMP_ENOTTY, 0);
	RL(ends(s, SIOCSIFADDR, "10.5.0.4", NULL));
	REQ(rump_tcptest_addr_asked(), 100);
	RL(ends(s, SIOCSIFDSTADDR, "10.5.0.5", NULL));
	REQ(rump_tcptest_addr_asked(), 10010);
	/* refused: as it was */
	rump_tcptest_addr_answer(RUMP_ENOTTY, RUMP_EBUSY);
	RERR(RUMP_EBUSY, ends(s, SIOCSIFDSTADDR, "10.5.0.6", NULL));
	RERR(RUMP_EBUSY, ends(s, SIOCSIFADDR, "10.5.0.7", NULL));
	RL(ends(s, SIOCGIFDSTADDR, "0.0.0.0", &dst));
	REQ(dst, inet_addr("10.5.0.5"));
	RL(rump_sys_close(s));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, two_ends);
	ATF_TP_ADD_TC(tp, encap);
	ATF_TP_ADD_TC(tp, encap_proto);
	ATF_TP_ADD_TC(tp, ecn);
	return atf_no_error();
}
