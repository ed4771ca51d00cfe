/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KITRW_H
#define KITRW_H

#include <sys/param.h>

#include <sys/dirhash.h>
#include <sys/lockf.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/namei.h>
#include <sys/quota.h>
#include <sys/quotactl.h>
#include <sys/vnode.h>
#include <sys/vnode_if.h>
#include <sys/wapbl.h>

#include <miscfs/genfs/genfs_node.h>

#include "kitrw_format.h"

struct kitrw_args {
	char *ka_fspec;
};

/* Limits and usage of one user or group, for blocks and for files. */
struct kitrw_quota {
	LIST_ENTRY(kitrw_quota) q_list;
	int q_idtype;
	id_t q_id;
	bool q_limited;
	struct quotaval q_val[2]; /* by QUOTA_OBJTYPE_ */
};

/*
 * A mounted file system.  Order: vnode locks, transaction, km_lock.
 * m: km_lock; c: constant while mounted.
 */
struct kitrw_mount {
	struct mount *km_mount; /* c */
	struct vnode *km_devvp; /* c */
	dev_t km_dev;           /* c */
	bool km_ronly;          /* changed by an update alone */
	uint32_t km_blocks;     /* c */
	uint32_t km_inodes;     /* c */
	uint32_t km_data;       /* c: first block of data */
	uint32_t km_log;        /* c: first block behind the data */
	uint32_t km_logblocks;  /* c */
	uint32_t km_freeblocks; /* m */
	uint32_t km_freeinodes; /* m */
	uint32_t km_rotor;      /* m: where to look for the next block */
	kmutex_t km_lock;
	LIST_HEAD(, kitrw_quota) km_quotas; /* m */
	bool km_quotaon;                    /* m */
	unsigned int km_flushes;            /* of the journal: m */
};

/*
 * A file in use.  All but what has another letter: the vnode's lock,
 * exclusively to change; block numbers also the genfs node's.
 */
struct kitrw_node {
	struct genfs_node rw_gnode;
	struct vnode *rw_vnode;       /* c */
	struct kitrw_mount *rw_mount; /* c */
	ino_t rw_ino;                 /* c: the key */
	mode_t rw_mode;
	nlink_t rw_nlink;
	uid_t rw_uid;
	gid_t rw_gid;
	uint32_t rw_stflags;
	uint64_t rw_size;
	uint32_t rw_nblocks;
	uint32_t rw_gen; /* c */
	dev_t rw_rdev;   /* c */
	struct timespec rw_atime, rw_mtime, rw_ctime, rw_btime;
	uint32_t rw_xattr;
	uint32_t rw_direct[KITRW_NDIRECT];
	uint32_t rw_indirect;
	char rw_target[KITRW_LINKMAX];
	volatile unsigned int rw_update; /* atomic: KITRW_ACCESS and others */
	struct lockf *rw_lockf;
	struct dirhash *rw_dirhash;
	uint32_t rw_slot;    /* from lookup to what it is for: the entry */
	uint32_t rw_slotlen; /* its length, or of the room for a new one */
	bool rw_registered;  /* in the journal, as one without a name */
};
#define VTOKITRW(vp)  ((struct kitrw_node *)(vp)->v_data)
#define VFSTOKITRW(m) ((struct kitrw_mount *)(m)->mnt_data)

/* rw_update */
#define KITRW_ACCESS   1 /* atime */
#define KITRW_MODIFY   2 /* mtime */
#define KITRW_CHANGE   4 /* ctime */
#define KITRW_MODIFIED 8 /* something else than a time */

struct kitrw_fid {
	struct fid kf_fid;
	uint32_t kf_ino;
	uint32_t kf_gen;
};

extern struct vfsops kitrw_vfsops;
extern int (**kitrw_vnodeop_p)(void *);
extern int (**kitrw_specop_p)(void *);
extern int (**kitrw_fifoop_p)(void *);
extern int (**kitrw_own_vnodeop_p)(void *);
extern int (**kitrw_own_specop_p)(void *);
extern int (**kitrw_own_fifoop_p)(void *);
extern const struct vnodeopv_desc *const kitrw_opv_descs[];
extern const struct genfs_ops kitrw_genfsops, kitrw_rdonly_genfsops;
extern unsigned int kitrw_reads, kitrw_writes; /* strategy calls */

/* kitrw_alloc.c: bitmaps; in a transaction. */
int kitrw_block_alloc(
    struct kitrw_node *kn, uint32_t near, kauth_cred_t cred, uint32_t *blkno);
void kitrw_block_free(struct kitrw_node *kn, uint32_t blkno);
void kitrw_block_release(struct kitrw_mount *km, uint32_t blkno);
int kitrw_inode_alloc(struct kitrw_mount *km, ino_t *inop);
void kitrw_inode_release(struct kitrw_mount *km, ino_t ino);
int kitrw_count_free(struct kitrw_mount *km);

/* kitrw_inode.c: inodes and where their blocks are. */
void kitrw_decode(struct kitrw_node *kn, const void *b);
void kitrw_touch(struct kitrw_node *kn, unsigned int what);
int kitrw_update(struct kitrw_node *kn, int flags);
int
kitrw_findblock(struct kitrw_node *kn, daddr_t lbn, uint32_t *blkno, int *run);
int kitrw_balloc(struct kitrw_node *kn, daddr_t lbn, kauth_cred_t cred,
    int flags, struct buf **bpp);
int kitrw_truncate(struct kitrw_node *kn, uint64_t size);
int kitrw_free_range(struct kitrw_node *kn, daddr_t first, daddr_t last);

/* kitrw_dir.c */
int kitrw_dir_find(struct kitrw_node *dn, const char *name, size_t len,
    uint32_t *inop, uint32_t *slot);
int kitrw_dir_enter(struct kitrw_node *dn, const char *name, size_t len,
    uint32_t ino, uint8_t type, kauth_cred_t cred);
int kitrw_dir_remove(struct kitrw_node *dn, uint32_t slot, bool whiteout);
int kitrw_dir_rewrite(
    struct kitrw_node *dn, uint32_t slot, uint32_t ino, uint8_t type);
int kitrw_dir_init(struct kitrw_node *dn, ino_t parent, kauth_cred_t cred);
int kitrw_dir_empty(struct kitrw_node *dn, bool *empty);
int kitrw_dir_parent(struct kitrw_node *dn, uint32_t *inop);
int kitrw_lookup(void *v);
int kitrw_readdir(void *v);
int kitrw_whiteout(void *v);

/* kitrw_io.c */
int kitrw_read(void *v);
int kitrw_write(void *v);
int kitrw_fallocate(void *v);
int kitrw_fdiscard(void *v);
int kitrw_fsync(void *v);
int kitrw_bmap(void *v);
int kitrw_strategy(void *v);
int kitrw_balloc_range(
    struct vnode *vp, off_t off, off_t len, int flags, kauth_cred_t cred);

/* kitrw_attr.c */
int kitrw_access(void *v);
int kitrw_getattr(void *v);
int kitrw_setattr(void *v);
int kitrw_pathconf(void *v);
int kitrw_advlock(void *v);

/* kitrw_xattr.c */
int kitrw_openextattr(void *v);
int kitrw_closeextattr(void *v);
int kitrw_getextattr(void *v);
int kitrw_setextattr(void *v);
int kitrw_listextattr(void *v);
int kitrw_deleteextattr(void *v);

int kitrw_rename(void *v);

/* kitrw_quota.c */
int kitrw_charge(struct kitrw_mount *km, uid_t uid, gid_t gid, int64_t blocks,
    int64_t files, kauth_cred_t cred);
int kitrw_quotactl_op(struct mount *mp, struct quotactl_args *args);
void kitrw_quota_drop(struct kitrw_mount *km);

/* kitrw_log.c: the journal, if there is one; otherwise nothing. */
int kitrw_log_replay(struct kitrw_mount *km);
int kitrw_log_start(struct kitrw_mount *km);
int kitrw_log_stop(struct kitrw_mount *km, int force);
int kitrw_begin(struct kitrw_mount *km, const char *file, int line);
void kitrw_end(struct kitrw_mount *km);
#define KITRW_BEGIN(km) kitrw_begin(km, __FILE__, __LINE__)
#define KITRW_END(km)   kitrw_end(km)

void kitrw_node_free(struct kitrw_node *kn);
struct vnode *kitrw_file(const char *path);

/* Kernel cases. */
void kitrw_kwrite(void);
void kitrw_koverwrite(void);
void kitrw_kbuffers(void);
void kitrw_kiodone(void);
void kitrw_kholes(void);
void kitrw_kpages(void);
void kitrw_kio_unit(void);
void kitrw_kfsync(void);
void kitrw_knewvnode(void);
void kitrw_kwhiteout(void);
void kitrw_kchecks(void);
void kitrw_kaccounting(void);
void kitrw_kquota(void);
void kitrw_kcow(void);
void kitrw_kgate(void);
void kitrw_ksuspend(void);
void kitrw_kwapbl(void);
void kitrw_kreplay(void);
void kitrw_kprint(void);
void kitrw_kasync(void);
void kitrw_kodd(void);
void kitrw_kuncalled(void);

#endif
