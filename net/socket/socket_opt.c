/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket options: those of the socket itself, and the container in which an
 * option travels between system call and protocol (sockopt(9)).
 */
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include "socket_impl.h"

static int
sockopt_alloc(struct sockopt *sopt, size_t len, km_flag_t flag)
{
	void *data;

	KASSERT(sopt->sopt_size == 0);
	if (len > sizeof(sopt->sopt_buf)) {
		data = kmem_zalloc(len, flag);
		if (data == NULL)
			return ENOMEM;
		sopt->sopt_data = data;
	} else
		sopt->sopt_data = sopt->sopt_buf;
	sopt->sopt_size = len;
	return 0;
}

/* Prepare an option with room for SIZE bytes; may sleep. */
void
sockopt_init(struct sockopt *sopt, int level, int name, size_t size)
{
	memset(sopt, 0, sizeof(*sopt));
	sopt->sopt_level = level;
	sopt->sopt_name = name;
	(void)sockopt_alloc(sopt, size, KM_SLEEP);
}

void
sockopt_destroy(struct sockopt *sopt)
{
	if (sopt->sopt_data != NULL && sopt->sopt_data != sopt->sopt_buf)
		kmem_free(sopt->sopt_data, sopt->sopt_size);
	memset(sopt, 0, sizeof(*sopt));
}

/* Set the value; what does not fit the size asked for is cut off. */
int
sockopt_set(struct sockopt *sopt, const void *buf, size_t len)
{
	int error;

	if (sopt->sopt_size == 0) {
		error = sockopt_alloc(sopt, len, KM_NOSLEEP);
		if (error != 0)
			return error;
	}
	len = MIN(len, sopt->sopt_size);
	if (len == 0)
		return 0;
	memcpy(sopt->sopt_data, buf, len);
	return 0;
}

int
sockopt_setint(struct sockopt *sopt, int val)
{
	return sockopt_set(sopt, &val, sizeof(val));
}

/* Get a value of exactly LEN bytes. */
int
sockopt_get(const struct sockopt *sopt, void *buf, size_t len)
{
	if (sopt->sopt_size != len)
		return EINVAL;
	if (len == 0)
		return 0;
	memcpy(buf, sopt->sopt_data, len);
	return 0;
}

int
sockopt_getint(const struct sockopt *sopt, int *valp)
{
	return sockopt_get(sopt, valp, sizeof(*valp));
}

/* Set the value from a chain, which is consumed. */
int
sockopt_setmbuf(struct sockopt *sopt, struct mbuf *m)
{
	size_t len = m_length(m);
	int error = 0;

	if (sopt->sopt_size == 0)
		error = sockopt_alloc(sopt, len, KM_NOSLEEP);
	if (error == 0)
		m_copydata(
		    m, 0, (int)MIN(len, sopt->sopt_size), sopt->sopt_data);
	m_freem(m);
	return error;
}

/* The value as an mbuf, or NULL. */
struct mbuf *
sockopt_getmbuf(const struct sockopt *sopt)
{
	struct mbuf *m;

	if (sopt->sopt_size > MCLBYTES)
		return NULL;
	m = m_get(M_DONTWAIT, MT_SOOPTS);
	if (m == NULL)
		return NULL;
	if (sopt->sopt_size > MLEN) {
		m_clget(m, M_DONTWAIT);
		if ((m->m_flags & M_EXT) == 0) {
			m_free(m);
			return NULL;
		}
	}
	memcpy(mtod(m, void *), sopt->sopt_data, sopt->sopt_size);
	m->m_len = sopt->sopt_size;
	return m;
}

static int
sosetopt_timeo(struct socket *so, const struct sockopt *sopt)
{
	struct timeval tv;
	int error, ticks;

	error = sockopt_get(sopt, &tv, sizeof(tv));
	if (error != 0)
		return error;
	if (tv.tv_sec < 0 || tv.tv_usec < 0 || tv.tv_usec >= 1000000)
		return EDOM;
	if (tv.tv_sec >= INT_MAX / hz)
		return EDOM;
	ticks = (int)(tv.tv_sec * hz + tv.tv_usec / tick);
	if (ticks == 0 && tv.tv_usec != 0)
		ticks = 1;
	if (sopt->sopt_name == SO_SNDTIMEO)
		so->so_snd.sb_timeo = ticks;
	else
		so->so_rcv.sb_timeo = ticks;
	return 0;
}

static int
sosetopt_size(struct socket *so, int name, int val)
{
	if (val < 1)
		return EINVAL;
	switch (name) {
	case SO_SNDBUF:
		if (sbreserve(&so->so_snd, val, so) == 0)
			return ENOBUFS;
		so->so_snd.sb_flags &= ~SB_AUTOSIZE;
		break;
	case SO_RCVBUF:
		if (sbreserve(&so->so_rcv, val, so) == 0)
			return ENOBUFS;
		so->so_rcv.sb_flags &= ~SB_AUTOSIZE;
		break;
	case SO_SNDLOWAT:
		so->so_snd.sb_lowat = MIN((u_long)val, so->so_snd.sb_hiwat);
		break;
	case SO_RCVLOWAT:
		so->so_rcv.sb_lowat = MIN((u_long)val, so->so_rcv.sb_hiwat);
		break;
	}
	return 0;
}

static int
sosetopt_socket(struct socket *so, const struct sockopt *sopt)
{
	struct linger l;
	int val, error;

	switch (sopt->sopt_name) {
	case SO_LINGER:
		error = sockopt_get(sopt, &l, sizeof(l));
		if (error != 0)
			return error;
		if (l.l_linger < 0 || l.l_linger > USHRT_MAX ||
		    l.l_linger > INT_MAX / hz)
			return EDOM;
		so->so_linger = l.l_linger;
		if (l.l_onoff != 0)
			so->so_options |= SO_LINGER;
		else
			so->so_options &= ~SO_LINGER;
		return 0;
	case SO_DEBUG:
	case SO_KEEPALIVE:
	case SO_DONTROUTE:
	case SO_USELOOPBACK:
	case SO_BROADCAST:
	case SO_REUSEADDR:
	case SO_REUSEPORT:
	case SO_OOBINLINE:
	case SO_TIMESTAMP:
	case SO_NOSIGPIPE:
		error = sockopt_getint(sopt, &val);
		if (error != 0)
			return error;
		if (val != 0)
			so->so_options |= sopt->sopt_name;
		else
			so->so_options &= ~sopt->sopt_name;
		return 0;
	case SO_SNDBUF:
	case SO_RCVBUF:
	case SO_SNDLOWAT:
	case SO_RCVLOWAT:
		error = sockopt_getint(sopt, &val);
		return error != 0 ? error
				  : sosetopt_size(so, sopt->sopt_name, val);
	case SO_SNDTIMEO:
	case SO_RCVTIMEO:
		return sosetopt_timeo(so, sopt);
	case SO_ACCEPTFILTER:
		/* no filter is registered */
		return (so->so_options & SO_ACCEPTCONN) == 0 ? EINVAL : ENOENT;
	default:
		return ENOPROTOOPT;
	}
}

/* Set an option of the socket, or of its protocol. */
int
sosetopt(struct socket *so, struct sockopt *sopt)
{
	const struct protosw *pr = so->so_proto;
	int error, perror;

	solock(so);
	if (sopt->sopt_level != SOL_SOCKET) {
		error = pr->pr_ctloutput == NULL
		    ? ENOPROTOOPT
		    : (*pr->pr_ctloutput)(PRCO_SETOPT, so, sopt);
	} else {
		error = sosetopt_socket(so, sopt);
		if ((error == 0 || error == ENOPROTOOPT) &&
		    pr->pr_ctloutput != NULL) {
			/* the protocol may want to know, but need not */
			perror = (*pr->pr_ctloutput)(PRCO_SETOPT, so, sopt);
			if (error == ENOPROTOOPT)
				error = perror;
		}
	}
	sounlock(so);
	return error;
}

/* Set an option from kernel memory. */
int
so_setsockopt(struct lwp *l, struct socket *so, int level, int name,
    const void *val, size_t valsize)
{
	struct sockopt sopt;
	int error;

	(void)l;
	KASSERT(valsize == 0 || val != NULL);
	sockopt_init(&sopt, level, name, valsize);
	if (valsize > 0)
		(void)sockopt_set(&sopt, val, valsize);
	error = sosetopt(so, &sopt);
	sockopt_destroy(&sopt);
	return error;
}

static int
sogetopt_socket(struct socket *so, struct sockopt *sopt)
{
	const struct sockbuf *sb;
	struct timeval tv;
	struct linger l;
	int val;

	switch (sopt->sopt_name) {
	case SO_LINGER:
		l.l_onoff = (so->so_options & SO_LINGER) != 0;
		l.l_linger = so->so_linger;
		return sockopt_set(sopt, &l, sizeof(l));
	case SO_USELOOPBACK:
	case SO_DONTROUTE:
	case SO_DEBUG:
	case SO_KEEPALIVE:
	case SO_REUSEADDR:
	case SO_REUSEPORT:
	case SO_BROADCAST:
	case SO_OOBINLINE:
	case SO_TIMESTAMP:
	case SO_NOSIGPIPE:
	case SO_ACCEPTCONN:
		return sockopt_setint(
		    sopt, (so->so_options & sopt->sopt_name) != 0 ? 1 : 0);
	case SO_TYPE:
		return sockopt_setint(sopt, so->so_type);
	case SO_ERROR:
		val = so->so_error;
		so->so_error = 0;
		return sockopt_setint(sopt, val);
	case SO_SNDBUF:
		return sockopt_setint(sopt, so->so_snd.sb_hiwat);
	case SO_RCVBUF:
		return sockopt_setint(sopt, so->so_rcv.sb_hiwat);
	case SO_SNDLOWAT:
		return sockopt_setint(sopt, so->so_snd.sb_lowat);
	case SO_RCVLOWAT:
		return sockopt_setint(sopt, so->so_rcv.sb_lowat);
	case SO_SNDTIMEO:
	case SO_RCVTIMEO:
		sb = sopt->sopt_name == SO_SNDTIMEO ? &so->so_snd : &so->so_rcv;
		memset(&tv, 0, sizeof(tv));
		tv.tv_sec = sb->sb_timeo / hz;
		tv.tv_usec = (sb->sb_timeo % hz) * tick;
		return sockopt_set(sopt, &tv, sizeof(tv));
	case SO_OVERFLOWED:
		return sockopt_setint(sopt, so->so_rcv.sb_overflowed);
	default:
		return ENOPROTOOPT;
	}
}

int
sogetopt(struct socket *so, struct sockopt *sopt)
{
	const struct protosw *pr = so->so_proto;
	int error;

	solock(so);
	if (sopt->sopt_level == SOL_SOCKET)
		error = sogetopt_socket(so, sopt);
	else
		error = pr->pr_ctloutput == NULL
		    ? ENOPROTOOPT
		    : (*pr->pr_ctloutput)(PRCO_GETOPT, so, sopt);
	sounlock(so);
	return error;
}
