/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The digits of pi, by Machin's formula: 16 atan(1/5) - 4 atan(1/239), and the
 * series of atan(1/x): 1/x - 1/3x^3 + 1/5x^5 ...
 *
 * Numbers are words in base 2^32, the first before the point. Each division
 * cuts off less than 1 in the last place, and there are fewer than 2^15 of
 * them, so two words more than are asked for make up for it.
 */
#include <lib/libkern/libkern.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/types.h>

#include "pi.h"

#define GUARD 2

/* q = a / d; what a has before from is 0. The first word of q that is not. */
static inline size_t
divide(uint32_t *q, const uint32_t *a, uint32_t d, size_t from, size_t n)
{
	uint64_t rest = 0;

	for (size_t i = from; i < n; i++) {
		rest = rest << 32 | a[i];
		q[i] = (uint32_t)(rest / d);
		rest %= d;
	}
	while (from < n && q[from] == 0)
		from++;
	return from;
}

/* a += b or a -= b; what b has before from is 0, though not written there */
static void
add(uint32_t *a, const uint32_t *b, bool minus, size_t from, size_t n)
{
	uint32_t carry = 0;

	for (size_t i = n; i-- > 0;) {
		const uint64_t v = (uint64_t)(i < from ? 0 : b[i]) + carry;

		if (i < from && carry == 0)
			break;
		carry = minus ? a[i] < v : (v + a[i]) >> 32 != 0;
		a[i] = (uint32_t)(minus ? a[i] - v : a[i] + v);
	}
}

/* sum += factor * atan(1/x), or -=; term and part are scratch */
static inline void
add_atan(uint32_t *sum, uint32_t *term, uint32_t *part, size_t n,
    uint32_t factor, uint32_t x, bool minus)
{
	size_t from;

	memset(term, 0, n * sizeof(*term));
	term[0] = factor;
	from = divide(term, term, x, 0, n);
	for (uint32_t k = 1; from < n; k += 2, minus = !minus) {
		add(sum, part, minus, divide(part, term, k, from, n), n);
		from = divide(term, term, x * x, from, n);
	}
}

void
pi_fraction(uint32_t *out, size_t words)
{
	const size_t n = 1 + words + GUARD;
	uint32_t *mem = kmem_zalloc(3 * n * sizeof(*mem), KM_SLEEP);

	add_atan(mem, mem + n, mem + 2 * n, n, 16, 5, false);
	add_atan(mem, mem + n, mem + 2 * n, n, 4, 239, true);
	memcpy(out, mem + 1, words * sizeof(*out));
	kmem_free(mem, 3 * n * sizeof(*mem));
}
