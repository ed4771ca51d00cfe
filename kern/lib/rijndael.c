/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AES, as FIPS 197 lays it out: one function for each step, on the state of
 * 16 bytes, column by column. The substitution box is computed at first use,
 * as the standard defines it. It is read by secret indices, so whoever
 * measures the cache may learn keys; that is for links whose peer is trusted.
 */

#include <lib/libkern/libkern.h>
#include <sys/endian.h>
#include <sys/once.h>
#include <sys/param.h>
#include <sys/types.h>

#include <crypto/rijndael/rijndael.h>

static uint8_t sbox[256], inverse[256];

/* product in the field of 256 elements (section 4.2) */
static uint8_t
multiply(uint8_t a, uint8_t b)
{
	uint8_t p = 0;

	for (; b != 0; b >>= 1) {
		if ((b & 1) != 0)
			p ^= a;
		a = (uint8_t)(a << 1 ^ ((a & 0x80) != 0 ? 0x1b : 0));
	}
	return p;
}

/* section 5.1.1: the inverse in the field, then an affine map */
static int
make_sbox(void)
{
	for (int i = 0; i < 256; i++) {
		uint8_t v = 0, s;

		for (int j = 1; i != 0 && j < 256; j++)
			if (multiply((uint8_t)i, (uint8_t)j) == 1)
				v = (uint8_t)j;
		s = v;
		for (int k = 1; k <= 4; k++)
			s ^= (uint8_t)(v << k | v >> (8 - k));
		sbox[i] = s ^ 0x63;
		inverse[sbox[i]] = (uint8_t)i;
	}
	return 0;
}

static uint32_t
sub_word(uint32_t w)
{
	return (uint32_t)sbox[w >> 24] << 24 |
	    (uint32_t)sbox[w >> 16 & 0xff] << 16 |
	    (uint32_t)sbox[w >> 8 & 0xff] << 8 | sbox[w & 0xff];
}

/* section 5.2 */
void
rijndael_set_key(rijndael_ctx *ctx, const u_char *key, int bits, ...)
{
	static ONCE_DECL(once);
	const int nk = bits / 32;
	uint8_t rcon = 1;
	int words;

	KASSERT(bits == 128 || bits == 192 || bits == 256);
	RUN_ONCE(&once, make_sbox);
	ctx->decrypt = 1;
	ctx->Nr = nk + 6;
	words = 4 * (ctx->Nr + 1);
	for (int i = 0; i < nk; i++)
		ctx->ek[i] = be32dec(key + 4 * i);
	for (int i = nk; i < words; i++) {
		uint32_t w = ctx->ek[i - 1];

		if (i % nk == 0) {
			w = sub_word(w << 8 | w >> 24) ^ (uint32_t)rcon << 24;
			rcon = multiply(rcon, 2);
		} else if (nk > 6 && i % nk == 4)
			w = sub_word(w);
		ctx->ek[i] = ctx->ek[i - nk] ^ w;
	}
	for (int i = 0; i < words; i++)
		ctx->dk[i] = ctx->ek[words - 4 - i / 4 * 4 + i % 4];
}

static void
add_round_key(uint8_t s[16], const uint32_t *rk)
{
	for (int c = 0; c < 4; c++)
		be32enc(s + 4 * c, be32dec(s + 4 * c) ^ rk[c]);
}

/* Substitute, and shift row r by r columns, to the left if DIR is 1. */
static void
sub_shift(uint8_t s[16], const uint8_t box[256], int dir)
{
	uint8_t t[16];

	for (int c = 0; c < 4; c++)
		for (int r = 0; r < 4; r++)
			t[4 * c + r] = box[s[4 * ((c + dir * r) & 3) + r]];
	memcpy(s, t, sizeof(t));
}

/* Multiply each column by the circulant matrix of these four. */
static void
mix_columns(uint8_t s[16], const uint8_t m[4])
{
	for (int c = 0; c < 4; c++) {
		uint8_t t[4] = {0, 0, 0, 0};

		for (int r = 0; r < 4; r++)
			for (int k = 0; k < 4; k++)
				t[r] ^= multiply(s[4 * c + k], m[(k - r) & 3]);
		memcpy(s + 4 * c, t, sizeof(t));
	}
}

/* section 5.1 */
void
rijndael_encrypt(rijndael_ctx *ctx, const u_char *src, u_char *dst)
{
	static const uint8_t mix[4] = {2, 3, 1, 1};
	uint8_t s[16];

	memcpy(s, src, sizeof(s));
	add_round_key(s, ctx->ek);
	for (int round = 1; round <= ctx->Nr; round++) {
		sub_shift(s, sbox, 1);
		if (round < ctx->Nr)
			mix_columns(s, mix);
		add_round_key(s, ctx->ek + 4 * round);
	}
	memcpy(dst, s, sizeof(s));
}

/* section 5.3 */
void
rijndael_decrypt(rijndael_ctx *ctx, const u_char *src, u_char *dst)
{
	static const uint8_t mix[4] = {14, 11, 13, 9};
	uint8_t s[16];

	memcpy(s, src, sizeof(s));
	add_round_key(s, ctx->dk);
	for (int round = 1; round <= ctx->Nr; round++) {
		sub_shift(s, inverse, -1);
		add_round_key(s, ctx->dk + 4 * round);
		if (round < ctx->Nr)
			mix_columns(s, mix);
	}
	memcpy(dst, s, sizeof(s));
}
