/* SPDX-License-Identifier: BSD-2-Clause */
/* Link-level addresses (AF_LINK). */
#ifndef _NET_IF_DL_H_
#define _NET_IF_DL_H_

#include <sys/ansi.h>
#include <sys/socket.h>
#include <sys/types.h>

struct dl_addr {
	__uint8_t dl_type; /* IFT_* */
	__uint8_t dl_nlen; /* length of the name, which comes first */
	__uint8_t dl_alen; /* length of the address, which follows */
	__uint8_t dl_slen; /* length of the selector, which is last */
	char dl_data[12];  /* may be longer */
};

struct sockaddr_dl {
	__uint8_t sdl_len;
	__sa_family_t sdl_family;
	__uint16_t sdl_index;
	struct dl_addr sdl_addr;
#define sdl_type sdl_addr.dl_type
#define sdl_nlen sdl_addr.dl_nlen
#define sdl_alen sdl_addr.dl_alen
#define sdl_slen sdl_addr.dl_slen
#define sdl_data sdl_addr.dl_data
};

#define satosdl(__sa)  ((struct sockaddr_dl *)(__sa))
#define satocsdl(__sa) ((const struct sockaddr_dl *)(__sa))

#ifdef _KERNEL
#define LLADDR(__sdl)  ((char *)(__sdl)->sdl_data + (__sdl)->sdl_nlen)
#define CLLADDR(__sdl) ((const char *)(__sdl)->sdl_data + (__sdl)->sdl_nlen)

uint8_t sockaddr_dl_measure(uint8_t, uint8_t);
struct sockaddr *sockaddr_dl_alloc(
    uint16_t, uint8_t, const void *, uint8_t, const void *, uint8_t, int);
struct sockaddr_dl *sockaddr_dl_init(struct sockaddr_dl *, socklen_t, uint16_t,
    uint8_t, const void *, uint8_t, const void *, uint8_t);
struct sockaddr_dl *
sockaddr_dl_setaddr(struct sockaddr_dl *, socklen_t, const void *, uint8_t);
#else
#define LLADDR(s)  ((char *)((s)->sdl_data + (s)->sdl_nlen))
#define CLLADDR(s) ((const char *)((s)->sdl_data + (s)->sdl_nlen))
#endif

#endif /* _NET_IF_DL_H_ */
