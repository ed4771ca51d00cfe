/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the time, and conversions to ticks. */

#ifndef _SYS_TIMEVAR_H_
#define _SYS_TIMEVAR_H_

#include <sys/callout.h>
#include <sys/queue.h>
#include <sys/time.h>
#include <sys/types.h>

#ifdef _KERNEL

struct sigevent;
struct lwp;
struct proc;

#define ts2timo_clock_arg clockid_t

void adjtime1(const struct timeval *, struct timeval *, struct proc *);
int clock_getres1(clockid_t, struct timespec *);
int clock_gettime1(clockid_t, struct timespec *);
int clock_settime1(struct proc *, clockid_t, const struct timespec *, bool);
int itimerfix(struct timeval *);
int itimespecfix(struct timespec *);
int ppsratecheck(struct timeval *, int *, int);
int ratecheck(struct timeval *, const struct timeval *);
int settime(struct proc *, struct timespec *);
int
nanosleep1(struct lwp *, clockid_t, int, struct timespec *, struct timespec *);
int
settimeofday1(const struct timeval *, bool, const void *, struct lwp *, bool);
int timer_create1(timer_t *, clockid_t, struct sigevent *,
    int (*)(const void *, void *, size_t), struct lwp *);
int ts2timo(clockid_t, int, struct timespec *, int *, struct timespec *);
int tshzto(const struct timespec *);
int tshztoup(const struct timespec *);
int tstohz(const struct timespec *);
int tvhzto(const struct timeval *);
int tvtohz(const struct timeval *);
int inittimeleft(struct timespec *, struct timespec *);
int gettimeleft(struct timespec *, struct timespec *);

void binuptime(struct bintime *);
void nanouptime(struct timespec *);
void microuptime(struct timeval *);
void bintime(struct bintime *);
void nanotime(struct timespec *);
void microtime(struct timeval *);
void getbinuptime(struct bintime *);
void getnanouptime(struct timespec *);
void getmicrouptime(struct timeval *);
void getbintime(struct bintime *);
void getnanotime(struct timespec *);
void getmicrotime(struct timeval *);
void getmicroboottime(struct timeval *);
void getnanoboottime(struct timespec *);
void getbinboottime(struct bintime *);

time_t rump_time_second(void);
time_t rump_time_uptime(void);
#define time_second rump_time_second()
#define time_uptime rump_time_uptime()

extern struct timespec boottime;
extern int time_adjusted;

#define DEFAULT_TIMEOUT_EPSILON_NS 1000000

#endif /* _KERNEL */

#endif /* _SYS_TIMEVAR_H_ */
