/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Addresses of system call servers: unix://path and tcp://address:port/.
 * Part of librumpuser and of librumpclient.
 */

#include "sp_proto.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
parse_unix(const char *path, struct sp_address *a)
{
	struct sockaddr_un *un = &a->a_addr.un;
	char cwd[PATH_MAX] = "";
	int n;

	if (path[0] == '\0')
		return EINVAL;
	/* the program may change its directory before it cleans up */
	if (path[0] != '/' && getcwd(cwd, sizeof(cwd)) == NULL)
		return errno;
	n = snprintf(a->a_path, sizeof(a->a_path), "%s%s%s", cwd,
	    path[0] == '/' ? "" : "/", path);
	if (n < 0)
		return EINVAL;
	un->sun_family = AF_UNIX;
	a->a_len = sizeof(*un);
	if ((size_t)n < sizeof(a->a_path)) {
		memcpy(un->sun_path, a->a_path, (size_t)n + 1);
		return 0;
	}
	/* too long in full; a short relative one still works from here */
	a->a_path[0] = '\0';
	if (strlen(path) >= sizeof(un->sun_path))
		return ENAMETOOLONG;
	strcpy(un->sun_path, path);
	return 0;
}

static int
parse_port(const char *s, in_port_t *portp)
{
	unsigned long port;
	char *end;

	if (s[0] < '0' || s[0] > '9')
		return EINVAL;
	errno = 0;
	port = strtoul(s, &end, 10);
	if (errno != 0 || port > 65535)
		return EINVAL;
	if (end[0] != '\0' && strcmp(end, "/") != 0)
		return EINVAL;
	*portp = htons((uint16_t)port);
	return 0;
}

static int
parse_tcp(const char *s, int server, struct sp_address *a)
{
	struct sockaddr_in *in = &a->a_addr.in;
	const char *colon = strchr(s, ':');
	char host[INET_ADDRSTRLEN];

	if (colon == NULL || (size_t)(colon - s) >= sizeof(host))
		return EINVAL;
	memcpy(host, s, (size_t)(colon - s));
	host[colon - s] = '\0';

	in->sin_family = AF_INET;
	a->a_len = sizeof(*in);
	if (strcmp(host, "*") == 0 || strcmp(host, "0") == 0) {
		if (!server)
			return EINVAL;
		in->sin_addr.s_addr = htonl(INADDR_ANY);
	} else if (inet_pton(AF_INET, host, &in->sin_addr) != 1) {
		return EINVAL;
	}
	return parse_port(colon + 1, &in->sin_port);
}

/*
 * Parse a server's URL.
 */
int
sp_address_parse(const char *url, int server, struct sp_address *a)
{
	static const char unix_scheme[] = "unix://", tcp_scheme[] = "tcp://";

	memset(a, 0, sizeof(*a));
	if (strncmp(url, unix_scheme, sizeof(unix_scheme) - 1) == 0)
		return parse_unix(url + sizeof(unix_scheme) - 1, a);
	if (strncmp(url, tcp_scheme, sizeof(tcp_scheme) - 1) == 0)
		return parse_tcp(url + sizeof(tcp_scheme) - 1, server, a);
	return EINVAL;
}

/* The URL of an address in its absolute form. */
int
sp_address_url(const struct sp_address *a, char *buf, size_t len)
{
	char host[INET_ADDRSTRLEN];
	int n;

	if (a->a_addr.sa.sa_family == AF_UNIX) {
		n = snprintf(buf, len, "unix://%s", a->a_addr.un.sun_path);
	} else {
		inet_ntop(AF_INET, &a->a_addr.in.sin_addr, host, sizeof(host));
		n = snprintf(buf, len, "tcp://%s:%u/", host,
		    (unsigned)ntohs(a->a_addr.in.sin_port));
	}
	return n < 0 || (size_t)n >= len ? ENAMETOOLONG : 0;
}

/* A stream socket of the right family, closed on exec. */
int
sp_socket(const struct sp_address *a, int *fdp)
{
	int fd = socket(a->a_addr.sa.sa_family, SOCK_STREAM, 0);

	if (fd == -1)
		return errno;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	*fdp = fd;
	return 0;
}

/* Options of a connected socket: frames are small and waited for. */
void
sp_socket_setup(const struct sp_address *a, int fd)
{
	const int one = 1;

	if (a->a_addr.sa.sa_family == AF_INET)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
#ifdef SO_NOSIGPIPE
	setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &one, sizeof(one));
#endif
}
