/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The superblock: finding it, believing it, writing it.  Every number that
 * later arithmetic rests on is checked here, once.
 */
#include <sys/buf.h>
#include <sys/errno.h>
#include <sys/fstrans.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <lib/libkern/libkern.h>

#include "ffs_impl.h"

/*
 * Damage was found.  The message names the structure; the file system is
 * not marked clean any more, so that the next fsck looks at it.
 */
void
ffs_damaged(struct ffs_mount *fm, const char *fmt, ...)
{
	va_list ap;

	fm->fm_failed = true;
	printf("ffs: %s: ", fm->fm_mount->mnt_stat.f_mntonname);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("; run fsck on the image\n");
}

/*
 * bp, whose b_blkno is the disk's, is about to be changed.  bread() with
 * B_MODIFY does the same: who keeps copies must not be met first by who
 * writes the buffer, which may be anybody.  On an error bp is given up.
 */
int
ffs_cow(struct buf *bp, bool data_valid)
{
	int error = fscow_run(bp, data_valid);

	if (error != 0)
		brelse(bp, data_valid ? 0 : BC_INVAL);
	return error;
}

static void
swap32(void *base, size_t from, size_t to)
{
	uint32_t *p;

	for (p = (uint32_t *)((char *)base + from);
	     p < (uint32_t *)((char *)base + to); p++)
		*p = __builtin_bswap32(*p);
}

static void
swap64(void *base, size_t from, size_t to)
{
	uint64_t *p;

	for (p = (uint64_t *)((char *)base + from);
	     p < (uint64_t *)((char *)base + to); p++)
		*p = __builtin_bswap64(*p);
}

#define OFF(field) __builtin_offsetof(struct ffs_sb, field)

static void
swap_sb(struct ffs_sb *fs)
{
	swap32(fs, 0, OFF(fs_fmod));
	swap64(fs, OFF(fs_swuid), OFF(fs_pad));
	swap32(fs, OFF(fs_pad), OFF(fs_pointers));
	swap32(fs, OFF(fs_old_cpc), OFF(fs_sparecon64));
	swap64(fs, OFF(fs_sparecon64), OFF(fs_pendinginodes));
	swap32(fs, OFF(fs_pendinginodes), OFF(fs_maxfilesize));
	swap64(fs, OFF(fs_maxfilesize), OFF(fs_state));
	swap32(fs, OFF(fs_state), sizeof(*fs));
}

/* UFS1 from before the fields of UFS2 were there: fill them in. */
static void
modernise(struct ffs_sb *fs)
{
	if (fs->fs_old_flags & FFS_FLAGS_UPDATED)
		return;
	fs->fs_flags = (fs->fs_flags & ~0xff) | (uint8_t)fs->fs_old_flags;
	fs->fs_sblockloc = FFS_SB_UFS1;
	fs->fs_maxbsize = fs->fs_bsize;
	fs->fs_time = fs->fs_old_time;
	fs->fs_size = fs->fs_old_size;
	fs->fs_dsize = fs->fs_old_dsize;
	fs->fs_csaddr = fs->fs_old_csaddr;
	fs->fs_cstotal.cs_ndir = fs->fs_old_cstotal.cs_ndir;
	fs->fs_cstotal.cs_nbfree = fs->fs_old_cstotal.cs_nbfree;
	fs->fs_cstotal.cs_nifree = fs->fs_old_cstotal.cs_nifree;
	fs->fs_cstotal.cs_nffree = fs->fs_old_cstotal.cs_nffree;
}

static bool
pow2(int64_t n)
{
	return n > 0 && (n & (n - 1)) == 0;
}

/* UFS1: is each group's metadata inside the group? */
static bool
stagger_possible(const struct ffs_sb *fs)
{
	/* cg & ~mask is at most this for any group */
	int64_t most = MIN(~fs->fs_old_cgmask & INT32_MAX, fs->fs_ncg - 1);

	return fs->fs_old_cgoffset >= 0 &&
	    fs->fs_old_cgoffset * most + fs->fs_dblkno <= fs->fs_fpg;
}

/* NULL, or what is impossible about it. */
static const char *
impossible(const struct ffs_sb *fs, bool ufs2)
{
	int dinode =
	    ufs2 ? sizeof(struct ffs2_dinode) : sizeof(struct ffs1_dinode);
	int64_t groups, inoblks, cgfrags;

	if (!pow2(fs->fs_bsize) || fs->fs_bsize < FFS_MINBSIZE ||
	    fs->fs_bsize > FFS_MAXBSIZE)
		return "block size";
	if (!pow2(fs->fs_fsize) || fs->fs_fsize < DEV_BSIZE ||
	    fs->fs_fsize > fs->fs_bsize)
		return "fragment size";
	if (fs->fs_frag != fs->fs_bsize / fs->fs_fsize ||
	    fs->fs_frag > FFS_MAXFRAG)
		return "number of fragments in a block";
	if (fs->fs_bshift != __builtin_ffs(fs->fs_bsize) - 1 ||
	    fs->fs_fshift != __builtin_ffs(fs->fs_fsize) - 1 ||
	    fs->fs_fragshift != __builtin_ffs(fs->fs_frag) - 1)
		return "shift";
	if (fs->fs_sbsize < (int)sizeof(*fs) || fs->fs_sbsize > FFS_SB_MAX)
		return "superblock size";
	if (fs->fs_nindir != fs->fs_bsize / (ufs2 ? 8 : 4) ||
	    fs->fs_inopb != fs->fs_bsize / dinode)
		return "number of inodes or addresses in a block";
	if (fs->fs_size <= 0 || (!ufs2 && fs->fs_size > INT32_MAX) ||
	    fs->fs_dsize < 0 || fs->fs_dsize > fs->fs_size)
		return "file system size";
	if (fs->fs_ncg <= 0 || fs->fs_fpg <= 0 || fs->fs_ipg <= 0 ||
	    fs->fs_ipg % fs->fs_inopb != 0 || fs->fs_fpg % fs->fs_frag != 0)
		return "group size";
	groups = (fs->fs_size - 1) / fs->fs_fpg + 1;
	if (groups != fs->fs_ncg ||
	    (int64_t)fs->fs_ncg * fs->fs_ipg > UINT32_MAX)
		return "number of groups";
	if (fs->fs_cgsize < (int)sizeof(struct ffs_cg) ||
	    fs->fs_cgsize > fs->fs_bsize)
		return "group header size";
	inoblks = (int64_t)fs->fs_ipg / fs->fs_inopb * fs->fs_frag;
	cgfrags = howmany(fs->fs_cgsize, fs->fs_fsize);
	if (fs->fs_sblkno < 0 || fs->fs_cblkno < fs->fs_sblkno ||
	    fs->fs_iblkno < fs->fs_cblkno + cgfrags ||
	    fs->fs_dblkno < fs->fs_iblkno + inoblks ||
	    fs->fs_dblkno > fs->fs_fpg)
		return "layout of a group";
	if (!ufs2 && !stagger_possible(fs))
		return "group offset";
	if (fs->fs_cssize < fs->fs_ncg * (int64_t)sizeof(struct ffs_csum) ||
	    fs->fs_cssize > 64 * 1024 * 1024 || fs->fs_csaddr <= 0 ||
	    fs->fs_csaddr > fs->fs_size - howmany(fs->fs_cssize, fs->fs_fsize))
		return "summary area";
	if (fs->fs_maxsymlinklen < 0 ||
	    fs->fs_maxsymlinklen > (ufs2 ? FFS_SHORTLINK2 : FFS_SHORTLINK1))
		return "length of short symbolic links";
	if (fs->fs_contigsumsize < 0 || fs->fs_contigsumsize > 64)
		return "cluster summary size";
	if (fs->fs_minfree < 0 || fs->fs_minfree > 99)
		return "reserve";
	return NULL;
}

/* The longest file whose blocks an inode can name, in bytes. */
static uint64_t
reach(const struct ffs_sb *fs)
{
	uint64_t n = fs->fs_nindir;

	return (FFS_NDADDR + n + n * n + n * n * n) << fs->fs_bshift;
}

/* The superblock at byte offset loc.  ENOENT: there is none. */
static int
try_super(struct ffs_mount *fm, off_t loc, uint64_t devsize)
{
	struct ffs_sb *fs = &fm->fm_sb;
	const char *what;
	struct buf *bp;
	int error;

	if ((uint64_t)loc + FFS_SB_MAX > devsize)
		return ENOENT;
	error = bread(fm->fm_devvp, loc / DEV_BSIZE, FFS_SB_MAX, 0, &bp);
	if (error != 0)
		return error;
	memcpy(fs, bp->b_data, sizeof(*fs));
	brelse(bp, BC_INVAL);
	fm->fm_swap = fs->fs_magic == (int32_t)__builtin_bswap32(FFS_MAGIC1) ||
	    fs->fs_magic == (int32_t)__builtin_bswap32(FFS_MAGIC2);
	if (fm->fm_swap)
		swap_sb(fs);
	if (fs->fs_magic != FFS_MAGIC1 && fs->fs_magic != FFS_MAGIC2)
		return ENOENT;
	fm->fm_ufs2 = fs->fs_magic == FFS_MAGIC2;
	/* What is at 64 KiB of UFS1 may be a copy inside a group. */
	if (!fm->fm_ufs2 && loc == FFS_SB_UFS2)
		return ENOENT;
	if (!fm->fm_ufs2)
		modernise(fs);
	if (fm->fm_ufs2 && fs->fs_sblockloc != loc)
		return ENOENT;
	what = impossible(fs, fm->fm_ufs2);
	if (what != NULL) {
		printf("ffs: impossible %s in the superblock at byte %lld; "
		       "run fsck on the image\n",
		    what, (long long)loc);
		return EINVAL;
	}
	if ((uint64_t)fs->fs_size > devsize >> fs->fs_fshift) {
		printf("ffs: the superblock says %lld fragments and the image "
		       "has %llu: it was cut off\n",
		    (long long)fs->fs_size,
		    (unsigned long long)(devsize >> fs->fs_fshift));
		return EINVAL;
	}
	if (!fm->fm_ufs2 && fs->fs_old_inodefmt < FFS_44INODEFMT) {
		printf("ffs: this file system has inodes from before 4.4BSD, "
		       "which are not supported\n");
		return EINVAL;
	}
	fm->fm_maxsize = MIN(fs->fs_maxfilesize, reach(fs));
	fm->fm_sbloc = loc;
	fm->fm_dbshift = fs->fs_fshift - DEV_BSHIFT;
	return 0;
}

/*
 * Counts that cannot be: such a group gives nothing away any more, and the
 * totals are summed up again.
 */
static void
check_counts(struct ffs_mount *fm)
{
	struct ffs_sb *fs = &fm->fm_sb;
	struct ffs_csum_total *t = &fs->fs_cstotal, sum = {0};
	int64_t nblks = fs->fs_size >> fs->fs_fragshift;
	struct ffs_csum *cs;
	int i;

	for (i = 0; i < fs->fs_ncg; i++) {
		cs = &fm->fm_cs[i];
		if (cs->cs_ndir < 0 || cs->cs_ndir > fs->fs_ipg ||
		    cs->cs_nifree < 0 || cs->cs_nifree > fs->fs_ipg ||
		    cs->cs_nbfree < 0 ||
		    cs->cs_nbfree > fs->fs_fpg >> fs->fs_fragshift ||
		    cs->cs_nffree < 0 || cs->cs_nffree > fs->fs_fpg) {
			ffs_damaged(fm, "impossible summary of group %d", i);
			memset(cs, 0, sizeof(*cs));
		}
		sum.cs_ndir += cs->cs_ndir;
		sum.cs_nbfree += cs->cs_nbfree;
		sum.cs_nifree += cs->cs_nifree;
		sum.cs_nffree += cs->cs_nffree;
	}
	if (t->cs_ndir < 0 || t->cs_ndir > (int64_t)fs->fs_ncg * fs->fs_ipg ||
	    t->cs_nifree < 0 ||
	    t->cs_nifree > (int64_t)fs->fs_ncg * fs->fs_ipg ||
	    t->cs_nbfree < 0 || t->cs_nbfree > nblks || t->cs_nffree < 0 ||
	    t->cs_nffree > fs->fs_size) {
		ffs_damaged(fm, "impossible totals in the superblock");
		*t = sum;
	}
}

static int
read_summaries(struct ffs_mount *fm)
{
	struct ffs_sb *fs = &fm->fm_sb;
	size_t total = (size_t)fs->fs_ncg * sizeof(struct ffs_csum), done, n;
	struct buf *bp;
	int error, size;

	fm->fm_cs = kmem_zalloc(total, KM_SLEEP);
	for (done = 0; done < total; done += n) {
		size = (int)ffs_fragroundup(
		    fs, MIN((off_t)(fs->fs_cssize - done), fs->fs_bsize));
		error = bread(fm->fm_devvp,
		    ffs_fsbtodb(fm, fs->fs_csaddr + (done >> fs->fs_fshift)),
		    size, 0, &bp);
		if (error != 0) {
			kmem_free(fm->fm_cs, total);
			fm->fm_cs = NULL;
			return error;
		}
		n = MIN(total - done, (size_t)size);
		memcpy((char *)fm->fm_cs + done, bp->b_data, n);
		brelse(bp, 0);
	}
	if (fm->fm_swap)
		swap32(fm->fm_cs, 0, total);
	check_counts(fm);
	return 0;
}

/*
 * Reads superblock and summaries of a device of devsize bytes.  EINVAL: no
 * or an impossible file system; the console has the reason.
 */
int
ffs_super_read(struct ffs_mount *fm, uint64_t devsize)
{
	static const off_t places[] = {
	    FFS_SB_UFS2, FFS_SB_UFS1, FFS_SB_FLOPPY, FFS_SB_PIGGY};
	int error = ENOENT, i;

	for (i = 0; i < (int)__arraycount(places) && error == ENOENT; i++)
		error = try_super(fm, places[i], devsize);
	if (error == ENOENT)
		return EINVAL;
	return error != 0 ? error : read_summaries(fm);
}

static int
write_summaries(struct ffs_mount *fm, bool wait)
{
	struct ffs_sb *fs = &fm->fm_sb;
	size_t total = (size_t)fs->fs_ncg * sizeof(struct ffs_csum), done, n;
	struct buf *bp;
	int error, size, first = 0;

	for (done = 0; done < total; done += n) {
		size = (int)ffs_fragroundup(
		    fs, MIN((off_t)(fs->fs_cssize - done), fs->fs_bsize));
		n = MIN(total - done, (size_t)size);
		error = bread(fm->fm_devvp,
		    ffs_fsbtodb(fm, fs->fs_csaddr + (done >> fs->fs_fshift)),
		    size, B_MODIFY, &bp);
		if (error == 0) {
			mutex_enter(&fm->fm_lock);
			memcpy(bp->b_data, (char *)fm->fm_cs + done, n);
			mutex_exit(&fm->fm_lock);
			if (fm->fm_swap)
				swap32(bp->b_data, 0, n);
			if (wait)
				error = bwrite(bp);
			else
				bawrite(bp);
		}
		if (first == 0)
			first = error;
	}
	return first;
}

/* Writes superblock and summaries back. */
int
ffs_super_write(struct ffs_mount *fm, bool wait)
{
	struct ffs_sb *fs = &fm->fm_sb, *disk;
	struct buf *bp;
	int error, error2;

	mutex_enter(&fm->fm_lock);
	fm->fm_dirty = false;
	mutex_exit(&fm->fm_lock);
	error = write_summaries(fm, wait);
	error2 = bread(
	    fm->fm_devvp, fm->fm_sbloc / DEV_BSIZE, FFS_SB_MAX, B_MODIFY, &bp);
	if (error2 != 0)
		return error2;
	mutex_enter(&fm->fm_lock);
	fs->fs_time = time_second;
	disk = bp->b_data;
	memcpy(disk, fs, sizeof(*fs));
	mutex_exit(&fm->fm_lock);
	disk->fs_fmod = 0;
	if (!fm->fm_ufs2) {
		disk->fs_old_time = (int32_t)disk->fs_time;
		disk->fs_old_cstotal.cs_ndir =
		    (int32_t)disk->fs_cstotal.cs_ndir;
		disk->fs_old_cstotal.cs_nbfree =
		    (int32_t)disk->fs_cstotal.cs_nbfree;
		disk->fs_old_cstotal.cs_nifree =
		    (int32_t)disk->fs_cstotal.cs_nifree;
		disk->fs_old_cstotal.cs_nffree =
		    (int32_t)disk->fs_cstotal.cs_nffree;
	}
	if (fm->fm_swap)
		swap_sb(disk);
	if (wait)
		error2 = bwrite(bp);
	else
		bawrite(bp);
	return error != 0 ? error : error2;
}
