/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * microtime(9), cprng(9), curproc(9), devsw(9), sysctl(9), kauth(9),
 * uiomove(9), nullop(9).
 */
#include <sys/param.h>

#include <sys/conf.h>
#include <sys/cprng.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/vnode.h>

#include <uvm/uvm_extern.h>

#include "calls.h"
#include "ktest.h"

void
calls_time(void)
{
	struct timeval tv, tv2, up;
	struct timespec ts, ts2;

	microtime(&tv);
	getmicrotime(&tv2);
	getnanotime(&ts);
	vfs_timestamp(&ts2);
	/* this is after 2020, and the clocks agree */
	K(tv.tv_sec > 1577836800 && tv.tv_usec >= 0 && tv.tv_usec < 1000000);
	K(tv2.tv_sec - tv.tv_sec <= 1 && ts.tv_sec - tv.tv_sec <= 1);
	K(tv2.tv_sec >= tv.tv_sec - 1 && ts.tv_sec >= tv.tv_sec - 1);
	K(ts2.tv_sec - tv.tv_sec <= 1 && ts2.tv_sec >= tv.tv_sec - 1);
	K(time_second - tv.tv_sec <= 1 && time_second >= tv.tv_sec - 1);
	K(ts.tv_nsec >= 0 && ts.tv_nsec < 1000000000);
	getmicrouptime(&up);
	K(up.tv_sec >= 1 && up.tv_sec < 1000);
	tv.tv_sec = 5;
	tv.tv_usec = 250000;
	TIMEVAL_TO_TIMESPEC(&tv, &ts);
	K(ts.tv_sec == 5 && ts.tv_nsec == 250000000);
	K(hz > 0);
	KEQ(mstohz(1000), hz);
	KEQ(mstohz(500), hz / 2);
}

void
calls_random(void)
{
	uint32_t ones = 0, zeros = 0, a;
	uint64_t ones64 = 0, zeros64 = 0, b;

	/* each bit is seen both ways */
	for (int i = 0; i < 64; i++) {
		a = cprng_fast32();
		ones |= a;
		zeros |= ~a;
		b = cprng_fast64();
		ones64 |= b;
		zeros64 |= ~b;
	}
	KEQ(ones & zeros, 0xffffffff);
	KEQ(ones64 & zeros64, UINT64_MAX);
}

void
calls_proc(void)
{
	struct proc *p = curproc;
	struct lwp *l = curlwp;

	K(l != NULL && l != &lwp0 && l->l_proc == p);
	K(p->p_pid > 0 && p->p_comm[0] != 0 && p->p_cred != NULL);
	KEQ(lwp0.l_proc->p_pid, 0);
	K(l->l_cred == kauth_cred_get());
	KEQ(kauth_cred_geteuid(p->p_cred), kauth_cred_geteuid(l->l_cred));
	/* what reads count (the file systems' tests see it move) */
	K(l->l_ru.ru_inblock >= 0);
	KEQ(nullop(NULL), 0);
	KEQ(eopnotsupp(), EOPNOTSUPP);
}

void
calls_devsw(void)
{
	dev_t d = makedev(5, 300);

	KEQ(major(d), 5);
	KEQ(minor(d), 300);
	K(makedev(5, 300) == d && makedev(5, 301) != d && makedev(6, 300) != d);
	/* the number is in every inode on every disk */
	KEQ(d, 0x10052c);
	K(NODEV != 0 && NODEV == (dev_t)-1);
	K(bdevsw_lookup(NODEV) == NULL);
	K(bdevsw_lookup(makedev(4000, 0)) == NULL);
}

static int level = 3;
static int changes;

static int
level_sysctl(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int error, n = level;

	node.sysctl_data = &n;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	if (n < 0 || n > 9)
		return EINVAL;
	level = n;
	changes++;
	return 0;
}

/*
 * vfs.calls with level, which is checked, ident, which is read-only, and gone,
 * which is not configured.  The host program uses them.
 */
static int
sysctl_make(struct sysctllog **log)
{
	const struct sysctlnode *top;
	static int ident = 1234;
	int error;

	error = sysctl_createv(log, 0, NULL, &top, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "calls", SYSCTL_DESCR("of a test"), NULL, 0, NULL, 0,
	    CTL_VFS, CTL_CREATE, CTL_EOL);
	if (error != 0)
		return error;
	error = sysctl_createv(log, 0, NULL, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READWRITE, CTLTYPE_INT, "level",
	    SYSCTL_DESCR("from 0 to 9"), level_sysctl, 0, NULL, 0, CTL_VFS,
	    top->sysctl_num, CTL_CREATE, CTL_EOL);
	if (error != 0)
		return error;
	error = sysctl_createv(log, 0, NULL, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READONLY, CTLTYPE_INT, "ident", NULL,
	    NULL, 0, &ident, 0, CTL_VFS, top->sysctl_num, 7, CTL_EOL);
	if (error != 0)
		return error;
	return sysctl_createv(log, 0, NULL, NULL,
	    CTLFLAG_PERMANENT | CTLFLAG_READONLY, CTLTYPE_INT, "gone", NULL,
	    sysctl_notavail, 0, NULL, 0, CTL_VFS, top->sysctl_num, CTL_CREATE,
	    CTL_EOL);
}

void
calls_sysctl(void)
{
	static struct sysctllog *log;

	if (log == NULL) {
		/* the host program finds the nodes, and calls again */
		KEQ(sysctl_make(&log), 0);
		K(log != NULL);
		return;
	}
	KEQ(level, 5);
	KEQ(changes, 1);
	sysctl_teardown(&log);
	K(log == NULL);
	/* the names are free again */
	KEQ(sysctl_make(&log), 0);
	sysctl_teardown(&log);
}

void
calls_cred(void)
{
	struct kauth_cred *mine = kauth_cred_get();
	kauth_cred_t c;

	K(mine == curlwp->l_cred);
	KEQ(kauth_cred_getuid(mine), 0);
	KEQ(kauth_cred_geteuid(mine), 0);
	KEQ(kauth_cred_getgid(mine), 0);
	KEQ(kauth_cred_getegid(mine), 0);
	kauth_cred_hold(mine);
	c = kauth_cred_copy(mine);
	K(c != mine);
	KEQ(kauth_cred_geteuid(c), 0);
	kauth_cred_free(c);
	K(NOCRED != mine && FSCRED != mine && FSCRED != NOCRED);
	KEQ(kauth_authorize_system(
		mine, KAUTH_SYSTEM_FS_RESERVEDSPACE, 0, NULL, NULL, NULL),
	    0);
	KEQ(kauth_authorize_system(
		FSCRED, KAUTH_SYSTEM_FS_EXTATTR, 0, NULL, NULL, NULL),
	    0);
}

static kauth_action_t asked_action;
static enum kauth_system_req asked_req;
static void *asked_arg;
static int answer;

static int
scope_listener(kauth_cred_t cred, kauth_action_t action, void *cookie,
    void *arg0, void *arg1, void *arg2, void *arg3)
{
	K(cookie == &answer);
	asked_action = action;
	asked_req = (enum kauth_system_req)(uintptr_t)arg0;
	asked_arg = arg1;
	return answer;
}

/* Root asks, and a user who has no rights. */
static void
scope_ask(kauth_cred_t user, kauth_action_t action, enum kauth_system_req req)
{
	int n = 1;

	answer = KAUTH_RESULT_DEFER;
	KEQ(kauth_authorize_system(
		kauth_cred_get(), action, req, &n, NULL, NULL),
	    0);
	KEQ(asked_action, action);
	KEQ(asked_req, req);
	K(asked_arg == &n);
	KEQ(kauth_authorize_system(user, action, req, &n, NULL, NULL), EPERM);
	answer = KAUTH_RESULT_ALLOW;
	KEQ(kauth_authorize_system(
		user, action, req, KAUTH_ARG(req), NULL, NULL),
	    0);
	K(asked_arg == KAUTH_ARG(req));
	answer = KAUTH_RESULT_DENY;
	KEQ(kauth_authorize_system(
		kauth_cred_get(), action, req, NULL, NULL, NULL),
	    EPERM);
}

void
calls_scope(void)
{
	kauth_listener_t l;
	kauth_cred_t user;

	user = kauth_cred_alloc();
	kauth_cred_setuid(user, 1000);
	kauth_cred_seteuid(user, 1000);
	l = kauth_listen_scope(KAUTH_SCOPE_SYSTEM, scope_listener, &answer);
	K(l != NULL);
	scope_ask(user, KAUTH_SYSTEM_FS_QUOTA, KAUTH_REQ_SYSTEM_FS_QUOTA_GET);
	scope_ask(
	    user, KAUTH_SYSTEM_FS_QUOTA, KAUTH_REQ_SYSTEM_FS_QUOTA_MANAGE);
	scope_ask(
	    user, KAUTH_SYSTEM_FS_QUOTA, KAUTH_REQ_SYSTEM_FS_QUOTA_NOLIMIT);
	scope_ask(user, KAUTH_SYSTEM_FS_QUOTA, KAUTH_REQ_SYSTEM_FS_QUOTA_ONOFF);
	scope_ask(user, KAUTH_SYSTEM_FS_EXTATTR, 0);
	scope_ask(user, KAUTH_SYSTEM_FS_SNAPSHOT, 0);
	scope_ask(user, KAUTH_SYSTEM_FS_RESERVEDSPACE, 0);
	kauth_unlisten_scope(l);
	asked_action = 0;
	KEQ(kauth_authorize_system(kauth_cred_get(), KAUTH_SYSTEM_FS_SNAPSHOT,
		0, NULL, NULL, NULL),
	    0);
	KEQ(asked_action, 0);
	K(kauth_listen_scope("no.such.scope", scope_listener, NULL) == NULL);
	kauth_cred_free(user);
}

void
calls_uio(void)
{
	char a[10], b[10], from[] = "0123456789abcdef";
	struct iovec iov[2] = {{a, 4}, {b, 10}};
	struct uio uio;
	enum uio_rw back = UIO_WRITE;

	memset(a, '.', sizeof a);
	memset(b, '.', sizeof b);
	uio.uio_iov = iov;
	uio.uio_iovcnt = 2;
	uio.uio_offset = 100;
	uio.uio_resid = 14;
	uio.uio_rw = UIO_READ;
	UIO_SETUP_SYSSPACE(&uio);
	K(VMSPACE_IS_KERNEL_P(uio.uio_vmspace));
	KEQ(uiomove(from, 6, &uio), 0);
	K(memcmp(a, "0123..", 6) == 0 && memcmp(b, "45...", 5) == 0);
	KEQ(uio.uio_offset, 106);
	KEQ(uio.uio_resid, 8);
	/* not more than are left */
	KEQ(uiomove(from, 16, &uio), 0);
	K(memcmp(b, "4501234567", 10) == 0);
	KEQ(uio.uio_resid, 0);
	KEQ(uio.uio_offset, 114);

	iov[0].iov_base = b;
	iov[0].iov_len = 10;
	uio.uio_iov = iov;
	uio.uio_iovcnt = 1;
	uio.uio_offset = 0;
	uio.uio_resid = 10;
	uio.uio_rw = back;
	KEQ(uiomove(a, 3, &uio), 0);
	K(memcmp(a, "4503", 4) == 0);
	KEQ(iov[0].iov_len, 7);
	K(iov[0].iov_base == b + 3);
	KEQ(uio.uio_iovcnt, 1);
	K(UIO_USERSPACE != UIO_SYSSPACE && UIO_READ != UIO_WRITE);
}
