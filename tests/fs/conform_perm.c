/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Owners, modes, times and flags.
 */
#include "conform.h"

#include <rump/rumpkern_if_pub.h>

static void
chmod_chown(const struct conform_fs *fs)
{
	int fd;

	mkfile("a", "");
	RL(rump_sys_chmod("a", 04711));
	REQEQ(dostat("a").st_mode, S_IFREG_ | 04711);
	RL(rump_sys_chown("a", 100, 200));
	REQEQ(dostat("a").st_uid, 100);
	REQEQ(dostat("a").st_gid, 200);
	/* The set-id bit goes with the owner. */
	REQEQ(dostat("a").st_mode & 07777, 0711);
	RL(rump_sys_chown("a", (uint32_t)-1, 300));
	REQEQ(dostat("a").st_uid, 100);
	REQEQ(dostat("a").st_gid, 300);
	fd = RL(rump_sys_open("a", RUMP_O_RDONLY));
	RL(rump_sys_fchmod(fd, 0600));
	RL(rump_sys_fchown(fd, 0, 0));
	RL(rump_sys_close(fd));
	REQEQ(dostat("a").st_mode & 07777, 0600);
	REQEQ(dostat("a").st_uid, 0);
	if ((fs->fs_caps & CAP_SYMLINK) != 0) {
		RL(rump_sys_symlink("a", "l"));
		RL(rump_sys_lchown("l", 5, 6));
		REQEQ(dolstat("l").st_uid, 5);
		REQEQ(dostat("a").st_uid, 0);
	}
	FAILS(RUMP_ENOENT, rump_sys_chmod("none", 0));
}

/* What the modes let a user do. */
static void
as_user(const struct conform_fs *fs)
{
	char buf[4];
	int fd;

	mkfile("secret", "x");
	RL(rump_sys_chmod("secret", 0600));
	mkfile("readable", "x");
	RL(rump_sys_chmod("readable", 0644));
	mkfile("group", "x");
	RL(rump_sys_chmod("group", 0060));
	RL(rump_sys_chown("group", 0, 50));
	mkfile("mine", "x");
	RL(rump_sys_chown("mine", 100, 50));
	RL(rump_sys_chmod("mine", 0644));
	RL(rump_sys_mkdir("closed", 0700));
	mkfile("closed/f", "x");
	RL(rump_sys_mkdir("list", 0744));
	mkfile("list/f", "x");
	RL(rump_sys_mkdir("search", 0711));
	mkfile("search/f", "x");
	RL(rump_sys_chmod(".", 0755));
	become(100, 50);
	FAILS(RUMP_EACCES, rump_sys_open("secret", RUMP_O_RDONLY));
	fd = RL(rump_sys_open("readable", RUMP_O_RDONLY));
	RL(rump_sys_read(fd, buf, 1));
	RL(rump_sys_close(fd));
	FAILS(RUMP_EACCES, rump_sys_open("readable", RUMP_O_RDWR));
	FAILS(RUMP_EACCES, rump_sys_truncate("readable", 0));
	RL(rump_sys_close(RL(rump_sys_open("group", RUMP_O_RDWR))));
	RL(rump_sys_close(RL(rump_sys_open("mine", RUMP_O_RDWR))));
	FAILS(RUMP_EACCES,
	    rump_sys_open("new", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	FAILS(RUMP_EACCES, rump_sys_mkdir("new", 0755));
	FAILS(RUMP_EACCES, rump_sys_unlink("mine"));
	FAILS(RUMP_EACCES, rump_sys_rename("mine", "yours"));
	FAILS(RUMP_EACCES, rump_sys_open("closed/f", RUMP_O_RDONLY));
	FAILS(RUMP_EACCES, rump_sys_chdir("closed"));
	FAILS(RUMP_EACCES, rump_sys_open("list/f", RUMP_O_RDONLY));
	RL(rump_sys_close(RL(rump_sys_open("list", RUMP_O_RDONLY))));
	RL(rump_sys_close(RL(rump_sys_open("search/f", RUMP_O_RDONLY))));
	FAILS(RUMP_EACCES, rump_sys_open("search", RUMP_O_RDONLY));
	RL(rump_sys_chmod("mine", 0600));
	FAILS(RUMP_EPERM, rump_sys_chmod("readable", 0666));
	FAILS(RUMP_EPERM, rump_sys_chown("mine", 101, 50));
	FAILS(RUMP_EPERM, rump_sys_chown("readable", 100, 50));
	RL(rump_sys_access("mine", 6));
	FAILS(RUMP_EACCES, rump_sys_access("mine", 1));
	FAILS(RUMP_EACCES, rump_sys_access("secret", 4));
	RL(rump_sys_access("secret", 0));
	FAILS(RUMP_EPERM, rump_sys_mknod("dev", S_IFCHR_ | 0600, 0));
	FAILS(RUMP_EPERM, rump_sys_chroot("."));
	FAILS(RUMP_EPERM, rump_sys_mount("tmpfs", "search", 0, NULL, 0));
}

static void
sticky(const struct conform_fs *fs)
{
	RL(rump_sys_mkdir("t", 0777));
	RL(rump_sys_chmod("t", 01777));
	mkfile("t/root", "");
	mkfile("t/mine", "");
	RL(rump_sys_chown("t/mine", 100, 50));
	RL(rump_sys_chmod(".", 0777));
	become(100, 50);
	FAILS(RUMP_EPERM, rump_sys_unlink("t/root"));
	FAILS(RUMP_EPERM, rump_sys_rename("t/root", "t/x"));
	FAILS(RUMP_EPERM, rump_sys_rename("t/mine", "t/root"));
	RL(rump_sys_rename("t/mine", "t/x"));
	RL(rump_sys_unlink("t/x"));
}

static bool
later(struct rump_timespec a, struct rump_timespec b)
{
	return a.tv_sec > b.tv_sec ||
	    (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

static void
times(const struct conform_fs *fs)
{
	struct rump_timespec ts[2];
	struct rump_timeval tv[2];
	struct rump_stat sb, sb2;
	struct rump_timespec pause = {0, 20000000};
	char buf[4];
	int fd;

	mkfile("a", "text");
	sb = dostat("a");
	REQ(sb.rst_mtim.tv_sec > 1000000000);
	ts[0].tv_sec = 1000;
	ts[0].tv_nsec = 5000;
	ts[1].tv_sec = 2000;
	ts[1].tv_nsec = 7000;
	RL(rump_sys_utimensat(-100, "a", rump_timespec_ptr(ts), 0));
	sb = dostat("a");
	REQEQ(sb.rst_atim.tv_sec, 1000);
	REQEQ(sb.rst_mtim.tv_sec, 2000);
	REQEQ(sb.rst_mtim.tv_nsec, 7000);
	tv[0].tv_sec = 3000;
	tv[0].tv_usec = 9;
	tv[1].tv_sec = 4000;
	tv[1].tv_usec = 10;
	RL(rump_sys_utimes("a", rump_timeval_ptr(tv)));
	sb = dostat("a");
	REQEQ(sb.rst_atim.tv_sec, 3000);
	REQEQ(sb.rst_mtim.tv_nsec, 10000);
	tv[1].tv_usec = 1000000;
	FAILS(RUMP_EINVAL, rump_sys_utimes("a", rump_timeval_ptr(tv)));
	ts[0].tv_nsec = (1 << 30) - 2; /* UTIME_OMIT */
	ts[1].tv_nsec = (1 << 30) - 1; /* UTIME_NOW */
	RL(rump_sys_utimensat(-100, "a", rump_timespec_ptr(ts), 0));
	sb = dostat("a");
	REQEQ(sb.rst_atim.tv_sec, 3000);
	REQ(sb.rst_mtim.tv_sec > 1000000000);
	/* Reading moves atime; writing moves mtime and ctime. */
	RL(rump_sys_nanosleep(rump_timespec_ptr(&pause), NULL));
	fd = RL(rump_sys_open("a", RUMP_O_RDWR));
	RL(rump_sys_read(fd, buf, 4));
	RL(rump_sys_fsync(fd));
	sb2 = dofstat(fd);
	REQ(sb2.rst_atim.tv_sec > 1000000000);
	REQEQ(sb2.rst_mtim.tv_sec, sb.rst_mtim.tv_sec);
	REQEQ(sb2.rst_mtim.tv_nsec, sb.rst_mtim.tv_nsec);
	RL(rump_sys_write(fd, "more", 4));
	sb = dofstat(fd);
	REQ(later(sb.rst_mtim, sb2.rst_mtim));
	RL(rump_sys_nanosleep(rump_timespec_ptr(&pause), NULL));
	RL(rump_sys_fchmod(fd, 0600));
	sb2 = dofstat(fd);
	REQ(later(sb2.rst_ctim, sb.rst_ctim));
	RL(rump_sys_close(fd));
	/* A new name changes the directory. */
	sb = dostat(".");
	RL(rump_sys_nanosleep(rump_timespec_ptr(&pause), NULL));
	mkfile("b", "");
	sb2 = dostat(".");
	REQ(later(sb2.rst_mtim, sb.rst_mtim));
	sb = sb2;
	RL(rump_sys_nanosleep(rump_timespec_ptr(&pause), NULL));
	RL(rump_sys_unlink("b"));
	sb2 = dostat(".");
	REQ(later(sb2.rst_mtim, sb.rst_mtim));
}

static void
times_user(const struct conform_fs *fs)
{
	struct rump_timespec ts[2] = {{1, 0}, {2, 0}};

	mkfile("writable", "");
	RL(rump_sys_chmod("writable", 0666));
	mkfile("readable", "");
	become(100, 50);
	/* Writers may say "now", owners anything. */
	RL(rump_sys_utimensat(-100, "writable", NULL, 0));
	FAILS(RUMP_EPERM,
	    rump_sys_utimensat(-100, "writable", rump_timespec_ptr(ts), 0));
	REQ(rump_sys_utimensat(-100, "readable", NULL, 0) == -1);
}

static void
fileflags(const struct conform_fs *fs)
{
	int fd;

	mkfile("a", "text");
	RL(rump_sys_chflags("a", 0x2)); /* UF_IMMUTABLE */
	REQEQ(dostat("a").st_flags, 0x2);
	FAILS(RUMP_EPERM, rump_sys_open("a", RUMP_O_RDWR));
	FAILS(RUMP_EPERM, rump_sys_unlink("a"));
	FAILS(RUMP_EPERM, rump_sys_rename("a", "b"));
	FAILS(RUMP_EPERM, rump_sys_chmod("a", 0));
	RL(rump_sys_chflags("a", 0x4)); /* UF_APPEND */
	FAILS(RUMP_EPERM, rump_sys_open("a", RUMP_O_RDWR));
	fd = RL(rump_sys_open("a", RUMP_O_WRONLY | RUMP_O_APPEND));
	RL(rump_sys_write(fd, "more", 4));
	RL(rump_sys_close(fd));
	FAILS(RUMP_EPERM, rump_sys_truncate("a", 0));
	FAILS(RUMP_EPERM, rump_sys_unlink("a"));
	RL(rump_sys_chflags("a", 0));
	isfile("a", "textmore");
	RL(rump_sys_unlink("a"));
}

static void
setid_write(const struct conform_fs *fs)
{
	int fd;

	mkfile("a", "");
	RL(rump_sys_chown("a", 100, 50));
	RL(rump_sys_chmod("a", 06777));
	RL(rump_sys_chmod(".", 0777));
	become(101, 51);
	fd = RL(rump_sys_open("a", RUMP_O_WRONLY));
	RL(rump_sys_write(fd, "x", 1));
	REQEQ(dofstat(fd).st_mode & 06000, 0);
	RL(rump_sys_close(fd));
}

static void
group_of_new(const struct conform_fs *fs)
{
	RL(rump_sys_mkdir("d", 0777));
	RL(rump_sys_chown("d", 0, 77));
	mkfile("d/f", "");
	RL(rump_sys_mkdir("d/e", 0755));
	REQEQ(dostat("d/f").st_gid, 77);
	REQEQ(dostat("d/e").st_gid, 77);
}

const struct conform_case conform_perm[] = {
    {"chmod_chown", CAP_OWNER, chmod_chown, "modes and owners"},
    {"as_user", CAP_OWNER, as_user, "a user who isn't root"},
    {"sticky", CAP_OWNER, sticky, "sticky directories"},
    {"times", CAP_OWNER, times, "times"},
    {"times_user", CAP_OWNER, times_user, "who may set times"},
    {"flags", CAP_FLAGS, fileflags, "immutable, append-only"},
    {"setid_write", CAP_OWNER, setid_write, "set-id bits"},
    {"group_of_new", CAP_OWNER, group_of_new, "BSD groups"},
    {NULL, 0, NULL, NULL}};
