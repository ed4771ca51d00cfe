/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the tests of pages, buffers and block devices. */
#ifndef IO_TEST_H
#define IO_TEST_H

#include <fcntl.h>
#include <sys/stat.h>

#include "vfs_test.h"

#include "iotest/iotest.h"

#define IMG    "disk.img"
#define IMGDEV "/dev/disk"

/* A host file of that many bytes, each 64-bit word its own number. */
static inline void
image_make(const char *name, uint64_t bytes)
{
	uint64_t words[8192];
	int fd;

	fd = open(name, O_CREAT | O_TRUNC | O_RDWR, 0644);
	ATF_REQUIRE(fd != -1);
	for (uint64_t at = 0; at < bytes; at += sizeof(words)) {
		for (int i = 0; i < 8192; i++)
			words[i] = at / 8 + (uint64_t)i;
		ATF_REQUIRE(
		    write(fd, words, sizeof(words)) == (ssize_t)sizeof(words));
	}
	ATF_REQUIRE(ftruncate(fd, (off_t)bytes) == 0);
	ATF_REQUIRE(close(fd) == 0);
}

static inline void
boot_disk(uint64_t bytes)
{
	image_make(IMG, bytes);
	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(rump_pub_etfs_register(IMGDEV, IMG, RUMP_ETFS_BLK), 0);
}

static inline void
boot_linfs(uint64_t bytes, int bshift, int present)
{
	struct linfs_args args = {(char *)(uintptr_t)IMGDEV, bshift, present};

	boot_disk(bytes);
	RL(rump_sys_mkdir("/m", 0755));
	RL(rump_sys_mount("linfs", "/m", 0, &args, sizeof(args)));
}

/* the bytes that image_make() put at an offset */
static inline unsigned char
image_byte(uint64_t off)
{
	uint64_t w = off / 8;

	return ((unsigned char *)&w)[off % 8];
}

static inline uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

#endif /* !IO_TEST_H */
