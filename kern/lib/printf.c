/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The format engine behind printf(9), snprintf(9) and log(9).  Output goes to
 * a sink in pieces, never character by character.
 */

#include <lib/libkern/libkern.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>

#include "printf_impl.h"

struct spec {
	bool left, plus, space, alt, zero;
	int width;
	int prec; /* -1: none given */
	char len; /* 'H' for hh, 'h', 'l', 'L' for ll, 'j', 'z', 't', or 0 */
};

static const char blanks[] = "                ";
static const char zeros[] = "0000000000000000";

static void
put(struct kprintf_sink *k, const char *s, size_t n)
{
	if (n != 0) {
		k->ks_put(k, s, n);
		k->ks_total += n;
	}
}

static void
pad(struct kprintf_sink *k, const char *with, int n)
{
	for (; n > 0; n -= 16)
		put(k, with, n < 16 ? (size_t)n : 16);
}

static intmax_t
get_signed(va_list *ap, char len)
{
	switch (len) {
	case 'H':
		return (signed char)va_arg(*ap, int);
	case 'h':
		return (short)va_arg(*ap, int);
	case 'l':
		return va_arg(*ap, long);
	case 'L':
		return va_arg(*ap, long long);
	case 'j':
		return va_arg(*ap, intmax_t);
	case 'z':
		return va_arg(*ap, ssize_t);
	case 't':
		return va_arg(*ap, ptrdiff_t);
	default:
		return va_arg(*ap, int);
	}
}

static uintmax_t
get_unsigned(va_list *ap, char len)
{
	switch (len) {
	case 'H':
		return (unsigned char)va_arg(*ap, int);
	case 'h':
		return (unsigned short)va_arg(*ap, int);
	case 'l':
		return va_arg(*ap, unsigned long);
	case 'L':
		return va_arg(*ap, unsigned long long);
	case 'j':
		return va_arg(*ap, uintmax_t);
	case 'z':
		return va_arg(*ap, size_t);
	case 't':
		return (uintmax_t)va_arg(*ap, ptrdiff_t);
	default:
		return va_arg(*ap, unsigned int);
	}
}

static void
put_number(struct kprintf_sink *k, const struct spec *sp, uintmax_t v,
    unsigned int base, bool upper, const char *prefix)
{
	const char *digits = upper ? HEXDIGITS : hexdigits;
	char buf[68], *p = buf + sizeof(buf);
	int plen = (int)strlen(prefix), len, zeropad, fill;

	if (base == 10) {
		for (; v > UINT_MAX; v /= 10)
			*--p = '0' + (char)(v % 10);
		for (unsigned int u = (unsigned int)v; u != 0; u /= 10)
			*--p = '0' + (char)(u % 10);
	} else {
		unsigned int shift = base == 16 ? 4 : 3;

		for (; v != 0; v >>= shift)
			*--p = digits[v & (base - 1)];
	}
	if (p == buf + sizeof(buf) && sp->prec != 0)
		*--p = '0';
	if (base == 8 && sp->alt && (p == buf + sizeof(buf) || *p != '0'))
		*--p = '0';
	len = (int)(buf + sizeof(buf) - p);
	zeropad = sp->prec > len ? sp->prec - len : 0;
	fill = sp->width - (len + zeropad + plen);
	if (fill < 0)
		fill = 0;
	if (sp->zero && !sp->left && sp->prec < 0) {
		zeropad += fill;
		fill = 0;
	}
	if (!sp->left)
		pad(k, blanks, fill);
	put(k, prefix, plen);
	pad(k, zeros, zeropad);
	put(k, p, len);
	if (sp->left)
		pad(k, blanks, fill);
}

static void
put_string(
    struct kprintf_sink *k, const struct spec *sp, const char *s, size_t len)
{
	int fill = sp->width > (int)len ? sp->width - (int)len : 0;

	if (!sp->left)
		pad(k, blanks, fill);
	put(k, s, len);
	if (sp->left)
		pad(k, blanks, fill);
}

static int
parse_int(const char **fmt)
{
	int n = 0;

	while (isdigit((unsigned char)**fmt)) {
		if (n < 100000)
			n = n * 10 + (**fmt - '0');
		(*fmt)++;
	}
	return n;
}

static const char *
parse_spec(const char *fmt, struct spec *sp, va_list *ap)
{
	memset(sp, 0, sizeof(*sp));
	sp->prec = -1;
	for (;; fmt++) {
		if (*fmt == '-')
			sp->left = true;
		else if (*fmt == '+')
			sp->plus = true;
		else if (*fmt == ' ')
			sp->space = true;
		else if (*fmt == '#')
			sp->alt = true;
		else if (*fmt == '0')
			sp->zero = true;
		else
			break;
	}
	if (*fmt == '*') {
		fmt++;
		sp->width = va_arg(*ap, int);
		if (sp->width < 0) {
			sp->left = true;
			sp->width = -sp->width;
		}
	} else
		sp->width = parse_int(&fmt);
	if (*fmt == '.') {
		fmt++;
		if (*fmt == '*') {
			fmt++;
			sp->prec = va_arg(*ap, int);
			if (sp->prec < 0)
				sp->prec = -1;
		} else
			sp->prec = parse_int(&fmt);
	}
	switch (*fmt) {
	case 'h':
	case 'l':
		sp->len = *fmt++;
		if (*fmt == sp->len) {
			sp->len = sp->len == 'h' ? 'H' : 'L';
			fmt++;
		}
		break;
	case 'q':
		sp->len = 'L';
		fmt++;
		break;
	case 'j':
	case 'z':
	case 't':
		sp->len = *fmt++;
		break;
	}
	return fmt;
}

/* Format into a sink; the number of characters is left in ks_total. */
void
kprintf_format(struct kprintf_sink *k, const char *fmt, va_list ap0)
{
	struct spec sp;
	const char *start, *s;
	intmax_t i;
	uintmax_t u;
	va_list ap;
	char c;

	va_copy(ap, ap0);
	for (;;) {
		for (start = fmt; *fmt != '\0' && *fmt != '%'; fmt++)
			continue;
		put(k, start, fmt - start);
		if (*fmt == '\0')
			break;
		start = fmt;
		fmt = parse_spec(fmt + 1, &sp, &ap);
		switch (*fmt++) {
		case '%':
			put(k, "%", 1);
			break;
		case 'c':
			c = (char)va_arg(ap, int);
			put_string(k, &sp, &c, 1);
			break;
		case 's':
			s = va_arg(ap, const char *);
			if (s == NULL)
				s = "(null)";
			put_string(k, &sp, s,
			    sp.prec < 0 ? strlen(s)
					: strnlen(s, (size_t)sp.prec));
			break;
		case 'd':
		case 'i':
			i = get_signed(&ap, sp.len);
			u = i < 0 ? -(uintmax_t)i : (uintmax_t)i;
			put_number(k, &sp, u, 10, false,
			    i < 0          ? "-"
				: sp.plus  ? "+"
				: sp.space ? " "
					   : "");
			break;
		case 'D':
			sp.len = 'l';
			i = get_signed(&ap, sp.len);
			u = i < 0 ? -(uintmax_t)i : (uintmax_t)i;
			put_number(k, &sp, u, 10, false, i < 0 ? "-" : "");
			break;
		case 'u':
			put_number(
			    k, &sp, get_unsigned(&ap, sp.len), 10, false, "");
			break;
		case 'o':
			put_number(
			    k, &sp, get_unsigned(&ap, sp.len), 8, false, "");
			break;
		case 'x':
		case 'X':
			u = get_unsigned(&ap, sp.len);
			put_number(k, &sp, u, 16, fmt[-1] == 'X',
			    !sp.alt || u == 0    ? ""
				: fmt[-1] == 'X' ? "0X"
						 : "0x");
			break;
		case 'p':
			u = (uintptr_t)va_arg(ap, void *);
			put_number(k, &sp, u, 16, false, "0x");
			break;
		case '\0':
			put(k, start, fmt - 1 - start);
			va_end(ap);
			return;
		default:
			/* not ours: show it as it is */
			put(k, start, fmt - start);
			break;
		}
	}
	va_end(ap);
}

/* into a buffer */
static void
buf_put(struct kprintf_sink *k, const char *s, size_t n)
{
	if (k->ks_total < k->ks_size) {
		size_t room = k->ks_size - k->ks_total;

		memcpy(k->ks_buf + k->ks_total, s, n < room ? n : room);
	}
}

int
vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct kprintf_sink k = {.ks_put = buf_put, .ks_buf = buf};

	k.ks_size = size == 0 ? 0 : size - 1;
	kprintf_format(&k, fmt, ap);
	if (size != 0)
		buf[k.ks_total < size ? k.ks_total : size - 1] = '\0';
	return (int)k.ks_total;
}

int
vsprintf(char *buf, const char *fmt, va_list ap)
{
	return vsnprintf(buf, INT_MAX, fmt, ap);
}

int
snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return n;
}

int
sprintf(char *buf, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, INT_MAX, fmt, ap);
	va_end(ap);
	return n;
}

/* the string is freed with free(9) */
int
vasprintf(char **strp, const char *fmt, va_list ap)
{
	va_list ap2;
	int n;

	va_copy(ap2, ap);
	n = vsnprintf(NULL, 0, fmt, ap2);
	va_end(ap2);
	*strp = malloc((size_t)n + 1, M_TEMP, M_WAITOK);
	if (*strp == NULL)
		return -1;
	return vsnprintf(*strp, (size_t)n + 1, fmt, ap);
}

/* free with kmem_strfree() */
char *
kmem_asprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	s = kmem_alloc((size_t)n + 1, KM_SLEEP);
	va_start(ap, fmt);
	(void)vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return s;
}
