/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Terminals: the structure and the interface that line disciplines and
 * network links over serial lines are written against. The terminal driver
 * itself is a component of its own.
 */

#ifndef _SYS_TTY_H_
#define _SYS_TTY_H_

#include <sys/callout.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/select.h>
#include <sys/selinfo.h>
#include <sys/termios.h>
#include <sys/ttycom.h>
#include <sys/types.h>

struct clist {
	u_char *c_cf;
	u_char *c_cl;
	u_char *c_cs;
	u_char *c_ce;
	u_char *c_cq;
	int c_cc;
	int c_cn;
};

struct pgrp;
struct session;
struct linesw;

/* Locks: t: tty_lock, c: constant. */
struct tty {
	TAILQ_ENTRY(tty) tty_link;
	struct clist t_rawq;  /* t: raw input */
	long t_rawcc;         /* t: */
	struct clist t_canq;  /* t: canonical input */
	long t_cancc;         /* t: */
	struct clist t_outq;  /* t: output */
	callout_t t_rstrt_ch; /* t: */
	kcondvar_t t_rawcv;
	kcondvar_t t_rawcvf;
	kcondvar_t t_canqcv;
	kcondvar_t t_outcv;
	kcondvar_t t_outcvf;
	struct linesw *t_linesw; /* t: line discipline */
	dev_t t_dev;             /* c: */
	int t_state;             /* t: TS_* */
	int t_wopen;             /* t: */
	int t_flags;             /* t: */
	int t_timeout;
	struct pgrp *t_pgrp;       /* t: foreground */
	struct session *t_session; /* t: */
	struct selinfo t_rsel;
	struct selinfo t_wsel;
	struct termios t_termios; /* t: */
	struct winsize t_winsize; /* t: */
	void (*t_oproc)(struct tty *);
	int (*t_param)(struct tty *, struct termios *);
	int (*t_hwiflow)(struct tty *, int);
	void *t_sc; /* line discipline's own */
	short t_column;
	short t_rocount;
	short t_rocol;
	short t_hiwat;
	short t_lowat;
	short t_gen;
	void *t_softc; /* driver's own */
	int t_qsize;
	u_int t_refcnt;
};

#define t_cc     t_termios.c_cc
#define t_cflag  t_termios.c_cflag
#define t_iflag  t_termios.c_iflag
#define t_ispeed t_termios.c_ispeed
#define t_lflag  t_termios.c_lflag
#define t_oflag  t_termios.c_oflag
#define t_ospeed t_termios.c_ospeed

#define TTIPRI 25
#define TTOPRI 26

#define TS_SIGINFO 0x00001
#define TS_ASYNC   0x00002
#define TS_BUSY    0x00004
#define TS_CARR_ON 0x00008
#define TS_DIALOUT 0x00010
#define TS_FLUSH   0x00020
#define TS_ISOPEN  0x00040
#define TS_TBLOCK  0x00080
#define TS_TIMEOUT 0x00100
#define TS_TTSTOP  0x00200
#define TS_XCLUDE  0x00400

#define TTY_CHARMASK  0x000000ff
#define TTY_QUOTE     0x00000100
#define TTY_ERRORMASK 0xff000000
#define TTY_FE        0x01000000
#define TTY_PE        0x02000000

extern kmutex_t tty_lock;

int ttioctl(struct tty *, u_long, void *, int, struct lwp *);
int ttyoutput(int, struct tty *);
struct tty *tty_alloc(void);
void tty_free(struct tty *);
void tty_attach(struct tty *);
void tty_detach(struct tty *);
int ttylopen(dev_t, struct tty *);
void ttyflush(struct tty *, int);
void ttstart(struct tty *);

#endif /* _SYS_TTY_H_ */
