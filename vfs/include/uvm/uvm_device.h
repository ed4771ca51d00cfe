/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _UVM_UVM_DEVICE_H_
#define _UVM_UVM_DEVICE_H_

#include <uvm/uvm_object.h>

#endif /* !_UVM_UVM_DEVICE_H_ */
