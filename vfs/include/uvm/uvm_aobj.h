/* SPDX-License-Identifier: BSD-2-Clause */
/* Anonymous objects: pages with no backing store but memory. */
#ifndef _UVM_UVM_AOBJ_H_
#define _UVM_UVM_AOBJ_H_

#include <sys/types.h>
#include <uvm/uvm_extern.h>

#define UAO_FLAG_KERNOBJ  0x1
#define UAO_FLAG_KERNSWAP 0x2
#define UAO_FLAG_NOSWAP   0x8

void uao_init(void);

/* there is no swap space: nothing to give back */
#define uao_dropswap(uobj, off)              ((void)(uobj))
#define uao_dropswap_range(uobj, start, end) ((void)(uobj))
#define uao_find_swslot(uobj, off)           0

#endif /* !_UVM_UVM_AOBJ_H_ */
