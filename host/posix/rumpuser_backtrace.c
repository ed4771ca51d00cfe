/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The stack of the calling thread, for a panic.  The host's unwinder is used
 * where there is one; where it gives up early (no unwind tables) the chain of
 * frame pointers is followed, with guarded reads as it may be anything.
 */

#include "rumpuser_int.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FRAMES_MAX   48
#define FRAMES_FEW   3
#define FRAME_LENGTH ((uintptr_t)1 << 20)

/* <execinfo.h> of glibc and the BSDs; musl has none */
extern int backtrace(void **, int) __attribute__((__weak__));

static int
walk_framepointers(void **pcs, int max)
{
#if defined(__x86_64__) || defined(__aarch64__) || defined(__i386__)
	uintptr_t fp = (uintptr_t)__builtin_frame_address(0), frame[2];
	int n = 0;

	while (n < max && fp % sizeof(void *) == 0 &&
	    rumpuser__copy((void *)fp, frame, sizeof(frame)) == 0) {
		if (frame[1] == 0)
			break;
		pcs[n++] = (void *)frame[1];
		if (frame[0] <= fp || frame[0] - fp > FRAME_LENGTH)
			break;
		fp = frame[0];
	}
	return n;
#else
	(void)pcs;
	(void)max;
	return 0;
#endif
}

__attribute__((__noinline__)) void
rumpuser__backtrace(void)
{
	void *pcs[FRAMES_MAX];
	char name[160];
	Dl_info info;
	int n = 0;

	if (backtrace != NULL)
		n = backtrace(pcs, FRAMES_MAX);
	if (n < FRAMES_FEW)
		n = walk_framepointers(pcs, FRAMES_MAX);

	for (int i = 0; i < n; i++) {
		const char *object = "?";

		if (dladdr(pcs[i], &info) != 0 && info.dli_fname != NULL)
			object = info.dli_fname;
		/* the call, not what follows: that may be another function */
		if (rumpuser__symbol((char *)pcs[i] - 1, name, sizeof(name)) !=
		    0)
			snprintf(name, sizeof(name), "?");
		fprintf(
		    stderr, "    %2d %p %s (%s)\n", i, pcs[i], name, object);
	}
}
