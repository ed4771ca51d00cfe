/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_FEATURETEST_H_
#define _SYS_FEATURETEST_H_

/* All that NetBSD has is visible in the kernel. */
#ifndef _NETBSD_SOURCE
#define _NETBSD_SOURCE 1
#endif

#endif /* !_SYS_FEATURETEST_H_ */
