/* SPDX-License-Identifier: BSD-2-Clause */
/* The state of the virtual memory system. */
#ifndef _UVM_UVM_H_
#define _UVM_UVM_H_

#include <uvm/uvm_amap.h>
#include <uvm/uvm_aobj.h>
#include <uvm/uvm_device.h>
#include <uvm/uvm_extern.h>
#include <uvm/uvm_km.h>
#include <uvm/uvm_loan.h>
#include <uvm/uvm_map.h>
#include <uvm/uvm_object.h>
#include <uvm/uvm_page.h>
#include <uvm/uvm_pager.h>
#include <uvm/uvm_pdaemon.h>
#include <uvm/uvm_readahead.h>
#include <uvm/uvm_stat.h>

struct lwp;

struct uvm {
	struct lwp *pagedaemon_lwp; /* who reclaims pages, while it does */
	bool page_init_done;
	u_int pagedaemon_waiters;
};

extern struct uvm uvm;

/* Of the reclaim queues. Taken after any vmobjlock. */
extern kmutex_t uvm_pageqlock;
extern kmutex_t uvm_fpageqlock;

#define UVM_UNLOCK_AND_WAIT(event, slock, intr, msg, timo)                     \
	(void)mtsleep((event), PVM | PNORELOCK | ((intr) ? PCATCH : 0), (msg), \
	    (timo), (slock))

#endif /* !_UVM_UVM_H_ */
