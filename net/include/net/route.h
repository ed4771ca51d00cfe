/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routes: entries, caches, timers, and the messages of the routing socket.
 *
 * softnet_lock protects routes and the table. An entry lives as long as it is
 * in the table (RTF_UP) or somebody holds a reference.
 */
#ifndef _NET_ROUTE_H_
#define _NET_ROUTE_H_

#include <net/if.h>
#include <net/radix.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/types.h>

#ifdef _KERNEL
struct rtbl;

/* What a user of routes remembers between packets. */
struct route {
	struct rtentry *_ro_rt;
	struct sockaddr *ro_sa; /* destination */
	LIST_ENTRY(route) ro_rtcache_next;
	bool ro_invalid;
	unsigned int ro_gen; /* table generation of _ro_rt */
};
#endif

struct rt_metrics {
	uint64_t rmx_locks;
	uint64_t rmx_mtu;
	uint64_t rmx_hopcount;
	uint64_t rmx_recvpipe;
	uint64_t rmx_sendpipe;
	uint64_t rmx_ssthresh;
	uint64_t rmx_rtt;
	uint64_t rmx_rttvar;
	time_t rmx_expire;
	time_t rmx_pksent;
};
#define RTM_RTTUNIT 1000000

#ifdef _KERNEL
struct rtentry {
	struct radix_node rt_nodes[2];
#define rt_mask(r) ((const struct sockaddr *)((r)->rt_nodes->rn_mask))
	struct sockaddr *rt_gateway;
	int rt_flags; /* RTF_* */
	int rt_refcnt;
	uint64_t rt_use;
	struct ifnet *rt_ifp;
	struct ifaddr *rt_ifa;
	uint32_t rt_ifa_seqno;
	void *rt_llinfo;
	struct rt_metrics rt_rmx;
	struct rtentry *rt_gwroute;
	LIST_HEAD(, rttimer) rt_timer;
	struct rtentry *rt_parent;
	struct sockaddr *_rt_key;
	struct sockaddr *rt_tag;
};

static __inline const struct sockaddr *
rt_getkey(const struct rtentry *rt)
{
	return rt->_rt_key;
}
#define rt_key(rt) rt_getkey(rt)
#endif /* _KERNEL */

/* layout of SIOCADDRT's argument */
struct ortentry {
	uint32_t rt_hash;
	struct sockaddr rt_dst;
	struct sockaddr rt_gateway;
	int16_t rt_flags;
	int16_t rt_refcnt;
	uint32_t rt_use;
	struct ifnet *rt_ifp;
};

#define RTF_UP        0x1
#define RTF_GATEWAY   0x2
#define RTF_HOST      0x4
#define RTF_REJECT    0x8
#define RTF_DYNAMIC   0x10
#define RTF_MODIFIED  0x20
#define RTF_DONE      0x40
#define RTF_MASK      0x80
#define RTF_CONNECTED 0x100
#define RTF_CLONING   RTF_CONNECTED
#define RTF_LLDATA    0x400
#define RTF_LLINFO    RTF_LLDATA
#define RTF_STATIC    0x800
#define RTF_BLACKHOLE 0x1000
#define RTF_CLONED    0x2000
#define RTF_PROTO2    0x4000
#define RTF_PROTO1    0x8000
#define RTF_SRC       0x10000
#define RTF_ANNOUNCE  0x20000
#define RTF_LOCAL     0x40000
#define RTF_BROADCAST 0x80000

struct rtstat {
	uint64_t rts_badredirect;
	uint64_t rts_dynamic;
	uint64_t rts_newgateway;
	uint64_t rts_unreach;
	uint64_t rts_wildcard;
};

#define __RT_ALIGN8 __attribute__((__aligned__(sizeof(uint64_t))))

struct rt_msghdr {
	u_short rtm_msglen __RT_ALIGN8;
	u_char rtm_version;
	u_char rtm_type;
	u_short rtm_index;
	int rtm_flags;
	int rtm_addrs;
	pid_t rtm_pid;
	int rtm_seq;
	int rtm_errno;
	int rtm_use;
	int rtm_inits;
	struct rt_metrics rtm_rmx __RT_ALIGN8;
};

#define RTM_VERSION 4

#define RTM_ADD        0x1
#define RTM_DELETE     0x2
#define RTM_CHANGE     0x3
#define RTM_GET        0x4
#define RTM_LOSING     0x5
#define RTM_REDIRECT   0x6
#define RTM_MISS       0x7
#define RTM_LOCK       0x8
#define RTM_OLDADD     0x9
#define RTM_OLDDEL     0xa
#define RTM_RESOLVE    0xb
#define RTM_NEWADDR    0xc
#define RTM_DELADDR    0xd
#define RTM_OOIFINFO   0xe
#define RTM_OIFINFO    0xf
#define RTM_IFANNOUNCE 0x10
#define RTM_IEEE80211  0x11
#define RTM_SETGATE    0x12
#define RTM_LLINFO_UPD 0x13
#define RTM_IFINFO     0x14
#define RTM_CHGADDR    0x15

#define RTV_MTU      0x1
#define RTV_HOPCOUNT 0x2
#define RTV_EXPIRE   0x4
#define RTV_RPIPE    0x8
#define RTV_SPIPE    0x10
#define RTV_SSTHRESH 0x20
#define RTV_RTT      0x40
#define RTV_RTTVAR   0x80

#define RTA_DST     0x1
#define RTA_GATEWAY 0x2
#define RTA_NETMASK 0x4
#define RTA_GENMASK 0x8
#define RTA_IFP     0x10
#define RTA_IFA     0x20
#define RTA_AUTHOR  0x40
#define RTA_BRD     0x80
#define RTA_TAG     0x100

#define RTAX_DST     0
#define RTAX_GATEWAY 1
#define RTAX_NETMASK 2
#define RTAX_GENMASK 3
#define RTAX_IFP     4
#define RTAX_IFA     5
#define RTAX_AUTHOR  6
#define RTAX_BRD     7
#define RTAX_TAG     8
#define RTAX_MAX     9

#define RT_ROUNDUP2(a, n) ((a) > 0 ? (1 + (((a)-1U) | ((n)-1))) : (n))
#define RT_ROUNDUP(a)     RT_ROUNDUP2((a), sizeof(uint64_t))
#define RT_ADVANCE(x, n)  (x += RT_ROUNDUP((n)->sa_len))

struct rt_addrinfo {
	int rti_addrs;
	const struct sockaddr *rti_info[RTAX_MAX];
	int rti_flags;
	struct ifaddr *rti_ifa;
	struct ifnet *rti_ifp;
};

struct route_cb {
	int ip_count;
	int ip6_count;
	int unused1;
	int mpls_count;
	int any_count;
};

#ifdef _KERNEL
struct mbuf;
struct socket;
struct lwp;
struct rttimer;

struct rttimer_queue {
	long rtq_timeout;
	unsigned long rtq_count;
	TAILQ_HEAD(, rttimer) rtq_head;
	LIST_ENTRY(rttimer_queue) rtq_link;
};

struct rttimer {
	TAILQ_ENTRY(rttimer) rtt_next;
	LIST_ENTRY(rttimer) rtt_link;
	struct rttimer_queue *rtt_queue;
	struct rtentry *rtt_rt;
	void (*rtt_func)(struct rtentry *, struct rttimer *);
	time_t rtt_time;
	struct rtentry *rtt_unusedrt;
};

typedef void (*rttimer_func_t)(struct rtentry *, struct rttimer *);

extern struct route_cb route_cb;
extern struct rtstat rtstat;
extern unsigned int rt_generation;

void rt_init(void);
int route_output(struct mbuf *, struct socket *);

/* routing socket */
void rt_ieee80211msg(struct ifnet *, int, void *, size_t);
void rt_ifannouncemsg(struct ifnet *, int);
void rt_ifmsg(struct ifnet *);
void rt_missmsg(int, const struct rt_addrinfo *, int, int);
struct mbuf *rt_msg1(int, struct rt_addrinfo *, void *, int);
int rt_msg3(int, struct rt_addrinfo *, void *, void *, int *);
void rt_newaddrmsg(int, struct ifaddr *, int, struct rtentry *);
void rt_newmsg(const int, const struct rtentry *);
bool rt_ifa_connected(const struct rtentry *, const struct ifaddr *);
void rt_maskedcopy(
    const struct sockaddr *, struct sockaddr *, const struct sockaddr *);

/* timers */
int rt_timer_add(struct rtentry *, rttimer_func_t, struct rttimer_queue *);
void rt_timer_init(void);
void rt_timer_queue_change(struct rttimer_queue *, long);
struct rttimer_queue *rt_timer_queue_create(u_int);
void rt_timer_queue_destroy(struct rttimer_queue *);
void rt_timer_queue_remove_all(struct rttimer_queue *);
unsigned long rt_timer_count(struct rttimer_queue *);
void rt_timer_remove_all(struct rtentry *);
void rt_timer_timer(void *);

/* table */
void rtfree(struct rtentry *);
void rt_unref(struct rtentry *);
int rt_getifp(struct rt_addrinfo *);
struct ifaddr *rt_getifa(struct rt_addrinfo *);
int rt_setgate(struct rtentry *, const struct sockaddr *);
const struct sockaddr *rt_settag(struct rtentry *, const struct sockaddr *);
struct sockaddr *rt_gettag(const struct rtentry *);
struct sockaddr *rt_setkey(struct rtentry *, const struct sockaddr *, int);
void rt_destroy(struct rtentry *);
void rt_replace_ifa(struct rtentry *, struct ifaddr *);
void rt_set_ifa(struct rtentry *, struct ifaddr *);
struct ifaddr *rt_get_ifa(struct rtentry *);
struct rtentry *rtalloc1(const struct sockaddr *, int);
int rtinit(struct ifaddr *, int, int);
void rtredirect(const struct sockaddr *, const struct sockaddr *,
    const struct sockaddr *, int, const struct sockaddr *, struct rtentry **);
int rtrequest(int, const struct sockaddr *, const struct sockaddr *,
    const struct sockaddr *, int, struct rtentry **);
int rtrequest1(int, struct rt_addrinfo *, struct rtentry **);
int rtrequest_newmsg(const int, const struct sockaddr *,
    const struct sockaddr *, const struct sockaddr *, const int);
int rt_ifa_addlocal(struct ifaddr *);
int rt_ifa_remlocal(struct ifaddr *, struct ifaddr *);
int rt_check_reject_route(const struct rtentry *, const struct ifnet *);
void rt_delete_matched_entries(
    sa_family_t, int (*)(struct rtentry *, void *), void *);
struct ifaddr *
ifa_ifwithroute(int, const struct sockaddr *, const struct sockaddr *);

static __inline struct rtentry *
rtcache_rt_unchecked(const struct route *ro)
{
	return ro->_ro_rt;
}

/* caches */
void rtcache_copy(struct route *, const struct route *);
void rtcache_free(struct route *);
struct rtentry *rtcache_init(struct route *);
struct rtentry *rtcache_init_noclone(struct route *);
struct rtentry *rtcache_update(struct route *, int);
struct rtentry *
rtcache_lookup2(struct route *, const struct sockaddr *, int, int *);
struct rtentry *_rtcache_init(struct route *, int);
int rtcache_setdst(struct route *, const struct sockaddr *);
void rtcache_invalidate(void *);

/* The route of a cache if it is still good. */
static __inline struct rtentry *
rtcache_validate(const struct route *ro)
{
	struct rtentry *rt = ro->_ro_rt;

	if (rt == NULL || ro->ro_gen != rt_generation ||
	    (rt->rt_flags & RTF_UP) == 0)
		return NULL;
	return rt;
}

/* The routes that caches hand out need no release. */
#define rtcache_unref(rt, ro) ((void)(rt))

static __inline struct rtentry *
rtcache_lookup1(struct route *ro, const struct sockaddr *dst, int clone)
{
	int hit;

	return rtcache_lookup2(ro, dst, clone, &hit);
}

static __inline struct rtentry *
rtcache_lookup(struct route *ro, const struct sockaddr *dst)
{
	return rtcache_lookup1(ro, dst, 1);
}

static __inline const struct sockaddr *
rtcache_getdst(const struct route *ro)
{
	return ro->ro_sa;
}
#endif /* _KERNEL */

#endif /* _NET_ROUTE_H_ */
