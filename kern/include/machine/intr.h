/* SPDX-License-Identifier: BSD-2-Clause */
/* There are no interrupts to block: every spl call is a no-op. */

#ifndef _MACHINE_INTR_H_
#define _MACHINE_INTR_H_

#include <sys/spl.h>

#endif /* _MACHINE_INTR_H_ */
