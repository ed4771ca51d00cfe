/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of the mbuf layer. */
#ifndef MBUF_IMPL_H
#define MBUF_IMPL_H

#define MBUF_16K (16 * 1024)
#define MBUF_64K (64 * 1024)

void mbstat_collect(struct mbstat *);
int mbuf_setlimit(int, int);

static inline void
m_pkthdr_init(struct mbuf *m)
{
	m->m_pkthdr._rcvif.ctx = NULL;
	SLIST_INIT(&m->m_pkthdr.tags);
	m->m_pkthdr.len = 0;
	m->m_pkthdr.csum_flags = 0;
	m->m_pkthdr.csum_data = 0;
	m->m_pkthdr.segsz = 0;
	m->m_pkthdr.pattr_class = NULL;
	m->m_pkthdr.pattr_hdr = NULL;
	m->m_pkthdr.pattr_af = 0;
	m->m_pkthdr.ether_vtag = 0;
	m->m_pkthdr.pkt_flags = 0;
}

#endif
