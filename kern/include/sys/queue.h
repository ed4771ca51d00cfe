/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_QUEUE_H_
#define _SYS_QUEUE_H_

/*
 * queue(3): intrusive lists as macros.  SLIST is singly linked, LIST doubly
 * linked without a tail, SIMPLEQ and STAILQ singly linked with a tail, TAILQ
 * doubly linked with a tail.
 */

#include <sys/null.h>

/*
 * With the lock checker, lists with back pointers are looked at: an element that
 * is removed must be where they say, one that is inserted may not be there yet.
 */
#if defined(_KERNEL) && defined(LOCKDEBUG)
void rump_queue_bad(const char *func, const char *what, const void *elm)
    __attribute__((__noreturn__));
#define _QUEUE_BAD(bad, what, elm)                                             \
	do {                                                                   \
		if (__builtin_expect((bad) != 0, 0))                           \
			rump_queue_bad(__func__, (what), (elm));               \
	} while (0)
/* elm may be an expression that means another one once it is out */
#define _QUEUE_KEEP(prev) void **_queue_prev = (void **)(void *)&(prev);
#define _QUEUE_GONE()     (*_queue_prev = (void *)1)
/* elm is not where its back pointer says, or what follows does not know it */
#define _QUEUE_LOST(elm, prev, next, nextprev)                                 \
	((void *)(prev) == NULL || (void *)(prev) == (void *)1 ||              \
	    *(prev) != (elm) || ((next) != NULL && (nextprev) != &(next)))
#else
#define _QUEUE_BAD(bad, what, elm) ((void)0)
#define _QUEUE_KEEP(prev)
#define _QUEUE_GONE() ((void)0)
#endif

/* SLIST */
#define SLIST_HEAD(name, type)                                                 \
	struct name {                                                          \
		struct type *slh_first;                                        \
	}
#define SLIST_HEAD_INITIALIZER(head)                                           \
	{                                                                      \
		NULL                                                           \
	}
#define SLIST_ENTRY(type)                                                      \
	struct {                                                               \
		struct type *sle_next;                                         \
	}
#define SLIST_FIRST(head)      ((head)->slh_first)
#define SLIST_END(head)        NULL
#define SLIST_EMPTY(head)      ((head)->slh_first == NULL)
#define SLIST_NEXT(elm, field) ((elm)->field.sle_next)
#define SLIST_FOREACH(var, head, field)                                        \
	for ((var) = SLIST_FIRST(head); (var) != NULL;                         \
	     (var) = SLIST_NEXT(var, field))
#define SLIST_FOREACH_SAFE(var, head, field, tvar)                             \
	for ((var) = SLIST_FIRST(head);                                        \
	     (var) != NULL && ((tvar) = SLIST_NEXT(var, field), 1);            \
	     (var) = (tvar))
#define SLIST_INIT(head)                                                       \
	do {                                                                   \
		(head)->slh_first = NULL;                                      \
	} while (0)
#define SLIST_INSERT_AFTER(slistelm, elm, field)                               \
	do {                                                                   \
		(elm)->field.sle_next = (slistelm)->field.sle_next;            \
		(slistelm)->field.sle_next = (elm);                            \
	} while (0)
#define SLIST_INSERT_HEAD(head, elm, field)                                    \
	do {                                                                   \
		(elm)->field.sle_next = (head)->slh_first;                     \
		(head)->slh_first = (elm);                                     \
	} while (0)
#define SLIST_REMOVE_AFTER(slistelm, field)                                    \
	do {                                                                   \
		(slistelm)->field.sle_next =                                   \
		    SLIST_NEXT(SLIST_NEXT((slistelm), field), field);          \
	} while (0)
#define SLIST_REMOVE_HEAD(head, field)                                         \
	do {                                                                   \
		(head)->slh_first = (head)->slh_first->field.sle_next;         \
	} while (0)
#define SLIST_REMOVE(head, elm, type, field)                                   \
	do {                                                                   \
		struct type **_slp = &(head)->slh_first;                       \
		while (*_slp != (elm))                                         \
			_slp = &(*_slp)->field.sle_next;                       \
		*_slp = (elm)->field.sle_next;                                 \
	} while (0)

/* LIST */
#define LIST_HEAD(name, type)                                                  \
	struct name {                                                          \
		struct type *lh_first;                                         \
	}
#define LIST_HEAD_INITIALIZER(head)                                            \
	{                                                                      \
		NULL                                                           \
	}
#define LIST_ENTRY(type)                                                       \
	struct {                                                               \
		struct type *le_next;                                          \
		struct type **le_prev;                                         \
	}
#define LIST_FIRST(head)      ((head)->lh_first)
#define LIST_END(head)        NULL
#define LIST_EMPTY(head)      ((head)->lh_first == NULL)
#define LIST_NEXT(elm, field) ((elm)->field.le_next)
#define LIST_FOREACH(var, head, field)                                         \
	for ((var) = LIST_FIRST(head); (var) != NULL;                          \
	     (var) = LIST_NEXT(var, field))
#define LIST_FOREACH_SAFE(var, head, field, tvar)                              \
	for ((var) = LIST_FIRST(head);                                         \
	     (var) != NULL && ((tvar) = LIST_NEXT(var, field), 1);             \
	     (var) = (tvar))
#define LIST_MOVE(head1, head2, field)                                         \
	do {                                                                   \
		LIST_INIT(head2);                                              \
		if (!LIST_EMPTY(head1)) {                                      \
			(head2)->lh_first = (head1)->lh_first;                 \
			(head2)->lh_first->field.le_prev = &(head2)->lh_first; \
			LIST_INIT(head1);                                      \
		}                                                              \
	} while (0)
#define LIST_INIT(head)                                                        \
	do {                                                                   \
		(head)->lh_first = NULL;                                       \
	} while (0)
#define LIST_INSERT_AFTER(listelm, elm, field)                                 \
	do {                                                                   \
		(elm)->field.le_next = (listelm)->field.le_next;               \
		if ((elm)->field.le_next != NULL)                              \
			(elm)->field.le_next->field.le_prev =                  \
			    &(elm)->field.le_next;                             \
		(listelm)->field.le_next = (elm);                              \
		(elm)->field.le_prev = &(listelm)->field.le_next;              \
	} while (0)
#define LIST_INSERT_BEFORE(listelm, elm, field)                                \
	do {                                                                   \
		(elm)->field.le_prev = (listelm)->field.le_prev;               \
		(elm)->field.le_next = (listelm);                              \
		*(listelm)->field.le_prev = (elm);                             \
		(listelm)->field.le_prev = &(elm)->field.le_next;              \
	} while (0)
#define LIST_INSERT_HEAD(head, elm, field)                                     \
	do {                                                                   \
		_QUEUE_BAD((head)->lh_first == (elm) ||                        \
			((head)->lh_first != NULL &&                           \
			    (head)->lh_first->field.le_prev !=                 \
				&(head)->lh_first),                            \
		    "LIST_INSERT_HEAD", (elm));                                \
		(elm)->field.le_next = (head)->lh_first;                       \
		if ((elm)->field.le_next != NULL)                              \
			(head)->lh_first->field.le_prev =                      \
			    &(elm)->field.le_next;                             \
		(head)->lh_first = (elm);                                      \
		(elm)->field.le_prev = &(head)->lh_first;                      \
	} while (0)
#define LIST_REMOVE(elm, field)                                                \
	do {                                                                   \
		_QUEUE_KEEP((elm)->field.le_prev)                              \
		_QUEUE_BAD(_QUEUE_LOST(elm, (elm)->field.le_prev,              \
			       (elm)->field.le_next,                           \
			       (elm)->field.le_next->field.le_prev),           \
		    "LIST_REMOVE", (elm));                                     \
		if ((elm)->field.le_next != NULL)                              \
			(elm)->field.le_next->field.le_prev =                  \
			    (elm)->field.le_prev;                              \
		*(elm)->field.le_prev = (elm)->field.le_next;                  \
		_QUEUE_GONE();                                                 \
	} while (0)
#define LIST_REPLACE(elm, elm2, field)                                         \
	do {                                                                   \
		if (((elm2)->field.le_next = (elm)->field.le_next) != NULL)    \
			(elm2)->field.le_next->field.le_prev =                 \
			    &(elm2)->field.le_next;                            \
		(elm2)->field.le_prev = (elm)->field.le_prev;                  \
		*(elm2)->field.le_prev = (elm2);                               \
	} while (0)

/* SIMPLEQ */
#define SIMPLEQ_HEAD(name, type)                                               \
	struct name {                                                          \
		struct type *sqh_first;                                        \
		struct type **sqh_last;                                        \
	}
#define SIMPLEQ_HEAD_INITIALIZER(head)                                         \
	{                                                                      \
		NULL, &(head).sqh_first                                        \
	}
#define SIMPLEQ_ENTRY(type)                                                    \
	struct {                                                               \
		struct type *sqe_next;                                         \
	}
#define SIMPLEQ_FIRST(head)      ((head)->sqh_first)
#define SIMPLEQ_END(head)        NULL
#define SIMPLEQ_EMPTY(head)      ((head)->sqh_first == NULL)
#define SIMPLEQ_NEXT(elm, field) ((elm)->field.sqe_next)
#define SIMPLEQ_LAST(head, type, field)                                        \
	(SIMPLEQ_EMPTY(head)                                                   \
		? NULL                                                         \
		: (struct type *)(void *)((char *)((head)->sqh_last) -         \
		      __builtin_offsetof(struct type, field.sqe_next)))
#define SIMPLEQ_FOREACH(var, head, field)                                      \
	for ((var) = SIMPLEQ_FIRST(head); (var) != NULL;                       \
	     (var) = SIMPLEQ_NEXT(var, field))
#define SIMPLEQ_FOREACH_SAFE(var, head, field, tvar)                           \
	for ((var) = SIMPLEQ_FIRST(head);                                      \
	     (var) != NULL && ((tvar) = SIMPLEQ_NEXT(var, field), 1);          \
	     (var) = (tvar))
#define SIMPLEQ_INIT(head)                                                     \
	do {                                                                   \
		(head)->sqh_first = NULL;                                      \
		(head)->sqh_last = &(head)->sqh_first;                         \
	} while (0)
#define SIMPLEQ_INSERT_HEAD(head, elm, field)                                  \
	do {                                                                   \
		if (((elm)->field.sqe_next = (head)->sqh_first) == NULL)       \
			(head)->sqh_last = &(elm)->field.sqe_next;             \
		(head)->sqh_first = (elm);                                     \
	} while (0)
#define SIMPLEQ_INSERT_TAIL(head, elm, field)                                  \
	do {                                                                   \
		(elm)->field.sqe_next = NULL;                                  \
		*(head)->sqh_last = (elm);                                     \
		(head)->sqh_last = &(elm)->field.sqe_next;                     \
	} while (0)
#define SIMPLEQ_INSERT_AFTER(head, listelm, elm, field)                        \
	do {                                                                   \
		if (((elm)->field.sqe_next = (listelm)->field.sqe_next) ==     \
		    NULL)                                                      \
			(head)->sqh_last = &(elm)->field.sqe_next;             \
		(listelm)->field.sqe_next = (elm);                             \
	} while (0)
#define SIMPLEQ_REMOVE_HEAD(head, field)                                       \
	do {                                                                   \
		(head)->sqh_first = (head)->sqh_first->field.sqe_next;         \
		if ((head)->sqh_first == NULL)                                 \
			(head)->sqh_last = &(head)->sqh_first;                 \
	} while (0)
#define SIMPLEQ_REMOVE_AFTER(head, elm, field)                                 \
	do {                                                                   \
		(elm)->field.sqe_next = (elm)->field.sqe_next->field.sqe_next; \
		if ((elm)->field.sqe_next == NULL)                             \
			(head)->sqh_last = &(elm)->field.sqe_next;             \
	} while (0)
#define SIMPLEQ_REMOVE(head, elm, type, field)                                 \
	do {                                                                   \
		struct type **_qp = &(head)->sqh_first;                        \
		while (*_qp != (elm))                                          \
			_qp = &(*_qp)->field.sqe_next;                         \
		if ((*_qp = (elm)->field.sqe_next) == NULL)                    \
			(head)->sqh_last = _qp;                                \
	} while (0)
#define SIMPLEQ_CONCAT(head1, head2)                                           \
	do {                                                                   \
		if (!SIMPLEQ_EMPTY(head2)) {                                   \
			*(head1)->sqh_last = (head2)->sqh_first;               \
			(head1)->sqh_last = (head2)->sqh_last;                 \
			SIMPLEQ_INIT(head2);                                   \
		}                                                              \
	} while (0)

/* STAILQ */
#define STAILQ_HEAD(name, type)                                                \
	struct name {                                                          \
		struct type *stqh_first;                                       \
		struct type **stqh_last;                                       \
	}
#define STAILQ_HEAD_INITIALIZER(head)                                          \
	{                                                                      \
		NULL, &(head).stqh_first                                       \
	}
#define STAILQ_ENTRY(type)                                                     \
	struct {                                                               \
		struct type *stqe_next;                                        \
	}
#define STAILQ_FIRST(head)      ((head)->stqh_first)
#define STAILQ_END(head)        NULL
#define STAILQ_EMPTY(head)      ((head)->stqh_first == NULL)
#define STAILQ_NEXT(elm, field) ((elm)->field.stqe_next)
#define STAILQ_LAST(head, type, field)                                         \
	(STAILQ_EMPTY(head)                                                    \
		? NULL                                                         \
		: (struct type *)(void *)((char *)((head)->stqh_last) -        \
		      __builtin_offsetof(struct type, field.stqe_next)))
#define STAILQ_FOREACH(var, head, field)                                       \
	for ((var) = STAILQ_FIRST(head); (var) != NULL;                        \
	     (var) = STAILQ_NEXT(var, field))
#define STAILQ_FOREACH_SAFE(var, head, field, tvar)                            \
	for ((var) = STAILQ_FIRST(head);                                       \
	     (var) != NULL && ((tvar) = STAILQ_NEXT(var, field), 1);           \
	     (var) = (tvar))
#define STAILQ_INIT(head)                                                      \
	do {                                                                   \
		(head)->stqh_first = NULL;                                     \
		(head)->stqh_last = &(head)->stqh_first;                       \
	} while (0)
#define STAILQ_INSERT_HEAD(head, elm, field)                                   \
	do {                                                                   \
		if (((elm)->field.stqe_next = (head)->stqh_first) == NULL)     \
			(head)->stqh_last = &(elm)->field.stqe_next;           \
		(head)->stqh_first = (elm);                                    \
	} while (0)
#define STAILQ_INSERT_TAIL(head, elm, field)                                   \
	do {                                                                   \
		(elm)->field.stqe_next = NULL;                                 \
		*(head)->stqh_last = (elm);                                    \
		(head)->stqh_last = &(elm)->field.stqe_next;                   \
	} while (0)
#define STAILQ_INSERT_AFTER(head, listelm, elm, field)                         \
	do {                                                                   \
		if (((elm)->field.stqe_next = (listelm)->field.stqe_next) ==   \
		    NULL)                                                      \
			(head)->stqh_last = &(elm)->field.stqe_next;           \
		(listelm)->field.stqe_next = (elm);                            \
	} while (0)
#define STAILQ_REMOVE_HEAD(head, field)                                        \
	do {                                                                   \
		(head)->stqh_first = (head)->stqh_first->field.stqe_next;      \
		if ((head)->stqh_first == NULL)                                \
			(head)->stqh_last = &(head)->stqh_first;               \
	} while (0)
#define STAILQ_REMOVE_AFTER(head, elm, field)                                  \
	do {                                                                   \
		(elm)->field.stqe_next =                                       \
		    (elm)->field.stqe_next->field.stqe_next;                   \
		if ((elm)->field.stqe_next == NULL)                            \
			(head)->stqh_last = &(elm)->field.stqe_next;           \
	} while (0)
#define STAILQ_REMOVE(head, elm, type, field)                                  \
	do {                                                                   \
		struct type **_qp = &(head)->stqh_first;                       \
		while (*_qp != (elm))                                          \
			_qp = &(*_qp)->field.stqe_next;                        \
		if ((*_qp = (elm)->field.stqe_next) == NULL)                   \
			(head)->stqh_last = _qp;                               \
	} while (0)
#define STAILQ_CONCAT(head1, head2)                                            \
	do {                                                                   \
		if (!STAILQ_EMPTY(head2)) {                                    \
			*(head1)->stqh_last = (head2)->stqh_first;             \
			(head1)->stqh_last = (head2)->stqh_last;               \
			STAILQ_INIT(head2);                                    \
		}                                                              \
	} while (0)

/* TAILQ */
#define _TAILQ_HEAD(name, type, qual)                                          \
	struct name {                                                          \
		qual type *tqh_first;                                          \
		qual type *qual *tqh_last;                                     \
	}
#define TAILQ_HEAD(name, type) _TAILQ_HEAD(name, struct type, )
#define TAILQ_HEAD_INITIALIZER(head)                                           \
	{                                                                      \
		NULL, &(head).tqh_first                                        \
	}
#define _TAILQ_ENTRY(type, qual)                                               \
	struct {                                                               \
		qual type *tqe_next;                                           \
		qual type *qual *tqe_prev;                                     \
	}
#define TAILQ_ENTRY(type)      _TAILQ_ENTRY(struct type, )
#define TAILQ_FIRST(head)      ((head)->tqh_first)
#define TAILQ_END(head)        NULL
#define TAILQ_EMPTY(head)      ((head)->tqh_first == NULL)
#define TAILQ_NEXT(elm, field) ((elm)->field.tqe_next)
#define TAILQ_LAST(head, headname)                                             \
	(*(((struct headname *)(void *)((head)->tqh_last))->tqh_last))
#define TAILQ_PREV(elm, headname, field)                                       \
	(*(((struct headname *)(void *)((elm)->field.tqe_prev))->tqh_last))
#define TAILQ_FOREACH(var, head, field)                                        \
	for ((var) = TAILQ_FIRST(head); (var) != NULL;                         \
	     (var) = TAILQ_NEXT(var, field))
#define TAILQ_FOREACH_SAFE(var, head, field, tvar)                             \
	for ((var) = TAILQ_FIRST(head);                                        \
	     (var) != NULL && ((tvar) = TAILQ_NEXT(var, field), 1);            \
	     (var) = (tvar))
#define TAILQ_FOREACH_REVERSE(var, head, headname, field)                      \
	for ((var) = TAILQ_LAST(head, headname); (var) != NULL;                \
	     (var) = TAILQ_PREV(var, headname, field))
#define TAILQ_FOREACH_REVERSE_SAFE(var, head, headname, field, tvar)           \
	for ((var) = TAILQ_LAST(head, headname);                               \
	     (var) != NULL && ((tvar) = TAILQ_PREV(var, headname, field), 1);  \
	     (var) = (tvar))
#define TAILQ_INIT(head)                                                       \
	do {                                                                   \
		(head)->tqh_first = NULL;                                      \
		(head)->tqh_last = &(head)->tqh_first;                         \
	} while (0)
#define TAILQ_INSERT_HEAD(head, elm, field)                                    \
	do {                                                                   \
		_QUEUE_BAD((head)->tqh_first == (elm) ||                       \
			((head)->tqh_first != NULL &&                          \
			    (head)->tqh_first->field.tqe_prev !=               \
				&(head)->tqh_first),                           \
		    "TAILQ_INSERT_HEAD", (elm));                               \
		if (((elm)->field.tqe_next = (head)->tqh_first) != NULL)       \
			(head)->tqh_first->field.tqe_prev =                    \
			    &(elm)->field.tqe_next;                            \
		else                                                           \
			(head)->tqh_last = &(elm)->field.tqe_next;             \
		(head)->tqh_first = (elm);                                     \
		(elm)->field.tqe_prev = &(head)->tqh_first;                    \
	} while (0)
#define TAILQ_INSERT_TAIL(head, elm, field)                                    \
	do {                                                                   \
		_QUEUE_BAD((head)->tqh_last == &(elm)->field.tqe_next ||       \
			*(head)->tqh_last != NULL,                             \
		    "TAILQ_INSERT_TAIL", (elm));                               \
		(elm)->field.tqe_next = NULL;                                  \
		(elm)->field.tqe_prev = (head)->tqh_last;                      \
		*(head)->tqh_last = (elm);                                     \
		(head)->tqh_last = &(elm)->field.tqe_next;                     \
	} while (0)
#define TAILQ_INSERT_AFTER(head, listelm, elm, field)                          \
	do {                                                                   \
		if (((elm)->field.tqe_next = (listelm)->field.tqe_next) !=     \
		    NULL)                                                      \
			(elm)->field.tqe_next->field.tqe_prev =                \
			    &(elm)->field.tqe_next;                            \
		else                                                           \
			(head)->tqh_last = &(elm)->field.tqe_next;             \
		(listelm)->field.tqe_next = (elm);                             \
		(elm)->field.tqe_prev = &(listelm)->field.tqe_next;            \
	} while (0)
#define TAILQ_INSERT_BEFORE(listelm, elm, field)                               \
	do {                                                                   \
		(elm)->field.tqe_prev = (listelm)->field.tqe_prev;             \
		(elm)->field.tqe_next = (listelm);                             \
		*(listelm)->field.tqe_prev = (elm);                            \
		(listelm)->field.tqe_prev = &(elm)->field.tqe_next;            \
	} while (0)
#define TAILQ_REMOVE(head, elm, field)                                         \
	do {                                                                   \
		_QUEUE_KEEP((elm)->field.tqe_prev)                             \
		_QUEUE_BAD(_QUEUE_LOST(elm, (elm)->field.tqe_prev,             \
			       (elm)->field.tqe_next,                          \
			       (elm)->field.tqe_next->field.tqe_prev),         \
		    "TAILQ_REMOVE", (elm));                                    \
		if ((elm)->field.tqe_next != NULL)                             \
			(elm)->field.tqe_next->field.tqe_prev =                \
			    (elm)->field.tqe_prev;                             \
		else                                                           \
			(head)->tqh_last = (elm)->field.tqe_prev;              \
		*(elm)->field.tqe_prev = (elm)->field.tqe_next;                \
		_QUEUE_GONE();                                                 \
	} while (0)
#define TAILQ_REPLACE(head, elm, elm2, field)                                  \
	do {                                                                   \
		if (((elm2)->field.tqe_next = (elm)->field.tqe_next) != NULL)  \
			(elm2)->field.tqe_next->field.tqe_prev =               \
			    &(elm2)->field.tqe_next;                           \
		else                                                           \
			(head)->tqh_last = &(elm2)->field.tqe_next;            \
		(elm2)->field.tqe_prev = (elm)->field.tqe_prev;                \
		*(elm2)->field.tqe_prev = (elm2);                              \
	} while (0)
#define TAILQ_CONCAT(head1, head2, field)                                      \
	do {                                                                   \
		if (!TAILQ_EMPTY(head2)) {                                     \
			*(head1)->tqh_last = (head2)->tqh_first;               \
			(head2)->tqh_first->field.tqe_prev =                   \
			    (head1)->tqh_last;                                 \
			(head1)->tqh_last = (head2)->tqh_last;                 \
			TAILQ_INIT(head2);                                     \
		}                                                              \
	} while (0)

#endif /* !_SYS_QUEUE_H_ */
