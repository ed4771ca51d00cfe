/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_ENDIAN_H_
#define _SYS_ENDIAN_H_

/*
 * Byte order: constants, network order, in-place and value conversion, and
 * access to unaligned big and little endian integers.
 */

#include <sys/bswap.h>
#include <sys/cdefs.h>
#include <sys/stdint.h>

#define _LITTLE_ENDIAN 1234
#define _BIG_ENDIAN    4321
#define _PDP_ENDIAN    3412
#include <machine/endian_machdep.h>
#define _QUAD_HIGHWORD (_BYTE_ORDER == _LITTLE_ENDIAN)
#define _QUAD_LOWWORD  (_BYTE_ORDER == _BIG_ENDIAN)

#define LITTLE_ENDIAN _LITTLE_ENDIAN
#define BIG_ENDIAN    _BIG_ENDIAN
#define PDP_ENDIAN    _PDP_ENDIAN
#define BYTE_ORDER    _BYTE_ORDER

typedef uint32_t in_addr_t;
typedef uint16_t in_port_t;

/* N bits between host order and big or little endian, either way */
#if _BYTE_ORDER == _LITTLE_ENDIAN
#define _ENDIAN_BE(n, x) bswap##n(x)
#define _ENDIAN_LE(n, x) ((uint##n##_t)(x))
#else
#define _ENDIAN_BE(n, x) ((uint##n##_t)(x))
#define _ENDIAN_LE(n, x) bswap##n(x)
#endif

#define htobe16(x) _ENDIAN_BE(16, x)
#define htole16(x) _ENDIAN_LE(16, x)
#define be16toh(x) _ENDIAN_BE(16, x)
#define le16toh(x) _ENDIAN_LE(16, x)
#define htobe32(x) _ENDIAN_BE(32, x)
#define htole32(x) _ENDIAN_LE(32, x)
#define be32toh(x) _ENDIAN_BE(32, x)
#define le32toh(x) _ENDIAN_LE(32, x)
#define htobe64(x) _ENDIAN_BE(64, x)
#define htole64(x) _ENDIAN_LE(64, x)
#define be64toh(x) _ENDIAN_BE(64, x)
#define le64toh(x) _ENDIAN_LE(64, x)
#define htons(x)   htobe16(x)
#define htonl(x)   htobe32(x)
#define ntohs(x)   be16toh(x)
#define ntohl(x)   be32toh(x)

/* the same in place */
#define HTOBE16(x) ((x) = htobe16(x))
#define HTOLE16(x) ((x) = htole16(x))
#define BE16TOH(x) ((x) = be16toh(x))
#define LE16TOH(x) ((x) = le16toh(x))
#define HTOBE32(x) ((x) = htobe32(x))
#define HTOLE32(x) ((x) = htole32(x))
#define BE32TOH(x) ((x) = be32toh(x))
#define LE32TOH(x) ((x) = le32toh(x))
#define HTOBE64(x) ((x) = htobe64(x))
#define HTOLE64(x) ((x) = htole64(x))
#define BE64TOH(x) ((x) = be64toh(x))
#define LE64TOH(x) ((x) = le64toh(x))
#define HTONS(x)   ((x) = htons(x))
#define HTONL(x)   ((x) = htonl(x))
#define NTOHS(x)   ((x) = ntohs(x))
#define NTOHL(x)   ((x) = ntohl(x))

/* unaligned integers: be16enc(), be16dec() and so on */
#define _ENDIAN_CODEC(order, n)                                                \
	static __inline void __unused order##n##enc(void *dst, uint##n##_t u)  \
	{                                                                      \
		u = hto##order##n(u);                                          \
		__builtin_memcpy(dst, &u, sizeof(u));                          \
	}                                                                      \
	static __inline uint##n##_t __unused order##n##dec(const void *src)    \
	{                                                                      \
		uint##n##_t u;                                                 \
		__builtin_memcpy(&u, src, sizeof(u));                          \
		return order##n##toh(u);                                       \
	}

_ENDIAN_CODEC(be, 16)
_ENDIAN_CODEC(be, 32)
_ENDIAN_CODEC(be, 64)
_ENDIAN_CODEC(le, 16)
_ENDIAN_CODEC(le, 32)
_ENDIAN_CODEC(le, 64)

#undef _ENDIAN_CODEC

#endif /* !_SYS_ENDIAN_H_ */
