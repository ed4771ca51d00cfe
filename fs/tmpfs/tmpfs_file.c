/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Data of regular files: an anonymous object, made with the first size. It
 * takes the vnode's lock as its own. The mount is charged for the pages that
 * are there, so holes cost nothing.
 */
#include "tmpfs.h"

#include <sys/fcntl.h>
#include <uvm/uvm_aobj.h>
#include <uvm/uvm_pager.h>

static void
reg_mkobj(struct vnode *vp, struct tmpfs_node *node)
{
	struct uvm_object *uobj;

	uobj = uao_create(INT64_MAX - PAGE_SIZE, 0);
	mutex_obj_hold(vp->v_interlock);
	uvm_obj_setlock(uobj, vp->v_interlock);
	node->tn_aobj = uobj;
}

static uint64_t
reg_bytes(const struct tmpfs_node *node)
{
	return node->tn_aobj == NULL
	    ? 0
	    : (uint64_t)node->tn_aobj->uo_npages << PAGE_SHIFT;
}

/* The node is going away. */
void
tmpfs_reg_free(struct tmpfs_mount *tm, struct tmpfs_node *node)
{
	if (node->tn_aobj == NULL)
		return;
	tmpfs_mem_uncharge(tm, reg_bytes(node));
	uao_detach(node->tn_aobj);
	node->tn_aobj = NULL;
}

/* Set the size; what is cut off is freed, what is added reads as zeroes. */
int
tmpfs_reg_resize(struct vnode *vp, off_t newsize)
{
	struct tmpfs_mount *tm = VFS_TO_TMPFS(vp->v_mount);
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	const off_t oldsize = node->tn_size;
	uint64_t before;

	if (newsize == oldsize)
		return 0;
	if (newsize < 0 || newsize > INT64_MAX - PAGE_SIZE)
		return newsize < 0 ? EINVAL : EFBIG;
	/* Here and not in tmpfs_read(): readers share the vnode lock. */
	if (node->tn_aobj == NULL)
		reg_mkobj(vp, node);
	if (newsize < oldsize) {
		const size_t tail = (size_t)(round_page(newsize) - newsize);

		before = reg_bytes(node);
		if (tail != 0)
			ubc_zerorange(node->tn_aobj, newsize,
			    (size_t)MIN((off_t)tail, oldsize - newsize), 0);
		/* by way of tmpfs_putpages() */
		uvm_vnp_setsize(vp, newsize);
		tmpfs_mem_uncharge(tm, before - reg_bytes(node));
	} else
		uvm_vnp_setsize(vp, newsize);
	node->tn_size = newsize;
	if (newsize > oldsize)
		VN_KNOTE(vp, NOTE_EXTEND);
	return 0;
}

int
tmpfs_read(void *v)
{
	struct vop_read_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	int error = 0;

	if (vp->v_type == VDIR)
		return EISDIR;
	if (uio->uio_offset < 0 || vp->v_type != VREG)
		return EINVAL;
	while (error == 0) {
		const off_t left = node->tn_size - uio->uio_offset;
		vsize_t len;

		if (left <= 0 || uio->uio_resid == 0)
			break;
		len = (vsize_t)MIN((uint64_t)left, uio->uio_resid);
		error = ubc_uiomove(node->tn_aobj, uio, len,
		    IO_ADV_DECODE(ap->a_ioflag),
		    UBC_READ | UBC_PARTIALOK | UBC_UNMAP_FLAG(vp));
	}
	tmpfs_update(vp, TMPFS_UPDATE_ATIME);
	return error;
}

/* The memory that a range of the file may still need, at most. */
static uint64_t
reg_need(const struct tmpfs_node *node, off_t off, size_t len)
{
	const off_t first = trunc_page(off);
	const off_t end = round_page(off + (off_t)len);
	const off_t had = round_page(node->tn_size);

	/* within the file pages may be missing too: holes */
	if (off < node->tn_size &&
	    (had >> PAGE_SHIFT) ==
		(node->tn_aobj == NULL ? 0 : node->tn_aobj->uo_npages))
		return end > had ? (uint64_t)(end - had) : 0;
	return (uint64_t)(end - first);
}

int
tmpfs_write(void *v)
{
	struct vop_write_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct tmpfs_mount *tm = VFS_TO_TMPFS(vp->v_mount);
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	const off_t oldsize = node->tn_size;
	const size_t resid = uio->uio_resid;
	uint64_t before, after, want;
	off_t end;
	int error;

	if (vp->v_type != VREG)
		return vp->v_type == VDIR ? EISDIR : EINVAL;
	if (ap->a_ioflag & IO_APPEND)
		uio->uio_offset = oldsize;
	if (uio->uio_offset < 0)
		return EINVAL;
	if (resid == 0)
		return 0;
	if (resid > (uint64_t)(INT64_MAX - PAGE_SIZE - uio->uio_offset))
		return EFBIG;
	if (node->tn_flags & IMMUTABLE)
		return EPERM;

	want = reg_need(node, uio->uio_offset, resid);
	if (want != 0 &&
	    (tm->tm_bytes_max != 0 ||
		atomic_load_relaxed(&uvmexp.free) <
		    (int)(want >> PAGE_SHIFT) + uvmexp.freetarg) &&
	    want > tmpfs_bytes_avail(tm))
		return ENOSPC;
	before = reg_bytes(node);
	end = uio->uio_offset + (off_t)resid;
	if (end > oldsize) {
		error = tmpfs_reg_resize(vp, end);
		if (error)
			return error;
	}
	error = ubc_uiomove(node->tn_aobj, uio, resid,
	    IO_ADV_DECODE(ap->a_ioflag), UBC_WRITE | UBC_UNMAP_FLAG(vp));
	after = reg_bytes(node);
	atomic_add_64(&tm->tm_bytes_used, (int64_t)(after - before));
	if (error != 0) {
		/* keep what was written, or nothing of it */
		end = uio->uio_offset > oldsize ? uio->uio_offset : oldsize;
		if (ap->a_ioflag & IO_UNIT)
			end = oldsize;
		if (node->tn_size > end)
			(void)tmpfs_reg_resize(vp, end);
		if (uio->uio_resid != resid && (ap->a_ioflag & IO_UNIT) == 0)
			error = 0;
	}
	if (uio->uio_resid != resid) {
		tmpfs_update(vp, TMPFS_UPDATE_MTIME | TMPFS_UPDATE_CTIME);
		if (node->tn_mode & (S_ISUID | S_ISGID) &&
		    kauth_authorize_vnode(ap->a_cred, KAUTH_VNODE_RETAIN_SUID,
			vp, NULL, EPERM) != 0)
			node->tn_mode &= ~(S_ISUID | S_ISGID);
		VN_KNOTE(vp, NOTE_WRITE);
	}
	return error;
}

/* v_interlock is held, and is the object's lock too. */
int
tmpfs_getpages(void *v)
{
	struct vop_getpages_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct tmpfs_mount *tm = VFS_TO_TMPFS(vp->v_mount);
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	struct uvm_object *uobj = node->tn_aobj;
	uint64_t before;
	int error, npages;

	KASSERT(mutex_owned(vp->v_interlock));
	if (ap->a_flags & PGO_LOCKED)
		return EBUSY;
	if (vp->v_type != VREG || uobj == NULL ||
	    ap->a_offset + ((off_t)ap->a_centeridx << PAGE_SHIFT) >=
		vp->v_size) {
		mutex_exit(vp->v_interlock);
		return EINVAL;
	}
	npages = (int)MIN((off_t)*ap->a_count,
	    (round_page(vp->v_size) - ap->a_offset) >> PAGE_SHIFT);
	if ((ap->a_flags & PGO_SYNCIO) == 0) {
		/* nothing to bring in ahead of time */
		mutex_exit(vp->v_interlock);
		return 0;
	}
	before = reg_bytes(node);
	error = (*uobj->pgops->pgo_get)(uobj, ap->a_offset, ap->a_m, &npages,
	    ap->a_centeridx, ap->a_access_type, ap->a_advice,
	    ap->a_flags | PGO_ALLPAGES);
	if (error == 0) {
		*ap->a_count = npages;
		atomic_add_64(
		    &tm->tm_bytes_used, (int64_t)(reg_bytes(node) - before));
		if ((ap->a_flags & PGO_NOTIMESTAMP) == 0)
			tmpfs_update(vp,
			    ap->a_access_type & VM_PROT_WRITE
				? TMPFS_UPDATE_MTIME | TMPFS_UPDATE_ATIME
				: TMPFS_UPDATE_ATIME);
	}
	return error;
}

int
tmpfs_putpages(void *v)
{
	struct vop_putpages_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);
	struct uvm_object *uobj;

	KASSERT(mutex_owned(vp->v_interlock));
	uobj = vp->v_type == VREG && node != NULL ? node->tn_aobj : NULL;
	/*
	 * The data has no other place: only a truncation frees it, never the
	 * end of the vnode.
	 */
	if (uobj == NULL || ap->a_flags & PGO_ALLPAGES) {
		mutex_exit(vp->v_interlock);
		return 0;
	}
	return (*uobj->pgops->pgo_put)(
	    uobj, ap->a_offlo, ap->a_offhi, ap->a_flags);
}
