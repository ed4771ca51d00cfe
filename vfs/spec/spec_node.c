/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device nodes: all vnodes of one device share a specdev.
 *
 * device_lock protects the hash chains, the counts and sd_mountpoint; it is
 * held for a few instructions only.  Lock order: device_lock before
 * v_interlock.
 */
#include <miscfs/deadfs/deadfs.h>
#include <miscfs/genfs/genfs.h>
#include <miscfs/specfs/specdev.h>
#include <sys/atomic.h>
#include <sys/conf.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>

#include "../dead/dead_mount.h"

vnode_t *specfs_hash[SPECHSZ];
kmutex_t device_lock;
kcondvar_t device_cv;

void
spec_init(void)
{
	mutex_init(&device_lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&device_cv, "devclose");
}

void
spec_node_init(vnode_t *vp, dev_t rdev)
{
	specnode_t *sn;
	specdev_t *sd;
	vnode_t *vp2, **vpp;

	KASSERT(vp->v_type == VBLK || vp->v_type == VCHR);
	KASSERT(vp->v_specnode == NULL);
	sn = kmem_zalloc(sizeof(*sn), KM_SLEEP);
	sd = kmem_zalloc(sizeof(*sd), KM_SLEEP);
	sd->sd_rdev = rdev;

	mutex_enter(&device_lock);
	vpp = &specfs_hash[SPECHASH(rdev)];
	for (vp2 = *vpp; vp2 != NULL; vp2 = vp2->v_specnext) {
		if (vp2->v_rdev == rdev && vp2->v_type == vp->v_type)
			break;
	}
	if (vp2 == NULL)
		sn->sn_dev = sd;
	else
		sn->sn_dev = vp2->v_specnode->sn_dev;
	sn->sn_dev->sd_refcnt++;
	sn->sn_rdev = rdev;
	sn->sn_next = *vpp;
	vp->v_specnode = sn;
	*vpp = vp;
	mutex_exit(&device_lock);

	if (vp2 != NULL)
		kmem_free(sd, sizeof(*sd));
}

void
spec_node_destroy(vnode_t *vp)
{
	specnode_t *sn = vp->v_specnode;
	specdev_t *sd = sn->sn_dev;
	vnode_t **vpp;
	bool last;

	mutex_enter(&device_lock);
	for (vpp = &specfs_hash[SPECHASH(vp->v_rdev)]; *vpp != vp;
	     vpp = &(*vpp)->v_specnext)
		KASSERT(*vpp != NULL);
	*vpp = vp->v_specnext;
	vp->v_specnode = NULL;
	last = --sd->sd_refcnt == 0;
	KASSERT(!last || sd->sd_opencnt == 0);
	mutex_exit(&device_lock);

	kmem_free(sn, sizeof(*sn));
	if (last)
		kmem_free(sd, sizeof(*sd));
}

int
spec_node_lookup_by_dev(enum vtype type, dev_t dev, vnode_t **vpp)
{
	vnode_t *vp;

	for (;;) {
		mutex_enter(&device_lock);
		for (vp = specfs_hash[SPECHASH(dev)]; vp != NULL;
		     vp = vp->v_specnext) {
			if (vp->v_type == type && vp->v_rdev == dev &&
			    VSTATE_GET(vp) != VS_LOADING)
				break;
		}
		if (vp == NULL) {
			mutex_exit(&device_lock);
			return ENOENT;
		}
		mutex_enter(vp->v_interlock);
		mutex_exit(&device_lock);
		if (vcache_vget(vp) == 0) {
			*vpp = vp;
			return 0;
		}
	}
}

int
spec_node_lookup_by_mount(struct mount *mp, vnode_t **vpp)
{
	vnode_t *vp = NULL;

	mutex_enter(&device_lock);
	for (int i = 0; i < SPECHSZ && vp == NULL; i++) {
		for (vp = specfs_hash[i]; vp != NULL; vp = vp->v_specnext) {
			if (vp->v_type == VBLK &&
			    vp->v_specnode->sn_dev->sd_mountpoint == mp &&
			    vp->v_specnode->sn_dev->sd_bdevvp == vp)
				break;
		}
	}
	if (vp == NULL) {
		mutex_exit(&device_lock);
		return ENOENT;
	}
	mutex_enter(vp->v_interlock);
	mutex_exit(&device_lock);
	if (vcache_vget(vp) != 0)
		return ENOENT;
	*vpp = vp;
	return 0;
}

struct mount *
spec_node_getmountedfs(vnode_t *devvp)
{
	KASSERT(devvp->v_type == VBLK);
	return atomic_load_acquire(&devvp->v_specnode->sn_dev->sd_mountpoint);
}

void
spec_node_setmountedfs(vnode_t *devvp, struct mount *mp)
{
	specdev_t *sd = devvp->v_specnode->sn_dev;

	KASSERT(devvp->v_type == VBLK);
	KASSERT(sd->sd_mountpoint == NULL || mp == NULL);
	atomic_store_release(&sd->sd_mountpoint, mp);
}

int
spec_node_keepopen(vnode_t *devvp, struct mount *mp)
{
	specnode_t *sn;
	int error = 0;

	/* it may have been revoked */
	mutex_enter(&device_lock);
	sn = devvp->v_specnode;
	if (sn == NULL || sn->sn_gone || sn->sn_opencnt == 0 ||
	    sn->sn_dev->sd_mountpoint != mp) {
		error = ENXIO;
	} else {
		sn->sn_opencnt++;
		sn->sn_dev->sd_opencnt++;
	}
	mutex_exit(&device_lock);
	return error;
}

/**
 * No more I/O through this vnode; its opens are closed.  The vnode is locked
 * and about to be reclaimed.
 */
void
spec_node_revoke(vnode_t *vp)
{
	specnode_t *sn = vp->v_specnode;

	if (sn == NULL)
		return;
	KASSERT(!sn->sn_gone);
	mutex_enter(&device_lock);
	sn->sn_gone = true;
	mutex_exit(&device_lock);
	if (sn->sn_opencnt != 0)
		VOP_CLOSE(vp, FNONBLOCK, NOCRED);
}

/*
 * Device vnodes without a name belong to dead_rootmount.  v_data is the key.
 */
struct spec_key {
	uint64_t sk_dev;
	uint64_t sk_type;
};

int
dead_loadvnode(struct mount *mp, struct vnode *vp, const void *key,
    size_t key_len, const void **new_key)
{
	const struct spec_key *sk = key;
	struct spec_key *nk;

	KASSERT(key_len == sizeof(*sk));
	nk = kmem_alloc(sizeof(*nk), KM_SLEEP);
	*nk = *sk;
	vp->v_type = (enum vtype)sk->sk_type;
	vp->v_op = spec_vnodeop_p;
	vp->v_vflag |= VV_MPSAFE;
	vp->v_data = nk;
	vp->v_size = vp->v_writesize = 0;
	spec_node_init(vp, (dev_t)sk->sk_dev);
	*new_key = nk;
	return 0;
}

int
spec_reclaim(void *v)
{
	struct vop_reclaim_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct spec_key *sk = vp->v_data;

	vcache_remove(vp->v_mount, sk, sizeof(*sk));
	vp->v_data = NULL;
	kmem_free(sk, sizeof(*sk));
	return 0;
}

static int
getdevvp(dev_t dev, struct vnode **vpp, enum vtype type)
{
	const struct spec_key sk = {dev, type};

	if (dev == NODEV) {
		*vpp = NULL;
		return ENXIO;
	}
	return vcache_get(dead_rootmount, &sk, sizeof(sk), vpp);
}

/** A vnode for a block device, referenced, unlocked. */
int
bdevvp(dev_t dev, struct vnode **vpp)
{
	return getdevvp(dev, vpp, VBLK);
}

int
cdevvp(dev_t dev, struct vnode **vpp)
{
	return getdevvp(dev, vpp, VCHR);
}
