/* SPDX-License-Identifier: BSD-2-Clause */
/* What no system call makes the file system do. */
#include "bad.h"

#include <sys/fstrans.h>

static struct vnode *
file(void)
{
	const ino_t ino = BAD_FILE;
	struct vnode *vp;

	K(vcache_get(bad_mp, &ino, sizeof(ino), &vp) == 0);
	return vp;
}

static void
suspend(void)
{
	K(vfs_suspend(bad_mp, 0) == 0);
}

static void
bad_vref_none(void)
{
	struct vnode *vp = file();

	vrele(vp);
	vref(vp);
}

static void
bad_vrele_none(void)
{
	struct vnode *vp = file();

	vrele(vp);
	vrele(vp);
}

static void
bad_vn_lock_none(void)
{
	struct vnode *vp = file();

	vrele(vp);
	(void)vn_lock(vp, LK_EXCLUSIVE);
}

static void
bad_unlock_none(void)
{
	VOP_UNLOCK(file());
}

static void
bad_read_none(void)
{
	struct vattr va;

	(void)VOP_GETATTR(file(), &va, NOCRED);
}

static void
bad_attach(void)
{
	static struct vfsops ops = {.vfs_name = "badnone"};

	KEQ(vfs_attach(&ops), EINVAL);
}

static void
bad_iobuf_left(void)
{
	struct buf *bp;

	bp = getiobuf(NULL, true);
	putiobuf(bp);
	putiobuf(bp);
}

static const struct ktest tests[] = {
    {"suspend", suspend},
    {"vref_none", bad_vref_none},
    {"vrele_none", bad_vrele_none},
    {"vn_lock_none", bad_vn_lock_none},
    {"unlock_none", bad_unlock_none},
    {"call_unlocked", bad_read_none},
    {"attach", bad_attach},
    {"iobuf_twice", bad_iobuf_left},
    {NULL, NULL},
};
KTEST_MAIN(tests)
