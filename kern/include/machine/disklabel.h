/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a BSD disklabel sits on this machine's disks. */

#ifndef _MACHINE_DISKLABEL_H_
#define _MACHINE_DISKLABEL_H_

#define LABELUSESMBR     1
#define LABELSECTOR      1
#define LABELOFFSET      0
#define MAXPARTITIONS    16
#define OLDMAXPARTITIONS 8
#define LABEL_PART       2
/* the partition that is the whole disk */
#if defined(__i386__) || defined(__x86_64__)
#define RAW_PART 3
#else
#define RAW_PART 2
#endif

struct cpu_disklabel {
	int cd_dummy;
};

#endif /* _MACHINE_DISKLABEL_H_ */
