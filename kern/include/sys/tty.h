/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Terminals: what their drivers, line disciplines, and network links over
 * serial lines are written against. See tty(9); the functions are those of
 * the component rumpkern_tty.
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

/* A ring of characters, some of which are quoted. Its owner's lock. */
struct clist {
	u_char *c_cf; /* first character */
	u_char *c_cl; /* where the next one goes */
	u_char *c_cs; /* ring */
	u_char *c_ce; /* behind its end */
	u_char *c_cq; /* a bit for each: quoted; or NULL */
	int c_cc;     /* how many there are */
	int c_cn;     /* how many there may be */
};

struct knote;
struct linesw;
struct lwp;
struct pgrp;
struct proc;
struct session;
struct uio;

/* Who gets a signal of a terminal. */
enum ttysigtype {
	TTYSIG_PG1,    /* foreground group, whom the terminal controls */
	TTYSIG_PG2,    /* the same, or all of it without a session */
	TTYSIG_LEADER, /* the session's leader */
	TTYSIG_COUNT
};

/* Locks: t: tty_lock, c: constant, p: proc_lock for writing, and tty_lock. */
struct tty {
	TAILQ_ENTRY(tty) tty_link; /* t: all terminals */
	struct clist t_rawq;       /* t: raw input */
	long t_rawcc;              /* t: so many since it was attached */
	struct clist t_canq;       /* t: canonical input */
	long t_cancc;              /* t: */
	struct clist t_outq;       /* t: output */
	long t_outcc;              /* t: */
	callout_t t_rstrt_ch;      /* t: a delay of output */
	kcondvar_t t_rawcv;        /* t: input, carrier */
	kcondvar_t t_rawcvf;       /* t: never, for who just waits */
	kcondvar_t t_canqcv;       /* t: */
	kcondvar_t t_outcv;        /* t: room for output, or its end */
	kcondvar_t t_outcvf;       /* t: */
	struct linesw *t_linesw;   /* t: line discipline */
	dev_t t_dev;               /* c: */
	int t_state;               /* t: TS_* */
	int t_wopen;               /* t: how many wait to open it */
	int t_flags;               /* t: */
	int t_timeout;             /* t: */
	struct pgrp *t_pgrp;       /* p: foreground */
	struct session *t_session; /* p: whose terminal it is; a reference */
	struct selinfo t_rsel;     /* t: */
	struct selinfo t_wsel;     /* t: */
	struct termios t_termios;  /* t: */
	struct winsize t_winsize;  /* t: */
	/* c: starts output of t_outq; called with t */
	void (*t_oproc)(struct tty *);
	/* c: changes the device's parameters; called without t */
	int (*t_param)(struct tty *, struct termios *);
	/* c: stops or starts the other side's output; called with t */
	int (*t_hwiflow)(struct tty *, int);
	void *t_sc;                    /* line discipline's own */
	short t_column;                /* t: of output */
	short t_rocount;               /* t: echoed since t_rocol */
	short t_rocol;                 /* t: where input began */
	short t_hiwat;                 /* t: output waits above it */
	short t_lowat;                 /* t: and goes on below it */
	short t_gen;                   /* t: closes */
	void *t_softc;                 /* driver's own */
	int t_qsize;                   /* c: of each queue */
	u_int t_refcnt;                /* t: */
	uint64_t t_sigs[TTYSIG_COUNT]; /* t: signals to be sent */
	TAILQ_ENTRY(tty) t_sigqueue;   /* t: if there are any */
	bool t_sigqueued;              /* t: */
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

/* Input that waits for a reader, and limits of output. */
#define TTYHOG          tp->t_qsize
#define TTMASK          15
#define OBUFSIZ         100
#define TTMAXHIWAT      tp->t_qsize / 2
#define TTMINHIWAT      128
#define TTMAXLOWAT      256
#define TTMINLOWAT      32
#define TTHIWATMINSPACE 200

#define TS_SIGINFO 0x00001 /* ignore the mask on dispatch of SIGINFO */
#define TS_ASYNC   0x00002 /* SIGIO to the foreground */
#define TS_BUSY    0x00004 /* output is under way */
#define TS_CARR_ON 0x00008 /* there is a carrier */
#define TS_DIALOUT 0x00010 /* opened to call out */
#define TS_FLUSH   0x00020 /* the driver is to forget output under way */
#define TS_ISOPEN  0x00040
#define TS_TBLOCK  0x00080 /* the other side was told to wait */
#define TS_TIMEOUT 0x00100 /* output waits for t_rstrt_ch */
#define TS_TTSTOP  0x00200 /* output is stopped */
#define TS_XCLUDE  0x00400 /* nobody else may open it */
/* of the line discipline */
#define TS_BKSL  0x00800
#define TS_CNTTB 0x01000 /* echoing a tab as it is */
#define TS_ERASE 0x02000 /* within \.../ of ECHOPRT */
#define TS_LNCH  0x04000 /* the next character is literal */
#define TS_TYPEN 0x08000 /* reading pending input again */
#define TS_LOCAL (TS_BKSL | TS_CNTTB | TS_ERASE | TS_LNCH | TS_TYPEN)

/* What a character of input comes with. */
#define TTY_CHARMASK  0x000000ff
#define TTY_QUOTE     0x00000100 /* literal */
#define TTY_ERRORMASK 0xff000000
#define TTY_FE        0x01000000 /* framing error, or with 0 a break */
#define TTY_PE        0x02000000 /* parity error */

/* Is p in the background of its controlling terminal? proc_lock or tty_lock. */
#define isctty(p, tp)                                                          \
	((p)->p_session == (tp)->t_session && ((p)->p_lflag & PL_CONTROLT))
#define isbackground(p, tp) (isctty((p), (tp)) && (p)->p_pgrp != (tp)->t_pgrp)

struct speedtab {
	int sp_speed;
	int sp_code;
};

TAILQ_HEAD(ttylist_head, tty);
extern struct ttylist_head ttylist; /* tty_lock */
extern int tty_count;               /* tty_lock */
extern kmutex_t tty_lock;
extern const cc_t ttydefchars[NCCS];
extern uint64_t tk_cancc, tk_nin, tk_nout, tk_rawcc; /* tty_lock */

/* rings */
int clalloc(struct clist *, int, int);
void clfree(struct clist *);
int b_to_q(const u_char *, int, struct clist *);
void catq(struct clist *, struct clist *);
void clist_init(void);
u_char *firstc(struct clist *, int *);
int getc(struct clist *);
void ndflush(struct clist *, int);
int ndqb(struct clist *, int);
u_char *nextc(struct clist *, u_char *, int *);
int putc(int, struct clist *);
int q_to_b(struct clist *, u_char *, int);
int unputc(struct clist *);

/* life */
void tty_init(void);
struct tty *tty_alloc(void);
void tty_free(struct tty *);
void tty_attach(struct tty *);
void tty_detach(struct tty *);
int ttyopen(struct tty *, int, int);
int ttyclose(struct tty *);
int ttylopen(dev_t, struct tty *);
int ttylclose(struct tty *, int);
void ttychars(struct tty *);
void ttsetwater(struct tty *);
int ttyspeedtab(int, const struct speedtab *);

/* input and output */
int ttyinput(int, struct tty *);
int ttyinput_wlock(int, struct tty *);
int ttyoutput(int, struct tty *);
int ttread(struct tty *, struct uio *, int);
int ttwrite(struct tty *, struct uio *, int);
int ttioctl(struct tty *, u_long, void *, int, struct lwp *);
int ttpoll(struct tty *, int, struct lwp *);
int ttykqfilter(dev_t, struct knote *);
int tputchar(int, int, struct tty *);

/* flow */
int ttstart(struct tty *);
void ttrstrt(void *);
bool ttypull(struct tty *);
void ttwakeup(struct tty *);
void ttyflush(struct tty *, int);
int ttywait(struct tty *);
int ttywflush(struct tty *);
int ttycheckoutq(struct tty *, int);
int ttymodem(struct tty *, int);
int nullmodem(struct tty *, int);
void tty_try_xonxoff(struct tty *, unsigned char);
void ttypend(struct tty *);
int ttysleep(struct tty *, kcondvar_t *, bool, int);
int ttypause(struct tty *, int);
void ttysig(struct tty *, enum ttysigtype, int);
void ttygetinfo(struct tty *, int, char *, size_t);
void ttyputinfo(struct tty *, char *);

#endif /* _SYS_TTY_H_ */
