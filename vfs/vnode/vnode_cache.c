/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vnode cache: from (mount, key) to vnodes, and the memory of vnodes.
 *
 * The hash table is divided among a few locks ("stripes").  A hit costs one
 * of them and a compare-and-swap.  See <sys/vnode_impl.h> for states.
 *
 * All loaded vnodes are on one list in order of loading; nothing moves when
 * a vnode is used.  vcache_drain() takes from the front what has no
 * references, giving a second chance to what was used since it last looked.
 */
#include <miscfs/deadfs/deadfs.h>
#include <miscfs/specfs/specdev.h>
#include <rump-sys/drvcall.h>
#include <rump-sys/kern.h>
#include <sys/atomic.h>
#include <sys/fstrans.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_impl.h>
#include <sys/wapbl.h>

#define VCACHE_STRIPES 16
#define VCACHE_BATCH   32

LIST_HEAD(vcache_bucket, vnode_impl);
TAILQ_HEAD(vcache_list, vnode_impl);

static struct vcache_stripe {
	kmutex_t vs_lock;
	kcondvar_t vs_cv; /* a load has ended */
} __aligned(64) vcache_stripes[VCACHE_STRIPES];

static struct vcache_bucket *vcache_table;
static uint32_t vcache_mask;

static kmutex_t vcache_lru_lock;
static struct vcache_list vcache_lru = TAILQ_HEAD_INITIALIZER(vcache_lru);
static struct vcache_list vcache_freelist =
    TAILQ_HEAD_INITIALIZER(vcache_freelist);
static void vcache_trim(void *);
static struct rump_deferred vcache_trimmer = {.rd_fn = vcache_trim};

int desiredvnodes = 1024;
u_int numvnodes;

static inline int
vcache_count(void)
{
	return (int)atomic_load_relaxed(&numvnodes);
}

void
vcache_init(void)
{
	uint32_t size;

	for (size = 256; size < (uint32_t)desiredvnodes && size < 65536;)
		size <<= 1;
	vcache_table = kmem_zalloc(size * sizeof(*vcache_table), KM_SLEEP);
	vcache_mask = size - 1;
	for (int i = 0; i < VCACHE_STRIPES; i++) {
		mutex_init(&vcache_stripes[i].vs_lock, MUTEX_DEFAULT, IPL_NONE);
		cv_init(&vcache_stripes[i].vs_cv, "vcache");
	}
	mutex_init(&vcache_lru_lock, MUTEX_DEFAULT, IPL_NONE);
	vcache_trimmer.rd_leaving = true;
}

static uint32_t
vcache_hash(const struct vcache_key *key)
{
	const uint8_t *p = key->vk_key;
	size_t n = key->vk_key_len;
	uint64_t h = (uintptr_t)key->vk_mount >> 6, w;

	while (n >= sizeof(w)) {
		memcpy(&w, p, sizeof(w));
		h = (h ^ w) * 0x9e3779b97f4a7c15ULL;
		h ^= h >> 29;
		p += sizeof(w);
		n -= sizeof(w);
	}
	if (n > 0) {
		w = 0;
		memcpy(&w, p, n);
		h = (h ^ w) * 0x9e3779b97f4a7c15ULL;
	}
	return (uint32_t)(h >> 32);
}

static inline struct vcache_stripe *
vcache_stripe(uint32_t hash)
{
	return &vcache_stripes[hash & (VCACHE_STRIPES - 1)];
}

static struct vnode_impl *
vcache_find(const struct vcache_key *key, uint32_t hash)
{
	struct vnode_impl *vip;

	LIST_FOREACH(vip, &vcache_table[hash & vcache_mask], vi_hash) {
		if (vip->vi_keyhash == hash &&
		    vip->vi_key.vk_mount == key->vk_mount &&
		    vip->vi_key.vk_key_len == key->vk_key_len &&
		    memcmp(vip->vi_key.vk_key, key->vk_key, key->vk_key_len) ==
			0)
			return vip;
	}
	return NULL;
}

static void
vcache_hash_insert(
    struct vnode_impl *vip, const struct vcache_key *key, uint32_t hash)
{
	vip->vi_key = *key;
	vip->vi_keyhash = hash;
	vip->vi_hashed = true;
	LIST_INSERT_HEAD(&vcache_table[hash & vcache_mask], vip, vi_hash);
}

static void
vcache_hash_remove(struct vnode_impl *vip)
{
	LIST_REMOVE(vip, vi_hash);
	vip->vi_hashed = false;
}

/*
 * Memory.  A vnode comes with one reference, in state LOADING, gate shut.
 * It is in the list of all from the start; the gate keeps it from being
 * picked.
 */
static struct vnode_impl *
vcache_alloc_cached(void)
{
	struct vnode_impl *vip;

	mutex_enter(&vcache_lru_lock);
	vip = TAILQ_FIRST(&vcache_freelist);
	if (vip != NULL) {
		TAILQ_REMOVE(&vcache_freelist, vip, vi_lrulist);
		TAILQ_INSERT_TAIL(&vcache_lru, vip, vi_lrulist);
		atomic_store_relaxed(&numvnodes, numvnodes + 1);
	}
	mutex_exit(&vcache_lru_lock);
	return vip;
}

static struct vnode_impl *
vcache_alloc_memory(void)
{
	struct vnode_impl *vip = kmem_zalloc(sizeof(*vip), KM_SLEEP);
	struct vnode *vp = VIMPL_TO_VNODE(vip);

	vp->v_refword = VUSECOUNT_GATE;
	rw_init(&vp->v_lock);
	cv_init(&vp->v_cv, "vnode");
	mutex_enter(&vcache_lru_lock);
	TAILQ_INSERT_TAIL(&vcache_lru, vip, vi_lrulist);
	atomic_store_relaxed(&numvnodes, numvnodes + 1);
	mutex_exit(&vcache_lru_lock);
	return vip;
}

static struct vnode_impl *
vcache_init_vnode(struct vnode_impl *vip)
{
	struct vnode *vp;

	vp = VIMPL_TO_VNODE(vip);
	if (vip->vi_lock == NULL)
		vip->vi_lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_NONE);
	mutex_obj_hold(vip->vi_lock);
	uvm_obj_init(&vp->v_uobj, &uvm_vnodeops, false, 0);
	vp->v_interlock = vip->vi_lock;
	vp->v_size = vp->v_writesize = VSIZENOTSET;
	vp->v_iflag = vp->v_vflag = vp->v_uflag = 0;
	vp->v_numoutput = vp->v_writecount = vp->v_holdcnt = 0;
	vp->v_synclist_slot = 0;
	vp->v_mount = NULL;
	vp->v_op = dead_vnodeop_p;
	LIST_INIT(&vp->v_cleanblkhd);
	LIST_INIT(&vp->v_dirtyblkhd);
	memset(&vp->v_un, 0, sizeof(vp->v_un));
	vp->v_type = VNON;
	vp->v_tag = VT_NON;
	vp->v_data = NULL;
	SLIST_INIT(&vp->v_klist);
	vstate_set(vip, VS_LOADING);
	atomic_store_relaxed(&vip->vi_referenced, 0);
	vip->vi_hashed = vip->vi_deferred = false;
	LIST_INIT(&vip->vi_nclist);
	LIST_INIT(&vip->vi_dnclist);
	/* others may try the gate meanwhile, but it stays shut */
	atomic_inc_32(&vp->v_refword);
	return vip;
}

static struct vnode_impl *
vcache_alloc(void)
{
	struct vnode_impl *vip = vcache_alloc_cached();

	if (vip == NULL)
		vip = vcache_alloc_memory();
	vcache_trim_request();
	return vcache_init_vnode(vip);
}

/** Give up a vnode that has not been anything yet. */
static void
vcache_unalloc(struct vnode_impl *vip)
{
	struct vnode *vp = VIMPL_TO_VNODE(vip);

	vp->v_mount = NULL;
	vstate_set(vip, VS_RECLAIMED);
	vrele(vp);
}

void
vcache_free(struct vnode_impl *vip)
{
	struct vnode *vp = VIMPL_TO_VNODE(vip);

	KASSERT(atomic_load_relaxed(&vp->v_refword) == VUSECOUNT_GATE);
	KASSERT(vstate_get(vip) == VS_RECLAIMED);
	KASSERT(!vip->vi_hashed && !vip->vi_listed);
	mutex_obj_free(vp->v_interlock);
	vp->v_interlock = NULL;
	uvm_obj_destroy(&vp->v_uobj, false);
	if (mutex_obj_refcnt(vip->vi_lock) != 1) {
		/* a layer above keeps it a little longer */
		mutex_obj_free(vip->vi_lock);
		vip->vi_lock = NULL;
	}
	mutex_enter(&vcache_lru_lock);
	TAILQ_REMOVE(&vcache_lru, vip, vi_lrulist);
	TAILQ_INSERT_HEAD(&vcache_freelist, vip, vi_lrulist);
	atomic_store_relaxed(&numvnodes, numvnodes - 1);
	mutex_exit(&vcache_lru_lock);
}

/*
 * LOADING ends: the vnode becomes usable, or is given up.
 */
static void
vcache_load_done(struct vnode_impl *vip, const void *key, int error)
{
	struct vcache_stripe *vs = vcache_stripe(vip->vi_keyhash);
	struct vnode *vp = VIMPL_TO_VNODE(vip);
	struct mount *mp = vip->vi_key.vk_mount;

	if (error == 0) {
		if (vfs_iflag(mp) & IMNT_MPSAFE)
			vp->v_vflag |= VV_MPSAFE;
		vfs_insmntque(vp, mp);
	}
	mutex_enter(&vs->vs_lock);
	if (error == 0) {
		vip->vi_key.vk_key = key;
		vstate_set(vip, VS_LOADED);
		atomic_and_32(&vp->v_refword, ~VUSECOUNT_GATE);
	} else {
		if (vip->vi_hashed)
			vcache_hash_remove(vip);
		if ((vp->v_type == VBLK || vp->v_type == VCHR) &&
		    vp->v_specnode != NULL)
			spec_node_destroy(vp);
		vstate_set(vip, VS_RECLAIMED);
		vp->v_op = dead_vnodeop_p;
		vp->v_mount = NULL;
	}
	cv_broadcast(&vs->vs_cv);
	mutex_exit(&vs->vs_lock);
	if (error != 0)
		vrele(vp);
}

/*
 * Another vnode has the key: take a reference, or sleep until things have
 * moved on.  The stripe's lock is dropped.  True if *vpp was set.
 */
static bool
vcache_wait_existing(
    struct vcache_stripe *vs, struct vnode_impl *vip, struct vnode **vpp)
{
	struct vnode *vp = VIMPL_TO_VNODE(vip);

	if (__predict_true(vcache_tryvget(vp) == 0)) {
		mutex_exit(&vs->vs_lock);
		*vpp = vp;
		return true;
	}
	if (vstate_get(vip) == VS_LOADING) {
		cv_wait(&vs->vs_cv, &vs->vs_lock);
		mutex_exit(&vs->vs_lock);
		return false;
	}
	mutex_enter(vp->v_interlock);
	mutex_exit(&vs->vs_lock);
	/* the key may have changed while we slept: always look again */
	if (vcache_vget(vp) == 0)
		vrele(vp);
	return false;
}

/*
 * What vfs_loadvnode() and vfs_newvnode() leave: a vector, and a key in memory
 * that lives as long as the vnode.  key: what was asked for, or NULL.
 */
static int
vcache_load_check(struct vnode_impl *vip, const void *fn, const char *op,
    const void *key, size_t key_len, const void *new_key)
{
	const struct vnode *vp = VIMPL_TO_VNODE(vip);
	const char *what = NULL;

	if (vp->v_op == NULL || vp->v_op == dead_vnodeop_p)
		what = "v_op is not set";
	else if (new_key == NULL)
		what = "there is no key";
	else if (new_key == key)
		what = "the key is the caller's, not one in the node's memory";
	else if (key != NULL && memcmp(key, new_key, key_len) != 0)
		what = "the key is another one than was asked for";
	if (__predict_true(what == NULL))
		return 0;
	rump_rule_said(
	    "vfsops(9)", fn, "%s returned 0, but %s; EIO instead", op, what);
	return EIO;
}

int
vcache_get(
    struct mount *mp, const void *key, size_t key_len, struct vnode **vpp)
{
	const struct vcache_key k = {mp, key, key_len};
	const uint32_t hash = vcache_hash(&k);
	struct vcache_stripe *vs = vcache_stripe(hash);
	struct vnode_impl *vip, *nvip = NULL;
	const void *new_key;
	int error;

	*vpp = NULL;
	for (;;) {
		mutex_enter(&vs->vs_lock);
		vip = vcache_find(&k, hash);
		if (vip != NULL) {
			if (!vcache_wait_existing(vs, vip, vpp))
				continue;
			VREF_BY(*vpp, __builtin_return_address(0));
			if (__predict_false(nvip != NULL))
				vcache_unalloc(nvip);
			return 0;
		}
		if (nvip == NULL && (nvip = vcache_alloc_cached()) != NULL)
			vcache_init_vnode(nvip);
		if (nvip != NULL)
			break;
		mutex_exit(&vs->vs_lock);
		nvip = vcache_init_vnode(vcache_alloc_memory());
	}
	/*
	 * Who unmounts by force waits for loads, and no more may start, but by
	 * those who hold a vnode: it can't be over before they are, and an
	 * operation need not come undone in its middle.
	 */
	atomic_inc_uint(&mp->mnt_loading);
	membar_sync();
	if (__predict_false((vfs_iflag(mp) & IMNT_DYING) != 0 &&
		mp->mnt_unmounter != curlwp && !fstrans_entered(mp))) {
		mutex_exit(&vs->vs_lock);
		atomic_dec_uint(&mp->mnt_loading);
		vcache_unalloc(nvip);
		return EBUSY;
	}
	vcache_hash_insert(nvip, &k, hash);
	mutex_exit(&vs->vs_lock);
	vcache_trim_request();

	VIMPL_TO_VNODE(nvip)->v_mount = mp;
	new_key = NULL;
	error = VFS_LOADVNODE(mp, VIMPL_TO_VNODE(nvip), key, key_len, &new_key);
	if (error == 0)
		error = vcache_load_check(nvip,
		    (const void *)(uintptr_t)mp->mnt_op->vfs_loadvnode,
		    "vfs_loadvnode", key, key_len, new_key);
	else
		error = rump_errno_check("vfsops(9)", "vfs_loadvnode",
		    (const void *)(uintptr_t)mp->mnt_op->vfs_loadvnode, error,
		    false);
	vcache_load_done(nvip, new_key, error);
	atomic_dec_uint(&mp->mnt_loading);
	if (error == 0) {
		*vpp = VIMPL_TO_VNODE(nvip);
		VREF_BY(*vpp, __builtin_return_address(0));
	}
	return error;
}

int
vcache_new(struct mount *mp, struct vnode *dvp, struct vattr *vap,
    kauth_cred_t cred, struct vnode **vpp)
{
	struct vnode_impl *vip, *ovip;
	struct vcache_stripe *vs;
	struct vcache_key k;
	struct vnode *ovp;
	uint32_t hash;
	int error;

	*vpp = NULL;
	vip = vcache_alloc();
	VIMPL_TO_VNODE(vip)->v_mount = mp;
	k.vk_mount = mp;
	k.vk_key = NULL;
	k.vk_key_len = 0;
	error = VFS_NEWVNODE(
	    mp, dvp, VIMPL_TO_VNODE(vip), vap, cred, &k.vk_key_len, &k.vk_key);
	if (error == 0)
		error = vcache_load_check(vip,
		    (const void *)(uintptr_t)mp->mnt_op->vfs_newvnode,
		    "vfs_newvnode", NULL, 0, k.vk_key);
	if (error != 0) {
		VIMPL_TO_VNODE(vip)->v_op = dead_vnodeop_p;
		vcache_unalloc(vip);
		return error;
	}
	hash = vcache_hash(&k);
	vs = vcache_stripe(hash);
	for (;;) {
		mutex_enter(&vs->vs_lock);
		ovip = vcache_find(&k, hash);
		if (ovip == NULL)
			break;
		/* the file that had the key before is on its way out */
		if (vcache_wait_existing(vs, ovip, &ovp)) {
			vrele(ovp);
			kpause("vcachenw", false, 1, NULL);
		}
	}
	vcache_hash_insert(vip, &k, hash);
	mutex_exit(&vs->vs_lock);
	vcache_load_done(vip, k.vk_key, 0);
	*vpp = VIMPL_TO_VNODE(vip);
	return 0;
}

void
vcache_remove(struct mount *mp, const void *key, size_t key_len)
{
	const struct vcache_key k = {mp, key, key_len};
	const uint32_t hash = vcache_hash(&k);
	struct vcache_stripe *vs = vcache_stripe(hash);
	struct vnode_impl *vip;

	mutex_enter(&vs->vs_lock);
	vip = vcache_find(&k, hash);
	if (vip != NULL && vstate_get(vip) == VS_RECLAIMING)
		vcache_hash_remove(vip);
	mutex_exit(&vs->vs_lock);
	KASSERT(vip != NULL);
}

/*
 * Change of a key.  Between enter and exit lookups of either key wait.
 */
int
vcache_rekey_enter(struct mount *mp, struct vnode *vp, const void *old_key,
    size_t old_len, const void *new_key, size_t new_len)
{
	const struct vcache_key k = {mp, new_key, new_len};
	const uint32_t hash = vcache_hash(&k);
	struct vcache_stripe *vs = vcache_stripe(hash);
	struct vnode_impl *nvip;

	/* a vnode that never gets a file holds the place of the new key */
	nvip = vcache_alloc();
	mutex_enter(&vs->vs_lock);
	if (vcache_find(&k, hash) != NULL) {
		mutex_exit(&vs->vs_lock);
		vcache_unalloc(nvip);
		return EEXIST;
	}
	vcache_hash_insert(nvip, &k, hash);
	mutex_exit(&vs->vs_lock);

	mutex_enter(vp->v_interlock);
	vstate_wait_stable(vp);
	KASSERT(VSTATE_GET(vp) == VS_LOADED);
	atomic_or_32(&vp->v_refword, VUSECOUNT_GATE);
	vstate_set(VNODE_TO_VIMPL(vp), VS_BLOCKED);
	mutex_exit(vp->v_interlock);
	return 0;
}

void
vcache_rekey_exit(struct mount *mp, struct vnode *vp, const void *old_key,
    size_t old_len, const void *new_key, size_t new_len)
{
	const struct vcache_key k = {mp, new_key, new_len};
	const uint32_t hash = vcache_hash(&k);
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp), *nvip;
	struct vcache_stripe *ovs, *nvs;

	ovs = vcache_stripe(vip->vi_keyhash);
	nvs = vcache_stripe(hash);
	mutex_enter(ovs < nvs ? &ovs->vs_lock : &nvs->vs_lock);
	if (ovs != nvs)
		mutex_enter(ovs < nvs ? &nvs->vs_lock : &ovs->vs_lock);
	nvip = vcache_find(&k, hash);
	KASSERT(nvip != NULL && vstate_get(nvip) == VS_LOADING);
	vcache_hash_remove(nvip);
	vstate_set(nvip, VS_RECLAIMED);
	vcache_hash_remove(vip);
	vcache_hash_insert(vip, &k, hash);
	cv_broadcast(&nvs->vs_cv);
	mutex_exit(&nvs->vs_lock);
	if (ovs != nvs)
		mutex_exit(&ovs->vs_lock);

	mutex_enter(vp->v_interlock);
	KASSERT(VSTATE_GET(vp) == VS_BLOCKED);
	vstate_set(vip, VS_LOADED);
	atomic_and_32(&vp->v_refword, ~VUSECOUNT_GATE);
	cv_broadcast(&vp->v_cv);
	mutex_exit(vp->v_interlock);
	vrele(VIMPL_TO_VNODE(nvip));
}

struct mount *
vcache_reclaim_enter(struct vnode *vp)
{
	struct mount *mp = vp->v_mount;

	if (fstrans_start_nowait(mp, FSTRANS_LAZY) != 0)
		return NULL;
	atomic_inc_uint(&mp->mnt_refcnt);
	return mp;
}

void
vcache_reclaim_exit(struct mount *mp)
{
	fstrans_done(mp);
	vfs_destroy(mp);
}

/*
 * Take the identity away.  The caller has a reference and has set BLOCKED
 * with the gate shut; afterwards the vnode is dead.  "active" if it may have
 * had users since the file system last heard that it has none.
 */
void
vcache_reclaim(struct vnode *vp, bool locked, bool active)
{
	struct vnode_impl *vip = VNODE_TO_VIMPL(vp);
	struct mount *mp = vp->v_mount;
	bool recycle = true;
	int error;

	KASSERT(vstate_get(vip) == VS_BLOCKED);
	KASSERT((atomic_load_relaxed(&vp->v_refword) & VUSECOUNT_GATE) != 0);

	/* not vn_lock(): it would refuse the state we are about to set */
	if (!locked) {
		error = VOP_LOCK(vp, LK_EXCLUSIVE | LK_RETRY);
		KASSERT(error == 0);
	}
	vstate_set(vip, VS_RECLAIMING);

	cache_purge(vp);
	error = vinvalbuf(vp, V_SAVE, NOCRED, curlwp, false, 0);
	if (error != 0) {
		struct mount *wmp = wapbl_vptomp(vp);

		if (wmp != NULL && wmp->mnt_wapbl != NULL)
			WAPBL_DISCARD(wmp);
		(void)vinvalbuf(vp, 0, NOCRED, curlwp, false, 0);
	}
	if (vp->v_type == VBLK || vp->v_type == VCHR)
		spec_node_revoke(vp);
	if (active)
		VOP_INACTIVE(vp, &recycle);
	else
		VOP_UNLOCK(vp);

	vn_syncer_remove_from_worklist(vp);
	error = VOP_RECLAIM(vp);
	if (error != 0 || vp->v_data != NULL || vp->v_uobj.uo_npages != 0)
		panic("%s: VOP_RECLAIM left %s behind (error %d)",
		    mp->mnt_op->vfs_name,
		    vp->v_data != NULL ? "v_data" : "pages", error);
	if (vip->vi_hashed) {
		struct vcache_stripe *vs = vcache_stripe(vip->vi_keyhash);

		/* later generations of drivers leave this to us */
		mutex_enter(&vs->vs_lock);
		vcache_hash_remove(vip);
		mutex_exit(&vs->vs_lock);
	}
	if (vp->v_type == VBLK || vp->v_type == VCHR) {
		if (vp->v_specnode != NULL)
			spec_node_destroy(vp);
		/* who has mounted it sees that there is no device any more */
		vp->v_type = VBAD;
	}
	/* who unmounts may go on as soon as the vnode is said to be dead */
	vfs_insmntque(vp, NULL);
	mutex_enter(vp->v_interlock);
	atomic_store_relaxed(&vp->v_op, dead_vnodeop_p);
	atomic_store_relaxed(
	    &vp->v_vflag, (vp->v_vflag & VV_ISTTY) | VV_MPSAFE | VV_LOCKSWORK);
	vp->v_tag = VT_NON;
	vstate_set(vip, VS_RECLAIMED);
	KNOTE(&vp->v_klist, NOTE_REVOKE);
	cv_broadcast(&vp->v_cv);
	mutex_exit(vp->v_interlock);
}

/*
 * Reclaim what nobody uses.
 */
static struct vnode_impl *
vcache_pick(int *scan, bool hard)
{
	struct vnode_impl *vip;
	struct vnode *vp;

	mutex_enter(&vcache_lru_lock);
	while ((*scan)-- > 0 && (vip = TAILQ_FIRST(&vcache_lru)) != NULL) {
		vp = VIMPL_TO_VNODE(vip);
		TAILQ_REMOVE(&vcache_lru, vip, vi_lrulist);
		TAILQ_INSERT_TAIL(&vcache_lru, vip, vi_lrulist);
		if (atomic_load_relaxed(&vp->v_refword) != 0)
			continue;
		if (!hard &&
		    (atomic_load_relaxed(&vip->vi_referenced) ||
			vp->v_holdcnt > 0)) {
			atomic_store_relaxed(&vip->vi_referenced, 0);
			continue;
		}
		/* no references and the gate is open: the vnode is ours */
		if (atomic_cas_32(&vp->v_refword, 0, VUSECOUNT_GATE | 1) == 0) {
			mutex_exit(&vcache_lru_lock);
			return vip;
		}
	}
	mutex_exit(&vcache_lru_lock);
	return NULL;
}

/* Not this one, after all. */
static void
vcache_unpick(struct vnode *vp)
{
	bool unused;

	mutex_enter(vp->v_interlock);
	atomic_and_32(&vp->v_refword, ~VUSECOUNT_GATE);
	unused = atomic_cas_32(&vp->v_refword, 1, 0) == 1;
	cv_broadcast(&vp->v_cv);
	mutex_exit(vp->v_interlock);
	if (!unused)
		vrele(vp);
}

int
vcache_drain(int n)
{
	struct vnode_impl *vip;
	struct vnode *vp;
	struct mount *mp;
	int done = 0, scan = 2 * vcache_count() + 1;
	bool hard = false;

	while (done < n) {
		vip = vcache_pick(&scan, hard);
		if (vip == NULL) {
			if (hard)
				break;
			hard = true;
			scan = vcache_count();
			continue;
		}
		vp = VIMPL_TO_VNODE(vip);
		mp = vcache_reclaim_enter(vp);
		if (mp == NULL) {
			vcache_unpick(vp);
			continue;
		}
		vstate_set(vip, VS_BLOCKED);
		vcache_reclaim(vp, false, false);
		vcache_reclaim_exit(mp);
		vrele(vp);
		done++;
	}
	return done;
}

static void
vcache_trim(void *arg)
{
	int over = vcache_count() - desiredvnodes;

	if (over <= 0)
		return;
	if (fstrans_held()) {
		/* a suspended file system might wait for us: not here */
		rump_defer(&vcache_trimmer);
		return;
	}
	/* a few more than needed, not to be back at once */
	(void)vcache_drain(MIN(over + desiredvnodes / 64, VCACHE_BATCH));
}

void
vcache_trim_request(void)
{
	if (__predict_true(vcache_count() <= desiredvnodes) ||
	    atomic_load_relaxed(&vcache_trimmer.rd_queued))
		return;
	rump_defer(&vcache_trimmer);
}

void
vfs_drainvnodes(void)
{
	while (vcache_count() > desiredvnodes)
		if (vcache_drain(vcache_count() - desiredvnodes) == 0)
			break;
}
