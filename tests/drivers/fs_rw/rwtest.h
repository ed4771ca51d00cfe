/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the parts of the host program share.
 */
#ifndef RWTEST_H
#define RWTEST_H

#include <stdbool.h>

#include "drivertest.h"

struct rump_stat;

/* clang-format off */
#define RW_CASES(T) \
	T(names) \
	T(names_sync) \
	T(names_log) \
	T(data) \
	T(data_log) \
	T(data_async) \
	T(limits) \
	T(unlinked) \
	T(rename) \
	T(rename_log) \
	T(permissions) \
	T(events) \
	T(extattr) \
	T(crash) \
	T(crash_readonly) \
	T(crash_many) \
	T(update) \
	T(threads) \
	T(threads_log) \
	T(quota) \
	T(uncalled) \
	T(kwrite) \
	T(koverwrite) \
	T(kbuffers) \
	T(kiodone) \
	T(kholes) \
	T(kpages) \
	T(kio_unit) \
	T(kfsync) \
	T(knewvnode) \
	T(kwhiteout) \
	T(kchecks) \
	T(kcow) \
	T(kgate) \
	T(ksuspend) \
	T(kwapbl) \
	T(kasync)
/* clang-format on */
#define RW_DECLARE(name) void test_##name(void);
RW_CASES(RW_DECLARE)

int mountit(int flags);
/* The kernel, with "img" on /mnt. */
void boot(int flags);
void again(int flags);
void finish(void);

void put(const char *path, const char *text);
bool has(const char *path, const char *text);
struct rump_stat status(const char *path);

#endif
