/* SPDX-License-Identifier: BSD-2-Clause */
/* Arguments of reboot(2) and flags of boot. */

#ifndef _SYS_REBOOT_H_
#define _SYS_REBOOT_H_

#define RB_AUTOBOOT  0x00000000
#define RB_ASKNAME   0x00000001
#define RB_SINGLE    0x00000002
#define RB_NOSYNC    0x00000004
#define RB_HALT      0x00000008
#define RB_INITNAME  0x00000010
#define __RB_UNUSED1 0x00000020
#define RB_KDB       0x00000040
#define RB_RDONLY    0x00000080
#define RB_DUMP      0x00000100
#define RB_MINIROOT  0x00000200
#define RB_STRING    0x00000400
#define RB_POWERDOWN (RB_HALT | 0x800)
#define RB_USERCONF  0x00001000

#define RB_MD1 0x10000000
#define RB_MD2 0x20000000
#define RB_MD3 0x40000000
#define RB_MD4 0x80000000

#define AB_NORMAL  0x00000000
#define AB_QUIET   0x00010000
#define AB_VERBOSE 0x00020000
#define AB_SILENT  0x00040000
#define AB_DEBUG   0x00080000

#ifdef _KERNEL
#include <sys/cdefs.h>
extern int boothowto;
void cpu_reboot(int, char *) __dead;
void kern_reboot(int, char *) __dead;
#define bootverbose ((boothowto & AB_VERBOSE) != 0)
#define bootquiet   ((boothowto & AB_QUIET) != 0)
#endif

#endif /* _SYS_REBOOT_H_ */
