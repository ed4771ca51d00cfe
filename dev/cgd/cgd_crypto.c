/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cgd: ciphers and vectors. Each sector is a chain of its own (CBC), whose
 * vector is the sector's number, the lowest byte first, zeroes behind it,
 * encrypted with the key of the data once (encblkno1) or eight times
 * (encblkno8).
 */
#include <lib/libkern/libkern.h>
#include <sys/endian.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <crypto/blowfish/blowfish.h>
#include <crypto/des/des.h>
#include <crypto/rijndael/rijndael.h>

#include <dev/cgdvar.h>

#include "cgd_impl.h"

struct aes_key {
	keyInstance ak_enc, ak_dec;
};

struct des3_key {
	des_key_schedule dk_ks[3];
};

static bool
aes_keylen(size_t bits)
{
	return bits == 128 || bits == 192 || bits == 256;
}

static void
aes_setkey(void *key, const uint8_t *data, size_t bits)
{
	struct aes_key *ak = key;

	(void)rijndael_makeKey(
	    &ak->ak_enc, DIR_ENCRYPT, (int)bits, (const char *)data);
	(void)rijndael_makeKey(
	    &ak->ak_dec, DIR_DECRYPT, (int)bits, (const char *)data);
}

static void
aes_encrypt(const void *key, uint8_t *block)
{
	const struct aes_key *ak = key;

	rijndaelEncrypt(ak->ak_enc.rk, ak->ak_enc.Nr, block, block);
}

static void
aes_cbc(const void *key, uint8_t *iv, uint8_t *dst, const uint8_t *src,
    size_t len, bool encrypt)
{
	struct aes_key *ak = __UNCONST(key);
	cipherInstance ci;

	(void)rijndael_cipherInit(&ci, MODE_CBC, (const char *)iv);
	if (encrypt)
		(void)rijndael_blockEncrypt(
		    &ci, &ak->ak_enc, src, (int)len * 8, dst);
	else
		(void)rijndael_blockDecrypt(
		    &ci, &ak->ak_dec, src, (int)len * 8, dst);
}

static bool
des3_keylen(size_t bits)
{
	return bits == 192;
}

/* Parity doesn't matter, nor whether the key is weak: that is known above. */
static void
des3_setkey(void *key, const uint8_t *data, size_t bits)
{
	struct des3_key *dk = key;

	for (int i = 0; i < 3; i++)
		des_set_key_unchecked(
		    (des_cblock *)__UNCONST(data + i * sizeof(des_cblock)),
		    dk->dk_ks[i]);
}

static void
des3_encrypt(const void *key, uint8_t *block)
{
	struct des3_key *dk = __UNCONST(key);

	des_ecb3_encrypt((des_cblock *)block, (des_cblock *)block, dk->dk_ks[0],
	    dk->dk_ks[1], dk->dk_ks[2], DES_ENCRYPT);
}

static void
des3_cbc(const void *key, uint8_t *iv, uint8_t *dst, const uint8_t *src,
    size_t len, bool encrypt)
{
	struct des3_key *dk = __UNCONST(key);

	des_ede3_cbc_encrypt(src, dst, (long)len, dk->dk_ks[0], dk->dk_ks[1],
	    dk->dk_ks[2], (des_cblock *)iv,
	    encrypt ? DES_ENCRYPT : DES_DECRYPT);
}

static bool
blowfish_keylen(size_t bits)
{
	return bits >= 40 && bits <= 448 && bits % 8 == 0;
}

static void
blowfish_setkey(void *key, const uint8_t *data, size_t bits)
{
	BF_set_key(key, (int)(bits / 8), data);
}

static void
blowfish_encrypt(const void *key, uint8_t *block)
{
	BF_ecb_encrypt(block, block, key, BF_ENCRYPT);
}

static void
blowfish_cbc(const void *key, uint8_t *iv, uint8_t *dst, const uint8_t *src,
    size_t len, bool encrypt)
{
	BF_cbc_encrypt(
	    src, dst, (long)len, key, iv, encrypt ? BF_ENCRYPT : BF_DECRYPT);
}

static const struct cgd_cipher ciphers[] = {
    {"aes-cbc", 16, sizeof(struct aes_key), aes_keylen, aes_setkey, aes_encrypt,
	aes_cbc},
    {"3des-cbc", 8, sizeof(struct des3_key), des3_keylen, des3_setkey,
	des3_encrypt, des3_cbc},
    {"blowfish-cbc", BF_BLOCK, sizeof(BF_KEY), blowfish_keylen, blowfish_setkey,
	blowfish_encrypt, blowfish_cbc},
};

static const struct cgd_ivmethod ivmethods[] = {
    {"encblkno1", CGD_CIPHER_CBC_ENCBLKNO1, 1},
    {"encblkno8", CGD_CIPHER_CBC_ENCBLKNO8, 8},
    {"encblkno", CGD_CIPHER_CBC_ENCBLKNO8, 8}, /* when there was no other */
};

/* NULL: there is none of that name. */
const struct cgd_cipher *
cgd_cipher_find(const char *name)
{
	for (u_int i = 0; i < __arraycount(ciphers); i++)
		if (strcmp(ciphers[i].cc_name, name) == 0)
			return &ciphers[i];
	return NULL;
}

const struct cgd_ivmethod *
cgd_ivmethod_find(const char *name)
{
	for (u_int i = 0; i < __arraycount(ivmethods); i++)
		if (strcmp(ivmethods[i].ci_name, name) == 0)
			return &ivmethods[i];
	return NULL;
}

/*
 * Encrypt or decrypt len bytes, whole sectors from number sector on. dst and
 * src may be the same.
 */
void
cgd_crypt(const struct cgd_conf *cf, void *dst, const void *src, size_t len,
    daddr_t sector, bool encrypt)
{
	const struct cgd_cipher *cc = cf->cf_cipher;
	uint8_t iv[CGD_MAXBLOCK];

	for (size_t off = 0; off < len; off += cf->cf_secsize) {
		memset(iv, 0, sizeof(iv));
		le64enc(iv, (uint64_t)sector++);
		for (int i = 0; i < cf->cf_iv->ci_passes; i++)
			(*cc->cc_encrypt)(cf->cf_key, iv);
		(*cc->cc_cbc)(cf->cf_key, iv, (uint8_t *)dst + off,
		    (const uint8_t *)src + off, cf->cf_secsize, encrypt);
	}
}
