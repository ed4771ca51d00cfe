/* SPDX-License-Identifier: BSD-2-Clause */
/* Terminals: what the files share. */

#ifndef _TTY_IMPL_H_
#define _TTY_IMPL_H_

#include <sys/param.h>
#include <sys/tty.h>

#define SET_STATE(tp, f)   ((tp)->t_state |= (f))
#define CLR_STATE(tp, f)   ((tp)->t_state &= ~(f))
#define STATE(tp, f)       (((tp)->t_state & (f)) != 0)
#define IFLAG(tp, f)       (((tp)->t_iflag & (f)) != 0)
#define OFLAG(tp, f)       (((tp)->t_oflag & (f)) != 0)
#define LFLAG(tp, f)       (((tp)->t_lflag & (f)) != 0)
#define CFLAG(tp, f)       (((tp)->t_cflag & (f)) != 0)
#define TTY_CONNECTED(tp)  (STATE(tp, TS_CARR_ON) || CFLAG(tp, CLOCAL))
#define TTY_CCIS(tp, i, c) CCEQ((tp)->t_cc[i], (c))

void tty_sig_init(void);
void tty_sig_forget(struct tty *);
void tty_drop_session(struct tty *);
void tty_ctty_init(void);

/* tty_lock held by all of these */
bool tty_breakchar(const struct tty *, int c);
void tty_echo(struct tty *, int c);
void tty_rub(struct tty *, int c);
void tty_retype(struct tty *);
void tty_kill_line(struct tty *, int c);
void tty_kill_word(struct tty *);
void tty_block(struct tty *);
void tty_unblock(struct tty *);
int tty_nread(struct tty *);
void tty_wakeup_writers(struct tty *);

#endif /* _TTY_IMPL_H_ */
