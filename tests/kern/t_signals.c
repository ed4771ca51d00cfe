/* SPDX-License-Identifier: BSD-2-Clause */
#include "t_kern.h"

static int
broken_pipe(void)
{
	int p[2];

	if (rump_sys_pipe(p) == -1 || rump_sys_close(p[0]) == -1)
		return -1;
	return rump_sys_write(p[1], "x", 1) == -1 ? errno : 0;
}

TEST(ignore, "IGNORE: nothing happens")
{
	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	RZ(rump_init());
	REQ(broken_pipe(), RUMP_EPIPE);
}

static volatile sig_atomic_t got;

static void
handler(int sig)
{
	got = sig;
}

TEST(raise, "RAISE: the host process gets it")
{
	signal(SIGPIPE, handler);
	rump_boot_setsigmodel(RUMP_SIGMODEL_RAISE);
	RZ(rump_init());
	REQ(broken_pipe(), RUMP_EPIPE);
	REQ(got, SIGPIPE);
}

TEST(record, "RECORD: sleeps that catch signals end")
{
	struct rump_timespec ts = {5, 0};
	double t;

	rump_boot_setsigmodel(RUMP_SIGMODEL_RECORD);
	RZ(rump_init());
	REQ(broken_pipe(), RUMP_EPIPE);
	t = t_now();
	RERR(RUMP_EINTR, rump_sys_nanosleep(rump_timespec_ptr(&ts), NULL));
	ATF_REQUIRE(t_now() - t < 2);
}

static void *
sleeper(void *arg)
{
	struct rump_timespec ts = {5, 0};

	return (void *)(intptr_t)(rump_sys_nanosleep(
				      rump_timespec_ptr(&ts), NULL) == -1
		? errno
		: 0);
}

TEST(record_wake, "RECORD: a sleep under way ends too")
{
	pthread_t pt;
	void *res;
	double t;

	rump_boot_setsigmodel(RUMP_SIGMODEL_RECORD);
	RZ(rump_init());
	RZ(pthread_create(&pt, NULL, sleeper, NULL));
	t_msleep(100);
	t = t_now();
	REQ(broken_pipe(), RUMP_EPIPE);
	RZ(pthread_join(pt, &res));
	REQ((intptr_t)res, RUMP_EINTR);
	ATF_REQUIRE(t_now() - t < 2);
}

TEST(nosigpipe, "O_NOSIGPIPE: the error only")
{
	int p[2];

	rump_boot_setsigmodel(RUMP_SIGMODEL_PANIC);
	RZ(rump_init());
	RL(rump_sys_pipe2(p, RUMP_O_NOSIGPIPE));
	RL(rump_sys_close(p[0]));
	RERR(RUMP_EPIPE, rump_sys_write(p[1], "x", 1));
}

TEST(panic, "PANIC: the kernel stops")
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		rump_boot_setsigmodel(RUMP_SIGMODEL_PANIC);
		if (rump_init() != 0)
			_exit(3);
		broken_pipe();
		_exit(0);
	}
	ATF_REQUIRE(waitpid(pid, &status, 0) == pid);
	ATF_REQUIRE(WIFSIGNALED(status));
	REQ(WTERMSIG(status), SIGABRT);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, ignore);
	ATF_TP_ADD_TC(tp, raise);
	ATF_TP_ADD_TC(tp, record);
	ATF_TP_ADD_TC(tp, record_wake);
	ATF_TP_ADD_TC(tp, nosigpipe);
	ATF_TP_ADD_TC(tp, panic);
	return atf_no_error();
}
