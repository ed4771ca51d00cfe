/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtif: an Ethernet whose wire is a link of the host, by hypercalls.
 * Interface virtN is the host's link N unless a link string names another
 * one.  The host side exists from creation or from setting the link string
 * until the interface is destroyed or the string is unset.
 */
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/rwlock.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>

#include <lib/libkern/libkern.h>
#include <rump-sys/kern.h>
#include <rump-sys/net.h>
#include <rump/rumpuser.h>

#include "virtif_impl.h"
#include "virtif_user.h"

#define SEND_IOVS   32
#define ETHER_ALIGN 2 /* puts what follows the header on 4 bytes */

/*
 * Key: c constant after creation, i if_ioctl_lock, l sc_lock, a atomic.
 */
struct virtif_sc {
	struct ethercom sc_ec;          /* interface, first */
	struct if_percpuq *sc_ipq;      /* c */
	uint8_t sc_mac[ETHER_ADDR_LEN]; /* c */
	krwlock_t sc_lock;              /* readers send */
	struct virtif_user *sc_viu;     /* l set while linked */
	char *sc_linkstr;               /* i of kmem_strdup() */
	bool sc_running;                /* a receives */
};

static int virtif_clone(struct if_clone *, int);
static int virtif_unclone(struct ifnet *);

static struct if_clone virtif_cloner =
    IF_CLONE_INITIALIZER(VIF_NAME, virtif_clone, virtif_unclone);

void
virtif_attach_cloner(void)
{
	if_clone_attach(&virtif_cloner);
}

static void
unlink_host(struct virtif_sc *sc)
{
	struct virtif_user *viu;

	/* Nobody sends any more; the receiver must not find us waiting. */
	rw_enter(&sc->sc_lock, RW_WRITER);
	viu = sc->sc_viu;
	sc->sc_viu = NULL;
	rw_exit(&sc->sc_lock);
	if (viu != NULL) {
		VIFHYPER_DYING(viu);
		VIFHYPER_DESTROY(viu);
	}
	if (sc->sc_linkstr != NULL) {
		kmem_strfree(sc->sc_linkstr);
		sc->sc_linkstr = NULL;
	}
}

/* linkstr is of kmem_strdup() and becomes ours. */
static int
link_host(struct virtif_sc *sc, char *linkstr)
{
	struct virtif_user *viu;
	int error;

	error = VIFHYPER_CREATE(linkstr, sc, sc->sc_mac, &viu);
	if (error != 0) {
		printf("%s: the host has no link \"%s\" for us (errno %d): on "
		       "Linux, \"ip tuntap add mode tap tun%s\" makes one\n",
		    sc->sc_ec.ec_if.if_xname, linkstr, error, linkstr);
		kmem_strfree(linkstr);
		return error;
	}
	sc->sc_linkstr = linkstr;
	rw_enter(&sc->sc_lock, RW_WRITER);
	sc->sc_viu = viu;
	rw_exit(&sc->sc_lock);
	return 0;
}

static int
virtif_init(struct ifnet *ifp)
{
	struct virtif_sc *sc = ifp->if_softc;

	if (sc->sc_viu == NULL)
		return ENXIO;
	ifp->if_flags |= IFF_RUNNING;
	__atomic_store_n(&sc->sc_running, true, __ATOMIC_RELEASE);
	return 0;
}

static void
virtif_stop(struct ifnet *ifp, int disable)
{
	struct virtif_sc *sc = ifp->if_softc;

	__atomic_store_n(&sc->sc_running, false, __ATOMIC_RELEASE);
	ifp->if_flags &= ~IFF_RUNNING;
}

/* Hands a frame to the linked host; false: it did not go. */
static bool
send_frame(struct virtif_sc *sc, const struct mbuf *m)
{
	struct iovec io[SEND_IOVS];
	int i = 0;

	if (sc->sc_viu == NULL)
		return false;
	for (; m != NULL; m = m->m_next) {
		if (m->m_len == 0)
			continue;
		if (i == SEND_IOVS)
			return false;
		io[i].iov_base = mtod(m, void *);
		io[i].iov_len = m->m_len;
		i++;
	}
	VIFHYPER_SEND(sc->sc_viu, io, i);
	return true;
}

static void
virtif_start(struct ifnet *ifp)
{
	struct virtif_sc *sc = ifp->if_softc;
	struct mbuf *m, *m0, *flat;
	int n;

	rw_enter(&sc->sc_lock, RW_READER);
	for (;;) {
		IFQ_DEQUEUE(&ifp->if_snd, m0);
		if (m0 == NULL)
			break;
		if (sc->sc_viu != NULL)
			bpf_mtap(ifp, m0);
		for (n = 0, m = m0; m != NULL; m = m->m_next)
			n += m->m_len > 0;
		/* One flat copy beats a heap of pieces. */
		if (n > SEND_IOVS && (flat = m_defrag(m0, M_DONTWAIT)) != NULL)
			m0 = flat;
		if (send_frame(sc, m0))
			ifp->if_opackets++;
		else
			ifp->if_oerrors++;
		m_freem(m0);
	}
	rw_exit(&sc->sc_lock);
}

/*
 * One frame from the host.  Runs in a receive thread of the host half that
 * has entered the kernel.
 */
void
VIF_DELIVERPKT(struct virtif_sc *sc, struct iovec *iov, size_t iovlen)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	struct ether_header *eh;
	struct mbuf *m;
	size_t i, off, olen;

	if (!__atomic_load_n(&sc->sc_running, __ATOMIC_ACQUIRE))
		return;
	for (i = 0, olen = 0; i < iovlen; i++)
		olen += iov[i].iov_len;
	m = m_gethdr(M_DONTWAIT, MT_DATA);
	if (m == NULL) {
		ifp->if_iqdrops++;
		return;
	}
	m->m_len = m->m_pkthdr.len = 0;
	if (olen + ETHER_ALIGN > MHLEN) {
		if (!m_clgetsize(m, olen + ETHER_ALIGN, M_DONTWAIT)) {
			m_freem(m);
			ifp->if_iqdrops++;
			return;
		}
	}
	m->m_data += ETHER_ALIGN;
	for (i = 0, off = 0; i < iovlen; i++) {
		memcpy(
		    mtod(m, uint8_t *) + off, iov[i].iov_base, iov[i].iov_len);
		off += iov[i].iov_len;
	}
	m->m_len = m->m_pkthdr.len = olen;
	if (olen < sizeof(*eh)) {
		ifp->if_ierrors++;
		m_freem(m);
		return;
	}
	eh = mtod(m, struct ether_header *);
	if ((ifp->if_flags & IFF_PROMISC) == 0 &&
	    !ETHER_IS_MULTICAST(eh->ether_dhost) &&
	    memcmp(eh->ether_dhost, sc->sc_mac, ETHER_ADDR_LEN) != 0) {
		m_freem(m);
		return;
	}
	m_set_rcvif(m, ifp);
	ifp->if_ipackets++;
	bpf_mtap(ifp, m);
	if_percpuq_enqueue(sc->sc_ipq, m);
}

static int
linkstr_set(struct virtif_sc *sc, const struct ifdrv *ifd)
{
	char *linkstr;
	int error;

	error = rump_linkstr_copyin(&sc->sc_ec.ec_if, ifd, &linkstr);
	if (error != 0)
		return error;
	unlink_host(sc);
	return linkstr != NULL ? link_host(sc, linkstr) : 0;
}

static int
virtif_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct virtif_sc *sc = ifp->if_softc;
	int error;

	switch (cmd) {
	case SIOCGLINKSTR:
		return rump_linkstr_copyout(sc->sc_linkstr, data);
	case SIOCSLINKSTR:
		return linkstr_set(sc, data);
	default:
		error = ether_ioctl(ifp, cmd, data);
		return error == ENETRESET ? 0 : error;
	}
}

static int
virtif_clone(struct if_clone *ifc, int unit)
{
	struct virtif_sc *sc;
	struct ifnet *ifp;
	uint32_t random;
	char devstr[16];

	sc = kmem_zalloc(sizeof(*sc), KM_SLEEP);
	rw_init(&sc->sc_lock);
	random = cprng_fast32();
	sc->sc_mac[0] = 0xb2;
	sc->sc_mac[1] = 0x0a;
	memcpy(&sc->sc_mac[2], &random, sizeof(random));

	ifp = &sc->sc_ec.ec_if;
	snprintf(ifp->if_xname, sizeof(ifp->if_xname), "%s%d", VIF_NAME, unit);
	ifp->if_softc = sc;
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_init = virtif_init;
	ifp->if_ioctl = virtif_ioctl;
	ifp->if_start = virtif_start;
	ifp->if_stop = virtif_stop;
	ifp->if_extflags = IFEF_START_MPSAFE;
	ifp->if_mtu = ETHERMTU;
	ifp->if_dlt = DLT_EN10MB;
	IFQ_SET_MAXLEN(&ifp->if_snd, 1024);
	IFQ_SET_READY(&ifp->if_snd);

	/* The host's link of the same number, where it is there already. */
	snprintf(devstr, sizeof(devstr), "%d", unit);
	(void)link_host(sc, kmem_strdup(devstr, KM_SLEEP));

	if_initialize(ifp);
	sc->sc_ipq = if_percpuq_create(ifp);
	ether_ifattach(ifp, sc->sc_mac);
	if_register(ifp);
	return 0;
}

static int
virtif_unclone(struct ifnet *ifp)
{
	struct virtif_sc *sc = ifp->if_softc;

	if_down(ifp);
	ether_ifdetach(ifp); /* from here on nobody links or starts it */
	virtif_stop(ifp, 1);
	unlink_host(sc);
	if_detach(ifp);
	if_percpuq_destroy(sc->sc_ipq);
	rw_destroy(&sc->sc_lock);
	kmem_free(sc, sizeof(*sc));
	return 0;
}
