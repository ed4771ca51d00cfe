/* SPDX-License-Identifier: BSD-2-Clause */
/* The rump kernel's half of struct sys. */
#include <arpa/inet.h>

#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include "bench.h"

static int
r_open(const char *path, int create)
{
	return rump_sys_open(
	    path, create ? RUMP_O_RDWR | RUMP_O_CREAT : RUMP_O_RDWR, 0644);
}

static int
r_stat(const char *path)
{
	struct rump_stat st;

	return rump_sys_stat(path, rump_stat_ptr(&st));
}

static int
r_mkdir(const char *path)
{
	return rump_sys_mkdir(path, 0755);
}

static int
r_socket(void)
{
	return rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0);
}

static struct rump_sockaddr_in
r_sin(uint32_t addr, uint16_t port)
{
	return (struct rump_sockaddr_in){
	    .sin_len = sizeof(struct rump_sockaddr_in),
	    .sin_family = RUMP_AF_INET,
	    .sin_port = htons(port),
	    .sin_addr = addr};
}

static int
r_bind(int s, uint32_t addr, uint16_t port)
{
	struct rump_sockaddr_in sin = r_sin(addr, port);

	return rump_sys_bind(s, (void *)&sin, sizeof(sin));
}

static int
r_connect(int s, uint32_t addr, uint16_t port)
{
	struct rump_sockaddr_in sin = r_sin(addr, port);

	return rump_sys_connect(s, (void *)&sin, sizeof(sin));
}

static int
r_accept(int s)
{
	return rump_sys_accept(s, NULL, NULL);
}

static int
r_nodelay(int s)
{
	int one = 1;

	return rump_sys_setsockopt(
	    s, RUMP_IPPROTO_TCP, RUMP_TCP_NODELAY, &one, sizeof(one));
}

static int
r_reuse(int s)
{
	int one = 1;

	return rump_sys_setsockopt(
	    s, RUMP_SOL_SOCKET, RUMP_SO_REUSEADDR, &one, sizeof(one));
}

static int
r_getpid(void)
{
	return rump_sys_getpid();
}

const struct sys sys_rump = {
    .name = "rump",
    .open_rw = r_open,
    .close = rump_sys_close,
    .read = rump_sys_read,
    .write = rump_sys_write,
    .pread = rump_sys_pread,
    .lseek = rump_sys_lseek,
    .stat = r_stat,
    .unlink = rump_sys_unlink,
    .mkdir = r_mkdir,
    .pipe = rump_sys_pipe,
    .getpid = r_getpid,
    .tcp_socket = r_socket,
    .bind = r_bind,
    .connect = r_connect,
    .listen = rump_sys_listen,
    .accept = r_accept,
    .nodelay = r_nodelay,
    .reuse = r_reuse,
};
