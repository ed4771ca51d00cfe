/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARP for Ethernet (RFC 826; limits of RFC 1122 section 2.3.2; announcements
 * and conflicts of RFC 5227).
 *
 * A table of its own, hashed by address.  An entry is incomplete while its
 * question is out: packets wait with it, few of them, and a timer repeats
 * the question.  A complete entry is good for arp_keep seconds, and asked for
 * again by unicast when it is used after that.  The oldest goes when there are
 * too many.  The timer runs only while a question is out.  softnet_lock
 * protects all but the queue of packets that came.
 */
#include <sys/callout.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/syslog.h>
#include <sys/systm.h>
#include <sys/time.h>

#include <net/ethertypes.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>
#include <net/netisr.h>
#include <net/route.h>
#include <netinet/if_inarp.h>
#include <netinet/in.h>
#include <netinet/in_var.h>

#include <lib/libkern/libkern.h>
#include <rump-sys/net.h>

#define HASH_SIZE   64
#define MAX_HELD    16 /* packets that wait in one entry */
#define MAX_ENTRIES 4096
#define MAX_QUEUED  256 /* packets that wait for arpintr() */

int arp_keep = 20 * 60;
int arp_maxtries = 5;
int arp_down = 20; /* seconds without questions after they failed */

struct arpent {
	LIST_ENTRY(arpent) ae_hash;
	TAILQ_ENTRY(arpent) ae_age; /* oldest first */
	struct ifnet *ae_ifp;
	struct in_addr ae_addr;
	uint8_t ae_lladdr[ETHER_ADDR_LEN];
	enum {
		INCOMPLETE,
		COMPLETE,
		PROBING,
		DOWN
	} ae_state;
	int ae_tries;
	time_t ae_time; /* uptime of the last change or question */
	struct mbuf *ae_held, **ae_heldtail;
	int ae_nheld;
};

static LIST_HEAD(, arpent) arp_hash[HASH_SIZE];
static TAILQ_HEAD(, arpent) arp_age = TAILQ_HEAD_INITIALIZER(arp_age);
static int arp_count, arp_asking;
static callout_t arp_callout;
static struct ifqueue arpq; /* arpq_lock */
static kmutex_t arpq_lock;

static u_int
bucket(struct in_addr addr)
{
	const uint32_t a = ntohl(addr.s_addr);

	return (a ^ a >> 8) % HASH_SIZE;
}

static struct arpent *
find(struct ifnet *ifp, struct in_addr addr)
{
	struct arpent *ae;

	LIST_FOREACH(ae, &arp_hash[bucket(addr)], ae_hash)
		if (ae->ae_ifp == ifp && in_hosteq(ae->ae_addr, addr))
			return ae;
	return NULL;
}

static void
drop_held(struct arpent *ae)
{
	struct mbuf *m;

	while ((m = ae->ae_held) != NULL) {
		ae->ae_held = m->m_nextpkt;
		m->m_nextpkt = NULL;
		m_freem(m);
	}
	ae->ae_heldtail = &ae->ae_held;
	ae->ae_nheld = 0;
}

static bool
is_asking(const struct arpent *ae)
{
	return ae->ae_state == INCOMPLETE || ae->ae_state == PROBING;
}

static void
set_state(struct arpent *ae, int state)
{
	arp_asking -= is_asking(ae);
	ae->ae_state = state;
	ae->ae_time = time_uptime;
	if (is_asking(ae)) {
		ae->ae_tries = 0;
		if (arp_asking++ == 0)
			callout_schedule(&arp_callout, hz);
	}
}

static void
forget(struct arpent *ae)
{
	arp_asking -= is_asking(ae);
	drop_held(ae);
	LIST_REMOVE(ae, ae_hash);
	TAILQ_REMOVE(&arp_age, ae, ae_age);
	arp_count--;
	kmem_intr_free(ae, sizeof(*ae));
}

static struct arpent *
create(struct ifnet *ifp, struct in_addr addr)
{
	struct arpent *ae;

	if (arp_count >= MAX_ENTRIES)
		forget(TAILQ_FIRST(&arp_age));
	ae = kmem_intr_zalloc(sizeof(*ae), KM_NOSLEEP);
	if (ae == NULL)
		return NULL;
	ae->ae_ifp = ifp;
	ae->ae_addr = addr;
	ae->ae_heldtail = &ae->ae_held;
	ae->ae_state = DOWN;
	LIST_INSERT_HEAD(&arp_hash[bucket(addr)], ae, ae_hash);
	TAILQ_INSERT_TAIL(&arp_age, ae, ae_age);
	arp_count++;
	return ae;
}

/* A request for tip, from sip; to: NULL for a broadcast. */
static void
request_to(struct ifnet *ifp, const struct in_addr *sip,
    const struct in_addr *tip, const uint8_t *enaddr, const uint8_t *to)
{
	struct sockaddr sa;
	struct arphdr *ah;
	struct mbuf *m;
	int len = (int)sizeof(*ah) + 2 * (int)sizeof(struct in_addr) +
	    2 * ETHER_ADDR_LEN;

	if (enaddr == NULL) {
		if (ifp->if_sadl == NULL)
			return;
		enaddr = (const uint8_t *)CLLADDR(ifp->if_sadl);
	}
	m = m_gethdr(M_DONTWAIT, MT_DATA);
	if (m == NULL)
		return;
	m->m_data += max_linkhdr;
	m->m_len = m->m_pkthdr.len = len;
	ah = mtod(m, struct arphdr *);
	memset(ah, 0, (size_t)len);
	ah->ar_hrd = htons(ARPHRD_ETHER);
	ah->ar_pro = htons(ETHERTYPE_IP);
	ah->ar_hln = ETHER_ADDR_LEN;
	ah->ar_pln = sizeof(struct in_addr);
	ah->ar_op = htons(ARPOP_REQUEST);
	memcpy(ar_sha(ah), enaddr, ETHER_ADDR_LEN);
	memcpy(ar_spa(ah), sip, sizeof(*sip));
	memcpy(ar_tpa(ah), tip, sizeof(*tip));
	if (to != NULL)
		memcpy(ar_tha(ah), to, ETHER_ADDR_LEN);
	else
		m->m_flags |= M_BCAST;
	memset(&sa, 0, sizeof(sa));
	sa.sa_family = AF_ARP;
	sa.sa_len = sizeof(sa);
	(void)if_output_lock(ifp, ifp, m, &sa, NULL);
}

void
arprequest(struct ifnet *ifp, const struct in_addr *sip,
    const struct in_addr *tip, const u_int8_t *enaddr)
{
	request_to(ifp, sip, tip, enaddr, NULL);
}

static void
ask(struct arpent *ae)
{
	struct in_ifaddr *ia = in_get_ia_from_ifp(ae->ae_ifp);
	struct ifaddr *ifa;

	/* From the address of ours in the same network. */
	IFADDR_READER_FOREACH(ifa, ae->ae_ifp)
	if (ifa->ifa_addr->sa_family == AF_INET &&
	    (ntohl(ae->ae_addr.s_addr) & ifatoia(ifa)->ia_subnetmask) ==
		ifatoia(ifa)->ia_subnet) {
		ia = ifatoia(ifa);
		break;
	}
	if (ia == NULL)
		return;
	request_to(ae->ae_ifp, &ia->ia_addr.sin_addr, &ae->ae_addr, NULL,
	    ae->ae_state == PROBING ? ae->ae_lladdr : NULL);
}

static void
timer(void *arg)
{
	struct arpent *ae, *next;

	mutex_enter(softnet_lock);
	TAILQ_FOREACH_SAFE(ae, &arp_age, ae_age, next) {
		if (!is_asking(ae))
			continue;
		if (++ae->ae_tries < arp_maxtries) {
			ask(ae);
			continue;
		}
		drop_held(ae);
		set_state(ae, DOWN);
	}
	if (arp_asking > 0)
		callout_schedule(&arp_callout, hz);
	mutex_exit(softnet_lock);
}

static void
hold(struct arpent *ae, struct mbuf *m)
{
	struct mbuf *old;

	if (ae->ae_nheld == MAX_HELD) {
		old = ae->ae_held;
		ae->ae_held = old->m_nextpkt;
		if (ae->ae_held == NULL)
			ae->ae_heldtail = &ae->ae_held;
		old->m_nextpkt = NULL;
		m_freem(old);
		ae->ae_nheld--;
	}
	m->m_nextpkt = NULL;
	*ae->ae_heldtail = m;
	ae->ae_heldtail = &m->m_nextpkt;
	ae->ae_nheld++;
}

int
arpresolve(struct ifnet *ifp, const struct rtentry *rt, struct mbuf *m,
    const struct sockaddr *dst, void *desten, size_t destlen)
{
	struct in_addr addr = satocsin(dst)->sin_addr;
	struct arpent *ae = find(ifp, addr);

	if (ae != NULL &&
	    (ae->ae_state == COMPLETE || ae->ae_state == PROBING)) {
		memcpy(desten, ae->ae_lladdr, MIN(destlen, ETHER_ADDR_LEN));
		if (ae->ae_state == COMPLETE &&
		    time_uptime - ae->ae_time >= arp_keep) {
			set_state(ae, PROBING);
			ask(ae);
		}
		return 0;
	}
	if (ifp->if_flags & IFF_NOARP) {
		m_freem(m);
		return ENOTSUP;
	}
	if (ae == NULL && (ae = create(ifp, addr)) == NULL) {
		m_freem(m);
		return ENOBUFS;
	}
	if (ae->ae_state == DOWN) {
		if (ae->ae_tries >= arp_maxtries &&
		    time_uptime - ae->ae_time < arp_down) {
			m_freem(m);
			return rt != NULL && (rt->rt_flags & RTF_GATEWAY)
			    ? EHOSTUNREACH
			    : EHOSTDOWN;
		}
		set_state(ae, INCOMPLETE);
		hold(ae, m);
		ask(ae);
		return EWOULDBLOCK;
	}
	hold(ae, m);
	return EWOULDBLOCK;
}

/* The hook of Ethernet output. */
static int
resolve_ether(struct ifnet *ifp, const struct rtentry *rt, struct mbuf *m,
    const struct sockaddr *dst, uint8_t *edst)
{
	return arpresolve(ifp, rt, m, dst, edst, ETHER_ADDR_LEN);
}

/* An address was learned: what waited for it goes out. */
static void
learned(struct arpent *ae, const uint8_t *lladdr)
{
	struct sockaddr_in sin;
	struct mbuf *m, *next;

	memcpy(ae->ae_lladdr, lladdr, ETHER_ADDR_LEN);
	set_state(ae, COMPLETE);
	ae->ae_tries = 0;
	TAILQ_REMOVE(&arp_age, ae, ae_age);
	TAILQ_INSERT_TAIL(&arp_age, ae, ae_age);
	m = ae->ae_held;
	ae->ae_held = NULL;
	ae->ae_heldtail = &ae->ae_held;
	ae->ae_nheld = 0;
	sockaddr_in_init(&sin, &ae->ae_addr, 0);
	for (; m != NULL; m = next) {
		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		(void)if_output_lock(
		    ae->ae_ifp, ae->ae_ifp, m, sintosa(&sin), NULL);
	}
}

/* Is addr, which is not ours, on a network of the interface? */
static bool
onlink(struct ifnet *ifp, struct in_addr addr)
{
	return in_direct(addr, ifp) && !in_broadcast(addr, ifp);
}

static void
reply(struct ifnet *ifp, struct mbuf *m, struct in_addr ours)
{
	struct arphdr *ah = mtod(m, struct arphdr *);
	struct in_addr theirs;
	struct sockaddr sa;

	memcpy(&theirs, ar_spa(ah), sizeof(theirs));
	memcpy(ar_tha(ah), ar_sha(ah), ETHER_ADDR_LEN);
	memcpy(ar_sha(ah), CLLADDR(ifp->if_sadl), ETHER_ADDR_LEN);
	memcpy(ar_tpa(ah), &theirs, sizeof(theirs));
	memcpy(ar_spa(ah), &ours, sizeof(ours));
	ah->ar_op = htons(ARPOP_REPLY);
	m->m_flags &= ~(M_BCAST | M_MCAST);
	m->m_len =
	    (int)sizeof(*ah) + 2 * (int)sizeof(ours) + 2 * ETHER_ADDR_LEN;
	m->m_pkthdr.len = m->m_len;
	m_reset_rcvif(m);
	memset(&sa, 0, sizeof(sa));
	sa.sa_family = AF_ARP;
	sa.sa_len = sizeof(sa);
	(void)if_output_lock(ifp, ifp, m, &sa, NULL);
}

/* RFC 826's algorithm for one packet whose header is sound. */
void
in_arpinput(struct mbuf *m)
{
	static struct timeval lasttold;
	static const struct timeval interval = {10, 0};
	struct arphdr *ah = mtod(m, struct arphdr *);
	struct ifnet *ifp = m_get_rcvif_NOMPSAFE(m);
	struct in_addr spa, tpa;
	struct in_ifaddr *ia;
	struct arpent *ae;
	int op = ntohs(ah->ar_op);

	memcpy(&spa, ar_spa(ah), sizeof(spa));
	memcpy(&tpa, ar_tpa(ah), sizeof(tpa));
	if (ifp == NULL || ifp->if_sadl == NULL ||
	    memcmp(ar_sha(ah), CLLADDR(ifp->if_sadl), ETHER_ADDR_LEN) == 0 ||
	    ETHER_IS_MULTICAST(ar_sha(ah)))
		goto out;
	ia = in_get_ia_on_iface(tpa, ifp);
	if (in_get_ia_on_iface(spa, ifp) != NULL) {
		if (ratecheck(&lasttold, &interval))
			log(LOG_ERR, "%s: %s is also used by %s\n",
			    ifp->if_xname, in_fmtaddr(spa),
			    ether_sprintf(ar_sha(ah)));
	} else if (onlink(ifp, spa)) {
		/* Refresh what we know; learn from those who ask us. */
		ae = find(ifp, spa);
		if (ae == NULL && ia != NULL)
			ae = create(ifp, spa);
		if (ae != NULL)
			learned(ae, ar_sha(ah));
	}
	if (op == ARPOP_REQUEST && ia != NULL) {
		reply(ifp, m, tpa);
		return;
	}
out:
	m_freem(m);
}

/*
 * From Ethernet: the packet behind its header.  Queued, since bridges call
 * ether_input() with softnet_lock held.
 */
void
arp_input(struct ifnet *ifp, struct mbuf *m)
{
	const int need = (int)sizeof(struct arphdr) + 2 * ETHER_ADDR_LEN +
	    2 * (int)sizeof(struct in_addr);
	struct arphdr *ah;
	bool full;

	if (m->m_pkthdr.len < need ||
	    (m->m_len < need && (m = m_pullup(m, need)) == NULL)) {
		m_freem(m);
		return;
	}
	ah = mtod(m, struct arphdr *);
	if (ntohs(ah->ar_hrd) != ARPHRD_ETHER ||
	    ntohs(ah->ar_pro) != ETHERTYPE_IP || ah->ar_hln != ETHER_ADDR_LEN ||
	    ah->ar_pln != sizeof(struct in_addr)) {
		m_freem(m);
		return;
	}
	mutex_enter(&arpq_lock);
	full = IF_QFULL(&arpq);
	if (!full)
		IF_ENQUEUE(&arpq, m);
	mutex_exit(&arpq_lock);
	if (full) {
		ifp->if_iqdrops++;
		m_freem(m);
	} else
		schednetisr(NETISR_ARP);
}

void
arpintr(void)
{
	struct mbuf *m;

	mutex_enter(softnet_lock);
	for (;;) {
		mutex_enter(&arpq_lock);
		IF_DEQUEUE(&arpq, m);
		mutex_exit(&arpq_lock);
		if (m == NULL)
			break;
		in_arpinput(m);
	}
	mutex_exit(softnet_lock);
}

/* An address came up: announce it, and learn of those who have it too. */
void
arp_ifinit(struct ifnet *ifp, struct ifaddr *ifa)
{
	struct in_addr *ip = &ifatoia(ifa)->ia_addr.sin_addr;

	if (!in_nullhost(*ip) &&
	    (ifp->if_flags & (IFF_UP | IFF_RUNNING | IFF_NOARP)) ==
		(IFF_UP | IFF_RUNNING))
		arprequest(ifp, ip, ip, NULL);
}

void
arpannounce(struct ifnet *ifp, struct ifaddr *ifa, const uint8_t *enaddr)
{
	struct in_addr *ip = &ifatoia(ifa)->ia_addr.sin_addr;

	if (!in_nullhost(*ip))
		arprequest(ifp, ip, ip, enaddr);
}

void
arp_purgeif(struct ifnet *ifp)
{
	struct arpent *ae, *next;

	TAILQ_FOREACH_SAFE(ae, &arp_age, ae_age, next)
		if (ae->ae_ifp == ifp)
			forget(ae);
}

/* Memory is short: what can be asked again goes. */
void
arp_drain(void)
{
	struct arpent *ae;

	mutex_enter(softnet_lock);
	while ((ae = TAILQ_FIRST(&arp_age)) != NULL)
		forget(ae);
	mutex_exit(softnet_lock);
}

void
arp_rtrequest(int req, struct rtentry *rt, const struct rt_addrinfo *info)
{
}

void
arp_init(void)
{
	callout_init(&arp_callout, CALLOUT_MPSAFE);
	callout_setfunc(&arp_callout, timer, NULL);
	mutex_init(&arpq_lock, MUTEX_DEFAULT, IPL_NET);
	arpq.ifq_maxlen = MAX_QUEUED;
	rump_netisr_register(NETISR_ARP, arpintr);
	rump_arpresolve = resolve_ether;
	rump_arp_ifinit = arp_ifinit;
	rump_ether_register(ETHERTYPE_ARP, arp_input);
}
