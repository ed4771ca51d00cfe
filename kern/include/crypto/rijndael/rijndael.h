/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _CRYPTO_RIJNDAEL_RIJNDAEL_H_
#define _CRYPTO_RIJNDAEL_RIJNDAEL_H_

/* AES (FIPS 197): blocks of 16 bytes, keys of 128, 192 or 256 bits. */

#include <crypto/rijndael/rijndael-alg-fst.h>
#include <crypto/rijndael/rijndael-api-fst.h>

typedef struct {
	int decrypt;                           /* both schedules are there */
	int Nr;                                /* rounds: 10, 12 or 14 */
	uint32_t ek[4 * (RIJNDAEL_MAXNR + 1)]; /* round keys */
	uint32_t dk[4 * (RIJNDAEL_MAXNR + 1)]; /* in the order of use */
} rijndael_ctx;

/* key, its length in bits; what follows is ignored */
void rijndael_set_key(rijndael_ctx *, const u_char *, int, ...);
/* source and destination may be the same */
void rijndael_encrypt(rijndael_ctx *, const u_char *, u_char *);
void rijndael_decrypt(rijndael_ctx *, const u_char *, u_char *);

#endif /* !_CRYPTO_RIJNDAEL_RIJNDAEL_H_ */
