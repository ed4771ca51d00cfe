/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small things about vnodes: conversion tables, attributes, locking,
 * printing, and the default operation.
 */
#include <miscfs/specfs/specdev.h>
#include <sys/buf.h>
#include <sys/dirent.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>

const enum vtype iftovt_tab[16] = {VNON, VFIFO, VCHR, VNON, VDIR, VNON, VBLK,
    VNON, VREG, VNON, VLNK, VNON, VSOCK, VNON, VNON, VBAD};
const int vttoif_tab[9] = {
    0, S_IFREG, S_IFDIR, S_IFBLK, S_IFCHR, S_IFLNK, S_IFSOCK, S_IFIFO, S_IFMT};
static const uint8_t vttodt_tab[9] = {DT_UNKNOWN, DT_REG, DT_DIR, DT_BLK,
    DT_CHR, DT_LNK, DT_SOCK, DT_FIFO, DT_UNKNOWN};

static const char *const vnode_types[] = {VNODE_TYPES};
static const char *const vnode_tags[] = {VNODE_TAGS};

int prtactive;
int doforce = 1;

uint8_t
vtype2dt(enum vtype vt)
{
	if ((unsigned)vt >= __arraycount(vttodt_tab))
		return DT_UNKNOWN;
	return vttodt_tab[vt];
}

void
vattr_null(struct vattr *vap)
{
	memset(vap, 0, sizeof(*vap));
	vap->va_type = VNON;
	vap->va_mode = VNOVAL;
	vap->va_nlink = VNOVAL;
	vap->va_uid = VNOVAL;
	vap->va_gid = VNOVAL;
	vap->va_fsid = VNOVAL;
	vap->va_fileid = VNOVAL;
	vap->va_size = VNOVAL;
	vap->va_blocksize = VNOVAL;
	vap->va_atime.tv_sec = vap->va_mtime.tv_sec = vap->va_ctime.tv_sec =
	    vap->va_birthtime.tv_sec = VNOVAL;
	vap->va_atime.tv_nsec = vap->va_mtime.tv_nsec = vap->va_ctime.tv_nsec =
	    vap->va_birthtime.tv_nsec = VNOVAL;
	vap->va_gen = VNOVAL;
	vap->va_flags = VNOVAL;
	vap->va_rdev = VNOVAL;
	vap->va_bytes = VNOVAL;
	vap->va_filerev = VNOVAL;
}

/** The time that a file system stamps files with. */
void
vfs_timestamp(struct timespec *tsp)
{
	getnanotime(tsp);
}

/**
 * Lock a vnode.  ENOENT if it was reclaimed, unless LK_RETRY, which locks
 * the dead vnode; EBUSY with LK_NOWAIT.
 */
int
vn_lock(struct vnode *vp, int flags)
{
	int error;

	if (__predict_false(
		vrefcnt(vp) == 0 && (vp->v_iflag & VI_ONWORKLST) == 0))
		rump_rule_broken("vnsubr(9)", __builtin_return_address(0),
		    "vn_lock() of vnode %p, which nobody has a reference to",
		    vp);
	KASSERT(
	    (flags & ~(LK_SHARED | LK_EXCLUSIVE | LK_NOWAIT | LK_RETRY)) == 0);
	error = VOP_LOCK(vp, flags & ~LK_RETRY);
	if (__predict_false(error != 0) && (flags & LK_RETRY) &&
	    error == ENOENT)
		error = VOP_LOCK(vp, flags);
	return error;
}

int
vn_default_error(void *v)
{
	return EOPNOTSUPP;
}

void
vprint(const char *label, struct vnode *vp)
{
	const unsigned type = vp->v_type, tag = vp->v_tag;

	if (label != NULL)
		printf("%s: ", label);
	printf("vnode %p: type %s tag %s use %u write %d hold %d state %d "
	       "flags %#x",
	    vp, type < __arraycount(vnode_types) ? vnode_types[type] : "?",
	    tag < __arraycount(vnode_tags) ? vnode_tags[tag] : "?",
	    (unsigned)vrefcnt(vp), vp->v_writecount, vp->v_holdcnt,
	    (int)VSTATE_GET(vp),
	    (unsigned)(vp->v_iflag | vp->v_vflag | vp->v_uflag));
	if (vp->v_mount != NULL)
		printf(" on %s", vp->v_mount->mnt_stat.f_mntonname);
#ifdef LOCKDEBUG
	char by[80];

	rump_symbol(VNODE_TO_VIMPL(vp)->vi_refby, by, sizeof(by));
	printf(" last referenced by %s", by);
#endif
	if (vp->v_data != NULL) {
		/* a line of the file system's own */
		printf("\n\t");
		VOP_PRINT(vp);
	} else
		printf("\n");
}

void
vremfree(struct vnode *vp)
{
	/* vnodes in use stay where they are in the list */
}

/*
 * Devices.
 */
int
vfinddev(dev_t dev, enum vtype type, struct vnode **vpp)
{
	return spec_node_lookup_by_dev(type, dev, vpp) == 0;
}

int
vcount(struct vnode *vp)
{
	if (vp->v_type != VBLK && vp->v_type != VCHR)
		return vrefcnt(vp);
	return (int)vp->v_specnode->sn_dev->sd_opencnt;
}

/** The device of these minors has gone: so have its vnodes. */
void
vdevgone(int maj, int minl, int minh, enum vtype type)
{
	struct vnode *vp;

	for (int mn = minl; mn <= minh; mn++) {
		while (
		    spec_node_lookup_by_dev(type, makedev(maj, mn), &vp) == 0)
			vgone(vp);
	}
}

/** 0 if nothing is mounted on a block device. */
int
vfs_mountedon(struct vnode *vp)
{
	struct vnode *vq;
	bool busy;

	if (vp->v_type != VBLK)
		return ENOTBLK;
	busy = spec_node_getmountedfs(vp) != NULL;
	if (!busy && spec_node_lookup_by_dev(VBLK, vp->v_rdev, &vq) == 0) {
		busy = spec_node_getmountedfs(vq) != NULL;
		vrele(vq);
	}
	return busy ? EBUSY : 0;
}

/** revoke(2): take a file away from everybody, if it is cred's. */
int
dorevoke(struct vnode *vp, kauth_cred_t cred)
{
	struct vattr va;
	int error, fs_decision;

	vn_lock(vp, LK_SHARED | LK_RETRY);
	error = VOP_GETATTR(vp, &va, cred);
	VOP_UNLOCK(vp);
	if (error != 0)
		return error;
	fs_decision = kauth_cred_geteuid(cred) == va.va_uid ? 0 : EPERM;
	error = kauth_authorize_vnode(
	    cred, KAUTH_VNODE_REVOKE, vp, NULL, fs_decision);
	if (error != 0)
		return error;
	return VOP_REVOKE(vp, REVOKEALL);
}
