/* SPDX-License-Identifier: BSD-2-Clause */
#include <rump/rump.h>
#include <rump/rump_syscalls.h>

#include "drivertest.h"

#define KCASE(name)                                                            \
	static void test_##name(void)                                          \
	{                                                                      \
		CHECK_EQ(rump_init(), 0);                                      \
		CHECK_EQ(rump_pub_etfs_register(                               \
			     "/dev/plain", "plain", RUMP_ETFS_BLK),            \
		    0);                                                        \
		drivertest_kernel(#name);                                      \
	}
KCASE(discinfo)
KCASE(tracks)
KCASE(device)
KCASE(sched)
KCASE(record)
KCASE(plain)

static const struct drivertest tests[] = {
    {"discinfo", test_discinfo, NULL},
    {"tracks", test_tracks, NULL},
    {"device", test_device, NULL},
    {"sched", test_sched, NULL},
    {"record", test_record, NULL},
    {"plain", test_plain, NULL},
    {NULL, NULL, NULL},
};
DRIVERTEST_MAIN(tests)
