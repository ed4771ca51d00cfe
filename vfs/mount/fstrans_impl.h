/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gate of a mount.
 *
 * Lock letters: f fm_lock, c fm_cowlock, p only by who holds the CPU.
 */
#ifndef _VFS_MOUNT_FSTRANS_IMPL_H_
#define _VFS_MOUNT_FSTRANS_IMPL_H_

#include <sys/condvar.h>
#include <sys/fstrans.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/rwlock.h>

struct buf;
struct lwp;

struct fscow_handler {
	SLIST_ENTRY(fscow_handler) fh_list; /* c */
	int (*fh_func)(void *, struct buf *, bool);
	void *fh_arg;
};

/* entries by CPU; an entry may be left on another CPU: only sums count */
struct fstrans_count {
	long fc_shared; /* p */
	long fc_lazy;   /* p */
	long fc_pad[6]; /* CPUs on cache lines of their own */
};

struct fstrans_mount {
	volatile enum fstrans_state fm_state; /* f */
	struct lwp *fm_owner;                 /* f  who suspended it */
	kmutex_t fm_lock;
	kcondvar_t fm_cv;
	krwlock_t fm_cowlock;
	SLIST_HEAD(, fscow_handler) fm_cow; /* c */
	volatile unsigned fm_ncow;          /* c, read without: is there any? */
	struct fstrans_count *fm_count;
};

#endif /* !_VFS_MOUNT_FSTRANS_IMPL_H_ */
