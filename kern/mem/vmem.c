/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vmem(9): allocation from ranges of numbers.
 *
 * An arena is an ordered list of segments: a span, and in it used and free
 * segments which cover it completely.  Free segments are also in lists by the
 * logarithm of their size, used ones in a hash by their start.  Two free
 * neighbours within a span never exist.  A span that was imported is released
 * to its source when it is wholly free again.
 *
 * Lock: vm_lock protects everything; imports and tag allocation run without it.
 */

#include <lib/libkern/libkern.h>
#include <sys/bitops.h>
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/types.h>
#include <sys/vmem.h>

#include <rump-sys/drvcall.h>

#include "mem_impl.h"

#define NFREE    64
#define HASH_MIN 16

enum segtype {
	SEG_SPAN,
	SEG_IMPORTED,
	SEG_FREE,
	SEG_USED
};

/* v: vm_lock */
struct seg {
	TAILQ_ENTRY(seg) sg_order; /* v: */
	LIST_ENTRY(seg) sg_list;   /* v: free list or hash chain */
	vmem_addr_t sg_start;      /* v: */
	vmem_size_t sg_size;       /* v: */
	enum segtype sg_type;      /* v: */
};
LIST_HEAD(seglist, seg);

struct vmem {
	char vm_name[16]; /* c: */
	kmutex_t vm_lock;
	kcondvar_t vm_cv; /* v: somebody waits for space */
	TAILQ_HEAD(segqueue,
	    seg) vm_segs; /* v: spans, each followed by its parts */
	struct seglist vm_free[NFREE]; /* v: by ilog2 of the size */
	uint64_t vm_freemap;           /* v: which lists are not empty */
	struct seglist *vm_hash;       /* v: */
	size_t vm_hashsize;            /* v: power of two */
	size_t vm_nused;               /* v: */
	vmem_size_t vm_size;           /* v: */
	vmem_size_t vm_inuse;          /* v: */
	vmem_size_t vm_quantum;        /* c: power of two */
	vmem_ximport_t *vm_ximport;    /* c: */
	vmem_import_t *vm_import;      /* c: */
	vmem_release_t *vm_release;    /* c: */
	void *vm_source;               /* c: */
	unsigned int vm_nwait;         /* v: */
};

void
vmem_subsystem_init(vmem_t *vm)
{
}

static km_flag_t
km_flags(vm_flag_t flags)
{
	return (flags & VM_NOSLEEP) != 0 ? KM_NOSLEEP : KM_SLEEP;
}

static struct seg *
seg_new(enum segtype type, vmem_addr_t start, vmem_size_t size, vm_flag_t flags)
{
	struct seg *sg = kmem_alloc(sizeof(*sg), km_flags(flags));

	if (sg != NULL) {
		sg->sg_type = type;
		sg->sg_start = start;
		sg->sg_size = size;
	}
	return sg;
}

static void
free_insert(vmem_t *vm, struct seg *sg)
{
	int i = ilog2((uint64_t)sg->sg_size);

	sg->sg_type = SEG_FREE;
	LIST_INSERT_HEAD(&vm->vm_free[i], sg, sg_list);
	vm->vm_freemap |= 1ULL << i;
}

static void
free_remove(vmem_t *vm, struct seg *sg)
{
	int i = ilog2((uint64_t)sg->sg_size);

	LIST_REMOVE(sg, sg_list);
	if (LIST_EMPTY(&vm->vm_free[i]))
		vm->vm_freemap &= ~(1ULL << i);
}

static struct seglist *
hash_slot(vmem_t *vm, vmem_addr_t start)
{
	uint64_t h = ((uint64_t)start / vm->vm_quantum) * 0x9e3779b97f4a7c15ULL;

	return &vm->vm_hash[(h >> 32) & (vm->vm_hashsize - 1)];
}

static void
used_insert(vmem_t *vm, struct seg *sg)
{
	sg->sg_type = SEG_USED;
	LIST_INSERT_HEAD(hash_slot(vm, sg->sg_start), sg, sg_list);
	vm->vm_nused++;
	vm->vm_inuse += sg->sg_size;
}

/* a longer hash when chains get long; done without, if there is no memory */
static void
rehash(vmem_t *vm)
{
	struct seglist *old, *new;
	size_t oldsize, newsize = vm->vm_hashsize * 4;
	struct seg *sg;

	new = kmem_alloc(newsize * sizeof(*new), KM_NOSLEEP);
	if (new == NULL)
		return;
	for (size_t i = 0; i < newsize; i++)
		LIST_INIT(&new[i]);
	mem_lock(&vm->vm_lock);
	old = vm->vm_hash;
	oldsize = vm->vm_hashsize;
	vm->vm_hash = new;
	vm->vm_hashsize = newsize;
	TAILQ_FOREACH(sg, &vm->vm_segs, sg_order) {
		if (sg->sg_type == SEG_USED)
			LIST_INSERT_HEAD(
			    hash_slot(vm, sg->sg_start), sg, sg_list);
	}
	mem_unlock(&vm->vm_lock);
	kmem_free(old, oldsize * sizeof(*old));
}

static vmem_t *
vmem_new(const char *name, vmem_addr_t base, vmem_size_t size,
    vmem_size_t quantum, vmem_import_t *import, vmem_ximport_t *ximport,
    vmem_release_t *release, vmem_t *source, vm_flag_t flags)
{
	vmem_t *vm = kmem_zalloc(sizeof(*vm), km_flags(flags));

	if (vm == NULL)
		return NULL;
	vm->vm_hashsize = HASH_MIN;
	vm->vm_hash =
	    kmem_zalloc(HASH_MIN * sizeof(*vm->vm_hash), km_flags(flags));
	if (vm->vm_hash == NULL) {
		kmem_free(vm, sizeof(*vm));
		return NULL;
	}
	strlcpy(vm->vm_name, name, sizeof(vm->vm_name));
	mutex_init(&vm->vm_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&vm->vm_cv, vm->vm_name);
	TAILQ_INIT(&vm->vm_segs);
	vm->vm_quantum = quantum == 0 ? 1 : quantum;
	vm->vm_import = import;
	vm->vm_ximport = ximport;
	vm->vm_release = release;
	vm->vm_source = source;
	if (size != 0 && vmem_add(vm, base, size, flags) != 0) {
		vmem_destroy(vm);
		return NULL;
	}
	return vm;
}

vmem_t *
vmem_create(const char *name, vmem_addr_t base, vmem_size_t size,
    vmem_size_t quantum, vmem_import_t *import, vmem_release_t *release,
    vmem_t *source, vmem_size_t qcache_max, vm_flag_t flags, int ipl)
{
	return vmem_new(
	    name, base, size, quantum, import, NULL, release, source, flags);
}

vmem_t *
vmem_xcreate(const char *name, vmem_addr_t base, vmem_size_t size,
    vmem_size_t quantum, vmem_ximport_t *import, vmem_release_t *release,
    vmem_t *source, vmem_size_t qcache_max, vm_flag_t flags, int ipl)
{
	return vmem_new(
	    name, base, size, quantum, NULL, import, release, source, flags);
}

void
vmem_destroy(vmem_t *vm)
{
	struct seg *sg, *next;

	if (__predict_false(vm->vm_nused != 0))
		rump_rule_broken("vmem(9)", __builtin_return_address(0),
		    "vmem %s is destroyed with %zu allocation%s in use",
		    vm->vm_name, vm->vm_nused, vm->vm_nused == 1 ? "" : "s");
	TAILQ_FOREACH_SAFE(sg, &vm->vm_segs, sg_order, next) {
		if (sg->sg_type == SEG_IMPORTED && vm->vm_release != NULL)
			(*vm->vm_release)(
			    vm->vm_source, sg->sg_start, sg->sg_size);
		kmem_free(sg, sizeof(*sg));
	}
	kmem_free(vm->vm_hash, vm->vm_hashsize * sizeof(*vm->vm_hash));
	cv_destroy(&vm->vm_cv);
	mutex_destroy(&vm->vm_lock);
	kmem_free(vm, sizeof(*vm));
}

static int
add_span(vmem_t *vm, vmem_addr_t addr, vmem_size_t size, vm_flag_t flags,
    enum segtype type)
{
	struct seg *span, *sg;

	if (size == 0 || addr + (size - 1) < addr)
		return EINVAL;
	span = seg_new(type, addr, size, flags);
	sg = seg_new(SEG_FREE, addr, size, flags);
	if (span == NULL || sg == NULL) {
		if (span != NULL)
			kmem_free(span, sizeof(*span));
		if (sg != NULL)
			kmem_free(sg, sizeof(*sg));
		return ENOMEM;
	}
	mem_lock(&vm->vm_lock);
	TAILQ_INSERT_TAIL(&vm->vm_segs, span, sg_order);
	TAILQ_INSERT_TAIL(&vm->vm_segs, sg, sg_order);
	free_insert(vm, sg);
	vm->vm_size += size;
	if (vm->vm_nwait != 0)
		cv_broadcast(&vm->vm_cv);
	mem_unlock(&vm->vm_lock);
	return 0;
}

int
vmem_add(vmem_t *vm, vmem_addr_t addr, vmem_size_t size, vm_flag_t flags)
{
	return add_span(vm, addr, size, flags, SEG_SPAN);
}

vmem_size_t
vmem_roundup_size(vmem_t *vm, vmem_size_t size)
{
	return roundup2(size, vm->vm_quantum);
}

struct want {
	vmem_size_t size, align, phase, nocross;
	vmem_addr_t min, max; /* of the first and last number */
};

/* where in the segment, if it fits at all */
static bool
fits(const struct seg *sg, const struct want *w, vmem_addr_t *result)
{
	vmem_addr_t start = sg->sg_start, end = start + (sg->sg_size - 1);
	vmem_addr_t a;

	if (start < w->min)
		start = w->min;
	if (end > w->max)
		end = w->max;
	if (start > end || end - start < w->size - 1)
		return false;
	a = roundup2(start - w->phase, w->align) + w->phase;
	if (w->align <= 1)
		a = start;
	if (a < start)
		return false;
	if (w->nocross != 0 && (a ^ (a + (w->size - 1))) & ~(w->nocross - 1)) {
		a = roundup2(a, w->nocross);
		a = roundup2(a - w->phase, w->align) + w->phase;
		if (a < start ||
		    ((a ^ (a + (w->size - 1))) & ~(w->nocross - 1)) != 0)
			return false;
	}
	if (a > end || end - a < w->size - 1)
		return false;
	*result = a;
	return true;
}

static struct seg *
find_fit(vmem_t *vm, const struct want *w, vm_flag_t flags, vmem_addr_t *addr)
{
	struct seg *sg, *best = NULL;
	vmem_addr_t a;
	uint64_t map;
	int first = ilog2((uint64_t)w->size), i;

	/* instant fit: a list where every segment is large enough */
	if ((flags & VM_INSTANTFIT) != 0 && !powerof2(w->size)) {
		map = vm->vm_freemap & (first >= 63 ? 0 : ~0ULL << (first + 1));
		while (map != 0) {
			i = __builtin_ctzll(map);
			map &= map - 1;
			LIST_FOREACH(sg, &vm->vm_free[i], sg_list) {
				if (fits(sg, w, addr))
					return sg;
			}
		}
	}
	map = vm->vm_freemap & (~0ULL << first);
	while (map != 0 && best == NULL) {
		i = __builtin_ctzll(map);
		map &= map - 1;
		LIST_FOREACH(sg, &vm->vm_free[i], sg_list) {
			if ((best != NULL && sg->sg_size >= best->sg_size) ||
			    !fits(sg, w, &a))
				continue;
			best = sg;
			*addr = a;
			if ((flags & VM_INSTANTFIT) != 0)
				break;
		}
	}
	return best;
}

static int
import(vmem_t *vm, vmem_size_t size, vm_flag_t flags)
{
	vmem_addr_t addr;
	int error;

	if (vm->vm_ximport != NULL)
		error =
		    (*vm->vm_ximport)(vm->vm_source, size, &size, flags, &addr);
	else if (vm->vm_import != NULL)
		error = (*vm->vm_import)(vm->vm_source, size, flags, &addr);
	else
		return ENOMEM;
	if (error != 0)
		return ENOMEM;
	error = add_span(vm, addr, size, flags, SEG_IMPORTED);
	if (error != 0 && vm->vm_release != NULL)
		(*vm->vm_release)(vm->vm_source, addr, size);
	return error;
}

/* cut [addr, addr + size) out of a free segment */
static void
carve(vmem_t *vm, struct seg *sg, vmem_addr_t addr, vmem_size_t size,
    struct seg **spare)
{
	vmem_addr_t end = sg->sg_start + (sg->sg_size - 1);

	free_remove(vm, sg);
	if (addr != sg->sg_start) {
		struct seg *head = *spare++;

		head->sg_start = sg->sg_start;
		head->sg_size = addr - sg->sg_start;
		TAILQ_INSERT_BEFORE(sg, head, sg_order);
		free_insert(vm, head);
	} else {
		kmem_free(*spare++, sizeof(*sg));
	}
	if (addr + (size - 1) != end) {
		struct seg *tail = *spare;

		tail->sg_start = addr + size;
		tail->sg_size = end - (addr + size) + 1;
		TAILQ_INSERT_AFTER(&vm->vm_segs, sg, tail, sg_order);
		free_insert(vm, tail);
	} else {
		kmem_free(*spare, sizeof(*sg));
	}
	sg->sg_start = addr;
	sg->sg_size = size;
	used_insert(vm, sg);
}

/*
 * Allocate size0 numbers in [min, max], such that (start - phase) is a multiple
 * of align and no multiple of nocross lies inside.  0 or ENOMEM.
 */
int
vmem_xalloc(vmem_t *vm, vmem_size_t size0, vmem_size_t align, vmem_size_t phase,
    vmem_size_t nocross, vmem_addr_t min, vmem_addr_t max, vm_flag_t flags,
    vmem_addr_t *addrp)
{
	struct want w = {.size = vmem_roundup_size(vm, size0),
	    .phase = phase,
	    .nocross = nocross,
	    .min = min,
	    .max = max};
	struct seg *spare[2], *sg;
	vmem_addr_t addr;
	bool grow;

	if (size0 == 0 || w.size < size0)
		return ENOMEM;
	w.align = align == 0 ? vm->vm_quantum : align;
	spare[0] = seg_new(SEG_FREE, 0, 0, flags);
	spare[1] = seg_new(SEG_FREE, 0, 0, flags);
	if (spare[0] == NULL || spare[1] == NULL)
		goto fail;
	mem_lock(&vm->vm_lock);
	while ((sg = find_fit(vm, &w, flags, &addr)) == NULL) {
		mem_unlock(&vm->vm_lock);
		if (import(vm,
			w.size + (w.align > vm->vm_quantum ? w.align : 0),
			flags) == 0) {
			mem_lock(&vm->vm_lock);
			continue;
		}
		mem_lock(&vm->vm_lock);
		if ((flags & VM_NOSLEEP) != 0 || curlwp == NULL) {
			mem_unlock(&vm->vm_lock);
			goto fail;
		}
		if ((sg = find_fit(vm, &w, flags, &addr)) != NULL)
			break;
		vm->vm_nwait++;
		(void)cv_timedwait(&vm->vm_cv, &vm->vm_lock, hz);
		vm->vm_nwait--;
	}
	carve(vm, sg, addr, w.size, spare);
	grow = vm->vm_nused > vm->vm_hashsize * 4;
	mem_unlock(&vm->vm_lock);
	if (grow)
		rehash(vm);
	if (addrp != NULL)
		*addrp = addr;
	return 0;

fail:
	for (unsigned int i = 0; i < 2; i++) {
		if (spare[i] != NULL)
			kmem_free(spare[i], sizeof(*spare[i]));
	}
	return ENOMEM;
}

int
vmem_alloc(vmem_t *vm, vmem_size_t size, vm_flag_t flags, vmem_addr_t *addrp)
{
	return vmem_xalloc(
	    vm, size, 0, 0, 0, VMEM_ADDR_MIN, VMEM_ADDR_MAX, flags, addrp);
}

static void
xfree(vmem_t *vm, vmem_addr_t addr, vmem_size_t size, const void *at)
{
	struct seg *sg, *other, *dead[4];
	unsigned int ndead = 0;
	vmem_addr_t rel_addr = 0;
	vmem_size_t rel_size = 0;

	size = vmem_roundup_size(vm, size);
	mem_lock(&vm->vm_lock);
	LIST_FOREACH(sg, hash_slot(vm, addr), sg_list) {
		if (sg->sg_start == addr)
			break;
	}
	if (__predict_false(sg == NULL))
		rump_rule_broken("vmem(9)", at,
		    "vmem %s: freeing %#jx, which is not allocated",
		    vm->vm_name, (uintmax_t)addr);
	if (__predict_false(sg->sg_size != size))
		rump_rule_broken("vmem(9)", at,
		    "vmem %s: freeing %ju bytes at %#jx, where %ju bytes were "
		    "allocated",
		    vm->vm_name, (uintmax_t)size, (uintmax_t)addr,
		    (uintmax_t)sg->sg_size);
	LIST_REMOVE(sg, sg_list);
	vm->vm_nused--;
	vm->vm_inuse -= sg->sg_size;
	other = TAILQ_NEXT(sg, sg_order);
	if (other != NULL && other->sg_type == SEG_FREE) {
		free_remove(vm, other);
		TAILQ_REMOVE(&vm->vm_segs, other, sg_order);
		sg->sg_size += other->sg_size;
		dead[ndead++] = other;
	}
	other = TAILQ_PREV(sg, segqueue, sg_order);
	if (other->sg_type == SEG_FREE) {
		free_remove(vm, other);
		TAILQ_REMOVE(&vm->vm_segs, other, sg_order);
		sg->sg_start = other->sg_start;
		sg->sg_size += other->sg_size;
		dead[ndead++] = other;
		other = TAILQ_PREV(sg, segqueue, sg_order);
	}
	if (other->sg_type == SEG_IMPORTED && vm->vm_release != NULL &&
	    other->sg_size == sg->sg_size) {
		rel_addr = other->sg_start;
		rel_size = other->sg_size;
		TAILQ_REMOVE(&vm->vm_segs, other, sg_order);
		TAILQ_REMOVE(&vm->vm_segs, sg, sg_order);
		vm->vm_size -= rel_size;
		dead[ndead++] = other;
		dead[ndead++] = sg;
	} else
		free_insert(vm, sg);
	if (vm->vm_nwait != 0)
		cv_broadcast(&vm->vm_cv);
	mem_unlock(&vm->vm_lock);
	while (ndead != 0)
		kmem_free(dead[--ndead], sizeof(*sg));
	if (rel_size != 0)
		(*vm->vm_release)(vm->vm_source, rel_addr, rel_size);
}

void
vmem_free(vmem_t *vm, vmem_addr_t addr, vmem_size_t size)
{
	xfree(vm, addr, size, __builtin_return_address(0));
}

void
vmem_xfree(vmem_t *vm, vmem_addr_t addr, vmem_size_t size)
{
	xfree(vm, addr, size, __builtin_return_address(0));
}

vmem_size_t
vmem_size(vmem_t *vm, int typemask)
{
	switch (typemask) {
	case VMEM_ALLOC:
		return vm->vm_inuse;
	case VMEM_FREE:
		return vm->vm_size - vm->vm_inuse;
	case VMEM_FREE | VMEM_ALLOC:
		return vm->vm_size;
	default:
		return 0;
	}
}

void
vmem_rehash_start(void)
{
	/* hashes grow when an allocation finds them short */
}

void
vmem_print(uintptr_t addr, const char *modif, void (*pr)(const char *, ...))
{
	const vmem_t *vm = (const void *)addr;
	struct seg *sg;
	static const char *const types[] = {
	    "span", "imported span", "free", "used"};

	(*pr)("vmem %s: %ju of %ju in use\n", vm->vm_name,
	    (uintmax_t)vm->vm_inuse, (uintmax_t)vm->vm_size);
	TAILQ_FOREACH(sg, &vm->vm_segs, sg_order)
		(*pr)("  %#jx+%#jx %s\n", (uintmax_t)sg->sg_start,
		    (uintmax_t)sg->sg_size, types[sg->sg_type]);
}
