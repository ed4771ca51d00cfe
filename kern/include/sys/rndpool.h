/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_RNDPOOL_H_
#define _SYS_RNDPOOL_H_

#include <sys/rndio.h>

#endif /* !_SYS_RNDPOOL_H_ */
