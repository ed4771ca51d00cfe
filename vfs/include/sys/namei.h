/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From path names to vnodes: namei(9), pathbuf(9), namecache(9).
 *
 * The caller makes a pathbuf, fills a nameidata by NDINIT and calls namei().
 * The pathbuf must stay until the commit operation (VOP_CREATE and so on)
 * is over, since cn_nameptr points into it.
 */
#ifndef _SYS_NAMEI_H_
#define _SYS_NAMEI_H_

#include <sys/kauth.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/types.h>
#include <sys/uio.h>

struct lwp;
struct mount;
struct vnode;
struct pathbuf;

/*
 * What a file system's VOP_LOOKUP sees: one component.  Between lookup and
 * the commit operation a driver may keep hints in its own node, since the
 * directory stays locked.
 */
struct componentname {
	uint32_t cn_nameiop; /* LOOKUP, CREATE, DELETE, RENAME */
	uint32_t cn_flags;   /* MODMASK and PARAMASK bits */
	kauth_cred_t cn_cred;
	const char *cn_nameptr; /* the component, not terminated */
	size_t cn_namelen;
	size_t cn_consume; /* from lookup: more bytes taken */
};

struct nameidata {
	/* in */
	struct vnode *ni_atdir; /* start here, NULL: the cwd */
	struct pathbuf *ni_pathbuf;
	char *ni_pnbuf; /* the path text inside ni_pathbuf */
	/* during the walk */
	struct vnode *ni_rootdir;  /* where "/" leads, referenced */
	struct vnode *ni_erootdir; /* emulation root or NULL */
	/* out */
	struct vnode *ni_vp;  /* result, or NULL */
	struct vnode *ni_dvp; /* its directory (LOCKPARENT) */
	/* during the walk */
	size_t ni_pathlen;       /* rest of the path, with the NUL */
	const char *ni_next;     /* rest of the path */
	unsigned int ni_loopcnt; /* symbolic links so far */

	struct componentname ni_cnd;
};

/* cn_nameiop */
#define LOOKUP 0
#define CREATE 1
#define DELETE 2
#define RENAME 3
#define OPMASK 3

/* cn_flags that the caller gives */
#define LOCKLEAF    0x00000004 /* lock the result */
#define LOCKPARENT  0x00000008 /* return the parent, locked */
#define TRYEMULROOT 0x00000010 /* try the emulation root first */
#define NOCACHE     0x00000020 /* the last name must not be cached */
#define FOLLOW      0x00000040 /* follow a symlink at the end */
#define NOFOLLOW    0x00000000
#define EMULROOTSET 0x00000080 /* ni_erootdir is set */
#define NOCHROOT    0x01000000 /* the process's chroot is ignored */
#define MODMASK     0x010000fc

/* cn_flags that travel with the walk */
#define NOCROSSMOUNT 0x0000100 /* stay below mount points */
#define RDONLY       0x0000200 /* as if the file system were */
#define ISDOTDOT     0x0002000 /* the component is ".." */
#define MAKEENTRY    0x0004000 /* enter the result in the cache */
#define ISLASTCN     0x0008000 /* the last component */
#define ISWHITEOUT   0x0020000 /* lookup found a whiteout */
#define DOWHITEOUT   0x0040000 /* handle whiteouts */
#define REQUIREDIR   0x0080000 /* must be a directory */
#define CREATEDIR    0x0200000 /* trailing slashes are fine */
#define PARAMASK     0x02ee300

#define NDINIT(ndp, op, flags, pathbuf)                                        \
	do {                                                                   \
		(ndp)->ni_cnd.cn_nameiop = (op);                               \
		(ndp)->ni_cnd.cn_flags = (flags);                              \
		(ndp)->ni_atdir = NULL;                                        \
		(ndp)->ni_pathbuf = (pathbuf);                                 \
		(ndp)->ni_cnd.cn_cred = kauth_cred_get();                      \
	} while (0)
#define NDAT(ndp, dir) ((ndp)->ni_atdir = (dir))

/* Path buffers of MAXPATHLEN bytes. */
extern struct pool_cache *pnbuf_cache;
#define PNBUF_GET()    ((char *)namei_pnbuf_get())
#define PNBUF_PUT(pnb) namei_pnbuf_put(pnb)
void *namei_pnbuf_get(void);
void namei_pnbuf_put(void *);

/** A pathbuf holding a copy of a kernel string; never NULL. */
struct pathbuf *pathbuf_create(const char *);
/** The same, taking over a buffer that came from PNBUF_GET(). */
struct pathbuf *pathbuf_assimilate(char *);
/** A pathbuf with a path from user space; EFAULT, ENAMETOOLONG. */
int pathbuf_copyin(const char *, struct pathbuf **);
/** Either of the two. */
int pathbuf_maybe_copyin(const char *, enum uio_seg, struct pathbuf **);
void pathbuf_destroy(struct pathbuf *);
/** Copies what the path is now, of at most so many bytes. */
void pathbuf_copystring(const struct pathbuf *, char *, size_t);
/** The text as it was given, also after namei() worked on the pathbuf. */
const char *pathbuf_stringcopy_get(struct pathbuf *);
void pathbuf_stringcopy_put(struct pathbuf *, const char *);

/*
 * Walk a path.  On success ni_vp is referenced (locked with LOCKLEAF); with
 * LOCKPARENT ni_dvp is referenced and locked.  CREATE and RENAME of a name
 * that doesn't exist succeed with ni_vp NULL.
 */
int namei(struct nameidata *);
/** namei() for a path that came over the wire, from one directory. */
int lookup_for_nfsd(struct nameidata *, struct vnode *, int neverfollow);
int lookup_for_nfsd_index(struct nameidata *, struct vnode *);
/**
 * Look one component up again in a locked directory; what was found is in
 * *vpp, referenced, locked if LOCKLEAF.
 */
int relookup(struct vnode *, struct vnode **, struct componentname *, int);
void namei_init(void);

/* namei_simple: only these four flag sets. */
typedef const struct namei_simple_flags_type {
	int dummy;
} * namei_simple_flags_t;
extern const namei_simple_flags_t NSM_NOFOLLOW_NOEMULROOT,
    NSM_NOFOLLOW_TRYEMULROOT, NSM_FOLLOW_NOEMULROOT, NSM_FOLLOW_TRYEMULROOT;

/** Path to an unlocked, referenced vnode; nothing else. */
int namei_simple_kernel(const char *, namei_simple_flags_t, struct vnode **);
int namei_simple_user(const char *, namei_simple_flags_t, struct vnode **);
int nameiat_simple(
    struct vnode *, struct pathbuf *, namei_simple_flags_t, struct vnode **);
int nameiat_simple_kernel(
    struct vnode *, const char *, namei_simple_flags_t, struct vnode **);
int nameiat_simple_user(
    struct vnode *, const char *, namei_simple_flags_t, struct vnode **);

/** namei relative to a descriptor; AT_FDCWD is the current directory. */
int fd_nameiat(struct lwp *, int, struct nameidata *);
int fd_nameiat_simple_user(
    struct lwp *, int, const char *, namei_simple_flags_t, struct vnode **);

/*
 * The name cache.
 */
struct namecache;
#define NCHNAMLEN 255 /* longest name that is cached */

/**
 * Serve VOP_LOOKUP from the cache.  True: *vpp is the referenced, unlocked
 * vnode, or NULL for a name that doesn't exist.  False: ask the directory.
 * *iswhiteout (if given) receives ISWHITEOUT or 0.
 */
bool cache_lookup(struct vnode *, const char *, size_t, uint32_t, uint32_t,
    int *, struct vnode **);
bool cache_lookup_raw(
    struct vnode *, const char *, size_t, uint32_t, int *, struct vnode **);
/**
 * The name of a directory and its parent: 0 with *dvpp referenced, -1 if
 * not in the cache, or an errno.  *bpp moves down to the name's start.
 */
int cache_revlookup(struct vnode *, struct vnode **, char **, char *);
/** Enter a name; a NULL vnode makes it negative. */
void
cache_enter(struct vnode *, struct vnode *, const char *, size_t, uint32_t);
void cache_purge1(struct vnode *, const char *, size_t, int);
void cache_purgevfs(struct mount *);
void nchinit(void);
void nchreinit(void);
struct cpu_info;
void cache_cpu_init(struct cpu_info *);
void namecache_count_pass2(void);
void namecache_count_2passes(void);
void namecache_print(struct vnode *,
    void (*)(const char *, ...) __attribute__((__format__(__printf__, 1, 2))));

#define PURGE_PARENTS  1 /* names of the vnode */
#define PURGE_CHILDREN 2 /* names in the vnode */
#define cache_purge(vp)                                                        \
	cache_purge1((vp), NULL, 0, PURGE_PARENTS | PURGE_CHILDREN)

/* Statistics, as the sysctl vfs.generic.namecache_stats gives them. */
#define _NAMEI_CACHE_STATS(type)                                               \
	type ncs_goodhits;  /* useful hits */                                  \
	type ncs_neghits;   /* useful negative hits */                         \
	type ncs_badhits;   /* found, but had to be dropped */                 \
	type ncs_falsehits; /* found, but the vnode was gone */                \
	type ncs_miss;                                                         \
	type ncs_long; /* names too long to cache */                           \
	type ncs_pass2;                                                        \
	type ncs_2passes;                                                      \
	type ncs_revhits;                                                      \
	type ncs_revmiss;                                                      \
	type ncs_collisions
struct nchstats {
	_NAMEI_CACHE_STATS(uint64_t);
};
struct nchstats_percpu {
	_NAMEI_CACHE_STATS(uintptr_t);
};

#endif /* !_SYS_NAMEI_H_ */
