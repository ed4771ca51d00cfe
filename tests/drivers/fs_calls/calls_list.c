/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue(9), hashinit(9), rbtree(9).
 */
#include <sys/param.h>

#include <sys/queue.h>
#include <sys/rbtree.h>
#include <sys/systm.h>

#include "calls.h"
#include "ktest.h"

#define N 5

struct item {
	LIST_ENTRY(item) list;
	SLIST_ENTRY(item) slist;
	STAILQ_ENTRY(item) stailq;
	TAILQ_ENTRY(item) tailq;
	int n;
};
LIST_HEAD(item_list, item);
SLIST_HEAD(item_slist, item);
STAILQ_HEAD(item_stailq, item);
TAILQ_HEAD(item_tailq, item);

static struct item items[N];

/* The numbers of a list, as digits. */
#define DIGITS(foreach, head, field)                                           \
	({                                                                     \
		struct item *it_;                                              \
		int d_ = 0;                                                    \
		foreach(it_, head, field) d_ = d_ * 10 + it_->n;               \
		d_;                                                            \
	})

static void
queue_list(void)
{
	struct item_list head;

	LIST_INIT(&head);
	K(LIST_EMPTY(&head) && LIST_FIRST(&head) == NULL);
	for (int i = 0; i < N; i++)
		LIST_INSERT_HEAD(&head, &items[i], list);
	KEQ(DIGITS(LIST_FOREACH, &head, list), 54321);
	K(!LIST_EMPTY(&head) && LIST_FIRST(&head) == &items[4]);
	K(LIST_NEXT(&items[3], list) == &items[2]);
	K(items[3].list.le_next == &items[2]);
	LIST_REMOVE(&items[2], list);
	LIST_REMOVE(&items[4], list);
	LIST_REMOVE(&items[0], list);
	KEQ(DIGITS(LIST_FOREACH, &head, list), 42);
	K(head.lh_first == &items[3]);
}

static void
queue_slist(void)
{
	struct item_slist head;

	SLIST_INIT(&head);
	for (int i = 0; i < N; i++)
		SLIST_INSERT_HEAD(&head, &items[i], slist);
	KEQ(DIGITS(SLIST_FOREACH, &head, slist), 54321);
	SLIST_REMOVE(&head, &items[4], item, slist);
	SLIST_REMOVE(&head, &items[2], item, slist);
	SLIST_REMOVE(&head, &items[0], item, slist);
	KEQ(DIGITS(SLIST_FOREACH, &head, slist), 42);
}

static void
queue_stailq(void)
{
	struct item_stailq head;

	STAILQ_INIT(&head);
	K(STAILQ_EMPTY(&head) && STAILQ_FIRST(&head) == NULL);
	for (int i = 0; i < N; i++)
		STAILQ_INSERT_TAIL(&head, &items[i], stailq);
	KEQ(DIGITS(STAILQ_FOREACH, &head, stailq), 12345);
	STAILQ_REMOVE_HEAD(&head, stailq);
	STAILQ_REMOVE(&head, &items[2], item, stailq);
	STAILQ_REMOVE(&head, &items[4], item, stailq);
	KEQ(DIGITS(STAILQ_FOREACH, &head, stailq), 24);
	/* the tail is where it should be */
	STAILQ_INSERT_TAIL(&head, &items[0], stailq);
	KEQ(DIGITS(STAILQ_FOREACH, &head, stailq), 241);
	K(STAILQ_FIRST(&head) == &items[1] && !STAILQ_EMPTY(&head));
}

static void
queue_tailq(void)
{
	struct item_tailq head;

	TAILQ_INIT(&head);
	K(TAILQ_EMPTY(&head) && TAILQ_FIRST(&head) == NULL);
	K(TAILQ_LAST(&head, item_tailq) == NULL);
	for (int i = 0; i < N - 1; i++)
		TAILQ_INSERT_TAIL(&head, &items[i], tailq);
	TAILQ_INSERT_AFTER(&head, &items[1], &items[4], tailq);
	KEQ(DIGITS(TAILQ_FOREACH, &head, tailq), 12534);
	K(TAILQ_FIRST(&head) == &items[0]);
	K(TAILQ_LAST(&head, item_tailq) == &items[3]);
	K(TAILQ_NEXT(&items[4], tailq) == &items[2]);
	TAILQ_REMOVE(&head, &items[3], tailq);
	TAILQ_REMOVE(&head, &items[0], tailq);
	KEQ(DIGITS(TAILQ_FOREACH, &head, tailq), 253);
	K(TAILQ_LAST(&head, item_tailq) == &items[2]);
	K(!TAILQ_EMPTY(&head) && TAILQ_NEXT(&items[2], tailq) == NULL);
}

void
calls_queue(void)
{
	for (int i = 0; i < N; i++)
		items[i].n = i + 1;
	queue_list();
	queue_slist();
	queue_stailq();
	queue_tailq();
}

void
calls_hashtable(void)
{
	struct item_list *table;
	u_long mask = 0, n = 0;

	table = hashinit(100, HASH_LIST, true, &mask);
	K(table != NULL);
	KEQ(mask, 127);
	for (u_long i = 0; i <= mask; i++)
		n += LIST_EMPTY(&table[i]);
	KEQ(n, 128);
	for (int i = 0; i < N; i++)
		LIST_INSERT_HEAD(&table[i & mask], &items[i], list);
	K(LIST_FIRST(&table[3]) == &items[3]);
	for (int i = 0; i < N; i++)
		LIST_REMOVE(&items[i], list);
	hashdone(table, HASH_LIST, mask);
}

struct leaf {
	struct rb_node l_node;
	int l_key;
};

static int compared;

static signed int
leaf_compare_nodes(void *context, const void *n1, const void *n2)
{
	const struct leaf *a = n1, *b = n2;

	K(context == &compared);
	compared++;
	return a->l_key - b->l_key;
}

static signed int
leaf_compare_key(void *context, const void *n, const void *key)
{
	const struct leaf *a = n;

	K(context == &compared);
	compared++;
	return a->l_key - *(const int *)key;
}

static const rb_tree_ops_t leaf_ops = {
    .rbto_compare_nodes = leaf_compare_nodes,
    .rbto_compare_key = leaf_compare_key,
    .rbto_node_offset = offsetof(struct leaf, l_node),
    .rbto_context = &compared,
};

#define LEAVES 1000

static struct leaf leaves[LEAVES];

static struct leaf *
leaf_at(rb_tree_t *tree, int key)
{
	return rb_tree_find_node(tree, &key);
}

static void
rbtree_check(rb_tree_t *tree, int step)
{
	struct leaf *l;
	int n = 0, last = -1;

	RB_TREE_FOREACH(l, tree)
	{
		K(l->l_key > last);
		K(l->l_key % step == 0);
		last = l->l_key;
		n++;
	}
	KEQ(n, LEAVES / step);
	l = RB_TREE_MIN(tree);
	KEQ(l->l_key, 0);
	n = 0;
	/* down from the greatest */
	for (l = rb_tree_iterate(tree, NULL, RB_DIR_RIGHT); l != NULL;
	     l = rb_tree_iterate(tree, l, RB_DIR_LEFT))
		n++;
	KEQ(n, LEAVES / step);
}

void
calls_rbtree(void)
{
	static rb_tree_t tree;
	struct rb_tree *same = &tree;
	struct leaf twin = {.l_key = 7};
	int key;

	rb_tree_init(same, &leaf_ops);
	K(RB_TREE_MIN(&tree) == NULL && leaf_at(&tree, 3) == NULL);
	for (int i = 0; i < LEAVES; i++) {
		leaves[i].l_key = i * 577 % LEAVES;
		K(rb_tree_insert_node(&tree, &leaves[i]) == &leaves[i]);
	}
	K(rb_tree_insert_node(&tree, &twin) == leaf_at(&tree, 7));
	K(leaf_at(&tree, 7) != &twin);
	rbtree_check(&tree, 1);
	for (int i = 0; i < LEAVES; i++) {
		if (leaves[i].l_key % 2 == 1)
			rb_tree_remove_node(&tree, &leaves[i]);
	}
	rbtree_check(&tree, 2);
	K(leaf_at(&tree, 7) == NULL && leaf_at(&tree, 8)->l_key == 8);
	key = 7;
	KEQ(((struct leaf *)rb_tree_find_node_geq(&tree, &key))->l_key, 8);
	key = 8;
	KEQ(((struct leaf *)rb_tree_find_node_geq(&tree, &key))->l_key, 8);
	key = LEAVES;
	K(rb_tree_find_node_geq(&tree, &key) == NULL);
	/* balanced: a search looks at about twice the logarithm, at most */
	compared = 0;
	leaf_at(&tree, 500);
	K(compared <= 2 * 10);
}
