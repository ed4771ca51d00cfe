/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memcpy(9), byteorder(9), setbit(9), imax(9), scanc(9), snprintb(9),
 * kprintf(9), hash(9), copy(9), clock_subr(9).
 */
#include <sys/param.h>

#include <sys/bswap.h>
#include <sys/endian.h>
#include <sys/hash.h>
#include <sys/inttypes.h>
#include <sys/kernel.h>
#include <sys/stdarg.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#include <dev/clock_subr.h>
#include <fs/unicode.h>
#include <lib/libkern/libkern.h>

#include "calls.h"
#include "ktest.h"

struct spread {
	char s_one;
	uint64_t s_two;
};

void
calls_strings(void)
{
	char b[8], c[8];

	memset(b, 'x', sizeof b);
	K(b[0] == 'x' && b[7] == 'x');
	K(memcpy(c, b, sizeof c) == c && memcmp(b, c, sizeof b) == 0);
	c[3] = 'a';
	K(memcmp(b, c, sizeof b) > 0 && memcmp(c, b, sizeof b) < 0);
	K(memcmp(b, c, 3) == 0);
	memcpy(b, "abcdefg", 8);
	K(memmove(b + 1, b, 6) == b + 1);
	KSTR(b, "aabcdef");
	memmove(b, b + 2, 6);
	KSTR(b, "bcdef");
	KEQ(strlen(""), 0);
	KEQ(strlen(b), 5);
	K(strcmp("abc", "abc") == 0 && strcmp("abc", "abd") < 0);
	K(strcmp("abc", "ab") > 0 && strcmp("\xff", "a") > 0);
	K(strncmp("abc", "abd", 2) == 0 && strncmp("abc", "abd", 3) < 0);
	K(strncmp("a", "b", 0) == 0 && strncmp("a\0x", "a\0y", 3) == 0);
	K(strncasecmp("AbC", "aBcx", 3) == 0 && strncasecmp("a", "B", 1) < 0);
	K(strcpy(b, "one") == b);
	KSTR(b, "one");
	memset(b, 'x', sizeof b);
	K(strncpy(b, "ab", 5) == b);
	K(b[1] == 'b' && b[2] == 0 && b[4] == 0 && b[5] == 'x');
	KEQ(strlcpy(b, "much too long", sizeof b), 13);
	KSTR(b, "much to");
	KEQ(strlcpy(b, "fits", sizeof b), 4);
	KSTR(b, "fits");
	K(strchr(b, 't') == b + 2 && strchr(b, 'z') == NULL);
	K(strchr(b, 0) == b + 4);
	KEQ(ffs(0), 0);
	KEQ(ffs(1), 1);
	KEQ(ffs(0x50), 5);
	KEQ(ffs((int)0x80000000), 32);
	KEQ(offsetof(struct spread, s_two), 8);
}

static void
enc_dec(void)
{
	uint8_t b[9] = {0, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};

	/* at odd addresses */
	KEQ(be16dec(b + 1), 0x0102);
	KEQ(be32dec(b + 1), 0x01020304);
	KEQ(le16dec(b + 1), 0x0201);
	KEQ(le32dec(b + 1), 0x04030201);
	le16enc(b + 1, 0xa1b2);
	K(b[1] == 0xb2 && b[2] == 0xa1 && b[3] == 3);
	le32enc(b + 3, 0x11223344);
	K(b[3] == 0x44 && b[6] == 0x11 && b[7] == 7);
}

void
calls_byteorder(void)
{
	static const uint8_t n[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	uint16_t h;
	uint32_t w;
	uint64_t q;

	memcpy(&h, n, sizeof h);
	memcpy(&w, n, sizeof w);
	memcpy(&q, n, sizeof q);
	KEQ(bswap16(0x1234), 0x3412);
	KEQ(bswap32(0x12345678), 0x78563412);
	KEQ(bswap64(0x0102030405060708ULL), 0x0807060504030201ULL);
	KEQ(be16toh(h), 0x0102);
	KEQ(be32toh(w), 0x01020304);
	KEQ(be64toh(q), 0x0102030405060708ULL);
	KEQ(le16toh(h), 0x0201);
	KEQ(htobe16(0x0102), h);
	KEQ(htobe32(0x01020304), w);
	KEQ(htobe64(0x0102030405060708ULL), q);
	KEQ(htole16(0x0201), h);
	KEQ(ntohl(w), 0x01020304);
#if BYTE_ORDER == LITTLE_ENDIAN
	KEQ(w, 0x04030201);
#elif BYTE_ORDER == BIG_ENDIAN
	KEQ(w, 0x01020304);
#else
#error what else is there
#endif
#if BYTE_ORDER == PDP_ENDIAN
#error this is no PDP-11
#endif
	KEQ(_BYTE_ORDER, BYTE_ORDER);
	enc_dec();
}

void
calls_bits(void)
{
	unsigned char map[4] = {0, 0, 0, 0};
	unsigned int w = 0x10;

	KEQ(NBBY, 8);
	setbit(map, 0);
	setbit(map, 9);
	setbit(map, 31);
	K(map[0] == 1 && map[1] == 2 && map[2] == 0 && map[3] == 0x80);
	K(isset(map, 9) && !isset(map, 8) && isclr(map, 8) && !isclr(map, 31));
	clrbit(map, 9);
	K(isclr(map, 9) && map[1] == 0);
	SET(w, 0x3);
	KEQ(w, 0x13);
	CLR(w, 0x11);
	KEQ(w, 0x2);
	K(ISSET(w, 0x6) && !ISSET(w, 0x4));
}

void
calls_numbers(void)
{
	K(MIN(-1, 2) == -1 && MAX(-1, 2) == 2);
	/* unsigned, so -1 is large */
	K(min(1u, (u_int)-1) == 1 && max(1u, (u_int)-1) == (u_int)-1);
	KEQ(ulmin(5ul, 1ul << 40), 5);
	KEQ(howmany(0, 512), 0);
	KEQ(howmany(1, 512), 1);
	KEQ(howmany(512, 512), 1);
	KEQ(howmany(513, 512), 2);
	KEQ(roundup(7, 6), 12);
	KEQ(roundup(12, 6), 12);
	KEQ(roundup2(513, 512), 1024);
	KEQ(roundup2(1ULL << 40, 512), 1ULL << 40);
	K(powerof2(1) && powerof2(4096) && powerof2(0) && !powerof2(12));
	KEQ(DEV_BSIZE, 512);
	KEQ(1 << DEV_BSHIFT, DEV_BSIZE);
	KEQ(btodb(1536), 3);
	KEQ(btodb(1535), 2);
	KEQ(dbtob(3), 1536);
	KEQ(dbtob((daddr_t)1 << 40), (int64_t)1 << 49);
	K(MAXBSIZE == 65536 && MAXPHYS == 65536 && BLKDEV_IOSIZE == 2048);
	K(MAXFRAG == 8 && MAXPATHLEN == 1024);
	K(hostnamelen > 0 && (int)strlen(hostname) == hostnamelen);
}

void
calls_scan(void)
{
	static u_char table[256];
	static const u_char text[] = "aaaaXaaY";
	u_char same[10];

	table['X'] = 2;
	table['Y'] = 4;
	KEQ(scanc(8, text, table, 2), 4);
	KEQ(scanc(8, text, table, 4), 1);
	KEQ(scanc(8, text, table, 6), 4);
	KEQ(scanc(8, text, table, 8), 0);
	KEQ(scanc(4, text, table, 6), 0);
	memset(same, 0xff, sizeof same);
	KEQ(skpc(0xff, sizeof same, same), 0);
	same[7] = 0xfe;
	KEQ(skpc(0xff, sizeof same, same), 3);
	KEQ(skpc(0x00, sizeof same, same), 10);
}

static void __printflike(1, 2) say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

void
calls_print(void)
{
	char b[64];

	KEQ(snprintf(b, 5, "%s-%d", "abc", 42), 6);
	KSTR(b, "abc-");
	KEQ(snprintf(b, sizeof b, "%5d|%-5d|%05d|%x|%#o|%c|%%", 42, 42, 42, 255,
		8, 'q'),
	    28);
	KSTR(b, "   42|42   |00042|ff|010|q|%");
	snprintf(b, sizeof b, "%" PRId64 " %" PRIu64 " %" PRIx64, (int64_t)-5,
	    UINT64_MAX, (uint64_t)0xabcdef0123456789);
	KSTR(b, "-5 18446744073709551615 abcdef0123456789");
	snprintf(b, sizeof b, "%" PRIu32 " %" PRIx32 " %" PRIdMAX,
	    (uint32_t)4000000000u, (uint32_t)0xbeef, (intmax_t)-7);
	KSTR(b, "4000000000 beef -7");
	K(snprintb(b, sizeof b, "\20\1LOW\2TWO\40HIGH", 0x80000001) == 20);
	KSTR(b, "0x80000001<LOW,HIGH>");
	KEQ(snprintb(b, sizeof b, "\20\1LOW\2TWO", 0), 1);
	KSTR(b, "0");
	snprintb(b, sizeof b, "\10\1A\2B\3C", 6);
	KSTR(b, "06<B,C>");
	snprintb(b, sizeof b,
	    "\177\20b\0ZERO\0b\7SEVEN\0f\4\3FIELD\0"
	    "=\2IS2\0\0",
	    0xa1);
	KSTR(b, "0xa1<ZERO,SEVEN,FIELD=0x2=IS2>");
	/* the host program looks for these on its console */
	printf("calls: printf %d\n", 1);
	say("calls: vprintf %s\n", "two");
	uprintf("calls: uprintf %d\n", 3);
	printf("calls: in");
	printf(" ");
	printf("order%c", '\n');
	log(LOG_ERR, "calls: log %d\n", 4);
	log(LOG_NOTICE, "calls: notice %d\n", 5);
	K(bootverbose == 0);
	K(LOG_ERR == 3 && LOG_NOTICE == 5);
}

void
calls_hash(void)
{
	KEQ(HASH32_BUF_INIT, 5381);
	KEQ(hash32_buf("", 0, HASH32_BUF_INIT), 5381);
	KEQ(hash32_buf("a", 1, HASH32_BUF_INIT), 177670);
	KEQ(hash32_buf("ab", 2, HASH32_BUF_INIT), 177670 * 33 + 'b');
	KEQ(hash32_buf("b", 1, hash32_buf("a", 1, HASH32_BUF_INIT)),
	    hash32_buf("ab", 2, HASH32_BUF_INIT));
}

void
calls_copy(void)
{
	char b[8];
	size_t done = 99;

	KEQ(copystr("abc", b, sizeof b, &done), 0);
	KSTR(b, "abc");
	KEQ(done, 4);
	KEQ(copystr("abc", b, 4, NULL), 0);
	KEQ(copystr("abcdefgh", b, sizeof b, &done), ENAMETOOLONG);
}

/*
 * unicode(9): a UTF-8 sequence of up to three bytes and a UTF-16 unit.
 */
void
calls_unicode(void)
{
	static const struct {
		const char *bytes;
		size_t len;
		uint16_t wc;
	} good[] = {
	    {"A", 1, 'A'},
	    {"\xc3\xa9", 2, 0xe9},
	    {"\xe2\x82\xac", 3, 0x20ac},
	    {"\xef\xbf\xbd", 3, 0xfffd},
	};
	char b[4];
	const char *s;
	size_t left;

	for (unsigned int i = 0; i < __arraycount(good); i++) {
		s = good[i].bytes;
		left = good[i].len;
		KEQ(wget_utf8(&s, &left), good[i].wc);
		KEQ(left, 0);
		KEQ(s - good[i].bytes, good[i].len);
		memset(b, 0, sizeof b);
		KEQ(wput_utf8(b, sizeof b, good[i].wc), good[i].len);
		KEQ(memcmp(b, good[i].bytes, good[i].len), 0);
		/* no room: nothing is put */
		KEQ(wput_utf8(b, good[i].len - 1, good[i].wc), 0);
	}
}

void
calls_calendar(void)
{
	struct clock_ymdhms dt = {.dt_year = 2016,
	    .dt_mon = 2,
	    .dt_day = 29,
	    .dt_hour = 23,
	    .dt_min = 59,
	    .dt_sec = 58};
	time_t t;

	t = clock_ymdhms_to_secs(&dt);
	KEQ(t, 1456790398);
	memset(&dt, 0, sizeof dt);
	KEQ(clock_secs_to_ymdhms(t + 2, &dt), 0);
	K(dt.dt_year == 2016 && dt.dt_mon == 3 && dt.dt_day == 1);
	K(dt.dt_hour == 0 && dt.dt_min == 0 && dt.dt_sec == 0);
	KEQ(dt.dt_wday, 2);
	KEQ(clock_secs_to_ymdhms(0, &dt), 0);
	K(dt.dt_year == 1970 && dt.dt_mon == 1 && dt.dt_day == 1);
	KEQ(dt.dt_wday, 4);
	dt.dt_year = 1969;
	KEQ(clock_ymdhms_to_secs(&dt), -1);
}
