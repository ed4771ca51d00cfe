/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Echo, and what the erase characters do to what was typed and to what is
 * seen of it. t_rocount characters of the raw queue are on the screen, from
 * column t_rocol on, with nothing in between. tty_lock held.
 */

#include <sys/mutex.h>
#include <sys/systm.h>

#include "tty_impl.h"

static void
print(struct tty *tp, const char *s)
{
	while (*s != '\0')
		(void)ttyoutput(*s++, tp);
}

static bool
iscontrol(int c)
{
	return c < ' ' || c == 0177;
}

void
tty_echo(struct tty *tp, int c)
{
	if (!STATE(tp, TS_CNTTB))
		tp->t_lflag &= ~FLUSHO;
	if (LFLAG(tp, EXTPROC))
		return;
	c &= TTY_CHARMASK | TTY_QUOTE;
	if (!LFLAG(tp, ECHO) &&
	    !(c == '\n' && LFLAG(tp, ECHONL) && LFLAG(tp, ICANON)))
		return;
	if (LFLAG(tp, ECHOCTL) && iscontrol(c & TTY_CHARMASK) && c != '\t' &&
	    c != '\n') {
		c &= TTY_CHARMASK;
		(void)ttyoutput('^', tp);
		c = c == 0177 ? '?' : c + '@';
	}
	(void)ttyoutput(c & TTY_CHARMASK, tp);
}

/* Columns of a character that stands at one, when it was echoed. */
static int
width(const struct tty *tp, int c, int column)
{
	const int ch = c & TTY_CHARMASK;

	if (c == '\t')
		return 8 - (column & 7);
	if (iscontrol(ch))
		return LFLAG(tp, ECHOCTL) ? 2 : 0;
	return ch >= 0200 && ch < 0240 ? 0 : 1;
}

static void
back_over(struct tty *tp, int columns)
{
	while (columns-- > 0)
		print(tp, "\b \b");
}

/* The column at which what is left of the input ends. */
static int
end_column(struct tty *tp)
{
	u_char *p;
	int c, column = tp->t_rocol, skip = tp->t_rawq.c_cc - tp->t_rocount;

	for (p = firstc(&tp->t_rawq, &c); p != NULL;
	     p = nextc(&tp->t_rawq, p, &c))
		if (skip-- <= 0)
			column += width(tp, c, column);
	return column;
}

/* Character c has been taken out of the raw queue: off the screen too. */
void
tty_rub(struct tty *tp, int c)
{
	if (!LFLAG(tp, ECHO) || LFLAG(tp, EXTPROC))
		return;
	tp->t_lflag &= ~FLUSHO;
	if (LFLAG(tp, ECHOPRT)) {
		if (!STATE(tp, TS_ERASE)) {
			SET_STATE(tp, TS_ERASE);
			(void)ttyoutput('\\', tp);
		}
		tty_echo(tp, c);
	} else if (!LFLAG(tp, ECHOE)) {
		tty_echo(tp, tp->t_cc[VERASE]);
	} else if (tp->t_rocount == 0) {
		/* the screen does not show it: show it anew */
		tty_retype(tp);
		return;
	} else if (c == '\t') {
		tp->t_rocount--;
		back_over(tp, MIN(8, MAX(0, tp->t_column - end_column(tp))));
		return;
	} else
		back_over(tp, width(tp, c, tp->t_column));
	if (tp->t_rocount > 0)
		tp->t_rocount--;
}

/* Show all that was typed again, on a new line. */
void
tty_retype(struct tty *tp)
{
	u_char *p;
	int c;

	if (tp->t_cc[VREPRINT] != _POSIX_VDISABLE)
		tty_echo(tp, tp->t_cc[VREPRINT]);
	(void)ttyoutput('\n', tp);
	for (p = firstc(&tp->t_canq, &c); p != NULL;
	     p = nextc(&tp->t_canq, p, &c))
		tty_echo(tp, c);
	for (p = firstc(&tp->t_rawq, &c); p != NULL;
	     p = nextc(&tp->t_rawq, p, &c))
		tty_echo(tp, c);
	CLR_STATE(tp, TS_ERASE);
	tp->t_rocount = (short)tp->t_rawq.c_cc;
	tp->t_rocol = 0;
}

/* The kill character c. */
void
tty_kill_line(struct tty *tp, int c)
{
	if (LFLAG(tp, ECHOKE) && tp->t_rawq.c_cc == tp->t_rocount &&
	    !LFLAG(tp, ECHOPRT)) {
		while (tp->t_rawq.c_cc > 0)
			tty_rub(tp, unputc(&tp->t_rawq));
	} else {
		tty_echo(tp, c);
		if (LFLAG(tp, ECHOK | ECHOKE))
			tty_echo(tp, '\n');
		ndflush(&tp->t_rawq, tp->t_rawq.c_cc);
		tp->t_rocount = 0;
	}
	CLR_STATE(tp, TS_LOCAL);
}

/* Of what kind a character is, for words: 0 blank, 1 and 2 others. */
static int
kind(const struct tty *tp, int c)
{
	c &= TTY_CHARMASK;
	if (c == ' ' || c == '\t')
		return 0;
	if (!LFLAG(tp, ALTWERASE))
		return 1;
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		(c >= 'a' && c <= 'z') || c == '_' || c >= 0200
	    ? 1
	    : 2;
}

void
tty_kill_word(struct tty *tp)
{
	int c, first;

	while ((c = unputc(&tp->t_rawq)) != -1 && kind(tp, c) == 0)
		tty_rub(tp, c);
	if (c == -1)
		return;
	first = kind(tp, c);
	do {
		tty_rub(tp, c);
		c = unputc(&tp->t_rawq);
	} while (c != -1 && kind(tp, c) == first);
	if (c != -1)
		(void)putc(c, &tp->t_rawq);
}
