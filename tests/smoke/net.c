/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net BUS1 [BUS2]: three processes, a kernel each.  A client on the first
 * bus and a server on the second talk TCP and UDP through a router that is
 * on both; with one bus they talk directly.
 */
#include "smoke.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/wait.h>

#include <rump/netconfig.h>

#define TCP_BYTES (1024 * 1024)

static struct rump_sockaddr_in
address(const char *ip, uint16_t port)
{
	return (struct rump_sockaddr_in){
	    .sin_len = sizeof(struct rump_sockaddr_in),
	    .sin_family = RUMP_AF_INET,
	    .sin_port = htons(port),
	    .sin_addr = inet_addr(ip)};
}

static void
interface(const char *ifname, const char *bus, const char *ip)
{
	REQUIRE(rump_pub_netconfig_ifcreate(ifname) == 0);
	REQUIRE(rump_pub_netconfig_ifsetlinkstr(ifname, bus) == 0);
	REQUIRE(rump_pub_netconfig_ipv4_ifaddr_cidr(ifname, ip, 24) == 0);
	REQUIRE(rump_pub_netconfig_ifup(ifname) == 0);
}

static void
wait_ready(int fd)
{
	char c;

	REQUIRE(read(fd, &c, 1) == 1);
}

static void
server(const char *bus, const char *ip, const char *gw, int ready)
{
	struct rump_sockaddr_in sin = address(ip, 7000), from;
	uint32_t fromlen = sizeof(from);
	char buf[8192];
	int tcp, udp, conn;
	ssize_t n;

	REQUIRE(rump_init() == 0);
	interface("shmif0", bus, ip);
	if (gw != NULL)
		REQUIRE(rump_pub_netconfig_ipv4_gw(gw) == 0);
	CHECK(tcp = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0));
	CHECK(rump_sys_bind(tcp, (void *)&sin, sizeof(sin)));
	CHECK(rump_sys_listen(tcp, 5));
	CHECK(udp = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0));
	CHECK(rump_sys_bind(udp, (void *)&sin, sizeof(sin)));
	REQUIRE(write(ready, "r", 1) == 1);

	CHECK(n = rump_sys_recvfrom(
		  udp, buf, sizeof(buf), 0, (void *)&from, &fromlen));
	REQUIRE(rump_sys_sendto(udp, buf, n, 0, (void *)&from, fromlen) == n);
	CHECK(conn = rump_sys_accept(tcp, NULL, NULL));
	while ((n = rump_sys_read(conn, buf, sizeof(buf))) > 0)
		REQUIRE(rump_sys_write(conn, buf, n) == n);
	REQUIRE(n == 0);
	CHECK(rump_sys_close(conn));
	CHECK(rump_sys_reboot(0, NULL));
	exit(0);
}

static void
router(const char *bus1, const char *bus2, int ready, int quit)
{
	int mib[] = {4, 2, 0, 1}; /* net.inet.ip.forwarding */
	int one = 1;

	REQUIRE(rump_init() == 0);
	CHECK(rump_sys___sysctl(mib, 4, NULL, NULL, &one, sizeof(one)));
	interface("shmif0", bus1, "10.0.1.254");
	interface("shmif1", bus2, "10.0.2.254");
	REQUIRE(write(ready, "r", 1) == 1);
	wait_ready(quit);
	CHECK(rump_sys_reboot(0, NULL));
	exit(0);
}

/* Echo TCP_BYTES through the server, sending and receiving in turns. */
static void
tcp_echo(int s)
{
	static char out[16384], in[16384];
	size_t sent = 0, i, chunk, got;
	ssize_t n;

	while (sent < TCP_BYTES) {
		chunk = sizeof(out) - (sent / sizeof(out)) % 100;
		for (i = 0; i < chunk; i++)
			out[i] = (char)(sent + i * 13);
		REQUIRE(rump_sys_write(s, out, chunk) == (ssize_t)chunk);
		for (got = 0; got < chunk; got += n) {
			n = rump_sys_read(s, in + got, chunk - got);
			if (n <= 0)
				fail("read of the echo");
		}
		REQUIRE(memcmp(in, out, chunk) == 0);
		sent += chunk;
	}
}

static void
client(const char *bus, const char *gw, const char *peer)
{
	struct rump_sockaddr_in sin = address(peer, 7000);
	char buf[64];
	int s;

	REQUIRE(rump_init() == 0);
	interface("shmif0", bus, "10.0.1.1");
	if (gw != NULL)
		REQUIRE(rump_pub_netconfig_ipv4_gw(gw) == 0);
	CHECK(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0));
	CHECK(rump_sys_connect(s, (void *)&sin, sizeof(sin)));
	REQUIRE(rump_sys_write(s, "datagram", 8) == 8);
	REQUIRE(rump_sys_read(s, buf, sizeof(buf)) == 8);
	REQUIRE(memcmp(buf, "datagram", 8) == 0);
	CHECK(rump_sys_close(s));

	CHECK(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0));
	CHECK(rump_sys_connect(s, (void *)&sin, sizeof(sin)));
	tcp_echo(s);
	CHECK(rump_sys_shutdown(s, 1));
	REQUIRE(rump_sys_read(s, buf, sizeof(buf)) == 0);
	CHECK(rump_sys_close(s));
	CHECK(rump_sys_reboot(0, NULL));
	exit(0);
}

static void
reap(pid_t pid, const char *who)
{
	int status;

	REQUIRE(waitpid(pid, &status, 0) == pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "FAILED: the %s\n", who);
		exit(1);
	}
}

int
main(int argc, char **argv)
{
	int ready[2], quit[2];
	pid_t srv, rtr = -1, cli;
	int routed = argc == 3;

	REQUIRE(argc == 2 || argc == 3);
	REQUIRE(pipe(ready) == 0 && pipe(quit) == 0);
	alarm(60);
	step(routed ? "TCP and UDP between two buses, through a router"
		    : "TCP and UDP between two processes");
	if ((srv = fork()) == 0)
		server(routed ? argv[2] : argv[1],
		    routed ? "10.0.2.1" : "10.0.1.2",
		    routed ? "10.0.2.254" : NULL, ready[1]);
	wait_ready(ready[0]);
	if (routed) {
		if ((rtr = fork()) == 0)
			router(argv[1], argv[2], ready[1], quit[0]);
		wait_ready(ready[0]);
	}
	if ((cli = fork()) == 0)
		client(argv[1], routed ? "10.0.1.254" : NULL,
		    routed ? "10.0.2.1" : "10.0.1.2");
	reap(cli, "client");
	reap(srv, "server");
	if (routed) {
		REQUIRE(write(quit[1], "q", 1) == 1);
		reap(rtr, "router");
	}
	return 0;
}
