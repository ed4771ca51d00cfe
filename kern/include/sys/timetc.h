/* SPDX-License-Identifier: BSD-2-Clause */
/* Timecounters: there is one, the host's clock. */

#ifndef _SYS_TIMETC_H_
#define _SYS_TIMETC_H_

#include <sys/time.h>
#include <sys/types.h>

#ifdef _KERNEL

struct timecounter;
typedef u_int timecounter_get_t(struct timecounter *);
typedef void timecounter_pps_t(struct timecounter *);

struct timecounter {
	timecounter_get_t *tc_get_timecount;
	timecounter_pps_t *tc_poll_pps;
	u_int tc_counter_mask;
	uint64_t tc_frequency;
	const char *tc_name;
	int tc_quality;
	void *tc_priv;
	struct timecounter *tc_next;
};

extern struct timecounter *timecounter;

void tc_init(struct timecounter *);
int tc_detach(struct timecounter *);
uint64_t tc_getfrequency(void);
/* move the wall clock: the new time, now */
void tc_setclock(const struct timespec *);
void tc_ticktock(void);
void tc_gonebad(struct timecounter *);

#endif /* _KERNEL */

#endif /* _SYS_TIMETC_H_ */
