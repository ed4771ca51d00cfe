/* SPDX-License-Identifier: BSD-2-Clause */
#include "t_kern.h"

TEST(basic, "bytes come out as they went in; end of file; EPIPE")
{
	char in[1000], out[1000];
	struct rump_stat st;
	int p[2], i;

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	RZ(rump_init());
	RL(rump_sys_pipe(p));
	for (i = 0; i < 1000; i++)
		in[i] = (char)(i * 7);
	for (i = 0; i < 100; i++) {
		REQ(rump_sys_write(p[1], in, 1000), 1000);
		REQ(rump_sys_read(p[0], out, 300), 300);
		REQ(rump_sys_read(p[0], out + 300, 1000), 700);
		REQ(memcmp(in, out, 1000), 0);
	}
	REQ(rump_sys_write(p[1], in, 10), 10);
	memset(&st, 0, sizeof(st));
	RL(rump_sys_fstat(p[0], rump_stat_ptr(&st)));
	REQ(st.st_mode & 0170000, 0010000);
	REQ(st.st_size, 10);
	ATF_REQUIRE(st.rst_mtim.tv_sec > 1500000000);
	RERR(RUMP_EBADF, rump_sys_write(p[0], in, 1));
	RERR(RUMP_EBADF, rump_sys_read(p[1], in, 1));
	RL(rump_sys_close(p[1]));
	REQ(rump_sys_read(p[0], out, 100), 10);
	REQ(rump_sys_read(p[0], out, 100), 0);
	RL(rump_sys_close(p[0]));

	RL(rump_sys_pipe(p));
	RL(rump_sys_close(p[0]));
	RERR(RUMP_EPIPE, rump_sys_write(p[1], in, 1));
	RERR(RUMP_EINVAL, rump_sys_pipe2(p, 0x8));
	RL(rump_sys_pipe2(p, RUMP_O_NONBLOCK));
	RERR(RUMP_EAGAIN, rump_sys_read(p[0], out, 1));
}

TEST(nonblock, "small writes are whole or not at all")
{
	char buf[65536];
	size_t total = 0;
	ssize_t n;
	int p[2];

	RZ(rump_init());
	memset(buf, 'x', sizeof(buf));
	RL(rump_sys_pipe2(p, RUMP_O_NONBLOCK));
	while ((n = rump_sys_write(p[1], buf, 512)) == 512)
		total += 512;
	REQ(n, -1);
	REQ(errno, RUMP_EAGAIN);
	ATF_REQUIRE(total >= 4096);
	REQ(rump_sys_read(p[0], buf, 100), 100);
	RERR(RUMP_EAGAIN, rump_sys_write(p[1], buf, 512));
	REQ(rump_sys_write(p[1], buf, 100), 100);
	/* a big one takes what fits */
	REQ(rump_sys_read(p[0], buf, 300), 300);
	REQ(rump_sys_write(p[1], buf, 1000), 300);
}

#define BULK (8 * 1024 * 1024)

static void *
bulk_writer(void *arg)
{
	int fd = *(int *)arg;
	unsigned char buf[50000];
	size_t off = 0, n, i;
	ssize_t w;

	while (off < BULK) {
		n = 1 + (off * 7919) % sizeof(buf);
		if (n > BULK - off)
			n = BULK - off;
		for (i = 0; i < n; i++)
			buf[i] = (unsigned char)((off + i) % 251);
		w = rump_sys_write(fd, buf, n);
		if (w != (ssize_t)n)
			return "short write";
		off += n;
	}
	rump_sys_close(fd);
	return NULL;
}

TEST(bulk, "8 MiB between two threads, in odd pieces")
{
	unsigned char buf[30000];
	size_t off = 0, i;
	pthread_t pt;
	ssize_t n;
	void *res;
	int p[2];

	RZ(rump_init());
	RL(rump_sys_pipe(p));
	RZ(pthread_create(&pt, NULL, bulk_writer, &p[1]));
	while ((n = rump_sys_read(p[0], buf, 1 + off % sizeof(buf))) > 0) {
		for (i = 0; i < (size_t)n; i++)
			if (buf[i] != (off + i) % 251)
				atf_tc_fail("wrong byte at %zu", off + i);
		off += (size_t)n;
	}
	REQ(n, 0);
	REQ(off, BULK);
	RZ(pthread_join(pt, &res));
	ATF_REQUIRE(res == NULL);
}

static void *
late_writer(void *arg)
{
	t_msleep(100);
	rump_sys_write(*(int *)arg, "late", 4);
	return NULL;
}

TEST(block, "a read sleeps until there is something, using no CPU")
{
	double cpu;
	pthread_t pt;
	char buf[10];
	int p[2];

	RZ(rump_init());
	RL(rump_sys_pipe(p));
	RZ(pthread_create(&pt, NULL, late_writer, &p[1]));
	cpu = t_cpu();
	REQ(rump_sys_read(p[0], buf, sizeof(buf)), 4);
	cpu = t_cpu() - cpu;
	RZ(pthread_join(pt, NULL));
	ATF_REQUIRE_MSG(cpu < 0.03, "%f s of CPU", cpu);
}

static void *
blocked_writer(void *arg)
{
	char buf[200000];
	ssize_t n;

	memset(buf, 0, sizeof(buf));
	n = rump_sys_write(*(int *)arg, buf, sizeof(buf));
	return (void *)(intptr_t)(n == -1 ? -errno : n);
}

TEST(close_reader, "a writer that sleeps learns that the reader is gone")
{
	pthread_t pt;
	void *res;
	int p[2];

	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	RZ(rump_init());
	RL(rump_sys_pipe(p));
	RZ(pthread_create(&pt, NULL, blocked_writer, &p[1]));
	t_msleep(100);
	RL(rump_sys_close(p[0]));
	RZ(pthread_join(pt, &res));
	/* part of it was written: that many, else EPIPE */
	ATF_REQUIRE((intptr_t)res == -RUMP_EPIPE ||
	    ((intptr_t)res > 0 && (intptr_t)res < 200000));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, basic);
	ATF_TP_ADD_TC(tp, nonblock);
	ATF_TP_ADD_TC(tp, bulk);
	ATF_TP_ADD_TC(tp, block);
	ATF_TP_ADD_TC(tp, close_reader);
	return atf_no_error();
}
