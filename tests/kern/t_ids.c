/* SPDX-License-Identifier: BSD-2-Clause */
#include "t_kern.h"

#define F_GETOWN   5
#define F_SETOWN   6
#define INT2PTR(i) ((void *)(intptr_t)(i))

TEST(uids, "user and group ids")
{
	gid_t groups[20];
	int i;

	RZ(rump_init());
	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	REQ(rump_sys_getuid(), 0);
	REQ(rump_sys_geteuid(), 0);
	REQ(rump_sys_getgid(), 0);
	REQ(rump_sys_getegid(), 0);
	for (i = 0; i < 16; i++)
		groups[i] = (gid_t)(100 + i);
	RL(rump_sys_setgroups(16, groups));
	memset(groups, 0, sizeof(groups));
	REQ(rump_sys_getgroups(0, NULL), 16);
	REQ(rump_sys_getgroups(20, groups), 16);
	REQ(groups[15], 115);
	RERR(RUMP_EINVAL, rump_sys_getgroups(3, groups));
	RERR(RUMP_EINVAL, rump_sys_setgroups(17, groups));
	RERR(RUMP_EINVAL, rump_sys_setgroups(-1, groups));

	RL(rump_sys_setegid(7));
	REQ(rump_sys_getegid(), 7);
	REQ(rump_sys_getgid(), 0);
	RL(rump_sys_setgid(8));
	REQ(rump_sys_getgid(), 8);
	RL(rump_sys_setregid((gid_t)-1, 9));
	REQ(rump_sys_getegid(), 9);

	RL(rump_sys_seteuid(5));
	REQ(rump_sys_geteuid(), 5);
	REQ(rump_sys_getuid(), 0);
	RERR(RUMP_EPERM, rump_sys_setuid(6));
	RL(rump_sys_seteuid(0));
	RL(rump_sys_setreuid(3, 4));
	REQ(rump_sys_getuid(), 3);
	REQ(rump_sys_geteuid(), 4);
	RL(rump_sys_setreuid(4, 3));
	RERR(RUMP_EPERM, rump_sys_seteuid(0));
	RERR(RUMP_EPERM, rump_sys_setgroups(1, groups));
	RERR(RUMP_EPERM, rump_sys_setgid(0));
	REQ(rump_sys_issetugid(), 1);
}

TEST(groups, "process groups and sessions")
{
	struct lwp *l1;
	pid_t p1, p2;

	RZ(rump_init());
	REQ(rump_sys_getpid(), 1);
	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	p1 = rump_sys_getpid();
	l1 = rump_pub_lwproc_curlwp();
	REQ(rump_sys_getppid(), 1);
	REQ(rump_sys_setsid(), p1);
	REQ(rump_sys_getsid(0), p1);
	REQ(rump_sys_getpgrp(), p1);
	RERR(RUMP_EPERM, rump_sys_setsid());
	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	p2 = rump_sys_getpid();
	REQ(rump_sys_getppid(), p1);
	REQ(rump_sys_getpgrp(), p1);
	RL(rump_sys_setpgid(0, 0));
	REQ(rump_sys_getpgrp(), p2);
	REQ(rump_sys_getpgid(p1), p1);
	REQ(rump_sys_getsid(p2), p1);
	RL(rump_sys_setpgid(p2, p1));
	RERR(RUMP_ESRCH, rump_sys_getpgid(99999));
	RERR(RUMP_ESRCH, rump_sys_setpgid(99999, 0));
	RERR(RUMP_EINVAL, rump_sys_setpgid(0, -3));
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(l1);
	RERR(RUMP_ESRCH, rump_sys_getpgid(p2));
}

TEST(owner, "SIGIO's owner: a process, or a group whose leader is gone")
{
	struct lwp *l1, *l2;
	int p[2], fd;
	pid_t p1;

	RZ(rump_init());
	RZ(rump_pub_lwproc_rfork(RUMP_RFFDG));
	l1 = rump_pub_lwproc_curlwp();
	p1 = rump_sys_getpid();
	RL(rump_sys_setpgid(0, 0));
	RZ(rump_pub_lwproc_rfork(RUMP_RFFDG));
	l2 = rump_pub_lwproc_curlwp();
	rump_pub_lwproc_switch(l1);
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(l2);
	REQ(rump_sys_getpgrp(), p1);

	RL(rump_sys_pipe(p));
	fd = p[0];
	RL(rump_sys_fcntl(fd, F_SETOWN, INT2PTR(-p1)));
	REQ(rump_sys_fcntl(fd, F_GETOWN), -p1);
	RERR(RUMP_ESRCH, rump_sys_fcntl(fd, F_SETOWN, INT2PTR(p1)));
	RL(rump_sys_fcntl(fd, F_SETOWN, INT2PTR(rump_sys_getpid())));
	RERR(RUMP_EINVAL, rump_sys_fcntl(fd, F_SETOWN, INT2PTR(-29999)));
	RERR(RUMP_EINVAL, rump_sys_fcntl(fd, F_SETOWN, INT2PTR(INT32_MIN)));
	RL(rump_sys_setpgid(0, 0));
	RERR(RUMP_EINVAL, rump_sys_fcntl(fd, F_SETOWN, INT2PTR(-p1)));
	rump_pub_lwproc_releaselwp();
}

TEST(login, "login names belong to the session")
{
	char name[20];

	RZ(rump_init());
	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	RL(rump_sys_setsid());
	RL(rump_sys___setlogin("fred"));
	RL(rump_sys___getlogin(name, sizeof(name)));
	REQ(strcmp(name, "fred"), 0);
	RL(rump_sys___getlogin(name, 3));
	REQ(strcmp(name, "fr"), 0);
	RERR(RUMP_EINVAL,
	    rump_sys___setlogin("a name that is far too long for that"));
	RL(rump_sys_setuid(5));
	RERR(RUMP_EPERM, rump_sys___setlogin("joe"));
}

TEST(ksem, "POSIX semaphores")
{
	struct rump_timespec ts;
	unsigned int v;
	intptr_t id, id2;

	RZ(rump_init());
	RL(rump_sys__ksem_init(1, &id));
	RL(rump_sys__ksem_getvalue(id, &v));
	REQ(v, 1);
	RL(rump_sys__ksem_wait(id));
	RERR(RUMP_EAGAIN, rump_sys__ksem_trywait(id));
	RL(rump_sys_clock_gettime(0, rump_timespec_ptr(&ts)));
	ts.tv_nsec += 20000000;
	if (ts.tv_nsec >= 1000000000) {
		ts.tv_nsec -= 1000000000;
		ts.tv_sec++;
	}
	RERR(RUMP_ETIMEDOUT,
	    rump_sys__ksem_timedwait(id, rump_timespec_ptr(&ts)));
	RL(rump_sys__ksem_post(id));
	RL(rump_sys__ksem_trywait(id));
	RERR(RUMP_EINVAL, rump_sys__ksem_close(id));
	RL(rump_sys__ksem_destroy(id));
	RERR(RUMP_EINVAL, rump_sys__ksem_post(id));

	RERR(RUMP_ENOENT, rump_sys__ksem_open("/s", 0, 0, 0, &id));
	RL(rump_sys__ksem_open("/s", RUMP_O_CREAT, 0600, 2, &id));
	RERR(RUMP_EEXIST,
	    rump_sys__ksem_open(
		"/s", RUMP_O_CREAT | RUMP_O_EXCL, 0600, 2, &id2));
	RL(rump_sys__ksem_open("/s", 0, 0, 0, &id2));
	RL(rump_sys__ksem_wait(id2));
	RL(rump_sys__ksem_getvalue(id, &v));
	REQ(v, 1);
	RL(rump_sys__ksem_unlink("/s"));
	RERR(RUMP_ENOENT, rump_sys__ksem_unlink("/s"));
	RL(rump_sys__ksem_post(id));
	RL(rump_sys__ksem_close(id));
	RL(rump_sys__ksem_close(id2));
	RERR(RUMP_ENAMETOOLONG,
	    rump_sys__ksem_open(
		"/a-very-long-name-indeed", RUMP_O_CREAT, 0600, 2, &id));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, uids);
	ATF_TP_ADD_TC(tp, groups);
	ATF_TP_ADD_TC(tp, owner);
	ATF_TP_ADD_TC(tp, login);
	ATF_TP_ADD_TC(tp, ksem);
	return atf_no_error();
}
