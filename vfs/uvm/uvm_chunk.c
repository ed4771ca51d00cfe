/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory for pages: chunks of 2 MiB from the host, aligned to their size.
 * A chunk begins with its own state and 64 bytes for each of its pages.
 * Pages are handed out in ascending order, so that what is written or read
 * together lies together and moves in one piece.
 *
 * The first chunks are meant to stay mostly untouched in small programs;
 * later ones have the full length, which a host may take as a hint to use
 * large hardware pages.
 *
 * Everything here is under uvm_fpageqlock.
 */
#include "uvm_impl.h"

#include <sys/atomic.h>

#include <rump-sys/kern.h>
#include <rump-sys/mem.h>
#include <rump/rumpuser.h>

#define CHUNK_NPAGES   512
#define CHUNK_FIRST    8 /* pages taken by the headers */
#define CHUNK_WORDS    (CHUNK_NPAGES / 64)
#define CHUNK_SMALL    2 /* chunks before the full-sized ones */
#define CHUNK_SLACK    (64 * 1024)
#define CHUNK_KEEPFREE 128 /* empty chunks kept for the next user */

struct uvm_chunk {
	uint64_t ch_free[CHUNK_WORDS]; /* bit: page is free */
	TAILQ_ENTRY(uvm_chunk) ch_list;
	int ch_nfree;
	int ch_npages;
	size_t ch_size;
};

static TAILQ_HEAD(, uvm_chunk) chunks_free =
    TAILQ_HEAD_INITIALIZER(chunks_free);
static int nchunks;
static int nchunks_empty;

static struct uvm_chunk *
chunk_of(const struct vm_page *pg)
{
	return (struct uvm_chunk *)((uintptr_t)pg & ~UVM_CHUNKMASK);
}

static struct uvm_chunk *
chunk_create(void)
{
	struct uvm_chunk *ch;
	size_t size;
	void *p;

	CTASSERT(sizeof(struct vm_page) == 1 << UVM_PGHDRSHIFT);
	CTASSERT(sizeof(struct uvm_chunk) <= CHUNK_FIRST << UVM_PGHDRSHIFT);

	size = UVM_CHUNKSIZE;
	if (nchunks < CHUNK_SMALL)
		size -= CHUNK_SLACK;
	if (rumpuser_malloc(size, (int)UVM_CHUNKSIZE, &p) != 0)
		return NULL;
	ch = p;
	memset(ch, 0, sizeof(*ch));
	ch->ch_size = size;
	ch->ch_npages = (int)(size >> PAGE_SHIFT);
	ch->ch_nfree = ch->ch_npages - CHUNK_FIRST;
	for (int i = 0; i < CHUNK_WORDS; i++) {
		int lo = MAX(i * 64, CHUNK_FIRST);
		int hi = MIN((i + 1) * 64, ch->ch_npages);

		if (lo < hi)
			ch->ch_free[i] = uvm_bits(lo % 64, hi - lo);
	}
	nchunks++;
	nchunks_empty++;
	TAILQ_INSERT_TAIL(&chunks_free, ch, ch_list);
	return ch;
}

static void
chunk_destroy(struct uvm_chunk *ch)
{
	KASSERT(ch->ch_nfree == ch->ch_npages - CHUNK_FIRST);
	TAILQ_REMOVE(&chunks_free, ch, ch_list);
	nchunks--;
	nchunks_empty--;
	rumpuser_free(ch, ch->ch_size);
}

/* With a limit, other memory counts too. */
static void
chunk_count(void)
{
	size_t inuse;

	if (rump_physmemlimit == RUMPMEM_UNLIMITED)
		return;
	inuse = rump_mem_inuse();
	atomic_store_relaxed(&uvmexp.free,
	    inuse < rump_physmemlimit
		? (int)((rump_physmemlimit - inuse) >> PAGE_SHIFT)
		: 0);
}

/* Take up to want pages that follow one another. */
static int
chunk_takerun(struct uvm_chunk *ch, struct vm_page **pgs, int want)
{
	struct vm_page *base = (struct vm_page *)ch;
	int w, bit, n;

	for (w = 0; ch->ch_free[w] == 0; w++)
		continue;
	bit = __builtin_ctzll(ch->ch_free[w]);
	n = 0;
	while (n < want) {
		uint64_t word = ch->ch_free[w] >> bit;
		int run = word == ~UINT64_C(0) ? 64 : __builtin_ctzll(~word);

		if (run == 0)
			break;
		run = MIN(run, want - n);
		ch->ch_free[w] &= ~uvm_bits(bit, run);
		for (int i = 0; i < run; i++)
			pgs[n++] = base + w * 64 + bit + i;
		bit += run;
		if (bit < 64 || ++w == CHUNK_WORDS)
			break;
		bit = 0;
	}
	ch->ch_nfree -= n;
	return n;
}

/*
 * Take up to n pages, as adjacent as can be had. Returns how many there
 * were. Their contents are undefined and their structures too.
 */
int
uvm_chunk_get(struct vm_page **pgs, int n, bool anon)
{
	struct uvm_chunk *ch;
	int got = 0;

	while (!mem_reserve((size_t)n << PAGE_SHIFT))
		if ((n /= 2) == 0)
			return 0;
	mutex_enter(&uvm_fpageqlock);
	while (got < n) {
		if ((ch = TAILQ_FIRST(&chunks_free)) == NULL &&
		    (ch = chunk_create()) == NULL)
			break;
		if (ch->ch_nfree == ch->ch_npages - CHUNK_FIRST)
			nchunks_empty--;
		got += chunk_takerun(ch, pgs + got, n - got);
		if (ch->ch_nfree == 0)
			TAILQ_REMOVE(&chunks_free, ch, ch_list);
	}
	atomic_store_relaxed(&uvmexp.free, uvmexp.free - got);
	if (anon)
		uvmexp.anonpages += got;
	else
		atomic_store_relaxed(&uvmexp.filepages, uvmexp.filepages + got);
	chunk_count();
	mutex_exit(&uvm_fpageqlock);
	if (got < n)
		mem_unreserve((size_t)(n - got) << PAGE_SHIFT);
	return got;
}

/* Give pages back. */
void
uvm_chunk_put(struct vm_page **pgs, int n, bool anon)
{
	struct uvm_chunk *ch;

	mutex_enter(&uvm_fpageqlock);
	for (int i = 0; i < n; i++) {
		int idx;

		ch = chunk_of(pgs[i]);
		idx = (int)(((uintptr_t)pgs[i] & UVM_CHUNKMASK) >>
		    UVM_PGHDRSHIFT);
		KASSERT((ch->ch_free[idx / 64] & uvm_bits(idx % 64, 1)) == 0);
		ch->ch_free[idx / 64] |= uvm_bits(idx % 64, 1);
		if (ch->ch_nfree++ == 0)
			TAILQ_INSERT_HEAD(&chunks_free, ch, ch_list);
		if (ch->ch_nfree == ch->ch_npages - CHUNK_FIRST) {
			nchunks_empty++;
			if (nchunks_empty > CHUNK_KEEPFREE &&
			    nchunks_empty > nchunks / 2)
				chunk_destroy(ch);
		}
	}
	atomic_store_relaxed(&uvmexp.free, uvmexp.free + n);
	if (anon)
		uvmexp.anonpages -= n;
	else
		atomic_store_relaxed(&uvmexp.filepages, uvmexp.filepages - n);
	chunk_count();
	mutex_exit(&uvm_fpageqlock);
	mem_unreserve((size_t)n << PAGE_SHIFT);
}

/* Give empty chunks back to the host. */
void
uvm_chunk_trim(void)
{
	struct uvm_chunk *ch, *next;

	mutex_enter(&uvm_fpageqlock);
	TAILQ_FOREACH_SAFE(ch, &chunks_free, ch_list, next) {
		if (ch->ch_nfree == ch->ch_npages - CHUNK_FIRST)
			chunk_destroy(ch);
	}
	mutex_exit(&uvm_fpageqlock);
}
