/* SPDX-License-Identifier: BSD-2-Clause */
/* Rings of characters. The caller has the lock that guards the ring. */

#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/systm.h>

#include "tty_impl.h"

void
clist_init(void)
{
}

/*
 * Memory for size characters; quot: also for their quotes. 0, or -1 without
 * memory. Does not sleep.
 */
int
clalloc(struct clist *clp, int size, int quot)
{
	memset(clp, 0, sizeof(*clp));
	clp->c_cs = kmem_intr_zalloc((size_t)size, KM_NOSLEEP);
	if (clp->c_cs == NULL)
		return -1;
	if (quot) {
		clp->c_cq =
		    kmem_intr_zalloc((size_t)howmany(size, NBBY), KM_NOSLEEP);
		if (clp->c_cq == NULL) {
			kmem_intr_free(clp->c_cs, (size_t)size);
			clp->c_cs = NULL;
			return -1;
		}
	}
	clp->c_cf = clp->c_cl = clp->c_cs;
	clp->c_ce = clp->c_cs + size;
	clp->c_cn = size;
	return 0;
}

void
clfree(struct clist *clp)
{
	if (clp->c_cs != NULL) {
		explicit_memset(clp->c_cs, 0, (size_t)clp->c_cn);
		kmem_intr_free(clp->c_cs, (size_t)clp->c_cn);
	}
	if (clp->c_cq != NULL)
		kmem_intr_free(clp->c_cq, (size_t)howmany(clp->c_cn, NBBY));
	memset(clp, 0, sizeof(*clp));
}

static u_char *
following(const struct clist *clp, u_char *p)
{
	return ++p == clp->c_ce ? clp->c_cs : p;
}

static bool
quoted(const struct clist *clp, const u_char *p)
{
	return clp->c_cq != NULL && isset(clp->c_cq, p - clp->c_cs);
}

static int
value(const struct clist *clp, const u_char *p)
{
	return *p | (quoted(clp, p) ? TTY_QUOTE : 0);
}

/* The first character, taken out; -1 if there is none. */
int
getc(struct clist *clp)
{
	int c;

	if (clp->c_cc == 0)
		return -1;
	c = value(clp, clp->c_cf);
	*clp->c_cf = 0;
	clp->c_cf = following(clp, clp->c_cf);
	clp->c_cc--;
	return c;
}

/* Append a character, maybe with TTY_QUOTE: 0, or -1 without room. */
int
putc(int c, struct clist *clp)
{
	if (clp->c_cc == clp->c_cn)
		return -1;
	*clp->c_cl = (u_char)c;
	if (clp->c_cq != NULL) {
		if ((c & TTY_QUOTE) != 0)
			setbit(clp->c_cq, clp->c_cl - clp->c_cs);
		else
			clrbit(clp->c_cq, clp->c_cl - clp->c_cs);
	}
	clp->c_cl = following(clp, clp->c_cl);
	clp->c_cc++;
	return 0;
}

/* The last character, taken out; -1 if there is none. */
int
unputc(struct clist *clp)
{
	int c;

	if (clp->c_cc == 0)
		return -1;
	clp->c_cl = (clp->c_cl == clp->c_cs ? clp->c_ce : clp->c_cl) - 1;
	c = value(clp, clp->c_cl);
	*clp->c_cl = 0;
	clp->c_cc--;
	return c;
}

/* How many of the first count characters are adjacent in memory. */
static int
adjacent(const struct clist *clp, int count)
{
	return MIN(MIN(count, clp->c_cc), (int)(clp->c_ce - clp->c_cf));
}

/* Take up to count characters out into a buffer: how many. */
int
q_to_b(struct clist *clp, u_char *cp, int count)
{
	int done = 0, n;

	while ((n = adjacent(clp, count - done)) > 0) {
		memcpy(cp + done, clp->c_cf, (size_t)n);
		ndflush(clp, n);
		done += n;
	}
	return done;
}

/*
 * How many characters there are adjacent at the front, without a quote up to
 * the first one that has it if flag is TTY_QUOTE.
 */
int
ndqb(struct clist *clp, int flag)
{
	const int n = adjacent(clp, clp->c_cc);
	int i;

	if ((flag & TTY_QUOTE) == 0)
		return n;
	for (i = 0; i < n && !quoted(clp, clp->c_cf + i); i++)
		continue;
	return i;
}

/* Drop up to count characters at the front. */
void
ndflush(struct clist *clp, int count)
{
	int n;

	while ((n = adjacent(clp, count)) > 0) {
		memset(clp->c_cf, 0, (size_t)n);
		clp->c_cf += n;
		if (clp->c_cf == clp->c_ce)
			clp->c_cf = clp->c_cs;
		clp->c_cc -= n;
		count -= n;
	}
}

/* Append a buffer: how many did not fit. */
int
b_to_q(const u_char *cp, int count, struct clist *clp)
{
	while (count > 0 && putc(*cp, clp) == 0) {
		cp++;
		count--;
	}
	return count;
}

/* The place of the first character, or NULL; its value in *c. */
u_char *
firstc(struct clist *clp, int *c)
{
	if (clp->c_cc == 0)
		return NULL;
	*c = value(clp, clp->c_cf);
	return clp->c_cf;
}

/* The place of the one after that at cp, or NULL; its value in *c. */
u_char *
nextc(struct clist *clp, u_char *cp, int *c)
{
	if (clp->c_cc == 0 || cp == NULL)
		return NULL;
	cp = following(clp, cp);
	if (cp == clp->c_cl)
		return NULL;
	*c = value(clp, cp);
	return cp;
}

/* Move what fits to the end of another ring. */
void
catq(struct clist *from, struct clist *to)
{
	int c;

	while (to->c_cc < to->c_cn && (c = getc(from)) != -1)
		putc(c, to);
}
