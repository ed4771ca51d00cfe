/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device nodes.
 */
#include "testfs/testfs.h"
#include "vfs_test.h"

TEST(alias, "vnodes of one device share it")
{
	boot_testfs();
	KT(rumptest_specalias());
}

TEST(open, "open counts, last close, revoke, exclusive block devices")
{
	boot_testfs();
	KT(rumptest_specopen());
}

TEST(biglock, "drivers are called with the big lock unless D_MPSAFE")
{
	ATF_REQUIRE_EQ(rump_init(), 0);
	KT(rumptest_devlock());
}

TEST(reopen, "who opens waits for the last close of another")
{
	boot_testfs();
	KT(rumptest_specreopen());
}

TEST(null, "/dev/null, /dev/zero and /dev/full by system calls")
{
	struct rump_pollfd pfd = {.events = 1 | 4}; /* in, out */
	char buf[32];
	int fd;

	ATF_REQUIRE_EQ(rump_init(), 0);
	RL(fd = rump_sys_open("/dev/null", RUMP_O_RDWR));
	ATF_CHECK_EQ(rump_sys_write(fd, "abc", 3), 3);
	ATF_CHECK_EQ(rump_sys_read(fd, buf, sizeof(buf)), 0);
	pfd.fd = fd;
	REQ(rump_sys_poll(rump_pollfd_ptr(&pfd), 1, -1), 1);
	REQ(pfd.revents, pfd.events);
	RL(rump_sys_close(fd));
	RL(fd = rump_sys_open("/dev/zero", RUMP_O_RDONLY));
	memset(buf, 1, sizeof(buf));
	ATF_CHECK_EQ(rump_sys_read(fd, buf, sizeof(buf)), sizeof(buf));
	for (size_t i = 0; i < sizeof(buf); i++)
		ATF_CHECK_EQ(buf[i], 0);
	RL(rump_sys_close(fd));
	RL(fd = rump_sys_open("/dev/full", RUMP_O_RDWR));
	RERR(RUMP_ENOSPC, rump_sys_write(fd, "abc", 3));
	REQ(rump_sys_read(fd, buf, 3), 3);
	RL(rump_sys_close(fd));
}

TEST(nodev, "a device node without a driver")
{
	ATF_REQUIRE_EQ(rump_init(), 0);
	RL(rump_sys_mknod("/nodrv", 0020644, (4000ULL << 8) | 1));
	RERR(RUMP_ENXIO, rump_sys_open("/nodrv", RUMP_O_RDONLY));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, alias);
	ATF_TP_ADD_TC(tp, open);
	ATF_TP_ADD_TC(tp, reopen);
	ATF_TP_ADD_TC(tp, biglock);
	ATF_TP_ADD_TC(tp, null);
	ATF_TP_ADD_TC(tp, nodev);
	return atf_no_error();
}
