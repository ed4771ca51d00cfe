/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An index over the names of one directory, in memory: hash of a name to the
 * byte offsets of entries that may have it, and the largest slack of each
 * 512-byte block.  It is built by one pass over the directory when a lookup
 * first needs it, kept true by each change, and dropped with the inode.
 * The directory's vnode lock protects it.
 */
#include <sys/buf.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <lib/libkern/libkern.h>

#include "ffs_impl.h"

#define EMPTY   0xffffffffu
#define DELETED 0xfffffffeu
#define CLASSES 68 /* of needed bytes / 4: entries need at most 268 bytes */

struct slot {
	uint32_t hash;
	uint32_t off4; /* offset / 4; EMPTY; DELETED */
};

struct ffs_dirindex {
	struct slot *di_slots;
	uint32_t di_nslots; /* a power of two */
	uint32_t di_used;   /* with DELETED ones */
	uint32_t di_live;
	uint16_t *di_space; /* largest slack by block */
	uint32_t di_nblks;  /* blocks in the directory */
	uint32_t di_maxblks;
	uint32_t di_hint[CLASSES]; /* no block below has this much space */
};

uint32_t
ffs_dirindex_hash(const char *name, size_t len)
{
	uint32_t h = 2166136261u;

	while (len-- > 0)
		h = (h ^ (uint8_t)*name++) * 16777619u;
	return h ^ h >> 15;
}

static void
resize(struct ffs_dirindex *di, uint32_t n)
{
	struct slot *old = di->di_slots, *s;
	uint32_t on = di->di_nslots, i, j;

	s = kmem_alloc(n * sizeof(*s), KM_SLEEP);
	for (i = 0; i < n; i++)
		s[i].off4 = EMPTY;
	for (i = 0; i < on; i++) {
		if (old[i].off4 >= DELETED)
			continue;
		for (j = old[i].hash & (n - 1); s[j].off4 != EMPTY;
		     j = (j + 1) & (n - 1))
			continue;
		s[j] = old[i];
	}
	if (old != NULL)
		kmem_free(old, on * sizeof(*old));
	di->di_slots = s;
	di->di_nslots = n;
	di->di_used = di->di_live;
}

void
ffs_dirindex_add(struct ffs_dirindex *di, uint32_t hash, off_t off)
{
	uint32_t i;

	if ((di->di_used + 1) * 3 > di->di_nslots * 2)
		resize(di,
		    di->di_live * 3 > di->di_nslots ? di->di_nslots * 2
						    : di->di_nslots);
	for (i = hash & (di->di_nslots - 1); di->di_slots[i].off4 < DELETED;
	     i = (i + 1) & (di->di_nslots - 1))
		continue;
	if (di->di_slots[i].off4 == EMPTY)
		di->di_used++;
	di->di_slots[i].hash = hash;
	di->di_slots[i].off4 = (uint32_t)(off / 4);
	di->di_live++;
}

void
ffs_dirindex_del(struct ffs_dirindex *di, uint32_t hash, off_t off)
{
	uint32_t i;

	for (i = hash & (di->di_nslots - 1); di->di_slots[i].off4 != EMPTY;
	     i = (i + 1) & (di->di_nslots - 1)) {
		if (di->di_slots[i].off4 != (uint32_t)(off / 4))
			continue;
		di->di_slots[i].off4 = DELETED;
		di->di_live--;
		return;
	}
}

/*
 * The offset of the next entry that may have a name of this hash.  *cursor
 * is 0 at first.  False: there is no more.
 */
bool
ffs_dirindex_next(
    const struct ffs_dirindex *di, uint32_t hash, uint32_t *cursor, off_t *off)
{
	uint32_t i;

	while (*cursor < di->di_nslots) {
		i = (hash + (*cursor)++) & (di->di_nslots - 1);
		if (di->di_slots[i].off4 == EMPTY)
			return false;
		if (di->di_slots[i].off4 == DELETED ||
		    di->di_slots[i].hash != hash)
			continue;
		*off = (off_t)di->di_slots[i].off4 * 4;
		return true;
	}
	return false;
}

/* Offset of a block that has needed bytes in one piece, or -1. */
off_t
ffs_dirindex_space(struct ffs_dirindex *di, unsigned needed)
{
	unsigned class = MIN(needed / 4, CLASSES - 1);
	uint32_t i;

	for (i = di->di_hint[class]; i < di->di_nblks; i++)
		if (di->di_space[i] >= needed)
			break;
	di->di_hint[class] = i;
	return i < di->di_nblks ? (off_t)i * FFS_DIRBLK : -1;
}

/* The block at offset off has this largest slack now; it may be a new one. */
void
ffs_dirindex_setspace(struct ffs_dirindex *di, off_t off, unsigned space)
{
	uint32_t blk = (uint32_t)(off / FFS_DIRBLK), n, i;
	uint16_t *p;

	if (blk >= di->di_maxblks) {
		n = MAX(16, di->di_maxblks * 2);
		while (n <= blk)
			n *= 2;
		p = kmem_zalloc(n * sizeof(*p), KM_SLEEP);
		if (di->di_space != NULL) {
			memcpy(p, di->di_space, di->di_maxblks * sizeof(*p));
			kmem_free(di->di_space, di->di_maxblks * sizeof(*p));
		}
		di->di_space = p;
		di->di_maxblks = n;
	}
	if (blk >= di->di_nblks)
		di->di_nblks = blk + 1;
	if (space > di->di_space[blk])
		for (i = 0; i < CLASSES && i * 4 <= space; i++)
			di->di_hint[i] = MIN(di->di_hint[i], blk);
	di->di_space[blk] = (uint16_t)space;
}

static void
destroy(struct ffs_dirindex *di)
{
	if (di->di_slots != NULL)
		kmem_free(di->di_slots, di->di_nslots * sizeof(struct slot));
	if (di->di_space != NULL)
		kmem_free(di->di_space, di->di_maxblks * sizeof(uint16_t));
	kmem_free(di, sizeof(*di));
}

void
ffs_dirindex_drop(struct ffs_inode *ip)
{
	if (ip->i_dirindex != NULL)
		destroy(ip->i_dirindex);
	ip->i_dirindex = NULL;
}

/* Enters what is in len bytes of directory from offset off on. */
static int
scan(struct ffs_inode *dp, struct ffs_dirindex *di, const char *data, off_t off,
    int len)
{
	struct ffs_mount *fm = dp->i_fm;
	const struct ffs_direct *de;
	unsigned pos, space, reclen, slack;
	int blk, error;

	for (blk = 0; blk + FFS_DIRBLK <= len; blk += FFS_DIRBLK) {
		for (pos = 0, space = 0; pos < FFS_DIRBLK; pos += reclen) {
			de = (const void *)(data + blk + pos);
			error = ffs_dir_check(dp, de, pos);
			if (error != 0)
				return error;
			reclen = FFS_GET(fm, de->d_reclen);
			if (de->d_ino == 0) {
				slack = reclen;
			} else {
				slack = reclen - FFS_DIRSIZ(de->d_namlen);
				ffs_dirindex_add(di,
				    ffs_dirindex_hash(de->d_name, de->d_namlen),
				    off + blk + pos);
			}
			space = MAX(space, slack);
		}
		ffs_dirindex_setspace(di, off + blk, space);
	}
	return 0;
}

/* The index of a directory, built now if need be.  NULL: *error tells. */
struct ffs_dirindex *
ffs_dirindex_get(struct ffs_inode *dp, int *error)
{
	struct ffs_sb *fs = &dp->i_fm->fm_sb;
	struct ffs_dirindex *di = dp->i_dirindex;
	off_t off;
	struct buf *bp;
	int size;

	*error = 0;
	if (di != NULL)
		return di;
	di = kmem_zalloc(sizeof(*di), KM_SLEEP);
	resize(di, 32);
	for (off = 0; off < (off_t)dp->i_d.di_size; off += fs->fs_bsize) {
		size = ffs_blksize(fs, dp->i_d.di_size, ffs_lblkno(fs, off));
		*error = bread(ITOV(dp), ffs_lblkno(fs, off), size, 0, &bp);
		if (*error != 0)
			break;
		*error = scan(dp, di, bp->b_data, off,
		    (int)MIN(size, (off_t)dp->i_d.di_size - off));
		brelse(bp, 0);
		if (*error != 0)
			break;
	}
	if (*error != 0) {
		destroy(di);
		return NULL;
	}
	dp->i_dirindex = di;
	return di;
}
