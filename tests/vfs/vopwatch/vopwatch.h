/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Watches the vnode operations and mount operations of a file system: how the
 * kernel calls them, and what they leave behind.  Of each operation: the locks
 * of its vnodes, the references that it consumes, the big lock, and what its
 * componentname asks for.  What is wrong is printed and counted.
 *
 * An operation can be made to fail, as a driver's would: what it consumes is
 * consumed.
 */
#ifndef VOPWATCH_H
#define VOPWATCH_H

/* The operations of vnodes like this one; an errno. */
int rumptest_watch(const char *path);
/* The operations of this mount; one file system only. */
int rumptest_watch_mount(const char *path);
/* From now on the mount's operations need the big lock. */
int rumptest_watch_big(const char *path);
/* Keep a reference to what an operation consumes, and look at it after. */
void rumptest_watch_hold(int);

/* The operation ("read") fails with this error, until it is 0. */
void rumptest_watch_fail(const char *op, int error);
int rumptest_watch_count(const char *op);
int rumptest_watch_wrong(void);
/* How many operations were never called. */
int rumptest_watch_uncalled(void);

/*
 * Nobody uses the vnodes of the mount, beyond what rumptest_watch_mark()
 * found; with another mount whose vnodes keep one each of these.
 */
int rumptest_watch_mark(const char *path, const char *upper);
int rumptest_watch_idle(const char *path, const char *upper);

/* Operations that no system call makes, on a file: 0, or the line. */
int rumptest_watch_direct(const char *path);
/* Operations of a vnode without a file: 0, or the line. */
int rumptest_dead_ops(const char *path);
/* In which order a file's vnode is taken apart: 0, or the line. */
int rumptest_watch_reclaim(const char *path);

#endif
