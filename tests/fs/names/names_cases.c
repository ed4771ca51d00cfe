/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of namei, the name cache and dirhash that need to be inside of the
 * kernel.  Each returns 0 or the line of the check that failed.
 */
#include <sys/atomic.h>
#include <sys/dirhash.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/kthread.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/sched.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/vfs_syscalls.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

#include <rump-sys/kern.h>

#include "names.h"

#define CHECK(cond)                                                            \
	do {                                                                   \
		if (!(cond))                                                   \
			return __LINE__;                                       \
	} while (0)

static int
lookup(const char *path, uint32_t op, uint32_t flags, struct nameidata *nd,
    struct pathbuf **pbp)
{
	*pbp = pathbuf_create(path);
	NDINIT(nd, op, flags, *pbp);
	return namei(nd);
}

/* Lock states and references that namei() returns. */
static int
namei_locks(void)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct vnode *vp;

	CHECK(do_sys_mkdir("/nl", 0755, UIO_SYSSPACE) == 0);
	CHECK(do_sys_mkdir("/nl/d", 0755, UIO_SYSSPACE) == 0);
	CHECK(lookup("/nl/d", LOOKUP, 0, &nd, &pb) == 0);
	CHECK(nd.ni_dvp == NULL && VOP_ISLOCKED(nd.ni_vp) == 0);
	vp = nd.ni_vp;
	vrele(vp);
	pathbuf_destroy(pb);

	CHECK(lookup("/nl/d", LOOKUP, LOCKLEAF, &nd, &pb) == 0);
	CHECK(nd.ni_vp == vp && VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	vput(vp);
	pathbuf_destroy(pb);

	CHECK(lookup("/nl/d/", DELETE, LOCKPARENT | LOCKLEAF, &nd, &pb) == 0);
	CHECK(VOP_ISLOCKED(nd.ni_dvp) == LK_EXCLUSIVE);
	CHECK(VOP_ISLOCKED(nd.ni_vp) == LK_EXCLUSIVE);
	CHECK(nd.ni_cnd.cn_namelen == 1 && nd.ni_cnd.cn_nameptr[0] == 'd');
	CHECK((nd.ni_cnd.cn_flags & ISLASTCN) != 0);
	vput(nd.ni_vp);
	vput(nd.ni_dvp);
	pathbuf_destroy(pb);

	/* What is to be made: no vnode, and the parent locked. */
	CHECK(lookup("/nl/new", CREATE, LOCKPARENT, &nd, &pb) == 0);
	CHECK(nd.ni_vp == NULL);
	CHECK(VOP_ISLOCKED(nd.ni_dvp) == LK_EXCLUSIVE);
	VOP_ABORTOP(nd.ni_dvp, &nd.ni_cnd);
	vput(nd.ni_dvp);
	pathbuf_destroy(pb);
	CHECK(lookup("/nl/new/", CREATE, LOCKPARENT, &nd, &pb) == ENOENT);
	pathbuf_destroy(pb);
	CHECK(
	    lookup("/nl/new/", CREATE, LOCKPARENT | CREATEDIR, &nd, &pb) == 0);
	vput(nd.ni_dvp);
	pathbuf_destroy(pb);
	CHECK(lookup("/nl/new/x", CREATE, LOCKPARENT, &nd, &pb) == ENOENT);
	pathbuf_destroy(pb);

	/* ".." with both locked, and "." where they are one vnode. */
	CHECK(lookup("/nl/d/..", LOOKUP, LOCKPARENT | LOCKLEAF, &nd, &pb) == 0);
	CHECK(nd.ni_dvp == vp && VOP_ISLOCKED(nd.ni_vp) == LK_EXCLUSIVE);
	vput(nd.ni_vp);
	vput(nd.ni_dvp);
	pathbuf_destroy(pb);
	CHECK(lookup("/nl/d/.", LOOKUP, LOCKPARENT | LOCKLEAF, &nd, &pb) == 0);
	CHECK(nd.ni_dvp == vp && nd.ni_vp == vp);
	vrele(nd.ni_vp);
	vput(nd.ni_dvp);
	pathbuf_destroy(pb);

	/* The root. */
	CHECK(lookup("/", LOOKUP, LOCKLEAF, &nd, &pb) == 0);
	CHECK(nd.ni_vp == rootvnode);
	vput(nd.ni_vp);
	pathbuf_destroy(pb);
	CHECK(lookup("///", DELETE, LOCKPARENT | LOCKLEAF, &nd, &pb) == EBUSY);
	pathbuf_destroy(pb);
	return 0;
}

/* relookup() finds the name again, in a locked directory. */
static int
names_relookup(void)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct vnode *vp;

	CHECK(do_sys_mkdir("/rl", 0755, UIO_SYSSPACE) == 0);
	CHECK(do_sys_mkdir("/rl/d", 0755, UIO_SYSSPACE) == 0);
	CHECK(lookup("/rl/d", DELETE, LOCKPARENT, &nd, &pb) == 0);
	vrele(nd.ni_vp);
	nd.ni_cnd.cn_flags &= ~MODMASK;
	nd.ni_cnd.cn_flags |= LOCKPARENT | LOCKLEAF;
	CHECK(relookup(nd.ni_dvp, &vp, &nd.ni_cnd, 0) == 0);
	CHECK(vp != NULL && VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	CHECK(VOP_ISLOCKED(nd.ni_dvp) == LK_EXCLUSIVE);
	vput(vp);
	nd.ni_cnd.cn_nameptr = "other";
	nd.ni_cnd.cn_namelen = 5;
	nd.ni_cnd.cn_nameiop = CREATE;
	CHECK(relookup(nd.ni_dvp, &vp, &nd.ni_cnd, 0) == 0);
	CHECK(vp == NULL);
	nd.ni_cnd.cn_nameiop = LOOKUP;
	CHECK(relookup(nd.ni_dvp, &vp, &nd.ni_cnd, 0) == ENOENT);
	vput(nd.ni_dvp);
	pathbuf_destroy(pb);
	return 0;
}

/* A pathbuf keeps its text, whatever namei() does with it. */
static int
names_pathbuf(void)
{
	struct nameidata nd;
	struct pathbuf *pb;
	const char *copy;
	char *buf;

	CHECK(do_sys_mkdir("/pb", 0755, UIO_SYSSPACE) == 0);
	CHECK(do_sys_symlink("/pb", "/pblink", UIO_SYSSPACE) == 0);
	pb = pathbuf_create("/pblink");
	copy = pathbuf_stringcopy_get(pb);
	NDINIT(&nd, LOOKUP, FOLLOW, pb);
	CHECK(namei(&nd) == 0);
	CHECK(nd.ni_vp->v_type == VDIR);
	vrele(nd.ni_vp);
	CHECK(strcmp(copy, "/pblink") == 0);
	pathbuf_stringcopy_put(pb, copy);
	pathbuf_destroy(pb);
	buf = PNBUF_GET();
	strlcpy(buf, "/pb", MAXPATHLEN);
	pb = pathbuf_assimilate(buf);
	NDINIT(&nd, LOOKUP, NOFOLLOW, pb);
	CHECK(namei(&nd) == 0);
	vrele(nd.ni_vp);
	pathbuf_destroy(pb);
	return 0;
}

/* The name cache by hand. */
static int
names_cache(void)
{
	struct vnode *dvp, *vp, *rvp;
	char name[256], *bp, *buf;
	uint64_t i;
	int white;

	CHECK(do_sys_mkdir("/nc", 0755, UIO_SYSSPACE) == 0);
	CHECK(do_sys_mkdir("/nc/d", 0755, UIO_SYSSPACE) == 0);
	CHECK(namei_simple_kernel("/nc", NSM_FOLLOW_NOEMULROOT, &dvp) == 0);
	CHECK(namei_simple_kernel("/nc/d", NSM_FOLLOW_NOEMULROOT, &vp) == 0);

	/* Positive; who won't cache it makes it go. */
	cache_enter(dvp, vp, "pos", 3, MAKEENTRY);
	CHECK(cache_lookup(
		  dvp, "pos", 3, LOOKUP, MAKEENTRY | ISLASTCN, NULL, &rvp) &&
	    rvp == vp);
	vrele(rvp);
	CHECK(!cache_lookup(dvp, "po", 2, LOOKUP, MAKEENTRY, NULL, &rvp));
	CHECK(!cache_lookup(vp, "pos", 3, LOOKUP, MAKEENTRY, NULL, &rvp));
	CHECK(!cache_lookup(dvp, "pos", 3, DELETE, ISLASTCN, NULL, &rvp));
	CHECK(!cache_lookup(dvp, "pos", 3, LOOKUP, MAKEENTRY, NULL, &rvp));

	/* Negative: an answer for lookups, not for creation. */
	cache_enter(dvp, NULL, "neg", 3, MAKEENTRY);
	CHECK(cache_lookup(
		  dvp, "neg", 3, LOOKUP, MAKEENTRY | ISLASTCN, &white, &rvp) &&
	    rvp == NULL && white == 0);
	CHECK(cache_lookup(dvp, "neg", 3, CREATE, MAKEENTRY, NULL, &rvp) &&
	    rvp == NULL);
	CHECK(!cache_lookup(
	    dvp, "neg", 3, CREATE, MAKEENTRY | ISLASTCN, NULL, &rvp));
	CHECK(!cache_lookup(dvp, "neg", 3, LOOKUP, MAKEENTRY, NULL, &rvp));

	/* Whiteouts say that they are. */
	cache_enter(dvp, NULL, "wht", 3, MAKEENTRY | ISWHITEOUT);
	CHECK(cache_lookup(
		  dvp, "wht", 3, LOOKUP, MAKEENTRY | ISLASTCN, &white, &rvp) &&
	    rvp == NULL && white == ISWHITEOUT);
	CHECK(cache_lookup_raw(dvp, "wht", 3, 0, &white, &rvp) &&
	    white == ISWHITEOUT);

	/* Without MAKEENTRY nothing is entered; names may be long. */
	cache_enter(dvp, vp, "not", 3, 0);
	CHECK(!cache_lookup(dvp, "not", 3, LOOKUP, MAKEENTRY, NULL, &rvp));
	memset(name, 'n', sizeof(name));
	cache_enter(dvp, vp, name, 255, MAKEENTRY);
	CHECK(cache_lookup(dvp, name, 255, LOOKUP, MAKEENTRY, NULL, &rvp) &&
	    rvp == vp);
	vrele(rvp);
	CHECK(!cache_lookup(dvp, name, 256, LOOKUP, MAKEENTRY, NULL, &rvp));

	/* A second entry of a name replaces the first. */
	cache_enter(dvp, NULL, "two", 3, MAKEENTRY);
	cache_enter(dvp, vp, "two", 3, MAKEENTRY);
	CHECK(cache_lookup(dvp, "two", 3, LOOKUP, MAKEENTRY, NULL, &rvp) &&
	    rvp == vp);
	vrele(rvp);
	cache_purge1(dvp, "two", 3, 0);
	CHECK(!cache_lookup(dvp, "two", 3, LOOKUP, MAKEENTRY, NULL, &rvp));

	/* From a directory to its name. */
	cache_purge(vp);
	buf = PNBUF_GET();
	bp = buf + MAXPATHLEN;
	CHECK(cache_revlookup(vp, &rvp, &bp, buf) == -1);
	cache_enter(dvp, vp, "d", 1, MAKEENTRY);
	CHECK(cache_revlookup(vp, &rvp, &bp, buf) == 0);
	CHECK(rvp == dvp && bp == buf + MAXPATHLEN - 1 && *bp == 'd');
	vrele(rvp);
	bp = buf;
	CHECK(cache_revlookup(vp, &rvp, &bp, buf) == ERANGE);
	PNBUF_PUT(buf);

	/* More names than the cache holds: old ones go, new ones stay. */
	for (i = 0; i < 200000; i++) {
		snprintf(
		    name, sizeof(name), "name-%llu", (unsigned long long)i);
		cache_enter(dvp, (i & 1) != 0 ? vp : NULL, name, strlen(name),
		    MAKEENTRY);
	}
	snprintf(name, sizeof(name), "name-%llu", (unsigned long long)i - 1);
	CHECK(cache_lookup(
		  dvp, name, strlen(name), LOOKUP, MAKEENTRY, NULL, &rvp) &&
	    rvp == vp);
	vrele(rvp);
	CHECK(!cache_lookup(dvp, "name-0", 6, LOOKUP, MAKEENTRY, NULL, &rvp));

	/* Purging by children, by names, by file system. */
	cache_purge1(dvp, NULL, 0, PURGE_CHILDREN);
	CHECK(!cache_lookup(
	    dvp, name, strlen(name), LOOKUP, MAKEENTRY, NULL, &rvp));
	cache_enter(dvp, vp, "d", 1, MAKEENTRY);
	cache_purge1(vp, NULL, 0, PURGE_PARENTS);
	CHECK(!cache_lookup(dvp, "d", 1, LOOKUP, MAKEENTRY, NULL, &rvp));
	cache_enter(dvp, vp, "d", 1, MAKEENTRY);
	cache_purgevfs(dvp->v_mount);
	CHECK(!cache_lookup(dvp, "d", 1, LOOKUP, MAKEENTRY, NULL, &rvp));
	vrele(vp);
	vrele(dvp);
	return 0;
}

static int
names_dirhash(void)
{
	struct dirhash *dh = NULL;
	struct dirhash_entry *e;
	struct dirent *de;
	int i, n;

	de = kmem_zalloc(sizeof(*de), KM_SLEEP);
	dirhash_get(&dh);
	CHECK(dh != NULL && dh->refcnt == 1 && dh->flags == 0);
	for (i = 0; i < 5000; i++) {
		de->d_namlen = (uint16_t)snprintf(
		    de->d_name, sizeof(de->d_name), "file%d", i);
		dirhash_enter(dh, de, (uint64_t)i * 64, 64, 0);
	}
	/* Again is no second time. */
	dirhash_enter(dh, de, 4999 * 64, 64, 0);
	CHECK(dh->num_files == 5000);
	dh->flags |= DIRH_COMPLETE;
	for (i = 0; i < 5000; i += 37) {
		n = snprintf(de->d_name, sizeof(de->d_name), "file%d", i);
		for (e = NULL; dirhash_lookup(dh, de->d_name, n, &e);) {
			if (e->offset == (uint64_t)i * 64)
				break;
		}
		CHECK(e != NULL && e->entry_size == 64);
	}
	e = NULL;
	CHECK(dirhash_lookup(dh, "none", 4, &e) == 0);
	/* Removed names leave their place. */
	de->d_namlen =
	    (uint16_t)snprintf(de->d_name, sizeof(de->d_name), "file77");
	dirhash_remove(dh, de, 77 * 64, 64);
	e = NULL;
	CHECK(dirhash_lookup(dh, "file77", 6, &e) == 0);
	e = NULL;
	CHECK(dirhash_lookup_freed(dh, 65, &e) == 0);
	CHECK(dirhash_lookup_freed(dh, 60, &e) == 1 && e->offset == 77 * 64);
	/* And a new name may take it. */
	de->d_namlen =
	    (uint16_t)snprintf(de->d_name, sizeof(de->d_name), "new");
	dirhash_enter(dh, de, 77 * 64, 64, 1);
	e = NULL;
	CHECK(dirhash_lookup_freed(dh, 1, &e) == 0);
	CHECK(dirhash_lookup(dh, "new", 3, &e) == 1);
	CHECK(!dirhash_dir_isempty(dh));
	dirhash_purge_entries(dh);
	CHECK((dh->flags & DIRH_COMPLETE) == 0 && dh->size == 0);
	CHECK(dirhash_dir_isempty(dh));
	dirhash_put(dh);
	dirhash_purge(&dh);
	CHECK(dh == NULL);
	kmem_free(de, sizeof(*de));
	return 0;
}

/* Whiteouts on rumpfs, through namei with DOWHITEOUT. */
static int
names_whiteout(void)
{
	struct nameidata nd;
	struct pathbuf *pb;
	int error;

	CHECK(do_sys_mkdir("/wh", 0755, UIO_SYSSPACE) == 0);
	CHECK(lookup("/wh/w", CREATE, LOCKPARENT | DOWHITEOUT, &nd, &pb) == 0);
	error = VOP_WHITEOUT(nd.ni_dvp, &nd.ni_cnd, CREATE);
	vput(nd.ni_dvp);
	pathbuf_destroy(pb);
	CHECK(error == 0);
	CHECK(lookup("/wh/w", LOOKUP, 0, &nd, &pb) == ENOENT);
	CHECK((nd.ni_cnd.cn_flags & ISWHITEOUT) != 0);
	pathbuf_destroy(pb);
	/* A directory with nothing else is empty. */
	CHECK(lookup("/wh/w", CREATE, LOCKPARENT | DOWHITEOUT, &nd, &pb) == 0);
	CHECK((nd.ni_cnd.cn_flags & ISWHITEOUT) != 0);
	error = VOP_WHITEOUT(nd.ni_dvp, &nd.ni_cnd, DELETE);
	vput(nd.ni_dvp);
	pathbuf_destroy(pb);
	CHECK(error == 0);
	CHECK(do_sys_unlinkat(
		  curlwp, AT_FDCWD, "/wh", AT_REMOVEDIR, UIO_SYSSPACE) == 0);
	return 0;
}

/*
 * A lookup may enter a name when its vnode is gone already: the file system
 * was unmounted by force, or the file was revoked.  Nothing may stay of it.
 */
static int
names_cache_dead(void)
{
	struct vnode *dvp, *vp, *rvp;
	char *bp, *buf;
	int error;

	CHECK(do_sys_mkdir("/dead", 0755, UIO_SYSSPACE) == 0);
	CHECK(do_sys_mkdir("/dead/d", 0755, UIO_SYSSPACE) == 0);
	CHECK(namei_simple_kernel("/dead", NSM_FOLLOW_NOEMULROOT, &dvp) == 0);
	CHECK(namei_simple_kernel("/dead/d", NSM_FOLLOW_NOEMULROOT, &vp) == 0);
	buf = PNBUF_GET();
	bp = buf + MAXPATHLEN;
	vref(vp);
	vgone(vp);
	cache_enter(dvp, vp, "d", 1, MAKEENTRY);
	error = cache_revlookup(vp, &rvp, &bp, buf);
	if (error == 0)
		vrele(rvp);
	/* likewise names in a directory that is gone */
	cache_enter(vp, dvp, "up", 2, MAKEENTRY);
	CHECK(!cache_lookup(vp, "up", 2, LOOKUP, MAKEENTRY, NULL, &rvp));
	vrele(vp);
	PNBUF_PUT(buf);
	CHECK(error == -1);
	CHECK(namei_simple_kernel("/dead/d", NSM_FOLLOW_NOEMULROOT, &vp) == 0);
	CHECK(vp->v_type == VDIR);
	vrele(vp);
	vrele(dvp);
	return 0;
}

#define COUNTS 3000000

static volatile u_int counting;

static void
count_passes(void *arg)
{
	/* both at once, if there are two CPUs */
	atomic_inc_uint(&counting);
	while (atomic_load_relaxed(&counting) < 2)
		yield();
	for (int i = 0; i < COUNTS; i++) {
		namecache_count_pass2();
		namecache_count_2passes();
		cache_enter(rootvnode, NULL, arg, NCHNAMLEN + 1, MAKEENTRY);
	}
	kthread_exit(0);
}

static int
cache_stats(struct nchstats *st)
{
	int mib[] = {CTL_VFS, VFS_GENERIC, CTL_QUERY};
	struct sysctlnode query, nodes[8];
	size_t size = sizeof(nodes);
	int error;

	memset(&query, 0, sizeof(query));
	query.sysctl_flags = SYSCTL_VERSION;
	error = old_sysctl(mib, 3, nodes, &size, &query, sizeof(query), NULL);
	for (size_t i = 0; error == 0 && i < size / sizeof(nodes[0]); i++) {
		if (strcmp(nodes[i].sysctl_name, "namecache_stats") == 0)
			mib[2] = nodes[i].sysctl_num;
	}
	if (error != 0 || mib[2] == CTL_QUERY)
		return ENOENT;
	size = sizeof(*st);
	error = old_sysctl(mib, 3, st, &size, NULL, 0, NULL);
	return error;
}

/* What several lookups count at once is all there. */
static int
names_cache_counts(void)
{
	struct nchstats before, after;
	struct lwp *l[2];
	char *name = kmem_zalloc(NCHNAMLEN + 1, KM_SLEEP);

	CHECK(cache_stats(&before) == 0);
	for (int i = 0; i < 2; i++)
		CHECK(
		    kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN,
			NULL, count_passes, name, &l[i], "count%d", i) == 0);
	for (int i = 0; i < 2; i++)
		CHECK(kthread_join(l[i]) == 0);
	CHECK(cache_stats(&after) == 0);
	kmem_free(name, NCHNAMLEN + 1);
	CHECK(after.ncs_pass2 - before.ncs_pass2 == 2 * COUNTS);
	CHECK(after.ncs_2passes - before.ncs_2passes == 2 * COUNTS);
	CHECK(after.ncs_long - before.ncs_long == 2 * COUNTS);
	return 0;
}

int
rumptest_names(const char *name)
{
	static const struct {
		const char *name;
		int (*fn)(void);
	} cases[] = {
	    {"namei_locks", namei_locks},
	    {"relookup", names_relookup},
	    {"pathbuf", names_pathbuf},
	    {"cache", names_cache},
	    {"cache_counts", names_cache_counts},
	    {"cache_dead", names_cache_dead},
	    {"dirhash", names_dirhash},
	    {"whiteout", names_whiteout},
	};
	size_t i;
	int rv = -1;

	rump_schedule();
	for (i = 0; i < __arraycount(cases); i++) {
		if (strcmp(name, cases[i].name) == 0)
			rv = (*cases[i].fn)();
	}
	rump_unschedule();
	return rv;
}
