/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of disk drivers share. */
#ifndef T_DEV_H
#define T_DEV_H

#include <fcntl.h>
#include <sys/stat.h>

#include "../kern/t_kern.h"

#if defined(__i386__) || defined(__x86_64__)
#define RAW "d"
#else
#define RAW "c"
#endif

#define IOC(inout, group, num, len)                                            \
	((unsigned long)(inout) | ((unsigned long)((len)&0x1fff) << 16) |      \
	    ((unsigned long)(group) << 8) | (num))
#define IOC_R(g, n, t)  IOC(0x40000000, g, n, sizeof(t))
#define IOC_W(g, n, t)  IOC(0x80000000, g, n, sizeof(t))
#define IOC_WR(g, n, t) IOC(0xc0000000, g, n, sizeof(t))
#define IOC_V(g, n)     IOC(0x20000000, g, n, 0)

#define DIOCGMEDIASIZE  IOC_R('d', 132, int64_t)
#define DIOCGSECTORSIZE IOC_R('d', 133, unsigned)

struct t_ffs_args {
	const char *fspec;
};

/* An FFS image with a file `greeting' in it; its bytes and their number. */
static inline char *
t_ffsimage(size_t *sizep)
{
	struct stat st;
	char *mem;
	int fd;

	if (system("command -v makefs >/dev/null 2>&1") != 0)
		atf_tc_skip("needs makefs, which is not on this host");
	ATF_REQUIRE(system("mkdir -p src && echo hello > src/greeting && "
			   "makefs -t ffs -s 8m ffs.img src >makefs.log") == 0);
	ATF_REQUIRE((fd = open("ffs.img", O_RDONLY)) != -1);
	ATF_REQUIRE(fstat(fd, &st) == 0);
	ATF_REQUIRE((mem = malloc((size_t)st.st_size)) != NULL);
	ATF_REQUIRE(read(fd, mem, (size_t)st.st_size) == (ssize_t)st.st_size);
	close(fd);
	*sizep = (size_t)st.st_size;
	return mem;
}

static inline void
t_mount(const char *dev, const char *dir, int flags)
{
	struct t_ffs_args args = {dev};

	if (rump_sys_mkdir(dir, 0755) == -1)
		REQ(errno, RUMP_EEXIST);
	RL(rump_sys_mount("ffs", dir, flags, &args, sizeof(args)));
}

/* The mounted image's file is there; afterwards another one is as well. */
static inline void
t_usefs(const char *dir, bool again)
{
	char path[64], buf[16] = "";
	int fd;

	snprintf(path, sizeof(path), "%s/greeting", dir);
	RL(fd = rump_sys_open(path, RUMP_O_RDONLY));
	REQ(rump_sys_read(fd, buf, sizeof(buf)), 6);
	ATF_CHECK_STREQ(buf, "hello\n");
	RL(rump_sys_close(fd));
	snprintf(path, sizeof(path), "%s/new", dir);
	if (again) {
		RL(fd = rump_sys_open(path, RUMP_O_RDONLY));
		REQ(rump_sys_read(fd, buf, sizeof(buf)), 3);
		REQ(memcmp(buf, "abc", 3), 0);
		RL(rump_sys_close(fd));
		return;
	}
	RL(fd = rump_sys_open(path, RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	REQ(rump_sys_write(fd, "abc", 3), 3);
	RL(rump_sys_close(fd));
}

#endif
