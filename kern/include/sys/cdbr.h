/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_CDBR_H_
#define _SYS_CDBR_H_

/*
 * cdbr(3): read constant databases, whose format is cdb(5).  A key has at most
 * one value; the database does not store the keys, so the caller looks whether
 * the value belongs to the key.
 */

#include <sys/types.h>

#define CDBR_DEFAULT 0

struct cdbr;

/*
 * A database of SIZE bytes at BASE, or NULL if that is none.  cdbr_close()
 * calls unmap(cookie, base, size) unless that is NULL.
 */
struct cdbr *
cdbr_open_mem(void *, size_t, int, void (*)(void *, void *, size_t), void *);
uint32_t cdbr_entries(struct cdbr *);
/* by number, and by key: 0 with the value and its length, or -1 */
int cdbr_get(struct cdbr *, uint32_t, const void **, size_t *);
int cdbr_find(struct cdbr *, const void *, size_t, const void **, size_t *);
void cdbr_close(struct cdbr *);

#endif /* !_SYS_CDBR_H_ */
