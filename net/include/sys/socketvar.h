/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel structure per socket, its buffers, and the socket layer's
 * functions.
 *
 * so_lock protects everything but what is constant after creation. Several
 * sockets may share one lock (softnet_lock for the internet protocols); the
 * lock of a socket may be exchanged while it is held, so take it with
 * solock() only.
 */
#ifndef _SYS_SOCKETVAR_H_
#define _SYS_SOCKETVAR_H_

#include <sys/atomic.h>
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/select.h>
#include <sys/selinfo.h>
#include <sys/socket.h>
#include <sys/types.h>

struct uio;
struct lwp;
struct uidinfo;
struct mbuf;
struct mowner;
struct file;
struct stat;
struct sockopt;
struct kauth_cred;
struct accept_filter;
struct knote;

TAILQ_HEAD(soqhead, socket);

/* A socket buffer: records linked by m_nextpkt, each a chain by m_next. */
struct sockbuf {
	struct selinfo sb_sel; /* pollers and knotes */
	struct mowner *sb_mowner;
	struct socket *sb_so; /* back */
	kcondvar_t sb_cv;     /* sbwait() */
#define sb_startzero sb_cc
	u_long sb_cc;               /* bytes of data */
	u_long sb_hiwat;            /* most bytes */
	u_long sb_mbcnt;            /* bytes of mbufs in use */
	u_long sb_mbmax;            /* most of them */
	u_long sb_lowat;            /* low water mark */
	struct mbuf *sb_mb;         /* first record */
	struct mbuf *sb_mbtail;     /* last mbuf of the last record */
	struct mbuf *sb_lastrecord; /* last record */
	int sb_flags;               /* SB_* */
	int sb_timeo;               /* timeout in ticks, 0 none */
	u_long sb_overflowed;       /* dropped for lack of room */
	int sb_waiters;             /* threads in sbwait() */
};

#ifndef SB_MAX
#define SB_MAX (4 * 1024 * 1024)
#endif

#define SB_LOCK     0x01
#define SB_NOTIFY   0x04
#define SB_ASYNC    0x10
#define SB_UPCALL   0x20
#define SB_NOINTR   0x40
#define SB_KNOTE    0x100
#define SB_AUTOSIZE 0x800

struct so_accf {
	struct accept_filter *so_accept_filter;
	void *so_accept_filter_arg;
	char *so_accept_filter_str;
};

struct socket {
	kmutex_t *volatile so_lock; /* this socket's lock */
	kcondvar_t so_cv;           /* waiting for a state or closing */
	short so_type;
	short so_options;
	u_short so_linger; /* seconds */
	short so_state;    /* SS_* */
	u_int so_restarts; /* calls of sorestart() */
	void *so_pcb;
	const struct protosw *so_proto;
	struct socket *so_head; /* listening socket */
	struct soqhead *so_onq; /* queue that we are on */
	struct soqhead so_q0;   /* incomplete connections */
	struct soqhead so_q;    /* complete ones */
	TAILQ_ENTRY(socket) so_qe;
	short so_q0len;
	short so_qlen;
	short so_qlimit;
	short so_timeo;
	u_short so_error;
	u_short so_aborting;
	pid_t so_pgid;     /* for signals */
	u_long so_oobmark; /* bytes to the OOB mark */
	struct sockbuf so_snd;
	struct sockbuf so_rcv;
	void *so_internal;
	void (*so_upcall)(struct socket *, void *, int, int);
	void *so_upcallarg;
	int (*so_send)(struct socket *, struct sockaddr *, struct uio *,
	    struct mbuf *, struct mbuf *, int, struct lwp *);
	int (*so_receive)(struct socket *, struct mbuf **, struct uio *,
	    struct mbuf **, struct mbuf **, int *);
	struct mowner *so_mowner;
	struct uidinfo *so_uidinfo;
	gid_t so_egid;
	pid_t so_cpid;
	struct so_accf *so_accf;
	struct kauth_cred *so_cred;
};

#define SS_NOFDREF         0x001
#define SS_ISCONNECTED     0x002
#define SS_ISCONNECTING    0x004
#define SS_ISDISCONNECTING 0x008
#define SS_CANTSENDMORE    0x010
#define SS_CANTRCVMORE     0x020
#define SS_RCVATMARK       0x040
#define SS_ISABORTING      0x080
#define SS_RESTARTSYS      0x100
#define SS_POLLRDBAND      0x200
#define SS_MORETOCOME      0x400
#define SS_ISDISCONNECTED  0x800
#define SS_ISAPIPE         0x1000
#define SS_NBIO            0x2000

#ifdef _KERNEL
/*
 * A socket option on its way between system call and protocol.
 */
struct sockopt {
	int sopt_level;
	int sopt_name;
	size_t sopt_size;
	void *sopt_data;
	uint8_t sopt_buf[sizeof(int)];
};

#define SB_EMPTY_FIXUP(sb)                                                     \
	do {                                                                   \
		if ((sb)->sb_mb == NULL) {                                     \
			(sb)->sb_mbtail = NULL;                                \
			(sb)->sb_lastrecord = NULL;                            \
		}                                                              \
	} while (/*CONSTCOND*/ 0)

#define SBLASTRECORDCHK(sb, where) /* nothing */
#define SBLASTMBUFCHK(sb, where)   /* nothing */
#define SBCHECK(sb)                /* nothing */

extern u_long sb_max;
extern int somaxkva;
extern int sock_loan_thresh;
extern int soiuidinfo_unlimited;
extern kmutex_t *softnet_lock;

/* room for any address that a system call takes or gives */
struct sockaddr_big {
	uint8_t sb_len;
	sa_family_t sb_family;
	char sb_data[254];
	uint64_t sb_align[0];
};

/* file operations */
extern const struct fileops socketops;
int soo_read(struct file *, off_t *, struct uio *, struct kauth_cred *, int);
int soo_write(struct file *, off_t *, struct uio *, struct kauth_cred *, int);
int soo_fcntl(struct file *, u_int, void *);
int soo_ioctl(struct file *, u_long, void *);
int soo_poll(struct file *, int);
int soo_kqfilter(struct file *, struct knote *);
int soo_close(struct file *);
int soo_stat(struct file *, struct stat *);
void soo_restart(struct file *);

/* socket buffers */
void sbappend(struct sockbuf *, struct mbuf *);
void sbappendstream(struct sockbuf *, struct mbuf *);
int sbappendaddr(
    struct sockbuf *, const struct sockaddr *, struct mbuf *, struct mbuf *);
int sbappendaddrchain(
    struct sockbuf *, const struct sockaddr *, struct mbuf *, int);
int sbappendcontrol(struct sockbuf *, struct mbuf *, struct mbuf *);
void sbappendrecord(struct sockbuf *, struct mbuf *);
void sbcheck(struct sockbuf *);
void sbcompress(struct sockbuf *, struct mbuf *, struct mbuf *);
struct mbuf *sbcreatecontrol(void *, int, int, int);
struct mbuf *sbcreatecontrol1(void **, int, int, int, int);
struct mbuf **sbsavetimestamp(int, struct mbuf *, struct mbuf **);
void sbdrop(struct sockbuf *, int);
void sbdroprecord(struct sockbuf *);
void sbflush(struct sockbuf *);
void sbinsertoob(struct sockbuf *, struct mbuf *);
void sbrelease(struct sockbuf *, struct socket *);
int sbreserve(struct sockbuf *, u_long, struct socket *);
int sbwait(struct sockbuf *);
int sb_max_set(u_long);
int sblock(struct sockbuf *, int);
void sbunlock(struct sockbuf *);

/* sockets */
void soinit(void);
void soinit1(void);
void soinit2(void);
int soabort(struct socket *);
int soaccept(struct socket *, struct sockaddr *);
int sofamily(const struct socket *);
int sobind(struct socket *, struct sockaddr *, struct lwp *);
void socantrcvmore(struct socket *);
void socantsendmore(struct socket *);
void soroverflow(struct socket *);
int soclose(struct socket *);
int soconnect(struct socket *, struct sockaddr *, struct lwp *);
int soconnect2(struct socket *, struct socket *);
int socreate(int, struct socket **, int, int, struct lwp *, struct socket *);
int fsocreate(int, struct socket **, int, int, int *);
int sodisconnect(struct socket *);
void sofree(struct socket *);
int sogetopt(struct socket *, struct sockopt *);
void sohasoutofband(struct socket *);
void soisconnected(struct socket *);
void soisconnecting(struct socket *);
void soisdisconnected(struct socket *);
void soisdisconnecting(struct socket *);
int solisten(struct socket *, int, struct lwp *);
struct socket *sonewconn(struct socket *, bool);
void soqinsque(struct socket *, struct socket *, int);
bool soqremque(struct socket *, int);
int soreceive(struct socket *, struct mbuf **, struct uio *, struct mbuf **,
    struct mbuf **, int *);
int soreserve(struct socket *, u_long, u_long);
void sorflush(struct socket *);
int sosend(struct socket *, struct sockaddr *, struct uio *, struct mbuf *,
    struct mbuf *, int, struct lwp *);
int sosetopt(struct socket *, struct sockopt *);
int
so_setsockopt(struct lwp *, struct socket *, int, int, const void *, size_t);
int soshutdown(struct socket *, int);
void sorestart(struct socket *);
void sowakeup(struct socket *, struct sockbuf *, int);
int sockargs(struct mbuf **, const void *, size_t, int);
int sopoll(struct socket *, int);
struct socket *soget(bool);
void soput(struct socket *);
bool solocked(const struct socket *);
bool solocked2(const struct socket *, const struct socket *);
int sowait(struct socket *, bool, int);
void solockretry(struct socket *, kmutex_t *);
void sosetlock(struct socket *);
void solockreset(struct socket *, kmutex_t *);
int do_sys_getsockname(int, struct sockaddr *);
int do_sys_getpeername(int, struct sockaddr *);

/* options */
void sockopt_init(struct sockopt *, int, int, size_t);
void sockopt_destroy(struct sockopt *);
int sockopt_set(struct sockopt *, const void *, size_t);
int sockopt_setint(struct sockopt *, int);
int sockopt_get(const struct sockopt *, void *, size_t);
int sockopt_getint(const struct sockopt *, int *);
int sockopt_setmbuf(struct sockopt *, struct mbuf *);
struct mbuf *sockopt_getmbuf(const struct sockopt *);

/* bodies of the system calls */
int copyout_sockname(struct sockaddr *, unsigned int *, int, struct mbuf *);
int copyout_sockname_sb(
    struct sockaddr *, unsigned int *, int, struct sockaddr_big *);
int copyout_msg_control(struct lwp *, struct msghdr *, struct mbuf *);
void free_control_mbuf(struct lwp *, struct mbuf *, struct mbuf *);
int do_sys_bind(struct lwp *, int, struct sockaddr *);
int do_sys_connect(struct lwp *, int, struct sockaddr *);
int do_sys_accept(struct lwp *, int, struct sockaddr *, register_t *,
    const sigset_t *, int, int);
int do_sys_sendmsg(struct lwp *, int, struct msghdr *, int, register_t *);
int do_sys_sendmsg_so(struct lwp *, int, struct socket *, struct file *,
    struct msghdr *, int, register_t *);
int do_sys_recvmsg(struct lwp *, int, struct msghdr *, struct mbuf **,
    struct mbuf **, register_t *);
int do_sys_recvmsg_so(struct lwp *, int, struct socket *, struct msghdr *mp,
    struct mbuf **, struct mbuf **, register_t *);
int sockargs_sb(struct sockaddr_big *, const void *, socklen_t);

/* Take a socket's lock, also when the lock changes meanwhile. */
static __inline void
solock(struct socket *so)
{
	kmutex_t *lock;

	lock = so->so_lock;
	mutex_enter(lock);
	if (__predict_false(lock != so->so_lock))
		solockretry(so, lock);
}

static __inline void
sounlock(struct socket *so)
{
	mutex_exit(so->so_lock);
}

/* bytes free; may be negative */
static __inline long
sbspace(const struct sockbuf *sb)
{
	long bytes, mbytes;

	bytes = (long)(sb->sb_hiwat - sb->sb_cc);
	mbytes = (long)(sb->sb_mbmax - sb->sb_mbcnt);
	return bytes < mbytes ? bytes : mbytes;
}

static __inline u_long
sbspace_oob(const struct sockbuf *sb)
{
	u_long hiwat = sb->sb_hiwat + 1024;

	return hiwat > sb->sb_cc ? hiwat - sb->sb_cc : 0;
}

/* Does anybody want to hear of events? */
static __inline bool
sb_notify(const struct sockbuf *sb)
{
	return sb->sb_waiters != 0 ||
	    (sb->sb_flags & (SB_NOTIFY | SB_ASYNC | SB_UPCALL | SB_KNOTE)) != 0;
}

static __inline bool
soreadable(const struct socket *so)
{
	return so->so_rcv.sb_cc >= so->so_rcv.sb_lowat ||
	    (so->so_state & SS_CANTRCVMORE) != 0 || so->so_qlen != 0 ||
	    so->so_error != 0;
}

bool sowritable(const struct socket *);

/* Account for an mbuf that enters or leaves a buffer; needs <sys/mbuf.h>. */
#define sballoc(sb, m)                                                         \
	do {                                                                   \
		(sb)->sb_cc += (m)->m_len;                                     \
		(sb)->sb_mbcnt += MSIZE;                                       \
		if ((m)->m_flags & M_EXT)                                      \
			(sb)->sb_mbcnt += (m)->m_ext.ext_size;                 \
	} while (/*CONSTCOND*/ 0)

#define sbfree(sb, m)                                                          \
	do {                                                                   \
		(sb)->sb_cc -= (m)->m_len;                                     \
		(sb)->sb_mbcnt -= MSIZE;                                       \
		if ((m)->m_flags & M_EXT)                                      \
			(sb)->sb_mbcnt -= (m)->m_ext.ext_size;                 \
	} while (/*CONSTCOND*/ 0)

#define sosendallatonce(so) (((so)->so_proto->pr_flags & PR_ATOMIC) != 0)

static __inline void
sorwakeup(struct socket *so)
{
	if (sb_notify(&so->so_rcv))
		sowakeup(so, &so->so_rcv, 1 /* POLL_IN */);
}

static __inline void
sowwakeup(struct socket *so)
{
	if (sb_notify(&so->so_snd))
		sowakeup(so, &so->so_snd, 2 /* POLL_OUT */);
}
#endif /* _KERNEL */

#endif /* _SYS_SOCKETVAR_H_ */
