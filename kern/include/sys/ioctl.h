/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_IOCTL_H_
#define _SYS_IOCTL_H_

#include <sys/filio.h>
#include <sys/ioccom.h>
#include <sys/ttycom.h>
#if __has_include(<sys/dkio.h>)
#include <sys/dkio.h>
#endif
#if __has_include(<sys/sockio.h>)
#include <sys/sockio.h>
#endif

#endif /* _SYS_IOCTL_H_ */
