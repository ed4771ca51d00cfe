/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An interface's output queue. It begins as struct ifqueue does; the fields
 * of a queueing discipline follow. No discipline exists yet, so queues are
 * first in, first out.
 */
#ifndef _ALTQ_IF_ALTQ_H_
#define _ALTQ_IF_ALTQ_H_

#include <sys/types.h>

struct ifnet;
struct mbuf;
struct kmutex;

/* a declaration that only disciplines need */
#define ALTQ_DECL(x)

struct altq_pktattr {
	void *pattr_class;
	int pattr_af;
	void *pattr_hdr;
};

struct ifaltq {
	struct mbuf *ifq_head;
	struct mbuf *ifq_tail;
	int ifq_len;
	int ifq_maxlen;
	int ifq_drops;
	struct kmutex *ifq_lock; /* NULL: the caller excludes others */

	int altq_type;
	int altq_flags; /* ALTQF_* */
	void *altq_disc;
	struct ifnet *altq_ifp;
	int (*altq_enqueue)(struct ifaltq *, struct mbuf *);
	struct mbuf *(*altq_dequeue)(struct ifaltq *, int);
	int (*altq_request)(struct ifaltq *, int, void *);
	void *altq_clfier;
	void *(*altq_classify)(void *, struct mbuf *, int);
};

#define ALTQF_READY    0x01
#define ALTQF_ENABLED  0x02
#define ALTQF_CLASSIFY 0x04

#define ALTQ_IS_READY(ifq)   ((ifq)->altq_flags & ALTQF_READY)
#define ALTQ_IS_ENABLED(ifq) 0

#endif /* _ALTQ_IF_ALTQ_H_ */
