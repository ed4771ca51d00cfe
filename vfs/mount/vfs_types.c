/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types of file systems: the list of struct vfsops.
 *
 * A type is attached when its component is initialized; its operation
 * vectors are made then.  vfs_refcount counts mounts and look-ups under way.
 */
#include <sys/atomic.h>
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <rump-sys/drvcall.h>

struct vfs_list_head vfs_list = LIST_HEAD_INITIALIZER(vfs_list);
kmutex_t vfs_list_lock;

static struct vfsops *
vfs_find_locked(const char *name)
{
	struct vfsops *v;

	LIST_FOREACH(v, &vfs_list, vfs_list) {
		if (strcmp(v->vfs_name, name) == 0)
			return v;
	}
	return NULL;
}

/** The type of that name, referenced (vfs_delref()), or NULL. */
struct vfsops *
vfs_getopsbyname(const char *name)
{
	struct vfsops *v;

	mutex_enter(&vfs_list_lock);
	v = vfs_find_locked(name);
	if (v != NULL)
		v->vfs_refcount++;
	mutex_exit(&vfs_list_lock);
	return v;
}

void
vfs_delref(struct vfsops *vfs)
{
	mutex_enter(&vfs_list_lock);
	KASSERT(vfs->vfs_refcount > 0);
	vfs->vfs_refcount--;
	mutex_exit(&vfs_list_lock);
}

int
vfs_attach(struct vfsops *vfs)
{
	struct vfsops *v;

	if (vfs->vfs_mount == NULL || vfs->vfs_unmount == NULL ||
	    vfs->vfs_root == NULL || vfs->vfs_statvfs == NULL ||
	    vfs->vfs_sync == NULL || vfs->vfs_start == NULL) {
		rump_rule_said("vfsops(9)", __builtin_return_address(0),
		    "file system %s is not attached: vfs_mount, vfs_start, "
		    "vfs_unmount, vfs_root, vfs_statvfs and vfs_sync must all be "
		    "set",
		    vfs->vfs_name);
		return EINVAL;
	}
	mutex_enter(&vfs_list_lock);
	if (vfs_find_locked(vfs->vfs_name) != NULL) {
		mutex_exit(&vfs_list_lock);
		return EEXIST;
	}
	vfs_opv_init(vfs->vfs_opv_descs);
	if (vfs->vfs_init != NULL)
		(*vfs->vfs_init)();
	vfs->vfs_refcount = 0;
	/* in order of attachment */
	if ((v = LIST_FIRST(&vfs_list)) == NULL) {
		LIST_INSERT_HEAD(&vfs_list, vfs, vfs_list);
	} else {
		while (LIST_NEXT(v, vfs_list) != NULL)
			v = LIST_NEXT(v, vfs_list);
		LIST_INSERT_AFTER(v, vfs, vfs_list);
	}
	mutex_exit(&vfs_list_lock);
	return 0;
}

int
vfs_detach(struct vfsops *vfs)
{
	mutex_enter(&vfs_list_lock);
	if (vfs->vfs_refcount > 0) {
		mutex_exit(&vfs_list_lock);
		return EBUSY;
	}
	if (vfs_find_locked(vfs->vfs_name) != vfs) {
		mutex_exit(&vfs_list_lock);
		return ESRCH;
	}
	LIST_REMOVE(vfs, vfs_list);
	mutex_exit(&vfs_list_lock);
	if (vfs->vfs_done != NULL)
		(*vfs->vfs_done)();
	vfs_opv_free(vfs->vfs_opv_descs);
	return 0;
}

void
vfs_reinit(void)
{
	struct vfsops *v;

	mutex_enter(&vfs_list_lock);
	LIST_FOREACH(v, &vfs_list, vfs_list) {
		if (v->vfs_reinit == NULL)
			continue;
		v->vfs_refcount++;
		mutex_exit(&vfs_list_lock);
		(*v->vfs_reinit)();
		mutex_enter(&vfs_list_lock);
		v->vfs_refcount--;
	}
	mutex_exit(&vfs_list_lock);
}

long
makefstype(const char *type)
{
	long rv = 0;

	for (; *type != '\0'; type++)
		rv = (long)((unsigned long)rv << 2) ^ *type;
	return rv;
}
