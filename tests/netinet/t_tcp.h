/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of TCP share: addresses, connections, counters, data. */

#ifndef T_TCP_H
#define T_TCP_H

#include "../kern/t_kern.h"

#include <arpa/inet.h>

#define T_TCP_NODELAY   1
#define T_TCP_MAXSEG    2
#define T_TCP_KEEPIDLE  3
#define T_TCP_KEEPINTVL 5
#define T_TCP_KEEPCNT   6
#define T_TCP_KEEPINIT  7
#define T_TCP_INFO      9
#define T_TCP_CONGCTL   0x20

/* counters, by their place in net.inet.tcp.stats */
#define ST_SNDREXMITPACK     21
#define ST_REXMTTIMEO        10
#define ST_RCVBADSUM         31
#define ST_RCVBADOFF         32
#define ST_RCVSHORT          34
#define ST_PAWSDROP          50
#define ST_SC_ADDED          57
#define ST_SC_BUCKETOVERFLOW 63
#define ST_N                 76

static inline struct rump_sockaddr_in
t_sin(const char *addr, int port)
{
	struct rump_sockaddr_in sin;

	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = RUMP_AF_INET;
	sin.sin_port = htons(port);
	sin.sin_addr = inet_addr(addr);
	return sin;
}

static inline int
t_listen(const char *addr, int port, int backlog)
{
	struct rump_sockaddr_in sin = t_sin(addr, port);
	int s, on = 1;

	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0));
	RL(rump_sys_setsockopt(
	    s, RUMP_SOL_SOCKET, RUMP_SO_REUSEADDR, &on, sizeof(on)));
	RL(rump_sys_bind(s, SA(&sin), sizeof(sin)));
	RL(rump_sys_listen(s, backlog));
	return s;
}

static inline int
t_connect(const char *addr, int port)
{
	struct rump_sockaddr_in sin = t_sin(addr, port);
	int s;

	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0));
	RL(rump_sys_connect(s, SA(&sin), sizeof(sin)));
	return s;
}

/* both ends of a connection over loopback */
static inline void
t_tcp_pair(int sv[2], int port)
{
	int l = t_listen("127.0.0.1", port, 5);

	sv[0] = t_connect("127.0.0.1", port);
	RL(sv[1] = rump_sys_accept(l, NULL, NULL));
	RL(rump_sys_close(l));
}

static inline uint64_t
t_stat(int which)
{
	int mib[4] = {4, 2, 6, 30};
	uint64_t st[ST_N];
	size_t len = sizeof(st);

	RL(rump_sys___sysctl(mib, 4, st, &len, NULL, 0));
	return st[which];
}

/* set a net.inet.tcp node that has a number */
static inline void
t_sysctl(int node, int value)
{
	int mib[4] = {4, 2, 6, node};

	RL(rump_sys___sysctl(mib, 4, NULL, NULL, &value, sizeof(value)));
}

/* byte number off of a stream */
static inline uint8_t
t_byte(size_t off)
{
	return (uint8_t)(off * 31 + (off >> 8) * 17 + (off >> 16) * 7);
}

static inline void
t_fill(uint8_t *p, size_t off, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = t_byte(off + i);
}

static inline int
t_check(const uint8_t *p, size_t off, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] != t_byte(off + i)) {
			fprintf(stderr, "byte %zu is wrong\n", off + i);
			return 0;
		}
	}
	return 1;
}

#endif
