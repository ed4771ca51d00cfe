/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _EVENT_IMPL_H_
#define _EVENT_IMPL_H_

#include <sys/event.h>

/* kn_status, besides those of sys/event.h */
#define KN_LEAVING     0x40U /* being removed: queue no more */
#define KN_ONESHOTDONE 0x80U /* fired, to be removed */

/* Locks: f: kfilter_lock, a: atomic, c: constant. */
struct kfilter {
	const char *kf_name;            /* c: */
	uint32_t kf_filter;             /* c: */
	u_int kf_refcnt;                /* a: knotes; user filters only */
	const struct filterops *kf_ops; /* c: */
	size_t kf_namelen;              /* c: of a copied name, or 0 */
	LIST_ENTRY(kfilter) kf_entry;   /* f: user filters */
};

struct kqueue;

void event_filter_init(void);
struct kfilter *kfilter_get(uint32_t);
void kfilter_hold(struct kfilter *);
void kfilter_put(struct kfilter *);
int kfilter_ioctl(u_long, void *);
int kqueue_register(struct kqueue *, const struct kevent *);
void kqueue_hold(struct kqueue *);
void kqueue_rele(struct kqueue *);

/* a child was made by fork: tell those who watch or track the parent */
void knote_proc_fork(struct proc *, struct proc *);
void knote_proc_exec(struct proc *);
void knote_proc_exit(struct proc *);

#endif /* _EVENT_IMPL_H_ */
