/* SPDX-License-Identifier: BSD-2-Clause */
/* Trap frames: none. */

#ifndef _MACHINE_FRAME_H_
#define _MACHINE_FRAME_H_

struct trapframe {
	long tf_dummy;
};

#endif /* _MACHINE_FRAME_H_ */
