/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is Linux's own, with glibc or musl.
 */

#include "rumpuser_int.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* of <linux/fs.h>, which a musl toolchain may lack */
#ifndef BLKGETSIZE64
#define BLKGETSIZE64 _IOR(0x12, 114, size_t)
#endif

#define GETRANDOM_NONBLOCK 0x0001
#define HUGE_PAGE          ((size_t)2 << 20)

int
os_device_size(int fd, uint64_t *sizep)
{
	if (ioctl(fd, BLKGETSIZE64, sizep) == -1)
		return errno;
	return 0;
}

/* Fill buf; with nowait, EAGAIN if the host's pool is not ready yet. */
int
os_random(void *buf, size_t len, bool nowait, size_t *gotp)
{
	size_t got = 0;
	int error = 0;
	long n;

	while (got < len) {
		n = syscall(SYS_getrandom, (char *)buf + got, len - got,
		    nowait ? GETRANDOM_NONBLOCK : 0);
		if (n >= 0) {
			got += (size_t)n;
		} else if (errno != EINTR) {
			error = errno;
			break;
		}
	}
	*gotp = got;
	return error;
}

void
os_thread_setname(const char *name)
{
	char shortname[16];

	snprintf(shortname, sizeof(shortname), "%s", name);
	prctl(PR_SET_NAME, shortname, 0, 0, 0);
}

void
os_memory_usehugepages(void *mem, size_t len)
{
#ifdef MADV_HUGEPAGE
	madvise(mem, len, MADV_HUGEPAGE);
#endif
}

int
os_ncpu(void)
{
	cpu_set_t set;
	long n;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		return CPU_COUNT(&set);
	n = sysconf(_SC_NPROCESSORS_ONLN);
	return n > 0 ? (int)n : 1;
}

const char *
os_program_path(void)
{
	return "/proc/self/exe";
}
