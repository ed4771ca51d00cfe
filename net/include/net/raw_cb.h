/* SPDX-License-Identifier: BSD-2-Clause */
/* Control blocks of raw sockets (routing socket, PF_KEY). */
#ifndef _NET_RAW_CB_H_
#define _NET_RAW_CB_H_

#include <sys/mbuf.h>
#include <sys/queue.h>
#include <sys/socket.h>

struct lwp;

LIST_HEAD(rawcbhead, rawcb);

struct rawcb {
	LIST_ENTRY(rawcb) rcb_list;
	struct socket *rcb_socket;
	struct sockaddr *rcb_faddr;
	struct sockaddr *rcb_laddr;
	struct sockproto {
		u_short sp_family;
		u_short sp_protocol;
	} rcb_proto;
	int (*rcb_filter)(struct mbuf *, struct sockproto *, struct rawcb *);
	size_t rcb_len;
};

#define sotorawcb(so) ((struct rawcb *)(so)->so_pcb)

#define RAWSNDQ 8192
#define RAWRCVQ 8192

#ifdef _KERNEL
int raw_attach(struct socket *, int, struct rawcbhead *);
void *raw_ctlinput(int, const struct sockaddr *, void *);
void raw_detach(struct socket *);
void raw_disconnect(struct rawcb *);
void raw_init(void);
void raw_input(struct mbuf *, ...);
int raw_send(struct socket *, struct mbuf *, struct sockaddr *, struct mbuf *,
    struct lwp *, int (*)(struct mbuf *, struct socket *));
void raw_setsockaddr(struct rawcb *, struct sockaddr *);
void raw_setpeeraddr(struct rawcb *, struct sockaddr *);
#endif

#endif /* _NET_RAW_CB_H_ */
