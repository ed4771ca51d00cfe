/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Network interfaces: the ifnet and its addresses, output queues, and the
 * structures of the interface ioctls.
 *
 * Locks of struct ifnet: ifnet_mtx for the list of interfaces (readers use
 * pserialize or psref), softnet_lock for the addresses, the queue's own lock
 * for if_snd; if_ioctl_lock serialises ioctls with detach.
 */
#ifndef _NET_IF_H_
#define _NET_IF_H_

#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>

#define IF_NAMESIZE 16
#define IFNAMSIZ    IF_NAMESIZE

#ifdef _KERNEL
#include <altq/if_altq.h>
#include <net/pfil.h>
#include <net/pktqueue.h>
#include <sys/callout.h>
#include <sys/mutex.h>
#include <sys/percpu.h>
#include <sys/pserialize.h>
#include <sys/pslist.h>
#include <sys/psref.h>
#include <sys/rwlock.h>
#include <sys/sockio.h>
#endif
#include <net/dlt.h>

struct mbuf;
struct proc;
struct lwp;
struct rtentry;
struct socket;
struct ether_header;
struct ifaddr;
struct ifnet;
struct rt_addrinfo;
struct ifmediareq;
struct bpf_if;
struct bridge_iflist;
struct sysctllog;
struct kauth_cred;

typedef unsigned short if_index_t;

/* statistics, as userland sees them */
struct if_data {
	u_char ifi_type; /* IFT_* */
	u_char ifi_addrlen;
	u_char ifi_hdrlen;
	int ifi_link_state; /* LINK_STATE_* */
	uint64_t ifi_mtu;
	uint64_t ifi_metric;
	uint64_t ifi_baudrate;
	uint64_t ifi_ipackets;
	uint64_t ifi_ierrors;
	uint64_t ifi_opackets;
	uint64_t ifi_oerrors;
	uint64_t ifi_collisions;
	uint64_t ifi_ibytes;
	uint64_t ifi_obytes;
	uint64_t ifi_imcasts;
	uint64_t ifi_omcasts;
	uint64_t ifi_iqdrops;
	uint64_t ifi_noproto;
	struct timespec ifi_lastchange;
};

#define LINK_STATE_UNKNOWN 0
#define LINK_STATE_DOWN    1
#define LINK_STATE_UP      2

/* address statistics */
struct ifaddr_data {
	int64_t ifad_inbytes;
	int64_t ifad_outbytes;
};

/* a queue of packets; the head of struct ifaltq is the same */
struct ifqueue {
	struct mbuf *ifq_head;
	struct mbuf *ifq_tail;
	int ifq_len;
	int ifq_maxlen;
	int ifq_drops;
	struct kmutex *ifq_lock;
};

#define IFF_UP          0x0001
#define IFF_BROADCAST   0x0002
#define IFF_DEBUG       0x0004
#define IFF_LOOPBACK    0x0008
#define IFF_POINTOPOINT 0x0010
#define IFF_NOTRAILERS  0x0020
#define IFF_RUNNING     0x0040
#define IFF_NOARP       0x0080
#define IFF_PROMISC     0x0100
#define IFF_ALLMULTI    0x0200
#define IFF_OACTIVE     0x0400
#define IFF_SIMPLEX     0x0800
#define IFF_LINK0       0x1000
#define IFF_LINK1       0x2000
#define IFF_LINK2       0x4000
#define IFF_MULTICAST   0x8000

/* the flags that a user may not set */
#define IFF_CANTCHANGE                                                         \
	(IFF_BROADCAST | IFF_POINTOPOINT | IFF_RUNNING | IFF_OACTIVE |         \
	    IFF_SIMPLEX | IFF_MULTICAST | IFF_ALLMULTI | IFF_PROMISC)

#define IFFBITS                                                                \
	"\020\1UP\2BROADCAST\3DEBUG\4LOOPBACK\5POINTOPOINT\6NOTRAILERS"        \
	"\7RUNNING\10NOARP\11PROMISC\12ALLMULTI\13OACTIVE\14SIMPLEX"           \
	"\15LINK0\16LINK1\17LINK2\20MULTICAST"

#define IFCAP_TSOv4         0x00080
#define IFCAP_CSUM_IPv4_Rx  0x00100
#define IFCAP_CSUM_IPv4_Tx  0x00200
#define IFCAP_CSUM_TCPv4_Rx 0x00400
#define IFCAP_CSUM_TCPv4_Tx 0x00800
#define IFCAP_CSUM_UDPv4_Rx 0x01000
#define IFCAP_CSUM_UDPv4_Tx 0x02000
#define IFCAP_CSUM_TCPv6_Rx 0x04000
#define IFCAP_CSUM_TCPv6_Tx 0x08000
#define IFCAP_CSUM_UDPv6_Rx 0x10000
#define IFCAP_CSUM_UDPv6_Tx 0x20000
#define IFCAP_TSOv6         0x40000
#define IFCAP_LRO           0x80000
#define IFCAP_MASK          0xfff80

#define IFCAPBITS                                                              \
	"\020\10TSO4\11IP4CSUM_Rx\12IP4CSUM_Tx\13TCP4CSUM_Rx"                  \
	"\14TCP4CSUM_Tx\15UDP4CSUM_Rx\16UDP4CSUM_Tx\17TCP6CSUM_Rx"             \
	"\20TCP6CSUM_Tx\21UDP6CSUM_Rx\22UDP6CSUM_Tx\23TSO6\24LRO"

#define IFQ_MAXLEN     256
#define IFNET_SLOWHZ   1
#define IFNET_SLOWTIMO 1

#ifdef _KERNEL
struct if_percpuq;

struct ifnet {
	void *if_softc;
	TAILQ_ENTRY(ifnet) if_list;
	TAILQ_HEAD(, ifaddr) if_addrlist;
	char if_xname[IFNAMSIZ];
	int if_pcount; /* promiscuous listeners */
	struct bpf_if *if_bpf;
	if_index_t if_index;
	short if_timer;          /* seconds to if_slowtimo */
	unsigned short if_flags; /* IFF_* */
	short if__pad1;
	struct if_data if_data;

	void (*_if_input)(struct ifnet *, struct mbuf *);
	int (*if_transmit)(struct ifnet *, struct mbuf *);
	int (*if_output)(struct ifnet *, struct mbuf *, const struct sockaddr *,
	    const struct rtentry *);
	void (*if_start)(struct ifnet *);
	int (*if_ioctl)(struct ifnet *, u_long, void *);
	int (*if_init)(struct ifnet *);
	void (*if_stop)(struct ifnet *, int);
	void (*if_slowtimo)(struct ifnet *);
#define if_watchdog if_slowtimo
	void (*if_drain)(struct ifnet *);
	struct ifaltq if_snd;
	struct ifaddr *if_dl; /* link-level address */
	const struct sockaddr_dl *if_sadl;
	struct ifaddr *if_hwdl; /* the hardware's own */
	const uint8_t *if_broadcastaddr;
	void *if_bridge;
	struct bridge_iflist *if_bridgeif;
	void (*if_bridge_input)(struct ifnet *, struct mbuf *);
	void (*if_bridge_calc_link_state)(void *);
	int if_dlt;
	pfil_head_t *if_pfil;
	uint64_t if_capabilities; /* IFCAP_* */
	uint64_t if_capenable;
	union {
		void *carp_s;
		struct ifnet *carp_d;
	} if_carp_ptr;
#define if_carp    if_carp_ptr.carp_s
#define if_carpdev if_carp_ptr.carp_d
	u_int if_csum_flags_tx; /* M_CSUM_* */
	u_int if_csum_flags_rx;

	void *if_afdata[AF_MAX];
	struct mowner *if_mowner;
	void *if_agrprivate;
	void *if_npf_private;
	void *if_pf_kif;
	void *if_pf_groups;

	int (*if_mcastop)(
	    struct ifnet *, const unsigned long, const struct sockaddr *);
	int (*if_initaddr)(struct ifnet *, struct ifaddr *, bool);
	int (*if_setflags)(struct ifnet *, const short);
	struct kmutex *if_ioctl_lock;
	struct kmutex *if_lock;
	callout_t *if_slowtimo_ch;
	int if_link_queue; /* pending link states */
	void *if_link_si;
	struct sysctllog *if_sysctl_log;
	struct if_percpuq *if_percpuq;
	struct pslist_entry if_pslist_entry;
	struct psref_target if_psref;
	struct pslist_head if_addr_pslist;
	struct krwlock *if_afdata_lock;
	int if_extflags;
	u_int if_genspare;
	int if_dying;
};

#define IFEF_OUTPUT_MPSAFE        0x1
#define IFEF_START_MPSAFE         0x2
#define IFEF_NO_LINK_STATE_CHANGE 0x4

#define if_mtu        if_data.ifi_mtu
#define if_type       if_data.ifi_type
#define if_addrlen    if_data.ifi_addrlen
#define if_hdrlen     if_data.ifi_hdrlen
#define if_metric     if_data.ifi_metric
#define if_link_state if_data.ifi_link_state
#define if_baudrate   if_data.ifi_baudrate
#define if_ipackets   if_data.ifi_ipackets
#define if_ierrors    if_data.ifi_ierrors
#define if_opackets   if_data.ifi_opackets
#define if_oerrors    if_data.ifi_oerrors
#define if_collisions if_data.ifi_collisions
#define if_ibytes     if_data.ifi_ibytes
#define if_obytes     if_data.ifi_obytes
#define if_imcasts    if_data.ifi_imcasts
#define if_omcasts    if_data.ifi_omcasts
#define if_iqdrops    if_data.ifi_iqdrops
#define if_noproto    if_data.ifi_noproto
#define if_lastchange if_data.ifi_lastchange
#define if_name(ifp)  ((ifp)->if_xname)

typedef struct ifnet ifnet_t;

TAILQ_HEAD(ifnet_head, ifnet);

struct ifaddr {
	TAILQ_ENTRY(ifaddr) ifa_list;
	struct ifaddr_data ifa_data;
	struct ifnet *ifa_ifp;
	struct sockaddr *ifa_addr;
	struct sockaddr *ifa_dstaddr;
#define ifa_broadaddr ifa_dstaddr
	struct sockaddr *ifa_netmask;
	void (*ifa_rtrequest)(
	    int, struct rtentry *, const struct rt_addrinfo *);
	u_int ifa_flags; /* IFA_* */
	int ifa_refcnt;
	int ifa_metric;
	struct ifaddr *(*ifa_getifa)(struct ifaddr *, const struct sockaddr *);
	uint32_t *ifa_seqno;
	int16_t ifa_preference;
	struct pslist_entry ifa_pslist_entry;
	struct psref_target ifa_psref;
};
#define IFA_ROUTE      0x01 /* a route goes with it */
#define IFA_DESTROYING 0x2
#endif /* _KERNEL */

/* messages of the routing socket about interfaces */
struct if_msghdr {
	u_short ifm_msglen __attribute__((__aligned__(8)));
	u_char ifm_version;
	u_char ifm_type;
	int ifm_addrs;
	int ifm_flags;
	u_short ifm_index;
	struct if_data ifm_data __attribute__((__aligned__(8)));
};

struct ifa_msghdr {
	u_short ifam_msglen __attribute__((__aligned__(8)));
	u_char ifam_version;
	u_char ifam_type;
	int ifam_addrs;
	int ifam_flags;
	int ifam_metric;
	u_short ifam_index;
};

struct if_announcemsghdr {
	u_short ifan_msglen __attribute__((__aligned__(8)));
	u_char ifan_version;
	u_char ifan_type;
	u_short ifan_index;
	char ifan_name[IFNAMSIZ];
	u_short ifan_what;
};
#define IFAN_ARRIVAL   0
#define IFAN_DEPARTURE 1

/* ioctl arguments */
struct ifreq {
	char ifr_name[IFNAMSIZ];
	union {
		struct sockaddr ifru_addr;
		struct sockaddr ifru_dstaddr;
		struct sockaddr ifru_broadaddr;
		struct sockaddr_storage ifru_space;
		short ifru_flags;
		int ifru_addrflags;
		int ifru_metric;
		int ifru_mtu;
		int ifru_dlt;
		u_int ifru_value;
		void *ifru_data;
		struct {
			uint32_t b_buflen;
			void *b_buf;
		} ifru_b;
	} ifr_ifru;
#define ifr_addr      ifr_ifru.ifru_addr
#define ifr_dstaddr   ifr_ifru.ifru_dstaddr
#define ifr_broadaddr ifr_ifru.ifru_broadaddr
#define ifr_space     ifr_ifru.ifru_space
#define ifr_flags     ifr_ifru.ifru_flags
#define ifr_addrflags ifr_ifru.ifru_addrflags
#define ifr_metric    ifr_ifru.ifru_metric
#define ifr_mtu       ifr_ifru.ifru_mtu
#define ifr_dlt       ifr_ifru.ifru_dlt
#define ifr_value     ifr_ifru.ifru_value
#define ifr_media     ifr_ifru.ifru_metric
#define ifr_data      ifr_ifru.ifru_data
#define ifr_buf       ifr_ifru.ifru_b.b_buf
#define ifr_buflen    ifr_ifru.ifru_b.b_buflen
#define ifr_index     ifr_ifru.ifru_value
};

#ifdef _KERNEL
#define ifreq_setdstaddr   ifreq_setaddr
#define ifreq_setbroadaddr ifreq_setaddr
#define ifreq_getdstaddr   ifreq_getaddr
#define ifreq_getbroadaddr ifreq_getaddr

static __inline const struct sockaddr *
ifreq_getaddr(u_long cmd, const struct ifreq *ifr)
{
	(void)cmd;
	return &ifr->ifr_addr;
}
#endif

struct ifcapreq {
	char ifcr_name[IFNAMSIZ];
	uint64_t ifcr_capabilities;
	uint64_t ifcr_capenable;
};

struct ifaliasreq {
	char ifra_name[IFNAMSIZ];
	struct sockaddr ifra_addr;
	struct sockaddr ifra_dstaddr;
#define ifra_broadaddr ifra_dstaddr
	struct sockaddr ifra_mask;
};

struct ifdatareq {
	char ifdr_name[IFNAMSIZ];
	struct if_data ifdr_data;
};

struct ifmediareq {
	char ifm_name[IFNAMSIZ];
	int ifm_current;
	int ifm_mask;
	int ifm_status;
	int ifm_active;
	int ifm_count;
	int *ifm_ulist;
};

struct ifdrv {
	char ifd_name[IFNAMSIZ];
	unsigned long ifd_cmd;
	size_t ifd_len;
	void *ifd_data;
};
#define IFLINKSTR_QUERYLEN 0x01
#define IFLINKSTR_UNSET    0x02

struct ifconf {
	int ifc_len;
	union {
		void *ifcu_buf;
		struct ifreq *ifcu_req;
	} ifc_ifcu;
#define ifc_buf ifc_ifcu.ifcu_buf
#define ifc_req ifc_ifcu.ifcu_req
};

struct if_laddrreq {
	char iflr_name[IFNAMSIZ];
	unsigned int flags;
#define IFLR_PREFIX  0x8000
#define IFLR_ACTIVE  0x4000
#define IFLR_FACTORY 0x2000
	unsigned int prefixlen;
	struct sockaddr_storage addr;
	struct sockaddr_storage dstaddr;
};

struct if_addrprefreq {
	char ifap_name[IFNAMSIZ];
	int16_t ifap_preference;
	struct sockaddr_storage ifap_addr;
};

struct if_clonereq {
	int ifcr_total;
	int ifcr_count;
	char *ifcr_buffer;
};

#include <net/if_arp.h>

#ifdef _KERNEL
/* how an interface type clones itself */
struct if_clone {
	LIST_ENTRY(if_clone) ifc_list;
	const char *ifc_name;
	size_t ifc_namelen;
	int (*ifc_create)(struct if_clone *, int);
	int (*ifc_destroy)(struct ifnet *);
};

#define IF_CLONE_INITIALIZER(name, create, destroy)                            \
	{                                                                      \
		{NULL, NULL}, name, sizeof(name) - 1, create, destroy          \
	}

/* ---- queues ---- */
#define IF_QFULL(ifq) ((ifq)->ifq_len >= (ifq)->ifq_maxlen)
#define IF_DROP(ifq)  ((ifq)->ifq_drops++)
#define IF_ENQUEUE(ifq, m)                                                     \
	do {                                                                   \
		(m)->m_nextpkt = NULL;                                         \
		if ((ifq)->ifq_tail == NULL)                                   \
			(ifq)->ifq_head = (m);                                 \
		else                                                           \
			(ifq)->ifq_tail->m_nextpkt = (m);                      \
		(ifq)->ifq_tail = (m);                                         \
		(ifq)->ifq_len++;                                              \
	} while (/*CONSTCOND*/ 0)
#define IF_PREPEND(ifq, m)                                                     \
	do {                                                                   \
		(m)->m_nextpkt = (ifq)->ifq_head;                              \
		if ((ifq)->ifq_tail == NULL)                                   \
			(ifq)->ifq_tail = (m);                                 \
		(ifq)->ifq_head = (m);                                         \
		(ifq)->ifq_len++;                                              \
	} while (/*CONSTCOND*/ 0)
#define IF_DEQUEUE(ifq, m)                                                     \
	do {                                                                   \
		(m) = (ifq)->ifq_head;                                         \
		if (m) {                                                       \
			(ifq)->ifq_head = (m)->m_nextpkt;                      \
			if ((ifq)->ifq_head == NULL)                           \
				(ifq)->ifq_tail = NULL;                        \
			(m)->m_nextpkt = NULL;                                 \
			(ifq)->ifq_len--;                                      \
		}                                                              \
	} while (/*CONSTCOND*/ 0)
#define IF_POLL(ifq, m) ((m) = (ifq)->ifq_head)
#define IF_PURGE(ifq)                                                          \
	do {                                                                   \
		struct mbuf *_m0;                                              \
		for (;;) {                                                     \
			IF_DEQUEUE((ifq), _m0);                                \
			if (_m0 == NULL)                                       \
				break;                                         \
			m_freem(_m0);                                          \
		}                                                              \
	} while (/*CONSTCOND*/ 0)
#define IF_IS_EMPTY(ifq) ((ifq)->ifq_len == 0)

#define IFQ_LOCK(ifq)         mutex_enter((ifq)->ifq_lock)
#define IFQ_UNLOCK(ifq)       mutex_exit((ifq)->ifq_lock)
#define IFQ_LOCK_INIT(ifq)    ifq_lock_init((ifq))
#define IFQ_LOCK_DESTROY(ifq) ifq_lock_destroy((ifq))

/* the interface's output queue, locked when it has a lock */
#define IFQ_ENQUEUE(ifq, m, err) ((err) = ifq_enqueue_one((ifq), (m)))
#define IFQ_DEQUEUE(ifq, m)      ((m) = ifq_dequeue_one((ifq)))
#define IFQ_POLL(ifq, m)         ((m) = ifq_poll_one((ifq)))
#define IFQ_PURGE(ifq)           ifq_purge((ifq))
#define IFQ_SET_READY(ifq)       ((void)((ifq)->altq_flags |= ALTQF_READY))
#define IFQ_CLASSIFY(ifq, m, af) ((void)(ifq), (void)(m), (void)(af))
#define IFQ_IS_EMPTY(ifq)        ((ifq)->ifq_len == 0)
#define IFQ_INC_LEN(ifq)         ((ifq)->ifq_len++)
#define IFQ_DEC_LEN(ifq)         (--(ifq)->ifq_len)
#define IFQ_INC_DROPS(ifq)       ((ifq)->ifq_drops++)
#define IFQ_SET_MAXLEN(ifq, len) ((ifq)->ifq_maxlen = (len))

int ifq_enqueue(struct ifnet *, struct mbuf *);
int ifq_enqueue2(struct ifnet *, struct ifqueue *, struct mbuf *);
int ifq_enqueue_one(struct ifaltq *, struct mbuf *);
struct mbuf *ifq_dequeue_one(struct ifaltq *);
struct mbuf *ifq_poll_one(struct ifaltq *);
void ifq_purge(struct ifaltq *);
void ifq_lock_init(struct ifaltq *);
void ifq_lock_destroy(struct ifaltq *);

/* ---- the list of interfaces ---- */
extern kmutex_t ifnet_mtx;
extern struct pslist_head ifnet_pslist;
extern struct psref_class *ifnet_psref_class;
extern struct psref_class *ifa_psref_class;
extern struct pserialize *ifnet_psz;
extern struct ifnet_head ifnet_list;
extern struct ifnet *lo0ifp;
extern int ifqmaxlen; /* of output queues that say no other */
extern size_t if_indexlim;
extern pfil_head_t *if_pfil;

#define IFNET_LOCK()   mutex_enter(&ifnet_mtx)
#define IFNET_UNLOCK() mutex_exit(&ifnet_mtx)
#define IFNET_LOCKED() mutex_owned(&ifnet_mtx)

#define IFNET_READER_EMPTY()                                                   \
	(PSLIST_READER_FIRST(&ifnet_pslist, struct ifnet, if_pslist_entry) ==  \
	    NULL)
#define IFNET_READER_FIRST()                                                   \
	PSLIST_READER_FIRST(&ifnet_pslist, struct ifnet, if_pslist_entry)
#define IFNET_READER_NEXT(ifp)                                                 \
	PSLIST_READER_NEXT((ifp), struct ifnet, if_pslist_entry)
#define IFNET_READER_FOREACH(ifp)                                              \
	PSLIST_READER_FOREACH(                                                 \
	    (ifp), &ifnet_pslist, struct ifnet, if_pslist_entry)
#define IFNET_WRITER_INSERT_TAIL(ifp) if_list_insert_tail((ifp))
#define IFNET_WRITER_REMOVE(ifp)      PSLIST_WRITER_REMOVE((ifp), if_pslist_entry)
#define IFNET_WRITER_FOREACH(ifp)                                              \
	PSLIST_WRITER_FOREACH(                                                 \
	    (ifp), &ifnet_pslist, struct ifnet, if_pslist_entry)
#define IFNET_WRITER_NEXT(ifp)                                                 \
	PSLIST_WRITER_NEXT((ifp), struct ifnet, if_pslist_entry)
#define IFNET_WRITER_FIRST()                                                   \
	PSLIST_WRITER_FIRST(&ifnet_pslist, struct ifnet, if_pslist_entry)
#define IFNET_WRITER_EMPTY()     (IFNET_WRITER_FIRST() == NULL)
#define IFNET_ENTRY_INIT(ifp)    PSLIST_ENTRY_INIT((ifp), if_pslist_entry)
#define IFNET_ENTRY_DESTROY(ifp) PSLIST_ENTRY_DESTROY((ifp), if_pslist_entry)
#define IFNET_FOREACH(ifp)       IFNET_READER_FOREACH(ifp)
#define IFNET_EMPTY()            IFNET_READER_EMPTY()
#define IFNET_FIRST()            IFNET_READER_FIRST()
#define IFNET_NEXT(ifp)          IFNET_READER_NEXT(ifp)

/* ---- the addresses of an interface ---- */
#define IFADDR_READER_EMPTY(ifp)                                               \
	(PSLIST_READER_FIRST(                                                  \
	     &(ifp)->if_addr_pslist, struct ifaddr, ifa_pslist_entry) == NULL)
#define IFADDR_READER_FIRST(ifp)                                               \
	PSLIST_READER_FIRST(                                                   \
	    &(ifp)->if_addr_pslist, struct ifaddr, ifa_pslist_entry)
#define IFADDR_READER_NEXT(ifa)                                                \
	PSLIST_READER_NEXT((ifa), struct ifaddr, ifa_pslist_entry)
#define IFADDR_READER_FOREACH(ifa, ifp)                                        \
	PSLIST_READER_FOREACH(                                                 \
	    (ifa), &(ifp)->if_addr_pslist, struct ifaddr, ifa_pslist_entry)
#define IFADDR_WRITER_FOREACH(ifa, ifp)                                        \
	PSLIST_WRITER_FOREACH(                                                 \
	    (ifa), &(ifp)->if_addr_pslist, struct ifaddr, ifa_pslist_entry)
#define IFADDR_WRITER_FIRST(ifp)                                               \
	PSLIST_WRITER_FIRST(                                                   \
	    &(ifp)->if_addr_pslist, struct ifaddr, ifa_pslist_entry)
#define IFADDR_WRITER_NEXT(ifa)                                                \
	PSLIST_WRITER_NEXT((ifa), struct ifaddr, ifa_pslist_entry)
#define IFADDR_WRITER_EMPTY(ifp)  (IFADDR_WRITER_FIRST(ifp) == NULL)
#define IFADDR_WRITER_REMOVE(ifa) PSLIST_WRITER_REMOVE((ifa), ifa_pslist_entry)
#define IFADDR_WRITER_INSERT_HEAD(ifp, ifa)                                    \
	PSLIST_WRITER_INSERT_HEAD(                                             \
	    &(ifp)->if_addr_pslist, (ifa), ifa_pslist_entry)
#define IFADDR_WRITER_INSERT_AFTER(ifa, new)                                   \
	PSLIST_WRITER_INSERT_AFTER((ifa), (new), ifa_pslist_entry)
#define IFADDR_WRITER_INSERT_TAIL(ifp, ifa) ifa_list_insert_tail((ifp), (ifa))
#define IFADDR_ENTRY_INIT(ifa)              PSLIST_ENTRY_INIT((ifa), ifa_pslist_entry)
#define IFADDR_ENTRY_DESTROY(ifa)           PSLIST_ENTRY_DESTROY((ifa), ifa_pslist_entry)
#define IFADDR_FOREACH(ifa, ifp)            IFADDR_READER_FOREACH((ifa), (ifp))
#define IFADDR_FIRST(ifp)                   IFADDR_READER_FIRST((ifp))
#define IFADDR_NEXT(ifa)                    IFADDR_READER_NEXT((ifa))
#define IFADDR_EMPTY(ifp)                   IFADDR_READER_EMPTY((ifp))

void if_list_insert_tail(struct ifnet *);
void ifa_list_insert_tail(struct ifnet *, struct ifaddr *);

/* ---- functions ---- */

struct ifnet *if_alloc(u_char);
void if_free(struct ifnet *);
void if_initname(struct ifnet *, const char *, int);
struct ifaddr *if_dl_create(const struct ifnet *, const struct sockaddr_dl **);
void
if_activate_sadl(struct ifnet *, struct ifaddr *, const struct sockaddr_dl *);
void if_set_sadl(struct ifnet *, const void *, u_char, bool);
void if_alloc_sadl(struct ifnet *);
void if_free_sadl(struct ifnet *);
void if_initialize(struct ifnet *);
void if_register(struct ifnet *);
void if_attach(struct ifnet *);
void if_attachdomain(void);
void if_deactivate(struct ifnet *);
bool if_is_deactivated(struct ifnet *);
void if_purgeaddrs(struct ifnet *, int, void (*)(struct ifaddr *));
void if_detach(struct ifnet *);
void if_down(struct ifnet *);
void if_up(struct ifnet *);
void if_link_state_change(struct ifnet *, int);
void if_domain_link_state_change(struct ifnet *, int);
void if_slowtimo(void *);
void ifinit(void);
void ifinit1(void);
int ifioctl(struct socket *, u_long, void *, struct lwp *);
int ifioctl_common(struct ifnet *, u_long, void *);
int ifpromisc(struct ifnet *, int);
int if_mcast_op(struct ifnet *, const unsigned long, const struct sockaddr *);
int if_flags_set(struct ifnet *, const short);
int if_clone_list(int, char *, int *);
int if_addr_init(struct ifnet *, struct ifaddr *, bool);
int if_do_dad(struct ifnet *);
void p2p_rtrequest(int, struct rtentry *, const struct rt_addrinfo *);
int if_output_lock(struct ifnet *, struct ifnet *, struct mbuf *,
    const struct sockaddr *, const struct rtentry *);
int if_transmit_lock(struct ifnet *, struct mbuf *);
void if_start_lock(struct ifnet *);
int if_ioctl_call(struct ifnet *, u_long, void *);
void if_input(struct ifnet *, struct mbuf *);
struct if_percpuq *if_percpuq_create(struct ifnet *);
void if_percpuq_destroy(struct if_percpuq *);
void if_percpuq_enqueue(struct if_percpuq *, struct mbuf *);
void if_schedule_deferred_start(struct ifnet *);
void if_deferred_start_init(struct ifnet *, void (*)(struct ifnet *));

struct ifnet *ifunit(const char *);
struct ifnet *if_get(const char *, struct psref *);
struct ifnet *if_byindex(u_int);
struct ifnet *if_get_byindex(u_int, struct psref *);
struct ifnet *_if_byindex(u_int);
void if_put(const struct ifnet *, struct psref *);
void if_acquire(struct ifnet *, struct psref *);
void if_acquire_NOMPSAFE(struct ifnet *, struct psref *);
#define if_release if_put
bool if_held(struct ifnet *);

void if_clone_attach(struct if_clone *);
void if_clone_detach(struct if_clone *);
int if_clone_create(const char *);
int if_clone_destroy(const char *);
struct if_clone *if_clone_lookup(const char *, int *);

void ifa_insert(struct ifnet *, struct ifaddr *);
void ifa_remove(struct ifnet *, struct ifaddr *);
void ifa_psref_init(struct ifaddr *);
void ifa_acquire(struct ifaddr *, struct psref *);
void ifa_release(struct ifaddr *, struct psref *);
bool ifa_held(struct ifaddr *);
bool ifa_is_destroying(struct ifaddr *);
void ifaref(struct ifaddr *);
void ifafree(struct ifaddr *);
struct ifaddr *ifa_ifwithaddr(const struct sockaddr *);
struct ifaddr *ifa_ifwithaddr_psref(const struct sockaddr *, struct psref *);
struct ifaddr *ifa_ifwithaf(int);
struct ifaddr *ifa_ifwithdstaddr(const struct sockaddr *);
struct ifaddr *ifa_ifwithdstaddr_psref(const struct sockaddr *, struct psref *);
struct ifaddr *ifa_ifwithnet(const struct sockaddr *);
struct ifaddr *ifa_ifwithnet_psref(const struct sockaddr *, struct psref *);
struct ifaddr *ifa_ifwithladdr(const struct sockaddr *);
struct ifaddr *ifaof_ifpforaddr(const struct sockaddr *, struct ifnet *);
struct ifaddr *
ifaof_ifpforaddr_psref(const struct sockaddr *, struct ifnet *, struct psref *);
void link_rtrequest(int, struct rtentry *, const struct rt_addrinfo *);
int ifreq_setaddr(u_long, struct ifreq *, const struct sockaddr *);
bool ifa_addrpref_cmp(const struct ifaddr *, const struct ifaddr *);

void loopattach(int);
void loopinit(void);
int looutput(struct ifnet *, struct mbuf *, const struct sockaddr *,
    const struct rtentry *);
void lortrequest(int, struct rtentry *, const struct rt_addrinfo *);

/*
 * The interface that a packet came in on, stored as an index.
 */
struct ifnet *m_get_rcvif(const struct mbuf *, int *);
void m_put_rcvif(struct ifnet *, int *);
struct ifnet *m_get_rcvif_psref(const struct mbuf *, struct psref *);
void m_put_rcvif_psref(struct ifnet *, struct psref *);
struct ifnet *m_get_rcvif_NOMPSAFE(const struct mbuf *);
void m_set_rcvif(struct mbuf *, const struct ifnet *);
void m_reset_rcvif(struct mbuf *);
void m_copy_rcvif(struct mbuf *, const struct mbuf *);
#endif /* _KERNEL */

#endif /* _NET_IF_H_ */
