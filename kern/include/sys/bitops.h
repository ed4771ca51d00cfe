/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_BITOPS_H_
#define _SYS_BITOPS_H_

/* bitops(3): find bits, integer logarithm, division by a constant, bitmaps */

#include <sys/types.h>

static __inline int __unused
ffs32(uint32_t n)
{
	return __builtin_ffs((int)n);
}

static __inline int __unused
ffs64(uint64_t n)
{
	return __builtin_ffsll((long long)n);
}

static __inline int __unused
fls32(uint32_t n)
{
	return n == 0 ? 0 : 32 - __builtin_clz(n);
}

static __inline int __unused
fls64(uint64_t n)
{
	return n == 0 ? 0 : 64 - __builtin_clzll(n);
}

#define ilog2(n)                                                               \
	((sizeof(n) > 4 ? fls64((uint64_t)(n)) : fls32((uint32_t)(n))) - 1)

/*
 * Division by an invariant: m and shifts such that
 * n / div == (t + ((n - t) >> s1)) >> s2 with t = (m * n) >> 32.
 */
static __inline void __unused
fast_divide32_prepare(uint32_t div, uint32_t *m, uint8_t *s1, uint8_t *s2)
{
	int l = fls32(div - 1);
	uint64_t mt;

	mt = (uint64_t)(0x100000000ULL * ((1ULL << l) - div));
	*m = (uint32_t)(mt / div + 1);
	*s1 = (l > 1) ? 1 : (uint8_t)l;
	*s2 = (l == 0) ? 0 : (uint8_t)(l - 1);
}

static __inline uint32_t __unused
fast_divide32(uint32_t v, uint32_t div, uint32_t m, uint8_t s1, uint8_t s2)
{
	uint32_t t = (uint32_t)(((uint64_t)v * m) >> 32);

	(void)div;
	return (t + ((v - t) >> s1)) >> s2;
}

static __inline uint32_t __unused
fast_remainder32(uint32_t v, uint32_t div, uint32_t m, uint8_t s1, uint8_t s2)
{
	return v - div * fast_divide32(v, div, m, s1, s2);
}

#define __BITMAP_TYPE(s, t, n)                                                 \
	struct s {                                                             \
		t _b[__BITMAP_SIZE(t, n)];                                     \
	}
#define __BITMAP_BITS(t)  (sizeof(t) * NBBY)
#define __BITMAP_SHIFT(t) (ilog2(__BITMAP_BITS(t)))
#define __BITMAP_MASK(t)  (__BITMAP_BITS(t) - 1)
#define __BITMAP_SIZE(t, n)                                                    \
	(((n) + (sizeof(t) * NBBY - 1)) / (sizeof(t) * NBBY))
#define __BITMAP_BIT(n, v)                                                     \
	((__typeof__((v)->_b[0]))1 << ((n) % __BITMAP_BITS(*(v)->_b)))
#define __BITMAP_WORD(n, v)  ((n) / __BITMAP_BITS(*(v)->_b))
#define __BITMAP_SET(n, v)   ((v)->_b[__BITMAP_WORD(n, v)] |= __BITMAP_BIT(n, v))
#define __BITMAP_CLR(n, v)   ((v)->_b[__BITMAP_WORD(n, v)] &= ~__BITMAP_BIT(n, v))
#define __BITMAP_ISSET(n, v) ((v)->_b[__BITMAP_WORD(n, v)] & __BITMAP_BIT(n, v))
#define __BITMAP_ZERO(v)     __builtin_memset((v), 0, sizeof(*(v)))
#define __BITMAP_INITIALIZER()                                                 \
	{                                                                      \
		{                                                              \
			0                                                      \
		}                                                              \
	}

#endif /* !_SYS_BITOPS_H_ */
