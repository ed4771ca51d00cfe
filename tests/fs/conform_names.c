/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names: create, mkdir, rmdir, link, symlink, unlink, lookup, readdir.
 */
#include "conform.h"

static void
create_flags(const struct conform_fs *fs)
{
	int fd;

	FAILS(RUMP_ENOENT, rump_sys_open("a", RUMP_O_RDONLY));
	fd = RL(rump_sys_open("a", RUMP_O_RDWR | RUMP_O_CREAT, 0640));
	RL(rump_sys_write(fd, "12345", 5));
	RL(rump_sys_close(fd));
	REQEQ(dostat("a").st_mode, S_IFREG_ | 0640);
	FAILS(RUMP_EEXIST,
	    rump_sys_open("a", RUMP_O_RDWR | RUMP_O_CREAT | RUMP_O_EXCL, 0644));
	fd = RL(rump_sys_open("a", RUMP_O_RDWR | RUMP_O_CREAT, 0777));
	RL(rump_sys_close(fd));
	REQEQ(dostat("a").st_size, 5);
	REQEQ(dostat("a").st_mode & 0777, 0640);
	fd = RL(rump_sys_open("a", RUMP_O_WRONLY | RUMP_O_TRUNC));
	FAILS(RUMP_EBADF, rump_sys_read(fd, &fd, 1));
	RL(rump_sys_close(fd));
	REQEQ(dostat("a").st_size, 0);
	fd = RL(rump_sys_open("a", RUMP_O_RDONLY));
	FAILS(RUMP_EBADF, rump_sys_write(fd, "x", 1));
	RL(rump_sys_close(fd));
	FAILS(
	    RUMP_ENOTDIR, rump_sys_open("a", RUMP_O_RDONLY | RUMP_O_DIRECTORY));
	FAILS(RUMP_EISDIR, rump_sys_open(".", RUMP_O_RDWR));
	FAILS(
	    RUMP_EISDIR, rump_sys_open(".", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	FAILS(RUMP_EINVAL, rump_sys_open("a", RUMP_O_ACCMODE));
	fd = RL(rump_sys_open(".", RUMP_O_RDONLY | RUMP_O_DIRECTORY));
	RL(rump_sys_close(fd));
	RL(rump_sys_unlink("a"));
}

static void
umask_mode(const struct conform_fs *fs)
{
	REQEQ(rump_sys_umask(027), 022);
	RL(rump_sys_close(
	    RL(rump_sys_open("a", RUMP_O_RDWR | RUMP_O_CREAT, 0666))));
	RL(rump_sys_mkdir("d", 0777));
	REQEQ(dostat("a").st_mode & 07777, 0640);
	REQEQ(dostat("d").st_mode & 07777, 0750);
	REQEQ(rump_sys_umask(0), 027);
}

static void
mkdir_rmdir(const struct conform_fs *fs)
{
	struct rump_stat sb;

	RL(rump_sys_mkdir("d", 0755));
	FAILS(RUMP_EEXIST, rump_sys_mkdir("d", 0755));
	FAILS(RUMP_EEXIST, rump_sys_mkdir(".", 0755));
	FAILS(RUMP_EEXIST, rump_sys_mkdir("/", 0755));
	FAILS(RUMP_ENOENT, rump_sys_mkdir("none/d", 0755));
	FAILS(RUMP_ENOENT, rump_sys_mkdir("", 0755));
	sb = dostat("d");
	REQEQ(sb.st_mode, S_IFDIR_ | 0755);
	if ((fs->fs_caps & CAP_LINK) != 0)
		REQEQ(sb.st_nlink, 2);
	RL(rump_sys_mkdir("d/e/", 0755));
	if ((fs->fs_caps & CAP_LINK) != 0)
		REQEQ(dostat("d").st_nlink, 3);
	FAILS(RUMP_ENOTEMPTY, rump_sys_rmdir("d"));
	FAILS(RUMP_EINVAL, rump_sys_rmdir("d/."));
	REQ(rump_sys_rmdir("d/e/..") == -1);
	FAILS(RUMP_EPERM, rump_sys_unlink("d"));
	RL(rump_sys_rmdir("d/e/"));
	mkfile("d/f", "");
	FAILS(RUMP_ENOTEMPTY, rump_sys_rmdir("d"));
	FAILS(RUMP_ENOTDIR, rump_sys_rmdir("d/f"));
	FAILS(RUMP_ENOTDIR, rump_sys_mkdir("d/f/g", 0755));
	RL(rump_sys_unlink("d/f"));
	RL(rump_sys_rmdir("d"));
	FAILS(RUMP_ENOENT, rump_sys_rmdir("d"));
	FAILS(RUMP_EBUSY, rump_sys_rmdir("/"));
	RL(rump_sys_mkdir("x", 0755));
	REQEQ(dostat(".").st_ino, dostat("x/../.").st_ino);
}

static void
rmdir_in_use(const struct conform_fs *fs)
{
	int fd;

	RL(rump_sys_mkdir("d", 0755));
	fd = RL(rump_sys_open("d", RUMP_O_RDONLY));
	RL(rump_sys_chdir("d"));
	RL(rump_sys_rmdir("../d"));
	/* Nothing can be made in a directory that is gone. */
	FAILS(
	    RUMP_ENOENT, rump_sys_open("a", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	FAILS(RUMP_ENOENT, rump_sys_mkdir("a", 0755));
	REQ(rump_sys_open("..", RUMP_O_RDONLY) == -1);
	RL(rump_sys_chdir(MNT));
	RL(rump_sys_close(fd));
}

static void
link_count(const struct conform_fs *fs)
{
	mkfile("a", "text");
	RL(rump_sys_link("a", "b"));
	REQEQ(dostat("a").st_nlink, 2);
	REQEQ(dostat("a").st_ino, dostat("b").st_ino);
	FAILS(RUMP_EEXIST, rump_sys_link("a", "b"));
	FAILS(RUMP_ENOENT, rump_sys_link("none", "c"));
	FAILS(RUMP_ENOENT, rump_sys_link("a", "none/c"));
	RL(rump_sys_mkdir("d", 0755));
	FAILS(RUMP_EPERM, rump_sys_link("d", "e"));
	RL(rump_sys_link("a", "d/a"));
	REQEQ(dostat("b").st_nlink, 3);
	RL(rump_sys_unlink("a"));
	REQEQ(dostat("b").st_nlink, 2);
	isfile("b", "text");
	RL(rump_sys_unlink("b"));
	isfile("d/a", "text");
	if ((fs->fs_caps & CAP_UNMOUNT) != 0)
		FAILS(RUMP_EXDEV, rump_sys_link("d/a", "/a"));
}

static void
symlinks(const struct conform_fs *fs)
{
	char buf[1100], target[1024];
	int fd;

	mkfile("a", "text");
	RL(rump_sys_symlink("a", "l"));
	isfile("l", "text");
	REQEQ(dolstat("l").st_mode & S_IFMT_, S_IFLNK_);
	REQEQ(dolstat("l").st_size, 1);
	REQEQ(RL(rump_sys_readlink("l", buf, sizeof(buf))), 1);
	REQ(buf[0] == 'a');
	FAILS(RUMP_EINVAL, rump_sys_readlink("a", buf, sizeof(buf)));
	FAILS(RUMP_EEXIST, rump_sys_symlink("x", "l"));
	FAILS(RUMP_EFTYPE, rump_sys_open("l", RUMP_O_RDONLY | RUMP_O_NOFOLLOW));
	FAILS(RUMP_EEXIST,
	    rump_sys_open("l", RUMP_O_RDWR | RUMP_O_CREAT | RUMP_O_EXCL, 0644));
	/* Dangling: created through it. */
	RL(rump_sys_symlink("new", "m"));
	FAILS(RUMP_ENOENT, rump_sys_open("m", RUMP_O_RDONLY));
	fd = RL(rump_sys_open("m", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	RL(rump_sys_close(fd));
	REQ(exists("new"));
	/* Short and long targets, and one cut by the buffer. */
	memset(target, 'x', sizeof(target));
	target[1023] = '\0';
	RL(rump_sys_symlink(target, "long"));
	REQEQ(RL(rump_sys_readlink("long", buf, sizeof(buf))), 1023);
	REQ(memcmp(buf, target, 1023) == 0);
	REQEQ(RL(rump_sys_readlink("long", buf, 10)), 10);
	target[100] = '\0';
	RL(rump_sys_symlink(target, "mid"));
	REQEQ(RL(rump_sys_readlink("mid", buf, sizeof(buf))), 100);
	/* Loops and chains. */
	RL(rump_sys_symlink("loop2", "loop1"));
	RL(rump_sys_symlink("loop1", "loop2"));
	FAILS(RUMP_ELOOP, rump_sys_open("loop1", RUMP_O_RDONLY));
	RL(rump_sys_mkdir("d", 0755));
	RL(rump_sys_symlink("d", "dl"));
	RL(rump_sys_symlink("../a", "d/up"));
	isfile("dl/up", "text");
	isfile("dl/../a", "text");
	FAILS(RUMP_ENOTDIR, rump_sys_rmdir("dl"));
	RL(rump_sys_symlink(MNT "/a", "abs"));
	isfile("abs", "text");
	RL(rump_sys_unlink("l"));
	REQ(exists("a"));
	REQ(rump_sys_unlink("dl/") == -1);
	RL(rump_sys_unlink("dl"));
	REQ(exists("d"));
}

static void
symlink_limit(const struct conform_fs *fs)
{
	char from[16], to[16];
	int i;

	mkfile("l0", "end");
	for (i = 1; i <= 33; i++) {
		snprintf(from, sizeof(from), "l%d", i - 1);
		snprintf(to, sizeof(to), "l%d", i);
		RL(rump_sys_symlink(from, to));
	}
	isfile("l32", "end");
	FAILS(RUMP_ELOOP, rump_sys_open("l33", RUMP_O_RDONLY));
}

static void
lookup_errors(const struct conform_fs *fs)
{
	char name[1100];

	mkfile("a", "");
	FAILS(RUMP_ENOTDIR, rump_sys_open("a/b", RUMP_O_RDONLY));
	FAILS(RUMP_ENOTDIR, rump_sys_open("a/", RUMP_O_RDONLY));
	FAILS(RUMP_ENOTDIR, rump_sys_open("a/..", RUMP_O_RDONLY));
	FAILS(RUMP_ENOTDIR, rump_sys_chdir("a"));
	FAILS(RUMP_ENOENT, rump_sys_open("", RUMP_O_RDONLY));
	FAILS(
	    RUMP_ENOENT, rump_sys_open("x/", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	memset(name, 'n', sizeof(name));
	name[256] = '\0';
	FAILS(RUMP_ENAMETOOLONG, rump_sys_open(name, RUMP_O_RDONLY));
	FAILS(RUMP_ENAMETOOLONG, rump_sys_mkdir(name, 0755));
	name[255] = '\0';
	RL(rump_sys_mkdir(name, 0755));
	REQ(exists(name));
	RL(rump_sys_rmdir(name));
	memset(name, '/', sizeof(name));
	name[1024] = '\0';
	FAILS(RUMP_ENAMETOOLONG, rump_sys_open(name, RUMP_O_RDONLY));
	name[1023] = '\0';
	RL(rump_sys_close(RL(rump_sys_open(name, RUMP_O_RDONLY))));
	FAILS(RUMP_EFAULT, rump_sys_open((char *)16, RUMP_O_RDONLY));
	/* Many slashes and dots are one. */
	RL(rump_sys_mkdir("d", 0755));
	mkfile("./d//.///f", "x");
	isfile("d/./f", "x");
	isfile("d/../d/f", "x");
	isfile("//mnt///d/f", "x");
	FAILS(RUMP_EFAULT, rump_sys_stat("d", (void *)16));
}

static void
at_calls(const struct conform_fs *fs)
{
	struct rump_stat sb;
	char buf[16];
	int dfd, fd;

	RL(rump_sys_mkdir("d", 0755));
	dfd = RL(rump_sys_open("d", RUMP_O_RDONLY));
	fd = RL(rump_sys_openat(dfd, "f", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	FAILS(RUMP_ENOTDIR, rump_sys_openat(fd, "g", RUMP_O_RDONLY));
	RL(rump_sys_close(RL(rump_sys_openat(fd, MNT "/d/f", RUMP_O_RDONLY))));
	RL(rump_sys_close(fd));
	FAILS(RUMP_EBADF, rump_sys_openat(99, "g", RUMP_O_RDONLY));
	REQ(exists("d/f"));
	RL(rump_sys_mkdirat(dfd, "e", 0755));
	RL(rump_sys_fstatat(dfd, "e", rump_stat_ptr(&sb), 0));
	REQEQ(sb.st_mode & S_IFMT_, S_IFDIR_);
	RL(rump_sys_renameat(dfd, "f", dfd, "g"));
	RL(rump_sys_renameat(dfd, "g", -100, "g"));
	REQ(exists("g"));
	RL(rump_sys_faccessat(-100, "g", 4, 0));
	RL(rump_sys_fchmodat(-100, "g", 0600, 0));
	REQEQ(dostat("g").st_mode & 0777, 0600);
	if ((fs->fs_caps & CAP_LINK) != 0) {
		RL(rump_sys_linkat(-100, "g", dfd, "h", 0));
		REQ(exists("d/h"));
		RL(rump_sys_unlinkat(dfd, "h", 0));
	}
	if ((fs->fs_caps & CAP_SYMLINK) != 0) {
		RL(rump_sys_symlinkat("tgt", dfd, "s"));
		REQEQ(RL(rump_sys_readlinkat(dfd, "s", buf, sizeof(buf))), 3);
		RL(rump_sys_unlinkat(dfd, "s", 0));
	}
	FAILS(RUMP_EPERM, rump_sys_unlinkat(dfd, "e", 0));
	RL(rump_sys_unlinkat(dfd, "e", 0x800));
	RL(rump_sys_close(dfd));
	RL(rump_sys_rmdir("d"));
}

static void
unlink_open(const struct conform_fs *fs)
{
	char buf[8];
	int fd;

	mkfile("a", "text");
	fd = RL(rump_sys_open("a", RUMP_O_RDWR));
	RL(rump_sys_unlink("a"));
	REQ(!exists("a"));
	REQEQ(dofstat(fd).st_nlink, 0);
	REQEQ(RL(rump_sys_read(fd, buf, sizeof(buf))), 4);
	RL(rump_sys_write(fd, "more", 4));
	REQEQ(dofstat(fd).st_size, 8);
	mkfile("a", "new");
	isfile("a", "new");
	RL(rump_sys_close(fd));
	isfile("a", "new");
	FAILS(RUMP_ENOENT, rump_sys_unlink("b"));
}

/* Directory listings. */
/* List a directory through a buffer of this size. */
static size_t
listdir(const char *path, size_t bufsize, int *dots)
{
	char *buf = malloc(bufsize);
	struct rump_dirent {
		uint64_t fileno;
		uint16_t reclen, namlen;
		uint8_t type;
		char name[];
	} * de;
	size_t n = 0;
	ssize_t got, off;
	int fd;

	*dots = 0;
	fd = RL(rump_sys_open(path, RUMP_O_RDONLY));
	while ((got = RL(rump_sys_getdents(fd, buf, bufsize))) > 0) {
		for (off = 0; off < got; off += de->reclen) {
			de = (void *)(buf + off);
			REQ(de->reclen >= 16 && off + de->reclen <= got);
			REQEQ(strlen(de->name), de->namlen);
			REQ(de->fileno != 0);
			if (strcmp(de->name, ".") == 0 ||
			    strcmp(de->name, "..") == 0)
				(*dots)++;
			else
				n++;
		}
	}
	RL(rump_sys_close(fd));
	free(buf);
	return n;
}

static void
readdir_small(const struct conform_fs *fs)
{
	char name[32], buf[16];
	int i, fd, dots;

	RL(rump_sys_mkdir("d", 0755));
	REQEQ(listdir("d", 1024, &dots), 0);
	REQEQ(dots, 2);
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "d/file%d", i);
		mkfile(name, "");
	}
	REQEQ(listdir("d", 512, &dots), 300);
	REQEQ(dots, 2);
	REQEQ(listdir("d", 65536, &dots), 300);
	for (i = 0; i < 300; i += 2) {
		snprintf(name, sizeof(name), "d/file%d", i);
		RL(rump_sys_unlink(name));
	}
	REQEQ(listdir("d", 4096, &dots), 150);
	fd = RL(rump_sys_open("d", RUMP_O_RDONLY));
	FAILS(RUMP_EINVAL, rump_sys_getdents(fd, buf, 4));
	/* nor is it the end of the directory further on */
	RL(rump_sys_getdents(fd, buf, sizeof(buf)));
	FAILS(RUMP_EINVAL, rump_sys_getdents(fd, buf, 4));
	RL(rump_sys_close(fd));
	mkfile("f", "");
	fd = RL(rump_sys_open("f", RUMP_O_RDONLY));
	FAILS(RUMP_EINVAL, rump_sys_getdents(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));
}

/* Going back to a position gives the same names again. */
static void
readdir_seek(const struct conform_fs *fs)
{
	char name[32], *first, *again;
	int64_t pos;
	ssize_t got, got2;
	int i, fd;

	RL(rump_sys_mkdir("d", 0755));
	for (i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "d/f%03d", i);
		mkfile(name, "");
	}
	first = calloc(1, 1024);
	again = calloc(1, 1024);
	fd = RL(rump_sys_open("d", RUMP_O_RDONLY));
	RL(rump_sys_getdents(fd, first, 1024));
	pos = RL(rump_sys_lseek(fd, 0, 1));
	got = RL(rump_sys_getdents(fd, first, 1024));
	REQ(got > 0);
	RL(rump_sys_getdents(fd, again, 1024));
	REQEQ(RL(rump_sys_lseek(fd, pos, 0)), pos);
	got2 = RL(rump_sys_getdents(fd, again, 1024));
	REQEQ(got, got2);
	REQ(memcmp(first, again, (size_t)got) == 0);
	RL(rump_sys_lseek(fd, 0, 0));
	RL(rump_sys_close(fd));
	free(first);
	free(again);
}

/* Removing what was listed must not hide what wasn't. */
static void
readdir_remove(const struct conform_fs *fs)
{
	char name[32], *buf;
	struct {
		uint64_t fileno;
		uint16_t reclen, namlen;
		uint8_t type;
		char name[];
	} * de;
	ssize_t got, off;
	int i, fd, dots, rounds;

	RL(rump_sys_mkdir("d", 0755));
	for (i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "d/f%d", i);
		mkfile(name, "");
	}
	buf = malloc(4096);
	for (rounds = 0; rounds < 100; rounds++) {
		fd = RL(rump_sys_open("d", RUMP_O_RDONLY));
		i = 0;
		while ((got = RL(rump_sys_getdents(fd, buf, 4096))) > 0) {
			for (off = 0; off < got; off += de->reclen) {
				de = (void *)(buf + off);
				if (de->name[0] == '.')
					continue;
				snprintf(name, sizeof(name), "d/%s", de->name);
				RL(rump_sys_unlink(name));
				i++;
			}
		}
		RL(rump_sys_close(fd));
		if (i == 0)
			break;
	}
	REQ(rounds < 3);
	REQEQ(listdir("d", 4096, &dots), 0);
	RL(rump_sys_rmdir("d"));
	free(buf);
}

static void
bigdir(const struct conform_fs *fs)
{
	const int n = 100000;
	char name[64];
	int i, dots;

	RL(rump_sys_mkdir("d", 0755));
	RL(rump_sys_chdir("d"));
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "a-file-name-%d", i);
		RL(rump_sys_close(RL(rump_sys_open(
		    name, RUMP_O_WRONLY | RUMP_O_CREAT | RUMP_O_EXCL, 0644))));
	}
	REQEQ(listdir(".", 65536, &dots), n);
	for (i = 0; i < n; i += 997) {
		snprintf(name, sizeof(name), "a-file-name-%d", i);
		REQ(exists(name));
	}
	FAILS(RUMP_ENOENT, rump_sys_unlink("a-file-name-100000"));
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "a-file-name-%d",
		    (int)((i * 7919L) % n));
		RL(rump_sys_unlink(name));
	}
	REQEQ(listdir(".", 65536, &dots), 0);
	RL(rump_sys_chdir(".."));
	RL(rump_sys_rmdir("d"));
}

static void
deep(const struct conform_fs *fs)
{
	char cwd[2048];
	int i;

	for (i = 0; i < 200; i++) {
		RL(rump_sys_mkdir("sub", 0755));
		RL(rump_sys_chdir("sub"));
	}
	REQ(rump_sys___getcwd(cwd, sizeof(cwd)) > 0);
	REQEQ(strlen(cwd), strlen(MNT) + 200 * 4);
	for (i = 0; i < 200; i++) {
		RL(rump_sys_chdir(".."));
		RL(rump_sys_rmdir("sub"));
	}
	REQ(rump_sys___getcwd(cwd, sizeof(cwd)) > 0);
	REQ(strcmp(cwd, MNT) == 0);
}

const struct conform_case conform_names[] = {
    {"create_flags", 0, create_flags, "open(2) flags"},
    {"umask", CAP_OWNER, umask_mode, "umask"},
    {"mkdir_rmdir", 0, mkdir_rmdir, "directories"},
    {"rmdir_in_use", 0, rmdir_in_use, "removing the cwd"},
    {"link", CAP_LINK, link_count, "hard links"},
    {"symlink", CAP_SYMLINK, symlinks, "symbolic links"},
    {"symlink_limit", CAP_SYMLINK, symlink_limit, "32 links"},
    {"lookup_errors", 0, lookup_errors, "bad paths"},
    {"at_calls", 0, at_calls, "calls relative to a descriptor"},
    {"unlink_open", 0, unlink_open, "removing an open file"},
    {"readdir", 0, readdir_small, "listings"},
    {"readdir_seek", 0, readdir_seek, "positions in a listing"},
    {"readdir_remove", 0, readdir_remove, "rm -r"},
    {"bigdir", CAP_BIG, bigdir, "100,000 names"},
    {"deep", 0, deep, "200 levels"}, {NULL, 0, NULL, NULL}};
