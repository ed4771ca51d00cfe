/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lock checker, -Dlockdebug=true. See docs/locking.md.
 *
 * Locks that are initialised at the same place are of one class. The checker
 * notes for each pair of classes that one was taken while the other was held,
 * and where. A lock that closes a circle of such pairs is reported before it
 * is waited for, whether or not it would have deadlocked this time. Locks of
 * one class may nest in any order: that is their users' affair.
 *
 * Also reported: taking a lock again, releasing what is not held, destroying
 * what is held, sleeping with a spin lock other than the interlock, and waiting
 * for an adaptive lock with a spin lock held.
 *
 * ld_lock, a leaf, protects classes and edges. What a lwp holds belongs to it.
 */

#include <sys/lockdebug.h>
#include <sys/lwp.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>

#include "../sched/sched_impl.h"

#ifdef LOCKDEBUG

#define MAXHELD    64
#define CLASS_HASH 256
#define PAGE_HASH  4096

struct ld_edge {
	SLIST_ENTRY(ld_edge) e_next;
	struct ld_class *e_to; /* taken while the class was held */
	uintptr_t e_at;        /* where */
};

struct ld_class {
	SLIST_ENTRY(ld_class) c_hash;
	SLIST_HEAD(, ld_edge) c_after;
	uintptr_t c_site; /* where its locks are initialised */
	u_int c_mark;     /* of the last search that came by */
};

struct lockdebug_lock {
	const volatile void *ld_addr;
	struct ld_class *ld_class;
	enum lockdebug_kind ld_kind;
	struct lwp *ld_owner;    /* alone; by itself only */
	uintptr_t ld_at;         /* where it was taken last */
	volatile int ld_holders; /* atomic */
	struct lockdebug_lock *ld_free;
	LIST_ENTRY(lockdebug_lock) ld_hash; /* by page */
};

struct ld_held {
	struct lockdebug_lock *h_lock;
	uintptr_t h_at;
	bool h_shared;
};

struct lockdebug_held {
	int lh_n;
	struct ld_held lh_locks[MAXHELD];
};

static ilock_t ld_lock;
static SLIST_HEAD(, ld_class) classes[CLASS_HASH];
static struct lockdebug_lock *freelocks;
static LIST_HEAD(, lockdebug_lock) bypage[PAGE_HASH];
static u_int search_mark;
static volatile bool ld_off; /* something was reported */

static void *
ld_getmem(size_t len)
{
	static char *chunk;
	static size_t left;
	void *p;

	len = (len + 15) & ~(size_t)15;
	if (left < len) {
		left = 65536;
		chunk = rump_hostalloc(left);
	}
	p = chunk;
	chunk += len;
	left -= len;
	return p;
}

static struct ld_class *
class_get(uintptr_t site)
{
	struct ld_class *c;
	u_int h = (u_int)((site >> 4) ^ (site >> 12)) % CLASS_HASH;

	SLIST_FOREACH(c, &classes[h], c_hash) {
		if (c->c_site == site)
			return c;
	}
	c = ld_getmem(sizeof(*c));
	SLIST_INIT(&c->c_after);
	c->c_site = site;
	c->c_mark = 0;
	SLIST_INSERT_HEAD(&classes[h], c, c_hash);
	return c;
}

#define page_bucket(a) (&bypage[((a) >> PAGE_SHIFT) % PAGE_HASH])

struct lockdebug_lock *
rump_lockdebug_alloc(
    const volatile void *addr, enum lockdebug_kind kind, uintptr_t site)
{
	struct lockdebug_lock *ld;

	ilock_enter(&ld_lock);
	if ((ld = freelocks) != NULL)
		freelocks = ld->ld_free;
	else
		ld = ld_getmem(sizeof(*ld));
	ld->ld_addr = addr;
	ld->ld_class = class_get(site);
	ld->ld_kind = kind;
	ld->ld_owner = NULL;
	ld->ld_at = 0;
	ld->ld_holders = 0;
	LIST_INSERT_HEAD(page_bucket((uintptr_t)addr), ld, ld_hash);
	ilock_exit(&ld_lock);
	return ld;
}

static const char *
kind_name(const struct lockdebug_lock *ld)
{
	return ld->ld_kind == LD_RWLOCK ? "rwlock"
	    : ld->ld_kind == LD_SPIN    ? "spin mutex"
					: "mutex";
}

static void
describe(const char *what, const struct lockdebug_lock *ld, uintptr_t at)
{
	char init[80], where[80];

	rump_symbol((const void *)ld->ld_class->c_site, init, sizeof(init));
	rump_symbol((const void *)at, where, sizeof(where));
	printf("lock checker: %s %s %p (initialised at %s) at %s\n", what,
	    kind_name(ld), (const void *)(uintptr_t)ld->ld_addr, init, where);
}

/* What the lwp holds, and where it took it. */
void
rump_lockdebug_print(struct lwp *l)
{
	struct lockdebug_held *lh = l->l_ldheld;

	for (int i = 0; lh != NULL && i < lh->lh_n; i++)
		describe("held:", lh->lh_locks[i].h_lock, lh->lh_locks[i].h_at);
}

static const char *
manual(const struct lockdebug_lock *ld)
{
	return ld != NULL && ld->ld_kind == LD_RWLOCK ? "rwlock(9)"
						      : "mutex(9)";
}

/* Say what is wrong with ld at the place, and panic. */
void
rump_lockdebug_abort(
    struct lockdebug_lock *ld, uintptr_t at, const char *problem)
{
	ld_off = true;
	if (ld != NULL)
		describe("about", ld, at);
	rump_lockdebug_print(curlwp);
	rump_rule_broken(
	    manual(ld), (const void *)at, "lock checker: %s", problem);
}

/* ld was of a lock; another one, or none, is at addr now? */
static void
lock_must_be(const struct lockdebug_lock *ld, const volatile void *addr,
    uintptr_t at, const char *what)
{
	if (__predict_true(ld != NULL &&
		(addr == NULL ? ld->ld_addr != NULL : ld->ld_addr == addr)))
		return;
	ld_off = true;
	rump_rule_broken("mutex(9), rwlock(9)", (const void *)at,
	    "lock checker: %s a lock that was never initialised, or is "
	    "destroyed",
	    what);
}

void
rump_lockdebug_free(
    struct lockdebug_lock *ld, const volatile void *addr, uintptr_t at)
{
	if (ld_off)
		return;
	lock_must_be(ld, addr, at, "destroying");
	if (ld->ld_holders != 0)
		rump_lockdebug_abort(ld, at, "destroying a lock that is held");
	ilock_enter(&ld_lock);
	LIST_REMOVE(ld, ld_hash);
	ld->ld_addr = NULL;
	ld->ld_free = freelocks;
	freelocks = ld;
	ilock_exit(&ld_lock);
}

/* Memory is freed at: is a lock that is held, or waited for, in it? */
void
rump_lockdebug_mem(const void *base, size_t size, const void *at)
{
	uintptr_t a = (uintptr_t)base, page;
	struct lockdebug_lock *ld, *next;

	if (ld_off || size == 0)
		return;
	ilock_enter(&ld_lock);
	for (page = a & ~(uintptr_t)PAGE_MASK; page < a + size;
	     page += PAGE_SIZE) {
		LIST_FOREACH_SAFE(ld, page_bucket(page), ld_hash, next) {
			if ((uintptr_t)ld->ld_addr - a >= size)
				continue;
			if (ld->ld_holders == 0) {
				/* nobody destroyed it, and nobody can now */
				LIST_REMOVE(ld, ld_hash);
				ld->ld_addr = NULL;
				continue;
			}
			ilock_exit(&ld_lock);
			rump_lockdebug_abort(ld, (uintptr_t)at,
			    "freeing memory with a lock in it that is held");
		}
	}
	ilock_exit(&ld_lock);
}

static struct lockdebug_held *
held_get(struct lwp *l)
{
	if (l->l_ldheld == NULL)
		l->l_ldheld = rump_hostalloc(sizeof(struct lockdebug_held));
	return l->l_ldheld;
}

/* Is there a way from one class to another? The last step's place in *atp. */
static bool
class_reaches(struct ld_class *from, struct ld_class *to, uintptr_t *atp)
{
	struct ld_edge *e;

	from->c_mark = search_mark;
	SLIST_FOREACH(e, &from->c_after, e_next) {
		if (e->e_to == to) {
			*atp = e->e_at;
			return true;
		}
		if (e->e_to->c_mark != search_mark &&
		    class_reaches(e->e_to, to, atp))
			return true;
	}
	return false;
}

/* to is taken while from is held: note it. False: the reverse is known. */
static bool
order_note(
    struct ld_class *from, struct ld_class *to, uintptr_t at, uintptr_t *atp)
{
	struct ld_edge *e;
	bool ok = true;

	SLIST_FOREACH(e, &from->c_after, e_next) {
		if (e->e_to == to)
			return true;
	}
	ilock_enter(&ld_lock);
	search_mark++;
	if (class_reaches(to, from, atp)) {
		ok = false;
	} else {
		e = ld_getmem(sizeof(*e));
		e->e_to = to;
		e->e_at = at;
		SLIST_INSERT_HEAD(&from->c_after, e, e_next);
	}
	ilock_exit(&ld_lock);
	return ok;
}

struct lockdebug_lock *rump_lockdebug_biglock;

/* Both orders: say which locks, and where the other order was. */
static void
order_bad(struct lockdebug_lock *ld, uintptr_t at, const struct ld_held *h,
    uintptr_t other)
{
	char where[80], holder[80];

	ld_off = true;
	describe("wants", ld, at);
	describe("holds", h->h_lock, h->h_at);
	rump_symbol((void *)other, where, sizeof(where));
	printf("lock checker: the other order was seen at %s\n", where);
	rump_symbol((void *)h->h_at, holder, sizeof(holder));
	rump_rule_broken(manual(ld), (const void *)at,
	    "lock checker: locks taken in both orders: here with what %s took, "
	    "the other way at %s",
	    holder, where);
}

/* The lwp is about to wait for the lock. */

void
rump_lockdebug_want(struct lockdebug_lock *ld, uintptr_t at, bool shared)
{
	struct lockdebug_held *lh;
	struct ld_held *h;
	uintptr_t other;
	int i;

	if (ld_off || curlwp == NULL)
		return;
	lock_must_be(ld, NULL, at, "taking");
	lh = held_get(curlwp);
	for (i = 0; i < lh->lh_n; i++) {
		h = &lh->lh_locks[i];
		if (h->h_lock == ld && !(shared && h->h_shared))
			rump_lockdebug_abort(
			    ld, at, "taking a lock that is held already");
		if (h->h_lock->ld_kind == LD_SPIN && ld->ld_kind != LD_SPIN &&
		    ld != rump_lockdebug_biglock)
			rump_lockdebug_abort(ld, at,
			    "waiting for a lock that sleeps, with a spin mutex "
			    "held");
		if (h->h_lock->ld_class == ld->ld_class)
			continue;
		/* who sleeps gives it up, so it has no order */
		if (ld == rump_lockdebug_biglock ||
		    h->h_lock == rump_lockdebug_biglock)
			continue;
		if (!order_note(h->h_lock->ld_class, ld->ld_class, at, &other))
			order_bad(ld, at, h, other);
	}
}

void
rump_lockdebug_locked(struct lockdebug_lock *ld, uintptr_t at, bool shared)
{
	struct lockdebug_held *lh;

	if (ld_off || curlwp == NULL || ld == NULL)
		return;
	lh = held_get(curlwp);
	if (lh->lh_n < MAXHELD)
		lh->lh_locks[lh->lh_n++] = (struct ld_held){ld, at, shared};
	ld->ld_at = at;
	__atomic_fetch_add(&ld->ld_holders, 1, __ATOMIC_RELAXED);
}

void
rump_lockdebug_unlocked(struct lockdebug_lock *ld, uintptr_t at, bool shared)
{
	struct lockdebug_held *lh;
	int i;

	if (ld_off || curlwp == NULL)
		return;
	lock_must_be(ld, NULL, at, "releasing");
	lh = held_get(curlwp);
	for (i = lh->lh_n; i-- > 0;) {
		if (lh->lh_locks[i].h_lock == ld)
			break;
	}
	if (i >= 0) {
		for (lh->lh_n--; i < lh->lh_n; i++)
			lh->lh_locks[i] = lh->lh_locks[i + 1];
	} else if (lh->lh_n < MAXHELD &&
	    (ld->ld_kind != LD_RWLOCK || ld->ld_holders <= 0)) {
		/* a rwlock may pass from lwp to lwp, as vnode locks do */
		rump_lockdebug_abort(
		    ld, at, "releasing a lock that is not held");
	}
	__atomic_fetch_sub(&ld->ld_holders, 1, __ATOMIC_RELAXED);
}

/* The lwp is about to sleep; interlock, if any, is released for that. */
void
rump_lockdebug_sleep(struct lockdebug_lock *interlock, uintptr_t at)
{
	struct lockdebug_held *lh = curlwp->l_ldheld;
	int i;

	for (i = 0; !ld_off && lh != NULL && i < lh->lh_n; i++) {
		if (lh->lh_locks[i].h_lock->ld_kind == LD_SPIN &&
		    lh->lh_locks[i].h_lock != interlock)
			rump_lockdebug_abort(lh->lh_locks[i].h_lock, at,
			    "sleeping with a spin mutex held");
	}
}

void
lockdebug_barrier(volatile void *lock, int slplocks)
{
	rump_lockdebug_sleep(NULL, (uintptr_t)__builtin_return_address(0));
}

void
rump_lockdebug_init(void)
{
}

/* The record stays with the lwp's memory, for the next one. */
void
rump_lockdebug_lwpfree(struct lwp *l)
{
	if (l->l_ldheld != NULL)
		l->l_ldheld->lh_n = 0;
}

#else

void
rump_lockdebug_lwpfree(struct lwp *l)
{
}

void
rump_lockdebug_init(void)
{
}

#endif
