/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of characters on their way out. tty_lock held. */

#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/systm.h>
#include <sys/ttydefaults.h>

#include "tty_impl.h"

static int
emit(struct tty *tp, int c)
{
	if (putc(c, &tp->t_outq) != 0)
		return -1;
	tp->t_outcc++;
	tk_nout++;
	return 0;
}

static void
advance(struct tty *tp, int c)
{
	switch (c) {
	case '\b':
		if (tp->t_column > 0)
			tp->t_column--;
		break;
	case '\r':
		tp->t_column = 0;
		break;
	case '\n':
		if (OFLAG(tp, OPOST) && OFLAG(tp, ONLCR | ONLRET))
			tp->t_column = 0;
		break;
	case '\t':
		tp->t_column = (short)((tp->t_column + 8) & ~7);
		break;
	default:
		if (c >= ' ' && c != 0177 && (c < 0200 || c >= 0240))
			tp->t_column++;
		break;
	}
}

/* A tab as spaces: how many did not fit is as if it had been that long. */
static int
expand_tab(struct tty *tp)
{
	int n = 8 - (tp->t_column & 7);

	if (tp->t_outq.c_cn - tp->t_outq.c_cc < n)
		return -1;
	while (n-- > 0) {
		emit(tp, ' ');
		tp->t_column++;
	}
	return 0;
}

/*
 * Put out a character as t_oflag says: -1, or the character itself if there
 * is no room for it.
 */
int
ttyoutput(int c, struct tty *tp)
{
	KASSERT(mutex_owned(&tty_lock));
	if (!OFLAG(tp, OPOST)) {
		if (!LFLAG(tp, FLUSHO) && emit(tp, c) != 0)
			return c;
		return -1;
	}
	c &= TTY_CHARMASK;
	if (c == CEOT && OFLAG(tp, ONOEOT))
		return -1;
	if (c == '\t' && OFLAG(tp, OXTABS) && !LFLAG(tp, EXTPROC)) {
		if (LFLAG(tp, FLUSHO))
			return -1;
		return expand_tab(tp) == 0 ? -1 : c;
	}
	if (c == '\n' && OFLAG(tp, ONLCR)) {
		if (!LFLAG(tp, FLUSHO)) {
			if (tp->t_outq.c_cn - tp->t_outq.c_cc < 2)
				return c;
			emit(tp, '\r');
		}
	} else if (c == '\r') {
		if (OFLAG(tp, ONOCR) && tp->t_column == 0)
			return -1;
		if (OFLAG(tp, OCRNL))
			c = '\n';
	}
	if (!LFLAG(tp, FLUSHO) && emit(tp, c) != 0)
		return c;
	advance(tp, c);
	return -1;
}

/*
 * A character of a message, for whoever prints on terminals: 0, or -1 if it
 * was not put out. No lock held.
 */
int
tputchar(int c, int flags, struct tty *tp)
{
	int r = -1;

	mutex_spin_enter(&tty_lock);
	if (TTY_CONNECTED(tp)) {
		if (c == '\n')
			(void)ttyoutput('\r', tp);
		r = ttyoutput(c, tp);
		ttstart(tp);
		r = r == -1 ? 0 : -1;
	}
	mutex_spin_exit(&tty_lock);
	return r;
}
