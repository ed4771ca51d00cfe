/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * librumpkern_sysproxy exists for the sake of link lines that name it; the
 * kernel's half of remote system calls is in librump.
 */
const char rump_sysproxy_alias[] = "sysproxy is part of librump";
