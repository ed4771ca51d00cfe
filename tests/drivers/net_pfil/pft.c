/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet filter for IPv4. Its first hook drops what comes from addresses in
 * the table, tags what goes out, and writes "PLAIN" over "plain" where a UDP
 * datagram begins with it; its second hook looks at what the first one did.
 */

#include <sys/atomic.h>
#include <sys/kauth.h>
#include <sys/mbuf.h>
#include <sys/module.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/pfil.h>
#include <netinet/in.h>
#include <netinet/in_systm.h>
#include <netinet/ip.h>
#include <netinet/udp.h>

#include "ktest.h"
#include "pft.h"

struct pft_counts pft_counts;

struct pft_note {
	uint32_t pn_magic;
	uint32_t pn_number;
};
#define PFT_MAGIC 0x70667431

static u_int pft_number;      /* atomic */
static struct mbuf *pft_last; /* the packet that the first hook saw last */
static kauth_listener_t pft_listener;

static int pft_first(void *, struct mbuf **, struct ifnet *, int);
static int pft_second(void *, struct mbuf **, struct ifnet *, int);

MODULE(MODULE_CLASS_MISC, pft, NULL);

static int
pft_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
		pft_table_init();
		return pft_attach();
	case MODULE_CMD_FINI:
		return pft_detach();
	default:
		return ENOTTY;
	}
}

/* Where the header of UDP is, adjacent; or NULL, and *mp is NULL if lost. */
static struct udphdr *
pft_udp(struct mbuf **mp, struct mbuf **nextp)
{
	struct ip *ip;
	struct mbuf *n;
	int hlen, off;

	if (!m_ensure_contig(mp, sizeof(*ip)))
		return NULL;
	ip = mtod(*mp, struct ip *);
	hlen = ip->ip_hl << 2;
	if (ip->ip_p != IPPROTO_UDP || (ntohs(ip->ip_off) & IP_OFFMASK) != 0 ||
	    (*mp)->m_pkthdr.len < hlen + (int)sizeof(struct udphdr))
		return NULL;
	n = m_pulldown(*mp, hlen, sizeof(struct udphdr), &off);
	if (n == NULL) {
		*mp = NULL;
		return NULL;
	}
	if (nextp != NULL)
		*nextp = n;
	return (struct udphdr *)(mtod(n, char *) + off);
}

static int
pft_rewrite(struct mbuf **mp)
{
	struct udphdr *uh;
	char text[5];
	int hlen, off, error;
	uint16_t zero = 0;

	uh = pft_udp(mp, NULL);
	if (*mp == NULL)
		return ENOBUFS;
	if (uh == NULL)
		return 0;
	hlen = mtod(*mp, struct ip *)->ip_hl << 2;
	off = hlen + (int)sizeof(*uh);
	if ((*mp)->m_pkthdr.len < off + (int)sizeof(text))
		return 0;
	m_copydata(*mp, off, sizeof(text), text);
	if (memcmp(text, "plain", sizeof(text)) != 0)
		return 0;
	error = m_makewritable(mp, 0, off + (int)sizeof(text), M_DONTWAIT);
	if (error != 0)
		return error;
	m_copyback(*mp, off, sizeof(text), "PLAIN");
	/* No checksum, and nobody is to think that there is one. */
	m_copyback(*mp, hlen + (int)offsetof(struct udphdr, uh_sum),
	    sizeof(zero), &zero);
	(*mp)->m_pkthdr.csum_flags = 0;
	atomic_inc_uint(&pft_counts.pc_rewritten);
	return 0;
}

static int
pft_note(struct mbuf *m)
{
	struct m_tag *t;
	struct pft_note *pn;

	t = m_tag_get(PACKET_TAG_PF, sizeof(*pn), M_NOWAIT);
	if (t == NULL)
		return ENOMEM;
	pn = (struct pft_note *)(t + 1);
	pn->pn_magic = PFT_MAGIC;
	pn->pn_number = atomic_inc_uint_nv(&pft_number);
	m_tag_prepend(m, t);
	atomic_inc_uint(&pft_counts.pc_tagged);
	return 0;
}

static int
pft_first(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	struct ip *ip;

	K(arg == &pft_counts);
	K(ifp != NULL);
	/* the protocols are not around us at once */
	K(mutex_owned(softnet_lock));
	if ((*mp)->m_len < (int)sizeof(*ip) &&
	    (*mp = m_pullup(*mp, sizeof(*ip))) == NULL)
		return ENOBUFS;
	ip = mtod(*mp, struct ip *);
	if (dir == PFIL_OUT) {
		atomic_inc_uint(&pft_counts.pc_out);
		return pft_note(*mp);
	}
	KEQ(dir, PFIL_IN);
	atomic_inc_uint(&pft_counts.pc_in);
	pft_last = *mp;
	if (pft_table_match(ip->ip_src.s_addr)) {
		atomic_inc_uint(&pft_counts.pc_blocked);
		m_freem(*mp);
		*mp = NULL;
		return EHOSTUNREACH;
	}
	return pft_rewrite(mp);
}

static int
pft_second(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	struct m_tag *t;
	struct pft_note *pn;

	if (dir == PFIL_IN) {
		/* It comes here before the first. */
		if (*mp == pft_last)
			atomic_inc_uint(&pft_counts.pc_order);
		return 0;
	}
	t = m_tag_find(*mp, PACKET_TAG_PF, NULL);
	if (t != NULL) {
		pn = (struct pft_note *)(t + 1);
		if (pn->pn_magic == PFT_MAGIC)
			atomic_inc_uint(&pft_counts.pc_found);
		m_tag_delete(*mp, t);
	}
	return 0;
}

static void
pft_interface(void *arg, u_long cmd, void *what)
{
	K(what != NULL);
	if (cmd == PFIL_IFNET_ATTACH)
		atomic_inc_uint(&pft_counts.pc_arrived);
	else if (cmd == PFIL_IFNET_DETACH)
		atomic_inc_uint(&pft_counts.pc_left);
}

static void
pft_address(void *arg, u_long cmd, void *what)
{
	struct ifaddr *ifa = what;

	K(cmd == SIOCAIFADDR || cmd == SIOCSIFADDR || cmd == SIOCDIFADDR);
	KEQ(ifa->ifa_addr->sa_family, AF_INET);
	/* One that was taken away is not found any more. */
	K((ifa_ifwithaddr(ifa->ifa_addr) != NULL) == (cmd != SIOCDIFADDR));
	atomic_inc_uint(&pft_counts.pc_addresses);
}

/* Who may change a filter: user 0, says this one too. */
static int
pft_authorize(kauth_cred_t cred, kauth_action_t action, void *cookie,
    void *arg0, void *arg1, void *arg2, void *arg3)
{
	if (action != KAUTH_NETWORK_FIREWALL)
		return KAUTH_RESULT_DEFER;
	return kauth_cred_geteuid(cred) == 0 ? KAUTH_RESULT_ALLOW
					     : KAUTH_RESULT_DENY;
}

int
pft_attach(void)
{
	pfil_head_t *ph, *ifph;
	int error;

	ph = pfil_head_get(PFIL_TYPE_AF, (void *)AF_INET);
	ifph = pfil_head_get(PFIL_TYPE_IFNET, NULL);
	if (ph == NULL || ifph == NULL)
		return ENOENT;
	pft_listener =
	    kauth_listen_scope(KAUTH_SCOPE_NETWORK, pft_authorize, NULL);
	error = pfil_add_hook(pft_first, &pft_counts, PFIL_IN | PFIL_OUT, ph);
	if (error == 0)
		error = pfil_add_hook(pft_second, NULL, PFIL_IN | PFIL_OUT, ph);
	if (error == 0)
		error = pfil_add_ihook(pft_interface, NULL, PFIL_IFNET, ifph);
	if (error == 0)
		error = pfil_add_ihook(pft_address, NULL, PFIL_IFADDR, ifph);
	return error;
}

int
pft_detach(void)
{
	pfil_head_t *ph, *ifph;
	int error;

	ph = pfil_head_get(PFIL_TYPE_AF, (void *)AF_INET);
	ifph = pfil_head_get(PFIL_TYPE_IFNET, NULL);
	error = pfil_remove_ihook(pft_address, NULL, PFIL_IFADDR, ifph);
	if (error == 0)
		error =
		    pfil_remove_ihook(pft_interface, NULL, PFIL_IFNET, ifph);
	if (error == 0)
		error =
		    pfil_remove_hook(pft_second, NULL, PFIL_IN | PFIL_OUT, ph);
	if (error == 0)
		error = pfil_remove_hook(
		    pft_first, &pft_counts, PFIL_IN | PFIL_OUT, ph);
	kauth_unlisten_scope(pft_listener);
	return error;
}

/* For the host program: a prefix in or out of the table, and the counts. */
int rumptest_pft_block(uint32_t, unsigned int, int);
int
rumptest_pft_block(uint32_t addr, unsigned int bits, int block)
{
	int error;

	error =
	    kauth_authorize_network(kauth_cred_get(), KAUTH_NETWORK_FIREWALL,
		KAUTH_REQ_NETWORK_FIREWALL_FW, NULL, NULL, NULL);
	if (error != 0)
		return error;
	return block ? pft_table_add(addr, bits) : pft_table_remove(addr, bits);
}

void rumptest_pft_counts(unsigned int *);
void
rumptest_pft_counts(unsigned int *counts)
{
	memcpy(counts, &pft_counts, sizeof(pft_counts));
}

static const struct ktest pft_tests[] = {
    {"shape", pft_test_shape},
    {"copies", pft_test_copies},
    {"writable", pft_test_writable},
    {"storage", pft_test_storage},
    {"tags", pft_test_tags},
    {"fragments", pft_test_fragments},
    {"ids", pft_test_ids},
    {"layouts", pft_test_layouts},
    {"table", pft_test_table},
    {"heads", pft_test_heads},
    {"events", pft_test_events},
    {NULL, NULL},
};

KTEST_MAIN(pft_tests)
