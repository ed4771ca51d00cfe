/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of a terminal.
 *
 * A driver allocates and attaches it once. It is opened any number of times:
 * the driver's open function calls ttyopen(), which waits for a carrier, and
 * the line discipline's; the last close calls the discipline's close and
 * ttyclose(), which wakes all who sleep in it: they see by t_gen that it is
 * not the one that they began with.
 */

#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/ttydefaults.h>

#include "tty_impl.h"

#define QSIZE 1024

struct ttylist_head ttylist = TAILQ_HEAD_INITIALIZER(ttylist);
int tty_count;
uint64_t tk_cancc, tk_nin, tk_nout, tk_rawcc;

const cc_t ttydefchars[NCCS] = {
    [VEOF] = CEOF,
    [VEOL] = CEOL,
    [VEOL2] = CEOL,
    [VERASE] = CERASE,
    [VWERASE] = CWERASE,
    [VKILL] = CKILL,
    [VREPRINT] = CREPRINT,
    [7] = _POSIX_VDISABLE,
    [VINTR] = CINTR,
    [VQUIT] = CQUIT,
    [VSUSP] = CSUSP,
    [VDSUSP] = CDSUSP,
    [VSTART] = CSTART,
    [VSTOP] = CSTOP,
    [VLNEXT] = CLNEXT,
    [VDISCARD] = CDISCARD,
    [VMIN] = CMIN,
    [VTIME] = CTIME,
    [VSTATUS] = CSTATUS,
    [19] = _POSIX_VDISABLE,
};

void
tty_init(void)
{
	ttyldisc_init();
	tty_sig_init();
}

struct tty *
tty_alloc(void)
{
	struct tty *tp = kmem_zalloc(sizeof(*tp), KM_SLEEP);

	tp->t_qsize = QSIZE;
	while (clalloc(&tp->t_rawq, tp->t_qsize, 1) != 0 ||
	    clalloc(&tp->t_canq, tp->t_qsize, 1) != 0 ||
	    clalloc(&tp->t_outq, tp->t_qsize, 0) != 0) {
		clfree(&tp->t_rawq);
		clfree(&tp->t_canq);
		kpause("ttymem", false, 1, NULL);
	}
	callout_init(&tp->t_rstrt_ch, CALLOUT_MPSAFE);
	callout_setfunc(&tp->t_rstrt_ch, ttrstrt, tp);
	cv_init(&tp->t_rawcv, "ttyraw");
	cv_init(&tp->t_rawcvf, "ttyrawf");
	cv_init(&tp->t_canqcv, "ttycanq");
	cv_init(&tp->t_outcv, "ttyout");
	cv_init(&tp->t_outcvf, "ttyoutf");
	selinit(&tp->t_rsel);
	selinit(&tp->t_wsel);
	tp->t_dev = NODEV;
	tp->t_linesw = ttyldisc_default();
	ttychars(tp);
	ttsetwater(tp);
	return tp;
}

/* Nobody has it open, and it is not attached. */
void
tty_free(struct tty *tp)
{
	callout_halt(&tp->t_rstrt_ch, NULL);
	callout_destroy(&tp->t_rstrt_ch);
	mutex_spin_enter(&tty_lock);
	tty_sig_forget(tp);
	mutex_spin_exit(&tty_lock);
	tty_drop_session(tp);
	ttyldisc_release(tp->t_linesw);
	seldestroy(&tp->t_rsel);
	seldestroy(&tp->t_wsel);
	cv_destroy(&tp->t_rawcv);
	cv_destroy(&tp->t_rawcvf);
	cv_destroy(&tp->t_canqcv);
	cv_destroy(&tp->t_outcv);
	cv_destroy(&tp->t_outcvf);
	clfree(&tp->t_rawq);
	clfree(&tp->t_canq);
	clfree(&tp->t_outq);
	kmem_free(tp, sizeof(*tp));
}

void
tty_attach(struct tty *tp)
{
	mutex_spin_enter(&tty_lock);
	TAILQ_INSERT_TAIL(&ttylist, tp, tty_link);
	tty_count++;
	mutex_spin_exit(&tty_lock);
}

void
tty_detach(struct tty *tp)
{
	mutex_spin_enter(&tty_lock);
	TAILQ_REMOVE(&ttylist, tp, tty_link);
	tty_count--;
	KASSERT(tty_count >= 0);
	mutex_spin_exit(&tty_lock);
}

void
ttychars(struct tty *tp)
{
	memcpy(tp->t_cc, ttydefchars, sizeof(tp->t_cc));
}

/* How much output there may be: a quarter of a second's worth, about. */
void
ttsetwater(struct tty *tp)
{
	const int cps = tp->t_ospeed / 10;
	int x = cps / 4;

	tp->t_hiwat =
	    (short)MIN(MAX(x, TTMINHIWAT), tp->t_qsize - TTHIWATMINSPACE);
	x = cps / 8;
	tp->t_lowat =
	    (short)MIN(MAX(MIN(x, TTMAXLOWAT), TTMINLOWAT), tp->t_hiwat / 2);
}

/* The code of a speed in a driver's table, -1 if it is not there. */
int
ttyspeedtab(int speed, const struct speedtab *table)
{
	for (; table->sp_speed != -1; table++)
		if (table->sp_speed == speed)
			return table->sp_code;
	return -1;
}

/*
 * What a driver's open does before that of the line discipline: may it be
 * opened, and is there a carrier? dialout: for calling out; nonblock: do not
 * wait.
 */
int
ttyopen(struct tty *tp, int dialout, int nonblock)
{
	int error = 0;

	mutex_spin_enter(&tty_lock);
	if (dialout) {
		/* not if it is open for those who call in */
		if (STATE(tp, TS_ISOPEN) && !STATE(tp, TS_DIALOUT))
			error = EBUSY;
		else
			SET_STATE(tp, TS_DIALOUT);
	} else if (nonblock) {
		if (STATE(tp, TS_DIALOUT))
			error = EBUSY;
	} else {
		while (STATE(tp, TS_DIALOUT) || !TTY_CONNECTED(tp)) {
			tp->t_wopen++;
			error = ttysleep(tp, &tp->t_rawcv, true, 0);
			tp->t_wopen--;
			if (error != 0)
				break;
		}
	}
	mutex_spin_exit(&tty_lock);
	return error;
}

/* The discipline's open: the terminal is that of dev, and clean. */
int
ttylopen(dev_t dev, struct tty *tp)
{
	mutex_spin_enter(&tty_lock);
	tp->t_dev = dev;
	if (!STATE(tp, TS_ISOPEN)) {
		SET_STATE(tp, TS_ISOPEN);
		memset(&tp->t_winsize, 0, sizeof(tp->t_winsize));
		tp->t_flags = 0;
		tp->t_rawcc = tp->t_cancc = tp->t_outcc = 0;
		tp->t_column = tp->t_rocount = tp->t_rocol = 0;
	}
	mutex_spin_exit(&tty_lock);
	return 0;
}

/* The discipline's close: what was written goes out, if anybody waits. */
int
ttylclose(struct tty *tp, int flag)
{
	int error = 0;

	if ((flag & FNONBLOCK) == 0)
		error = ttywflush(tp);
	if (error != 0 || (flag & FNONBLOCK) != 0) {
		mutex_spin_enter(&tty_lock);
		ttyflush(tp, FREAD | FWRITE);
		mutex_spin_exit(&tty_lock);
	}
	return 0;
}

/* The terminal belongs to no session any more. */
void
tty_drop_session(struct tty *tp)
{
	struct session *s;

	mutex_enter(proc_lock);
	mutex_spin_enter(&tty_lock);
	s = tp->t_session;
	tp->t_session = NULL;
	tp->t_pgrp = NULL;
	mutex_spin_exit(&tty_lock);
	if (s != NULL) {
		if (s->s_ttyp == tp)
			s->s_ttyp = NULL;
		proc_sessrele(s);
	}
	mutex_exit(proc_lock);
}

/* The last close, after that of the discipline. */
int
ttyclose(struct tty *tp)
{
	mutex_spin_enter(&tty_lock);
	ttyflush(tp, FREAD | FWRITE);
	tp->t_gen++;
	tp->t_state = 0;
	callout_stop(&tp->t_rstrt_ch);
	tp->t_lflag &= ~(FLUSHO | PENDIN);
	cv_broadcast(&tp->t_rawcv);
	cv_broadcast(&tp->t_outcv);
	selnotify(&tp->t_rsel, 0, NOTE_SUBMIT);
	selnotify(&tp->t_wsel, 0, NOTE_SUBMIT);
	mutex_spin_exit(&tty_lock);
	tty_drop_session(tp);
	return 0;
}
