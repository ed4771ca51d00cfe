/* SPDX-License-Identifier: BSD-2-Clause */
/* Thread-private pointer: the host's business. */

#ifndef _MACHINE_LWP_PRIVATE_H_
#define _MACHINE_LWP_PRIVATE_H_

#endif /* _MACHINE_LWP_PRIVATE_H_ */
