/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ethernet: frames, multicast, and the part of an interface that all Ethernet
 * drivers share. struct ethercom begins with the ifnet.
 */
#ifndef _NET_IF_ETHER_H_
#define _NET_IF_ETHER_H_

#ifdef _KERNEL
#include <sys/mbuf.h>
#endif
#include <net/ethertypes.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <sys/types.h>

#define ETHER_ADDR_LEN        6
#define ETHER_TYPE_LEN        2
#define ETHER_CRC_LEN         4
#define ETHER_HDR_LEN         ((ETHER_ADDR_LEN * 2) + ETHER_TYPE_LEN)
#define ETHER_MIN_LEN         64
#define ETHER_MAX_LEN         1518
#define ETHER_MAX_LEN_JUMBO   9018
#define ETHER_VLAN_ENCAP_LEN  4
#define ETHER_PPPOE_ENCAP_LEN 8
#define ETHERMTU_JUMBO        (ETHER_MAX_LEN_JUMBO - ETHER_HDR_LEN - ETHER_CRC_LEN)
#define ETHERMTU              (ETHER_MAX_LEN - ETHER_HDR_LEN - ETHER_CRC_LEN)
#define ETHERMIN              (ETHER_MIN_LEN - ETHER_HDR_LEN - ETHER_CRC_LEN)

#define EVL_VLANOFTAG(tag) ((tag)&4095)
#define EVL_PRIOFTAG(tag)  (((tag) >> 13) & 7)
#define EVL_CFIOFTAG(tag)  (((tag) >> 12) & 1)
#define EVL_ENCAPLEN       4

/* bytes of the longest frame of a type, its check sequence included or not */
#define ETHER_MAX_FRAME(ifp, etype, hasfcs)                                    \
	((ifp)->if_mtu + ETHER_HDR_LEN + ((hasfcs) ? ETHER_CRC_LEN : 0) +      \
	    ((etype) == ETHERTYPE_VLAN ? ETHER_VLAN_ENCAP_LEN : 0) +           \
	    ((etype) == ETHERTYPE_PPPOE ? ETHER_PPPOE_ENCAP_LEN : 0))

/* m_flags of frames */
#define M_HASFCS  M_LINK0 /* the check sequence is at the end */
#define M_PROMISC M_LINK1 /* not for us, heard all the same */

#define ETHER_CRC_POLY_LE 0xedb88320
#define ETHER_CRC_POLY_BE 0x04c11db6

#define ETHERCAP_MAXVLANS 4096

struct ether_addr {
	uint8_t ether_addr_octet[ETHER_ADDR_LEN];
};

struct ether_header {
	uint8_t ether_dhost[ETHER_ADDR_LEN];
	uint8_t ether_shost[ETHER_ADDR_LEN];
	uint16_t ether_type;
};

#define ETHER_IS_MULTICAST(addr) (*(addr)&0x01)
#define ETHER_IS_LOCAL(addr)     (*(addr)&0x02)

/* destination of an IPv4 or IPv6 multicast group (RFC 1112, RFC 2464) */
#define ETHER_MAP_IP_MULTICAST(ipaddr, enaddr)                                 \
	do {                                                                   \
		const uint8_t *_ip = (const uint8_t *)(ipaddr);                \
		(enaddr)[0] = 0x01;                                            \
		(enaddr)[1] = 0x00;                                            \
		(enaddr)[2] = 0x5e;                                            \
		(enaddr)[3] = _ip[1] & 0x7f;                                   \
		(enaddr)[4] = _ip[2];                                          \
		(enaddr)[5] = _ip[3];                                          \
	} while (/*CONSTCOND*/ 0)
#define ETHER_MAP_IPV6_MULTICAST(ip6addr, enaddr)                              \
	do {                                                                   \
		const uint8_t *_ip = (const uint8_t *)(ip6addr);               \
		(enaddr)[0] = 0x33;                                            \
		(enaddr)[1] = 0x33;                                            \
		(enaddr)[2] = _ip[12];                                         \
		(enaddr)[3] = _ip[13];                                         \
		(enaddr)[4] = _ip[14];                                         \
		(enaddr)[5] = _ip[15];                                         \
	} while (/*CONSTCOND*/ 0)

struct mii_data;
struct ethercom;

#define ETHERCAP_VLAN_MTU       0x00000001
#define ETHERCAP_VLAN_HWTAGGING 0x00000002
#define ETHERCAP_JUMBO_MTU      0x00000004
#define ETHERCAP_MASK           0x00000007

#define ECCAPBITS "\020\1VLAN_MTU\2VLAN_HWTAGGING\3JUMBO_MTU"

struct eccapreq {
	char eccr_name[IFNAMSIZ];
	int eccr_capabilities;
	int eccr_capenable;
};

#ifdef _KERNEL
typedef int (*ether_cb_t)(struct ethercom *);

struct ethercom {
	struct ifnet ec_if;                     /* must be first */
	LIST_HEAD(, ether_multi) ec_multiaddrs; /* l: multicast ranges */
	int ec_multicnt;
	int ec_capabilities; /* ETHERCAP_* */
	int ec_capenable;
	int ec_nvlans;
	struct mii_data *ec_mii;
	ether_cb_t ec_ifflags_cb; /* IFF_ changes of interest */
	kmutex_t *ec_lock;        /* l */
};

/* a range of multicast addresses that an interface receives */
struct ether_multi {
	uint8_t enm_addrlo[ETHER_ADDR_LEN];
	uint8_t enm_addrhi[ETHER_ADDR_LEN];
	u_int enm_refcount;
	LIST_ENTRY(ether_multi) enm_list;
};

struct ether_multistep {
	struct ether_multi *e_enm;
};

struct ether_multi *
ether_lookup_multi(const uint8_t *, const uint8_t *, const struct ethercom *);
struct ether_multi *ether_next_multi(struct ether_multistep *);
struct ether_multi *
ether_first_multi(struct ether_multistep *, const struct ethercom *);

#define ETHER_LOOKUP_MULTI(addrlo, addrhi, ec, enm)                            \
	((enm) = ether_lookup_multi((addrlo), (addrhi), (ec)))
#define ETHER_NEXT_MULTI(step, enm)                                            \
	(((enm) = (step).e_enm) != NULL                                        \
		? (step).e_enm = LIST_NEXT((enm), enm_list)                    \
		: NULL)
#define ETHER_FIRST_MULTI(step, ec, enm)                                       \
	do {                                                                   \
		(step).e_enm = LIST_FIRST(&(ec)->ec_multiaddrs);               \
		ETHER_NEXT_MULTI((step), (enm));                               \
	} while (/*CONSTCOND*/ 0)

#define ETHER_LOCK(ec)   mutex_enter((ec)->ec_lock)
#define ETHER_UNLOCK(ec) mutex_exit((ec)->ec_lock)

/* VLAN tags that the hardware handles travel in a packet tag */
#define VLAN_ATTACHED(ec) ((ec)->ec_nvlans != 0)
#define VLAN_OUTPUT_TAG(ec, m)                                                 \
	(VLAN_ATTACHED((ec)) ? m_tag_find((m), PACKET_TAG_VLAN, NULL) : NULL)
#define VLAN_TAG_VALUE(mtag) ((*(u_int *)(mtag + 1)) & 4095)
#define VLAN_INPUT_TAG(ifp, m, vlanid, _errcase)                               \
	do {                                                                   \
		struct m_tag *mtag =                                           \
		    m_tag_get(PACKET_TAG_VLAN, sizeof(u_int), M_NOWAIT);       \
		if (mtag == NULL) {                                            \
			(ifp)->if_ierrors++;                                   \
			m_freem(m);                                            \
			_errcase;                                              \
		}                                                              \
		*(u_int *)(mtag + 1) = (vlanid);                               \
		m_tag_prepend((m), mtag);                                      \
	} while (/*CONSTCOND*/ 0)

extern const uint8_t etherbroadcastaddr[ETHER_ADDR_LEN];
extern const uint8_t ethermulticastaddr_slowprotocols[ETHER_ADDR_LEN];
extern const uint8_t ether_ipmulticast_min[ETHER_ADDR_LEN];
extern const uint8_t ether_ipmulticast_max[ETHER_ADDR_LEN];

void ether_set_ifflags_cb(struct ethercom *, ether_cb_t);
int ether_ioctl(struct ifnet *, u_long, void *);
int ether_addmulti(const struct sockaddr *, struct ethercom *);
int ether_delmulti(const struct sockaddr *, struct ethercom *);
int ether_multiaddr(
    const struct sockaddr *, uint8_t[ETHER_ADDR_LEN], uint8_t[ETHER_ADDR_LEN]);
void ether_input(struct ifnet *, struct mbuf *);
int ether_output(struct ifnet *, struct mbuf *, const struct sockaddr *,
    const struct rtentry *);
void ether_ifattach(struct ifnet *, const uint8_t *);
void ether_ifdetach(struct ifnet *);
int ether_mediachange(struct ifnet *);
void ether_mediastatus(struct ifnet *, struct ifmediareq *);
char *ether_sprintf(const uint8_t *);
char *ether_snprintf(char *, size_t, const uint8_t *);
uint32_t ether_crc32_le(const uint8_t *, size_t);
uint32_t ether_crc32_be(const uint8_t *, size_t);
int ether_aton_r(u_char *, size_t, const char *);
int ether_nonstatic_aton(u_char *, char *);
int ether_enable_vlan_mtu(struct ifnet *);
int ether_disable_vlan_mtu(struct ifnet *);
#endif /* _KERNEL */

#endif /* _NET_IF_ETHER_H_ */
