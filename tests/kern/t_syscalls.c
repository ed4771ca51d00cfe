/* SPDX-License-Identifier: BSD-2-Clause */
#include <rump/rumpuser.h>

#include "t_kern.h"

TEST(before_init, "calls before rump_init() are an error, not a crash")
{
	char c;
	int p[2];

	RERR(RUMP_ENXIO, rump_sys_getpid());
	RERR(RUMP_ENXIO, rump_sys_read(0, &c, 1));
	RERR(RUMP_ENXIO, rump_sys_pipe(p));
	RERR(RUMP_ENXIO, rump_sys_open("/", 0));
	RZ(rump_init());
	REQ(rump_sys_getpid(), 1);
}

TEST(errnos, "errno: raw, 0 on success, the host's on demand")
{
	RZ(rump_init());
	RERR(RUMP_EBADF, rump_sys_close(-1));
	errno = 42;
	REQ(rump_sys_getpid(), 1);
	REQ(errno, 0);
	int p[2];
	RL(rump_sys_pipe2(p, RUMP_O_NONBLOCK));
	RERR(35, rump_sys_read(p[0], p, 1));
	rump_errno_usehost();
	RERR(EAGAIN, rump_sys_read(p[0], p, 1));
	rump_errno_settranslate(NULL);
	RERR(RUMP_EAGAIN, rump_sys_read(p[0], p, 1));
}

TEST(missing, "calls of components that are not linked: ENOSYS")
{
	RZ(rump_init());
	RERR(RUMP_ENOSYS, rump_sys_socket(2, 1, 0));
	RERR(RUMP_ENOSYS, rump_sys_open("/x", 0));
	RERR(RUMP_ENOSYS, rump_sys_ktrace("/x", 0, 0, 0));
	RERR(RUMP_ENOSYS, rump_sys_fktrace(0, 0, 0, 0));
}

TEST(strings, "error texts and translation")
{
	int i;

	REQ(strcmp(rump_strerror(RUMP_ENOENT), "No such file or directory"), 0);
	REQ(strcmp(rump_strerror(12345), "Invalid error!"), 0);
	REQ(rump_errno2host(0), 0);
	REQ(rump_errno2host(RUMP_EAGAIN), EAGAIN);
	REQ(rump_errno2host(RUMP_ELOOP), ELOOP);
	REQ(rump_errno2host(RUMP_ECONNREFUSED), ECONNREFUSED);
	for (i = 1; i <= 96; i++)
		ATF_REQUIRE(rump_errno2host(i) > 0);
}

TEST(arguments, "unusual arguments are errors")
{
	struct rump_timespec ts = {-1, 0};

	RZ(rump_init());
	RERR(RUMP_EINVAL, rump_sys_nanosleep(rump_timespec_ptr(&ts), NULL));
	RERR(RUMP_EFAULT, rump_sys_nanosleep(NULL, NULL));
	RERR(RUMP_EINVAL, rump_sys_getrlimit(-1, NULL));
	RERR(RUMP_EINVAL, rump_sys_getrlimit(12, NULL));
	RERR(RUMP_EBADF, rump_sys_kevent(-1, NULL, 0, NULL, 0, NULL));
	RERR(RUMP_EBADF, rump_sys_read(2000000000, NULL, 0));
	REQ(rump_sys_posix_fadvise(50, 0, 0, 0), RUMP_EBADF);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, before_init);
	ATF_TP_ADD_TC(tp, errnos);
	ATF_TP_ADD_TC(tp, missing);
	ATF_TP_ADD_TC(tp, strings);
	ATF_TP_ADD_TC(tp, arguments);
	return atf_no_error();
}
