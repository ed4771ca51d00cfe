/* SPDX-License-Identifier: BSD-2-Clause */
/* The sleep queue table: see <sys/sleepq.h>. */

#ifndef _SYS_SLEEPTAB_H_
#define _SYS_SLEEPTAB_H_

#include <sys/sleepq.h>

#endif /* _SYS_SLEEPTAB_H_ */
