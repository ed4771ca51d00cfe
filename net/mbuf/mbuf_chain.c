/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changing the shape of chains: joining, splitting, trimming, and making
 * parts of them contiguous.
 */
#include <net/if.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/systm.h>

#include "mbuf_impl.h"

/* The last mbuf of a chain. */
struct mbuf *
m_last(struct mbuf *m)
{
	while (m->m_next != NULL)
		m = m->m_next;
	return m;
}

/* Append chain C2 to C1 as it is; either may be NULL. */
struct mbuf *
m_add(struct mbuf *c1, struct mbuf *c2)
{
	if (c1 == NULL)
		return c2;
	m_last(c1)->m_next = c2;
	return c1;
}

/* Append chain N to M; small pieces are copied into M's free space. */
void
m_cat(struct mbuf *m, struct mbuf *n)
{
	m = m_last(m);
	while (n != NULL) {
		if (M_READONLY(m) || n->m_len > M_TRAILINGSPACE(m) ||
		    (n->m_flags & M_EXT) != 0) {
			m->m_next = n;
			return;
		}
		memcpy(m->m_data + m->m_len, mtod(n, void *), n->m_len);
		m->m_len += n->m_len;
		n = m_free(n);
	}
}

static void
m_trim_head(struct mbuf *m, int len)
{
	for (; m != NULL && len > 0; m = m->m_next) {
		int n = imin(m->m_len, len);

		m->m_data += n;
		m->m_len -= n;
		len -= n;
	}
}

static void
m_trim_tail(struct mbuf *m, int keep)
{
	for (; m != NULL; m = m->m_next) {
		if (m->m_len > keep)
			m->m_len = keep;
		keep -= m->m_len;
	}
}

/* Take LEN bytes off the head, or -LEN off the tail. */
void
m_adj(struct mbuf *m, int len)
{
	int total;

	if (m == NULL || len == 0)
		return;
	if (len > 0) {
		if ((m->m_flags & M_PKTHDR) != 0)
			m->m_pkthdr.len -= imin(len, (int)m_length(m));
		m_trim_head(m, len);
		return;
	}
	total = (int)m_length(m);
	len = imin(-len, total);
	if ((m->m_flags & M_PKTHDR) != 0)
		m->m_pkthdr.len = imax(m->m_pkthdr.len - len, 0);
	m_trim_tail(m, total - len);
}

/* Let the LEN bytes to come end where the buffer of an empty mbuf ends. */
void
m_align(struct mbuf *m, int len)
{
	int room = (int)M_BUFSIZE(m) - len;

	if (room > 0)
		m->m_data = M_BUFADDR(m) + (room & ~(sizeof(long) - 1));
}

/*
 * An mbuf of PLEN bytes in front of M, taking over its packet header. The
 * caller corrects the packet's length. NULL without memory: M is gone.
 */
struct mbuf *
m_prepend(struct mbuf *m, int plen, int how)
{
	struct mbuf *n;

	n = m_get(how, m->m_type);
	if (n == NULL) {
		m_freem(m);
		return NULL;
	}
	if ((m->m_flags & M_PKTHDR) != 0)
		m_move_pkthdr(n, m);
	if (plen > (int)M_BUFSIZE(n) && !m_clgetsize(n, plen, how)) {
		m_freem(n);
		m_freem(m);
		return NULL;
	}
	if ((n->m_flags & M_EXT) == 0)
		m_align(n, plen);
	n->m_len = plen;
	n->m_next = m;
	return n;
}

/*
 * A new first mbuf with LEN bytes of the packet at DSTOFF of its buffer, and
 * the rest of the packet behind. NULL on failure, with the packet freed.
 */
static struct mbuf *
m_gather(struct mbuf *n, int len, int dstoff)
{
	struct mbuf *m;
	int count, space;

	m = m_get(M_DONTWAIT, n->m_type);
	if (m == NULL)
		goto bad;
	if ((n->m_flags & M_PKTHDR) != 0)
		m_move_pkthdr(m, n);
	if (dstoff + len > (int)M_BUFSIZE(m) &&
	    !m_clgetsize(m, dstoff + len, M_DONTWAIT))
		goto badm;
	m->m_data += dstoff;
	space = (int)M_BUFSIZE(m) - dstoff;
	while (n != NULL && len > 0) {
		count = imin(imin(imax(len, 0), space), n->m_len);
		memcpy(m->m_data + m->m_len, mtod(n, void *), count);
		len -= count;
		m->m_len += count;
		n->m_len -= count;
		space -= count;
		n->m_data += count;
		if (n->m_len == 0)
			n = m_free(n);
	}
	if (len > 0)
		goto badm;
	m->m_next = n;
	return m;
badm:
	m_free(m);
bad:
	m_freem(n);
	return NULL;
}

/*
 * Make the first LEN bytes contiguous in the first mbuf. NULL if the chain
 * is shorter or there is no memory; then the chain is freed.
 */
struct mbuf *
m_pullup(struct mbuf *m, int len)
{
	struct mbuf *n;
	int need;

	if (m->m_len >= len)
		return m;
	if (len > MBUF_64K) {
		m_freem(m);
		return NULL;
	}
	need = len - m->m_len;
	if (M_TRAILINGSPACE(m) < need || m->m_next == NULL)
		return m_gather(m, len,
		    (m->m_flags & M_PKTHDR) != 0 && len + max_linkhdr <= MHLEN
			? max_linkhdr
			: 0);
	while (need > 0 && (n = m->m_next) != NULL) {
		int count = imin(need, n->m_len);

		memcpy(m->m_data + m->m_len, mtod(n, void *), count);
		m->m_len += count;
		n->m_data += count;
		n->m_len -= count;
		need -= count;
		if (n->m_len == 0)
			m->m_next = m_free(n);
	}
	if (need > 0) {
		m_freem(m);
		return NULL;
	}
	return m;
}

/* The same into a new mbuf, with DSTOFF bytes free in front. */
struct mbuf *
m_copyup(struct mbuf *m, int len, int dstoff)
{
	if (len < 0 || dstoff < 0 || len + dstoff > MBUF_64K) {
		m_freem(m);
		return NULL;
	}
	return m_gather(m, len, dstoff);
}

/* m_pullup() that leaves the chain whole on failure; false then. */
bool
m_ensure_contig(struct mbuf **mp, int len)
{
	struct mbuf *m = *mp, *n;

	if (m->m_len >= len)
		return true;
	if ((int)m_length(m) < len || len > MBUF_64K)
		return false;
	n = m_get(M_DONTWAIT, m->m_type);
	if (n == NULL)
		return false;
	if (len > ((m->m_flags & M_PKTHDR) != 0 ? MHLEN : MLEN) &&
	    !m_clgetsize(n, len, M_DONTWAIT)) {
		m_free(n);
		return false;
	}
	if ((m->m_flags & M_PKTHDR) != 0) {
		n->m_pkthdr = m->m_pkthdr;
		n->m_flags |= m->m_flags & M_COPYFLAGS;
		SLIST_INIT(&m->m_pkthdr.tags);
		m->m_flags &= ~M_PKTHDR;
		if ((n->m_flags & M_EXT) == 0)
			n->m_data = n->m_pktdat;
	}
	m_copydata(m, 0, len, mtod(n, void *));
	n->m_len = len;
	m_trim_head(m, len);
	while (m != NULL && m->m_len == 0)
		m = m_free(m);
	n->m_next = m;
	*mp = n;
	return true;
}

/*
 * Make bytes [off, off + len) contiguous without moving what lies before.
 * Returns the mbuf with them, at *OFFP, or at its start when OFFP is NULL.
 * NULL: the chain is freed.
 */
struct mbuf *
m_pulldown(struct mbuf *m, int off, int len, int *offp)
{
	struct mbuf *n, *o;
	int at = off, part;

	if (m == NULL || off < 0 || len < 0 || (int)m_length(m) < off + len ||
	    len > MBUF_64K)
		goto bad;
	for (n = m; n != NULL && at >= n->m_len && at > 0; n = n->m_next)
		at -= n->m_len;
	if (n == NULL)
		goto bad;
	if (at + len <= n->m_len && (offp != NULL || at == 0)) {
		if (offp != NULL)
			*offp = at;
		return n;
	}

	/* the bytes leave their mbufs for one that goes in between */
	o = m_get(M_DONTWAIT, n->m_type);
	if (o == NULL)
		goto bad;
	if (len > MLEN && !m_clgetsize(o, len, M_DONTWAIT)) {
		m_free(o);
		goto bad;
	}
	m_copydata(n, at, len, mtod(o, void *));
	o->m_len = len;
	part = n->m_len - at - len;
	if (part > 0) {
		/* the range ends within n: the remainder follows in its own */
		struct mbuf *rest = m_copym(n, at + len, part, M_DONTWAIT);

		if (rest == NULL) {
			m_free(o);
			goto bad;
		}
		m_last(rest)->m_next = n->m_next;
		o->m_next = rest;
	} else {
		o->m_next = n->m_next;
		m_trim_head(o->m_next, -part);
		while (o->m_next != NULL && o->m_next->m_len == 0)
			o->m_next = m_free(o->m_next);
	}
	n->m_len = at;
	n->m_next = o;
	if (offp != NULL)
		*offp = 0;
	return o;
bad:
	m_freem(m);
	return NULL;
}

/* Cut a chain at byte LEN0; the rest, with a packet header if M0 has one. */
struct mbuf *
m_split(struct mbuf *m0, int len0, int wait)
{
	struct mbuf *m, *n, *top;
	int len = len0, remain;

	for (m = m0; m != NULL && len > m->m_len; m = m->m_next)
		len -= m->m_len;
	if (m == NULL)
		return NULL;
	remain = m->m_len - len;
	top = NULL;
	if ((m0->m_flags & M_PKTHDR) != 0) {
		top = m_gethdr(wait, m0->m_type);
		if (top == NULL)
			return NULL;
		m_copy_rcvif(top, m0);
		top->m_pkthdr.len = m0->m_pkthdr.len - len0;
	}
	if (remain > 0) {
		n = m_copym(m, len, remain, wait);
		if (n == NULL) {
			m_freem(top);
			return NULL;
		}
		m_remove_pkthdr(n);
		m_last(n)->m_next = m->m_next;
	} else
		n = m->m_next;
	if (top != NULL) {
		m0->m_pkthdr.len = len0;
		top->m_next = n;
		if (n != NULL && n->m_len <= MHLEN - max_linkhdr &&
		    (n->m_flags & M_EXT) == 0) {
			/* no need of an empty first mbuf */
			memcpy(mtod(top, void *), mtod(n, void *), n->m_len);
			top->m_len = n->m_len;
			top->m_next = m_free(n);
		}
	} else
		top = n;
	m->m_len = len;
	m->m_next = NULL;
	return top;
}

/*
 * A packet of TOTLEN bytes from a device's buffer, copied with COPY or
 * memcpy, OFF bytes into the first mbuf.
 */
struct mbuf *
m_devget(char *buf, int totlen, int off, struct ifnet *ifp,
    void (*copy)(const void *, void *, size_t))
{
	struct mbuf *m;
	int size;

	if (totlen < 0 || off < 0)
		return NULL;
	m = m_gethdr(M_DONTWAIT, MT_DATA);
	if (m == NULL)
		return NULL;
	if (ifp != NULL)
		m_set_rcvif(m, ifp);
	m->m_pkthdr.len = totlen;
	size = off + totlen + (off == 0 ? max_linkhdr : 0);
	if (size > MHLEN && !m_clgetsize(m, size, M_DONTWAIT)) {
		m_free(m);
		return NULL;
	}
	m->m_data += off == 0 ? max_linkhdr : off;
	m->m_len = totlen;
	if (copy != NULL)
		(*copy)(buf, mtod(m, void *), totlen);
	else
		memcpy(mtod(m, void *), buf, totlen);
	return m;
}

/* The packet in as few mbufs as possible, or NULL, when M is unchanged. */
struct mbuf *
m_defrag(struct mbuf *m, int how)
{
	struct mbuf *n;
	int len;

	KASSERT((m->m_flags & M_PKTHDR) != 0);
	if (m->m_next == NULL)
		return m;
	len = (int)m_length(m);
	n = m_get(how, m->m_type);
	if (n == NULL)
		return NULL;
	if (len > MHLEN && !m_clgetsize(n, len, how)) {
		m_free(n);
		return NULL;
	}
	n->m_pkthdr = m->m_pkthdr;
	n->m_flags |= m->m_flags & M_COPYFLAGS;
	SLIST_INIT(&m->m_pkthdr.tags);
	if ((n->m_flags & M_EXT) == 0)
		n->m_data = n->m_pktdat;
	m_copydata(m, 0, len, mtod(n, void *));
	n->m_len = len;
	m_freem(m);
	return n;
}

/* Print a chain's shape with PR, for a debugger or a test. */
void
m_print(const struct mbuf *m, const char *modif, void (*pr)(const char *, ...))
{
	bool chain = false;

	for (; modif != NULL && *modif != '\0'; modif++)
		if (*modif == 'c')
			chain = true;
	for (; m != NULL; m = chain ? m->m_next : NULL)
		(*pr)("mbuf %p: type %d flags 0x%x data %p len %d "
		      "next %p nextpkt %p\n",
		    m, m->m_type, m->m_flags, m->m_data, m->m_len, m->m_next,
		    m->m_nextpkt);
}
