/* SPDX-License-Identifier: BSD-2-Clause */
/* Processor status: none. */

#ifndef _MACHINE_PSL_H_
#define _MACHINE_PSL_H_

#endif /* _MACHINE_PSL_H_ */
