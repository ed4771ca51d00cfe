/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 protocol control blocks: one for each socket of UDP, TCP and raw IP.
 */
#ifndef _NETINET_IN_PCB_H_
#define _NETINET_IN_PCB_H_

#include <net/route.h>
#include <netinet/in_pcb_hdr.h>
#include <netinet/ip.h>
#include <sys/queue.h>

struct ip_moptions;
struct mbuf;
struct sockaddr_in;
struct lwp;

struct inpcb {
	struct inpcb_hdr inp_head;
#define inp_hash     inp_head.inph_hash
#define inp_queue    inp_head.inph_queue
#define inp_af       inp_head.inph_af
#define inp_ppcb     inp_head.inph_ppcb
#define inp_state    inp_head.inph_state
#define inp_portalgo inp_head.inph_portalgo
#define inp_socket   inp_head.inph_socket
#define inp_table    inp_head.inph_table
#define inp_sp       inp_head.inph_sp
	struct route inp_route;
	in_port_t inp_fport; /* network order */
	in_port_t inp_lport;
	int inp_flags;    /* INP_ */
	struct ip inp_ip; /* prototype header: addresses, tos, ttl */
	struct mbuf *inp_options;
	struct ip_moptions *inp_moptions;
	int inp_errormtu; /* from IP_ERRORMTU */
	uint8_t inp_ip_minttl;
	bool inp_bindportonsend;
	struct in_addr inp_prefsrcip;
};

#define inp_faddr inp_ip.ip_dst
#define inp_laddr inp_ip.ip_src

/* inp_flags; the first ones are socket options of the same meaning */
#define INP_RECVOPTS    0x0001
#define INP_RECVRETOPTS 0x0002
#define INP_RECVDSTADDR 0x0004
#define INP_HDRINCL     0x0008
#define INP_HIGHPORT    0x0010
#define INP_LOWPORT     0x0020
#define INP_ANONPORT    0x0040
#define INP_RECVIF      0x0080
#define INP_UDP_ENCAP   0x0100 /* of older drivers */
#define INP_RECVTTL     0x0400
#define INP_RECVPKTINFO 0x0800
#define INP_NOHEADER    0x40000000
#define INP_CONTROLOPTS                                                        \
	(INP_RECVOPTS | INP_RECVRETOPTS | INP_RECVDSTADDR | INP_RECVIF |       \
	    INP_RECVTTL | INP_RECVPKTINFO)

#define sotoinpcb(so)     ((struct inpcb *)(so)->so_pcb)
#define sotoinpcb_hdr(so) ((struct inpcb_hdr *)(so)->so_pcb)
#define soaf(so)          ((so)->so_proto->pr_domain->dom_family)

#ifdef _KERNEL
/** Gives the port table room; sizes are powers of two. */
void in_pcbinit(struct inpcbtable *, int, int);
/** A control block for so, in table; ENOBUFS. */
int in_pcballoc(struct socket *, void *);
/** Binds to *sin (NULL: any address and port). */
int in_pcbbind(void *, struct sockaddr_in *, struct lwp *);
/** Sets the foreign end; picks local address and port where unset. */
int in_pcbconnect(void *, struct sockaddr_in *, struct lwp *);
void in_pcbdetach(void *);
void in_pcbdisconnect(void *);
/** The connected block of a packet's four numbers, or NULL. */
struct inpcb *in_pcblookup_connect(struct inpcbtable *, struct in_addr, u_int,
    struct in_addr, u_int, struct vestigial_inpcb *);
/** The bound, unconnected block for a local address and port, or NULL. */
struct inpcb *in_pcblookup_bind(struct inpcbtable *, struct in_addr, u_int);
/** A block that uses a local address and port, to find conflicts. */
struct inpcb *in_pcblookup_port(
    struct inpcbtable *, struct in_addr, u_int, int, struct vestigial_inpcb *);
/** Calls notify for each block that talks to faddr; returns how many. */
int in_pcbnotify(struct inpcbtable *, struct in_addr, u_int, struct in_addr,
    u_int, int, void (*)(struct inpcb *, int));
void in_pcbnotifyall(
    struct inpcbtable *, struct in_addr, int, void (*)(struct inpcb *, int));
void in_pcbpurgeif(struct inpcbtable *, struct ifnet *);
void in_pcbpurgeif0(struct inpcbtable *, struct ifnet *);
void in_pcbstate(struct inpcb *, int);
void in_losing(struct inpcb *);
void in_rtchange(struct inpcb *, int);
void in_setpeeraddr(struct inpcb *, struct sockaddr_in *);
void in_setsockaddr(struct inpcb *, struct sockaddr_in *);
/** The cached route to the foreign address, or NULL. */
struct rtentry *in_pcbrtentry(struct inpcb *);
void in_pcbrtentry_unref(struct rtentry *, struct inpcb *);
/** The local address for a destination; *errorp is set where NULL. */
struct in_ifaddr *in_selectsrc(
    struct sockaddr_in *, struct route *, int, struct ip_moptions *, int *);
int in_pcbset_anonport(struct inpcb *, struct lwp *);
#endif

#endif
