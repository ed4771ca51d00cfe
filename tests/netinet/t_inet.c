/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv4 below TCP: addresses, ICMP, UDP and raw sockets, packet by packet. */
#include "segment.h"

#include <rump/rump_structs.h>

#define GROUP "224.0.0.99"
#define DST   "10.88.0.255"

struct t_ifreq {
	char name[16];
	struct rump_sockaddr_in sin;
	char pad[112];
};

#define SIOCSIFADDR    0x8090690cUL
#define SIOCSIFNETMASK 0x80906916UL
#define SIOCGIFBRDADDR 0xc0906923UL

/* an IP packet from FROM to TO; its length */
static int
packet(uint8_t *b, const char *from, const char *to, int proto,
    const void *data, int len)
{
	uint32_t a = inet_addr(from), d = inet_addr(to);

	memset(b, 0, 20);
	b[0] = 0x45;
	put16(b + 2, 20 + len);
	b[8] = 64;
	b[9] = proto;
	memcpy(b + 12, &a, 4);
	memcpy(b + 16, &d, 4);
	put16(b + 10, seg_fold(seg_sum(0, b, 20)));
	memcpy(b + 20, data, len);
	return 20 + len;
}

static void
put(const char *from, const char *to, int proto, const void *data, int len)
{
	uint8_t b[2048];

	RZ(rump_tcptest_inject(b, packet(b, from, to, proto, data, len)));
}

static void
put_icmp(const char *from, const char *to, uint8_t *icmp, int len)
{
	put16(icmp + 2, 0);
	put16(icmp + 2, seg_fold(seg_sum(0, icmp, len)));
	put(from, to, 1, icmp, len);
}

/* the next packet of PROTO that was sent, into B; 0: none in 100 ms */
static int
get(uint8_t *b, size_t size, int proto)
{
	int n;

	while ((n = rump_tcptest_capture(b, size, 100)) != 0 && b[9] != proto)
		continue;
	return n;
}

static uint32_t
ifreq(int s, unsigned long cmd, const char *addr, int sin_len)
{
	struct t_ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	strcpy(ifr.name, "tst0");
	ifr.sin = t_sin(addr, 0);
	ifr.sin.sin_len = sin_len;
	RL(rump_sys_ioctl(s, cmd, &ifr));
	return ifr.sin.sin_addr;
}

TEST(addresses, "what follows from an address goes with it")
{
	struct rump_sockaddr_in sin = t_sin("10.5.0.9", 9);
	int s;

	RZ(rump_init());
	RZ(rump_tcptest_create());
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0));
	ifreq(s, SIOCSIFADDR, "10.5.0.1", 0);
	REQ(ifreq(s, SIOCGIFBRDADDR, "0.0.0.0", 16),
	    inet_addr("10.255.255.255"));
	ifreq(s, SIOCSIFNETMASK, "255.255.255.0", 16);
	REQ(ifreq(s, SIOCGIFBRDADDR, "0.0.0.0", 16), inet_addr("10.5.0.255"));
	RL(rump_sys_connect(s, SA(&sin), sizeof(sin)));
	RL(rump_sys_close(s));
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0));
	ifreq(s, SIOCSIFADDR, "192.168.7.1", 255);
	REQ(ifreq(s, SIOCGIFBRDADDR, "0.0.0.0", 16),
	    inet_addr("192.168.7.255"));
	/* the route to the old network is gone */
	ATF_REQUIRE(rump_sys_connect(s, SA(&sin), sizeof(sin)) == -1);
	sin = t_sin("192.168.7.9", 9);
	RL(rump_sys_connect(s, SA(&sin), sizeof(sin)));
}

TEST(linklocal, "an echo request from a link-local address is answered")
{
	uint8_t echo[16] = {8}, b[2048];

	seg_setup();
	RZ(rump_pub_netconfig_ipv4_ifaddr_cidr("tst0", "169.254.1.1", 16));
	put_icmp("169.254.3.4", "169.254.1.1", echo, sizeof(echo));
	REQ(get(b, sizeof(b), 1), 36);
	REQ(b[20], 0);
	REQ(get32(b + 16), 0xa9fe0304);
}

TEST(errors, "no errors about broadcasts")
{
	uint8_t data[16] = {0}, b[2048];

	seg_setup();
	put(PEER, US, 200, data, sizeof(data));
	ATF_REQUIRE(get(b, sizeof(b), 1) != 0);
	REQ(get16(b + 20), 0x302);
	put(PEER, DST, 200, data, sizeof(data));
	REQ(get(b, sizeof(b), 1), 0);
}

TEST(short_icmp, "ICMP messages of every length about packets of every kind")
{
	static const uint8_t zeros[40];
	uint8_t m[120], b[2048];
	int len, type, hl, ours;

	seg_setup();
	for (type = 0; type < 20; type++)
		for (len = 8; len < (int)sizeof(m); len++)
			for (hl = 0; hl < 16; hl += 5)
				for (ours = 0; ours < 2; ours++) {
					memset(m, 0, sizeof(m));
					packet(m + 8, US, ours ? US : PEER,
					    ours ? 17 : 6, zeros, 40);
					m[8] = 0x40 | hl;
					m[0] = type;
					m[1] = type == 3 ? 4 : 0;
					put_icmp(PEER, US, m, len);
				}
	while (get(b, sizeof(b), 1) != 0)
		continue;
}

TEST(mtu, "strangers can't fill the routing table with small MTUs")
{
	int mib[6] = {4, 34, 0, 0, 1, 0}, i, n = 0;
	uint8_t m[8 + 28], *table;
	size_t len, off;
	char to[32];

	seg_setup();
	RZ(rump_pub_netconfig_ipv4_ifaddr_cidr("tst0", "10.88.1.1", 16));
	for (i = 0; i < 10000; i++) {
		snprintf(to, sizeof(to), "10.88.%d.%d", i >> 8, i & 0xff);
		memset(m, 0, sizeof(m));
		packet(m + 8, US, to, 17, m, 8);
		m[0] = 3;
		m[1] = 4;
		put16(m + 6, 1000);
		put_icmp(PEER, US, m, sizeof(m));
	}
	RL(rump_sys___sysctl(mib, 6, NULL, &len, NULL, 0));
	ATF_REQUIRE((table = malloc(len)) != NULL);
	RL(rump_sys___sysctl(mib, 6, table, &len, NULL, 0));
	for (off = 0; off < len; off += *(uint16_t *)(void *)(table + off))
		n++;
	ATF_REQUIRE_MSG(n > 1000 && n < 5000, "%d routes", n);
}

static struct rump_msghdr
message(struct rump_sockaddr_in *to, struct iovec *iov, void *control,
    unsigned controllen)
{
	struct rump_msghdr mh;

	memset(&mh, 0, sizeof(mh));
	mh.msg_name = to;
	mh.msg_namelen = to != NULL ? sizeof(*to) : 0;
	mh.msg_iov = iov;
	mh.msg_iovlen = 1;
	mh.msg_control = control;
	mh.msg_controllen = controllen;
	return mh;
}

TEST(control, "control messages that lie about their length")
{
	static const uint32_t lengths[] = {
	    0x80000010, 0xffffffff, 0xfffffff0, 0x7fffffff, 33, 11, 0};
	struct rump_sockaddr_in sin = t_sin("127.0.0.1", 9);
	uint32_t c[8];
	struct iovec iov = {c, 4};
	struct rump_msghdr mh;
	unsigned i, level;
	int s;

	RZ(rump_init());
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0));
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		for (level = 0; level < 2; level++) {
			memset(c, 0, sizeof(c));
			c[0] = lengths[i];
			c[1] = level;
			mh = message(&sin, &iov, c, sizeof(c));
			RERR(RUMP_EINVAL,
			    rump_sys_sendmsg(s, rump_msghdr_ptr(&mh), 0));
		}
}

TEST(multicast, "a copy for ourselves, and a checksum for the others")
{
	struct rump_sockaddr_in sin = t_sin("0.0.0.0", 5000);
	uint32_t mreq[2] = {inet_addr(GROUP), inet_addr(US)};
	uint8_t data[1000], b[2048];
	int s, n;

	seg_setup();
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0));
	RL(rump_sys_bind(s, SA(&sin), sizeof(sin)));
	RL(rump_sys_setsockopt(s, 0, 9, &mreq[1], 4));
	RL(rump_sys_setsockopt(s, 0, 12, mreq, sizeof(mreq)));
	t_fill(data, 0, sizeof(data));
	sin = t_sin(GROUP, 5000);
	RL(rump_sys_sendto(s, data, sizeof(data), 0, SA(&sin), sizeof(sin)));
	n = get(b, sizeof(b), 17);
	REQ(n, 28 + (int)sizeof(data));
	REQ(seg_fold(seg_sum(0, b, 20)), 0);
	REQ(seg_fold(seg_sum(seg_sum(17 + n - 20, b + 12, 8), b + 20, n - 20)),
	    0);
	REQ(rump_sys_read(s, b, sizeof(b)), (int)sizeof(data));
	ATF_REQUIRE(t_check(b, 0, sizeof(data)));
}

TEST(raw, "headers of raw sockets: lengths of 4.4BSD, control data without")
{
	uint8_t data[64] = {0}, c[64], with[128];
	struct iovec iov = {data, sizeof(data)};
	uint32_t addr;
	struct rump_msghdr mh;
	uint16_t len;
	int h, h2, s, on = 1;

	seg_setup();
	RL(h = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_RAW, 200));
	RL(h2 = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_RAW, 200));
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_RAW, 200));
	RL(rump_sys_setsockopt(s, 0, 7, &on, sizeof(on)));
	RL(rump_sys_setsockopt(s, RUMP_SOL_SOCKET, 0x100a, &on, sizeof(on)));
	put(PEER, US, 200, data, 32);
	mh = message(NULL, &iov, c, sizeof(c));
	REQ(rump_sys_recvmsg(s, rump_msghdr_ptr(&mh), 0), 32);
	REQ(mh.msg_controllen, 24);
	memcpy(&addr, c + 16, sizeof(addr));
	REQ(addr, inet_addr(US));
	/* ip_len: host order, without the header; for each reader once */
	REQ(rump_sys_read(h, with, sizeof(with)), 20 + 32);
	memcpy(&len, with + 2, sizeof(len));
	REQ(len, 32);
	REQ(rump_sys_read(h2, with, sizeof(with)), 20 + 32);
	memcpy(&len, with + 2, sizeof(len));
	REQ(len, 32);
}

TEST(rawlarge, "datagrams of raw sockets that are larger than the MTU")
{
	enum {
		SIZE = 40000
	};
	static uint8_t data[SIZE], got[SIZE + 20];
	struct rump_sockaddr_in sin = {0};
	int s, room = 100000;

	RZ(rump_init());
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_RAW, 200));
	RL(rump_sys_setsockopt(
	    s, RUMP_SOL_SOCKET, RUMP_SO_SNDBUF, &room, sizeof(room)));
	RL(rump_sys_setsockopt(
	    s, RUMP_SOL_SOCKET, RUMP_SO_RCVBUF, &room, sizeof(room)));
	sin.sin_len = sizeof(sin);
	sin.sin_family = RUMP_AF_INET;
	sin.sin_addr = inet_addr("127.0.0.1");
	t_fill(data, 0, SIZE);
	REQ(rump_sys_sendto(
		s, data, SIZE, 0, rump_sockaddr_ptr(&sin), sizeof(sin)),
	    SIZE);
	REQ(rump_sys_read(s, got, sizeof(got)), SIZE + 20);
	ATF_REQUIRE(t_check(got + 20, 0, SIZE));
}

TEST(rawsize, "what raw sockets send is cut where it may be")
{
	struct rump_sockaddr_in sin = t_sin(PEER, 0);
	uint8_t data[4000] = {0}, b[2048];
	uint16_t host;
	int s, n, got = 0, on = 1, big = 9000;

	seg_setup();
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_RAW, 200));
	RL(rump_sys_setsockopt(
	    s, RUMP_SOL_SOCKET, RUMP_SO_SNDBUF, &big, sizeof(big)));
	REQ(rump_sys_sendto(s, data, sizeof(data), 0, SA(&sin), sizeof(sin)),
	    (int)sizeof(data));
	while (got < (int)sizeof(data)) {
		ATF_REQUIRE((n = get(b, sizeof(b), 200)) > 20);
		REQ((get16(b + 6) & 0x1fff) * 8, got);
		got += n - 20;
	}
	REQ(got, (int)sizeof(data));
	/* to everybody, without asking */
	sin = t_sin(DST, 0);
	REQ(rump_sys_sendto(s, data, 100, 0, SA(&sin), sizeof(sin)), 100);
	ATF_REQUIRE(get(b, sizeof(b), 200) == 120);
	/* not to be fragmented: the sender hears of it */
	sin = t_sin(PEER, 0);
	RL(rump_sys_setsockopt(s, 0, 2, &on, sizeof(on))); /* IP_HDRINCL */
	data[0] = 0x45;
	host = sizeof(data);
	memcpy(data + 2, &host, 2);
	host = 0x4000;
	memcpy(data + 6, &host, 2);
	data[8] = 64;
	data[9] = 200;
	memcpy(data + 16, &sin.sin_addr, 4);
	RERR(RUMP_EMSGSIZE,
	    rump_sys_sendto(s, data, sizeof(data), 0, SA(&sin), sizeof(sin)));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, addresses);
	ATF_TP_ADD_TC(tp, linklocal);
	ATF_TP_ADD_TC(tp, errors);
	ATF_TP_ADD_TC(tp, short_icmp);
	ATF_TP_ADD_TC(tp, mtu);
	ATF_TP_ADD_TC(tp, control);
	ATF_TP_ADD_TC(tp, multicast);
	ATF_TP_ADD_TC(tp, raw);
	ATF_TP_ADD_TC(tp, rawlarge);
	ATF_TP_ADD_TC(tp, rawsize);
	return atf_no_error();
}
