/* SPDX-License-Identifier: BSD-2-Clause */
/* What sources for many kernels call things here. */
#ifndef _NET_NET_OSDEP_H_
#define _NET_NET_OSDEP_H_

#ifdef _KERNEL
#define if_name(ifp)           ((ifp)->if_xname)
#define ovbcopy(src, dst, len) memmove((dst), (src), (len))
#endif

#endif /* !_NET_NET_OSDEP_H_ */
