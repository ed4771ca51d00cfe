/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Advisory record locks: POSIX (F_POSIX, owner: process) and flock style
 * (F_FLOCK, owner: open file).
 *
 * A file has one list of granted locks, ordered by start.  Two locks of one
 * owner never overlap (they are merged or split); locks of different owners
 * overlap only if both are shared.  A request that has to wait hangs on the
 * queue of one lock that blocks it, with the thread's own condition variable;
 * whoever changes or drops that lock wakes the whole queue, and each waiter
 * looks at the list again.
 *
 * Deadlock: before a process waits, the chain "owner of the blocking lock ->
 * what its threads wait for -> ..." is followed; arriving at the requester
 * means EDEADLK.  Only POSIX locks take part: flock owners are files and
 * may be shared by processes.
 *
 * Locks: everything is protected by lockf_lock; lf_locks counts per user.
 * Entries are allocated before the lock is taken.
 */
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lockf.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/resourcevar.h>
#include <sys/systm.h>
#include <sys/unistd.h>
#include <sys/vnode.h>

#define LF_EOF      ((off_t)-1) /* lf_end: to the end of the file */
#define LF_MAXDEPTH 64          /* deadlock chains longer than this */
#define LF_MAXLOCKS 1024        /* per user, root excepted */

struct lockf {
	LIST_ENTRY(lockf) lf_list;      /* granted: by lf_start */
	TAILQ_ENTRY(lockf) lf_waitq;    /* waiting: on lf_block */
	LIST_ENTRY(lockf) lf_waiting;   /* waiting: all waiters */
	TAILQ_HEAD(, lockf) lf_waiters; /* granted: who waits for it */
	struct lockf *lf_block;         /* waiting: for this one */
	void *lf_id;                    /* owner */
	off_t lf_start;
	off_t lf_end;     /* last byte or LF_EOF */
	pid_t lf_pid;     /* of a POSIX owner */
	uid_t lf_uid;     /* who is charged */
	short lf_type;    /* F_RDLCK, F_WRLCK, F_UNLCK */
	short lf_flags;   /* F_POSIX, F_FLOCK, F_WAIT */
	kcondvar_t lf_cv; /* waiting */
};

/* struct lockf ** of a vnode points to the first lock: a list head. */
LIST_HEAD(lockf_head, lockf);
CTASSERT(sizeof(struct lockf_head) == sizeof(struct lockf *));

static kmutex_t lockf_lock;
static LIST_HEAD(, lockf) lockf_waiting;

void
lf_init(void)
{
	mutex_init(&lockf_lock, MUTEX_DEFAULT, IPL_NONE);
	LIST_INIT(&lockf_waiting);
}

static struct lockf *
lf_new(void)
{
	struct lockf *lf = kmem_zalloc(sizeof(*lf), KM_SLEEP);

	TAILQ_INIT(&lf->lf_waiters);
	cv_init(&lf->lf_cv, "lockf");
	return lf;
}

static void
lf_destroy(struct lockf *lf)
{
	if (lf == NULL)
		return;
	KASSERT(TAILQ_EMPTY(&lf->lf_waiters));
	cv_destroy(&lf->lf_cv);
	kmem_free(lf, sizeof(*lf));
}

static inline bool
lf_overlap(const struct lockf *a, const struct lockf *b)
{
	return (a->lf_end == LF_EOF || a->lf_end >= b->lf_start) &&
	    (b->lf_end == LF_EOF || b->lf_end >= a->lf_start);
}

static inline bool
lf_sameowner(const struct lockf *a, const struct lockf *b)
{
	return a->lf_id == b->lf_id &&
	    (a->lf_flags & (F_POSIX | F_FLOCK)) ==
	    (b->lf_flags & (F_POSIX | F_FLOCK));
}

/* The first lock that keeps `lf' from being granted. */
static struct lockf *
lf_getblock(struct lockf_head *head, const struct lockf *lf)
{
	struct lockf *cur;

	LIST_FOREACH(cur, head, lf_list) {
		if (lf->lf_end != LF_EOF && cur->lf_start > lf->lf_end)
			break;
		if (!lf_overlap(cur, lf) || lf_sameowner(cur, lf))
			continue;
		if (cur->lf_type == F_WRLCK || lf->lf_type == F_WRLCK)
			return cur;
	}
	return NULL;
}

/* Would the owner of `block', directly or not, wait for `id'? */
static bool
lf_deadlock(const struct lockf *block, const void *id, int depth)
{
	const struct lockf *w;

	if ((block->lf_flags & F_POSIX) == 0)
		return false;
	if (block->lf_id == id)
		return true;
	if (depth >= LF_MAXDEPTH)
		return true;
	LIST_FOREACH(w, &lockf_waiting, lf_waiting) {
		if (w->lf_id == block->lf_id && w->lf_block != NULL &&
		    (w->lf_flags & F_POSIX) != 0 &&
		    lf_deadlock(w->lf_block, id, depth + 1))
			return true;
	}
	return false;
}

static void
lf_wakewaiters(struct lockf *lf)
{
	struct lockf *w;

	while ((w = TAILQ_FIRST(&lf->lf_waiters)) != NULL) {
		TAILQ_REMOVE(&lf->lf_waiters, w, lf_waitq);
		w->lf_block = NULL;
		cv_signal(&w->lf_cv);
	}
}

/* Wait until `block' changes. */
static int
lf_wait(struct lockf *lf, struct lockf *block)
{
	int error;

	lf->lf_block = block;
	TAILQ_INSERT_TAIL(&block->lf_waiters, lf, lf_waitq);
	LIST_INSERT_HEAD(&lockf_waiting, lf, lf_waiting);
	error = 0;
	while (lf->lf_block != NULL && error == 0)
		error = cv_wait_sig(&lf->lf_cv, &lockf_lock);
	if (lf->lf_block != NULL) {
		TAILQ_REMOVE(&lf->lf_block->lf_waiters, lf, lf_waitq);
		lf->lf_block = NULL;
	} else
		error = 0;
	LIST_REMOVE(lf, lf_waiting);
	return error;
}

static void
lf_insert(struct lockf_head *head, struct lockf *lf)
{
	struct lockf *cur, *prev = NULL;

	LIST_FOREACH(cur, head, lf_list) {
		if (cur->lf_start > lf->lf_start)
			break;
		prev = cur;
	}
	if (prev == NULL)
		LIST_INSERT_HEAD(head, lf, lf_list);
	else
		LIST_INSERT_AFTER(prev, lf, lf_list);
}

/* Account `delta' locks to a user; false if there are too many. */
static bool
lf_charge(uid_t uid, int delta, bool check)
{
	struct uidinfo *ui = uid_find(uid);

	if (delta > 0 && check && uid != 0 &&
	    ui->ui_lockcnt + (u_long)delta > LF_MAXLOCKS)
		return false;
	ui->ui_lockcnt += (long)delta;
	return true;
}

static void
lf_remove(struct lockf *lf, struct lockf_head *dead)
{
	LIST_REMOVE(lf, lf_list);
	lf_wakewaiters(lf);
	LIST_INSERT_HEAD(dead, lf, lf_list);
	lf_charge(lf->lf_uid, -1, false);
}

/*
 * Cut the owner's other locks out of lf's range.  *sparep is used when one
 * lock becomes two; removed ones go to `dead', since nothing is freed under
 * the lock.
 */
static void
lf_cut(struct lockf_head *head, const struct lockf *lf, struct lockf **sparep,
    struct lockf_head *dead)
{
	struct lockf *cur, *next, *tail;

	for (cur = LIST_FIRST(head); cur != NULL; cur = next) {
		next = LIST_NEXT(cur, lf_list);
		if (cur == lf || !lf_sameowner(cur, lf) || !lf_overlap(cur, lf))
			continue;
		lf_wakewaiters(cur);
		if (cur->lf_start < lf->lf_start) {
			/* A head stays; perhaps a tail too. */
			if (lf->lf_end != LF_EOF &&
			    (cur->lf_end == LF_EOF ||
				cur->lf_end > lf->lf_end)) {
				tail = *sparep;
				*sparep = NULL;
				KASSERT(tail != NULL);
				tail->lf_id = cur->lf_id;
				tail->lf_pid = cur->lf_pid;
				tail->lf_uid = cur->lf_uid;
				tail->lf_type = cur->lf_type;
				tail->lf_flags = cur->lf_flags;
				tail->lf_start = lf->lf_end + 1;
				tail->lf_end = cur->lf_end;
				cur->lf_end = lf->lf_start - 1;
				lf_insert(head, tail);
				lf_charge(tail->lf_uid, 1, false);
				return;
			}
			cur->lf_end = lf->lf_start - 1;
			continue;
		}
		if (lf->lf_end != LF_EOF &&
		    (cur->lf_end == LF_EOF || cur->lf_end > lf->lf_end)) {
			/* The tail stays, further back in the order. */
			LIST_REMOVE(cur, lf_list);
			cur->lf_start = lf->lf_end + 1;
			lf_insert(head, cur);
			continue;
		}
		lf_remove(cur, dead);
	}
}

/* Join a granted lock with neighbours of its owner and type. */
static void
lf_merge(struct lockf_head *head, struct lockf *lf, struct lockf_head *dead)
{
	struct lockf *cur, *next;

	for (cur = LIST_FIRST(head); cur != NULL; cur = next) {
		next = LIST_NEXT(cur, lf_list);
		if (cur == lf || !lf_sameowner(cur, lf) ||
		    cur->lf_type != lf->lf_type)
			continue;
		if (cur->lf_end != LF_EOF && cur->lf_end + 1 == lf->lf_start) {
			LIST_REMOVE(lf, lf_list);
			lf->lf_start = cur->lf_start;
			lf_remove(cur, dead);
			lf_insert(head, lf);
			next = LIST_FIRST(head);
		} else if (lf->lf_end != LF_EOF &&
		    lf->lf_end + 1 == cur->lf_start) {
			lf->lf_end = cur->lf_end;
			lf_remove(cur, dead);
			next = LIST_FIRST(head);
		}
	}
}

/* Get the lock; *lfp is taken over when it is granted. */
static int
lf_setlock(struct lockf_head *head, struct lockf **lfp, struct lockf **sparep,
    struct lockf_head *dead)
{
	struct lockf *lf = *lfp, *block, *cur;
	int error;

	/* flock: changing the type gives the old lock up first. */
	if ((lf->lf_flags & F_FLOCK) != 0) {
		LIST_FOREACH(cur, head, lf_list) {
			if (!lf_sameowner(cur, lf))
				continue;
			if (cur->lf_type == lf->lf_type)
				return 0;
			if (lf->lf_type == F_WRLCK &&
			    lf_getblock(head, lf) != NULL &&
			    (lf->lf_flags & F_WAIT) != 0)
				lf_remove(cur, dead);
			break;
		}
	}
	while ((block = lf_getblock(head, lf)) != NULL) {
		if ((lf->lf_flags & F_WAIT) == 0)
			return EAGAIN;
		if ((lf->lf_flags & F_POSIX) != 0 &&
		    lf_deadlock(block, lf->lf_id, 0))
			return EDEADLK;
		error = lf_wait(lf, block);
		if (error)
			return error;
	}
	if (!lf_charge(lf->lf_uid, 1, true))
		return ENOMEM;
	lf_cut(head, lf, sparep, dead);
	lf_insert(head, lf);
	lf_merge(head, lf, dead);
	*lfp = NULL;
	return 0;
}

static void
lf_getlock(struct lockf_head *head, const struct lockf *lf, struct flock *fl)
{
	const struct lockf *block = lf_getblock(head, lf);

	if (block == NULL) {
		fl->l_type = F_UNLCK;
		return;
	}
	fl->l_type = block->lf_type;
	fl->l_whence = SEEK_SET;
	fl->l_start = block->lf_start;
	fl->l_len =
	    block->lf_end == LF_EOF ? 0 : block->lf_end - block->lf_start + 1;
	fl->l_pid = (block->lf_flags & F_POSIX) != 0 ? block->lf_pid : -1;
}

/* The byte range of a struct flock. */
static int
lf_range(const struct flock *fl, off_t size, off_t *startp, off_t *endp)
{
	off_t start;

	switch (fl->l_whence) {
	case SEEK_SET:
	case SEEK_CUR: /* the caller added the offset */
		start = fl->l_start;
		break;
	case SEEK_END:
		if (fl->l_start > 0 && size > INT64_MAX - fl->l_start)
			return EOVERFLOW;
		start = size + fl->l_start;
		break;
	default:
		return EINVAL;
	}
	if (start < 0)
		return EINVAL;
	if (fl->l_len == 0) {
		*endp = LF_EOF;
	} else if (fl->l_len > 0) {
		if (fl->l_len - 1 > INT64_MAX - start)
			return EOVERFLOW;
		*endp = start + (fl->l_len - 1);
		/* behind the last byte that there can be is nothing */
		if (*endp == INT64_MAX)
			*endp = LF_EOF;
	} else {
		/* Negative: the bytes before the start. */
		if (start == 0 || start + fl->l_len < 0)
			return EINVAL;
		*endp = start - 1;
		start += fl->l_len;
	}
	*startp = start;
	return 0;
}

int
lf_advlock(struct vop_advlock_args *ap, struct lockf **headp, off_t size)
{
	struct lockf_head *head = (struct lockf_head *)headp;
	struct lockf_head dead = LIST_HEAD_INITIALIZER(dead);
	struct lockf *lf, *spare, *cur;
	struct flock *fl = ap->a_fl;
	off_t start, end;
	int error;

	error = lf_range(fl, size, &start, &end);
	if (error)
		return error;
	switch (ap->a_op) {
	case F_SETLK:
		if (fl->l_type != F_RDLCK && fl->l_type != F_WRLCK &&
		    fl->l_type != F_UNLCK)
			return EINVAL;
		break;
	case F_GETLK:
		if (fl->l_type != F_RDLCK && fl->l_type != F_WRLCK)
			return EINVAL;
		break;
	case F_UNLCK:
		break;
	default:
		return EINVAL;
	}
	/* Nothing to drop is the common case of close(2). */
	if (ap->a_op == F_UNLCK && *(struct lockf *volatile *)headp == NULL)
		return 0;

	lf = lf_new();
	spare = lf_new();
	lf->lf_id = ap->a_id;
	lf->lf_start = start;
	lf->lf_end = end;
	lf->lf_type = fl->l_type;
	lf->lf_flags = (short)(ap->a_flags & (F_POSIX | F_FLOCK | F_WAIT));
	lf->lf_uid = kauth_cred_geteuid(curlwp->l_cred);
	lf->lf_pid = (ap->a_flags & F_POSIX) != 0
	    ? ((struct proc *)ap->a_id)->p_pid
	    : -1;

	error = 0;
	mutex_enter(&lockf_lock);
	switch (ap->a_op) {
	case F_GETLK:
		lf_getlock(head, lf, fl);
		break;
	case F_SETLK:
		if (fl->l_type != F_UNLCK) {
			error = lf_setlock(head, &lf, &spare, &dead);
			break;
		}
		/* FALLTHROUGH */
	case F_UNLCK:
		lf_cut(head, lf, &spare, &dead);
		break;
	}
	mutex_exit(&lockf_lock);

	while ((cur = LIST_FIRST(&dead)) != NULL) {
		LIST_REMOVE(cur, lf_list);
		lf_destroy(cur);
	}
	lf_destroy(lf);
	lf_destroy(spare);
	return error;
}
