/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the tests of this folder. */
#ifndef VFS_TEST_H
#define VFS_TEST_H

#include <atf-c.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#define RL(x)                                                                  \
	do {                                                                   \
		if ((x) == -1)                                                 \
			atf_tc_fail("%s:%d: %s: errno %d", __FILE__, __LINE__, \
			    #x, errno);                                        \
	} while (0)

/* A test inside of the kernel: 0 or the line that failed. */
#define KT(x)                                                                  \
	do {                                                                   \
		int line_ = (x);                                               \
		if (line_ != 0)                                                \
			atf_tc_fail(                                           \
			    "%s failed in testfs_cases.c:%d", #x, line_);      \
	} while (0)

#define FAILS(err, x)                                                          \
	do {                                                                   \
		errno = 0;                                                     \
		if ((x) != -1)                                                 \
			atf_tc_fail(                                           \
			    "%s:%d: %s: worked", __FILE__, __LINE__, #x);      \
		if (errno != (err))                                            \
			atf_tc_fail("%s:%d: %s: errno %d instead of %d",       \
			    __FILE__, __LINE__, #x, errno, (err));             \
	} while (0)

static inline void
boot_testfs(void)
{
	ATF_REQUIRE_EQ(rump_init(), 0);
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
	struct rump_stat {
		uint64_t dev;
		uint32_t mode, pad;
		uint64_t ino;
		char rest[512];
	} st;

	if (rump_sys_stat(path, (void *)&st) == -1)
		return 0;
	return st.ino;
}

#endif
