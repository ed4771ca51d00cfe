/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The drive: memory that answers as a recordable disc does.
 */
#include "kitcd.h"

#include <sys/cdio.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/ioctl.h>
#include <sys/kmem.h>
#include <sys/module.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include "ktest.h"

struct kitcd_log kitcd_log;

static unsigned char *disc;
static uint32_t next_writable = KITCD_NWA;
static bool setup, closed[3], finalised, repaired;

/* --- autoconf -------------------------------------------------------------- */

struct kitcd_softc {
	device_t sc_dev;
	int sc_magic;
};

static int
kitcd_match(device_t parent, cfdata_t cf, void *aux)
{
	return 1;
}

static void
kitcd_attach(device_t parent, device_t self, void *aux)
{
	struct kitcd_softc *sc = device_private(self);

	K(parent == NULL);
	sc->sc_dev = self;
	sc->sc_magic = 1234;
}

static int
kitcd_detach(device_t self, int flags)
{
	return ((struct kitcd_softc *)device_private(self))->sc_magic == 1234
	    ? 0
	    : EBUSY;
}

CFDRIVER_DECL(kitcd, DV_DISK, NULL);
CFATTACH_DECL_NEW(kitcd, sizeof(struct kitcd_softc), kitcd_match, kitcd_attach,
    kitcd_detach, NULL);

static struct cfdata kitcd_cfdata = {
    .cf_name = "kitcd",
    .cf_atname = "kitcd",
    .cf_unit = 0,
    .cf_fstate = FSTATE_STAR,
};
static device_t kitcd_dev;

device_t
kitcd_device(void)
{
	return kitcd_dev;
}

/* --- the switch ------------------------------------------------------------ */

static int
cd_open(dev_t dev, int flag, int mode, struct lwp *l)
{
	return minor(dev) > 1 ? ENXIO : 0;
}

static int
cd_close(dev_t dev, int flag, int mode, struct lwp *l)
{
	return 0;
}

static int
discinfo(struct mmc_discinfo *di)
{
	memset(di, 0, sizeof *di);
	di->mmc_profile = 0x09; /* CD-R */
	di->mmc_class = MMC_CLASS_CD;
	di->disc_state = finalised ? MMC_STATE_FULL : MMC_STATE_INCOMPLETE;
	di->last_session_state =
	    closed[2] ? MMC_STATE_CLOSED : MMC_STATE_INCOMPLETE;
	di->bg_format_state = MMC_BGFSTATE_COMPLETED;
	di->link_block_penalty = 7;
	di->mmc_cap =
	    MMC_CAP_SEQUENTIAL | MMC_CAP_RECORDABLE | MMC_CAP_ZEROLINKBLK;
	di->mmc_cur = di->mmc_cap;
	di->disc_flags = MMC_DFLAGS_UNRESTRICTED;
	di->disc_id = 4711;
	di->disc_barcode = 1234567890123ULL;
	di->last_possible_lba = KITCD_SECTORS - 1;
	di->sector_size = KITCD_SECTOR;
	di->num_sessions = 2;
	di->num_tracks = 2;
	di->first_track = 1;
	di->first_track_last_session = 2;
	di->last_track_last_session = 2;
	return 0;
}

static int
trackinfo(struct mmc_trackinfo *ti)
{
	uint16_t track = ti->tracknr;

	memset(ti, 0, sizeof *ti);
	ti->tracknr = track;
	ti->track_mode = MMC_TRACKMODE_DEFAULT;
	ti->data_mode = MMC_DATAMODE_DEFAULT;
	ti->packet_size = 32;
	switch (track) {
	case 1:
		ti->sessionnr = 1;
		ti->flags = MMC_TRACKINFO_LRA_VALID;
		ti->track_start = 0;
		ti->track_size = KITCD_SESSION2;
		ti->last_recorded = KITCD_SESSION2 - 1;
		return 0;
	case 2:
		ti->sessionnr = 2;
		ti->track_start = KITCD_SESSION2;
		ti->track_size = KITCD_SECTORS - KITCD_SESSION2;
		ti->last_recorded = next_writable - 1;
		ti->flags = MMC_TRACKINFO_LRA_VALID |
		    (repaired ? 0 : MMC_TRACKINFO_DAMAGED);
		if (!closed[0]) {
			ti->flags |= MMC_TRACKINFO_NWA_VALID;
			ti->next_writable = next_writable;
			ti->free_blocks = KITCD_SECTORS - next_writable;
		}
		return 0;
	default:
		return EINVAL;
	}
}

static int
operation(const struct mmc_op *op)
{
	if (op->mmc_profile != 0x09)
		return EINVAL;
	switch (op->operation) {
	case MMC_OP_SYNCHRONISECACHE:
		kitcd_log.kl_syncs++;
		return 0;
	case MMC_OP_REPAIRTRACK:
		if (op->tracknr != 2)
			return EINVAL;
		repaired = true;
		return 0;
	case MMC_OP_CLOSETRACK:
		if (op->tracknr != 2)
			return EINVAL;
		closed[0] = true;
		kitcd_log.kl_closed++;
		return 0;
	case MMC_OP_CLOSESESSION:
		if (op->sessionnr != 2)
			return EINVAL;
		closed[2] = true;
		kitcd_log.kl_closed++;
		return 0;
	case MMC_OP_FINALISEDISC:
		finalised = true;
		return 0;
	default:
		return EINVAL;
	}
}

static void
label(struct disklabel *lp)
{
	struct partition *pp = &lp->d_partitions[0];

	memset(lp, 0, sizeof *lp);
	lp->d_type = DKTYPE_ATAPI;
	lp->d_secsize = KITCD_SECTOR;
	lp->d_secperunit = KITCD_SECTORS;
	lp->d_npartitions = 1;
	pp->p_size = KITCD_SECTORS;
	pp->p_fsize = 2048;
	pp->p_frag = 8;
	pp->p_cpg = 16;
	K(pp->p_fsize == pp->__partition_u2.fsize);
	/* of a disc: the same place as the size of fragments */
	pp->p_cdsession = KITCD_SESSION2;
}

static int
cd_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct partinfo *pi;

	switch (cmd) {
	case MMCGETDISCINFO:
		return discinfo(data);
	case MMCGETTRACKINFO:
		return trackinfo(data);
	case MMCOP:
		return operation(data);
	case MMCSETUPWRITEPARAMS: {
		struct mmc_writeparams *wp = data;

		K(wp->tracknr == 2 && wp->mmc_class == MMC_CLASS_CD);
		K((wp->mmc_cur & MMC_CAP_SEQUENTIAL) != 0);
		K(wp->track_mode == MMC_TRACKMODE_DEFAULT);
		K(wp->data_mode == MMC_DATAMODE_DEFAULT);
		setup = true;
		kitcd_log.kl_setups++;
		return 0;
	}
	case CDIOREADMSADDR:
		if (*(int *)data != 0)
			return EINVAL;
		*(int *)data = KITCD_SESSION2;
		return 0;
	case DIOCGDINFO:
		label(data);
		return 0;
	case DIOCGPARTINFO:
		pi = data;
		memset(pi, 0, sizeof *pi);
		pi->pi_size = KITCD_SECTORS;
		pi->pi_secsize = KITCD_SECTOR;
		return 0;
	default:
		return ENOTTY;
	}
}

/* Blocks count 512 bytes, sectors 2048; a disc is written in order. */
static void
cd_strategy(struct buf *bp)
{
	int64_t off = bp->b_blkno * DEV_BSIZE;

	bp->b_resid = bp->b_bcount;
	if (off % KITCD_SECTOR != 0 || bp->b_bcount % KITCD_SECTOR != 0 ||
	    off < 0 || off + bp->b_bcount > KITCD_SECTORS * KITCD_SECTOR) {
		bp->b_error = EINVAL;
	} else if (BUF_ISREAD(bp)) {
		memcpy(bp->b_data, disc + off, bp->b_bcount);
		bp->b_resid = 0;
		kitcd_log.kl_reads++;
	} else if (!setup || closed[0] || off / KITCD_SECTOR != next_writable) {
		bp->b_error = EIO;
	} else {
		memcpy(disc + off, bp->b_data, bp->b_bcount);
		next_writable += bp->b_bcount / KITCD_SECTOR;
		bp->b_resid = 0;
		kitcd_log.kl_writes++;
	}
	kitcd_log.kl_reordered |= bp->b_blkno < kitcd_log.kl_last;
	kitcd_log.kl_last = bp->b_blkno;
	biodone(bp);
}

static int
cd_size(dev_t dev)
{
	return KITCD_SECTORS * KITCD_SECTOR / DEV_BSIZE;
}

static int discarded;

static int
cd_discard(dev_t dev, off_t pos, off_t len)
{
	memset(disc + pos, 0xee, (size_t)len);
	discarded++;
	return 0;
}

static const struct bdevsw cd_bdevsw = {
    .d_open = cd_open,
    .d_close = cd_close,
    .d_strategy = cd_strategy,
    .d_ioctl = cd_ioctl,
    .d_dump = nodump,
    .d_psize = cd_size,
    .d_discard = cd_discard,
    .d_flag = D_DISK | D_MPSAFE,
};

static const struct cdevsw cd_cdevsw = {
    .d_open = cd_open,
    .d_close = cd_close,
    .d_read = noread,
    .d_write = nowrite,
    .d_ioctl = cd_ioctl,
    .d_stop = nostop,
    .d_tty = notty,
    .d_poll = nopoll,
    .d_mmap = nommap,
    .d_kqfilter = nokqfilter,
    .d_discard = cd_discard,
    .d_flag = D_DISK | D_MPSAFE,
};

/* --- the component --------------------------------------------------------- */

MODULE(MODULE_CLASS_DRIVER, kitcd, NULL);

static int
kitcd_modcmd(modcmd_t cmd, void *arg)
{
	devmajor_t bmajor = KITCD_BMAJOR, cmajor = KITCD_CMAJOR;
	int error;

	if (cmd != MODULE_CMD_INIT)
		return ENOTTY;
	disc = kmem_zalloc(KITCD_SECTORS * KITCD_SECTOR, KM_SLEEP);
	for (int i = 0; i < KITCD_NWA; i++)
		memset(disc + i * KITCD_SECTOR, i, KITCD_SECTOR);
	error = config_cfdriver_attach(&kitcd_cd);
	if (error == 0)
		error = config_cfattach_attach("kitcd", &kitcd_ca);
	if (error == 0) {
		kitcd_dev = config_attach_pseudo(&kitcd_cfdata);
		K(kitcd_dev != NULL);
		error = devsw_attach(
		    "kitcd", &cd_bdevsw, &bmajor, &cd_cdevsw, &cmajor);
	}
	if (error == 0) {
		K(bdevsw_lookup(makedev(bmajor, 0)) == &cd_bdevsw);
		K(cdevsw_lookup(makedev(cmajor, 0)) == &cd_cdevsw);
		KEQ(cdevsw_lookup_major(&cd_cdevsw), KITCD_CMAJOR);
	}
	return error;
}
