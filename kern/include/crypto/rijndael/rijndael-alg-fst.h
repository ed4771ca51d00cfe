/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AES (FIPS 197), one block of 16 bytes at a time. Keys are of 128, 192 or
 * 256 bits. A schedule has 4 * (Nr + 1) words, Nr being 10, 12 or 14. Source
 * and destination of a block may be the same; neither need be aligned.
 */
#ifndef _CRYPTO_RIJNDAEL_RIJNDAEL_ALG_FST_H_
#define _CRYPTO_RIJNDAEL_RIJNDAEL_ALG_FST_H_

#include <sys/types.h>

#define RIJNDAEL_MAXKC (256 / 32) /* words of a key */
#define RIJNDAEL_MAXKB (256 / 8)  /* bytes of a key */
#define RIJNDAEL_MAXNR 14         /* rounds */

/* The schedule of a key of that many bits. Nr; 0: no such length. */
int rijndaelKeySetupEnc(uint32_t[], const uint8_t[], int);
int rijndaelKeySetupDec(uint32_t[], const uint8_t[], int);

/* By the schedule of the same name: schedule, Nr, source, destination. */
void rijndaelEncrypt(const uint32_t[], int, const uint8_t[16], uint8_t[16]);
void rijndaelDecrypt(const uint32_t[], int, const uint8_t[16], uint8_t[16]);

#endif /* !_CRYPTO_RIJNDAEL_RIJNDAEL_ALG_FST_H_ */
