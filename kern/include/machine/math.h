/* SPDX-License-Identifier: BSD-2-Clause */
/* Floating point is not used in the kernel. */

#ifndef _MACHINE_MATH_H_
#define _MACHINE_MATH_H_

#endif /* _MACHINE_MATH_H_ */
