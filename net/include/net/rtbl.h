/* SPDX-License-Identifier: BSD-2-Clause */
/* The routing table seen apart from the tree that stores it. */
#ifndef _NET_RTBL_H_
#define _NET_RTBL_H_

#ifdef _KERNEL
#include <net/radix.h>

struct sockaddr;
struct rtentry;

struct rtbl {
	struct radix_node_head t_rnh;
};
typedef struct rtbl rtbl_t;

int rt_inithead(rtbl_t **, int);
struct rtentry *rt_matchaddr(rtbl_t *, const struct sockaddr *);
int rt_addaddr(rtbl_t *, struct rtentry *, const struct sockaddr *);
struct rtentry *
rt_lookup(rtbl_t *, const struct sockaddr *, const struct sockaddr *);
struct rtentry *
rt_deladdr(rtbl_t *, const struct sockaddr *, const struct sockaddr *);
rtbl_t *rt_gettable(int);
void rt_assert_inactive(const struct rtentry *);
int rt_refines(const struct sockaddr *, const struct sockaddr *);
int rt_walktree(int, int (*)(struct rtentry *, void *), void *);
struct rtentry *
rtbl_search_matched_entry(int, int (*)(struct rtentry *, void *), void *);
void rtbl_init(void);
#endif

#endif /* _NET_RTBL_H_ */
