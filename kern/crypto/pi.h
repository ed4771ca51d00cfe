/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _CRYPTO_PI_H_
#define _CRYPTO_PI_H_

#include <sys/types.h>

/* The first n words after the point of pi in base 2^32. May sleep. */
void pi_fraction(uint32_t *, size_t);

#endif /* !_CRYPTO_PI_H_ */
