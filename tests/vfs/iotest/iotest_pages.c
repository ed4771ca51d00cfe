/* SPDX-License-Identifier: BSD-2-Clause */
/* What genfs does with the pages of a file: linfs's, whose blocks exist. */
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <uvm/uvm.h>
#include <uvm/uvm_extern.h>

#include <rump-sys/kern.h>

#include "iotest.h"

#define CHECK(cond)                                                            \
	do {                                                                   \
		if (!(cond))                                                   \
			return __LINE__;                                       \
	} while (0)

#define NPAGES 8

/* c: clean, d: dirty, -: not there; of the first pages. */
static const char *
states(struct vnode *vp)
{
	static char s[NPAGES + 1];
	struct vm_page *pg;

	mutex_enter(vp->v_interlock);
	for (int i = 0; i < NPAGES; i++) {
		pg = uvm_pagelookup(&vp->v_uobj, (voff_t)i << PAGE_SHIFT);
		s[i] = pg == NULL ? '-' : pg->flags & PG_CLEAN ? 'c' : 'd';
	}
	mutex_exit(vp->v_interlock);
	return s;
}

static int
putpages(struct vnode *vp, int from, int to, int flags)
{
	int error;

	mutex_enter(vp->v_interlock);
	error = VOP_PUTPAGES(vp, (voff_t)from << PAGE_SHIFT,
	    (voff_t)to << PAGE_SHIFT, flags | PGO_SYNCIO);
	if (mutex_owned(vp->v_interlock)) {
		mutex_exit(vp->v_interlock);
		return -1;
	}
	return error;
}

static int
range_locked(struct vnode *vp, char *data)
{
	struct linfs_counts before, after;
	struct vm_page *pgs[2] = {NULL, NULL};
	int n = 2;

	CHECK(vn_rdwr(UIO_WRITE, vp, data, NPAGES * PAGE_SIZE, 0, UIO_SYSSPACE,
		  IO_NODELOCKED, curlwp->l_cred, NULL, curlwp) == 0);
	CHECK(strcmp(states(vp), "dddddddd") == 0);
	/* no upper end: all to the end of the object */
	CHECK(putpages(vp, 4, 0, PGO_CLEANIT) == 0);
	CHECK(strcmp(states(vp), "ddddcccc") == 0);
	CHECK(putpages(vp, 2, 3, PGO_CLEANIT) == 0);
	CHECK(strcmp(states(vp), "ddcdcccc") == 0);
	/* freed, without being written if nobody asks for that */
	CHECK(putpages(vp, 3, 5, PGO_FREE) == 0);
	CHECK(strcmp(states(vp), "ddc--ccc") == 0);
	CHECK(putpages(vp, 1, 0, PGO_CLEANIT | PGO_FREE) == 0);
	CHECK(strcmp(states(vp), "d-------") == 0);
	CHECK(putpages(vp, 0, 0, PGO_ALLPAGES | PGO_CLEANIT | PGO_FREE) == 0);
	CHECK(strcmp(states(vp), "--------") == 0);
	CHECK(vp->v_numoutput == 0 && UVM_OBJ_IS_CLEAN(&vp->v_uobj));
	/* the driver is asked for blocks with the node's lock held for reading,
	 * and the vnode's lock stays whose it is */
	rumptest_linfs_counts(&before);
	mutex_enter(vp->v_interlock);
	CHECK(
	    VOP_GETPAGES(vp, 0, pgs, &n, 0, VM_PROT_READ, 0, PGO_SYNCIO) == 0);
	CHECK(!mutex_owned(vp->v_interlock));
	CHECK(VOP_ISLOCKED(vp) == LK_EXCLUSIVE);
	CHECK(n == 2 && pgs[0] != NULL && pgs[1] != NULL);
	CHECK((pgs[0]->flags & (PG_BUSY | PG_CLEAN | PG_RDONLY | PG_FAKE)) ==
	    (PG_BUSY | PG_CLEAN));
	mutex_enter(vp->v_interlock);
	uvm_page_unbusy(pgs, n);
	mutex_exit(vp->v_interlock);
	rumptest_linfs_counts(&after);
	CHECK(after.bmaps > before.bmaps);
	CHECK(after.unlocked == before.unlocked);
	return 0;
}

static int
range(const char *path)
{
	char *data = kmem_alloc(NPAGES * PAGE_SIZE, KM_SLEEP);
	struct vnode *vp;
	int line;

	memset(data, 'r', NPAGES * PAGE_SIZE);
	CHECK(namei_simple_kernel(path, NSM_FOLLOW_NOEMULROOT, &vp) == 0);
	vn_lock(vp, LK_EXCLUSIVE | LK_RETRY);
	line = range_locked(vp, data);
	if (line != 0)
		return line;
	VOP_UNLOCK(vp);
	vrele(vp);
	kmem_free(data, NPAGES * PAGE_SIZE);
	return 0;
}

int
rumptest_page_range(const char *path)
{
	int rv;

	rump_schedule();
	rv = range(path);
	rump_unschedule();
	return rv;
}
