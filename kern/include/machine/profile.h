/* SPDX-License-Identifier: BSD-2-Clause */
/* No profiling hooks. */

#ifndef _MACHINE_PROFILE_H_
#define _MACHINE_PROFILE_H_

#define _MCOUNT_DECL static void _mcount
#define MCOUNT

#endif /* _MACHINE_PROFILE_H_ */
