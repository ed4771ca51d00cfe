/* SPDX-License-Identifier: BSD-2-Clause */
/* Between bufq(9) and its strategies. */
#ifndef _SYS_BUFQ_IMPL_H_
#define _SYS_BUFQ_IMPL_H_

#include <sys/bufq.h>
#include <sys/queue.h>

struct bufq_strat;

struct bufq_state {
	void (*bq_put)(struct bufq_state *, struct buf *);
	struct buf *(*bq_get)(struct bufq_state *, int);
	struct buf *(*bq_cancel)(struct bufq_state *, struct buf *);
	void (*bq_fini)(struct bufq_state *);
	void *bq_private;
	int bq_flags;
	const struct bufq_strat *bq_strat;
};

struct bufq_strat {
	const char *bs_name;
	void (*bs_initfn)(struct bufq_state *);
	int bs_prio;
	int bs_refcnt;
	SLIST_ENTRY(bufq_strat) bs_next;
};

void *bufq_private(const struct bufq_state *);
bool buf_inorder(const struct buf *, const struct buf *, int);
int bufq_register(struct bufq_strat *);
int bufq_unregister(struct bufq_strat *);

/* a strategy known before any queue is made */
#define BUFQ_DEFINE(name, prio, initfn)                                        \
	static struct bufq_strat bufq_strat_##name = {                         \
	    .bs_name = #name,                                                  \
	    .bs_prio = (prio),                                                 \
	    .bs_initfn = (initfn),                                             \
	};                                                                     \
	static void __attribute__((constructor)) bufq_strat_ctor_##name(void)  \
	{                                                                      \
		bufq_register(&bufq_strat_##name);                             \
	}

#endif /* !_SYS_BUFQ_IMPL_H_ */
