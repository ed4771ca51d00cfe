/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes, strings, digests, and text. */

#include <sys/cprng.h>
#include <sys/hash.h>
#include <sys/md5.h>
#include <sys/param.h>
#include <sys/rnd.h>
#include <sys/rndsource.h>
#include <sys/sha1.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>
#include <netinet/in.h>

#include <crypto/rijndael/rijndael.h>

#include "ktest.h"
#include "svc.h"

void
svc_test_strings(void)
{
	char buf[16], big[32];
	const char *text = "abcabc";

	KEQ(strlen(text), 6);
	KSTR(text, "abcabc");
	K(strcmp("abc", "abd") < 0 && strcmp("b", "abc") > 0);
	KEQ(strncmp("abcx", "abcy", 3), 0);
	K(strncmp("abcx", "abcy", 4) < 0);
	K(strchr(text, 'c') == text + 2);
	K(strrchr(text, 'c') == text + 5);
	K(strchr(text, 'z') == NULL && strrchr(text, 'z') == NULL);

	memset(buf, 'x', sizeof(buf));
	K(strcpy(buf, "one") == buf && memcmp(buf, "one\0x", 5) == 0);
	memset(buf, 'x', sizeof(buf));
	strncpy(buf, "ab", 4);
	KEQ(memcmp(buf, "ab\0\0x", 5), 0);
	KEQ(strlcpy(buf, "0123456789", 5), 10);
	KSTR(buf, "0123");
	KEQ(strlcat(buf, "4567", 7), 8);
	KSTR(buf, "012345");

	memcpy(buf, "0123456789", 11);
	memmove(buf + 2, buf, 5);
	KEQ(memcmp(buf, "0101234789", 10), 0);
	K(memcmp("ab", "ac", 2) < 0 && memcmp("ab", "ac", 1) == 0);
	K(consttime_memequal("same", "same", 4));
	K(!consttime_memequal("same", "sane", 4));
	explicit_memset(buf, 0, 4);
	KEQ(memcmp(buf, "\0\0\0\0", 4), 0);

	KEQ(snprintf(buf, 5, "%s-%d", "abc", 42), 6);
	KSTR(buf, "abc-");
	K(snprintb(big, sizeof(big), "\20\1UP\2BROADCAST\4LINK", 9) > 0);
	KSTR(big, "0x9<UP,LINK>");
	K(hexdigits[10] == 'a' && hexdigits[15] == 'f');

	KEQ(strcmp(intoa(htonl(0x0a000102)), "10.0.1.2"), 0);
	KEQ(inet_addr("192.0.2.1"), htonl(0xc0000201));
}

static int vtext(char *, size_t, const char *, ...) __printflike(3, 4);

static int
vtext(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return n;
}

static void vsay(const char *, ...) __printflike(1, 2);

static void
vsay(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

/* Writes to the console what the host program looks for. */
void
svc_test_say(void)
{
	char buf[32];

	KEQ(vtext(buf, sizeof(buf), "%5u|%-5x|%c", 42u, 0xbeefu, 'z'), 13);
	KSTR(buf, "   42|beef |z");
	printf("svc printf %#x %s\n", 255, "text");
	vsay("svc vprintf %lld %zu\n", (long long)-1, sizeof(buf));
	log(LOG_ERR, "svc log %d", 1);
	addlog(", and more\n");
	aprint_normal("svc normal\n");
	(void)aprint_get_error_count();
	aprint_error("svc error %d\n", 1);
	aprint_verbose("svc verbose\n");
	KEQ(aprint_get_error_count(), 1);
}

static void
hex(char *out, const uint8_t *in, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		*out++ = hexdigits[in[i] >> 4];
		*out++ = hexdigits[in[i] & 15];
	}
	*out = '\0';
}

void
svc_test_digests(void)
{
	static const uint8_t key[16] = {
	    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
	static const uint8_t plain[16] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55,
	    0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
	rijndael_ctx aes;
	MD5_CTX md5;
	SHA1_CTX sha1;
	uint8_t sum[20];
	char text[41];

	/* RFC 1321, and FIPS 180, of "abc". */
	MD5Init(&md5);
	MD5Update(&md5, (const unsigned char *)"a", 1);
	MD5Update(&md5, (const unsigned char *)"bc", 2);
	MD5Final(sum, &md5);
	hex(text, sum, 16);
	KSTR(text, "900150983cd24fb0d6963f7d28e17f72");
	SHA1Init(&sha1);
	SHA1Update(&sha1, (const uint8_t *)"abc", 3);
	SHA1Final(sum, &sha1);
	hex(text, sum, 20);
	KSTR(text, "a9993e364706816aba3e25717850c26c9cd0d89d");

	/* FIPS 197, appendix C.1. */
	rijndael_set_key(&aes, key, 128);
	rijndael_encrypt(&aes, plain, sum);
	hex(text, sum, 16);
	KSTR(text, "69c4e0d86a7b0430d8cdb78070b4c55a");

	KEQ(hash32_buf("", 0, HASH32_BUF_INIT), HASH32_BUF_INIT);
	KEQ(hash32_buf("a", 1, HASH32_BUF_INIT),
	    (uint32_t)(HASH32_BUF_INIT * 33u + 'a'));
	/* The same bytes, the same hash; another seed, another one. */
	K(murmurhash2("abcde", 5, 1) == murmurhash2("abcde", 5, 1));
	K(murmurhash2("abcde", 5, 1) != murmurhash2("abcdf", 5, 1));
	K(murmurhash2("abcde", 5, 1) != murmurhash2("abcde", 5, 2));
}

/* How many of n words differ from the first. */
static u_int
differ(const uint32_t *w, u_int n)
{
	u_int i, d = 0;

	for (i = 1; i < n; i++)
		d += w[i] != w[0];
	return d;
}

void
svc_test_random(void)
{
	krndsource_t source;
	uint32_t w[16];
	u_int i;

	memset(w, 0, sizeof(w));
	KEQ(cprng_fast(w, sizeof(w)), sizeof(w));
	K(differ(w, 16) > 10);
	memset(w, 0, sizeof(w));
	KEQ(cprng_strong(kern_cprng, w, sizeof(w), 0), sizeof(w));
	K(differ(w, 16) > 10);
	for (i = 0; i < 16; i++)
		w[i] = cprng_fast32();
	K(differ(w, 16) > 10);
	K(cprng_fast64() != cprng_fast64());
	for (i = 0; i < 16; i++) {
		w[i] = (uint32_t)random();
		K(w[i] <= 0x7fffffff);
	}
	K(differ(w, 16) > 10);

	memset(&source, 0, sizeof(source));
	rnd_attach_source(&source, "svc", RND_TYPE_UNKNOWN, RND_FLAG_DEFAULT);
	rnd_add_data(&source, w, sizeof(w), 8);
	rnd_add_data(NULL, w, sizeof(w), 0);
	rnd_detach_source(&source);
	K(rnd_initial_entropy);
}

/* These two do not return. */
void
svc_test_panic(void)
{
	panic("svc panic %d", 17);
}

void
svc_test_assert(void)
{
	int one = 1;

	KASSERTMSG(one == 1, "never said");
	kern_assert("svc assertion %d", one);
}
