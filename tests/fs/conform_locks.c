/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Advisory locks: between processes (fcntl) and open files (flock).
 */
#include "conform.h"

#include <pthread.h>
#include <unistd.h>

#include <rump/rumpkern_if_pub.h>

#define F_GETLK_  7
#define F_SETLK_  8
#define F_SETLKW_ 9
#define F_RDLCK_  1
#define F_UNLCK_  2
#define F_WRLCK_  3

static int
setlk(int fd, int cmd, int type, int64_t start, int64_t len)
{
	struct rump_flock fl = {
	    .l_type = (short)type, .l_start = start, .l_len = len};

	return rump_sys_fcntl(fd, cmd, &fl);
}

static struct rump_flock
getlk(int fd, int type, int64_t start, int64_t len)
{
	struct rump_flock fl = {
	    .l_type = (short)type, .l_start = start, .l_len = len};

	RL(rump_sys_fcntl(fd, F_GETLK_, &fl));
	return fl;
}

static void
posix_ranges(const struct conform_fs *fs)
{
	struct rump_flock fl, cur;
	struct lwp *old;
	int fd, fd2;

	mkfile("a", "0123456789");
	fd = RL(rump_sys_open("a", RUMP_O_RDWR));
	RL(setlk(fd, F_SETLK_, F_WRLCK_, 10, 20));
	/* One's own locks never conflict; they are cut and joined. */
	RL(setlk(fd, F_SETLK_, F_RDLCK_, 15, 5));
	fl = getlk(fd, F_WRLCK_, 0, 0);
	REQEQ(fl.l_type, F_UNLCK_);

	old = lwproc_fork();
	fd2 = RL(rump_sys_open(MNT "/a", RUMP_O_RDWR));
	FAILS(RUMP_EAGAIN, setlk(fd2, F_SETLK_, F_WRLCK_, 10, 1));
	FAILS(RUMP_EAGAIN, setlk(fd2, F_SETLK_, F_RDLCK_, 12, 1));
	RL(setlk(fd2, F_SETLK_, F_RDLCK_, 15, 5));
	FAILS(RUMP_EAGAIN, setlk(fd2, F_SETLK_, F_WRLCK_, 15, 5));
	FAILS(RUMP_EAGAIN, setlk(fd2, F_SETLK_, F_RDLCK_, 14, 2));
	RL(setlk(fd2, F_SETLK_, F_WRLCK_, 0, 10));
	RL(setlk(fd2, F_SETLK_, F_WRLCK_, 30, 0));
	fl = getlk(fd2, F_WRLCK_, 0, 0);
	REQEQ(fl.l_type, F_WRLCK_);
	REQEQ(fl.l_start, 10);
	REQEQ(fl.l_len, 5);
	fl = getlk(fd2, F_WRLCK_, 16, 2);
	REQEQ(fl.l_type, F_RDLCK_);
	REQEQ(fl.l_start, 15);
	REQEQ(fl.l_len, 5);
	lwproc_back(old);

	/* The child is gone, and its locks with it. */
	fl = getlk(fd, F_WRLCK_, 0, 10);
	REQEQ(fl.l_type, F_UNLCK_);
	RL(setlk(fd, F_SETLK_, F_UNLCK_, 12, 3));

	old = lwproc_fork();
	fd2 = RL(rump_sys_open(MNT "/a", RUMP_O_RDWR));
	RL(setlk(fd2, F_SETLK_, F_WRLCK_, 12, 3));
	FAILS(RUMP_EAGAIN, setlk(fd2, F_SETLK_, F_WRLCK_, 11, 1));
	lwproc_back(old);

	/* Closing any descriptor of the file drops them all. */
	fd2 = RL(rump_sys_open("a", RUMP_O_RDONLY));
	RL(rump_sys_close(fd2));
	old = lwproc_fork();
	fd2 = RL(rump_sys_open(MNT "/a", RUMP_O_RDWR));
	RL(setlk(fd2, F_SETLK_, F_WRLCK_, 0, 0));
	lwproc_back(old);
	/* Up to the last byte that there can be: to the end of the file. */
	RL(setlk(fd, F_SETLK_, F_WRLCK_, 1, INT64_MAX));
	RL(setlk(fd, F_SETLK_, F_WRLCK_, 5, 0));
	RL(setlk(fd, F_SETLK_, F_UNLCK_, 7, INT64_MAX - 6));
	old = lwproc_fork();
	fd2 = RL(rump_sys_open(MNT "/a", RUMP_O_RDWR));
	fl = getlk(fd2, F_WRLCK_, 0, 0);
	REQEQ(fl.l_start, 1);
	REQEQ(fl.l_len, 6);
	RL(setlk(fd2, F_SETLK_, F_WRLCK_, 7, 0));
	lwproc_back(old);
	FAILS(RUMP_EOVERFLOW, setlk(fd, F_SETLK_, F_WRLCK_, 2, INT64_MAX));
	cur = (struct rump_flock){
	    .l_type = F_WRLCK_, .l_whence = SEEK_CUR, .l_start = INT64_MAX};
	RL(rump_sys_lseek(fd, 1, SEEK_SET));
	FAILS(RUMP_EOVERFLOW, rump_sys_fcntl(fd, F_SETLK_, &cur));
	/* Bad requests. */
	FAILS(RUMP_EINVAL, setlk(fd, F_SETLK_, F_WRLCK_, -1, 5));
	FAILS(RUMP_EINVAL, setlk(fd, F_SETLK_, 17, 0, 5));
	FAILS(RUMP_EBADF, setlk(99, F_SETLK_, F_WRLCK_, 0, 5));
	RL(rump_sys_close(fd));
}

static void
flock_style(const struct conform_fs *fs)
{
	int fd, fd2, fd3;

	mkfile("a", "");
	fd = RL(rump_sys_open("a", RUMP_O_RDWR));
	fd2 = RL(rump_sys_open("a", RUMP_O_RDWR));
	RL(rump_sys_flock(fd, 1));
	RL(rump_sys_flock(fd2, 1));
	FAILS(RUMP_EAGAIN, rump_sys_flock(fd, 2 | 4));
	RL(rump_sys_flock(fd2, 8));
	RL(rump_sys_flock(fd, 2 | 4));
	FAILS(RUMP_EAGAIN, rump_sys_flock(fd2, 1 | 4));
	/* A duplicate is the same lock. */
	fd3 = RL(rump_sys_dup(fd));
	RL(rump_sys_flock(fd3, 2 | 4));
	RL(rump_sys_close(fd));
	FAILS(RUMP_EAGAIN, rump_sys_flock(fd2, 1 | 4));
	RL(rump_sys_close(fd3));
	RL(rump_sys_flock(fd2, 2 | 4));
	FAILS(RUMP_EAGAIN,
	    rump_sys_open("a", RUMP_O_RDWR | RUMP_O_EXLOCK | RUMP_O_NONBLOCK));
	RL(rump_sys_close(fd2));
	fd = RL(rump_sys_open("a", RUMP_O_RDWR | RUMP_O_EXLOCK));
	fd2 = RL(rump_sys_open("a", RUMP_O_RDWR));
	FAILS(RUMP_EAGAIN, rump_sys_flock(fd2, 2 | 4));
	RL(rump_sys_close(fd));
	RL(rump_sys_close(fd2));
}

/* Two processes wait for each other: the second to ask is told. */
static _Atomic int dl_started;
static int dl_error;

static void *
dl_thread(void *arg)
{
	int fd;

	/* Process two: has byte 1, wants byte 0. */
	REQEQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
	fd = RL(rump_sys_open(MNT "/a", RUMP_O_RDWR));
	RL(setlk(fd, F_SETLK_, F_WRLCK_, 1, 1));
	dl_started = 1;
	dl_error = setlk(fd, F_SETLKW_, F_WRLCK_, 0, 1) == 0 ? 0 : errno;
	rump_pub_lwproc_releaselwp();
	return NULL;
}

static void
deadlock(const struct conform_fs *fs)
{
	pthread_t t;
	int fd;

	mkfile("a", "0123456789");
	fd = RL(rump_sys_open("a", RUMP_O_RDWR));
	RL(setlk(fd, F_SETLK_, F_WRLCK_, 0, 1));
	REQEQ(pthread_create(&t, NULL, dl_thread, NULL), 0);
	while (!dl_started)
		usleep(1000);
	usleep(50000);
	/* As a rule that is this one, but the other may be slow. */
	if (setlk(fd, F_SETLKW_, F_WRLCK_, 1, 1) == -1) {
		REQEQ(errno, RUMP_EDEADLK);
		RL(setlk(fd, F_SETLK_, F_UNLCK_, 0, 1));
		pthread_join(t, NULL);
		REQEQ(dl_error, 0);
	} else {
		pthread_join(t, NULL);
		REQEQ(dl_error, RUMP_EDEADLK);
	}
	/* The other one is gone: its byte is free. */
	RL(setlk(fd, F_SETLKW_, F_WRLCK_, 1, 1));
	RL(rump_sys_close(fd));
}

const struct conform_case conform_locks[] = {
    {"posix_locks", 0, posix_ranges, "fcntl locks"},
    {"flock", 0, flock_style, "flock"},
    {"lock_deadlock", 0, deadlock, "EDEADLK"}, {NULL, 0, NULL, NULL}};
