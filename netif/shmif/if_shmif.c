/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shmif: an Ethernet whose wire is a file that several kernels map.
 *
 * The bus lock (shm_lock) is a word in that file and shared with strangers,
 * so it is held for a batch of copies at most.  Nothing under it may sleep,
 * and so not allocate either: mbufs for what is received are there before.
 * Life of an interface: created -> linked to a bus (link string or path) ->
 * up (a kernel thread receives) -> down -> unlinked -> destroyed.  Whoever
 * changes its state holds the interface's ioctl lock.  Senders only have
 * sc_mtx, which comes before the bus lock.
 */
#include <sys/atomic.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <sys/systm.h>
#include <sys/time.h>

#include <net/bpf.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_media.h>
#include <net/if_types.h>

#include <lib/libkern/libkern.h>
#include <rump-sys/kern.h>
#include <rump-sys/net.h>
#include <rump/rump.h>
#include <rump/rumpuser.h>

#include "shmif_bus.h"
#include "shmif_impl.h"
#include "shmif_user.h"

#define LOCK_SPINS    1001
#define LOCK_NAP_NS   (1000 * 1000)
#define LOCK_PATIENCE 3000 /* naps after which the owner counts as dead */
#define SEND_BATCH    32
#define ETHER_ALIGN   2 /* puts what follows the header on 4 bytes */

/*
 * Key: c constant after creation, i if_ioctl_lock, m i and sc_mtx to write
 * and either to read, r the receiver's, constant while there is none but for
 * the i who starts it, a atomic.
 */
struct shmif_sc {
	struct ethercom sc_ec;     /* interface, first */
	struct if_percpuq *sc_ipq; /* c */
	struct ifmedia sc_im;      /* ioctls */
	void *sc_si;               /* c soft interrupt that sends */
	kmutex_t sc_mtx;
	uint64_t sc_sender; /* c our packets' mark */
	uint64_t sc_mac;    /* a Ethernet address, as mac_word() */

	struct shmif_mem *sc_bus; /* m set while linked */
	char *sc_path;            /* m link string, of kmem_strdup() */
	int sc_fd;                /* m host handles */
	int sc_kq;                /* i */

	struct lwp *sc_rcvlwp;             /* i receiver, while up */
	volatile unsigned sc_dying;        /* a receiver is to stop */
	uint32_t sc_next;                  /* r offset of its next packet */
	uint64_t sc_gen;                   /* r lap of sc_next */
	struct mbuf *sc_spare[SEND_BATCH]; /* r to be filled */
	int sc_nspare;                     /* r */
};

static uint64_t
mac_word(const uint8_t *mac)
{
	uint64_t word = 0;

	memcpy(&word, mac, ETHER_ADDR_LEN);
	return word;
}

static int shmif_clone(struct if_clone *, int);
static int shmif_unclone(struct ifnet *);
static void shmif_rcv(void *);

static struct if_clone shmif_cloner =
    IF_CLONE_INITIALIZER("shmif", shmif_clone, shmif_unclone);

void
shmif_attach_cloner(void)
{
	if_clone_attach(&shmif_cloner);
}

/*
 * The bus lock.  Its owner may be gone for good: nobody tells, so after
 * seconds of seeing it held without any traffic it is taken over.
 */
static void
bus_lock(struct shmif_sc *sc)
{
	struct shmif_mem *bus = sc->sc_bus;
	uint32_t last = atomic_load_relaxed(&bus->shm_last);
	unsigned spins = 0, naps = 0;

	while (atomic_cas_32(&bus->shm_lock, 0, 1) != 0) {
		if (++spins < LOCK_SPINS)
			continue;
		rumpuser_clock_sleep(RUMPUSER_CLOCK_RELWALL, 0, LOCK_NAP_NS);
		if (atomic_load_relaxed(&bus->shm_last) != last) {
			last = atomic_load_relaxed(&bus->shm_last);
			naps = 0;
		} else if (++naps == LOCK_PATIENCE) {
			printf("%s: bus %s was left locked, by a process that "
			       "died; taking it over\n",
			    sc->sc_ec.ec_if.if_xname, sc->sc_path);
			break;
		}
	}
	membar_enter();
	/* or a soft interrupt, run while we sleep, waits for us for ever */
	kpreempt_disable();
}

static void
bus_unlock(struct shmif_mem *bus)
{
	membar_exit();
	atomic_store_relaxed(&bus->shm_lock, 0);
	kpreempt_enable();
}

/* Tell everybody who waits on the file, by writing the version. */
static int
bus_wakeup(int fd)
{
	uint32_t version = SHMIF_VERSION;
	struct rumpuser_iovec iov = {&version, sizeof(version)};
	size_t n;

	return rumpuser_iovwrite(fd, &iov, 1, SHMIF_WAKE_OFFSET, &n);
}

/* A fresh file becomes a bus; something else is refused. */
static int
bus_setup(struct shmif_sc *sc)
{
	struct shmif_mem *bus = sc->sc_bus;
	int error = 0;

	bus_lock(sc);
	if (bus->shm_magic == 0) {
		bus->shm_magic = SHMIF_MAGIC;
		bus->shm_first = BUSMEM_DATASIZE;
		atomic_store_relaxed(&bus->shm_last, 0);
	} else if (bus->shm_magic != SHMIF_MAGIC) {
		error = ENOEXEC;
	}
	bus_unlock(bus);
	return error;
}

/* Links to the bus file path, which is of kmem_strdup() and becomes ours. */
static int
backend_init(struct shmif_sc *sc, char *path)
{
	uint64_t size;
	uint32_t magic = 0;
	void *mem;
	size_t n;
	int error, ft;

	if (sc->sc_bus != NULL) {
		error = EBUSY;
		goto free;
	}
	error = rumpuser_open(
	    path, RUMPUSER_OPEN_RDWR | RUMPUSER_OPEN_CREATE, &sc->sc_fd);
	if (error != 0) {
		printf("%s: cannot open the bus file %s (errno %d)\n",
		    sc->sc_ec.ec_if.if_xname, path, error);
		goto free;
	}
	/* Look before ftruncate() and the mapping change a stranger's file. */
	if (rumpuser_getfileinfo(path, &size, &ft) == 0 && size > 0) {
		struct rumpuser_iovec iov = {&magic, sizeof(magic)};

		if (ft != RUMPUSER_FT_REG)
			error = EINVAL;
		else if (rumpuser_iovread(sc->sc_fd, &iov, 1, 0, &n) != 0 ||
		    (n == sizeof(magic) && magic != 0 && magic != SHMIF_MAGIC))
			error = ENOEXEC;
	}
	if (error == 0)
		error = rumpcomp_shmif_mmap(sc->sc_fd, BUSMEM_SIZE, &mem);
	if (error != 0)
		goto close;
	mutex_enter(&sc->sc_mtx);
	sc->sc_bus = mem;
	sc->sc_path = path;
	error = bus_setup(sc);
	if (error == 0)
		error = rumpcomp_shmif_watchsetup(&sc->sc_kq, sc->sc_fd);
	if (error != 0) {
		rumpuser_unmap(mem, BUSMEM_SIZE);
		sc->sc_bus = NULL;
		sc->sc_path = NULL;
	}
	mutex_exit(&sc->sc_mtx);
	if (error == 0)
		return 0;
close:
	if (error == ENOEXEC || error == EINVAL)
		printf("%s: %s is not a shmif bus: give a new file or a bus\n",
		    sc->sc_ec.ec_if.if_xname, path);
	rumpuser_close(sc->sc_fd);
	sc->sc_fd = -1;
free:
	kmem_strfree(path);
	return error;
}

static void
backend_fini(struct shmif_sc *sc)
{
	KASSERT(sc->sc_rcvlwp == NULL);
	if (sc->sc_bus == NULL)
		return;
	mutex_enter(&sc->sc_mtx);
	rumpuser_unmap(sc->sc_bus, BUSMEM_SIZE);
	sc->sc_bus = NULL;
	if (sc->sc_kq != -1)
		rumpuser_close(sc->sc_kq);
	rumpuser_close(sc->sc_fd);
	sc->sc_fd = sc->sc_kq = -1;
	kmem_strfree(sc->sc_path);
	sc->sc_path = NULL;
	mutex_exit(&sc->sc_mtx);
}

/*
 * The receiver's place on the bus
 */

/* Behind the newest packet, where the next one goes; on a damaged bus to the
 * start, where bus_put() begins anew. */
static void
place_at_end(struct shmif_sc *sc)
{
	sc->sc_gen = sc->sc_bus->shm_gen;
	if (!shmif_nextpkt(sc->sc_bus, sc->sc_bus->shm_last, &sc->sc_next))
		sc->sc_next = 0;
}

/* At the oldest packet; end is where the newest one ends. */
static void
place_at_first(struct shmif_sc *sc, uint32_t end)
{
	uint32_t first = sc->sc_bus->shm_first;

	sc->sc_gen = sc->sc_bus->shm_gen;
	if (first >= BUSMEM_DATASIZE)
		first = 0;
	else if (first > end)
		sc->sc_gen--;
	sc->sc_next = first;
}

/* Is it between the oldest and the newest packet, or was it overwritten? */
static bool
place_valid(const struct shmif_sc *sc, uint32_t end)
{
	const uint32_t first = sc->sc_bus->shm_first;
	const uint64_t behind = sc->sc_bus->shm_gen - sc->sc_gen;
	/* the newest packet may itself go round the end of the ring */
	const bool oldlap = first > end;

	if (behind == 0)
		return sc->sc_next <= end && (oldlap || sc->sc_next >= first);
	return behind == 1 && oldlap && sc->sc_next >= first &&
	    first < BUSMEM_DATASIZE;
}

/*
 * Start and stop
 */

static int
shmif_init(struct ifnet *ifp)
{
	struct shmif_sc *sc = ifp->if_softc;
	int error;

	if (ifp->if_flags & IFF_RUNNING)
		return 0;
	if (!rump_threads || sc->sc_bus == NULL)
		return ENXIO;
	bus_lock(sc);
	place_at_end(sc);
	bus_unlock(sc->sc_bus);
	sc->sc_dying = 0;
	error = kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
	    NULL, shmif_rcv, ifp, &sc->sc_rcvlwp, "%s", ifp->if_xname);
	if (error == 0)
		ifp->if_flags |= IFF_RUNNING;
	return error;
}

static void
shmif_stop(struct ifnet *ifp, int disable)
{
	struct shmif_sc *sc = ifp->if_softc;

	ifp->if_flags &= ~IFF_RUNNING;
	if (sc->sc_rcvlwp == NULL)
		return;
	atomic_swap_uint(&sc->sc_dying, 1);
	bus_wakeup(sc->sc_fd);
	kthread_join(sc->sc_rcvlwp);
	sc->sc_rcvlwp = NULL;
}

/*
 * Send
 */

/* Puts one frame on the locked bus. */
static void
bus_put(struct shmif_sc *sc, struct mbuf *m0, const struct timeval *tv)
{
	struct shmif_mem *bus = sc->sc_bus;
	struct shmif_pkthdr sp;
	struct mbuf *m;
	uint32_t off;
	bool wrapped = false;

	memset(&sp, 0, sizeof(sp));
	sp.sp_len = m0->m_pkthdr.len;
	sp.sp_sec = (uint32_t)tv->tv_sec;
	sp.sp_usec = (uint32_t)tv->tv_usec;
	sp.sp_sender = sc->sc_sender;

	if (!shmif_nextpkt(bus, bus->shm_last, &off)) {
		/* Nothing on it can be told apart: begin anew. */
		off = 0;
		atomic_store_relaxed(&bus->shm_last, off);
		bus->shm_first = BUSMEM_DATASIZE;
	}
	shmif_makeroom(bus, off, sizeof(sp) + sp.sp_len);
	atomic_store_relaxed(&bus->shm_last, off);
	off = shmif_buswrite(bus, off, &sp, sizeof(sp), &wrapped);
	for (m = m0; m != NULL; m = m->m_next)
		off = shmif_buswrite(
		    bus, off, mtod(m, void *), m->m_len, &wrapped);
	if (wrapped)
		bus->shm_gen++;
}

/* Up to SEND_BATCH frames from the interface's queue. */
static int
dequeue(struct ifnet *ifp, struct mbuf **batch)
{
	struct mbuf *m;
	int n = 0;

	while (n < SEND_BATCH) {
		IFQ_DEQUEUE(&ifp->if_snd, m);
		if (m == NULL)
			break;
		if (m->m_pkthdr.len > SHMIF_FRAME_MAX ||
		    m->m_pkthdr.len < ETHER_HDR_LEN) {
			ifp->if_oerrors++;
			m_freem(m);
			continue;
		}
		bpf_mtap(ifp, m);
		batch[n++] = m;
	}
	return n;
}

/* Soft interrupt: what was queued goes out, and one wakeup follows it. */
static void
shmif_send(void *arg)
{
	struct ifnet *ifp = arg;
	struct shmif_sc *sc = ifp->if_softc;
	struct mbuf *batch[SEND_BATCH];
	struct timeval tv;
	int n, i;
	bool sent = false;

	mutex_enter(&sc->sc_mtx);
	getmicrotime(&tv);
	while (sc->sc_bus != NULL && (n = dequeue(ifp, batch)) > 0) {
		bus_lock(sc);
		for (i = 0; i < n; i++)
			bus_put(sc, batch[i], &tv);
		bus_unlock(sc->sc_bus);
		for (i = 0; i < n; i++)
			m_freem(batch[i]);
		ifp->if_opackets += n;
		sent = true;
	}
	if (sent)
		bus_wakeup(sc->sc_fd);
	mutex_exit(&sc->sc_mtx);
}

/*
 * Waits until the sender leaves the kernel or sleeps: what it sends until
 * then makes one batch, and a wakeup costs more than a frame.
 */
static void
shmif_start(struct ifnet *ifp)
{
	struct shmif_sc *sc = ifp->if_softc;

	softint_schedule(sc->sc_si);
}

/*
 * Receive
 */

/*
 * Takes the next packet off the locked bus.  *mp is NULL where it is not for
 * us or where no memory is left.  False: there is none.
 */
static bool
bus_get(struct shmif_sc *sc, struct mbuf **mp)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	struct shmif_mem *bus = sc->sc_bus;
	struct shmif_pkthdr sp;
	struct ether_header eh;
	uint32_t end, off;
	struct mbuf *m;

	*mp = NULL;
	if (!shmif_nextpkt(bus, bus->shm_last, &end))
		return false;
	if (sc->sc_next == end && sc->sc_gen == bus->shm_gen)
		return false;
	if (!place_valid(sc, end)) {
		/* Overtaken: what was lost is lost, go on with the oldest. */
		ifp->if_iqdrops++;
		place_at_first(sc, end);
	}
	off = shmif_busread(bus, &sp, sc->sc_next, sizeof(sp));
	if (sp.sp_len <= SHMIF_FRAME_MAX) {
		if (sc->sc_next + sizeof(sp) + sp.sp_len >= BUSMEM_DATASIZE)
			sc->sc_gen++;
		sc->sc_next = shmif_advance(off, sp.sp_len);
	}
	if (sp.sp_len > SHMIF_FRAME_MAX || !place_valid(sc, end)) {
		/* It leads nowhere, or in circles. */
		ifp->if_ierrors++;
		place_at_end(sc);
		return false;
	}
	if (sp.sp_len < ETHER_HDR_LEN || sp.sp_sender == sc->sc_sender)
		return true;
	shmif_busread(bus, &eh, off, sizeof(eh));
	if (!ETHER_IS_MULTICAST(eh.ether_dhost) &&
	    (ifp->if_flags & IFF_PROMISC) == 0 &&
	    mac_word(eh.ether_dhost) !=
		__atomic_load_n(&sc->sc_mac, __ATOMIC_RELAXED))
		return true;

	if (sc->sc_nspare == 0) {
		ifp->if_iqdrops++;
		return true;
	}
	m = sc->sc_spare[--sc->sc_nspare];
	m->m_data += ETHER_ALIGN; /* aligns what follows the header */
	m->m_len = m->m_pkthdr.len = sp.sp_len;
	shmif_busread(bus, mtod(m, void *), off, sp.sp_len);
	m_set_rcvif(m, ifp);
	*mp = m;
	return true;
}

/* Mbufs with room for a frame each, as many as memory allows. */
static void
fill_spares(struct shmif_sc *sc)
{
	struct mbuf *m;

	while (sc->sc_nspare < SEND_BATCH) {
		MGETHDR(m, M_DONTWAIT, MT_DATA);
		if (m == NULL)
			break;
		MCLGET(m, M_DONTWAIT);
		if ((m->m_flags & M_EXT) == 0) {
			m_freem(m);
			break;
		}
		sc->sc_spare[sc->sc_nspare++] = m;
	}
}

/* Everything that is on the bus now goes up.  In batches: not under lock. */
static void
drain(struct shmif_sc *sc)
{
	struct ifnet *ifp = &sc->sc_ec.ec_if;
	struct mbuf *batch[SEND_BATCH];
	int n, i, seen;
	bool more = true;

	while (more && !sc->sc_dying) {
		n = 0;
		fill_spares(sc);
		bus_lock(sc);
		for (seen = 0; seen < 4 * SEND_BATCH && n < SEND_BATCH;
		     seen++) {
			more = bus_get(sc, &batch[n]);
			if (!more)
				break;
			if (batch[n] != NULL)
				n++;
		}
		bus_unlock(sc->sc_bus);
		for (i = 0; i < n; i++) {
			ifp->if_ipackets++;
			bpf_mtap(ifp, batch[i]);
			if_percpuq_enqueue(sc->sc_ipq, batch[i]);
		}
		/* soft interrupts take the batch up, and others have a turn */
		rump_unschedule();
		rump_schedule();
	}
}

static void
shmif_rcv(void *arg)
{
	struct ifnet *ifp = arg;
	struct shmif_sc *sc = ifp->if_softc;
	int error;

	for (;;) {
		drain(sc);
		if (sc->sc_dying)
			break;
		error = rumpcomp_shmif_watchwait(sc->sc_kq);
		if (error != 0) {
			printf("%s: waiting for the bus failed (errno %d); "
			       "receiving stops\n",
			    ifp->if_xname, error);
			break;
		}
	}
	while (sc->sc_nspare > 0)
		m_freem(sc->sc_spare[--sc->sc_nspare]);
	kthread_exit(0);
}

/*
 * Configuration
 */

static int
linkstr_set(struct shmif_sc *sc, const struct ifdrv *ifd)
{
	char *path;
	int error;

	error = rump_linkstr_copyin(&sc->sc_ec.ec_if, ifd, &path);
	if (error != 0)
		return error;
	if (path != NULL)
		return backend_init(sc, path);
	backend_fini(sc);
	return 0;
}

/* Another Ethernet address: an aggregate gives its members one. */
static int
shmif_setmac(struct ifnet *ifp, const struct sockaddr_dl *sdl)
{
	struct shmif_sc *sc = ifp->if_softc;

	if (sdl->sdl_alen != ETHER_ADDR_LEN)
		return EINVAL;
	__atomic_store_n(&sc->sc_mac, mac_word((const uint8_t *)CLLADDR(sdl)),
	    __ATOMIC_RELAXED);
	memmove(LLADDR(satosdl(ifp->if_dl->ifa_addr)), CLLADDR(sdl),
	    ETHER_ADDR_LEN);
	return 0;
}

/* Aggregates ask how fast it is, and whether the link is there. */
static int
shmif_mediachange(struct ifnet *ifp)
{
	(void)ifp;
	return 0;
}

static void
shmif_mediastatus(struct ifnet *ifp, struct ifmediareq *imr)
{
	imr->ifm_status = IFM_AVALID;
	if ((ifp->if_flags & IFF_RUNNING) != 0)
		imr->ifm_status |= IFM_ACTIVE;
	imr->ifm_active = IFM_ETHER | IFM_1000_T | IFM_FDX;
}

static int
shmif_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	struct shmif_sc *sc = ifp->if_softc;
	const struct sockaddr *sa;
	int error;

	switch (cmd) {
	case SIOCINITIFADDR:
		sa = ((struct ifaddr *)data)->ifa_addr;
		if (sa->sa_family == AF_LINK)
			return shmif_setmac(ifp, satocsdl(sa));
		return ether_ioctl(ifp, cmd, data);
	case SIOCSIFMEDIA:
	case SIOCGIFMEDIA:
		return ifmedia_ioctl(ifp, data, &sc->sc_im, cmd);
	case SIOCGLINKSTR:
		return rump_linkstr_copyout(sc->sc_path, data);
	case SIOCSLINKSTR:
		return linkstr_set(sc, data);
	default:
		error = ether_ioctl(ifp, cmd, data);
		return error == ENETRESET ? 0 : error;
	}
}

static int
shmif_clone(struct if_clone *ifc, int unit)
{
	struct shmif_sc *sc;
	struct ifnet *ifp;
	uint8_t mac[ETHER_ADDR_LEN];
	uint32_t random;

	sc = kmem_zalloc(sizeof(*sc), KM_SLEEP);
	sc->sc_fd = sc->sc_kq = -1;
	sc->sc_sender = cprng_fast64();
	random = cprng_fast32();
	mac[0] = 0xb2;
	mac[1] = 0xa0;
	memcpy(&mac[2], &random, sizeof(random));
	sc->sc_mac = mac_word(mac);
	mutex_init(&sc->sc_mtx, MUTEX_DEFAULT, IPL_NONE);

	ifp = &sc->sc_ec.ec_if;
	snprintf(ifp->if_xname, sizeof(ifp->if_xname), "shmif%d", unit);
	ifp->if_softc = sc;
	ifp->if_flags = IFF_BROADCAST | IFF_SIMPLEX | IFF_MULTICAST;
	ifp->if_init = shmif_init;
	ifp->if_ioctl = shmif_ioctl;
	ifp->if_start = shmif_start;
	ifp->if_stop = shmif_stop;
	ifp->if_extflags = IFEF_START_MPSAFE;
	ifp->if_mtu = ETHERMTU;
	ifp->if_dlt = DLT_EN10MB;
	IFQ_SET_MAXLEN(&ifp->if_snd, 1024);
	IFQ_SET_READY(&ifp->if_snd);

	ifmedia_init(&sc->sc_im, 0, shmif_mediachange, shmif_mediastatus);
	ifmedia_add(&sc->sc_im, IFM_ETHER | IFM_AUTO, 0, NULL);
	ifmedia_set(&sc->sc_im, IFM_ETHER | IFM_AUTO);
	if_initialize(ifp);
	sc->sc_ipq = if_percpuq_create(ifp);
	sc->sc_si =
	    softint_establish(SOFTINT_NET | SOFTINT_MPSAFE, shmif_send, ifp);
	ether_ifattach(ifp, mac);
	if_register(ifp);
	aprint_verbose(
	    "%s: Ethernet address %s\n", ifp->if_xname, ether_sprintf(mac));
	return 0;
}

static int
shmif_unclone(struct ifnet *ifp)
{
	struct shmif_sc *sc = ifp->if_softc;

	if_down(ifp);
	ether_ifdetach(ifp); /* from here on nobody starts it again */
	shmif_stop(ifp, 1);
	if_detach(ifp);
	if_percpuq_destroy(sc->sc_ipq);
	ifmedia_delete_instance(&sc->sc_im, IFM_INST_ANY);
	softint_disestablish(sc->sc_si);
	backend_fini(sc);
	mutex_destroy(&sc->sc_mtx);
	kmem_free(sc, sizeof(*sc));
	return 0;
}

/*
 * Creates an interface on the bus file path (NULL: linked to none).  *unitp
 * is its number: 0 for shmif0.  Errors: those of opening and mapping the
 * file, ENOEXEC where it is not a bus.
 */
int
rump_shmif_create(const char *path, int *unitp)
{
	char name[IFNAMSIZ];
	struct ifnet *ifp;
	int error, unit;

	for (unit = 0; unit < 4096; unit++) {
		snprintf(name, sizeof(name), "shmif%d", unit);
		error = if_clone_create(name);
		if (error != EEXIST)
			break;
	}
	if (error != 0)
		return error;
	if (path != NULL) {
		ifp = ifunit(name);
		if (ifp == NULL)
			return ENXIO;
		mutex_enter(ifp->if_ioctl_lock);
		error =
		    backend_init(ifp->if_softc, kmem_strdup(path, KM_SLEEP));
		mutex_exit(ifp->if_ioctl_lock);
		if (error != 0) {
			if_clone_destroy(name);
			return error;
		}
	}
	if (unitp != NULL)
		*unitp = unit;
	return 0;
}
