/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A domain whose sockets talk to one another: streams, records and datagrams.
 *
 * Streams and records share knot_lock, until socketpair() gives two of them a
 * lock of their own; datagrams share softnet_lock.
 */

#ifndef _KNOT_H_
#define _KNOT_H_

#include <sys/domain.h>
#include <sys/mutex.h>
#include <sys/protosw.h>
#include <sys/queue.h>
#include <sys/socketvar.h>

#include "knot_opt.h"

/* s: the socket's lock, k: knot_lock, or softnet_lock of datagrams */
struct knot {
	LIST_ENTRY(knot) kn_link; /* k */
	struct socket *kn_so;     /* constant */
	struct knot *kn_peer;     /* s, which is the peer's too */
	struct sockaddr_knot kn_local, kn_remote; /* s */
	int kn_limit;                             /* s */
	char kn_name[KNOT_NAMELEN];               /* s */
	size_t kn_namelen;                        /* s */
	bool kn_count;                            /* s: counts messages */
	int kn_messages;                          /* s */
	int kn_oob;                               /* s: urgent byte, or -1 */
	bool kn_shut;    /* s: nothing will be sent any more */
	bool kn_closing; /* s: to be parted when all is sent */
};
LIST_HEAD(knot_list, knot);

#define sotoknot(so) ((struct knot *)(so)->so_pcb)

extern struct domain knotdomain;
extern kmutex_t *knot_lock;
extern struct knot_list knot_streams; /* knot_lock */
extern struct knot_list knot_dgrams;  /* softnet_lock */
extern u_int knot_inits, knot_slow, knot_fast, knot_drains;
extern u_int knot_events, knot_sockets;
extern int knot_lastevent;

struct knot *knot_find(struct knot_list *, uint16_t);
int knot_alloc(struct socket *);
void knot_free(struct socket *);
int knot_bindport(
    struct socket *, struct knot_list *, struct sockaddr *, struct lwp *);
int knot_ctloutput(int, struct socket *, struct sockopt *);
void *knot_ctlinput(int, const struct sockaddr *, void *);

extern const struct pr_usrreqs knot_stream_usrreqs;
extern const struct pr_usrreqs knot_dgram_usrreqs;
void knot_stream_init(void);
void knot_dgram_init(void);
void knot_dgram_drain(void);

/* A socket's address for tests. */
void knot_address(struct sockaddr_knot *, uint16_t, uint32_t);

void knot_test_domain(void);
void knot_test_sockaddr(void);
void knot_test_stream(void);
void knot_test_queue(void);
void knot_test_locks(void);
void knot_test_options(void);
void knot_test_buffers(void);
void knot_test_records(void);
void knot_test_control(void);
void knot_test_routes(void);
void knot_test_netisr(void);
void knot_test_pktqueue(void);
void knot_test_descriptors(void);
void knot_test_counters(void);

#endif /* _KNOT_H_ */
