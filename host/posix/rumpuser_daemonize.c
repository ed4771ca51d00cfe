/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Becoming a daemon in two steps.  begin() forks; the parent stays in the
 * foreground and waits for a result, so that whoever started the program
 * learns whether it came up.  done() sends it and detaches from the terminal.
 */

#include "rumpuser_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int daemon_pipe = -1; /* to the waiting parent */

/* The parent's whole remaining life. */
static void
wait_for_result(int fd, pid_t child)
{
	int error = 0, status;
	ssize_t n;

	do {
		n = read(fd, &error, sizeof(error));
	} while (n == -1 && errno == EINTR);
	if (n == (ssize_t)sizeof(error)) {
		if (error == 0)
			_exit(EXIT_SUCCESS);
		fprintf(stderr, "rump: could not become a daemon: %s\n",
		    strerror(errno_to_host(error)));
		_exit(EXIT_FAILURE);
	}

	/* the child is gone without a word */
	if (waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	    WEXITSTATUS(status) != 0)
		_exit(WEXITSTATUS(status));
	_exit(EXIT_FAILURE);
}

/*
 * Call it before rump_init(): only the calling thread lives on in the child.
 */
int
rumpuser_daemonize_begin(void)
{
	int fds[2];
	pid_t pid;

	if (daemon_pipe != -1)
		return errno_to_kernel(EALREADY);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1)
		return errno_to_kernel(errno);
	fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	fcntl(fds[1], F_SETFD, FD_CLOEXEC);

	fflush(NULL);
	pid = fork();
	if (pid == -1) {
		int error = errno;

		close(fds[0]);
		close(fds[1]);
		return errno_to_kernel(error);
	}
	if (pid > 0) {
		close(fds[0]);
		wait_for_result(fds[1], pid);
	}
	close(fds[1]);
	daemon_pipe = fds[0];
	setsid();
	return 0;
}

static int
detach_stdio(void)
{
	int fd = open("/dev/null", O_RDWR);

	if (fd == -1)
		return errno;
	fflush(NULL);
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
	return 0;
}

/*
 * Report error (0: all is well) to the parent, which exits with it.
 */
int
rumpuser_daemonize_done(int error)
{
	ssize_t n;

	if (daemon_pipe == -1)
		return errno_to_kernel(EINVAL);
	if (error == 0)
		error = errno_to_kernel(detach_stdio());
	do {
		n = send(daemon_pipe, &error, sizeof(error), MSG_NOSIGNAL);
	} while (n == -1 && errno == EINTR);
	close(daemon_pipe);
	daemon_pipe = -1;
	return n == (ssize_t)sizeof(error) ? 0 : errno_to_kernel(EPIPE);
}
