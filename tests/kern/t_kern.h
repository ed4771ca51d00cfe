/* SPDX-License-Identifier: BSD-2-Clause */
/* What the test programs share. */

#ifndef _T_KERN_H_
#define _T_KERN_H_

#include <atf-c.h>
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>
#include <rump/rumperr.h>

/* fails the test unless the system call succeeds; the call's value */
#define RL(call)                                                               \
	({                                                                     \
		__typeof__(call) rl_ = (call);                                 \
		if (rl_ == -1)                                                 \
			atf_tc_fail("%s:%d: %s: %s (%d)", __FILE__, __LINE__,  \
			    #call, rump_strerror(errno), errno);               \
		rl_;                                                           \
	})
#define RZ(call) ATF_REQUIRE_EQ_MSG((call), 0, "%s failed", #call)
/* fails the test unless the call fails with this error */
#define RERR(err, call)                                                        \
	do {                                                                   \
		errno = 0;                                                     \
		if ((call) != -1)                                              \
			atf_tc_fail(                                           \
			    "%s:%d: %s: worked", __FILE__, __LINE__, #call);   \
		if (errno != (err))                                            \
			atf_tc_fail("%s:%d: %s: error %d, not %s", __FILE__,   \
			    __LINE__, #call, errno, #err);                     \
	} while (0)
#define REQ(a, b)                                                              \
	do {                                                                   \
		long long va_ = (long long)(a), vb_ = (long long)(b);          \
		if (va_ != vb_)                                                \
			atf_tc_fail("%s:%d: %s is %lld, not %s (%lld)",        \
			    __FILE__, __LINE__, #a, va_, #b, vb_);             \
	} while (0)

#define SA(p) ((struct sockaddr *)(void *)(p))

#define TEST(name, descr)                                                      \
	ATF_TC(name);                                                          \
	ATF_TC_HEAD(name, tc)                                                  \
	{                                                                      \
		atf_tc_set_md_var(tc, "descr", "%s", descr);                   \
	}                                                                      \
	ATF_TC_BODY(name, tc)

static inline double
t_clock(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static inline double
t_now(void)
{
	return t_clock(CLOCK_MONOTONIC);
}

/* seconds of processor time that this process has used */
static inline double
t_cpu(void)
{
	return t_clock(CLOCK_PROCESS_CPUTIME_ID);
}

/*
 * What is done never takes less than MIN seconds, and less than MAX once: a
 * loaded host makes some of several tries late, but not all.
 */
#define TAKES(min, max, ...)                                                   \
	do {                                                                   \
		double t_ = 1e9;                                               \
		int i_;                                                        \
		for (i_ = 0; i_ < 10 && t_ >= (max); i_++) {                   \
			t_ = t_now();                                          \
			__VA_ARGS__;                                           \
			t_ = t_now() - t_;                                     \
			ATF_REQUIRE_MSG(t_ >= (min), "%f s", t_);              \
		}                                                              \
		ATF_REQUIRE_MSG(t_ < (max), "%f s", t_);                       \
	} while (0)

static inline void
t_msleep(int ms)
{
	struct timespec ts = {ms / 1000, ms % 1000 * 1000000L};

	nanosleep(&ts, NULL);
}

/* host threads of this process */
static inline int
t_threads(void)
{
	struct dirent *de;
	DIR *d;
	int n = 0;

	if ((d = opendir("/proc/self/task")) == NULL)
		atf_tc_skip("no /proc/self/task");
	while ((de = readdir(d)) != NULL)
		n += de->d_name[0] != '.';
	closedir(d);
	return n;
}

/* What a child process that calls fn(arg) prints; its wait status. */
static inline int
t_child(void (*fn)(void *), void *arg, char *out, size_t size)
{
	size_t n = 0;
	ssize_t r;
	int p[2], status;
	pid_t pid;

	RZ(pipe(p));
	fflush(NULL);
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		dup2(p[1], STDOUT_FILENO);
		dup2(p[1], STDERR_FILENO);
		close(p[0]);
		close(p[1]);
		fn(arg);
		exit(77);
	}
	close(p[1]);
	while (n < size - 1 && (r = read(p[0], out + n, size - 1 - n)) > 0)
		n += (size_t)r;
	out[n] = '\0';
	close(p[0]);
	REQ(waitpid(pid, &status, 0), pid);
	printf("%s", out);
	return status;
}

#endif /* _T_KERN_H_ */
