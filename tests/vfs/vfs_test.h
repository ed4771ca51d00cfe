/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the tests of this folder. */
#ifndef VFS_TEST_H
#define VFS_TEST_H

#include "../kern/t_kern.h"

/*
 * A test inside of the kernel, in testfs/ or iotest/: 0 or the line that
 * failed.
 */
#define KT(x)                                                                  \
	do {                                                                   \
		int line_ = (x);                                               \
		if (line_ != 0)                                                \
			atf_tc_fail("%s failed in line %d", #x, line_);        \
	} while (0)

static inline void
boot_testfs(void)
{
	RZ(rump_init());
	RL(rump_sys_mkdir("/t", 0777));
	RL(rump_sys_mount("testfs", "/t", 0, NULL, 0));
}

static inline void
make(const char *path)
{
	int fd;

	RL(fd = rump_sys_open(path, RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RL(rump_sys_close(fd));
}

static inline uint64_t
ino_of(const char *path)
{
	struct rump_stat st;

	if (rump_sys_stat(path, rump_stat_ptr(&st)) == -1)
		return 0;
	return st.st_ino;
}

#endif
