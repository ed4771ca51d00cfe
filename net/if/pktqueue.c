/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packet queues (pktqueue(9)): input on its way to a protocol, which takes
 * packets out in a softint.
 *
 * One queue serves all CPUs; the softint may run on each of them, so packets
 * that were taken may be with as many handlers. pq_cpu[] says which have one:
 * a handler calls pktq_dequeue() until there are no more.
 */
#include <sys/atomic.h>
#include <sys/cpu.h>
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/pktqueue.h>

struct pktqueue {
	kmutex_t pq_lock;
	struct mbuf *pq_head; /* l */
	struct mbuf *pq_tail; /* l */
	size_t pq_len;        /* l */
	size_t pq_maxlen;     /* l */
	uint64_t pq_drops;    /* l */
	uint64_t pq_in;       /* l: packets that were queued */
	uint64_t pq_out;      /* l: and that were taken */
	void *pq_si;          /* c: */
	u_int pq_ncpu;        /* c: */
	/* odd while a handler has a packet; changes with each packet: CPU */
	volatile u_int pq_cpu[];
};

static size_t
pktq_size(u_int cpus)
{
	return sizeof(struct pktqueue) + cpus * sizeof(u_int);
}

pktqueue_t *
pktq_create(size_t maxlen, void (*func)(void *), void *arg)
{
	pktqueue_t *pq;

	pq = kmem_zalloc(pktq_size(ncpu), KM_SLEEP);
	mutex_init(&pq->pq_lock, MUTEX_DEFAULT, IPL_NET);
	pq->pq_maxlen = maxlen;
	pq->pq_ncpu = ncpu;
	pq->pq_si = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, func, arg);
	if (pq->pq_si == NULL) {
		mutex_destroy(&pq->pq_lock);
		kmem_free(pq, pktq_size(pq->pq_ncpu));
		return NULL;
	}
	return pq;
}

void
pktq_destroy(pktqueue_t *pq)
{
	softint_disestablish(pq->pq_si);
	pktq_flush(pq);
	mutex_destroy(&pq->pq_lock);
	kmem_free(pq, pktq_size(pq->pq_ncpu));
}

/* Queue a packet and schedule its protocol; false if there is no room. */
bool
pktq_enqueue(pktqueue_t *pq, struct mbuf *m, const u_int hash)
{
	bool first;

	(void)hash;
	m->m_nextpkt = NULL;
	mutex_enter(&pq->pq_lock);
	if (pq->pq_len >= pq->pq_maxlen) {
		pq->pq_drops++;
		mutex_exit(&pq->pq_lock);
		return false;
	}
	first = pq->pq_head == NULL;
	if (first)
		pq->pq_head = m;
	else
		pq->pq_tail->m_nextpkt = m;
	pq->pq_tail = m;
	pq->pq_len++;
	pq->pq_in++;
	mutex_exit(&pq->pq_lock);
	softint_schedule(pq->pq_si);
	return true;
}

static struct mbuf *
pktq_take(pktqueue_t *pq)
{
	struct mbuf *m;

	mutex_enter(&pq->pq_lock);
	m = pq->pq_head;
	if (m != NULL) {
		pq->pq_head = m->m_nextpkt;
		m->m_nextpkt = NULL;
		pq->pq_len--;
		pq->pq_out++;
	}
	mutex_exit(&pq->pq_lock);
	return m;
}

/* The next packet, or NULL: whoever asks has done with the one before. */
struct mbuf *
pktq_dequeue(pktqueue_t *pq)
{
	volatile u_int *busy = &pq->pq_cpu[cpu_index(curcpu())];
	u_int seq = *busy;
	struct mbuf *m = NULL;

	if (__atomic_load_n(&pq->pq_head, __ATOMIC_ACQUIRE) != NULL) {
		/* before the packet leaves the queue */
		seq = (seq | 1) + 2;
		atomic_store_release(busy, seq);
		m = pktq_take(pq);
	}
	if (m == NULL && (seq & 1) != 0)
		atomic_store_release(busy, seq + 1);
	return m;
}

/*
 * Wait until what is queued now has been taken, and those who took it, or
 * anything before, have done with it.
 */
void
pktq_barrier(pktqueue_t *pq)
{
	uint64_t in;
	u_int i, seq;

	mutex_enter(&pq->pq_lock);
	in = pq->pq_in;
	while (pq->pq_out < in) {
		mutex_exit(&pq->pq_lock);
		softint_schedule(pq->pq_si);
		(void)kpause("pktqsync", false, 1, NULL);
		mutex_enter(&pq->pq_lock);
	}
	mutex_exit(&pq->pq_lock);
	for (i = 0; i < pq->pq_ncpu; i++) {
		seq = atomic_load_acquire(&pq->pq_cpu[i]);
		while ((seq & 1) != 0 &&
		    atomic_load_acquire(&pq->pq_cpu[i]) == seq)
			(void)kpause("pktqsync", false, 1, NULL);
	}
}

/* Free what is queued. */
void
pktq_flush(pktqueue_t *pq)
{
	struct mbuf *m;

	while ((m = pktq_take(pq)) != NULL)
		m_freem(m);
}

int
pktq_set_maxlen(pktqueue_t *pq, size_t maxlen)
{
	if (maxlen == 0 || maxlen > 1024 * 1024)
		return EINVAL;
	mutex_enter(&pq->pq_lock);
	pq->pq_maxlen = maxlen;
	mutex_exit(&pq->pq_lock);
	return 0;
}

/* One queue serves all CPUs, so the hash says nothing. */
uint32_t
pktq_rps_hash(const struct mbuf *m)
{
	(void)m;
	return 0;
}

uint64_t
pktq_get_count(pktqueue_t *pq, pktq_count_t what)
{
	switch (what) {
	case PKTQ_MAXLEN:
		return pq->pq_maxlen;
	case PKTQ_NITEMS:
		return pq->pq_len;
	case PKTQ_DROPS:
		return pq->pq_drops;
	}
	return 0;
}

int
sysctl_pktq_maxlen(SYSCTLFN_ARGS, pktqueue_t *pq)
{
	struct sysctlnode node = *rnode;
	u_int nmaxlen = pktq_get_count(pq, PKTQ_MAXLEN);
	int error;

	node.sysctl_data = &nmaxlen;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	return pktq_set_maxlen(pq, nmaxlen);
}

int
sysctl_pktq_count(SYSCTLFN_ARGS, pktqueue_t *pq, u_int count_id)
{
	struct sysctlnode node = *rnode;
	uint64_t count = pktq_get_count(pq, count_id);

	node.sysctl_data = &count;
	return sysctl_lookup(SYSCTLFN_CALL(&node));
}
