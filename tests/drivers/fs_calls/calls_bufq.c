/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bufq(9), and the part of bufferio(9) that needs no device.
 */
#include <sys/param.h>

#include <sys/buf.h>
#include <sys/bufq.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include "calls.h"
#include "ktest.h"

#define N 6

static void
bufq_order(const char *strategy, const char *want, bool *ok)
{
	static const int blocks[N] = {50, 10, 40, 20, 60, 30};
	struct bufq_state *q;
	buf_t *bp[N], *p;
	char got[N + 1];

	KEQ(bufq_alloc(&q, strategy, BUFQ_SORT_RAWBLOCK | BUFQ_EXACT), 0);
	K(bufq_get(q) == NULL && bufq_peek(q) == NULL);
	for (int i = 0; i < N; i++) {
		bp[i] = getiobuf(NULL, true);
		bp[i]->b_rawblkno = blocks[i];
		SET(bp[i]->b_flags, i % 2 ? B_READ : B_WRITE);
		bufq_put(q, bp[i]);
	}
	K(bufq_cancel(q, bp[2]) == bp[2]);
	K(bufq_cancel(q, bp[2]) == NULL);
	bufq_put(q, bp[2]);
	for (int i = 0; i < N; i++) {
		p = bufq_peek(q);
		K(p != NULL && bufq_get(q) == p);
		got[i] = '0' + (int)p->b_rawblkno / 10;
		putiobuf(p);
	}
	got[N] = 0;
	K(bufq_get(q) == NULL);
	*ok = want == NULL || strcmp(got, want) == 0;
	if (!*ok)
		printf("%s: %s, not %s\n", strategy, got, want);
	bufq_free(q);
}

void
calls_bufq(void)
{
	struct bufq_state *q;
	bool ok;

	/* the one that was cancelled is the last */
	bufq_order("fcfs", "512634", &ok);
	K(ok);
	bufq_order("disksort", "123456", &ok);
	K(ok);
	bufq_order("readprio", NULL, &ok);
	bufq_order("priocscan", NULL, &ok);
	KEQ(bufq_alloc(&q, "none of them", BUFQ_SORT_RAWBLOCK | BUFQ_EXACT),
	    ENOENT);
	KEQ(bufq_alloc(&q, "none of them", BUFQ_SORT_RAWBLOCK), 0);
	bufq_free(q);
}

static int done_calls;
static void *done_private;

static void
iobuf_iodone(struct buf *bp)
{
	K((bp->b_oflags & BO_DONE) != 0 || bp->b_error == 0);
	done_private = bp->b_private;
	done_calls++;
	putiobuf(bp);
}

static void
iobuf_thread(void *arg)
{
	buf_t *bp = arg;

	kpause("calls", false, hz / 20, NULL);
	bp->b_resid = 0;
	biodone(bp);
	kthread_exit(0);
}

void
calls_iobuf(void)
{
	char data[512];
	buf_t *bp;

	/* another thread ends it */
	bp = getiobuf(NULL, true);
	K(bp != NULL && bp->b_error == 0 && bp->b_vp == NULL);
	K(bp->b_objlock != NULL);
	bp->b_data = data;
	bp->b_bcount = bp->b_bufsize = bp->b_resid = sizeof data;
	SET(bp->b_flags, B_READ);
	K(BUF_ISREAD(bp));
	bp->b_proc = NULL;
	BIO_SETPRIO(bp, BPRIO_TIMECRITICAL);
	KEQ(BIO_GETPRIO(bp), BPRIO_TIMECRITICAL);
	BIO_SETPRIO(bp, BPRIO_DEFAULT);
	KEQ(BIO_GETPRIO(bp), BPRIO_DEFAULT);
	KEQ(kthread_create(
		PRI_NONE, KTHREAD_MPSAFE, NULL, iobuf_thread, bp, NULL, "io"),
	    0);
	KEQ(biowait(bp), 0);
	KEQ(bp->b_resid, 0);
	K((bp->b_oflags & BO_DONE) != 0);
	putiobuf(bp);

	/* a driver fails it */
	bp = getiobuf(NULL, true);
	SET(bp->b_flags, B_READ);
	bp->b_error = EIO;
	bp->b_resid = 7;
	biodone(bp);
	KEQ(biowait(bp), EIO);
	KEQ(bp->b_resid, 7);
	putiobuf(bp);

	/* somebody wants to be called */
	bp = getiobuf(NULL, false);
	K(bp != NULL);
	SET(bp->b_flags, B_WRITE);
	K(!BUF_ISREAD(bp));
	bp->b_iodone = iobuf_iodone;
	bp->b_private = &bp;
	SET(bp->b_flags, B_ASYNC);
	biodone(bp);
	KEQ(done_calls, 1);
	K(done_private == &bp);
}

/* A request of 8 KiB in pieces; the middle one fails, if fail. */
static void
nest(int fail)
{
	static char data[8192];
	buf_t *m, *n[3];
	static const int off[] = {0, 2048, 4096};
	static const size_t len[] = {2048, 2048, 3072};

	m = getiobuf(NULL, true);
	m->b_data = data;
	m->b_bcount = m->b_bufsize = m->b_resid = sizeof data;
	SET(m->b_flags, B_READ);
	m->b_blkno = 100;
	for (int i = 0; i < 3; i++) {
		n[i] = getiobuf(NULL, true);
		nestiobuf_setup(m, n[i], off[i], len[i]);
		K(n[i]->b_data == data + off[i]);
		KEQ(n[i]->b_bcount, len[i]);
		K(BUF_ISREAD(n[i]) && n[i]->b_iodone == nestiobuf_iodone);
		K(n[i]->b_private == m);
		n[i]->b_resid = 0;
	}
	if (fail)
		n[1]->b_error = EIO;
	for (int i = 2; i >= 0; i--) {
		KEQ(m->b_oflags & BO_DONE, 0);
		biodone(n[i]);
	}
	/* the rest is a hole */
	KEQ(m->b_oflags & BO_DONE, 0);
	nestiobuf_done(m, 1024, 0);
	KEQ(biowait(m), fail ? EIO : 0);
	if (!fail)
		KEQ(m->b_resid, 0);
	putiobuf(m);
}

void
calls_nestiobuf(void)
{
	nest(0);
	nest(1);
}
