/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory: copy, move, fill, compare, search.
 *
 * Short lengths take two overlapping loads and stores of the largest word that
 * fits, without a loop.  Long ones go by blocks of four vectors; on x86-64 from
 * REP_MIN bytes on by the string instructions, which the processor turns into
 * whole cache lines.  The compiler must not turn these functions into calls of
 * themselves, hence no_idiom.
 */

#include <lib/libkern/libkern.h>
#include <sys/systm.h>
#include <sys/types.h>

#undef memcpy
#undef memmove
#undef memset
#undef memcmp

#if defined(__clang__)
#define no_idiom __attribute__((__no_builtin__))
#else
#define no_idiom                                                               \
	__attribute__((__optimize__("no-tree-loop-distribute-patterns")))
#endif

typedef uint64_t vec __attribute__((__vector_size__(16), __may_alias__));
typedef vec vecu __attribute__((__aligned__(1)));
typedef uint64_t u64u __attribute__((__aligned__(1), __may_alias__));
typedef uint32_t u32u __attribute__((__aligned__(1), __may_alias__));
typedef uint16_t u16u __attribute__((__aligned__(1), __may_alias__));

#define LD(t, p, o)    (*(const t *)((const char *)(p) + (o)))
#define ST(t, p, o, v) (*(t *)((char *)(p) + (o)) = (v))

#define REP_MIN 1024

/* up to 16 bytes; loads before stores, so that overlap does not matter */
static inline __always_inline void
copy_tiny(char *d, const char *s, size_t n)
{
	if (n >= 8) {
		uint64_t a = LD(u64u, s, 0), b = LD(u64u, s, n - 8);

		ST(u64u, d, 0, a);
		ST(u64u, d, n - 8, b);
	} else if (n >= 4) {
		uint32_t a = LD(u32u, s, 0), b = LD(u32u, s, n - 4);

		ST(u32u, d, 0, a);
		ST(u32u, d, n - 4, b);
	} else if (n >= 2) {
		uint16_t a = LD(u16u, s, 0), b = LD(u16u, s, n - 2);

		ST(u16u, d, 0, a);
		ST(u16u, d, n - 2, b);
	} else if (n != 0) {
		*d = *s;
	}
}

/* 17 to 128 bytes; loads before stores as well */
static inline __always_inline void
copy_small(char *d, const char *s, size_t n)
{
	vec a, b, c, e, f, g, h, i;

	a = LD(vecu, s, 0);
	b = LD(vecu, s, n - 16);
	if (n <= 32) {
		ST(vecu, d, 0, a);
		ST(vecu, d, n - 16, b);
		return;
	}
	c = LD(vecu, s, 16);
	e = LD(vecu, s, n - 32);
	if (n <= 64) {
		ST(vecu, d, 0, a);
		ST(vecu, d, 16, c);
		ST(vecu, d, n - 32, e);
		ST(vecu, d, n - 16, b);
		return;
	}
	f = LD(vecu, s, 32);
	g = LD(vecu, s, 48);
	h = LD(vecu, s, n - 64);
	i = LD(vecu, s, n - 48);
	ST(vecu, d, 0, a);
	ST(vecu, d, 16, c);
	ST(vecu, d, 32, f);
	ST(vecu, d, 48, g);
	ST(vecu, d, n - 64, h);
	ST(vecu, d, n - 48, i);
	ST(vecu, d, n - 32, e);
	ST(vecu, d, n - 16, b);
}

/* more than 128 bytes, upwards; correct when d is below s as well */
static inline void
copy_up(char *d, const char *s, size_t n)
{
	vec head = LD(vecu, s, 0), t0, t1, t2, t3;
	char *d0 = d, *end = d + n;
	size_t skip = 16 - ((uintptr_t)d & 15);

	t0 = LD(vecu, s, n - 64);
	t1 = LD(vecu, s, n - 48);
	t2 = LD(vecu, s, n - 32);
	t3 = LD(vecu, s, n - 16);
	d += skip;
	s += skip;
	n -= skip;
	while (n > 64) {
		vec a = LD(vecu, s, 0), b = LD(vecu, s, 16);
		vec c = LD(vecu, s, 32), e = LD(vecu, s, 48);

		ST(vec, d, 0, a);
		ST(vec, d, 16, b);
		ST(vec, d, 32, c);
		ST(vec, d, 48, e);
		d += 64;
		s += 64;
		n -= 64;
	}
	ST(vecu, end, -64, t0);
	ST(vecu, end, -48, t1);
	ST(vecu, end, -32, t2);
	ST(vecu, end, -16, t3);
	ST(vecu, d0, 0, head);
}

/* more than 128 bytes, downwards; for d above s with overlap */
static inline void
copy_down(char *d, const char *s, size_t n)
{
	vec h0 = LD(vecu, s, 0), h1 = LD(vecu, s, 16);
	vec h2 = LD(vecu, s, 32), h3 = LD(vecu, s, 48);
	vec tail = LD(vecu, s, n - 16);
	char *end = d + n;
	size_t skip = (uintptr_t)end & 15;

	n -= skip;
	while (n > 64) {
		vec a = LD(vecu, s, n - 16), b = LD(vecu, s, n - 32);
		vec c = LD(vecu, s, n - 48), e = LD(vecu, s, n - 64);

		ST(vec, d, n - 16, a);
		ST(vec, d, n - 32, b);
		ST(vec, d, n - 48, c);
		ST(vec, d, n - 64, e);
		n -= 64;
	}
	ST(vecu, d, 0, h0);
	ST(vecu, d, 16, h1);
	ST(vecu, d, 32, h2);
	ST(vecu, d, 48, h3);
	ST(vecu, end, -16, tail);
}

no_idiom void *
memcpy(void *__restrict dst, const void *__restrict src, size_t n)
{
	char *d = dst;
	const char *s = src;

	if (n <= 16) {
		copy_tiny(d, s, n);
		return dst;
	}
	if (n <= 128) {
		copy_small(d, s, n);
		return dst;
	}
#if defined(__x86_64__)
	if (n >= REP_MIN) {
		vec head = LD(vecu, s, 0);
		size_t skip = 16 - ((uintptr_t)d & 15);
		char *to = d + skip;
		const char *from = s + skip;
		size_t cnt = n - skip;

		__asm__ volatile("rep movsb"
				 : "+D"(to), "+S"(from), "+c"(cnt)
				 :
				 : "memory");
		ST(vecu, d, 0, head);
		return dst;
	}
#endif
	copy_up(d, s, n);
	return dst;
}

no_idiom void *
memmove(void *dst, const void *src, size_t n)
{
	char *d = dst;
	const char *s = src;

	if (n <= 16)
		copy_tiny(d, s, n);
	else if (n <= 128)
		copy_small(d, s, n);
	else if ((uintptr_t)d - (uintptr_t)s >= n) {
		if ((uintptr_t)s - (uintptr_t)d >= n)
			return memcpy(dst, src, n);
		copy_up(d, s, n);
	} else
		copy_down(d, s, n);
	return dst;
}

no_idiom void *
memset(void *dst, int c, size_t n)
{
	char *d = dst, *end = d + n;
	uint64_t w = (uint8_t)c * 0x0101010101010101ULL;
	vec v;

	if (n <= 16) {
		if (n >= 8) {
			ST(u64u, d, 0, w);
			ST(u64u, end, -8, w);
		} else if (n >= 4) {
			ST(u32u, d, 0, (uint32_t)w);
			ST(u32u, end, -4, (uint32_t)w);
		} else if (n >= 2) {
			ST(u16u, d, 0, (uint16_t)w);
			ST(u16u, end, -2, (uint16_t)w);
		} else if (n != 0)
			*d = (char)c;
		return dst;
	}
	v = (vec){w, w};
	ST(vecu, d, 0, v);
	ST(vecu, end, -16, v);
	if (n <= 32)
		return dst;
#if defined(__x86_64__)
	if (n >= REP_MIN) {
		char *to = d + 16 - ((uintptr_t)d & 15);
		size_t cnt = (size_t)(end - to);

		__asm__ volatile("rep stosb"
				 : "+D"(to), "+c"(cnt)
				 : "a"(c)
				 : "memory");
		return dst;
	}
#endif
	d += 16 - ((uintptr_t)d & 15);
	while (end - d >= 16) {
		ST(vec, d, 0, v);
		d += 16;
	}
	return dst;
}

no_idiom int
memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *p = a, *q = b;

	while (n >= 8) {
		uint64_t x = LD(u64u, p, 0), y = LD(u64u, q, 0);

		if (x != y) {
			x = be64toh(x);
			y = be64toh(y);
			return x < y ? -1 : 1;
		}
		p += 8;
		q += 8;
		n -= 8;
	}
	for (; n != 0; n--, p++, q++) {
		if (*p != *q)
			return *p - *q;
	}
	return 0;
}

void *
memchr(const void *s, int c, size_t n)
{
	const unsigned char *p = s;

	for (; n != 0; n--, p++) {
		if (*p == (unsigned char)c)
			return __UNCONST(p);
	}
	return NULL;
}

void *
memmem(const void *hay, size_t hlen, const void *needle, size_t nlen)
{
	const char *p = hay, *e;

	if (nlen == 0)
		return __UNCONST(hay);
	if (hlen < nlen)
		return NULL;
	for (e = p + (hlen - nlen); p <= e; p++) {
		p = memchr(p, *(const unsigned char *)needle, e - p + 1);
		if (p == NULL)
			return NULL;
		if (memcmp(p, needle, nlen) == 0)
			return __UNCONST(p);
	}
	return NULL;
}

/* 1 if equal, in a time that does not depend on the contents */
int
consttime_memequal(const void *a, const void *b, size_t n)
{
	const volatile unsigned char *p = a, *q = b;
	unsigned int diff = 0;

	while (n-- != 0)
		diff |= *p++ ^ *q++;
	return 1 & ((diff - 1) >> 8);
}

/* a memset that is not optimised away */
void *
explicit_memset(void *b, int c, size_t n)
{
	memset(b, c, n);
	__asm__ volatile("" : : "r"(b) : "memory");
	return b;
}
