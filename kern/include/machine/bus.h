/* SPDX-License-Identifier: BSD-2-Clause */
/* No buses of the machine's own. */

#ifndef _MACHINE_BUS_H_
#define _MACHINE_BUS_H_

typedef unsigned long bus_addr_t;
typedef unsigned long bus_size_t;
typedef unsigned long bus_space_tag_t;
typedef unsigned long bus_space_handle_t;
typedef struct rump_bus_dma_tag *bus_dma_tag_t;
typedef struct rump_bus_dmamap *bus_dmamap_t;

#endif /* _MACHINE_BUS_H_ */
