/* SPDX-License-Identifier: BSD-2-Clause */
#include "t_kern.h"

#define R_POLLIN     0x0001
#define R_POLLOUT    0x0004
#define R_POLLHUP    0x0010
#define R_POLLNVAL   0x0020
#define R_POLLRDNORM 0x0040

#define NPIPES 40

static int pipes[NPIPES][2];

static void
make_pipes(int n)
{
	int i;

	for (i = 0; i < n; i++)
		RL(rump_sys_pipe(pipes[i]));
}

TEST(ready, "what is ready is said at once")
{
	struct rump_pollfd pfd[4];
	char c;

	RZ(rump_init());
	make_pipes(2);
	pfd[0].fd = pipes[0][0];
	pfd[0].events = R_POLLIN | R_POLLRDNORM;
	pfd[1].fd = pipes[0][1];
	pfd[1].events = R_POLLOUT;
	pfd[2].fd = -1;
	pfd[2].events = R_POLLIN;
	pfd[2].revents = 77;
	pfd[3].fd = 200;
	pfd[3].events = 0;
	REQ(rump_sys_poll(rump_pollfd_ptr(pfd), 4, -1), 2);
	REQ(pfd[0].revents, 0);
	REQ(pfd[1].revents, R_POLLOUT);
	REQ(pfd[2].revents, 0);
	REQ(pfd[3].revents, R_POLLNVAL);
	REQ(rump_sys_write(pipes[0][1], "a", 1), 1);
	REQ(rump_sys_poll(rump_pollfd_ptr(pfd), 1, 0), 1);
	REQ(pfd[0].revents, R_POLLIN | R_POLLRDNORM);
	REQ(rump_sys_read(pipes[0][0], &c, 1), 1);
	RL(rump_sys_close(pipes[0][1]));
	REQ(rump_sys_poll(rump_pollfd_ptr(pfd), 1, -1), 1);
	ATF_REQUIRE(pfd[0].revents & R_POLLHUP);
	RERR(RUMP_EINVAL, rump_sys_poll(rump_pollfd_ptr(pfd), 1, -2));
	RERR(RUMP_EINVAL, rump_sys_poll(rump_pollfd_ptr(pfd), 1u << 30, 0));
}

TEST(timeout, "timeouts are kept, and cost no CPU")
{
	struct rump_pollfd pfd;
	struct rump_timespec ts = {0, 30000000};
	struct rump_timeval tv = {0, 20000};
	double cpu;

	RZ(rump_init());
	make_pipes(1);
	pfd.fd = pipes[0][0];
	pfd.events = R_POLLIN;
	cpu = t_cpu();
	TAKES(0.099, 0.5, REQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 100), 0));
	cpu = t_cpu() - cpu;
	ATF_REQUIRE_MSG(cpu < 0.03, "%f s of CPU", cpu);
	TAKES(0.0299, 0.3,
	    REQ(rump_sys_pollts(
		    rump_pollfd_ptr(&pfd), 1, rump_timespec_ptr(&ts), NULL),
		0));
	TAKES(0.0199, 0.3,
	    REQ(rump_sys_select(0, NULL, NULL, NULL, rump_timeval_ptr(&tv)),
		0));
	ts.tv_nsec = 1000000000;
	RERR(RUMP_EINVAL,
	    rump_sys_pollts(
		rump_pollfd_ptr(&pfd), 1, rump_timespec_ptr(&ts), NULL));
}

static void *
poke(void *arg)
{
	t_msleep(50);
	rump_sys_write(*(int *)arg, "x", 1);
	return NULL;
}

TEST(wakeup, "one of many becomes ready later")
{
	struct rump_pollfd pfd[NPIPES];
	pthread_t pt;
	char c;
	int i, k;

	RZ(rump_init());
	make_pipes(NPIPES);
	for (k = 0; k < 4; k++) {
		for (i = 0; i < NPIPES; i++) {
			pfd[i].fd = pipes[i][0];
			pfd[i].events = R_POLLIN;
		}
		RZ(pthread_create(&pt, NULL, poke, &pipes[k * 9][1]));
		REQ(rump_sys_poll(rump_pollfd_ptr(pfd), NPIPES, 5000), 1);
		REQ(pfd[k * 9].revents, R_POLLIN);
		RZ(pthread_join(pt, NULL));
		REQ(rump_sys_read(pipes[k * 9][0], &c, 1), 1);
	}
}

TEST(select, "select in and out sets")
{
	struct rump_fd_set in, out;
	pthread_t pt;

	RZ(rump_init());
	make_pipes(30);
	RUMP_FD_ZERO(&in);
	RUMP_FD_ZERO(&out);
	RUMP_FD_SET(pipes[20][0], &in);
	RUMP_FD_SET(pipes[2][0], &in);
	RZ(pthread_create(&pt, NULL, poke, &pipes[20][1]));
	REQ(rump_sys_select(
		60, rump_fd_set_ptr(&in), rump_fd_set_ptr(&out), NULL, NULL),
	    1);
	RZ(pthread_join(pt, NULL));
	ATF_REQUIRE(RUMP_FD_ISSET(pipes[20][0], &in));
	ATF_REQUIRE(!RUMP_FD_ISSET(pipes[2][0], &in));
	RUMP_FD_SET(pipes[4][1], &out);
	REQ(rump_sys_select(
		60, rump_fd_set_ptr(&in), rump_fd_set_ptr(&out), NULL, NULL),
	    2);
	RUMP_FD_ZERO(&in);
	RUMP_FD_SET(18, &in);
	RL(rump_sys_close(18));
	RERR(RUMP_EBADF,
	    rump_sys_select(60, rump_fd_set_ptr(&in), NULL, NULL, NULL));
	RERR(RUMP_EINVAL, rump_sys_select(-1, NULL, NULL, NULL, NULL));
}

static void *
waiter(void *arg)
{
	struct rump_pollfd pfd;

	pfd.fd = pipes[0][0];
	pfd.events = R_POLLIN;
	return (void *)(intptr_t)rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 5000);
}

TEST(many_waiters, "all who wait for one pipe are woken")
{
	pthread_t pt[5];
	void *res;
	int i;

	RZ(rump_init());
	make_pipes(1);
	for (i = 0; i < 5; i++)
		RZ(pthread_create(&pt[i], NULL, waiter, NULL));
	t_msleep(100);
	REQ(rump_sys_write(pipes[0][1], "x", 1), 1);
	for (i = 0; i < 5; i++) {
		RZ(pthread_join(pt[i], &res));
		REQ((intptr_t)res, 1);
	}
}

static void *
pong(void *arg)
{
	struct rump_pollfd pfd;
	char c;
	int i;

	pfd.fd = pipes[0][0];
	pfd.events = R_POLLIN;
	for (i = 0; i < 3000; i++) {
		if (rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 5000) != 1)
			return "poll";
		if (rump_sys_read(pipes[0][0], &c, 1) != 1)
			return "read";
		if (rump_sys_write(pipes[1][1], &c, 1) != 1)
			return "write";
	}
	return NULL;
}

TEST(pingpong, "no wakeup is lost in thousands")
{
	struct rump_pollfd pfd;
	pthread_t pt;
	void *res;
	char c = 'q';
	int i;

	RZ(rump_init());
	make_pipes(2);
	RZ(pthread_create(&pt, NULL, pong, NULL));
	pfd.fd = pipes[1][0];
	pfd.events = R_POLLIN;
	for (i = 0; i < 3000; i++) {
		REQ(rump_sys_write(pipes[0][1], &c, 1), 1);
		REQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 5000), 1);
		REQ(rump_sys_read(pipes[1][0], &c, 1), 1);
	}
	RZ(pthread_join(pt, &res));
	ATF_REQUIRE_MSG(res == NULL, "%s", (char *)res);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, ready);
	ATF_TP_ADD_TC(tp, timeout);
	ATF_TP_ADD_TC(tp, wakeup);
	ATF_TP_ADD_TC(tp, select);
	ATF_TP_ADD_TC(tp, many_waiters);
	ATF_TP_ADD_TC(tp, pingpong);
	return atf_no_error();
}
