/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_RMD160_H_
#define _SYS_RMD160_H_

#include <sys/types.h>

#define RMD160_DIGEST_LENGTH        20
#define RMD160_DIGEST_STRING_LENGTH 41
#define RMD160_BLOCK_LENGTH         64

typedef struct RMD160Context {
	uint32_t state[5];
	uint64_t count;
	u_char buffer[RMD160_BLOCK_LENGTH];
} RMD160_CTX;

void RMD160Init(RMD160_CTX *);
void RMD160Update(RMD160_CTX *, const u_char *, uint32_t);
void RMD160Final(u_char[RMD160_DIGEST_LENGTH], RMD160_CTX *);

#endif /* !_SYS_RMD160_H_ */
