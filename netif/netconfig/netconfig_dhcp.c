/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A DHCP client that asks once (RFC 2131, options of RFC 2132): DISCOVER,
 * OFFER, REQUEST, ACK.  The interface has no address yet, so requests are
 * built down to the Ethernet header and answers are wanted as broadcasts
 * (RFC 2131 section 4.1), which a socket on port 68 takes in.
 */
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/psref.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <netinet/in.h>
#include <netinet/in_systm.h>
#include <netinet/ip.h>
#include <netinet/udp.h>

#include <lib/libkern/libkern.h>

#include "netconfig_impl.h"

#define DHCP_SERVER_PORT 67
#define DHCP_CLIENT_PORT 68
#define DHCP_MAGIC       0x63825363u
#define DHCP_BROADCAST   0x8000
#define OPTIONS_SIZE     312
#define ANSWER_SIZE      1500
#define TRIES            4
#define PATIENCE         2 /* seconds */

enum {
	BOOTREQUEST = 1,
	BOOTREPLY = 2
};
enum {
	DHCPDISCOVER = 1,
	DHCPOFFER,
	DHCPREQUEST,
	DHCPDECLINE,
	DHCPACK,
	DHCPNAK
};
enum {
	OPT_PAD = 0,
	OPT_SUBNET = 1,
	OPT_ROUTER = 3,
	OPT_ADDRESS = 50,
	OPT_TYPE = 53,
	OPT_SERVER = 54,
	OPT_PARAMETERS = 55,
	OPT_END = 255
};

struct dhcp {
	uint8_t op, htype, hlen, hops;
	uint32_t xid;
	uint16_t secs, flags;
	uint32_t ciaddr, yiaddr, siaddr, giaddr;
	uint8_t chaddr[16];
	uint8_t sname[64];
	uint8_t file[128];
	uint32_t magic;
	uint8_t options[OPTIONS_SIZE - 4];
} __packed;

struct lease {
	in_addr_t addr, mask, router, server;
};

static uint8_t *
putoption(uint8_t *p, uint8_t tag, const void *data, uint8_t len)
{
	*p++ = tag;
	*p++ = len;
	memcpy(p, data, len);
	return p + len;
}

static uint32_t
sum16(const void *data, size_t len, uint32_t sum)
{
	const uint8_t *p = data;
	size_t i;

	for (i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	if (len & 1)
		sum += (uint32_t)p[len - 1] << 8;
	return sum;
}

static uint16_t
fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

static void
fill(struct dhcp *d, const struct ifnet *ifp, uint32_t xid, uint8_t type,
    const struct lease *offer)
{
	static const uint8_t want[] = {OPT_SUBNET, OPT_ROUTER};
	uint8_t *p = d->options;

	memset(d, 0, sizeof(*d));
	d->op = BOOTREQUEST;
	d->htype = 1; /* Ethernet */
	d->hlen = ETHER_ADDR_LEN;
	d->xid = xid;
	d->flags = htons(DHCP_BROADCAST);
	memcpy(d->chaddr, CLLADDR(ifp->if_sadl), ETHER_ADDR_LEN);
	d->magic = htonl(DHCP_MAGIC);
	p = putoption(p, OPT_TYPE, &type, 1);
	p = putoption(p, OPT_PARAMETERS, want, sizeof(want));
	if (offer != NULL) {
		p = putoption(p, OPT_ADDRESS, &offer->addr, 4);
		p = putoption(p, OPT_SERVER, &offer->server, 4);
	}
	*p = OPT_END;
}

/* Sends one request as a broadcast from address 0.0.0.0. */
static int
transmit(
    struct ifnet *ifp, uint32_t xid, uint8_t type, const struct lease *offer)
{
	static const uint8_t everybody[ETHER_ADDR_LEN] = {
	    0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	struct sockaddr dst;
	struct ether_header *eh = (struct ether_header *)dst.sa_data;
	struct {
		struct ip ip;
		struct udphdr udp;
		struct dhcp dhcp;
	} __packed *pkt;
	struct mbuf *m;
	uint32_t sum;
	uint16_t udplen = sizeof(pkt->udp) + sizeof(pkt->dhcp);

	m = m_gethdr(M_WAIT, MT_DATA);
	MCLGET(m, M_WAIT);
	m->m_data += max_linkhdr;
	m->m_len = m->m_pkthdr.len = sizeof(*pkt);
	pkt = mtod(m, void *);
	memset(pkt, 0, sizeof(*pkt));
	fill(&pkt->dhcp, ifp, xid, type, offer);
	pkt->ip.ip_v = 4;
	pkt->ip.ip_hl = sizeof(pkt->ip) >> 2;
	pkt->ip.ip_len = htons(sizeof(*pkt));
	pkt->ip.ip_ttl = 64;
	pkt->ip.ip_p = IPPROTO_UDP;
	pkt->ip.ip_dst.s_addr = INADDR_BROADCAST;
	pkt->ip.ip_sum = fold(sum16(&pkt->ip, sizeof(pkt->ip), 0));
	pkt->udp.uh_sport = htons(DHCP_CLIENT_PORT);
	pkt->udp.uh_dport = htons(DHCP_SERVER_PORT);
	pkt->udp.uh_ulen = htons(udplen);
	/* pseudo header: source 0, destination all ones, protocol, length */
	sum = sum16(&pkt->ip.ip_dst, 4, (uint32_t)IPPROTO_UDP + udplen);
	pkt->udp.uh_sum = fold(sum16(&pkt->udp, udplen, sum));

	memset(&dst, 0, sizeof(dst));
	dst.sa_len = sizeof(dst);
	dst.sa_family = AF_UNSPEC;
	memcpy(eh->ether_dhost, everybody, ETHER_ADDR_LEN);
	memcpy(eh->ether_shost, CLLADDR(ifp->if_sadl), ETHER_ADDR_LEN);
	eh->ether_type = htons(ETHERTYPE_IP);
	return if_output_lock(ifp, ifp, m, &dst, NULL);
}

/* The options of an answer.  Returns its type, 0 where it is none of ours. */
static int
parse(const uint8_t *buf, size_t len, const struct ifnet *ifp, uint32_t xid,
    struct lease *lease)
{
	struct dhcp d;
	const uint8_t *p, *end, *data;
	uint8_t olen;
	int type = 0;

	if (len < offsetof(struct dhcp, options))
		return 0;
	memset(&d, 0, sizeof(d));
	memcpy(&d, buf, MIN(len, sizeof(d)));
	if (d.op != BOOTREPLY || d.xid != xid || d.magic != htonl(DHCP_MAGIC) ||
	    memcmp(d.chaddr, CLLADDR(ifp->if_sadl), ETHER_ADDR_LEN) != 0)
		return 0;
	memset(lease, 0, sizeof(*lease));
	lease->addr = d.yiaddr;
	p = buf + offsetof(struct dhcp, options);
	end = buf + len;
	while (p < end && *p != OPT_END) {
		if (*p == OPT_PAD) {
			p++;
			continue;
		}
		if (end - p < 2 || end - p - 2 < p[1])
			break;
		olen = p[1];
		data = p + 2;
		if (*p == OPT_TYPE && olen == 1)
			type = *data;
		else if (*p == OPT_SUBNET && olen == 4)
			memcpy(&lease->mask, data, 4);
		else if (*p == OPT_ROUTER && olen >= 4)
			memcpy(&lease->router, data, 4);
		else if (*p == OPT_SERVER && olen == 4)
			memcpy(&lease->server, data, 4);
		p = data + olen;
	}
	/* every answer names its server and, but for NAK, an address */
	if (lease->server == INADDR_ANY ||
	    (lease->addr == INADDR_ANY && type != DHCPNAK))
		return 0;
	return type;
}

/* Waits PATIENCE seconds for an answer of the given type. */
static int
await(struct socket *so, const struct ifnet *ifp, uint32_t xid, int type,
    uint8_t *buf, struct lease *lease)
{
	const int end = hardclock_ticks + PATIENCE * hz;
	struct iovec iov;
	struct uio uio;
	struct lease got;
	int error, flags, answer, left;

	while ((left = end - hardclock_ticks) > 0) {
		solock(so);
		so->so_rcv.sb_timeo = left;
		sounlock(so);
		iov.iov_base = buf;
		iov.iov_len = ANSWER_SIZE;
		memset(&uio, 0, sizeof(uio));
		uio.uio_iov = &iov;
		uio.uio_iovcnt = 1;
		uio.uio_resid = ANSWER_SIZE;
		uio.uio_rw = UIO_READ;
		UIO_SETUP_SYSSPACE(&uio);
		flags = 0;
		error = (*so->so_receive)(so, NULL, &uio, NULL, NULL, &flags);
		if (error != 0)
			return error == EWOULDBLOCK ? ETIMEDOUT : error;
		answer =
		    parse(buf, ANSWER_SIZE - uio.uio_resid, ifp, xid, &got);
		if (answer == DHCPNAK)
			return EADDRNOTAVAIL;
		if (answer != type)
			continue;
		*lease = got;
		return 0;
	}
	return ETIMEDOUT;
}

static int
converse(
    struct socket *so, struct ifnet *ifp, uint8_t *buf, struct lease *lease)
{
	uint32_t xid = cprng_fast32();
	struct lease offer;
	int error = ETIMEDOUT, try;

	for (try = 0; try < TRIES; try++) {
		error = transmit(ifp, xid, DHCPDISCOVER, NULL);
		if (error == 0)
			error = await(so, ifp, xid, DHCPOFFER, buf, &offer);
		if (error == 0)
			error = transmit(ifp, xid, DHCPREQUEST, &offer);
		if (error == 0)
			error = await(so, ifp, xid, DHCPACK, buf, lease);
		if (error != ETIMEDOUT)
			break;
	}
	return error;
}

/* Asks for a lease on an interface that is up. */
static int
ask(struct ifnet *ifp, struct lease *lease)
{
	struct sockaddr_in sin;
	struct socket *so;
	uint8_t *buf;
	int error;

	error = socreate(AF_INET, &so, SOCK_DGRAM, 0, curlwp, NULL);
	if (error != 0)
		return error;
	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	sin.sin_port = htons(DHCP_CLIENT_PORT);
	error = sobind(so, (struct sockaddr *)&sin, curlwp);
	if (error == 0) {
		buf = kmem_alloc(ANSWER_SIZE, KM_SLEEP);
		error = converse(so, ifp, buf, lease);
		kmem_free(buf, ANSWER_SIZE);
	}
	soclose(so);
	return error;
}

/* The network mask of an address that came without one (RFC 791 3.2). */
static in_addr_t
classmask(in_addr_t addr)
{
	const uint32_t a = ntohl(addr);

	return IN_CLASSA(a) ? htonl(IN_CLASSA_NET)
	    : IN_CLASSB(a)  ? htonl(IN_CLASSB_NET)
			    : htonl(IN_CLASSC_NET);
}

int
netconfig_dhcp(const char *ifname)
{
	struct lease lease;
	struct psref psref;
	struct ifnet *ifp;
	int error, bound;

	if (ifname == NULL)
		return ENXIO;
	bound = curlwp_bind();
	ifp = if_get(ifname, &psref);
	if (ifp == NULL)
		error = ENXIO;
	else if (ifp->if_dlt != DLT_EN10MB || ifp->if_sadl == NULL)
		error = EINVAL;
	else
		error = netconfig_ifup(ifname);
	if (error == 0)
		error = ask(ifp, &lease);
	if_put(ifp, &psref);
	curlwp_bindx(bound);
	if (error != 0)
		return error;
	if (lease.mask == INADDR_ANY)
		lease.mask = classmask(lease.addr);
	error = netconfig_setaddr(ifname, lease.addr, lease.mask);
	if (error == 0 && lease.router != INADDR_ANY)
		error = netconfig_gateway(lease.router, true);
	return error;
}
