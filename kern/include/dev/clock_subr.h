/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _DEV_CLOCK_SUBR_H_
#define _DEV_CLOCK_SUBR_H_

/* todr(9): calendar time and seconds since 1970 */

#include <sys/clock.h>
#include <sys/types.h>

struct clock_ymdhms {
	uint64_t dt_year;
	uint8_t dt_mon;
	uint8_t dt_day;
	uint8_t dt_wday; /* 0 is Sunday */
	uint8_t dt_hour;
	uint8_t dt_min;
	uint8_t dt_sec;
};

time_t clock_ymdhms_to_secs(struct clock_ymdhms *);
int clock_secs_to_ymdhms(time_t, struct clock_ymdhms *);

#define FROMBCD(x)  (((x) >> 4) * 10 + ((x)&0xf))
#define TOBCD(x)    (((x) / 10 * 16) + ((x) % 10))
#define bcdtobin(x) FROMBCD(x)
#define bintobcd(x) TOBCD(x)

struct todr_chip_handle {
	void *cookie;
	void *bus_cookie;
	time_t base_time;
	int (*todr_gettime)(struct todr_chip_handle *, struct timeval *);
	int (*todr_settime)(struct todr_chip_handle *, struct timeval *);
	int (*todr_gettime_ymdhms)(
	    struct todr_chip_handle *, struct clock_ymdhms *);
	int (*todr_settime_ymdhms)(
	    struct todr_chip_handle *, struct clock_ymdhms *);
	void (*todr_setwen)(struct todr_chip_handle *, int);
};
typedef struct todr_chip_handle *todr_chip_handle_t;

int todr_gettime(todr_chip_handle_t, struct timeval *);
int todr_settime(todr_chip_handle_t, struct timeval *);
void todr_attach(todr_chip_handle_t);

#endif /* !_DEV_CLOCK_SUBR_H_ */
