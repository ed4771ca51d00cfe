/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Copies that survive a bad address.
 *
 * Before touching memory that may be bad, a thread leaves a recovery point in
 * thread-local storage: a few stores, no system call.  The handler of SIGSEGV
 * and SIGBUS jumps there if the faulting thread has one, and otherwise hands
 * the signal to whoever had it before.  The handler is installed at the first
 * copy with SA_NODEFER, so that leaving it by a jump leaves no signal blocked.
 *
 * A program that installs its own handler later gets the faults itself.
 */

#include "copy_small.h"
#include "rumpuser_int.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * The compilers' own setjmp saves three words; elsewhere take the library's,
 * in the form that leaves the signal mask alone.  AddressSanitizer must see
 * the library's, and ThreadSanitizer wants handlers to return.
 */
#if defined(__x86_64__) && defined(__SANITIZE_THREAD__)
#define RECOVERY_BY_RETURN 1
#include <ucontext.h>
#endif

#if (defined(__x86_64__) || defined(__i386__)) && !defined(__SANITIZE_ADDRESS__)
typedef void *recovery_point[5];
#define RECOVERY_SET(rp)  __builtin_setjmp(rp)
#define RECOVERY_JUMP(rp) __builtin_longjmp(rp, 1)
#else
typedef jmp_buf recovery_point;
#define RECOVERY_SET(rp)  _setjmp(rp)
#define RECOVERY_JUMP(rp) _longjmp(rp, 1)
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#define NOT_SANITIZED                                                          \
	__attribute__((__no_sanitize_address__, __no_sanitize_thread__))

static TLS recovery_point *volatile recovery;
static struct sigaction previous_segv, previous_bus;
static atomic_bool installed;
static pthread_mutex_t install_lock = PTHREAD_MUTEX_INITIALIZER;

/* Give the signal to the handler before ours, or let it have its default. */
static void
fault_passon(int sig, siginfo_t *info, void *context)
{
	const struct sigaction *old =
	    sig == SIGSEGV ? &previous_segv : &previous_bus;

	if (old->sa_flags & SA_SIGINFO) {
		old->sa_sigaction(sig, info, context);
	} else if (old->sa_handler != SIG_DFL && old->sa_handler != SIG_IGN) {
		old->sa_handler(sig);
	} else {
		/* returning runs the faulting instruction again */
		sigaction(
		    sig, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
		if (info->si_code <= 0)
			raise(sig);
	}
}

#ifdef RECOVERY_BY_RETURN
static void
fault_recover(recovery_point *rp, void *context)
{
	ucontext_t *uc = context;

	uc->uc_mcontext.gregs[REG_RBP] = (greg_t)(uintptr_t)(*rp)[0];
	uc->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)(*rp)[1];
	uc->uc_mcontext.gregs[REG_RSP] = (greg_t)(uintptr_t)(*rp)[2];
}
#else
static void
fault_recover(recovery_point *rp, void *context)
{
	(void)context;
	RECOVERY_JUMP(*rp);
}
#endif

static void
fault_handler(int sig, siginfo_t *info, void *context)
{
	recovery_point *rp = recovery;

	/* si_code <= 0: sent by a process, not caused by an access */
	if (rp != NULL && info->si_code > 0) {
		recovery = NULL;
		fault_recover(rp, context);
		return;
	}
	if (info->si_code > 0 && copy_small_resume(context))
		return;
	fault_passon(sig, info, context);
}

static void
fault_setup(void)
{
	struct sigaction sa = {.sa_sigaction = fault_handler,
	    .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};

	pthread_mutex_lock(&install_lock);
	if (!atomic_load(&installed)) {
		sigemptyset(&sa.sa_mask);
		sigaction(SIGSEGV, &sa, &previous_segv);
		sigaction(SIGBUS, &sa, &previous_bus);
		atomic_store(&installed, true);
	}
	pthread_mutex_unlock(&install_lock);
}

static inline void
fault_ready(void)
{
	if (__builtin_expect(
		!atomic_load_explicit(&installed, memory_order_acquire), 0))
		fault_setup();
}

/* A sanitizer's memcpy() reports the bad address before it is touched. */
#ifdef SANITIZED
NOT_SANITIZED static void
plain_copy(void *dst, const void *src, size_t len)
{
	/* By number: an address may be anything, and wrap. */
	uintptr_t d = (uintptr_t)dst, s = (uintptr_t)src;

	for (; len > 0; len--, d++, s++)
		*(volatile unsigned char *)d =
		    *(const volatile unsigned char *)s;
}
#else
#define plain_copy(dst, src, len) memcpy(dst, src, len)
#endif

__attribute__((__noinline__)) static int
copy_large(const void *src, void *dst, size_t len)
{
	recovery_point here;

	if (RECOVERY_SET(here) != 0)
		return EFAULT;
	recovery = &here;
	atomic_signal_fence(memory_order_seq_cst);
	plain_copy(dst, src, len);
	atomic_signal_fence(memory_order_seq_cst);
	recovery = NULL;
	return 0;
}

/*
 * Copy len bytes; EFAULT if an access faulted.
 */
int
rumpuser__copy(const void *src, void *dst, size_t len)
{
	fault_ready();
	if (len - 1 < COPY_SMALL_MAX)
		return copy_small(src, dst, len);
	return copy_large(src, dst, len);
}

/* The length up to and with the NUL, or len + 1 if there is none in len. */
NOT_SANITIZED static size_t
copy_until_nul(const char *src, char *dst, size_t len)
{
	size_t n = 0;

	while (n < len) {
		if ((dst[n] = src[n]) == '\0')
			return n + 1;
		n++;
	}
	return len + 1;
}

/*
 * Copy a string with its NUL; ENAMETOOLONG if it is longer than len with it,
 * EFAULT if an access faulted.
 */
__attribute__((__noinline__)) int
rumpuser__copystr(const void *src, void *dst, size_t len, size_t *donep)
{
	recovery_point here;
	size_t n;

	fault_ready();
	if (RECOVERY_SET(here) != 0)
		return EFAULT;
	recovery = &here;
	atomic_signal_fence(memory_order_seq_cst);
	n = copy_until_nul(src, dst, len);
	atomic_signal_fence(memory_order_seq_cst);
	recovery = NULL;
	if (donep != NULL)
		*donep = n > len ? len : n;
	return n > len ? KERNEL_ENAMETOOLONG : 0;
}
