/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes the driver do one thing that it may not, and shows what is said. */

#include <errno.h>
#include <fcntl.h>

#include <rump/rump.h>
#include <rump/rump_syscalls.h>

#include "drivertest.h"

static const char *current;

/* The case of the driver by that name. */
static void
mistake(void)
{
	CHECK_EQ(rump_init(), 0);
	drivertest_kernel(current);
}

/* The same, and then the end of the kernel. */
static void
halted(void)
{
	mistake();
	rump_sys_reboot(0, NULL);
}

static void
open_minor(int n)
{
	CHECK_EQ(rump_init(), 0);
	drivertest_kernel("device");
	CHECK_ERRNO(0,
	    rump_sys_mknod("/bad", 0020600,
		(dev_t)((240 << 8) | n))); /* a character device */
	(void)rump_sys_open("/bad", 2);
}

static void
device(void)
{
	open_minor(current[strlen(current) - 1] - '0');
}

static void
device_errno(void)
{
	device();
	CHECK_EQ(errno, EIO);
}

static void
device_ioctl(void)
{
	open_minor(9);
	(void)rump_sys_ioctl(3, 0x20004201, NULL);
	(void)rump_sys_ioctl(0, 0x20004201, NULL);
}

static void
sysctl_node(void)
{
	int mib[2] = {5, 77}, n;
	size_t len = sizeof(n);

	mistake();
	(void)rump_sys___sysctl(mib, 2, &n, &len, NULL, 0);
}

/* rules, as the messages have them; F is the driver's function */
#define M(name, text)                                                          \
	{                                                                      \
#name, mistake, text, NULL                                     \
	}
#define LD(name, text)                                                         \
	{                                                                      \
#name, mistake, text, "checked"                                \
	}
#define W(name, text)                                                          \
	{                                                                      \
#name, mistake, text, "warns"                                  \
	}
#define MUTEX "mutex(9): bad_"
#define RW    "rwlock(9): bad_"
#define CV    "condvar(9): bad_"

static const struct drivertest tests[] = {
    M(mutex_again, MUTEX "mutex_again+.*held.* already"),
    M(mutex_notheld, MUTEX "mutex_notheld+.*not held"),
    M(mutex_destroyheld, MUTEX "mutex_destroyheld+.*destroying.* held"),
    LD(mutex_destroyed, "mutex.*bad_mutex_destroyed+.*is destroyed"),
    LD(mutex_twicedestroyed, "mutex.*bad_mutex_twicedestroyed+.*is destroyed"),
    LD(mutex_never, "mutex.*bad_mutex_never+.*never initialised"),
    LD(mutex_order,
	"bad_mutex_order+.*taken in both orders: .*bad_mutex_order+"),
    M(mutex_anothers, MUTEX "mutex_anothers+.*not held"),
    M(rw_again, RW "rw_again+.*held.* already"),
    M(rw_notheld, RW "rw_notheld+.*not held"),
    M(rw_destroyheld, RW "rw_destroyheld+.*destroying.* held"),
    LD(rw_destroyed, "rwlock.*bad_rw_destroyed+.*is destroyed"),
    LD(rw_order, "bad_rw_order+.*taken in both orders: .*bad_rw_order+"),
    M(cv_waiters, CV "cv_waiters+.*has waiters"),
    M(cv_notheld, CV "cv_notheld+.*not held by the caller"),
    M(cv_never, CV "cv_never+.*never initialised"),
    W(spin_wait, MUTEX "spin_wait+.*spin mutex held"),
    W(spin_pause, MUTEX "spin_pause+.*sleeping with a spin mutex held"),
    LD(tailq_twice, "queue(9): bad_tailq_twice: TAILQ_INSERT_TAIL: .*already"),
    LD(tailq_gone, "queue(9): bad_tailq_gone: TAILQ_REMOVE: .*not in"),
    LD(list_twice, "queue(9): bad_list_twice: LIST_INSERT_HEAD: .*already"),
    LD(list_over, "queue(9): bad_list_over: LIST_REMOVE: .*overwritten"),
    LD(spin_mutex, MUTEX "spin_mutex+.*spin mutex held"),
    LD(spin_kmem, MUTEX "spin_kmem+.*sleeping with a spin mutex held"),
    M(read_pause, "pserialize(9): bad_read_pause+.*sleeping in a pserialize"),
    W(softint_wait, "softint(9): bad_wait_handler+.*sleeping in a softint"),
    LD(softint_kmem, "softint(9): bad_kmem_handler+.*sleeping in a softint"),
    M(softint_keep, "softint(9): bad_keep_handler: .*1 mutex.* more"),
    M(softint_read, "softint(9): bad_read_handler: .*1 pserialize.* more"),
    M(softint_biglock, "softint(9): bad_biglock_handler: .*kernel lock more"),
    M(softint_self, "softint(9): bad_self_handler+.*waits for itself"),
    W(callout_wait, "bad_wait_handler+.*sleeping in a .*callout"),
    LD(callout_kmem, "bad_kmem_handler+.*sleeping in a .*callout"),
    M(callout_keep, "callout(9): bad_keep_handler: .*1 mutex.* more"),
    M(callout_biglock, "callout(9): bad_biglock_handler: .*kernel lock more"),
    M(psref_unbound, "psref(9): bad_psref_unbound+.*not bound"),
    M(psref_again, "psref(9): bad_psref_again+.*given back"),
    M(psref_left, "psref(9): bad_psref_left+.*is held by the caller"),
    M(callout_pending, "callout(9): bad_callout_pending+.*is pending"),
    M(callout_never, "callout(9): bad_callout_never+.*no callout"),
    LD(callout_freed, "callout(9): bad_callout_freed+.*pending callout"),
    LD(mutex_freed, "mutex(9).*bad_mutex_freed+.*freeing memory with a lock"),
    M(thread_keep, "kthread(9): bad_thread_keep: .*1 mutex.* more"),
    {"thread_notjoined", halted,
	"kthread(9): bad_thread_end: .*badend was not joined", "says"},
    M(thread_join, "kthread(9): bad_thread_join+.*KTHREAD_MUSTJOIN"),
    M(work_keep, "workqueue(9): bad_work_keep: .*1 mutex.* more"),
    M(work_twice, "workqueue(9): bad_work_twice+.*is queued already"),
    {"sysctl", sysctl_node, "sysctl(9): bad_sysctl: .*1 mutex.* more", NULL},
    {"device0", device, "devsw(9): bad_dev_open: d_open .*1 mutex.* more",
	NULL},
    {"device1", device, "devsw(9): bad_dev_open: d_open .*pserialize.* more",
	NULL},
    {"device2", device, "devsw(9): bad_dev_open: d_open .*kernel lock more",
	NULL},
    {"device3", device, "psref(9): .*1 passive reference", NULL},
    {"device4", device_errno, "devsw(9): bad_dev_open: d_open .*100000",
	"says"},
    {"device5", device_errno, "devsw(9): bad_dev_open: d_open .*-22", "says"},
    {"device_ioctl", device_ioctl,
	"devsw(9): bad_dev_ioctl: d_ioctl .*1 mutex.* more", NULL},
    M(pool_twice, "pool(9): bad_pool_twice+.*badpool.*freed before"),
    M(pool_another, "pool(9): bad_pool_another+.*badpool2.*of another pool"),
    M(pool_inside, "pool(9): bad_pool_inside+.*badpool.*not where one starts"),
    M(pool_used, "pool(9): .*badpool.*after it was freed"),
    {"pool_left", mistake,
	"pool(9): bad_pool_left+.*badpool.* with 1 item in use", "says"},
    {"pool_left_by", mistake, "badpool.*got by bad_pool_left+", "checkedsays"},
    M(cache_twice, "pool.*badcache.*freed before"),
    LD(cache_twice_by, "pool(9): bad_cache_twice+.*badcache.*freed before"),
    M(cache_again, "pool(9): bad_cache_again+.*badcache.*freed before"),
    {"cache_left", mistake,
	"pool(9): bad_cache_left+.*badcache.* with 1 item in use", "says"},
    {"cache_left_by", mistake, "badcache.*got by bad_cache_left+",
	"checkedsays"},
    LD(cache_used, "pool(9): bad_cache_used+.*badcache.*after it was freed"),
    M(kmem_twice, "kmem(9): bad_kmem_twice+.*freed before"),
    M(kmem_size, "kmem(9): bad_kmem_size+.*100 bytes were allocated"),
    M(kmem_bigsize, "kmem(9): bad_kmem_bigsize+.*5 pages were allocated"),
    M(kmem_bigtwice, "kmem(9): bad_kmem_bigtwice+.*freed before"),
    M(kmem_end, "kmem(9): bad_kmem_end+.*past its end"),
    LD(kmem_used, "kmem.*after it was freed"),
    M(malloc_twice, "malloc(9): bad_malloc_twice+.*freed before"),
    M(malloc_not, "malloc(9): bad_malloc_not+.*not from malloc"),
    M(vmem_twice, "vmem(9): bad_vmem_twice+.*badvmem.*not allocated"),
    M(vmem_size, "vmem(9): bad_vmem_size+.*badvmem.*100 bytes"),
    M(vmem_left, "vmem(9): bad_vmem_left+.*badvmem.*1 allocation"),
    {NULL, NULL, NULL, NULL},
};

int
main(int argc, char **argv)
{
	static char name[64];

	/* NAME_by is case NAME, with another text */
	if (argc == 2) {
		snprintf(name, sizeof(name), "%s", argv[1]);
		if (strlen(name) > 3 &&
		    strcmp(name + strlen(name) - 3, "_by") == 0)
			name[strlen(name) - 3] = '\0';
	}
	current = name;
	return drivertest_main(tests, argc, argv);
}
