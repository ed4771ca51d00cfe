/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VOPWATCH_IMPL_H
#define VOPWATCH_IMPL_H

struct vnode;

void vopwatch_wrong(const char *, const char *, int);
/* An operation of that number begins: see vopwatch_cases.c. */
void vopwatch_event(int, struct vnode *);

/* Called by the host program. */
#define VOPWATCH_ENTRY(name, args, call)                                       \
	int rumptest_##name args                                               \
	{                                                                      \
		int rv;                                                        \
                                                                               \
		rump_schedule();                                               \
		rv = call;                                                     \
		rump_unschedule();                                             \
		return rv;                                                     \
	}

#endif
