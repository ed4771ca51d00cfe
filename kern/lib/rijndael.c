/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AES (FIPS 197). The state is four columns, each a word whose highest byte is
 * row 0. Substitution, shift and mix of a round are one look-up for each byte
 * of the state, in tables that the compiler makes of the standard's boxes.
 * Decryption is the equivalent inverse cipher (section 5.3.5).
 *
 * Tables are read by secret indices: whoever measures the cache may learn
 * keys. This is not constant time.
 */
#include <lib/libkern/libkern.h>
#include <sys/endian.h>
#include <sys/param.h>
#include <sys/types.h>

#include <crypto/rijndael/rijndael.h>

/* section 5.1.1, figure 7; section 5.3.2, figure 14 */
#define SBOX(X)                                                                \
	X(0x63), X(0x7c), X(0x77), X(0x7b), X(0xf2), X(0x6b), X(0x6f),         \
	    X(0xc5), X(0x30), X(0x01), X(0x67), X(0x2b), X(0xfe), X(0xd7),     \
	    X(0xab), X(0x76), X(0xca), X(0x82), X(0xc9), X(0x7d), X(0xfa),     \
	    X(0x59), X(0x47), X(0xf0), X(0xad), X(0xd4), X(0xa2), X(0xaf),     \
	    X(0x9c), X(0xa4), X(0x72), X(0xc0), X(0xb7), X(0xfd), X(0x93),     \
	    X(0x26), X(0x36), X(0x3f), X(0xf7), X(0xcc), X(0x34), X(0xa5),     \
	    X(0xe5), X(0xf1), X(0x71), X(0xd8), X(0x31), X(0x15), X(0x04),     \
	    X(0xc7), X(0x23), X(0xc3), X(0x18), X(0x96), X(0x05), X(0x9a),     \
	    X(0x07), X(0x12), X(0x80), X(0xe2), X(0xeb), X(0x27), X(0xb2),     \
	    X(0x75), X(0x09), X(0x83), X(0x2c), X(0x1a), X(0x1b), X(0x6e),     \
	    X(0x5a), X(0xa0), X(0x52), X(0x3b), X(0xd6), X(0xb3), X(0x29),     \
	    X(0xe3), X(0x2f), X(0x84), X(0x53), X(0xd1), X(0x00), X(0xed),     \
	    X(0x20), X(0xfc), X(0xb1), X(0x5b), X(0x6a), X(0xcb), X(0xbe),     \
	    X(0x39), X(0x4a), X(0x4c), X(0x58), X(0xcf), X(0xd0), X(0xef),     \
	    X(0xaa), X(0xfb), X(0x43), X(0x4d), X(0x33), X(0x85), X(0x45),     \
	    X(0xf9), X(0x02), X(0x7f), X(0x50), X(0x3c), X(0x9f), X(0xa8),     \
	    X(0x51), X(0xa3), X(0x40), X(0x8f), X(0x92), X(0x9d), X(0x38),     \
	    X(0xf5), X(0xbc), X(0xb6), X(0xda), X(0x21), X(0x10), X(0xff),     \
	    X(0xf3), X(0xd2), X(0xcd), X(0x0c), X(0x13), X(0xec), X(0x5f),     \
	    X(0x97), X(0x44), X(0x17), X(0xc4), X(0xa7), X(0x7e), X(0x3d),     \
	    X(0x64), X(0x5d), X(0x19), X(0x73), X(0x60), X(0x81), X(0x4f),     \
	    X(0xdc), X(0x22), X(0x2a), X(0x90), X(0x88), X(0x46), X(0xee),     \
	    X(0xb8), X(0x14), X(0xde), X(0x5e), X(0x0b), X(0xdb), X(0xe0),     \
	    X(0x32), X(0x3a), X(0x0a), X(0x49), X(0x06), X(0x24), X(0x5c),     \
	    X(0xc2), X(0xd3), X(0xac), X(0x62), X(0x91), X(0x95), X(0xe4),     \
	    X(0x79), X(0xe7), X(0xc8), X(0x37), X(0x6d), X(0x8d), X(0xd5),     \
	    X(0x4e), X(0xa9), X(0x6c), X(0x56), X(0xf4), X(0xea), X(0x65),     \
	    X(0x7a), X(0xae), X(0x08), X(0xba), X(0x78), X(0x25), X(0x2e),     \
	    X(0x1c), X(0xa6), X(0xb4), X(0xc6), X(0xe8), X(0xdd), X(0x74),     \
	    X(0x1f), X(0x4b), X(0xbd), X(0x8b), X(0x8a), X(0x70), X(0x3e),     \
	    X(0xb5), X(0x66), X(0x48), X(0x03), X(0xf6), X(0x0e), X(0x61),     \
	    X(0x35), X(0x57), X(0xb9), X(0x86), X(0xc1), X(0x1d), X(0x9e),     \
	    X(0xe1), X(0xf8), X(0x98), X(0x11), X(0x69), X(0xd9), X(0x8e),     \
	    X(0x94), X(0x9b), X(0x1e), X(0x87), X(0xe9), X(0xce), X(0x55),     \
	    X(0x28), X(0xdf), X(0x8c), X(0xa1), X(0x89), X(0x0d), X(0xbf),     \
	    X(0xe6), X(0x42), X(0x68), X(0x41), X(0x99), X(0x2d), X(0x0f),     \
	    X(0xb0), X(0x54), X(0xbb), X(0x16)
#define INVERSE(X)                                                             \
	X(0x52), X(0x09), X(0x6a), X(0xd5), X(0x30), X(0x36), X(0xa5),         \
	    X(0x38), X(0xbf), X(0x40), X(0xa3), X(0x9e), X(0x81), X(0xf3),     \
	    X(0xd7), X(0xfb), X(0x7c), X(0xe3), X(0x39), X(0x82), X(0x9b),     \
	    X(0x2f), X(0xff), X(0x87), X(0x34), X(0x8e), X(0x43), X(0x44),     \
	    X(0xc4), X(0xde), X(0xe9), X(0xcb), X(0x54), X(0x7b), X(0x94),     \
	    X(0x32), X(0xa6), X(0xc2), X(0x23), X(0x3d), X(0xee), X(0x4c),     \
	    X(0x95), X(0x0b), X(0x42), X(0xfa), X(0xc3), X(0x4e), X(0x08),     \
	    X(0x2e), X(0xa1), X(0x66), X(0x28), X(0xd9), X(0x24), X(0xb2),     \
	    X(0x76), X(0x5b), X(0xa2), X(0x49), X(0x6d), X(0x8b), X(0xd1),     \
	    X(0x25), X(0x72), X(0xf8), X(0xf6), X(0x64), X(0x86), X(0x68),     \
	    X(0x98), X(0x16), X(0xd4), X(0xa4), X(0x5c), X(0xcc), X(0x5d),     \
	    X(0x65), X(0xb6), X(0x92), X(0x6c), X(0x70), X(0x48), X(0x50),     \
	    X(0xfd), X(0xed), X(0xb9), X(0xda), X(0x5e), X(0x15), X(0x46),     \
	    X(0x57), X(0xa7), X(0x8d), X(0x9d), X(0x84), X(0x90), X(0xd8),     \
	    X(0xab), X(0x00), X(0x8c), X(0xbc), X(0xd3), X(0x0a), X(0xf7),     \
	    X(0xe4), X(0x58), X(0x05), X(0xb8), X(0xb3), X(0x45), X(0x06),     \
	    X(0xd0), X(0x2c), X(0x1e), X(0x8f), X(0xca), X(0x3f), X(0x0f),     \
	    X(0x02), X(0xc1), X(0xaf), X(0xbd), X(0x03), X(0x01), X(0x13),     \
	    X(0x8a), X(0x6b), X(0x3a), X(0x91), X(0x11), X(0x41), X(0x4f),     \
	    X(0x67), X(0xdc), X(0xea), X(0x97), X(0xf2), X(0xcf), X(0xce),     \
	    X(0xf0), X(0xb4), X(0xe6), X(0x73), X(0x96), X(0xac), X(0x74),     \
	    X(0x22), X(0xe7), X(0xad), X(0x35), X(0x85), X(0xe2), X(0xf9),     \
	    X(0x37), X(0xe8), X(0x1c), X(0x75), X(0xdf), X(0x6e), X(0x47),     \
	    X(0xf1), X(0x1a), X(0x71), X(0x1d), X(0x29), X(0xc5), X(0x89),     \
	    X(0x6f), X(0xb7), X(0x62), X(0x0e), X(0xaa), X(0x18), X(0xbe),     \
	    X(0x1b), X(0xfc), X(0x56), X(0x3e), X(0x4b), X(0xc6), X(0xd2),     \
	    X(0x79), X(0x20), X(0x9a), X(0xdb), X(0xc0), X(0xfe), X(0x78),     \
	    X(0xcd), X(0x5a), X(0xf4), X(0x1f), X(0xdd), X(0xa8), X(0x33),     \
	    X(0x88), X(0x07), X(0xc7), X(0x31), X(0xb1), X(0x12), X(0x10),     \
	    X(0x59), X(0x27), X(0x80), X(0xec), X(0x5f), X(0x60), X(0x51),     \
	    X(0x7f), X(0xa9), X(0x19), X(0xb5), X(0x4a), X(0x0d), X(0x2d),     \
	    X(0xe5), X(0x7a), X(0x9f), X(0x93), X(0xc9), X(0x9c), X(0xef),     \
	    X(0xa0), X(0xe0), X(0x3b), X(0x4d), X(0xae), X(0x2a), X(0xf5),     \
	    X(0xb0), X(0xc8), X(0xeb), X(0xbb), X(0x3c), X(0x83), X(0x53),     \
	    X(0x99), X(0x61), X(0x17), X(0x2b), X(0x04), X(0x7e), X(0xba),     \
	    X(0x77), X(0xd6), X(0x26), X(0xe1), X(0x69), X(0x14), X(0x63),     \
	    X(0x55), X(0x21), X(0x0c), X(0x7d)

/* products in the field of 256 elements (section 4.2) */
#define P2(x)  ((((x) << 1) ^ (((x) >> 7) * 0x1b)) & 0xff)
#define P4(x)  P2(P2(x))
#define P8(x)  P2(P4(x))
#define P9(x)  (P8(x) ^ (x))
#define P11(x) (P8(x) ^ P2(x) ^ (x))
#define P13(x) (P8(x) ^ P4(x) ^ (x))
#define P14(x) (P8(x) ^ P4(x) ^ P2(x))

/* what a byte of each row adds to its column (5.1.3, 5.3.3) */
#define WORD(a, b, c, d)                                                       \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 |      \
	    (uint32_t)(d))
#define E0(x)   WORD(P2(x), x, x, P2(x) ^ (x))
#define E1(x)   WORD(P2(x) ^ (x), P2(x), x, x)
#define E2(x)   WORD(x, P2(x) ^ (x), P2(x), x)
#define E3(x)   WORD(x, x, P2(x) ^ (x), P2(x))
#define D0(x)   WORD(P14(x), P9(x), P13(x), P11(x))
#define D1(x)   WORD(P11(x), P14(x), P9(x), P13(x))
#define D2(x)   WORD(P13(x), P11(x), P14(x), P9(x))
#define D3(x)   WORD(P9(x), P13(x), P11(x), P14(x))
#define SAME(x) x

static const uint8_t sbox[256] = {SBOX(SAME)};
static const uint8_t inverse[256] = {INVERSE(SAME)};
static const uint32_t enc[4][256] = {
    {SBOX(E0)}, {SBOX(E1)}, {SBOX(E2)}, {SBOX(E3)}};
static const uint32_t dec[4][256] = {
    {INVERSE(D0)}, {INVERSE(D1)}, {INVERSE(D2)}, {INVERSE(D3)}};

#define ROW0(w) ((w) >> 24)
#define ROW1(w) ((w) >> 16 & 0xff)
#define ROW2(w) ((w) >> 8 & 0xff)
#define ROW3(w) ((w)&0xff)

/* One column of a round: a to d are the columns that its rows come from. */
static inline uint32_t
look_up(const uint32_t table[4][256], uint32_t a, uint32_t b, uint32_t c,
    uint32_t d)
{
	return table[0][ROW0(a)] ^ table[1][ROW1(b)] ^ table[2][ROW2(c)] ^
	    table[3][ROW3(d)];
}

/* The same of the last round, which does not mix. */
static inline uint32_t
substitute(
    const uint8_t box[256], uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	return WORD(box[ROW0(a)], box[ROW1(b)], box[ROW2(c)], box[ROW3(d)]);
}

/* section 5.2 */
int
rijndaelKeySetupEnc(uint32_t rk[], const uint8_t key[], int bits)
{
	const int nk = bits / 32, nr = nk + 6;
	uint32_t rcon = 1;

	if (bits != 128 && bits != 192 && bits != 256)
		return 0;
	for (int i = 0; i < nk; i++)
		rk[i] = be32dec(key + 4 * i);
	for (int i = nk; i < 4 * (nr + 1); i++) {
		uint32_t w = rk[i - 1];

		if (i % nk == 0) {
			w = w << 8 | w >> 24;
			w = substitute(sbox, w, w, w, w) ^ rcon << 24;
			rcon = P2(rcon);
		} else if (nk > 6 && i % nk == 4)
			w = substitute(sbox, w, w, w, w);
		rk[i] = rk[i - nk] ^ w;
	}
	return nr;
}

int
rijndaelKeySetupDec(uint32_t rk[], const uint8_t key[], int bits)
{
	const int nr = rijndaelKeySetupEnc(rk, key, bits);
	uint32_t w;

	for (int i = 0, j = 4 * nr; i < j; i += 4, j -= 4)
		for (int k = 0; k < 4; k++) {
			w = rk[i + k];
			rk[i + k] = rk[j + k];
			rk[j + k] = w;
		}
	/* the columns of all but the first and the last, unmixed */
	for (int i = 4; i < 4 * nr; i++) {
		w = rk[i];
		w = substitute(sbox, w, w, w, w);
		rk[i] = look_up(dec, w, w, w, w);
	}
	return nr;
}

void
rijndaelEncrypt(
    const uint32_t rk[], int nr, const uint8_t src[16], uint8_t dst[16])
{
	uint32_t a = be32dec(src) ^ rk[0], b = be32dec(src + 4) ^ rk[1];
	uint32_t c = be32dec(src + 8) ^ rk[2], d = be32dec(src + 12) ^ rk[3];
	uint32_t e, f, g, h;

	for (int i = 1; i < nr; i++) {
		rk += 4;
		e = look_up(enc, a, b, c, d) ^ rk[0];
		f = look_up(enc, b, c, d, a) ^ rk[1];
		g = look_up(enc, c, d, a, b) ^ rk[2];
		h = look_up(enc, d, a, b, c) ^ rk[3];
		a = e, b = f, c = g, d = h;
	}
	rk += 4;
	be32enc(dst, substitute(sbox, a, b, c, d) ^ rk[0]);
	be32enc(dst + 4, substitute(sbox, b, c, d, a) ^ rk[1]);
	be32enc(dst + 8, substitute(sbox, c, d, a, b) ^ rk[2]);
	be32enc(dst + 12, substitute(sbox, d, a, b, c) ^ rk[3]);
}

void
rijndaelDecrypt(
    const uint32_t rk[], int nr, const uint8_t src[16], uint8_t dst[16])
{
	uint32_t a = be32dec(src) ^ rk[0], b = be32dec(src + 4) ^ rk[1];
	uint32_t c = be32dec(src + 8) ^ rk[2], d = be32dec(src + 12) ^ rk[3];
	uint32_t e, f, g, h;

	for (int i = 1; i < nr; i++) {
		rk += 4;
		e = look_up(dec, a, d, c, b) ^ rk[0];
		f = look_up(dec, b, a, d, c) ^ rk[1];
		g = look_up(dec, c, b, a, d) ^ rk[2];
		h = look_up(dec, d, c, b, a) ^ rk[3];
		a = e, b = f, c = g, d = h;
	}
	rk += 4;
	be32enc(dst, substitute(inverse, a, d, c, b) ^ rk[0]);
	be32enc(dst + 4, substitute(inverse, b, a, d, c) ^ rk[1]);
	be32enc(dst + 8, substitute(inverse, c, b, a, d) ^ rk[2]);
	be32enc(dst + 12, substitute(inverse, d, c, b, a) ^ rk[3]);
}

void
rijndael_set_key(rijndael_ctx *ctx, const u_char *key, int bits, ...)
{
	KASSERT(bits == 128 || bits == 192 || bits == 256);
	ctx->decrypt = 1;
	ctx->Nr = rijndaelKeySetupEnc(ctx->ek, key, bits);
	(void)rijndaelKeySetupDec(ctx->dk, key, bits);
}

void
rijndael_encrypt(rijndael_ctx *ctx, const u_char *src, u_char *dst)
{
	rijndaelEncrypt(ctx->ek, ctx->Nr, src, dst);
}

void
rijndael_decrypt(rijndael_ctx *ctx, const u_char *src, u_char *dst)
{
	rijndaelDecrypt(ctx->dk, ctx->Nr, src, dst);
}
