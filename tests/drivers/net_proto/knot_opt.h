/* SPDX-License-Identifier: BSD-2-Clause */
/* The knot family, as its users see it: kernel and programs. */

#ifndef _KNOT_OPT_H_
#define _KNOT_OPT_H_

#ifdef _KERNEL
#include <sys/types.h>
#else
#include <stdint.h>
#endif

/* The number of a family that the base has no domain for. */
#define AF_KNOT 12

struct sockaddr_knot {
	uint8_t sk_len;
	uint8_t sk_family;
	uint16_t sk_port; /* host order; 0: none */
	uint32_t sk_node; /* network order: prefixes of it are routed */
};

/* Ports below this are for the privileged. */
#define KNOT_RESERVED 100

/* Options, of this level. */
#define KNOT_LEVEL     0x4b
#define KNOT_OPT_LIMIT 1 /* int: the largest message */
#define KNOT_OPT_NAME  2 /* up to 32 bytes */
#define KNOT_OPT_LONG  3 /* 3000 bytes; can only be read */
#define KNOT_OPT_COUNT 4 /* int: say which message of the socket it is */

#define KNOT_LONGLEN 3000
#define KNOT_NAMELEN 32

/* Control messages of this level. */
#define KNOT_SCM_COUNT 1 /* int */

#endif /* _KNOT_OPT_H_ */
