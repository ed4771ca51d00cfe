/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The hypercalls of the system call server.  Called by the kernel with a
 * virtual CPU, which is released while a client is spoken to.  arg is what
 * hyp_lwproc_rfork() got as the process's: the struct sp_client.
 */

#include "sp_int.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Serve system calls at url.  The strings go into the banner.
 */
int
rumpuser_sp_init(const char *url, const char *ostype, const char *osrelease,
    const char *machine)
{
	char greeting[SP_BANNER_MAX];
	int n;

	n = snprintf(greeting, sizeof(greeting), "RUMPSP-%d.%d-%s-%s/%s\n",
	    SP_MAJOR, SP_MINOR, ostype, osrelease, machine);
	if (n < 0 || (size_t)n >= sizeof(greeting))
		return errno_to_kernel(EINVAL);
	return errno_to_kernel(sp_server_listen(url, greeting));
}

/* Ask the client, and wait for its answer; NetBSD errno. */
static int
ask(struct sp_client *sc, struct sp_waiter *sw, const void *body, size_t len)
{
	struct sp_hdr hdr = {.h_len = sizeof(hdr) + len,
	    .h_class = SP_REQ,
	    .h_type = sw->sw_type};
	struct iovec iov[2] = {
	    {&hdr, sizeof(hdr)}, {(void *)(uintptr_t)body, len}};
	struct sp_waiter **p;
	bool alive;

	pthread_cond_init(&sw->sw_cv, NULL);
	pthread_mutex_lock(&sc->sc_lock);
	alive = sc->sc_state == SC_RUNNING;
	if (alive) {
		hdr.h_reqno = sw->sw_reqno = sc->sc_nextreq++;
		sw->sw_next = sc->sc_waiters;
		sc->sc_waiters = sw;
	}
	pthread_mutex_unlock(&sc->sc_lock);
	if (!alive) {
		pthread_cond_destroy(&sw->sw_cv);
		return errno_to_kernel(EFAULT);
	}

	/* if it fails, the disconnect that follows ends the wait */
	sp_send(sc, iov, 2);

	pthread_mutex_lock(&sc->sc_lock);
	while (!sw->sw_done)
		pthread_cond_wait(&sw->sw_cv, &sc->sc_lock);
	for (p = &sc->sc_waiters; *p != sw; p = &(*p)->sw_next)
		continue;
	*p = sw->sw_next;
	pthread_mutex_unlock(&sc->sc_lock);
	pthread_cond_destroy(&sw->sw_cv);
	return sw->sw_error;
}

static int
ask_released(
    struct sp_client *sc, struct sp_waiter *sw, const void *body, size_t len)
{
	int error, nlocks;

	nlocks = cpu_release(NULL);
	error = ask(sc, sw, body, len);
	cpu_retake(nlocks, NULL);
	return error;
}

int
rumpuser_sp_copyin(void *arg, const void *raddr, void *laddr, size_t len)
{
	const struct sp_copy body = {len, (void *)(uintptr_t)raddr};
	struct sp_waiter sw = {.sw_type = SP_COPYIN,
	    .sw_buf = laddr,
	    .sw_max = len,
	    .sw_exact = true};

	if (len == 0)
		return 0;
	return ask_released(arg, &sw, &body, sizeof(body));
}

/* *lenp: the room for the string with its NUL, and then its length with it */
int
rumpuser_sp_copyinstr(void *arg, const void *raddr, void *laddr, size_t *lenp)
{
	const struct sp_copy body = {*lenp, (void *)(uintptr_t)raddr};
	struct sp_waiter sw = {
	    .sw_type = SP_COPYINSTR, .sw_buf = laddr, .sw_max = *lenp};
	const char *nul;
	int error;

	if (*lenp == 0)
		return KERNEL_ENAMETOOLONG;
	error = ask_released(arg, &sw, &body, sizeof(body));
	if (error != 0)
		return error;
	nul = memchr(laddr, '\0', sw.sw_len);
	if (nul == NULL)
		return sw.sw_len == *lenp ? KERNEL_ENAMETOOLONG
					  : errno_to_kernel(EFAULT);
	*lenp = (size_t)(nul - (const char *)laddr) + 1;
	return 0;
}

static int
copyout(struct sp_client *sc, enum sp_type type, const void *laddr, void *raddr,
    size_t len)
{
	struct sp_copy body = {len, raddr};
	struct sp_hdr hdr = {.h_len = sizeof(hdr) + sizeof(body) + len,
	    .h_class = SP_REQ,
	    .h_type = (uint16_t)type};
	struct iovec iov[3] = {{&hdr, sizeof(hdr)}, {&body, sizeof(body)},
	    {(void *)(uintptr_t)laddr, len}};
	int error = 0, nlocks;

	nlocks = cpu_release(NULL);
	pthread_mutex_lock(&sc->sc_lock);
	if (sc->sc_state != SC_RUNNING)
		error = EFAULT;
	hdr.h_reqno = sc->sc_nextreq++;
	pthread_mutex_unlock(&sc->sc_lock);
	if (error == 0 && sp_send(sc, iov, 3) != 0)
		error = EFAULT;
	cpu_retake(nlocks, NULL);
	return errno_to_kernel(error);
}

int
rumpuser_sp_copyout(void *arg, const void *laddr, void *raddr, size_t len)
{
	if (len == 0)
		return 0;
	return copyout(arg, SP_COPYOUT, laddr, raddr, len);
}

int
rumpuser_sp_copyoutstr(void *arg, const void *laddr, void *raddr, size_t *lenp)
{
	const char *nul = memchr(laddr, '\0', *lenp);
	size_t len;

	if (nul == NULL)
		return KERNEL_ENAMETOOLONG;
	len = (size_t)(nul - (const char *)laddr) + 1;
	*lenp = len;
	return copyout(arg, SP_COPYOUTSTR, laddr, raddr, len);
}

int
rumpuser_sp_anonmmap(void *arg, size_t len, void **addrp)
{
	void *addr = NULL;
	struct sp_waiter sw = {.sw_type = SP_ANONMMAP,
	    .sw_buf = &addr,
	    .sw_max = sizeof(addr),
	    .sw_exact = true};
	int error;

	error = ask_released(arg, &sw, &len, sizeof(len));
	if (error != 0)
		return error;
	if (addr == NULL)
		return errno_to_kernel(ENOMEM);
	*addrp = addr;
	return 0;
}

/*
 * Post a signal (NetBSD number).  The kernel may hold locks here, so a worker
 * talks to the client.
 */
int
rumpuser_sp_raise(void *arg, int signo)
{
	const struct sp_hdr hdr = {.h_len = sizeof(hdr),
	    .h_class = SP_REQ,
	    .h_type = SP_RAISE,
	    .h_arg = (uint32_t)signo};
	struct sp_client *sc = arg;
	struct sp_job *job = sp_job_alloc(sc, JOB_RAISE, &hdr, 0);
	bool alive;

	if (job == NULL)
		return errno_to_kernel(ENOMEM);
	pthread_mutex_lock(&sc->sc_lock);
	alive = sc->sc_state == SC_RUNNING && sc->sc_njobs < 2 * SP_JOBS_MAX;
	if (alive) {
		job->j_hdr.h_reqno = sc->sc_nextreq++;
		sc->sc_njobs++;
	}
	pthread_mutex_unlock(&sc->sc_lock);
	if (!alive) {
		free(job);
		return errno_to_kernel(ESRCH);
	}
	sp_job_submit(job);
	return 0;
}

/*
 * The kernel is going down.  If a client asked for it (arg), its call is
 * answered now, as this process will not be there to do it later.
 */
void
rumpuser_sp_fini(void *arg)
{
	const struct sp_job *job = sp_currentjob();
	const struct sp_sysresp answer = {0};
	int nlocks;

	nlocks = cpu_release(NULL);
	if (arg != NULL && job != NULL && job->j_client == arg &&
	    job->j_kind == JOB_SYSCALL)
		sp_send_response(
		    job->j_client, &job->j_hdr, &answer, sizeof(answer));
	sp_server_stop();
	cpu_retake(nlocks, NULL);
}
