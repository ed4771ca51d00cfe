/* SPDX-License-Identifier: BSD-2-Clause */
/* What a mailbox does, whichever way it is reached. */

#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/signalvar.h>
#include <sys/systm.h>
#include <sys/ttycom.h>
#include <sys/uio.h>

#include <prop/proplib.h>

#include "ktest.h"
#include "mbx.h"

void
mbx_init(struct mbx *mb)
{
	memset(mb, 0, sizeof(*mb));
	mutex_init(&mb->mb_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&mb->mb_cv, "mbx");
	selinit(&mb->mb_rsel);
	selinit(&mb->mb_wsel);
	mb->mb_max = MBX_SIZE;
	strlcpy(mb->mb_name, "unnamed", sizeof(mb->mb_name));
}

void
mbx_fini(struct mbx *mb)
{
	seldestroy(&mb->mb_rsel);
	seldestroy(&mb->mb_wsel);
	cv_destroy(&mb->mb_cv);
	mutex_destroy(&mb->mb_lock);
}

/* There is more to read. */
static void
mbx_readable(struct mbx *mb)
{
	KASSERT(mutex_owned(&mb->mb_lock));
	cv_broadcast(&mb->mb_cv);
	selnotify(&mb->mb_rsel, POLLIN | POLLRDNORM, NOTE_SUBMIT);
}

/* There is more room. */
static void
mbx_writable(struct mbx *mb)
{
	KASSERT(mutex_owned(&mb->mb_lock));
	cv_broadcast(&mb->mb_cv);
	selnotify(&mb->mb_wsel, POLLOUT | POLLWRNORM, NOTE_SUBMIT);
}

int
mbx_read(struct mbx *mb, struct uio *uio, bool wait)
{
	uint8_t buf[MBX_SIZE];
	u_int i, n;
	int error;

	if (uio->uio_resid == 0)
		return 0;
	mutex_enter(&mb->mb_lock);
	while (mb->mb_count == 0) {
		if (!wait) {
			mutex_exit(&mb->mb_lock);
			return EWOULDBLOCK;
		}
		error = cv_wait_sig(&mb->mb_cv, &mb->mb_lock);
		if (error != 0) {
			mutex_exit(&mb->mb_lock);
			return error;
		}
	}
	n = (u_int)MIN(uio->uio_resid, mb->mb_count);
	for (i = 0; i < n; i++)
		buf[i] = mb->mb_data[(mb->mb_head + i) % MBX_SIZE];
	mb->mb_head = (mb->mb_head + n) % MBX_SIZE;
	mb->mb_count -= n;
	mbx_writable(mb);
	mutex_exit(&mb->mb_lock);
	return uiomove(buf, n, uio);
}

int
mbx_write(struct mbx *mb, struct uio *uio, bool wait)
{
	uint8_t buf[MBX_SIZE];
	u_int i, n;
	int error;
	pid_t owner = 0;

	while (uio->uio_resid > 0) {
		mutex_enter(&mb->mb_lock);
		while (mb->mb_count >= mb->mb_max) {
			if (!wait) {
				mutex_exit(&mb->mb_lock);
				return EWOULDBLOCK;
			}
			error = cv_wait_sig(&mb->mb_cv, &mb->mb_lock);
			if (error != 0) {
				mutex_exit(&mb->mb_lock);
				return error;
			}
		}
		n = (u_int)MIN(uio->uio_resid, mb->mb_max - mb->mb_count);
		mutex_exit(&mb->mb_lock);
		error = uiomove(buf, n, uio);
		if (error != 0)
			return error;
		mutex_enter(&mb->mb_lock);
		/* Others may have written meanwhile: what fits, fits. */
		for (i = 0; i < n && mb->mb_count < MBX_SIZE; i++) {
			mb->mb_data[(mb->mb_head + mb->mb_count) % MBX_SIZE] =
			    buf[i];
			mb->mb_count++;
		}
		mbx_readable(mb);
		if (mb->mb_async)
			owner = mb->mb_owner;
		mutex_exit(&mb->mb_lock);
		if (owner != 0)
			fownsignal(
			    owner, SIGIO, POLL_IN, POLLIN | POLLRDNORM, NULL);
	}
	return 0;
}

static int
mbx_sum(struct mbx_sum *ms)
{
	uint8_t buf[64];
	u_int i;
	int error;

	if (ms->ms_len > sizeof(buf))
		return EINVAL;
	error = copyin(ms->ms_bytes, buf, ms->ms_len);
	if (error != 0)
		return error;
	ms->ms_sum = 0;
	for (i = 0; i < ms->ms_len; i++)
		ms->ms_sum += buf[i];
	return 0;
}

static int
mbx_rename(struct mbx *mb, const struct mbx_name *mn)
{
	char name[MBX_NAMELEN], old[MBX_NAMELEN];
	size_t done;
	int error;

	mutex_enter(&mb->mb_lock);
	strlcpy(old, mb->mb_name, sizeof(old));
	mutex_exit(&mb->mb_lock);
	error = copyoutstr(old, mn->mn_old, mn->mn_oldlen, &done);
	if (error != 0 || mn->mn_new == NULL)
		return error;
	KASSERT(done == strlen(old) + 1);
	error = copyinstr(mn->mn_new, name, sizeof(name), NULL);
	if (error != 0)
		return error;
	mutex_enter(&mb->mb_lock);
	strlcpy(mb->mb_name, name, sizeof(mb->mb_name));
	mutex_exit(&mb->mb_lock);
	return 0;
}

/* A dictionary that may set "max"; it comes back with what is so. */
static int
mbx_props(struct mbx *mb, u_long cmd, struct plistref *pref)
{
	prop_dictionary_t dict;
	uint32_t max;
	int error;

	error = prop_dictionary_copyin_ioctl(pref, cmd, &dict);
	if (error != 0)
		return error;
	mutex_enter(&mb->mb_lock);
	if (prop_dictionary_get_uint32(dict, "max", &max) && max > 0 &&
	    max <= MBX_SIZE)
		mb->mb_max = max;
	max = mb->mb_max;
	mutex_exit(&mb->mb_lock);
	prop_dictionary_set_uint32(dict, "max", max);
	prop_dictionary_set_cstring(dict, "driver", "mbx");
	error = prop_dictionary_copyout_ioctl(pref, cmd, dict);
	prop_object_release(dict);
	return error;
}

int
mbx_ioctl(struct mbx *mb, u_long cmd, void *data, struct lwp *l)
{
	struct mbx_info *mi;
	int max, error = 0;

	switch (cmd) {
	case FIONBIO: /* each call has the flag */
		return 0;
	case FIONREAD:
		mutex_enter(&mb->mb_lock);
		*(int *)data = (int)mb->mb_count;
		mutex_exit(&mb->mb_lock);
		return 0;
	case FIOASYNC:
		mutex_enter(&mb->mb_lock);
		mb->mb_async = *(int *)data != 0;
		mutex_exit(&mb->mb_lock);
		return 0;
	case TIOCSPGRP:
	case FIOSETOWN:
		return fsetown(&mb->mb_owner, cmd, data);
	case TIOCGPGRP:
	case FIOGETOWN:
		return fgetown(mb->mb_owner, cmd, data);
	case MBXIOC_INFO:
		mi = data;
		mutex_enter(&mb->mb_lock);
		mi->mi_bytes = (int)mb->mb_count;
		mi->mi_max = (int)mb->mb_max;
		mutex_exit(&mb->mb_lock);
		return 0;
	case MBXIOC_SETMAX:
		max = *(int *)data;
		if (max <= 0 || max > MBX_SIZE)
			return EINVAL;
		mutex_enter(&mb->mb_lock);
		mb->mb_max = (u_int)max;
		mbx_writable(mb);
		mutex_exit(&mb->mb_lock);
		return 0;
	case MBXIOC_RESET:
		mutex_enter(&mb->mb_lock);
		mb->mb_count = 0;
		mbx_writable(mb);
		mutex_exit(&mb->mb_lock);
		return 0;
	case MBXIOC_SUM:
		return mbx_sum(data);
	case MBXIOC_NAME:
		return mbx_rename(mb, data);
	case MBXIOC_PROPS:
		return mbx_props(mb, cmd, data);
	default:
		error = ENOTTY;
	}
	return error;
}

int
mbx_poll(struct mbx *mb, int events, struct lwp *l)
{
	int revents = 0;

	mutex_enter(&mb->mb_lock);
	if (mb->mb_count > 0)
		revents |= events & (POLLIN | POLLRDNORM);
	if (mb->mb_count < mb->mb_max)
		revents |= events & (POLLOUT | POLLWRNORM);
	if (revents == 0) {
		if ((events & (POLLIN | POLLRDNORM)) != 0)
			selrecord(l, &mb->mb_rsel);
		if ((events & (POLLOUT | POLLWRNORM)) != 0)
			selrecord(l, &mb->mb_wsel);
	}
	mutex_exit(&mb->mb_lock);
	return revents;
}

static void
mbx_rdetach(struct knote *kn)
{
	struct mbx *mb = kn->kn_hook;

	K(KERNEL_LOCKED_P());
	mutex_enter(&mb->mb_lock);
	SLIST_REMOVE(&mb->mb_rsel.sel_klist, kn, knote, kn_selnext);
	mutex_exit(&mb->mb_lock);
}

static void
mbx_wdetach(struct knote *kn)
{
	struct mbx *mb = kn->kn_hook;

	K(KERNEL_LOCKED_P());
	mutex_enter(&mb->mb_lock);
	SLIST_REMOVE(&mb->mb_wsel.sel_klist, kn, knote, kn_selnext);
	mutex_exit(&mb->mb_lock);
}

static int
mbx_revent(struct knote *kn, long hint)
{
	struct mbx *mb = kn->kn_hook;

	if (hint != NOTE_SUBMIT) {
		K(KERNEL_LOCKED_P());
		mutex_enter(&mb->mb_lock);
	}
	kn->kn_data = mb->mb_count;
	if (hint != NOTE_SUBMIT)
		mutex_exit(&mb->mb_lock);
	return kn->kn_data > 0;
}

static int
mbx_wevent(struct knote *kn, long hint)
{
	struct mbx *mb = kn->kn_hook;

	if (hint != NOTE_SUBMIT) {
		K(KERNEL_LOCKED_P());
		mutex_enter(&mb->mb_lock);
	}
	kn->kn_data = mb->mb_count < mb->mb_max ? mb->mb_max - mb->mb_count : 0;
	if (hint != NOTE_SUBMIT)
		mutex_exit(&mb->mb_lock);
	return kn->kn_data > 0;
}

static const struct filterops mbx_rfilter = {
    .f_isfd = FILTEROP_ISFD,
    .f_detach = mbx_rdetach,
    .f_event = mbx_revent,
};
static const struct filterops mbx_wfilter = {
    .f_isfd = FILTEROP_ISFD,
    .f_detach = mbx_wdetach,
    .f_event = mbx_wevent,
};

int
mbx_kqfilter(struct mbx *mb, struct knote *kn)
{
	struct klist *klist;

	switch (kn->kn_filter) {
	case EVFILT_READ:
		klist = &mb->mb_rsel.sel_klist;
		kn->kn_fop = &mbx_rfilter;
		break;
	case EVFILT_WRITE:
		klist = &mb->mb_wsel.sel_klist;
		kn->kn_fop = &mbx_wfilter;
		break;
	default:
		return EINVAL;
	}
	kn->kn_hook = mb;
	mutex_enter(&mb->mb_lock);
	SLIST_INSERT_HEAD(klist, kn, kn_selnext);
	mutex_exit(&mb->mb_lock);
	return 0;
}
