/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said about drivers that break a rule: see rump-sys/drvcall.h. */

#include <sys/errno.h>
#include <sys/lockdebug.h>
#include <sys/lwp.h>
#include <sys/stdarg.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>

#include "sync_impl.h"

#define MAXSAID 32 /* so many messages of a kind, then silence */

static bool
may_say(volatile u_int *said)
{
	return __atomic_fetch_add(said, 1, __ATOMIC_RELAXED) < MAXSAID;
}

static void
rule_format(char *buf, size_t len, const char *page, const void *at,
    const char *fmt, va_list ap)
{
	char where[128];
	size_t n;

	rump_symbol(at, where, sizeof(where));
	snprintf(buf, len, "%s: %s: ", page, where);
	n = strlen(buf);
	vsnprintf(buf + n, len - n, fmt, ap);
}

void
rump_rule_said(const char *page, const void *at, const char *fmt, ...)
{
	char msg[400];
	va_list ap;

	va_start(ap, fmt);
	rule_format(msg, sizeof(msg), page, at, fmt, ap);
	va_end(ap);
	printf("%s\n", msg);
}

void
rump_rule_broken(const char *page, const void *at, const char *fmt, ...)
{
	char msg[400];
	va_list ap;

	va_start(ap, fmt);
	rule_format(msg, sizeof(msg), page, at, fmt, ap);
	va_end(ap);
	panic("%s", msg);
}

/* "1 mutex or rwlock more": which, if the lock checker knows. */
static void
difference(char *buf, size_t len, const char *what, int n)
{
	size_t have = strlen(buf);

	if (n != 0)
		snprintf(buf + have, len - have, "%s%d %s%s %s",
		    have != 0 ? ", " : "", n < 0 ? -n : n, what,
		    n == 1 || n == -1 ? "" : "s", n < 0 ? "less" : "more");
}

void
rump_drvcall_bad(
    uint64_t before, const char *page, const char *what, const void *fn)
{
	struct lwp *l = curlwp, was;
	char diff[200] = "";

	memcpy(&was.l_nlocks, &before, sizeof(before));
	difference(diff, sizeof(diff), "mutex or rwlock",
	    (int)(l->l_nlocks & 0xffff) - (int)(was.l_nlocks & 0xffff));
	difference(diff, sizeof(diff), "hold of the kernel lock",
	    l->l_biglocks - was.l_biglocks);
	difference(diff, sizeof(diff),
	    "pserialize(9) read section or percpu(9) reference",
	    l->l_nopreempt - was.l_nopreempt);
	rump_lockdebug_print(l);
	rump_rule_broken(page, fn,
	    "%s returned with %s than it was called with", what, diff);
}

#ifdef LOCKDEBUG
#define SLEEP_RULE(page, at, what) rump_rule_broken(page, at, "%s", what)
#else
#define SLEEP_RULE(page, at, what)                                             \
	do {                                                                   \
		static volatile u_int said_;                                   \
                                                                               \
		if (may_say(&said_))                                           \
			rump_rule_said(page, at, "%s", what);                  \
	} while (0)
#endif

void
rump_sleep_bad(struct lwp *l, u_int spin, const void *at)
{
	rump_lockdebug_print(l);
	if (l->l_nopreempt != 0)
		rump_rule_broken("pserialize(9)", at,
		    "sleeping in a pserialize(9) read section, or with a "
		    "percpu(9) reference");
	if ((u_int)l->l_nlocks >> 16 != spin)
		SLEEP_RULE("mutex(9)", at, "sleeping with a spin mutex held");
	if ((l->l_pflag & LP_HANDLER) != 0)
		SLEEP_RULE("softint(9)", at,
		    "sleeping in a softint(9) or callout(9) handler");
}

int
rump_errno_bad(const char *page, const char *what, const void *fn, int error,
    bool negative)
{
	static volatile u_int said;

	if (error == ERESTART || (negative && error < 0 && error >= EMOVEFD))
		return error;
	if (may_say(&said))
		rump_rule_said(page, fn,
		    "%s returned %d, which is no errno(2); EIO instead", what,
		    error);
	return EIO;
}

/* A list is not what it was when elm was put into it, or elm is in none. */
#ifdef LOCKDEBUG
void
rump_queue_bad(const char *func, const char *what, const void *elm)
{
	panic("queue(9): %s: %s: element %p is in the list already, or not in "
	      "it any more, or a neighbour was overwritten",
	    func, what, elm);
}
#endif
