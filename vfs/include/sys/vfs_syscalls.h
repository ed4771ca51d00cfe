/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The halves of the file system calls that have kernel callers too.
 * Paths are in the segment that the enum uio_seg argument names.
 */
#ifndef _SYS_VFS_SYSCALLS_H_
#define _SYS_VFS_SYSCALLS_H_

#include <sys/fstypes.h>
#include <sys/kmem.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <sys/uio.h>

struct cwdinfo;
struct file;
struct lwp;
struct pathbuf;
struct quotactl_args;
struct stat;
struct timespec;
struct timeval;
struct vnode;

#define STATVFSBUF_GET()                                                       \
	((struct statvfs *)kmem_alloc(sizeof(struct statvfs), KM_SLEEP))
#define STATVFSBUF_PUT(ssb) kmem_free(ssb, sizeof(struct statvfs))

int do_open(struct lwp *, struct vnode *, struct pathbuf *, int, int, int *);
int do_sys_openat(struct lwp *, int, const char *, int, int, int *);
int chdir_lookup(const char *, int, struct vnode **, struct lwp *);
void change_root(struct cwdinfo *, struct vnode *, struct lwp *);

int do_sys_stat(const char *, unsigned int, struct stat *);
int do_sys_statat(struct lwp *, int, const char *, unsigned int, struct stat *);
int do_sys_pstatvfs(struct lwp *, const char *, int, struct statvfs *);
int do_sys_fstatvfs(struct lwp *, int, int, struct statvfs *);
int do_sys_getvfsstat(struct lwp *, void *, size_t, int,
    int (*)(const void *, void *, size_t), size_t, register_t *);

int do_sys_utimes(struct lwp *, struct vnode *, const char *, int,
    const struct timeval *, enum uio_seg);
int do_sys_utimensat(struct lwp *, int, struct vnode *, const char *, int,
    const struct timespec *, enum uio_seg);

int vfs_copyinfh_alloc(const void *, size_t, fhandle_t **);
void vfs_copyinfh_free(fhandle_t *);
int dofhopen(struct lwp *, const void *, size_t, int, register_t *);
int do_fhstat(struct lwp *, const void *, size_t, struct stat *);
int do_fhstatvfs(struct lwp *, const void *, size_t, struct statvfs *, int);

int do_sys_unlink(const char *, enum uio_seg);
int do_sys_unlinkat(struct lwp *, int, const char *, int, enum uio_seg);
int do_sys_rename(const char *, const char *, enum uio_seg, int);
int do_sys_renameat(
    struct lwp *, int, const char *, int, const char *, enum uio_seg, int);
int do_sys_linkat(
    struct lwp *, int, const char *, int, const char *, int, register_t *);
int do_sys_mkdir(const char *, mode_t, enum uio_seg);
int do_sys_mkdirat(struct lwp *, int, const char *, mode_t, enum uio_seg);
int do_sys_mknod(
    struct lwp *, const char *, mode_t, dev_t, register_t *, enum uio_seg);
int do_sys_mknodat(
    struct lwp *, int, const char *, mode_t, dev_t, register_t *, enum uio_seg);
int do_sys_mkfifoat(struct lwp *, int, const char *, mode_t);
int do_sys_symlink(const char *, const char *, enum uio_seg);
int
do_sys_symlinkat(struct lwp *, const char *, int, const char *, enum uio_seg);
int do_sys_readlinkat(
    struct lwp *, int, const char *, char *, size_t, register_t *);
int do_sys_quotactl(const char *, const struct quotactl_args *);
void do_sys_sync(struct lwp *);
int do_sys_accessat(struct lwp *, int, const char *, int, int);
int do_sys_chmodat(struct lwp *, int, const char *, int, int);
int do_sys_chownat(struct lwp *, int, const char *, uid_t, gid_t, int);
int do_sys_chflagsat(struct lwp *, const char *, u_long, int);

#endif /* !_SYS_VFS_SYSCALLS_H_ */
