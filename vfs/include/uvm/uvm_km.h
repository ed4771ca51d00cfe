/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _UVM_UVM_KM_H_
#define _UVM_UVM_KM_H_

#include <uvm/uvm_extern.h>

#endif /* !_UVM_UVM_KM_H_ */
