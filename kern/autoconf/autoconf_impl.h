/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _KERN_AUTOCONF_IMPL_H_
#define _KERN_AUTOCONF_IMPL_H_

#include <sys/device.h>

void rump_mainbus_attach(void);

#endif /* !_KERN_AUTOCONF_IMPL_H_ */
