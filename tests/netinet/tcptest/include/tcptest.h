/* SPDX-License-Identifier: BSD-2-Clause */
/* An interface whose other end is the test: IP packets in and out. */
#ifndef TCPTEST_H
#define TCPTEST_H

/* Make tst0; 0 or an errno. */
int rump_tcptest_create(void);
/* A packet arrives. */
int rump_tcptest_inject(const void *, unsigned long);
/* The next packet that was sent: its length, 0 when none came in MS. */
int rump_tcptest_capture(void *, unsigned long, int ms);
/* tsa0, an interface with another end that counts what it is asked. */
void rump_tcptest_addr(void);
/* What it answers to SIOCSIFDSTADDR, and from if_initaddr (-1: has none). */
void rump_tcptest_addr_answer(int, int);
/* Since the last call: 1 SIOCINITIFADDR, 10 SIOCSIFDSTADDR, 100 if_initaddr
 * with an address, 10000 without. */
int rump_tcptest_addr_asked(void);
/* Tests inside the kernel: 0, or the line that failed. */
int rump_tcptest_encap(void);
int rump_tcptest_ecn(void);
/* 1: a tunnel over 127.0.0.1, 0: none, 2: as it is; how many packets it got. */
int rump_tcptest_encap_loop(int);

#endif
