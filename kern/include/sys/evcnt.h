/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_EVCNT_H_
#define _SYS_EVCNT_H_

/* evcnt(9): named event counters */

#include <sys/queue.h>
#include <sys/types.h>

struct evcnt {
	uint64_t ev_count;
	TAILQ_ENTRY(evcnt) ev_list;
	unsigned char ev_type;
	unsigned char ev_grouplen;
	unsigned char ev_namelen;
	char ev_pad1;
	const struct evcnt *ev_parent;
	const char *ev_group;
	const char *ev_name;
} __aligned(8);
TAILQ_HEAD(evcntlist, evcnt);

#define EVCNT_STRING_MAX 255
#define EVCNT_TYPE_ANY   (-1)
#define EVCNT_TYPE_MISC  0
#define EVCNT_TYPE_INTR  1
#define EVCNT_TYPE_TRAP  2

#define EVCNT_INITIALIZER(type, parent, group, name)                           \
	{                                                                      \
		0, {0, 0}, type, sizeof(group) - 1, sizeof(name) - 1, 0,       \
		    parent, group, name                                        \
	}
#define EVCNT_ATTACH_STATIC(ev)     __link_set_add_data(evcnts, ev)
#define EVCNT_ATTACH_STATIC2(ev, n) __link_set_add_data2(evcnts, ev, n)

/* what kern.evcnt returns; the strings follow, in 64-bit units */
struct evcnt_sysctl {
	uint64_t ev_count;
	uint64_t ev_addr;
	uint64_t ev_parent;
	uint8_t ev_type;
	uint8_t ev_grouplen;
	uint8_t ev_namelen;
	uint8_t ev_pad;
	uint32_t ev_len;
	char ev_strings[];
};

#define KERN_EVCNT_COUNT_ANY     0
#define KERN_EVCNT_COUNT_NONZERO 1

extern struct evcntlist allevents;

void evcnt_init(void);
void evcnt_attach_static(struct evcnt *);
void evcnt_attach_dynamic(
    struct evcnt *, int, const struct evcnt *, const char *, const char *);
void evcnt_attach_dynamic_nozero(
    struct evcnt *, int, const struct evcnt *, const char *, const char *);
void evcnt_detach(struct evcnt *);

#endif /* !_SYS_EVCNT_H_ */
