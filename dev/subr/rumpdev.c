/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * librumpdev has no code: autoconf(9) and the switch tables are in the base
 * (kern/autoconf), mem(4) is in vfs/spec. The library is there for the programs
 * and drivers that name it.
 */
