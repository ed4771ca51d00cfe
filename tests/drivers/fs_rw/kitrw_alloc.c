/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which blocks and inodes are in use: two blocks of bits.
 */
#include <sys/param.h>

#include <sys/buf.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/systm.h>

#include "kitrw.h"
#include "ktest.h"

#define TODEV(blk) ((daddr_t)(blk) << (KITRW_BSHIFT - DEV_BSHIFT))

/* One bit of the map in a block: sets or clears it; whether it was otherwise. */
static int
map_change(struct kitrw_mount *km, uint32_t map, uint32_t bit, bool set)
{
	struct buf *bp;
	int error;

	error = bread(km->km_devvp, TODEV(map), KITRW_BSIZE, B_MODIFY, &bp);
	if (error != 0)
		return error;
	if ((isset((char *)bp->b_data, bit) != 0) == set) {
		brelse(bp, 0);
		return EEXIST;
	}
	if (set)
		setbit((char *)bp->b_data, bit);
	else
		clrbit((char *)bp->b_data, bit);
	bdwrite(bp);
	return 0;
}

/* Finds a clear bit of [first, last), from hint on and around, and sets it. */
static int
map_alloc(struct kitrw_mount *km, uint32_t map, uint32_t first, uint32_t last,
    uint32_t hint, uint32_t *found)
{
	struct buf *bp;
	uint32_t n = last - first, bit;
	int error;

	error = bread(km->km_devvp, TODEV(map), KITRW_BSIZE, B_MODIFY, &bp);
	if (error != 0)
		return error;
	if (hint < first || hint >= last)
		hint = first;
	for (uint32_t i = 0; i < n; i++) {
		bit = first + (hint - first + i) % n;
		if (isclr((char *)bp->b_data, bit)) {
			setbit((char *)bp->b_data, bit);
			bdwrite(bp);
			*found = bit;
			return 0;
		}
	}
	brelse(bp, 0);
	return ENOSPC;
}

/*
 * A block for a file, if possible behind block near.  The last twentieth is
 * for those who may have it.
 */
int
kitrw_block_alloc(
    struct kitrw_node *kn, uint32_t near, kauth_cred_t cred, uint32_t *blkno)
{
	struct kitrw_mount *km = kn->rw_mount;
	bool low;
	int error;

	mutex_enter(&km->km_lock);
	low = km->km_freeblocks <= km->km_blocks / 20;
	mutex_exit(&km->km_lock);
	if (low && cred != NOCRED && cred != FSCRED &&
	    kauth_authorize_system(
		cred, KAUTH_SYSTEM_FS_RESERVEDSPACE, 0, NULL, NULL, NULL) != 0)
		return ENOSPC;
	error = kitrw_charge(km, kn->rw_uid, kn->rw_gid, 1, 0, cred);
	if (error != 0)
		return error;
	mutex_enter(&km->km_lock);
	error = map_alloc(km, KITRW_BMAP_BLOCK, km->km_data, km->km_log,
	    near != 0 ? near + 1 : km->km_rotor, blkno);
	if (error == 0) {
		km->km_freeblocks--;
		km->km_rotor = *blkno + 1;
	}
	mutex_exit(&km->km_lock);
	if (error != 0) {
		(void)kitrw_charge(km, kn->rw_uid, kn->rw_gid, -1, 0, NOCRED);
		return error;
	}
	kn->rw_nblocks++;
	kitrw_touch(kn, KITRW_CHANGE | KITRW_MODIFIED);
	return 0;
}

/* Marks it free, now: what needs it is on the disk. */
void
kitrw_block_release(struct kitrw_mount *km, uint32_t blkno)
{
	mutex_enter(&km->km_lock);
	KEQ(map_change(km, KITRW_BMAP_BLOCK, blkno, false), 0);
	km->km_freeblocks++;
	mutex_exit(&km->km_lock);
}

/* A file's block: with a journal it may be used again only after a flush. */
void
kitrw_block_free(struct kitrw_node *kn, uint32_t blkno)
{
	struct kitrw_mount *km = kn->rw_mount;
	struct wapbl *wl = km->km_mount->mnt_wapbl;

	K(blkno >= km->km_data && blkno < km->km_log);
	(void)kitrw_charge(km, kn->rw_uid, kn->rw_gid, -1, 0, NOCRED);
	kn->rw_nblocks--;
	kitrw_touch(kn, KITRW_CHANGE | KITRW_MODIFIED);
	if (wl != NULL)
		wapbl_register_deallocation(wl, TODEV(blkno), KITRW_BSIZE);
	else
		kitrw_block_release(km, blkno);
}

int
kitrw_inode_alloc(struct kitrw_mount *km, ino_t *inop)
{
	uint32_t bit;
	int error;

	mutex_enter(&km->km_lock);
	error = map_alloc(
	    km, KITRW_IMAP_BLOCK, KITRW_ROOT, km->km_inodes, KITRW_ROOT, &bit);
	if (error == 0) {
		km->km_freeinodes--;
		*inop = bit;
	}
	mutex_exit(&km->km_lock);
	return error;
}

void
kitrw_inode_release(struct kitrw_mount *km, ino_t ino)
{
	mutex_enter(&km->km_lock);
	KEQ(map_change(km, KITRW_IMAP_BLOCK, (uint32_t)ino, false), 0);
	km->km_freeinodes++;
	mutex_exit(&km->km_lock);
}

/* At mount: how many are free. */
int
kitrw_count_free(struct kitrw_mount *km)
{
	static const uint32_t maps[2] = {KITRW_BMAP_BLOCK, KITRW_IMAP_BLOCK};
	uint32_t n[2] = {0, 0}, last;
	struct buf *bp;
	int error;

	for (int m = 0; m < 2; m++) {
		error =
		    bread(km->km_devvp, TODEV(maps[m]), KITRW_BSIZE, 0, &bp);
		if (error != 0)
			return error;
		last = m == 0 ? km->km_log : km->km_inodes;
		for (uint32_t i = m == 0 ? km->km_data : KITRW_ROOT; i < last;
		     i++)
			n[m] += isclr((char *)bp->b_data, i) != 0;
		brelse(bp, 0);
	}
	mutex_enter(&km->km_lock);
	km->km_freeblocks = n[0];
	km->km_freeinodes = n[1];
	km->km_rotor = km->km_data;
	mutex_exit(&km->km_lock);
	return 0;
}
