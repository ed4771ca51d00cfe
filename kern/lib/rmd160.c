/* SPDX-License-Identifier: BSD-2-Clause */
/* RIPEMD-160 (Dobbertin, Bosselaers, Preneel 1996). */

#include <lib/libkern/libkern.h>
#include <sys/rmd160.h>
#include <sys/systm.h>
#include <sys/types.h>

static const uint8_t word_l[5][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8},
    {3, 10, 14, 4, 9, 15, 8, 1, 2, 7, 0, 6, 13, 11, 5, 12},
    {1, 9, 11, 10, 0, 8, 12, 4, 13, 3, 7, 15, 14, 5, 6, 2},
    {4, 0, 5, 9, 7, 12, 2, 10, 14, 1, 3, 8, 11, 6, 15, 13},
};
static const uint8_t word_r[5][16] = {
    {5, 14, 7, 0, 9, 2, 11, 4, 13, 6, 15, 8, 1, 10, 3, 12},
    {6, 11, 3, 7, 0, 13, 5, 10, 14, 15, 8, 12, 4, 9, 1, 2},
    {15, 5, 1, 3, 7, 14, 6, 9, 11, 8, 12, 2, 10, 0, 4, 13},
    {8, 6, 4, 1, 3, 11, 15, 0, 5, 12, 2, 13, 9, 7, 10, 14},
    {12, 15, 10, 4, 1, 5, 8, 7, 6, 2, 13, 14, 0, 3, 9, 11},
};
static const uint8_t rot_l[5][16] = {
    {11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8},
    {7, 6, 8, 13, 11, 9, 7, 15, 7, 12, 15, 9, 11, 7, 13, 12},
    {11, 13, 6, 7, 14, 9, 13, 15, 14, 8, 13, 6, 5, 12, 7, 5},
    {11, 12, 14, 15, 14, 15, 9, 8, 9, 14, 5, 6, 8, 6, 5, 12},
    {9, 15, 5, 11, 6, 8, 13, 12, 5, 12, 13, 14, 11, 8, 5, 6},
};
static const uint8_t rot_r[5][16] = {
    {8, 9, 9, 11, 13, 15, 15, 5, 7, 7, 8, 11, 14, 14, 12, 6},
    {9, 13, 15, 7, 12, 8, 9, 11, 7, 7, 12, 7, 6, 15, 13, 11},
    {9, 7, 15, 11, 8, 6, 6, 14, 12, 13, 5, 14, 13, 13, 7, 5},
    {15, 5, 8, 11, 14, 14, 6, 14, 6, 9, 12, 9, 12, 5, 15, 8},
    {8, 5, 12, 9, 12, 5, 14, 6, 8, 13, 6, 5, 15, 13, 11, 11},
};
static const uint32_t add_l[5] = {
    0, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xa953fd4e};
static const uint32_t add_r[5] = {
    0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0x7a6d76e9, 0};

static inline uint32_t
rol(uint32_t x, int n)
{
	return (x << n) | (x >> (32 - n));
}

static uint32_t
mixf(int round, uint32_t x, uint32_t y, uint32_t z)
{
	switch (round) {
	case 0:
		return x ^ y ^ z;
	case 1:
		return (x & y) | (~x & z);
	case 2:
		return (x | ~y) ^ z;
	case 3:
		return (x & z) | (y & ~z);
	default:
		return x ^ (y | ~z);
	}
}

static void
line(uint32_t s[5], const uint8_t *p, bool right)
{
	for (int i = 0; i < 80; i++) {
		int r = i / 16, j = i % 16;
		uint32_t t;

		t = s[0] + mixf(right ? 4 - r : r, s[1], s[2], s[3]) +
		    le32dec(p + 4 * (right ? word_r : word_l)[r][j]) +
		    (right ? add_r : add_l)[r];
		t = rol(t, (right ? rot_r : rot_l)[r][j]) + s[4];
		s[0] = s[4];
		s[4] = s[3];
		s[3] = rol(s[2], 10);
		s[2] = s[1];
		s[1] = t;
	}
}

static void
block(uint32_t state[5], const uint8_t *p)
{
	uint32_t l[5], r[5], t;

	memcpy(l, state, sizeof(l));
	memcpy(r, state, sizeof(r));
	line(l, p, false);
	line(r, p, true);
	t = state[1] + l[2] + r[3];
	state[1] = state[2] + l[3] + r[4];
	state[2] = state[3] + l[4] + r[0];
	state[3] = state[4] + l[0] + r[1];
	state[4] = state[0] + l[1] + r[2];
	state[0] = t;
}

void
RMD160Init(RMD160_CTX *c)
{
	static const uint32_t init[5] = {
	    0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};

	memcpy(c->state, init, sizeof(init));
	c->count = 0;
}

void
RMD160Update(RMD160_CTX *c, const u_char *p, uint32_t len)
{
	size_t have = (c->count >> 3) & 63, n;

	c->count += (uint64_t)len << 3;
	while (len != 0) {
		n = 64 - have < len ? 64 - have : len;
		memcpy(c->buffer + have, p, n);
		have += n;
		p += n;
		len -= (uint32_t)n;
		if (have == 64) {
			block(c->state, c->buffer);
			have = 0;
		}
	}
}

void
RMD160Final(u_char digest[RMD160_DIGEST_LENGTH], RMD160_CTX *c)
{
	static const u_char pad[64] = {0x80};
	size_t have = (c->count >> 3) & 63;
	u_char length[8];

	le64enc(length, c->count);
	RMD160Update(c, pad, (uint32_t)(have < 56 ? 56 - have : 120 - have));
	RMD160Update(c, length, 8);
	for (int i = 0; i < 5; i++)
		le32enc(digest + 4 * i, c->state[i]);
	explicit_memset(c, 0, sizeof(*c));
}
