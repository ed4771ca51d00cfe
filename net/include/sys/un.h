/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Local (Unix) domain addresses and options.
 */
#ifndef _SYS_UN_H_
#define _SYS_UN_H_

#include <sys/ansi.h>
#include <sys/types.h>

#ifndef sa_family_t
typedef __sa_family_t sa_family_t;
#define sa_family_t __sa_family_t
#endif

struct sockaddr_un {
	__uint8_t sun_len;
	sa_family_t sun_family;
	char sun_path[104];
};

/* options at level 0 */
#define LOCAL_OCREDS   0x0001
#define LOCAL_CONNWAIT 0x0002
#define LOCAL_PEEREID  0x0003
#define LOCAL_CREDS    0x0004

struct unpcbid {
	pid_t unp_pid;
	uid_t unp_euid;
	gid_t unp_egid;
};

#define SUN_LEN(su)                                                            \
	(sizeof(*(su)) - sizeof((su)->sun_path) + __sun_strlen((su)->sun_path))

static __inline unsigned long
__sun_strlen(const char *s)
{
	unsigned long n = 0;

	while (s[n] != '\0')
		n++;
	return n;
}

#ifdef _KERNEL
struct unpcb;
struct socket;
struct sockaddr;
struct sockopt;
struct sockaddr_un;
struct mbuf;
struct lwp;

extern const struct pr_usrreqs unp_usrreqs;

int uipc_ctloutput(int, struct socket *, struct sockopt *);
void uipc_init(void);

int unp_connect(struct socket *, struct sockaddr *, struct lwp *);
int unp_connect2(struct socket *, struct socket *);
void unp_dispose(struct mbuf *);
int unp_externalize(struct mbuf *, struct lwp *, int);
#endif

#endif /* _SYS_UN_H_ */
