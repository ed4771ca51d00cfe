/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * callout(9), tickless.
 *
 * Pending callouts are in a wheel of LEVELS rings of 64 slots. A slot of ring
 * n spans 64^n ticks; a bit map for each ring tells which are used, so that
 * the next moment at which something is to be done is found without walking.
 * One thread, started at the first callout, sleeps until then.
 *
 * wheel_now is the tick up to which the wheel has been run; it lags behind
 * the clock while nothing is due.
 *
 * co_lock protects all of it, and c_flags. Functions are called without it,
 * in order of their slots, on the callout thread; c_flags tells
 * CALLOUT_INVOKING from before the call until callout_ack() and running_co
 * until it has returned.
 */

#include <sys/callout.h>
#include <sys/condvar.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/lock.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>

#include "sched_impl.h"

#define RING_BITS 6
#define RING_SIZE (1 << RING_BITS)
#define RING_MASK (RING_SIZE - 1)
#define LEVELS    4
#define MAXDELTA  ((1 << (RING_BITS * LEVELS)) - RING_SIZE * RING_SIZE)

#define CALLOUT_MAGIC 0x11deeba1

struct callout_impl {
	LIST_ENTRY(callout_impl) c_list;
	void (*c_func)(void *);
	void *c_arg;
	void *c_cpu;
	int c_time; /* tick at which it is due */
	u_int c_flags;
	u_int c_magic;
	int c_ring; /* ring << 8 | slot */
};
CTASSERT(sizeof(struct callout_impl) <= sizeof(callout_t));

LIST_HEAD(callout_list, callout_impl);

static kmutex_t co_lock;
static kcondvar_t co_cv;     /* the thread sleeps here */
static kcondvar_t co_haltcv; /* callout_halt() waits here */
static u_int co_haltwait;
static struct callout_list wheel[LEVELS][RING_SIZE];
static uint64_t wheel_map[LEVELS];
static int wheel_now;
static u_int wheel_count;
static bool co_thread;   /* exists */
static bool co_sleeping; /* until co_until */
static int co_until;
static struct callout_impl *running_co;
static struct lwp *running_lwp;
static struct lwp *co_lwp; /* the thread, started or not */

static void callout_main(void *);

void
rump_callout_bootstrap(void)
{
	int i, j;

	mutex_init(&co_lock, MUTEX_SPIN, IPL_SCHED);
	cv_init(&co_cv, "callout");
	cv_init(&co_haltcv, "calloutk");
	for (i = 0; i < LEVELS; i++) {
		for (j = 0; j < RING_SIZE; j++)
			LIST_INIT(&wheel[i][j]);
	}
}

void
callout_startup(void)
{
}

void
callout_init_cpu(struct cpu_info *ci)
{
}

void
callout_hardclock(void)
{
}

/* co_lock is held; callout_pending() and its like look without it. */
static void
flags_change(struct callout_impl *c, u_int clear, u_int set)
{
	POKE(c->c_flags, (c->c_flags & ~clear) | set);
}

/* Into the slot of ring level that tick at is in. */
static void
wheel_place(struct callout_impl *c, int level, int at)
{
	int slot = (int)((u_int)at >> (RING_BITS * level)) & RING_MASK;

	c->c_ring = level << 8 | slot;
	LIST_INSERT_HEAD(&wheel[level][slot], c, c_list);
	wheel_map[level] |= 1ULL << slot;
	POKE(wheel_count, wheel_count + 1);
}

static void
wheel_insert(struct callout_impl *c)
{
	int delta, level = 0, at = c->c_time;

	delta = (int)((u_int)at - (u_int)wheel_now);
	if (delta <= 0) {
		delta = 1;
		at = wheel_now + 1;
	} else if (delta > MAXDELTA) {
		delta = MAXDELTA;
		at = (int)((u_int)wheel_now + MAXDELTA);
	}
	while (delta >= RING_SIZE) {
		delta >>= RING_BITS;
		level++;
	}
	wheel_place(c, level, at);
}

static void
wheel_remove(struct callout_impl *c)
{
	int level = c->c_ring >> 8, slot = c->c_ring & RING_MASK;

	LIST_REMOVE(c, c_list);
	if (LIST_EMPTY(&wheel[level][slot]))
		wheel_map[level] &= ~(1ULL << slot);
	POKE(wheel_count, wheel_count - 1);
}

/*
 * Ticks from wheel_now to the next moment at which a slot is due or has to be
 * spread over the ring below. There is at least one callout.
 */
static u_int
wheel_next(void)
{
	u_int best = ~0U, cur, n, shift, when;
	uint64_t map;
	int level;

	for (level = 0; level < LEVELS; level++) {
		if ((map = wheel_map[level]) == 0)
			continue;
		shift = (u_int)(RING_BITS * level);
		cur = ((u_int)wheel_now >> shift) & RING_MASK;
		/* rotate: bit 0 is the slot after the current one */
		n = (cur + 1) & RING_MASK;
		if (n != 0)
			map = map >> n | map << (RING_SIZE - n);
		n = (u_int)__builtin_ctzll(map) + 1;
		when = ((((u_int)wheel_now >> shift) + n) << shift) -
		    (u_int)wheel_now;
		if (when < best)
			best = when;
	}
	return best;
}

/* wheel_now has reached a boundary of ring level: spread its slot. */
static void
wheel_cascade(int level)
{
	int slot = (int)((u_int)wheel_now >> (RING_BITS * level)) & RING_MASK;
	struct callout_impl *c, *next;

	/* all at once: those far away come back into this slot */
	c = LIST_FIRST(&wheel[level][slot]);
	LIST_INIT(&wheel[level][slot]);
	wheel_map[level] &= ~(1ULL << slot);
	for (; c != NULL; c = next) {
		next = LIST_NEXT(c, c_list);
		POKE(wheel_count, wheel_count - 1);
		if ((int)((u_int)c->c_time - (u_int)wheel_now) <= 0)
			wheel_place(c, 0, wheel_now); /* which runs next */
		else
			wheel_insert(c);
	}
}

/* Wake the thread, or make it, if c is due before it would wake by itself. */
static bool
callout_arm(struct callout_impl *c)
{
	struct cpu_info *ci;

	if (rump_threads == 0) {
		/* polled by those who leave */
		for (ci = rump_cpu_infos; ci != NULL; ci = ci->ci_next)
			ci->ci_deferred = 1;
		return false;
	}
	if (!co_thread) {
		co_thread = true;
		return true;
	}
	if (co_sleeping && (int)((u_int)c->c_time - (u_int)co_until) < 0) {
		co_sleeping = false;
		cv_signal(&co_cv);
	}
	return false;
}

static inline void
callout_must_be(const struct callout_impl *c, const void *at, const char *what)
{
	if (__predict_false(c->c_magic != CALLOUT_MAGIC))
		rump_rule_broken("callout(9)", at,
		    "%s %p, which is no callout: callout_init() was not "
		    "called, it is destroyed, or its memory was freed",
		    what, c);
}

static void
callout_set(struct callout_impl *c, int ticks, const void *at)
{
	int now = hardclock_ticks;

	callout_must_be(c, at, "scheduling");
	if (__predict_false(c->c_func == NULL))
		rump_rule_broken("callout(9)", at,
		    "scheduling callout %p, which has no function", c);
	if (c->c_flags & CALLOUT_PENDING)
		wheel_remove(c);
	/* not while it turns: the slot that is being run would be another */
	if (wheel_count == 0 && running_co == NULL)
		wheel_now = now;
	if (ticks < 0)
		ticks = 0;
	flags_change(c, CALLOUT_FIRED | CALLOUT_INVOKING, CALLOUT_PENDING);
	c->c_time = (int)((u_int)now + (u_int)ticks);
	wheel_insert(c);
}

/* Callouts are scheduled with any lock held: the thread is only started. */
void
rump_callout_prepare(void)
{
	co_lwp = rump_kthread_prepare(
	    PRI_SOFTCLOCK, KTHREAD_MPSAFE, NULL, callout_main, NULL, "callout");
	mutex_enter(&co_lock);
	co_thread = wheel_count != 0;
	mutex_exit(&co_lock);
	if (co_thread && rump_threads != 0)
		rump_kthread_start(co_lwp);
}

static void
callout_unlock(bool start)
{
	mutex_exit(&co_lock);
	if (start && (co_lwp == NULL || rump_kthread_start(co_lwp) != 0)) {
		mutex_enter(&co_lock);
		co_thread = false;
		mutex_exit(&co_lock);
	}
}

static void
callout_call(struct lwp *l, void (*func)(void *), void *arg, bool mpsafe)
{
	RUMP_DRVCALL_BEGIN();

	if (!mpsafe)
		KERNEL_LOCK(1, NULL);
	l->l_pflag |= LP_HANDLER;
	(*func)(arg);
	l->l_pflag &= ~LP_HANDLER;
	if (!mpsafe)
		KERNEL_UNLOCK_ONE(NULL);
	RUMP_DRVCALL_END("callout(9)", "a callout's function", func);
}

/* Call c's function with co_lock dropped meanwhile. */
static void
callout_invoke(struct callout_impl *c)
{
	void (*func)(void *) = c->c_func;
	void *arg = c->c_arg;
	bool mpsafe = (c->c_flags & CALLOUT_MPSAFE) != 0;
	struct lwp *l = curlwp;

	wheel_remove(c);
	flags_change(c, CALLOUT_PENDING, CALLOUT_FIRED | CALLOUT_INVOKING);
	POKE(running_co, c);
	running_lwp = l;
	mutex_exit(&co_lock);
	callout_call(l, func, arg, mpsafe);
	mutex_enter(&co_lock);
	/* c may be gone by now */
	POKE(running_co, NULL);
	running_lwp = NULL;
	if (co_haltwait != 0)
		cv_broadcast(&co_haltcv);
}

/* Run what is due. co_lock held. */
static void
wheel_run(void)
{
	struct callout_impl *c;
	u_int behind, step;
	int level, slot;

	while (wheel_count != 0) {
		behind = (u_int)hardclock_ticks - (u_int)wheel_now;
		if ((int)behind <= 0)
			return;
		step = wheel_next();
		if (step > behind) {
			wheel_now = (int)((u_int)wheel_now + behind);
			return;
		}
		wheel_now = (int)((u_int)wheel_now + step);
		for (level = LEVELS - 1; level > 0; level--) {
			if (((u_int)wheel_now &
				((1U << (RING_BITS * level)) - 1)) == 0)
				wheel_cascade(level);
		}
		slot = wheel_now & RING_MASK;
		while ((c = LIST_FIRST(&wheel[0][slot])) != NULL)
			callout_invoke(c);
	}
}

static void
callout_main(void *arg)
{
	int64_t ns;
	u_int step;

	curlwp->l_pflag |= LP_INTR;
	mutex_enter(&co_lock);
	for (;;) {
		wheel_run();
		/* handlers that callouts scheduled run before the sleep */
		if ((PEEK(curcpu()->ci_softpend) & SOFT_PENDING) != 0) {
			mutex_exit(&co_lock);
			curlwp->l_pflag &= ~LP_INTR;
			rump_softint_sleeping(curlwp);
			curlwp->l_pflag |= LP_INTR;
			mutex_enter(&co_lock);
			continue;
		}
		ns = -1;
		if (wheel_count != 0) {
			step = wheel_next();
			co_until = (int)((u_int)wheel_now + step);
			ns = rump_mono_ns();
			step = (u_int)co_until -
			    (u_int)(ns / ((int64_t)tick * 1000));
			if ((int)step <= 0)
				continue;
			ns = (int64_t)step * tick * 1000 -
			    ns % ((int64_t)tick * 1000);
		} else {
			co_until = (int)((u_int)hardclock_ticks + 0x7fffffffU);
		}
		co_sleeping = true;
		cv_timedwait_ns(&co_cv, &co_lock, ns, false);
		co_sleeping = false;
	}
}

/* RUMP_THREADS=0: run what is due, on whoever leaves the kernel. */
void
rump_callout_poll(void)
{
	struct lwp *l = curlwp;

	if (PEEK(wheel_count) == 0 || PEEK(running_co) != NULL ||
	    !mutex_tryenter(&co_lock))
		return;
	l->l_pflag |= LP_INTR;
	wheel_run();
	mutex_exit(&co_lock);
	l->l_pflag &= ~LP_INTR;
}

void
callout_init(callout_t *cs, u_int flags)
{
	struct callout_impl *c = (struct callout_impl *)cs;

	memset(cs, 0, sizeof(*cs));
	c->c_flags = flags & CALLOUT_FLAGMASK;
	c->c_magic = CALLOUT_MAGIC;
}

void
callout_destroy(callout_t *cs)
{
	struct callout_impl *c = (struct callout_impl *)cs;

	const void *at = __builtin_return_address(0);

	callout_must_be(c, at, "destroying");
	if (__predict_false((PEEK(c->c_flags) & CALLOUT_PENDING) != 0))
		rump_rule_broken("callout(9)", at,
		    "destroying callout %p, which is pending", c);
	if (__predict_false(PEEK(running_co) == c && running_lwp != curlwp))
		rump_rule_broken("callout(9)", at,
		    "destroying callout %p, whose function runs", c);
	c->c_magic = 0;
}

#ifdef LOCKDEBUG
/* Memory is freed, at: no callout in it may be pending. */
void
rump_callout_mem(const void *base, size_t size, const void *at)
{
	const struct callout_impl *c, *found = NULL;
	int i, j;

	if (PEEK(wheel_count) == 0 || size < sizeof(*c) || curlwp == NULL ||
	    mutex_owned(&co_lock))
		return;
	mutex_enter(&co_lock);
	for (i = 0; i < LEVELS; i++) {
		for (j = 0; j < RING_SIZE; j++) {
			LIST_FOREACH(c, &wheel[i][j], c_list) {
				if ((uintptr_t)c - (uintptr_t)base < size)
					found = c;
			}
		}
	}
	mutex_exit(&co_lock);
	if (found != NULL)
		rump_rule_broken("callout(9)", at,
		    "freeing memory with a pending callout in it, %p", found);
}
#endif

void
callout_setfunc(callout_t *cs, void (*func)(void *), void *arg)
{
	struct callout_impl *c = (struct callout_impl *)cs;

	mutex_enter(&co_lock);
	c->c_func = func;
	c->c_arg = arg;
	mutex_exit(&co_lock);
}

void
callout_reset(callout_t *cs, int ticks, void (*func)(void *), void *arg)
{
	struct callout_impl *c = (struct callout_impl *)cs;
	bool start;

	mutex_enter(&co_lock);
	c->c_func = func;
	c->c_arg = arg;
	callout_set(c, ticks, __builtin_return_address(0));
	start = callout_arm(c);
	callout_unlock(start);
}

void
callout_schedule(callout_t *cs, int ticks)
{
	struct callout_impl *c = (struct callout_impl *)cs;
	bool start;

	mutex_enter(&co_lock);
	callout_set(c, ticks, __builtin_return_address(0));
	start = callout_arm(c);
	callout_unlock(start);
}

static bool
callout_stop_locked(struct callout_impl *c)
{
	bool expired = (c->c_flags & CALLOUT_FIRED) != 0;

	if (c->c_flags & CALLOUT_PENDING)
		wheel_remove(c);
	flags_change(c, CALLOUT_PENDING | CALLOUT_FIRED, 0);
	return expired;
}

/* Not to be called any more; may be running. True: it has expired. */
bool
callout_stop(callout_t *cs)
{
	bool expired;

	mutex_enter(&co_lock);
	expired = callout_stop_locked((struct callout_impl *)cs);
	mutex_exit(&co_lock);
	return expired;
}

/* The same, and wait if it runs, giving up the interlock meanwhile. */
bool
callout_halt(callout_t *cs, void *interlock)
{
	struct callout_impl *c = (struct callout_impl *)cs;
	kmutex_t *lock = interlock;
	bool expired, relock = false;

	mutex_enter(&co_lock);
	expired = callout_stop_locked(c);
	while (running_co == c && running_lwp != curlwp) {
		if (lock != NULL) {
			mutex_exit(lock);
			lock = NULL;
			relock = true;
			/* it may have been started again meanwhile */
		}
		co_haltwait++;
		cv_wait(&co_haltcv, &co_lock);
		co_haltwait--;
		expired = true;
		callout_stop_locked(c);
	}
	mutex_exit(&co_lock);
	if (relock)
		mutex_enter(interlock);
	return expired;
}

static u_int
callout_flags(callout_t *cs)
{
	return PEEK(((struct callout_impl *)cs)->c_flags);
}

bool
callout_expired(callout_t *cs)
{
	return (callout_flags(cs) & CALLOUT_FIRED) != 0;
}

bool
callout_active(callout_t *cs)
{
	return (callout_flags(cs) & (CALLOUT_PENDING | CALLOUT_FIRED)) != 0;
}

bool
callout_pending(callout_t *cs)
{
	return (callout_flags(cs) & CALLOUT_PENDING) != 0;
}

/* True from the start of the call until callout_ack(). */
bool
callout_invoking(callout_t *cs)
{
	return (callout_flags(cs) & CALLOUT_INVOKING) != 0;
}

void
callout_ack(callout_t *cs)
{
	struct callout_impl *c = (struct callout_impl *)cs;

	mutex_enter(&co_lock);
	flags_change(c, CALLOUT_INVOKING, 0);
	mutex_exit(&co_lock);
}

void
callout_bind(callout_t *cs, struct cpu_info *ci)
{
	struct callout_impl *c = (struct callout_impl *)cs;

	mutex_enter(&co_lock);
	c->c_cpu = ci;
	flags_change(c, 0, CALLOUT_BOUND);
	mutex_exit(&co_lock);
}
