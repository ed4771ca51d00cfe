/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Signals: NetBSD's numbers to the host's, and rumpuser_kill().
 */

#include "rumpuser_int.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static const short host_signals[] = {
    [1] = SIGHUP,
    [2] = SIGINT,
    [3] = SIGQUIT,
    [4] = SIGILL,
    [5] = SIGTRAP,
    [6] = SIGABRT,
#ifdef SIGEMT
    [7] = SIGEMT,
#endif
    [8] = SIGFPE,
    [9] = SIGKILL,
    [10] = SIGBUS,
    [11] = SIGSEGV,
    [12] = SIGSYS,
    [13] = SIGPIPE,
    [14] = SIGALRM,
    [15] = SIGTERM,
    [16] = SIGURG,
    [17] = SIGSTOP,
    [18] = SIGTSTP,
    [19] = SIGCONT,
    [20] = SIGCHLD,
    [21] = SIGTTIN,
    [22] = SIGTTOU,
#ifdef SIGIO
    [23] = SIGIO,
#endif
    [24] = SIGXCPU,
    [25] = SIGXFSZ,
    [26] = SIGVTALRM,
    [27] = SIGPROF,
#ifdef SIGWINCH
    [28] = SIGWINCH,
#endif
#ifdef SIGINFO
    [29] = SIGINFO,
#endif
    [30] = SIGUSR1,
    [31] = SIGUSR2,
#ifdef SIGPWR
    [32] = SIGPWR,
#endif
};

/* -1 if the host has no such signal. */
int
signal_to_host(int sig)
{
	const int known = (int)(sizeof(host_signals) / sizeof(host_signals[0]));

	if (sig == 0)
		return 0;
	if (sig < 0)
		return -1;
	if (sig < known)
		return host_signals[sig] != 0 ? host_signals[sig] : -1;
#if defined(SIGRTMIN) && defined(SIGRTMAX)
	if (sig >= 33 && sig <= 63 && SIGRTMIN + (sig - 33) <= SIGRTMAX)
		return SIGRTMIN + (sig - 33);
#endif
	return -1;
}

/*
 * Threads of the library leave the program's signals to the program's own
 * threads; only those that a thread causes itself stay open.
 */
void
signals_block_async(void)
{
	sigset_t set;

	sigfillset(&set);
	sigdelset(&set, SIGSEGV);
	sigdelset(&set, SIGBUS);
	sigdelset(&set, SIGILL);
	sigdelset(&set, SIGFPE);
	sigdelset(&set, SIGTRAP);
	sigdelset(&set, SIGABRT);
	sigdelset(&set, SIGPROF);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int
rumpuser_kill(int64_t pid, int rumpsig)
{
	int sig = signal_to_host(rumpsig);
	int rv;

	if (sig == -1)
		return errno_to_kernel(EINVAL);
	if (pid == RUMPUSER_PID_SELF)
		rv = kill(getpid(), sig);
	else if (pid != (int64_t)(pid_t)pid)
		return errno_to_kernel(ESRCH);
	else
		rv = kill((pid_t)pid, sig);
	return rv == -1 ? errno_to_kernel(errno) : 0;
}
