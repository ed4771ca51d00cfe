/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line discipline that hears everything in capitals; and terminals looked
 * at from within the kernel.
 */

#include <sys/conf.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/ttydefaults.h>

#include "crs.h"
#include "ktest.h"

static int
upper_rint(int c, struct tty *tp)
{
	if (c >= 'a' && c <= 'z')
		c += 'A' - 'a';
	return ttyinput(c, tp);
}

struct linesw crs_upper = {
    .l_name = "upper",
    .l_open = ttylopen,
    .l_close = ttylclose,
    .l_read = ttread,
    .l_write = ttwrite,
    .l_ioctl = ttynullioctl,
    .l_rint = upper_rint,
    .l_start = ttstart,
    .l_modem = nullmodem,
    .l_poll = ttpoll,
};

/* One that can do nothing at all. */
static int
deaf_ioctl(struct tty *tp, u_long cmd, void *data, int flag, struct lwp *l)
{
	return EPASSTHROUGH;
}

static struct linesw crs_deaf = {
    .l_name = "deaf",
    .l_open = ttynodisc,
    .l_close = ttyerrclose,
    .l_read = ttyerrio,
    .l_write = ttyerrio,
    .l_ioctl = deaf_ioctl,
    .l_rint = ttyerrinput,
    .l_start = ttyerrstart,
    .l_modem = nullmodem,
    .l_poll = ttyerrpoll,
};

void
crs_test_clist(void)
{
	struct clist cl, to;
	u_char buf[32], *p;
	int c, n, i;

	KEQ(clalloc(&cl, 10, 0), 0);
	KEQ(clalloc(&to, 6, 0), 0);
	KEQ(getc(&cl), -1);
	KEQ(unputc(&cl), -1);
	KEQ(b_to_q((const u_char *)"abcdefghijkl", 12, &cl), 2);
	KEQ(cl.c_cc, 10);
	KEQ(putc('z', &cl), -1);
	KEQ(getc(&cl), 'a');
	KEQ(unputc(&cl), 'j');
	KEQ(putc('J', &cl), 0);
	KEQ(putc('K', &cl), 0);
	/* It has gone around: two pieces. */
	n = ndqb(&cl, 0);
	K(n > 0 && n <= 9);
	KEQ(memcmp(cl.c_cf, "bcdefghi", (size_t)MIN(n, 8)), 0);
	for (p = firstc(&cl, &c), i = 0; p != NULL; p = nextc(&cl, p, &c), i++)
		KEQ(c, "bcdefghiJK"[i]);
	KEQ(i, 10);
	catq(&cl, &to);
	KEQ(to.c_cc, 6);
	KEQ(q_to_b(&to, buf, sizeof(buf)), 6);
	KEQ(memcmp(buf, "bcdefg", 6), 0);
	ndflush(&cl, 2);
	KEQ(q_to_b(&cl, buf, 1), 1);
	KEQ(buf[0], 'J');
	ndflush(&cl, 100);
	KEQ(cl.c_cc, 0);
	K(firstc(&cl, &c) == NULL);
	clfree(&to);
	clfree(&cl);
}

void
crs_test_quotes(void)
{
	struct clist cl;
	int c = 0;

	KEQ(clalloc(&cl, 20, 1), 0);
	KEQ(putc('a', &cl), 0);
	KEQ(putc('b', &cl), 0);
	KEQ(putc('c' | TTY_QUOTE, &cl), 0);
	KEQ(putc('d', &cl), 0);
	KEQ(ndqb(&cl, TTY_QUOTE), 2);
	KEQ(ndqb(&cl, 0), 4);
	KEQ(getc(&cl), 'a');
	KEQ(getc(&cl), 'b');
	K(firstc(&cl, &c) != NULL);
	KEQ(c, 'c' | TTY_QUOTE);
	KEQ(getc(&cl), 'c' | TTY_QUOTE);
	KEQ(unputc(&cl), 'd');
	clfree(&cl);
}

/* What the terminal has put out, as a string. */
static const char *
out(struct tty *tp)
{
	static char buf[128];
	int n = q_to_b(&tp->t_outq, (u_char *)buf, sizeof(buf) - 1);

	buf[n] = '\0';
	return buf;
}

static void
say(struct tty *tp, const char *s)
{
	for (; *s != '\0'; s++)
		KEQ(ttyoutput(*s, tp), -1);
}

void
crs_test_output(void)
{
	struct tty *tp = tty_alloc();
	int i;

	K(tp != NULL && tp->t_linesw != NULL);
	KSTR(tp->t_linesw->l_name, "termios");
	ttychars(tp);
	KEQ(tp->t_cc[VINTR], CINTR);
	tp->t_ospeed = 9600;
	ttsetwater(tp);
	K(tp->t_hiwat > tp->t_lowat && tp->t_lowat > 0);
	mutex_spin_enter(&tty_lock);
	tp->t_oflag = OPOST | ONLCR | OXTABS;
	say(tp, "ab\tc\n");
	KSTR(out(tp), "ab      c\r\n");
	KEQ(tp->t_column, 0);
	tp->t_oflag = OPOST | OCRNL | ONOEOT;
	say(tp, "a\rb\004c");
	KSTR(out(tp), "a\nbc");
	tp->t_oflag = OPOST | ONOCR | ONLRET;
	say(tp, "\n\rx\r");
	KSTR(out(tp), "\nx\r");
	tp->t_oflag = 0;
	say(tp, "a\tb\n");
	KSTR(out(tp), "a\tb\n");
	/* No room: the character comes back. */
	for (i = 0; i < 100000 && ttyoutput('x', tp) == -1; i++)
		continue;
	KEQ(i, tp->t_outq.c_cn);
	KEQ(ttyoutput('y', tp), 'y');
	ttyflush(tp, FWRITE);
	KEQ(tp->t_outq.c_cc, 0);
	K(!ttypull(tp));
	mutex_spin_exit(&tty_lock);
	tty_free(tp);
}

void
crs_test_speeds(void)
{
	static const struct speedtab table[] = {{300, 3}, {9600, 96}, {-1, -1}};

	KEQ(ttyspeedtab(9600, table), 96);
	KEQ(ttyspeedtab(1200, table), -1);
	/* Who may open a terminal: everybody whom the node lets. */
	KEQ(kauth_authorize_device_tty(
		kauth_cred_get(), KAUTH_DEVICE_TTY_OPEN, crs_softc[0].sc_tty),
	    0);
}

void
crs_test_discs(void)
{
	struct linesw *disc, *again, lacking = crs_deaf;

	disc = ttyldisc_lookup("upper");
	K(disc == &crs_upper);
	again = ttyldisc_lookup_bynum(disc->l_no);
	K(again == disc);
	KEQ(ttyldisc_detach(disc), EBUSY);
	ttyldisc_release(again);
	ttyldisc_release(disc);
	KEQ(ttyldisc_attach(&crs_upper), EEXIST);
	KEQ(ttyldisc_detach(&crs_upper), 0);
	K(ttyldisc_lookup("upper") == NULL);
	KEQ(ttyldisc_detach(&crs_upper), ENOENT);
	KEQ(ttyldisc_attach(&crs_upper), 0);
	disc = ttyldisc_default();
	KSTR(disc->l_name, "termios");
	KEQ(disc->l_no, TTYDISC);
	ttyldisc_release(disc);
	lacking.l_poll = NULL;
	KEQ(ttyldisc_attach(&lacking), EINVAL);
	KEQ(ttyldisc_attach(&crs_deaf), 0);
	KEQ((*crs_deaf.l_open)(0, NULL), ENODEV);
	KEQ((*crs_deaf.l_rint)('x', NULL), ENODEV);
	KEQ(ttyldisc_detach(&crs_deaf), 0);
}

void
crs_test_waits(void)
{
	struct tty *tp = crs_softc[0].sc_tty;
	int start = hardclock_ticks;

	mutex_spin_enter(&tty_lock);
	KEQ(ttypause(tp, 3), 0);
	K(hardclock_ticks - start >= 2);
	KEQ(ttysleep(tp, &tp->t_outcv, true, 1), EWOULDBLOCK);
	K(mutex_owned(&tty_lock));
	/* A delay of output ends with its start. */
	tp->t_state |= TS_TIMEOUT;
	callout_schedule(&tp->t_rstrt_ch, 1);
	ttypause(tp, 5);
	K((tp->t_state & TS_TIMEOUT) == 0);
	/* Stopped and started ahead of the character. */
	tp->t_iflag |= IXON;
	ttychars(tp);
	tty_try_xonxoff(tp, CSTOP);
	K((tp->t_state & TS_TTSTOP) != 0);
	tty_try_xonxoff(tp, CSTART);
	K((tp->t_state & TS_TTSTOP) == 0);
	mutex_spin_exit(&tty_lock);
	KEQ(ttywait(tp), 0);
	KEQ(ttywflush(tp), 0);
	K(ttycheckoutq(tp, 0));
}

void
crs_test_messages(void)
{
	struct tty *tp = tty_alloc();
	char line[80];

	tp->t_cflag = CLOCAL;
	KEQ(tputchar('h', 0, tp), 0);
	KEQ(tputchar('\n', 0, tp), 0);
	mutex_spin_enter(&tty_lock);
	KSTR(out(tp), "h\r\n");
	tp->t_cflag = 0;
	mutex_spin_exit(&tty_lock);
	/* No carrier. */
	KEQ(tputchar('x', 0, tp), -1);
	mutex_spin_enter(&tty_lock);
	ttygetinfo(tp, 0, line, sizeof(line));
	KEQ(line[strlen(line) - 1], '\n');
	ttyputinfo(tp, line);
	KSTR(out(tp), line);
	mutex_spin_exit(&tty_lock);
	tty_free(tp);
}

static const struct ktest crs_tests[] = {
    {"clist", crs_test_clist},
    {"quotes", crs_test_quotes},
    {"output", crs_test_output},
    {"speeds", crs_test_speeds},
    {"discs", crs_test_discs},
    {"waits", crs_test_waits},
    {"messages", crs_test_messages},
    {NULL, NULL},
};

KTEST_MAIN(crs_tests)
