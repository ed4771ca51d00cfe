/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What everybody may do, whatever the security model: see processes, signal
 * one's own, change one's own limits, and so on.
 */

#include <lib/libkern/libkern.h>
#include <sys/kauth.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/resource.h>
#include <sys/resourcevar.h>
#include <sys/signal.h>
#include <sys/systm.h>
#include <sys/tty.h>
#include <sys/types.h>

#include "kauth_impl.h"

/* whether cred may act on the process as its owner */
static bool
owns(kauth_cred_t cred, struct proc *p)
{
	return kauth_cred_uidmatch(cred, p->p_cred) != 0;
}

/* a new limit that does not raise the hard one */
static bool
limit_within(struct proc *p, const struct rlimit *new, u_int which)
{
	if (which >= RLIM_NLIMITS || new == NULL)
		return false;
	return new->rlim_max <= p->p_rlimit[which].rlim_max;
}

static int
process_cb(kauth_cred_t cred, kauth_action_t action, void *cookie, void *arg0,
    void *arg1, void *arg2, void *arg3)
{
	struct proc *p = arg0;
	u_long req = (u_long)arg1;
	bool ok = false;

	switch (action) {
	case KAUTH_PROCESS_CANSEE:
		ok = req != KAUTH_REQ_PROCESS_CANSEE_ENV || owns(cred, p);
		break;
	case KAUTH_PROCESS_SIGNAL:
		ok = owns(cred, p) ||
		    (req == SIGCONT && curlwp != NULL && p->p_pgrp != NULL &&
			curproc->p_pgrp != NULL &&
			p->p_session == curproc->p_session);
		break;
	case KAUTH_PROCESS_CORENAME:
	case KAUTH_PROCESS_STOPFLAG:
	case KAUTH_PROCESS_KTRACE:
	case KAUTH_PROCESS_PTRACE:
	case KAUTH_PROCESS_PROCFS:
		ok = owns(cred, p);
		break;
	case KAUTH_PROCESS_KEVENT_FILTER:
		ok = owns(cred, p) && (p->p_flag & PK_SUGID) == 0;
		break;
	case KAUTH_PROCESS_NICE:
		/* arg1 is the new value: only worse */
		ok = owns(cred, p) && (u_char)req >= p->p_nice;
		break;
	case KAUTH_PROCESS_RLIMIT:
		if (req == KAUTH_REQ_PROCESS_RLIMIT_GET)
			ok = true;
		else if (req == KAUTH_REQ_PROCESS_RLIMIT_SET)
			ok = owns(cred, p) && (p->p_flag & PK_SUGID) == 0 &&
			    limit_within(p, arg2, (u_int)(u_long)arg3);
		break;
	case KAUTH_PROCESS_SCHEDULER_GETPARAM:
	case KAUTH_PROCESS_SCHEDULER_GETAFFINITY:
		ok = owns(cred, p);
		break;
	case KAUTH_PROCESS_FORK:
		/* arg1 is how many there are: the last ones are root's */
		ok = true;
		break;
	}
	return ok ? KAUTH_RESULT_ALLOW : KAUTH_RESULT_DEFER;
}

/* the file permissions of a device node suffice for access to it */
static int
device_cb(kauth_cred_t cred, kauth_action_t action, void *cookie, void *arg0,
    void *arg1, void *arg2, void *arg3)
{
	const struct tty *tp;

	switch (action) {
	case KAUTH_DEVICE_TTY_OPEN:
		/* unless somebody has it for himself */
		tp = arg0;
		if (tp != NULL &&
		    (tp->t_state & (TS_ISOPEN | TS_XCLUDE)) ==
			(TS_ISOPEN | TS_XCLUDE))
			return KAUTH_RESULT_DEFER;
		return KAUTH_RESULT_ALLOW;
	case KAUTH_DEVICE_RAWIO_SPEC:
	case KAUTH_DEVICE_GPIO_PINSET:
		return KAUTH_RESULT_ALLOW;
	default:
		return KAUTH_RESULT_DEFER;
	}
}

/* reading the list of mounts; everybody may look at the system's state */
static int
system_cb(kauth_cred_t cred, kauth_action_t action, void *cookie, void *arg0,
    void *arg1, void *arg2, void *arg3)
{
	u_long req = (u_long)arg0;

	if (action == KAUTH_SYSTEM_MOUNT && req == KAUTH_REQ_SYSTEM_MOUNT_GET)
		return KAUTH_RESULT_ALLOW;
	return KAUTH_RESULT_DEFER;
}

void
kauth_default_init(void)
{
	(void)kauth_listen_scope(KAUTH_SCOPE_PROCESS, process_cb, NULL);
	(void)kauth_listen_scope(KAUTH_SCOPE_DEVICE, device_cb, NULL);
	(void)kauth_listen_scope(KAUTH_SCOPE_SYSTEM, system_cb, NULL);
}
