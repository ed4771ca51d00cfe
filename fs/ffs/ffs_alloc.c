/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Allocation of blocks, fragments and inodes in cylinder groups.
 *
 * A group's bitmap of free fragments is the truth; its counters and the
 * summaries in memory follow from it.  fm_lock is held over each operation,
 * including the reading of the group header.
 */
#include <sys/buf.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

#include "ffs_impl.h"

static uint8_t *
cg_blksfree(const struct ffs_mount *fm, struct ffs_cg *cg)
{
	return (uint8_t *)cg + FFS_GET(fm, cg->cg_freeoff);
}

static uint8_t *
cg_inosused(const struct ffs_mount *fm, struct ffs_cg *cg)
{
	return (uint8_t *)cg + FFS_GET(fm, cg->cg_iusedoff);
}

/* Does a table of len bytes at off lie in the group header? */
static bool
inheader(const struct ffs_sb *fs, uint32_t off, int64_t len)
{
	return off >= sizeof(struct ffs_cg) && len >= 0 &&
	    (int64_t)off + len <= fs->fs_cgsize;
}

static bool
cg_valid(const struct ffs_mount *fm, const struct ffs_cg *cg, int cgx)
{
	const struct ffs_sb *fs = &fm->fm_sb;
	int32_t ndblk = FFS_GET(fm, cg->cg_ndblk);
	uint32_t nclust = FFS_GET(fm, cg->cg_nclusterblks);

	if (FFS_GET(fm, cg->cg_magic) != FFS_CG_MAGIC ||
	    FFS_GET(fm, cg->cg_cgx) != cgx || ndblk <= 0 ||
	    ndblk > fs->fs_fpg ||
	    (int64_t)cgx * fs->fs_fpg + ndblk > fs->fs_size)
		return false;
	if (!inheader(fs, FFS_GET(fm, cg->cg_freeoff), howmany(ndblk, NBBY)) ||
	    !inheader(
		fs, FFS_GET(fm, cg->cg_iusedoff), howmany(fs->fs_ipg, NBBY)))
		return false;
	if (fm->fm_ufs2 &&
	    (FFS_GET(fm, cg->cg_initediblk) > (uint32_t)fs->fs_ipg ||
		FFS_GET(fm, cg->cg_initediblk) % fs->fs_inopb != 0))
		return false;
	if (fs->fs_contigsumsize > 0 &&
	    (nclust > (uint32_t)(fs->fs_fpg >> fs->fs_fragshift) ||
		!inheader(fs, FFS_GET(fm, cg->cg_clusteroff),
		    howmany((int64_t)nclust, NBBY)) ||
		!inheader(fs, FFS_GET(fm, cg->cg_clustersumoff),
		    4 * ((int64_t)fs->fs_contigsumsize + 1)) ||
		FFS_GET(fm, cg->cg_clustersumoff) % 4 != 0))
		return false;
	return true;
}

/* The header of group cgx, to be changed. */
static int
cg_get(struct ffs_mount *fm, int cgx, struct buf **bpp, struct ffs_cg **cgp)
{
	struct ffs_sb *fs = &fm->fm_sb;
	struct buf *bp;
	int error;

	KASSERT(mutex_owned(&fm->fm_lock));
	error = bread(fm->fm_devvp,
	    ffs_fsbtodb(fm, ffs_cgstart(fm, cgx) + fs->fs_cblkno),
	    (int)ffs_fragroundup(fs, fs->fs_cgsize), B_MODIFY, &bp);
	if (error != 0)
		return error;
	if (!cg_valid(fm, bp->b_data, cgx)) {
		brelse(bp, 0);
		ffs_damaged(fm, "group header %d makes no sense", cgx);
		return EIO;
	}
	*bpp = bp;
	*cgp = bp->b_data;
	return 0;
}

static void
cg_put(struct ffs_mount *fm, struct buf *bp, struct ffs_cg *cg)
{
	FFS_PUT(fm, cg->cg_old_time, (int32_t)time_second);
	FFS_PUT(fm, cg->cg_time, (int64_t)time_second);
	fm->fm_dirty = true;
	bdwrite(bp);
}

/*
 * Bits of a block: its fs_frag bits in the map, at bit h.
 */
static unsigned
blkbits(const struct ffs_sb *fs, const uint8_t *map, int h)
{
	unsigned mask = (1u << fs->fs_frag) - 1;

	return map[h / NBBY] >> (h % NBBY) & mask;
}

static bool
isblock(const struct ffs_sb *fs, const uint8_t *map, int h)
{
	return blkbits(fs, map, h) == (1u << fs->fs_frag) - 1;
}

/* Adds n for each run of free fragments in a block that is not all free. */
static void
count_runs(const struct ffs_mount *fm, struct ffs_cg *cg, unsigned bits, int n)
{
	int frag = fm->fm_sb.fs_frag, i, run = 0;

	if (bits == (1u << frag) - 1)
		return;
	for (i = 0; i <= frag; i++) {
		if (i < frag && (bits >> i & 1)) {
			run++;
		} else if (run > 0) {
			FFS_ADD(fm, cg->cg_frsum[run], n);
			run = 0;
		}
	}
}

/* Block number blk of the group became free (+1) or used (-1): clusters. */
static void
account_cluster(struct ffs_mount *fm, struct ffs_cg *cg, int blk, int n)
{
	struct ffs_sb *fs = &fm->fm_sb;
	int nclust = (int)FFS_GET(fm, cg->cg_nclusterblks), back, forw, i;
	uint8_t *map = (uint8_t *)cg + FFS_GET(fm, cg->cg_clusteroff);
	int32_t *sum =
	    (int32_t *)((char *)cg + FFS_GET(fm, cg->cg_clustersumoff));

	if (fs->fs_contigsumsize <= 0 || blk >= nclust)
		return;
	if (n > 0)
		setbit(map, blk);
	else
		clrbit(map, blk);
	for (forw = 0, i = blk + 1;
	     i < nclust && forw < fs->fs_contigsumsize && isset(map, i); i++)
		forw++;
	for (back = 0, i = blk - 1;
	     i >= 0 && back < fs->fs_contigsumsize && isset(map, i); i--)
		back++;
	i = MIN(back + forw + 1, fs->fs_contigsumsize);
	FFS_ADD(fm, sum[i], n);
	if (back > 0)
		FFS_ADD(fm, sum[back], -n);
	if (forw > 0)
		FFS_ADD(fm, sum[forw], -n);
}

/* Counters of group, summary and total at once. */
static void
count(struct ffs_mount *fm, struct ffs_cg *cg, int cgx, int nbfree, int nffree)
{
	FFS_ADD(fm, cg->cg_cs.cs_nbfree, nbfree);
	FFS_ADD(fm, cg->cg_cs.cs_nffree, nffree);
	fm->fm_cs[cgx].cs_nbfree += nbfree;
	fm->fm_cs[cgx].cs_nffree += nffree;
	fm->fm_sb.fs_cstotal.cs_nbfree += nbfree;
	fm->fm_sb.fs_cstotal.cs_nffree += nffree;
}

/*
 * The fragments [bno, bno + n) of one block change from free to used, or the
 * other way round; all counters follow.  They must be in the other state.
 */
static void
change_frags(struct ffs_mount *fm, struct ffs_cg *cg, int cgx, int bno, int n,
    bool tofree)
{
	struct ffs_sb *fs = &fm->fm_sb;
	uint8_t *map = cg_blksfree(fm, cg);
	int h = bno & ~(fs->fs_frag - 1), i;
	unsigned before = blkbits(fs, map, h), after;
	unsigned full = (1u << fs->fs_frag) - 1;
	int nb = 0, nf = 0;

	for (i = 0; i < n; i++) {
		if (tofree)
			setbit(map, bno + i);
		else
			clrbit(map, bno + i);
	}
	after = blkbits(fs, map, h);
	count_runs(fm, cg, before, -1);
	count_runs(fm, cg, after, 1);
	if (before == full) {
		nb--;
		account_cluster(fm, cg, h >> fs->fs_fragshift, -1);
	} else {
		nf -= popcount32(before);
	}
	if (after == full) {
		nb++;
		account_cluster(fm, cg, h >> fs->fs_fragshift, 1);
	} else {
		nf += popcount32(after);
	}
	count(fm, cg, cgx, nb, nf);
}

/* A whole free block of the group, first at or behind pref; -1: none. */
static int
find_block(struct ffs_mount *fm, struct ffs_cg *cg, int pref)
{
	struct ffs_sb *fs = &fm->fm_sb;
	uint8_t *map = cg_blksfree(fm, cg);
	int nblk = FFS_GET(fm, cg->cg_ndblk) >> fs->fs_fragshift, i, h;

	pref >>= fs->fs_fragshift;
	if (pref < 0 || pref >= nblk)
		pref = 0;
	for (i = 0; i < nblk; i++) {
		h = (pref + i < nblk ? pref + i : pref + i - nblk)
		    << fs->fs_fragshift;
		/* eight fragments in use at a time need no closer look */
		if (map[h / NBBY] == 0) {
			int skip = (NBBY - h % NBBY) >> fs->fs_fragshift;
			int left = nblk - (h >> fs->fs_fragshift);

			i += MAX(MIN(skip, left), 1) - 1;
			continue;
		}
		if (isblock(fs, map, h))
			return h;
	}
	return -1;
}

/* A run of exactly or at least n free fragments inside a broken block. */
static int
find_frags(struct ffs_mount *fm, struct ffs_cg *cg, int n, int pref)
{
	struct ffs_sb *fs = &fm->fm_sb;
	uint8_t *map = cg_blksfree(fm, cg);
	int nblk = FFS_GET(fm, cg->cg_ndblk) >> fs->fs_fragshift;
	int want, i, j, h, run;
	unsigned bits;

	for (want = n; want < fs->fs_frag; want++)
		if (FFS_GET(fm, cg->cg_frsum[want]) > 0)
			break;
	if (want == fs->fs_frag)
		return -1;
	pref >>= fs->fs_fragshift;
	if (pref < 0 || pref >= nblk)
		pref = 0;
	for (i = 0; i < nblk; i++) {
		h = (pref + i < nblk ? pref + i : pref + i - nblk)
		    << fs->fs_fragshift;
		bits = blkbits(fs, map, h);
		if (bits == 0 || bits == (1u << fs->fs_frag) - 1)
			continue;
		for (j = 0, run = 0; j <= fs->fs_frag; j++) {
			if (j < fs->fs_frag && (bits >> j & 1)) {
				run++;
				continue;
			}
			if (run == want)
				return h + j - run;
			run = 0;
		}
	}
	return -1;
}

/* size bytes in group cgx, near fragment pref of the disk (or 0). */
static int
alloc_in_group(
    struct ffs_mount *fm, int cgx, daddr_t pref, int size, daddr_t *fragp)
{
	struct ffs_sb *fs = &fm->fm_sb;
	int n = size >> fs->fs_fshift, bno, near, error;
	struct ffs_cg *cg;
	struct buf *bp;
	daddr_t frag;

	if (fm->fm_cs[cgx].cs_nbfree <= 0 &&
	    (n == fs->fs_frag || fm->fm_cs[cgx].cs_nffree <= 0))
		return ENOSPC;
	error = cg_get(fm, cgx, &bp, &cg);
	if (error != 0)
		return error;
	near = pref / fs->fs_fpg == cgx && pref != 0
	    ? (int)(pref % fs->fs_fpg)
	    : FFS_GET(fm, cg->cg_rotor);
	bno = -1;
	if (n < fs->fs_frag)
		bno = find_frags(fm, cg, n, near);
	if (bno == -1)
		bno = find_block(fm, cg, near);
	frag = (daddr_t)cgx * fs->fs_fpg + bno;
	if (bno == -1 || !ffs_fragvalid(fm, frag, n)) {
		brelse(bp, 0);
		if (bno != -1)
			ffs_damaged(
			    fm, "group %d has its metadata marked free", cgx);
		return ENOSPC;
	}
	change_frags(fm, cg, cgx, bno, n, false);
	FFS_PUT(fm, cg->cg_rotor, bno);
	cg_put(fm, bp, cg);
	*fragp = frag;
	return 0;
}

/* The reserve is for root alone. */
static bool
may_use(struct ffs_inode *ip, int n)
{
	struct ffs_sb *fs = &ip->i_fm->fm_sb;
	int64_t free = (fs->fs_cstotal.cs_nbfree << fs->fs_fragshift) +
	    fs->fs_cstotal.cs_nffree;

	if (free < n)
		return false;
	return free - n >= fs->fs_dsize * fs->fs_minfree / 100 ||
	    kauth_authorize_system(curlwp->l_cred,
		KAUTH_SYSTEM_FS_RESERVEDSPACE, 0, NULL, NULL, NULL) == 0;
}

/*
 * Allocates size bytes (whole fragments, at most a block) for logical block
 * lbn, near pref.  ENOSPC is told on the console once in a while.
 */
int
ffs_alloc_frags(
    struct ffs_inode *ip, daddr_t lbn, daddr_t pref, int size, daddr_t *fragp)
{
	static struct timeval lasttold;
	static const struct timeval interval = {5, 0};
	struct ffs_mount *fm = ip->i_fm;
	struct ffs_sb *fs = &fm->fm_sb;
	int cgx, i, error = ENOSPC;

	mutex_enter(&fm->fm_lock);
	if (may_use(ip, size >> fs->fs_fshift)) {
		cgx = pref > 0 && pref < fs->fs_size
		    ? (int)(pref / fs->fs_fpg)
		    : ffs_inotocg(fs, ip->i_number);
		for (i = 0; i < fs->fs_ncg && error == ENOSPC; i++) {
			error = alloc_in_group(
			    fm, cgx, i == 0 ? pref : 0, size, fragp);
			if (++cgx == fs->fs_ncg)
				cgx = 0;
		}
	}
	mutex_exit(&fm->fm_lock);
	if (error == 0)
		ip->i_d.di_blocks += size / DEV_BSIZE;
	if (error == ENOSPC && ratecheck(&lasttold, &interval))
		printf("ffs: %s: the file system is full\n",
		    fm->fm_mount->mnt_stat.f_mntonname);
	return error;
}

/*
 * Grows the fragments at frag from osize to nsize bytes where they are.
 * *done tells whether the fragments behind them were free.
 */
int
ffs_extend_frags(
    struct ffs_inode *ip, daddr_t frag, int osize, int nsize, bool *done)
{
	struct ffs_mount *fm = ip->i_fm;
	struct ffs_sb *fs = &fm->fm_sb;
	int on = osize >> fs->fs_fshift, nn = nsize >> fs->fs_fshift;
	int cgx = (int)(frag / fs->fs_fpg), bno = (int)(frag % fs->fs_fpg);
	struct ffs_cg *cg;
	struct buf *bp;
	uint8_t *map;
	int i, error = 0;

	*done = false;
	if (!ffs_fragvalid(fm, frag, nn))
		return 0;
	mutex_enter(&fm->fm_lock);
	if (!may_use(ip, nn - on)) {
		error = ENOSPC;
		goto out;
	}
	error = cg_get(fm, cgx, &bp, &cg);
	if (error != 0)
		goto out;
	map = cg_blksfree(fm, cg);
	for (i = on; i < nn; i++)
		if (bno + i >= FFS_GET(fm, cg->cg_ndblk) || isclr(map, bno + i))
			break;
	if (i < nn) {
		brelse(bp, 0);
		goto out;
	}
	change_frags(fm, cg, cgx, bno + on, nn - on, false);
	cg_put(fm, bp, cg);
	ip->i_d.di_blocks += (nsize - osize) / DEV_BSIZE;
	*done = true;
out:
	mutex_exit(&fm->fm_lock);
	return error;
}

/* Frees size bytes at frag.  EIO: it was free, or not a file's; told. */
int
ffs_free_frags(struct ffs_inode *ip, daddr_t frag, int size)
{
	struct ffs_mount *fm = ip->i_fm;
	struct ffs_sb *fs = &fm->fm_sb;
	uint64_t sectors = (uint64_t)size / DEV_BSIZE;
	int n = size >> fs->fs_fshift, cgx, bno, i, error;
	struct ffs_cg *cg;
	struct buf *bp;
	uint8_t *map;

	if (!ffs_fragvalid(fm, frag, n)) {
		ffs_damaged(fm, "a file had block %lld, which cannot be",
		    (long long)frag);
		return EIO;
	}
	cgx = (int)(frag / fs->fs_fpg);
	bno = (int)(frag % fs->fs_fpg);
	mutex_enter(&fm->fm_lock);
	error = cg_get(fm, cgx, &bp, &cg);
	if (error != 0) {
		mutex_exit(&fm->fm_lock);
		return error;
	}
	map = cg_blksfree(fm, cg);
	for (i = 0; i < n; i++)
		if (bno + i >= FFS_GET(fm, cg->cg_ndblk) || isset(map, bno + i))
			break;
	if (i < n) {
		brelse(bp, 0);
		ffs_damaged(fm, "block %lld was free already", (long long)frag);
		error = EIO;
	} else {
		change_frags(fm, cg, cgx, bno, n, true);
		cg_put(fm, bp, cg);
	}
	mutex_exit(&fm->fm_lock);
	/* a damaged count does not wrap */
	if (error == 0)
		ip->i_d.di_blocks -= MIN(sectors, ip->i_d.di_blocks);
	return error;
}

/*
 * Where logical block lbn should go, given the address of the block before
 * it (0: none): right behind, unless the file has filled its share of a
 * group; files start in the group of their inode.
 */
daddr_t
ffs_blkpref(struct ffs_inode *ip, daddr_t lbn, daddr_t prev)
{
	struct ffs_mount *fm = ip->i_fm;
	struct ffs_sb *fs = &fm->fm_sb;
	int cgx, i;

	/* It comes from the disk, unchecked. */
	if (prev < 0 || prev >= fs->fs_size)
		prev = 0;
	if (prev != 0 && (fs->fs_maxbpg <= 0 || lbn % fs->fs_maxbpg != 0))
		return prev + fs->fs_frag;
	if (lbn < FFS_NDADDR || prev == 0)
		return ffs_cgstart(fm, ffs_inotocg(fs, ip->i_number)) +
		    fs->fs_dblkno;
	/* The next group with more free blocks than the average. */
	cgx = (int)(prev / fs->fs_fpg);
	for (i = 0; i < fs->fs_ncg; i++) {
		cgx = cgx + 1 == fs->fs_ncg ? 0 : cgx + 1;
		if (fm->fm_cs[cgx].cs_nbfree >=
		    fs->fs_cstotal.cs_nbfree / fs->fs_ncg)
			break;
	}
	return ffs_cgstart(fm, cgx) + fs->fs_dblkno;
}

/*
 * Inodes
 */

/*
 * UFS2 initialises its inode table as it is used: another block of it.  None
 * of its inodes can be in use yet, or the header is wrong and they are lost.
 */
static int
init_inodes(struct ffs_mount *fm, struct ffs_cg *cg, int cgx)
{
	struct ffs_sb *fs = &fm->fm_sb;
	uint32_t inited = FFS_GET(fm, cg->cg_initediblk);
	struct ffs2_dinode *dip;
	struct buf *bp;
	int i, error;

	for (i = 0; i < fs->fs_inopb; i++) {
		if (isset(cg_inosused(fm, cg), inited + i)) {
			ffs_damaged(fm,
			    "group %d uses inodes that it says are new", cgx);
			return EIO;
		}
	}
	bp = getblk(fm->fm_devvp,
	    ffs_fsbtodb(
		fm, ffs_inotofsba(fm, (ino_t)cgx * fs->fs_ipg + inited)),
	    fs->fs_bsize, 0, 0);
	if (bp == NULL)
		return EIO;
	error = ffs_cow(bp, false);
	if (error != 0)
		return error;
	memset(bp->b_data, 0, fs->fs_bsize);
	dip = bp->b_data;
	for (i = 0; i < fs->fs_inopb; i++)
		FFS_PUT(
		    fm, dip[i].di_gen, (int32_t)(cprng_fast32() & 0x7fffffff));
	/* Before the header says so. */
	error = bwrite(bp);
	if (error == 0)
		FFS_PUT(fm, cg->cg_initediblk, inited + fs->fs_inopb);
	return error;
}

static int
inode_in_group(struct ffs_mount *fm, int cgx, bool isdir, ino_t *inop)
{
	struct ffs_sb *fs = &fm->fm_sb;
	struct ffs_cg *cg;
	struct buf *bp;
	uint8_t *map;
	int start, i, ino = 0, error;

	if (fm->fm_cs[cgx].cs_nifree <= 0)
		return ENOSPC;
	error = cg_get(fm, cgx, &bp, &cg);
	if (error != 0)
		return error;
	map = cg_inosused(fm, cg);
	start = FFS_GET(fm, cg->cg_irotor);
	if (start < 0 || start >= fs->fs_ipg)
		start = 0;
	for (i = 0; i < fs->fs_ipg; i++) {
		ino =
		    start + i < fs->fs_ipg ? start + i : start + i - fs->fs_ipg;
		if (ino % NBBY == 0 && map[ino / NBBY] == 0xff &&
		    i + NBBY <= fs->fs_ipg) {
			i += NBBY - 1;
			continue;
		}
		if (isclr(map, ino) && (cgx != 0 || ino > FFS_ROOTINO))
			break;
	}
	if (i >= fs->fs_ipg) {
		brelse(bp, 0);
		return ENOSPC;
	}
	if (fm->fm_ufs2) {
		while (error == 0 &&
		    (uint32_t)ino + fs->fs_inopb >
			FFS_GET(fm, cg->cg_initediblk) &&
		    FFS_GET(fm, cg->cg_initediblk) < (uint32_t)fs->fs_ipg)
			error = init_inodes(fm, cg, cgx);
		if (error != 0) {
			brelse(bp, 0);
			return error;
		}
	}
	setbit(map, ino);
	FFS_PUT(fm, cg->cg_irotor, ino);
	FFS_ADD(fm, cg->cg_cs.cs_nifree, -1);
	fm->fm_cs[cgx].cs_nifree--;
	fs->fs_cstotal.cs_nifree--;
	if (isdir) {
		FFS_ADD(fm, cg->cg_cs.cs_ndir, 1);
		fm->fm_cs[cgx].cs_ndir++;
		fs->fs_cstotal.cs_ndir++;
	}
	cg_put(fm, bp, cg);
	*inop = (ino_t)cgx * fs->fs_ipg + ino;
	return 0;
}

/* Directories spread: a group with room and few directories. */
static int
dir_group(struct ffs_mount *fm, int parent)
{
	struct ffs_sb *fs = &fm->fm_sb;
	int64_t avgi = fs->fs_cstotal.cs_nifree / fs->fs_ncg;
	int64_t avgb = fs->fs_cstotal.cs_nbfree / fs->fs_ncg;
	int cgx, i, best = -1;

	for (i = 0; i < fs->fs_ncg; i++) {
		cgx = (parent + i) % fs->fs_ncg;
		if (fm->fm_cs[cgx].cs_nifree < avgi ||
		    fm->fm_cs[cgx].cs_nbfree < avgb)
			continue;
		if (best == -1 ||
		    fm->fm_cs[cgx].cs_ndir < fm->fm_cs[best].cs_ndir)
			best = cgx;
	}
	return best == -1 ? parent : best;
}

/* Allocates an inode for a file of this mode in directory dirino. */
int
ffs_alloc_inode(struct ffs_mount *fm, ino_t dirino, mode_t mode, ino_t *inop)
{
	struct ffs_sb *fs = &fm->fm_sb;
	bool isdir = S_ISDIR(mode);
	int cgx, i, error = ENOSPC;

	mutex_enter(&fm->fm_lock);
	cgx = ffs_inotocg(fs, dirino);
	if (isdir)
		cgx = dir_group(fm, cgx);
	for (i = 0; i < fs->fs_ncg && error == ENOSPC; i++) {
		error = inode_in_group(fm, cgx, isdir, inop);
		if (++cgx == fs->fs_ncg)
			cgx = 0;
	}
	mutex_exit(&fm->fm_lock);
	if (error == ENOSPC)
		printf("ffs: %s: out of inodes\n",
		    fm->fm_mount->mnt_stat.f_mntonname);
	return error;
}

void
ffs_free_inode(struct ffs_mount *fm, ino_t ino, mode_t mode)
{
	struct ffs_sb *fs = &fm->fm_sb;
	int cgx = ffs_inotocg(fs, ino), n = (int)(ino % (unsigned)fs->fs_ipg);
	struct ffs_cg *cg;
	struct buf *bp;
	uint8_t *map;

	mutex_enter(&fm->fm_lock);
	if (cg_get(fm, cgx, &bp, &cg) != 0) {
		mutex_exit(&fm->fm_lock);
		return;
	}
	map = cg_inosused(fm, cg);
	if (isclr(map, n)) {
		brelse(bp, 0);
		ffs_damaged(
		    fm, "inode %llu was free already", (unsigned long long)ino);
		mutex_exit(&fm->fm_lock);
		return;
	}
	clrbit(map, n);
	if (n < FFS_GET(fm, cg->cg_irotor))
		FFS_PUT(fm, cg->cg_irotor, n);
	FFS_ADD(fm, cg->cg_cs.cs_nifree, 1);
	fm->fm_cs[cgx].cs_nifree++;
	fs->fs_cstotal.cs_nifree++;
	if (S_ISDIR(mode)) {
		FFS_ADD(fm, cg->cg_cs.cs_ndir, -1);
		fm->fm_cs[cgx].cs_ndir--;
		fs->fs_cstotal.cs_ndir--;
	}
	cg_put(fm, bp, cg);
	mutex_exit(&fm->fm_lock);
}

/* For file handles: is this inode in use?  In doubt it is not. */
bool
ffs_inode_allocated(struct ffs_mount *fm, ino_t ino)
{
	struct ffs_sb *fs = &fm->fm_sb;
	int cgx = ffs_inotocg(fs, ino), n = (int)(ino % (unsigned)fs->fs_ipg);
	struct ffs_cg *cg;
	struct buf *bp;
	bool used = false;

	mutex_enter(&fm->fm_lock);
	if (cg_get(fm, cgx, &bp, &cg) == 0) {
		used = isset(cg_inosused(fm, cg), n) &&
		    (!fm->fm_ufs2 ||
			(uint32_t)n < FFS_GET(fm, cg->cg_initediblk));
		brelse(bp, 0);
	}
	mutex_exit(&fm->fm_lock);
	return used;
}

/**
 * Make the maps and counters of group cgx anew, when nothing is mounted yet:
 * used has a bit for each fragment of the file system, inuse one for each
 * inode.  inited (UFS2): how many inodes of the group are initialised at least.
 * The sums in memory, which were 0 before the first group, grow by this one's.
 */
int
ffs_cg_rebuild(struct ffs_mount *fm, int cgx, const uint8_t *used,
    const uint8_t *inuse, int ndir, uint32_t inited)
{
	struct ffs_sb *fs = &fm->fm_sb;
	const int64_t frag0 = (int64_t)cgx * fs->fs_fpg;
	const int64_t ino0 = (int64_t)cgx * fs->fs_ipg;
	int ndblk, nifree = fs->fs_ipg, n, error;
	struct ffs_cg *cg;
	struct buf *bp;
	uint8_t *map;

	mutex_enter(&fm->fm_lock);
	error = cg_get(fm, cgx, &bp, &cg);
	if (error != 0) {
		mutex_exit(&fm->fm_lock);
		return error;
	}
	ndblk = (int)FFS_GET(fm, cg->cg_ndblk);
	memset(&cg->cg_cs, 0, sizeof(cg->cg_cs));
	memset(cg->cg_frsum, 0, sizeof(cg->cg_frsum));
	memset(cg_blksfree(fm, cg), 0, howmany(ndblk, NBBY));
	if (fs->fs_contigsumsize > 0) {
		memset((char *)cg + FFS_GET(fm, cg->cg_clustersumoff), 0,
		    4 * (size_t)(fs->fs_contigsumsize + 1));
		memset((char *)cg + FFS_GET(fm, cg->cg_clusteroff), 0,
		    howmany(FFS_GET(fm, cg->cg_nclusterblks), NBBY));
	}
	for (int h = 0; h < ndblk; h += n) {
		const bool isfree = isclr(used, frag0 + h);

		/* a run within one block */
		n = 1;
		while ((h + n) % fs->fs_frag != 0 && h + n < ndblk &&
		    isclr(used, frag0 + h + n) == isfree)
			n++;
		if (isfree)
			change_frags(fm, cg, cgx, h, n, true);
	}
	map = cg_inosused(fm, cg);
	for (int i = 0; i < fs->fs_ipg; i++) {
		if (isclr(inuse, ino0 + i) && (cgx != 0 || i >= FFS_ROOTINO)) {
			clrbit(map, i);
			continue;
		}
		setbit(map, i);
		nifree--;
	}
	FFS_PUT(fm, cg->cg_cs.cs_nifree, nifree);
	FFS_PUT(fm, cg->cg_cs.cs_ndir, ndir);
	fm->fm_cs[cgx].cs_nifree = nifree;
	fm->fm_cs[cgx].cs_ndir = ndir;
	fs->fs_cstotal.cs_nifree += nifree;
	fs->fs_cstotal.cs_ndir += ndir;
	if (fm->fm_ufs2 && inited > FFS_GET(fm, cg->cg_initediblk))
		FFS_PUT(fm, cg->cg_initediblk, inited);
	cg_put(fm, bp, cg);
	mutex_exit(&fm->fm_lock);
	return 0;
}

/** Inodes of a group that have been initialised; all of them on UFS1. */
int
ffs_cg_inited(struct ffs_mount *fm, int cgx, uint32_t *initedp)
{
	struct ffs_cg *cg;
	struct buf *bp;
	int error;

	*initedp = (uint32_t)fm->fm_sb.fs_ipg;
	if (!fm->fm_ufs2)
		return 0;
	mutex_enter(&fm->fm_lock);
	error = cg_get(fm, cgx, &bp, &cg);
	if (error == 0) {
		*initedp = FFS_GET(fm, cg->cg_initediblk);
		brelse(bp, 0);
	}
	mutex_exit(&fm->fm_lock);
	return error;
}
