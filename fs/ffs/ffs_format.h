/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The on-disk format of the Berkeley fast file system, UFS1 and UFS2.
 *
 * A disk is cut into cylinder groups of fs_fpg fragments, each with a copy of
 * the superblock, a group header with bitmaps, an inode table and data.
 * Addresses count fragments of fs_fsize bytes; fs_frag of them make a block.
 * All integers are in the byte order of the machine that made the file
 * system, which the magic number tells.
 */
#ifndef _FS_FFS_FORMAT_H_
#define _FS_FFS_FORMAT_H_

#include <sys/types.h>

#define FFS_BBSIZE     8192
#define FFS_SB_UFS1    8192
#define FFS_SB_UFS2    65536
#define FFS_SB_FLOPPY  0
#define FFS_SB_PIGGY   262144
#define FFS_SB_MAX     8192 /* bytes that a superblock may take */
#define FFS_MAGIC1     0x00011954
#define FFS_MAGIC2     0x19540119
#define FFS_CG_MAGIC   0x00090255
#define FFS_MINBSIZE   4096
#define FFS_MAXBSIZE   65536
#define FFS_MAXFRAG    8
#define FFS_NDADDR     12
#define FFS_NIADDR     3
#define FFS_NXADDR     2
#define FFS_ROOTINO    2
#define FFS_DIRBLK     512
#define FFS_MAXNAME    255
#define FFS_LINK_MAX   32767
#define FFS_44INODEFMT 2
#define FFS_SHORTLINK1 ((FFS_NDADDR + FFS_NIADDR) * 4)
#define FFS_SHORTLINK2 ((FFS_NDADDR + FFS_NIADDR) * 8)

/* fs_clean */
#define FFS_ISCLEAN  0x01
#define FFS_WASCLEAN 0x02

/* fs_flags; the old field holds the low byte */
#define FFS_UNCLEAN       0x001
#define FFS_DOSOFTDEP     0x002
#define FFS_NEEDSFSCK     0x004
#define FFS_SUJ           0x008
#define FFS_FLAGS_UPDATED 0x080
#define FFS_DOWAPBL       0x100

struct ffs_csum {
	int32_t cs_ndir;   /* directories */
	int32_t cs_nbfree; /* free blocks */
	int32_t cs_nifree; /* free inodes */
	int32_t cs_nffree; /* free fragments outside of free blocks */
};

struct ffs_csum_total {
	int64_t cs_ndir, cs_nbfree, cs_nifree, cs_nffree;
	int64_t cs_spare[4];
};

struct ffs_sb {
	int32_t fs_firstfield, fs_unused_1;
	int32_t fs_sblkno;       /* of the copy, from the group's start */
	int32_t fs_cblkno;       /* of the group header */
	int32_t fs_iblkno;       /* of the inode table */
	int32_t fs_dblkno;       /* of the data */
	int32_t fs_old_cgoffset; /* UFS1: groups start staggered */
	int32_t fs_old_cgmask;
	int32_t fs_old_time, fs_old_size, fs_old_dsize;
	int32_t fs_ncg; /* groups */
	int32_t fs_bsize, fs_fsize, fs_frag;
	int32_t fs_minfree; /* percent kept free */
	int32_t fs_old_rotdelay, fs_old_rps;
	int32_t fs_bmask, fs_fmask, fs_bshift, fs_fshift;
	int32_t fs_maxcontig, fs_maxbpg;
	int32_t fs_fragshift, fs_fsbtodb;
	int32_t fs_sbsize;
	int32_t fs_spare1[2];
	int32_t fs_nindir; /* addresses in a block */
	int32_t fs_inopb;  /* inodes in a block */
	int32_t fs_old_nspf;
	int32_t fs_optim;
	int32_t fs_old_npsect, fs_old_interleave, fs_old_trackskew;
	int32_t fs_id[2];
	int32_t fs_old_csaddr;
	int32_t fs_cssize; /* bytes of all groups' summaries */
	int32_t fs_cgsize; /* bytes of a group header */
	int32_t fs_spare2, fs_old_nsect, fs_old_spc, fs_old_ncyl, fs_old_cpg;
	int32_t fs_ipg; /* inodes in a group */
	int32_t fs_fpg; /* fragments in a group */
	struct ffs_csum fs_old_cstotal;
	int8_t fs_fmod, fs_clean, fs_ronly, fs_old_flags;
	uint8_t fs_fsmnt[468];
	uint8_t fs_volname[32];
	uint64_t fs_swuid;
	int32_t fs_pad;
	int32_t fs_cgrotor;
	uint8_t fs_pointers[128]; /* of no use on a disk */
	int32_t fs_old_cpc;
	int32_t fs_maxbsize;
	int64_t fs_sparecon64[17];
	int64_t fs_sblockloc; /* byte offset of the superblock */
	struct ffs_csum_total fs_cstotal;
	int64_t fs_time;
	int64_t fs_size;   /* fragments in all */
	int64_t fs_dsize;  /* fragments for data */
	int64_t fs_csaddr; /* where the summaries are */
	int64_t fs_pendingblocks;
	int32_t fs_pendinginodes;
	uint32_t fs_snapinum[20];
	int32_t fs_avgfilesize, fs_avgfpdir;
	int32_t fs_sparecon32[27];
	int32_t fs_flags;
	int32_t fs_contigsumsize; /* size of the cluster summary */
	int32_t fs_maxsymlinklen; /* links shorter live in the inode */
	int32_t fs_old_inodefmt;
	uint64_t fs_maxfilesize;
	int64_t fs_qbmask, fs_qfmask;
	int32_t fs_state;
	int32_t fs_old_postblformat, fs_old_nrpos;
	int32_t fs_spare5[2];
	int32_t fs_magic;
};
_Static_assert(sizeof(struct ffs_sb) == 1376, "superblock");
_Static_assert(__builtin_offsetof(struct ffs_sb, fs_sblockloc) == 1000, "sb");
_Static_assert(__builtin_offsetof(struct ffs_sb, fs_flags) == 1312, "sb");

struct ffs_cg {
	int32_t cg_firstfield;
	int32_t cg_magic;
	int32_t cg_old_time;
	int32_t cg_cgx; /* which group this is */
	int16_t cg_old_ncyl, cg_old_niblk;
	int32_t cg_ndblk; /* fragments in this group */
	struct ffs_csum cg_cs;
	int32_t cg_rotor, cg_frotor, cg_irotor; /* where to look first */
	int32_t cg_frsum[FFS_MAXFRAG]; /* runs of free fragments, by length */
	int32_t cg_old_btotoff, cg_old_boff;
	uint32_t cg_iusedoff; /* bitmap of used inodes */
	uint32_t cg_freeoff;  /* bitmap of free fragments */
	uint32_t cg_nextfreeoff;
	uint32_t cg_clustersumoff; /* numbers of free clusters, by length */
	uint32_t cg_clusteroff;    /* bitmap of free blocks */
	uint32_t cg_nclusterblks;
	uint32_t cg_niblk;      /* UFS2: inodes in this group */
	uint32_t cg_initediblk; /* UFS2: inodes initialised so far */
	int32_t cg_sparecon32[3];
	int64_t cg_time;
	int64_t cg_sparecon64[3];
};
_Static_assert(sizeof(struct ffs_cg) == 168, "group header");

struct ffs1_dinode {
	uint16_t di_mode;
	int16_t di_nlink;
	uint16_t di_oldids[2];
	uint64_t di_size;
	int32_t di_atime, di_atimensec;
	int32_t di_mtime, di_mtimensec;
	int32_t di_ctime, di_ctimensec;
	int32_t di_db[FFS_NDADDR];
	int32_t di_ib[FFS_NIADDR];
	uint32_t di_flags;
	uint32_t di_blocks; /* in units of 512 bytes */
	int32_t di_gen;
	uint32_t di_uid, di_gid;
	uint64_t di_modrev;
};
_Static_assert(sizeof(struct ffs1_dinode) == 128, "UFS1 inode");

struct ffs2_dinode {
	uint16_t di_mode;
	int16_t di_nlink;
	uint32_t di_uid, di_gid;
	uint32_t di_blksize;
	uint64_t di_size;
	uint64_t di_blocks; /* in units of 512 bytes */
	int64_t di_atime, di_mtime, di_ctime, di_birthtime;
	int32_t di_mtimensec, di_atimensec, di_ctimensec, di_birthnsec;
	int32_t di_gen;
	uint32_t di_kernflags, di_flags;
	int32_t di_extsize;
	int64_t di_extb[FFS_NXADDR];
	int64_t di_db[FFS_NDADDR];
	int64_t di_ib[FFS_NIADDR];
	uint64_t di_modrev;
	int64_t di_spare[2];
};
_Static_assert(sizeof(struct ffs2_dinode) == 256, "UFS2 inode");

/* A directory is blocks of FFS_DIRBLK bytes filled up with these. */
struct ffs_direct {
	uint32_t d_ino;    /* 0: free */
	uint16_t d_reclen; /* to the next entry */
	uint8_t d_type;    /* DT_ */
	uint8_t d_namlen;
	char d_name[FFS_MAXNAME + 1];
};
#define FFS_DIRSIZ(namlen) ((8u + (namlen) + 1 + 3) & ~3u)

#endif
