/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * specfs: device special files.  All vnodes of one device and type share a
 * struct specdev, whatever file system their names are in.
 *
 * Lock letters: d device_lock, c constant.
 */
#ifndef _MISCFS_SPECFS_SPECDEV_H_
#define _MISCFS_SPECFS_SPECDEV_H_

#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/types.h>
#include <sys/vnode.h>

struct lockf;
struct mount;

typedef struct specnode {
	vnode_t *sn_next;       /* d  in the hash chain */
	struct specdev *sn_dev; /* c */
	u_int sn_opencnt;       /* d  opens through this vnode */
	dev_t sn_rdev;          /* c */
	bool sn_gone;           /* d  revoked */
} specnode_t;

typedef struct specdev {
	struct mount *sd_mountpoint; /* d  what is mounted on it */
	struct lockf *sd_lockf;
	vnode_t *sd_bdevvp; /* d  block vnode that is open */
	u_int sd_opencnt;   /* d  opens through all vnodes */
	u_int sd_refcnt;    /* d  specnodes, and who closes it */
	bool sd_closing;    /* d  the driver is told of the last close */
	dev_t sd_rdev;      /* c */
} specdev_t;

#define v_specnext  v_specnode->sn_next
#define v_rdev      v_specnode->sn_rdev
#define v_speclockf v_specnode->sn_dev->sd_lockf

#define SPECHSZ        64
#define SPECHASH(rdev) (((unsigned)minor((rdev))) % SPECHSZ)

extern vnode_t *specfs_hash[SPECHSZ];
extern kmutex_t device_lock;
extern kcondvar_t device_cv; /* sd_closing is over */

/** Attach a vnode to its device; VFS_LOADVNODE() does it for VBLK, VCHR. */
void spec_node_init(vnode_t *, dev_t);
void spec_node_destroy(vnode_t *);
int spec_node_lookup_by_dev(enum vtype, dev_t, vnode_t **);
int spec_node_lookup_by_mount(struct mount *, vnode_t **);
struct mount *spec_node_getmountedfs(vnode_t *);
void spec_node_setmountedfs(vnode_t *, struct mount *);
/**
 * One more open of the block device that a file system is mounted from, so that
 * it stays open when that is unmounted; VOP_CLOSE() ends it.  ENXIO: it is not
 * mounted from it, or not any more.
 */
int spec_node_keepopen(vnode_t *, struct mount *);
void spec_node_revoke(vnode_t *);

extern int (**spec_vnodeop_p)(void *);
extern const struct vnodeopv_desc spec_vnodeop_opv_desc;

int spec_lookup(void *);
#define spec_create   genfs_badop
#define spec_whiteout genfs_badop
#define spec_mknod    genfs_badop
int spec_open(void *);
int spec_close(void *);
#define spec_access  genfs_ebadf
#define spec_getattr genfs_ebadf
#define spec_setattr genfs_ebadf
int spec_read(void *);
int spec_write(void *);
#define spec_fallocate genfs_eopnotsupp
int spec_fdiscard(void *);
#define spec_fcntl genfs_fcntl
int spec_ioctl(void *);
int spec_poll(void *);
int spec_kqfilter(void *);
#define spec_revoke genfs_revoke
int spec_mmap(void *);
int spec_fsync(void *);
#define spec_seek     genfs_nullop
#define spec_remove   genfs_badop
#define spec_link     genfs_badop
#define spec_rename   genfs_badop
#define spec_mkdir    genfs_badop
#define spec_rmdir    genfs_badop
#define spec_symlink  genfs_badop
#define spec_readdir  genfs_badop
#define spec_readlink genfs_badop
#define spec_abortop  genfs_badop
int spec_inactive(void *);
int spec_reclaim(void *);
#define spec_lock   genfs_lock
#define spec_unlock genfs_unlock
int spec_bmap(void *);
int spec_strategy(void *);
int spec_print(void *);
#define spec_islocked genfs_islocked
int spec_pathconf(void *);
int spec_advlock(void *);
#define spec_bwrite   vn_bwrite
#define spec_getpages genfs_getpages
#define spec_putpages genfs_putpages

bool iskmemvp(struct vnode *);
void spec_init(void);

#endif /* !_MISCFS_SPECFS_SPECDEV_H_ */
