/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs crossed terminals: lines, signals, flow, jobs. */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>

#include "crs_ioctl.h"
#include "drivertest.h"

/* termios of the kernel */
struct k_termios {
	uint32_t iflag, oflag, cflag, lflag;
	unsigned char cc[20];
	int ispeed, ospeed;
};
enum {
	K_VEOF,
	K_VEOL,
	K_VEOL2,
	K_VERASE,
	K_VWERASE,
	K_VKILL,
	K_VREPRINT,
	K_VINTR = 8,
	K_VQUIT,
	K_VSUSP,
	K_VDSUSP,
	K_VSTART,
	K_VSTOP,
	K_VLNEXT,
	K_VDISCARD,
	K_VMIN,
	K_VTIME,
	K_VSTATUS
};
#define K_BRKINT  0x2u
#define K_PARMRK  0x8u
#define K_INPCK   0x10u
#define K_ISTRIP  0x20u
#define K_ICRNL   0x100u
#define K_IXON    0x200u
#define K_IXOFF   0x400u
#define K_OPOST   0x1u
#define K_CLOCAL  0x8000u
#define K_CRTSCTS 0x10000u
#define K_ECHO    0x8u
#define K_ISIG    0x80u
#define K_ICANON  0x100u
#define K_IEXTEN  0x400u

struct k_winsize {
	unsigned short row, col, xpixel, ypixel;
};

#define K_TIOCGETA   RUMP__IOR('t', 19, struct k_termios)
#define K_TIOCSETA   RUMP__IOW('t', 20, struct k_termios)
#define K_TIOCSETAW  RUMP__IOW('t', 21, struct k_termios)
#define K_TIOCSETAF  RUMP__IOW('t', 22, struct k_termios)
#define K_TIOCEXCL   RUMP__IO('t', 13)
#define K_TIOCNXCL   RUMP__IO('t', 14)
#define K_TIOCFLUSH  RUMP__IOW('t', 16, int)
#define K_TIOCGETD   RUMP__IOR('t', 26, int)
#define K_TIOCSETD   RUMP__IOW('t', 27, int)
#define K_TIOCSLINED RUMP__IOW('t', 67, char[32])
#define K_TIOCGLINED RUMP__IOR('t', 66, char[32])
#define K_TIOCSBRK   RUMP__IO('t', 123)
#define K_TIOCCDTR   RUMP__IO('t', 120)
#define K_TIOCSDTR   RUMP__IO('t', 121)
#define K_TIOCGPGRP  RUMP__IOR('t', 119, int)
#define K_TIOCSPGRP  RUMP__IOW('t', 118, int)
#define K_TIOCOUTQ   RUMP__IOR('t', 115, int)
#define K_TIOCSTI    RUMP__IOW('t', 114, char)
#define K_TIOCNOTTY  RUMP__IO('t', 113)
#define K_TIOCSTOP   RUMP__IO('t', 111)
#define K_TIOCSTART  RUMP__IO('t', 110)
#define K_TIOCMGET   RUMP__IOR('t', 106, int)
#define K_TIOCGWINSZ RUMP__IOR('t', 104, struct k_winsize)
#define K_TIOCSWINSZ RUMP__IOW('t', 103, struct k_winsize)
#define K_TIOCGSID   RUMP__IOR('t', 99, int)
#define K_TIOCSCTTY  RUMP__IO('t', 97)
#define K_TIOCDRAIN  RUMP__IO('t', 94)
#define K_FIONREAD   RUMP__IOR('f', 127, int)

static int a, b; /* the terminal, and whoever types */

static int
openat_(const char *path, int flags)
{
	int fd = rump_sys_open(path, flags);

	CHECK(fd >= 0);
	return fd;
}

static void
mode(int fd, uint32_t iflag, uint32_t oflag, uint32_t lflag)
{
	struct k_termios t;

	CHECK_ERRNO(0, rump_sys_ioctl(fd, K_TIOCGETA, &t));
	t.iflag = iflag;
	t.oflag = oflag;
	t.lflag = lflag;
	t.cc[K_VMIN] = 1;
	t.cc[K_VTIME] = 0;
	CHECK_ERRNO(0, rump_sys_ioctl(fd, K_TIOCSETA, &t));
}

static void
timing(int fd, int min, int time)
{
	struct k_termios t;

	CHECK_ERRNO(0, rump_sys_ioctl(fd, K_TIOCGETA, &t));
	t.cc[K_VMIN] = (unsigned char)min;
	t.cc[K_VTIME] = (unsigned char)time;
	CHECK_ERRNO(0, rump_sys_ioctl(fd, K_TIOCSETA, &t));
}

/* a is canonical with echo, b is raw. */
static void
start(void)
{
	CHECK_EQ(rump_init(), 0);
	a = openat_("/dev/crs0", RUMP_O_RDWR | RUMP_O_NONBLOCK);
	b = openat_("/dev/crs1", RUMP_O_RDWR);
	CHECK_ERRNO(0, rump_sys_fcntl(a, F_SETFL, (void *)RUMP_O_RDWR));
	mode(b, 0, 0, 0);
}

static void
type(const char *s)
{
	CHECK_EQ(rump_sys_write(b, s, strlen(s)), strlen(s));
}

/* Waits until as much has come to fd. */
static void
settle(int fd, int n)
{
	int i, got = 0;

	for (i = 0; i < 200; i++) {
		CHECK_ERRNO(0, rump_sys_ioctl(fd, K_FIONREAD, &got));
		if (got >= n)
			return;
		usleep(10000);
	}
	CHECK_EQ(got, n);
}

static const char *
take(int fd)
{
	static char buf[600];
	ssize_t n = rump_sys_read(fd, buf, sizeof(buf) - 1);

	CHECK(n >= 0);
	buf[n] = '\0';
	return buf;
}

#define SEEN(fd, text)                                                         \
	do {                                                                   \
		const char *seen_ = take(fd);                                  \
		if (strcmp(seen_, text) != 0) {                                \
			fprintf(stderr, "%s:%d: \"%s\"\n", __FILE__, __LINE__, \
			    seen_);                                            \
			exit(1);                                               \
		}                                                              \
	} while (0)

/* What the other side sees, once there is as much of it. */
#define SCREEN(text)                                                           \
	do {                                                                   \
		settle(b, (int)strlen(text));                                  \
		SEEN(b, text);                                                 \
	} while (0)

static void
lines(void)
{
	char buf[8];

	start();
	type("hello\r");
	SEEN(a, "hello\n");
	SCREEN("hello\r\n");
	/* A line at a time, and in pieces. */
	type("one\rtwo\rthree\r");
	SEEN(a, "one\n");
	CHECK_EQ(rump_sys_read(a, buf, 2), 2);
	CHECK_EQ(memcmp(buf, "tw", 2), 0);
	SEEN(a, "o\n");
	SEEN(a, "three\n");
	SCREEN("one\r\ntwo\r\nthree\r\n");
	/* The end of a file: what there is, then nothing. */
	type("part\004");
	SEEN(a, "part");
	type("\004");
	CHECK_EQ(rump_sys_read(a, buf, sizeof(buf)), 0);
	SCREEN("part^D\b\b^D\b\b");
	/* What is written is processed. */
	CHECK_EQ(rump_sys_write(a, "\nx\ty\n", 5), 5);
	SCREEN("\r\nx       y\r\n");
}

static void
editing(void)
{
	start();
	type("helpp\177\177lo\r");
	SEEN(a, "hello\n");
	SCREEN("helpp\b \b\b \blo\r\n");
	type("all wrong\025right\r");
	SEEN(a, "right\n");
	settle(b, 9 + 27 + 7);
	(void)take(b);
	type("two words\027lines\r");
	SEEN(a, "two lines\n");
	settle(b, 9 + 15 + 7);
	(void)take(b);
	/* A control character is seen as two, and rubbed out so. */
	type("a\001\177b\r");
	SEEN(a, "ab\n");
	SCREEN("a^A\b \b\b \bb\r\n");
	/* The next one is literal. */
	type("\026\003x\r");
	SEEN(a, "\003x\n");
	SCREEN("^\b^Cx\r\n");
	/* Typed again. */
	type("ab\022c\r");
	SEEN(a, "abc\n");
	SCREEN("ab^R\r\nabc\r\n");
}

static void
raw(void)
{
	struct rump_timespec t0, t1;
	char buf[16];
	int n;

	start();
	mode(a, 0, 0, 0);
	type("a\r\003\177");
	settle(a, 4);
	CHECK_EQ(rump_sys_read(a, buf, sizeof(buf)), 4);
	CHECK_EQ(memcmp(buf, "a\r\003\177", 4), 0);
	/* At least four. */
	timing(a, 4, 0);
	type("abc");
	usleep(50000);
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_FIONREAD, &n));
	CHECK_EQ(n, 0);
	type("d");
	CHECK_EQ(rump_sys_read(a, buf, sizeof(buf)), 4);
	/* Nothing within a time, and a pause after the first. */
	timing(a, 0, 2);
	CHECK_ERRNO(0, rump_sys_clock_gettime(3, rump_timespec_ptr(&t0)));
	CHECK_EQ(rump_sys_read(a, buf, sizeof(buf)), 0);
	CHECK_ERRNO(0, rump_sys_clock_gettime(3, rump_timespec_ptr(&t1)));
	CHECK((t1.tv_sec - t0.tv_sec) * 1000 +
		(t1.tv_nsec - t0.tv_nsec) / 1000000 >=
	    180);
	timing(a, 10, 1);
	type("xyz");
	CHECK_EQ(rump_sys_read(a, buf, sizeof(buf)), 3);
	timing(a, 0, 0);
	CHECK_EQ(rump_sys_read(a, buf, sizeof(buf)), 0);
	/* What came raw is a line when lines are asked for. */
	type("later\n");
	usleep(50000);
	mode(a, 0, 0, K_ICANON);
	SEEN(a, "later\n");
	/* Not without waiting. */
	CHECK_ERRNO(0,
	    rump_sys_fcntl(
		a, F_SETFL, (void *)(RUMP_O_RDWR | RUMP_O_NONBLOCK)));
	CHECK_ERRNO(RUMP_EAGAIN, rump_sys_read(a, buf, sizeof(buf)));
}

static void
errors(void)
{
	int c = 'p';
	char buf[8];

	start();
	mode(a, K_PARMRK | K_INPCK, 0, 0);
	CHECK_ERRNO(0, rump_sys_ioctl(b, CRSIOC_PARITY, &c));
	CHECK_EQ(rump_sys_read(a, buf, sizeof(buf)), 3);
	CHECK_EQ(memcmp(buf, "\377\0p", 3), 0);
	type("\377");
	CHECK_EQ(rump_sys_read(a, buf, sizeof(buf)), 2);
	CHECK_EQ(memcmp(buf, "\377\377", 2), 0);
	CHECK_ERRNO(0, rump_sys_ioctl(b, K_TIOCSBRK, NULL));
	CHECK_EQ(rump_sys_read(a, buf, sizeof(buf)), 3);
	CHECK_EQ(memcmp(buf, "\377\0\0", 3), 0);
	mode(a, K_ISTRIP, 0, 0);
	type("\301");
	CHECK_EQ(rump_sys_read(a, buf, sizeof(buf)), 1);
	CHECK_EQ(buf[0], 'A');
}

static void
flow(void)
{
	struct crs_counts cc;
	struct k_termios t;
	char big[900];
	int n, i;

	start();
	/* Stopped by a character, and started by one. */
	mode(a, K_IXON, 0, K_ICANON);
	type("\023");
	usleep(30000);
	CHECK_EQ(rump_sys_write(a, "held", 4), 4);
	usleep(30000);
	CHECK_ERRNO(0, rump_sys_ioctl(b, K_FIONREAD, &n));
	CHECK_EQ(n, 0);
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCOUTQ, &n));
	CHECK_EQ(n, 4);
	type("\021");
	SCREEN("held");
	/* By requests, and what is dropped. */
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCSTOP, NULL));
	CHECK_EQ(rump_sys_write(a, "lost", 4), 4);
	n = 2; /* output */
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCFLUSH, &n));
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCSTART, NULL));
	CHECK_EQ(rump_sys_write(a, "seen", 4), 4);
	SCREEN("seen");
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCDRAIN, NULL));

	/* Too much to read: the other side is asked to wait, and to go on. */
	mode(a, K_IXOFF, 0, 0);
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCGETA, &t));
	t.cflag |= K_CRTSCTS;
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCSETA, &t));
	memset(big, 'm', sizeof(big));
	CHECK_EQ(rump_sys_write(b, big, sizeof(big)), sizeof(big));
	settle(a, (int)sizeof(big));
	SCREEN("\023");
	for (n = 0; n < (int)sizeof(big); n += i) {
		i = (int)rump_sys_read(a, big, sizeof(big));
		CHECK(i > 0);
	}
	SCREEN("\021");
	CHECK_ERRNO(0, rump_sys_ioctl(a, CRSIOC_COUNTS, &cc));
	CHECK_EQ(cc.cc_blocked, 1);
	CHECK_EQ(cc.cc_released, 1);
	CHECK(cc.cc_stops >= 2);
}

/* Writes more than fits, to a line that is held. */
static void *
writer(void *arg)
{
	static char big[3000];

	memset(big, 'w', sizeof(big));
	CHECK_EQ(rump_sys_write(a, big, sizeof(big)), sizeof(big));
	return NULL;
}

static void
waiting(void)
{
	struct rump_pollfd pfd;
	struct rump_kevent ev = {0}, got = {0};
	struct rump_timespec zero = {0, 0};
	pthread_t t;
	int on = 1, kq, n, at = 0;
	char buf[500];

	start();
	mode(a, 0, 0, 0);
	pfd.fd = a;
	pfd.events = POLLIN | POLLOUT;
	CHECK_EQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 0), 1);
	CHECK_EQ(pfd.revents, POLLOUT);
	kq = rump_sys_kqueue();
	ev.ident = (uintptr_t)a;
	ev.flags = 1; /* EV_ADD, EVFILT_READ */
	CHECK_ERRNO(
	    0, rump_sys_kevent(kq, rump_kevent_ptr(&ev), 1, NULL, 0, NULL));
	CHECK_EQ(rump_sys_kevent(kq, NULL, 0, rump_kevent_ptr(&got), 1,
		     rump_timespec_ptr(&zero)),
	    0);
	type("news");
	CHECK_EQ(
	    rump_sys_kevent(kq, NULL, 0, rump_kevent_ptr(&got), 1, NULL), 1);
	settle(a, 4);
	pfd.events = POLLIN;
	CHECK_EQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 1000), 1);
	CHECK_EQ(take(a)[0], 'n');

	/* What cannot be read yet is held back: none of it is lost. */
	mode(a, K_IXON, 0, 0);
	mode(b, K_IXOFF, 0, 0);
	CHECK_ERRNO(0, rump_sys_ioctl(a, CRSIOC_HOLD, &on));
	CHECK_EQ(pthread_create(&t, NULL, writer, NULL), 0);
	usleep(100000);
	pfd.events = POLLOUT;
	CHECK_EQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 0), 0);
	on = 0;
	CHECK_ERRNO(0, rump_sys_ioctl(a, CRSIOC_HOLD, &on));
	while (at < 3000) {
		n = (int)rump_sys_read(b, buf, sizeof(buf));
		CHECK(n > 0);
		at += n;
	}
	pthread_join(t, NULL);
	CHECK_EQ(at, 3000);
	CHECK_EQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 1000), 1);
}

static void
discipline(void)
{
	char name[32] = "upper";
	int num = -1;

	start();
	mode(a, K_ICRNL, 0, K_ICANON);
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCGETD, &num));
	CHECK_EQ(num, 0);
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCSLINED, name));
	type("shout\r");
	SEEN(a, "SHOUT\n");
	memset(name, 0, sizeof(name));
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCGLINED, name));
	CHECK_EQ(strcmp(name, "upper"), 0);
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCGETD, &num));
	CHECK(num > 0);
	num = 0;
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCSETD, &num));
	type("whisper\r");
	SEEN(a, "whisper\n");
	strcpy(name, "nosuch");
	CHECK_ERRNO(RUMP_ENXIO, rump_sys_ioctl(a, K_TIOCSLINED, name));
	num = 4711;
	CHECK_ERRNO(RUMP_ENXIO, rump_sys_ioctl(a, K_TIOCSETD, &num));
}

static volatile sig_atomic_t ints, hups, wins, ttins;

static void
on_signal(int sig)
{
	ints += sig == SIGINT;
	hups += sig == SIGHUP;
	wins += sig == SIGWINCH;
	ttins += sig == SIGTTIN;
}

static void
await(volatile sig_atomic_t *what, int n)
{
	int i;

	for (i = 0; i < 200 && *what < n; i++) {
		(void)rump_sys_getpid();
		usleep(10000);
	}
	CHECK_EQ(*what, n);
}

/* As a leader of a session whose terminal a is. */
static void
session(void)
{
	signal(SIGINT, on_signal);
	signal(SIGHUP, on_signal);
	signal(SIGWINCH, on_signal);
	signal(SIGTTIN, on_signal);
	rump_boot_setsigmodel(RUMP_SIGMODEL_RAISE);
	CHECK_EQ(rump_init(), 0);
	CHECK_EQ(rump_pub_lwproc_rfork(RUMP_RFFDG), 0);
	CHECK(rump_sys_setsid() > 0);
	start();
	CHECK_ERRNO(RUMP_ENXIO, rump_sys_open("/dev/tty", RUMP_O_RDWR));
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCSCTTY, NULL));
}

static void
signals(void)
{
	struct k_winsize ws = {24, 80, 0, 0};
	struct k_termios t;

	session();
	type("junk\003good\r");
	await(&ints, 1);
	/* What was typed before is gone. */
	SEEN(a, "good\n");
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCSWINSZ, &ws));
	await(&wins, 1);
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCSWINSZ, &ws));
	memset(&ws, 0, sizeof(ws));
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCGWINSZ, &ws));
	CHECK_EQ(ws.row, 24);
	usleep(50000);
	CHECK_EQ(wins, 1);
	CHECK_ERRNO(0, rump_sys_ioctl(b, K_TIOCSBRK, NULL));
	await(&ints, 2);
	/* Without ISIG it is a character like others. */
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCGETA, &t));
	t.lflag &= ~K_ISIG;
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCSETAF, &t));
	type("\003\r");
	SEEN(a, "\003\n");
	CHECK_EQ(ints, 2);
}

static void
jobs(void)
{
	int pid, pgrp = -1, sid = -1, tty;
	char c;

	session();
	pid = rump_sys_getpid();
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCGPGRP, &pgrp));
	CHECK_EQ(pgrp, pid);
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCGSID, &sid));
	CHECK_EQ(sid, pid);
	CHECK_ERRNO(RUMP_ENOTTY, rump_sys_ioctl(b, K_TIOCGPGRP, &pgrp));
	CHECK_ERRNO(RUMP_EPERM, rump_sys_ioctl(b, K_TIOCSCTTY, NULL));
	tty = openat_("/dev/tty", RUMP_O_RDWR);
	type("hi\r");
	SEEN(tty, "hi\n");
	CHECK_ERRNO(RUMP_EINVAL, rump_sys_ioctl(tty, K_TIOCNOTTY, NULL));
	pgrp = 30000; /* nobody's */
	CHECK_ERRNO(RUMP_EPERM, rump_sys_ioctl(a, K_TIOCSPGRP, &pgrp));

	/* A child in a group of its own is in the background. */
	CHECK_EQ(rump_pub_lwproc_rfork(RUMP_RFFDG), 0);
	CHECK_ERRNO(0, rump_sys_setpgid(0, 0));
	type("secret\r");
	CHECK_ERRNO(RUMP_EIO, rump_sys_read(a, &c, 1));
	CHECK_EQ(ttins, 1);
	/* It writes all the same; and leaves the terminal. */
	CHECK_EQ(rump_sys_write(a, "w", 1), 1);
	CHECK_ERRNO(0, rump_sys_ioctl(tty, K_TIOCNOTTY, NULL));
	CHECK_ERRNO(RUMP_EIO, rump_sys_ioctl(tty, K_TIOCGPGRP, &pgrp));
	SEEN(a, "secret\n");
}

static void
hangup(void)
{
	struct rump_pollfd pfd;
	char c;
	int bits = 0;

	session();
	CHECK_ERRNO(0, rump_sys_ioctl(a, K_TIOCMGET, &bits));
	CHECK_EQ(bits & 0102, 0102); /* DTR and CD */
	CHECK_ERRNO(0, rump_sys_close(b));
	await(&hups, 1);
	CHECK_EQ(rump_sys_read(a, &c, 1), 0);
	CHECK_ERRNO(RUMP_EIO, rump_sys_write(a, "x", 1));
	pfd.fd = a;
	pfd.events = POLLIN;
	CHECK_EQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 0), 1);
	CHECK((pfd.revents & POLLHUP) != 0);
}

/* revoke(2): an end of file for who has it open, and a new start. */
static void
revoked(void)
{
	char c;
	int fd;

	start();
	CHECK_ERRNO(0, rump_sys_revoke("/dev/crs0"));
	CHECK_EQ(rump_sys_read(a, &c, 1), 0);
	CHECK_ERRNO(RUMP_EIO, rump_sys_write(a, "x", 1));
	CHECK_ERRNO(0, rump_sys_close(a));
	CHECK_ERRNO(0, rump_sys_revoke("/dev/null"));
	fd = openat_("/dev/zero", RUMP_O_RDONLY);
	CHECK_ERRNO(0, rump_sys_revoke("/dev/zero"));
	CHECK_ERRNO(RUMP_EIO, rump_sys_read(fd, &c, 1));
	CHECK_ERRNO(0, rump_sys_close(fd));
	a = openat_("/dev/crs0", RUMP_O_RDWR | RUMP_O_NONBLOCK);
	mode(a, 0, 0, 0);
}

static void *
opener(void *arg)
{
	*(int *)arg = rump_sys_open("/dev/crs0", RUMP_O_RDWR);
	return NULL;
}

static void
opening(void)
{
	struct k_termios t;
	pthread_t thread;
	int fd = -1, in, calling;
	char c = 's', buf[4];

	CHECK_EQ(rump_init(), 0);
	/* Waits for a carrier, which is the other end. */
	CHECK_EQ(pthread_create(&thread, NULL, opener, &fd), 0);
	usleep(100000);
	CHECK_EQ(fd, -1);
	in = openat_("/dev/cua1", RUMP_O_RDWR);
	pthread_join(thread, NULL);
	CHECK(fd >= 0);
	/* Not two ends that echo what they get. */
	mode(in, 0, 0, 0);
	CHECK_ERRNO(RUMP_EBUSY, rump_sys_open("/dev/cua0", RUMP_O_RDWR));
	CHECK_ERRNO(0, rump_sys_ioctl(fd, K_TIOCSTI, &c));
	c = '\n';
	CHECK_ERRNO(0, rump_sys_ioctl(fd, K_TIOCSTI, &c));
	CHECK_EQ(rump_sys_read(fd, buf, sizeof(buf)), 2);
	CHECK_EQ(buf[0], 's');
	/* A speed that the line does not have. */
	CHECK_ERRNO(0, rump_sys_ioctl(fd, K_TIOCGETA, &t));
	CHECK_EQ(t.ospeed, 9600);
	t.ospeed = t.ispeed = 300;
	CHECK_ERRNO(RUMP_EINVAL, rump_sys_ioctl(fd, K_TIOCSETAW, &t));
	t.ospeed = t.ispeed = 115200;
	CHECK_ERRNO(0, rump_sys_ioctl(fd, K_TIOCSETAW, &t));

	/* For one alone, but for the privileged. */
	CHECK_ERRNO(0, rump_sys_ioctl(fd, K_TIOCEXCL, NULL));
	calling = openat_("/dev/crs0", RUMP_O_RDWR);
	CHECK_ERRNO(0, rump_sys_close(calling));
	CHECK_ERRNO(0, rump_sys_chmod("/dev/crs0", 0666));
	CHECK_EQ(rump_pub_lwproc_rfork(RUMP_RFFDG), 0);
	CHECK_ERRNO(0, rump_sys_setuid(1000));
	CHECK_ERRNO(RUMP_EBUSY, rump_sys_open("/dev/crs0", RUMP_O_RDWR));
	CHECK_ERRNO(0, rump_sys_ioctl(fd, K_TIOCNXCL, NULL));
	calling = openat_("/dev/crs0", RUMP_O_RDWR);
	CHECK_ERRNO(0, rump_sys_close(calling));
	CHECK_ERRNO(0, rump_sys_close(in));
	CHECK_ERRNO(0, rump_sys_close(fd));
}

#define KERNEL_CASE(name)                                                      \
	static void kernel_##name(void)                                        \
	{                                                                      \
		CHECK_EQ(rump_init(), 0);                                      \
		drivertest_kernel(#name);                                      \
	}

KERNEL_CASE(clist)
KERNEL_CASE(quotes)
KERNEL_CASE(output)
KERNEL_CASE(speeds)
KERNEL_CASE(discs)
KERNEL_CASE(waits)
KERNEL_CASE(messages)

static const struct drivertest tests[] = {
    {"lines", lines, NULL},
    {"editing", editing, NULL},
    {"raw", raw, NULL},
    {"errors", errors, NULL},
    {"flow", flow, NULL},
    {"waiting", waiting, NULL},
    {"discipline", discipline, NULL},
    {"signals", signals, NULL},
    {"jobs", jobs, NULL},
    {"hangup", hangup, NULL},
    {"revoked", revoked, NULL},
    {"opening", opening, NULL},
    {"clist", kernel_clist, NULL},
    {"quotes", kernel_quotes, NULL},
    {"output", kernel_output, NULL},
    {"speeds", kernel_speeds, NULL},
    {"discs", kernel_discs, NULL},
    {"waits", kernel_waits, NULL},
    {"messages", kernel_messages, NULL},
    {NULL, NULL, NULL},
};

DRIVERTEST_MAIN(tests)
