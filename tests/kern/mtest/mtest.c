/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds a test by name and runs it with a virtual CPU. */

#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/pool.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>
#include <rump/rump.h>

#include "include/mtest.h"
#include "mtest_impl.h"

const char *
rump_mtest(const char *name)
{
	static const struct mtest *const all[] = {
	    mtests_mem, mtests_lib, mtests_misc};
	const char *result = "no such test";

	rump_schedule();
	for (u_int i = 0; i < __arraycount(all); i++) {
		for (const struct mtest *t = all[i]; t->name != NULL; t++) {
			if (strcmp(t->name, name) == 0)
				result = (*t->func)();
		}
	}
	rump_unschedule();
	return result;
}

#define N 1000000

static void
bench_kmem(int n, size_t size)
{
	while (n-- > 0) {
		void *p = kmem_alloc(size, KM_SLEEP);

		__asm__ volatile("" : : "r"(p) : "memory");
		kmem_free(p, size);
	}
}

static void
bench_malloc(int n)
{
	while (n-- > 0) {
		void *p = malloc(100, M_TEMP, M_WAITOK);

		__asm__ volatile("" : : "r"(p) : "memory");
		free(p, M_TEMP);
	}
}

static void
bench_pool(int n)
{
	static struct pool p;

	pool_init(&p, 200, 0, 0, 0, "bench", NULL, IPL_NONE);
	while (n-- > 0)
		pool_put(&p, pool_get(&p, PR_WAITOK));
	pool_destroy(&p);
}

static void
bench_cache(int n, int burst)
{
	pool_cache_t pc = pool_cache_init(
	    200, 0, 0, 0, "bench", NULL, IPL_NONE, NULL, NULL, NULL);
	void **objs = kmem_alloc(sizeof(void *) * (size_t)burst, KM_SLEEP);

	for (; n > 0; n -= burst) {
		for (int i = 0; i < burst; i++)
			objs[i] = pool_cache_get(pc, PR_WAITOK);
		for (int i = 0; i < burst; i++)
			pool_cache_put(pc, objs[i]);
	}
	kmem_free(objs, sizeof(void *) * (size_t)burst);
	pool_cache_destroy(pc);
}

static void
bench_page(int n, int burst, bool zero)
{
	void **objs = kmem_alloc(sizeof(void *) * (size_t)burst, KM_SLEEP);

	for (; n > 0; n -= burst) {
		for (int i = 0; i < burst; i++)
			objs[i] = rump_page_alloc(true, zero);
		for (int i = 0; i < burst; i++)
			rump_page_free(objs[i]);
	}
	kmem_free(objs, sizeof(void *) * (size_t)burst);
}

double
rump_mtest_bench(const char *name)
{
	int64_t start;
	int n = N;

	rump_schedule();
	start = rump_mono_ns();
	if (strcmp(name, "kmem64") == 0)
		bench_kmem(n, 64);
	else if (strcmp(name, "kmem2000") == 0)
		bench_kmem(n, 2000);
	else if (strcmp(name, "kmem64k") == 0)
		bench_kmem(n, 65536);
	else if (strcmp(name, "malloc") == 0)
		bench_malloc(n);
	else if (strcmp(name, "pool") == 0)
		bench_pool(n);
	else if (strcmp(name, "cache") == 0)
		bench_cache(n, 1);
	else if (strcmp(name, "cache10000") == 0)
		bench_cache(n, 10000);
	else if (strcmp(name, "page") == 0)
		bench_page(n, 1, false);
	else if (strcmp(name, "page1000") == 0)
		bench_page(n, 1000, false);
	else if (strcmp(name, "kauth") == 0) {
		for (int i = 0; i < n; i++)
			(void)kauth_authorize_vnode(kauth_cred_get(),
			    KAUTH_VNODE_SEARCH | KAUTH_VNODE_IS_EXEC, NULL,
			    NULL, 0);
	} else
		n = 0;
	start = rump_mono_ns() - start;
	rump_unschedule();
	return n == 0 ? -1 : (double)start / n;
}
