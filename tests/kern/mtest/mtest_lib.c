/* SPDX-License-Identifier: BSD-2-Clause */
/* libkern: strings, numbers, printing, hashes, trees, sorting. */

#include <dev/clock_subr.h>
#include <lib/libkern/crc16.h>
#include <prop/proplib.h>
#include <sys/bitops.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/hash.h>
#include <sys/kmem.h>
#include <sys/malloc.h>
#include <sys/md4.h>
#include <sys/md5.h>
#include <sys/mutex.h>
#include <sys/pcq.h>
#include <sys/pslist.h>
#include <sys/rbtree.h>
#include <sys/rmd160.h>
#include <sys/sha1.h>
#include <sys/sha2.h>
#include <sys/tree.h>
#include <sys/xcall.h>

#include "mtest_impl.h"

static const char *
strings(void)
{
	char buf[32], *p;

	CHECK(strlen("") == 0 && strlen("abc") == 3);
	for (int off = 0; off < 9; off++) {
		static const char text[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

		for (size_t n = 0; n < 20; n++)
			CHECK(strnlen(text + off, n) == n);
		CHECK(strlen(text + off) == sizeof(text) - 1 - off);
	}
	CHECK(strlcpy(buf, "hello world", 6) == 11);
	CHECK(strcmp(buf, "hello") == 0);
	CHECK(strlcat(buf, " there", 9) == 11);
	CHECK(strcmp(buf, "hello th") == 0);
	CHECK(strcmp("a", "b") < 0 && strcmp("b", "a") > 0);
	CHECK(strncmp("abc", "abd", 2) == 0 && strncmp("abc", "abd", 3) < 0);
	CHECK(strcasecmp("HeLLo", "hEllO") == 0);
	CHECK(strncasecmp("HELLx", "hELLy", 4) == 0);
	CHECK(strchr("abc", 'd') == NULL && *strchr("abc", 'b') == 'b');
	CHECK(*strchr("abc", '\0') == '\0');
	CHECK(strcmp(strrchr("a/b/c", '/'), "/c") == 0);
	CHECK(strcmp(strstr("hello", "ll"), "llo") == 0);
	CHECK(strstr("hello", "lx") == NULL);
	strlcpy(buf, "a,b,,c", sizeof(buf));
	p = buf;
	CHECK(strcmp(strsep(&p, ","), "a") == 0);
	CHECK(strcmp(strsep(&p, ","), "b") == 0);
	CHECK(strcmp(strsep(&p, ","), "") == 0);
	CHECK(strcmp(strsep(&p, ","), "c") == 0);
	CHECK(strsep(&p, ",") == NULL);
	strncpy(buf, "ab", 5);
	CHECK(memcmp(buf, "ab\0\0\0", 5) == 0);
	CHECK(strspn("aab", "a") == 2 && strcspn("aab", "b") == 2);
	CHECK(strpbrk("hello", "xl") != NULL);
	CHECK(memcmp("abcdefgh1", "abcdefgh2", 9) < 0);
	CHECK(memcmp("\xff", "\x01", 1) > 0);
	CHECK(consttime_memequal("abc", "abc", 3) == 1);
	CHECK(consttime_memequal("abc", "abd", 3) == 0);
	CHECK(skpc('a', 5, (u_char *)__UNCONST("aaabb")) == 2);
	CHECK(pmatch("foobar", "foo*", NULL) == 2);
	CHECK(pmatch("foobar", "f?o[a-c]ar", NULL) == 2);
	CHECK(pmatch("foobar", "f?o[^a-c]ar", NULL) == 0);
	CHECK(pmatch("foobar", "foo", NULL) == 1);
	CHECK(pmatch("foobar", "fxo*", NULL) == 0);
	CHECK(pmatch("foobar", "[", NULL) == -1);
	return NULL;
}

static const char *
moves(void)
{
	static uint8_t a[3000], b[3000];

	for (u_int i = 0; i < sizeof(a); i++)
		a[i] = (uint8_t)(i * 13);
	for (size_t n = 0; n < 1500; n += 1 + n / 9) {
		for (u_int so = 0; so < 40; so += 7) {
			for (u_int d = 0; d < 80; d += 3) {
				memcpy(b, a, sizeof(b));
				memmove(b + d, b + so, n);
				for (size_t i = 0; i < n; i++)
					CHECK(b[d + i] == a[so + i]);
				CHECK(
				    d + n >= sizeof(b) || b[d + n] == a[d + n]);
			}
			memset(b, 0, sizeof(b));
			memcpy(b + so, a + 3, n);
			CHECK(memcmp(b + so, a + 3, n) == 0);
			CHECK(b[so + n] == 0 && (so == 0 || b[so - 1] == 0));
			memset(b + so, 7, n);
			for (size_t i = 0; i < n; i++)
				CHECK(b[so + i] == 7);
			CHECK(b[so + n] == 0);
		}
	}
	return NULL;
}

static const char *
numbers(void)
{
	char *e;
	int st;

	CHECK(strtol("  -42x", &e, 10) == -42 && *e == 'x');
	CHECK(strtoul("0x1F", NULL, 0) == 31);
	CHECK(strtoul("0777", NULL, 0) == 0777);
	CHECK(strtoul("0x", &e, 0) == 0 && *e == 'x');
	CHECK(strtoull("18446744073709551615", NULL, 10) == ~0ULL);
	CHECK(strtoull("18446744073709551616", NULL, 10) == ~0ULL);
	CHECK(strtoll("-9223372036854775808", NULL, 10) == LLONG_MIN);
	CHECK(strtoll("9223372036854775808", NULL, 10) == LLONG_MAX);
	CHECK(strtol("zz", &e, 36) == 35 * 36 + 35);
	CHECK(strtol("", &e, 10) == 0);
	CHECK(strtoi("12", NULL, 10, 0, 100, &st) == 12 && st == 0);
	CHECK(strtoi("120", NULL, 10, 0, 100, &st) == 100 && st == ERANGE);
	CHECK(strtoi("12x", NULL, 10, 0, 100, &st) == 12 && st == ENOTSUP);
	CHECK(strtoi("x", NULL, 10, 0, 100, &st) == 0 && st == ECANCELED);
	CHECK(strtou("5", NULL, 10, 10, 20, &st) == 10 && st == ERANGE);
	CHECK(inet_addr("1.2.3.4") == htonl(0x01020304));
	CHECK(inet_addr("127.1") == htonl(0x7f000001));
	CHECK(inet_addr("1.2.3.256") == 0xffffffff);
	CHECK(inet_addr("1.2.3.4.5") == 0xffffffff);
	CHECK(strcmp(intoa(htonl(0x0a0000fe)), "10.0.0.254") == 0);
	CHECK(popcount64(0xffULL << 40) == 8 && popcount32(~0U) == 32);
	CHECK(ffs64(0) == 0 && ffs64(1ULL << 40) == 41);
	CHECK(fls32(0x80000000) == 32 && fls64(1) == 1 && ilog2(4096) == 12);
	for (uint32_t d = 1; d < 2000; d += 7) {
		uint32_t m;
		uint8_t s1, s2;

		fast_divide32_prepare(d, &m, &s1, &s2);
		for (uint32_t v = 1; v < 0xf0000000U; v = v * 3 + 1) {
			CHECK(fast_divide32(v, d, m, s1, s2) == v / d);
			CHECK(fast_remainder32(v, d, m, s1, s2) == v % d);
		}
	}
	return NULL;
}

static bool
says(const char *want, const char *fmt, ...)
{
	char buf[100];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	if (strcmp(buf, want) != 0 || n != (int)strlen(want)) {
		printf("\"%s\" is not \"%s\"\n", buf, want);
		return false;
	}
	return true;
}

static const char *
printing(void)
{
	char buf[80];

	CHECK(says("42 -42 +42  42", "%d %d %+d % d", 42, -42, 42, 42));
	CHECK(says(
	    "   42|42   |00042|0042 ", "%5d|%-5d|%05d|%-5.4d", 42, 42, 42, 42));
	CHECK(says(
	    "ff FF 0xff 0XFF 0", "%x %X %#x %#X %#x", 255, 255, 255, 255, 0));
	CHECK(says("17 017 0", "%o %#o %#o", 15, 15, 0));
	CHECK(says("18446744073709551615", "%ju", UINTMAX_MAX));
	CHECK(says("-9223372036854775808", "%jd", INTMAX_MIN));
	CHECK(says(
	    "4294967296 255 -1", "%lu %hhu %hd", 4294967296UL, 0x1ff, 0xffff));
	CHECK(says("abc|  abc|abc  |ab", "%s|%5s|%-5s|%.2s", "abc", "abc",
	    "abc", "abc"));
	CHECK(says("(null)", "%s", (char *)NULL));
	CHECK(says("x%", "%c%%", 'x'));
	CHECK(says("   7|7", "%*d|%-*d", 4, 7, 0, 7));
	CHECK(says("0x10", "%p", (void *)0x10));
	CHECK(says("5 5", "%zu %td", (size_t)5, (ptrdiff_t)5));
	CHECK(says("", "%.0d", 0));
	CHECK(snprintf(buf, 4, "%s", "abcdef") == 6);
	CHECK(strcmp(buf, "abc") == 0);
	CHECK(snprintf(NULL, 0, "%d", 12345) == 5);
	snprintb(buf, sizeof(buf), "\10\2BITTWO\1BITONE", 3);
	CHECK(strcmp(buf, "03<BITTWO,BITONE>") == 0);
	snprintb(buf, sizeof(buf),
	    "\177\020b\0LSB\0b\3THREE\0f\4\4FLD\0=\1ONE\0=\2TWO\0\0", 0x29);
	CHECK(strcmp(buf, "0x29<LSB,THREE,FLD=0x2=TWO>") == 0);
	format_bytes(buf, sizeof(buf), 5UL << 20);
	CHECK(strcmp(buf, "5242880 B") == 0);
	format_bytes(buf, 8, 5UL << 20);
	CHECK(strcmp(buf, "5120 KB") == 0);
	return NULL;
}

static bool
hex_is(const uint8_t *d, size_t n, const char *want)
{
	char buf[2 * SHA512_DIGEST_LENGTH + 1];

	for (size_t i = 0; i < n; i++)
		snprintf(buf + 2 * i, 3, "%02x", d[i]);
	return strcmp(buf, want) == 0;
}

#define DIGEST(ctx, init, update, final, n, want)                              \
	do {                                                                   \
		ctx c_;                                                        \
		uint8_t d_[n];                                                 \
		init(&c_);                                                     \
		update(&c_, (const uint8_t *)"ab", 2);                         \
		update(&c_, (const uint8_t *)"c", 1);                          \
		final(d_, &c_);                                                \
		CHECK(hex_is(d_, n, want));                                    \
	} while (0)

static const char *
digests(void)
{
	uint8_t d[20];
	MD5_CTX c;

	DIGEST(MD4_CTX, MD4Init, MD4Update, MD4Final, 16,
	    "a448017aaf21d8525fc10ae87aa6729d");
	DIGEST(MD5_CTX, MD5Init, MD5Update, MD5Final, 16,
	    "900150983cd24fb0d6963f7d28e17f72");
	DIGEST(SHA1_CTX, SHA1Init, SHA1Update, SHA1Final, 20,
	    "a9993e364706816aba3e25717850c26c9cd0d89d");
	DIGEST(RMD160_CTX, RMD160Init, RMD160Update, RMD160Final, 20,
	    "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
	DIGEST(SHA224_CTX, SHA224_Init, SHA224_Update, SHA224_Final, 28,
	    "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
	DIGEST(SHA256_CTX, SHA256_Init, SHA256_Update, SHA256_Final, 32,
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	DIGEST(SHA384_CTX, SHA384_Init, SHA384_Update, SHA384_Final, 48,
	    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"
	    "1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
	DIGEST(SHA512_CTX, SHA512_Init, SHA512_Update, SHA512_Final, 64,
	    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea2"
	    "0a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
	    "454d4423643ce80e2a9ac94fa54ca49f");
	/* a length that crosses blocks */
	MD5Init(&c);
	for (int i = 0; i < 100; i++)
		MD5Update(&c, (const uint8_t *)"0123456789", 10);
	MD5Final(d, &c);
	CHECK(hex_is(d, 16, "427008b3fe192f663d665f56cd75716c"));
	CHECK(crc32(0, (const uint8_t *)"123456789", 9) == 0xcbf43926);
	CHECK(crc16(0, (const uint8_t *)"123456789", 9) == 0xbb3d);
	CHECK(crc16_byte(0xffff, 0x01) == 0x807e);
	CHECK(hash32_buf("ab", 2, HASH32_BUF_INIT) ==
	    (5381U * 33 + 'a') * 33 + 'b');
	CHECK(hash32_str("ab", HASH32_STR_INIT) ==
	    hash32_buf("ab", 2, HASH32_BUF_INIT));
	CHECK(murmurhash2("hello", 5, 0) == 0xe56129cb);
	CHECK(murmurhash2("hello, murmur", 13, 7) == 0x49dbf085);
	return NULL;
}

struct rbn {
	int key;
	rb_node_t node;
};

static int
cmp_nodes(void *ctx, const void *a, const void *b)
{
	int x = ((const struct rbn *)a)->key, y = ((const struct rbn *)b)->key;

	return (x > y) - (x < y);
}

static int
cmp_key(void *ctx, const void *a, const void *key)
{
	int x = ((const struct rbn *)a)->key, y = *(const int *)key;

	return (x > y) - (x < y);
}

/* black height, or -1 if a rule is broken */
static int
rb_check(const struct rb_node *n, const struct rb_node *parent)
{
	int l, r;
	bool red;

	if (n == NULL)
		return 0;
	if ((n->rb_info & ~1UL) != (uintptr_t)parent)
		return -1;
	red = (n->rb_info & 1) != 0;
	if (red && parent != NULL && (parent->rb_info & 1) != 0)
		return -1;
	l = rb_check(n->rb_nodes[0], n);
	r = rb_check(n->rb_nodes[1], n);
	return l == -1 || l != r ? -1 : l + !red;
}

static const char *
rbtrees(void)
{
	static const rb_tree_ops_t ops = {.rbto_compare_nodes = cmp_nodes,
	    .rbto_compare_key = cmp_key,
	    .rbto_node_offset = offsetof(struct rbn, node)};
	static struct rbn n[512];
	static bool in[512];
	rb_tree_t t;
	struct rbn *p;
	size_t count = 0;
	int last, k;

	rb_tree_init(&t, &ops);
	CHECK(RB_TREE_MIN(&t) == NULL && RB_TREE_MAX(&t) == NULL);
	srandom(3);
	for (int i = 0; i < 20000; i++) {
		k = (int)(random() % 512);
		if (in[k]) {
			CHECK(rb_tree_find_node(&t, &k) == &n[k]);
			rb_tree_remove_node(&t, &n[k]);
			count--;
		} else {
			CHECK(rb_tree_find_node(&t, &k) == NULL);
			n[k].key = k;
			CHECK(rb_tree_insert_node(&t, &n[k]) == &n[k]);
			count++;
		}
		in[k] = !in[k];
		if (i % 50 == 0) {
			CHECK(rb_check(t.rbt_root, NULL) != -1);
			last = -1;
			RB_TREE_FOREACH(p, &t)
			{
				CHECK(p->key > last && in[p->key]);
				last = p->key;
			}
			last = 512;
			RB_TREE_FOREACH_REVERSE(p, &t)
			{
				CHECK(p->key < last);
				last = p->key;
			}
			CHECK(rb_tree_count(&t) == count);
		}
		p = rb_tree_find_node_geq(&t, &k);
		while (k < 512 && !in[k])
			k++;
		CHECK(k == 512 ? p == NULL : p == &n[k]);
	}
	return NULL;
}

/* the trees of tree(3) */
struct ten {
	RB_ENTRY(ten) rb;
	SPLAY_ENTRY(ten) sp;
	int key;
};

static int
ten_cmp(struct ten *a, struct ten *b)
{
	return (a->key > b->key) - (a->key < b->key);
}

RB_HEAD(tenrb, ten);
RB_PROTOTYPE_STATIC(tenrb, ten, rb, ten_cmp)
RB_GENERATE_STATIC(tenrb, ten, rb, ten_cmp)
SPLAY_HEAD(tensp, ten);
/* not static: as the macros have it */
SPLAY_PROTOTYPE(tensp, ten, sp, ten_cmp)
SPLAY_GENERATE(tensp, ten, sp, ten_cmp)

static int
ten_check(struct ten *n)
{
	int l, r;

	if (n == NULL)
		return 0;
	l = ten_check(RB_LEFT(n, rb));
	r = ten_check(RB_RIGHT(n, rb));
	if (l == -1 || l != r)
		return -1;
	if (RB_COLOR(n, rb) == RB_RED && RB_PARENT(n, rb) != NULL &&
	    RB_COLOR(RB_PARENT(n, rb), rb) == RB_RED)
		return -1;
	return l + (RB_COLOR(n, rb) == RB_BLACK);
}

static const char *
trees(void)
{
	static struct ten n[300];
	static bool in[300];
	struct tenrb rb = RB_INITIALIZER(&rb);
	struct tensp sp = SPLAY_INITIALIZER(&sp);
	struct ten *p, key;
	int last;

	CHECK(RB_EMPTY(&rb) && RB_MIN(tenrb, &rb) == NULL);
	srandom(11);
	for (int i = 0; i < 10000; i++) {
		key.key = (int)(random() % 300);
		p = &n[key.key];
		if (in[key.key]) {
			CHECK(RB_FIND(tenrb, &rb, &key) == p);
			CHECK(SPLAY_FIND(tensp, &sp, &key) == p);
			CHECK(RB_REMOVE(tenrb, &rb, p) == p);
			CHECK(SPLAY_REMOVE(tensp, &sp, p) == p);
		} else {
			p->key = key.key;
			CHECK(RB_FIND(tenrb, &rb, &key) == NULL);
			CHECK(SPLAY_FIND(tensp, &sp, &key) == NULL);
			CHECK(RB_INSERT(tenrb, &rb, p) == NULL);
			CHECK(SPLAY_INSERT(tensp, &sp, p) == NULL);
			CHECK(RB_INSERT(tenrb, &rb, &key) == p);
		}
		in[key.key] = !in[key.key];
		p = RB_NFIND(tenrb, &rb, &key);
		for (last = key.key; last < 300 && !in[last]; last++)
			continue;
		CHECK(p == (last == 300 ? NULL : &n[last]));
		if (i % 50 != 0)
			continue;
		CHECK(ten_check(RB_ROOT(&rb)) != -1);
		last = -1;
		RB_FOREACH(p, tenrb, &rb) {
			CHECK(p->key > last && in[p->key]);
			last = p->key;
		}
		last = -1;
		SPLAY_FOREACH(p, tensp, &sp)
		{
			CHECK(p->key > last && in[p->key]);
			last = p->key;
		}
	}
	return NULL;
}

static int
cmp_int(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static const char *
sorting(void)
{
	int a[777], tmp, k;

	srandom(1);
	for (u_int i = 0; i < 777; i++)
		a[i] = (int)(random() % 1000);
	kheapsort(a, 777, sizeof(int), cmp_int, &tmp);
	for (u_int i = 1; i < 777; i++)
		CHECK(a[i - 1] <= a[i]);
	k = a[300];
	CHECK(*(int *)bsearch(&k, a, 777, sizeof(int), cmp_int) == k);
	k = -5;
	CHECK(bsearch(&k, a, 777, sizeof(int), cmp_int) == NULL);
	return NULL;
}

static const char *
queues(void)
{
	struct e {
		int v;
		struct pslist_entry l;
	} a = {.v = 1}, b = {.v = 2}, c = {.v = 3}, *p;
	struct pslist_head h = PSLIST_INITIALIZER;
	pcq_t *q = pcq_create(3, KM_SLEEP);
	int sum = 0;

	CHECK(pcq_get(q) == NULL && pcq_maxitems(q) == 3);
	CHECK(pcq_put(q, &a) && pcq_put(q, &b) && pcq_put(q, &c));
	CHECK(!pcq_put(q, &a));
	CHECK(pcq_peek(q) == &a && pcq_get(q) == &a);
	CHECK(pcq_put(q, &a));
	CHECK(pcq_get(q) == &b && pcq_get(q) == &c && pcq_get(q) == &a);
	CHECK(pcq_get(q) == NULL);
	pcq_destroy(q);

	PSLIST_ENTRY_INIT(&a, l);
	PSLIST_WRITER_INSERT_HEAD(&h, &a, l);
	PSLIST_WRITER_INSERT_AFTER(&a, &c, l);
	PSLIST_WRITER_INSERT_BEFORE(&c, &b, l);
	PSLIST_READER_FOREACH(p, &h, struct e, l)
	sum = sum * 10 + p->v;
	CHECK(sum == 123);
	PSLIST_WRITER_REMOVE(&b, l);
	PSLIST_WRITER_FOREACH(p, &h, struct e, l)
	sum = sum * 10 + p->v;
	CHECK(sum == 12313);
	return NULL;
}

static const char *
calendar(void)
{
	struct clock_ymdhms dt;

	for (time_t t = 0; t < 8000000000LL; t += 86399 * 13 + 7) {
		CHECK(clock_secs_to_ymdhms(t, &dt) == 0);
		CHECK(clock_ymdhms_to_secs(&dt) == t);
	}
	for (time_t t = 8000000000LL; t < INT64_MAX / 1000; t = t / 7 * 10) {
		CHECK(clock_secs_to_ymdhms(t, &dt) == 0);
		CHECK(clock_ymdhms_to_secs(&dt) == t);
	}
	CHECK(clock_secs_to_ymdhms(-1, &dt) == EINVAL);
	CHECK(clock_secs_to_ymdhms(INT64_MAX, &dt) == EINVAL);
	CHECK(clock_secs_to_ymdhms(INT64_MAX / 64, &dt) == EINVAL);
	CHECK(clock_secs_to_ymdhms(951827696, &dt) == 0); /* 2000-02-29 */
	CHECK(dt.dt_year == 2000 && dt.dt_mon == 2 && dt.dt_day == 29);
	CHECK(dt.dt_hour == 12 && dt.dt_min == 34 && dt.dt_sec == 56);
	CHECK(dt.dt_wday == 2);
	dt.dt_year = 1900;
	CHECK(clock_ymdhms_to_secs(&dt) == -1);
	dt = (struct clock_ymdhms){.dt_year = 2001, .dt_mon = 2, .dt_day = 29};
	CHECK(clock_ymdhms_to_secs(&dt) == -1);
	return NULL;
}

/* With a spin lock nobody may sleep: the lock checker looks. */
static void
draw_locked(void *arg, void *sum)
{
	kmutex_t lock;

	mutex_init(&lock, MUTEX_DEFAULT, IPL_VM);
	mutex_spin_enter(&lock);
	atomic_add_int(sum, cprng_fast32() != 0);
	mutex_spin_exit(&lock);
	mutex_destroy(&lock);
}

static const char *
randomness(void)
{
	uint64_t or = 0, and = ~0ULL, v;
	uint8_t buf[1000];
	u_int zeros = 0, drawn = 0;

	/* the first of each CPU, where allocating is not possible */
	xc_wait(xc_broadcast(0, draw_locked, NULL, &drawn));
	CHECK(drawn == (u_int)ncpu);

	for (int i = 0; i < 1000; i++) {
		v = cprng_fast64();
		or |= v;
		and &= v;
	}
	CHECK(or == ~0ULL && and == 0);
	CHECK(cprng_strong(kern_cprng, buf, sizeof(buf), 0) == sizeof(buf));
	for (u_int i = 0; i < sizeof(buf); i++)
		zeros += buf[i] == 0;
	CHECK(zeros < 30);
	CHECK(cprng_fast32() != cprng_fast32() ||
	    cprng_fast32() != cprng_fast32());
	return NULL;
}

static const char *
props(void)
{
	static const uint8_t bytes[] = {0, 1, 2, 250, 251};
	prop_dictionary_t d = prop_dictionary_create(), d2, sub;
	prop_array_t a = prop_array_create();
	const char *s;
	uint16_t u16;
	int32_t i32;
	uint8_t u8;
	bool b;
	char *xml;

	CHECK(prop_dictionary_set_cstring(d, "name", "a<b>&c"));
	CHECK(prop_dictionary_set_uint16(d, "port", 65535));
	CHECK(prop_dictionary_set_int32(d, "neg", -7));
	CHECK(prop_dictionary_set_bool(d, "yes", true));
	CHECK(prop_dictionary_set_and_rel(
	    d, "data", prop_data_create_data(bytes, sizeof(bytes))));
	for (int i = 0; i < 20; i++)
		CHECK(prop_array_add_and_rel(
		    a, prop_number_create_unsigned_integer((uint64_t)i << 40)));
	CHECK(prop_dictionary_set(d, "list", a));
	prop_object_release(a);
	sub = prop_dictionary_create();
	CHECK(prop_dictionary_set_and_rel(d, "sub", sub));
	CHECK(prop_dictionary_count(d) == 7);
	CHECK(prop_dictionary_get_uint16(d, "port", &u16) && u16 == 65535);
	CHECK(!prop_dictionary_get_uint8(d, "port", &u8));
	CHECK(!prop_dictionary_get_uint8(d, "name", &u8));
	CHECK(prop_dictionary_get_int32(d, "neg", &i32) && i32 == -7);

	xml = prop_dictionary_externalize(d);
	CHECK(xml != NULL);
	d2 = prop_dictionary_internalize(xml);
	free(xml, M_TEMP);
	CHECK(d2 != NULL && prop_dictionary_equals(d, d2));
	CHECK(prop_dictionary_get_cstring_nocopy(d2, "name", &s));
	CHECK(strcmp(s, "a<b>&c") == 0);
	CHECK(prop_dictionary_get_bool(d2, "yes", &b) && b);
	prop_dictionary_remove(d2, "yes");
	CHECK(!prop_dictionary_equals(d, d2));
	prop_object_release(d2);
	prop_object_release(d);

	CHECK(prop_dictionary_internalize("") == NULL);
	CHECK(prop_dictionary_internalize("<plist><dict>") == NULL);
	CHECK(prop_dictionary_internalize(
		  "<plist version=\"1.0\"><dict><key>a</key></dict></plist>") ==
	    NULL);
	CHECK(prop_dictionary_internalize("<plist><array/></plist>") == NULL);
	return NULL;
}

const struct mtest mtests_lib[] = {
    {"strings", strings},
    {"moves", moves},
    {"numbers", numbers},
    {"printing", printing},
    {"digests", digests},
    {"rbtrees", rbtrees},
    {"trees", trees},
    {"sorting", sorting},
    {"queues", queues},
    {"calendar", calendar},
    {"randomness", randomness},
    {"props", props},
    {NULL, NULL},
};
