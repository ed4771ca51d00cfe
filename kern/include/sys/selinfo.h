/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where an object keeps who waits for it: lwps in select and poll, and
 * attached knotes. Every object that supports poll has a struct selinfo,
 * initialised with selinit(); its own lock protects the klist. Waiters are a
 * list of records, so that a wakeup reaches exactly those who asked.
 *
 * Locks: o: the object's, s: the selinfo's share of the select locks.
 */

#ifndef _SYS_SELINFO_H_
#define _SYS_SELINFO_H_

#include <sys/event.h>
#include <sys/queue.h>

struct selrec;

struct selinfo {
	struct klist sel_klist;          /* o: knotes attached */
	LIST_HEAD(, selrec) sel_waiters; /* s: lwps in select or poll */
	volatile u_int sel_nwait;        /* s: how many; read freely */
	uint32_t sel_spare[3];
};

/* Worth a selnotify()? The object's lock is held. */
#define sel_busy(sip)                                                          \
	(!SLIST_EMPTY(&(sip)->sel_klist) ||                                    \
	    __atomic_load_n(&(sip)->sel_nwait, __ATOMIC_RELAXED) != 0)

#endif /* _SYS_SELINFO_H_ */
