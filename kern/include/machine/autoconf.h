/* SPDX-License-Identifier: BSD-2-Clause */
/* Autoconfiguration roots: none of the machine's own. */

#ifndef _MACHINE_AUTOCONF_H_
#define _MACHINE_AUTOCONF_H_

#endif /* _MACHINE_AUTOCONF_H_ */
