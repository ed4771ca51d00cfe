/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETIF_VIRTIF_IMPL_H_
#define _NETIF_VIRTIF_IMPL_H_

void virtif_attach_cloner(void);

#endif
