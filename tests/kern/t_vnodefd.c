/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors of files: locks, events, asynchronous I/O, sharing. */

#include "t_kern.h"

#define F_GETLK     7
#define F_SETLK     8
#define F_SETLKW    9
#define F_RDLCK     1
#define F_UNLCK     2
#define F_WRLCK     3
#define FILT_READ   0
#define FILT_VNODE  3
#define EV_ADD      1
#define EV_CLEAR    0x20
#define NOTE_DELETE 1
#define NOTE_WRITE  2
#define NOTE_EXTEND 4

static int
newfile(const char *name)
{
	int fd;

	RL(fd = rump_sys_open(name, RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	return fd;
}

TEST(offset, "dup shares the offset, open does not; pread leaves it")
{
	char buf[10];
	int a, b, c;

	RZ(rump_init());
	a = newfile("/f");
	RL(b = rump_sys_dup(a));
	RL(c = rump_sys_open("/f", RUMP_O_RDONLY));
	REQ(rump_sys_write(a, "abcdef", 6), 6);
	REQ(rump_sys_lseek(b, 0, 1), 6);
	REQ(rump_sys_lseek(c, 0, 1), 0);
	REQ(rump_sys_pread(b, buf, 3, 2), 3);
	REQ(memcmp(buf, "cde", 3), 0);
	REQ(rump_sys_lseek(a, 0, 1), 6);
	REQ(rump_sys_pwrite(a, "XY", 2, 1), 2);
	REQ(rump_sys_read(c, buf, 10), 6);
	REQ(memcmp(buf, "aXYdef", 6), 0);
	RERR(RUMP_EBADF, rump_sys_write(c, "x", 1));
	RL(rump_sys_fcntl(a, 4, RUMP_O_APPEND));
	REQ(rump_sys_lseek(a, 0, 0), 0);
	REQ(rump_sys_write(b, "!", 1), 1);
	REQ(rump_sys_pread(c, buf, 10, 0), 7);
	REQ(buf[6], '!');
}

TEST(posix_locks, "record locks of two processes")
{
	struct rump_flock fl = {0, 10, 0, F_WRLCK, 0};
	struct lwp *l1;
	pid_t p1;
	int fd;

	RZ(rump_init());
	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	l1 = rump_pub_lwproc_curlwp();
	p1 = rump_sys_getpid();
	fd = newfile("/l");
	RL(rump_sys_fcntl(fd, F_SETLK, &fl));
	RZ(rump_pub_lwproc_rfork(RUMP_RFFDG));
	fl.l_start = 5;
	RERR(RUMP_EAGAIN, rump_sys_fcntl(fd, F_SETLK, &fl));
	RL(rump_sys_fcntl(fd, F_GETLK, &fl));
	REQ(fl.l_type, F_WRLCK);
	REQ(fl.l_pid, p1);
	REQ(fl.l_start, 0);
	REQ(fl.l_len, 10);
	fl.l_start = 10;
	fl.l_type = F_WRLCK;
	RL(rump_sys_fcntl(fd, F_SETLK, &fl));
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(l1);
	/* the other's went with its process */
	fl.l_start = 0;
	fl.l_len = 0;
	RL(rump_sys_fcntl(fd, F_SETLK, &fl));
	fl.l_type = 77;
	RERR(RUMP_EINVAL, rump_sys_fcntl(fd, F_SETLK, &fl));
}

TEST(flock, "locks on whole files belong to the open file")
{
	int a, b;

	RZ(rump_init());
	a = newfile("/l");
	RL(b = rump_sys_open("/l", RUMP_O_RDWR));
	RL(rump_sys_flock(a, 2));
	RERR(RUMP_EAGAIN, rump_sys_flock(b, 2 | 4));
	RL(rump_sys_flock(a, 8));
	RL(rump_sys_flock(b, 2 | 4));
	RERR(RUMP_EAGAIN, rump_sys_flock(a, 1 | 4));
	RL(rump_sys_close(b));
	RL(rump_sys_flock(a, 1 | 4));
	RERR(RUMP_EINVAL, rump_sys_flock(a, 77));
}

TEST(events, "EVFILT_VNODE and EVFILT_READ on a file")
{
	struct rump_timespec zero = {0, 0};
	struct rump_kevent k, e[4];
	int fd, kq;

	RZ(rump_init());
	fd = newfile("/e");
	RL(kq = rump_sys_kqueue());
	memset(&k, 0, sizeof(k));
	k.ident = (uintptr_t)fd;
	k.filter = FILT_VNODE;
	k.flags = EV_ADD | EV_CLEAR;
	k.fflags = NOTE_WRITE | NOTE_EXTEND | NOTE_DELETE;
	RL(rump_sys_kevent(
	    kq, rump_kevent_ptr(&k), 1, NULL, 0, rump_timespec_ptr(&zero)));
	REQ(rump_sys_kevent(
		kq, NULL, 0, rump_kevent_ptr(e), 4, rump_timespec_ptr(&zero)),
	    0);
	REQ(rump_sys_write(fd, "abc", 3), 3);
	REQ(rump_sys_kevent(
		kq, NULL, 0, rump_kevent_ptr(e), 4, rump_timespec_ptr(&zero)),
	    1);
	ATF_REQUIRE(e[0].fflags & NOTE_WRITE);
	REQ(rump_sys_kevent(
		kq, NULL, 0, rump_kevent_ptr(e), 4, rump_timespec_ptr(&zero)),
	    0);
	RL(rump_sys_unlink("/e"));
	REQ(rump_sys_kevent(
		kq, NULL, 0, rump_kevent_ptr(e), 4, rump_timespec_ptr(&zero)),
	    1);
	ATF_REQUIRE(e[0].fflags & NOTE_DELETE);
}

struct r_aiocb {
	int64_t offset;
	void *buf;
	size_t nbytes;
	int fildes, opcode, reqprio;
	int notify, signo;
	void *value, *fn, *attr;
	int state, err;
	ssize_t retval;
};

static void
aio_done(struct r_aiocb *cb, ssize_t want)
{
	struct r_aiocb *list[1] = {cb};
	struct rump_timespec ts = {5, 0};

	RL(rump_sys_aio_suspend((void *)list, 1, rump_timespec_ptr(&ts)));
	REQ(rump_sys_aio_error((void *)cb), 0);
	REQ(rump_sys_aio_return((void *)cb), want);
}

TEST(aio, "aio_read, aio_write, aio_fsync, lio_listio")
{
	struct r_aiocb cb[20], *list[20];
	char buf[20][100];
	int fd, i, p[2];

	RZ(rump_init());
	fd = newfile("/a");
	memset(cb, 0, sizeof(cb));
	memset(buf, 0, sizeof(buf));
	for (i = 0; i < 20; i++) {
		memset(buf[i], 'a' + i, 100);
		cb[i].fildes = fd;
		cb[i].buf = buf[i];
		cb[i].nbytes = 100;
		cb[i].offset = i * 100;
		cb[i].opcode = 1;
		list[i] = &cb[i];
	}
	RERR(RUMP_EINVAL, rump_sys_aio_error((void *)&cb[0]));
	RL(rump_sys_aio_write((void *)&cb[0]));
	aio_done(&cb[0], 100);
	RERR(RUMP_EINVAL, rump_sys_aio_return((void *)&cb[0]));
	RL(rump_sys_lio_listio(1, (void *)list, 20, NULL));
	for (i = 0; i < 20; i++)
		REQ(rump_sys_aio_return((void *)&cb[i]), 100);
	RL(rump_sys_aio_fsync(RUMP_O_SYNC, (void *)&cb[0]));
	aio_done(&cb[0], 0);
	memset(buf, 0, sizeof(buf));
	RL(rump_sys_aio_read((void *)&cb[7]));
	aio_done(&cb[7], 100);
	for (i = 0; i < 100; i++)
		REQ(buf[7][i], 'a' + 7);
	cb[1].fildes = 300;
	RERR(RUMP_EBADF, rump_sys_aio_read((void *)&cb[1]));
	RERR(RUMP_EINVAL, rump_sys_lio_listio(7, (void *)list, 1, NULL));
	RERR(RUMP_EINVAL, rump_sys_lio_listio(1, (void *)list, -1, NULL));

	/* a read that waits: its result comes with the data */
	RL(rump_sys_pipe(p));
	cb[2].fildes = p[0];
	cb[2].offset = 0;
	RL(rump_sys_aio_read((void *)&cb[2]));
	t_msleep(50);
	REQ(rump_sys_aio_error((void *)&cb[2]), RUMP_EINPROGRESS);
	REQ(rump_sys_aio_cancel(p[0], (void *)&cb[2]), 2);
	REQ(rump_sys_write(p[1], "xyz", 3), 3);
	aio_done(&cb[2], 3);
	REQ(rump_sys_aio_cancel(fd, NULL), 3);
}

TEST(aio_exit, "a process whose reads wait for ever can end")
{
	struct r_aiocb cb[20];
	int fd, i, p[2];
	char buf[10];

	RZ(rump_init());
	for (int round = 0; round < 3; round++) {
		RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
		RL(rump_sys_pipe(p));
		memset(cb, 0, sizeof(cb));
		for (i = 0; i < 20; i++) {
			cb[i].fildes = p[0];
			cb[i].buf = buf;
			cb[i].nbytes = 1;
			RL(rump_sys_aio_read((void *)&cb[i]));
		}
		t_msleep(20);
		rump_pub_lwproc_releaselwp();
	}
	/* and those that come next are served */
	fd = newfile("/f");
	memset(cb, 0, sizeof(cb[0]));
	cb[0].fildes = fd;
	cb[0].buf = buf;
	cb[0].nbytes = sizeof(buf);
	RL(rump_sys_aio_write((void *)&cb[0]));
	aio_done(&cb[0], sizeof(buf));
}

static int stop;

static void *
canceller(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		(void)rump_sys_aio_cancel(*(int *)arg, NULL);
	return NULL;
}

TEST(aio_cancel_race, "requests are cancelled while they are made")
{
	struct r_aiocb cb, *list[1] = {&cb};
	char buf[10];
	pthread_t pt;
	int fd, i;

	RZ(rump_init());
	fd = newfile("/f");
	RZ(pthread_create(&pt, NULL, canceller, &fd));
	for (i = 0; i < 5000; i++) {
		memset(&cb, 0, sizeof(cb));
		cb.fildes = fd;
		cb.buf = buf;
		cb.nbytes = sizeof(buf);
		RL(rump_sys_aio_read((void *)&cb));
		RL(rump_sys_aio_suspend((void *)list, 1, NULL));
	}
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	RZ(pthread_join(pt, NULL));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, offset);
	ATF_TP_ADD_TC(tp, posix_locks);
	ATF_TP_ADD_TC(tp, flock);
	ATF_TP_ADD_TC(tp, events);
	ATF_TP_ADD_TC(tp, aio);
	ATF_TP_ADD_TC(tp, aio_exit);
	ATF_TP_ADD_TC(tp, aio_cancel_race);
	return atf_no_error();
}
