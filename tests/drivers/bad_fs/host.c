/* SPDX-License-Identifier: BSD-2-Clause */
/* Mounts the file system with a mistake, and does what brings it up. */

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

#include "drivertest.h"

#define M_FORCE 0x80000

static char mistake[32];
static char buf[4096];

static void
boot(void)
{
	CHECK_EQ(rump_init(), 0);
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt", 0755));
	CHECK_ERRNO(
	    0, rump_sys_mount("bad", "/mnt", 0, mistake, sizeof(mistake)));
}

static int
opened(void)
{
	return rump_sys_open("/mnt/file", RUMP_O_RDONLY);
}

static void
host_mount(void)
{
	boot();
}

static void
host_mount_errno(void)
{
	CHECK_EQ(rump_init(), 0);
	CHECK_ERRNO(0, rump_sys_mkdir("/mnt", 0755));
	CHECK_ERRNO(
	    EIO, rump_sys_mount("bad", "/mnt", 0, mistake, sizeof(mistake)));
}

static void
host_open(void)
{
	boot();
	(void)rump_sys_close(opened());
	(void)rump_sys_unmount("/mnt", 0);
}

static void
host_open_errno(void)
{
	boot();
	CHECK_ERRNO(EIO, opened());
}

static void
host_create(void)
{
	boot();
	(void)rump_sys_open("/mnt/new", RUMP_O_CREAT | RUMP_O_RDWR, 0644);
}

static void
host_create_close(void)
{
	boot();
	(void)rump_sys_close(
	    rump_sys_open("/mnt/new", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
}

static void
host_create_errno(void)
{
	boot();
	CHECK_ERRNO(
	    EIO, rump_sys_open("/mnt/new", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
}

static void
host_symlink(void)
{
	boot();
	CHECK_ERRNO(0, rump_sys_symlink("there", "/mnt/link"));
	CHECK_EQ(rump_sys_readlink("/mnt/link", buf, sizeof(buf)), 5);
	CHECK(memcmp(buf, "there", 5) == 0);
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", 0));
}

static void
host_remove(void)
{
	boot();
	(void)rump_sys_unlink("/mnt/file");
}

static void
host_stat_errno(void)
{
	struct rump_stat st;

	boot();
	CHECK_ERRNO(EIO, rump_sys_stat("/mnt/x", rump_stat_ptr(&st)));
}

static void
host_attr_errno(void)
{
	struct rump_stat st;

	boot();
	CHECK_ERRNO(EIO, rump_sys_stat("/mnt/file", rump_stat_ptr(&st)));
}

static void
host_statvfs(void)
{
	char sb[4096];

	boot();
	(void)rump_sys_statvfs1("/mnt", (void *)sb, 1);
}

static void
host_read(void)
{
	boot();
	(void)rump_sys_read(opened(), buf, 512);
}

static void
host_read_errno(void)
{
	boot();
	CHECK_ERRNO(EIO, rump_sys_read(opened(), buf, 512));
}

/* The second one finds the buffer busy. */
static void
host_read_twice(void)
{
	int fd;

	boot();
	fd = opened();
	(void)rump_sys_read(fd, buf, 512);
	(void)rump_sys_read(fd, buf, 512);
}

static void *
other_thread(void *arg)
{
	CHECK_EQ(rump_pub_lwproc_rfork(RUMP_RFFDG), 0);
	(void)rump_sys_read(opened(), buf, 512);
	return NULL;
}

static void
host_read_two(void)
{
	pthread_t t;

	boot();
	CHECK_EQ(rump_pub_lwproc_rfork(RUMP_RFFDG), 0);
	(void)rump_sys_read(opened(), buf, 512);
	CHECK_EQ(pthread_create(&t, NULL, other_thread, NULL), 0);
	pthread_join(t, NULL);
}

/* Who has the buffer comes back after it was waited for long. */
static void
host_read_slow(void)
{
	pthread_t t;

	boot();
	CHECK_EQ(pthread_create(&t, NULL, other_thread, NULL), 0);
	usleep(500000);
	CHECK_EQ(rump_pub_lwproc_rfork(RUMP_RFFDG), 0);
	CHECK_EQ(rump_sys_read(opened(), buf, 512), 512);
	pthread_join(t, NULL);
}

static void
host_read_unmount(void)
{
	int fd;

	boot();
	fd = opened();
	(void)rump_sys_read(fd, buf, 512);
	(void)rump_sys_close(fd);
	(void)rump_sys_unmount("/mnt", M_FORCE);
}

/* It waits for ever, but not in silence. */
static void
host_read_wait(void)
{
	pthread_t t;

	boot();
	CHECK_EQ(pthread_create(&t, NULL, other_thread, NULL), 0);
	sleep(13);
	_exit(0);
}

static void
host_busy(void)
{
	int fd;

	boot();
	fd = opened();
	CHECK_EQ(rump_sys_read(fd, buf, 512), 512);
	CHECK_ERRNO(0, rump_sys_close(fd));
	CHECK_ERRNO(EBUSY, rump_sys_unmount("/mnt", 0));
	CHECK_ERRNO(0, rump_sys_unmount("/mnt", M_FORCE));
}

static void
host_suspend(void)
{
	pthread_t t;

	boot();
	CHECK_EQ(pthread_create(&t, NULL, other_thread, NULL), 0);
	sleep(1);
	drivertest_kernel("suspend");
}

static void
host_ioctl(void)
{
	boot();
	(void)rump_sys_ioctl(opened(), 0x20006277, NULL);
}

static void
host_getcwd(void)
{
	boot();
	CHECK_ERRNO(0, rump_sys_chdir("/mnt/dir"));
	CHECK(rump_sys___getcwd(buf, sizeof(buf)) == -1);
}

static void
host_kernel(void)
{
	boot();
	drivertest_kernel(mistake);
}

#define V(op) "vnodeops(9): bad_" op ": vop_" op " "
#define F(op) "vfsops(9): bad_" op ": vfs_" op " "
#define B     "buffercache(9): bad_read"
#define MORE  "returned with 1 mutex or rwlock more"

static const struct drivertest tests[] = {
    {"none", host_open, NULL, NULL},
    {"mount_keep", host_mount, F("mount") MORE, NULL},
    {"mount_errno", host_mount_errno, F("mount") "returned -6", "says"},
    {"root_unlocked", host_open, F("root") ".*not locked", NULL},
    {"root_null", host_open_errno, F("root") ".*no vnode", "says"},
    {"statvfs_keep", host_statvfs, F("statvfs") MORE, NULL},
    {"load_op", host_open_errno, F("loadvnode") ".*v_op is not set", "says"},
    {"load_key", host_open_errno, F("loadvnode") ".*the caller's", "says"},
    {"load_nokey", host_open_errno, F("loadvnode") ".*no key", "says"},
    {"load_another", host_open_errno, F("loadvnode") ".*another", "says"},
    {"lookup_keep", host_open, V("lookup") MORE, NULL},
    {"lookup_null", host_stat_errno, V("lookup") ".*no vnode", "says"},
    {"lookup_just", host_stat_errno, V("lookup") ".*EJUSTRETURN", "says"},
    {"create_keep", host_create, V("create") MORE, NULL},
    {"create_null", host_create_errno, V("create") ".*no vnode", "says"},
    {"remove_keep", host_remove, "system call " MORE, "plain"},
    {"remove_keep_by", host_remove, V("remove") MORE, "checked"},
    {"getattr_type", host_attr_errno, V("getattr") ".*no type", "says"},
    {"inactive_keep", host_open, MORE, NULL},
    {"inactive_keep_by", host_open, V("inactive") MORE, "checked"},
    {"reclaim_keep", host_create_close, V("reclaim") MORE, NULL},
    {"ioctl_keep", host_ioctl, V("ioctl") MORE, NULL},
    {"strategy_keep", host_read, V("strategy") MORE, NULL},
    {"read_keep", host_read, V("read") MORE, NULL},
    {"read_unlocks", host_read, V("read"), NULL},
    {"read_unlockstwice", host_read, "rwlock(9): .*is not held", "plain"},
    {"read_unlockstwice_by", host_read,
	"vnodeops(9): bad_read+.*vop_unlock.*unlocked at the call", "checked"},
    {"read_negative", host_read_errno, V("read") "returned -22", "says"},
    {"read_big", host_read_errno, V("read") "returned 100000", "says"},
    {"read_resid", host_read_errno, V("read") ".*uio_resid grew", "says"},
    {"bmap_null", host_read_errno, V("bmap") ".*no device", "says"},
    {"bmap_below", host_read_errno, V("bmap") ".*block below 0", "says"},
    {"readdir_zero", host_getcwd, NULL, NULL},
    {"readdir_past", host_getcwd, NULL, NULL},
    {"readdir_name", host_getcwd, NULL, NULL},
    {"bread_left", host_read_twice, B ".*not given back.*brelse() is missing",
	NULL},
    {"bread_itself", host_read, B ".*not given back.*brelse() is missing",
	NULL},
    {"bread_left_two", host_read_two, B ".*left the kernel.*brelse() is miss",
	NULL},
    {"bread_slow", host_read_slow, B ".*waiting for a buffer", "says"},
    {"bread_left_unmount", host_read_unmount,
	B ".*not given back.*brelse() is missing", NULL},
    {"brelse_twice", host_read, B "+.*brelse() .*not busy", NULL},
    {"brelse_gone", host_read, B "+.*brelse() .*not busy", NULL},
    {"bdwrite_free", host_read, B "+.*bdwrite() .*not busy", NULL},
    {"bwrite_free", host_read, B "+.*bwrite() .*not busy", NULL},
    {"biodone_twice", host_read, "bufferio(9): bad_strategy+.*done already",
	NULL},
    {"biodone_never", host_read_wait, "bufferio(9): bad_strategy: .*biodone()",
	"says"},
    {"write_changed", host_read, B "+.*changed while it was written",
	"checked"},
    {"iobuf_twice", host_kernel, "bad_iobuf_left+", NULL},
    {"fstrans_left", host_suspend,
	"fstrans(9): bad_read+.*left the kernel.*fstrans_done() is missing",
	NULL},
    {"vref_left", host_busy, "vflush: in use: .*on /mnt.*bad_read+",
	"checkedsays"},
    {"vref_none", host_kernel, "vnode(9): bad_vref_none+.*vref()", NULL},
    {"vrele_none", host_kernel, "vnode(9): bad_vrele_none+.*released before",
	NULL},
    {"vn_lock_none", host_kernel, "vnsubr(9): bad_vn_lock_none+.*vn_lock()",
	NULL},
    {"unlock_none", host_kernel, "rwlock(9): .*is not held", "plain"},
    {"unlock_none_by", host_kernel,
	"vnodeops(9): bad_unlock_none+.*vop_unlock.*unlocked at the call",
	"checked"},
    {"call_unlocked", host_kernel,
	"vnodeops(9): bad_read_none+.*vop_getattr.*unlocked at the call",
	"checked"},
    {"attach", host_kernel, "vfsops(9): bad_attach+.*must all be set", "says"},
    {"symlink_unlocked", host_symlink, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};

int
main(int argc, char **argv)
{
	static const char *const variants[] = {"_by", "_two", "_unmount"};
	size_t i, n, len;

	/* the mistake's name, without what makes it another case */
	if (argc == 2) {
		snprintf(mistake, sizeof(mistake), "%s", argv[1]);
		for (i = 0; i < 3; i++) {
			n = strlen(mistake);
			len = strlen(variants[i]);
			if (n > len &&
			    strcmp(mistake + n - len, variants[i]) == 0)
				mistake[n - len] = '\0';
		}
	}
	return drivertest_main(tests, argc, argv);
}
