/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The log on the disk, in the byte order of the machine that wrote it.
 *
 * Two header blocks, written in turns, then a circle of records from wc_tail
 * to wc_head (byte offsets from the log's start; equal: nothing to replay).
 * A block list is followed by the contents of its blocks.
 */
#ifndef _SYS_WAPBL_REPLAY_H_
#define _SYS_WAPBL_REPLAY_H_

#include <sys/types.h>

enum {
	WAPBL_WC_BLOCKS = 1,
	WAPBL_WC_REVOCATIONS,
	WAPBL_WC_INODES,
	WAPBL_WC_HEADER = 0x5741424c, /* "WABL" */
};

struct wapbl_wc_null {
	uint32_t wc_type; /* WAPBL_WC_ */
	int32_t wc_len;   /* of the whole record */
	uint8_t wc_spare[0];
};

struct wapbl_wc_header {
	uint32_t wc_type; /* WAPBL_WC_HEADER */
	int32_t wc_len;
	uint32_t wc_checksum;
	uint32_t wc_generation; /* the larger one counts */
	int32_t wc_fsid[2];
	uint64_t wc_time;
	uint32_t wc_timensec;
	uint32_t wc_version;
	uint32_t wc_log_dev_bshift;
	uint32_t wc_fs_dev_bshift;
	int64_t wc_head;
	int64_t wc_tail;
	int64_t wc_circ_off;
	int64_t wc_circ_size;
	uint8_t wc_spare[0];
};

struct wapbl_wc_blocklist {
	uint32_t wc_type; /* WAPBL_WC_BLOCKS, WAPBL_WC_REVOCATIONS */
	int32_t wc_len;
	int32_t wc_blkcount;
	int32_t wc_unused;
	struct {
		int64_t wc_daddr; /* of the device */
		int32_t wc_unused;
		int32_t wc_dlen; /* bytes */
	} wc_blocks[0];
};

struct wapbl_wc_inodelist {
	uint32_t wc_type; /* WAPBL_WC_INODES */
	int32_t wc_len;
	int32_t wc_inocnt;
	int32_t wc_clear; /* the list begins anew */
	struct {
		uint32_t wc_inumber;
		uint32_t wc_imode;
	} wc_inodes[0];
};

#endif /* !_SYS_WAPBL_REPLAY_H_ */
