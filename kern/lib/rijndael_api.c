/* SPDX-License-Identifier: BSD-2-Clause */
/* AES in modes (SP 800-38A). Contracts are in rijndael-api-fst.h. */
#include <lib/libkern/libkern.h>
#include <sys/param.h>
#include <sys/types.h>

#include <crypto/rijndael/rijndael-api-fst.h>

#define BLOCK (BITSPERBLOCK / 8)

int
rijndael_makeKey(keyInstance *key, BYTE direction, int bits, const char *data)
{
	const uint8_t *k = (const uint8_t *)data;

	if (key == NULL)
		return BAD_KEY_INSTANCE;
	if (direction != DIR_ENCRYPT && direction != DIR_DECRYPT)
		return BAD_KEY_DIR;
	if (bits != 128 && bits != 192 && bits != 256)
		return BAD_KEY_MAT;
	key->direction = direction;
	key->keyLen = bits;
	if (data == NULL)
		return TRUE;
	memset(key->keyMaterial, 0, sizeof(key->keyMaterial));
	memcpy(key->keyMaterial, data, (size_t)bits / 8);
	key->Nr = direction == DIR_ENCRYPT
	    ? rijndaelKeySetupEnc(key->rk, k, bits)
	    : rijndaelKeySetupDec(key->rk, k, bits);
	(void)rijndaelKeySetupEnc(key->ek, k, bits);
	return TRUE;
}

int
rijndael_cipherInit(cipherInstance *cipher, BYTE mode, const char *iv)
{
	if (mode != MODE_ECB && mode != MODE_CBC && mode != MODE_CFB1)
		return BAD_CIPHER_MODE;
	cipher->mode = mode;
	if (iv != NULL)
		memcpy(cipher->IV, iv, sizeof(cipher->IV));
	else
		memset(cipher->IV, 0, sizeof(cipher->IV));
	return TRUE;
}

static inline void
block_xor(uint8_t *dst, const uint8_t *a, const uint8_t *b)
{
	uint64_t x[2], y[2];

	memcpy(x, a, BLOCK);
	memcpy(y, b, BLOCK);
	x[0] ^= y[0];
	x[1] ^= y[1];
	memcpy(dst, x, BLOCK);
}

/* section 6.2; iv goes on to the next */
static void
cbc_encrypt(const keyInstance *key, uint8_t *iv, const uint8_t *src, int blocks,
    uint8_t *dst)
{
	const uint8_t *last = iv;

	for (int i = 0; i < blocks; i++, src += BLOCK, dst += BLOCK) {
		block_xor(dst, src, last);
		rijndaelEncrypt(key->rk, key->Nr, dst, dst);
		last = dst;
	}
	memmove(iv, last, BLOCK);
}

static void
cbc_decrypt(const keyInstance *key, uint8_t *iv, const uint8_t *src, int blocks,
    uint8_t *dst)
{
	uint8_t c[BLOCK], p[BLOCK];

	for (int i = 0; i < blocks; i++, src += BLOCK, dst += BLOCK) {
		memcpy(c, src, BLOCK);
		rijndaelDecrypt(key->rk, key->Nr, c, p);
		block_xor(dst, p, iv);
		memcpy(iv, c, BLOCK);
	}
}

/* section 6.3, s = 1: the vector takes in each bit of the ciphertext */
static void
cfb1(const keyInstance *key, uint8_t *iv, const uint8_t *src, int blocks,
    uint8_t *dst, bool decrypt)
{
	uint8_t k[BLOCK];
	unsigned in, out;

	for (int bit = 0; bit < blocks * BITSPERBLOCK; bit++) {
		rijndaelEncrypt(key->ek, key->Nr, iv, k);
		in = src[bit / 8] >> (7 - bit % 8) & 1;
		out = in ^ k[0] >> 7;
		dst[bit / 8] = (uint8_t)((dst[bit / 8] & ~(0x80 >> bit % 8)) |
		    out << (7 - bit % 8));
		for (int i = 0; i < BLOCK - 1; i++)
			iv[i] = (uint8_t)(iv[i] << 1 | iv[i + 1] >> 7);
		iv[BLOCK - 1] =
		    (uint8_t)(iv[BLOCK - 1] << 1 | (decrypt ? in : out));
	}
}

int
rijndael_blockEncrypt(cipherInstance *cipher, keyInstance *key, const BYTE *src,
    int bits, BYTE *dst)
{
	const int blocks = bits / BITSPERBLOCK;
	uint8_t iv[BLOCK];

	if (cipher == NULL || key == NULL || key->direction == DIR_DECRYPT)
		return BAD_CIPHER_STATE;
	if (src == NULL || blocks <= 0)
		return 0;
	memcpy(iv, cipher->IV, BLOCK);
	switch (cipher->mode) {
	case MODE_ECB:
		for (int i = 0; i < blocks; i++)
			rijndaelEncrypt(
			    key->rk, key->Nr, src + i * BLOCK, dst + i * BLOCK);
		break;
	case MODE_CBC:
		cbc_encrypt(key, iv, src, blocks, dst);
		break;
	case MODE_CFB1:
		cfb1(key, iv, src, blocks, dst, false);
		break;
	default:
		return BAD_CIPHER_STATE;
	}
	return blocks * BITSPERBLOCK;
}

int
rijndael_blockDecrypt(cipherInstance *cipher, keyInstance *key, const BYTE *src,
    int bits, BYTE *dst)
{
	const int blocks = bits / BITSPERBLOCK;
	uint8_t iv[BLOCK];

	/* feedback works with the encrypting cipher alone */
	if (cipher == NULL || key == NULL ||
	    (cipher->mode != MODE_CFB1 && key->direction == DIR_ENCRYPT))
		return BAD_CIPHER_STATE;
	if (src == NULL || blocks <= 0)
		return 0;
	memcpy(iv, cipher->IV, BLOCK);
	switch (cipher->mode) {
	case MODE_ECB:
		for (int i = 0; i < blocks; i++)
			rijndaelDecrypt(
			    key->rk, key->Nr, src + i * BLOCK, dst + i * BLOCK);
		break;
	case MODE_CBC:
		cbc_decrypt(key, iv, src, blocks, dst);
		break;
	case MODE_CFB1:
		cfb1(key, iv, src, blocks, dst, true);
		break;
	default:
		return BAD_CIPHER_STATE;
	}
	return blocks * BITSPERBLOCK;
}

int
rijndael_padEncrypt(cipherInstance *cipher, keyInstance *key, const BYTE *src,
    int bytes, BYTE *dst)
{
	const int blocks = bytes / BLOCK;
	const uint8_t pad = (uint8_t)(BLOCK - bytes % BLOCK);
	uint8_t iv[BLOCK], last[BLOCK];

	if (cipher == NULL || key == NULL || key->direction == DIR_DECRYPT ||
	    (cipher->mode != MODE_ECB && cipher->mode != MODE_CBC))
		return BAD_CIPHER_STATE;
	if (src == NULL || bytes <= 0)
		return 0;
	memcpy(last, src + blocks * BLOCK, BLOCK - pad);
	memset(last + BLOCK - pad, pad, pad);
	if (cipher->mode == MODE_CBC)
		memcpy(iv, cipher->IV, BLOCK);
	if (cipher->mode == MODE_CBC)
		cbc_encrypt(key, iv, src, blocks, dst);
	else
		for (int i = 0; i < blocks; i++)
			rijndaelEncrypt(
			    key->rk, key->Nr, src + i * BLOCK, dst + i * BLOCK);
	if (cipher->mode == MODE_CBC)
		block_xor(last, last, iv);
	rijndaelEncrypt(key->rk, key->Nr, last, dst + blocks * BLOCK);
	explicit_memset(last, 0, sizeof(last));
	return (blocks + 1) * BLOCK;
}

int
rijndael_padDecrypt(cipherInstance *cipher, keyInstance *key, const BYTE *src,
    int bytes, BYTE *dst)
{
	const int blocks = bytes / BLOCK;
	uint8_t iv[BLOCK], last[BLOCK], pad;
	int answer = BAD_DATA;

	if (cipher == NULL || key == NULL || key->direction == DIR_ENCRYPT ||
	    (cipher->mode != MODE_ECB && cipher->mode != MODE_CBC))
		return BAD_CIPHER_STATE;
	if (src == NULL || bytes <= 0)
		return 0;
	if (bytes % BLOCK != 0)
		return BAD_DATA;
	memset(iv, 0, sizeof(iv));
	if (cipher->mode == MODE_CBC)
		memcpy(iv, cipher->IV, BLOCK);
	/* dst has room for the text alone */
	if (cipher->mode == MODE_CBC)
		cbc_decrypt(key, iv, src, blocks - 1, dst);
	else
		for (int i = 0; i < blocks - 1; i++)
			rijndaelDecrypt(
			    key->rk, key->Nr, src + i * BLOCK, dst + i * BLOCK);
	rijndaelDecrypt(key->rk, key->Nr, src + (blocks - 1) * BLOCK, last);
	block_xor(last, last, iv);
	pad = last[BLOCK - 1];
	if (pad >= 1 && pad <= BLOCK) {
		answer = bytes - pad;
		for (int i = BLOCK - pad; i < BLOCK; i++)
			if (last[i] != pad)
				answer = BAD_DATA;
	}
	if (answer != BAD_DATA)
		memcpy(dst + (blocks - 1) * BLOCK, last, BLOCK - pad);
	explicit_memset(last, 0, sizeof(last));
	return answer;
}
