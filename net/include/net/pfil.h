/* SPDX-License-Identifier: BSD-2-Clause */
/* Packet filter hooks (pfil(9)). */
#ifndef _NET_PFIL_H_
#define _NET_PFIL_H_

#include <sys/queue.h>
#include <sys/types.h>

struct mbuf;
struct ifnet;
struct ifaddr;

typedef struct pfil_head pfil_head_t;

/* a packet passes a hook as *mp; an error or *mp == NULL ends its way */
typedef int (*pfil_func_t)(void *, struct mbuf **, struct ifnet *, int);
/* address events */
typedef void (*pfil_ifunc_t)(void *, u_long, void *);

#define PFIL_IN     0x00000001
#define PFIL_OUT    0x00000002
#define PFIL_ALL    (PFIL_IN | PFIL_OUT)
#define PFIL_IFADDR 0x00000008
#define PFIL_IFNET  0x00000010

/* values of cmd when PFIL_IFNET */
#define PFIL_IFNET_ATTACH 0
#define PFIL_IFNET_DETACH 1

#define PFIL_TYPE_AF    1 /* pfil key is an address family */
#define PFIL_TYPE_IFNET 2 /* pfil key is an interface */

#ifdef _KERNEL
void pfil_init(void);
int pfil_run_hooks(pfil_head_t *, struct mbuf **, struct ifnet *, int);
void pfil_run_addrhooks(pfil_head_t *, u_long, struct ifaddr *);
void pfil_run_ifhooks(pfil_head_t *, u_long, struct ifnet *);
int pfil_add_hook(pfil_func_t, void *, int, pfil_head_t *);
int pfil_remove_hook(pfil_func_t, void *, int, pfil_head_t *);
int pfil_add_ihook(pfil_ifunc_t, void *, int, pfil_head_t *);
int pfil_remove_ihook(pfil_ifunc_t, void *, int, pfil_head_t *);
pfil_head_t *pfil_head_create(int, void *);
void pfil_head_destroy(pfil_head_t *);
pfil_head_t *pfil_head_get(int, void *);
#endif

#endif /* _NET_PFIL_H_ */
