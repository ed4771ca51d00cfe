/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Signals of terminals. Whoever finds out that one is due has tty_lock, and
 * perhaps is a soft interrupt or a callout; sending takes proc_lock, which
 * comes before. So they are noted in t_sigs, and a soft interrupt sends them.
 */

#include <sys/intr.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/signalvar.h>
#include <sys/systm.h>

#include "tty_impl.h"

static TAILQ_HEAD(, tty) sigqueue = TAILQ_HEAD_INITIALIZER(sigqueue);
static void *sigsih; /* constant */

static void
send(struct pgrp *pg, struct session *s, int type, int signo)
{
	switch (type) {
	case TTYSIG_PG1:
		if (pg != NULL)
			pgsignal(pg, signo, 1);
		break;
	case TTYSIG_PG2:
		if (pg != NULL)
			pgsignal(pg, signo, s != NULL);
		break;
	case TTYSIG_LEADER:
		if (s != NULL && s->s_leader != NULL)
			psignal(s->s_leader, signo);
		break;
	default:
		break;
	}
}

static void
tty_sigintr(void *arg)
{
	uint64_t sigs[TTYSIG_COUNT];
	struct session *s;
	struct pgrp *pg;
	struct tty *tp;
	int type, signo;

	mutex_enter(proc_lock);
	for (;;) {
		mutex_spin_enter(&tty_lock);
		tp = TAILQ_FIRST(&sigqueue);
		if (tp == NULL)
			break;
		TAILQ_REMOVE(&sigqueue, tp, t_sigqueue);
		tp->t_sigqueued = false;
		memcpy(sigs, tp->t_sigs, sizeof(sigs));
		memset(tp->t_sigs, 0, sizeof(tp->t_sigs));
		pg = tp->t_pgrp;
		s = tp->t_session;
		mutex_spin_exit(&tty_lock);
		for (type = 0; type < TTYSIG_COUNT; type++)
			for (signo = 1; signo < 64; signo++)
				if ((sigs[type] & (1ULL << signo)) != 0)
					send(pg, s, type, signo);
	}
	mutex_spin_exit(&tty_lock);
	mutex_exit(proc_lock);
}

void
tty_sig_init(void)
{
	sigsih = softint_establish(
	    SOFTINT_CLOCK | SOFTINT_MPSAFE, tty_sigintr, NULL);
}

/* A signal for those whom type says, soon. tty_lock held. */
void
ttysig(struct tty *tp, enum ttysigtype type, int signo)
{
	KASSERT(mutex_owned(&tty_lock));
	KASSERT(signo > 0 && signo < 64);
	tp->t_sigs[type] |= 1ULL << signo;
	if (!tp->t_sigqueued) {
		tp->t_sigqueued = true;
		TAILQ_INSERT_TAIL(&sigqueue, tp, t_sigqueue);
	}
	kpreempt_disable();
	softint_schedule(sigsih);
	kpreempt_enable();
}

/* The terminal goes: so do its signals. tty_lock held. */
void
tty_sig_forget(struct tty *tp)
{
	if (tp->t_sigqueued)
		TAILQ_REMOVE(&sigqueue, tp, t_sigqueue);
	tp->t_sigqueued = false;
}
