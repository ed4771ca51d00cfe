/* SPDX-License-Identifier: BSD-2-Clause */
#include "t_kern.h"

enum {
	FILT_READ,
	FILT_WRITE,
	FILT_AIO,
	FILT_VNODE,
	FILT_PROC,
	FILT_SIGNAL,
	FILT_TIMER
};
#define EV_ADD     1
#define EV_DELETE  2
#define EV_ENABLE  4
#define EV_DISABLE 8
#define EV_ONESHOT 0x10
#define EV_CLEAR   0x20
#define EV_EOF     0x8000
#define EV_ERROR   0x4000
#define NOTE_EXIT  0x80000000U
#define NOTE_FORK  0x40000000U
#define NOTE_TRACK 1U
#define NOTE_CHILD 4U

static struct rump_timespec zero = {0, 0}, sec5 = {5, 0};

static struct rump_kevent
ev(uintptr_t id, uint32_t filter, uint32_t flags, uint32_t fflags, int64_t data)
{
	struct rump_kevent k;

	memset(&k, 0, sizeof(k));
	k.ident = id;
	k.filter = filter;
	k.flags = flags;
	k.fflags = fflags;
	k.data = data;
	k.udata = 4711;
	return k;
}

static int
kev(int kq, struct rump_kevent *in, size_t nin, struct rump_kevent *out,
    size_t nout, struct rump_timespec *ts)
{
	return rump_sys_kevent(kq, rump_kevent_ptr(in), nin,
	    rump_kevent_ptr(out), nout, rump_timespec_ptr(ts));
}

static void
add(int kq, struct rump_kevent k)
{
	RL(kev(kq, &k, 1, NULL, 0, &zero));
}

TEST(pipe, "read and write filters on a pipe")
{
	struct rump_kevent e[4];
	int kq, p[2];
	char c[10];

	RZ(rump_init());
	RL(kq = rump_sys_kqueue());
	RL(rump_sys_pipe(p));
	add(kq, ev((uintptr_t)p[0], FILT_READ, EV_ADD, 0, 0));
	REQ(kev(kq, NULL, 0, e, 4, &zero), 0);
	REQ(rump_sys_write(p[1], "abc", 3), 3);
	REQ(kev(kq, NULL, 0, e, 4, NULL), 1);
	REQ(e[0].ident, p[0]);
	REQ(e[0].filter, FILT_READ);
	REQ(e[0].data, 3);
	REQ(e[0].udata, 4711);
	/* level triggered: again */
	REQ(kev(kq, NULL, 0, e, 4, &zero), 1);
	REQ(rump_sys_read(p[0], c, 10), 3);
	REQ(kev(kq, NULL, 0, e, 4, &zero), 0);

	add(kq, ev((uintptr_t)p[1], FILT_WRITE, EV_ADD, 0, 0));
	REQ(kev(kq, NULL, 0, e, 4, &zero), 1);
	REQ(e[0].filter, FILT_WRITE);
	ATF_REQUIRE(e[0].data >= 512);
	RL(rump_sys_close(p[0]));
	REQ(kev(kq, NULL, 0, e, 4, &zero), 1);
	ATF_REQUIRE(e[0].flags & EV_EOF);
	/* both knotes go with their descriptors */
	RL(rump_sys_close(p[1]));
	REQ(kev(kq, NULL, 0, e, 4, &zero), 0);
	RL(rump_sys_close(kq));
	RERR(RUMP_EBADF, kev(kq, NULL, 0, e, 4, &zero));
}

TEST(flags, "CLEAR, ONESHOT, DISABLE, ENABLE, DELETE and errors")
{
	struct rump_kevent e[4], k;
	int kq, p[2];
	char c;

	RZ(rump_init());
	RL(kq = rump_sys_kqueue1(RUMP_O_CLOEXEC));
	RL(rump_sys_pipe(p));
	add(kq, ev((uintptr_t)p[0], FILT_READ, EV_ADD | EV_CLEAR, 0, 0));
	REQ(rump_sys_write(p[1], "a", 1), 1);
	REQ(kev(kq, NULL, 0, e, 4, &zero), 1);
	REQ(kev(kq, NULL, 0, e, 4, &zero), 0);
	REQ(rump_sys_write(p[1], "b", 1), 1);
	REQ(kev(kq, NULL, 0, e, 4, &zero), 1);
	REQ(e[0].data, 2);

	add(kq, ev((uintptr_t)p[0], FILT_READ, EV_DISABLE, 0, 0));
	REQ(rump_sys_write(p[1], "c", 1), 1);
	REQ(kev(kq, NULL, 0, e, 4, &zero), 0);
	add(kq, ev((uintptr_t)p[0], FILT_READ, EV_ENABLE, 0, 0));
	REQ(kev(kq, NULL, 0, e, 4, &zero), 1);
	add(kq, ev((uintptr_t)p[0], FILT_READ, EV_DELETE, 0, 0));
	k = ev((uintptr_t)p[0], FILT_READ, EV_DELETE, 0, 0);
	RERR(RUMP_ENOENT, kev(kq, &k, 1, NULL, 0, &zero));
	REQ(kev(kq, &k, 1, e, 1, &zero), 1);
	REQ(e[0].flags, EV_ERROR);
	REQ(e[0].data, RUMP_ENOENT);

	add(kq, ev((uintptr_t)p[0], FILT_READ, EV_ADD | EV_ONESHOT, 0, 0));
	REQ(kev(kq, NULL, 0, e, 4, &zero), 1);
	REQ(rump_sys_read(p[0], &c, 1), 1);
	REQ(kev(kq, NULL, 0, e, 4, &zero), 0);
	RERR(RUMP_ENOENT, kev(kq, &k, 1, NULL, 0, &zero));

	k = ev(300, FILT_READ, EV_ADD, 0, 0);
	RERR(RUMP_EBADF, kev(kq, &k, 1, NULL, 0, &zero));
	k = ev((uintptr_t)-1, FILT_READ, EV_ADD, 0, 0);
	RERR(RUMP_EBADF, kev(kq, &k, 1, NULL, 0, &zero));
	k = ev(0, 99, EV_ADD, 0, 0);
	RERR(RUMP_EINVAL, kev(kq, &k, 1, NULL, 0, &zero));
	k = ev((uintptr_t)p[0], FILT_VNODE, EV_ADD, 0, 0);
	RERR(RUMP_EINVAL, kev(kq, &k, 1, NULL, 0, &zero));
	RERR(RUMP_EBADF, kev(p[0], NULL, 0, e, 1, &zero));
}

TEST(timer, "periodic and one-shot timers")
{
	struct rump_kevent e[4];
	int kq, n;

	RZ(rump_init());
	RL(kq = rump_sys_kqueue());
	TAKES(0.045, 0.5, {
		add(kq, ev(1, FILT_TIMER, EV_ADD | EV_ONESHOT, 0, 50));
		REQ(kev(kq, NULL, 0, e, 4, &sec5), 1);
	});
	REQ(e[0].data, 1);
	REQ(e[0].filter, FILT_TIMER);
	TAKES(0.08, 1, {
		add(kq, ev(2, FILT_TIMER, EV_ADD, 0, 20));
		for (n = 0; n < 5; n += (int)e[0].data) {
			REQ(kev(kq, NULL, 0, e, 4, &sec5), 1);
			REQ(e[0].ident, 2);
		}
		add(kq, ev(2, FILT_TIMER, EV_DELETE, 0, 0));
	});
	REQ(kev(kq, NULL, 0, e, 4, &zero), 0);
	add(kq, ev(3, FILT_TIMER, EV_ADD, 0, 10));
	RL(rump_sys_close(kq));
	t_msleep(50);
}

TEST(proc, "fork and exit of processes, and tracking")
{
	struct lwp *watcher;
	struct rump_kevent e[4];
	pid_t pid, child;
	int kq, n, i, seen = 0;

	RZ(rump_init());
	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	watcher = rump_pub_lwproc_curlwp();
	RL(kq = rump_sys_kqueue());
	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	pid = rump_sys_getpid();
	struct lwp *watched = rump_pub_lwproc_curlwp();

	rump_pub_lwproc_switch(watcher);
	add(kq,
	    ev((uintptr_t)pid, FILT_PROC, EV_ADD,
		NOTE_EXIT | NOTE_FORK | NOTE_TRACK, 0));
	struct rump_kevent k = ev(99999, FILT_PROC, EV_ADD, NOTE_EXIT, 0);
	RERR(RUMP_ESRCH, kev(kq, &k, 1, NULL, 0, &zero));

	rump_pub_lwproc_switch(watched);
	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	child = rump_sys_getpid();
	rump_pub_lwproc_releaselwp();

	rump_pub_lwproc_switch(watcher);
	n = kev(kq, NULL, 0, e, 4, &zero);
	ATF_REQUIRE_MSG(n >= 2, "%d events", n);
	for (i = 0; i < n; i++) {
		if (e[i].ident == (uintptr_t)pid) {
			ATF_REQUIRE(e[i].fflags & NOTE_FORK);
			seen |= 1;
		} else {
			REQ(e[i].ident, child);
			if (e[i].fflags & NOTE_CHILD)
				seen |= 2;
			if (e[i].fflags & NOTE_EXIT)
				seen |= 4;
		}
	}
	REQ(seen, 7);
	rump_pub_lwproc_switch(watched);
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(watcher);
	REQ(kev(kq, NULL, 0, e, 4, &zero), 1);
	REQ(e[0].ident, pid);
	ATF_REQUIRE(e[0].fflags & NOTE_EXIT);
	ATF_REQUIRE(e[0].flags & EV_EOF);
	REQ(kev(kq, NULL, 0, e, 4, &zero), 0);
}

TEST(signal, "signals are counted whatever the model")
{
	struct rump_kevent e[2];
	char c = 0;
	int kq, p[2];

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	RZ(rump_init());
	RL(kq = rump_sys_kqueue());
	add(kq, ev(13, FILT_SIGNAL, EV_ADD, 0, 0));
	RL(rump_sys_pipe(p));
	RL(rump_sys_close(p[0]));
	RERR(RUMP_EPIPE, rump_sys_write(p[1], &c, 1));
	RERR(RUMP_EPIPE, rump_sys_write(p[1], &c, 1));
	REQ(kev(kq, NULL, 0, e, 2, &zero), 1);
	REQ(e[0].ident, 13);
	REQ(e[0].data, 2);
	REQ(kev(kq, NULL, 0, e, 2, &zero), 0);
}

static int t_kq, t_pipe[2];

static void *
writer(void *arg)
{
	int i;

	for (i = 0; i < 2000; i++) {
		if (rump_sys_write(t_pipe[1], "x", 1) != 1)
			return "write";
		if (i % 16 == 0)
			sched_yield();
	}
	return NULL;
}

TEST(threads, "no event is lost between two threads")
{
	struct rump_kevent e[2];
	char buf[64];
	pthread_t pt;
	void *res;
	int got = 0;
	ssize_t n;

	RZ(rump_init());
	RL(t_kq = rump_sys_kqueue());
	RL(rump_sys_pipe(t_pipe));
	add(t_kq, ev((uintptr_t)t_pipe[0], FILT_READ, EV_ADD, 0, 0));
	RZ(pthread_create(&pt, NULL, writer, NULL));
	while (got < 2000) {
		REQ(kev(t_kq, NULL, 0, e, 2, &sec5), 1);
		RL(n = rump_sys_read(t_pipe[0], buf, sizeof(buf)));
		got += (int)n;
	}
	RZ(pthread_join(pt, &res));
	ATF_REQUIRE(res == NULL);
}

static int stop;

static void *
adder(void *arg)
{
	struct rump_kevent k;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		k = ev((uintptr_t)t_pipe[0], FILT_READ, EV_ADD, 0, 0);
		kev(t_kq, &k, 1, NULL, 0, &zero);
		k.flags = EV_DELETE;
		kev(t_kq, &k, 1, NULL, 0, &zero);
	}
	return NULL;
}

static void *
scanner(void *arg)
{
	struct rump_kevent e[4];

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		kev(t_kq, NULL, 0, e, 4, &zero);
	return NULL;
}

TEST(race, "adding, deleting, activating and scanning at once")
{
	pthread_t pt[4];
	char buf[100];
	int i;

	RZ(rump_init());
	RL(t_kq = rump_sys_kqueue());
	RL(rump_sys_pipe2(t_pipe, RUMP_O_NONBLOCK));
	for (i = 0; i < 4; i++)
		RZ(pthread_create(&pt[i], NULL, i < 2 ? adder : scanner, NULL));
	for (i = 0; i < 20000; i++) {
		(void)rump_sys_write(t_pipe[1], buf, 1);
		if (i % 8 == 0)
			(void)rump_sys_read(t_pipe[0], buf, 100);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 4; i++)
		RZ(pthread_join(pt[i], NULL));
	RL(rump_sys_close(t_pipe[0]));
	RL(rump_sys_close(t_kq));
}

static void *
tracker(void *arg)
{
	const pid_t *pid = arg;
	struct rump_kevent k;
	int kq;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		RL(kq = rump_sys_kqueue());
		k = ev((uintptr_t)*pid, FILT_PROC, EV_ADD,
		    NOTE_TRACK | NOTE_FORK, 0);
		RL(kev(kq, &k, 1, NULL, 0, &zero));
		RL(rump_sys_close(kq));
	}
	return NULL;
}

TEST(track_close, "a process forks while its tracker closes the kqueue")
{
	struct lwp *l;
	pthread_t pt;
	pid_t pid;
	int i;

	RZ(rump_init());
	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	l = rump_pub_lwproc_curlwp();
	pid = rump_sys_getpid();
	RZ(pthread_create(&pt, NULL, tracker, &pid));
	for (i = 0; i < 20000; i++) {
		RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
		rump_pub_lwproc_releaselwp();
		rump_pub_lwproc_switch(l);
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	RZ(pthread_join(pt, NULL));
}

TEST(nested, "a kqueue in a kqueue, but no circles")
{
	struct rump_kevent e[2], k;
	int k1, k2, k3, p[2];

	RZ(rump_init());
	RL(k1 = rump_sys_kqueue());
	RL(k2 = rump_sys_kqueue());
	RL(k3 = rump_sys_kqueue());
	RL(rump_sys_pipe(p));
	add(k1, ev((uintptr_t)p[0], FILT_READ, EV_ADD, 0, 0));
	add(k2, ev((uintptr_t)k1, FILT_READ, EV_ADD, 0, 0));
	REQ(kev(k2, NULL, 0, e, 2, &zero), 0);
	REQ(rump_sys_write(p[1], "a", 1), 1);
	REQ(kev(k2, NULL, 0, e, 2, &zero), 1);
	REQ(e[0].ident, k1);
	REQ(e[0].data, 1);
	k = ev((uintptr_t)k1, FILT_READ, EV_ADD, 0, 0);
	RERR(RUMP_EINVAL, kev(k1, &k, 1, NULL, 0, &zero));
	k = ev((uintptr_t)k2, FILT_READ, EV_ADD, 0, 0);
	RERR(RUMP_EINVAL, kev(k1, &k, 1, NULL, 0, &zero));
	RERR(RUMP_EINVAL, kev(k3, &k, 1, NULL, 0, &zero));
	RL(rump_sys_close(k1));
	REQ(kev(k2, NULL, 0, e, 2, &zero), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, pipe);
	ATF_TP_ADD_TC(tp, flags);
	ATF_TP_ADD_TC(tp, timer);
	ATF_TP_ADD_TC(tp, proc);
	ATF_TP_ADD_TC(tp, signal);
	ATF_TP_ADD_TC(tp, threads);
	ATF_TP_ADD_TC(tp, race);
	ATF_TP_ADD_TC(tp, track_close);
	ATF_TP_ADD_TC(tp, nested);
	return atf_no_error();
}
