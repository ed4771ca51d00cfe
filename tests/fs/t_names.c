/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * namei, name cache, dirhash (inside of the kernel: names/names_cases.c),
 * rump_pub_namei(), and the system calls that no file system here implements.
 */
#include <rump/rump.h>
#include <rump/rump_namei.h>
#include <rump/rumpvfs_if_pub.h>
#include <rump/rumpvnode_if.h>

#include "../kern/t_kern.h"
#include "names/names.h"

#define INKERNEL(name)                                                         \
	ATF_TC_WITHOUT_HEAD(name);                                             \
	ATF_TC_BODY(name, tc)                                                  \
	{                                                                      \
		int line;                                                      \
                                                                               \
		ATF_REQUIRE_EQ(rump_init(), 0);                                \
		line = rumptest_names(#name);                                  \
		if (line != 0)                                                 \
			atf_tc_fail("names_cases.c:%d", line);                 \
	}

INKERNEL(namei_locks)
INKERNEL(relookup)
INKERNEL(pathbuf)
INKERNEL(cache)
INKERNEL(cache_counts)
INKERNEL(cache_dead)
INKERNEL(dirhash)
INKERNEL(whiteout)

ATF_TC_WITHOUT_HEAD(pub_namei);
ATF_TC_BODY(pub_namei, tc)
{
	struct vnode *vp, *dvp;
	struct componentname *cnp;
	enum rump_vtype type;
	off_t size;
	dev_t dev;

	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
	RL(rump_sys_mkdir("/d", 0755));
	ATF_REQUIRE_EQ(
	    rump_pub_namei(RUMP_NAMEI_LOOKUP, 0, "/d", NULL, &vp, NULL), 0);
	rump_pub_getvninfo(vp, &type, (void *)&size, (void *)&dev);
	ATF_REQUIRE_EQ(type, RUMP_VDIR);
	rump_pub_vp_rele(vp);
	ATF_REQUIRE_EQ(
	    rump_pub_namei(RUMP_NAMEI_LOOKUP, 0, "/none", NULL, &vp, NULL),
	    RUMP_ENOENT);
	/* A parent needs LOCKPARENT and the other way round. */
	ATF_REQUIRE_EQ(rump_pub_namei(RUMP_NAMEI_LOOKUP, RUMP_NAMEI_LOCKPARENT,
			   "/d", NULL, &vp, NULL),
	    RUMP_EINVAL);
	ATF_REQUIRE_EQ(rump_pub_namei(RUMP_NAMEI_CREATE, RUMP_NAMEI_LOCKPARENT,
			   "/d/new", &dvp, &vp, &cnp),
	    0);
	ATF_REQUIRE_EQ(vp, NULL);
	ATF_REQUIRE(cnp != NULL);
	RUMP_VOP_UNLOCK(dvp);
	rump_pub_vp_rele(dvp);
	rump_pub_freecn(cnp, 0);
	cnp = rump_pub_makecn(
	    RUMP_NAMEI_LOOKUP, 0, "name", 4, NULL, rump_pub_lwproc_curlwp());
	ATF_REQUIRE(cnp != NULL);
	rump_pub_freecn(cnp, 0);
}

ATF_TC_WITHOUT_HEAD(xattr);
ATF_TC_BODY(xattr, tc)
{
	char buf[16];
	int fd;

	ATF_REQUIRE_EQ(rump_init(), 0);
	RL(fd = rump_sys_open("/f", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	RERR(RUMP_EOPNOTSUPP, rump_sys_setxattr("/f", "user.a", "v", 1, 0));
	RERR(RUMP_EOPNOTSUPP, rump_sys_getxattr("/f", "user.a", buf, 16));
	RERR(RUMP_EOPNOTSUPP, rump_sys_getxattr("/f", "bad.a", buf, 16));
	RERR(RUMP_EOPNOTSUPP, rump_sys_fgetxattr(fd, "user.a", buf, 16));
	RERR(RUMP_EINVAL, rump_sys_setxattr("/f", "user.", "v", 1, 0));
	RERR(RUMP_ENOENT, rump_sys_getxattr("/g", "user.a", buf, 16));
	RERR(RUMP_EBADF, rump_sys_fgetxattr(99, "user.a", buf, 16));
	RERR(RUMP_EFAULT, rump_sys_getxattr("/f", (char *)16, buf, 16));
	RERR(RUMP_EOPNOTSUPP, rump_sys_extattr_get_file("/f", 1, "a", buf, 16));
	RERR(RUMP_EOPNOTSUPP, rump_sys_extattr_set_fd(fd, 1, "a", buf, 16));
	RERR(RUMP_EOPNOTSUPP, rump_sys_extattr_list_link("/f", 1, buf, 16));
	RERR(RUMP_EOPNOTSUPP, rump_sys_extattr_delete_file("/f", 1, "a"));
	ATF_REQUIRE_EQ(rump_sys_extattrctl("/", 1, NULL, 1, NULL), -1);
	RL(rump_sys_close(fd));
}

/* Every call of the table answers a bad argument with an error. */
ATF_TC_WITHOUT_HEAD(bad_arguments);
ATF_TC_BODY(bad_arguments, tc)
{
	static char *const bad[] = {NULL, (char *)8, (char *)-4096, ""};
	char buf[64];
	size_t i, sz;
	char *p;

	ATF_REQUIRE_EQ(rump_init(), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		p = bad[i];
		ATF_CHECK_EQ(rump_sys_open(p, 0), -1);
		ATF_CHECK_EQ(rump_sys_link(p, "/x"), -1);
		ATF_CHECK_EQ(rump_sys_link("/", p), -1);
		ATF_CHECK_EQ(rump_sys_unlink(p), -1);
		ATF_CHECK_EQ(rump_sys_chdir(p), -1);
		ATF_CHECK_EQ(rump_sys_mknod(p, 0100644, 0), -1);
		ATF_CHECK_EQ(rump_sys_chmod(p, 0), -1);
		ATF_CHECK_EQ(rump_sys_chown(p, 0, 0), -1);
		ATF_CHECK_EQ(rump_sys_unmount(p, 0), -1);
		ATF_CHECK_EQ(rump_sys_access(p, 0), -1);
		ATF_CHECK_EQ(rump_sys_chflags(p, 0), -1);
		ATF_CHECK_EQ(rump_sys_revoke(p), -1);
		ATF_CHECK_EQ(rump_sys_symlink("x", p), -1);
		ATF_CHECK_EQ(rump_sys_readlink(p, buf, 64), -1);
		ATF_CHECK_EQ(rump_sys_chroot(p), -1);
		ATF_CHECK_EQ(rump_sys_rename(p, "/x"), -1);
		ATF_CHECK_EQ(rump_sys_rename("/", p), -1);
		ATF_CHECK_EQ(rump_sys_mkfifo(p, 0644), -1);
		ATF_CHECK_EQ(rump_sys_mkdir(p, 0755), -1);
		ATF_CHECK_EQ(rump_sys_rmdir(p), -1);
		ATF_CHECK_EQ(rump_sys_utimes(p, NULL), -1);
		ATF_CHECK_EQ(rump_sys_lutimes(p, NULL), -1);
		ATF_CHECK_EQ(rump_sys_pathconf(p, 1), -1);
		ATF_CHECK_EQ(rump_sys_truncate(p, 0), -1);
		ATF_CHECK_EQ(rump_sys_stat(p, (void *)buf), -1);
		ATF_CHECK_EQ(rump_sys_lstat(p, (void *)buf), -1);
		ATF_CHECK_EQ(rump_sys_statvfs1(p, (void *)buf, 0), -1);
		sz = 40;
		ATF_CHECK_EQ(rump_sys_getfh(p, buf, &sz), -1);
		ATF_CHECK_EQ(rump_sys_mount(p, "/", 0, NULL, 0), -1);
		ATF_CHECK_EQ(rump_sys_mount("rumpfs", p, 0, NULL, 0), -1);
		ATF_CHECK_EQ(rump_sys___quotactl(p, (void *)buf), -1);
		ATF_CHECK_EQ(rump_sys_fhopen(p, 28, 0), -1);
	}
	ATF_CHECK_EQ(rump_sys_stat("/", (void *)8), -1);
	ATF_CHECK_EQ(rump_sys_getvfsstat((void *)8, 100000, 0), -1);
	ATF_CHECK_EQ(rump_sys___getcwd((char *)8, 100), -1);
	ATF_CHECK_EQ(rump_sys___quotactl("/", (void *)8), -1);
	ATF_CHECK_EQ(rump_sys_getfh("/", buf, (size_t *)8), -1);
	for (i = 0; i < 3; i++) {
		int fd = (int)i * 500 - 500;

		if (fd == 0)
			fd = 77;
		ATF_CHECK_EQ(rump_sys_fchdir(fd), -1);
		ATF_CHECK_EQ(rump_sys_fchroot(fd), -1);
		ATF_CHECK_EQ(rump_sys_fchmod(fd, 0), -1);
		ATF_CHECK_EQ(rump_sys_fchown(fd, 0, 0), -1);
		ATF_CHECK_EQ(rump_sys_fchflags(fd, 0), -1);
		ATF_CHECK_EQ(rump_sys_futimes(fd, NULL), -1);
		ATF_CHECK_EQ(rump_sys_futimens(fd, NULL), -1);
		ATF_CHECK_EQ(rump_sys_fsync(fd), -1);
		ATF_CHECK_EQ(rump_sys_fdatasync(fd), -1);
		ATF_CHECK_EQ(rump_sys_ftruncate(fd, 0), -1);
		ATF_CHECK_EQ(rump_sys_lseek(fd, 0, 0), -1);
		ATF_CHECK_EQ(rump_sys_pread(fd, buf, 1, 0), -1);
		ATF_CHECK_EQ(rump_sys_pwrite(fd, buf, 1, 0), -1);
		ATF_CHECK_EQ(rump_sys_getdents(fd, buf, 64), -1);
		ATF_CHECK_EQ(rump_sys_fstatvfs1(fd, (void *)buf, 0), -1);
		ATF_CHECK_EQ(rump_sys_fdiscard(fd, 0, 10), -1);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, namei_locks);
	ATF_TP_ADD_TC(tp, relookup);
	ATF_TP_ADD_TC(tp, pathbuf);
	ATF_TP_ADD_TC(tp, cache);
	ATF_TP_ADD_TC(tp, cache_counts);
	ATF_TP_ADD_TC(tp, cache_dead);
	ATF_TP_ADD_TC(tp, dirhash);
	ATF_TP_ADD_TC(tp, whiteout);
	ATF_TP_ADD_TC(tp, pub_namei);
	ATF_TP_ADD_TC(tp, xattr);
	ATF_TP_ADD_TC(tp, bad_arguments);
	return atf_no_error();
}
