/* SPDX-License-Identifier: BSD-2-Clause */
/* ELF flavour of the host. */

#ifndef _MACHINE_ELF_MACHDEP_H_
#define _MACHINE_ELF_MACHDEP_H_

#define ELF32_MACHDEP_ENDIANNESS ELFDATA2LSB
#define ELF64_MACHDEP_ENDIANNESS ELFDATA2LSB
#define KERN_ELFSIZE             64
#define ARCH_ELFSIZE             64

#endif /* _MACHINE_ELF_MACHDEP_H_ */
