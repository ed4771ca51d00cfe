/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file system of one directory, a file and a directory in it, all in memory.
 * What it does wrong is a word that mount(2) gives it.
 */
#ifndef BAD_H
#define BAD_H

#include <sys/param.h>

#include <sys/buf.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs_node.h>

#include "ktest.h"

enum {
	BAD_ROOT = 2,
	BAD_FILE,
	BAD_DIR,
	BAD_NEW,
	BAD_LINK
};

struct bad_node {
	struct genfs_node bn_gnode;
	ino_t bn_ino; /* the key */
	struct vnode *bn_vnode;
};

extern char bad_mistake[32];
extern kmutex_t bad_lock; /* what is kept, in many mistakes */
extern struct mount *bad_mp;
extern struct buf *bad_pending;
extern int (**bad_vnodeop_p)(void *);
extern const struct vnodeopv_desc *const bad_opv_descs[];

#define MISTAKE(word) (strcmp(bad_mistake, (word)) == 0)

#endif
