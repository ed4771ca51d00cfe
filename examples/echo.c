/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * echo: a TCP connection inside one process, over the loopback of a kernel of
 * its own.
 * pkg-config: rumpnet_netinet
 * prints: the other end got: hello
 */
#include <arpa/inet.h>
#include <stdio.h>

#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

int
main(void)
{
	struct rump_sockaddr_in sin = {.sin_len = sizeof(sin),
	    .sin_family = RUMP_AF_INET,
	    .sin_port = htons(7)};
	char text[16] = "";
	int server, client, conn;

	sin.sin_addr = htonl(INADDR_LOOPBACK);
	rump_init();
	server = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0);
	if (rump_sys_bind(server, (void *)&sin, sizeof(sin)) == -1 ||
	    rump_sys_listen(server, 1) == -1)
		return 1;
	client = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0);
	if (rump_sys_connect(client, (void *)&sin, sizeof(sin)) == -1)
		return 1;
	conn = rump_sys_accept(server, NULL, NULL);
	rump_sys_write(client, "hello", 5);
	rump_sys_read(conn, text, sizeof(text) - 1);
	printf("the other end got: %s\n", text);
	return 0;
}
