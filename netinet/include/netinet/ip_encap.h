/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tunnels: who takes packets that hold packets. Of all that want a packet the
 * one gets it that wants it most.
 */
#ifndef _NETINET_IP_ENCAP_H_
#define _NETINET_IP_ENCAP_H_

#include <net/radix.h>
#include <netinet/in.h>
#include <sys/pslist.h>
#include <sys/psref.h>
#include <sys/socket.h>
#include <sys/types.h>

#ifdef _KERNEL
struct mbuf;

/* What a tunnel does with its packets: mbuf, bytes to skip, protocol. */
struct encapsw {
	union {
		struct encapsw4 {
			void (*pr_input)(struct mbuf *, int, int);
			void *(*pr_ctlinput)(
			    int, const struct sockaddr *, void *);
		} _encapsw4;
		struct encapsw6 {
			int (*pr_input)(struct mbuf **, int *, int);
			void *(*pr_ctlinput)(
			    int, const struct sockaddr *, void *);
		} _encapsw6;
	} encapsw46;
};
#define encapsw4 encapsw46._encapsw4
#define encapsw6 encapsw46._encapsw6

/* How many bits of a packet match; 0: none, not ours. */
typedef int encap_func_t(struct mbuf *, int, int, void *);

/* l: encap_lock; c: constant */
struct encaptab {
	struct pslist_entry chain; /* l */
	int af;                    /* c */
	int proto;                 /* c: -1: any */
	struct sockaddr *src;      /* c: ours, unless func decides */
	struct sockaddr *srcmask;  /* c */
	struct sockaddr *dst;      /* c: theirs */
	struct sockaddr *dstmask;  /* c */
	encap_func_t *func;        /* c */
	const struct encapsw *esw; /* c */
	void *arg;                 /* c */
	struct psref_target psref;
};

void encapinit(void);
void encap_init(void);

/**
 * Packets of a family and protocol (-1: any): from an address to ours, with
 * masks, or those of which func says how many bits match. NULL: no memory, or
 * there is such a tunnel already.
 */
const struct encaptab *encap_attach(int, int, const struct sockaddr *,
    const struct sockaddr *, const struct sockaddr *, const struct sockaddr *,
    const struct encapsw *, void *);
const struct encaptab *
encap_attach_func(int, int, encap_func_t *, const struct encapsw *, void *);
/** Waits until nobody is in the tunnel's input. */
int encap_detach(const struct encaptab *);

/** Excludes other changes of tunnels; may be interrupted by a signal. */
int encap_lock_enter(void);
void encap_lock_exit(void);
bool encap_lock_held(void);

/** The argument of the tunnel that gets this packet: once, then NULL. */
void *encap_getarg(struct mbuf *);

void encap4_input(struct mbuf *, ...);
#endif

#endif
