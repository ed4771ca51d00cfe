/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Optical discs: sessions, tracks and what a drive can do with them.
 */
#ifndef _SYS_CDIO_H_
#define _SYS_CDIO_H_

#include <sys/ioccom.h>
#include <sys/types.h>

union msf_lba {
	struct {
		unsigned char unused, minute, second, frame;
	} msf;
	uint32_t lba;
	unsigned char addr[4];
};

struct cd_toc_entry {
	unsigned char nothing1;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	unsigned int control : 4;
	unsigned int addr_type : 4;
#else
	unsigned int addr_type : 4;
	unsigned int control : 4;
#endif
	unsigned char track;
	unsigned char nothing2;
	union msf_lba addr;
};

struct ioc_toc_header {
	unsigned short len;
	unsigned char starting_track;
	unsigned char ending_track;
};

struct ioc_read_toc_entry {
	unsigned char address_format;
	unsigned char starting_track;
	unsigned short data_len;
	struct cd_toc_entry *data;
};

#define CD_LBA_FORMAT 1
#define CD_MSF_FORMAT 2

struct ioc_play_track {
	unsigned char start_track;
	unsigned char start_index;
	unsigned char end_track;
	unsigned char end_index;
};

struct ioc_play_blocks {
	int blk;
	int len;
};

struct ioc_play_msf {
	unsigned char start_m;
	unsigned char start_s;
	unsigned char start_f;
	unsigned char end_m;
	unsigned char end_s;
	unsigned char end_f;
};

struct ioc_vol {
	unsigned char vol[4];
};

struct ioc_patch {
	unsigned char patch[4];
};

#define CDIOCPLAYTRACKS    _IOW('c', 1, struct ioc_play_track)
#define CDIOCPLAYBLOCKS    _IOW('c', 2, struct ioc_play_blocks)
#define CDIOREADTOCHEADER  _IOR('c', 4, struct ioc_toc_header)
#define CDIOREADTOCENTRIES _IOWR('c', 5, struct ioc_read_toc_entry)
#define CDIOREADTOCENTRYS  CDIOREADTOCENTRIES
#define CDIOREADMSADDR     _IOWR('c', 6, int)
#define CDIOCSETPATCH      _IOW('c', 9, struct ioc_patch)
#define CDIOCGETVOL        _IOR('c', 10, struct ioc_vol)
#define CDIOCSETVOL        _IOW('c', 11, struct ioc_vol)
#define CDIOCSETMONO       _IO('c', 12)
#define CDIOCSETSTEREO     _IO('c', 13)
#define CDIOCSETMUTE       _IO('c', 14)
#define CDIOCSETLEFT       _IO('c', 15)
#define CDIOCSETRIGHT      _IO('c', 16)
#define CDIOCSETDEBUG      _IO('c', 17)
#define CDIOCCLRDEBUG      _IO('c', 18)
#define CDIOCPAUSE         _IO('c', 19)
#define CDIOCRESUME        _IO('c', 20)
#define CDIOCRESET         _IO('c', 21)
#define CDIOCSTART         _IO('c', 22)
#define CDIOCSTOP          _IO('c', 23)
#define CDIOCEJECT         _IO('c', 24)
#define CDIOCALLOW         _IO('c', 25)
#define CDIOCPREVENT       _IO('c', 26)
#define CDIOCCLOSE         _IO('c', 27)
#define CDIOCPLAYMSF       _IOW('c', 25, struct ioc_play_msf)

/* What is in the drive. */
struct mmc_discinfo {
	uint16_t mmc_profile;
	uint16_t mmc_class; /* MMC_CLASS_ */
	uint8_t disc_state; /* MMC_STATE_ */
	uint8_t last_session_state;
	uint8_t bg_format_state;    /* MMC_BGFSTATE_ */
	uint8_t link_block_penalty; /* sectors lost by each link */
	uint64_t mmc_cur;           /* MMC_CAP_ of what is inserted */
	uint64_t mmc_cap;           /* of the drive */
	uint32_t disc_flags;        /* MMC_DFLAGS_ */
	uint32_t disc_id;
	uint64_t disc_barcode;
	uint8_t application_code;
	uint8_t unused1[3];
	uint32_t last_possible_lba;
	uint32_t sector_size;
	uint16_t num_sessions;
	uint16_t num_tracks;
	uint16_t first_track;
	uint16_t first_track_last_session;
	uint16_t last_track_last_session;
	uint16_t unused2;
	uint16_t reserved1[4];
	uint32_t reserved2[3];
	uint32_t reserved3[8];
};
#define MMCGETDISCINFO _IOR('c', 28, struct mmc_discinfo)

#define MMC_CLASS_UNKN 0
#define MMC_CLASS_DISC 1
#define MMC_CLASS_CD   2
#define MMC_CLASS_DVD  3
#define MMC_CLASS_MO   4
#define MMC_CLASS_BD   5
#define MMC_CLASS_FILE 0xffff

#define MMC_DFLAGS_BARCODEVALID (1 << 0)
#define MMC_DFLAGS_DISCIDVALID  (1 << 1)
#define MMC_DFLAGS_APPCODEVALID (1 << 2)
#define MMC_DFLAGS_UNRESTRICTED (1 << 3)
#define MMC_DFLAGS_FLAGBITS                                                    \
	"\10\1BARCODEVALID\2DISCIDVALID\3APPCODEVALID\4UNRESTRICTED"

#define MMC_STATE_EMPTY      0
#define MMC_STATE_INCOMPLETE 1
#define MMC_STATE_FULL       2
#define MMC_STATE_CLOSED     3

#define MMC_BGFSTATE_UNFORM    0
#define MMC_BGFSTATE_STOPPED   1
#define MMC_BGFSTATE_RUNNING   2
#define MMC_BGFSTATE_COMPLETED 3

#define MMC_CAP_SEQUENTIAL      (1 << 0)
#define MMC_CAP_RECORDABLE      (1 << 1)
#define MMC_CAP_ERASABLE        (1 << 2)
#define MMC_CAP_BLANKABLE       (1 << 3)
#define MMC_CAP_FORMATTABLE     (1 << 4)
#define MMC_CAP_REWRITABLE      (1 << 5)
#define MMC_CAP_MRW             (1 << 6)
#define MMC_CAP_PACKET          (1 << 7)
#define MMC_CAP_STRICTOVERWRITE (1 << 8)
#define MMC_CAP_PSEUDOOVERWRITE (1 << 9)
#define MMC_CAP_ZEROLINKBLK     (1 << 10)
#define MMC_CAP_HW_DEFECTFREE   (1 << 11)
#define MMC_CAP_FLAGBITS                                                       \
	"\10\1SEQUENTIAL\2RECORDABLE\3ERASABLE\4BLANKABLE\5FORMATTABLE"        \
	"\6REWRITABLE\7MRW\10PACKET\11STRICTOVERWRITE\12PSEUDOOVERWRITE"       \
	"\13ZEROLINKBLK\14HW_DEFECTFREE"

struct mmc_trackinfo {
	uint16_t tracknr; /* asked for */
	uint16_t sessionnr;
	uint8_t track_mode;
	uint8_t data_mode;
	uint16_t flags; /* MMC_TRACKINFO_ */
	uint32_t track_start;
	uint32_t next_writable;
	uint32_t free_blocks;
	uint32_t packet_size;
	uint32_t track_size;
	uint32_t last_recorded;
};
#define MMCGETTRACKINFO _IOWR('c', 29, struct mmc_trackinfo)

#define MMC_TRACKINFO_COPY         (1 << 0)
#define MMC_TRACKINFO_DAMAGED      (1 << 1)
#define MMC_TRACKINFO_FIXED_PACKET (1 << 2)
#define MMC_TRACKINFO_INCREMENTAL  (1 << 3)
#define MMC_TRACKINFO_BLANK        (1 << 4)
#define MMC_TRACKINFO_RESERVED     (1 << 5)
#define MMC_TRACKINFO_NWA_VALID    (1 << 6)
#define MMC_TRACKINFO_LRA_VALID    (1 << 7)
#define MMC_TRACKINFO_DATA         (1 << 8)
#define MMC_TRACKINFO_AUDIO        (1 << 9)
#define MMC_TRACKINFO_AUDIO_4CHAN  (1 << 10)
#define MMC_TRACKINFO_PRE_EMPH     (1 << 11)
#define MMC_TRACKINFO_FLAGBITS                                                 \
	"\10\1COPY\2DAMAGED\3FIXEDPACKET\4INCREMENTAL\5BLANK\6RESERVED"        \
	"\7NWA_VALID\10LRA_VALID\11DATA\12AUDIO\13AUDIO_4CHAN\14PRE_EMPH"

#define MMC_TRACKMODE_DEFAULT 5 /* data, incremental recording */
#define MMC_DATAMODE_DEFAULT  2 /* CD-ROM XA */

struct mmc_op {
	uint16_t operation; /* MMC_OP_ */
	uint16_t mmc_profile;
	uint16_t tracknr;
	uint16_t sessionnr;
	uint32_t extent;
	uint32_t reserved[4];
};
#define MMCOP _IOWR('c', 30, struct mmc_op)

#define MMC_OP_SYNCHRONISECACHE   1
#define MMC_OP_CLOSETRACK         2
#define MMC_OP_CLOSESESSION       3
#define MMC_OP_FINALISEDISC       4
#define MMC_OP_RESERVETRACK       5
#define MMC_OP_RESERVETRACK_NWA   6
#define MMC_OP_UNRESERVETRACK     7
#define MMC_OP_REPAIRTRACK        8
#define MMC_OP_UNCLOSELASTSESSION 9
#define MMC_OP_MAX                9

struct mmc_writeparams {
	uint16_t tracknr;
	uint16_t mmc_class;
	uint32_t mmc_cur;
	uint32_t blockingnr;
	uint8_t track_mode;
	uint8_t data_mode;
};
#define MMCSETUPWRITEPARAMS _IOW('c', 31, struct mmc_writeparams)

#endif /* !_SYS_CDIO_H_ */
