/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MALLOC_H_
#define _SYS_MALLOC_H_

/* malloc(9): allocation that remembers its size; kmem(9) is preferred */

#include <sys/mallocvar.h>

#define M_WAITOK  0x0000
#define M_NOWAIT  0x0001
#define M_ZERO    0x0002
#define M_CANFAIL 0x0004

MALLOC_DECLARE(M_DEVBUF);
MALLOC_DECLARE(M_DMAMAP);
MALLOC_DECLARE(M_FREE);
MALLOC_DECLARE(M_PCB);
MALLOC_DECLARE(M_SOFTINTR);
MALLOC_DECLARE(M_TEMP);
MALLOC_DECLARE(M_RTABLE);
MALLOC_DECLARE(M_FTABLE);
MALLOC_DECLARE(M_UFSMNT);
MALLOC_DECLARE(M_NETADDR);
MALLOC_DECLARE(M_IPMOPTS);
MALLOC_DECLARE(M_IPMADDR);
MALLOC_DECLARE(M_MRTABLE);
MALLOC_DECLARE(M_BWMETER);
MALLOC_DECLARE(M_IFADDR);
MALLOC_DECLARE(M_IFMADDR);
MALLOC_DECLARE(M_SONAME);
MALLOC_DECLARE(M_SECA);
MALLOC_DECLARE(M_USB);
MALLOC_DECLARE(M_USBDEV);
MALLOC_DECLARE(M_VNODE);
MALLOC_DECLARE(M_MOUNT);
MALLOC_DECLARE(M_CACHE);
MALLOC_DECLARE(M_KEVENT);

void *kern_malloc(unsigned long, int);
void *kern_realloc(void *, unsigned long, int);
void kern_free(void *);
void kmeminit(void);

#define malloc(size, type, flags)        kern_malloc((size), (flags))
#define realloc(addr, size, type, flags) kern_realloc((addr), (size), (flags))
#define free(addr, type)                 kern_free((addr))
#define MALLOC(space, cast, size, type, flags)                                 \
	(space) = (cast)malloc((u_long)(size), (type), (flags))
#define FREE(addr, type) free((addr), (type))

#endif /* !_SYS_MALLOC_H_ */
