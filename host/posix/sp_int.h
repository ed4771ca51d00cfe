/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The system call server.
 *
 * One thread (sp_server.c) accepts connections and reads frames; it never
 * blocks on a client and never enters the kernel.  Worker threads (sp_work.c)
 * do the rest, one job at a time: handshakes, system calls, forks, teardown.
 * rumpuser_sp.c is what the kernel calls back while it works for a client.
 *
 * A client's life: NEW -> HANDSHAKING -> RUNNING -> DYING.  The server thread
 * makes it and declares it dying; the teardown job waits for its other jobs,
 * ends its process in the kernel and frees it.
 *
 * Order: sc_lwplock, virtual CPU, sc_sendlock, sc_lock; jobs_lock and
 * fork_lock are leaves.  Nobody blocks on a socket or a lock but sc_lwplock
 * while holding a virtual CPU.
 */

#ifndef SP_INT_H
#define SP_INT_H

#include "rumpuser_int.h"
#include "sp_proto.h"

#include <sys/uio.h>

#define SP_CLIENTS_MAX  1000 /* connections */
#define SP_JOBS_MAX     256  /* outstanding requests of one client */
#define SP_WORKERS_MAX  1024
#define SP_WORKERS_KEEP 4
#define SP_IDLE_SEC     10  /* a worker beyond those leaves after it */
#define SP_FORKS_MAX    256 /* snapshots that no child came for */
#define SP_HELLO_SEC    60  /* time to send the first frame */

enum sc_state {
	SC_NEW,
	SC_HANDSHAKING,
	SC_RUNNING,
	SC_DYING
};

/* a worker that waits for a client's answer; it owns the memory */
struct sp_waiter {
	struct sp_waiter *sw_next;
	uint64_t sw_reqno;
	uint16_t sw_type;
	void *sw_buf;
	size_t sw_max;
	size_t sw_len; /* of the answer */
	int sw_error;  /* NetBSD errno */
	bool sw_exact; /* the answer has sw_max bytes */
	bool sw_done;
	pthread_cond_t sw_cv;
};

/*
 * Locks: m server thread only, c constant, l sc_lock, s sc_sendlock,
 * w sc_lwplock or the sole job.
 */
struct sp_client {
	struct sp_client *sc_next; /* m: */
	int sc_fd;                 /* c: until freed */
	time_t sc_since;           /* m: for SP_HELLO_SEC */

	char sc_in[2048];            /* m: bytes received, not yet looked at */
	size_t sc_inpos, sc_inlen;   /* m: */
	struct sp_hdr sc_hdr;        /* m: of the frame that is coming in */
	size_t sc_hdrgot;            /* m: */
	char *sc_body;               /* m: where its body goes */
	size_t sc_bodylen;           /* m: */
	size_t sc_bodygot;           /* m: */
	struct sp_job *sc_job;       /* m: which it becomes, or */
	struct sp_waiter *sc_answer; /* m: whose memory it goes to */
	struct sp_job *sc_teardown;  /* m: made in advance */

	pthread_mutex_t sc_sendlock; /* one frame at a time */

	pthread_mutex_t sc_lock;
	pthread_cond_t sc_cv;         /* a job ended */
	enum sc_state sc_state;       /* l: */
	unsigned sc_njobs;            /* l: without teardown */
	bool sc_inexec;               /* l: */
	uint64_t sc_nextreq;          /* l: */
	struct sp_waiter *sc_waiters; /* l: */

	pthread_mutex_t sc_lwplock; /* who runs sc_lwp */
	struct lwp *sc_lwp;         /* w: */
	pid_t sc_pid;               /* w: set once */
	char sc_comm[32];           /* w: */
};

enum job_kind {
	JOB_HANDSHAKE,
	JOB_SYSCALL,
	JOB_PREFORK,
	JOB_ERROR,
	JOB_RAISE,
	JOB_TEARDOWN
};

struct sp_job {
	struct sp_job *j_next;
	enum job_kind j_kind;
	struct sp_client *j_client;
	struct sp_hdr j_hdr;
	size_t j_len;
	/* zeroes follow the body, so that short arguments are no trap */
	_Alignas(16) char j_body[];
};

#define sp_server_listen rumpuser__sp_server_listen
#define sp_server_stop   rumpuser__sp_server_stop
#define sp_server_wakeup rumpuser__sp_server_wakeup
#define sp_send          rumpuser__sp_send
#define sp_send_response rumpuser__sp_send_response
#define sp_send_error    rumpuser__sp_send_error
#define sp_client_free   rumpuser__sp_client_free
#define sp_workers_start rumpuser__sp_workers_start
#define sp_job_alloc     rumpuser__sp_job_alloc
#define sp_job_submit    rumpuser__sp_job_submit
#define sp_currentjob    rumpuser__sp_currentjob

/* sp_server.c; host errnos */
int sp_server_listen(const char *, const char *) HIDDEN;
void sp_server_stop(void) HIDDEN;
void sp_server_wakeup(void) HIDDEN;
int sp_send(struct sp_client *, const struct iovec *, int) HIDDEN;
int sp_send_response(
    struct sp_client *, const struct sp_hdr *, const void *, size_t) HIDDEN;
int
sp_send_error(struct sp_client *, const struct sp_hdr *, enum sp_error) HIDDEN;

void sp_client_free(struct sp_client *) HIDDEN;

/* sp_work.c */
int sp_workers_start(void) HIDDEN;
struct sp_job *sp_job_alloc(
    struct sp_client *, enum job_kind, const struct sp_hdr *, size_t) HIDDEN;
void sp_job_submit(struct sp_job *) HIDDEN;
const struct sp_job *sp_currentjob(void) HIDDEN;

#endif /* SP_INT_H */
