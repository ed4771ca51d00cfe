/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes and lwps of host threads. */

#include <atf-c.h>
#include <errno.h>
#include <pthread.h>
#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUMP_ESRCH 3

ATF_TC_WITHOUT_HEAD(implicit);
ATF_TC_BODY(implicit, tc)
{
	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(rump_pub_lwproc_curlwp(), NULL);
	ATF_REQUIRE_EQ(rump_sys_getpid(), 1);
	/* nothing to release: harmless */
	rump_pub_lwproc_releaselwp();
	ATF_REQUIRE_EQ(rump_sys_getpid(), 1);
	rump_pub_lwproc_switch(NULL);
	ATF_REQUIRE_EQ(rump_sys_getpid(), 1);
}

ATF_TC_WITHOUT_HEAD(rfork);
ATF_TC_BODY(rfork, tc)
{
	struct lwp *l, *l2;
	pid_t pid, pid2;

	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
	ATF_REQUIRE((l = rump_pub_lwproc_curlwp()) != NULL);
	pid = rump_sys_getpid();
	ATF_REQUIRE(pid > 1);
	ATF_REQUIRE_EQ(rump_sys_getppid(), 1);

	ATF_REQUIRE_EQ(rump_pub_lwproc_rfork(RUMP_RFFDG), 0);
	l2 = rump_pub_lwproc_curlwp();
	pid2 = rump_sys_getpid();
	ATF_REQUIRE(l2 != l && pid2 != pid);
	ATF_REQUIRE_EQ(rump_sys_getppid(), pid);

	rump_pub_lwproc_switch(l);
	ATF_REQUIRE_EQ(rump_sys_getpid(), pid);
	ATF_REQUIRE_EQ(rump_pub_lwproc_newlwp(pid2), 0);
	ATF_REQUIRE_EQ(rump_sys_getpid(), pid2);
	rump_pub_lwproc_releaselwp();
	ATF_REQUIRE_EQ(rump_sys_getpid(), 1);

	/* the parent goes first: init adopts */
	rump_pub_lwproc_switch(l);
	rump_pub_lwproc_releaselwp();
	ATF_REQUIRE_EQ(rump_pub_lwproc_newlwp(pid), RUMP_ESRCH);
	rump_pub_lwproc_switch(l2);
	ATF_REQUIRE_EQ(rump_sys_getppid(), 1);
	rump_pub_lwproc_releaselwp();
	ATF_REQUIRE_EQ(rump_pub_lwproc_newlwp(pid2), RUMP_ESRCH);
	ATF_REQUIRE_EQ(rump_pub_lwproc_curlwp(), NULL);
}

ATF_TC_WITHOUT_HEAD(rfork_flags);
ATF_TC_BODY(rfork_flags, tc)
{
	int p[2];
	char c;
	struct lwp *l;

	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE(rump_pub_lwproc_rfork(RUMP_RFFDG | RUMP_RFCFDG) != 0);
	ATF_REQUIRE(rump_pub_lwproc_rfork(0x40) != 0);
	ATF_REQUIRE_EQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
	l = rump_pub_lwproc_curlwp();
	ATF_REQUIRE_EQ(rump_sys_pipe(p), 0);

	/* a copy: closing it there leaves it here */
	ATF_REQUIRE_EQ(rump_pub_lwproc_rfork(RUMP_RFFDG), 0);
	ATF_REQUIRE_EQ(rump_sys_write(p[1], "x", 1), 1);
	ATF_REQUIRE_EQ(rump_sys_close(p[1]), 0);
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(l);
	ATF_REQUIRE_EQ(rump_sys_read(p[0], &c, 1), 1);
	ATF_REQUIRE_EQ(rump_sys_write(p[1], "y", 1), 1);

	/* none */
	ATF_REQUIRE_EQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
	ATF_REQUIRE_EQ(rump_sys_read(p[0], &c, 1), -1);
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(l);

	/* shared: what one closes is closed */
	ATF_REQUIRE_EQ(rump_pub_lwproc_rfork(0), 0);
	ATF_REQUIRE_EQ(rump_sys_read(p[0], &c, 1), 1);
	ATF_REQUIRE_EQ(rump_sys_close(p[0]), 0);
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(l);
	ATF_REQUIRE_EQ(rump_sys_close(p[0]), -1);
	ATF_REQUIRE_EQ(rump_sys_close(p[1]), 0);
	rump_pub_lwproc_releaselwp();
}

ATF_TC_WITHOUT_HEAD(many);
ATF_TC_BODY(many, tc)
{
	static struct lwp *l[2000];
	static pid_t pid[2000];
	int i;

	ATF_REQUIRE_EQ(rump_init(), 0);
	for (i = 0; i < 2000; i++) {
		rump_pub_lwproc_switch(NULL);
		ATF_REQUIRE_EQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
		l[i] = rump_pub_lwproc_curlwp();
		pid[i] = rump_sys_getpid();
	}
	for (i = 0; i < 2000; i++) {
		rump_pub_lwproc_switch(l[i]);
		ATF_REQUIRE_EQ(rump_sys_getpid(), pid[i]);
		rump_pub_lwproc_releaselwp();
	}
	/* more than there are pids, one after the other */
	for (i = 0; i < 40000; i++) {
		ATF_REQUIRE_EQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
		rump_pub_lwproc_releaselwp();
	}
}

static void *
inherit_thread(void *arg)
{
	intptr_t own = (intptr_t)arg;
	int i;

	if (own && rump_pub_lwproc_rfork(RUMP_RFCFDG) != 0)
		return (void *)1;
	for (i = 0; i < 20000; i++) {
		if ((rump_sys_getpid() == 1) == (own != 0))
			return (void *)2;
		if (own && i % 100 == 0) {
			rump_pub_lwproc_releaselwp();
			if (rump_pub_lwproc_rfork(RUMP_RFFDG) != 0)
				return (void *)3;
		}
	}
	if (own)
		rump_pub_lwproc_releaselwp();
	return NULL;
}

static void
threads(int ncpu)
{
	pthread_t pt[8];
	void *rv;
	char buf[8];
	intptr_t i;

	snprintf(buf, sizeof(buf), "%d", ncpu);
	setenv("RUMP_NCPU", buf, 1);
	ATF_REQUIRE_EQ(rump_init(), 0);
	for (i = 0; i < 8; i++)
		ATF_REQUIRE_EQ(pthread_create(&pt[i], NULL, inherit_thread,
				   (void *)(i & 1)),
		    0);
	for (i = 0; i < 8; i++) {
		pthread_join(pt[i], &rv);
		ATF_CHECK_EQ_MSG(rv, NULL, "thread %d: %p", (int)i, rv);
	}
}

ATF_TC_WITHOUT_HEAD(threads_1);
ATF_TC_BODY(threads_1, tc)
{
	threads(1);
}

ATF_TC_WITHOUT_HEAD(threads_2);
ATF_TC_BODY(threads_2, tc)
{
	threads(2);
}

ATF_TC_WITHOUT_HEAD(threads_16);
ATF_TC_BODY(threads_16, tc)
{
	threads(16);
}

/* No thread waits for a CPU forever while others go in and out. */
static _Atomic int stop;

static void *
hog_thread(void *arg)
{
	while (!stop)
		rump_sys_getpid();
	return NULL;
}

ATF_TC_WITHOUT_HEAD(fairness);
ATF_TC_BODY(fairness, tc)
{
	pthread_t pt[4];
	struct timespec a, b;
	long worst = 0, us;
	int i;

	setenv("RUMP_NCPU", "1", 1);
	ATF_REQUIRE_EQ(rump_init(), 0);
	for (i = 0; i < 4; i++)
		pthread_create(&pt[i], NULL, hog_thread, NULL);
	for (i = 0; i < 200; i++) {
		clock_gettime(CLOCK_MONOTONIC, &a);
		rump_sys_getpid();
		clock_gettime(CLOCK_MONOTONIC, &b);
		us = (b.tv_sec - a.tv_sec) * 1000000 +
		    (b.tv_nsec - a.tv_nsec) / 1000;
		if (us > worst)
			worst = us;
		usleep(1000);
	}
	stop = 1;
	for (i = 0; i < 4; i++)
		pthread_join(pt[i], NULL);
	printf("longest wait: %ld us\n", worst);
	ATF_CHECK_MSG(worst < 1000000, "%ld us", worst);
}

ATF_TC_WITHOUT_HEAD(setid);
ATF_TC_BODY(setid, tc)
{
	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
	rump_pub_allbetsareoff_setid(1313, 7);
	ATF_REQUIRE_EQ(rump_sys_getpid(), 1313);
	ATF_REQUIRE_EQ(rump_pub_lwproc_newlwp(1313), 0);
	rump_pub_lwproc_releaselwp();
}

/* a lwp that another thread has: told, not corrupted */
static void *
takeover_thread(void *arg)
{
	rump_pub_lwproc_switch(arg);
	return NULL;
}

ATF_TC_WITHOUT_HEAD(busy);
ATF_TC_BODY(busy, tc)
{
	pthread_t pt;
	int status;

	if (fork() == 0) {
		if (rump_init() != 0 || rump_pub_lwproc_rfork(RUMP_RFCFDG) != 0)
			_exit(1);
		pthread_create(
		    &pt, NULL, takeover_thread, rump_pub_lwproc_curlwp());
		pthread_join(pt, NULL);
		_exit(0);
	}
	wait(&status);
	ATF_REQUIRE(WIFSIGNALED(status));
	ATF_REQUIRE_EQ(WTERMSIG(status), SIGABRT);
}

static pthread_barrier_t release_barrier;

static void *
release_thread(void *arg)
{
	intptr_t error = rump_pub_lwproc_newlwp((pid_t)(intptr_t)arg);

	pthread_barrier_wait(&release_barrier);
	if (error == 0)
		rump_pub_lwproc_releaselwp();
	return (void *)error;
}

/* The last lwps of a process go at once: one of them ends it. */
ATF_TC_WITHOUT_HEAD(release_race);
ATF_TC_BODY(release_race, tc)
{
	pthread_t pt[2];
	void *error;
	pid_t pid;
	int i, j;

	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(pthread_barrier_init(&release_barrier, NULL, 3), 0);
	for (i = 0; i < 500; i++) {
		ATF_REQUIRE_EQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
		pid = rump_sys_getpid();
		for (j = 0; j < 2; j++)
			ATF_REQUIRE_EQ(
			    pthread_create(&pt[j], NULL, release_thread,
				(void *)(intptr_t)pid),
			    0);
		pthread_barrier_wait(&release_barrier);
		rump_pub_lwproc_releaselwp();
		for (j = 0; j < 2; j++) {
			pthread_join(pt[j], &error);
			ATF_REQUIRE_EQ(error, NULL);
		}
		ATF_REQUIRE_EQ(rump_pub_lwproc_newlwp(pid), RUMP_ESRCH);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, implicit);
	ATF_TP_ADD_TC(tp, rfork);
	ATF_TP_ADD_TC(tp, rfork_flags);
	ATF_TP_ADD_TC(tp, many);
	ATF_TP_ADD_TC(tp, threads_1);
	ATF_TP_ADD_TC(tp, threads_2);
	ATF_TP_ADD_TC(tp, threads_16);
	ATF_TP_ADD_TC(tp, fairness);
	ATF_TP_ADD_TC(tp, setid);
	ATF_TP_ADD_TC(tp, busy);
	ATF_TP_ADD_TC(tp, release_race);
	return atf_no_error();
}
