/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a mounted device is like: its size and what its partition is for. A
 * driver may know only some of the ioctls, so several are asked.
 */
#include <sys/device.h>
#include <sys/disk.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <miscfs/specfs/specdev.h>

static int
devioctl(struct vnode *vp, u_long cmd, void *data)
{
	return VOP_IOCTL(vp, cmd, data, FREAD, NOCRED);
}

/* The device's sectors and their size in bytes; 0 or an errno. */
int
getdisksize(struct vnode *vp, uint64_t *numsecp, unsigned int *secsizep)
{
	struct partinfo pi;
	struct dkwedge_info dkw;
	struct disklabel *lp;
	unsigned int secsize = 0;
	off_t media;
	int error;

	if (vp->v_type != VBLK && vp->v_type != VCHR)
		return ENOTBLK;
	if (devioctl(vp, DIOCGPARTINFO, &pi) == 0) {
		*numsecp = pi.pi_size;
		*secsizep = pi.pi_secsize;
		return 0;
	}
	if (devioctl(vp, DIOCGSECTORSIZE, &secsize) != 0 || secsize == 0)
		secsize = DEV_BSIZE;
	if (devioctl(vp, DIOCGWEDGEINFO, &dkw) == 0) {
		*numsecp = dkw.dkw_size;
		*secsizep = secsize;
		return 0;
	}
	if (devioctl(vp, DIOCGMEDIASIZE, &media) == 0 && media > 0) {
		*numsecp = (uint64_t)media / secsize;
		*secsizep = secsize;
		return 0;
	}
	lp = kmem_alloc(sizeof(*lp), KM_SLEEP);
	error = devioctl(vp, DIOCGDINFO, lp);
	if (error == 0 &&
	    (lp->d_secsize == 0 || DISKPART(vp->v_rdev) >= lp->d_npartitions))
		error = EINVAL;
	if (error == 0) {
		*numsecp = lp->d_partitions[DISKPART(vp->v_rdev)].p_size;
		*secsizep = lp->d_secsize;
	}
	kmem_free(lp, sizeof(*lp));
	return error;
}

/* The device as a wedge would describe itself; 0 or an errno. */
int
getdiskinfo(struct vnode *vp, struct dkwedge_info *dkw)
{
	struct partinfo pi;
	int error;

	error = devioctl(vp, DIOCGWEDGEINFO, dkw);
	if (error == 0)
		return 0;
	error = devioctl(vp, DIOCGPARTINFO, &pi);
	if (error)
		return error;
	memset(dkw, 0, sizeof(*dkw));
	strlcpy(dkw->dkw_parent, "*unknown*", sizeof(dkw->dkw_parent));
	dkw->dkw_size = pi.pi_size;
	dkw->dkw_offset = (daddr_t)pi.pi_offset;
	if (pi.pi_fstype == FS_BSDFFS)
		strlcpy(dkw->dkw_ptype, DKW_PTYPE_FFS, sizeof(dkw->dkw_ptype));
	else if (pi.pi_fstype == FS_APPLEUFS)
		strlcpy(
		    dkw->dkw_ptype, DKW_PTYPE_APPLEUFS, sizeof(dkw->dkw_ptype));
	else if (pi.pi_fstype == FS_V7)
		strlcpy(dkw->dkw_ptype, DKW_PTYPE_V7, sizeof(dkw->dkw_ptype));
	return 0;
}
