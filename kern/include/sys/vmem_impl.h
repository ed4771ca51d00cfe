/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_VMEM_IMPL_H_
#define _SYS_VMEM_IMPL_H_

#include <sys/vmem.h>

#endif /* !_SYS_VMEM_IMPL_H_ */
