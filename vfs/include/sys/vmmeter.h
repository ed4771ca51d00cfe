/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Totals of the system, as the sysctl vm.vmmeter gives them elsewhere; a
 * kernel inside of a process has none.  Drivers include the header.
 */
#ifndef _SYS_VMMETER_H_
#define _SYS_VMMETER_H_

#include <sys/types.h>

struct vmtotal {
	int16_t t_rq; /* ready to run */
	int16_t t_dw; /* waiting for disks */
	int16_t t_pw; /* for pages */
	int16_t t_sl; /* asleep */
	int16_t _reserved1;
	int32_t t_vm;  /* pages of virtual memory */
	int32_t t_avm; /* of that, active */
	int32_t t_rm;  /* pages of memory */
	int32_t t_arm;
	int32_t t_vmshr; /* the same of what is shared */
	int32_t t_avmshr;
	int32_t t_rmshr;
	int32_t t_armshr;
	int32_t t_free; /* pages */
};

#endif /* !_SYS_VMMETER_H_ */
