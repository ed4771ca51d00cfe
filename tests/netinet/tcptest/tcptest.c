/* SPDX-License-Identifier: BSD-2-Clause */
/* tst0, an interface that hands what it sends to the test program. */
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/if_types.h>

#include <rump-sys/kern.h>
#include <rump-sys/net.h>

#include "tcptest.h"

#define MAXSENT 512

static struct ifnet *tst;
static kmutex_t lock;
static kcondvar_t cv;
static struct mbuf *sent[MAXSENT];
static unsigned head, tail;

static int
tst_output(struct ifnet *ifp, struct mbuf *m, const struct sockaddr *dst,
    const struct rtentry *rt)
{
	(void)rt;
	ifp->if_opackets++;
	mutex_enter(&lock);
	if (dst->sa_family != AF_INET || tail - head == MAXSENT)
		m_freem(m);
	else {
		sent[tail++ % MAXSENT] = m;
		cv_signal(&cv);
	}
	mutex_exit(&lock);
	return 0;
}

static int
tst_ioctl(struct ifnet *ifp, u_long cmd, void *data)
{
	switch (cmd) {
	case SIOCINITIFADDR:
		ifp->if_flags |= IFF_UP | IFF_RUNNING;
		return 0;
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		return 0;
	default:
		return ifioctl_common(ifp, cmd, data);
	}
}

int
rump_tcptest_create(void)
{
	struct ifnet *ifp;

	rump_schedule();
	mutex_init(&lock, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&cv, "tcptest");
	ifp = if_alloc(IFT_OTHER);
	if_initname(ifp, "tst", 0);
	ifp->if_mtu = 1500;
	ifp->if_flags = IFF_BROADCAST | IFF_MULTICAST;
	ifp->if_ioctl = tst_ioctl;
	ifp->if_output = tst_output;
	ifp->if_type = IFT_OTHER;
	IFQ_SET_READY(&ifp->if_snd);
	if_initialize(ifp);
	if_alloc_sadl(ifp);
	if_register(ifp);
	ifp->if_flags |= IFF_RUNNING;
	tst = ifp;
	rump_unschedule();
	return 0;
}

int
rump_tcptest_inject(const void *p, unsigned long len)
{
	struct mbuf *m;
	int error = 0;

	rump_schedule();
	m = m_gethdr(M_WAIT, MT_DATA);
	if (len > (unsigned long)MHLEN)
		(void)m_clgetsize(m, len, M_WAIT);
	m->m_len = m->m_pkthdr.len = (int)len;
	memcpy(mtod(m, void *), p, len);
	m_set_rcvif(m, tst);
	if (!rump_proto_input(tst, AF_INET, m)) {
		m_freem(m);
		error = ENOBUFS;
	}
	rump_unschedule();
	return error;
}

int
rump_tcptest_capture(void *p, unsigned long len, int ms)
{
	struct mbuf *m = NULL;
	int n = 0;

	rump_schedule();
	mutex_enter(&lock);
	if (head == tail && ms > 0)
		(void)cv_timedwait(&cv, &lock, MAX(ms * hz / 1000, 1));
	if (head != tail)
		m = sent[head++ % MAXSENT];
	mutex_exit(&lock);
	if (m != NULL) {
		n = (int)MIN((unsigned long)m->m_pkthdr.len, len);
		m_copydata(m, 0, n, p);
		m_freem(m);
	}
	rump_unschedule();
	return n;
}
