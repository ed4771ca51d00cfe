/* SPDX-License-Identifier: BSD-2-Clause */
/* Anonymous memory of processes is the host's; only the names exist. */
#ifndef _UVM_UVM_AMAP_H_
#define _UVM_UVM_AMAP_H_

struct vm_anon;
struct vm_amap;

#endif /* !_UVM_UVM_AMAP_H_ */
