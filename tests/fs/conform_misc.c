/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Special files, statvfs, cwd and root, file handles, forced unmount.
 */
#include "conform.h"

#include <pthread.h>
#include <unistd.h>

#include <rump/rumpkern_if_pub.h>

static void
mknod_types(const struct conform_fs *fs)
{
	struct rump_stat sb;

	RL(rump_sys_mknod("chr", S_IFCHR_ | 0600, 0x0302));
	RL(rump_sys_mknod("blk", S_IFBLK_ | 0640, 0x1234567));
	RL(rump_sys_mknod("fifo", S_IFIFO_ | 0644, 0));
	RL(rump_sys_mknod("reg", S_IFREG_ | 0644, 0));
	sb = dostat("chr");
	REQEQ(sb.st_mode, S_IFCHR_ | 0600);
	REQEQ(sb.st_rdev, 0x0302);
	sb = dostat("blk");
	REQEQ(sb.st_mode, S_IFBLK_ | 0640);
	REQEQ(sb.st_rdev, 0x1234567);
	REQEQ(dostat("fifo").st_mode, S_IFIFO_ | 0644);
	REQEQ(dostat("reg").st_mode, S_IFREG_ | 0644);
	FAILS(RUMP_EEXIST, rump_sys_mknod("chr", S_IFCHR_ | 0600, 0));
	FAILS(RUMP_EINVAL, rump_sys_mknod("dir", S_IFDIR_ | 0600, 0));
	/* No such device. */
	RL(rump_sys_mknod("nodev", S_IFCHR_ | 0600, 0xfe00));
	FAILS(RUMP_ENXIO, rump_sys_open("nodev", RUMP_O_RDWR));
	RL(rump_sys_unlink("chr"));
	RL(rump_sys_unlink("blk"));
	RL(rump_sys_unlink("fifo"));
	RL(rump_sys_unlink("nodev"));
}

static void *
fifo_writer(void *arg)
{
	char *buf;
	int fd, i;

	REQEQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
	fd = RL(rump_sys_open(MNT "/fifo", RUMP_O_WRONLY));
	RL(rump_sys_write(fd, "hello", 5));
	buf = malloc(100000);
	for (i = 0; i < 100000; i++)
		buf[i] = (char)(i * 7);
	REQEQ(RL(rump_sys_write(fd, buf, 100000)), 100000);
	RL(rump_sys_close(fd));
	rump_pub_lwproc_releaselwp();
	free(buf);
	return NULL;
}

static void
fifo(const struct conform_fs *fs)
{
	char *buf;
	pthread_t t;
	size_t got = 0;
	ssize_t n;
	int fd, fd2, i;

	RL(rump_sys_mkfifo("fifo", 0644));
	FAILS(
	    RUMP_ENXIO, rump_sys_open("fifo", RUMP_O_WRONLY | RUMP_O_NONBLOCK));
	fd = RL(rump_sys_open("fifo", RUMP_O_RDONLY | RUMP_O_NONBLOCK));
	buf = malloc(100000);
	REQEQ(RL(rump_sys_read(fd, buf, 10)), 0);
	fd2 = RL(rump_sys_open("fifo", RUMP_O_WRONLY | RUMP_O_NONBLOCK));
	FAILS(RUMP_EAGAIN, rump_sys_read(fd, buf, 10));
	REQEQ(RL(rump_sys_write(fd2, "abc", 3)), 3);
	REQEQ(RL(rump_sys_read(fd, buf, 10)), 3);
	FAILS(RUMP_ESPIPE, rump_sys_lseek(fd, 0, 0));
	RL(rump_sys_close(fd2));
	REQEQ(RL(rump_sys_read(fd, buf, 10)), 0);
	RL(rump_sys_close(fd));
	/* Reader and writer wait for each other. */
	REQEQ(pthread_create(&t, NULL, fifo_writer, NULL), 0);
	fd = RL(rump_sys_open("fifo", RUMP_O_RDONLY));
	while (got < 5) {
		n = RL(rump_sys_read(fd, buf, 5 - got));
		REQ(n > 0);
		got += (size_t)n;
	}
	for (got = 0; got < 100000; got += (size_t)n) {
		n = RL(rump_sys_read(fd, buf + got, 100000 - got));
		REQ(n > 0);
	}
	REQEQ(RL(rump_sys_read(fd, buf, 1)), 0);
	for (i = 0; i < 100000; i++)
		REQEQ(buf[i], (char)(i * 7));
	pthread_join(t, NULL);
	RL(rump_sys_close(fd));
	RL(rump_sys_unlink("fifo"));
	free(buf);
}

static void
statvfs_counts(const struct conform_fs *fs)
{
	struct rump_statvfs sv, sv2, *all;
	char *buf;
	int fd, n, i;

	RL(rump_sys_statvfs1(".", rump_statvfs_ptr(&sv), 1));
	REQ(strcmp(sv.f_fstypename, fs->fs_type) == 0);
	REQ(sv.f_namemax == 255);
	REQ(sv.f_bsize > 0 && sv.f_frsize > 0);
	if ((fs->fs_caps & CAP_UNMOUNT) != 0)
		REQ(strcmp(sv.f_mntonname, MNT) == 0);
	fd = RL(rump_sys_open("a", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	RL(rump_sys_fstatvfs1(fd, rump_statvfs_ptr(&sv2), 1));
	REQ(strcmp(sv2.f_mntonname, sv.f_mntonname) == 0);
	if ((fs->fs_caps & CAP_STATVFS) != 0) {
		buf = calloc(1, 1000000);
		RL(rump_sys_write(fd, buf, 1000000));
		RL(rump_sys_fsync(fd));
		RL(rump_sys_statvfs1(".", rump_statvfs_ptr(&sv2), 1));
		REQ(sv.f_blocks > 0 && sv.f_bfree <= sv.f_blocks);
		REQ((sv.f_bfree - sv2.f_bfree) * sv.f_frsize >= 900000);
		REQ(sv.f_files > 0);
		free(buf);
	}
	RL(rump_sys_close(fd));
	all = calloc(16, sizeof(*all));
	n = RL(rump_sys_getvfsstat(NULL, 0, 1));
	REQ(n >= 1);
	REQEQ(RL(rump_sys_getvfsstat((void *)all, 16 * sizeof(*all), 1)), n);
	for (i = 0; i < n; i++) {
		if (strcmp(all[i].f_mntonname, sv.f_mntonname) == 0)
			break;
	}
	REQ(i < n);
	REQEQ(RL(rump_sys_getvfsstat((void *)all, sizeof(*all), 1)), 1);
	free(all);
}

static void
cwd(const struct conform_fs *fs)
{
	char buf[1024];
	int fd, rv;

	RL(rump_sys_mkdir("a", 0755));
	RL(rump_sys_mkdir("a/b", 0755));
	RL(rump_sys_chdir("a/b"));
	rv = RL(rump_sys___getcwd(buf, sizeof(buf)));
	REQ(strcmp(buf, MNT "/a/b") == 0);
	REQEQ(rv, strlen(buf) + 1);
	FAILS(RUMP_ERANGE, rump_sys___getcwd(buf, 4));
	RL(rump_sys_rename("../b", "../c"));
	RL(rump_sys___getcwd(buf, sizeof(buf)));
	REQ(strcmp(buf, MNT "/a/c") == 0);
	fd = RL(rump_sys_open("..", RUMP_O_RDONLY));
	RL(rump_sys_chdir("/"));
	RL(rump_sys___getcwd(buf, sizeof(buf)));
	REQ(strcmp(buf, "/") == 0);
	RL(rump_sys_fchdir(fd));
	RL(rump_sys___getcwd(buf, sizeof(buf)));
	REQ(strcmp(buf, MNT "/a") == 0);
	RL(rump_sys_close(fd));
	FAILS(RUMP_EBADF, rump_sys_fchdir(fd));
	FAILS(RUMP_ENOENT, rump_sys_chdir("none"));
	RL(rump_sys_chdir(MNT));
	RL(rump_sys_chdir(".."));
	RL(rump_sys___getcwd(buf, sizeof(buf)));
	REQ(strcmp(buf, "/") == 0);
}

static void
chroot_jail(const struct conform_fs *fs)
{
	struct lwp *old;
	char buf[1024];
	int fd;

	RL(rump_sys_mkdir("jail", 0755));
	RL(rump_sys_mkdir("jail/d", 0755));
	mkfile("jail/f", "inside");
	mkfile("outside", "outside");
	if ((fs->fs_caps & CAP_SYMLINK) != 0)
		RL(rump_sys_symlink("/f", "jail/l"));
	old = lwproc_fork();
	fd = RL(rump_sys_open(MNT, RUMP_O_RDONLY));
	RL(rump_sys_chroot(MNT "/jail"));
	isfile("/f", "inside");
	isfile("/../../f", "inside");
	RL(rump_sys_chdir("/d"));
	isfile("../../../f", "inside");
	RL(rump_sys___getcwd(buf, sizeof(buf)));
	REQ(strcmp(buf, "/d") == 0);
	if ((fs->fs_caps & CAP_SYMLINK) != 0)
		isfile("/l", "inside");
	FAILS(RUMP_ENOENT, rump_sys_open(MNT "/outside", RUMP_O_RDONLY));
	FAILS(RUMP_EPERM, rump_sys_fchdir(fd));
	FAILS(RUMP_EPERM, rump_sys_fchroot(fd));
	lwproc_back(old);
	isfile(MNT "/outside", "outside");
}

static void
busy_unmount(const struct conform_fs *fs)
{
	int fd;

	mkfile("a", "text");
	FAILS(RUMP_EBUSY, rump_sys_unmount(MNT, 0));
	RL(rump_sys_chdir("/"));
	fd = RL(rump_sys_open(MNT "/a", RUMP_O_RDWR));
	FAILS(RUMP_EBUSY, rump_sys_unmount(MNT, 0));
	RL(rump_sys_close(fd));
	FAILS(RUMP_EINVAL, rump_sys_unmount(MNT "/a", 0));
	FAILS(RUMP_EBUSY, rump_sys_rmdir(MNT));
	RL(rump_sys_unmount(MNT, 0));
	FAILS(RUMP_EINVAL, rump_sys_unmount(MNT, 0));
	REQ(!exists(MNT "/a"));
	RL(rump_sys_rmdir(MNT));
	RL(rump_sys_mkdir(MNT, 0755));
}

/* Files that are open when their file system goes get errors, no more. */
static void
forced_unmount(const struct conform_fs *fs)
{
	char buf[16];
	int fd, dfd;

	mkfile("a", "text");
	fd = RL(rump_sys_open("a", RUMP_O_RDWR));
	dfd = RL(rump_sys_open(".", RUMP_O_RDONLY));
	RL(rump_sys_unmount(MNT, RUMP_MNT_FORCE));
	REQ(rump_sys_read(fd, buf, sizeof(buf)) <= 0);
	REQ(rump_sys_write(fd, "x", 1) == -1);
	REQ(rump_sys_open("b", RUMP_O_RDWR | RUMP_O_CREAT, 0644) == -1);
	REQ(rump_sys_openat(dfd, "a", RUMP_O_RDONLY) == -1);
	(void)rump_sys_fsync(fd);
	(void)rump_sys___getcwd(buf, sizeof(buf));
	RL(rump_sys_chdir("/"));
	(void)rump_sys_close(fd);
	(void)rump_sys_close(dfd);
	REQ(!exists(MNT "/a"));
	RL(rump_sys_mkdir(MNT "/d", 0755));
}

static void
handles(const struct conform_fs *fs)
{
	unsigned char fh[64];
	struct rump_stat sb;
	char buf[8];
	size_t size;
	int fd;

	mkfile("a", "text");
	size = 0;
	FAILS(RUMP_E2BIG, rump_sys_getfh("a", fh, &size));
	REQ(size >= 12 && size <= sizeof(fh));
	RL(rump_sys_getfh("a", fh, &size));
	RL(rump_sys_fhstat(fh, size, rump_stat_ptr(&sb)));
	REQEQ(sb.st_ino, dostat("a").st_ino);
	fd = RL(rump_sys_fhopen(fh, size, RUMP_O_RDONLY));
	REQEQ(RL(rump_sys_read(fd, buf, sizeof(buf))), 4);
	RL(rump_sys_close(fd));
	FAILS(RUMP_EINVAL, rump_sys_fhopen(fh, 3, RUMP_O_RDONLY));
	FAILS(RUMP_EINVAL, rump_sys_fhopen(fh, 4000, RUMP_O_RDONLY));
	RL(rump_sys_unlink("a"));
	FAILS(RUMP_ESTALE, rump_sys_fhstat(fh, size, rump_stat_ptr(&sb)));
	memset(fh + 12, 0xee, size - 12);
	REQ(rump_sys_fhstat(fh, size, rump_stat_ptr(&sb)) == -1);
}

static void
pathconf_limits(const struct conform_fs *fs)
{
	int fd;

	mkfile("a", "");
	REQEQ(RL(rump_sys_pathconf("a", 4)), 255); /* NAME_MAX */
	REQ(RL(rump_sys_pathconf("a", 1)) >= 1);   /* LINK_MAX */
	fd = RL(rump_sys_open("a", RUMP_O_RDONLY));
	REQEQ(RL(rump_sys_fpathconf(fd, 4)), 255);
	RL(rump_sys_close(fd));
	FAILS(RUMP_EINVAL, rump_sys_pathconf("a", 12345));
}

/* Threads that make, rename and remove the same names. */
static void *
stress_thread(void *arg)
{
	unsigned int seed = (unsigned int)(uintptr_t)arg;
	char a[32], b[32];
	int i, fd;

	REQEQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
	for (i = 0; i < 2000; i++) {
		seed = seed * 1103515245 + 12345;
		snprintf(a, sizeof(a), MNT "/d%u/n%u", (seed >> 8) & 1,
		    (seed >> 9) & 7);
		snprintf(b, sizeof(b), MNT "/d%u/n%u", (seed >> 12) & 1,
		    (seed >> 13) & 7);
		switch ((seed >> 16) % 6) {
		case 0:
			fd = rump_sys_open(a, RUMP_O_RDWR | RUMP_O_CREAT, 0644);
			if (fd != -1)
				rump_sys_close(fd);
			break;
		case 1:
			rump_sys_unlink(a);
			break;
		case 2:
			rump_sys_rename(a, b);
			break;
		case 3:
			rump_sys_mkdir(a, 0755);
			break;
		case 4:
			rump_sys_rmdir(a);
			break;
		case 5:
			rump_sys_access(a, 0);
			break;
		}
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

static void
stress(const struct conform_fs *fs)
{
	pthread_t t[4];
	char name[32];
	int i;

	RL(rump_sys_mkdir("d0", 0755));
	RL(rump_sys_mkdir("d1", 0755));
	for (i = 0; i < 4; i++)
		REQEQ(pthread_create(&t[i], NULL, stress_thread,
			  (void *)(uintptr_t)(i + 1)),
		    0);
	for (i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	for (i = 0; i < 16; i++) {
		snprintf(name, sizeof(name), "d%d/n%d", i / 8, i % 8);
		if (exists(name) && rump_sys_unlink(name) == -1)
			RL(rump_sys_rmdir(name));
	}
	RL(rump_sys_rmdir("d0"));
	RL(rump_sys_rmdir("d1"));
}

/* The same while the file system comes and goes. */
static volatile int storm_over;

static void *
storm_thread(void *arg)
{
	unsigned int seed = (unsigned int)(uintptr_t)arg * 7919;
	char a[40], b[40], buf[1024];
	int fd = -1, dfd = -1;

	REQEQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
	while (!storm_over) {
		seed = seed * 1103515245 + 12345;
		snprintf(a, sizeof(a), MNT "/d%u/n%u", (seed >> 8) & 1,
		    (seed >> 9) & 7);
		snprintf(b, sizeof(b), MNT "/d%u/n%u", (seed >> 12) & 1,
		    (seed >> 13) & 7);
		switch ((seed >> 16) % 16) {
		case 0:
			rump_sys_mkdir(MNT "/d0", 0777);
			rump_sys_mkdir(MNT "/d1", 0777);
			break;
		case 1:
		case 2:
			if (fd != -1)
				rump_sys_close(fd);
			fd = rump_sys_open(a, RUMP_O_RDWR | RUMP_O_CREAT, 0644);
			break;
		case 3:
			rump_sys_unlink(a);
			break;
		case 4:
			rump_sys_rename(a, b);
			break;
		case 5:
			rump_sys_mkdir(a, 0755);
			break;
		case 6:
			rump_sys_rmdir(a);
			break;
		case 7:
			rump_sys_symlink(a, b);
			break;
		case 8:
			rump_sys_link(a, b);
			break;
		case 9:
			rump_sys_chdir(a);
			break;
		case 10:
			rump_sys___getcwd(buf, sizeof(buf));
			break;
		case 11:
			rump_sys_pwrite(fd, buf, sizeof(buf), seed & 0xffff);
			break;
		case 12:
			rump_sys_pread(fd, buf, sizeof(buf), seed & 0xffff);
			break;
		case 13:
			if (dfd != -1)
				rump_sys_close(dfd);
			dfd = rump_sys_open(MNT "/d0", RUMP_O_RDONLY);
			rump_sys_getdents(dfd, buf, sizeof(buf));
			break;
		case 14:
			rump_sys_openat(dfd, "n1", RUMP_O_RDONLY);
			rump_sys_chdir("..");
			break;
		case 15:
			rump_sys_truncate(a, seed & 0xffff);
			rump_sys_ftruncate(fd, seed & 0xfff);
			break;
		}
		if ((seed & 0xff0000) == 0) {
			/* Give the descriptors back. */
			rump_pub_lwproc_releaselwp();
			REQEQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
			fd = dfd = -1;
		}
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

static void
storm(const struct conform_fs *fs)
{
	pthread_t t[3];
	int i;

	RL(rump_sys_chdir("/"));
	storm_over = 0;
	for (i = 0; i < 3; i++)
		REQEQ(pthread_create(&t[i], NULL, storm_thread,
			  (void *)(uintptr_t)(i + 1)),
		    0);
	for (i = 0; i < 100; i++) {
		usleep(5000);
		if (rump_sys_unmount(MNT, RUMP_MNT_FORCE) == 0)
			fs->fs_mount();
	}
	storm_over = 1;
	for (i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
}

const struct conform_case conform_misc[] = {
    {"mknod", CAP_SPECIAL, mknod_types, "device nodes"},
    {"fifo", CAP_SPECIAL, fifo, "named pipes"},
    {"statvfs", 0, statvfs_counts, "statvfs, getvfsstat"},
    {"cwd", 0, cwd, "the current directory"},
    {"chroot", CAP_OWNER, chroot_jail, "a root of one's own"},
    {"busy_unmount", CAP_UNMOUNT, busy_unmount, "EBUSY"},
    {"forced_unmount", CAP_UNMOUNT, forced_unmount, "MNT_FORCE"},
    {"handles", CAP_FH, handles, "file handles"},
    {"pathconf", 0, pathconf_limits, "limits"},
    {"stress", 0, stress, "four threads"},
    {"storm", CAP_UNMOUNT | CAP_REMOUNT, storm, "forced unmounts under load"},
    {NULL, 0, NULL, NULL}};
