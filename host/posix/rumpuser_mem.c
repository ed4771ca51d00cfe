/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Memory from the host.
 */

#include "rumpuser_int.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#if !defined(MAP_ANONYMOUS) && defined(MAP_ANON)
#define MAP_ANONYMOUS MAP_ANON
#endif

/*
 * Large aligned areas take a fraction of the page faults with huge pages.  The
 * first ones are spared: a small kernel would only grow, and boot slower.
 */
#define HUGE_BIT         21
#define HUGE_AFTER_BYTES ((size_t)8 << 20)

static _Atomic(size_t) mapped_bytes;

static void
advise(void *mem, size_t size, int alignbit)
{
	size_t before = atomic_fetch_add(&mapped_bytes, size);

	if (alignbit >= HUGE_BIT && size >= (size_t)1 << HUGE_BIT &&
	    before >= HUGE_AFTER_BYTES)
		os_memory_usehugepages(mem, size);
}

/*
 * Allocate len bytes at a multiple of alignment: 0, or a power of two.
 */
int
rumpuser_malloc(size_t len, int alignment, void **retval)
{
	size_t align = alignment > 0 ? (size_t)alignment : 0;
	int error;

	if (len == 0)
		len = 1;
	if (len > PTRDIFF_MAX / 2)
		return errno_to_kernel(ENOMEM);
	if (align <= _Alignof(max_align_t)) {
		*retval = malloc(len);
		return *retval != NULL ? 0 : errno_to_kernel(ENOMEM);
	}
	error = posix_memalign(retval, align, len);
	/* whole chunks are meant to be used whole */
	if (error == 0 && align >= (size_t)1 << HUGE_BIT && len % align == 0)
		os_memory_usehugepages(*retval, len);
	return errno_to_kernel(error);
}

void
rumpuser_free(void *ptr, size_t len)
{
	(void)len;
	free(ptr);
}

/*
 * Map size bytes, at prefaddr if that is free, aligned to 1 << alignbit if
 * that is more than a page.
 */
int
rumpuser_anonmmap(
    void *prefaddr, size_t size, int alignbit, int exec, void **memp)
{
	const int prot = PROT_READ | PROT_WRITE | (exec ? PROT_EXEC : 0);
	size_t pagesize = (size_t)sysconf(_SC_PAGESIZE);
	size_t align, slack, before;
	char *mem;

	if (alignbit < 0 || alignbit >= (int)(8 * sizeof(size_t)) - 1)
		return errno_to_kernel(EINVAL);
	align = (size_t)1 << alignbit;
	slack = align > pagesize ? align - pagesize : 0;
	if (size == 0 || size > SIZE_MAX - slack - pagesize)
		return errno_to_kernel(EINVAL);
	size = (size + pagesize - 1) & ~(pagesize - 1);

	mem = mmap(
	    prefaddr, size + slack, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		return errno_to_kernel(errno);
	if (slack > 0) {
		before = (size_t)(-(uintptr_t)mem & (align - 1));
		if (before > 0)
			munmap(mem, before);
		if (slack > before)
			munmap(mem + before + size, slack - before);
		mem += before;
	}
	advise(mem, size, alignbit);
	*memp = mem;
	return 0;
}

void
rumpuser_unmap(void *addr, size_t len)
{
	size_t pagesize = (size_t)sysconf(_SC_PAGESIZE);

	munmap(addr, (len + pagesize - 1) & ~(pagesize - 1));
}
