/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * module(9).  Every module is linked into the program or into a library that
 * the host has loaded: there are no object files.  A module is known from when
 * its constructor, or the link set of its library, has reported it; it is
 * loaded while its modcmd(INIT) has succeeded and modcmd(FINI) has not.
 *
 * Lock: kernconfig_lock protects the lists and the modules.  It may be entered
 * again by who has it, since an init function may load another module.
 */

#include <lib/libkern/libkern.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/module.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <rump-sys/kern.h>
#include <rump-sys/kern_if.h>

struct modinfo_boot_chain modinfo_boot_chain =
    LIST_HEAD_INITIALIZER(modinfo_boot_chain);

/* loaded, in order of initialisation; and known, but not loaded */
struct modlist module_list = TAILQ_HEAD_INITIALIZER(module_list);
struct modlist module_builtins = TAILQ_HEAD_INITIALIZER(module_builtins);
u_int module_count;
u_int module_gen = 1;
int module_verbose_on;

static kmutex_t kernconfig_mtx;
static struct lwp *kernconfig_owner;
static u_int kernconfig_depth;
static bool module_ready;   /* module_init() was called */
static bool module_started; /* module_init_class(ANY) was called */

#define MAX_NESTING 16

static int module_do_init(module_t *, u_int);

void
kernconfig_lock_init(void)
{
	mutex_init(&kernconfig_mtx, MUTEX_DEFAULT, IPL_NONE);
}

void
kernconfig_lock(void)
{
	if (kernconfig_owner != curlwp) {
		mutex_enter(&kernconfig_mtx);
		kernconfig_owner = curlwp;
	}
	kernconfig_depth++;
}

void
kernconfig_unlock(void)
{
	KASSERT(kernconfig_owner == curlwp && kernconfig_depth != 0);
	if (--kernconfig_depth == 0) {
		kernconfig_owner = NULL;
		mutex_exit(&kernconfig_mtx);
	}
}

bool
kernconfig_is_held(void)
{
	return kernconfig_owner == curlwp;
}

static module_t *
find(struct modlist *list, const char *name)
{
	module_t *mod;

	TAILQ_FOREACH(mod, list, mod_chain) {
		if (strncmp(mod->mod_info->mi_name, name, MAXMODNAME) == 0)
			break;
	}
	return mod;
}

/* a loaded module */
module_t *
module_lookup(const char *name)
{
	return find(&module_list, name);
}

static int
known_add(const modinfo_t *mi)
{
	module_t *mod;

	if (mi->mi_name == NULL || mi->mi_modcmd == NULL ||
	    strlen(mi->mi_name) >= MAXMODNAME)
		return EINVAL;
	if (find(&module_list, mi->mi_name) != NULL ||
	    find(&module_builtins, mi->mi_name) != NULL)
		return EEXIST;
	mod = kmem_zalloc(sizeof(*mod), KM_SLEEP);
	mod->mod_info = mi;
	mod->mod_source = MODULE_SOURCE_KERNEL;
	TAILQ_INSERT_TAIL(&module_builtins, mod, mod_chain);
	return 0;
}

int
module_builtin_add(modinfo_t *const *mip, size_t n, bool init)
{
	int error = 0;

	kernconfig_lock();
	for (size_t i = 0; i < n && error == 0; i++)
		error = known_add(mip[i]);
	kernconfig_unlock();
	if (init && error == 0)
		module_init_class(MODULE_CLASS_ANY);
	return error;
}

static void
hold_required(module_t *mod, int delta)
{
	for (u_int i = 0; i < mod->mod_nrequired; i++)
		mod->mod_required[i]->mod_refcnt += delta;
}

static int
unload(module_t *mod)
{
	int error;

	if (mod->mod_refcnt != 0)
		return EBUSY;
	error = (*mod->mod_info->mi_modcmd)(MODULE_CMD_FINI, NULL);
	if (error != 0)
		return error;
	TAILQ_REMOVE(&module_list, mod, mod_chain);
	module_count--;
	module_gen++;
	hold_required(mod, -1);
	mod->mod_nrequired = 0;
	TAILQ_INSERT_TAIL(&module_builtins, mod, mod_chain);
	return 0;
}

/* finish it if it is loaded, and forget it */
int
module_builtin_remove(modinfo_t *mi, bool fini)
{
	module_t *mod;
	int error = 0;

	kernconfig_lock();
	mod = find(&module_list, mi->mi_name);
	if (mod != NULL && mod->mod_info == mi) {
		error = fini ? unload(mod) : EBUSY;
		if (error != 0) {
			kernconfig_unlock();
			return error;
		}
	}
	mod = find(&module_builtins, mi->mi_name);
	if (mod == NULL || mod->mod_info != mi)
		error = ENOENT;
	else {
		TAILQ_REMOVE(&module_builtins, mod, mod_chain);
		kmem_free(mod, sizeof(*mod));
	}
	kernconfig_unlock();
	return error;
}

/* by the constructor of a module: before boot, or on a host thread */
void
rump_module_add(struct modinfo_chain *mc)
{
	const struct modinfo *mi = mc->mc_info;

	LIST_INSERT_HEAD(&modinfo_boot_chain, mc, mc_entries);
	if (!rump_inited)
		return;
	rump_schedule();
	(void)rump_module_init(&mi, 1);
	rump_unschedule();
}

void
rump_module_remove(struct modinfo_chain *mc)
{
	LIST_REMOVE(mc, mc_entries);
	if (!rump_inited || module_lookup(mc->mc_info->mi_name) == NULL)
		return;
	/* the program exits, or unloads the library without asking: no FINI */
}

bool
module_compatible(int version, int kernel)
{
	/* the same release line */
	return version / 100000000 == kernel / 100000000;
}

void
module_init(void)
{
	struct modinfo_chain *mc;

	kernconfig_lock();
	LIST_FOREACH(mc, &modinfo_boot_chain, mc_entries)
		(void)known_add(mc->mc_info);
	module_ready = true;
	kernconfig_unlock();
}

void
module_init_md(void)
{
}

void
module_start_unload_thread(void)
{
	/* nothing is unloaded by itself */
}

void
module_thread_kick(void)
{
}

void
module_builtin_require_force(void)
{
}

void
module_load_vfs_init(void)
{
}

/* "a,b,c": initialise them first, and keep them */
static int
init_required(module_t *mod, u_int depth)
{
	const char *s = mod->mod_info->mi_required;
	char name[MAXMODNAME];
	module_t *req;
	size_t len;
	int error;

	mod->mod_nrequired = 0;
	while (s != NULL && *s != '\0') {
		len = strcspn(s, ",");
		if (len >= sizeof(name) || mod->mod_nrequired == MAXMODDEPS)
			return EINVAL;
		memcpy(name, s, len);
		name[len] = '\0';
		s += len + (s[len] == ',');
		if (len == 0)
			continue;
		if ((req = find(&module_list, name)) == NULL) {
			if ((req = find(&module_builtins, name)) == NULL) {
				/*
				 * What it calls, it was linked with: the
				 * code may be part of another component.
				 */
				printf("module %s needs module %s, which is "
				       "not linked\n",
				    mod->mod_info->mi_name, name);
				continue;
			}
			if ((error = module_do_init(req, depth + 1)) != 0)
				return error;
		}
		mod->mod_required[mod->mod_nrequired++] = req;
	}
	return 0;
}

static int
module_do_init(module_t *mod, u_int depth)
{
	const modinfo_t *mi = mod->mod_info;
	int error;

	if (depth > MAX_NESTING) {
		printf("module %s needs itself\n", mi->mi_name);
		return EDEADLK;
	}
	if ((error = init_required(mod, depth)) != 0)
		return error;
	error = (*mi->mi_modcmd)(MODULE_CMD_INIT, NULL);
	if (error != 0) {
		if (module_verbose_on || (boothowto & AB_VERBOSE) != 0)
			printf("module %s: initialisation failed: %d\n",
			    mi->mi_name, error);
		return error;
	}
	TAILQ_REMOVE(&module_builtins, mod, mod_chain);
	TAILQ_INSERT_TAIL(&module_list, mod, mod_chain);
	hold_required(mod, 1);
	module_count++;
	module_gen++;
	return 0;
}

/* initialise all that are known, of a class, in order of their needs */
void
module_init_class(modclass_t class)
{
	TAILQ_HEAD(, module) failed = TAILQ_HEAD_INITIALIZER(failed);
	module_t *mod;

	kernconfig_lock();
	if (class == MODULE_CLASS_ANY || class == MODULE_CLASS_VFS)
		module_started = true;
again:
	TAILQ_FOREACH(mod, &module_builtins, mod_chain) {
		if (class != MODULE_CLASS_ANY &&
		    class != mod->mod_info->mi_class)
			continue;
		if (module_do_init(mod, 0) != 0) {
			/* out of the way, so that the others come */
			TAILQ_REMOVE(&module_builtins, mod, mod_chain);
			TAILQ_INSERT_TAIL(&failed, mod, mod_chain);
		}
		goto again;
	}
	TAILQ_CONCAT(&module_builtins, &failed, mod_chain);
	kernconfig_unlock();
}

/*
 * Modules of a library that was loaded.  Those which are known already, because
 * their constructors ran, are no error.
 */
int
rump_module_init(const struct modinfo *const *mip, size_t n)
{
	module_t *mod;
	int error = 0, e;

	kernconfig_lock();
	for (size_t i = 0; i < n; i++) {
		e = known_add(mip[i]);
		if (e != 0 && e != EEXIST)
			error = e;
	}
	for (size_t i = 0; i < n && module_started; i++) {
		mod = find(&module_builtins, mip[i]->mi_name);
		if (mod != NULL && (e = module_do_init(mod, 0)) != 0)
			error = e;
	}
	kernconfig_unlock();
	return error;
}

int
rump_module_fini(const struct modinfo *mi)
{
	return module_builtin_remove(__UNCONST(mi), true);
}

int
module_prime(const char *name, void *base, size_t size)
{
	return EOPNOTSUPP;
}

int
module_find_section(const char *name, void **addr, size_t *size)
{
	return ENXIO;
}

static int
load(const char *name, modclass_t class)
{
	module_t *mod;
	int error;

	kernconfig_lock();
	if ((mod = find(&module_list, name)) != NULL)
		error = EEXIST;
	else if ((mod = find(&module_builtins, name)) == NULL)
		error = ENOENT;
	else
		error = module_do_init(mod, 0);
	if ((error == 0 || error == EEXIST) && class != MODULE_CLASS_ANY &&
	    mod->mod_info->mi_class != class)
		error = error == 0 ? 0 : ENOENT;
	kernconfig_unlock();
	return error;
}

int
module_load(const char *name, int flags, void *props, modclass_t class)
{
	int error;

	error = kauth_authorize_system(kauth_cred_get(), KAUTH_SYSTEM_MODULE, 0,
	    KAUTH_ARG(MODCTL_LOAD), NULL, NULL);
	return error != 0 ? error : load(name, class);
}

/* somebody needs it and would have it loaded: EEXIST if it is */
int
module_autoload(const char *name, modclass_t class)
{
	return load(name, class);
}

int
module_unload(const char *name)
{
	module_t *mod;
	int error;

	error = kauth_authorize_system(kauth_cred_get(), KAUTH_SYSTEM_MODULE, 0,
	    KAUTH_ARG(MODCTL_UNLOAD), NULL, NULL);
	if (error != 0)
		return error;
	kernconfig_lock();
	mod = find(&module_list, name);
	error = mod == NULL ? ENOENT : unload(mod);
	kernconfig_unlock();
	return error;
}

int
module_hold(const char *name)
{
	module_t *mod;

	kernconfig_lock();
	if ((mod = find(&module_list, name)) != NULL)
		mod->mod_refcnt++;
	kernconfig_unlock();
	return mod == NULL ? ENOENT : 0;
}

void
module_rele(const char *name)
{
	module_t *mod;

	kernconfig_lock();
	mod = find(&module_list, name);
	KASSERT(mod != NULL && mod->mod_refcnt != 0);
	if (mod != NULL)
		mod->mod_refcnt--;
	kernconfig_unlock();
}

static void
fill_stat(const module_t *mod, modstat_t *ms)
{
	memset(ms, 0, sizeof(*ms));
	strlcpy(ms->ms_name, mod->mod_info->mi_name, sizeof(ms->ms_name));
	if (mod->mod_info->mi_required != NULL)
		strlcpy(ms->ms_required, mod->mod_info->mi_required,
		    sizeof(ms->ms_required));
	ms->ms_class = mod->mod_info->mi_class;
	ms->ms_source = mod->mod_source;
	ms->ms_refcnt = mod->mod_refcnt;
	ms->ms_flags = mod->mod_flags;
}

static int
modctl_stat(void *arg)
{
	struct iovec iov;
	modstat_t *ms, *p;
	module_t *mod;
	size_t n, len;
	int error;

	if ((error = copyin(arg, &iov, sizeof(iov))) != 0)
		return error;
	kernconfig_lock();
	n = module_count + 1;
	ms = p = kmem_zalloc(n * sizeof(*ms), KM_SLEEP);
	TAILQ_FOREACH(mod, &module_list, mod_chain)
		fill_stat(mod, p++);
	kernconfig_unlock();
	len = (size_t)(p - ms) * sizeof(*ms);
	error = copyout(ms, iov.iov_base, MIN(len, iov.iov_len));
	kmem_free(ms, n * sizeof(*ms));
	if (error != 0)
		return error;
	iov.iov_len = len;
	return copyout(&iov, arg, sizeof(iov));
}

/* modctl(2), by its argument in user memory */
int
modctl(int cmd, void *arg)
{
	modctl_load_t ml;
	char name[MAXMODNAME];
	int error;

	switch (cmd) {
	case MODCTL_LOAD:
		if ((error = copyin(arg, &ml, sizeof(ml))) != 0)
			return error;
		error = copyinstr(ml.ml_filename, name, sizeof(name), NULL);
		if (error == 0)
			error = module_load(
			    name, ml.ml_flags, NULL, MODULE_CLASS_ANY);
		return error;
	case MODCTL_UNLOAD:
		error = copyinstr(arg, name, sizeof(name), NULL);
		return error != 0 ? error : module_unload(name);
	case MODCTL_STAT:
		return modctl_stat(arg);
	case MODCTL_EXISTS:
		return 0;
	default:
		return EINVAL;
	}
}

int
sys_modctl(struct lwp *l, const struct sys_modctl_args *uap, register_t *retval)
{
	return modctl(SCARG(uap, cmd), SCARG(uap, arg));
}
