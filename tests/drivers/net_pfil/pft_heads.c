/* SPDX-License-Identifier: BSD-2-Clause */
/* Heads of the filter's own, and events. */

#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/socket.h>
#include <sys/systm.h>

#include <net/if.h>
#include <net/pfil.h>

#include "ktest.h"
#include "pft.h"

static u_int ph_calls[10];
static int ph_answer;

/* Notes which call of all it was, and that of its number. */
static int
ph_hook(void *arg, struct mbuf **mp, struct ifnet *ifp, int dir)
{
	u_int *mine = arg;

	*mine = ++ph_calls[0];
	if (ph_answer != 0) {
		m_freem(*mp);
		*mp = NULL;
	}
	return ph_answer;
}

void
pft_test_heads(void)
{
	pfil_head_t *ph;
	struct mbuf *m;
	u_int i;

	K(pfil_head_get(PFIL_TYPE_AF, (void *)AF_APPLETALK) == NULL);
	ph = pfil_head_create(PFIL_TYPE_AF, (void *)AF_APPLETALK);
	K(ph != NULL);
	K(pfil_head_get(PFIL_TYPE_AF, (void *)AF_APPLETALK) == ph);
	m = m_gethdr(M_WAIT, MT_DATA);
	/* Without hooks it passes. */
	KEQ(pfil_run_hooks(ph, &m, NULL, PFIL_IN), 0);
	K(m != NULL);
	for (i = 1; i <= 8; i++) {
		KEQ(pfil_add_hook(
			ph_hook, &ph_calls[i], PFIL_IN | PFIL_OUT, ph),
		    0);
		if (i == 1)
			KEQ(pfil_add_hook(ph_hook, &ph_calls[i], PFIL_OUT, ph),
			    EEXIST);
	}
	KEQ(pfil_add_hook(ph_hook, &ph_calls[9], PFIL_OUT, ph), ENOSPC);
	KEQ(pfil_run_hooks(ph, &m, NULL, PFIL_OUT), 0);
	for (i = 1; i <= 8; i++)
		KEQ(ph_calls[i], i);
	KEQ(pfil_run_hooks(ph, &m, NULL, PFIL_IN), 0);
	for (i = 1; i <= 8; i++)
		KEQ(ph_calls[i], 8 + 9 - i);
	/* The first that refuses is the last that is asked. */
	ph_answer = EACCES;
	KEQ(pfil_run_hooks(ph, &m, NULL, PFIL_OUT), EACCES);
	K(m == NULL);
	KEQ(ph_calls[0], 17);
	ph_answer = 0;
	for (i = 1; i <= 8; i++)
		KEQ(pfil_remove_hook(
			ph_hook, &ph_calls[i], PFIL_IN | PFIL_OUT, ph),
		    0);
	KEQ(pfil_remove_hook(ph_hook, &ph_calls[1], PFIL_IN, ph), ENOENT);
	pfil_head_destroy(ph);
	K(pfil_head_get(PFIL_TYPE_AF, (void *)AF_APPLETALK) == NULL);
}

static u_int ev_addr, ev_if;
static u_long ev_cmd;

static void
ev_ifhook(void *arg, u_long cmd, void *what)
{
	ev_if++;
	ev_cmd = cmd;
}

static void
ev_addrhook(void *arg, u_long cmd, void *what)
{
	ev_addr++;
	ev_cmd = cmd;
}

void
pft_test_events(void)
{
	pfil_head_t *ph = pfil_head_create(PFIL_TYPE_AF, (void *)AF_ISO);
	u_int arrived = pft_counts.pc_arrived, left = pft_counts.pc_left;

	KEQ(pfil_add_ihook(ev_ifhook, NULL, PFIL_IFNET, ph), 0);
	KEQ(pfil_add_ihook(ev_addrhook, NULL, PFIL_IFADDR, ph), 0);
	pfil_run_ifhooks(ph, PFIL_IFNET_DETACH, NULL);
	KEQ(ev_if, 1);
	KEQ(ev_cmd, PFIL_IFNET_DETACH);
	pfil_run_addrhooks(ph, 77, NULL);
	KEQ(ev_addr, 1);
	KEQ(ev_cmd, 77);
	KEQ(ev_if, 1);
	KEQ(pfil_remove_ihook(ev_ifhook, NULL, PFIL_IFNET, ph), 0);
	KEQ(pfil_remove_ihook(ev_addrhook, NULL, PFIL_IFADDR, ph), 0);
	pfil_head_destroy(ph);

	KEQ(if_clone_create("lo7"), 0);
	KEQ(pft_counts.pc_arrived, arrived + 1);
	KEQ(if_clone_destroy("lo7"), 0);
	KEQ(pft_counts.pc_left, left + 1);
}
