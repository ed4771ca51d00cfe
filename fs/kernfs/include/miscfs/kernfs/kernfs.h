/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernfs: facts about the kernel as files.
 *
 * Other components may add entries: kernfs_alloctype() makes a type with its
 * own vnode operations laid over the defaults, KERNFS_ALLOCENTRY and
 * KERNFS_INITENTRY make an entry, kernfs_addentry() shows it.
 */
#ifndef _MISCFS_KERNFS_H_
#define _MISCFS_KERNFS_H_

#include <sys/kmem.h>
#include <sys/queue.h>
#include <sys/types.h>
#include <sys/vnode.h>

#define _PATH_KERNFS "/kern"

typedef enum {
	KFSkern, /* the root directory */
	KFSroot,
	KFSnull, /* no data at all */
	KFStime,
	KFSboottime,
	KFSint,    /* an int */
	KFSstring, /* a string */
	KFShostname,
	KFSavenrun, /* load averages */
	KFSdevice,  /* a device node */
	KFSmsgbuf,  /* the console messages */
	KFSsubdir,
	KFSlasttype,
	KFSmaxtype = (1 << 6) - 1
} kfstype;

struct kern_target {
	u_char kt_type; /* DT_* */
	u_char kt_namlen;
	const char *kt_name;
	void *kt_data;
	kfstype kt_tag;
	u_char kt_vtype; /* enum vtype */
	mode_t kt_mode;
};

struct dyn_kern_target {
	struct kern_target dkt_kt;
	SIMPLEQ_ENTRY(dyn_kern_target) dkt_queue;
};

struct kernfs_subdir {
	SIMPLEQ_HEAD(, dyn_kern_target) ks_entries;
	unsigned int ks_nentries;
	unsigned int ks_dirs;
	const struct kern_target *ks_parent;
};

struct kernfs_node {
	struct vnode *kfs_vnode;
	kfstype kfs_type;
	mode_t kfs_mode;
	long kfs_fileno;
	const struct kern_target *kfs_kt;
	void *kfs_v; /* free for the entry's own use */
	long kfs_cookie;
};

struct kernfs_mount {
	long fileno_root;
};

#define VFSTOKERNFS(mp) ((struct kernfs_mount *)((mp)->mnt_data))
#define VTOKERN(vp)     ((struct kernfs_node *)(vp)->v_data)
#define KERNFSTOV(kfs)  ((kfs)->kfs_vnode)

extern const struct kern_target kern_targets[];
extern int nkern_targets;
extern const int static_nkern_targets;
extern int (**kernfs_vnodeop_p)(void *);
extern struct vfsops kernfs_vfsops;
extern dev_t rrootdev;

int kernfs_root(struct mount *, struct vnode **);

typedef struct kern_target kernfs_parentdir_t;
typedef struct dyn_kern_target kernfs_entry_t;
typedef SIMPLEQ_HEAD(, dyn_kern_target) kernfs_entryhead_t;

#define KERNFS_ALLOCENTRY(dkt, km_flags)                                       \
	dkt = kmem_zalloc(sizeof(struct dyn_kern_target), (km_flags))
#define KERNFS_INITENTRY(dkt, type, name, data, tag, vtype, mode)              \
	do {                                                                   \
		(dkt)->dkt_kt.kt_type = (type);                                \
		(dkt)->dkt_kt.kt_namlen = (u_char)__builtin_strlen(name);      \
		(dkt)->dkt_kt.kt_name = (name);                                \
		(dkt)->dkt_kt.kt_data = (data);                                \
		(dkt)->dkt_kt.kt_tag = (tag);                                  \
		(dkt)->dkt_kt.kt_vtype = (vtype);                              \
		(dkt)->dkt_kt.kt_mode = (mode);                                \
	} while (0)
#define KERNFS_ENTOPARENTDIR(dkt) (&(dkt)->dkt_kt)

/** Add an entry below a directory (NULL: the root). */
int kernfs_addentry(kernfs_parentdir_t *, kernfs_entry_t *);

/* Operations that an entry type replaces. */
struct kernfs_fileop {
	kfstype kf_type;
	int kf_offset; /* of the vnode operation */
	int (*kf_vop)(void *);
};
#define KERNFS_FILEOP_CLOSE   VOFFSET(vop_close)
#define KERNFS_FILEOP_GETATTR VOFFSET(vop_getattr)
#define KERNFS_FILEOP_IOCTL   VOFFSET(vop_ioctl)
#define KERNFS_FILEOP_OPEN    VOFFSET(vop_open)
#define KERNFS_FILEOP_READ    VOFFSET(vop_read)
#define KERNFS_FILEOP_WRITE   VOFFSET(vop_write)

/** A new entry type with these operations; KFSlasttype when full. */
kfstype kernfs_alloctype(int, const struct kernfs_fileop *);

#endif /* !_MISCFS_KERNFS_H_ */
