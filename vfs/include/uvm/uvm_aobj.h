/* SPDX-License-Identifier: BSD-2-Clause */
/* Anonymous objects: pages with no backing store but memory. */
#ifndef _UVM_UVM_AOBJ_H_
#define _UVM_UVM_AOBJ_H_

#include <sys/types.h>
#include <uvm/uvm_extern.h>

#define UAO_FLAG_KERNOBJ  0x1
#define UAO_FLAG_KERNSWAP 0x2
#define UAO_FLAG_NOSWAP	  0x8

struct uvm_object *uao_create(vsize_t, int);
void uao_init(void);
void uao_reference(struct uvm_object *);
void uao_detach(struct uvm_object *);
void uao_dropswap(struct uvm_object *, int);
void uao_dropswap_range(struct uvm_object *, voff_t, voff_t);
int uao_find_swslot(struct uvm_object *, int);
int uao_set_swslot(struct uvm_object *, int, int);

#endif /* !_UVM_UVM_AOBJ_H_ */
