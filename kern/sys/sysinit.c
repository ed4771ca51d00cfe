/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot, and the birth and death of processes and lwps, as far as descriptors,
 * signals, limits and timers are concerned.
 */

#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/event.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/pipe.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/select.h>
#include <sys/signalvar.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>
#include <rump-sys/sysinit.h>

#include "../file/event_impl.h"
#include "../file/file_impl.h"
#include "sys_impl.h"

void
rump_sysfile_init(void)
{
	struct proc *p = &proc0;

	fd_sys_init();
	select_init();
	pipe_init();
	kqueue_init();
	signal_init();
	ksem_init();
	uid_init();

	p->p_fd = &filedesc0;
	p->p_limit = lim_create0();
	p->p_stats = pstatscopy(NULL);
	p->p_sigacts = sigactsinit(NULL, 0);
	siginit(p);
	rump_sys_lwpinit(&lwp0);
}

int
rump_sys_procinit(struct proc *p, struct proc *parent, int flags)
{
	if (flags & RUMP_RFFDG)
		p->p_fd = fd_copy_from(parent->p_fd);
	else if (flags & RUMP_RFCFDG)
		p->p_fd = fd_init(NULL);
	else {
		p->p_fd = parent->p_fd;
		atomic_inc_uint((volatile u_int *)&p->p_fd->fd_refcnt);
	}
	if (p->p_fd == NULL)
		return ENOMEM;
	p->p_limit = parent->p_limit;
	lim_addref(p->p_limit);
	if (p->p_limit->pl_writeable) {
		/* the parent may change its own: ours are what they are now */
		struct plimit *lim = lim_copy(p->p_limit);

		if (lim != NULL) {
			lim_free(p->p_limit);
			p->p_limit = lim;
		}
	}
	p->p_stats = pstatscopy(parent->p_stats);
	p->p_sigacts = sigactsinit(parent, 0);
	siginit(p);
	mutex_enter(parent->p_lock);
	p->p_sigctx.ps_sigignore = parent->p_sigctx.ps_sigignore;
	mutex_exit(parent->p_lock);
	if (p->p_stats == NULL || p->p_sigacts == NULL) {
		if (p->p_stats != NULL)
			pstatsfree(p->p_stats);
		sigactsfree(p->p_sigacts);
		lim_free(p->p_limit);
		if (flags & (RUMP_RFFDG | RUMP_RFCFDG))
			fd_discard(p->p_fd);
		else
			atomic_dec_uint((volatile u_int *)&p->p_fd->fd_refcnt);
		return ENOMEM;
	}
	return 0;
}

void
rump_sys_procforked(struct proc *parent, struct proc *child)
{
	knote_proc_fork(parent, child);
}

void
rump_sys_procexit(struct proc *p)
{
	struct sigacts *ps = p->p_sigacts;

	ptimers_free(p);
	fd_free();
	knote_proc_exit(p);
	p->p_sigacts = NULL;
	sigactsfree(ps);
	pstatsfree(p->p_stats);
	p->p_stats = NULL;
	lim_free(p->p_limit);
	p->p_limit = NULL;
}

void
rump_sys_lwpinit(struct lwp *l)
{
	l->l_fd = l->l_proc->p_fd;
	sigemptyset(&l->l_sigpend.sp_set);
	ksiginfo_queue_init(&l->l_sigpend.sp_info);
}

void
rump_sys_lwpexit(struct lwp *l)
{
	sellwpfree(l);
}

void
rump_sys_execnotify(struct lwp *l)
{
	struct proc *p = l->l_proc;

	fd_closeexec();
	ptimers_free(p);
	execsigs(p);
	knote_proc_exec(p);
}
