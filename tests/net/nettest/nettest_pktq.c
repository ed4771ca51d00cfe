/* SPDX-License-Identifier: BSD-2-Clause */
/* Packet queues from inside: each test returns 0 or the line that failed. */
#include <sys/atomic.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include <net/pktqueue.h>

#include <rump-sys/kern.h>

#include "nettest.h"

#define CHECK(e)                                                               \
	do {                                                                   \
		if (!(e)) {                                                    \
			line = __LINE__;                                       \
			goto out;                                              \
		}                                                              \
	} while (0)

#define PACKETS 8
#define THREADS 3

static struct pktqueue *pq;
static volatile u_int begun, done;
static volatile bool asleep;
static int pause_ticks;

/* The handler that takes nothing. */
static void
pktq_idle(void *arg)
{
}

int
rump_nettest_pktq(void)
{
	struct mbuf *m[3], *over = NULL;
	int line = 0, i;

	rump_schedule();
	pq = pktq_create(3, pktq_idle, NULL);
	CHECK(pktq_dequeue(pq) == NULL);
	for (i = 0; i < 3; i++) {
		m[i] = m_gethdr(M_WAIT, MT_DATA);
		CHECK(pktq_enqueue(pq, m[i], pktq_rps_hash(m[i])));
	}
	over = m_gethdr(M_WAIT, MT_DATA);
	CHECK(!pktq_enqueue(pq, over, 0));
	CHECK(pktq_get_count(pq, PKTQ_MAXLEN) == 3);
	CHECK(pktq_get_count(pq, PKTQ_NITEMS) == 3);
	CHECK(pktq_get_count(pq, PKTQ_DROPS) == 1);
	CHECK(pktq_dequeue(pq) == m[0]);
	CHECK(pktq_dequeue(pq) == m[1]);
	m_freem(m[0]);
	m_freem(m[1]);
	CHECK(pktq_set_maxlen(pq, 0) == EINVAL);
	CHECK(pktq_set_maxlen(pq, 1) == 0);
	CHECK(!pktq_enqueue(pq, over, 0));
	pktq_flush(pq);
	CHECK(pktq_get_count(pq, PKTQ_NITEMS) == 0);
	CHECK(pktq_dequeue(pq) == NULL);
out:
	m_freem(over);
	pktq_destroy(pq);
	rump_unschedule();
	return line;
}

/* One that takes its time, and counts a packet when it is through. */
static void
pktq_slow(void *arg)
{
	struct mbuf *m;

	while ((m = pktq_dequeue(pq)) != NULL) {
		atomic_inc_uint(&begun);
		asleep = true;
		delay((u_int)(pause_ticks * tick)); /* may not sleep */
		m_freem(m);
		atomic_inc_uint(&done);
	}
}

/* Whoever sends runs the handler, when it goes to sleep. */
static void
pktq_sender(void *arg)
{
	const int n = *(const int *)arg;
	int i;

	for (i = 0; i < n; i++) {
		if (!pktq_enqueue(pq, m_gethdr(M_WAIT, MT_DATA), 0))
			break;
		(void)kpause("send", false, 1, NULL);
	}
	kthread_exit(0);
}

static int
pktq_send(const int *n, struct lwp **l)
{
	return kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN, NULL,
	    pktq_sender, __UNCONST(n), l, "send");
}

int
rump_nettest_pktq_barrier(void)
{
	const int one = 1, many = PACKETS;
	struct lwp *l[THREADS];
	int line = 0, i;
	u_int n;

	rump_schedule();
	begun = done = 0;
	pause_ticks = 1;
	pq = pktq_create(PACKETS * (THREADS + 1), pktq_slow, NULL);
	pktq_barrier(pq);
	for (i = 0; i < PACKETS; i++)
		CHECK(pktq_enqueue(pq, m_gethdr(M_WAIT, MT_DATA), 0));
	pktq_barrier(pq);
	CHECK(done == PACKETS);

	/* the queue is empty, and a handler has the last packet */
	asleep = false;
	pause_ticks = hz / 2;
	CHECK(pktq_send(&one, &l[0]) == 0);
	for (n = 0; !asleep && n < 1000; n++)
		(void)kpause("wait", false, 1, NULL);
	CHECK(pktq_get_count(pq, PKTQ_NITEMS) == 0 && done == PACKETS);
	pktq_barrier(pq);
	n = done;
	(void)kthread_join(l[0]);
	CHECK(n == PACKETS + 1);

	/* handlers on several CPUs, and packets that come meanwhile */
	begun = done = 0;
	pause_ticks = 1;
	for (i = 0; i < THREADS; i++)
		CHECK(pktq_send(&many, &l[i]) == 0);
	for (i = 0; i < 10; i++) {
		n = begun;
		pktq_barrier(pq);
		CHECK(done >= n);
	}
	for (i = 0; i < THREADS; i++)
		(void)kthread_join(l[i]);
	pktq_barrier(pq);
	CHECK(done == PACKETS * THREADS);
	CHECK(pktq_get_count(pq, PKTQ_DROPS) == 0);
out:
	pktq_destroy(pq);
	rump_unschedule();
	return line;
}
