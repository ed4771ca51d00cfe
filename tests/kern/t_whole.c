/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything at once: what a kernel of all components costs while nobody uses
 * it. t_boot does the same with the base alone.
 */
#include <arpa/inet.h>

#include <rump/netconfig.h>

#include "t_kern.h"

TEST(threads, "boot makes no thread")
{
	int before = t_threads();

	RZ(rump_init());
	REQ(t_threads(), before);
}

static void
boot_quietly(void *arg)
{
	setenv("RUMP_VERBOSE", "0", 1);
	exit(rump_init() == 0 ? 0 : 1);
}

TEST(quiet, "no component has anything to complain of")
{
	char out[4096];

	REQ(t_child(boot_quietly, NULL, out, sizeof(out)), 0);
	ATF_REQUIRE_STREQ(out, "");
}

TEST(idle, "mounts, sockets and interfaces that nobody uses cost no time")
{
	struct rump_tmpfs_args args = {.ta_version = 1, .ta_root_mode = 0777};
	struct rump_sockaddr_in sin = {.sin_len = sizeof(sin),
	    .sin_family = RUMP_AF_INET,
	    .sin_port = htons(7)};
	char buf[65536] = "";
	double used;
	int fd, l, s;

	RZ(rump_init());
	RL(rump_sys_mkdir("/t", 0777));
	RL(rump_sys_mount(RUMP_MOUNT_TMPFS, "/t", 0, &args, sizeof(args)));
	RL(fd = rump_sys_open("/t/f", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	REQ(rump_sys_write(fd, buf, sizeof(buf)), sizeof(buf));
	RL(rump_sys_mkdir("/kern", 0777));
	RL(rump_sys_mount(RUMP_MOUNT_KERNFS, "/kern", 0, NULL, 0));
	RZ(rump_pub_netconfig_ifcreate("shmif0"));
	RZ(rump_pub_netconfig_ifsetlinkstr("shmif0", "bus"));
	RZ(rump_pub_netconfig_ipv4_ifaddr_cidr("shmif0", "10.0.0.1", 24));
	RZ(rump_pub_netconfig_ifup("shmif0"));
	RL(l = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0));
	RL(rump_sys_bind(l, SA(&sin), sizeof(sin)));
	RL(rump_sys_listen(l, 5));
	RL(s = rump_sys_socket(RUMP_PF_INET, RUMP_SOCK_STREAM, 0));
	sin.sin_addr = htonl(0x7f000001);
	RL(rump_sys_connect(s, SA(&sin), sizeof(sin)));
	t_msleep(1000);
	used = t_cpu();
	t_msleep(3000);
	used = t_cpu() - used;
	ATF_CHECK_MSG(used < 0.005, "%f s of CPU in 3 s", used);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, threads);
	ATF_TP_ADD_TC(tp, quiet);
	ATF_TP_ADD_TC(tp, idle);
	return atf_no_error();
}
