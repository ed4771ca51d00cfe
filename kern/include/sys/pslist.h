/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PSLIST_H_
#define _SYS_PSLIST_H_

/*
 * pslist(9): a list whose readers take no lock.  Writers exclude each other;
 * an element may be destroyed once pserialize_perform() has passed.
 */

#include <sys/atomic.h>
#include <sys/null.h>
#include <sys/param.h>
#include <sys/types.h>

struct pslist_head {
	struct pslist_entry *volatile plh_first;
};

struct pslist_entry {
	struct pslist_entry **ple_prevp;
	struct pslist_entry *volatile ple_next;
};

#define PSLIST_INITIALIZER                                                     \
	{                                                                      \
		.plh_first = NULL                                              \
	}
#define PSLIST_ENTRY_INITIALIZER                                               \
	{                                                                      \
		.ple_next = NULL, .ple_prevp = NULL                            \
	}
#define _PSLIST_POISON ((void *)1UL)

static __inline void
pslist_init(struct pslist_head *head)
{
	head->plh_first = NULL;
}

static __inline void
pslist_destroy(struct pslist_head *head)
{
	(void)head;
}

static __inline void
pslist_entry_init(struct pslist_entry *entry)
{
	entry->ple_next = NULL;
	entry->ple_prevp = NULL;
}

static __inline void
pslist_entry_destroy(struct pslist_entry *entry)
{
	entry->ple_next = _PSLIST_POISON;
}

static __inline void
_pslist_link(struct pslist_entry **prevp, struct pslist_entry *elm,
    struct pslist_entry *next)
{
	elm->ple_prevp = prevp;
	elm->ple_next = next;
	if (next != NULL)
		next->ple_prevp = (struct pslist_entry **)&elm->ple_next;
	__atomic_store_n(prevp, elm, __ATOMIC_RELEASE);
}

static __inline void
pslist_writer_insert_head(struct pslist_head *head, struct pslist_entry *elm)
{
	_pslist_link(
	    (struct pslist_entry **)&head->plh_first, elm, head->plh_first);
}

static __inline void
pslist_writer_insert_before(struct pslist_entry *elm, struct pslist_entry *new)
{
	_pslist_link(elm->ple_prevp, new, elm);
}

static __inline void
pslist_writer_insert_after(struct pslist_entry *elm, struct pslist_entry *new)
{
	_pslist_link(
	    (struct pslist_entry **)&elm->ple_next, new, elm->ple_next);
}

static __inline void
pslist_writer_remove(struct pslist_entry *elm)
{
	if (elm->ple_next != NULL)
		elm->ple_next->ple_prevp = elm->ple_prevp;
	__atomic_store_n(elm->ple_prevp, elm->ple_next, __ATOMIC_RELEASE);
	elm->ple_prevp = NULL;
	/* ple_next stays for readers that are on this element */
}

static __inline struct pslist_entry *
pslist_writer_first(const struct pslist_head *head)
{
	return head->plh_first;
}

static __inline struct pslist_entry *
pslist_writer_next(const struct pslist_entry *elm)
{
	return elm->ple_next;
}

static __inline void *
_pslist_writer_first_container(const struct pslist_head *head, ptrdiff_t off)
{
	struct pslist_entry *e = head->plh_first;

	return e == NULL ? NULL : (char *)e - off;
}

static __inline void *
_pslist_writer_next_container(const struct pslist_entry *elm, ptrdiff_t off)
{
	struct pslist_entry *e = elm->ple_next;

	return e == NULL ? NULL : (char *)e - off;
}

static __inline struct pslist_entry *
pslist_reader_first(const struct pslist_head *head)
{
	return __atomic_load_n(&head->plh_first, __ATOMIC_ACQUIRE);
}

static __inline struct pslist_entry *
pslist_reader_next(const struct pslist_entry *elm)
{
	return __atomic_load_n(&elm->ple_next, __ATOMIC_ACQUIRE);
}

static __inline void *
_pslist_reader_first_container(const struct pslist_head *head, ptrdiff_t off)
{
	struct pslist_entry *e = pslist_reader_first(head);

	return e == NULL ? NULL : (char *)e - off;
}

static __inline void *
_pslist_reader_next_container(const struct pslist_entry *elm, ptrdiff_t off)
{
	struct pslist_entry *e = pslist_reader_next(elm);

	return e == NULL ? NULL : (char *)e - off;
}

#define _PSLIST_VALIDATE(P, S, F)                                              \
	(0 * sizeof(&((S *)0)->F == (struct pslist_entry *)0))

#define PSLIST_INIT(H)             pslist_init((H))
#define PSLIST_DESTROY(H)          pslist_destroy((H))
#define PSLIST_ENTRY_INIT(E, F)    pslist_entry_init(&(E)->F)
#define PSLIST_ENTRY_DESTROY(E, F) pslist_entry_destroy(&(E)->F)
#define PSLIST_WRITER_INSERT_HEAD(H, E, F)                                     \
	pslist_writer_insert_head((H), &(E)->F)
#define PSLIST_WRITER_INSERT_BEFORE(E, N, F)                                   \
	pslist_writer_insert_before(&(E)->F, &(N)->F)
#define PSLIST_WRITER_INSERT_AFTER(E, N, F)                                    \
	pslist_writer_insert_after(&(E)->F, &(N)->F)
#define PSLIST_WRITER_REMOVE(E, F) pslist_writer_remove(&(E)->F)
#define PSLIST_WRITER_FIRST(H, T, F)                                           \
	((T *)_pslist_writer_first_container((H), offsetof(T, F)))
#define PSLIST_WRITER_NEXT(V, T, F)                                            \
	((T *)_pslist_writer_next_container(&(V)->F, offsetof(T, F)))
#define PSLIST_WRITER_FOREACH(V, H, T, F)                                      \
	for ((V) = PSLIST_WRITER_FIRST((H), T, F); (V) != NULL;                \
	     (V) = PSLIST_WRITER_NEXT((V), T, F))
#define PSLIST_READER_FIRST(H, T, F)                                           \
	((T *)_pslist_reader_first_container((H), offsetof(T, F)))
#define PSLIST_READER_NEXT(V, T, F)                                            \
	((T *)_pslist_reader_next_container(&(V)->F, offsetof(T, F)))
#define PSLIST_READER_FOREACH(V, H, T, F)                                      \
	for ((V) = PSLIST_READER_FIRST((H), T, F); (V) != NULL;                \
	     (V) = PSLIST_READER_NEXT((V), T, F))

#endif /* !_SYS_PSLIST_H_ */
