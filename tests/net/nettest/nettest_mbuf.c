/* SPDX-License-Identifier: BSD-2-Clause */
/* mbuf(9) from inside. */
#include <sys/domain.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>

#include "nettest.h"

#define CHECK(e)                                                               \
	do {                                                                   \
		if (!(e)) {                                                    \
			line = __LINE__;                                       \
			goto out;                                              \
		}                                                              \
	} while (0)

/* a chain with pieces of LENS bytes, counting up from 0 */
static struct mbuf *
chain(const int *lens, int n, bool ext)
{
	struct mbuf *top = NULL, **np = &top, *m;
	int i, j, total = 0;

	for (i = 0; i < n; i++) {
		m = i == 0 ? m_gethdr(M_WAIT, MT_DATA) : m_get(M_WAIT, MT_DATA);
		if (ext || lens[i] > MHLEN)
			(void)m_clgetsize(m, imax(lens[i], 1), M_WAIT);
		m->m_len = lens[i];
		for (j = 0; j < lens[i]; j++)
			mtod(m, unsigned char *)[j] = (total + j) & 0xff;
		total += lens[i];
		*np = m;
		np = &m->m_next;
	}
	top->m_pkthdr.len = total;
	return top;
}

static bool
counts(struct mbuf *m, int first, int len)
{
	int i, at = 0;

	for (; m != NULL; m = m->m_next)
		for (i = 0; i < m->m_len; i++, at++)
			if (mtod(m, unsigned char *)[i] !=
			    ((first + at) & 0xff))
				return false;
	return at == len;
}

int
rump_nettest_mbuf_alloc(void)
{
	struct mbuf *m = NULL, *n = NULL;
	int line = 0;

	rump_schedule();
	m = m_get(M_WAIT, MT_DATA);
	CHECK(m->m_len == 0 && (m->m_flags & (M_EXT | M_PKTHDR)) == 0);
	CHECK(M_LEADINGSPACE(m) == 0 && M_TRAILINGSPACE(m) == MLEN);
	m_free(m);
	m = m_gethdr(M_WAIT, MT_DATA);
	CHECK(M_TRAILINGSPACE(m) == MHLEN);
	CHECK(sizeof(struct mbuf) == MSIZE);
	MCLGET(m, M_WAIT);
	CHECK((m->m_flags & M_EXT) != 0 && M_TRAILINGSPACE(m) == MCLBYTES);
	CHECK(!M_READONLY(m));
	n = m_get(M_WAIT, MT_DATA);
	MCLADDREFERENCE(m, n);
	n->m_data = m->m_data;
	n->m_len = 10;
	CHECK(M_READONLY(m) && M_READONLY(n) && M_TRAILINGSPACE(m) == 0);
	memset(n->m_data, 7, 10);
	m_free(m); /* the describing mbuf stays as long as n */
	m = NULL;
	CHECK(!M_READONLY(n) && n->m_data[9] == 7);
	m_free(n);
	n = m_getcl(M_WAIT, MT_DATA, M_PKTHDR);
	CHECK((n->m_flags & (M_EXT | M_PKTHDR)) == (M_EXT | M_PKTHDR));
	m_free(n);
	n = m_get(M_WAIT, MT_DATA);
	CHECK(m_clgetsize(n, 60000, M_WAIT) && M_TRAILINGSPACE(n) >= 60000);
	m_free(n);
	n = m_get(M_WAIT, MT_DATA);
	CHECK(m_clgetsize(n, 200000, M_WAIT));
	CHECK(M_TRAILINGSPACE(n) >= 200000);
	m_free(n);
	n = NULL;
out:
	m_freem(m);
	m_freem(n);
	rump_unschedule();
	return line;
}

int
rump_nettest_mbuf_copy(void)
{
	static const int lens[] = {100, 0, 300, 50, 2000};
	unsigned char buf[64];
	struct mbuf *m, *n = NULL;
	int line = 0, i;

	rump_schedule();
	m = chain(lens, 5, false);
	n = m_copym(m, 0, M_COPYALL, M_WAIT);
	CHECK(n != NULL && counts(n, 0, 2450) && n->m_pkthdr.len == 2450);
	m_freem(n);
	n = m_copym(m, 90, 400, M_WAIT);
	CHECK(n != NULL && counts(n, 90, 400));
	m_freem(n);
	n = m_copym(m, 2000, 1000, M_WAIT);
	CHECK(n == NULL);
	n = m_dup(m, 0, M_COPYALL, M_WAIT);
	CHECK(n != NULL && counts(n, 0, 2450));
	for (i = 0; i < 64; i++)
		buf[i] = 0xee;
	m_copyback(n, 95, 10, buf);
	CHECK(counts(m, 0, 2450));
	m_copydata(n, 90, 20, buf);
	CHECK(buf[4] == 94 && buf[5] == 0xee && buf[14] == 0xee &&
	    buf[15] == 105);
	m_freem(n);
	/* copy on write leaves the other reference alone */
	n = m_copym(m, 0, M_COPYALL, M_WAIT);
	for (i = 0; i < 64; i++)
		buf[i] = 0xdd;
	n = m_copyback_cow(n, 440, 20, buf, M_WAIT);
	CHECK(n != NULL && counts(m, 0, 2450));
	m_copydata(n, 439, 22, buf);
	CHECK(buf[0] == (439 & 0xff) && buf[1] == 0xdd && buf[20] == 0xdd &&
	    buf[21] == (460 & 0xff));
	m_freem(n);
	n = NULL;
	/* growing */
	m_copyback(m, 2500, 4, "abcd");
	CHECK(m->m_pkthdr.len == 2504 && m_length(m) == 2504);
	m_copydata(m, 2450, 54, buf);
	CHECK(buf[0] == 0 && buf[49] == 0 && buf[50] == 'a');
	CHECK(m_append(m, 3, "xyz") == 1 && m->m_pkthdr.len == 2507);
out:
	m_freem(m);
	m_freem(n);
	rump_unschedule();
	return line;
}

int
rump_nettest_mbuf_shape(void)
{
	static const int lens[] = {100, 0, 300, 50, 2000};
	struct mbuf *m, *n = NULL;
	int line = 0, off;

	rump_schedule();
	m = chain(lens, 5, false);
	m = m_pullup(m, 220);
	CHECK(m != NULL && m->m_len >= 220 && counts(m, 0, 2450));
	CHECK(m->m_pkthdr.len == 2450);
	m_adj(m, 30);
	CHECK(counts(m, 30, 2420) && m->m_pkthdr.len == 2420);
	m_adj(m, -20);
	CHECK(counts(m, 30, 2400) && m->m_pkthdr.len == 2400);
	m_adj(m, -2000);
	CHECK(counts(m, 30, 400) && m->m_pkthdr.len == 400);
	M_PREPEND(m, 30, M_WAIT);
	CHECK(m->m_pkthdr.len == 430 && m_length(m) == 430);
	for (off = 0; off < 30; off++)
		mtod(m, unsigned char *)[off] = off;
	CHECK(counts(m, 0, 430));
	n = m_split(m, 150, M_WAIT);
	CHECK(n != NULL && counts(m, 0, 150) && counts(n, 150, 280));
	CHECK(m->m_pkthdr.len == 150 && n->m_pkthdr.len == 280);
	m_remove_pkthdr(n);
	m_cat(m, n);
	n = NULL;
	m->m_pkthdr.len = 430;
	CHECK(counts(m, 0, 430));
	CHECK(m_ensure_contig(&m, 300) && m->m_len >= 300);
	CHECK(counts(m, 0, 430) && !m_ensure_contig(&m, 431));
	n = m_getptr(m, 429, &off);
	CHECK(n != NULL && mtod(n, unsigned char *)[off] == (429 & 0xff));
	n = NULL;
	m = m_copyup(m, 64, 32);
	CHECK(m != NULL && m->m_len >= 64 && M_LEADINGSPACE(m) >= 32);
	CHECK(counts(m, 0, 430));
	n = m_defrag(m, M_WAIT);
	CHECK(n != NULL && n->m_next == NULL && counts(n, 0, 430));
	m = n;
	n = NULL;
	CHECK(m_makewritable(&m, 0, M_COPYALL, M_WAIT) == 0);
	m = m_pullup(m, 431);
	CHECK(m == NULL);
	n = m_devget(__UNCONST("hello"), 5, 0, NULL, NULL);
	CHECK(n != NULL && n->m_pkthdr.len == 5 && n->m_len == 5);
out:
	m_freem(m);
	m_freem(n);
	rump_unschedule();
	return line;
}

int
rump_nettest_mbuf_pulldown(void)
{
	static const int lens[] = {40, 10, 10, 10, 400};
	struct mbuf *m = NULL, *n;
	int line = 0, off, o, ext;

	rump_schedule();
	for (ext = 0; ext < 2; ext++) {
		for (off = 0; off < 100; off++) {
			m = chain(lens, 5, ext != 0);
			n = m_pulldown(m, off, 60, &o);
			CHECK(n != NULL && o + 60 <= n->m_len);
			CHECK(mtod(n, unsigned char *)[o] == off);
			CHECK(mtod(n, unsigned char *)[o + 59] == off + 59);
			CHECK(counts(m, 0, 470));
			m_freem(m);
			m = chain(lens, 5, ext != 0);
			n = m_pulldown(m, off, 60, NULL);
			CHECK(n != NULL && n->m_len >= 60);
			CHECK(mtod(n, unsigned char *)[0] == off);
			CHECK(counts(m, 0, 470));
			m_freem(m);
			m = NULL;
		}
	}
	m = chain(lens, 5, false);
	n = m_pulldown(m, 450, 60, &o);
	m = NULL;
	CHECK(n == NULL);
out:
	m_freem(m);
	rump_unschedule();
	return line;
}

int
rump_nettest_mbuf_tags(void)
{
	struct mbuf *m, *n = NULL;
	struct m_tag *t;
	int line = 0;

	rump_schedule();
	m = m_gethdr(M_WAIT, MT_DATA);
	t = m_tag_get(PACKET_TAG_VLAN, 4, M_WAITOK);
	*(int *)(t + 1) = 42;
	m_tag_prepend(m, t);
	t = m_tag_get(PACKET_TAG_PF, 0, M_WAITOK);
	m_tag_prepend(m, t);
	n = m_copym(m, 0, M_COPYALL, M_WAIT);
	CHECK(n != NULL);
	t = m_tag_find(n, PACKET_TAG_VLAN, NULL);
	CHECK(t != NULL && *(int *)(t + 1) == 42);
	CHECK(m_tag_find(n, PACKET_TAG_VLAN, t) == NULL);
	m_tag_delete(n, t);
	CHECK(m_tag_find(n, PACKET_TAG_VLAN, NULL) == NULL);
	CHECK(m_tag_find(m, PACKET_TAG_VLAN, NULL) != NULL);
	m_tag_delete_nonpersistent(m);
	CHECK(m_tag_first(m) == NULL);
out:
	m_freem(m);
	m_freem(n);
	rump_unschedule();
	return line;
}

static unsigned int
rnd(unsigned int *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 8;
}

/* Random operations against a flat model. */
int
rump_nettest_mbuf_random(unsigned int seed, int rounds)
{
	enum {
		MAX = 20000
	};
	unsigned char *model, *buf;
	struct mbuf *m = NULL, *n, *keep = NULL;
	int line = 0, len = 0, lens[6], i, r, a, b;

	rump_schedule();
	model = kmem_alloc(2 * MAX, KM_SLEEP);
	buf = kmem_alloc(2 * MAX, KM_SLEEP);
	for (r = 0; r < rounds; r++) {
		if (m == NULL || len > MAX / 2) {
			m_freem(m);
			for (i = 0; i < 6; i++)
				lens[i] = rnd(&seed) %
				    (rnd(&seed) % 3 == 0 ? 3000 : 90);
			m = chain(lens, 6, rnd(&seed) % 2);
			for (len = i = 0; i < 6; i++)
				len += lens[i];
			for (i = 0; i < len; i++)
				model[i] = i;
		}
		m_freem(keep);
		keep = rnd(&seed) % 2 ? m_copym(m, 0, M_COPYALL, M_WAIT) : NULL;
		a = len == 0 ? 0 : rnd(&seed) % len;
		b = len == a ? 0 : rnd(&seed) % (len - a);
		switch (rnd(&seed) % 8) {
		case 0:
			m_adj(m, imin(a, 100));
			memmove(
			    model, model + imin(a, 100), len - imin(a, 100));
			len -= imin(a, 100);
			break;
		case 1:
			m_adj(m, -imin(a, 100));
			len -= imin(a, 100);
			break;
		case 2:
			b = imin(b, 500);
			m = m_pullup(m, b);
			CHECK(m != NULL && m->m_len >= b);
			break;
		case 3:
			b = imin(b, 500);
			n = m_pulldown(m, a, b, &i);
			CHECK(n != NULL);
			CHECK(memcmp(mtod(n, char *) + i, model + a, b) == 0);
			break;
		case 4:
			b = imin(b, 100);
			memset(buf, r, b);
			m = m_copyback_cow(m, a, b, buf, M_WAIT);
			CHECK(m != NULL);
			memset(model + a, r, b);
			break;
		case 5:
			M_PREPEND(m, 20, M_WAIT);
			memset(buf, 0x55, 20);
			m = m_copyback_cow(m, 0, 20, buf, M_WAIT);
			CHECK(m != NULL);
			memmove(model + 20, model, len);
			memset(model, 0x55, 20);
			len += 20;
			break;
		case 6:
			n = m_split(m, a, M_WAIT);
			CHECK(n != NULL || a == len);
			if (n != NULL) {
				m_remove_pkthdr(n);
				m_cat(m, n);
			}
			m->m_pkthdr.len = len;
			break;
		case 7:
			CHECK(m_ensure_contig(&m, imin(len, 700)));
			break;
		}
		CHECK(m->m_pkthdr.len == len && (int)m_length(m) == len);
		m_copydata(m, 0, len, buf);
		CHECK(memcmp(buf, model, len) == 0);
	}
out:
	m_freem(m);
	m_freem(keep);
	kmem_free(model, 2 * MAX);
	kmem_free(buf, 2 * MAX);
	rump_unschedule();
	return line;
}

int
rump_nettest_sockbuf(void)
{
	static const int lens[] = {10, 200, 300};
	struct sockaddr sa = {.sa_len = 16, .sa_family = AF_INET};
	struct socket *so;
	struct sockbuf *sb;
	int line = 0;

	rump_schedule();
	so = soget(true);
	sosetlock(so);
	sb = &so->so_rcv;
	sb->sb_hiwat = 3000;
	sb->sb_mbmax = 60000;
	sbappendstream(sb, chain(lens, 3, false));
	sbcheck(sb);
	CHECK(sb->sb_cc == 510 && counts(sb->sb_mb, 0, 510));
	sbdrop(sb, 100);
	sbcheck(sb);
	CHECK(sb->sb_cc == 410);
	sbdrop(sb, 1000);
	CHECK(sb->sb_cc == 0 && sb->sb_mb == NULL && sb->sb_mbtail == NULL &&
	    sb->sb_lastrecord == NULL && sb->sb_mbcnt == 0);
	CHECK(sbappendaddr(sb, &sa, chain(lens, 3, false), NULL) == 1);
	CHECK(sbappendaddr(sb, &sa, chain(lens, 1, false), NULL) == 1);
	sbcheck(sb);
	CHECK(sb->sb_cc == 16 + 510 + 16 + 10);
	sbdroprecord(sb);
	sbcheck(sb);
	CHECK(sb->sb_cc == 26 && sb->sb_lastrecord == sb->sb_mb);
	sbdroprecord(sb);
	CHECK(sb->sb_cc == 0 && sb->sb_lastrecord == NULL);
	sbappendrecord(sb, chain(lens, 2, false));
	sbappendrecord(sb, chain(lens, 3, false));
	sbappend(sb, chain(lens, 1, false));
	sbcheck(sb);
	CHECK(sb->sb_cc == 210 + 510 + 10);
	sbflush(sb);
	CHECK(sb->sb_cc == 0 && sb->sb_mbcnt == 0);
out:
	sbflush(sb);
	sounlock(so);
	soput(so);
	rump_unschedule();
	return line;
}

/* A protocol that hears when there are no clusters. */
static volatile int drained;

static void
drain_me(void)
{
	mutex_enter(softnet_lock);
	drained++;
	mutex_exit(softnet_lock);
}

static const struct protosw drain_sw[] = {{.pr_drain = drain_me}};
static struct domain drain_domain = {
    .dom_family = AF_CHAOS,
    .dom_name = "drain",
    .dom_protosw = drain_sw,
    .dom_protoswNPROTOSW = drain_sw + 1,
};

int
rump_nettest_mbuf_limit(void)
{
	struct mbuf *m, *all = NULL;
	int line = 0, n = 0;

	rump_schedule();
	domain_attach(&drain_domain);
	/* as a protocol does */
	mutex_enter(softnet_lock);
	while (
	    n <= nmbclusters && (m = m_getcl(M_DONTWAIT, MT_DATA, 0)) != NULL) {
		m->m_next = all;
		all = m;
		n++;
	}
	mutex_exit(softnet_lock);
	CHECK(n == nmbclusters);
	for (n = 0; drained == 0 && n < 100; n++)
		(void)kpause("drain", false, 1, NULL);
	CHECK(drained > 0);
	all = m_free(all);
	m = m_getcl(M_DONTWAIT, MT_DATA, 0);
	CHECK(m != NULL);
	m_free(m);
out:
	m_freem(all);
	rump_unschedule();
	return line;
}

/* First in, first out; what is put before it; nothing is left of it. */
int
rump_nettest_mbuf_queue(void)
{
	MBUFQ_HEAD(queue) q;
	struct mbuf *m[3], *n;
	int i, line = 0;

	rump_schedule();
	MBUFQ_INIT(&q);
	for (i = 0; i < 3; i++)
		m[i] = m_gethdr(M_WAIT, MT_DATA);
	MBUFQ_DEQUEUE(&q, n);
	CHECK(n == NULL && MBUFQ_FIRST(&q) == NULL);
	MBUFQ_PREPEND(&q, m[1]);
	MBUFQ_ENQUEUE(&q, m[2]);
	MBUFQ_PREPEND(&q, m[0]);
	CHECK(MBUFQ_FIRST(&q) == m[0] && MBUFQ_NEXT(m[0]) == m[1]);
	for (i = 0; i < 3; i++) {
		MBUFQ_DEQUEUE(&q, n);
		CHECK(n == m[i] && n->m_nextpkt == NULL);
	}
	CHECK(MBUFQ_FIRST(&q) == NULL);
	for (i = 0; i < 3; i++)
		MBUFQ_ENQUEUE(&q, m[i]);
	MBUFQ_DRAIN(&q);
	CHECK(MBUFQ_FIRST(&q) == NULL && q.mq_last == &q.mq_first);
out:
	rump_unschedule();
	return line;
}
