/* SPDX-License-Identifier: BSD-2-Clause */
/* Trace of segments on sockets with SO_DEBUG. */
#ifndef _NETINET_TCP_DEBUG_H_
#define _NETINET_TCP_DEBUG_H_

#include <netinet/tcp_var.h>
#include <netinet/tcpip.h>

struct tcp_debug {
	n_time td_time;
	short td_act;
	short td_ostate;
	void *td_tcb;
	int td_family;
	struct tcpiphdr td_ti;
	short td_req;
	struct tcpcb td_cb;
};

#define TA_INPUT   0
#define TA_OUTPUT  1
#define TA_USER    2
#define TA_RESPOND 3
#define TA_DROP    4

#ifdef TANAMES
const char *const tanames[] = {"input", "output", "user", "respond", "drop"};
#endif

#define TCP_NDEBUG 100

#endif
