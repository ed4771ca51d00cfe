/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Vnode operations that check how they are called.
 *
 * A file system gives its vnodes vectors whose only entry is the default,
 * vopcheck(), and tells which vectors have its own operations.  vopcheck()
 * looks at the locks of the vnodes in the arguments, as vnodeops(9) has them,
 * calls the operation, looks again, and counts.
 */
#ifndef VOPCHECK_H
#define VOPCHECK_H

#include <sys/vnode.h>

struct vopcheck_vector {
	int (***vv_checked)(void *);
	int (***vv_own)(void *);
};

/* The file system's; ends with NULLs. */
extern const struct vopcheck_vector vopcheck_vectors[];

int vopcheck(void *v);

/* How often an operation was called, by its descriptor. */
unsigned int vopcheck_count(const struct vnodeop_desc *desc);

/* Prints the operations that were never called; how many there are. */
int vopcheck_uncalled(const struct vnodeop_desc *const *except);

/*
 * Whether the big lock should be held: always, if the file system is not
 * MPSAFE.
 */
extern bool vopcheck_mpsafe;

#endif
