/* SPDX-License-Identifier: BSD-2-Clause */
/* Tunnels over IPv4 and their congestion bits. */
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

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, encap);
	ATF_TP_ADD_TC(tp, encap_proto);
	ATF_TP_ADD_TC(tp, ecn);
	return atf_no_error();
}
