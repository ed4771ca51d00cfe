/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end: halt, panic, and exit of the program without either.
 *
 * Halting syncs and unmounts, prints what it does, and ends the program. A
 * program that exits without it has its file systems synced by an exit hook,
 * where the host has one. Panic does nothing but tell.
 */

#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/reboot.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#include "../sched/sched_impl.h"
#include "init_impl.h"

const char *panicstr;
int doing_shutdown;

void (*rump_vfs_syncall)(void);
void (*rump_vfs_fini)(void);
void (*rump_vfs_drainbufs)(int);

/* Halt. RB_NOSYNC: at once; RB_HALT: leave the program running. */
void
cpu_reboot(int howto, char *bootstr)
{
	void *client = curproc->p_spclient;
	int status = 0;

	printf("rump kernel halting...\n");
	shutting_down = 1;
	if ((howto & RB_DUMP) != 0 || panicstr != NULL) {
		status = RUMPUSER_PANIC;
	} else {
		if ((howto & RB_NOSYNC) == 0 && rump_vfs_fini != NULL)
			(*rump_vfs_fini)();
		doshutdownhooks();
		rump_kthread_report();
	}
	rump_halted = true;
	if ((howto & RB_HALT) != 0 && status == 0) {
		printf("halted\n");
		rumpuser_sp_fini(client);
		for (;;)
			rumpuser_clock_sleep(RUMPUSER_CLOCK_RELWALL, 3600, 0);
	}
	printf("halted\n");
	rumpuser_sp_fini(client);
	rumpuser_exit(status);
}

void
kern_reboot(int howto, char *bootstr)
{
	cpu_reboot(howto, bootstr);
}

/* reboot(2): the kernel halts, and unless RB_HALT the program exits. */
int
sys_reboot(struct lwp *l, const struct sys_reboot_args *uap, register_t *retval)
{
	char bootstr[128];
	int error, howto = SCARG(uap, opt);

	error = kauth_authorize_system(
	    l->l_cred, KAUTH_SYSTEM_REBOOT, 0, NULL, NULL, NULL);
	if (error != 0)
		return error;
	bootstr[0] = '\0';
	if ((howto & RB_STRING) != 0) {
		error = copyinstr(
		    SCARG(uap, bootstr), bootstr, sizeof(bootstr), NULL);
		if (error != 0)
			return error;
	}
	cpu_reboot(howto, bootstr);
}

/*
 * The program exits in an orderly way, but did not halt the kernel: what was
 * written must not be lost. A thread inside of the kernel that exits is
 * beyond help.
 */
static void
exit_sync(void)
{
	struct lwp *l = curlwp;

	if (rump_halted || panicstr != NULL || rump_vfs_syncall == NULL)
		return;
	if (l != NULL && l->l_stat == LSONPROC)
		return;
	rump_halted = true;
	rump_schedule();
	(*rump_vfs_syncall)();
	rump_unschedule();
}

void
rump_exit_sync_arm(void)
{
	if (rumpuser__atexit != NULL)
		rumpuser__atexit(exit_sync);
}

/* Name the function around an address, if the host can. */
void
rump_symbol(const void *addr, char *buf, size_t len)
{
	size_t n;

	if (rumpuser__symbol != NULL && rumpuser__symbol(addr, buf, len) == 0) {
		/* the function itself */
		n = strlen(buf);
		if (n > 4 && strcmp(buf + n - 4, "+0x0") == 0)
			buf[n - 4] = '\0';
		/* kernel names carry the prefix of the name space */
		if (strncmp(buf, "rumpns_", 7) == 0)
			memmove(buf, buf + 7, strlen(buf + 7) + 1);
		return;
	}
	snprintf(buf, len, "%p", addr);
}

void
vpanic(const char *fmt, va_list ap)
{
	static char msg[512];
	static volatile int panicking;

	if (__atomic_fetch_add(&panicking, 1, __ATOMIC_SEQ_CST) == 0) {
		vsnprintf(msg, sizeof(msg), fmt, ap);
		panicstr = msg;
		rumpuser_dprintf("panic: %s\n", msg);
		if (rumpuser__backtrace != NULL)
			rumpuser__backtrace();
	}
	rumpuser_exit(RUMPUSER_PANIC);
}

void
panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vpanic(fmt, ap);
}
