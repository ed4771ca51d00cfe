/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KITAN_H
#define KITAN_H

#include <sys/param.h>

#include <sys/lockf.h>
#include <sys/mount.h>
#include <sys/mutex.h>
#include <sys/rbtree.h>
#include <sys/vmem.h>
#include <sys/vnode.h>
#include <sys/vnode_if.h>

struct uvm_object;

struct kitan_args {
	uint64_t ka_bytes; /* at most, 0 for what there is */
};

/*
 * A file is known by where its name is: the directory, and a number in it
 * that stays as long as the name.  A rename makes it another.
 */
struct kitan_key {
	uint64_t k_dir;
	uint64_t k_slot;
};

/*
 * A file.  In the tree of all as long as it has a name or a vnode.
 * t: km_lock.  Others: the vnode's lock.
 */
struct kitan_node {
	struct rb_node an_rb;              /* t */
	struct kitan_key an_key;           /* t, and the vcache's */
	LIST_ENTRY(kitan_node) an_sibling; /* the directory's lock */
	struct kitan_mount *an_mount;      /* c */
	struct vnode *an_vnode;            /* t: NULL if it has none */
	uint64_t an_id;                    /* c: the inode number */
	enum vtype an_type;                /* c */
	mode_t an_mode;
	uid_t an_uid;
	gid_t an_gid;
	unsigned int an_flags;
	bool an_named;
	char an_name[256];
	struct timespec an_atime, an_mtime, an_ctime, an_btime;
	off_t an_size;
	struct lockf *an_lockf;
	/* a regular file */
	struct uvm_object *an_uobj; /* c */
	/* a symbolic link */
	char *an_target;
	/* a directory */
	LIST_HEAD(, kitan_node) an_children;
	struct kitan_node *an_parent;
	unsigned int an_nchildren;
};
#define VTOKITAN(vp)  ((struct kitan_node *)(vp)->v_data)
#define VFSTOKITAN(m) ((struct kitan_mount *)(m)->mnt_data)

struct kitan_mount {
	struct mount *km_mount;
	kmutex_t km_lock;
	rb_tree_t km_nodes; /* t */
	vmem_t *km_slots;   /* of keys; a slot is in use as long as its node */
	struct kitan_node *km_root;
	uint64_t km_limit;              /* pages; c */
	volatile unsigned int km_pages; /* atomic */
	volatile uint32_t km_files;     /* atomic */
	volatile uint32_t km_lastid;    /* atomic */
};

extern struct vfsops kitan_vfsops;
extern int (**kitan_vnodeop_p)(void *);
extern int (**kitan_own_vnodeop_p)(void *);
extern const struct vnodeopv_desc *const kitan_opv_descs[];

/* A new file in a directory (NULL: the root). */
int kitan_node_make(struct kitan_mount *km, struct kitan_node *dir,
    const char *name, size_t len, enum vtype type, mode_t mode,
    kauth_cred_t cred, struct kitan_node **anp);
/* Takes the name away; the node goes with its vnode. */
void kitan_node_unname(struct kitan_node *an);
void kitan_node_free(struct kitan_node *an);
struct kitan_node *
kitan_dir_find(struct kitan_node *dir, const char *name, size_t len);
int kitan_resize(struct kitan_node *an, off_t size);
void kitan_touch(struct kitan_node *an, bool access, bool modify);
/* Pages there may still be. */
uint64_t kitan_room(struct kitan_mount *km);
/* Gives a node another place; between vcache_rekey_enter() and exit. */
void kitan_move(struct kitan_node *an, const struct kitan_key *key,
    struct kitan_node *dir, const char *name, size_t len);

int kitan_rename(void *v);

void kitan_kobject(void);
void kitan_kpages(void);
void kitan_krekey(void);
void kitan_kanon(void);
void kitan_kmemory(void);
void kitan_kprint(void);
void kitan_kuncalled(void);
struct vnode *kitan_file(const char *path);

#endif
