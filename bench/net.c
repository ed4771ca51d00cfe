/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net BUSFILE: TCP over loopback inside one kernel (two threads) and over a
 * shmif bus between two processes, beside the host's loopback between two
 * threads.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <rump/netconfig.h>
#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include "bench.h"

#define PORT   17171
#define CHUNK  (64 * 1024)
#define ROUNDS 20000
#define CONNS  4000

enum what {
	BULK,
	ROUNDTRIP,
	CONNECT
};

struct job {
	const struct sys *sys;
	enum what what;
	long bytes;
	const char *bus; /* NULL: loopback, two threads of one kernel */
	int listener;
};

static void
serve(struct job *j)
{
	char *buf = malloc(CHUNK);
	ssize_t n;
	int s, i;

	switch (j->what) {
	case BULK:
		DO(s = j->sys->accept(j->listener));
		while ((n = j->sys->read(s, buf, CHUNK)) > 0)
			continue;
		j->sys->write(s, "k", 1);
		j->sys->close(s);
		break;
	case ROUNDTRIP:
		DO(s = j->sys->accept(j->listener));
		DO(j->sys->nodelay(s));
		while ((n = j->sys->read(s, buf, 1)) == 1)
			if (j->sys->write(s, buf, 1) != 1)
				break;
		j->sys->close(s);
		break;
	case CONNECT:
		for (i = 0; i < CONNS; i++) {
			DO(s = j->sys->accept(j->listener));
			while (j->sys->read(s, buf, 1) > 0)
				continue;
			j->sys->close(s);
		}
		break;
	}
	free(buf);
}

static void *
serve_thread(void *arg)
{
	struct job *j = arg;

	if (j->sys == &sys_rump)
		rump_pub_lwproc_newlwp(1);
	serve(j);
	return NULL;
}

static void
listen_on(struct job *j, uint32_t addr)
{
	DO(j->listener = j->sys->tcp_socket());
	DO(j->sys->reuse(j->listener));
	DO(j->sys->bind(j->listener, addr, PORT));
	DO(j->sys->listen(j->listener, 64));
}

/* The client's side; returns the figure. */
static double
drive(struct job *j, uint32_t addr)
{
	char *buf = calloc(1, CHUNK), c = 'x';
	double t0 = now_s();
	long sent;
	int s, i;

	if (j->what == CONNECT) {
		for (i = 0; i < CONNS; i++) {
			DO(s = j->sys->tcp_socket());
			DO(j->sys->connect(s, addr, PORT));
			DO(j->sys->close(s));
		}
		return CONNS / (now_s() - t0);
	}
	DO(s = j->sys->tcp_socket());
	DO(j->sys->connect(s, addr, PORT));
	t0 = now_s();
	if (j->what == ROUNDTRIP) {
		DO(j->sys->nodelay(s));
		for (i = 0; i < ROUNDS; i++) {
			if (j->sys->write(s, &c, 1) != 1 ||
			    j->sys->read(s, &c, 1) != 1)
				bench_die("round trip");
		}
		return ROUNDS / (now_s() - t0);
	}
	for (sent = 0; sent < j->bytes; sent += CHUNK)
		if (j->sys->write(s, buf, CHUNK) != CHUNK)
			bench_die("write");
	if (j->sys == &sys_rump)
		rump_sys_shutdown(s, 1);
	else
		shutdown(s, 1);
	if (j->sys->read(s, &c, 1) != 1)
		bench_die("end of the bulk transfer");
	return (double)j->bytes / 1e6 / (now_s() - t0);
}

static double
over_loopback(void *arg)
{
	struct job *j = arg;
	uint32_t lo = inet_addr("127.0.0.1");
	pthread_t t;
	double v;

	alarm(120);
	if (j->sys == &sys_rump) {
		if (rump_init() != 0)
			bench_die("rump_init");
		rump_pub_lwproc_newlwp(1);
	}
	listen_on(j, lo);
	if (pthread_create(&t, NULL, serve_thread, j) != 0)
		bench_die("pthread_create");
	v = drive(j, lo);
	if (j->what == CONNECT || j->what == BULK)
		pthread_join(t, NULL);
	return v;
}

static void
interface(const char *bus, const char *ip)
{
	if (rump_init() != 0 || rump_pub_netconfig_ifcreate("shmif0") != 0 ||
	    rump_pub_netconfig_ifsetlinkstr("shmif0", bus) != 0 ||
	    rump_pub_netconfig_ipv4_ifaddr_cidr("shmif0", ip, 24) != 0 ||
	    rump_pub_netconfig_ifup("shmif0") != 0)
		bench_die("shmif");
	rump_pub_lwproc_rfork(RUMP_RFCFDG);
}

static double
over_shmif(void *arg)
{
	struct job *j = arg;
	int fd[2];
	double v;
	pid_t pid;
	char c;

	alarm(120);
	unlink(j->bus);
	if (pipe(fd) == -1 || (pid = fork()) == -1)
		bench_die("fork");
	if (pid == 0) {
		alarm(120);
		interface(j->bus, "10.1.1.2");
		listen_on(j, 0);
		if (write(fd[1], "r", 1) != 1)
			_exit(1);
		serve(j);
		sleep(1);
		_exit(0);
	}
	if (read(fd[0], &c, 1) != 1)
		bench_die("the server");
	interface(j->bus, "10.1.1.1");
	v = drive(j, inet_addr("10.1.1.2"));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return v;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name, *unit;
	} row[] = {{"TCP bulk", "MB/s"}, {"TCP 1-byte round trips", "/s"},
	    {"TCP connect, accept, close", "/s"}};
	char name[64];
	double host = -1;
	int w;

	if (argc < 2) {
		fprintf(stderr, "usage: net BUSFILE\n");
		return 1;
	}
	for (w = BULK; w <= CONNECT; w++) {
		struct job h = {&sys_host, w, 2L << 30, NULL, -1};
		struct job r = {&sys_rump, w, 1L << 30, NULL, -1};
		struct job s = {&sys_rump, w, 256L << 20, argv[1], -1};

		if (argc > 2 && strcmp(argv[2], "shmif") == 0)
			goto shmif;
		host = median(over_loopback, &h, 3);
		snprintf(name, sizeof(name), "%s, loopback", row[w].name);
		report(name, median(over_loopback, &r, 3), row[w].unit, host);
	shmif:
		snprintf(name, sizeof(name), "%s, shmif", row[w].name);
		report(name, median(over_shmif, &s, 3), row[w].unit, host);
	}
	return 0;
}
