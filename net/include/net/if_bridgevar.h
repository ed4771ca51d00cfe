/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests to a bridge interface, by SIOCSDRVSPEC and SIOCGDRVSPEC with a
 * struct ifdrv whose ifd_cmd is one of BRDG*.
 */
/*
 * A bridge driver's own header of that name, in its tree, has these and more.
 */
#if __has_include_next(<net/if_bridgevar.h>)
#include_next <net/if_bridgevar.h>
#else
#ifndef _NET_IF_BRIDGEVAR_H_
#define _NET_IF_BRIDGEVAR_H_

#include <net/if.h>
#include <sys/types.h>

#define BRDGADD     0
#define BRDGDEL     1
#define BRDGGIFFLGS 2
#define BRDGSIFFLGS 3
#define BRDGSCACHE  4
#define BRDGGCACHE  5
#define BRDGSTO     9
#define BRDGGTO     10

struct ifbreq {
	char ifbr_ifsname[IFNAMSIZ];
	uint32_t ifbr_ifsflags;
	uint8_t ifbr_state;
	uint8_t ifbr_priority;
	uint8_t ifbr_path_cost;
	uint8_t ifbr_portno;
};

#endif
#endif
