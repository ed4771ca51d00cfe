/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Blowfish (Schneier, Fast Software Encryption 1993), in librumpkern_crypto.
 * Blocks are 8 bytes; as two words, the first byte is in the highest bits of
 * the first word.
 */
#ifndef _CRYPTO_BLOWFISH_BLOWFISH_H_
#define _CRYPTO_BLOWFISH_BLOWFISH_H_

#include <sys/types.h>

#define BF_ENCRYPT 1
#define BF_DECRYPT 0

#define BF_LONG u_int32_t

#define BF_ROUNDS 16
#define BF_BLOCK  8

typedef struct bf_key_st {
	BF_LONG P[BF_ROUNDS + 2];
	BF_LONG S[4 * 256];
} BF_KEY;

/*
 * The key and its bytes, 1 to 72 of them; more do not count. The first call
 * of all takes some 50 ms and may sleep: it computes the digits of pi.
 */
void BF_set_key(BF_KEY *, int, const unsigned char *);

/* One block, in place or from in to out. */
void BF_encrypt(BF_LONG *, const BF_KEY *);
void BF_decrypt(BF_LONG *, const BF_KEY *);
void
BF_ecb_encrypt(const unsigned char *, unsigned char *, const BF_KEY *, int);

/*
 * CBC: in, out, bytes, key, vector, direction. As des_ncbc_encrypt(), which
 * tells of vectors and of short blocks.
 */
void BF_cbc_encrypt(const unsigned char *, unsigned char *, long,
    const BF_KEY *, unsigned char *, int);

#endif /* !_CRYPTO_BLOWFISH_BLOWFISH_H_ */
