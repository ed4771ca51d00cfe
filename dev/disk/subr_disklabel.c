/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Disk labels for drivers that keep one in struct disk: reading, checking,
 * setting and writing. What is on the disk is parsed by rump-sys/part_scan.h.
 */
#include <sys/bootblock.h>
#include <sys/buf.h>
#include <sys/disk.h>
#include <sys/disklabel.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/systm.h>

#include <rump-sys/part_scan.h>

const char *const dktypenames[] = {
#define X(tag, number, name) [number] = name,
    DKTYPE_LIST(X)
#undef X
	NULL};

const char *const fstypenames[] = {
#define X(tag, number, name, fsck, mount) [number] = name,
    FSTYPE_LIST(X)
#undef X
	NULL};

/* The xor of all 16-bit words up to the last partition; 0 for a good label */
u_int
dkcksum(struct disklabel *lp)
{
	return dkcksum_sized(lp, lp->d_npartitions);
}

u_int
dkcksum_sized(struct disklabel *lp, size_t npartitions)
{
	const uint16_t *p = (const uint16_t *)lp;
	const uint16_t *end;
	uint16_t sum = 0;

	npartitions = MIN(npartitions, MAXPARTITIONS);
	end = (const uint16_t *)&lp->d_partitions[npartitions];
	while (p < end)
		sum ^= *p++;
	return sum;
}

/* What a partition of that type is called as a wedge. */
const char *
getfstypename(int fstype)
{
	switch (fstype) {
	case FS_UNUSED:
		return DKW_PTYPE_UNUSED;
	case FS_SWAP:
		return DKW_PTYPE_SWAP;
	case FS_BSDFFS:
		return DKW_PTYPE_FFS;
	case FS_MSDOS:
		return DKW_PTYPE_FAT;
	case FS_BSDLFS:
		return DKW_PTYPE_LFS;
	case FS_ISO9660:
		return DKW_PTYPE_ISO9660;
	case FS_ADOS:
		return DKW_PTYPE_AMIGADOS;
	case FS_HFS:
		return DKW_PTYPE_APPLEHFS;
	case FS_FILECORE:
		return DKW_PTYPE_FILECORE;
	case FS_EX2FS:
		return DKW_PTYPE_EXT2FS;
	case FS_NTFS:
		return DKW_PTYPE_NTFS;
	case FS_RAID:
		return DKW_PTYPE_RAIDFRAME;
	case FS_CCD:
		return DKW_PTYPE_CCD;
	case FS_APPLEUFS:
		return DKW_PTYPE_APPLEUFS;
	case FS_SYSVBFS:
		return DKW_PTYPE_SYSVBFS;
	case FS_EFS:
		return DKW_PTYPE_EFS;
	case FS_NILFS:
		return DKW_PTYPE_NILFS;
	case FS_V7:
		return DKW_PTYPE_V7;
	case FS_CGD:
		return DKW_PTYPE_CGD;
	default:
		return DKW_PTYPE_UNKNOWN;
	}
}

/* Check a new label against the old one and the open partitions; set it. */
int
setdisklabel(struct disklabel *olp, struct disklabel *nlp, u_long openmask,
    struct cpu_disklabel *osdep)
{
	const struct partition *op, *np;

	if (nlp->d_secpercyl == 0 || nlp->d_secsize == 0 ||
	    nlp->d_secsize % DEV_BSIZE != 0)
		return EINVAL;
	if (nlp->d_magic != DISKMAGIC || nlp->d_magic2 != DISKMAGIC ||
	    nlp->d_npartitions > MAXPARTITIONS || dkcksum(nlp) != 0)
		return EINVAL;
	for (int i = 0; i < MAXPARTITIONS; i++) {
		if ((openmask & (1UL << i)) == 0)
			continue;
		if (i >= nlp->d_npartitions)
			return EBUSY;
		op = &olp->d_partitions[i];
		np = &nlp->d_partitions[i];
		if (np->p_offset != op->p_offset || np->p_size < op->p_size)
			return EBUSY;
	}
	*olp = *nlp;
	return 0;
}

struct strategy_source {
	void (*ss_strat)(struct buf *);
	dev_t ss_dev;
	uint32_t ss_secsize; /* what a request is a multiple of */
};

static int
strategy_io(void (*strat)(struct buf *), dev_t dev, uint64_t off, void *buf,
    size_t len, int rw)
{
	struct buf *bp;
	int error;

	bp = geteblk((int)len);
	bp->b_dev = dev;
	bp->b_blkno = (daddr_t)(off >> DEV_BSHIFT);
	bp->b_bcount = bp->b_resid = (int)len;
	bp->b_flags |= rw;
	bp->b_cflags |= BC_BUSY;
	if (rw == B_WRITE)
		memcpy(bp->b_data, buf, len);
	(*strat)(bp);
	error = biowait(bp);
	if (error == 0 && bp->b_resid != 0)
		error = EIO;
	if (error == 0 && rw == B_READ)
		memcpy(buf, bp->b_data, len);
	bp->b_error = 0;
	brelse(bp, BC_INVAL);
	return error;
}

static int
strategy_read(void *ctx, uint64_t off, void *buf, size_t len)
{
	const struct strategy_source *ss = ctx;
	const uint64_t first = rounddown(off, ss->ss_secsize);
	const size_t whole = roundup(off + len - first, ss->ss_secsize);
	char *tmp;
	int error;

	if (whole > MAXPHYS)
		return EINVAL;
	tmp = kmem_alloc(whole, KM_SLEEP);
	error =
	    strategy_io(ss->ss_strat, ss->ss_dev, first, tmp, whole, B_READ);
	if (error == 0)
		memcpy(buf, tmp + (off - first), len);
	kmem_free(tmp, whole);
	return error;
}

static void
label_defaults(struct disklabel *lp)
{
	if (lp->d_secsize == 0)
		lp->d_secsize = DEV_BSIZE;
	if (lp->d_secperunit == 0)
		lp->d_secperunit = 0x1fffffff;
	lp->d_npartitions = MAX(lp->d_npartitions, RAW_PART + 1);
	if (lp->d_partitions[RAW_PART].p_size == 0)
		lp->d_partitions[RAW_PART].p_size = lp->d_secperunit;
	lp->d_partitions[RAW_PART].p_offset = 0;
}

/*
 * The label of a disk; lp comes with the geometry that the driver knows. An
 * error is a message, and lp then has the raw partition only.
 */
const char *
readdisklabel(dev_t dev, void (*strat)(struct buf *), struct disklabel *lp,
    struct cpu_disklabel *osdep)
{
	struct strategy_source ss;
	struct part_source ps;
	struct disklabel *found;
	const char *msg = NULL;
	uint32_t secsize, secs;
	int error;

	label_defaults(lp);
	secsize = lp->d_secsize;
	secs = lp->d_secperunit;
	ss.ss_strat = strat;
	ss.ss_dev = MAKEDISKDEV(major(dev), DISKUNIT(dev), RAW_PART);
	ss.ss_secsize = secsize;
	ps.ps_read = strategy_read;
	ps.ps_ctx = &ss;
	ps.ps_size = (uint64_t)secs * secsize;
	ps.ps_secsize = secsize;
	found = kmem_alloc(sizeof(*found), KM_SLEEP);
	error = part_readlabel(&ps, found);
	if (error == 0) {
		*lp = *found;
		if (lp->d_secperunit == 0)
			lp->d_secperunit = secs;
		label_defaults(lp);
	} else if (error == ENOENT)
		msg = "no disk label";
	else
		msg = "I/O error reading disk label";
	kmem_free(found, sizeof(*found));
	return msg;
}

/* Where the label belongs: behind the start of our MBR partition, if any. */
static int
label_place(struct strategy_source *ss, uint64_t *offp)
{
	const uint32_t secsize = ss->ss_secsize;
	struct mbr_sector *mbr;
	int error;

	*offp = (uint64_t)LABELSECTOR * secsize + LABELOFFSET;
	mbr = kmem_alloc(sizeof(*mbr), KM_SLEEP);
	error = strategy_read(ss, 0, mbr, sizeof(*mbr));
	if (error == 0 && le16toh(mbr->mbr_magic) == MBR_MAGIC) {
		for (int i = 0; i < MBR_PART_COUNT; i++)
			if (mbr->mbr_parts[i].mbrp_type == MBR_PTYPE_NETBSD) {
				*offp += (uint64_t)le32toh(
					     mbr->mbr_parts[i].mbrp_start) *
				    secsize;
				break;
			}
	}
	kmem_free(mbr, sizeof(*mbr));
	return error;
}

/* Write a label to the disk. */
int
writedisklabel(dev_t dev, void (*strat)(struct buf *), struct disklabel *lp,
    struct cpu_disklabel *osdep)
{
	const dev_t raw = MAKEDISKDEV(major(dev), DISKUNIT(dev), RAW_PART);
	const uint32_t secsize = lp->d_secsize;
	struct strategy_source ss = {strat, raw, secsize};
	uint64_t off;
	char *sector;
	int error;

	if (secsize < sizeof(*lp) || secsize % DEV_BSIZE != 0)
		return EINVAL;
	error = label_place(&ss, &off);
	if (error)
		return error;
	sector = kmem_alloc(secsize, KM_SLEEP);
	error =
	    strategy_io(strat, raw, off - LABELOFFSET, sector, secsize, B_READ);
	if (error == 0) {
		memcpy(sector + LABELOFFSET, lp, sizeof(*lp));
		error = strategy_io(
		    strat, raw, off - LABELOFFSET, sector, secsize, B_WRITE);
	}
	kmem_free(sector, secsize);
	return error;
}

/* Give a label that was made for another geometry a raw partition. */
const char *
convertdisklabel(struct disklabel *lp, void (*strat)(struct buf *),
    struct buf *bp, uint32_t secperunit)
{
	if (secperunit != 0 && lp->d_secperunit > secperunit)
		lp->d_secperunit = secperunit;
	lp->d_npartitions = MAX(lp->d_npartitions, RAW_PART + 1);
	lp->d_partitions[RAW_PART].p_offset = 0;
	lp->d_partitions[RAW_PART].p_size =
	    secperunit != 0 ? secperunit : lp->d_secperunit;
	return NULL;
}
