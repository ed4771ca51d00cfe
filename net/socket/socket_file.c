/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A socket as a file: read, write, ioctl, poll, kqueue, close.
 */
#include <sys/event.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/kauth.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/select.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/ttycom.h>

#include <rump-sys/net.h>

#include "socket_impl.h"

const struct fileops socketops = {
    .fo_read = soo_read,
    .fo_write = soo_write,
    .fo_ioctl = soo_ioctl,
    .fo_fcntl = soo_fcntl,
    .fo_poll = soo_poll,
    .fo_stat = soo_stat,
    .fo_close = soo_close,
    .fo_kqfilter = soo_kqfilter,
    .fo_restart = soo_restart,
};

int
soo_read(struct file *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct socket *so = fp->f_socket;

	(void)offset;
	(void)cred;
	(void)flags;
	return (*so->so_receive)(so, NULL, uio, NULL, NULL, NULL);
}

int
soo_write(struct file *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	struct socket *so = fp->f_socket;

	(void)offset;
	(void)cred;
	(void)flags;
	return (*so->so_send)(so, NULL, uio, NULL, NULL, 0, curlwp);
}

static void
soo_async(struct socket *so, bool on)
{
	if (on) {
		so->so_rcv.sb_flags |= SB_ASYNC;
		so->so_snd.sb_flags |= SB_ASYNC;
	} else {
		so->so_rcv.sb_flags &= ~SB_ASYNC;
		so->so_snd.sb_flags &= ~SB_ASYNC;
	}
}

int
soo_ioctl(struct file *fp, u_long cmd, void *data)
{
	struct socket *so = fp->f_socket;
	int error = 0;

	switch (cmd) {
	case FIOSETOWN:
	case SIOCSPGRP:
	case TIOCSPGRP:
		return fsetown(&so->so_pgid, cmd, data);
	case FIOGETOWN:
	case SIOCGPGRP:
	case TIOCGPGRP:
		return fgetown(so->so_pgid, cmd, data);
	}
	if (IOCGROUP(cmd) == 'i' && rump_ifioctl != NULL)
		return (*rump_ifioctl)(so, cmd, data, curlwp);

	solock(so);
	switch (cmd) {
	case FIONBIO:
		if (*(int *)data != 0)
			so->so_state |= SS_NBIO;
		else
			so->so_state &= ~SS_NBIO;
		break;
	case FIOASYNC:
		soo_async(so, *(int *)data != 0);
		break;
	case FIONREAD:
		*(int *)data = (int)so->so_rcv.sb_cc;
		break;
	case FIONWRITE:
		*(int *)data = (int)so->so_snd.sb_cc;
		break;
	case FIONSPACE:
		*(int *)data = (int)imax(0, (int)sbspace(&so->so_snd));
		break;
	case SIOCATMARK:
		*(int *)data = (so->so_state & SS_RCVATMARK) != 0;
		break;
	default:
		KERNEL_LOCK(1, NULL);
		error =
		    (*so->so_proto->pr_usrreqs->pr_ioctl)(so, cmd, data, NULL);
		KERNEL_UNLOCK_ONE(NULL);
		break;
	}
	sounlock(so);
	return error;
}

int
soo_fcntl(struct file *fp, u_int cmd, void *data)
{
	struct socket *so = fp->f_socket;

	if (cmd != F_SETFL)
		return EOPNOTSUPP;
	solock(so);
	if ((*(u_int *)data & FNONBLOCK) != 0)
		so->so_state |= SS_NBIO;
	else
		so->so_state &= ~SS_NBIO;
	sounlock(so);
	return 0;
}

int
soo_stat(struct file *fp, struct stat *st)
{
	struct socket *so = fp->f_socket;
	int error;

	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFSOCK;
	solock(so);
	error = (*so->so_proto->pr_usrreqs->pr_stat)(so, st);
	sounlock(so);
	return error;
}

int
soo_close(struct file *fp)
{
	int error = 0;

	if (fp->f_socket != NULL)
		error = soclose(fp->f_socket);
	fp->f_socket = NULL;
	return error;
}

void
soo_restart(struct file *fp)
{
	sorestart(fp->f_socket);
}

/* May data be written, that is, is a write not going to sleep? */
bool
sowritable(const struct socket *so)
{
	return (sbspace(&so->so_snd) >= (long)so->so_snd.sb_lowat &&
		   ((so->so_state & SS_ISCONNECTED) != 0 ||
		       (so->so_proto->pr_flags & PR_CONNREQUIRED) == 0)) ||
	    (so->so_state & SS_CANTSENDMORE) != 0 || so->so_error != 0;
}

static int
sopoll_events(const struct socket *so, int events)
{
	int revents = 0;

	if ((events & (POLLIN | POLLRDNORM)) != 0 && soreadable(so))
		revents |= events & (POLLIN | POLLRDNORM);
	if ((events & (POLLOUT | POLLWRNORM)) != 0 && sowritable(so))
		revents |= events & (POLLOUT | POLLWRNORM);
	if ((events & (POLLPRI | POLLRDBAND)) != 0 &&
	    (so->so_oobmark != 0 || (so->so_state & SS_RCVATMARK) != 0))
		revents |= events & (POLLPRI | POLLRDBAND);
	return revents;
}

int
sopoll(struct socket *so, int events)
{
	const int in = POLLIN | POLLPRI | POLLRDNORM | POLLRDBAND;
	int revents;

	solock(so);
	revents = sopoll_events(so, events);
	if (revents == 0) {
		if ((events & in) != 0) {
			selrecord(curlwp, &so->so_rcv.sb_sel);
			so->so_rcv.sb_flags |= SB_NOTIFY;
		}
		if ((events & (POLLOUT | POLLWRNORM)) != 0) {
			selrecord(curlwp, &so->so_snd.sb_sel);
			so->so_snd.sb_flags |= SB_NOTIFY;
		}
	}
	sounlock(so);
	return revents;
}

int
soo_poll(struct file *fp, int events)
{
	return sopoll(fp->f_socket, events);
}

/*
 * kqueue. knote() runs the filters with NOTE_SUBMIT and the socket locked,
 * kqueue itself without.
 */
static void
filt_sodetach(struct knote *kn, bool rcv)
{
	struct socket *so = ((struct file *)kn->kn_obj)->f_socket;
	struct sockbuf *sb;

	if (so == NULL)
		return;
	solock(so);
	sb = rcv ? &so->so_rcv : &so->so_snd;
	SLIST_REMOVE(&sb->sb_sel.sel_klist, kn, knote, kn_selnext);
	if (SLIST_EMPTY(&sb->sb_sel.sel_klist))
		sb->sb_flags &= ~SB_KNOTE;
	sounlock(so);
}

static void
filt_sordetach(struct knote *kn)
{
	filt_sodetach(kn, true);
}

static void
filt_sowdetach(struct knote *kn)
{
	filt_sodetach(kn, false);
}

static int
filt_soread(struct knote *kn, long hint)
{
	struct socket *so = ((struct file *)kn->kn_obj)->f_socket;
	int rv;

	if (hint != NOTE_SUBMIT)
		solock(so);
	kn->kn_data = so->so_rcv.sb_cc;
	if ((so->so_state & SS_CANTRCVMORE) != 0) {
		kn->kn_flags |= EV_EOF;
		kn->kn_fflags = so->so_error;
		rv = 1;
	} else if (so->so_error != 0)
		rv = 1;
	else if ((kn->kn_sfflags & NOTE_LOWAT) != 0)
		rv = kn->kn_data >= (int64_t)kn->kn_sdata;
	else
		rv = kn->kn_data >= (int64_t)so->so_rcv.sb_lowat;
	if (hint != NOTE_SUBMIT)
		sounlock(so);
	return rv;
}

static int
filt_sowrite(struct knote *kn, long hint)
{
	struct socket *so = ((struct file *)kn->kn_obj)->f_socket;
	int rv;

	if (hint != NOTE_SUBMIT)
		solock(so);
	kn->kn_data = sbspace(&so->so_snd);
	if ((so->so_state & SS_CANTSENDMORE) != 0) {
		kn->kn_flags |= EV_EOF;
		kn->kn_fflags = so->so_error;
		rv = 1;
	} else if (so->so_error != 0)
		rv = 1;
	else if ((so->so_state & SS_ISCONNECTED) == 0 &&
	    (so->so_proto->pr_flags & PR_CONNREQUIRED) != 0)
		rv = 0;
	else if ((kn->kn_sfflags & NOTE_LOWAT) != 0)
		rv = kn->kn_data >= (int64_t)kn->kn_sdata;
	else
		rv = kn->kn_data >= (int64_t)so->so_snd.sb_lowat;
	if (hint != NOTE_SUBMIT)
		sounlock(so);
	return rv;
}

static int
filt_solisten(struct knote *kn, long hint)
{
	struct socket *so = ((struct file *)kn->kn_obj)->f_socket;
	int rv;

	if (hint != NOTE_SUBMIT)
		solock(so);
	kn->kn_data = so->so_qlen;
	rv = kn->kn_data > 0;
	if (hint != NOTE_SUBMIT)
		sounlock(so);
	return rv;
}

static const struct filterops solisten_filtops = {
    FILTEROP_ISFD | FILTEROP_MPSAFE, NULL, filt_sordetach, filt_solisten};
static const struct filterops soread_filtops = {
    FILTEROP_ISFD | FILTEROP_MPSAFE, NULL, filt_sordetach, filt_soread};
static const struct filterops sowrite_filtops = {
    FILTEROP_ISFD | FILTEROP_MPSAFE, NULL, filt_sowdetach, filt_sowrite};

int
soo_kqfilter(struct file *fp, struct knote *kn)
{
	struct socket *so = fp->f_socket;
	struct sockbuf *sb;

	solock(so);
	switch (kn->kn_filter) {
	case EVFILT_READ:
		if ((so->so_options & SO_ACCEPTCONN) != 0)
			kn->kn_fop = &solisten_filtops;
		else
			kn->kn_fop = &soread_filtops;
		sb = &so->so_rcv;
		break;
	case EVFILT_WRITE:
		kn->kn_fop = &sowrite_filtops;
		sb = &so->so_snd;
		break;
	default:
		sounlock(so);
		return EINVAL;
	}
	SLIST_INSERT_HEAD(&sb->sb_sel.sel_klist, kn, kn_selnext);
	sb->sb_flags |= SB_KNOTE;
	sounlock(so);
	return 0;
}
