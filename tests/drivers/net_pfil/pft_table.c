/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of a packet filter: prefixes in a radix tree, whose keys are
 * addresses behind a byte of length.
 */

#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/systm.h>

#include <net/radix.h>
#include <netinet/in.h>

#include "ktest.h"
#include "pft.h"

struct pft_key {
	uint8_t pk_len;
	uint8_t pk_pad[3];
	uint32_t pk_addr;
};

struct pft_entry {
	struct radix_node pe_nodes[2]; /* first */
	struct pft_key pe_key, pe_mask;
};

static struct radix_node_head *pft_head; /* table_lock */
static kmutex_t table_lock;

static void
pft_key(struct pft_key *pk, uint32_t addr)
{
	memset(pk, 0, sizeof(*pk));
	pk->pk_len = sizeof(*pk);
	pk->pk_addr = addr;
}

static uint32_t
pft_mask(u_int bits)
{
	return bits == 0 ? 0 : htonl(0xffffffffu << (32 - bits));
}

void
pft_table_init(void)
{
	mutex_init(&table_lock, MUTEX_DEFAULT, IPL_SOFTNET);
	rn_init();
	K(rn_inithead((void **)&pft_head,
	      offsetof(struct pft_key, pk_addr) * NBBY) == 1);
	K(pft_head != NULL);
}

int
pft_table_add(uint32_t addr, u_int bits)
{
	struct pft_entry *pe = kmem_zalloc(sizeof(*pe), KM_SLEEP);
	struct radix_node *rn;

	pft_key(&pe->pe_key, addr & pft_mask(bits));
	pft_key(&pe->pe_mask, pft_mask(bits));
	mutex_enter(&table_lock);
	rn = rn_addroute(&pe->pe_key, bits == 32 ? NULL : &pe->pe_mask,
	    pft_head, pe->pe_nodes);
	mutex_exit(&table_lock);
	if (rn == NULL) {
		kmem_free(pe, sizeof(*pe));
		return EEXIST;
	}
	return 0;
}

int
pft_table_remove(uint32_t addr, u_int bits)
{
	struct pft_key key, mask;
	struct radix_node *rn;

	pft_key(&key, addr & pft_mask(bits));
	pft_key(&mask, pft_mask(bits));
	mutex_enter(&table_lock);
	rn = rn_delete(&key, bits == 32 ? NULL : &mask, pft_head);
	mutex_exit(&table_lock);
	if (rn == NULL)
		return ENOENT;
	kmem_free(rn, sizeof(struct pft_entry));
	return 0;
}

bool
pft_table_match(uint32_t addr)
{
	struct pft_key key;
	bool found;

	pft_key(&key, addr);
	mutex_enter(&table_lock);
	found = rn_match(&key, pft_head) != NULL;
	mutex_exit(&table_lock);
	return found;
}

static int
pft_count(struct radix_node *rn, void *arg)
{
	u_int *n = arg;

	(*n)++;
	return *n == 100 ? E2BIG : 0;
}

u_int
pft_table_count(void)
{
	u_int n = 0;

	mutex_enter(&table_lock);
	KEQ(rn_walktree(pft_head, pft_count, &n), 0);
	mutex_exit(&table_lock);
	return n;
}

/* Walks and deletes what it meets. */
static int
pft_remove(struct radix_node *rn, void *arg)
{
	struct pft_entry *pe = (struct pft_entry *)rn;

	K(rn_delete(&pe->pe_key,
	      pe->pe_mask.pk_addr == 0xffffffff ? NULL : &pe->pe_mask,
	      pft_head) == rn);
	kmem_free(pe, sizeof(*pe));
	return 0;
}

void
pft_table_fini(void)
{
	mutex_enter(&table_lock);
	rn_walktree(pft_head, pft_remove, NULL);
	mutex_exit(&table_lock);
	KEQ(pft_table_count(), 0);
}

void
pft_test_table(void)
{
	struct pft_key key, mask;
	struct pft_entry *pe;
	struct radix_node_head *other = NULL;
	uint32_t net = htonl(0xc0000200); /* 192.0.2.0 */

	KEQ(pft_table_add(net, 24), 0);
	KEQ(pft_table_add(net, 24), EEXIST);
	KEQ(pft_table_add(htonl(0xc0000201), 32), 0);
	KEQ(pft_table_add(htonl(0xc0000000), 8), 0);
	KEQ(pft_table_count(), 3);
	K(pft_table_match(htonl(0xc0000207)));
	K(pft_table_match(htonl(0xc0ffff07)));
	K(!pft_table_match(htonl(0xc1000207)));
	/* The longest prefix, and one that is meant exactly. */
	pft_key(&key, htonl(0xc0000201));
	mutex_enter(&table_lock);
	pe = (struct pft_entry *)rn_match(&key, pft_head);
	K(pe != NULL && pe->pe_key.pk_addr == htonl(0xc0000201));
	pft_key(&key, net);
	pft_key(&mask, pft_mask(24));
	pe = (struct pft_entry *)rn_lookup(&key, &mask, pft_head);
	K(pe != NULL && pe->pe_mask.pk_addr == pft_mask(24));
	pft_key(&mask, pft_mask(25));
	K(rn_lookup(&key, &mask, pft_head) == NULL);
	K(rn_refines(&mask, &pe->pe_mask));
	mutex_exit(&table_lock);
	KEQ(pft_table_remove(net, 25), ENOENT);
	KEQ(pft_table_remove(net, 24), 0);
	KEQ(pft_table_remove(net, 24), ENOENT);
	K(pft_table_match(htonl(0xc0000201)));
	KEQ(pft_table_count(), 2);
	pft_table_fini();
	K(!pft_table_match(htonl(0xc0000201)));
	/* One that is made later is the same. */
	rn_delayedinit(
	    (void **)&other, offsetof(struct pft_key, pk_addr) * NBBY);
	K(other != NULL && rn_match(&key, other) == NULL);
}
