/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packet queues: packets go in from any context, a softint of the protocol
 * takes them out.
 */
#ifndef _NET_PKTQUEUE_H_
#define _NET_PKTQUEUE_H_

#include <sys/sysctl.h>
#include <sys/types.h>

struct mbuf;

typedef struct pktqueue pktqueue_t;

typedef enum {
	PKTQ_MAXLEN,
	PKTQ_NITEMS,
	PKTQ_DROPS
} pktq_count_t;

#ifdef _KERNEL
pktqueue_t *pktq_create(size_t, void (*)(void *), void *);
void pktq_destroy(pktqueue_t *);
bool pktq_enqueue(pktqueue_t *, struct mbuf *, const u_int);
struct mbuf *pktq_dequeue(pktqueue_t *);
void pktq_barrier(pktqueue_t *);
void pktq_flush(pktqueue_t *);
int pktq_set_maxlen(pktqueue_t *, size_t);
uint32_t pktq_rps_hash(const struct mbuf *);
uint64_t pktq_get_count(pktqueue_t *, pktq_count_t);
int sysctl_pktq_maxlen(SYSCTLFN_PROTO, pktqueue_t *);
int sysctl_pktq_count(SYSCTLFN_PROTO, pktqueue_t *, u_int);
#endif

#endif /* _NET_PKTQUEUE_H_ */
