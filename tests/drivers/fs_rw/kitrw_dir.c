/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Directories: lists of entries, with a hash in memory.
 *
 * An entry is known by its slot, the byte where it begins.  What a lookup for
 * CREATE, DELETE or RENAME has found is in rw_slot and rw_slotlen of the
 * directory, which stays locked until it is used.
 */
#include <sys/param.h>

#include <sys/buf.h>
#include <sys/dirent.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/malloc.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <miscfs/genfs/genfs.h>

#include "kitrw.h"
#include "ktest.h"

#define NOSLOT         0xffffffff
#define RECLEN(namlen) ((uint16_t)roundup2(KITRW_DIRENT + (namlen), 4))

struct entry {
	uint32_t e_ino;
	uint16_t e_reclen;
	uint8_t e_type;
	uint8_t e_namlen;
	char *e_name;
};

static int
decode(const void *block, uint32_t off, struct entry *e)
{
	unsigned char *b = (unsigned char *)(uintptr_t)block + off;

	if (KITRW_BSIZE - off < KITRW_DIRENT)
		return EFTYPE;
	e->e_ino = le32dec(b);
	e->e_reclen = le16dec(b + 4);
	e->e_type = b[6];
	e->e_namlen = b[7];
	e->e_name = (char *)b + KITRW_DIRENT;
	if (e->e_reclen < KITRW_DIRENT + e->e_namlen || e->e_reclen % 4 != 0 ||
	    e->e_reclen > KITRW_BSIZE - off)
		return EFTYPE;
	return 0;
}

static void
encode(void *block, uint32_t off, uint32_t ino, uint16_t reclen, uint8_t type,
    const char *name, size_t namlen)
{
	unsigned char *b = (unsigned char *)block + off;

	le32enc(b, ino);
	le16enc(b + 4, reclen);
	b[6] = type;
	b[7] = (uint8_t)namlen;
	memcpy(b + KITRW_DIRENT, name, namlen);
}

static void
to_dirent(struct dirent *d, uint32_t ino, uint8_t type, const char *name,
    size_t namlen)
{
	memset(d, 0, sizeof *d);
	d->d_fileno = ino == KITRW_WHITEOUT ? 1 : ino;
	d->d_type = type;
	d->d_namlen = (uint16_t)namlen;
	memcpy(d->d_name, name, namlen);
	d->d_reclen = (uint16_t)_DIRENT_SIZE(d);
}

static int
dir_write(struct kitrw_node *dn, struct buf *bp)
{
	if ((dn->rw_vnode->v_mount->mnt_flag & MNT_SYNCHRONOUS) != 0)
		return bwrite(bp);
	bdwrite(bp);
	return 0;
}

/* The block with a slot, to be changed, and the entry. */
static int
slot_get(
    struct kitrw_node *dn, uint32_t slot, struct buf **bpp, struct entry *e)
{
	int error;

	error =
	    bread(dn->rw_vnode, slot / KITRW_BSIZE, KITRW_BSIZE, B_MODIFY, bpp);
	if (error != 0)
		return error;
	error = decode((*bpp)->b_data, slot % KITRW_BSIZE, e);
	if (error != 0)
		brelse(*bpp, 0);
	return error;
}

/*
 * The hash, held, with all entries in it.
 */
static int
hash_get(struct kitrw_node *dn)
{
	struct dirhash *dh;
	struct dirent *d;
	struct entry e;
	struct buf *bp;
	uint32_t slot = 0;
	int error = 0;

	dirhash_get(&dn->rw_dirhash);
	dh = dn->rw_dirhash;
	if ((dh->flags & DIRH_BROKEN) != 0) {
		dirhash_put(dh);
		return EIO;
	}
	if ((dh->flags & DIRH_COMPLETE) != 0)
		return 0;
	d = malloc(sizeof *d, M_TEMP, M_WAITOK);
	while (slot < dn->rw_size && error == 0) {
		error = bread(
		    dn->rw_vnode, slot / KITRW_BSIZE, KITRW_BSIZE, 0, &bp);
		if (error != 0)
			break;
		do {
			error = decode(bp->b_data, slot % KITRW_BSIZE, &e);
			if (error != 0)
				break;
			if (e.e_ino == 0)
				dirhash_enter_freed(dh, slot, e.e_reclen);
			else {
				to_dirent(
				    d, e.e_ino, e.e_type, e.e_name, e.e_namlen);
				dirhash_enter(dh, d, slot, e.e_reclen, 0);
			}
			slot += e.e_reclen;
		} while (slot % KITRW_BSIZE != 0);
		brelse(bp, 0);
	}
	free(d, M_TEMP);
	if (error != 0) {
		dirhash_purge_entries(dh);
		dh->flags |= DIRH_BROKEN;
		dirhash_put(dh);
		return error;
	}
	dh->flags |= DIRH_COMPLETE;
	return 0;
}

/* ENOENT: not there. */
int
kitrw_dir_find(struct kitrw_node *dn, const char *name, size_t len,
    uint32_t *inop, uint32_t *slot)
{
	struct dirhash_entry *he = NULL;
	struct entry e;
	struct buf *bp;
	int error;

	error = hash_get(dn);
	if (error != 0)
		return error;
	error = ENOENT;
	while (dirhash_lookup(dn->rw_dirhash, name, (int)len, &he)) {
		error = bread(dn->rw_vnode, (daddr_t)(he->offset / KITRW_BSIZE),
		    KITRW_BSIZE, 0, &bp);
		if (error != 0)
			break;
		error =
		    decode(bp->b_data, (uint32_t)he->offset % KITRW_BSIZE, &e);
		if (error == 0 &&
		    (e.e_ino == 0 || e.e_namlen != len ||
			memcmp(e.e_name, name, len) != 0))
			error = ENOENT;
		if (error == 0) {
			*inop = e.e_ino;
			*slot = (uint32_t)he->offset;
		}
		brelse(bp, 0);
		if (error != ENOENT)
			break;
	}
	dirhash_put(dn->rw_dirhash);
	return error;
}

/* Looks for room for a name: rw_slot, or NOSLOT if there has to be more. */
static void
dir_room(struct kitrw_node *dn, size_t len)
{
	struct dirhash_entry *he = NULL;

	dn->rw_slot = NOSLOT;
	dn->rw_slotlen = 0;
	if (hash_get(dn) != 0)
		return;
	if (dirhash_lookup_freed(dn->rw_dirhash, RECLEN(len), &he)) {
		dn->rw_slot = (uint32_t)he->offset;
		dn->rw_slotlen = he->entry_size;
	}
	dirhash_put(dn->rw_dirhash);
}

/* A block more, which is all room. */
static int
dir_extend(struct kitrw_node *dn, kauth_cred_t cred)
{
	struct buf *bp;
	int error;

	if (hash_get(dn) == 0) {
		dirhash_enter_freed(dn->rw_dirhash, dn->rw_size, KITRW_BSIZE);
		dirhash_put(dn->rw_dirhash);
	}
	error = kitrw_balloc(
	    dn, (daddr_t)(dn->rw_size / KITRW_BSIZE), cred, B_CLRBUF, &bp);
	if (error != 0) {
		dirhash_purge_entries(dn->rw_dirhash);
		return error;
	}
	encode(bp->b_data, 0, 0, KITRW_BSIZE, 0, "", 0);
	error = dir_write(dn, bp);
	if (error != 0)
		return error;
	dn->rw_slot = (uint32_t)dn->rw_size;
	dn->rw_slotlen = KITRW_BSIZE;
	dn->rw_size += KITRW_BSIZE;
	uvm_vnp_setsize(dn->rw_vnode, (voff_t)dn->rw_size);
	return 0;
}

/*
 * Enters a name where the lookup has found room.  In a transaction.
 */
int
kitrw_dir_enter(struct kitrw_node *dn, const char *name, size_t len,
    uint32_t ino, uint8_t type, kauth_cred_t cred)
{
	uint16_t need = RECLEN(len), reclen;
	struct dirent *d;
	struct entry e;
	struct buf *bp;
	uint32_t slot;
	int error;

	KEQ(VOP_ISLOCKED(dn->rw_vnode), LK_EXCLUSIVE);
	if (dn->rw_slot == NOSLOT || dn->rw_slotlen < need)
		dir_room(dn, len);
	if (dn->rw_slot == NOSLOT) {
		error = dir_extend(dn, cred);
		if (error != 0)
			return error;
	}
	slot = dn->rw_slot;
	dn->rw_slot = NOSLOT;
	error = slot_get(dn, slot, &bp, &e);
	if (error != 0)
		return error;
	/* what lookup has found is still so */
	KEQ(e.e_ino, 0);
	K(e.e_reclen >= need);
	reclen = e.e_reclen;
	if (reclen - need < KITRW_DIRENT + 4)
		need = reclen;
	else
		encode(bp->b_data, slot % KITRW_BSIZE + need, 0, reclen - need,
		    0, "", 0);
	encode(bp->b_data, slot % KITRW_BSIZE, ino, need, type, name, len);
	error = dir_write(dn, bp);
	if (error == 0 && (error = hash_get(dn)) == 0) {
		d = malloc(sizeof *d, M_TEMP, M_WAITOK);
		to_dirent(d, ino, type, name, len);
		dirhash_enter(dn->rw_dirhash, d, slot, need, 1);
		if (need != reclen)
			dirhash_enter_freed(
			    dn->rw_dirhash, slot + need, reclen - need);
		free(d, M_TEMP);
		dirhash_put(dn->rw_dirhash);
	}
	kitrw_touch(dn, KITRW_MODIFY | KITRW_CHANGE);
	return error;
}

/* Frees a slot, or leaves a whiteout in it. */
int
kitrw_dir_remove(struct kitrw_node *dn, uint32_t slot, bool whiteout)
{
	struct dirent *d;
	struct entry e;
	struct buf *bp;
	int error;

	error = slot_get(dn, slot, &bp, &e);
	if (error != 0)
		return error;
	K(e.e_ino != 0);
	d = malloc(sizeof *d, M_TEMP, M_WAITOK);
	to_dirent(d, e.e_ino, e.e_type, e.e_name, e.e_namlen);
	if (whiteout)
		encode(bp->b_data, slot % KITRW_BSIZE, KITRW_WHITEOUT,
		    e.e_reclen, DT_WHT, e.e_name, e.e_namlen);
	else
		encode(bp->b_data, slot % KITRW_BSIZE, 0, e.e_reclen, 0, "", 0);
	error = dir_write(dn, bp);
	if (!whiteout && dn->rw_dirhash != NULL) {
		dirhash_get(&dn->rw_dirhash);
		dirhash_remove(dn->rw_dirhash, d, slot, e.e_reclen);
		dirhash_put(dn->rw_dirhash);
	}
	free(d, M_TEMP);
	kitrw_touch(dn, KITRW_MODIFY | KITRW_CHANGE);
	return error;
}

/* Another file under the same name. */
int
kitrw_dir_rewrite(
    struct kitrw_node *dn, uint32_t slot, uint32_t ino, uint8_t type)
{
	struct entry e;
	struct buf *bp;
	int error;

	error = slot_get(dn, slot, &bp, &e);
	if (error != 0)
		return error;
	le32enc((unsigned char *)bp->b_data + slot % KITRW_BSIZE, ino);
	((unsigned char *)bp->b_data)[slot % KITRW_BSIZE + 6] = type;
	kitrw_touch(dn, KITRW_MODIFY | KITRW_CHANGE);
	return dir_write(dn, bp);
}

/* A new directory: "." and "..". */
int
kitrw_dir_init(struct kitrw_node *dn, ino_t parent, kauth_cred_t cred)
{
	int error;

	dn->rw_slot = NOSLOT;
	error = kitrw_dir_enter(dn, ".", 1, (uint32_t)dn->rw_ino, DT_DIR, cred);
	if (error == 0)
		error = kitrw_dir_enter(
		    dn, "..", 2, (uint32_t)parent, DT_DIR, cred);
	return error;
}

int
kitrw_dir_empty(struct kitrw_node *dn, bool *empty)
{
	int error;

	error = hash_get(dn);
	if (error != 0)
		return error;
	*empty = dirhash_dir_isempty(dn->rw_dirhash);
	dirhash_put(dn->rw_dirhash);
	return 0;
}

int
kitrw_dir_parent(struct kitrw_node *dn, uint32_t *inop)
{
	uint32_t slot;

	return kitrw_dir_find(dn, "..", 2, inop, &slot);
}

/* The last component, which is not there. */
static int
lookup_none(struct vnode *dvp, struct componentname *cnp)
{
	struct kitrw_node *dn = VTOKITRW(dvp);
	int error;

	if ((cnp->cn_flags & ISLASTCN) == 0 ||
	    (cnp->cn_nameiop != CREATE && cnp->cn_nameiop != RENAME))
		return ENOENT;
	if (dn->rw_mount->km_ronly)
		return EROFS;
	error = VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
	if (error != 0)
		return error;
	dir_room(dn, cnp->cn_namelen);
	return EJUSTRETURN;
}

/* The last component, which is there and may have to go. */
static int
lookup_leave(struct vnode *dvp, struct vnode *vp, struct componentname *cnp)
{
	struct kitrw_node *dn = VTOKITRW(dvp);
	int error = 0;

	if ((cnp->cn_flags & ISLASTCN) == 0 ||
	    (cnp->cn_nameiop != DELETE && cnp->cn_nameiop != RENAME))
		return 0;
	error = VOP_ACCESS(dvp, VWRITE, cnp->cn_cred);
	if (error != 0)
		return error;
	if ((dn->rw_mode & S_ISTXT) != 0)
		error = genfs_can_sticky(
		    cnp->cn_cred, dn->rw_uid, VTOKITRW(vp)->rw_uid);
	return kauth_authorize_vnode(
	    cnp->cn_cred, KAUTH_VNODE_DELETE, vp, dvp, error);
}

int
kitrw_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, *vp;
	struct componentname *cnp = ap->a_cnp;
	struct kitrw_node *dn = VTOKITRW(dvp);
	bool last = (cnp->cn_flags & ISLASTCN) != 0, dot;
	uint32_t ino, slot = NOSLOT;
	int white = 0, error;
	ino_t key;

	*ap->a_vpp = NULL;
	error = VOP_ACCESS(dvp, VEXEC, cnp->cn_cred);
	if (error != 0)
		return error;
	if (last && dn->rw_mount->km_ronly &&
	    (cnp->cn_nameiop == DELETE || cnp->cn_nameiop == RENAME))
		return EROFS;
	if (cnp->cn_nameiop == LOOKUP &&
	    cache_lookup(dvp, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_nameiop,
		cnp->cn_flags, &white, ap->a_vpp)) {
		if (white)
			cnp->cn_flags |= ISWHITEOUT;
		return *ap->a_vpp == NULL ? ENOENT : 0;
	}
	error =
	    kitrw_dir_find(dn, cnp->cn_nameptr, cnp->cn_namelen, &ino, &slot);
	if (error == 0 && ino == KITRW_WHITEOUT) {
		cnp->cn_flags |= ISWHITEOUT;
		error = lookup_none(dvp, cnp);
		/* a name takes the whiteout's place */
		if (error == EJUSTRETURN)
			dn->rw_slot = NOSLOT;
		return error;
	}
	if (error == ENOENT) {
		error = lookup_none(dvp, cnp);
		if (error == ENOENT)
			cache_enter(dvp, NULL, cnp->cn_nameptr, cnp->cn_namelen,
			    cnp->cn_flags);
		return error;
	}
	if (error != 0)
		return error;
	dot = cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.';
	if (dot) {
		vref(dvp);
		vp = dvp;
	} else {
		key = ino;
		error = vcache_get(dvp->v_mount, &key, sizeof key, &vp);
		if (error != 0)
			return error;
	}
	error = lookup_leave(dvp, vp, cnp);
	if (error != 0) {
		vrele(vp);
		return error;
	}
	dn->rw_slot = slot;
	if (!dot)
		cache_enter(
		    dvp, vp, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_flags);
	*ap->a_vpp = vp;
	return 0;
}

int
kitrw_readdir(void *v)
{
	struct vop_readdir_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct kitrw_node *dn = VTOKITRW(vp);
	uint64_t pos = (uint64_t)uio->uio_offset;
	off_t *cookies = NULL;
	int n = 0, error = 0;
	struct dirent *d;
	struct entry e;
	struct buf *bp;
	bool full = false;

	if (vp->v_type != VDIR)
		return ENOTDIR;
	if (uio->uio_offset < 0 || pos % 4 != 0)
		return EINVAL;
	if (ap->a_ncookies != NULL)
		cookies = malloc(MAX(1, uio->uio_resid / 16) * sizeof *cookies,
		    M_TEMP, M_WAITOK);
	d = malloc(sizeof *d, M_TEMP, M_WAITOK);
	while (pos < dn->rw_size && !full && error == 0) {
		error = bread(
		    vp, (daddr_t)(pos / KITRW_BSIZE), KITRW_BSIZE, 0, &bp);
		while (error == 0 && !full) {
			error = decode(
			    bp->b_data, (uint32_t)(pos % KITRW_BSIZE), &e);
			if (error != 0)
				break;
			if (e.e_ino != 0) {
				to_dirent(
				    d, e.e_ino, e.e_type, e.e_name, e.e_namlen);
				full = d->d_reclen > uio->uio_resid;
				if (full)
					break;
				error = uiomove(d, d->d_reclen, uio);
				if (error != 0)
					break;
			}
			pos += e.e_reclen;
			if (e.e_ino != 0 && cookies != NULL)
				cookies[n++] = (off_t)pos;
			if (pos % KITRW_BSIZE == 0)
				break;
		}
		if (bp != NULL)
			brelse(bp, 0);
	}
	free(d, M_TEMP);
	uio->uio_offset = (off_t)pos;
	kitrw_touch(dn, KITRW_ACCESS);
	if (ap->a_eofflag != NULL)
		*ap->a_eofflag = pos >= dn->rw_size;
	if (cookies != NULL && error == 0) {
		*ap->a_cookies = cookies;
		*ap->a_ncookies = n;
	} else if (cookies != NULL)
		free(cookies, M_TEMP);
	return error;
}

int
kitrw_whiteout(void *v)
{
	struct vop_whiteout_args *ap = v;
	struct componentname *cnp = ap->a_cnp;
	struct kitrw_node *dn = VTOKITRW(ap->a_dvp);
	uint32_t ino, slot;
	int error;

	switch (ap->a_flags) {
	case LOOKUP:
		return 0;
	case CREATE:
		error = KITRW_BEGIN(dn->rw_mount);
		if (error != 0)
			return error;
		error = kitrw_dir_enter(dn, cnp->cn_nameptr, cnp->cn_namelen,
		    KITRW_WHITEOUT, DT_WHT, cnp->cn_cred);
		break;
	case DELETE:
		error = kitrw_dir_find(
		    dn, cnp->cn_nameptr, cnp->cn_namelen, &ino, &slot);
		if (error == 0 && ino != KITRW_WHITEOUT)
			error = EEXIST;
		if (error == 0)
			error = KITRW_BEGIN(dn->rw_mount);
		if (error != 0)
			return error;
		error = kitrw_dir_remove(dn, slot, false);
		break;
	default:
		return EINVAL;
	}
	if (error == 0)
		error = kitrw_update(dn, UPDATE_DIROP);
	KITRW_END(dn->rw_mount);
	cache_purge(ap->a_dvp);
	return error;
}
