/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KITCD_H
#define KITCD_H

#include <sys/param.h>

#include <sys/buf.h>
#include <sys/vnode.h>

#define KITCD_BMAJOR  183
#define KITCD_CMAJOR  182
#define KITCD_SECTOR  2048
#define KITCD_SECTORS 256
/* The second session, which is open, begins here. */
#define KITCD_SESSION2 100
#define KITCD_NWA      120

/* What the drive was told and did. */
extern struct kitcd_log {
	int kl_setups; /* MMCSETUPWRITEPARAMS */
	int kl_syncs;
	int kl_closed; /* tracks and sessions */
	int kl_reads, kl_writes;
	bool kl_reordered; /* a request came before one that is before it */
	daddr_t kl_last;
} kitcd_log;

device_t kitcd_device(void);

/* Opens the drive: its vnode, referenced, unlocked. */
struct vnode *kitcd_open(int flags);
void kitcd_close(struct vnode *devvp, int flags);

/* The scheduler of requests: a thread with a queue. */
struct kitcd_sched;
struct kitcd_sched *kitcd_sched_create(struct vnode *devvp);
void kitcd_sched_destroy(struct kitcd_sched *ks);
/* Queues a request of any length; it is done in sectors. */
void kitcd_sched_queue(struct kitcd_sched *ks, struct buf *bp);
/* How many requests the device was asked for. */
unsigned int kitcd_sched_issued(struct kitcd_sched *ks);

void kitcd_ksched(void);

#endif
