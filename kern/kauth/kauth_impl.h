/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _KERN_KAUTH_IMPL_H_
#define _KERN_KAUTH_IMPL_H_

#include <sys/kauth.h>

void kauth_cred_init(void);
void kauth_cred_clone1(kauth_cred_t, kauth_cred_t, bool);

/* tell listeners of the cred scope */
int kauth_cred_hook(kauth_cred_t, kauth_action_t, void *, void *);

/* what every kernel allows, whatever the security model */
void kauth_default_init(void);

#endif /* !_KERN_KAUTH_IMPL_H_ */
