/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETIF_SHMIF_IMPL_H_
#define _NETIF_SHMIF_IMPL_H_

void shmif_attach_cloner(void);

#endif
