/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rump kernel as a program sees it: boot, enter and leave, and, by the
 * headers included at the end, the functions of each faction. System calls
 * are in <rump/rump_syscalls.h>. Results are 0 or an errno in NetBSD's
 * numbers unless said otherwise: see rump_strerror() in <rump/rumperr.h>.
 */

#ifndef _RUMP_RUMP_H_
#define _RUMP_RUMP_H_

#include <sys/types.h>
#ifndef _KERNEL
#include <stdint.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

struct lwp;
struct modinfo;
struct uio;

enum rump_uiorw {
	RUMPUIO_READ,
	RUMPUIO_WRITE
};

/* what a signal does to a process of the rump kernel */
enum rump_sigmodel {
	RUMP_SIGMODEL_PANIC,
	RUMP_SIGMODEL_IGNORE,
	RUMP_SIGMODEL__HOST_NOTANYMORE,
	RUMP_SIGMODEL_RAISE,
	RUMP_SIGMODEL_RECORD
};

/* flags of rump_pub_lwproc_rfork(); 0 shares the descriptors */
#define RUMP_RFFDG  0x01 /* copy of the descriptors */
#define RUMP_RFCFDG 0x02 /* no descriptors */

/* files of the host that appear in the rump kernel */
enum rump_etfs_type {
	RUMP_ETFS_REG,        /* regular file */
	RUMP_ETFS_BLK,        /* block device */
	RUMP_ETFS_CHR,        /* character device */
	RUMP_ETFS_DIR,        /* directory, without its subdirectories */
	RUMP_ETFS_DIR_SUBDIRS /* directory, with them */
};
#define RUMP_ETFS_SIZE_ENDOFF ((uint64_t)-1)

struct rump_boot_etfs {
	/* the client fills in */
	const char *eb_key;
	const char *eb_hostpath;
	enum rump_etfs_type eb_type;
	uint64_t eb_begin;
	uint64_t eb_size;

	/* the kernel fills in */
	struct rump_boot_etfs *_eb_next;
	int eb_status; /* errno of the registration, -1 until boot */
};

/* before rump_init() */
int rump_boot_gethowto(void);
void rump_boot_sethowto(int);
void rump_boot_setsigmodel(enum rump_sigmodel);
void rump_boot_etfs_register(struct rump_boot_etfs *);

int rump_init(void);
int rump_init_server(const char *);

int rump_getversion(void);
int rump_pub_getversion(void);
int rump_nativeabi_p(void);
void rump_printevcnts(void);

int rump_daemonize_begin(void);
int rump_daemonize_done(int);

void rump_schedule(void);
void rump_unschedule(void);

#ifdef __cplusplus
}
#endif

#ifndef _KERNEL
#include <rump/rumpkern_if_pub.h>
#if __has_include(<rump/rumpvfs_if_pub.h>)
#include <rump/rumpvfs_if_pub.h>
#endif
#if __has_include(<rump/rumpnet_if_pub.h>)
#include <rump/rumpnet_if_pub.h>
#endif
#endif

#endif /* _RUMP_RUMP_H_ */
