/* SPDX-License-Identifier: BSD-2-Clause */
/* Media words and the ifmedia(9) interface. */
#ifndef _NET_IF_MEDIA_H_
#define _NET_IF_MEDIA_H_

#include <sys/queue.h>
#include <sys/types.h>

#ifdef _KERNEL
struct ifnet;
struct ifreq;

typedef int (*ifm_change_cb_t)(struct ifnet *);

struct ifmediareq;
typedef void (*ifm_stat_cb_t)(struct ifnet *, struct ifmediareq *);

struct ifmedia_entry {
	TAILQ_ENTRY(ifmedia_entry) ifm_list;
	u_int ifm_media;
	u_int ifm_data;
	void *ifm_aux;
};

struct ifmedia {
	u_int ifm_mask;  /* bits to ignore in a match */
	u_int ifm_media; /* as the user set it */
	struct ifmedia_entry *ifm_cur;
	TAILQ_HEAD(, ifmedia_entry) ifm_list;
	ifm_change_cb_t ifm_change;
	ifm_stat_cb_t ifm_status;
};

void ifmedia_init(struct ifmedia *, int, ifm_change_cb_t, ifm_stat_cb_t);
int ifmedia_change(struct ifmedia *, struct ifnet *);
void ifmedia_add(struct ifmedia *, int, int, void *);
void ifmedia_list_add(struct ifmedia *, struct ifmedia_entry *, int);
void ifmedia_set(struct ifmedia *, int);
int ifmedia_ioctl(struct ifnet *, struct ifreq *, struct ifmedia *, u_long);
struct ifmedia_entry *ifmedia_match(struct ifmedia *, u_int, u_int);
void ifmedia_delete_instance(struct ifmedia *, u_int);
void ifmedia_removeall(struct ifmedia *);
uint64_t ifmedia_baudrate(int);
#endif /* _KERNEL */

#define IFM_MAKEWORD(type, subtype, options, instance)                         \
	((type) | (subtype) | (options) | ((instance) << IFM_ISHIFT))

/* types */
#define IFM_GENERIC   0x00000000
#define IFM_ETHER     0x00000020
#define IFM_TOKEN     0x00000040
#define IFM_FDDI      0x00000060
#define IFM_IEEE80211 0x00000080
#define IFM_ATM       0x000000a0
#define IFM_CARP      0x000000c0
#define IFM_NMASK     0x000000e0
#define IFM_TMASK     0x0000001f
#define IFM_IMASK     0xf0000000
#define IFM_ISHIFT    28
#define IFM_OMASK     0x0000ff00
#define IFM_GMASK     0x0ff00000

/* subtypes of all */
#define IFM_AUTO   0
#define IFM_MANUAL 1
#define IFM_NONE   2

/* Ethernet */
#define IFM_10_T       3
#define IFM_10_2       4
#define IFM_10_5       5
#define IFM_100_TX     6
#define IFM_100_FX     7
#define IFM_100_T4     8
#define IFM_100_VG     9
#define IFM_100_T2     10
#define IFM_1000_SX    11
#define IFM_10_STP     12
#define IFM_10_FL      13
#define IFM_1000_LX    14
#define IFM_1000_CX    15
#define IFM_1000_T     16
#define IFM_HPNA_1     17
#define IFM_10G_LR     18
#define IFM_10G_SR     19
#define IFM_10G_CX4    20
#define IFM_10G_T      21
#define IFM_10G_TWINAX 22

#define IFM_ETH_MASTER  0x00000100
#define IFM_ETH_RXPAUSE 0x00000200
#define IFM_ETH_TXPAUSE 0x00000400

/* shared options */
#define IFM_FDX   0x00100000
#define IFM_HDX   0x00200000
#define IFM_FLOW  0x00400000
#define IFM_FLAG0 0x01000000
#define IFM_FLAG1 0x02000000
#define IFM_FLAG2 0x04000000
#define IFM_LOOP  0x08000000

#define IFM_TYPE(x)    ((x)&IFM_NMASK)
#define IFM_SUBTYPE(x) ((x)&IFM_TMASK)
#define IFM_INST(x)    (((x)&IFM_IMASK) >> IFM_ISHIFT)
#define IFM_OPTIONS(x) ((x) & (IFM_OMASK | IFM_GMASK))
#define IFM_MODE(x)    (((x)&IFM_MMASK) >> IFM_MSHIFT)
#define IFM_MMASK      0x00070000
#define IFM_MSHIFT     16
#define IFM_TYPE_MATCH(dt, t)                                                  \
	(IFM_TYPE((dt)) == 0 || (IFM_TYPE((dt)) == IFM_TYPE((t))))
#define IFM_INST_MAX IFM_INST(IFM_IMASK)
#define IFM_INST_ANY ((u_int)-1)

/* ifm_status */
#define IFM_AVALID       0x00000001
#define IFM_ACTIVE       0x00000002
#define IFM_STATUS_VALID IFM_AVALID

#endif /* _NET_IF_MEDIA_H_ */
