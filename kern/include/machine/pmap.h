/* SPDX-License-Identifier: BSD-2-Clause */
/* No page tables: kernel addresses are host addresses. */

#ifndef _MACHINE_PMAP_H_
#define _MACHINE_PMAP_H_

struct pmap;
#define pmap_is_modified(pg)   (0)
#define pmap_is_referenced(pg) (0)

#endif /* _MACHINE_PMAP_H_ */
