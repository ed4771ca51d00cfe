/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mistakes with mbufs, an interface whose functions keep a lock, and a packet
 * filter that does.
 */
#include <sys/param.h>

#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_types.h>
#include <net/pfil.h>
#include <netinet/in.h>
#include <netinet/in_systm.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_var.h>

#include "ktest.h"

static kmutex_t lock;
static struct ifnet badif;

static void
bad_m_freem_twice(void)
{
	struct mbuf *m, *n;

	m = m_gethdr(M_WAIT, MT_DATA);
	n = m_gethdr(M_WAIT, MT_DATA);
	m_freem(m);
	m_freem(n);
	m_freem(m);
}

static void
bad_m_free_twice(void)
{
	struct mbuf *m;

	m = m_get(M_WAIT, MT_DATA);
	(void)m_free(m);
	(void)m_free(m);
}

static void
bad_m_free_type(void)
{
	struct mbuf *m;

	m = m_get(M_WAIT, MT_DATA);
	m->m_type = 77;
	m_freem(m);
}

static void
bad_m_used(void)
{
	struct mbuf *m;

	for (int i = 0; i < 3; i++) {
		m = m_gethdr(M_WAIT, MT_DATA);
		m_freem(m);
	}
	m->m_pkthdr.len = 40;
	m = m_gethdr(M_WAIT, MT_DATA);
	m_freem(m);
}

static void
bad_m_chain_twice(void)
{
	struct mbuf *m, *n;

	/* one mbuf in two chains */
	m = m_gethdr(M_WAIT, MT_DATA);
	n = m_gethdr(M_WAIT, MT_DATA);
	m->m_next = n;
	m_freem(m);
	m_freem(n);
}

static int
bad_if_output(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    const struct rtentry *rt)
{
	m_freem(m);
	mutex_enter(&lock);
	return 0;
}

static int
bad_if_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	if (cmd == SIOCSIFMTU)
		mutex_enter(&lock);
	if (cmd == SIOCADDMULTI)
		return 100000;
	return 0;
}

static void
bad_if_start(struct ifnet *ifp)
{
	mutex_enter(&lock);
}

static void
attach(void)
{
	mutex_init(&lock, MUTEX_DEFAULT, IPL_NONE);
	if_initname(&badif, "bad", 0);
	badif.if_flags = IFF_POINTOPOINT | IFF_MULTICAST;
	badif.if_mtu = 1500;
	badif.if_type = IFT_OTHER;
	badif.if_dlt = DLT_NULL;
	badif.if_output = bad_if_output;
	badif.if_ioctl = bad_if_ioctl;
	badif.if_start = bad_if_start;
	IFQ_SET_READY(&badif.if_snd);
	if_attach(&badif);
	if_alloc_sadl(&badif);
}

static void
start(void)
{
	attach();
	badif.if_flags |= IFF_UP | IFF_RUNNING;
	(void)if_transmit_lock(&badif, m_gethdr(M_WAIT, MT_DATA));
}

static void
output(void)
{
	struct sockaddr sa = {.sa_len = sizeof(sa), .sa_family = AF_INET};

	attach();
	badif.if_flags |= IFF_UP | IFF_RUNNING;
	(void)if_output_lock(
	    &badif, &badif, m_gethdr(M_WAIT, MT_DATA), &sa, NULL);
}

static int
bad_hook(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	mutex_enter(&lock);
	return 0;
}

static int
bad_hook_errno(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	m_freem(*mp);
	*mp = NULL;
	return -1;
}

static void
hook(void)
{
	mutex_init(&lock, MUTEX_DEFAULT, IPL_NONE);
	K(pfil_add_hook(bad_hook, NULL, PFIL_IN | PFIL_OUT, inet_pfil_hook) ==
	    0);
}

static void
hook_errno(void)
{
	K(pfil_add_hook(
	      bad_hook_errno, NULL, PFIL_IN | PFIL_OUT, inet_pfil_hook) == 0);
}

static const struct ktest tests[] = {
    {"m_freem_twice", bad_m_freem_twice},
    {"m_free_twice", bad_m_free_twice},
    {"m_free_type", bad_m_free_type},
    {"m_used", bad_m_used},
    {"m_chain_twice", bad_m_chain_twice},
    {"ioctl", attach},
    {"ioctl_errno", attach},
    {"start", start},
    {"output", output},
    {"hook", hook},
    {"hook_errno", hook_errno},
    {NULL, NULL},
};
KTEST_MAIN(tests)
