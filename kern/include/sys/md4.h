/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MD4_H_
#define _SYS_MD4_H_

#include <sys/types.h>

#define MD4_DIGEST_LENGTH 16

typedef struct MD4Context {
	uint32_t state[4];
	uint32_t count[2];
	unsigned char buffer[64];
} MD4_CTX;

void MD4Init(MD4_CTX *);
void MD4Update(MD4_CTX *, const unsigned char *, unsigned int);
void MD4Final(unsigned char[MD4_DIGEST_LENGTH], MD4_CTX *);

#endif /* !_SYS_MD4_H_ */
