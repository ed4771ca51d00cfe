/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The conformance suite: every case runs on every file system that can do
 * what the case needs, in a process of its own, in a fresh file system
 * mounted on /mnt, which is also the current directory.
 */
#ifndef TESTS_FS_CONFORM_H
#define TESTS_FS_CONFORM_H

#include <sys/types.h>

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <atf-c.h>

#include <rump/rump.h>
#include <rump/rump_structs.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>

/* What a file system can do, and what a case needs. */
#define CAP_LINK     0x001 /* hard links */
#define CAP_SYMLINK  0x002
#define CAP_SPECIAL  0x004 /* device nodes, fifos, sockets */
#define CAP_OWNER    0x008 /* owners and modes */
#define CAP_FLAGS    0x010 /* chflags */
#define CAP_SPARSE   0x020 /* holes cost nothing */
#define CAP_BIG      0x040 /* 100,000 names in a directory */
#define CAP_UNMOUNT  0x080 /* is not the root */
#define CAP_STATVFS  0x100 /* counts blocks */
#define CAP_FH       0x200 /* file handles */
#define CAP_SYNC     0x400 /* keeps its contents over a remount */
#define CAP_WHITEOUT 0x800
#define CAP_REMOUNT  0x1000 /* fs_mount() works again */
#define CAP_ALL      0x1fff

struct conform_fs {
	const char *fs_name;
	unsigned int fs_caps;
	void (*fs_mount)(void); /* on /mnt, which exists */
	const char *fs_type;
	unsigned int fs_arg;
};

struct conform_case {
	const char *cc_name;
	unsigned int cc_needs;
	void (*cc_body)(const struct conform_fs *);
	const char *cc_descr;
};

extern const struct conform_fs *conform_fs; /* of this case */
extern unsigned int conform_needs;          /* of this case */
extern const struct conform_fs conform_fslist[];
extern const size_t conform_nfs;

extern const struct conform_case conform_names[], conform_io[],
    conform_rename[], conform_perm[], conform_locks[], conform_misc[];

#define MNT "/mnt"

/* A call that must work; its value. */
#define RL(call)                                                               \
	({                                                                     \
		errno = 0;                                                     \
		__typeof__(call) rl_rv = (call);                               \
		if (rl_rv == -1)                                               \
			atf_tc_fail("%s:%d: %s: error %d", __FILE__, __LINE__, \
			    #call, errno);                                     \
		rl_rv;                                                         \
	})
/* A call that must fail with this error. */
#define FAILS(err, call)                                                       \
	do {                                                                   \
		errno = 0;                                                     \
		long f_rv = (long)(call);                                      \
		int f_errno = errno;                                           \
		if (f_rv != -1 || f_errno != (err))                            \
			atf_tc_fail("%s:%d: %s: %ld, error %d, "               \
				    "wanted error %d (%s)",                    \
			    __FILE__, __LINE__, #call, f_rv, f_errno, (err),   \
			    #err);                                             \
	} while (0)
#define REQ(cond)                                                              \
	do {                                                                   \
		if (!(cond))                                                   \
			atf_tc_fail("%s:%d: %s", __FILE__, __LINE__, #cond);   \
	} while (0)
#define REQEQ(a, b)                                                            \
	do {                                                                   \
		long long r_a = (long long)(a), r_b = (long long)(b);          \
		if (r_a != r_b)                                                \
			atf_tc_fail("%s:%d: %s is %lld, %s is %lld", __FILE__, \
			    __LINE__, #a, r_a, #b, r_b);                       \
	} while (0)

/* Make a file with these contents. */
void mkfile(const char *, const char *);
/* Require these contents. */
void isfile(const char *, const char *);
bool exists(const char *);
struct rump_stat dostat(const char *);
struct rump_stat dolstat(const char *);
struct rump_stat dofstat(int);
/* Become another user, for good. */
void become(uint32_t, uint32_t);
/* A child process with its own directory; back with lwproc_back(). */
struct lwp *lwproc_fork(void);
void lwproc_back(struct lwp *);

#define O_RDONLY_ RUMP_O_RDONLY
#define S_IFMT_   0170000
#define S_IFIFO_  0010000
#define S_IFCHR_  0020000
#define S_IFDIR_  0040000
#define S_IFBLK_  0060000
#define S_IFREG_  0100000
#define S_IFLNK_  0120000
#define S_IFSOCK_ 0140000

#endif
