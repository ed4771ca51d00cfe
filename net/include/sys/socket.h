/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The socket interface: addresses, options, messages, ancillary data.
 */
#ifndef _SYS_SOCKET_H_
#define _SYS_SOCKET_H_

#include <sys/ansi.h>
#include <sys/cdefs.h>
#include <sys/sigtypes.h>
#include <sys/types.h>
#include <sys/uio.h>

#ifndef socklen_t
typedef __socklen_t socklen_t;
#define socklen_t __socklen_t
#endif
#ifndef sa_family_t
typedef __sa_family_t sa_family_t;
#define sa_family_t __sa_family_t
#endif

/* socket types */
#define SOCK_STREAM     1
#define SOCK_DGRAM      2
#define SOCK_RAW        3
#define SOCK_RDM        4
#define SOCK_SEQPACKET  5
#define SOCK_CONN_DGRAM 6
#define SOCK_DCCP       SOCK_CONN_DGRAM

#define SOCK_CLOEXEC    0x10000000
#define SOCK_NONBLOCK   0x20000000
#define SOCK_NOSIGPIPE  0x40000000
#define SOCK_FLAGS_MASK 0xf0000000

/* options kept in so_options */
#define SO_DEBUG        0x0001
#define SO_ACCEPTCONN   0x0002
#define SO_REUSEADDR    0x0004
#define SO_KEEPALIVE    0x0008
#define SO_DONTROUTE    0x0010
#define SO_BROADCAST    0x0020
#define SO_USELOOPBACK  0x0040
#define SO_LINGER       0x0080
#define SO_OOBINLINE    0x0100
#define SO_REUSEPORT    0x0200
#define SO_NOSIGPIPE    0x0800
#define SO_ACCEPTFILTER 0x1000
#define SO_TIMESTAMP    0x2000

#define SO_DEFOPTS                                                             \
	(SO_DEBUG | SO_REUSEADDR | SO_KEEPALIVE | SO_DONTROUTE |               \
	    SO_BROADCAST | SO_USELOOPBACK | SO_LINGER | SO_OOBINLINE |         \
	    SO_REUSEPORT | SO_NOSIGPIPE | SO_TIMESTAMP)

#define __SO_OPTION_BITS                                                       \
	"\20\1SO_DEBUG\2SO_ACCEPTCONN\3SO_REUSEADDR"                           \
	"\4SO_KEEPALIVE\5SO_DONTROUTE\6SO_BROADCAST"                           \
	"\7SO_USELOOPBACK\10SO_LINGER\11SO_OOBINLINE"                          \
	"\12SO_REUSEPORT\14SO_NOSIGPIPE\15SO_ACCEPTFILTER"                     \
	"\16SO_TIMESTAMP"

/* options with a value of their own */
#define SO_SNDBUF     0x1001
#define SO_RCVBUF     0x1002
#define SO_SNDLOWAT   0x1003
#define SO_RCVLOWAT   0x1004
#define SO_ERROR      0x1007
#define SO_TYPE       0x1008
#define SO_OVERFLOWED 0x1009
#define SO_NOHEADER   0x100a
#define SO_SNDTIMEO   0x100b
#define SO_RCVTIMEO   0x100c

struct linger {
	int l_onoff;
	int l_linger; /* seconds */
};

struct accept_filter_arg {
	char af_name[16];
	char af_arg[256 - 16];
};

#define SOL_SOCKET 0xffff

/* address families */
#define AF_UNSPEC          0
#define AF_LOCAL           1
#define AF_UNIX            AF_LOCAL
#define AF_INET            2
#define AF_IMPLINK         3
#define AF_PUP             4
#define AF_CHAOS           5
#define AF_NS              6
#define AF_ISO             7
#define AF_OSI             AF_ISO
#define AF_ECMA            8
#define AF_DATAKIT         9
#define AF_CCITT           10
#define AF_SNA             11
#define AF_DECnet          12
#define AF_DLI             13
#define AF_LAT             14
#define AF_HYLINK          15
#define AF_APPLETALK       16
#define AF_OROUTE          17
#define AF_LINK            18
#define pseudo_AF_XTP      19
#define AF_COIP            20
#define AF_CNT             21
#define pseudo_AF_RTIP     22
#define AF_IPX             23
#define AF_INET6           24
#define pseudo_AF_PIP      25
#define AF_ISDN            26
#define AF_E164            AF_ISDN
#define AF_NATM            27
#define AF_ARP             28
#define pseudo_AF_KEY      29
#define pseudo_AF_HDRCMPLT 30
#define AF_BLUETOOTH       31
#define AF_IEEE80211       32
#define AF_MPLS            33
#define AF_ROUTE           34
#define AF_MAX             35

/* protocol families */
#define PF_UNSPEC    AF_UNSPEC
#define PF_LOCAL     AF_LOCAL
#define PF_UNIX      PF_LOCAL
#define PF_INET      AF_INET
#define PF_IMPLINK   AF_IMPLINK
#define PF_PUP       AF_PUP
#define PF_CHAOS     AF_CHAOS
#define PF_NS        AF_NS
#define PF_ISO       AF_ISO
#define PF_OSI       AF_ISO
#define PF_ECMA      AF_ECMA
#define PF_DATAKIT   AF_DATAKIT
#define PF_CCITT     AF_CCITT
#define PF_SNA       AF_SNA
#define PF_DECnet    AF_DECnet
#define PF_DLI       AF_DLI
#define PF_LAT       AF_LAT
#define PF_HYLINK    AF_HYLINK
#define PF_APPLETALK AF_APPLETALK
#define PF_OROUTE    AF_OROUTE
#define PF_LINK      AF_LINK
#define PF_XTP       pseudo_AF_XTP
#define PF_COIP      AF_COIP
#define PF_CNT       AF_CNT
#define PF_INET6     AF_INET6
#define PF_IPX       AF_IPX
#define PF_RTIP      pseudo_AF_RTIP
#define PF_PIP       pseudo_AF_PIP
#define PF_ISDN      AF_ISDN
#define PF_E164      AF_E164
#define PF_NATM      AF_NATM
#define PF_ARP       AF_ARP
#define PF_KEY       pseudo_AF_KEY
#define PF_BLUETOOTH AF_BLUETOOTH
#define PF_MPLS      AF_MPLS
#define PF_ROUTE     AF_ROUTE
#define PF_MAX       AF_MAX

struct sockaddr {
	__uint8_t sa_len;
	__sa_family_t sa_family;
	char sa_data[14];
};

#define _SS_MAXSIZE   128
#define _SS_ALIGNSIZE (sizeof(__int64_t))
#define _SS_PAD1SIZE  (_SS_ALIGNSIZE - 2)
#define _SS_PAD2SIZE  (_SS_MAXSIZE - 2 - _SS_PAD1SIZE - _SS_ALIGNSIZE)

struct sockaddr_storage {
	__uint8_t ss_len;
	__sa_family_t ss_family;
	char __ss_pad1[_SS_PAD1SIZE];
	__int64_t __ss_align;
	char __ss_pad2[_SS_PAD2SIZE];
};
#define sstosa(__ss)  ((struct sockaddr *)(__ss))
#define sstocsa(__ss) ((const struct sockaddr *)(__ss))

/* credentials passed by LOCAL_CREDS */
struct sockcred {
	pid_t sc_pid;
	uid_t sc_uid;
	uid_t sc_euid;
	gid_t sc_gid;
	gid_t sc_egid;
	int sc_ngroups;
	gid_t sc_groups[1];
};
#define SOCKCREDSIZE(ngrps)                                                    \
	(sizeof(struct sockcred) + (sizeof(gid_t) * ((ngrps)-1)))

/* sysctl net.<pf>: pcb lists */
#define PCB_SLOP        20
#define PCB_ALL         0
#define NET_RT_DUMP     1
#define NET_RT_FLAGS    2
#define NET_RT_OOIFLIST 3
#define NET_RT_OIFLIST  4
#define NET_RT_IFLIST   5
#define NET_RT_MAXID    6
#define NET_MAXID       AF_MAX

struct kinfo_pcb {
	__uint64_t ki_pcbaddr;
	__uint64_t ki_ppcbaddr;
	__uint64_t ki_sockaddr;
	__uint32_t ki_family;
	__uint32_t ki_type;
	__uint32_t ki_protocol;
	__uint32_t ki_pflags;
	__uint32_t ki_sostate;
	__uint32_t ki_prstate;
	__int32_t ki_tstate;
	__uint32_t ki_tflags;
	__uint64_t ki_rcvq;
	__uint64_t ki_sndq;
	union {
		struct sockaddr _kis_src;
		char _kis_pad[256 + 8];
	} ki_s;
	union {
		struct sockaddr _kid_dst;
		char _kid_pad[256 + 8];
	} ki_d;
	__uint64_t ki_inode;
	__uint64_t ki_vnode;
	__uint64_t ki_conn;
	__uint64_t ki_refs;
	__uint64_t ki_nextref;
};
#define ki_src  ki_s._kis_src
#define ki_dst  ki_d._kid_dst
#define ki_spad ki_s._kis_pad
#define ki_dpad ki_d._kid_pad

#define SOMAXCONN 128

struct msghdr {
	void *msg_name;
	__socklen_t msg_namelen;
	struct iovec *msg_iov;
	int msg_iovlen;
	void *msg_control;
	__socklen_t msg_controllen;
	int msg_flags;
};

struct mmsghdr {
	struct msghdr msg_hdr;
	unsigned int msg_len;
};

#define MSG_OOB          0x0001
#define MSG_PEEK         0x0002
#define MSG_DONTROUTE    0x0004
#define MSG_EOR          0x0008
#define MSG_TRUNC        0x0010
#define MSG_CTRUNC       0x0020
#define MSG_WAITALL      0x0040
#define MSG_DONTWAIT     0x0080
#define MSG_BCAST        0x0100
#define MSG_MCAST        0x0200
#define MSG_NOSIGNAL     0x0400
#define MSG_CMSG_CLOEXEC 0x0800
#define MSG_NBIO         0x1000
#define MSG_WAITFORONE   0x2000
#define MSG_NOTIFICATION 0x4000

/* the rest never comes from a user */
#define MSG_USERFLAGS   0x0ffffff
#define MSG_NAMEMBUF    0x1000000
#define MSG_CONTROLMBUF 0x2000000
#define MSG_IOVUSRSPACE 0x4000000
#define MSG_LENUSRSPACE 0x8000000

struct cmsghdr {
	__socklen_t cmsg_len;
	int cmsg_level;
	int cmsg_type;
};

#ifndef __CMSG_ALIGN
#define __CMSG_ALIGN(n) (((n) + (sizeof(long) - 1)) & ~(sizeof(long) - 1))
#endif
#ifdef _KERNEL
#define CMSG_ALIGN(n) __CMSG_ALIGN(n)
#endif

#define CMSG_DATA(cmsg)                                                        \
	((unsigned char *)(void *)(cmsg) + __CMSG_ALIGN(sizeof(struct cmsghdr)))
#define CCMSG_DATA(cmsg)                                                       \
	((const unsigned char *)(const void *)(cmsg) +                         \
	    __CMSG_ALIGN(sizeof(struct cmsghdr)))
#define CMSG_NXTHDR(mhdr, cmsg)                                                \
	((((char *)(cmsg)) + __CMSG_ALIGN((cmsg)->cmsg_len) +                  \
		 __CMSG_ALIGN(sizeof(struct cmsghdr)) >                        \
	     ((char *)(mhdr)->msg_control) + (mhdr)->msg_controllen)           \
		? (struct cmsghdr *)NULL                                       \
		: (struct cmsghdr *)(void *)((char *)(cmsg) +                  \
		      __CMSG_ALIGN((cmsg)->cmsg_len)))
#define CMSG_FIRSTHDR(mhdr)                                                    \
	((mhdr)->msg_controllen >= sizeof(struct cmsghdr)                      \
		? (struct cmsghdr *)(mhdr)->msg_control                        \
		: (struct cmsghdr *)NULL)
#define CMSG_SPACE(l) (__CMSG_ALIGN(sizeof(struct cmsghdr)) + __CMSG_ALIGN(l))
#define CMSG_LEN(l)   (__CMSG_ALIGN(sizeof(struct cmsghdr)) + (l))

#define SCM_RIGHTS    0x01
#define SCM_TIMESTAMP 0x08
#define SCM_CREDS     0x10

#define SHUT_RD   0
#define SHUT_WR   1
#define SHUT_RDWR 2

#ifdef _KERNEL
/* what a protocol may be told by its ctlinput is in protosw.h */

static __inline socklen_t
sockaddr_getlen(const struct sockaddr *sa)
{
	return sa->sa_len;
}

static __inline socklen_t
sockaddr_getsize_by_family(sa_family_t af)
{
	switch (af) {
	case AF_INET:
		return 16;
	case AF_INET6:
		return 28;
	case AF_LINK:
		return 20;
	case AF_LOCAL:
		return 106;
	default:
		return 128;
	}
}

struct sockaddr *
sockaddr_copy(struct sockaddr *, socklen_t, const struct sockaddr *);
struct sockaddr *
sockaddr_externalize(struct sockaddr *, socklen_t, const struct sockaddr *);
struct sockaddr *sockaddr_alloc(sa_family_t, socklen_t, int);
const void *sockaddr_const_addr(const struct sockaddr *, socklen_t *);
void *sockaddr_addr(struct sockaddr *, socklen_t *);
const struct sockaddr *sockaddr_any(const struct sockaddr *);
const struct sockaddr *sockaddr_any_by_family(sa_family_t);
const void *sockaddr_anyaddr(const struct sockaddr *, socklen_t *);
int sockaddr_cmp(const struct sockaddr *, const struct sockaddr *);
struct sockaddr *sockaddr_dup(const struct sockaddr *, int);
void sockaddr_free(struct sockaddr *);
int sockaddr_format(const struct sockaddr *, char *, size_t);
#endif /* _KERNEL */

#endif /* _SYS_SOCKET_H_ */
