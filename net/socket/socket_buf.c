/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket buffers: queues of records, each a chain of mbufs.
 *
 * A stream is one record. A record of a datagram protocol is the sender's
 * address (MT_SONAME), control messages (MT_CONTROL) and data, in this order.
 * The socket's lock protects all of it. SB_LOCK lets one reader or writer at
 * a time be half-way through a buffer with the socket's lock released: until
 * it is cleared, mbufs that were in the buffer stay where they are and grow
 * at most.
 */
#include <sys/kauth.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/resourcevar.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include "socket_impl.h"

u_long sb_max = SB_MAX;
static u_long sb_max_adj = SB_MAX; /* sb_max less the mbufs themselves */

/* Set the limit of all buffers; EINVAL if that is no size. */
int
sb_max_set(u_long new)
{
	if (new < 16 * 1024 || new > 1024UL * 1024 * 1024)
		return EINVAL;
	sb_max = new;
	sb_max_adj = (u_quad_t) new *MCLBYTES / (MSIZE + MCLBYTES);
	return 0;
}

/* Let the buffer hold CC bytes; 0 if a limit forbids it. */
int
sbreserve(struct sockbuf *sb, u_long cc, struct socket *so)
{
	struct lwp *l = curlwp;
	rlim_t maxcc = RLIM_INFINITY;

	if (cc == 0 || cc > sb_max_adj)
		return 0;
	if (so->so_uidinfo != NULL) {
		if (kauth_cred_geteuid(l->l_cred) == so->so_uidinfo->ui_uid &&
		    l->l_proc->p_limit != NULL)
			maxcc = l->l_proc->p_rlimit[RLIMIT_SBSIZE].rlim_cur;
		if (!chgsbsize(so->so_uidinfo, &sb->sb_hiwat, cc, maxcc))
			return 0;
	}
	sb->sb_hiwat = cc;
	sb->sb_mbmax = MIN(cc * 2, MAX(sb_max, cc));
	if (sb->sb_lowat > sb->sb_hiwat)
		sb->sb_lowat = sb->sb_hiwat;
	return 1;
}

/* Set the sizes of both buffers, and low-water marks that were not set. */
int
soreserve(struct socket *so, u_long sndcc, u_long rcvcc)
{
	KASSERT(so->so_lock == NULL || solocked(so));

	if (!sbreserve(&so->so_snd, sndcc, so))
		return ENOBUFS;
	if (!sbreserve(&so->so_rcv, rcvcc, so)) {
		sbrelease(&so->so_snd, so);
		return ENOBUFS;
	}
	if (so->so_rcv.sb_lowat == 0)
		so->so_rcv.sb_lowat = 1;
	if (so->so_snd.sb_lowat == 0)
		so->so_snd.sb_lowat = MCLBYTES;
	if (so->so_snd.sb_lowat > so->so_snd.sb_hiwat)
		so->so_snd.sb_lowat = so->so_snd.sb_hiwat;
	return 0;
}

/* Empty the buffer and let it hold nothing. */
void
sbrelease(struct sockbuf *sb, struct socket *so)
{
	sbflush(sb);
	if (so->so_uidinfo != NULL)
		(void)chgsbsize(
		    so->so_uidinfo, &sb->sb_hiwat, 0, RLIM_INFINITY);
	sb->sb_hiwat = 0;
	sb->sb_mbmax = 0;
}

/* Drop everything. */
void
sbflush(struct sockbuf *sb)
{
	while (sb->sb_mb != NULL)
		sbdroprecord(sb);
	sb->sb_cc = 0;
	sb->sb_mbcnt = 0;
	sb->sb_mbtail = NULL;
	sb->sb_lastrecord = NULL;
}

/* Drop the first record. */
void
sbdroprecord(struct sockbuf *sb)
{
	struct mbuf *m = sb->sb_mb;

	if (m == NULL)
		return;
	sb->sb_mb = m->m_nextpkt;
	while (m != NULL) {
		sbfree(sb, m);
		m = m_free(m);
	}
	SB_EMPTY_FIXUP(sb);
}

/* Drop LEN bytes from the front, at most what is there. */
void
sbdrop(struct sockbuf *sb, int len)
{
	struct mbuf *m = sb->sb_mb, *next;

	next = m == NULL ? NULL : m->m_nextpkt;
	while (len > 0) {
		if (m == NULL) {
			if (next == NULL)
				break;
			m = next;
			next = m->m_nextpkt;
			continue;
		}
		if (m->m_len > len) {
			m->m_len -= len;
			m->m_data += len;
			sb->sb_cc -= len;
			break;
		}
		len -= m->m_len;
		sbfree(sb, m);
		m = m_free(m);
	}
	while (m != NULL && m->m_len == 0 && m->m_type != MT_SONAME &&
	    m->m_type != MT_CONTROL) {
		sbfree(sb, m);
		m = m_free(m);
	}
	if (m != NULL) {
		sb->sb_mb = m;
		m->m_nextpkt = next;
	} else
		sb->sb_mb = next;
	if (sb->sb_mb == NULL) {
		sb->sb_mbtail = NULL;
		sb->sb_lastrecord = NULL;
	} else if (sb->sb_mb->m_nextpkt == NULL)
		sb->sb_lastrecord = sb->sb_mb;
}

/* Put a chain, accounted for here, at the end as a record of its own. */
static void
sb_link_record(struct sockbuf *sb, struct mbuf *m0, struct mbuf *last)
{
	struct mbuf *m;

	for (m = m0; m != NULL; m = m->m_next)
		sballoc(sb, m);
	if (sb->sb_lastrecord == NULL)
		sb->sb_mb = m0;
	else
		sb->sb_lastrecord->m_nextpkt = m0;
	sb->sb_lastrecord = m0;
	sb->sb_mbtail = last;
}

/*
 * Append chain M behind N, the last mbuf or NULL in an empty buffer; small
 * pieces are copied into free space of the last mbuf, empty ones dropped.
 */
void
sbcompress(struct sockbuf *sb, struct mbuf *m, struct mbuf *n)
{
	int eor = 0;

	while (m != NULL) {
		eor |= m->m_flags & M_EOR;
		if (m->m_len == 0 &&
		    (eor == 0 || m->m_next != NULL ||
			(n != NULL && n->m_type == m->m_type))) {
			m = m_free(m);
			continue;
		}
		if (n != NULL && (n->m_flags & M_EOR) == 0 &&
		    n->m_type == m->m_type && m->m_len <= MCLBYTES / 4 &&
		    !M_READONLY(n) && m->m_len <= _M_TRAILINGSPACE(n)) {
			memcpy(n->m_data + n->m_len, m->m_data, m->m_len);
			/* A reader may copy from n without the lock. */
			__atomic_store_n(
			    &n->m_len, n->m_len + m->m_len, __ATOMIC_RELEASE);
			sb->sb_cc += m->m_len;
			m = m_free(m);
			continue;
		}
		if (n != NULL)
			n->m_next = m;
		else
			sb->sb_mb = m;
		sb->sb_mbtail = m;
		sballoc(sb, m);
		n = m;
		m->m_flags &= ~M_EOR;
		m = m->m_next;
		n->m_next = NULL;
	}
	if (eor != 0 && n != NULL)
		n->m_flags |= M_EOR;
	if (sb->sb_lastrecord == NULL)
		sb->sb_lastrecord = sb->sb_mb;
}

/* Append to the last record, unless that has ended. */
void
sbappend(struct sockbuf *sb, struct mbuf *m)
{
	if (m == NULL)
		return;
	if (sb->sb_mbtail != NULL && (sb->sb_mbtail->m_flags & M_EOR) != 0)
		sbappendrecord(sb, m);
	else
		sbcompress(sb, m, sb->sb_mbtail);
}

/* Append to a stream. */
void
sbappendstream(struct sockbuf *sb, struct mbuf *m)
{
	KASSERT(sb->sb_mb == sb->sb_lastrecord);
	sbcompress(sb, m, sb->sb_mbtail);
}

/* Append as a record of its own. */
void
sbappendrecord(struct sockbuf *sb, struct mbuf *m0)
{
	struct mbuf *m;

	if (m0 == NULL)
		return;
	m = m0->m_next;
	m0->m_next = NULL;
	if (m != NULL && (m0->m_flags & M_EOR) != 0) {
		m0->m_flags &= ~M_EOR;
		m->m_flags |= M_EOR;
	}
	sb_link_record(sb, m0, m0);
	sbcompress(sb, m, m0);
}

/* A record of urgent data: in front of ordinary data, behind other such. */
void
sbinsertoob(struct sockbuf *sb, struct mbuf *m0)
{
	struct mbuf **mp, *m;

	if (m0 == NULL)
		return;
	for (mp = &sb->sb_mb; *mp != NULL; mp = &(*mp)->m_nextpkt) {
		for (m = *mp; m != NULL && m->m_type == MT_CONTROL;)
			m = m->m_next;
		if (m == NULL || m->m_type != MT_OOBDATA)
			break;
	}
	m0->m_nextpkt = *mp;
	*mp = m0;
	if (m0->m_nextpkt == NULL) {
		sb->sb_lastrecord = m0;
		sb->sb_mbtail = m_last(m0);
	}
	for (m = m0; m != NULL; m = m->m_next)
		sballoc(sb, m);
}

/* Append address, control messages and data as a record; 0 without room. */
int
sbappendaddr(struct sockbuf *sb, const struct sockaddr *asa, struct mbuf *m0,
    struct mbuf *control)
{
	struct mbuf *m, *n;
	long space = asa->sa_len;

	if (m0 != NULL) {
		if ((m0->m_flags & M_PKTHDR) != 0)
			space += m0->m_pkthdr.len;
		else
			space += m_length(m0);
	}
	space += m_length(control);
	if (space > sbspace(sb))
		return 0;
	m = m_get(M_DONTWAIT, MT_SONAME);
	if (m == NULL)
		return 0;
	memcpy(mtod(m, void *), asa, asa->sa_len);
	m->m_len = asa->sa_len;
	if (control != NULL) {
		m->m_next = control;
		m_last(control)->m_next = m0;
	} else
		m->m_next = m0;
	n = m_last(m);
	sb_link_record(sb, m, n);
	return 1;
}

/* The same for packets linked by m_nextpkt; all or nothing. */
int
sbappendaddrchain(
    struct sockbuf *sb, const struct sockaddr *asa, struct mbuf *m0, int sbprio)
{
	struct mbuf *m, *next, *name, *first = NULL, **np = &first;
	long space = 0;

	(void)sbprio;
	for (m = m0; m != NULL; m = m->m_nextpkt)
		space += asa->sa_len + m_length(m);
	if (space > sbspace(sb))
		return 0;
	for (m = m0; m != NULL; m = m->m_nextpkt) {
		name = m_get(M_DONTWAIT, MT_SONAME);
		if (name == NULL) {
			for (; first != NULL; first = next) {
				next = first->m_nextpkt;
				m_free(first);
			}
			return 0;
		}
		memcpy(mtod(name, void *), asa, asa->sa_len);
		name->m_len = asa->sa_len;
		*np = name;
		np = &name->m_nextpkt;
	}
	for (m = m0, name = first; m != NULL; m = next) {
		struct mbuf *nextname = name->m_nextpkt;

		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		name->m_nextpkt = NULL;
		name->m_next = m;
		sb_link_record(sb, name, m_last(name));
		name = nextname;
	}
	return 1;
}

/* Append control messages and data as a record; 0 without room. */
int
sbappendcontrol(struct sockbuf *sb, struct mbuf *m0, struct mbuf *control)
{
	if (control == NULL)
		return 0;
	if ((long)(m_length(control) + m_length(m0)) > sbspace(sb))
		return 0;
	m_last(control)->m_next = m0;
	sb_link_record(sb, control, m_last(control));
	return 1;
}

/*
 * A control message with *P's SIZE bytes, or, when *P is NULL, with room for
 * them at *P.
 */
struct mbuf *
sbcreatecontrol1(void **p, int size, int type, int level, int flags)
{
	struct cmsghdr *cp;
	struct mbuf *m;
	int space = CMSG_SPACE(size);

	if (size < 0 || ((flags & M_CANFAIL) != 0 && space > MCLBYTES))
		return NULL;
	m = m_get((flags & M_NOWAIT) != 0 ? M_DONTWAIT : M_WAIT, MT_CONTROL);
	if (m == NULL)
		return NULL;
	if (space > MLEN &&
	    !m_clgetsize(
		m, space, (flags & M_NOWAIT) != 0 ? M_DONTWAIT : M_WAIT)) {
		m_free(m);
		return NULL;
	}
	cp = mtod(m, struct cmsghdr *);
	memset(cp, 0, space);
	if (*p != NULL)
		memcpy(CMSG_DATA(cp), *p, size);
	else
		*p = CMSG_DATA(cp);
	m->m_len = space;
	cp->cmsg_len = CMSG_LEN(size);
	cp->cmsg_level = level;
	cp->cmsg_type = type;
	return m;
}

struct mbuf *
sbcreatecontrol(void *p, int size, int type, int level)
{
	void *v = p;

	if (p == NULL)
		return NULL;
	return sbcreatecontrol1(&v, size, type, level, M_NOWAIT | M_CANFAIL);
}

/* Add the time of arrival to the control messages at *MP, if OPT says so. */
struct mbuf **
sbsavetimestamp(int opt, struct mbuf *m, struct mbuf **mp)
{
	struct timeval tv;

	(void)m;
	if ((opt & SO_TIMESTAMP) == 0)
		return mp;
	microtime(&tv);
	*mp = sbcreatecontrol(&tv, sizeof(tv), SCM_TIMESTAMP, SOL_SOCKET);
	return *mp != NULL ? &(*mp)->m_next : mp;
}

void
sbcheck(struct sockbuf *sb)
{
	struct mbuf *m, *n;
	u_long cc = 0, cnt = 0;

	for (n = sb->sb_mb; n != NULL; n = n->m_nextpkt)
		for (m = n; m != NULL; m = m->m_next) {
			cc += m->m_len;
			cnt += MSIZE;
			if ((m->m_flags & M_EXT) != 0)
				cnt += m->m_ext.ext_size;
		}
	KASSERT(cc == sb->sb_cc);
	KASSERT(cnt == sb->sb_mbcnt);
}

/* Sleep on the socket until data or room arrive; with its timeout. */
int
sbwait(struct sockbuf *sb)
{
	struct socket *so = sb->sb_so;
	kmutex_t *lock = so->so_lock;
	u_int restarts = so->so_restarts;
	int error;

	KASSERT(solocked(so));
	sb->sb_flags |= SB_NOTIFY;
	sb->sb_waiters++;
	if ((sb->sb_flags & SB_NOINTR) != 0)
		error = cv_timedwait(&sb->sb_cv, lock, sb->sb_timeo);
	else
		error = cv_timedwait_sig(&sb->sb_cv, lock, sb->sb_timeo);
	if (__predict_false(lock != so->so_lock))
		solockretry(so, lock);
	sb->sb_waiters--;
	if (__predict_false(restarts != so->so_restarts) && error == 0)
		error = EBADF; /* the descriptor was closed meanwhile */
	return error;
}

/* Become the one that works on the buffer; WF says whether to wait. */
int
sblock(struct sockbuf *sb, int wf)
{
	struct socket *so = sb->sb_so;
	kmutex_t *lock;
	int error = 0;

	KASSERT(solocked(so));
	while (__predict_false((sb->sb_flags & SB_LOCK) != 0)) {
		if (wf == M_NOWAIT)
			return EWOULDBLOCK;
		lock = so->so_lock;
		if ((sb->sb_flags & SB_NOINTR) != 0)
			cv_wait(&so->so_cv, lock);
		else
			error = cv_wait_sig(&so->so_cv, lock);
		if (__predict_false(lock != so->so_lock))
			solockretry(so, lock);
		if (error != 0)
			return error;
	}
	sb->sb_flags |= SB_LOCK;
	return 0;
}

void
sbunlock(struct sockbuf *sb)
{
	struct socket *so = sb->sb_so;

	KASSERT(solocked(so));
	KASSERT((sb->sb_flags & SB_LOCK) != 0);
	sb->sb_flags &= ~SB_LOCK;
	cv_broadcast(&so->so_cv);
}
