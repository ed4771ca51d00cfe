/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rename in all its cases.
 */
#include "conform.h"

static void
rename_file(const struct conform_fs *fs)
{
	struct rump_stat sb;

	mkfile("a", "text");
	sb = dostat("a");
	RL(rump_sys_rename("a", "b"));
	REQ(!exists("a"));
	isfile("b", "text");
	REQEQ(dostat("b").st_ino, sb.st_ino);
	/* Over another file. */
	mkfile("c", "other");
	RL(rump_sys_rename("b", "c"));
	isfile("c", "text");
	REQ(!exists("b"));
	/* Onto itself. */
	RL(rump_sys_rename("c", "c"));
	isfile("c", "text");
	RL(rump_sys_rename("./c", ".//c"));
	isfile("c", "text");
	FAILS(RUMP_ENOENT, rump_sys_rename("none", "d"));
	FAILS(RUMP_ENOENT, rump_sys_rename("c", "none/d"));
	FAILS(RUMP_ENOTDIR, rump_sys_rename("c", "c/d"));
	REQ(rump_sys_rename("c", "d/") == -1);
	isfile("c", "text");
}

static void
rename_dir(const struct conform_fs *fs)
{
	RL(rump_sys_mkdir("d", 0755));
	mkfile("d/f", "text");
	RL(rump_sys_rename("d", "e"));
	isfile("e/f", "text");
	/* A slash behind a directory's name is fine. */
	RL(rump_sys_rename("e/", "d/"));
	isfile("d/f", "text");
	/* Over an empty directory, not over one that isn't. */
	RL(rump_sys_mkdir("e", 0755));
	RL(rump_sys_rename("d", "e"));
	isfile("e/f", "text");
	REQ(!exists("d"));
	RL(rump_sys_mkdir("g", 0755));
	FAILS(RUMP_ENOTEMPTY, rump_sys_rename("g", "e"));
	/* Types must agree. */
	mkfile("file", "");
	FAILS(RUMP_ENOTDIR, rump_sys_rename("g", "file"));
	FAILS(RUMP_EISDIR, rump_sys_rename("file", "g"));
	/* "." and "..". */
	FAILS(RUMP_EINVAL, rump_sys_rename("g/.", "h"));
	FAILS(RUMP_EINVAL, rump_sys_rename("g/..", "h"));
	REQ(rump_sys_rename("g", "e/.") == -1);
	REQ(rump_sys_rename("g", "e/..") == -1);
	REQ(exists("g") && exists("e/f"));
}

static void
rename_into_itself(const struct conform_fs *fs)
{
	RL(rump_sys_mkdir("d", 0755));
	RL(rump_sys_mkdir("d/e", 0755));
	RL(rump_sys_mkdir("d/e/f", 0755));
	FAILS(RUMP_EINVAL, rump_sys_rename("d", "d/x"));
	FAILS(RUMP_EINVAL, rump_sys_rename("d", "d/e/x"));
	FAILS(RUMP_EINVAL, rump_sys_rename("d", "d/e/f"));
	FAILS(RUMP_EINVAL, rump_sys_rename("d", "d/e/f/x"));
	/* And onto its own parent. */
	FAILS(RUMP_ENOTEMPTY, rump_sys_rename("d/e", "d"));
	FAILS(RUMP_ENOTEMPTY, rump_sys_rename("d/e/f", "d"));
	REQ(exists("d/e/f"));
}

static void
rename_across(const struct conform_fs *fs)
{
	struct rump_stat sb;

	RL(rump_sys_mkdir("a", 0755));
	RL(rump_sys_mkdir("b", 0755));
	RL(rump_sys_mkdir("a/d", 0755));
	mkfile("a/d/f", "text");
	mkfile("a/f", "one");
	RL(rump_sys_rename("a/f", "b/g"));
	isfile("b/g", "one");
	RL(rump_sys_rename("a/d", "b/e"));
	isfile("b/e/f", "text");
	/* ".." follows, and so do the link counts. */
	sb = dostat("b/e/..");
	REQEQ(sb.st_ino, dostat("b").st_ino);
	if ((fs->fs_caps & CAP_LINK) != 0) {
		REQEQ(dostat("a").st_nlink, 2);
		REQEQ(dostat("b").st_nlink, 3);
	}
	RL(rump_sys_rmdir("a"));
	RL(rump_sys_rename("b/e", "e"));
	if ((fs->fs_caps & CAP_LINK) != 0)
		REQEQ(dostat("b").st_nlink, 2);
	/* Over an empty one elsewhere. */
	RL(rump_sys_mkdir("b/x", 0755));
	RL(rump_sys_rename("e", "b/x"));
	isfile("b/x/f", "text");
	if ((fs->fs_caps & CAP_LINK) != 0)
		REQEQ(dostat("b").st_nlink, 3);
	if ((fs->fs_caps & CAP_UNMOUNT) != 0) {
		FAILS(RUMP_EXDEV, rump_sys_rename("b/g", "/g"));
		FAILS(RUMP_EBUSY, rump_sys_rename(MNT, "/n"));
	}
}

static void
rename_links(const struct conform_fs *fs)
{
	mkfile("a", "text");
	RL(rump_sys_link("a", "b"));
	/* POSIX: two names of one file both stay. */
	RL(rump_sys___posix_rename("a", "b"));
	REQ(exists("a") && exists("b"));
	/* rename(2) removes the first. */
	RL(rump_sys_rename("a", "b"));
	REQ(!exists("a"));
	REQEQ(dostat("b").st_nlink, 1);
	RL(rump_sys_mkdir("d", 0755));
	RL(rump_sys_link("b", "d/c"));
	RL(rump_sys_rename("b", "d/c"));
	REQ(!exists("b"));
	REQEQ(dostat("d/c").st_nlink, 1);
	isfile("d/c", "text");
}

static void
rename_symlink(const struct conform_fs *fs)
{
	mkfile("a", "text");
	RL(rump_sys_symlink("a", "l"));
	RL(rump_sys_rename("l", "m"));
	REQEQ(dolstat("m").st_mode & S_IFMT_, S_IFLNK_);
	isfile("m", "text");
	mkfile("b", "other");
	RL(rump_sys_rename("m", "b"));
	REQEQ(dolstat("b").st_mode & S_IFMT_, S_IFLNK_);
	RL(rump_sys_rename("a", "b"));
	REQEQ(dolstat("b").st_mode & S_IFMT_, S_IFREG_);
	isfile("b", "text");
}

/* The file that is replaced lives on while it is open. */
static void
rename_open(const struct conform_fs *fs)
{
	char buf[16];
	int fd, fd2;

	mkfile("a", "aaaa");
	mkfile("b", "bb");
	fd = RL(rump_sys_open("b", RUMP_O_RDWR));
	fd2 = RL(rump_sys_open("a", RUMP_O_RDWR));
	RL(rump_sys_rename("a", "b"));
	REQEQ(dofstat(fd).st_nlink, 0);
	REQEQ(RL(rump_sys_read(fd, buf, sizeof(buf))), 2);
	RL(rump_sys_pwrite(fd2, "xxxx", 4, 0));
	isfile("b", "xxxx");
	RL(rump_sys_close(fd));
	RL(rump_sys_close(fd2));
	isfile("b", "xxxx");
}

static void
rename_many(const struct conform_fs *fs)
{
	char from[32], to[32], text[32];
	int i;

	RL(rump_sys_mkdir("a", 0755));
	RL(rump_sys_mkdir("b", 0755));
	for (i = 0; i < 500; i++) {
		snprintf(from, sizeof(from), "a/name%d", i);
		snprintf(text, sizeof(text), "file %d", i);
		mkfile(from, text);
	}
	for (i = 0; i < 500; i++) {
		snprintf(from, sizeof(from), "a/name%d", i);
		snprintf(to, sizeof(to), "b/a-longer-name-%d", i);
		RL(rump_sys_rename(from, to));
	}
	RL(rump_sys_rmdir("a"));
	for (i = 0; i < 500; i++) {
		snprintf(to, sizeof(to), "b/a-longer-name-%d", i);
		snprintf(text, sizeof(text), "file %d", i);
		isfile(to, text);
		RL(rump_sys_unlink(to));
	}
	RL(rump_sys_rmdir("b"));
}

const struct conform_case conform_rename[] = {
    {"rename_file", 0, rename_file, "files"},
    {"rename_dir", 0, rename_dir, "directories"},
    {"rename_into_itself", 0, rename_into_itself, "below itself"},
    {"rename_across", 0, rename_across, "to another directory"},
    {"rename_links", CAP_LINK, rename_links, "names of one file"},
    {"rename_symlink", CAP_SYMLINK, rename_symlink, "links"},
    {"rename_open", 0, rename_open, "over an open file"},
    {"rename_many", 0, rename_many, "500 files"}, {NULL, 0, NULL, NULL}};
