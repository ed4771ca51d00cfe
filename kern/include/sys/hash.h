/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_HASH_H_
#define _SYS_HASH_H_

/* hash(9): 32-bit hashes of buffers and strings, by multiplication with 33 */

#include <sys/types.h>

#define HASH32_BUF_INIT 5381
#define HASH32_STR_INIT 5381

static __inline uint32_t __unused
hash32_buf(const void *buf, size_t len, uint32_t hash)
{
	const uint8_t *s = buf;

	while (len-- != 0)
		hash = hash * 33 + *s++;
	return hash;
}

static __inline uint32_t __unused
hash32_str(const void *buf, uint32_t hash)
{
	const uint8_t *s = buf;
	uint8_t c;

	while ((c = *s++) != 0)
		hash = hash * 33 + c;
	return hash;
}

static __inline uint32_t __unused
hash32_strn(const void *buf, size_t len, uint32_t hash)
{
	const uint8_t *s = buf;
	uint8_t c;

	while (len-- != 0 && (c = *s++) != 0)
		hash = hash * 33 + c;
	return hash;
}

uint32_t murmurhash2(const void *, size_t, uint32_t);

#endif /* !_SYS_HASH_H_ */
