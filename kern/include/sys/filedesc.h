/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptor tables and the per-process directory information.
 *
 * A slot (fdfile_t) once allocated is never freed while the table lives, and
 * outgrown pointer tables are kept on dt_link, so that fd_getfile() reads
 * them without a lock. A reader raises ff_refcnt, then looks at ff_file again;
 * a closer clears ff_file, then sets FR_CLOSING and waits for the readers.
 * While only one host thread ever used the table (fd_bias), the counts need no
 * atomic operations.
 *
 * Locks: d: fd_lock (writes; reads are free), a: atomic, c: constant,
 * w: cwdi_lock.
 */

#ifndef _SYS_FILEDESC_H_
#define _SYS_FILEDESC_H_

#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/rwlock.h>

#define NDFILE       20
#define NDFDFILE     6
#define NDEXTENT     50
#define NDENTRIES    32
#define NDENTRYMASK  (NDENTRIES - 1)
#define NDENTRYSHIFT 5
#define NDLOSLOTS(x) (((x) + NDENTRIES - 1) >> NDENTRYSHIFT)
#define NDHISLOTS(x) ((NDLOSLOTS(x) + NDENTRIES - 1) >> NDENTRYSHIFT)

struct file;
struct knote;
struct lwp;
struct proc;
struct vnode;
struct socket;
struct fileops;

typedef struct fdfile {
	bool ff_exclose;               /* d: close on exec */
	bool ff_allocated;             /* d: descriptor in use */
	u_int ff_refcnt;               /* a: readers + FR_CLOSING */
	struct file *ff_file;          /* d: NULL until affixed */
	SLIST_HEAD(, knote) ff_knlist; /* d: knotes on it */
	kcondvar_t ff_closing;         /* d: close waits here */
} __aligned(64) fdfile_t;

#define FR_CLOSING (0x80000000U)
#define FR_MASK    (~FR_CLOSING)

typedef struct fdtab {
	u_int dt_nfiles;         /* c: slots */
	void *dt_link;           /* d: smaller, retired table */
	fdfile_t *dt_ff[NDFILE]; /* d: really dt_nfiles of them */
} fdtab_t;

typedef struct filedesc {
	fdtab_t *volatile fd_dt; /* d: current table */
	void *volatile fd_bias;  /* a: the only host thread, or FD_SHARED */
	uint32_t *fd_himap;      /* d: full words of fd_lomap */
	uint32_t *fd_lomap;      /* d: descriptors in use */
	struct klist *fd_knhash; /* d: knotes not on descriptors */
	int fd_lastkqfile;       /* d: highest with knotes */
	int fd_lastfile;         /* d: highest in use */
	int fd_refcnt;           /* a: processes sharing it */
	u_long fd_knhashmask;    /* d: */
	int fd_freefile;         /* d: none free below */
	int fd_unused;
	bool fd_exclose; /* d: any ff_exclose */
	kmutex_t fd_lock;
	fdfile_t fd_dfdfile[NDFDFILE]; /* the first slots */
	fdtab_t fd_dtbuiltin;          /* the first table */
	uint32_t fd_dhimap[NDENTRIES >> NDENTRYSHIFT];
	uint32_t fd_dlomap[NDENTRIES >> NDENTRYSHIFT];
} filedesc_t;

typedef struct cwdinfo {
	struct vnode *cwdi_cdir; /* w: current directory */
	struct vnode *cwdi_rdir; /* w: root, NULL if the real one */
	struct vnode *cwdi_edir; /* w: emulation root */
	krwlock_t cwdi_lock;
	u_short cwdi_cmask; /* w: umask(2) */
	u_int cwdi_refcnt;  /* a: processes sharing it */
} cwdinfo_t;

#ifdef _KERNEL

extern struct filedesc filedesc0;
extern struct cwdinfo cwdi0;
extern int nmaxfiles;

void fd_sys_init(void);

/* Duplicate the reference in the current process, at least at minfd. */
int fd_dup(struct file *, int, int *, bool);
int fd_dup2(struct file *, unsigned int, int);
int fd_clone(struct file *, unsigned int, int, const struct fileops *, void *);
int fd_dupopen(int, int *, int, int);

/* A descriptor number without a file yet; ENOSPC: fd_tryexpand(), again. */
int fd_alloc(struct proc *, int, int *);
void fd_tryexpand(struct proc *);
/* A file and a descriptor; then fd_affix() makes it usable, fd_abort() not. */
int fd_allocfile(struct file **, int *);
void fd_affix(struct proc *, struct file *, unsigned int);
void fd_abort(struct proc *, struct file *, unsigned int);

/* Borrow the file of a descriptor until fd_putfile(); NULL if not open. */
struct file *fd_getfile(unsigned int);
void fd_putfile(unsigned int);
struct file *fd_getfile2(struct proc *, unsigned int);
int fd_getvnode(unsigned int, struct file **);
int fd_getsock(unsigned int, struct socket **);
int fd_getsock1(unsigned int, struct socket **, struct file **);
void fd_putvnode(unsigned int);
void fd_putsock(unsigned int);
/* Close; the caller borrowed it with fd_getfile(). */
int fd_close(unsigned int);
void fd_set_exclose(struct lwp *, int, bool);

struct filedesc *fd_init(struct filedesc *);
void fd_share(struct proc *);
struct filedesc *fd_copy(void);
struct filedesc *fd_copy_from(struct filedesc *);
void fd_discard(struct filedesc *);
void fd_hold(struct lwp *);
void fd_free(void);
void fd_closeexec(void);
void fd_checkstd(void);
void fd_checkmaps(struct filedesc *);
int fd_closeall_from(int);

/* Drop a reference that does not belong to a descriptor. */
int closef(struct file *);
struct file *fgetdummy(void);
void fputdummy(struct file *);

struct cwdinfo *cwdinit(void);
void cwdshare(struct proc *);
void cwdunshare(struct proc *);
void cwdfree(struct cwdinfo *);
void cwdexec(struct proc *);

#endif /* _KERNEL */

#endif /* _SYS_FILEDESC_H_ */
