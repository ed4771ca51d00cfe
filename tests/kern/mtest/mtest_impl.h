/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _MTEST_IMPL_H_
#define _MTEST_IMPL_H_

#include <lib/libkern/libkern.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>

#define MT_STR(x)  #x
#define MT_XSTR(x) MT_STR(x)

/* a test returns the first check that does not hold */
#define CHECK(e)                                                               \
	do {                                                                   \
		if (!(e))                                                      \
			return __FILE__ ":" MT_XSTR(__LINE__) ": " #e;         \
	} while (0)

struct mtest {
	const char *name;
	const char *(*func)(void);
};

extern const struct mtest mtests_mem[], mtests_kit[], mtests_lib[],
    mtests_misc[];

#endif /* !_MTEST_IMPL_H_ */
