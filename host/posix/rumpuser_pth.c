/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Threads, and which lwp a host thread runs.  Locks are in rumpuser_sync.c.
 */

#include "rumpuser_int.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define STACK_MIN_BYTES ((size_t)512 << 10)

struct thread_start {
	void *(*ts_fn)(void *);
	void *ts_arg;
	char ts_name[32];
};

static void *
thread_trampoline(void *arg)
{
	struct thread_start start = *(struct thread_start *)arg;

	free(arg);
	signals_block_async();
	if (start.ts_name[0] != '\0')
		os_thread_setname(start.ts_name);
	return start.ts_fn(start.ts_arg);
}

/*
 * Start a thread with a stack of some size whatever the host's default; it is
 * detached if threadp is NULL.  0 or a host errno.
 */
int
thread_spawn(
    void *(*fn)(void *), void *arg, const char *name, pthread_t *threadp)
{
	struct thread_start *start;
	pthread_attr_t attr;
	pthread_t thread;
	size_t stack;
	int error;

	start = malloc(sizeof(*start));
	if (start == NULL)
		return ENOMEM;
	start->ts_fn = fn;
	start->ts_arg = arg;
	snprintf(start->ts_name, sizeof(start->ts_name), "%s",
	    name != NULL ? name : "");

	error = pthread_attr_init(&attr);
	if (error != 0) {
		free(start);
		return error;
	}
	if (pthread_attr_getstacksize(&attr, &stack) == 0 &&
	    stack < STACK_MIN_BYTES)
		pthread_attr_setstacksize(&attr, STACK_MIN_BYTES);
	if (threadp == NULL)
		pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	error = pthread_create(&thread, &attr, thread_trampoline, start);
	pthread_attr_destroy(&attr);
	if (error != 0)
		free(start);
	else if (threadp != NULL)
		*threadp = thread;
	return error;
}

/*
 * Create a kernel thread.  With mustjoin, *cookie is for thread_join().
 * Priority and processor are hints, which this host leaves to its scheduler.
 */
int
rumpuser_thread_create(void *(*fn)(void *), void *arg, const char *name,
    int mustjoin, int priority, int cpuidx, void **cookie)
{
	pthread_t *thread = NULL;
	int error;

	(void)priority;
	(void)cpuidx;
	if (mustjoin) {
		thread = malloc(sizeof(*thread));
		if (thread == NULL)
			return errno_to_kernel(ENOMEM);
	}
	error = thread_spawn(fn, arg, name, thread);
	if (error != 0) {
		free(thread);
		return errno_to_kernel(error);
	}
	if (mustjoin)
		*cookie = thread;
	return 0;
}

void
rumpuser_thread_exit(void)
{
	pthread_exit(NULL);
}

int
rumpuser_thread_join(void *cookie)
{
	pthread_t *thread = cookie;
	int error, nlocks;

	nlocks = cpu_release(NULL);
	error = pthread_join(*thread, NULL);
	cpu_retake(nlocks, NULL);
	if (error == 0)
		free(thread);
	return errno_to_kernel(error);
}

/*
 * The lwp of this thread as far as the kernel has told us.  A kernel that
 * keeps curlwp itself need not: then it is asked.  A kernel whose own curlwp
 * is this hypercall would ask us back, which `asking' ends.
 */
static TLS struct lwp *current;
static TLS bool asking;

void
rumpuser_curlwpop(int op, struct lwp *l)
{
	switch ((enum rumplwpop)op) {
	case RUMPUSER_LWP_CREATE:
	case RUMPUSER_LWP_DESTROY:
		break;
	case RUMPUSER_LWP_SET:
		current = l;
		break;
	case RUMPUSER_LWP_CLEAR:
		current = NULL;
		break;
	}
}

struct lwp *
rumpuser_curlwp(void)
{
	struct lwp *l = current;

	if (__builtin_expect(l == NULL, 0) && !asking) {
		asking = true;
		l = rumpuser__hyp.hyp_lwproc_curlwp();
		asking = false;
	}
	return l;
}
