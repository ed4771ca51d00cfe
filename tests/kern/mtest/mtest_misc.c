/* SPDX-License-Identifier: BSD-2-Clause */
/* kauth, sysctl, modules, devices, event counters. */

#include <secmodel/secmodel.h>
#include <secmodel/suser/suser.h>
#include <sys/conf.h>
#include <sys/device.h>
#include <sys/evcnt.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/module.h>
#include <sys/proc.h>
#include <sys/signal.h>
#include <sys/sysctl.h>

#include <rump-sys/kern.h>
#include <rump-sys/kern_if.h>

#include "mtest_impl.h"

static const char *
creds(void)
{
	gid_t groups[NGROUPS + 2];
	kauth_cred_t a, b;
	int member;

	a = kauth_cred_alloc();
	CHECK(kauth_cred_getrefcnt(a) == 1 && kauth_cred_geteuid(a) == 0);
	kauth_cred_setuid(a, 10);
	kauth_cred_seteuid(a, 11);
	kauth_cred_setsvuid(a, 12);
	kauth_cred_setegid(a, 13);
	for (u_int i = 0; i < NGROUPS + 2; i++)
		groups[i] = 100 + i;
	CHECK(kauth_cred_setgroups(a, groups, NGROUPS + 2, 0, UIO_SYSSPACE) ==
	    EINVAL);
	CHECK(kauth_cred_setgroups(a, groups, NGROUPS, 0, UIO_SYSSPACE) == 0);
	CHECK(
	    kauth_cred_ngroups(a) == NGROUPS && kauth_cred_group(a, 3) == 103);
	(void)kauth_cred_ismember_gid(a, 105, &member);
	CHECK(member == 1);
	(void)kauth_cred_ismember_gid(a, 99, &member);
	CHECK(member == 0);
	b = kauth_cred_dup(a);
	CHECK(b != a && kauth_cred_getuid(b) == 10);
	CHECK(kauth_cred_getsvuid(b) == 12 && kauth_cred_getegid(b) == 13);
	CHECK(kauth_cred_uidmatch(a, b));
	kauth_cred_free(b);
	kauth_cred_hold(a);
	b = kauth_cred_copy(a); /* shared: another one */
	CHECK(b != a && kauth_cred_getrefcnt(a) == 1);
	kauth_cred_free(b);
	b = kauth_cred_copy(a); /* not shared: the same */
	CHECK(b == a);
	kauth_cred_free(a);
	return NULL;
}

static int
deny_cb(kauth_cred_t cred, kauth_action_t action, void *cookie, void *arg0,
    void *arg1, void *arg2, void *arg3)
{
	return *(int *)cookie;
}

static const char *
authorize(void)
{
	kauth_cred_t root = kauth_cred_get(), user;
	kauth_listener_t l[20];
	int verdict = KAUTH_RESULT_DENY;
	bool isroot = false;

	user = rump_cred_create(1000, 1000, 0, NULL);
	CHECK(kauth_authorize_generic(root, KAUTH_GENERIC_ISSUSER, NULL) == 0);
	CHECK(kauth_authorize_generic(user, KAUTH_GENERIC_ISSUSER, NULL) ==
	    EPERM);
	CHECK(kauth_authorize_system(
		  user, KAUTH_SYSTEM_REBOOT, 0, NULL, NULL, NULL) == EPERM);
	CHECK(kauth_authorize_system(user, KAUTH_SYSTEM_MOUNT,
		  KAUTH_REQ_SYSTEM_MOUNT_GET, NULL, NULL, NULL) == 0);
	CHECK(kauth_authorize_vnode(
		  user, KAUTH_VNODE_READ_DATA, NULL, NULL, EACCES) == EACCES);
	CHECK(kauth_authorize_vnode(
		  user, KAUTH_VNODE_READ_DATA, NULL, NULL, 0) == 0);
	CHECK(kauth_authorize_vnode(
		  root, KAUTH_VNODE_READ_DATA, NULL, NULL, EACCES) == 0);
	CHECK(kauth_authorize_vnode(
		  root, KAUTH_VNODE_EXECUTE, NULL, NULL, EACCES) == EACCES);
	CHECK(kauth_authorize_vnode(root,
		  KAUTH_VNODE_EXECUTE | KAUTH_VNODE_IS_EXEC, NULL, NULL,
		  EACCES) == 0);
	CHECK(kauth_authorize_vnode(user, KAUTH_VNODE_DELETE, NULL, NULL,
		  KAUTH_VNODE_REMOTEFS) == 0);
	CHECK(kauth_authorize_vnode(
		  NOCRED, KAUTH_VNODE_DELETE, NULL, NULL, EPERM) == 0);
	CHECK(kauth_authorize_vnode(
		  FSCRED, KAUTH_VNODE_DELETE, NULL, NULL, EPERM) == 0);
	/* processes: initproc is root's */
	CHECK(kauth_authorize_process(user, KAUTH_PROCESS_SIGNAL, initproc,
		  KAUTH_ARG(SIGTERM), NULL, NULL) == EPERM);
	CHECK(kauth_authorize_process(root, KAUTH_PROCESS_SIGNAL, initproc,
		  KAUTH_ARG(SIGTERM), NULL, NULL) == 0);
	/* denial beats permission; many listeners */
	CHECK(kauth_listen_scope("no.such.scope", deny_cb, NULL) == NULL);
	for (u_int i = 0; i < 20; i++) {
		l[i] = kauth_listen_scope(KAUTH_SCOPE_VNODE, deny_cb, &verdict);
		CHECK(l[i] != NULL);
	}
	CHECK(kauth_authorize_vnode(
		  root, KAUTH_VNODE_READ_DATA, NULL, NULL, 0) == EACCES);
	verdict = KAUTH_RESULT_ALLOW;
	CHECK(kauth_authorize_vnode(
		  user, KAUTH_VNODE_READ_DATA, NULL, NULL, EACCES) == 0);
	for (u_int i = 0; i < 20; i++)
		kauth_unlisten_scope(l[i]);
	CHECK(kauth_authorize_vnode(
		  user, KAUTH_VNODE_READ_DATA, NULL, NULL, EACCES) == EACCES);
	CHECK(secmodel_eval(SECMODEL_SUSER_ID, "is-root", root, &isroot) == 0);
	CHECK(isroot);
	CHECK(secmodel_eval("nobody", "is-root", root, &isroot) == ENOENT);
	rump_cred_put(user);
	return NULL;
}

/* sysctl, from inside */
static int sc_value = 5;

static int
sc_func(SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	int v = sc_value, error;

	node.sysctl_data = &v;
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	if (error != 0 || newp == NULL)
		return error;
	if (v < 0 || v > 10)
		return EINVAL;
	sc_value = v;
	return 0;
}

static const char *
sysctl_nodes(void)
{
	struct sysctllog *log = NULL;
	const struct sysctlnode *top, *leaf;
	int name[3], number, v, new;
	size_t len;

	CHECK(sysctl_createv(&log, 0, NULL, &top, CTLFLAG_PERMANENT,
		  CTLTYPE_NODE, "mtest", "test", NULL, 0, NULL, 0, CTL_VENDOR,
		  CTL_CREATE, CTL_EOL) == 0);
	CHECK(sysctl_createv(&log, 0, &top, &leaf, CTLFLAG_READWRITE,
		  CTLTYPE_INT, "value", "a value", sc_func, 0, &sc_value, 0,
		  CTL_CREATE, CTL_EOL) == 0);
	CHECK(sysctl_createv(&log, 0, &top, NULL, CTLFLAG_READWRITE,
		  CTLTYPE_INT, "value", "again", NULL, 0, &sc_value, 0,
		  CTL_CREATE, CTL_EOL) == EEXIST);
	CHECK(
	    sysctl_createv(&log, 0, NULL, NULL, 0, CTLTYPE_NODE, "mtest", NULL,
		NULL, 0, NULL, 0, CTL_VENDOR, CTL_CREATE, CTL_EOL) == 0);
	name[0] = CTL_VENDOR;
	name[1] = top->sysctl_num;
	name[2] = number = leaf->sysctl_num;
	len = sizeof(v);
	CHECK(old_sysctl(name, 3, &v, &len, NULL, 0, NULL) == 0);
	CHECK(v == 5 && len == sizeof(v));
	new = 7;
	CHECK(old_sysctl(name, 3, NULL, NULL, &new, sizeof(new), NULL) == 0);
	CHECK(sc_value == 7);
	new = 70;
	CHECK(
	    old_sysctl(name, 3, NULL, NULL, &new, sizeof(new), NULL) == EINVAL);
	CHECK(old_sysctl(name, 2, &v, &len, NULL, 0, NULL) == EISDIR);
	name[2] = 99999;
	CHECK(old_sysctl(name, 3, &v, &len, NULL, 0, NULL) == ENOENT);
	CHECK(sysctl_destroyv(NULL, CTL_VENDOR, name[1], CTL_EOL) == ENOTEMPTY);
	sysctl_teardown(&log);
	CHECK(log == NULL);
	name[2] = number;
	CHECK(old_sysctl(name, 3, &v, &len, NULL, 0, NULL) == ENOENT);
	return NULL;
}

/* modules */
static int loaded_a, loaded_b, busy;

MODULE(MODULE_CLASS_MISC, mtest_b, "mtest_a");

static int
mtest_b_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
		loaded_b = loaded_a; /* what it needs is there */
		return 0;
	case MODULE_CMD_FINI:
		if (busy)
			return EBUSY;
		loaded_b = 0;
		return 0;
	default:
		return ENOTTY;
	}
}

MODULE(MODULE_CLASS_MISC, mtest_a, NULL);

static int
mtest_a_modcmd(modcmd_t cmd, void *arg)
{
	switch (cmd) {
	case MODULE_CMD_INIT:
		loaded_a = 1;
		return 0;
	case MODULE_CMD_FINI:
		loaded_a = 0;
		return 0;
	default:
		return ENOTTY;
	}
}

/* what is not linked is done without; what is, is not */
static int loaded_c;

MODULE(MODULE_CLASS_MISC, mtest_c, "mtest_nowhere,mtest_a");

static int
mtest_c_modcmd(modcmd_t cmd, void *arg)
{
	if (cmd != MODULE_CMD_INIT && cmd != MODULE_CMD_FINI)
		return ENOTTY;
	loaded_c = cmd == MODULE_CMD_INIT && loaded_a;
	return 0;
}

MODULE(MODULE_CLASS_MISC, mtest_fail, NULL);

static int
mtest_fail_modcmd(modcmd_t cmd, void *arg)
{
	return ENXIO;
}

static const char *
modules(void)
{
	CHECK(loaded_a == 1 && loaded_b == 1 && loaded_c == 1);
	CHECK(module_lookup("mtest_fail") == NULL);
	CHECK(module_unload("mtest_a") == EBUSY);
	CHECK(module_unload("mtest_c") == 0 && loaded_c == 0);
	CHECK(module_unload("mtest_a") == EBUSY);
	busy = 1;
	CHECK(module_unload("mtest_b") == EBUSY && loaded_b == 1);
	busy = 0;
	CHECK(module_hold("mtest_b") == 0);
	CHECK(module_unload("mtest_b") == EBUSY);
	module_rele("mtest_b");
	CHECK(module_unload("mtest_b") == 0 && loaded_b == 0);
	CHECK(module_unload("mtest_a") == 0 && loaded_a == 0);
	CHECK(module_unload("mtest_a") == ENOENT);
	/* loading one loads what it needs */
	CHECK(module_load("mtest_b", 0, NULL, MODULE_CLASS_ANY) == 0);
	CHECK(loaded_a == 1 && loaded_b == 1);
	CHECK(module_autoload("mtest_b", MODULE_CLASS_MISC) == EEXIST);
	CHECK(module_autoload("nonsense", MODULE_CLASS_VFS) == ENOENT);
	CHECK(module_load("mtest_fail", 0, NULL, MODULE_CLASS_ANY) == ENXIO);
	CHECK(module_hold("nonsense") == ENOENT);
	return NULL;
}

/* devices */
static int attached, detached;

struct pd_softc {
	device_t sc_dev;
	int sc_unit;
};

static int
pd_match(device_t parent, cfdata_t cf, void *aux)
{
	return 1;
}

static void
pd_attach(device_t parent, device_t self, void *aux)
{
	struct pd_softc *sc = device_private(self);

	sc->sc_dev = self;
	sc->sc_unit = device_unit(self);
	attached++;
}

static int
pd_detach(device_t self, int flags)
{
	detached++;
	return 0;
}

static CFDRIVER_DECL(mtestpd, DV_DULL, NULL);
static CFATTACH_DECL_NEW(
    mtestpd, sizeof(struct pd_softc), pd_match, pd_attach, pd_detach, NULL);

static const struct cfparent bus_parent = {"mainbus", "mainbus", -1};
static const struct cfiattrdata busattr = {.ci_name = "mtestbus"};
static const struct cfiattrdata *const bus_attrs[] = {&busattr, NULL};
static CFDRIVER_DECL(mtestbus, DV_BUS, bus_attrs);

static void
bus_attach(device_t parent, device_t self, void *aux)
{
	attached += 100;
}

static CFATTACH_DECL_NEW(mtestbus, 0, pd_match, bus_attach, NULL, NULL);
static struct cfdriver *const bus_drivers[] = {&mtestbus_cd, NULL};
static struct cfattach *const bus_cas[] = {&mtestbus_ca, NULL};
static const struct cfattachinit bus_inits[] = {
    {"mtestbus", bus_cas}, {NULL, NULL}};
static struct cfdata bus_cfdata[] = {
    {"mtestbus", "mtestbus", 0, FSTATE_NOTFOUND, NULL, 0, &bus_parent},
    {NULL, NULL, 0, 0, NULL, 0, NULL},
};

static const char *
devices(void)
{
	struct cfdata cf = {
	    "mtestpd", "mtestpd", 0, FSTATE_STAR, NULL, 0, NULL};
	device_t a, b;
	struct pd_softc *sc;

	CHECK(config_cfdriver_attach(&mtestpd_cd) == 0);
	CHECK(config_cfdriver_attach(&mtestpd_cd) == EEXIST);
	CHECK(config_cfattach_attach("mtestpd", &mtestpd_ca) == 0);
	a = config_attach_pseudo(&cf);
	b = config_attach_pseudo(&cf);
	CHECK(a != NULL && b != NULL && attached == 2);
	CHECK(strcmp(device_xname(b), "mtestpd1") == 0);
	sc = device_lookup_private(&mtestpd_cd, 1);
	CHECK(sc != NULL && sc->sc_dev == b && sc->sc_unit == 1);
	CHECK(device_lookup(&mtestpd_cd, 77) == NULL);
	CHECK(device_lookup(&mtestpd_cd, -1) == NULL);
	CHECK(device_find_by_xname("mtestpd0") == a);
	CHECK(device_is_a(a, "mtestpd") && device_properties(a) != NULL);
	CHECK(config_cfattach_detach("mtestpd", &mtestpd_ca) == EBUSY);
	CHECK(config_detach(a, 0) == 0 && config_detach(b, 0) == 0);
	CHECK(detached == 2 && device_lookup(&mtestpd_cd, 0) == NULL);
	CHECK(config_cfattach_detach("mtestpd", &mtestpd_ca) == 0);
	CHECK(config_cfdriver_detach(&mtestpd_cd) == 0);
	/* a component as config(1) makes it, below mainbus */
	CHECK(config_init_component(bus_drivers, bus_inits, bus_cfdata) == 0);
	CHECK(attached == 102);
	a = device_find_by_xname("mtestbus0");
	CHECK(a != NULL && device_is_a(device_parent(a), "mainbus"));
	return NULL;
}

static int sw_opens;

static int
sw_open(dev_t dev, int flag, int type, struct lwp *l)
{
	sw_opens++;
	return minor(dev) == 0 ? 0 : ENXIO;
}

static const struct cdevsw mt_cdevsw = {.d_open = sw_open,
    .d_close = nullclose,
    .d_read = noread,
    .d_write = nullwrite,
    .d_ioctl = noioctl,
    .d_poll = nopoll,
    .d_flag = D_OTHER | D_MPSAFE};
static const struct bdevsw mt_bdevsw = {.d_open = sw_open,
    .d_close = nullclose,
    .d_ioctl = noioctl,
    .d_flag = D_DISK};

static const char *
devsw(void)
{
	devmajor_t bmaj = -1, cmaj = -1, c2 = -1;
	char name[16];
	dev_t dev;

	CHECK(devsw_attach("mtsw", &mt_bdevsw, &bmaj, &mt_cdevsw, &cmaj) == 0);
	CHECK(bmaj >= 0 && cmaj >= 0);
	dev = makedev(cmaj, 0);
	CHECK(cdevsw_lookup(dev) == &mt_cdevsw);
	CHECK(bdevsw_lookup(makedev(bmaj, 3)) == &mt_bdevsw);
	CHECK(cdevsw_lookup_major(&mt_cdevsw) == cmaj);
	CHECK(devsw_chr2blk(dev) == makedev(bmaj, 0));
	CHECK(devsw_blk2chr(makedev(bmaj, 5)) == makedev(cmaj, 5));
	CHECK(devsw_name2blk("mtsw3", name, sizeof(name)) == bmaj);
	CHECK(strcmp(name, "mtsw") == 0);
	CHECK(devsw_name2blk("mtswx", NULL, 0) == NODEVMAJOR);
	CHECK(cdev_open(dev, 0, 0, curlwp) == 0 && sw_opens == 1);
	CHECK(cdev_open(makedev(cmaj, 1), 0, 0, curlwp) == ENXIO);
	CHECK(cdev_read(dev, NULL, 0) == ENODEV);
	CHECK(cdev_write(dev, NULL, 0) == 0);
	CHECK(bdev_type(makedev(bmaj, 0)) == D_DISK);
	CHECK(bdev_size(makedev(bmaj, 0)) == -1);
	CHECK(cdev_open(makedev(400, 0), 0, 0, curlwp) == ENXIO);
	CHECK(cdevsw_lookup(NODEV) == NULL);
	/* again by name: taken, and told where */
	CHECK(devsw_attach("mtsw", NULL, NULL, &mt_cdevsw, &c2) == EEXIST);
	CHECK(c2 == cmaj);
	c2 = -1;
	CHECK(devsw_attach("other", NULL, NULL, &mt_cdevsw, &c2) == 0);
	CHECK(c2 != cmaj);
	CHECK(devsw_detach(&mt_bdevsw, &mt_cdevsw) == 0);
	CHECK(cdevsw_lookup(dev) == NULL);
	return NULL;
}

static const char *
events(void)
{
	struct evcnt ev;

	evcnt_attach_dynamic(&ev, EVCNT_TYPE_MISC, NULL, "mtest", "things");
	ev.ev_count += 3;
	CHECK(TAILQ_LAST(&allevents, evcntlist) == &ev);
	evcnt_detach(&ev);
	return NULL;
}

const struct mtest mtests_misc[] = {
    {"creds", creds},
    {"authorize", authorize},
    {"sysctl_nodes", sysctl_nodes},
    {"modules", modules},
    {"devices", devices},
    {"devsw", devsw},
    {"events", events},
    {NULL, NULL},
};
