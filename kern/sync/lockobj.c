/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks with a reference count: mutex_obj(9), rw_obj(9). */

#include <sys/atomic.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/rwlock.h>
#include <sys/types.h>

#include "sync_impl.h"

struct mutex_obj {
	kmutex_t mo_lock; /* first: the object is the lock */
	volatile u_int mo_refcnt;
};

struct rw_obj {
	krwlock_t ro_lock;
	volatile u_int ro_refcnt;
};

void
mutex_obj_init(void)
{
}

void
rw_obj_init(void)
{
}

kmutex_t *
mutex_obj_alloc(kmutex_type_t type, int ipl)
{
	struct mutex_obj *mo;

	mo = kmem_zalloc(sizeof(*mo), KM_SLEEP);
	rump_mutex_init_at(&mo->mo_lock, type, ipl, LD_RA());
	mo->mo_refcnt = 1;
	return &mo->mo_lock;
}

void
mutex_obj_hold(kmutex_t *mtx)
{
	struct mutex_obj *mo = (struct mutex_obj *)mtx;

	KASSERT(atomic_load_relaxed(&mo->mo_refcnt) > 0);
	atomic_inc_uint(&mo->mo_refcnt);
}

/* Drop a reference; true if it was the last one. */
bool
mutex_obj_free(kmutex_t *mtx)
{
	struct mutex_obj *mo = (struct mutex_obj *)mtx;

	KASSERT(atomic_load_relaxed(&mo->mo_refcnt) > 0);
	if (atomic_dec_uint_nv(&mo->mo_refcnt) != 0)
		return false;
	mutex_destroy(&mo->mo_lock);
	kmem_free(mo, sizeof(*mo));
	return true;
}

u_int
mutex_obj_refcnt(kmutex_t *mtx)
{
	return ((struct mutex_obj *)mtx)->mo_refcnt;
}

krwlock_t *
rw_obj_alloc(void)
{
	struct rw_obj *ro;

	ro = kmem_zalloc(sizeof(*ro), KM_SLEEP);
	rump_rw_init_at(&ro->ro_lock, LD_RA());
	ro->ro_refcnt = 1;
	return &ro->ro_lock;
}

void
rw_obj_hold(krwlock_t *rw)
{
	atomic_inc_uint(&((struct rw_obj *)rw)->ro_refcnt);
}

bool
rw_obj_free(krwlock_t *rw)
{
	struct rw_obj *ro = (struct rw_obj *)rw;

	KASSERT(ro->ro_refcnt > 0);
	if (atomic_dec_uint_nv(&ro->ro_refcnt) != 0)
		return false;
	rw_destroy(&ro->ro_lock);
	kmem_free(ro, sizeof(*ro));
	return true;
}

u_int
rw_obj_refcnt(krwlock_t *rw)
{
	return ((struct rw_obj *)rw)->ro_refcnt;
}
