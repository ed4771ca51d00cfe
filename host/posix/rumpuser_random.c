/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Random bytes.
 */

#include "rumpuser_int.h"

#include <errno.h>

/*
 * Fill buf from the host's generator.  All of it, unless NOWAIT is given and
 * the host cannot yet: then *retp may be short, or the result is EAGAIN.
 */
int
rumpuser_getrandom(void *buf, size_t buflen, int flags, size_t *retp)
{
	size_t got = 0, more = 0;
	int error, nlocks;

	if ((flags & ~(RUMPUSER_RANDOM_HARD | RUMPUSER_RANDOM_NOWAIT)) != 0)
		return errno_to_kernel(EINVAL);

	error = os_random(buf, buflen, true, &got);
	if (error == EAGAIN && (flags & RUMPUSER_RANDOM_NOWAIT) == 0) {
		nlocks = cpu_release(NULL);
		error =
		    os_random((char *)buf + got, buflen - got, false, &more);
		cpu_retake(nlocks, NULL);
		got += more;
	}
	if (error != 0 && got == 0)
		return errno_to_kernel(error);
	*retp = got;
	return 0;
}
