/* SPDX-License-Identifier: BSD-2-Clause */
/* kmem(9), malloc(9), pages, and the memory limit. */

#include "t_mtest.h"

MTEST(kmem_sizes, "blocks of every size, zeroed ones too")
MTEST(kmem_large, "blocks that get a mapping of their own; impossible sizes")
MTEST(kmem_strings, "copies of strings")
MTEST(kmem_align, "aligned blocks")
MTEST(kmem_align_mix, "many aligned blocks, and memory that goes back")
MTEST(pages, "single pages")
MTEST(malloc, "malloc, realloc, free")
MTEST_ENV(memlimit, "RUMP_MEMLIMIT", "8m", "at the limit NOSLEEP gets NULL")
MTEST_ENV(memlimit_wait, "RUMP_MEMLIMIT", "8m", "at the limit SLEEP waits")
MTEST_ENV(memlimit_reclaim, "RUMP_MEMLIMIT", "8192k", "caches shrink")

static void
do_boot(void *limit)
{
	setenv("RUMP_MEMLIMIT", limit, 1);
	_exit(rump_init());
}

/* boots in a child: its exit status, and what it printed */
static int
boot_child(const char *limit, char *out, size_t size)
{
	int status = t_child(do_boot, (void *)(uintptr_t)limit, out, size);

	ATF_REQUIRE(WIFEXITED(status));
	return WEXITSTATUS(status);
}

TEST(memlimit_syntax, "a bad or too small limit ends the boot with an errno")
{
	static const char *const bad[] = {
	    "", "x", "10q", "10mm", "-5", "m", "99999999999999999999g", "0"};
	char out[4096];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		REQ(boot_child(bad[i], out, sizeof(out)), RUMP_EINVAL);
		ATF_REQUIRE(strstr(out, "RUMP_MEMLIMIT") != NULL);
	}
	REQ(boot_child("4k", out, sizeof(out)), RUMP_ENOMEM);
	ATF_REQUIRE(strstr(out, "too small") != NULL);
	REQ(boot_child("64m", out, sizeof(out)), 0);
	REQ(boot_child("1g", out, sizeof(out)), 0);
}

static void
do_misuse(void *name)
{
	setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
	if (rump_init() == 0)
		rump_mtest(name);
	_exit(0);
}

/* runs a misuse in a child: it must end, and say why */
static void
must_panic(const char *name, const char *says)
{
	char out[16384];
	int status =
	    t_child(do_misuse, (void *)(uintptr_t)name, out, sizeof(out));

	ATF_CHECK_MSG(!WIFEXITED(status) || WEXITSTATUS(status) != 0,
	    "%s was not found", name);
	ATF_CHECK_MSG(strstr(out, says) != NULL ||
		strstr(out, "AddressSanitizer") != NULL,
	    "%s: %s", name, out);
}

TEST(misuse, "double frees, wrong sizes and overruns are named")
{
	if (!rump_mtest_diagnostic())
		atf_tc_skip("not a diagnostic kernel");
	must_panic("bad_double_free", "it was freed before");
	must_panic("bad_size", "bytes were allocated");
	must_panic("bad_overrun", "wrote past its end");
	must_panic("bad_pool", "it was freed before");
	must_panic("bad_use_after_free", "after it was freed");
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, kmem_sizes);
	ATF_TP_ADD_TC(tp, kmem_large);
	ATF_TP_ADD_TC(tp, kmem_strings);
	ATF_TP_ADD_TC(tp, kmem_align);
	ATF_TP_ADD_TC(tp, kmem_align_mix);
	ATF_TP_ADD_TC(tp, pages);
	ATF_TP_ADD_TC(tp, malloc);
	ATF_TP_ADD_TC(tp, memlimit);
	ATF_TP_ADD_TC(tp, memlimit_wait);
	ATF_TP_ADD_TC(tp, memlimit_reclaim);
	ATF_TP_ADD_TC(tp, memlimit_syntax);
	ATF_TP_ADD_TC(tp, misuse);
	return atf_no_error();
}
