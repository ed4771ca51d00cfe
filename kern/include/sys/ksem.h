/* SPDX-License-Identifier: BSD-2-Clause */
/* POSIX semaphores. Locks: s: ks_lock, g: global ksem lock, c: constant. */

#ifndef _SYS_KSEM_H_
#define _SYS_KSEM_H_

#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/types.h>

#define SEM_MAX         128
#define SEM_MAX_NAMELEN 14
#define SEM_VALUE_MAX   (~0U)
#define SEM_NSEMS_MAX   256

#define KS_UNLINKED 0x01

typedef struct ksem {
	LIST_ENTRY(ksem) ks_entry; /* g: named ones */
	kmutex_t ks_lock;          /* c: */
	kcondvar_t ks_cv;          /* s: waiters sleep here */
	u_int ks_ref;              /* s: files open on it */
	u_int ks_value;            /* s: */
	u_int ks_waiters;          /* s: */
	char *ks_name;             /* c: NULL if unnamed */
	size_t ks_namelen;         /* c: */
	int ks_flags;              /* s: KS_* */
	mode_t ks_mode;            /* c: */
	uid_t ks_uid;              /* c: */
	gid_t ks_gid;              /* c: */
} ksem_t;

#endif /* _SYS_KSEM_H_ */
