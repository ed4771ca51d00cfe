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

#define DIOCGDINFO      RUMP__IOR('d', 101, struct t_label)
#define DIOCSDINFO      RUMP__IOW('d', 102, struct t_label)
#define DIOCWDINFO      RUMP__IOW('d', 103, struct t_label)
#define DIOCGMEDIASIZE  RUMP__IOR('d', 132, int64_t)
#define DIOCGSECTORSIZE RUMP__IOR('d', 133, unsigned)

/* a BSD disk label: what tests look at */
struct t_label {
	uint32_t magic, type[9], secsize, geometry[3], secpercyl, secperunit;
	uint32_t more[17], magic2;
	uint16_t checksum, npartitions;
	uint32_t sizes[2];
	struct {
		uint32_t size, offset, fsize;
		uint8_t fstype, frag;
		uint16_t cpg;
	} part[16];
	uint32_t pad;
};

static inline void
t_label_sum(struct t_label *lp)
{
	const uint16_t *p = (const uint16_t *)lp;
	uint16_t sum = 0;

	lp->checksum = 0;
	while (p < (const uint16_t *)&lp->part[lp->npartitions])
		sum ^= *p++;
	lp->checksum = sum;
}

/*
 * An FFS image of that size, ffs.img, with a file `greeting' in it; its bytes
 * and their number.
 */
static inline char *
t_ffsimage_of(const char *size, size_t *sizep)
{
	struct stat st;
	char *mem, cmd[256];
	int fd;

	if (system("command -v makefs >/dev/null 2>&1") != 0)
		atf_tc_skip("needs makefs, which is not on this host");
	snprintf(cmd, sizeof(cmd),
	    "mkdir -p src && echo hello > src/greeting && "
	    "makefs -t ffs -s %s ffs.img src >makefs.log",
	    size);
	ATF_REQUIRE(system(cmd) == 0);
	ATF_REQUIRE((fd = open("ffs.img", O_RDONLY)) != -1);
	ATF_REQUIRE(fstat(fd, &st) == 0);
	ATF_REQUIRE((mem = malloc((size_t)st.st_size)) != NULL);
	ATF_REQUIRE(read(fd, mem, (size_t)st.st_size) == (ssize_t)st.st_size);
	close(fd);
	*sizep = (size_t)st.st_size;
	return mem;
}

static inline char *
t_ffsimage(size_t *sizep)
{
	return t_ffsimage_of("8m", sizep);
}

static inline void
t_mount(const char *dev, const char *dir, int flags)
{
	struct rump_ufs_args args = {(char *)(uintptr_t)dev};

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
