/* SPDX-License-Identifier: BSD-2-Clause */
/* No register state is kept: the host's threads carry it. */

#ifndef _MACHINE_PCB_H_
#define _MACHINE_PCB_H_

struct pcb {
	int pcb_flags;
};

#endif /* _MACHINE_PCB_H_ */
