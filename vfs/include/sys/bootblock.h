/* SPDX-License-Identifier: BSD-2-Clause */
/* The PC's master boot record. All fields are little-endian, unaligned. */
#ifndef _SYS_BOOTBLOCK_H_
#define _SYS_BOOTBLOCK_H_

#include <sys/cdefs.h>
#include <sys/types.h>

#define MBR_BBSECTOR        0
#define MBR_BPB_OFFSET      11
#define MBR_BOOTCODE_OFFSET 90
#define MBR_DSN_OFFSET      440
#define MBR_BS_MAGIC_OFFSET 444
#define MBR_BS_MAGIC        0xb5e1
#define MBR_PART_OFFSET     446
#define MBR_MAGIC_OFFSET    510
#define MBR_MAGIC           0xaa55
#define MBR_PART_COUNT      4

#define MBR_PTYPE_UNUSED    0x00
#define MBR_PTYPE_FAT12     0x01
#define MBR_PTYPE_FAT16S    0x04
#define MBR_PTYPE_EXT       0x05
#define MBR_PTYPE_FAT16B    0x06
#define MBR_PTYPE_NTFS      0x07
#define MBR_PTYPE_FAT32     0x0b
#define MBR_PTYPE_FAT32L    0x0c
#define MBR_PTYPE_FAT16L    0x0e
#define MBR_PTYPE_EXT_LBA   0x0f
#define MBR_PTYPE_PLAN9     0x39
#define MBR_PTYPE_MINIX_14B 0x81
#define MBR_PTYPE_LNXSWAP   0x82
#define MBR_PTYPE_LNXEXT2   0x83
#define MBR_PTYPE_EXT_LNX   0x85
#define MBR_PTYPE_LNXLVM    0x8e
#define MBR_PTYPE_386BSD    0xa5
#define MBR_PTYPE_FREEBSD   0xa5
#define MBR_PTYPE_OPENBSD   0xa6
#define MBR_PTYPE_APPLE_UFS 0xa8
#define MBR_PTYPE_NETBSD    0xa9
#define MBR_PTYPE_APPLE_HFS 0xaf
#define MBR_PTYPE_PMBR      0xee
#define MBR_PTYPE_EFI       0xef
#define MBR_IS_EXTENDED(t)                                                     \
	((t) == MBR_PTYPE_EXT || (t) == MBR_PTYPE_EXT_LBA ||                   \
	    (t) == MBR_PTYPE_EXT_LNX)

#define MBR_PFLAG_ACTIVE 0x80

#define MBR_PCYL(cyl, sec) ((cyl) + (((sec)&0xc0) << 2))
#define MBR_PSECT(sec)     ((sec)&0x3f)

struct mbr_partition {
	uint8_t mbrp_flag;
	uint8_t mbrp_shd;
	uint8_t mbrp_ssect;
	uint8_t mbrp_scyl;
	uint8_t mbrp_type;
	uint8_t mbrp_ehd;
	uint8_t mbrp_esect;
	uint8_t mbrp_ecyl;
	uint32_t mbrp_start;
	uint32_t mbrp_size;
} __packed;

struct mbr_sector {
	uint8_t mbr_jmpboot[3];
	uint8_t mbr_oemname[8];
	uint8_t mbr_bootcode[429];
	uint32_t mbr_dsn;
	uint16_t mbr_bootsel_magic;
	struct mbr_partition mbr_parts[MBR_PART_COUNT];
	uint16_t mbr_magic;
} __packed;

#endif /* !_SYS_BOOTBLOCK_H_ */
