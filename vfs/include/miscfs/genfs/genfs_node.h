/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What genfs needs in a file system's in-core node to move its pages.
 * struct genfs_node is the node's first member: VTOG() is v_data.
 */
#ifndef _MISCFS_GENFS_GENFS_NODE_H_
#define _MISCFS_GENFS_GENFS_NODE_H_

#include <sys/kauth.h>
#include <sys/rwlock.h>
#include <sys/types.h>

struct uio;
struct vm_page;
struct vnode;

struct genfs_ops {
	/* end of the file on disk, or in memory, for a file of this size */
	void (*gop_size)(struct vnode *, off_t, off_t *, int);
	/* back a byte range with blocks */
	int (*gop_alloc)(struct vnode *, off_t, off_t, int, kauth_cred_t);
	/* write a run of busy pages and unbusy them */
	int (*gop_write)(struct vnode *, struct vm_page **, int, int);
	/* note that the file was read or changed through its pages */
	void (*gop_markupdate)(struct vnode *, int);
};

#define GOP_SIZE(vp, size, eobp, flags)                                        \
	(*VTOG(vp)->g_op->gop_size)((vp), (size), (eobp), (flags))
#define GOP_ALLOC(vp, off, len, flags, cred)                                   \
	(*VTOG(vp)->g_op->gop_alloc)((vp), (off), (len), (flags), (cred))
#define GOP_WRITE(vp, pgs, npages, flags)                                      \
	(*VTOG(vp)->g_op->gop_write)((vp), (pgs), (npages), (flags))
#define GOP_MARKUPDATE(vp, flags)                                              \
	do {                                                                   \
		if (VTOG(vp)->g_op->gop_markupdate != NULL)                    \
			(*VTOG(vp)->g_op->gop_markupdate)((vp), (flags));      \
	} while (/* CONSTCOND */ 0)

/* gop_size flags */
#define GOP_SIZE_MEM 0x4 /* end in memory rather than on disk */

/* gop_markupdate flags */
#define GOP_UPDATE_ACCESSED 1
#define GOP_UPDATE_MODIFIED 2

struct genfs_node {
	const struct genfs_ops *g_op; /* constant */
	krwlock_t g_glock; /* read: use of blocks; write: changing them */
};

#define VTOG(vp) ((struct genfs_node *)(vp)->v_data)

void genfs_size(struct vnode *, off_t, off_t *, int);
void genfs_node_init(struct vnode *, const struct genfs_ops *);
void genfs_node_destroy(struct vnode *);
void genfs_gop_putrange(struct vnode *, off_t, off_t *, off_t *);
int genfs_gop_write(struct vnode *, struct vm_page **, int, int);
int genfs_gop_write_rwmap(struct vnode *, struct vm_page **, int, int);
int genfs_compat_gop_write(struct vnode *, struct vm_page **, int, int);
void genfs_directio(struct vnode *, struct uio *, int);

void genfs_node_wrlock(struct vnode *);
void genfs_node_rdlock(struct vnode *);
int genfs_node_rdtrylock(struct vnode *);
void genfs_node_unlock(struct vnode *);
int genfs_node_wrlocked(struct vnode *);

#endif /* !_MISCFS_GENFS_GENFS_NODE_H_ */
