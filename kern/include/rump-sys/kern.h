/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The base as components see it: how a component registers, how factions
 * hook into the base, and what the base gives them beyond the usual kernel
 * interfaces.
 */

#ifndef _RUMP_SYS_KERN_H_
#define _RUMP_SYS_KERN_H_

#include <sys/cpu.h>
#include <sys/device.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/types.h>
/* sources of components expect it here; a base without vfs has none */
#if __has_include(<uvm/uvm.h>)
#include <uvm/uvm.h>
#endif

#include <rump-sys/kern_if.h>
#include <rump-sys/mem.h>
#include <rump/rump.h>
#include <rump/rumpuser.h>

struct cpu_info;
struct modinfo;
struct sysent;
struct vnode;

/*
 * Components. They run at boot by type, in this order: KERN, _FACTION_VFS,
 * VFS, _FACTION_NET, NET, _FACTION_DEV, DEV, DEV_AFTERMAINBUS, NET_ROUTE,
 * NET_IF, NET_IFCFG, KERN_VFS, SYSCALL; then the modules; then POSTINIT. One
 * that is loaded after boot runs at once.
 */
enum rump_component_type {
	RUMP_COMPONENT_DEV,
	RUMP_COMPONENT_DEV_AFTERMAINBUS,
	RUMP_COMPONENT_NET,
	RUMP_COMPONENT_NET_ROUTE,
	RUMP_COMPONENT_NET_IF,
	RUMP_COMPONENT_NET_IFCFG,
	RUMP_COMPONENT_VFS,
	RUMP_COMPONENT_KERN,
	RUMP_COMPONENT_KERN_VFS,
	RUMP_COMPONENT_POSTINIT,
	RUMP_COMPONENT_SYSCALL,

	RUMP__FACTION_DEV,
	RUMP__FACTION_VFS,
	RUMP__FACTION_NET,

	RUMP_COMPONENT_MAX
};

struct rump_component {
	enum rump_component_type rc_type;
	void (*rc_init)(void);
	LIST_ENTRY(rump_component) rc_entries;
};

/*
 * RUMP_COMPONENT(TYPE) { ... } defines an init routine and registers it: by a
 * constructor, and in the link set that rumpuser_dl_bootstrap() walks, for
 * loaders that run no constructors. Registering twice is harmless.
 */
#define RUMP_COMPONENT__REGISTER(sym)                                          \
	static void rumpcomp_ctor_##sym(void) __attribute__((constructor));    \
	static void rumpcomp_ctor_##sym(void)                                  \
	{                                                                      \
		rump_component_load(&sym);                                     \
	}                                                                      \
	static void rumpcomp_dtor_##sym(void) __attribute__((destructor));     \
	static void rumpcomp_dtor_##sym(void)                                  \
	{                                                                      \
		rump_component_unload(&sym);                                   \
	}                                                                      \
	__link_set_add_data(rump_components, sym)

#define RUMP_COMPONENT(type)                                                   \
	static void rumpcompinit##type(void);                                  \
	static struct rump_component rumpcomp##type = {                        \
	    .rc_type = type,                                                   \
	    .rc_init = rumpcompinit##type,                                     \
	};                                                                     \
	RUMP_COMPONENT__REGISTER(rumpcomp##type);                              \
	static void rumpcompinit##type(void)

/* what constructors and destructors call, and boot */
void rump_component_load(const struct rump_component *);
void rump_component_unload(struct rump_component *);
void rump_component_init(enum rump_component_type);
int rump_component_count(enum rump_component_type);

/* a call that cannot fail */
#define FLAWLESSCALL(call)                                                     \
	do {                                                                   \
		int flawless_error;                                            \
		if ((flawless_error = (call)) != 0)                            \
			panic("\"%s\" failed: %d", #call, flawless_error);     \
	} while (0)

/* System calls of factions: entries of the base's table, put in at boot. */
struct rump_onesyscall {
	int ros_num;
	sy_call_t *ros_handler;
};
void rump_syscall_boot_establish(const struct rump_onesyscall *, size_t);

/* processes of this program, and those of remote clients */
#define RUMP_LOCALPROC_P(p) ((p)->p_spclient == NULL)
#define RUMP_SPVM2CTL(p)    ((p)->p_spclient)

extern int rump_threads;
extern bool rump_inited;
extern bool rump_halted;
extern enum rump_sigmodel rump_sigmodel;

/*
 * Hooks of the vfs faction. rump_proc_vfs_init makes p_cwdi of a new process
 * (p, its parent being curproc); release drops it.
 */
extern void (*rump_proc_vfs_init)(struct proc *);
extern void (*rump_proc_vfs_release)(struct proc *);
extern void (*rump_vfs_drainbufs)(int);
/* sync everything; fini: unmount everything and say so, as halt(8) does */
extern void (*rump_vfs_syncall)(void);
extern void (*rump_vfs_fini)(void);
/* nodes of devices: they do nothing, successfully, without librumpvfs */
extern int (*rump_vfs_makeonedevnode)(
    dev_t, const char *, devmajor_t, devminor_t);
extern int (*rump_vfs_makedevnodes)(
    dev_t, const char *, char, devmajor_t, devminor_t, int);
extern int (*rump_vfs_makesymlink)(const char *, const char *);
/* etfs: NULL until librumpvfs is there */
extern int (*rump_vfs_etfs_register)(
    const char *, const char *, enum rump_etfs_type, uint64_t, uint64_t);
extern int (*rump_vfs_etfs_remove)(const char *);

/* memory pressure: called to free memory, returns bytes freed or 0 */
extern size_t (*rump_vfs_reclaim)(size_t);

/*
 * Entering and leaving, from inside of the kernel. The big lock is dropped
 * completely by unschedule with nlocks, and taken back by schedule.
 */
void rump_user_unschedule(int, int *, void *);
void rump_user_schedule(int, void *);
/* around a hypercall that may block for long: gives up the virtual CPU */
void rump_kernel_unsched(int *);
void rump_kernel_sched(int);
void rump_kernel_bigwrap(int *);
void rump_kernel_bigunwrap(int);
void rump_schedule_cpu(struct lwp *, struct cpu_info *);
void rump_unschedule_cpu(struct lwp *);
/* move the running lwp to that CPU */
void rump_cpu_switch(struct cpu_info *);

/*
 * Run fn(arg) on the next thread that leaves the kernel or, unless rd_leaving,
 * goes to sleep without locks; from a thread made for it if nobody does. What
 * waits for more than locks, for a buffer or for I/O, is rd_leaving.
 */
struct rump_deferred {
	void (*rd_fn)(void *);
	void *rd_arg;
	bool rd_leaving;
	volatile u_int rd_queued;
	void *rd_store[8];
};
void rump_defer(struct rump_deferred *);
/* say which kernel threads were to be joined, and were not */
void rump_kthread_report(void);

/* host clock, nanoseconds; mono counts from boot of the rump kernel */
int64_t rump_mono_ns(void);
int64_t rump_wall_ns(void);
int64_t rump_wall_slew(const int64_t *);

int rump_getparam_int(const char *, int64_t, int64_t, int64_t, int64_t *);
bool rump_getparam_bool(const char *, bool);

/* lwps and processes */
struct proc *rump_proc_new(struct proc *, int, const char *, void *, int *);
void rump_proc_hash(struct proc *);
void rump_proc1_init(void);
int rump_hyp_rfork(void *, int, const char *);
void rump_hyp_lwpexit(void);
void rump_hyp_execnotify(const char *);
pid_t rump_hyp_getpid(void);
int rump_syscall(int, void *, size_t, register_t *);

/* memory: first of all, and when the limit is to be enforced */
int rump_memory_init(void);
int rump_memlimit_set(void);
/* memory aside: allocation-based services, sysctl, kauth, modules */
void rump_kernlib_init(void);
int rump_proxy_syscall(int, void *, long *);

/*
 * Is the lwp out of the kernel? One that waits there, for a hypercall as well,
 * sleeps.
 */
static inline bool
rump_lwp_left(const struct lwp *l)
{
	const int stat = __atomic_load_n(&l->l_stat, __ATOMIC_RELAXED);

	return stat == LSRUN || stat == LSZOMB;
}

/* where an address is: "name", "name+0x12", "file+0x123", or hexadecimal */
void rump_symbol(const void *, char *, size_t);

#endif /* _RUMP_SYS_KERN_H_ */
