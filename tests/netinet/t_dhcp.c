/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rump_pub_netconfig_dhcp_ipv4_oneshot() against dnsmasq, and against servers
 * that say nothing or nonsense, over taps in a network namespace.
 */
#include "t_tcp.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <rump/netconfig.h>

#include "wire.h"

#define FAR   "10.88.0.1" /* the host's too, but not on the wire */
#define FIRST "10.77.0.100"
#define LAST  "10.77.0.109"

static struct wire wire;
static pid_t server;

static void
setup(void)
{
	const char *why = wire_open(&wire);

	if (why != NULL)
		atf_tc_skip("%s", why);
	RZ(rump_init());
	RZ(rump_pub_netconfig_ifcreate("virt0"));
	RZ(rump_pub_netconfig_ifsetlinkstr("virt0", "rtap0"));
	wire_start(&wire);
}

static int
host_socket(int type, const char *addr, int port)
{
	struct sockaddr_in sin = {
	    .sin_family = AF_INET, .sin_port = htons(port)};
	int s, on = 1;

	sin.sin_addr.s_addr = inet_addr(addr);
	ATF_REQUIRE((s = socket(AF_INET, type, 0)) != -1);
	setsockopt(s, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	ATF_REQUIRE_MSG(bind(s, (struct sockaddr *)&sin, sizeof(sin)) == 0,
	    "%s port %d: %s", addr, port, strerror(errno));
	return s;
}

/* The server, which writes to a file that shows if the test fails. */
static void
dnsmasq(const char *option)
{
	int i, status;

	server = fork();
	ATF_REQUIRE(server != -1);
	if (server == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execlp("dnsmasq", "dnsmasq", "--keep-in-foreground",
		    "--conf-file=/dev/null", "--port=0", "--interface=htap0",
		    "--bind-interfaces", "--no-ping", "--log-dhcp",
		    "--log-facility=-",
		    "--user=", "--pid-file=", "--dhcp-leasefile=leases",
		    "--dhcp-authoritative",
		    "--dhcp-range=" FIRST "," LAST ",255.255.255.0,1h", option,
		    (char *)NULL);
		_exit(127);
	}
	/* it is there once nobody else can have its port */
	for (i = 0; i < 500; i++) {
		struct sockaddr_in sin = {
		    .sin_family = AF_INET, .sin_port = htons(67)};
		int s = socket(AF_INET, SOCK_DGRAM, 0);
		bool taken =
		    bind(s, (struct sockaddr *)&sin, sizeof(sin)) == -1;

		close(s);
		if (waitpid(server, &status, WNOHANG) == server) {
			if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
				atf_tc_skip("dnsmasq is not installed");
			atf_tc_fail("dnsmasq ended (status %d)", status);
		}
		if (taken)
			return;
		t_msleep(10);
	}
	atf_tc_fail("dnsmasq does not start");
}

static uint32_t
address(unsigned long cmd)
{
	struct {
		char name[16];
		struct rump_sockaddr_in sin;
		char rest[112];
	} ifr;
	int s;

	memset(&ifr, 0, sizeof(ifr));
	strcpy(ifr.name, "virt0");
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0));
	RL(rump_sys_ioctl(s, cmd, &ifr));
	RL(rump_sys_close(s));
	return ntohl(ifr.sin.sin_addr);
}

#define GIFADDR    0xc0906921UL
#define GIFNETMASK 0xc0906925UL
#define GIFBRDADDR 0xc0906923UL

/* Something said to the host's address to arrives, from ours. */
static void
speaks(const char *to, uint32_t from)
{
	struct rump_sockaddr_in sin = t_sin(to, 4444);
	struct sockaddr_in src;
	socklen_t len = sizeof(src);
	struct pollfd pfd = {.events = POLLIN};
	char c;
	int s;

	pfd.fd = host_socket(SOCK_DGRAM, to, 4444);
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0));
	REQ(rump_sys_sendto(s, "x", 1, 0, SA(&sin), sizeof(sin)), 1);
	REQ(poll(&pfd, 1, 10000), 1);
	REQ(recvfrom(pfd.fd, &c, 1, 0, (struct sockaddr *)&src, &len), 1);
	REQ(ntohl(src.sin_addr.s_addr), from);
	RL(rump_sys_close(s));
	close(pfd.fd);
}

TEST(lease, "an address, a mask and a gateway; and the same again")
{
	uint32_t addr;

	setup();
	REQ(system("ip addr add " FAR "/32 dev lo"), 0);
	dnsmasq("--dhcp-option=option:router," WIRE_HOST);
	RZ(rump_pub_netconfig_dhcp_ipv4_oneshot("virt0"));
	addr = address(GIFADDR);
	ATF_REQUIRE(
	    addr >= ntohl(inet_addr(FIRST)) && addr <= ntohl(inet_addr(LAST)));
	REQ(address(GIFNETMASK), 0xffffff00);
	REQ(address(GIFBRDADDR), ntohl(inet_addr("10.77.0.255")));
	speaks(WIRE_HOST, addr);
	speaks(FAR, addr);

	RZ(rump_pub_netconfig_dhcp_ipv4_oneshot("virt0"));
	REQ(address(GIFADDR), addr);
	speaks(FAR, addr);
}

TEST(noroute, "a server that names no gateway")
{
	setup();
	dnsmasq("--dhcp-option=option:router");
	RZ(rump_pub_netconfig_dhcp_ipv4_oneshot("virt0"));
	speaks(WIRE_HOST, address(GIFADDR));
}

static void *
mend(void *arg)
{
	t_msleep(3000);
	wire.cut = false;
	return NULL;
}

TEST(late, "a wire that comes late and is slow")
{
	pthread_t t;

	setup();
	dnsmasq("--dhcp-option=option:router");
	wire_set(&wire, 0, 0, 0, 200000);
	wire.cut = true;
	RZ(pthread_create(&t, NULL, mend, NULL));
	RZ(rump_pub_netconfig_dhcp_ipv4_oneshot("virt0"));
	speaks(WIRE_HOST, address(GIFADDR));
	pthread_join(t, NULL);
}

TEST(nobody, "no server, or no such interface")
{
	setup();
	REQ(rump_pub_netconfig_dhcp_ipv4_oneshot("virt1"), RUMP_ENXIO);
	REQ(rump_pub_netconfig_dhcp_ipv4_oneshot("lo0"), RUMP_EINVAL);
	REQ(rump_pub_netconfig_dhcp_ipv4_oneshot("virt0"), RUMP_ETIMEDOUT);
}

/* A server of our own (RFC 2131 section 2; options of RFC 2132 from 240). */
#define OPTIONS 240

static int fake; /* its socket */

static void
answer(const uint8_t *msg, size_t len)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(68)};

	sin.sin_addr.s_addr = INADDR_BROADCAST;
	if (sendto(fake, msg, len, 0, (struct sockaddr *)&sin, sizeof(sin)) !=
	    (ssize_t)len)
		perror("sendto");
}

/* Answers that are none, and one that ends it. */
static void *
nonsense(void *arg)
{
	static const uint8_t offer[] = {53, 1, 2, 54, 4, 10, 77, 0, 2, 51, 4, 0,
	    0, 1, 0, 1, 4, 255, 255, 255, 0, 255};
	static const uint8_t past[] = {53, 1, 2, 54, 4, 10, 77, 0, 2, 3, 200};
	static const uint8_t noserver[] = {53, 1, 2, 255};
	static const uint8_t nak[] = {53, 1, 6, 54, 4, 10, 77, 0, 2, 255};
	uint8_t msg[1500], *opt = msg + OPTIONS;
	size_t len;

	if (recv(fake, msg, sizeof(msg), 0) < OPTIONS || msg[0] != 1 ||
	    msg[1] != 1 || msg[2] != 6 || msg[10] != 0x80)
		return "no DISCOVER";
	msg[0] = 2;
	memcpy(msg + 16, "\12\115\0\150", 4); /* your address: 10.77.0.104 */
	memcpy(opt, offer, sizeof(offer));
	for (len = 0; len < OPTIONS + 9; len++)
		answer(msg, len);
	msg[4] ^= 1; /* of another exchange */
	answer(msg, OPTIONS + sizeof(offer));
	msg[4] ^= 1;
	msg[30] ^= 1; /* for another client */
	answer(msg, OPTIONS + sizeof(offer));
	msg[30] ^= 1;
	memcpy(opt, past, sizeof(past));
	memset(opt + sizeof(past), 0, 20);
	answer(msg, OPTIONS + sizeof(past) + 20);
	memcpy(opt, noserver, sizeof(noserver));
	answer(msg, OPTIONS + sizeof(noserver));
	memset(opt, 0, 1400 - OPTIONS);
	answer(msg, 1400);
	memset(opt, 0xff, 1400 - OPTIONS);
	answer(msg, 1400);
	if (arg == NULL)
		return NULL;

	memset(opt, 0, 300);
	memcpy(opt, offer, sizeof(offer));
	answer(msg, OPTIONS + sizeof(offer));
	do {
		if (recv(fake, msg, sizeof(msg), 0) < OPTIONS + 3)
			return "no REQUEST";
	} while (opt[0] != 53 || opt[2] != 3);
	msg[0] = 2;
	memset(opt, 0, 300);
	memcpy(opt, nak, sizeof(nak));
	answer(msg, OPTIONS + sizeof(nak));
	return NULL;
}

static void
fake_server(bool ends, int error)
{
	void *wrong;
	pthread_t t;

	setup();
	fake = host_socket(SOCK_DGRAM, "0.0.0.0", 67);
	REQ(setsockopt(fake, SOL_SOCKET, SO_BINDTODEVICE, "htap0", 6), 0);
	RZ(pthread_create(&t, NULL, nonsense, ends ? &fake : NULL));
	REQ(rump_pub_netconfig_dhcp_ipv4_oneshot("virt0"), error);
	pthread_join(t, &wrong);
	ATF_REQUIRE_MSG(wrong == NULL, "%s", (char *)wrong);
}

TEST(nonsense, "answers that are none")
{
	fake_server(false, RUMP_ETIMEDOUT);
}

TEST(refused, "and a server that takes its offer back")
{
	fake_server(true, RUMP_EADDRNOTAVAIL);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, lease);
	ATF_TP_ADD_TC(tp, noroute);
	ATF_TP_ADD_TC(tp, late);
	ATF_TP_ADD_TC(tp, nobody);
	ATF_TP_ADD_TC(tp, nonsense);
	ATF_TP_ADD_TC(tp, refused);
	return atf_no_error();
}
