/* SPDX-License-Identifier: BSD-2-Clause */
/* Longest-prefix match from inside, against a linear search. */
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <net/radix.h>

#include <rump-sys/kern.h>

#include "nettest.h"

#define CHECK(e)                                                               \
	do {                                                                   \
		if (!(e)) {                                                    \
			line = __LINE__;                                       \
			goto out;                                              \
		}                                                              \
	} while (0)

struct key {
	unsigned char len, family, pad[2], addr[4];
};

struct entry {
	struct radix_node nodes[2];
	struct key key, mask;
	int plen; /* -1: host entry without mask */
	bool in;
};

static unsigned int
rnd(unsigned int *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 8;
}

static void
setkey(struct key *k, uint32_t a)
{
	memset(k, 0, sizeof(*k));
	k->len = sizeof(*k);
	k->addr[0] = a >> 24;
	k->addr[1] = a >> 16;
	k->addr[2] = a >> 8;
	k->addr[3] = a;
}

static uint32_t
mask_of(int plen)
{
	return plen <= 0 ? 0 : 0xffffffffU << (32 - plen);
}

static uint32_t
addr_of(const struct key *k)
{
	return (uint32_t)k->addr[0] << 24 | k->addr[1] << 16 | k->addr[2] << 8 |
	    k->addr[3];
}

static void
setup(struct entry *e, uint32_t a, int plen)
{
	memset(e, 0, sizeof(*e));
	e->plen = plen;
	setkey(&e->key, plen < 0 ? a : a & mask_of(plen));
	setkey(&e->mask, mask_of(plen));
}

static bool
add(struct radix_node_head *h, struct entry *e)
{
	return rn_addroute(
		   &e->key, e->plen < 0 ? NULL : &e->mask, h, e->nodes) != NULL;
}

static int
count_one(struct radix_node *rn, void *arg)
{
	(void)rn;
	(*(int *)arg)++;
	return 0;
}

int
rump_nettest_radix(void)
{
	struct radix_node_head *h = NULL;
	struct entry *e;
	struct key k;
	int line = 0, n;

	rump_schedule();
	e = kmem_zalloc(6 * sizeof(*e), KM_SLEEP);
	CHECK(rn_inithead((void **)&h, 32) == 1);
	setup(&e[0], 0x0a000000, 8);
	setup(&e[1], 0x0a000000, 16);
	setup(&e[2], 0x0a010000, 16);
	setup(&e[3], 0, 0);
	setup(&e[4], 0x0a010203, -1);
	setup(&e[5], 0x0a000000, 8);
	setkey(&k, 0x0a010203);
	CHECK(rn_match(&k, h) == NULL);
	for (n = 0; n < 5; n++)
		CHECK(add(h, &e[n]));
	CHECK(!add(h, &e[5]));
	CHECK(rn_match(&k, h) == e[4].nodes);
	setkey(&k, 0x0a010204);
	CHECK(rn_match(&k, h) == e[2].nodes);
	setkey(&k, 0x0a000001);
	CHECK(rn_match(&k, h) == e[1].nodes);
	setkey(&k, 0x0aff0001);
	CHECK(rn_match(&k, h) == e[0].nodes);
	setkey(&k, 0x0b000001);
	CHECK(rn_match(&k, h) == e[3].nodes);
	n = 0;
	CHECK(rn_walktree(h, count_one, &n) == 0 && n == 5);
	CHECK(rn_lookup(&e[0].key, &e[0].mask, h) == e[0].nodes);
	CHECK(rn_delete(&e[0].key, &e[0].mask, h) == e[0].nodes);
	CHECK(rn_delete(&e[0].key, &e[0].mask, h) == NULL);
	setkey(&k, 0x0aff0001);
	CHECK(rn_match(&k, h) == e[3].nodes);
	CHECK(rn_delete(&e[3].key, &e[3].mask, h) == e[3].nodes);
	CHECK(rn_match(&k, h) == NULL);
	/* a mask with a hole */
	setkey(&e[0].key, 0x14000007);
	setkey(&e[0].mask, 0xff0000ff);
	e[0].plen = 0;
	CHECK(add(h, &e[0]));
	setkey(&k, 0x14999907);
	CHECK(rn_match(&k, h) == e[0].nodes);
	setkey(&k, 0x14999906);
	CHECK(rn_match(&k, h) == NULL);
	CHECK(rn_delete(&e[0].key, &e[0].mask, h) == e[0].nodes);
	CHECK(rn_refines(&e[1].mask, &e[5].mask) == 1);
	CHECK(rn_refines(&e[5].mask, &e[1].mask) == 0);
	CHECK(rn_refines(&e[5].mask, &e[5].mask) == 0);
out:
	kmem_free(e, 6 * sizeof(*e));
	if (h != NULL)
		kmem_free(h, sizeof(*h));
	rump_unschedule();
	return line;
}

static struct entry *
linear(struct entry *e, int n, uint32_t a)
{
	struct entry *best = NULL;
	int i;

	for (i = 0; i < n; i++) {
		if (!e[i].in)
			continue;
		if (e[i].plen < 0) {
			if (addr_of(&e[i].key) == a)
				return &e[i];
			continue;
		}
		if ((a & mask_of(e[i].plen)) == addr_of(&e[i].key) &&
		    (best == NULL || e[i].plen > best->plen))
			best = &e[i];
	}
	return best;
}

int
rump_nettest_radix_random(unsigned int seed, int rounds)
{
	enum {
		N = 300
	};
	struct radix_node_head *h = NULL;
	struct entry *e, *x;
	struct key k;
	int line = 0, r, i, n, live = 0;
	uint32_t a;

	rump_schedule();
	e = kmem_zalloc(N * sizeof(*e), KM_SLEEP);
	(void)rn_inithead((void **)&h, 32);
	for (r = 0; r < rounds; r++) {
		i = rnd(&seed) % N;
		/* few distinct bits, so that prefixes nest */
		a = 0x0a000000 | (rnd(&seed) & 0x0f0f0f0f);
		if (!e[i].in) {
			setup(&e[i], a, (int)(rnd(&seed) % 34) - 1);
			if (add(h, &e[i])) {
				e[i].in = true;
				live++;
			}
		} else {
			CHECK(rn_delete(&e[i].key,
				  e[i].plen < 0 ? NULL : &e[i].mask,
				  h) == e[i].nodes);
			e[i].in = false;
			live--;
			/* nobody may use its memory */
			memset(e[i].nodes, 0xa5, sizeof(e[i].nodes));
		}
		for (n = 0; n < 10; n++) {
			a = 0x0a000000 | (rnd(&seed) & 0x0f0f0f0f);
			setkey(&k, a);
			x = linear(e, N, a);
			CHECK(
			    rn_match(&k, h) == (x == NULL ? NULL : x->nodes) ||
			    (x != NULL && x->plen == 32));
		}
		if (r % 64 == 0) {
			n = 0;
			CHECK(rn_walktree(h, count_one, &n) == 0);
			CHECK(n == live);
		}
	}
out:
	kmem_free(e, N * sizeof(*e));
	kmem_free(h, sizeof(*h));
	rump_unschedule();
	return line;
}
