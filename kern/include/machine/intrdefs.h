/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupt levels: see <sys/spl.h>. */

#ifndef _MACHINE_INTRDEFS_H_
#define _MACHINE_INTRDEFS_H_

#include <sys/spl.h>

#endif /* _MACHINE_INTRDEFS_H_ */
