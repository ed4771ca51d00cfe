/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages for file systems that have no block mapping: through VOP_READ and
 * VOP_WRITE of the file itself, which must not use the page cache.
 */
#include "genfs_io_impl.h"

#include <sys/errno.h>
#include <sys/uio.h>

static int
compat_rw(struct vnode *vp, void *data, off_t off, size_t len, enum uio_rw rw,
    size_t *residp)
{
	struct iovec iov = {.iov_base = data, .iov_len = len};
	struct uio uio = {
	    .uio_iov = &iov,
	    .uio_iovcnt = 1,
	    .uio_offset = off,
	    .uio_resid = len,
	    .uio_rw = rw,
	};
	int error;

	UIO_SETUP_SYSSPACE(&uio);
	if (rw == UIO_READ)
		error = VOP_READ(vp, &uio, 0, curlwp->l_cred);
	else
		error = VOP_WRITE(vp, &uio, 0, curlwp->l_cred);
	*residp = uio.uio_resid;
	return error;
}

int
genfs_compat_getpages(void *v)
{
	struct vop_getpages_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uvm_object *uobj = &vp->v_uobj;
	const bool write = (ap->a_access_type & VM_PROT_WRITE) != 0;
	const off_t origoff = ap->a_offset;
	struct vm_page **pgs;
	int npages, n, error = 0;
	off_t eof;

	if (ap->a_flags & PGO_LOCKED) {
		*ap->a_count = 0;
		return EBUSY;
	}
	eof = vp->v_size;
	if (origoff + ((off_t)ap->a_centeridx << PAGE_SHIFT) >= eof &&
	    (ap->a_flags & PGO_PASTEOF) == 0) {
		mutex_exit(uobj->vmobjlock);
		return EINVAL;
	}
	npages = *ap->a_count;
	if ((ap->a_flags & PGO_PASTEOF) == 0)
		npages = (int)MIN(
		    (off_t)npages, (round_page(eof) - origoff) >> PAGE_SHIFT);
	if ((ap->a_flags & PGO_SYNCIO) == 0) {
		mutex_exit(uobj->vmobjlock);
		return 0;
	}
	pgs = ap->a_m;
	n = npages;
	(void)uvn_findpages(uobj, origoff, &n, pgs, UFP_ALL);
	mutex_exit(uobj->vmobjlock);

	for (int i = 0; i < npages && error == 0; i++) {
		struct vm_page *pg = pgs[i];
		const off_t off = origoff + ((off_t)i << PAGE_SHIFT);
		size_t resid = PAGE_SIZE;

		if ((pg->flags & PG_FAKE) == 0)
			continue;
		if (off < eof)
			error = compat_rw(vp, uvm_pgdata(pg), off, PAGE_SIZE,
			    UIO_READ, &resid);
		if (error == 0 && resid != 0)
			memset((char *)uvm_pgdata(pg) + PAGE_SIZE - resid, 0,
			    resid);
	}
	mutex_enter(uobj->vmobjlock);
	for (int i = 0; i < npages; i++) {
		struct vm_page *pg = pgs[i];

		if (error != 0) {
			if (pg->flags & PG_FAKE)
				pg->flags |= PG_RELEASED;
			continue;
		}
		pg->flags &= ~PG_FAKE;
		if (write)
			pg->flags &= ~PG_CLEAN;
	}
	if (error != 0)
		uvm_page_unbusy(pgs, npages);
	else if (write && (vp->v_iflag & VI_ONWORKLST) == 0)
		vn_syncer_add_to_worklist(vp, filedelay);
	mutex_exit(uobj->vmobjlock);
	if (error == 0)
		*ap->a_count = npages;
	return error;
}

int
genfs_compat_gop_write(
    struct vnode *vp, struct vm_page **pgs, int npages, int flags)
{
	const off_t off = pgs[0]->offset;
	size_t resid, len;
	vaddr_t kva;
	int error = 0;

	len = (size_t)npages << PAGE_SHIFT;
	if (off + (off_t)len > vp->v_size)
		len = off < vp->v_size ? (size_t)(vp->v_size - off) : 0;
	if (len != 0) {
		kva = uvm_pagermapin(
		    pgs, npages, UVMPAGER_MAPIN_WRITE | UVMPAGER_MAPIN_WAITOK);
		error = compat_rw(vp, (void *)kva, off, len, UIO_WRITE, &resid);
		uvm_pagermapout(kva, npages);
	}
	uvm_aio_aiodone_pages(pgs, npages, true, error);
	return error;
}

/*
 * I/O around the cache is a hint: a transfer that stays in the uio goes
 * through the cache.
 */
void
genfs_directio(struct vnode *vp, struct uio *uio, int ioflag)
{
}
