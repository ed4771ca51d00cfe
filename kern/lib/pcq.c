/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcq(9): a bounded queue of pointers.  Producers claim a slot by moving pcq_put
 * with compare-and-swap and then store into it; the one consumer takes what is
 * stored, in order.  An empty slot is NULL.
 */

#include <lib/libkern/libkern.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/pcq.h>
#include <sys/systm.h>
#include <sys/types.h>

struct pcq {
	volatile uint32_t pcq_put; /* claimed by producers */
	uint32_t pcq_size;         /* c: slots, one more than items */
	uint8_t pcq_pad[COHERENCY_UNIT - 8];
	volatile uint32_t pcq_get; /* by the consumer */
	void *volatile pcq_items[];
};

static size_t
pcq_bytes(size_t slots)
{
	return sizeof(pcq_t) + slots * sizeof(void *);
}

pcq_t *
pcq_create(size_t nitems, km_flag_t flags)
{
	pcq_t *q;

	if (nitems == 0 || nitems > 0xfffffff)
		return NULL;
	q = kmem_zalloc(pcq_bytes(nitems + 1), flags);
	if (q != NULL)
		q->pcq_size = (uint32_t)nitems + 1;
	return q;
}

void
pcq_destroy(pcq_t *q)
{
	kmem_free(q, pcq_bytes(q->pcq_size));
}

/* false when it is full */
bool
pcq_put(pcq_t *q, void *item)
{
	uint32_t put, next;

	KASSERT(item != NULL);
	put = __atomic_load_n(&q->pcq_put, __ATOMIC_RELAXED);
	do {
		next = put + 1 == q->pcq_size ? 0 : put + 1;
		if (next == __atomic_load_n(&q->pcq_get, __ATOMIC_ACQUIRE))
			return false;
	} while (!__atomic_compare_exchange_n(&q->pcq_put, &put, next, false,
	    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
	__atomic_store_n(&q->pcq_items[put], item, __ATOMIC_RELEASE);
	return true;
}

void *
pcq_peek(pcq_t *q)
{
	return __atomic_load_n(&q->pcq_items[q->pcq_get], __ATOMIC_ACQUIRE);
}

/* NULL when it is empty, or when the next item is just being stored */
void *
pcq_get(pcq_t *q)
{
	uint32_t get = q->pcq_get;
	void *item = __atomic_load_n(&q->pcq_items[get], __ATOMIC_ACQUIRE);

	if (item == NULL)
		return NULL;
	q->pcq_items[get] = NULL;
	__atomic_store_n(&q->pcq_get, get + 1 == q->pcq_size ? 0 : get + 1,
	    __ATOMIC_RELEASE);
	return item;
}

size_t
pcq_maxitems(pcq_t *q)
{
	return q->pcq_size - 1;
}
