/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types of files, as clients see them.
 */
#ifndef _RUMP_RUMPVTYPE_H_
#define _RUMP_RUMPVTYPE_H_

enum rump_vtype {
	RUMP_VNON,
	RUMP_VREG,
	RUMP_VDIR,
	RUMP_VBLK,
	RUMP_VCHR,
	RUMP_VLNK,
	RUMP_VSOCK,
	RUMP_VFIFO,
	RUMP_VBAD
};

#endif /* !_RUMP_RUMPVTYPE_H_ */
