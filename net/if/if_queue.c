/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets in and out: the output queue, and the input queue of interfaces
 * whose drivers receive in hardware or hypercall context.
 */
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>

#include <rump-sys/drvcall.h>

#include "if_impl.h"

/* Input on the way from a driver, which counted it, to the protocols. */
struct if_percpuq {
	struct ifnet *ipq_ifp; /* c: */
	void *ipq_si;          /* c: softint */
	kmutex_t ipq_lock;
	struct ifqueue ipq_q; /* l: ipq_lock */
};

#define IPQ_MAXLEN 4096

void
ifq_lock_init(struct ifaltq *ifq)
{
	ifq->ifq_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NET);
}

void
ifq_lock_destroy(struct ifaltq *ifq)
{
	if (ifq->ifq_lock != NULL)
		mutex_obj_free(ifq->ifq_lock);
	ifq->ifq_lock = NULL;
}

/* Enqueue, or drop it and say ENOBUFS. */
int
ifq_enqueue_one(struct ifaltq *ifq, struct mbuf *m)
{
	int error = 0;

	if (ifq->ifq_lock != NULL)
		mutex_enter(ifq->ifq_lock);
	if (IF_QFULL(ifq)) {
		ifq->ifq_drops++;
		error = ENOBUFS;
	} else
		IF_ENQUEUE(ifq, m);
	if (ifq->ifq_lock != NULL)
		mutex_exit(ifq->ifq_lock);
	if (error != 0)
		m_freem(m);
	return error;
}

struct mbuf *
ifq_dequeue_one(struct ifaltq *ifq)
{
	struct mbuf *m;

	if (ifq->ifq_lock != NULL)
		mutex_enter(ifq->ifq_lock);
	IF_DEQUEUE(ifq, m);
	if (ifq->ifq_lock != NULL)
		mutex_exit(ifq->ifq_lock);
	return m;
}

struct mbuf *
ifq_poll_one(struct ifaltq *ifq)
{
	return ifq->ifq_head;
}

void
ifq_purge(struct ifaltq *ifq)
{
	struct mbuf *m;

	while ((m = ifq_dequeue_one(ifq)) != NULL)
		m_freem(m);
}

/* The usual if_transmit: queue the packet, start the interface. */
int
ifq_enqueue(struct ifnet *ifp, struct mbuf *m)
{
	const int len = m->m_pkthdr.len;
	const bool mcast = (m->m_flags & M_MCAST) != 0;
	int error;

	error = ifq_enqueue_one(&ifp->if_snd, m);
	if (error != 0)
		return error;
	ifp->if_obytes += len;
	if (mcast)
		ifp->if_omcasts++;
	if ((ifp->if_flags & IFF_OACTIVE) == 0)
		if_start_lock(ifp);
	return 0;
}

/* The same through a queue of the caller's, if given. */
int
ifq_enqueue2(struct ifnet *ifp, struct ifqueue *ifq, struct mbuf *m)
{
	int error = 0;

	if (ifq == NULL) {
		error = ifq_enqueue_one(&ifp->if_snd, m);
	} else if (IF_QFULL(ifq)) {
		IF_DROP(ifq);
		m_freem(m);
		error = ENOBUFS;
	} else
		IF_ENQUEUE(ifq, m);
	if (error != 0)
		ifp->if_oerrors++;
	return error;
}

/*
 * Calls of a driver, with the big lock for one that needs it.  They come back
 * with the locks that they were called with.
 */
#define IF_CALL(ifp, mpsafe, op, stmt)                                         \
	do {                                                                   \
		const bool big_ = ((ifp)->if_extflags & (mpsafe)) == 0;        \
		RUMP_DRVCALL_BEGIN();                                          \
		if (big_)                                                      \
			KERNEL_LOCK(1, NULL);                                  \
		stmt;                                                          \
		if (big_)                                                      \
			KERNEL_UNLOCK_ONE(NULL);                               \
		RUMP_DRVCALL_END("ifnet(9)", #op, (ifp)->op);                  \
	} while (0)

void
if_start_lock(struct ifnet *ifp)
{
	IF_CALL(ifp, IFEF_START_MPSAFE, if_start, (*ifp->if_start)(ifp));
}

int
if_transmit_lock(struct ifnet *ifp, struct mbuf *m)
{
	int error;

	IF_CALL(ifp, IFEF_START_MPSAFE, if_transmit,
	    error = (*ifp->if_transmit)(ifp, m));
	return error;
}

int
if_output_lock(struct ifnet *cifp, struct ifnet *ifp, struct mbuf *m,
    const struct sockaddr *dst, const struct rtentry *rt)
{
	int error;

	IF_CALL(cifp, IFEF_OUTPUT_MPSAFE, if_output,
	    error = (*cifp->if_output)(ifp, m, dst, rt));
	return error;
}

/* The driver's if_ioctl(), with the big lock, whoever asks; its errno. */
int
if_ioctl_call(struct ifnet *ifp, u_long cmd, void *data)
{
	int (*func)(struct ifnet *, u_long, void *) = ifp->if_ioctl;
	int error;
	RUMP_DRVCALL_BEGIN();

	KERNEL_LOCK(1, NULL);
	error = (*func)(ifp, cmd, data);
	KERNEL_UNLOCK_ONE(NULL);
	RUMP_DRVCALL_END("ifnet(9)", "if_ioctl", func);
	return rump_errno_check(
	    "ifnet(9)", "if_ioctl", (const void *)(uintptr_t)func, error, true);
}

/* A packet from a driver that may go up at once. */
void
if_input(struct ifnet *ifp, struct mbuf *m)
{
	(*ifp->_if_input)(ifp, m);
}

static void
if_percpuq_softint(void *arg)
{
	struct if_percpuq *ipq = arg;
	struct ifnet *ifp = ipq->ipq_ifp;
	struct mbuf *m, *next;

	mutex_enter(&ipq->ipq_lock);
	m = ipq->ipq_q.ifq_head;
	ipq->ipq_q.ifq_head = ipq->ipq_q.ifq_tail = NULL;
	ipq->ipq_q.ifq_len = 0;
	mutex_exit(&ipq->ipq_lock);
	for (; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		(*ifp->_if_input)(ifp, m);
	}
}

struct if_percpuq *
if_percpuq_create(struct ifnet *ifp)
{
	struct if_percpuq *ipq;

	ipq = kmem_zalloc(sizeof(*ipq), KM_SLEEP);
	ipq->ipq_ifp = ifp;
	mutex_init(&ipq->ipq_lock, MUTEX_DEFAULT, IPL_NET);
	ipq->ipq_q.ifq_maxlen = IPQ_MAXLEN;
	ipq->ipq_si = softint_establish(
	    SOFTINT_NET | SOFTINT_MPSAFE, if_percpuq_softint, ipq);
	return ipq;
}

void
if_percpuq_destroy(struct if_percpuq *ipq)
{
	if (ipq == NULL)
		return;
	softint_disestablish(ipq->ipq_si);
	IF_PURGE(&ipq->ipq_q);
	mutex_destroy(&ipq->ipq_lock);
	kmem_free(ipq, sizeof(*ipq));
}

void
if_percpuq_enqueue(struct if_percpuq *ipq, struct mbuf *m)
{
	bool full;

	mutex_enter(&ipq->ipq_lock);
	full = IF_QFULL(&ipq->ipq_q);
	if (!full)
		IF_ENQUEUE(&ipq->ipq_q, m);
	else
		ipq->ipq_ifp->if_iqdrops++;
	mutex_exit(&ipq->ipq_lock);
	if (full)
		m_freem(m);
	else
		softint_schedule(ipq->ipq_si);
}

/* Start from another context: here every context can do it. */
void
if_deferred_start_init(struct ifnet *ifp, void (*func)(struct ifnet *))
{
	(void)ifp;
	(void)func;
}

void
if_schedule_deferred_start(struct ifnet *ifp)
{
	if_start_lock(ifp);
}
