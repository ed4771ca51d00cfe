/* SPDX-License-Identifier: BSD-2-Clause */
/* The domain, and what its protocols have in common. */

#include <sys/atomic.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/systm.h>

#include <net/route.h>
#include <net/rtbl.h>

#include <rump-sys/kern.h>

#include "knot.h"
#include "ktest.h"

kmutex_t *knot_lock;
struct knot_list knot_streams = LIST_HEAD_INITIALIZER(knot_streams);
struct knot_list knot_dgrams = LIST_HEAD_INITIALIZER(knot_dgrams);
u_int knot_inits, knot_slow, knot_fast, knot_drains, knot_events;
u_int knot_sockets;
int knot_lastevent;

static void knot_slowtimo(void);
static void knot_fasttimo(void);
static void knot_drain(void);
static void knot_dominit(void);

static const struct sockaddr_knot knot_any = {
    .sk_len = sizeof(struct sockaddr_knot),
    .sk_family = AF_KNOT,
};

static const struct protosw knotsw[] = {
    {
	.pr_type = SOCK_STREAM,
	.pr_domain = &knotdomain,
	.pr_protocol = 1,
	.pr_flags = PR_CONNREQUIRED | PR_WANTRCVD | PR_LISTEN | PR_ABRTACPTDIS,
	.pr_ctlinput = knot_ctlinput,
	.pr_ctloutput = knot_ctloutput,
	.pr_usrreqs = &knot_stream_usrreqs,
	.pr_init = knot_stream_init,
	.pr_slowtimo = knot_slowtimo,
	.pr_fasttimo = knot_fasttimo,
    },
    {
	.pr_type = SOCK_SEQPACKET,
	.pr_domain = &knotdomain,
	.pr_protocol = 2,
	.pr_flags = PR_CONNREQUIRED | PR_ATOMIC | PR_WANTRCVD | PR_LISTEN,
	.pr_ctloutput = knot_ctloutput,
	.pr_usrreqs = &knot_stream_usrreqs,
    },
    {
	.pr_type = SOCK_DGRAM,
	.pr_domain = &knotdomain,
	.pr_protocol = 3,
	.pr_flags = PR_ATOMIC | PR_ADDR,
	.pr_ctloutput = knot_ctloutput,
	.pr_usrreqs = &knot_dgram_usrreqs,
	.pr_init = knot_dgram_init,
	.pr_drain = knot_drain,
    },
};

static const void *
knot_const_addr(const struct sockaddr *sa, socklen_t *slenp)
{
	if (slenp != NULL)
		*slenp = sizeof(uint32_t);
	return &((const struct sockaddr_knot *)sa)->sk_node;
}

struct domain knotdomain = {
    .dom_family = AF_KNOT,
    .dom_name = "knot",
    .dom_init = knot_dominit,
    .dom_protosw = knotsw,
    .dom_protoswNPROTOSW = &knotsw[__arraycount(knotsw)],
    .dom_rtattach = rt_inithead,
    .dom_rtoffset = offsetof(struct sockaddr_knot, sk_node) * NBBY,
    .dom_maxrtkey = sizeof(struct sockaddr_knot),
    .dom_sockaddr_const_addr = knot_const_addr,
    .dom_sa_any = (const struct sockaddr *)&knot_any,
    .dom_sa_cmpofs = offsetof(struct sockaddr_knot, sk_node),
    .dom_sa_cmplen = sizeof(uint32_t),
};

static void
knot_dominit(void)
{
	knot_inits++;
}

static void
knot_slowtimo(void)
{
	atomic_inc_uint(&knot_slow);
}

static void
knot_fasttimo(void)
{
	atomic_inc_uint(&knot_fast);
}

static void
knot_drain(void)
{
	atomic_inc_uint(&knot_drains);
	knot_dgram_drain();
}

void *
knot_ctlinput(int cmd, const struct sockaddr *sa, void *arg)
{
	knot_events++;
	knot_lastevent = cmd;
	if (arg != NULL)
		*(int *)arg = cmd;
	return NULL;
}

/* Who may open sockets of ours: everybody. */
static int
knot_authorize(kauth_cred_t cred, kauth_action_t action, void *cookie,
    void *arg0, void *arg1, void *arg2, void *arg3)
{
	if (action == KAUTH_NETWORK_SOCKET &&
	    (enum kauth_network_req)(uintptr_t)arg0 ==
		KAUTH_REQ_NETWORK_SOCKET_OPEN &&
	    (uintptr_t)arg1 == AF_KNOT)
		return KAUTH_RESULT_ALLOW;
	return KAUTH_RESULT_DEFER;
}

RUMP_COMPONENT(RUMP_COMPONENT_NET)
{
	knot_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_SOFTNET);
	domain_attach(&knotdomain);
	if (kauth_listen_scope(KAUTH_SCOPE_NETWORK, knot_authorize, NULL) ==
	    NULL)
		panic("knot: no scope");
}

struct knot *
knot_find(struct knot_list *list, uint16_t port)
{
	struct knot *kn;

	LIST_FOREACH(kn, list, kn_link) {
		if (port != 0 && kn->kn_local.sk_port == port)
			return kn;
	}
	return NULL;
}

void
knot_address(struct sockaddr_knot *sk, uint16_t port, uint32_t node)
{
	memset(sk, 0, sizeof(*sk));
	sk->sk_len = sizeof(*sk);
	sk->sk_family = AF_KNOT;
	sk->sk_port = port;
	sk->sk_node = node;
}

/* A control block for a socket that is locked. */
int
knot_alloc(struct socket *so)
{
	struct knot *kn;
	int error;

	KASSERT(solocked(so));
	if (so->so_snd.sb_hiwat == 0 || so->so_rcv.sb_hiwat == 0) {
		error = soreserve(so, 4096, 4096);
		if (error != 0)
			return error;
	}
	kn = kmem_zalloc(sizeof(*kn), KM_NOSLEEP);
	if (kn == NULL)
		return ENOBUFS;
	kn->kn_so = so;
	kn->kn_limit = 4096;
	kn->kn_oob = -1;
	knot_address(&kn->kn_local, 0, 0);
	so->so_pcb = kn;
	atomic_inc_uint(&knot_sockets);
	return 0;
}

void
knot_free(struct socket *so)
{
	struct knot *kn = sotoknot(so);

	KASSERT(solocked(so));
	so->so_pcb = NULL;
	kmem_free(kn, sizeof(*kn));
	atomic_dec_uint(&knot_sockets);
}

int
knot_bindport(struct socket *so, struct knot_list *list, struct sockaddr *nam,
    struct lwp *l)
{
	struct knot *kn = sotoknot(so);
	struct sockaddr_knot *sk = (struct sockaddr_knot *)nam;

	if (sk->sk_len != sizeof(*sk) || sk->sk_port == 0)
		return EINVAL;
	if (sk->sk_family != AF_KNOT)
		return EAFNOSUPPORT;
	if (kn->kn_local.sk_port != 0)
		return EINVAL;
	if (sk->sk_port < KNOT_RESERVED &&
	    kauth_authorize_network(l->l_cred, KAUTH_NETWORK_BIND,
		KAUTH_REQ_NETWORK_BIND_PRIVPORT, so, nam, NULL) != 0)
		return EACCES;
	if (knot_find(list, sk->sk_port) != NULL)
		return EADDRINUSE;
	sockaddr_copy(
	    (struct sockaddr *)&kn->kn_local, sizeof(kn->kn_local), nam);
	return 0;
}

int rumptest_knots(void);
int
rumptest_knots(void)
{
	return (int)*(volatile u_int *)&knot_sockets;
}

static int
knot_setopt(struct knot *kn, struct sockopt *sopt)
{
	char name[KNOT_NAMELEN];
	int value, error;

	switch (sopt->sopt_name) {
	case KNOT_OPT_LIMIT:
		error = sockopt_getint(sopt, &value);
		if (error == 0 && (value <= 0 || value > 4096))
			error = EINVAL;
		if (error == 0)
			kn->kn_limit = value;
		return error;
	case KNOT_OPT_COUNT:
		error = sockopt_getint(sopt, &value);
		if (error == 0)
			kn->kn_count = value != 0;
		return error;
	case KNOT_OPT_NAME:
		if (sopt->sopt_size > sizeof(name))
			return EINVAL;
		error = sockopt_get(sopt, name, sopt->sopt_size);
		if (error != 0)
			return error;
		memcpy(kn->kn_name, name, sopt->sopt_size);
		kn->kn_namelen = sopt->sopt_size;
		return 0;
	default:
		return ENOPROTOOPT;
	}
}

static int
knot_getopt(struct knot *kn, struct sockopt *sopt)
{
	struct mbuf *m;
	int i;

	switch (sopt->sopt_name) {
	case KNOT_OPT_LIMIT:
		return sockopt_setint(sopt, kn->kn_limit);
	case KNOT_OPT_COUNT:
		return sockopt_setint(sopt, kn->kn_count);
	case KNOT_OPT_NAME:
		return sockopt_set(sopt, kn->kn_name, kn->kn_namelen);
	case KNOT_OPT_LONG:
		m = m_gethdr(M_DONTWAIT, MT_SOOPTS);
		if (m == NULL)
			return ENOBUFS;
		m->m_len = m->m_pkthdr.len = 0;
		for (i = 0; i < KNOT_LONGLEN; i++) {
			if (m_append(m, 1, &"abcdefg"[i % 7]) == 0) {
				m_freem(m);
				return ENOBUFS;
			}
		}
		return sockopt_setmbuf(sopt, m);
	default:
		return ENOPROTOOPT;
	}
}

int
knot_ctloutput(int op, struct socket *so, struct sockopt *sopt)
{
	K(solocked(so));
	if (sopt->sopt_level != KNOT_LEVEL)
		return ENOPROTOOPT;
	return op == PRCO_SETOPT ? knot_setopt(sotoknot(so), sopt)
				 : knot_getopt(sotoknot(so), sopt);
}
