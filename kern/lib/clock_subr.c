/* SPDX-License-Identifier: BSD-2-Clause */
/* Calendar time, in the proleptic Gregorian calendar. */

#include <dev/clock_subr.h>
#include <sys/errno.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/types.h>

/* days from 1970-01-01 to March 1st of a year whose March it is */
static int64_t
days_to_march(int64_t year)
{
	int64_t y = year - 1600;

	/* March 1st of 1600 is day -135080 */
	return y * 365 + y / 4 - y / 100 + y / 400 - 135080;
}

#define LAST_YEAR 1000000000

/* -1 for what is not a date */
time_t
clock_ymdhms_to_secs(struct clock_ymdhms *dt)
{
	static const uint16_t before[] = {0, 31, 61, 92, 122, 153, 184, 214,
	    245, 275, 306, 337}; /* days before a month, from March on */
	int64_t year = (int64_t)dt->dt_year, days;
	int mdays;

	if (dt->dt_mon < 1 || dt->dt_mon > 12 || dt->dt_year < 1970 ||
	    dt->dt_year > LAST_YEAR || dt->dt_hour > 23 || dt->dt_min > 59 ||
	    dt->dt_sec > 59)
		return -1;
	mdays = days_in_month(dt->dt_mon) +
	    (dt->dt_mon == 2 && is_leap_year(dt->dt_year));
	if (dt->dt_day < 1 || dt->dt_day > mdays)
		return -1;
	if (dt->dt_mon < 3)
		year--;
	days = days_to_march(year) + before[(dt->dt_mon + 9) % 12] +
	    dt->dt_day - 1;
	return ((days * 24 + dt->dt_hour) * 60 + dt->dt_min) * 60 + dt->dt_sec;
}

/* EINVAL before 1970, and in years that no struct clock_ymdhms may have */
int
clock_secs_to_ymdhms(time_t secs, struct clock_ymdhms *dt)
{
	int64_t days, year, rest;

	days = secs / SECS_PER_DAY;
	if (secs < 0 || days / 365 > LAST_YEAR - 1971)
		return EINVAL;
	rest = secs % SECS_PER_DAY;
	dt->dt_wday = (uint8_t)((days + 4) % 7); /* 1970-01-01 is a Thursday */
	dt->dt_hour = (uint8_t)(rest / 3600);
	dt->dt_min = (uint8_t)(rest / 60 % 60);
	dt->dt_sec = (uint8_t)(rest % 60);
	/* the year by its mean length, then corrected by at most one */
	year = 1970 + days / 365 - days / 365 / 1461;
	for (;;) {
		struct clock_ymdhms jan1 = {.dt_mon = 1, .dt_day = 1};
		int64_t start;

		jan1.dt_year = (uint64_t)year;
		start = clock_ymdhms_to_secs(&jan1) / SECS_PER_DAY;
		if (start > days) {
			year -= (start - days + 365) / 366;
			continue;
		}
		if (days - start >= days_per_year((uint64_t)year)) {
			year += (days - start) / 366 != 0 ? (days - start) / 366
							  : 1;
			continue;
		}
		days -= start;
		break;
	}
	dt->dt_year = (uint64_t)year;
	for (dt->dt_mon = 1; dt->dt_mon < 12; dt->dt_mon++) {
		int mdays = days_in_month(dt->dt_mon) +
		    (dt->dt_mon == 2 && is_leap_year((uint64_t)year));

		if (days < mdays)
			break;
		days -= mdays;
	}
	dt->dt_day = (uint8_t)(days + 1);
	return 0;
}

/* there is no clock chip but the host's */
void
todr_attach(todr_chip_handle_t todr)
{
}

int
todr_gettime(todr_chip_handle_t todr, struct timeval *tv)
{
	struct clock_ymdhms dt;

	if (todr->todr_gettime != NULL)
		return (*todr->todr_gettime)(todr, tv);
	if (todr->todr_gettime_ymdhms == NULL)
		return ENXIO;
	if ((*todr->todr_gettime_ymdhms)(todr, &dt) != 0)
		return EIO;
	tv->tv_sec = clock_ymdhms_to_secs(&dt);
	tv->tv_usec = 0;
	return tv->tv_sec < 0 ? EIO : 0;
}

int
todr_settime(todr_chip_handle_t todr, struct timeval *tv)
{
	struct clock_ymdhms dt;
	int error;

	if (todr->todr_settime != NULL)
		return (*todr->todr_settime)(todr, tv);
	if (todr->todr_settime_ymdhms == NULL)
		return ENXIO;
	error = clock_secs_to_ymdhms(tv->tv_sec, &dt);
	return error != 0 ? error : (*todr->todr_settime_ymdhms)(todr, &dt);
}
