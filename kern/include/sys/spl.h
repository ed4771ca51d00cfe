/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupt priority levels. Nothing interrupts: spl calls are no-ops. */

#ifndef _SYS_SPL_H_
#define _SYS_SPL_H_

#include <sys/cdefs.h>

#define IPL_NONE       0
#define IPL_PREEMPT    1
#define IPL_SOFTCLOCK  2
#define IPL_SOFTBIO    3
#define IPL_SOFTNET    4
#define IPL_SOFTSERIAL 5
#define IPL_VM         6
#define IPL_SCHED      7
#define IPL_HIGH       8
#define NIPL           9

#define IPL_SAFEPRI IPL_NONE
#define IPL_BIO     IPL_VM
#define IPL_NET     IPL_VM
#define IPL_TTY     IPL_VM
#define IPL_AUDIO   IPL_SCHED
#define IPL_CLOCK   IPL_SCHED
#define IPL_SERIAL  IPL_HIGH
#define IPL_LOCK    IPL_HIGH
#define IPL_LPT     IPL_TTY

#ifdef _KERNEL

typedef unsigned char ipl_t;
typedef struct {
	ipl_t _ipl;
} ipl_cookie_t;

static __inline ipl_cookie_t
makeiplcookie(ipl_t ipl)
{
	return (ipl_cookie_t){._ipl = ipl};
}

static __inline int
splraise(int ipl)
{
	(void)ipl;
	return 0;
}

static __inline void
spllower(int ipl)
{
	(void)ipl;
}

static __inline int
splraiseipl(ipl_cookie_t c)
{
	(void)c;
	return 0;
}

#define splx(ipl)       spllower(ipl)
#define spl0()          spllower(IPL_NONE)
#define splsoftclock()  splraise(IPL_SOFTCLOCK)
#define splsoftbio()    splraise(IPL_SOFTBIO)
#define splsoftnet()    splraise(IPL_SOFTNET)
#define splsoftserial() splraise(IPL_SOFTSERIAL)
#define splsoft()       splraise(IPL_SOFTSERIAL)
#define splbio()        splraise(IPL_BIO)
#define splnet()        splraise(IPL_NET)
#define spltty()        splraise(IPL_TTY)
#define splvm()         splraise(IPL_VM)
#define splclock()      splraise(IPL_CLOCK)
#define splstatclock()  splraise(IPL_CLOCK)
#define splaudio()      splraise(IPL_AUDIO)
#define splsched()      splraise(IPL_SCHED)
#define splserial()     splraise(IPL_SERIAL)
#define spllock()       splraise(IPL_HIGH)
#define splhigh()       splraise(IPL_HIGH)
#define splkernel()     splraise(IPL_HIGH)

#endif /* _KERNEL */

#endif /* _SYS_SPL_H_ */
