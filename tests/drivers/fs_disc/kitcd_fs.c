/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a file system for discs asks of a drive before it mounts one, and when
 * it has written to it.
 */
#include "kitcd.h"

#include <sys/cdio.h>
#include <sys/device.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/ioctl.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode_if.h>

#include <miscfs/specfs/specdev.h>

#include "ktest.h"

struct vnode *
kitcd_open(int flags)
{
	struct vnode *devvp = NULL;

	KEQ(bdevvp(makedev(KITCD_BMAJOR, 0), &devvp), 0);
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(VOP_OPEN(devvp, flags, FSCRED), 0);
	VOP_UNLOCK(devvp);
	return devvp;
}

void
kitcd_close(struct vnode *devvp, int flags)
{
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(VOP_CLOSE(devvp, flags, FSCRED), 0);
	VOP_UNLOCK(devvp);
	vrele(devvp);
}

static int
ask(struct vnode *devvp, u_long cmd, void *data)
{
	return VOP_IOCTL(devvp, cmd, data, FREAD | FWRITE | FKIOCTL, NOCRED);
}

static void
discinfo(void)
{
	struct vnode *devvp = kitcd_open(FREAD);
	struct mmc_discinfo di;
	char b[200];

	memset(&di, 0xff, sizeof di);
	KEQ(ask(devvp, MMCGETDISCINFO, &di), 0);
	KEQ(di.mmc_profile, 9);
	K(di.mmc_class == MMC_CLASS_CD && di.mmc_class != MMC_CLASS_DISC &&
	    di.mmc_class != MMC_CLASS_UNKN);
	K(di.disc_state == MMC_STATE_INCOMPLETE &&
	    di.disc_state != MMC_STATE_EMPTY &&
	    di.disc_state != MMC_STATE_FULL);
	K(di.last_session_state != MMC_STATE_CLOSED);
	KEQ(di.bg_format_state, MMC_BGFSTATE_COMPLETED);
	KEQ(di.link_block_penalty, 7);
	K((di.mmc_cap & MMC_CAP_RECORDABLE) != 0);
	KEQ(di.mmc_cur &
		(MMC_CAP_REWRITABLE | MMC_CAP_PSEUDOOVERWRITE |
		    MMC_CAP_HW_DEFECTFREE),
	    0);
	KEQ(di.disc_id, 4711);
	KEQ(di.disc_barcode, 1234567890123);
	KEQ(di.last_possible_lba, KITCD_SECTORS - 1);
	KEQ(di.sector_size, KITCD_SECTOR);
	K(di.num_sessions == 2 && di.num_tracks == 2 && di.first_track == 1);
	K(di.first_track_last_session == 2 && di.last_track_last_session == 2);
	/* told in words */
	snprintb(b, sizeof b, MMC_CAP_FLAGBITS, di.mmc_cap);
	/* three flags, three names */
	K(strchr(b, '<') != NULL && strchr(b, ',') != NULL);
	K(strchr(strchr(b, ',') + 1, ',') != NULL);
	K(strchr(strchr(strchr(b, ',') + 1, ',') + 1, ',') == NULL);
	snprintb(b, sizeof b, MMC_CAP_FLAGBITS, MMC_CAP_SEQUENTIAL);
	K(strchr(b, '<') != NULL && strchr(b, ',') == NULL);
	snprintb(b, sizeof b, MMC_DFLAGS_FLAGBITS, di.disc_flags);
	K(strchr(b, '<') != NULL && strchr(b, ',') == NULL);
	kitcd_close(devvp, FREAD);
}

static void
tracks(void)
{
	struct vnode *devvp = kitcd_open(FREAD);
	struct mmc_trackinfo ti;
	uint32_t end = 0;
	char b[200];
	int session = 0;

	for (uint16_t t = 1; t <= 2; t++) {
		memset(&ti, 0xff, sizeof ti);
		ti.tracknr = t;
		KEQ(ask(devvp, MMCGETTRACKINFO, &ti), 0);
		K(ti.tracknr == t && ti.sessionnr == t);
		KEQ(ti.track_start, end);
		end = ti.track_start + ti.track_size;
		K(ti.last_recorded >= ti.track_start && ti.last_recorded < end);
		K(ti.packet_size == 32 &&
		    ti.track_mode == MMC_TRACKMODE_DEFAULT &&
		    ti.data_mode == MMC_DATAMODE_DEFAULT);
		K((ti.flags & MMC_TRACKINFO_LRA_VALID) != 0);
		KEQ(ti.flags & (MMC_TRACKINFO_BLANK | MMC_TRACKINFO_RESERVED),
		    0);
		K(((ti.flags & MMC_TRACKINFO_NWA_VALID) != 0) == (t == 2));
		if (t == 2) {
			KEQ(ti.next_writable + ti.free_blocks, end);
			K((ti.flags & MMC_TRACKINFO_DAMAGED) != 0);
		}
		snprintb(b, sizeof b, MMC_TRACKINFO_FLAGBITS, ti.flags);
		K(strchr(b, '<') != NULL);
	}
	KEQ(end, KITCD_SECTORS);
	ti.tracknr = 3;
	KEQ(ask(devvp, MMCGETTRACKINFO, &ti), EINVAL);
	/* where the last session begins */
	KEQ(ask(devvp, CDIOREADMSADDR, &session), 0);
	KEQ(session, KITCD_SESSION2);
	kitcd_close(devvp, FREAD);
}

static void
device(void)
{
	struct vnode *devvp = kitcd_open(FREAD | FWRITE);
	struct disklabel lp;
	const struct partition *pp;
	uint64_t numsec = 0;
	unsigned int secsize = 0;
	unsigned char *b;
	struct buf *bp;

	K(device_class(kitcd_device()) == DV_DISK);
	KSTR(device_xname(kitcd_device()), "kitcd0");
	KEQ(device_unit(kitcd_device()), 0);
	KEQ(getdisksize(devvp, &numsec, &secsize), 0);
	KEQ(numsec, KITCD_SECTORS);
	KEQ(secsize, KITCD_SECTOR);
	KEQ(ask(devvp, DIOCGDINFO, &lp), 0);
	pp = &lp.d_partitions[DISKPART(devvp->v_rdev)];
	KEQ(pp->p_cdsession, KITCD_SESSION2);
	K(pp->p_frag == 8 && pp->p_cpg == 16 && lp.d_type != DKTYPE_FLOPPY);
	/* the buffer cache reads what is no multiple of a sector? no: EINVAL */
	KEQ(bread(devvp, 4 * 5, KITCD_SECTOR, 0, &bp), 0);
	b = bp->b_data;
	K(b[0] == 5 && b[KITCD_SECTOR - 1] == 5);
	brelse(bp, 0);
	KEQ(bread(devvp, 4 * 5 + 1, KITCD_SECTOR, 0, &bp), EINVAL);
	K(bp == NULL);
	/* what was written is not needed any more */
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(VOP_FDISCARD(devvp, 7 * KITCD_SECTOR, KITCD_SECTOR), 0);
	VOP_UNLOCK(devvp);
	KEQ(bread(devvp, 4 * 7, KITCD_SECTOR, 0, &bp), 0);
	KEQ(*(unsigned char *)bp->b_data, 0xee);
	brelse(bp, 0);
	kitcd_close(devvp, FREAD | FWRITE);
}

/* Writes a sequence, and closes what was written. */
static void
record(void)
{
	struct vnode *devvp = kitcd_open(FREAD | FWRITE);
	struct kitcd_sched *ks = kitcd_sched_create(devvp);
	static unsigned char data[4 * KITCD_SECTOR];
	struct mmc_discinfo di;
	struct mmc_trackinfo ti;
	struct mmc_writeparams wp;
	struct mmc_op op;
	struct buf *bp;

	KEQ(ask(devvp, MMCGETDISCINFO, &di), 0);
	ti.tracknr = di.last_track_last_session;
	KEQ(ask(devvp, MMCGETTRACKINFO, &ti), 0);
	memset(&op, 0, sizeof op);
	op.operation = MMC_OP_REPAIRTRACK;
	op.mmc_profile = di.mmc_profile;
	op.tracknr = ti.tracknr;
	KEQ(ask(devvp, MMCOP, &op), 0);
	memset(&wp, 0, sizeof wp);
	wp.tracknr = ti.tracknr;
	wp.mmc_class = di.mmc_class;
	wp.mmc_cur = di.mmc_cur;
	wp.track_mode = ti.track_mode;
	wp.data_mode = ti.data_mode;
	KEQ(ask(devvp, MMCSETUPWRITEPARAMS, &wp), 0);
	KEQ(kitcd_log.kl_setups, 1);
	memset(data, 'w', sizeof data);
	bp = getiobuf(NULL, true);
	bp->b_flags |= B_WRITE;
	bp->b_data = data;
	bp->b_bcount = bp->b_bufsize = sizeof data;
	bp->b_blkno = (daddr_t)ti.next_writable * 4;
	kitcd_sched_queue(ks, bp);
	KEQ(biowait(bp), 0);
	putiobuf(bp);
	KEQ(kitcd_log.kl_writes, 4);
	op.operation = MMC_OP_SYNCHRONISECACHE;
	KEQ(ask(devvp, MMCOP, &op), 0);
	KEQ(kitcd_log.kl_syncs, 1);
	op.operation = MMC_OP_CLOSETRACK;
	KEQ(ask(devvp, MMCOP, &op), 0);
	op.operation = MMC_OP_CLOSESESSION;
	op.sessionnr = di.num_sessions;
	KEQ(ask(devvp, MMCOP, &op), 0);
	KEQ(kitcd_log.kl_closed, 2);
	op.operation = MMC_OP_FINALISEDISC;
	KEQ(ask(devvp, MMCOP, &op), 0);
	KEQ(ask(devvp, MMCGETDISCINFO, &di), 0);
	K(di.disc_state == MMC_STATE_FULL &&
	    di.last_session_state == MMC_STATE_CLOSED);
	KEQ(ask(devvp, MMCGETTRACKINFO, &ti), 0);
	KEQ(ti.flags & (MMC_TRACKINFO_DAMAGED | MMC_TRACKINFO_NWA_VALID), 0);
	/* and no more */
	bp = getiobuf(NULL, true);
	bp->b_flags |= B_WRITE;
	bp->b_data = data;
	bp->b_bcount = bp->b_bufsize = KITCD_SECTOR;
	bp->b_blkno = (KITCD_NWA + 4) * 4;
	kitcd_sched_queue(ks, bp);
	KEQ(biowait(bp), EIO);
	putiobuf(bp);
	kitcd_sched_destroy(ks);
	kitcd_close(devvp, FREAD | FWRITE);
}

/* A disk of a host file is none: the file system takes it for a plain one. */
static void
plain(void)
{
	struct mmc_discinfo di;
	struct vnode *devvp;
	int session = 0;

	KEQ(namei_simple_user("/dev/plain", NSM_FOLLOW_NOEMULROOT, &devvp), 0);
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(VOP_OPEN(devvp, FREAD, FSCRED), 0);
	VOP_UNLOCK(devvp);
	KEQ(ask(devvp, MMCGETDISCINFO, &di), ENOTTY);
	KEQ(ask(devvp, CDIOREADMSADDR, &session), ENOTTY);
	kitcd_close(devvp, FREAD);
}

static const struct ktest tests[] = {
    {"discinfo", discinfo},
    {"tracks", tracks},
    {"device", device},
    {"sched", kitcd_ksched},
    {"record", record},
    {"plain", plain},
    {NULL, NULL},
};
KTEST_MAIN(tests)
