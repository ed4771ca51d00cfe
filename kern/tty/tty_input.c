/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What becomes of characters on their way in: one step after the other, each
 * of which may have done with the character. tty_lock held.
 */

#include <sys/conf.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/signalvar.h>
#include <sys/systm.h>

#include "tty_impl.h"

/* Does the character end a line of canonical input? */
bool
tty_breakchar(const struct tty *tp, int c)
{
	if ((c & ~TTY_CHARMASK) != 0)
		return false;
	return c == '\n' || TTY_CCIS(tp, VEOF, c) || TTY_CCIS(tp, VEOL, c) ||
	    (LFLAG(tp, IEXTEN) && TTY_CCIS(tp, VEOL2, c));
}

/* Three characters that stand for one with an error, or for 0377 itself. */
static void
mark(struct tty *tp, int c, bool error)
{
	if (tp->t_rawq.c_cn - tp->t_rawq.c_cc < 3)
		return;
	(void)putc(0377 | TTY_QUOTE, &tp->t_rawq);
	if (error)
		(void)putc(0 | TTY_QUOTE, &tp->t_rawq);
	(void)putc(c | TTY_QUOTE, &tp->t_rawq);
	if (!LFLAG(tp, ICANON))
		ttwakeup(tp);
}

/*
 * Errors of the line. *cp is the character that is left, without its error;
 * true if none is.
 */
static bool
line_error(struct tty *tp, int *cp)
{
	const int error = *cp & TTY_ERRORMASK, c = *cp & TTY_CHARMASK;

	*cp = c;
	if (error == 0) {
		if (c == 0377 && IFLAG(tp, PARMRK) && !IFLAG(tp, ISTRIP) &&
		    !IFLAG(tp, IGNPAR)) {
			mark(tp, c, false);
			return true;
		}
		if (IFLAG(tp, ISTRIP))
			*cp = c & 0177;
		return false;
	}
	if ((error & TTY_FE) != 0 && c == 0) {
		/* a break */
		if (IFLAG(tp, IGNBRK))
			return true;
		if (IFLAG(tp, BRKINT)) {
			ttyflush(tp, FREAD | FWRITE);
			ttysig(tp, TTYSIG_PG1, SIGINT);
			return true;
		}
		if (IFLAG(tp, PARMRK)) {
			mark(tp, 0, true);
			return true;
		}
		return false;
	}
	if ((error & TTY_PE) != 0 && !IFLAG(tp, INPCK))
		return false;
	if (IFLAG(tp, IGNPAR))
		return true;
	if (IFLAG(tp, PARMRK)) {
		mark(tp, c, true);
		return true;
	}
	*cp = 0;
	return false;
}

/* Characters that are signals; true if it was one. */
static bool
signal_char(struct tty *tp, int c)
{
	int signo = 0, flush = FREAD | FWRITE;

	if (TTY_CCIS(tp, VINTR, c))
		signo = SIGINT;
	else if (TTY_CCIS(tp, VQUIT, c))
		signo = SIGQUIT;
	else if (TTY_CCIS(tp, VSUSP, c)) {
		signo = SIGTSTP;
		flush = FREAD;
	}
	if (signo == 0)
		return false;
	if (!LFLAG(tp, NOFLSH))
		ttyflush(tp, flush);
	tty_echo(tp, c);
	ttysig(tp, TTYSIG_PG1, signo);
	return true;
}

/* Literal next, and discarding of output; true if it was one of these. */
static bool
extended_char(struct tty *tp, int c)
{
	if (TTY_CCIS(tp, VLNEXT, c)) {
		if (LFLAG(tp, ECHO)) {
			if (LFLAG(tp, ECHOE)) {
				(void)ttyoutput('^', tp);
				(void)ttyoutput('\b', tp);
			} else
				tty_echo(tp, c);
		}
		SET_STATE(tp, TS_LNCH);
		return true;
	}
	if (TTY_CCIS(tp, VDISCARD, c)) {
		if (LFLAG(tp, FLUSHO))
			tp->t_lflag &= ~FLUSHO;
		else {
			ttyflush(tp, FWRITE);
			tty_echo(tp, c);
			if (tp->t_rawq.c_cc + tp->t_canq.c_cc > 0)
				tty_retype(tp);
			tp->t_lflag |= FLUSHO;
		}
		return true;
	}
	return false;
}

/* The editing characters of canonical input; true if it was one. */
static bool
edit_char(struct tty *tp, int c)
{
	if (TTY_CCIS(tp, VERASE, c)) {
		if (tp->t_rawq.c_cc > 0)
			tty_rub(tp, unputc(&tp->t_rawq));
		return true;
	}
	if (TTY_CCIS(tp, VKILL, c)) {
		tty_kill_line(tp, c);
		return true;
	}
	if (!LFLAG(tp, IEXTEN))
		return false;
	if (TTY_CCIS(tp, VWERASE, c)) {
		tty_kill_word(tp);
		return true;
	}
	if (TTY_CCIS(tp, VREPRINT, c)) {
		tty_retype(tp);
		return true;
	}
	if (TTY_CCIS(tp, VSTATUS, c)) {
		if (LFLAG(tp, ISIG))
			ttysig(tp, TTYSIG_PG1, SIGINFO);
		if (!LFLAG(tp, NOKERNINFO))
			ttyputinfo(tp, NULL);
		return true;
	}
	return false;
}

/* Put the character where a reader finds it, and on the screen. */
static void
take(struct tty *tp, int c)
{
	int column;

	if (tp->t_rawq.c_cc + tp->t_canq.c_cc >= tp->t_qsize - 1 &&
	    !(LFLAG(tp, ICANON) && tty_breakchar(tp, c))) {
		if (IFLAG(tp, IMAXBEL) && tp->t_outq.c_cc < tp->t_hiwat)
			(void)ttyoutput('\a', tp);
		return;
	}
	if (putc(c, &tp->t_rawq) != 0)
		return;
	if (!LFLAG(tp, ICANON)) {
		ttwakeup(tp);
		tty_echo(tp, c);
		return;
	}
	if (tty_breakchar(tp, c)) {
		tp->t_rocount = 0;
		catq(&tp->t_rawq, &tp->t_canq);
		ttwakeup(tp);
	} else if (tp->t_rocount++ == 0)
		tp->t_rocol = tp->t_column;
	if (STATE(tp, TS_ERASE)) {
		/* the end of \.../ */
		CLR_STATE(tp, TS_ERASE);
		(void)ttyoutput('/', tp);
	}
	column = tp->t_column;
	tty_echo(tp, c);
	if (TTY_CCIS(tp, VEOF, c) && LFLAG(tp, ECHO)) {
		/* the end of file is not to be seen */
		column = MIN(2, tp->t_column - column);
		while (column-- > 0)
			(void)ttyoutput('\b', tp);
	}
}

/* Stop and start; true if that is all that it was. */
static bool
flow_char(struct tty *tp, int c)
{
	if (!IFLAG(tp, IXON))
		return false;
	if (TTY_CCIS(tp, VSTOP, c)) {
		if (!STATE(tp, TS_TTSTOP)) {
			SET_STATE(tp, TS_TTSTOP);
			if (tp->t_dev != NODEV)
				cdev_stop(tp, 0);
		} else if (TTY_CCIS(tp, VSTART, c)) {
			/* one character for both */
			CLR_STATE(tp, TS_TTSTOP);
			ttstart(tp);
		}
		return true;
	}
	if (TTY_CCIS(tp, VSTART, c)) {
		tp->t_lflag &= ~FLUSHO;
		CLR_STATE(tp, TS_TTSTOP);
		ttstart(tp);
		return true;
	}
	return false;
}

static void
input(struct tty *tp, int c)
{
	const bool cooked = !LFLAG(tp, EXTPROC) && !STATE(tp, TS_LNCH);

	if (!LFLAG(tp, EXTPROC) && STATE(tp, TS_LNCH)) {
		c |= TTY_QUOTE;
		CLR_STATE(tp, TS_LNCH);
	}
	if (cooked) {
		if (LFLAG(tp, IEXTEN) && extended_char(tp, c))
			return;
		if (LFLAG(tp, ISIG) && signal_char(tp, c))
			return;
		if (c == '\r') {
			if (IFLAG(tp, IGNCR))
				return;
			if (IFLAG(tp, ICRNL))
				c = '\n';
		} else if (c == '\n' && IFLAG(tp, INLCR))
			c = '\r';
		if (LFLAG(tp, ICANON) && edit_char(tp, c))
			return;
	}
	take(tp, c);
	tty_block(tp);
}

/* A character, with tty_lock held. */
int
ttyinput_wlock(int c, struct tty *tp)
{
	KASSERT(mutex_owned(&tty_lock));
	if (!CFLAG(tp, CREAD))
		return 0;
	if (LFLAG(tp, PENDIN))
		ttypend(tp);
	tk_nin++;
	if (LFLAG(tp, ICANON)) {
		tk_cancc++;
		tp->t_cancc++;
	} else {
		tk_rawcc++;
		tp->t_rawcc++;
	}
	if (!STATE(tp, TS_TYPEN) && line_error(tp, &c))
		return 0;
	if (!LFLAG(tp, EXTPROC) && !STATE(tp, TS_LNCH | TS_TYPEN) &&
	    flow_char(tp, c))
		return 0;
	input(tp, c);
	/* any character starts output that was stopped */
	if (STATE(tp, TS_TTSTOP) && IFLAG(tp, IXANY) && IFLAG(tp, IXON)) {
		tp->t_lflag &= ~FLUSHO;
		CLR_STATE(tp, TS_TTSTOP);
	}
	if (!STATE(tp, TS_TTSTOP))
		ttstart(tp);
	return 0;
}

/* l_rint: a character from the driver, with TTY_FE or TTY_PE. */
int
ttyinput(int c, struct tty *tp)
{
	mutex_spin_enter(&tty_lock);
	(void)ttyinput_wlock(c, tp);
	mutex_spin_exit(&tty_lock);
	return 0;
}

/*
 * Input that came while nothing was canonical is looked at again. Without
 * memory for it that is left for the next time.
 */
void
ttypend(struct tty *tp)
{
	struct clist pending;
	int c;

	KASSERT(mutex_owned(&tty_lock));
	if (clalloc(&pending, tp->t_qsize, 1) != 0)
		return;
	tp->t_lflag &= ~PENDIN;
	SET_STATE(tp, TS_TYPEN);
	catq(&tp->t_rawq, &pending);
	while ((c = getc(&pending)) != -1)
		(void)ttyinput_wlock(c, tp);
	CLR_STATE(tp, TS_TYPEN);
	clfree(&pending);
}
