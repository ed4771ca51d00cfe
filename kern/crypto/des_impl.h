/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A round's key is two words: what meets the expansions for S1, S3, S5, S7 and
 * for S2, S4, S6, S8. Each six bits are at the same place as in the half that
 * is turned so that they begin bytes: see des.c.
 */
#ifndef _DES_IMPL_H_
#define _DES_IMPL_H_

#include <crypto/des/des.h>

#define DES_ODD  0 /* deslong[] of S1, S3, S5, S7 */
#define DES_EVEN 1

#endif /* !_DES_IMPL_H_ */
