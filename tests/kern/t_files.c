/* SPDX-License-Identifier: BSD-2-Clause */
#include "t_kern.h"

#define F_DUPFD         0
#define F_GETFD         1
#define F_SETFD         2
#define F_GETFL         3
#define F_SETFL         4
#define F_CLOSEM        10
#define F_MAXFD         11
#define F_DUPFD_CLOEXEC 12
#define F_GETNOSIGPIPE  13
#define F_SETNOSIGPIPE  14
#define FIOCLEX         RUMP__IO('f', 1)
#define FIONCLEX        RUMP__IO('f', 2)
#define FIONREAD        RUMP__IOR('f', 127, int)
#define FIONBIO         RUMP__IOW('f', 126, int)
#define R_RLIMIT_NOFILE 8

TEST(dup, "dup, dup2 and dup3 share the file, not the flags")
{
	int p[2], d;
	char c;

	RZ(rump_init());
	RL(rump_sys_pipe2(p, RUMP_O_CLOEXEC));
	REQ(rump_sys_fcntl(p[0], F_GETFD), 1);
	RL(d = rump_sys_dup(p[1]));
	REQ(rump_sys_fcntl(d, F_GETFD), 0);
	RL(rump_sys_close(p[1]));
	REQ(rump_sys_write(d, "x", 1), 1);
	REQ(rump_sys_read(p[0], &c, 1), 1);
	REQ(c, 'x');

	REQ(rump_sys_dup2(d, 17), 17);
	REQ(rump_sys_dup2(17, 17), 17);
	RERR(RUMP_EINVAL, rump_sys_dup3(17, 17, 0));
	REQ(rump_sys_dup3(d, 18, RUMP_O_CLOEXEC), 18);
	REQ(rump_sys_fcntl(18, F_GETFD), 1);
	RERR(RUMP_EINVAL, rump_sys_dup3(d, 18, 0x40000000));
	RERR(RUMP_EBADF, rump_sys_dup2(d, -1));
	RERR(RUMP_EBADF, rump_sys_dup2(99, 1));
	RERR(RUMP_EBADF, rump_sys_dup2(d, 1000000000));
	RERR(RUMP_EBADF, rump_sys_dup(-1));

	/* dup2 onto an open descriptor closes it: its reader sees the end */
	RL(rump_sys_close(17));
	RL(rump_sys_close(18));
	REQ(rump_sys_dup2(p[0], d), d);
	REQ(rump_sys_read(p[0], &c, 1), 0);
}

TEST(fcntl, "fcntl commands that need no file system")
{
	int p[2], d;

	RZ(rump_init());
	RL(rump_sys_pipe(p));
	REQ(rump_sys_fcntl(p[0], F_DUPFD, 10), 10);
	REQ(rump_sys_fcntl(p[0], F_DUPFD, 10), 11);
	REQ(rump_sys_fcntl(p[0], F_DUPFD_CLOEXEC, 10), 12);
	REQ(rump_sys_fcntl(12, F_GETFD), 1);
	RL(rump_sys_fcntl(12, F_SETFD, 0));
	REQ(rump_sys_fcntl(12, F_GETFD), 0);
	RERR(RUMP_EINVAL, rump_sys_fcntl(p[0], F_DUPFD, -1));
	RERR(RUMP_EINVAL, rump_sys_fcntl(p[0], F_DUPFD, 1 << 30));
	REQ(rump_sys_fcntl(0, F_MAXFD), 12);

	REQ(rump_sys_fcntl(p[0], F_GETFL), RUMP_O_RDONLY);
	REQ(rump_sys_fcntl(p[1], F_GETFL), RUMP_O_WRONLY);
	RL(rump_sys_fcntl(p[1], F_SETFL, RUMP_O_NONBLOCK));
	REQ(rump_sys_fcntl(p[1], F_GETFL), RUMP_O_WRONLY | RUMP_O_NONBLOCK);
	REQ(rump_sys_fcntl(p[1], F_GETNOSIGPIPE), 0);
	RL(rump_sys_fcntl(p[1], F_SETNOSIGPIPE, 1));
	REQ(rump_sys_fcntl(p[1], F_GETNOSIGPIPE), 1);
	RERR(RUMP_EINVAL, rump_sys_fcntl(p[1], 12345));
	RERR(RUMP_EBADF, rump_sys_fcntl(1234, F_GETFL));

	RL(rump_sys_fcntl(11, F_CLOSEM));
	RERR(RUMP_EBADF, rump_sys_fcntl(11, F_GETFD));
	RERR(RUMP_EBADF, rump_sys_fcntl(12, F_GETFD));
	REQ(rump_sys_fcntl(0, F_MAXFD), 10);
	d = rump_sys_dup(p[0]);
	REQ(d, 2);
}

TEST(ioctl, "sizes and directions of ioctl parameters are checked")
{
	char big[64];
	int p[2], n = 0;

	RZ(rump_init());
	RL(rump_sys_pipe(p));
	REQ(rump_sys_write(p[1], "abcd", 4), 4);
	RL(rump_sys_ioctl(p[0], FIONREAD, &n));
	REQ(n, 4);
	RL(rump_sys_ioctl(p[0], FIOCLEX));
	REQ(rump_sys_fcntl(p[0], F_GETFD), 1);
	RL(rump_sys_ioctl(p[0], FIONCLEX));
	REQ(rump_sys_fcntl(p[0], F_GETFD), 0);
	n = 1;
	RL(rump_sys_ioctl(p[0], FIONBIO, &n));
	REQ(rump_sys_read(p[0], big, sizeof(big)), 4);
	RERR(RUMP_EAGAIN, rump_sys_read(p[0], big, sizeof(big)));
	RERR(RUMP_ENOTTY, rump_sys_ioctl(p[0], RUMP__IO('x', 1)));
	RERR(RUMP_ENOTTY,
	    rump_sys_ioctl(p[0], RUMP__IOC(RUMP_IOC_INOUT, 'x', 1, 8000), big));
	RERR(RUMP_EBADF, rump_sys_ioctl(77, FIONREAD, &n));
}

TEST(limit, "RLIMIT_NOFILE is kept, the table grows")
{
	struct rump_rlimit rl;
	int p[2], i, fd;

	RZ(rump_init());
	RL(rump_sys_getrlimit(R_RLIMIT_NOFILE, rump_rlimit_ptr(&rl)));
	ATF_REQUIRE(rl.rlim_cur >= 128);
	rl.rlim_cur = 300;
	RL(rump_sys_setrlimit(R_RLIMIT_NOFILE, rump_rlimit_ptr(&rl)));
	RL(rump_sys_pipe(p));
	for (i = 2; i < 300; i++)
		REQ(rump_sys_dup(p[0]), i);
	RERR(RUMP_EMFILE, rump_sys_dup(p[0]));
	RERR(RUMP_EMFILE, rump_sys_pipe(p + 0));
	RL(rump_sys_close(123));
	REQ(rump_sys_dup(0), 123);
	for (fd = 299; fd >= 2; fd--)
		RL(rump_sys_close(fd));
	REQ(rump_sys_fcntl(0, F_MAXFD), 1);
	rl.rlim_cur = 4000;
	rl.rlim_max = 3000;
	RERR(RUMP_EINVAL,
	    rump_sys_setrlimit(R_RLIMIT_NOFILE, rump_rlimit_ptr(&rl)));
}

TEST(vectors, "readv and writev")
{
	char a[3], b[5], many[1030];
	struct iovec iov[1025];
	int p[2], i;

	RZ(rump_init());
	RL(rump_sys_pipe(p));
	iov[0].iov_base = "ab";
	iov[0].iov_len = 2;
	iov[1].iov_base = NULL;
	iov[1].iov_len = 0;
	iov[2].iov_base = "cdefgh";
	iov[2].iov_len = 6;
	REQ(rump_sys_writev(p[1], iov, 3), 8);
	iov[0].iov_base = a;
	iov[0].iov_len = 3;
	iov[1].iov_base = b;
	iov[1].iov_len = 5;
	REQ(rump_sys_readv(p[0], iov, 2), 8);
	ATF_REQUIRE(memcmp(a, "abc", 3) == 0 && memcmp(b, "defgh", 5) == 0);
	for (i = 0; i < 1025; i++) {
		iov[i].iov_base = many + i;
		iov[i].iov_len = 1;
	}
	RERR(RUMP_EINVAL, rump_sys_writev(p[1], iov, 1025));
	RERR(RUMP_EINVAL, rump_sys_writev(p[1], iov, 0));
	REQ(rump_sys_writev(p[1], iov, 1024), 1024);
	REQ(rump_sys_read(p[0], many, sizeof(many)), 1024);
	iov[0].iov_len = (size_t)-1;
	RERR(RUMP_EINVAL, rump_sys_writev(p[1], iov, 2));
}

TEST(badpointer, "bad pointers of a local client are EFAULT")
{
	char *bad = (char *)(uintptr_t)0x10;
	struct iovec iov = {bad, 3};
	int p[2];

	RZ(rump_init());
	RL(rump_sys_pipe(p));
	RERR(RUMP_EFAULT, rump_sys_write(p[1], bad, 8));
	RERR(RUMP_EFAULT, rump_sys_write(p[1], NULL, 8));
	RERR(RUMP_EFAULT, rump_sys_writev(p[1], &iov, 1));
	RERR(RUMP_EFAULT, rump_sys_writev(p[1], (void *)bad, 1));
	REQ(rump_sys_write(p[1], "12345678", 8), 8);
	RERR(RUMP_EFAULT, rump_sys_read(p[0], bad, 8));
	RERR(RUMP_EFAULT, rump_sys_fstat(p[0], (void *)bad));
	RERR(RUMP_EFAULT, rump_sys_pipe2((int *)bad, 0));
	RERR(RUMP_EFAULT, rump_sys_poll((void *)bad, 1, 0));
	RERR(RUMP_EFAULT, rump_sys_ioctl(p[0], FIONREAD, bad));
	/* the descriptors of the failed pipe2 are closed */
	REQ(rump_sys_fcntl(0, F_MAXFD), p[1]);
}

TEST(rfork, "descriptors over rfork: copied, none, shared")
{
	struct lwp *l0;
	int p[2];
	char c;

	RZ(rump_init());
	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	l0 = rump_pub_lwproc_curlwp();
	RL(rump_sys_pipe(p));

	RZ(rump_pub_lwproc_rfork(RUMP_RFFDG));
	REQ(rump_sys_write(p[1], "a", 1), 1);
	RL(rump_sys_close(p[1]));
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(l0);
	REQ(rump_sys_read(p[0], &c, 1), 1);

	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	RERR(RUMP_EBADF, rump_sys_write(p[1], "a", 1));
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(l0);

	RZ(rump_pub_lwproc_rfork(0));
	RL(rump_sys_close(p[1]));
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(l0);
	RERR(RUMP_EBADF, rump_sys_write(p[1], "a", 1));
	REQ(rump_sys_read(p[0], &c, 1), 0);
}

static int closer_fd;

static void *
reader(void *arg)
{
	char c;
	ssize_t n = rump_sys_read(closer_fd, &c, 1);

	return (void *)(intptr_t)(n == -1 ? errno : -1);
}

TEST(close_blocked, "closing a descriptor ends the reads that sleep on it")
{
	pthread_t pt;
	void *res;
	int p[2];

	RZ(rump_init());
	RL(rump_sys_pipe(p));
	closer_fd = p[0];
	RZ(pthread_create(&pt, NULL, reader, NULL));
	t_msleep(100);
	RL(rump_sys_close(p[0]));
	RZ(pthread_join(pt, &res));
	REQ((intptr_t)res, RUMP_EBADF);
}

static int stop;

static void *
opener(void *arg)
{
	int p[2], i = 0;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		if (rump_sys_pipe(p) == -1)
			return "pipe";
		if (rump_sys_write(p[1], "z", 1) != 1)
			return "write";
		if ((i = rump_sys_dup(p[0])) == -1)
			return "dup";
		if (rump_sys_close(p[0]) || rump_sys_close(p[1]) ||
		    rump_sys_close(i))
			return "close";
	}
	return NULL;
}

static void *
prober(void *arg)
{
	struct rump_stat st;
	int fd;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		for (fd = 0; fd < 16; fd++)
			(void)rump_sys_fstat(fd, rump_stat_ptr(&st));
	return NULL;
}

TEST(race, "open, close and use of the same numbers by several threads")
{
	pthread_t pt[4];
	void *res;
	int i;

	RZ(rump_init());
	for (i = 0; i < 4; i++)
		RZ(pthread_create(&pt[i], NULL, i < 3 ? opener : prober, NULL));
	t_msleep(1000);
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < 4; i++) {
		RZ(pthread_join(pt[i], &res));
		ATF_REQUIRE_MSG(res == NULL, "%s failed", (char *)res);
	}
	REQ(rump_sys_fcntl(0, F_MAXFD), -1);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, dup);
	ATF_TP_ADD_TC(tp, fcntl);
	ATF_TP_ADD_TC(tp, ioctl);
	ATF_TP_ADD_TC(tp, limit);
	ATF_TP_ADD_TC(tp, vectors);
	ATF_TP_ADD_TC(tp, badpointer);
	ATF_TP_ADD_TC(tp, rfork);
	ATF_TP_ADD_TC(tp, close_blocked);
	ATF_TP_ADD_TC(tp, race);
	return atf_no_error();
}
