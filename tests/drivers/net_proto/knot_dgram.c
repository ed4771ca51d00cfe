/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Datagrams: each gets a header and goes through a queue of packets, from
 * which a soft interrupt delivers it. The functions run with the big lock, by
 * the wrappers that protosw(9) offers.
 */

#include <sys/atomic.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/pktqueue.h>

#include "knot.h"
#include "ktest.h"

struct knot_header {
	struct sockaddr_knot kh_from;
	uint16_t kh_port;
};

static pktqueue_t *knot_pktq;
static u_int knot_undeliverable;

static void knot_intr(void *);

void
knot_dgram_init(void)
{
	knot_pktq = pktq_create(64, knot_intr, &knot_pktq);
	if (max_protohdr < (int)sizeof(struct knot_header))
		max_protohdr = sizeof(struct knot_header);
}

void
knot_dgram_drain(void)
{
	pktq_flush(knot_pktq);
}

static int
knot_sysctl_maxlen(SYSCTLFN_ARGS)
{
	return sysctl_pktq_maxlen(SYSCTLFN_CALL(rnode), knot_pktq);
}

static int
knot_sysctl_items(SYSCTLFN_ARGS)
{
	return sysctl_pktq_count(SYSCTLFN_CALL(rnode), knot_pktq, PKTQ_NITEMS);
}

static int
knot_sysctl_drops(SYSCTLFN_ARGS)
{
	return sysctl_pktq_count(SYSCTLFN_CALL(rnode), knot_pktq, PKTQ_DROPS);
}

/* net.knot.1 to 3, whose numbers are net.AF_KNOT. */
SYSCTL_SETUP(knot_sysctl_setup, "net.knot")
{
	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_NODE,
	    "knot", NULL, NULL, 0, NULL, 0, CTL_NET, AF_KNOT, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT, "maxlen", NULL,
	    knot_sysctl_maxlen, 0, NULL, 0, CTL_NET, AF_KNOT, 1, CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_INT,
	    "items", NULL, knot_sysctl_items, 0, NULL, 0, CTL_NET, AF_KNOT, 2,
	    CTL_EOL);
	sysctl_createv(clog, 0, NULL, NULL, CTLFLAG_PERMANENT, CTLTYPE_QUAD,
	    "drops", NULL, knot_sysctl_drops, 0, NULL, 0, CTL_NET, AF_KNOT, 3,
	    CTL_EOL);
}

static void
knot_deliver(struct mbuf *m)
{
	struct knot_header kh;
	struct mbuf *control = NULL;
	struct knot *kn;

	m_copydata(m, 0, sizeof(kh), &kh);
	m_adj(m, sizeof(kh));
	mutex_enter(softnet_lock);
	kn = knot_find(&knot_dgrams, kh.kh_port);
	if (kn == NULL) {
		knot_undeliverable++;
		m_freem(m);
		mutex_exit(softnet_lock);
		return;
	}
	KASSERT(solocked(kn->kn_so));
	kn->kn_messages++;
	if (kn->kn_count)
		control = sbcreatecontrol(&kn->kn_messages,
		    sizeof(kn->kn_messages), KNOT_SCM_COUNT, KNOT_LEVEL);
	if (sbappendaddr(&kn->kn_so->so_rcv,
		(const struct sockaddr *)&kh.kh_from, m, control) == 0) {
		m_freem(m);
		m_freem(control);
		soroverflow(kn->kn_so);
	} else
		sowakeup(kn->kn_so, &kn->kn_so->so_rcv, POLL_IN);
	mutex_exit(softnet_lock);
}

static void
knot_intr(void *arg)
{
	struct mbuf *m;

	KASSERT(arg == &knot_pktq);
	while ((m = pktq_dequeue(knot_pktq)) != NULL)
		knot_deliver(m);
}

static int
knot_dgram_attach(struct socket *so, int proto)
{
	int error;

	K(KERNEL_LOCKED_P());
	sosetlock(so);
	K(so->so_lock == softnet_lock);
	error = knot_alloc(so);
	if (error == 0)
		LIST_INSERT_HEAD(&knot_dgrams, sotoknot(so), kn_link);
	return error;
}

static void
knot_dgram_detach(struct socket *so)
{
	LIST_REMOVE(sotoknot(so), kn_link);
	soisdisconnected(so);
	knot_free(so);
}

static int
knot_dgram_bind(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	return knot_bindport(so, &knot_dgrams, nam, l);
}

static int
knot_dgram_accept(struct socket *so, struct sockaddr *nam)
{
	panic("accept");
}

static int
knot_dgram_listen(struct socket *so, struct lwp *l)
{
	return EOPNOTSUPP;
}

static int
knot_dgram_connect(struct socket *so, struct sockaddr *nam, struct lwp *l)
{
	if (nam->sa_family != AF_KNOT)
		return EAFNOSUPPORT;
	memcpy(&sotoknot(so)->kn_remote, nam, sizeof(struct sockaddr_knot));
	soisconnected(so);
	return 0;
}

static int
knot_dgram_connect2(struct socket *so, struct socket *so2)
{
	return EOPNOTSUPP;
}

static int
knot_dgram_disconnect(struct socket *so)
{
	so->so_state &= ~SS_ISCONNECTED;
	memset(&sotoknot(so)->kn_remote, 0, sizeof(struct sockaddr_knot));
	return 0;
}

static int
knot_dgram_shutdown(struct socket *so)
{
	socantsendmore(so);
	return 0;
}

static int
knot_dgram_abort(struct socket *so)
{
	panic("abort");
}

static int
knot_dgram_ioctl(struct socket *so, u_long cmd, void *nam, struct ifnet *ifp)
{
	return EOPNOTSUPP;
}

static int
knot_dgram_stat(struct socket *so, struct stat *st)
{
	return 0;
}

static int
knot_dgram_peeraddr(struct socket *so, struct sockaddr *nam)
{
	memcpy(nam, &sotoknot(so)->kn_remote, sizeof(struct sockaddr_knot));
	return 0;
}

static int
knot_dgram_sockaddr(struct socket *so, struct sockaddr *nam)
{
	memcpy(nam, &sotoknot(so)->kn_local, sizeof(struct sockaddr_knot));
	return 0;
}

static int
knot_dgram_rcvd(struct socket *so, int flags, struct lwp *l)
{
	return EOPNOTSUPP;
}

static int
knot_dgram_recvoob(struct socket *so, struct mbuf *m, int flags)
{
	return EOPNOTSUPP;
}

static int
knot_dgram_send(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf *control, struct lwp *l)
{
	struct knot *kn = sotoknot(so);
	struct sockaddr_knot *sk = (struct sockaddr_knot *)nam;
	struct knot_header kh;
	int error = 0;

	K(KERNEL_LOCKED_P());
	if (control != NULL)
		error = EINVAL;
	else if (nam == NULL && (so->so_state & SS_ISCONNECTED) == 0)
		error = EDESTADDRREQ;
	else if (nam != NULL && sk->sk_family != AF_KNOT)
		error = EAFNOSUPPORT;
	else if (m->m_pkthdr.len > kn->kn_limit)
		error = EMSGSIZE;
	m_freem(control);
	if (error != 0) {
		m_freem(m);
		return error;
	}
	memset(&kh, 0, sizeof(kh));
	kh.kh_from = kn->kn_local;
	kh.kh_port = nam != NULL ? sk->sk_port : kn->kn_remote.sk_port;
	M_PREPEND(m, sizeof(kh), M_DONTWAIT);
	if (m == NULL)
		return ENOBUFS;
	m_copyback(m, 0, sizeof(kh), &kh);
	if (!pktq_enqueue(knot_pktq, m, pktq_rps_hash(m))) {
		m_freem(m);
		return ENOBUFS;
	}
	return 0;
}

static int
knot_dgram_sendoob(struct socket *so, struct mbuf *m, struct mbuf *control)
{
	m_freem(m);
	m_freem(control);
	return EOPNOTSUPP;
}

static int
knot_dgram_purgeif(struct socket *so, struct ifnet *ifp)
{
	return 0;
}

PR_WRAP_USRREQS(knot_dgram)

const struct pr_usrreqs knot_dgram_usrreqs = {
    .pr_attach = knot_dgram_attach_wrapper,
    .pr_detach = knot_dgram_detach_wrapper,
    .pr_accept = knot_dgram_accept_wrapper,
    .pr_connect = knot_dgram_connect_wrapper,
    .pr_connect2 = knot_dgram_connect2_wrapper,
    .pr_bind = knot_dgram_bind_wrapper,
    .pr_listen = knot_dgram_listen_wrapper,
    .pr_disconnect = knot_dgram_disconnect_wrapper,
    .pr_shutdown = knot_dgram_shutdown_wrapper,
    .pr_abort = knot_dgram_abort_wrapper,
    .pr_ioctl = knot_dgram_ioctl_wrapper,
    .pr_stat = knot_dgram_stat_wrapper,
    .pr_peeraddr = knot_dgram_peeraddr_wrapper,
    .pr_sockaddr = knot_dgram_sockaddr_wrapper,
    .pr_rcvd = knot_dgram_rcvd_wrapper,
    .pr_recvoob = knot_dgram_recvoob_wrapper,
    .pr_send = knot_dgram_send_wrapper,
    .pr_sendoob = knot_dgram_sendoob_wrapper,
    .pr_purgeif = knot_dgram_purgeif_wrapper,
};

/* A queue of the test's own, whose soft interrupt counts. */
static pktqueue_t *tq;
static u_int tq_taken, tq_bytes;

static void
tq_intr(void *arg)
{
	struct mbuf *m;

	K(arg == &tq_taken);
	while ((m = pktq_dequeue(tq)) != NULL) {
		tq_bytes += (u_int)m->m_pkthdr.len;
		m_freem(m);
		atomic_inc_uint(&tq_taken);
	}
}

void
knot_test_pktqueue(void)
{
	struct mbuf *m;
	u_int i;

	tq = pktq_create(4, tq_intr, &tq_taken);
	K(tq != NULL);
	KEQ(pktq_get_count(tq, PKTQ_MAXLEN), 4);
	for (i = 1; i <= 3; i++) {
		m = m_gethdr(M_WAIT, MT_DATA);
		m->m_len = m->m_pkthdr.len = (int)i;
		K(pktq_enqueue(tq, m, pktq_rps_hash(m)));
	}
	/* What was queued has been taken when the barrier is down. */
	pktq_barrier(tq);
	KEQ(tq_taken, 3);
	KEQ(tq_bytes, 6);
	KEQ(pktq_get_count(tq, PKTQ_NITEMS), 0);
	KEQ(pktq_get_count(tq, PKTQ_DROPS), 0);
	KEQ(pktq_set_maxlen(tq, 0), EINVAL);
	KEQ(pktq_set_maxlen(tq, 10), 0);
	KEQ(pktq_get_count(tq, PKTQ_MAXLEN), 10);
	pktq_destroy(tq);
}
