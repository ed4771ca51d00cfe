/* SPDX-License-Identifier: BSD-2-Clause */
/* See wire.h. */
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "wire.h"

#define QLEN  4096
#define FRAME 9216

struct frame {
	struct frame *next;
	uint64_t when; /* ns */
	int side;      /* to */
	int len;
	uint8_t data[];
};

static int fds[2]; /* 0: the host's tap, 1: packet socket on rump's */
static struct frame *queue;
static uint64_t busy[2];
static int waiting[2];
static uint32_t seed = 12345;

static uint64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static uint32_t
rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static int
ctl(int s, unsigned long cmd, struct ifreq *ifr, const char *name)
{
	strcpy(ifr->ifr_name, name);
	return ioctl(s, cmd, ifr);
}

static int
up(int s, const char *name, int flags)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	if (ctl(s, SIOCGIFFLAGS, &ifr, name) == -1)
		return -1;
	ifr.ifr_flags |= IFF_UP | flags;
	return ctl(s, SIOCSIFFLAGS, &ifr, name);
}

static int
make_tap(const char *name, bool persist)
{
	struct ifreq ifr;
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd == -1)
		return -1;
	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_flags = IFF_TAP | IFF_NO_PI;
	if (ctl(fd, TUNSETIFF, &ifr, name) == -1)
		return -1;
	if (persist && ioctl(fd, TUNSETPERSIST, 1) == -1)
		return -1;
	return fd;
}

static void
quiet(const char *path)
{
	int fd = open(path, O_WRONLY);

	if (fd != -1) {
		if (write(fd, "1", 1) != 1)
			perror(path);
		close(fd);
	}
}

const char *
wire_open(struct wire *w)
{
	struct ifreq ifr;
	struct sockaddr_in sin = {.sin_family = AF_INET};
	int s, t;

	memset(w, 0, sizeof(*w));
	if (access("/dev/net/tun", R_OK | W_OK) == -1)
		return "/dev/net/tun cannot be opened";
	if (unshare(CLONE_NEWNET) == -1 &&
	    unshare(CLONE_NEWUSER | CLONE_NEWNET) == -1)
		return "no network namespace can be made";
	fds[0] = make_tap("htap0", false);
	if (fds[0] == -1)
		return "no tap device can be made";
	t = make_tap("rtap0", true);
	if (t == -1)
		return "no second tap device can be made";
	close(t);
	s = socket(AF_INET, SOCK_DGRAM, 0);
	quiet("/proc/sys/net/ipv6/conf/all/disable_ipv6");
	memset(&ifr, 0, sizeof(ifr));
	sin.sin_addr.s_addr = inet_addr(WIRE_HOST);
	memcpy(&ifr.ifr_addr, &sin, sizeof(sin));
	if (ctl(s, SIOCSIFADDR, &ifr, "htap0") == -1)
		return "the host's end takes no address";
	sin.sin_addr.s_addr = inet_addr("255.255.255.0");
	memcpy(&ifr.ifr_netmask, &sin, sizeof(sin));
	if (ctl(s, SIOCSIFNETMASK, &ifr, "htap0") == -1 ||
	    up(s, "htap0", 0) == -1 || up(s, "lo", 0) == -1)
		return "the host's end does not come up";
	close(s);
	return NULL;
}

/* the other end, once virtif has opened it */
static int
packet_socket(void)
{
	struct sockaddr_ll sll = {.sll_family = AF_PACKET};
	struct ifreq ifr;
	int s, c;

	c = socket(AF_INET, SOCK_DGRAM, 0);
	/* the host must not answer here */
	if (up(c, "rtap0", IFF_PROMISC | IFF_NOARP) == -1)
		return -1;
	memset(&ifr, 0, sizeof(ifr));
	ctl(c, SIOCGIFINDEX, &ifr, "rtap0");
	close(c);
	s = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(ETH_P_ALL));
	if (s == -1)
		return -1;
	c = 8 << 20;
	setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &c, sizeof(c));
	sll.sll_protocol = htons(ETH_P_ALL);
	sll.sll_ifindex = ifr.ifr_ifindex;
	if (bind(s, (struct sockaddr *)&sll, sizeof(sll)) == -1)
		return -1;
	return s;
}

static void
enqueue(const uint8_t *p, int len, int side, uint64_t when)
{
	struct frame *f = malloc(sizeof(*f) + len), **fp = &queue;

	f->when = when;
	f->side = side;
	f->len = len;
	memcpy(f->data, p, len);
	while (*fp != NULL && (*fp)->when <= when)
		fp = &(*fp)->next;
	f->next = *fp;
	*fp = f;
	waiting[side]++;
}

static uint16_t
cksum(const uint8_t *p, int len)
{
	uint32_t sum = 0;
	int i;

	for (i = 0; i + 1 < len; i += 2)
		sum += p[i] << 8 | p[i + 1];
	if (len & 1)
		sum += p[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* "Fragmentation needed", from the destination's neighbour */
static void
needfrag(const struct wire *w, const uint8_t *p, int from)
{
	uint8_t b[14 + 20 + 8 + 28];
	uint16_t c;

	memcpy(b, p + 6, 6);
	memcpy(b + 6, p, 6);
	b[12] = 8;
	b[13] = 0;
	memset(b + 14, 0, 20);
	b[14] = 0x45;
	b[17] = 20 + 8 + 28;
	b[22] = 64;
	b[23] = 1;
	memcpy(b + 26, p + 30, 4);
	memcpy(b + 30, p + 26, 4);
	c = cksum(b + 14, 20);
	b[24] = c >> 8;
	b[25] = c;
	memset(b + 34, 0, 8);
	b[34] = 3;
	b[35] = 4;
	b[40] = w->mtu >> 8;
	b[41] = w->mtu;
	memcpy(b + 42, p + 14, 28);
	c = cksum(b + 34, 8 + 28);
	b[36] = c >> 8;
	b[37] = c;
	enqueue(b, sizeof(b), from, now_ns());
}

/* a frame from one side */
static void
filter(struct wire *w, const uint8_t *p, int len, int from)
{
	const int to = !from;
	uint64_t when = now_ns() + (uint64_t)w->delay_us * 1000;
	bool tcp = len >= 54 && p[12] == 8 && p[13] == 0 && p[23] == 6;

	if (w->cut)
		return;
	if (!tcp) {
		enqueue(p, len, to, when);
		return;
	}
	if (w->mtu != 0 && len - 14 > w->mtu && (p[20] & 0x40) != 0) {
		w->toobig++;
		if (!w->blackhole)
			needfrag(w, p, from);
		return;
	}
	if ((int)(rnd() % 1000) < w->loss) {
		w->lost++;
		return;
	}
	if (w->rate != 0) {
		if (waiting[to] >= w->queue) {
			w->lost++;
			return;
		}
		if (busy[to] < now_ns())
			busy[to] = now_ns();
		busy[to] += (uint64_t)len * 1000000 / w->rate;
		when = busy[to] + (uint64_t)w->delay_us * 1000;
	}
	if ((int)(rnd() % 1000) < w->reorder) {
		w->reordered++;
		when += 1000000 + rnd() % 3000000;
	}
	w->passed++;
	enqueue(p, len, to, when);
	if ((int)(rnd() % 1000) < w->dup) {
		w->duped++;
		enqueue(p, len, to, when + rnd() % 2000000);
	}
}

static void *
run(void *arg)
{
	static uint8_t buf[FRAME];
	struct wire *w = arg;
	struct pollfd pfd[2];
	struct sockaddr_ll sll;
	socklen_t slen;
	struct timespec ts;
	struct frame *f;
	uint64_t now;
	ssize_t n;
	int i;

	for (;;) {
		for (i = 0; i < 2; i++)
			pfd[i] = (struct pollfd){fds[i], POLLIN, 0};
		now = now_ns();
		ts.tv_sec = 0;
		ts.tv_nsec = 100000000;
		if (queue != NULL)
			ts.tv_nsec = queue->when > now
			    ? (long)(queue->when - now) % 1000000000
			    : 0;
		ppoll(pfd, 2, &ts, NULL);
		for (i = 0; i < 64; i++) {
			slen = sizeof(sll);
			n = recvfrom(fds[1], buf, sizeof(buf), 0,
			    (struct sockaddr *)&sll, &slen);
			if (n <= 0)
				break;
			if (sll.sll_pkttype != PACKET_OUTGOING)
				filter(w, buf, n, 1);
		}
		for (i = 0; i < 64; i++) {
			n = read(fds[0], buf, sizeof(buf));
			if (n <= 0)
				break;
			filter(w, buf, n, 0);
		}
		now = now_ns();
		while ((f = queue) != NULL && f->when <= now) {
			queue = f->next;
			waiting[f->side]--;
			if (write(fds[f->side], f->data, f->len) != f->len)
				w->lost++;
			free(f);
		}
	}
	return NULL;
}

void
wire_start(struct wire *w)
{
	pthread_t t;

	fds[1] = packet_socket();
	if (fds[1] == -1 || pthread_create(&t, NULL, run, w) != 0) {
		perror("wire");
		abort();
	}
}

void
wire_set(struct wire *w, int loss, int dup, int reorder, int delay_us)
{
	w->loss = loss;
	w->dup = dup;
	w->reorder = reorder;
	w->delay_us = delay_us;
}
