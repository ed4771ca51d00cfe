/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The current and the root directory and the umask of a process.
 *
 * A cwdinfo may be shared by processes (RFCFDG-less rfork); cwdi_lock
 * protects the pointers, each of which holds a vnode reference. A process
 * changes its own p_cwdi, with proc_lock, which lets others look at it.
 */
#include <sys/atomic.h>
#include <sys/filedesc.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/rwlock.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <rump-sys/vfs.h>

#include "vnops_impl.h"

struct cwdinfo cwdi0;

static struct cwdinfo *
cwd_alloc(void)
{
	struct cwdinfo *cwdi;

	cwdi = kmem_zalloc(sizeof(*cwdi), KM_SLEEP);
	rw_init(&cwdi->cwdi_lock);
	cwdi->cwdi_cmask = 022;
	cwdi->cwdi_refcnt = 1;
	return cwdi;
}

/* A copy of the current process's. */
struct cwdinfo *
cwdinit(void)
{
	struct cwdinfo *cwdi = cwd_alloc();
	struct cwdinfo *copy = curlwp->l_proc->p_cwdi;

	if (copy == NULL)
		return cwdi;
	rw_enter(&copy->cwdi_lock, RW_READER);
	cwdi->cwdi_cdir = copy->cwdi_cdir;
	if (cwdi->cwdi_cdir != NULL)
		vref(cwdi->cwdi_cdir);
	cwdi->cwdi_rdir = copy->cwdi_rdir;
	if (cwdi->cwdi_rdir != NULL)
		vref(cwdi->cwdi_rdir);
	cwdi->cwdi_edir = copy->cwdi_edir;
	if (cwdi->cwdi_edir != NULL)
		vref(cwdi->cwdi_edir);
	cwdi->cwdi_cmask = copy->cwdi_cmask;
	rw_exit(&copy->cwdi_lock);
	return cwdi;
}

/* Let a new process use the current one's. */
void
cwdshare(struct proc *p2)
{
	struct cwdinfo *cwdi = curlwp->l_proc->p_cwdi;

	atomic_inc_uint(&cwdi->cwdi_refcnt);
	p2->p_cwdi = cwdi;
}

/* Give a process one of its own. */
void
cwdunshare(struct proc *p)
{
	struct cwdinfo *ocwdi = p->p_cwdi, *cwdi;

	if (ocwdi->cwdi_refcnt > 1) {
		cwdi = cwdinit();
		mutex_enter(proc_lock);
		p->p_cwdi = cwdi;
		mutex_exit(proc_lock);
		cwdfree(ocwdi);
	}
}

void
cwdfree(struct cwdinfo *cwdi)
{
	if (atomic_dec_uint_nv(&cwdi->cwdi_refcnt) > 0)
		return;
	if (cwdi->cwdi_cdir != NULL)
		vrele(cwdi->cwdi_cdir);
	if (cwdi->cwdi_rdir != NULL)
		vrele(cwdi->cwdi_rdir);
	if (cwdi->cwdi_edir != NULL)
		vrele(cwdi->cwdi_edir);
	rw_destroy(&cwdi->cwdi_lock);
	if (cwdi != &cwdi0)
		kmem_free(cwdi, sizeof(*cwdi));
}

void
cwdexec(struct proc *p)
{
	cwdunshare(p);
	if (p->p_cwdi->cwdi_edir != NULL) {
		vrele(p->p_cwdi->cwdi_edir);
		p->p_cwdi->cwdi_edir = NULL;
	}
}

/* For the process code: a new process, a process that goes. */
void
cwd_proc_init(struct proc *p)
{
	if (p->p_cwdi == NULL)
		p->p_cwdi = cwdinit();
}

void
cwd_proc_release(struct proc *p)
{
	struct cwdinfo *cwdi = p->p_cwdi;

	mutex_enter(proc_lock);
	p->p_cwdi = NULL;
	mutex_exit(proc_lock);
	if (cwdi != NULL)
		cwdfree(cwdi);
}

void
cwd_init(void)
{
	rw_init(&cwdi0.cwdi_lock);
	cwdi0.cwdi_cmask = 022;
	cwdi0.cwdi_refcnt = 1;
	proc0.p_cwdi = &cwdi0;
}

/* Stand every process that stands nowhere yet in the root directory. */
void
cwd_setroot(struct vnode *rvp)
{
	struct cwdinfo *cwdi;
	struct proc *p;

	PROCLIST_FOREACH(p, &allproc)
	{
		if (p->p_cwdi == NULL)
			p->p_cwdi = cwd_alloc();
		cwdi = p->p_cwdi;
		if (cwdi->cwdi_cdir == NULL) {
			cwdi->cwdi_cdir = rvp;
			vref(rvp);
		}
	}
}

static void
cwd_replace1(struct vnode **dirp, struct vnode *from, struct vnode *to)
{
	struct vnode *old = *dirp;

	if (old == NULL || (from != NULL && old != from))
		return;
	if (to != NULL)
		vref(to);
	*dirp = to;
	vrele_async(old);
}

/*
 * All processes that stand in a directory (NULL: in any) stand in another one
 * from now on (NULL: in none).
 */
void
cwd_replace(struct vnode *from, struct vnode *to)
{
	struct cwdinfo *cwdi;
	struct proc *p;

	mutex_enter(proc_lock);
	PROCLIST_FOREACH(p, &allproc)
	{
		if ((cwdi = p->p_cwdi) == NULL)
			continue;
		rw_enter(&cwdi->cwdi_lock, RW_WRITER);
		cwd_replace1(&cwdi->cwdi_cdir, from, to);
		cwd_replace1(&cwdi->cwdi_rdir, from, to);
		cwd_replace1(&cwdi->cwdi_edir, from, to);
		rw_exit(&cwdi->cwdi_lock);
	}
	mutex_exit(proc_lock);
}
