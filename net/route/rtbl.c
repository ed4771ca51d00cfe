/* SPDX-License-Identifier: BSD-2-Clause */
/* The routing tables, one for each address family that has routes. */
#include <sys/domain.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/radix.h>
#include <net/route.h>
#include <net/rtbl.h>

static rtbl_t *rt_tables[AF_MAX];

void
rtbl_init(void)
{
	rn_init();
}

/* A table whose keys begin at bit OFF; what dom_rtattach usually is. */
int
rt_inithead(rtbl_t **tp, int off)
{
	rtbl_t *t;

	if (*tp != NULL)
		return 1;
	t = kmem_alloc(sizeof(*t), KM_SLEEP);
	*tp = t;
	return rn_inithead0(&t->t_rnh, off);
}

/* The table of a family, made when its domain is first asked for routes. */
rtbl_t *
rt_gettable(int af)
{
	struct domain *dom;

	if (af < 0 || af >= AF_MAX)
		return NULL;
	if (__predict_false(rt_tables[af] == NULL)) {
		dom = pffinddomain(af);
		if (dom != NULL && dom->dom_rtattach != NULL)
			(void)(*dom->dom_rtattach)(
			    &rt_tables[af], dom->dom_rtoffset);
	}
	return rt_tables[af];
}

struct rtentry *
rt_matchaddr(rtbl_t *t, const struct sockaddr *dst)
{
	return (struct rtentry *)rn_match(dst, &t->t_rnh);
}

int
rt_addaddr(rtbl_t *t, struct rtentry *rt, const struct sockaddr *netmask)
{
	struct radix_node *rn;

	rn = rn_addroute(rt_getkey(rt), netmask, &t->t_rnh, rt->rt_nodes);
	return rn == NULL ? EEXIST : 0;
}

struct rtentry *
rt_lookup(rtbl_t *t, const struct sockaddr *dst, const struct sockaddr *netmask)
{
	return (struct rtentry *)rn_lookup(dst, netmask, &t->t_rnh);
}

struct rtentry *
rt_deladdr(
    rtbl_t *t, const struct sockaddr *dst, const struct sockaddr *netmask)
{
	return (struct rtentry *)rn_delete(dst, netmask, &t->t_rnh);
}

void
rt_assert_inactive(const struct rtentry *rt)
{
	KASSERT((rt->rt_nodes[0].rn_flags & RNF_ACTIVE) == 0);
	KASSERT((rt->rt_nodes[1].rn_flags & RNF_ACTIVE) == 0);
}

int
rt_refines(const struct sockaddr *m, const struct sockaddr *n)
{
	return rn_refines(m, n);
}

struct rt_walk {
	int (*rw_f)(struct rtentry *, void *);
	void *rw_v;
};

static int
rt_walk_one(struct radix_node *rn, void *v)
{
	struct rt_walk *rw = v;

	return (*rw->rw_f)((struct rtentry *)rn, rw->rw_v);
}

/* Call F for every route of a family until it returns non-zero. */
int
rt_walktree(int family, int (*f)(struct rtentry *, void *), void *v)
{
	rtbl_t *t = rt_gettable(family);
	struct rt_walk rw = {f, v};

	return t == NULL ? 0 : rn_walktree(&t->t_rnh, rt_walk_one, &rw);
}

struct rtentry *
rtbl_search_matched_entry(
    int family, int (*f)(struct rtentry *, void *), void *v)
{
	rtbl_t *t = rt_gettable(family);
	struct rt_walk rw = {f, v};

	if (t == NULL)
		return NULL;
	return (struct rtentry *)rn_search_matched(&t->t_rnh, rt_walk_one, &rw);
}
