/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Characters of Unicode's plane 0 to and from UTF-8 (RFC 3629), one at a time.
 */
#ifndef _FS_UNICODE_H_
#define _FS_UNICODE_H_

#include <lib/libkern/libkern.h>
#include <sys/types.h>

/**
 * The next character of *STR, whose *LEFT bytes (at least one) may hold NULs;
 * both advance past it.  A byte that begins no character of plane 0 stands for
 * itself, as in ISO 8859-1.
 */
static __inline uint16_t __unused
wget_utf8(const char **str, size_t *left)
{
	const uint8_t *s = (const uint8_t *)*str;
	const size_t more = s[0] < 0xc0 || s[0] >= 0xf0 ? 0
	    : s[0] < 0xe0                               ? 1
							: 2;
	uint32_t c = more == 0 ? s[0] : s[0] & (more == 1 ? 0x1f : 0x0f);
	size_t used = 1;

	KASSERT(*left > 0);
	while (used <= more && used < *left && (s[used] & 0xc0) == 0x80)
		c = c << 6 | (s[used++] & 0x3f);
	if (used <= more) {
		c = s[0];
		used = 1;
	}
	*str += used;
	*left -= used;
	return (uint16_t)c;
}

/**
 * Writes a character to the N bytes at S; how many bytes it took, 0 if there
 * is no room.
 */
static __inline int __unused
wput_utf8(char *s, size_t n, uint16_t c)
{
	const int len = c < 0x80 ? 1 : c < 0x800 ? 2 : 3;

	if (n < (size_t)len)
		return 0;
	if (len == 1) {
		s[0] = (char)c;
		return 1;
	}
	for (int i = len - 1; i > 0; i--, c >>= 6)
		s[i] = (char)(0x80 | (c & 0x3f));
	s[0] = (char)((len == 2 ? 0xc0 : 0xe0) | c);
	return len;
}

#endif /* !_FS_UNICODE_H_ */
