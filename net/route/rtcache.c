/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cached routes, and timers of routes.
 *
 * Every change of the table, or of an interface, steps rt_generation, which
 * makes all caches look again when they are used next.
 */
#include <sys/callout.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/socketvar.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/route.h>

#include "route_impl.h"

static LIST_HEAD(, rttimer_queue) rttimer_queues =
    LIST_HEAD_INITIALIZER(rttimer_queues);
static struct pool rttimer_pool;
static callout_t rt_timer_ch;

static void
rtcache_clear(struct route *ro)
{
	if (ro->_ro_rt != NULL)
		rtfree(ro->_ro_rt);
	ro->_ro_rt = NULL;
}

static struct rtentry *
rtcache_init_locked(struct route *ro, int flag)
{
	rtcache_clear(ro);
	if (ro->ro_sa == NULL)
		return NULL;
	ro->ro_gen = rt_generation;
	ro->_ro_rt = rtalloc1(ro->ro_sa, flag);
	ro->ro_invalid = false;
	return ro->_ro_rt;
}

/* Look the destination up. */
struct rtentry *
_rtcache_init(struct route *ro, int flag)
{
	const bool locked = rt_lock();
	struct rtentry *rt;

	rt = rtcache_init_locked(ro, flag);
	rt_unlock(locked);
	return rt;
}

struct rtentry *
rtcache_init(struct route *ro)
{
	return _rtcache_init(ro, 1);
}

struct rtentry *
rtcache_init_noclone(struct route *ro)
{
	return _rtcache_init(ro, 0);
}

struct rtentry *
rtcache_update(struct route *ro, int clone)
{
	return _rtcache_init(ro, clone);
}

static struct rtentry *
rtcache_lookup2_locked(
    struct route *ro, const struct sockaddr *dst, int clone, int *hitp)
{
	struct rtentry *rt;

	*hitp = 0;
	if (ro->ro_sa != NULL && sockaddr_cmp(ro->ro_sa, dst) == 0) {
		rt = rtcache_validate(ro);
		if (rt != NULL) {
			*hitp = 1;
			return rt;
		}
		return _rtcache_init(ro, clone);
	}
	if (rtcache_setdst(ro, dst) != 0)
		return NULL;
	return _rtcache_init(ro, clone);
}

/* The route to DST, from the cache if it is for DST and good. */
struct rtentry *
rtcache_lookup2(
    struct route *ro, const struct sockaddr *dst, int clone, int *hitp)
{
	const bool locked = rt_lock();
	struct rtentry *rt;

	rt = rtcache_lookup2_locked(ro, dst, clone, hitp);
	rt_unlock(locked);
	return rt;
}

static void
rtcache_copy_locked(struct route *new, const struct route *old)
{
	const struct sockaddr *sa = old->ro_sa;

	memset(new, 0, sizeof(*new));
	if (sa == NULL || rtcache_setdst(new, sa) != 0)
		return;
	new->_ro_rt = rtcache_validate(old);
	new->ro_gen = old->ro_gen;
	if (new->_ro_rt != NULL)
		new->_ro_rt->rt_refcnt++;
}

void
rtcache_copy(struct route *new, const struct route *old)
{
	const bool locked = rt_lock();

	rtcache_copy_locked(new, old);
	rt_unlock(locked);
}

static void
rtcache_free_locked(struct route *ro)
{
	rtcache_clear(ro);
	if (ro->ro_sa != NULL)
		sockaddr_free(ro->ro_sa);
	ro->ro_sa = NULL;
}

/* Forget route and destination. */
void
rtcache_free(struct route *ro)
{
	const bool locked = rt_lock();

	rtcache_free_locked(ro);
	rt_unlock(locked);
}

static int
rtcache_setdst_locked(struct route *ro, const struct sockaddr *sa)
{
	rtcache_clear(ro);
	if (ro->ro_sa != NULL && ro->ro_sa->sa_len == sa->sa_len) {
		sockaddr_copy(ro->ro_sa, sa->sa_len, sa);
		return 0;
	}
	if (ro->ro_sa != NULL)
		sockaddr_free(ro->ro_sa);
	ro->ro_sa = sockaddr_dup(sa, M_NOWAIT);
	return ro->ro_sa == NULL ? ENOMEM : 0;
}

/* Set the destination, without looking it up; ENOMEM. */
int
rtcache_setdst(struct route *ro, const struct sockaddr *sa)
{
	const bool locked = rt_lock();
	int error;

	error = rtcache_setdst_locked(ro, sa);
	rt_unlock(locked);
	return error;
}

void
rtcache_invalidate(void *list)
{
	(void)list;
	rt_generation++;
}

void
rt_timer_init(void)
{
	pool_init(&rttimer_pool, sizeof(struct rttimer), 0, 0, 0, "rttmrpl",
	    NULL, IPL_SOFTNET);
	callout_init(&rt_timer_ch, CALLOUT_MPSAFE);
	callout_setfunc(&rt_timer_ch, rt_timer_timer, NULL);
}

/* A queue of timers that all run TIMEOUT seconds. */
struct rttimer_queue *
rt_timer_queue_create(u_int timeout)
{
	struct rttimer_queue *rtq;

	rtq = kmem_zalloc(sizeof(*rtq), KM_SLEEP);
	rtq->rtq_timeout = timeout;
	TAILQ_INIT(&rtq->rtq_head);
	LIST_INSERT_HEAD(&rttimer_queues, rtq, rtq_link);
	return rtq;
}

void
rt_timer_queue_change(struct rttimer_queue *rtq, long timeout)
{
	rtq->rtq_timeout = timeout;
}

static void
rt_timer_remove(struct rttimer *r)
{
	LIST_REMOVE(r, rtt_link);
	TAILQ_REMOVE(&r->rtt_queue->rtq_head, r, rtt_next);
	if (r->rtt_queue->rtq_count > 0)
		r->rtt_queue->rtq_count--;
}

/* Run what is in the queue now, and leave it empty. */
void
rt_timer_queue_remove_all(struct rttimer_queue *rtq)
{
	struct rttimer *r;

	while ((r = TAILQ_FIRST(&rtq->rtq_head)) != NULL) {
		rt_timer_remove(r);
		r->rtt_rt->rt_refcnt++;
		(*r->rtt_func)(r->rtt_rt, r);
		rtfree(r->rtt_rt);
		pool_put(&rttimer_pool, r);
	}
}

void
rt_timer_queue_destroy(struct rttimer_queue *rtq)
{
	rt_timer_queue_remove_all(rtq);
	LIST_REMOVE(rtq, rtq_link);
	kmem_free(rtq, sizeof(*rtq));
}

unsigned long
rt_timer_count(struct rttimer_queue *rtq)
{
	return rtq->rtq_count;
}

/* Forget all timers of a route. */
void
rt_timer_remove_all(struct rtentry *rt)
{
	struct rttimer *r;

	while ((r = LIST_FIRST(&rt->rt_timer)) != NULL) {
		rt_timer_remove(r);
		pool_put(&rttimer_pool, r);
	}
}

/* Call FUNC for the route when the queue's time has passed, once. */
int
rt_timer_add(struct rtentry *rt, rttimer_func_t func, struct rttimer_queue *rtq)
{
	struct rttimer *r;

	LIST_FOREACH(r, &rt->rt_timer, rtt_link) {
		if (r->rtt_func == func) {
			rt_timer_remove(r);
			break;
		}
	}
	if (r == NULL) {
		r = pool_get(&rttimer_pool, PR_NOWAIT);
		if (r == NULL)
			return ENOBUFS;
	}
	memset(r, 0, sizeof(*r));
	r->rtt_rt = rt;
	r->rtt_time = time_uptime;
	r->rtt_func = func;
	r->rtt_queue = rtq;
	LIST_INSERT_HEAD(&rt->rt_timer, r, rtt_link);
	TAILQ_INSERT_TAIL(&rtq->rtq_head, r, rtt_next);
	rtq->rtq_count++;
	if (!callout_pending(&rt_timer_ch))
		callout_schedule(&rt_timer_ch, hz);
	return 0;
}

/* Once a second while there are timers. */
void
rt_timer_timer(void *arg)
{
	struct rttimer_queue *rtq;
	struct rttimer *r;
	bool more = false;

	(void)arg;
	mutex_enter(softnet_lock);
	LIST_FOREACH(rtq, &rttimer_queues, rtq_link) {
		while ((r = TAILQ_FIRST(&rtq->rtq_head)) != NULL &&
		    r->rtt_time + rtq->rtq_timeout < time_uptime) {
			rt_timer_remove(r);
			r->rtt_rt->rt_refcnt++;
			(*r->rtt_func)(r->rtt_rt, r);
			rtfree(r->rtt_rt);
			pool_put(&rttimer_pool, r);
		}
		if (r != NULL)
			more = true;
	}
	mutex_exit(softnet_lock);
	if (more)
		callout_schedule(&rt_timer_ch, hz);
}
