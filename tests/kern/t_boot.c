/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot, its parameters, what comes before it, and the end. */

#include "ktest.h"
#include "t_kern.h"

static void
ncpu_bad(const char *value)
{
	setenv("RUMP_NCPU", value, 1);
	ATF_REQUIRE(rump_init() > 0);
	/* and what comes after it does not crash */
	ATF_REQUIRE(rump_pub_lwproc_rfork(RUMP_RFCFDG) != 0);
	ATF_REQUIRE_EQ(rump_sys_getpid(), -1);
}

ATF_TC_WITHOUT_HEAD(ncpu_zero);
ATF_TC_BODY(ncpu_zero, tc)
{
	ncpu_bad("0");
}

ATF_TC_WITHOUT_HEAD(ncpu_letters);
ATF_TC_BODY(ncpu_letters, tc)
{
	ncpu_bad("two");
}

ATF_TC_WITHOUT_HEAD(ncpu_host);
ATF_TC_BODY(ncpu_host, tc)
{
	setenv("RUMP_NCPU", "host", 1);
	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE(rump_ktest_ncpu() >= 1);
	ATF_REQUIRE_EQ(rump_sys_getpid(), 1);
}

ATF_TC_WITHOUT_HEAD(ncpu_default);
ATF_TC_BODY(ncpu_default, tc)
{
	unsetenv("RUMP_NCPU");
	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(rump_ktest_ncpu(), 2);
}

ATF_TC_WITHOUT_HEAD(before);
ATF_TC_BODY(before, tc)
{
	/* an errno, not a crash */
	ATF_REQUIRE_EQ(rump_sys_getpid(), -1);
	ATF_REQUIRE_EQ(rump_sys_open("/x", 0), -1);
	ATF_REQUIRE(rump_pub_lwproc_rfork(0) != 0);
	ATF_REQUIRE(rump_pub_etfs_register("/x", "/y", RUMP_ETFS_REG) != 0);
	ATF_REQUIRE_EQ(rump_pub_lwproc_curlwp(), NULL);
	rump_pub_lwproc_releaselwp();
	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(rump_sys_getpid(), 1);
}

ATF_TC_WITHOUT_HEAD(version);
ATF_TC_BODY(version, tc)
{
	ATF_REQUIRE_EQ(rump_getversion(), 799003400);
	ATF_REQUIRE_EQ(rump_pub_getversion(), 799003400);
	ATF_REQUIRE_EQ(rump_nativeabi_p(), 0);
	ATF_REQUIRE_EQ(rump_boot_gethowto(), 0x40000);
	rump_boot_sethowto(0x20000);
	ATF_REQUIRE_EQ(rump_boot_gethowto(), 0x20000);
}

static void
do_halt(void *arg)
{
	if (rump_init() == 0)
		rump_sys_reboot(0, NULL);
}

ATF_TC_WITHOUT_HEAD(halt);
ATF_TC_BODY(halt, tc)
{
	char out[4096];
	int status;

	status = t_child(do_halt, NULL, out, sizeof(out));
	ATF_REQUIRE(WIFEXITED(status));
	ATF_REQUIRE_EQ(WEXITSTATUS(status), 0);
	ATF_REQUIRE_EQ(strncmp(out, "rump kernel halting...\n", 23), 0);
	ATF_REQUIRE(
	    strlen(out) >= 7 && strcmp(out + strlen(out) - 7, "halted\n") == 0);
}

static void
do_verbose(void *arg)
{
	setenv("RUMP_VERBOSE", "1", 1);
	rump_init();
}

ATF_TC_WITHOUT_HEAD(verbose);
ATF_TC_BODY(verbose, tc)
{
	char out[65536];

	t_child(do_verbose, NULL, out, sizeof(out));
	ATF_REQUIRE(strstr(out, "rump kernel") != NULL);
}

static void
do_quiet(void *arg)
{
	setenv("RUMP_VERBOSE", "0", 1);
	rump_init();
}

ATF_TC_WITHOUT_HEAD(quiet);
ATF_TC_BODY(quiet, tc)
{
	char out[4096];

	t_child(do_quiet, NULL, out, sizeof(out));
	ATF_REQUIRE_STREQ(out, "");
}

ATF_TC_WITHOUT_HEAD(threads);
ATF_TC_BODY(threads, tc)
{
	int before = t_threads();

	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(t_threads(), before);
	/* work that needs a thread makes one, and no more */
	ATF_REQUIRE_EQ(rump_ktest_callout_order(), 0);
	ATF_REQUIRE_EQ(t_threads(), before + 1);
	ATF_REQUIRE_EQ(rump_ktest_softint(5), 0);
	ATF_REQUIRE_EQ(t_threads(), before + 1);
}

ATF_TC_WITHOUT_HEAD(idle);
ATF_TC_BODY(idle, tc)
{
	double used;

	ATF_REQUIRE_EQ(rump_init(), 0);
	ATF_REQUIRE_EQ(rump_ktest_callout_order(), 0);
	ATF_REQUIRE_EQ(rump_ktest_softint_sleep(), 0);
	used = t_cpu();
	sleep(3);
	used = t_cpu() - used;
	ATF_CHECK_MSG(used < 0.005, "%f s of CPU in 3 s", used);
}

static const char *const mistakes[] = {
    "both orders",
    "not held",
    "held already",
    "destroying a lock that is held",
    "sleeping with a spin mutex",
};

static void
do_mistake(void *arg)
{
	if (rump_init() == 0)
		rump_ktest_lockdebug(*(int *)arg);
}

ATF_TC_WITHOUT_HEAD(lockdebug);
ATF_TC_BODY(lockdebug, tc)
{
	char out[16384];
	int mistake, status;

	if (!rump_ktest_lockdebug_on())
		atf_tc_skip("built without the lock checker");
	for (mistake = 0; mistake < 5; mistake++) {
		status = t_child(do_mistake, &mistake, out, sizeof(out));
		ATF_CHECK_MSG(
		    WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
		    "mistake %d was not found", mistake);
		ATF_CHECK_MSG(strstr(out, mistakes[mistake]) != NULL,
		    "mistake %d: %s", mistake, out);
		ATF_CHECK_MSG(strstr(out, "rump_ktest_lockdebug") != NULL,
		    "mistake %d: no function named", mistake);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, ncpu_zero);
	ATF_TP_ADD_TC(tp, ncpu_letters);
	ATF_TP_ADD_TC(tp, ncpu_host);
	ATF_TP_ADD_TC(tp, ncpu_default);
	ATF_TP_ADD_TC(tp, before);
	ATF_TP_ADD_TC(tp, version);
	ATF_TP_ADD_TC(tp, halt);
	ATF_TP_ADD_TC(tp, verbose);
	ATF_TP_ADD_TC(tp, quiet);
	ATF_TP_ADD_TC(tp, threads);
	ATF_TP_ADD_TC(tp, idle);
	ATF_TP_ADD_TC(tp, lockdebug);
	return atf_no_error();
}
