/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mounting and unmounting, on testfs.
 */
#include "testfs/testfs.h"
#include "vfs_test.h"

TEST(basic, "mount, statvfs, unmount")
{
	struct rump_statvfs sv;
	struct testfs_counts tc0, tc1;

	boot_testfs();
	ATF_REQUIRE_EQ(sizeof(sv), 2256);
	RL(rump_sys_statvfs1("/t", rump_statvfs_ptr(&sv), RUMP_MNT_WAIT));
	ATF_CHECK_STREQ(sv.f_fstypename, "testfs");
	ATF_CHECK_STREQ(sv.f_mntonname, "/t");
	ATF_CHECK_STREQ(sv.f_mntfromname, "testfs");
	ATF_CHECK_EQ(sv.f_bsize, 512);
	ATF_CHECK((sv.f_flag & RUMP_MNT_LOCAL) != 0);
	make("/t/a");
	rumptest_counts(&tc0);
	RL(rump_sys_unmount("/t", 0));
	rumptest_counts(&tc1);
	ATF_CHECK_EQ(tc1.unmounts, tc0.unmounts + 1);
	ATF_CHECK(tc1.syncs > tc0.syncs);
	ATF_CHECK_EQ(ino_of("/t/a"), 0);
	RERR(RUMP_EINVAL, rump_sys_unmount("/t", 0));
}

TEST(errors, "what can't be mounted")
{
	boot_testfs();
	make("/t/file");
	RERR(RUMP_ENODEV, rump_sys_mount("nosuchfs", "/t", 0, NULL, 0));
	RERR(RUMP_ENOENT, rump_sys_mount("testfs", "/nowhere", 0, NULL, 0));
	RERR(RUMP_ENOTDIR, rump_sys_mount("testfs", "/t/file", 0, NULL, 0));
	RERR(RUMP_ENODEV,
	    rump_sys_mount(
		"averyveryverylongfilesystemname", "/t", 0, NULL, 0));
}

TEST(busy, "a file system in use isn't unmounted, unless forced")
{
	char buf[1];
	int fd;

	boot_testfs();
	RL(fd = rump_sys_open("/t/a", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RERR(RUMP_EBUSY, rump_sys_unmount("/t", 0));
	ATF_CHECK(ino_of("/t/a") != 0);
	RL(rump_sys_unmount("/t", RUMP_MNT_FORCE));
	ATF_CHECK_EQ(ino_of("/t/a"), 0);
	ATF_CHECK(rump_sys_read(fd, buf, 1) == -1);
	RL(rump_sys_close(fd));
	RL(rump_sys_mount("testfs", "/t", 0, NULL, 0));
	RL(rump_sys_unmount("/t", 0));
}

TEST(noroot, "a file system whose root can't be read is unmounted by name")
{
	struct rump_stat st;

	boot_testfs();
	RL(rump_sys_mkdir("/t2", 0755));
	RL(rump_sys_symlink("t", "/link"));
	RL(rump_sys_mount("testfs", "/t2", 0, NULL, 0));
	RZ(rumptest_fail_root("/t", RUMP_EACCES));
	RERR(RUMP_EACCES, rump_sys_unmount("/t", 0));
	RZ(rumptest_fail_root("/t", RUMP_EIO));
	RERR(RUMP_EIO, rump_sys_stat("/t", rump_stat_ptr(&st)));
	/* no other name, and no other mount */
	RERR(RUMP_EIO, rump_sys_unmount("/link", 0));
	RL(rump_sys_unmount("/t", 0));
	RL(rump_sys_stat("/t", rump_stat_ptr(&st)));
	RERR(RUMP_EINVAL, rump_sys_unmount("/t", 0));
	RZ(rumptest_fail_root("/t2", RUMP_ENXIO));
	RL(rump_sys_unmount("/t2", 0));
}

TEST(nested, "a mount below another keeps it")
{
	boot_testfs();
	RL(rump_sys_mkdir("/t/m", 0755));
	RL(rump_sys_mount("testfs", "/t/m", 0, NULL, 0));
	make("/t/m/x");
	ATF_CHECK(ino_of("/t/m/..") == ino_of("/t"));
	RERR(RUMP_EBUSY, rump_sys_unmount("/t", 0));
	RL(rump_sys_unmount("/t/m", 0));
	RL(rump_sys_unmount("/t", 0));
}

/* Count the entries that a directory gives. */
static int
entries(const char *path)
{
	char buf[1024];
	int fd, n, count = 0;

	RL(fd = rump_sys_open(path, RUMP_O_RDONLY));
	for (;;) {
		RL(n = rump_sys_getdents(fd, buf, sizeof(buf)));
		if (n == 0)
			break;
		for (int off = 0; off < n; count++) {
			uint16_t reclen;

			memcpy(&reclen, buf + off + 8, sizeof(reclen));
			off += reclen;
		}
	}
	RL(rump_sys_close(fd));
	return count;
}

TEST(union_hook, "a directory that another one follows")
{
	int upper, lower;

	boot_testfs();
	RL(rump_sys_mkdir("/u", 0755));
	RL(rump_sys_mkdir("/l", 0755));
	make("/u/a");
	make("/l/b");
	make("/l/c");
	upper = entries("/u");
	lower = entries("/l");
	ATF_REQUIRE(upper >= 1 && lower == upper + 1);
	KT(rumptest_union_hook("/u", "/l"));
	ATF_CHECK_EQ(entries("/u"), upper + lower);
	ATF_CHECK_EQ(entries("/l"), lower);
	KT(rumptest_union_hook(NULL, NULL));
	ATF_CHECK_EQ(entries("/u"), upper);
}

TEST(stacked, "two mounts on one directory")
{
	boot_testfs();
	make("/t/first");
	RL(rump_sys_mount("testfs", "/t", 0, NULL, 0));
	ATF_CHECK_EQ(ino_of("/t/first"), 0);
	RL(rump_sys_unmount("/t", 0));
	ATF_CHECK(ino_of("/t/first") != 0);
	RL(rump_sys_unmount("/t", 0));
}

TEST(update, "read-only and back")
{
	boot_testfs();
	RL(rump_sys_mount(
	    "testfs", "/t", RUMP_MNT_UPDATE | RUMP_MNT_RDONLY, NULL, 0));
	RERR(RUMP_EROFS, rump_sys_mkdir("/t/d", 0755));
	RL(rump_sys_mount("testfs", "/t", RUMP_MNT_UPDATE, NULL, 0));
	RL(rump_sys_mkdir("/t/d", 0755));
	RERR(RUMP_EINVAL,
	    rump_sys_mount("testfs", "/t/d", RUMP_MNT_UPDATE, NULL, 0));
}

static void *
walker(void *arg)
{
	for (int i = 0; i < 3000; i++)
		(void)ino_of("/t/x");
	return NULL;
}

TEST(race, "lookups while a file system comes and goes")
{
	pthread_t t[2];
	int busy = 0;

	boot_testfs();
	make("/t/x");
	for (int i = 0; i < 2; i++)
		pthread_create(&t[i], NULL, walker, NULL);
	for (int i = 0; i < 200; i++) {
		if (rump_sys_unmount("/t", 0) == -1) {
			ATF_CHECK_EQ(errno, RUMP_EBUSY);
			busy++;
			continue;
		}
		RL(rump_sys_mount("testfs", "/t", 0, NULL, 0));
	}
	for (int i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
	printf("%d times busy\n", busy);
}

static _Atomic int force_stop;

static void *
user(void *arg)
{
	_Alignas(8) char sv[4096];
	char path[64], buf[1];
	unsigned seed = (unsigned)(uintptr_t)arg;
	int fd;

	while (!force_stop) {
		snprintf(path, sizeof(path), "/t/d%d/f%d", rand_r(&seed) % 3,
		    rand_r(&seed) % 5);
		switch (rand_r(&seed) % 7) {
		case 0:
			fd = rump_sys_open(
			    path, RUMP_O_CREAT | RUMP_O_RDWR, 0644);
			if (fd != -1) {
				rump_sys_read(fd, buf, 1);
				rump_sys_close(fd);
			}
			break;
		case 1:
			rump_sys_unlink(path);
			break;
		case 2:
			rump_sys_mkdir(path, 0755);
			break;
		case 3:
			rump_sys_rename(path, "/t/d1/f1");
			break;
		case 4:
			rump_sys_rmdir(path);
			break;
		case 5:
			path[5] = '\0';
			rump_sys_statvfs1(path, (void *)sv, 1);
			break;
		default:
			(void)ino_of(path);
			break;
		}
	}
	return NULL;
}

ATF_TC(force_race);
ATF_TC_HEAD(force_race, tc)
{
	atf_tc_set_md_var(
	    tc, "descr", "forced unmounts under threads that use the files");
	atf_tc_set_md_var(tc, "timeout", "120");
}
ATF_TC_BODY(force_race, tc)
{
	pthread_t t[3];

	setenv("RUMP_NVNODES", "20", 1);
	boot_testfs();
	for (uintptr_t i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, user, (void *)(i + 1));
	for (int i = 0; i < 200; i++) {
		rump_sys_mkdir("/t/d0", 0755);
		rump_sys_mkdir("/t/d1", 0755);
		rump_sys_mkdir("/t/d2", 0755);
		usleep(2000);
		RL(rump_sys_unmount("/t", RUMP_MNT_FORCE));
		RL(rump_sys_mount("testfs", "/t", 0, NULL, 0));
	}
	force_stop = 1;
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	RL(rump_sys_unmount("/t", 0));
}

static void
do_halt(void *arg)
{
	boot_testfs();
	RL(rump_sys_mkdir("/t/m", 0755));
	RL(rump_sys_mount("testfs", "/t/m", 0, NULL, 0));
	RL(rump_sys_open("/t/m/x", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	rump_sys_reboot(0, NULL);
}

TEST(halt, "halting unmounts, last mounted first, and says so")
{
	static const char want[] = "syncing disks... done\n"
				   "unmounting file systems...\n"
				   "unmounted testfs on /t/m type testfs\n"
				   "unmounted testfs on /t type testfs\n"
				   "unmounted rumpfs on / type rumpfs\n"
				   "unmounting done\n"
				   "halted\n";
	char buf[4096];
	int status = t_child(do_halt, NULL, buf, sizeof(buf));

	ATF_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	ATF_CHECK_MSG(strstr(buf, want) != NULL, "it said: %s", buf);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, basic);
	ATF_TP_ADD_TC(tp, errors);
	ATF_TP_ADD_TC(tp, busy);
	ATF_TP_ADD_TC(tp, noroot);
	ATF_TP_ADD_TC(tp, nested);
	ATF_TP_ADD_TC(tp, union_hook);
	ATF_TP_ADD_TC(tp, stacked);
	ATF_TP_ADD_TC(tp, update);
	ATF_TP_ADD_TC(tp, race);
	ATF_TP_ADD_TC(tp, force_race);
	ATF_TP_ADD_TC(tp, halt);
	return atf_no_error();
}
