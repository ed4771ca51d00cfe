/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel side of the tests of cgd. */
#ifndef _CGDTEST_H_
#define _CGDTEST_H_

/*
 * Give a block device's driver one request: len bytes at block blkno. 0, or
 * the kernel's errno; *residp: what was not moved. Needs no memory.
 */
int rump_cgdtest_io(unsigned long long dev, void *mem, int len, long long blkno,
    int write, int async, int *residp);

/* Take all the memory, and all the requests; give it back. */
void rump_cgdtest_starve(void);
void rump_cgdtest_feed(void);

#endif /* !_CGDTEST_H_ */
