/* SPDX-License-Identifier: BSD-2-Clause */
/* The header in front of packets of SLIP that are captured. */
#ifndef _NET_SLIP_H_
#define _NET_SLIP_H_

#define SLIP_HDRLEN 16

#define SLX_DIR  0 /* offset of the direction */
#define SLX_CHDR 1 /* offset of the compressed header */
#define CHDR_LEN 15

#define SLIPDIR_IN  0
#define SLIPDIR_OUT 1

#endif
