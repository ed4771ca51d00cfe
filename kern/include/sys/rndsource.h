/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_RNDSOURCE_H_
#define _SYS_RNDSOURCE_H_

/* rnd(9): where drivers say what randomness they have seen */

#include <sys/queue.h>
#include <sys/rndio.h>
#include <sys/types.h>

typedef struct rnd_delta_estimator {
	uint64_t x;
	uint64_t dx;
	uint64_t d2x;
	uint64_t insamples;
	uint64_t outbits;
} rnd_delta_t;

typedef struct krndsource {
	LIST_ENTRY(krndsource) list;
	char name[16];
	rnd_delta_t time_delta;
	rnd_delta_t value_delta;
	uint32_t total;
	uint32_t type;
	uint32_t flags;
	void *state;
	size_t test_cnt;
	void (*get)(size_t, void *);
	void *getarg;
	void (*enable)(struct krndsource *, bool);
} krndsource_t;

static __inline void
rndsource_setcb(struct krndsource *rs, void (*get)(size_t, void *), void *arg)
{
	rs->get = get;
	rs->getarg = arg;
}

static __inline void
rndsource_setenable(
    struct krndsource *rs, void (*enable)(struct krndsource *, bool))
{
	rs->enable = enable;
}

void rnd_attach_source(krndsource_t *, const char *, uint32_t, uint32_t);
void rnd_detach_source(krndsource_t *);
void rnd_add_uint32(krndsource_t *, uint32_t);
void rnd_add_data(krndsource_t *, const void *, uint32_t, uint32_t);
void rnd_add_data_sync(krndsource_t *, const void *, uint32_t, uint32_t);
void _rnd_add_uint32(krndsource_t *, uint32_t);

#endif /* !_SYS_RNDSOURCE_H_ */
