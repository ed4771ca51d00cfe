/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMP messages (RFC 792, 1191, 1256). */
#ifndef _NETINET_IP_ICMP_H_
#define _NETINET_IP_ICMP_H_

#include <netinet/ip.h>

struct icmp_ra_addr {
	uint32_t ira_addr;
	uint32_t ira_preference;
} __packed;

struct icmp {
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint16_t icmp_cksum;
	union {
		uint8_t ih_pptr;
		struct in_addr ih_gwaddr;
		struct {
			n_short icd_id;
			n_short icd_seq;
		} ih_idseq __packed;
		int32_t ih_void;
		struct {
			n_short ipm_void;
			n_short ipm_nextmtu;
		} ih_pmtu __packed;
		struct {
			uint8_t irt_num_addrs;
			uint8_t irt_wpa;
			n_short irt_lifetime;
		} ih_rtradv __packed;
	} icmp_hun;
#define icmp_pptr      icmp_hun.ih_pptr
#define icmp_gwaddr    icmp_hun.ih_gwaddr
#define icmp_id        icmp_hun.ih_idseq.icd_id
#define icmp_seq       icmp_hun.ih_idseq.icd_seq
#define icmp_void      icmp_hun.ih_void
#define icmp_pmvoid    icmp_hun.ih_pmtu.ipm_void
#define icmp_nextmtu   icmp_hun.ih_pmtu.ipm_nextmtu
#define icmp_num_addrs icmp_hun.ih_rtradv.irt_num_addrs
#define icmp_wpa       icmp_hun.ih_rtradv.irt_wpa
#define icmp_lifetime  icmp_hun.ih_rtradv.irt_lifetime
	union {
		struct {
			n_time its_otime;
			n_time its_rtime;
			n_time its_ttime;
		} id_ts __packed;
		struct {
			struct ip idi_ip; /* and then at least 8 bytes */
		} id_ip;
		struct icmp_ra_addr id_radv;
		uint32_t id_mask;
		int8_t id_data[1];
	} icmp_dun;
#define icmp_otime icmp_dun.id_ts.its_otime
#define icmp_rtime icmp_dun.id_ts.its_rtime
#define icmp_ttime icmp_dun.id_ts.its_ttime
#define icmp_ip    icmp_dun.id_ip.idi_ip
#define icmp_radv  icmp_dun.id_radv
#define icmp_mask  icmp_dun.id_mask
#define icmp_data  icmp_dun.id_data
} __packed;

#define ICMP_MINLEN    8
#define ICMP_TSLEN     (8 + 3 * sizeof(n_time))
#define ICMP_MASKLEN   12
#define ICMP_ADVLENMIN (8 + sizeof(struct ip) + 8)
#define ICMP_ADVLEN(p) (8 + ((p)->icmp_ip.ip_hl << 2) + 8)

#define ICMP_ECHOREPLY              0
#define ICMP_UNREACH                3
#define ICMP_UNREACH_NET            0
#define ICMP_UNREACH_HOST           1
#define ICMP_UNREACH_PROTOCOL       2
#define ICMP_UNREACH_PORT           3
#define ICMP_UNREACH_NEEDFRAG       4
#define ICMP_UNREACH_SRCFAIL        5
#define ICMP_UNREACH_NET_UNKNOWN    6
#define ICMP_UNREACH_HOST_UNKNOWN   7
#define ICMP_UNREACH_ISOLATED       8
#define ICMP_UNREACH_NET_PROHIB     9
#define ICMP_UNREACH_HOST_PROHIB    10
#define ICMP_UNREACH_TOSNET         11
#define ICMP_UNREACH_TOSHOST        12
#define ICMP_UNREACH_ADMIN_PROHIBIT 13
#define ICMP_UNREACH_HOST_PREC      14
#define ICMP_UNREACH_PREC_CUTOFF    15
#define ICMP_SOURCEQUENCH           4
#define ICMP_REDIRECT               5
#define ICMP_REDIRECT_NET           0
#define ICMP_REDIRECT_HOST          1
#define ICMP_REDIRECT_TOSNET        2
#define ICMP_REDIRECT_TOSHOST       3
#define ICMP_ECHO                   8
#define ICMP_ROUTERADVERT           9
#define ICMP_ROUTERSOLICIT          10
#define ICMP_TIMXCEED               11
#define ICMP_TIMXCEED_INTRANS       0
#define ICMP_TIMXCEED_REASS         1
#define ICMP_PARAMPROB              12
#define ICMP_PARAMPROB_ERRATPTR     0
#define ICMP_PARAMPROB_OPTABSENT    1
#define ICMP_PARAMPROB_LENGTH       2
#define ICMP_TSTAMP                 13
#define ICMP_TSTAMPREPLY            14
#define ICMP_IREQ                   15
#define ICMP_IREQREPLY              16
#define ICMP_MASKREQ                17
#define ICMP_MASKREPLY              18
#define ICMP_MAXTYPE                40
#define ICMP_NTYPES                 41

#define ICMP_INFOTYPE(type)                                                    \
	((type) == ICMP_ECHOREPLY || (type) == ICMP_ECHO ||                    \
	    (type) == ICMP_ROUTERADVERT || (type) == ICMP_ROUTERSOLICIT ||     \
	    (type) == ICMP_TSTAMP || (type) == ICMP_TSTAMPREPLY ||             \
	    (type) == ICMP_IREQ || (type) == ICMP_IREQREPLY ||                 \
	    (type) == ICMP_MASKREQ || (type) == ICMP_MASKREPLY)

#ifdef _KERNEL
#include <netinet/icmp_private.h>

struct mbuf;
struct sockaddr;
struct rtentry;
struct socket;
struct sockopt;

void icmp_error(struct mbuf *, int, int, n_long, int);
void icmp_mtudisc(struct icmp *, struct in_addr);
void icmp_input(struct mbuf *, ...);
void icmp_init(void);
void icmp_reflect(struct mbuf *);
void icmp_mtudisc_callback_register(void (*)(struct in_addr));
int icmp_ratelimit(const struct in_addr *, const int, const int);
void *icmp_ctlinput(int, const struct sockaddr *, void *);
#endif

#endif
