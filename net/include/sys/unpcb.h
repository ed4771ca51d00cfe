/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Control block of a local domain socket.
 *
 * A bound socket and its file-system node point at each other; a connected
 * pair of streams point at each other through unp_conn; datagram sockets
 * connected to one receiver hang on its unp_refs list.
 */
#ifndef _SYS_UNPCB_H_
#define _SYS_UNPCB_H_

#include <sys/mutex.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/un.h>

struct mbuf;
struct socket;
struct vnode;

struct unpcb {
	struct socket *unp_socket;    /* c: our socket */
	struct vnode *unp_vnode;      /* l: bound file, or NULL */
	ino_t unp_ino;                /* l: fake inode number */
	struct unpcb *unp_conn;       /* l: peer */
	struct unpcb *unp_refs;       /* l: first that connects to us */
	struct unpcb *unp_nextref;    /* l: next in the peer's unp_refs */
	struct sockaddr_un *unp_addr; /* l: bound address */
	kmutex_t *unp_streamlock;     /* c: lock of a stream pair */
	size_t unp_addrlen;           /* l: its allocated size */
	size_t unp_cc;                /* l: bytes the peer saw last */
	size_t unp_mbcnt;             /* l: mbuf space likewise */
	struct timespec unp_ctime;    /* l: times of fstat */
	struct timespec unp_atime;
	struct timespec unp_mtime;
	int unp_flags;             /* l: UNP_* */
	struct unpcbid unp_connid; /* l: credentials of the peer */
};

#define UNP_WANTCRED  0x0001 /* LOCAL_CREDS on */
#define UNP_CONNWAIT  0x0002 /* LOCAL_CONNWAIT on */
#define UNP_EIDSVALID 0x0004 /* unp_connid is valid */
#define UNP_EIDSBIND  0x0008 /* unp_connid stems from listen */
#define UNP_BUSY      0x0010 /* bind or connect under way */
#define UNP_OWANTCRED 0x0020 /* LOCAL_OCREDS on */

#define sotounpcb(so) ((struct unpcb *)((so)->so_pcb))

#endif /* _SYS_UNPCB_H_ */
