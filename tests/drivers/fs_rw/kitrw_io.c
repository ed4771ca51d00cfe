/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Data: through pages, which genfs moves from and to blocks.
 */
#include <sys/param.h>

#include <sys/buf.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/genfs_node.h>
#include <miscfs/specfs/specdev.h>
#include <uvm/uvm.h>
#include <uvm/uvm_extern.h>

#include "kitrw.h"
#include "ktest.h"

unsigned int kitrw_reads, kitrw_writes;

/*
 * Blocks for a range of bytes: for genfs, with the node's lock, and for us.
 */
static int
kitrw_gop_alloc(
    struct vnode *vp, off_t off, off_t len, int flags, kauth_cred_t cred)
{
	struct kitrw_node *kn = VTOKITRW(vp);
	daddr_t last = (daddr_t)howmany(off + len, KITRW_BSIZE);
	int error = 0;

	K(genfs_node_wrlocked(vp));
	for (daddr_t lbn = off / KITRW_BSIZE; lbn < last && error == 0; lbn++)
		error = kitrw_balloc(
		    kn, lbn, cred, flags & (B_SYNC | B_CONTIG), NULL);
	return error;
}

static void
kitrw_gop_markupdate(struct vnode *vp, int flags)
{
	struct kitrw_node *kn = VTOKITRW(vp);

	if ((flags & GOP_UPDATE_ACCESSED) != 0)
		kitrw_touch(kn, KITRW_ACCESS);
	if ((flags & GOP_UPDATE_MODIFIED) != 0)
		kitrw_touch(kn, KITRW_MODIFY);
}

const struct genfs_ops kitrw_genfsops = {
    .gop_size = genfs_size,
    .gop_alloc = kitrw_gop_alloc,
    .gop_write = genfs_gop_write_rwmap,
    .gop_markupdate = kitrw_gop_markupdate,
};

/* The same; the pages are mapped to be read when they are written. */
const struct genfs_ops kitrw_rdonly_genfsops = {
    .gop_size = genfs_size,
    .gop_alloc = kitrw_gop_alloc,
    .gop_write = genfs_gop_write,
    .gop_markupdate = kitrw_gop_markupdate,
};

/*
 * Backs a range with blocks.  What a new block has on the disk must not be
 * seen: so first the pages come, holes as zeros, and then the blocks.  In a
 * transaction.
 */
int
kitrw_balloc_range(
    struct vnode *vp, off_t off, off_t len, int flags, kauth_cred_t cred)
{
	off_t end = roundup2(off + len, KITRW_BSIZE);
	off_t first = trunc_page(off & ~(off_t)(KITRW_BSIZE - 1));
	int n = (int)((round_page(end) - first) >> PAGE_SHIFT);
	size_t size = (size_t)n * sizeof(struct vm_page *);
	struct vm_page **pgs = kmem_zalloc(size, KM_SLEEP);
	int npages = n, error;

	off &= ~(off_t)(KITRW_BSIZE - 1);
	genfs_node_wrlock(vp);
	mutex_enter(vp->v_interlock);
	error = VOP_GETPAGES(vp, first, pgs, &npages, 0, VM_PROT_WRITE, 0,
	    PGO_SYNCIO | PGO_PASTEOF | PGO_NOBLOCKALLOC | PGO_NOTIMESTAMP |
		PGO_GLOCKHELD | PGO_JOURNALLOCKED);
	if (error != 0)
		goto out;
	error = GOP_ALLOC(vp, off, end - off, flags, cred);
	mutex_enter(vp->v_interlock);
	for (int i = 0; i < npages; i++) {
		off_t at = first + ((off_t)i << PAGE_SHIFT);

		K((pgs[i]->flags & PG_BUSY) != 0);
		if (error != 0) {
			if ((pgs[i]->flags & (PG_RDONLY | PG_CLEAN)) != 0)
				pgs[i]->flags |= PG_RELEASED;
			continue;
		}
		/* all of the page has blocks now, or is behind the end */
		if (at >= off &&
		    (at + PAGE_SIZE <= end || end >= vp->v_writesize))
			pgs[i]->flags &= ~PG_RDONLY;
		pgs[i]->flags &= ~PG_CLEAN;
		uvm_pageactivate(pgs[i]);
	}
	uvm_page_unbusy(pgs, npages);
	mutex_exit(vp->v_interlock);
out:
	genfs_node_unlock(vp);
	kmem_free(pgs, size);
	return error;
}

int
kitrw_read(void *v)
{
	struct vop_read_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	int advice = IO_ADV_DECODE(ap->a_ioflag), error = 0;
	vsize_t len;

	if (vp->v_type == VDIR)
		return EISDIR;
	if (uio->uio_offset < 0)
		return EINVAL;
	if ((ap->a_ioflag & IO_DIRECT) != 0)
		genfs_directio(vp, uio, ap->a_ioflag);
	while (uio->uio_resid > 0 && uio->uio_offset < vp->v_size) {
		len = MIN(uio->uio_resid, vp->v_size - uio->uio_offset);
		error = ubc_uiomove(&vp->v_uobj, uio, len, advice,
		    UBC_READ | UBC_PARTIALOK | UBC_UNMAP_FLAG(vp));
		if (error != 0)
			break;
	}
	if ((vp->v_mount->mnt_flag & (MNT_NOATIME | MNT_RDONLY)) == 0)
		kitrw_touch(VTOKITRW(vp), KITRW_ACCESS);
	return error;
}

/* One piece of a write: up to a page.  In a transaction. */
static int
write_piece(struct vnode *vp, struct uio *uio, vsize_t len, int ioflag,
    kauth_cred_t cred)
{
	off_t off = uio->uio_offset, end = off + (off_t)len, eob;
	int flags = UBC_WRITE | UBC_PARTIALOK, error;
	bool whole;

	if (end > vp->v_size)
		uvm_vnp_setwritesize(vp, end);
	GOP_SIZE(vp, MAX(end, vp->v_size), &eob, GOP_SIZE_MEM);
	/* new pages of which nothing will be left: not worth reading */
	whole =
	    off % PAGE_SIZE == 0 && (end % PAGE_SIZE == 0 || end >= vp->v_size);
	if (whole) {
		genfs_node_wrlock(vp);
		error = GOP_ALLOC(vp, off, (off_t)len, 0, cred);
		genfs_node_unlock(vp);
		flags |= UBC_FAULTBUSY;
	} else {
		error = kitrw_balloc_range(vp, off, (off_t)len, 0, cred);
	}
	if (error != 0)
		return error;
	error = ubc_uiomove(&vp->v_uobj, uio, len, IO_ADV_DECODE(ioflag),
	    flags | UBC_UNMAP_FLAG(vp));
	if (uio->uio_offset > vp->v_size) {
		VTOKITRW(vp)->rw_size = (uint64_t)uio->uio_offset;
		uvm_vnp_setsize(vp, uio->uio_offset);
	}
	return error;
}

int
kitrw_write(void *v)
{
	struct vop_write_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct kitrw_node *kn = VTOKITRW(vp);
	int ioflag = ap->a_ioflag, error = 0, extended = 0;
	off_t osize = vp->v_size, start;
	size_t resid = uio->uio_resid;
	vsize_t len;

	K(vp->v_type == VREG);
	if ((ioflag & IO_APPEND) != 0)
		uio->uio_offset = vp->v_size;
	if ((kn->rw_stflags & APPEND) != 0 && uio->uio_offset != vp->v_size)
		return EPERM;
	start = uio->uio_offset;
	if (start < 0)
		return EINVAL;
	if (resid == 0)
		return 0;
	if (start + (off_t)resid > KITRW_MAXSIZE)
		return EFBIG;
	/* what is between the end and here is a hole */
	error = KITRW_BEGIN(kn->rw_mount);
	if (error != 0)
		return error;
	while (uio->uio_resid > 0 && error == 0) {
		len = MIN(uio->uio_resid,
		    PAGE_SIZE - (vsize_t)(uio->uio_offset & PAGE_MASK));
		extended |= uio->uio_offset + (off_t)len > vp->v_size;
		error = write_piece(vp, uio, len, ioflag, ap->a_cred);
	}
	if (error != 0) {
		/* all or nothing, if that is wanted; no blocks too many */
		if ((ioflag & IO_UNIT) != 0) {
			(void)kitrw_truncate(kn, (uint64_t)osize);
			uio->uio_offset -= (off_t)(resid - uio->uio_resid);
			uio->uio_resid = resid;
		} else
			(void)kitrw_truncate(kn, (uint64_t)vp->v_size);
	}
	if (resid > uio->uio_resid) {
		kitrw_touch(kn, KITRW_MODIFY);
		if ((kn->rw_mode & (S_ISUID | S_ISGID)) != 0) {
			if ((kn->rw_mode & S_ISUID) != 0 &&
			    kauth_authorize_vnode(ap->a_cred,
				KAUTH_VNODE_RETAIN_SUID, vp, NULL, EPERM) != 0)
				kn->rw_mode &= (mode_t)~S_ISUID;
			if ((kn->rw_mode & S_ISGID) != 0 &&
			    kauth_authorize_vnode(ap->a_cred,
				KAUTH_VNODE_RETAIN_SGID, vp, NULL, EPERM) != 0)
				kn->rw_mode &= (mode_t)~S_ISGID;
		}
		VN_KNOTE(vp, NOTE_WRITE | (extended ? NOTE_EXTEND : 0));
	}
	if (error == 0)
		error = kitrw_update(kn, 0);
	KITRW_END(kn->rw_mount);
	if (error == 0 && (ioflag & IO_SYNC) != 0) {
		mutex_enter(vp->v_interlock);
		error = VOP_PUTPAGES(vp, trunc_page(start),
		    round_page(uio->uio_offset), PGO_CLEANIT | PGO_SYNCIO);
		if (error == 0)
			error = kitrw_update(kn, UPDATE_WAIT);
	}
	return error;
}

int
kitrw_fallocate(void *v)
{
	struct vop_fallocate_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct kitrw_node *kn = VTOKITRW(vp);
	off_t end = ap->a_pos + ap->a_len, size = vp->v_size;
	int error;

	if (vp->v_type != VREG)
		return ENODEV;
	if (end > KITRW_MAXSIZE)
		return EFBIG;
	error = KITRW_BEGIN(kn->rw_mount);
	if (error != 0)
		return error;
	if (end > size)
		uvm_vnp_setwritesize(vp, end);
	error = kitrw_balloc_range(vp, ap->a_pos, ap->a_len, 0, NOCRED);
	if (error == 0 && end > size) {
		kn->rw_size = (uint64_t)end;
		uvm_vnp_setsize(vp, end);
	} else if (error != 0)
		uvm_vnp_setsize(vp, size);
	kitrw_touch(kn, KITRW_CHANGE);
	KITRW_END(kn->rw_mount);
	return error;
}

int
kitrw_fdiscard(void *v)
{
	struct vop_fdiscard_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct kitrw_node *kn = VTOKITRW(vp);
	off_t pos = ap->a_pos, end = MIN(ap->a_pos + ap->a_len, vp->v_size);
	off_t first, last;
	int error;

	if (vp->v_type != VREG)
		return ENODEV;
	if (end <= pos)
		return 0;
	error = KITRW_BEGIN(kn->rw_mount);
	if (error != 0)
		return error;
	/* zeros, and where they fill pages and so blocks, holes */
	ubc_zerorange(
	    &vp->v_uobj, pos, (size_t)(end - pos), UBC_UNMAP_FLAG(vp));
	first = round_page(pos);
	last = trunc_page(end);
	if (first < last) {
		mutex_enter(vp->v_interlock);
		error = VOP_PUTPAGES(vp, first, last,
		    PGO_CLEANIT | PGO_SYNCIO | PGO_FREE | PGO_JOURNALLOCKED);
		genfs_node_wrlock(vp);
		if (error == 0)
			error = kitrw_free_range(
			    kn, first / KITRW_BSIZE, last / KITRW_BSIZE);
		genfs_node_unlock(vp);
	}
	kitrw_touch(kn, KITRW_MODIFY);
	KITRW_END(kn->rw_mount);
	return error;
}

int
kitrw_bmap(void *v)
{
	struct vop_bmap_args *ap = v;
	struct kitrw_node *kn = VTOKITRW(ap->a_vp);
	uint32_t blkno;
	int run, error;

	if (ap->a_vpp != NULL)
		*ap->a_vpp = kn->rw_mount->km_devvp;
	if (ap->a_bnp == NULL)
		return 0;
	error = kitrw_findblock(kn, ap->a_bn, &blkno, &run);
	if (error != 0)
		return error;
	*ap->a_bnp = blkno == 0 ? (daddr_t)-1
				: (daddr_t)blkno << (KITRW_BSHIFT - DEV_BSHIFT);
	if (ap->a_runp != NULL)
		*ap->a_runp = run;
	return 0;
}

int
kitrw_strategy(void *v)
{
	struct vop_strategy_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct buf *bp = ap->a_bp;
	int error;

	if (BUF_ISREAD(bp))
		kitrw_reads++;
	else
		kitrw_writes++;
	if (bp->b_blkno == bp->b_lblkno) {
		error = VOP_BMAP(vp, bp->b_lblkno, NULL, &bp->b_blkno, NULL);
		if (error != 0) {
			bp->b_error = error;
			bp->b_resid = bp->b_bcount;
			biodone(bp);
			return error;
		}
		if (bp->b_blkno == (daddr_t)-1)
			clrbuf(bp);
	}
	if (bp->b_blkno == (daddr_t)-1) {
		biodone(bp);
		return 0;
	}
	return VOP_STRATEGY(VTOKITRW(vp)->rw_mount->km_devvp, bp);
}

int
kitrw_fsync(void *v)
{
	struct vop_fsync_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct kitrw_node *kn = VTOKITRW(vp);
	struct mount *mp = vp->v_mount;
	int flags = ap->a_flags, on = 1, error = 0;
	bool wait = (flags & FSYNC_WAIT) != 0;

	if (kn->rw_mount->km_ronly)
		return 0;
	if ((flags & FSYNC_LAZY) != 0 && UVM_OBJ_IS_CLEAN(&vp->v_uobj) &&
	    LIST_EMPTY(&vp->v_dirtyblkhd) && kn->rw_update == 0)
		return 0;
	if (ap->a_offhi != 0) {
		/* a part of it, rounded to pages */
		mutex_enter(vp->v_interlock);
		error = VOP_PUTPAGES(vp, trunc_page(ap->a_offlo),
		    round_page(ap->a_offhi),
		    PGO_CLEANIT | (wait ? PGO_SYNCIO : 0) |
			((flags & FSYNC_LAZY) != 0 ? PGO_LAZY : 0));
	} else
		error = vflushbuf(vp, flags);
	if (error != 0)
		return error;
	/*
	 * Somebody may wait within a transaction for a file that is gone to be
	 * reclaimed: it needs none, and there is nothing in the journal that
	 * has to be written.
	 */
	if (kn->rw_mode != 0 &&
	    ((flags & FSYNC_DATAONLY) == 0 ||
		(kn->rw_update & KITRW_MODIFIED) != 0)) {
		error = KITRW_BEGIN(kn->rw_mount);
		if (error != 0)
			return error;
		error = kitrw_update(kn, wait ? UPDATE_WAIT : 0);
		KITRW_END(kn->rw_mount);
	}
	if ((flags & FSYNC_RECLAIM) != 0 && LIST_EMPTY(&vp->v_dirtyblkhd))
		flags |= FSYNC_NOLOG;
	if (error == 0 && mp->mnt_wapbl != NULL && (flags & FSYNC_NOLOG) == 0)
		error = wapbl_flush(mp->mnt_wapbl, 0);
	if (error == 0 && (flags & FSYNC_CACHE) != 0) {
		error = VOP_IOCTL(kn->rw_mount->km_devvp, DIOCCACHESYNC, &on,
		    FWRITE, curlwp->l_cred);
		if (error == ENOTTY)
			error = 0;
	}
	return error;
}
