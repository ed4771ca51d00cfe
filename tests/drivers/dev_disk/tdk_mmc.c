/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The disk as a recordable disc: one session with a full track, and a blank
 * one that is written in sequence. Closing makes it full.
 */

#include <sys/cdio.h>
#include <sys/conf.h>
#include <sys/disklabel.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include "ktest.h"
#include "tdk.h"

#define HALF (TDK_SECTORS / 2)

static bool mmc_closed, mmc_synced, mmc_repaired;
static struct mmc_writeparams mmc_params;

static void
mmc_disc(struct mmc_discinfo *di)
{
	memset(di, 0, sizeof(*di));
	di->mmc_profile = 0x09; /* CD-R */
	di->mmc_class = MMC_CLASS_CD;
	di->disc_state = mmc_closed ? MMC_STATE_FULL : MMC_STATE_INCOMPLETE;
	di->last_session_state =
	    mmc_closed ? MMC_STATE_CLOSED : MMC_STATE_INCOMPLETE;
	di->bg_format_state = MMC_BGFSTATE_COMPLETED;
	di->link_block_penalty = 7;
	di->mmc_cap =
	    MMC_CAP_SEQUENTIAL | MMC_CAP_RECORDABLE | MMC_CAP_HW_DEFECTFREE;
	di->mmc_cur = di->mmc_cap | MMC_CAP_ZEROLINKBLK;
	di->disc_flags = MMC_DFLAGS_UNRESTRICTED;
	di->disc_id = 4711;
	di->disc_barcode = 12345678901ULL;
	di->num_sessions = 1;
	di->num_tracks = 2;
	di->first_track = 1;
	di->first_track_last_session = 1;
	di->last_track_last_session = 2;
	di->sector_size = TDK_SECSIZE;
	di->last_possible_lba = TDK_SECTORS - 1;
}

static int
mmc_track(struct mmc_trackinfo *ti)
{
	const uint16_t n = ti->tracknr;

	if (n < 1 || n > 2)
		return EINVAL;
	memset(ti, 0, sizeof(*ti));
	ti->tracknr = n;
	ti->sessionnr = 1;
	ti->track_mode = MMC_TRACKMODE_DEFAULT;
	ti->data_mode = MMC_DATAMODE_DEFAULT;
	ti->track_start = n == 1 ? 0 : HALF;
	ti->track_size = HALF;
	ti->packet_size = 32;
	if (n == 2 && !mmc_closed) {
		ti->flags = MMC_TRACKINFO_BLANK | MMC_TRACKINFO_NWA_VALID |
		    MMC_TRACKINFO_RESERVED;
		ti->next_writable = HALF;
		ti->free_blocks = HALF;
	} else {
		ti->flags = MMC_TRACKINFO_LRA_VALID;
		ti->last_recorded = n * HALF - 1;
	}
	if (n == 1 && !mmc_repaired)
		ti->flags |= MMC_TRACKINFO_DAMAGED;
	return 0;
}

static int
mmc_op(const struct mmc_op *op)
{
	switch (op->operation) {
	case MMC_OP_SYNCHRONISECACHE:
		mmc_synced = true;
		return 0;
	case MMC_OP_REPAIRTRACK:
		if (op->tracknr != 1)
			return EINVAL;
		mmc_repaired = true;
		return 0;
	case MMC_OP_CLOSETRACK:
	case MMC_OP_CLOSESESSION:
	case MMC_OP_FINALISEDISC:
		if (op->mmc_profile != 0x09 || op->sessionnr > 1)
			return EINVAL;
		mmc_closed = true;
		return 0;
	default:
		return EOPNOTSUPP;
	}
}

int
tdk_mmc_ioctl(u_long cmd, void *data)
{
	switch (cmd) {
	case CDIOREADMSADDR:
		if (*(int *)data > 1)
			return EINVAL;
		*(int *)data = 0;
		return 0;
	case MMCGETDISCINFO:
		mmc_disc(data);
		return 0;
	case MMCGETTRACKINFO:
		return mmc_track(data);
	case MMCOP:
		return mmc_op(data);
	case MMCSETUPWRITEPARAMS:
		memcpy(&mmc_params, data, sizeof(mmc_params));
		return 0;
	default:
		return EPASSTHROUGH;
	}
}

static bool
has(const char *text, const char *word)
{
	return strstr(text, word) != NULL;
}

/* As a file system asks, before it mounts the disc and when it is done. */
void
tdk_test_mmc(void)
{
	struct mmc_discinfo di;
	struct mmc_trackinfo ti;
	struct mmc_writeparams wp;
	struct mmc_op op;
	dev_t dev;
	char text[256];
	int session = 0;

	dev = MAKEDISKDEV(cdevsw_lookup_major(&tdk_cdevsw), 0, RAW_PART);
	KEQ(cdev_open(dev, FREAD, S_IFCHR, curlwp), 0);
	memset(&di, 0xff, sizeof(di));
	KEQ(cdev_ioctl(dev, MMCGETDISCINFO, &di, FKIOCTL, curlwp), 0);
	K(di.mmc_class != MMC_CLASS_UNKN && di.mmc_class != MMC_CLASS_DISC);
	KEQ(di.mmc_class, MMC_CLASS_CD);
	K(di.disc_state != MMC_STATE_EMPTY);
	KEQ(di.disc_state, MMC_STATE_INCOMPLETE);
	KEQ(di.disc_barcode, 12345678901ULL);
	KEQ(di.num_tracks, di.last_track_last_session);
	K((di.mmc_cap & (MMC_CAP_REWRITABLE | MMC_CAP_PSEUDOOVERWRITE)) == 0);
	KEQ(di.mmc_cur & ~di.mmc_cap, MMC_CAP_ZEROLINKBLK);
	K(snprintb(text, sizeof(text), MMC_CAP_FLAGBITS, di.mmc_cap) > 0);
	K(has(text, "<") && has(text, ","));
	K(snprintb(text, sizeof(text), MMC_DFLAGS_FLAGBITS, di.disc_flags) > 0);
	K(has(text, "<"));

	memset(&ti, 0, sizeof(ti));
	ti.tracknr = 3;
	KEQ(cdev_ioctl(dev, MMCGETTRACKINFO, &ti, FKIOCTL, curlwp), EINVAL);
	ti.tracknr = 2;
	KEQ(cdev_ioctl(dev, MMCGETTRACKINFO, &ti, FKIOCTL, curlwp), 0);
	KEQ(ti.next_writable, HALF);
	K(snprintb(text, sizeof(text), MMC_TRACKINFO_FLAGBITS, ti.flags) > 0);
	K(has(text, "<") && has(text, ","));

	memset(&wp, 0, sizeof(wp));
	wp.tracknr = 2;
	wp.mmc_class = di.mmc_class;
	wp.mmc_cur = di.mmc_cur;
	wp.track_mode = ti.track_mode;
	wp.data_mode = ti.data_mode;
	KEQ(cdev_ioctl(dev, MMCSETUPWRITEPARAMS, &wp, FKIOCTL, curlwp), 0);
	KEQ(memcmp(&mmc_params, &wp, sizeof(wp)), 0);

	memset(&op, 0, sizeof(op));
	op.mmc_profile = di.mmc_profile;
	op.operation = MMC_OP_SYNCHRONISECACHE;
	KEQ(cdev_ioctl(dev, MMCOP, &op, FKIOCTL, curlwp), 0);
	K(mmc_synced);
	op.operation = MMC_OP_REPAIRTRACK;
	op.tracknr = 2;
	KEQ(cdev_ioctl(dev, MMCOP, &op, FKIOCTL, curlwp), EINVAL);
	op.operation = MMC_OP_CLOSETRACK;
	op.sessionnr = 1;
	KEQ(cdev_ioctl(dev, MMCOP, &op, FKIOCTL, curlwp), 0);
	KEQ(cdev_ioctl(dev, MMCGETDISCINFO, &di, FKIOCTL, curlwp), 0);
	KEQ(di.disc_state, MMC_STATE_FULL);
	KEQ(cdev_ioctl(dev, CDIOREADMSADDR, &session, FKIOCTL, curlwp), 0);
	KEQ(cdev_close(dev, FREAD, S_IFCHR, curlwp), 0);
}
