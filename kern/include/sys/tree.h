/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_TREE_H_
#define _SYS_TREE_H_

/*
 * tree(3): search trees as macros.  RB is a red-black tree, whose balancing is
 * in kern/lib/tree.c and knows elements by the offset of their entry only.
 * SPLAY is a splay tree: what was looked up last is at the root.
 */

#include <sys/null.h>
#include <sys/types.h>

/* any element's RB_ENTRY, and any RB_HEAD */
struct rbtree_any {
	void *rbe_left;
	void *rbe_right;
	void *rbe_parent;
	int rbe_color;
};

struct rbtree_any_head {
	void *rbh_root;
};

void rump_tree_insert(struct rbtree_any_head *, size_t, void *, void *, int);
void rump_tree_remove(struct rbtree_any_head *, size_t, void *);
void *rump_tree_step(size_t, void *, int);
void *rump_tree_end(struct rbtree_any_head *, size_t, int);

#define RB_BLACK  0
#define RB_RED    1
#define RB_NEGINF (-1)
#define RB_INF    1

#define RB_HEAD(name, type)                                                    \
	struct name {                                                          \
		struct type *rbh_root;                                         \
	}

#define RB_ENTRY(type)                                                         \
	struct {                                                               \
		struct type *rbe_left;                                         \
		struct type *rbe_right;                                        \
		struct type *rbe_parent;                                       \
		int rbe_color;                                                 \
	}

#define RB_INITIALIZER(root)                                                   \
	{                                                                      \
		NULL                                                           \
	}
#define RB_INIT(root)                                                          \
	do {                                                                   \
		(root)->rbh_root = NULL;                                       \
	} while (0)
#define RB_LEFT(elm, field)   (elm)->field.rbe_left
#define RB_RIGHT(elm, field)  (elm)->field.rbe_right
#define RB_PARENT(elm, field) (elm)->field.rbe_parent
#define RB_COLOR(elm, field)  (elm)->field.rbe_color
#define RB_ROOT(head)         (head)->rbh_root
#define RB_EMPTY(head)        ((head)->rbh_root == NULL)
#define RB_AUGMENT(x)         ((void)0)

#define RB_PROTOTYPE_INTERNAL(name, type, field, cmp, attr)                    \
	attr struct type *name##_RB_INSERT(struct name *, struct type *);      \
	attr struct type *name##_RB_REMOVE(struct name *, struct type *);      \
	attr struct type *name##_RB_FIND(struct name *, struct type *);        \
	attr struct type *name##_RB_NFIND(struct name *, struct type *);       \
	attr struct type *name##_RB_NEXT(struct type *);                       \
	attr struct type *name##_RB_PREV(struct type *);                       \
	attr struct type *name##_RB_MINMAX(struct name *, int);

#define RB_PROTOTYPE(name, type, field, cmp)                                   \
	RB_PROTOTYPE_INTERNAL(name, type, field, cmp, )
#define RB_PROTOTYPE_STATIC(name, type, field, cmp)                            \
	RB_PROTOTYPE_INTERNAL(name, type, field, cmp, __unused static)

#define RB_GENERATE_INTERNAL(name, type, field, cmp, attr)                     \
	/* NULL, or the element with the same key that is there already */     \
	attr struct type *name##_RB_INSERT(                                    \
	    struct name *head, struct type *elm)                               \
	{                                                                      \
		struct type *p_ = RB_ROOT(head), *parent_ = NULL;              \
		int c_ = 0;                                                    \
		while (p_ != NULL) {                                           \
			parent_ = p_;                                          \
			c_ = (cmp)(elm, p_);                                   \
			if (c_ == 0)                                           \
				return p_;                                     \
			p_ =                                                   \
			    c_ < 0 ? RB_LEFT(p_, field) : RB_RIGHT(p_, field); \
		}                                                              \
		rump_tree_insert((struct rbtree_any_head *)(void *)head,       \
		    offsetof(struct type, field), elm, parent_, c_ > 0);       \
		return NULL;                                                   \
	}                                                                      \
	attr struct type *name##_RB_REMOVE(                                    \
	    struct name *head, struct type *elm)                               \
	{                                                                      \
		rump_tree_remove((struct rbtree_any_head *)(void *)head,       \
		    offsetof(struct type, field), elm);                        \
		return elm;                                                    \
	}                                                                      \
	attr struct type *name##_RB_FIND(struct name *head, struct type *elm)  \
	{                                                                      \
		struct type *p_ = RB_ROOT(head);                               \
		int c_;                                                        \
		while (p_ != NULL && (c_ = (cmp)(elm, p_)) != 0)               \
			p_ =                                                   \
			    c_ < 0 ? RB_LEFT(p_, field) : RB_RIGHT(p_, field); \
		return p_;                                                     \
	}                                                                      \
	attr struct type *name##_RB_NFIND(struct name *head, struct type *elm) \
	{                                                                      \
		struct type *p_ = RB_ROOT(head), *res_ = NULL;                 \
		int c_;                                                        \
		while (p_ != NULL) {                                           \
			c_ = (cmp)(elm, p_);                                   \
			if (c_ == 0)                                           \
				return p_;                                     \
			if (c_ < 0) {                                          \
				res_ = p_;                                     \
				p_ = RB_LEFT(p_, field);                       \
			} else                                                 \
				p_ = RB_RIGHT(p_, field);                      \
		}                                                              \
		return res_;                                                   \
	}                                                                      \
	attr struct type *name##_RB_NEXT(struct type *elm)                     \
	{                                                                      \
		return rump_tree_step(offsetof(struct type, field), elm, 1);   \
	}                                                                      \
	attr struct type *name##_RB_PREV(struct type *elm)                     \
	{                                                                      \
		return rump_tree_step(offsetof(struct type, field), elm, 0);   \
	}                                                                      \
	attr struct type *name##_RB_MINMAX(struct name *head, int val)         \
	{                                                                      \
		return rump_tree_end((struct rbtree_any_head *)(void *)head,   \
		    offsetof(struct type, field), val > 0);                    \
	}

#define RB_GENERATE(name, type, field, cmp)                                    \
	RB_GENERATE_INTERNAL(name, type, field, cmp, )
#define RB_GENERATE_STATIC(name, type, field, cmp)                             \
	RB_GENERATE_INTERNAL(name, type, field, cmp, __unused static)

#define RB_INSERT(name, x, y) name##_RB_INSERT(x, y)
#define RB_REMOVE(name, x, y) name##_RB_REMOVE(x, y)
#define RB_FIND(name, x, y)   name##_RB_FIND(x, y)
#define RB_NFIND(name, x, y)  name##_RB_NFIND(x, y)
#define RB_NEXT(name, x, y)   name##_RB_NEXT(y)
#define RB_PREV(name, x, y)   name##_RB_PREV(y)
#define RB_MIN(name, x)       name##_RB_MINMAX(x, RB_NEGINF)
#define RB_MAX(name, x)       name##_RB_MINMAX(x, RB_INF)

#define RB_FOREACH(x, name, head)                                              \
	for ((x) = RB_MIN(name, head); (x) != NULL; (x) = name##_RB_NEXT(x))
#define RB_FOREACH_SAFE(x, name, head, y)                                      \
	for ((x) = RB_MIN(name, head);                                         \
	     (x) != NULL && ((y) = name##_RB_NEXT(x), 1); (x) = (y))
#define RB_FOREACH_FROM(x, name, y)                                            \
	for (; (x) != NULL && ((y) = name##_RB_NEXT(x), 1); (x) = (y))
#define RB_FOREACH_REVERSE(x, name, head)                                      \
	for ((x) = RB_MAX(name, head); (x) != NULL; (x) = name##_RB_PREV(x))
#define RB_FOREACH_REVERSE_SAFE(x, name, head, y)                              \
	for ((x) = RB_MAX(name, head);                                         \
	     (x) != NULL && ((y) = name##_RB_PREV(x), 1); (x) = (y))

#define SPLAY_HEAD(name, type)                                                 \
	struct name {                                                          \
		struct type *sph_root;                                         \
	}

#define SPLAY_ENTRY(type)                                                      \
	struct {                                                               \
		struct type *spe_left;                                         \
		struct type *spe_right;                                        \
	}

#define SPLAY_INITIALIZER(root)                                                \
	{                                                                      \
		NULL                                                           \
	}
#define SPLAY_INIT(root)                                                       \
	do {                                                                   \
		(root)->sph_root = NULL;                                       \
	} while (0)
#define SPLAY_LEFT(elm, field)  (elm)->field.spe_left
#define SPLAY_RIGHT(elm, field) (elm)->field.spe_right
#define SPLAY_ROOT(head)        (head)->sph_root
#define SPLAY_EMPTY(head)       ((head)->sph_root == NULL)

#define SPLAY_PROTOTYPE(name, type, field, cmp)                                \
	void name##_SPLAY(struct name *, struct type *, int);                  \
	struct type *name##_SPLAY_INSERT(struct name *, struct type *);        \
	struct type *name##_SPLAY_REMOVE(struct name *, struct type *);        \
	__unused static __inline struct type *name##_SPLAY_FIND(               \
	    struct name *head, struct type *elm)                               \
	{                                                                      \
		if (SPLAY_EMPTY(head))                                         \
			return NULL;                                           \
		name##_SPLAY(head, elm, 0);                                    \
		return (cmp)(elm, SPLAY_ROOT(head)) == 0 ? SPLAY_ROOT(head)    \
							 : NULL;               \
	}                                                                      \
	__unused static __inline struct type *name##_SPLAY_NEXT(               \
	    struct name *head, struct type *elm)                               \
	{                                                                      \
		name##_SPLAY(head, elm, 0);                                    \
		elm = SPLAY_RIGHT(elm, field);                                 \
		while (elm != NULL && SPLAY_LEFT(elm, field) != NULL)          \
			elm = SPLAY_LEFT(elm, field);                          \
		return elm;                                                    \
	}                                                                      \
	__unused static __inline struct type *name##_SPLAY_MIN_MAX(            \
	    struct name *head, int val)                                        \
	{                                                                      \
		if (SPLAY_EMPTY(head))                                         \
			return NULL;                                           \
		name##_SPLAY(head, NULL, val);                                 \
		return SPLAY_ROOT(head);                                       \
	}

#define SPLAY_GENERATE(name, type, field, cmp)                                  \
	/* bring elm, or its neighbour, to the root; dir without elm: an end */ \
	void name##_SPLAY(struct name *head, struct type *elm, int dir)         \
	{                                                                       \
		struct type *less_ = NULL, *more_ = NULL;                       \
		struct type **lt_ = &less_, **mt_ = &more_;                     \
		struct type *t_ = SPLAY_ROOT(head), *k_;                        \
		int c_;                                                         \
		for (;;) {                                                      \
			c_ = elm == NULL ? dir : (cmp)(elm, t_);                \
			if (c_ < 0) {                                           \
				if ((k_ = SPLAY_LEFT(t_, field)) == NULL)       \
					break;                                  \
				if ((elm == NULL ? dir : (cmp)(elm, k_)) <      \
				    0) {                                        \
					SPLAY_LEFT(t_, field) =                 \
					    SPLAY_RIGHT(k_, field);             \
					SPLAY_RIGHT(k_, field) = t_;            \
					t_ = k_;                                \
					if (SPLAY_LEFT(t_, field) == NULL)      \
						break;                          \
				}                                               \
				*mt_ = t_;                                      \
				mt_ = &SPLAY_LEFT(t_, field);                   \
				t_ = SPLAY_LEFT(t_, field);                     \
			} else if (c_ > 0) {                                    \
				if ((k_ = SPLAY_RIGHT(t_, field)) == NULL)      \
					break;                                  \
				if ((elm == NULL ? dir : (cmp)(elm, k_)) >      \
				    0) {                                        \
					SPLAY_RIGHT(t_, field) =                \
					    SPLAY_LEFT(k_, field);              \
					SPLAY_LEFT(k_, field) = t_;             \
					t_ = k_;                                \
					if (SPLAY_RIGHT(t_, field) == NULL)     \
						break;                          \
				}                                               \
				*lt_ = t_;                                      \
				lt_ = &SPLAY_RIGHT(t_, field);                  \
				t_ = SPLAY_RIGHT(t_, field);                    \
			} else                                                  \
				break;                                          \
		}                                                               \
		*lt_ = SPLAY_LEFT(t_, field);                                   \
		*mt_ = SPLAY_RIGHT(t_, field);                                  \
		SPLAY_LEFT(t_, field) = less_;                                  \
		SPLAY_RIGHT(t_, field) = more_;                                 \
		SPLAY_ROOT(head) = t_;                                          \
	}                                                                       \
	struct type *name##_SPLAY_INSERT(struct name *head, struct type *elm)   \
	{                                                                       \
		struct type *r_;                                                \
		int c_;                                                         \
		if (SPLAY_EMPTY(head)) {                                        \
			SPLAY_LEFT(elm, field) = SPLAY_RIGHT(elm, field) =      \
			    NULL;                                               \
		} else {                                                        \
			name##_SPLAY(head, elm, 0);                             \
			r_ = SPLAY_ROOT(head);                                  \
			c_ = (cmp)(elm, r_);                                    \
			if (c_ == 0)                                            \
				return r_;                                      \
			if (c_ < 0) {                                           \
				SPLAY_LEFT(elm, field) =                        \
				    SPLAY_LEFT(r_, field);                      \
				SPLAY_RIGHT(elm, field) = r_;                   \
				SPLAY_LEFT(r_, field) = NULL;                   \
			} else {                                                \
				SPLAY_RIGHT(elm, field) =                       \
				    SPLAY_RIGHT(r_, field);                     \
				SPLAY_LEFT(elm, field) = r_;                    \
				SPLAY_RIGHT(r_, field) = NULL;                  \
			}                                                       \
		}                                                               \
		SPLAY_ROOT(head) = elm;                                         \
		return NULL;                                                    \
	}                                                                       \
	struct type *name##_SPLAY_REMOVE(struct name *head, struct type *elm)   \
	{                                                                       \
		struct type *right_;                                            \
		if (SPLAY_EMPTY(head))                                          \
			return NULL;                                            \
		name##_SPLAY(head, elm, 0);                                     \
		if ((cmp)(elm, SPLAY_ROOT(head)) != 0)                          \
			return NULL;                                            \
		right_ = SPLAY_RIGHT(SPLAY_ROOT(head), field);                  \
		if (SPLAY_LEFT(SPLAY_ROOT(head), field) == NULL)                \
			SPLAY_ROOT(head) = right_;                              \
		else {                                                          \
			SPLAY_ROOT(head) =                                      \
			    SPLAY_LEFT(SPLAY_ROOT(head), field);                \
			name##_SPLAY(head, elm, 0);                             \
			SPLAY_RIGHT(SPLAY_ROOT(head), field) = right_;          \
		}                                                               \
		return elm;                                                     \
	}

#define SPLAY_NEGINF             (-1)
#define SPLAY_INF                1
#define SPLAY_INSERT(name, x, y) name##_SPLAY_INSERT(x, y)
#define SPLAY_REMOVE(name, x, y) name##_SPLAY_REMOVE(x, y)
#define SPLAY_FIND(name, x, y)   name##_SPLAY_FIND(x, y)
#define SPLAY_NEXT(name, x, y)   name##_SPLAY_NEXT(x, y)
#define SPLAY_MIN(name, x)                                                     \
	(SPLAY_EMPTY(x) ? NULL : name##_SPLAY_MIN_MAX(x, SPLAY_NEGINF))
#define SPLAY_MAX(name, x)                                                     \
	(SPLAY_EMPTY(x) ? NULL : name##_SPLAY_MIN_MAX(x, SPLAY_INF))
#define SPLAY_FOREACH(x, name, head)                                           \
	for ((x) = SPLAY_MIN(name, head); (x) != NULL;                         \
	     (x) = SPLAY_NEXT(name, head, x))

#endif /* !_SYS_TREE_H_ */
