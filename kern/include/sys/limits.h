/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_LIMITS_H_
#define _SYS_LIMITS_H_

#include <machine/limits.h>
#include <sys/syslimits.h>

#endif /* !_SYS_LIMITS_H_ */
