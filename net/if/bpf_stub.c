/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The capture operations while no bpf component is there: they remember
 * interfaces' data link types for one that comes later, and do nothing else.
 */
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/if.h>

struct laglist {
	struct ifnet *lag_ifp;
	u_int lag_dlt;
	u_int lag_hlen;
	struct bpf_if **lag_drvp;
	TAILQ_ENTRY(laglist) lag_entries;
};

/* lag_lock: lagdrvs, and changes of bpf_ops */
static kmutex_t lag_lock;
static TAILQ_HEAD(, laglist) lagdrvs = TAILQ_HEAD_INITIALIZER(lagdrvs);

static void
bpf_stub_attach(struct ifnet *ifp, u_int dlt, u_int hlen, struct bpf_if **drvp)
{
	struct laglist *lag;

	lag = kmem_alloc(sizeof(*lag), KM_SLEEP);
	lag->lag_ifp = ifp;
	lag->lag_dlt = dlt;
	lag->lag_hlen = hlen;
	lag->lag_drvp = drvp;
	mutex_enter(&lag_lock);
	if (bpf_ops->bpf_attach == bpf_stub_attach) {
		TAILQ_INSERT_TAIL(&lagdrvs, lag, lag_entries);
		lag = NULL;
	}
	mutex_exit(&lag_lock);
	if (lag != NULL) {
		/* The real one came meanwhile. */
		kmem_free(lag, sizeof(*lag));
		bpf_ops->bpf_attach(ifp, dlt, hlen, drvp);
	}
}

static void
bpf_stub_detach(struct ifnet *ifp)
{
	struct laglist *lag, *next;

	mutex_enter(&lag_lock);
	TAILQ_FOREACH_SAFE(lag, &lagdrvs, lag_entries, next) {
		if (lag->lag_ifp == ifp) {
			TAILQ_REMOVE(&lagdrvs, lag, lag_entries);
			kmem_free(lag, sizeof(*lag));
		}
	}
	mutex_exit(&lag_lock);
}

static void
bpf_stub_change_type(struct ifnet *ifp, u_int dlt, u_int hlen)
{
	struct laglist *lag;

	TAILQ_FOREACH(lag, &lagdrvs, lag_entries) {
		if (lag->lag_ifp == ifp) {
			lag->lag_dlt = dlt;
			lag->lag_hlen = hlen;
		}
	}
}

static void
bpf_stub_tap(struct bpf_if *bp, u_char *pkt, u_int len)
{
	(void)bp;
	(void)pkt;
	(void)len;
}

static void
bpf_stub_mtap(struct bpf_if *bp, struct mbuf *m)
{
	(void)bp;
	(void)m;
}

static void
bpf_stub_mtap2(struct bpf_if *bp, void *data, u_int dlen, struct mbuf *m)
{
	(void)bp;
	(void)data;
	(void)dlen;
	(void)m;
}

static void
bpf_stub_mtap_af(struct bpf_if *bp, uint32_t af, struct mbuf *m)
{
	(void)bp;
	(void)af;
	(void)m;
}

static void
bpf_stub_mtap_sl_in(struct bpf_if *bp, u_char *hdr, struct mbuf **mp)
{
	(void)bp;
	(void)hdr;
	(void)mp;
}

static void
bpf_stub_mtap_sl_out(struct bpf_if *bp, u_char *hdr, struct mbuf *m)
{
	(void)bp;
	(void)hdr;
	(void)m;
}

static void
bpf_stub_mtap_softint(struct ifnet *ifp, struct mbuf *m)
{
	(void)ifp;
	(void)m;
}

static void
bpf_stub_mtap_softint_init(struct ifnet *ifp)
{
	(void)ifp;
}

static struct bpf_ops bpf_ops_stub = {
    .bpf_attach = bpf_stub_attach,
    .bpf_detach = bpf_stub_detach,
    .bpf_change_type = bpf_stub_change_type,
    .bpf_tap = bpf_stub_tap,
    .bpf_mtap = bpf_stub_mtap,
    .bpf_mtap2 = bpf_stub_mtap2,
    .bpf_mtap_af = bpf_stub_mtap_af,
    .bpf_mtap_sl_in = bpf_stub_mtap_sl_in,
    .bpf_mtap_sl_out = bpf_stub_mtap_sl_out,
    .bpf_mtap_softint = bpf_stub_mtap_softint,
    .bpf_mtap_softint_init = bpf_stub_mtap_softint_init,
};

struct bpf_ops *bpf_ops = &bpf_ops_stub;

void
bpf_setops(void)
{
	static bool done;

	if (!done) {
		mutex_init(&lag_lock, MUTEX_DEFAULT, IPL_NONE);
		done = true;
	}
	bpf_ops = &bpf_ops_stub;
}

/*
 * A real bpf arrives: it gets the interfaces so far, then sets bpf_ops, and
 * ends by bpf_ops_handover_exit().  Nobody attaches in between.
 */
void
bpf_ops_handover_enter(struct bpf_ops *newops)
{
	struct laglist *lag;

	mutex_enter(&lag_lock);
	while ((lag = TAILQ_FIRST(&lagdrvs)) != NULL) {
		TAILQ_REMOVE(&lagdrvs, lag, lag_entries);
		newops->bpf_attach(
		    lag->lag_ifp, lag->lag_dlt, lag->lag_hlen, lag->lag_drvp);
		kmem_free(lag, sizeof(*lag));
	}
}

void
bpf_ops_handover_exit(void)
{
	mutex_exit(&lag_lock);
}
