/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wapbl(9): write-ahead logging of a file system's metadata blocks.
 *
 * The buffer cache reaches the log of a mount through struct wapbl_ops in
 * mnt_wapbl_op, so that the log itself may be left out.
 */
#ifndef _SYS_WAPBL_H_
#define _SYS_WAPBL_H_

#include <sys/types.h>

struct buf;
struct mount;
struct vnode;
struct wapbl;
struct wapbl_replay;

#if defined(_KERNEL)
#include <miscfs/specfs/specdev.h>
#include <sys/mount.h>
#include <sys/vnode.h>

typedef void (*wapbl_flush_fn_t)(struct mount *, daddr_t *, int *, int);

struct wapbl_ops {
	void (*wo_wapbl_discard)(struct wapbl *);
	int (*wo_wapbl_replay_isopen)(struct wapbl_replay *);
	int (*wo_wapbl_replay_can_read)(struct wapbl_replay *, daddr_t, long);
	int (*wo_wapbl_replay_read)(
	    struct wapbl_replay *, void *, daddr_t, long);
	void (*wo_wapbl_add_buf)(struct wapbl *, struct buf *);
	void (*wo_wapbl_remove_buf)(struct wapbl *, struct buf *);
	void (*wo_wapbl_resize_buf)(struct wapbl *, struct buf *, long, long);
	int (*wo_wapbl_begin)(struct wapbl *, const char *, int);
	void (*wo_wapbl_end)(struct wapbl *);
	void (*wo_wapbl_junlock_assert)(struct wapbl *);
	void (*wo_wapbl_biodone)(struct buf *);
};

extern const struct wapbl_ops wapbl_ops;

/* What a replay found; the counters are in host order. */
struct wapbl_replay {
	struct vnode *wr_logvp;
	struct vnode *wr_devvp;
	daddr_t wr_logpbn;
	int wr_fs_dev_bshift;
	int wr_log_dev_bshift;
	int64_t wr_circ_off;
	int64_t wr_circ_size;
	uint32_t wr_generation;
	void *wr_scratch; /* not NULL: open */

	LIST_HEAD(wapbl_blk_head, wapbl_blk) *wr_blkhash;
	u_long wr_blkhashmask;
	int wr_blkhashcnt;

	off_t wr_inodeshead;
	off_t wr_inodestail;
	int wr_inodescnt; /* entries of wr_inodes */
	struct {
		uint32_t wr_inumber;
		uint32_t wr_imode;
	} * wr_inodes; /* unlinked but not yet freed */
};

#define wapbl_replay_isopen(wr) ((wr)->wr_scratch != 0)

int wapbl_start(struct wapbl **, struct mount *, struct vnode *, daddr_t,
    size_t, size_t, struct wapbl_replay *, wapbl_flush_fn_t, wapbl_flush_fn_t);
int wapbl_stop(struct wapbl *, int);
int wapbl_begin(struct wapbl *, const char *, int);
void wapbl_end(struct wapbl *);
void wapbl_add_buf(struct wapbl *, struct buf *);
void wapbl_remove_buf(struct wapbl *, struct buf *);
void wapbl_resize_buf(struct wapbl *, struct buf *, long, long);
void wapbl_discard(struct wapbl *);
int wapbl_flush(struct wapbl *, int);
void wapbl_register_inode(struct wapbl *, ino_t, mode_t);
void wapbl_unregister_inode(struct wapbl *, ino_t, mode_t);
void wapbl_register_deallocation(struct wapbl *, daddr_t, int);
void wapbl_jlock_assert(struct wapbl *);
void wapbl_junlock_assert(struct wapbl *);
void wapbl_print(
    struct wapbl *, int, void (*)(const char *, ...) __printflike(1, 2));

int wapbl_replay_start(
    struct wapbl_replay **, struct vnode *, daddr_t, size_t, size_t);
void wapbl_replay_stop(struct wapbl_replay *);
void wapbl_replay_free(struct wapbl_replay *);
int wapbl_replay_write(struct wapbl_replay *, struct vnode *);
int wapbl_replay_isopen1(struct wapbl_replay *);
int wapbl_replay_can_read(struct wapbl_replay *, daddr_t, long);
int wapbl_replay_read(struct wapbl_replay *, void *, daddr_t, long);

/** The mount whose log a vnode's buffers go to. */
static __inline struct mount *
wapbl_vptomp(struct vnode *vp)
{
	if (vp == NULL)
		return NULL;
	return vp->v_type == VBLK ? spec_node_getmountedfs(vp) : vp->v_mount;
}

static __inline bool
wapbl_vphaswapbl(struct vnode *vp)
{
	struct mount *mp = wapbl_vptomp(vp);

	return mp != NULL && mp->mnt_wapbl != NULL;
}
#endif /* _KERNEL */

#endif /* !_SYS_WAPBL_H_ */
