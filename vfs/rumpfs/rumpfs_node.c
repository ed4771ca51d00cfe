/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rumpfs nodes and directories.
 *
 * A directory keeps its names in one list in the order in which they were
 * made; each has a cookie that never changes, which is what readdir's offset
 * means.  From DIR_HASHMIN names on there is a hash too.
 */
#include "rumpfs_impl.h"

#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/time.h>

#include <rump/rumpuser.h>

#define DIR_HASHMIN 16

kmutex_t rumpfs_treelock;
static volatile ino_t rumpfs_lastino = 1;
static kmutex_t rumpfs_inolock;
static bool rumpfs_inited;

struct rumpfs_node *
rumpfs_node_create(enum vtype type, mode_t mode, kauth_cred_t cred)
{
	struct rumpfs_node *rn;
	struct vattr *va;

	if (!rumpfs_inited) {
		mutex_init(&rumpfs_treelock, MUTEX_DEFAULT, IPL_NONE);
		mutex_init(&rumpfs_inolock, MUTEX_DEFAULT, IPL_NONE);
		rumpfs_inited = true;
	}
	rn = kmem_zalloc(sizeof(*rn), KM_SLEEP);
	va = &rn->rn_va;
	va->va_type = type;
	va->va_mode = mode & ALLPERMS;
	va->va_nlink = type == VDIR ? 2 : 1;
	va->va_uid = cred != NULL ? kauth_cred_geteuid(cred) : 0;
	va->va_gid = cred != NULL ? kauth_cred_getegid(cred) : 0;
	mutex_enter(&rumpfs_inolock);
	va->va_fileid = ++rumpfs_lastino;
	mutex_exit(&rumpfs_inolock);
	va->va_blocksize = RUMPFS_PAGESIZE;
	vfs_timestamp(&va->va_birthtime);
	va->va_atime = va->va_mtime = va->va_ctime = va->va_birthtime;
	va->va_rdev = (dev_t)VNOVAL;
	if (type == VDIR) {
		TAILQ_INIT(&rn->rn_dir.d_list);
		rn->rn_dir.d_nextcookie = 3;
		va->va_size = RUMPFS_PAGESIZE;
	}
	return rn;
}

void
rumpfs_node_free(struct rumpfs_node *rn)
{
	struct rumpfs_dent *rd;

	KASSERT(rn->rn_vp == NULL);
	switch (rn->rn_va.va_type) {
	case VDIR:
		while ((rd = TAILQ_FIRST(&rn->rn_dir.d_list)) != NULL)
			rumpfs_dir_remove(rn, rd);
		if (rn->rn_dir.d_hash != NULL)
			kmem_free(rn->rn_dir.d_hash,
			    (rn->rn_dir.d_hashmask + 1) *
				sizeof(*rn->rn_dir.d_hash));
		break;
	case VREG:
		if ((rn->rn_flags & RN_HOST) != 0)
			rumpfs_host_close(rn);
		else
			rumpfs_data_free(rn);
		break;
	case VLNK:
		if (rn->rn_link != NULL)
			kmem_free(rn->rn_link, strlen(rn->rn_link) + 1);
		break;
	default:
		break;
	}
	if (rn->rn_hostpath != NULL)
		kmem_free(rn->rn_hostpath, strlen(rn->rn_hostpath) + 1);
	kmem_free(rn, sizeof(*rn));
}

static uint32_t
dir_hash(const char *name, size_t len)
{
	uint64_t h = len;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (uint8_t)name[i]) * 0x100000001b3ULL;
	return (uint32_t)(h ^ (h >> 32));
}

struct rumpfs_dent *
rumpfs_dir_find(struct rumpfs_node *rn, const char *name, size_t len)
{
	struct rumpfs_dir *d = &rn->rn_dir;
	const uint32_t hash = dir_hash(name, len);
	struct rumpfs_dent *rd;

	if (d->d_hash != NULL) {
		for (rd = d->d_hash[hash & d->d_hashmask]; rd != NULL;
		     rd = rd->rd_next) {
			if (rd->rd_hash == hash && rd->rd_namelen == len &&
			    memcmp(rd->rd_name, name, len) == 0)
				return rd;
		}
		return NULL;
	}
	TAILQ_FOREACH(rd, &d->d_list, rd_list) {
		if (rd->rd_hash == hash && rd->rd_namelen == len &&
		    memcmp(rd->rd_name, name, len) == 0)
			return rd;
	}
	return NULL;
}

static void
dir_rehash(struct rumpfs_dir *d)
{
	struct rumpfs_dent **tab, *rd;
	uint32_t mask;

	mask = d->d_hash == NULL ? DIR_HASHMIN * 4 - 1 : d->d_hashmask * 4 + 3;
	tab = kmem_zalloc((mask + 1) * sizeof(*tab), KM_NOSLEEP);
	if (tab == NULL)
		return;
	TAILQ_FOREACH(rd, &d->d_list, rd_list) {
		rd->rd_next = tab[rd->rd_hash & mask];
		tab[rd->rd_hash & mask] = rd;
	}
	if (d->d_hash != NULL)
		kmem_free(d->d_hash, (d->d_hashmask + 1) * sizeof(*tab));
	d->d_hash = tab;
	d->d_hashmask = mask;
}

/* Enter a name; a NULL node is a whiteout.  Link counts are the caller's. */
void
rumpfs_dir_enter(struct rumpfs_node *dir, struct rumpfs_node *rn,
    const char *name, size_t len)
{
	struct rumpfs_dir *d = &dir->rn_dir;
	struct rumpfs_dent *rd;

	rd = kmem_alloc(sizeof(*rd) + len + 1, KM_SLEEP);
	rd->rd_node = rn;
	rd->rd_hash = dir_hash(name, len);
	rd->rd_namelen = (uint16_t)len;
	rd->rd_cookie = d->d_nextcookie++;
	memcpy(rd->rd_name, name, len);
	rd->rd_name[len] = '\0';
	TAILQ_INSERT_TAIL(&d->d_list, rd, rd_list);
	d->d_count++;
	if (d->d_hash != NULL) {
		rd->rd_next = d->d_hash[rd->rd_hash & d->d_hashmask];
		d->d_hash[rd->rd_hash & d->d_hashmask] = rd;
	}
	if (d->d_count > (d->d_hash == NULL ? DIR_HASHMIN : d->d_hashmask * 2))
		dir_rehash(d);
}

void
rumpfs_dir_remove(struct rumpfs_node *dir, struct rumpfs_dent *rd)
{
	struct rumpfs_dir *d = &dir->rn_dir;
	struct rumpfs_dent **rdp;

	if (d->d_hash != NULL) {
		rdp = &d->d_hash[rd->rd_hash & d->d_hashmask];
		while (*rdp != rd)
			rdp = &(*rdp)->rd_next;
		*rdp = rd->rd_next;
	}
	if (d->d_hint == rd)
		d->d_hint = NULL;
	TAILQ_REMOVE(&d->d_list, rd, rd_list);
	d->d_count--;
	kmem_free(rd, sizeof(*rd) + rd->rd_namelen + 1);
}

void
rumpfs_dir_setparent(struct rumpfs_node *rn, struct rumpfs_node *parent)
{
	mutex_enter(&rumpfs_treelock);
	rn->rn_dir.d_parent = parent;
	mutex_exit(&rumpfs_treelock);
}

static bool
dir_isabove_locked(
    const struct rumpfs_node *above, const struct rumpfs_node *rn)
{
	for (; rn != NULL; rn = rn->rn_dir.d_parent) {
		if (rn == above)
			return true;
		if (rn->rn_dir.d_parent == rn)
			break;
	}
	return false;
}

/* Is `rn' the directory `above', or below it? */
bool
rumpfs_dir_isabove(struct rumpfs_node *above, struct rumpfs_node *rn)
{
	bool found;

	mutex_enter(&rumpfs_treelock);
	found = dir_isabove_locked(above, rn);
	mutex_exit(&rumpfs_treelock);
	return found;
}

/* v_data is cleared under the lock: what it points to is there. */
bool
rumpfs_dir_vnabove(struct vnode *above, struct vnode *vp)
{
	bool found = false;

	mutex_enter(&rumpfs_treelock);
	if (above->v_data != NULL && vp->v_data != NULL)
		found = dir_isabove_locked(VTORN(above), VTORN(vp));
	mutex_exit(&rumpfs_treelock);
	return found;
}

/* Nothing but whiteouts? */
bool
rumpfs_dir_isempty(const struct rumpfs_node *rn)
{
	const struct rumpfs_dent *rd;

	TAILQ_FOREACH(rd, &rn->rn_dir.d_list, rd_list) {
		if (rd->rd_node != NULL)
			return false;
	}
	return true;
}

void
rumpfs_touch(struct vnode *vp, int what)
{
	struct rumpfs_node *rn = VTORN(vp);
	struct timespec now;

	if ((vp->v_mount->mnt_flag & MNT_RDONLY) != 0)
		return;
	if (what == RT_ACCESS && (vp->v_mount->mnt_flag & MNT_NOATIME) != 0)
		return;
	vfs_timestamp(&now);
	if ((what & RT_ACCESS) != 0)
		rn->rn_va.va_atime = now;
	if ((what & RT_MODIFY) != 0)
		rn->rn_va.va_mtime = now;
	if ((what & (RT_MODIFY | RT_CHANGE)) != 0)
		rn->rn_va.va_ctime = now;
}
