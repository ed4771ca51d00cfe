/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Suspension of FFS under load: what the image holds meanwhile is a sound
 * file system, with all that was done before and nothing half done.
 */
#include <fcntl.h>

#include "../vfs/testfs/testfs.h"
#include "ffs_image.h"
#include "fs_load.h"

static void
verify_copy(const char *image, const struct load_mark *before,
    const struct load_mark *after)
{
	struct rump_ufs_args args = {.fspec = "/dev/copy"};

	check_mounted_image(image);
	RZ(rump_pub_etfs_register("/dev/copy", image, RUMP_ETFS_BLK));
	RL(rump_sys_mount(
	    RUMP_MOUNT_FFS, "/copy", RUMP_MNT_RDONLY, &args, sizeof(args)));
	load_verify("/copy", before, after);
	RL(rump_sys_unmount("/copy", 0));
	RZ(rump_pub_etfs_remove("/dev/copy"));
}

static void
suspend_under_load(const struct variant *v, int flags, int rounds)
{
	struct load_mark before, after;

	make_image(v, "16m");
	boot(flags);
	RZ(rump_pub_lwproc_rfork(RUMP_RFCFDG));
	RL(rump_sys_mkdir("/copy", 0755));
	load_start("/mnt");
	for (int i = 0; i < rounds; i++) {
		load_run(50 + i % 7 * 40);
		load_before(&before);
		RZ(rumptest_fstrans_suspend("/mnt"));
		load_after(&after);
		RZ(system("cp " IMAGE " copy.img"));
		t_msleep(10);
		ATF_REQUIRE_MSG(system("cmp " IMAGE " copy.img") == 0,
		    "the image changed while it was suspended");
		RZ(rumptest_fstrans_resume("/mnt"));
		verify_copy("copy.img", &before, &after);
	}
	load_stop();
	RL(rump_sys_unmount("/mnt", 0));
	check_image();
}

#define SUSPEND_TC(n, v)                                                       \
	ATF_TC(suspend_##v);                                                   \
	ATF_TC_HEAD(suspend_##v, tc)                                           \
	{                                                                      \
		atf_tc_set_md_var(tc, "descr", "copies under load, " #v);      \
		atf_tc_set_md_var(tc, "timeout", "300");                       \
	}                                                                      \
	ATF_TC_BODY(suspend_##v, tc)                                           \
	{                                                                      \
		suspend_under_load(&variants[n], 0, 15);                       \
	}

SUSPEND_TC(0, v1le)
SUSPEND_TC(1, v1be)
SUSPEND_TC(2, v2le)
SUSPEND_TC(3, v2be)

TEST(suspend_async, "the same on an async mount")
{
	suspend_under_load(&variants[2], RUMP_MNT_ASYNC, 15);
}

TEST(suspend_reclaim, "the same while vnodes and memory are short")
{
	setenv("RUMP_NVNODES", "24", 1);
	setenv("RUMP_MEMLIMIT", "8m", 1);
	suspend_under_load(&variants[0], 0, 15);
}

static _Atomic int late;

static void *
latecomer(void *arg)
{
	struct rump_stat st;

	RZ(rump_pub_lwproc_newlwp(1));
	switch ((int)(intptr_t)arg) {
	case 0:
		RL(rump_sys_mkdir("/mnt/late", 0755));
		break;
	case 1:
		RL(rump_sys_stat("/mnt/greeting", rump_stat_ptr(&st)));
		break;
	case 2:
		rump_sys_sync();
		break;
	default:
		RL(rump_sys_unmount("/mnt", 0));
		break;
	}
	late++;
	rump_pub_lwproc_releaselwp();
	return NULL;
}

TEST(waits, "who comes while it is suspended waits, unmounting too")
{
	pthread_t td[4];

	make_image(&variants[2], "8m");
	boot(0);
	RZ(rump_pub_lwproc_newlwp(1));
	RZ(rumptest_fstrans_suspend("/mnt"));
	for (intptr_t i = 0; i < 3; i++)
		RZ(pthread_create(&td[i], NULL, latecomer, (void *)i));
	t_msleep(50);
	REQ(late, 0);
	RZ(rumptest_fstrans_resume("/mnt"));
	for (int i = 0; i < 3; i++)
		RZ(pthread_join(td[i], NULL));
	REQ(late, 3);
	RZ(rumptest_fstrans_suspend("/mnt"));
	RZ(pthread_create(&td[3], NULL, latecomer, (void *)(intptr_t)3));
	t_msleep(50);
	REQ(late, 3);
	RZ(rumptest_fstrans_resume("/mnt"));
	RZ(pthread_join(td[3], NULL));
	REQ(late, 4);
	check_image();
}

TEST(readonly, "a read-only mount can be suspended, and does not write")
{
	make_image(&variants[2], "8m");
	RZ(system("cp " IMAGE " before.img"));
	boot(RUMP_MNT_RDONLY);
	RZ(rump_pub_lwproc_newlwp(1));
	RZ(rumptest_fstrans_suspend("/mnt"));
	RZ(rumptest_fstrans_resume("/mnt"));
	RL(rump_sys_unmount("/mnt", 0));
	RZ(system("cmp " IMAGE " before.img"));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, suspend_v1le);
	ATF_TP_ADD_TC(tp, suspend_v1be);
	ATF_TP_ADD_TC(tp, suspend_v2le);
	ATF_TP_ADD_TC(tp, suspend_v2be);
	ATF_TP_ADD_TC(tp, suspend_async);
	ATF_TP_ADD_TC(tp, suspend_reclaim);
	ATF_TP_ADD_TC(tp, waits);
	ATF_TP_ADD_TC(tp, readonly);
	return atf_no_error();
}
