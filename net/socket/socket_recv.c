/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Receiving: address, control messages and data of the first record move to
 * the caller. Data are copied with the socket unlocked; sblock() keeps the
 * mbufs in place meanwhile.
 */
#include <sys/domain.h>
#include <sys/fcntl.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include "socket_impl.h"

/* a receive on its way */
struct soread {
	struct socket *sr_so;
	struct uio *sr_uio;
	struct mbuf **sr_mp0; /* data go here, not to sr_uio */
	struct mbuf **sr_control;
	struct mbuf **sr_addr;
	struct mbuf *sr_m;          /* where we are in the first record */
	struct mbuf *sr_nextrecord; /* the second one */
	int sr_flags;               /* MSG_* */
	size_t sr_off;              /* peek: bytes of sr_m passed */
	size_t sr_moff;             /* peek: bytes passed in all */
	bool sr_locked;             /* we have the buffer's lock */
};

static bool
soread_peeks(const struct soread *sr)
{
	return (sr->sr_flags & MSG_PEEK) != 0;
}

/* Urgent data kept apart from the stream. */
static int
soreceive_oob(struct socket *so, struct uio *uio, int flags)
{
	struct mbuf *m;
	int error;

	m = m_get(M_WAIT, MT_DATA);
	solock(so);
	error =
	    (*so->so_proto->pr_usrreqs->pr_recvoob)(so, m, flags & MSG_PEEK);
	sounlock(so);
	while (error == 0 && uio->uio_resid > 0 && m != NULL) {
		error = uiomove(mtod(m, void *),
		    MIN(uio->uio_resid, (size_t)m->m_len), uio);
		m = m_free(m);
	}
	m_freem(m);
	return error;
}

/* Is there enough for this call to return? */
static bool
soread_ready(const struct soread *sr)
{
	const struct socket *so = sr->sr_so;
	const struct sockbuf *sb = &so->so_rcv;
	const struct mbuf *m = sb->sb_mb;
	size_t resid = sr->sr_uio->uio_resid;

	if (m == NULL)
		return false;
	if ((sr->sr_flags & MSG_DONTWAIT) != 0 || sb->sb_cc >= resid)
		return true;
	if (m->m_nextpkt != NULL || (so->so_proto->pr_flags & PR_ATOMIC) != 0)
		return true;
	if (sb->sb_cc < sb->sb_lowat)
		return false;
	return (sr->sr_flags & MSG_WAITALL) == 0 || resid > sb->sb_hiwat;
}

/*
 * Why an empty (or short) buffer need not be waited for: 0 go on with what is
 * there, -1 nothing will come (end of file or nothing asked for), an error,
 * or ERESTART after a sleep with the buffer unlocked.
 */
static int
soread_wait(struct soread *sr)
{
	struct socket *so = sr->sr_so;
	struct mbuf *m = so->so_rcv.sb_mb;
	int error;

	if (so->so_error != 0) {
		if (m != NULL)
			return 0;
		error = so->so_error;
		if (!soread_peeks(sr))
			so->so_error = 0;
		return error;
	}
	if ((so->so_state & SS_CANTRCVMORE) != 0)
		return m != NULL ? 0 : -1;
	for (; m != NULL; m = m->m_next)
		if (m->m_type == MT_OOBDATA || (m->m_flags & M_EOR) != 0)
			return 0;
	if ((so->so_state & (SS_ISCONNECTED | SS_ISCONNECTING)) == 0 &&
	    (so->so_proto->pr_flags & PR_CONNREQUIRED) != 0)
		return ENOTCONN;
	if (sr->sr_uio->uio_resid == 0)
		return -1;
	if ((so->so_state & SS_NBIO) != 0 ||
	    (sr->sr_flags & (MSG_DONTWAIT | MSG_NBIO)) != 0)
		return EWOULDBLOCK;
	sbunlock(&so->so_rcv);
	sr->sr_locked = false;
	error = sbwait(&so->so_rcv);
	return error != 0 ? error : ERESTART;
}

/* The buffer begins with sr_m again. */
static void
soread_fixup(struct soread *sr)
{
	struct sockbuf *sb = &sr->sr_so->so_rcv;

	if (sr->sr_m != NULL) {
		sb->sb_mb = sr->sr_m;
		sr->sr_m->m_nextpkt = sr->sr_nextrecord;
		if (sr->sr_nextrecord == NULL)
			sb->sb_lastrecord = sr->sr_m;
	} else {
		sb->sb_mb = sr->sr_nextrecord;
		SB_EMPTY_FIXUP(sb);
		if (sb->sb_mb != NULL && sb->sb_mb->m_nextpkt == NULL)
			sb->sb_lastrecord = sb->sb_mb;
	}
}

static void
soread_name(struct soread *sr)
{
	struct sockbuf *sb = &sr->sr_so->so_rcv;
	struct mbuf *m = sr->sr_m;

	if (soread_peeks(sr)) {
		if (sr->sr_addr != NULL)
			*sr->sr_addr = m_copym(m, 0, m->m_len, M_DONTWAIT);
		sr->sr_m = m->m_next;
		return;
	}
	sbfree(sb, m);
	sr->sr_m = m->m_next;
	if (sr->sr_addr != NULL) {
		*sr->sr_addr = m;
		m->m_next = NULL;
		m->m_nextpkt = NULL;
	} else
		m_free(m);
	soread_fixup(sr);
}

/* Move the control messages out; rights become descriptors. */
static int
soread_control(struct soread *sr)
{
	struct socket *so = sr->sr_so;
	const struct protosw *pr = so->so_proto;
	struct mbuf *m, *cm = NULL, **cmp = &cm, **out = sr->sr_control;
	int error = 0, rv;

	while ((m = sr->sr_m) != NULL && m->m_type == MT_CONTROL) {
		if (soread_peeks(sr)) {
			struct cmsghdr *cmsg = mtod(m, struct cmsghdr *);

			/* a look must not duplicate rights */
			if (out != NULL &&
			    !(cmsg->cmsg_level == SOL_SOCKET &&
				cmsg->cmsg_type == SCM_RIGHTS)) {
				*out = m_copym(m, 0, m->m_len, M_DONTWAIT);
				if (*out != NULL)
					out = &(*out)->m_next;
			}
			sr->sr_m = m->m_next;
			continue;
		}
		sbfree(&so->so_rcv, m);
		sr->sr_m = m->m_next;
		m->m_next = NULL;
		m->m_nextpkt = NULL;
		*cmp = m;
		cmp = &m->m_next;
		soread_fixup(sr);
	}
	sr->sr_control = out;
	if (cm == NULL)
		return 0;

	/* descriptors are made without the lock; sblock() keeps our place */
	sounlock(so);
	while ((m = cm) != NULL) {
		struct cmsghdr *cmsg = mtod(m, struct cmsghdr *);
		bool rights = cmsg->cmsg_level == SOL_SOCKET &&
		    cmsg->cmsg_type == SCM_RIGHTS &&
		    (pr->pr_flags & PR_RIGHTS) != 0;

		cm = m->m_next;
		m->m_next = NULL;
		if (rights && out != NULL &&
		    pr->pr_domain->dom_externalize != NULL) {
			rv = (*pr->pr_domain->dom_externalize)(m, curlwp,
			    (sr->sr_flags & MSG_CMSG_CLOEXEC) != 0 ? O_CLOEXEC
								   : 0);
			if (rv != 0) {
				error = rv;
				m_freem(m);
				continue;
			}
		} else if (rights && pr->pr_domain->dom_dispose != NULL)
			(*pr->pr_domain->dom_dispose)(m);
		if (out != NULL) {
			*out = m;
			out = &m->m_next;
		} else
			m_freem(m);
	}
	solock(so);
	sr->sr_control = out;
	if (sr->sr_m != NULL)
		sr->sr_nextrecord = sr->sr_m->m_nextpkt;
	else
		sr->sr_nextrecord = so->so_rcv.sb_mb;
	return error;
}

/* Copy LEN bytes from sr_m on, of mbufs that stay where they are. */
static int
soread_copyout(struct soread *sr, size_t len)
{
	struct mbuf *m = sr->sr_m;
	size_t off = sr->sr_off, n;
	int error = 0;

	while (len > 0 && error == 0) {
		/* The last mbuf may grow at its end meanwhile. */
		n = MIN(
		    (size_t)__atomic_load_n(&m->m_len, __ATOMIC_RELAXED) - off,
		    len);
		if (n > 0)
			error = uiomove(mtod(m, char *) + off, n, sr->sr_uio);
		len -= n;
		off = 0;
		if (len > 0)
			m = m->m_next;
	}
	return error;
}

/* How many bytes of one kind may be copied at once; *EORP: a record ends. */
static size_t
soread_run(const struct soread *sr, int *typep, bool *eorp)
{
	const struct socket *so = sr->sr_so;
	const struct mbuf *m = sr->sr_m;
	size_t resid = sr->sr_uio->uio_resid, len = 0, off = sr->sr_off;
	size_t limit = resid;

	if (so->so_oobmark != 0 && limit > so->so_oobmark - sr->sr_moff)
		limit = so->so_oobmark - sr->sr_moff;
	*typep = m->m_type;
	*eorp = false;
	for (; m != NULL && len < limit; m = m->m_next, off = 0) {
		if (m->m_type != *typep)
			break;
		len += MIN((size_t)m->m_len - off, limit - len);
		if ((m->m_flags & M_EOR) != 0) {
			*eorp = true;
			break;
		}
	}
	return len;
}

/* LEN bytes were copied: pass over them, or take them out of the buffer. */
static void
soread_consume(struct soread *sr, size_t len)
{
	struct sockbuf *sb = &sr->sr_so->so_rcv;
	struct mbuf *m, *dead = NULL, **deadp = &dead;
	size_t n;

	while ((m = sr->sr_m) != NULL) {
		n = (size_t)m->m_len - sr->sr_off;
		if (n > len || (n == 0 && len == 0 && m->m_len != 0))
			break;
		len -= n;
		if ((m->m_flags & M_EOR) != 0)
			sr->sr_flags |= MSG_EOR;
		if (soread_peeks(sr)) {
			sr->sr_m = m->m_next;
			sr->sr_off = 0;
			sr->sr_moff += n;
		} else {
			sbfree(sb, m);
			sr->sr_m = m->m_next;
			m->m_nextpkt = NULL;
			*deadp = m;
			deadp = &m->m_next;
		}
		if ((sr->sr_flags & MSG_EOR) != 0 || len == 0)
			break;
	}
	*deadp = NULL;
	if (sr->sr_m != NULL && len > 0) {
		if (soread_peeks(sr)) {
			sr->sr_off += len;
			sr->sr_moff += len;
		} else {
			sr->sr_m->m_data += len;
			sr->sr_m->m_len -= len;
			sb->sb_cc -= len;
		}
	}
	if (!soread_peeks(sr)) {
		soread_fixup(sr);
		if (sr->sr_mp0 != NULL) {
			*sr->sr_mp0 = dead;
			if (dead != NULL)
				sr->sr_mp0 = deadp;
		} else
			m_freem(dead);
	}
}

/* Hand LEN bytes over as mbufs, for callers inside the kernel. */
static int
soread_mbufs(struct soread *sr, size_t *lenp)
{
	struct mbuf *m = sr->sr_m, *n;
	size_t len = *lenp, whole = 0;

	for (; m != NULL && whole + m->m_len <= len; m = m->m_next)
		whole += m->m_len;
	if (whole > 0 && !soread_peeks(sr)) {
		*lenp = whole; /* soread_consume() moves these */
		sr->sr_uio->uio_resid -= whole;
		return 0;
	}
	n = m_copym(sr->sr_m, sr->sr_off, len, M_DONTWAIT);
	if (n == NULL)
		return EWOULDBLOCK;
	*sr->sr_mp0 = n;
	sr->sr_mp0 = &m_last(n)->m_next;
	sr->sr_uio->uio_resid -= len;
	return 0;
}

/* The urgent mark moves with the data; true when it has been reached. */
static bool
soread_oobmark(struct soread *sr, size_t len)
{
	struct socket *so = sr->sr_so;

	if (so->so_oobmark == 0)
		return false;
	if (soread_peeks(sr))
		return sr->sr_moff == so->so_oobmark;
	so->so_oobmark -= len;
	if (so->so_oobmark == 0) {
		so->so_state |= SS_RCVATMARK;
		return true;
	}
	return false;
}

/* MSG_WAITALL: wait for more; false to return with what there is. */
static bool
soread_more(struct soread *sr)
{
	struct socket *so = sr->sr_so;
	const struct protosw *pr = so->so_proto;

	while ((sr->sr_flags & MSG_WAITALL) != 0 && sr->sr_m == NULL &&
	    sr->sr_uio->uio_resid > 0 && !sosendallatonce(so) &&
	    sr->sr_nextrecord == NULL) {
		if (so->so_error != 0 || (so->so_state & SS_CANTRCVMORE) != 0 ||
		    (sr->sr_flags & (MSG_EOR | MSG_PEEK)) != 0)
			return false;
		if ((pr->pr_flags & PR_WANTRCVD) != 0 && so->so_pcb != NULL)
			(*pr->pr_usrreqs->pr_rcvd)(so, sr->sr_flags, curlwp);
		if (so->so_rcv.sb_mb == NULL && sbwait(&so->so_rcv) != 0)
			return false;
		sr->sr_m = so->so_rcv.sb_mb;
		if (sr->sr_m != NULL)
			sr->sr_nextrecord = sr->sr_m->m_nextpkt;
	}
	return sr->sr_m != NULL;
}

static int
soread_data(struct soread *sr)
{
	struct socket *so = sr->sr_so;
	int error = 0, type, first = -1;
	bool eor;
	size_t len;

	while (sr->sr_uio->uio_resid > 0 && error == 0) {
		if (sr->sr_m == NULL && !soread_more(sr))
			break;
		len = soread_run(sr, &type, &eor);
		if (first == -1)
			first = type;
		if (type == MT_CONTROL || type == MT_SONAME ||
		    (type == MT_OOBDATA) != (first == MT_OOBDATA))
			break;
		if (type == MT_OOBDATA)
			sr->sr_flags |= MSG_OOB;
		so->so_state &= ~SS_RCVATMARK;
		if (sr->sr_mp0 != NULL)
			error = soread_mbufs(sr, &len);
		else if (len > 0) {
			sounlock(so);
			error = soread_copyout(sr, len);
			solock(so);
			/* a record may have come behind ours meanwhile */
			if (!soread_peeks(sr) && sr->sr_m == so->so_rcv.sb_mb)
				sr->sr_nextrecord = sr->sr_m->m_nextpkt;
		}
		if (error != 0)
			break;
		soread_consume(sr, len);
		if (soread_oobmark(sr, len))
			break;
		if ((sr->sr_flags & MSG_EOR) != 0)
			break;
	}
	return error;
}

/*
 * Receive into UIO, or, when MP0 is given, as mbufs at *MP0 (of UIO only
 * uio_resid counts). *PADDR, *CONTROLP get address and control messages.
 */
int
soreceive(struct socket *so, struct mbuf **paddr, struct uio *uio,
    struct mbuf **mp0, struct mbuf **controlp, int *flagsp)
{
	const struct protosw *pr = so->so_proto;
	struct soread sr;
	size_t resid;
	int error, cerror;

	if (paddr != NULL)
		*paddr = NULL;
	if (controlp != NULL)
		*controlp = NULL;
	if (mp0 != NULL)
		*mp0 = NULL;
	memset(&sr, 0, sizeof(sr));
	sr.sr_so = so;
	sr.sr_uio = uio;
	sr.sr_mp0 = mp0;
	sr.sr_control = controlp;
	sr.sr_addr = paddr;
	sr.sr_flags = flagsp != NULL ? *flagsp & ~(MSG_EOR | MSG_TRUNC) : 0;
	resid = uio->uio_resid;
	if ((sr.sr_flags & MSG_OOB) != 0)
		return soreceive_oob(so, uio, sr.sr_flags);

	solock(so);
restart:
	error = sblock(&so->so_rcv, sblock_wait_flag(sr.sr_flags));
	if (error != 0) {
		sounlock(so);
		return error;
	}
	sr.sr_locked = true;
	if (!soread_ready(&sr)) {
		error = soread_wait(&sr);
		if (error == ERESTART)
			goto restart;
		if (error != 0)
			goto release;
	}
	curlwp->l_ru.ru_msgrcv++;
	sr.sr_m = so->so_rcv.sb_mb;
	sr.sr_nextrecord = sr.sr_m->m_nextpkt;
	sr.sr_off = sr.sr_moff = 0;
	if (sr.sr_m->m_type == MT_SONAME)
		soread_name(&sr);
	error = soread_control(&sr);
	cerror = error;
	error = soread_data(&sr);
	if (error == 0)
		error = cerror;

	if (sr.sr_m != NULL && (pr->pr_flags & PR_ATOMIC) != 0) {
		if (soread_peeks(&sr) ? sr.sr_m->m_len > (int)sr.sr_off ||
			    sr.sr_m->m_next != NULL
				      : m_length(sr.sr_m) > 0)
			sr.sr_flags |= MSG_TRUNC;
		if (!soread_peeks(&sr))
			sbdroprecord(&so->so_rcv);
	}
	if (!soread_peeks(&sr) && (pr->pr_flags & PR_WANTRCVD) != 0 &&
	    so->so_pcb != NULL)
		(*pr->pr_usrreqs->pr_rcvd)(so, sr.sr_flags, curlwp);
	if (error == 0 && resid == uio->uio_resid && resid != 0 &&
	    !soread_peeks(&sr) && (sr.sr_flags & (MSG_EOR | MSG_TRUNC)) == 0 &&
	    (pr->pr_flags & PR_ATOMIC) == 0 &&
	    (so->so_state & SS_CANTRCVMORE) == 0 &&
	    (controlp == NULL || *controlp == NULL)) {
		sbunlock(&so->so_rcv);
		goto restart;
	}
	if (flagsp != NULL)
		*flagsp |= sr.sr_flags;
release:
	if (error == -1)
		error = 0;
	if (sr.sr_locked)
		sbunlock(&so->so_rcv);
	sounlock(so);
	return error;
}
