/* SPDX-License-Identifier: BSD-2-Clause */
/* md(4): the kernel's memory, a server's memory, and what is refused. */
#include "t_dev.h"

struct md_conf {
	void *md_addr;
	size_t md_size;
	int md_type;
};
#define MD_GETCONF        RUMP__IOR('r', 0, struct md_conf)
#define MD_SETCONF        RUMP__IOW('r', 1, struct md_conf)
#define MD_KMEM_FIXED     1
#define MD_KMEM_ALLOCATED 2
#define MD_UMEM_SERVER    3

TEST(nodes, "nodes of the unit's partitions, block and character")
{
	struct rump_stat st;
	char path[32];

	RZ(rump_init());
	for (char c = 'a'; c <= 'h'; c++) {
		snprintf(path, sizeof(path), "/dev/md0%c", c);
		RL(rump_sys_stat(path, rump_stat_ptr(&st)));
		REQ(st.st_mode & 0170000, 0060000);
		REQ(st.st_rdev & 7, c - 'a');
		snprintf(path, sizeof(path), "/dev/rmd0%c", c);
		RL(rump_sys_stat(path, rump_stat_ptr(&st)));
		REQ(st.st_mode & 0170000, 0020000);
	}
	RERR(RUMP_ENOENT, rump_sys_stat("/dev/md0i", rump_stat_ptr(&st)));
}

TEST(kmem, "a disk in the kernel's memory, with a file system")
{
	struct md_conf md = {NULL, 0, MD_KMEM_ALLOCATED}, got;
	size_t size;
	char *image, sector[512];
	unsigned secsize;
	int64_t media;
	int fd;

	image = t_ffsimage(&size);
	RZ(rump_init());
	RL(fd = rump_sys_open("/dev/rmd0" RAW, RUMP_O_RDWR));
	RERR(RUMP_ENXIO, rump_sys_ioctl(fd, MD_GETCONF, &got));
	RERR(RUMP_ENXIO, rump_sys_read(fd, sector, sizeof(sector)));
	md.md_size = size + 100; /* whole sectors count */
	RL(rump_sys_ioctl(fd, MD_SETCONF, &md));
	RERR(RUMP_EINVAL, rump_sys_ioctl(fd, MD_SETCONF, &md));
	RL(rump_sys_ioctl(fd, MD_GETCONF, &got));
	REQ(got.md_type, MD_KMEM_ALLOCATED);
	REQ(got.md_size, size);
	RL(rump_sys_ioctl(fd, DIOCGMEDIASIZE, &media));
	REQ(media, size);
	RL(rump_sys_ioctl(fd, DIOCGSECTORSIZE, &secsize));
	REQ(secsize, 512);
	/* memory that the client does not have */
	RERR(RUMP_EFAULT, rump_sys_pread(fd, NULL, 512, 0));
	RERR(RUMP_EFAULT, rump_sys_pwrite(fd, (void *)64, 512, 0));

	/* zero at first; within its bounds only; whole sectors only */
	memset(sector, 1, sizeof(sector));
	REQ(rump_sys_pread(fd, sector, 512, (off_t)size - 512), 512);
	for (int i = 0; i < 512; i++)
		REQ(sector[i], 0);
	REQ(rump_sys_pread(fd, sector, 512, (off_t)size), 0);
	RERR(RUMP_EINVAL, rump_sys_pread(fd, sector, 512, (off_t)size + 512));
	RERR(RUMP_EINVAL, rump_sys_pread(fd, sector, 512, 7));
	RERR(RUMP_EINVAL, rump_sys_pread(fd, sector, 100, 0));

	REQ(rump_sys_pwrite(fd, image, size, 0), (ssize_t)size);
	RL(rump_sys_close(fd)); /* the contents stay */
	t_mount("/dev/md0a", "/m", 0);
	t_usefs("/m", false);
	RL(rump_sys_unmount("/m", 0));
	t_mount("/dev/md0a", "/m", RUMP_MNT_RDONLY);
	t_usefs("/m", true);
	RL(rump_sys_unmount("/m", 0));
	RERR(RUMP_ENXIO, rump_sys_open("/dev/md0b", RUMP_O_RDONLY));
}

TEST(refused, "impossible configurations")
{
	struct md_conf md = {NULL, 1 << 20, MD_KMEM_ALLOCATED};
	struct rump_stat st;
	int fd;

	RZ(rump_init());
	/* only the raw partition of a unit that is not configured */
	RERR(RUMP_ENXIO, rump_sys_open("/dev/md0a", RUMP_O_RDWR));
	RL(fd = rump_sys_open("/dev/rmd0" RAW, RUMP_O_RDONLY));
	RERR(RUMP_EBADF, rump_sys_ioctl(fd, MD_SETCONF, &md));
	RL(rump_sys_close(fd));
	RL(fd = rump_sys_open("/dev/rmd0" RAW, RUMP_O_RDWR));
	md.md_size = 511;
	RERR(RUMP_EINVAL, rump_sys_ioctl(fd, MD_SETCONF, &md));
	md.md_size = SIZE_MAX;
	RERR(RUMP_EINVAL, rump_sys_ioctl(fd, MD_SETCONF, &md));
	md.md_size = (size_t)1 << 60;
	RERR(RUMP_ENOMEM, rump_sys_ioctl(fd, MD_SETCONF, &md));
	md.md_size = 1 << 20;
	md.md_type = MD_KMEM_FIXED;
	RERR(RUMP_EINVAL, rump_sys_ioctl(fd, MD_SETCONF, &md));
	md.md_type = 99;
	RERR(RUMP_EINVAL, rump_sys_ioctl(fd, MD_SETCONF, &md));
	RL(rump_sys_close(fd));
	/* far away units */
	RL(rump_sys_stat("/dev/rmd0" RAW, rump_stat_ptr(&st)));
	RL(rump_sys_mknod(
	    "/far", 0020000 | 0600, (st.st_rdev & 0xfff00) | 0xff00000));
	RERR(RUMP_ENXIO, rump_sys_open("/far", RUMP_O_RDWR));
}

TEST(label, "a label that reaches beyond the disk, or has other sectors")
{
	struct md_conf md = {NULL, 1 << 20, MD_KMEM_ALLOCATED};
	struct t_label lab;
	char buf[8192];
	int fd, a;

	RZ(rump_init());
	RL(fd = rump_sys_open("/dev/rmd0" RAW, RUMP_O_RDWR));
	RL(rump_sys_ioctl(fd, MD_SETCONF, &md));
	RL(rump_sys_ioctl(fd, DIOCGDINFO, &lab));
	REQ(lab.secsize, 512);
	REQ(lab.part[0].size, 2048);
	/* the last sectors are there, what comes after them is not */
	lab.part[0].offset = 2048 - 4;
	lab.part[0].size = 0x7fffffff;
	lab.part[1] = lab.part[0];
	lab.part[1].offset = 0x10000000;
	t_label_sum(&lab);
	RL(rump_sys_ioctl(fd, DIOCSDINFO, &lab));
	RL(a = rump_sys_open("/dev/rmd0a", RUMP_O_RDWR));
	REQ(rump_sys_pread(a, buf, 2048, 0), 2048);
	RERR(RUMP_EINVAL, rump_sys_pread(a, buf, 4096, 0));
	RERR(RUMP_EINVAL, rump_sys_pread(a, buf, 512, 2048));
	RERR(RUMP_EINVAL, rump_sys_pwrite(a, buf, 512, 1LL << 36));
	RL(rump_sys_close(a));
	RL(a = rump_sys_open("/dev/rmd0b", RUMP_O_RDWR));
	RERR(RUMP_EINVAL, rump_sys_pread(a, buf, 512, 0));
	RERR(RUMP_EINVAL, rump_sys_pwrite(a, buf, 512, 0));
	RL(rump_sys_close(a));
	/* sectors of 1024 bytes: offset and size are in these */
	memset(buf, 'x', 1024);
	REQ(rump_sys_pwrite(fd, buf, 1024, 8 * 1024), 1024);
	lab.secsize = 1024;
	lab.part[0].offset = 8;
	lab.part[0].size = 2;
	t_label_sum(&lab);
	RL(rump_sys_ioctl(fd, DIOCSDINFO, &lab));
	RL(a = rump_sys_open("/dev/rmd0a", RUMP_O_RDWR));
	REQ(rump_sys_pread(a, buf, sizeof(buf), 0), 2048);
	REQ(buf[0], 'x');
	REQ(buf[1023], 'x');
	REQ(buf[1024], 0);
	RL(rump_sys_close(a));
	/* writing it: such sectors can't be */
	lab.secsize = 0x80000000;
	t_label_sum(&lab);
	RERR(RUMP_EINVAL, rump_sys_ioctl(fd, DIOCWDINFO, &lab));
	RL(rump_sys_close(fd));
}

static struct md_conf server_md;
static pid_t server_pid;
static int server_error = -1;

static void *
server(void *arg)
{
	int fd;

	RZ(rump_pub_lwproc_rfork(RUMP_RFFDG));
	server_pid = rump_sys_getpid();
	RL(fd = rump_sys_open("/dev/rmd0" RAW, RUMP_O_RDWR));
	server_error = 0;
	if (rump_sys_ioctl(fd, MD_SETCONF, &server_md) == -1)
		server_error = errno;
	RL(rump_sys_close(fd));
	rump_pub_lwproc_releaselwp();
	return NULL;
}

TEST(umem, "a disk in a process's memory, as long as it serves")
{
	pthread_t td;
	size_t size;
	struct lwp *self;
	char sector[512];
	int fd, p[2];

	server_md.md_addr = t_ffsimage(&size);
	server_md.md_size = size;
	server_md.md_type = MD_UMEM_SERVER;
	rump_boot_setsigmodel(RUMP_SIGMODEL_RECORD);
	RZ(rump_init());
	RZ(pthread_create(&td, NULL, server, NULL));
	while ((fd = rump_sys_open("/dev/rmd0a", RUMP_O_RDONLY)) == -1)
		t_msleep(1);
	RL(rump_sys_close(fd));
	t_mount("/dev/md0a", "/m", 0);
	t_usefs("/m", false);
	RL(rump_sys_unmount("/m", 0));
	t_mount("/dev/md0a", "/m", RUMP_MNT_RDONLY);
	t_usefs("/m", true);
	RL(rump_sys_unmount("/m", 0));
	/* it was his memory that changed */
	ATF_CHECK(memmem(server_md.md_addr, size, "abc", 4) != NULL);

	RL(fd = rump_sys_open("/dev/rmd0" RAW, RUMP_O_RDWR));
	/* a signal for the server: by a broken pipe of its process */
	self = rump_pub_lwproc_curlwp();
	RZ(rump_pub_lwproc_newlwp(server_pid));
	RL(rump_sys_pipe(p));
	RL(rump_sys_close(p[0]));
	RERR(RUMP_EPIPE, rump_sys_write(p[1], "x", 1));
	rump_pub_lwproc_releaselwp();
	rump_pub_lwproc_switch(self);
	RZ(pthread_join(td, NULL));
	REQ(server_error, RUMP_EINTR);
	RERR(RUMP_EIO, rump_sys_pread(fd, sector, 512, 0));
	RL(rump_sys_close(fd));
	/* a new one can come */
	RL(fd = rump_sys_open("/dev/rmd0" RAW, RUMP_O_RDWR));
	server_md.md_type = MD_KMEM_ALLOCATED;
	RL(rump_sys_ioctl(fd, MD_SETCONF, &server_md));
	RL(rump_sys_close(fd));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, nodes);
	ATF_TP_ADD_TC(tp, kmem);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, label);
	ATF_TP_ADD_TC(tp, umem);
	return atf_no_error();
}
