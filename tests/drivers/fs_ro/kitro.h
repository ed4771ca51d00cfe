/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KITRO_H
#define KITRO_H

#include <sys/param.h>

#include <sys/lockf.h>
#include <sys/mount.h>
#include <sys/queue.h>
#include <sys/vnode.h>
#include <sys/vnode_if.h>

#include <miscfs/genfs/genfs_node.h>

#include "kitro_format.h"

/* Arguments of mount(2); a host program has the same up to ka_flags. */
struct kitro_args {
	char *ka_fspec;
	int ka_flags;
	struct export_args30 ka_pad;
};
#define KITRO_BIGUNITS 1 /* VOP_BMAP in blocks of 2048 bytes, to itself */
#define KITRO_MPSAFE   2
#define KITRO_SLOWLOAD 4 /* take time to load a vnode */

struct kitro_extent {
	uint32_t e_start; /* 0 is a hole */
	uint32_t e_count;
};

/* A mounted file system.  All but km_loads is constant after mounting. */
struct kitro_mount {
	struct vnode *km_devvp;
	dev_t km_dev;
	bool km_bigendian;
	int km_flags;
	int km_unitshift; /* mnt_dev_bshift */
	uint32_t km_blocks;
	uint32_t km_inodes;
	uint32_t km_itable;
	ino_t km_root;
	time_t km_time;
	char km_volume[32];
	unsigned int km_loads[64]; /* atomic: of each inode */
};

/* A file in use.  kr_dirhint: the vnode's lock. */
struct kitro_node {
	struct genfs_node kr_gnode;
	struct vnode *kr_vnode;
	struct kitro_mount *kr_mount;
	ino_t kr_ino; /* the key */
	mode_t kr_mode;
	nlink_t kr_nlink;
	uid_t kr_uid;
	gid_t kr_gid;
	unsigned long kr_flags;
	uint64_t kr_size;
	time_t kr_mtime;
	uint32_t kr_gen;
	dev_t kr_rdev;
	bool kr_packed;
	int kr_nextents;
	struct kitro_extent kr_extents[KITRO_NEXTENTS];
	char kr_target[KITRO_LINKMAX];
	uint64_t kr_dirhint;
	struct lockf *kr_lockf;
};
#define VTOKITRO(vp)  ((struct kitro_node *)(vp)->v_data)
#define VFSTOKITRO(m) ((struct kitro_mount *)(m)->mnt_data)

/* A file handle. */
struct kitro_fid {
	struct fid kf_fid;
	uint32_t kf_ino;
	uint32_t kf_gen;
};

/* An entry of a directory, decoded. */
struct kitro_entry {
	uint32_t ke_ino;
	uint16_t ke_reclen;
	uint8_t ke_type;
	uint8_t ke_namlen;
	const char *ke_name;
};

/* The last write to a packed file. */
struct kitro_written {
	unsigned int kw_calls;
	off_t kw_offset;
	size_t kw_len;
	unsigned char kw_data[3 * 4096];
};

extern struct kitro_written kitro_written;
extern unsigned int kitro_reinits; /* calls of vfs_reinit */
extern struct vfsops kitro_vfsops;
extern int (**kitro_vnodeop_p)(void *);
extern int (**kitro_specop_p)(void *);
extern int (**kitro_fifoop_p)(void *);
extern int (**kitro_own_vnodeop_p)(void *);
extern int (**kitro_own_specop_p)(void *);
extern int (**kitro_own_fifoop_p)(void *);
extern const struct vnodeopv_desc *const kitro_opv_descs[];
extern const struct genfs_ops kitro_genfsops;
extern const struct genfs_ops kitro_packed_genfsops;
extern unsigned int kitro_strategy_calls;
extern int kitro_strategy_result; /* unless 0 */

/* What is stored big or little endian. */
uint16_t kitro_get16(const struct kitro_mount *km, const void *p);
uint32_t kitro_get32(const struct kitro_mount *km, const void *p);
uint64_t kitro_get64(const struct kitro_mount *km, const void *p);

/* Reads the superblock at b; 0 or EINVAL. */
int kitro_decode_super(struct kitro_mount *km, const char *b);

/* Reads the inode at b, of kr_ino; 0, ENOENT if unused, EFTYPE if damaged. */
int kitro_decode_inode(struct kitro_node *kn, const char *b);

/* Reads the entry at off of a block; 0 or EFTYPE. */
int kitro_decode_entry(const struct kitro_mount *km, const char *block,
    unsigned int off, struct kitro_entry *ke);

/*
 * Where block lbn of a file is: *blkno in file system blocks, 0 for a hole or
 * behind the end, *run how many follow it.
 */
void kitro_findblock(
    const struct kitro_node *kn, daddr_t lbn, uint32_t *blkno, int *run);

int kitro_lookup(void *v);

int kitro_dev_attach(void);
int kitro_dev_detach(void);

/* The kernel's cases. */
void kitro_kbmap(void);
void kitro_kbuffers(void);
void kitro_kgetblk(void);
void kitro_kerrors(void);
void kitro_kbusy(void);
void kitro_kpages(void);
void kitro_kcompat(void);
void kitro_kvcache(void);
void kitro_kdead(void);
void kitro_kflush(void);
void kitro_knames(void);
void kitro_kreaddir(void);
void kitro_khandles(void);
void kitro_kspec(void);
void kitro_krootmount(void);
void kitro_krootdevice(void);
void kitro_kuncalled(void);
void kitro_kloads(void);
void kitro_kattr(void);
void kitro_kattach(void);
void kitro_kdetach(void);
struct vnode *kitro_file(const char *path);

#endif
