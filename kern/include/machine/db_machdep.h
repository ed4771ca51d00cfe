/* SPDX-License-Identifier: BSD-2-Clause */
/* There is no in-kernel debugger. */

#ifndef _MACHINE_DB_MACHDEP_H_
#define _MACHINE_DB_MACHDEP_H_

typedef unsigned long db_addr_t;
typedef long db_expr_t;

#endif /* _MACHINE_DB_MACHDEP_H_ */
