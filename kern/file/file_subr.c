/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * File operations that objects without them point to, and ownership of
 * SIGIO.
 */

#include <sys/errno.h>
#include <sys/event.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/systm.h>

int
fnullop_fcntl(struct file *fp, u_int cmd, void *data)
{
	return cmd == F_SETFL ? 0 : EOPNOTSUPP;
}

int
fnullop_poll(struct file *fp, int which)
{
	return 0;
}

int
fnullop_kqfilter(struct file *fp, struct knote *kn)
{
	return EOPNOTSUPP;
}

void
fnullop_restart(struct file *fp)
{
}

int
fbadop_read(
    struct file *fp, off_t *off, struct uio *uio, kauth_cred_t cred, int flags)
{
	return EOPNOTSUPP;
}

int
fbadop_write(
    struct file *fp, off_t *off, struct uio *uio, kauth_cred_t cred, int flags)
{
	return EOPNOTSUPP;
}

int
fbadop_ioctl(struct file *fp, u_long com, void *data)
{
	return EOPNOTSUPP;
}

int
fbadop_stat(struct file *fp, struct stat *sb)
{
	return EOPNOTSUPP;
}

int
fbadop_close(struct file *fp)
{
	return EOPNOTSUPP;
}

/*
 * Who gets SIGIO: positive a process, negative a group. The caller must be of
 * the same session.
 */
int
fsetown(pid_t *pgid, u_long cmd, const void *data)
{
	pid_t id = *(const int *)data;
	int error;

	switch (cmd) {
	case TIOCSPGRP:
		if (id < 0)
			return EINVAL;
		id = -id;
		break;
	default:
		if (id == INT_MIN)
			return EINVAL;
		break;
	}
	if (id > 0) {
		mutex_enter(proc_lock);
		error = proc_find(id) != NULL ? 0 : ESRCH;
		mutex_exit(proc_lock);
		if (error)
			return error;
	} else if (id < 0) {
		error = pgid_in_session(curproc, -id);
		if (error)
			return error;
	}
	*pgid = id;
	return 0;
}

int
fgetown(pid_t pgid, u_long cmd, void *data)
{
	switch (cmd) {
	case TIOCGPGRP:
		*(int *)data = -pgid;
		break;
	default:
		*(int *)data = pgid;
		break;
	}
	return 0;
}

void
fownsignal(pid_t pgid, int signo, int code, int band, void *fdescdata)
{
	struct pgrp *pgrp;
	struct proc *p;
	ksiginfo_t ksi;

	if (pgid == 0)
		return;
	KSI_INIT(&ksi);
	ksi.ksi_signo = signo;
	ksi.ksi_code = code;
	ksi.ksi_band = band;
	mutex_enter(proc_lock);
	if (pgid > 0) {
		p = proc_find(pgid);
		if (p != NULL)
			kpsignal(p, &ksi, fdescdata);
	} else {
		pgrp = pgrp_find(-pgid);
		if (pgrp != NULL)
			kpgsignal(pgrp, &ksi, fdescdata, 0);
	}
	mutex_exit(proc_lock);
}
