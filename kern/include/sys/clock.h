/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_CLOCK_H_
#define _SYS_CLOCK_H_

/* Seconds, days and years. */

#include <sys/types.h>

#define SECS_PER_MINUTE      60
#define SECS_PER_HOUR        3600
#define SECS_PER_DAY         86400
#define DAYS_PER_COMMON_YEAR 365
#define DAYS_PER_LEAP_YEAR   366
#define SECS_PER_COMMON_YEAR (SECS_PER_DAY * DAYS_PER_COMMON_YEAR)
#define SECS_PER_LEAP_YEAR   (SECS_PER_DAY * DAYS_PER_LEAP_YEAR)
#define POSIX_BASE_YEAR      1970

static __inline int
is_leap_year(uint64_t year)
{
	return (year % 4 == 0) && (year % 100 != 0 || year % 400 == 0);
}

static __inline int
days_in_month(int m)
{
	if (m < 1 || m > 12)
		return -1;
	return m == 2 ? 28 : 30 + ((m + (m > 7)) & 1);
}

static __inline int
days_per_year(uint64_t year)
{
	return is_leap_year(year) ? DAYS_PER_LEAP_YEAR : DAYS_PER_COMMON_YEAR;
}

#endif /* !_SYS_CLOCK_H_ */
