/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of the interface layer. */
#ifndef IF_IMPL_H
#define IF_IMPL_H

struct if_clone;
struct ifnet;

void netisr_init(void);
void pfil_init(void);
void if_percpuq_drain(struct ifnet *);
void if_disconnect(struct ifnet *);
int if_clone_list_user(struct if_clonereq *);

#endif
