/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_IMPL_H_
#define _SYS_IMPL_H_

#include <sys/types.h>

/* do_setres[ug]id(): which of (r, e, s) may become which of (R, E, S) */
#define ID_E_EQ_E 0x001
#define ID_E_EQ_R 0x002
#define ID_E_EQ_S 0x004
#define ID_R_EQ_E 0x010
#define ID_R_EQ_R 0x020
#define ID_R_EQ_S 0x040
#define ID_S_EQ_E 0x100
#define ID_S_EQ_R 0x200
#define ID_S_EQ_S 0x400

struct lwp;
struct proc;
struct timespec;

int do_setresuid(struct lwp *, uid_t, uid_t, uid_t, u_int);
int do_setresgid(struct lwp *, gid_t, gid_t, gid_t, u_int);

void ptimer_init(void);
void ptimers_free(struct proc *);
void ksem_init(void);
void ksem_procexit(struct proc *);

#endif /* _SYS_IMPL_H_ */
