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

/* flags of ids_set(): which of r, e, s may become which of R, E, S */
#define ID_E_EQ_E 0x001
#define ID_E_EQ_R 0x002
#define ID_E_EQ_S 0x004
#define ID_R_EQ_E 0x010
#define ID_R_EQ_R 0x020
#define ID_R_EQ_S 0x040
#define ID_S_EQ_E 0x100
#define ID_S_EQ_R 0x200
#define ID_S_EQ_S 0x400

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
enum {
	REAL,
	EFFECTIVE,
	SAVED,
	NIDS
};

static const u_int id_may[NIDS][NIDS] = {
    {ID_R_EQ_R, ID_R_EQ_E, ID_R_EQ_S},
    {ID_E_EQ_R, ID_E_EQ_E, ID_E_EQ_S},
    {ID_S_EQ_R, ID_S_EQ_E, ID_S_EQ_S},
};

/* users, or groups */
struct idkind {
	uint32_t (*ik_get[NIDS])(kauth_cred_t);
	void (*ik_set[NIDS])(kauth_cred_t, uint32_t);
};

static const struct idkind uid_kind = {
    {kauth_cred_getuid, kauth_cred_geteuid, kauth_cred_getsvuid},
    {kauth_cred_setuid, kauth_cred_seteuid, kauth_cred_setsvuid},
};
static const struct idkind gid_kind = {
    {kauth_cred_getgid, kauth_cred_getegid, kauth_cred_getsvgid},
    {kauth_cred_setgid, kauth_cred_setegid, kauth_cred_setsvgid},
};

#define NOCHANGE ((uint32_t)-1)

static bool
ids_allowed(const uint32_t want[NIDS], const uint32_t have[NIDS], u_int flags)
{
	bool ok;
	int i, j;

	for (i = 0; i < NIDS; i++) {
		ok = want[i] == NOCHANGE;
		for (j = 0; j < NIDS && !ok; j++)
			ok = want[i] == have[j] && (flags & id_may[i][j]) != 0;
		if (!ok)
			return false;
	}
	return true;
}

static int
ids_set(struct lwp *l, const struct idkind *ik, uint32_t r, uint32_t e,
    uint32_t sv, u_int flags)
{
	const uint32_t want[NIDS] = {r, e, sv};
	struct proc *p = l->l_proc;
	kauth_cred_t cred, ncred;
	uint32_t have[NIDS];
	int i, error = 0;

	ncred = kauth_cred_alloc();
	proc_crmod_enter();
	cred = p->p_cred;
	for (i = 0; i < NIDS; i++)
		have[i] = (*ik->ik_get[i])(cred);
	if (!ids_allowed(want, have, flags))
		error = kauth_authorize_process(
		    cred, KAUTH_PROCESS_SETID, p, NULL, NULL, NULL);
	if (error) {
		proc_crmod_leave(cred, ncred, false);
		return error;
	}
	kauth_cred_clone(cred, ncred);
	if (ik == &uid_kind && r != NOCHANGE && r != have[REAL]) {
		(void)chgproccnt(have[REAL], -1);
		(void)chgproccnt(r, 1);
	}
	for (i = 0; i < NIDS; i++)
		if (want[i] != NOCHANGE)
			(*ik->ik_set[i])(ncred, want[i]);
	proc_crmod_leave(ncred, cred, true);
	lwp_update_creds(l);
	return 0;
}

/* setreuid(2): the saved id follows when the real one is set or they differ */
static int
ids_setre(struct lwp *l, const struct idkind *ik, uint32_t r, uint32_t e)
{
	kauth_cred_t cred = l->l_cred;
	uint32_t sv = NOCHANGE;

	if (e == NOCHANGE)
		e = (*ik->ik_get[EFFECTIVE])(cred);
	if (r != NOCHANGE || e != (*ik->ik_get[REAL])(cred))
		sv = e;
	return ids_set(l, ik, r, e, sv,
	    ID_R_EQ_R | ID_R_EQ_E | ID_E_EQ_R | ID_E_EQ_E | ID_E_EQ_S |
		ID_S_EQ_R | ID_S_EQ_E | ID_S_EQ_S);
}

int
sys_setuid(struct lwp *l, const struct sys_setuid_args *uap, register_t *retval)
{
	uid_t uid = SCARG(uap, uid);

	return ids_set(
	    l, &uid_kind, uid, uid, uid, ID_R_EQ_R | ID_E_EQ_R | ID_S_EQ_R);
}

int
sys_seteuid(
    struct lwp *l, const struct sys_seteuid_args *uap, register_t *retval)
{
	return ids_set(l, &uid_kind, NOCHANGE, SCARG(uap, euid), NOCHANGE,
	    ID_E_EQ_R | ID_E_EQ_S);
}

int
sys_setreuid(
    struct lwp *l, const struct sys_setreuid_args *uap, register_t *retval)
{
	return ids_setre(l, &uid_kind, SCARG(uap, ruid), SCARG(uap, euid));
}

int
sys_setgid(struct lwp *l, const struct sys_setgid_args *uap, register_t *retval)
{
	gid_t gid = SCARG(uap, gid);

	return ids_set(
	    l, &gid_kind, gid, gid, gid, ID_R_EQ_R | ID_E_EQ_R | ID_S_EQ_R);
}

int
sys_setegid(
    struct lwp *l, const struct sys_setegid_args *uap, register_t *retval)
{
	return ids_set(l, &gid_kind, NOCHANGE, SCARG(uap, egid), NOCHANGE,
	    ID_E_EQ_R | ID_E_EQ_S);
}

int
sys_setregid(
    struct lwp *l, const struct sys_setregid_args *uap, register_t *retval)
{
	return ids_setre(l, &gid_kind, SCARG(uap, rgid), SCARG(uap, egid));
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
