/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_DEVICE_IF_H_
#define _SYS_DEVICE_IF_H_

/* devices, for those who need no more than their names */

#include <sys/types.h>

struct device;
struct deviter;
typedef uint64_t devgen_t;

typedef enum devact_level {
	DEVACT_LEVEL_CLASS = 0,
	DEVACT_LEVEL_DRIVER = 1,
	DEVACT_LEVEL_BUS = 2
} devact_level_t;
#define DEVACT_LEVEL_FULL DEVACT_LEVEL_CLASS

typedef struct pmf_qual pmf_qual_t;

bool pmf_device_suspend(device_t, const pmf_qual_t *);
bool pmf_device_resume(device_t, const pmf_qual_t *);
bool device_has_power(device_t);

#endif /* !_SYS_DEVICE_IF_H_ */
