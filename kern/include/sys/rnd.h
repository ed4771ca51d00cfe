/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_RND_H_
#define _SYS_RND_H_

#include <sys/rndio.h>
#include <sys/rndsource.h>
#include <sys/types.h>

struct file;

extern int rnd_initial_entropy;

void rnd_init(void);
void rnd_init_softint(void);
void rnd_seed(void *, size_t);
uint32_t rnd_sysinit(void);
bool rnd_extract(void *, size_t);
bool rnd_tryextract(void *, size_t);
void rnd_getmore(size_t);
int rnd_system_ioctl(struct file *, u_long, void *);

#endif /* !_SYS_RND_H_ */
