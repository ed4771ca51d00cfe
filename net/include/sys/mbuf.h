/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory buffers: chains of small pieces that carry packets and socket data.
 *
 * An mbuf is MSIZE bytes, with its data inside or in external storage.
 * External storage is shared by reference counting: the count and the
 * description live in the mbuf that m_ext_ref names, which stays allocated
 * as long as anybody shares the storage.
 */
#ifndef _SYS_MBUF_H_
#define _SYS_MBUF_H_

#include <sys/cdefs.h>
#include <sys/malloc.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/types.h>

#ifdef _KERNEL
#include <sys/psref.h>
#endif

#ifndef MSIZE
#define MSIZE 512
#endif
#ifndef MCLSHIFT
#define MCLSHIFT 11
#endif
#ifndef MCLBYTES
#define MCLBYTES (1 << MCLSHIFT)
#endif
#ifndef NMBCLUSTERS
#define NMBCLUSTERS 65536
#endif
#ifndef MCLOFSET
#define MCLOFSET (MCLBYTES - 1)
#endif

/* Who owns an mbuf; kept for source compatibility, nothing is counted. */
enum mowner_counter_index {
	MOWNER_COUNTER_CLAIMS,
	MOWNER_COUNTER_RELEASES,
	MOWNER_COUNTER_EXT_CLAIMS,
	MOWNER_COUNTER_EXT_RELEASES,
	MOWNER_COUNTER_NCOUNTERS,
};
struct mowner {
	char mo_name[16];
	char mo_descr[16];
	LIST_ENTRY(mowner) mo_link;
	struct percpu *mo_counters;
};
#define MOWNER_INIT(x, y)                                                      \
	{                                                                      \
		.mo_name = x, .mo_descr = y                                    \
	}

struct ifnet;
struct mbuf;
struct m_tag;

/* at the start of every mbuf */
struct m_hdr {
	struct mbuf *mh_next;    /* next in the chain */
	struct mbuf *mh_nextpkt; /* next chain in a queue or record */
	char *mh_data;
	struct mowner *mh_owner;
	int mh_len;
	int mh_flags;
	paddr_t mh_paddr;
	short mh_type;
};

/* A packet tag; its data follows. */
struct m_tag {
	SLIST_ENTRY(m_tag) m_tag_link;
	uint16_t m_tag_id;
	uint16_t m_tag_len;
};

/* in the first mbuf of a packet */
struct pkthdr {
	union {
		void *ctx;
		u_short index;
	} _rcvif;
#define rcvif_index _rcvif.index
	SLIST_HEAD(packet_tags, m_tag) tags;
	int len;
	int csum_flags;
	uint32_t csum_data;
	u_int segsz;
	void *pattr_class;
	void *pattr_hdr;
	int pattr_af;
	uint16_t ether_vtag;
	uint16_t pkt_flags;
};

/* csum_flags */
#define M_CSUM_TCPv4        0x00000001
#define M_CSUM_UDPv4        0x00000002
#define M_CSUM_TCP_UDP_BAD  0x00000004
#define M_CSUM_DATA         0x00000008
#define M_CSUM_TCPv6        0x00000010
#define M_CSUM_UDPv6        0x00000020
#define M_CSUM_IPv4         0x00000040
#define M_CSUM_IPv4_BAD     0x00000080
#define M_CSUM_TSOv4        0x00000100
#define M_CSUM_TSOv6        0x00000200
#define M_CSUM_BLANK        0x40000000
#define M_CSUM_NO_PSEUDOHDR 0x80000000

#define M_CSUM_BITS                                                            \
	"\20\1TCPv4\2UDPv4\3TCP_UDP_BAD\4DATA\5TCPv6\6UDPv6\7IPv4"             \
	"\10IPv4_BAD\11TSOv4\12TSOv6\37BLANK\40NO_PSEUDOHDR"

/* csum_data of an outgoing packet */
#define M_CSUM_DATA_IPv4_IPHL(x)      ((x) >> 16)
#define M_CSUM_DATA_IPv4_OFFSET(x)    ((x)&0xffff)
#define M_CSUM_DATA_IPv6_HL(x)        ((x) >> 16)
#define M_CSUM_DATA_IPv6_HL_SET(x, v) (x) = ((x)&0xffff) | ((v) << 16)
#define M_CSUM_DATA_IPv6_OFFSET(x)    ((x)&0xffff)

struct _m_ext_storage {
	unsigned int ext_refcnt;
	int ext_flags;
	char *ext_buf;
	void (*ext_free)(struct mbuf *, void *, size_t, void *);
	void *ext_arg;
	size_t ext_size;
	struct malloc_type *ext_type;
	union {
		paddr_t extun_paddr;
		void *extun_pgs[8];
	} ext_un;
#define ext_paddr ext_un.extun_paddr
};

struct _m_ext {
	struct mbuf *ext_ref; /* where the storage is described */
	struct _m_ext_storage ext_storage;
};

#define M_PADDR_INVALID POOL_PADDR_INVALID

#define MBUF_DEFINE(name, mhlen, mlen)                                         \
	struct name {                                                          \
		struct m_hdr m_hdr;                                            \
		union {                                                        \
			struct {                                               \
				struct pkthdr MH_pkthdr;                       \
				union {                                        \
					struct _m_ext MH_ext;                  \
					char MH_databuf[(mhlen)];              \
				} MH_dat;                                      \
			} MH;                                                  \
			char M_databuf[(mlen)];                                \
		} M_dat;                                                       \
	}

#define m_next        m_hdr.mh_next
#define m_len         m_hdr.mh_len
#define m_data        m_hdr.mh_data
#define m_owner       m_hdr.mh_owner
#define m_type        m_hdr.mh_type
#define m_flags       m_hdr.mh_flags
#define m_nextpkt     m_hdr.mh_nextpkt
#define m_paddr       m_hdr.mh_paddr
#define m_pkthdr      M_dat.MH.MH_pkthdr
#define m_ext_storage M_dat.MH.MH_dat.MH_ext.ext_storage
#define m_ext_ref     M_dat.MH.MH_dat.MH_ext.ext_ref
#define m_ext         m_ext_ref->m_ext_storage
#define m_pktdat      M_dat.MH.MH_dat.MH_databuf
#define m_dat         M_dat.M_databuf

MBUF_DEFINE(_mbuf_dummy, 1, 1);

#define MLEN  ((int)(MSIZE - __builtin_offsetof(struct _mbuf_dummy, m_dat)))
#define MHLEN ((int)(MSIZE - __builtin_offsetof(struct _mbuf_dummy, m_pktdat)))

#define MINCLSIZE     (MHLEN + MLEN + 1)
#define M_MAXCOMPRESS (MHLEN / 2)

MBUF_DEFINE(mbuf, MHLEN, MLEN);

/* m_flags */
#define M_EXT          0x00000001
#define M_PKTHDR       0x00000002
#define M_EOR          0x00000004
#define M_PROTO1       0x00000008
#define M_AUTHIPHDR    0x00000010
#define M_DECRYPTED    0x00000020
#define M_LOOP         0x00000040
#define M_NONE         0x00000080
#define M_BCAST        0x00000100
#define M_MCAST        0x00000200
#define M_CANFASTFWD   0x00000400
#define M_ANYCAST6     0x00000800
#define M_LINK0        0x00001000
#define M_LINK1        0x00002000
#define M_LINK2        0x00004000
#define M_LINK3        0x00008000
#define M_LINK4        0x00010000
#define M_LINK5        0x00020000
#define M_LINK6        0x00040000
#define M_LINK7        0x00080000
#define M_VLANTAG      0x00100000
#define M_NOTIFICATION M_PROTO1

/* kinds of external storage */
#define M_EXT_FLAGS   0xff000000
#define M_EXT_CLUSTER 0x01000000
#define M_EXT_PAGES   0x02000000
#define M_EXT_ROMAP   0x04000000
#define M_EXT_RW      0x08000000

#define M_FLAGS_BITS                                                           \
	"\20\1EXT\2PKTHDR\3EOR\4PROTO1\5AUTHIPHDR\6DECRYPTED\7LOOP\10NONE"     \
	"\11BCAST\12MCAST\13CANFASTFWD\14ANYCAST6\15LINK0\16LINK1\17LINK2"     \
	"\20LINK3\21LINK4\22LINK5\23LINK6\24LINK7\25VLANTAG"                   \
	"\31EXT_CLUSTER\32EXT_PAGES\33EXT_ROMAP\34EXT_RW"

#define M_COPYFLAGS                                                            \
	(M_PKTHDR | M_EOR | M_BCAST | M_MCAST | M_CANFASTFWD | M_ANYCAST6 |    \
	    M_LINK0 | M_LINK1 | M_LINK2 | M_LINK3 | M_LINK4 | M_LINK5 |        \
	    M_LINK6 | M_LINK7 | M_AUTHIPHDR | M_DECRYPTED | M_LOOP |           \
	    M_VLANTAG)

/* m_type */
#define MT_FREE    0
#define MT_DATA    1
#define MT_HEADER  2
#define MT_SONAME  3
#define MT_SOOPTS  4
#define MT_FTABLE  5
#define MT_CONTROL 6
#define MT_OOBDATA 7

#ifdef MBUFTYPES
const char *const mbuftypes[] = {"mbfree", "mbdata", "mbheader", "mbsoname",
    "mbsopts", "mbftable", "mbcontrol", "mboobdata"};
#else
extern const char *const mbuftypes[];
#endif

struct mbstat {
	u_long _m_spare;
	u_long _m_spare1;
	u_long _m_spare2;
	u_long m_drops;
	u_long m_wait;
	u_long m_drain;
	u_short m_mtypes[256];
};
struct mbstat_cpu {
	u_int m_mtypes[256];
};

/* below KERN_MBUF of CTL_KERN */
#define MBUF_MSIZE       1
#define MBUF_MCLBYTES    2
#define MBUF_NMBCLUSTERS 3 /* most clusters there may be */
#define MBUF_MBLOWAT     4 /* mbufs to keep */
#define MBUF_MCLLOWAT    5 /* clusters to keep */
#define MBUF_STATS       6
#define MBUF_MOWNERS     7
#define MBUF_MAXID       8

#ifdef _KERNEL
/* how to wait */
#define M_DONTWAIT M_NOWAIT
#define M_WAIT     M_WAITOK

#define mtod(m, t) ((t)((m)->m_data))

#define MCLAIM(m, mowner)            /* nothing */
#define MOWNER_ATTACH(mo)            /* nothing */
#define MOWNER_DETACH(mo)            /* nothing */
#define m_claimm(m, mo)              /* nothing */
#define mowner_init_owner(mo, n, d)  /* nothing */
#define mowner_init(m, type)         /* nothing */
#define mowner_ref(m, flags)         /* nothing */
#define mowner_revoke(m, all, flags) /* nothing */
#define mowner_attach(mo)            /* nothing */
#define mowner_detach(mo)            /* nothing */

#define MBUFLOCK(code)                                                         \
	do {                                                                   \
		{                                                              \
			code                                                   \
		}                                                              \
	} while (/*CONSTCOND*/ 0)

#define MGET(m, how, type)    ((m) = m_get((how), (type)))
#define MGETHDR(m, how, type) ((m) = m_gethdr((how), (type)))
#define MCLGET(m, how)        m_clget((m), (how))
#define MFREE(m, n)           ((n) = m_free((m)))

#define M_GETCTX(m, t) ((t)(m)->m_pkthdr._rcvif.ctx)
#define M_SETCTX(m, c) ((void)((m)->m_pkthdr._rcvif.ctx = (void *)(c)))
#define M_CLEARCTX(m)  M_SETCTX((m), NULL)

#define MEXTMALLOC(m, size, how) m_ext_malloc((m), (size), (how))

#define MEXT_ISEMBEDDED(m) ((m)->m_ext_ref == (m))

/* Attach storage that its owner frees with FREE(mbuf, buf, size, arg). */
#define MEXTADD(m, buf, size, type, free, arg)                                 \
	do {                                                                   \
		(m)->m_data = (m)->m_ext_storage.ext_buf = (char *)(buf);      \
		(m)->m_flags = ((m)->m_flags & ~M_EXT_FLAGS) | M_EXT;          \
		(m)->m_ext_storage.ext_flags = 0;                              \
		(m)->m_ext_storage.ext_size = (size);                          \
		(m)->m_ext_storage.ext_free = (free);                          \
		(m)->m_ext_storage.ext_arg = (arg);                            \
		(m)->m_ext_storage.ext_type = (type);                          \
		MCLINITREFERENCE(m);                                           \
	} while (/*CONSTCOND*/ 0)

#define MCLINITREFERENCE(m)                                                    \
	do {                                                                   \
		(m)->m_ext_ref = (m);                                          \
		(m)->m_ext.ext_refcnt = 1;                                     \
	} while (/*CONSTCOND*/ 0)

/* Make N share M's storage. */
#define MCLADDREFERENCE(m, n) m_ext_addref((m), (n))

#define M_EXT_REFCNT_OK(m) ((m)->m_ext.ext_refcnt >= 1)

#define M_BUFADDR(m)                                                           \
	(((m)->m_flags & M_EXT)             ? (m)->m_ext.ext_buf               \
		: ((m)->m_flags & M_PKTHDR) ? (m)->m_pktdat                    \
					    : (m)->m_dat)
#define M_BUFSIZE(m)                                                           \
	(((m)->m_flags & M_EXT)             ? (m)->m_ext.ext_size              \
		: ((m)->m_flags & M_PKTHDR) ? (size_t)MHLEN                    \
					    : (size_t)MLEN)
#define MRESETDATA(m) ((m)->m_data = M_BUFADDR(m))

#define M_READONLY(m)           m_readonly(m)
#define _M_UNWRITABLE(m, __len) ((m)->m_len < (__len) || M_READONLY((m)))
#define M_UNWRITABLE(m, len)    _M_UNWRITABLE((m), (len))

#define _M_LEADINGSPACE(m)                                                     \
	(((m)->m_flags & M_EXT)             ? (m)->m_data - (m)->m_ext.ext_buf \
		: ((m)->m_flags & M_PKTHDR) ? (m)->m_data - (m)->m_pktdat      \
					    : (m)->m_data - (m)->m_dat)
#define M_LEADINGSPACE(m) (M_READONLY((m)) ? 0 : (int)_M_LEADINGSPACE((m)))
#define _M_TRAILINGSPACE(m)                                                    \
	(((m)->m_flags & M_EXT)                                                \
		? (m)->m_ext.ext_buf + (m)->m_ext.ext_size -                   \
		    ((m)->m_data + (m)->m_len)                                 \
		: &(m)->m_dat[MLEN] - ((m)->m_data + (m)->m_len))
#define M_TRAILINGSPACE(m) (M_READONLY((m)) ? 0 : (int)_M_TRAILINGSPACE((m)))

#define M_ALIGN(m, len)                                                        \
	do {                                                                   \
		(m)->m_data += (MLEN - (len)) & ~(sizeof(long) - 1);           \
	} while (/*CONSTCOND*/ 0)
#define MH_ALIGN(m, len)                                                       \
	do {                                                                   \
		(m)->m_data += (MHLEN - (len)) & ~(sizeof(long) - 1);          \
	} while (/*CONSTCOND*/ 0)

/* m becomes NULL if there is no memory. */
#define M_PREPEND(m, plen, how)                                                \
	do {                                                                   \
		if (M_LEADINGSPACE(m) >= (plen)) {                             \
			(m)->m_data -= (plen);                                 \
			(m)->m_len += (plen);                                  \
		} else                                                         \
			(m) = m_prepend((m), (plen), (how));                   \
		if ((m) && (m)->m_flags & M_PKTHDR)                            \
			(m)->m_pkthdr.len += (plen);                           \
	} while (/*CONSTCOND*/ 0)

#define MCHTYPE(m, t)                                                          \
	do {                                                                   \
		mbstat_type_add((m)->m_type, -1);                              \
		mbstat_type_add(t, 1);                                         \
		(m)->m_type = (t);                                             \
	} while (/*CONSTCOND*/ 0)

/* queues of packets, linked by m_nextpkt */
#define MBUFQ_HEAD(name)                                                       \
	struct name {                                                          \
		struct mbuf *mq_first;                                         \
		struct mbuf **mq_last;                                         \
	}
#define MBUFQ_INIT(q)                                                          \
	do {                                                                   \
		(q)->mq_first = NULL;                                          \
		(q)->mq_last = &(q)->mq_first;                                 \
	} while (/*CONSTCOND*/ 0)
#define MBUFQ_ENQUEUE(q, m)                                                    \
	do {                                                                   \
		(m)->m_nextpkt = NULL;                                         \
		*(q)->mq_last = (m);                                           \
		(q)->mq_last = &(m)->m_nextpkt;                                \
	} while (/*CONSTCOND*/ 0)
#define MBUFQ_PREPEND(q, m)                                                    \
	do {                                                                   \
		(m)->m_nextpkt = (q)->mq_first;                                \
		if ((q)->mq_first == NULL)                                     \
			(q)->mq_last = &(m)->m_nextpkt;                        \
		(q)->mq_first = (m);                                           \
	} while (/*CONSTCOND*/ 0)
#define MBUFQ_DEQUEUE(q, m)                                                    \
	do {                                                                   \
		(m) = (q)->mq_first;                                           \
		if ((m) == NULL)                                               \
			break;                                                 \
		(q)->mq_first = (m)->m_nextpkt;                                \
		if ((q)->mq_first == NULL)                                     \
			(q)->mq_last = &(q)->mq_first;                         \
		(m)->m_nextpkt = NULL;                                         \
	} while (/*CONSTCOND*/ 0)
#define MBUFQ_DRAIN(q)                                                         \
	do {                                                                   \
		struct mbuf *mbufq_m;                                          \
                                                                               \
		for (;;) {                                                     \
			MBUFQ_DEQUEUE(q, mbufq_m);                             \
			if (mbufq_m == NULL)                                   \
				break;                                         \
			m_freem(mbufq_m);                                      \
		}                                                              \
	} while (/*CONSTCOND*/ 0)
#define MBUFQ_FIRST(q) ((q)->mq_first)
#define MBUFQ_NEXT(m)  ((m)->m_nextpkt)

#define M_COPYALL       1000000000
#define m_copy(m, o, l) m_copym((m), (o), (l), M_DONTWAIT)

#define M_MOVE_PKTHDR(to, from) m_move_pkthdr((to), (from))
#define M_COPY_PKTHDR(to, from) m_copy_pkthdr((to), (from))

#define MCLPOOLADJ 0

extern struct mbstat mbstat;
extern int nmbclusters;
extern int mblowat;
extern int mcllowat;
extern int max_linkhdr;
extern int max_protohdr;
extern int max_hdr;
extern int max_datalen;
extern const int msize;
extern const int mclbytes;
extern struct pool_cache *mb_cache;
extern struct pool_cache *mcl_cache;

MALLOC_DECLARE(M_MBUF);

struct mbuf *m_copym(struct mbuf *, int, int, int);
struct mbuf *m_copypacket(struct mbuf *, int);
struct mbuf *m_devget(
    char *, int, int, struct ifnet *, void (*)(const void *, void *, size_t));
struct mbuf *m_dup(struct mbuf *, int, int, int);
struct mbuf *m_free(struct mbuf *);
struct mbuf *m_get(int, int);
struct mbuf *m_getclr(int, int);
struct mbuf *m_gethdr(int, int);
struct mbuf *m_getcl(int, int, int);
struct mbuf *m_prepend(struct mbuf *, int, int);
struct mbuf *m_pulldown(struct mbuf *, int, int, int *);
struct mbuf *m_pullup(struct mbuf *, int);
struct mbuf *m_copyup(struct mbuf *, int, int);
struct mbuf *m_split(struct mbuf *, int, int);
struct mbuf *m_getptr(struct mbuf *, int, int *);
struct mbuf *m_copyback_cow(struct mbuf *, int, int, const void *, int);
struct mbuf *m_add(struct mbuf *, struct mbuf *);
struct mbuf *m_last(struct mbuf *);
struct mbuf *m_defrag(struct mbuf *, int);
int m_makewritable(struct mbuf **, int, int, int);
int m_append(struct mbuf *, int, const void *);
bool m_ensure_contig(struct mbuf **, int);
int
m_apply(struct mbuf *, int, int, int (*)(void *, void *, unsigned int), void *);
void m_adj(struct mbuf *, int);
void m_align(struct mbuf *, int);
void m_cat(struct mbuf *, struct mbuf *);
void m_clget(struct mbuf *, int);
void m_copyback(struct mbuf *, int, int, const void *);
void m_copydata(struct mbuf *, int, int, void *);
void m_copy_pkthdr(struct mbuf *, struct mbuf *);
void m_move_pkthdr(struct mbuf *, struct mbuf *);
void m_remove_pkthdr(struct mbuf *);
void m_freem(struct mbuf *);
void m_ext_free(struct mbuf *);
void m_ext_addref(struct mbuf *, struct mbuf *);
void *m_ext_malloc(struct mbuf *, size_t, int);
/* At least LEN bytes of external storage, from a pool for 16 and 64 KiB. */
bool m_clgetsize(struct mbuf *, size_t, int);
void m_reclaim(void *, int);
void mbinit(void);
void m_print(const struct mbuf *, const char *, void (*)(const char *, ...));
void mbstat_type_add(int, int);

/* May the data of m be changed in place? */
static __inline int
m_readonly(const struct mbuf *m)
{
	const int kind = M_EXT_CLUSTER | M_EXT_PAGES | M_EXT_RW;

	if ((m->m_flags & M_EXT) == 0)
		return 0;
	return (m->m_flags & kind) == 0 || (m->m_flags & M_EXT_ROMAP) != 0 ||
	    __atomic_load_n(&m->m_ext.ext_refcnt, __ATOMIC_RELAXED) > 1;
}

/* the sum of the lengths of a chain */
static __inline u_int
m_length(const struct mbuf *m)
{
	u_int len = 0;

	for (; m != NULL; m = m->m_next)
		len += m->m_len;
	return len;
}

static __inline int
mbuflen(const struct mbuf *m)
{
	return (int)m_length(m);
}

/* packet tags */
struct m_tag *m_tag_get(int, int, int);
void m_tag_free(struct m_tag *);
void m_tag_prepend(struct mbuf *, struct m_tag *);
void m_tag_unlink(struct mbuf *, struct m_tag *);
void m_tag_delete(struct mbuf *, struct m_tag *);
void m_tag_delete_chain(struct mbuf *, struct m_tag *);
void m_tag_delete_nonpersistent(struct mbuf *);
struct m_tag *m_tag_find(struct mbuf *, int, struct m_tag *);
struct m_tag *m_tag_copy(struct m_tag *);
int m_tag_copy_chain(struct mbuf *, struct mbuf *);
void m_tag_init(struct mbuf *);
struct m_tag *m_tag_first(struct mbuf *);
struct m_tag *m_tag_next(struct mbuf *, struct m_tag *);

#define PACKET_TAG_NONE                     0
#define PACKET_TAG_VLAN                     1
#define PACKET_TAG_ENCAP                    2
#define PACKET_TAG_ESP                      3
#define PACKET_TAG_SO                       4
#define PACKET_TAG_NPF                      10
#define PACKET_TAG_PF                       11
#define PACKET_TAG_ALTQ_QID                 12
#define PACKET_TAG_IPSEC_IN_CRYPTO_DONE     16
#define PACKET_TAG_IPSEC_IN_DONE            17
#define PACKET_TAG_IPSEC_OUT_DONE           18
#define PACKET_TAG_IPSEC_OUT_CRYPTO_NEEDED  19
#define PACKET_TAG_IPSEC_IN_COULD_DO_CRYPTO 20
#define PACKET_TAG_IPSEC_PENDING_TDB        21
#define PACKET_TAG_IPSEC_SOCKET             22
#define PACKET_TAG_IPSEC_HISTORY            23
#define PACKET_TAG_IPSEC_NAT_T_PORTS        25
#define PACKET_TAG_INET6                    26
#define PACKET_TAG_ECO_RETRYPARMS           27
#define PACKET_TAG_TUNNEL_INFO              28
#define PACKET_TAG_MPLS                     29
#define PACKET_TAG_ETHERNET_SRC             31
#define PACKET_TAG_CARP                     32
#define PACKET_TAG_ENCRYPTION               33
#endif /* _KERNEL */

#endif /* _SYS_MBUF_H_ */
