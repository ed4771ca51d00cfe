/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls with arguments out of a hat: any error will do, a crash will
 * not. The seed is printed; give it back in T_SEED to see the same again.
 */

#include "t_kern.h"

int rump_syscall(int, void *, size_t, long *);

static uint64_t state;

static uint64_t
rnd(void)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return state >> 33;
}

/* not those that may wait for ever, or end the kernel */
static const int calls[] = {6, 20, 23, 24, 25, 39, 41, 42, 43, 47, 49, 50, 54,
    79, 80, 81, 82, 90, 92, 126, 127, 131, 147, 181, 182, 183, 192, 194, 195,
    202, 207, 235, 236, 239, 246, 247, 248, 249, 250, 251, 253, 254, 255, 286,
    288, 305, 306, 344, 416, 418, 419, 421, 425, 426, 427, 428, 429, 440, 446,
    447, 453, 454, 455, 388, 0, 1, 2, 500, 511, -1, 512, 100000};

static char arena[8192];

static long
value(void)
{
	static const long odd[] = {0, 1, -1, 2, 3, 4, 7, 16, 255, 4096,
	    0x7fffffff, -0x80000000L, 0x10, 0x7fffffffffffffffL, 1024, 65536};

	switch (rnd() % 8) {
	case 0:
	case 1:
		return (long)(uintptr_t)(arena + rnd() % 4096);
	case 2:
		return odd[rnd() % (sizeof(odd) / sizeof(odd[0]))];
	case 3:
		return (long)(rnd() << 16 ^ rnd());
	case 4:
		/* an ioctl or fcntl number, perhaps */
		return (long)(0x40000000UL << rnd() % 2 | (rnd() % 4096) << 16 |
		    'f' << 8 | rnd() % 128);
	default:
		return (long)(rnd() % 24);
	}
}

static void
refill(void)
{
	size_t i;

	for (i = 0; i < sizeof(arena) / 8; i++)
		((long *)(void *)arena)[i] = value();
}

TEST(random_calls, "100,000 calls of the base with random arguments")
{
	const char *seed = getenv("T_SEED");
	long args[8], rv[2];
	int i, k, p[2], kq;

	state = seed != NULL
	    ? strtoull(seed, NULL, 0)
	    : (uint64_t)time(NULL) * 1000003 + (uint64_t)getpid();
	printf("T_SEED=%#llx\n", (unsigned long long)state);
	rump_boot_setsigmodel(RUMP_SIGMODEL_IGNORE);
	RZ(rump_init());
	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	for (i = 0; i < 100000; i++) {
		if (i % 64 == 0) {
			refill();
			rump_sys_pipe2(p, RUMP_O_NONBLOCK);
			kq = rump_sys_kqueue();
			(void)kq;
		}
		if (i % 1000 == 0)
			rump_sys_fcntl(0, 10);
		if (i % 4096 == 0) {
			/* a new process, with all rights and no timers */
			rump_pub_lwproc_releaselwp();
			RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
		}
		for (k = 0; k < 8; k++)
			args[k] = value();
		rump_syscall(calls[rnd() % (sizeof(calls) / sizeof(calls[0]))],
		    args, sizeof(args), rv);
	}
	REQ(rump_sys_getppid(), 1);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, random_calls);
	return atf_no_error();
}
