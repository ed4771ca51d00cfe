/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The same as os_linux.c by what POSIX and every BSD and illumos have.
 */

#include "rumpuser_int.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int
os_device_size(int fd, uint64_t *sizep)
{
	off_t end = lseek(fd, 0, SEEK_END);

	if (end == -1)
		return errno;
	lseek(fd, 0, SEEK_SET);
	*sizep = (uint64_t)end;
	return 0;
}

int
os_random(void *buf, size_t len, bool nowait, size_t *gotp)
{
	size_t got = 0;
	int error = 0, fd;
	ssize_t n;

	(void)nowait;
	*gotp = 0;
	fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return errno;
	while (got < len) {
		n = read(fd, (char *)buf + got, len - got);
		if (n > 0) {
			got += (size_t)n;
		} else if (n == 0 || errno != EINTR) {
			error = n == 0 ? EIO : errno;
			break;
		}
	}
	close(fd);
	*gotp = got;
	return error;
}

void
os_thread_setname(const char *name)
{
	(void)name;
}

void
os_memory_usehugepages(void *mem, size_t len)
{
	(void)mem;
	(void)len;
}

int
os_ncpu(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 ? (int)n : 1;
}

const char *
os_program_path(void)
{
	return "/proc/curproc/exe";
}
