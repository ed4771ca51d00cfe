/* SPDX-License-Identifier: BSD-2-Clause */
/* Components that are loaded by dlopen, before boot and after it. */

#include <atf-c.h>
#include <dlfcn.h>
#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <stdio.h>

static int (*count)(void), (*inkernel)(void);

static void *
load(void)
{
	void *h;

	h = dlopen(KCOMP, RTLD_NOW | RTLD_GLOBAL);
	ATF_REQUIRE_MSG(h != NULL, "%s", dlerror());
	count = (int (*)(void))dlsym(h, "rump_kcomp_count");
	inkernel = (int (*)(void))dlsym(h, "rump_kcomp_inkernel");
	ATF_REQUIRE(count != NULL && inkernel != NULL);
	return h;
}

ATF_TC_WITHOUT_HEAD(before);
ATF_TC_BODY(before, tc)
{
	load();
	ATF_REQUIRE_EQ(count(), 0);
	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(count(), 101);
	ATF_REQUIRE_EQ(inkernel(), 1);
	ATF_REQUIRE_EQ(rump_sys_getpid(), 1);
}

ATF_TC_WITHOUT_HEAD(after);
ATF_TC_BODY(after, tc)
{
	ATF_REQUIRE_EQ(rump_init(), 0);
	load();
	ATF_REQUIRE_EQ(count(), 101);
	ATF_REQUIRE_EQ(inkernel(), 1);
	load();
	ATF_REQUIRE_EQ(count(), 101);
	ATF_REQUIRE_EQ(rump_sys_getpid(), 1);
}

/* with an own lwp, which stays what it was */
ATF_TC_WITHOUT_HEAD(after_lwp);
ATF_TC_BODY(after_lwp, tc)
{
	struct lwp *l;

	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
	l = rump_pub_lwproc_curlwp();
	load();
	ATF_REQUIRE_EQ(count(), 101);
	ATF_REQUIRE_EQ(rump_pub_lwproc_curlwp(), l);
	rump_pub_lwproc_releaselwp();
}

ATF_TC_WITHOUT_HEAD(unload);
ATF_TC_BODY(unload, tc)
{
	ATF_REQUIRE_EQ(dlclose(load()), 0);
	/* nothing is left that would be called */
	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(rump_sys_getpid(), 1);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, before);
	ATF_TP_ADD_TC(tp, after);
	ATF_TP_ADD_TC(tp, after_lwp);
	ATF_TP_ADD_TC(tp, unload);
	return atf_no_error();
}
