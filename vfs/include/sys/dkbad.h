/* SPDX-License-Identifier: BSD-2-Clause */
/* DEC STD 144 bad sector table. */
#ifndef _SYS_DKBAD_H_
#define _SYS_DKBAD_H_

#include <sys/types.h>

#define NBT_BAD 126

struct dkbad {
	int32_t bt_csn;
	uint16_t bt_mbz;
	uint16_t bt_flag;
	struct bt_bad {
		uint16_t bt_cyl;
		uint16_t bt_trksec;
	} bt_bad[NBT_BAD];
};

#define ECC         0
#define SSE         1
#define BSE         2
#define CONT        3
#define DKBAD_MAGIC 0x4321

#endif /* !_SYS_DKBAD_H_ */
