/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Raw sockets of families that only pass messages to everybody who listens
 * (routing socket). softnet_lock protects the control blocks.
 */
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/stdarg.h>
#include <sys/systm.h>

#include <net/raw_cb.h>

static struct rawcbhead rawcb = LIST_HEAD_INITIALIZER(rawcb);

void
raw_init(void)
{
}

/* The caller allocated the control block and put it into so_pcb. */
int
raw_attach(struct socket *so, int proto, struct rawcbhead *rbhead)
{
	struct rawcb *rp = sotorawcb(so);
	int error;

	KASSERT(rp != NULL);
	error = soreserve(so, RAWSNDQ, RAWRCVQ);
	if (error != 0)
		return error;
	rp->rcb_socket = so;
	rp->rcb_proto.sp_family = sofamily(so);
	rp->rcb_proto.sp_protocol = proto;
	(void)rbhead;
	LIST_INSERT_HEAD(&rawcb, rp, rcb_list);
	KASSERT(solocked(so));
	return 0;
}

/* Free the control block. */
void
raw_detach(struct socket *so)
{
	struct rawcb *rp = sotorawcb(so);

	KASSERT(rp != NULL && solocked(so));
	so->so_pcb = NULL;
	LIST_REMOVE(rp, rcb_list);
	kmem_free(rp, rp->rcb_len);
}

void
raw_disconnect(struct rawcb *rp)
{
	rp->rcb_faddr = NULL;
}

void
raw_setsockaddr(struct rawcb *rp, struct sockaddr *nam)
{
	memcpy(nam, rp->rcb_laddr, rp->rcb_laddr->sa_len);
}

void
raw_setpeeraddr(struct rawcb *rp, struct sockaddr *nam)
{
	memcpy(nam, rp->rcb_faddr, rp->rcb_faddr->sa_len);
}

static bool
raw_wants(struct rawcb *rp, struct mbuf *m, struct sockproto *proto,
    const struct sockaddr *dst)
{
	if (rp->rcb_proto.sp_family != proto->sp_family)
		return false;
	if (rp->rcb_proto.sp_protocol != 0 &&
	    rp->rcb_proto.sp_protocol != proto->sp_protocol)
		return false;
	if (rp->rcb_laddr != NULL && sockaddr_cmp(rp->rcb_laddr, dst) != 0)
		return false;
	return rp->rcb_filter == NULL || (*rp->rcb_filter)(m, proto, rp) == 0;
}

/* A message (mbuf, struct sockproto *, source, destination) to listeners. */
void
raw_input(struct mbuf *m0, ...)
{
	const struct sockaddr *src, *dst;
	struct sockproto *proto;
	struct rawcb *rp, *last = NULL;
	struct mbuf *n;
	va_list ap;

	KASSERT(mutex_owned(softnet_lock));
	va_start(ap, m0);
	proto = va_arg(ap, struct sockproto *);
	src = va_arg(ap, const struct sockaddr *);
	dst = va_arg(ap, const struct sockaddr *);
	va_end(ap);

	LIST_FOREACH(rp, &rawcb, rcb_list) {
		if (!raw_wants(rp, m0, proto, dst))
			continue;
		if (last != NULL) {
			n = m_copym(m0, 0, M_COPYALL, M_DONTWAIT);
			if (n == NULL ||
			    sbappendaddr(
				&last->rcb_socket->so_rcv, src, n, NULL) == 0) {
				m_freem(n);
				soroverflow(last->rcb_socket);
			} else
				sorwakeup(last->rcb_socket);
		}
		last = rp;
	}
	if (last == NULL ||
	    sbappendaddr(&last->rcb_socket->so_rcv, src, m0, NULL) == 0) {
		m_freem(m0);
		if (last != NULL)
			soroverflow(last->rcb_socket);
	} else
		sorwakeup(last->rcb_socket);
}

void *
raw_ctlinput(int cmd, const struct sockaddr *arg, void *d)
{
	(void)cmd;
	(void)arg;
	(void)d;
	return NULL;
}

/* Send through OUTPUT; the address is that of the connection. */
int
raw_send(struct socket *so, struct mbuf *m, struct sockaddr *nam,
    struct mbuf *control, struct lwp *l,
    int (*output)(struct mbuf *, struct socket *))
{
	struct rawcb *rp = sotorawcb(so);

	(void)l;
	if (control != NULL) {
		m_freem(control);
		m_freem(m);
		return EINVAL;
	}
	if (nam != NULL) {
		/* such sockets are always connected */
		m_freem(m);
		return (so->so_state & SS_ISCONNECTED) != 0 ? EISCONN : EINVAL;
	}
	if (rp->rcb_faddr == NULL) {
		m_freem(m);
		return ENOTCONN;
	}
	return (*output)(m, so);
}
