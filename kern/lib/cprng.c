/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cprng(9) and rnd(9).
 *
 * Each CPU has a ChaCha20 generator, seeded by the host when it is first used.
 * A refill makes 16 blocks: the first bytes become the next key, so that what
 * was given out cannot be computed from the state.  A thread in the kernel owns
 * its CPU, so no lock is needed; what sources add is mixed into the key of the
 * CPU they run on.  After so many refills the host is asked again.
 */

#include <lib/libkern/libkern.h>
#include <sys/cprng.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/rnd.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump/rumpuser.h>

#define KEY_WORDS    8
#define BLOCK_WORDS  16
#define NBLOCKS      16
#define BUF_WORDS    (BLOCK_WORDS * NBLOCKS)
#define RESEED_AFTER 65536

/* o: owned by whoever has the CPU */
static struct gen {
	uint32_t g_key[KEY_WORDS];
	uint32_t g_buf[BUF_WORDS];
	u_int g_used; /* words of g_buf that are gone */
	u_int g_refills;
	bool g_seeded;
} gens[MAXCPUS];

struct cprng_strong {
	char cs_name[16];
	int cs_flags;
};

static cprng_strong_t kern_cprng_store = {.cs_name = "kernel"};
cprng_strong_t *kern_cprng = &kern_cprng_store;
int rnd_initial_entropy = 1;

#define QUARTER(a, b, c, d)                                                    \
	do {                                                                   \
		a += b, d ^= a, d = (d << 16) | (d >> 16);                     \
		c += d, b ^= c, b = (b << 12) | (b >> 20);                     \
		a += b, d ^= a, d = (d << 8) | (d >> 24);                      \
		c += d, b ^= c, b = (b << 7) | (b >> 25);                      \
	} while (0)

/* one block of RFC 8439, section 2.3, with a zero nonce */
static void
chacha_block(
    uint32_t out[BLOCK_WORDS], const uint32_t key[KEY_WORDS], uint32_t counter)
{
	uint32_t in[BLOCK_WORDS] = {
	    0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
	uint32_t x[BLOCK_WORDS];

	memcpy(in + 4, key, KEY_WORDS * sizeof(*key));
	in[12] = counter;
	memcpy(x, in, sizeof(x));
	for (int i = 0; i < 10; i++) {
		QUARTER(x[0], x[4], x[8], x[12]);
		QUARTER(x[1], x[5], x[9], x[13]);
		QUARTER(x[2], x[6], x[10], x[14]);
		QUARTER(x[3], x[7], x[11], x[15]);
		QUARTER(x[0], x[5], x[10], x[15]);
		QUARTER(x[1], x[6], x[11], x[12]);
		QUARTER(x[2], x[7], x[8], x[13]);
		QUARTER(x[3], x[4], x[9], x[14]);
	}
	for (int i = 0; i < BLOCK_WORDS; i++)
		out[i] = x[i] + in[i];
}

/* Neither sleeps nor allocates: interrupts and holders of spin locks ask. */
static struct gen *
gen_get(void)
{
	return &gens[curlwp == NULL ? 0 : cpu_index(curcpu())];
}

/* Seed the generator of this CPU, which may be another one than before. */
static struct gen *
gen_seed(void)
{
	uint32_t seed[KEY_WORDS];
	struct gen *g;
	size_t got;

	/* a host without randomness leaves what sources have added */
	memset(seed, 0, sizeof(seed));
	(void)rumpuser_getrandom(seed, sizeof(seed), 0, &got);
	g = gen_get();
	for (int i = 0; i < KEY_WORDS; i++)
		g->g_key[i] ^= seed[i];
	explicit_memset(seed, 0, sizeof(seed));
	g->g_seeded = true;
	g->g_refills = 0;
	return g;
}

static struct gen *
gen_refill(struct gen *g)
{
	if (!g->g_seeded || g->g_refills++ == RESEED_AFTER)
		g = gen_seed();
	for (int i = 0; i < NBLOCKS; i++)
		chacha_block(g->g_buf + i * BLOCK_WORDS, g->g_key, i);
	memcpy(g->g_key, g->g_buf, sizeof(g->g_key));
	memset(g->g_buf, 0, sizeof(g->g_key));
	g->g_used = KEY_WORDS;
	return g;
}

uint32_t
cprng_fast32(void)
{
	struct gen *g = gen_get();
	uint32_t v;

	if (__predict_false(g->g_used == 0 || g->g_used == BUF_WORDS))
		g = gen_refill(g);
	v = g->g_buf[g->g_used];
	g->g_buf[g->g_used++] = 0;
	return v;
}

uint64_t
cprng_fast64(void)
{
	uint64_t v = cprng_fast32();

	return (v << 32) | cprng_fast32();
}

size_t
cprng_fast(void *buf, size_t len)
{
	uint8_t *p = buf;
	uint32_t v;
	size_t n, left;

	for (left = len; left != 0; left -= n, p += n) {
		v = cprng_fast32();
		n = left < sizeof(v) ? left : sizeof(v);
		memcpy(p, &v, n);
	}
	return len;
}

void
cprng_fast_init(void)
{
}

void
cprng_init(void)
{
}

uint32_t
cprng_strong32(void)
{
	return cprng_fast32();
}

uint64_t
cprng_strong64(void)
{
	return cprng_fast64();
}

cprng_strong_t *
cprng_strong_create(const char *name, int ipl, int flags)
{
	cprng_strong_t *c = kmem_zalloc(sizeof(*c), KM_SLEEP);

	strlcpy(c->cs_name, name, sizeof(c->cs_name));
	c->cs_flags = flags;
	return c;
}

void
cprng_strong_destroy(cprng_strong_t *c)
{
	kmem_free(c, sizeof(*c));
}

/* up to CPRNG_MAX_LEN bytes: how many */
size_t
cprng_strong(cprng_strong_t *c, void *buf, size_t len, int flags)
{
	return cprng_fast(buf, MIN(len, (size_t)CPRNG_MAX_LEN));
}

int
cprng_strong_poll(cprng_strong_t *c, int events)
{
	return events & (POLLIN | POLLRDNORM);
}

int
cprng_strong_kqfilter(cprng_strong_t *c, struct knote *kn)
{
	return EOPNOTSUPP;
}

void
cprng_strong_deplete(cprng_strong_t *c)
{
	gen_get()->g_refills = RESEED_AFTER;
}

int
cprng_strong_getflags(const cprng_strong_t *c)
{
	return c->cs_flags;
}

void
cprng_strong_setflags(cprng_strong_t *c, int flags)
{
	c->cs_flags = flags;
}

/* sources */
static kmutex_t rnd_lock;
static bool rnd_ready;
static LIST_HEAD(, krndsource) sources = LIST_HEAD_INITIALIZER(sources);

void
rnd_init(void)
{
	if (rnd_ready)
		return;
	rnd_ready = true;
	mutex_init(&rnd_lock, MUTEX_DEFAULT, IPL_NONE);
}

void
rnd_init_softint(void)
{
}

void
rnd_attach_source(
    krndsource_t *rs, const char *name, uint32_t type, uint32_t flags)
{
	rnd_init();
	strlcpy(rs->name, name, sizeof(rs->name));
	rs->type = type;
	rs->flags = flags;
	rs->total = 0;
	rs->state = rs;
	mutex_enter(&rnd_lock);
	LIST_INSERT_HEAD(&sources, rs, list);
	mutex_exit(&rnd_lock);
}

void
rnd_detach_source(krndsource_t *rs)
{
	mutex_enter(&rnd_lock);
	LIST_REMOVE(rs, list);
	mutex_exit(&rnd_lock);
	rs->state = NULL;
}

/* stir bytes into the key of this CPU */
static void
mix(const void *buf, size_t len)
{
	struct gen *g = gen_get();
	const uint8_t *p = buf;
	uint32_t block[BLOCK_WORDS];

	while (len != 0) {
		size_t n = MIN(len, sizeof(g->g_key));

		for (size_t i = 0; i < n; i++)
			((uint8_t *)g->g_key)[i] ^= p[i];
		chacha_block(block, g->g_key, 0);
		memcpy(g->g_key, block, sizeof(g->g_key));
		p += n;
		len -= n;
	}
	explicit_memset(block, 0, sizeof(block));
}

void
rnd_add_data(krndsource_t *rs, const void *data, uint32_t len, uint32_t bits)
{
	if (rs != NULL) {
		if (rs->flags & RND_FLAG_NO_COLLECT)
			return;
		rs->total += bits;
	}
	mix(data, len);
}

void
rnd_add_data_sync(
    krndsource_t *rs, const void *data, uint32_t len, uint32_t bits)
{
	rnd_add_data(rs, data, len, bits);
}

void
_rnd_add_uint32(krndsource_t *rs, uint32_t v)
{
	rnd_add_data(rs, &v, sizeof(v), 0);
}

void
rnd_add_uint32(krndsource_t *rs, uint32_t v)
{
	_rnd_add_uint32(rs, v);
}

void
rnd_seed(void *data, size_t len)
{
	mix(data, len);
}

uint32_t
rnd_sysinit(void)
{
	return 0;
}

bool
rnd_extract(void *buf, size_t len)
{
	cprng_fast(buf, len);
	return true;
}

bool
rnd_tryextract(void *buf, size_t len)
{
	cprng_fast(buf, len);
	return true;
}

void
rnd_getmore(size_t len)
{
}

/* the ioctls of /dev/random that make sense for a generator that never blocks */
int
rnd_system_ioctl(struct file *fp, u_long cmd, void *data)
{
	rndpoolstat_t *ps = data;
	rnddata_t *rd = data;

	switch (cmd) {
	case RNDGETENTCNT:
		*(uint32_t *)data = KEY_WORDS * 32;
		return 0;
	case RNDGETPOOLSTAT:
		memset(ps, 0, sizeof(*ps));
		ps->poolsize = KEY_WORDS;
		ps->maxentropy = ps->curentropy = KEY_WORDS * 32;
		return 0;
	case RNDADDDATA:
		mix(rd->data, MIN(rd->len, sizeof(rd->data)));
		return 0;
	default:
		return ENOTTY;
	}
}
