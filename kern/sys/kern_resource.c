/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Resource limits, statistics, and counts per user.
 *
 * A plimit is shared by the processes that inherited it, read only, until one
 * of them changes a limit: then it gets a private copy (lim_privatise()),
 * which keeps the old one, as other lwps may be looking at it without a lock.
 */

#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/file.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/timevar.h>

#include "sys_impl.h"

#define UID_HASHSIZE 16
#define NOFILE_SOFT  4096
#define NPROC_SOFT   1024

char defcorename[MAXPATHLEN] = "%n.core";
int maxuprc = NPROC_SOFT;
struct loadavg averunnable = {.fscale = 2048};

static struct uidinfo *volatile uid_hash[UID_HASHSIZE];

/*
 * Limits
 */

struct plimit *
lim_create0(void)
{
	struct plimit *lim;
	int i;

	lim = kmem_zalloc(sizeof(*lim), KM_SLEEP);
	if (lim == NULL)
		return NULL;
	for (i = 0; i < RLIM_NLIMITS; i++)
		lim->pl_rlimit[i].rlim_cur = lim->pl_rlimit[i].rlim_max =
		    RLIM_INFINITY;
	lim->pl_rlimit[RLIMIT_NOFILE].rlim_cur = NOFILE_SOFT;
	lim->pl_rlimit[RLIMIT_NOFILE].rlim_max = maxfiles;
	lim->pl_rlimit[RLIMIT_NPROC].rlim_cur = NPROC_SOFT;
	lim->pl_corename = defcorename;
	lim->pl_refcnt = 1;
	mutex_init(&lim->pl_lock, MUTEX_DEFAULT, IPL_NONE);
	return lim;
}

struct plimit *
lim_copy(struct plimit *lim)
{
	struct plimit *new;
	char *name;
	size_t len;

	new = kmem_zalloc(sizeof(*new), KM_SLEEP);
	if (new == NULL)
		return NULL;
	mutex_init(&new->pl_lock, MUTEX_DEFAULT, IPL_NONE);
	new->pl_refcnt = 1;
	for (;;) {
		len = lim->pl_cnlen;
		name = len != 0 ? kmem_alloc(len, KM_SLEEP) : NULL;
		mutex_enter(&lim->pl_lock);
		if (lim->pl_cnlen == len)
			break;
		mutex_exit(&lim->pl_lock);
		if (name != NULL)
			kmem_free(name, len);
	}
	memcpy(new->pl_rlimit, lim->pl_rlimit, sizeof(new->pl_rlimit));
	new->pl_cnlen = len;
	if (len != 0) {
		memcpy(name, lim->pl_corename, len);
		new->pl_corename = name;
	} else
		new->pl_corename = lim->pl_corename;
	mutex_exit(&lim->pl_lock);
	return new;
}

void
lim_addref(struct plimit *lim)
{
	atomic_inc_uint(&lim->pl_refcnt);
}

void
lim_free(struct plimit *lim)
{
	if (atomic_dec_uint_nv(&lim->pl_refcnt) > 0)
		return;
	if (lim->pl_sv_limit != NULL)
		lim_free(lim->pl_sv_limit);
	if (lim->pl_cnlen != 0)
		kmem_free(lim->pl_corename, lim->pl_cnlen);
	mutex_destroy(&lim->pl_lock);
	kmem_free(lim, sizeof(*lim));
}

void
lim_privatise(struct proc *p)
{
	struct plimit *lim = p->p_limit, *new;

	if (lim->pl_writeable)
		return;
	new = lim_copy(lim);
	if (new == NULL)
		return;
	mutex_enter(p->p_lock);
	if (p->p_limit->pl_writeable) {
		/* another lwp of ours was faster */
		mutex_exit(p->p_lock);
		lim_free(new);
		return;
	}
	new->pl_writeable = true;
	new->pl_sv_limit = p->p_limit;
	membar_producer();
	p->p_limit = new;
	mutex_exit(p->p_lock);
}

void
lim_setcorename(struct proc *p, char *name, size_t len)
{
	struct plimit *lim;
	char *old;
	size_t oldlen;

	lim_privatise(p);
	lim = p->p_limit;
	mutex_enter(&lim->pl_lock);
	old = lim->pl_corename;
	oldlen = lim->pl_cnlen;
	lim->pl_corename = name;
	lim->pl_cnlen = len;
	mutex_exit(&lim->pl_lock);
	if (oldlen != 0)
		kmem_free(old, oldlen);
}

int
dosetrlimit(struct lwp *l, struct proc *p, int which, struct rlimit *rl)
{
	struct rlimit *cur;
	int error;

	if ((u_int)which >= RLIM_NLIMITS)
		return EINVAL;
	if (rl->rlim_cur > rl->rlim_max)
		return EINVAL;
	if (which == RLIMIT_NOFILE) {
		rl->rlim_cur = MIN(rl->rlim_cur, maxfiles);
		rl->rlim_max = MIN(rl->rlim_max, maxfiles);
	}
	cur = &p->p_limit->pl_rlimit[which];
	if (rl->rlim_cur == cur->rlim_cur && rl->rlim_max == cur->rlim_max)
		return 0;
	error = kauth_authorize_process(l->l_cred, KAUTH_PROCESS_RLIMIT, p,
	    KAUTH_ARG(KAUTH_REQ_PROCESS_RLIMIT_SET), rl, KAUTH_ARG(which));
	if (error)
		return error;
	lim_privatise(p);
	if (!p->p_limit->pl_writeable)
		return ENOMEM;
	mutex_enter(&p->p_limit->pl_lock);
	p->p_limit->pl_rlimit[which] = *rl;
	mutex_exit(&p->p_limit->pl_lock);
	return 0;
}

int
sys_getrlimit(
    struct lwp *l, const struct sys_getrlimit_args *uap, register_t *retval)
{
	struct proc *p = l->l_proc;
	int which = SCARG(uap, which);
	struct rlimit rl;

	if ((u_int)which >= RLIM_NLIMITS)
		return EINVAL;
	mutex_enter(p->p_lock);
	rl = p->p_rlimit[which];
	mutex_exit(p->p_lock);
	return copyout(&rl, SCARG(uap, rlp), sizeof(rl));
}

int
sys_setrlimit(
    struct lwp *l, const struct sys_setrlimit_args *uap, register_t *retval)
{
	struct rlimit rl;
	int error;

	error = copyin(SCARG(uap, rlp), &rl, sizeof(rl));
	return error ? error
		     : dosetrlimit(l, l->l_proc, SCARG(uap, which), &rl);
}

/*
 * Statistics
 */

struct pstats *
pstatscopy(struct pstats *ps)
{
	struct pstats *new;

	new = kmem_zalloc(sizeof(*new), KM_SLEEP);
	if (new != NULL)
		getmicrotime(&new->p_start);
	return new;
}

void
pstatsfree(struct pstats *ps)
{
	kmem_free(ps, sizeof(*ps));
}

void
ruadd(struct rusage *ru, struct rusage *ru2)
{
	long *ip = &ru->ru_first;
	const long *ip2 = &ru2->ru_first;

	timeradd(&ru->ru_utime, &ru2->ru_utime, &ru->ru_utime);
	timeradd(&ru->ru_stime, &ru2->ru_stime, &ru->ru_stime);
	ru->ru_maxrss = MAX(ru->ru_maxrss, ru2->ru_maxrss);
	for (; ip <= &ru->ru_last; ip++, ip2++)
		*ip += *ip2;
}

void
rulwps(struct proc *p, struct rusage *ru)
{
	struct lwp *l;

	LIST_FOREACH(l, &p->p_lwps, l_sibling)
		ruadd(ru, &l->l_ru);
}

/* The host accounts CPU time; there is none to tell per process. */
void
calcru(struct proc *p, struct timeval *up, struct timeval *sp,
    struct timeval *ip, struct timeval *rp)
{
	if (up != NULL)
		timerclear(up);
	if (sp != NULL)
		timerclear(sp);
	if (ip != NULL)
		timerclear(ip);
	if (rp != NULL)
		timerclear(rp);
}

int
getrusage1(struct proc *p, int who, struct rusage *ru)
{
	mutex_enter(p->p_lock);
	switch (who) {
	case RUSAGE_SELF:
		memcpy(ru, &p->p_stats->p_ru, sizeof(*ru));
		rulwps(p, ru);
		break;
	case RUSAGE_CHILDREN:
		memcpy(ru, &p->p_stats->p_cru, sizeof(*ru));
		break;
	default:
		mutex_exit(p->p_lock);
		return EINVAL;
	}
	mutex_exit(p->p_lock);
	return 0;
}

/*
 * Users. A uidinfo, once made, stays.
 */

void
uid_init(void)
{
	(void)uid_find(0);
}

struct uidinfo *
uid_find(uid_t uid)
{
	struct uidinfo *volatile *head = &uid_hash[uid % UID_HASHSIZE];
	struct uidinfo *uip, *first, *new = NULL;

	for (;;) {
		first = *head;
		membar_consumer();
		for (uip = first; uip != NULL; uip = uip->ui_hash) {
			if (uip->ui_uid == uid) {
				if (new != NULL)
					kmem_free(new, sizeof(*new));
				return uip;
			}
		}
		if (new == NULL) {
			new = kmem_zalloc(sizeof(*new), KM_SLEEP);
			new->ui_uid = uid;
		}
		new->ui_hash = first;
		membar_producer();
		if (atomic_cas_ptr(head, first, new) == first)
			return new;
	}
}

int
chgproccnt(uid_t uid, int diff)
{
	return (int)atomic_add_long_nv(&uid_find(uid)->ui_proccnt, diff);
}

int
chglwpcnt(uid_t uid, int diff)
{
	return (int)atomic_add_long_nv(&uid_find(uid)->ui_lwpcnt, diff);
}

int
chgsemcnt(uid_t uid, int diff)
{
	return (int)atomic_add_long_nv(&uid_find(uid)->ui_semcnt, diff);
}

/* Change a socket buffer's reservation; 0: over the limit, and not done. */
int
chgsbsize(struct uidinfo *uip, u_long *hiwat, u_long to, rlim_t xmax)
{
	u_long nsb;
	long diff = (long)(to - *hiwat);

	nsb = atomic_add_long_nv(&uip->ui_sbsize, diff);
	if (diff > 0 && nsb > xmax) {
		atomic_add_long(&uip->ui_sbsize, -diff);
		return 0;
	}
	*hiwat = to;
	return 1;
}
