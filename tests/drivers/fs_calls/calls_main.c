/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The component: a module that boots, and the table of kernel cases.
 */
#include <sys/param.h>

#include <sys/errno.h>
#include <sys/module.h>

#include "calls.h"
#include "ktest.h"

MODULE(MODULE_CLASS_MISC, fscalls, NULL);

static int inits;

static int
fscalls_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
		inits++;
		return 0;
	case MODULE_CMD_FINI:
		return EBUSY;
	default:
		return ENOTTY;
	}
}

void
calls_module(void)
{
	KEQ(inits, 1);
	KEQ(module_load("fscalls", 0, NULL, MODULE_CLASS_ANY), EEXIST);
	KEQ(module_autoload("fscalls", MODULE_CLASS_MISC), EEXIST);
	KEQ(inits, 1);
	KEQ(module_unload("fscalls"), EBUSY);
	KEQ(module_unload("no such module"), ENOENT);
	/* what constructors reported: each link is a module of the program */
	K(modinfo_boot_chain.lh_first != NULL);
}

static const struct ktest tests[] = {
    {"module", calls_module},
    {"strings", calls_strings},
    {"byteorder", calls_byteorder},
    {"bits", calls_bits},
    {"numbers", calls_numbers},
    {"scan", calls_scan},
    {"print", calls_print},
    {"hash", calls_hash},
    {"copy", calls_copy},
    {"unicode", calls_unicode},
    {"calendar", calls_calendar},
    {"queue", calls_queue},
    {"hashtable", calls_hashtable},
    {"rbtree", calls_rbtree},
    {"errno", calls_errno},
    {"stat", calls_stat},
    {"types", calls_types},
    {"mount", calls_mount},
    {"cdefs", calls_cdefs},
    {"assert", calls_assert},
    {"assert_dies", calls_assert_dies},
    {"panic", calls_panic},
    {"atomic", calls_atomic},
    {"mutex", calls_mutex},
    {"condvar", calls_condvar},
    {"thread", calls_thread},
    {"workqueue", calls_workqueue},
    {"sleep", calls_sleep},
    {"kmem", calls_kmem},
    {"malloc", calls_malloc},
    {"pool", calls_pool},
    {"pool_cache", calls_pool_cache},
    {"vmem", calls_vmem},
    {"uvm_km", calls_uvm_km},
    {"time", calls_time},
    {"random", calls_random},
    {"proc", calls_proc},
    {"devsw", calls_devsw},
    {"sysctl", calls_sysctl},
    {"cred", calls_cred},
    {"scope", calls_scope},
    {"uio", calls_uio},
    {"names", calls_names},
    {"dirent", calls_dirent},
    {"dirhash", calls_dirhash},
    {"dirhash_free", calls_dirhash_free},
    {"bufq", calls_bufq},
    {"iobuf", calls_iobuf},
    {"nestiobuf", calls_nestiobuf},
    {NULL, NULL},
};
KTEST_MAIN(tests)
