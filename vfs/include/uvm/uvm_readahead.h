/* SPDX-License-Identifier: BSD-2-Clause */
/* Read-ahead by object; the state lives in the object (uo_ra*). */
#ifndef _UVM_UVM_READAHEAD_H_
#define _UVM_UVM_READAHEAD_H_

#include <sys/types.h>
#include <uvm/uvm_object.h>

struct uvm_ractx;

struct uvm_ractx *uvm_ra_allocctx(int);
void uvm_ra_freectx(struct uvm_ractx *);
void
uvm_ra_request(struct uvm_ractx *, int, struct uvm_object *, off_t, size_t);
int uvm_readahead(struct uvm_object *, off_t, off_t);

#endif /* !_UVM_UVM_READAHEAD_H_ */
