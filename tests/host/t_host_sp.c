/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The system call server, by raw sockets: the protocol, and clients that break
 * it.  After each abuse another client must be served as if nothing were.
 */

#include "../../host/posix/sp_proto.h"
#include "fakekern.h"

#include <arpa/inet.h>
#include <atf-c.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define URL "unix://sock"

static void
serve(const char *url)
{
	fk_init();
	ATF_REQUIRE_EQ(rumpuser_sp_init(url, "NetBSD", "7.99.34", "amd64"), 0);
	ATF_CHECK(fk_held());
	fk_leave();
}

/*
 * A small client.
 */

static int
dial_raw(void)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "sock"};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	ATF_REQUIRE(fd != -1);
	ATF_REQUIRE_EQ(connect(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	return fd;
}

static bool
get(int fd, void *buf, size_t len)
{
	return len == 0 || recv(fd, buf, len, MSG_WAITALL) == (ssize_t)len;
}

static void
banner(int fd)
{
	char line[SP_BANNER_MAX + 1] = "";

	for (size_t i = 0; i < SP_BANNER_MAX; i++) {
		ATF_REQUIRE(get(fd, line + i, 1));
		if (line[i] == '\n')
			break;
	}
	ATF_REQUIRE_STREQ(line, "RUMPSP-0.4-NetBSD-7.99.34/amd64\n");
}

static void
put(int fd, uint64_t reqno, int class, int type, uint32_t arg, const void *body,
    size_t len)
{
	char frame[sizeof(struct sp_hdr) + 100000];
	struct sp_hdr hdr = {
	    sizeof(hdr) + len, reqno, (uint16_t) class, (uint16_t)type, arg};

	memcpy(frame, &hdr, sizeof(hdr));
	if (len > 0)
		memcpy(frame + sizeof(hdr), body, len);
	send(fd, frame, sizeof(hdr) + len, MSG_NOSIGNAL);
}

static void
expect(int fd, uint64_t reqno, int class, int type, struct sp_hdr *hdr)
{
	ATF_REQUIRE(get(fd, hdr, sizeof(*hdr)));
	ATF_REQUIRE_EQ(hdr->h_reqno, reqno);
	ATF_REQUIRE_EQ(hdr->h_class, class);
	ATF_REQUIRE_EQ(hdr->h_type, type);
}

static void
hello(int fd, int kind, const void *body, size_t len)
{
	struct sp_hdr hdr;
	int32_t error;

	put(fd, 1, SP_REQ, SP_HANDSHAKE, (uint32_t)kind, body, len);
	expect(fd, 1, SP_RESP, SP_HANDSHAKE, &hdr);
	ATF_REQUIRE_EQ(hdr.h_len, sizeof(hdr) + sizeof(error));
	ATF_REQUIRE(get(fd, &error, sizeof(error)));
	ATF_REQUIRE_EQ(error, 0);
}

static int
dial(void)
{
	int fd = dial_raw();

	banner(fd);
	hello(fd, SP_GUEST, "/bin/prog", 10);
	return fd;
}

static bool
is_gone(int fd)
{
	char c[4096];
	ssize_t n;

	while ((n = recv(fd, c, sizeof(c), 0)) > 0)
		continue;
	return n == 0 || errno == ECONNRESET;
}

/* Answer one question of the server as a good client does. */
static void
serve_memory(int fd, const struct sp_hdr *hdr)
{
	const size_t len = hdr->h_len - sizeof(*hdr);
	struct sp_copy *c = malloc(len + 1);
	void *p;

	ATF_REQUIRE(get(fd, c, len));
	switch (hdr->h_type) {
	case SP_COPYIN:
		put(fd, hdr->h_reqno, SP_RESP, SP_COPYIN, 0, c->c_addr,
		    c->c_len);
		break;
	case SP_COPYINSTR:
		put(fd, hdr->h_reqno, SP_RESP, SP_COPYINSTR, 0, c->c_addr,
		    strnlen(c->c_addr, c->c_len - 1) + 1);
		break;
	case SP_COPYOUT:
	case SP_COPYOUTSTR:
		ATF_REQUIRE_EQ(len, sizeof(*c) + c->c_len);
		memcpy(c->c_addr, c + 1, c->c_len);
		break;
	case SP_ANONMMAP:
		p = malloc(c->c_len);
		put(fd, hdr->h_reqno, SP_RESP, SP_ANONMMAP, 0, &p, sizeof(p));
		break;
	default:
		atf_tc_fail("unexpected request %d", hdr->h_type);
	}
	free(c);
}

static int
call(int fd, int num, uint64_t a, uint64_t b, uint64_t d, long *retval)
{
	const uint64_t args[3] = {a, b, d};
	static uint64_t reqno = 1000;
	struct sp_sysresp resp;
	struct sp_hdr hdr;

	put(fd, ++reqno, SP_REQ, SP_SYSCALL, (uint32_t)num, args, sizeof(args));
	for (;;) {
		ATF_REQUIRE(get(fd, &hdr, sizeof(hdr)));
		if (hdr.h_class != SP_REQ)
			break;
		serve_memory(fd, &hdr);
	}
	ATF_REQUIRE_EQ(hdr.h_reqno, reqno);
	ATF_REQUIRE_EQ(hdr.h_class, SP_RESP);
	ATF_REQUIRE_EQ(hdr.h_type, SP_SYSCALL);
	ATF_REQUIRE_EQ(hdr.h_len, sizeof(hdr) + sizeof(resp));
	ATF_REQUIRE(get(fd, &resp, sizeof(resp)));
	if (retval != NULL)
		memcpy(retval, resp.s_retval, sizeof(resp.s_retval));
	return resp.s_error;
}

/* The server is well: somebody new gets an answer, and soon. */
static void
check_alive(void)
{
	long rv[2];
	int fd = dial();

	ATF_REQUIRE_EQ(call(fd, FK_ADD, 20, 22, 0, rv), 0);
	ATF_REQUIRE_EQ(rv[0], 42);
	close(fd);
}

static void
wait_processes(int n)
{
	for (int i = 0; i < 500 && fk_nprocs() != n; i++)
		usleep(10000);
	ATF_CHECK_EQ(fk_nprocs(), n);
}

/*
 * The protocol.
 */

ATF_TC_WITHOUT_HEAD(calls);
ATF_TC_BODY(calls, tc)
{
	long rv[2];
	int fd, fd2;

	serve(URL);
	fd = dial();
	ATF_CHECK_STREQ(fk_lastcomm(), "prog");
	ATF_CHECK_EQ(call(fd, FK_ADD, 3, 4, 0, rv), 0);
	ATF_CHECK_EQ(rv[0], 7);
	ATF_CHECK_EQ(rv[1], 2);
	ATF_CHECK_EQ(call(fd, FK_FAIL, 35, 0, 0, NULL), 35);
	ATF_CHECK_EQ(call(fd, 9999, 35, 0, 0, NULL), 78);
	fd2 = dial();
	ATF_CHECK_EQ(call(fd2, FK_ADD, 3, 4, 0, rv), 0);
	ATF_CHECK_EQ(rv[1], 3);
	wait_processes(2);
	close(fd);
	wait_processes(1);
	close(fd2);
	wait_processes(0);
}

ATF_TC_WITHOUT_HEAD(memory);
ATF_TC_BODY(memory, tc)
{
	static char buf[90000], str[64] = "a string";
	long rv[2];
	int fd;

	serve(URL);
	fd = dial();
	for (size_t len = 1; len <= sizeof(buf); len = len * 3 + 1) {
		memset(buf, 0, sizeof(buf));
		ATF_CHECK_EQ(
		    call(fd, FK_COPYOUT, (uintptr_t)buf, len, 5, NULL), 0);
		ATF_CHECK_EQ(buf[len - 1], 5);
		ATF_CHECK(len == sizeof(buf) || buf[len] == 0);
		ATF_CHECK_EQ(
		    call(fd, FK_COPYIN, (uintptr_t)buf, len, 0, rv), 0);
		ATF_CHECK_EQ(rv[0], (long)(5 * len));
	}
	ATF_CHECK_EQ(call(fd, FK_COPYINSTR, (uintptr_t)str, 64, 0, rv), 0);
	ATF_CHECK_EQ(rv[0], 9);
	ATF_CHECK_EQ(call(fd, FK_COPYOUTSTR, (uintptr_t)str, 0, 0, NULL), 0);
	ATF_CHECK_STREQ(str, "hello");
	ATF_CHECK_EQ(call(fd, FK_ANONMMAP, 4096, 0, 0, rv), 0);
	memset((void *)rv[0], 1, 4096);
}

ATF_TC_WITHOUT_HEAD(raise);
ATF_TC_BODY(raise, tc)
{
	const uint64_t args[1] = {15};
	bool raised = false, answered = false;
	struct sp_hdr hdr;
	char body[64];
	int fd;

	serve(URL);
	fd = dial();
	put(fd, 5, SP_REQ, SP_SYSCALL, FK_RAISE, args, sizeof(args));
	while (!raised || !answered) {
		ATF_REQUIRE(get(fd, &hdr, sizeof(hdr)));
		ATF_REQUIRE(get(fd, body, hdr.h_len - sizeof(hdr)));
		if (hdr.h_class == SP_RESP) {
			answered = true;
			continue;
		}
		raised = true;
		ATF_CHECK_EQ(hdr.h_type, SP_RAISE);
		ATF_CHECK_EQ(hdr.h_arg, 15);
	}
}

static struct sp_fork
prefork(int fd)
{
	struct sp_fork f = {0};
	struct sp_hdr hdr;

	put(fd, 7, SP_REQ, SP_PREFORK, 0, NULL, 0);
	expect(fd, 7, SP_RESP, SP_PREFORK, &hdr);
	ATF_REQUIRE_EQ(hdr.h_len, sizeof(hdr) + sizeof(f.f_auth));
	ATF_REQUIRE(get(fd, f.f_auth, sizeof(f.f_auth)));
	return f;
}

ATF_TC_WITHOUT_HEAD(fork);
ATF_TC_BODY(fork, tc)
{
	struct sp_fork f, g;
	struct sp_hdr hdr;
	long rv[2];
	int fd, child;

	serve(URL);
	fd = dial();
	f = prefork(fd);
	g = prefork(fd);
	ATF_CHECK(memcmp(f.f_auth, g.f_auth, sizeof(f.f_auth)) != 0);
	wait_processes(3);

	/* the parent may be gone by then */
	close(fd);
	wait_processes(2);
	child = dial_raw();
	banner(child);
	hello(child, SP_FORK, &f, sizeof(f));
	wait_processes(2);
	ATF_CHECK_EQ(call(child, FK_ADD, 1, 2, 0, rv), 0);
	ATF_CHECK_EQ(rv[0], 3);

	/* a ticket is good for one child, and a guess for none */
	for (int i = 0; i < 2; i++) {
		fd = dial_raw();
		banner(fd);
		put(fd, 1, SP_REQ, SP_HANDSHAKE, SP_FORK, &f, sizeof(f));
		expect(fd, 1, SP_ERROR, SP_HANDSHAKE, &hdr);
		ATF_CHECK_EQ(hdr.h_arg, SP_ERR_INVALID_PREFORK);
		ATF_CHECK(is_gone(fd));
		f.f_auth[3] ^= 1;
	}
	g.f_cancel = 1;
	fd = dial_raw();
	banner(fd);
	hello(fd, SP_FORK, &g, sizeof(g));
	ATF_CHECK(is_gone(fd));
	wait_processes(1);
	check_alive();
}

/* A snapshot's signals are not the parent's; the parent may be gone as well. */
ATF_TC_WITHOUT_HEAD(fork_signal);
ATF_TC_BODY(fork_signal, tc)
{
	struct sp_fork f;
	int fd, fd2, error = -1;

	serve(URL);
	fd = dial();
	f = prefork(fd);
	fd2 = dial();
	/* the processes are 2, 3 and 4 */
	ATF_CHECK_EQ(call(fd2, FK_RAISEPID, 15, 3, 0, NULL), 3);
	close(fd);
	wait_processes(2);
	ATF_CHECK_EQ(call(fd2, FK_RAISEPID, 15, 3, 0, NULL), 3);
	fd = dial_raw();
	banner(fd);
	hello(fd, SP_FORK, &f, sizeof(f));
	wait_processes(2);
	/* it runs a moment after it has been told so */
	for (int i = 0; i < 1000 && error != 0; i++) {
		usleep(1000);
		error = (int)call(fd2, FK_RAISEPID, 15, 5, 0, NULL);
	}
	ATF_CHECK_EQ(error, 0);
}

/* Snapshots that nobody comes for don't pile up. */
ATF_TC_WITHOUT_HEAD(fork_limit);
ATF_TC_BODY(fork_limit, tc)
{
	int fd;

	serve(URL);
	fd = dial();
	for (int i = 0; i < 400; i++)
		prefork(fd);
	wait_processes(257);
}

ATF_TC_WITHOUT_HEAD(exec);
ATF_TC_BODY(exec, tc)
{
	const uint64_t args[1] = {0};
	struct sp_hdr hdr;
	char body[64];
	long rv[2];
	int fd, n = 0;

	serve(URL);
	fd = dial();
	/* a call of another thread, which the new program has not */
	put(fd, 50, SP_REQ, SP_SYSCALL, FK_BLOCK, args, sizeof(args));
	usleep(50000);
	put(fd, 51, SP_REQ, SP_HANDSHAKE, SP_EXEC, "/sbin/newprog", 14);
	for (n = 0; n < 2; n++) {
		ATF_REQUIRE(get(fd, &hdr, sizeof(hdr)));
		ATF_REQUIRE(get(fd, body, hdr.h_len - sizeof(hdr)));
		ATF_CHECK_EQ(hdr.h_reqno, n == 0 ? 50 : 51);
		ATF_CHECK_EQ(hdr.h_class, SP_RESP);
	}
	ATF_CHECK_EQ(fk_execs(), 1);
	ATF_CHECK_STREQ(fk_lastcomm(), "newprog");
	ATF_CHECK_EQ(call(fd, FK_ADD, 1, 1, 0, rv), 0);
	ATF_CHECK_EQ(rv[1], 2);
}

static void *
many_calls(void *arg)
{
	int fd;

	(void)arg;
	fd = dial_raw();
	banner(fd);
	hello(fd, SP_GUEST, "x", 2);
	for (int i = 0; i < 200; i++) {
		const uint64_t args[2] = {10, 20};
		struct sp_sysresp resp;
		struct sp_hdr hdr;

		put(fd, 5, SP_REQ, SP_SYSCALL, FK_ADD, args, sizeof(args));
		if (!get(fd, &hdr, sizeof(hdr)) ||
		    !get(fd, &resp, sizeof(resp)) || resp.s_retval[0] != 30)
			return (void *)1;
	}
	close(fd);
	return NULL;
}

ATF_TC_WITHOUT_HEAD(many);
ATF_TC_BODY(many, tc)
{
	pthread_t threads[32];
	void *failed;

	serve(URL);
	for (int i = 0; i < 32; i++)
		pthread_create(&threads[i], NULL, many_calls, NULL);
	for (int i = 0; i < 32; i++) {
		pthread_join(threads[i], &failed);
		ATF_CHECK_EQ(failed, NULL);
	}
	wait_processes(0);
}

/* Blocked calls of one client hold nobody up. */
ATF_TC_WITHOUT_HEAD(blocked);
ATF_TC_BODY(blocked, tc)
{
	const uint64_t args[1] = {0};
	struct sp_hdr hdr;
	int fd;

	serve(URL);
	fd = dial();
	for (uint64_t i = 0; i < 256; i++)
		put(fd, 100 + i, SP_REQ, SP_SYSCALL, FK_BLOCK, args, 8);
	check_alive();
	/* one too many is told so */
	put(fd, 999, SP_REQ, SP_SYSCALL, FK_BLOCK, args, 8);
	expect(fd, 999, SP_ERROR, SP_SYSCALL, &hdr);
	ATF_CHECK_EQ(hdr.h_arg, SP_ERR_TRYAGAIN);
	close(fd);
	wait_processes(0);
}

/*
 * Clients whose blocked calls take every worker: nobody is left to serve, but
 * when they go the workers come back.
 */
ATF_TC_WITHOUT_HEAD(all_blocked);
ATF_TC_BODY(all_blocked, tc)
{
	const uint64_t args[1] = {0};
	int fds[6];

	serve(URL);
	for (int c = 0; c < 6; c++)
		fds[c] = dial();
	for (int c = 0; c < 5; c++)
		for (uint64_t i = 0; i < 250; i++)
			put(fds[c], 100 + i, SP_REQ, SP_SYSCALL, FK_BLOCK, args,
			    8);
	put(fds[5], 1, SP_REQ, SP_SYSCALL, FK_ADD, args, 8);
	usleep(200000);
	for (int c = 0; c < 6; c++)
		close(fds[c]);
	wait_processes(0);
	check_alive();
}

/*
 * Abuse.
 */

static void
send_hdr(
    int fd, uint64_t len, uint64_t reqno, int class, int type, uint32_t arg)
{
	const struct sp_hdr hdr = {
	    len, reqno, (uint16_t) class, (uint16_t)type, arg};

	send(fd, &hdr, sizeof(hdr), MSG_NOSIGNAL);
}

ATF_TC_WITHOUT_HEAD(bad_lengths);
ATF_TC_BODY(bad_lengths, tc)
{
	static const uint64_t lens[] = {0, 1, 23, 24 + 4097, 1 << 30,
	    (uint64_t)1 << 32, UINT64_MAX, UINT64_MAX - 23, (uint64_t)1 << 63};
	int fd;

	serve(URL);
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++)
		for (int class = 0; class < 5; class ++)
			for (int type = 0; type < 12; type++) {
				if (lens[i] == 24 + 4097 && class > 2)
					continue;
				fd = dial_raw();
				banner(fd);
				send_hdr(fd, lens[i], 1, class, type, 0);
				ATF_CHECK(is_gone(fd));
				close(fd);
			}
	fd = dial();
	send_hdr(fd, 24 + 513, 1, SP_REQ, SP_SYSCALL, 0);
	ATF_CHECK(is_gone(fd));
	check_alive();
}

ATF_TC_WITHOUT_HEAD(short_arguments);
ATF_TC_BODY(short_arguments, tc)
{
	struct sp_sysresp resp;
	struct sp_hdr hdr;
	int fd;

	serve(URL);
	fd = dial();
	for (size_t len = 0; len < 8; len++) {
		put(fd, 9, SP_REQ, SP_SYSCALL, FK_ADD, "\0\0\0\0\0\0\0", len);
		expect(fd, 9, SP_RESP, SP_SYSCALL, &hdr);
		ATF_REQUIRE(get(fd, &resp, sizeof(resp)));
		ATF_CHECK_EQ(resp.s_retval[0], 0);
	}
}

ATF_TC_WITHOUT_HEAD(garbage);
ATF_TC_BODY(garbage, tc)
{
	char junk[5000];
	unsigned seed = 1;
	int fd;

	serve(URL);
	for (int i = 0; i < 200; i++) {
		for (size_t j = 0; j < sizeof(junk); j++)
			junk[j] = (char)rand_r(&seed);
		/* sometimes plausible at first */
		if (i % 2)
			memset(junk + 2, 0, 6);
		if (i % 3 == 0)
			memset(junk + 16, 0, 4);
		fd = i % 4 ? dial() : dial_raw();
		send(fd, junk, (size_t)(rand_r(&seed) % 5000), MSG_NOSIGNAL);
		close(fd);
	}
	check_alive();
	wait_processes(0);
}

ATF_TC_WITHOUT_HEAD(order);
ATF_TC_BODY(order, tc)
{
	struct sp_hdr hdr;
	int fd;

	serve(URL);
	fd = dial_raw();
	banner(fd);
	put(fd, 3, SP_REQ, SP_SYSCALL, FK_ADD, "", 0);
	expect(fd, 3, SP_ERROR, SP_SYSCALL, &hdr);
	ATF_CHECK_EQ(hdr.h_arg, SP_ERR_AUTH);
	ATF_CHECK(is_gone(fd));

	fd = dial_raw();
	banner(fd);
	put(fd, 3, SP_REQ, SP_HANDSHAKE, SP_EXEC, "x", 2);
	expect(fd, 3, SP_ERROR, SP_HANDSHAKE, &hdr);
	ATF_CHECK(is_gone(fd));

	fd = dial_raw();
	banner(fd);
	put(fd, 3, SP_REQ, SP_HANDSHAKE, 77, "x", 2);
	expect(fd, 3, SP_ERROR, SP_HANDSHAKE, &hdr);
	ATF_CHECK_EQ(hdr.h_arg, SP_ERR_MALFORMED_REQUEST);
	ATF_CHECK(is_gone(fd));

	/* twice */
	fd = dial();
	put(fd, 3, SP_REQ, SP_HANDSHAKE, SP_GUEST, "x", 2);
	expect(fd, 3, SP_ERROR, SP_HANDSHAKE, &hdr);
	/* an unknown request, and life goes on */
	put(fd, 4, SP_REQ, SP_RAISE, 9, "abc", 3);
	expect(fd, 4, SP_ERROR, SP_RAISE, &hdr);
	ATF_CHECK_EQ(hdr.h_arg, SP_ERR_MALFORMED_REQUEST);
	ATF_CHECK_EQ(call(fd, FK_ADD, 1, 1, 0, NULL), 0);

	/* an answer to no question */
	put(fd, 5, SP_RESP, SP_COPYIN, 0, "abc", 3);
	ATF_CHECK(is_gone(fd));
	check_alive();
}

/* Begin a copyin and return the question's number. */
static uint64_t
start_copyin(int fd, size_t len)
{
	const uint64_t args[2] = {0, len};
	struct sp_copy c;
	struct sp_hdr hdr;

	put(fd, 77, SP_REQ, SP_SYSCALL, FK_COPYIN, args, sizeof(args));
	ATF_REQUIRE(get(fd, &hdr, sizeof(hdr)));
	ATF_REQUIRE_EQ(hdr.h_class, SP_REQ);
	ATF_REQUIRE_EQ(hdr.h_type, SP_COPYIN);
	ATF_REQUIRE(get(fd, &c, sizeof(c)));
	ATF_REQUIRE_EQ(c.c_len, len);
	return hdr.h_reqno;
}

ATF_TC_WITHOUT_HEAD(bad_answers);
ATF_TC_BODY(bad_answers, tc)
{
	struct sp_sysresp resp;
	struct sp_hdr hdr;
	uint64_t reqno;
	int fd;

	serve(URL);
	fd = dial(); /* short */
	reqno = start_copyin(fd, 1000);
	put(fd, reqno, SP_RESP, SP_COPYIN, 0, "abc", 3);
	ATF_CHECK(is_gone(fd));
	fd = dial(); /* long */
	reqno = start_copyin(fd, 10);
	send_hdr(fd, 24 + 11, reqno, SP_RESP, SP_COPYIN, 0);
	ATF_CHECK(is_gone(fd));
	fd = dial(); /* another kind */
	reqno = start_copyin(fd, 8);
	put(fd, reqno, SP_RESP, SP_ANONMMAP, 0, "12345678", 8);
	ATF_CHECK(is_gone(fd));
	fd = dial(); /* another number */
	reqno = start_copyin(fd, 8);
	put(fd, reqno + 1, SP_RESP, SP_COPYIN, 0, "12345678", 8);
	ATF_CHECK(is_gone(fd));
	fd = dial(); /* half of it, then nothing more */
	reqno = start_copyin(fd, 5000);
	send_hdr(fd, 24 + 5000, reqno, SP_RESP, SP_COPYIN, 0);
	send(fd, "half", 4, MSG_NOSIGNAL);
	check_alive();
	close(fd);
	fd = dial(); /* gone while it is asked */
	start_copyin(fd, 5000);
	close(fd);
	wait_processes(0);

	fd = dial(); /* "I cannot" is an answer: EFAULT */
	reqno = start_copyin(fd, 8);
	put(fd, reqno, SP_ERROR, SP_COPYIN, SP_ERR_MALFORMED_REQUEST, "", 0);
	expect(fd, 77, SP_RESP, SP_SYSCALL, &hdr);
	ATF_REQUIRE(get(fd, &resp, sizeof(resp)));
	ATF_CHECK_EQ(resp.s_error, 14);
	ATF_CHECK_EQ(call(fd, FK_ADD, 1, 1, 0, NULL), 0);
	check_alive();
}

/* Slow by the byte, several at once; the others don't notice. */
ATF_TC_WITHOUT_HEAD(half_frames);
ATF_TC_BODY(half_frames, tc)
{
	struct sp_hdr hdr = {
	    sizeof(hdr) + 2, 1, SP_REQ, SP_HANDSHAKE, SP_GUEST};
	int fds[20];

	serve(URL);
	for (int i = 0; i < 20; i++)
		fds[i] = dial_raw();
	for (size_t b = 0; b < sizeof(hdr); b++) {
		for (int i = 0; i < 20; i++)
			send(fds[i], (char *)&hdr + b, 1, MSG_NOSIGNAL);
		check_alive();
	}
	for (int i = 0; i < 20; i++) {
		struct sp_hdr answer;
		int32_t error;

		send(fds[i], "x", 2, MSG_NOSIGNAL);
		banner(fds[i]);
		expect(fds[i], 1, SP_RESP, SP_HANDSHAKE, &answer);
		ATF_REQUIRE(get(fds[i], &error, 4));
	}
	wait_processes(20);
}

/* Requests in one packet, behind a handshake that takes its time. */
ATF_TC_WITHOUT_HEAD(pipelined);
ATF_TC_BODY(pipelined, tc)
{
	struct {
		struct sp_hdr h1;
		char name[8];
		struct sp_hdr h2;
		uint64_t a, b;
		struct sp_hdr h3;
	} __attribute__((__packed__))
	all = {{32, 1, SP_REQ, SP_HANDSHAKE, SP_GUEST}, "abcdefg",
	    {40, 2, SP_REQ, SP_SYSCALL, FK_ADD}, 5, 6,
	    {24, 3, SP_REQ, SP_PREFORK, 0}};
	struct sp_sysresp resp;
	bool seen[4] = {false};
	struct sp_hdr hdr;
	char body[64];
	int fd;

	serve(URL);
	fd = dial_raw();
	banner(fd);
	send(fd, &all, sizeof(all), MSG_NOSIGNAL);
	for (int i = 0; i < 3; i++) {
		ATF_REQUIRE(get(fd, &hdr, sizeof(hdr)));
		ATF_REQUIRE(hdr.h_class == SP_RESP && hdr.h_reqno < 4);
		ATF_REQUIRE(get(fd, body, hdr.h_len - sizeof(hdr)));
		seen[hdr.h_reqno] = true;
		if (hdr.h_reqno == 2) {
			memcpy(&resp, body, sizeof(resp));
			ATF_CHECK_EQ(resp.s_retval[0], 11);
		}
	}
	ATF_CHECK(seen[1] && seen[2] && seen[3]);
}

/* Endless requests whose answers are never read. */
ATF_TC_WITHOUT_HEAD(flood);
ATF_TC_BODY(flood, tc)
{
	const uint64_t args[2] = {1, 2};
	struct sp_hdr hdr = {
	    sizeof(hdr) + sizeof(args), 1, SP_REQ, SP_SYSCALL, FK_ADD};
	char frame[sizeof(hdr) + sizeof(args)];
	size_t sent = 0;
	int fds[4], fd;

	serve(URL);
	memcpy(frame, &hdr, sizeof(hdr));
	memcpy(frame + sizeof(hdr), args, sizeof(args));
	for (int i = 0; i < 4; i++) {
		fd = fds[i] = dial();
		while (sent < (size_t)(i + 1) * 2000000) {
			ssize_t n = send(fd, frame, sizeof(frame),
			    MSG_NOSIGNAL | MSG_DONTWAIT);
			struct pollfd p = {fd, POLLOUT, 0};

			if (n == -1 && errno == EAGAIN && poll(&p, 1, 200) == 0)
				break;
			if (n == -1 && errno != EAGAIN)
				break;
			sent += sizeof(frame);
		}
		check_alive();
	}
	for (int i = 0; i < 4; i++)
		close(fds[i]);
	wait_processes(0);
}

ATF_TC_WITHOUT_HEAD(crowd);
ATF_TC_BODY(crowd, tc)
{
	static int fds[1100];
	struct rlimit rl = {4096, 4096};
	double used;
	int n;

	setrlimit(RLIMIT_NOFILE, &rl);
	serve(URL);
	for (n = 0; n < 1000; n++)
		fds[n] = dial_raw();
	banner(fds[999]);
	/* full: the next one waits in the queue, and idly */
	fds[n++] = dial_raw();
	used = fk_cpu();
	usleep(200000);
	used = fk_cpu() - used;
	ATF_CHECK_MSG(used < 0.02, "%f s of CPU", used);
	close(fds[0]);
	banner(fds[n - 1]);
	while (--n > 0)
		close(fds[n]);
	check_alive();
}

/*
 * Addresses.
 */

ATF_TC_WITHOUT_HEAD(urls);
ATF_TC_BODY(urls, tc)
{
	static const char *const bad[] = {"", "unix://", "tcp://", "sock",
	    "tcp://1.2.3.4", "tcp://1.2.3.4:", "tcp://1.2.3.4:99999/",
	    "tcp://1.2.3:80/", "tcp://1.2.3.4:80x", "tcp://1.2.3.4:-1/",
	    "http://x/", "tcp://999999999999999999999999:1/"};
	char longurl[400] = "unix:///";

	fk_init();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_MSG(rumpuser_sp_init(bad[i], "a", "b", "c") == 22,
		    "%s", bad[i]);
	memset(longurl + 8, 'x', 300);
	ATF_CHECK_EQ(rumpuser_sp_init(longurl, "a", "b", "c"), 63);
	ATF_CHECK_EQ(rumpuser_sp_init("unix:///no/dir/s", "a", "b", "c"), 2);
	longurl[99] = '\0';
	ATF_CHECK_EQ(rumpuser_sp_init(URL, longurl, "b", "c"), 22);
	/* after all of that it works */
	ATF_CHECK_EQ(rumpuser_sp_init(URL, "NetBSD", "7.99.34", "amd64"), 0);
	ATF_CHECK_EQ(rumpuser_sp_init(URL, "a", "b", "c"), 37);
	fk_leave();
	check_alive();
}

ATF_TC_WITHOUT_HEAD(stale);
ATF_TC_BODY(stale, tc)
{
	struct stat sb;
	int status;
	pid_t pid;

	/* killed: the file stays */
	pid = fork();
	if (pid == 0) {
		serve(URL);
		raise(SIGKILL);
	}
	waitpid(pid, &status, 0);
	ATF_CHECK_EQ(stat("sock", &sb), 0);
	/* leaves in order: the file goes */
	pid = fork();
	if (pid == 0) {
		serve(URL);
		if (chdir("/") == -1)
			_exit(1);
		exit(0);
	}
	waitpid(pid, &status, 0);
	ATF_CHECK_EQ(stat("sock", &sb), -1);
	/* one that lives is not robbed */
	serve(URL);
	pid = fork();
	if (pid == 0) {
		struct sp_address a;
		int fd;

		sp_address_parse(URL, 1, &a);
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		_exit(bind(fd, &a.a_addr.sa, a.a_len) == -1 ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	ATF_CHECK_EQ(status, 0);
	check_alive();
}

ATF_TC_WITHOUT_HEAD(tcp);
ATF_TC_BODY(tcp, tc)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	char url[64];
	long rv[2];
	int fd, port;

	fk_init();
	for (port = 20000 + getpid() % 20000;; port++) {
		snprintf(url, sizeof(url), "tcp://127.0.0.1:%d/", port);
		if (rumpuser_sp_init(url, "NetBSD", "7.99.34", "amd64") == 0)
			break;
	}
	fk_leave();
	in.sin_port = htons((uint16_t)port);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	ATF_REQUIRE_EQ(connect(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	banner(fd);
	hello(fd, SP_GUEST, "x", 2);
	ATF_CHECK_EQ(call(fd, FK_ADD, 1, 2, 0, rv), 0);
	ATF_CHECK_EQ(rv[0], 3);
}

ATF_TC_WITHOUT_HEAD(fini);
ATF_TC_BODY(fini, tc)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "sock"};
	int fd;

	serve(URL);
	fk_enter();
	rumpuser_sp_fini(NULL);
	rumpuser_sp_fini(NULL);
	ATF_CHECK(fk_held());
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	ATF_CHECK_EQ(connect(fd, (struct sockaddr *)&un, sizeof(un)), -1);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, calls);
	ATF_TP_ADD_TC(tp, memory);
	ATF_TP_ADD_TC(tp, raise);
	ATF_TP_ADD_TC(tp, fork);
	ATF_TP_ADD_TC(tp, fork_signal);
	ATF_TP_ADD_TC(tp, fork_limit);
	ATF_TP_ADD_TC(tp, exec);
	ATF_TP_ADD_TC(tp, many);
	ATF_TP_ADD_TC(tp, blocked);
	ATF_TP_ADD_TC(tp, all_blocked);
	ATF_TP_ADD_TC(tp, bad_lengths);
	ATF_TP_ADD_TC(tp, short_arguments);
	ATF_TP_ADD_TC(tp, garbage);
	ATF_TP_ADD_TC(tp, order);
	ATF_TP_ADD_TC(tp, bad_answers);
	ATF_TP_ADD_TC(tp, half_frames);
	ATF_TP_ADD_TC(tp, pipelined);
	ATF_TP_ADD_TC(tp, flood);
	ATF_TP_ADD_TC(tp, crowd);
	ATF_TP_ADD_TC(tp, urls);
	ATF_TP_ADD_TC(tp, stale);
	ATF_TP_ADD_TC(tp, tcp);
	ATF_TP_ADD_TC(tp, fini);
	return atf_no_error();
}
