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

struct virtif_sc {
	struct ethercom sc_ec;          /* interface, first */
	struct if_percpuq *sc_ipq;      /* c */
	uint8_t sc_mac[ETHER_ADDR_LEN]; /* c */
	struct virtif_user *sc_viu;     /* K set while linked */
	char *sc_linkstr;               /* K kmem, strlen + 1 */
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
	if (sc->sc_viu != NULL) {
		VIFHYPER_DYING(sc->sc_viu);
		VIFHYPER_DESTROY(sc->sc_viu);
		sc->sc_viu = NULL;
	}
	if (sc->sc_linkstr != NULL) {
		kmem_free(sc->sc_linkstr, strlen(sc->sc_linkstr) + 1);
		sc->sc_linkstr = NULL;
	}
}

/* linkstr is kmem memory and ours on success. */
static int
link_host(struct virtif_sc *sc, char *linkstr)
{
	int error;

	error = VIFHYPER_CREATE(linkstr, sc, sc->sc_mac, &sc->sc_viu);
	if (error != 0) {
		sc->sc_viu = NULL;
		printf("%s: the host has no link \"%s\" for us (errno %d): on "
		       "Linux, \"ip tuntap add mode tap tun%s\" makes one\n",
		    sc->sc_ec.ec_if.if_xname, linkstr, error, linkstr);
		return error;
	}
	sc->sc_linkstr = linkstr;
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

static void
virtif_start(struct ifnet *ifp)
{
	struct virtif_sc *sc = ifp->if_softc;
	struct iovec io[SEND_IOVS];
	struct mbuf *m, *m0;
	int i;

	for (;;) {
		IFQ_DEQUEUE(&ifp->if_snd, m0);
		if (m0 == NULL)
			break;
		if (sc->sc_viu == NULL) {
			ifp->if_oerrors++;
			m_freem(m0);
			continue;
		}
		bpf_mtap(ifp, m0);
		for (i = 0, m = m0; m != NULL; m = m->m_next)
			i += m->m_len > 0;
		if (i > SEND_IOVS) {
			/* One flat copy beats a heap of pieces. */
			m = m_dup(m0, 0, M_COPYALL, M_DONTWAIT);
			m_freem(m0);
			if (m == NULL) {
				ifp->if_oerrors++;
				continue;
			}
			m0 = m;
		}
		for (i = 0, m = m0; m != NULL && i < SEND_IOVS; m = m->m_next) {
			if (m->m_len == 0)
				continue;
			io[i].iov_base = mtod(m, void *);
			io[i].iov_len = m->m_len;
			i++;
		}
		if (m == NULL) {
			VIFHYPER_SEND(sc->sc_viu, io, i);
			ifp->if_opackets++;
		} else {
			ifp->if_oerrors++;
		}
		m_freem(m0);
	}
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
		MEXTMALLOC(m, olen + ETHER_ALIGN, M_DONTWAIT);
		if ((m->m_flags & M_EXT) == 0) {
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
linkstr_set(struct virtif_sc *sc, struct ifnet *ifp, struct ifdrv *ifd)
{
	char *path, *copy;
	size_t len;
	int error;

	if (ifp->if_flags & IFF_UP)
		return EBUSY;
	if (ifd->ifd_cmd == IFLINKSTR_UNSET) {
		unlink_host(sc);
		return 0;
	}
	if (ifd->ifd_cmd != 0)
		return ENOTTY;
	if (ifd->ifd_len > MAXPATHLEN)
		return E2BIG;
	if (ifd->ifd_len < 1)
		return EINVAL;
	path = kmem_zalloc(ifd->ifd_len, KM_SLEEP);
	error = copyinstr(ifd->ifd_data, path, ifd->ifd_len, NULL);
	if (error == 0) {
		unlink_host(sc);
		len = strlen(path) + 1;
		copy = kmem_alloc(len, KM_SLEEP);
		memcpy(copy, path, len);
		error = link_host(sc, copy);
		if (error != 0)
			kmem_free(copy, len);
	}
	kmem_free(path, ifd->ifd_len);
	return error;
}

static int
linkstr_get(struct virtif_sc *sc, struct ifdrv *ifd)
{
	size_t space = ifd->ifd_len;

	if (sc->sc_linkstr == NULL)
		return ENOENT;
	ifd->ifd_len = strlen(sc->sc_linkstr) + 1;
	if (ifd->ifd_cmd == IFLINKSTR_QUERYLEN) {
		ifd->ifd_cmd = 0;
		return 0;
	}
	if (ifd->ifd_cmd != 0)
		return ENOTTY;
	return copyoutstr(
	    sc->sc_linkstr, ifd->ifd_data, MIN(ifd->ifd_len, space), NULL);
}

static int
virtif_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct virtif_sc *sc = ifp->if_softc;
	int error;

	switch (cmd) {
	case SIOCGLINKSTR:
		return linkstr_get(sc, data);
	case SIOCSLINKSTR:
		return linkstr_set(sc, ifp, data);
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
	char devstr[16], *copy;
	size_t len;

	sc = kmem_zalloc(sizeof(*sc), KM_SLEEP);
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
	ifp->if_mtu = ETHERMTU;
	ifp->if_dlt = DLT_EN10MB;
	IFQ_SET_MAXLEN(&ifp->if_snd, 1024);
	IFQ_SET_READY(&ifp->if_snd);

	/* The host's link of the same number, where it is there already. */
	len = (size_t)snprintf(devstr, sizeof(devstr), "%d", unit) + 1;
	copy = kmem_alloc(len, KM_SLEEP);
	memcpy(copy, devstr, len);
	if (link_host(sc, copy) != 0)
		kmem_free(copy, len);

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
	virtif_stop(ifp, 1);
	unlink_host(sc);
	ether_ifdetach(ifp);
	if_detach(ifp);
	if_percpuq_destroy(sc->sc_ipq);
	kmem_free(sc, sizeof(*sc));
	return 0;
}
