/* SPDX-License-Identifier: BSD-2-Clause */
/* A packet capture that only counts. */

#include <sys/atomic.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/systm.h>

#include <net/bpf.h>
#include <net/bpfdesc.h>
#include <net/bpfjit.h>
#include <net/if.h>
#include <net/if_arc.h>
#include <net/slip.h>

#include "ktest.h"
#include "twin.h"

/* What a capture device takes from headers. */
__CTASSERT(offsetof(struct bpf_hdr32, bh_hdrlen) + 2 == SIZEOF_BPF_HDR32);
__CTASSERT(BPF_WORDALIGN32(5) == 8 && BPF_WORDALIGN(5) == 8);
__CTASSERT(offsetof(struct bpf_d_ext, bde_rcount) == 24);
__CTASSERT(offsetof(struct bpf_d_ext, bde_ifname) == 48);
__CTASSERT(SLX_CHDR + CHDR_LEN == SLIP_HDRLEN && SLIPDIR_IN != SLIPDIR_OUT);
__CTASSERT(offsetof(struct arc_header, arc_flag) == ARC_HDRLEN);
__CTASSERT(offsetof(struct arc_header, arc_type2) == ARC_HDRNEWLEN);
__CTASSERT(sizeof(struct arc_header) == ARC_HDRNEWLEN_EXC);

struct bpfjit_ops bpfjit_module_ops;
LIST_HEAD(, bpf_d) twin_listeners;

struct twin_tap twin_tap;

/* What stands for the tap of an interface. */
static int twin_token;

static void
tt_attach(struct ifnet *ifp, u_int dlt, u_int hdrlen, struct bpf_if **driverp)
{
	twin_tap.tt_attached++;
	twin_tap.tt_dlt = dlt;
	*driverp = (struct bpf_if *)&twin_token;
}

static void
tt_detach(struct ifnet *ifp)
{
	twin_tap.tt_detached++;
	ifp->if_bpf = NULL;
}

static void
tt_change_type(struct ifnet *ifp, u_int dlt, u_int hdrlen)
{
	twin_tap.tt_dlt = dlt;
}

static void
tt_tap(struct bpf_if *bp, u_char *pkt, u_int len)
{
	KASSERT(bp == (struct bpf_if *)&twin_token);
	twin_tap.tt_others++;
	twin_tap.tt_bytes += len;
}

static void
tt_mtap(struct bpf_if *bp, struct mbuf *m)
{
	KASSERT(bp == (struct bpf_if *)&twin_token);
	twin_tap.tt_frames++;
	twin_tap.tt_bytes += m_length(m);
}

static void
tt_mtap2(struct bpf_if *bp, void *data, u_int dlen, struct mbuf *m)
{
	twin_tap.tt_others++;
	twin_tap.tt_bytes += dlen + m_length(m);
}

static void
tt_mtap_af(struct bpf_if *bp, uint32_t af, struct mbuf *m)
{
	twin_tap.tt_others++;
	twin_tap.tt_bytes += sizeof(af) + m_length(m);
}

static struct bpf_ops twin_ops = {
    .bpf_attach = tt_attach,
    .bpf_detach = tt_detach,
    .bpf_change_type = tt_change_type,
    .bpf_tap = tt_tap,
    .bpf_mtap = tt_mtap,
    .bpf_mtap2 = tt_mtap2,
    .bpf_mtap_af = tt_mtap_af,
};

void
twin_tap_enter(void)
{
	bpf_ops_handover_enter(&twin_ops);
	atomic_swap_ptr(&bpf_ops, &twin_ops);
	bpf_ops_handover_exit();
	K(bpf_ops == &twin_ops);
}

void
twin_tap_exit(void)
{
	bpf_setops();
	K(bpf_ops != &twin_ops);
}

/* An interface only for taps, as packet filters have one for their log. */
void
twin_test_mute(void)
{
	struct ifnet *ifp = kmem_zalloc(sizeof(*ifp), KM_SLEEP);
	struct mbuf *m = m_gethdr(M_WAITOK, MT_DATA);
	u_int others = twin_tap.tt_others;
	struct psref psref;
	int bound = curlwp_bind();

	m->m_len = m->m_pkthdr.len = 20;
	twin_tap_enter();
	if_initname(ifp, "mute", 0);
	ifp->if_dlt = DLT_NULL;
	KERNEL_LOCK(1, NULL);
	if_attach(ifp);
	if_alloc_sadl(ifp);
	bpf_attach(ifp, DLT_NULL, 0);
	K(!if_is_deactivated(ifp));
	K(ifunit("mute0") == ifp);
	K(if_byindex(ifp->if_index) == ifp);
	K(if_get_byindex(ifp->if_index, &psref) == ifp);
	if_put(ifp, &psref);
	bpf_mtap_af(ifp, AF_INET, m);
	KEQ(twin_tap.tt_others, others + 1);
	m_freem(m);
	bpf_detach(ifp);
	if_detach(ifp);
	KERNEL_UNLOCK_ONE(NULL);
	K(ifunit("mute0") == NULL);
	curlwp_bindx(bound);
	kmem_free(ifp, sizeof(*ifp));
	twin_tap_exit();
}
