/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Hypercalls without threads or files: handshake, parameters, memory, clocks,
 * randomness, errnos, guarded copies, link sets, daemons.
 */

#include "fakekern.h"

#include <atf-c.h>
#include <errno.h>
#include <rump/rumpuser_component.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

ATF_TC_WITHOUT_HEAD(version);
ATF_TC_BODY(version, tc)
{
	const struct rumpuser_hyperup up = {0};

	ATF_CHECK(rumpuser_init(RUMPUSER_VERSION - 1, &up) != 0);
	ATF_CHECK(rumpuser_init(RUMPUSER_VERSION + 1, &up) != 0);
	ATF_CHECK_EQ(rumpuser_init(RUMPUSER_VERSION, &up), 0);
	ATF_CHECK_EQ(sizeof(up), 21 * sizeof(void *));
}

ATF_TC_WITHOUT_HEAD(params);
ATF_TC_BODY(params, tc)
{
	char buf[300], tiny[2], want[32];

	fk_init();
	unsetenv("RUMP_NCPU");
	ATF_CHECK_EQ(rumpuser_getparam("_RUMPUSER_NCPU", buf, 300), 0);
	ATF_CHECK_STREQ(buf, "2");
	setenv("RUMP_NCPU", "host", 1);
	ATF_CHECK_EQ(rumpuser_getparam("_RUMPUSER_NCPU", buf, 300), 0);
	ATF_CHECK(atoi(buf) >= 1);
	setenv("RUMP_NCPU", "17", 1);
	ATF_CHECK_EQ(rumpuser_getparam("_RUMPUSER_NCPU", tiny, 2), 7);

	ATF_CHECK_EQ(rumpuser_getparam("_RUMPUSER_HOSTNAME", buf, 300), 0);
	snprintf(want, sizeof(want), "rump-%05d.", (int)getpid());
	ATF_CHECK_EQ(strncmp(buf, want, strlen(want)), 0);

	ATF_CHECK_EQ(rumpuser_getparam("_NOSUCH", buf, 300), 22);
	unsetenv("RUMP_TEST");
	ATF_CHECK_EQ(rumpuser_getparam("RUMP_TEST", buf, 300), 2);
	setenv("RUMP_TEST", "yes", 1);
	ATF_CHECK_EQ(rumpuser_getparam("RUMP_TEST", buf, 300), 0);
	ATF_CHECK_STREQ(buf, "yes");
}

ATF_TC_WITHOUT_HEAD(errnos);
ATF_TC_BODY(errnos, tc)
{
	static const int pairs[][2] = {{0, 0}, {EPERM, 1}, {EAGAIN, 35},
	    {EDEADLK, 11}, {ENOTEMPTY, 66}, {ENAMETOOLONG, 63}, {ELOOP, 62},
	    {ENOSYS, 78}, {ETIMEDOUT, 60}, {ECONNREFUSED, 61}, {EOPNOTSUPP, 45},
	    {EPROTO, 96}, {EOVERFLOW, 84}, {EILSEQ, 85}, {ENOLCK, 77},
	    {ESTALE, 70}, {EDQUOT, 69}, {4000, 5}, {-1, 5}};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		ATF_CHECK_EQ(
		    rumpuser_component_errtrans(pairs[i][0]), pairs[i][1]);
	errno = 0;
	rumpuser_seterrno(35);
	ATF_CHECK_EQ(errno, 35);
}

ATF_TC_WITHOUT_HEAD(memory);
ATF_TC_BODY(memory, tc)
{
	void *p;

	fk_init();
	for (int align = 0; align <= 1 << 20; align = align ? align * 2 : 1) {
		ATF_REQUIRE_EQ(rumpuser_malloc(100, align, &p), 0);
		ATF_CHECK(align == 0 || (uintptr_t)p % (size_t)align == 0);
		memset(p, 1, 100);
		rumpuser_free(p, 100);
	}
	ATF_CHECK_EQ(rumpuser_malloc(SIZE_MAX / 2, 0, &p), 12);
	for (int bits = 0; bits <= 24; bits++) {
		ATF_REQUIRE_EQ(rumpuser_anonmmap(NULL, 5000, bits, 0, &p), 0);
		ATF_CHECK_EQ((uintptr_t)p & (((uintptr_t)1 << bits) - 1), 0);
		memset(p, 1, 5000);
		rumpuser_unmap(p, 5000);
	}
	ATF_CHECK(rumpuser_anonmmap(NULL, 0, 0, 0, &p) != 0);
	ATF_CHECK(rumpuser_anonmmap(NULL, SIZE_MAX - 10, 0, 0, &p) != 0);
	ATF_CHECK(rumpuser_anonmmap(NULL, 4096, 63, 0, &p) != 0);
}

static int64_t
now_ns(void)
{
	int64_t sec;
	long nsec;

	ATF_REQUIRE_EQ(
	    rumpuser_clock_gettime(RUMPUSER_CLOCK_ABSMONO, &sec, &nsec), 0);
	return sec * 1000000000 + nsec;
}

ATF_TC_WITHOUT_HEAD(clocks);
ATF_TC_BODY(clocks, tc)
{
	int64_t sec, t0, t1;
	long nsec;
	int n;

	fk_init();
	ATF_CHECK_EQ(
	    rumpuser_clock_gettime(RUMPUSER_CLOCK_RELWALL, &sec, &nsec), 0);
	ATF_CHECK(llabs((long long)(sec - time(NULL))) <= 1);
	ATF_CHECK_EQ(rumpuser_clock_gettime(5, &sec, &nsec), 22);

	n = fk_nreleases();
	t0 = now_ns();
	ATF_CHECK_EQ(
	    rumpuser_clock_sleep(RUMPUSER_CLOCK_RELWALL, 0, 20000000), 0);
	t1 = now_ns();
	ATF_CHECK(t1 - t0 >= 20000000);
	t1 += 20000000;
	ATF_CHECK_EQ(rumpuser_clock_sleep(RUMPUSER_CLOCK_ABSMONO,
			 t1 / 1000000000, (long)(t1 % 1000000000)),
	    0);
	ATF_CHECK(now_ns() >= t1);
	ATF_CHECK_EQ(rumpuser_clock_sleep(RUMPUSER_CLOCK_ABSMONO, 0, 0), 0);
	ATF_CHECK_EQ(rumpuser_clock_sleep(RUMPUSER_CLOCK_RELWALL, -5, 0), 0);
	ATF_CHECK_EQ(
	    rumpuser_clock_sleep(RUMPUSER_CLOCK_RELWALL, 0, 1000000000), 22);
	ATF_CHECK_EQ(fk_nreleases(), n + 4);
	ATF_CHECK(fk_held());
}

ATF_TC_WITHOUT_HEAD(randomness);
ATF_TC_BODY(randomness, tc)
{
	unsigned char a[1000] = {0}, zero[1000] = {0};
	size_t got = 0;

	fk_init();
	ATF_CHECK_EQ(rumpuser_getrandom(a, sizeof(a), 0, &got), 0);
	ATF_CHECK_EQ(got, sizeof(a));
	ATF_CHECK(memcmp(a, zero, sizeof(a)) != 0);
	ATF_CHECK_EQ(rumpuser_getrandom(a, 0, RUMPUSER_RANDOM_HARD, &got), 0);
	ATF_CHECK_EQ(got, 0);
	ATF_CHECK_EQ(rumpuser_getrandom(a, 4, 0x80, &got), 22);
}

static volatile sig_atomic_t caught;

static void
onsignal(int sig)
{
	caught = sig;
}

ATF_TC_WITHOUT_HEAD(signals);
ATF_TC_BODY(signals, tc)
{
	signal(SIGUSR1, onsignal);
	ATF_CHECK_EQ(rumpuser_kill(RUMPUSER_PID_SELF, 30), 0);
	ATF_CHECK_EQ(caught, SIGUSR1);
	signal(SIGCHLD, onsignal);
	ATF_CHECK_EQ(rumpuser_kill(getpid(), 20), 0);
	ATF_CHECK_EQ(caught, SIGCHLD);
	ATF_CHECK_EQ(rumpuser_kill(RUMPUSER_PID_SELF, 7777), 22);
	ATF_CHECK_EQ(rumpuser_kill(RUMPUSER_PID_SELF, -3), 22);
	ATF_CHECK_EQ(rumpuser_kill((int64_t)1 << 40, 15), 3);
}

ATF_TC_WITHOUT_HEAD(copy);
ATF_TC_BODY(copy, tc)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char good[8192], *bad, *edge;
	size_t len = 99;

	bad = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANON, -1, 0);
	mprotect(bad + page, page, PROT_NONE);
	edge = bad + page - 4;
	memcpy(edge, "abc", 4);

	for (int i = 0; i < 100; i++) {
		ATF_REQUIRE_EQ(rumpuser__copy(edge, good, 4), 0);
		ATF_REQUIRE_EQ(rumpuser__copy(edge, good, 5), 14);
		ATF_REQUIRE_EQ(rumpuser__copy(good, edge, 5000), 14);
		ATF_REQUIRE_EQ(rumpuser__copy(NULL, good, 1), 14);
		ATF_REQUIRE_EQ(rumpuser__copy(good, (void *)8, 8), 14);
		memcpy(edge, "abc", 4);
		ATF_REQUIRE_EQ(rumpuser__copystr(edge, good, 4, &len), 0);
		ATF_REQUIRE_EQ(len, 4);
		ATF_REQUIRE_STREQ(good, "abc");
		ATF_REQUIRE_EQ(rumpuser__copystr(edge, good, 3, NULL), 63);
		memcpy(edge, "abcd", 4);
		ATF_REQUIRE_EQ(rumpuser__copystr(edge, good, 99, &len), 14);
	}
}

/* Every length, up to the edge and one byte over it, from both sides. */
ATF_TC_WITHOUT_HEAD(copy_lengths);
ATF_TC_BODY(copy_lengths, tc)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char from[128], to[128], *edge;

	edge = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANON, -1, 0);
	edge += page;
	mprotect(edge, page, PROT_NONE);
	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = (char)(i + 1);
	for (size_t len = 0; len < sizeof(from); len++) {
		memset(edge - len, 0, len);
		ATF_REQUIRE_EQ(rumpuser__copy(from, edge - len, len), 0);
		ATF_REQUIRE_EQ(memcmp(from, edge - len, len), 0);
		memset(to, 0, sizeof(to));
		ATF_REQUIRE_EQ(rumpuser__copy(edge - len, to, len), 0);
		ATF_REQUIRE_EQ(memcmp(from, to, len), 0);
		ATF_REQUIRE(len + 1 > sizeof(to) || to[len] == 0);
		ATF_REQUIRE_EQ(rumpuser__copy(edge - len, to, len + 1), 14);
		ATF_REQUIRE_EQ(rumpuser__copy(from, edge - len, len + 1), 14);
	}
}

static volatile char *volatile badaddress = (volatile char *)16;

/* A fault that is none of ours goes to the program, or kills it. */
ATF_TC_WITHOUT_HEAD(copy_chain);
ATF_TC_BODY(copy_chain, tc)
{
	char c;
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		rumpuser__copy(NULL, &c, 1);
		*badaddress = 1;
		_exit(0);
	}
	waitpid(pid, &status, 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	ATF_CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
#endif
	pid = fork();
	if (pid == 0) {
		signal(SIGSEGV, (void (*)(int))_exit);
		rumpuser__copy(NULL, &c, 1);
		*badaddress = 1;
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ATF_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == SIGSEGV);
}

/*
 * Link sets of this program.
 */

struct modinfo {
	int mi;
};
static const struct modinfo mod_a = {1}, mod_b = {2};
__attribute__((__section__("link_set_modules"),
    __used__)) static const struct modinfo *const set_a = &mod_a,
						  *const set_b = &mod_b;
struct rump_component {
	int rc;
};
static const struct rump_component comp = {3};
__attribute__((__section__("link_set_rump_components"),
    __used__)) static const struct rump_component *const set_comp = &comp;

static int nmods, ncomps, nsyms, foundsym;

static void
modinit(const struct modinfo *const *mi, size_t n)
{
	for (size_t i = 0; i < n; i++)
		nmods += mi[i]->mi;
}

static void
compload(const struct rump_component *rc)
{
	ncomps += rc->rc;
}

static int
symload(void *syms, uint64_t symslen, char *strs, uint64_t strslen)
{
	nsyms++;
	ATF_CHECK(syms != NULL && symslen > 0 && strslen > 0);
	for (char *s = strs; s < strs + strslen; s += strlen(s) + 1)
		if (strcmp(s, "rumpuser_init") == 0)
			foundsym++;
	return 0;
}

ATF_TC_WITHOUT_HEAD(bootstrap);
ATF_TC_BODY(bootstrap, tc)
{
	rumpuser_dl_bootstrap(modinit, symload, compload);
	ATF_CHECK_EQ(nmods, 3);
	ATF_CHECK_EQ(ncomps, 3);
	ATF_CHECK_EQ(nsyms, 1);
	ATF_CHECK_EQ(foundsym, 1);
	rumpuser_dl_bootstrap(NULL, NULL, NULL);
}

ATF_TC_WITHOUT_HEAD(symbol);
ATF_TC_BODY(symbol, tc)
{
	char name[64];

	ATF_CHECK_EQ(rumpuser__symbol((void *)rumpuser_init, name, 64), 0);
	ATF_CHECK_STREQ(name, "rumpuser_init+0x0");
	ATF_CHECK_EQ(rumpuser__symbol((void *)1, name, 64), 2);
	rumpuser__backtrace();
}

static int
daemon_status(int error, int waitms)
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		if (rumpuser_daemonize_begin() != 0)
			_exit(99);
		if (rumpuser_daemonize_begin() == 0)
			_exit(98);
		usleep((useconds_t)waitms * 1000);
		if (error == -1)
			_exit(7);
		if (rumpuser_daemonize_done(error) != 0)
			_exit(97);
		_exit(96);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

ATF_TC_WITHOUT_HEAD(daemonize);
ATF_TC_BODY(daemonize, tc)
{
	ATF_CHECK(rumpuser_daemonize_done(0) != 0);
	ATF_CHECK_EQ(daemon_status(0, 20), 0);
	ATF_CHECK_EQ(daemon_status(2, 0), 1);
	ATF_CHECK_EQ(daemon_status(-1, 0), 7);
}

ATF_TC_WITHOUT_HEAD(panic);
ATF_TC_BODY(panic, tc)
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0)
		rumpuser_exit(RUMPUSER_PANIC);
	waitpid(pid, &status, 0);
	ATF_CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	pid = fork();
	if (pid == 0)
		rumpuser_exit(5);
	waitpid(pid, &status, 0);
	ATF_CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 5);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, version);
	ATF_TP_ADD_TC(tp, params);
	ATF_TP_ADD_TC(tp, errnos);
	ATF_TP_ADD_TC(tp, memory);
	ATF_TP_ADD_TC(tp, clocks);
	ATF_TP_ADD_TC(tp, randomness);
	ATF_TP_ADD_TC(tp, signals);
	ATF_TP_ADD_TC(tp, copy);
	ATF_TP_ADD_TC(tp, copy_lengths);
	ATF_TP_ADD_TC(tp, copy_chain);
	ATF_TP_ADD_TC(tp, bootstrap);
	ATF_TP_ADD_TC(tp, symbol);
	ATF_TP_ADD_TC(tp, daemonize);
	ATF_TP_ADD_TC(tp, panic);
	return atf_no_error();
}
