/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits of wchar_t and wint_t. */

#ifndef _MACHINE_WCHAR_LIMITS_H_
#define _MACHINE_WCHAR_LIMITS_H_

#define WCHAR_MIN (-0x7fffffff - 1)
#define WCHAR_MAX 0x7fffffff
#define WINT_MIN  (-0x7fffffff - 1)
#define WINT_MAX  0x7fffffff

#endif /* _MACHINE_WCHAR_LIMITS_H_ */
