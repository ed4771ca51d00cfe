/* SPDX-License-Identifier: BSD-2-Clause */
/* What all benchmark programs share, and the host's half of struct sys. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "bench.h"

void
report(const char *name, double value, const char *unit, double host)
{
	printf("%-44s %14.2f %-8s", name, value, unit);
	if (host < 0)
		printf(" %14s\n", "-");
	else
		printf(" %14.2f\n", host);
	fflush(stdout);
}

void
bench_die(const char *what)
{
	fprintf(stderr, "bench: %s failed: errno %d\n", what, errno);
	exit(1);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

double
median(double (*f)(void *), void *arg, int runs)
{
	double v[32];
	int i;

	for (i = 0; i < runs; i++)
		v[i] = in_child(f, arg);
	qsort(v, runs, sizeof(v[0]), compare);
	return v[runs / 2];
}

double
in_child(double (*f)(void *), void *arg)
{
	double value;
	int fd[2], status;
	pid_t pid;

	fflush(stdout);
	if (pipe(fd) == -1 || (pid = fork()) == -1)
		bench_die("fork");
	if (pid == 0) {
		value = f(arg);
		if (write(fd[1], &value, sizeof(value)) != sizeof(value))
			_exit(1);
		_exit(0);
	}
	close(fd[1]);
	if (read(fd[0], &value, sizeof(value)) != sizeof(value))
		value = -1;
	close(fd[0]);
	if (waitpid(pid, &status, 0) != pid || status != 0) {
		fprintf(stderr, "bench: a measured process failed\n");
		exit(1);
	}
	return value;
}

static int
host_open(const char *path, int create)
{
	return open(path, create ? O_RDWR | O_CREAT : O_RDWR, 0644);
}

static int
host_stat(const char *path)
{
	struct stat st;

	return stat(path, &st);
}

static int
host_mkdir(const char *path)
{
	return mkdir(path, 0755);
}

static int
host_getpid(void)
{
	return (int)syscall(SYS_getpid);
}

static int
host_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

static struct sockaddr_in
host_sin(uint32_t addr, uint16_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = addr};
}

static int
host_bind(int s, uint32_t addr, uint16_t port)
{
	struct sockaddr_in sin = host_sin(addr, port);

	return bind(s, (struct sockaddr *)&sin, sizeof(sin));
}

static int
host_connect(int s, uint32_t addr, uint16_t port)
{
	struct sockaddr_in sin = host_sin(addr, port);

	return connect(s, (struct sockaddr *)&sin, sizeof(sin));
}

static int
host_accept(int s)
{
	return accept(s, NULL, NULL);
}

static int
host_nodelay(int s)
{
	int one = 1;

	return setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

static int
host_reuse(int s)
{
	int one = 1;

	return setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
}

const struct sys sys_host = {
    .name = "host",
    .open_rw = host_open,
    .close = close,
    .read = read,
    .write = write,
    .pread = pread,
    .lseek = lseek,
    .stat = host_stat,
    .unlink = unlink,
    .mkdir = host_mkdir,
    .pipe = pipe,
    .getpid = host_getpid,
    .tcp_socket = host_socket,
    .bind = host_bind,
    .connect = host_connect,
    .listen = listen,
    .accept = host_accept,
    .nodelay = host_nodelay,
    .reuse = host_reuse,
};
