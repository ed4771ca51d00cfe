/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pairs of Ethernet interfaces: what one sends the other receives, if both are
 * up and the frame is for it.
 */

#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/module.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_media.h>

#include "ktest.h"
#include "twin.h"

static int twin_clone_create(struct if_clone *, int);
static int twin_clone_destroy(struct ifnet *);

static struct if_clone twin_cloner =
    IF_CLONE_INITIALIZER("twin", twin_clone_create, twin_clone_destroy);
static LIST_HEAD(, twin_softc) twin_list =
    LIST_HEAD_INITIALIZER(twin_list); /* twin_lock */
static kmutex_t twin_lock;

MODULE(MODULE_CLASS_DRIVER, if_twin, NULL);

static int
if_twin_modcmd(modcmd_t cmd, void *arg)
{
	bool busy;

	switch (cmd) {
	case MODULE_CMD_INIT:
		mutex_init(&twin_lock, MUTEX_DEFAULT, IPL_SOFTNET);
		if_clone_attach(&twin_cloner);
		return 0;
	case MODULE_CMD_FINI:
		mutex_enter(&twin_lock);
		busy = !LIST_EMPTY(&twin_list);
		mutex_exit(&twin_lock);
		if (busy)
			return EBUSY;
		if_clone_detach(&twin_cloner);
		mutex_destroy(&twin_lock);
		return 0;
	default:
		return ENOTTY;
	}
}

u_int twin_unlocked;

static struct twin_softc *
twin_lookup_locked(int unit)
{
	struct twin_softc *sc;

	KASSERT(mutex_owned(&twin_lock));
	LIST_FOREACH(sc, &twin_list, sc_link) {
		if (sc->sc_unit == unit)
			return sc;
	}
	return NULL;
}

struct twin_softc *
twin_lookup(int unit)
{
	struct twin_softc *sc;

	mutex_enter(&twin_lock);
	sc = twin_lookup_locked(unit);
	mutex_exit(&twin_lock);
	return sc;
}

/* Whether the interface takes frames for an address. */
static bool
twin_wants(struct twin_softc *sc, const uint8_t *addr)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	struct ether_multi *enm;
	struct ether_multistep step;
	bool wants = false;

	if ((ifp->if_flags & IFF_PROMISC) != 0 ||
	    memcmp(addr, etherbroadcastaddr, ETHER_ADDR_LEN) == 0 ||
	    memcmp(addr, CLLADDR(ifp->if_sadl), ETHER_ADDR_LEN) == 0)
		return true;
	if (!ETHER_IS_MULTICAST(addr))
		return false;
	ETHER_LOCK(&sc->sc_ec);
	ETHER_FIRST_MULTI(step, &sc->sc_ec, enm);
	while (enm != NULL && !wants) {
		wants = memcmp(addr, enm->enm_addrlo, ETHER_ADDR_LEN) >= 0 &&
		    memcmp(addr, enm->enm_addrhi, ETHER_ADDR_LEN) <= 0;
		ETHER_NEXT_MULTI(step, enm);
	}
	ETHER_UNLOCK(&sc->sc_ec);
	return wants;
}

/* Frame m comes out of the wire at sc. */
static void
twin_receive(struct twin_softc *sc, struct mbuf *m)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	struct ether_header *eh;

	m = m_pullup(m, sizeof(*eh));
	if (m == NULL) {
		ifp->if_ierrors++;
		return;
	}
	eh = mtod(m, struct ether_header *);
	if (!twin_wants(sc, eh->ether_dhost)) {
		sc->sc_missed++;
		m_freem(m);
		return;
	}
	/* Nothing that the sender's kernel noted about it comes along. */
	m_tag_delete_chain(m, NULL);
	m->m_pkthdr.csum_flags = 0;
	m->m_flags &= ~(M_BCAST | M_MCAST);
	m_set_rcvif(m, ifp);
	ifp->if_ipackets++;
	bpf_mtap(ifp, m);
	if_percpuq_enqueue(sc->sc_ipq, m);
}

static void
twin_start(struct ifnet *ifp)
{
	struct twin_softc *sc = ifp->if_softc, *peer;
	struct mbuf *m;

	K(KERNEL_LOCKED_P());
	for (;;) {
		IFQ_DEQUEUE(&ifp->if_snd, m);
		if (m == NULL)
			break;
		ifp->if_opackets++;
		bpf_mtap(ifp, m);
		mutex_enter(&twin_lock);
		peer = twin_lookup_locked(sc->sc_unit ^ 1);
		if (peer != NULL && peer->sc_running && sc->sc_running)
			twin_receive(peer, m);
		else
			m_freem(m);
		mutex_exit(&twin_lock);
	}
}

static void
twin_run(struct twin_softc *sc, bool running)
{
	mutex_enter(&twin_lock);
	sc->sc_running = running;
	mutex_exit(&twin_lock);
}

static int
twin_init(struct ifnet *ifp)
{
	struct twin_softc *sc = ifp->if_softc;

	sc->sc_inits++;
	twin_run(sc, true);
	ifp->if_flags |= IFF_RUNNING;
	return 0;
}

static void
twin_stop(struct ifnet *ifp, int disable)
{
	struct twin_softc *sc = ifp->if_softc;

	sc->sc_stops++;
	ifp->if_flags &= ~IFF_RUNNING;
	twin_run(sc, false);
}

static int
twin_ifflags(struct ethercom *ec)
{
	struct twin_softc *sc = ec->ec_if.if_softc;

	sc->sc_flagchanges++;
	return 0;
}

/* The filter of groups changed: counts the ranges. */
static void
twin_setfilter(struct twin_softc *sc)
{
	struct ether_multi *enm;
	struct ether_multistep step;

	sc->sc_filters++;
	sc->sc_groups = 0;
	ETHER_LOCK(&sc->sc_ec);
	for (enm = ether_first_multi(&step, &sc->sc_ec); enm != NULL;
	     enm = ether_next_multi(&step))
		sc->sc_groups++;
	ETHER_UNLOCK(&sc->sc_ec);
}

static int
twin_drvspec(struct ifnet *ifp, struct ifdrv *ifd)
{
	int link, error;

	error = kauth_authorize_network(kauth_cred_get(),
	    KAUTH_NETWORK_INTERFACE, KAUTH_REQ_NETWORK_INTERFACE_SETPRIV, ifp,
	    KAUTH_ARG(SIOCSDRVSPEC), NULL);
	if (error != 0)
		return error;
	if (ifd->ifd_cmd != TWIN_SETLINK || ifd->ifd_len != sizeof(link))
		return EINVAL;
	error = copyin(ifd->ifd_data, &link, sizeof(link));
	if (error == 0)
		if_link_state_change(ifp, link);
	return error;
}

static int
twin_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct twin_softc *sc = ifp->if_softc;
	int error;

	/* it has no locks of its own for what follows */
	K(KERNEL_LOCKED_P());
	switch (cmd) {
	case SIOCSIFMEDIA:
	case SIOCGIFMEDIA:
		return ifmedia_ioctl(ifp, data, &sc->sc_im, cmd);
	case SIOCSDRVSPEC:
		return twin_drvspec(ifp, data);
	default:
		error = ether_ioctl(ifp, cmd, data);
		if (error != ENETRESET)
			return error;
		if ((ifp->if_flags & IFF_RUNNING) != 0)
			twin_setfilter(sc);
		return 0;
	}
}

static int
twin_mediachange(struct ifnet *ifp)
{
	struct twin_softc *sc = ifp->if_softc;

	/* This wire does nothing by halves. */
	return (sc->sc_im.ifm_media & IFM_HDX) != 0 ? EINVAL : 0;
}

static void
twin_mediastatus(struct ifnet *ifp, struct ifmediareq *ifmr)
{
	struct twin_softc *sc = ifp->if_softc;

	ifmr->ifm_status = IFM_AVALID;
	if (ifp->if_link_state == LINK_STATE_UP)
		ifmr->ifm_status |= IFM_ACTIVE;
	ifmr->ifm_active = sc->sc_im.ifm_cur->ifm_media;
}

static void
twin_media_init(struct twin_softc *sc)
{
	struct ifmedia *im = &sc->sc_im;

	ifmedia_init(im, 0, twin_mediachange, twin_mediastatus);
	ifmedia_add(im, IFM_ETHER | IFM_AUTO, 0, NULL);
	ifmedia_add(im, IFM_ETHER | IFM_1000_T | IFM_FDX, 1, NULL);
	ifmedia_add(im, IFM_ETHER | IFM_10_T | IFM_HDX, 2, NULL);
	ifmedia_set(im, IFM_ETHER | IFM_AUTO);
}

static void
twin_slowtimo(struct ifnet *ifp)
{
	struct twin_softc *sc = ifp->if_softc;

	K(KERNEL_LOCKED_P());
	sc->sc_timeouts++;
}

static int
twin_clone_create(struct if_clone *ifc, int unit)
{
	struct twin_softc *sc;
	struct ifnet *ifp;
	uint8_t addr[ETHER_ADDR_LEN] = {0x02, 't', 'w', 'i', 'n', 0};

	twin_unlocked += !KERNEL_LOCKED_P();
	if (unit > 255)
		return EINVAL;
	sc = kmem_zalloc(sizeof(*sc), KM_SLEEP);
	sc->sc_unit = unit;
	addr[5] = (uint8_t)unit;
	ifp = &sc->sc_ec.ec_if;
	if_initname(ifp, ifc->ifc_name, unit);
	ifp->if_softc = sc;
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_ioctl = twin_ioctl;
	ifp->if_start = twin_start;
	ifp->if_init = twin_init;
	ifp->if_stop = twin_stop;
	IFQ_SET_MAXLEN(&ifp->if_snd, 32);
	IFQ_SET_READY(&ifp->if_snd);
	sc->sc_ec.ec_capabilities = ETHERCAP_VLAN_MTU;
	twin_media_init(sc);

	if_initialize(ifp);
	sc->sc_ipq = if_percpuq_create(ifp);
	ether_ifattach(ifp, addr);
	ether_set_ifflags_cb(&sc->sc_ec, twin_ifflags);
	if_deferred_start_init(ifp, NULL);
	ifp->if_slowtimo = twin_slowtimo;
	sc->sc_biglocked = KERNEL_LOCKED_P();
	if_register(ifp);
	aprint_normal_ifnet(ifp, "address %s\n", ether_sprintf(addr));
	aprint_verbose_ifnet(ifp, "peer twin%d\n", unit ^ 1);

	mutex_enter(&twin_lock);
	LIST_INSERT_HEAD(&twin_list, sc, sc_link);
	mutex_exit(&twin_lock);
	if_link_state_change(ifp, LINK_STATE_UP);
	return 0;
}

static int
twin_clone_destroy(struct ifnet *ifp)
{
	struct twin_softc *sc = ifp->if_softc;

	twin_unlocked += !KERNEL_LOCKED_P();
	mutex_enter(&twin_lock);
	LIST_REMOVE(sc, sc_link);
	mutex_exit(&twin_lock);
	twin_stop(ifp, 1);
	ether_ifdetach(ifp);
	if_detach(ifp);
	if_percpuq_destroy(sc->sc_ipq);
	ifmedia_delete_instance(&sc->sc_im, IFM_INST_ANY);
	kmem_free(sc, sizeof(*sc));
	return 0;
}
