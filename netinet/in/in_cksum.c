/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Internet checksum (RFC 1071): the one's complement sum of 16-bit words,
 * taken 64 bits at a time.
 */
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/systm.h>

#include <netinet/in.h>
#include <netinet/in_systm.h>
#include <netinet/ip.h>
#include <netinet/udp.h>

#include <lib/libkern/libkern.h>

static inline uint64_t
add64(uint64_t sum, uint64_t v)
{
	sum += v;
	return sum + (sum < v);
}

static inline uint32_t
fold64(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffffffff) + (sum >> 32);
	return (uint32_t)((sum & 0xffff) + (sum >> 16 & 0xffff));
}

/* Sum of bytes as they lie in memory, in host order of 16-bit words. */
static uint64_t
sum_bytes(const uint8_t *p, size_t len)
{
	uint64_t sum = 0, v;
	uint8_t last[2];
	uint16_t w;

	while (len >= 32) {
		uint64_t a, b, c, d;

		memcpy(&a, p, 8);
		memcpy(&b, p + 8, 8);
		memcpy(&c, p + 16, 8);
		memcpy(&d, p + 24, 8);
		sum = add64(sum, a);
		sum = add64(sum, b);
		sum = add64(sum, c);
		sum = add64(sum, d);
		p += 32;
		len -= 32;
	}
	while (len >= 8) {
		memcpy(&v, p, 8);
		sum = add64(sum, v);
		p += 8;
		len -= 8;
	}
	while (len >= 2) {
		memcpy(&w, p, 2);
		sum = add64(sum, w);
		p += 2;
		len -= 2;
	}
	if (len > 0) {
		last[0] = *p;
		last[1] = 0;
		memcpy(&w, last, 2);
		sum = add64(sum, w);
	}
	return sum;
}

/*
 * Checksum of len bytes from off on, added to initial_sum (host order), as it
 * goes into a header.  A chain that is too short counts as zeros.
 */
int
cpu_in_cksum(struct mbuf *m, int len, int off, uint32_t initial_sum)
{
	uint64_t sum = initial_sum;
	bool odd = false;
	uint32_t part;
	int n;

	for (; m != NULL && off >= m->m_len; m = m->m_next)
		off -= m->m_len;
	for (; m != NULL && len > 0; m = m->m_next, off = 0) {
		n = MIN(m->m_len - off, len);
		if (n <= 0)
			continue;
		part = fold64(sum_bytes(mtod(m, uint8_t *) + off, (size_t)n));
		part = (part & 0xffff) + (part >> 16);
		if (odd)
			part = (part << 8 & 0xff00) | (part >> 8 & 0xff);
		sum += part;
		odd ^= n & 1;
		len -= n;
	}
	part = fold64(sum);
	part = (part & 0xffff) + (part >> 16);
	part = (part & 0xffff) + (part >> 16);
	return (int)(~part & 0xffff);
}

int
in_cksum(struct mbuf *m, int len)
{
	return cpu_in_cksum(m, len, 0, 0);
}

int
in4_cksum(struct mbuf *m, u_int8_t nxt, int off, int len)
{
	const struct ip *ip = mtod(m, const struct ip *);
	uint32_t sum = 0;

	if (nxt != 0) {
		struct ip_pseudo ph = {
		    ip->ip_src, ip->ip_dst, 0, nxt, htons((uint16_t)len)};

		sum = fold64(sum_bytes((const uint8_t *)&ph, sizeof(ph)));
	}
	return cpu_in_cksum(m, len, off, sum);
}

/*
 * The checksum that the interface was to compute and cannot.  Its field holds
 * the pseudo header's sum already.
 */
void
in_delayed_cksum(struct mbuf *m)
{
	const struct ip *ip = mtod(m, const struct ip *);
	int hlen = ip->ip_hl << 2, len = ntohs(ip->ip_len) - hlen;
	int where = hlen + (int)M_CSUM_DATA_IPv4_OFFSET(m->m_pkthdr.csum_data);
	uint16_t sum;

	sum = (uint16_t)cpu_in_cksum(m, len, hlen, 0);
	if (sum == 0 && (m->m_pkthdr.csum_flags & M_CSUM_UDPv4))
		sum = 0xffff;
	if (where + (int)sizeof(sum) <= m->m_len)
		memcpy(mtod(m, uint8_t *) + where, &sum, sizeof(sum));
	else
		m_copyback(m, where, sizeof(sum), &sum);
}
