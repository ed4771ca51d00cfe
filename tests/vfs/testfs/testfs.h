/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * testfs: a small file system in memory that the tests of vnodes, mounts and
 * renames control, and the tests that run inside of the kernel.
 *
 * Every rumptest_*() function returns 0, or the number of the line in
 * testfs_cases.c where something was not as it should be.
 */
#ifndef TESTFS_H
#define TESTFS_H

#ifdef __cplusplus
extern "C" {
#endif

/* How many times the file system was asked for something. */
struct testfs_counts {
	int loads, inactives, reclaims, newvnodes, syncs, unmounts, lazy;
};
void rumptest_counts(struct testfs_counts *);
/* Each load sleeps so many milliseconds. */
void rumptest_slow_load(int);
/* The next rename gets this error instead of the lock. */
void rumptest_fail_rename(int);
/* The root can't be had: an errno, or 0 again. */
int rumptest_fail_root(const char *, int);
unsigned rumptest_numvnodes(void);

int rumptest_vcache_identity(const char *);
int rumptest_vcache_fail(const char *);
int rumptest_vcache_recycle(const char *);
int rumptest_vcache_rekey(const char *);
int rumptest_vgone(const char *);
int rumptest_vflush(const char *);
int rumptest_iterator(const char *);
int rumptest_tryvget(const char *);
int rumptest_get_ino(const char *, unsigned long);
/* Load a file's vnode with a directory locked, in a forced unmount. */
int rumptest_load_dying(const char *, unsigned long);
int rumptest_load_dying_ready(void); /* it is locked */
/* Take its vnode, which nobody uses, out of the cache. */
int rumptest_forget(const char *);
int rumptest_locks(const char *);
/* Make a file in a directory. */
int rumptest_open_create(const char *, const char *);
int rumptest_fstrans(const char *);
/* Be inside of the file system, until it is released. */
int rumptest_fstrans_hold(const char *);
int rumptest_fstrans_holds(void); /* is somebody? */
void rumptest_fstrans_release(void);
int rumptest_fstrans_suspend(const char *);
int rumptest_fstrans_resume(const char *);
int rumptest_fscow(const char *);
int rumptest_syncer(const char *);
/* The second directory follows the first one's end; NULLs: nothing does. */
int rumptest_union_hook(const char *, const char *);
int rumptest_descriptors(void);
int rumptest_specalias(void);
int rumptest_specopen(void);
int rumptest_specreopen(void);
/* In testfs_life.c. */
int rumptest_deferred(const char *);
/* In testfs_dev.c. */
int rumptest_devlock(void);

#ifdef __cplusplus
}
#endif

#endif
