/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AES in the modes of SP 800-38A, by the interface that was asked of
 * candidates for AES. Lengths are in bits where they are called bits. Source
 * and destination may be the same. Nothing here sleeps or takes locks; calls
 * only read keys and ciphers, so any number may use them at once.
 */
#ifndef _CRYPTO_RIJNDAEL_RIJNDAEL_API_FST_H_
#define _CRYPTO_RIJNDAEL_RIJNDAEL_API_FST_H_

#include <crypto/rijndael/rijndael-alg-fst.h>

#define DIR_ENCRYPT  0
#define DIR_DECRYPT  1
#define MODE_ECB     1
#define MODE_CBC     2
#define MODE_CFB1    3 /* feedback of single bits */
#define TRUE         1
#define FALSE        0
#define BITSPERBLOCK 128

/* answers, all negative */
#define BAD_KEY_DIR         -1
#define BAD_KEY_MAT         -2
#define BAD_KEY_INSTANCE    -3
#define BAD_CIPHER_MODE     -4
#define BAD_CIPHER_STATE    -5
#define BAD_BLOCK_LENGTH    -6
#define BAD_CIPHER_INSTANCE -7
#define BAD_DATA            -8
#define BAD_OTHER           -9

#define RIJNDAEL_MAX_KEY_SIZE 64 /* bytes of keyMaterial, without the last */
#define RIJNDAEL_MAX_IV_SIZE  16 /* bytes */

typedef unsigned char BYTE;

/* Holds the key three times over: explicit_memset() it when it is done with. */
typedef struct {
	BYTE direction; /* DIR_ */
	int keyLen;     /* bits */
	char keyMaterial[RIJNDAEL_MAX_KEY_SIZE + 1];
	int Nr;
	uint32_t rk[4 * (RIJNDAEL_MAXNR + 1)]; /* of that direction */
	uint32_t ek[4 * (RIJNDAEL_MAXNR + 1)]; /* of encryption */
} keyInstance;

typedef struct {
	uint32_t IV[RIJNDAEL_MAX_IV_SIZE / sizeof(uint32_t)];
	BYTE mode; /* MODE_ */
} cipherInstance;

/*
 * Direction, bits of the key, and the key itself, in binary; NULL: only
 * direction and length are noted. TRUE or BAD_KEY_.
 */
int rijndael_makeKey(keyInstance *, BYTE, int, const char *);

/* Mode and initialization vector; NULL: zeroes. TRUE or BAD_CIPHER_MODE. */
int rijndael_cipherInit(cipherInstance *, BYTE, const char *);

/*
 * Source, its length in bits, destination. What does not fill a block is left
 * out. The number of bits done, or BAD_CIPHER_STATE: the key is for the other
 * direction. The vector in the cipher stays as it is.
 */
int rijndael_blockEncrypt(
    cipherInstance *, keyInstance *, const BYTE *, int, BYTE *);
int rijndael_blockDecrypt(
    cipherInstance *, keyInstance *, const BYTE *, int, BYTE *);

/*
 * The same in bytes, with padding: 1 to 16 bytes, each of them their number.
 * Bytes written; BAD_DATA: no such padding. Not for MODE_CFB1.
 */
int
rijndael_padEncrypt(cipherInstance *, keyInstance *, const BYTE *, int, BYTE *);
int
rijndael_padDecrypt(cipherInstance *, keyInstance *, const BYTE *, int, BYTE *);

#endif /* !_CRYPTO_RIJNDAEL_RIJNDAEL_API_FST_H_ */
