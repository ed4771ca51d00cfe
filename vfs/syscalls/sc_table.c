/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system calls of librumpvfs, and the hooks by which the descriptor code
 * reaches vnodes.
 */
#include "../vnops/vnops_impl.h"
#include "sc_impl.h"

#include <sys/syscall.h>
#include <sys/syscallvar.h>

#include <rump-sys/filehooks.h>
#include <rump-sys/kern.h>

#define SC(num, fn)                                                            \
	{                                                                      \
		(num), (sy_call_t *)(fn)                                       \
	}

static const struct rump_onesyscall vfs_syscalls[] = {
    SC(SYS_open, sys_open),
    SC(SYS_link, sys_link),
    SC(SYS_unlink, sys_unlink),
    SC(SYS_chdir, sys_chdir),
    SC(SYS_fchdir, sys_fchdir),
    SC(SYS_compat_50_mknod, compat_50_sys_mknod),
    SC(SYS_chmod, sys_chmod),
    SC(SYS_chown, sys_chown),
    SC(SYS_unmount, sys_unmount),
    SC(SYS_access, sys_access),
    SC(SYS_chflags, sys_chflags),
    SC(SYS_fchflags, sys_fchflags),
    SC(SYS_sync, sys_sync),
    SC(SYS_ktrace, sys_ktrace),
    SC(SYS_revoke, sys_revoke),
    SC(SYS_symlink, sys_symlink),
    SC(SYS_readlink, sys_readlink),
    SC(SYS_umask, sys_umask),
    SC(SYS_chroot, sys_chroot),
    SC(SYS_fsync, sys_fsync),
    SC(SYS_fchown, sys_fchown),
    SC(SYS_fchmod, sys_fchmod),
    SC(SYS_rename, sys_rename),
    SC(SYS_mkfifo, sys_mkfifo),
    SC(SYS_mkdir, sys_mkdir),
    SC(SYS_rmdir, sys_rmdir),
    SC(SYS_compat_50_utimes, compat_50_sys_utimes),
    SC(SYS_pread, sys_pread),
    SC(SYS_pwrite, sys_pwrite),
    SC(SYS_pathconf, sys_pathconf),
    SC(SYS_lseek, sys_lseek),
    SC(SYS_truncate, sys_truncate),
    SC(SYS_ftruncate, sys_ftruncate),
    SC(SYS_compat_50_futimes, compat_50_sys_futimes),
    SC(SYS_fdatasync, sys_fdatasync),
    SC(SYS___posix_rename, sys___posix_rename),
    SC(SYS_lchmod, sys_lchmod),
    SC(SYS_lchown, sys_lchown),
    SC(SYS_compat_50_lutimes, compat_50_sys_lutimes),
    SC(SYS___posix_chown, sys___posix_chown),
    SC(SYS___posix_fchown, sys___posix_fchown),
    SC(SYS___posix_lchown, sys___posix_lchown),
    SC(SYS_preadv, sys_preadv),
    SC(SYS_pwritev, sys_pwritev),
    SC(SYS___getcwd, sys___getcwd),
    SC(SYS_fchroot, sys_fchroot),
    SC(SYS_lchflags, sys_lchflags),
    SC(SYS_fsync_range, sys_fsync_range),
    SC(SYS_getvfsstat, sys_getvfsstat),
    SC(SYS_statvfs1, sys_statvfs1),
    SC(SYS_fstatvfs1, sys_fstatvfs1),
    SC(SYS_extattrctl, sys_extattrctl),
    SC(SYS_extattr_set_file, sys_extattr_set_file),
    SC(SYS_extattr_get_file, sys_extattr_get_file),
    SC(SYS_extattr_delete_file, sys_extattr_delete_file),
    SC(SYS_extattr_set_fd, sys_extattr_set_fd),
    SC(SYS_extattr_get_fd, sys_extattr_get_fd),
    SC(SYS_extattr_delete_fd, sys_extattr_delete_fd),
    SC(SYS_extattr_set_link, sys_extattr_set_link),
    SC(SYS_extattr_get_link, sys_extattr_get_link),
    SC(SYS_extattr_delete_link, sys_extattr_delete_link),
    SC(SYS_extattr_list_fd, sys_extattr_list_fd),
    SC(SYS_extattr_list_file, sys_extattr_list_file),
    SC(SYS_extattr_list_link, sys_extattr_list_link),
    SC(SYS_setxattr, sys_setxattr),
    SC(SYS_lsetxattr, sys_lsetxattr),
    SC(SYS_fsetxattr, sys_fsetxattr),
    SC(SYS_getxattr, sys_getxattr),
    SC(SYS_lgetxattr, sys_lgetxattr),
    SC(SYS_fgetxattr, sys_fgetxattr),
    SC(SYS_listxattr, sys_listxattr),
    SC(SYS_llistxattr, sys_llistxattr),
    SC(SYS_flistxattr, sys_flistxattr),
    SC(SYS_removexattr, sys_removexattr),
    SC(SYS_lremovexattr, sys_lremovexattr),
    SC(SYS_fremovexattr, sys_fremovexattr),
    SC(SYS_compat_50___stat30, compat_50_sys___stat30),
    SC(SYS_compat_50___lstat30, compat_50_sys___lstat30),
    SC(SYS___getdents30, sys___getdents30),
    SC(SYS___getfh30, sys___getfh30),
    SC(SYS___fhopen40, sys___fhopen40),
    SC(SYS___fhstatvfs140, sys___fhstatvfs140),
    SC(SYS_compat_50___fhstat40, compat_50_sys___fhstat40),
    SC(SYS___mount50, sys___mount50),
    SC(SYS___utimes50, sys___utimes50),
    SC(SYS___futimes50, sys___futimes50),
    SC(SYS___lutimes50, sys___lutimes50),
    SC(SYS___stat50, sys___stat50),
    SC(SYS___lstat50, sys___lstat50),
    SC(SYS___mknod50, sys___mknod50),
    SC(SYS___fhstat50, sys___fhstat50),
    SC(SYS_linkat, sys_linkat),
    SC(SYS_renameat, sys_renameat),
    SC(SYS_mkfifoat, sys_mkfifoat),
    SC(SYS_mknodat, sys_mknodat),
    SC(SYS_mkdirat, sys_mkdirat),
    SC(SYS_faccessat, sys_faccessat),
    SC(SYS_fchmodat, sys_fchmodat),
    SC(SYS_fchownat, sys_fchownat),
    SC(SYS_fstatat, sys_fstatat),
    SC(SYS_utimensat, sys_utimensat),
    SC(SYS_openat, sys_openat),
    SC(SYS_readlinkat, sys_readlinkat),
    SC(SYS_symlinkat, sys_symlinkat),
    SC(SYS_unlinkat, sys_unlinkat),
    SC(SYS_futimens, sys_futimens),
    SC(SYS___quotactl, sys___quotactl),
    SC(SYS_posix_fallocate, sys_posix_fallocate),
    SC(SYS_fdiscard, sys_fdiscard),
};

/* fcntl and flock: an advisory lock operation on an open file. */
static int
hook_advlock(struct file *fp, void *id, int op, struct flock *fl, int flags)
{
	if (fp->f_type != DTYPE_VNODE)
		return EINVAL;
	return VOP_ADVLOCK(fp->f_vnode, id, op, fl, flags);
}

/* A process closes a descriptor: its record locks on the file go. */
static void
hook_closelocks(struct file *fp, struct proc *p)
{
	struct flock lf;

	if (fp->f_type != DTYPE_VNODE)
		return;
	memset(&lf, 0, sizeof(lf));
	lf.l_whence = SEEK_SET;
	lf.l_type = F_UNLCK;
	(void)VOP_ADVLOCK(fp->f_vnode, p, F_UNLCK, &lf, F_POSIX);
}

static int
hook_pathconf(struct file *fp, int name, register_t *retval)
{
	struct vnode *vp = fp->f_vnode;
	int error;

	vn_lock(vp, LK_SHARED | LK_RETRY);
	error = VOP_PATHCONF(vp, name, retval);
	VOP_UNLOCK(vp);
	return error;
}

/* Only for vnodes, and for what isn't kept with the open file. */
static int
hook_fadvise(struct file *fp, off_t offset, off_t len, int advice)
{
	struct vnode *vp = fp->f_vnode;
	off_t start, end;
	int error;

	if (offset < 0 || len < 0 || __builtin_add_overflow(offset, len, &end))
		return EINVAL;
	if (vp->v_type == VFIFO)
		return ESPIPE;
	if (vp->v_type != VREG || advice != POSIX_FADV_DONTNEED)
		return 0;
	/* whole pages; an end of 0 is that of the file */
	if (offset > INT64_MAX - PAGE_MASK)
		return 0;
	start = round_page(offset);
	end = len == 0 ? 0 : trunc_page(end);
	if (len != 0 && end <= start)
		return 0;
	mutex_enter(vp->v_interlock);
	error = VOP_PUTPAGES(vp, start, end, PGO_DEACTIVATE | PGO_CLEANIT);
	return error == EOPNOTSUPP || error == EINVAL ? 0 : error;
}

void
vfs_syscalls_init(void)
{
	rump_vfs_advlock = hook_advlock;
	rump_vfs_closelocks = hook_closelocks;
	rump_vfs_pathconf = hook_pathconf;
	rump_vfs_fadvise = hook_fadvise;
	rump_syscall_boot_establish(vfs_syscalls, __arraycount(vfs_syscalls));
}
