/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vnode cache and the life of vnodes, on testfs.
 */
#include "testfs/testfs.h"
#include <limits.h>

#include "vfs_test.h"

#define CASE(name, descr, call)                                                \
	TEST(name, descr)                                                      \
	{                                                                      \
		boot_testfs();                                                 \
		make("/t/file");                                               \
		RL(rump_sys_mkdir("/t/dir", 0755));                            \
		call;                                                          \
	}

CASE(identity, "one key is one vnode", KT(rumptest_vcache_identity("/t")))
CASE(load_error, "a failed load is an error and leaves nothing",
    KT(rumptest_vcache_fail("/t")))
CASE(recycle, "vrecycle() takes unused vnodes only",
    KT(rumptest_vcache_recycle("/t/file")))
CASE(rekey, "a vnode changes its key", KT(rumptest_vcache_rekey("/t/file")))
CASE(gone, "a vnode that is gone has errors for its users",
    KT(rumptest_vgone("/t/file")))
CASE(flush, "vflush() and its flags", KT(rumptest_vflush("/t/file")))
CASE(iterator, "walking the vnodes of a mount", KT(rumptest_iterator("/t")))
CASE(tryvget, "references through the gate", KT(rumptest_tryvget("/t/file")))
CASE(locks, "shared and exclusive vnode locks", KT(rumptest_locks("/t/dir")))
CASE(syncer, "dirty vnodes are synced in time", KT(rumptest_syncer("/t/file")))
CASE(deferred, "the last release does not wait for the lock",
    KT(rumptest_deferred("/t/file")))
CASE(descriptors, "operation descriptors are complete",
    KT(rumptest_descriptors()))

TEST(limit, "RUMP_NVNODES bounds what is cached")
{
	char path[64];
	unsigned max = 0;

	setenv("RUMP_NVNODES", "100", 1);
	boot_testfs();
	for (int i = 0; i < 2000; i++) {
		snprintf(path, sizeof(path), "/t/f%d", i);
		make(path);
		if (rumptest_numvnodes() > max)
			max = rumptest_numvnodes();
	}
	ATF_CHECK_MSG(max < 160, "%u vnodes at once", max);
	/* all are found again */
	for (int i = 0; i < 2000; i++) {
		snprintf(path, sizeof(path), "/t/f%d", i);
		ATF_REQUIRE(ino_of(path) != 0);
	}
	ATF_CHECK(rumptest_numvnodes() < 160);
	RL(rump_sys_unmount("/t", 0));
}

TEST(maxvnodes, "kern.maxvnodes takes what RUMP_NVNODES takes")
{
	static const int bad[] = {-1, 0, 15, INT_MAX / 4 + 1, INT_MAX};
	const int name[] = {1 /* CTL_KERN */, 5 /* KERN_MAXVNODES */};
	int n;

	boot_testfs();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		RERR(RUMP_EINVAL,
		    rump_sys___sysctl(
			name, 2, NULL, NULL, &bad[i], sizeof(bad[i])));
	n = 16;
	RL(rump_sys___sysctl(name, 2, NULL, NULL, &n, sizeof(n)));
	n = INT_MAX / 4;
	RL(rump_sys___sysctl(name, 2, NULL, NULL, &n, sizeof(n)));
}

TEST(open_create, "what vn_open leaves where it makes a file")
{
	boot_testfs();
	KT(rumptest_open_create("/t", "/t/new"));
	ATF_CHECK(ino_of("/t/new") != 0);
	RL(rump_sys_unmount("/t", 0));
}

TEST(unlinked, "a removed file's vnode goes at once")
{
	struct testfs_counts a, b;
	unsigned n;
	int fd;

	boot_testfs();
	ATF_REQUIRE(ino_of("/t") != 0);
	n = rumptest_numvnodes();
	RL(fd = rump_sys_open("/t/x", RUMP_O_CREAT | RUMP_O_RDWR, 0644));
	RL(rump_sys_unlink("/t/x"));
	rumptest_counts(&a);
	RL(rump_sys_close(fd));
	rumptest_counts(&b);
	ATF_CHECK_EQ(b.reclaims, a.reclaims + 1);
	ATF_CHECK_EQ(rumptest_numvnodes(), n);
}

static void *
getter(void *arg)
{
	intptr_t ino = (intptr_t)arg;

	if (rump_pub_lwproc_newlwp(1) != 0)
		return (void *)1;
	for (int i = 0; i < 20; i++) {
		if (rumptest_get_ino("/t", ino) != 0)
			return (void *)2;
	}
	rump_pub_lwproc_releaselwp();
	return NULL;
}

TEST(one_load, "threads that want one vnode at once load it once")
{
	struct testfs_counts a, b;
	pthread_t t[6];
	void *rv;
	uint64_t ino;

	boot_testfs();
	make("/t/file");
	ATF_REQUIRE((ino = ino_of("/t/file")) != 0);
	KT(rumptest_forget("/t/file"));
	rumptest_slow_load(50);
	rumptest_counts(&a);
	for (int i = 0; i < 6; i++)
		ATF_REQUIRE_EQ(
		    pthread_create(&t[i], NULL, getter, (void *)(intptr_t)ino),
		    0);
	for (int i = 0; i < 6; i++) {
		pthread_join(t[i], &rv);
		ATF_CHECK(rv == NULL);
	}
	rumptest_counts(&b);
	ATF_CHECK_EQ(b.loads, a.loads + 1);
}

static void *
churner(void *arg)
{
	char path[64];
	int fd;

	for (int i = 0; i < 3000; i++) {
		snprintf(path, sizeof(path), "/t/c%d", i % 7);
		fd = rump_sys_open(path, RUMP_O_CREAT | RUMP_O_RDWR, 0644);
		if (fd != -1) {
			if (i % 3 == 0)
				rump_sys_unlink(path);
			rump_sys_close(fd);
		}
	}
	return NULL;
}

ATF_TC(churn);
ATF_TC_HEAD(churn, tc)
{
	atf_tc_set_md_var(
	    tc, "descr", "threads create, open and remove the same few names");
	atf_tc_set_md_var(tc, "timeout", "120");
}
ATF_TC_BODY(churn, tc)
{
	pthread_t t[4];

	setenv("RUMP_NVNODES", "32", 1);
	boot_testfs();
	for (int i = 0; i < 4; i++)
		ATF_REQUIRE_EQ(pthread_create(&t[i], NULL, churner, NULL), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	RL(rump_sys_unmount("/t", 0));
}

static void *
unmounter(void *arg)
{
	while (!rumptest_load_dying_ready())
		usleep(1000);
	RL(rump_sys_unmount("/t", RUMP_MNT_FORCE));
	return NULL;
}

TEST(dying, "who holds a vnode in a forced unmount gets others")
{
	unsigned long ino;
	pthread_t t;

	boot_testfs();
	RL(rump_sys_mkdir("/t/dir", 0755));
	make("/t/dir/file");
	ino = (unsigned long)ino_of("/t/dir/file");
	KT(rumptest_forget("/t/dir/file"));
	ATF_REQUIRE_EQ(pthread_create(&t, NULL, unmounter, NULL), 0);
	KT(rumptest_load_dying("/t/dir", ino));
	pthread_join(t, NULL);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, identity);
	ATF_TP_ADD_TC(tp, load_error);
	ATF_TP_ADD_TC(tp, recycle);
	ATF_TP_ADD_TC(tp, rekey);
	ATF_TP_ADD_TC(tp, gone);
	ATF_TP_ADD_TC(tp, flush);
	ATF_TP_ADD_TC(tp, iterator);
	ATF_TP_ADD_TC(tp, tryvget);
	ATF_TP_ADD_TC(tp, locks);
	ATF_TP_ADD_TC(tp, syncer);
	ATF_TP_ADD_TC(tp, deferred);
	ATF_TP_ADD_TC(tp, descriptors);
	ATF_TP_ADD_TC(tp, limit);
	ATF_TP_ADD_TC(tp, maxvnodes);
	ATF_TP_ADD_TC(tp, open_create);
	ATF_TP_ADD_TC(tp, unlinked);
	ATF_TP_ADD_TC(tp, one_load);
	ATF_TP_ADD_TC(tp, churn);
	ATF_TP_ADD_TC(tp, dying);
	return atf_no_error();
}
