/* SPDX-License-Identifier: BSD-2-Clause */
/* Line disciplines. tty_lock guards the list and the references. */

#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/mutex.h>
#include <sys/poll.h>
#include <sys/systm.h>

#include "tty_impl.h"

static struct linesw termios_disc = {
    .l_name = "termios",
    .l_open = ttylopen,
    .l_close = ttylclose,
    .l_read = ttread,
    .l_write = ttwrite,
    .l_ioctl = ttynullioctl,
    .l_rint = ttyinput,
    .l_start = ttstart,
    .l_modem = ttymodem,
    .l_poll = ttpoll,
};

static LIST_HEAD(, linesw) linesws = LIST_HEAD_INITIALIZER(linesws);
static bool ready; /* tty_lock */

/* For a discipline without requests of its own. */
int
ttynullioctl(struct tty *tp, u_long cmd, void *data, int flag, struct lwp *l)
{
	return EPASSTHROUGH;
}

/* For one that cannot wait. */
int
ttyerrpoll(struct tty *tp, int events, struct lwp *l)
{
	return POLLERR;
}

static struct linesw *
find_locked(const char *name, int num)
{
	struct linesw *disc;

	LIST_FOREACH(disc, &linesws, l_list)
		if (name != NULL ? strcmp(name, disc->l_name) == 0
				 : disc->l_no == num)
			return disc;
	return NULL;
}

static struct linesw *
find(const char *name, int num)
{
	struct linesw *disc;

	mutex_spin_enter(&tty_lock);
	disc = find_locked(name, num);
	if (disc != NULL)
		disc->l_refcnt++;
	mutex_spin_exit(&tty_lock);
	return disc;
}

void
ttyldisc_init(void)
{
	mutex_spin_enter(&tty_lock);
	if (!ready) {
		ready = true;
		LIST_INSERT_HEAD(&linesws, &termios_disc, l_list);
	}
	mutex_spin_exit(&tty_lock);
}

/* Number for a discipline: the old ones have the numbers of their names. */
static int
number_locked(const char *name)
{
	static const struct {
		const char *n_name;
		int n_no;
	} known[] = {{"tablet", TABLDISC}, {"slip", SLIPDISC}, {"ppp", PPPDISC},
	    {"strip", STRIPDISC}, {"hdlc", HDLCDISC}};
	size_t i;
	int no;

	for (i = 0; i < __arraycount(known); i++)
		if (strcmp(name, known[i].n_name) == 0)
			return known[i].n_no;
	for (no = HDLCDISC + 1; find_locked(NULL, no) != NULL; no++)
		continue;
	return no;
}

/* Make a discipline known; l_no is set. */
int
ttyldisc_attach(struct linesw *disc)
{
	int error = 0;

	if (disc->l_name == NULL || disc->l_open == NULL ||
	    disc->l_close == NULL || disc->l_read == NULL ||
	    disc->l_write == NULL || disc->l_ioctl == NULL ||
	    disc->l_rint == NULL || disc->l_start == NULL ||
	    disc->l_modem == NULL || disc->l_poll == NULL)
		return EINVAL;
	mutex_spin_enter(&tty_lock);
	if (find_locked(disc->l_name, 0) != NULL)
		error = EEXIST;
	else {
		disc->l_refcnt = 0;
		disc->l_no = number_locked(disc->l_name);
		LIST_INSERT_HEAD(&linesws, disc, l_list);
	}
	mutex_spin_exit(&tty_lock);
	return error;
}

int
ttyldisc_detach(struct linesw *disc)
{
	int error = 0;

	mutex_spin_enter(&tty_lock);
	if (find_locked(disc->l_name, 0) != disc)
		error = ENOENT;
	else if (disc == &termios_disc || disc->l_refcnt != 0)
		error = EBUSY;
	else
		LIST_REMOVE(disc, l_list);
	mutex_spin_exit(&tty_lock);
	return error;
}

struct linesw *
ttyldisc_lookup(const char *name)
{
	return find(name, 0);
}

struct linesw *
ttyldisc_lookup_bynum(int num)
{
	return find(NULL, num);
}

struct linesw *
ttyldisc_default(void)
{
	return find(termios_disc.l_name, 0);
}

void
ttyldisc_release(struct linesw *disc)
{
	if (disc == NULL)
		return;
	mutex_spin_enter(&tty_lock);
	KASSERT(disc->l_refcnt > 0);
	disc->l_refcnt--;
	mutex_spin_exit(&tty_lock);
}
