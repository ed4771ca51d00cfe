/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cgd: what its parts share.
 *
 * A unit's configuration is made without locks, put in place under pd_lock
 * and sc_lock, and used without locks by requests. Each of these is counted
 * in sc_inflight; clearing lets no more in and waits until there is none.
 *
 * Locks: (u) pd_lock of the driver; (s) sc_lock; (c) constant once it is made.
 * Order: pd_lock, sc_lock. sc_lock is held only to look and to count.
 */
#ifndef _CGD_IMPL_H_
#define _CGD_IMPL_H_

#include <sys/condvar.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/types.h>

#include <rump-sys/pseudodisk.h>

#include <dev/dkvar.h>

struct buf;
struct kauth_cred;
struct vnode;

#define CGD_MAXKEY   56 /* bytes: Blowfish's */
#define CGD_MAXBLOCK 16 /* bytes: AES's */

/* A cipher in CBC. Nothing here sleeps, but for cc_setkey. */
struct cgd_cipher {
	const char *cc_name;
	size_t cc_blocksize;       /* bytes */
	size_t cc_keysize;         /* bytes of a key that is ready for use */
	bool (*cc_keylen)(size_t); /* can a key have that many bits? */
	void (*cc_setkey)(void *, const uint8_t *, size_t); /* bits */
	/* one block, in place */
	void (*cc_encrypt)(const void *, uint8_t *);
	/* bytes, to and from, by a vector that may be written over */
	void (*cc_cbc)(
	    const void *, uint8_t *, uint8_t *, const uint8_t *, size_t, bool);
};

/* An initialization vector's method. */
struct cgd_ivmethod {
	const char *ci_name;
	int ci_mode;   /* CGD_CIPHER_ */
	int ci_passes; /* so often is the number encrypted */
};

struct cgd_conf {
	const struct cgd_cipher *cf_cipher; /* c: */
	const struct cgd_ivmethod *cf_iv;   /* c: */
	void *cf_key;                       /* c: cc_keysize bytes, secret */
	size_t cf_keylen;                   /* c: bits */
	size_t cf_secsize;                  /* c: bytes, a power of 2 */
	struct vnode *cf_vp;                /* c: the disk below; or NULL */
	dev_t cf_dev;                       /* c: its number */
	struct kauth_cred *cf_cred;         /* c: who opened it */
};

/*
 * What a request is done with that finds no memory: one such at a time, in
 * pieces of MAXPHYS.
 */
struct cgd_reserve {
	TAILQ_HEAD(, buf) rs_waiting; /* s: */
	struct buf *rs_bp;            /* s: the request */
	int rs_done;                  /* s: bytes of it */
	bool rs_busy;                 /* s: a piece is under way */
	bool rs_running;              /* s: somebody is in reserve_run() */
	struct buf *rs_io;            /* c: the piece */
	uint8_t *rs_mem;              /* c: MAXPHYS bytes */
};

struct cgd_softc {
	struct dk_softc sc_dksc;
	kmutex_t sc_lock;
	kcondvar_t sc_cv;         /* sc_inflight has become 0 */
	struct cgd_conf *sc_conf; /* u, s: NULL: not configured */
	bool sc_taking;           /* s: requests are taken */
	u_int sc_inflight;        /* s: requests */
	struct cgd_reserve sc_reserve;
};

extern struct pseudodisk cgd_disks;

/* cgd_crypto.c */
const struct cgd_cipher *cgd_cipher_find(const char *);
const struct cgd_ivmethod *cgd_ivmethod_find(const char *);
void
cgd_crypt(const struct cgd_conf *, void *, const void *, size_t, daddr_t, bool);

/* cgd_io.c */
void cgd_reserve_init(struct cgd_softc *);
void cgd_reserve_fini(struct cgd_softc *);
bool cgd_enter(struct cgd_softc *);
void cgd_exit(struct cgd_softc *);
void cgd_strategy(struct buf *);

#endif /* !_CGD_IMPL_H_ */
