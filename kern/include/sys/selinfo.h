/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where an object keeps who waits for it: threads in select and poll, and
 * attached knotes. Every object that supports poll has a struct selinfo,
 * initialised with selinit(); the object's own lock protects the klist.
 */

#ifndef _SYS_SELINFO_H_
#define _SYS_SELINFO_H_

#include <sys/event.h>
#include <sys/queue.h>

struct lwp;
struct selcluster;

struct selinfo {
	struct klist sel_klist; /* o: knotes attached */
	struct selcluster
	    *sel_cluster;     /* c: lock of the rest, NULL until used */
	struct lwp *sel_lwp;  /* s: a single waiter */
	uintptr_t sel_fdinfo; /* s: waiter's private word */
	SLIST_ENTRY(selinfo) sel_chain; /* l: entry on waiter's list */
	uint32_t sel_collision;         /* s: more than one waiter */
	uint32_t sel_reserved[3];
};

#endif /* _SYS_SELINFO_H_ */
