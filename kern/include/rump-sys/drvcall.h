/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls into a driver: it comes back with what it was called with.
 *
 * A function of a driver that returns with a lock, or without one, hangs
 * somebody else later.  So each call is put between RUMP_DRVCALL_BEGIN() and
 * RUMP_DRVCALL_END(), which compare the counts that the lwp keeps: mutexes and
 * rwlocks, the kernel lock, and sections that keep the CPU.  It costs a load and
 * a comparison.  A difference is a panic that names function and manual page.
 */

#ifndef _RUMP_SYS_DRVCALL_H_
#define _RUMP_SYS_DRVCALL_H_

#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/systm.h>
#include <sys/types.h>

CTASSERT(offsetof(struct lwp, l_nlocks) % 8 == 0);
CTASSERT(
    offsetof(struct lwp, l_nopreempt) == offsetof(struct lwp, l_nlocks) + 6);

/* l_nlocks, l_biglocks, l_nopreempt */
static inline uint64_t
rump_held(const struct lwp *l)
{
	uint64_t held;

	__builtin_memcpy(&held, &l->l_nlocks, sizeof(held));
	return held;
}

/*
 * A driver has broken a rule: the panic names the manual page with the rule and
 * the function at the address (a function, or where it called from).
 */
void rump_rule_broken(const char *page, const void *at, const char *fmt,
    ...) __dead __printflike(3, 4);
/* The same as a message, for what can go on. */
void rump_rule_said(const char *page, const void *at, const char *fmt, ...)
    __printflike(3, 4);

/* The locks that a lwp holds, if the lock checker knows. */
#ifdef LOCKDEBUG
void rump_lockdebug_print(struct lwp *);
/* Memory is freed, at: not with a held lock or a pending callout in it. */
void rump_lockdebug_mem(const void *, size_t, const void *);
void rump_callout_mem(const void *, size_t, const void *);
#else
#define rump_lockdebug_print(l) ((void)(l))
#endif

/* Function fn, called as what, has returned with other counts than before. */
void rump_drvcall_bad(
    uint64_t before, const char *page, const char *what, const void *fn) __dead;

/*
 * A lwp is about to sleep, called from at; spin: spin mutexes that it holds and
 * gives up for that.  Nothing, unless it may not sleep.  In a read section that is
 * a panic.  Handlers are threads, and a spin mutex is a lock that sleeps, so that
 * drivers which sleep there work; they hear of it, and with the lock checker it is
 * a panic.
 */
void rump_sleep_bad(struct lwp *, u_int spin, const void *at);
static inline void
rump_sleep_check(struct lwp *l, u_int spin, const void *at)
{
	if (__predict_false((u_int)l->l_nlocks >> 16 != spin ||
		l->l_nopreempt != 0 || (l->l_pflag & LP_HANDLER) != 0))
		rump_sleep_bad(l, spin, at);
}

/*
 * An errno that a driver's function fn has returned, made one that its caller
 * can have: 0 and errnos are, and ERESTART; negative: the others that mean
 * something to a caller in the kernel.  For the rest there is a message, and it
 * is EIO.
 */
int rump_errno_bad(const char *page, const char *what, const void *fn,
    int error, bool negative);
static inline int
rump_errno_check(const char *page, const char *what, const void *fn, int error,
    bool negative)
{
	if (__predict_true((u_int)error <= ELAST))
		return error;
	return rump_errno_bad(page, what, fn, error, negative);
}

#define RUMP_DRVCALL_BEGIN() const uint64_t rump_held_ = rump_held(curlwp)
#define RUMP_DRVCALL_END(page, what, fn)                                       \
	RUMP_DRVCALL_END_LESS(page, what, fn, 0)
/* The same for a function that releases n mutexes or rwlocks of its caller. */
#define RUMP_DRVCALL_END_LESS(page, what, fn, n)                               \
	do {                                                                   \
		if (__predict_false(                                           \
			rump_held(curlwp) != rump_held_ - (uint64_t)(n)))      \
			rump_drvcall_bad(rump_held_ - (uint64_t)(n), (page),   \
			    (what), (const void *)(uintptr_t)(fn));            \
	} while (0)

#endif /* _RUMP_SYS_DRVCALL_H_ */
