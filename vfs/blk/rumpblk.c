/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rump block device: byte ranges of host files and devices as disks.
 *
 * A unit is a range that was registered. Its minors are DISKMINOR(unit,
 * part): the raw partition is the range itself (that is what registering
 * gives), the others are those of a BSD disk label in it.
 *
 * A request that its maker waits for is made in his thread. One that nobody
 * waits for goes to the host's asynchronous I/O, except while the host
 * answers as fast as memory (the image is in its cache): then handing it to
 * another thread would cost more than doing it.
 *
 * Locks: (r) rumpblk_lock; (c) constant while registered; (u) rb_lock.
 */
#include <sys/atomic.h>
#include <sys/buf.h>
#include <sys/condvar.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/disk.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>
#include <rump-sys/rumpblk.h>
#include <rump/rumpuser.h>

#include <rump-sys/part_scan.h>

#define RUMPBLK_MAXUNIT     256
#define RUMPBLK_FASTNS_BASE 15000 /* a request this fast was in memory */
#define RUMPBLK_FASTNS_4K   4000  /* and so much for each 4 KiB */

struct rumpblk {
	char *rb_path;         /* c: as registered, with its suffix */
	char *rb_host;         /* c: the host's name */
	uint64_t rb_want_off;  /* c: as registered */
	uint64_t rb_want_size; /* c: */
	uint64_t rb_off;       /* c: first byte in the host object */
	uint64_t rb_size;      /* c: bytes; 0 if the host doesn't know */
	int rb_fstype;         /* c: of the partition that it is */
	int rb_ft;             /* c: RUMPUSER_FT_ */
	int rb_fd;             /* c: */
	bool rb_rdonly;        /* c: the host lets us only read */
	u_int rb_refs;         /* r: registrations */
	u_int rb_opens;        /* r: */

	kmutex_t rb_lock;
	kcondvar_t rb_cv;
	u_int rb_inflight;          /* u: asynchronous requests */
	volatile u_int rb_slow;     /* unlocked hint: not from memory */
	bool rb_triedlabel;         /* u: */
	struct disklabel *rb_label; /* u: */
};

struct rumpblk_req {
	struct rumpblk *rq_rb;
	struct buf *rq_bp;
};

static struct rumpblk *units[RUMPBLK_MAXUNIT]; /* r */
static kmutex_t rumpblk_lock;
static bool rumpblk_inited;
static unsigned rumpblk_secshift = DEV_BSHIFT;
static unsigned blkfail; /* of 10,000 requests */
static volatile unsigned blkfail_seed;

static dev_type_open(rumpblk_open);
static dev_type_close(rumpblk_close);
static dev_type_strategy(rumpblk_strategy);
static dev_type_ioctl(rumpblk_ioctl);
static dev_type_size(rumpblk_size);
static dev_type_dump(rumpblk_dump);
static dev_type_read(rumpblk_read);
static dev_type_write(rumpblk_write);

static const struct bdevsw rumpblk_bdevsw = {
    .d_open = rumpblk_open,
    .d_close = rumpblk_close,
    .d_strategy = rumpblk_strategy,
    .d_ioctl = rumpblk_ioctl,
    .d_dump = rumpblk_dump,
    .d_psize = rumpblk_size,
    .d_discard = nodiscard,
    .d_flag = D_DISK | D_MPSAFE,
};

static const struct cdevsw rumpblk_cdevsw = {
    .d_open = rumpblk_open,
    .d_close = rumpblk_close,
    .d_read = rumpblk_read,
    .d_write = rumpblk_write,
    .d_ioctl = rumpblk_ioctl,
    .d_stop = nostop,
    .d_tty = notty,
    .d_poll = nopoll,
    .d_mmap = nommap,
    .d_kqfilter = nokqfilter,
    .d_discard = nodiscard,
    .d_flag = D_DISK | D_MPSAFE,
};

static unsigned
env_number(const char *name, unsigned dflt)
{
	char buf[32];
	uint64_t v = 0;

	if (rumpuser_getparam(name, buf, sizeof(buf)) != 0 || buf[0] == '\0')
		return dflt;
	for (const char *p = buf; *p != '\0'; p++) {
		if (*p < '0' || *p > '9' || v > UINT32_MAX) {
			printf("rumpblk: %s=%s is not a number, ignored\n",
			    name, buf);
			return dflt;
		}
		v = v * 10 + (unsigned)(*p - '0');
	}
	return (unsigned)v;
}

int
rumpblk_init(void)
{
	devmajor_t bmaj = RUMPBLK_DEVMAJOR, cmaj = RUMPBLK_DEVMAJOR;
	unsigned shift;
	int error;

	if (rumpblk_inited)
		return 0;
	mutex_init(&rumpblk_lock, MUTEX_DEFAULT, IPL_NONE);
	blkfail = env_number("RUMP_BLKFAIL", 0);
	if (blkfail > 10000) {
		printf("rumpblk: RUMP_BLKFAIL is per 10000, %u means all\n",
		    blkfail);
		blkfail = 10000;
	}
	blkfail_seed =
	    env_number("RUMP_BLKFAIL_SEED", (unsigned)rump_wall_ns());
	if (blkfail != 0)
		printf("rumpblk: FAULT INJECTION: %u of 10000 requests fail, "
		       "RUMP_BLKFAIL_SEED=%u\n",
		    blkfail, blkfail_seed);
	shift = env_number("RUMP_BLKSECTSHIFT", DEV_BSHIFT);
	if (shift < DEV_BSHIFT || shift > 16)
		printf("rumpblk: RUMP_BLKSECTSHIFT must be 9 to 16, is %u\n",
		    shift);
	else
		rumpblk_secshift = shift;
	error = devsw_attach(
	    "rumpblk", &rumpblk_bdevsw, &bmaj, &rumpblk_cdevsw, &cmaj);
	if (error != 0 && error != EEXIST)
		return error;
	rumpblk_inited = true;
	return 0;
}

static unsigned
rb_secsize(void)
{
	return 1U << rumpblk_secshift;
}

static struct rumpblk *
dev_unit(dev_t dev)
{
	const u_int unit = DISKUNIT(dev);

	return unit < RUMPBLK_MAXUNIT ? units[unit] : NULL;
}

/*
 * Registration
 */
static int
host_pread(void *ctx, uint64_t off, void *buf, size_t len)
{
	const struct rumpblk *rb = ctx;
	struct rumpuser_iovec iov = {.iov_base = buf, .iov_len = len};
	size_t done = 0;
	int error;

	error = rumpuser_iovread(
	    rb->rb_fd, &iov, 1, (int64_t)(rb->rb_off + off), &done);
	if (error == 0 && done != len)
		error = EIO;
	return error;
}

static void
rb_source(struct rumpblk *rb, struct part_source *ps)
{
	ps->ps_read = host_pread;
	ps->ps_ctx = rb;
	ps->ps_size = rb->rb_size;
	ps->ps_secsize = rb_secsize();
}

static char *
str_dup(const char *s, size_t len)
{
	char *p = kmem_alloc(len + 1, KM_SLEEP);

	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

static void
str_free(char *s)
{
	if (s != NULL)
		kmem_free(s, strlen(s) + 1);
}

/*
 * "disk.img%SCHEME:name%": where the suffix begins, or the end of the path.
 */
static const char *
suffix_find(const char *path)
{
	const size_t len = strlen(path);
	const char *p, *colon;

	if (len < 4 || path[len - 1] != '%')
		return path + len;
	for (p = path + len - 2; p > path && *p != '%' && *p != '/'; p--)
		continue;
	if (p == path || *p != '%')
		return path + len;
	colon = strchr(p, ':');
	if (colon == NULL || colon == p + 1 || colon + 2 > path + len - 1)
		return path + len;
	return p;
}

static int
rb_partition(struct rumpblk *rb, const char *suffix)
{
	char scheme[16], name[16];
	const char *colon, *end;
	struct part_source ps;
	struct part_range pr;
	int error;

	if (*suffix == '\0')
		return 0;
	suffix++;
	colon = strchr(suffix, ':');
	end = suffix + strlen(suffix) - 1;
	if (colon - suffix >= (ptrdiff_t)sizeof(scheme) ||
	    end - colon - 1 >= (ptrdiff_t)sizeof(name))
		return EINVAL;
	memcpy(scheme, suffix, colon - suffix);
	scheme[colon - suffix] = '\0';
	memcpy(name, colon + 1, end - colon - 1);
	name[end - colon - 1] = '\0';

	rb_source(rb, &ps);
	error = part_find(&ps, scheme, name, &pr);
	if (error != 0) {
		printf("rumpblk: %s: %s partition %s: %s\n", rb->rb_host,
		    scheme, name,
		    error == ENOENT       ? "no such partition"
			: error == EINVAL ? "not a valid partition or table"
					  : "cannot be read");
		return error;
	}
	rb->rb_off += pr.pr_offset;
	rb->rb_size = pr.pr_size;
	rb->rb_fstype = pr.pr_fstype;
	return 0;
}

static int
rb_openhost(struct rumpblk *rb)
{
	uint64_t size;
	int error;

	error = rumpuser_getfileinfo(rb->rb_host, &size, &rb->rb_ft);
	if (error)
		return error;
	switch (rb->rb_ft) {
	case RUMPUSER_FT_REG:
	case RUMPUSER_FT_BLK:
	case RUMPUSER_FT_CHR:
		break;
	case RUMPUSER_FT_DIR:
		return EISDIR;
	default:
		return EINVAL;
	}
	error = rumpuser_open(
	    rb->rb_host, RUMPUSER_OPEN_RDWR | RUMPUSER_OPEN_BIO, &rb->rb_fd);
	if (error == EACCES || error == EROFS || error == EPERM ||
	    error == ETXTBSY || error == EBUSY) {
		rb->rb_rdonly = true;
		error = rumpuser_open(rb->rb_host,
		    RUMPUSER_OPEN_RDONLY | RUMPUSER_OPEN_BIO, &rb->rb_fd);
	}
	if (error)
		return error;
	if (rb->rb_ft == RUMPUSER_FT_CHR && size == 0)
		size = INT64_MAX; /* it will tell where its end is */
	rb->rb_off = rb->rb_want_off;
	if (rb->rb_off > size) {
		printf("rumpblk: %s: offset %ju is behind its end (%ju)\n",
		    rb->rb_host, (uintmax_t)rb->rb_off, (uintmax_t)size);
		rumpuser_close(rb->rb_fd);
		return EINVAL;
	}
	rb->rb_size = size - rb->rb_off;
	if (rb->rb_want_size != RUMPBLK_SIZENOTSET) {
		if (rb->rb_want_size > rb->rb_size) {
			printf("rumpblk: %s: %ju bytes at %ju wanted, there "
			       "are %ju\n",
			    rb->rb_host, (uintmax_t)rb->rb_want_size,
			    (uintmax_t)rb->rb_off, (uintmax_t)rb->rb_size);
			rumpuser_close(rb->rb_fd);
			return EINVAL;
		}
		rb->rb_size = rb->rb_want_size;
	}
	return 0;
}

static void
rb_destroy(struct rumpblk *rb)
{
	if (rb->rb_label != NULL)
		kmem_free(rb->rb_label, sizeof(*rb->rb_label));
	cv_destroy(&rb->rb_cv);
	mutex_destroy(&rb->rb_lock);
	str_free(rb->rb_path);
	str_free(rb->rb_host);
	kmem_free(rb, sizeof(*rb));
}

static int
rb_create(
    const char *path, uint64_t offset, uint64_t size, struct rumpblk **rbp)
{
	const char *suffix = suffix_find(path);
	struct rumpblk *rb;
	uint64_t fsize;
	int error, ft;

	/* a file may really be called that */
	if (*suffix != '\0' && rumpuser_getfileinfo(path, &fsize, &ft) == 0)
		suffix = path + strlen(path);

	rb = kmem_zalloc(sizeof(*rb), KM_SLEEP);
	mutex_init(&rb->rb_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&rb->rb_cv, "rumpblk");
	rb->rb_path = str_dup(path, strlen(path));
	rb->rb_host = str_dup(path, suffix - path);
	rb->rb_want_off = offset;
	rb->rb_want_size = size;
	rb->rb_fstype = FS_OTHER;
	error = rb_openhost(rb);
	if (error == 0) {
		error = rb_partition(rb, suffix);
		if (error)
			rumpuser_close(rb->rb_fd);
	}
	if (error) {
		rb_destroy(rb);
		return error;
	}
	*rbp = rb;
	return 0;
}

int
rumpblk_register(
    const char *path, devminor_t *minorp, uint64_t offset, uint64_t size)
{
	struct rumpblk *rb, *new;
	int error, i, slot;

	error = rb_create(path, offset, size, &new);
	if (error)
		return error;
	mutex_enter(&rumpblk_lock);
	slot = -1;
	for (i = 0; i < RUMPBLK_MAXUNIT; i++) {
		rb = units[i];
		if (rb == NULL) {
			if (slot == -1)
				slot = i;
			continue;
		}
		if (strcmp(rb->rb_path, path) == 0 &&
		    rb->rb_want_off == offset && rb->rb_want_size == size)
			break;
	}
	if (i < RUMPBLK_MAXUNIT) {
		units[i]->rb_refs++;
		slot = i;
	} else if (slot != -1) {
		new->rb_refs = 1;
		units[slot] = new;
		new = NULL;
	} else
		error = EBUSY;
	mutex_exit(&rumpblk_lock);
	if (new != NULL) {
		rumpuser_close(new->rb_fd);
		rb_destroy(new);
	}
	if (error == 0)
		*minorp = DISKMINOR(slot, RAW_PART);
	return error;
}

int
rumpblk_deregister(dev_t dev)
{
	const u_int unit = DISKUNIT(dev);
	struct rumpblk *rb;
	int error = 0;

	mutex_enter(&rumpblk_lock);
	rb = dev_unit(dev);
	if (rb == NULL)
		error = ENOENT;
	else if (rb->rb_refs == 1 && rb->rb_opens != 0)
		error = EBUSY;
	else if (--rb->rb_refs == 0)
		units[unit] = NULL;
	else
		rb = NULL; /* it has others */
	mutex_exit(&rumpblk_lock);
	if (error == 0 && rb != NULL) {
		rumpuser_close(rb->rb_fd);
		rb_destroy(rb);
	}
	return error;
}

/* At halt: what was written reaches the host's disk. */
void
rumpblk_fini(void)
{
	for (int i = 0; i < RUMPBLK_MAXUNIT; i++) {
		struct rumpblk *rb = units[i];

		if (rb != NULL && !rb->rb_rdonly)
			(void)rumpuser_syncfd(rb->rb_fd,
			    RUMPUSER_SYNCFD_WRITE | RUMPUSER_SYNCFD_SYNC, 0, 0);
	}
}

/*
 * The disk label
 */
static void
label_fake(const struct rumpblk *rb, struct disklabel *lp, int part)
{
	const uint64_t secs = rb->rb_size >> rumpblk_secshift;
	struct partition *p;

	memset(lp, 0, sizeof(*lp));
	lp->d_magic = lp->d_magic2 = DISKMAGIC;
	lp->d_type = DKTYPE_RUMPD;
	strlcpy(lp->d_typename, "rumpd", sizeof(lp->d_typename));
	strlcpy(lp->d_packname, "fictitious", sizeof(lp->d_packname));
	lp->d_secsize = rb_secsize();
	lp->d_nsectors = 32;
	lp->d_ntracks = 64;
	lp->d_secpercyl = lp->d_nsectors * lp->d_ntracks;
	lp->d_ncylinders = (uint32_t)MIN(secs / lp->d_secpercyl, UINT32_MAX);
	lp->d_secperunit = (uint32_t)MIN(secs, UINT32_MAX);
	lp->d_rpm = 3600;
	lp->d_interleave = 1;
	lp->d_bbsize = 8192;
	lp->d_sbsize = 8192;
	lp->d_npartitions = (uint16_t)MAX(part, RAW_PART) + 1;
	for (int i = 0; i < 2; i++) {
		p = &lp->d_partitions[i == 0 ? RAW_PART : part];
		p->p_offset = 0;
		p->p_size = lp->d_secperunit;
		p->p_fstype = (uint8_t)rb->rb_fstype;
	}
}

/* The label on the disk, if there is one. */
static struct disklabel *
rb_getlabel(struct rumpblk *rb)
{
	struct part_source ps;
	struct disklabel *lp;

	mutex_enter(&rb->rb_lock);
	if (!rb->rb_triedlabel) {
		mutex_exit(&rb->rb_lock);
		lp = kmem_zalloc(sizeof(*lp), KM_SLEEP);
		rb_source(rb, &ps);
		if (part_readlabel(&ps, lp) != 0) {
			kmem_free(lp, sizeof(*lp));
			lp = NULL;
		}
		mutex_enter(&rb->rb_lock);
		/* Somebody else may have been faster. */
		if (!rb->rb_triedlabel) {
			rb->rb_label = lp;
			rb->rb_triedlabel = true;
		} else if (lp != NULL)
			kmem_free(lp, sizeof(*lp));
	}
	lp = rb->rb_label;
	mutex_exit(&rb->rb_lock);
	return lp;
}

/* Where a partition is within the unit. */
static int
rb_bounds(struct rumpblk *rb, int part, uint64_t *offp, uint64_t *sizep)
{
	const struct disklabel *lp;
	uint64_t off, size;

	if (part == RAW_PART) {
		*offp = 0;
		*sizep = rb->rb_size;
		return 0;
	}
	lp = rb_getlabel(rb);
	if (lp == NULL || part >= lp->d_npartitions)
		return ENXIO;
	off = (uint64_t)lp->d_partitions[part].p_offset * lp->d_secsize;
	size = (uint64_t)lp->d_partitions[part].p_size * lp->d_secsize;
	if (size == 0 || off > rb->rb_size || size > rb->rb_size - off)
		return ENXIO;
	*offp = off;
	*sizep = size;
	return 0;
}

/*
 * The device
 */
static int
rumpblk_open(dev_t dev, int flag, int fmt, struct lwp *l)
{
	struct rumpblk *rb;
	uint64_t off, size;
	int error;

	/* Once it counts as open it stays. */
	mutex_enter(&rumpblk_lock);
	rb = dev_unit(dev);
	if (rb != NULL)
		rb->rb_opens++;
	mutex_exit(&rumpblk_lock);
	if (rb == NULL)
		return ENXIO;
	if (flag & FWRITE && rb->rb_rdonly) {
		printf("rumpblk: %s is read-only on the host: mount or open "
		       "it read-only, or change its permissions\n",
		    rb->rb_host);
		error = EROFS;
	} else
		error = rb_bounds(rb, DISKPART(dev), &off, &size);
	if (error) {
		mutex_enter(&rumpblk_lock);
		rb->rb_opens--;
		mutex_exit(&rumpblk_lock);
	}
	return error;
}

static int
rumpblk_close(dev_t dev, int flag, int fmt, struct lwp *l)
{
	struct rumpblk *rb = dev_unit(dev);

	if (rb == NULL)
		return ENXIO;
	mutex_enter(&rb->rb_lock);
	while (rb->rb_inflight > 0)
		cv_wait(&rb->rb_cv, &rb->rb_lock);
	mutex_exit(&rb->rb_lock);
	mutex_enter(&rumpblk_lock);
	if (rb->rb_opens > 0)
		rb->rb_opens--;
	mutex_exit(&rumpblk_lock);
	return 0;
}

static bool
inject_failure(void)
{
	unsigned seed;

	if (__predict_true(blkfail == 0))
		return false;
	seed = blkfail_seed = blkfail_seed * 1103515245 + 12345;
	return (seed >> 8) % 10000 < blkfail;
}

static void
req_finish(struct rumpblk *rb, struct buf *bp, size_t done, int error)
{
	if (error == 0 && done != (size_t)bp->b_bcount &&
	    rb->rb_ft != RUMPUSER_FT_CHR) {
		printf("rumpblk: %s: the host moved %zu of %d bytes at block "
		       "%jd: is the image truncated, or the host's disk "
		       "full?\n",
		    rb->rb_host, done, bp->b_bcount, (intmax_t)bp->b_blkno);
		error = EIO;
	}
	bp->b_error = error;
	bp->b_resid = error != 0 ? bp->b_bcount : bp->b_bcount - (int)done;
	if (rb->rb_ft == RUMPUSER_FT_CHR && error == 0)
		bp->b_resid = bp->b_bcount - (int)done;
	biodone(bp);
}

/* The host is done with an asynchronous request; a thread of its own. */
static void
rumpblk_biodone(void *arg, size_t done, int error)
{
	struct rumpblk_req *rq = arg;
	struct rumpblk *rb = rq->rq_rb;
	struct buf *bp = rq->rq_bp;

	if (rump_threads != 0)
		curlwp->l_pflag |= LP_IODONE;
	kmem_free(rq, sizeof(*rq));
	req_finish(rb, bp, done, error);
	mutex_enter(&rb->rb_lock);
	if (--rb->rb_inflight == 0)
		cv_broadcast(&rb->rb_cv);
	mutex_exit(&rb->rb_lock);
}

static void
req_inline(struct rumpblk *rb, struct buf *bp, uint64_t off)
{
	struct rumpuser_iovec iov = {
	    .iov_base = bp->b_data,
	    .iov_len = (size_t)bp->b_bcount,
	};
	const bool timed = (bp->b_flags & B_ASYNC) != 0;
	int64_t t0 = 0;
	size_t done = 0;
	int error;

	if (timed)
		t0 = rump_mono_ns();
	if (BUF_ISREAD(bp))
		error =
		    rumpuser_iovread(rb->rb_fd, &iov, 1, (int64_t)off, &done);
	else
		error =
		    rumpuser_iovwrite(rb->rb_fd, &iov, 1, (int64_t)off, &done);
	if (timed &&
	    rump_mono_ns() - t0 > RUMPBLK_FASTNS_BASE +
		    (int64_t)(bp->b_bcount >> 12) * RUMPBLK_FASTNS_4K)
		rb->rb_slow = MIN(rb->rb_slow + 64, 256);
	req_finish(rb, bp, done, error);
}

static void
req_async(struct rumpblk *rb, struct buf *bp, uint64_t off)
{
	struct rumpblk_req *rq;

	/* it may be for memory's sake that it is written */
	rq = kmem_alloc(sizeof(*rq), KM_NOSLEEP);
	if (rq == NULL) {
		req_inline(rb, bp, off);
		return;
	}
	rq->rq_rb = rb;
	rq->rq_bp = bp;
	mutex_enter(&rb->rb_lock);
	rb->rb_inflight++;
	mutex_exit(&rb->rb_lock);
	rumpuser_bio(rb->rb_fd,
	    BUF_ISREAD(bp) ? RUMPUSER_BIO_READ : RUMPUSER_BIO_WRITE, bp->b_data,
	    (size_t)bp->b_bcount, (int64_t)off, rumpblk_biodone, rq);
}

/* Bounds of a request: false if it is answered already. */
static bool
req_check(struct rumpblk *rb, struct buf *bp, uint64_t *offp)
{
	uint64_t start, size, off;
	int error;

	error = rb_bounds(rb, DISKPART(bp->b_dev), &start, &size);
	if (error)
		goto fail;
	error = EINVAL;
	if (bp->b_blkno < 0 || bp->b_bcount < 0 ||
	    (uint64_t)bp->b_blkno > (uint64_t)INT64_MAX >> DEV_BSHIFT)
		goto fail;
	off = (uint64_t)bp->b_blkno << DEV_BSHIFT;
	if ((off | (uint64_t)bp->b_bcount) & (DEV_BSIZE - 1))
		goto fail;
	if (bp->b_bcount == 0) {
		bp->b_resid = 0;
		biodone(bp);
		return false;
	}
	if (off >= size || (uint64_t)bp->b_bcount > size - off) {
		/* raw transfers stop at the end, the others may not pass */
		error = BUF_ISREAD(bp) ? EIO : ENOSPC;
		if ((bp->b_flags & B_RAW) == 0)
			goto fail;
		if (off >= size) {
			error = BUF_ISREAD(bp) && off == size ? 0 : error;
			goto fail;
		}
		bp->b_bcount = (int)((size - off) & ~(DEV_BSIZE - 1));
		if (bp->b_bcount == 0)
			goto fail;
	}
	if (BUF_ISWRITE(bp) && rb->rb_rdonly) {
		error = EROFS;
		goto fail;
	}
	if (inject_failure()) {
		error = EIO;
		goto fail;
	}
	bp->b_rawblkno = bp->b_blkno + (daddr_t)(start >> DEV_BSHIFT);
	*offp = rb->rb_off + start + off;
	return true;
fail:
	bp->b_error = error;
	bp->b_resid = bp->b_bcount;
	biodone(bp);
	return false;
}

static void
rumpblk_strategy(struct buf *bp)
{
	struct rumpblk *rb = dev_unit(bp->b_dev);
	uint64_t off;

	if (rb == NULL) {
		bp->b_error = ENXIO;
		bp->b_resid = bp->b_bcount;
		biodone(bp);
		return;
	}
	if (!req_check(rb, bp, &off))
		return;
	if ((bp->b_flags & B_ASYNC) == 0 || rump_threads == 0)
		req_inline(rb, bp, off);
	else if (rb->rb_slow == 0)
		req_inline(rb, bp, off);
	else {
		/* look now and then whether it still is */
		rb->rb_slow--;
		req_async(rb, bp, off);
	}
}

static int
rumpblk_read(dev_t dev, struct uio *uio, int flags)
{
	return physio(rumpblk_strategy, NULL, dev, B_READ, minphys, uio);
}

static int
rumpblk_write(dev_t dev, struct uio *uio, int flags)
{
	return physio(rumpblk_strategy, NULL, dev, B_WRITE, minphys, uio);
}

static int
rumpblk_dump(dev_t dev, daddr_t blkno, void *va, size_t size)
{
	return ENODEV;
}

static int
rumpblk_size(dev_t dev)
{
	struct rumpblk *rb = dev_unit(dev);
	uint64_t off, size;

	if (rb == NULL || rb_bounds(rb, DISKPART(dev), &off, &size) != 0)
		return -1;
	return (int)MIN(size >> rumpblk_secshift, INT32_MAX);
}

static int
rb_sync(struct rumpblk *rb)
{
	if (rb->rb_rdonly)
		return 0;
	mutex_enter(&rb->rb_lock);
	while (rb->rb_inflight > 0)
		cv_wait(&rb->rb_cv, &rb->rb_lock);
	mutex_exit(&rb->rb_lock);
	return rumpuser_syncfd(rb->rb_fd,
	    RUMPUSER_SYNCFD_WRITE | RUMPUSER_SYNCFD_BARRIER |
		RUMPUSER_SYNCFD_SYNC,
	    0, 0);
}

static void
rb_label(struct rumpblk *rb, int part, struct disklabel *lp)
{
	const struct disklabel *disk = rb_getlabel(rb);

	label_fake(rb, lp, part);
	if (disk == NULL)
		return;
	{
		const struct partition raw = lp->d_partitions[RAW_PART];

		*lp = *disk;
		lp->d_partitions[RAW_PART] = raw;
		lp->d_npartitions = MAX(lp->d_npartitions, RAW_PART + 1);
	}
}

static const char *
fstype_name(int fstype)
{
	static const char *const names[] = {
#define X(tag, number, name, fsck, mount) [number] = mount,
	    FSTYPE_LIST(X)
#undef X
	};

	if (fstype == FS_APPLEUFS)
		return DKW_PTYPE_APPLEUFS;
	if (fstype == FS_V7)
		return DKW_PTYPE_V7;
	if (fstype < 0 || fstype >= FSMAXTYPES || names[fstype] == NULL)
		return DKW_PTYPE_UNKNOWN;
	return names[fstype];
}

static void
rb_wedgeinfo(struct rumpblk *rb, int unit, int part, uint64_t off,
    uint64_t size, struct dkwedge_info *dkw)
{
	const struct disklabel *lp = part == RAW_PART ? NULL : rb_getlabel(rb);
	const int fstype =
	    lp != NULL ? lp->d_partitions[part].p_fstype : rb->rb_fstype;

	memset(dkw, 0, sizeof(*dkw));
	snprintf(dkw->dkw_devname, sizeof(dkw->dkw_devname), "rumpd%d%c", unit,
	    'a' + part);
	snprintf(dkw->dkw_parent, sizeof(dkw->dkw_parent), "rumpd%d", unit);
	strlcpy((char *)dkw->dkw_wname, rb->rb_host, sizeof(dkw->dkw_wname));
	dkw->dkw_offset = (daddr_t)(off >> rumpblk_secshift);
	dkw->dkw_size = size >> rumpblk_secshift;
	strlcpy(dkw->dkw_ptype, fstype_name(fstype), sizeof(dkw->dkw_ptype));
}

static void
rb_partinfo(struct rumpblk *rb, int part, uint64_t off, uint64_t size,
    struct partinfo *pi)
{
	const struct disklabel *lp = part == RAW_PART ? NULL : rb_getlabel(rb);
	const struct partition *p = lp != NULL ? &lp->d_partitions[part] : NULL;

	memset(pi, 0, sizeof(*pi));
	pi->pi_offset = off >> rumpblk_secshift;
	pi->pi_size = size >> rumpblk_secshift;
	pi->pi_secsize = rb_secsize();
	pi->pi_bsize = BLKDEV_IOSIZE;
	pi->pi_fstype = p != NULL ? p->p_fstype : (uint8_t)rb->rb_fstype;
	if (p != NULL) {
		pi->pi_fsize = p->p_fsize;
		pi->pi_frag = p->p_frag;
		pi->pi_cpg = p->p_cpg;
	}
}

static int
rumpblk_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	struct rumpblk *rb = dev_unit(dev);
	const int part = DISKPART(dev);
	uint64_t off, size;
	int error;

	if (rb == NULL)
		return ENXIO;
	error = rb_bounds(rb, part, &off, &size);
	if (error)
		return error;

	switch (cmd) {
	case DIOCGDINFO:
		rb_label(rb, part, data);
		return 0;
	case DIOCGDEFLABEL:
		label_fake(rb, data, part);
		return 0;
	case DIOCGPARTINFO:
		rb_partinfo(rb, part, off, size, data);
		return 0;
	case DIOCGWEDGEINFO:
		rb_wedgeinfo(rb, DISKUNIT(dev), part, off, size, data);
		return 0;
	case DIOCLWEDGES:
		((struct dkwedge_list *)data)->dkwl_nwedges = 0;
		((struct dkwedge_list *)data)->dkwl_ncopied = 0;
		return 0;
	case DIOCGMEDIASIZE:
		*(off_t *)data = (off_t)size;
		return 0;
	case DIOCGSECTORSIZE:
		*(u_int *)data = rb_secsize();
		return 0;
	case DIOCGSECTORALIGN:
		((struct disk_sectoralign *)data)->dsa_firstaligned = 0;
		((struct disk_sectoralign *)data)->dsa_alignment = 1;
		return 0;
	case DIOCGSTRATEGY:
		memset(data, 0, sizeof(struct disk_strategy));
		strlcpy(((struct disk_strategy *)data)->dks_name, "fcfs",
		    DK_STRATEGYNAMELEN);
		return 0;
	case DIOCSSTRATEGY: /* the order of requests is the host's */
		return (flag & FWRITE) ? 0 : EBADF;
	case DIOCGCACHE:
		*(int *)data = DKCACHE_READ | DKCACHE_WRITE;
		return 0;
	case DIOCCACHESYNC:
		return rb_sync(rb);
	case DIOCTUR:
		*(int *)data = 1;
		return 0;
	case DIOCWLABEL:
	case DIOCKLABEL:
		return (flag & FWRITE) ? 0 : EBADF;
	default:
		return ENOTTY;
	}
}
