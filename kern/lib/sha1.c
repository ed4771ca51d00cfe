/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-1 (FIPS 180-4, section 6.1). */

#include <lib/libkern/libkern.h>
#include <sys/sha1.h>
#include <sys/systm.h>
#include <sys/types.h>

static inline uint32_t
rol(uint32_t x, int n)
{
	return (x << n) | (x >> (32 - n));
}

void
SHA1Transform(uint32_t state[5], const uint8_t p[64])
{
	uint32_t w[80], a = state[0], b = state[1], c = state[2];
	uint32_t d = state[3], e = state[4], f, k, t;

	for (int i = 0; i < 16; i++)
		w[i] = be32dec(p + 4 * i);
	for (int i = 16; i < 80; i++)
		w[i] = rol(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (int i = 0; i < 80; i++) {
		if (i < 20) {
			f = (b & c) | (~b & d);
			k = 0x5a827999;
		} else if (i < 40) {
			f = b ^ c ^ d;
			k = 0x6ed9eba1;
		} else if (i < 60) {
			f = (b & c) | (b & d) | (c & d);
			k = 0x8f1bbcdc;
		} else {
			f = b ^ c ^ d;
			k = 0xca62c1d6;
		}
		t = rol(a, 5) + f + e + k + w[i];
		e = d;
		d = c;
		c = rol(b, 30);
		b = a;
		a = t;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
}

void
SHA1Init(SHA1_CTX *c)
{
	c->state[0] = 0x67452301;
	c->state[1] = 0xefcdab89;
	c->state[2] = 0x98badcfe;
	c->state[3] = 0x10325476;
	c->state[4] = 0xc3d2e1f0;
	c->count[0] = c->count[1] = 0;
}

/* count[0] is the low word of the number of bits */
void
SHA1Update(SHA1_CTX *c, const uint8_t *p, u_int len)
{
	uint64_t bits = ((uint64_t)c->count[1] << 32) | c->count[0];
	size_t have = (bits >> 3) & 63, n;

	bits += (uint64_t)len << 3;
	c->count[0] = (uint32_t)bits;
	c->count[1] = (uint32_t)(bits >> 32);
	while (len != 0) {
		if (have == 0 && len >= 64) {
			SHA1Transform(c->state, p);
			p += 64;
			len -= 64;
			continue;
		}
		n = 64 - have < len ? 64 - have : len;
		memcpy(c->buffer + have, p, n);
		have += n;
		p += n;
		len -= (u_int)n;
		if (have == 64) {
			SHA1Transform(c->state, c->buffer);
			have = 0;
		}
	}
}

void
SHA1Final(uint8_t digest[SHA1_DIGEST_LENGTH], SHA1_CTX *c)
{
	static const uint8_t pad[64] = {0x80};
	uint8_t length[8];
	size_t have = (c->count[0] >> 3) & 63;

	be32enc(length, c->count[1]);
	be32enc(length + 4, c->count[0]);
	SHA1Update(c, pad, (u_int)(have < 56 ? 56 - have : 120 - have));
	SHA1Update(c, length, 8);
	for (int i = 0; i < 5; i++)
		be32enc(digest + 4 * i, c->state[i]);
	explicit_memset(c, 0, sizeof(*c));
}
