/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Internet protocol control blocks of every address family begin with,
 * and the tables that they are found in.  softnet_lock protects all of it.
 */
#ifndef _NETINET_IN_PCB_HDR_H_
#define _NETINET_IN_PCB_HDR_H_

#include <netinet/in.h>
#include <sys/queue.h>
#include <sys/types.h>

struct socket;

struct inpcbtable;

struct inpcb_hdr {
	LIST_ENTRY(inpcb_hdr) inph_hash;   /* by both ends */
	LIST_ENTRY(inpcb_hdr) inph_lhash;  /* by local port */
	TAILQ_ENTRY(inpcb_hdr) inph_queue; /* all of the table */
	int inph_af;
	void *inph_ppcb; /* the protocol's own control block */
	int inph_state;  /* INP_ */
	int inph_portalgo;
	struct socket *inph_socket;
	struct inpcbtable *inph_table;
	void *inph_sp;
};

#define inph_prev inph_queue.tqe_prev
#define inph_next inph_queue.tqe_next

LIST_HEAD(inpcbhead, inpcb_hdr);
TAILQ_HEAD(inpcbqueue, inpcb_hdr);

/* A connection in its last state, kept in a smaller form by its protocol. */
typedef struct vestigial_inpcb {
	unsigned valid : 1;
	unsigned v4 : 1;
	unsigned reuse_addr : 1;
	unsigned reuse_port : 1;
	unsigned bound_to_any : 1;
	uid_t uid;
	uint32_t recover_snd;
	uint32_t my_seq;
} vestigial_inpcb_t;

typedef struct vestigial_hooks {
	void *(*init_ports4)(struct in_addr, u_int, int);
	int (*next_port4)(void *, struct vestigial_inpcb *);
	int (*lookup4)(struct in_addr, uint16_t, struct in_addr, uint16_t,
	    struct vestigial_inpcb *);
} vestigial_hooks_t;

struct inpcbtable {
	struct inpcbqueue inpt_queue;
	struct inpcbhead *inpt_porthashtbl;
	struct inpcbhead *inpt_bindhashtbl;
	struct inpcbhead *inpt_connecthashtbl;
	u_long inpt_porthash;
	u_long inpt_bindhash;
	u_long inpt_connecthash;
	in_port_t inpt_lastport;
	in_port_t inpt_lastlow;
	vestigial_hooks_t *vestige;
};

/* inph_state */
#define INP_ATTACHED  0
#define INP_BOUND     1
#define INP_CONNECTED 2

#endif
