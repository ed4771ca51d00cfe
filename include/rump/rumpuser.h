/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The hypercall interface, version 17: everything that a rump kernel asks of
 * its host.  See rumpuser(3).
 *
 * This header sits between the two worlds.  It brings in nothing of either
 * but the basic integer types.  Integers that cross are plain: offsets are
 * int64_t, enumerations are int.  An int result is 0 or an errno in NetBSD's
 * numbers.  A hypercall is entered with a virtual CPU and returns with one; a
 * hypercall that may block gives it up by hyp_backend_unschedule() and takes
 * one again by hyp_backend_schedule().
 */

#ifndef _RUMP_RUMPUSER_H_
#define _RUMP_RUMPUSER_H_

#include <sys/types.h>
#ifndef _KERNEL
#include <stddef.h>
#include <stdint.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define RUMPUSER__NORETURN         __attribute__((__noreturn__))
#define RUMPUSER__PRINTFLIKE(f, a) __attribute__((__format__(__printf__, f, a)))

struct lwp;

/*
 * The handshake.
 */

#define RUMPUSER_VERSION 17

/*
 * What the host calls in the kernel.  nlocks counts how often the caller held
 * the big kernel lock; interlock is the mutex of a condition variable wait.
 */
struct rumpuser_hyperup {
	void (*hyp_schedule)(void);
	void (*hyp_unschedule)(void);
	void (*hyp_backend_unschedule)(int, int *, void *);
	void (*hyp_backend_schedule)(int, void *);
	void (*hyp_lwproc_switch)(struct lwp *);
	void (*hyp_lwproc_release)(void);
	int (*hyp_lwproc_rfork)(void *, int, const char *);
	int (*hyp_lwproc_newlwp)(pid_t);
	struct lwp *(*hyp_lwproc_curlwp)(void);
	int (*hyp_syscall)(int, void *, long *);
	void (*hyp_lwpexit)(void);
	void (*hyp_execnotify)(const char *);
	pid_t (*hyp_getpid)(void);
	void *hyp__extra[8];
};

int rumpuser_init(int, const struct rumpuser_hyperup *);

/*
 * Memory
 */

int rumpuser_malloc(size_t, int, void **);
void rumpuser_free(void *, size_t);
int rumpuser_anonmmap(void *, size_t, int, int, void **);
void rumpuser_unmap(void *, size_t);

/*
 * Files and I/O
 */

#define RUMPUSER_OPEN_RDONLY  0x0000
#define RUMPUSER_OPEN_WRONLY  0x0001
#define RUMPUSER_OPEN_RDWR    0x0002
#define RUMPUSER_OPEN_ACCMODE 0x0003
#define RUMPUSER_OPEN_CREATE  0x0004
#define RUMPUSER_OPEN_EXCL    0x0008
#define RUMPUSER_OPEN_BIO     0x0010 /* for block I/O */
int rumpuser_open(const char *, int, int *);
int rumpuser_close(int);

#define RUMPUSER_FT_OTHER 0
#define RUMPUSER_FT_DIR   1
#define RUMPUSER_FT_REG   2
#define RUMPUSER_FT_BLK   3
#define RUMPUSER_FT_CHR   4
int rumpuser_getfileinfo(const char *, uint64_t *, int *);

#define RUMPUSER_BIO_READ  0x01
#define RUMPUSER_BIO_WRITE 0x02
#define RUMPUSER_BIO_SYNC  0x04 /* on stable storage before completion */
typedef void (*rump_biodone_fn)(void *, size_t, int);
void rumpuser_bio(int, int, void *, size_t, int64_t, rump_biodone_fn, void *);

/* the layout of every known struct iovec */
struct rumpuser_iovec {
	void *iov_base;
	size_t iov_len;
};
#define RUMPUSER_IOV_NOSEEK -1 /* at the descriptor's own position */
int rumpuser_iovread(int, struct rumpuser_iovec *, size_t, int64_t, size_t *);
int rumpuser_iovwrite(
    int, const struct rumpuser_iovec *, size_t, int64_t, size_t *);

#define RUMPUSER_SYNCFD_READ    0x01
#define RUMPUSER_SYNCFD_WRITE   0x02
#define RUMPUSER_SYNCFD_BOTH    (RUMPUSER_SYNCFD_READ | RUMPUSER_SYNCFD_WRITE)
#define RUMPUSER_SYNCFD_BARRIER 0x04
#define RUMPUSER_SYNCFD_SYNC    0x08
int rumpuser_syncfd(int, int, uint64_t, uint64_t);

/*
 * Clocks
 */

enum rumpclock {
	RUMPUSER_CLOCK_RELWALL, /* wall clock; sleeps are relative */
	RUMPUSER_CLOCK_ABSMONO  /* monotonic clock; sleeps are absolute */
};
int rumpuser_clock_gettime(int, int64_t *, long *);
int rumpuser_clock_sleep(int, int64_t, long);

/*
 * Parameters.  Names that begin with an underscore are the host's own.
 */

#define RUMPUSER_PARAM_NCPU     "_RUMPUSER_NCPU"
#define RUMPUSER_PARAM_HOSTNAME "_RUMPUSER_HOSTNAME"
int rumpuser_getparam(const char *, void *, size_t);

/*
 * Errno, termination, console, randomness
 */

void rumpuser_seterrno(int);

#define RUMPUSER_PID_SELF ((int64_t)-1)
int rumpuser_kill(int64_t, int);
#define RUMPUSER_PANIC (-1)
void rumpuser_exit(int) RUMPUSER__NORETURN;

void rumpuser_putchar(int);
void rumpuser_dprintf(const char *, ...) RUMPUSER__PRINTFLIKE(1, 2);

#define RUMPUSER_RANDOM_HARD   0x01
#define RUMPUSER_RANDOM_NOWAIT 0x02
int rumpuser_getrandom(void *, size_t, int, size_t *);

/*
 * Threads
 */

int rumpuser_thread_create(
    void *(*)(void *), void *, const char *, int, int, int, void **);
void rumpuser_thread_exit(void) RUMPUSER__NORETURN;
int rumpuser_thread_join(void *);

enum rumplwpop {
	RUMPUSER_LWP_CREATE,
	RUMPUSER_LWP_DESTROY,
	RUMPUSER_LWP_SET,
	RUMPUSER_LWP_CLEAR
};
void rumpuser_curlwpop(int, struct lwp *);
struct lwp *rumpuser_curlwp(void);

/*
 * Locks
 */

struct rumpuser_mtx;
#define RUMPUSER_MTX_SPIN   0x01 /* keeps the virtual CPU while it waits */
#define RUMPUSER_MTX_KMUTEX 0x02 /* a kernel mutex: has an owner */
void rumpuser_mutex_init(struct rumpuser_mtx **, int);
void rumpuser_mutex_enter(struct rumpuser_mtx *);
void rumpuser_mutex_enter_nowrap(struct rumpuser_mtx *);
int rumpuser_mutex_tryenter(struct rumpuser_mtx *);
void rumpuser_mutex_exit(struct rumpuser_mtx *);
void rumpuser_mutex_destroy(struct rumpuser_mtx *);
void rumpuser_mutex_owner(struct rumpuser_mtx *, struct lwp **);

struct rumpuser_rw;
enum rumprwlock {
	RUMPUSER_RW_READER,
	RUMPUSER_RW_WRITER
};
void rumpuser_rw_init(struct rumpuser_rw **);
void rumpuser_rw_enter(int, struct rumpuser_rw *);
int rumpuser_rw_tryenter(int, struct rumpuser_rw *);
int rumpuser_rw_tryupgrade(struct rumpuser_rw *);
void rumpuser_rw_downgrade(struct rumpuser_rw *);
void rumpuser_rw_exit(struct rumpuser_rw *);
void rumpuser_rw_destroy(struct rumpuser_rw *);
void rumpuser_rw_held(int, struct rumpuser_rw *, int *);

struct rumpuser_cv;
void rumpuser_cv_init(struct rumpuser_cv **);
void rumpuser_cv_destroy(struct rumpuser_cv *);
void rumpuser_cv_wait(struct rumpuser_cv *, struct rumpuser_mtx *);
void rumpuser_cv_wait_nowrap(struct rumpuser_cv *, struct rumpuser_mtx *);
int rumpuser_cv_timedwait(
    struct rumpuser_cv *, struct rumpuser_mtx *, int64_t, int64_t);
void rumpuser_cv_signal(struct rumpuser_cv *);
void rumpuser_cv_broadcast(struct rumpuser_cv *);
void rumpuser_cv_has_waiters(struct rumpuser_cv *, int *);

/*
 * Components and symbols of the loaded program
 */

struct modinfo;
struct rump_component;
typedef void (*rump_modinit_fn)(const struct modinfo *const *, size_t);
typedef int (*rump_symload_fn)(void *, uint64_t, char *, uint64_t);
typedef void (*rump_compload_fn)(const struct rump_component *);
void rumpuser_dl_bootstrap(rump_modinit_fn, rump_symload_fn, rump_compload_fn);

/*
 * Daemons
 */

int rumpuser_daemonize_begin(void);
int rumpuser_daemonize_done(int);

/*
 * Remote system calls
 */

int rumpuser_sp_init(const char *, const char *, const char *, const char *);
int rumpuser_sp_copyin(void *, const void *, void *, size_t);
int rumpuser_sp_copyinstr(void *, const void *, void *, size_t *);
int rumpuser_sp_copyout(void *, const void *, void *, size_t);
int rumpuser_sp_copyoutstr(void *, const void *, void *, size_t *);
int rumpuser_sp_anonmmap(void *, size_t, void **);
int rumpuser_sp_raise(void *, int);
void rumpuser_sp_fini(void *);

/*
 * Optional hypercalls: not of version 17.  The kernel refers to them weakly
 * and does without where they are missing (compare with NULL).  None of them
 * releases the virtual CPU or needs one.
 */

#ifdef _KERNEL
#define RUMPUSER__OPTIONAL __attribute__((__weak__))
#else
#define RUMPUSER__OPTIONAL
#endif

/*
 * rumpuser__copy: copy len bytes where either side may be a bad address; 0,
 * or EFAULT (14) when an access faulted, and then part may be copied.
 * rumpuser__copystr: copy a NUL-terminated string of at most len bytes, NUL
 * included; *done (may be NULL) is the length with NUL.  ENAMETOOLONG (63)
 * when the NUL is not within len.
 */
int rumpuser__copy(const void *, void *, size_t) RUMPUSER__OPTIONAL;
int
rumpuser__copystr(const void *, void *, size_t, size_t *) RUMPUSER__OPTIONAL;

/* print the stack of the calling thread on standard error */
void rumpuser__backtrace(void) RUMPUSER__OPTIONAL;

/* run fn once when the program exits in an orderly way; 0 or an errno */
int rumpuser__atexit(void (*)(void)) RUMPUSER__OPTIONAL;

/* name the function around an address as "name+0x12"; 0, or ENOENT */
int rumpuser__symbol(const void *, char *, size_t) RUMPUSER__OPTIONAL;

#ifdef __cplusplus
}
#endif

#endif /* _RUMP_RUMPUSER_H_ */
