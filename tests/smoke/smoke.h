/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the quick tests share: a step is announced, done and checked; the
 * first failure ends the program with status 1 and says what failed.
 */
#ifndef SMOKE_H
#define SMOKE_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>
#include <rump/rumperr.h>

static inline void
step(const char *what)
{
	printf("  %s\n", what);
	fflush(stdout);
}

static inline void
fail(const char *what)
{
	fprintf(stderr, "FAILED: %s: %s\n", what, rump_strerror(errno));
	exit(1);
}

#define CHECK(call)                                                            \
	do {                                                                   \
		if ((call) == -1)                                              \
			fail(#call);                                           \
	} while (0)

#define REQUIRE(cond)                                                          \
	do {                                                                   \
		if (!(cond)) {                                                 \
			fprintf(stderr, "FAILED: %s:%d: %s\n", __FILE__,       \
			    __LINE__, #cond);                                  \
			exit(1);                                               \
		}                                                              \
	} while (0)

/* Write, then read back and compare; the file stays. */
static inline void
check_file(const char *path, const void *data, size_t len)
{
	char *back = malloc(len + 1);
	int fd;

	REQUIRE(back != NULL);
	fd = rump_sys_open(
	    path, RUMP_O_RDWR | RUMP_O_CREAT | RUMP_O_TRUNC, 0644);
	if (fd == -1)
		fail(path);
	REQUIRE(rump_sys_write(fd, data, len) == (ssize_t)len);
	REQUIRE(rump_sys_lseek(fd, 0, SEEK_SET) == 0);
	REQUIRE(rump_sys_read(fd, back, len + 1) == (ssize_t)len);
	REQUIRE(memcmp(back, data, len) == 0);
	CHECK(rump_sys_close(fd));
	free(back);
}

#endif
