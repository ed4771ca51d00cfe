/* SPDX-License-Identifier: BSD-2-Clause */
/* sysctl(9) and sysctl(2). */

#include <pthread.h>

#include "t_mtest.h"

MTEST(sysctl_nodes, "nodes of a component")

static int
sysctl(const int *name, u_int n, void *old, size_t *oldlen, const void *new,
    size_t newlen)
{
	return rump_sys___sysctl(name, n, old, oldlen, new, newlen);
}

TEST(base_nodes, "nodes of kern and hw, read and written")
{
	char buf[256];
	size_t len;
	int v, name[3];

	RZ(rump_init());
	name[0] = 1; /* kern.ostype */
	name[1] = 1;
	len = sizeof(buf);
	RL(sysctl(name, 2, buf, &len, NULL, 0));
	ATF_REQUIRE_STREQ(buf, "NetBSD");
	REQ(len, 7);
	len = 3;
	RERR(RUMP_ENOMEM, sysctl(name, 2, buf, &len, NULL, 0));
	REQ(len, 7);
	RL(sysctl(name, 2, NULL, &len, NULL, 0));
	REQ(len, 7);
	RERR(RUMP_EPERM, sysctl(name, 2, NULL, NULL, "x", 1));
	name[1] = 3; /* kern.osrevision */
	len = sizeof(v);
	RL(sysctl(name, 2, &v, &len, NULL, 0));
	REQ(v, 799003400);
	name[1] = 10; /* kern.hostname */
	RL(sysctl(name, 2, NULL, NULL, "newname", 7));
	len = sizeof(buf);
	RL(sysctl(name, 2, buf, &len, NULL, 0));
	ATF_REQUIRE_STREQ(buf, "newname");
	memset(buf, 'x', sizeof(buf));
	RERR(RUMP_EINVAL, sysctl(name, 2, NULL, NULL, buf, sizeof(buf)));
	name[0] = 6; /* hw.ncpu, hw.pagesize */
	name[1] = 3;
	len = sizeof(v);
	RL(sysctl(name, 2, &v, &len, NULL, 0));
	ATF_REQUIRE(v >= 1);
	name[1] = 7;
	RL(sysctl(name, 2, &v, &len, NULL, 0));
	REQ(v, 4096);
	name[1] = 12345;
	RERR(RUMP_ENOENT, sysctl(name, 2, &v, &len, NULL, 0));
	RERR(RUMP_EISDIR, sysctl(name, 1, &v, &len, NULL, 0));
	RERR(RUMP_EINVAL, sysctl(name, 0, &v, &len, NULL, 0));
	RERR(RUMP_EINVAL, sysctl(name, 13, &v, &len, NULL, 0));
	RERR(RUMP_EFAULT, sysctl((void *)8, 2, &v, &len, NULL, 0));
	RERR(RUMP_EFAULT, sysctl(name, 2, &v, (void *)8, NULL, 0));
	name[0] = 1;
	name[1] = 83; /* kern.boottime */
	len = sizeof(buf);
	RL(sysctl(name, 2, buf, &len, NULL, 0));
	REQ(len, 16);
	name[1] = 81; /* kern.arandom */
	len = 100;
	RL(sysctl(name, 2, buf, &len, NULL, 0));
	REQ(len, 100);
}

/* as <sys/sysctl.h> has it on LP64 */
struct node {
	uint32_t flags;
	int32_t num;
	char name[32];
	uint32_t ver;
	uint32_t rsvd;
	uint64_t un[2];
	uint64_t size;
	void *func;
	void *parent;
	const char *desc;
};

TEST(query, "CTL_QUERY and CTL_DESCRIBE show the tree")
{
	struct node *n;
	char *d;
	int name[2] = {-2};
	size_t len = 0, want;
	bool kern = false;

	RZ(rump_init());
	REQ(sizeof(*n), 96);
	RL(sysctl(name, 1, NULL, &len, NULL, 0));
	ATF_REQUIRE(len >= 10 * sizeof(*n) && len % sizeof(*n) == 0);
	n = calloc(1, len);
	want = len;
	RL(sysctl(name, 1, n, &len, NULL, 0));
	REQ(len, want);
	for (size_t i = 0; i < len / sizeof(*n); i++) {
		REQ(n[i].flags >> 24, 1);
		if (strcmp(n[i].name, "kern") == 0) {
			kern = true;
			REQ(n[i].num, 1);
			REQ(n[i].flags & 0xf, 1);
		}
		ATF_REQUIRE(n[i].func == NULL && n[i].desc == NULL);
	}
	ATF_REQUIRE(kern);
	len = sizeof(*n);
	RERR(RUMP_ENOMEM, sysctl(name, 1, n, &len, NULL, 0));
	free(n);
	name[0] = 1;
	name[1] = -7;
	len = 0;
	RL(sysctl(name, 2, NULL, &len, NULL, 0));
	d = calloc(1, len);
	RL(sysctl(name, 2, d, &len, NULL, 0));
	ATF_REQUIRE_STREQ(d + 12, "Operating system type");
	free(d);
}

TEST(create, "nodes made and destroyed from outside")
{
	struct node n, r;
	int name[3] = {11, -3}, v;
	size_t len = sizeof(r);

	RZ(rump_init());
	memset(&n, 0, sizeof(n));
	n.flags = 0x01000000 | 0x800 | 0x70 | 2; /* int, immediate, rw */
	n.num = -3;
	strcpy(n.name, "mine");
	memcpy(n.un, &(int){77}, sizeof(int));
	RL(sysctl(name, 2, &r, &len, &n, sizeof(n)));
	ATF_REQUIRE(r.num >= 1024);
	RERR(RUMP_EEXIST, sysctl(name, 2, NULL, NULL, &n, sizeof(n)));
	RERR(RUMP_EINVAL, sysctl(name, 2, NULL, NULL, &n, 10));
	name[1] = r.num;
	len = sizeof(v);
	RL(sysctl(name, 2, &v, &len, NULL, 0));
	REQ(v, 77);
	v = 78;
	RL(sysctl(name, 2, NULL, NULL, &v, sizeof(v)));
	RERR(RUMP_EINVAL, sysctl(name, 2, NULL, NULL, &v, 2));
	v = 0;
	RL(sysctl(name, 2, &v, &len, NULL, 0));
	REQ(v, 78);
	name[1] = -5;
	n.num = r.num;
	RL(sysctl(name, 2, NULL, NULL, &n, sizeof(n)));
	RERR(RUMP_ENOENT, sysctl(name, 2, NULL, NULL, &n, sizeof(n)));
	/* an address of the kernel is not ours to give */
	n.flags = 0x01000000 | 0x70 | 2;
	n.num = -3;
	n.un[0] = (uintptr_t)&v;
	name[1] = -3;
	RERR(RUMP_EPERM, sysctl(name, 2, NULL, NULL, &n, sizeof(n)));
	/* permanent nodes stay */
	memset(&n, 0, sizeof(n));
	n.flags = 0x01000000;
	n.num = 1;
	name[0] = -5;
	RERR(RUMP_EPERM, sysctl(name, 1, NULL, NULL, &n, sizeof(n)));
}

/* An immediate value is no memory of the node's, whatever the flags say. */
TEST(create_owndata, "immediate values are never freed")
{
	struct node n, r;
	int name[2] = {11, -3}, v;
	size_t len = sizeof(r);

	RZ(rump_init());
	memset(&n, 0, sizeof(n));
	n.flags = 0x01000000 | 0x800 | 0x400 | 0x70 | 2;
	n.num = -3;
	strcpy(n.name, "mine");
	memcpy(n.un, &(int){77}, sizeof(int));
	RL(sysctl(name, 2, &r, &len, &n, sizeof(n)));
	RERR(RUMP_EEXIST, sysctl(name, 2, NULL, NULL, &n, sizeof(n)));
	name[1] = r.num;
	len = sizeof(v);
	RL(sysctl(name, 2, &v, &len, NULL, 0));
	REQ(v, 77);
	name[1] = -5;
	n.num = r.num;
	RL(sysctl(name, 2, NULL, NULL, &n, sizeof(n)));
}

TEST(create_last, "numbers end where an int does")
{
	struct node n, r;
	int name[2] = {11, -3};
	size_t len = sizeof(r);

	RZ(rump_init());
	memset(&n, 0, sizeof(n));
	n.flags = 0x01000000 | 0x800 | 0x70 | 2;
	n.num = INT32_MAX;
	strcpy(n.name, "last");
	RL(sysctl(name, 2, &r, &len, &n, sizeof(n)));
	REQ(r.num, INT32_MAX);
	n.num = -3;
	strcpy(n.name, "later");
	RERR(RUMP_EEXIST, sysctl(name, 2, NULL, NULL, &n, sizeof(n)));
}

static pthread_barrier_t first_barrier;

static void *
first_thread(void *arg)
{
	int name[2] = {1, 83}; /* kern.boottime: one of the last to be made */
	char buf[16];
	size_t len = sizeof(buf);

	pthread_barrier_wait(&first_barrier);
	return rump_sys___sysctl(name, 2, buf, &len, NULL, 0) == 0 ? NULL : arg;
}

/* The tree is made at its first use; who comes then sees all of it. */
TEST(first_use, "several threads use the tree first")
{
	pthread_t threads[8];
	void *failed;

	setenv("RUMP_NCPU", "4", 1);
	RZ(rump_init());
	pthread_barrier_init(&first_barrier, NULL, 8);
	for (int i = 0; i < 8; i++)
		pthread_create(&threads[i], NULL, first_thread, threads);
	for (int i = 0; i < 8; i++) {
		pthread_join(threads[i], &failed);
		ATF_CHECK(failed == NULL);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, sysctl_nodes);
	ATF_TP_ADD_TC(tp, base_nodes);
	ATF_TP_ADD_TC(tp, query);
	ATF_TP_ADD_TC(tp, create);
	ATF_TP_ADD_TC(tp, create_owndata);
	ATF_TP_ADD_TC(tp, create_last);
	ATF_TP_ADD_TC(tp, first_use);
	return atf_no_error();
}
