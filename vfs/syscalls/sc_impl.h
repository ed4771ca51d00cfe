/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by the files of the vfs system calls.
 */
#ifndef _VFS_SC_IMPL_H_
#define _VFS_SC_IMPL_H_

#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/fstypes.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/unistd.h>
#include <sys/vfs_syscalls.h>
#include <sys/vnode.h>

/*
 * The vnode of a descriptor, for calls that work on files: EBADF, EINVAL for
 * what isn't a vnode.  fd_putfile() when done.
 */
static inline int
sc_getvnode(int fd, file_t **fpp)
{
	file_t *fp;

	if ((fp = fd_getfile(fd)) == NULL)
		return EBADF;
	if (fp->f_type != DTYPE_VNODE) {
		fd_putfile(fd);
		return EINVAL;
	}
	*fpp = fp;
	return 0;
}

/* Path to an unlocked vnode, relative to a descriptor. */
static inline int
sc_lookup(
    struct lwp *l, int fdat, const char *path, bool follow, struct vnode **vpp)
{
	return fd_nameiat_simple_user(l, fdat, path,
	    follow ? NSM_FOLLOW_TRYEMULROOT : NSM_NOFOLLOW_TRYEMULROOT, vpp);
}

int sc_open_install(struct lwp *, struct vnode *, int, file_t *, int);
int sc_vnode_statvfs(struct lwp *, struct vnode *, int, struct statvfs *);

#endif /* !_VFS_SC_IMPL_H_ */
