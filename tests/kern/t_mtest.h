/* SPDX-License-Identifier: BSD-2-Clause */
/* Cases that boot and run one test inside the kernel. */

#ifndef _T_MTEST_H_
#define _T_MTEST_H_

#include "t_kern.h"

#include "mtest.h"

#define MTEST(name, descr)                                                     \
	TEST(name, descr)                                                      \
	{                                                                      \
		const char *failed_;                                           \
		RZ(rump_init());                                               \
		failed_ = rump_mtest(#name);                                   \
		if (failed_ != NULL)                                           \
			atf_tc_fail("%s", failed_);                            \
	}

/* with an environment variable set before boot */
#define MTEST_ENV(name, var, value, descr)                                     \
	TEST(name, descr)                                                      \
	{                                                                      \
		const char *failed_;                                           \
		setenv(var, value, 1);                                         \
		RZ(rump_init());                                               \
		failed_ = rump_mtest(#name);                                   \
		if (failed_ != NULL)                                           \
			atf_tc_fail("%s", failed_);                            \
	}

#endif /* !_T_MTEST_H_ */
