/* SPDX-License-Identifier: BSD-2-Clause */
/* halt: a kernel with kernfs mounted halts in order, says so and exits. */
#include "smoke.h"

int
main(void)
{
	REQUIRE(rump_init() == 0);
	CHECK(rump_sys_mkdir("/kern", 0777));
	CHECK(rump_sys_mount(RUMP_MOUNT_KERNFS, "/kern", 0, NULL, 0));
	fflush(stdout);
	CHECK(rump_sys_reboot(0, NULL));
	return 0;
}
