/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DES (FIPS 46-3) and triple DES (SP 800-67). Halves of a block are words
 * whose highest bit is the standard's bit 1.
 *
 * Each box and the permutation after it are one table, by the six bits that go
 * in. The expansion takes overlapping groups of six: those of the odd boxes
 * are 2 bits off the bytes of the half turned right by 1, those of the even
 * boxes of the half turned left by 3.
 *
 * Tables are read by secret indices: this is not constant time.
 */
#include <lib/libkern/libkern.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/module.h>
#include <sys/param.h>
#include <sys/types.h>

#include "des_impl.h"

/*
 * Appendix 1: the four rows of each box, as they stand there, in pairs: the
 * last of the six bits selects one of the pair, the first selects the pair.
 */
#define PAIR(X, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13,    \
    a14, a15, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, \
    b15)                                                                       \
	X(a0), X(b0), X(a1), X(b1), X(a2), X(b2), X(a3), X(b3), X(a4), X(b4),  \
	    X(a5), X(b5), X(a6), X(b6), X(a7), X(b7), X(a8), X(b8), X(a9),     \
	    X(b9), X(a10), X(b10), X(a11), X(b11), X(a12), X(b12), X(a13),     \
	    X(b13), X(a14), X(b14), X(a15), X(b15)

/* The four bits of a box go where the permutation P has its numbers. */
#define BIT(x, n, to) ((uint32_t)((x) >> (n)&1) << (32 - (to)))
#define P(x, a, b, c, d)                                                       \
	(BIT(x, 3, a) | BIT(x, 2, b) | BIT(x, 1, c) | BIT(x, 0, d))
#define P1(x) P(x, 9, 17, 23, 31)
#define P2(x) P(x, 13, 28, 2, 18)
#define P3(x) P(x, 24, 16, 30, 6)
#define P4(x) P(x, 26, 20, 10, 1)
#define P5(x) P(x, 8, 14, 25, 3)
#define P6(x) P(x, 4, 29, 11, 19)
#define P7(x) P(x, 32, 12, 22, 7)
#define P8(x) P(x, 5, 27, 15, 21)

static const uint32_t boxes[8][64] = {
    {PAIR(P1, 14, 4, 13, 1, 2, 15, 11, 8, 3, 10, 6, 12, 5, 9, 0, 7, 0, 15, 7, 4,
	 14, 2, 13, 1, 10, 6, 12, 11, 9, 5, 3, 8),
	PAIR(P1, 4, 1, 14, 8, 13, 6, 2, 11, 15, 12, 9, 7, 3, 10, 5, 0, 15, 12,
	    8, 2, 4, 9, 1, 7, 5, 11, 3, 14, 10, 0, 6, 13)},
    {PAIR(P2, 15, 1, 8, 14, 6, 11, 3, 4, 9, 7, 2, 13, 12, 0, 5, 10, 3, 13, 4, 7,
	 15, 2, 8, 14, 12, 0, 1, 10, 6, 9, 11, 5),
	PAIR(P2, 0, 14, 7, 11, 10, 4, 13, 1, 5, 8, 12, 6, 9, 3, 2, 15, 13, 8,
	    10, 1, 3, 15, 4, 2, 11, 6, 7, 12, 0, 5, 14, 9)},
    {PAIR(P3, 10, 0, 9, 14, 6, 3, 15, 5, 1, 13, 12, 7, 11, 4, 2, 8, 13, 7, 0, 9,
	 3, 4, 6, 10, 2, 8, 5, 14, 12, 11, 15, 1),
	PAIR(P3, 13, 6, 4, 9, 8, 15, 3, 0, 11, 1, 2, 12, 5, 10, 14, 7, 1, 10,
	    13, 0, 6, 9, 8, 7, 4, 15, 14, 3, 11, 5, 2, 12)},
    {PAIR(P4, 7, 13, 14, 3, 0, 6, 9, 10, 1, 2, 8, 5, 11, 12, 4, 15, 13, 8, 11,
	 5, 6, 15, 0, 3, 4, 7, 2, 12, 1, 10, 14, 9),
	PAIR(P4, 10, 6, 9, 0, 12, 11, 7, 13, 15, 1, 3, 14, 5, 2, 8, 4, 3, 15, 0,
	    6, 10, 1, 13, 8, 9, 4, 5, 11, 12, 7, 2, 14)},
    {PAIR(P5, 2, 12, 4, 1, 7, 10, 11, 6, 8, 5, 3, 15, 13, 0, 14, 9, 14, 11, 2,
	 12, 4, 7, 13, 1, 5, 0, 15, 10, 3, 9, 8, 6),
	PAIR(P5, 4, 2, 1, 11, 10, 13, 7, 8, 15, 9, 12, 5, 6, 3, 0, 14, 11, 8,
	    12, 7, 1, 14, 2, 13, 6, 15, 0, 9, 10, 4, 5, 3)},
    {PAIR(P6, 12, 1, 10, 15, 9, 2, 6, 8, 0, 13, 3, 4, 14, 7, 5, 11, 10, 15, 4,
	 2, 7, 12, 9, 5, 6, 1, 13, 14, 0, 11, 3, 8),
	PAIR(P6, 9, 14, 15, 5, 2, 8, 12, 3, 7, 0, 4, 10, 1, 13, 11, 6, 4, 3, 2,
	    12, 9, 5, 15, 10, 11, 14, 1, 7, 6, 0, 8, 13)},
    {PAIR(P7, 4, 11, 2, 14, 15, 0, 8, 13, 3, 12, 9, 7, 5, 10, 6, 1, 13, 0, 11,
	 7, 4, 9, 1, 10, 14, 3, 5, 12, 2, 15, 8, 6),
	PAIR(P7, 1, 4, 11, 13, 12, 3, 7, 14, 10, 15, 6, 8, 0, 5, 9, 2, 6, 11,
	    13, 8, 1, 4, 10, 7, 9, 5, 0, 15, 14, 2, 3, 12)},
    {PAIR(P8, 13, 2, 8, 4, 6, 15, 11, 1, 10, 9, 3, 14, 5, 0, 12, 7, 1, 15, 13,
	 8, 10, 3, 7, 4, 12, 5, 6, 11, 0, 14, 9, 2),
	PAIR(P8, 7, 11, 4, 1, 9, 12, 14, 2, 0, 6, 10, 13, 15, 3, 5, 8, 2, 1, 14,
	    7, 4, 10, 8, 13, 15, 12, 9, 0, 3, 5, 6, 11)},
};

static inline uint32_t
turn(uint32_t w, int left)
{
	return w << left | w >> (32 - left);
}

/* the cipher function of a round */
static inline uint32_t
cipher(uint32_t half, const struct des_ks_struct *k)
{
	const uint32_t odd = turn(half, 31) ^ k->ks.deslong[DES_ODD];
	const uint32_t even = turn(half, 3) ^ k->ks.deslong[DES_EVEN];

	return boxes[0][odd >> 26] ^ boxes[1][even >> 26] ^
	    boxes[2][odd >> 18 & 63] ^ boxes[3][even >> 18 & 63] ^
	    boxes[4][odd >> 10 & 63] ^ boxes[5][even >> 10 & 63] ^
	    boxes[6][odd >> 2 & 63] ^ boxes[7][even >> 2 & 63];
}

/* 16 rounds; the halves change places at the end, as the preoutput has them */
static inline void
rounds(uint32_t half[2], const struct des_ks_struct *k, bool decrypt)
{
	const int step = decrypt ? -1 : 1;
	uint32_t l = half[0], r = half[1];

	if (decrypt)
		k += 15;
	for (int i = 0; i < 8; i++, k += 2 * step) {
		l ^= cipher(r, k);
		r ^= cipher(l, k + step);
	}
	half[0] = r;
	half[1] = l;
}

/* Exchange the bits of mask in a with those n places higher in b. */
#define EXCHANGE(a, b, n, mask)                                                \
	do {                                                                   \
		const uint32_t x_ = ((b) >> (n) ^ (a)) & (mask);               \
		(a) ^= x_;                                                     \
		(b) ^= x_ << (n);                                              \
	} while (/* CONSTCOND */ 0)

/* The initial permutation is five exchanges; its inverse is the same, back. */
static inline void
permute(uint32_t half[2])
{
	EXCHANGE(half[1], half[0], 4, 0x0f0f0f0f);
	EXCHANGE(half[1], half[0], 16, 0x0000ffff);
	EXCHANGE(half[0], half[1], 2, 0x33333333);
	EXCHANGE(half[0], half[1], 8, 0x00ff00ff);
	EXCHANGE(half[1], half[0], 1, 0x55555555);
}

static inline void
permute_back(uint32_t half[2])
{
	EXCHANGE(half[1], half[0], 1, 0x55555555);
	EXCHANGE(half[0], half[1], 8, 0x00ff00ff);
	EXCHANGE(half[0], half[1], 2, 0x33333333);
	EXCHANGE(half[1], half[0], 16, 0x0000ffff);
	EXCHANGE(half[1], half[0], 4, 0x0f0f0f0f);
}

/* The one or three passes of a block; ks[1] is NULL if it is one. */
static void
block(uint32_t half[2], const struct des_ks_struct *const ks[3], bool decrypt)
{
	permute(half);
	if (ks[1] == NULL)
		rounds(half, ks[0], decrypt);
	else {
		rounds(half, ks[decrypt ? 2 : 0], decrypt);
		rounds(half, ks[1], !decrypt);
		rounds(half, ks[decrypt ? 0 : 2], decrypt);
	}
	permute_back(half);
}

static void
block_words(DES_LONG *data, const struct des_ks_struct *k1,
    const struct des_ks_struct *k2, const struct des_ks_struct *k3,
    bool decrypt)
{
	const struct des_ks_struct *const ks[3] = {k1, k2, k3};
	uint32_t half[2] = {bswap32(data[0]), bswap32(data[1])};

	block(half, ks, decrypt);
	data[0] = bswap32(half[0]);
	data[1] = bswap32(half[1]);
}

void
des_encrypt1(DES_LONG *data, des_key_schedule ks, int enc)
{
	block_words(data, ks, NULL, NULL, !enc);
}

void
des_encrypt2(DES_LONG *data, des_key_schedule ks, int enc)
{
	uint32_t half[2] = {bswap32(data[0]), bswap32(data[1])};

	rounds(half, ks, !enc);
	data[0] = bswap32(half[0]);
	data[1] = bswap32(half[1]);
}

void
des_encrypt3(DES_LONG *data, des_key_schedule k1, des_key_schedule k2,
    des_key_schedule k3)
{
	block_words(data, k1, k2, k3, false);
}

void
des_decrypt3(DES_LONG *data, des_key_schedule k1, des_key_schedule k2,
    des_key_schedule k3)
{
	block_words(data, k1, k2, k3, true);
}

static void
block_bytes(const uint8_t *in, uint8_t *out,
    const struct des_ks_struct *const ks[3], bool decrypt)
{
	uint32_t half[2] = {be32dec(in), be32dec(in + 4)};

	block(half, ks, decrypt);
	be32enc(out, half[0]);
	be32enc(out + 4, half[1]);
}

void
des_ecb_encrypt(des_cblock *in, des_cblock *out, des_key_schedule ks, int enc)
{
	const struct des_ks_struct *const k[3] = {ks, NULL, NULL};

	block_bytes(*in, *out, k, !enc);
}

void
des_ecb3_encrypt(des_cblock *in, des_cblock *out, des_key_schedule k1,
    des_key_schedule k2, des_key_schedule k3, int enc)
{
	const struct des_ks_struct *const k[3] = {k1, k2, k3};

	block_bytes(*in, *out, k, !enc);
}

static void
cbc_encrypt(const uint8_t *in, uint8_t *out, long len,
    const struct des_ks_struct *const ks[3], uint8_t *iv)
{
	uint32_t half[2] = {be32dec(iv), be32dec(iv + 4)};
	uint8_t last[8];

	for (; len > 0; len -= 8, in += 8, out += 8) {
		if (len < 8) {
			memset(last, 0, sizeof(last));
			memcpy(last, in, (size_t)len);
			in = last;
		}
		half[0] ^= be32dec(in);
		half[1] ^= be32dec(in + 4);
		block(half, ks, false);
		be32enc(out, half[0]);
		be32enc(out + 4, half[1]);
	}
	be32enc(iv, half[0]);
	be32enc(iv + 4, half[1]);
}

static void
cbc_decrypt(const uint8_t *in, uint8_t *out, long len,
    const struct des_ks_struct *const ks[3], uint8_t *iv)
{
	uint32_t v[2] = {be32dec(iv), be32dec(iv + 4)}, c[2], half[2];
	uint8_t last[8];

	for (; len > 0; len -= 8, in += 8, out += 8) {
		half[0] = c[0] = be32dec(in);
		half[1] = c[1] = be32dec(in + 4);
		block(half, ks, true);
		half[0] ^= v[0];
		half[1] ^= v[1];
		v[0] = c[0];
		v[1] = c[1];
		be32enc(last, half[0]);
		be32enc(last + 4, half[1]);
		memcpy(out, last, (size_t)MIN(len, 8));
	}
	be32enc(iv, v[0]);
	be32enc(iv + 4, v[1]);
}

void
des_ncbc_encrypt(const unsigned char *in, unsigned char *out, long len,
    des_key_schedule ks, des_cblock *iv, int enc)
{
	const struct des_ks_struct *const k[3] = {ks, NULL, NULL};

	if (enc)
		cbc_encrypt(in, out, len, k, *iv);
	else
		cbc_decrypt(in, out, len, k, *iv);
}

void
des_ede3_cbc_encrypt(const unsigned char *in, unsigned char *out, long len,
    des_key_schedule k1, des_key_schedule k2, des_key_schedule k3,
    des_cblock *iv, int enc)
{
	const struct des_ks_struct *const k[3] = {k1, k2, k3};

	if (enc)
		cbc_encrypt(in, out, len, k, *iv);
	else
		cbc_decrypt(in, out, len, k, *iv);
}

char *
des_options(void)
{
	static char options[] = "des(tables)";

	return options;
}

static int
des_modcmd(modcmd_t cmd, void *data)
{
	return cmd == MODULE_CMD_INIT || cmd == MODULE_CMD_FINI ? 0 : ENOTTY;
}

MODULE(MODULE_CLASS_MISC, des, NULL);
