/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the kernel calls vnode operations, and what it does when they fail.
 *
 * Each case of the table is a system call that leads to the operation.  It is
 * made as it is; with a reference kept to what the operation consumes, so
 * that it can be looked at; and once more while the operation fails.  After
 * each nobody may have a lock of, or a reference to, a vnode of the mount.
 */
#include <stdbool.h>

#include "vfs_test.h"
#include "vopwatch/vopwatch.h"

static char base[16];
static int fd, dfd;

static const char *
p(const char *name)
{
	static char buf[4][64];
	static int i;

	i = (i + 1) % 4;
	snprintf(buf[i], sizeof(buf[i]), "%s/%s", base, name);
	return buf[i];
}

static int
c_stat(void)
{
	struct rump_stat st;

	return rump_sys_stat(p("d/f"), rump_stat_ptr(&st));
}

static int
c_create(void)
{
	int rv = rump_sys_open(p("new"), RUMP_O_CREAT | RUMP_O_RDWR, 0644);

	return rv == -1 ? -1 : rump_sys_close(rv);
}

static int
c_mkfifo(void)
{
	return rump_sys_mkfifo(p("new"), 0644);
}

static int
c_mknod(void)
{
	return rump_sys_mknod(p("new"), 0020644, 5);
}

static int
c_mkdir(void)
{
	return rump_sys_mkdir(p("new"), 0755);
}

static int
c_symlink(void)
{
	return rump_sys_symlink("to", p("new"));
}

static int
c_link(void)
{
	return rump_sys_link(p("d/f"), p("new"));
}

static int
c_unlink(void)
{
	return rump_sys_unlink(p("d/f"));
}

static int
c_rmdir(void)
{
	return rump_sys_rmdir(p("e"));
}

static int
c_rename_new(void)
{
	return rump_sys_rename(p("d/f"), p("new"));
}

static int
c_rename_over(void)
{
	return rump_sys_rename(p("d/f"), p("d/g"));
}

static int
c_rename_dir(void)
{
	return rump_sys_rename(p("e"), p("d/e"));
}

static int
c_open(void)
{
	int rv = rump_sys_open(p("d/f"), RUMP_O_RDWR);

	return rv == -1 ? -1 : rump_sys_close(rv);
}

static int
c_access(void)
{
	return rump_sys_access(p("d/f"), 4);
}

static int
c_chmod(void)
{
	return rump_sys_chmod(p("d/f"), 0600);
}

static int
c_truncate(void)
{
	return rump_sys_truncate(p("d/f"), 100);
}

static int
c_fstat(void)
{
	struct rump_stat st;

	return rump_sys_fstat(fd, rump_stat_ptr(&st));
}

static int
c_read(void)
{
	char c[20];

	return rump_sys_pread(fd, c, sizeof(c), 0) == -1 ? -1 : 0;
}

static int
c_write(void)
{
	return rump_sys_pwrite(fd, "twenty bytes of text", 20, 0) == -1 ? -1
									: 0;
}

static int
c_fallocate(void)
{
	int error = rump_sys_posix_fallocate(fd, 0, 100);

	/* tells the error by its value */
	if (error > 0)
		errno = error;
	return error == 0 ? 0 : -1;
}

static int
c_fdiscard(void)
{
	return rump_sys_fdiscard(fd, 0, 100);
}

static int
c_ioctl(void)
{
	int n = 0;

	return rump_sys_ioctl(fd, 0x40047a01, &n);
}

static int
c_fcntl(void)
{
	return rump_sys_fcntl(fd, 4 /* F_SETFL */, RUMP_O_NONBLOCK);
}

static int
c_poll(void)
{
	struct rump_pollfd pfd = {.fd = fd, .events = 1};

	return rump_sys_poll(rump_pollfd_ptr(&pfd), 1, 0) == -1 ? -1 : 0;
}

static int
c_kqfilter(void)
{
	struct rump_kevent ev = {0};
	int kq, rv, error;

	kq = rump_sys_kqueue();
	ev.ident = (uintptr_t)fd;
	ev.filter = 0; /* read */
	ev.flags = 1;  /* add */
	rv = rump_sys_kevent(kq, rump_kevent_ptr(&ev), 1, NULL, 0, NULL);
	error = errno;
	rump_sys_close(kq);
	errno = error;
	return rv;
}

static int
c_revoke(void)
{
	return rump_sys_revoke(p("d/g"));
}

static int
c_fsync(void)
{
	return rump_sys_fsync(fd);
}

static int
c_seek(void)
{
	return rump_sys_lseek(fd, 10, 0) == -1 ? -1 : 0;
}

static int
c_readdir(void)
{
	char buf[512];

	rump_sys_lseek(dfd, 0, 0);
	return rump_sys_getdents(dfd, buf, sizeof(buf)) == -1 ? -1 : 0;
}

static int
c_readlink(void)
{
	char buf[64];

	return rump_sys_readlink(p("l"), buf, sizeof(buf)) == -1 ? -1 : 0;
}

static int
c_follow(void)
{
	struct rump_stat st;

	return rump_sys_stat(p("l"), rump_stat_ptr(&st));
}

static int
c_abortop(void)
{
	/* it is there */
	return rump_sys_mkdir(p("e"), 0755);
}

static int
c_pathconf(void)
{
	return rump_sys_pathconf(p("d/f"), 1) == -1 ? -1 : 0;
}

static int
c_fpathconf(void)
{
	return rump_sys_fpathconf(fd, 1) == -1 ? -1 : 0;
}

static int
c_flock(void)
{
	int rv = rump_sys_flock(fd, 2 | 4);

	return rv == -1 ? -1 : rump_sys_flock(fd, 8);
}

static int
c_whiteout(void)
{
	return rump_sys_mknod(p("new"), 0160000, 0);
}

static int
c_setextattr(void)
{
	return rump_sys_extattr_set_fd(fd, 1, "a", "b", 1) == -1 ? -1 : 0;
}

static int
c_getextattr(void)
{
	char b;

	return rump_sys_extattr_get_fd(fd, 1, "a", &b, 1) == -1 ? -1 : 0;
}

static int
c_listextattr(void)
{
	char b[10];

	return rump_sys_extattr_list_fd(fd, 1, b, 10) == -1 ? -1 : 0;
}

static int
c_delextattr(void)
{
	return rump_sys_extattr_delete_fd(fd, 1, "a");
}

static int
c_dotdot(void)
{
	struct rump_stat st;

	return rump_sys_stat(p("d/../d/./f"), rump_stat_ptr(&st));
}

static int
c_getfh(void)
{
	char fh[64];
	size_t len = sizeof(fh);
	int f;

	if (rump_sys_getfh(p("d/f"), fh, &len) == -1)
		return -1;
	f = rump_sys_fhopen(fh, len, RUMP_O_RDONLY);
	return f == -1 ? -1 : rump_sys_close(f);
}

static int
c_statvfs(void)
{
	char buf[8192];

	rump_sys_sync();
	return rump_sys_statvfs1(p("d"), (void *)buf, 1);
}

/*
 * The operation, a call, the error without a failure, and what the call makes
 * of a failure (0: nothing).
 */
#define INJ RUMP_EDOM
static const struct vop_case {
	const char *op;
	int (*call)(void);
	int error, failed;
} cases[] = {
    {"lookup", c_stat, 0, INJ},
    {"lookup", c_dotdot, 0, INJ},
    {"lookup", c_create, 0, INJ},
    {"lookup", c_unlink, 0, INJ},
    {"lookup", c_rename_over, 0, INJ},
    {"create", c_create, 0, INJ},
    {"mknod", c_mkfifo, 0, INJ},
    {"mknod", c_mknod, 0, INJ},
    {"open", c_open, 0, INJ},
    {"open", c_create, 0, INJ},
    {"close", c_open, 0, INJ},
    {"access", c_access, 0, INJ},
    {"access", c_open, 0, INJ},
    {"access", c_rename_new, 0, INJ},
    {"getattr", c_fstat, 0, INJ},
    {"setattr", c_chmod, 0, INJ},
    {"setattr", c_truncate, 0, INJ},
    {"read", c_read, 0, INJ},
    {"write", c_write, 0, INJ},
    {"fallocate", c_fallocate, RUMP_EOPNOTSUPP, INJ},
    {"fdiscard", c_fdiscard, RUMP_EOPNOTSUPP, INJ},
    {"ioctl", c_ioctl, RUMP_ENOTTY, INJ},
    {"fcntl", c_fcntl, 0, INJ},
    {"poll", c_poll, 0, 0},
    {"kqfilter", c_kqfilter, 0, INJ},
    {"revoke", c_revoke, 0, INJ},
    {"fsync", c_fsync, 0, INJ},
    {"seek", c_seek, 0, INJ},
    {"remove", c_unlink, 0, INJ},
    {"link", c_link, 0, INJ},
    {"rename", c_rename_new, 0, INJ},
    {"rename", c_rename_over, 0, INJ},
    {"rename", c_rename_dir, 0, INJ},
    {"mkdir", c_mkdir, 0, INJ},
    {"rmdir", c_rmdir, 0, INJ},
    {"symlink", c_symlink, 0, INJ},
    {"readdir", c_readdir, 0, INJ},
    {"readlink", c_readlink, 0, INJ},
    {"readlink", c_follow, 0, INJ},
    {"abortop", c_abortop, RUMP_EEXIST, RUMP_EEXIST},
    {"inactive", c_stat, 0, 0},
    {"lock", c_stat, 0, -1},
    {"unlock", c_stat, 0, -1},
    {"reclaim", c_unlink, 0, -1},
    {"pathconf", c_pathconf, 0, INJ},
    {"pathconf", c_fpathconf, 0, INJ},
    {"advlock", c_flock, 0, INJ},
    {"whiteout", c_whiteout, 0, INJ},
    {"setextattr", c_setextattr, RUMP_EOPNOTSUPP, INJ},
    {"getextattr", c_getextattr, RUMP_EOPNOTSUPP, INJ},
    {"listextattr", c_listextattr, RUMP_EOPNOTSUPP, INJ},
    {"deleteextattr", c_delextattr, RUMP_EOPNOTSUPP, INJ},
    {"putpages", c_unlink, 0, 0},
    {"lookup", c_getfh, 0, INJ},
    {"lookup", c_statvfs, 0, INJ},
};
#define NCASES (sizeof(cases) / sizeof(cases[0]))

/* d, d/f, d/g, e, and l to d/f; nothing else. */
static void
tree(void)
{
	rump_sys_unlink(p("new"));
	rump_sys_rmdir(p("new"));
	rump_sys_rmdir(p("d/e"));
	rump_sys_mkdir(p("d"), 0755);
	rump_sys_mkdir(p("e"), 0755);
	rump_sys_symlink("d/f", p("l"));
	make(p("d/f"));
	make(p("d/g"));
	RL(rump_sys_truncate(p("d/f"), 10000));
}

static void
idle(const struct vop_case *c, const char *how, const char *low)
{
	int n;

	if (low != NULL)
		n = rumptest_watch_idle(low, base);
	else
		n = rumptest_watch_idle(base, NULL);
	ATF_CHECK_MSG(n == 0, "%s (%s): %d references left", c->op, how, n);
}

static void
run_case(const struct vop_case *c, const char *how, int error, const char *low)
{
	int rv, got, before;

	tree();
	RL(fd = rump_sys_open(p("d/f"), RUMP_O_RDWR));
	RL(dfd = rump_sys_open(p("d"), RUMP_O_RDONLY));
	before = rumptest_watch_count(c->op);
	if (how[0] == 'f')
		rumptest_watch_fail(c->op, INJ);
	errno = 0;
	rv = c->call();
	got = rv == -1 ? errno : 0;
	rumptest_watch_fail(c->op, 0);
	rumptest_watch_hold(0);
	ATF_CHECK_MSG(
	    got == error, "%s (%s): error %d, not %d", c->op, how, got, error);
	RL(rump_sys_close(fd));
	RL(rump_sys_close(dfd));
	ATF_CHECK_MSG(rumptest_watch_count(c->op) > before,
	    "%s (%s) was not called", c->op, how);
	idle(c, how, low);
}

/* What does not come to the upper or to the lower file system. */
static bool
skip(const struct vop_case *c, const char *watched)
{
	/* below, every vnode is used: by the one above */
	if (strcmp(watched, "/low") == 0)
		return strcmp(c->op, "inactive") == 0;
	/* a file system's own rename asks its own vnodes */
	return c->call == c_rename_new && strcmp(c->op, "access") == 0;
}

/* LOW: where base is a layer's; WATCHED: whose operations are watched. */
static void
run_all(const char *low, const char *watched)
{
	static const char *const files[] = {"d/f", "fifo", "dev"};
	char path[64];

	tree();
	rump_sys_mkfifo(p("fifo"), 0644);
	rump_sys_mknod(p("dev"), 0020644, 5);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", watched, files[i]);
		RZ(rumptest_watch(path));
	}
	if (low != NULL)
		RZ(rumptest_watch_mark(low, base));
	else
		RZ(rumptest_watch_mark(base, NULL));
	for (size_t i = 0; i < NCASES; i++) {
		if (low != NULL && skip(&cases[i], watched))
			continue;
		run_case(&cases[i], "plain", cases[i].error, low);
		rumptest_watch_hold(1);
		run_case(&cases[i], "held", cases[i].error, low);
		if (cases[i].failed != -1)
			run_case(&cases[i], "failed", cases[i].failed, low);
	}
	KT(rumptest_watch_direct(p("d/f")));
	ATF_CHECK_EQ(rumptest_watch_uncalled(), 0);
	ATF_CHECK_EQ(rumptest_watch_wrong(), 0);
}

static void
boot(const char *at)
{
	struct rump_tmpfs_args args = {.ta_version = 1, .ta_root_mode = 0755};

	RZ(rump_init());
	RL(rump_sys_mkdir(at, 0755));
	RL(rump_sys_mount("tmpfs", at, 0, &args, sizeof(args)));
	strcpy(base, at);
}

TEST(mpsafe, "operations of a file system with locks of its own")
{
	boot("/t");
	RZ(rumptest_watch_mount("/t"));
	run_all(NULL, "/t");
	RL(rump_sys_unmount("/t", 0));
	ATF_CHECK_EQ(rumptest_watch_wrong(), 0);
}

TEST(biglock, "operations of a file system that needs the big lock")
{
	boot("/t");
	RZ(rumptest_watch_mount("/t"));
	RZ(rumptest_watch_big("/t"));
	run_all(NULL, "/t");
	RL(rump_sys_unmount("/t", 0));
	ATF_CHECK_EQ(rumptest_watch_wrong(), 0);
}

static void
boot_layer(void)
{
	const char *args[17] = {"/low"};

	boot("/low");
	RL(rump_sys_mkdir("/up", 0755));
	RL(rump_sys_mount("null", "/up", 0, args, sizeof(args)));
	strcpy(base, "/up");
}

TEST(layer, "operations of a layer, when the layer's own fail")
{
	boot_layer();
	run_all("/low", "/up");
	RL(rump_sys_unmount("/up", 0));
	ATF_CHECK_EQ(rumptest_watch_wrong(), 0);
}

TEST(below, "operations below a layer, when those below fail")
{
	boot_layer();
	run_all("/low", "/low");
	RL(rump_sys_unmount("/up", 0));
	RL(rump_sys_unmount("/low", 0));
	ATF_CHECK_EQ(rumptest_watch_wrong(), 0);
}

TEST(reclaim, "saved, inactive, reclaimed: in that order")
{
	boot("/t");
	tree();
	RZ(rumptest_watch(p("d/f")));
	KT(rumptest_watch_reclaim(p("d/f")));
	ATF_CHECK_EQ(rumptest_watch_wrong(), 0);
}

TEST(dead, "what is left of a vnode has errors for everybody")
{
	boot("/t");
	tree();
	KT(rumptest_dead_ops(p("d/f")));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, mpsafe);
	ATF_TP_ADD_TC(tp, biglock);
	ATF_TP_ADD_TC(tp, layer);
	ATF_TP_ADD_TC(tp, below);
	ATF_TP_ADD_TC(tp, reclaim);
	ATF_TP_ADD_TC(tp, dead);
	return atf_no_error();
}
