/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs: the root file system, in memory, and the host's files in it (etfs).
 *
 * A node is one file.  It lives while it has a name or a vnode: names hold
 * it through rn_va.va_nlink, the vnode through rn_vp.  The vnode cache's key
 * is the node's address.
 *
 * Locks: the vnode lock protects a node's contents; rumpfs_treelock protects
 * rn_parent and is the inner lock.  rumpfs_etlock protects the list of host
 * keys.  Order: vnode locks (parent, then child), etlock, treelock.
 */
#ifndef _VFS_RUMPFS_IMPL_H_
#define _VFS_RUMPFS_IMPL_H_

#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/genfs_node.h>

#include <rump-sys/kern.h>

struct lockf;
struct rumpfs_node;

#define RUMPFS_PAGESHIFT 12
#define RUMPFS_PAGESIZE  (1UL << RUMPFS_PAGESHIFT)
#define RUMPFS_MAXSIZE   ((uint64_t)1 << 48)

/* A name in a directory; l: the directory's vnode lock. */
struct rumpfs_dent {
	TAILQ_ENTRY(rumpfs_dent) rd_list; /* l  in cookie order */
	struct rumpfs_dent *rd_next;      /* l  hash chain */
	struct rumpfs_node *rd_node;      /* l  NULL: whiteout */
	off_t rd_cookie;                  /* c */
	uint32_t rd_hash;                 /* c */
	uint16_t rd_namelen;              /* c */
	char rd_name[];                   /* c */
};

/* A directory's names: a list for readdir, a hash when there are many. */
struct rumpfs_dir {
	TAILQ_HEAD(, rumpfs_dent) d_list;
	struct rumpfs_dent **d_hash; /* NULL while small */
	uint32_t d_hashmask;
	uint32_t d_count;
	off_t d_nextcookie;
	struct rumpfs_dent *d_hint;   /* where readdir will go on */
	struct rumpfs_node *d_parent; /* treelock */
};

/* A regular file's data: a radix tree of pages, holes are NULL. */
struct rumpfs_data {
	void *da_root;
	unsigned int da_height; /* 0: nothing or one page */
	uint64_t da_pages;
};

/* A regular file on the host. */
struct rumpfs_host {
	uint64_t h_begin; /* where our byte 0 is */
	uint64_t h_size;  /* or RUMP_ETFS_SIZE_ENDOFF */
	int h_readfd;     /* -1: not open */
	int h_writefd;
};

/* l: vnode lock, t: treelock, c: constant, i: v_interlock or loading. */
struct rumpfs_node {
	struct genfs_node rn_gn;     /* must come first */
	struct vattr rn_va;          /* l */
	struct vnode *rn_vp;         /* i */
	struct rumpfs_node *rn_self; /* c  the vnode cache's key */
	int rn_flags;                /* c  RN_* */
	struct lockf *rn_lockf;      /*    lf_advlock() */
	char *rn_hostpath;           /* c  RN_HOST */
	union {
		struct rumpfs_dir rn_dir;   /* l  VDIR */
		struct rumpfs_data rn_data; /* l  VREG */
		struct rumpfs_host rn_host; /* l  VREG, RN_HOST */
		char *rn_link;              /* c  VLNK */
	};
};

#define RN_HOST        0x01 /* is a file or directory of the host */
#define RN_HOSTSUBDIRS 0x02 /* and shows subdirectories */

#define VTORN(vp) ((struct rumpfs_node *)(vp)->v_data)

struct rumpfs_mount {
	struct rumpfs_node *rfsmp_root;
};
#define VFSTORUMPFS(mp) ((struct rumpfs_mount *)(mp)->mnt_data)

extern kmutex_t rumpfs_treelock;
extern int (**rump_vnodeop_p)(void *);
extern int (**rump_specop_p)(void *);
extern int (**rump_fifoop_p)(void *);
extern const struct vnodeopv_desc rump_vnodeop_opv_desc;
extern const struct vnodeopv_desc rump_specop_opv_desc;
extern const struct vnodeopv_desc rump_fifoop_opv_desc;

/* rumpfs_node.c */
struct rumpfs_node *rumpfs_node_create(enum vtype, mode_t, kauth_cred_t);
void rumpfs_node_free(struct rumpfs_node *);
struct rumpfs_dent *rumpfs_dir_find(struct rumpfs_node *, const char *, size_t);
void rumpfs_dir_enter(
    struct rumpfs_node *, struct rumpfs_node *, const char *, size_t);
void rumpfs_dir_remove(struct rumpfs_node *, struct rumpfs_dent *);
void rumpfs_dir_setparent(struct rumpfs_node *, struct rumpfs_node *);
bool rumpfs_dir_isabove(struct rumpfs_node *, struct rumpfs_node *);
/* The same of vnodes that may be reclaimed at any time. */
bool rumpfs_dir_vnabove(struct vnode *, struct vnode *);
bool rumpfs_dir_isempty(const struct rumpfs_node *);
void rumpfs_touch(struct vnode *, int);
#define RT_ACCESS 0x01
#define RT_MODIFY 0x02
#define RT_CHANGE 0x04

/* rumpfs_data.c */
int rumpfs_data_read(struct rumpfs_node *, struct uio *);
int rumpfs_data_write(struct rumpfs_node *, struct uio *);
void rumpfs_data_truncate(struct rumpfs_node *, uint64_t);
void rumpfs_data_free(struct rumpfs_node *);

/* rumpfs_etfs.c */
void rumpfs_etfs_init(void);
void rumpfs_etfs_hooks(void);
bool rumpfs_etfs_lookup(
    struct vnode *, const char *, size_t, struct rumpfs_node **, size_t *);
int rumpfs_host_lookup(
    struct rumpfs_node *, const char *, size_t, struct rumpfs_node **);
int rumpfs_host_create(
    struct rumpfs_node *, const char *, size_t, struct rumpfs_node **);
int rumpfs_host_open(struct rumpfs_node *, int);
void rumpfs_host_close(struct rumpfs_node *);
int rumpfs_host_read(struct rumpfs_node *, struct uio *);
int rumpfs_host_write(struct rumpfs_node *, struct uio *);
int rumpfs_host_truncate(struct rumpfs_node *, uint64_t);
int rumpfs_host_sync(struct rumpfs_node *);

/* rumpfs_dev.c */
void rumpfs_dev_init(void);

/* rumpfs_rename.c */
int rumpfs_rename(void *);

/* rumpfs_attr.c */
int rumpfs_access(void *);
int rumpfs_getattr(void *);
int rumpfs_setattr(void *);

#endif /* !_VFS_RUMPFS_IMPL_H_ */
