/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * devsw(9): which driver a device number belongs to.
 *
 * Lookups take no lock: a table entry is one pointer.  A driver that detaches
 * makes sure that nobody has its devices open, as it always had to.
 *
 * Lock: devsw_lock serialises attach and detach.
 */

#include <lib/libkern/libkern.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/tty.h>
#include <sys/types.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>

#include "autoconf_impl.h"

#define MAXMAJOR   512
#define FIRST_FREE 192 /* majors below are given out only when asked for */

/* d: devsw_lock */
struct conv {
	LIST_ENTRY(conv) dc_list; /* d: */
	char *dc_name;            /* c: */
	devmajor_t dc_bmajor;     /* c: */
	devmajor_t dc_cmajor;     /* c: */
};

const char devopn[] = "devopn", devio[] = "devio", devwait[] = "devwait";
const char devin[] = "devin", devout[] = "devout", devioc[] = "devioc";
const char devcls[] = "devcls";

static kmutex_t devsw_lock;
static const struct bdevsw *volatile bdevsws[MAXMAJOR];
static const struct cdevsw *volatile cdevsws[MAXMAJOR];
static LIST_HEAD(, conv) convs = LIST_HEAD_INITIALIZER(convs);

void
devsw_init(void)
{
	mutex_init(&devsw_lock, MUTEX_DEFAULT, IPL_NONE);
}

static struct conv *
conv_find(const char *name)
{
	struct conv *dc;

	LIST_FOREACH(dc, &convs, dc_list) {
		if (strcmp(dc->dc_name, name) == 0)
			break;
	}
	return dc;
}

static bool
major_taken(devmajor_t maj, bool block, const char *name)
{
	struct conv *dc;

	if (block ? bdevsws[maj] != NULL : cdevsws[maj] != NULL)
		return true;
	LIST_FOREACH(dc, &convs, dc_list) {
		if ((block ? dc->dc_bmajor : dc->dc_cmajor) == maj &&
		    strcmp(dc->dc_name, name) != 0)
			return true;
	}
	return false;
}

/* *major: as asked for, or found when -1 */
static int
major_choose(devmajor_t *major, bool block, const char *name)
{
	if (*major >= 0)
		return *major >= MAXMAJOR ? ENOMEM
		    : (block ? bdevsws[*major] != NULL
			     : cdevsws[*major] != NULL)
		    ? EEXIST
		    : 0;
	for (devmajor_t m = FIRST_FREE; m < MAXMAJOR; m++) {
		if (!major_taken(m, block, name)) {
			*major = m;
			return 0;
		}
	}
	return ENOMEM;
}

/*
 * Enter a driver.  Majors of -1 are chosen and returned; a name that was there
 * before gets the majors it had, also where they are taken (EEXIST).
 */
int
devsw_attach(const char *name, const struct bdevsw *bdev, devmajor_t *bmajor,
    const struct cdevsw *cdev, devmajor_t *cmajor)
{
	struct conv *dc;
	devmajor_t bmaj = bdev == NULL ? -1 : *bmajor, cmaj = *cmajor;
	int error = 0;

	if (name == NULL || cdev == NULL)
		return EINVAL;
	mutex_enter(&devsw_lock);
	if ((dc = conv_find(name)) != NULL) {
		if (bmaj == -1)
			bmaj = dc->dc_bmajor;
		if (cmaj == -1)
			cmaj = dc->dc_cmajor;
		/* Drivers that take EEXIST for success go on with these. */
		if (bdev != NULL)
			*bmajor = bmaj;
		*cmajor = cmaj;
	}
	if (bdev != NULL)
		error = major_choose(&bmaj, true, name);
	if (error == 0)
		error = major_choose(&cmaj, false, name);
	if (error == 0 && dc == NULL) {
		dc = kmem_zalloc(sizeof(*dc), KM_SLEEP);
		dc->dc_name = kmem_strdup(name, KM_SLEEP);
		LIST_INSERT_HEAD(&convs, dc, dc_list);
		dc->dc_bmajor = dc->dc_cmajor = -1;
	}
	if (error == 0) {
		if (bdev != NULL) {
			bdevsws[bmaj] = bdev;
			*bmajor = dc->dc_bmajor = bmaj;
		}
		cdevsws[cmaj] = cdev;
		*cmajor = dc->dc_cmajor = cmaj;
	}
	mutex_exit(&devsw_lock);
	return error;
}

int
devsw_detach(const struct bdevsw *bdev, const struct cdevsw *cdev)
{
	mutex_enter(&devsw_lock);
	for (devmajor_t m = 0; m < MAXMAJOR; m++) {
		if (bdev != NULL && bdevsws[m] == bdev)
			bdevsws[m] = NULL;
		if (cdev != NULL && cdevsws[m] == cdev)
			cdevsws[m] = NULL;
	}
	mutex_exit(&devsw_lock);
	return 0;
}

const struct bdevsw *
bdevsw_lookup(dev_t dev)
{
	devmajor_t m = major(dev);

	return dev == NODEV || m < 0 || m >= MAXMAJOR ? NULL : bdevsws[m];
}

const struct cdevsw *
cdevsw_lookup(dev_t dev)
{
	devmajor_t m = major(dev);

	return dev == NODEV || m < 0 || m >= MAXMAJOR ? NULL : cdevsws[m];
}

devmajor_t
bdevsw_lookup_major(const struct bdevsw *bdev)
{
	for (devmajor_t m = 0; m < MAXMAJOR; m++) {
		if (bdevsws[m] == bdev)
			return m;
	}
	return NODEVMAJOR;
}

devmajor_t
cdevsw_lookup_major(const struct cdevsw *cdev)
{
	for (devmajor_t m = 0; m < MAXMAJOR; m++) {
		if (cdevsws[m] == cdev)
			return m;
	}
	return NODEVMAJOR;
}

static const char *
name_of(devmajor_t maj, bool block)
{
	struct conv *dc;

	if (maj < 0)
		return NULL;
	LIST_FOREACH(dc, &convs, dc_list) {
		if ((block ? dc->dc_bmajor : dc->dc_cmajor) == maj)
			return dc->dc_name;
	}
	return NULL;
}

const char *
devsw_blk2name(devmajor_t bmajor)
{
	if (bmajor < 0 || bmajor >= MAXMAJOR || bdevsws[bmajor] == NULL)
		return NULL;
	return name_of(bmajor, true);
}

const char *
bdevsw_getname(devmajor_t maj)
{
	return name_of(maj, true);
}

const char *
cdevsw_getname(devmajor_t maj)
{
	return name_of(maj, false);
}

/* "wd0" is of wd: letters of a driver, then a digit */
static devmajor_t
name_to_major(const char *name, char *devname, size_t len, bool block)
{
	struct conv *dc;
	devmajor_t maj;
	size_t n;

	if (name == NULL)
		return NODEVMAJOR;
	LIST_FOREACH(dc, &convs, dc_list) {
		n = strlen(dc->dc_name);
		if (strncmp(dc->dc_name, name, n) != 0 ||
		    (name[n] != '\0' && !isdigit((unsigned char)name[n])))
			continue;
		maj = block ? dc->dc_bmajor : dc->dc_cmajor;
		if (maj < 0 ||
		    (block ? bdevsws[maj] == NULL : cdevsws[maj] == NULL))
			continue;
		if (devname != NULL)
			strlcpy(devname, dc->dc_name, len);
		return maj;
	}
	return NODEVMAJOR;
}

devmajor_t
devsw_name2blk(const char *name, char *devname, size_t len)
{
	return name_to_major(name, devname, len, true);
}

devmajor_t
devsw_name2chr(const char *name, char *devname, size_t len)
{
	return name_to_major(name, devname, len, false);
}

dev_t
devsw_chr2blk(dev_t cdev)
{
	struct conv *dc;

	LIST_FOREACH(dc, &convs, dc_list) {
		if (dc->dc_cmajor == major(cdev) && dc->dc_bmajor >= 0)
			return makedev(dc->dc_bmajor, minor(cdev));
	}
	return NODEV;
}

dev_t
devsw_blk2chr(dev_t bdev)
{
	struct conv *dc;

	LIST_FOREACH(dc, &convs, dc_list) {
		if (dc->dc_bmajor == major(bdev) && dc->dc_cmajor >= 0)
			return makedev(dc->dc_cmajor, minor(bdev));
	}
	return NODEV;
}

/* memory devices: there are none of the physical kind */
int
iskmemdev(dev_t dev)
{
	return 0;
}

int
iszerodev(dev_t dev)
{
	return 0;
}

/*
 * Calls of drivers.  Who does not say D_MPSAFE gets the big lock.
 */
#define WITH_LOCK(d, stmt)                                                     \
	do {                                                                   \
		bool big_ = ((d)->d_flag & D_MPSAFE) == 0;                     \
		if (big_)                                                      \
			KERNEL_LOCK(1, NULL);                                  \
		stmt;                                                          \
		if (big_)                                                      \
			KERNEL_UNLOCK_ONE(NULL);                               \
	} while (0)

#define CALL_ANY(d, dev, kind, noent, func, ...)                               \
	const struct kind *d = kind##_lookup(dev);                             \
	int rv;                                                                \
	if (d == NULL)                                                         \
		return (noent);                                                \
	if (d->func == NULL)                                                   \
		return ENODEV;                                                 \
	RUMP_DRVCALL_BEGIN();                                                  \
	WITH_LOCK(d, rv = (*d->func)(__VA_ARGS__));                            \
	RUMP_DRVCALL_END("devsw(9)", #func, d->func)
/* one that returns an errno */
#define CALL(d, dev, kind, noent, func, ...)                                   \
	CALL_ANY(d, dev, kind, noent, func, __VA_ARGS__);                      \
	return rump_errno_check(                                               \
	    "devsw(9)", #func, (const void *)(uintptr_t)d->func, rv, true)

int
bdev_open(dev_t dev, int flag, int type, struct lwp *l)
{
	CALL(d, dev, bdevsw, ENXIO, d_open, dev, flag, type, l);
}

int
bdev_close(dev_t dev, int flag, int type, struct lwp *l)
{
	CALL(d, dev, bdevsw, ENXIO, d_close, dev, flag, type, l);
}

int
bdev_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	CALL(d, dev, bdevsw, ENXIO, d_ioctl, dev, cmd, data, flag, l);
}

int
bdev_dump(dev_t dev, daddr_t addr, void *data, size_t size)
{
	CALL(d, dev, bdevsw, ENXIO, d_dump, dev, addr, data, size);
}

int
bdev_discard(dev_t dev, off_t pos, off_t len)
{
	CALL(d, dev, bdevsw, ENXIO, d_discard, dev, pos, len);
}

int
bdev_flags(dev_t dev)
{
	const struct bdevsw *d = bdevsw_lookup(dev);

	return d == NULL ? 0 : d->d_flag & ~D_TYPEMASK;
}

int
bdev_type(dev_t dev)
{
	const struct bdevsw *d = bdevsw_lookup(dev);

	return d == NULL ? D_OTHER : d->d_flag & D_TYPEMASK;
}

/* in DEV_BSIZE units, or -1 */
int
bdev_size(dev_t dev)
{
	const struct bdevsw *d = bdevsw_lookup(dev);
	int size;

	if (d == NULL || d->d_psize == NULL)
		return -1;
	WITH_LOCK(d, size = (*d->d_psize)(dev));
	return size;
}

int
cdev_open(dev_t dev, int flag, int type, struct lwp *l)
{
	CALL(d, dev, cdevsw, ENXIO, d_open, dev, flag, type, l);
}

int
cdev_close(dev_t dev, int flag, int type, struct lwp *l)
{
	CALL(d, dev, cdevsw, ENXIO, d_close, dev, flag, type, l);
}

int
cdev_read(dev_t dev, struct uio *uio, int flag)
{
	CALL(d, dev, cdevsw, ENXIO, d_read, dev, uio, flag);
}

int
cdev_write(dev_t dev, struct uio *uio, int flag)
{
	CALL(d, dev, cdevsw, ENXIO, d_write, dev, uio, flag);
}

int
cdev_ioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	CALL(d, dev, cdevsw, ENXIO, d_ioctl, dev, cmd, data, flag, l);
}

/* Called with tty_lock, a spin lock: not with the big lock, then. */
void
cdev_stop(struct tty *tp, int flag)
{
	const struct cdevsw *d = cdevsw_lookup(tp->t_dev);

	if (d != NULL && d->d_stop != NULL)
		(*d->d_stop)(tp, flag);
}

struct tty *
cdev_tty(dev_t dev)
{
	const struct cdevsw *d = cdevsw_lookup(dev);

	return d == NULL || d->d_tty == NULL ? NULL : (*d->d_tty)(dev);
}

int
cdev_poll(dev_t dev, int events, struct lwp *l)
{
	CALL_ANY(d, dev, cdevsw, POLLERR, d_poll, dev, events, l);
	return rv;
}

paddr_t
cdev_mmap(dev_t dev, off_t off, int prot)
{
	const struct cdevsw *d = cdevsw_lookup(dev);
	paddr_t pa;

	if (d == NULL || d->d_mmap == NULL)
		return (paddr_t)-1;
	WITH_LOCK(d, pa = (*d->d_mmap)(dev, off, prot));
	return pa;
}

int
cdev_kqfilter(dev_t dev, struct knote *kn)
{
	CALL(d, dev, cdevsw, ENXIO, d_kqfilter, dev, kn);
}

int
cdev_discard(dev_t dev, off_t pos, off_t len)
{
	CALL(d, dev, cdevsw, ENXIO, d_discard, dev, pos, len);
}

int
cdev_flags(dev_t dev)
{
	const struct cdevsw *d = cdevsw_lookup(dev);

	return d == NULL ? 0 : d->d_flag & ~D_TYPEMASK;
}

int
cdev_type(dev_t dev)
{
	const struct cdevsw *d = cdevsw_lookup(dev);

	return d == NULL ? D_OTHER : d->d_flag & D_TYPEMASK;
}

/* bdev_strategy() is in librumpvfs, which knows struct buf */

/* what a driver puts where it has no function */
int
noopen(dev_t dev, int flag, int type, struct lwp *l)
{
	return ENODEV;
}

int
noclose(dev_t dev, int flag, int type, struct lwp *l)
{
	return ENODEV;
}

int
noread(dev_t dev, struct uio *uio, int flag)
{
	return ENODEV;
}

int
nowrite(dev_t dev, struct uio *uio, int flag)
{
	return ENODEV;
}

int
noioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	return ENODEV;
}

void
nostop(struct tty *tp, int flag)
{
}

paddr_t
nommap(dev_t dev, off_t off, int prot)
{
	return (paddr_t)-1;
}

int
nodump(dev_t dev, daddr_t addr, void *data, size_t size)
{
	return ENODEV;
}

int
nodiscard(dev_t dev, off_t pos, off_t len)
{
	return ENODEV;
}

int
nullopen(dev_t dev, int flag, int type, struct lwp *l)
{
	return 0;
}

int
nullclose(dev_t dev, int flag, int type, struct lwp *l)
{
	return 0;
}

int
nullread(dev_t dev, struct uio *uio, int flag)
{
	return 0;
}

int
nullwrite(dev_t dev, struct uio *uio, int flag)
{
	return 0;
}

int
nullioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	return 0;
}

void
nullstop(struct tty *tp, int flag)
{
}

paddr_t
nullmmap(dev_t dev, off_t off, int prot)
{
	return 0;
}

int
nulldump(dev_t dev, daddr_t addr, void *data, size_t size)
{
	return 0;
}
