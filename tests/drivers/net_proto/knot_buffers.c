/* SPDX-License-Identifier: BSD-2-Clause */
/* Socket buffers by themselves, routes of the family, and soft interrupts. */

#include <sys/atomic.h>
#include <sys/intr.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/pserialize.h>
#include <sys/socket.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <net/if.h>
#include <net/netisr.h>
#include <net/route.h>
#include <net/rtbl.h>

#include "knot.h"
#include "ktest.h"

static struct mbuf *
bytes(int n, int c)
{
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);

	memset(mtod(m, void *), c, (size_t)n);
	m->m_len = m->m_pkthdr.len = n;
	return m;
}

static struct socket *
create(int type)
{
	struct socket *so = NULL;

	KEQ(socreate(AF_KNOT, &so, type, 0, curlwp, NULL), 0);
	return so;
}

void
knot_test_buffers(void)
{
	struct socket *so = create(SOCK_STREAM);
	struct sockbuf *sb = &so->so_rcv;
	struct mbuf *m;

	K(sb_max >= 65536);
	solock(so);
	KEQ(sbreserve(sb, 2000, so), 1);
	KEQ(sb->sb_hiwat, 2000);
	KEQ(sbreserve(sb, sb_max * 2, so), 0);
	KEQ(sb->sb_hiwat, 2000);
	KEQ(soreserve(so, 1000, 3000), 0);
	KEQ(so->so_snd.sb_hiwat, 1000);
	KEQ(sb->sb_hiwat, 3000);
	KEQ(soreserve(so, sb_max * 2, 3000), ENOBUFS);

	/* One record for as long as it does not end. */
	sbappendstream(sb, bytes(100, 'a'));
	sbappendstream(sb, bytes(50, 'b'));
	KEQ(sb->sb_cc, 150);
	K(sb->sb_mb != NULL && sb->sb_mb->m_nextpkt == NULL);
	KEQ(sbspace(sb), 3000 - 150);
	sbdrop(sb, 120);
	KEQ(sb->sb_cc, 30);
	KEQ(*mtod(sb->sb_mb, char *), 'b');
	sbflush(sb);
	K(sb->sb_cc == 0 && sb->sb_mb == NULL && sb->sb_mbcnt == 0);

	/* The one that works on it, until it is done. */
	KEQ(sblock(sb, M_NOWAIT), 0);
	KEQ(sblock(sb, M_NOWAIT), EWOULDBLOCK);
	sbunlock(sb);
	KEQ(sblock(sb, M_WAITOK), 0);
	sbunlock(sb);
	sb->sb_timeo = 1;
	KEQ(sbwait(sb), EWOULDBLOCK);
	K(solocked(so));
	m = bytes(10, 'c');
	sbappendstream(sb, m);
	sbrelease(sb, so);
	KEQ(sb->sb_cc, 0);
	KEQ(sb->sb_hiwat, 0);
	sounlock(so);
	KEQ(soclose(so), 0);
}

void
knot_test_records(void)
{
	struct socket *so = create(SOCK_SEQPACKET), *dg = create(SOCK_DGRAM);
	struct sockbuf *sb = &so->so_rcv;
	struct sockaddr_knot from;
	struct mbuf *m, *n;

	solock(so);
	m = bytes(10, 'a');
	sbappend(sb, m);
	m = bytes(20, 'b');
	m->m_flags |= M_EOR;
	sbappend(sb, m);
	K(sb->sb_mb->m_nextpkt == NULL);
	sbappend(sb, bytes(5, 'c'));
	K(sb->sb_mb->m_nextpkt != NULL);
	sbappendrecord(sb, bytes(7, 'd'));
	KEQ(sb->sb_cc, 42);
	sbdroprecord(sb);
	KEQ(sb->sb_cc, 12);
	KEQ(*mtod(sb->sb_mb, char *), 'c');
	sbdroprecord(sb);
	sbdroprecord(sb);
	KEQ(sb->sb_cc, 0);
	sounlock(so);

	/* With addresses: one, and a chain of two. */
	sb = &dg->so_rcv;
	knot_address(&from, 9, htonl(0x01020304));
	solock(dg);
	KEQ(sbappendaddr(sb, (struct sockaddr *)&from, bytes(30, 'e'), NULL),
	    1);
	KEQ(sb->sb_mb->m_type, MT_SONAME);
	KEQ(memcmp(mtod(sb->sb_mb, void *), &from, sizeof(from)), 0);
	m = bytes(40, 'f');
	m->m_nextpkt = bytes(50, 'g');
	KEQ(sbappendaddrchain(sb, (struct sockaddr *)&from, m, 0), 1);
	KEQ(sb->sb_cc, 30 + 40 + 50 + 3 * sizeof(from));
	sbdroprecord(sb);
	KEQ(sb->sb_mb->m_type, MT_SONAME);
	KEQ(*mtod(sb->sb_mb->m_next, char *), 'f');
	sbflush(sb);
	/* No room: they stay the caller's. */
	KEQ(sbreserve(sb, 100, dg), 1);
	m = bytes(95, 'h');
	KEQ(sbappendaddr(sb, (struct sockaddr *)&from, m, NULL), 0);
	m_freem(m);
	m = bytes(40, 'i');
	m->m_nextpkt = n = bytes(95, 'j');
	KEQ(sbappendaddrchain(sb, (struct sockaddr *)&from, m, 0), 0);
	KEQ(sb->sb_cc, 0);
	m->m_nextpkt = NULL;
	m_freem(m);
	m_freem(n);
	sounlock(dg);
	KEQ(soclose(dg), 0);
	KEQ(soclose(so), 0);
}

void
knot_test_control(void)
{
	struct socket *so = create(SOCK_SEQPACKET);
	struct sockbuf *sb = &so->so_rcv;
	struct mbuf *control;
	struct cmsghdr *cmsg;
	void *room = NULL;
	int value = 42;

	control =
	    sbcreatecontrol(&value, sizeof(value), KNOT_SCM_COUNT, KNOT_LEVEL);
	K(control != NULL);
	KEQ(control->m_type, MT_CONTROL);
	cmsg = mtod(control, struct cmsghdr *);
	KEQ(cmsg->cmsg_len, CMSG_LEN(sizeof(int)));
	KEQ(cmsg->cmsg_level, KNOT_LEVEL);
	KEQ(cmsg->cmsg_type, KNOT_SCM_COUNT);
	KEQ(memcmp(CMSG_DATA(cmsg), &value, sizeof(value)), 0);
	solock(so);
	KEQ(sbappendcontrol(sb, bytes(8, 'k'), control), 1);
	K(sb->sb_mb == control && sb->sb_mb->m_next->m_type == MT_DATA);
	sbflush(sb);
	sounlock(so);

	control =
	    sbcreatecontrol1(&room, 100, KNOT_SCM_COUNT, KNOT_LEVEL, M_WAITOK);
	K(control != NULL && room != NULL);
	cmsg = mtod(control, struct cmsghdr *);
	K(room == CMSG_DATA(cmsg));
	KEQ(cmsg->cmsg_len, CMSG_LEN(100));
	m_freem(control);
	KEQ(soclose(so), 0);
}

struct knot_ifaddr {
	struct ifaddr ki_ifa; /* first */
	struct sockaddr_knot ki_addr, ki_mask;
};

static int
rt_count(struct rtentry *rt, void *arg)
{
	u_int *n = arg;

	KEQ(rt_getkey(rt)->sa_family, AF_KNOT);
	(*n)++;
	return 0;
}

/* Whether a message of that type came to the routing socket. */
static bool
rt_heard(struct socket *so, int type)
{
	struct uio uio;
	struct mbuf *m;
	int flags, error;
	bool heard = false;

	kpause("rtsock", false, 2, NULL);
	do {
		memset(&uio, 0, sizeof(uio));
		uio.uio_resid = 4096;
		uio.uio_rw = UIO_READ;
		UIO_SETUP_SYSSPACE(&uio);
		flags = MSG_DONTWAIT;
		m = NULL;
		error = soreceive(so, NULL, &uio, &m, NULL, &flags);
		/* All messages begin alike; not all are as long. */
		if (error == 0 && m != NULL &&
		    (m = m_pullup(m, offsetof(struct rt_msghdr, rtm_index))) !=
			NULL)
			heard |= mtod(m, struct rt_msghdr *)->rtm_type == type;
		m_freem(m);
	} while (error == 0);
	KEQ(error, EWOULDBLOCK);
	return heard;
}

static void
rt_tables(rtbl_t *t, struct ifnet *lo, struct knot_ifaddr *ki)
{
	const struct sockaddr *mask = (struct sockaddr *)&ki->ki_mask;
	struct sockaddr_knot net, dst, wide;
	struct rtentry *rt;
	u_int n = 0;

	knot_address(&net, 0, htonl(0x0a010200));
	knot_address(&dst, 0, htonl(0x0a010263));
	knot_address(&wide, 0, htonl(0xffff0000));
	rt = rtalloc1((struct sockaddr *)&dst, 0);
	K(rt != NULL && rt->rt_ifp == lo);
	if (rt == NULL)
		return;
	K(rt_matchaddr(t, (struct sockaddr *)&dst) == rt);
	K(rt_lookup(t, (struct sockaddr *)&net, mask) == rt);
	K(rt_lookup(t, (struct sockaddr *)&net, (struct sockaddr *)&wide) ==
	    NULL);
	K(rt_refines(mask, (struct sockaddr *)&wide));
	K(!rt_refines((struct sockaddr *)&wide, mask));
	KEQ(rt_walktree(AF_KNOT, rt_count, &n), 0);
	KEQ(n, 1);
	KEQ(rt_addaddr(t, rt, mask), EEXIST);
	/* Out of the table, and back. */
	K(rt_deladdr(t, (struct sockaddr *)&net, mask) == rt);
	rt_assert_inactive(rt);
	K(rt_deladdr(t, (struct sockaddr *)&net, mask) == NULL);
	K(rt_matchaddr(t, (struct sockaddr *)&dst) == NULL);
	KEQ(rt_addaddr(t, rt, mask), 0);
	K(rt_matchaddr(t, (struct sockaddr *)&dst) == rt);
	rtfree(rt);
}

void
knot_test_routes(void)
{
	struct socket *rso;
	struct knot_ifaddr *ki;
	struct ifnet *lo;
	struct sockaddr_knot dst;
	rtbl_t *t, *fresh = NULL;
	struct psref psref;
	u_int n = 0;
	int bound;

	K(rt_inithead(&fresh, 32) == 1 && fresh != NULL);
	KEQ(socreate(AF_ROUTE, &rso, SOCK_RAW, 0, curlwp, NULL), 0);
	bound = curlwp_bind();
	lo = if_get("lo0", &psref);
	K(lo != NULL);
	ki = malloc(sizeof(*ki), M_IFADDR, M_WAITOK | M_ZERO);
	knot_address(&ki->ki_addr, 0, htonl(0x0a010201));
	knot_address(&ki->ki_mask, 0, htonl(0xffffff00));
	ki->ki_ifa.ifa_addr = (struct sockaddr *)&ki->ki_addr;
	ki->ki_ifa.ifa_netmask = (struct sockaddr *)&ki->ki_mask;
	ki->ki_ifa.ifa_ifp = lo;
	ifa_psref_init(&ki->ki_ifa);

	mutex_enter(softnet_lock);
	t = rt_gettable(AF_KNOT);
	K(t != NULL && t == rt_gettable(AF_KNOT) && t != fresh);
	ifa_insert(lo, &ki->ki_ifa);
	knot_address(&dst, 0, htonl(0x0a010201));
	K(ifa_ifwithaddr((struct sockaddr *)&dst) == &ki->ki_ifa);
	KEQ(rtinit(&ki->ki_ifa, RTM_ADD, RTF_UP), 0);
	rt_tables(t, lo, ki);
	rt_newaddrmsg(RTM_NEWADDR, &ki->ki_ifa, 0, NULL);
	mutex_exit(softnet_lock);
	K(rt_heard(rso, RTM_NEWADDR));

	mutex_enter(softnet_lock);
	KEQ(rtinit(&ki->ki_ifa, RTM_DELETE, 0), 0);
	KEQ(rt_walktree(AF_KNOT, rt_count, &n), 0);
	KEQ(n, 0);
	K(rtalloc1((struct sockaddr *)&dst, 0) == NULL);
	ifa_remove(lo, &ki->ki_ifa);
	/* It was begun long ago: nothing is lost by a second time. */
	rtbl_init();
	K(rt_gettable(AF_KNOT) == t && rt_gettable(AF_INET) != NULL);
	mutex_exit(softnet_lock);
	if_put(lo, &psref);
	curlwp_bindx(bound);
	KEQ(soclose(rso), 0);
}

static u_int ni_runs;
static bool ni_soft, ni_big;

static void
ni_intr(void)
{
	ni_soft = cpu_softintr_p();
	ni_big = KERNEL_LOCKED_P();
	atomic_inc_uint(&ni_runs);
}

void
knot_test_netisr(void)
{
	int i;

	rump_netisr_register(NETISR_ATALK, ni_intr);
	kpreempt_disable();
	schednetisr(NETISR_ATALK);
	kpreempt_enable();
	for (i = 0; i < hz && *(volatile u_int *)&ni_runs == 0; i++)
		kpause("netisr", false, 1, NULL);
	KEQ(ni_runs, 1);
	K(ni_soft);
	K(!ni_big);
}
