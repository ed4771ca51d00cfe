/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The server thread of the system call server: accepting, reading frames, and
 * sending.  See sp_int.h.
 *
 * Clients are not trusted.  A frame's length is checked against what its kind
 * may have before anything is allocated or read; an answer must belong to a
 * question that is open and fit it.  Who breaks the protocol is disconnected.
 */

#include "sp_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ACCEPTS_AT_ONCE 16
#define READS_AT_ONCE   16 /* of one client, before the others' turn */
#define RETRY_MSEC      1000

static struct sp_address listen_address;
static int listen_fd = -1;
static int wake_pipe[2];
static char banner[SP_BANNER_MAX];
static pid_t listen_pid;
static atomic_bool stopping;
static atomic_uint nclients;
static struct sp_client *clients; /* server thread only */

/*
 * Sending.
 */

/* Wait for room in the socket; a shutdown() ends the wait. */
static void
wait_writable(int fd)
{
	struct pollfd pfd = {.fd = fd, .events = POLLOUT};

	poll(&pfd, 1, -1);
}

/* Drop n bytes from the front of an iovec. */
static void
iov_advance(struct iovec **iovp, int *countp, size_t n)
{
	while (*countp > 0 && n >= (*iovp)->iov_len) {
		n -= (*iovp)->iov_len;
		++*iovp;
		--*countp;
	}
	if (*countp > 0) {
		(*iovp)->iov_base = (char *)(*iovp)->iov_base + n;
		(*iovp)->iov_len -= n;
	}
}

/*
 * Send a frame of up to three pieces.  May block as long as the client does
 * not read; the caller has no virtual CPU.  A connection on which a frame
 * cannot be completed is shut down.
 */
int
sp_send(struct sp_client *sc, const struct iovec *pieces, int count)
{
	struct iovec copy[3], *iov = copy;
	struct msghdr msg = {0};
	int error = 0;
	ssize_t n;

	memcpy(copy, pieces, (size_t)count * sizeof(*pieces));
	pthread_mutex_lock(&sc->sc_sendlock);
	iov_advance(&iov, &count, 0);
	while (count > 0) {
		msg.msg_iov = iov;
		msg.msg_iovlen = count;
		n = sendmsg(sc->sc_fd, &msg, MSG_NOSIGNAL);
		if (n >= 0) {
			iov_advance(&iov, &count, (size_t)n);
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			wait_writable(sc->sc_fd);
		} else if (errno != EINTR) {
			error = errno;
			shutdown(sc->sc_fd, SHUT_RDWR);
			break;
		}
	}
	pthread_mutex_unlock(&sc->sc_sendlock);
	return error;
}

int
sp_send_response(struct sp_client *sc, const struct sp_hdr *request,
    const void *body, size_t len)
{
	struct sp_hdr hdr = {.h_len = sizeof(hdr) + len,
	    .h_reqno = request->h_reqno,
	    .h_class = SP_RESP,
	    .h_type = request->h_type};
	struct iovec iov[2] = {
	    {&hdr, sizeof(hdr)}, {(void *)(uintptr_t)body, len}};

	return sp_send(sc, iov, 2);
}

static struct sp_hdr
error_frame(const struct sp_hdr *request, enum sp_error error)
{
	return (struct sp_hdr){.h_len = sizeof(struct sp_hdr),
	    .h_reqno = request->h_reqno,
	    .h_class = SP_ERROR,
	    .h_type = request->h_type,
	    .h_arg = error};
}

int
sp_send_error(
    struct sp_client *sc, const struct sp_hdr *request, enum sp_error error)
{
	struct sp_hdr hdr = error_frame(request, error);
	struct iovec iov = {&hdr, sizeof(hdr)};

	return sp_send(sc, &iov, 1);
}

/* The same from the server thread, which does not wait: false if it had to. */
static bool
send_error_now(
    struct sp_client *sc, const struct sp_hdr *request, enum sp_error error)
{
	struct sp_hdr hdr = error_frame(request, error);
	bool sent;

	if (pthread_mutex_trylock(&sc->sc_sendlock) != 0)
		return false;
	sent = send(sc->sc_fd, &hdr, sizeof(hdr),
		   MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)sizeof(hdr);
	pthread_mutex_unlock(&sc->sc_sendlock);
	return sent;
}

/*
 * Clients.
 */

static struct sp_client *
client_alloc(int fd)
{
	struct sp_client *sc = calloc(1, sizeof(*sc));
	struct timespec now;

	if (sc == NULL)
		return NULL;
	sc->sc_teardown =
	    sp_job_alloc(sc, JOB_TEARDOWN, &(struct sp_hdr){0}, 0);
	if (sc->sc_teardown == NULL) {
		free(sc);
		return NULL;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	sc->sc_since = now.tv_sec;
	sc->sc_fd = fd;
	sc->sc_state = SC_NEW;
	pthread_mutex_init(&sc->sc_lock, NULL);
	pthread_mutex_init(&sc->sc_sendlock, NULL);
	pthread_mutex_init(&sc->sc_lwplock, NULL);
	pthread_cond_init(&sc->sc_cv, NULL);
	return sc;
}

/* By the teardown job, after everything else. */
void
sp_client_free(struct sp_client *sc)
{
	close(sc->sc_fd);
	pthread_mutex_destroy(&sc->sc_lock);
	pthread_mutex_destroy(&sc->sc_sendlock);
	pthread_mutex_destroy(&sc->sc_lwplock);
	pthread_cond_destroy(&sc->sc_cv);
	free(sc);
	atomic_fetch_sub(&nclients, 1);
	sp_server_wakeup();
}

static void
waiter_complete_locked(struct sp_waiter *sw, int error)
{
	sw->sw_error = error;
	sw->sw_done = true;
	pthread_cond_signal(&sw->sw_cv);
}

/* Everybody who waits for the client is told; the rest is the teardown's. */
static void
client_disconnect(struct sp_client *sc)
{
	struct sp_client **p = &clients;

	while (*p != sc)
		p = &(*p)->sc_next;
	*p = sc->sc_next;

	shutdown(sc->sc_fd, SHUT_RDWR);
	free(sc->sc_job);
	sc->sc_job = NULL;
	pthread_mutex_lock(&sc->sc_lock);
	sc->sc_state = SC_DYING;
	for (struct sp_waiter *sw = sc->sc_waiters; sw != NULL;
	     sw = sw->sw_next)
		if (!sw->sw_done)
			waiter_complete_locked(sw, errno_to_kernel(EFAULT));
	pthread_mutex_unlock(&sc->sc_lock);
	sp_job_submit(sc->sc_teardown);
}

/*
 * Frames.  These return false if the client must go.
 */

static bool
header_request(struct sp_client *sc, size_t len)
{
	const struct sp_hdr *hdr = &sc->sc_hdr;
	enum job_kind kind;
	size_t max;

	switch (hdr->h_type) {
	case SP_HANDSHAKE:
		kind = JOB_HANDSHAKE;
		max = SP_HANDSHAKE_MAX;
		break;
	case SP_SYSCALL:
		kind = JOB_SYSCALL;
		max = SP_SYSCALL_MAX;
		break;
	case SP_PREFORK:
		kind = JOB_PREFORK;
		max = 0;
		break;
	default:
		kind = JOB_ERROR;
		max = SP_HANDSHAKE_MAX;
		break;
	}
	if (len > max)
		return false;
	sc->sc_job = sp_job_alloc(sc, kind, hdr, len);
	if (sc->sc_job == NULL)
		return send_error_now(sc, hdr, SP_ERR_NOMEM) && len == 0;
	sc->sc_body = sc->sc_job->j_body;
	return true;
}

static struct sp_waiter *
waiter_find_locked(const struct sp_client *sc, const struct sp_hdr *hdr)
{
	struct sp_waiter *sw;

	for (sw = sc->sc_waiters; sw != NULL; sw = sw->sw_next)
		if (sw->sw_reqno == hdr->h_reqno && !sw->sw_done)
			break;
	return sw != NULL && sw->sw_type == hdr->h_type ? sw : NULL;
}

static bool
header_answer(struct sp_client *sc, size_t len)
{
	struct sp_waiter *sw;

	pthread_mutex_lock(&sc->sc_lock);
	sw = waiter_find_locked(sc, &sc->sc_hdr);
	pthread_mutex_unlock(&sc->sc_lock);
	if (sw == NULL || len > sw->sw_max ||
	    (sw->sw_exact && len < sw->sw_max))
		return false;
	sc->sc_answer = sw;
	sc->sc_body = sw->sw_buf;
	return true;
}

static bool
header_error(struct sp_client *sc, size_t len)
{
	struct sp_waiter *sw;

	pthread_mutex_lock(&sc->sc_lock);
	sw = waiter_find_locked(sc, &sc->sc_hdr);
	if (sw != NULL && len == 0)
		waiter_complete_locked(sw, errno_to_kernel(EFAULT));
	pthread_mutex_unlock(&sc->sc_lock);
	return sw != NULL && len == 0;
}

/* A header is complete: is it allowed, and where does the body go? */
static bool
frame_begin(struct sp_client *sc)
{
	const struct sp_hdr *hdr = &sc->sc_hdr;
	size_t len;

	if (hdr->h_len < sizeof(*hdr) || hdr->h_len - sizeof(*hdr) > SIZE_MAX)
		return false;
	len = (size_t)(hdr->h_len - sizeof(*hdr));
	sc->sc_bodylen = len;
	sc->sc_bodygot = 0;
	switch (hdr->h_class) {
	case SP_REQ:
		return header_request(sc, len);
	case SP_RESP:
		return header_answer(sc, len);
	case SP_ERROR:
		return header_error(sc, len);
	default:
		return false;
	}
}

/* Take a request on, or say why not (SP_ERR_NONE: it was taken). */
static enum sp_error
request_admit(struct sp_client *sc, struct sp_job *job)
{
	const bool hello =
	    job->j_kind == JOB_HANDSHAKE && job->j_hdr.h_arg != SP_EXEC;
	enum sp_error error = SP_ERR_NONE;

	pthread_mutex_lock(&sc->sc_lock);
	if (sc->sc_state == SC_NEW && !hello)
		error = SP_ERR_AUTH;
	else if (sc->sc_state != SC_NEW && hello)
		error = SP_ERR_MALFORMED_REQUEST;
	else if (sc->sc_inexec)
		error = SP_ERR_INEXEC;
	else if (sc->sc_njobs >= SP_JOBS_MAX)
		error = SP_ERR_TRYAGAIN;
	if (error == SP_ERR_NONE) {
		sc->sc_njobs++;
		if (hello)
			sc->sc_state = SC_HANDSHAKING;
		else if (job->j_kind == JOB_HANDSHAKE)
			sc->sc_inexec = true;
	}
	pthread_mutex_unlock(&sc->sc_lock);
	return error;
}

static bool
frame_end(struct sp_client *sc)
{
	struct sp_job *job = sc->sc_job;
	enum sp_error error;
	bool keep = true;

	if (sc->sc_answer != NULL) {
		pthread_mutex_lock(&sc->sc_lock);
		sc->sc_answer->sw_len = sc->sc_bodylen;
		waiter_complete_locked(sc->sc_answer, 0);
		pthread_mutex_unlock(&sc->sc_lock);
		sc->sc_answer = NULL;
	}
	sc->sc_job = NULL;
	sc->sc_hdrgot = 0;
	if (job == NULL)
		return true;

	error = request_admit(sc, job);
	if (error == SP_ERR_NONE) {
		sp_job_submit(job);
		return true;
	}
	keep = send_error_now(sc, &job->j_hdr, error) && error != SP_ERR_AUTH;
	free(job);
	return keep;
}

/* While a handshake is being worked on there is nothing else to say. */
static bool
client_mayspeak(struct sp_client *sc)
{
	bool may;

	pthread_mutex_lock(&sc->sc_lock);
	may = sc->sc_state == SC_NEW || sc->sc_state == SC_RUNNING;
	pthread_mutex_unlock(&sc->sc_lock);
	return may;
}

static bool
client_isnew(struct sp_client *sc)
{
	bool isnew;

	pthread_mutex_lock(&sc->sc_lock);
	isnew = sc->sc_state == SC_NEW;
	pthread_mutex_unlock(&sc->sc_lock);
	return isnew;
}

static size_t
take(struct sp_client *sc, void *dst, size_t want)
{
	size_t n = MIN_OF(want, sc->sc_inlen - sc->sc_inpos);

	memcpy(dst, sc->sc_in + sc->sc_inpos, n);
	sc->sc_inpos += n;
	return n;
}

/* Make frames of what has been received. */
static bool
client_consume(struct sp_client *sc)
{
	while (sc->sc_inpos < sc->sc_inlen && client_mayspeak(sc)) {
		if (sc->sc_hdrgot < sizeof(sc->sc_hdr)) {
			sc->sc_hdrgot +=
			    take(sc, (char *)&sc->sc_hdr + sc->sc_hdrgot,
				sizeof(sc->sc_hdr) - sc->sc_hdrgot);
			if (sc->sc_hdrgot < sizeof(sc->sc_hdr))
				break;
			if (!frame_begin(sc))
				return false;
		}
		if (sc->sc_bodygot < sc->sc_bodylen)
			sc->sc_bodygot += take(sc, sc->sc_body + sc->sc_bodygot,
			    sc->sc_bodylen - sc->sc_bodygot);
		if (sc->sc_bodygot == sc->sc_bodylen && !frame_end(sc))
			return false;
	}
	return true;
}

/*
 * One recv(): straight into a long body, otherwise into the buffer.  -1: the
 * client must go; 0: nothing more for now.
 */
static int
client_receive(struct sp_client *sc)
{
	const bool inbody = sc->sc_hdrgot == sizeof(sc->sc_hdr);
	const size_t left = inbody ? sc->sc_bodylen - sc->sc_bodygot : 0;
	const bool straight = left >= sizeof(sc->sc_in);
	ssize_t n;

	if (straight)
		n = recv(sc->sc_fd, sc->sc_body + sc->sc_bodygot, left, 0);
	else
		n = recv(sc->sc_fd, sc->sc_in, sizeof(sc->sc_in), 0);
	if (n == 0)
		return -1;
	if (n == -1)
		return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR
		    ? 0
		    : -1;
	if (!straight) {
		sc->sc_inpos = 0;
		sc->sc_inlen = (size_t)n;
		if (!client_consume(sc))
			return -1;
		return (size_t)n == sizeof(sc->sc_in);
	}
	sc->sc_bodygot += (size_t)n;
	if (sc->sc_bodygot == sc->sc_bodylen && !frame_end(sc))
		return -1;
	return 1;
}

static void
client_read(struct sp_client *sc)
{
	int rv = 1;

	for (int i = 0; i < READS_AT_ONCE && rv > 0; i++)
		rv = sc->sc_inpos < sc->sc_inlen ? 0 : client_receive(sc);
	if (rv == -1)
		client_disconnect(sc);
}

/*
 * The listening socket.
 */

/* False if accepting should pause: no descriptors, or no memory. */
static bool
accept_one(bool *morep)
{
	struct sp_client *sc;
	int fd;

	*morep = false;
	fd = accept(listen_fd, NULL, NULL);
	if (fd == -1)
		return errno != EMFILE && errno != ENFILE && errno != ENOMEM &&
		    errno != ENOBUFS;
	*morep = true;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	sp_socket_setup(&listen_address, fd);
	if (send(fd, banner, strlen(banner), MSG_NOSIGNAL | MSG_DONTWAIT) !=
		(ssize_t)strlen(banner) ||
	    (sc = client_alloc(fd)) == NULL) {
		close(fd);
		return true;
	}
	sc->sc_next = clients;
	clients = sc;
	atomic_fetch_add(&nclients, 1);
	return true;
}

static bool
accept_some(void)
{
	bool ok = true, more = true;

	for (int i = 0; ok && more && i < ACCEPTS_AT_ONCE; i++) {
		if (atomic_load(&nclients) >= SP_CLIENTS_MAX)
			break;
		ok = accept_one(&more);
	}
	return ok;
}

/*
 * Who said nothing for long goes.  The time in milliseconds until the next one
 * is due, or -1.
 */
static int
expire_silent(void)
{
	struct sp_client *sc, *next;
	struct timespec now;
	int timeout = -1;
	time_t left;

	clock_gettime(CLOCK_MONOTONIC, &now);
	for (sc = clients; sc != NULL; sc = next) {
		next = sc->sc_next;
		if (!client_isnew(sc))
			continue;
		left = sc->sc_since + SP_HELLO_SEC - now.tv_sec;
		if (left <= 0)
			client_disconnect(sc);
		else if (timeout == -1 || left * 1000 < timeout)
			timeout = (int)left * 1000;
	}
	return timeout;
}

/* Go on with what waited for the end of a handshake. */
static void
consume_leftovers(void)
{
	struct sp_client *sc, *next;

	for (sc = clients; sc != NULL; sc = next) {
		next = sc->sc_next;
		if (sc->sc_inpos < sc->sc_inlen && !client_consume(sc))
			client_disconnect(sc);
	}
}

struct pollset {
	struct pollfd *ps_fds;
	struct sp_client **ps_clients;
	size_t ps_count, ps_max;
};

#define PS_WAKE   0
#define PS_LISTEN 1
#define PS_FIRST  2

static bool
pollset_fill(struct pollset *ps, bool accepting)
{
	size_t need = PS_FIRST;
	struct sp_client *sc;
	void *p;

	for (sc = clients; sc != NULL; sc = sc->sc_next)
		need++;
	if (need > ps->ps_max) {
		p = realloc(ps->ps_fds, need * 2 * sizeof(*ps->ps_fds));
		if (p == NULL)
			return false;
		ps->ps_fds = p;
		p = realloc(ps->ps_clients, need * 2 * sizeof(*ps->ps_clients));
		if (p == NULL)
			return false;
		ps->ps_clients = p;
		ps->ps_max = need * 2;
	}
	ps->ps_fds[PS_WAKE] = (struct pollfd){wake_pipe[0], POLLIN, 0};
	ps->ps_fds[PS_LISTEN] =
	    (struct pollfd){accepting ? listen_fd : -1, POLLIN, 0};
	ps->ps_count = PS_FIRST;
	for (sc = clients; sc != NULL; sc = sc->sc_next) {
		ps->ps_clients[ps->ps_count] = sc;
		ps->ps_fds[ps->ps_count++] = (struct pollfd){
		    sc->sc_fd, client_mayspeak(sc) ? POLLIN : 0, 0};
	}
	return true;
}

static void
pollset_serve(struct pollset *ps)
{
	char drain[64];

	if (ps->ps_fds[PS_WAKE].revents != 0)
		while (read(wake_pipe[0], drain, sizeof(drain)) > 0)
			continue;
	for (size_t i = PS_FIRST; i < ps->ps_count; i++) {
		if (ps->ps_fds[i].revents & POLLIN)
			client_read(ps->ps_clients[i]);
		else if (ps->ps_fds[i].revents != 0)
			client_disconnect(ps->ps_clients[i]);
	}
}

static void *
server_thread(void *arg)
{
	struct pollset ps = {0};
	bool pause = false;
	int timeout;

	(void)arg;
	while (!atomic_load(&stopping)) {
		consume_leftovers();
		timeout = expire_silent();
		if (!pollset_fill(&ps,
			!pause && atomic_load(&nclients) < SP_CLIENTS_MAX)) {
			poll(NULL, 0, RETRY_MSEC);
			continue;
		}
		if (pause && (timeout == -1 || timeout > RETRY_MSEC))
			timeout = RETRY_MSEC;
		if (poll(ps.ps_fds, ps.ps_count, timeout) == -1)
			continue;
		pollset_serve(&ps);
		pause = false;
		if (ps.ps_fds[PS_LISTEN].revents != 0)
			pause = !accept_some();
	}
	free(ps.ps_fds);
	free(ps.ps_clients);
	return NULL;
}

void
sp_server_wakeup(void)
{
	const char byte = 0;
	ssize_t n;

	/* a full pipe wakes as well */
	n = write(wake_pipe[1], &byte, 1);
	(void)n;
}

/* No new connections; the socket's file goes.  Called once or more. */
void
sp_server_stop(void)
{
	if (listen_fd == -1 || listen_pid != getpid() ||
	    atomic_exchange(&stopping, true))
		return;
	if (listen_address.a_addr.sa.sa_family == AF_UNIX)
		unlink(listen_address.a_path[0] != '\0'
			? listen_address.a_path
			: listen_address.a_addr.un.sun_path);
	shutdown(listen_fd, SHUT_RDWR);
	sp_server_wakeup();
}

/* Is there a server behind this socket's file?  If not, the file is stale. */
static bool
socket_isstale(const struct sp_address *a)
{
	bool stale = false;
	int fd;

	if (a->a_addr.sa.sa_family != AF_UNIX || sp_socket(a, &fd) != 0)
		return false;
	if (connect(fd, &a->a_addr.sa, a->a_len) == -1)
		stale = errno == ECONNREFUSED;
	close(fd);
	return stale;
}

static int
listen_open(const struct sp_address *a, int *fdp)
{
	const int one = 1;
	int error, fd, rv;

	error = sp_socket(a, &fd);
	if (error != 0)
		return error;
	if (a->a_addr.sa.sa_family == AF_INET)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	rv = bind(fd, &a->a_addr.sa, a->a_len);
	if (rv == -1 && errno == EADDRINUSE && socket_isstale(a)) {
		unlink(a->a_addr.un.sun_path);
		rv = bind(fd, &a->a_addr.sa, a->a_len);
	}
	if (rv == -1 || listen(fd, SOMAXCONN) == -1) {
		error = errno;
		close(fd);
		return error;
	}
	fcntl(fd, F_SETFL, O_NONBLOCK);
	*fdp = fd;
	return 0;
}

/*
 * Start the server: listen at url, greet with greeting, which ends in a
 * newline.  A host errno.
 */
int
sp_server_listen(const char *url, const char *greeting)
{
	int error;

	if (listen_fd != -1)
		return EALREADY;
	error = sp_address_parse(url, 1, &listen_address);
	if (error != 0)
		return error;
	snprintf(banner, sizeof(banner), "%s", greeting);
	if (pipe(wake_pipe) == -1)
		return errno;
	for (int i = 0; i < 2; i++) {
		fcntl(wake_pipe[i], F_SETFD, FD_CLOEXEC);
		fcntl(wake_pipe[i], F_SETFL, O_NONBLOCK);
	}
	error = listen_open(&listen_address, &listen_fd);
	if (error == 0) {
		listen_pid = getpid();
		atexit(sp_server_stop);
		error = sp_workers_start();
		if (error == 0)
			error =
			    thread_spawn(server_thread, NULL, "rumpsp", NULL);
		if (error == 0)
			return 0;
		sp_server_stop();
		close(listen_fd);
		listen_fd = -1;
		atomic_store(&stopping, false);
	}
	close(wake_pipe[0]);
	close(wake_pipe[1]);
	return error;
}
