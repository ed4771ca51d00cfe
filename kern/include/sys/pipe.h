/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pipes. A pipe is two ends that share one lock and one ring of bytes: the
 * writer's end points at the reader's. Locks: p: the pair's lock, c: constant.
 */

#ifndef _SYS_PIPE_H_
#define _SYS_PIPE_H_

#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/selinfo.h>
#include <sys/time.h>
#include <sys/types.h>

#ifndef PIPE_SIZE
#define PIPE_SIZE 16384
#endif
#ifndef BIG_PIPE_SIZE
#define BIG_PIPE_SIZE (64 * 1024)
#endif
#ifndef SMALL_PIPE_SIZE
#define SMALL_PIPE_SIZE 4096
#endif

struct pipebuf {
	size_t cnt;   /* p: bytes in the buffer */
	size_t in;    /* p: where the writer goes on */
	size_t out;   /* p: where the reader goes on */
	size_t size;  /* p: of the buffer */
	char *buffer; /* p: NULL until first written */
};

#define PIPE_ASYNC   0x001
#define PIPE_EOF     0x010
#define PIPE_SIGNALR 0x020
#define PIPE_LOCKFL  0x100
#define PIPE_RESTART 0x800

struct pipe {
	kmutex_t *pipe_lock;        /* c: shared with the peer */
	kcondvar_t pipe_rcv;        /* p: readers sleep here */
	kcondvar_t pipe_wcv;        /* p: writers sleep here */
	kcondvar_t pipe_lkcv;       /* p: those after the I/O lock */
	struct pipebuf pipe_buffer; /* p: data for this end's reader */
	struct selinfo pipe_sel;    /* p: */
	struct timespec pipe_atime; /* p: */
	struct timespec pipe_mtime; /* p: */
	struct timespec pipe_btime; /* c: */
	pid_t pipe_pgid;            /* p: for SIGIO */
	u_int pipe_state;           /* p: PIPE_* */
	int pipe_busy;              /* p: threads inside */
	u_int pipe_rwait;           /* p: sleeping readers */
	u_int pipe_wwait;           /* p: sleeping writers */
	struct pipe *pipe_peer;     /* p: NULL once closed */
};

void pipe_init(void);

#endif /* _SYS_PIPE_H_ */
