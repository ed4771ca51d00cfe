/* SPDX-License-Identifier: BSD-2-Clause */
/* kmem, malloc, pools, pool caches, vmem, extent. */

#include <sys/extent.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/malloc.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/vmem.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>

#include "mtest_impl.h"

static const char *
kmem_sizes(void)
{
	uint8_t *p[200];

	for (size_t size = 1; size < 40000; size += 1 + size / 7) {
		for (u_int i = 0; i < 200; i++) {
			p[i] = kmem_alloc(size, KM_SLEEP);
			CHECK(p[i] != NULL);
			CHECK(((uintptr_t)p[i] & 7) == 0);
			memset(p[i], (int)i, size);
		}
		for (u_int i = 0; i < 200; i++) {
			CHECK(p[i][0] == i && p[i][size - 1] == i);
			CHECK(p[i][size / 2] == i);
		}
		for (u_int i = 0; i < 200; i += 2)
			kmem_free(p[i], size);
		for (u_int i = 0; i < 200; i += 2) {
			p[i] = kmem_zalloc(size, KM_NOSLEEP);
			CHECK(p[i] != NULL);
			for (size_t k = 0; k < size; k++)
				CHECK(p[i][k] == 0);
		}
		for (u_int i = 0; i < 200; i++)
			kmem_free(p[i], size);
	}
	return NULL;
}

static const char *
kmem_large(void)
{
	size_t size = 64UL << 20, before = rump_mem_inuse();
	char *p;

	p = kmem_zalloc(size, KM_SLEEP);
	CHECK(p != NULL);
	CHECK(rump_mem_inuse() >= before + size);
	p[0] = p[size - 1] = 1;
	kmem_free(p, size);
	CHECK(rump_mem_inuse() < before + size / 2);
	CHECK(kmem_alloc(SIZE_MAX, KM_NOSLEEP) == NULL);
	CHECK(kmem_alloc(SIZE_MAX - 4096, KM_NOSLEEP) == NULL);
	CHECK(kmem_alloc(SIZE_MAX / 2, KM_NOSLEEP) == NULL);
	return NULL;
}

static const char *
kmem_strings(void)
{
	size_t n;
	char *s = kmem_strdupsize("hello", &n, KM_SLEEP);

	CHECK(n == 6 && strcmp(s, "hello") == 0);
	kmem_strfree(s);
	s = kmem_asprintf("%s-%d", "abc", 42);
	CHECK(strcmp(s, "abc-42") == 0);
	kmem_strfree(s);
	return NULL;
}

static const char *
kmem_align(void)
{
	for (int align = 8; align <= 65536; align *= 2) {
		void *p = rump_hypermalloc(10000, align, true, "test");

		CHECK(p != NULL && ((uintptr_t)p & (align - 1)) == 0);
		memset(p, 1, 10000);
		rump_hyperfree(p, 10000);
	}
	return NULL;
}

/* many, of mixed sizes and alignments, until memory goes back to the host */
static const char *
kmem_align_mix(void)
{
	static char *p[4000];
	static size_t len[4000];
	const u_int n = __arraycount(p);
	uint32_t seed = 1;

	for (int round = 0; round < 10; round++) {
		for (u_int i = 0; i < n; i++) {
			int align = 4096 << (seed >> 16) % 4;

			seed = seed * 1103515245 + 12345;
			len[i] = 1 + (seed >> 16) % 5 * 4096;
			p[i] = rump_hypermalloc(len[i], align, true, "test");
			CHECK(p[i] != NULL);
			CHECK(((uintptr_t)p[i] & (uintptr_t)(align - 1)) == 0);
			p[i][0] = p[i][len[i] - 1] = (char)i;
			/* a hole before what comes next */
			if (i % 7 == 6) {
				rump_hyperfree(p[i], len[i]);
				p[i] = NULL;
			}
		}
		for (u_int i = 0; i < n; i++) {
			if (p[i] == NULL)
				continue;
			CHECK(p[i][0] == (char)i);
			CHECK(p[i][len[i] - 1] == (char)i);
			rump_hyperfree(p[i], len[i]);
		}
	}
	return NULL;
}

static const char *
pages(void)
{
	void *p[500];

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 500; i++) {
			char *q = p[i] = rump_page_alloc(true, i & 1);

			CHECK(q != NULL && ((uintptr_t)q & PAGE_MASK) == 0);
			for (int k = 0; k < PAGE_SIZE && (i & 1); k++)
				CHECK(q[k] == 0);
			memset(q, i, PAGE_SIZE);
		}
		for (int i = 0; i < 500; i++) {
			char *q = p[i];

			CHECK(q[0] == (char)i && q[PAGE_SIZE - 1] == (char)i);
			rump_page_free(q);
		}
	}
	return NULL;
}

static const char *
malloc_basic(void)
{
	char *p, *q;

	for (size_t size = 0; size < 20000; size = size * 3 / 2 + 1) {
		p = malloc(size, M_TEMP, M_WAITOK | M_ZERO);
		CHECK(p != NULL);
		for (size_t i = 0; i < size; i++)
			CHECK(p[i] == 0);
		memset(p, 'x', size);
		q = realloc(p, size * 2 + 1, M_TEMP, M_WAITOK);
		CHECK(q != NULL);
		for (size_t i = 0; i < size; i++)
			CHECK(q[i] == 'x');
		q = realloc(q, size / 4 + 1, M_TEMP, M_WAITOK);
		CHECK(q != NULL && (size == 0 || q[0] == 'x'));
		free(q, M_TEMP);
	}
	p = malloc(PAGE_SIZE, M_TEMP, M_WAITOK);
	CHECK(((uintptr_t)p & PAGE_MASK) == 0);
	free(p, M_TEMP);
	free(NULL, M_TEMP);
	CHECK(malloc(~0UL, M_TEMP, M_NOWAIT) == NULL);
	return NULL;
}

/* pools */
static const char *
pool_basic(void)
{
	static const size_t sizes[] = {
	    1, 8, 24, 100, 128, 500, 1000, 2000, 4096, 5000, 9000, 40000};
	struct pool pp;
	void *item[300];

	for (u_int s = 0; s < __arraycount(sizes); s++) {
		pool_init(&pp, sizes[s], 0, 0, 0, "test", NULL, IPL_NONE);
		for (int round = 0; round < 2; round++) {
			for (u_int i = 0; i < 300; i++) {
				item[i] = pool_get(&pp, PR_WAITOK);
				CHECK(item[i] != NULL);
				memset(item[i], (int)i, sizes[s]);
			}
			CHECK(pp.pr_nout == 300);
			for (u_int i = 0; i < 300; i++) {
				uint8_t *b = item[i];

				CHECK(b[0] == (uint8_t)i);
				CHECK(b[sizes[s] - 1] == (uint8_t)i);
				pool_put(&pp, b);
			}
			CHECK(pp.pr_nout == 0);
		}
		(void)pool_reclaim(&pp);
		CHECK(pp.pr_npages == 0);
		pool_destroy(&pp);
	}
	return NULL;
}

static const char *
pool_align(void)
{
	struct pool pp;
	void *item[50];

	for (u_int align = 8; align <= 1024; align *= 2) {
		for (u_int ioff = 0; ioff < 64; ioff += 24) {
			pool_init(
			    &pp, 200, align, ioff, 0, "test", NULL, IPL_NONE);
			for (u_int i = 0; i < 50; i++) {
				item[i] = pool_get(&pp, PR_WAITOK);
				CHECK((((uintptr_t)item[i] + ioff) &
					  (align - 1)) == 0);
			}
			for (u_int i = 0; i < 50; i++)
				pool_put(&pp, item[i]);
			pool_destroy(&pp);
		}
	}
	return NULL;
}

static int hook_calls;
static void *hook_item;
static struct pool limit_pool;

static void
drain_hook(void *arg, int flags)
{
	hook_calls++;
	if (hook_item != NULL) {
		pool_put(arg, hook_item);
		hook_item = NULL;
	}
}

static void
putter(void *arg)
{
	kpause("mtest", false, 2, NULL);
	pool_put(&limit_pool, arg);
	kthread_exit(0);
}

static const char *
pool_limits(void)
{
	struct pool *pp = &limit_pool;
	void *a, *b, *c;

	pool_init(pp, 100, 0, 0, 0, "limit", NULL, IPL_NONE);
	pool_sethardlimit(pp, 2, "pool limit reached (expected)", 60);
	a = pool_get(pp, PR_WAITOK);
	b = pool_get(pp, PR_NOWAIT);
	CHECK(a != NULL && b != NULL);
	CHECK(pool_get(pp, PR_NOWAIT) == NULL);
	CHECK(pool_get(pp, PR_WAITOK | PR_LIMITFAIL) == NULL);
	pool_set_drain_hook(pp, drain_hook, pp);
	hook_item = b;
	hook_calls = 0;
	b = pool_get(pp, PR_NOWAIT);
	CHECK(b != NULL && hook_calls == 1);
	/* a waiter gets what another puts back */
	CHECK(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, putter, b, NULL,
		  "putter") == 0);
	c = pool_get(pp, PR_WAITOK);
	CHECK(c == b);
	pool_put(pp, a);
	pool_put(pp, c);
	pool_setlowat(pp, 100);
	CHECK(pp->pr_nitems >= 100);
	(void)pool_reclaim(pp);
	CHECK(pp->pr_nitems >= 100);
	pool_destroy(pp);
	return NULL;
}

static int fa_pages;

static void *
fa_alloc(struct pool *pp, int flags)
{
	fa_pages++;
	return kmem_alloc(8192, KM_SLEEP);
}

static void
fa_free(struct pool *pp, void *p)
{
	fa_pages--;
	kmem_free(p, 8192);
}

static const char *
pool_allocator(void)
{
	static struct pool_allocator pa = {
	    .pa_alloc = fa_alloc, .pa_free = fa_free, .pa_pagesz = 8192};
	struct pool pp;
	void *item[100];

	for (int flags = 0; flags <= PR_NOTOUCH; flags += PR_NOTOUCH) {
		pool_init(&pp, 300, 0, 0, flags, "foreign", &pa, IPL_NONE);
		for (u_int i = 0; i < 100; i++) {
			item[i] = pool_get(&pp, PR_WAITOK);
			memset(item[i], (int)i, 300);
		}
		CHECK(fa_pages == 4);
		for (u_int i = 0; i < 100; i++)
			CHECK(((uint8_t *)item[i])[299] == i);
		for (u_int i = 0; i < 100; i++)
			pool_put(&pp, item[i]);
		pool_destroy(&pp);
		CHECK(fa_pages == 0);
	}
	return NULL;
}

/* pool caches */
static int constructed, destructed, ctor_fails;

static int
ctor(void *arg, void *obj, int flags)
{
	if (ctor_fails)
		return ENOMEM;
	*(int *)obj = 42;
	constructed++;
	return 0;
}

static void
dtor(void *arg, void *obj)
{
	destructed++;
}

static const char *
cache_ctor(void)
{
	pool_cache_t pc;
	int *obj[100];

	constructed = destructed = 0;
	pc = pool_cache_init(
	    100, 0, 0, 0, "ctor", NULL, IPL_NONE, ctor, dtor, NULL);
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 100; i++) {
			obj[i] = pool_cache_get(pc, PR_WAITOK);
			CHECK(obj[i] != NULL && *obj[i] == 42);
		}
		for (int i = 0; i < 100; i++)
			pool_cache_put(pc, obj[i]);
	}
	CHECK(constructed - destructed >= 14 && constructed < 500);
	pool_cache_invalidate(pc);
	CHECK(constructed == destructed);
	ctor_fails = 1;
	CHECK(pool_cache_get(pc, PR_WAITOK) == NULL);
	ctor_fails = 0;
	obj[0] = pool_cache_get(pc, PR_NOWAIT);
	pool_cache_destruct_object(pc, obj[0]);
	CHECK(constructed == destructed);
	obj[0] = pool_cache_get(pc, PR_WAITOK);
	pool_cache_put(pc, obj[0]);
	pool_cache_destroy(pc);
	CHECK(constructed == destructed);
	return NULL;
}

static pool_cache_t mt_cache;
static volatile int mt_bad;

static void
mt_thread(void *arg)
{
	uintptr_t id = (uintptr_t)arg;
	uintptr_t *obj[64];
	u_int seed = (u_int)id * 7919, n = 0;

	for (int i = 0; i < 40000; i++) {
		seed = seed * 1103515245 + 12345;
		if ((seed >> 16) % 64 >= n && n < 64) {
			obj[n] = pool_cache_get(mt_cache, PR_WAITOK);
			obj[n][0] = id;
			obj[n][7] = (uintptr_t)obj[n] ^ id;
			n++;
		} else if (n != 0) {
			n--;
			if (obj[n][0] != id ||
			    obj[n][7] != ((uintptr_t)obj[n] ^ id))
				mt_bad++;
			pool_cache_put(mt_cache, obj[n]);
		}
		if (i % 1000 == 0)
			yield();
		if (i % 10000 == 0)
			(void)rump_mem_reclaim(4096);
	}
	while (n != 0)
		pool_cache_put(mt_cache, obj[--n]);
	kthread_exit(0);
}

static const char *
cache_threads(void)
{
	lwp_t *l[6];

	mt_bad = 0;
	mt_cache = pool_cache_init(
	    64, 0, 0, 0, "mt", NULL, IPL_NONE, NULL, NULL, NULL);
	for (uintptr_t i = 0; i < 6; i++)
		CHECK(kthread_create(PRI_NONE,
			  KTHREAD_MPSAFE | KTHREAD_MUSTJOIN, NULL, mt_thread,
			  (void *)(i + 1), &l[i], "mt%d", (int)i) == 0);
	for (int i = 0; i < 6; i++)
		kthread_join(l[i]);
	CHECK(mt_bad == 0);
	pool_cache_destroy(mt_cache);
	return NULL;
}

/* with RUMP_MEMLIMIT=8m */
static const char *
memlimit(void)
{
	void *p[4096], *q;
	size_t n;

	CHECK(rump_physmemlimit == 8UL << 20);
	for (n = 0; n < 4096; n++) {
		if ((p[n] = kmem_alloc(PAGE_SIZE, KM_NOSLEEP)) == NULL)
			break;
	}
	CHECK(n > 500 && n < 2048);
	CHECK(rump_mem_inuse() <= rump_physmemlimit);
	CHECK(kmem_alloc(65536, KM_NOSLEEP) == NULL);
	CHECK(malloc(65536, M_TEMP, M_NOWAIT) == NULL);
	CHECK(malloc(65536, M_TEMP, M_WAITOK | M_CANFAIL) == NULL);
	/* more than there ever is */
	CHECK(kmem_alloc(16UL << 20, KM_SLEEP) == NULL);
	while (n != 0)
		kmem_free(p[--n], PAGE_SIZE);
	q = kmem_alloc(1UL << 20, KM_NOSLEEP);
	CHECK(q != NULL);
	kmem_free(q, 1UL << 20);
	return NULL;
}

static void *hoard[4096];
static size_t nhoard;
static int hoard_full;

static void
releaser(void *arg)
{
	do {
		kpause("mtest", false, 5, NULL);
	} while (!__atomic_load_n(&hoard_full, __ATOMIC_ACQUIRE));
	kpause("mtest", false, 10, NULL);
	while (nhoard != 0)
		kmem_free(hoard[--nhoard], PAGE_SIZE);
	kthread_exit(0);
}

static const char *
memlimit_wait(void)
{
	void *p;

	CHECK(rump_physmemlimit == 8UL << 20);
	CHECK(kthread_create(PRI_NONE, KTHREAD_MPSAFE, NULL, releaser, NULL,
		  NULL, "releaser") == 0);
	for (nhoard = 0; nhoard < 4096; nhoard++) {
		hoard[nhoard] = kmem_alloc(PAGE_SIZE, KM_NOSLEEP);
		if (hoard[nhoard] == NULL)
			break;
	}
	__atomic_store_n(&hoard_full, 1, __ATOMIC_RELEASE);
	p = kmem_alloc(1UL << 20, KM_SLEEP);
	CHECK(p != NULL);
	kmem_free(p, 1UL << 20);
	return NULL;
}

static size_t
cache_reclaim(size_t want)
{
	size_t freed = 0;

	while (nhoard != 0 && freed < want) {
		kmem_free(hoard[--nhoard], PAGE_SIZE);
		freed += PAGE_SIZE;
	}
	return freed;
}

static const char *
memlimit_reclaim(void)
{
	static struct rump_mem_reclaimer mr = {
	    .mr_func = cache_reclaim, .mr_name = "mtest"};
	size_t full;
	void *p;

	for (nhoard = 0; nhoard < 4096; nhoard++) {
		hoard[nhoard] = kmem_alloc(PAGE_SIZE, KM_NOSLEEP);
		if (hoard[nhoard] == NULL)
			break;
	}
	full = nhoard;
	rump_mem_reclaimer_add(&mr);
	for (int i = 0; i < 10; i++) {
		p = kmem_alloc(65536, KM_NOSLEEP);
		CHECK(p != NULL);
		kmem_free(p, 65536);
	}
	CHECK(nhoard < full);
	rump_mem_reclaimer_remove(&mr);
	while (nhoard != 0)
		kmem_free(hoard[--nhoard], PAGE_SIZE);
	return NULL;
}

/* misuse: these do not return in a diagnostic kernel */
static const char *
bad_double_free(void)
{
	char *p = kmem_alloc(100, KM_SLEEP);

	kmem_free(p, 100);
	kmem_free(p, 100);
	return NULL;
}

static const char *
bad_size(void)
{
	kmem_free(kmem_alloc(100, KM_SLEEP), 90);
	return NULL;
}

static const char *
bad_overrun(void)
{
	char *volatile p = kmem_alloc(100, KM_SLEEP);

	p[100] = 1;
	kmem_free(p, 100);
	return NULL;
}

static const char *
bad_pool(void)
{
	struct pool pp;
	void *p;

	pool_init(&pp, 100, 0, 0, 0, "bad", NULL, IPL_NONE);
	p = pool_get(&pp, PR_WAITOK);
	(void)pool_get(&pp, PR_WAITOK);
	pool_put(&pp, p);
	pool_put(&pp, p);
	return NULL;
}

static const char *
bad_use_after_free(void)
{
	struct pool pp;
	char *volatile p;

	pool_init(&pp, 100, 0, 0, 0, "bad", NULL, IPL_NONE);
	p = pool_get(&pp, PR_WAITOK);
	pool_put(&pp, p);
	memset(p + 8, 7, 32);
	(void)pool_get(&pp, PR_WAITOK);
	return NULL;
}

static const char *
pool_leak(void)
{
	static struct pool pp;

	pool_init(&pp, 100, 0, 0, 0, "leaky", NULL, IPL_NONE);
	(void)pool_get(&pp, PR_WAITOK);
	pool_destroy(&pp); /* says so, and goes on */
	return NULL;
}

/* vmem */
static const char *
vmem_basic(void)
{
	vmem_addr_t a[100], x;
	vmem_t *vm;

	vm = vmem_create(
	    "test", 1, 100, 1, NULL, NULL, NULL, 0, VM_SLEEP, IPL_NONE);
	CHECK(vm != NULL);
	for (int i = 0; i < 100; i++) {
		CHECK(vmem_alloc(vm, 1, VM_NOSLEEP | VM_BESTFIT, &a[i]) == 0);
		CHECK(a[i] >= 1 && a[i] <= 100);
		for (int k = 0; k < i; k++)
			CHECK(a[k] != a[i]);
	}
	CHECK(vmem_alloc(vm, 1, VM_NOSLEEP | VM_BESTFIT, &x) == ENOMEM);
	CHECK(vmem_size(vm, VMEM_ALLOC) == 100);
	for (int i = 0; i < 100; i += 2)
		vmem_free(vm, a[i], 1);
	CHECK(vmem_alloc(vm, 2, VM_NOSLEEP | VM_INSTANTFIT, &x) == ENOMEM);
	for (int i = 1; i < 100; i += 2)
		vmem_free(vm, a[i], 1);
	CHECK(vmem_alloc(vm, 100, VM_NOSLEEP | VM_INSTANTFIT, &x) == 0);
	CHECK(x == 1);
	vmem_free(vm, x, 100);
	vmem_destroy(vm);
	return NULL;
}

static const char *
vmem_constraints(void)
{
	vmem_addr_t x, y;
	vmem_t *vm;

	vm = vmem_create("test", 0x1000, 0x10000, 0x100, NULL, NULL, NULL, 0,
	    VM_SLEEP, IPL_NONE);
	CHECK(vmem_xalloc(vm, 0x300, 0x1000, 0x200, 0, VMEM_ADDR_MIN,
		  VMEM_ADDR_MAX, VM_NOSLEEP | VM_BESTFIT, &x) == 0);
	CHECK((x - 0x200) % 0x1000 == 0 && x >= 0x1000);
	CHECK(vmem_xalloc(vm, 0x800, 0, 0, 0x1000, 0x2900, 0x7fff,
		  VM_NOSLEEP | VM_BESTFIT, &y) == 0);
	CHECK(y >= 0x2900 && y + 0x7ff <= 0x7fff);
	CHECK((y & ~0xfffUL) == ((y + 0x7ff) & ~0xfffUL));
	vmem_xfree(vm, y, 0x800);
	CHECK(vmem_xalloc(vm, 0x200, 0, 0, 0, 0x5000, 0x50ff,
		  VM_NOSLEEP | VM_BESTFIT, &y) == ENOMEM);
	vmem_xfree(vm, x, 0x300);
	CHECK(vmem_size(vm, VMEM_FREE) == 0x10000);
	vmem_destroy(vm);
	return NULL;
}

static int imports;

static int
imp(void *arg, vmem_size_t size, vm_flag_t flags, vmem_addr_t *addr)
{
	imports++;
	return vmem_alloc(arg, size, flags, addr);
}

static void
rel(void *arg, vmem_addr_t addr, vmem_size_t size)
{
	imports--;
	vmem_free(arg, addr, size);
}

static const char *
vmem_import(void)
{
	vmem_addr_t x, y;
	vmem_t *src, *vm;

	src = vmem_create("src", 0x1000, 0x100000, 0x1000, NULL, NULL, NULL, 0,
	    VM_SLEEP, IPL_NONE);
	vm = vmem_create(
	    "imp", 0, 0, 0x1000, imp, rel, src, 0, VM_SLEEP, IPL_NONE);
	CHECK(vmem_alloc(vm, 0x3000, VM_NOSLEEP | VM_INSTANTFIT, &x) == 0);
	CHECK(vmem_alloc(vm, 0x1000, VM_NOSLEEP | VM_INSTANTFIT, &y) == 0);
	CHECK(imports == 2);
	vmem_free(vm, x, 0x3000);
	vmem_free(vm, y, 0x1000);
	CHECK(imports == 0);
	CHECK(vmem_size(src, VMEM_ALLOC) == 0);
	vmem_destroy(vm);
	vmem_destroy(src);
	return NULL;
}

static const char *
vmem_random(void)
{
	struct {
		vmem_addr_t a;
		vmem_size_t n;
	} v[500];
	static uint8_t map[20000];
	vmem_t *vm;
	u_int n = 0;

	vm = vmem_create(
	    "rnd", 0, sizeof(map), 1, NULL, NULL, NULL, 0, VM_SLEEP, IPL_NONE);
	srandom(7);
	for (int i = 0; i < 20000; i++) {
		if (random() % 3 != 0 && n < 500) {
			v[n].n = random() % 100 + 1;
			if (vmem_alloc(vm, v[n].n,
				VM_NOSLEEP |
				    (i & 1 ? VM_BESTFIT : VM_INSTANTFIT),
				&v[n].a) != 0)
				continue;
			for (vmem_size_t k = 0; k < v[n].n; k++) {
				CHECK(map[v[n].a + k] == 0);
				map[v[n].a + k] = 1;
			}
			n++;
		} else if (n != 0) {
			u_int k = (u_int)random() % n;

			memset(map + v[k].a, 0, v[k].n);
			vmem_free(vm, v[k].a, v[k].n);
			v[k] = v[--n];
		}
	}
	while (n != 0) {
		n--;
		vmem_free(vm, v[n].a, v[n].n);
	}
	CHECK(vmem_size(vm, VMEM_FREE) == sizeof(map));
	vmem_destroy(vm);
	return NULL;
}

static const char *
extents(void)
{
	struct extent *ex = extent_create("test", 10, 99, NULL, 0, EX_WAITOK);
	u_long r;

	CHECK(ex != NULL);
	CHECK(extent_alloc_region(ex, 20, 10, EX_NOWAIT) == 0);
	CHECK(extent_alloc_region(ex, 25, 10, EX_NOWAIT) == EAGAIN);
	CHECK(extent_alloc_region(ex, 5, 10, EX_NOWAIT) == EINVAL);
	CHECK(extent_alloc(ex, 10, EX_NOALIGN, EX_NOBOUNDARY, EX_NOWAIT, &r) ==
	    0);
	CHECK(r == 10);
	CHECK(extent_alloc(ex, 10, 16, EX_NOBOUNDARY, EX_NOWAIT, &r) == 0);
	CHECK(r == 32);
	CHECK(extent_alloc(ex, 100, 1, 0, EX_NOWAIT, &r) == EAGAIN);
	CHECK(extent_free(ex, 22, 3, EX_NOWAIT) == 0);
	CHECK(extent_free(ex, 22, 3, EX_NOWAIT) == EINVAL);
	CHECK(extent_alloc(ex, 3, 1, 0, EX_NOWAIT, &r) == 0 && r == 22);
	CHECK(extent_alloc_subregion(ex, 50, 60, 5, 1, 0, EX_NOWAIT, &r) == 0);
	CHECK(r == 50);
	CHECK(extent_free(ex, 10, 20, EX_NOWAIT) == 0);
	extent_destroy(ex);
	return NULL;
}

const struct mtest mtests_mem[] = {
    {"kmem_sizes", kmem_sizes},
    {"kmem_large", kmem_large},
    {"kmem_strings", kmem_strings},
    {"kmem_align", kmem_align},
    {"kmem_align_mix", kmem_align_mix},
    {"pages", pages},
    {"malloc", malloc_basic},
    {"pool_basic", pool_basic},
    {"pool_align", pool_align},
    {"pool_limits", pool_limits},
    {"pool_allocator", pool_allocator},
    {"pool_leak", pool_leak},
    {"cache_ctor", cache_ctor},
    {"cache_threads", cache_threads},
    {"memlimit", memlimit},
    {"memlimit_wait", memlimit_wait},
    {"memlimit_reclaim", memlimit_reclaim},
    {"bad_double_free", bad_double_free},
    {"bad_size", bad_size},
    {"bad_overrun", bad_overrun},
    {"bad_pool", bad_pool},
    {"bad_use_after_free", bad_use_after_free},
    {"vmem_basic", vmem_basic},
    {"vmem_constraints", vmem_constraints},
    {"vmem_import", vmem_import},
    {"vmem_random", vmem_random},
    {"extents", extents},
    {NULL, NULL},
};
