/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A network namespace with the host's stack at one end of a wire and a rump
 * kernel at the other: two taps, and a thread between them that loses,
 * duplicates, delays and inspects frames.
 */
#ifndef T_WIRE_H
#define T_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#define WIRE_HOST "10.77.0.2"
#define WIRE_RUMP "10.77.0.1"

struct wire {
	/* in 1/1000, for TCP with data or SYN or FIN, and bare ACKs */
	int loss;
	int dup;
	int reorder;
	int delay_us;   /* each way */
	int mtu;        /* of a router in the middle; 0: none */
	bool blackhole; /* that router says nothing */
	int rate;       /* bytes per millisecond, 0: no limit */
	int queue;      /* packets that wait for that at most */
	bool cut;       /* nothing passes */
	/* filled in */
	volatile long passed, lost, duped, reordered, toobig;
};

/* NULL, or why there can be no wire here. Call it before any thread exists. */
const char *wire_open(struct wire *);
void wire_start(struct wire *);
void wire_set(struct wire *, int loss, int dup, int reorder, int delay_us);

#endif
