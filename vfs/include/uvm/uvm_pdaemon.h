/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _UVM_UVM_PDAEMON_H_
#define _UVM_UVM_PDAEMON_H_

#include <uvm/uvm_extern.h>

void uvm_pageout_start(int);
void uvm_pageout_done(int);

#endif /* !_UVM_UVM_PDAEMON_H_ */
