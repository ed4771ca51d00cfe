/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_CONF_H_
#define _SYS_CONF_H_

/* devsw(9): the switch tables of block and character devices */

#include <sys/device_if.h>
#include <sys/ioctl.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/types.h>

struct buf;
struct knote;
struct lwp;
struct tty;
struct uio;
struct vnode;

/* d_flag */
#define D_OTHER      0x0000
#define D_TAPE       0x0001
#define D_DISK       0x0002
#define D_TTY        0x0003
#define D_TYPEMASK   0x00ff
#define D_MPSAFE     0x0100
#define D_NEGOFFSAFE 0x0200

struct bdevsw {
	int (*d_open)(dev_t, int, int, struct lwp *);
	int (*d_close)(dev_t, int, int, struct lwp *);
	void (*d_strategy)(struct buf *);
	int (*d_ioctl)(dev_t, u_long, void *, int, struct lwp *);
	int (*d_dump)(dev_t, daddr_t, void *, size_t);
	int (*d_psize)(dev_t);
	int (*d_discard)(dev_t, off_t, off_t);
	int d_flag;
};

struct cdevsw {
	int (*d_open)(dev_t, int, int, struct lwp *);
	int (*d_close)(dev_t, int, int, struct lwp *);
	int (*d_read)(dev_t, struct uio *, int);
	int (*d_write)(dev_t, struct uio *, int);
	int (*d_ioctl)(dev_t, u_long, void *, int, struct lwp *);
	void (*d_stop)(struct tty *, int);
	struct tty *(*d_tty)(dev_t);
	int (*d_poll)(dev_t, int, struct lwp *);
	paddr_t (*d_mmap)(dev_t, off_t, int);
	int (*d_kqfilter)(dev_t, struct knote *);
	int (*d_discard)(dev_t, off_t, off_t);
	int d_flag;
};

#define dev_type_open(n)     int n(dev_t, int, int, struct lwp *)
#define dev_type_close(n)    int n(dev_t, int, int, struct lwp *)
#define dev_type_read(n)     int n(dev_t, struct uio *, int)
#define dev_type_write(n)    int n(dev_t, struct uio *, int)
#define dev_type_ioctl(n)    int n(dev_t, u_long, void *, int, struct lwp *)
#define dev_type_stop(n)     void n(struct tty *, int)
#define dev_type_tty(n)      struct tty *n(dev_t)
#define dev_type_poll(n)     int n(dev_t, int, struct lwp *)
#define dev_type_mmap(n)     paddr_t n(dev_t, off_t, int)
#define dev_type_strategy(n) void n(struct buf *)
#define dev_type_dump(n)     int n(dev_t, daddr_t, void *, size_t)
#define dev_type_size(n)     int n(dev_t)
#define dev_type_kqfilter(n) int n(dev_t, struct knote *)
#define dev_type_discard(n)  int n(dev_t, off_t, off_t)

dev_type_open(noopen);
dev_type_close(noclose);
dev_type_read(noread);
dev_type_write(nowrite);
dev_type_ioctl(noioctl);
dev_type_stop(nostop);
dev_type_mmap(nommap);
dev_type_dump(nodump);
dev_type_discard(nodiscard);
dev_type_strategy(nostrategy);
dev_type_open(nullopen);
dev_type_close(nullclose);
dev_type_read(nullread);
dev_type_write(nullwrite);
dev_type_ioctl(nullioctl);
dev_type_stop(nullstop);
dev_type_mmap(nullmmap);
dev_type_dump(nulldump);
dev_type_poll(seltrue);
dev_type_kqfilter(seltrue_kqfilter);
dev_type_read(rawread);
dev_type_write(rawwrite);

#define notty        NULL
#define nosize       NULL
#define nullpoll     ((dev_type_poll((*)))nullop)
#define nokqfilter   seltrue_kqfilter
#define nullkqfilter ((dev_type_kqfilter((*)))eopnotsupp)
#define nopoll       seltrue
#define nulldiscard  ((dev_type_discard((*)))nullop)

/* what threads wait for in tsleep(9) */
extern const char devopn[], devio[], devwait[], devin[], devout[];
extern const char devioc[], devcls[];

extern kmutex_t device_lock;

/* switch entries */
int devsw_attach(const char *, const struct bdevsw *, devmajor_t *,
    const struct cdevsw *, devmajor_t *);
int devsw_detach(const struct bdevsw *, const struct cdevsw *);
const struct bdevsw *bdevsw_lookup(dev_t);
const struct cdevsw *cdevsw_lookup(dev_t);
devmajor_t bdevsw_lookup_major(const struct bdevsw *);
devmajor_t cdevsw_lookup_major(const struct cdevsw *);
const char *devsw_blk2name(devmajor_t);
const char *cdevsw_getname(devmajor_t);
const char *bdevsw_getname(devmajor_t);
devmajor_t devsw_name2blk(const char *, char *, size_t);
devmajor_t devsw_name2chr(const char *, char *, size_t);
dev_t devsw_chr2blk(dev_t);
dev_t devsw_blk2chr(dev_t);
void devsw_init(void);

/* calls through the switch: the big lock is taken for who needs it */
int bdev_open(dev_t, int, int, struct lwp *);
int bdev_close(dev_t, int, int, struct lwp *);
void bdev_strategy(struct buf *);
int bdev_ioctl(dev_t, u_long, void *, int, struct lwp *);
int bdev_dump(dev_t, daddr_t, void *, size_t);
int bdev_flags(dev_t);
int bdev_type(dev_t);
int bdev_size(dev_t);
int bdev_discard(dev_t, off_t, off_t);

int cdev_open(dev_t, int, int, struct lwp *);
int cdev_close(dev_t, int, int, struct lwp *);
int cdev_read(dev_t, struct uio *, int);
int cdev_write(dev_t, struct uio *, int);
int cdev_ioctl(dev_t, u_long, void *, int, struct lwp *);
void cdev_stop(struct tty *, int);
struct tty *cdev_tty(dev_t);
int cdev_poll(dev_t, int, struct lwp *);
paddr_t cdev_mmap(dev_t, off_t, int);
int cdev_kqfilter(dev_t, struct knote *);
int cdev_flags(dev_t);
int cdev_type(dev_t);
int cdev_discard(dev_t, off_t, off_t);

/* names and majors known from the start, as in the majors files */
struct devsw_conv {
	const char *d_name;
	devmajor_t d_bmajor;
	devmajor_t d_cmajor;
	int d_class;
	int d_flags;
	int d_vectdim[2];
};
#define DEVNODE_DONTBOTHER    0
#define DEVNODE_SINGLE        1
#define DEVNODE_VECTOR        2
#define DEVNODE_FLAG_LINKZERO 0x01
#define DEVNODE_FLAG_ISMINOR0 0x02
#define DEVNODE_FLAG_ISMINOR1 0x04

/* minors of the memory device */
#define DEV_MEM  0
#define DEV_KMEM 1
#define DEV_NULL 2
#define DEV_FULL 11
#define DEV_ZERO 12

int iskmemdev(dev_t);
int iszerodev(dev_t);

/* l_refcnt, l_list: tty_lock; the rest is constant */
struct linesw {
	const char *l_name;
	LIST_ENTRY(linesw) l_list;
	u_int l_refcnt;
	int l_no;
	int (*l_open)(dev_t, struct tty *);
	int (*l_close)(struct tty *, int);
	int (*l_read)(struct tty *, struct uio *, int);
	int (*l_write)(struct tty *, struct uio *, int);
	int (*l_ioctl)(struct tty *, u_long, void *, int, struct lwp *);
	int (*l_rint)(int, struct tty *);
	int (*l_start)(struct tty *);
	int (*l_modem)(struct tty *, int);
	int (*l_poll)(struct tty *, int, struct lwp *);
};

/* entries of a line discipline that does not have the operation */
#define ttynodisc   ((int (*)(dev_t, struct tty *))enodev)
#define ttyerrclose ((int (*)(struct tty *, int))enodev)
#define ttyerrio    ((int (*)(struct tty *, struct uio *, int))enodev)
#define ttyerrinput ((int (*)(int, struct tty *))enodev)
#define ttyerrstart ((int (*)(struct tty *))enodev)
int ttyerrpoll(struct tty *, int, struct lwp *);
int ttynullioctl(struct tty *, u_long, void *, int, struct lwp *);

/* line disciplines: what finds one references it */
void ttyldisc_init(void);
int ttyldisc_attach(struct linesw *);
int ttyldisc_detach(struct linesw *);
struct linesw *ttyldisc_lookup(const char *);
struct linesw *ttyldisc_lookup_bynum(int);
struct linesw *ttyldisc_default(void);
void ttyldisc_release(struct linesw *);

#endif /* !_SYS_CONF_H_ */
