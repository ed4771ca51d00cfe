/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 addresses of interfaces and multicast memberships.
 * softnet_lock protects the lists.
 */
#ifndef _NETINET_IN_VAR_H_
#define _NETINET_IN_VAR_H_

#include <net/if.h>
#include <netinet/in.h>
#include <sys/queue.h>

#define IN_IFF_TENTATIVE    0x01
#define IN_IFF_DUPLICATED   0x02
#define IN_IFF_DETACHED     0x04
#define IN_IFF_TRYTENTATIVE 0x08
#define IN_IFF_NOTREADY                                                        \
	(IN_IFF_TRYTENTATIVE | IN_IFF_TENTATIVE | IN_IFF_DUPLICATED)

struct in_ifaddr {
	struct ifaddr ia_ifa; /* first: ifatoia() */
#define ia_ifp   ia_ifa.ifa_ifp
#define ia_flags ia_ifa.ifa_flags
	u_int32_t ia_net; /* class network and mask, host order */
	u_int32_t ia_netmask;
	u_int32_t ia_subnet; /* subnet and mask, host order */
	u_int32_t ia_subnetmask;
	struct in_addr ia_netbroadcast;
	LIST_ENTRY(in_ifaddr) ia_hash;  /* by address */
	TAILQ_ENTRY(in_ifaddr) ia_list; /* all */
	struct sockaddr_in ia_addr;
	struct sockaddr_in ia_dstaddr;
#define ia_broadaddr ia_dstaddr
	struct sockaddr_in ia_sockmask;
	LIST_HEAD(, in_multi) ia_multiaddrs;
	struct in_multi *ia_allhosts;
	uint16_t ia_idsalt;
	int ia4_flags; /* IN_IFF_ */
	void *ia_dad_ch;
#ifdef _KERNEL
	struct pslist_entry ia_pslist_entry; /* all, for readers */
#endif
};

struct in_aliasreq {
	char ifra_name[IFNAMSIZ];
	struct sockaddr_in ifra_addr;
	struct sockaddr_in ifra_dstaddr;
#define ifra_broadaddr ifra_dstaddr
	struct sockaddr_in ifra_mask;
};

#define IA_SIN(ia)   (&(((struct in_ifaddr *)(ia))->ia_addr))
#define ifatoia(ifa) ((struct in_ifaddr *)(ifa))
#define IN_LNAOF(in, ifa)                                                      \
	((ntohl((in).s_addr) & ~((struct in_ifaddr *)(ifa))->ia_subnetmask))

LIST_HEAD(in_ifaddrhashhead, in_ifaddr);
TAILQ_HEAD(in_ifaddrhead, in_ifaddr);

/* Membership of an interface in a multicast group. */
struct in_multi {
	LIST_ENTRY(in_multi) inm_list;
	struct in_addr inm_addr;
	struct ifnet *inm_ifp;
	struct in_ifaddr *inm_ia;
	u_int inm_refcount;
	u_int inm_timer;
	u_int inm_state;
	void *inm_rti;
};

#ifdef _KERNEL
extern struct in_ifaddrhashhead *in_ifaddrhashtbl;
extern u_long in_ifaddrhash;
extern struct in_ifaddrhead in_ifaddrhead;
extern struct pslist_head in_ifaddrhead_pslist;
extern struct pktqueue *ip_pktq;
extern const u_char inetctlerrmap[];

/* All addresses, for readers in a read section (pserialize(9)). */
#define IN_ADDRLIST_READER_FIRST()                                             \
	PSLIST_READER_FIRST(                                                   \
	    &in_ifaddrhead_pslist, struct in_ifaddr, ia_pslist_entry)
#define IN_ADDRLIST_READER_EMPTY() (IN_ADDRLIST_READER_FIRST() == NULL)
#define IN_ADDRLIST_READER_NEXT(ia)                                            \
	PSLIST_READER_NEXT((ia), struct in_ifaddr, ia_pslist_entry)
#define IN_ADDRLIST_READER_FOREACH(ia)                                         \
	PSLIST_READER_FOREACH(                                                 \
	    (ia), &in_ifaddrhead_pslist, struct in_ifaddr, ia_pslist_entry)
/* and for those who hold softnet_lock */
#define IN_ADDRLIST_WRITER_FIRST()                                             \
	PSLIST_WRITER_FIRST(                                                   \
	    &in_ifaddrhead_pslist, struct in_ifaddr, ia_pslist_entry)
#define IN_ADDRLIST_WRITER_EMPTY() (IN_ADDRLIST_WRITER_FIRST() == NULL)
#define IN_ADDRLIST_WRITER_NEXT(ia)                                            \
	PSLIST_WRITER_NEXT((ia), struct in_ifaddr, ia_pslist_entry)
#define IN_ADDRLIST_WRITER_FOREACH(ia)                                         \
	PSLIST_WRITER_FOREACH(                                                 \
	    (ia), &in_ifaddrhead_pslist, struct in_ifaddr, ia_pslist_entry)

#define IN_IFADDR_HASH(x)                                                      \
	in_ifaddrhashtbl[((x) ^ (x) >> 24 ^ (x) >> 16) & in_ifaddrhash]

/** The address record of one of our addresses, or NULL. */
struct in_ifaddr *in_get_ia(struct in_addr);
struct in_ifaddr *in_get_ia_on_iface(struct in_addr, struct ifnet *);
/** The first address of an interface, or NULL. */
struct in_ifaddr *in_get_ia_from_ifp(struct ifnet *);
struct in_ifaddr *in_get_ia_psref(struct in_addr, struct psref *);
struct in_ifaddr *in_get_ia_from_ifp_psref(struct ifnet *, struct psref *);

/* a reference to an address record */
#define ia4_acquire(ia, psref) ifa_acquire(&(ia)->ia_ifa, (psref))
static __inline void
ia4_release(struct in_ifaddr *ia, struct psref *psref)
{
	if (ia != NULL)
		ifa_release(&ia->ia_ifa, psref);
}

/* Identifications of packets, in network order. */
struct ipid_state;
typedef struct ipid_state ipid_state_t;
extern ipid_state_t *ip_ids; /* the base's: any caller may use it */
extern uint16_t ip_id;
extern int ip_do_randomid;

/** A state of one's own; may sleep. */
ipid_state_t *ip_id_init(void);
void ip_id_fini(ipid_state_t *);
/** The next of a state, which the salt (0: none) makes another series. */
uint16_t ip_randomid(ipid_state_t *, uint16_t);
/** For a packet from an address (or NULL), or the first of so many. */
uint16_t ip_newid(const struct in_ifaddr *);
uint16_t ip_newid_range(const struct in_ifaddr *, u_int);

#define INADDR_TO_IA(addr, ia) ((ia) = in_get_ia(addr))
#define IFP_TO_IA(ifp, ia)     ((ia) = in_get_ia_from_ifp(ifp))
static __inline void
INADDR_TO_IFP_fn(struct in_addr addr, struct ifnet **ifpp)
{
	struct in_ifaddr *ia = in_get_ia(addr);

	*ifpp = ia == NULL ? NULL : ia->ia_ifp;
}
#define INADDR_TO_IFP(addr, ifp) INADDR_TO_IFP_fn((addr), &(ifp))

int
in_ifinit(struct ifnet *, struct in_ifaddr *, const struct sockaddr_in *, int);
void in_ifscrub(struct ifnet *, struct in_ifaddr *);
void in_ifaddlocal(struct ifaddr *);
void in_ifremlocal(struct ifaddr *);

/** Joins a group: a reference, to be given back by in_delmulti(). */
struct in_multi *in_addmulti(struct in_addr *, struct ifnet *);
void in_delmulti(struct in_multi *);
bool in_multi_group(struct in_addr, struct ifnet *, int);
struct in_multi *in_lookup_multi(struct in_addr, struct ifnet *);

void in_if_up(struct ifnet *);
void in_if_down(struct ifnet *);
void in_if_link_up(struct ifnet *);
void in_if_link_down(struct ifnet *);
void in_if_link_state_change(struct ifnet *, int);
void *in_domifattach(struct ifnet *);
void in_domifdetach(struct ifnet *, void *);

#include <netinet/igmp.h>
#endif

#endif
