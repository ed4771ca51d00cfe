/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host half of virtif, hypercall revision 20140313.  The names carry the
 * interface's own name, which is "virt" unless VIRTIF_BASE says otherwise, so
 * that several backends can be linked into one program.
 */
#ifndef _NETIF_VIRTIF_USER_H_
#define _NETIF_VIRTIF_USER_H_

#ifndef VIRTIF_BASE
#define VIRTIF_BASE virt
#endif

#define VIF_STRING2(x)         #x
#define VIF_STRING(x)          VIF_STRING2(x)
#define VIF_CAT3(x, y, z)      x##y##z
#define VIF_BASE_CAT3(x, y, z) VIF_CAT3(x, y, z)

#define VIF_NAME         VIF_STRING(VIRTIF_BASE)
#define VIFHYPER_CREATE  VIF_BASE_CAT3(rumpcomp_, VIRTIF_BASE, _create)
#define VIFHYPER_DYING   VIF_BASE_CAT3(rumpcomp_, VIRTIF_BASE, _dying)
#define VIFHYPER_DESTROY VIF_BASE_CAT3(rumpcomp_, VIRTIF_BASE, _destroy)
#define VIFHYPER_SEND    VIF_BASE_CAT3(rumpcomp_, VIRTIF_BASE, _send)
#define VIF_DELIVERPKT   VIF_BASE_CAT3(rump_virtif_, VIRTIF_BASE, _deliverpkt)

struct virtif_sc;
struct virtif_user;
struct iovec;

/*
 * Opens the host's link named devstr and starts to receive.  enaddr holds the
 * proposed Ethernet address, which the host may change.  0 or an errno.
 */
int VIFHYPER_CREATE(const char *devstr, struct virtif_sc *, uint8_t *enaddr,
    struct virtif_user **);

/* No packet is to be delivered after dying() returned; destroy() frees. */
void VIFHYPER_DYING(struct virtif_user *);
void VIFHYPER_DESTROY(struct virtif_user *);

/* Sends one frame.  A frame that the host does not take is lost. */
void VIFHYPER_SEND(struct virtif_user *, struct iovec *, size_t);

/* Upcall, in kernel context: one received frame. */
void VIF_DELIVERPKT(struct virtif_sc *, struct iovec *, size_t);

#endif
