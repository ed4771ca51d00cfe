/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Advisory byte-range locks, for VOP_ADVLOCK implementations.
 */
#ifndef _SYS_LOCKF_H_
#define _SYS_LOCKF_H_

#include <sys/types.h>

struct lockf;
struct vop_advlock_args;

/*
 * Serve one VOP_ADVLOCK call on the lock list *head of a file that is
 * `size' bytes long.  Takes and leaves no locks of the caller's.
 */
int lf_advlock(struct vop_advlock_args *, struct lockf **, off_t);
void lf_init(void);

#endif /* !_SYS_LOCKF_H_ */
