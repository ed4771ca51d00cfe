/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tunnels over IPv4: see netinet/ip_encap.h.
 *
 * encap_lock protects the list. Readers go through it in a read section and
 * hold a reference to the tunnel whose input they call.
 */
#include <sys/condvar.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/pserialize.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/ip_encap.h>
#include <netinet/ip_var.h>

#include "ip_impl.h"

static kmutex_t encap_mtx; /* the list; with encap_cv, encap_lock */
static kcondvar_t encap_cv;
static struct lwp *encap_owner; /* of encap_lock, or NULL */
static struct pslist_head encaps;
static pserialize_t encap_psz;
static struct psref_class *encap_class;

void
encapinit(void)
{
	if (encap_class != NULL)
		return;
	mutex_init(&encap_mtx, MUTEX_DEFAULT, IPL_NONE);
	cv_init(&encap_cv, "encap");
	PSLIST_INIT(&encaps);
	encap_psz = pserialize_create();
	encap_class = psref_class_create("encapsw", IPL_SOFTNET);
}

void
encap_init(void)
{
	encapinit();
}

int
encap_lock_enter(void)
{
	int error = 0;

	mutex_enter(&encap_mtx);
	while (encap_owner != NULL && error == 0)
		error = cv_wait_sig(&encap_cv, &encap_mtx);
	if (error == 0)
		encap_owner = curlwp;
	mutex_exit(&encap_mtx);
	return error;
}

void
encap_lock_exit(void)
{
	mutex_enter(&encap_mtx);
	encap_owner = NULL;
	cv_signal(&encap_cv);
	mutex_exit(&encap_mtx);
}

bool
encap_lock_held(void)
{
	return encap_owner == curlwp;
}

/* Bytes of an address that a mask selects are equal; how many bits, or -1. */
static int
match_masked(const struct sockaddr *sa, const struct sockaddr *mask,
    const void *addr, size_t len)
{
	const uint8_t *a, *m, *b = addr;
	int bits = 0;

	if (sa->sa_family == AF_INET) {
		a = (const uint8_t *)&satocsin(sa)->sin_addr;
		m = (const uint8_t *)&satocsin(mask)->sin_addr;
	} else
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (((a[i] ^ b[i]) & m[i]) != 0)
			return -1;
		bits += (int)popcount32(m[i]);
	}
	return bits;
}

static int
match4(const struct encaptab *ep, struct mbuf *m, int off, int proto)
{
	struct ip ip;
	int src, dst;

	if (ep->func != NULL)
		return (*ep->func)(m, off, proto, ep->arg);
	m_copydata(m, 0, sizeof(ip), &ip);
	src = match_masked(ep->src, ep->srcmask, &ip.ip_dst, sizeof(ip.ip_dst));
	dst = match_masked(ep->dst, ep->dstmask, &ip.ip_src, sizeof(ip.ip_src));
	return src < 0 || dst < 0 ? 0 : src + dst;
}

/* A packet: its mbufs, bytes of its IP header, its protocol. */
void
encap4_input(struct mbuf *m, ...)
{
	struct encaptab *ep, *best = NULL;
	struct psref psref;
	struct m_tag *mtag;
	int off, proto, prio, best_prio = 0, s, bound;
	va_list ap;

	va_start(ap, m);
	off = va_arg(ap, int);
	proto = va_arg(ap, int);
	va_end(ap);
	bound = curlwp_bind();
	s = pserialize_read_enter();
	PSLIST_READER_FOREACH(ep, &encaps, struct encaptab, chain)
	{
		if (ep->af != AF_INET || (ep->proto >= 0 && ep->proto != proto))
			continue;
		prio = match4(ep, m, off, proto);
		if (prio > best_prio) {
			best = ep;
			best_prio = prio;
		}
	}
	if (best != NULL)
		psref_acquire(&psref, &best->psref, encap_class);
	pserialize_read_exit(s);
	if (best == NULL) {
		rip_input(m, off, proto);
		curlwp_bindx(bound);
		return;
	}
	mtag = m_tag_get(PACKET_TAG_ENCAP, sizeof(void *), M_NOWAIT);
	if (mtag == NULL || best->esw == NULL ||
	    best->esw->encapsw4.pr_input == NULL) {
		if (mtag != NULL)
			m_tag_free(mtag);
		m_freem(m);
	} else {
		*(void **)(mtag + 1) = best->arg;
		m_tag_prepend(m, mtag);
		(*best->esw->encapsw4.pr_input)(m, off, proto);
	}
	psref_release(&psref, &best->psref, encap_class);
	curlwp_bindx(bound);
}

void *
encap_getarg(struct mbuf *m)
{
	struct m_tag *mtag = m_tag_find(m, PACKET_TAG_ENCAP, NULL);
	void *arg = NULL;

	if (mtag != NULL) {
		arg = *(void **)(mtag + 1);
		m_tag_delete(m, mtag);
	}
	return arg;
}

static struct sockaddr *
copy_addr(const struct sockaddr *sa, const struct sockaddr *like)
{
	struct sockaddr *copy = kmem_zalloc(like->sa_len, KM_SLEEP);

	memcpy(copy, sa, MIN(sa->sa_len, like->sa_len));
	copy->sa_len = like->sa_len;
	copy->sa_family = like->sa_family;
	return copy;
}

static void
free_tab(struct encaptab *ep)
{
	struct sockaddr *addrs[] = {ep->src, ep->srcmask, ep->dst, ep->dstmask};

	for (size_t i = 0; i < __arraycount(addrs); i++)
		if (addrs[i] != NULL)
			kmem_free(addrs[i], addrs[i]->sa_len);
	kmem_free(ep, sizeof(*ep));
}

/* Into the list, unless there is one for the same addresses. */
static const struct encaptab *
insert(struct encaptab *ep)
{
	struct encaptab *other;

	PSLIST_ENTRY_INIT(ep, chain);
	psref_target_init(&ep->psref, encap_class);
	mutex_enter(&encap_mtx);
	PSLIST_WRITER_FOREACH(other, &encaps, struct encaptab, chain)
	{
		if (ep->func != NULL || other->func != NULL ||
		    ep->af != other->af || ep->proto != other->proto ||
		    memcmp(ep->src, other->src, ep->src->sa_len) != 0 ||
		    memcmp(ep->dst, other->dst, ep->dst->sa_len) != 0 ||
		    memcmp(ep->srcmask, other->srcmask, ep->src->sa_len) != 0 ||
		    memcmp(ep->dstmask, other->dstmask, ep->dst->sa_len) != 0)
			continue;
		mutex_exit(&encap_mtx);
		psref_target_destroy(&ep->psref, encap_class);
		free_tab(ep);
		return NULL;
	}
	PSLIST_WRITER_INSERT_HEAD(&encaps, ep, chain);
	mutex_exit(&encap_mtx);
	return ep;
}

const struct encaptab *
encap_attach(int af, int proto, const struct sockaddr *sp,
    const struct sockaddr *sm, const struct sockaddr *dp,
    const struct sockaddr *dm, const struct encapsw *esw, void *arg)
{
	struct encaptab *ep;

	encapinit();
	if (af != AF_INET || sp->sa_family != af || dp->sa_family != af ||
	    sp->sa_len < sizeof(struct sockaddr_in) ||
	    dp->sa_len < sizeof(struct sockaddr_in))
		return NULL;
	ep = kmem_zalloc(sizeof(*ep), KM_SLEEP);
	ep->af = af;
	ep->proto = proto;
	ep->src = copy_addr(sp, sp);
	ep->srcmask = copy_addr(sm, sp);
	ep->dst = copy_addr(dp, dp);
	ep->dstmask = copy_addr(dm, dp);
	ep->esw = esw;
	ep->arg = arg;
	return insert(ep);
}

const struct encaptab *
encap_attach_func(
    int af, int proto, encap_func_t *func, const struct encapsw *esw, void *arg)
{
	struct encaptab *ep;

	encapinit();
	if (func == NULL)
		return NULL;
	ep = kmem_zalloc(sizeof(*ep), KM_SLEEP);
	ep->af = af;
	ep->proto = proto;
	ep->func = func;
	ep->esw = esw;
	ep->arg = arg;
	return insert(ep);
}

int
encap_detach(const struct encaptab *cookie)
{
	struct encaptab *ep;

	mutex_enter(&encap_mtx);
	PSLIST_WRITER_FOREACH(ep, &encaps, struct encaptab, chain)
	{
		if (ep == cookie)
			break;
	}
	if (ep == NULL) {
		mutex_exit(&encap_mtx);
		return ENOENT;
	}
	PSLIST_WRITER_REMOVE(ep, chain);
	pserialize_perform(encap_psz);
	mutex_exit(&encap_mtx);
	PSLIST_ENTRY_DESTROY(ep, chain);
	psref_target_destroy(&ep->psref, encap_class);
	free_tab(ep);
	return 0;
}
