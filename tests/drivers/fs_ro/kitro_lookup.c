/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of directories.
 */
#include <sys/param.h>

#include <sys/buf.h>
#include <sys/errno.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include "kitro.h"
#include "ktest.h"

/*
 * Looks through blocks from first to last, and stores the inode of a name and
 * the block that it is in.  ENOENT: not there.  The next block is read ahead.
 */
static int
search(struct vnode *dvp, struct componentname *cnp, daddr_t first,
    daddr_t last, ino_t *inop, daddr_t *where)
{
	struct kitro_node *dn = VTOKITRO(dvp);
	struct kitro_entry ke;
	struct buf *bp;
	daddr_t ahead;
	int size = KITRO_BSIZE, error;

	for (daddr_t lbn = first; lbn < last; lbn++) {
		ahead = lbn + 1;
		if (ahead < last)
			error = breadn(
			    dvp, lbn, KITRO_BSIZE, &ahead, &size, 1, 0, &bp);
		else
			error = bread(dvp, lbn, KITRO_BSIZE, 0, &bp);
		if (error != 0)
			return error;
		for (unsigned int off = 0; off < KITRO_BSIZE;
		     off += ke.ke_reclen) {
			error = kitro_decode_entry(
			    dn->kr_mount, bp->b_data, off, &ke);
			if (error != 0) {
				brelse(bp, 0);
				return error;
			}
			if (ke.ke_ino == 0 || ke.ke_namlen != cnp->cn_namelen ||
			    memcmp(ke.ke_name, cnp->cn_nameptr, ke.ke_namlen) !=
				0)
				continue;
			*inop = ke.ke_ino;
			*where = lbn;
			brelse(bp, 0);
			return 0;
		}
		brelse(bp, 0);
	}
	return ENOENT;
}

/* In two passes: from where the last name was, then from the beginning. */
static int
find(struct vnode *dvp, struct componentname *cnp, ino_t *inop)
{
	struct kitro_node *dn = VTOKITRO(dvp);
	daddr_t blocks = (daddr_t)(dn->kr_size / KITRO_BSIZE);
	daddr_t hint = 0, where = 0;
	int error;

	if (cnp->cn_nameiop == LOOKUP && dn->kr_dirhint < (uint64_t)blocks)
		hint = (daddr_t)dn->kr_dirhint;
	if (hint != 0)
		namecache_count_2passes();
	error = search(dvp, cnp, hint, blocks, inop, &where);
	if (error == ENOENT && hint != 0) {
		namecache_count_pass2();
		error = search(dvp, cnp, 0, hint, inop, &where);
	}
	if (error == 0)
		dn->kr_dirhint = (uint64_t)where;
	return error;
}

/* The rest of a path behind a name: "jump" takes "/dir" along. */
static bool
jumps(struct vnode *dvp, struct componentname *cnp)
{
	return (dvp->v_vflag & VV_ROOT) != 0 && cnp->cn_namelen == 4 &&
	    strncmp(cnp->cn_nameptr, "jump/dir", 8) == 0;
}

int
kitro_lookup(void *v)
{
	struct vop_lookup_v2_args *ap = v;
	struct vnode *dvp = ap->a_dvp, **vpp = ap->a_vpp;
	struct componentname *cnp = ap->a_cnp, dir;
	const struct vnodeop_desc *desc = ap->a_desc;
	bool last = (cnp->cn_flags & ISLASTCN) != 0;
	int nameiop = (int)cnp->cn_nameiop, iswhiteout = -1, error;
	ino_t ino = 0;

	K(desc == &vop_lookup_desc);
	*vpp = NULL;
	error = VOP_ACCESS(dvp, VEXEC, cnp->cn_cred);
	if (error != 0)
		return error;
	if (last && (dvp->v_mount->mnt_flag & MNT_RDONLY) != 0 &&
	    (nameiop == DELETE || nameiop == RENAME))
		return EROFS;
	if (cache_lookup(dvp, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_nameiop,
		cnp->cn_flags, &iswhiteout, vpp)) {
		KEQ(iswhiteout, 0);
		return *vpp == NULL ? ENOENT : 0;
	}
	K(((cnp->cn_flags & ISDOTDOT) != 0) ==
	    (cnp->cn_namelen == 2 && memcmp(cnp->cn_nameptr, "..", 2) == 0));
	if (cnp->cn_namelen == 1 && cnp->cn_nameptr[0] == '.') {
		vref(dvp);
		*vpp = dvp;
		return 0;
	}
	if (jumps(dvp, cnp)) {
		dir = *cnp;
		dir.cn_nameptr += 5;
		dir.cn_namelen = 3;
		error = find(dvp, &dir, &ino);
		if (error == 0)
			error = vcache_get(dvp->v_mount, &ino, sizeof ino, vpp);
		if (error == 0)
			cnp->cn_consume = 4;
		return error;
	}
	error = find(dvp, cnp, &ino);
	if (error == ENOENT && last && (nameiop == CREATE || nameiop == RENAME))
		return EROFS;
	if (error == 0)
		error = vcache_get(dvp->v_mount, &ino, sizeof ino, vpp);
	if (error == 0 || (error == ENOENT && ino == 0))
		cache_enter(
		    dvp, *vpp, cnp->cn_nameptr, cnp->cn_namelen, cnp->cn_flags);
	return error;
}
