/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * etfs: files of the host in the kernel's name space.
 */
#include <sys/stat.h>

#include <fcntl.h>

#include "../kern/t_kern.h"

static void
hostfile(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ATF_REQUIRE(f != NULL);
	ATF_REQUIRE(fputs(text, f) >= 0);
	ATF_REQUIRE_EQ(fclose(f), 0);
}

static void
hostis(const char *path, const char *text)
{
	char buf[4096];
	size_t n;
	FILE *f = fopen(path, "r");

	ATF_REQUIRE(f != NULL);
	n = fread(buf, 1, sizeof(buf) - 1, f);
	buf[n] = '\0';
	fclose(f);
	ATF_REQUIRE_STREQ(buf, text);
}

static void
fileis(const char *path, const char *text)
{
	char buf[4096];
	ssize_t n;
	int fd;

	fd = (int)RL(rump_sys_open(path, RUMP_O_RDONLY));
	n = RL(rump_sys_read(fd, buf, sizeof(buf) - 1));
	buf[n] = '\0';
	RL(rump_sys_close(fd));
	ATF_REQUIRE_STREQ(buf, text);
}

static struct rump_stat
st(const char *path)
{
	struct rump_stat sb;

	RL(rump_sys_stat(path, rump_stat_ptr(&sb)));
	return sb;
}

ATF_TC_WITHOUT_HEAD(reg);
ATF_TC_BODY(reg, tc)
{
	char buf[64];
	int fd;

	hostfile("f", "0123456789");
	RZ(rump_init());
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register("/dir/of/key", "f", RUMP_ETFS_REG), 0);
	/* No directory on the way is needed, and none is there. */
	fileis("/dir/of/key", "0123456789");
	RERR(RUMP_ENOENT, rump_sys_open("/dir", RUMP_O_RDONLY));
	RERR(RUMP_ENOENT, rump_sys_open("/dir/of", RUMP_O_RDONLY));
	RERR(RUMP_ENOTDIR, rump_sys_open("/dir/of/key/", RUMP_O_RDONLY));
	RERR(RUMP_ENOENT, rump_sys_open("/dir/of/keys", RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(st("/dir/of/key").st_size, 10);
	ATF_REQUIRE_EQ(st("/dir/of/key").st_mode & 0170000, 0100000);
	/* Writes reach the host, and make the file grow. */
	fd = (int)RL(rump_sys_open("/dir/of/key", RUMP_O_RDWR));
	RL(rump_sys_pwrite(fd, "abc", 3, 2));
	RL(rump_sys_pwrite(fd, "END", 3, 9));
	RL(rump_sys_fsync(fd));
	ATF_REQUIRE_EQ(st("/dir/of/key").st_size, 12);
	ATF_REQUIRE_EQ(RL(rump_sys_pread(fd, buf, 64, 8)), 4);
	/* Reading past the end gives nothing. */
	ATF_REQUIRE_EQ(RL(rump_sys_pread(fd, buf, 64, 100)), 0);
	RL(rump_sys_close(fd));
	hostis("f", "01abc5678END");
	/* It can't be removed or renamed from inside. */
	ATF_REQUIRE_EQ(rump_sys_unlink("/dir/of/key"), -1);
	hostis("f", "01abc5678END");
	ATF_REQUIRE_EQ(rump_pub_etfs_remove("/dir/of/key"), 0);
	RERR(RUMP_ENOENT, rump_sys_open("/dir/of/key", RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(rump_pub_etfs_remove("/dir/of/key"), RUMP_ENOENT);
}

ATF_TC_WITHOUT_HEAD(range);
ATF_TC_BODY(range, tc)
{
	int fd;

	hostfile("f", "0123456789abcdef");
	RZ(rump_init());
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register_withsize("/mid", "f", RUMP_ETFS_REG, 4, 6),
	    0);
	ATF_REQUIRE_EQ(rump_pub_etfs_register_withsize("/tail", "f",
			   RUMP_ETFS_REG, 10, RUMP_ETFS_SIZE_ENDOFF),
	    0);
	fileis("/mid", "456789");
	fileis("/tail", "abcdef");
	ATF_REQUIRE_EQ(st("/mid").st_size, 6);
	fd = (int)RL(rump_sys_open("/mid", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(RL(rump_sys_pwrite(fd, "XY", 2, 4)), 2);
	RERR(RUMP_ENOSPC, rump_sys_pwrite(fd, "Z", 1, 6));
	RL(rump_sys_close(fd));
	hostis("f", "01234567XYabcdef");
	ATF_REQUIRE(rump_pub_etfs_register_withsize("/past", "f", RUMP_ETFS_REG,
			1000, RUMP_ETFS_SIZE_ENDOFF) != 0);
}

ATF_TC_WITHOUT_HEAD(keys);
ATF_TC_BODY(keys, tc)
{
	hostfile("f", "f");
	hostfile("g", "g");
	RZ(rump_init());
	/* Leading slashes are one; the rest is verbatim. */
	ATF_REQUIRE_EQ(rump_pub_etfs_register("///a", "f", RUMP_ETFS_REG), 0);
	fileis("/a", "f");
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register("/a", "g", RUMP_ETFS_REG), RUMP_EEXIST);
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register("a", "g", RUMP_ETFS_REG), RUMP_EINVAL);
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register("/", "g", RUMP_ETFS_REG), RUMP_EINVAL);
	ATF_REQUIRE_EQ(rump_pub_etfs_register("/b//c", "g", RUMP_ETFS_REG), 0);
	RERR(RUMP_ENOENT, rump_sys_open("/b/c", RUMP_O_RDONLY));
	fileis("/b//c", "g");
	/* A name that was looked for in vain before. */
	RERR(RUMP_ENOENT, rump_sys_open("/late", RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(rump_pub_etfs_register("/late", "g", RUMP_ETFS_REG), 0);
	fileis("/late", "g");
}

ATF_TC_WITHOUT_HEAD(bad);
ATF_TC_BODY(bad, tc)
{
	hostfile("f", "f");
	ATF_REQUIRE_EQ(mkdir("d", 0755), 0);
	RZ(rump_init());
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register("/a", "none", RUMP_ETFS_REG), RUMP_ENOENT);
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register("/a", "none", RUMP_ETFS_BLK), RUMP_ENOENT);
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register("/a", "d", RUMP_ETFS_REG), RUMP_EISDIR);
	ATF_REQUIRE(rump_pub_etfs_register("/a", "d", RUMP_ETFS_BLK) != 0);
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register("/a", "f", RUMP_ETFS_DIR), RUMP_ENOTDIR);
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register("/a", "f", (enum rump_etfs_type)77),
	    RUMP_EINVAL);
	ATF_REQUIRE_EQ(rump_pub_etfs_remove("/a"), RUMP_ENOENT);
	RERR(RUMP_ENOENT, rump_sys_open("/a", RUMP_O_RDONLY));
}

ATF_TC_WITHOUT_HEAD(blk);
ATF_TC_BODY(blk, tc)
{
	char buf[512];
	int fd, hfd;

	hfd = open("img", O_RDWR | O_CREAT, 0644);
	ATF_REQUIRE(hfd != -1);
	ATF_REQUIRE_EQ(ftruncate(hfd, 1024 * 1024), 0);
	ATF_REQUIRE_EQ(pwrite(hfd, "block two", 9, 1024), 9);
	RZ(rump_init());
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register("/dev/disk", "img", RUMP_ETFS_BLK), 0);
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register("/dev/rdisk", "img", RUMP_ETFS_CHR), 0);
	ATF_REQUIRE_EQ(st("/dev/disk").st_mode & 0170000, 0060000);
	ATF_REQUIRE_EQ(st("/dev/rdisk").st_mode & 0170000, 0020000);
	fd = (int)RL(rump_sys_open("/dev/rdisk", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(RL(rump_sys_pread(fd, buf, 512, 1024)), 512);
	ATF_REQUIRE_EQ(memcmp(buf, "block two", 9), 0);
	memset(buf, 'x', sizeof(buf));
	ATF_REQUIRE_EQ(RL(rump_sys_pwrite(fd, buf, 512, 2048)), 512);
	RL(rump_sys_close(fd));
	fd = (int)RL(rump_sys_open("/dev/disk", RUMP_O_RDWR));
	ATF_REQUIRE_EQ(RL(rump_sys_pread(fd, buf, 9, 1024)), 9);
	ATF_REQUIRE_EQ(memcmp(buf, "block two", 9), 0);
	RL(rump_sys_fsync(fd));
	RL(rump_sys_close(fd));
	ATF_REQUIRE_EQ(pread(hfd, buf, 512, 2048), 512);
	ATF_REQUIRE(buf[0] == 'x' && buf[511] == 'x');
	close(hfd);
	fd = (int)RL(rump_sys_open("/dev/disk", RUMP_O_RDONLY));
	ATF_REQUIRE_EQ(rump_pub_etfs_remove("/dev/disk"), RUMP_EBUSY);
	RL(rump_sys_close(fd));
	ATF_REQUIRE_EQ(rump_pub_etfs_remove("/dev/disk"), 0);
	ATF_REQUIRE_EQ(rump_pub_etfs_remove("/dev/rdisk"), 0);
}

/* Two disks of one image: removing a key leaves the other's alone. */
ATF_TC_WITHOUT_HEAD(blk_ranges);
ATF_TC_BODY(blk_ranges, tc)
{
	char buf[512], name[32];
	int fd, i;

	hostfile("img", "");
	ATF_REQUIRE_EQ(truncate("img", 8192), 0);
	RZ(rump_init());
	/* The numbers of later units have more digits. */
	for (i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "/dev/d%d", i);
		ATF_REQUIRE_EQ(rump_pub_etfs_register_withsize(name, "img",
				   RUMP_ETFS_BLK, 512, 64 * (uint64_t)(i + 1)),
		    0);
	}
	for (i = 0; i < 300; i++) { /* more than there are units */
		ATF_REQUIRE_EQ(rump_pub_etfs_register_withsize(
				   "/dev/one", "img", RUMP_ETFS_BLK, 0, 4096),
		    0);
		ATF_REQUIRE_EQ(rump_pub_etfs_register_withsize("/dev/two",
				   "img", RUMP_ETFS_BLK, 4096, 4096),
		    0);
		ATF_REQUIRE_EQ(rump_pub_etfs_remove("/dev/two"), 0);
		fd = (int)RL(rump_sys_open("/dev/one", RUMP_O_RDONLY));
		ATF_REQUIRE_EQ(RL(rump_sys_read(fd, buf, 512)), 512);
		RL(rump_sys_close(fd));
		ATF_REQUIRE_EQ(rump_pub_etfs_remove("/dev/one"), 0);
	}
}

static void
makedirs(void)
{
	ATF_REQUIRE_EQ(mkdir("d", 0755), 0);
	ATF_REQUIRE_EQ(mkdir("d/sub", 0755), 0);
	hostfile("d/f", "in d");
	hostfile("d/sub/g", "in sub");
}

ATF_TC_WITHOUT_HEAD(dir);
ATF_TC_BODY(dir, tc)
{
	makedirs();
	RZ(rump_init());
	ATF_REQUIRE_EQ(rump_pub_etfs_register("/host", "d", RUMP_ETFS_DIR), 0);
	ATF_REQUIRE_EQ(st("/host").st_mode & 0170000, 0040000);
	fileis("/host/f", "in d");
	fileis("/host/../host/f", "in d");
	RERR(RUMP_ENOENT, rump_sys_open("/host/none", RUMP_O_RDONLY));
	RERR(RUMP_ENOENT, rump_sys_open("/host/sub/g", RUMP_O_RDONLY));
	/* The host's changes are seen. */
	hostfile("d/f", "longer text in d");
	fileis("/host/f", "longer text in d");
	hostfile("d/new", "new");
	fileis("/host/new", "new");
	RL(rump_sys_chdir("/host"));
	fileis("f", "longer text in d");
	RL(rump_sys_chdir("/"));
}

ATF_TC_WITHOUT_HEAD(dir_subdirs);
ATF_TC_BODY(dir_subdirs, tc)
{
	int fd;

	makedirs();
	RZ(rump_init());
	ATF_REQUIRE_EQ(
	    rump_pub_etfs_register("/a/host", "d", RUMP_ETFS_DIR_SUBDIRS), 0);
	fileis("/a/host/f", "in d");
	fileis("/a/host/sub/g", "in sub");
	fileis("/a/host/sub/../f", "in d");
	/* Files can be made and written. */
	fd = (int)RL(rump_sys_open(
	    "/a/host/sub/made", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	RL(rump_sys_write(fd, "from inside", 11));
	RL(rump_sys_close(fd));
	hostis("d/sub/made", "from inside");
	ATF_REQUIRE_EQ(rump_sys_mkdir("/a/host/x", 0755), -1);
	ATF_REQUIRE_EQ(rump_pub_etfs_remove("/a/host"), 0);
	RERR(RUMP_ENOENT, rump_sys_open("/a/host/f", RUMP_O_RDONLY));
}

/* Registered before the kernel runs. */
ATF_TC_WITHOUT_HEAD(boot);
ATF_TC_BODY(boot, tc)
{
	struct rump_boot_etfs good =
				  {
				      .eb_key = "/good",
				      .eb_hostpath = "f",
				      .eb_type = RUMP_ETFS_REG,
				      .eb_begin = 1,
				      .eb_size = RUMP_ETFS_SIZE_ENDOFF,
				  },
			      bad = {
				  .eb_key = "/bad",
				  .eb_hostpath = "none",
				  .eb_type = RUMP_ETFS_REG,
				  .eb_begin = 0,
				  .eb_size = RUMP_ETFS_SIZE_ENDOFF,
			      };

	hostfile("f", "0123");
	rump_boot_etfs_register(&good);
	rump_boot_etfs_register(&bad);
	RZ(rump_init());
	ATF_REQUIRE_EQ(good.eb_status, 0);
	ATF_REQUIRE_EQ(bad.eb_status, RUMP_ENOENT);
	fileis("/good", "123");
}

/* A file that the host doesn't let us write. */
ATF_TC_WITHOUT_HEAD(readonly);
ATF_TC_BODY(readonly, tc)
{
	/* root may write everything */
	ATF_REQUIRE(
	    geteuid() != 0 || (chmod(".", 0777) == 0 && seteuid(65534) == 0));
	hostfile("f", "text");
	ATF_REQUIRE_EQ(chmod("f", 0444), 0);
	RZ(rump_init());
	ATF_REQUIRE_EQ(rump_pub_etfs_register("/f", "f", RUMP_ETFS_REG), 0);
	fileis("/f", "text");
	RERR(RUMP_EACCES, rump_sys_open("/f", RUMP_O_RDWR));
	RZ(seteuid(getuid()));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, reg);
	ATF_TP_ADD_TC(tp, range);
	ATF_TP_ADD_TC(tp, keys);
	ATF_TP_ADD_TC(tp, bad);
	ATF_TP_ADD_TC(tp, blk);
	ATF_TP_ADD_TC(tp, blk_ranges);
	ATF_TP_ADD_TC(tp, dir);
	ATF_TP_ADD_TC(tp, dir_subdirs);
	ATF_TP_ADD_TC(tp, boot);
	ATF_TP_ADD_TC(tp, readonly);
	return atf_no_error();
}
