/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel side of <rump/rumpkern_if_pub.h>: each rump_pub_X enters the kernel,
 * calls rump_X and leaves.
 */

#ifndef _RUMP_SYS_KERN_IF_H_
#define _RUMP_SYS_KERN_IF_H_

#include <sys/types.h>

#include <rump/rump.h>

struct kauth_cred;
struct lwp;
struct modinfo;
struct uio;

int rump_module_init(const struct modinfo *const *, size_t);
int rump_module_fini(const struct modinfo *);
int rump_kernelfsym_load(void *, uint64_t, char *, uint64_t);
struct uio *rump_uio_setup(void *, size_t, off_t, enum rump_uiorw);
size_t rump_uio_getresid(struct uio *);
off_t rump_uio_getoff(struct uio *);
size_t rump_uio_free(struct uio *);
struct kauth_cred *rump_cred_create(uid_t, gid_t, size_t, gid_t *);
void rump_cred_put(struct kauth_cred *);
int rump_lwproc_rfork(int);
int rump_lwproc_newlwp(pid_t);
void rump_lwproc_switch(struct lwp *);
void rump_lwproc_releaselwp(void);
struct lwp *rump_lwproc_curlwp(void);
void rump_lwproc_sysent_usenative(void);
void rump_allbetsareoff_setid(pid_t, int);
int rump_etfs_register(const char *, const char *, enum rump_etfs_type);
int rump_etfs_register_withsize(
    const char *, const char *, enum rump_etfs_type, uint64_t, uint64_t);
int rump_etfs_remove(const char *);

#endif /* _RUMP_SYS_KERN_IF_H_ */
