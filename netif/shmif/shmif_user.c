/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host half of shmif: mapping the bus and waiting for a change of its file,
 * by inotify on Linux, by kqueue on the BSDs, and by polling every 10 ms
 * elsewhere.
 */
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/inotify.h>
#define HAVE_INOTIFY
#elif defined(__FreeBSD__) || defined(__NetBSD__) || defined(__OpenBSD__) ||   \
    defined(__DragonFly__)
#include <sys/event.h>
#define HAVE_KQUEUE
#endif

#include <rump/rumpuser_component.h>

#include "shmif_user.h"

int
rumpcomp_shmif_mmap(int fd, size_t len, void **memp)
{
	struct stat sb;
	void *mem;
	int error = 0;

	void *cookie = rumpuser_component_unschedule();
	if (fstat(fd, &sb) == -1)
		error = errno;
	else if ((size_t)sb.st_size < len && ftruncate(fd, (off_t)len) == -1)
		error = errno;
	if (error == 0) {
		mem =
		    mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (mem == MAP_FAILED)
			error = errno;
		else
			*memp = mem;
	}
	rumpuser_component_schedule(cookie);
	return rumpuser_component_errtrans(error);
}

#if defined(HAVE_INOTIFY)
static int
watch_setup(int *kq, int fd)
{
	char path[64];
	int nfd = *kq;

	if (nfd == -1) {
		nfd = inotify_init1(IN_CLOEXEC);
		if (nfd == -1)
			return errno;
	}
	/* The kernel follows this link to the file that the fd has open. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (inotify_add_watch(nfd, path, IN_MODIFY) == -1) {
		int error = errno;

		if (*kq == -1)
			close(nfd);
		return error;
	}
	*kq = nfd;
	return 0;
}

static int
watch_wait(int kq)
{
	char events[4096];
	ssize_t n;

	n = read(kq, events, sizeof(events));
	return n == -1 && errno != EINTR ? errno : 0;
}
#elif defined(HAVE_KQUEUE)
static int
watch_setup(int *kq, int fd)
{
	struct kevent kev;
	int nfd = *kq;

	if (nfd == -1 && (nfd = kqueue()) == -1)
		return errno;
	EV_SET(&kev, fd, EVFILT_VNODE, EV_ADD | EV_ENABLE | EV_CLEAR,
	    NOTE_WRITE, 0, 0);
	if (kevent(nfd, &kev, 1, NULL, 0, NULL) == -1) {
		int error = errno;

		if (*kq == -1)
			close(nfd);
		return error;
	}
	*kq = nfd;
	return 0;
}

static int
watch_wait(int kq)
{
	struct kevent kev;

	return kevent(kq, NULL, 0, &kev, 1, NULL) == -1 && errno != EINTR
	    ? errno
	    : 0;
}
#else
static int
watch_setup(int *kq, int fd)
{
	(void)kq;
	(void)fd;
	return 0;
}

static int
watch_wait(int kq)
{
	(void)kq;
	poll(NULL, 0, 10);
	return 0;
}
#endif

int
rumpcomp_shmif_watchsetup(int *kq, int fd)
{
	void *cookie = rumpuser_component_unschedule();
	int error = watch_setup(kq, fd);

	rumpuser_component_schedule(cookie);
	return rumpuser_component_errtrans(error);
}

int
rumpcomp_shmif_watchwait(int kq)
{
	void *cookie = rumpuser_component_unschedule();
	int error = watch_wait(kq);

	rumpuser_component_schedule(cookie);
	return rumpuser_component_errtrans(error);
}
