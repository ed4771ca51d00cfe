/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fstrans(9): suspension and copy on write.
 */
#include <pthread.h>
#include <unistd.h>

#include "testfs/testfs.h"
#include "vfs_test.h"

ATF_TC(states);
ATF_TC_HEAD(states, tc)
{
	atf_tc_set_md_var(tc, "descr", "states, recursion, the owner passes");
}
ATF_TC_BODY(states, tc)
{
	boot_testfs();
	KT(rumptest_fstrans("/t"));
}

ATF_TC(cow);
ATF_TC_HEAD(cow, tc)
{
	atf_tc_set_md_var(tc, "descr", "copy-on-write handlers");
}
ATF_TC_BODY(cow, tc)
{
	boot_testfs();
	KT(rumptest_fscow("/t"));
}

static _Atomic int done;

static void *
holder(void *arg)
{
	return (void *)(intptr_t)rumptest_fstrans_hold("/t");
}

static void *
suspender(void *arg)
{
	int rv = rumptest_fstrans_suspend("/t");

	done = 1;
	while (done != 2)
		usleep(1000);
	if (rv == 0)
		rv = rumptest_fstrans_resume("/t");
	return (void *)(intptr_t)rv;
}

static void *
creator(void *arg)
{
	make("/t/late");
	done = 3;
	return NULL;
}

ATF_TC(waits);
ATF_TC_HEAD(waits, tc)
{
	atf_tc_set_md_var(tc, "descr",
	    "suspending waits for who is inside, and keeps others out");
}
ATF_TC_BODY(waits, tc)
{
	pthread_t th, ts, tw;
	void *rv;

	boot_testfs();
	pthread_create(&th, NULL, holder, NULL);
	usleep(50000);
	pthread_create(&ts, NULL, suspender, NULL);
	usleep(50000);
	ATF_CHECK_EQ_MSG(done, 0, "suspended with somebody inside");
	rumptest_fstrans_release("/t");
	pthread_join(th, &rv);
	ATF_CHECK(rv == NULL);
	for (int i = 0; i < 2000 && done == 0; i++)
		usleep(1000);
	ATF_REQUIRE_EQ(done, 1);
	pthread_create(&tw, NULL, creator, NULL);
	usleep(50000);
	ATF_CHECK_EQ_MSG(done, 1, "a file was made while suspended");
	done = 2;
	pthread_join(ts, &rv);
	ATF_CHECK(rv == NULL);
	pthread_join(tw, NULL);
	ATF_CHECK_EQ(done, 3);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, states);
	ATF_TP_ADD_TC(tp, cow);
	ATF_TP_ADD_TC(tp, waits);
	return atf_no_error();
}
