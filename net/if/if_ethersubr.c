/* SPDX-License-Identifier: BSD-2-Clause */
/* Ethernet addresses: text, checksums, multicast groups. */
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_ether.h>

const uint8_t ether_ipmulticast_min[ETHER_ADDR_LEN] = {
    0x01, 0x00, 0x5e, 0x00, 0x00, 0x00};
const uint8_t ether_ipmulticast_max[ETHER_ADDR_LEN] = {
    0x01, 0x00, 0x5e, 0x7f, 0xff, 0xff};

/* "xx:xx:xx:xx:xx:xx" */
char *
ether_snprintf(char *buf, size_t len, const uint8_t *ap)
{
	static const char digits[] = "0123456789abcdef";
	char *cp = buf;
	size_t i;

	if (len == 0)
		return buf;
	for (i = 0; i < len / 3 && i < ETHER_ADDR_LEN; i++) {
		*cp++ = digits[ap[i] >> 4];
		*cp++ = digits[ap[i] & 0xf];
		*cp++ = ':';
	}
	if (i > 0)
		cp--;
	*cp = '\0';
	return buf;
}

/* The same in a static buffer. */
char *
ether_sprintf(const uint8_t *ap)
{
	static char buf[3 * ETHER_ADDR_LEN];

	return ether_snprintf(buf, sizeof(buf), ap);
}

static int
hexval(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Parse pairs of digits, separated or not; EINVAL, or ENAMETOOLONG. */
int
ether_aton_r(u_char *dest, size_t len, const char *str)
{
	size_t i;
	int hi, lo;

	if (len < ETHER_ADDR_LEN)
		return ENOSPC;
	for (i = 0; i < ETHER_ADDR_LEN; i++) {
		hi = hexval((unsigned char)*str);
		if (hi < 0)
			return EINVAL;
		str++;
		lo = hexval((unsigned char)*str);
		if (lo >= 0) {
			hi = hi << 4 | lo;
			str++;
		}
		dest[i] = hi;
		if (*str == ':' || *str == '-' || *str == '.')
			str++;
	}
	return *str == '\0' ? 0 : ENAMETOOLONG;
}

int
ether_nonstatic_aton(u_char *dest, char *str)
{
	return ether_aton_r(dest, ETHER_ADDR_LEN, str);
}

/* CRC-32 of a frame (IEEE 802.3, clause 3.2.9), least significant bit first. */
uint32_t
ether_crc32_le(const uint8_t *buf, size_t len)
{
	uint32_t crc = 0xffffffff;
	int bit;

	for (; len > 0; len--) {
		crc ^= *buf++;
		for (bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^
			    ((crc & 1) != 0 ? ETHER_CRC_POLY_LE : 0);
	}
	return crc;
}

/* The same, most significant bit first. */
uint32_t
ether_crc32_be(const uint8_t *buf, size_t len)
{
	uint32_t crc = 0xffffffff, carry;
	uint8_t data;
	int bit;

	for (; len > 0; len--) {
		for (data = *buf++, bit = 0; bit < 8; bit++, data >>= 1) {
			carry =
			    ((crc & 0x80000000) != 0 ? 1 : 0) ^ (data & 0x01);
			crc <<= 1;
			if (carry != 0)
				crc = (crc ^ ETHER_CRC_POLY_BE) | carry;
		}
	}
	return crc;
}

/* The range of Ethernet addresses for a group of some family. */
int
ether_multiaddr(const struct sockaddr *sa, uint8_t addrlo[ETHER_ADDR_LEN],
    uint8_t addrhi[ETHER_ADDR_LEN])
{
	const uint8_t *a = (const uint8_t *)sa;
	int i;

	switch (sa->sa_family) {
	case AF_UNSPEC:
		memcpy(addrlo, sa->sa_data, ETHER_ADDR_LEN);
		memcpy(addrhi, addrlo, ETHER_ADDR_LEN);
		break;
	case AF_INET:
		if (a[4] == 0 && a[5] == 0 && a[6] == 0 && a[7] == 0) {
			/* "any" stands for all groups */
			memcpy(addrlo, ether_ipmulticast_min, ETHER_ADDR_LEN);
			memcpy(addrhi, ether_ipmulticast_max, ETHER_ADDR_LEN);
		} else {
			ETHER_MAP_IP_MULTICAST(a + 4, addrlo);
			memcpy(addrhi, addrlo, ETHER_ADDR_LEN);
		}
		break;
	case AF_INET6:
		for (i = 8; i < 24 && a[i] == 0; i++)
			continue;
		if (i == 24) {
			memset(addrlo, 0, ETHER_ADDR_LEN);
			addrlo[0] = addrlo[1] = 0x33;
			memset(addrhi, 0xff, ETHER_ADDR_LEN);
			addrhi[0] = addrhi[1] = 0x33;
		} else {
			ETHER_MAP_IPV6_MULTICAST(a + 8, addrlo);
			memcpy(addrhi, addrlo, ETHER_ADDR_LEN);
		}
		break;
	default:
		return EAFNOSUPPORT;
	}
	return 0;
}

struct ether_multi *
ether_lookup_multi(
    const uint8_t *addrlo, const uint8_t *addrhi, const struct ethercom *ec)
{
	struct ether_multi *enm;

	LIST_FOREACH(enm, &ec->ec_multiaddrs, enm_list)
		if (memcmp(enm->enm_addrlo, addrlo, ETHER_ADDR_LEN) == 0 &&
		    memcmp(enm->enm_addrhi, addrhi, ETHER_ADDR_LEN) == 0)
			break;
	return enm;
}

struct ether_multi *
ether_next_multi(struct ether_multistep *step)
{
	struct ether_multi *enm = step->e_enm;

	if (enm != NULL)
		step->e_enm = LIST_NEXT(enm, enm_list);
	return enm;
}

struct ether_multi *
ether_first_multi(struct ether_multistep *step, const struct ethercom *ec)
{
	step->e_enm = LIST_FIRST(&ec->ec_multiaddrs);
	return ether_next_multi(step);
}

/* Join a group: ENETRESET if the hardware filter must change. */
int
ether_addmulti(const struct sockaddr *sa, struct ethercom *ec)
{
	uint8_t addrlo[ETHER_ADDR_LEN], addrhi[ETHER_ADDR_LEN];
	struct ether_multi *enm, *new;
	int error;

	error = ether_multiaddr(sa, addrlo, addrhi);
	if (error != 0)
		return error;
	if ((addrlo[0] & 0x01) != 1 || (addrhi[0] & 0x01) != 1)
		return EINVAL;
	new = kern_malloc(sizeof(*new), M_NOWAIT | M_ZERO);
	if (new == NULL)
		return ENOBUFS;
	mutex_enter(ec->ec_lock);
	enm = ether_lookup_multi(addrlo, addrhi, ec);
	if (enm != NULL) {
		enm->enm_refcount++;
		mutex_exit(ec->ec_lock);
		kern_free(new);
		return 0;
	}
	memcpy(new->enm_addrlo, addrlo, ETHER_ADDR_LEN);
	memcpy(new->enm_addrhi, addrhi, ETHER_ADDR_LEN);
	new->enm_refcount = 1;
	LIST_INSERT_HEAD(&ec->ec_multiaddrs, new, enm_list);
	ec->ec_multicnt++;
	mutex_exit(ec->ec_lock);
	return ENETRESET;
}

/* Leave a group; ENETRESET likewise. */
int
ether_delmulti(const struct sockaddr *sa, struct ethercom *ec)
{
	uint8_t addrlo[ETHER_ADDR_LEN], addrhi[ETHER_ADDR_LEN];
	struct ether_multi *enm;
	int error;

	error = ether_multiaddr(sa, addrlo, addrhi);
	if (error != 0)
		return error;
	mutex_enter(ec->ec_lock);
	enm = ether_lookup_multi(addrlo, addrhi, ec);
	if (enm == NULL) {
		mutex_exit(ec->ec_lock);
		return ENXIO;
	}
	if (--enm->enm_refcount != 0) {
		mutex_exit(ec->ec_lock);
		return 0;
	}
	LIST_REMOVE(enm, enm_list);
	ec->ec_multicnt--;
	mutex_exit(ec->ec_lock);
	kern_free(enm);
	return ENETRESET;
}
