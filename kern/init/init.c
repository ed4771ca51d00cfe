/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rump_init(): from nothing to a kernel with a process 1.
 *
 * The order matters: the handshake with the host, memory, virtual CPUs (the
 * caller becomes lwp0), what needs locks, processes, then the components by
 * type. The caller comes out without a lwp, as any other thread.
 *
 * An answer other than 0 leaves a kernel that cannot be used; what was wrong
 * is printed in one line.
 */

#include <sys/callout.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/module.h>
#include <sys/once.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/reboot.h>
#include <sys/syscallvar.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/timevar.h>
#include <sys/tty.h>
#include <sys/types.h>

#include <rump-sys/kern.h>
#include <rump-sys/kern_if.h>
#include <rump-sys/syscall_impl.h>
#include <rump-sys/sysinit.h>
#include <rump/rumpuser.h>

#include "../sched/sched_impl.h"
#include "init_impl.h"

int boothowto = AB_SILENT;
int cold = 1;
int shutting_down;
bool rump_inited;
bool rump_halted;
int rump_threads = 1;
enum rump_sigmodel rump_sigmodel = RUMP_SIGMODEL_PANIC;
kmutex_t tty_lock; /* terminals, if a component brings any */
char hostname[MAXHOSTNAMELEN];
int hostnamelen;
char domainname[MAXHOSTNAMELEN];
int domainnamelen;
long hostid;

static const struct rumpuser_hyperup hyperup = {
    .hyp_schedule = rump_schedule,
    .hyp_unschedule = rump_unschedule,
    .hyp_backend_unschedule = rump_user_unschedule,
    .hyp_backend_schedule = rump_user_schedule,
    .hyp_lwproc_switch = rump_lwproc_switch,
    .hyp_lwproc_release = rump_lwproc_releaselwp,
    .hyp_lwproc_rfork = rump_hyp_rfork,
    .hyp_lwproc_newlwp = rump_lwproc_newlwp,
    .hyp_lwproc_curlwp = rump_lwproc_curlwp,
    .hyp_syscall = rump_proxy_syscall,
    .hyp_lwpexit = rump_hyp_lwpexit,
    .hyp_execnotify = rump_hyp_execnotify,
    .hyp_getpid = rump_hyp_getpid,
};

enum {
	BOOT_NEVER,
	BOOT_RUNNING,
	BOOT_OVER
};
static int boot_state;
static int boot_error;

bool
rump_getparam_bool(const char *name, bool dflt)
{
	char buf[8];

	if (rumpuser_getparam(name, buf, sizeof(buf)) != 0)
		return dflt;
	return !(buf[0] == '0' && buf[1] == '\0');
}

/* A decimal number between min and max; dflt if there is none: EINVAL. */
int
rump_getparam_int(
    const char *name, int64_t dflt, int64_t min, int64_t max, int64_t *np)
{
	char buf[32];
	const char *s = buf;
	int64_t n = 0;

	*np = dflt;
	if (rumpuser_getparam(name, buf, sizeof(buf)) != 0)
		return 0;
	if (*s == '\0')
		return EINVAL;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9' || n > max / 10)
			return EINVAL;
		n = n * 10 + (*s - '0');
	}
	if (n < min || n > max)
		return EINVAL;
	*np = n;
	return 0;
}

/*
 * How many CPUs. The host's parameter is mandatory and usually the value of
 * RUMP_NCPU; a host may leave that to us.
 */
static int
boot_ncpu(int *np)
{
	char buf[32], hostbuf[32];
	int host = 1;

	*np = 2;
	if (rumpuser_getparam(RUMPUSER_PARAM_NCPU, hostbuf, sizeof(hostbuf)) ==
		0 &&
	    rump_ncpu_parse(hostbuf, 1, &host) == 0)
		*np = host;
	/* a host with one CPU gains nothing from spinning */
	rump_hostcpus_many = *np > 1;
	if (rumpuser_getparam("RUMP_NCPU", buf, sizeof(buf)) != 0)
		return 0;
	if (rump_ncpu_parse(buf, host, np) != 0) {
		rumpuser_dprintf("rump_init: RUMP_NCPU is \"%s\": give a "
				 "number from 1 to %d, or \"host\"\n",
		    buf, MAXCPUS);
		return EINVAL;
	}
	rump_hostcpus_many = *np > 1;
	return 0;
}

static int
boot_params(int *ncpus)
{
	if (rump_getparam_bool("RUMP_VERBOSE", false))
		boothowto = AB_VERBOSE;
	rump_threads = rump_getparam_bool("RUMP_THREADS", true);
	if (rumpuser_getparam(
		RUMPUSER_PARAM_HOSTNAME, hostname, sizeof(hostname)) != 0)
		strlcpy(hostname, "rumpkernel", sizeof(hostname));
	hostnamelen = (int)strlen(hostname);
	return boot_ncpu(ncpus);
}

/* Everything below the subsystems: after it, locks and sleeping work. */
static void
boot_base(int ncpus)
{
	rump_sched_init(ncpus);
	rump_sleepq_init();
	rump_sched_attach_lwp0();
	rump_time_bootstrap();
	rump_lockdebug_init();
	rump_biglock_init();
	once_init();
	rump_softint_bootstrap();
	rump_callout_bootstrap();
	rump_hooks_bootstrap();
	rump_procinit();
}

static void
boot_subsystems(void)
{
	rump_kernlib_init();
	proc0_init();
	rump_sysfile_init();
	rump_sys_lwpinit(&lwp0);
	rump_proc1_init();
	rump_callout_prepare();
	rump_softint_prepare();
	mutex_init(&tty_lock, MUTEX_DEFAULT, IPL_VM);
}

static void
boot_components(void)
{
	static const uint8_t order[] = {
	    RUMP_COMPONENT_KERN,
	    RUMP__FACTION_VFS,
	    RUMP_COMPONENT_VFS,
	    RUMP__FACTION_NET,
	    RUMP_COMPONENT_NET,
	    RUMP__FACTION_DEV,
	    RUMP_COMPONENT_DEV,
	    RUMP_COMPONENT_DEV_AFTERMAINBUS,
	    RUMP_COMPONENT_NET_ROUTE,
	    RUMP_COMPONENT_NET_IF,
	    RUMP_COMPONENT_NET_IFCFG,
	    RUMP_COMPONENT_KERN_VFS,
	    RUMP_COMPONENT_SYSCALL,
	};
	u_int i;

	for (i = 0; i < __arraycount(order); i++)
		rump_component_init((enum rump_component_type)order[i]);
	module_init_class(MODULE_CLASS_ANY);
	rump_component_init(RUMP_COMPONENT_POSTINIT);
}

/* Process 1 was made before the file systems were. */
static void
boot_rootdir(void)
{
	if (rump_proc_vfs_init == NULL)
		return;
	if (proc0.p_cwdi == NULL)
		(*rump_proc_vfs_init)(&proc0);
	if (initproc->p_cwdi == NULL)
		(*rump_proc_vfs_init)(initproc);
}

static void
linkset_modules(const struct modinfo *const *mip, size_t n)
{
	(void)rump_module_init(mip, n);
}

/* There are no symbol tables in the kernel: modules are linked by the host. */
int
rump_kernelfsym_load(void *syms, uint64_t size, char *strs, uint64_t len)
{
	return EOPNOTSUPP;
}

static int
boot(void)
{
	int error, ncpus;

	if (rumpuser_init(RUMPUSER_VERSION, &hyperup) != 0) {
		rumpuser_dprintf("rump_init: the host library is not of "
				 "hypercall version %d\n",
		    RUMPUSER_VERSION);
		return EPROGMISMATCH;
	}
	if ((error = rump_memory_init()) != 0)
		return error;
	if ((error = boot_params(&ncpus)) != 0)
		return error;
	boot_base(ncpus);
	rump_banner();
	boot_subsystems();
	/*
	 * We have no use for symbols. A host of ours can do without
	 * collecting them, which is most of the work; others may not expect
	 * that nobody wants them.
	 */
	rumpuser_dl_bootstrap(linkset_modules,
	    rumpuser__symbol != NULL ? NULL : rump_kernelfsym_load,
	    rump_component_load);
	boot_components();
	sysctl_finalize();
	boot_rootdir();
	cold = 0;
	if ((error = rump_memlimit_set()) != 0)
		return error;
	rump_boot_etfs_run();
	rump_exit_sync_arm();
	rump_inited = true;

	/* the caller becomes a thread without a lwp: lwp0 is kept for boot */
	lwp0.l_pflag &= ~LP_RUNNING;
	rump_unschedule();
	curlwp = NULL;
	return 0;
}

/*
 * Boot the kernel. 0, or an errno; a second call answers as the first one
 * did.
 */
int
rump_init(void)
{
	int never = BOOT_NEVER;

	if (__atomic_compare_exchange_n(&boot_state, &never, BOOT_RUNNING, 0,
		__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
		boot_error = boot();
		if (boot_error != 0)
			curlwp = NULL;
		__atomic_store_n(&boot_state, BOOT_OVER, __ATOMIC_RELEASE);
	} else if (never == BOOT_RUNNING) {
		return EALREADY;
	}
	return boot_error;
}

/* Serve system calls on the URL, after rump_init(). */
int
rump_init_server(const char *url)
{
	return rumpuser_sp_init(url, ostype, osrelease, MACHINE);
}

int
rump_getversion(void)
{
	return __NetBSD_Version__;
}

int
rump_pub_getversion(void)
{
	return __NetBSD_Version__;
}

/* Are the host's types and constants ours? */
int
rump_nativeabi_p(void)
{
	return 0;
}

int
rump_boot_gethowto(void)
{
	return boothowto;
}

void
rump_boot_sethowto(int howto)
{
	boothowto = howto;
}

void
rump_boot_setsigmodel(enum rump_sigmodel model)
{
	rump_sigmodel = model;
}

/* Fork; the parent waits for rump_daemonize_done(). Before rump_init(). */
int
rump_daemonize_begin(void)
{
	if (rump_inited)
		return EALREADY;
	return rumpuser_daemonize_begin();
}

int
rump_daemonize_done(int error)
{
	return rumpuser_daemonize_done(error);
}
