/* SPDX-License-Identifier: BSD-2-Clause */
#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include <errno.h>
#include <unistd.h>

#include "drivertest.h"

#define KCASE(name)                                                            \
	static void test_##name(void)                                          \
	{                                                                      \
		CHECK(rump_init() == 0);                                       \
		drivertest_kernel(#name);                                      \
	}

KCASE(module)
KCASE(strings)
KCASE(byteorder)
KCASE(bits)
KCASE(numbers)
KCASE(scan)
KCASE(hash)
KCASE(copy)
KCASE(unicode)
KCASE(calendar)
KCASE(queue)
KCASE(hashtable)
KCASE(rbtree)
KCASE(errno)
KCASE(stat)
KCASE(types)
KCASE(mount)
KCASE(cdefs)
KCASE(assert)
KCASE(assert_dies)
KCASE(panic)
KCASE(atomic)
KCASE(mutex)
KCASE(condvar)
KCASE(thread)
KCASE(workqueue)
KCASE(sleep)
KCASE(kmem)
KCASE(malloc)
KCASE(pool)
KCASE(pool_cache)
KCASE(vmem)
KCASE(uvm_km)
KCASE(time)
KCASE(random)
KCASE(proc)
KCASE(devsw)
KCASE(cred)
KCASE(scope)
KCASE(uio)
KCASE(names)
KCASE(dirent)
KCASE(dirhash)
KCASE(dirhash_free)
KCASE(bufq)
KCASE(iobuf)
KCASE(nestiobuf)

/* What the kernel prints is on the console: standard output or error. */
static void
test_print(void)
{
	const char *text;

	CHECK(rump_init() == 0);
	text = drivertest_console("print");
	CHECK(strstr(text, "calls: printf 1\n") != NULL);
	CHECK(strstr(text, "calls: vprintf two\n") != NULL);
	CHECK(strstr(text, "calls: uprintf 3\n") != NULL);
	CHECK(strstr(text, "calls: in order\n") != NULL);
	CHECK(strstr(text, "calls: log 4\n") != NULL);
	CHECK(strstr(text, "calls: notice 5\n") != NULL);
}

#define CTL_VFS   3
#define CTL_QUERY -2
/* struct sysctlnode: flags, number, name, and what programs do not need */
#define NODE_SIZE 96
#define NODE_NUM  4
#define NODE_NAME 8
#define NODE_VERS 0x01000000

/* The number of a node below another, by its name, or -1. */
static int
nodenum(const int *name, unsigned int len, const char *want)
{
	static char nodes[65536];
	unsigned char query[NODE_SIZE] = {0};
	const unsigned int version = NODE_VERS;
	size_t size = sizeof nodes;
	int mib[8], num;

	memcpy(mib, name, len * sizeof *mib);
	mib[len] = CTL_QUERY;
	memcpy(query, &version, sizeof version);
	CHECK_ERRNO(0,
	    rump_sys___sysctl(mib, len + 1, nodes, &size, query, sizeof query));
	for (size_t off = 0; off < size; off += NODE_SIZE) {
		if (strcmp(nodes + off + NODE_NAME, want) != 0)
			continue;
		memcpy(&num, nodes + off + NODE_NUM, sizeof num);
		return num;
	}
	return -1;
}

static void
test_sysctl(void)
{
	int mib[3] = {CTL_VFS}, n, bad = 10, good = 5;
	size_t len = sizeof n;

	CHECK(rump_init() == 0);
	CHECK_EQ(nodenum(mib, 1, "calls"), -1);
	drivertest_kernel("sysctl");
	mib[1] = nodenum(mib, 1, "calls");
	CHECK(mib[1] >= 0);
	mib[2] = nodenum(mib, 2, "level");
	CHECK_ERRNO(0, rump_sys___sysctl(mib, 3, &n, &len, NULL, 0));
	CHECK_EQ(n, 3);
	CHECK_ERRNO(EINVAL, rump_sys___sysctl(mib, 3, NULL, NULL, &bad, 4));
	CHECK_ERRNO(0, rump_sys___sysctl(mib, 3, &n, &len, &good, 4));
	CHECK_EQ(n, 3);
	mib[2] = 7;
	CHECK_EQ(nodenum(mib, 2, "ident"), 7);
	CHECK_ERRNO(0, rump_sys___sysctl(mib, 3, &n, &len, NULL, 0));
	CHECK_EQ(n, 1234);
	CHECK_ERRNO(EPERM, rump_sys___sysctl(mib, 3, NULL, NULL, &good, 4));
	mib[2] = nodenum(mib, 2, "gone");
	CHECK_ERRNO(
	    RUMP_EOPNOTSUPP, rump_sys___sysctl(mib, 3, &n, &len, NULL, 0));
	drivertest_kernel("sysctl");
	CHECK_EQ(nodenum(mib, 1, "calls"), -1);
}

static const struct drivertest tests[] = {
#define C(name)                                                                \
	{                                                                      \
#name, test_##name, NULL                                       \
	}
    C(module),
    C(strings),
    C(byteorder),
    C(bits),
    C(numbers),
    C(scan),
    C(print),
    C(hash),
    C(copy),
    C(unicode),
    C(calendar),
    C(queue),
    C(hashtable),
    C(rbtree),
    C(errno),
    C(stat),
    C(types),
    C(mount),
    C(cdefs),
    C(assert),
    {"assert_dies", test_assert_dies,
	"\"n == 4\".*calls_const.c\\|calls_const.c.*n == 4"},
    {"panic", test_panic, "calls: the end of 1"},
    C(atomic),
    C(mutex),
    C(condvar),
    C(thread),
    C(workqueue),
    C(sleep),
    C(kmem),
    C(malloc),
    C(pool),
    C(pool_cache),
    C(vmem),
    C(uvm_km),
    C(time),
    C(random),
    C(proc),
    C(devsw),
    C(sysctl),
    C(cred),
    C(scope),
    C(uio),
    C(names),
    C(dirent),
    C(dirhash),
    C(dirhash_free),
    C(bufq),
    C(iobuf),
    C(nestiobuf),
    {NULL, NULL, NULL},
};
DRIVERTEST_MAIN(tests)
