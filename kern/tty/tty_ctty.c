/* SPDX-License-Identifier: BSD-2-Clause */
/* /dev/tty: the controlling terminal of whoever asks. */

#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/ttycom.h>

#include <rump-sys/kern.h>

#include "tty_impl.h"

/* The device of the caller's terminal, or NODEV. */
static dev_t
ctty(void)
{
	dev_t dev = NODEV;
	struct tty *tp;

	mutex_enter(proc_lock);
	tp = (curproc->p_lflag & PL_CONTROLT) != 0 ? curproc->p_session->s_ttyp
						   : NULL;
	if (tp != NULL) {
		mutex_spin_enter(&tty_lock);
		dev = tp->t_dev;
		mutex_spin_exit(&tty_lock);
	}
	mutex_exit(proc_lock);
	return dev;
}

static int
cttyopen(dev_t dev, int flag, int mode, struct lwp *l)
{
	return ctty() == NODEV ? ENXIO : 0;
}

static int
cttyread(dev_t dev, struct uio *uio, int flag)
{
	const dev_t real = ctty();

	return real == NODEV ? EIO : cdev_read(real, uio, flag);
}

static int
cttywrite(dev_t dev, struct uio *uio, int flag)
{
	const dev_t real = ctty();

	return real == NODEV ? EIO : cdev_write(real, uio, flag);
}

static int
cttyioctl(dev_t dev, u_long cmd, void *data, int flag, struct lwp *l)
{
	const dev_t real = ctty();
	int error = 0;

	if (real == NODEV)
		return EIO;
	switch (cmd) {
	case TIOCSCTTY: /* it is so already */
		return EINVAL;
	case TIOCNOTTY:
		mutex_enter(proc_lock);
		if (curproc->p_session->s_leader == curproc)
			error = EINVAL;
		else
			curproc->p_lflag &= ~PL_CONTROLT;
		mutex_exit(proc_lock);
		return error;
	default:
		return cdev_ioctl(real, cmd, data, flag, l);
	}
}

static int
cttypoll(dev_t dev, int events, struct lwp *l)
{
	const dev_t real = ctty();

	return real == NODEV ? seltrue(dev, events, l)
			     : cdev_poll(real, events, l);
}

static int
cttykqfilter(dev_t dev, struct knote *kn)
{
	const dev_t real = ctty();

	return real == NODEV ? seltrue_kqfilter(dev, kn)
			     : cdev_kqfilter(real, kn);
}

static const struct cdevsw ctty_cdevsw = {
    .d_open = cttyopen,
    .d_close = nullclose,
    .d_read = cttyread,
    .d_write = cttywrite,
    .d_ioctl = cttyioctl,
    .d_stop = nullstop,
    .d_tty = notty,
    .d_poll = cttypoll,
    .d_mmap = nommap,
    .d_kqfilter = cttykqfilter,
    .d_discard = nodiscard,
    .d_flag = D_TTY | D_MPSAFE,
};

void
tty_ctty_init(void)
{
	devmajor_t bmajor = NODEVMAJOR, cmajor = NODEVMAJOR;
	int error;

	error = devsw_attach("ctty", NULL, &bmajor, &ctty_cdevsw, &cmajor);
	if (error == 0)
		error =
		    (*rump_vfs_makeonedevnode)(S_IFCHR, "/dev/tty", cmajor, 0);
	if (error != 0 && error != EEXIST)
		printf("tty: /dev/tty: error %d\n", error);
}
