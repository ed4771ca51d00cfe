/* SPDX-License-Identifier: BSD-2-Clause */
/* State of an open capture device and of a tapped interface. */
#ifndef _NET_BPFDESC_H_
#define _NET_BPFDESC_H_

#include <net/bpf.h>
#include <net/if.h>
#include <sys/callout.h>
#include <sys/queue.h>
#include <sys/select.h>
#include <sys/selinfo.h>

struct bpf_if;

struct bpf_d {
	struct bpf_d *bd_next; /* next listener of the interface */
	void *bd_sbuf;         /* store slot */
	void *bd_hbuf;         /* hold slot */
	void *bd_fbuf;         /* free slot */
	int bd_slen;
	int bd_hlen;
	int bd_bufsize;
	struct bpf_if *bd_bif;
	u_long bd_rtout; /* read timeout in ticks */
	struct bpf_insn *bd_filter;
	u_long bd_rcount;
	u_long bd_dcount;
	u_long bd_ccount;
	u_char bd_promisc;
	u_char bd_state;
	u_char bd_immediate;
	int bd_hdrcmplt;
	int bd_seesent;
	int bd_feedback;
	int bd_async;
	pid_t bd_pgid;
	struct selinfo bd_sel;
	callout_t bd_callout;
	pid_t bd_pid;
	bpfjit_func_t bd_jitcode;
	struct timespec bd_btime, bd_atime, bd_mtime;
	void *bd_sih;    /* soft interrupt that sends signals */
	int bd_compat32; /* its reader has 32 bits */
	LIST_ENTRY(bpf_d) bd_list;
};

#define BPF_IDLE      0
#define BPF_WAITING   1
#define BPF_TIMED_OUT 2

struct bpf_if {
	struct bpf_if *bif_next;
	struct bpf_d *bif_dlist;
	struct bpf_if **bif_driverp;
	u_int bif_dlt;
	u_int bif_hdrlen;
	struct ifnet *bif_ifp;
	void *bif_si;
	struct mbuf *bif_mbuf_head;
	struct mbuf *bif_mbuf_tail;
};

/* A listener as sysctl net.bpf.peers shows it. */
struct bpf_d_ext {
	int32_t bde_bufsize;
	uint8_t bde_promisc;
	uint8_t bde_state;
	uint8_t bde_immediate;
	int32_t bde_hdrcmplt;
	int32_t bde_seesent;
	pid_t bde_pid;
	uint64_t bde_rcount;
	uint64_t bde_dcount;
	uint64_t bde_ccount;
	char bde_ifname[IFNAMSIZ];
};

#ifdef _KERNEL
int bpf_setf(struct bpf_d *, struct bpf_program *);
#endif

#endif /* _NET_BPFDESC_H_ */
