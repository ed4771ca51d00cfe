/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk(9): the list of disks, their counters, and the ioctls that need
 * nothing of the driver.
 *
 * disklist_lock protects the list; a disk's own locks are said in disk.h.
 */
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/disk.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/once.h>
#include <sys/param.h>
#include <sys/syslog.h>
#include <sys/systm.h>
#include <sys/time.h>

#include <prop/proplib.h>

static TAILQ_HEAD(, disk) disklist = TAILQ_HEAD_INITIALIZER(disklist);
static kmutex_t disklist_lock;

static int
disklist_init(void)
{
	mutex_init(&disklist_lock, MUTEX_DEFAULT, IPL_NONE);
	return 0;
}

static void
disklist_enter(void)
{
	static ONCE_DECL(once);

	(void)RUN_ONCE(&once, disklist_init);
	mutex_enter(&disklist_lock);
}

/* Before anything else is done with a disk. */
void
disk_init(struct disk *dk, const char *name, const struct dkdriver *driver)
{
	u_int secsize = DEV_BSIZE;

	mutex_init(&dk->dk_rawlock, MUTEX_DEFAULT, IPL_NONE);
	mutex_init(&dk->dk_openlock, MUTEX_DEFAULT, IPL_NONE);
	LIST_INIT(&dk->dk_wedges);
	dk->dk_nwedges = 0;
	disk_blocksize(dk, (int)secsize);
	dk->dk_name = name;
	dk->dk_driver = driver;
}

void
disk_destroy(struct disk *dk)
{
	mutex_destroy(&dk->dk_openlock);
	mutex_destroy(&dk->dk_rawlock);
}

/* The disk can be opened from now on. */
void
disk_attach(struct disk *dk)
{
	dk->dk_label = kmem_zalloc(sizeof(*dk->dk_label), KM_SLEEP);
	dk->dk_cpulabel = kmem_zalloc(sizeof(*dk->dk_cpulabel), KM_SLEEP);
	microtime(&dk->dk_attachtime);
	dk->dk_state = DK_CLOSED;
	disklist_enter();
	TAILQ_INSERT_TAIL(&disklist, dk, dk_link);
	mutex_exit(&disklist_lock);
}

/*
 * May the disk go? Calls lastclose with dk_openlock held. EBUSY if it is
 * open and the flags don't force it.
 */
int
disk_begindetach(
    struct disk *dk, int (*lastclose)(device_t), device_t self, int flags)
{
	int error = 0;

	mutex_enter(&dk->dk_openlock);
	if (dk->dk_openmask != 0 && (flags & DETACH_FORCE) == 0)
		error = EBUSY;
	else if (dk->dk_openmask != 0 && lastclose != NULL)
		error = (*lastclose)(self);
	mutex_exit(&dk->dk_openlock);
	return error;
}

void
disk_detach(struct disk *dk)
{
	dkwedge_delall(dk);
	disklist_enter();
	TAILQ_REMOVE(&disklist, dk, dk_link);
	mutex_exit(&disklist_lock);
	kmem_free(dk->dk_label, sizeof(*dk->dk_label));
	kmem_free(dk->dk_cpulabel, sizeof(*dk->dk_cpulabel));
	dk->dk_label = NULL;
	dk->dk_cpulabel = NULL;
	if (dk->dk_info != NULL) {
		prop_object_release(dk->dk_info);
		dk->dk_info = NULL;
	}
}

struct disk *
disk_find(const char *name)
{
	struct disk *dk;

	disklist_enter();
	TAILQ_FOREACH(dk, &disklist, dk_link)
		if (strcmp(dk->dk_name, name) == 0)
			break;
	mutex_exit(&disklist_lock);
	return dk;
}

/* A transfer begins, ends. The driver serialises these. */
void
disk_busy(struct disk *dk)
{
	if (dk->dk_busycount++ == 0)
		microuptime(&dk->dk_busysince);
}

void
disk_unbusy(struct disk *dk, long bcount, int read)
{
	struct timeval now, diff;

	KASSERT(dk->dk_busycount > 0);
	microuptime(&now);
	timersub(&now, &dk->dk_busysince, &diff);
	timeradd(&dk->dk_busytime, &diff, &dk->dk_busytime);
	dk->dk_busysince = now;
	dk->dk_busycount--;
	if (bcount > 0) {
		if (read) {
			dk->dk_rbytes += (uint64_t)bcount;
			dk->dk_rxfer++;
		} else {
			dk->dk_wbytes += (uint64_t)bcount;
			dk->dk_wxfer++;
		}
	}
}

bool
disk_isbusy(struct disk *dk)
{
	return dk->dk_busycount > 0;
}

/* The driver knows its sector size only now. */
void
disk_blocksize(struct disk *dk, int blocksize)
{
	dk->dk_blkshift = DK_BSIZE2BLKSHIFT(blocksize);
	dk->dk_byteshift = DK_BSIZE2BYTESHIFT(blocksize);
}

/* dk_geom has been filled in: complete it and describe the disk by it. */
void
disk_set_info(device_t dev, struct disk *dk, const char *type)
{
	struct disk_geom *dg = &dk->dk_geom;
	prop_dictionary_t info, geom, odict;

	if (dg->dg_secsize == 0)
		dg->dg_secsize = DEV_BSIZE;
	if (dg->dg_secpercyl == 0)
		dg->dg_secpercyl = dg->dg_nsectors * dg->dg_ntracks;
	if (dg->dg_secperunit == 0)
		dg->dg_secperunit =
		    (int64_t)dg->dg_secpercyl * dg->dg_ncylinders;
	if (dg->dg_ncylinders == 0 && dg->dg_secpercyl != 0)
		dg->dg_ncylinders =
		    (uint32_t)(dg->dg_secperunit / dg->dg_secpercyl);
	if ((dg->dg_secsize & (dg->dg_secsize - 1)) == 0)
		disk_blocksize(dk, (int)dg->dg_secsize);

	info = prop_dictionary_create();
	geom = prop_dictionary_create();
	prop_dictionary_set_cstring_nocopy(info, "type", type);
	prop_dictionary_set_uint64(
	    geom, "sectors-per-unit", (uint64_t)dg->dg_secperunit);
	prop_dictionary_set_uint32(geom, "sector-size", dg->dg_secsize);
	prop_dictionary_set_uint32(geom, "sectors-per-track", dg->dg_nsectors);
	prop_dictionary_set_uint32(geom, "tracks-per-cylinder", dg->dg_ntracks);
	prop_dictionary_set_uint64(
	    geom, "cylinders-per-unit", dg->dg_ncylinders);
	prop_dictionary_set(info, "geometry", geom);
	prop_object_release(geom);
	odict = dk->dk_info;
	dk->dk_info = info;
	if (dev != NULL)
		prop_dictionary_set(device_properties(dev), "disk-info", info);
	if (odict != NULL)
		prop_object_release(odict);
}

int
disk_set_geom(struct disk *dk, const struct disk_geom *dg)
{
	dk->dk_geom = *dg;
	return 0;
}

static int
disk_partinfo(struct disk *dk, dev_t dev, struct partinfo *pi)
{
	const struct disklabel *lp = dk->dk_label;
	const int part = DISKPART(dev);
	const struct partition *p;

	memset(pi, 0, sizeof(*pi));
	pi->pi_secsize = dk->dk_geom.dg_secsize;
	pi->pi_bsize = BLKDEV_IOSIZE;
	if (part == RAW_PART) {
		pi->pi_size = (uint64_t)dk->dk_geom.dg_secperunit;
		return 0;
	}
	if (lp == NULL || part >= lp->d_npartitions)
		return ENXIO;
	p = &lp->d_partitions[part];
	pi->pi_offset = p->p_offset;
	pi->pi_size = p->p_size;
	pi->pi_secsize = lp->d_secsize;
	pi->pi_fstype = p->p_fstype;
	pi->pi_fsize = p->p_fsize;
	pi->pi_frag = p->p_frag;
	pi->pi_cpg = p->p_cpg;
	return 0;
}

/* The ioctls that are the same for all disks; EPASSTHROUGH for the others. */
int
disk_ioctl(
    struct disk *dk, dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	switch (cmd) {
	case DIOCGDISKINFO:
		if (dk->dk_info == NULL)
			return ENOTSUP;
		return prop_dictionary_copyout_ioctl(data, cmd, dk->dk_info);
	case DIOCGSECTORSIZE:
		*(u_int *)data = dk->dk_geom.dg_secsize;
		return 0;
	case DIOCGMEDIASIZE:
		*(off_t *)data =
		    (off_t)dk->dk_geom.dg_secsize * dk->dk_geom.dg_secperunit;
		return 0;
	case DIOCGSECTORALIGN:
		((struct disk_sectoralign *)data)->dsa_firstaligned = 0;
		((struct disk_sectoralign *)data)->dsa_alignment = 1;
		return 0;
	case DIOCGDINFO:
		if (dk->dk_label == NULL)
			return EPASSTHROUGH;
		memcpy(data, dk->dk_label, sizeof(*dk->dk_label));
		return 0;
	case DIOCGPARTINFO:
		return disk_partinfo(dk, dev, data);
	case DIOCLWEDGES:
		return dkwedge_list(dk, data, l);
	case DIOCAWEDGE:
	case DIOCDWEDGE:
		if ((flag & FWRITE) == 0)
			return EBADF;
		return cmd == DIOCAWEDGE ? dkwedge_add(data)
					 : dkwedge_del(data);
	default:
		return EPASSTHROUGH;
	}
}

/*
 * Read or write count sectors from sector on, through a strategy routine,
 * into the buffer's memory.
 */
int
disk_read_sectors(void (*strat)(struct buf *), const struct disklabel *lp,
    struct buf *bp, unsigned sector, int count)
{
	int error;

	bp->b_blkno = (daddr_t)((uint64_t)sector * lp->d_secsize >> DEV_BSHIFT);
	bp->b_bcount = count * (int)lp->d_secsize;
	bp->b_resid = bp->b_bcount;
	bp->b_flags = (bp->b_flags & ~B_WRITE) | B_READ;
	bp->b_oflags &= ~BO_DONE;
	(*strat)(bp);
	error = biowait(bp);
	return error;
}

/* Report an error of a request: "wd0a: error reading fsbn 17 ..." */
void
diskerr(const struct buf *bp, const char *dname, const char *what, int pri,
    int blkdone, const struct disklabel *lp)
{
	const char *op = BUF_ISREAD(bp) ? "reading" : "writing";
	const int part = DISKPART(bp->b_dev);
	daddr_t sn = bp->b_blkno;

	printf("%s%d%c: %s %s fsbn ", dname, DISKUNIT(bp->b_dev), 'a' + part,
	    what, op);
	if (bp->b_bcount <= DEV_BSIZE)
		printf("%jd", (intmax_t)sn);
	else if (blkdone >= 0)
		printf("%jd of %jd-%jd", (intmax_t)(sn + blkdone), (intmax_t)sn,
		    (intmax_t)(sn + (bp->b_bcount - 1) / DEV_BSIZE));
	else
		printf("%jd-%jd", (intmax_t)sn,
		    (intmax_t)(sn + (bp->b_bcount - 1) / DEV_BSIZE));
	if (lp != NULL && lp->d_secpercyl != 0 && part < lp->d_npartitions) {
		sn += lp->d_partitions[part].p_offset + MAX(blkdone, 0);
		printf(" (%s%d bn %jd; cn %jd tn %jd sn %jd)", dname,
		    DISKUNIT(bp->b_dev), (intmax_t)sn,
		    (intmax_t)(sn / lp->d_secpercyl),
		    (intmax_t)(sn % lp->d_secpercyl / MAX(lp->d_nsectors, 1)),
		    (intmax_t)(sn % lp->d_secpercyl % MAX(lp->d_nsectors, 1)));
	}
}

/*
 * Is a request within a medium of that many sectors? It is cut short at the
 * end. Returns 1 to go on, 0 if it is answered (b_error, b_resid).
 */
int
bounds_check_with_mediasize(struct buf *bp, int secsize, uint64_t mediasize)
{
	uint64_t blk, sz;

	if (bp->b_blkno < 0 || bp->b_bcount < 0) {
		bp->b_error = EINVAL;
		return 0;
	}
	blk = (uint64_t)bp->b_blkno / (uint64_t)(secsize / DEV_BSIZE);
	sz = howmany((uint64_t)bp->b_bcount, (uint64_t)secsize);
	if (blk > mediasize || sz > mediasize - blk) {
		if (blk == mediasize) {
			bp->b_resid = bp->b_bcount;
			return 0;
		}
		if (blk > mediasize) {
			bp->b_error = EINVAL;
			return 0;
		}
		bp->b_bcount = (int)((mediasize - blk) * (uint64_t)secsize);
	}
	return 1;
}

/* The same within the partition of b_dev; the label area is protected. */
int
bounds_check_with_label(struct disk *dk, struct buf *bp, int wlabel)
{
	const struct disklabel *lp = dk->dk_label;
	const int part = DISKPART(bp->b_dev);
	const uint64_t unit = lp->d_secsize / DEV_BSIZE;
	uint64_t size, start, blk, sz;

	if (bp->b_blkno < 0 || unit == 0 || part >= lp->d_npartitions) {
		bp->b_error = EINVAL;
		return -1;
	}
	size = lp->d_partitions[part].p_size * unit;
	start = lp->d_partitions[part].p_offset * unit;
	blk = (uint64_t)bp->b_blkno;
	sz = howmany((uint64_t)bp->b_bcount, DEV_BSIZE);
	if (blk > size || sz > size - blk) {
		if (blk == size) {
			bp->b_resid = bp->b_bcount;
			return 0;
		}
		if (blk > size) {
			bp->b_error = EINVAL;
			return -1;
		}
		bp->b_bcount = (int)((size - blk) << DEV_BSHIFT);
		sz = size - blk;
	}
	if (!wlabel && BUF_ISWRITE(bp) &&
	    blk + start <= (uint64_t)LABELSECTOR * unit &&
	    blk + start + sz > (uint64_t)LABELSECTOR * unit) {
		bp->b_error = EROFS;
		return -1;
	}
	return 1;
}
