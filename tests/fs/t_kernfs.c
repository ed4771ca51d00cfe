/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernfs, and mounting what isn't there.
 */
#include "../kern/t_kern.h"

static void
setup(void)
{
	RZ(rump_init());
	RL(rump_sys_mkdir("/kern", 0755));
	RL(rump_sys_mount("kernfs", "/kern", 0, NULL, 0));
}

static void
readall(const char *path, char *buf, size_t len)
{
	ssize_t n;
	int fd;

	fd = (int)RL(rump_sys_open(path, RUMP_O_RDONLY));
	n = RL(rump_sys_read(fd, buf, len - 1));
	buf[n] = '\0';
	RL(rump_sys_close(fd));
}

ATF_TC_WITHOUT_HEAD(files);
ATF_TC_BODY(files, tc)
{
	static const char *const names[] = {"boottime", "copyright", "hostname",
	    "hz", "loadavg", "pagesize", "physmem", "time", "version"};
	char buf[1024], path[64];
	struct rump_stat sb;
	size_t i;

	setup();
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "/kern/%s", names[i]);
		readall(path, buf, sizeof(buf));
		if (strlen(buf) == 0)
			atf_tc_fail("%s is empty", path);
		RL(rump_sys_stat(path, rump_stat_ptr(&sb)));
		ATF_REQUIRE_EQ(sb.st_mode & 0170000, 0100000);
	}
	readall("/kern/hz", buf, sizeof(buf));
	ATF_REQUIRE_STREQ(buf, "100\n");
	readall("/kern/pagesize", buf, sizeof(buf));
	ATF_REQUIRE_EQ(atoi(buf), 4096);
	readall("/kern/time", buf, sizeof(buf));
	ATF_REQUIRE(atoll(buf) > 1000000000);
	readall("/kern/boottime", buf, sizeof(buf));
	ATF_REQUIRE(atoll(buf) > 1000000000);
	readall("/kern/msgbuf", buf, sizeof(buf));
}

ATF_TC_WITHOUT_HEAD(offset);
ATF_TC_BODY(offset, tc)
{
	char all[1024], part[1024];
	size_t i;
	int fd;

	setup();
	readall("/kern/version", all, sizeof(all));
	fd = (int)RL(rump_sys_open("/kern/version", RUMP_O_RDONLY));
	for (i = 0; i < strlen(all); i++) {
		ATF_REQUIRE_EQ(RL(rump_sys_read(fd, part + i, 1)), 1);
	}
	ATF_REQUIRE_EQ(RL(rump_sys_read(fd, part, 1)), 0);
	RL(rump_sys_close(fd));
}

ATF_TC_WITHOUT_HEAD(hostname);
ATF_TC_BODY(hostname, tc)
{
	char buf[1024], big[2000];
	int fd;

	setup();
	fd = (int)RL(rump_sys_open("/kern/hostname", RUMP_O_WRONLY));
	RL(rump_sys_write(fd, "new.name\n", 9));
	RL(rump_sys_close(fd));
	readall("/kern/hostname", buf, sizeof(buf));
	ATF_REQUIRE_STREQ(buf, "new.name\n");
	fd = (int)RL(rump_sys_open("/kern/hostname", RUMP_O_WRONLY));
	memset(big, 'x', sizeof(big));
	RERR(RUMP_EINVAL, rump_sys_write(fd, big, sizeof(big)));
	RL(rump_sys_close(fd));
	readall("/kern/hostname", buf, sizeof(buf));
	ATF_REQUIRE_STREQ(buf, "new.name\n");
}

ATF_TC_WITHOUT_HEAD(readonly);
ATF_TC_BODY(readonly, tc)
{
	char buf[4096];
	int fd;

	setup();
	RERR(RUMP_EROFS, rump_sys_mkdir("/kern/d", 0755));
	RERR(RUMP_EROFS,
	    rump_sys_open("/kern/f", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	ATF_REQUIRE_EQ(rump_sys_unlink("/kern/hz"), -1);
	ATF_REQUIRE_EQ(rump_sys_rename("/kern/hz", "/kern/zh"), -1);
	RERR(RUMP_ENOENT, rump_sys_open("/kern/none", RUMP_O_RDONLY));
	fd = (int)RL(rump_sys_open("/kern", RUMP_O_RDONLY));
	ATF_REQUIRE(RL(rump_sys_getdents(fd, buf, sizeof(buf))) > 100);
	ATF_REQUIRE_EQ(RL(rump_sys_getdents(fd, buf, sizeof(buf))), 0);
	RL(rump_sys_close(fd));
	RL(rump_sys_pathconf("/kern", 4));
	RL(rump_sys_unmount("/kern", 0));
}

/* A type that isn't linked: an error, and a line that helps. */
ATF_TC_WITHOUT_HEAD(missing);
ATF_TC_BODY(missing, tc)
{
	RZ(rump_init());
	RL(rump_sys_mkdir("/m", 0755));
	RERR(RUMP_ENODEV, rump_sys_mount("msdos", "/m", 0, NULL, 0));
	RERR(RUMP_ENODEV, rump_sys_mount("no such type", "/m", 0, NULL, 0));
	ATF_REQUIRE_EQ(rump_sys_mount(NULL, "/m", 0, NULL, 0), -1);
	RERR(RUMP_ENOENT, rump_sys_mount("kernfs", "/none", 0, NULL, 0));
}

/* Fifos without fifofs. */
ATF_TC_WITHOUT_HEAD(nofifofs);
ATF_TC_BODY(nofifofs, tc)
{
	RZ(rump_init());
	RL(rump_sys_mkfifo("/f", 0644));
	RERR(RUMP_EOPNOTSUPP, rump_sys_open("/f", RUMP_O_RDWR));
	RL(rump_sys_unlink("/f"));
}

/* No process has an lwp but the implicit one; calls before boot fail. */
ATF_TC_WITHOUT_HEAD(preboot);
ATF_TC_BODY(preboot, tc)
{
	ATF_REQUIRE_EQ(rump_sys_mkdir("/d", 0755), -1);
	RZ(rump_init());
	RL(rump_sys_mkdir("/d", 0755));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, files);
	ATF_TP_ADD_TC(tp, offset);
	ATF_TP_ADD_TC(tp, hostname);
	ATF_TP_ADD_TC(tp, readonly);
	ATF_TP_ADD_TC(tp, missing);
	ATF_TP_ADD_TC(tp, nofifofs);
	ATF_TP_ADD_TC(tp, preboot);
	return atf_no_error();
}
