/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * librumpuser: the handshake, parameters, console and termination.
 */

#include "rumpuser_int.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct rumpuser_hyperup rumpuser__hyp;

/*
 * Remember the kernel's upcalls.  Only the exact interface version will do.
 */
int
rumpuser_init(int version, const struct rumpuser_hyperup *hyp)
{
	if (version != RUMPUSER_VERSION) {
		fprintf(stderr,
		    "rump: the kernel wants version %d of the host library, "
		    "this is version %d: use libraries of one build\n",
		    version, RUMPUSER_VERSION);
		return errno_to_kernel(EPROTONOSUPPORT);
	}
	rumpuser__hyp = *hyp;
	bio_setup();
	return 0;
}

static int
param_copy(const char *value, char *buf, size_t len)
{
	size_t need = strlen(value) + 1;

	if (need > len)
		return errno_to_kernel(E2BIG);
	memcpy(buf, value, need);
	return 0;
}

/* RUMP_NCPU as it is, but "host" becomes the number of host processors. */
static int
param_ncpu(char *buf, size_t len)
{
	const char *value = getenv("RUMP_NCPU");
	char number[24];

	if (value == NULL)
		return param_copy("2", buf, len);
	if (strcmp(value, "host") != 0)
		return param_copy(value, buf, len);
	snprintf(number, sizeof(number), "%d", os_ncpu());
	return param_copy(number, buf, len);
}

static int
param_hostname(char *buf, size_t len)
{
	char host[256], name[sizeof(host) + 32];

	if (gethostname(host, sizeof(host)) == -1)
		snprintf(host, sizeof(host), "unknown");
	host[sizeof(host) - 1] = '\0';
	snprintf(name, sizeof(name), "rump-%05d.%s", (int)getpid(), host);
	/* a name is better cut than absent */
	if (len > 0 && strlen(name) >= len)
		name[len - 1] = '\0';
	return param_copy(name, buf, len);
}

/*
 * A parameter's value as a string: ENOENT if there is none, E2BIG if it does
 * not fit, EINVAL for an unknown name of the host's own.
 */
int
rumpuser_getparam(const char *name, void *buf, size_t len)
{
	const char *value;

	if (strcmp(name, RUMPUSER_PARAM_NCPU) == 0)
		return param_ncpu(buf, len);
	if (strcmp(name, RUMPUSER_PARAM_HOSTNAME) == 0)
		return param_hostname(buf, len);
	if (name[0] == '_')
		return errno_to_kernel(EINVAL);

	value = getenv(name);
	if (value == NULL)
		return errno_to_kernel(ENOENT);
	return param_copy(value, buf, len);
}

/*
 * The number is stored as the kernel gives it: clients know that errno holds
 * NetBSD's numbers after a rump system call.
 */
void
rumpuser_seterrno(int error)
{
	errno = error;
}

/*
 * The console is the program's standard output, so that what both print stays
 * in order; a finished line is pushed out.
 */
void
rumpuser_putchar(int c)
{
	putc(c, stdout);
	if (c == '\n')
		fflush(stdout);
}

void
rumpuser_dprintf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
}

void
rumpuser_exit(int status)
{
	fflush(stdout);
	fflush(stderr);
	if (status == RUMPUSER_PANIC)
		abort();
	exit(status);
}

/* What to run at exit, and in which process: a forked child's exit must not
 * touch what the parent's kernel has open. */
#define ATEXIT_MAX 4
static struct {
	void (*fn)(void);
	pid_t pid;
} atexit_hooks[ATEXIT_MAX];
static int natexit;

static void
run_atexit(void)
{
	int i;

	for (i = natexit - 1; i >= 0; i--)
		if (atexit_hooks[i].pid == getpid())
			atexit_hooks[i].fn();
}

int
rumpuser__atexit(void (*fn)(void))
{
	if (natexit == ATEXIT_MAX || (natexit == 0 && atexit(run_atexit) != 0))
		return errno_to_kernel(ENOMEM);
	atexit_hooks[natexit].fn = fn;
	atexit_hooks[natexit++].pid = getpid();
	return 0;
}
