/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extended attributes: one block of a file, with entries of a namespace (1
 * byte, 0 is the end), the length of the name (1) and of the value (2), the
 * name, and the value.
 */
#include <sys/param.h>

#include <sys/buf.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/extattr.h>
#include <sys/kmem.h>
#include <sys/systm.h>

#include <miscfs/genfs/genfs.h>

#include "kitrw.h"
#include "ktest.h"

#define TODEV(blk) ((daddr_t)(blk) << (KITRW_BSHIFT - DEV_BSHIFT))

/* What was there when VOP_OPENEXTATTR() came; of one file at a time. */
static struct {
	struct kitrw_node *u_node;
	unsigned char u_block[KITRW_BSIZE];
} undo;

struct attr {
	unsigned int a_off, a_next; /* of this one and of what follows */
	int a_namespace;
	const char *a_name;
	size_t a_namlen;
	unsigned char *a_value;
	size_t a_len;
};

/* The entry at off; false at the end. */
static bool
entry(unsigned char *b, unsigned int off, struct attr *a)
{
	if (off + 4 > KITRW_BSIZE || b[off] == 0)
		return false;
	a->a_off = off;
	a->a_namespace = b[off];
	a->a_namlen = b[off + 1];
	a->a_len = le16dec(b + off + 2);
	a->a_name = (char *)b + off + 4;
	a->a_value = b + off + 4 + a->a_namlen;
	a->a_next = off + 4 + (unsigned int)(a->a_namlen + a->a_len);
	return a->a_next <= KITRW_BSIZE;
}

static bool
lookup(unsigned char *b, int namespace, const char *name, struct attr *a)
{
	unsigned int off = 0;

	for (; entry(b, off, a); off = a->a_next) {
		if (a->a_namespace == namespace &&
		    a->a_namlen == strlen(name) &&
		    memcmp(a->a_name, name, a->a_namlen) == 0)
			return true;
	}
	a->a_off = off;
	return false;
}

/* The block, or ENODATA. */
static int
block(struct kitrw_node *kn, int flags, struct buf **bpp)
{
	if (kn->rw_xattr == 0)
		return ENODATA;
	return bread(kn->rw_mount->km_devvp, TODEV(kn->rw_xattr), KITRW_BSIZE,
	    flags, bpp);
}

int
kitrw_openextattr(void *v)
{
	struct vop_openextattr_args *ap = v;
	struct kitrw_node *kn = VTOKITRW(ap->a_vp);
	struct buf *bp;

	if (kn->rw_mount->km_ronly)
		return EROFS;
	undo.u_node = kn;
	memset(undo.u_block, 0, KITRW_BSIZE);
	if (block(kn, 0, &bp) == 0) {
		memcpy(undo.u_block, bp->b_data, KITRW_BSIZE);
		brelse(bp, 0);
	}
	return 0;
}

int
kitrw_closeextattr(void *v)
{
	struct vop_closeextattr_args *ap = v;
	struct kitrw_node *kn = VTOKITRW(ap->a_vp);
	struct buf *bp;
	int error = 0;

	if (undo.u_node != kn)
		return EINVAL;
	undo.u_node = NULL;
	if (ap->a_commit || kn->rw_xattr == 0)
		return 0;
	error = KITRW_BEGIN(kn->rw_mount);
	if (error != 0)
		return error;
	error = block(kn, B_MODIFY, &bp);
	if (error == 0) {
		memcpy(bp->b_data, undo.u_block, KITRW_BSIZE);
		bdwrite(bp);
	}
	KITRW_END(kn->rw_mount);
	return error;
}

int
kitrw_getextattr(void *v)
{
	struct vop_getextattr_args *ap = v;
	struct kitrw_node *kn = VTOKITRW(ap->a_vp);
	struct buf *bp;
	struct attr a;
	int error;

	error = extattr_check_cred(ap->a_vp, ap->a_name, ap->a_cred, VREAD);
	if (error != 0)
		return error;
	error = block(kn, 0, &bp);
	if (error != 0)
		return error;
	if (!lookup(bp->b_data, ap->a_attrnamespace, ap->a_name, &a))
		error = ENODATA;
	else {
		if (ap->a_size != NULL)
			*ap->a_size = a.a_len;
		if (ap->a_uio != NULL)
			error = uiomove(a.a_value, a.a_len, ap->a_uio);
	}
	brelse(bp, 0);
	return error;
}

static void
drop(unsigned char *b, const struct attr *a)
{
	memmove(b + a->a_off, b + a->a_next, KITRW_BSIZE - a->a_next);
	memset(
	    b + KITRW_BSIZE - (a->a_next - a->a_off), 0, a->a_next - a->a_off);
}

/* In a transaction. */
static int
set(struct kitrw_node *kn, int namespace, const char *name, struct uio *uio,
    kauth_cred_t cred)
{
	size_t namlen = strlen(name), len = uio->uio_resid;
	unsigned char *b, *value;
	struct buf *bp;
	struct attr a;
	int error;

	if (namlen == 0 || namlen > 255)
		return EINVAL;
	if (len > KITRW_BSIZE)
		return ENOSPC;
	if (kn->rw_xattr == 0) {
		error = kitrw_block_alloc(kn, 0, cred, &kn->rw_xattr);
		if (error != 0)
			return error;
		bp = getblk(kn->rw_mount->km_devvp, TODEV(kn->rw_xattr),
		    KITRW_BSIZE, 0, 0);
		clrbuf(bp);
	} else {
		error = block(kn, B_MODIFY, &bp);
		if (error != 0)
			return error;
	}
	b = bp->b_data;
	value = kmem_alloc(len + 1, KM_SLEEP);
	error = uiomove(value, len, uio);
	if (error == 0) {
		unsigned int had = 0;

		if (lookup(b, namespace, name, &a))
			had = a.a_next - a.a_off;
		/* the end is where another lookup of nothing stops */
		if (had != 0)
			drop(b, &a);
		(void)lookup(b, -1, "", &a);
		if (a.a_off + 4 + namlen + len > KITRW_BSIZE)
			error = ENOSPC;
		else {
			b[a.a_off] = (unsigned char)namespace;
			b[a.a_off + 1] = (unsigned char)namlen;
			le16enc(b + a.a_off + 2, (uint16_t)len);
			memcpy(b + a.a_off + 4, name, namlen);
			memcpy(b + a.a_off + 4 + namlen, value, len);
		}
	}
	kmem_free(value, len + 1);
	bdwrite(bp);
	kitrw_touch(kn, KITRW_CHANGE);
	return error;
}

int
kitrw_setextattr(void *v)
{
	struct vop_setextattr_args *ap = v;
	struct kitrw_node *kn = VTOKITRW(ap->a_vp);
	int error;

	if (kn->rw_mount->km_ronly)
		return EROFS;
	if (ap->a_attrnamespace != EXTATTR_NAMESPACE_USER &&
	    ap->a_attrnamespace != EXTATTR_NAMESPACE_SYSTEM)
		return EINVAL;
	error = extattr_check_cred(ap->a_vp, ap->a_name, ap->a_cred, VWRITE);
	if (error == 0)
		error = KITRW_BEGIN(kn->rw_mount);
	if (error != 0)
		return error;
	error = set(kn, ap->a_attrnamespace, ap->a_name, ap->a_uio, ap->a_cred);
	if (error == 0)
		error = kitrw_update(kn, 0);
	KITRW_END(kn->rw_mount);
	return error;
}

int
kitrw_deleteextattr(void *v)
{
	struct vop_deleteextattr_args *ap = v;
	struct kitrw_node *kn = VTOKITRW(ap->a_vp);
	struct buf *bp;
	struct attr a;
	int error;

	if (kn->rw_mount->km_ronly)
		return EROFS;
	error = extattr_check_cred(ap->a_vp, ap->a_name, ap->a_cred, VWRITE);
	if (error == 0)
		error = KITRW_BEGIN(kn->rw_mount);
	if (error != 0)
		return error;
	error = block(kn, B_MODIFY, &bp);
	if (error == 0) {
		if (lookup(bp->b_data, ap->a_attrnamespace, ap->a_name, &a))
			drop(bp->b_data, &a);
		else
			error = ENODATA;
		bdwrite(bp);
		kitrw_touch(kn, KITRW_CHANGE);
	}
	KITRW_END(kn->rw_mount);
	return error;
}

int
kitrw_listextattr(void *v)
{
	struct vop_listextattr_args *ap = v;
	struct kitrw_node *kn = VTOKITRW(ap->a_vp);
	bool prefix = (ap->a_flag & EXTATTR_LIST_LENPREFIX) != 0;
	unsigned char n;
	struct buf *bp;
	struct attr a;
	int error;

	if (ap->a_size != NULL)
		*ap->a_size = 0;
	error = VOP_ACCESS(ap->a_vp, VREAD, ap->a_cred);
	if (error != 0)
		return error;
	error = block(kn, 0, &bp);
	if (error == ENODATA)
		return 0;
	if (error != 0)
		return error;
	for (unsigned int off = 0; entry(bp->b_data, off, &a) && error == 0;
	     off = a.a_next) {
		if (a.a_namespace != ap->a_attrnamespace)
			continue;
		if (ap->a_size != NULL)
			*ap->a_size += a.a_namlen + 1;
		if (ap->a_uio == NULL)
			continue;
		n = (unsigned char)a.a_namlen;
		if (prefix)
			error = uiomove(&n, 1, ap->a_uio);
		if (error == 0)
			error = uiomove(
			    (void *)(uintptr_t)a.a_name, a.a_namlen, ap->a_uio);
		n = 0;
		if (!prefix && error == 0)
			error = uiomove(&n, 1, ap->a_uio);
	}
	brelse(bp, 0);
	return error;
}
