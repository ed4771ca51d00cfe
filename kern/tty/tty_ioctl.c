/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The requests of termios(4) that all terminals have in common, and the
 * controlling terminal.
 */

#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/systm.h>
#include <sys/timevar.h>

#include "tty_impl.h"

/* Does the request change something that is the foreground's? */
static bool
changes(u_long cmd)
{
	switch (cmd) {
	case TIOCFLUSH:
	case TIOCDRAIN:
	case TIOCSBRK:
	case TIOCCBRK:
	case TIOCSTART:
	case TIOCSTOP:
	case TIOCSETA:
	case TIOCSETAW:
	case TIOCSETAF:
	case TIOCSETD:
	case TIOCSLINED:
	case TIOCSPGRP:
	case TIOCSTAT:
	case TIOCSTI:
	case TIOCSWINSZ:
		return true;
	default:
		return false;
	}
}

/* In the background a change waits; nothing stops a process here. */
static int
wait_foreground(struct tty *tp)
{
	int error = 0;

	mutex_enter(proc_lock);
	if (!isbackground(curproc, tp)) {
		mutex_exit(proc_lock);
		return 0;
	}
	pgsignal(curproc->p_pgrp, SIGTTOU, 1);
	mutex_exit(proc_lock);
	mutex_spin_enter(&tty_lock);
	error = ttypause(tp, hz);
	mutex_spin_exit(&tty_lock);
	mutex_enter(proc_lock);
	if (error == 0 && isbackground(curproc, tp))
		error = EIO;
	mutex_exit(proc_lock);
	return error;
}

/* From raw to canonical input and back. tty_lock held. */
static void
change_mode(struct tty *tp, const struct termios *t)
{
	struct clist swap;

	if ((t->c_lflag & ICANON) != 0) {
		/* what is there is looked at anew by the next reader */
		tp->t_lflag |= PENDIN;
	} else {
		catq(&tp->t_rawq, &tp->t_canq);
		swap = tp->t_rawq;
		tp->t_rawq = tp->t_canq;
		tp->t_canq = swap;
		tp->t_lflag &= ~PENDIN;
	}
	ttwakeup(tp);
}

static int
set_termios(struct tty *tp, u_long cmd, struct termios *t)
{
	int error;

	if (t->c_ispeed < 0 || t->c_ospeed < 0)
		return EINVAL;
	if (cmd != TIOCSETA) {
		error = ttywait(tp);
		if (error != 0)
			return error;
	}
	if (cmd == TIOCSETAF) {
		mutex_spin_enter(&tty_lock);
		ttyflush(tp, FREAD);
		mutex_spin_exit(&tty_lock);
	}
	if ((t->c_cflag & CIGNORE) == 0) {
		/* without the lock: drivers sleep there, or call back */
		if (tp->t_param != NULL) {
			error = (*tp->t_param)(tp, t);
			if (error != 0)
				return error;
		}
		mutex_spin_enter(&tty_lock);
		tp->t_cflag = t->c_cflag;
		tp->t_ospeed = t->c_ospeed;
		if (t->c_ispeed != 0)
			tp->t_ispeed = t->c_ispeed;
		else
			tp->t_ispeed = t->c_ospeed;
		ttsetwater(tp);
		if (TTY_CONNECTED(tp))
			ttwakeup(tp);
	} else
		mutex_spin_enter(&tty_lock);
	if (((t->c_lflag ^ tp->t_lflag) & ICANON) != 0 && cmd != TIOCSETAF)
		change_mode(tp, t);
	tp->t_iflag = t->c_iflag;
	tp->t_oflag = t->c_oflag;
	/* the kernel's own */
	tp->t_lflag = (t->c_lflag & ~(tcflag_t)(FLUSHO | PENDIN)) |
	    (tp->t_lflag & (FLUSHO | PENDIN)) | (t->c_lflag & PENDIN);
	memcpy(tp->t_cc, t->c_cc, sizeof(tp->t_cc));
	if (!IFLAG(tp, IXON) && STATE(tp, TS_TTSTOP)) {
		CLR_STATE(tp, TS_TTSTOP);
		ttstart(tp);
	}
	mutex_spin_exit(&tty_lock);
	return 0;
}

/* Another line discipline, of which the caller has a reference. */
static int
set_discipline(struct tty *tp, struct linesw *disc, int flag)
{
	struct linesw *old = tp->t_linesw;
	int error;

	if (disc == NULL)
		return ENXIO;
	if (disc == old) {
		ttyldisc_release(disc);
		return 0;
	}
	(void)(*old->l_close)(tp, flag);
	error = (*disc->l_open)(tp->t_dev, tp);
	if (error != 0) {
		/* back to where it was */
		(void)(*old->l_open)(tp->t_dev, tp);
		ttyldisc_release(disc);
		return error;
	}
	mutex_spin_enter(&tty_lock);
	tp->t_linesw = disc;
	mutex_spin_exit(&tty_lock);
	ttyldisc_release(old);
	return 0;
}

/* The terminal becomes that of the caller's session. */
static int
set_ctty(struct tty *tp)
{
	struct proc *p = curproc;
	struct session *s;
	int error = 0;

	mutex_enter(proc_lock);
	s = p->p_session;
	mutex_spin_enter(&tty_lock);
	if (s->s_leader != p || (s->s_ttyp != NULL && s->s_ttyp != tp) ||
	    (tp->t_session != NULL && tp->t_session != s))
		error = EPERM;
	else if (tp->t_session == NULL) {
		proc_sesshold(s);
		tp->t_session = s;
		tp->t_pgrp = p->p_pgrp;
		s->s_ttyp = tp;
		p->p_lflag |= PL_CONTROLT;
	}
	mutex_spin_exit(&tty_lock);
	mutex_exit(proc_lock);
	return error;
}

static int
set_pgrp(struct tty *tp, pid_t pgid)
{
	struct proc *p = curproc;
	struct pgrp *pg;
	int error = 0;

	mutex_enter(proc_lock);
	if (!isctty(p, tp))
		error = ENOTTY;
	else if (pgid <= 0 || (pg = pgrp_find(pgid)) == NULL)
		error = pgid <= 0 ? EINVAL : EPERM;
	else if (pg->pg_session != p->p_session)
		error = EPERM;
	else {
		mutex_spin_enter(&tty_lock);
		tp->t_pgrp = pg;
		mutex_spin_exit(&tty_lock);
	}
	mutex_exit(proc_lock);
	return error;
}

static int
get_ids(struct tty *tp, u_long cmd, int *idp)
{
	int error = 0;

	mutex_enter(proc_lock);
	if (cmd == FIOGETOWN || cmd == TIOCGPGRP) {
		if (cmd == TIOCGPGRP && !isctty(curproc, tp))
			error = ENOTTY;
		else
			*idp = tp->t_pgrp != NULL ? tp->t_pgrp->pg_id : 0;
		if (error == 0 && cmd == FIOGETOWN)
			*idp = -*idp;
	} else if (!isctty(curproc, tp))
		error = ENOTTY;
	else
		*idp = tp->t_session->s_sid;
	mutex_exit(proc_lock);
	return error;
}

/* A character as if it had been typed. */
static int
simulate_input(struct tty *tp, int c, int flag)
{
	if (kauth_authorize_device_tty(
		kauth_cred_get(), KAUTH_DEVICE_TTY_STI, tp) != 0) {
		if ((flag & FREAD) == 0)
			return EPERM;
		if (!isctty(curproc, tp))
			return EACCES;
	}
	(*tp->t_linesw->l_rint)(c, tp);
	return 0;
}

/* Requests that need the lock and nothing else. ENOTTY for others. */
static int
locked_request(struct tty *tp, u_long cmd, void *data)
{
	const int arg = IOCPARM_LEN(cmd) == sizeof(int) ? *(int *)data : 0;
	int rw;

	switch (cmd) {
	case FIOASYNC:
		if (arg != 0)
			SET_STATE(tp, TS_ASYNC);
		else
			CLR_STATE(tp, TS_ASYNC);
		return 0;
	case FIONREAD:
		*(int *)data = tty_nread(tp);
		return 0;
	case FIONWRITE:
	case TIOCOUTQ:
		*(int *)data = tp->t_outq.c_cc;
		return 0;
	case FIONSPACE:
		*(int *)data = tp->t_outq.c_cn - tp->t_outq.c_cc;
		return 0;
	case TIOCEXCL:
		SET_STATE(tp, TS_XCLUDE);
		return 0;
	case TIOCNXCL:
		CLR_STATE(tp, TS_XCLUDE);
		return 0;
	case TIOCFLUSH:
		rw = arg == 0 ? FREAD | FWRITE : arg & (FREAD | FWRITE);
		ttyflush(tp, rw);
		return 0;
	case TIOCGETA:
		memcpy(data, &tp->t_termios, sizeof(tp->t_termios));
		return 0;
	case TIOCGETD:
		*(int *)data = tp->t_linesw->l_no;
		return 0;
	case TIOCGLINED:
		strlcpy(data, tp->t_linesw->l_name, TTLINEDNAMELEN);
		return 0;
	case TIOCGWINSZ:
		memcpy(data, &tp->t_winsize, sizeof(tp->t_winsize));
		return 0;
	case TIOCSWINSZ:
		if (memcmp(&tp->t_winsize, data, sizeof(tp->t_winsize)) != 0) {
			memcpy(&tp->t_winsize, data, sizeof(tp->t_winsize));
			ttysig(tp, TTYSIG_PG1, SIGWINCH);
		}
		return 0;
	case TIOCSTART:
		tp->t_lflag &= ~FLUSHO;
		CLR_STATE(tp, TS_TTSTOP);
		ttstart(tp);
		return 0;
	case TIOCSTOP:
		if (!STATE(tp, TS_TTSTOP)) {
			SET_STATE(tp, TS_TTSTOP);
			if (tp->t_dev != NODEV)
				cdev_stop(tp, 0);
		}
		return 0;
	case TIOCSTAT:
		ttyputinfo(tp, NULL);
		return 0;
	default:
		return EPASSTHROUGH;
	}
}

/*
 * Requests that all terminals have in common: EPASSTHROUGH for others. data
 * is in the kernel. No lock held; may sleep.
 */
int
ttioctl(struct tty *tp, u_long cmd, void *data, int flag, struct lwp *l)
{
	char name[TTLINEDNAMELEN];
	int error;

	if (changes(cmd) && (error = wait_foreground(tp)) != 0)
		return error;
	switch (cmd) {
	case FIONBIO:
		return 0;
	case FIOSETOWN:
	case TIOCSPGRP:
		return set_pgrp(
		    tp, cmd == FIOSETOWN ? -*(int *)data : *(int *)data);
	case FIOGETOWN:
	case TIOCGPGRP:
	case TIOCGSID:
		return get_ids(tp, cmd, data);
	case TIOCSETA:
	case TIOCSETAW:
	case TIOCSETAF:
		return set_termios(tp, cmd, data);
	case TIOCDRAIN:
		return ttywait(tp);
	case TIOCSETD:
		return set_discipline(
		    tp, ttyldisc_lookup_bynum(*(int *)data), flag);
	case TIOCSLINED:
		strlcpy(name, data, sizeof(name));
		return set_discipline(tp, ttyldisc_lookup(name), flag);
	case TIOCSCTTY:
		return set_ctty(tp);
	case TIOCSTI:
		return simulate_input(tp, *(u_char *)data, flag);
	default:
		mutex_spin_enter(&tty_lock);
		error = locked_request(tp, cmd, data);
		mutex_spin_exit(&tty_lock);
		return error;
	}
}

/* A line that says what the foreground does. tty_lock held. */
void
ttygetinfo(struct tty *tp, int fromsig, char *buf, size_t size)
{
	const int pgid = tp->t_pgrp != NULL ? tp->t_pgrp->pg_id : 0;

	if (tp->t_session == NULL)
		strlcpy(buf, "not a controlling terminal\n", size);
	else if (tp->t_pgrp == NULL)
		strlcpy(buf, "no foreground process group\n", size);
	else
		snprintf(buf, size, "up %lld s, foreground group %d\n",
		    (long long)time_uptime, pgid);
}

/* Print it, or what is given, on a line of its own. tty_lock held. */
void
ttyputinfo(struct tty *tp, char *buf)
{
	char own[80];

	KASSERT(mutex_owned(&tty_lock));
	if (buf == NULL) {
		ttygetinfo(tp, 0, own, sizeof(own));
		buf = own;
	}
	if (tp->t_column > 0)
		(void)ttyoutput('\n', tp);
	for (; *buf != '\0'; buf++)
		(void)ttyoutput(*buf, tp);
	tp->t_rocount = 0;
	ttstart(tp);
}
