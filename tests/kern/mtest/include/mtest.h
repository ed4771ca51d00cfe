/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel side of the tests of memory, libraries, kauth and sysctl. */

#ifndef _MTEST_H_
#define _MTEST_H_

/* run a test inside the kernel: NULL, or what failed */
const char *rump_mtest(const char *name);
/* Does the kernel check its own assertions? */
int rump_mtest_diagnostic(void);

#endif /* !_MTEST_H_ */
