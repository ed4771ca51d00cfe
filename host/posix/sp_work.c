/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Workers of the system call server.  See sp_int.h.
 *
 * A worker takes a job, enters the kernel as the client's process, and leaves
 * it.  While a system call blocks it keeps its worker, so there are as many as
 * there are blocked calls, up to a limit; idle ones leave after a while.
 * Teardown, which ends the calls of a client that has gone, waits for none of
 * them: it has the front of the queue, and a worker beyond the limit.
 */

#include "sp_int.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RFORK_COPYFDS  1
#define RFORK_CLEARFDS 2

/* A process that a client has split off for a child yet to connect. */
struct fork_snapshot {
	struct fork_snapshot *fs_next;
	uint32_t fs_auth[SP_AUTH_WORDS];
	struct lwp *fs_lwp;
	char fs_comm[32];
};

static pthread_mutex_t jobs_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t jobs_cv;
static struct sp_job *jobs_first, **jobs_tail = &jobs_first; /* jobs_lock */
static unsigned nqueued, nworkers, nidle;                    /* jobs_lock */
static unsigned nbusy; /* jobs_lock: workers with a job but teardown */

static pthread_mutex_t fork_lock = PTHREAD_MUTEX_INITIALIZER;
static struct fork_snapshot *snapshots; /* fork_lock; newest first */
static unsigned nsnapshots;             /* fork_lock */

/* Who owns snapshots: somebody who is not there, as far as the kernel asks. */
static struct sp_client nobody = {
    .sc_lock = PTHREAD_MUTEX_INITIALIZER, .sc_state = SC_DYING};

static TLS const struct sp_job *current_job;

/* The job of the calling thread, if it is a worker. */
const struct sp_job *
sp_currentjob(void)
{
	return current_job;
}

/* A job with room for a body of len bytes, and zeroes where calls look. */
struct sp_job *
sp_job_alloc(struct sp_client *sc, enum job_kind kind, const struct sp_hdr *hdr,
    size_t len)
{
	const size_t room = kind == JOB_SYSCALL ? SP_SYSCALL_MAX : len + 1;
	struct sp_job *job = calloc(1, sizeof(*job) + room);

	if (job == NULL)
		return NULL;
	job->j_client = sc;
	job->j_kind = kind;
	job->j_hdr = *hdr;
	job->j_len = len;
	return job;
}

/*
 * In the kernel.
 */

static void
kernel_enter(struct lwp *l)
{
	rumpuser__hyp.hyp_schedule();
	if (l != NULL)
		rumpuser__hyp.hyp_lwproc_switch(l);
}

static void
kernel_leave(void)
{
	rumpuser__hyp.hyp_lwproc_switch(NULL);
	rumpuser__hyp.hyp_unschedule();
}

static void
kernel_releaselwp(struct lwp *l)
{
	kernel_enter(l);
	rumpuser__hyp.hyp_lwproc_release();
	rumpuser__hyp.hyp_unschedule();
}

/* Make the client's process, as a child of the current one; lwplock held. */
static int
process_make_locked(struct sp_client *sc, int flags, const char *comm)
{
	int error;

	error = rumpuser__hyp.hyp_lwproc_rfork(sc, flags, comm);
	if (error != 0)
		return error;
	sc->sc_lwp = rumpuser__hyp.hyp_lwproc_curlwp();
	sc->sc_pid = rumpuser__hyp.hyp_getpid();
	snprintf(sc->sc_comm, sizeof(sc->sc_comm), "%s", comm);
	rumpuser__hyp.hyp_lwproc_switch(NULL);
	return 0;
}

/*
 * Handshakes.
 */

static const char *
program_name(const struct sp_job *job)
{
	const char *slash = strrchr(job->j_body, '/');

	/* the byte behind the body is zero */
	return slash != NULL && slash[1] != '\0' ? slash + 1 : job->j_body;
}

static void
handshake_answer(const struct sp_job *job, int error)
{
	const int32_t answer = error;

	sp_send_response(job->j_client, &job->j_hdr, &answer, sizeof(answer));
}

static bool
handshake_guest(struct sp_job *job)
{
	struct sp_client *sc = job->j_client;
	int error;

	pthread_mutex_lock(&sc->sc_lwplock);
	kernel_enter(NULL);
	error = process_make_locked(sc, RFORK_CLEARFDS, program_name(job));
	rumpuser__hyp.hyp_unschedule();
	pthread_mutex_unlock(&sc->sc_lwplock);

	if (error != 0) {
		sp_send_error(sc, &job->j_hdr, SP_ERR_RFORK_FAILED);
		return false;
	}
	handshake_answer(job, 0);
	return true;
}

/* Compare in the same time whatever the guess. */
static bool
auth_equal(const uint32_t a[SP_AUTH_WORDS], const uint32_t b[SP_AUTH_WORDS])
{
	uint32_t difference = 0;

	for (int i = 0; i < SP_AUTH_WORDS; i++)
		difference |= a[i] ^ b[i];
	return difference == 0;
}

static struct fork_snapshot *
snapshot_take(const uint32_t auth[SP_AUTH_WORDS])
{
	struct fork_snapshot *fs, **p;

	pthread_mutex_lock(&fork_lock);
	for (p = &snapshots; (fs = *p) != NULL; p = &fs->fs_next)
		if (auth_equal(fs->fs_auth, auth))
			break;
	if (fs != NULL) {
		*p = fs->fs_next;
		nsnapshots--;
	}
	pthread_mutex_unlock(&fork_lock);
	return fs;
}

/* Put a snapshot on the list; the oldest leaves a full one and is returned. */
static struct fork_snapshot *
snapshot_put(struct fork_snapshot *fs)
{
	struct fork_snapshot *oldest = NULL, **p;

	pthread_mutex_lock(&fork_lock);
	fs->fs_next = snapshots;
	snapshots = fs;
	if (++nsnapshots > SP_FORKS_MAX) {
		for (p = &snapshots; (*p)->fs_next != NULL; p = &(*p)->fs_next)
			continue;
		oldest = *p;
		*p = NULL;
		nsnapshots--;
	}
	pthread_mutex_unlock(&fork_lock);
	return oldest;
}

static void
snapshot_free(struct fork_snapshot *fs)
{
	if (fs == NULL)
		return;
	kernel_releaselwp(fs->fs_lwp);
	free(fs);
}

static bool
handshake_fork(struct sp_job *job)
{
	struct sp_client *sc = job->j_client;
	struct fork_snapshot *fs = NULL;
	struct sp_fork request;
	int error = 0;

	if (job->j_len >= sizeof(request)) {
		memcpy(&request, job->j_body, sizeof(request));
		fs = snapshot_take(request.f_auth);
	}
	if (fs == NULL) {
		sp_send_error(sc, &job->j_hdr, SP_ERR_INVALID_PREFORK);
		return false;
	}
	if (request.f_cancel == 0) {
		pthread_mutex_lock(&sc->sc_lwplock);
		kernel_enter(fs->fs_lwp);
		error = process_make_locked(sc, RFORK_COPYFDS, fs->fs_comm);
		if (error != 0)
			rumpuser__hyp.hyp_lwproc_switch(NULL);
		rumpuser__hyp.hyp_unschedule();
		pthread_mutex_unlock(&sc->sc_lwplock);
	}
	snapshot_free(fs);

	if (error != 0) {
		sp_send_error(sc, &job->j_hdr, SP_ERR_RFORK_FAILED);
		return false;
	}
	handshake_answer(job, 0);
	return request.f_cancel == 0;
}

/* Send the process's blocked calls home; their jobs end then. */
static void
client_kick(struct sp_client *sc)
{
	pthread_mutex_lock(&sc->sc_lwplock);
	if (sc->sc_lwp != NULL) {
		kernel_enter(sc->sc_lwp);
		rumpuser__hyp.hyp_lwpexit();
		kernel_leave();
	}
	pthread_mutex_unlock(&sc->sc_lwplock);
}

static void
client_waitjobs(struct sp_client *sc, unsigned left)
{
	pthread_mutex_lock(&sc->sc_lock);
	while (sc->sc_njobs > left)
		pthread_cond_wait(&sc->sc_cv, &sc->sc_lock);
	pthread_mutex_unlock(&sc->sc_lock);
}

/* The process begins a new program: alone, and with a new name. */
static void
handshake_exec(struct sp_job *job)
{
	struct sp_client *sc = job->j_client;
	const char *comm = program_name(job);

	client_kick(sc);
	client_waitjobs(sc, 1);

	pthread_mutex_lock(&sc->sc_lwplock);
	snprintf(sc->sc_comm, sizeof(sc->sc_comm), "%s", comm);
	kernel_enter(sc->sc_lwp);
	rumpuser__hyp.hyp_execnotify(comm);
	kernel_leave();
	pthread_mutex_unlock(&sc->sc_lwplock);

	pthread_mutex_lock(&sc->sc_lock);
	sc->sc_inexec = false;
	pthread_mutex_unlock(&sc->sc_lock);
	handshake_answer(job, 0);
}

static void
work_handshake(struct sp_job *job)
{
	struct sp_client *sc = job->j_client;
	bool ok = false;

	switch (job->j_hdr.h_arg) {
	case SP_EXEC:
		handshake_exec(job);
		return;
	case SP_GUEST:
		ok = handshake_guest(job);
		break;
	case SP_FORK:
		ok = handshake_fork(job);
		break;
	default:
		sp_send_error(sc, &job->j_hdr, SP_ERR_MALFORMED_REQUEST);
		break;
	}
	/* the server thread sees a failed one hang up */
	pthread_mutex_lock(&sc->sc_lock);
	if (sc->sc_state == SC_HANDSHAKING && ok)
		sc->sc_state = SC_RUNNING;
	pthread_mutex_unlock(&sc->sc_lock);
	if (!ok)
		shutdown(sc->sc_fd, SHUT_RDWR);
	sp_server_wakeup();
}

/*
 * The rest.
 */

static void
work_syscall(struct sp_job *job)
{
	struct sp_client *sc = job->j_client;
	struct sp_sysresp answer = {0};
	long retval[2] = {0, 0};

	rumpuser__hyp.hyp_schedule();
	answer.s_error = rumpuser__hyp.hyp_lwproc_newlwp(sc->sc_pid);
	if (answer.s_error == 0) {
		answer.s_error = rumpuser__hyp.hyp_syscall(
		    (int)job->j_hdr.h_arg, job->j_body, retval);
		rumpuser__hyp.hyp_lwproc_release();
	}
	rumpuser__hyp.hyp_unschedule();

	memcpy(answer.s_retval, retval, sizeof(retval));
	sp_send_response(sc, &job->j_hdr, &answer, sizeof(answer));
}

static struct fork_snapshot *
snapshot_make(struct sp_client *sc)
{
	struct fork_snapshot *fs = calloc(1, sizeof(*fs));
	size_t got;

	if (fs == NULL)
		return NULL;
	if (os_random(fs->fs_auth, sizeof(fs->fs_auth), false, &got) != 0) {
		free(fs);
		return NULL;
	}
	pthread_mutex_lock(&sc->sc_lwplock);
	kernel_enter(sc->sc_lwp);
	if (rumpuser__hyp.hyp_lwproc_rfork(
		&nobody, RFORK_COPYFDS, sc->sc_comm) == 0)
		fs->fs_lwp = rumpuser__hyp.hyp_lwproc_curlwp();
	kernel_leave();
	memcpy(fs->fs_comm, sc->sc_comm, sizeof(fs->fs_comm));
	pthread_mutex_unlock(&sc->sc_lwplock);
	if (fs->fs_lwp == NULL) {
		free(fs);
		return NULL;
	}
	return fs;
}

static void
work_prefork(struct sp_job *job)
{
	struct sp_client *sc = job->j_client;
	struct fork_snapshot *fs = snapshot_make(sc);
	uint32_t auth[SP_AUTH_WORDS];

	if (fs == NULL) {
		sp_send_error(sc, &job->j_hdr, SP_ERR_RFORK_FAILED);
		return;
	}
	memcpy(auth, fs->fs_auth, sizeof(auth));
	snapshot_free(snapshot_put(fs));
	sp_send_response(sc, &job->j_hdr, auth, sizeof(auth));
}

static void
work_raise(struct sp_job *job)
{
	struct iovec iov = {&job->j_hdr, sizeof(job->j_hdr)};

	sp_send(job->j_client, &iov, 1);
}

/* The last job: the connection is gone, now the process goes. */
static void
work_teardown(struct sp_client *sc)
{
	bool handshaking;

	/* a handshake makes the process; nothing else runs beside it */
	pthread_mutex_lock(&sc->sc_lwplock);
	handshaking = sc->sc_lwp == NULL;
	pthread_mutex_unlock(&sc->sc_lwplock);
	if (handshaking)
		client_waitjobs(sc, 0);
	client_kick(sc);
	client_waitjobs(sc, 0);
	if (sc->sc_lwp != NULL)
		kernel_releaselwp(sc->sc_lwp);
	sp_client_free(sc);
}

static void
job_run(struct sp_job *job)
{
	struct sp_client *sc = job->j_client;

	switch (job->j_kind) {
	case JOB_HANDSHAKE:
		work_handshake(job);
		break;
	case JOB_SYSCALL:
		work_syscall(job);
		break;
	case JOB_PREFORK:
		work_prefork(job);
		break;
	case JOB_ERROR:
		sp_send_error(sc, &job->j_hdr, SP_ERR_MALFORMED_REQUEST);
		break;
	case JOB_RAISE:
		work_raise(job);
		break;
	case JOB_TEARDOWN:
		work_teardown(sc);
		return;
	}
	pthread_mutex_lock(&sc->sc_lock);
	sc->sc_njobs--;
	pthread_cond_broadcast(&sc->sc_cv);
	pthread_mutex_unlock(&sc->sc_lock);
}

/*
 * Workers.
 */

/*
 * The next job, or NULL if this worker has been idle for long enough, or is
 * beyond the limit and there is no teardown for it.
 */
static struct sp_job *
job_next_locked(void)
{
	struct timespec deadline;
	struct sp_job *job;
	int error = 0;

	deadline_from_relative(&deadline, SP_IDLE_SEC, 0);
	while ((job = jobs_first) == NULL) {
		if (error == ETIMEDOUT && nworkers > SP_WORKERS_KEEP)
			return NULL;
		nidle++;
		if (nworkers > SP_WORKERS_KEEP)
			error = pthread_cond_timedwait(
			    &jobs_cv, &jobs_lock, &deadline);
		else
			error = pthread_cond_wait(&jobs_cv, &jobs_lock);
		nidle--;
	}
	if (job->j_kind != JOB_TEARDOWN) {
		if (nbusy == SP_WORKERS_MAX)
			return NULL;
		nbusy++;
	}
	jobs_first = job->j_next;
	if (jobs_first == NULL)
		jobs_tail = &jobs_first;
	nqueued--;
	return job;
}

static void *
worker(void *arg)
{
	struct sp_job *job;

	(void)arg;
	pthread_mutex_lock(&jobs_lock);
	while ((job = job_next_locked()) != NULL) {
		pthread_mutex_unlock(&jobs_lock);
		current_job = job;
		job_run(job);
		current_job = NULL;
		pthread_mutex_lock(&jobs_lock);
		if (job->j_kind != JOB_TEARDOWN)
			nbusy--;
		free(job);
	}
	nworkers--;
	pthread_mutex_unlock(&jobs_lock);
	return NULL;
}

/* Hand a job to a worker; without a free one or a new one it waits. */
void
sp_job_submit(struct sp_job *job)
{
	const bool urgent = job->j_kind == JOB_TEARDOWN;

	pthread_mutex_lock(&jobs_lock);
	job->j_next = urgent ? jobs_first : NULL;
	if (urgent)
		jobs_first = job;
	else
		*jobs_tail = job;
	if (job->j_next == NULL)
		jobs_tail = &job->j_next;
	nqueued++;
	if (nqueued > nidle && (urgent || nworkers < SP_WORKERS_MAX) &&
	    thread_spawn(worker, NULL, "rumpspw", NULL) == 0)
		nworkers++;
	pthread_cond_signal(&jobs_cv);
	pthread_mutex_unlock(&jobs_lock);
}

/* The first worker: there is always one. */
int
sp_workers_start(void)
{
	pthread_condattr_t attr;
	int error;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&jobs_cv, &attr);
	pthread_condattr_destroy(&attr);

	pthread_mutex_lock(&jobs_lock);
	error = thread_spawn(worker, NULL, "rumpspw", NULL);
	if (error == 0)
		nworkers++;
	pthread_mutex_unlock(&jobs_lock);
	return error;
}
