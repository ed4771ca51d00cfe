/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Identifications of packets that may be fragmented (RFC 6864).
 *
 * A state is a walk over 32 bits with full period, started at random; the upper
 * half of each step is an identification.  It is stepped with an atomic, so
 * that every context may ask.  None is 0.
 */
#include <sys/atomic.h>
#include <sys/cprng.h>
#include <sys/kmem.h>
#include <sys/param.h>

#include <netinet/in.h>
#include <netinet/in_var.h>

struct ipid_state {
	volatile uint32_t is_step;
};

static ipid_state_t ids_of_base;
ipid_state_t *ip_ids = &ids_of_base;
uint16_t ip_id;         /* softnet_lock; the next one if not at random */
int ip_do_randomid = 1; /* a hint: set by sysctl */

ipid_state_t *
ip_id_init(void)
{
	ipid_state_t *ids = kmem_alloc(sizeof(*ids), KM_SLEEP);

	ids->is_step = cprng_fast32();
	return ids;
}

void
ip_id_fini(ipid_state_t *ids)
{
	kmem_free(ids, sizeof(*ids));
}

uint16_t
ip_randomid(ipid_state_t *ids, uint16_t salt)
{
	uint32_t was, is;
	uint16_t id;

	do {
		was = ids->is_step;
		/* 0: the base's, which nobody has begun */
		is = (was == 0 ? cprng_fast32() : was) * 1664525u + 1013904223u;
		id = (uint16_t)(is >> 16) ^ salt;
		/* a step that others took, or that leads to 0, is not ours */
	} while (atomic_cas_32(&ids->is_step, was, is) != was || id == 0);
	return id;
}

uint16_t
ip_newid_range(const struct in_ifaddr *ia, u_int num)
{
	if (ip_do_randomid)
		return ip_randomid(ip_ids, ia != NULL ? ia->ia_idsalt : 0);
	/* In order; a range does not go through 0. */
	if ((uint16_t)(ip_id + num) < ip_id || ip_id == 0)
		ip_id = 1;
	ip_id += num;
	return htons((uint16_t)(ip_id - num));
}

uint16_t
ip_newid(const struct in_ifaddr *ia)
{
	return ip_newid_range(ia, 1);
}
