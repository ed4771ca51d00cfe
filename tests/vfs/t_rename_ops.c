/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genfs_rename(9): every case of rename, on testfs.
 */
#include "testfs/testfs.h"
#include "vfs_test.h"

TEST(files, "files within and between directories, over others")
{
	uint64_t a, b;

	boot_testfs();
	RL(rump_sys_mkdir("/t/d", 0755));
	make("/t/a");
	make("/t/b");
	a = ino_of("/t/a");
	b = ino_of("/t/b");
	RL(rump_sys_rename("/t/a", "/t/c"));
	ATF_CHECK_EQ(ino_of("/t/c"), a);
	ATF_CHECK_EQ(ino_of("/t/a"), 0);
	RL(rump_sys_rename("/t/c", "/t/d/e"));
	ATF_CHECK_EQ(ino_of("/t/d/e"), a);
	RL(rump_sys_rename("/t/b", "/t/d/e"));
	ATF_CHECK_EQ(ino_of("/t/d/e"), b);
	RL(rump_sys_rename("/t/d/e", "/t/d/e"));
	ATF_CHECK_EQ(ino_of("/t/d/e"), b);
	RERR(RUMP_ENOENT, rump_sys_rename("/t/none", "/t/d/e"));
	RERR(RUMP_ENOENT, rump_sys_rename("/t/d/e", "/t/none/e"));
}

TEST(directories, "directories move, and replace empty ones only")
{
	uint64_t d;

	boot_testfs();
	RL(rump_sys_mkdir("/t/d", 0755));
	RL(rump_sys_mkdir("/t/e", 0755));
	make("/t/d/f");
	d = ino_of("/t/d");
	RL(rump_sys_rename("/t/d", "/t/e/d"));
	ATF_CHECK_EQ(ino_of("/t/e/d"), d);
	ATF_CHECK_EQ(ino_of("/t/e/d/.."), ino_of("/t/e"));
	ATF_CHECK(ino_of("/t/e/d/f") != 0);
	RL(rump_sys_mkdir("/t/g", 0755));
	RL(rump_sys_rename("/t/e/d", "/t/g"));
	ATF_CHECK_EQ(ino_of("/t/g"), d);
	ATF_CHECK_EQ(ino_of("/t/g/.."), ino_of("/t"));
	RL(rump_sys_mkdir("/t/h", 0755));
	RERR(RUMP_ENOTEMPTY, rump_sys_rename("/t/h", "/t/g"));
}

TEST(types, "a file doesn't replace a directory, nor the reverse")
{
	boot_testfs();
	RL(rump_sys_mkdir("/t/d", 0755));
	RL(rump_sys_mkdir("/t/e", 0755));
	make("/t/f");
	make("/t/e/f");
	RERR(RUMP_EISDIR, rump_sys_rename("/t/f", "/t/d"));
	RERR(RUMP_ENOTDIR, rump_sys_rename("/t/d", "/t/f"));
	RERR(RUMP_EISDIR, rump_sys_rename("/t/e/f", "/t/d"));
	RERR(RUMP_ENOTDIR, rump_sys_rename("/t/d", "/t/e/f"));
}

TEST(loops, "a directory doesn't go below itself, or over its parents")
{
	boot_testfs();
	RL(rump_sys_mkdir("/t/a", 0755));
	RL(rump_sys_mkdir("/t/a/b", 0755));
	RL(rump_sys_mkdir("/t/a/b/c", 0755));
	make("/t/a/b/c/f");
	RERR(RUMP_EINVAL, rump_sys_rename("/t/a", "/t/a/b/c/d"));
	RERR(RUMP_EINVAL, rump_sys_rename("/t/a", "/t/a/d"));
	RERR(RUMP_EINVAL, rump_sys_rename("/t/a/b", "/t/a/b/c/x"));
	RERR(RUMP_ENOTEMPTY, rump_sys_rename("/t/a/b/c", "/t/a"));
	RERR(RUMP_EISDIR, rump_sys_rename("/t/a/b/c/f", "/t/a"));
	RERR(RUMP_EINVAL, rump_sys_rename("/t/a/.", "/t/x"));
	RERR(RUMP_EINVAL, rump_sys_rename("/t/a/..", "/t/x"));
	ATF_CHECK(ino_of("/t/a/b/c/f") != 0);
}

TEST(links, "of two links to one file the first goes")
{
	uint64_t ino;

	boot_testfs();
	RL(rump_sys_mkdir("/t/d", 0755));
	make("/t/a");
	ino = ino_of("/t/a");
	RL(rump_sys_link("/t/a", "/t/b"));
	RL(rump_sys_link("/t/a", "/t/d/b"));
	RL(rump_sys_rename("/t/a", "/t/b"));
	ATF_CHECK_EQ(ino_of("/t/a"), 0);
	ATF_CHECK_EQ(ino_of("/t/b"), ino);
	RL(rump_sys_rename("/t/b", "/t/d/b"));
	ATF_CHECK_EQ(ino_of("/t/b"), 0);
	ATF_CHECK_EQ(ino_of("/t/d/b"), ino);
	RL(rump_sys_rename("/t/d/b", "/t/d/b"));
	ATF_CHECK_EQ(ino_of("/t/d/b"), ino);
}

TEST(mounts, "not across mounts, and not a mount point")
{
	boot_testfs();
	RL(rump_sys_mkdir("/t/m", 0755));
	RL(rump_sys_mkdir("/t/e", 0755));
	RL(rump_sys_mount("testfs", "/t/m", 0, NULL, 0));
	make("/t/a");
	RERR(RUMP_EXDEV, rump_sys_rename("/t/a", "/t/m/a"));
	errno = 0;
	ATF_CHECK(rump_sys_rename("/t/m", "/t/x") == -1);
	ATF_CHECK(rump_sys_rename("/t/e", "/t/m") == -1);
	RL(rump_sys_unmount("/t/m", 0));
}

static _Atomic int failures;

static void *
mover(void *arg)
{
	static const char *const names[] = {
	    "/t/a/x", "/t/b/x", "/t/a/b2/x", "/t/b/a2/x", "/t/x"};
	unsigned seed = (unsigned)(uintptr_t)arg;

	for (int i = 0; i < 4000; i++) {
		const char *f = names[rand_r(&seed) % 5];
		const char *t = names[rand_r(&seed) % 5];

		if (rump_sys_rename(f, t) == -1 && errno != RUMP_ENOENT &&
		    errno != RUMP_EINVAL && errno != RUMP_ENOTEMPTY)
			failures++;
		if (i % 50 == 0)
			rump_sys_mkdir(names[rand_r(&seed) % 5], 0755);
	}
	return NULL;
}

ATF_TC(threads);
ATF_TC_HEAD(threads, tc)
{
	atf_tc_set_md_var(tc, "descr",
	    "threads that rename directories in all directions end");
	atf_tc_set_md_var(tc, "timeout", "120");
}
ATF_TC_BODY(threads, tc)
{
	pthread_t t[4];

	boot_testfs();
	RL(rump_sys_mkdir("/t/a", 0755));
	RL(rump_sys_mkdir("/t/b", 0755));
	RL(rump_sys_mkdir("/t/a/b2", 0755));
	RL(rump_sys_mkdir("/t/b/a2", 0755));
	RL(rump_sys_mkdir("/t/x", 0755));
	for (uintptr_t i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, mover, (void *)(i + 1));
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	ATF_CHECK_EQ(failures, 0);
	RL(rump_sys_unmount("/t", 0));
}

TEST(lock, "a rename that the file system does not let begin")
{
	boot_testfs();
	make("/t/a");
	rumptest_fail_rename(RUMP_EINTR);
	RERR(RUMP_EINTR, rump_sys_rename("/t/a", "/t/b"));
	ATF_CHECK(ino_of("/t/a") != 0);
	RL(rump_sys_rename("/t/a", "/t/b"));
	RL(rump_sys_unmount("/t", 0));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, files);
	ATF_TP_ADD_TC(tp, directories);
	ATF_TP_ADD_TC(tp, types);
	ATF_TP_ADD_TC(tp, loops);
	ATF_TP_ADD_TC(tp, links);
	ATF_TP_ADD_TC(tp, lock);
	ATF_TP_ADD_TC(tp, mounts);
	ATF_TP_ADD_TC(tp, threads);
	return atf_no_error();
}
