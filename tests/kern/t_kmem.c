/* SPDX-License-Identifier: BSD-2-Clause */
/* kmem(9), malloc(9), pages, and the memory limit. */

#include "t_mtest.h"

#include <sys/wait.h>

MTEST(kmem_sizes, "blocks of every size, zeroed ones too")
MTEST(kmem_large, "blocks that get a mapping of their own; impossible sizes")
MTEST(kmem_strings, "copies of strings")
MTEST(kmem_align, "aligned blocks")
MTEST(pages, "single pages")
MTEST(malloc, "malloc, realloc, free")
MTEST_ENV(memlimit, "RUMP_MEMLIMIT", "8m", "at the limit NOSLEEP gets NULL")
MTEST_ENV(memlimit_wait, "RUMP_MEMLIMIT", "8m", "at the limit SLEEP waits")
MTEST_ENV(memlimit_reclaim, "RUMP_MEMLIMIT", "8192k", "caches shrink")

/* boots in a child: its exit status, and what it printed */
static int
boot_child(const char *limit, char *out, size_t size)
{
	int p[2], st;
	ssize_t n, total = 0;
	pid_t pid;

	ATF_REQUIRE_EQ(pipe(p), 0);
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		setenv("RUMP_MEMLIMIT", limit, 1);
		dup2(p[1], 1);
		dup2(p[1], 2);
		_exit(rump_init());
	}
	close(p[1]);
	while ((n = read(p[0], out + total, size - 1 - (size_t)total)) > 0)
		total += n;
	out[total] = '\0';
	close(p[0]);
	ATF_REQUIRE_EQ(waitpid(pid, &st, 0), pid);
	ATF_REQUIRE(WIFEXITED(st));
	return WEXITSTATUS(st);
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

/* runs a misuse in a child: it must abort, and say so */
static void
must_panic(const char *name, const char *says)
{
	char out[4096];
	int p[2], st;
	ssize_t n, total = 0;
	pid_t pid;

	ATF_REQUIRE_EQ(pipe(p), 0);
	ATF_REQUIRE((pid = fork()) != -1);
	if (pid == 0) {
		dup2(p[1], 1);
		dup2(p[1], 2);
		setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
		if (rump_init() != 0)
			_exit(99);
		_exit(rump_mtest(name) == NULL ? 98 : 97);
	}
	close(p[1]);
	while (
	    (n = read(p[0], out + total, sizeof(out) - 1 - (size_t)total)) > 0)
		total += n;
	out[total] = '\0';
	close(p[0]);
	ATF_REQUIRE_EQ(waitpid(pid, &st, 0), pid);
	if (WIFEXITED(st) && WEXITSTATUS(st) == 98)
		atf_tc_skip("not a diagnostic kernel");
	ATF_REQUIRE_MSG(strstr(out, says) != NULL ||
		strstr(out, "AddressSanitizer") != NULL,
	    "%s", out);
}

TEST(misuse, "double frees, wrong sizes and overruns are named")
{
	must_panic("bad_double_free", "it was freed before");
	must_panic("bad_size", "bytes were allocated");
	must_panic("bad_overrun", "wrote past its end");
	must_panic("bad_pool", "it was freed before");
	must_panic("bad_use_after_free", "after it was freed");
}

TEST(speed, "how long it takes (a figure, not a check)")
{
	static const char *const names[] = {"kmem64", "kmem2000", "kmem64k",
	    "malloc", "pool", "cache", "cache10000", "page", "page1000",
	    "kauth"};

	RZ(rump_init());
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		printf(
		    "%-12s %7.1f ns\n", names[i], rump_mtest_bench(names[i]));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, kmem_sizes);
	ATF_TP_ADD_TC(tp, kmem_large);
	ATF_TP_ADD_TC(tp, kmem_strings);
	ATF_TP_ADD_TC(tp, kmem_align);
	ATF_TP_ADD_TC(tp, pages);
	ATF_TP_ADD_TC(tp, malloc);
	ATF_TP_ADD_TC(tp, memlimit);
	ATF_TP_ADD_TC(tp, memlimit_wait);
	ATF_TP_ADD_TC(tp, memlimit_reclaim);
	ATF_TP_ADD_TC(tp, memlimit_syntax);
	ATF_TP_ADD_TC(tp, misuse);
	ATF_TP_ADD_TC(tp, speed);
	return atf_no_error();
}
