/* SPDX-License-Identifier: BSD-2-Clause */
/* Where Ethernet was declared once. */
#ifndef _NETINET_IF_ETHER_H_
#define _NETINET_IF_ETHER_H_

#include <net/if_ether.h>

#endif /* !_NETINET_IF_ETHER_H_ */
