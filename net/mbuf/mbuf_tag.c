/* SPDX-License-Identifier: BSD-2-Clause */
/* Packet tags: small notes that travel with a packet (m_tag(9)). */
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/systm.h>

/* A tag with LEN bytes of data behind it, not yet on a packet. */
struct m_tag *
m_tag_get(int type, int len, int wait)
{
	struct m_tag *t;

	if (len < 0 || len > 0xffff)
		return NULL;
	t = kern_malloc(sizeof(*t) + len, wait);
	if (t == NULL)
		return NULL;
	t->m_tag_id = type;
	t->m_tag_len = len;
	return t;
}

void
m_tag_free(struct m_tag *t)
{
	kern_free(t);
}

void
m_tag_prepend(struct mbuf *m, struct m_tag *t)
{
	SLIST_INSERT_HEAD(&m->m_pkthdr.tags, t, m_tag_link);
}

void
m_tag_unlink(struct mbuf *m, struct m_tag *t)
{
	SLIST_REMOVE(&m->m_pkthdr.tags, t, m_tag, m_tag_link);
}

void
m_tag_delete(struct mbuf *m, struct m_tag *t)
{
	m_tag_unlink(m, t);
	m_tag_free(t);
}

/* Delete T and those that follow it, or all when T is NULL. */
void
m_tag_delete_chain(struct mbuf *m, struct m_tag *t)
{
	struct m_tag *next;

	if (t == NULL)
		t = SLIST_FIRST(&m->m_pkthdr.tags);
	for (; t != NULL; t = next) {
		next = SLIST_NEXT(t, m_tag_link);
		m_tag_delete(m, t);
	}
}

/* Delete the tags that mean nothing to the next protocol: all but a few. */
void
m_tag_delete_nonpersistent(struct mbuf *m)
{
	struct m_tag *t, *next;

	for (t = SLIST_FIRST(&m->m_pkthdr.tags); t != NULL; t = next) {
		next = SLIST_NEXT(t, m_tag_link);
		if (t->m_tag_id != PACKET_TAG_SO)
			m_tag_delete(m, t);
	}
}

/* The first tag of TYPE behind T, or of all. */
struct m_tag *
m_tag_find(struct mbuf *m, int type, struct m_tag *t)
{
	t = t == NULL ? SLIST_FIRST(&m->m_pkthdr.tags)
		      : SLIST_NEXT(t, m_tag_link);
	while (t != NULL && t->m_tag_id != type)
		t = SLIST_NEXT(t, m_tag_link);
	return t;
}

struct m_tag *
m_tag_copy(struct m_tag *t)
{
	struct m_tag *n;

	n = m_tag_get(t->m_tag_id, t->m_tag_len, M_NOWAIT);
	if (n != NULL)
		memcpy(n + 1, t + 1, t->m_tag_len);
	return n;
}

/* Give TO copies of FROM's tags, in their order; 0 without memory. */
int
m_tag_copy_chain(struct mbuf *to, struct mbuf *from)
{
	struct m_tag *t, *n, *last = NULL;

	m_tag_delete_chain(to, NULL);
	SLIST_FOREACH(t, &from->m_pkthdr.tags, m_tag_link) {
		n = m_tag_copy(t);
		if (n == NULL) {
			m_tag_delete_chain(to, NULL);
			return 0;
		}
		if (last == NULL)
			SLIST_INSERT_HEAD(&to->m_pkthdr.tags, n, m_tag_link);
		else
			SLIST_INSERT_AFTER(last, n, m_tag_link);
		last = n;
	}
	return 1;
}

void
m_tag_init(struct mbuf *m)
{
	SLIST_INIT(&m->m_pkthdr.tags);
}

struct m_tag *
m_tag_first(struct mbuf *m)
{
	return SLIST_FIRST(&m->m_pkthdr.tags);
}

struct m_tag *
m_tag_next(struct mbuf *m, struct m_tag *t)
{
	(void)m;
	return SLIST_NEXT(t, m_tag_link);
}
