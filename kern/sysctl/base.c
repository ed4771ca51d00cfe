/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The nodes that every kernel has: kern, hw, security, and the tops of the
 * trees that others fill.  The plain ones are in a table.
 */

#include <lib/libkern/libkern.h>
#include <secmodel/suser/suser.h>
#include <sys/atomic.h>
#include <sys/conf.h>
#include <sys/cprng.h>
#include <sys/cpu.h>
#include <sys/errno.h>
#include <sys/evcnt.h>
#include <sys/file.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/msgbuf.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/resource.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timevar.h>
#include <sys/types.h>

#include <rump-sys/mem.h>

#include "../lib/kernlib_impl.h"
#include "sysctl_impl.h"

#define DEFAULT_PHYSMEM (256UL << 20)

static const struct {
	int num;
	const char *name;
	const char *desc;
} tops[] = {
    {CTL_KERN, "kern", "High kernel"},
    {CTL_VM, "vm", "Virtual memory"},
    {CTL_VFS, "vfs", "Filesystem"},
    {CTL_NET, "net", "Networking"},
    {CTL_DEBUG, "debug", "Debugging"},
    {CTL_HW, "hw", "Generic CPU, I/O"},
    {CTL_MACHDEP, "machdep", "Machine dependent"},
    {CTL_USER, "user", "User-level"},
    {CTL_DDB, "ddb", "In-kernel debugger"},
    {CTL_PROC, "proc", "Per-process"},
    {CTL_VENDOR, "vendor", "Vendor specific"},
    {CTL_EMUL, "emul", "Emulation settings"},
    {CTL_SECURITY, "security", "Security"},
};

/* a copy of the node with its data elsewhere */
static int
lookup_in(const struct sysctlnode *rnode, void *data, size_t size, void *oldp,
    size_t *oldlenp, const void *newp, size_t newlen, struct lwp *l)
{
	struct sysctlnode node = *rnode;

	node.sysctl_flags &= ~CTLFLAG_IMMEDIATE;
	node.sysctl_data = data;
	node.sysctl_size = size;
	return sysctl_lookup(
	    NULL, 0, oldp, oldlenp, newp, newlen, NULL, l, &node);
}

#define LOOKUP(data)                                                           \
	lookup_in(rnode, &(data), sizeof(data), oldp, oldlenp, newp, newlen, l)

/* kern.hostname and kern.domainname: the data is the name, then its length */
static int
kern_name(SYSCTLFN_ARGS)
{
	char name_buf[MAXHOSTNAMELEN];
	bool host = rnode->sysctl_num == KERN_HOSTNAME;
	char *var = host ? hostname : domainname;
	int error;

	if (namelen != 0)
		return ENOTDIR;
	strlcpy(name_buf, var, sizeof(name_buf));
	error = lookup_in(
	    rnode, name_buf, sizeof(name_buf), oldp, oldlenp, newp, newlen, l);
	if (error == 0 && newp != NULL) {
		strlcpy(var, name_buf, MAXHOSTNAMELEN);
		*(host ? &hostnamelen : &domainnamelen) = (int)strlen(var);
	}
	return error;
}

static int
kern_boottime(SYSCTLFN_ARGS)
{
	struct timespec ts;

	getnanoboottime(&ts);
	return LOOKUP(ts);
}

static int
kern_clockrate(SYSCTLFN_ARGS)
{
	struct clockinfo ci = {.hz = hz,
	    .tick = tick,
	    .tickadj = tickadj,
	    .stathz = stathz != 0 ? stathz : hz,
	    .profhz = profhz != 0 ? profhz : hz};

	return LOOKUP(ci);
}

static int
kern_ticks(SYSCTLFN_ARGS)
{
	int ticks = hardclock_ticks;

	return LOOKUP(ticks);
}

/* kern.urandom: an int; kern.arandom: as many bytes as there is room for */
static int
kern_random(SYSCTLFN_ARGS)
{
	uint8_t buf[256];
	size_t len;
	int v;

	if (namelen != 0)
		return ENOTDIR;
	if (rnode->sysctl_num == KERN_URND) {
		v = (int)cprng_strong32();
		return LOOKUP(v);
	}
	if (newp != NULL)
		return EPERM;
	len = oldlenp == NULL ? 0 : MIN(*oldlenp, sizeof(buf));
	if (oldp == NULL) {
		if (oldlenp != NULL)
			*oldlenp = sizeof(buf);
		return 0;
	}
	cprng_fast(buf, len);
	*oldlenp = len;
	return sysctl_copyout(l, buf, oldp, len);
}

/* nobody accounts CPU states: the host does */
static int
kern_cptime(SYSCTLFN_ARGS)
{
	uint64_t states[5] = {0};

	return lookup_in(
	    rnode, states, sizeof(states), oldp, oldlenp, newp, newlen, l);
}

static int
kern_msgbuf(SYSCTLFN_ARGS)
{
	struct kern_msgbuf *m = msgbufp;
	size_t room, total, n;
	long start, size;
	int error = 0;

	if (namelen != 0 || newp != NULL)
		return newp != NULL ? EPERM : ENOTDIR;
	if (m == NULL) {
		*oldlenp = 0;
		return 0;
	}
	size = m->msg_bufs;
	start = m->msg_bufr;
	total = (size_t)(m->msg_bufx - start + size) % (size_t)size;
	room = oldp == NULL ? 0 : MIN(*oldlenp, total);
	*oldlenp = total;
	n = MIN(room, (size_t)(size - start));
	error = sysctl_copyout(l, m->msg_bufc + start, oldp, n);
	if (error == 0 && room > n)
		error =
		    sysctl_copyout(l, m->msg_bufc, (char *)oldp + n, room - n);
	return error;
}

/* kern.evcnt.COUNT.TYPE: the counters, by those that are not zero or all */
static int
kern_evcnt(SYSCTLFN_ARGS)
{
	struct evcnt_sysctl *es;
	struct evcnt *ev;
	size_t total = 0, left, len;
	int filter, type, error = 0;

	if (namelen == 1 && name[0] == CTL_QUERY)
		return sysctl_query(SYSCTLFN_CALL(rnode));
	if (namelen != 2)
		return EINVAL;
	filter = name[0];
	type = name[1];
	left = oldp == NULL ? 0 : *oldlenp;
	es = kmem_zalloc(sizeof(*es) + 2 * (EVCNT_STRING_MAX + 1), KM_SLEEP);
	mutex_enter(&evcnt_lock);
	TAILQ_FOREACH(ev, &allevents, ev_list) {
		if ((filter == KERN_EVCNT_COUNT_NONZERO && ev->ev_count == 0) ||
		    (type != EVCNT_TYPE_ANY && type != ev->ev_type))
			continue;
		len = roundup2(
		    sizeof(*es) + ev->ev_grouplen + 1 + ev->ev_namelen + 1,
		    sizeof(uint64_t));
		es->ev_count = ev->ev_count;
		es->ev_type = ev->ev_type;
		es->ev_grouplen = ev->ev_grouplen;
		es->ev_namelen = ev->ev_namelen;
		es->ev_len = (uint32_t)(len / sizeof(uint64_t));
		memcpy(es->ev_strings, ev->ev_group, ev->ev_grouplen + 1);
		memcpy(es->ev_strings + ev->ev_grouplen + 1, ev->ev_name,
		    ev->ev_namelen + 1);
		if (left >= len && error == 0) {
			error =
			    sysctl_copyout(l, es, (char *)oldp + total, len);
			left -= len;
		} else
			left = 0;
		total += len;
	}
	mutex_exit(&evcnt_lock);
	kmem_free(es, sizeof(*es) + 2 * (EVCNT_STRING_MAX + 1));
	*oldlenp = total;
	return error;
}

static int
kern_drivers(SYSCTLFN_ARGS)
{
	struct kinfo_drivers kd;
	size_t total = 0, left = oldp == NULL ? 0 : *oldlenp;
	const char *drv;
	int error = 0;

	if (namelen != 0)
		return ENOTDIR;
	for (devmajor_t m = 0; m < 512 && error == 0; m++) {
		if ((drv = cdevsw_getname(m)) == NULL)
			continue;
		memset(&kd, 0, sizeof(kd));
		kd.d_cmajor = m;
		kd.d_bmajor = devsw_chr2blk(makedev(m, 0)) == NODEV
		    ? -1
		    : major(devsw_chr2blk(makedev(m, 0)));
		strlcpy(kd.d_name, drv, sizeof(kd.d_name));
		if (left >= sizeof(kd)) {
			error = sysctl_copyout(
			    l, &kd, (char *)oldp + total, sizeof(kd));
			left -= sizeof(kd);
		}
		total += sizeof(kd);
	}
	*oldlenp = total;
	return error;
}

/* proc_lock and p_lock are held */
static void
fill_proc2(struct proc *p, struct kinfo_proc2 *kp)
{
	struct ki_ucred uc;
	struct ki_pcred pc;

	memset(kp, 0, sizeof(*kp));
	kauth_cred_toucred(p->p_cred, &uc);
	kauth_cred_topcred(p->p_cred, &pc);
	kp->p_pid = p->p_pid;
	kp->p_ppid = p->p_ppid;
	if (p->p_pgrp != NULL) {
		kp->p__pgid = p->p_pgrp->pg_id;
		kp->p_sid = p->p_pgrp->pg_session->s_sid;
		kp->p_jobc = (int16_t)p->p_pgrp->pg_jobc;
	}
	kp->p_tpgid = -1;
	kp->p_tdev = (uint32_t)NODEV;
	kp->p_flag = p->p_flag;
	kp->p_exitsig = p->p_exitsig;
	kp->p_uid = uc.cr_uid;
	kp->p_gid = uc.cr_gid;
	kp->p_ruid = pc.p_ruid;
	kp->p_rgid = pc.p_rgid;
	kp->p_svuid = pc.p_svuid;
	kp->p_svgid = pc.p_svgid;
	memcpy(kp->p_groups, uc.cr_groups, sizeof(kp->p_groups));
	kp->p_ngroups = (int16_t)uc.cr_ngroups;
	kp->p_nice = p->p_nice;
	kp->p_xstat = p->p_xstat;
	kp->p_acflag = p->p_acflag;
	kp->p_stat = kp->p_realstat = p->p_stat;
	kp->p_nlwps = (uint64_t)p->p_nlwps;
	kp->p_uticks = p->p_uticks;
	kp->p_sticks = p->p_sticks;
	kp->p_iticks = p->p_iticks;
	strlcpy(kp->p_comm, p->p_comm, sizeof(kp->p_comm));
	if (p->p_emul != NULL && p->p_emul->e_name != NULL)
		strlcpy(kp->p_ename, p->p_emul->e_name, sizeof(kp->p_ename));
}

/* proc_lock and p_lock are held */
static bool
proc_wanted(const struct proc *p, int op, int arg)
{
	switch (op) {
	case KERN_PROC_ALL:
		return true;
	case KERN_PROC_PID:
		return p->p_pid == arg;
	case KERN_PROC_PGRP:
		return p->p_pgrp != NULL && p->p_pgrp->pg_id == arg;
	case KERN_PROC_SESSION:
		return p->p_pgrp != NULL && p->p_pgrp->pg_session->s_sid == arg;
	case KERN_PROC_UID:
		return kauth_cred_geteuid(p->p_cred) == (uid_t)arg;
	case KERN_PROC_RUID:
		return kauth_cred_getuid(p->p_cred) == (uid_t)arg;
	case KERN_PROC_GID:
		return kauth_cred_getegid(p->p_cred) == (gid_t)arg;
	case KERN_PROC_RGID:
		return kauth_cred_getgid(p->p_cred) == (gid_t)arg;
	default:
		return false;
	}
}

/* kern.proc2.OP.ARG.SIZE.COUNT */
static int
kern_proc2(SYSCTLFN_ARGS)
{
	struct kinfo_proc2 *kp;
	struct proc *p;
	size_t size, n = 0, max, done = 0;
	char *buf = NULL;
	int error = 0;

	if (namelen == 1 && name[0] == CTL_QUERY)
		return sysctl_query(SYSCTLFN_CALL(rnode));
	if (namelen != 4 || name[2] <= 0 || name[3] < 0)
		return EINVAL;
	size = MIN((size_t)name[2], sizeof(*kp));
	max =
	    oldp == NULL ? 0 : MIN((size_t)name[3], *oldlenp / (size_t)name[2]);
	/* a few may come meanwhile; more than that and the answer is ENOMEM */
	max = MIN(max, (size_t)atomic_load_relaxed(&nprocs) + 16);
	if (max != 0)
		buf = kmem_alloc(max * sizeof(*kp), KM_SLEEP);
	mutex_enter(proc_lock);
	LIST_FOREACH(p, &allproc, p_list) {
		mutex_enter(p->p_lock);
		if (proc_wanted(p, name[0], name[1]) && n++ < max)
			fill_proc2(
			    p, (struct kinfo_proc2 *)(void *)buf + done++);
		mutex_exit(p->p_lock);
	}
	mutex_exit(proc_lock);
	for (size_t i = 0; i < done && error == 0; i++)
		error = sysctl_copyout(l, buf + i * sizeof(*kp),
		    (char *)oldp + i * (size_t)name[2], size);
	if (buf != NULL)
		kmem_free(buf, max * sizeof(*kp));
	if (error == 0 && oldp == NULL)
		n += 5; /* it may grow until the next call */
	*oldlenp = n * (size_t)name[2];
	if (error == 0 && oldp != NULL && done < n && done < (size_t)name[3])
		error = ENOMEM;
	return error;
}

static int
hw_mem(SYSCTLFN_ARGS)
{
	unsigned long total = rump_physmemlimit == RUMPMEM_UNLIMITED
	    ? DEFAULT_PHYSMEM
	    : rump_physmemlimit;
	size_t used = rump_mem_inuse();
	int64_t v = (int64_t)total;
	int small;

	if (rnode->sysctl_num == HW_USERMEM ||
	    rnode->sysctl_num == HW_USERMEM64)
		v = used < total ? (int64_t)(total - used) : 0;
	if (SYSCTL_TYPE(rnode->sysctl_flags) == CTLTYPE_QUAD)
		return LOOKUP(v);
	small = v > INT_MAX ? INT_MAX : (int)v;
	return LOOKUP(small);
}

static int
hw_ncpu(SYSCTLFN_ARGS)
{
	int n = ncpu;

	return LOOKUP(n);
}

static int
vm_loadavg(SYSCTLFN_ARGS)
{
	struct loadavg la = {.fscale = FSCALE};

	return LOOKUP(la);
}

#define RO  CTLFLAG_READONLY
#define RW  CTLFLAG_READWRITE
#define IMM CTLFLAG_IMMEDIATE
#define INT_(top, num, name, v, desc)                                          \
	{                                                                      \
		top, num, RO | IMM, CTLTYPE_INT, name, desc, NULL, v, NULL, 0  \
	}
#define STR_(top, num, name, s, desc)                                          \
	{                                                                      \
		top, num, RO, CTLTYPE_STRING, name, desc, NULL, 0, s, 0        \
	}
#define VAR_(top, num, fl, name, var, desc)                                    \
	{                                                                      \
		top, num, fl, CTLTYPE_INT, name, desc, NULL, 0, &var,          \
		    sizeof(int)                                                \
	}
#define FN_(top, num, fl, type, name, fn, size, desc)                          \
	{                                                                      \
		top, num, fl, type, name, desc, fn, 0, NULL, size              \
	}

static const struct entry {
	int top;
	int num;
	int flags;
	int type;
	const char *name;
	const char *desc;
	sysctlfn func;
	u_quad_t value;
	const void *data;
	size_t size;
} entries[] = {
    STR_(CTL_KERN, KERN_OSTYPE, "ostype", ostype, "Operating system type"),
    STR_(CTL_KERN, KERN_OSRELEASE, "osrelease", osrelease,
	"Operating system release"),
    INT_(CTL_KERN, KERN_OSREV, "osrevision", __NetBSD_Version__,
	"Operating system revision"),
    STR_(CTL_KERN, KERN_VERSION, "version", version, "Kernel version"),
    VAR_(CTL_KERN, KERN_MAXPROC, RW, "maxproc", maxproc,
	"Maximum number of simultaneous processes"),
    VAR_(CTL_KERN, KERN_MAXFILES, RW, "maxfiles", maxfiles,
	"Maximum number of open files"),
    INT_(CTL_KERN, KERN_ARGMAX, "argmax", ARG_MAX,
	"Maximum number of bytes of arguments to execve(2)"),
    FN_(CTL_KERN, KERN_HOSTNAME, RW, CTLTYPE_STRING, "hostname", kern_name,
	MAXHOSTNAMELEN, "System hostname"),
    {CTL_KERN, KERN_HOSTID, RW, CTLTYPE_LONG, "hostid", "System host ID number",
	NULL, 0, &hostid, sizeof(hostid)},
    FN_(CTL_KERN, KERN_CLOCKRATE, RO, CTLTYPE_STRUCT, "clockrate",
	kern_clockrate, sizeof(struct clockinfo), "Kernel clock rates"),
    INT_(CTL_KERN, KERN_POSIX1, "posix1version", 200112,
	"Version of ISO/IEC 9945 (POSIX 1003.1)"),
    INT_(CTL_KERN, KERN_NGROUPS, "ngroups", NGROUPS_MAX,
	"Maximum number of supplemental groups"),
    INT_(CTL_KERN, KERN_JOB_CONTROL, "job_control", 1,
	"Whether job control is available"),
    INT_(CTL_KERN, KERN_SAVED_IDS, "saved_ids", 1,
	"Whether POSIX saved set-group/user ID is available"),
    FN_(CTL_KERN, KERN_DOMAINNAME, RW, CTLTYPE_STRING, "domainname", kern_name,
	MAXHOSTNAMELEN, "YP domain name"),
    INT_(CTL_KERN, KERN_MAXPARTITIONS, "maxpartitions", 16,
	"Maximum number of partitions allowed per disk"),
    INT_(CTL_KERN, KERN_RAWPARTITION, "rawpartition", 3,
	"Raw partition of a disk"),
    VAR_(CTL_KERN, KERN_RTC_OFFSET, RW, "rtc_offset", rtc_offset,
	"Offset of real time clock from UTC in minutes"),
    INT_(CTL_KERN, KERN_MSGBUFSIZE, "msgbufsize", 16384,
	"Size of the kernel message buffer"),
    INT_(CTL_KERN, KERN_FSYNC, "fsync", 1,
	"Whether the POSIX 1003.1b File Synchronization Option is "
	"available"),
    INT_(CTL_KERN, KERN_SYNCHRONIZED_IO, "synchronized_io", 1,
	"Whether the POSIX 1003.1b Synchronized I/O Option is available"),
    INT_(CTL_KERN, KERN_IOV_MAX, "iov_max", IOV_MAX,
	"Maximum number of iovec structures per process"),
    INT_(CTL_KERN, KERN_MAPPED_FILES, "mapped_files", 0,
	"Whether the POSIX 1003.1b Memory Mapped Files Option is "
	"available"),
    INT_(CTL_KERN, KERN_LOGIN_NAME_MAX, "login_name_max", LOGIN_NAME_MAX,
	"Maximum login name length"),
    FN_(CTL_KERN, KERN_PROC2, RO, CTLTYPE_NODE, "proc2", kern_proc2, 0,
	"Machine-independent process information"),
    INT_(CTL_KERN, KERN_FSCALE, "fscale", FSCALE,
	"Kernel fixed-point "
	"scale factor"),
    FN_(CTL_KERN, KERN_CP_TIME, RO, CTLTYPE_STRUCT, "cp_time", kern_cptime,
	5 * sizeof(uint64_t), "Clock ticks spent in different CPU states"),
    FN_(CTL_KERN, KERN_MSGBUF, RO, CTLTYPE_STRING, "msgbuf", kern_msgbuf, 0,
	"Kernel message buffer"),
    INT_(CTL_KERN, KERN_MAXPHYS, "maxphys", MAXPHYS,
	"Maximum raw I/O transfer size"),
    INT_(CTL_KERN, KERN_MONOTONIC_CLOCK, "monotonic_clock", 200112,
	"Implementation version of the POSIX 1003.1b Monotonic Clock "
	"Option"),
    FN_(CTL_KERN, KERN_URND, RO, CTLTYPE_INT, "urandom", kern_random,
	sizeof(int), "Random integer value"),
    INT_(CTL_KERN, KERN_LABELSECTOR, "labelsector", 1,
	"Sector number containing the disklabel"),
    INT_(CTL_KERN, KERN_LABELOFFSET, "labeloffset", 0,
	"Offset of the disklabel within the sector"),
    INT_(CTL_KERN, KERN_POSIX_THREADS, "posix_threads", 200112,
	"Version of the POSIX threads option"),
    INT_(CTL_KERN, KERN_POSIX_SEMAPHORES, "posix_semaphores", 200112,
	"Version of the POSIX semaphores option"),
    INT_(CTL_KERN, KERN_POSIX_TIMERS, "posix_timers", 200112,
	"Version of the POSIX timers option"),
    FN_(CTL_KERN, KERN_DRIVERS, RO, CTLTYPE_STRUCT, "drivers", kern_drivers, 0,
	"List of all drivers with block and character "
	"device numbers"),
    FN_(CTL_KERN, KERN_HARDCLOCK_TICKS, RO, CTLTYPE_INT, "hardclock_ticks",
	kern_ticks, sizeof(int), "Number of hardclock ticks"),
    FN_(CTL_KERN, KERN_ARND, RO, CTLTYPE_STRUCT, "arandom", kern_random, 0,
	"Random bytes"),
    FN_(CTL_KERN, KERN_BOOTTIME, RO, CTLTYPE_STRUCT, "boottime", kern_boottime,
	sizeof(struct timespec), "System boot time"),
    FN_(CTL_KERN, KERN_EVCNT, RO, CTLTYPE_NODE, "evcnt", kern_evcnt, 0,
	"Kernel evcnt information"),

    STR_(CTL_HW, HW_MACHINE, "machine", machine, "Machine class"),
    STR_(CTL_HW, HW_MODEL, "model", "rumpcore (virtual)", "Machine model"),
    FN_(CTL_HW, HW_NCPU, RO, CTLTYPE_INT, "ncpu", hw_ncpu, sizeof(int),
	"Number of CPUs configured"),
    INT_(CTL_HW, HW_BYTEORDER, "byteorder", BYTE_ORDER, "System byte order"),
    FN_(CTL_HW, HW_PHYSMEM, RO, CTLTYPE_INT, "physmem", hw_mem, sizeof(int),
	"Bytes of physical memory"),
    FN_(CTL_HW, HW_USERMEM, RO, CTLTYPE_INT, "usermem", hw_mem, sizeof(int),
	"Bytes of non-kernel memory"),
    INT_(CTL_HW, HW_PAGESIZE, "pagesize", PAGE_SIZE, "Software page size"),
    STR_(CTL_HW, HW_MACHINE_ARCH, "machine_arch", machine_arch,
	"Machine CPU class"),
    INT_(CTL_HW, HW_ALIGNBYTES, "alignbytes", ALIGNBYTES,
	"Alignment constraint for all possible data types"),
    FN_(CTL_HW, HW_PHYSMEM64, RO, CTLTYPE_QUAD, "physmem64", hw_mem,
	sizeof(int64_t), "Bytes of physical memory"),
    FN_(CTL_HW, HW_USERMEM64, RO, CTLTYPE_QUAD, "usermem64", hw_mem,
	sizeof(int64_t), "Bytes of non-kernel memory"),
    FN_(CTL_HW, HW_NCPUONLINE, RO, CTLTYPE_INT, "ncpuonline", hw_ncpu,
	sizeof(int), "Number of CPUs online"),

    FN_(CTL_VM, VM_LOADAVG, RO, CTLTYPE_STRUCT, "loadavg", vm_loadavg,
	sizeof(struct loadavg), "System load average history"),
};

static void
security_setup(void)
{
	const struct sysctlnode *models, *suser;

	(void)sysctl_createv(NULL, 0, NULL, &models, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "models", NULL, NULL, 0, NULL, 0, CTL_SECURITY,
	    CTL_CREATE, CTL_EOL);
	(void)sysctl_createv(NULL, 0, &models, &suser, CTLFLAG_PERMANENT,
	    CTLTYPE_NODE, "suser", NULL, NULL, 0, NULL, 0, CTL_CREATE, CTL_EOL);
	(void)sysctl_createv(NULL, 0, &suser, NULL, CTLFLAG_PERMANENT,
	    CTLTYPE_STRING, "name", NULL, NULL, 0,
	    __UNCONST(SECMODEL_SUSER_NAME), 0, CTL_CREATE, CTL_EOL);
}

/* when the tree is first used */
void
sysctl_base_setup(void)
{
	for (u_int i = 0; i < __arraycount(tops); i++)
		(void)sysctl_createv(NULL, 0, NULL, NULL, CTLFLAG_PERMANENT,
		    CTLTYPE_NODE, tops[i].name, tops[i].desc, NULL, 0, NULL, 0,
		    tops[i].num, CTL_EOL);
	for (u_int i = 0; i < __arraycount(entries); i++) {
		const struct entry *e = &entries[i];

		(void)sysctl_createv(NULL, 0, NULL, NULL,
		    CTLFLAG_PERMANENT | e->flags, e->type, e->name, e->desc,
		    e->func, e->value, __UNCONST(e->data), e->size, e->top,
		    e->num, CTL_EOL);
	}
	security_setup();
}
