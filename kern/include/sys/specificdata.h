/* SPDX-License-Identifier: BSD-2-Clause */
<<<<<<< HEAD
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
=======
#ifndef _SYS_SPECIFICDATA_H_
#define _SYS_SPECIFICDATA_H_

/* data that subsystems hang on objects of others, by key */

#include <sys/types.h>
#include <sys/mutex.h>

typedef unsigned int specificdata_key_t;
typedef void (*specificdata_dtor_t)(void *);
typedef struct specificdata_domain *specificdata_domain_t;
typedef struct specificdata_container *specificdata_container_t;

typedef struct {
	specificdata_container_t specdataref_container;
	kmutex_t specdataref_lock;
} specificdata_reference;

specificdata_domain_t specificdata_domain_create(void);
void specificdata_domain_delete(specificdata_domain_t);
int specificdata_key_create(specificdata_domain_t, specificdata_key_t *,
    specificdata_dtor_t);
void specificdata_key_delete(specificdata_domain_t, specificdata_key_t);
int specificdata_init(specificdata_domain_t, specificdata_reference *);
void specificdata_fini(specificdata_domain_t, specificdata_reference *);
void *specificdata_getspecific(specificdata_domain_t,
    specificdata_reference *, specificdata_key_t);
void *specificdata_getspecific_unlocked(specificdata_domain_t,
    specificdata_reference *, specificdata_key_t);
void specificdata_setspecific(specificdata_domain_t, specificdata_reference *,
    specificdata_key_t, void *);
int specificdata_setspecific_nowait(specificdata_domain_t,
    specificdata_reference *, specificdata_key_t, void *);

#endif /* !_SYS_SPECIFICDATA_H_ */
>>>>>>> 59c9929 (kern: headers of module, libkern, log, random numbers, hashes, trees)
