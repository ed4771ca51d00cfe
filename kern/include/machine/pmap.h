/* SPDX-License-Identifier: BSD-2-Clause */
/* No page tables: kernel addresses are host addresses; see uvm_pmap.h. */

#ifndef _MACHINE_PMAP_H_
#define _MACHINE_PMAP_H_

struct pmap;

#endif /* _MACHINE_PMAP_H_ */
