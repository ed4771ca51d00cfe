/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel events: kqueue(2), kevent(2) and the knote interface behind them.
 */

#ifndef _SYS_EVENT_H_
#define _SYS_EVENT_H_

#include <sys/inttypes.h>
#include <sys/ioccom.h>
#include <sys/null.h>
#include <sys/queue.h>
#include <sys/types.h>

#define EVFILT_READ     0U
#define EVFILT_WRITE    1U
#define EVFILT_AIO      2U
#define EVFILT_VNODE    3U
#define EVFILT_PROC     4U
#define EVFILT_SIGNAL   5U
#define EVFILT_TIMER    6U
#define EVFILT_SYSCOUNT 7U

struct kevent {
	uintptr_t ident;
	uint32_t filter;
	uint32_t flags;
	uint32_t fflags;
	int64_t data;
	intptr_t udata;
};

#define EV_SET(kevp, a, b, c, d, e, f)                                         \
	do {                                                                   \
		(kevp)->ident = (a);                                           \
		(kevp)->filter = (b);                                          \
		(kevp)->flags = (c);                                           \
		(kevp)->fflags = (d);                                          \
		(kevp)->data = (e);                                            \
		(kevp)->udata = (f);                                           \
	} while (0)

#define EV_ADD      0x0001U
#define EV_DELETE   0x0002U
#define EV_ENABLE   0x0004U
#define EV_DISABLE  0x0008U
#define EV_ONESHOT  0x0010U
#define EV_CLEAR    0x0020U
#define EV_SYSFLAGS 0xF000U
#define EV_FLAG1    0x2000U
#define EV_EOF      0x8000U
#define EV_ERROR    0x4000U

#define NOTE_LOWAT     0x0001U
#define NOTE_DELETE    0x0001U
#define NOTE_WRITE     0x0002U
#define NOTE_EXTEND    0x0004U
#define NOTE_ATTRIB    0x0008U
#define NOTE_LINK      0x0010U
#define NOTE_RENAME    0x0020U
#define NOTE_REVOKE    0x0040U
#define NOTE_EXIT      0x80000000U
#define NOTE_FORK      0x40000000U
#define NOTE_EXEC      0x20000000U
#define NOTE_PCTRLMASK 0xf0000000U
#define NOTE_PDATAMASK 0x000fffffU
#define NOTE_TRACK     0x00000001U
#define NOTE_TRACKERR  0x00000002U
#define NOTE_CHILD     0x00000004U

struct kfilter_mapping {
	char *name;
	size_t len;
	uint32_t filter;
};
#define KFILTER_BYFILTER _IOWR('k', 0, struct kfilter_mapping)
#define KFILTER_BYNAME   _IOWR('k', 1, struct kfilter_mapping)

#ifdef _KERNEL

/* hint bits of knote(): the object's lock is held; sent by psignal() */
#define NOTE_SUBMIT 0x01000000U
#define NOTE_SIGNAL 0x08000000U

#define KNOTE(list, hint)                                                      \
	do {                                                                   \
		if (!SLIST_EMPTY(list))                                        \
			knote(list, hint);                                     \
	} while (0)

struct knote;
struct kqueue;
struct kfilter;
struct file;
struct lwp;
struct proc;
struct timespec;

/*
 * f_attach: called to start watching; f_detach: to stop; f_event: true if the
 * knote is active (hint 0 when asked by a scan, else what knote() was given).
 * f_isfd: ident is a descriptor. Who has no FILTEROP_MPSAFE in it is called
 * with the big lock, except by knote().
 */
#define FILTEROP_ISFD   0x1
#define FILTEROP_MPSAFE 0x2

struct filterops {
	int f_isfd;
	int (*f_attach)(struct knote *);
	void (*f_detach)(struct knote *);
	int (*f_event)(struct knote *, long);
};

/*
 * Locks: o: the lock of the object watched, q: kq_lock, f: the owner
 * process's fd_lock, c: constant.
 */
struct knote {
	SLIST_ENTRY(knote) kn_objlink;  /* o: for the object's own lists */
	SLIST_ENTRY(knote) kn_link;     /* f: descriptor's or hash list */
	SLIST_ENTRY(knote) kn_selnext;  /* o: struct klist */
	TAILQ_ENTRY(knote) kn_tqe;      /* q: active queue */
	struct kqueue *kn_kq;           /* c: */
	struct kevent kn_kevent;        /* q: what kevent() returns */
	uint32_t kn_status;             /* q: KN_* */
	uint32_t kn_sfflags;            /* q: saved filter flags */
	uintptr_t kn_sdata;             /* q: saved data */
	void *kn_obj;                   /* c: file watched */
	const struct filterops *kn_fop; /* q: */
	struct kfilter *kn_kfilter;     /* c: */
	void *kn_hook;                  /* filter's own */
	int kn_hookid;                  /* filter's own */
};

#define KN_ACTIVE   0x01U
#define KN_QUEUED   0x02U
#define KN_DISABLED 0x04U
#define KN_DETACHED 0x08U
#define KN_MARKER   0x10U
#define KN_BUSY     0x20U

#define kn_id     kn_kevent.ident
#define kn_filter kn_kevent.filter
#define kn_flags  kn_kevent.flags
#define kn_fflags kn_kevent.fflags
#define kn_data   kn_kevent.data

SLIST_HEAD(klist, knote);

void kqueue_init(void);

/* Ask every knote of the list; those whose f_event says so are queued. */
void knote(struct klist *, long);
void knote_fdclose(int);
/* Queue the knote; for filters that know without being asked. */
void knote_activate(struct knote *);

typedef int (*kevent_fetch_changes_t)(
    void *, const struct kevent *, struct kevent *, size_t, int);
typedef int (*kevent_put_events_t)(
    void *, struct kevent *, struct kevent *, size_t, int);

struct kevent_ops {
	void *keo_private;
	int (*keo_fetch_timeout)(const void *, void *, size_t);
	kevent_fetch_changes_t keo_fetch_changes;
	kevent_put_events_t keo_put_events;
};

int kevent_fetch_changes(
    void *, const struct kevent *, struct kevent *, size_t, int);
int kevent_put_events(void *, struct kevent *, struct kevent *, size_t, int);
int kevent1(register_t *, int, const struct kevent *, size_t, struct kevent *,
    size_t, const struct timespec *, const struct kevent_ops *);

int kfilter_register(const char *, const struct filterops *, int *);
int kfilter_unregister(const char *);

int filt_seltrue(struct knote *, long);
extern const struct filterops seltrue_filtops;
extern const struct filterops sig_filtops;

#endif /* _KERNEL */

#endif /* _SYS_EVENT_H_ */
