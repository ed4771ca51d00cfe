/* SPDX-License-Identifier: BSD-2-Clause */
/* System-wide services: printing, copying, sleeping until boot, null calls. */

#ifndef _SYS_SYSTM_H_
#define _SYS_SYSTM_H_

#include <sys/stdarg.h>
#include <sys/types.h>
#ifdef _KERNEL
#include <machine/param.h>
#if __has_include(<sys/device_if.h>)
#include <sys/device_if.h>
#endif
#include <sys/lock.h>
#include <sys/reboot.h>
#include <sys/spl.h>
#if __has_include(<lib/libkern/libkern.h>)
#include <lib/libkern/libkern.h>
#endif
#endif

#ifdef _KERNEL

struct clockframe;
struct device;
struct knote;
struct lwp;
struct proc;
struct tty;
struct uio;
struct vmspace;
struct vnode;

extern const char *panicstr;
extern int doing_shutdown;
extern const char copyright[];
extern char machine[];
extern char machine_arch[];
extern const char osrelease[];
extern const char ostype[];
extern const char kernel_ident[];
extern const char version[];
extern const char buildinfo[];
extern const char hexdigits[]; /* 0-9a-f */
extern const char HEXDIGITS[]; /* 0-9A-F */

extern int autonicetime;
extern int autoniceval;
extern int selwait;
extern int maxmem;
extern psize_t physmem;

extern dev_t dumpdev;
extern dev_t dumpcdev;
extern long dumplo;
extern int dumpsize;
extern const char *dumpspec;
extern dev_t rootdev;
extern struct vnode *rootvp;
extern device_t root_device;
extern const char *rootspec;
extern struct vnode *swapdev_vp;

extern int ncpu;       /* virtual CPUs */
extern int ncpuonline; /* the same */
extern bool mp_online; /* they run */

/* system calls */
typedef int sy_call_t(struct lwp *, const void *, register_t *);

struct sysent {
	short sy_narg;
	short sy_argsize;
	int sy_flags;
	sy_call_t *sy_call;
	uint32_t sy_entry;
	uint32_t sy_return;
};
extern struct sysent sysent[];
extern const uint32_t sysent_nomodbits[];
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define SCARG(p, k) ((p)->k.be.datum)
#else
#define SCARG(p, k) ((p)->k.le.datum)
#endif
#define SYCALL_INDIRECT     0x0000002
#define SYCALL_NARGS64_MASK 0x000f000
#define SYCALL_RET_64       0x0010000

/* calls that do nothing, and say so or not */
int nullop(void *);
void *nullret(void);
void voidop(void);
int enodev(void);
int enosys(void);
int enoioctl(void);
int enxio(void);
int eopnotsupp(void);

enum hashtype {
	HASH_LIST,
	HASH_SLIST,
	HASH_TAILQ,
	HASH_PSLIST
};
void *hashinit(u_int, enum hashtype, bool, u_long *);
void hashdone(void *, enum hashtype, u_long);

int seltrue(dev_t, int, struct lwp *);
int sys_nosys(struct lwp *, const void *, register_t *);
int sys_nomodule(struct lwp *, const void *, register_t *);

void aprint_normal(const char *, ...) __printflike(1, 2);
void aprint_error(const char *, ...) __printflike(1, 2);
void aprint_naive(const char *, ...) __printflike(1, 2);
void aprint_verbose(const char *, ...) __printflike(1, 2);
void aprint_debug(const char *, ...) __printflike(1, 2);
void aprint_normal_dev(device_t, const char *, ...) __printflike(2, 3);
void aprint_error_dev(device_t, const char *, ...) __printflike(2, 3);
void aprint_naive_dev(device_t, const char *, ...) __printflike(2, 3);
void aprint_verbose_dev(device_t, const char *, ...) __printflike(2, 3);
void aprint_debug_dev(device_t, const char *, ...) __printflike(2, 3);
struct ifnet;
void aprint_normal_ifnet(struct ifnet *, const char *, ...) __printflike(2, 3);
void aprint_error_ifnet(struct ifnet *, const char *, ...) __printflike(2, 3);
void aprint_naive_ifnet(struct ifnet *, const char *, ...) __printflike(2, 3);
void aprint_verbose_ifnet(struct ifnet *, const char *, ...) __printflike(2, 3);
void aprint_debug_ifnet(struct ifnet *, const char *, ...) __printflike(2, 3);
int aprint_get_error_count(void);

void printf_tolog(const char *, ...) __printflike(1, 2);
void printf_nolog(const char *, ...) __printflike(1, 2);
void printf(const char *, ...) __printflike(1, 2);
int sprintf(char *, const char *, ...) __printflike(2, 3);
int snprintf(char *, size_t, const char *, ...) __printflike(3, 4);
int vasprintf(char **, const char *, va_list) __printflike(2, 0);
void vprintf(const char *, va_list) __printflike(1, 0);
int vsnprintf(char *, size_t, const char *, va_list) __printflike(3, 0);
int vsprintf(char *, const char *, va_list) __printflike(2, 0);
int humanize_number(char *, size_t, uint64_t, const char *, int);
void banner(void);
void panic(const char *, ...) __dead __printflike(1, 2);
void vpanic(const char *, va_list) __dead __printflike(1, 0);
void uprintf(const char *, ...) __printflike(1, 2);
void uprintf_locked(const char *, ...) __printflike(1, 2);
void ttyprintf(struct tty *, const char *, ...) __printflike(2, 3);
int format_bytes(char *, size_t, uint64_t);
void tablefull(const char *, const char *);

int kcopy(const void *, void *, size_t);
int copystr(const void *, void *, size_t, size_t *);
int copyinstr(const void *, void *, size_t, size_t *);
int copyoutstr(const void *, void *, size_t, size_t *);
int copyin(const void *, void *, size_t);
int copyout(const void *, void *, size_t);
typedef int (*copyin_t)(const void *, void *, size_t);
typedef int (*copyout_t)(const void *, void *, size_t);
int copyin_proc(struct proc *, const void *, void *, size_t);
int copyout_proc(struct proc *, const void *, void *, size_t);
int copyin_vmspace(struct vmspace *, const void *, void *, size_t);
int copyout_vmspace(struct vmspace *, const void *, void *, size_t);
int ioctl_copyin(int, const void *, void *, size_t);
int ioctl_copyout(int, const void *, void *, size_t);
int ucas_ptr(volatile void *, void *, void *, void *);
int ucas_int(volatile int *, int, int, int *);
int subyte(void *, int);
int fubyte(const void *);
int suword(void *, long);
long fuword(const void *);
int uiomove(void *, size_t, struct uio *);
int uiomove_frombuf(void *, size_t, struct uio *);
int uiopeek(void *, size_t, struct uio *);
void uioskip(size_t, struct uio *);

void initclocks(void);
void inittodr(time_t);
void resettodr(void);
void setrootfstime(time_t);

void delay(unsigned int);
#define DELAY(x) delay(x)

void *shutdownhook_establish(void (*)(void *), void *);
void shutdownhook_disestablish(void *);
void doshutdownhooks(void);
void *powerhook_establish(const char *, void (*)(int, void *), void *);
void powerhook_disestablish(void *);
#define PWR_RESUME      0
#define PWR_SUSPEND     1
#define PWR_STANDBY     2
#define PWR_SOFTRESUME  3
#define PWR_SOFTSUSPEND 4
#define PWR_SOFTSTANDBY 5
void *mountroothook_establish(void (*)(device_t), device_t);
void mountroothook_disestablish(void *);
void *exechook_establish(void (*)(struct proc *, void *), void *);
void exechook_disestablish(void *);
void doexechooks(struct proc *);
void *exithook_establish(void (*)(struct proc *, void *), void *);
void exithook_disestablish(void *);
void doexithooks(struct proc *);
void *forkhook_establish(void (*)(struct proc *, struct proc *));
void forkhook_disestablish(void *);
void doforkhooks(struct proc *, struct proc *);

void kpreempt_disable(void);
void kpreempt_enable(void);
bool kpreempt_disabled(void);
void assert_sleepable(void);
void kernconfig_lock_init(void);
void kernconfig_lock(void);
void kernconfig_unlock(void);
bool kernconfig_is_held(void);
int trace_is_enabled(struct proc *);
int trace_enter(int, const void *, int);
void trace_exit(int, const void *, register_t[], int);

#if defined(DIAGNOSTIC) || defined(DEBUG) || defined(LOCKDEBUG)
#define ASSERT_SLEEPABLE() assert_sleepable()
#else
#define ASSERT_SLEEPABLE() ((void)0)
#endif

#define MP_ONLINE 1

#endif /* _KERNEL */

#endif /* _SYS_SYSTM_H_ */
