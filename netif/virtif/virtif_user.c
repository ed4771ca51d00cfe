/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host half of virtif: a tap device.  On Linux interface virtN is the host's
 * tunN by default (/dev/net/tun, TAP mode); on the BSDs it is /dev/tapN.  A
 * thread of its own receives; a pipe tells it to stop.
 */
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__
#include <net/if.h>
#endif

#include <rump/rumpuser_component.h>

#include "virtif_user.h"

#define FRAME_MAX 9018

#ifdef __linux__
/* of <linux/if_tun.h>, which a musl toolchain may lack */
#ifndef TUNSETIFF
#define TUNSETIFF _IOW('T', 202, int)
#define IFF_TAP   0x0002
#define IFF_NO_PI 0x1000
#endif
#endif

struct virtif_user {
	struct virtif_sc *viu_sc;
	int viu_fd;
	int viu_pipe[2];
	volatile bool viu_dying; /* set before the pipe is written to */
	pthread_t viu_thread;
	char viu_dev[16];
	uint8_t viu_frame[FRAME_MAX];
};

#ifdef __linux__
static int
open_tap(const char *devstr)
{
	struct ifreq ifr;
	char *end;
	int fd, error;

	memset(&ifr, 0, sizeof(ifr));
	(void)strtoul(devstr, &end, 10);
	if (*devstr != '\0' && *end == '\0')
		snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "tun%s", devstr);
	else
		snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", devstr);
	fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (fd == -1)
		return -1;
	ifr.ifr_flags = IFF_TAP | IFF_NO_PI;
	if (ioctl(fd, TUNSETIFF, &ifr) == -1) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}
#else
static int
open_tap(const char *devstr)
{
	char path[64];

	snprintf(path, sizeof(path), "/dev/tap%s", devstr);
	return open(path, O_RDWR);
}
#endif

static void *
receiver(void *arg)
{
	struct virtif_user *viu = arg;
	struct pollfd pfd[2] = {{.fd = viu->viu_fd, .events = POLLIN},
	    {.fd = viu->viu_pipe[0], .events = POLLIN}};
	struct iovec iov;
	ssize_t n;

	rumpuser_component_kthread();
	for (;;) {
		n = read(viu->viu_fd, viu->viu_frame, sizeof(viu->viu_frame));
		if (n == -1 && errno == EAGAIN) {
			if (poll(pfd, 2, -1) == -1 && errno != EINTR)
				break;
			if (pfd[1].revents != 0)
				break;
			continue;
		}
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		iov.iov_base = viu->viu_frame;
		iov.iov_len = (size_t)n;
		rumpuser_component_schedule(NULL);
		VIF_DELIVERPKT(viu->viu_sc, &iov, 1);
		rumpuser_component_unschedule();
		if (viu->viu_dying)
			break;
	}
	rumpuser_component_kthread_release();
	return NULL;
}

int
VIFHYPER_CREATE(const char *devstr, struct virtif_sc *sc, uint8_t *enaddr,
    struct virtif_user **viup)
{
	struct virtif_user *viu;
	void *cookie;
	int error;

	(void)enaddr;
	cookie = rumpuser_component_unschedule();
	viu = calloc(1, sizeof(*viu));
	if (viu == NULL) {
		error = errno;
		goto out;
	}
	viu->viu_sc = sc;
	viu->viu_fd = open_tap(devstr);
	if (viu->viu_fd == -1) {
		error = errno;
		goto free;
	}
	if (fcntl(viu->viu_fd, F_SETFL, O_NONBLOCK) == -1 ||
	    pipe(viu->viu_pipe) == -1) {
		error = errno;
		goto close;
	}
	error = pthread_create(&viu->viu_thread, NULL, receiver, viu);
	if (error != 0)
		goto closepipe;
	*viup = viu;
	rumpuser_component_schedule(cookie);
	return 0;

closepipe:
	close(viu->viu_pipe[0]);
	close(viu->viu_pipe[1]);
close:
	close(viu->viu_fd);
free:
	free(viu);
out:
	rumpuser_component_schedule(cookie);
	return rumpuser_component_errtrans(error);
}

void
VIFHYPER_SEND(struct virtif_user *viu, struct iovec *iov, size_t iovlen)
{
	void *cookie = rumpuser_component_unschedule();

	while (writev(viu->viu_fd, iov, (int)iovlen) == -1 && errno == EINTR)
		continue;
	rumpuser_component_schedule(cookie);
}

void
VIFHYPER_DYING(struct virtif_user *viu)
{
	void *cookie = rumpuser_component_unschedule();

	viu->viu_dying = true;
	while (write(viu->viu_pipe[1], "", 1) == -1 && errno == EINTR)
		continue;
	pthread_join(viu->viu_thread, NULL);
	rumpuser_component_schedule(cookie);
}

void
VIFHYPER_DESTROY(struct virtif_user *viu)
{
	void *cookie = rumpuser_component_unschedule();

	close(viu->viu_pipe[0]);
	close(viu->viu_pipe[1]);
	close(viu->viu_fd);
	free(viu);
	rumpuser_component_schedule(cookie);
}
