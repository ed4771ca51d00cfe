/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The protocol switch: what a protocol offers to the socket layer, to its
 * neighbours and to the interfaces.
 */
#ifndef _SYS_PROTOSW_H_
#define _SYS_PROTOSW_H_

#include <sys/types.h>

struct mbuf;
struct ifnet;
struct sockaddr;
struct socket;
struct sockopt;
struct stat;
struct domain;
struct proc;
struct lwp;
struct pr_usrreqs;

struct protosw {
	int pr_type; /* SOCK_* */
	struct domain *pr_domain;
	short pr_protocol; /* IPPROTO_* and friends */
	short pr_flags;    /* PR_* */
	void (*pr_input)(struct mbuf *, ...);
	void *(*pr_ctlinput)(int, const struct sockaddr *, void *);
	int (*pr_ctloutput)(int, struct socket *, struct sockopt *);
	const struct pr_usrreqs *pr_usrreqs;
	void (*pr_init)(void);
	void (*pr_fasttimo)(void); /* 5 times per second */
	void (*pr_slowtimo)(void); /* twice per second */
	void (*pr_drain)(void);
};

#define PR_SLOWHZ 2
#define PR_FASTHZ 5

#define PR_ATOMIC       0x01  /* one send is one message */
#define PR_ADDR         0x02  /* messages carry an address */
#define PR_CONNREQUIRED 0x04  /* needs a connection */
#define PR_WANTRCVD     0x08  /* wants to hear of reads */
#define PR_RIGHTS       0x10  /* passes rights */
#define PR_LISTEN       0x20  /* can listen */
#define PR_LASTHDR      0x40  /* final header */
#define PR_ABRTACPTDIS  0x80  /* abort on accept of a disconnected one */
#define PR_PURGEIF      0x100 /* might hold ifnet pointers */
#define PR_ADDR_OPT     0x200 /* connected, yet may carry an address */

/* control input */
#define PRC_IFDOWN           0
#define PRC_ROUTEDEAD        1
#define PRC_QUENCH2          3
#define PRC_QUENCH           4
#define PRC_MSGSIZE          5
#define PRC_HOSTDEAD         6
#define PRC_HOSTUNREACH      7
#define PRC_UNREACH_NET      8
#define PRC_UNREACH_HOST     9
#define PRC_UNREACH_PROTOCOL 10
#define PRC_UNREACH_PORT     11
#define PRC_UNREACH_SRCFAIL  13
#define PRC_REDIRECT_NET     14
#define PRC_REDIRECT_HOST    15
#define PRC_REDIRECT_TOSNET  16
#define PRC_REDIRECT_TOSHOST 17
#define PRC_TIMXCEED_INTRANS 18
#define PRC_TIMXCEED_REASS   19
#define PRC_PARAMPROB        20
#define PRC_NCMDS            21

#define PRC_IS_REDIRECT(cmd)                                                   \
	((cmd) >= PRC_REDIRECT_NET && (cmd) <= PRC_REDIRECT_TOSHOST)

/* control output */
#define PRCO_GETOPT 0
#define PRCO_SETOPT 1
#define PRCO_NCMDS  2

#ifdef _KERNEL
struct pr_usrreqs {
	int (*pr_attach)(struct socket *, int);
	void (*pr_detach)(struct socket *);
	int (*pr_accept)(struct socket *, struct sockaddr *);
	int (*pr_connect)(struct socket *, struct sockaddr *, struct lwp *);
	int (*pr_connect2)(struct socket *, struct socket *);
	int (*pr_bind)(struct socket *, struct sockaddr *, struct lwp *);
	int (*pr_listen)(struct socket *, struct lwp *);
	int (*pr_disconnect)(struct socket *);
	int (*pr_shutdown)(struct socket *);
	int (*pr_abort)(struct socket *);
	int (*pr_ioctl)(struct socket *, u_long, void *, struct ifnet *);
	int (*pr_stat)(struct socket *, struct stat *);
	int (*pr_peeraddr)(struct socket *, struct sockaddr *);
	int (*pr_sockaddr)(struct socket *, struct sockaddr *);
	int (*pr_rcvd)(struct socket *, int, struct lwp *);
	int (*pr_recvoob)(struct socket *, struct mbuf *, int);
	int (*pr_send)(struct socket *, struct mbuf *, struct sockaddr *,
	    struct mbuf *, struct lwp *);
	int (*pr_sendoob)(struct socket *, struct mbuf *, struct mbuf *);
	int (*pr_purgeif)(struct socket *, struct ifnet *);
};

/*
 * Wrappers that take the kernel lock around a protocol that needs it:
 * NAME_wrapper, and NAME_attach_wrapper and so on for the requests.
 */
#define PR_WRAP_CTLINPUT(name)                                                 \
	static void *name##_wrapper(int a, const struct sockaddr *b, void *c)  \
	{                                                                      \
		void *rv;                                                      \
		KERNEL_LOCK(1, NULL);                                          \
		rv = name(a, b, c);                                            \
		KERNEL_UNLOCK_ONE(NULL);                                       \
		return rv;                                                     \
	}

#define PR_WRAP_CTLOUTPUT(name)                                                \
	static int name##_wrapper(int a, struct socket *b, struct sockopt *c)  \
	{                                                                      \
		int rv;                                                        \
		KERNEL_LOCK(1, NULL);                                          \
		rv = name(a, b, c);                                            \
		KERNEL_UNLOCK_ONE(NULL);                                       \
		return rv;                                                     \
	}

#define PR_WRAP_USRREQ(rettype, name, op, params, args)                        \
	static rettype name##_##op##_wrapper params                            \
	{                                                                      \
		rettype rv;                                                    \
		KERNEL_LOCK(1, NULL);                                          \
		rv = name##_##op args;                                         \
		KERNEL_UNLOCK_ONE(NULL);                                       \
		return rv;                                                     \
	}

#define PR_WRAP_USRREQS(name)                                                  \
	PR_WRAP_USRREQ(int, name, attach, (struct socket * a, int b), (a, b))  \
	static void name##_detach_wrapper(struct socket *a)                    \
	{                                                                      \
		KERNEL_LOCK(1, NULL);                                          \
		name##_detach(a);                                              \
		KERNEL_UNLOCK_ONE(NULL);                                       \
	}                                                                      \
	PR_WRAP_USRREQ(int, name, accept,                                      \
	    (struct socket * a, struct sockaddr * b), (a, b))                  \
	PR_WRAP_USRREQ(int, name, connect,                                     \
	    (struct socket * a, struct sockaddr * b, struct lwp * c),          \
	    (a, b, c))                                                         \
	PR_WRAP_USRREQ(int, name, connect2,                                    \
	    (struct socket * a, struct socket * b), (a, b))                    \
	PR_WRAP_USRREQ(int, name, bind,                                        \
	    (struct socket * a, struct sockaddr * b, struct lwp * c),          \
	    (a, b, c))                                                         \
	PR_WRAP_USRREQ(                                                        \
	    int, name, listen, (struct socket * a, struct lwp * b), (a, b))    \
	PR_WRAP_USRREQ(int, name, disconnect, (struct socket * a), (a))        \
	PR_WRAP_USRREQ(int, name, shutdown, (struct socket * a), (a))          \
	PR_WRAP_USRREQ(int, name, abort, (struct socket * a), (a))             \
	PR_WRAP_USRREQ(int, name, ioctl,                                       \
	    (struct socket * a, u_long b, void *c, struct ifnet *d),           \
	    (a, b, c, d))                                                      \
	PR_WRAP_USRREQ(                                                        \
	    int, name, stat, (struct socket * a, struct stat * b), (a, b))     \
	PR_WRAP_USRREQ(int, name, peeraddr,                                    \
	    (struct socket * a, struct sockaddr * b), (a, b))                  \
	PR_WRAP_USRREQ(int, name, sockaddr,                                    \
	    (struct socket * a, struct sockaddr * b), (a, b))                  \
	PR_WRAP_USRREQ(int, name, rcvd,                                        \
	    (struct socket * a, int b, struct lwp *c), (a, b, c))              \
	PR_WRAP_USRREQ(int, name, recvoob,                                     \
	    (struct socket * a, struct mbuf * b, int c), (a, b, c))            \
	PR_WRAP_USRREQ(int, name, send,                                        \
	    (struct socket * a, struct mbuf * b, struct sockaddr * c,          \
		struct mbuf * d, struct lwp * e),                              \
	    (a, b, c, d, e))                                                   \
	PR_WRAP_USRREQ(int, name, sendoob,                                     \
	    (struct socket * a, struct mbuf * b, struct mbuf * c), (a, b, c))  \
	PR_WRAP_USRREQ(                                                        \
	    int, name, purgeif, (struct socket * a, struct ifnet * b), (a, b))

/* Time since boot of the last fast and slow timeouts, in ticks. */
extern u_int pfslowtimo_now;
extern u_int pffasttimo_now;

const struct protosw *pffindproto(int, int, int);
const struct protosw *pffindtype(int, int);
struct domain *pffinddomain(int);
void pfctlinput(int, const struct sockaddr *);
void pfctlinput2(int, const struct sockaddr *, void *);
#endif /* _KERNEL */

#endif /* _SYS_PROTOSW_H_ */
