/* SPDX-License-Identifier: BSD-2-Clause */
/* Public calls of the network components. */
#ifndef _RUMP_RUMPNET_IF_PUB_H_
#define _RUMP_RUMPNET_IF_PUB_H_

#ifdef __cplusplus
extern "C" {
#endif

int rump_pub_shmif_create(const char *, int *);

#ifdef __cplusplus
}
#endif

#endif /* _RUMP_RUMPNET_IF_PUB_H_ */
