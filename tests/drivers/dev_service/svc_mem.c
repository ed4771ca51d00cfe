/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory, numbers, tables and trees. */

#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/ptree.h>
#include <sys/queue.h>
#include <sys/rbtree.h>
#include <sys/systm.h>
#include <sys/vmem.h>

#include "ktest.h"
#include "svc.h"

MALLOC_DEFINE(M_SVC, "svc", "a service of kernel threads");

static bool
all(const char *p, int c, size_t n)
{
	while (n-- > 0) {
		if (*p++ != (char)c)
			return false;
	}
	return true;
}

void
svc_test_memory(void)
{
	char *p;

	p = kmem_alloc(100, KM_SLEEP);
	KEQ((uintptr_t)p & 7, 0);
	memset(p, 1, 100);
	kmem_free(p, 100);
	p = kmem_zalloc(PAGE_SIZE * 2, KM_SLEEP);
	KEQ((uintptr_t)p & PAGE_MASK, 0);
	K(all(p, 0, PAGE_SIZE * 2));
	kmem_free(p, PAGE_SIZE * 2);
	p = kmem_intr_alloc(40, KM_NOSLEEP);
	K(p != NULL);
	kmem_intr_free(p, 40);
	p = kmem_intr_zalloc(40, KM_NOSLEEP);
	K(p != NULL && all(p, 0, 40));
	kmem_intr_free(p, 40);

	malloc_type_attach(M_SVC);
	p = malloc(50, M_SVC, M_WAITOK | M_ZERO);
	K(all(p, 0, 50));
	memset(p, 7, 50);
	p = realloc(p, 5000, M_SVC, M_WAITOK);
	K(all(p, 7, 50));
	free(p, M_SVC);
	malloc_type_detach(M_SVC);
	p = kern_malloc(33, M_NOWAIT);
	K(p != NULL && ((uintptr_t)p & 15) == 0);
	kern_free(p);
	K(physmem > 0);
	K(coherency_unit >= 16 && powerof2(coherency_unit));
	KEQ(coherency_unit, COHERENCY_UNIT);
}

static u_int po_constructed, po_destructed;

static int
po_ctor(void *arg, void *obj, int flags)
{
	if (arg != &po_constructed)
		return EINVAL;
	po_constructed++;
	*(u_int *)obj = 0x600d;
	return 0;
}

static void
po_dtor(void *arg, void *obj)
{
	po_destructed++;
	KEQ(*(u_int *)obj, 0x600d);
}

void
svc_test_pool(void)
{
	struct pool pool;
	pool_cache_t pc;
	void *item[10], *obj;
	paddr_t pa = 0;
	int i, n;

	pool_init(
	    &pool, 48, 16, 0, 0, "svcpool", &pool_allocator_nointr, IPL_NONE);
	pool_sethiwat(&pool, 4);
	pool_sethardlimit(&pool, 8, NULL, 0);
	for (n = 0; n < 10; n++) {
		item[n] = pool_get(&pool, PR_NOWAIT);
		if (item[n] == NULL)
			break;
		KEQ((uintptr_t)item[n] & 15, 0);
		memset(item[n], n, 48);
	}
	KEQ(n, 8);
	K(pool_get(&pool, PR_WAITOK | PR_LIMITFAIL) == NULL);
	for (i = 0; i < n; i++) {
		K(all(item[i], i, 48));
		pool_put(&pool, item[i]);
	}
	obj = pool_get(&pool, PR_WAITOK | PR_ZERO);
	K(all(obj, 0, 48));
	pool_put(&pool, obj);
	pool_destroy(&pool);

	pc = pool_cache_init(64, COHERENCY_UNIT, 0, 0, "svccache", NULL,
	    IPL_NONE, po_ctor, po_dtor, &po_constructed);
	obj = pool_cache_get(pc, PR_WAITOK);
	KEQ((uintptr_t)obj % COHERENCY_UNIT, 0);
	KEQ(*(u_int *)obj, 0x600d);
	pool_cache_put(pc, obj);
	obj = pool_cache_get_paddr(pc, PR_WAITOK, &pa);
	KEQ(*(u_int *)obj, 0x600d);
	KEQ(po_constructed, 1);
	KEQ(pa, (uintptr_t)obj);
	pool_cache_put_paddr(pc, obj, pa);
	pool_cache_invalidate(pc);
	KEQ(po_destructed, po_constructed);
	obj = pool_cache_get(pc, PR_WAITOK);
	KEQ(po_constructed, 2);
	pool_cache_put(pc, obj);
	pool_cache_destroy(pc);
	KEQ(po_destructed, po_constructed);
}

void
svc_test_vmem(void)
{
	vmem_t *vm;
	vmem_addr_t a = 0, b = 0;

	vm = vmem_create(
	    "svcvmem", 100, 100, 1, NULL, NULL, NULL, 0, VM_SLEEP, IPL_NONE);
	K(vm != NULL);
	KEQ(vmem_xalloc(
		vm, 10, 0, 0, 0, 150, 159, VM_INSTANTFIT | VM_NOSLEEP, &a),
	    0);
	KEQ(a, 150);
	KEQ(vmem_xalloc(
		vm, 1, 0, 0, 0, 150, 159, VM_INSTANTFIT | VM_NOSLEEP, &b),
	    ENOMEM);
	KEQ(vmem_xalloc(vm, 8, 16, 3, 0, VMEM_ADDR_MIN, VMEM_ADDR_MAX,
		VM_BESTFIT | VM_NOSLEEP, &b),
	    0);
	KEQ((b - 3) % 16, 0);
	KEQ(vmem_size(vm, VMEM_ALLOC), 18);
	vmem_xfree(vm, b, 8);
	vmem_xfree(vm, a, 10);
	KEQ(vmem_alloc(vm, 100, VM_BESTFIT | VM_SLEEP, &a), 0);
	KEQ(a, 100);
	vmem_free(vm, a, 100);
	vmem_destroy(vm);
}

struct number {
	int n_value;
	LIST_ENTRY(number) n_hash;
	struct rb_node n_node;
};
LIST_HEAD(number_head, number);

static int
number_compare(void *context, const void *a, const void *b)
{
	return ((const struct number *)a)->n_value -
	    ((const struct number *)b)->n_value;
}

static int
number_compare_key(void *context, const void *a, const void *key)
{
	return ((const struct number *)a)->n_value - *(const int *)key;
}

static const rb_tree_ops_t number_ops = {
    .rbto_compare_nodes = number_compare,
    .rbto_compare_key = number_compare_key,
    .rbto_node_offset = offsetof(struct number, n_node),
};

#define NUMBERS 50

void
svc_test_tables(void)
{
	struct number *v, *n, twin;
	struct number_head *table;
	rb_tree_t tree;
	u_long mask = 0;
	int i, key, found = 0;

	v = kmem_zalloc(NUMBERS * sizeof(*v), KM_SLEEP);
	table = hashinit(10, HASH_LIST, true, &mask);
	KEQ(mask, 15);
	rb_tree_init(&tree, &number_ops);
	for (i = 0; i < NUMBERS; i++) {
		v[i].n_value = i * 7 % NUMBERS;
		K(LIST_EMPTY(&table[i & mask]) == (i <= (int)mask));
		LIST_INSERT_HEAD(&table[i & mask], &v[i], n_hash);
		K(rb_tree_insert_node(&tree, &v[i]) == &v[i]);
	}
	twin.n_value = 7;
	K(rb_tree_insert_node(&tree, &twin) == &v[1]);
	key = 14;
	K(rb_tree_find_node(&tree, &key) == &v[2]);
	key = NUMBERS;
	K(rb_tree_find_node(&tree, &key) == NULL);
	for (n = rb_tree_iterate(&tree, NULL, RB_DIR_LEFT), i = 0; n != NULL;
	     n = rb_tree_iterate(&tree, n, RB_DIR_RIGHT), i++)
		KEQ(n->n_value, i);
	KEQ(i, NUMBERS);
	for (i = 0; i < NUMBERS; i++)
		rb_tree_remove_node(&tree, &v[i]);
	K(rb_tree_iterate(&tree, NULL, RB_DIR_LEFT) == NULL);
	for (i = 0; i <= (int)mask; i++) {
		LIST_FOREACH(n, &table[i], n_hash)
			found++;
		while (!LIST_EMPTY(&table[i]))
			LIST_REMOVE(LIST_FIRST(&table[i]), n_hash);
	}
	KEQ(found, NUMBERS);
	hashdone(table, HASH_LIST, mask);
	kmem_free(v, NUMBERS * sizeof(*v));
}
