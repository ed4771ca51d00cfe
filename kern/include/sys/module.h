/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MODULE_H_
#define _SYS_MODULE_H_

/* module(9): components that are initialised and finished by name */

#include <sys/cdefs.h>
#include <sys/kernel.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/types.h>
#include <sys/uio.h>
#if __has_include(<prop/proplib.h>)
#include <prop/proplib.h>
#endif

#define MAXMODNAME 32
#define MAXMODDEPS 10

typedef enum modclass {
	MODULE_CLASS_ANY,
	MODULE_CLASS_MISC,
	MODULE_CLASS_VFS,
	MODULE_CLASS_DRIVER,
	MODULE_CLASS_EXEC,
	MODULE_CLASS_SECMODEL,
	MODULE_CLASS_BUFQ,
	MODULE_CLASS_MAX
} modclass_t;

typedef enum modsrc {
	MODULE_SOURCE_KERNEL,
	MODULE_SOURCE_BOOT,
	MODULE_SOURCE_FILESYS
} modsrc_t;

typedef enum modcmd {
	MODULE_CMD_INIT,       /* mandatory */
	MODULE_CMD_FINI,       /* mandatory */
	MODULE_CMD_STAT,       /* optional */
	MODULE_CMD_AUTOUNLOAD, /* optional */
} modcmd_t;

typedef struct modinfo {
	u_int mi_version;
	modclass_t mi_class;
	int (*mi_modcmd)(modcmd_t, void *);
	const char *mi_name;
	const char *mi_required;
} modinfo_t;

/* k: protected by kernconfig_lock */
typedef struct module {
	u_int mod_refcnt;                        /* k: */
	const modinfo_t *mod_info;               /* c: */
	struct kobj *mod_kobj;                   /* unused: no object files */
	TAILQ_ENTRY(module) mod_chain;           /* k: */
	struct module *mod_required[MAXMODDEPS]; /* k: */
	u_int mod_nrequired;                     /* k: */
	modsrc_t mod_source;                     /* c: */
	time_t mod_autotime;                     /* k: */
	u_int mod_flags;                         /* k: */
} module_t;

#define MODFLG_MUST_FORCE  0x01
#define MODFLG_AUTO_LOADED 0x02

/* a module of the link before it is known to the module table */
struct modinfo_chain {
	const struct modinfo *mc_info;
	LIST_ENTRY(modinfo_chain) mc_entries;
};
LIST_HEAD(modinfo_boot_chain, modinfo_chain);
extern struct modinfo_boot_chain modinfo_boot_chain;

/*
 * Declare a module.  It is found by constructor as well as by link set.
 */
#define MODULE(class, name, required)                                          \
	static int name##_modcmd(modcmd_t, void *);                            \
	static const modinfo_t name##_modinfo = {                              \
	    .mi_version = __NetBSD_Version__,                                  \
	    .mi_class = (class),                                               \
	    .mi_modcmd = name##_modcmd,                                        \
	    .mi_name = #name,                                                  \
	    .mi_required = (required)};                                        \
	static struct modinfo_chain name##_modchain = {                        \
	    .mc_info = &name##_modinfo};                                       \
	static void modctor_##name(void) __attribute__((__constructor__));     \
	static void modctor_##name(void)                                       \
	{                                                                      \
		rump_module_add(&name##_modchain);                             \
	}                                                                      \
	static void moddtor_##name(void) __attribute__((__destructor__));      \
	static void moddtor_##name(void)                                       \
	{                                                                      \
		rump_module_remove(&name##_modchain);                          \
	}                                                                      \
	__link_set_add_rodata(modules, name##_modinfo)

void rump_module_add(struct modinfo_chain *);
void rump_module_remove(struct modinfo_chain *);

TAILQ_HEAD(modlist, module);
extern struct modlist module_list;
extern struct modlist module_builtins;
extern u_int module_count;
extern u_int module_gen;
extern int module_verbose_on;

void module_init(void);
void module_start_unload_thread(void);
void module_builtin_require_force(void);
void module_init_md(void);
void module_init_class(modclass_t);
int module_prime(const char *, void *, size_t);
int module_load(const char *, int, void *, modclass_t);
int module_autoload(const char *, modclass_t);
int module_unload(const char *);
int module_hold(const char *);
void module_rele(const char *);
int module_find_section(const char *, void **, size_t *);
void module_thread_kick(void);
void module_load_vfs_init(void);
module_t *module_lookup(const char *);
int module_builtin_add(modinfo_t *const *, size_t, bool);
int module_builtin_remove(modinfo_t *, bool);
bool module_compatible(int, int);

/* commands of modctl(2) */
typedef struct modctl_load {
	const char *ml_filename;
#define MODCTL_NO_PROP    0x2
#define MODCTL_LOAD_FORCE 0x1
	int ml_flags;
	const char *ml_props;
	size_t ml_propslen;
} modctl_load_t;

typedef enum modctl {
	MODCTL_LOAD,   /* modctl_load_t */
	MODCTL_UNLOAD, /* char *name */
	MODCTL_STAT,   /* struct iovec: modstat_t[] */
	MODCTL_EXISTS, /* 0: loadable, 1: autoloadable */
} modctl_t;

typedef struct modstat {
	char ms_name[MAXMODNAME];
	char ms_required[MAXMODNAME * MAXMODDEPS];
	uint64_t ms_addr;
	modsrc_t ms_source;
	modclass_t ms_class;
	u_int ms_size;
	u_int ms_refcnt;
	u_int ms_flags;
	u_int ms_reserved[3];
} modstat_t;

int modctl(int, void *);

#endif /* !_SYS_MODULE_H_ */
