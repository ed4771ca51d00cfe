/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system call server with the kernel behind it, by raw sockets: what a
 * client does to its process is no harm to the kernel.
 */

#include "../../host/posix/sp_proto.h"
#include "t_kern.h"

#define SYS_READ       3
#define SYS_WRITE      4
#define SYS_CLOSE      6
#define SYS_PIPE       42
#define CTL_KERN       1
#define KERN_PROC2     47
#define SIGPIPE_NETBSD 13
#define EPIPE_NETBSD   32

static void
serve(void)
{
	RZ(rump_init());
	RZ(rump_init_server("unix://sock"));
}

static bool
get(int fd, void *buf, size_t len)
{
	return recv(fd, buf, len, MSG_WAITALL) == (ssize_t)len;
}

static void
put(int fd, int type, uint32_t arg, const void *body, size_t len)
{
	static uint64_t reqno;
	struct sp_hdr hdr = {
	    sizeof(hdr) + len, ++reqno, SP_REQ, (uint16_t)type, arg};
	char frame[256];

	memcpy(frame, &hdr, sizeof(hdr));
	memcpy(frame + sizeof(hdr), body, len);
	send(fd, frame, sizeof(hdr) + len, MSG_NOSIGNAL);
}

static void
put_call(int fd, int num, uint64_t a, uint64_t b, uint64_t c)
{
	const uint64_t args[3] = {a, b, c};

	put(fd, SP_SYSCALL, (uint32_t)num, args, sizeof(args));
}

/* The next frame; its body is in body. */
static struct sp_hdr
next(int fd, void *body, size_t size)
{
	struct sp_hdr hdr;

	ATF_REQUIRE(get(fd, &hdr, sizeof(hdr)));
	ATF_REQUIRE(
	    hdr.h_len >= sizeof(hdr) && hdr.h_len - sizeof(hdr) <= size);
	ATF_REQUIRE(
	    hdr.h_len == sizeof(hdr) || get(fd, body, hdr.h_len - sizeof(hdr)));
	return hdr;
}

static int
dial(void)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "sock"};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char c, body[64];

	ATF_REQUIRE(connect(fd, (struct sockaddr *)&un, sizeof(un)) == 0);
	do {
		ATF_REQUIRE(get(fd, &c, 1));
	} while (c != '\n');
	put(fd, SP_HANDSHAKE, SP_GUEST, "prog", 5);
	REQ(next(fd, body, sizeof(body)).h_class, SP_RESP);
	return fd;
}

static struct sp_sysresp
call(int fd, int num, uint64_t a, uint64_t b, uint64_t c)
{
	struct sp_sysresp resp;

	put_call(fd, num, a, b, c);
	REQ(next(fd, &resp, sizeof(resp)).h_class, SP_RESP);
	return resp;
}

/* How many processes there are, from the tree of kern.proc2. */
static int
nprocs(void)
{
	int name[6] = {CTL_KERN, KERN_PROC2, 0, 0, 8, 0};
	size_t len = 0;

	RL(rump_sys___sysctl(name, 6, NULL, &len, NULL, 0));
	return (int)(len / 8);
}

static void
wait_nprocs(int n)
{
	for (int i = 0; i < 500 && nprocs() != n; i++)
		t_msleep(10);
	REQ(nprocs(), n);
}

TEST(sigpipe, "a remote process's signal is the client's to have")
{
	struct sp_sysresp resp = {0};
	struct sp_hdr hdr;
	struct sp_copy c;
	bool raised = false, answered = false;
	int fd, r, w;

	serve();
	fd = dial();
	resp = call(fd, SYS_PIPE, 0, 0, 0);
	REQ(resp.s_error, 0);
	r = (int)resp.s_retval[0];
	w = (int)resp.s_retval[1];
	REQ(call(fd, SYS_CLOSE, (uint64_t)r, 0, 0).s_error, 0);
	put_call(fd, SYS_WRITE, (uint64_t)w, 4096, 1);
	while (!raised || !answered) {
		hdr = next(fd, &resp, sizeof(resp));
		if (hdr.h_class == SP_RESP) {
			answered = true;
			REQ(resp.s_error, EPIPE_NETBSD);
		} else if (hdr.h_type == SP_COPYIN) {
			memcpy(&c, &resp, sizeof(c));
			hdr.h_class = SP_RESP;
			hdr.h_len = sizeof(hdr) + 1;
			REQ(c.c_len, 1);
			send(fd, &hdr, sizeof(hdr), MSG_NOSIGNAL);
			send(fd, "x", 1, MSG_NOSIGNAL);
		} else {
			raised = true;
			REQ(hdr.h_type, SP_RAISE);
			REQ(hdr.h_arg, SIGPIPE_NETBSD);
		}
	}
	close(fd);
}

/*
 * A call that begins when its client has already gone does not block, or the
 * process would stay for ever.
 */
TEST(gone_early, "clients that go with calls on their way")
{
	struct sp_sysresp resp;
	int before, fds[20];

	serve();
	before = nprocs();
	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 20; i++) {
			fds[i] = dial();
			resp = call(fds[i], SYS_PIPE, 0, 0, 0);
			for (int j = 0; j < 8; j++)
				put_call(fds[i], SYS_READ,
				    (uint64_t)resp.s_retval[0], 4096, 1);
			close(fds[i]);
		}
	}
	wait_nprocs(before);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, sigpipe);
	ATF_TP_ADD_TC(tp, gone_early);
	return atf_no_error();
}
