/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Open files. A struct file is what descriptors refer to: shared by dup, fork
 * and descriptor passing. It is freed by the last closef().
 *
 * Locks: :  f_lock, F: filelist_lock, a: atomic, c: constant after fd_affix().
 */

#ifndef _SYS_FILE_H_
#define _SYS_FILE_H_

#include <sys/fcntl.h>
#include <sys/types.h>
#include <sys/unistd.h>

#ifdef _KERNEL
#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/null.h>
#include <sys/queue.h>

struct file;
typedef struct file file_t;
struct iovec;
struct knote;
struct lwp;
struct proc;
struct stat;
struct uio;
struct uvm_object;

#define FOF_UPDATE_OFFSET 0x0001

struct fileops {
	int (*fo_read)(struct file *, off_t *, struct uio *, kauth_cred_t, int);
	int (*fo_write)(
	    struct file *, off_t *, struct uio *, kauth_cred_t, int);
	int (*fo_ioctl)(struct file *, u_long, void *);
	int (*fo_fcntl)(struct file *, u_int, void *);
	int (*fo_poll)(struct file *, int);
	int (*fo_stat)(struct file *, struct stat *);
	int (*fo_close)(struct file *);
	int (*fo_kqfilter)(struct file *, struct knote *);
	void (*fo_restart)(struct file *);
	int (*fo_mmap)(struct file *, off_t *, size_t, int, int *, int *,
	    struct uvm_object **, int *);
	void (*fo_spare2)(void);
};

union file_data {
	struct vnode *fd_vp;
	struct socket *fd_so;
	struct pipe *fd_pipe;
	struct kqueue *fd_kq;
	struct dm_pdev *fd_pdev;
	struct rnd_ctx *fd_rndctx;
	struct ksem *fd_ks;
	struct mqueue *fd_mq;
	void *fd_data;
	int fd_devunit;
	struct bpf_d *fd_bpf;
	struct fcrypt *fd_fcrypt;
	struct audio_file *fd_audioctx;
};

#define f_vnode    f_undata.fd_vp
#define f_socket   f_undata.fd_so
#define f_pipe     f_undata.fd_pipe
#define f_kqueue   f_undata.fd_kq
#define f_data     f_undata.fd_data
#define f_mqueue   f_undata.fd_mq
#define f_ksem     f_undata.fd_ks
#define f_rndctx   f_undata.fd_rndctx
#define f_devunit  f_undata.fd_devunit
#define f_bpf      f_undata.fd_bpf
#define f_fcrypt   f_undata.fd_fcrypt
#define f_audioctx f_undata.fd_audioctx

struct file {
	off_t f_offset;              /* :  I/O position */
	kauth_cred_t f_cred;         /* c: opener's credentials */
	const struct fileops *f_ops; /* c: */
	union file_data f_undata;    /* c: what it is open on */
	LIST_ENTRY(file) f_list;     /* F: */
	kmutex_t f_lock;
	int f_flag;                  /* :  FREAD, FWRITE ... */
	u_int f_marker;              /* F: fdescmarker */
	u_int f_type;                /* c: DTYPE_* */
	u_int f_advice;              /* :  access pattern hint */
	u_int f_count;               /* a: references */
	u_int f_msgcount;            /* unused */
	u_int f_unpcount;            /* F: deferred closes */
	SLIST_ENTRY(file) f_unplist; /* F: */
};

#define DTYPE_VNODE  1
#define DTYPE_SOCKET 2
#define DTYPE_PIPE   3
#define DTYPE_KQUEUE 4
#define DTYPE_MISC   5
#define DTYPE_CRYPTO 6
#define DTYPE_MQUEUE 7
#define DTYPE_SEM    8
#define DTYPE_NAMES                                                            \
	"0", "file", "socket", "pipe", "kqueue", "misc", "crypto", "mqueue",   \
	    "semaphore"

LIST_HEAD(filelist, file);
extern struct filelist filehead;
extern u_int maxfiles;
extern u_int nfiles;
extern const struct fileops vnops;
extern kmutex_t filelist_lock;

int dofileread(int, struct file *, void *, size_t, off_t *, int, register_t *);
int dofilewrite(
    int, struct file *, const void *, size_t, off_t *, int, register_t *);
int do_filereadv(int, const struct iovec *, int, off_t *, int, register_t *);
int do_filewritev(int, const struct iovec *, int, off_t *, int, register_t *);

int fsetown(pid_t *, u_long, const void *);
int fgetown(pid_t, u_long, void *);
void fownsignal(pid_t, int, int, int, void *);

/* what an object without that operation puts into its fileops */
int fnullop_fcntl(struct file *, u_int, void *);
int fnullop_poll(struct file *, int);
int fnullop_kqfilter(struct file *, struct knote *);
void fnullop_restart(struct file *);
int fbadop_read(struct file *, off_t *, struct uio *, kauth_cred_t, int);
int fbadop_write(struct file *, off_t *, struct uio *, kauth_cred_t, int);
int fbadop_ioctl(struct file *, u_long, void *);
int fbadop_stat(struct file *, struct stat *);
int fbadop_close(struct file *);

#endif /* _KERNEL */

#endif /* _SYS_FILE_H_ */
