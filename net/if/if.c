/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interfaces: attaching, finding, detaching.
 *
 * An interface is initialized, then registered, which puts it on the list.
 * Readers walk the list in a pserialize section, or keep an interface across
 * sleeps with a psref. Detaching takes it off the list, waits for readers,
 * then takes its addresses and routes away.
 *
 * Lock order: if_ioctl_lock, ifnet_mtx, softnet_lock.
 */
#include <sys/callout.h>
#include <sys/domain.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/pserialize.h>
#include <sys/psref.h>
#include <sys/socketvar.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_types.h>
#include <net/radix.h>
#include <net/route.h>
#include <net/rtbl.h>

#include "if_impl.h"

kmutex_t ifnet_mtx;
struct pslist_head ifnet_pslist;
struct psref_class *ifnet_psref_class;
struct pserialize *ifnet_psz;
struct ifnet_head ifnet_list = TAILQ_HEAD_INITIALIZER(ifnet_list);
int ifqmaxlen = IFQ_MAXLEN;
struct ifnet *lo0ifp;
size_t if_indexlim;
pfil_head_t *if_pfil;

static struct ifnet **ifindex2ifnet; /* i: */
static u_int if_indexmax = 1;
static bool ifinit_done;

void
ifinit1(void)
{
	mutex_init(&ifnet_mtx, MUTEX_DEFAULT, IPL_NONE);
	PSLIST_INIT(&ifnet_pslist);
	TAILQ_INIT(&ifnet_list);
	ifnet_psz = pserialize_create();
	ifnet_psref_class = psref_class_create("ifnet", IPL_SOFTNET);
	if_indexlim = 64;
	ifindex2ifnet =
	    kmem_zalloc(if_indexlim * sizeof(*ifindex2ifnet), KM_SLEEP);
	pfil_init();
	if_pfil = pfil_head_create(PFIL_TYPE_IFNET, NULL);
}

/* Sockets can talk to interfaces from now on. */
void
ifinit(void)
{
	ifinit_done = true;
	if_attachdomain();
}

struct ifnet *
if_alloc(u_char type)
{
	(void)type;
	return kmem_zalloc(sizeof(struct ifnet), KM_SLEEP);
}

void
if_free(struct ifnet *ifp)
{
	kmem_free(ifp, sizeof(*ifp));
}

void
if_initname(struct ifnet *ifp, const char *name, int unit)
{
	(void)snprintf(
	    ifp->if_xname, sizeof(ifp->if_xname), "%s%d", name, unit);
}

/* What an interface is given until it has, and after it had, a driver. */
static int
if_nulloutput(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    const struct rtentry *rt)
{
	(void)ifp;
	(void)dst;
	(void)rt;
	m_freem(m);
	return ENXIO;
}

/* of an interface without link layer or output, which is not deactivated */
static int
if_nolinkoutput(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    const struct rtentry *rt)
{
	return if_nulloutput(ifp, m, dst, rt);
}

static void
if_nullinput(struct ifnet *ifp, struct mbuf *m)
{
	(void)ifp;
	m_freem(m);
}

static void
if_nullstart(struct ifnet *ifp)
{
	(void)ifp;
}

static int
if_nulltransmit(struct ifnet *ifp, struct mbuf *m)
{
	(void)ifp;
	m_freem(m);
	return ENXIO;
}

static int
if_nullioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	(void)ifp;
	(void)cmd;
	(void)data;
	return ENXIO;
}

static int
if_nullinit(struct ifnet *ifp)
{
	(void)ifp;
	return ENXIO;
}

static void
if_nullstop(struct ifnet *ifp, int disable)
{
	(void)ifp;
	(void)disable;
}

static void
if_nullslowtimo(struct ifnet *ifp)
{
	(void)ifp;
}

static void
if_nulldrain(struct ifnet *ifp)
{
	(void)ifp;
}

/* From now on the driver is not called any more; no ioctl is under way. */
void
if_deactivate(struct ifnet *ifp)
{
	kmutex_t *lock = ifp->if_ioctl_lock;

	if (lock != NULL && mutex_owned(lock))
		lock = NULL;
	if (lock != NULL)
		mutex_enter(lock);
	ifp->if_output = if_nulloutput;
	ifp->_if_input = if_nullinput;
	ifp->if_start = if_nullstart;
	ifp->if_transmit = if_nulltransmit;
	ifp->if_ioctl = if_nullioctl;
	ifp->if_init = if_nullinit;
	ifp->if_stop = if_nullstop;
	ifp->if_slowtimo = if_nullslowtimo;
	ifp->if_drain = if_nulldrain;
	if (lock != NULL)
		mutex_exit(lock);
}

/*
 * The link layer is gone, the driver is not: no packet goes in or out and no
 * request is answered, until the link layer is attached again. Requests that
 * are under way are not waited for: drivers hold their locks here.
 */
void
if_disconnect(struct ifnet *ifp)
{
	ifp->if_output = if_nolinkoutput;
	ifp->_if_input = if_nullinput;
	ifp->if_ioctl = if_nullioctl;
}

bool
if_is_deactivated(struct ifnet *ifp)
{
	return ifp->if_output == if_nulloutput;
}

static int
if_index_get(struct ifnet *ifp)
{
	struct ifnet **old, **new;
	size_t n;
	u_int i;

	for (i = 1; i < if_indexlim && ifindex2ifnet[i] != NULL; i++)
		continue;
	if (i > USHRT_MAX - 1)
		return ENOSPC;
	if (i >= if_indexlim) {
		n = if_indexlim;
		new = kmem_zalloc(2 * n * sizeof(*new), KM_SLEEP);
		memcpy(new, ifindex2ifnet, n * sizeof(*new));
		old = ifindex2ifnet;
		membar_producer();
		ifindex2ifnet = new;
		membar_producer();
		if_indexlim = 2 * n;
		pserialize_perform(ifnet_psz);
		kmem_free(old, n * sizeof(*old));
	}
	ifp->if_index = i;
	if (i > if_indexmax)
		if_indexmax = i;
	return 0;
}

/* Prepare an interface; it is not visible yet. */
void
if_initialize(struct ifnet *ifp)
{
	KASSERT(if_indexlim > 0);
	TAILQ_INIT(&ifp->if_addrlist);
	PSLIST_INIT(&ifp->if_addr_pslist);
	psref_target_init(&ifp->if_psref, ifnet_psref_class);
	IFNET_ENTRY_INIT(ifp);
	ifp->if_ioctl_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	ifp->if_dlt = ifp->if_dlt != 0 ? ifp->if_dlt : DLT_NULL;
	ifp->if_link_state = LINK_STATE_UNKNOWN;
	ifp->if_link_queue = -1;
	ifp->if_capenable = 0;
	ifp->if_csum_flags_tx = 0;
	ifp->if_csum_flags_rx = 0;
	ifp->if_broadcastaddr = NULL;
	if (ifp->if_snd.ifq_maxlen == 0)
		ifp->if_snd.ifq_maxlen = ifqmaxlen;
	if (ifp->if_snd.ifq_lock == NULL)
		IFQ_LOCK_INIT(&ifp->if_snd);
	ifp->if_snd.altq_ifp = ifp;
	ifp->if_pfil = pfil_head_create(PFIL_TYPE_IFNET, ifp);
	if (ifp->if_transmit == NULL)
		ifp->if_transmit = ifq_enqueue;
	if (ifp->if_output == NULL)
		ifp->if_output = if_nolinkoutput;
	if (ifp->if_start == NULL)
		ifp->if_start = if_nullstart;
	if (ifp->if_ioctl == NULL)
		ifp->if_ioctl = ifioctl_common;
	IFNET_LOCK();
	(void)if_index_get(ifp);
	ifindex2ifnet[ifp->if_index] = ifp;
	IFNET_UNLOCK();
}

static void
if_attachdomain1(struct ifnet *ifp)
{
	struct domain *dp;

	DOMAIN_FOREACH(dp)
	{
		if (dp->dom_ifattach != NULL &&
		    ifp->if_afdata[dp->dom_family] == NULL)
			ifp->if_afdata[dp->dom_family] =
			    (*dp->dom_ifattach)(ifp);
	}
}

/* Give the interfaces there are to domains that came later. */
void
if_attachdomain(void)
{
	struct ifnet *ifp;

	IFNET_LOCK();
	IFNET_WRITER_FOREACH(ifp)
	if_attachdomain1(ifp);
	IFNET_UNLOCK();
}

void
if_list_insert_tail(struct ifnet *ifp)
{
	struct ifnet *i, *last = NULL;

	PSLIST_WRITER_FOREACH(i, &ifnet_pslist, struct ifnet, if_pslist_entry)
	last = i;
	if (last == NULL)
		PSLIST_WRITER_INSERT_HEAD(&ifnet_pslist, ifp, if_pslist_entry);
	else
		PSLIST_WRITER_INSERT_AFTER(last, ifp, if_pslist_entry);
}

/* Make an interface visible. */
void
if_register(struct ifnet *ifp)
{
	if (if_is_deactivated(ifp) && ifp->if_ioctl == if_nullioctl)
		return;
	if (ifp->if_slowtimo != NULL) {
		ifp->if_slowtimo_ch = kmem_zalloc(sizeof(callout_t), KM_SLEEP);
		callout_init(ifp->if_slowtimo_ch, 0);
		callout_setfunc(ifp->if_slowtimo_ch, if_slowtimo, ifp);
		callout_schedule(ifp->if_slowtimo_ch, hz);
	}
	IFNET_LOCK();
	TAILQ_INSERT_TAIL(&ifnet_list, ifp, if_list);
	IFNET_WRITER_INSERT_TAIL(ifp);
	if_attachdomain1(ifp);
	IFNET_UNLOCK();
	rt_ifannouncemsg(ifp, IFAN_ARRIVAL);
	pfil_run_ifhooks(if_pfil, PFIL_IFNET_ATTACH, ifp);
}

/* Both; a driver whose input is not a softint gets a queue for it. */
void
if_attach(struct ifnet *ifp)
{
	if_initialize(ifp);
	if_register(ifp);
}

/* Seconds timer of drivers that have one. */
void
if_slowtimo(void *arg)
{
	struct ifnet *ifp = arg;
	void (*slowtimo)(struct ifnet *) = ifp->if_slowtimo;

	if (slowtimo == NULL)
		return;
	if (ifp->if_timer != 0 && --ifp->if_timer == 0)
		(*slowtimo)(ifp);
	if (ifp->if_slowtimo != NULL)
		callout_schedule(ifp->if_slowtimo_ch, hz);
}

/* Let each protocol of a family drop its addresses on the interface. */
static bool
if_purge_family(struct ifnet *ifp, struct socket *so, int family)
{
	const struct protosw *pr;
	struct domain *dp;
	bool purged = false;

	dp = pffinddomain(family);
	if (dp == NULL)
		return false;
	for (pr = dp->dom_protosw; pr < dp->dom_protoswNPROTOSW; pr++) {
		so->so_proto = pr;
		if (pr->pr_usrreqs != NULL &&
		    pr->pr_usrreqs->pr_purgeif != NULL) {
			(void)(*pr->pr_usrreqs->pr_purgeif)(so, ifp);
			purged = true;
		}
	}
	return purged;
}

static void
if_detach_addrs(struct ifnet *ifp)
{
	struct socket *so;
	struct ifaddr *ifa, *next;
	int family, tries = 0;

	so = soget(true);
	so->so_lock = softnet_lock;
	mutex_obj_hold(softnet_lock);
again:
	IFADDR_WRITER_FOREACH(ifa, ifp)
	{
		family = ifa->ifa_addr->sa_family;
		if (family == AF_LINK)
			continue;
		if (if_purge_family(ifp, so, family) && tries++ < AF_MAX)
			goto again;
	}
	soput(so);
	/* no protocol feels responsible for the rest */
	mutex_enter(softnet_lock);
	for (ifa = IFADDR_WRITER_FIRST(ifp); ifa != NULL; ifa = next) {
		next = IFADDR_WRITER_NEXT(ifa);
		if (ifa->ifa_addr->sa_family != AF_LINK)
			ifa_remove(ifp, ifa);
	}
	if_free_sadl(ifp);
	for (ifa = IFADDR_WRITER_FIRST(ifp); ifa != NULL; ifa = next) {
		next = IFADDR_WRITER_NEXT(ifa);
		ifa_remove(ifp, ifa);
	}
	mutex_exit(softnet_lock);
}

static int
if_route_matches(struct rtentry *rt, void *v)
{
	return rt->rt_ifp == v;
}

/* Take an interface out of service. Its driver has stopped it. */
void
if_detach(struct ifnet *ifp)
{
	struct domain *dp;
	int i;

	if (ifp->if_slowtimo_ch != NULL) {
		ifp->if_slowtimo = NULL;
		callout_halt(ifp->if_slowtimo_ch, NULL);
		callout_destroy(ifp->if_slowtimo_ch);
		kmem_free(ifp->if_slowtimo_ch, sizeof(callout_t));
		ifp->if_slowtimo_ch = NULL;
	}
	if_deactivate(ifp);
	if ((ifp->if_flags & IFF_UP) != 0)
		if_down(ifp);
	pfil_run_ifhooks(if_pfil, PFIL_IFNET_DETACH, ifp);

	IFNET_LOCK();
	ifindex2ifnet[ifp->if_index] = NULL;
	TAILQ_REMOVE(&ifnet_list, ifp, if_list);
	IFNET_WRITER_REMOVE(ifp);
	if (lo0ifp == ifp)
		lo0ifp = NULL;
	pserialize_perform(ifnet_psz);
	IFNET_UNLOCK();
	psref_target_destroy(&ifp->if_psref, ifnet_psref_class);
	IFNET_ENTRY_DESTROY(ifp);

	if_detach_addrs(ifp);
	mutex_enter(softnet_lock);
	for (i = 0; i < AF_MAX; i++)
		rt_delete_matched_entries(i, if_route_matches, ifp);
	mutex_exit(softnet_lock);
	DOMAIN_FOREACH(dp)
	{
		if (dp->dom_ifdetach != NULL &&
		    ifp->if_afdata[dp->dom_family] != NULL) {
			(*dp->dom_ifdetach)(
			    ifp, ifp->if_afdata[dp->dom_family]);
			ifp->if_afdata[dp->dom_family] = NULL;
		}
	}
	pfil_head_destroy(ifp->if_pfil);
	ifp->if_pfil = NULL;
	rt_ifannouncemsg(ifp, IFAN_DEPARTURE);
	if (ifp->if_link_si != NULL) {
		softint_disestablish(ifp->if_link_si);
		ifp->if_link_si = NULL;
	}
	if (ifp->if_percpuq != NULL) {
		if_percpuq_destroy(ifp->if_percpuq);
		ifp->if_percpuq = NULL;
	}
	IFQ_PURGE(&ifp->if_snd);
	IFQ_LOCK_DESTROY(&ifp->if_snd);
	mutex_obj_free(ifp->if_ioctl_lock);
	ifp->if_ioctl_lock = NULL;
}

/* The interface of that name ("lo0"), or NULL; valid in a read section. */
struct ifnet *
ifunit(const char *name)
{
	struct ifnet *ifp;
	int s;

	s = pserialize_read_enter();
	IFNET_READER_FOREACH(ifp)
	{
		if (!if_is_deactivated(ifp) &&
		    strncmp(ifp->if_xname, name, IFNAMSIZ) == 0)
			break;
	}
	pserialize_read_exit(s);
	return ifp;
}

/* The same with a reference, released with if_put(). */
struct ifnet *
if_get(const char *name, struct psref *psref)
{
	struct ifnet *ifp;
	int s;

	s = pserialize_read_enter();
	IFNET_READER_FOREACH(ifp)
	{
		if (strncmp(ifp->if_xname, name, IFNAMSIZ) == 0) {
			psref_acquire(psref, &ifp->if_psref, ifnet_psref_class);
			break;
		}
	}
	pserialize_read_exit(s);
	return ifp;
}

void
if_put(const struct ifnet *ifp, struct psref *psref)
{
	if (ifp != NULL)
		psref_release(psref, &ifp->if_psref, ifnet_psref_class);
}

void
if_acquire(struct ifnet *ifp, struct psref *psref)
{
	psref_acquire(psref, &ifp->if_psref, ifnet_psref_class);
}

void
if_acquire_NOMPSAFE(struct ifnet *ifp, struct psref *psref)
{
	psref_acquire(psref, &ifp->if_psref, ifnet_psref_class);
}

bool
if_held(struct ifnet *ifp)
{
	return psref_held(&ifp->if_psref, ifnet_psref_class);
}

struct ifnet *
_if_byindex(u_int idx)
{
	return __predict_true(idx < if_indexlim) ? ifindex2ifnet[idx] : NULL;
}

struct ifnet *
if_byindex(u_int idx)
{
	struct ifnet *ifp = _if_byindex(idx);

	return ifp != NULL && !if_is_deactivated(ifp) ? ifp : NULL;
}

struct ifnet *
if_get_byindex(u_int idx, struct psref *psref)
{
	struct ifnet *ifp;
	int s;

	s = pserialize_read_enter();
	ifp = if_byindex(idx);
	if (ifp != NULL)
		psref_acquire(psref, &ifp->if_psref, ifnet_psref_class);
	pserialize_read_exit(s);
	return ifp;
}

/* Where a packet came in: in a read section until m_put_rcvif(). */
struct ifnet *
m_get_rcvif(const struct mbuf *m, int *s)
{
	struct ifnet *ifp;

	*s = pserialize_read_enter();
	ifp = if_byindex(m->m_pkthdr.rcvif_index);
	if (ifp == NULL)
		pserialize_read_exit(*s);
	return ifp;
}

void
m_put_rcvif(struct ifnet *ifp, int *s)
{
	if (ifp != NULL)
		pserialize_read_exit(*s);
}

struct ifnet *
m_get_rcvif_psref(const struct mbuf *m, struct psref *psref)
{
	return if_get_byindex(m->m_pkthdr.rcvif_index, psref);
}

void
m_put_rcvif_psref(struct ifnet *ifp, struct psref *psref)
{
	if_put(ifp, psref);
}

struct ifnet *
m_get_rcvif_NOMPSAFE(const struct mbuf *m)
{
	return if_byindex(m->m_pkthdr.rcvif_index);
}

/* Where bpf_attach() keeps an interface's tap. */
struct bpf_if **
bpf_ifnet_slot(struct ifnet *ifp)
{
	return &ifp->if_bpf;
}
