/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fstrans(9): suspension and copy on write.
 */
#include <stdbool.h>

#include "testfs/testfs.h"
#include "vfs_test.h"

TEST(states, "states, recursion, the owner passes")
{
	boot_testfs();
	KT(rumptest_fstrans("/t"));
}

TEST(cow, "copy-on-write handlers")
{
	boot_testfs();
	KT(rumptest_fscow("/t"));
}

/* Threads have lwps of their own: fstrans(9) tells who is inside by them. */
static void *
holder(void *arg)
{
	int rv;

	ATF_REQUIRE_EQ(rump_pub_lwproc_newlwp(1), 0);
	rv = rumptest_fstrans_hold("/t");
	rump_pub_lwproc_releaselwp();
	return (void *)(intptr_t)rv;
}

static _Atomic bool suspended, resume, made;

static void *
suspender(void *arg)
{
	int rv;

	ATF_REQUIRE_EQ(rump_pub_lwproc_newlwp(1), 0);
	rv = rumptest_fstrans_suspend("/t");
	suspended = true;
	while (!resume)
		usleep(1000);
	if (rv == 0)
		rv = rumptest_fstrans_resume("/t");
	rump_pub_lwproc_releaselwp();
	return (void *)(intptr_t)rv;
}

static void *
creator(void *arg)
{
	ATF_REQUIRE_EQ(rump_pub_lwproc_newlwp(1), 0);
	make("/t/late");
	made = true;
	rump_pub_lwproc_releaselwp();
	return NULL;
}

TEST(waits, "suspending waits for who is inside, and keeps others out")
{
	pthread_t th, ts, tw;
	void *rv;

	boot_testfs();
	ATF_REQUIRE_EQ(pthread_create(&th, NULL, holder, NULL), 0);
	while (!rumptest_fstrans_holds())
		usleep(1000);
	ATF_REQUIRE_EQ(pthread_create(&ts, NULL, suspender, NULL), 0);
	usleep(50000);
	ATF_CHECK_MSG(!suspended, "suspended with somebody inside");
	rumptest_fstrans_release();
	pthread_join(th, &rv);
	ATF_CHECK(rv == NULL);
	while (!suspended)
		usleep(1000);
	ATF_REQUIRE_EQ(pthread_create(&tw, NULL, creator, NULL), 0);
	usleep(50000);
	ATF_CHECK_MSG(!made, "a file was made while suspended");
	resume = true;
	pthread_join(ts, &rv);
	ATF_CHECK(rv == NULL);
	pthread_join(tw, NULL);
	ATF_CHECK(made);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, states);
	ATF_TP_ADD_TC(tp, cow);
	ATF_TP_ADD_TC(tp, waits);
	return atf_no_error();
}
