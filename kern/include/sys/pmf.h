/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PMF_H_
#define _SYS_PMF_H_

/* pmf(9): there is no power to manage; what registers is accepted */

#include <sys/device_if.h>
#include <sys/types.h>

typedef enum {
	PMFE_DISPLAY_ON,
	PMFE_DISPLAY_REDUCED,
	PMFE_DISPLAY_STANDBY,
	PMFE_DISPLAY_SUSPEND,
	PMFE_DISPLAY_OFF,
	PMFE_DISPLAY_BRIGHTNESS_UP,
	PMFE_DISPLAY_BRIGHTNESS_DOWN,
	PMFE_AUDIO_VOLUME_UP,
	PMFE_AUDIO_VOLUME_DOWN,
	PMFE_AUDIO_VOLUME_TOGGLE,
	PMFE_CHASSIS_LID_CLOSE,
	PMFE_CHASSIS_LID_OPEN,
	PMFE_THROTTLE_ENABLE,
	PMFE_THROTTLE_DISABLE
} pmf_generic_event_t;

struct pmf_qual {
	int pq_level;
};

extern const pmf_qual_t *const PMF_Q_NONE;
extern const pmf_qual_t *const PMF_Q_SELF;
extern const pmf_qual_t *const PMF_Q_DRVCTL;

struct ifnet;

void pmf_init(void);
bool pmf_device_register1(device_t, bool (*)(device_t, const pmf_qual_t *),
    bool (*)(device_t, const pmf_qual_t *), bool (*)(device_t, int));
void pmf_device_deregister(device_t);
bool pmf_event_inject(device_t, pmf_generic_event_t);
bool
pmf_event_register(device_t, pmf_generic_event_t, void (*)(device_t), bool);
void
pmf_event_deregister(device_t, pmf_generic_event_t, void (*)(device_t), bool);
void pmf_class_network_register(device_t, struct ifnet *);
bool pmf_class_is_network(device_t);
bool pmf_device_shutdown(device_t, int);
bool pmf_system_resume(const pmf_qual_t *);
bool pmf_system_suspend(const pmf_qual_t *);
void pmf_system_shutdown(int);

#define pmf_device_register(dev, suspend, resume)                              \
	pmf_device_register1((dev), (suspend), (resume), NULL)

#endif /* !_SYS_PMF_H_ */
