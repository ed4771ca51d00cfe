/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets taken apart, copied, written to, and put together. */

#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/systm.h>

#include "ktest.h"
#include "pft.h"

/* Byte i of every packet here. */
static uint8_t
byte(int i)
{
	return (uint8_t)(i * 7 + i / 256);
}

/* A packet of pieces of so many bytes each. */
static struct mbuf *
packet(int pieces, int size)
{
	struct mbuf *m = NULL, *last = NULL, *n;
	int i, j, at = 0;

	for (i = 0; i < pieces; i++) {
		n = i == 0 ? m_gethdr(M_WAIT, MT_DATA) : m_get(M_WAIT, MT_DATA);
		n->m_len = 0;
		if (size > MHLEN)
			m_clget(n, M_WAIT);
		for (j = 0; j < size; j++)
			mtod(n, uint8_t *)[j] = byte(at++);
		n->m_len = size;
		if (i == 0)
			m = n;
		else
			last->m_next = n;
		last = n;
	}
	m->m_pkthdr.len = at;
	return m;
}

/* Whether a chain is the bytes from .. from + len of packet(), and no more. */
static bool
same(const struct mbuf *m, int from, int len)
{
	int i;

	for (; m != NULL; m = m->m_next) {
		for (i = 0; i < m->m_len; i++, from++, len--) {
			if (len == 0 ||
			    mtod(m, const uint8_t *)[i] != byte(from))
				return false;
		}
	}
	return len == 0;
}

static u_int
count(const struct mbuf *m)
{
	u_int n = 0;

	for (; m != NULL; m = m->m_next)
		n++;
	return n;
}

/* The packet of m is whole: its header's length is that of its bytes. */
static bool
whole(struct mbuf *m)
{
	return (m->m_flags & M_PKTHDR) != 0 &&
	    (u_int)m->m_pkthdr.len == m_length(m);
}

void
pft_test_shape(void)
{
	struct mbuf *m, *n;
	int off = -1;

	/* Adjacent at the front. */
	m = packet(10, 20);
	m = m_pullup(m, 90);
	K(m != NULL && m->m_len >= 90 && whole(m) && same(m, 0, 200));
	m = m_copyup(m, 120, 16);
	K(m != NULL && m->m_len >= 120 && M_LEADINGSPACE(m) >= 16);
	K(whole(m) && same(m, 0, 200));
	n = m;
	K(m_ensure_contig(&n, 150) && n->m_len >= 150 && same(n, 0, 200));
	/* More than there is: the chain is left alone, or freed. */
	K(!m_ensure_contig(&n, 201));
	K(same(n, 0, 200));
	K(m_pullup(n, 201) == NULL);

	/* Adjacent in the middle: what is before stays. */
	m = packet(10, 20);
	n = m_pulldown(m, 30, 60, &off);
	K(n != NULL && off >= 0 && n->m_len >= off + 60);
	K(m->m_len == 20 && same(m, 0, 200) && whole(m));
	KEQ(mtod(n, uint8_t *)[off], byte(30));
	n = m_pulldown(m, 100, 50, NULL);
	K(n != NULL && n->m_len >= 50 && mtod(n, uint8_t *)[0] == byte(100));
	K(m_pulldown(m, 190, 11, &off) == NULL);

	/* Off the head, off the tail, in front. */
	m = packet(5, 20);
	m_adj(m, 25);
	K(whole(m) && same(m, 25, 75));
	m_adj(m, -30);
	K(whole(m) && same(m, 25, 45));
	M_PREPEND(m, 5, M_WAIT);
	K(m != NULL && m->m_pkthdr.len == 50);
	for (off = 0; off < 5; off++)
		mtod(m, uint8_t *)[off] = byte(20 + off);
	K(whole(m) && same(m, 20, 50));
	n = m_prepend(m, 20, M_WAIT);
	K(n != NULL && n != m && (n->m_flags & M_PKTHDR) != 0);
	KEQ(n->m_len, 20);
	m_freem(n);

	/* Cut and joined. */
	m = packet(5, 20);
	n = m_split(m, 33, M_WAIT);
	K(n != NULL && whole(m) && whole(n) && same(m, 0, 33) &&
	    same(n, 33, 67));
	m_remove_pkthdr(n);
	m_cat(m, n);
	m->m_pkthdr.len += 67;
	K(whole(m) && same(m, 0, 100));
	n = packet(1, 10);
	m_remove_pkthdr(n);
	K(m_add(m, n) == m);
	KEQ(m_length(m), 110);
	n = m_getptr(m, 104, &off);
	K(n != NULL && mtod(n, uint8_t *)[off] == byte(4));
	K(m_getptr(m, 111, &off) == NULL);
	m = m_free(m);
	K(m != NULL);
	m_freem(m);
	m_freem(NULL);
}

void
pft_test_copies(void)
{
	struct mbuf *m, *n;
	uint8_t buf[64];
	int i;

	m = packet(4, 500);
	m->m_flags |= M_BCAST;
	n = m_copym(m, 0, M_COPYALL, M_WAIT);
	K(n != NULL && whole(n) && same(n, 0, 2000));
	K((n->m_flags & M_BCAST) != 0);
	/* The storage is shared: neither may be written. */
	K(M_READONLY(n) && M_READONLY(m));
	m_freem(n);
	K(!M_READONLY(m));
	n = m_copym(m, 700, 900, M_WAIT);
	K(n != NULL && same(n, 700, 900) && (n->m_flags & M_PKTHDR) == 0);
	m_freem(n);
	n = m_copypacket(m, M_WAIT);
	K(n != NULL && whole(n) && same(n, 0, 2000) && M_READONLY(n));
	m_freem(n);
	n = m_dup(m, 0, M_COPYALL, M_WAIT);
	K(n != NULL && whole(n) && same(n, 0, 2000) && !M_READONLY(n));
	m_freem(m);
	K(same(n, 0, 2000));
	m_copydata(n, 480, sizeof(buf), buf);
	for (i = 0; i < (int)sizeof(buf); i++)
		KEQ(buf[i], byte(480 + i));
	n = m_defrag(n, M_WAIT);
	K(n != NULL && count(n) == 1 && whole(n) && same(n, 0, 2000));

	/* A header that moves. */
	m = m_gethdr(M_WAIT, MT_DATA);
	m->m_len = 0;
	m_move_pkthdr(m, n);
	K((n->m_flags & M_PKTHDR) == 0 && (m->m_flags & M_PKTHDR) != 0);
	KEQ(m->m_pkthdr.len, 2000);
	K((m->m_flags & M_BCAST) != 0);
	m->m_next = n;
	K(whole(m) && same(m, 0, 2000));
	m_freem(m);

	/* A device's buffer. */
	m = m_devget((char *)buf, sizeof(buf), 2, NULL, NULL);
	K(m != NULL && m->m_pkthdr.len == sizeof(buf) &&
	    memcmp(mtod(m, void *), buf, sizeof(buf)) == 0);
	m_freem(m);
}

void
pft_test_writable(void)
{
	struct mbuf *m, *n;

	m = packet(3, 500);
	n = m_copym(m, 0, M_COPYALL, M_WAIT);
	KEQ(m_makewritable(&n, 400, 300, M_WAIT), 0);
	K(whole(n) && same(n, 0, 1500));
	m_copyback(n, 450, 4, "wxyz");
	K(same(m, 0, 1500));
	K(!same(n, 0, 1500));
	m_freem(n);
	/* By a copy of what is shared; it does not grow. */
	n = m_copym(m, 0, M_COPYALL, M_WAIT);
	n = m_copyback_cow(n, 498, 4, "wxyz", M_WAIT);
	K(n != NULL && whole(n) && !same(n, 0, 1500) && same(m, 0, 1500));
	m_freem(n);
	/* What is written behind the end is added. */
	m_copyback(m, 1498, 4, "wxyz");
	KEQ(m->m_pkthdr.len, 1502);
	K(whole(m));
	KEQ(m_append(m, 3, "end"), 1);
	KEQ(m->m_pkthdr.len, 1505);
	n = m_split(m, 1498, M_WAIT);
	K(n != NULL && n->m_pkthdr.len == 7);
	n = m_pullup(n, 7);
	K(n != NULL && memcmp(mtod(n, void *), "wxyzend", 7) == 0);
	m_freem(n);
	m_freem(m);

	/* Data that are to end with the buffer. */
	m = m_gethdr(M_WAIT, MT_DATA);
	m->m_len = 0;
	m_align(m, 40);
	K(M_LEADINGSPACE(m) > 0 && M_TRAILINGSPACE(m) >= 40 &&
	    M_TRAILINGSPACE(m) < 48);
	m_freem(m);
}

static char st_buf[512];
static u_int st_freed;

static void
st_free(struct mbuf *m, void *buf, size_t size, void *arg)
{
	K(buf == st_buf && size == sizeof(st_buf) && arg == &st_freed);
	st_freed++;
	if (m != NULL)
		pool_cache_put(mb_cache, m);
}

void
pft_test_storage(void)
{
	struct mbuf *m, *n;
	void *cluster;

	m = m_getcl(M_WAIT, MT_DATA, M_PKTHDR);
	K(m != NULL && (m->m_flags & (M_EXT | M_PKTHDR)) == (M_EXT | M_PKTHDR));
	K(M_TRAILINGSPACE(m) >= MCLBYTES);
	m_ext_free(m);

	m = m_get(M_WAIT, MT_DATA);
	m->m_len = 0;
	MEXTADD(m, st_buf, sizeof(st_buf), 0, st_free, &st_freed);
	K((m->m_flags & M_EXT) != 0 && mtod(m, char *) == st_buf);
	m->m_len = 100;
	K(M_READONLY(m));
	n = m_get(M_WAIT, MT_DATA);
	n->m_len = 100;
	n->m_data = m->m_data;
	MCLADDREFERENCE(m, n);
	m_freem(m);
	KEQ(st_freed, 0);
	m_freem(n);
	KEQ(st_freed, 1);

	m = m_get(M_WAIT, MT_DATA);
	m->m_len = 0;
	K(m_ext_malloc(m, 5000, M_WAIT) != NULL || (m->m_flags & M_EXT) != 0);
	K(M_TRAILINGSPACE(m) >= 5000);
	m_freem(m);

	m = m_getclr(M_WAIT, MT_SONAME);
	KEQ(m->m_type, MT_SONAME);
	KEQ(mtod(m, char *)[MLEN - 1], 0);
	MCHTYPE(m, MT_DATA);
	KEQ(m->m_type, MT_DATA);
	mbstat_type_add(MT_CONTROL, 1);
	mbstat_type_add(MT_CONTROL, -1);
	m_freem(m);

	cluster = pool_cache_get(mcl_cache, PR_WAITOK);
	K(cluster != NULL);
	pool_cache_put(mcl_cache, cluster);
	/* Room for the headers of all layers: Ethernet, IPv4 and TCP. */
	K(max_linkhdr >= 14);
	K(max_protohdr >= 40);
	KEQ(max_hdr, max_linkhdr + max_protohdr);
	K(nmbclusters >= 512);
}

void
pft_test_tags(void)
{
	struct mbuf *m, *n;
	struct m_tag *a, *b, *t;

	m = packet(1, 10);
	n = packet(1, 10);
	K(m_tag_first(m) == NULL);
	a = m_tag_get(PACKET_TAG_PF, 8, M_WAITOK);
	b = m_tag_get(PACKET_TAG_SO, 4, M_WAITOK);
	K(a != NULL && b != NULL);
	KEQ(a->m_tag_id, PACKET_TAG_PF);
	KEQ(a->m_tag_len, 8);
	memcpy(a + 1, "notebook", 8);
	m_tag_prepend(m, a);
	m_tag_prepend(m, b);
	K(m_tag_first(m) == b && m_tag_next(m, b) == a);
	K(m_tag_find(m, PACKET_TAG_PF, NULL) == a);
	K(m_tag_find(m, PACKET_TAG_PF, a) == NULL);
	K(m_tag_find(m, PACKET_TAG_VLAN, NULL) == NULL);

	KEQ(m_tag_copy_chain(n, m), 1);
	t = m_tag_find(n, PACKET_TAG_PF, NULL);
	K(t != NULL && t != a && memcmp(t + 1, "notebook", 8) == 0);
	m_tag_delete_nonpersistent(n);
	K(m_tag_find(n, PACKET_TAG_PF, NULL) == NULL);
	K(m_tag_find(n, PACKET_TAG_SO, NULL) != NULL);

	m_tag_unlink(m, a);
	K(m_tag_find(m, PACKET_TAG_PF, NULL) == NULL);
	m_tag_prepend(m, a);
	/* From one on: b is behind a. */
	m_tag_delete_chain(m, b);
	K(m_tag_first(m) == a && m_tag_next(m, a) == NULL);
	m_tag_delete(m, a);
	K(m_tag_first(m) == NULL);
	a = m_tag_get(PACKET_TAG_PF, 8, M_NOWAIT);
	m_tag_prepend(m, a);
	b = m_tag_copy(a);
	K(b != NULL && b->m_tag_len == 8);
	m_tag_free(b);
	m_tag_delete_chain(m, NULL);
	K(m_tag_first(m) == NULL);
	m_freem(m);
	m_freem(n);
}
