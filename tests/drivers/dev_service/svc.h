/* SPDX-License-Identifier: BSD-2-Clause */
/* A service of kernel threads: what its files share. */

#ifndef _SVC_H_
#define _SVC_H_

#include <sys/sysctl.h>
#include <sys/types.h>

/* Module svcbase, which module svc requires: counts the initialisations. */
extern u_int svc_base_inits;

/* Jobs: see svc_jobs.c. */
int svc_jobs_init(void);
void svc_jobs_fini(void);
int svc_jobs_submit(u_int);
void svc_jobs_drain(void);
u_int svc_jobs_done(void);

/* The variables of the service: see svc_sysctl.c. */
extern int svc_sysctl_root;
int svc_sysctl_attach(void);
void svc_sysctl_detach(void);

/* Cases. */
void svc_test_jobs(void);
void svc_test_pcq(void);
void svc_test_strings(void);
void svc_test_say(void);
void svc_test_digests(void);
void svc_test_random(void);
void svc_test_panic(void);
void svc_test_assert(void);
void svc_test_mutex(void);
void svc_test_rwlock(void);
void svc_test_waits(void);
void svc_test_kernel_lock(void);
void svc_test_atomic(void);
void svc_test_once(void);
void svc_test_modules(void);
void svc_test_component(void);
void svc_test_memory(void);
void svc_test_pool(void);
void svc_test_vmem(void);
void svc_test_tables(void);
void svc_test_readers(void);
void svc_test_sysctl(void);
void svc_test_clocks(void);
void svc_test_rates(void);
void svc_test_callout(void);
void svc_test_kauth(void);
void svc_test_copy(void);
void svc_test_system(void);
void svc_test_evcnt(void);
void svc_test_prop(void);
void svc_test_ptree(void);
void svc_test_cdbr(void);
void svc_test_files(void);

#endif /* _SVC_H_ */
