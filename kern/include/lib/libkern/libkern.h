/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _LIB_LIBKERN_LIBKERN_H_
#define _LIB_LIBKERN_LIBKERN_H_

/* The kernel's own small C library, and assertions. */

#include <sys/endian.h>
#include <sys/inttypes.h>
#include <sys/null.h>
#include <sys/stdarg.h>
#include <sys/types.h>

#define LIBKERN_INLINE static __inline
#define LIBKERN_BODY

struct vnode;

/* assertions */
__dead void kern_assert(const char *, ...) __printflike(1, 2);
#define _KASSERT_FMT "kernel %sassertion \"%s\" failed: file \"%s\", line %d "

#define CTASSERT_SIGNED(x)   __CTASSERT(((__typeof__(x))-1) < 0)
#define CTASSERT_UNSIGNED(x) __CTASSERT(((__typeof__(x))-1) >= 0)

#ifdef DIAGNOSTIC
#define KASSERTMSG(e, msg, ...)                                                \
	(__predict_true((e)) ? (void)0                                         \
			     : kern_assert(_KASSERT_FMT msg, "diagnostic ",    \
				   #e, __FILE__, __LINE__, ##__VA_ARGS__))
#define KASSERT(e)                                                             \
	(__predict_true((e)) ? (void)0                                         \
			     : kern_assert(_KASSERT_FMT, "diagnostic ", #e,    \
				   __FILE__, __LINE__))
#define _DIAGASSERT_KERN(e) KASSERT(e)
#else
#define KASSERTMSG(e, msg, ...) ((void)sizeof((e) ? 1 : 0))
#define KASSERT(e)              ((void)sizeof((e) ? 1 : 0))
#endif
#ifdef DEBUG
#define KDASSERTMSG(e, msg, ...) KASSERTMSG(e, msg, ##__VA_ARGS__)
#define KDASSERT(e)              KASSERT(e)
#else
#define KDASSERTMSG(e, msg, ...) ((void)0)
#define KDASSERT(e)              ((void)0)
#endif
#undef assert
#ifdef NDEBUG
#define assert(e) ((void)0)
#else
#define assert(e)                                                              \
	(__predict_true((e))                                                   \
		? (void)0                                                      \
		: kern_assert(_KASSERT_FMT, "", #e, __FILE__, __LINE__))
#endif

/* arithmetic */
#define LIBKERN__MINMAX(max, min, type)                                        \
	LIBKERN_INLINE type __unused max(type a, type b)                       \
	{                                                                      \
		return a > b ? a : b;                                          \
	}                                                                      \
	LIBKERN_INLINE type __unused min(type a, type b)                       \
	{                                                                      \
		return a < b ? a : b;                                          \
	}

LIBKERN__MINMAX(imax, imin, int)
LIBKERN__MINMAX(lmax, lmin, long)
LIBKERN__MINMAX(max, min, u_int)
LIBKERN__MINMAX(uimax, uimin, u_int)
LIBKERN__MINMAX(ulmax, ulmin, u_long)

#undef LIBKERN__MINMAX

LIBKERN_INLINE int __unused
abs(int j)
{
	return j < 0 ? -j : j;
}
LIBKERN_INLINE long __unused
labs(long j)
{
	return j < 0 ? -j : j;
}

/* characters: ASCII only */
LIBKERN_INLINE int __unused
isspace(int ch)
{
	return ch == ' ' || (ch >= '\t' && ch <= '\r');
}
LIBKERN_INLINE int __unused
isascii(int ch)
{
	return (ch & ~0x7f) == 0;
}
LIBKERN_INLINE int __unused
isupper(int ch)
{
	return ch >= 'A' && ch <= 'Z';
}
LIBKERN_INLINE int __unused
islower(int ch)
{
	return ch >= 'a' && ch <= 'z';
}
LIBKERN_INLINE int __unused
isalpha(int ch)
{
	return isupper(ch) || islower(ch);
}
LIBKERN_INLINE int __unused
isdigit(int ch)
{
	return ch >= '0' && ch <= '9';
}
LIBKERN_INLINE int __unused
isalnum(int ch)
{
	return isalpha(ch) || isdigit(ch);
}
LIBKERN_INLINE int __unused
isxdigit(int ch)
{
	return isdigit(ch) || (ch >= 'A' && ch <= 'F') ||
	    (ch >= 'a' && ch <= 'f');
}
LIBKERN_INLINE int __unused
iscntrl(int ch)
{
	return (ch >= 0 && ch <= 0x1f) || ch == 0x7f;
}
LIBKERN_INLINE int __unused
isgraph(int ch)
{
	return ch >= 0x21 && ch <= 0x7e;
}
LIBKERN_INLINE int __unused
isprint(int ch)
{
	return ch >= 0x20 && ch <= 0x7e;
}
LIBKERN_INLINE int __unused
ispunct(int ch)
{
	return isgraph(ch) && !isalnum(ch);
}
LIBKERN_INLINE int __unused
toupper(int ch)
{
	return islower(ch) ? ch - 0x20 : ch;
}
LIBKERN_INLINE int __unused
tolower(int ch)
{
	return isupper(ch) ? ch + 0x20 : ch;
}

/* memory and strings */
void *memcpy(void *__restrict, const void *__restrict, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t);
void *memchr(const void *, int, size_t);
void *memmem(const void *, size_t, const void *, size_t);
int consttime_memequal(const void *, const void *, size_t);
void *explicit_memset(void *, int, size_t);
size_t strlen(const char *);
size_t strnlen(const char *, size_t);
int strcmp(const char *, const char *);
int strncmp(const char *, const char *, size_t);
int strcasecmp(const char *, const char *);
int strncasecmp(const char *, const char *, size_t);
char *strcpy(char *, const char *);
char *strncpy(char *, const char *, size_t);
char *strcat(char *, const char *);
char *strncat(char *, const char *, size_t);
size_t strlcpy(char *, const char *, size_t);
size_t strlcat(char *, const char *, size_t);
char *strchr(const char *, int);
char *strrchr(const char *, int);
char *strstr(const char *, const char *);
char *strsep(char **, const char *);
char *strpbrk(const char *, const char *);
size_t strspn(const char *, const char *);
size_t strcspn(const char *, const char *);
#define index(s, c)      strchr((s), (c))
#define rindex(s, c)     strrchr((s), (c))
#define memcpy(d, s, l)  __builtin_memcpy((d), (s), (l))
#define memmove(d, s, l) __builtin_memmove((d), (s), (l))
#define memset(d, v, l)  __builtin_memset((d), (v), (l))
#define memcmp(a, b, l)  __builtin_memcmp((a), (b), (l))
#define strlen(a)        __builtin_strlen((a))
#define strcmp(a, b)     __builtin_strcmp((a), (b))
#define bcopy(s, d, l)   memmove((d), (s), (l))
#define bcmp(a, b, l)    memcmp((a), (b), (l))
#define bzero(d, l)      memset((d), 0, (l))

long strtol(const char *, char **, int);
unsigned long strtoul(const char *, char **, int);
long long strtoll(const char *, char **, int);
unsigned long long strtoull(const char *, char **, int);
intmax_t strtoimax(const char *, char **, int);
uintmax_t strtoumax(const char *, char **, int);
intmax_t strtoi(
    const char *__restrict, char **__restrict, int, intmax_t, intmax_t, int *);
uintmax_t strtou(const char *__restrict, char **__restrict, int, uintmax_t,
    uintmax_t, int *);

/* bits */
int ffs(int);
#define ffs(x) __builtin_ffs(x)
int ffsl(long);
int fls(int);
int flsl(long);
unsigned int popcount(unsigned int) __constfunc;
unsigned int popcountl(unsigned long) __constfunc;
unsigned int popcountll(unsigned long long) __constfunc;
unsigned int popcount32(uint32_t) __constfunc;
unsigned int popcount64(uint64_t) __constfunc;
int skpc(int, size_t, u_char *);
int scanc(u_int, const u_char *, const u_char *, int);

/* formatting of flags, addresses and numbers */
int snprintb(char *, size_t, const char *, uint64_t);
int snprintb_m(char *, size_t, const char *, uint64_t, size_t);
char *bitmask_snprintf(u_quad_t, const char *, char *, size_t);
char *intoa(uint32_t);
in_addr_t inet_addr(const char *);
int pmatch(const char *, const char *, const char **);

/* sums, hashes, random numbers, sorting */
uint32_t crc32(uint32_t, const uint8_t *, size_t);
u_long random(void);
void srandom(unsigned long);
void mi_vector_hash(const void *__restrict, size_t, uint32_t, uint32_t[3]);
void
kheapsort(void *, size_t, size_t, int (*)(const void *, const void *), void *);
int heapsort(void *, size_t, size_t, int (*)(const void *, const void *));
void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
void *bsearch(const void *, const void *, size_t, size_t,
    int (*)(const void *, const void *));

#endif /* !_LIB_LIBKERN_LIBKERN_H_ */
