/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Threads, locks, files and block I/O of the host library.
 */

#include "fakekern.h"

#include <atf-c.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct rumpuser_mtx *mtx;
static struct rumpuser_cv *cv;
static struct rumpuser_rw *rw;
static int shared;

static void *
add_many(void *arg)
{
	(void)arg;
	fk_enter();
	for (int i = 0; i < 2000; i++) {
		rumpuser_mutex_enter(mtx);
		shared++;
		rumpuser_mutex_exit(mtx);
	}
	fk_leave();
	return NULL;
}

static void
run_threads(void *(*fn)(void *), int n)
{
	void *cookies[16];

	for (int i = 0; i < n; i++)
		ATF_REQUIRE_EQ(rumpuser_thread_create(
				   fn, NULL, "adder", 1, 0, -1, &cookies[i]),
		    0);
	for (int i = 0; i < n; i++)
		ATF_REQUIRE_EQ(rumpuser_thread_join(cookies[i]), 0);
}

ATF_TC_WITHOUT_HEAD(mutex);
ATF_TC_BODY(mutex, tc)
{
	struct lwp *l;

	fk_init();
	for (int flags = 0; flags < 4; flags++) {
		rumpuser_mutex_init(&mtx, flags);
		rumpuser_mutex_enter(mtx);
		ATF_CHECK_EQ(rumpuser_mutex_tryenter(mtx), 16);
		rumpuser_mutex_owner(mtx, &l);
		if (flags & RUMPUSER_MTX_KMUTEX)
			ATF_CHECK(l != NULL && l == rumpuser_curlwp());
		else
			ATF_CHECK_EQ(l, NULL);
		rumpuser_mutex_exit(mtx);
		rumpuser_mutex_owner(mtx, &l);
		ATF_CHECK_EQ(l, NULL);
		shared = 0;
		run_threads(add_many, 4);
		ATF_CHECK_EQ(shared, 8000);
		rumpuser_mutex_destroy(mtx);
	}
}

ATF_TC_WITHOUT_HEAD(curlwp);
ATF_TC_BODY(curlwp, tc)
{
	struct lwp a = {0};

	fk_init();
	ATF_CHECK(rumpuser_curlwp() != NULL);
	rumpuser_curlwpop(RUMPUSER_LWP_CREATE, &a);
	rumpuser_curlwpop(RUMPUSER_LWP_SET, &a);
	ATF_CHECK_EQ(rumpuser_curlwp(), &a);
	rumpuser_curlwpop(RUMPUSER_LWP_CLEAR, &a);
	ATF_CHECK(rumpuser_curlwp() != &a);
	rumpuser_curlwpop(RUMPUSER_LWP_DESTROY, &a);
}

static void *
waiter(void *arg)
{
	(void)arg;
	fk_enter();
	rumpuser_mutex_enter(mtx);
	shared++;
	while (shared < 100)
		rumpuser_cv_wait(cv, mtx);
	rumpuser_mutex_exit(mtx);
	fk_leave();
	return NULL;
}

ATF_TC_WITHOUT_HEAD(condvar);
ATF_TC_BODY(condvar, tc)
{
	void *cookies[4];
	struct lwp *l;
	int n;

	fk_init();
	rumpuser_cv_init(&cv);
	for (int flags = 0; flags < 4; flags++) {
		/* held while the CPU is taken: for a kernel's scheduler */
		if (flags == RUMPUSER_MTX_SPIN)
			continue;
		rumpuser_mutex_init(&mtx, flags);
		shared = 0;
		for (int i = 0; i < 4; i++)
			ATF_REQUIRE_EQ(rumpuser_thread_create(waiter, NULL,
					   "waiter", 1, 0, -1, &cookies[i]),
			    0);
		do {
			rumpuser_clock_sleep(
			    RUMPUSER_CLOCK_RELWALL, 0, 1000000);
			rumpuser_mutex_enter(mtx);
			n = shared;
			rumpuser_mutex_exit(mtx);
		} while (n < 4);
		rumpuser_mutex_enter(mtx);
		rumpuser_cv_has_waiters(cv, &n);
		ATF_CHECK_EQ(n, 4);
		ATF_CHECK_EQ(rumpuser_cv_timedwait(cv, mtx, 0, 5000000), 60);
		rumpuser_mutex_owner(mtx, &l);
		ATF_CHECK(
		    !(flags & RUMPUSER_MTX_KMUTEX) || l == rumpuser_curlwp());
		ATF_CHECK_EQ(rumpuser_mutex_tryenter(mtx), 16);
		shared = 100;
		rumpuser_cv_broadcast(cv);
		rumpuser_mutex_exit(mtx);
		for (int i = 0; i < 4; i++)
			rumpuser_thread_join(cookies[i]);
		rumpuser_cv_has_waiters(cv, &n);
		ATF_CHECK_EQ(n, 0);
		rumpuser_mutex_destroy(mtx);
	}
	rumpuser_cv_destroy(cv);
}

static void *
waker(void *arg)
{
	(void)arg;
	fk_enter();
	rumpuser_clock_sleep(RUMPUSER_CLOCK_RELWALL, 0, 10000000);
	rumpuser_mutex_enter(mtx);
	rumpuser_cv_signal(cv);
	rumpuser_mutex_exit(mtx);
	fk_leave();
	return NULL;
}

/* Spans without end must neither overflow nor return at once. */
ATF_TC_WITHOUT_HEAD(condvar_long);
ATF_TC_BODY(condvar_long, tc)
{
	void *cookie;

	fk_init();
	rumpuser_cv_init(&cv);
	rumpuser_mutex_init(&mtx, 0);
	rumpuser_mutex_enter(mtx);
	rumpuser_thread_create(waker, NULL, "waker", 1, 0, -1, &cookie);
	ATF_CHECK_EQ(rumpuser_cv_timedwait(cv, mtx, INT64_MAX, INT64_MAX), 0);
	rumpuser_mutex_exit(mtx);
	rumpuser_thread_join(cookie);
	rumpuser_mutex_enter(mtx);
	ATF_CHECK_EQ(rumpuser_cv_timedwait(cv, mtx, -1, -1), 60);
	rumpuser_mutex_exit(mtx);
}

static atomic_int readers, writers, broken;

static void *
rw_user(void *arg)
{
	(void)arg;
	for (int i = 0; i < 1000; i++) {
		fk_enter();
		if (i % 7 == 0) {
			rumpuser_rw_enter(RUMPUSER_RW_WRITER, rw);
			broken |= ++writers != 1 || readers != 0;
			writers--;
			if (i % 2) {
				readers++;
				rumpuser_rw_downgrade(rw);
				readers--;
			}
		} else {
			rumpuser_rw_enter(RUMPUSER_RW_READER, rw);
			readers++;
			broken |= writers != 0;
			readers--;
		}
		rumpuser_rw_exit(rw);
		fk_leave();
	}
	return NULL;
}

ATF_TC_WITHOUT_HEAD(rwlock);
ATF_TC_BODY(rwlock, tc)
{
	int held;

	fk_init();
	rumpuser_rw_init(&rw);
	rumpuser_rw_enter(RUMPUSER_RW_READER, rw);
	rumpuser_rw_held(RUMPUSER_RW_READER, rw, &held);
	ATF_CHECK_EQ(held, 1);
	rumpuser_rw_held(RUMPUSER_RW_WRITER, rw, &held);
	ATF_CHECK_EQ(held, 0);
	ATF_CHECK_EQ(rumpuser_rw_tryenter(RUMPUSER_RW_WRITER, rw), 16);
	ATF_CHECK_EQ(rumpuser_rw_tryenter(RUMPUSER_RW_READER, rw), 0);
	ATF_CHECK_EQ(rumpuser_rw_tryupgrade(rw), 16);
	rumpuser_rw_exit(rw);
	ATF_CHECK_EQ(rumpuser_rw_tryupgrade(rw), 0);
	rumpuser_rw_held(RUMPUSER_RW_WRITER, rw, &held);
	ATF_CHECK_EQ(held, 1);
	ATF_CHECK_EQ(rumpuser_rw_tryenter(RUMPUSER_RW_READER, rw), 16);
	rumpuser_rw_downgrade(rw);
	rumpuser_rw_held(RUMPUSER_RW_READER, rw, &held);
	ATF_CHECK_EQ(held, 1);
	rumpuser_rw_exit(rw);
	run_threads(rw_user, 6);
	ATF_CHECK_EQ(broken, 0);
	ATF_CHECK_EQ(rumpuser_rw_tryenter(RUMPUSER_RW_WRITER, rw), 0);
	rumpuser_rw_exit(rw);
	rumpuser_rw_destroy(rw);
}

ATF_TC_WITHOUT_HEAD(files);
ATF_TC_BODY(files, tc)
{
	uint64_t size;
	int fd, type;

	fk_init();
	ATF_CHECK_EQ(rumpuser_open("nosuch", RUMPUSER_OPEN_RDONLY, &fd), 2);
	ATF_CHECK_EQ(rumpuser_open("f", RUMPUSER_OPEN_ACCMODE, &fd), 22);
	ATF_REQUIRE_EQ(
	    rumpuser_open("f",
		RUMPUSER_OPEN_RDWR | RUMPUSER_OPEN_CREATE | RUMPUSER_OPEN_EXCL,
		&fd),
	    0);
	ATF_CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	ATF_REQUIRE_EQ(ftruncate(fd, 12345), 0);
	ATF_CHECK_EQ(rumpuser_close(fd), 0);
	ATF_CHECK_EQ(rumpuser_close(fd), 9);
	ATF_CHECK_EQ(
	    rumpuser_open("f",
		RUMPUSER_OPEN_RDWR | RUMPUSER_OPEN_CREATE | RUMPUSER_OPEN_EXCL,
		&fd),
	    17);
	ATF_CHECK_EQ(
	    rumpuser_open(".", RUMPUSER_OPEN_RDONLY | RUMPUSER_OPEN_BIO, &fd),
	    21);

	ATF_CHECK_EQ(rumpuser_getfileinfo("f", &size, &type), 0);
	ATF_CHECK_EQ(size, 12345);
	ATF_CHECK_EQ(type, RUMPUSER_FT_REG);
	ATF_CHECK_EQ(rumpuser_getfileinfo(".", &size, &type), 0);
	ATF_CHECK_EQ(type, RUMPUSER_FT_DIR);
	ATF_CHECK_EQ(rumpuser_getfileinfo("/dev/null", &size, &type), 0);
	ATF_CHECK_EQ(type, RUMPUSER_FT_CHR);
	ATF_REQUIRE_EQ(mkfifo("p", 0600), 0);
	ATF_CHECK_EQ(rumpuser_getfileinfo("p", NULL, &type), 0);
	ATF_CHECK_EQ(type, RUMPUSER_FT_OTHER);
	ATF_CHECK_EQ(rumpuser_getfileinfo("nosuch", &size, &type), 2);
}

static int
make_file(const char *name)
{
	int fd;

	ATF_REQUIRE_EQ(
	    rumpuser_open(name, RUMPUSER_OPEN_RDWR | RUMPUSER_OPEN_CREATE, &fd),
	    0);
	return fd;
}

ATF_TC_WITHOUT_HEAD(vectors);
ATF_TC_BODY(vectors, tc)
{
	struct rumpuser_iovec iov[100];
	char out[5000], in[5000];
	size_t done, total = 0;
	int fd, fds[2];

	fk_init();
	fd = make_file("f");
	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (char)(i * 7);
	for (int i = 0; i < 100; i++) {
		iov[i].iov_base = out + total;
		iov[i].iov_len = (size_t)i;
		total += (size_t)i;
	}
	ATF_CHECK_EQ(rumpuser_iovwrite(fd, iov, 100, 512, &done), 0);
	ATF_CHECK_EQ(done, total);
	for (int i = 0; i < 100; i++)
		iov[i].iov_base = in + ((char *)iov[i].iov_base - out);
	ATF_CHECK_EQ(rumpuser_iovread(fd, iov, 100, 512, &done), 0);
	ATF_CHECK_EQ(done, total);
	ATF_CHECK_EQ(memcmp(in, out, total), 0);
	/* the end of the file */
	ATF_CHECK_EQ(rumpuser_iovread(fd, iov, 100, 512 + 100, &done), 0);
	ATF_CHECK_EQ(done, total - 100);
	ATF_CHECK_EQ(rumpuser_iovread(fd, iov, 100, 100000, &done), 0);
	ATF_CHECK_EQ(done, 0);
	ATF_CHECK_EQ(rumpuser_iovread(fd, iov, 100, -77, &done), 22);
	ATF_CHECK_EQ(rumpuser_iovread(fd, iov, 0, 0, &done), 0);
	ATF_CHECK_EQ(rumpuser_iovread(-1, iov, 100, 0, &done), 9);
	iov[0].iov_base = (void *)8;
	iov[0].iov_len = 100;
	ATF_CHECK_EQ(rumpuser_iovread(fd, iov, 1, 512, &done), 14);

	ATF_REQUIRE_EQ(pipe(fds), 0);
	iov[0].iov_base = out;
	iov[0].iov_len = 3;
	ATF_CHECK_EQ(
	    rumpuser_iovwrite(fds[1], iov, 1, RUMPUSER_IOV_NOSEEK, &done), 0);
	iov[0].iov_len = 50;
	ATF_CHECK_EQ(
	    rumpuser_iovread(fds[0], iov, 1, RUMPUSER_IOV_NOSEEK, &done), 0);
	ATF_CHECK_EQ(done, 3);
}

struct request {
	size_t done;
	int error;
	bool finished;
};

static struct rumpuser_mtx *bio_mtx;
static struct rumpuser_cv *bio_cv;

static void
bio_init(void)
{
	fk_init();
	rumpuser_mutex_init(&bio_mtx, RUMPUSER_MTX_SPIN | RUMPUSER_MTX_KMUTEX);
	rumpuser_cv_init(&bio_cv);
}

static void
biodone(void *arg, size_t done, int error)
{
	struct request *r = arg;

	ATF_CHECK(fk_held());
	rumpuser_mutex_enter_nowrap(bio_mtx);
	r->done = done;
	r->error = error;
	r->finished = true;
	rumpuser_cv_signal(bio_cv);
	rumpuser_mutex_exit(bio_mtx);
}

static void
biowait(struct request *r)
{
	rumpuser_mutex_enter_nowrap(bio_mtx);
	while (!r->finished)
		rumpuser_cv_wait(bio_cv, bio_mtx);
	rumpuser_mutex_exit(bio_mtx);
	r->finished = false;
}

static void
bio_checks(void)
{
	static char buf[65536], back[65536];
	struct request r = {0};
	int fd = make_file("f");

	memset(buf, 'x', sizeof(buf));
	rumpuser_bio(fd, RUMPUSER_BIO_WRITE | RUMPUSER_BIO_SYNC, buf,
	    sizeof(buf), 0, biodone, &r);
	biowait(&r);
	ATF_CHECK_EQ(r.error, 0);
	ATF_CHECK_EQ(r.done, sizeof(buf));
	rumpuser_bio(
	    fd, RUMPUSER_BIO_READ, back, sizeof(back), 1024, biodone, &r);
	biowait(&r);
	ATF_CHECK_EQ(r.error, 0);
	ATF_CHECK_EQ(r.done, sizeof(back) - 1024);
	ATF_CHECK_EQ(memcmp(back, buf, r.done), 0);
	rumpuser_bio(fd, RUMPUSER_BIO_READ, back, 512, 1 << 20, biodone, &r);
	biowait(&r);
	ATF_CHECK_EQ(r.error, 0);
	ATF_CHECK_EQ(r.done, 0);
	rumpuser_bio(fd, RUMPUSER_BIO_READ, back, 512, -512, biodone, &r);
	biowait(&r);
	ATF_CHECK_EQ(r.error, 22);
	rumpuser_bio(fd, 0, back, 512, 0, biodone, &r);
	biowait(&r);
	ATF_CHECK_EQ(r.error, 22);
	rumpuser_bio(-1, RUMPUSER_BIO_READ, back, 512, 0, biodone, &r);
	biowait(&r);
	ATF_CHECK_EQ(r.error, 9);
	rumpuser_bio(fd, RUMPUSER_BIO_READ, (void *)8, 512, 0, biodone, &r);
	biowait(&r);
	ATF_CHECK_EQ(r.error, 14);
	ATF_CHECK_EQ(rumpuser_syncfd(fd, 0, 0, 0), 22);
	ATF_CHECK_EQ(rumpuser_syncfd(fd,
			 RUMPUSER_SYNCFD_BOTH | RUMPUSER_SYNCFD_BARRIER |
			     RUMPUSER_SYNCFD_SYNC,
			 0, 0),
	    0);
	ATF_CHECK_EQ(rumpuser_syncfd(-1,
			 RUMPUSER_SYNCFD_WRITE | RUMPUSER_SYNCFD_SYNC, 0, 0),
	    9);
	ATF_CHECK(fk_held());
}

ATF_TC_WITHOUT_HEAD(bio);
ATF_TC_BODY(bio, tc)
{
	bio_init();
	bio_checks();
}

ATF_TC_WITHOUT_HEAD(bio_nothreads);
ATF_TC_BODY(bio_nothreads, tc)
{
	setenv("RUMP_THREADS", "0", 1);
	bio_init();
	bio_checks();
	ATF_CHECK_EQ(fk_nprocs(), 0);
}

/*
 * Many overlapping writes: the last one submitted for a block wins, and a
 * barrier sees all before it.
 */
ATF_TC_WITHOUT_HEAD(bio_order);
ATF_TC_BODY(bio_order, tc)
{
	enum {
		BLOCKS = 8,
		ROUNDS = 60,
		SIZE = 4096
	};
	static char data[ROUNDS][BLOCKS][SIZE], back[SIZE];
	static struct request r[ROUNDS][BLOCKS];
	int fd;

	bio_init();
	fd = make_file("f");
	for (int i = 0; i < ROUNDS; i++)
		for (int b = 0; b < BLOCKS; b++) {
			memset(data[i][b], i + b, SIZE);
			rumpuser_bio(fd, RUMPUSER_BIO_WRITE, data[i][b], SIZE,
			    (int64_t)b * SIZE / 2, biodone, &r[i][b]);
		}
	ATF_CHECK_EQ(rumpuser_syncfd(fd,
			 RUMPUSER_SYNCFD_BOTH | RUMPUSER_SYNCFD_BARRIER, 0, 0),
	    0);
	for (int b = 0; b < BLOCKS; b++) {
		ATF_REQUIRE_EQ(
		    pread(fd, back, SIZE, (off_t)b * SIZE / 2), SIZE);
		ATF_CHECK_EQ(back[0], (char)(ROUNDS - 1 + b));
	}
	for (int i = 0; i < ROUNDS; i++)
		for (int b = 0; b < BLOCKS; b++) {
			biowait(&r[i][b]);
			ATF_CHECK_EQ(r[i][b].done, SIZE);
		}
}

ATF_TC_WITHOUT_HEAD(idle);
ATF_TC_BODY(idle, tc)
{
	static char buf[512];
	struct request r = {0};
	double used;
	int fd;

	bio_init();
	fd = make_file("f");
	rumpuser_bio(fd, RUMPUSER_BIO_WRITE, buf, 512, 0, biodone, &r);
	biowait(&r);
	used = fk_cpu();
	rumpuser_clock_sleep(RUMPUSER_CLOCK_RELWALL, 0, 300000000);
	used = fk_cpu() - used;
	ATF_CHECK_MSG(used < 0.005, "%f s of CPU while idle", used);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, mutex);
	ATF_TP_ADD_TC(tp, curlwp);
	ATF_TP_ADD_TC(tp, condvar);
	ATF_TP_ADD_TC(tp, condvar_long);
	ATF_TP_ADD_TC(tp, rwlock);
	ATF_TP_ADD_TC(tp, files);
	ATF_TP_ADD_TC(tp, vectors);
	ATF_TP_ADD_TC(tp, bio);
	ATF_TP_ADD_TC(tp, bio_nothreads);
	ATF_TP_ADD_TC(tp, bio_order);
	ATF_TP_ADD_TC(tp, idle);
	return atf_no_error();
}
