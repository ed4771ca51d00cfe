/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SHA1_H_
#define _SYS_SHA1_H_

#include <sys/types.h>

#define SHA1_DIGEST_LENGTH        20
#define SHA1_DIGEST_STRING_LENGTH 41
#define SHA1_BLOCK_LENGTH         64

typedef struct {
	uint32_t state[5];
	uint32_t count[2];
	uint8_t buffer[64];
} SHA1_CTX;

void SHA1Transform(uint32_t[5], const uint8_t[64]);
void SHA1Init(SHA1_CTX *);
void SHA1Update(SHA1_CTX *, const uint8_t *, u_int);
void SHA1Final(uint8_t[SHA1_DIGEST_LENGTH], SHA1_CTX *);

#endif /* !_SYS_SHA1_H_ */
