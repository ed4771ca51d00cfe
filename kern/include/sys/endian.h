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

#if _BYTE_ORDER == _LITTLE_ENDIAN
#define htobe16(x) bswap16(x)
#define htole16(x) ((uint16_t)(x))
#define be16toh(x) bswap16(x)
#define le16toh(x) ((uint16_t)(x))
#define HTOBE16(x) ((x) = htobe16(x))
#define HTOLE16(x) ((void)(x))
#define BE16TOH(x) ((x) = be16toh(x))
#define LE16TOH(x) ((void)(x))
#define htobe32(x) bswap32(x)
#define htole32(x) ((uint32_t)(x))
#define be32toh(x) bswap32(x)
#define le32toh(x) ((uint32_t)(x))
#define HTOBE32(x) ((x) = htobe32(x))
#define HTOLE32(x) ((void)(x))
#define BE32TOH(x) ((x) = be32toh(x))
#define LE32TOH(x) ((void)(x))
#define htobe64(x) bswap64(x)
#define htole64(x) ((uint64_t)(x))
#define be64toh(x) bswap64(x)
#define le64toh(x) ((uint64_t)(x))
#define HTOBE64(x) ((x) = htobe64(x))
#define HTOLE64(x) ((void)(x))
#define BE64TOH(x) ((x) = be64toh(x))
#define LE64TOH(x) ((void)(x))
#define htons(x)   bswap16(x)
#define htonl(x)   bswap32(x)
#define ntohs(x)   bswap16(x)
#define ntohl(x)   bswap32(x)
#define NTOHL(x)   ((x) = ntohl(x))
#define NTOHS(x)   ((x) = ntohs(x))
#define HTONL(x)   ((x) = htonl(x))
#define HTONS(x)   ((x) = htons(x))
#else
#define htobe16(x) ((uint16_t)(x))
#define htole16(x) bswap16(x)
#define be16toh(x) ((uint16_t)(x))
#define le16toh(x) bswap16(x)
#define HTOBE16(x) ((void)(x))
#define HTOLE16(x) ((x) = htole16(x))
#define BE16TOH(x) ((void)(x))
#define LE16TOH(x) ((x) = le16toh(x))
#define htobe32(x) ((uint32_t)(x))
#define htole32(x) bswap32(x)
#define be32toh(x) ((uint32_t)(x))
#define le32toh(x) bswap32(x)
#define HTOBE32(x) ((void)(x))
#define HTOLE32(x) ((x) = htole32(x))
#define BE32TOH(x) ((void)(x))
#define LE32TOH(x) ((x) = le32toh(x))
#define htobe64(x) ((uint64_t)(x))
#define htole64(x) bswap64(x)
#define be64toh(x) ((uint64_t)(x))
#define le64toh(x) bswap64(x)
#define HTOBE64(x) ((void)(x))
#define HTOLE64(x) ((x) = htole64(x))
#define BE64TOH(x) ((void)(x))
#define LE64TOH(x) ((x) = le64toh(x))
#define htons(x)   ((uint16_t)(x))
#define htonl(x)   ((uint32_t)(x))
#define ntohs(x)   ((uint16_t)(x))
#define ntohl(x)   ((uint32_t)(x))
#define NTOHL(x)   ((void)(x))
#define NTOHS(x)   ((void)(x))
#define HTONL(x)   ((void)(x))
#define HTONS(x)   ((void)(x))
#endif

static __inline void __unused
be16enc(void *dst, uint16_t u)
{
	u = htobe16(u);
	__builtin_memcpy(dst, &u, sizeof(u));
}

static __inline uint16_t __unused
be16dec(const void *src)
{
	uint16_t u;

	__builtin_memcpy(&u, src, sizeof(u));
	return be16toh(u);
}

static __inline void __unused
be32enc(void *dst, uint32_t u)
{
	u = htobe32(u);
	__builtin_memcpy(dst, &u, sizeof(u));
}

static __inline uint32_t __unused
be32dec(const void *src)
{
	uint32_t u;

	__builtin_memcpy(&u, src, sizeof(u));
	return be32toh(u);
}

static __inline void __unused
be64enc(void *dst, uint64_t u)
{
	u = htobe64(u);
	__builtin_memcpy(dst, &u, sizeof(u));
}

static __inline uint64_t __unused
be64dec(const void *src)
{
	uint64_t u;

	__builtin_memcpy(&u, src, sizeof(u));
	return be64toh(u);
}

static __inline void __unused
le16enc(void *dst, uint16_t u)
{
	u = htole16(u);
	__builtin_memcpy(dst, &u, sizeof(u));
}

static __inline uint16_t __unused
le16dec(const void *src)
{
	uint16_t u;

	__builtin_memcpy(&u, src, sizeof(u));
	return le16toh(u);
}

static __inline void __unused
le32enc(void *dst, uint32_t u)
{
	u = htole32(u);
	__builtin_memcpy(dst, &u, sizeof(u));
}

static __inline uint32_t __unused
le32dec(const void *src)
{
	uint32_t u;

	__builtin_memcpy(&u, src, sizeof(u));
	return le32toh(u);
}

static __inline void __unused
le64enc(void *dst, uint64_t u)
{
	u = htole64(u);
	__builtin_memcpy(dst, &u, sizeof(u));
}

static __inline uint64_t __unused
le64dec(const void *src)
{
	uint64_t u;

	__builtin_memcpy(&u, src, sizeof(u));
	return le64toh(u);
}

#endif /* !_SYS_ENDIAN_H_ */
