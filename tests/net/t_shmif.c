/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shmif bus, with the test as the other participant: honest once, then
 * one who writes anything anywhere, with a kernel of one CPU.
 */
#include "t_net.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "nettest.h"
#include <rump/netconfig.h>
#include <rump/rumpnet_if_pub.h>

#define BUS      "bus"
#define BUSSIZE  (1024 * 1024)
#define DATASIZE (BUSSIZE - 32)
#define FRAMELEN 60

struct bus {
	uint32_t magic, version;
	uint64_t gen;
	uint32_t first, last, lock, spare;
	uint8_t data[];
};

struct pkthdr {
	uint32_t len, sec, usec;
	uint64_t sender;
};

static volatile struct bus *bus;
static int busfd, ctl;

static void
open_ctl(void)
{
	int on = 1;

	RL(ctl = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0));
	RL(rump_sys_setsockopt(
	    ctl, RUMP_SOL_SOCKET, RUMP_SO_BROADCAST, &on, sizeof(on)));
}

static void
setup(void)
{
	int unit;

	setenv("RUMP_NCPU", "1", 1);
	RZ(rump_init());
	RZ(rump_pub_shmif_create(BUS, &unit));
	REQ(unit, 0);
	RZ(rump_pub_netconfig_ipv4_ifaddr_cidr("shmif0", "10.9.9.1", 24));
	RZ(rump_pub_netconfig_ifup("shmif0"));
	ATF_REQUIRE((busfd = open(BUS, O_RDWR)) != -1);
	bus = mmap(NULL, BUSSIZE, PROT_READ | PROT_WRITE, MAP_SHARED, busfd, 0);
	ATF_REQUIRE(bus != MAP_FAILED);
	open_ctl();
}

static void
wake(void)
{
	uint32_t version = 3;

	REQ(pwrite(busfd, &version, sizeof(version), 4), sizeof(version));
}

static uint64_t
ipackets(void)
{
	uint64_t ifdr[19];

	memset(ifdr, 0, sizeof(ifdr));
	strcpy((char *)ifdr, "shmif0");
	RL(rump_sys_ioctl(ctl, 0xc0986985UL, ifdr)); /* SIOCGIFDATA */
	return ifdr[2 + 4];
}

/* Puts a frame for everybody of a type that nobody takes on a fresh bus. */
static void
put(int n)
{
	struct pkthdr sp = {.len = FRAMELEN, .sender = 42};
	uint8_t frame[FRAMELEN];
	uint32_t off;

	memset(frame, 0xff, 12);
	memset(frame + 12, 0x77, sizeof(frame) - 12);
	while (__sync_val_compare_and_swap(&bus->lock, 0, 1) != 0)
		continue;
	ATF_REQUIRE(bus->last < DATASIZE - sizeof(sp.len));
	memcpy(&sp.len, (void *)&bus->data[bus->last], sizeof(sp.len));
	off = bus->last + sizeof(sp) + sp.len;
	sp.len = FRAMELEN;
	for (; n > 0; n--) {
		ATF_REQUIRE(off + sizeof(sp) + FRAMELEN < DATASIZE);
		memcpy((void *)&bus->data[off], &sp, sizeof(sp));
		memcpy((void *)&bus->data[off + sizeof(sp)], frame, FRAMELEN);
		bus->last = off;
		off += sizeof(sp) + FRAMELEN;
	}
	__sync_synchronize();
	bus->lock = 0;
	wake();
}

static void
arrives(uint64_t want)
{
	int i;

	for (i = 0; i < 500 && ipackets() < want; i++)
		usleep(10000);
	REQ(ipackets(), want);
}

TEST(count, "a frame is counted once")
{
	uint64_t before;

	setup();
	before = ipackets();
	put(1);
	arrives(before + 1);
	put(200);
	arrives(before + 201);
}

static ssize_t broadcast(void);

TEST(simplex, "a bus has one channel: own broadcasts do not come from it")
{
	struct rump_sockaddr_in sin;
	uint16_t flags[72] = {0};
	char buf[4];
	int s;

	setup();
	strcpy((char *)flags, "shmif0");
	RL(rump_sys_ioctl(ctl, 0xc0906911UL, flags)); /* SIOCGIFFLAGS */
	REQ(flags[8], 0x8843);
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_DGRAM, 0));
	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = RUMP_AF_INET;
	sin.sin_port = 9;
	RL(rump_sys_bind(s, SA(&sin), sizeof(sin)));
	REQ(broadcast(), 1);
	/* nevertheless this kernel's sockets get them, once */
	REQ(rump_sys_recvfrom(s, buf, sizeof(buf), 0, NULL, NULL), 1);
	usleep(100000);
	RERR(RUMP_EAGAIN,
	    rump_sys_recvfrom(
		s, buf, sizeof(buf), RUMP_MSG_DONTWAIT, NULL, NULL));
}

static uint32_t
rnd(void)
{
	static const uint32_t odd[] = {0, 1, 24, DATASIZE - 1, DATASIZE,
	    DATASIZE + 1, 0x7fffffff, 0x80000000, 0xffffffff, 1514, 100};

	return random() % 2 ? odd[random() % (sizeof(odd) / sizeof(odd[0]))]
			    : (uint32_t)(random() % DATASIZE);
}

/* Something to everybody on the interface's network. */
static ssize_t
broadcast(void)
{
	struct rump_sockaddr_in sin;

	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = RUMP_AF_INET;
	sin.sin_port = 9;
	memcpy(&sin.sin_addr, "\12\11\11\377", 4);
	return rump_sys_sendto(ctl, "x", 1, 0, SA(&sin), sizeof(sin));
}

/* The kernel answers, sends, and goes down and up. */
static void
alive(void)
{
	REQ(broadcast(), 1);
	RZ(rump_pub_netconfig_ifdown("shmif0"));
	RZ(rump_pub_netconfig_ifup("shmif0"));
}

TEST(loop, "packets that lead past the newest one")
{
	const uint32_t len = 1000;
	uint64_t before;

	setup();
	while (__sync_val_compare_and_swap(&bus->lock, 0, 1) != 0)
		continue;
	memcpy((void *)&bus->data[0], &len, 4);
	memset((void *)&bus->data[100], 0, 2000);
	bus->last = 100;
	bus->gen++;
	bus->lock = 0;
	wake();
	usleep(100000);
	alive();
	/* it begins anew */
	bus->last = 0xffffffff;
	alive();
	before = ipackets();
	put(1);
	arrives(before + 1);
}

TEST(values, "any numbers in the header")
{
	int i;

	setup();
	srandom(1);
	for (i = 0; i < 3000; i++) {
		if (random() % 2)
			bus->first = rnd();
		if (random() % 2)
			bus->last = rnd();
		if (random() % 3 == 0)
			bus->gen += rnd() - 1;
		if (bus->last < DATASIZE - 4 && random() % 2) {
			uint32_t len = rnd();

			memcpy((void *)&bus->data[bus->last], &len, 4);
		}
		wake();
		if (i % 10 == 0)
			alive();
	}
}

static volatile bool stop;

static void *
flipper(void *arg)
{
	uint32_t v = 0;

	while (!stop) {
		bus->first = (v += 7) % DATASIZE;
		bus->last = v % DATASIZE;
		bus->gen++;
		bus->first = 0xfffffff0;
		bus->last = 0xfffffff0;
	}
	return NULL;
}

TEST(flip, "numbers that change between check and use")
{
	pthread_t t;
	int i;

	setup();
	RZ(pthread_create(&t, NULL, flipper, NULL));
	for (i = 0; i < 300; i++) {
		wake();
		alive();
	}
	stop = true;
	pthread_join(t, NULL);
	alive();
}

static void *
sender(void *arg)
{
	rump_pub_lwproc_newlwp(1);
	while (!stop)
		(void)broadcast();
	rump_pub_lwproc_releaselwp();
	return NULL;
}

TEST(destroy, "an interface goes while others send on it")
{
	pthread_t t[2];
	int i, unit;

	setenv("RUMP_NCPU", "2", 1);
	RZ(rump_init());
	open_ctl();
	for (i = 0; i < 2; i++)
		RZ(pthread_create(&t[i], NULL, sender, NULL));
	for (i = 0; i < 100; i++) {
		RZ(rump_pub_shmif_create(BUS, &unit));
		REQ(unit, 0);
		RZ(rump_pub_netconfig_ipv4_ifaddr_cidr(
		    "shmif0", "10.9.9.1", 24));
		RZ(rump_pub_netconfig_ifup("shmif0"));
		usleep(2000);
		if (i % 2) {
			RZ(rump_pub_netconfig_ifdown("shmif0"));
			RZ(rump_pub_netconfig_ifup("shmif0"));
		}
		RZ(rump_pub_netconfig_ifdestroy("shmif0"));
	}
	stop = true;
	for (i = 0; i < 2; i++)
		pthread_join(t[i], NULL);
}

/* A kernel that sends as fast as it can. */
static void
flooder(void)
{
	int unit;

	if (rump_init() != 0 || rump_pub_shmif_create(BUS, &unit) != 0 ||
	    rump_pub_netconfig_ipv4_ifaddr_cidr("shmif0", "10.9.9.2", 24) !=
		0 ||
	    rump_pub_netconfig_ifup("shmif0") != 0)
		_exit(1);
	open_ctl();
	for (;;)
		(void)broadcast();
}

TEST(flood, "others have their turn while frames come in all the time")
{
	double t0, t, longest = 0;
	uint64_t before;
	pid_t pid;

	pid = fork();
	ATF_REQUIRE(pid != -1);
	if (pid == 0)
		flooder();
	setup();
	before = ipackets();
	for (t0 = t_now(); t_now() - t0 < 3;) {
		t = t_now();
		(void)ipackets();
		if (t_now() - t > longest)
			longest = t_now() - t;
		usleep(1000);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	fprintf(stderr, "%lu frames, the longest wait %.3f s\n",
	    (unsigned long)(ipackets() - before), longest);
	ATF_REQUIRE(ipackets() - before > 1000);
	ATF_REQUIRE(longest < 1);
}

TEST(linkstr, "link strings are set, told, and unset")
{
	struct {
		char name[16];
		unsigned long cmd;
		size_t len;
		void *data;
	} ifd = {"shmif0", 0, 0, NULL};
	const unsigned long get = 0xc0286987UL, set = 0x80286988UL;
	char buf[16];

	setup();
	ifd.cmd = 1; /* how long? */
	RL(rump_sys_ioctl(ctl, get, &ifd));
	REQ(ifd.len, sizeof(BUS));
	ifd.data = buf;
	RL(rump_sys_ioctl(ctl, get, &ifd));
	ATF_REQUIRE_STREQ(buf, BUS);
	ifd.cmd = 2; /* unset */
	RERR(RUMP_EBUSY, rump_sys_ioctl(ctl, set, &ifd));
	RZ(rump_pub_netconfig_ifdown("shmif0"));
	RL(rump_sys_ioctl(ctl, set, &ifd));
	ifd.cmd = 0;
	RERR(RUMP_ENOENT, rump_sys_ioctl(ctl, get, &ifd));
	strcpy(buf, BUS);
	ifd.len = sizeof(BUS);
	RL(rump_sys_ioctl(ctl, set, &ifd));
	RERR(RUMP_EBUSY, rump_sys_ioctl(ctl, set, &ifd));
	RZ(rump_pub_netconfig_ifup("shmif0"));
	RZ(rump_pub_netconfig_ifdestroy("shmif0"));
}

TEST(member, "takes an Ethernet address, and says how fast it is")
{
	setup();
	RZ(rump_nettest_member("shmif0"));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, count);
	ATF_TP_ADD_TC(tp, simplex);
	ATF_TP_ADD_TC(tp, loop);
	ATF_TP_ADD_TC(tp, values);
	ATF_TP_ADD_TC(tp, flip);
	ATF_TP_ADD_TC(tp, linkstr);
	ATF_TP_ADD_TC(tp, destroy);
	ATF_TP_ADD_TC(tp, flood);
	ATF_TP_ADD_TC(tp, member);
	return atf_no_error();
}
