/* SPDX-License-Identifier: BSD-2-Clause */
/* Helpers that drivers of file systems and devices call, and we do not. */
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <fs/unicode.h>
#include <rump-sys/kern.h>

#include "iotest.h"

#define CHECK(e)                                                               \
	do {                                                                   \
		if (!(e))                                                      \
			return __LINE__;                                       \
	} while (0)

static int
utf8_roundtrip(void)
{
	const char *s;
	char buf[4];
	size_t left;
	int n;

	for (uint32_t c = 1; c <= 0xffff; c++) {
		n = wput_utf8(buf, sizeof(buf), (uint16_t)c);
		CHECK(n == (c < 0x80 ? 1 : c < 0x800 ? 2 : 3));
		CHECK(wput_utf8(buf, (size_t)n - 1, (uint16_t)c) == 0);
		s = buf;
		left = (size_t)n;
		CHECK(wget_utf8(&s, &left) == c);
		CHECK(s == buf + n && left == 0);
	}
	return 0;
}

int
rumptest_unicode(void)
{
	/* RFC 3629 section 7, then bytes that begin nothing or break off */
	static const struct {
		const char *in;
		size_t len;
		uint16_t out[6];
		int nout;
	} cases[] = {
	    {"A\xe2\x89\xa2\xce\x91.", 7, {0x41, 0x2262, 0x391, 0x2e}, 4},
	    {"\xed\x95\x9c", 3, {0xd55c}, 1},
	    {"\x80z", 2, {0x80, 0x7a}, 2},
	    {"\xc3", 1, {0xc3}, 1},
	    {"\xe2\x89", 2, {0xe2, 0x89}, 2},
	    {"\xe2z\x89", 3, {0xe2, 0x7a, 0x89}, 3},
	    {"\xf0\x9f", 2, {0xf0, 0x9f}, 2},
	};
	int line;

	for (size_t i = 0; i < __arraycount(cases); i++) {
		const char *s = cases[i].in;
		size_t left = cases[i].len;

		for (int k = 0; k < cases[i].nout; k++) {
			CHECK(left > 0);
			CHECK(wget_utf8(&s, &left) == cases[i].out[k]);
		}
		CHECK(left == 0);
	}
	line = utf8_roundtrip();
	return line;
}

/* Nodes /dev/rowc, rowd and rowe with minors from 7 on. */
int
rumptest_devnodes(void)
{
	int error;

	rump_schedule();
	error = rump_vfs_makedevnodes(S_IFCHR, "/dev/row", 'c', 200, 7, 3);
	rump_unschedule();
	return error == 0 ? 0 : __LINE__;
}
