/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tmpfs: files in memory.
 *
 * A node (struct tmpfs_node) is a file and lives until its last link and its
 * last vnode are gone; vnodes come and go with use. A directory holds its
 * entries (struct tmpfs_dirent) in order of creation and, once it is large,
 * in a hash table by name. An entry's sequence number is its readdir cookie
 * and never changes. File data is an anonymous object that is made with the
 * first byte and shares its lock with the vnode.
 *
 * Locks:
 *  v  the vnode lock of the node
 *  d  the vnode lock of the directory it is in
 *  i  v_interlock
 *  m  tm_lock
 *  a  atomic
 *  c  constant after creation
 * Order: vnode lock, tm_lock.
 */
#ifndef _TMPFS_H_
#define _TMPFS_H_

#include <sys/atomic.h>
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lockf.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/types.h>
#include <sys/vnode.h>
#include <uvm/uvm_extern.h>
#include <uvm/uvm_object.h>

#include <fs/tmpfs/tmpfs_args.h>

#define TMPFS_MAXNAMLEN 255
#define TMPFS_ROOTINO   2
#define TMPFS_FIRSTSEQ  3 /* of an entry; 0 is ".", 1 is ".." */

struct tmpfs_node;

struct tmpfs_dirent {
	TAILQ_ENTRY(tmpfs_dirent) td_entries; /* d */
	struct tmpfs_dirent *td_hashnext;     /* d */
	struct tmpfs_node *td_node;           /* d: NULL: a whiteout */
	off_t td_seq;                         /* c: cookie */
	uint32_t td_hash;                     /* c: of the name */
	uint16_t td_namelen;                  /* c */
	char td_name[];                       /* c: not terminated */
};

struct tmpfs_dir {
	TAILQ_HEAD(tmpfs_dirq, tmpfs_dirent) di_entries; /* v */
	struct tmpfs_node *di_parent;     /* v: NULL once removed */
	struct tmpfs_dirent **di_table;   /* v: NULL while small */
	uint32_t di_tablesize;            /* v */
	uint32_t di_count;                /* v: entries, with whiteouts */
	uint32_t di_whiteouts;            /* v */
	off_t di_nextseq;                 /* v */
	struct tmpfs_dirent *di_readhint; /* v: next of the last readdir */
};

struct tmpfs_node {
	LIST_ENTRY(tmpfs_node) tn_entries; /* m */
	u_int tn_holds;                    /* m: see tmpfs_node_rele() */
	struct vnode *tn_vnode;            /* i: or NULL */
	enum vtype tn_type;                /* c */
	ino_t tn_id;                       /* c */
	uint32_t tn_gen;                   /* c */
	nlink_t tn_links;                  /* v */
	mode_t tn_mode;                    /* v: permissions only */
	uid_t tn_uid;                      /* v */
	gid_t tn_gid;                      /* v */
	u_long tn_flags;                   /* v: chflags(2) */
	off_t tn_size;                     /* v */
	struct timespec tn_atime;          /* v: also with a shared lock */
	struct timespec tn_mtime;          /* v */
	struct timespec tn_ctime;          /* v */
	struct timespec tn_birthtime;      /* c */
	volatile uint8_t tn_pending; /* times to be set, see tmpfs_update */
	struct lockf *tn_lockf;      /* lf_advlock's own */
	union {
		dev_t tn_rdev;           /* c: VBLK, VCHR */
		struct tmpfs_dir tn_dir; /* VDIR */
		char *tn_link;           /* c: VLNK */
		struct uvm_object
		    *tn_aobj; /* v: VREG, NULL: never had a size */
	};
};

struct tmpfs_mount {
	kmutex_t tm_lock;
	LIST_HEAD(, tmpfs_node) tm_nodes; /* m */
	struct tmpfs_node *tm_root;       /* c */
	uint64_t tm_nodes_max;            /* m: 0: no limit */
	uint64_t tm_nodes_cnt;            /* m */
	uint64_t tm_bytes_max;            /* m: 0: no limit */
	volatile uint64_t tm_bytes_used;  /* a */
	ino_t tm_nextid;                  /* m */
};

#define VFS_TO_TMPFS(mp)     ((struct tmpfs_mount *)(mp)->mnt_data)
#define VP_TO_TMPFS_NODE(vp) ((struct tmpfs_node *)(vp)->v_data)

static __inline struct tmpfs_node *
VP_TO_TMPFS_DIR(struct vnode *vp)
{
	struct tmpfs_node *node = VP_TO_TMPFS_NODE(vp);

	KASSERT(node != NULL && node->tn_type == VDIR);
	return node;
}

/* tmpfs_update() */
#define TMPFS_UPDATE_ATIME 0x01
#define TMPFS_UPDATE_MTIME 0x02
#define TMPFS_UPDATE_CTIME 0x04
void tmpfs_update(struct vnode *, unsigned);
void tmpfs_node_touch(struct tmpfs_node *, unsigned);
void tmpfs_times_settle(struct tmpfs_node *);

/* memory: ENOSPC if the limit would be passed */
int tmpfs_mem_charge(struct tmpfs_mount *, uint64_t);
void tmpfs_mem_uncharge(struct tmpfs_mount *, uint64_t);
uint64_t tmpfs_bytes_avail(struct tmpfs_mount *);
uint64_t tmpfs_bytes_total(struct tmpfs_mount *);

/* nodes */
void tmpfs_node_poolinit(void);
void tmpfs_node_pooldone(void);
int tmpfs_node_create(struct tmpfs_mount *, enum vtype, mode_t, uid_t, gid_t,
    dev_t, struct tmpfs_node **);
void tmpfs_node_destroy(struct tmpfs_mount *, struct tmpfs_node *);
void tmpfs_node_rele(struct tmpfs_mount *, struct tmpfs_node *);
void tmpfs_init_vnode(struct vnode *, struct tmpfs_node *);
int tmpfs_construct_node(struct vnode *, struct vnode **, struct vattr *,
    struct componentname *, const char *);
int tmpfs_newvnode(struct mount *, struct vnode *, struct vnode *,
    struct vattr *, kauth_cred_t, size_t *, const void **);
int tmpfs_loadvnode(
    struct mount *, struct vnode *, const void *, size_t, const void **);

/* directories */
void tmpfs_dir_init(struct tmpfs_node *, struct tmpfs_node *);
void tmpfs_dir_fini(struct tmpfs_mount *, struct tmpfs_node *);
struct tmpfs_dirent *
tmpfs_dir_lookup(struct tmpfs_node *, const char *, size_t);
int tmpfs_dirent_create(
    struct tmpfs_mount *, const char *, size_t, struct tmpfs_dirent **);
void tmpfs_dirent_destroy(struct tmpfs_mount *, struct tmpfs_dirent *);
void tmpfs_dir_attach(
    struct tmpfs_node *, struct tmpfs_dirent *, struct tmpfs_node *);
void tmpfs_dir_detach(struct tmpfs_node *, struct tmpfs_dirent *);
void tmpfs_dir_whiteout(struct tmpfs_node *, struct tmpfs_dirent *);
int tmpfs_readdir(void *);

static __inline bool
tmpfs_dir_empty(const struct tmpfs_node *node)
{
	return node->tn_dir.di_count == node->tn_dir.di_whiteouts;
}

/* data */
int tmpfs_reg_resize(struct vnode *, off_t);
void tmpfs_reg_free(struct tmpfs_mount *, struct tmpfs_node *);
int tmpfs_read(void *);
int tmpfs_write(void *);
int tmpfs_getpages(void *);
int tmpfs_putpages(void *);

/* attributes */
int tmpfs_access(void *);
int tmpfs_getattr(void *);
int tmpfs_setattr(void *);

/* the rest */
int tmpfs_inactive(void *);
int tmpfs_reclaim(void *);
int tmpfs_print(void *);
int tmpfs_pathconf(void *);
int tmpfs_advlock(void *);
int tmpfs_rename(void *);

extern int (**tmpfs_vnodeop_p)(void *);
extern int (**tmpfs_specop_p)(void *);
extern int (**tmpfs_fifoop_p)(void *);
extern const struct vnodeopv_desc tmpfs_vnodeop_opv_desc;
extern const struct vnodeopv_desc tmpfs_specop_opv_desc;
extern const struct vnodeopv_desc tmpfs_fifoop_opv_desc;

#endif /* !_TMPFS_H_ */
