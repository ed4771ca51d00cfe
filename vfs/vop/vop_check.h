/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lock protocol of vnode operations, checked at each call when the
 * kernel is built with the lock checker.
 */
#ifndef _VFS_VOP_VOP_CHECK_H_
#define _VFS_VOP_VOP_CHECK_H_

#include <rump-sys/drvcall.h>

/* A vnode that isn't locked may be reclaimed, and get the dead vector. */
#define VOP_MPSAFE(vp)                                                         \
	((__atomic_load_n(&(vp)->v_vflag, __ATOMIC_RELAXED) & VV_MPSAFE) != 0)
#define VOP_FUNC(vp, off) (__atomic_load_n(&(vp)->v_op, __ATOMIC_RELAXED)[off])

/* Always: an operation returns an errno, or a negative one that it may. */
#define VOP_CHECK_ERRNO(func, ap, error)                                       \
	(__predict_true((u_int)(error) <= ELAST)                               \
		? (error)                                                      \
		: vop_errno_bad((func), (ap), (error)))

/* It returned nonsense beside its errno: says so; EIO. */
int vop_result_bad(int (*)(void *), const void *, const char *);
int vop_errno_bad(int (*)(void *), const void *, int);

struct vop_lockrule {
	int lr_offset;              /* of the vnode in the arguments */
	const char *lr_name;        /* of the argument */
	char lr_in, lr_out, lr_err; /* L, U, =, X, - */
	char lr_rele;               /* the operation drops a reference */
};

#define VOP_CHECK_MAXVPS 4

#ifdef LOCKDEBUG
struct vop_check {
	int (*vc_func)(void *); /* the driver's function */
	const void *vc_caller;  /* of the operation */
	const char *vc_fstype;
	int vc_state[VOP_CHECK_MAXVPS];
	bool vc_all;      /* each vnode's lock was looked at */
	uint64_t vc_held; /* by the lwp */
	int vc_unlocks;   /* how many it has less, if all goes as it should */
};

void vop_check_enter(struct vop_check *, struct vnode *, const void *,
    const struct vop_lockrule *, const void *);
void vop_check_exit(
    const struct vop_check *, const void *, const struct vop_lockrule *, int);

#define VOP_CHECK_ENTER(vp, ap, rules)                                         \
	struct vop_check vop_check_;                                           \
	vop_check_enter(                                                       \
	    &vop_check_, (vp), (ap), (rules), __builtin_return_address(0))
#define VOP_CHECK_EXIT(ap, rules, error)                                       \
	vop_check_exit(&vop_check_, (ap), (rules), (error))
#else
#define VOP_CHECK_ENTER(vp, ap, rules)   (void)(rules)
#define VOP_CHECK_EXIT(ap, rules, error) (void)(rules)
#endif

#endif /* !_VFS_VOP_VOP_CHECK_H_ */
