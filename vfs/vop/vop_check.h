/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lock protocol of vnode operations, checked at each call when the
 * kernel is built with the lock checker.
 */
#ifndef _VFS_VOP_VOP_CHECK_H_
#define _VFS_VOP_VOP_CHECK_H_

/* A vnode that isn't locked may be reclaimed, and get the dead vector. */
#define VOP_MPSAFE(vp)                                                         \
	((__atomic_load_n(&(vp)->v_vflag, __ATOMIC_RELAXED) & VV_MPSAFE) != 0)
#define VOP_CALL(vp, off, ap)                                                  \
	((*__atomic_load_n(&(vp)->v_op, __ATOMIC_RELAXED)[off])(ap))

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
	const char *vc_fstype;
	int vc_state[VOP_CHECK_MAXVPS];
};

void vop_check_enter(struct vop_check *, struct vnode *, const void *,
    const struct vop_lockrule *);
void vop_check_exit(
    const struct vop_check *, const void *, const struct vop_lockrule *, int);

#define VOP_CHECK_ENTER(vp, ap, rules)                                         \
	struct vop_check vop_check_;                                           \
	vop_check_enter(&vop_check_, (vp), (ap), (rules))
#define VOP_CHECK_EXIT(ap, rules, error)                                       \
	vop_check_exit(&vop_check_, (ap), (rules), (error))
#else
#define VOP_CHECK_ENTER(vp, ap, rules)   (void)(rules)
#define VOP_CHECK_EXIT(ap, rules, error) (void)(rules)
#endif

#endif /* !_VFS_VOP_VOP_CHECK_H_ */
