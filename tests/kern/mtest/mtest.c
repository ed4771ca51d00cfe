/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds a test by name and runs it with a virtual CPU. */

#include <rump-sys/kern.h>

#include "include/mtest.h"
#include "mtest_impl.h"

const char *
rump_mtest(const char *name)
{
	static const struct mtest *const all[] = {
	    mtests_mem, mtests_kit, mtests_lib, mtests_misc};
	const char *result = "no such test";

	rump_schedule();
	for (u_int i = 0; i < __arraycount(all); i++) {
		for (const struct mtest *t = all[i]; t->name != NULL; t++) {
			if (strcmp(t->name, name) == 0)
				result = (*t->func)();
		}
	}
	rump_unschedule();
	return result;
}

int
rump_mtest_diagnostic(void)
{
#ifdef DIAGNOSTIC
	return 1;
#else
	return 0;
#endif
}
