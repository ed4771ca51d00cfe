/* SPDX-License-Identifier: BSD-2-Clause */
/* What is particular to tmpfs; the rest is in the conformance suite. */
#include <stdbool.h>

#include "../kern/t_kern.h"

static void
boot(uint64_t nodes, int64_t size)
{
	struct rump_tmpfs_args args = {1, nodes, size, 0, 0, 0755};

	RZ(rump_init());
	RL(rump_sys_mkdir("/t", 0777));
	RL(rump_sys_mount("tmpfs", "/t", 0, &args, sizeof(args)));
}

static void
make(const char *path)
{
	int fd;

	RL(fd = rump_sys_open(path, RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RL(rump_sys_close(fd));
}

TEST(args, "mount arguments: bad ones, what they do, asking for them")
{
	struct rump_tmpfs_args a = {1, 100, 1 << 20, 7, 8, 0711}, b;
	struct rump_stat st;

	RZ(rump_init());
	RL(rump_sys_mkdir("/t", 0777));
	RERR(RUMP_EINVAL, rump_sys_mount("tmpfs", "/t", 0, &a, 4));
	a.ta_version = 2;
	RERR(RUMP_EINVAL, rump_sys_mount("tmpfs", "/t", 0, &a, sizeof(a)));
	a.ta_version = 1;
	a.ta_root_uid = (uint32_t)-1;
	RERR(RUMP_EINVAL, rump_sys_mount("tmpfs", "/t", 0, &a, sizeof(a)));
	a.ta_root_uid = 7;
	RL(rump_sys_mount("tmpfs", "/t", 0, &a, sizeof(a)));
	RL(rump_sys_stat("/t", rump_stat_ptr(&st)));
	ATF_CHECK_EQ(st.st_uid, 7);
	ATF_CHECK_EQ(st.st_gid, 8);
	ATF_CHECK_EQ(st.st_mode & 07777, 0711);
	ATF_CHECK_EQ(st.st_nlink, 2);
	ATF_CHECK_EQ(st.st_ino, 2);
	memset(&b, 0xff, sizeof(b));
	RL(rump_sys_mount("tmpfs", "/t", RUMP_MNT_GETARGS, &b, sizeof(b)));
	ATF_CHECK_EQ(b.ta_nodes_max, 100);
	ATF_CHECK_EQ(b.ta_size_max, 1 << 20);
	ATF_CHECK_EQ(b.ta_root_uid, 7);
	ATF_CHECK_EQ(b.ta_root_mode, 0711);
	/* other limits */
	b.ta_nodes_max = 50;
	RL(rump_sys_mount("tmpfs", "/t", RUMP_MNT_UPDATE, &b, sizeof(b)));
	memset(&b, 0xff, sizeof(b));
	RL(rump_sys_mount("tmpfs", "/t", RUMP_MNT_GETARGS, &b, sizeof(b)));
	ATF_CHECK_EQ(b.ta_nodes_max, 50);
	RL(rump_sys_unmount("/t", 0));
}

TEST(nodes, "the limit of files")
{
	char path[32];
	int i;

	boot(20, 0);
	for (i = 0; i < 19; i++) {
		snprintf(path, sizeof(path), "/t/f%d", i);
		make(path);
	}
	RERR(RUMP_ENOSPC,
	    rump_sys_open("/t/more", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RERR(RUMP_ENOSPC, rump_sys_mkdir("/t/dir", 0755));
	RERR(RUMP_ENOSPC, rump_sys_symlink("x", "/t/link"));
	RERR(RUMP_ENOENT, rump_sys_open("/t/more", RUMP_O_RDONLY));
	/* a link needs no file */
	RL(rump_sys_link("/t/f0", "/t/g"));
	RL(rump_sys_unlink("/t/f1"));
	make("/t/more");
	/* a file that is open still counts */
	RL(i = rump_sys_open("/t/f2", RUMP_O_RDWR));
	RL(rump_sys_unlink("/t/f2"));
	RERR(RUMP_ENOSPC, rump_sys_mkdir("/t/dir", 0755));
	RL(rump_sys_close(i));
	RL(rump_sys_mkdir("/t/dir", 0755));
	RL(rump_sys_unmount("/t", 0));
}

TEST(size, "the limit of bytes")
{
	static char buf[65536];
	struct rump_statvfs sv;
	ssize_t total = 0, n;
	int fd;

	boot(0, 1 << 20);
	RL(fd = rump_sys_open("/t/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	while ((n = rump_sys_write(fd, buf, sizeof(buf))) > 0)
		total += n;
	ATF_CHECK_EQ(errno, RUMP_ENOSPC);
	ATF_CHECK_MSG(total > (1 << 20) - 3 * 65536 && total <= 1 << 20,
	    "%zd bytes", total);
	RL(rump_sys_statvfs1("/t", rump_statvfs_ptr(&sv), RUMP_MNT_WAIT));
	ATF_CHECK_EQ(sv.f_blocks * sv.f_frsize, 1 << 20);
	ATF_CHECK(sv.f_bavail * sv.f_frsize <= (1u << 20) - (size_t)total);
	/* what is there can be written again */
	ATF_CHECK_EQ(
	    rump_sys_pwrite(fd, buf, sizeof(buf), 0), (ssize_t)sizeof(buf));
	RL(rump_sys_ftruncate(fd, 0));
	ATF_CHECK_EQ(rump_sys_pwrite(fd, buf, sizeof(buf), 1 << 18),
	    (ssize_t)sizeof(buf));
	RL(rump_sys_unlink("/t/f"));
	RL(rump_sys_close(fd));
	/* all of it is free again */
	RL(fd = rump_sys_open("/t/g", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	for (n = 0; n < 14; n++)
		ATF_CHECK_EQ(
		    rump_sys_write(fd, buf, sizeof(buf)), (ssize_t)sizeof(buf));
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/t", 0));
}

TEST(holes, "holes cost nothing and read as zeroes")
{
	static char buf[70000];
	struct rump_stat st;
	int fd;

	boot(0, 1 << 20);
	RL(fd = rump_sys_open("/t/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RL(rump_sys_ftruncate(fd, 1LL << 40));
	ATF_CHECK_EQ(rump_sys_pwrite(fd, "end", 3, (1LL << 40) + 5000), 3);
	ATF_CHECK_EQ(rump_sys_pwrite(fd, "mid", 3, 1LL << 30), 3);
	RL(rump_sys_fstat(fd, rump_stat_ptr(&st)));
	ATF_CHECK_EQ(st.st_size, (1LL << 40) + 5003);
	ATF_CHECK_MSG(st.st_blocks <= 32, "%jd blocks", (intmax_t)st.st_blocks);
	memset(buf, 1, sizeof(buf));
	ATF_REQUIRE_EQ(
	    rump_sys_pread(fd, buf, sizeof(buf), (1LL << 30) - 35000),
	    (ssize_t)sizeof(buf));
	for (size_t i = 0; i < sizeof(buf); i++)
		ATF_REQUIRE_EQ(
		    buf[i], i >= 35000 && i < 35003 ? "mid"[i - 35000] : 0);
	RL(rump_sys_ftruncate(fd, 100));
	RL(rump_sys_ftruncate(fd, 1LL << 31));
	ATF_REQUIRE_EQ(rump_sys_pread(fd, buf, 3, 1LL << 30), 3);
	ATF_CHECK_EQ(buf[0], 0);
	RERR(RUMP_EINVAL, rump_sys_ftruncate(fd, -1));
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/t", 0));
}

TEST(memlimit, "no more memory than there is")
{
	static char buf[65536];
	int fd, i;

	setenv("RUMP_MEMLIMIT", "16m", 1);
	boot(0, 0);
	RL(fd = rump_sys_open("/t/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	for (i = 0; i < 1024; i++)
		if (rump_sys_write(fd, buf, sizeof(buf)) == -1)
			break;
	ATF_CHECK_MSG(
	    errno == RUMP_ENOSPC || errno == RUMP_ENOMEM, "errno %d", errno);
	ATF_CHECK_MSG(i > 32 && i < 256, "%d MiB", i / 16);
	/* and it comes back */
	RL(rump_sys_close(fd));
	RL(rump_sys_unlink("/t/f"));
	make("/t/g");
	RL(fd = rump_sys_open("/t/h", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	for (i = 0; i < 32; i++)
		ATF_REQUIRE_EQ(
		    rump_sys_write(fd, buf, sizeof(buf)), (ssize_t)sizeof(buf));
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/t", 0));
}

#define NFILES 5000

static int
read_names(int fd, char *seen, size_t bufsize)
{
	char *buf = malloc(bufsize);
	int n = 0, len, num;

	for (;;) {
		RL(len = rump_sys_getdents(fd, buf, bufsize));
		if (len == 0)
			break;
		for (char *p = buf; p < buf + len;) {
			struct rump_dirent *d = (void *)p;

			ATF_REQUIRE(d->d_reclen != 0);
			if (sscanf(d->d_name, "file%d", &num) == 1) {
				ATF_REQUIRE_MSG(
				    !seen[num], "%s twice", d->d_name);
				ATF_REQUIRE_EQ(d->d_type, 8);
				seen[num] = 1;
			}
			p += d->d_reclen;
			n++;
		}
	}
	free(buf);
	return n;
}

TEST(bigdir, "a large directory: every name once, while others come and go")
{
	static char seen[NFILES];
	char path[64], buf[600];
	int fd, n, len;

	boot(0, 0);
	RL(rump_sys_mkdir("/t/d", 0755));
	for (int i = 0; i < NFILES; i++) {
		snprintf(path, sizeof(path), "/t/d/file%d", i);
		make(path);
	}
	RL(fd = rump_sys_open("/t/d", RUMP_O_RDONLY));
	ATF_CHECK_EQ(read_names(fd, seen, 8192), NFILES + 2);
	for (int i = 0; i < NFILES; i++)
		ATF_REQUIRE(seen[i]);
	/* remove while reading: the others are still seen once */
	memset(seen, 0, sizeof(seen));
	RL((int)rump_sys_lseek(fd, 0, 0));
	RL(len = rump_sys_getdents(fd, buf, sizeof(buf)));
	for (int i = 0; i < NFILES; i += 2) {
		snprintf(path, sizeof(path), "/t/d/file%d", i);
		RL(rump_sys_unlink(path));
	}
	n = read_names(fd, seen, 1024);
	ATF_CHECK(n < NFILES / 2 + 2);
	for (int i = 101; i < NFILES; i += 2)
		ATF_REQUIRE(seen[i]);
	/* odd buffers: too small for one entry is an error */
	RL((int)rump_sys_lseek(fd, 0, 0));
	RERR(RUMP_EINVAL, rump_sys_getdents(fd, buf, 8));
	/* a removed directory is empty */
	for (int i = 1; i < NFILES; i += 2) {
		snprintf(path, sizeof(path), "/t/d/file%d", i);
		RL(rump_sys_unlink(path));
	}
	RL(rump_sys_rmdir("/t/d"));
	RERR(RUMP_ENOENT,
	    rump_sys_openat(fd, "x", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RL(rump_sys_close(fd));
	RL(rump_sys_unmount("/t", 0));
}

TEST(handles, "file handles outlive names and tell generations")
{
	char fh1[64], fh2[64];
	size_t len1 = sizeof(fh1), len2 = sizeof(fh2);
	int fd;

	boot(0, 0);
	make("/t/a");
	RL(rump_sys_getfh("/t/a", fh1, &len1));
	RL(rump_sys_rename("/t/a", "/t/b"));
	RL(fd = rump_sys_fhopen(fh1, len1, RUMP_O_RDWR));
	ATF_CHECK_EQ(rump_sys_write(fd, "x", 1), 1);
	RL(rump_sys_close(fd));
	RL(rump_sys_getfh("/t/b", fh2, &len2));
	ATF_CHECK_EQ(len1, len2);
	ATF_CHECK(memcmp(fh1, fh2, len1) == 0);
	RL(rump_sys_unlink("/t/b"));
	RERR(RUMP_ESTALE, rump_sys_fhopen(fh1, len1, RUMP_O_RDWR));
	make("/t/a");
	RERR(RUMP_ESTALE, rump_sys_fhopen(fh1, len1, RUMP_O_RDWR));
	RL(rump_sys_unmount("/t", 0));
}

static void *
come_and_go(void *arg)
{
	int i;

	for (i = 0; i < 20000; i++) {
		make("/t/a");
		RL(rump_sys_unlink("/t/a"));
	}
	*(_Atomic bool *)arg = true;
	return NULL;
}

TEST(handles_race, "handles of files that are being removed")
{
	_Atomic bool done = false;
	struct rump_stat st;
	uint8_t fh[64];
	size_t size;
	pthread_t t;

	boot(0, 0);
	ATF_REQUIRE_EQ(pthread_create(&t, NULL, come_and_go, (void *)&done), 0);
	while (!done) {
		size = sizeof(fh);
		if (rump_sys_getfh("/t/a", fh, &size) == -1) {
			REQ(errno, RUMP_ENOENT);
			continue;
		}
		if (rump_sys_fhstat(fh, size, rump_stat_ptr(&st)) == -1)
			REQ(errno, RUMP_ESTALE);
	}
	pthread_join(t, NULL);
	RL(rump_sys_unmount("/t", 0));
}

static void *
read_hole(void *arg)
{
	char buf[16];

	REQ(RL(rump_sys_pread(*(int *)arg, buf, sizeof(buf), 0)), sizeof(buf));
	REQ(buf[0], 0);
	return NULL;
}

TEST(first_reads, "first reads, at once, of a file that was given a size")
{
	pthread_t t[4];
	int fd, i, k;

	boot(0, 0);
	for (i = 0; i < 300; i++) {
		RL(fd = rump_sys_open(
		       "/t/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
		RL(rump_sys_ftruncate(fd, 100000));
		for (k = 0; k < 4; k++)
			ATF_REQUIRE_EQ(
			    pthread_create(&t[k], NULL, read_hole, &fd), 0);
		for (k = 0; k < 4; k++)
			pthread_join(t[k], NULL);
		RL(rump_sys_close(fd));
		RL(rump_sys_unlink("/t/f"));
	}
	RL(rump_sys_unmount("/t", 0));
}

TEST(busy, "unmounting with files open")
{
	char b[4];
	int fd;

	boot(0, 0);
	RL(fd = rump_sys_open("/t/f", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	ATF_REQUIRE_EQ(rump_sys_write(fd, "abc", 3), 3);
	RERR(RUMP_EBUSY, rump_sys_unmount("/t", 0));
	ATF_REQUIRE_EQ(rump_sys_pread(fd, b, 3, 0), 3);
	RL(rump_sys_unmount("/t", RUMP_MNT_FORCE));
	ATF_CHECK(rump_sys_pread(fd, b, 3, 0) <= 0);
	RL(rump_sys_close(fd));
}

TEST(readonly, "read-only and back")
{
	struct rump_tmpfs_args a = {1, 0, 0, 0, 0, 0755};
	int fd;

	boot(0, 0);
	make("/t/f");
	RL(rump_sys_mount(
	    "tmpfs", "/t", RUMP_MNT_UPDATE | RUMP_MNT_RDONLY, &a, sizeof(a)));
	RERR(RUMP_EROFS, rump_sys_open("/t/f", RUMP_O_RDWR));
	RERR(RUMP_EROFS,
	    rump_sys_open("/t/g", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RERR(RUMP_EROFS, rump_sys_unlink("/t/f"));
	RERR(RUMP_EROFS, rump_sys_mkdir("/t/d", 0755));
	RERR(RUMP_EROFS, rump_sys_chmod("/t/f", 0600));
	RL(fd = rump_sys_open("/t/f", RUMP_O_RDONLY));
	RL(rump_sys_close(fd));
	RL(rump_sys_mount("tmpfs", "/t", RUMP_MNT_UPDATE, &a, sizeof(a)));
	RL(rump_sys_unlink("/t/f"));
	RL(rump_sys_unmount("/t", 0));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, args);
	ATF_TP_ADD_TC(tp, nodes);
	ATF_TP_ADD_TC(tp, size);
	ATF_TP_ADD_TC(tp, holes);
	ATF_TP_ADD_TC(tp, memlimit);
	ATF_TP_ADD_TC(tp, bigdir);
	ATF_TP_ADD_TC(tp, handles);
	ATF_TP_ADD_TC(tp, handles_race);
	ATF_TP_ADD_TC(tp, first_reads);
	ATF_TP_ADD_TC(tp, busy);
	ATF_TP_ADD_TC(tp, readonly);
	return atf_no_error();
}
