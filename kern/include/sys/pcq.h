/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_PCQ_H_
#define _SYS_PCQ_H_

/* pcq(9): a lockless queue of pointers, many producers and one consumer */

#include <sys/kmem.h>

typedef struct pcq pcq_t;

pcq_t *pcq_create(size_t, km_flag_t);
void pcq_destroy(pcq_t *);
bool pcq_put(pcq_t *, void *);
void *pcq_peek(pcq_t *);
void *pcq_get(pcq_t *);
size_t pcq_maxitems(pcq_t *);

#endif /* !_SYS_PCQ_H_ */
