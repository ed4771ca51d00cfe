/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A communication domain: a protocol family with its switch table and the
 * operations on its addresses.
 */
#ifndef _SYS_DOMAIN_H_
#define _SYS_DOMAIN_H_

#include <net/route.h>
#include <sys/mbuf.h>
#include <sys/queue.h>
#include <sys/socket.h>

struct ifnet;
struct ifqueue;
struct lwp;
struct protosw;

struct domain {
	int dom_family;
	const char *dom_name;
	void (*dom_init)(void);
	/* turn passed rights into descriptors */
	int (*dom_externalize)(struct mbuf *, struct lwp *, int);
	/* drop rights still in a receive buffer */
	void (*dom_dispose)(struct mbuf *);
	const struct protosw *dom_protosw, *dom_protoswNPROTOSW;
	int (*dom_rtattach)(struct rtbl **, int);
	int dom_rtoffset; /* bits to skip in the address for a key */
	int dom_maxrtkey;
	void *(*dom_ifattach)(struct ifnet *);
	void (*dom_ifdetach)(struct ifnet *, void *);
	/* an interface or its link came up or went down */
	void (*dom_if_up)(struct ifnet *);
	void (*dom_if_down)(struct ifnet *);
	void (*dom_if_link_state_change)(struct ifnet *, int);
	const void *(*dom_sockaddr_const_addr)(
	    const struct sockaddr *, socklen_t *);
	void *(*dom_sockaddr_addr)(struct sockaddr *, socklen_t *);
	int (*dom_sockaddr_cmp)(
	    const struct sockaddr *, const struct sockaddr *);
	struct sockaddr *(*dom_sockaddr_externalize)(
	    struct sockaddr *, socklen_t, const struct sockaddr *);
	const struct sockaddr *dom_sa_any;
	struct ifqueue *dom_ifqueues[2];
	STAILQ_ENTRY(domain) dom_link;
	struct mowner dom_mowner;
	uint_fast8_t dom_sa_cmpofs;
	uint_fast8_t dom_sa_cmplen;
	LIST_HEAD(, route) dom_rtcache;
};

STAILQ_HEAD(domainhead, domain);

#ifdef _KERNEL
/* Announces a domain; its component attaches it with domain_attach(). */
#define DOMAIN_DEFINE(name)                                                    \
	extern struct domain name;                                             \
	__link_set_add_data(domains, name)

#define DOMAIN_FOREACH(dom) STAILQ_FOREACH(dom, &domains, dom_link)

extern struct domainhead domains;

void domaininit(bool);
void domain_attach(struct domain *);
#endif /* _KERNEL */

#endif /* _SYS_DOMAIN_H_ */
