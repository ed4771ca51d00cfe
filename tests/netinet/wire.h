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
	_Atomic int loss;
	_Atomic int dup;
	_Atomic int reorder;
	_Atomic int delay_us;   /* each way */
	_Atomic int mtu;        /* of a router in the middle; 0: none */
	_Atomic bool blackhole; /* that router says nothing */
	_Atomic int rate;       /* bytes per millisecond, 0: no limit */
	_Atomic int queue;      /* packets that wait for that at most */
	_Atomic bool cut;       /* nothing passes */
	/* filled in */
	_Atomic long passed, lost, duped, reordered, toobig;
};

/* NULL, or why there can be no wire here. Call it before any thread exists. */
const char *wire_open(struct wire *);
void wire_start(struct wire *);
void wire_set(struct wire *, int loss, int dup, int reorder, int delay_us);

#endif
