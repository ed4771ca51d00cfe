/* SPDX-License-Identifier: BSD-2-Clause */
/* Flow control, carrier, and waiting. */

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

#include "tty_impl.h"

/* Start output, if there is a driver for it. tty_lock held. */
int
ttstart(struct tty *tp)
{
	KASSERT(mutex_owned(&tty_lock));
	if (tp->t_oproc != NULL)
		(*tp->t_oproc)(tp);
	return 0;
}

/* The delay of output is over: for t_rstrt_ch. */
void
ttrstrt(void *arg)
{
	struct tty *tp = arg;

	mutex_spin_enter(&tty_lock);
	CLR_STATE(tp, TS_TIMEOUT);
	ttstart(tp);
	mutex_spin_exit(&tty_lock);
}

void
tty_wakeup_writers(struct tty *tp)
{
	cv_broadcast(&tp->t_outcv);
	selnotify(&tp->t_wsel, POLLOUT | POLLWRNORM, NOTE_SUBMIT);
}

/*
 * Called by a driver when it has taken output out: wakes writers, and says
 * whether there is more. tty_lock held.
 */
bool
ttypull(struct tty *tp)
{
	KASSERT(mutex_owned(&tty_lock));
	if (tp->t_outq.c_cc <= tp->t_lowat)
		tty_wakeup_writers(tp);
	return tp->t_outq.c_cc != 0;
}

/* There is input, or the end of it. tty_lock held. */
void
ttwakeup(struct tty *tp)
{
	KASSERT(mutex_owned(&tty_lock));
	selnotify(&tp->t_rsel, POLLIN | POLLRDNORM, NOTE_SUBMIT);
	if (STATE(tp, TS_ASYNC))
		ttysig(tp, TTYSIG_PG2, SIGIO);
	cv_broadcast(&tp->t_rawcv);
}

/* Drop input (FREAD), output (FWRITE). tty_lock held. */
void
ttyflush(struct tty *tp, int rw)
{
	KASSERT(mutex_owned(&tty_lock));
	if ((rw & FREAD) != 0) {
		ndflush(&tp->t_canq, tp->t_canq.c_cc);
		ndflush(&tp->t_rawq, tp->t_rawq.c_cc);
		tp->t_rocount = tp->t_rocol = 0;
		CLR_STATE(tp, TS_LOCAL);
		tp->t_lflag &= ~PENDIN;
		tty_unblock(tp);
		ttwakeup(tp);
	}
	if ((rw & FWRITE) != 0) {
		CLR_STATE(tp, TS_TTSTOP);
		if (tp->t_dev != NODEV)
			cdev_stop(tp, rw);
		ndflush(&tp->t_outq, tp->t_outq.c_cc);
		tty_wakeup_writers(tp);
	}
}

/*
 * Sleep on cv, with tty_lock, for timo ticks at most unless that is 0.
 * ERESTART if the terminal was closed meanwhile.
 */
int
ttysleep(struct tty *tp, kcondvar_t *cv, bool catch, int timo)
{
	const short gen = tp->t_gen;
	int error;

	KASSERT(mutex_owned(&tty_lock));
	if (cv == NULL)
		cv = &tp->t_rawcvf;
	error = catch ? cv_timedwait_sig(cv, &tty_lock, timo)
		      : cv_timedwait(cv, &tty_lock, timo);
	return tp->t_gen == gen ? error : ERESTART;
}

/* Let some time pass: 0 when it has. */
int
ttypause(struct tty *tp, int timo)
{
	const int error = ttysleep(tp, NULL, true, timo);

	return error == EWOULDBLOCK ? 0 : error;
}

/* Wait until all output is gone. No lock held. */
int
ttywait(struct tty *tp)
{
	int error = 0;

	mutex_spin_enter(&tty_lock);
	while ((tp->t_outq.c_cc != 0 || STATE(tp, TS_BUSY)) &&
	    TTY_CONNECTED(tp) && tp->t_oproc != NULL) {
		ttstart(tp);
		if (tp->t_outq.c_cc == 0 && !STATE(tp, TS_BUSY))
			break;
		error = ttysleep(tp, &tp->t_outcv, true, 0);
		if (error != 0)
			break;
	}
	mutex_spin_exit(&tty_lock);
	return error;
}

/* Wait until all output is gone, then drop the input. No lock held. */
int
ttywflush(struct tty *tp)
{
	const int error = ttywait(tp);

	if (error == 0) {
		mutex_spin_enter(&tty_lock);
		ttyflush(tp, FREAD);
		mutex_spin_exit(&tty_lock);
	}
	return error;
}

/*
 * Is there room for more output? With wait, waits a while for it. For who
 * prints messages.
 */
int
ttycheckoutq(struct tty *tp, int wait)
{
	int tries = 5, room;

	mutex_spin_enter(&tty_lock);
	while (tp->t_outq.c_cc > tp->t_hiwat + OBUFSIZ + 100 && wait &&
	    tries-- > 0) {
		ttstart(tp);
		if (ttysleep(tp, &tp->t_outcv, true, hz) != 0)
			break;
	}
	room = tp->t_outq.c_cc <= tp->t_hiwat + OBUFSIZ + 100;
	mutex_spin_exit(&tty_lock);
	return room;
}

/*
 * The carrier came (flag) or went. Without it the session's leader hears of
 * the end, unless the line is local. 0 if the driver is to hang up.
 */
int
ttymodem(struct tty *tp, int flag)
{
	int keep = 1;

	mutex_spin_enter(&tty_lock);
	if (CFLAG(tp, MDMBUF)) {
		/* the carrier is what output waits for */
		if (flag) {
			CLR_STATE(tp, TS_TTSTOP);
			ttstart(tp);
		} else if (!STATE(tp, TS_TTSTOP)) {
			SET_STATE(tp, TS_TTSTOP);
			if (tp->t_dev != NODEV)
				cdev_stop(tp, 0);
		}
	} else if (!flag) {
		CLR_STATE(tp, TS_CARR_ON);
		if (STATE(tp, TS_ISOPEN) && !CFLAG(tp, CLOCAL)) {
			ttysig(tp, TTYSIG_LEADER, SIGHUP);
			ttyflush(tp, FREAD | FWRITE);
			keep = 0;
		}
	} else {
		SET_STATE(tp, TS_CARR_ON);
		ttwakeup(tp);
	}
	mutex_spin_exit(&tty_lock);
	return keep;
}

/* The same for a line without modem: there is nothing to flush. */
int
nullmodem(struct tty *tp, int flag)
{
	int keep = 1;

	mutex_spin_enter(&tty_lock);
	if (flag) {
		SET_STATE(tp, TS_CARR_ON);
		ttwakeup(tp);
	} else {
		CLR_STATE(tp, TS_CARR_ON);
		if (!CFLAG(tp, CLOCAL)) {
			ttysig(tp, TTYSIG_LEADER, SIGHUP);
			keep = 0;
		}
	}
	mutex_spin_exit(&tty_lock);
	return keep;
}

/* There is much input: ask the other side to wait. */
void
tty_block(struct tty *tp)
{
	const int total = tp->t_rawq.c_cc + tp->t_canq.c_cc;

	if (STATE(tp, TS_TBLOCK) || total < tp->t_qsize / 2 ||
	    (LFLAG(tp, ICANON) && tp->t_canq.c_cc == 0))
		return;
	if (IFLAG(tp, IXOFF) && tp->t_cc[VSTOP] != _POSIX_VDISABLE &&
	    putc(tp->t_cc[VSTOP], &tp->t_outq) == 0) {
		SET_STATE(tp, TS_TBLOCK);
		ttstart(tp);
	}
	if (CFLAG(tp, CHWFLOW) && tp->t_hwiflow != NULL &&
	    (*tp->t_hwiflow)(tp, 1) != 0)
		SET_STATE(tp, TS_TBLOCK);
}

/* There is room again: ask it to go on. */
void
tty_unblock(struct tty *tp)
{
	if (!STATE(tp, TS_TBLOCK))
		return;
	CLR_STATE(tp, TS_TBLOCK);
	if (IFLAG(tp, IXOFF) && tp->t_cc[VSTART] != _POSIX_VDISABLE) {
		if (putc(tp->t_cc[VSTART], &tp->t_outq) == 0)
			ttstart(tp);
		else
			SET_STATE(tp, TS_TBLOCK);
	}
	if (CFLAG(tp, CHWFLOW) && tp->t_hwiflow != NULL &&
	    (*tp->t_hwiflow)(tp, 0) == 0)
		SET_STATE(tp, TS_TBLOCK);
}

/*
 * A driver that sees input early may stop and start output at once. tty_lock
 * held.
 */
void
tty_try_xonxoff(struct tty *tp, unsigned char c)
{
	KASSERT(mutex_owned(&tty_lock));
	if (!IFLAG(tp, IXON))
		return;
	if (TTY_CCIS(tp, VSTOP, c) && !STATE(tp, TS_TTSTOP)) {
		SET_STATE(tp, TS_TTSTOP);
		if (tp->t_dev != NODEV)
			cdev_stop(tp, 0);
	} else if (TTY_CCIS(tp, VSTART, c)) {
		CLR_STATE(tp, TS_TTSTOP);
		ttstart(tp);
	}
}
