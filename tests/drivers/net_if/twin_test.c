/* SPDX-License-Identifier: BSD-2-Clause */
/* Interfaces looked at, and used, from within the kernel. */

#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/pserialize.h>
#include <sys/pslist.h>
#include <sys/psref.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/ethertypes.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_media.h>
#include <net/if_types.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/ip6.h>

#include <compat/sys/socket.h>

#include "ktest.h"
#include "twin.h"

/* Makes twin0 and twin1, up. */
static void
pair(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		KEQ(if_clone_create(i == 0 ? "twin0" : "twin1"), 0);
		KEQ(if_flags_set(&twin_lookup(i)->sc_ec.ec_if,
			(u_short)(twin_lookup(i)->sc_ec.ec_if.if_flags |
			    IFF_UP)),
		    0);
	}
}

static void
unpair(void)
{
	KEQ(if_clone_destroy("twin0"), 0);
	KEQ(if_clone_destroy("twin1"), 0);
	K(twin_lookup(0) == NULL && twin_lookup(1) == NULL);
}

/* Soft interrupts have their turn, until *count is n or a second is over. */
static void
await(const u_int *count, u_int n)
{
	int i;

	for (i = 0; i < hz && *(const volatile u_int *)count < n; i++)
		kpause("twin", false, 1, NULL);
}

void
twin_test_find(void)
{
	struct twin_softc *sc;
	struct ifnet *ifp, *it;
	struct psref psref, another;
	u_int n = 0, idx;
	int s, bound = curlwp_bind();

	KEQ(if_clone_create("twin"), EINVAL);
	KEQ(if_clone_create("nosuch0"), EINVAL);
	pair();
	KEQ(if_clone_create("twin0"), EEXIST);
	sc = twin_lookup(0);
	ifp = if_get("twin0", &psref);
	K(ifp == &sc->sc_ec.ec_if);
	K(if_held(ifp));
	if_acquire(ifp, &another);
	if_put(ifp, &psref);
	K(if_held(ifp));
	if_put(ifp, &another);
	K(if_get("twin7", &psref) == NULL);
	idx = ifp->if_index;
	K(if_get_byindex(idx, &psref) == ifp);
	if_put(ifp, &psref);

	s = pserialize_read_enter();
	K(ifunit("twin0") == ifp);
	K(if_byindex(idx) == ifp);
	IFNET_READER_FOREACH(it)
	n += it == ifp;
	pserialize_read_exit(s);
	KEQ(n, 1);
	/* The same list by hand, with the writers' lock. */
	mutex_enter(&ifnet_mtx);
	PSLIST_WRITER_FOREACH(it, &ifnet_pslist, struct ifnet, if_pslist_entry)
	{
		if (it != ifp)
			continue;
		n++;
		psref_acquire(&psref, &it->if_psref, ifnet_psref_class);
		break;
	}
	mutex_exit(&ifnet_mtx);
	KEQ(n, 2);
	K(psref_held(&ifp->if_psref, ifnet_psref_class));
	psref_release(&psref, &ifp->if_psref, ifnet_psref_class);

	KSTR(ifp->if_xname, "twin0");
	KEQ(ifp->if_type, IFT_ETHER);
	KEQ(ifp->if_mtu, ETHERMTU);
	KEQ(ifp->if_hdrlen, ETHER_HDR_LEN);
	KEQ(ifp->if_addrlen, ETHER_ADDR_LEN);
	KEQ(memcmp(CLLADDR(ifp->if_sadl), "\2twin\0", ETHER_ADDR_LEN), 0);
	K((ifp->if_flags & IFF_RUNNING) != 0);
	KEQ(sc->sc_inits, 1);
	curlwp_bindx(bound);
	unpair();
	s = pserialize_read_enter();
	K(ifunit("twin0") == NULL && if_byindex(idx) == NULL);
	pserialize_read_exit(s);
	KEQ(if_clone_destroy("twin0"), ENXIO);
}

void
twin_test_media(void)
{
	struct ifmedia_entry *ife;
	struct ifmediareq ifmr;
	struct ifreq ifr;
	struct twin_softc *sc;
	struct ifnet *ifp;
	int i;

	pair();
	sc = twin_lookup(0);
	ifp = &sc->sc_ec.ec_if;
	ife = ifmedia_match(&sc->sc_im, IFM_ETHER | IFM_1000_T | IFM_FDX, 0);
	K(ife != NULL && ife->ifm_data == 1);
	K(ifmedia_match(&sc->sc_im, IFM_ETHER | IFM_100_TX, 0) == NULL);
	K(sc->sc_im.ifm_cur != NULL && sc->sc_im.ifm_cur->ifm_data == 0);

	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_media = IFM_MAKEWORD(IFM_ETHER, IFM_1000_T, IFM_FDX, 0);
	/* as ifioctl() calls it */
	KERNEL_LOCK(1, NULL);
	KEQ(ifp->if_ioctl(ifp, SIOCSIFMEDIA, &ifr), 0);
	K(sc->sc_im.ifm_cur == ife);
	KEQ(ifmedia_change(&sc->sc_im, ifp), 0);
	/* What the driver refuses is not chosen, nor what is not there. */
	ifr.ifr_media = IFM_ETHER | IFM_10_T | IFM_HDX;
	KEQ(ifp->if_ioctl(ifp, SIOCSIFMEDIA, &ifr), EINVAL);
	K(sc->sc_im.ifm_cur == ife);
	ifr.ifr_media = IFM_ETHER | IFM_100_TX;
	K(ifp->if_ioctl(ifp, SIOCSIFMEDIA, &ifr) != 0);

	for (i = 0; i < hz && ifp->if_link_state != LINK_STATE_UP; i++)
		kpause("twin", false, 1, NULL);
	memset(&ifmr, 0, sizeof(ifmr));
	KEQ(ifp->if_ioctl(ifp, SIOCGIFMEDIA, &ifmr), 0);
	KERNEL_UNLOCK_ONE(NULL);
	KEQ(ifmr.ifm_count, 3);
	KEQ(ifmr.ifm_current, IFM_ETHER | IFM_1000_T | IFM_FDX);
	KEQ(ifmr.ifm_active, ifmr.ifm_current);
	KEQ(ifmr.ifm_status, IFM_AVALID | IFM_ACTIVE);
	unpair();
}

void
twin_test_ioctl(void)
{
	struct socket *so;
	struct ifreq ifr;
	struct ifdrv ifd;
	struct twin_softc *sc;
	int link = LINK_STATE_DOWN, i;

	pair();
	sc = twin_lookup(0);
	KEQ(socreate(AF_INET, &so, SOCK_DGRAM, 0, curlwp, NULL), 0);
	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, "twin0", sizeof(ifr.ifr_name));
	KEQ(ifioctl(so, SIOCGIFFLAGS, &ifr, curlwp), 0);
	K((ifr.ifr_flags & (IFF_UP | IFF_MULTICAST)) ==
	    (IFF_UP | IFF_MULTICAST));
	KEQ(ifioctl(so, SIOCGIFMTU, &ifr, curlwp), 0);
	KEQ(ifr.ifr_mtu, ETHERMTU);
	ifr.ifr_mtu = 10000;
	KEQ(ifioctl(so, SIOCSIFMTU, &ifr, curlwp), EINVAL);
	ifr.ifr_mtu = 1000;
	KEQ(ifioctl(so, SIOCSIFMTU, &ifr, curlwp), 0);
	KEQ(sc->sc_ec.ec_if.if_mtu, 1000);

	/* A flag that changes while it runs is the callback's. */
	KEQ(sc->sc_flagchanges, 0);
	KEQ(ifpromisc(&sc->sc_ec.ec_if, 1), 0);
	K((sc->sc_ec.ec_if.if_flags & IFF_PROMISC) != 0);
	KEQ(sc->sc_flagchanges, 1);
	KEQ(ifpromisc(&sc->sc_ec.ec_if, 1), 0);
	KEQ(ifpromisc(&sc->sc_ec.ec_if, 0), 0);
	K((sc->sc_ec.ec_if.if_flags & IFF_PROMISC) != 0);
	KEQ(ifpromisc(&sc->sc_ec.ec_if, 0), 0);
	K((sc->sc_ec.ec_if.if_flags & IFF_PROMISC) == 0);

	memset(&ifd, 0, sizeof(ifd));
	strlcpy(ifd.ifd_name, "twin0", sizeof(ifd.ifd_name));
	ifd.ifd_cmd = TWIN_SETLINK;
	ifd.ifd_len = sizeof(link);
	ifd.ifd_data = &link;
	KEQ(ifioctl(so, SIOCSDRVSPEC, &ifd, curlwp), 0);
	for (i = 0; i < hz && sc->sc_ec.ec_if.if_link_state != LINK_STATE_DOWN;
	     i++)
		kpause("twin", false, 1, NULL);
	KEQ(sc->sc_ec.ec_if.if_link_state, LINK_STATE_DOWN);
	ifd.ifd_cmd = 99;
	KEQ(ifioctl(so, SIOCSDRVSPEC, &ifd, curlwp), EINVAL);

	ifr.ifr_flags = 0;
	KEQ(ifioctl(so, SIOCSIFFLAGS, &ifr, curlwp), 0);
	KEQ(sc->sc_stops, 1);
	K((sc->sc_ec.ec_if.if_flags & (IFF_UP | IFF_RUNNING)) == 0);
	strlcpy(ifr.ifr_name, "twin9", sizeof(ifr.ifr_name));
	KEQ(ifioctl(so, SIOCGIFFLAGS, &ifr, curlwp), ENXIO);
	/* Made for a client, and not by the kernel itself: with the big lock. */
	KEQ(ifioctl(so, SIOCIFCREATE, &ifr, curlwp), 0);
	K(twin_lookup(9) != NULL && twin_lookup(9)->sc_biglocked);
	KEQ(ifioctl(so, SIOCIFDESTROY, &ifr, curlwp), 0);
	K(!KERNEL_LOCKED_P());
	/* Seconds run down. */
	sc->sc_ec.ec_if.if_timer = 1;
	await(&sc->sc_timeouts, 1);
	await(&sc->sc_timeouts, 1);
	KEQ(sc->sc_timeouts, 1);
	soclose(so);
	unpair();
}

void
twin_test_groups(void)
{
	struct twin_softc *sc;
	struct sockaddr_in sin;
	struct sockaddr sa;
	struct ether_multi *enm;
	uint8_t lo[ETHER_ADDR_LEN], hi[ETHER_ADDR_LEN];
	u_int filters, groups;

	pair();
	sc = twin_lookup(0);
	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = htonl(0xef010203); /* 239.1.2.3 */
	KEQ(ether_multiaddr(sintosa(&sin), lo, hi), 0);
	KEQ(memcmp(lo, "\x01\x00\x5e\x01\x02\x03", ETHER_ADDR_LEN), 0);
	KEQ(memcmp(lo, hi, ETHER_ADDR_LEN), 0);

	filters = sc->sc_filters;
	KEQ(if_mcast_op(&sc->sc_ec.ec_if, SIOCADDMULTI, sintosa(&sin)), 0);
	KEQ(sc->sc_filters, filters + 1);
	groups = sc->sc_groups;
	K(groups >= 1);
	ETHER_LOCK(&sc->sc_ec);
	enm = ether_lookup_multi(lo, hi, &sc->sc_ec);
	K(enm != NULL && memcmp(enm->enm_addrlo, lo, sizeof(lo)) == 0);
	ETHER_UNLOCK(&sc->sc_ec);
	/* A second member does not change the filter, nor its leaving. */
	KEQ(ether_addmulti(sintosa(&sin), &sc->sc_ec), 0);
	KEQ(ether_delmulti(sintosa(&sin), &sc->sc_ec), 0);
	KEQ(sc->sc_filters, filters + 1);
	KEQ(if_mcast_op(&sc->sc_ec.ec_if, SIOCDELMULTI, sintosa(&sin)), 0);
	KEQ(sc->sc_groups, groups - 1);
	KEQ(ether_delmulti(sintosa(&sin), &sc->sc_ec), ENXIO);
	/* By Ethernet address: that of a station is no group. */
	memset(&sa, 0, sizeof(sa));
	sa.sa_len = sizeof(sa);
	sa.sa_family = AF_UNSPEC;
	memcpy(sa.sa_data, "\x02twin", ETHER_ADDR_LEN);
	KEQ(ether_addmulti(&sa, &sc->sc_ec), EINVAL);
	sa.sa_data[0] = 3;
	KEQ(ether_addmulti(&sa, &sc->sc_ec), ENETRESET);
	KEQ(ether_delmulti(&sa, &sc->sc_ec), ENETRESET);
	unpair();
}

/* A frame of a type, to an address or to all, with len bytes of payload. */
static struct mbuf *
frame(const uint8_t *dst, uint16_t type, int len)
{
	struct ether_header *eh;
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);

	eh = mtod(m, struct ether_header *);
	memcpy(eh->ether_dhost, dst, ETHER_ADDR_LEN);
	memcpy(eh->ether_shost, "\2twin\0", ETHER_ADDR_LEN);
	eh->ether_type = htons(type);
	memset(eh + 1, 0, (size_t)len);
	m->m_len = m->m_pkthdr.len = (int)sizeof(*eh) + len;
	return m;
}

void
twin_test_taps(void)
{
	static const uint8_t peer[] = {2, 't', 'w', 'i', 'n', 1};
	struct twin_tap before;
	struct twin_softc *sc;
	struct ifnet *ifp;
	struct mbuf *m;
	u_char raw[20] = {0};
	u_int missed;

	twin_tap_enter();
	pair();
	before = twin_tap;
	K(before.tt_attached >= 2); /* those of before boot too */
	KEQ(before.tt_dlt, DLT_EN10MB);
	sc = twin_lookup(0);
	ifp = &sc->sc_ec.ec_if;
	/* Seen when it leaves and when it arrives. */
	KEQ(if_transmit_lock(ifp, frame(peer, 0x88b5, 46)), 0);
	KEQ(twin_tap.tt_frames, before.tt_frames + 2);
	KEQ(twin_tap.tt_bytes, before.tt_bytes + 2 * 60);
	KEQ(ifp->if_opackets, 1);
	KEQ(twin_lookup(1)->sc_ec.ec_if.if_ipackets, 1);
	/* For somebody else: it leaves only. */
	missed = twin_lookup(1)->sc_missed;
	KEQ(if_transmit_lock(
		ifp, frame((const uint8_t *)"\2other", 0x88b5, 46)),
	    0);
	KEQ(twin_tap.tt_frames, before.tt_frames + 3);
	KEQ(twin_lookup(1)->sc_missed, missed + 1);
	/* Unless all are wanted. */
	KEQ(ifpromisc(&twin_lookup(1)->sc_ec.ec_if, 1), 0);
	KEQ(if_transmit_lock(
		ifp, frame((const uint8_t *)"\2other", 0x88b5, 46)),
	    0);
	KEQ(twin_tap.tt_frames, before.tt_frames + 5);
	KEQ(ifpromisc(&twin_lookup(1)->sc_ec.ec_if, 0), 0);

	m = frame(peer, 0x88b5, 0);
	bpf_tap(ifp, raw, sizeof(raw));
	bpf_mtap2(ifp->if_bpf, raw, 4, m);
	bpf_mtap_af(ifp, AF_INET, m);
	m_freem(m);
	KEQ(twin_tap.tt_others, before.tt_others + 3);
	bpf_change_type(ifp, DLT_NULL, 4);
	KEQ(twin_tap.tt_dlt, DLT_NULL);
	unpair();
	KEQ(twin_tap.tt_detached, before.tt_detached + 2);
	twin_tap_exit();
	/* Nobody listens any more. */
	pair();
	before = twin_tap;
	KEQ(if_transmit_lock(
		&twin_lookup(0)->sc_ec.ec_if, frame(peer, 0x88b5, 46)),
	    0);
	KEQ(twin_tap.tt_frames, before.tt_frames);
	unpair();
}

void
twin_test_hooks(void)
{
	static const uint8_t peer[] = {2, 't', 'w', 'i', 'n', 1};
	static const uint8_t slow[] = {0x01, 0x80, 0xc2, 0, 0, 2};
	static const uint8_t arp[] = {0, 1, 8, 0, ETHER_ADDR_LEN, 4, 0, 1};
	struct ifnet *from, *to;
	struct mbuf *m;
	struct sockaddr sa;

	pair();
	from = &twin_lookup(0)->sc_ec.ec_if;
	to = &twin_lookup(1)->sc_ec.ec_if;
	KEQ(if_transmit_lock(from, frame(peer, ETHERTYPE_PPPOEDISC, 46)), 0);
	await(&twin_hooked.th_pppoedisc, 1);
	KEQ(twin_hooked.th_pppoedisc, 1);
	KEQ(twin_hooked.th_lastlen, 60);
	KEQ(if_transmit_lock(from, frame(peer, ETHERTYPE_PPPOE, 50)), 0);
	await(&twin_hooked.th_pppoe, 1);
	KEQ(twin_hooked.th_pppoe, 1);

	/* Slow protocols of a member: LACP is subtype 1, marker is 2. */
	to->if_agrprivate = &twin_hooked;
	KEQ(ifpromisc(to, 1), 0);
	m = frame(slow, ETHERTYPE_SLOWPROTOCOLS, 46);
	mtod(m, uint8_t *)[ETHER_HDR_LEN] = 1;
	KEQ(if_transmit_lock(from, m), 0);
	await(&twin_hooked.th_lacp, 1);
	KEQ(twin_hooked.th_lacp, 1);
	m = frame(slow, ETHERTYPE_SLOWPROTOCOLS, 46);
	mtod(m, uint8_t *)[ETHER_HDR_LEN] = 2;
	KEQ(if_transmit_lock(from, m), 0);
	await(&twin_hooked.th_marker, 1);
	KEQ(twin_hooked.th_marker, 1);
	KEQ(ifpromisc(to, 0), 0);

	/* The aggregate gets all else. */
	KEQ(if_transmit_lock(from, frame(peer, ETHERTYPE_IP, 46)), 0);
	await(&twin_hooked.th_agr, 1);
	KEQ(twin_hooked.th_agr, 1);
	to->if_agrprivate = NULL;

	/* What a bridge gives back to Ethernet, it gives with locks held. */
	KEQ(to->_if_input == ether_input, 1);
	to->_if_input = twin_input_locked;
	m = frame(peer, ETHERTYPE_ARP, 46);
	memcpy(mtod(m, uint8_t *) + ETHER_HDR_LEN, arp, sizeof(arp));
	KEQ(if_transmit_lock(from, m), 0);
	KEQ(if_transmit_lock(from, frame(peer, ETHERTYPE_IP, 46)), 0);
	await(&twin_hooked.th_locked, 2);
	KEQ(twin_hooked.th_locked, 2);
	to->_if_input = ether_input;

	/* A member of a bridge sends through it, and tells when it goes. */
	from->if_bridge = (void *)&twin_hooked;
	memset(&sa, 0, sizeof(sa));
	sa.sa_len = sizeof(sa);
	sa.sa_family = AF_UNSPEC;
	memcpy(sa.sa_data, peer, ETHER_ADDR_LEN);
	m = m_gethdr(M_WAIT, MT_DATA);
	memset(mtod(m, void *), 0, 46);
	m->m_len = m->m_pkthdr.len = 46;
	KEQ(if_output_lock(from, from, m, &sa, NULL), 0);
	KEQ(twin_hooked.th_bridged, 1);
	KEQ(twin_hooked.th_lastlen, 60);
	unpair();
	KEQ(twin_hooked.th_unbridged, 1);
}

/* Queues of one's own and of an interface. */
void
twin_test_queues(void)
{
	struct ifnet *ifp;
	struct ifqueue ifq;
	struct mbuf *m, *n;
	int i, err = 0, s, bound;
	struct psref psref;

	memset(&ifq, 0, sizeof(ifq));
	KEQ(ifqmaxlen, IFQ_MAXLEN);
	KEQ(sizeof(struct ip6_hdr), 40);
	KEQ(ntohl(IPV6_FLOWLABEL_MASK), 0xfffff);
	KEQ(sizeof(struct osockaddr), 16);
	ifq.ifq_maxlen = 2;
	K(IF_IS_EMPTY(&ifq));
	for (i = 0; i < 2; i++) {
		m = m_gethdr(M_WAIT, MT_DATA);
		m->m_pkthdr.len = i;
		IF_ENQUEUE(&ifq, m);
	}
	K(IF_QFULL(&ifq));
	IF_DROP(&ifq);
	KEQ(ifq.ifq_drops, 1);
	IF_DEQUEUE(&ifq, m);
	K(m != NULL && m->m_pkthdr.len == 0);
	m_freem(m);
	IF_PURGE(&ifq);
	IF_DEQUEUE(&ifq, m);
	K(m == NULL && ifq.ifq_len == 0);

	pair();
	ifp = &twin_lookup(0)->sc_ec.ec_if;
	for (i = 0; i < 40; i++) {
		m = m_gethdr(M_WAIT, MT_DATA);
		m->m_pkthdr.len = m->m_len = 20;
		IFQ_CLASSIFY(&ifp->if_snd, m, AF_INET);
		IFQ_ENQUEUE(&ifp->if_snd, m, err);
		if (err != 0)
			break;
	}
	KEQ(i, 32);
	KEQ(err, ENOBUFS);
	IFQ_POLL(&ifp->if_snd, m);
	IFQ_DEQUEUE(&ifp->if_snd, n);
	K(m == n && n != NULL);
	m_freem(n);
	IFQ_PURGE(&ifp->if_snd);
	K(IFQ_IS_EMPTY(&ifp->if_snd));

	/* Where a packet came in. */
	m = m_gethdr(M_WAIT, MT_DATA);
	n = m_gethdr(M_WAIT, MT_DATA);
	m_set_rcvif(m, ifp);
	m_copy_rcvif(n, m);
	K(m_get_rcvif(n, &s) == ifp);
	m_put_rcvif(ifp, &s);
	bound = curlwp_bind();
	K(m_get_rcvif_psref(n, &psref) == ifp);
	m_put_rcvif_psref(ifp, &psref);
	curlwp_bindx(bound);
	m_reset_rcvif(n);
	K(m_get_rcvif_NOMPSAFE(n) == NULL);
	m_freem(m);
	m_freem(n);
	unpair();
}

/* An address that is not the interface's own to keep. */
static void
member(struct ifnet *ifp)
{
	static const uint8_t mac[ETHER_ADDR_LEN] = {2, 0, 0, 0, 0, 77};
	struct sockaddr_dl sdl;
	struct ifaddr ifa;

	memset(&ifa, 0, sizeof(ifa));
	ifa.ifa_addr = (struct sockaddr *)&sdl;
	K(sockaddr_dl_init(&sdl, sizeof(sdl), 0, IFT_ETHER, NULL, 0, mac,
	      ETHER_ADDR_LEN) != NULL);
	KERNEL_LOCK(1, NULL);
	KEQ((*ifp->if_ioctl)(ifp, SIOCINITIFADDR, &ifa), 0);
	KERNEL_UNLOCK_ONE(NULL);
	KEQ(memcmp(CLLADDR(ifp->if_sadl), mac, ETHER_ADDR_LEN), 0);
	K(ifp->if_dl != &ifa);
}

void
twin_test_ether(void)
{
	static const uint8_t addr[] = {0x02, 0xab, 0, 0x10, 0xff, 9};
	struct twin_softc *sc;
	char text[18];
	u_char got[ETHER_ADDR_LEN], ip6group[ETHER_ADDR_LEN];
	uint32_t group = htonl(0xe00000fb);

	KSTR(ether_snprintf(text, sizeof(text), addr), "02:ab:00:10:ff:09");
	KSTR(ether_sprintf(addr), "02:ab:00:10:ff:09");
	KEQ(ether_aton_r(got, sizeof(got), text), 0);
	KEQ(memcmp(got, addr, sizeof(got)), 0);
	KEQ(ether_aton_r(got, sizeof(got), "02:ab:00"), EINVAL);
	memset(got, 0, sizeof(got));
	KEQ(ether_nonstatic_aton(got, text), 0);
	KEQ(memcmp(got, addr, sizeof(got)), 0);
	ETHER_MAP_IP_MULTICAST(&group, ip6group);
	KEQ(memcmp(ip6group, "\x01\x00\x5e\x00\x00\xfb", sizeof(got)), 0);
	/* The check of "123456789", without the final complement. */
	KEQ(ether_crc32_le((const uint8_t *)"123456789", 9),
	    0xcbf43926u ^ 0xffffffffu);
	K(ether_crc32_be((const uint8_t *)"123456789", 9) != 0);

	pair();
	sc = twin_lookup(0);
	member(&sc->sc_ec.ec_if);
	KEQ(ether_enable_vlan_mtu(&sc->sc_ec.ec_if), 0);
	K((sc->sc_ec.ec_capenable & ETHERCAP_VLAN_MTU) != 0);
	KEQ(ether_disable_vlan_mtu(&sc->sc_ec.ec_if), 0);
	K((sc->sc_ec.ec_capenable & ETHERCAP_VLAN_MTU) == 0);
	sc->sc_ec.ec_capabilities = 0;
	KEQ(ether_enable_vlan_mtu(&sc->sc_ec.ec_if), -1);
	unpair();
}

/* After the host's ioctls. */
void
twin_test_biglock(void)
{
	KEQ(twin_unlocked, 0);
}

static u_int requests;

static void
request(int cmd, struct rtentry *rt, const struct rt_addrinfo *info)
{
	K(mutex_owned(softnet_lock));
	requests++;
}

/* A driver's own changes of routes, without a lock. */
void
twin_test_routes(void)
{
	struct ifnet *ifp = &twin_lookup(0)->sc_ec.ec_if;
	struct ifaddr *ifa;
	struct route ro;

	IFADDR_READER_FOREACH(ifa, ifp)
	{
		if (ifa->ifa_addr->sa_family == AF_INET)
			break;
	}
	K(ifa != NULL);
	ifa->ifa_rtrequest = request;
	KEQ(rtinit(ifa, RTM_DELETE, 0), 0);
	KEQ(rtinit(ifa, RTM_ADD, RTF_UP), 0);
	KEQ(requests, 2);
	memset(&ro, 0, sizeof(ro));
	K(rtcache_lookup(&ro, ifa->ifa_addr) != NULL);
	rtcache_free(&ro);
}

static const struct ktest twin_tests[] = {
    {"find", twin_test_find},
    {"media", twin_test_media},
    {"ioctl", twin_test_ioctl},
    {"groups", twin_test_groups},
    {"taps", twin_test_taps},
    {"mute", twin_test_mute},
    {"hooks", twin_test_hooks},
    {"queues", twin_test_queues},
    {"ether", twin_test_ether},
    {"biglock", twin_test_biglock},
    {"routes", twin_test_routes},
    {NULL, NULL},
};

KTEST_MAIN(twin_tests)
