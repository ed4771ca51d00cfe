/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The structures that clients exchange with the kernel are NetBSD's on LP64.
 * The kernel's own headers are checked when kern/syscall/abi.c is compiled.
 */

#include "t_kern.h"

#define MEMBER(s, m, off, size)                                                \
	do {                                                                   \
		REQ(offsetof(struct rump_##s, m), off);                        \
		REQ(sizeof(((struct rump_##s *)0)->m), size);                  \
	} while (0)
#define SIZE(s, size) REQ(sizeof(struct rump_##s), size)

TEST(layouts, "offsets and sizes")
{
	if (sizeof(long) != 8)
		atf_tc_skip("not LP64");
	MEMBER(stat, st_dev, 0, 8);
	MEMBER(stat, st_mode, 8, 4);
	MEMBER(stat, st_ino, 16, 8);
	MEMBER(stat, st_nlink, 24, 4);
	MEMBER(stat, st_uid, 28, 4);
	MEMBER(stat, st_gid, 32, 4);
	MEMBER(stat, st_rdev, 40, 8);
	MEMBER(stat, rst_atim, 48, 16);
	MEMBER(stat, rst_mtim, 64, 16);
	MEMBER(stat, rst_ctim, 80, 16);
	MEMBER(stat, rst_birthtim, 96, 16);
	MEMBER(stat, st_size, 112, 8);
	MEMBER(stat, st_blocks, 120, 8);
	MEMBER(stat, st_blksize, 128, 4);
	MEMBER(stat, st_flags, 132, 4);
	MEMBER(stat, st_gen, 136, 4);
	MEMBER(stat, st_spare, 140, 8);
	SIZE(stat, 152);
	MEMBER(dirent, d_fileno, 0, 8);
	MEMBER(dirent, d_reclen, 8, 2);
	MEMBER(dirent, d_namlen, 10, 2);
	MEMBER(dirent, d_type, 12, 1);
	MEMBER(dirent, d_name, 13, 512);
	SIZE(dirent, 528);
	MEMBER(statvfs, f_flag, 0, 8);
	MEMBER(statvfs, f_bsize, 8, 8);
	MEMBER(statvfs, f_frsize, 16, 8);
	MEMBER(statvfs, f_iosize, 24, 8);
	MEMBER(statvfs, f_blocks, 32, 8);
	MEMBER(statvfs, f_bfree, 40, 8);
	MEMBER(statvfs, f_bavail, 48, 8);
	MEMBER(statvfs, f_bresvd, 56, 8);
	MEMBER(statvfs, f_files, 64, 8);
	MEMBER(statvfs, f_ffree, 72, 8);
	MEMBER(statvfs, f_favail, 80, 8);
	MEMBER(statvfs, f_fresvd, 88, 8);
	MEMBER(statvfs, f_syncreads, 96, 8);
	MEMBER(statvfs, f_syncwrites, 104, 8);
	MEMBER(statvfs, f_asyncreads, 112, 8);
	MEMBER(statvfs, f_asyncwrites, 120, 8);
	MEMBER(statvfs, f_fsidx, 128, 8);
	MEMBER(statvfs, f_fsid, 136, 8);
	MEMBER(statvfs, f_namemax, 144, 8);
	MEMBER(statvfs, f_owner, 152, 4);
	MEMBER(statvfs, f_spare, 156, 16);
	MEMBER(statvfs, f_fstypename, 172, 32);
	MEMBER(statvfs, f_mntonname, 204, 1024);
	MEMBER(statvfs, f_mntfromname, 1228, 1024);
	SIZE(statvfs, 2256);
	MEMBER(timespec, tv_sec, 0, 8);
	MEMBER(timespec, tv_nsec, 8, 8);
	SIZE(timespec, 16);
	MEMBER(timeval, tv_sec, 0, 8);
	MEMBER(timeval, tv_usec, 8, 4);
	SIZE(timeval, 16);
	MEMBER(itimerval, it_interval, 0, 16);
	MEMBER(itimerval, it_value, 16, 16);
	SIZE(itimerval, 32);
	MEMBER(itimerspec, it_interval, 0, 16);
	MEMBER(itimerspec, it_value, 16, 16);
	SIZE(itimerspec, 32);
	MEMBER(sockaddr, sa_len, 0, 1);
	MEMBER(sockaddr, sa_family, 1, 1);
	MEMBER(sockaddr, sa_data, 2, 14);
	SIZE(sockaddr, 16);
	MEMBER(sockaddr_storage, ss_len, 0, 1);
	MEMBER(sockaddr_storage, ss_family, 1, 1);
	MEMBER(sockaddr_storage, ss_pad1, 2, 6);
	MEMBER(sockaddr_storage, ss_align, 8, 8);
	MEMBER(sockaddr_storage, ss_pad2, 16, 112);
	SIZE(sockaddr_storage, 128);
	MEMBER(sockaddr_in, sin_len, 0, 1);
	MEMBER(sockaddr_in, sin_family, 1, 1);
	MEMBER(sockaddr_in, sin_port, 2, 2);
	MEMBER(sockaddr_in, sin_addr, 4, 4);
	MEMBER(sockaddr_in, sin_zero, 8, 8);
	SIZE(sockaddr_in, 16);
	MEMBER(sockaddr_in6, sin6_len, 0, 1);
	MEMBER(sockaddr_in6, sin6_family, 1, 1);
	MEMBER(sockaddr_in6, sin6_port, 2, 2);
	MEMBER(sockaddr_in6, sin6_flowinfo, 4, 4);
	MEMBER(sockaddr_in6, sin6_addr, 8, 16);
	MEMBER(sockaddr_in6, sin6_scope_id, 24, 4);
	SIZE(sockaddr_in6, 28);
	MEMBER(sockaddr_un, sun_len, 0, 1);
	MEMBER(sockaddr_un, sun_family, 1, 1);
	MEMBER(sockaddr_un, sun_path, 2, 104);
	SIZE(sockaddr_un, 106);
	MEMBER(msghdr, msg_name, 0, 8);
	MEMBER(msghdr, msg_namelen, 8, 4);
	MEMBER(msghdr, msg_iov, 16, 8);
	MEMBER(msghdr, msg_iovlen, 24, 4);
	MEMBER(msghdr, msg_control, 32, 8);
	MEMBER(msghdr, msg_controllen, 40, 4);
	MEMBER(msghdr, msg_flags, 44, 4);
	SIZE(msghdr, 48);
	MEMBER(cmsghdr, cmsg_len, 0, 4);
	MEMBER(cmsghdr, cmsg_level, 4, 4);
	MEMBER(cmsghdr, cmsg_type, 8, 4);
	SIZE(cmsghdr, 12);
	MEMBER(kevent, ident, 0, 8);
	MEMBER(kevent, filter, 8, 4);
	MEMBER(kevent, flags, 12, 4);
	MEMBER(kevent, fflags, 16, 4);
	MEMBER(kevent, data, 24, 8);
	MEMBER(kevent, udata, 32, 8);
	SIZE(kevent, 40);
	MEMBER(pollfd, fd, 0, 4);
	MEMBER(pollfd, events, 4, 2);
	MEMBER(pollfd, revents, 6, 2);
	SIZE(pollfd, 8);
	MEMBER(rlimit, rlim_cur, 0, 8);
	MEMBER(rlimit, rlim_max, 8, 8);
	SIZE(rlimit, 16);
	MEMBER(flock, l_start, 0, 8);
	MEMBER(flock, l_len, 8, 8);
	MEMBER(flock, l_pid, 16, 4);
	MEMBER(flock, l_type, 20, 2);
	MEMBER(flock, l_whence, 22, 2);
	SIZE(flock, 24);
	MEMBER(linger, l_onoff, 0, 4);
	MEMBER(linger, l_linger, 4, 4);
	SIZE(linger, 8);
	MEMBER(tmpfs_args, ta_version, 0, 4);
	MEMBER(tmpfs_args, ta_nodes_max, 8, 8);
	MEMBER(tmpfs_args, ta_size_max, 16, 8);
	MEMBER(tmpfs_args, ta_root_uid, 24, 4);
	MEMBER(tmpfs_args, ta_root_gid, 28, 4);
	MEMBER(tmpfs_args, ta_root_mode, 32, 4);
	SIZE(tmpfs_args, 40);
	MEMBER(ufs_args, fspec, 0, 8);
	SIZE(ufs_args, 8);
	MEMBER(sysvbfs_args, fspec, 0, 8);
	SIZE(sysvbfs_args, 8);
}

TEST(constants, "a sample of the constants")
{
	REQ(RUMP_O_CREAT, 0x200);
	REQ(RUMP_O_NONBLOCK, 4);
	REQ(RUMP_O_CLOEXEC, 0x400000);
	REQ(RUMP_AF_INET6, 24);
	REQ(RUMP_SOL_SOCKET, 0xffff);
	REQ(RUMP_EAGAIN, 35);
	REQ(RUMP_EPROTO, 96);
	REQ(RUMP_EJUSTRETURN, -2);
	REQ(RUMP_MNT_RDONLY, 1);
	REQ(RUMP_IOC_OUT, 0x40000000);
	REQ(RUMP__IOR('f', 127, int), 0x4004667f);
	REQ(RUMP__IOWR('i', 1, char[144]), 0xc0906901);
	REQ(strcmp(RUMP_MOUNT_FFS, "ffs"), 0);
	REQ(strcmp(RUMP_MOUNT_MSDOS, "msdos"), 0);
}

TEST(linker_names, "every rump_sys_ call links by its versioned name")
{
	extern int rump___sysimpl_stat50(const char *, struct stat *);
	extern int rump___sysimpl_stat30(const char *, void *);
	extern int rump___sysimpl_kevent(
	    int, const void *, size_t, void *, size_t, const void *);
	extern int rump___sysimpl_select(int, void *, void *, void *, void *);
	extern int rump___sysimpl_pollts(
	    void *, unsigned, const void *, const void *);
	extern int rump___sysimpl_fstat30(int, void *);
	struct {
		int32_t sec;
		long nsec;
	} ts50 = {0, 1000000}, tv50 = {0, 1000};
	char buf[200];
	int p[2];

	ATF_REQUIRE((void *)rump_sys_stat == (void *)rump___sysimpl_stat50);
	ATF_REQUIRE((void *)rump___sysimpl_stat30 != NULL);
	RZ(rump_init());
	REQ(rump___sysimpl_select(0, NULL, NULL, NULL, &tv50), 0);
	REQ(rump___sysimpl_pollts(NULL, 0, &ts50, NULL), 0);
	RL(rump_sys_pipe(p));
	RL(rump___sysimpl_fstat30(p[0], buf));
	RL(p[0] = rump_sys_kqueue());
	REQ(rump___sysimpl_kevent(p[0], NULL, 0, buf, 1, &ts50), 0);
}

TEST(stat_convert, "conversion to the host's structures")
{
	struct sockaddr_in sin, back;
	unsigned char buf[128];
	struct stat st;
	int p[2];

	RZ(rump_init());
	RL(rump_sys_pipe(p));
	REQ(rump_sys_write(p[1], "abc", 3), 3);
	memset(&st, 0, sizeof(st));
	RL(rump_host_fstat(p[0], &st));
	ATF_REQUIRE(S_ISFIFO(st.st_mode));
	REQ(st.st_size, 3);
	memset(&sin, 0, sizeof(sin));
	sin.sin_family = AF_INET;
	sin.sin_port = htons(80);
	sin.sin_addr.s_addr = htonl(0x7f000001);
	REQ(rump_sockaddr_fromhost(
		(struct sockaddr *)&sin, sizeof(sin), buf, sizeof(buf)),
	    16);
	REQ(buf[0], 16);
	REQ(buf[1], 2);
	REQ(rump_sockaddr2host(buf, 16, &back, sizeof(back)), sizeof(back));
	REQ(memcmp(&sin, &back, sizeof(sin)), 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, layouts);
	ATF_TP_ADD_TC(tp, constants);
	ATF_TP_ADD_TC(tp, linker_names);
	ATF_TP_ADD_TC(tp, stat_convert);
	return atf_no_error();
}
