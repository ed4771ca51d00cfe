/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FFS in memory.
 *
 * Superblock and inodes are kept in host order; blocks of the disk (group
 * headers, indirect blocks, directories) stay as they are on disk and are
 * read through ffs_get*() and written through ffs_put*().
 *
 * Lock order: vnode locks (directory before file), genfs node lock, fm_lock,
 * buffers.
 */
#ifndef _FS_FFS_IMPL_H_
#define _FS_FFS_IMPL_H_

#include <miscfs/genfs/genfs.h>
#include <miscfs/genfs/genfs_node.h>
#include <sys/buf.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/vnode.h>

#include "ffs_format.h"

struct lockf;
struct componentname;
struct uio;

/*
 * A mounted file system.  Key: c constant after mount, l fm_lock.
 */
struct ffs_mount {
	struct mount *fm_mount; /* c */
	struct vnode *fm_devvp; /* c */
	dev_t fm_dev;           /* c */
	bool fm_ufs2;           /* c */
	bool fm_swap;           /* c the disk has the other byte order */
	bool fm_ronly;          /*   changes in a mount update alone */
	bool fm_failed;      /*   damage was met: stays not clean; only set */
	kmutex_t fm_lock;    /*   allocation */
	struct ffs_sb fm_sb; /* l host order */
	off_t fm_sbloc;      /* c byte offset of the superblock */
	uint64_t fm_maxsize; /* c bytes of the longest file */
	struct ffs_csum *fm_cs; /* l fs_ncg of them, host order */
	bool fm_dirty;          /* l superblock or summaries to write */
	int fm_dbshift;         /* c fragments to DEV_BSIZE units */
};

/* The inode, host order, both versions. */
struct ffs_dinode {
	uint16_t di_mode;
	int32_t di_nlink;
	uint32_t di_uid, di_gid;
	uint64_t di_size;
	uint64_t di_blocks; /* 512-byte units */
	struct timespec di_atime, di_mtime, di_ctime, di_birthtime;
	uint32_t di_gen, di_flags, di_kernflags;
	uint32_t di_blksize;
	int32_t di_extsize;
	int64_t di_extb[FFS_NXADDR];
	uint64_t di_modrev;
	union {
		struct {
			int64_t di_db[FFS_NDADDR];
			int64_t di_ib[FFS_NIADDR];
		};
		char di_shortlink[FFS_SHORTLINK2];
	};
};

/*
 * Where a lookup left off in a directory, for the operation that follows
 * while the directory stays locked.
 */
struct ffs_slot {
	off_t s_offset; /* of the entry that was found */
	off_t s_prev;   /* of the entry before it in its block, or -1 */
	ino_t s_ino;
};

/*
 * In-core inode.  Key: v vnode lock (exclusive to change), g genfs node
 * lock (write to change), c constant.
 */
struct ffs_inode {
	struct genfs_node i_gnode; /*   first: VTOG() */
	struct vnode *i_vnode;     /* c */
	struct ffs_mount *i_fm;    /* c */
	ino_t i_number;            /* c key of the vnode */
	unsigned i_flag;        /*   FI_, atomic not needed: v or i/o times */
	struct ffs_dinode i_d;  /* v; blocks: g */
	struct ffs_slot i_slot; /* v of the last lookup (directories) */
	struct ffs_dirindex *i_dirindex; /* v */
	struct lockf *i_lockf;
};

#define FI_ACCESS   0x01 /* times to be set */
#define FI_CHANGE   0x02
#define FI_UPDATE   0x04
#define FI_MODIFIED 0x08 /* the inode differs from the disk's */

#define VTOI(vp)  ((struct ffs_inode *)(vp)->v_data)
#define ITOV(ip)  ((ip)->i_vnode)
#define VTOFM(mp) ((struct ffs_mount *)(mp)->mnt_data)

struct ffs_fid {
	uint16_t fid_len, fid_reserved;
	int32_t fid_gen;
	ino_t fid_ino;
};

/* Byte order */
static inline uint16_t
ffs_get16(const struct ffs_mount *fm, uint16_t v)
{
	return fm->fm_swap ? __builtin_bswap16(v) : v;
}

static inline uint32_t
ffs_get32(const struct ffs_mount *fm, uint32_t v)
{
	return fm->fm_swap ? __builtin_bswap32(v) : v;
}

static inline uint64_t
ffs_get64(const struct ffs_mount *fm, uint64_t v)
{
	return fm->fm_swap ? __builtin_bswap64(v) : v;
}

#define FFS_GET(fm, x)                                                         \
	_Generic((x), int16_t                                                  \
		 : (int16_t)ffs_get16((fm), (uint16_t)(x)), uint16_t           \
		 : ffs_get16((fm), (uint16_t)(x)), int32_t                     \
		 : (int32_t)ffs_get32((fm), (uint32_t)(x)), uint32_t           \
		 : ffs_get32((fm), (uint32_t)(x)), int64_t                     \
		 : (int64_t)ffs_get64((fm), (uint64_t)(x)), uint64_t           \
		 : ffs_get64((fm), (uint64_t)(x)))
/* x, an integer on disk, becomes v; to disk and from disk are the same. */
#define FFS_PUT(fm, x, v)                                                      \
	do {                                                                   \
		__typeof__(x) v_ = (__typeof__(x))(v);                         \
		(x) = (__typeof__(x))FFS_GET((fm), v_);                        \
	} while (0)
/* A counter on disk may have any value: it wraps. */
#define FFS_ADD(fm, x, n) FFS_PUT((fm), (x), (int64_t)FFS_GET((fm), (x)) + (n))

/* Arithmetic of blocks and fragments */
static inline daddr_t
ffs_lblkno(const struct ffs_sb *fs, off_t off)
{
	return off >> fs->fs_bshift;
}

static inline off_t
ffs_lblktosize(const struct ffs_sb *fs, daddr_t lbn)
{
	return (off_t)lbn << fs->fs_bshift;
}

static inline int
ffs_blkoff(const struct ffs_sb *fs, off_t off)
{
	return (int)(off & (fs->fs_bsize - 1));
}

static inline off_t
ffs_fragroundup(const struct ffs_sb *fs, off_t n)
{
	return (n + fs->fs_fsize - 1) & ~(off_t)(fs->fs_fsize - 1);
}

static inline off_t
ffs_blkroundup(const struct ffs_sb *fs, off_t n)
{
	return (n + fs->fs_bsize - 1) & ~(off_t)(fs->fs_bsize - 1);
}

/*
 * Bytes that logical block lbn of a file of this size occupies on disk; 0 for
 * a direct block behind the end.
 */
static inline int
ffs_blksize(const struct ffs_sb *fs, uint64_t size, daddr_t lbn)
{
	if (lbn >= FFS_NDADDR || size >= (uint64_t)ffs_lblktosize(fs, lbn + 1))
		return fs->fs_bsize;
	if (size <= (uint64_t)ffs_lblktosize(fs, lbn))
		return 0;
	return (int)ffs_fragroundup(fs, ffs_blkoff(fs, (off_t)size));
}

/* Does the inode hold the text of its symbolic link itself? */
static inline bool
ffs_is_shortlink(const struct ffs_mount *fm, const struct ffs_dinode *d)
{
	return (d->di_mode & S_IFMT) == S_IFLNK &&
	    d->di_size < (uint64_t)fm->fm_sb.fs_maxsymlinklen;
}

static inline daddr_t
ffs_fsbtodb(const struct ffs_mount *fm, daddr_t frag)
{
	return frag << fm->fm_dbshift;
}

static inline daddr_t
ffs_cgstart(const struct ffs_mount *fm, int cg)
{
	const struct ffs_sb *fs = &fm->fm_sb;
	daddr_t base = (daddr_t)fs->fs_fpg * cg;

	if (!fm->fm_ufs2)
		base +=
		    (daddr_t)fs->fs_old_cgoffset * (cg & ~fs->fs_old_cgmask);
	return base;
}

static inline int
ffs_inotocg(const struct ffs_sb *fs, ino_t ino)
{
	return (int)(ino / (unsigned)fs->fs_ipg);
}

/* Fragment that holds the inode, at the start of its block. */
static inline daddr_t
ffs_inotofsba(const struct ffs_mount *fm, ino_t ino)
{
	const struct ffs_sb *fs = &fm->fm_sb;

	return ffs_cgstart(fm, ffs_inotocg(fs, ino)) + fs->fs_iblkno +
	    (((daddr_t)(ino % (unsigned)fs->fs_ipg) / fs->fs_inopb)
		<< fs->fs_fragshift);
}

/*
 * How many fragments from frag on can belong to files: as far as the next
 * group's metadata, the summaries or the end.  0: frag cannot.
 */
static inline int64_t
ffs_datarun(const struct ffs_mount *fm, int64_t frag)
{
	const struct ffs_sb *fs = &fm->fm_sb;
	daddr_t end, meta;
	int cg;

	if (frag <= 0 || frag >= fs->fs_size)
		return 0;
	cg = (int)(frag / fs->fs_fpg);
	meta = ffs_cgstart(fm, cg);
	if (frag >= meta + fs->fs_dblkno)
		end = cg + 1 < fs->fs_ncg
		    ? ffs_cgstart(fm, cg + 1) + fs->fs_sblkno
		    : fs->fs_size;
	else if (cg > 0 && frag < meta + fs->fs_sblkno)
		end = meta + fs->fs_sblkno;
	else
		return 0;
	if (frag < fs->fs_csaddr)
		end = MIN(end, fs->fs_csaddr);
	else if (frag < fs->fs_csaddr + howmany(fs->fs_cssize, fs->fs_fsize))
		return 0;
	return MIN(end, fs->fs_size) - frag;
}

/* May a file have these n fragments, which are one block or part of one? */
static inline bool
ffs_fragvalid(const struct ffs_mount *fm, int64_t frag, int n)
{
	int frags = fm->fm_sb.fs_frag;

	return n > 0 && (frag & (frags - 1)) + n <= frags &&
	    ffs_datarun(fm, frag) >= n;
}

/* Do writes of metadata go out later, in any order, or at once? */
static inline bool
ffs_isasync(const struct ffs_mount *fm)
{
	return (fm->fm_mount->mnt_flag & MNT_ASYNC) != 0;
}

static inline int
ffs_metawrite(struct ffs_mount *fm, struct buf *bp)
{
	if (ffs_isasync(fm)) {
		bdwrite(bp);
		return 0;
	}
	return bwrite(bp);
}

/* The device that a device node stands for. */
static inline dev_t
ffs_rdev(const struct ffs_inode *ip)
{
	int64_t dev = ip->i_d.di_db[0];

	return ip->i_fm->fm_ufs2 ? (dev_t)dev : (dev_t)(uint32_t)dev;
}

/* ffs_super.c */
int ffs_super_read(struct ffs_mount *, uint64_t devsize);
int ffs_super_write(struct ffs_mount *, bool wait);
int ffs_cow(struct buf *, bool data_valid);
void ffs_damaged(struct ffs_mount *, const char *, ...) __printflike(2, 3);

/* ffs_alloc.c: all take fm_lock themselves */
int ffs_alloc_frags(
    struct ffs_inode *, daddr_t lbn, daddr_t pref, int size, daddr_t *);
int ffs_extend_frags(
    struct ffs_inode *, daddr_t frag, int osize, int nsize, bool *);
int ffs_free_frags(struct ffs_inode *, daddr_t frag, int size);
int ffs_alloc_inode(struct ffs_mount *, ino_t dirino, mode_t, ino_t *);
void ffs_free_inode(struct ffs_mount *, ino_t, mode_t);
bool ffs_inode_allocated(struct ffs_mount *, ino_t);
daddr_t ffs_blkpref(struct ffs_inode *, daddr_t lbn, daddr_t prev);

int ffs_cg_rebuild(struct ffs_mount *, int cgx, const uint8_t *used,
    const uint8_t *inuse, int ndir, uint32_t inited);
int ffs_cg_inited(struct ffs_mount *, int cgx, uint32_t *);

/* ffs_recover.c */
int ffs_recover(struct ffs_mount *);

/* ffs_bmap.c */
int ffs_bmap_lbn(struct ffs_inode *, daddr_t lbn, daddr_t *fragp, int *runp);
int ffs_balloc(struct ffs_inode *, daddr_t lbn, int size, bool *isnew);
int
ffs_getblk(struct ffs_inode *, daddr_t lbn, daddr_t frag, int, struct buf **);
int ffs_balloc_range(struct ffs_inode *, off_t off, off_t len, uint64_t *newp);
void ffs_wait_output(struct vnode *);
int
ffs_indir_get(struct ffs_inode *, daddr_t metalbn, daddr_t frag, struct buf **);
struct ffs_path {
	int level;                   /* 0: direct */
	daddr_t index[FFS_NIADDR];   /* in each indirect block */
	daddr_t metalbn[FFS_NIADDR]; /* number of each indirect block */
};
int ffs_path(const struct ffs_sb *, daddr_t lbn, struct ffs_path *);
int64_t ffs_indir_ptr(const struct ffs_mount *, const struct buf *, daddr_t);
void ffs_indir_setptr(const struct ffs_mount *, struct buf *, daddr_t, int64_t);

/* ffs_inode.c */
void ffs_inode_init(void);
void ffs_inode_fini(void);
void ffs_node_destroy(struct ffs_inode *);
int ffs_update(struct ffs_inode *, bool wait);
void ffs_itimes(struct ffs_inode *);
void ffs_lose_subdir(struct ffs_inode *);
void ffs_dinode_get(struct ffs_mount *, const void *, struct ffs_dinode *);
void ffs_dinode_put(struct ffs_mount *, const struct ffs_dinode *, void *);
int ffs_truncate(struct ffs_inode *, off_t length);
int ffs_cut(struct ffs_inode *, off_t length);
int ffs_grow(struct ffs_inode *, off_t newsize);
int ffs_node_load(struct mount *, struct vnode *, ino_t, const void **new_key);
int ffs_node_new(struct mount *, struct vnode *, struct vnode *, struct vattr *,
    kauth_cred_t, size_t *, const void **);
int ffs_node_fromdir(struct ffs_inode *, ino_t, struct vnode **);

/* ffs_dir.c */
int ffs_dir_find(struct ffs_inode *, const char *, size_t, struct ffs_slot *);
int
ffs_dir_enter(struct ffs_inode *, const char *, size_t, ino_t, unsigned dtype);
int ffs_dir_remove(
    struct ffs_inode *, const char *, size_t, const struct ffs_slot *);
int ffs_dir_rewrite(
    struct ffs_inode *, const struct ffs_slot *, ino_t, unsigned dtype);
int ffs_dir_empty(struct ffs_inode *, bool *);
int ffs_dir_make(struct ffs_inode *, ino_t parent);
int ffs_dir_parent(struct ffs_inode *, ino_t *, struct ffs_slot *);
int ffs_dir_read(struct ffs_inode *, struct uio *, int *eof, off_t **, int *);
int ffs_dir_check(struct ffs_inode *, const struct ffs_direct *, unsigned off);

/* ffs_dirindex.c */
struct ffs_dirindex *ffs_dirindex_get(struct ffs_inode *, int *error);
void ffs_dirindex_drop(struct ffs_inode *);
uint32_t ffs_dirindex_hash(const char *, size_t);
bool ffs_dirindex_next(
    const struct ffs_dirindex *, uint32_t hash, uint32_t *cursor, off_t *);
void ffs_dirindex_add(struct ffs_dirindex *, uint32_t hash, off_t);
void ffs_dirindex_del(struct ffs_dirindex *, uint32_t hash, off_t);
off_t ffs_dirindex_space(struct ffs_dirindex *, unsigned needed);
void ffs_dirindex_setspace(struct ffs_dirindex *, off_t blk, unsigned space);

/* ffs_vnops.c, ffs_namops.c, ffs_rename.c */
extern int (**ffs_vnodeop_p)(void *);
extern int (**ffs_specop_p)(void *);
extern int (**ffs_fifoop_p)(void *);
extern const struct vnodeopv_desc ffs_vnodeop_opv_desc;
extern const struct vnodeopv_desc ffs_specop_opv_desc;
extern const struct vnodeopv_desc ffs_fifoop_opv_desc;
extern const struct genfs_ops ffs_genfsops;
int ffs_lookup(void *);
int ffs_create(void *);
int ffs_mknod(void *);
int ffs_remove(void *);
int ffs_link(void *);
int ffs_rename(void *);
int ffs_mkdir(void *);
int ffs_rmdir(void *);
int ffs_symlink(void *);
int ffs_whiteout(void *);
int ffs_fsync_node(struct vnode *, int flags);

#endif
