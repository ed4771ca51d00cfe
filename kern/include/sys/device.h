/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_DEVICE_H_
#define _SYS_DEVICE_H_

/*
 * autoconf(9): the device tree.  A driver (cfdriver) has attachments
 * (cfattach); configuration data (cfdata) says which attach where.
 */

#include <prop/proplib.h>
#include <sys/condvar.h>
#include <sys/device_if.h>
#include <sys/evcnt.h>
#include <sys/mutex.h>
#include <sys/pmf.h>
#include <sys/queue.h>
#include <sys/types.h>

typedef enum devclass {
	DV_DULL,
	DV_CPU,
	DV_DISK,
	DV_IFNET,
	DV_TAPE,
	DV_TTY,
	DV_AUDIODEV,
	DV_DISPLAYDEV,
	DV_BUS,
	DV_VIRTUAL
} devclass_t;

typedef enum devact {
	DVACT_DEACTIVATE
} devact_t;

typedef struct cfdriver *cfdriver_t;
typedef struct cfattach *cfattach_t;

#define DEVICE_XNAME_SIZE 16

/* c: constant once attached; a: protected by the autoconf lock */
struct device {
	devclass_t dv_class;              /* c: */
	TAILQ_ENTRY(device) dv_list;      /* a: all devices */
	cfdata_t dv_cfdata;               /* c: */
	cfdriver_t dv_cfdriver;           /* c: */
	cfattach_t dv_cfattach;           /* c: */
	int dv_unit;                      /* c: */
	char dv_xname[DEVICE_XNAME_SIZE]; /* c: */
	device_t dv_parent;               /* c: */
	int dv_depth;                     /* c: */
	int dv_flags;                     /* a: */
	void *dv_private;                 /* c: the softc */
	size_t dv_privsize;               /* c: */
	int *dv_locators;                 /* c: */
	prop_dictionary_t dv_properties;  /* a: made on demand */
	devgen_t dv_add_gen;              /* a: */
	devgen_t dv_del_gen;              /* a: */
	int dv_pending;                   /* a: */
};

#define DVF_ACTIVE            0x0001
#define DVF_PRIV_ALLOC        0x0002
#define DVF_POWER_HANDLERS    0x0004
#define DVF_CLASS_SUSPENDED   0x0008
#define DVF_DRIVER_SUSPENDED  0x0010
#define DVF_BUS_SUSPENDED     0x0020
#define DVF_DETACH_SHUTDOWN   0x0080
#define DVF_ATTACH_INPROGRESS 0x0100
#define DVF_DYING             0x0200

#define DETACH_FORCE    0x01
#define DETACH_QUIET    0x02
#define DETACH_SHUTDOWN 0x04
#define DETACH_POWEROFF 0x08

/* configuration data, as config(1) writes it */
struct cfparent {
	const char *cfp_iattr;
	const char *cfp_parent;
	int cfp_unit; /* or DVUNIT_ANY */
};
#define DVUNIT_ANY (-1)

struct cflocdesc {
	const char *cld_name;
	const char *cld_defaultstr;
	int cld_default;
};

struct cfiattrdata {
	const char *ci_name;
	int ci_loclen;
	const struct cflocdesc ci_locdesc[];
};

struct cfdata {
	const char *cf_name;
	const char *cf_atname;
	short cf_unit;
	short cf_fstate;
	int *cf_loc;
	int cf_flags;
	const struct cfparent *cf_pspec;
};
#define FSTATE_NOTFOUND  0
#define FSTATE_FOUND     1
#define FSTATE_STAR      2
#define FSTATE_DSTAR     3
#define FSTATE_DNOTFOUND 4
#define DVUNIT_ANY       (-1) /* whatever unit */

struct cfattach {
	const char *ca_name;
	LIST_ENTRY(cfattach) ca_list;
	size_t ca_devsize;
	int ca_flags;
	int (*ca_match)(device_t, cfdata_t, void *);
	void (*ca_attach)(device_t, device_t, void *);
	int (*ca_detach)(device_t, int);
	int (*ca_activate)(device_t, devact_t);
	int (*ca_rescan)(device_t, const char *, const int *);
	void (*ca_childdetached)(device_t, device_t);
};
LIST_HEAD(cfattachlist, cfattach);

struct cfdriver {
	LIST_ENTRY(cfdriver) cd_list;
	struct cfattachlist cd_attach;
	device_t *cd_devs;
	const char *cd_name;
	enum devclass cd_class;
	int cd_ndevs;
	const struct cfiattrdata *const *cd_attrs;
};
LIST_HEAD(cfdriverlist, cfdriver);

struct cfattachinit {
	const char *cfai_name;
	struct cfattach *const *cfai_list;
};

struct cfattachlkminit {
	const char *cfai_name;
	struct cfattach *const *cfai_list;
};

struct cftable {
	cfdata_t ct_cfdata;
	TAILQ_ENTRY(cftable) ct_list;
};
TAILQ_HEAD(cftablelist, cftable);

struct pdevinit {
	void (*pdev_attach)(int);
	int pdev_count;
};

typedef int (*cfmatch_t)(device_t, cfdata_t, void *);
typedef int (*cfsubmatch_t)(device_t, cfdata_t, const int *, void *);
typedef int (*cfprint_t)(void *, const char *);
typedef void (*cfdetach_t)(device_t, int);
typedef int (*cfscan_t)(device_t, cfdata_t, const int *, void *);

#define CFATTACH_DECL3_NEW(                                                    \
    name, ddsize, matfn, attfn, detfn, actfn, rescanfn, chdetfn, flags)        \
	struct cfattach ___CONCAT(name, _ca) = {                               \
	    .ca_name = ___STRING(name),                                        \
	    .ca_devsize = ddsize,                                              \
	    .ca_flags = (flags) | DVF_PRIV_ALLOC,                              \
	    .ca_match = matfn,                                                 \
	    .ca_attach = attfn,                                                \
	    .ca_detach = detfn,                                                \
	    .ca_activate = actfn,                                              \
	    .ca_rescan = rescanfn,                                             \
	    .ca_childdetached = chdetfn,                                       \
	}
#define CFATTACH_DECL2_NEW(                                                    \
    name, ddsize, matfn, attfn, detfn, actfn, rescanfn, chdetfn)               \
	CFATTACH_DECL3_NEW(                                                    \
	    name, ddsize, matfn, attfn, detfn, actfn, rescanfn, chdetfn, 0)
#define CFATTACH_DECL_NEW(name, ddsize, matfn, attfn, detfn, actfn)            \
	CFATTACH_DECL2_NEW(name, ddsize, matfn, attfn, detfn, actfn, NULL, NULL)

#define CFDRIVER_DECL(name, class, attrs)                                      \
	struct cfdriver ___CONCAT(name, _cd) = {                               \
	    .cd_name = ___STRING(name),                                        \
	    .cd_class = class,                                                 \
	    .cd_attrs = attrs,                                                 \
	}

/* what a match function returns */
#define QUIET  0
#define UNCONF 1
#define UNSUPP 2

/* iteration */
typedef enum deviter_flags {
	DEVITER_F_RW = 0x1,
	DEVITER_F_SHUTDOWN = 0x2,
	DEVITER_F_LEAVES_FIRST = 0x4,
	DEVITER_F_ROOT_FIRST = 0x8
} deviter_flags_t;

struct deviter {
	device_t di_prev;
	deviter_flags_t di_flags;
	int di_curdepth;
	int di_maxdepth;
	devgen_t di_gen;
};
typedef struct deviter deviter_t;

extern struct cfdriverlist allcfdrivers;
extern device_t booted_device;
extern device_t booted_wedge;
extern int booted_partition;
extern const char *booted_method;

struct disklabel;
struct dkwedge_info;

void config_init(void);
void config_init_mi(void);
void drvctl_init(void);
int config_init_component(
    struct cfdriver *const *, const struct cfattachinit *, struct cfdata *);
int config_fini_component(
    struct cfdriver *const *, const struct cfattachinit *, struct cfdata *);
void configure(void);
void configure2(void);
int config_cfdriver_attach(struct cfdriver *);
int config_cfdriver_detach(struct cfdriver *);
int config_cfattach_attach(const char *, struct cfattach *);
int config_cfattach_detach(const char *, struct cfattach *);
int config_cfdata_attach(cfdata_t, int);
int config_cfdata_detach(cfdata_t);
struct cfdriver *config_cfdriver_lookup(const char *);
struct cfattach *config_cfattach_lookup(const char *, const char *);
const struct cfiattrdata *cfiattr_lookup(const char *, const struct cfdriver *);
const char *cfdata_ifattr(const struct cfdata *);
int config_stdsubmatch(device_t, cfdata_t, const int *, void *);
cfdata_t
config_search_loc(cfsubmatch_t, device_t, const char *, const int *, void *);
cfdata_t config_search_ia(cfsubmatch_t, device_t, const char *, void *);
cfdata_t config_rootsearch(cfsubmatch_t, const char *, void *);
device_t config_found_sm_loc(
    device_t, const char *, const int *, void *, cfprint_t, cfsubmatch_t);
device_t config_found_ia(device_t, const char *, void *, cfprint_t);
device_t config_found(device_t, void *, cfprint_t);
device_t config_rootfound(const char *, void *);
device_t config_attach_loc(device_t, cfdata_t, const int *, void *, cfprint_t);
device_t config_attach(device_t, cfdata_t, void *, cfprint_t);
device_t config_attach_pseudo(cfdata_t);
int config_match(device_t, cfdata_t, void *);
int config_unit_alloc(device_t, cfdriver_t, cfdata_t);
int config_detach(device_t, int);
int config_detach_children(device_t, int);
bool config_detach_all(int);
int config_deactivate(device_t);
void config_defer(device_t, void (*)(device_t));
void config_deferred(device_t);
void config_interrupts(device_t, void (*)(device_t));
void config_mountroot(device_t, void (*)(device_t));
void config_pending_incr(device_t);
void config_pending_decr(device_t);
int config_finalize_register(device_t, int (*)(device_t));
void config_finalize(void);

device_t device_lookup(cfdriver_t, int);
void *device_lookup_private(cfdriver_t, int);
device_t device_find_by_xname(const char *);
device_t device_find_by_driver_unit(const char *, int);
devclass_t device_class(device_t);
cfdata_t device_cfdata(device_t);
cfdriver_t device_cfdriver(device_t);
cfattach_t device_cfattach(device_t);
int device_unit(device_t);
const char *device_xname(device_t);
device_t device_parent(device_t);
bool device_activation(device_t, devact_level_t);
bool device_is_active(device_t);
bool device_is_enabled(device_t);
int device_locator(device_t, u_int);
void *device_private(device_t);
prop_dictionary_t device_properties(device_t);
bool device_is_a(device_t, const char *);
bool device_active(device_t, devact_t);
void device_register(device_t, void *);

void null_childdetached(device_t, device_t);
device_t deviter_first(deviter_t *, deviter_flags_t);
void deviter_init(deviter_t *, deviter_flags_t);
device_t deviter_next(deviter_t *);
void deviter_release(deviter_t *);

/* by the disk layer */
int getdisksize(struct vnode *, uint64_t *, unsigned int *);
int getdiskinfo(struct vnode *, struct dkwedge_info *);

void setroot(device_t, int);
void rootconf(void);
void cpu_rootconf(void);

#endif /* !_SYS_DEVICE_H_ */
