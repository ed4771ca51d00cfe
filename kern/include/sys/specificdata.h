/* SPDX-License-Identifier: BSD-2-Clause */
/* Data that subsystems hang on a lwp or a proc. */

#ifndef _SYS_SPECIFICDATA_H_
#define _SYS_SPECIFICDATA_H_

#include <sys/types.h>

#ifdef _KERNEL

typedef u_int specificdata_key_t;
typedef void (*specificdata_dtor_t)(void *);

typedef struct {
	void *specdataref_container;
} specificdata_reference;

int lwp_specific_key_create(specificdata_key_t *, specificdata_dtor_t);
void lwp_specific_key_delete(specificdata_key_t);
void lwp_initspecific(struct lwp *);
void lwp_finispecific(struct lwp *);
void *lwp_getspecific(specificdata_key_t);
void *lwp_getspecific_by_lwp(struct lwp *, specificdata_key_t);
void lwp_setspecific(specificdata_key_t, void *);
void lwp_setspecific_by_lwp(struct lwp *, specificdata_key_t, void *);

int proc_specific_key_create(specificdata_key_t *, specificdata_dtor_t);
void proc_specific_key_delete(specificdata_key_t);
void proc_initspecific(struct proc *);
void proc_finispecific(struct proc *);
void *proc_getspecific(struct proc *, specificdata_key_t);
void proc_setspecific(struct proc *, specificdata_key_t, void *);

#endif /* _KERNEL */

#endif /* _SYS_SPECIFICDATA_H_ */
