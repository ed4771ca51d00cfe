/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket addresses of any family, by way of their domain (sockaddr(9)).
 */
#include <sys/domain.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/protosw.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

/* A zeroed address with room for SOCKLEN bytes. */
struct sockaddr *
sockaddr_alloc(sa_family_t af, socklen_t socklen, int flags)
{
	struct sockaddr *sa;
	socklen_t len = MAX(socklen, sizeof(*sa));

	if (socklen > 255)
		return NULL;
	sa = kern_malloc(len, flags | M_ZERO);
	if (sa == NULL)
		return NULL;
	sa->sa_family = af;
	sa->sa_len = socklen;
	return sa;
}

void
sockaddr_free(struct sockaddr *sa)
{
	kern_free(sa);
}

/* Copy SRC into DST of SOCKLEN bytes; what does not fit is an error. */
struct sockaddr *
sockaddr_copy(
    struct sockaddr *dst, socklen_t socklen, const struct sockaddr *src)
{
	if (socklen < src->sa_len) {
		/* as much as fits, with a length that says so */
		memcpy(dst, src, socklen);
		if (socklen > 0)
			dst->sa_len = socklen;
		return dst;
	}
	return memcpy(dst, src, src->sa_len);
}

/* Copy an address for a user: the domain may hide its internals. */
struct sockaddr *
sockaddr_externalize(
    struct sockaddr *dst, socklen_t socklen, const struct sockaddr *src)
{
	struct domain *dom = pffinddomain(src->sa_family);

	if (dom != NULL && dom->dom_sockaddr_externalize != NULL)
		return (*dom->dom_sockaddr_externalize)(dst, socklen, src);
	return sockaddr_copy(dst, socklen, src);
}

struct sockaddr *
sockaddr_dup(const struct sockaddr *src, int flags)
{
	struct sockaddr *dst;

	dst = sockaddr_alloc(src->sa_family, src->sa_len, flags);
	if (dst == NULL)
		return NULL;
	return sockaddr_copy(dst, dst->sa_len, src);
}

/* Order of two addresses; the domain says which bytes count. */
int
sockaddr_cmp(const struct sockaddr *a, const struct sockaddr *b)
{
	struct domain *dom;
	int rc, len, ofs = 0;

	if (a->sa_family != b->sa_family)
		return a->sa_family - b->sa_family;
	dom = pffinddomain(a->sa_family);
	if (dom != NULL && dom->dom_sockaddr_cmp != NULL)
		return (*dom->dom_sockaddr_cmp)(a, b);
	if (dom != NULL && dom->dom_sa_cmplen != 0) {
		ofs = dom->dom_sa_cmpofs;
		len = dom->dom_sa_cmplen;
		if (a->sa_len < ofs + len || b->sa_len < ofs + len)
			return a->sa_len - b->sa_len;
		return memcmp(
		    (const char *)a + ofs, (const char *)b + ofs, len);
	}
	rc = memcmp(a, b, MIN(a->sa_len, b->sa_len));
	return rc != 0 ? rc : a->sa_len - b->sa_len;
}

const struct sockaddr *
sockaddr_any_by_family(sa_family_t family)
{
	struct domain *dom = pffinddomain(family);

	return dom == NULL ? NULL : dom->dom_sa_any;
}

const struct sockaddr *
sockaddr_any(const struct sockaddr *sa)
{
	return sockaddr_any_by_family(sa->sa_family);
}

/* The part of SA that is the address proper, its length in *SLENP. */
const void *
sockaddr_const_addr(const struct sockaddr *sa, socklen_t *slenp)
{
	struct domain *dom = pffinddomain(sa->sa_family);

	if (dom == NULL || dom->dom_sockaddr_const_addr == NULL)
		return NULL;
	return (*dom->dom_sockaddr_const_addr)(sa, slenp);
}

void *
sockaddr_addr(struct sockaddr *sa, socklen_t *slenp)
{
	struct domain *dom = pffinddomain(sa->sa_family);

	if (dom == NULL || dom->dom_sockaddr_addr == NULL)
		return NULL;
	return (*dom->dom_sockaddr_addr)(sa, slenp);
}

const void *
sockaddr_anyaddr(const struct sockaddr *sa, socklen_t *slenp)
{
	const struct sockaddr *any = sockaddr_any(sa);

	return any == NULL ? NULL : sockaddr_const_addr(any, slenp);
}
