/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Asynchronous block I/O: a queue and a few threads, started with the first
 * request and growing while requests find all of them busy.
 *
 * Order.  All requests stand in one list from submission to completion.  One
 * may start when nothing before it in the list conflicts: the same file and
 * overlapping bytes, one of them a write.  A barrier conflicts with every
 * request of its file, so it waits for those before it and holds back those
 * after it.
 *
 * bio_lock covers everything here and is held for list work only.  It is never
 * held around I/O or a call into the kernel.
 */

#include "rumpuser_int.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS_MAX        8
#define WAITING_PER_THREAD 2 /* more waiting requests than this: one more */

enum bio_state {
	BIO_WAITING,
	BIO_RUNNING
};

struct bio {
	struct bio *b_next;     /* bio_lock: */
	struct bio *b_prev;     /* bio_lock: */
	enum bio_state b_state; /* bio_lock: */
	bool b_barrier;         /* the rest is constant */
	int b_fd;
	int b_op;
	void *b_data;
	size_t b_len;
	int64_t b_off;
	rump_biodone_fn b_done;
	void *b_donearg;
};

static pthread_mutex_t bio_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bio_work = PTHREAD_COND_INITIALIZER;
static pthread_cond_t bio_finished = PTHREAD_COND_INITIALIZER;
static struct bio bio_list = {.b_next = &bio_list, .b_prev = &bio_list};
static unsigned bio_nthreads, bio_nidle, bio_nbarriers, bio_nwaiting;
static bool bio_synchronous; /* constant after bio_setup() */

/* RUMP_THREADS=0: the caller's thread does its own I/O. */
void
bio_setup(void)
{
	const char *threads = getenv("RUMP_THREADS");

	bio_synchronous = threads != NULL && strcmp(threads, "0") == 0;
}

static void
bio_insert_locked(struct bio *b)
{
	b->b_state = BIO_WAITING;
	b->b_prev = bio_list.b_prev;
	b->b_next = &bio_list;
	b->b_prev->b_next = b;
	bio_list.b_prev = b;
}

static void
bio_remove_locked(struct bio *b)
{
	b->b_prev->b_next = b->b_next;
	b->b_next->b_prev = b->b_prev;
}

static bool
bio_conflicts(const struct bio *a, const struct bio *b)
{
	if (a->b_fd != b->b_fd)
		return false;
	if (a->b_barrier || b->b_barrier)
		return true;
	if (((a->b_op | b->b_op) & RUMPUSER_BIO_WRITE) == 0)
		return false;
	/* lengths fit: bio_check() */
	return a->b_off < b->b_off + (int64_t)b->b_len &&
	    b->b_off < a->b_off + (int64_t)a->b_len;
}

static bool
bio_ready_locked(const struct bio *b)
{
	if (b->b_state != BIO_WAITING)
		return false;
	for (const struct bio *o = b->b_prev; o != &bio_list; o = o->b_prev)
		if (bio_conflicts(o, b))
			return false;
	return true;
}

/* The first request that may start; barriers run in their own threads. */
static struct bio *
bio_next_locked(void)
{
	for (struct bio *b = bio_list.b_next; b != &bio_list; b = b->b_next)
		if (!b->b_barrier && bio_ready_locked(b))
			return b;
	return NULL;
}

/* A request left the list: others may have waited for it. */
static void
bio_wake_locked(void)
{
	if (bio_list.b_next == &bio_list)
		return;
	if (bio_nidle > 0)
		pthread_cond_broadcast(&bio_work);
	if (bio_nbarriers > 0)
		pthread_cond_broadcast(&bio_finished);
}

static int
bio_check(int op, size_t len, int64_t off)
{
	const int dir = op & (RUMPUSER_BIO_READ | RUMPUSER_BIO_WRITE);

	if (dir != RUMPUSER_BIO_READ && dir != RUMPUSER_BIO_WRITE)
		return EINVAL;
	if (off < 0 || len > (size_t)INT64_MAX / 2 ||
	    off > INT64_MAX - (int64_t)len)
		return EINVAL;
	return 0;
}

/* The bytes done; short with *errorp 0 only at the end of the file. */
static size_t
bio_transfer(const struct bio *b, int *errorp)
{
	size_t done = 0;
	ssize_t n;

	*errorp = 0;
	while (done < b->b_len) {
		char *data = (char *)b->b_data + done;
		size_t len = b->b_len - done;
		off_t off = (off_t)(b->b_off + (int64_t)done);

		if (b->b_op & RUMPUSER_BIO_READ)
			n = pread(b->b_fd, data, len, off);
		else
			n = pwrite(b->b_fd, data, len, off);
		if (n > 0) {
			done += (size_t)n;
		} else if (n == 0) {
			break;
		} else if (errno != EINTR) {
			*errorp = errno;
			break;
		}
	}
	if (*errorp == 0 && (b->b_op & RUMPUSER_BIO_WRITE) &&
	    (b->b_op & RUMPUSER_BIO_SYNC)) {
		while (fdatasync(b->b_fd) == -1) {
			if (errno == EINTR)
				continue;
			if (errno != EINVAL && errno != EROFS)
				*errorp = errno;
			break;
		}
	}
	return done;
}

static void
bio_complete(struct bio *b, size_t done, int error)
{
	rumpuser__hyp.hyp_schedule();
	b->b_done(b->b_donearg, done, errno_to_kernel(error));
	rumpuser__hyp.hyp_unschedule();
	free(b);
}

static void *
bio_thread(void *arg)
{
	struct bio *b;
	size_t done;
	int error;

	(void)arg;
	rumpuser__hyp.hyp_schedule();
	rumpuser__hyp.hyp_lwproc_newlwp(0);
	rumpuser__hyp.hyp_unschedule();

	pthread_mutex_lock(&bio_lock);
	for (;;) {
		while ((b = bio_next_locked()) == NULL) {
			bio_nidle++;
			pthread_cond_wait(&bio_work, &bio_lock);
			bio_nidle--;
		}
		b->b_state = BIO_RUNNING;
		bio_nwaiting--;
		pthread_mutex_unlock(&bio_lock);

		done = bio_transfer(b, &error);

		pthread_mutex_lock(&bio_lock);
		bio_remove_locked(b);
		bio_wake_locked();
		pthread_mutex_unlock(&bio_lock);

		bio_complete(b, done, error);
		pthread_mutex_lock(&bio_lock);
	}
	return NULL;
}

/* False if there is no thread at all and none can be had. */
static bool
bio_havethread_locked(void)
{
	const bool more = bio_nthreads == 0 ||
	    (bio_nidle == 0 && bio_nthreads < THREADS_MAX &&
		bio_nwaiting > bio_nthreads * WAITING_PER_THREAD);

	if (more && thread_spawn(bio_thread, NULL, "rumpbio", NULL) == 0)
		bio_nthreads++;
	return bio_nthreads > 0;
}

static bool
bio_enqueue(struct bio *b)
{
	bool queued;

	pthread_mutex_lock(&bio_lock);
	queued = bio_havethread_locked();
	if (queued) {
		bio_insert_locked(b);
		bio_nwaiting++;
		pthread_cond_signal(&bio_work);
	}
	pthread_mutex_unlock(&bio_lock);
	return queued;
}

/* In the caller's thread, for want of another one or by RUMP_THREADS=0. */
static void
bio_here(const struct bio *b)
{
	int error, nlocks;
	size_t done;

	nlocks = cpu_release(NULL);
	done = bio_transfer(b, &error);
	cpu_retake(nlocks, NULL);
	b->b_done(b->b_donearg, done, errno_to_kernel(error));
}

/*
 * Start I/O; done(donearg, bytes, error) follows, in the kernel, from another
 * thread.  Where no other thread can be had it comes before this returns.
 */
void
rumpuser_bio(int fd, int op, void *data, size_t dlen, int64_t off,
    rump_biodone_fn done, void *donearg)
{
	struct bio request = {.b_fd = fd,
	    .b_op = op,
	    .b_data = data,
	    .b_len = dlen,
	    .b_off = off,
	    .b_done = done,
	    .b_donearg = donearg};
	struct bio *b;
	int error;

	error = bio_check(op, dlen, off);
	if (error != 0) {
		done(donearg, 0, errno_to_kernel(error));
		return;
	}
	if (!bio_synchronous && (b = malloc(sizeof(*b))) != NULL) {
		*b = request;
		if (bio_enqueue(b))
			return;
		free(b);
	}
	bio_here(&request);
}

/*
 * Wait until all requests of fd that came before are done, run fn(fd) while
 * those that came later wait, and return what it returns.
 */
int
bio_barrier(int fd, int (*fn)(int))
{
	struct bio barrier = {.b_fd = fd, .b_barrier = true};
	int error;

	pthread_mutex_lock(&bio_lock);
	bio_insert_locked(&barrier);
	bio_nbarriers++;
	while (!bio_ready_locked(&barrier))
		pthread_cond_wait(&bio_finished, &bio_lock);
	bio_nbarriers--;
	pthread_mutex_unlock(&bio_lock);

	error = fn(fd);

	pthread_mutex_lock(&bio_lock);
	bio_remove_locked(&barrier);
	bio_wake_locked();
	pthread_mutex_unlock(&bio_lock);
	return error;
}
