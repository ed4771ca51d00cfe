/* SPDX-License-Identifier: BSD-2-Clause */
/* Two terminals whose lines are crossed: what one sends the other receives. */

#ifndef _CRS_H_
#define _CRS_H_

#include <sys/tty.h>

#include "crs_ioctl.h"

#define CRS_UNITS   2
#define CRS_DIALOUT 0x80 /* in the minor number */
#define CRS_WIRE    64

/* t: tty_lock, c: constant */
struct crs_softc {
	struct tty *sc_tty;          /* c */
	struct clist sc_wire;        /* t: on its way to the other end */
	void *sc_si;                 /* c: where it arrives */
	bool sc_dtr;                 /* t: this end is there */
	bool sc_hold;                /* t: nothing arrives */
	struct crs_counts sc_counts; /* t */
};

extern struct crs_softc crs_softc[CRS_UNITS];
extern struct linesw crs_upper;

void crs_test_clist(void);
void crs_test_quotes(void);
void crs_test_output(void);
void crs_test_speeds(void);
void crs_test_discs(void);
void crs_test_waits(void);
void crs_test_messages(void);

#endif /* _CRS_H_ */
