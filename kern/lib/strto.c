/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers in strings. */

#include <lib/libkern/libkern.h>
#include <sys/errno.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>

static int
digit_value(int c)
{
	if (isdigit(c))
		return c - '0';
	if (isalpha(c))
		return toupper(c) - 'A' + 10;
	return 99;
}

/*
 * Parse sign and magnitude.  *endp is s when there is no number.  Returns
 * whether the magnitude did not fit.
 */
static bool
parse(const char *s, const char **endp, int base, bool *neg, uintmax_t *val)
{
	const char *p = s;
	uintmax_t v = 0;
	bool any = false, over = false;
	int d;

	*neg = false;
	*val = 0;
	*endp = s;
	while (isspace((unsigned char)*p))
		p++;
	if (*p == '+' || *p == '-')
		*neg = *p++ == '-';
	if (base < 0 || base == 1 || base > 36)
		return false;
	if ((base == 0 || base == 16) && p[0] == '0' &&
	    (p[1] == 'x' || p[1] == 'X') && digit_value(p[2]) < 16) {
		p += 2;
		base = 16;
	} else if (base == 0)
		base = *p == '0' ? 8 : 10;
	for (; (d = digit_value((unsigned char)*p)) < base; p++) {
		any = true;
		if (__builtin_mul_overflow(v, (uintmax_t)base, &v) ||
		    __builtin_add_overflow(v, (uintmax_t)d, &v))
			over = true;
	}
	if (any)
		*endp = p;
	*val = over ? UINTMAX_MAX : v;
	return over;
}

static intmax_t
to_signed(const char *s, char **endp, int base, intmax_t lo, intmax_t hi)
{
	const char *e;
	uintmax_t v;
	bool neg, over;

	over = parse(s, &e, base, &neg, &v);
	if (endp != NULL)
		*endp = __UNCONST(e);
	if (neg)
		return over || v > (uintmax_t)hi ? lo : -(intmax_t)v;
	return over || v > (uintmax_t)hi ? hi : (intmax_t)v;
}

static uintmax_t
to_unsigned(const char *s, char **endp, int base, uintmax_t hi)
{
	const char *e;
	uintmax_t v;
	bool neg, over;

	over = parse(s, &e, base, &neg, &v);
	if (endp != NULL)
		*endp = __UNCONST(e);
	if (over || v > hi)
		return hi;
	return (neg ? -v : v) & hi;
}

long
strtol(const char *s, char **endp, int base)
{
	return to_signed(s, endp, base, LONG_MIN, LONG_MAX);
}

long long
strtoll(const char *s, char **endp, int base)
{
	return to_signed(s, endp, base, LLONG_MIN, LLONG_MAX);
}

intmax_t
strtoimax(const char *s, char **endp, int base)
{
	return to_signed(s, endp, base, INTMAX_MIN, INTMAX_MAX);
}

unsigned long
strtoul(const char *s, char **endp, int base)
{
	return to_unsigned(s, endp, base, ULONG_MAX);
}

unsigned long long
strtoull(const char *s, char **endp, int base)
{
	return to_unsigned(s, endp, base, ULLONG_MAX);
}

uintmax_t
strtoumax(const char *s, char **endp, int base)
{
	return to_unsigned(s, endp, base, UINTMAX_MAX);
}

/*
 * With a range and a status: ECANCELED no number, ENOTSUP something behind it,
 * ERANGE out of range (the result is the nearer bound), EINVAL bad base.
 */
intmax_t
strtoi(const char *__restrict s, char **__restrict endp, int base, intmax_t lo,
    intmax_t hi, int *status)
{
	const char *e;
	uintmax_t v;
	intmax_t r;
	bool neg, over;
	int error = 0;

	over = parse(s, &e, base, &neg, &v);
	if (neg) {
		over = over || v > (uintmax_t)INTMAX_MAX + 1;
		r = over ? INTMAX_MIN : (intmax_t)-v;
	} else {
		over = over || v > INTMAX_MAX;
		r = over ? INTMAX_MAX : (intmax_t)v;
	}
	if (base < 0 || base == 1 || base > 36)
		error = EINVAL;
	else if (e == s)
		error = ECANCELED;
	else if (over || r < lo || r > hi)
		error = ERANGE;
	else if (*e != '\0')
		error = ENOTSUP;
	if (r < lo)
		r = lo;
	if (r > hi)
		r = hi;
	if (endp != NULL)
		*endp = __UNCONST(e);
	if (status != NULL)
		*status = error;
	return r;
}

uintmax_t
strtou(const char *__restrict s, char **__restrict endp, int base, uintmax_t lo,
    uintmax_t hi, int *status)
{
	const char *e;
	uintmax_t v;
	bool neg, over;
	int error = 0;

	over = parse(s, &e, base, &neg, &v);
	if (neg && v != 0)
		over = true;
	if (base < 0 || base == 1 || base > 36)
		error = EINVAL;
	else if (e == s)
		error = ECANCELED;
	else if (over || v < lo || v > hi)
		error = ERANGE;
	else if (*e != '\0')
		error = ENOTSUP;
	if (v < lo)
		v = lo;
	if (v > hi)
		v = hi;
	if (endp != NULL)
		*endp = __UNCONST(e);
	if (status != NULL)
		*status = error;
	return v;
}
