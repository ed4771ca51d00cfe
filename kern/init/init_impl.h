/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of kern/init share. */

#ifndef _KERN_INIT_IMPL_H_
#define _KERN_INIT_IMPL_H_

#include <sys/types.h>

void rump_component_bootstrap(void);
void rump_boot_etfs_run(void);
void rump_reboot_bootstrap(void);
void rump_exit_sync_arm(void);
void rump_hooks_bootstrap(void);
void rump_banner(void);

#endif /* _KERN_INIT_IMPL_H_ */
