/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fstrans(9): a gate in front of a mounted file system that lets it be
 * suspended, and copy-on-write hooks before a block is overwritten.
 *
 * Who is inside may enter again.  SHARED entries wait while the state is
 * SUSPENDING or SUSPENDED, LAZY ones while it is SUSPENDED.
 */
#ifndef _SYS_FSTRANS_H_
#define _SYS_FSTRANS_H_

#include <sys/mount.h>
#include <sys/types.h>

struct buf;
struct mount;

#define SUSPEND_SUSPEND 0x0001
#define SUSPEND_RESUME  0x0002

enum fstrans_lock_type {
	FSTRANS_LAZY = 1,
	FSTRANS_SHARED = 2,
#ifdef _FSTRANS_API_PRIVATE
	FSTRANS_EXCL = 3
#endif
};

enum fstrans_state {
	FSTRANS_NORMAL,
	FSTRANS_SUSPENDING,
	FSTRANS_SUSPENDED
};

void fstrans_init(void);
#define fstrans_start(mp, t)        ((void)_fstrans_start((mp), (t), 1))
#define fstrans_start_nowait(mp, t) _fstrans_start((mp), (t), 0)
/* with the third argument: not noted as a driver's entry */
#define FSTRANS_VNODELOCK 2
int _fstrans_start(struct mount *, enum fstrans_lock_type, int);
/**
 * Enter if the gate is open and neither sleep nor memory is needed for it;
 * false: not entered, fstrans_start() may be more patient.
 */
bool fstrans_tryenter(struct mount *, enum fstrans_lock_type);
void fstrans_done(struct mount *);
int fstrans_is_owner(struct mount *);
int fstrans_mount(struct mount *);
void fstrans_unmount(struct mount *);
int fstrans_setstate(struct mount *, enum fstrans_state);
enum fstrans_state fstrans_getstate(struct mount *);
/** Whether this thread is inside any gate. */
bool fstrans_held(void);
/* The same of this mount, whose unmount waits for this thread, then. */
bool fstrans_entered(const struct mount *);

int
fscow_establish(struct mount *, int (*)(void *, struct buf *, bool), void *);
int
fscow_disestablish(struct mount *, int (*)(void *, struct buf *, bool), void *);
int fscow_run(struct buf *, bool);

int vfs_suspend(struct mount *, int);
void vfs_resume(struct mount *);

#endif /* !_SYS_FSTRANS_H_ */
