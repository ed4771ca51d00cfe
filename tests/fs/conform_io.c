/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File data: reading, writing, truncating, holes, offsets, flushing.
 */
#include "conform.h"

static unsigned char
pattern(uint64_t off)
{
	return (unsigned char)(off * 31 + (off >> 8) * 7 + (off >> 16));
}

static void
fill(unsigned char *buf, size_t len, uint64_t off)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf[i] = pattern(off + i);
}

static void
check(const unsigned char *buf, size_t len, uint64_t off)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (buf[i] != pattern(off + i))
			atf_tc_fail("byte %llu is %02x, not %02x",
			    (unsigned long long)(off + i), buf[i],
			    pattern(off + i));
	}
}

static void
read_write(const struct conform_fs *fs)
{
	unsigned char *buf = malloc(70000);
	struct iovec_ {
		void *base;
		size_t len;
	} iov[3];
	size_t off, n;
	int fd;

	fd = RL(rump_sys_open("a", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	for (off = 0; off < 1000000; off += n) {
		n = 1 + (off * 7) % 69999;
		fill(buf, n, off);
		REQEQ(RL(rump_sys_write(fd, buf, n)), n);
	}
	REQEQ(dofstat(fd).st_size, off);
	REQEQ(RL(rump_sys_read(fd, buf, 10)), 0);
	RL(rump_sys_lseek(fd, 0, 0));
	off = 0;
	while ((n = (size_t)RL(rump_sys_read(fd, buf, 4099))) > 0) {
		check(buf, n, off);
		off += n;
	}
	REQEQ(off, dofstat(fd).st_size);
	REQEQ(RL(rump_sys_pread(fd, buf, 100, 12345)), 100);
	check(buf, 100, 12345);
	iov[0].base = buf;
	iov[0].len = 10;
	iov[1].base = buf + 10;
	iov[1].len = 0;
	iov[2].base = buf + 10;
	iov[2].len = 5000;
	REQEQ(RL(rump_sys_preadv(fd, (void *)iov, 3, 4090)), 5010);
	check(buf, 5010, 4090);
	/* Overwriting in the middle leaves the rest. */
	memset(buf, 0xff, 100);
	REQEQ(RL(rump_sys_pwrite(fd, buf, 100, 8192)), 100);
	REQEQ(RL(rump_sys_pread(fd, buf, 300, 8092)), 300);
	check(buf, 100, 8092);
	check(buf + 200, 100, 8292);
	REQEQ(buf[100], 0xff);
	FAILS(RUMP_EFAULT, rump_sys_write(fd, (void *)16, 100));
	FAILS(RUMP_EFAULT, rump_sys_pread(fd, (void *)16, 100, 0));
	FAILS(RUMP_EINVAL, rump_sys_pread(fd, buf, 1, -1));
	RL(rump_sys_close(fd));
	fd = RL(rump_sys_open(".", RUMP_O_RDONLY));
	REQ(rump_sys_write(fd, buf, 1) == -1);
	RL(rump_sys_close(fd));
	free(buf);
}

static void
append(const struct conform_fs *fs)
{
	int fd, fd2;

	fd = RL(rump_sys_open(
	    "a", RUMP_O_WRONLY | RUMP_O_CREAT | RUMP_O_APPEND, 0644));
	fd2 = RL(rump_sys_open("a", RUMP_O_WRONLY | RUMP_O_APPEND));
	RL(rump_sys_write(fd, "one ", 4));
	RL(rump_sys_write(fd2, "two ", 4));
	RL(rump_sys_lseek(fd, 0, 0));
	RL(rump_sys_write(fd, "three", 5));
	REQEQ(RL(rump_sys_lseek(fd, 0, 1)), 13);
	isfile("a", "one two three");
	RL(rump_sys_close(fd));
	RL(rump_sys_close(fd2));
}

static void
seek(const struct conform_fs *fs)
{
	int fd;

	mkfile("a", "0123456789");
	fd = RL(rump_sys_open("a", RUMP_O_RDWR));
	REQEQ(RL(rump_sys_lseek(fd, 4, 0)), 4);
	REQEQ(RL(rump_sys_lseek(fd, 3, 1)), 7);
	REQEQ(RL(rump_sys_lseek(fd, -2, 2)), 8);
	FAILS(RUMP_EINVAL, rump_sys_lseek(fd, -1, 0));
	FAILS(RUMP_EINVAL, rump_sys_lseek(fd, -9, 1));
	FAILS(RUMP_EINVAL, rump_sys_lseek(fd, 0, 9));
	REQEQ(RL(rump_sys_lseek(fd, 0, 1)), 8);
	REQEQ(RL(rump_sys_lseek(fd, 100, 0)), 100);
	REQEQ(dofstat(fd).st_size, 10);
	RL(rump_sys_close(fd));
	FAILS(RUMP_EBADF, rump_sys_lseek(fd, 0, 0));
}

static void
truncate_file(const struct conform_fs *fs)
{
	unsigned char *buf = malloc(100000);
	int fd, i;

	fd = RL(rump_sys_open("a", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	fill(buf, 100000, 0);
	RL(rump_sys_write(fd, buf, 100000));
	RL(rump_sys_ftruncate(fd, 5001));
	REQEQ(dofstat(fd).st_size, 5001);
	/* What was cut reads as zeros when the file grows again. */
	RL(rump_sys_ftruncate(fd, 60000));
	REQEQ(RL(rump_sys_pread(fd, buf, 60000, 0)), 60000);
	check(buf, 5001, 0);
	for (i = 5001; i < 60000; i++)
		REQEQ(buf[i], 0);
	RL(rump_sys_truncate("a", 0));
	REQEQ(dofstat(fd).st_size, 0);
	REQEQ(RL(rump_sys_pread(fd, buf, 10, 0)), 0);
	/* Small cuts and growths around block ends. */
	for (i = 1; i < 40000; i += 1511) {
		RL(rump_sys_ftruncate(fd, 0));
		fill(buf, 40000, 0);
		RL(rump_sys_pwrite(fd, buf, 40000, 0));
		RL(rump_sys_ftruncate(fd, i));
		RL(rump_sys_ftruncate(fd, i + 3000));
		REQEQ(RL(rump_sys_pread(fd, buf, 50000, 0)), i + 3000);
		check(buf, (size_t)i, 0);
		REQEQ(buf[i], 0);
		REQEQ(buf[i + 2999], 0);
	}
	RL(rump_sys_close(fd));
	FAILS(RUMP_EINVAL, rump_sys_truncate("a", -1));
	FAILS(RUMP_EISDIR, rump_sys_truncate(".", 0));
	FAILS(RUMP_ENOENT, rump_sys_truncate("none", 0));
	fd = RL(rump_sys_open("a", RUMP_O_RDONLY));
	FAILS(RUMP_EINVAL, rump_sys_ftruncate(fd, 0));
	RL(rump_sys_close(fd));
	free(buf);
}

static void
sparse(const struct conform_fs *fs)
{
	static const int64_t offs[] = {10000, 1000000, 50000000, 3000000000LL,
	    5000000000LL, 20000000000LL};
	unsigned char buf[100];
	size_t i;
	int fd;

	fd = RL(rump_sys_open("a", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	for (i = 0; i < sizeof(offs) / sizeof(offs[0]); i++) {
		fill(buf, sizeof(buf), (uint64_t)offs[i]);
		REQEQ(RL(rump_sys_pwrite(fd, buf, sizeof(buf), offs[i])),
		    sizeof(buf));
		REQEQ(dofstat(fd).st_size, offs[i] + (int64_t)sizeof(buf));
	}
	for (i = 0; i < sizeof(offs) / sizeof(offs[0]); i++) {
		RL(rump_sys_pread(fd, buf, sizeof(buf), offs[i]));
		check(buf, sizeof(buf), (uint64_t)offs[i]);
		/* A hole before it. */
		RL(rump_sys_pread(fd, buf, 1, offs[i] - 1));
		REQEQ(buf[0], 0);
	}
	/* Holes take no space: far less than the size. */
	REQ(dofstat(fd).st_blocks < 20000);
	RL(rump_sys_fsync(fd));
	RL(rump_sys_ftruncate(fd, 3000000050LL));
	RL(rump_sys_pread(fd, buf, 50, 3000000000LL));
	check(buf, 50, 3000000000ULL);
	REQEQ(RL(rump_sys_pread(fd, buf, 50, 5000000000LL)), 0);
	RL(rump_sys_close(fd));
	RL(rump_sys_unlink("a"));
}

/* Scattered writes against a model in memory. */
static void
random_io(const struct conform_fs *fs)
{
	const size_t max = 300000;
	unsigned char *model = calloc(1, max), *buf = malloc(max);
	unsigned int seed = 1;
	size_t size = 0, off, len;
	int fd, i;

	fd = RL(rump_sys_open("a", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	for (i = 0; i < 3000; i++) {
		seed = seed * 1103515245 + 12345;
		off = (seed >> 8) % (max - 20000);
		seed = seed * 1103515245 + 12345;
		len = (seed >> 8) % ((seed & 64) != 0 ? 20000 : 50);
		switch ((seed >> 4) % 8) {
		case 0:
			if (off < size)
				memset(model + off, 0, size - off);
			size = off;
			RL(rump_sys_ftruncate(fd, (int64_t)size));
			break;
		case 1:
		case 2:
		case 3:
			memset(buf, i, len);
			memset(model + off, i, len);
			REQEQ(RL(rump_sys_pwrite(fd, buf, len, (int64_t)off)),
			    len);
			if (len > 0 && off + len > size)
				size = off + len;
			break;
		case 4:
			if (i % 64 == 0)
				RL(rump_sys_fsync(fd));
			break;
		default:
			if (off > size)
				off = size;
			if (len > size - off)
				len = size - off;
			REQEQ(RL(rump_sys_pread(fd, buf, len, (int64_t)off)),
			    len);
			if (memcmp(buf, model + off, len) != 0)
				atf_tc_fail("round %d: %zu bytes at %zu "
					    "differ",
				    i, len, off);
			break;
		}
		if (i % 100 == 0)
			REQEQ(dofstat(fd).st_size, size);
	}
	RL(rump_sys_close(fd));
	free(model);
	free(buf);
}

static void
sync_calls(const struct conform_fs *fs)
{
	int fd;

	fd = RL(rump_sys_open("a", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	RL(rump_sys_write(fd, "text", 4));
	RL(rump_sys_fsync(fd));
	RL(rump_sys_fdatasync(fd));
	RL(rump_sys_fsync_range(fd, 0x10, 0, 4));
	RL(rump_sys_fsync_range(fd, 0x20, 0, 0));
	FAILS(RUMP_EINVAL, rump_sys_fsync_range(fd, 0, 0, 0));
	FAILS(RUMP_EINVAL, rump_sys_fsync_range(fd, 0x10, -1, 4));
	RL(rump_sys_close(fd));
	FAILS(RUMP_EBADF, rump_sys_fsync(fd));
	fd = RL(rump_sys_open("a", RUMP_O_RDWR | RUMP_O_SYNC));
	RL(rump_sys_write(fd, "sync", 4));
	RL(rump_sys_close(fd));
	rump_sys_sync();
	isfile("a", "sync");
	fd = RL(rump_sys_open(".", RUMP_O_RDONLY));
	RL(rump_sys_fsync(fd));
	RL(rump_sys_close(fd));
}

static void
remount(const struct conform_fs *fs)
{
	unsigned char *buf = malloc(200000);
	int fd;

	fd = RL(rump_sys_open("a", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	fill(buf, 200000, 0);
	RL(rump_sys_write(fd, buf, 200000));
	RL(rump_sys_close(fd));
	RL(rump_sys_mkdir("d", 0700));
	RL(rump_sys_symlink("a", "d/l"));
	RL(rump_sys_chdir("/"));
	RL(rump_sys_unmount(MNT, 0));
	REQ(!exists(MNT "/a"));
	{
		struct {
			char *fspec;
		} args = {(char[]){"/dev/conform"}};

		RL(rump_sys_mount(fs->fs_type, MNT, 0, &args, sizeof(args)));
	}
	fd = RL(rump_sys_open(MNT "/a", RUMP_O_RDONLY));
	REQEQ(RL(rump_sys_read(fd, buf, 200000)), 200000);
	check(buf, 200000, 0);
	RL(rump_sys_close(fd));
	REQEQ(dostat(MNT "/d").st_mode & 0777, 0700);
	REQEQ(dolstat(MNT "/d/l").st_size, 1);
	RL(rump_sys_chdir(MNT));
	free(buf);
}

static void
fallocate_discard(const struct conform_fs *fs)
{
	int fd, rv;

	fd = RL(rump_sys_open("a", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	rv = rump_sys_posix_fallocate(fd, 0, 10000);
	REQ(rv == 0 || rv == RUMP_EOPNOTSUPP);
	if (rv == 0)
		REQEQ(dofstat(fd).st_size, 10000);
	REQEQ(rump_sys_posix_fallocate(fd, 0, 0), RUMP_EINVAL);
	REQEQ(rump_sys_posix_fallocate(fd, -1, 10), RUMP_EINVAL);
	REQEQ(rump_sys_posix_fallocate(99, 0, 10), RUMP_EBADF);
	RL(rump_sys_close(fd));
}

const struct conform_case conform_io[] = {
    {"read_write", 0, read_write, "data comes back"},
    {"append", 0, append, "O_APPEND"}, {"seek", 0, seek, "lseek"},
    {"truncate", 0, truncate_file, "shrinking and growing"},
    {"sparse", CAP_SPARSE, sparse, "holes and large offsets"},
    {"random_io", 0, random_io, "against a model"},
    {"sync", 0, sync_calls, "fsync and its family"},
    {"remount", CAP_SYNC, remount, "contents stay"},
    {"fallocate", 0, fallocate_discard, "posix_fallocate"},
    {NULL, 0, NULL, NULL}};
