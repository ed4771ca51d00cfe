/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs the service: its cases in the kernel, and its variables from outside. */

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include <rump/rump.h>
#include <rump/rump_syscalls.h>

#include "drivertest.h"

int rumptest_svc_root(void);
int rumptest_svc_queries(void);

#define CTL_DEBUG 5
#define CTL_QUERY (-2)

static int
number(int (*f)(void))
{
	int n;

	rump_schedule();
	n = f();
	rump_unschedule();
	return n;
}

/* Reads and writes debug.svc.NODE. */
static int
svc(int node, void *old, size_t *oldlen, const void *new, size_t newlen)
{
	int mib[3] = {CTL_DEBUG, number(rumptest_svc_root), node};

	return rump_sys___sysctl(mib, 3, old, oldlen, new, newlen);
}

static void
host_jobs(void)
{
	int before = -1, after = -1, n = 12;
	size_t len = sizeof(int);

	CHECK_EQ(rump_init(), 0);
	CHECK_ERRNO(0, svc(1, &before, &len, NULL, 0));
	CHECK_EQ(len, sizeof(int));
	CHECK_ERRNO(0, svc(1, NULL, NULL, &n, sizeof(n)));
	CHECK_ERRNO(0, svc(1, &after, &len, NULL, 0));
	CHECK_EQ(after, before + 12);
	n = 51; /* more than the limit */
	CHECK_ERRNO(EINVAL, svc(1, NULL, NULL, &n, sizeof(n)));
	CHECK_ERRNO(EINVAL, svc(1, NULL, NULL, &n, 3));
	len = 2;
	CHECK_ERRNO(ENOMEM, svc(1, &after, &len, NULL, 0));
}

static void
host_variables(void)
{
	char name[32];
	int limit = 0, pair[2], mib[4];
	int64_t quad = 0;
	size_t len;

	CHECK_EQ(rump_init(), 0);
	len = sizeof(name);
	CHECK_ERRNO(0, svc(2, name, &len, NULL, 0));
	CHECK_EQ(strcmp(name, "service"), 0);
	CHECK_EQ(len, sizeof("service"));
	CHECK_ERRNO(0, svc(2, NULL, NULL, "other", 6));
	len = sizeof(name);
	CHECK_ERRNO(0, svc(2, name, &len, NULL, 0));
	CHECK_EQ(strcmp(name, "other"), 0);
	/* Longer than the variable. */
	CHECK_ERRNO(EINVAL, svc(2, NULL, NULL, "sixteen bytes and", 18));

	len = sizeof(limit);
	CHECK_ERRNO(0, svc(3, &limit, &len, NULL, 0));
	CHECK_EQ(limit, 50);
	CHECK_ERRNO(EPERM, svc(3, NULL, NULL, &limit, sizeof(limit)));

	len = 0;
	CHECK_ERRNO(0, svc(4, NULL, &len, NULL, 0));
	CHECK_EQ(len, sizeof(pair));
	CHECK_ERRNO(0, svc(4, pair, &len, NULL, 0));
	CHECK_EQ(pair[1], 50);

	len = sizeof(quad);
	CHECK_ERRNO(0, svc(6, &quad, &len, NULL, 0));
	CHECK_EQ(quad, 0x123456789abcLL);

	/* Nodes that exist only as numbers below another. */
	mib[0] = CTL_DEBUG;
	mib[1] = number(rumptest_svc_root);
	mib[2] = 5;
	mib[3] = 30;
	len = sizeof(limit);
	CHECK_ERRNO(0, rump_sys___sysctl(mib, 4, &limit, &len, NULL, 0));
	CHECK_EQ(limit, 900);
	mib[3] = 1001;
	CHECK_ERRNO(ENOENT, rump_sys___sysctl(mib, 4, &limit, &len, NULL, 0));
	mib[3] = CTL_QUERY;
	len = 0;
	CHECK_ERRNO(0, rump_sys___sysctl(mib, 4, NULL, &len, NULL, 0));
	CHECK_EQ(number(rumptest_svc_queries), 1);
	mib[2] = 7; /* no such node */
	CHECK_ERRNO(ENOENT, rump_sys___sysctl(mib, 3, &limit, &len, NULL, 0));
}

#define KERNEL_CASE(name)                                                      \
	static void kernel_##name(void)                                        \
	{                                                                      \
		CHECK_EQ(rump_init(), 0);                                      \
		drivertest_kernel(#name);                                      \
	}

KERNEL_CASE(modules)
KERNEL_CASE(component)
KERNEL_CASE(jobs)
KERNEL_CASE(pcq)
KERNEL_CASE(sysctl)
KERNEL_CASE(readers)
KERNEL_CASE(mutex)
KERNEL_CASE(rwlock)
KERNEL_CASE(waits)
KERNEL_CASE(kernel_lock)
KERNEL_CASE(atomic)
KERNEL_CASE(once)
KERNEL_CASE(clocks)
KERNEL_CASE(rates)
KERNEL_CASE(callout)
KERNEL_CASE(strings)
KERNEL_CASE(digests)
KERNEL_CASE(random)
KERNEL_CASE(panic)
KERNEL_CASE(assert)
KERNEL_CASE(memory)
KERNEL_CASE(pool)
KERNEL_CASE(vmem)
KERNEL_CASE(tables)
KERNEL_CASE(prop)
KERNEL_CASE(ptree)
KERNEL_CASE(cdbr)
KERNEL_CASE(kauth)
KERNEL_CASE(copy)
KERNEL_CASE(system)
KERNEL_CASE(evcnt)
KERNEL_CASE(files)

/* The console has what was said; what autoconf says only if asked for. */
static void
say(bool autoconf)
{
	const char *text;

	CHECK_EQ(rump_init(), 0);
	text = drivertest_console("say");
	CHECK(strstr(text, "svc printf 0xff text\n") != NULL);
	CHECK(strstr(text, "svc vprintf -1 32\n") != NULL);
	CHECK(strstr(text, "svc log 1, and more\n") != NULL);
	CHECK((strstr(text, "svc normal\n") != NULL) == autoconf);
	CHECK((strstr(text, "svc error 1\n") != NULL) == autoconf);
	CHECK((strstr(text, "svc verbose\n") != NULL) == autoconf);
}

static void
kernel_say(void)
{
	say(false);
}

static void
kernel_say_verbose(void)
{
	CHECK_EQ(setenv("RUMP_VERBOSE", "1", 1), 0);
	say(true);
}

#define ROW(name)                                                              \
	{                                                                      \
#name, kernel_##name, NULL                                     \
	}

static const struct drivertest tests[] = {
    {"host_jobs", host_jobs, NULL},
    {"host_variables", host_variables, NULL},
    ROW(modules),
    ROW(component),
    ROW(jobs),
    ROW(pcq),
    ROW(sysctl),
    ROW(readers),
    ROW(mutex),
    ROW(rwlock),
    ROW(waits),
    ROW(kernel_lock),
    ROW(atomic),
    ROW(once),
    ROW(clocks),
    ROW(rates),
    ROW(callout),
    ROW(strings),
    ROW(say),
    ROW(say_verbose),
    ROW(digests),
    ROW(random),
    {"panic", kernel_panic, "panic: svc panic 17"},
    {"assert", kernel_assert, "svc assertion 1"},
    ROW(memory),
    ROW(pool),
    ROW(vmem),
    ROW(tables),
    ROW(prop),
    ROW(ptree),
    ROW(cdbr),
    ROW(kauth),
    ROW(copy),
    ROW(system),
    ROW(evcnt),
    ROW(files),
    {NULL, NULL, NULL},
};

DRIVERTEST_MAIN(tests)
