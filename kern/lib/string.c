/* SPDX-License-Identifier: BSD-2-Clause */
/* Strings. */

#include <lib/libkern/libkern.h>
#include <sys/systm.h>
#include <sys/types.h>

#undef strlen
#undef strcmp

#if defined(__clang__)
#define no_idiom __attribute__((__no_builtin__))
#else
#define no_idiom                                                               \
	__attribute__((__optimize__("no-tree-loop-distribute-patterns")))
#endif

const char hexdigits[] = "0123456789abcdef";
const char HEXDIGITS[] = "0123456789ABCDEF";

#define ONES  ((unsigned long)-1 / 0xff)
#define HIGHS (ONES * 0x80)
typedef unsigned long ulongm __attribute__((__may_alias__));

/*
 * An aligned word never crosses a page, so reading past the end within it is
 * harmless; sanitizers need to be told.
 */
no_idiom __attribute__((__no_sanitize_address__)) size_t
strlen(const char *s)
{
	const char *p = s;
	const ulongm *w;

	for (; (uintptr_t)p % sizeof(*w) != 0; p++) {
		if (*p == '\0')
			return p - s;
	}
	for (w = (const void *)p; ((*w - ONES) & ~*w & HIGHS) == 0; w++)
		continue;
	for (p = (const void *)w; *p != '\0'; p++)
		continue;
	return p - s;
}

size_t
strnlen(const char *s, size_t max)
{
	size_t n;

	for (n = 0; n < max && s[n] != '\0'; n++)
		continue;
	return n;
}

int
strcmp(const char *a, const char *b)
{
	while (*a == *b && *a != '\0') {
		a++;
		b++;
	}
	return *(const unsigned char *)a - *(const unsigned char *)b;
}

int
strncmp(const char *a, const char *b, size_t n)
{
	for (; n != 0; n--, a++, b++) {
		if (*a != *b)
			return *(const unsigned char *)a -
			    *(const unsigned char *)b;
		if (*a == '\0')
			break;
	}
	return 0;
}

int
strncasecmp(const char *a, const char *b, size_t n)
{
	for (; n != 0; n--, a++, b++) {
		int x = tolower(*(const unsigned char *)a);
		int y = tolower(*(const unsigned char *)b);

		if (x != y)
			return x - y;
		if (x == '\0')
			break;
	}
	return 0;
}

int
strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, SIZE_MAX);
}

char *
strcpy(char *dst, const char *src)
{
	memcpy(dst, src, strlen(src) + 1);
	return dst;
}

char *
strncpy(char *dst, const char *src, size_t n)
{
	size_t len = strnlen(src, n);

	memcpy(dst, src, len);
	memset(dst + len, 0, n - len);
	return dst;
}

char *
strcat(char *dst, const char *src)
{
	strcpy(dst + strlen(dst), src);
	return dst;
}

char *
strncat(char *dst, const char *src, size_t n)
{
	char *d = dst + strlen(dst);
	size_t len = strnlen(src, n);

	memcpy(d, src, len);
	d[len] = '\0';
	return dst;
}

/* length of src: truncated if that is not less than size */
size_t
strlcpy(char *dst, const char *src, size_t size)
{
	size_t len = strlen(src), n;

	if (size != 0) {
		n = len < size ? len : size - 1;
		memcpy(dst, src, n);
		dst[n] = '\0';
	}
	return len;
}

size_t
strlcat(char *dst, const char *src, size_t size)
{
	size_t n = strnlen(dst, size);

	if (n == size)
		return size + strlen(src);
	return n + strlcpy(dst + n, src, size - n);
}

char *
strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return __UNCONST(s);
		if (*s == '\0')
			return NULL;
	}
}

char *
strrchr(const char *s, int c)
{
	const char *last = NULL;

	for (;; s++) {
		if (*s == (char)c)
			last = s;
		if (*s == '\0')
			return __UNCONST(last);
	}
}

char *
strstr(const char *s, const char *find)
{
	return memmem(s, strlen(s), find, strlen(find));
}

size_t
strspn(const char *s, const char *set)
{
	size_t n;

	for (n = 0; s[n] != '\0' && strchr(set, s[n]) != NULL; n++)
		continue;
	return n;
}

size_t
strcspn(const char *s, const char *set)
{
	size_t n;

	/* strchr() finds the NUL as well */
	for (n = 0; strchr(set, s[n]) == NULL; n++)
		continue;
	return n;
}

char *
strpbrk(const char *s, const char *set)
{
	s += strcspn(s, set);
	return *s == '\0' ? NULL : __UNCONST(s);
}

/* cut the next field off *sp; NULL when there is none */
char *
strsep(char **sp, const char *delim)
{
	char *s = *sp, *e;

	if (s == NULL)
		return NULL;
	e = s + strcspn(s, delim);
	if (*e == '\0')
		*sp = NULL;
	else {
		*e = '\0';
		*sp = e + 1;
	}
	return s;
}

/* a run of bytes that are not c: how many at the end follow it */
int
skpc(int c, size_t size, u_char *p)
{
	while (size != 0 && *p == (u_char)c) {
		size--;
		p++;
	}
	return (int)size;
}

/* bytes left when the first one with table[byte] & mask is met */
int
scanc(u_int size, const u_char *p, const u_char table[], int mask)
{
	while (size != 0 && (table[*p] & mask) == 0) {
		size--;
		p++;
	}
	return (int)size;
}

/*
 * Match a string with * and ? and [a-z].  2: whole pattern and string;
 * 1: the pattern ended first, *end is where; 0: no; -1: bad pattern.
 */
static int
match_set(const char **patp, int c)
{
	const char *pat = *patp;
	bool neg = *pat == '^' || *pat == '!', hit = false;

	if (neg)
		pat++;
	do {
		if (*pat == '\0')
			return -1;
		if (pat[1] == '-' && pat[2] != ']' && pat[2] != '\0') {
			if (c >= pat[0] && c <= pat[2])
				hit = true;
			pat += 3;
		} else {
			if (c == *pat)
				hit = true;
			pat++;
		}
	} while (*pat != ']');
	*patp = pat + 1;
	return hit != neg;
}

static int
match_here(const char *s, const char *pat, const char **end, int depth)
{
	const char *best_end = NULL, *e;
	int best = 0, r;

	for (;;) {
		switch (*pat) {
		case '\0':
			*end = s;
			return *s == '\0' ? 2 : 1;
		case '*':
			if (depth > 16)
				return -1;
			while (*pat == '*')
				pat++;
			for (;; s++) {
				r = match_here(s, pat, &e, depth + 1);
				if (r == -1)
					return -1;
				if (r >= best && r != 0) {
					best = r;
					best_end = e;
				}
				if (r == 2 || *s == '\0')
					break;
			}
			if (best != 0)
				*end = best_end;
			return best;
		case '?':
			if (*s == '\0')
				return 0;
			s++;
			pat++;
			break;
		case '[':
			if (*s == '\0')
				return 0;
			pat++;
			r = match_set(&pat, *s);
			if (r != 1)
				return r;
			s++;
			break;
		default:
			if (*s != *pat)
				return 0;
			s++;
			pat++;
			break;
		}
	}
}

int
pmatch(const char *string, const char *pattern, const char **estr)
{
	const char *end;
	int r = match_here(string, pattern, &end, 0);

	if (r > 0 && estr != NULL)
		*estr = end;
	return r;
}
