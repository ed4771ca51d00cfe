/* SPDX-License-Identifier: BSD-2-Clause */
/* The random devices. */

#include "t_kern.h"

TEST(urandom, "reads differ, writes are taken")
{
	unsigned char a[5000], b[5000];
	size_t zeros = 0;
	int fd;

	RZ(rump_init());
	RL(fd = rump_sys_open("/dev/urandom", RUMP_O_RDWR));
	REQ(rump_sys_read(fd, a, sizeof(a)), sizeof(a));
	REQ(rump_sys_read(fd, b, sizeof(b)), sizeof(b));
	ATF_REQUIRE(memcmp(a, b, sizeof(a)) != 0);
	for (size_t i = 0; i < sizeof(a); i++)
		zeros += a[i] == 0;
	ATF_REQUIRE(zeros < 100);
	REQ(rump_sys_write(fd, a, 100), 100);
	RERR(RUMP_EFAULT, rump_sys_read(fd, (void *)8, 100));
	RL(rump_sys_close(fd));
	RL(fd = rump_sys_open("/dev/random", RUMP_O_RDONLY));
	REQ(rump_sys_read(fd, a, 16), 16);
	RERR(RUMP_EBADF, rump_sys_write(fd, a, 16));
	RL(rump_sys_close(fd));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, urandom);
	return atf_no_error();
}
