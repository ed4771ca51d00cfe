/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kmem(9), malloc(9), pool(9), pool_cache(9), vmem(9), uvm_km(9).
 */
#include <sys/param.h>

#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/pool.h>
#include <sys/systm.h>
#include <sys/vmem.h>

#include <uvm/uvm_extern.h>

#include "calls.h"
#include "ktest.h"

static bool
allzero(const void *p, size_t n)
{
	const char *c = p;

	while (n > 0 && *c++ == 0)
		n--;
	return n == 0;
}

void
calls_kmem(void)
{
	static const size_t sizes[] = {
	    1, 7, 8, 100, 4096, 4097, 65536, 1 << 20};
	char *p, *q;

	for (unsigned int i = 0; i < __arraycount(sizes); i++) {
		p = kmem_alloc(sizes[i], KM_SLEEP);
		K(p != NULL && (uintptr_t)p % 8 == 0);
		if (sizes[i] >= PAGE_SIZE)
			K((uintptr_t)p % PAGE_SIZE == 0);
		memset(p, 0x5a, sizes[i]);
		kmem_free(p, sizes[i]);
		q = kmem_zalloc(sizes[i], KM_NOSLEEP);
		K(q != NULL && allzero(q, sizes[i]));
		kmem_free(q, sizes[i]);
	}
	/* more than there can be: refused, not waited for */
	K(kmem_alloc((size_t)1 << 60, KM_NOSLEEP) == NULL);
}

MALLOC_DECLARE(M_CALLS);
MALLOC_JUSTDEFINE(M_CALLS, "calls", "memory of a test");

void
calls_malloc(void)
{
	struct malloc_type *type = M_CALLS;
	char *p;

	malloc_type_attach(type);
	p = malloc(100, M_CALLS, M_WAITOK);
	K(p != NULL && (uintptr_t)p % 16 == 0);
	memset(p, 0x5a, 100);
	p = realloc(p, 5000, M_CALLS, M_WAITOK);
	K(p[0] == 0x5a && p[99] == 0x5a);
	p = realloc(p, 10, M_CALLS, M_NOWAIT);
	K(p != NULL && p[9] == 0x5a);
	free(p, M_CALLS);
	p = malloc(300, M_CALLS, M_NOWAIT | M_ZERO);
	K(p != NULL && allzero(p, 300));
	free(p, M_CALLS);
	K(malloc((unsigned long)1 << 60, M_CALLS, M_WAITOK | M_CANFAIL) ==
	    NULL);
	free(NULL, M_CALLS);
	malloc_type_detach(type);
}

/* An allocator of one's own. */
static int pages_out;

static void *
page_alloc(struct pool *pp, int flags)
{
	pages_out++;
	return kmem_alloc(8192, (flags & PR_WAITOK) ? KM_SLEEP : KM_NOSLEEP);
}

static void
page_free(struct pool *pp, void *v)
{
	pages_out--;
	kmem_free(v, 8192);
}

static struct pool_allocator page_allocator = {
    .pa_alloc = page_alloc,
    .pa_free = page_free,
    .pa_pagesz = 8192,
};

#define ITEMS 300

static void
pool_use(struct pool *pp, size_t size, size_t align)
{
	static void *item[ITEMS];

	for (int i = 0; i < ITEMS; i++) {
		item[i] = pool_get(pp, i % 2 ? PR_WAITOK : PR_NOWAIT);
		K(item[i] != NULL && (uintptr_t)item[i] % align == 0);
		memset(item[i], i, size);
	}
	for (int i = 0; i < ITEMS; i++) {
		K(((unsigned char *)item[i])[size - 1] == (i & 0xff));
		pool_put(pp, item[i]);
	}
}

void
calls_pool(void)
{
	struct pool p;

	pool_init(&p, 72, 0, 0, 0, "calls", &pool_allocator_nointr, IPL_NONE);
	pool_use(&p, 72, sizeof(void *));
	pool_destroy(&p);
	pool_init(&p, 100, 64, 0, 0, "calls64", NULL, IPL_NONE);
	pool_use(&p, 100, 64);
	pool_destroy(&p);
	pool_init(&p, 200, 0, 0, 0, "ours", &page_allocator, IPL_NONE);
	pool_use(&p, 200, sizeof(void *));
	K(pages_out > 0 || pool_prime(&p, 1) == 0);
	pool_destroy(&p);
	KEQ(pages_out, 0);
}

struct made {
	int m_magic;
	int m_uses;
};

static int constructed, destructed;

static int
made_ctor(void *arg, void *obj, int flags)
{
	struct made *m = obj;

	K(arg == &constructed);
	constructed++;
	m->m_magic = 0x1234;
	m->m_uses = 0;
	return 0;
}

static void
made_dtor(void *arg, void *obj)
{
	struct made *m = obj;

	K(arg == &constructed);
	KEQ(m->m_magic, 0x1234);
	destructed++;
}

void
calls_pool_cache(void)
{
	struct made *m[20];
	pool_cache_t pc;
	int again = 0;

	pc = pool_cache_init(sizeof(struct made), 0, 0, 0, "made", NULL,
	    IPL_NONE, made_ctor, made_dtor, &constructed);
	K(pc != NULL);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 20; i++) {
			m[i] = pool_cache_get(pc, i ? PR_WAITOK : PR_NOWAIT);
			K(m[i] != NULL && m[i]->m_magic == 0x1234);
			again += m[i]->m_uses++ > 0;
		}
		for (int i = 0; i < 20; i++)
			pool_cache_put(pc, m[i]);
	}
	/* objects come back as they were put */
	K(constructed >= 20 && constructed < 60);
	KEQ(again, 60 - constructed);
	pool_cache_destroy(pc);
	KEQ(destructed, constructed);
}

void
calls_vmem(void)
{
	vmem_addr_t a[10], b;
	uint32_t seen = 0;
	vmem_t *vm;

	vm = vmem_create(
	    "calls", 104, 80, 8, NULL, NULL, NULL, 0, VM_SLEEP, IPL_NONE);
	K(vm != NULL);
	for (int i = 0; i < 10; i++) {
		KEQ(vmem_alloc(vm, 8, VM_BESTFIT | VM_SLEEP, &a[i]), 0);
		K(a[i] >= 104 && a[i] + 8 <= 184 && a[i] % 8 == 0);
		seen |= 1u << (a[i] - 104) / 8;
	}
	KEQ(seen, 0x3ff);
	KEQ(vmem_alloc(vm, 8, VM_BESTFIT | VM_NOSLEEP, &b), ENOMEM);
	vmem_free(vm, a[7], 8);
	KEQ(vmem_alloc(vm, 8, VM_BESTFIT | VM_SLEEP, &b), 0);
	KEQ(b, a[7]);
	for (int i = 0; i < 10; i++)
		vmem_free(vm, a[i], 8);
	KEQ(vmem_alloc(vm, 80, VM_BESTFIT | VM_SLEEP, &b), 0);
	KEQ(b, 104);
	vmem_free(vm, b, 80);
	vmem_destroy(vm);
}

void
calls_uvm_km(void)
{
	vaddr_t va;

	va = uvm_km_alloc(kernel_map, 3 * PAGE_SIZE, 0, UVM_KMF_WIRED);
	K(va != 0 && va % PAGE_SIZE == 0);
	memset((void *)va, 1, 3 * PAGE_SIZE);
	uvm_km_free(kernel_map, va, 3 * PAGE_SIZE, UVM_KMF_WIRED);
	va = uvm_km_alloc(kernel_map, 100, 65536,
	    UVM_KMF_WIRED | UVM_KMF_NOWAIT | UVM_KMF_TRYLOCK);
	K(va != 0 && va % 65536 == 0);
	uvm_km_free(kernel_map, va, 100, UVM_KMF_WIRED);
	va = uvm_km_alloc(
	    kernel_map, (vsize_t)1 << 60, 0, UVM_KMF_WIRED | UVM_KMF_NOWAIT);
	KEQ(va, 0);
}
