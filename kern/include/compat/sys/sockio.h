/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _COMPAT_SYS_SOCKIO_H_
#define _COMPAT_SYS_SOCKIO_H_

/*
 * Interface requests of releases before 5.0, which nobody makes here: a
 * driver that tests for their macros leaves them out.
 */

#include <sys/ioctl.h>

#endif /* !_COMPAT_SYS_SOCKIO_H_ */
