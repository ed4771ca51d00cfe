/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Ethernet drivers, and those that take frames from Ethernet, rely on.
 * An interface that remembers what it is to send, and hooks that remember what
 * they got.
 */
#include <sys/intr.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/ethertypes.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_media.h>
#include <net/if_types.h>
#include <net/if_vlanvar.h>
#include <net/pfil.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#include "nettest.h"

#define CHECK(e)                                                               \
	do {                                                                   \
		if (!(e)) {                                                    \
			rump_unschedule();                                     \
			return __LINE__;                                       \
		}                                                              \
	} while (0)

static struct ethercom te;
static int te_sent, te_inits;
static struct mbuf *hooked;
static struct ifnet *hooked_if;

static const uint8_t te_addr[ETHER_ADDR_LEN] = {0x02, 1, 2, 3, 4, 5};
static const uint8_t other[ETHER_ADDR_LEN] = {0x02, 9, 9, 9, 9, 9};

static void
te_start(struct ifnet *ifp)
{
	struct mbuf *m;

	for (;;) {
		IFQ_DEQUEUE(&ifp->if_snd, m);
		if (m == NULL)
			break;
		te_sent++;
		m_freem(m);
	}
}

static int
te_init(struct ifnet *ifp)
{
	te_inits++;
	ifp->if_flags |= IFF_RUNNING;
	return 0;
}

static void
te_stop(struct ifnet *ifp, int disable)
{
	ifp->if_flags &= ~IFF_RUNNING;
}

static int
te_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	return ether_ioctl(ifp, cmd, data);
}

static void
te_attach(void)
{
	struct ifnet *ifp = &te.ec_if;

	memset(&te, 0, sizeof(te));
	if_initname(ifp, "te", 0);
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_start = te_start;
	ifp->if_init = te_init;
	ifp->if_stop = te_stop;
	ifp->if_ioctl = te_ioctl;
	IFQ_SET_READY(&ifp->if_snd);
	if_initialize(ifp);
	ether_ifattach(ifp, te_addr);
	if_register(ifp);
	te_sent = te_inits = 0;
}

static void
te_detach(void)
{
	ether_ifdetach(&te.ec_if);
	if_detach(&te.ec_if);
}

static struct mbuf *
frame(const uint8_t *dst, uint16_t type, int len)
{
	struct mbuf *m = m_gethdr(M_WAITOK, MT_DATA);
	struct ether_header *eh = mtod(m, struct ether_header *);

	memset(eh, 0x5a, (size_t)len);
	memcpy(eh->ether_dhost, dst, ETHER_ADDR_LEN);
	memcpy(eh->ether_shost, other, ETHER_ADDR_LEN);
	eh->ether_type = htons(type);
	m->m_len = m->m_pkthdr.len = len;
	m_set_rcvif(m, &te.ec_if);
	return m;
}

static void
hook(struct ifnet *ifp, struct mbuf *m)
{
	m_freem(hooked);
	hooked = m;
	hooked_if = ifp;
}

static struct mbuf *
input(struct mbuf *m)
{
	m_freem(hooked);
	hooked = NULL;
	if_input(&te.ec_if, m);
	return hooked;
}

static int
send(void)
{
	struct sockaddr dst = {.sa_len = sizeof(dst), .sa_family = AF_UNSPEC};
	struct mbuf *m = m_gethdr(M_WAITOK, MT_DATA);

	memcpy(dst.sa_data, other, ETHER_ADDR_LEN);
	m->m_len = m->m_pkthdr.len = 40;
	return if_output_lock(&te.ec_if, &te.ec_if, m, &dst, NULL);
}

/* Virtual LANs and PPPoE get frames whole, also those for other addresses. */
int
rump_nettest_ether_hooks(void)
{
	struct mbuf *m;

	rump_schedule();
	te_attach();
	CHECK(if_flags_set(&te.ec_if, te.ec_if.if_flags | IFF_UP) == 0);
	rump_vlan_input = rump_pppoe_input = rump_pppoedisc_input = hook;

	/* no virtual LAN: nobody's */
	CHECK(input(frame(te_addr, ETHERTYPE_VLAN, 60)) == NULL);
	te.ec_nvlans = 1;
	CHECK((m = input(frame(te_addr, ETHERTYPE_VLAN, 60))) != NULL);
	CHECK(hooked_if == &te.ec_if && m->m_pkthdr.len == 60);
	CHECK((m->m_flags & M_PROMISC) == 0);
	CHECK((m = input(frame(other, ETHERTYPE_VLAN, 60))) != NULL);
	CHECK(mtod(m, struct ether_header *)->ether_type ==
	    htons(ETHERTYPE_VLAN));

	CHECK((m = input(frame(te_addr, ETHERTYPE_PPPOE, 60))) != NULL);
	CHECK(m->m_pkthdr.len == 60);
	CHECK(input(frame(te_addr, ETHERTYPE_PPPOEDISC, 60)) != NULL);
	CHECK(input(frame(te_addr, ETHERTYPE_IP, 60)) == NULL);

	/* the check sequence is cut off */
	m = frame(te_addr, ETHERTYPE_PPPOE, 64);
	m->m_flags |= M_HASFCS;
	CHECK((m = input(m)) != NULL);
	CHECK(m->m_pkthdr.len == 60 && (m->m_flags & M_HASFCS) == 0);
	m = frame(te_addr, ETHERTYPE_PPPOE, 16);
	m->m_flags |= M_HASFCS;
	CHECK(input(m) == NULL);

	/* slow protocols without an aggregate */
	CHECK(input(frame(te_addr, ETHERTYPE_SLOWPROTOCOLS, 60)) == NULL);
	te.ec_nvlans = 0;
	rump_vlan_input = rump_pppoe_input = rump_pppoedisc_input = NULL;
	te_detach();
	rump_unschedule();
	return 0;
}

/*
 * Whose a packet is, told by storage of our own at its end.
 */
static int storage_freed;
static char storage[16];

static void
storage_free(struct mbuf *m, void *buf, size_t size, void *arg)
{
	storage_freed++;
	if (m != NULL)
		pool_cache_put(mb_cache, m);
}

static struct mbuf *
owned(struct mbuf *m)
{
	struct mbuf *n = m_get(M_WAITOK, MT_DATA);

	MEXTADD(n, storage, sizeof(storage), M_DEVBUF, storage_free, NULL);
	n->m_len = sizeof(storage);
	m->m_next = n;
	m->m_pkthdr.len += n->m_len;
	storage_freed = 0;
	return m;
}

static int
output(void)
{
	struct sockaddr dst = {.sa_len = sizeof(dst), .sa_family = AF_UNSPEC};
	struct mbuf *m = m_gethdr(M_WAITOK, MT_DATA);

	memcpy(dst.sa_data, other, ETHER_ADDR_LEN);
	m->m_len = m->m_pkthdr.len = 40;
	return if_output_lock(&te.ec_if, &te.ec_if, owned(m), &dst, NULL);
}

/* Keeps the packet, and says an error, or nothing but that it is gone. */
static struct mbuf *kept;

static int
keep_hook(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	kept = *mp;
	if (*(int *)arg == 0)
		*mp = NULL;
	return *(int *)arg;
}

/* Was the packet left to the hook? */
static bool
was_kept(void)
{
	bool ok = kept != NULL && storage_freed == 0;

	m_freem(kept);
	kept = NULL;
	return ok && storage_freed == 1;
}

int
rump_nettest_ether_owner(void)
{
	struct ifnet *ifp = &te.ec_if;
	int error = EPERM;

	rump_schedule();
	te_attach();
	/* what can't be sent is freed */
	CHECK(output() == ENETDOWN && storage_freed == 1);
	CHECK(if_flags_set(ifp, ifp->if_flags | IFF_UP) == 0);
	CHECK(output() == 0 && te_sent == 1 && storage_freed == 1);
	IFQ_SET_MAXLEN(&ifp->if_snd, 2);
	ifp->if_flags |= IFF_OACTIVE;
	CHECK(output() == 0 && storage_freed == 0);
	CHECK(output() == 0 && storage_freed == 0);
	CHECK(output() == ENOBUFS && storage_freed == 1);
	CHECK(ifp->if_snd.ifq_drops == 1);
	IFQ_PURGE(&ifp->if_snd);
	CHECK(storage_freed == 3);
	ifp->if_flags &= ~IFF_OACTIVE;
	/* and what nobody takes */
	CHECK(input(owned(frame(te_addr, 0x9999, 60))) == NULL);
	CHECK(storage_freed == 1);
	CHECK(input(owned(frame(other, 0x9999, 60))) == NULL);
	CHECK(storage_freed == 1);
	/* but a filter that lets a packet go no further has it */
	CHECK(pfil_add_hook(
		  keep_hook, &error, PFIL_IN | PFIL_OUT, ifp->if_pfil) == 0);
	CHECK(output() == EPERM && was_kept());
	CHECK(input(owned(frame(te_addr, 0x9999, 60))) == NULL);
	CHECK(was_kept());
	error = 0;
	CHECK(output() == 0 && was_kept());
	CHECK(input(owned(frame(te_addr, 0x9999, 60))) == NULL);
	CHECK(was_kept());
	CHECK(te_sent == 1);
	CHECK(pfil_remove_hook(
		  keep_hook, &error, PFIL_IN | PFIL_OUT, ifp->if_pfil) == 0);
	te_detach();
	rump_unschedule();
	return 0;
}

/* An interface can leave its Ethernet and have another: vlan(4) does. */
int
rump_nettest_ether_reattach(void)
{
	struct ifnet *ifp = &te.ec_if;
	struct ifreq ifr = {.ifr_name = "te0"};

	rump_schedule();
	te_attach();
	CHECK(if_flags_set(ifp, ifp->if_flags | IFF_UP) == 0);
	CHECK(send() == 0 && te_sent == 1);
	ether_ifdetach(ifp);
	CHECK(ifunit("te0") == ifp);
	CHECK(send() == ENXIO && te_sent == 1);
	CHECK((*ifp->if_ioctl)(ifp, SIOCGIFFLAGS, &ifr) == ENXIO);
	ifp->if_ioctl = te_ioctl;
	ifp->if_type = IFT_L2VLAN;
	ifp->if_addrlen = 0;
	if_alloc_sadl(ifp);
	ether_ifattach(ifp, other);
	CHECK(memcmp(CLLADDR(ifp->if_sadl), other, ETHER_ADDR_LEN) == 0);
	CHECK(send() == 0 && te_sent == 2);
	CHECK(if_flags_set(ifp, ifp->if_flags & ~IFF_UP) == 0);
	te_detach();
	CHECK(ifunit("te0") == NULL);
	rump_unschedule();
	return 0;
}

/* The first virtual LAN makes frames longer; who counts them is the driver. */
int
rump_nettest_vlan_mtu(void)
{
	rump_schedule();
	te_attach();
	CHECK(ether_enable_vlan_mtu(&te.ec_if) == -1);
	te.ec_capabilities = ETHERCAP_VLAN_MTU;
	CHECK(ether_enable_vlan_mtu(&te.ec_if) == 0);
	CHECK(te.ec_nvlans == 0 && te.ec_capenable == ETHERCAP_VLAN_MTU);
	te.ec_nvlans = 2;
	CHECK(ether_disable_vlan_mtu(&te.ec_if) == 0);
	CHECK(te.ec_capenable == ETHERCAP_VLAN_MTU);
	te.ec_nvlans = 0;
	CHECK(ether_disable_vlan_mtu(&te.ec_if) == 0);
	CHECK(te.ec_capenable == 0);
	CHECK(ether_disable_vlan_mtu(&te.ec_if) == -1);
	te_detach();
	rump_unschedule();
	return 0;
}

/*
 * A cloner may take the lock of kernel configuration, as config(9) does, and
 * a module adds its cloner with that lock held; a cloner may make others.
 */
static struct if_clone outer, inner, added;
static int inner_made;

static int
outer_create(struct if_clone *ifc, int unit)
{
	int error;

	kernconfig_lock();
	error = if_clone_create("teinner7");
	kernconfig_unlock();
	return error;
}

static int
inner_create(struct if_clone *ifc, int unit)
{
	inner_made = unit;
	return 0;
}

int
rump_nettest_clone_locks(void)
{
	outer = (struct if_clone)IF_CLONE_INITIALIZER(
	    "teouter", outer_create, NULL);
	inner = (struct if_clone)IF_CLONE_INITIALIZER(
	    "teinner", inner_create, NULL);
	added = (struct if_clone)IF_CLONE_INITIALIZER(
	    "teadded", inner_create, NULL);
	rump_schedule();
	if_clone_attach(&outer);
	kernconfig_lock();
	if_clone_attach(&inner);
	if_clone_attach(&added);
	if_clone_detach(&added);
	kernconfig_unlock();
	CHECK(if_clone_create("teouter0") == 0);
	CHECK(inner_made == 7);
	CHECK(if_clone_create("teadded0") == EINVAL);
	if_clone_detach(&outer);
	if_clone_detach(&inner);
	rump_unschedule();
	return 0;
}

/* What an aggregate tells its member; and what it asks it. */
int
rump_nettest_member(const char *name)
{
	static const uint8_t mac[ETHER_ADDR_LEN] = {2, 0, 0, 0, 0, 77};
	struct sockaddr_dl sdl;
	struct ifmediareq imr;
	struct ifaddr ifa;
	struct ifnet *ifp;
	int error;

	rump_schedule();
	ifp = ifunit(name);
	memset(&ifa, 0, sizeof(ifa));
	memset(&imr, 0, sizeof(imr));
	ifa.ifa_addr = (struct sockaddr *)&sdl;
	(void)sockaddr_dl_init(
	    &sdl, sizeof(sdl), 0, IFT_ETHER, NULL, 0, mac, ETHER_ADDR_LEN);
	error = (*ifp->if_ioctl)(ifp, SIOCINITIFADDR, &ifa);
	if (error == 0 &&
	    memcmp(CLLADDR(ifp->if_sadl), mac, ETHER_ADDR_LEN) != 0)
		error = EADDRNOTAVAIL;
	if (error == 0)
		error = (*ifp->if_ioctl)(ifp, SIOCGIFMEDIA, &imr);
	if (error == 0 &&
	    (imr.ifm_status != (IFM_AVALID | IFM_ACTIVE) ||
		ifmedia_baudrate(imr.ifm_active) == 0))
		error = ENETDOWN;
	rump_unschedule();
	return error;
}
