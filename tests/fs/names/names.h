/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_FS_NAMES_H
#define TESTS_FS_NAMES_H

/* Run a case inside of the kernel: 0 or the line that failed. */
int rumptest_names(const char *);

#endif
