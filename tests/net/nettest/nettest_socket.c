/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose the packets are that go through a socket, told by storage of our own.
 */
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>

#include "nettest.h"

#define CHECK(e)                                                               \
	do {                                                                   \
		if (!(e)) {                                                    \
			rump_unschedule();                                     \
			return __LINE__;                                       \
		}                                                              \
	} while (0)

static int freed;
static char storage[MCLBYTES];

static void
storage_free(struct mbuf *m, void *buf, size_t size, void *arg)
{
	freed++;
	if (m != NULL)
		pool_cache_put(mb_cache, m);
}

static struct mbuf *
packet(int len)
{
	struct mbuf *m = m_gethdr(M_WAITOK, MT_DATA), *n;

	m->m_len = 0;
	m->m_pkthdr.len = 0;
	for (struct mbuf **np = &m->m_next; len > 0; np = &n->m_next) {
		*np = n = m_get(M_WAITOK, MT_DATA);
		MEXTADD(
		    n, storage, sizeof(storage), M_DEVBUF, storage_free, NULL);
		n->m_len = MIN(len, (int)sizeof(storage));
		m->m_pkthdr.len += n->m_len;
		len -= n->m_len;
	}
	freed = 0;
	return m;
}

static int
send(struct socket *so, struct mbuf *m, int flags)
{
	return sosend(so, NULL, NULL, m, NULL, flags, curlwp);
}

int
rump_nettest_sosend_owner(void)
{
	struct socket *a, *b;
	struct uio uio = {.uio_resid = 10, .uio_rw = UIO_READ};
	struct mbuf *m = NULL;

	rump_schedule();
	/* nowhere to go to */
	CHECK(socreate(AF_LOCAL, &a, SOCK_DGRAM, 0, curlwp, NULL) == 0);
	CHECK(send(a, packet(10), 0) != 0 && freed == 1);
	CHECK(soclose(a) == 0);

	CHECK(socreate(AF_LOCAL, &a, SOCK_STREAM, 0, curlwp, NULL) == 0);
	CHECK(send(a, packet(10), 0) == ENOTCONN && freed == 1);
	CHECK(socreate(AF_LOCAL, &b, SOCK_STREAM, 0, curlwp, a) == 0);
	solock(a);
	CHECK(soconnect2(a, b) == 0);
	sounlock(a);
	/* it is the receiver's, who gets it whole */
	CHECK(send(a, packet(10), 0) == 0 && freed == 0);
	UIO_SETUP_SYSSPACE(&uio);
	CHECK(soreceive(b, NULL, &uio, &m, NULL, NULL) == 0);
	CHECK(m != NULL && freed == 0);
	m_freem(m);
	CHECK(freed == 1);
	/* there was room when it began, then there is none */
	a->so_state |= SS_NBIO;
	CHECK(send(a, packet(64 * MCLBYTES), 0) == 0 && freed == 0);
	CHECK(send(a, packet(10), 0) == EWOULDBLOCK && freed == 1);
	/* left where nobody reads it */
	freed = 0;
	solock(b);
	CHECK(soshutdown(b, SHUT_RD) == 0);
	sounlock(b);
	CHECK(freed == 64);
	solock(a);
	CHECK(soshutdown(a, SHUT_WR) == 0);
	sounlock(a);
	CHECK(send(a, packet(10), MSG_NOSIGNAL) == EPIPE && freed == 1);
	CHECK(soclose(a) == 0);
	CHECK(soclose(b) == 0);

	/* a whole packet that is larger than can ever be */
	CHECK(socreate(AF_LOCAL, &a, SOCK_DGRAM, 0, curlwp, NULL) == 0);
	CHECK(socreate(AF_LOCAL, &b, SOCK_DGRAM, 0, curlwp, a) == 0);
	solock(a);
	CHECK(soconnect2(a, b) == 0);
	sounlock(a);
	CHECK(send(a, packet(64 * MCLBYTES), 0) == EMSGSIZE && freed == 64);
	CHECK(send(a, packet(10), 0) == 0 && freed == 0);
	CHECK(soclose(b) == 0 && freed == 1);
	CHECK(soclose(a) == 0);
	rump_unschedule();
	return 0;
}
