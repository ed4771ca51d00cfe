/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Allocation of mbufs and of their external storage.
 *
 * Mbufs and storage of 2, 16 and 64 KiB come from pool caches, so that the
 * usual allocation and release touch only memory of this CPU. The count of
 * references to external storage lives in the mbuf that first got it
 * (m_ext_ref); that mbuf is freed with the storage, even if its own chain
 * went away earlier.
 */
#include <sys/atomic.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/param.h>
#define MBUFTYPES
#include <net/if.h>
#include <sys/domain.h>
#include <sys/mbuf.h>
#include <sys/percpu.h>
#include <sys/pool.h>
#include <sys/protosw.h>
#include <sys/systm.h>

#include <rump-sys/drvcall.h>

#include "mbuf_impl.h"

MALLOC_DEFINE(M_MBUF, "mbuf", "mbuf");

pool_cache_t mb_cache;
pool_cache_t mcl_cache;
static pool_cache_t mcl16_cache;
static pool_cache_t mcl64_cache;

struct mbstat mbstat;
const int msize = MSIZE;
const int mclbytes = MCLBYTES;
int nmbclusters = NMBCLUSTERS; /* of MCLBYTES; set by mbuf_setlimit() */
int mblowat;
int mcllowat;
int max_linkhdr = 24;   /* room for the link header, kept aligned */
int max_protohdr = 104; /* IPv6, extension headers and TCP with options */
int max_hdr;
int max_datalen;

static percpu_t *mbstat_percpu;
static void *m_drain_si;

static void m_drain(void *);

/* Set up the pools; once, before any network component starts. */
void
mbinit(void)
{
	mb_cache = pool_cache_init(
	    MSIZE, 64, 0, 0, "mbpl", NULL, IPL_VM, NULL, NULL, NULL);
	mcl_cache = pool_cache_init(
	    MCLBYTES, 64, 0, 0, "mclpl", NULL, IPL_VM, NULL, NULL, NULL);
	mcl16_cache = pool_cache_init(
	    MBUF_16K, 64, 0, 0, "mcl16pl", NULL, IPL_VM, NULL, NULL, NULL);
	mcl64_cache = pool_cache_init(
	    MBUF_64K, 64, 0, 0, "mcl64pl", NULL, IPL_VM, NULL, NULL, NULL);
	m_drain_si = softint_establish(SOFTINT_NET, m_drain, NULL);
	pool_cache_set_drain_hook(mb_cache, m_reclaim, NULL);
	pool_cache_set_drain_hook(mcl_cache, m_reclaim, NULL);
	(void)mbuf_setlimit(MBUF_NMBCLUSTERS, nmbclusters);
	mbstat_percpu = percpu_alloc(sizeof(struct mbstat_cpu));
	max_hdr = max_linkhdr + max_protohdr;
	max_datalen = MHLEN - max_hdr;
}

/*
 * Set the limit of clusters, which only grows, or what the pools keep. EINVAL
 * if that is no number for it.
 */
int
mbuf_setlimit(int which, int n)
{
	if (n < 0 || (which == MBUF_NMBCLUSTERS && n < nmbclusters))
		return EINVAL;
	switch (which) {
	case MBUF_NMBCLUSTERS:
		nmbclusters = n;
		pool_cache_sethardlimit(
		    mcl_cache, n, "mbuf clusters: limit reached", 60);
		break;
	case MBUF_MBLOWAT:
		mblowat = n;
		pool_cache_setlowat(mb_cache, n);
		break;
	case MBUF_MCLLOWAT:
		mcllowat = n;
		pool_cache_setlowat(mcl_cache, n);
		break;
	}
	return 0;
}

/* Ask every protocol to give up what it can do without. */
static void
m_drain(void *arg)
{
	struct domain *dp;
	const struct protosw *pr;

	(void)arg;
	DOMAIN_FOREACH(dp)
	{
		for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++)
			if (pr->pr_drain != NULL)
				(*pr->pr_drain)();
	}
	mbstat.m_drain++;
}

/* The same soon: who needs memory may hold the protocols' locks. */
void
m_reclaim(void *arg, int flags)
{
	(void)arg;
	(void)flags;
	softint_schedule(m_drain_si);
}

/* Count DIFF more mbufs of TYPE. */
void
mbstat_type_add(int type, int diff)
{
	struct mbstat_cpu *mb;

	mb = percpu_getref(mbstat_percpu);
	mb->m_mtypes[type & 0xff] += diff;
	percpu_putref(mbstat_percpu);
}

static void
mbstat_sum(void *p, void *arg, struct cpu_info *ci)
{
	const struct mbstat_cpu *mb = p;
	u_int *sum = arg;
	int i;

	(void)ci;
	for (i = 0; i < 256; i++)
		sum[i] += mb->m_mtypes[i];
}

/* The counters of all CPUs, in the layout that sysctl shows. */
void
mbstat_collect(struct mbstat *out)
{
	u_int sum[256] = {0};
	int i;

	percpu_foreach(mbstat_percpu, mbstat_sum, sum);
	*out = mbstat;
	for (i = 0; i < 256; i++)
		out->m_mtypes[i] = (u_short)sum[i];
}

/*
 * An mbuf without packet header, or NULL. HOW is M_WAIT or M_DONTWAIT; the
 * data begin at the start of the buffer and are 0 bytes long.
 */
struct mbuf *
m_get(int how, int type)
{
	struct mbuf *m;

	m = pool_cache_get(mb_cache, how == M_WAIT ? PR_WAITOK : PR_NOWAIT);
	if (__predict_false(m == NULL)) {
		mbstat.m_drops++;
		return NULL;
	}
	mbstat_type_add(type, 1);
	m->m_next = NULL;
	m->m_nextpkt = NULL;
	m->m_data = m->m_dat;
	m->m_owner = NULL;
	m->m_len = 0;
	m->m_flags = 0;
	m->m_paddr = M_PADDR_INVALID;
	m->m_type = type;
	return m;
}

/* The same with a packet header, which is cleared. */
struct mbuf *
m_gethdr(int how, int type)
{
	struct mbuf *m;

	m = m_get(how, type);
	if (__predict_false(m == NULL))
		return NULL;
	m->m_data = m->m_pktdat;
	m->m_flags = M_PKTHDR;
	m_pkthdr_init(m);
	return m;
}

/* m_get() with its buffer cleared. */
struct mbuf *
m_getclr(int how, int type)
{
	struct mbuf *m;

	m = m_get(how, type);
	if (m != NULL)
		memset(mtod(m, void *), 0, MLEN);
	return m;
}

/* An mbuf with a 2 KiB cluster; FLAGS may say M_PKTHDR. */
struct mbuf *
m_getcl(int how, int type, int flags)
{
	struct mbuf *m;

	m = (flags & M_PKTHDR) != 0 ? m_gethdr(how, type) : m_get(how, type);
	if (m == NULL)
		return NULL;
	m_clget(m, how);
	if ((m->m_flags & M_EXT) == 0) {
		m_free(m);
		return NULL;
	}
	return m;
}

static bool
m_cluster_add(struct mbuf *m, pool_cache_t pc, size_t size, int how)
{
	paddr_t pa = M_PADDR_INVALID;
	void *buf;

	buf = pool_cache_get_paddr(
	    pc, how == M_WAIT ? PR_WAITOK : PR_NOWAIT, &pa);
	if (__predict_false(buf == NULL))
		return false;
	MEXTADD(m, buf, size, M_MBUF, NULL, pc);
	m->m_flags |= M_EXT_CLUSTER | M_EXT_RW;
	m->m_ext_storage.ext_paddr = pa;
	return true;
}

/* Give M a 2 KiB cluster; M_EXT in m_flags says whether that worked. */
void
m_clget(struct mbuf *m, int how)
{
	(void)m_cluster_add(m, mcl_cache, MCLBYTES, how);
}

bool
m_clgetsize(struct mbuf *m, size_t size, int how)
{
	if (size <= MCLBYTES)
		return m_cluster_add(m, mcl_cache, MCLBYTES, how);
	if (size <= MBUF_16K)
		return m_cluster_add(m, mcl16_cache, MBUF_16K, how);
	if (size <= MBUF_64K)
		return m_cluster_add(m, mcl64_cache, MBUF_64K, how);
	return m_ext_malloc(m, size, how) != NULL;
}

static void
m_ext_malloc_free(struct mbuf *m, void *buf, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	kern_free(buf);
	if (m != NULL)
		pool_cache_put(mb_cache, m);
}

/* Give M storage of any size from malloc(9). */
void *
m_ext_malloc(struct mbuf *m, size_t size, int how)
{
	void *buf;

	buf = kern_malloc(size, how == M_WAIT ? M_WAITOK : M_NOWAIT);
	if (buf == NULL)
		return NULL;
	MEXTADD(m, buf, size, M_MBUF, m_ext_malloc_free, NULL);
	m->m_flags |= M_EXT_RW;
	return buf;
}

/* Let N use the storage of M too; the caller sets N's data and length. */
void
m_ext_addref(struct mbuf *m, struct mbuf *n)
{
	KASSERT((m->m_flags & M_EXT) != 0);
	KASSERT((n->m_flags & M_EXT) == 0);

	n->m_flags |= m->m_flags & (M_EXT | M_EXT_FLAGS);
	n->m_ext_ref = m->m_ext_ref;
	atomic_inc_uint(&n->m_ext.ext_refcnt);
}

/* The last reference is gone: free storage and the mbuf that describes it. */
static void
m_ext_release(struct mbuf *ref, int flags)
{
	struct _m_ext_storage *ext = &ref->m_ext_storage;

	if ((flags & M_EXT_CLUSTER) != 0) {
		pool_cache_put_paddr(
		    ext->ext_arg, ext->ext_buf, ext->ext_paddr);
		ref->m_type = MT_FREE;
		pool_cache_put(mb_cache, ref);
	} else if (ext->ext_free != NULL) {
		/* the free routine gets the mbuf, and disposes of it */
		ref->m_type = MT_FREE;
		(*ext->ext_free)(
		    ref, ext->ext_buf, ext->ext_size, ext->ext_arg);
	} else {
		kern_free(ext->ext_buf);
		ref->m_type = MT_FREE;
		pool_cache_put(mb_cache, ref);
	}
}

/* Free an mbuf with external storage, and the storage with the last one. */
void
m_ext_free(struct mbuf *m)
{
	struct mbuf *ref = m->m_ext_ref;
	int flags = m->m_flags;
	u_int left = 0;

	/*
	 * A count of one cannot grow behind our back: whoever could make it
	 * grow would have to hold another reference.
	 */
	if (__atomic_load_n(&ref->m_ext_storage.ext_refcnt, __ATOMIC_ACQUIRE) !=
	    1)
		left = atomic_dec_uint_nv(&ref->m_ext_storage.ext_refcnt);

	if (m != ref) {
		m->m_type = MT_FREE;
		pool_cache_put(mb_cache, m);
	}
	if (left == 0)
		m_ext_release(ref, flags);
}

static inline __always_inline struct mbuf *
mbuf_free(struct mbuf *m, const void *at)
{
	struct mbuf *n = m->m_next;

	if (__predict_false((u_int)m->m_type - 1 >= MT_OOBDATA))
		rump_rule_broken("mbuf(9)", at,
		    m->m_type == MT_FREE
			? "mbuf %p was freed before"
			: "mbuf %p was freed before, or is none, or was overwritten",
		    m);
	mbstat_type_add(m->m_type, -1);
	if ((m->m_flags & M_PKTHDR) != 0 && !SLIST_EMPTY(&m->m_pkthdr.tags))
		m_tag_delete_chain(m, NULL);
	if ((m->m_flags & M_EXT) != 0)
		m_ext_free(m);
	else {
		m->m_type = MT_FREE;
		pool_cache_put(mb_cache, m);
	}
	return n;
}

/* Free one mbuf; the next one of its chain. */
struct mbuf *
m_free(struct mbuf *m)
{
	return mbuf_free(m, __builtin_return_address(0));
}

/* Free a chain, or nothing. */
void
m_freem(struct mbuf *m)
{
	while (m != NULL)
		m = mbuf_free(m, __builtin_return_address(0));
}

/* Remember the interface that a packet came in on. */
void
m_set_rcvif(struct mbuf *m, const struct ifnet *ifp)
{
	KASSERT((m->m_flags & M_PKTHDR) != 0);
	m->m_pkthdr.rcvif_index = ifp->if_index;
}

void
m_reset_rcvif(struct mbuf *m)
{
	KASSERT((m->m_flags & M_PKTHDR) != 0);
	m->m_pkthdr._rcvif.ctx = NULL;
}

void
m_copy_rcvif(struct mbuf *m, const struct mbuf *n)
{
	m->m_pkthdr.rcvif_index = n->m_pkthdr.rcvif_index;
}
