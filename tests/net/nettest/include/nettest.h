/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests that run inside the kernel: 0, or the line that failed. */
#ifndef NETTEST_H
#define NETTEST_H

int rump_nettest_mbuf_alloc(void);
int rump_nettest_mbuf_copy(void);
int rump_nettest_mbuf_shape(void);
int rump_nettest_mbuf_pulldown(void);
int rump_nettest_mbuf_limit(void);
int rump_nettest_mbuf_queue(void);
int rump_nettest_mbuf_tags(void);
int rump_nettest_mbuf_random(unsigned int, int);
int rump_nettest_pktq(void);
int rump_nettest_member(const char *);
int rump_nettest_pktq_barrier(void);
int rump_nettest_radix(void);
int rump_nettest_radix_random(unsigned int, int);
int rump_nettest_sockbuf(void);
int rump_nettest_sosend_owner(void);
int rump_nettest_ether_hooks(void);
int rump_nettest_ether_reattach(void);
int rump_nettest_ether_owner(void);
int rump_nettest_vlan_mtu(void);
int rump_nettest_clone_locks(void);

#endif
