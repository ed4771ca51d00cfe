/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_INTTYPES_H_
#define _SYS_INTTYPES_H_

#include <machine/int_fmtio.h>
#include <sys/stdint.h>

#endif /* !_SYS_INTTYPES_H_ */
