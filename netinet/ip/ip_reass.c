/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reassembly of fragments (RFC 791 section 3.2, RFC 815's problem).
 *
 * A queue holds the fragments of one packet, sorted by offset.  Overlapping
 * fragments are an attack, never an accident: the packet is dropped whole
 * (RFC 5722's rule, taken for IPv4 too).  The number of queues and of
 * fragments is bounded; a timer runs only while there are queues.
 * ipq_lock protects all of it: packet filters put packets together wherever
 * they get them.  It is taken last.
 */
#include <sys/callout.h>
#include <sys/cprng.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/ip_var.h>

#include <lib/libkern/libkern.h>

#include "ip_impl.h"

#define HASH_SIZE 64
#define MAX_FRAGS 128 /* of one packet */

struct frag {
	TAILQ_ENTRY(frag) f_list;
	struct mbuf *f_m; /* data, without the IP header */
	int f_off, f_len; /* bytes */
};

struct ipq {
	LIST_ENTRY(ipq) q_hash;
	TAILQ_ENTRY(ipq) q_age; /* oldest first */
	struct in_addr q_src, q_dst;
	uint16_t q_id;
	uint8_t q_proto, q_tos;
	int q_total; /* data bytes of the whole, -1: not known yet */
	int q_have;  /* data bytes here */
	int q_nfrags;
	time_t q_expire;       /* seconds of uptime */
	struct mbuf *q_header; /* header of the first fragment */
	TAILQ_HEAD(fraghead, frag) q_frags;
};

int ip_maxfragpackets = 200;

static LIST_HEAD(, ipq) ipq_hash[HASH_SIZE];
static TAILQ_HEAD(, ipq) ipq_age = TAILQ_HEAD_INITIALIZER(ipq_age);
static int ipq_count;
static uint32_t ipq_salt;
static callout_t ipq_callout;
static kmutex_t ipq_lock;

static void
expire(void *arg)
{
	mutex_enter(softnet_lock);
	ip_reass_slowtimo();
	mutex_exit(softnet_lock);
	mutex_enter(&ipq_lock);
	if (ipq_count > 0)
		callout_schedule(&ipq_callout, hz);
	mutex_exit(&ipq_lock);
}

void
ip_reass_init(void)
{
	mutex_init(&ipq_lock, MUTEX_DEFAULT, IPL_SOFTNET);
	ipq_salt = cprng_fast32();
	callout_init(&ipq_callout, CALLOUT_MPSAFE);
	callout_setfunc(&ipq_callout, expire, NULL);
}

static void
free_queue(struct ipq *q)
{
	struct frag *f;

	while ((f = TAILQ_FIRST(&q->q_frags)) != NULL) {
		TAILQ_REMOVE(&q->q_frags, f, f_list);
		m_freem(f->f_m);
		kmem_intr_free(f, sizeof(*f));
	}
	m_freem(q->q_header);
	LIST_REMOVE(q, q_hash);
	TAILQ_REMOVE(&ipq_age, q, q_age);
	kmem_intr_free(q, sizeof(*q));
	ipq_count--;
}

/* Of the oldest queue, if its time is over: what its sender hears of. */
static bool
expire_one(struct mbuf **mp)
{
	struct ipq *q;
	struct frag *f;

	*mp = NULL;
	mutex_enter(&ipq_lock);
	q = TAILQ_FIRST(&ipq_age);
	if (q == NULL || q->q_expire > time_uptime) {
		mutex_exit(&ipq_lock);
		return false;
	}
	IP_STATINC(IP_STAT_FRAGTIMEOUT);
	/* Only where the first fragment came (RFC 792). */
	if (q->q_header != NULL) {
		*mp = q->q_header;
		q->q_header = NULL;
		f = TAILQ_FIRST(&q->q_frags);
		if (f != NULL && f->f_off == 0) {
			(*mp)->m_next = f->f_m;
			(*mp)->m_pkthdr.len = (*mp)->m_len + f->f_len;
			f->f_m = NULL;
		}
	}
	free_queue(q);
	mutex_exit(&ipq_lock);
	return true;
}

/* softnet_lock is held. */
void
ip_reass_slowtimo(void)
{
	struct mbuf *m;

	while (expire_one(&m))
		if (m != NULL)
			icmp_error(m, ICMP_TIMXCEED, ICMP_TIMXCEED_REASS, 0, 0);
}

void
ip_reass_drain(void)
{
	struct ipq *q;

	mutex_enter(&ipq_lock);
	while ((q = TAILQ_FIRST(&ipq_age)) != NULL) {
		IP_STATINC(IP_STAT_FRAGDROPPED);
		free_queue(q);
	}
	mutex_exit(&ipq_lock);
}

static struct ipq *
find_queue(const struct ip *ip)
{
	uint32_t h = (ip->ip_src.s_addr ^ ip->ip_id ^ ipq_salt) * 2654435761u;
	struct ipq *q;

	h = (h >> 20) % HASH_SIZE;
	LIST_FOREACH(q, &ipq_hash[h], q_hash)
		if (q->q_id == ip->ip_id && in_hosteq(q->q_src, ip->ip_src) &&
		    in_hosteq(q->q_dst, ip->ip_dst) && q->q_proto == ip->ip_p)
			return q;
	if (ip_maxfragpackets == 0)
		return NULL;
	while (ip_maxfragpackets > 0 && ipq_count >= ip_maxfragpackets) {
		IP_STATINC(IP_STAT_FRAGDROPPED);
		free_queue(TAILQ_FIRST(&ipq_age));
	}
	q = kmem_intr_zalloc(sizeof(*q), KM_NOSLEEP);
	if (q == NULL)
		return NULL;
	q->q_src = ip->ip_src;
	q->q_dst = ip->ip_dst;
	q->q_id = ip->ip_id;
	q->q_proto = ip->ip_p;
	q->q_tos = ip->ip_tos;
	q->q_total = -1;
	q->q_expire = time_uptime + IPFRAGTTL / 2;
	TAILQ_INIT(&q->q_frags);
	LIST_INSERT_HEAD(&ipq_hash[h], q, q_hash);
	TAILQ_INSERT_TAIL(&ipq_age, q, q_age);
	if (ipq_count++ == 0)
		callout_schedule(&ipq_callout, hz);
	return q;
}

/* All there: header and data in one chain. */
static struct mbuf *
join(struct ipq *q)
{
	struct mbuf *m = q->q_header, *tail;
	struct ip *ip = mtod(m, struct ip *);
	int hlen = ip->ip_hl << 2, total = q->q_total + hlen;
	struct frag *f;

	if (total > IP_MAXPACKET) {
		IP_STATINC(IP_STAT_TOOLONG);
		free_queue(q);
		return NULL;
	}
	q->q_header = NULL;
	for (tail = m; tail->m_next != NULL; tail = tail->m_next)
		continue;
	while ((f = TAILQ_FIRST(&q->q_frags)) != NULL) {
		TAILQ_REMOVE(&q->q_frags, f, f_list);
		tail->m_next = f->f_m;
		while (tail->m_next != NULL)
			tail = tail->m_next;
		kmem_intr_free(f, sizeof(*f));
	}
	ip->ip_len = htons((uint16_t)total);
	ip->ip_off = 0;
	ip->ip_tos = q->q_tos;
	m->m_pkthdr.len = total;
	m->m_pkthdr.csum_flags = 0;
	IP_STATINC(IP_STAT_REASSEMBLED);
	free_queue(q);
	return m;
}

/* Puts one fragment in its place.  False: it overlaps or is too much. */
static bool
insert(struct ipq *q, struct frag *f, bool more)
{
	struct frag *next, *prev;

	if (q->q_nfrags >= MAX_FRAGS)
		return false;
	if (!more) {
		if (q->q_total != -1 && q->q_total != f->f_off + f->f_len)
			return false;
		q->q_total = f->f_off + f->f_len;
	}
	TAILQ_FOREACH(next, &q->q_frags, f_list)
		if (next->f_off >= f->f_off)
			break;
	prev = next != NULL ? TAILQ_PREV(next, fraghead, f_list)
			    : TAILQ_LAST(&q->q_frags, fraghead);
	if (prev != NULL && prev->f_off + prev->f_len > f->f_off)
		return false;
	if (next != NULL && f->f_off + f->f_len > next->f_off)
		return false;
	if (q->q_total != -1) {
		struct frag *last =
		    next != NULL ? TAILQ_LAST(&q->q_frags, fraghead) : f;

		if (last->f_off + last->f_len > q->q_total)
			return false;
	}
	if (next != NULL)
		TAILQ_INSERT_BEFORE(next, f, f_list);
	else
		TAILQ_INSERT_TAIL(&q->q_frags, f, f_list);
	q->q_nfrags++;
	q->q_have += f->f_len;
	return true;
}

/* Puts a fragment, which is m, of len bytes of data into its queue. */
static int
take(struct mbuf **mp, struct ip *ip, int hlen, int len)
{
	uint16_t field = ntohs(ip->ip_off);
	struct mbuf *m = *mp, *data;
	struct frag *f;
	struct ipq *q;

	q = find_queue(ip);
	f = q == NULL ? NULL : kmem_intr_alloc(sizeof(*f), KM_NOSLEEP);
	data = f == NULL ? NULL : m_split(m, hlen, M_DONTWAIT);
	if (data == NULL) {
		if (f != NULL)
			kmem_intr_free(f, sizeof(*f));
		IP_STATINC(IP_STAT_RCVMEMDROP);
		return ENOMEM;
	}
	*mp = NULL;
	f->f_m = data;
	f->f_off = (field & IP_OFFMASK) << 3;
	f->f_len = len;
	/* Congestion met by one fragment was met by the packet (RFC 3168). */
	if ((ip->ip_tos & IPTOS_ECN_MASK) == IPTOS_ECN_CE &&
	    (q->q_tos & IPTOS_ECN_MASK) != IPTOS_ECN_NOTECT)
		q->q_tos |= IPTOS_ECN_CE;
	if (!insert(q, f, (field & IP_MF) != 0)) {
		m_freem(data);
		kmem_intr_free(f, sizeof(*f));
		m_freem(m);
		IP_STATINC(IP_STAT_FRAGDROPPED);
		free_queue(q);
		return 0;
	}
	if (f->f_off == 0 && q->q_header == NULL)
		q->q_header = m;
	else
		m_freem(m);
	if (q->q_total != -1 && q->q_have == q->q_total && q->q_header != NULL)
		*mp = join(q);
	return 0;
}

int
ip_reass_packet(struct mbuf **mp, struct ip *ip)
{
	int hlen = ip->ip_hl << 2, len = ntohs(ip->ip_len) - hlen, error;
	uint16_t field = ntohs(ip->ip_off);

	IP_STATINC(IP_STAT_FRAGMENTS);
	/* All but the last are multiples of 8 bytes, and none is empty. */
	if (len <= 0 || ((field & IP_MF) != 0 && (len & 7) != 0) ||
	    ((field & IP_OFFMASK) << 3) + len + hlen > IP_MAXPACKET) {
		IP_STATINC(IP_STAT_BADFRAGS);
		return EINVAL;
	}
	mutex_enter(&ipq_lock);
	error = take(mp, ip, hlen, len);
	mutex_exit(&ipq_lock);
	return error;
}
