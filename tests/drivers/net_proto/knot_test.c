/* SPDX-License-Identifier: BSD-2-Clause */
/* The domain, and sockets used from within the kernel. */

#include <sys/fcntl.h>
#include <sys/filedesc.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <netinet/icmp_private.h>
#include <netinet/icmp_var.h>
#include <netinet/in.h>
#include <netinet/ip_private.h>
#include <netinet/ip_var.h>

#include "knot.h"
#include "ktest.h"

void
knot_test_domain(void)
{
	struct sockaddr_knot sk;
	struct domain *dom;
	u_int n = 0, slow, fast, now, events;
	int got = 0;

	KEQ(knot_inits, 1);
	domain_attach(&knotdomain);
	KEQ(knot_inits, 1);
	K(pffinddomain(AF_KNOT) == &knotdomain);
	K(pffinddomain(AF_KNOT + 100) == NULL);
	K(pffindproto(AF_KNOT, 2, SOCK_SEQPACKET) ==
	    &knotdomain.dom_protosw[1]);
	K(pffindproto(AF_KNOT, 1, SOCK_SEQPACKET) == NULL);
	K(pffindtype(AF_KNOT, SOCK_DGRAM) == &knotdomain.dom_protosw[2]);
	K(pffindtype(AF_KNOT, SOCK_RAW) == NULL);
	STAILQ_FOREACH(dom, &domains, dom_link)
		n += dom == &knotdomain;
	KEQ(n, 1);
	DOMAIN_FOREACH(dom)
	n++;
	K(n >= 3);

	/* The timers: twice and five times a second. */
	slow = knot_slow;
	fast = knot_fast;
	now = pfslowtimo_now;
	kpause("knot", false, 2 * hz, NULL);
	K(knot_slow - slow >= 3 && knot_slow - slow <= 6);
	K(knot_fast - fast >= 8 && knot_fast - fast <= 14);
	K(pfslowtimo_now - now >= 3);

	events = knot_events;
	knot_address(&sk, 0, htonl(0x01020304));
	pfctlinput(PRC_IFDOWN, (struct sockaddr *)&sk);
	KEQ(knot_events, events + 1);
	KEQ(knot_lastevent, PRC_IFDOWN);
	pfctlinput2(PRC_HOSTDEAD, (struct sockaddr *)&sk, &got);
	KEQ(knot_events, events + 2);
	KEQ(got, PRC_HOSTDEAD);
}

void
knot_test_sockaddr(void)
{
	struct sockaddr_knot a, b;
	struct sockaddr *sa, *dup;
	struct in_addr in = {.s_addr = htonl(0x0a000102)};
	socklen_t len = 0;
	char text[INET_ADDRSTRLEN];

	knot_address(&a, 7, htonl(0x0a000001));
	knot_address(&b, 8, htonl(0x0a000001));
	/* The port does not count, the family does. */
	KEQ(sockaddr_cmp((struct sockaddr *)&a, (struct sockaddr *)&b), 0);
	b.sk_node = htonl(0x0a000002);
	K(sockaddr_cmp((struct sockaddr *)&a, (struct sockaddr *)&b) < 0);
	K(sockaddr_cmp((struct sockaddr *)&b, (struct sockaddr *)&a) > 0);

	sa = sockaddr_alloc(AF_KNOT, sizeof(a), M_WAITOK);
	KEQ(sa->sa_family, AF_KNOT);
	KEQ(sa->sa_len, sizeof(a));
	K(sockaddr_copy(sa, sizeof(a), (struct sockaddr *)&a) == sa);
	KEQ(memcmp(sa, &a, sizeof(a)), 0);
	dup = sockaddr_dup(sa, M_WAITOK);
	K(dup != sa && memcmp(dup, &a, sizeof(a)) == 0);
	memset(&b, 0, sizeof(b));
	K(sockaddr_externalize((struct sockaddr *)&b, sizeof(b), dup) != NULL);
	KEQ(memcmp(&b, &a, sizeof(a)), 0);
	sockaddr_free(dup);
	sockaddr_free(sa);

	K(sockaddr_const_addr((struct sockaddr *)&a, &len) == &a.sk_node);
	KEQ(len, sizeof(uint32_t));
	sa = __UNCONST(sockaddr_any((struct sockaddr *)&a));
	K(sa != NULL && sa == sockaddr_any_by_family(AF_KNOT));
	KEQ(((struct sockaddr_knot *)sa)->sk_node, 0);
	K(sockaddr_anyaddr((struct sockaddr *)&a, &len) ==
	    &((struct sockaddr_knot *)sa)->sk_node);
	K(sockaddr_any_by_family(AF_KNOT + 100) == NULL);

	K(in_print(text, sizeof(text), &in) > 0);
	KSTR(text, "10.0.1.2");
}

static struct socket *
create(int type)
{
	struct socket *so = NULL;

	KEQ(socreate(AF_KNOT, &so, type, 0, curlwp, NULL), 0);
	return so;
}

static struct socket *
listener(uint16_t port, int backlog)
{
	struct socket *so = create(SOCK_STREAM);
	struct sockaddr_knot sk;

	knot_address(&sk, port, 0);
	KEQ(sobind(so, (struct sockaddr *)&sk, curlwp), 0);
	KEQ(solisten(so, backlog, curlwp), 0);
	return so;
}

static int
connect(struct socket *so, uint16_t port)
{
	struct sockaddr_knot sk;
	int error;

	knot_address(&sk, port, 0);
	solock(so);
	error = soconnect(so, (struct sockaddr *)&sk, curlwp);
	sounlock(so);
	return error;
}

/* Takes the first connection that waits: what accept(2) does. */
static struct socket *
accept(struct socket *head, struct sockaddr_knot *sk)
{
	struct socket *so;

	solock(head);
	so = TAILQ_FIRST(&head->so_q);
	if (so != NULL) {
		K(soqremque(so, 1));
		K(!soqremque(so, 1));
		KEQ(soaccept(so, (struct sockaddr *)sk), 0);
	}
	sounlock(head);
	return so;
}

static struct mbuf *
text(const char *s)
{
	struct mbuf *m = m_gethdr(M_WAIT, MT_DATA);

	m->m_len = m->m_pkthdr.len = (int)strlen(s);
	memcpy(mtod(m, char *), s, strlen(s));
	return m;
}

/* Receives into buf: how many bytes, or minus an errno. */
static int
receive(struct socket *so, char *buf, size_t size, int flags)
{
	struct uio uio;
	struct iovec iov;
	int error;

	iov.iov_base = buf;
	iov.iov_len = size;
	memset(&uio, 0, sizeof(uio));
	uio.uio_iov = &iov;
	uio.uio_iovcnt = 1;
	uio.uio_resid = size;
	uio.uio_rw = UIO_READ;
	UIO_SETUP_SYSSPACE(&uio);
	error = (*so->so_receive)(so, NULL, &uio, NULL, NULL, &flags);
	return error != 0 ? -error : (int)(size - uio.uio_resid);
}

void
knot_test_stream(void)
{
	struct socket *head, *a, *b;
	struct sockaddr_knot sk;
	char buf[32];

	head = listener(200, 3);
	a = create(SOCK_STREAM);
	KEQ(sofamily(a), AF_KNOT);
	KEQ(connect(a, 201), ECONNREFUSED);
	KEQ(connect(a, 200), 0);
	KEQ(connect(a, 200), EISCONN);
	K((a->so_state & SS_ISCONNECTED) != 0);
	b = accept(head, &sk);
	K(b != NULL && accept(head, &sk) == NULL);
	KEQ((*a->so_send)(a, NULL, NULL, text("over"), NULL, 0, curlwp), 0);
	KEQ(receive(b, buf, sizeof(buf), MSG_DONTWAIT), 4);
	KEQ(memcmp(buf, "over", 4), 0);
	KEQ(receive(b, buf, sizeof(buf), MSG_DONTWAIT), -EWOULDBLOCK);
	KEQ(sosend(b, NULL, NULL, text("back"), NULL, 0, curlwp), 0);
	KEQ(receive(a, buf, 2, MSG_DONTWAIT), 2);
	solock(a);
	K(soreadable(a) && sowritable(a));
	sorflush(a);
	K(soreadable(a)); /* the end of it */
	sounlock(a);
	KEQ(receive(a, buf, 2, MSG_DONTWAIT), 0);

	/* Urgent data: a byte aside, and a flag at the socket. */
	KEQ(sosend(a, NULL, NULL, text("!"), NULL, MSG_OOB, curlwp), 0);
	KEQ(receive(b, buf, 1, MSG_OOB), 1);
	KEQ(buf[0], '!');
	KEQ(receive(b, buf, 1, MSG_OOB), -EINVAL);

	solock(a);
	KEQ(soshutdown(a, SHUT_WR), 0);
	sounlock(a);
	KEQ(receive(b, buf, 1, 0), 0);
	KEQ(sosend(a, NULL, NULL, text("late"), NULL, 0, curlwp), EPIPE);
	KEQ(soclose(a), 0);
	K((b->so_state & SS_ISDISCONNECTED) != 0);
	KEQ(soclose(b), 0);
	KEQ(soclose(head), 0);
}

/* Connections that wait, those that are too many, and that nobody takes. */
void
knot_test_queue(void)
{
	struct socket *head, *so[5], *b;
	u_int sockets = knot_sockets;
	int i, refused = 0;

	head = listener(300, 1);
	for (i = 0; i < 5; i++) {
		so[i] = create(SOCK_STREAM);
		if (connect(so[i], 300) == ECONNREFUSED)
			refused++;
	}
	K(refused >= 2 && refused <= 4);
	KEQ(head->so_qlen, 5 - refused);
	solock(head);
	b = TAILQ_FIRST(&head->so_q);
	K(b != NULL && b->so_head == head);
	K(!soqremque(b, 0));
	K(soqremque(b, 1));
	K(b->so_head == NULL);
	KEQ(soabort(b), 0);
	/* That unlocked it. */
	K(!solocked(head));
	KEQ(so[0]->so_error, ECONNABORTED);
	K((so[0]->so_state & SS_ISDISCONNECTED) != 0);
	for (i = 0; i < 5; i++)
		KEQ(soclose(so[i]), 0);
	KEQ(soclose(head), 0);
	KEQ(knot_sockets, sockets);
}

static volatile bool lk_got;

static void
lk_waiter(void *arg)
{
	struct socket *so = arg;

	solock(so);
	K(solocked(so));
	K(so->so_lock != knot_lock);
	lk_got = true;
	sounlock(so);
}

void
knot_test_locks(void)
{
	struct socket *a = create(SOCK_STREAM), *b = create(SOCK_STREAM), *d;
	kmutex_t *lock;
	struct lwp *l;

	K(a->so_lock == knot_lock);
	solock(a);
	K(solocked(a) && solocked(b) && solocked2(a, b));
	KEQ(soconnect2(a, b), 0);
	/* A lock of their own, and that is the one held. */
	K(a->so_lock != knot_lock && a->so_lock == b->so_lock);
	K(solocked2(a, b));
	sounlock(a);
	K(!solocked(a));
	KEQ(soclose(a), 0);
	KEQ(soclose(b), 0);

	/* Who waits for a lock that is exchanged gets the new one. */
	a = create(SOCK_STREAM);
	solock(a);
	KEQ(kthread_create(PRI_NONE, KTHREAD_MPSAFE | KTHREAD_MUSTJOIN, NULL,
		lk_waiter, a, &l, "knotwait"),
	    0);
	lock = mutex_obj_alloc(MUTEX_DEFAULT, IPL_SOFTNET);
	mutex_enter(lock);
	solockreset(a, lock);
	mutex_exit(knot_lock);
	mutex_obj_free(knot_lock);
	K(!lk_got);
	sounlock(a);
	KEQ(kthread_join(l), 0);
	K(lk_got);
	mutex_enter(knot_lock);
	solockretry(a, knot_lock);
	K(solocked(a) && mutex_owned(lock) && !mutex_owned(knot_lock));
	sounlock(a);
	KEQ(soclose(a), 0);

	/* Datagrams share the network's. */
	d = create(SOCK_DGRAM);
	K(d->so_lock == softnet_lock);
	solock(d);
	K(mutex_owned(softnet_lock));
	sounlock(d);
	KEQ(soclose(d), 0);
}

void
knot_test_options(void)
{
	struct socket *so = create(SOCK_DGRAM);
	struct sockopt sopt;
	char name[KNOT_NAMELEN], *big;
	int value = 1000, got = 0, i;

	KEQ(so_setsockopt(
		curlwp, so, KNOT_LEVEL, KNOT_OPT_LIMIT, &value, sizeof(value)),
	    0);
	value = 5000;
	KEQ(so_setsockopt(
		curlwp, so, KNOT_LEVEL, KNOT_OPT_LIMIT, &value, sizeof(value)),
	    EINVAL);
	KEQ(so_setsockopt(curlwp, so, KNOT_LEVEL, 99, &value, sizeof(value)),
	    ENOPROTOOPT);
	KEQ(so_setsockopt(curlwp, so, KNOT_LEVEL, KNOT_OPT_LIMIT, &value, 3),
	    EINVAL);
	sockopt_init(&sopt, KNOT_LEVEL, KNOT_OPT_LIMIT, sizeof(int));
	KEQ(sogetopt(so, &sopt), 0);
	KEQ(sockopt_getint(&sopt, &got), 0);
	KEQ(got, 1000);
	KEQ(sockopt_setint(&sopt, 7), 0);
	KEQ(sockopt_get(&sopt, &got, sizeof(got)), 0);
	KEQ(got, 7);
	KEQ(sockopt_get(&sopt, name, sizeof(name)), EINVAL);
	sockopt_destroy(&sopt);

	KEQ(so_setsockopt(curlwp, so, KNOT_LEVEL, KNOT_OPT_NAME, "granny", 7),
	    0);
	sockopt_init(&sopt, KNOT_LEVEL, KNOT_OPT_NAME, 0);
	KEQ(sogetopt(so, &sopt), 0);
	KEQ(sopt.sopt_size, 7);
	KEQ(sockopt_get(&sopt, name, 7), 0);
	KSTR(name, "granny");
	sockopt_destroy(&sopt);

	/* A chain as the value. */
	sockopt_init(&sopt, KNOT_LEVEL, KNOT_OPT_LONG, 0);
	KEQ(sogetopt(so, &sopt), 0);
	KEQ(sopt.sopt_size, KNOT_LONGLEN);
	big = sopt.sopt_data;
	for (i = 0; i < KNOT_LONGLEN && big[i] == "abcdefg"[i % 7]; i++)
		continue;
	KEQ(i, KNOT_LONGLEN);
	sockopt_destroy(&sopt);
	KEQ(soclose(so), 0);
}

void
knot_test_descriptors(void)
{
	struct socket *so = NULL, *same = NULL;
	int fd = -1, before;

	KEQ(fsocreate(AF_KNOT, &so, SOCK_STREAM | SOCK_NONBLOCK, 0, &fd), 0);
	K(so != NULL && fd >= 0);
	K((so->so_state & SS_NBIO) != 0);
	before = (int)knot_sockets;
	KEQ(fd_getsock((u_int)fd, &same), 0);
	K(same == so);
	fd_putfile((u_int)fd);
	KEQ(fd_getsock(1000, &same), EBADF);
	K(fd_getfile((u_int)fd) != NULL);
	KEQ(fd_close((u_int)fd), 0);
	KEQ(knot_sockets, before - 1);
	KEQ(fd_getsock((u_int)fd, &same), EBADF);
	KEQ(fsocreate(AF_KNOT, &so, SOCK_RAW, 0, &fd), EPROTOTYPE);
	KEQ(fsocreate(AF_KNOT + 100, &so, SOCK_STREAM, 0, &fd), EAFNOSUPPORT);
}

static void
first_three(void *p, void *arg, struct cpu_info *ci)
{
	uint64_t *sum = arg, *one = p;

	sum[0] += one[0];
	sum[1] += one[1];
	sum[2] += one[2];
}

/* A function that counts once, and only the counter that it is asked for. */
static void
counts(percpu_t *stat, void (*inc)(u_int))
{
	uint64_t before[3] = {0}, after[3] = {0};

	percpu_foreach(stat, first_three, before);
	inc(1);
	percpu_foreach(stat, first_three, after);
	KEQ(after[0], before[0]);
	KEQ(after[1], before[1] + 1);
	KEQ(after[2], before[2]);
}

void
knot_test_counters(void)
{
	counts(ipstat_percpu, ip_statinc);
	counts(icmpstat_percpu, icmp_statinc);
}

static const struct ktest knot_tests[] = {
    {"domain", knot_test_domain},
    {"sockaddr", knot_test_sockaddr},
    {"stream", knot_test_stream},
    {"queue", knot_test_queue},
    {"locks", knot_test_locks},
    {"options", knot_test_options},
    {"buffers", knot_test_buffers},
    {"records", knot_test_records},
    {"control", knot_test_control},
    {"routes", knot_test_routes},
    {"netisr", knot_test_netisr},
    {"pktqueue", knot_test_pktqueue},
    {"descriptors", knot_test_descriptors},
    {"counters", knot_test_counters},
    {NULL, NULL},
};

KTEST_MAIN(knot_tests)
