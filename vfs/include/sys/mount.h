/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vfs(9): file system types and mounted file systems.
 *
 * A mount is referenced (mnt_refcnt) to keep its memory, and busy
 * (vfs_busy()) to keep it mounted.
 *
 * Lock letters: c constant after mount, l mountlist_lock, u mnt_unmounting,
 * v mnt_vnodelock, w mnt_updating, a atomic, s the syncer.
 */
#ifndef _SYS_MOUNT_H_
#define _SYS_MOUNT_H_

#include <sys/fstypes.h>
#include <sys/queue.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <sys/ucred.h>

#ifdef _KERNEL
#include <sys/kauth.h>
#include <sys/mutex.h>
#include <sys/specificdata.h>
#include <sys/vnode.h>
#endif

#define MFSNAMELEN 16 /* in old interfaces */
#define MNAMELEN   90

/* Names of file system types. */
#define MOUNT_FFS      "ffs"
#define MOUNT_UFS      MOUNT_FFS
#define MOUNT_NFS      "nfs"
#define MOUNT_MFS      "mfs"
#define MOUNT_MSDOS    "msdos"
#define MOUNT_LFS      "lfs"
#define MOUNT_FDESC    "fdesc"
#define MOUNT_NULL     "null"
#define MOUNT_OVERLAY  "overlay"
#define MOUNT_UMAP     "umap"
#define MOUNT_KERNFS   "kernfs"
#define MOUNT_PROCFS   "procfs"
#define MOUNT_AFS      "afs"
#define MOUNT_CD9660   "cd9660"
#define MOUNT_UNION    "union"
#define MOUNT_ADOSFS   "adosfs"
#define MOUNT_EXT2FS   "ext2fs"
#define MOUNT_CFS      "coda"
#define MOUNT_CODA     MOUNT_CFS
#define MOUNT_FILECORE "filecore"
#define MOUNT_NTFS     "ntfs"
#define MOUNT_SMBFS    "smbfs"
#define MOUNT_PTYFS    "ptyfs"
#define MOUNT_TMPFS    "tmpfs"
#define MOUNT_UDF      "udf"
#define MOUNT_SYSVBFS  "sysvbfs"
#define MOUNT_PUFFS    "puffs"
#define MOUNT_HFS      "hfs"
#define MOUNT_EFS      "efs"
#define MOUNT_ZFS      "zfs"
#define MOUNT_NILFS    "nilfs"
#define MOUNT_RUMPFS   "rumpfs"
#define MOUNT_V7FS     "v7fs"

#define VFS_MAX_MOUNT_DATA 8192

/* sysctl vfs.generic */
#define VFS_GENERIC    0
#define VFS_MAXTYPENUM 1
#define VFS_CONF       2
#define VFS_USERMOUNT  3
#define VFS_MAGICLINKS 4
#define VFSGEN_MAXID   5

/* export arguments inside old mount arguments */
struct export_args30 {
	int ex_flags;
	uid_t ex_root;
	struct uucred ex_anon;
	struct sockaddr *ex_addr;
	int ex_addrlen;
	struct sockaddr *ex_mask;
	int ex_masklen;
	char *ex_indexfile;
};

#ifdef _KERNEL

struct buf;
struct lwp;
struct nameidata;
struct quotactl_args;
struct vattr;
struct vnode;
struct vnode_impl;
struct vnodeopv_desc;
struct wapbl;
struct wapbl_ops;
struct wapbl_replay;

TAILQ_HEAD(vnode_implst, vnode_impl);

struct mount {
	TAILQ_ENTRY(mount) mnt_list;       /* l */
	struct vnode_implst mnt_vnodelist; /* v */
	kmutex_t mnt_vnodelock;
	struct vfsops *mnt_op;             /* c */
	struct vnode *mnt_vnodecovered;    /* c  NULL for the root */
	struct vnode *volatile mnt_rootvp; /* a  hint: see vfs_cross() */
	int mnt_synclist_slot;             /* s  1 + slot */
	void *mnt_transinfo;               /* c  fstrans */
	void *mnt_data;                    /*    the file system's */
	kmutex_t mnt_unmounting;
	kmutex_t mnt_renamelock;            /*    one rename at a time */
	volatile unsigned int mnt_refcnt;   /* a */
	volatile unsigned int mnt_busynest; /* a  raised under u */
	int mnt_flag;                       /* w  MNT_* */
	volatile int mnt_iflag;             /* u  IMNT_* */
	int mnt_fs_bshift;                  /* c  log2 of the block size */
	int mnt_dev_bshift;                 /* c  of the device's */
	struct statvfs mnt_stat;            /*    last known state */
	specificdata_reference mnt_specdataref;
	kmutex_t mnt_updating; /*    one change at a time */
	const struct wapbl_ops *mnt_wapbl_op;
	struct wapbl *mnt_wapbl;
	struct wapbl_replay *mnt_wapbl_replay;
	uint64_t mnt_gen;                  /* c  serial number */
	struct lwp *mnt_unmounter;         /* u  who unmounts by force */
	volatile unsigned int mnt_loading; /* a  vnodes being loaded */
	struct mount *mnt_layered;         /* c  below a layer, referenced */
};

/*
 * What a file system type provides.  vfs_attach() links it in.
 */
struct vfsops {
	const char *vfs_name;
	size_t vfs_min_mount_data; /* of its argument structure */
	int (*vfs_mount)(struct mount *, const char *, void *, size_t *);
	int (*vfs_start)(struct mount *, int);
	int (*vfs_unmount)(struct mount *, int);
	int (*vfs_root)(struct mount *, struct vnode **);
	int (*vfs_quotactl)(struct mount *, struct quotactl_args *);
	int (*vfs_statvfs)(struct mount *, struct statvfs *);
	int (*vfs_sync)(struct mount *, int, struct kauth_cred *);
	int (*vfs_vget)(struct mount *, ino_t, struct vnode **);
	int (*vfs_loadvnode)(struct mount *, struct vnode *, const void *,
	    size_t, const void **);
	int (*vfs_newvnode)(struct mount *, struct vnode *, struct vnode *,
	    struct vattr *, kauth_cred_t, size_t *, const void **);
	int (*vfs_fhtovp)(struct mount *, struct fid *, struct vnode **);
	int (*vfs_vptofh)(struct vnode *, struct fid *, size_t *);
	void (*vfs_init)(void);
	void (*vfs_reinit)(void);
	void (*vfs_done)(void);
	int (*vfs_mountroot)(void);
	int (*vfs_snapshot)(struct mount *, struct vnode *, struct timespec *);
	int (*vfs_extattrctl)(
	    struct mount *, int, struct vnode *, int, const char *);
	int (*vfs_suspendctl)(struct mount *, int);
	int (*vfs_renamelock_enter)(struct mount *);
	void (*vfs_renamelock_exit)(struct mount *);
	int (*vfs_fsync)(struct vnode *, int);
	const struct vnodeopv_desc *const *vfs_opv_descs;
	int vfs_refcount; /* a  mounts */
	LIST_ENTRY(vfsops) vfs_list;
};

/** Flags of mnt_iflag, as a reader without locks sees them. */
#define vfs_iflag(mp) __atomic_load_n(&(mp)->mnt_iflag, __ATOMIC_RELAXED)
#define vfs_iflag_set(mp, set, clear)                                          \
	__atomic_store_n(&(mp)->mnt_iflag,                                     \
	    ((mp)->mnt_iflag | (set)) & ~(clear), __ATOMIC_RELAXED)

int VFS_MOUNT(struct mount *, const char *, void *, size_t *);
int VFS_START(struct mount *, int);
int VFS_UNMOUNT(struct mount *, int);
int VFS_ROOT(struct mount *, struct vnode **);
int VFS_QUOTACTL(struct mount *, struct quotactl_args *);
int VFS_STATVFS(struct mount *, struct statvfs *);
int VFS_SYNC(struct mount *, int, struct kauth_cred *);
int VFS_FHTOVP(struct mount *, struct fid *, struct vnode **);
int VFS_VPTOFH(struct vnode *, struct fid *, size_t *);
int VFS_SNAPSHOT(struct mount *, struct vnode *, struct timespec *);
int VFS_EXTATTRCTL(struct mount *, int, struct vnode *, int, const char *);
int VFS_SUSPENDCTL(struct mount *, int);

#define VFS_VGET(MP, INO, VPP) (*(MP)->mnt_op->vfs_vget)((MP), (INO), (VPP))
#define VFS_LOADVNODE(MP, VP, KEY, KEY_LEN, NEW_KEY)                           \
	(*(MP)->mnt_op->vfs_loadvnode)((MP), (VP), (KEY), (KEY_LEN), (NEW_KEY))
#define VFS_NEWVNODE(MP, DVP, VP, VAP, CRED, NEW_LEN, NEW_KEY)                 \
	(*(MP)->mnt_op->vfs_newvnode)(                                         \
	    (MP), (DVP), (VP), (VAP), (CRED), (NEW_LEN), (NEW_KEY))
#define VFS_RENAMELOCK_ENTER(MP) (*(MP)->mnt_op->vfs_renamelock_enter)(MP)
#define VFS_RENAMELOCK_EXIT(MP)  (*(MP)->mnt_op->vfs_renamelock_exit)(MP)
#define VFS_FSYNC(MP, VP, FLG)   (*(MP)->mnt_op->vfs_fsync)((VP), (FLG))

/* Write-ahead log of a mount; see <sys/wapbl.h>. */
#define WAPBL_DISCARD(MP)                                                      \
	(*(MP)->mnt_wapbl_op->wo_wapbl_discard)((MP)->mnt_wapbl)
#define WAPBL_REPLAY_ISOPEN(MP)                                                \
	(*(MP)->mnt_wapbl_op->wo_wapbl_replay_isopen)((MP)->mnt_wapbl_replay)
#define WAPBL_REPLAY_CAN_READ(MP, BLK, LEN)                                    \
	(*(MP)->mnt_wapbl_op->wo_wapbl_replay_can_read)(                       \
	    (MP)->mnt_wapbl_replay, (BLK), (LEN))
#define WAPBL_REPLAY_READ(MP, DATA, BLK, LEN)                                  \
	(*(MP)->mnt_wapbl_op->wo_wapbl_replay_read)(                           \
	    (MP)->mnt_wapbl_replay, (DATA), (BLK), (LEN))
#define WAPBL_ADD_BUF(MP, BP)                                                  \
	(*(MP)->mnt_wapbl_op->wo_wapbl_add_buf)((MP)->mnt_wapbl, (BP))
#define WAPBL_REMOVE_BUF(MP, BP)                                               \
	(*(MP)->mnt_wapbl_op->wo_wapbl_remove_buf)((MP)->mnt_wapbl, (BP))
#define WAPBL_RESIZE_BUF(MP, BP, OLDSZ, OLDCNT)                                \
	(*(MP)->mnt_wapbl_op->wo_wapbl_resize_buf)(                            \
	    (MP)->mnt_wapbl, (BP), (OLDSZ), (OLDCNT))
#define WAPBL_BEGIN(MP)                                                        \
	(*(MP)->mnt_wapbl_op->wo_wapbl_begin)(                                 \
	    (MP)->mnt_wapbl, __FILE__, __LINE__)
#define WAPBL_END(MP) (*(MP)->mnt_wapbl_op->wo_wapbl_end)((MP)->mnt_wapbl)
#define WAPBL_JUNLOCK_ASSERT(MP)                                               \
	(*(MP)->mnt_wapbl_op->wo_wapbl_junlock_assert)((MP)->mnt_wapbl)

#define VFS_PROTOS(fsname)                                                     \
	int fsname##_mount(struct mount *, const char *, void *, size_t *);    \
	int fsname##_start(struct mount *, int);                               \
	int fsname##_unmount(struct mount *, int);                             \
	int fsname##_root(struct mount *, struct vnode **);                    \
	int fsname##_quotactl(struct mount *, struct quotactl_args *);         \
	int fsname##_statvfs(struct mount *, struct statvfs *);                \
	int fsname##_sync(struct mount *, int, struct kauth_cred *);           \
	int fsname##_vget(struct mount *, ino_t, struct vnode **);             \
	int fsname##_loadvnode(struct mount *, struct vnode *, const void *,   \
	    size_t, const void **);                                            \
	int fsname##_newvnode(struct mount *, struct vnode *, struct vnode *,  \
	    struct vattr *, kauth_cred_t, size_t *, const void **);            \
	int fsname##_fhtovp(struct mount *, struct fid *, struct vnode **);    \
	int fsname##_vptofh(struct vnode *, struct fid *, size_t *);           \
	void fsname##_init(void);                                              \
	void fsname##_reinit(void);                                            \
	void fsname##_done(void);                                              \
	int fsname##_mountroot(void);                                          \
	int fsname##_snapshot(                                                 \
	    struct mount *, struct vnode *, struct timespec *);                \
	int fsname##_extattrctl(                                               \
	    struct mount *, int, struct vnode *, int, const char *);           \
	int fsname##_suspendctl(struct mount *, int)

/*
 * Interest in unmounts and re-exports (an NFS server has it).
 */
struct vfs_hooks {
	int (*vh_unmount)(struct mount *);
	int (*vh_reexport)(struct mount *, const char *, void *);
	LIST_ENTRY(vfs_hooks) vfs_hooks_list;
};

void vfs_hooks_init(void);
int vfs_hooks_attach(struct vfs_hooks *);
int vfs_hooks_detach(struct vfs_hooks *);
void vfs_hooks_unmount(struct mount *);
int vfs_hooks_reexport(struct mount *, const char *, void *);

/* List of vfsops and of mounts. */
TAILQ_HEAD(mntlist, mount);
LIST_HEAD(vfs_list_head, vfsops);
extern struct mntlist mountlist; /* mountlist_lock */
extern kmutex_t mountlist_lock;
extern struct vfs_list_head vfs_list; /* vfs_list_lock */
extern kmutex_t vfs_list_lock;
extern kmutex_t syncer_mutex;
extern kmutex_t mntvnode_lock;
extern const char *rootfstype;
extern int vfs_mounted_on_root;

int vfs_attach(struct vfsops *);
int vfs_detach(struct vfsops *);
void vfs_reinit(void);
struct vfsops *vfs_getopsbyname(const char *);
void vfs_delref(struct vfsops *);
/** Fill a vector that a descriptor describes; vfs_attach() does it. */
void vfs_opv_init(const struct vnodeopv_desc *const *);
void vfs_opv_free(const struct vnodeopv_desc *const *);

/** A type's small number, for st_fsid: of its name, invented if unknown. */
long makefstype(const char *);
int vfs_mountedon(struct vnode *);
int vfs_mountroot(void);
void vfs_shutdown(void);
bool vfs_unmountall(struct lwp *);
bool vfs_unmountall1(struct lwp *, bool, bool);
bool vfs_unmount_forceone(struct lwp *);
bool vfs_unmount_print(struct mount *, const char *);
void vfs_sync_all(struct lwp *);
void vfs_syncwait_mount(struct mount *);
struct mount *vfs_mountalloc(struct vfsops *, struct vnode *);
void vfs_mount_sysinit(void);
/** A mount of this type, busy, not in the list yet. */
int vfs_rootmountalloc(const char *, const char *, struct mount **);
/** Keep it mounted; with nextp mountlist_lock is held and given back. */
int vfs_busy(struct mount *, struct mount **);
void vfs_unbusy(struct mount *, bool, struct mount **);
/**
 * The root of what is mounted on a directory, referenced, unlocked; ENOENT
 * if nothing is (any more).
 */
int vfs_cross(struct vnode *, struct vnode **);
/** Drop a reference. */
void vfs_destroy(struct mount *);
struct mount *vfs_getvfs(fsid_t *);
/** A file handle of a vnode; *size in: room, out: need (E2BIG). */
int vfs_composefh(struct vnode *, fhandle_t *, size_t *);
int vfs_composefh_alloc(struct vnode *, fhandle_t **);
void vfs_composefh_free(fhandle_t *);
/** The locked vnode of a handle; ESTALE. */
int vfs_fhtovp(fhandle_t *, struct vnode **);
void mountlist_append(struct mount *);
int vfs_stdextattrctl(struct mount *, int, struct vnode *, int, const char *);
int vfs_set_lowermount(struct mount *, struct mount *);
int vfs_quotactl(struct mount *, struct quotactl_args *);

struct vnode_iterator;
void vfs_vnode_iterator_init(struct mount *, struct vnode_iterator **);
void vfs_vnode_iterator_destroy(struct vnode_iterator *);
/** The next vnode that the selector (called with v_interlock) takes. */
struct vnode *vfs_vnode_iterator_next(
    struct vnode_iterator *, bool (*)(void *, struct vnode *), void *);

int mount_domount(struct lwp *, struct vnode **, struct vfsops *, const char *,
    int, void *, size_t *);
int
mount_update(struct lwp *, struct vnode *, const char *, int, void *, size_t *);
int dounmount(struct mount *, int, struct lwp *);
int do_sys_mount(struct lwp *, struct vfsops *, const char *, const char *, int,
    void *, enum uio_seg, size_t, register_t *);
/** sys_unmount() once the mount point is known and referenced. */
int do_sys_unmount(struct lwp *, struct mount *, int);

void vfs_syncer_add_to_worklist(struct mount *);
void vfs_syncer_remove_from_worklist(struct mount *);
void vfs_scrubvnlist(struct mount *);
void sched_sync(void *);
void sync_vnode_filterops_wakeup(void);

int mount_initspecific(struct mount *);
void mount_finispecific(struct mount *);
int mount_specific_key_create(specificdata_key_t *, specificdata_dtor_t);
void mount_specific_key_delete(specificdata_key_t);
void *mount_getspecific(struct mount *, specificdata_key_t);
void mount_setspecific(struct mount *, specificdata_key_t, void *);

#else /* !_KERNEL */

#include <sys/cdefs.h>

__BEGIN_DECLS
int mount(const char *, const char *, int, void *, size_t);
int unmount(const char *, int);
__END_DECLS

#endif

#endif /* !_SYS_MOUNT_H_ */
