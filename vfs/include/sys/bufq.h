/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Queues of I/O requests, in the order that a strategy thinks best.
 * The caller serialises the calls for one queue.
 */
#ifndef _SYS_BUFQ_H_
#define _SYS_BUFQ_H_

#include <sys/types.h>

struct buf;
struct bufq_state;

#define BUFQ_SORT_RAWBLOCK 0x0000
#define BUFQ_SORT_CYLINDER 0x0001
#define BUFQ_SORT_MASK     0x000f
#define BUFQ_EXACT         0x0010 /* fail if there is no such strategy */

#define BUFQ_STRAT_ANY          ""
#define BUFQ_DISK_DEFAULT_STRAT "disksort"
#define BUFQ_PRIOCSCAN          "priocscan"

#ifdef _KERNEL
void bufq_init(void);
int bufq_alloc(struct bufq_state **, const char *, int);
void bufq_drain(struct bufq_state *);
void bufq_free(struct bufq_state *);
void bufq_put(struct bufq_state *, struct buf *);
struct buf *bufq_get(struct bufq_state *);
struct buf *bufq_peek(struct bufq_state *);
struct buf *bufq_cancel(struct bufq_state *, struct buf *);
void bufq_move(struct bufq_state *, struct bufq_state *);
const char *bufq_getstrategyname(struct bufq_state *);
#endif

#endif /* !_SYS_BUFQ_H_ */
