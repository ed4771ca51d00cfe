/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The BSD disk label: how a disk is cut into partitions a to p. The layout
 * is the one on the disk, in the byte order of the machine that wrote it.
 */
#ifndef _SYS_DISKLABEL_H_
#define _SYS_DISKLABEL_H_

#include <machine/disklabel.h>
#include <sys/param.h>
#include <sys/types.h>

#define DISKUNIT(dev)                (minor(dev) / MAXPARTITIONS)
#define DISKPART(dev)                (minor(dev) % MAXPARTITIONS)
#define DISKMINOR(unit, part)        (((unit)*MAXPARTITIONS) + (part))
#define MAKEDISKDEV(maj, unit, part) makedev((maj), DISKMINOR((unit), (part)))

#define DISKMAGIC     ((uint32_t)0x82564557)
#define DISKMAGIC_REV ((uint32_t)0x57455682)

struct partition {
	uint32_t p_size;   /* sectors */
	uint32_t p_offset; /* first sector */
	union {
		uint32_t fsize;     /* fragment size */
		uint32_t cdsession; /* ISO: offset of the session */
	} __partition_u2;
#define p_fsize     __partition_u2.fsize
#define p_cdsession __partition_u2.cdsession
	uint8_t p_fstype; /* FS_ */
	uint8_t p_frag;   /* fragments in a block */
	union {
		uint16_t cpg; /* cylinders in a group */
		uint16_t sgs; /* LFS: segment shift */
	} __partition_u1;
#define p_cpg __partition_u1.cpg
#define p_sgs __partition_u1.sgs
};

struct disklabel {
	uint32_t d_magic;
	uint16_t d_type; /* DKTYPE_ */
	uint16_t d_subtype;
	char d_typename[16];
	union {
		char un_d_packname[16];
		struct {
			char *un_d_boot0;
			char *un_d_boot1;
		} un_b;
		uint64_t un_d_pad;
	} d_un;
#define d_packname d_un.un_d_packname
#define d_boot0    d_un.un_b.un_d_boot0
#define d_boot1    d_un.un_b.un_d_boot1
	uint32_t d_secsize;
	uint32_t d_nsectors;
	uint32_t d_ntracks;
	uint32_t d_ncylinders;
	uint32_t d_secpercyl;
	uint32_t d_secperunit;
	uint16_t d_sparespertrack;
	uint16_t d_sparespercyl;
	uint32_t d_acylinders;
	uint16_t d_rpm;
	uint16_t d_interleave;
	uint16_t d_trackskew;
	uint16_t d_cylskew;
	uint32_t d_headswitch;
	uint32_t d_trkseek;
	uint32_t d_flags; /* D_ */
#define NDDATA 5
	uint32_t d_drivedata[NDDATA];
#define NSPARE 5
	uint32_t d_spare[NSPARE];
	uint32_t d_magic2;
	uint16_t d_checksum; /* xor of 16-bit words, with this: 0 */
	uint16_t d_npartitions;
	uint32_t d_bbsize;
	uint32_t d_sbsize;
	struct partition d_partitions[MAXPARTITIONS];
};

/* d_flags */
#define D_REMOVABLE 0x01
#define D_ECC       0x02
#define D_BADSECT   0x04
#define D_RAMDISK   0x08
#define D_CHAIN     0x10

/* d_type; the numbers are those of the disk format */
#define DKTYPE_LIST(X)                                                         \
	X(UNKNOWN, 0, "unknown")                                               \
	X(SMD, 1, "SMD")                                                       \
	X(MSCP, 2, "MSCP")                                                     \
	X(DEC, 3, "old DEC")                                                   \
	X(SCSI, 4, "SCSI")                                                     \
	X(ESDI, 5, "ESDI")                                                     \
	X(ST506, 6, "ST506")                                                   \
	X(HPIB, 7, "HP-IB")                                                    \
	X(HPFL, 8, "HP-FL")                                                    \
	X(TYPE_9, 9, "type 9")                                                 \
	X(FLOPPY, 10, "floppy")                                                \
	X(CCD, 11, "ccd")                                                      \
	X(VND, 12, "vnd")                                                      \
	X(ATAPI, 13, "ATAPI")                                                  \
	X(RAID, 14, "RAID")                                                    \
	X(LD, 15, "ld")                                                        \
	X(JFS2, 16, "jfs")                                                     \
	X(CGD, 17, "cgd")                                                      \
	X(VINUM, 18, "vinum")                                                  \
	X(FLASH, 19, "flash")                                                  \
	X(DM, 20, "device-mapper")                                             \
	X(RUMPD, 21, "rumpdisk")                                               \
	X(MD, 22, "md")

enum {
#define X(tag, number, name) DKTYPE_##tag = (number),
	DKTYPE_LIST(X)
#undef X
	DKMAXTYPES
};

/* p_fstype; the numbers are those of the disk format */
#define FSTYPE_LIST(X)                                                         \
	X(UNUSED, 0, "unused", NULL, NULL)                                     \
	X(SWAP, 1, "swap", NULL, NULL)                                         \
	X(V6, 2, "Version 6", NULL, NULL)                                      \
	X(V7, 3, "Version 7", "v7fs", "v7fs")                                  \
	X(SYSV, 4, "System V", "sysvbfs", NULL)                                \
	X(V71K, 5, "4.1BSD", NULL, NULL)                                       \
	X(V8, 6, "Eighth Edition", NULL, NULL)                                 \
	X(BSDFFS, 7, "4.2BSD", "ffs", "ffs")                                   \
	X(MSDOS, 8, "MSDOS", "msdos", "msdos")                                 \
	X(BSDLFS, 9, "4.4LFS", "lfs", "lfs")                                   \
	X(OTHER, 10, "unknown", NULL, NULL)                                    \
	X(HPFS, 11, "HPFS", NULL, NULL)                                        \
	X(ISO9660, 12, "ISO9660", "cd9660", NULL)                              \
	X(BOOT, 13, "boot", NULL, NULL)                                        \
	X(ADOS, 14, "ADOS", "ados", NULL)                                      \
	X(HFS, 15, "HFS", "hfs", NULL)                                         \
	X(FILECORE, 16, "FILECORE", "filecore", NULL)                          \
	X(EX2FS, 17, "Linux Ext2", "ext2fs", "ext2fs")                         \
	X(NTFS, 18, "NTFS", "ntfs", NULL)                                      \
	X(RAID, 19, "RAID", NULL, NULL)                                        \
	X(CCD, 20, "ccd", NULL, NULL)                                          \
	X(JFS2, 21, "jfs", NULL, NULL)                                         \
	X(APPLEUFS, 22, "Apple UFS", "ffs", "ffs")                             \
	X(VINUM, 23, "vinum", NULL, NULL)                                      \
	X(UDF, 24, "UDF", "udf", NULL)                                         \
	X(SYSVBFS, 25, "System V BFS", "sysvbfs", NULL)                        \
	X(EFS, 26, "SGI EFS", "efs", NULL)                                     \
	X(NILFS, 27, "NiLFS", "nilfs", NULL)                                   \
	X(CGD, 28, "cgd", NULL, NULL)                                          \
	X(MINIXFS3, 29, "MINIX FSv3", NULL, NULL)                              \
	X(VMKCORE, 30, "VMware vmkcore", NULL, NULL)                           \
	X(VMFS, 31, "VMware VMFS", NULL, NULL)                                 \
	X(VMWRESV, 32, "VMware Reserved", NULL, NULL)                          \
	X(ZFS, 33, "ZFS", "zfs", NULL)

enum {
#define X(tag, number, name, fsck, mount) FS_##tag = (number),
	FSTYPE_LIST(X)
#undef X
	FSMAXTYPES
};

#define FS_EXT2 FS_EX2FS

/* what DIOCGPART tells */
struct partinfo_v0 {
	struct disklabel *disklab;
	struct partition *part;
};

struct partinfo {
	uint64_t pi_offset;  /* sectors */
	uint64_t pi_size;    /* sectors */
	uint32_t pi_secsize; /* bytes */
	uint32_t pi_bsize;
	uint8_t pi_fstype;
	uint8_t pi_frag;
	uint16_t pi_cpg;
	uint32_t pi_fsize;
	uint8_t pi_reserved[16];
};

struct format_op {
	char *df_buf;
	int df_count;
	daddr_t df_startblk;
	int df_reg[8];
};

#ifdef _KERNEL
struct buf;
struct disk;

extern const char *const dktypenames[];
extern const char *const fstypenames[];

int disk_read_sectors(void (*)(struct buf *), const struct disklabel *,
    struct buf *, unsigned, int);
void diskerr(const struct buf *, const char *, const char *, int, int,
    const struct disklabel *);
u_int dkcksum(struct disklabel *);
u_int dkcksum_sized(struct disklabel *, size_t);
int setdisklabel(
    struct disklabel *, struct disklabel *, u_long, struct cpu_disklabel *);
const char *readdisklabel(
    dev_t, void (*)(struct buf *), struct disklabel *, struct cpu_disklabel *);
int writedisklabel(
    dev_t, void (*)(struct buf *), struct disklabel *, struct cpu_disklabel *);
const char *convertdisklabel(
    struct disklabel *, void (*)(struct buf *), struct buf *, uint32_t);
int bounds_check_with_label(struct disk *, struct buf *, int);
int bounds_check_with_mediasize(struct buf *, int, uint64_t);
const char *getfstypename(int);
#endif

#endif /* !_SYS_DISKLABEL_H_ */
