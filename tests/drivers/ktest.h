/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks in the kernel.  A component of tests/drivers has a table of kernel
 * cases and KTEST_MAIN(table); the host program runs one by its name with
 * rumptest_run(), which returns how many checks have failed so far, wherever
 * in the component.  Names that begin with rump are visible to programs.
 */
#ifndef KTEST_H
#define KTEST_H

#include <sys/param.h>

#include <sys/atomic.h>
#include <sys/systm.h>

struct ktest {
	const char *kt_name;
	void (*kt_body)(void);
};

extern unsigned int rumptest_failed;

/* How many checks have failed: runs the case NAME first, unless NULL. */
int rumptest_run(const char *name);

#define KTEST_FAIL(fmt, ...)                                                   \
	(atomic_inc_uint(&rumptest_failed),                                    \
	    printf("%s:%d: " fmt "\n", __FILE__, __LINE__, __VA_ARGS__))

/* A condition that holds, if the kernel keeps what its pages say. */
#define K(cond) ((cond) ? (void)0 : KTEST_FAIL("%s", #cond))

/* Two numbers that are equal. */
#define KEQ(a, b)                                                              \
	do {                                                                   \
		long long kt_a = (long long)(a);                               \
		long long kt_b = (long long)(b);                               \
		if (kt_a != kt_b)                                              \
			KTEST_FAIL("%s: %lld, not %lld", #a, kt_a, kt_b);      \
	} while (0)

/* Two strings that are equal. */
#define KSTR(a, b)                                                             \
	do {                                                                   \
		const char *kt_a = (a);                                        \
		const char *kt_b = (b);                                        \
		if (strcmp(kt_a, kt_b) != 0)                                   \
			KTEST_FAIL("%s: \"%s\", not \"%s\"", #a, kt_a, kt_b);  \
	} while (0)

#define KTEST_MAIN(table)                                                      \
	unsigned int rumptest_failed;                                          \
	int rumptest_run(const char *name)                                     \
	{                                                                      \
		const struct ktest *kt;                                        \
		for (kt = (table); name != NULL && kt->kt_name != NULL;        \
		     kt++) {                                                   \
			if (strcmp(kt->kt_name, name) == 0) {                  \
				kt->kt_body();                                 \
				return (int)rumptest_failed;                   \
			}                                                      \
		}                                                              \
		return name == NULL ? (int)rumptest_failed : -1;               \
	}

#endif
