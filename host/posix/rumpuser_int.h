/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the files of librumpuser share.
 *
 * Errors travel as host errnos inside of the library and are translated once,
 * at the edge, by errno_to_kernel().  A hypercall that may block brackets the
 * blocking part by cpu_release() and cpu_retake().
 */

#ifndef RUMPUSER_INT_H
#define RUMPUSER_INT_H

#include <rump/rumpuser.h>

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define HIDDEN       __attribute__((__visibility__("hidden")))
#define TLS          __thread __attribute__((__tls_model__("initial-exec")))
#define MIN_OF(a, b) ((a) < (b) ? (a) : (b))

/* NetBSD's numbers where no host errno has the meaning */
#define KERNEL_EINPROGRESS  36
#define KERNEL_ETIMEDOUT    60
#define KERNEL_ENAMETOOLONG 63

extern struct rumpuser_hyperup rumpuser__hyp HIDDEN;

/* Give the virtual CPU up; the result goes to cpu_retake(). */
static inline int
cpu_release(void *interlock)
{
	int nlocks = 0;

	rumpuser__hyp.hyp_backend_unschedule(0, &nlocks, interlock);
	return nlocks;
}

static inline void
cpu_retake(int nlocks, void *interlock)
{
	rumpuser__hyp.hyp_backend_schedule(nlocks, interlock);
}

/* In a static link no short name may meet the program's. */
#define errno_to_kernel        rumpuser__errno_to_kernel
#define errno_to_host          rumpuser__errno_to_host
#define signal_to_host         rumpuser__signal_to_host
#define signals_block_async    rumpuser__signals_block_async
#define bio_barrier            rumpuser__bio_barrier
#define bio_setup              rumpuser__bio_setup
#define thread_spawn           rumpuser__thread_spawn
#define deadline_from_relative rumpuser__deadline_from_relative
#define os_device_size         rumpuser__os_device_size
#define os_random              rumpuser__os_random
#define os_thread_setname      rumpuser__os_thread_setname
#define os_memory_usehugepages rumpuser__os_memory_usehugepages
#define os_ncpu                rumpuser__os_ncpu
#define os_program_path        rumpuser__os_program_path

/* rumpuser_errtrans.c */
int errno_to_kernel(int) HIDDEN;
int errno_to_host(int) HIDDEN;

/* rumpuser_signal.c */
int signal_to_host(int) HIDDEN;
void signals_block_async(void) HIDDEN;

/* rumpuser_bio.c: wait for earlier requests on fd, then run fn alone */
int bio_barrier(int, int (*)(int)) HIDDEN;
void bio_setup(void) HIDDEN;

/* rumpuser_pth.c: a thread that the kernel does not know */
int thread_spawn(void *(*)(void *), void *, const char *, pthread_t *) HIDDEN;
void deadline_from_relative(struct timespec *, int64_t, int64_t) HIDDEN;

/* os_*.c: what differs between hosts; int results are host errnos */
int os_device_size(int, uint64_t *) HIDDEN;
int os_random(void *, size_t, bool, size_t *) HIDDEN;
void os_thread_setname(const char *) HIDDEN;
void os_memory_usehugepages(void *, size_t) HIDDEN;
int os_ncpu(void) HIDDEN;
const char *os_program_path(void) HIDDEN;

#endif /* RUMPUSER_INT_H */
