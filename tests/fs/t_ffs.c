/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FFS against the world: the same random operations on an image made by
 * makefs and on a directory of the host, compared step by step; the image
 * then checked from its raw bytes by ufscheck.py, which knows nothing of the
 * driver.  Both versions, both byte orders.
 */
#include <sys/stat.h>

#include <fcntl.h>

#include "ffs_image.h"

#define MAXNAME 12

static uint32_t seed;

static uint32_t
rnd(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/*
 * The same on both sides
 */

static char rpath[300], hpath[300], rpath2[300], hpath2[300];

static void
pick(char *r, char *h)
{
	static const char *dirs[] = {"", "/a", "/b", "/a/c", "/a/c/d"};
	const char *d = dirs[rnd(5)];
	unsigned n = rnd(MAXNAME);

	snprintf(r, 300, "/mnt%s/n%u%s", d, n,
	    n == 3 ? "_with_a_longer_name_than_the_others" : "");
	snprintf(h, 300, "host%s/n%u%s", d, n,
	    n == 3 ? "_with_a_longer_name_than_the_others" : "");
}

/* Works on both sides or on none; which error it is differs between systems. */
static void
same(const char *what, int r, int rerr, int h, int herr)
{
	if ((r == -1) != (h == -1))
		atf_tc_fail("%s %s: rump %d (%s), host %d (%s)", what, rpath, r,
		    rump_strerror(rerr), h, strerror(herr));
}

static void
op_write(void)
{
	static char data[200000];
	off_t off = rnd(4) == 0 ? rnd(400000) : rnd(60000);
	size_t len = 1 + (rnd(3) == 0 ? rnd(sizeof(data) - 1) : rnd(9000));
	int r, h, re, he;
	size_t i;

	pick(rpath, hpath);
	for (i = 0; i < len; i++)
		data[i] = (char)(rnd(255) + 1);
	r = rump_sys_open(rpath, RUMP_O_RDWR | RUMP_O_CREAT, 0644);
	re = errno;
	h = open(hpath, O_RDWR | O_CREAT, 0644);
	he = errno;
	same("open", r, re, h, he);
	if (r == -1)
		return;
	ATF_REQUIRE_EQ(rump_sys_pwrite(r, data, len, off), (ssize_t)len);
	ATF_REQUIRE_EQ(pwrite(h, data, len, off), (ssize_t)len);
	rump_sys_close(r);
	close(h);
}

static void
op_truncate(void)
{
	off_t len = rnd(3) == 0 ? rnd(500000) : rnd(30000);
	int r, re, h, he;

	pick(rpath, hpath);
	r = rump_sys_truncate(rpath, len);
	re = errno;
	h = truncate(hpath, len);
	he = errno;
	same("truncate", r, re, h, he);
}

static void
op_name(unsigned which)
{
	int r, re, h, he;

	pick(rpath, hpath);
	pick(rpath2, hpath2);
	switch (which) {
	case 0:
		r = rump_sys_unlink(rpath), re = errno;
		h = unlink(hpath), he = errno;
		break;
	case 1:
		r = rump_sys_mkdir(rpath, 0755), re = errno;
		h = mkdir(hpath, 0755), he = errno;
		break;
	case 2:
		r = rump_sys_rmdir(rpath), re = errno;
		h = rmdir(hpath), he = errno;
		break;
	case 3:
		r = rump_sys_rename(rpath, rpath2), re = errno;
		h = rename(hpath, hpath2), he = errno;
		break;
	default:
		r = rump_sys_symlink("some/where", rpath), re = errno;
		h = symlink("some/where", hpath), he = errno;
		break;
	}
	same("name operation", r, re, h, he);
}

/* No hard links: rename over another link of the same file differs. */
static void
step(void)
{
	switch (rnd(10)) {
	case 0:
	case 1:
	case 2:
	case 3:
		op_write();
		break;
	case 4:
		op_truncate();
		break;
	default:
		op_name(rnd(5));
		break;
	}
}

static void
compare_file(const char *r, const char *h)
{
	static char a[65536], b[65536];
	int rf = rump_sys_open(r, RUMP_O_RDONLY), hf = open(h, O_RDONLY);
	ssize_t n, m;
	off_t off = 0;

	ATF_REQUIRE_MSG(rf != -1 && hf != -1, "%s", r);
	do {
		n = rump_sys_read(rf, a, sizeof(a));
		m = read(hf, b, sizeof(b));
		ATF_REQUIRE_MSG(n == m, "%s: %zd and %zd bytes at %lld", r, n,
		    m, (long long)off);
		ATF_REQUIRE_MSG(memcmp(a, b, (size_t)n) == 0,
		    "%s: contents differ after %lld", r, (long long)off);
		off += n;
	} while (n > 0);
	rump_sys_close(rf);
	close(hf);
}

static void
compare_link(const char *r, const char *h)
{
	char a[300], b[300];
	ssize_t n, m;

	RL(n = rump_sys_readlink(r, a, sizeof(a)));
	m = readlink(h, b, sizeof(b));
	ATF_REQUIRE_MSG(
	    n == m && memcmp(a, b, (size_t)n) == 0, "%s: another target", r);
}

/* How many names there are below a directory of the rump kernel's. */
static int
count_names(const char *dir)
{
	_Alignas(8) char buf[4096];
	char path[300];
	int fd, n = 0, len, off;

	RL(fd = rump_sys_open(dir, RUMP_O_RDONLY));
	while ((len = RL(rump_sys_getdents(fd, buf, sizeof(buf)))) > 0) {
		const struct rump_dirent *de;

		for (off = 0; off < len; off += de->d_reclen) {
			de = (const void *)(buf + off);
			if (strcmp(de->d_name, ".") == 0 ||
			    strcmp(de->d_name, "..") == 0)
				continue;
			n++;
			snprintf(
			    path, sizeof(path), "%s/%.200s", dir, de->d_name);
			if (de->d_type == 4)
				n += count_names(path);
		}
	}
	RL(rump_sys_close(fd));
	return n;
}

/* Everything that the host has, and no more than it has. */
static void
compare(void)
{
	FILE *fp = popen("cd host && find . | sed 1d | sort", "r");
	struct rump_stat rst;
	char line[300];
	struct stat st;
	int n = 0;

	ATF_REQUIRE(fp != NULL);
	while (fgets(line, sizeof(line), fp) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		snprintf(rpath, sizeof(rpath), "/mnt/%.280s", line + 2);
		snprintf(hpath, sizeof(hpath), "host/%.280s", line + 2);
		RL(rump_sys_lstat(rpath, rump_stat_ptr(&rst)));
		ATF_REQUIRE(lstat(hpath, &st) == 0);
		ATF_REQUIRE_MSG((rst.st_mode & S_IFMT) == (st.st_mode & S_IFMT),
		    "%s is of another type", rpath);
		if (S_ISREG(st.st_mode))
			compare_file(rpath, hpath);
		else if (S_ISLNK(st.st_mode))
			compare_link(rpath, hpath);
		n++;
	}
	pclose(fp);
	ATF_REQUIRE(n > 0);
	REQ(count_names("/mnt"), n);
}

static void
random_operations(const struct variant *v, int flags)
{
	int round, i;

	make_image(v, "24m");
	ATF_REQUIRE(system("rm -rf host && mkdir -p host") == 0);
	boot(flags);
	ATF_REQUIRE(rump_sys_unlink("/mnt/greeting") == 0);
	ATF_REQUIRE(rump_sys_unlink("/mnt/link") == 0);
	ATF_REQUIRE(rump_sys_rmdir("/mnt/sub") == 0);
	for (i = 0; i < 4; i++) {
		static const char *dirs[] = {"/a", "/b", "/a/c", "/a/c/d"};

		snprintf(rpath, sizeof(rpath), "/mnt%s", dirs[i]);
		snprintf(hpath, sizeof(hpath), "host%s", dirs[i]);
		ATF_REQUIRE(rump_sys_mkdir(rpath, 0755) == 0);
		ATF_REQUIRE(mkdir(hpath, 0755) == 0);
	}
	seed = 4711;
	for (round = 0; round < 4; round++) {
		for (i = 0; i < 600; i++)
			step();
		compare();
		ATF_REQUIRE_MSG(rump_sys_unmount("/mnt", 0) == 0, "%s",
		    rump_strerror(errno));
		check_image();
		ATF_REQUIRE(mount_image(flags) == 0);
		compare();
	}
	ATF_REQUIRE(rump_sys_unmount("/mnt", 0) == 0);
}

#define VARIANT_TC(n, v)                                                       \
	ATF_TC(random_##v);                                                    \
	ATF_TC_HEAD(random_##v, tc)                                            \
	{                                                                      \
		atf_tc_set_md_var(                                             \
		    tc, "descr", "random operations beside the host's, " #v);  \
		atf_tc_set_md_var(tc, "timeout", "300");                       \
	}                                                                      \
	ATF_TC_BODY(random_##v, tc)                                            \
	{                                                                      \
		random_operations(&variants[n], 0);                            \
	}                                                                      \
	ATF_TC(random_async_##v);                                              \
	ATF_TC_HEAD(random_async_##v, tc)                                      \
	{                                                                      \
		atf_tc_set_md_var(                                             \
		    tc, "descr", "the same on an async mount, " #v);           \
		atf_tc_set_md_var(tc, "timeout", "300");                       \
	}                                                                      \
	ATF_TC_BODY(random_async_##v, tc)                                      \
	{                                                                      \
		random_operations(&variants[n], RUMP_MNT_ASYNC);               \
	}

VARIANT_TC(0, v1le)
VARIANT_TC(1, v1be)
VARIANT_TC(2, v2le)
VARIANT_TC(3, v2be)

/* A file past 4 GiB with data at its ends: three levels of indirection. */
ATF_TC(large_sparse);
ATF_TC_HEAD(large_sparse, tc)
{
	atf_tc_set_md_var(tc, "descr", "sparse files past 4 GiB");
	atf_tc_set_md_var(tc, "timeout", "120");
}
ATF_TC_BODY(large_sparse, tc)
{
	static const off_t places[] = {0, 4096 * 12, 4096 * 12 + 4096 * 1024L,
	    4295000000L, 40000000000L, 300000000000L};
	char buf[16];
	unsigned i;
	int fd;

	make_image(&variants[1], "24m");
	boot(0);
	fd = rump_sys_open("/mnt/big", RUMP_O_RDWR | RUMP_O_CREAT, 0644);
	ATF_REQUIRE(fd != -1);
	for (i = 0; i < 6; i++) {
		snprintf(buf, sizeof(buf), "place %u", i);
		ATF_REQUIRE_MSG(rump_sys_pwrite(fd, buf, 8, places[i]) == 8,
		    "%u: %s", i, rump_strerror(errno));
	}
	rump_sys_close(fd);
	ATF_REQUIRE(rump_sys_unmount("/mnt", 0) == 0);
	check_image();
	ATF_REQUIRE(mount_image(0) == 0);
	fd = rump_sys_open("/mnt/big", RUMP_O_RDONLY);
	for (i = 0; i < 6; i++) {
		char want[16];

		snprintf(want, sizeof(want), "place %u", i);
		ATF_REQUIRE(rump_sys_pread(fd, buf, 8, places[i]) == 8);
		ATF_CHECK(memcmp(buf, want, 8) == 0);
		ATF_REQUIRE(rump_sys_pread(fd, buf, 8, places[i] + 100000) ==
		    (i == 5 ? 0 : 8));
	}
	rump_sys_close(fd);
	ATF_REQUIRE(rump_sys_unlink("/mnt/big") == 0);
	ATF_REQUIRE(rump_sys_unmount("/mnt", 0) == 0);
	check_image();
}

/* A full file system answers ENOSPC, loses nothing, and stays sound. */
ATF_TC(full);
ATF_TC_HEAD(full, tc)
{
	atf_tc_set_md_var(tc, "descr", "a file system that fills up");
	atf_tc_set_md_var(tc, "timeout", "120");
}
ATF_TC_BODY(full, tc)
{
	static char chunk[65536];
	char path[64];
	ssize_t n;
	long total = 0;
	int fd, i, full = 0;

	make_image(&variants[0], "4m");
	boot(0);
	memset(chunk, 'y', sizeof(chunk));
	for (i = 0; i < 1000 && !full; i++) {
		snprintf(path, sizeof(path), "/mnt/f%d", i);
		fd = rump_sys_open(path, RUMP_O_RDWR | RUMP_O_CREAT, 0644);
		if (fd == -1) {
			ATF_REQUIRE_EQ(errno, RUMP_ENOSPC);
			break;
		}
		n = rump_sys_write(fd, chunk, sizeof(chunk) - (unsigned)i * 7);
		if (n == -1) {
			ATF_REQUIRE_EQ(errno, RUMP_ENOSPC);
			full = 1;
		} else {
			total += n;
		}
		rump_sys_close(fd);
	}
	ATF_CHECK(full);
	ATF_CHECK(total > 2000000);
	fd = rump_sys_open("/mnt/greeting", RUMP_O_RDONLY);
	ATF_REQUIRE(rump_sys_read(fd, chunk, 6) == 6);
	ATF_CHECK(memcmp(chunk, "hello\n", 6) == 0);
	rump_sys_close(fd);
	ATF_REQUIRE(rump_sys_unmount("/mnt", 0) == 0);
	check_image();
}

/* 100,000 names in one directory. */
ATF_TC(many_names);
ATF_TC_HEAD(many_names, tc)
{
	atf_tc_set_md_var(tc, "descr", "a directory of 100,000 entries");
	atf_tc_set_md_var(tc, "timeout", "300");
}
ATF_TC_BODY(many_names, tc)
{
	char path[64];
	int i, fd;

	need("makefs");
	need("python3");
	ATF_REQUIRE(system("mkdir -p src && makefs -t ffs -s 96m -f 110000 -o "
			   "version=2,bsize=8192,fsize=1024,density=700 " IMAGE
			   " src >/dev/null") == 0);
	boot(RUMP_MNT_ASYNC);
	for (i = 0; i < 100000; i++) {
		snprintf(path, sizeof(path), "/mnt/name%d", i);
		fd = rump_sys_open(path, RUMP_O_RDWR | RUMP_O_CREAT, 0644);
		ATF_REQUIRE_MSG(fd != -1, "%d: %s", i, rump_strerror(errno));
		rump_sys_close(fd);
	}
	ATF_REQUIRE(rump_sys_unmount("/mnt", 0) == 0);
	check_image();
	ATF_REQUIRE(mount_image(RUMP_MNT_ASYNC) == 0);
	for (i = 0; i < 100000; i += 997) {
		snprintf(path, sizeof(path), "/mnt/name%d", i);
		ATF_REQUIRE(rump_sys_access(path, 0) == 0);
	}
	for (i = 0; i < 100000; i += 2) {
		snprintf(path, sizeof(path), "/mnt/name%d", i);
		ATF_REQUIRE(rump_sys_unlink(path) == 0);
	}
	ATF_REQUIRE(rump_sys_unmount("/mnt", 0) == 0);
	check_image();
}

/*
 * Damaged images: bytes changed at random, and images cut off.  Whatever
 * happens, it is an errno and not the end of the process.
 */
static void
use_damaged(void)
{
	char buf[4096], path[300];
	int fd;

	if (mount_image(0) == -1)
		return;
	fd = rump_sys_open("/mnt", RUMP_O_RDONLY);
	if (fd != -1) {
		while (rump_sys_getdents(fd, buf, sizeof(buf)) > 0)
			continue;
		rump_sys_close(fd);
	}
	fd = rump_sys_open("/mnt/greeting", RUMP_O_RDWR);
	if (fd != -1) {
		(void)rump_sys_read(fd, buf, sizeof(buf));
		(void)rump_sys_pwrite(fd, buf, sizeof(buf), 100000);
		(void)rump_sys_ftruncate(fd, 10);
		rump_sys_close(fd);
	}
	(void)rump_sys_readlink("/mnt/link", buf, sizeof(buf));
	(void)rump_sys_mkdir("/mnt/new", 0755);
	snprintf(path, sizeof(path), "/mnt/new/file");
	fd = rump_sys_open(path, RUMP_O_RDWR | RUMP_O_CREAT, 0644);
	if (fd != -1) {
		(void)rump_sys_write(fd, buf, sizeof(buf));
		rump_sys_close(fd);
	}
	(void)rump_sys_rename("/mnt/new/file", "/mnt/sub/file");
	(void)rump_sys_unlink("/mnt/greeting");
	(void)rump_sys_rmdir("/mnt/new");
	if (rump_sys_unmount("/mnt", 0) == -1)
		ATF_REQUIRE(rump_sys_unmount("/mnt", RUMP_MNT_FORCE) == 0);
}

ATF_TC(damaged);
ATF_TC_HEAD(damaged, tc)
{
	atf_tc_set_md_var(tc, "descr", "images with bytes changed at random");
	atf_tc_set_md_var(tc, "timeout", "300");
}
ATF_TC_BODY(damaged, tc)
{
	static const int interesting[] = {8192, 65536, 24576, 16384, 0, 4096};
	struct variant small = {"small", "-o version=1,bsize=4096,fsize=512"};
	unsigned round, i;
	int fd;

	make_image(&small, "2m");
	ATF_REQUIRE(system("cp " IMAGE " good.img") == 0);
	ATF_REQUIRE(rump_init() == 0);
	ATF_REQUIRE(rump_sys_mkdir("/mnt", 0777) == 0);
	seed = 99;
	for (round = 0; round < 400; round++) {
		ATF_REQUIRE(system("cp good.img " IMAGE) == 0);
		fd = open(IMAGE, O_RDWR);
		ATF_REQUIRE(fd != -1);
		for (i = 0; i < 1 + round % 8; i++) {
			off_t off = rnd(3) == 0
			    ? (off_t)rnd(2048 * 1024)
			    : (off_t)interesting[rnd(6)] + rnd(1500);
			uint32_t v = rnd(4) == 0 ? 0xffffffffu : rnd(256);

			ATF_REQUIRE(pwrite(fd, &v, 1 + 3 * rnd(2), off) > 0);
		}
		if (round % 20 == 19)
			ATF_REQUIRE(ftruncate(fd, rnd(2048) * 1024) == 0);
		close(fd);
		ATF_REQUIRE_EQ(
		    rump_pub_etfs_register("/dev/disk", IMAGE, RUMP_ETFS_BLK),
		    0);
		use_damaged();
		ATF_REQUIRE_EQ(rump_pub_etfs_remove("/dev/disk"), 0);
	}
}

/* A few bytes change in a file that is not in memory: the others stay. */
ATF_TC_WITHOUT_HEAD(overwrite);
ATF_TC_BODY(overwrite, tc)
{
	static const off_t at[] = {
	    0, 100, 5000, 8191, 20000, 70001, 99990, 100000};
	static char want[100007], got[sizeof(want)];
	ssize_t size = 100000;
	unsigned i;
	int fd;

	make_image(&variants[0], "4m");
	boot(0);
	for (i = 0; i < (unsigned)size; i++)
		want[i] = (char)(i / 7);
	RL(fd = rump_sys_open("/mnt/file", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	REQ(rump_sys_write(fd, want, (size_t)size), size);
	RL(rump_sys_close(fd));
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		RL(rump_sys_unmount("/mnt", 0));
		RL(mount_image(0));
		RL(fd = rump_sys_open("/mnt/file", RUMP_O_RDWR));
		memcpy(want + at[i], "changed", 7);
		REQ(rump_sys_pwrite(fd, "changed", 7, at[i]), 7);
		if (at[i] + 7 > size)
			size = (ssize_t)at[i] + 7;
		REQ(rump_sys_pread(fd, got, sizeof(got), 0), size);
		ATF_CHECK_MSG(memcmp(want, got, (size_t)size) == 0,
		    "a write at %jd changed other bytes", (intmax_t)at[i]);
		RL(rump_sys_close(fd));
	}
}

/* Mounts that cannot be: an errno each. */
ATF_TC_WITHOUT_HEAD(bad_mounts);
ATF_TC_BODY(bad_mounts, tc)
{
	struct rump_ufs_args args = {.fspec = "/dev/disk"};
	int fd;

	make_image(&variants[0], "4m");
	ATF_REQUIRE(rump_init() == 0);
	ATF_REQUIRE(rump_sys_mkdir("/mnt", 0777) == 0);
	ATF_CHECK(mount_image(0) == -1 && errno == RUMP_ENOENT);
	ATF_REQUIRE(
	    rump_pub_etfs_register("/dev/disk", IMAGE, RUMP_ETFS_BLK) == 0);
	/* shorter than its superblock says */
	ATF_REQUIRE(system("cp " IMAGE " good.img") == 0);
	ATF_REQUIRE(rump_pub_etfs_remove("/dev/disk") == 0);
	ATF_REQUIRE(truncate(IMAGE, 1024 * 1024) == 0);
	ATF_REQUIRE(
	    rump_pub_etfs_register("/dev/disk", IMAGE, RUMP_ETFS_BLK) == 0);
	ATF_CHECK(mount_image(0) == -1 && errno == RUMP_EINVAL);
	ATF_REQUIRE(rump_pub_etfs_remove("/dev/disk") == 0);
	/* no file system at all */
	fd = open("zeros.img", O_RDWR | O_CREAT, 0644);
	ATF_REQUIRE(ftruncate(fd, 1024 * 1024) == 0);
	close(fd);
	ATF_REQUIRE(rump_pub_etfs_register(
			"/dev/disk", "zeros.img", RUMP_ETFS_BLK) == 0);
	ATF_CHECK(mount_image(0) == -1 && errno == RUMP_EINVAL);
	ATF_REQUIRE(rump_pub_etfs_remove("/dev/disk") == 0);
	/* not a block device */
	ATF_REQUIRE(rump_pub_etfs_register(
			"/dev/disk", "good.img", RUMP_ETFS_REG) == 0);
	ATF_CHECK(mount_image(0) == -1 && errno == RUMP_ENOTBLK);
	ATF_REQUIRE(rump_pub_etfs_remove("/dev/disk") == 0);
	/* arguments too short, a bad pointer in them */
	ATF_CHECK(rump_sys_mount(RUMP_MOUNT_FFS, "/mnt", 0, &args, 2) == -1 &&
	    errno == RUMP_EINVAL);
	args.fspec = (char *)8;
	ATF_CHECK(rump_sys_mount(
		      RUMP_MOUNT_FFS, "/mnt", 0, &args, sizeof(args)) == -1 &&
	    errno == RUMP_EFAULT);
}

/* Read-only from now on: what was written before is on the disk. */
TEST(readonly, "a mount that becomes read-only is clean, with what it had")
{
	char buf[8];
	int fd, rfd;

	make_image(&variants[2], "4m");
	boot(0);
	RL(fd = rump_sys_open("/mnt/new", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	RL(rfd = rump_sys_open("/mnt/new", RUMP_O_RDONLY));
	REQ(RL(rump_sys_write(fd, "written", 8)), 8);
	RERR(RUMP_EBUSY, mount_image(RUMP_MNT_UPDATE | RUMP_MNT_RDONLY));
	RL(rump_sys_close(fd));
	RL(rump_sys_chmod("/mnt/greeting", 0600));
	RL(mount_image(RUMP_MNT_UPDATE | RUMP_MNT_RDONLY));
	check_image();
	RZ(system("python3 " TEST_SRCDIR "/fs/ufscheck.py -l " IMAGE
		  " | grep -q '100600 .* 6 /greeting' && "
		  "grep -aq written " IMAGE));
	RERR(RUMP_EROFS, rump_sys_unlink("/mnt/new"));
	/* and back */
	RL(mount_image(RUMP_MNT_UPDATE));
	RL(rump_sys_unlink("/mnt/greeting"));
	REQ(RL(rump_sys_read(rfd, buf, 8)), 8);
	RL(rump_sys_close(rfd));
	RL(rump_sys_unmount("/mnt", 0));
	check_image();
}

TEST(device_numbers, "device numbers of 32 bits, on both versions")
{
	struct rump_stat st;
	unsigned i;

	for (i = 0; i < 3; i += 2) {
		make_image(&variants[i], "4m");
		if (i == 0) {
			boot(0);
		} else {
			attach_image();
			RL(mount_image(0));
		}
		RL(rump_sys_mknod("/mnt/dev", S_IFCHR | 0600, 0xfedcba98));
		RL(rump_sys_unmount("/mnt", 0));
		check_image();
		RL(mount_image(0));
		RL(rump_sys_stat("/mnt/dev", rump_stat_ptr(&st)));
		REQ(st.st_rdev, 0xfedcba98);
		RL(rump_sys_unmount("/mnt", 0));
		RZ(rump_pub_etfs_remove("/dev/disk"));
	}
}

TEST(async_reclaim, "directories with buffers to write leave the cache")
{
	char path[64];
	unsigned i;

	setenv("RUMP_NVNODES", "24", 1);
	make_image(&variants[2], "16m");
	boot(RUMP_MNT_ASYNC);
	for (i = 0; i < 300; i++) {
		snprintf(path, sizeof(path), "/mnt/d%u", i);
		RL(rump_sys_mkdir(path, 0755));
		strcat(path, "/sub");
		RL(rump_sys_mkdir(path, 0755));
	}
	RL(rump_sys_unmount("/mnt", 0));
	check_image();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, random_v1le);
	ATF_TP_ADD_TC(tp, random_v1be);
	ATF_TP_ADD_TC(tp, random_v2le);
	ATF_TP_ADD_TC(tp, random_v2be);
	ATF_TP_ADD_TC(tp, random_async_v1le);
	ATF_TP_ADD_TC(tp, random_async_v1be);
	ATF_TP_ADD_TC(tp, random_async_v2le);
	ATF_TP_ADD_TC(tp, random_async_v2be);
	ATF_TP_ADD_TC(tp, large_sparse);
	ATF_TP_ADD_TC(tp, full);
	ATF_TP_ADD_TC(tp, many_names);
	ATF_TP_ADD_TC(tp, damaged);
	ATF_TP_ADD_TC(tp, overwrite);
	ATF_TP_ADD_TC(tp, bad_mounts);
	ATF_TP_ADD_TC(tp, readonly);
	ATF_TP_ADD_TC(tp, device_numbers);
	ATF_TP_ADD_TC(tp, async_reclaim);
	return atf_no_error();
}
