/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clusters of a snapshot: copying them before they are overwritten, storing
 * the copies, and reading either these or the device.
 *
 * Reading takes no part in the copying. Who finds a cluster on the device reads
 * it there, and then looks whether it has been copied meanwhile: a write to it
 * begins after that, so that what was read before is good if it has not.
 */
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <miscfs/specfs/specdev.h>
#include <uvm/uvm.h>

#include "fss_impl.h"

bool
fss_snap_lost(const struct fss_snap *sn)
{
	return atomic_load_relaxed(&sn->sn_lost);
}

void
fss_snap_lose(struct fss_snap *sn, const char *why)
{
	KASSERT(mutex_owned(&sn->sn_lock));
	if (sn->sn_lost)
		return;
	printf("%s: the snapshot of %s is lost: %s\n", sn->sn_name,
	    sn->sn_mp->mnt_stat.f_mntonname, why);
	atomic_store_relaxed(&sn->sn_lost, true);
	atomic_store_release(sn->sn_live, false);
	cv_broadcast(&sn->sn_cv);
	cv_broadcast(&sn->sn_storecv);
}

/* Bytes of a cluster: the last one may end early. */
static size_t
cluster_bytes(const struct fss_snap *sn, uint32_t cl)
{
	const uint64_t off = (uint64_t)cl << sn->sn_cshift;

	return (size_t)MIN(sn->sn_size - off, sn->sn_csize);
}

/* From the device as it is now, by that buf. */
static int
device_read(
    struct fss_snap *sn, struct buf *bp, uint64_t off, void *data, size_t len)
{
	size_t n;
	int error = 0;

	for (; error == 0 && len > 0; off += n, len -= n) {
		n = MIN(len, MAXPHYS);
		bp->b_flags = B_READ;
		bp->b_oflags = 0;
		bp->b_error = 0;
		bp->b_blkno = (daddr_t)btodb(off);
		bp->b_data = data;
		bp->b_bcount = bp->b_bufsize = bp->b_resid = (int)n;
		BIO_SETPRIO(bp, BPRIO_TIMECRITICAL);
		VOP_STRATEGY(sn->sn_devvp, bp);
		error = biowait(bp);
		if (error == 0 && bp->b_resid != 0)
			error = EIO;
		data = (char *)data + n;
	}
	return error;
}

static int
store_move(
    struct fss_snap *sn, enum uio_rw rw, uint64_t off, void *data, size_t len)
{
	size_t resid = 0;
	int error;

	error = vn_rdwr(rw, sn->sn_bsvp, data, (int)len, (off_t)off,
	    UIO_SYSSPACE, 0, sn->sn_cred, &resid, NULL);
	return error == 0 && resid != 0 ? EIO : error;
}

static struct fss_slot *
slot_free(struct fss_snap *sn)
{
	for (u_int i = 0; i < sn->sn_nslots; i++)
		if (sn->sn_slots[i].fl_state == FSS_FREE)
			return &sn->sn_slots[i];
	return NULL;
}

/*
 * Wait for a free slot. Who gets memory back, and the thread that stores,
 * would wait for themselves: the one may try again later (EAGAIN), the other
 * does without the snapshot.
 */
static int
slot_wait(struct fss_snap *sn)
{
	const time_t now = time_uptime + 1;

	if (sn->sn_short == 0)
		sn->sn_short = now;
	if (curlwp == sn->sn_lwp)
		fss_snap_lose(sn, "its backing store is written through it");
	else if (now - sn->sn_short >= FSS_STALL_S)
		fss_snap_lose(sn, "the backing store takes no more data");
	else if (curlwp == uvm.pagedaemon_lwp)
		return EAGAIN;
	else
		(void)cv_timedwait(&sn->sn_cv, &sn->sn_lock,
		    (int)(sn->sn_short + FSS_STALL_S - now) * hz);
	return 0;
}

/* A slot for a cluster that nobody has copied; NULL if it needs none. */
static int
cluster_claim(struct fss_snap *sn, uint32_t cl, struct fss_slot **flp)
{
	struct fss_slot *fl = NULL;
	int error = 0;

	while (error == 0 && !sn->sn_lost && sn->sn_map[cl] < FSS_STORED) {
		if (sn->sn_map[cl] == FSS_COPYING) {
			cv_wait(&sn->sn_cv, &sn->sn_lock);
			continue;
		}
		fl = slot_free(sn);
		if (fl != NULL)
			break;
		error = slot_wait(sn);
	}
	if (fl != NULL) {
		fl->fl_state = FSS_FILLING;
		fl->fl_cluster = cl;
		atomic_store_relaxed(&sn->sn_map[cl], FSS_COPYING);
	}
	*flp = fl;
	return error;
}

/* The slot is filled, or was not: error. */
static void
cluster_copied(struct fss_snap *sn, struct fss_slot *fl, int error)
{
	const uint64_t end = (uint64_t)(sn->sn_places + 1) << sn->sn_cshift;

	if (error != 0)
		fss_snap_lose(sn, "the device can't be read");
	else if (sn->sn_bslimit != 0 && end > sn->sn_bslimit)
		fss_snap_lose(sn, "the backing store is full");
	if (sn->sn_lost) {
		fl->fl_state = FSS_FREE;
		atomic_store_relaxed(&sn->sn_map[fl->fl_cluster], FSS_NONE);
	} else {
		fl->fl_state = FSS_FULL;
		fl->fl_place = sn->sn_places++;
		atomic_store_release(
		    &sn->sn_map[fl->fl_cluster], FSS_STORED + fl->fl_place);
		cv_signal(&sn->sn_storecv);
	}
	cv_broadcast(&sn->sn_cv);
}

static int
cluster_copy(struct fss_snap *sn, uint32_t cl)
{
	struct fss_slot *fl;
	int error;

	mutex_enter(&sn->sn_lock);
	error = cluster_claim(sn, cl, &fl);
	if (fl != NULL) {
		mutex_exit(&sn->sn_lock);
		error =
		    device_read(sn, fl->fl_bp, (uint64_t)cl << sn->sn_cshift,
			fl->fl_data, cluster_bytes(sn, cl));
		mutex_enter(&sn->sn_lock);
		cluster_copied(sn, fl, error);
		error = 0;
	}
	mutex_exit(&sn->sn_lock);
	return error;
}

/*
 * The handler of fscow(9). EAGAIN: the write is not done now, but its maker
 * keeps what it has to write.
 */
int
fss_cow(void *arg, struct buf *bp, bool data_valid)
{
	struct fss_snap *sn = arg;
	uint64_t off, end;
	uint32_t cl, last;
	int error = 0;

	/* a hole of a file is nowhere on the device */
	if (fss_snap_lost(sn) || bp->b_blkno < 0 || bp->b_bcount <= 0)
		return 0;
	off = dbtob((uint64_t)bp->b_blkno);
	end = off + (uint64_t)bp->b_bcount;
	if (off >= sn->sn_size)
		return 0;
	last = (uint32_t)((MIN(end, sn->sn_size) - 1) >> sn->sn_cshift);
	for (cl = (uint32_t)(off >> sn->sn_cshift); error == 0 && cl <= last;
	     cl++)
		if (atomic_load_acquire(&sn->sn_map[cl]) < FSS_STORED)
			error = cluster_copy(sn, cl);
	return error;
}

/* The copy that comes next in the store. */
static struct fss_slot *
slot_first(struct fss_snap *sn)
{
	struct fss_slot *fl, *first = NULL;

	for (fl = sn->sn_slots; fl < sn->sn_slots + sn->sn_nslots; fl++)
		if (fl->fl_state == FSS_FULL &&
		    (first == NULL || fl->fl_place < first->fl_place))
			first = fl;
	return first;
}

static void
store_one(struct fss_snap *sn, struct fss_slot *fl)
{
	int error;

	fl->fl_state = FSS_STORING;
	mutex_exit(&sn->sn_lock);
	error = store_move(sn, UIO_WRITE,
	    (uint64_t)fl->fl_place << sn->sn_cshift, fl->fl_data, sn->sn_csize);
	mutex_enter(&sn->sn_lock);
	fl->fl_state = FSS_FREE;
	if (error == ENOSPC || error == EFBIG || error == EDQUOT)
		fss_snap_lose(sn, "the backing store is full");
	else if (error != 0)
		fss_snap_lose(sn, "the backing store can't be written");
	sn->sn_short = 0;
	cv_broadcast(&sn->sn_cv);
}

void
fss_store_thread(void *arg)
{
	struct fss_snap *sn = arg;
	struct fss_slot *fl;

	mutex_enter(&sn->sn_lock);
	while (!sn->sn_stop) {
		fl = sn->sn_lost ? NULL : slot_first(sn);
		if (fl != NULL)
			store_one(sn, fl);
		else
			cv_wait(&sn->sn_storecv, &sn->sn_lock);
	}
	mutex_exit(&sn->sn_lock);
	kthread_exit(0);
}

/* By whole sectors of the store. */
static int
store_read(struct fss_snap *sn, uint64_t off, void *data, size_t len)
{
	const size_t skip = (size_t)(off & (sn->sn_bssecsize - 1));
	int error;

	if (sn->sn_bounce == NULL)
		return store_move(sn, UIO_READ, off, data, len);
	error = store_move(sn, UIO_READ, off - skip, sn->sn_bounce,
	    roundup2(skip + len, sn->sn_bssecsize));
	if (error == 0)
		memcpy(data, (char *)sn->sn_bounce + skip, len);
	return error;
}

/* What the store, or the slot on its way there, has of a cluster. */
static int
stored_read(
    struct fss_snap *sn, uint32_t cl, size_t skip, void *data, size_t len)
{
	const uint32_t place = sn->sn_map[cl] - FSS_STORED;
	struct fss_slot *fl;
	int error;

	KASSERT(mutex_owned(&sn->sn_lock));
	for (fl = sn->sn_slots; fl < sn->sn_slots + sn->sn_nslots; fl++) {
		if (fl->fl_state < FSS_FULL || fl->fl_place != place)
			continue;
		memcpy(data, (char *)fl->fl_data + skip, len);
		return 0;
	}
	mutex_exit(&sn->sn_lock);
	error = store_read(
	    sn, ((uint64_t)place << sn->sn_cshift) + skip, data, len);
	mutex_enter(&sn->sn_lock);
	if (error != 0)
		fss_snap_lose(sn, "the backing store can't be read");
	return error;
}

/* Part of a cluster; sn_lock is held and given up. */
static int
cluster_read(struct fss_snap *sn, struct buf *bp, uint32_t cl, size_t skip,
    void *data, size_t len)
{
	int error;

	while (!sn->sn_lost) {
		if (sn->sn_map[cl] >= FSS_STORED)
			return stored_read(sn, cl, skip, data, len);
		mutex_exit(&sn->sn_lock);
		error = device_read(
		    sn, bp, ((uint64_t)cl << sn->sn_cshift) + skip, data, len);
		mutex_enter(&sn->sn_lock);
		/* whoever mounts it next doesn't tell us what it writes */
		if (fss_mounted(sn->sn_devvp) != sn->sn_mp)
			fss_snap_lose(sn, "the file system was unmounted");
		if (!sn->sn_lost && sn->sn_map[cl] < FSS_STORED)
			return error;
	}
	return ENXIO;
}

int
fss_snap_read(struct fss_snap *sn, uint64_t off, void *data, size_t len)
{
	struct buf *bp = getiobuf(NULL, true);
	size_t skip, n;
	int error = 0;

	mutex_enter(&sn->sn_lock);
	for (; error == 0 && len > 0; off += n, len -= n) {
		skip = (size_t)(off & (sn->sn_csize - 1));
		n = MIN(len, sn->sn_csize - skip);
		error = cluster_read(
		    sn, bp, (uint32_t)(off >> sn->sn_cshift), skip, data, n);
		data = (char *)data + n;
	}
	mutex_exit(&sn->sn_lock);
	putiobuf(bp);
	return error;
}
