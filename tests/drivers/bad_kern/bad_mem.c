/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that is freed twice, with another size, used later, or not at all. */

#include <sys/malloc.h>
#include <sys/pool.h>
#include <sys/vmem.h>

#include "bad.h"

static struct pool pool, pool2;
static pool_cache_t cache;

static void
bad_pool_twice(void)
{
	void *a, *b;

	pool_init(&pool, 48, 0, 0, 0, "badpool", NULL, IPL_NONE);
	a = pool_get(&pool, PR_WAITOK);
	b = pool_get(&pool, PR_WAITOK);
	pool_put(&pool, a);
	pool_put(&pool, b);
	pool_put(&pool, a);
}

static void
bad_pool_another(void)
{
	pool_init(&pool, 48, 0, 0, 0, "badpool", NULL, IPL_NONE);
	pool_init(&pool2, 48, 0, 0, 0, "badpool2", NULL, IPL_NONE);
	pool_put(&pool2, pool_get(&pool, PR_WAITOK));
}

static void
bad_pool_inside(void)
{
	pool_init(&pool, 48, 0, 0, 0, "badpool", NULL, IPL_NONE);
	pool_put(&pool, (char *)pool_get(&pool, PR_WAITOK) + 8);
}

static void
bad_pool_used(void)
{
	char *a;

	pool_init(&pool, 48, 0, 0, 0, "badpool", NULL, IPL_NONE);
	a = pool_get(&pool, PR_WAITOK);
	pool_put(&pool, a);
	memset(a, 7, 48);
	(void)pool_get(&pool, PR_WAITOK);
}

static void
bad_pool_left(void)
{
	pool_init(&pool, 48, 0, 0, 0, "badpool", NULL, IPL_NONE);
	(void)pool_get(&pool, PR_WAITOK);
	pool_destroy(&pool);
}

static void
bad_cache_twice(void)
{
	void *a[20];

	cache = pool_cache_init(
	    64, 0, 0, 0, "badcache", NULL, IPL_NONE, NULL, NULL, NULL);
	for (int i = 0; i < 20; i++)
		a[i] = pool_cache_get(cache, PR_WAITOK);
	pool_cache_put(cache, a[0]);
	for (int i = 1; i < 8; i++)
		pool_cache_put(cache, a[i]);
	pool_cache_put(cache, a[0]);
	pool_cache_invalidate(cache);
}

static void
bad_cache_again(void)
{
	void *a;

	cache = pool_cache_init(
	    64, 0, 0, 0, "badcache", NULL, IPL_NONE, NULL, NULL, NULL);
	/* the first ones go to the pool */
	for (int i = 0; i < 3; i++) {
		a = pool_cache_get(cache, PR_WAITOK);
		pool_cache_put(cache, a);
	}
	pool_cache_put(cache, a);
}

static void
bad_cache_left(void)
{
	cache = pool_cache_init(
	    64, 0, 0, 0, "badcache", NULL, IPL_NONE, NULL, NULL, NULL);
	pool_cache_put(cache, pool_cache_get(cache, PR_WAITOK));
	(void)pool_cache_get(cache, PR_WAITOK);
	pool_cache_destroy(cache);
}

static void
bad_cache_used(void)
{
	char *a;

	cache = pool_cache_init(
	    64, 0, 0, 0, "badcache", NULL, IPL_NONE, NULL, NULL, NULL);
	for (int i = 0; i < 3; i++) {
		a = pool_cache_get(cache, PR_WAITOK);
		pool_cache_put(cache, a);
	}
	memset(a, 7, 64);
	(void)pool_cache_get(cache, PR_WAITOK);
}

static void
bad_kmem_twice(void)
{
	void *a, *b;

	a = kmem_alloc(100, KM_SLEEP);
	b = kmem_alloc(100, KM_SLEEP);
	kmem_free(a, 100);
	kmem_free(b, 100);
	kmem_free(a, 100);
}

static void
bad_kmem_size(void)
{
	kmem_free(kmem_alloc(100, KM_SLEEP), 90);
}

static void
bad_kmem_bigsize(void)
{
	kmem_free(kmem_alloc(5 * PAGE_SIZE, KM_SLEEP), 3 * PAGE_SIZE);
}

static void
bad_kmem_bigtwice(void)
{
	void *p;

	p = kmem_alloc(5 * PAGE_SIZE, KM_SLEEP);
	kmem_free(p, 5 * PAGE_SIZE);
	kmem_free(p, 5 * PAGE_SIZE);
}

static void
bad_kmem_end(void)
{
	char *a;

	a = kmem_alloc(100, KM_SLEEP);
	a[100] = 1;
	kmem_free(a, 100);
}

static void
bad_kmem_used(void)
{
	char *a;

	for (int i = 0; i < 3; i++) {
		a = kmem_alloc(100, KM_SLEEP);
		kmem_free(a, 100);
	}
	memset(a, 7, 100);
	(void)kmem_alloc(100, KM_SLEEP);
}

static void
bad_malloc_twice(void)
{
	void *a, *b;

	a = malloc(100, M_TEMP, M_WAITOK);
	b = malloc(100, M_TEMP, M_WAITOK);
	free(a, M_TEMP);
	free(b, M_TEMP);
	free(a, M_TEMP);
}

static void
bad_malloc_not(void)
{
	free((char *)kmem_zalloc(100, KM_SLEEP) + 32, M_TEMP);
}

static vmem_t *
arena(void)
{
	return vmem_create(
	    "badvmem", 4096, 65536, 1, NULL, NULL, NULL, 0, VM_SLEEP, IPL_NONE);
}

static void
bad_vmem_twice(void)
{
	vmem_t *vm = arena();
	vmem_addr_t a;

	K(vmem_alloc(vm, 100, VM_SLEEP | VM_BESTFIT, &a) == 0);
	vmem_free(vm, a, 100);
	vmem_free(vm, a, 100);
}

static void
bad_vmem_size(void)
{
	vmem_t *vm = arena();
	vmem_addr_t a;

	K(vmem_alloc(vm, 100, VM_SLEEP | VM_BESTFIT, &a) == 0);
	vmem_free(vm, a, 50);
}

static void
bad_vmem_left(void)
{
	vmem_t *vm = arena();
	vmem_addr_t a;

	K(vmem_alloc(vm, 100, VM_SLEEP | VM_BESTFIT, &a) == 0);
	vmem_destroy(vm);
}

const struct ktest bad_mem[] = {
    {"pool_twice", bad_pool_twice},
    {"pool_another", bad_pool_another},
    {"pool_inside", bad_pool_inside},
    {"pool_used", bad_pool_used},
    {"pool_left", bad_pool_left},
    {"cache_twice", bad_cache_twice},
    {"cache_again", bad_cache_again},
    {"cache_left", bad_cache_left},
    {"cache_used", bad_cache_used},
    {"kmem_twice", bad_kmem_twice},
    {"kmem_size", bad_kmem_size},
    {"kmem_bigsize", bad_kmem_bigsize},
    {"kmem_bigtwice", bad_kmem_bigtwice},
    {"kmem_end", bad_kmem_end},
    {"kmem_used", bad_kmem_used},
    {"malloc_twice", bad_malloc_twice},
    {"malloc_not", bad_malloc_not},
    {"vmem_twice", bad_vmem_twice},
    {"vmem_size", bad_vmem_size},
    {"vmem_left", bad_vmem_left},
    {NULL, NULL},
};
