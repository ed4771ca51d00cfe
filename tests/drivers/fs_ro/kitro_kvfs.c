/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel cases: the life of vnodes, mounts, devices.
 */
#include <sys/param.h>

#include <sys/buf.h>
#include <sys/device.h>
#include <sys/disk.h>
#include <sys/disklabel.h>
#include <sys/dkio.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/ioctl.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/statvfs.h>
#include <sys/systm.h>
#include <sys/unistd.h>
#include <sys/vnode.h>

#include <miscfs/specfs/specdev.h>

#include "kitro.h"
#include "ktest.h"

static volatile int stage;

static void
nowait_thread(void *arg)
{
	struct vnode *vp = arg;

	KEQ(vn_lock(vp, LK_EXCLUSIVE | LK_NOWAIT), EBUSY);
	KEQ(vn_lock(vp, LK_SHARED | LK_NOWAIT), EBUSY);
	stage = 1;
	KEQ(vn_lock(vp, LK_SHARED), 0);
	KEQ(stage, 2);
	K(VOP_ISLOCKED(vp) == LK_SHARED);
	VOP_UNLOCK(vp);
	stage = 3;
	kthread_exit(0);
}

/* One vnode for each file; references; the vnode lock. */
void
kitro_kvcache(void)
{
	struct vnode *vp, *again;
	struct mount *mp;
	ino_t ino = 3;
	int count;

	vp = kitro_file("/mnt/big");
	mp = vp->v_mount;
	K(mp != NULL && VFSTOKITRO(mp) == VTOKITRO(vp)->kr_mount);
	K(vp->v_type == VREG && vp->v_tag == VT_EFS && vp->v_size == 100123);
	KEQ(vp->v_vflag & VV_ROOT, 0);
	count = vp->v_usecount;
	KEQ(vcache_get(mp, &ino, sizeof ino, &again), 0);
	K(again == vp && vp->v_usecount == count + 1);
	KEQ(VOP_ISLOCKED(vp), 0);
	vref(vp);
	KEQ(vp->v_usecount, count + 2);
	vrele(vp);
	vrele(again);
	KEQ(vp->v_usecount, count);
	KEQ(VTOKITRO(vp)->kr_mount->km_loads[3], 1);
	ino = 30;
	KEQ(vcache_get(mp, &ino, sizeof ino, &again), ENOENT);
	ino = 30000;
	KEQ(vcache_get(mp, &ino, sizeof ino, &again), ENOENT);

	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	stage = 0;
	KEQ(kthread_create(PRI_NONE, 0, NULL, nowait_thread, vp, NULL, "nw"),
	    0);
	while (stage != 1)
		kpause("kitro", false, 1, NULL);
	kpause("kitro", false, 2, NULL);
	stage = 2;
	VOP_UNLOCK(vp);
	while (stage != 3)
		kpause("kitro", false, 1, NULL);
	vprint("kitro", vp);
	vrele(vp);
	/* nobody else has it: it goes, and comes back by being loaded */
	ino = 13;
	KEQ(vcache_get(mp, &ino, sizeof ino, &vp), 0);
	count = (int)VFSTOKITRO(mp)->km_loads[13];
	vref(vp);
	K(!vrecycle(vp));
	vrele(vp);
	K(vrecycle(vp));
	KEQ(vcache_get(mp, &ino, sizeof ino, &vp), 0);
	KEQ(VFSTOKITRO(mp)->km_loads[13], count + 1);
	vrele(vp);
}

/* A vnode that was reclaimed under its users. */
void
kitro_kdead(void)
{
	struct vnode *vp = kitro_file("/mnt/hello");
	struct kitro_mount *km = VTOKITRO(vp)->kr_mount;
	struct vattr va;
	unsigned int loads = km->km_loads[2];
	char b[8];

	vref(vp);
	vgone(vp);
	K(vp->v_data == NULL);
	KEQ(vn_lock(vp, LK_EXCLUSIVE), ENOENT);
	KEQ(vn_lock(vp, LK_SHARED), ENOENT);
	KEQ(vn_lock(vp, LK_EXCLUSIVE | LK_RETRY), 0);
	KEQ(VOP_ISLOCKED(vp), LK_EXCLUSIVE);
	K(VOP_GETATTR(vp, &va, curlwp->l_cred) != 0);
	VOP_UNLOCK(vp);
	K(vn_rdwr(UIO_READ, vp, b, sizeof b, 0, UIO_SYSSPACE, 0, curlwp->l_cred,
	      NULL, curlwp) != 0);
	vrele(vp);
	/* and others find the file as if nothing had been */
	vp = kitro_file("/mnt/hello");
	KEQ(km->km_loads[2], loads + 1);
	K(vp->v_type == VREG);
	vrele(vp);
}

static unsigned int chosen;

static bool
choose(void *arg, struct vnode *vp)
{
	K(arg == &chosen && mutex_owned(vp->v_interlock));
	chosen++;
	return vp->v_type == VREG;
}

/* Walks over all vnodes; and reclaims some of them. */
void
kitro_kflush(void)
{
	struct vnode *vp, *hello, *big;
	struct vnode_iterator *vi;
	struct mount *mp;
	unsigned int n = 0, all = 0;
	bool h = false, b = false;

	hello = kitro_file("/mnt/hello");
	big = kitro_file("/mnt/big");
	mp = hello->v_mount;
	vfs_vnode_iterator_init(mp, &vi);
	while ((vp = vfs_vnode_iterator_next(vi, choose, &chosen)) != NULL) {
		K(vp->v_mount == mp && vp->v_type == VREG);
		K(VOP_ISLOCKED(vp) == 0 && vp->v_usecount > 0);
		h |= vp == hello;
		b |= vp == big;
		n++;
		vrele(vp);
	}
	vfs_vnode_iterator_destroy(vi);
	K(h && b && n >= 2 && chosen > n);
	vfs_vnode_iterator_init(mp, &vi);
	while ((vp = vfs_vnode_iterator_next(vi, NULL, NULL)) != NULL) {
		all++;
		vrele(vp);
	}
	vfs_vnode_iterator_destroy(vi);
	KEQ(all, chosen);

	/* files that are open for writing: there are none */
	KEQ(vflush(mp, NULLVP, WRITECLOSE), 0);
	K(hello->v_type == VREG && big->v_type == VREG);
	/* in use */
	KEQ(vflush(mp, hello, 0), EBUSY);
	K(hello->v_type == VREG && big->v_type == VREG);
	/* a vnode of the system's is passed over */
	big->v_vflag |= VV_SYSTEM;
	KEQ(vflush(mp, hello, SKIPSYSTEM), 0);
	K(hello->v_type == VREG && big->v_type == VREG);
	/* in use or not */
	big->v_vflag &= ~VV_SYSTEM;
	KEQ(vflush(mp, hello, FORCECLOSE), 0);
	KEQ(vn_lock(big, LK_EXCLUSIVE), ENOENT);
	KEQ(vn_lock(hello, LK_EXCLUSIVE), 0);
	VOP_UNLOCK(hello);
	vrele(hello);
	vrele(big);
}

/* A lock of the whole by an open file "id", or what is in the way of one. */
static int
speclock(struct vnode *vp, void *id, int op)
{
	struct flock fl = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int error;

	error = VOP_ADVLOCK(vp, id, op, &fl, F_FLOCK);
	if (op == F_GETLK)
		KEQ(error, 0);
	return op == F_GETLK ? fl.l_type : error;
}

/* What a device's node does beside being opened. */
static void
spec_odds(struct vnode *vp)
{
	struct vnode *found;
	struct componentname cn;
	register_t value = 0;
	int one, two;

	K(vp->v_type == VCHR);
	KEQ(speclock(vp, &one, F_SETLK), 0);
	KEQ(speclock(vp, &two, F_SETLK), EAGAIN);
	KEQ(speclock(vp, &two, F_GETLK), F_WRLCK);
	KEQ(speclock(vp, &one, F_UNLCK), 0);
	KEQ(speclock(vp, &two, F_GETLK), F_UNLCK);
	KEQ(speclock(vp, &two, F_SETLK), 0);
	KEQ(speclock(vp, &two, F_UNLCK), 0);
	KEQ(VOP_MMAP(vp, VM_PROT_READ, curlwp->l_cred), 0);
	KEQ(VOP_PRINT(vp), 0);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	memset(&cn, 0, sizeof cn);
	cn.cn_nameptr = "below";
	cn.cn_namelen = 5;
	cn.cn_nameiop = LOOKUP;
	cn.cn_flags = ISLASTCN;
	cn.cn_cred = curlwp->l_cred;
	found = vp;
	KEQ(VOP_LOOKUP(vp, &found, &cn), ENOTDIR);
	K(found == NULL);
	KEQ(VOP_PATHCONF(vp, _PC_PIPE_BUF, &value), 0);
	KEQ(value, PIPE_BUF);
	KEQ(VOP_PATHCONF(vp, _PC_CHOWN_RESTRICTED, &value), 0);
	KEQ(value, 1);
	KEQ(VOP_PATHCONF(vp, 12345, &value), EINVAL);
	VOP_UNLOCK(vp);
}

void
kitro_kspec(void)
{
	struct vnode *vp, *vp2, *devvp, *own = NULL;
	struct dkwedge_info dkw;
	struct disk_strategy dks;
	struct disklabel lp;
	uint64_t numsec = 0;
	unsigned int secsize = 0;
	int n = 0, on = 1;

	vp = kitro_file("/mnt/cdev");
	vp2 = kitro_file("/mnt/cdev2");
	K(vp != vp2 && vp->v_type == VCHR && vp->v_rdev == vp2->v_rdev);
	KEQ(major(vp->v_rdev), 180);
	/* two nodes of one device are one device: who opens it both times */
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(VOP_OPEN(vp, FREAD, curlwp->l_cred), 0);
	VOP_UNLOCK(vp);
	vn_lock(vp2, LK_EXCLUSIVE | LK_RETRY);
	KEQ(VOP_OPEN(vp2, FREAD, curlwp->l_cred), 0);
	VOP_UNLOCK(vp2);
	KEQ(VOP_IOCTL(vp, FIONREAD, &n, FREAD | FKIOCTL, curlwp->l_cred), 0);
	KEQ(n, 2);
	/* the last close of the device counts, not that of a node */
	vn_lock(vp2, LK_EXCLUSIVE | LK_RETRY);
	KEQ(VOP_CLOSE(vp2, FREAD, curlwp->l_cred), 0);
	VOP_UNLOCK(vp2);
	KEQ(VOP_IOCTL(vp, FIONREAD, &n, FREAD | FKIOCTL, curlwp->l_cred), 0);
	KEQ(n, 2);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(VOP_CLOSE(vp, FREAD, curlwp->l_cred), 0);
	VOP_UNLOCK(vp);
	KEQ(VOP_IOCTL(vp, FIONREAD, &n, FREAD | FKIOCTL, curlwp->l_cred), 0);
	KEQ(n, 0);
	vrele(vp2);
	spec_odds(vp);

	/* the device that is mounted */
	devvp = VTOKITRO(vp)->kr_mount->km_devvp;
	K(spec_node_getmountedfs(devvp) == vp->v_mount);
	vn_lock(devvp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(VOP_OPEN(devvp, FREAD | FWRITE, curlwp->l_cred), EBUSY);
	VOP_UNLOCK(devvp);
	KEQ(getdisksize(devvp, &numsec, &secsize), 0);
	KEQ(numsec * secsize % KITRO_BSIZE, 512);
	memset(&dkw, 0xff, sizeof dkw);
	KEQ(getdiskinfo(devvp, &dkw), 0);
	KEQ(dkw.dkw_size, numsec);
	K(strcmp(dkw.dkw_ptype, DKW_PTYPE_APPLEUFS) != 0);
	K(strcmp(dkw.dkw_ptype, DKW_PTYPE_V7) != 0);
	KSTR(DKW_PTYPE_APPLEUFS, "appleufs");
	KSTR(DKW_PTYPE_V7, "v7");
	KEQ(VOP_IOCTL(devvp, DIOCGDINFO, &lp, FREAD | FKIOCTL, FSCRED), 0);
	K(lp.d_type != DKTYPE_FLOPPY);
	K(lp.d_partitions[DISKPART(devvp->v_rdev)].p_size >= numsec);
	K(lp.d_partitions[0].p_frag < 128);
	KEQ(VOP_IOCTL(devvp, DIOCCACHESYNC, &on, FWRITE, FSCRED), 0);
	memset(&dks, 0, sizeof dks);
	KEQ(VOP_IOCTL(devvp, DIOCGSTRATEGY, &dks, FREAD, FSCRED), 0);
	K(dks.dks_name[0] != 0);
	KEQ(VOP_IOCTL(devvp, DIOCSSTRATEGY, &dks, FREAD | FWRITE, FSCRED), 0);
	vrele(vp);
	vp = kitro_file("/mnt/hello");
	KEQ(getdisksize(vp, &numsec, &secsize), ENOTBLK);
	vrele(vp);

	/* a device without a name, through the vector of those */
	KEQ(bdevvp(makedev(181, 1), &own), 0);
	K(own->v_op == spec_vnodeop_p && own->v_type == VBLK);
	vn_lock(own, LK_EXCLUSIVE | LK_RETRY);
	KEQ(VOP_OPEN(own, FREAD | FWRITE, FSCRED), 0);
	VOP_UNLOCK(own);
	KEQ(getdisksize(own, &numsec, &secsize), 0);
	KEQ(numsec, 128);
	KEQ(secsize, 512);
	vn_lock(own, LK_EXCLUSIVE | LK_RETRY);
	KEQ(VOP_CLOSE(own, FREAD | FWRITE, FSCRED), 0);
	vput(own);
}

/* A disk that the root file system could be on. */
static int
rootdisk_match(device_t parent, cfdata_t cf, void *aux)
{
	return 1;
}

static void
rootdisk_attach(device_t parent, device_t self, void *aux)
{
}

CFDRIVER_DECL(kitrodisk, DV_DISK, NULL);
CFATTACH_DECL_NEW(kitrodisk, 0, rootdisk_match, rootdisk_attach, NULL, NULL);
static struct cfdata rootdisk = {
    .cf_name = "kitrodisk",
    .cf_atname = "kitrodisk",
    .cf_fstate = FSTATE_STAR,
};

/* As a kernel's that has a root device: the host program looks for it. */
void
kitro_krootdevice(void)
{
	KEQ(config_cfdriver_attach(&kitrodisk_cd), 0);
	KEQ(config_cfattach_attach("kitrodisk", &kitrodisk_ca), 0);
	root_device = config_attach_pseudo(&rootdisk);
	K(root_device != NULL);
	KSTR(device_xname(root_device), "kitrodisk0");
	rootvp = kitro_file("/dev/disk");
	vn_lock(rootvp, LK_EXCLUSIVE | LK_RETRY);
	KEQ(VOP_OPEN(rootvp, FREAD, FSCRED), 0);
	VOP_UNLOCK(rootvp);
	KEQ(kitro_vfsops.vfs_mountroot(), 0);
	K(spec_node_getmountedfs(rootvp) != NULL);
	root_device = NULL;
	rootvp = NULL;
}

/* What a kernel with a root device does; this one has none. */
void
kitro_krootmount(void)
{
	struct mount *mp = NULL;

	K(root_device == NULL && rootvp == NULL);
	KEQ(kitro_vfsops.vfs_mountroot(), ENODEV);
	KEQ(vfs_rootmountalloc("no such type", "dev", &mp), ENODEV);
	KEQ(vfs_rootmountalloc("kitro", "somewhere", &mp), 0);
	K(mp != NULL && mp->mnt_op == &kitro_vfsops);
	K((mp->mnt_flag & MNT_RDONLY) != 0);
	KSTR(mp->mnt_stat.f_mntfromname, "somewhere");
	KSTR(mp->mnt_stat.f_fstypename, "kitro");
	KSTR(mp->mnt_stat.f_mntonname, "/");
	vfs_getnewfsid(mp);
	K(mp->mnt_stat.f_fsid ==
	    (unsigned long)(long)mp->mnt_stat.f_fsidx.__fsid_val[0]);
	KEQ(mp->mnt_stat.f_fsidx.__fsid_val[1], makefstype("kitro"));
	K(mp->mnt_stat.f_flag == (unsigned long)mp->mnt_flag ||
	    mp->mnt_stat.f_flag == 0);
	/* busy once more, and as often undone */
	KEQ(vfs_busy(mp, NULL), 0);
	vfs_unbusy(mp, false, NULL);
	vfs_unbusy(mp, false, NULL);
	vfs_destroy(mp);
}
