/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System call entry.
 *
 * A local client comes through the generated stubs, which pack the arguments
 * as NetBSD does (a register_t slot each) and call rsys_syscall(). A remote
 * client's arguments arrive packed; the host calls rump_proxy_syscall().
 * Both end in the process's table (p_emul), whose native form is rump_sysent.
 * The base's own handlers are in it from the start; the other factions put
 * theirs in at boot.
 */

#include <sys/errno.h>
#include <sys/lwp.h>
#include <sys/module.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/syscall.h>
#include <sys/syscallvar.h>
#include <sys/systm.h>

#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>
#include <rump-sys/sched_fast.h>
#include <rump/rumpuser.h>

#include <rump-sys/syscall_impl.h>
#include <rump-sys/syscall_stub.h>

void rump_errno_settranslate(int (*)(int));
int rump_proxy_syscall(int, void *, long *);

static int (*errno_translate)(int);

struct emul emul_netbsd = {
    .e_name = "netbsd-rump",
    .e_nosys = 0,
    .e_nsysent = SYS_NSYSENT,
    .e_sysent = rump_sysent,
    .e_syscallnames = syscallnames,
};

/*
 * From now on rump_sys_* pass error numbers through fn before they store
 * them into the host's errno; NULL: as they are.
 */
void
rump_errno_settranslate(int (*fn)(int))
{
	errno_translate = fn;
}

/* Says once per library that a call wants one that is not there. */
static void
library_missing(int num)
{
	static u_int told;
	const char *lib = NULL;
	u_int bit;

	switch (rump_syscall_faction[num]) {
	case 'v':
		lib = "rumpvfs";
		break;
	case 'n':
		lib = "rumpnet";
		break;
	case 'a':
		lib = "rumpvfs_aio";
		break;
	}
	if (lib == NULL)
		return;
	bit = 1U << (rump_syscall_faction[num] - 'a');
	if ((__atomic_fetch_or(&told, bit, __ATOMIC_RELAXED) & bit) == 0)
		printf("%s: no such system call in this kernel; "
		       "link lib%s (-l%s) or load it\n",
		    syscallnames[num], lib, lib);
}

/* A system call ends with a lock, or a passive reference. */
static void __noinline
syscall_left(const struct sysent *sy, uint64_t held)
{
	const struct lwp *l = curlwp;
	const void *fn = (const void *)(uintptr_t)sy->sy_call;

	if (rump_held(l) != held)
		rump_drvcall_bad(held, "locking", "a system call", fn);
	rump_rule_broken("psref(9)", fn,
	    "a system call returned with %u passive references", l->l_psrefs);
}

static inline int
syscall_call(
    struct lwp *l, const struct sysent *sy, const void *uap, register_t *retval)
{
	int error;
	RUMP_DRVCALL_BEGIN();

	error = (*sy->sy_call)(l, uap, retval);
	if (__predict_false((rump_held(l) != rump_held_) | (l->l_psrefs != 0)))
		syscall_left(sy, rump_held_);
	if (__predict_true(error == 0))
		return 0;
	if (error == ENOSYS && sy->sy_call == sys_nomodule &&
	    l->l_proc->p_emul->e_sysent == rump_sysent)
		library_missing((int)(sy - rump_sysent));
	if (error > 0)
		return rump_errno_check("intro(2)", "a system call",
		    (const void *)(uintptr_t)sy->sy_call, error, false);

	/* The descriptor was closed under us: the second try says so. */
	if (error == ERESTART)
		error = (*sy->sy_call)(l, uap, retval);
	if (error == ERESTART)
		error = EINTR;
	else if (error == EJUSTRETURN)
		error = 0;
	else if (error < 0)
		error = error == EPASSTHROUGH ? ENOTTY : EINVAL;
	return error;
}

static inline const struct sysent *
syscall_lookup(const struct proc *p, int num)
{
	const struct emul *e = p->p_emul;

	if (__predict_false((unsigned)num >= (unsigned)e->e_nsysent))
		return NULL;
	return &e->e_sysent[num];
}

/*
 * Enter, call, leave. The handler is looked up before entering: taking the
 * CPU is an atomic operation, which later loads would wait for.
 */
static inline int
syscall_enter(int num, const void *data, register_t *retval)
{
	const struct sysent *sy;
	struct lwp *l = curlwp;
	int error;

	if (__predict_false(!rump_inited))
		return ENXIO;
	sy = syscall_lookup(l != NULL ? l->l_proc : initproc, num);
	l = rump_enter();
	if (__predict_true(sy != NULL))
		error = syscall_call(l, sy, data, retval);
	else
		error = ENOSYS;
	rump_leave();
	return error;
}

/*
 * A system call by number, from outside of the kernel. The arguments are as
 * the stubs pack them. Returns the error; fills retval[0] and retval[1].
 */
int
rump_syscall(int num, void *data, size_t dlen, register_t *retval)
{
	return syscall_enter(num, data, retval);
}

int
rsys_syscall(int num, const void *data, size_t dlen, register_t *retval)
{
	int error;

	error = syscall_enter(num, data, retval);
	if (__predict_false(error != 0 && errno_translate != NULL))
		rumpuser_seterrno((*errno_translate)(error));
	else
		rumpuser_seterrno(error);
	return error;
}

/* A remote client's call; the lwp is that client's, in the kernel. */
int
rump_proxy_syscall(int num, void *data, long *retval)
{
	if ((unsigned)num >= SYS_NSYSENT)
		return ENOSYS;
	return syscall_call(
	    curlwp, &rump_sysent[num], data, (register_t *)retval);
}

/* Handlers of a faction, at boot. */
void
rump_syscall_boot_establish(const struct rump_onesyscall *calls, size_t ncall)
{
	size_t i;

	for (i = 0; i < ncall; i++) {
		KASSERT((unsigned)calls[i].ros_num < SYS_NSYSENT);
		rump_sysent[calls[i].ros_num].sy_call = calls[i].ros_handler;
	}
}

int
syscall_establish(const struct emul *em, const struct syscall_package *sp)
{
	struct sysent *sy;
	int i;

	if (em == NULL)
		em = &emul_netbsd;
	sy = em->e_sysent;
	for (i = 0; sp[i].sp_call != NULL; i++) {
		if (sp[i].sp_code < 0 || sp[i].sp_code >= em->e_nsysent)
			return EINVAL;
		if (sy[sp[i].sp_code].sy_call != sys_nomodule &&
		    sy[sp[i].sp_code].sy_call != sys_nosys)
			return EBUSY;
	}
	for (i = 0; sp[i].sp_call != NULL; i++)
		sy[sp[i].sp_code].sy_call = sp[i].sp_call;
	return 0;
}

int
syscall_disestablish(const struct emul *em, const struct syscall_package *sp)
{
	struct sysent *sy;
	int i;

	if (em == NULL)
		em = &emul_netbsd;
	sy = em->e_sysent;
	for (i = 0; sp[i].sp_call != NULL; i++) {
		if (sp[i].sp_code < 0 || sp[i].sp_code >= em->e_nsysent)
			return EINVAL;
		if (sy[sp[i].sp_code].sy_call == sp[i].sp_call)
			sy[sp[i].sp_code].sy_call = sys_nomodule;
	}
	return 0;
}

int
sys_nosys(struct lwp *l, const void *v, register_t *retval)
{
	return ENOSYS;
}

/* The call exists, but the component with it is not linked or loaded. */
int
sys_nomodule(struct lwp *l, const void *v, register_t *retval)
{
	return ENOSYS;
}
