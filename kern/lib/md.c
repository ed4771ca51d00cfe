/* SPDX-License-Identifier: BSD-2-Clause */
/* MD4 (RFC 1320) and MD5 (RFC 1321). */

#include <lib/libkern/libkern.h>
#include <sys/md4.h>
#include <sys/md5.h>
#include <sys/systm.h>
#include <sys/types.h>

static inline uint32_t
rol(uint32_t x, int n)
{
	return (x << n) | (x >> (32 - n));
}

static void
md4_block(uint32_t state[4], const uint8_t *p)
{
	static const uint8_t order[3][16] = {
	    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
	    {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15},
	    {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15},
	};
	static const uint8_t rot[3][4] = {
	    {3, 7, 11, 19}, {3, 5, 9, 13}, {3, 9, 11, 15}};
	static const uint32_t add[3] = {0, 0x5a827999, 0x6ed9eba1};
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];

	for (int i = 0; i < 48; i++) {
		int round = i / 16;
		uint32_t f, t;

		if (round == 0)
			f = (b & c) | (~b & d);
		else if (round == 1)
			f = (b & c) | (b & d) | (c & d);
		else
			f = b ^ c ^ d;
		t = rol(
		    a + f + le32dec(p + 4 * order[round][i % 16]) + add[round],
		    rot[round][i % 4]);
		a = d;
		d = c;
		c = b;
		b = t;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
}

/* floor(2^32 * abs(sin(i + 1))) */
static const uint32_t md5_sine[64] = {0xd76aa478, 0xe8c7b756, 0x242070db,
    0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8,
    0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e,
    0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d,
    0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87,
    0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942,
    0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60,
    0xbebfbc70, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039,
    0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97, 0xab9423a7,
    0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1, 0x6fa87e4f,
    0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb,
    0xeb86d391};

static void
md5_block(uint32_t state[4], const uint8_t *p)
{
	static const uint8_t rot[4][4] = {
	    {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];

	for (int i = 0; i < 64; i++) {
		uint32_t f, t;
		int k;

		switch (i / 16) {
		case 0:
			f = (b & c) | (~b & d);
			k = i;
			break;
		case 1:
			f = (d & b) | (~d & c);
			k = (5 * i + 1) % 16;
			break;
		case 2:
			f = b ^ c ^ d;
			k = (3 * i + 5) % 16;
			break;
		default:
			f = c ^ (b | ~d);
			k = (7 * i) % 16;
			break;
		}
		t = b +
		    rol(a + f + le32dec(p + 4 * k) + md5_sine[i],
			rot[i / 16][i % 4]);
		a = d;
		d = c;
		c = b;
		b = t;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
}

/* both keep a bit count in two words and a block of 64 bytes */
static void
update(uint32_t state[4], uint32_t count[2], uint8_t *buffer, const uint8_t *p,
    size_t len, void (*block)(uint32_t[4], const uint8_t *))
{
	uint64_t bits = ((uint64_t)count[1] << 32) | count[0];
	size_t have = (bits >> 3) & 63, n;

	bits += (uint64_t)len << 3;
	count[0] = (uint32_t)bits;
	count[1] = (uint32_t)(bits >> 32);
	while (len != 0) {
		if (have == 0 && len >= 64) {
			block(state, p);
			p += 64;
			len -= 64;
			continue;
		}
		n = 64 - have < len ? 64 - have : len;
		memcpy(buffer + have, p, n);
		have += n;
		p += n;
		len -= n;
		if (have == 64) {
			block(state, buffer);
			have = 0;
		}
	}
}

static void
final(uint8_t *digest, uint32_t state[4], uint32_t count[2], uint8_t *buffer,
    void (*block)(uint32_t[4], const uint8_t *))
{
	static const uint8_t pad[64] = {0x80};
	uint8_t length[8];
	size_t have = (count[0] >> 3) & 63;

	le32enc(length, count[0]);
	le32enc(length + 4, count[1]);
	update(state, count, buffer, pad, have < 56 ? 56 - have : 120 - have,
	    block);
	update(state, count, buffer, length, 8, block);
	for (int i = 0; i < 4; i++)
		le32enc(digest + 4 * i, state[i]);
}

static void
init(uint32_t state[4], uint32_t count[2])
{
	state[0] = 0x67452301;
	state[1] = 0xefcdab89;
	state[2] = 0x98badcfe;
	state[3] = 0x10325476;
	count[0] = count[1] = 0;
}

void
MD4Init(MD4_CTX *c)
{
	init(c->state, c->count);
}

void
MD4Update(MD4_CTX *c, const unsigned char *p, unsigned int len)
{
	update(c->state, c->count, c->buffer, p, len, md4_block);
}

void
MD4Final(unsigned char digest[MD4_DIGEST_LENGTH], MD4_CTX *c)
{
	final(digest, c->state, c->count, c->buffer, md4_block);
	explicit_memset(c, 0, sizeof(*c));
}

void
MD5Init(MD5_CTX *c)
{
	init(c->state, c->count);
}

void
MD5Update(MD5_CTX *c, const unsigned char *p, unsigned int len)
{
	update(c->state, c->count, c->buffer, p, len, md5_block);
}

void
MD5Final(unsigned char digest[MD5_DIGEST_LENGTH], MD5_CTX *c)
{
	final(digest, c->state, c->count, c->buffer, md5_block);
	explicit_memset(c, 0, sizeof(*c));
}
