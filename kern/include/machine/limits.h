/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _MACHINE_LIMITS_H_
#define _MACHINE_LIMITS_H_

#define CHAR_BIT   8
#define UCHAR_MAX  0xff
#define SCHAR_MAX  0x7f
#define SCHAR_MIN  (-0x7f - 1)
#define USHRT_MAX  0xffff
#define SHRT_MAX   0x7fff
#define SHRT_MIN   (-0x7fff - 1)
#define UINT_MAX   0xffffffffU
#define INT_MAX    0x7fffffff
#define INT_MIN    (-0x7fffffff - 1)
#define LONG_MAX   __LONG_MAX__
#define LONG_MIN   (-__LONG_MAX__ - 1L)
#define ULONG_MAX  (__LONG_MAX__ * 2UL + 1UL)
#define LLONG_MAX  __LONG_LONG_MAX__
#define LLONG_MIN  (-__LONG_LONG_MAX__ - 1LL)
#define ULLONG_MAX (__LONG_LONG_MAX__ * 2ULL + 1ULL)
#define QUAD_MAX   LLONG_MAX
#define QUAD_MIN   LLONG_MIN
#define UQUAD_MAX  ULLONG_MAX
#define LONG_BIT   (__SIZEOF_LONG__ * 8)
#define WORD_BIT   32
#ifdef __CHAR_UNSIGNED__
#define CHAR_MIN 0
#define CHAR_MAX UCHAR_MAX
#else
#define CHAR_MIN SCHAR_MIN
#define CHAR_MAX SCHAR_MAX
#endif
#ifndef SIZE_MAX
#define SIZE_MAX __SIZE_MAX__
#endif
#define SIZE_T_MAX SIZE_MAX
#define SSIZE_MAX  LONG_MAX
#define SSIZE_MIN  LONG_MIN

#endif /* !_MACHINE_LIMITS_H_ */
