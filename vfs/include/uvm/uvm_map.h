/* SPDX-License-Identifier: BSD-2-Clause */
/* Address maps: one, the kernel's, which is the host's address space. */
#ifndef _UVM_UVM_MAP_H_
#define _UVM_UVM_MAP_H_

#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/rbtree.h>
#include <sys/rwlock.h>
#include <uvm/uvm_anon.h>
#include <uvm/uvm_extern.h>

#define vm_map_min(map)  ((map)->min_offset)
#define vm_map_max(map)  ((map)->max_offset)
#define vm_map_pmap(map) ((map)->pmap)

#endif /* !_UVM_UVM_MAP_H_ */
