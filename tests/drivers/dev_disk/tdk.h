/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory disks on a bus: what the files share. */

#ifndef _TDK_H_
#define _TDK_H_

#include <sys/bufq.h>
#include <sys/condvar.h>
#include <sys/device.h>
#include <sys/disk.h>
#include <sys/disklabel.h>
#include <sys/evcnt.h>
#include <sys/mutex.h>
#include <sys/rndsource.h>

#include "tdk_ioctl.h"

/* What the bus tells a disk that attaches. */
struct tdkbus_attach_args {
	u_int taa_sectors;
	bool taa_refuse; /* no driver is to match */
};

/* l: sc_lock, o: sc_openlock, c: constant */
struct tdk_softc {
	device_t sc_dev;      /* c */
	struct disk sc_dkdev; /* l, and its own */
	kmutex_t sc_openlock; /* opens and closes */
	kmutex_t sc_lock;
	kcondvar_t sc_cv;            /* l: work, or its end */
	struct bufq_state *sc_bufq;  /* l */
	struct lwp *sc_lwp;          /* c: does the transfers */
	bool sc_stop;                /* l */
	bool sc_hold;                /* l: let requests gather */
	u_int sc_waiting;            /* l */
	struct tdk_counts sc_counts; /* l */
	daddr_t sc_bad;              /* l */
	struct evcnt sc_ev;          /* l: errors */
	krndsource_t sc_rnd;
	char *sc_data;       /* l */
	u_int sc_sectors;    /* c */
	daddr_t sc_last[16]; /* l: order of the last transfers */
	u_int sc_nlast;      /* l */
};

extern struct cfdriver tdk_cd;
extern const struct bdevsw tdk_bdevsw;
extern const struct cdevsw tdk_cdevsw;
extern u_int tdk_lastcloses, tdk_activations;

void tdkbusattach(int);
device_t tdk_bus(void);

/* Starts and ends transfers. */
int tdk_start(struct tdk_softc *);
void tdk_end(struct tdk_softc *);
int tdk_lastclose(device_t);

void tdk_test_attach(void);
void tdk_test_queue(void);
void tdk_test_bufq(void);
void tdk_test_label(void);
void tdk_test_mmc(void);

int tdk_mmc_ioctl(u_long, void *);

#endif /* _TDK_H_ */
