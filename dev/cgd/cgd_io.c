/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cgd: requests. What is written is encrypted into memory of its own by the
 * thread that asks for it; what is read is decrypted in place by the thread
 * that the disk below finishes it in, and only if it is without error. There
 * is no queue and no thread: as many requests are under way as are made.
 *
 * Pages are written to get memory back, so a request must not wait for
 * memory. One that gets none uses the unit's reserve.
 */
#include <sys/buf.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include "cgd_impl.h"

/* May a request go on? If so it calls cgd_exit() at its end. */
bool
cgd_enter(struct cgd_softc *sc)
{
	bool taking;

	mutex_enter(&sc->sc_lock);
	taking = sc->sc_taking;
	if (taking)
		sc->sc_inflight++;
	mutex_exit(&sc->sc_lock);
	return taking;
}

void
cgd_exit(struct cgd_softc *sc)
{
	mutex_enter(&sc->sc_lock);
	KASSERT(sc->sc_inflight > 0);
	if (--sc->sc_inflight == 0)
		cv_broadcast(&sc->sc_cv);
	mutex_exit(&sc->sc_lock);
}

/* done bytes have been moved, and then this happened. */
static void
request_end(struct cgd_softc *sc, struct buf *bp, int done, int error)
{
	bp->b_error = error;
	bp->b_resid = bp->b_bcount - done;
	dk_done(&sc->sc_dksc, bp);
	cgd_exit(sc);
}

/* Make io the part of a request that is len bytes at off. */
static void
part_setup(const struct cgd_conf *cf, struct buf *io, struct buf *bp, int off,
    int len, void *data)
{
	io->b_flags = bp->b_flags & (B_READ | B_ASYNC);
	if (data == (char *)bp->b_data + off)
		io->b_flags |= bp->b_flags & B_PHYS;
	io->b_oflags = 0;
	io->b_error = 0;
	io->b_data = data;
	io->b_bcount = io->b_bufsize = io->b_resid = len;
	io->b_blkno = bp->b_rawblkno * (daddr_t)(cf->cf_secsize / DEV_BSIZE) +
	    off / DEV_BSIZE;
	io->b_proc = bp->b_proc;
	BIO_COPYPRIO(io, bp);
}

static daddr_t
part_sector(const struct cgd_conf *cf, const struct buf *bp, int off)
{
	return bp->b_rawblkno + off / (daddr_t)cf->cf_secsize;
}

/* The disk below is done with a part of bp, which is at off. */
static int
part_end(const struct cgd_conf *cf, struct buf *io, struct buf *bp, int off)
{
	int error = io->b_error;

	if (error == 0 && (io->b_resid != 0 || io->b_bcount != io->b_bufsize))
		error = EIO; /* it has become smaller */
	if (error == 0 && BUF_ISREAD(io))
		cgd_crypt(cf, io->b_data, io->b_data, (size_t)io->b_bcount,
		    part_sector(cf, bp, off), false);
	return error;
}

/*
 * Requests that find no memory
 */

static void reserve_iodone(struct buf *);

/*
 * Start the next piece, and as many after it as are done at once. Their
 * reserve_iodone() does not go deeper: rs_running sends it back here. The
 * caller is counted in sc_inflight.
 */
static void
reserve_run(struct cgd_softc *sc)
{
	struct cgd_reserve *rs = &sc->sc_reserve;
	const struct cgd_conf *cf = sc->sc_conf;
	struct buf *bp, *io = rs->rs_io;
	int len;

	mutex_enter(&sc->sc_lock);
	while (!rs->rs_running && !rs->rs_busy) {
		if (rs->rs_bp == NULL) {
			rs->rs_bp = TAILQ_FIRST(&rs->rs_waiting);
			if (rs->rs_bp == NULL)
				break;
			TAILQ_REMOVE(&rs->rs_waiting, rs->rs_bp, b_actq);
			rs->rs_done = 0;
		}
		bp = rs->rs_bp;
		rs->rs_busy = rs->rs_running = true;
		mutex_exit(&sc->sc_lock);
		len = MIN(bp->b_bcount - rs->rs_done, MAXPHYS);
		if (BUF_ISREAD(bp))
			part_setup(cf, io, bp, rs->rs_done, len,
			    (char *)bp->b_data + rs->rs_done);
		else {
			cgd_crypt(cf, rs->rs_mem,
			    (char *)bp->b_data + rs->rs_done, (size_t)len,
			    part_sector(cf, bp, rs->rs_done), true);
			part_setup(cf, io, bp, rs->rs_done, len, rs->rs_mem);
		}
		io->b_iodone = reserve_iodone;
		io->b_private = sc;
		VOP_STRATEGY(cf->cf_vp, io);
		mutex_enter(&sc->sc_lock);
		rs->rs_running = false;
	}
	mutex_exit(&sc->sc_lock);
}

static void
reserve_iodone(struct buf *io)
{
	struct cgd_softc *sc = io->b_private;
	struct cgd_reserve *rs = &sc->sc_reserve;
	struct buf *bp = rs->rs_bp;
	const int error = part_end(sc->sc_conf, io, bp, rs->rs_done);
	int done = rs->rs_done;
	bool end;

	if (error == 0)
		done += io->b_bcount;
	end = error != 0 || done == bp->b_bcount;
	mutex_enter(&sc->sc_lock);
	rs->rs_done = done;
	rs->rs_busy = false;
	if (end)
		rs->rs_bp = NULL;
	mutex_exit(&sc->sc_lock);
	/* this request is still in flight: so is the unit's configuration */
	reserve_run(sc);
	if (end)
		request_end(sc, bp, done, error);
}

static void
reserve_request(struct cgd_softc *sc, struct buf *bp)
{
	mutex_enter(&sc->sc_lock);
	TAILQ_INSERT_TAIL(&sc->sc_reserve.rs_waiting, bp, b_actq);
	sc->sc_inflight++; /* bp may end at once, by another thread */
	mutex_exit(&sc->sc_lock);
	reserve_run(sc);
	cgd_exit(sc);
}

/* When a unit is configured and cleared. */
void
cgd_reserve_init(struct cgd_softc *sc)
{
	struct cgd_reserve *rs = &sc->sc_reserve;

	TAILQ_INIT(&rs->rs_waiting);
	rs->rs_io = getiobuf(NULL, true);
	rs->rs_mem = kmem_alloc(MAXPHYS, KM_SLEEP);
}

void
cgd_reserve_fini(struct cgd_softc *sc)
{
	struct cgd_reserve *rs = &sc->sc_reserve;

	KASSERT(rs->rs_bp == NULL && TAILQ_EMPTY(&rs->rs_waiting));
	kmem_free(rs->rs_mem, MAXPHYS);
	putiobuf(rs->rs_io);
}

/*
 * The others
 */

static void
request_iodone(struct buf *io)
{
	struct buf *bp = io->b_private;
	struct cgd_softc *sc = pseudodisk_softc(&cgd_disks, bp->b_dev);
	const int error = part_end(sc->sc_conf, io, bp, 0);

	if (BUF_ISWRITE(io))
		kmem_free(io->b_data, (size_t)io->b_bufsize);
	putiobuf(io);
	request_end(sc, bp, error == 0 ? bp->b_bcount : 0, error);
}

static void
request(struct cgd_softc *sc, struct buf *bp)
{
	const struct cgd_conf *cf = sc->sc_conf;
	const size_t len = (size_t)bp->b_bcount;
	struct buf *io = getiobuf(NULL, false);
	void *data = bp->b_data;

	if (io != NULL && BUF_ISWRITE(bp)) {
		data = kmem_alloc(len, KM_NOSLEEP);
		if (data == NULL) {
			putiobuf(io);
			io = NULL;
		}
	}
	if (io == NULL) {
		reserve_request(sc, bp);
		return;
	}
	if (BUF_ISWRITE(bp))
		cgd_crypt(
		    cf, data, bp->b_data, len, part_sector(cf, bp, 0), true);
	part_setup(cf, io, bp, 0, (int)len, data);
	io->b_iodone = request_iodone;
	io->b_private = bp;
	VOP_STRATEGY(cf->cf_vp, io);
}

void
cgd_strategy(struct buf *bp)
{
	struct cgd_softc *sc = pseudodisk_softc(&cgd_disks, bp->b_dev);
	struct dk_softc *dksc = &sc->sc_dksc;

	if (!cgd_enter(sc)) {
		bp->b_error = ENXIO;
		bp->b_resid = bp->b_bcount;
		biodone(bp);
		return;
	}
	if (!pseudodisk_translate(dksc, bp)) {
		cgd_exit(sc);
		return;
	}
	mutex_enter(&dksc->sc_iolock);
	disk_busy(&dksc->sc_dkdev);
	mutex_exit(&dksc->sc_iolock);
	request(sc, bp);
}
