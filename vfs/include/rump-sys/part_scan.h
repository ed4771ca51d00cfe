/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finding partitions in a disk image: BSD disk labels of either byte order,
 * MBR with logical partitions, GPT. No state, no kernel interfaces: the bytes
 * come from a callback.
 */
#ifndef _RUMP_SYS_PART_SCAN_H_
#define _RUMP_SYS_PART_SCAN_H_

#include <sys/types.h>

struct disklabel;

struct part_source {
	int (*ps_read)(void *, uint64_t, void *, size_t); /* 0 or errno */
	void *ps_ctx;
	uint64_t ps_size; /* bytes */
	unsigned ps_secsize;
};

struct part_range {
	uint64_t pr_offset; /* bytes from the source's start */
	uint64_t pr_size;
	int pr_fstype; /* FS_ of disklabel.h */
};

/*
 * The partition of that name ("a".."p", "1"...) in a table of that scheme
 * (DISKLABEL, MBR, GPT; any case). Errors: those of reading; EINVAL for an
 * unknown scheme or a damaged table; ENOENT if there is no such table or
 * partition in it.
 */
int part_find(const struct part_source *, const char *scheme, const char *name,
    struct part_range *);

/* The disk label in host byte order; ENOENT if there is none. */
int part_readlabel(const struct part_source *, struct disklabel *);

#endif /* !_RUMP_SYS_PART_SCAN_H_ */
