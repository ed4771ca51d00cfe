/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_TIMESPEC_H_
#define _SYS_TIMESPEC_H_

#include <sys/types.h>

struct timespec {
	time_t tv_sec;
	long tv_nsec;
};

#endif /* _SYS_TIMESPEC_H_ */
