/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copies of chains: shared where the storage allows it (m_copym), real ones
 * (m_dup), in and out of flat buffers (m_copydata, m_copyback), and the
 * copy-on-write that makes a range of a chain writable.
 */
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/systm.h>

#include "mbuf_impl.h"

/* Give TO, an mbuf without data, FROM's packet header and copies of tags. */
void
m_copy_pkthdr(struct mbuf *to, struct mbuf *from)
{
	KASSERT((to->m_flags & M_EXT) == 0);
	KASSERT((from->m_flags & M_PKTHDR) != 0);

	to->m_pkthdr = from->m_pkthdr;
	to->m_flags = from->m_flags & M_COPYFLAGS;
	SLIST_INIT(&to->m_pkthdr.tags);
	(void)m_tag_copy_chain(to, from);
	to->m_data = to->m_pktdat;
}

/* The same, but FROM loses header and tags. */
void
m_move_pkthdr(struct mbuf *to, struct mbuf *from)
{
	KASSERT((to->m_flags & M_EXT) == 0);
	KASSERT(
	    (to->m_flags & M_PKTHDR) == 0 || SLIST_EMPTY(&to->m_pkthdr.tags));
	KASSERT((from->m_flags & M_PKTHDR) != 0);

	to->m_pkthdr = from->m_pkthdr;
	to->m_flags = from->m_flags & M_COPYFLAGS;
	to->m_data = to->m_pktdat;
	SLIST_INIT(&from->m_pkthdr.tags);
	from->m_flags &= ~M_PKTHDR;
}

/* M is to go behind another mbuf of the packet: drop its header. */
void
m_remove_pkthdr(struct mbuf *m)
{
	if ((m->m_flags & M_PKTHDR) == 0)
		return;
	m_tag_delete_chain(m, NULL);
	m->m_flags &= ~M_PKTHDR;
	memset(&m->m_pkthdr, 0, sizeof(m->m_pkthdr));
}

/*
 * The mbuf that holds byte *OFFP of the chain, which becomes an offset
 * within it; the end of the chain counts as part of the last mbuf.
 */
static struct mbuf *
m_seek(struct mbuf *m, int *offp)
{
	while (m != NULL && *offp >= m->m_len) {
		if (m->m_next == NULL && *offp == m->m_len)
			break;
		*offp -= m->m_len;
		m = m->m_next;
	}
	return m;
}

/* One mbuf with bytes [off, off + len) of M, shared or copied. */
static struct mbuf *
m_copy_one(struct mbuf *m, int off, int len, int wait, bool deep, bool hdr)
{
	struct mbuf *n;

	n = hdr ? m_gethdr(wait, m->m_type) : m_get(wait, m->m_type);
	if (n == NULL)
		return NULL;
	if ((m->m_flags & M_EXT) != 0 && !deep) {
		m_ext_addref(m, n);
		n->m_data = m->m_data + off;
		n->m_len = len;
		return n;
	}
	if (len > (hdr ? MHLEN : MLEN) && !m_clgetsize(n, len, wait)) {
		m_free(n);
		return NULL;
	}
	memcpy(mtod(n, void *), m->m_data + off, len);
	n->m_len = len;
	return n;
}

static struct mbuf *
m_copym_common(struct mbuf *m0, int off0, int len, int wait, bool deep)
{
	struct mbuf *m, *n, *top = NULL, **np = &top;
	bool hdr = off0 == 0 && (m0->m_flags & M_PKTHDR) != 0;
	int off = off0, take, left = len;
	const bool all = len == M_COPYALL;

	if (off0 < 0 || len < 0)
		return NULL;
	for (m = m0; m != NULL && off >= m->m_len && off > 0; m = m->m_next)
		off -= m->m_len;
	for (; m != NULL && left > 0; m = m->m_next, off = 0) {
		take = imin(left, m->m_len - off);
		n = m_copy_one(m, off, take, wait, deep, hdr && top == NULL);
		if (n == NULL)
			goto nospace;
		if (hdr && top == NULL) {
			char *data = n->m_data;
			int ext = n->m_flags & (M_EXT | M_EXT_FLAGS);

			n->m_pkthdr = m0->m_pkthdr;
			SLIST_INIT(&n->m_pkthdr.tags);
			n->m_flags = (m0->m_flags & M_COPYFLAGS) | ext;
			n->m_data = data;
			(void)m_tag_copy_chain(n, m0);
			n->m_pkthdr.len = all ? m0->m_pkthdr.len : len;
		}
		if (!all)
			left -= take;
		*np = n;
		np = &n->m_next;
	}
	if (!all && left > 0)
		goto nospace; /* the chain is too short */
	if (top == NULL && hdr) {
		/* nothing but a header */
		top = m_gethdr(wait, m0->m_type);
		if (top != NULL) {
			m_copy_pkthdr(top, m0);
			top->m_pkthdr.len = 0;
		}
	}
	return top;
nospace:
	m_freem(top);
	mbstat.m_drops++;
	return NULL;
}

/*
 * A copy of LEN bytes (M_COPYALL: all) from byte OFF on. External storage is
 * shared, so treat the copy as read-only; NULL if there is no memory.
 */
struct mbuf *
m_copym(struct mbuf *m, int off, int len, int wait)
{
	return m_copym_common(m, off, len, wait, false);
}

/* The same with storage of its own, which may be written. */
struct mbuf *
m_dup(struct mbuf *m, int off, int len, int wait)
{
	return m_copym_common(m, off, len, wait, true);
}

/* A shared copy of a whole packet, header included. */
struct mbuf *
m_copypacket(struct mbuf *m, int how)
{
	return m_copym_common(m, 0, M_COPYALL, how, false);
}

/* Copy LEN bytes from byte OFF of the chain to a buffer; no further. */
void
m_copydata(struct mbuf *m, int off, int len, void *vp)
{
	char *cp = vp;
	int n;

	while (m != NULL && off >= m->m_len) {
		off -= m->m_len;
		m = m->m_next;
	}
	while (len > 0 && m != NULL) {
		n = imin(m->m_len - off, len);
		memcpy(cp, m->m_data + off, n);
		len -= n;
		cp += n;
		off = 0;
		m = m->m_next;
	}
	if (__predict_false(len > 0))
		memset(cp, 0, len); /* a caller's mistake, but a safe one */
}

/* Apply F to each piece of a range, until it returns an error. */
int
m_apply(struct mbuf *m, int off, int len,
    int (*f)(void *, void *, unsigned int), void *arg)
{
	int n, error;

	while (m != NULL && off >= m->m_len) {
		off -= m->m_len;
		m = m->m_next;
	}
	for (; len > 0 && m != NULL; m = m->m_next, off = 0) {
		n = imin(m->m_len - off, len);
		error = (*f)(arg, m->m_data + off, n);
		if (error != 0)
			return error;
		len -= n;
	}
	return 0;
}

/* The mbuf with byte LOC, and the offset in it; NULL beyond the end. */
struct mbuf *
m_getptr(struct mbuf *m, int loc, int *off)
{
	if (loc < 0)
		return NULL;
	*off = loc;
	return m_seek(m, off);
}

/* Make a range of one mbuf writable: replace shared storage by a copy. */
static struct mbuf *
m_unshare(struct mbuf *m, int how)
{
	struct mbuf *n, *next = m->m_next, *nextpkt = m->m_nextpkt;
	int flags = m->m_flags & M_COPYFLAGS;

	n = m_get(how, m->m_type);
	if (n == NULL)
		return NULL;
	if ((flags & M_PKTHDR) != 0) {
		if (m->m_len > MHLEN && !m_clgetsize(n, m->m_len, how)) {
			m_free(n);
			return NULL;
		}
		n->m_pkthdr = m->m_pkthdr;
		SLIST_INIT(&m->m_pkthdr.tags);
		if ((n->m_flags & M_EXT) == 0)
			n->m_data = n->m_pktdat;
	} else if (m->m_len > MLEN && !m_clgetsize(n, m->m_len, how)) {
		m_free(n);
		return NULL;
	}
	n->m_flags |= flags;
	memcpy(mtod(n, void *), mtod(m, void *), m->m_len);
	n->m_len = m->m_len;
	n->m_next = next;
	n->m_nextpkt = nextpkt;
	m->m_next = NULL;
	m_free(m);
	return n;
}

/* Make bytes [off, off + len) writable; the chain may change, also *MP. */
int
m_makewritable(struct mbuf **mp, int off, int len, int how)
{
	struct mbuf *n;
	int skip;

	for (; *mp != NULL && len > 0; mp = &(*mp)->m_next) {
		skip = imin(off, (*mp)->m_len);
		off -= skip;
		if ((*mp)->m_len == skip)
			continue;
		if (M_READONLY(*mp)) {
			n = m_unshare(*mp, how);
			if (n == NULL)
				return ENOBUFS;
			*mp = n;
		}
		if (len != M_COPYALL)
			len -= imin(len, (*mp)->m_len - skip);
	}
	return 0;
}

/* Let the chain have at least LEN bytes, with zeros at the end. */
static int
m_extend(struct mbuf *m0, int len, int how)
{
	struct mbuf *m, *n;
	int have = 0, room;

	for (m = m0;; m = m->m_next) {
		have += m->m_len;
		if (m->m_next == NULL)
			break;
	}
	while (have < len) {
		room = imin(M_TRAILINGSPACE(m), len - have);
		if (room <= 0) {
			n = m_get(how, m->m_type);
			if (n == NULL)
				return ENOBUFS;
			if (len - have > MLEN)
				(void)m_clgetsize(
				    n, imin(len - have, MBUF_64K), how);
			m->m_next = n;
			m = n;
			continue;
		}
		memset(m->m_data + m->m_len, 0, room);
		m->m_len += room;
		have += room;
	}
	if ((m0->m_flags & M_PKTHDR) != 0 && m0->m_pkthdr.len < have)
		m0->m_pkthdr.len = have;
	return 0;
}

/* Write into a chain whose range is known to exist and to be writable. */
static void
m_store(struct mbuf *m, int off, int len, const char *cp)
{
	int n;

	while (m != NULL && off >= m->m_len) {
		off -= m->m_len;
		m = m->m_next;
	}
	for (; len > 0 && m != NULL; m = m->m_next, off = 0) {
		n = imin(m->m_len - off, len);
		memcpy(m->m_data + off, cp, n);
		cp += n;
		len -= n;
	}
}

/*
 * Copy from a buffer into the chain at byte OFF, which grows when needed.
 * Without memory the rest is silently left out, as ever.
 */
void
m_copyback(struct mbuf *m0, int off, int len, const void *cp)
{
	if (m0 == NULL || len <= 0 || off < 0)
		return;
	if ((int)m_length(m0) < off + len &&
	    m_extend(m0, off + len, M_DONTWAIT) != 0)
		return;
	m_store(m0, off, len, cp);
}

/*
 * The same, but storage that is shared is replaced first. Returns the chain,
 * or NULL without memory, when M0 is gone too.
 */
struct mbuf *
m_copyback_cow(struct mbuf *m0, int off, int len, const void *cp, int how)
{
	if (m0 == NULL)
		return NULL;
	if (len <= 0 || off < 0)
		return m0;
	if ((int)m_length(m0) < off + len) {
		m_freem(m0); /* never extends a chain */
		return NULL;
	}
	if (m_makewritable(&m0, off, len, how) != 0) {
		m_freem(m0);
		return NULL;
	}
	m_store(m0, off, len, cp);
	return m0;
}

/* Append bytes; 0 without memory. */
int
m_append(struct mbuf *m0, int len, const void *cp)
{
	int have = (int)m_length(m0);

	if (len <= 0)
		return 1;
	if (m_extend(m0, have + len, M_DONTWAIT) != 0)
		return 0;
	m_store(m0, have, len, cp);
	return 1;
}
