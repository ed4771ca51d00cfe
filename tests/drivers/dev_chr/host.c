/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs mailboxes: transfers, waits of all kinds, requests, and new boxes. */

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

#include "drivertest.h"
#include "mbx_ioctl.h"

/* Of the kernel's own world. */
#define EVFILT_READ  0
#define EVFILT_WRITE 1
#define EV_ADD       0x0001
#define EV_DELETE    0x0002
#define K_POLLRDNORM 0x0040
#define FIONREAD_    _IOR('f', 127, int)
#define FIOASYNC_    _IOW('f', 125, int)
#define FIOSETOWN_   _IOW('f', 124, int)
#define FIOGETOWN_   _IOR('f', 123, int)

static int fd;

static void
start(const char *path)
{
	CHECK_EQ(rump_init(), 0);
	fd = rump_sys_open(path, RUMP_O_RDWR);
	CHECK(fd >= 0);
}

/* Writes "hello" after a moment. */
static void *
writer(void *arg)
{
	usleep(100000);
	CHECK_EQ(rump_sys_write(fd, "hello", 5), 5);
	return NULL;
}

static void
transfer(void)
{
	char buf[300], out[300];
	pthread_t t;
	int i, n, fl;

	start("/dev/mbx0");
	CHECK_EQ(rump_sys_write(fd, "abcdef", 6), 6);
	CHECK_EQ(rump_sys_read(fd, buf, 4), 4);
	CHECK_EQ(memcmp(buf, "abcd", 4), 0);
	CHECK_ERRNO(0, rump_sys_ioctl(fd, FIONREAD_, &n));
	CHECK_EQ(n, 2);
	CHECK_EQ(rump_sys_read(fd, buf, sizeof(buf)), 2);

	/* Nothing there: the reader waits. */
	CHECK_EQ(pthread_create(&t, NULL, writer, NULL), 0);
	CHECK_EQ(rump_sys_read(fd, buf, sizeof(buf)), 5);
	CHECK_EQ(memcmp(buf, "hello", 5), 0);
	pthread_join(t, NULL);

	/* Or does not, if it is told so. */
	fl = rump_sys_fcntl(fd, F_GETFL, (void *)0);
	CHECK_ERRNO(0,
	    rump_sys_fcntl(
		fd, F_SETFL, (void *)(intptr_t)(fl | RUMP_O_NONBLOCK)));
	CHECK_ERRNO(RUMP_EAGAIN, rump_sys_read(fd, buf, 1));
	for (i = 0; i < 300; i++)
		out[i] = (char)i;
	/* What fits is written, around the end of the ring. */
	CHECK_EQ(rump_sys_write(fd, out, 300), 256);
	CHECK_ERRNO(RUMP_EAGAIN, rump_sys_write(fd, out, 1));
	CHECK_EQ(rump_sys_read(fd, buf, 300), 256);
	CHECK_EQ(memcmp(buf, out, 256), 0);
	CHECK_ERRNO(0, rump_sys_close(fd));
	/* A minor without a device. */
	CHECK_ERRNO(RUMP_ENXIO, rump_sys_open("/dev/mbxnone", RUMP_O_RDWR));
}

static void
polls_of(const char *path)
{
	struct rump_pollfd pfd;
	struct rump_fd_set rd;
	pthread_t t;

	start(path);
	pfd.fd = fd;
	pfd.events = POLLIN | POLLOUT;
	CHECK_EQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 0), 1);
	CHECK_EQ(pfd.revents, POLLOUT);
	pfd.events = POLLIN | K_POLLRDNORM;
	CHECK_EQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 20), 0);
	CHECK_EQ(pthread_create(&t, NULL, writer, NULL), 0);
	CHECK_EQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 10000), 1);
	CHECK_EQ(pfd.revents, POLLIN | K_POLLRDNORM);
	pthread_join(t, NULL);
	CHECK_ERRNO(0, rump_sys_ioctl(fd, MBXIOC_RESET, NULL));

	CHECK_EQ(pthread_create(&t, NULL, writer, NULL), 0);
	RUMP_FD_ZERO(&rd);
	RUMP_FD_SET(fd, &rd);
	CHECK_EQ(
	    rump_sys_select(fd + 1, rump_fd_set_ptr(&rd), NULL, NULL, NULL), 1);
	CHECK(RUMP_FD_ISSET(fd, &rd));
	pthread_join(t, NULL);
}

static void
polls(void)
{
	polls_of("/dev/mbx0");
}

/* Registers a filter, or returns what there is within a time. */
static int
events(int kq, int filter, int flags, struct rump_kevent *out, int ms)
{
	struct rump_kevent ev = {0};
	struct rump_timespec ts = {0, 0};

	ev.ident = (uintptr_t)fd;
	ev.filter = (uint32_t)filter;
	ev.flags = (uint32_t)flags;
	ev.udata = 77;
	ts.tv_sec = ms / 1000;
	ts.tv_nsec = ms % 1000 * 1000000L;
	if (flags != 0)
		return rump_sys_kevent(kq, rump_kevent_ptr(&ev), 1, NULL, 0,
		    rump_timespec_ptr(&ts));
	return rump_sys_kevent(
	    kq, NULL, 0, rump_kevent_ptr(out), 1, rump_timespec_ptr(&ts));
}

static void
kqueues_of(const char *path)
{
	struct rump_kevent ev = {0};
	pthread_t t;
	int kq, max = 4;

	start(path);
	kq = rump_sys_kqueue();
	CHECK(kq >= 0);
	CHECK_ERRNO(0, events(kq, EVFILT_READ, EV_ADD, NULL, 0));
	CHECK_EQ(events(kq, 0, 0, &ev, 20), 0);
	CHECK_EQ(pthread_create(&t, NULL, writer, NULL), 0);
	CHECK_EQ(events(kq, 0, 0, &ev, 10000), 1);
	CHECK_EQ(ev.ident, fd);
	CHECK_EQ(ev.filter, EVFILT_READ);
	CHECK_EQ(ev.data, 5);
	CHECK_EQ(ev.udata, 77);
	pthread_join(t, NULL);
	CHECK_ERRNO(0, events(kq, EVFILT_READ, EV_DELETE, NULL, 0));
	CHECK_EQ(events(kq, 0, 0, &ev, 0), 0);

	/* Room to write: none, until the limit goes up. */
	CHECK_ERRNO(0, rump_sys_ioctl(fd, MBXIOC_SETMAX, &max));
	CHECK_ERRNO(0, events(kq, EVFILT_WRITE, EV_ADD, NULL, 0));
	CHECK_EQ(events(kq, 0, 0, &ev, 20), 0);
	max = 12;
	CHECK_ERRNO(0, rump_sys_ioctl(fd, MBXIOC_SETMAX, &max));
	CHECK_EQ(events(kq, 0, 0, &ev, 10000), 1);
	CHECK_EQ(ev.filter, EVFILT_WRITE);
	CHECK_EQ(ev.data, 7);
	/* Closing the device's file takes the filters along. */
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_EQ(events(kq, 0, 0, &ev, 0), 0);
	/* A file that the driver made. */
	fd = rump_sys_open("/dev/mbx", RUMP_O_RDWR);
	CHECK(fd >= 0);
	CHECK_ERRNO(0, events(kq, EVFILT_READ, EV_ADD, NULL, 0));
	CHECK_EQ(events(kq, 0, 0, &ev, 0), 0);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(0, rump_sys_close(kq));
	/* the filters were called as they should be */
	drivertest_kernel(NULL);
}

static void
kqueues(void)
{
	kqueues_of("/dev/mbx1");
}

static void
always(void)
{
	struct rump_kevent ev = {0};
	struct rump_pollfd pfd;
	char c;
	int kq;

	start("/dev/mbxtrue");
	CHECK_EQ(rump_sys_read(fd, &c, 1), 0);
	CHECK_EQ(rump_sys_write(fd, "gone", 4), 4);
	pfd.fd = fd;
	pfd.events = POLLIN | POLLOUT;
	CHECK_EQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, -1), 1);
	CHECK_EQ(pfd.revents, POLLIN | POLLOUT);
	kq = rump_sys_kqueue();
	CHECK_ERRNO(0, events(kq, EVFILT_READ, EV_ADD, NULL, 0));
	CHECK_EQ(events(kq, 0, 0, &ev, 0), 1);
	CHECK_ERRNO(0, events(kq, EVFILT_READ, EV_DELETE, NULL, 0));
	CHECK_ERRNO(0, events(kq, EVFILT_WRITE, EV_ADD, NULL, 0));
	CHECK_EQ(events(kq, 0, 0, &ev, 0), 1);
	CHECK_EQ(ev.filter, EVFILT_WRITE);
}

static void
requests_of(const char *path)
{
	struct mbx_info mi = {-1, -1};
	struct mbx_sum ms = {"\1\2\3", 3, 0};
	struct mbx_name mn;
	char old[16];

	start(path);
	CHECK_EQ(rump_sys_write(fd, "12345", 5), 5);
	CHECK_ERRNO(0, rump_sys_ioctl(fd, MBXIOC_INFO, &mi));
	CHECK_EQ(mi.mi_bytes, 5);
	CHECK_EQ(mi.mi_max, 256);
	CHECK_ERRNO(0, rump_sys_ioctl(fd, MBXIOC_SUM, &ms));
	CHECK_EQ(ms.ms_sum, 6);
	ms.ms_bytes = NULL;
	CHECK_ERRNO(RUMP_EFAULT, rump_sys_ioctl(fd, MBXIOC_SUM, &ms));
	mn.mn_new = "red";
	mn.mn_old = old;
	mn.mn_oldlen = sizeof(old);
	CHECK_ERRNO(0, rump_sys_ioctl(fd, MBXIOC_NAME, &mn));
	CHECK_EQ(strcmp(old, "unnamed"), 0);
	mn.mn_new = "a name that is too long";
	CHECK_ERRNO(RUMP_ENAMETOOLONG, rump_sys_ioctl(fd, MBXIOC_NAME, &mn));
	CHECK_EQ(strcmp(old, "red"), 0);
	mn.mn_oldlen = 3;
	CHECK_ERRNO(RUMP_ENAMETOOLONG, rump_sys_ioctl(fd, MBXIOC_NAME, &mn));
	CHECK_ERRNO(RUMP_ENOTTY, rump_sys_ioctl(fd, _IO('M', 99), NULL));
}

static void
requests(void)
{
	requests_of("/dev/mbx0");
}

static void
props(void)
{
	static char text[] =
	    "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict>"
	    "<key>max</key><integer>100</integer></dict></plist>";
	struct plistref ref = {text, sizeof(text)};
	struct mbx_info mi;

	start("/dev/mbx1");
	CHECK_ERRNO(0, rump_sys_ioctl(fd, MBXIOC_PROPS, &ref));
	CHECK(ref.pref_plist != NULL && ref.pref_plist != text);
	CHECK(strstr(ref.pref_plist, "<key>driver</key>") != NULL);
	CHECK(strstr(ref.pref_plist, "<string>mbx</string>") != NULL);
	CHECK_ERRNO(0, rump_sys_ioctl(fd, MBXIOC_INFO, &mi));
	CHECK_EQ(mi.mi_max, 100);
	ref.pref_plist = text + 10;
	ref.pref_len = sizeof(text) - 10;
	CHECK_ERRNO(RUMP_EIO, rump_sys_ioctl(fd, MBXIOC_PROPS, &ref));
}

static volatile sig_atomic_t got;

static void
on_signal(int sig)
{
	got = sig;
}

static void
signals(void)
{
	int on = 1, owner, mine;

	signal(SIGIO, on_signal);
	rump_boot_setsigmodel(RUMP_SIGMODEL_RAISE);
	start("/dev/mbx0");
	mine = owner = rump_sys_getpid();
	CHECK_EQ(rump_sys_write(fd, "1", 1), 1);
	CHECK_EQ(got, 0);
	CHECK_ERRNO(0, rump_sys_ioctl(fd, FIOSETOWN_, &owner));
	owner = 0;
	CHECK_ERRNO(0, rump_sys_ioctl(fd, FIOGETOWN_, &owner));
	CHECK_EQ(owner, mine);
	CHECK_ERRNO(0, rump_sys_ioctl(fd, FIOASYNC_, &on));
	CHECK_EQ(rump_sys_write(fd, "2", 1), 1);
	CHECK_EQ(got, SIGIO);
	got = 0;
	on = 0;
	CHECK_ERRNO(0, rump_sys_ioctl(fd, FIOASYNC_, &on));
	CHECK_EQ(rump_sys_write(fd, "3", 1), 1);
	CHECK_EQ(got, 0);
	owner = 31000; /* nobody */
	CHECK_ERRNO(RUMP_ESRCH, rump_sys_ioctl(fd, FIOSETOWN_, &owner));
}

static void
clones(void)
{
	struct rump_stat st;
	char buf[8];
	int other, first;

	start("/dev/mbx");
	first = fd;
	other = rump_sys_open("/dev/mbx", RUMP_O_RDWR | RUMP_O_NONBLOCK);
	CHECK(other >= 0 && other != first);
	CHECK_EQ(rump_sys_write(first, "one", 3), 3);
	CHECK_ERRNO(RUMP_EAGAIN, rump_sys_read(other, buf, sizeof(buf)));
	CHECK_ERRNO(0, rump_sys_fstat(first, rump_stat_ptr(&st)));
	CHECK_EQ(st.st_size, 3);
	CHECK_EQ(st.st_mode & 0170000, 0020000);
	CHECK_EQ(rump_sys_read(first, buf, sizeof(buf)), 3);
	CHECK_ERRNO(0, rump_sys_close(first));
	CHECK_ERRNO(0, rump_sys_close(other));
	CHECK_ERRNO(RUMP_EBADF, rump_sys_write(first, "x", 1));
	/* what the node of a box can do, a box without a node can */
	polls_of("/dev/mbx");
	kqueues_of("/dev/mbx");
	requests_of("/dev/mbx");
}

#define KERNEL_CASE(name)                                                      \
	static void kernel_##name(void)                                        \
	{                                                                      \
		CHECK_EQ(rump_init(), 0);                                      \
		drivertest_kernel(#name);                                      \
	}

KERNEL_CASE(files)
KERNEL_CASE(maxfiles)
KERNEL_CASE(fileops)
KERNEL_CASE(devsw)

static const struct drivertest tests[] = {
    {"transfer", transfer, NULL},
    {"polls", polls, NULL},
    {"kqueues", kqueues, NULL},
    {"always", always, NULL},
    {"requests", requests, NULL},
    {"props", props, NULL},
    {"signals", signals, NULL},
    {"clones", clones, NULL},
    {"files", kernel_files, NULL},
    {"maxfiles", kernel_maxfiles, NULL},
    {"fileops", kernel_fileops, NULL},
    {"devsw", kernel_devsw, NULL},
    {NULL, NULL, NULL},
};

DRIVERTEST_MAIN(tests)
