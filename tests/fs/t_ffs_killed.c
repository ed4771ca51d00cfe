/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel that is killed at any moment: what it said was on the disk is
 * there, and everything that has a name is sound (ufscheck.py -u).
 */
#include <fcntl.h>
#include <sys/wait.h>

#include "ffs_image.h"

#define FILES  12
#define ROUNDS 12

enum {
	OP_WRITE,
	OP_RENAME,
	OP_UNLINK,
	OP_MKDIR,
	OP_RMDIR
};

struct note {
	int op, a, b;
	uint32_t gen; /* of the contents of a */
	int done;
};

static uint32_t seed;

static uint32_t
rnd(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static size_t
content_size(uint32_t gen)
{
	return gen % 7 == 0 ? 0 : gen * 7919 % 200000;
}

static void
content(uint32_t gen, char *buf, size_t size)
{
	uint32_t x = gen * 2654435761u;

	for (size_t i = 0; i < size; i++) {
		x = x * 1664525u + 1013904223u;
		buf[i] = (char)(x >> 24);
	}
}

static void
name(char *buf, size_t size, int i)
{
	snprintf(buf, size, "/mnt/d%d/file%d", i % 3, i);
}

static void
tell(int fd, struct note *n, int done)
{
	n->done = done;
	if (write(fd, n, sizeof(*n)) != sizeof(*n))
		_exit(0);
}

static void
write_file(const char *path, uint32_t gen)
{
	static char buf[200000];
	const size_t size = content_size(gen);
	int fd;

	content(gen, buf, size);
	RL(fd = rump_sys_open(
	       path, RUMP_O_RDWR | RUMP_O_CREAT | RUMP_O_TRUNC, 0644));
	for (size_t at = 0, n; at < size; at += n) {
		n = 1 + rnd(60000);
		if (n > size - at)
			n = size - at;
		REQ(rump_sys_write(fd, buf + at, n), (ssize_t)n);
	}
	RL(rump_sys_fsync(fd));
	RL(rump_sys_close(fd));
}

/* Never returns. */
static void
work(int fd, uint32_t gen)
{
	static bool there[FILES], dirs[FILES];
	char from[64], to[64];
	struct note n;

	boot(0);
	for (int i = 0; i < 3; i++) {
		snprintf(from, sizeof(from), "/mnt/d%d", i);
		if (rump_sys_mkdir(from, 0755) == -1)
			REQ(errno, RUMP_EEXIST);
	}
	for (int i = 0; i < FILES; i++) {
		name(from, sizeof(from), i);
		there[i] = rump_sys_access(from, 0) == 0;
		snprintf(to, sizeof(to), "/mnt/d%d/dir%d", i % 3, i);
		dirs[i] = rump_sys_access(to, 0) == 0;
	}
	for (;;) {
		memset(&n, 0, sizeof(n));
		n.a = (int)rnd(FILES);
		n.b = (int)rnd(FILES);
		name(from, sizeof(from), n.a);
		name(to, sizeof(to), n.b);
		n.op = (int)rnd(5);
		if (n.op == OP_MKDIR || n.op == OP_RMDIR)
			snprintf(
			    from, sizeof(from), "/mnt/d%d/dir%d", n.a % 3, n.a);
		if (n.op == OP_MKDIR && dirs[n.a])
			n.op = OP_RMDIR;
		else if (n.op == OP_RMDIR && !dirs[n.a])
			n.op = OP_MKDIR;
		else if ((n.op == OP_RENAME || n.op == OP_UNLINK) &&
		    (!there[n.a] || n.a == n.b))
			n.op = OP_WRITE;
		n.gen = ++gen;
		tell(fd, &n, 0);
		switch (n.op) {
		case OP_WRITE:
			write_file(from, n.gen);
			there[n.a] = true;
			break;
		case OP_RENAME:
			RL(rump_sys_rename(from, to));
			there[n.b] = true;
			there[n.a] = false;
			break;
		case OP_UNLINK:
			RL(rump_sys_unlink(from));
			there[n.a] = false;
			break;
		case OP_MKDIR:
			RL(rump_sys_mkdir(from, 0755));
			dirs[n.a] = true;
			break;
		case OP_RMDIR:
			RL(rump_sys_rmdir(from));
			dirs[n.a] = false;
			break;
		}
		tell(fd, &n, 1);
	}
}

/* What is known of each file: a generation, 0 for none, or anything. */
#define ANYTHING UINT32_MAX
static uint32_t known[FILES];

/* Reads what the kernel told until it was killed; the last generation. */
static uint32_t
follow(int fd, uint32_t gen)
{
	uint32_t moved = 0;
	struct note n;

	while (read(fd, &n, sizeof(n)) == sizeof(n)) {
		gen = n.gen;
		if (n.op == OP_MKDIR || n.op == OP_RMDIR)
			continue;
		if (!n.done) {
			moved = known[n.a];
			known[n.a] = ANYTHING;
			if (n.op == OP_RENAME)
				known[n.b] = ANYTHING;
			continue;
		}
		known[n.a] = n.op == OP_WRITE ? n.gen : 0;
		if (n.op == OP_RENAME)
			known[n.b] = moved;
	}
	return gen;
}

static void
verify(void *arg)
{
	static char want[200000], have[200001];
	char path[64];
	ssize_t n;
	int fd;

	boot(RUMP_MNT_RDONLY);
	for (int i = 0; i < FILES; i++) {
		name(path, sizeof(path), i);
		fd = rump_sys_open(path, RUMP_O_RDONLY);
		if (known[i] == ANYTHING) {
			if (fd == -1) {
				REQ(errno, RUMP_ENOENT);
				continue;
			}
			n = rump_sys_read(fd, have, sizeof(have));
			ATF_CHECK(n >= 0);
			RL(rump_sys_close(fd));
			continue;
		}
		if (known[i] == 0) {
			REQ(fd, -1);
			REQ(errno, RUMP_ENOENT);
			continue;
		}
		ATF_REQUIRE_MSG(fd != -1, "%s is gone", path);
		n = rump_sys_read(fd, have, sizeof(have));
		REQ(n, content_size(known[i]));
		content(known[i], want, (size_t)n);
		ATF_CHECK_MSG(
		    memcmp(want, have, (size_t)n) == 0, "%s has changed", path);
		RL(rump_sys_close(fd));
	}
	RL(rump_sys_unmount("/mnt", 0));
}

static void
mount_once(void *arg)
{
	boot(0);
	RL(rump_sys_unmount("/mnt", 0));
}

static void
killed(const struct variant *v)
{
	uint32_t gen = 0;
	char out[4096];
	int p[2], status;
	pid_t pid;

	make_image(v, "16m");
	for (int round = 0; round < ROUNDS; round++) {
		seed = (uint32_t)round * 77 + 5;
		RZ(pipe(p));
		ATF_REQUIRE((pid = fork()) != -1);
		if (pid == 0) {
			close(p[0]);
			work(p[1], gen);
		}
		close(p[1]);
		usleep(20000 + rnd(80000));
		RZ(kill(pid, SIGKILL));
		ATF_REQUIRE(waitpid(pid, &status, 0) == pid);
		ATF_REQUIRE_MSG(WIFSIGNALED(status), "it ended by itself");
		gen = follow(p[0], gen);
		close(p[0]);
		status = t_child(verify, NULL, out, sizeof(out));
		ATF_REQUIRE_MSG(WIFEXITED(status) && WEXITSTATUS(status) == 77,
		    "round %d: %s", round, out);
		ATF_REQUIRE_MSG(
		    system(
			"python3 " TEST_SRCDIR "/fs/ufscheck.py -u " IMAGE
			" >check.log 2>&1 || { cat check.log; false; }") == 0,
		    "round %d: ufscheck found damage", round);
	}
	ATF_CHECK(gen > ROUNDS);
	/* marked clean afterwards only if it is */
	status = t_child(mount_once, NULL, out, sizeof(out));
	ATF_REQUIRE_MSG(
	    WIFEXITED(status) && WEXITSTATUS(status) == 77, "%s", out);
	ATF_CHECK(system("python3 " TEST_SRCDIR "/fs/ufscheck.py " IMAGE
			 " || python3 " TEST_SRCDIR
			 "/fs/ufscheck.py -u " IMAGE) == 0);
}

#define KILLED(v, i)                                                           \
	TEST(v, "killed at random moments, " #v)                               \
	{                                                                      \
		killed(&variants[i]);                                          \
	}
KILLED(v1le, 0)
KILLED(v1be, 1)
KILLED(v2le, 2)
KILLED(v2be, 3)

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, v1le);
	ATF_TP_ADD_TC(tp, v1be);
	ATF_TP_ADD_TC(tp, v2le);
	ATF_TP_ADD_TC(tp, v2be);
	return atf_no_error();
}
