/* SPDX-License-Identifier: BSD-2-Clause */
/* testfs's nodes; testfs_lock protects all. */
#ifndef TESTFS_IMPL_H
#define TESTFS_IMPL_H

#include <miscfs/genfs/genfs_node.h>
#include <sys/mount.h>
#include <sys/queue.h>
#include <sys/vnode.h>

#define TESTFS_NAMELEN 63

struct testfs_node;

struct testfs_entry {
	LIST_ENTRY(testfs_entry) te_list;
	char te_name[TESTFS_NAMELEN + 1];
	size_t te_len;
	struct testfs_node *te_node;
};

struct testfs_node {
	struct genfs_node tn_gnode;
	LIST_ENTRY(testfs_node) tn_all;
	uint64_t tn_ino;
	enum vtype tn_type;
	mode_t tn_mode;
	uid_t tn_uid;
	gid_t tn_gid;
	int tn_links;
	struct testfs_node *tn_parent;
	LIST_HEAD(, testfs_entry) tn_entries;
	struct vnode *tn_vnode;
};

struct testfs_mount {
	struct testfs_node *tm_root;
	LIST_HEAD(, testfs_node) tm_nodes;
};

#define VTOTN(vp)  ((struct testfs_node *)(vp)->v_data)
#define MPTOTM(mp) ((struct testfs_mount *)(mp)->mnt_data)

extern struct testfs_counts testfs_counts;
extern int testfs_fail_load, testfs_slow_load, testfs_fail_rename;

struct testfs_node *testfs_node_find(struct testfs_mount *, uint64_t);
int testfs_vget_node(struct mount *, struct testfs_node *, struct vnode **);

#endif
