/* SPDX-License-Identifier: BSD-2-Clause */
/* Entering and leaving the kernel: getpid and a pipe, nanoseconds each. */
#include <pthread.h>

#include <rump/rump.h>

#include "bench.h"

#define CALLS 3000000

struct work {
	const struct sys *sys;
	int ownlwp, threads;
};

static void *
loop(void *arg)
{
	struct work *w = arg;
	double t0, *ns = malloc(sizeof(*ns));
	int i;

	if (w->ownlwp && rump_pub_lwproc_rfork(RUMP_RFFDG) != 0)
		bench_die("rump_pub_lwproc_rfork");
	for (i = 0; i < 1000; i++)
		w->sys->getpid();
	t0 = now_s();
	for (i = 0; i < CALLS; i++)
		w->sys->getpid();
	*ns = (now_s() - t0) / CALLS * 1e9;
	if (w->ownlwp)
		rump_pub_lwproc_releaselwp();
	return ns;
}

static double
getpid_ns(void *arg)
{
	struct work *w = arg;
	pthread_t t[8];
	double sum = 0, *ns;
	int i;

	if (w->sys == &sys_rump)
		rump_init();
	for (i = 0; i < w->threads; i++)
		if (pthread_create(&t[i], NULL, loop, w) != 0)
			bench_die("pthread_create");
	for (i = 0; i < w->threads; i++) {
		pthread_join(t[i], (void **)&ns);
		sum += *ns;
	}
	return sum / w->threads;
}

static double
pipe_ns(void *arg)
{
	struct work *w = arg;
	double t0;
	char c = 'x';
	int fd[2], i;

	if (w->sys == &sys_rump) {
		rump_init();
		rump_pub_lwproc_rfork(RUMP_RFFDG);
	}
	DO(w->sys->pipe(fd));
	t0 = now_s();
	for (i = 0; i < CALLS / 10; i++) {
		DO(w->sys->write(fd[1], &c, 1));
		DO(w->sys->read(fd[0], &c, 1));
	}
	return (now_s() - t0) / (CALLS / 10) * 1e9;
}

int
main(void)
{
	struct work h1 = {&sys_host, 0, 1}, h2 = {&sys_host, 0, 2};
	struct work own1 = {&sys_rump, 1, 1}, own2 = {&sys_rump, 1, 2};
	struct work none1 = {&sys_rump, 0, 1}, none2 = {&sys_rump, 0, 2};
	double host1 = median(getpid_ns, &h1, 3);
	double host2 = median(getpid_ns, &h2, 3);

	report("getpid, own lwp", median(getpid_ns, &own1, 5), "ns", host1);
	report("getpid, no lwp", median(getpid_ns, &none1, 5), "ns", host1);
	report("getpid, own lwp, 2 threads", median(getpid_ns, &own2, 5), "ns",
	    host2);
	report("getpid, no lwp, 2 threads", median(getpid_ns, &none2, 5), "ns",
	    host2);
	report("pipe, 1 byte write and read", median(pipe_ns, &own1, 5), "ns",
	    median(pipe_ns, &h1, 3));
	return 0;
}
