/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vnode(9): the kernel's handle on a file, whatever file system it lives in.
 *
 * Life: a vnode is created by vcache_get() or vcache_new(), is in use while
 * its use count is above zero, stays cached after that, and is reclaimed
 * when its place is needed, when its file is gone or when it is revoked.
 * A reclaimed vnode with references left has the dead file system's vector.
 *
 * Lock letters: c constant after load, i v_interlock, l vnode lock (v_lock),
 * a atomic, b bufcache_lock, m the mount's vnode list lock, n the name
 * cache, s the syncer, o file system's own rule.
 */
#ifndef _SYS_VNODE_H_
#define _SYS_VNODE_H_

#include <sys/condvar.h>
#include <sys/dkio.h>
#include <sys/event.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/rwlock.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <uvm/uvm_extern.h>
#include <uvm/uvm_object.h>
#include <uvm/uvm_param.h>

struct buf;
struct componentname;
struct file;
struct knote;
struct lwp;
struct mount;
struct nameidata;
struct pathbuf;
struct specnode;
struct fifoinfo;
struct socket;
struct stat;
struct statvfs;
struct vm_page;
struct vnode_impl;

enum vtype {
	VNON,
	VREG,
	VDIR,
	VBLK,
	VCHR,
	VLNK,
	VSOCK,
	VFIFO,
	VBAD
};

#define VNODE_TYPES                                                            \
	"VNON", "VREG", "VDIR", "VBLK", "VCHR", "VLNK", "VSOCK", "VFIFO", "VBAD"

enum vtagtype {
	VT_NON,
	VT_UFS,
	VT_NFS,
	VT_MFS,
	VT_MSDOSFS,
	VT_LFS,
	VT_LOFS,
	VT_FDESC,
	VT_PORTAL,
	VT_NULL,
	VT_UMAP,
	VT_KERNFS,
	VT_PROCFS,
	VT_AFS,
	VT_ISOFS,
	VT_UNION,
	VT_ADOSFS,
	VT_EXT2FS,
	VT_CODA,
	VT_FILECORE,
	VT_NTFS,
	VT_VFS,
	VT_OVERLAY,
	VT_SMBFS,
	VT_PTYFS,
	VT_TMPFS,
	VT_UDF,
	VT_SYSVBFS,
	VT_PUFFS,
	VT_HFS,
	VT_EFS,
	VT_ZFS,
	VT_RUMP,
	VT_NILFS,
	VT_V7FS,
	VT_CHFS
};

#define VNODE_TAGS                                                             \
	"VT_NON", "VT_UFS", "VT_NFS", "VT_MFS", "VT_MSDOSFS", "VT_LFS",        \
	    "VT_LOFS", "VT_FDESC", "VT_PORTAL", "VT_NULL", "VT_UMAP",          \
	    "VT_KERNFS", "VT_PROCFS", "VT_AFS", "VT_ISOFS", "VT_UNION",        \
	    "VT_ADOSFS", "VT_EXT2FS", "VT_CODA", "VT_FILECORE", "VT_NTFS",     \
	    "VT_VFS", "VT_OVERLAY", "VT_SMBFS", "VT_PTYFS", "VT_TMPFS",        \
	    "VT_UDF", "VT_SYSVBFS", "VT_PUFFS", "VT_HFS", "VT_EFS", "VT_ZFS",  \
	    "VT_RUMP", "VT_NILFS", "VT_V7FS", "VT_CHFS"

LIST_HEAD(buflists, buf);
TAILQ_HEAD(vnodelst, vnode);

#define VNODE_LOCKDEBUG_NAME "vnode"

struct vnode {
	struct uvm_object v_uobj; /* i  pages of the file; the lock */
	kcondvar_t v_cv;          /* i  output done, state changed */
	voff_t v_size;            /* i  size of the file */
	voff_t v_writesize;       /* i  size while a write goes on */
	int v_iflag;              /* i  VI_* */
	int v_vflag;              /* l  VV_* */
	int v_uflag;              /* o  VU_* */
	int v_numoutput;          /* i  writes under way */
	union {                   /* a  references and the gate */
		volatile uint32_t v_refword;
		struct {
#if _BYTE_ORDER == _LITTLE_ENDIAN
			unsigned int v_usecount : 31;
			unsigned int v_usegate : 1;
#else
			unsigned int v_usegate : 1;
			unsigned int v_usecount : 31;
#endif
		};
	};
	int v_writecount;             /* i  opens for writing */
	int v_holdcnt;                /* a  buffers and pages that hold it */
	int v_synclist_slot;          /* s  1 + slot, 0: not listed */
	struct mount *v_mount;        /* c  until reclaimed */
	int (**v_op)(void *);         /* c  until reclaimed */
	struct buflists v_cleanblkhd; /* b */
	struct buflists v_dirtyblkhd; /* b */
	union {                       /* c  by type */
		struct mount *vu_mountedhere; /* i  VDIR */
		struct socket *vu_socket;     /* lock of local sockets: VSOCK */
		struct specnode *vu_specnode; /*    VBLK, VCHR */
		struct fifoinfo *vu_fifoinfo; /*    VFIFO */
		struct uvm_ractx *vu_ractx;   /* i  VREG: read-ahead */
	} v_un;
	enum vtype v_type;    /* c */
	enum vtagtype v_tag;  /* c */
	krwlock_t v_lock;     /*    the vnode lock */
	void *v_data;         /* c  the file system's node */
	struct klist v_klist; /* i  knotes */
};
typedef struct vnode vnode_t;

#define v_interlock   v_uobj.vmobjlock
#define v_mountedhere v_un.vu_mountedhere
#define v_socket      v_un.vu_socket
#define v_specnode    v_un.vu_specnode
#define v_fifoinfo    v_un.vu_fifoinfo
#define v_ractx       v_un.vu_ractx

/* v_vflag */
#define VV_ROOT      0x00000001 /* root of its file system */
#define VV_SYSTEM    0x00000002 /* used by the kernel: quota files */
#define VV_ISTTY     0x00000004 /* a terminal */
#define VV_MAPPED    0x00000008 /* may be mapped */
#define VV_MPSAFE    0x00000010 /* operations need no big lock */
#define VV_LOCKSWORK 0x00000020 /* follows the locking protocol */

/* v_iflag */
#define VI_TEXT       0x00000100 /* executable in use */
#define VI_EXECMAP    0x00000200 /* mapped executable */
#define VI_WRMAP      0x00000400 /* mapped writable */
#define VI_WRMAPDIRTY 0x00000800 /* the same, and maybe dirty */
#define VI_ONWORKLST  0x00004000 /* on the syncer's list */

/* v_uflag */
#define VU_DIROP 0x01000000 /* LFS */

#define VNODE_FLAGBITS                                                         \
	"\20\1ROOT\2SYSTEM\3ISTTY\4MAPPED\5MPSAFE\6LOCKSWORK\11TEXT"           \
	"\12EXECMAP\13WRMAP\14WRMAPDIRTY\17ONWORKLST\31DIROP"

#define VSIZENOTSET ((voff_t)-1)

/* v_refword beside the count: no new reference without v_interlock. */
#define VUSECOUNT_GATE 0x80000000U
#define VUSECOUNT_MASK 0x7fffffffU

/*
 * Attributes; a field that is VNOVAL is not set or not wanted.
 */
struct vattr {
	enum vtype va_type;
	mode_t va_mode; /* permissions and type */
	nlink_t va_nlink;
	uid_t va_uid;
	gid_t va_gid;
	dev_t va_fsid;
	ino_t va_fileid;
	u_quad_t va_size;  /* bytes */
	long va_blocksize; /* for efficient input and output */
	struct timespec va_atime;
	struct timespec va_mtime;
	struct timespec va_ctime;
	struct timespec va_birthtime;
	u_long va_gen;   /* generation */
	u_long va_flags; /* chflags(2) */
	dev_t va_rdev;
	u_quad_t va_bytes; /* on disk */
	u_quad_t va_filerev;
	unsigned int va_vaflags; /* VA_* */
	long va_spare;
};

#define VA_UTIMES_NULL 0x01 /* utimes(path, NULL) */
#define VA_EXCLUSIVE   0x02 /* exclusive create */

#define VNOVAL (-1)

/* Modes, as VOP_ACCESS() takes them. */
#define VSUID    04000
#define VSGID    02000
#define VSVTX    01000
#define VREAD    00400
#define VWRITE   00200
#define VEXEC    00100
#define VSAVETXT VSVTX

/* ioflag of VOP_READ() and VOP_WRITE() */
#define IO_UNIT               0x00010 /* all or nothing */
#define IO_APPEND             0x00020
#define IO_SYNC               (0x40 | IO_DSYNC)
#define IO_NODELOCKED         0x00080 /* vn_rdwr(): already locked */
#define IO_NDELAY             0x00100
#define IO_DSYNC              0x00200
#define IO_ALTSEMANTICS       0x00400 /* a file system's second meaning */
#define IO_NORMAL             0x00800 /* the data */
#define IO_EXT                0x01000 /* the extended attributes */
#define IO_DIRECT             0x02000 /* around the cache */
#define IO_JOURNALLOCKED      0x04000 /* in a transaction already */
#define IO_ADV_MASK           0x00003
#define IO_ADV_SHIFT          0
#define IO_ADV_ENCODE(adv)    (((adv) << IO_ADV_SHIFT) & IO_ADV_MASK)
#define IO_ADV_DECODE(ioflag) (((ioflag)&IO_ADV_MASK) >> IO_ADV_SHIFT)

/* flags of file systems' update functions */
#define UPDATE_WAIT  0x0001
#define UPDATE_DIROP 0x0002
#define UPDATE_CLOSE 0x0004

/* flags of VOP_FSYNC() */
#define FSYNC_WAIT       0x0001
#define FSYNC_DATAONLY   0x0002
#define FSYNC_RECLAIM    0x0004
#define FSYNC_LAZY       0x0008
#define FSYNC_NOLOG      0x0010
#define FSYNC_UNMOUNTING 0x0020
#define FSYNC_CACHE      0x0100

/* vflush() */
#define SKIPSYSTEM 0x0001
#define FORCECLOSE 0x0002
#define WRITECLOSE 0x0004
/* vclean() */
#define DOCLOSE 0x0008
/* vinvalbuf() */
#define V_SAVE 0x0001
/* VOP_REVOKE() */
#define REVOKEALL 0x0001
/* vdead_check() */
#define VDEAD_NOWAIT 0x0001

#define NULLVP ((struct vnode *)NULL)

extern const enum vtype iftovt_tab[];
extern const int vttoif_tab[];
#define IFTOVT(mode)          (iftovt_tab[((mode)&S_IFMT) >> 12])
#define VTTOIF(indx)          (vttoif_tab[(int)(indx)])
#define MAKEIMODE(indx, mode) ((int)(VTTOIF(indx) | (mode)))

extern struct vnode *rootvnode; /* root of the name space */
extern int desiredvnodes;       /* how many to keep */
extern u_int numvnodes;         /* how many there are */
extern int nvnodes_limit;
extern time_t syncdelay, filedelay, dirdelay, metadelay;
extern int prtactive;
extern int doforce; /* unmounts may be forced */

/*
 * Operation descriptors.
 */
#define VDESC_MAX_VPS        8
#define VDESC_VP0_WILLRELE   0x00000001
#define VDESC_VP1_WILLRELE   0x00000002
#define VDESC_VP2_WILLRELE   0x00000004
#define VDESC_VP3_WILLRELE   0x00000008
#define VDESC_VP0_WILLUNLOCK 0x00000100
#define VDESC_VP1_WILLUNLOCK 0x00000200
#define VDESC_VP2_WILLUNLOCK 0x00000400
#define VDESC_VP3_WILLUNLOCK 0x00000800
#define VDESC_VP0_WILLPUT    0x00000101
#define VDESC_VP1_WILLPUT    0x00000202
#define VDESC_VP2_WILLPUT    0x00000404
#define VDESC_VP3_WILLPUT    0x00000808
#define VDESC_NOMAP_VPP      0x00010000
#define VDESC_VPP_WILLRELE   0x00020000

#define VDESC_NO_OFFSET (-1)

struct vnodeop_desc {
	int vdesc_offset; /* slot in the vector */
	const char *vdesc_name;
	int vdesc_flags;             /* VDESC_* */
	const int *vdesc_vp_offsets; /* vnodes, to VDESC_NO_OFFSET */
	int vdesc_vpp_offset;        /* where a vnode is returned */
	int vdesc_cred_offset;
	int vdesc_componentname_offset;
};

extern const struct vnodeop_desc *const vfs_op_descs[];

#define VOPARG_OFFSETOF(s_type, field) __builtin_offsetof(s_type, field)
#define VOPARG_OFFSETTO(s_type, s_offset, struct_p)                            \
	((s_type)(((char *)(struct_p)) + (s_offset)))

struct vop_generic_args {
	struct vnodeop_desc *a_desc;
	/* the operation's own arguments follow */
};

#define VDESC(OP)             (&__CONCAT(OP, _desc))
#define VOFFSET(OP)           (VDESC(OP)->vdesc_offset)
#define VCALL(VP, OFF, AP)    ((*((VP)->v_op[(OFF)]))(AP))
#define VOCALL(OPSV, OFF, AP) ((*((OPSV)[(OFF)]))(AP))

struct vnodeopv_entry_desc {
	const struct vnodeop_desc *opve_op;
	int (*opve_impl)(void *);
};

struct vnodeopv_desc {
	int (***opv_desc_vector_p)(void *);
	const struct vnodeopv_entry_desc *opv_desc_ops;
};

/*
 * The vnode cache and the life cycle.
 */
struct vcache_key {
	struct mount *vk_mount;
	const void *vk_key;
	size_t vk_key_len;
};

/** The vnode of a key, referenced, not locked; loads it when needed. */
int vcache_get(struct mount *, const void *, size_t, struct vnode **);
/** A vnode for a file that VFS_NEWVNODE creates in the directory given. */
int vcache_new(struct mount *, struct vnode *, struct vattr *, kauth_cred_t,
    struct vnode **);
/** To be called by VOP_RECLAIM: forget the key. */
void vcache_remove(struct mount *, const void *, size_t);
int vcache_rekey_enter(
    struct mount *, struct vnode *, const void *, size_t, const void *, size_t);
void vcache_rekey_exit(
    struct mount *, struct vnode *, const void *, size_t, const void *, size_t);
/** A reference without sleeping: 0, EBUSY (in change), ENOENT (reclaimed). */
int vcache_tryvget(struct vnode *);
/** A reference, waiting for a state in change; v_interlock is dropped. */
int vcache_vget(struct vnode *);

int vget(struct vnode *, int, bool);
void vput(struct vnode *);
void vref(struct vnode *);
void vrele(struct vnode *);
void vrele_async(struct vnode *);
void vrele_flush(void);
/** Hold the identity, not the contents: counted by buffers. */
void vholdl(struct vnode *);
void holdrelel(struct vnode *);
void vhold(struct vnode *);
void holdrele(struct vnode *);
void vgone(struct vnode *);
bool vrecycle(struct vnode *);
void vrevoke(struct vnode *);
int vflush(struct mount *, struct vnode *, int);
int vdead_check(struct vnode *, int);
int vfinddev(dev_t, enum vtype, struct vnode **);
int vcount(struct vnode *);
void vfs_drainvnodes(void);
void vfs_vnode_sysinit(void);
bool vnis_marker(struct vnode *);
void vprint(const char *, struct vnode *);
void vremfree(struct vnode *);
int bdevvp(dev_t, struct vnode **);
int cdevvp(dev_t, struct vnode **);
void vdevgone(int, int, int, enum vtype);
struct vnode *vnalloc_marker(struct mount *);
void vnfree_marker(struct vnode *);

/* buffers of a vnode (implemented beside the buffer cache) */
int vinvalbuf(struct vnode *, int, kauth_cred_t, struct lwp *, bool, int);
int vtruncbuf(struct vnode *, daddr_t, bool, int);
int vflushbuf(struct vnode *, int);
void vwakeup(struct buf *);
void brelvp(struct buf *);
void bgetvp(struct vnode *, struct buf *);
void reassignbuf(struct buf *, struct vnode *);

void vattr_null(struct vattr *);
uint8_t vtype2dt(enum vtype);
void vntblinit(void);

/* vnode subroutines; the file side of a vnode */
int vn_bwrite(void *);
int vn_close(struct vnode *, int, kauth_cred_t);
int vn_default_error(void *);
int vn_kqfilter(struct file *, struct knote *);
int vn_lock(struct vnode *, int);
void vn_markexec(struct vnode *);
int vn_marktext(struct vnode *);
int vn_open(struct nameidata *, int, int);
int vn_openchk(struct vnode *, kauth_cred_t, int);
int vn_rdwr(enum uio_rw, struct vnode *, void *, int, off_t, enum uio_seg, int,
    kauth_cred_t, size_t *, struct lwp *);
int vn_readdir(
    struct file *, char *, int, u_int, int *, struct lwp *, off_t **, int *);
/**
 * Set by a file system that lays directories over one another: called where
 * one has ended, unlocked.  It may put the next, open, into its argument and
 * the file (f_vnode, f_offset) and close this one; or leave them.
 */
extern int (*vn_union_readdir_hook)(
    struct vnode **, struct file *, struct lwp *);
int vn_stat(struct vnode *, struct stat *);
int vn_writechk(struct vnode *);
void vn_ra_allocctx(struct vnode *);
int vn_extattr_get(
    struct vnode *, int, int, const char *, size_t *, void *, struct lwp *);
int vn_extattr_set(
    struct vnode *, int, int, const char *, size_t, const void *, struct lwp *);
int vn_extattr_rm(struct vnode *, int, int, const char *, struct lwp *);
int vn_fifo_bypass(void *);
int vn_bdev_openpath(struct pathbuf *, struct vnode **, struct lwp *);
void vn_syncer_add_to_worklist(struct vnode *, int);
void vn_syncer_remove_from_worklist(struct vnode *);

/* helpers of file systems */
void vfs_timestamp(struct timespec *);
void vfs_getnewfsid(struct mount *);
int vfs_drainbufs(void);
void vfs_bufstats(void);
int vfs_unixify_accmode(int *);
int speedup_syncer(void);
int dorevoke(struct vnode *, kauth_cred_t);
#define GETCWD_CHECK_ACCESS 0x0001
int getcwd_common(
    struct vnode *, struct vnode *, char **, char *, int, int, struct lwp *);
int vnode_to_path(char *, size_t, struct vnode *, struct lwp *, struct proc *);

/** Tell the knotes of a vnode; v_interlock not held. */
static __inline void
VN_KNOTE(struct vnode *vp, long hint)
{
	if (SLIST_EMPTY(&vp->v_klist))
		return;
	mutex_enter(vp->v_interlock);
	KNOTE(&vp->v_klist, hint);
	mutex_exit(vp->v_interlock);
}

/** Is a directory at or below another (NULL: the process's root)? */
int vn_isunder(struct vnode *, struct vnode *, struct lwp *);

#include <sys/mount.h>

#include <sys/vnode_if.h>

#endif /* !_SYS_VNODE_H_ */
