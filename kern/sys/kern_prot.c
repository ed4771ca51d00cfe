/* SPDX-License-Identifier: BSD-2-Clause */
/* Who a process is: ids, groups, sessions, login name. */

#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>

#include "sys_impl.h"

int
sys_getpid_with_ppid(struct lwp *l, const void *v, register_t *retval)
{
	struct proc *p = l->l_proc;

	retval[0] = p->p_pid;
	retval[1] = atomic_load_relaxed(&p->p_ppid);
	return 0;
}

int
sys_getppid(struct lwp *l, const void *v, register_t *retval)
{
	*retval = atomic_load_relaxed(&l->l_proc->p_ppid);
	return 0;
}

int
sys_getuid_with_euid(struct lwp *l, const void *v, register_t *retval)
{
	retval[0] = (register_t)kauth_cred_getuid(l->l_cred);
	retval[1] = (register_t)kauth_cred_geteuid(l->l_cred);
	return 0;
}

int
sys_geteuid(struct lwp *l, const void *v, register_t *retval)
{
	*retval = (register_t)kauth_cred_geteuid(l->l_cred);
	return 0;
}

int
sys_getgid_with_egid(struct lwp *l, const void *v, register_t *retval)
{
	retval[0] = (register_t)kauth_cred_getgid(l->l_cred);
	retval[1] = (register_t)kauth_cred_getegid(l->l_cred);
	return 0;
}

int
sys_getegid(struct lwp *l, const void *v, register_t *retval)
{
	*retval = (register_t)kauth_cred_getegid(l->l_cred);
	return 0;
}

int
sys_getpgrp(struct lwp *l, const void *v, register_t *retval)
{
	struct proc *p = l->l_proc;

	mutex_enter(proc_lock);
	*retval = p->p_pgrp != NULL ? p->p_pgid : 0;
	mutex_exit(proc_lock);
	return 0;
}

int
sys_getpgid(
    struct lwp *l, const struct sys_getpgid_args *uap, register_t *retval)
{
	pid_t pid = SCARG(uap, pid);
	struct proc *p;
	int error = 0;

	mutex_enter(proc_lock);
	p = pid == 0 ? l->l_proc : proc_find(pid);
	if (p == NULL || p->p_pgrp == NULL)
		error = ESRCH;
	else
		*retval = p->p_pgid;
	mutex_exit(proc_lock);
	return error;
}

int
sys_getsid(struct lwp *l, const struct sys_getsid_args *uap, register_t *retval)
{
	pid_t pid = SCARG(uap, pid);
	struct proc *p;
	int error = 0;

	mutex_enter(proc_lock);
	p = pid == 0 ? l->l_proc : proc_find(pid);
	if (p == NULL || p->p_pgrp == NULL)
		error = ESRCH;
	else
		*retval = p->p_session->s_sid;
	mutex_exit(proc_lock);
	return error;
}

int
sys_setsid(struct lwp *l, const void *v, register_t *retval)
{
	struct proc *p = l->l_proc;
	int error;

	error = proc_enterpgrp(p, p->p_pid, p->p_pid, true);
	if (error == 0)
		*retval = p->p_pid;
	return error;
}

int
sys_setpgid(
    struct lwp *l, const struct sys_setpgid_args *uap, register_t *retval)
{
	struct proc *p = l->l_proc;
	pid_t pid = SCARG(uap, pid), pgid = SCARG(uap, pgid);

	if (pgid < 0)
		return EINVAL;
	if (pid == 0)
		pid = p->p_pid;
	if (pgid == 0)
		pgid = pid;
	return proc_enterpgrp(p, pid, pgid, false);
}

int
sys_issetugid(struct lwp *l, const void *v, register_t *retval)
{
	*retval = (l->l_proc->p_flag & PK_SUGID) != 0;
	return 0;
}

/*
 * Change of ids. -1 leaves one as it is. Without privilege, an id may become
 * one of those named by flags.
 */
static bool
id_allowed(uint32_t id, uint32_t real, uint32_t eff, uint32_t saved, int flags,
    int by_r, int by_e, int by_s)
{
	return (id == real && (flags & by_r)) ||
	    (id == eff && (flags & by_e)) || (id == saved && (flags & by_s));
}

int
do_setresuid(struct lwp *l, uid_t r, uid_t e, uid_t sv, u_int flags)
{
	struct proc *p = l->l_proc;
	kauth_cred_t cred, ncred;
	uid_t cr, ce, cs;
	int error = 0;

	ncred = kauth_cred_alloc();
	proc_crmod_enter();
	cred = p->p_cred;
	cr = kauth_cred_getuid(cred);
	ce = kauth_cred_geteuid(cred);
	cs = kauth_cred_getsvuid(cred);
	if ((r != (uid_t)-1 &&
		!id_allowed(r, cr, ce, cs, (int)flags, ID_R_EQ_R, ID_R_EQ_E,
		    ID_R_EQ_S)) ||
	    (e != (uid_t)-1 &&
		!id_allowed(e, cr, ce, cs, (int)flags, ID_E_EQ_R, ID_E_EQ_E,
		    ID_E_EQ_S)) ||
	    (sv != (uid_t)-1 &&
		!id_allowed(sv, cr, ce, cs, (int)flags, ID_S_EQ_R, ID_S_EQ_E,
		    ID_S_EQ_S)))
		error = kauth_authorize_process(
		    cred, KAUTH_PROCESS_SETID, p, NULL, NULL, NULL);
	if (error) {
		proc_crmod_leave(cred, ncred, false);
		return error;
	}
	kauth_cred_clone(cred, ncred);
	if (r != (uid_t)-1 && r != cr) {
		(void)chgproccnt(cr, -1);
		(void)chgproccnt(r, 1);
		kauth_cred_setuid(ncred, r);
	}
	if (sv != (uid_t)-1)
		kauth_cred_setsvuid(ncred, sv);
	if (e != (uid_t)-1)
		kauth_cred_seteuid(ncred, e);
	proc_crmod_leave(ncred, cred, true);
	lwp_update_creds(l);
	return 0;
}

int
do_setresgid(struct lwp *l, gid_t r, gid_t e, gid_t sv, u_int flags)
{
	struct proc *p = l->l_proc;
	kauth_cred_t cred, ncred;
	gid_t cr, ce, cs;
	int error = 0;

	ncred = kauth_cred_alloc();
	proc_crmod_enter();
	cred = p->p_cred;
	cr = kauth_cred_getgid(cred);
	ce = kauth_cred_getegid(cred);
	cs = kauth_cred_getsvgid(cred);
	if ((r != (gid_t)-1 &&
		!id_allowed(r, cr, ce, cs, (int)flags, ID_R_EQ_R, ID_R_EQ_E,
		    ID_R_EQ_S)) ||
	    (e != (gid_t)-1 &&
		!id_allowed(e, cr, ce, cs, (int)flags, ID_E_EQ_R, ID_E_EQ_E,
		    ID_E_EQ_S)) ||
	    (sv != (gid_t)-1 &&
		!id_allowed(sv, cr, ce, cs, (int)flags, ID_S_EQ_R, ID_S_EQ_E,
		    ID_S_EQ_S)))
		error = kauth_authorize_process(
		    cred, KAUTH_PROCESS_SETID, p, NULL, NULL, NULL);
	if (error) {
		proc_crmod_leave(cred, ncred, false);
		return error;
	}
	kauth_cred_clone(cred, ncred);
	if (r != (gid_t)-1)
		kauth_cred_setgid(ncred, r);
	if (sv != (gid_t)-1)
		kauth_cred_setsvgid(ncred, sv);
	if (e != (gid_t)-1)
		kauth_cred_setegid(ncred, e);
	proc_crmod_leave(ncred, cred, true);
	lwp_update_creds(l);
	return 0;
}

int
sys_setuid(struct lwp *l, const struct sys_setuid_args *uap, register_t *retval)
{
	uid_t uid = SCARG(uap, uid);

	return do_setresuid(
	    l, uid, uid, uid, ID_R_EQ_R | ID_E_EQ_R | ID_S_EQ_R);
}

int
sys_seteuid(
    struct lwp *l, const struct sys_seteuid_args *uap, register_t *retval)
{
	return do_setresuid(
	    l, (uid_t)-1, SCARG(uap, euid), (uid_t)-1, ID_E_EQ_R | ID_E_EQ_S);
}

int
sys_setreuid(
    struct lwp *l, const struct sys_setreuid_args *uap, register_t *retval)
{
	uid_t ruid = SCARG(uap, ruid), euid = SCARG(uap, euid), svuid;
	kauth_cred_t cred = l->l_cred;

	if (euid == (uid_t)-1)
		euid = kauth_cred_geteuid(cred);
	/* the saved id follows when the real one is set or they differ */
	svuid = (ruid != (uid_t)-1 || euid != kauth_cred_getuid(cred))
	    ? euid
	    : (uid_t)-1;
	return do_setresuid(l, ruid, euid, svuid,
	    ID_R_EQ_R | ID_R_EQ_E | ID_E_EQ_R | ID_E_EQ_E | ID_E_EQ_S |
		ID_S_EQ_R | ID_S_EQ_E | ID_S_EQ_S);
}

int
sys_setgid(struct lwp *l, const struct sys_setgid_args *uap, register_t *retval)
{
	gid_t gid = SCARG(uap, gid);

	return do_setresgid(
	    l, gid, gid, gid, ID_R_EQ_R | ID_E_EQ_R | ID_S_EQ_R);
}

int
sys_setegid(
    struct lwp *l, const struct sys_setegid_args *uap, register_t *retval)
{
	return do_setresgid(
	    l, (gid_t)-1, SCARG(uap, egid), (gid_t)-1, ID_E_EQ_R | ID_E_EQ_S);
}

int
sys_setregid(
    struct lwp *l, const struct sys_setregid_args *uap, register_t *retval)
{
	gid_t rgid = SCARG(uap, rgid), egid = SCARG(uap, egid), svgid;
	kauth_cred_t cred = l->l_cred;

	if (egid == (gid_t)-1)
		egid = kauth_cred_getegid(cred);
	svgid = (rgid != (gid_t)-1 || egid != kauth_cred_getgid(cred))
	    ? egid
	    : (gid_t)-1;
	return do_setresgid(l, rgid, egid, svgid,
	    ID_R_EQ_R | ID_R_EQ_E | ID_E_EQ_R | ID_E_EQ_E | ID_E_EQ_S |
		ID_S_EQ_R | ID_S_EQ_E | ID_S_EQ_S);
}

int
sys_getgroups(
    struct lwp *l, const struct sys_getgroups_args *uap, register_t *retval)
{
	kauth_cred_t cred = l->l_cred;
	int size = SCARG(uap, gidsetsize), n, i;
	gid_t groups[NGROUPS];
	int error;

	n = (int)MIN(kauth_cred_ngroups(cred), NGROUPS);
	if (size != 0) {
		if (size < n)
			return EINVAL;
		for (i = 0; i < n; i++)
			groups[i] = kauth_cred_group(cred, (u_int)i);
		error = copyout(
		    groups, SCARG(uap, gidset), (size_t)n * sizeof(gid_t));
		if (error)
			return error;
	}
	*retval = n;
	return 0;
}

int
sys_setgroups(
    struct lwp *l, const struct sys_setgroups_args *uap, register_t *retval)
{
	struct proc *p = l->l_proc;
	int n = SCARG(uap, gidsetsize), error;
	kauth_cred_t cred, ncred;
	gid_t groups[NGROUPS];

	if (n < 0 || n > NGROUPS)
		return EINVAL;
	error = copyin(SCARG(uap, gidset), groups, (size_t)n * sizeof(gid_t));
	if (error)
		return error;
	ncred = kauth_cred_alloc();
	proc_crmod_enter();
	cred = p->p_cred;
	error = kauth_authorize_process(
	    cred, KAUTH_PROCESS_SETID, p, NULL, NULL, NULL);
	if (error == 0) {
		kauth_cred_clone(cred, ncred);
		error = kauth_cred_setgroups(
		    ncred, groups, (size_t)n, (uid_t)-1, UIO_SYSSPACE);
	}
	if (error) {
		proc_crmod_leave(cred, ncred, false);
		return error;
	}
	proc_crmod_leave(ncred, cred, true);
	lwp_update_creds(l);
	return 0;
}

int
sys___getlogin(
    struct lwp *l, const struct sys___getlogin_args *uap, register_t *retval)
{
	size_t len = SCARG(uap, namelen);
	char login[LOGIN_NAME_MAX];
	struct proc *p = l->l_proc;

	memset(login, 0, sizeof(login));
	mutex_enter(proc_lock);
	if (p->p_pgrp != NULL)
		memcpy(login, p->p_session->s_login, sizeof(login) - 1);
	mutex_exit(proc_lock);
	if (len > sizeof(login))
		len = sizeof(login);
	if (strlen(login) >= len && len > 0)
		login[len - 1] = '\0';
	return copyout(login, SCARG(uap, namebuf), len);
}

int
sys___setlogin(
    struct lwp *l, const struct sys___setlogin_args *uap, register_t *retval)
{
	char login[LOGIN_NAME_MAX];
	struct session *sp;
	int error;

	error = kauth_authorize_process(
	    l->l_cred, KAUTH_PROCESS_SETID, l->l_proc, NULL, NULL, NULL);
	if (error)
		return error;
	memset(login, 0, sizeof(login));
	error = copyinstr(SCARG(uap, namebuf), login, sizeof(login), NULL);
	if (error)
		return error == ENAMETOOLONG ? EINVAL : error;
	mutex_enter(proc_lock);
	if (l->l_proc->p_pgrp == NULL)
		error = ESRCH;
	else {
		sp = l->l_proc->p_session;
		memcpy(sp->s_login, login, sizeof(sp->s_login));
	}
	mutex_exit(proc_lock);
	return error;
}
