/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pathbuf(9): path strings on their way into namei().
 *
 * A pathbuf and its first buffer are one allocation.  Following a symbolic
 * link replaces the buffer, so pb_path may be a PNBUF of its own.  A copy of
 * the original text is made only when somebody asks for it.
 * A pathbuf belongs to one thread; there are no locks here.
 */
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/pool.h>
#include <sys/systm.h>

#include "namei_impl.h"

static pool_cache_t pathbuf_cache;
static pool_cache_t pnbuf_pool;
struct pool_cache *pnbuf_cache;

void
pathbuf_init(void)
{
	pathbuf_cache = pool_cache_init(sizeof(struct pathbuf), 0, 0, 0,
	    "pathbuf", NULL, IPL_NONE, NULL, NULL, NULL);
	pnbuf_pool = pool_cache_init(
	    MAXPATHLEN, 0, 0, 0, "pnbuf", NULL, IPL_NONE, NULL, NULL, NULL);
	pnbuf_cache = pnbuf_pool;
}

void *
namei_pnbuf_get(void)
{
	return pool_cache_get(pnbuf_pool, PR_WAITOK);
}

void
namei_pnbuf_put(void *buf)
{
	pool_cache_put(pnbuf_pool, buf);
}

static struct pathbuf *
pathbuf_alloc(void)
{
	struct pathbuf *pb;

	pb = pool_cache_get(pathbuf_cache, PR_WAITOK);
	pb->pb_path = pb->pb_buf;
	pb->pb_copy = NULL;
	return pb;
}

struct pathbuf *
pathbuf_create(const char *path)
{
	struct pathbuf *pb = pathbuf_alloc();

	strlcpy(pb->pb_path, path, MAXPATHLEN);
	return pb;
}

struct pathbuf *
pathbuf_assimilate(char *path)
{
	struct pathbuf *pb = pathbuf_alloc();

	pb->pb_path = path;
	return pb;
}

int
pathbuf_copyin(const char *upath, struct pathbuf **ret)
{
	struct pathbuf *pb = pathbuf_alloc();
	int error;

	error = copyinstr(upath, pb->pb_path, MAXPATHLEN, NULL);
	if (__predict_false(error)) {
		pool_cache_put(pathbuf_cache, pb);
		return error;
	}
	*ret = pb;
	return 0;
}

int
pathbuf_maybe_copyin(const char *path, enum uio_seg seg, struct pathbuf **ret)
{
	if (seg == UIO_USERSPACE)
		return pathbuf_copyin(path, ret);
	if (strlen(path) >= MAXPATHLEN)
		return ENAMETOOLONG;
	*ret = pathbuf_create(path);
	return 0;
}

void
pathbuf_replace(struct pathbuf *pb, char *buf)
{
	if (pb->pb_path != pb->pb_buf)
		PNBUF_PUT(pb->pb_path);
	pb->pb_path = buf;
}

void
pathbuf_destroy(struct pathbuf *pb)
{
	if (pb->pb_path != pb->pb_buf)
		PNBUF_PUT(pb->pb_path);
	if (pb->pb_copy != NULL)
		PNBUF_PUT(pb->pb_copy);
	pool_cache_put(pathbuf_cache, pb);
}

void
pathbuf_copystring(const struct pathbuf *pb, char *buf, size_t maxlen)
{
	strlcpy(buf, pb->pb_path, maxlen);
}

const char *
pathbuf_stringcopy_get(struct pathbuf *pb)
{
	if (pb->pb_copy == NULL) {
		pb->pb_copy = PNBUF_GET();
		strlcpy(pb->pb_copy, pb->pb_path, MAXPATHLEN);
		pb->pb_copyuses = 0;
	}
	pb->pb_copyuses++;
	return pb->pb_copy;
}

void
pathbuf_stringcopy_put(struct pathbuf *pb, const char *str)
{
	KASSERT(str == pb->pb_copy);
	KASSERT(pb->pb_copyuses > 0);
	if (--pb->pb_copyuses == 0) {
		PNBUF_PUT(pb->pb_copy);
		pb->pb_copy = NULL;
	}
}
