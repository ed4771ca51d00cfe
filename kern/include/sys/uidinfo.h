/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_UIDINFO_H_
#define _SYS_UIDINFO_H_

/*
 * What the processes of a user use, for resource limits.
 * a: changed by atomic operations; c: constant.
 */

#include <sys/types.h>

struct uidinfo {
	struct uidinfo *ui_hash; /* a: next in bucket */
	uid_t ui_uid;            /* c: */
	u_long ui_proccnt;       /* a: processes */
	u_long ui_lwpcnt;        /* a: lwps */
	u_long ui_lockcnt;       /* a: advisory locks */
	u_long ui_semcnt;        /* a: semaphores */
	u_long ui_sbsize;        /* a: socket buffer space */
};

int chgproccnt(uid_t, int);
int chglwpcnt(uid_t, int);
int chgsemcnt(uid_t, int);
int chgsbsize(struct uidinfo *, u_long *, u_long, rlim_t);
struct uidinfo *uid_find(uid_t);
void uid_init(void);

#endif /* !_SYS_UIDINFO_H_ */
