/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The journal: mounted with MNT_LOG, changed metadata goes there first.
 */
#include <sys/param.h>

#include <sys/buf.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/mount.h>
#include <sys/systm.h>
#include <sys/wapbl.h>
#include <sys/wapbl_replay.h>

#include "kitrw.h"
#include "ktest.h"

#define SECTORS(blk) ((blk) << (KITRW_BSHIFT - DEV_BSHIFT))

/* Blocks whose freeing is about to be committed. */
static void
flush(struct mount *mp, daddr_t *blocks, int *lengths, int count)
{
	struct kitrw_mount *km = VFSTOKITRW(mp);

	km->km_flushes++;
	for (int i = 0; i < count; i++) {
		KEQ(lengths[i], KITRW_BSIZE);
		kitrw_block_release(
		    km, (uint32_t)(blocks[i] >> (KITRW_BSHIFT - DEV_BSHIFT)));
	}
}

/* It was not: they are in use again. */
static void
flush_abort(struct mount *mp, daddr_t *blocks, int *lengths, int count)
{
	struct kitrw_mount *km = VFSTOKITRW(mp);
	struct buf *bp;
	uint32_t blk;

	mutex_enter(&km->km_lock);
	for (int i = 0; i < count; i++) {
		blk = (uint32_t)(blocks[i] >> (KITRW_BSHIFT - DEV_BSHIFT));
		if (bread(km->km_devvp, SECTORS((daddr_t)KITRW_BMAP_BLOCK),
			KITRW_BSIZE, B_MODIFY, &bp) != 0)
			continue;
		setbit((char *)bp->b_data, blk);
		km->km_freeblocks--;
		bdwrite(bp);
	}
	mutex_exit(&km->km_lock);
}

int
kitrw_begin(struct kitrw_mount *km, const char *file, int line)
{
	struct wapbl *wl = km->km_mount->mnt_wapbl;

	return wl == NULL ? 0 : wapbl_begin(wl, file, line);
}

void
kitrw_end(struct kitrw_mount *km)
{
	if (km->km_mount->mnt_wapbl != NULL)
		wapbl_end(km->km_mount->mnt_wapbl);
}

/*
 * Inodes that were in use without a name when it stopped: they are freed when
 * nobody uses them any more, which is at once.
 */
static int
orphans(struct kitrw_mount *km, struct wapbl_replay *wr)
{
	struct vnode *vp;
	int error;

	for (int i = 0; i < wr->wr_inodescnt; i++) {
		K(wr->wr_inodes[i].wr_imode != 0);
		error =
		    VFS_VGET(km->km_mount, wr->wr_inodes[i].wr_inumber, &vp);
		if (error != 0)
			continue;
		KEQ(VTOKITRW(vp)->rw_mode, wr->wr_inodes[i].wr_imode);
		KEQ(VTOKITRW(vp)->rw_nlink, 0);
		vput(vp);
	}
	return 0;
}

/*
 * Reads the journal.  On a file system that is written to, its blocks go to
 * their places; otherwise the replay stays open, and reading looks into it.
 */
int
kitrw_log_replay(struct kitrw_mount *km)
{
	struct mount *mp = km->km_mount;
	struct wapbl_replay *wr = NULL;
	int error;

	if (km->km_logblocks == 0)
		return 0;
	error = wapbl_replay_start(&wr, km->km_devvp, SECTORS(km->km_log),
	    SECTORS(km->km_logblocks), DEV_BSIZE);
	/* there is none: nobody has used it yet */
	if (error == ENOENT)
		return 0;
	if (error != 0)
		return error;
	K(wr != NULL && wapbl_replay_isopen(wr));
	mp->mnt_wapbl_op = &wapbl_ops;
	mp->mnt_wapbl_replay = wr;
	K(WAPBL_REPLAY_ISOPEN(mp));
	if (km->km_ronly)
		return 0;
	error = wapbl_replay_write(wr, km->km_devvp);
	wapbl_replay_stop(wr);
	if (error != 0) {
		wapbl_replay_free(wr);
		mp->mnt_wapbl_replay = NULL;
	}
	return error;
}

/* For a mount with MNT_LOG that is written to. */
int
kitrw_log_start(struct kitrw_mount *km)
{
	struct mount *mp = km->km_mount;
	struct wapbl_replay *wr = mp->mnt_wapbl_replay;
	int error = 0;

	if (km->km_ronly)
		return 0;
	if (wr != NULL && wapbl_replay_isopen(wr)) {
		/* read-only until now */
		error = wapbl_replay_write(wr, km->km_devvp);
		wapbl_replay_stop(wr);
	}
	mp->mnt_wapbl_replay = NULL;
	if (error == 0 && (mp->mnt_flag & MNT_LOG) != 0) {
		if (km->km_logblocks == 0)
			return EINVAL;
		error = wapbl_start(&mp->mnt_wapbl, mp, km->km_devvp,
		    SECTORS(km->km_log), SECTORS(km->km_logblocks), DEV_BSIZE,
		    wr, flush, flush_abort);
		if (error == 0) {
			mp->mnt_wapbl_op = &wapbl_ops;
			K(wapbl_vptomp(km->km_devvp) == mp);
		}
	}
	if (error == 0 && wr != NULL)
		error = orphans(km, wr);
	if (wr != NULL)
		wapbl_replay_free(wr);
	return error;
}

int
kitrw_log_stop(struct kitrw_mount *km, int force)
{
	struct mount *mp = km->km_mount;
	int error;

	if (mp->mnt_wapbl_replay != NULL) {
		wapbl_replay_stop(mp->mnt_wapbl_replay);
		wapbl_replay_free(mp->mnt_wapbl_replay);
		mp->mnt_wapbl_replay = NULL;
	}
	if (mp->mnt_wapbl == NULL)
		return 0;
	error = wapbl_stop(mp->mnt_wapbl, force);
	if (error != 0 && !force)
		return error;
	mp->mnt_wapbl = NULL;
	return 0;
}
