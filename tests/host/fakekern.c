/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * See fakekern.h.  cpu_lock is the virtual CPU; state_lock covers the rest and
 * is a leaf.
 */

#include "fakekern.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PROCS 4096

static pthread_mutex_t cpu_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t state_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t state_cv = PTHREAD_COND_INITIALIZER;
static struct {
	int p_nlwps;
	void *p_priv;
	bool p_exiting;
} procs[PROCS];
static int nextpid = 2, nprocs, nexecs;
static atomic_int nreleases;
static char lastcomm[64];

static __thread bool held;
static __thread struct lwp *curlwp;

static void
check(bool ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "fake kernel: %s\n", what);
		abort();
	}
}

static struct lwp *
lwp_make(int pid, void *priv)
{
	struct lwp *l = calloc(1, sizeof(*l));

	l->l_pid = pid;
	l->l_priv = priv;
	return l;
}

static void
up_schedule(void)
{
	check(!held, "entered twice");
	pthread_mutex_lock(&cpu_lock);
	held = true;
	if (curlwp == NULL) {
		curlwp = lwp_make(1, NULL);
		curlwp->l_implicit = true;
	}
}

static void
up_unschedule(void)
{
	check(held, "left without the CPU");
	if (curlwp != NULL && curlwp->l_implicit) {
		free(curlwp);
		curlwp = NULL;
	}
	held = false;
	pthread_mutex_unlock(&cpu_lock);
}

static void
up_backend_unschedule(int nlocks, int *countp, void *interlock)
{
	(void)nlocks;
	(void)interlock;
	check(held, "released the CPU without having it");
	atomic_fetch_add(&nreleases, 1);
	*countp = 7;
	held = false;
	pthread_mutex_unlock(&cpu_lock);
}

static void
up_backend_schedule(int nlocks, void *interlock)
{
	(void)interlock;
	check(!held, "retook the CPU while having it");
	check(nlocks == 7, "lost the count of locks");
	pthread_mutex_lock(&cpu_lock);
	held = true;
}

static void
up_switch(struct lwp *l)
{
	check(held, "switch");
	if (curlwp != NULL && curlwp->l_implicit)
		free(curlwp);
	curlwp = l;
}

static void
up_release(void)
{
	check(held && curlwp != NULL && !curlwp->l_implicit, "release");
	pthread_mutex_lock(&state_lock);
	if (--procs[curlwp->l_pid].p_nlwps == 0)
		nprocs--;
	pthread_mutex_unlock(&state_lock);
	free(curlwp);
	curlwp = NULL;
}

static int
up_newlwp(pid_t pid)
{
	void *priv = NULL;

	check(held, "newlwp");
	pthread_mutex_lock(&state_lock);
	if (pid != 0 && procs[pid].p_nlwps == 0) {
		pthread_mutex_unlock(&state_lock);
		return 3;
	}
	if (procs[pid].p_nlwps++ == 0)
		nprocs++;
	priv = procs[pid].p_priv;
	pthread_mutex_unlock(&state_lock);
	up_switch(lwp_make(pid, priv));
	return 0;
}

static int
up_rfork(void *priv, int flags, const char *comm)
{
	int pid;

	check(held && (flags == 1 || flags == 2), "rfork");
	pthread_mutex_lock(&state_lock);
	pid = nextpid++;
	check(pid < PROCS, "too many processes");
	procs[pid].p_priv = priv;
	snprintf(lastcomm, sizeof(lastcomm), "%s", comm != NULL ? comm : "");
	procs[pid].p_nlwps = 1;
	nprocs++;
	pthread_mutex_unlock(&state_lock);
	up_switch(lwp_make(pid, priv));
	return 0;
}

static struct lwp *
up_curlwp(void)
{
	return curlwp;
}

static void
up_lwpexit(void)
{
	check(held && curlwp != NULL, "lwpexit");
	pthread_mutex_lock(&state_lock);
	procs[curlwp->l_pid].p_exiting = true;
	pthread_cond_broadcast(&state_cv);
	pthread_mutex_unlock(&state_lock);
}

static void
up_execnotify(const char *comm)
{
	check(held && curlwp != NULL, "execnotify");
	pthread_mutex_lock(&state_lock);
	check(procs[curlwp->l_pid].p_nlwps == 1, "exec beside other lwps");
	procs[curlwp->l_pid].p_exiting = false;
	snprintf(lastcomm, sizeof(lastcomm), "%s", comm);
	nexecs++;
	pthread_mutex_unlock(&state_lock);
}

static pid_t
up_getpid(void)
{
	check(held && curlwp != NULL, "getpid");
	return curlwp->l_pid;
}

static int
block(void)
{
	int nlocks;

	up_backend_unschedule(0, &nlocks, NULL);
	pthread_mutex_lock(&state_lock);
	while (!procs[curlwp->l_pid].p_exiting)
		pthread_cond_wait(&state_cv, &state_lock);
	pthread_mutex_unlock(&state_lock);
	up_backend_schedule(nlocks, NULL);
	return 4;
}

static int
copyin_sum(const uint64_t *a, long *retval)
{
	unsigned char *buf = malloc(a[1]);
	int error;

	error = rumpuser_sp_copyin(
	    curlwp->l_priv, (void *)(uintptr_t)a[0], buf, a[1]);
	for (size_t i = 0; error == 0 && i < a[1]; i++)
		retval[0] += buf[i];
	free(buf);
	return error;
}

static int
copyout_byte(const uint64_t *a)
{
	unsigned char *buf = malloc(a[1]);
	int error;

	memset(buf, (int)a[2], a[1]);
	error = rumpuser_sp_copyout(
	    curlwp->l_priv, buf, (void *)(uintptr_t)a[0], a[1]);
	free(buf);
	return error;
}

static int
up_syscall(int num, void *arg, long *retval)
{
	const uint64_t *a = arg;
	void *uaddr = (void *)(uintptr_t)a[0], *p;
	char str[64] = "hello";
	size_t len;
	int error;

	check(held && curlwp != NULL && curlwp->l_pid > 1, "syscall");
	switch ((enum fk_syscall)num) {
	case FK_ADD:
		retval[0] = (long)(a[0] + a[1]);
		retval[1] = curlwp->l_pid;
		return 0;
	case FK_FAIL:
		return (int)a[0];
	case FK_COPYIN:
		return copyin_sum(a, retval);
	case FK_COPYOUT:
		return copyout_byte(a);
	case FK_COPYINSTR:
		len = a[1];
		error = rumpuser_sp_copyinstr(curlwp->l_priv, uaddr, str, &len);
		retval[0] = (long)len;
		return error;
	case FK_COPYOUTSTR:
		len = sizeof(str);
		return rumpuser_sp_copyoutstr(curlwp->l_priv, str, uaddr, &len);
	case FK_ANONMMAP:
		error = rumpuser_sp_anonmmap(curlwp->l_priv, a[0], &p);
		if (error == 0)
			retval[0] = (long)(uintptr_t)p;
		return error;
	case FK_RAISE:
		return rumpuser_sp_raise(curlwp->l_priv, (int)a[0]);
	case FK_RAISEPID:
		return rumpuser_sp_raise(procs[a[1]].p_priv, (int)a[0]);
	case FK_BLOCK:
		return block();
	case FK_FORKS:
		retval[0] = fk_nprocs();
		return 0;
	}
	return 78;
}

void
fk_init(void)
{
	static const struct rumpuser_hyperup up = {
	    .hyp_schedule = up_schedule,
	    .hyp_unschedule = up_unschedule,
	    .hyp_backend_unschedule = up_backend_unschedule,
	    .hyp_backend_schedule = up_backend_schedule,
	    .hyp_lwproc_switch = up_switch,
	    .hyp_lwproc_release = up_release,
	    .hyp_lwproc_rfork = up_rfork,
	    .hyp_lwproc_newlwp = up_newlwp,
	    .hyp_lwproc_curlwp = up_curlwp,
	    .hyp_syscall = up_syscall,
	    .hyp_lwpexit = up_lwpexit,
	    .hyp_execnotify = up_execnotify,
	    .hyp_getpid = up_getpid,
	};

	check(rumpuser_init(RUMPUSER_VERSION, &up) == 0, "rumpuser_init");
	up_schedule();
}

void
fk_enter(void)
{
	up_schedule();
}

void
fk_leave(void)
{
	up_unschedule();
}

bool
fk_held(void)
{
	return held;
}

int
fk_nprocs(void)
{
	int n;

	pthread_mutex_lock(&state_lock);
	n = nprocs;
	pthread_mutex_unlock(&state_lock);
	return n;
}

int
fk_nreleases(void)
{
	return atomic_load(&nreleases);
}

int
fk_execs(void)
{
	return nexecs;
}

const char *
fk_lastcomm(void)
{
	return lastcomm;
}

double
fk_cpu(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}
