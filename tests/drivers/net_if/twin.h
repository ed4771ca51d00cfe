/* SPDX-License-Identifier: BSD-2-Clause */
/* twin: Ethernet interfaces in pairs, 0 with 1, 2 with 3, and so on. */

#ifndef _TWIN_H_
#define _TWIN_H_

#include <sys/mutex.h>
#include <sys/queue.h>

#include <net/if.h>
#include <net/if_ether.h>
#include <net/if_media.h>

/* l: twin_lock, c: constant, i: if_ioctl_lock */
struct twin_softc {
	struct ethercom sc_ec;          /* first: begins with the interface */
	LIST_ENTRY(twin_softc) sc_link; /* l */
	struct ifmedia sc_im;           /* i */
	struct if_percpuq *sc_ipq;      /* c: what comes in */
	int sc_unit;                    /* c */
	bool sc_running;                /* l */
	u_int sc_filters;               /* i: times that the filter was set */
	u_int sc_groups;                /* i: ranges in the filter */
	u_int sc_flagchanges;           /* i: calls of the flags callback */
	u_int sc_inits, sc_stops;       /* i */
	u_int sc_timeouts;              /* i */
	bool sc_biglocked;              /* c: when it was made */
	u_int sc_missed;                /* l: frames that were not for it */
};

/* Commands of SIOCSDRVSPEC: link state, an int. */
#define TWIN_SETLINK 1

/* What taps saw, of all interfaces: see twin_bpf.c. */
struct twin_tap {
	u_int tt_attached, tt_detached;
	u_int tt_frames; /* through bpf_mtap */
	u_int tt_others; /* through the other taps */
	u_int tt_bytes;
	u_int tt_dlt; /* of the last that attached */
};
extern struct twin_tap twin_tap;
void twin_tap_enter(void);
void twin_tap_exit(void);

/* Frames that came to functions of other components: twin_hooks.c. */
struct twin_hooked {
	u_int th_pppoe, th_pppoedisc, th_agr, th_lacp, th_marker;
	u_int th_bridged, th_unbridged;
	u_int th_locked; /* frames that twin_input_locked() passed on */
	u_int th_lastlen;
};
extern struct twin_hooked twin_hooked;

/* Calls by ioctls that came without the big lock. */
extern u_int twin_unlocked;
void twin_input_locked(struct ifnet *, struct mbuf *);

struct twin_softc *twin_lookup(int);

void twin_test_find(void);
void twin_test_media(void);
void twin_test_ioctl(void);
void twin_test_groups(void);
void twin_test_taps(void);
void twin_test_mute(void);
void twin_test_hooks(void);
void twin_test_queues(void);
void twin_test_ether(void);
void twin_test_biglock(void);
void twin_test_routes(void);

#endif /* _TWIN_H_ */
