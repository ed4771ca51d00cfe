/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and writing terminals, and waiting for either. */

#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include "tty_impl.h"

/* How many characters a read would get now. tty_lock held. */
int
tty_nread(struct tty *tp)
{
	int n;

	if (LFLAG(tp, PENDIN))
		ttypend(tp);
	n = tp->t_canq.c_cc;
	if (!LFLAG(tp, ICANON)) {
		n += tp->t_rawq.c_cc;
		if (n < tp->t_cc[VMIN] && tp->t_cc[VTIME] == 0)
			n = 0;
	}
	return n;
}

/*
 * A process in the background may not: it gets a signal. Nothing here can
 * stop a process, so one that stays where it is gets EIO after a second.
 * tty_lock held. 0 for those in the foreground.
 */
static int
background(struct tty *tp, int signo)
{
	int error;

	if (!isbackground(curproc, tp))
		return 0;
	mutex_spin_exit(&tty_lock);
	mutex_enter(proc_lock);
	pgsignal(curproc->p_pgrp, signo, 1);
	mutex_exit(proc_lock);
	mutex_spin_enter(&tty_lock);
	error = ttypause(tp, hz);
	if (error != 0)
		return error;
	return isbackground(curproc, tp) ? EIO : 0;
}

/* Of await_input(), neither of which is an errno. */
#define INPUT_END  (-1) /* there will be none */
#define INPUT_LOOK (-2) /* look again */

/*
 * Waits until there is something to read: 0, and *qp is where; or an errno,
 * or one of the above. tty_lock held.
 */
static int
await_input(struct tty *tp, int flag, struct clist **qp)
{
	const bool raw = !LFLAG(tp, ICANON);
	struct clist *q =
	    raw && tp->t_canq.c_cc == 0 ? &tp->t_rawq : &tp->t_canq;
	const int min = raw && q == &tp->t_rawq ? tp->t_cc[VMIN] : 1;
	const int ticks = raw ? tp->t_cc[VTIME] * hz / 10 : 0;
	int seen = q->c_cc, error;

	*qp = q;
	/* MIN is 0: at once, or within TIME */
	if (q->c_cc >= min && (min > 0 || q->c_cc > 0 || ticks == 0))
		return q->c_cc > 0 ? 0 : INPUT_END;
	if (!TTY_CONNECTED(tp))
		return INPUT_END;
	if ((flag & IO_NDELAY) != 0)
		return q->c_cc > 0 ? 0 : EWOULDBLOCK;
	/* TIME runs from the first character on, if MIN is not 0 */
	error = ttysleep(tp, &tp->t_rawcv, true,
	    ticks > 0 && (min == 0 || seen > 0) ? ticks : 0);
	if (error == EWOULDBLOCK && q->c_cc == seen)
		return q->c_cc > 0 ? 0 : INPUT_END;
	if (error == EWOULDBLOCK)
		error = 0;
	return error != 0 ? error : INPUT_LOOK;
}

/* Takes a line's next piece, or raw input. True if the read is complete. */
static bool
take_input(struct tty *tp, struct clist *q, u_char *buf, int size, int *np)
{
	int c, n = 0;

	while (n < size && (c = getc(q)) != -1) {
		if (LFLAG(tp, ICANON)) {
			if (TTY_CCIS(tp, VEOF, c))
				break;
			buf[n++] = (u_char)c;
			if (tty_breakchar(tp, c)) {
				*np = n;
				return true;
			}
		} else
			buf[n++] = (u_char)c;
	}
	*np = n;
	/* the end of a file, a queue that is empty: or a full buffer */
	return n < size || q->c_cc == 0;
}

/* The discipline's read: a line, or what VMIN and VTIME say. */
int
ttread(struct tty *tp, struct uio *uio, int flag)
{
	u_char buf[OBUFSIZ];
	struct clist *q = NULL;
	int error, n, size;
	bool done;

	if (uio->uio_resid == 0)
		return 0;
	mutex_spin_enter(&tty_lock);
	do {
		if (LFLAG(tp, PENDIN))
			ttypend(tp);
		error = background(tp, SIGTTIN);
		if (error == 0)
			error = await_input(tp, flag, &q);
	} while (error == INPUT_LOOK);
	while (error == 0 && uio->uio_resid > 0) {
		size = (int)MIN(sizeof(buf), uio->uio_resid);
		done = take_input(tp, q, buf, size, &n);
		if (tp->t_rawq.c_cc + tp->t_canq.c_cc < tp->t_qsize / 5)
			tty_unblock(tp);
		mutex_spin_exit(&tty_lock);
		error = uiomove(buf, (size_t)n, uio);
		mutex_spin_enter(&tty_lock);
		if (done)
			break;
	}
	mutex_spin_exit(&tty_lock);
	return error == INPUT_END ? 0 : error;
}

/* Waits for a line, the foreground, and room. tty_lock held. */
static int
await_output(struct tty *tp, int flag)
{
	int error;

	for (;;) {
		if (!TTY_CONNECTED(tp)) {
			if (STATE(tp, TS_ISOPEN))
				return EIO;
			if ((flag & IO_NDELAY) != 0)
				return EWOULDBLOCK;
			error = ttysleep(tp, &tp->t_rawcv, true, 0);
		} else if (LFLAG(tp, TOSTOP) && isbackground(curproc, tp)) {
			error = background(tp, SIGTTOU);
		} else if (tp->t_outq.c_cc > tp->t_hiwat) {
			ttstart(tp);
			if (tp->t_outq.c_cc <= tp->t_hiwat)
				return 0;
			if ((flag & IO_NDELAY) != 0)
				return EWOULDBLOCK;
			error = ttysleep(tp, &tp->t_outcv, true, 0);
		} else
			return 0;
		if (error != 0)
			return error;
	}
}

/* Puts a piece out: how many characters there was room for. */
static int
put_output(struct tty *tp, const u_char *buf, int n)
{
	int i;

	if (LFLAG(tp, FLUSHO))
		return n;
	for (i = 0; i < n; i++)
		if (ttyoutput(buf[i], tp) != -1)
			break;
	/* what is typed now is not on the line of what was */
	tp->t_rocount = 0;
	return i;
}

/* The discipline's write. */
int
ttwrite(struct tty *tp, struct uio *uio, int flag)
{
	u_char buf[OBUFSIZ];
	int error = 0, n, done;

	while (uio->uio_resid > 0 && error == 0) {
		n = (int)MIN(sizeof(buf), uio->uio_resid);
		error = uiopeek(buf, (size_t)n, uio);
		if (error != 0)
			break;
		mutex_spin_enter(&tty_lock);
		error = await_output(tp, flag);
		if (error == 0) {
			done = put_output(tp, buf, n);
			uioskip((size_t)done, uio);
			ttstart(tp);
		}
		mutex_spin_exit(&tty_lock);
	}
	return error;
}

int
ttpoll(struct tty *tp, int events, struct lwp *l)
{
	int revents = 0;

	mutex_spin_enter(&tty_lock);
	if ((events & (POLLIN | POLLRDNORM)) != 0 && tty_nread(tp) > 0)
		revents |= events & (POLLIN | POLLRDNORM);
	if ((events & (POLLOUT | POLLWRNORM)) != 0 &&
	    tp->t_outq.c_cc <= tp->t_lowat && TTY_CONNECTED(tp))
		revents |= events & (POLLOUT | POLLWRNORM);
	if (!TTY_CONNECTED(tp))
		revents |= POLLHUP;
	if (revents == 0) {
		if ((events & (POLLIN | POLLRDNORM | POLLHUP)) != 0)
			selrecord(l, &tp->t_rsel);
		if ((events & (POLLOUT | POLLWRNORM)) != 0)
			selrecord(l, &tp->t_wsel);
	}
	mutex_spin_exit(&tty_lock);
	return revents;
}

static void
filt_ttyrdetach(struct knote *kn)
{
	struct tty *tp = kn->kn_hook;

	mutex_spin_enter(&tty_lock);
	SLIST_REMOVE(&tp->t_rsel.sel_klist, kn, knote, kn_selnext);
	mutex_spin_exit(&tty_lock);
}

static int
filt_ttyread(struct knote *kn, long hint)
{
	struct tty *tp = kn->kn_hook;

	if ((hint & NOTE_SUBMIT) == 0)
		mutex_spin_enter(&tty_lock);
	kn->kn_data = tty_nread(tp);
	if (!TTY_CONNECTED(tp))
		kn->kn_flags |= EV_EOF;
	if ((hint & NOTE_SUBMIT) == 0)
		mutex_spin_exit(&tty_lock);
	return kn->kn_data > 0 || (kn->kn_flags & EV_EOF) != 0;
}

static void
filt_ttywdetach(struct knote *kn)
{
	struct tty *tp = kn->kn_hook;

	mutex_spin_enter(&tty_lock);
	SLIST_REMOVE(&tp->t_wsel.sel_klist, kn, knote, kn_selnext);
	mutex_spin_exit(&tty_lock);
}

static int
filt_ttywrite(struct knote *kn, long hint)
{
	struct tty *tp = kn->kn_hook;
	int can;

	if ((hint & NOTE_SUBMIT) == 0)
		mutex_spin_enter(&tty_lock);
	kn->kn_data = tp->t_outq.c_cn - tp->t_outq.c_cc;
	can = tp->t_outq.c_cc <= tp->t_lowat && TTY_CONNECTED(tp);
	if ((hint & NOTE_SUBMIT) == 0)
		mutex_spin_exit(&tty_lock);
	return can;
}

static const struct filterops ttyread_filtops = {
    .f_isfd = FILTEROP_ISFD | FILTEROP_MPSAFE,
    .f_detach = filt_ttyrdetach,
    .f_event = filt_ttyread,
};
static const struct filterops ttywrite_filtops = {
    .f_isfd = FILTEROP_ISFD | FILTEROP_MPSAFE,
    .f_detach = filt_ttywdetach,
    .f_event = filt_ttywrite,
};

/* d_kqfilter of a terminal's driver, whose d_tty finds the terminal. */
int
ttykqfilter(dev_t dev, struct knote *kn)
{
	struct tty *tp = cdev_tty(dev);
	struct klist *klist;

	if (tp == NULL)
		return ENXIO;
	switch (kn->kn_filter) {
	case EVFILT_READ:
		klist = &tp->t_rsel.sel_klist;
		kn->kn_fop = &ttyread_filtops;
		break;
	case EVFILT_WRITE:
		klist = &tp->t_wsel.sel_klist;
		kn->kn_fop = &ttywrite_filtops;
		break;
	default:
		return EINVAL;
	}
	kn->kn_hook = tp;
	mutex_spin_enter(&tty_lock);
	SLIST_INSERT_HEAD(klist, kn, kn_selnext);
	mutex_spin_exit(&tty_lock);
	return 0;
}
