/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Blowfish: B. Schneier, Description of a New Variable-Length Key, 64-Bit
 * Block Cipher, Fast Software Encryption 1993. The P-array and the S-boxes
 * begin as the fraction of pi, which is computed for the first key.
 *
 * S-boxes are read by secret indices: this is not constant time.
 */
#include <lib/libkern/libkern.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/module.h>
#include <sys/once.h>
#include <sys/param.h>
#include <sys/types.h>

#include <crypto/blowfish/blowfish.h>

#include "pi.h"

static BF_KEY initial; /* constant once it is made */

static int
make_initial(void)
{
	CTASSERT(sizeof(initial) == (BF_ROUNDS + 2 + 4 * 256) * 4);
	pi_fraction((uint32_t *)&initial, sizeof(initial) / sizeof(uint32_t));
	return 0;
}

static inline uint32_t
mix(uint32_t half, const BF_KEY *key)
{
	const BF_LONG *s = key->S;

	return ((s[half >> 24] + s[256 + (half >> 16 & 0xff)]) ^
		   s[512 + (half >> 8 & 0xff)]) +
	    s[768 + (half & 0xff)];
}

static inline void
encrypt(uint32_t half[2], const BF_KEY *key)
{
	const BF_LONG *p = key->P;
	uint32_t l = half[0], r = half[1];

	for (int i = 0; i < BF_ROUNDS; i += 2) {
		l ^= p[i];
		r ^= mix(l, key);
		r ^= p[i + 1];
		l ^= mix(r, key);
	}
	half[0] = r ^ p[BF_ROUNDS + 1];
	half[1] = l ^ p[BF_ROUNDS];
}

static inline void
decrypt(uint32_t half[2], const BF_KEY *key)
{
	const BF_LONG *p = key->P;
	uint32_t l = half[0], r = half[1];

	for (int i = BF_ROUNDS; i > 0; i -= 2) {
		l ^= p[i + 1];
		r ^= mix(l, key);
		r ^= p[i];
		l ^= mix(r, key);
	}
	half[0] = r ^ p[0];
	half[1] = l ^ p[1];
}

void
BF_set_key(BF_KEY *key, int len, const unsigned char *data)
{
	static ONCE_DECL(once);
	uint32_t half[2] = {0, 0};
	int at = 0;

	KASSERT(len > 0);
	(void)RUN_ONCE(&once, make_initial);
	*key = initial;
	len = MIN(len, (int)sizeof(key->P));
	for (int i = 0; i < BF_ROUNDS + 2; i++) {
		uint32_t w = 0;

		for (int j = 0; j < 4; j++) {
			w = w << 8 | data[at];
			at = at + 1 == len ? 0 : at + 1;
		}
		key->P[i] ^= w;
	}
	for (int i = 0; i < BF_ROUNDS + 2; i += 2) {
		encrypt(half, key);
		key->P[i] = half[0];
		key->P[i + 1] = half[1];
	}
	for (int i = 0; i < 4 * 256; i += 2) {
		encrypt(half, key);
		key->S[i] = half[0];
		key->S[i + 1] = half[1];
	}
}

void
BF_encrypt(BF_LONG *data, const BF_KEY *key)
{
	encrypt(data, key);
}

void
BF_decrypt(BF_LONG *data, const BF_KEY *key)
{
	decrypt(data, key);
}

void
BF_ecb_encrypt(
    const unsigned char *in, unsigned char *out, const BF_KEY *key, int enc)
{
	uint32_t half[2] = {be32dec(in), be32dec(in + 4)};

	if (enc)
		encrypt(half, key);
	else
		decrypt(half, key);
	be32enc(out, half[0]);
	be32enc(out + 4, half[1]);
}

static void
cbc_encrypt(
    const uint8_t *in, uint8_t *out, long len, const BF_KEY *key, uint8_t *iv)
{
	uint32_t half[2] = {be32dec(iv), be32dec(iv + 4)};
	uint8_t last[BF_BLOCK];

	for (; len > 0; len -= BF_BLOCK, in += BF_BLOCK, out += BF_BLOCK) {
		if (len < BF_BLOCK) {
			memset(last, 0, sizeof(last));
			memcpy(last, in, (size_t)len);
			in = last;
		}
		half[0] ^= be32dec(in);
		half[1] ^= be32dec(in + 4);
		encrypt(half, key);
		be32enc(out, half[0]);
		be32enc(out + 4, half[1]);
	}
	be32enc(iv, half[0]);
	be32enc(iv + 4, half[1]);
}

static void
cbc_decrypt(
    const uint8_t *in, uint8_t *out, long len, const BF_KEY *key, uint8_t *iv)
{
	uint32_t v[2] = {be32dec(iv), be32dec(iv + 4)}, c[2], half[2];
	uint8_t last[BF_BLOCK];

	for (; len > 0; len -= BF_BLOCK, in += BF_BLOCK, out += BF_BLOCK) {
		half[0] = c[0] = be32dec(in);
		half[1] = c[1] = be32dec(in + 4);
		decrypt(half, key);
		be32enc(last, half[0] ^ v[0]);
		be32enc(last + 4, half[1] ^ v[1]);
		memcpy(out, last, (size_t)MIN(len, BF_BLOCK));
		v[0] = c[0];
		v[1] = c[1];
	}
	be32enc(iv, v[0]);
	be32enc(iv + 4, v[1]);
}

void
BF_cbc_encrypt(const unsigned char *in, unsigned char *out, long len,
    const BF_KEY *key, unsigned char *iv, int enc)
{
	if (enc)
		cbc_encrypt(in, out, len, key, iv);
	else
		cbc_decrypt(in, out, len, key, iv);
}

static int
blowfish_modcmd(modcmd_t cmd, void *data)
{
	return cmd == MODULE_CMD_INIT || cmd == MODULE_CMD_FINI ? 0 : ENOTTY;
}

MODULE(MODULE_CLASS_MISC, blowfish, NULL);
