/* SPDX-License-Identifier: BSD-2-Clause */
/* Logical link control (IEEE 802.2). */
#ifndef _NET_IF_LLC_H_
#define _NET_IF_LLC_H_

#include <sys/cdefs.h>
#include <sys/types.h>

struct llc {
	uint8_t llc_dsap;
	uint8_t llc_ssap;
	union {
		struct {
			uint8_t control;
			uint8_t format_id;
			uint8_t class_u;
			uint8_t window_x2;
		} __packed type_u;
		struct {
			uint8_t num_snd_x2;
			uint8_t num_rcv_x2;
		} __packed type_i;
		struct {
			uint8_t control;
			uint8_t num_rcv_x2;
		} __packed type_s;
		struct {
			uint8_t control;
			uint8_t org_code[3];
			uint16_t ether_type;
		} __packed type_snap;
		struct {
			uint8_t control;
			uint8_t control_ext;
		} __packed type_raw;
	} __packed llc_un;
} __packed;

#define llc_control     llc_un.type_u.control
#define llc_control_ext llc_un.type_raw.control_ext
#define llc_fid         llc_un.type_u.format_id
#define llc_class       llc_un.type_u.class_u
#define llc_window      llc_un.type_u.window_x2
#define llc_snap        llc_un.type_snap

#define LLC_UFRAMELEN    3
#define LLC_SNAPFRAMELEN 8

#define LLC_UI         0x3
#define LLC_UI_P       0x13
#define LLC_XID        0xaf
#define LLC_XID_P      0xbf
#define LLC_TEST       0xe3
#define LLC_TEST_P     0xf3
#define LLC_8021D_LSAP 0x42
#define LLC_SNAP_LSAP  0xaa
#define LLC_ISO_LSAP   0xfe

#endif /* _NET_IF_LLC_H_ */
