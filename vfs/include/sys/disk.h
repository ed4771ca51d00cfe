/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * disk(9): what every disk driver shares, and the types of disk ioctls.
 *
 * Locks: (o) dk_openlock; (r) dk_rawlock; (c) constant; (s) the driver's.
 */
#ifndef _SYS_DISK_H_
#define _SYS_DISK_H_

#include <sys/device.h>
#include <sys/dkio.h>
#include <sys/mutex.h>
#include <sys/queue.h>
#include <sys/time.h>
#include <sys/types.h>

struct buf;
struct cpu_disklabel;
struct disk;
struct disklabel;
struct lwp;
struct plistref;
struct vnode;

#define DISK_BSIZE DEV_BSIZE

struct disk_badsectors {
	SLIST_ENTRY(disk_badsectors) dbs_next;
	daddr_t dbs_min;
	daddr_t dbs_max;
	struct timeval dbs_failedat;
};

struct disk_badsecinfo {
	uint32_t dbsi_bufsize;
	uint32_t dbsi_skip;
	uint32_t dbsi_copied;
	uint32_t dbsi_left;
	void *dbsi_buffer;
};

#define DK_STRATEGYNAMELEN 32
struct disk_strategy {
	char dks_name[DK_STRATEGYNAMELEN];
	char *dks_param;
	size_t dks_paramlen;
};

struct disk_sectoralign {
	uint32_t dsa_firstaligned;
	uint32_t dsa_alignment;
};

#define DKW_NAMESIZE 128

struct dkwedge_info {
	char dkw_devname[16];
	uint8_t dkw_wname[DKW_NAMESIZE];
	char dkw_parent[16];
	daddr_t dkw_offset;
	uint64_t dkw_size;
	char dkw_ptype[32];
};

struct dkwedge_list {
	void *dkwl_buf;
	size_t dkwl_bufsize;
	u_int dkwl_nwedges;
	u_int dkwl_ncopied;
};

#define DKW_PTYPE_UNKNOWN   ""
#define DKW_PTYPE_UNUSED    "unused"
#define DKW_PTYPE_SWAP      "swap"
#define DKW_PTYPE_FFS       "ffs"
#define DKW_PTYPE_LFS       "lfs"
#define DKW_PTYPE_EXT2FS    "ext2fs"
#define DKW_PTYPE_ISO9660   "cd9660"
#define DKW_PTYPE_AMIGADOS  "ados"
#define DKW_PTYPE_APPLEHFS  "hfs"
#define DKW_PTYPE_FAT       "msdos"
#define DKW_PTYPE_FILECORE  "filecore"
#define DKW_PTYPE_APPLEUFS  "appleufs"
#define DKW_PTYPE_NTFS      "ntfs"
#define DKW_PTYPE_RAIDFRAME "raidframe"
#define DKW_PTYPE_CCD       "ccd"
#define DKW_PTYPE_APPLEBOOT "appleboot"
#define DKW_PTYPE_V7        "v7"
#define DKW_PTYPE_SYSV      "sysv"
#define DKW_PTYPE_SYSVBFS   "sysvbfs"
#define DKW_PTYPE_EFS       "efs"
#define DKW_PTYPE_NILFS     "nilfs"
#define DKW_PTYPE_CGD       "cgd"
#define DKW_PTYPE_MINIXFS3  "minixfs3"
#define DKW_PTYPE_VMKCORE   "vmkcore"
#define DKW_PTYPE_VMFS      "vmfs"
#define DKW_PTYPE_VMWRESV   "vmwresv"
#define DKW_PTYPE_ZFS       "zfs"

struct disk_geom {
	int64_t dg_secperunit;
	uint32_t dg_secsize;
	uint32_t dg_nsectors;
	uint32_t dg_ntracks;
	uint32_t dg_ncylinders;
	uint32_t dg_secpercyl;
	uint32_t dg_pcylinders;
	uint32_t dg_sparespertrack;
	uint32_t dg_sparespercyl;
	uint32_t dg_acylinders;
};

#ifdef _KERNEL
#include <sys/device_if.h>

struct dkdriver {
	void (*d_strategy)(struct buf *);
	void (*d_minphys)(struct buf *);
	int (*d_open)(dev_t, int, int, struct lwp *);
	int (*d_close)(dev_t, int, int, struct lwp *);
	int (*d_diskstart)(device_t, struct buf *);
	void (*d_iosize)(device_t, int *);
	int (*d_dumpblocks)(device_t, void *, daddr_t, int);
	int (*d_lastclose)(device_t);
	int (*d_discard)(device_t, off_t, off_t);
	int (*d_firstopen)(device_t, dev_t, int, int);
	void (*d_label)(device_t, struct disklabel *);
};

struct disk {
	TAILQ_ENTRY(disk) dk_link;
	const char *dk_name;      /* c: "wd0" */
	void *dk_info;            /* c: property list, if any */
	struct disk_geom dk_geom; /* s: */

	int dk_bopenmask; /* o: block partitions open */
	int dk_copenmask; /* o: character partitions open */
	int dk_openmask;  /* o: both */
	int dk_state;     /* o: DK_ */
	int dk_blkshift;  /* c: DEV_BSIZE to sectors */
	int dk_byteshift; /* c: bytes to sectors */

	int dk_busycount;             /* s: transfers in progress */
	struct timeval dk_busysince;  /* s: */
	struct timeval dk_busytime;   /* s: total */
	struct timeval dk_attachtime; /* c: */
	uint64_t dk_rxfer, dk_wxfer, dk_rbytes, dk_wbytes; /* s: */

	const struct dkdriver *dk_driver; /* c: */

	kmutex_t dk_rawlock;
	u_int dk_rawopens;      /* r: */
	struct vnode *dk_rawvp; /* r: */

	kmutex_t dk_openlock;
	u_int dk_nwedges;                     /* o: */
	LIST_HEAD(, dkwedge_softc) dk_wedges; /* o: */

	struct disklabel *dk_label;        /* o: */
	struct cpu_disklabel *dk_cpulabel; /* o: */
};

#define DK_CLOSED      0
#define DK_WANTOPEN    1
#define DK_WANTOPENRAW 2
#define DK_RDLABEL     3
#define DK_OPEN        4
#define DK_OPENRAW     5

#define DK_BSIZE2BLKSHIFT(b)  ((ffs((b) / DEV_BSIZE)) - 1)
#define DK_BSIZE2BYTESHIFT(b) (ffs((b)) - 1)

void disk_attach(struct disk *);
int disk_begindetach(struct disk *, int (*)(device_t), device_t, int);
void disk_detach(struct disk *);
void disk_init(struct disk *, const char *, const struct dkdriver *);
void disk_destroy(struct disk *);
void disk_busy(struct disk *);
void disk_unbusy(struct disk *, long, int);
bool disk_isbusy(struct disk *);
struct disk *disk_find(const char *);
int disk_ioctl(struct disk *, dev_t, u_long, void *, int, struct lwp *);
void disk_blocksize(struct disk *, int);
void disk_set_info(device_t, struct disk *, const char *);
int disk_set_geom(struct disk *, const struct disk_geom *);

struct dkwedge_softc;
void dkwedge_init(void);
int dkwedge_add(struct dkwedge_info *);
int dkwedge_del(struct dkwedge_info *);
void dkwedge_delall(struct disk *);
int dkwedge_list(struct disk *, struct dkwedge_list *, struct lwp *);
void dkwedge_discover(struct disk *);
int dkwedge_read(struct disk *, struct vnode *, daddr_t, void *, size_t);
#endif /* _KERNEL */

#endif /* !_SYS_DISK_H_ */
