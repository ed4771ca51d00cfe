/* SPDX-License-Identifier: BSD-2-Clause */
/* Bits, sums, addresses, sorting, assertions: the small things. */

#include <lib/libkern/libkern.h>
#include <sys/bitops.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>

#undef ffs

void
kern_assert(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vpanic(fmt, ap);
}

int
ffs(int x)
{
	return ffs32((uint32_t)x);
}

int
ffsl(long x)
{
	return ffs64((unsigned long)x);
}

int
fls(int x)
{
	return fls32((uint32_t)x);
}

int
flsl(long x)
{
	return fls64((unsigned long)x);
}

unsigned int
popcount64(uint64_t x)
{
	x -= (x >> 1) & 0x5555555555555555ULL;
	x = (x & 0x3333333333333333ULL) + ((x >> 2) & 0x3333333333333333ULL);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return (unsigned int)((x * 0x0101010101010101ULL) >> 56);
}

unsigned int
popcount32(uint32_t x)
{
	return popcount64(x);
}

unsigned int
popcount(unsigned int x)
{
	return popcount64(x);
}

unsigned int
popcountl(unsigned long x)
{
	return popcount64(x);
}

unsigned int
popcountll(unsigned long long x)
{
	return popcount64(x);
}

/* CRC-32 of Ethernet and gzip, reflected; chain by the earlier result */
uint32_t
crc32(uint32_t crc, const uint8_t *p, size_t len)
{
	static uint32_t table[256];

	if (table[1] == 0) {
		/* the same result whoever computes it */
		for (uint32_t i = 256; i-- != 0;) {
			uint32_t c = i;

			for (int k = 0; k < 8; k++)
				c = (c >> 1) ^ ((c & 1) != 0 ? 0xedb88320U : 0);
			__atomic_store_n(&table[i], c, __ATOMIC_RELEASE);
		}
	}
	crc = ~crc;
	while (len-- != 0)
		crc = table[(crc ^ *p++) & 0xff] ^ (crc >> 8);
	return ~crc;
}

/* an IPv4 address, network order, as text; the result is overwritten */
char *
intoa(uint32_t addr)
{
	static char buf[4][16];
	static volatile unsigned int next;
	char *b = buf[__atomic_fetch_add(&next, 1, __ATOMIC_RELAXED) % 4];

	addr = ntohl(addr);
	snprintf(b, sizeof(buf[0]), "%u.%u.%u.%u", addr >> 24,
	    (addr >> 16) & 0xff, (addr >> 8) & 0xff, addr & 0xff);
	return b;
}

/* the other way; as inet_addr(3), 0xffffffff for what is not an address */
in_addr_t
inet_addr(const char *s)
{
	unsigned long part[4];
	unsigned int n;
	uint32_t addr = 0;
	char *e;

	for (n = 0; n < 4; n++) {
		if (!isdigit((unsigned char)*s))
			return 0xffffffffU;
		part[n] = strtoul(s, &e, 0);
		s = e;
		if (*s != '.')
			break;
		s++;
	}
	if (n == 4 || (*s != '\0' && !isspace((unsigned char)*s)))
		return 0xffffffffU;
	for (unsigned int i = 0; i < n; i++) {
		if (part[i] > 0xff)
			return 0xffffffffU;
		addr |= (uint32_t)part[i] << (24 - 8 * i);
	}
	/* the last part fills what is left */
	if (part[n] > 0xffffffffUL >> (8 * n))
		return 0xffffffffU;
	return htonl(addr | (uint32_t)part[n]);
}

/* xorshift128+ on a fixed seed: for things that need no secrecy */
static uint64_t rnd_state[2] = {0x243f6a8885a308d3ULL, 0x13198a2e03707344ULL};

void
srandom(unsigned long seed)
{
	rnd_state[0] = seed ^ 0x243f6a8885a308d3ULL;
	rnd_state[1] = 0x13198a2e03707344ULL;
}

/* 31 bits */
u_long
random(void)
{
	uint64_t a = rnd_state[0], b = rnd_state[1];

	a ^= a << 23;
	a ^= (a >> 17) ^ b ^ (b >> 26);
	rnd_state[0] = b;
	rnd_state[1] = a;
	return (u_long)((a + b) >> 33);
}

static void
sift(char *base, size_t i, size_t n, size_t size,
    int (*cmp)(const void *, const void *), void *tmp)
{
	size_t child;

	memcpy(tmp, base + i * size, size);
	for (; (child = 2 * i + 1) < n; i = child) {
		if (child + 1 < n &&
		    (*cmp)(base + child * size, base + (child + 1) * size) < 0)
			child++;
		if ((*cmp)(tmp, base + child * size) >= 0)
			break;
		memcpy(base + i * size, base + child * size, size);
	}
	memcpy(base + i * size, tmp, size);
}

/* heapsort in place; tmp has room for one element */
void
kheapsort(void *base0, size_t n, size_t size,
    int (*cmp)(const void *, const void *), void *tmp)
{
	char *base = base0;

	if (n < 2 || size == 0)
		return;
	for (size_t i = n / 2; i-- != 0;)
		sift(base, i, n, size, cmp, tmp);
	while (--n != 0) {
		char *last = base + n * size;

		for (size_t k = 0; k < size; k++) {
			char c = base[k];

			base[k] = last[k];
			last[k] = c;
		}
		sift(base, 0, n, size, cmp, tmp);
	}
}

int
heapsort(
    void *base, size_t n, size_t size, int (*cmp)(const void *, const void *))
{
	char small[64];
	void *tmp = size <= sizeof(small) ? small : kmem_alloc(size, KM_SLEEP);

	kheapsort(base, n, size, cmp, tmp);
	if (tmp != small)
		kmem_free(tmp, size);
	return 0;
}

void
qsort(void *base, size_t n, size_t size, int (*cmp)(const void *, const void *))
{
	(void)heapsort(base, n, size, cmp);
}

void *
bsearch(const void *key, const void *base, size_t n, size_t size,
    int (*cmp)(const void *, const void *))
{
	size_t lo = 0;

	while (lo < n) {
		size_t mid = lo + (n - lo) / 2;
		const void *p = (const char *)base + mid * size;
		int c = (*cmp)(key, p);

		if (c == 0)
			return __UNCONST(p);
		if (c < 0)
			n = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}
