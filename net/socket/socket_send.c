/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sending: data move from the caller into mbufs, as large ones as pay, with
 * the socket unlocked, and then to the protocol.
 */
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include "socket_impl.h"

#define SOSEND_64K (64 * 1024)
#define SOSEND_16K (16 * 1024)

/* How large external storage should be when LEN bytes are still to come. */
static size_t
sosend_storage(size_t len)
{
	if (len > 3 * SOSEND_16K)
		return SOSEND_64K;
	if (len > 3 * MCLBYTES)
		return SOSEND_16K;
	return MCLBYTES;
}

/*
 * A chain with the next LEN bytes of UIO and a packet header. A message that
 * goes out by itself gets space for protocol headers in front.
 */
static int
sosend_gather(struct uio *uio, size_t len, bool atomic, struct mbuf **mp)
{
	struct mbuf *m, *top = NULL, **np = &top;
	size_t room, size, left = len;
	int error = 0;

	do {
		if (top == NULL) {
			m = m_gethdr(M_WAIT, MT_DATA);
			room = MHLEN;
		} else {
			m = m_get(M_WAIT, MT_DATA);
			room = MLEN;
		}
		if (m == NULL) {
			error = ENOBUFS;
			break;
		}
		*np = m;
		np = &m->m_next;
		if (left > room) {
			size = sosend_storage(left);
			if (!m_clgetsize(m, size, M_WAIT)) {
				error = ENOBUFS;
				break;
			}
			room = size;
			if (atomic && m == top && size >= left + max_hdr) {
				m->m_data += max_hdr;
				room -= max_hdr;
			}
		} else if (atomic && m == top &&
		    left + max_hdr <= (size_t)MHLEN)
			MH_ALIGN(m, left);
		size = MIN(room, left);
		error = uiomove(mtod(m, void *), size, uio);
		if (error != 0)
			break;
		m->m_len = size;
		left -= size;
	} while (left > 0);
	if (error != 0) {
		m_freem(top);
		return error;
	}
	top->m_pkthdr.len = len;
	*mp = top;
	return 0;
}

/* May something be sent now? */
static int
sosend_state(
    struct socket *so, struct sockaddr *addr, size_t resid, size_t clen)
{
	int error;

	if ((so->so_state & SS_CANTSENDMORE) != 0)
		return EPIPE;
	if (so->so_error != 0) {
		error = so->so_error;
		so->so_error = 0;
		return error;
	}
	if ((so->so_state & SS_ISCONNECTED) == 0) {
		if ((so->so_proto->pr_flags & PR_CONNREQUIRED) != 0) {
			if (resid != 0 || clen == 0)
				return ENOTCONN;
		} else if (addr == NULL)
			return EDESTADDRREQ;
	}
	return 0;
}

/*
 * Wait for room, or refuse. 0 with *SPACEP set, or an error; ERESTART after
 * a sleep, for which the send buffer was unlocked.
 */
static int
sosend_space(struct socket *so, size_t resid, size_t clen, bool atomic,
    int flags, long *spacep, bool *lockedp)
{
	struct sockbuf *sb = &so->so_snd;
	long space;
	int error;

	space = sbspace(sb);
	if ((flags & MSG_OOB) != 0)
		space += 1024;
	if ((atomic && resid > sb->sb_hiwat) || clen > sb->sb_hiwat)
		return EMSGSIZE;
	if (space < (long)(resid + clen) &&
	    (atomic || space < (long)sb->sb_lowat || space < (long)clen)) {
		if ((so->so_state & SS_NBIO) != 0 ||
		    (flags & (MSG_NBIO | MSG_DONTWAIT)) != 0)
			return EWOULDBLOCK;
		sbunlock(sb);
		*lockedp = false;
		error = sbwait(sb);
		return error != 0 ? error : ERESTART;
	}
	*spacep = space - clen;
	return 0;
}

/*
 * Send data from UIO or the packet TOP, with control messages CONTROL. The
 * mbufs are consumed in any case. A partial send leaves uio_resid non-zero.
 */
int
sosend(struct socket *so, struct sockaddr *addr, struct uio *uio,
    struct mbuf *top, struct mbuf *control, int flags, struct lwp *l)
{
	const struct pr_usrreqs *usr = so->so_proto->pr_usrreqs;
	const bool atomic = sosendallatonce(so) || top != NULL;
	struct mbuf *m;
	size_t resid, clen, n;
	long space;
	int error, dontroute;
	bool locked = false;

	resid = uio != NULL ? uio->uio_resid : (size_t)top->m_pkthdr.len;
	clen = m_length(control);
	if (resid > INT32_MAX) {
		error = EINVAL;
		goto out;
	}
	dontroute = (flags & MSG_DONTROUTE) != 0 &&
	    (so->so_options & SO_DONTROUTE) == 0 &&
	    (so->so_proto->pr_flags & PR_ATOMIC) != 0;
	l->l_ru.ru_msgsnd++;

	solock(so);
restart:
	error = sblock(&so->so_snd, sblock_wait_flag(flags));
	if (error != 0)
		goto unlock;
	locked = true;
	do {
		error = sosend_state(so, addr, resid, clen);
		if (error != 0)
			goto unlock;
		error = sosend_space(
		    so, resid, clen, atomic, flags, &space, &locked);
		if (error == ERESTART)
			goto restart;
		if (error != 0)
			goto unlock;
		do {
			if (uio == NULL) {
				m = top;
				top = NULL;
				resid = 0;
				if ((flags & MSG_EOR) != 0)
					m->m_flags |= M_EOR;
			} else {
				n = atomic ? resid
					   : MIN(resid, (size_t)MAX(space, 0));
				sounlock(so);
				error = sosend_gather(uio, n, atomic, &m);
				solock(so);
				if (error != 0)
					goto unlock;
				resid = uio->uio_resid;
				space -= n;
				if (resid == 0 && (flags & MSG_EOR) != 0)
					m->m_flags |= M_EOR;
				/* it may have ended while it was unlocked */
				if ((so->so_state & SS_CANTSENDMORE) != 0) {
					m_freem(m);
					error = EPIPE;
					goto unlock;
				}
			}
			if (dontroute)
				so->so_options |= SO_DONTROUTE;
			if (resid > 0)
				so->so_state |= SS_MORETOCOME;
			if ((flags & MSG_OOB) != 0)
				error = (*usr->pr_sendoob)(so, m, control);
			else
				error =
				    (*usr->pr_send)(so, m, addr, control, l);
			if (dontroute)
				so->so_options &= ~SO_DONTROUTE;
			so->so_state &= ~SS_MORETOCOME;
			clen = 0;
			control = NULL;
			if (error != 0)
				goto unlock;
		} while (resid > 0 && space > 0);
	} while (resid > 0);
unlock:
	if (locked)
		sbunlock(&so->so_snd);
	sounlock(so);
out:
	m_freem(top);
	m_freem(control);
	return error;
}
