/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_SYSCTL_H_
#define _SYS_SYSCTL_H_

/*
 * sysctl(9): a tree of named and numbered variables.  sysctl_createv() adds a
 * node, sysctl_teardown() removes what a log recorded.
 */

#include <sys/param.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/types.h>

#define CTL_MAXNAME    12
#define SYSCTL_NAMELEN 32
#define CREATE_BASE    (1024)
#define SYSCTL_DEFSIZE 8

/* types */
#define CTLTYPE_NODE   1
#define CTLTYPE_INT    2
#define CTLTYPE_STRING 3
#define CTLTYPE_QUAD   4
#define CTLTYPE_STRUCT 5
#define CTLTYPE_BOOL   6
#if __SIZEOF_LONG__ == 8
#define CTLTYPE_LONG CTLTYPE_QUAD
#else
#define CTLTYPE_LONG CTLTYPE_INT
#endif

/* flags */
#define CTLFLAG_READONLY  0x00000000
#define CTLFLAG_READWRITE 0x00000070
#define CTLFLAG_ANYWRITE  0x00000080
#define CTLFLAG_PRIVATE   0x00000100
#define CTLFLAG_PERMANENT 0x00000200
#define CTLFLAG_OWNDATA   0x00000400
#define CTLFLAG_IMMEDIATE 0x00000800
#define CTLFLAG_HEX       0x00001000
#define CTLFLAG_ROOT      0x00002000
#define CTLFLAG_ANYNUMBER 0x00004000
#define CTLFLAG_HIDDEN    0x00008000
#define CTLFLAG_ALIAS     0x00010000
#define CTLFLAG_MMAP      0x00020000
#define CTLFLAG_OWNDESC   0x00040000
#define CTLFLAG_UNSIGNED  0x00080000

#define SYSCTL_VERS_MASK 0xff000000
#define SYSCTL_VERS_0    0x00000000
#define SYSCTL_VERS_1    0x01000000
#define SYSCTL_VERSION   SYSCTL_VERS_1
#define SYSCTL_VERS(f)   ((f)&SYSCTL_VERS_MASK)

#define SYSCTL_USERFLAGS                                                       \
	(CTLFLAG_READWRITE | CTLFLAG_ANYWRITE | CTLFLAG_PRIVATE |              \
	    CTLFLAG_OWNDATA | CTLFLAG_IMMEDIATE | CTLFLAG_HEX |                \
	    CTLFLAG_HIDDEN)
#define SYSCTL_TYPEMASK 0x0000000f
#define SYSCTL_TYPE(x)  ((x)&SYSCTL_TYPEMASK)
#define SYSCTL_FLAGMASK 0x00fffff0
#define SYSCTL_FLAGS(x) ((x)&SYSCTL_FLAGMASK)

/* names that are requests, in the last place of a name */
#define CTL_EOL       (-1)
#define CTL_QUERY     (-2)
#define CTL_CREATE    (-3)
#define CTL_CREATESYM (-4)
#define CTL_DESTROY   (-5)
#define CTL_MMAP      (-6)
#define CTL_DESCRIBE  (-7)

/* top level */
#define CTL_UNSPEC   0
#define CTL_KERN     1
#define CTL_VM       2
#define CTL_VFS      3
#define CTL_NET      4
#define CTL_DEBUG    5
#define CTL_HW       6
#define CTL_MACHDEP  7
#define CTL_USER     8
#define CTL_DDB      9
#define CTL_PROC     10
#define CTL_VENDOR   11
#define CTL_EMUL     12
#define CTL_SECURITY 13
#define CTL_MAXID    14

/* kern */
#define KERN_OSTYPE                    1
#define KERN_OSRELEASE                 2
#define KERN_OSREV                     3
#define KERN_VERSION                   4
#define KERN_MAXVNODES                 5
#define KERN_MAXPROC                   6
#define KERN_MAXFILES                  7
#define KERN_ARGMAX                    8
#define KERN_SECURELVL                 9
#define KERN_HOSTNAME                  10
#define KERN_HOSTID                    11
#define KERN_CLOCKRATE                 12
#define KERN_VNODE                     13
#define KERN_PROC                      14
#define KERN_FILE                      15
#define KERN_PROF                      16
#define KERN_POSIX1                    17
#define KERN_NGROUPS                   18
#define KERN_JOB_CONTROL               19
#define KERN_SAVED_IDS                 20
#define KERN_OBOOTTIME                 21
#define KERN_DOMAINNAME                22
#define KERN_MAXPARTITIONS             23
#define KERN_RAWPARTITION              24
#define KERN_NTPTIME                   25
#define KERN_TIMEX                     26
#define KERN_AUTONICETIME              27
#define KERN_AUTONICEVAL               28
#define KERN_RTC_OFFSET                29
#define KERN_ROOT_DEVICE               30
#define KERN_MSGBUFSIZE                31
#define KERN_FSYNC                     32
#define KERN_OLDSYSVMSG                33
#define KERN_OLDSYSVSEM                34
#define KERN_OLDSYSVSHM                35
#define KERN_OLDSHORTCORENAME          36
#define KERN_SYNCHRONIZED_IO           37
#define KERN_IOV_MAX                   38
#define KERN_MBUF                      39
#define KERN_MAPPED_FILES              40
#define KERN_MEMLOCK                   41
#define KERN_MEMLOCK_RANGE             42
#define KERN_MEMORY_PROTECTION         43
#define KERN_LOGIN_NAME_MAX            44
#define KERN_DEFCORENAME               45
#define KERN_LOGSIGEXIT                46
#define KERN_PROC2                     47
#define KERN_PROC_ARGS                 48
#define KERN_FSCALE                    49
#define KERN_CCPU                      50
#define KERN_CP_TIME                   51
#define KERN_OLDSYSVIPC_INFO           52
#define KERN_MSGBUF                    53
#define KERN_CONSDEV                   54
#define KERN_MAXPTYS                   55
#define KERN_PIPE                      56
#define KERN_MAXPHYS                   57
#define KERN_SBMAX                     58
#define KERN_TKSTAT                    59
#define KERN_MONOTONIC_CLOCK           60
#define KERN_URND                      61
#define KERN_LABELSECTOR               62
#define KERN_LABELOFFSET               63
#define KERN_LWP                       64
#define KERN_FORKFSLEEP                65
#define KERN_POSIX_THREADS             66
#define KERN_POSIX_SEMAPHORES          67
#define KERN_POSIX_BARRIERS            68
#define KERN_POSIX_TIMERS              69
#define KERN_POSIX_SPIN_LOCKS          70
#define KERN_POSIX_READER_WRITER_LOCKS 71
#define KERN_DUMP_ON_PANIC             72
#define KERN_SOMAXKVA                  73
#define KERN_ROOT_PARTITION            74
#define KERN_DRIVERS                   75
#define KERN_BUF                       76
#define KERN_FILE2                     77
#define KERN_VERIEXEC                  78
#define KERN_CP_ID                     79
#define KERN_HARDCLOCK_TICKS           80
#define KERN_ARND                      81
#define KERN_SYSVIPC                   82
#define KERN_BOOTTIME                  83
#define KERN_EVCNT                     84
#define KERN_SOFIXEDBUF                85
#define KERN_MAXID                     86

/* hw */
#define HW_MACHINE      1
#define HW_MODEL        2
#define HW_NCPU         3
#define HW_BYTEORDER    4
#define HW_PHYSMEM      5
#define HW_USERMEM      6
#define HW_PAGESIZE     7
#define HW_DISKNAMES    8
#define HW_IOSTATS      9
#define HW_MACHINE_ARCH 10
#define HW_ALIGNBYTES   11
#define HW_CNMAGIC      12
#define HW_PHYSMEM64    13
#define HW_USERMEM64    14
#define HW_IOSTATNAMES  15
#define HW_NCPUONLINE   16
#define HW_MAXID        17

/* vm */
#define VM_METER      1
#define VM_LOADAVG    2
#define VM_UVMEXP     3
#define VM_NKMEMPAGES 4
#define VM_UVMEXP2    5
#define VM_ANONMIN    6
#define VM_EXECMIN    7
#define VM_FILEMIN    8
#define VM_MAXSLP     9
#define VM_USPACE     10
#define VM_ANONMAX    11
#define VM_EXECMAX    12
#define VM_FILEMAX    13
#define VM_MINADDRESS 14
#define VM_MAXADDRESS 15
#define VM_PROC       16
#define VM_MAXID      17

/* user */
#define USER_CS_PATH          1
#define USER_BC_BASE_MAX      2
#define USER_BC_DIM_MAX       3
#define USER_BC_SCALE_MAX     4
#define USER_BC_STRING_MAX    5
#define USER_COLL_WEIGHTS_MAX 6
#define USER_EXPR_NEST_MAX    7
#define USER_LINE_MAX         8
#define USER_RE_DUP_MAX       9
#define USER_POSIX2_VERSION   10
#define USER_POSIX2_C_BIND    11
#define USER_POSIX2_C_DEV     12
#define USER_POSIX2_CHAR_TERM 13
#define USER_POSIX2_FORT_DEV  14
#define USER_POSIX2_FORT_RUN  15
#define USER_POSIX2_LOCALEDEF 16
#define USER_POSIX2_SW_DEV    17
#define USER_POSIX2_UPE       18
#define USER_STREAM_MAX       19
#define USER_TZNAME_MAX       20
#define USER_ATEXIT_MAX       21
#define USER_MAXID            22

/* kern.proc, kern.proc2, kern.lwp, kern.proc_args */
#define KERN_PROC_ALL        0
#define KERN_PROC_PID        1
#define KERN_PROC_PGRP       2
#define KERN_PROC_SESSION    3
#define KERN_PROC_TTY        4
#define KERN_PROC_UID        5
#define KERN_PROC_RUID       6
#define KERN_PROC_GID        7
#define KERN_PROC_RGID       8
#define KERN_PROC_TTY_NODEV  NODEV
#define KERN_PROC_TTY_REVOKE ((dev_t)-2)
#define KERN_PROC_ARGV       1
#define KERN_PROC_NARGV      2
#define KERN_PROC_ENV        3
#define KERN_PROC_NENV       4
#define KERN_PROC_PATHNAME   5

#define KERN_FILE_BYFILE      1
#define KERN_FILE_BYPID       2
#define KERN_FILESLOP         10
#define KERN_BUF_ALL          0
#define KERN_BUFSLOP          20
#define KERN_SYSVIPC_INFO     1
#define KERN_SYSVIPC_MSG      2
#define KERN_SYSVIPC_SEM      3
#define KERN_SYSVIPC_SHM      4
#define KERN_TKSTAT_NIN       1
#define KERN_TKSTAT_NOUT      2
#define KERN_TKSTAT_CANCC     3
#define KERN_TKSTAT_RAWCC     4
#define KERN_PIPE_MAXKVASZ    1
#define KERN_PIPE_LIMITKVA    2
#define KERN_PIPE_MAXBIGPIPES 3
#define KERN_PIPE_NBIGPIPES   4
#define KERN_PIPE_KVASIZE     5

/* proc.PID */
#define PROC_CURPROC             (~((u_int)1 << 31))
#define PROC_PID_CORENAME        1
#define PROC_PID_LIMIT           2
#define PROC_PID_STOPFORK        3
#define PROC_PID_STOPEXEC        4
#define PROC_PID_STOPEXIT        5
#define PROC_PID_MAXID           6
#define PROC_PID_LIMIT_TYPE_SOFT 1
#define PROC_PID_LIMIT_TYPE_HARD 2

#define DDBCTL_RADIX 1

/* what kern.proc and friends return */
#define KI_NGROUPS    16
#define KI_MAXCOMLEN  24
#define KI_WMESGLEN   8
#define KI_MAXLOGNAME 24
#define KI_MAXEMULLEN 16
#define KI_LNAMELEN   20
#define KI_NOCPU      (~(uint64_t)0)

struct ki_pcred {
	void *p_pad;
	uid_t p_ruid;
	uid_t p_svuid;
	gid_t p_rgid;
	gid_t p_svgid;
	int p_refcnt;
};

struct ki_ucred {
	uint32_t cr_ref;
	uid_t cr_uid;
	gid_t cr_gid;
	uint32_t cr_ngroups;
	gid_t cr_groups[KI_NGROUPS];
};

typedef struct {
	uint32_t __bits[4];
} ki_sigset_t;

struct kinfo_proc2 {
	uint64_t p_forw;
	uint64_t p_back;
	uint64_t p_paddr;
	uint64_t p_addr;
	uint64_t p_fd;
	uint64_t p_cwdi;
	uint64_t p_stats;
	uint64_t p_limit;
	uint64_t p_vmspace;
	uint64_t p_sigacts;
	uint64_t p_sess;
	uint64_t p_tsess;
	uint64_t p_ru;
	int32_t p_eflag;
	int32_t p_exitsig;
	int32_t p_flag;
	int32_t p_pid;
	int32_t p_ppid;
	int32_t p_sid;
	int32_t p__pgid;
	int32_t p_tpgid;
	uint32_t p_uid;
	uint32_t p_ruid;
	uint32_t p_gid;
	uint32_t p_rgid;
	uint32_t p_groups[KI_NGROUPS];
	int16_t p_ngroups;
	int16_t p_jobc;
	uint32_t p_tdev;
	uint32_t p_estcpu;
	uint32_t p_rtime_sec;
	uint32_t p_rtime_usec;
	int32_t p_cpticks;
	uint32_t p_pctcpu;
	uint32_t p_swtime;
	uint32_t p_slptime;
	int32_t p_schedflags;
	uint64_t p_uticks;
	uint64_t p_sticks;
	uint64_t p_iticks;
	uint64_t p_tracep;
	int32_t p_traceflag;
	int32_t p_holdcnt;
	ki_sigset_t p_siglist;
	ki_sigset_t p_sigmask;
	ki_sigset_t p_sigignore;
	ki_sigset_t p_sigcatch;
	int8_t p_stat;
	uint8_t p_priority;
	uint8_t p_usrpri;
	uint8_t p_nice;
	uint16_t p_xstat;
	uint16_t p_acflag;
	char p_comm[KI_MAXCOMLEN];
	char p_wmesg[KI_WMESGLEN];
	uint64_t p_wchan;
	char p_login[KI_MAXLOGNAME];
	int32_t p_vm_rssize;
	int32_t p_vm_tsize;
	int32_t p_vm_dsize;
	int32_t p_vm_ssize;
	int64_t p_uvalid;
	uint32_t p_ustart_sec;
	uint32_t p_ustart_usec;
	uint32_t p_uutime_sec;
	uint32_t p_uutime_usec;
	uint32_t p_ustime_sec;
	uint32_t p_ustime_usec;
	uint64_t p_uru_maxrss;
	uint64_t p_uru_ixrss;
	uint64_t p_uru_idrss;
	uint64_t p_uru_isrss;
	uint64_t p_uru_minflt;
	uint64_t p_uru_majflt;
	uint64_t p_uru_nswap;
	uint64_t p_uru_inblock;
	uint64_t p_uru_oublock;
	uint64_t p_uru_msgsnd;
	uint64_t p_uru_msgrcv;
	uint64_t p_uru_nsignals;
	uint64_t p_uru_nvcsw;
	uint64_t p_uru_nivcsw;
	uint32_t p_uctime_sec;
	uint32_t p_uctime_usec;
	uint64_t p_cpuid;
	uint64_t p_realflag;
	uint64_t p_nlwps;
	uint64_t p_nrlwps;
	uint64_t p_realstat;
	uint32_t p_svuid;
	uint32_t p_svgid;
	char p_ename[KI_MAXEMULLEN];
	int64_t p_vm_vsize;
	int64_t p_vm_msize;
};

struct kinfo_lwp {
	uint64_t l_forw;
	uint64_t l_back;
	uint64_t l_laddr;
	uint64_t l_addr;
	int32_t l_lid;
	int32_t l_flag;
	uint32_t l_swtime;
	uint32_t l_slptime;
	int32_t l_schedflags;
	int32_t l_holdcnt;
	uint8_t l_priority;
	uint8_t l_usrpri;
	int8_t l_stat;
	int8_t l_pad1;
	int32_t l_pad2;
	char l_wmesg[KI_WMESGLEN];
	uint64_t l_wchan;
	uint64_t l_cpuid;
	uint32_t l_rtime_sec;
	uint32_t l_rtime_usec;
	uint32_t l_cpticks;
	uint32_t l_pctcpu;
	uint32_t l_pid;
	char l_name[KI_LNAMELEN];
};

struct kinfo_file {
	uint64_t ki_fileaddr;
	uint32_t ki_flag;
	uint32_t ki_iflags;
	uint32_t ki_ftype;
	uint32_t ki_count;
	uint32_t ki_msgcount;
	uint32_t ki_usecount;
	uint64_t ki_fucred;
	uint32_t ki_fuid;
	uint32_t ki_fgid;
	uint64_t ki_fops;
	uint64_t ki_foffset;
	uint64_t ki_fdata;
	uint64_t ki_vun;
	uint64_t ki_vsize;
	uint32_t ki_vtype;
	uint32_t ki_vtag;
	uint64_t ki_vdata;
	uint32_t ki_pid;
	int32_t ki_fd;
	uint32_t ki_ofileflags;
	uint32_t _ki_padto64bits;
};

struct kinfo_drivers {
	devmajor_t d_cmajor;
	devmajor_t d_bmajor;
	char d_name[24];
};

struct ctlname {
	const char *ctl_name;
	int ctl_type;
};

struct lwp;
struct sysctlnode;

#define SYSCTLFN_PROTO                                                         \
	const int *, u_int, void *, size_t *, const void *, size_t,            \
	    const int *, struct lwp *, const struct sysctlnode *
#define SYSCTLFN_ARGS                                                          \
	const int *name, u_int namelen, void *oldp, size_t *oldlenp,           \
	    const void *newp, size_t newlen, const int *oname, struct lwp *l,  \
	    const struct sysctlnode *rnode
#define SYSCTLFN_CALL(node)                                                    \
	name, namelen, oldp, oldlenp, newp, newlen, oname, l, node

typedef int (*sysctlfn)(SYSCTLFN_PROTO);

/*
 * A node, as the kernel keeps it and as CTL_QUERY, CTL_CREATE and CTL_DESTROY
 * carry it.
 */
struct sysctlnode {
	uint32_t sysctl_flags;
	int32_t sysctl_num;
	char sysctl_name[SYSCTL_NAMELEN];
	uint32_t sysctl_ver;
	uint32_t __rsvd;
	union {
		struct {
			uint32_t suc_csize; /* room for children */
			uint32_t suc_clen;  /* children */
			struct sysctlnode *suc_child;
		} scu_child;
		struct {
			void *sud_data;
			size_t sud_offset;
		} scu_data;
		int32_t scu_alias;
		int32_t scu_idata;
		u_quad_t scu_qdata;
		bool scu_bdata;
	} sysctl_un;
#if __SIZEOF_POINTER__ == 8
	size_t sysctl_size;
	sysctlfn sysctl_func;
	struct sysctlnode *sysctl_parent;
	const char *sysctl_desc;
#else
	size_t sysctl_size;
	uint32_t _pad_size;
	sysctlfn sysctl_func;
	uint32_t _pad_func;
	struct sysctlnode *sysctl_parent;
	uint32_t _pad_parent;
	const char *sysctl_desc;
	uint32_t _pad_desc;
#endif
};

#define sysctl_csize  sysctl_un.scu_child.suc_csize
#define sysctl_clen   sysctl_un.scu_child.suc_clen
#define sysctl_child  sysctl_un.scu_child.suc_child
#define sysctl_data   sysctl_un.scu_data.sud_data
#define sysctl_offset sysctl_un.scu_data.sud_offset
#define sysctl_alias  sysctl_un.scu_alias
#define sysctl_idata  sysctl_un.scu_idata
#define sysctl_qdata  sysctl_un.scu_qdata
#define sysctl_bdata  sysctl_un.scu_bdata

/* what CTL_DESCRIBE returns, one after the other */
struct sysctldesc {
	int32_t descr_num;
	uint32_t descr_ver;
	uint32_t descr_len; /* with the NUL */
	char descr_str[1];
};

#define __sysc_desc_roundup(x) ((((x)-1) | (sizeof(int32_t) - 1)) + 1)
#define __sysc_desc_len(l)                                                     \
	(offsetof(struct sysctldesc, descr_str) + __sysc_desc_roundup(l))
#define __sysc_desc_adv(d, l)                                                  \
	((struct sysctldesc *)(void *)(((char *)(d)) + __sysc_desc_len(l)))
#define NEXT_DESCR(d) __sysc_desc_adv((d), (d)->descr_len)

static __inline const struct sysctlnode *
sysctl_rootof(const struct sysctlnode *n)
{
	while (n->sysctl_parent != NULL)
		n = n->sysctl_parent;
	return n;
}

#ifdef _KERNEL
struct sysctllog;

#define SYSCTL_DESCR(s) s

/*
 * A function that creates nodes at boot, or when its component is loaded.
 */
struct sysctl_setup_chain {
	void (*ssc_func)(struct sysctllog **);
	LIST_ENTRY(sysctl_setup_chain) ssc_entries;
};
LIST_HEAD(sysctl_boot_chain, sysctl_setup_chain);
extern struct sysctl_boot_chain sysctl_boot_chain;

#define SYSCTL_SETUP_PROTO(name) void name(struct sysctllog **)
#define SYSCTL_SETUP(name, desc)                                               \
	static void name(struct sysctllog **);                                 \
	static struct sysctl_setup_chain name##_chain = {.ssc_func = name};    \
	static void sysctlctor_##name(void) __attribute__((__constructor__));  \
	static void sysctlctor_##name(void)                                    \
	{                                                                      \
		rump_sysctl_add(&name##_chain);                                \
	}                                                                      \
	static void name(struct sysctllog **clog)

void rump_sysctl_add(struct sysctl_setup_chain *);

extern struct sysctlnode sysctl_root;

void sysctl_init(void);
void sysctl_basenode_init(void);
void sysctl_finalize(void);

void sysctl_lock(bool);
void sysctl_relock(void);
void sysctl_unlock(void);

int sysctl_dispatch(SYSCTLFN_PROTO);
int sysctl_locate(
    struct lwp *, const int *, u_int, const struct sysctlnode **, int *);
int sysctl_query(SYSCTLFN_PROTO);
int sysctl_create(SYSCTLFN_PROTO);
int sysctl_destroy(SYSCTLFN_PROTO);
int sysctl_lookup(SYSCTLFN_PROTO);
int sysctl_describe(SYSCTLFN_PROTO);
int sysctl_needfunc(SYSCTLFN_PROTO);
int sysctl_notavail(SYSCTLFN_PROTO);
int sysctl_null(SYSCTLFN_PROTO);

int sysctl_createv(struct sysctllog **, int, const struct sysctlnode **,
    const struct sysctlnode **, int, int, const char *, const char *, sysctlfn,
    u_quad_t, void *, size_t, ...);
int sysctl_destroyv(struct sysctlnode *, ...);
void sysctl_teardown(struct sysctllog **);
void sysctl_log_print(const struct sysctllog *);
void sysctl_free(struct sysctlnode *);

int sysctl_copyin(struct lwp *, const void *, void *, size_t);
int sysctl_copyout(struct lwp *, const void *, void *, size_t);
int sysctl_copyinstr(struct lwp *, const void *, void *, size_t, size_t *);
int old_sysctl(int *, u_int, void *, size_t *, void *, size_t, struct lwp *);

#endif /* _KERNEL */

#endif /* !_SYS_SYSCTL_H_ */
