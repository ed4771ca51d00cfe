/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel cases: attributes, names, handles, and the table of all.
 */
#include <sys/param.h>

#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/malloc.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include "kitro.h"
#include "ktest.h"
#include "vopcheck.h"

void
kitro_kattr(void)
{
	struct vattr va;
	struct vnode *vp = kitro_file("/mnt/secret");
	struct statvfs *sb;

	vattr_null(&va);
	K(va.va_type == VNON && va.va_mode == (mode_t)VNOVAL);
	K(va.va_size == (u_quad_t)VNOVAL && va.va_flags == (u_long)VNOVAL);
	K(va.va_atime.tv_sec == VNOVAL && va.va_vaflags == 0);
	vn_lock(vp, LK_SHARED | LK_RETRY);
	KEQ(VOP_GETATTR(vp, &va, NOCRED), 0);
	K(va.va_type == VREG && va.va_mode == 0600 && va.va_uid == 5);
	KEQ(MAKEIMODE(va.va_type, va.va_mode), S_IFREG | 0600);
	K(IFTOVT(S_IFREG | 0600) == VREG && IFTOVT(S_IFSOCK) == VSOCK);
	KEQ(VOP_ACCESS(vp, VREAD, curlwp->l_cred), 0);
	KEQ(VOP_ACCESS(vp, VWRITE, curlwp->l_cred), EROFS);
	KEQ(VOP_ACCESS(vp, VEXEC, curlwp->l_cred), EACCES);
	vput(vp);
	vp = kitro_file("/mnt");
	K((vp->v_vflag & VV_ROOT) != 0 && vp->v_type == VDIR);
	K(vp->v_mount->mnt_vnodecovered->v_mountedhere == vp->v_mount);
	sb = malloc(sizeof *sb, M_TEMP, M_WAITOK | M_ZERO);
	KEQ(VFS_STATVFS(vp->v_mount, sb), 0);
	KEQ(sb->f_bsize, KITRO_BSIZE);
	KSTR(sb->f_mntonname, "/mnt");
	KEQ(sb->f_spare[0], 0);
	free(sb, M_TEMP);
	vrele(vp);
	KEQ(VFS_ROOT(vp->v_mount, &vp), 0);
	KEQ(VOP_ISLOCKED(vp), LK_EXCLUSIVE);
	K((vp->v_vflag & VV_ROOT) != 0);
	/* neither is what a file system looks at */
	K(vp->v_iflag >= 0 && vp->v_uflag >= 0);
	vput(vp);
}

static bool
lookup(struct vnode *dvp, const char *name, int *white, struct vnode **vpp)
{
	*vpp = NULL;
	*white = -1;
	return cache_lookup(
	    dvp, name, strlen(name), LOOKUP, ISLASTCN | MAKEENTRY, white, vpp);
}

void
kitro_knames(void)
{
	struct vnode *dvp = kitro_file("/mnt"), *vp, *found;
	int white;

	vp = kitro_file("/mnt/hello");
	vn_lock(dvp, LK_EXCLUSIVE | LK_RETRY);
	K(lookup(dvp, "hello", &white, &found));
	K(found == vp && white == 0 && VOP_ISLOCKED(vp) == 0);
	vrele(found);
	K(!lookup(dvp, "hell", &white, &found) && found == NULL);
	/* it is known that there is no such name */
	cache_enter(dvp, NULL, "nothing", 7, MAKEENTRY | ISLASTCN);
	K(lookup(dvp, "nothing", &white, &found));
	K(found == NULL && white == 0);
	cache_enter(dvp, NULL, "white", 5, MAKEENTRY | ISLASTCN | ISWHITEOUT);
	K(lookup(dvp, "white", &white, &found));
	K(found == NULL && white == ISWHITEOUT);
	/* who makes it has to look at the directory */
	K(!cache_lookup(
	    dvp, "nothing", 7, CREATE, ISLASTCN | MAKEENTRY, NULL, &found));
	K(!lookup(dvp, "nothing", &white, &found));
	/* not to be kept */
	cache_enter(dvp, vp, "unkept", 6, ISLASTCN);
	K(!lookup(dvp, "unkept", &white, &found));
	cache_purge(vp);
	K(!lookup(dvp, "hello", &white, &found));
	K(lookup(dvp, "white", &white, &found));
	cache_purge(dvp);
	K(!lookup(dvp, "white", &white, &found));
	cache_enter(dvp, vp, "hello", 5, MAKEENTRY);
	K(lookup(dvp, "hello", &white, &found) && found == vp);
	vrele(found);
	cache_purgevfs(dvp->v_mount);
	K(!lookup(dvp, "hello", &white, &found));
	vput(dvp);
	vrele(vp);
}

/*
 * Reads a directory in pieces that are too small, and goes on from cookies.
 */
void
kitro_kreaddir(void)
{
	struct vnode *vp = kitro_file("/mnt/dir");
	char b[200];
	struct iovec iov;
	struct uio uio;
	struct dirent *d;
	off_t *cookies, at = 0, last = 0;
	int eof = 0, n, seen = 0, rounds = 0;

	vn_lock(vp, LK_SHARED | LK_RETRY);
	while (!eof && rounds++ < 1000) {
		iov.iov_base = b;
		iov.iov_len = sizeof b;
		uio.uio_iov = &iov;
		uio.uio_iovcnt = 1;
		uio.uio_offset = at;
		uio.uio_resid = sizeof b;
		uio.uio_rw = UIO_READ;
		UIO_SETUP_SYSSPACE(&uio);
		cookies = NULL;
		n = -1;
		KEQ(VOP_READDIR(vp, &uio, curlwp->l_cred, &eof, &cookies, &n),
		    0);
		K(n >= 0);
		d = (struct dirent *)b;
		for (int i = 0; i < n; i++, d = _DIRENT_NEXT(d), seen++) {
			K(cookies[i] > last && d->d_namlen > 0);
			last = cookies[i];
		}
		K((char *)d == b + sizeof b - uio.uio_resid);
		/* every other time, as NFS would */
		at = uio.uio_offset;
		if (n > 1 && rounds % 2 == 0) {
			at = last = cookies[n - 2];
			seen--;
			eof = 0;
		}
		free(cookies, M_TEMP);
	}
	KEQ(seen, 303);
	vput(vp);
}

void
kitro_khandles(void)
{
	struct vnode *vp = kitro_file("/mnt/dir/deep"), *found;
	struct mount *mp = vp->v_mount;
	struct kitro_fid kf;
	size_t size = 1;

	/* the size is told even if there is no room */
	KEQ(mp->mnt_op->vfs_vptofh(vp, (struct fid *)&kf, &size), E2BIG);
	KEQ(size, sizeof kf);
	KEQ(mp->mnt_op->vfs_vptofh(vp, (struct fid *)&kf, &size), 0);
	KEQ(kf.kf_fid.fid_len, sizeof kf);
	KEQ(mp->mnt_op->vfs_fhtovp(mp, (struct fid *)&kf, &found), 0);
	K(found == vp && VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	vput(found);
	KEQ(VFS_VGET(mp, 8, &found), 0);
	K(found == vp && VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	vput(found);
	kf.kf_gen++;
	KEQ(mp->mnt_op->vfs_fhtovp(mp, (struct fid *)&kf, &found), ESTALE);
	kf.kf_ino = 25;
	KEQ(mp->mnt_op->vfs_fhtovp(mp, (struct fid *)&kf, &found), ESTALE);
	vrele(vp);
}

/* Attached once, by its name. */
void
kitro_kattach(void)
{
	KEQ(vfs_attach(&kitro_vfsops), EEXIST);
	KEQ(vfs_detach(&kitro_vfsops), EBUSY);
}

/* Not mounted any more: gone, and back. */
void
kitro_kdetach(void)
{
	struct mount *mp;

	KEQ(kitro_reinits, 1);
	KEQ(vfs_detach(&kitro_vfsops), 0);
	KEQ(vfs_rootmountalloc("kitro", "dev", &mp), ENODEV);
	KEQ(vfs_detach(&kitro_vfsops), ESRCH);
	/* it has to be initialised: kitro_done() looks that it was */
	KEQ(vfs_attach(&kitro_vfsops), 0);
	KEQ(vfs_detach(&kitro_vfsops), 0);
	KEQ(vfs_attach(&kitro_vfsops), 0);
}

/* After the host program's visit: everything was called that can be. */
void
kitro_kuncalled(void)
{
	static const struct vnodeop_desc *const except[] = {
	    /* not of a file system that is read-only */
	    &vop_create_desc,
	    &vop_mknod_desc,
	    &vop_remove_desc,
	    &vop_rename_desc,
	    &vop_mkdir_desc,
	    &vop_rmdir_desc,
	    &vop_symlink_desc,
	    &vop_link_desc,
	    &vop_whiteout_desc,
	    &vop_fallocate_desc,
	    &vop_fdiscard_desc,
	    &vop_abortop_desc,
	    &vop_bwrite_desc,
	    &vop_setattr_desc,
	    /* extended attributes */
	    &vop_openextattr_desc,
	    &vop_closeextattr_desc,
	    &vop_deleteextattr_desc,
	    &vop_setextattr_desc,
	    &vop_getextattr_desc,
	    &vop_listextattr_desc,
	    /* never called here */
	    &vop_mmap_desc,
	    NULL,
	};

	KEQ(vopcheck_uncalled(except), 0);
	K(vopcheck_count(&vop_lookup_desc) > 10);
	K(vopcheck_count(&vop_strategy_desc) > 3);
}

/* However many wanted it at once, each was loaded once. */
void
kitro_kloads(void)
{
	struct vnode *vp = kitro_file("/mnt/hello");
	struct kitro_mount *km = VTOKITRO(vp)->kr_mount;

	for (int i = 0; i < 64; i++)
		K(km->km_loads[i] <= 1);
	KEQ(km->km_loads[2], 1);
	KEQ(km->km_loads[8], 1);
	vrele(vp);
}

static const struct ktest tests[] = {
    {"attr", kitro_kattr},
    {"names", kitro_knames},
    {"readdir", kitro_kreaddir},
    {"handles", kitro_khandles},
    {"attach", kitro_kattach},
    {"detach", kitro_kdetach},
    {"bmap", kitro_kbmap},
    {"buffers", kitro_kbuffers},
    {"getblk", kitro_kgetblk},
    {"errors", kitro_kerrors},
    {"busy", kitro_kbusy},
    {"pages", kitro_kpages},
    {"compat", kitro_kcompat},
    {"vcache", kitro_kvcache},
    {"dead", kitro_kdead},
    {"flush", kitro_kflush},
    {"spec", kitro_kspec},
    {"rootmount", kitro_krootmount},
    {"rootdevice", kitro_krootdevice},
    {"uncalled", kitro_kuncalled},
    {"loads", kitro_kloads},
    {NULL, NULL},
};
KTEST_MAIN(tests)
