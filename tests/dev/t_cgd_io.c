/* SPDX-License-Identifier: BSD-2-Clause */
/* cgd(4): errors, many threads, no memory, halt, what is left of keys. */
#include <semaphore.h>

#include "t_cgd.h"

#define SIZE (4 << 20)

/* A unit on a file of that size; its raw descriptor. */
static int
open_cgd(size_t size)
{
	int fd;

	make_disk("disk.img", size);
	RZ(rump_init());
	attach(DISK, "disk.img");
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	RL(set(fd, DISK, "aes-cbc", 256, "encblkno1"));
	return fd;
}

static uint64_t
device(const char *path)
{
	struct rump_stat st;

	RL(rump_sys_stat(path, rump_stat_ptr(&st)));
	return st.st_rdev;
}

static void
fill(void *mem, size_t len, uint32_t seed)
{
	uint32_t *p = mem;

	for (size_t i = 0; i < len / 4; i++)
		p[i] = (uint32_t)(i + 1) * 2654435761u ^ seed;
}

/* What the disk holds by another program's ciphers. */
static void
disk_is(const void *want, size_t len)
{
	size_t size;
	char *mem;

	cgdcrypt("decrypt", "aes-cbc", 256, 1, 512, "disk.img", "plain.img");
	mem = slurp("plain.img", &size);
	ATF_REQUIRE(size >= len);
	ATF_CHECK(memcmp(mem, want, len) == 0);
	free(mem);
}

TEST(failing, "a disk that fails: errors, and the reader's memory untouched")
{
	static uint8_t buf[8192], want[8192];
	int fd, resid;

	setenv("RUMP_BLKFAIL", "10000", 1);
	fd = open_cgd(SIZE);
	memset(buf, 0xa5, sizeof(buf));
	memset(want, 0xa5, sizeof(want));
	RERR(RUMP_EIO, rump_sys_pread(fd, buf, sizeof(buf), 0));
	REQ(memcmp(buf, want, sizeof(buf)), 0);
	RERR(RUMP_EIO, rump_sys_pwrite(fd, buf, sizeof(buf), 0));
	REQ(memcmp(buf, want, sizeof(buf)), 0);
	for (int async = 0; async < 2; async++) {
		REQ(rump_cgdtest_io(device(BLOCKDEV), buf, sizeof(buf), 0, 0,
			async, &resid),
		    RUMP_EIO);
		REQ(resid, sizeof(buf));
		REQ(memcmp(buf, want, sizeof(buf)), 0);
	}
	RL(clr(fd));
	RL(rump_sys_close(fd));
}

TEST(truncated, "a disk that ends early: nothing of a cut read is decrypted")
{
	static uint8_t buf[8192], want[8192];
	int fd;

	fd = open_cgd(SIZE);
	memset(want, 0x3c, sizeof(want));
	REQ(rump_sys_pwrite(fd, want, sizeof(want), 0), sizeof(want));
	RZ(truncate("disk.img", 4096));
	memset(buf, 0, sizeof(buf));
	RERR(RUMP_EIO, rump_sys_pread(fd, buf, sizeof(buf), 0));
	ATF_CHECK(memmem(buf, sizeof(buf), want, 16) == NULL);
	REQ(rump_sys_pread(fd, buf, 4096, 0), 4096);
	REQ(memcmp(buf, want, 4096), 0);
	RL(clr(fd));
}

TEST(bounds, "the end of the disk, and odd requests")
{
	static uint8_t buf[65536], want[65536];
	int fd, resid;

	fd = open_cgd(SIZE);
	fill(want, sizeof(want), 1);
	REQ(rump_sys_pwrite(fd, want, 65536, SIZE - 1024), 1024);
	REQ(rump_sys_pread(fd, buf, 65536, SIZE - 1024), 1024);
	REQ(memcmp(buf, want, 1024), 0);
	REQ(rump_sys_pread(fd, buf, 512, SIZE), 0);
	RERR(RUMP_EINVAL, rump_sys_pread(fd, buf, 512, SIZE + 512));
	RERR(RUMP_EINVAL, rump_sys_pread(fd, buf, 511, 0));
	RERR(RUMP_EINVAL, rump_sys_pwrite(fd, buf, 256, 0));
	RERR(RUMP_EINVAL, rump_sys_pwrite(fd, buf, 512, 256));
	REQ(rump_sys_pread(fd, buf, 0, 0), 0);
	REQ(rump_cgdtest_io(device(BLOCKDEV), buf, 513, 0, 1, 0, &resid),
	    RUMP_EINVAL);
	REQ(rump_sys_pread(fd, buf, 1024, SIZE - 1024), 1024);
	REQ(memcmp(buf, want, 1024), 0);
	RL(clr(fd));
}

/*
 * Threads, each with a part of the disk of its own
 */

#define THREADS 4
#define PART    (SIZE / THREADS)

static uint8_t expected[SIZE];

struct worker {
	pthread_t pt;
	uint64_t dev;
	int fd, number, rounds;
};

static void *
work(void *arg)
{
	const struct worker *w = arg;
	uint8_t *want = expected + w->number * PART;
	uint32_t seed = (uint32_t)w->number;
	uint8_t *buf = malloc(65536);

	for (int i = 0; i < w->rounds; i++) {
		size_t len, off;

		seed = seed * 1664525 + 1013904223;
		len = (1 + (seed >> 8) % (i % 4 == 0 ? 128 : 8)) * 512;
		seed = seed * 1664525 + 1013904223;
		off = (seed >> 8) % ((PART - len) / 512) * 512;
		if (i % 2 == 0) {
			fill(want + off, len, seed);
			REQ(rump_sys_pwrite(w->fd, want + off, len,
				w->number * PART + (off_t)off),
			    (ssize_t)len);
		}
		REQ(rump_sys_pread(
			w->fd, buf, len, w->number * PART + (off_t)off),
		    (ssize_t)len);
		REQ(memcmp(buf, want + off, len), 0);
	}
	free(buf);
	return NULL;
}

TEST(threads, "many requests at once")
{
	struct worker w[THREADS];
	int fd;

	fd = open_cgd(SIZE);
	for (int i = 0; i < SIZE; i += 65536)
		REQ(rump_sys_pread(fd, expected + i, 65536, i), 65536);
	for (int i = 0; i < THREADS; i++) {
		w[i] = (struct worker){.fd = fd, .number = i, .rounds = 400};
		RZ(pthread_create(&w[i].pt, NULL, work, &w[i]));
	}
	for (int i = 0; i < THREADS; i++)
		RZ(pthread_join(w[i].pt, NULL));
	RL(clr(fd));
	disk_is(expected, SIZE);
}

static int stop;

static void *
read_on(void *arg)
{
	static const uint8_t want[4096] = {0};
	const int fd = *(int *)arg;
	uint8_t buf[4096];
	intptr_t good = 0;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		memset(buf, 0xff, sizeof(buf));
		if (rump_sys_pread(fd, buf, sizeof(buf), 0) == -1) {
			REQ(errno, RUMP_ENXIO);
			continue;
		}
		REQ(memcmp(buf, want, sizeof(buf)), 0);
		good++;
	}
	return (void *)good;
}

TEST(clearing, "cleared and configured again while others read")
{
	static uint8_t zero[4096];
	pthread_t pt[2];
	void *good;
	intptr_t all = 0;
	int fd;

	fd = open_cgd(SIZE);
	REQ(rump_sys_pwrite(fd, zero, sizeof(zero), 0), sizeof(zero));
	for (int i = 0; i < 2; i++)
		RZ(pthread_create(&pt[i], NULL, read_on, &fd));
	for (int i = 0; i < 300; i++) {
		RL(clr(fd));
		sched_yield();
		RL(set(fd, DISK, "aes-cbc", 256, "encblkno1"));
	}
	t_msleep(20);
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 2; i++) {
		RZ(pthread_join(pt[i], &good));
		all += (intptr_t)good;
	}
	printf("%ld reads\n", (long)all);
	ATF_CHECK(all > 0);
	RL(clr(fd));
	RERR(RUMP_ENXIO, rump_sys_pread(fd, zero, sizeof(zero), 0));
}

/*
 * No memory: requests of all sizes, by several threads
 */

static void *
starving(void *arg)
{
	const struct worker *w = arg;
	const int first = w->number * PART / 512;
	static const int lens[] = {512, 65536, 65536 + 512, PART - 512, 4096};
	uint8_t *want = expected + w->number * PART;
	uint8_t *buf = malloc(PART);
	int resid, len;

	for (int i = 0; i < w->rounds; i++) {
		len = lens[i % 5];
		fill(want, (size_t)len, (uint32_t)(i * 16 + w->number));
		REQ(rump_cgdtest_io(w->dev, want, len, first, 1, i & 1, &resid),
		    0);
		REQ(resid, 0);
		memset(buf, 0, (size_t)len);
		REQ(rump_cgdtest_io(
			w->dev, buf, len, first, 0, i >> 1 & 1, &resid),
		    0);
		REQ(resid, 0);
		REQ(memcmp(buf, want, (size_t)len), 0);
	}
	free(buf);
	return NULL;
}

TEST(memory, "requests go on without memory")
{
	struct worker w[THREADS];
	uint64_t dev;
	int fd;

	setenv("RUMP_MEMLIMIT", "24m", 1);
	fd = open_cgd(SIZE);
	for (int i = 0; i < SIZE; i += 65536)
		REQ(rump_sys_pread(fd, expected + i, 65536, i), 65536);
	dev = device(BLOCKDEV);
	rump_cgdtest_starve();
	for (int i = 0; i < THREADS; i++) {
		w[i] = (struct worker){.dev = dev, .number = i, .rounds = 50};
		RZ(pthread_create(&w[i].pt, NULL, starving, &w[i]));
	}
	for (int i = 0; i < THREADS; i++)
		RZ(pthread_join(w[i].pt, NULL));
	rump_cgdtest_feed();
	RL(clr(fd));
	disk_is(expected, SIZE);
}

TEST(starved_error, "without memory errors come through, and what was moved")
{
	static uint8_t mem[4 * 65536];
	uint64_t dev;
	int fd, resid;

	setenv("RUMP_MEMLIMIT", "24m", 1);
	fd = open_cgd(SIZE);
	fill(mem, sizeof(mem), 3);
	dev = device(BLOCKDEV);
	rump_cgdtest_starve();
	RZ(truncate("disk.img", 2 * 65536 + 512));
	REQ(rump_cgdtest_io(dev, mem, sizeof(mem), 0, 0, 0, &resid), RUMP_EIO);
	REQ(resid, 2 * 65536);
	rump_cgdtest_feed();
	RL(clr(fd));
}

/*
 * Halt
 */

static void
use_and_halt(void *arg)
{
	int fd;

	if (rump_init() != 0)
		exit(1);
	attach(DISK, "enc.img");
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	RL(set(fd, DISK, "aes-cbc", 256, "encblkno1"));
	t_mount("/dev/cgd0a", "/m", 0);
	t_usefs("/m", false);
	rump_sys_reboot(0, NULL);
	exit(0);
}

TEST(halt, "a halt with a unit mounted: all is on the disk, encrypted")
{
	static char out[65536];
	size_t size;

	free(t_ffsimage_of("2m", &size));
	cgdcrypt("encrypt", "aes-cbc", 256, 1, 512, "ffs.img", "enc.img");
	REQ(t_child(use_and_halt, NULL, out, sizeof(out)), 0);
	cgdcrypt("decrypt", "aes-cbc", 256, 1, 512, "enc.img", "dec.img");
	RZ(system("python3 " TEST_SRCDIR "/fs/ufscheck.py dec.img"));
	RZ(rump_init());
	attach(DISK, "dec.img");
	t_mount(DISK, "/m", RUMP_MNT_RDONLY);
	t_usefs("/m", true);
}

/*
 * Keys: the test has its own in memory that can't be written
 */

/* Are these the bytes of the key from there on, or its words turned? */
static bool
is_key(const uint8_t *p, size_t from, size_t len)
{
	const uint8_t *key = (const uint8_t *)KEY + from;
	size_t i;

	for (i = 0; i < len && p[i] == key[i]; i++)
		continue;
	if (i == len)
		return true;
	for (i = 0; i < len && p[i] == key[(i & ~(size_t)3) + 3 - i % 4]; i++)
		continue;
	return i == len;
}

static int
count_keys(size_t from, size_t len)
{
	static uint8_t window[1 << 20];
	char line[512], perm[8];
	unsigned long start, end;
	int mem, n = 0;
	ssize_t got;
	FILE *maps;

	if ((maps = fopen("/proc/self/maps", "r")) == NULL)
		atf_tc_skip("no /proc/self/maps");
	ATF_REQUIRE((mem = open("/proc/self/mem", O_RDONLY)) != -1);
	while (fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%lx-%lx %7s", &start, &end, perm) != 3 ||
		    perm[1] != 'w' || end - start > (1ul << 30))
			continue;
		for (; start < end; start += sizeof(window) - 64) {
			got = pread(mem, window,
			    end - start < sizeof(window) ? end - start
							 : sizeof(window),
			    (off_t)start);
			for (ssize_t i = 0; i + (ssize_t)len <= got; i++) {
				const unsigned long at =
				    start + (unsigned long)i;

				/* what is looked through isn't looked at */
				if (at + len > (unsigned long)window &&
				    at < (unsigned long)window + sizeof(window))
					continue;
				if (is_key(window + i, from, len))
					n++;
			}
		}
	}
	memset(window, 0, sizeof(window));
	close(mem);
	fclose(maps);
	return n;
}

/*
 * Begin again with all functions bound: binding one at its first call puts the
 * registers, and what they had of a key, on the stack.
 */
static void
bind_now(void)
{
	static char args[4096];
	char *argv[32];
	size_t n;
	int i = 0;
	FILE *f;

	if (getenv("LD_BIND_NOW") != NULL)
		return;
	setenv("LD_BIND_NOW", "1", 1);
	ATF_REQUIRE((f = fopen("/proc/self/cmdline", "r")) != NULL);
	n = fread(args, 1, sizeof(args) - 1, f);
	for (char *p = args; p < args + n && i < 31; p += strlen(p) + 1)
		argv[i++] = p;
	argv[i] = NULL;
	execv("/proc/self/exe", argv);
	atf_tc_fail("execv: %s", strerror(errno));
}

static sem_t asked, looked;

/* A set() that ends as soon as it has the key; its stack stays as it is. */
static void *
refused(void *arg)
{
	RERR(RUMP_EFAULT, set(*(int *)arg, NULL, "aes-cbc", 256, "encblkno1"));
	sem_post(&asked);
	sem_wait(&looked);
	return NULL;
}

TEST(keys, "nothing is left of a key, whether it could be used or not")
{
	pthread_t pt;
	int fd;

	bind_now();
	make_disk("disk.img", SIZE);
	RZ(rump_init());
	attach(DISK, "disk.img");
	REQ(count_keys(0, 16), 0);
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	sem_init(&asked, 0, 0);
	sem_init(&looked, 0, 0);
	RZ(pthread_create(&pt, NULL, refused, &fd));
	sem_wait(&asked);
	REQ(count_keys(0, 16), 0);
	REQ(count_keys(16, 16), 0);
	sem_post(&looked);
	RZ(pthread_join(pt, NULL));
	RERR(RUMP_ENOENT, set(fd, "/nosuch", "aes-cbc", 256, "encblkno1"));
	REQ(count_keys(0, 16), 0);
	RERR(RUMP_ENOTBLK, set(fd, RAWDEV, "3des-cbc", 192, "encblkno1"));
	REQ(count_keys(0, 8), 0);
	RL(set(fd, DISK, "aes-cbc", 256, "encblkno1"));
	ATF_CHECK(count_keys(0, 16) > 0); /* else it would look in vain */
	RERR(RUMP_EBUSY, set(fd, DISK, "aes-cbc", 256, "encblkno1"));
	RL(clr(fd));
	REQ(count_keys(0, 16), 0);
	REQ(count_keys(16, 16), 0);
	RL(set(fd, DISK, "3des-cbc", 192, "encblkno1"));
	RL(clr(fd));
	for (size_t i = 0; i < 24; i += 8)
		REQ(count_keys(i, 8), 0);
	RL(set(fd, DISK, "blowfish-cbc", 448, "encblkno8"));
	RL(clr(fd));
	REQ(count_keys(0, 16), 0);
	REQ(count_keys(40, 16), 0);
}

/*
 * Speed
 */

static void
transfer(const char *name, int fd, size_t len, bool write)
{
	static _Thread_local uint8_t buf[65536];
	const double t0 = t_now();
	double t, bytes = 0;
	off_t off = 0;

	do {
		if (write)
			REQ(rump_sys_pwrite(fd, buf, len, off), (ssize_t)len);
		else
			REQ(rump_sys_pread(fd, buf, len, off), (ssize_t)len);
		off = (off + (off_t)len) % SIZE;
		bytes += (double)len;
		t = t_now() - t0;
	} while (t < 0.2);
	printf("%s, %zu bytes, %s: %.0f MB/s\n", name, len,
	    write ? "write" : "read", bytes / t / 1e6);
}

static void *
read_all(void *arg)
{
	transfer("aes-cbc 128, one of two threads", *(int *)arg, 65536, false);
	return NULL;
}

TEST(speed, "prints MB/s")
{
	static const size_t lens[] = {512, 4096, 65536};
	static const struct {
		const char *alg;
		size_t bits;
	} algs[] = {{"aes-cbc", 128}, {"aes-cbc", 256}, {"3des-cbc", 192},
	    {"blowfish-cbc", 128}};
	pthread_t pt[2];
	int fd, raw;

	make_disk("disk.img", SIZE);
	RZ(rump_init());
	attach(DISK, "disk.img");
	RZ(rump_pub_etfs_register("/dev/raw", "disk.img", RUMP_ETFS_CHR));
	RL(raw = rump_sys_open("/dev/raw", RUMP_O_RDWR));
	for (int i = 0; i < 6; i++)
		transfer("the disk itself", raw, lens[i / 2], i % 2);
	RL(fd = rump_sys_open(RAWDEV, RUMP_O_RDWR));
	for (int a = 0; a < 4; a++) {
		char name[32];

		snprintf(
		    name, sizeof(name), "%s %zu", algs[a].alg, algs[a].bits);
		RL(set(fd, DISK, algs[a].alg, algs[a].bits, "encblkno1"));
		for (int i = 0; i < 6; i++)
			transfer(name, fd, lens[i / 2], i % 2);
		RL(clr(fd));
	}
	RL(set(fd, DISK, "aes-cbc", 128, "encblkno1"));
	for (int i = 0; i < 2; i++)
		RZ(pthread_create(&pt[i], NULL, read_all, &fd));
	for (int i = 0; i < 2; i++)
		RZ(pthread_join(pt[i], NULL));
	RL(clr(fd));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, failing);
	ATF_TP_ADD_TC(tp, truncated);
	ATF_TP_ADD_TC(tp, bounds);
	ATF_TP_ADD_TC(tp, threads);
	ATF_TP_ADD_TC(tp, clearing);
	ATF_TP_ADD_TC(tp, memory);
	ATF_TP_ADD_TC(tp, starved_error);
	ATF_TP_ADD_TC(tp, halt);
	ATF_TP_ADD_TC(tp, keys);
	ATF_TP_ADD_TC(tp, speed);
	return atf_no_error();
}
