/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_DEBUG_H_
#define _SYS_DEBUG_H_

#include <sys/types.h>

void debug_init(void);

#endif /* !_SYS_DEBUG_H_ */
