/* SPDX-License-Identifier: BSD-2-Clause */
/* No buses of the machine's own. */

#ifndef _MACHINE_BUS_DEFS_H_
#define _MACHINE_BUS_DEFS_H_

#include <machine/bus.h>

#endif /* _MACHINE_BUS_DEFS_H_ */
