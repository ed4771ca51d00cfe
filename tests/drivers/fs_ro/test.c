/* SPDX-License-Identifier: BSD-2-Clause */
#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rump/rump_structs.h>

#include "drivertest.h"

struct kitro_args {
	const char *ka_fspec;
	int ka_flags;
	char ka_pad[256];
};
#define KITRO_BIGUNITS 1
#define KITRO_MPSAFE   2
#define KITRO_SLOWLOAD 4

static unsigned char
content(int ino, size_t i)
{
	return 7 * i + 13 * ino + i / 256;
}

static int
mountit(const char *img, int flags)
{
	struct kitro_args args = {"/dev/disk", flags, ""};
	int error;

	error = rump_pub_etfs_register("/dev/disk", img, RUMP_ETFS_BLK);
	CHECK_EQ(error, 0);
	return rump_sys_mount(
	    "kitro", "/mnt", RUMP_MNT_RDONLY, &args, sizeof args);
}

static void
boot(const char *img, int flags)
{
	CHECK_EQ(rump_init(), 0);
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt", 0755));
	CHECK_ERRNO(0, mountit(img, flags));
}

static void
readall(const char *path, int ino, size_t size, size_t hole1, size_t hole2)
{
	static unsigned char b[200000];
	ssize_t n = 0, got;
	size_t piece = 1;
	int fd;

	fd = rump_sys_open(path, RUMP_O_RDONLY);
	CHECK(fd >= 0);
	/* pieces of all sizes, then the end, again and again */
	while ((got = rump_sys_read(fd, b + n, piece)) > 0) {
		n += got;
		piece = piece * 3 % 7001 + 1;
	}
	CHECK_EQ(got, 0);
	CHECK_EQ(n, size);
	for (size_t i = 0; i < size; i++) {
		unsigned char want = content(ino, i);
		if (i >= hole1 && i < hole2)
			want = 0;
		if (b[i] != want) {
			fprintf(stderr, "%s: byte %zu\n", path, i);
			exit(1);
		}
	}
	if (size >= 10)
		CHECK_EQ(rump_sys_pread(fd, b, 100, (off_t)size - 10), 10);
	if (size >= 10)
		CHECK_EQ(b[9], content(ino, size - 1));
	CHECK_EQ(rump_sys_pread(fd, b, 100, (off_t)size), 0);
	CHECK_EQ(rump_sys_pread(fd, b, 100, (off_t)size + 70000), 0);
	CHECK_ERRNO(0, rump_sys_close(fd));
}

static void
tree(void)
{
	struct rump_stat st;
	char b[64];
	int fd;

	fd = rump_sys_open("/mnt/hello", RUMP_O_RDONLY);
	CHECK(fd >= 0);
	CHECK_EQ(rump_sys_read(fd, b, sizeof b), 6);
	CHECK(memcmp(b, "hello\n", 6) == 0);
	CHECK_ERRNO(0, rump_sys_close(fd));
	readall("/mnt/big", 3, 100123, 0, 0);
	readall("/mnt/holes", 4, 13 * 2048 + 100, 4 * 2048, 12 * 2048);
	readall("/mnt/packed", 5, 10000, 0, 0);
	readall("/mnt/dir/deep", 8, 3000, 0, 0);
	readall("/mnt/link", 8, 3000, 0, 0);
	readall("/mnt/longlink", 8, 3000, 0, 0);
	readall("/mnt/empty", 13, 0, 0, 0);
	/* a name that takes the rest of the path along */
	readall("/mnt/jump/dir/deep", 8, 3000, 0, 0);
	readall("/mnt/jump/dir/../dir/deep", 8, 3000, 0, 0);
	CHECK_EQ(rump_sys_readlink("/mnt/link", b, sizeof b), 8);
	CHECK(memcmp(b, "dir/deep", 8) == 0);
	CHECK_ERRNO(0, rump_sys_lstat("/mnt/dir", rump_stat_ptr(&st)));
	for (int i = 0; i < 300; i += 37) {
		snprintf(b, sizeof b, "/mnt/dir/name%d", i);
		CHECK_ERRNO(0, rump_sys_access(b, R_OK));
	}
	for (int i = 0; i < 3; i++)
		CHECK_ERRNO(ENOENT, rump_sys_access("/mnt/dir/name300", R_OK));
}

static void
readonly(void)
{
	int fd;

	CHECK_ERRNO(EROFS,
	    rump_sys_open("/mnt/new", RUMP_O_CREAT | RUMP_O_WRONLY, 0644));
	CHECK_ERRNO(EROFS, rump_sys_open("/mnt/hello", RUMP_O_WRONLY));
	CHECK_ERRNO(EROFS, rump_sys_unlink("/mnt/hello"));
	CHECK_ERRNO(EROFS, rump_sys_mkdir("/mnt/newdir", 0755));
	CHECK_ERRNO(EROFS, rump_sys_rmdir("/mnt/dir"));
	CHECK_ERRNO(EROFS, rump_sys_rename("/mnt/hello", "/mnt/x"));
	CHECK_ERRNO(EROFS, rump_sys_link("/mnt/hello", "/mnt/x"));
	CHECK_ERRNO(EROFS, rump_sys_symlink("x", "/mnt/x"));
	CHECK_ERRNO(EROFS, rump_sys_mknod("/mnt/x", S_IFCHR | 0644, 5));
	CHECK_ERRNO(EROFS, rump_sys_mkfifo("/mnt/x", 0644));
	CHECK_ERRNO(RUMP_EOPNOTSUPP, rump_sys_chmod("/mnt/hello", 0600));
	CHECK_ERRNO(EROFS, rump_sys_truncate("/mnt/hello", 0));
	fd = rump_sys_open("/mnt/hello", RUMP_O_RDONLY);
	CHECK(fd >= 0);
	CHECK_ERRNO(EBADF, rump_sys_write(fd, "x", 1));
	CHECK_ERRNO(0, rump_sys_close(fd));
}

static void
test_tree_big(void)
{
	boot("img.big", 0);
	tree();
	readonly();
	drivertest_kernel(NULL);
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", 0));
}

static void
test_tree_little(void)
{
	boot("img.little", KITRO_MPSAFE);
	tree();
	drivertest_kernel(NULL);
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", 0));
}

static void
test_tree_units(void)
{
	boot("img.little", KITRO_BIGUNITS);
	tree();
	drivertest_kernel("bmap");
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", 0));
}

/* A device node of the image: read, poll, and two ways at once. */
static void
devices(void)
{
	struct rump_pollfd pfd;
	unsigned char b[1024];
	int fd, fd2;

	fd = rump_sys_open("/mnt/cdev", RUMP_O_RDONLY);
	CHECK(fd >= 0);
	CHECK_EQ(rump_sys_read(fd, b, 3), 3);
	CHECK(b[1] == b[0] + 1 && b[2] == b[0] + 2);
	fd2 = rump_sys_open("/mnt/cdev2", RUMP_O_RDONLY);
	CHECK(fd2 >= 0);
	CHECK_EQ(rump_sys_read(fd2, b + 3, 1), 1);
	CHECK_EQ(b[3], b[2] + 1);
	pfd.fd = fd;
	pfd.events = POLLIN;
	CHECK_EQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 0), 1);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, rump_sys_close(fd2));
	fd = rump_sys_open("/mnt/bdev", RUMP_O_RDWR);
	CHECK(fd >= 0);
	CHECK_EQ(rump_sys_pread(fd, b, 1024, 512 * 5), 1024);
	CHECK(b[0] == 5 && b[511] == 5 && b[512] == 6);
	CHECK_EQ(rump_sys_pwrite(fd, "abc", 3, 512 * 5 + 100), 3);
	CHECK_ERRNO(0, rump_sys_fsync(fd));
	CHECK_ERRNO(0, rump_sys_close(fd));
	fd = rump_sys_open("/mnt/bdev", RUMP_O_RDONLY);
	CHECK_EQ(rump_sys_pread(fd, b, 1024, 512 * 5), 1024);
	CHECK(memcmp(b + 99, "\5abc\5", 5) == 0);
	CHECK_EQ(rump_sys_pread(fd, b, 100, 65536), 0);
	CHECK_ERRNO(0, rump_sys_close(fd));
}

static void
fifo(void)
{
	char b[16];
	int rd, wr;

	rd = rump_sys_open("/mnt/fifo", RUMP_O_RDONLY | RUMP_O_NONBLOCK);
	CHECK(rd >= 0);
	wr = rump_sys_open("/mnt/fifo", RUMP_O_WRONLY);
	CHECK(wr >= 0);
	CHECK_EQ(rump_sys_write(wr, "through", 7), 7);
	CHECK_EQ(rump_sys_read(rd, b, sizeof b), 7);
	CHECK(memcmp(b, "through", 7) == 0);
	CHECK_ERRNO(0, rump_sys_close(wr));
	CHECK_EQ(rump_sys_read(rd, b, sizeof b), 0);
	CHECK_ERRNO(0, rump_sys_close(rd));
	CHECK_ERRNO(RUMP_EOPNOTSUPP, rump_sys_open("/mnt/sock", RUMP_O_RDONLY));
}

/* How much there is to read, by kqueue. */
static void
watch(int fd)
{
	struct rump_kevent ev;
	struct rump_timespec ts = {0, 0};
	int kq = rump_sys_kqueue();

	CHECK(kq >= 0);
	memset(&ev, 0, sizeof ev);
	ev.ident = (uintptr_t)fd;
	ev.filter = 0; /* EVFILT_READ */
	ev.flags = 1;  /* EV_ADD */
	CHECK_ERRNO(0, rump_sys_lseek(fd, 0, SEEK_SET));
	CHECK_ERRNO(
	    0, rump_sys_kevent(kq, rump_kevent_ptr(&ev), 1, NULL, 0, NULL));
	CHECK_EQ(rump_sys_kevent(kq, NULL, 0, rump_kevent_ptr(&ev), 1,
		     rump_timespec_ptr(&ts)),
	    1);
	CHECK_EQ(ev.data, 6);
	CHECK_ERRNO(0, rump_sys_close(kq));
}

/* Whatever else a client can ask of a file. */
static void
odds(void)
{
	struct rump_pollfd pfd;
	char b[600];
	int fd, n = 0;

	fd = rump_sys_open("/mnt/hello", RUMP_O_RDONLY);
	CHECK(fd >= 0);
	pfd.fd = fd;
	pfd.events = POLLIN | POLLOUT;
	pfd.revents = 0;
	CHECK_EQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 0), 1);
	CHECK_EQ(pfd.revents, POLLIN | POLLOUT);
	CHECK_ERRNO(ENOTTY, rump_sys_ioctl(fd, 0x40047a7f, &n));
	CHECK_EQ(rump_sys_posix_fallocate(fd, 0, 10), EBADF);
	CHECK_EQ(rump_sys_lseek(fd, 3, SEEK_SET), 3);
	CHECK_ERRNO(EINVAL, rump_sys_lseek(fd, -4, SEEK_SET));
	CHECK_EQ(rump_sys_lseek(fd, 0, SEEK_END), 6);
	CHECK_ERRNO(0, rump_sys_fsync(fd));
	CHECK_ERRNO(0, rump_sys_flock(fd, LOCK_SH));
	CHECK_ERRNO(0, rump_sys_flock(fd, LOCK_UN));
	CHECK_EQ(rump_sys_fpathconf(fd, 4), 255);
	CHECK_EQ(rump_sys_pathconf("/mnt/hello", 1), 65535);
	CHECK_EQ(rump_sys_pathconf("/mnt/link", 12), 56);
	CHECK_ERRNO(EINVAL, rump_sys_fpathconf(fd, 99));
	CHECK_ERRNO(0, rump_sys_fcntl(fd, F_SETFL, RUMP_O_NONBLOCK));
	watch(fd);
	CHECK_ERRNO(0, rump_sys_close(fd));
	fd = rump_sys_open("/mnt/dir", RUMP_O_RDONLY);
	CHECK(rump_sys_getdents(fd, b, sizeof b) > 0);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, rump_sys_revoke("/mnt/cdev"));
}

static void
test_special(void)
{
	boot("img.big", 0);
	devices();
	fifo();
	drivertest_kernel(NULL);
}

static void
attributes(void)
{
	struct rump_stat st;

	CHECK_ERRNO(0, rump_sys_stat("/mnt/dir/name7", rump_stat_ptr(&st)));
	CHECK_EQ(st.st_ino, 2);
	CHECK_EQ(st.st_nlink, 301);
	CHECK_EQ(st.st_mode, S_IFREG | 0644);
	CHECK_EQ(st.st_size, 6);
	CHECK_EQ(st.st_blocks, 4);
	CHECK_EQ(st.st_blksize, 2048);
	CHECK_EQ(st.rst_mtim.tv_sec, 1400000002);
	CHECK_EQ(st.st_gen, 102);
	CHECK_ERRNO(0, rump_sys_stat("/mnt/secret", rump_stat_ptr(&st)));
	CHECK_EQ(st.st_uid, 5);
	CHECK_EQ(st.st_gid, 6);
	CHECK_ERRNO(0, rump_sys_stat("/mnt/immutable", rump_stat_ptr(&st)));
	CHECK_EQ(st.st_flags, 2);
	CHECK_ERRNO(0, rump_sys_stat("/mnt/cdev", rump_stat_ptr(&st)));
	CHECK_EQ(st.st_mode, S_IFCHR | 0666);
	CHECK_EQ(st.st_rdev, 180 << 8 | 3);
}

static void
test_statvfs(void)
{
	struct rump_statvfs sb[8];
	struct stat st;
	int n;

	boot("img.big", 0);
	CHECK_ERRNO(0, rump_sys_statvfs1("/mnt/dir", (void *)sb, 1));
	CHECK_EQ(sb->f_bsize, 2048);
	CHECK_EQ(sb->f_frsize, 2048);
	CHECK_EQ(sb->f_iosize, 2048);
	CHECK(stat("img.big", &st) == 0);
	CHECK_EQ(sb->f_blocks, st.st_size / 2048);
	CHECK_EQ(sb->f_bfree, 0);
	CHECK_EQ(sb->f_files, 32);
	CHECK_EQ(sb->f_namemax, 255);
	CHECK(strcmp(sb->f_fstypename, "kitro") == 0);
	CHECK(strcmp(sb->f_mntonname, "/mnt") == 0);
	CHECK(strcmp(sb->f_mntfromname, "/dev/disk") == 0);
	CHECK_EQ(sb->f_flag & 0x1001, 0x1001);
	n = rump_sys_getvfsstat((void *)sb, sizeof sb, 1);
	CHECK_EQ(n, 2);
	CHECK(strcmp(sb[1].f_mntonname, "/mnt") == 0);
	attributes();
	drivertest_kernel(NULL);
}

static void
test_mount(void)
{
	struct kitro_args args = {"/dev/disk", 0, ""};
	int fd;

	boot("img.big", 6);
	CHECK_ERRNO(EBUSY,
	    rump_sys_mount(
		"kitro", "/mnt/dir", RUMP_MNT_RDONLY, &args, sizeof args));
	args.ka_flags = 0;
	/* it tells with what it was mounted */
	CHECK(rump_sys_mount(
		  "kitro", "/mnt", RUMP_MNT_GETARGS, &args, sizeof args) >= 0);
	CHECK_EQ(args.ka_flags, 6);
	args.ka_fspec = NULL;
	args.ka_flags = 0;
	/* not to be had: writable */
	CHECK_ERRNO(EROFS,
	    rump_sys_mount(
		"kitro", "/mnt", RUMP_MNT_UPDATE, &args, sizeof args));
	CHECK_ERRNO(0,
	    rump_sys_mount("kitro", "/mnt",
		RUMP_MNT_UPDATE | RUMP_MNT_RELOAD | RUMP_MNT_RDONLY, &args,
		sizeof args));
	CHECK_ERRNO(
	    EINVAL, rump_sys_mount("kitro", "/mnt", RUMP_MNT_RDONLY, &args, 4));
	fd = rump_sys_open("/mnt/hello", RUMP_O_RDONLY);
	CHECK_ERRNO(EBUSY, rump_sys_unmount("/mnt", 0));
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", 0));
	/* again, and with somebody inside */
	args.ka_fspec = "/dev/disk";
	CHECK_ERRNO(
	    EROFS, rump_sys_mount("kitro", "/mnt", 0, &args, sizeof args));
	CHECK_ERRNO(0,
	    rump_sys_mount(
		"kitro", "/mnt", RUMP_MNT_RDONLY, &args, sizeof args));
	fd = rump_sys_open("/mnt/hello", RUMP_O_RDONLY);
	CHECK(fd >= 0);
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", RUMP_MNT_FORCE));
	CHECK(rump_sys_read(fd, &args, 1) <= 0);
	CHECK_ERRNO(0, rump_sys_close(fd));
	args.ka_fspec = "/nowhere";
	CHECK_ERRNO(ENOENT,
	    rump_sys_mount(
		"kitro", "/mnt", RUMP_MNT_RDONLY, &args, sizeof args));
	args.ka_fspec = "/dev/null";
	CHECK_ERRNO(ENOTBLK,
	    rump_sys_mount(
		"kitro", "/mnt", RUMP_MNT_RDONLY, &args, sizeof args));
	drivertest_kernel(NULL);
}

/* Reads the directory with as little room as there may be. */
static void
test_getdents(void)
{
	char b[600];
	int fd, n, all = 0, deep = 0;

	boot("img.little", 0);
	fd = rump_sys_open("/mnt/dir", RUMP_O_RDONLY);
	CHECK(fd >= 0);
	CHECK_ERRNO(EISDIR, rump_sys_read(fd, b, sizeof b));
	while ((n = rump_sys_getdents(fd, b, sizeof b)) > 0) {
		for (struct rump_dirent *d = (void *)b; (char *)d < b + n;
		     d = (void *)((char *)d + d->d_reclen)) {
			all++;
			deep += strcmp(d->d_name, "deep") == 0 &&
			    d->d_fileno == 8 && d->d_type == 8;
		}
	}
	CHECK_EQ(n, 0);
	CHECK_EQ(all, 303);
	CHECK_EQ(deep, 1);
	CHECK_ERRNO(0, rump_sys_lseek(fd, 0, SEEK_SET));
	CHECK(rump_sys_getdents(fd, b, sizeof b) > 0);
	CHECK_ERRNO(0, rump_sys_close(fd));
	drivertest_kernel(NULL);
}

static void
test_handles(void)
{
	char fh[64];
	size_t size = 1;
	struct rump_stat st;
	int fd;

	boot("img.big", 0);
	CHECK_ERRNO(E2BIG, rump_sys_getfh("/mnt/dir/deep", fh, &size));
	CHECK(size > 1 && size <= sizeof fh);
	CHECK_ERRNO(0, rump_sys_getfh("/mnt/dir/deep", fh, &size));
	fd = rump_sys_fhopen(fh, size, RUMP_O_RDONLY);
	CHECK(fd >= 0);
	CHECK_ERRNO(0, rump_sys_fstat(fd, rump_stat_ptr(&st)));
	CHECK_EQ(st.st_ino, 8);
	CHECK_ERRNO(0, rump_sys_close(fd));
	fh[size - 1] ^= 1;
	fh[size - 4] ^= 1;
	CHECK_ERRNO(RUMP_ESTALE, rump_sys_fhopen(fh, size, RUMP_O_RDONLY));
	drivertest_kernel("handles");
}

static void *
stat_thread(void *arg)
{
	struct rump_stat st;

	rump_pub_lwproc_newlwp(1);
	CHECK_ERRNO(0, rump_sys_stat("/mnt/dir/deep", rump_stat_ptr(&st)));
	CHECK_EQ(st.st_ino, 8);
	CHECK_ERRNO(0, rump_sys_stat("/mnt/dir/name55", rump_stat_ptr(&st)));
	CHECK_EQ(st.st_ino, 2);
	rump_pub_lwproc_releaselwp();
	return NULL;
}

/* Many want the same file, which takes time to load. */
static void
test_loads(void)
{
	pthread_t t[8];

	boot("img.big", KITRO_SLOWLOAD | KITRO_MPSAFE);
	for (int i = 0; i < 8; i++)
		CHECK(pthread_create(&t[i], NULL, stat_thread, NULL) == 0);
	for (int i = 0; i < 8; i++)
		pthread_join(t[i], NULL);
	drivertest_kernel("loads");
}

/* Everything that the vectors have is called. */
static void
test_uncalled(void)
{
	struct kitro_args args = {"/dev/disk", 0, ""};

	boot("img.big", 0);
	tree();
	devices();
	fifo();
	odds();
	drivertest_kernel("pages");
	drivertest_kernel("vcache");
	drivertest_kernel("bmap");
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", 0));
	CHECK_ERRNO(0,
	    rump_sys_mount(
		"kitro", "/mnt", RUMP_MNT_RDONLY, &args, sizeof args));
	drivertest_kernel("uncalled");
}

/* The device's node goes while it is mounted. */
static void
test_gone(void)
{
	char b[10];

	boot("img.big", 0);
	CHECK_ERRNO(0, rump_sys_access("/mnt/hello", R_OK));
	CHECK_ERRNO(0, rump_sys_revoke("/dev/disk"));
	CHECK(rump_sys_readlink("/mnt/dir/deep", b, sizeof b) == -1);
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", RUMP_MNT_FORCE));
	CHECK_ERRNO(0, rump_pub_etfs_remove("/dev/disk"));
	CHECK_ERRNO(0, mountit("img.big", 0));
	CHECK_ERRNO(0, rump_sys_access("/mnt/hello", R_OK));
	drivertest_kernel(NULL);
}

/* An image with one byte changed: an error, never more. */
static void
poke(const char *img, off_t off, const void *b, size_t n)
{
	int fd = open(img, O_RDWR);

	CHECK(fd >= 0);
	CHECK(pwrite(fd, b, n, off) == (ssize_t)n);
	close(fd);
}

static void
test_damage(void)
{
	CHECK_EQ(rump_init(), 0);
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt", 0755));
	poke("img.big", 1024, "X", 1);
	CHECK_ERRNO(EINVAL, mountit("img.big", 0));
	poke("img.big", 1024, "K", 1);
	CHECK_ERRNO(0, rump_pub_etfs_remove("/dev/disk"));
	/* more blocks than the disk has */
	poke("img.little", 1024 + 10, "\1", 1);
	CHECK_ERRNO(EINVAL, mountit("img.little", 0));
	CHECK_ERRNO(0, rump_pub_etfs_remove("/dev/disk"));
	/* the check sum of inode 8, an entry of the root */
	poke("img.big", 2 * 2048 + 8 * 128 + 20, "\1", 1);
	poke("img.big", 8 * 2048 + 4, "\0\3", 2);
	CHECK_ERRNO(0, mountit("img.big", 0));
	CHECK_ERRNO(RUMP_EFTYPE, rump_sys_access("/mnt/hello", R_OK));
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", 0));
	poke("img.big", 8 * 2048 + 4, "\0\14", 2);
	CHECK_ERRNO(0, rump_pub_etfs_remove("/dev/disk"));
	CHECK_ERRNO(0, mountit("img.big", 0));
	CHECK_ERRNO(RUMP_EFTYPE, rump_sys_access("/mnt/dir/deep", R_OK));
	CHECK_ERRNO(0, rump_sys_access("/mnt/hello", R_OK));
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", 0));
	drivertest_kernel(NULL);
}

#define KCASE(name)                                                            \
	static void test_k##name(void)                                         \
	{                                                                      \
		boot("img.big", 0);                                            \
		drivertest_kernel(#name);                                      \
	}
KCASE(attr)
KCASE(names)
KCASE(readdir)
KCASE(attach)
KCASE(bmap)
KCASE(buffers)
KCASE(getblk)
KCASE(errors)
KCASE(busy)
KCASE(pages)
KCASE(compat)
KCASE(vcache)
KCASE(dead)
KCASE(flush)
KCASE(spec)
KCASE(rootmount)

/* What a root device has is mounted, and in the list. */
static void
test_rootdevice(void)
{
	static struct rump_statvfs vfs[8];
	int n, found = 0;

	CHECK_EQ(rump_init(), 0);
	CHECK_EQ(
	    rump_pub_etfs_register("/dev/disk", "img.big", RUMP_ETFS_BLK), 0);
	drivertest_kernel("rootdevice");
	n = rump_sys_getvfsstat((void *)vfs, sizeof vfs, RUMP_MNT_NOWAIT);
	for (int i = 0; i < n; i++) {
		if (strcmp(vfs[i].f_mntfromname, "root_device") == 0) {
			CHECK(strcmp(vfs[i].f_mntonname, "/") == 0);
			found++;
		}
	}
	CHECK_EQ(found, 1);
	drivertest_kernel(NULL);
}

/* The limit of vnodes changes; the type goes when it is not mounted. */
static void
test_detach(void)
{
	int mib[] = {1, 5}; /* CTL_KERN, KERN_MAXVNODES */
	int n = 2000;

	boot("img.big", 0);
	CHECK_ERRNO(0, rump_sys___sysctl(mib, 2, NULL, NULL, &n, sizeof n));
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", 0));
	drivertest_kernel("detach");
	CHECK_ERRNO(0, rump_pub_etfs_remove("/dev/disk"));
	CHECK_ERRNO(0, mountit("img.big", 0));
	CHECK_ERRNO(0, rump_sys_access("/mnt/hello", R_OK));
	drivertest_kernel(NULL);
}

static const struct drivertest tests[] = {
    {"tree_big", test_tree_big, NULL},
    {"tree_little", test_tree_little, NULL},
    {"tree_units", test_tree_units, NULL},
    {"special", test_special, NULL},
    {"statvfs", test_statvfs, NULL},
    {"mount", test_mount, NULL},
    {"getdents", test_getdents, NULL},
    {"handles", test_handles, NULL},
    {"loads", test_loads, NULL},
    {"uncalled", test_uncalled, NULL},
    {"gone", test_gone, NULL},
    {"damage", test_damage, NULL},
    {"kattr", test_kattr, NULL},
    {"knames", test_knames, NULL},
    {"kreaddir", test_kreaddir, NULL},
    {"kattach", test_kattach, NULL},
    {"detach", test_detach, NULL},
    {"rootdevice", test_rootdevice, NULL},
    {"kbmap", test_kbmap, NULL},
    {"kbuffers", test_kbuffers, NULL},
    {"kgetblk", test_kgetblk, NULL},
    {"kerrors", test_kerrors, NULL},
    {"kbusy", test_kbusy, NULL},
    {"kpages", test_kpages, NULL},
    {"kcompat", test_kcompat, NULL},
    {"kvcache", test_kvcache, NULL},
    {"kdead", test_kdead, NULL},
    {"kflush", test_kflush, NULL},
    {"kspec", test_kspec, NULL},
    {"krootmount", test_krootmount, NULL},
    {NULL, NULL, NULL},
};
DRIVERTEST_MAIN(tests)
