/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The layouts that clients rely on, checked at compile time. Nothing here
 * makes code.
 */

#include <sys/event.h>
#include <sys/fcntl.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/resource.h>
#include <sys/signal.h>
#include <sys/stat.h>
#include <sys/syscallargs.h>
#include <sys/time.h>
#include <sys/uio.h>

#ifdef _LP64
#define MEMBER(s, m, off, size)                                                \
	_Static_assert(offsetof(struct s, m) == (off) &&                       \
		sizeof(((struct s *)0)->m) == (size),                          \
	    #s "." #m)
#define SIZE(s, size) _Static_assert(sizeof(struct s) == (size), #s)

MEMBER(stat, st_dev, 0, 8);
MEMBER(stat, st_mode, 8, 4);
MEMBER(stat, st_ino, 16, 8);
MEMBER(stat, st_nlink, 24, 4);
MEMBER(stat, st_uid, 28, 4);
MEMBER(stat, st_gid, 32, 4);
MEMBER(stat, st_rdev, 40, 8);
MEMBER(stat, st_atim, 48, 16);
MEMBER(stat, st_mtim, 64, 16);
MEMBER(stat, st_ctim, 80, 16);
MEMBER(stat, st_birthtim, 96, 16);
MEMBER(stat, st_size, 112, 8);
MEMBER(stat, st_blocks, 120, 8);
MEMBER(stat, st_blksize, 128, 4);
MEMBER(stat, st_flags, 132, 4);
MEMBER(stat, st_gen, 136, 4);
MEMBER(stat, st_spare, 140, 8);
SIZE(stat, 152);
MEMBER(timespec, tv_sec, 0, 8);
MEMBER(timespec, tv_nsec, 8, 8);
SIZE(timespec, 16);
MEMBER(timeval, tv_sec, 0, 8);
MEMBER(timeval, tv_usec, 8, 4);
SIZE(timeval, 16);
MEMBER(itimerval, it_interval, 0, 16);
MEMBER(itimerval, it_value, 16, 16);
SIZE(itimerval, 32);
MEMBER(itimerspec, it_interval, 0, 16);
MEMBER(itimerspec, it_value, 16, 16);
SIZE(itimerspec, 32);
MEMBER(kevent, ident, 0, 8);
MEMBER(kevent, filter, 8, 4);
MEMBER(kevent, flags, 12, 4);
MEMBER(kevent, fflags, 16, 4);
MEMBER(kevent, data, 24, 8);
MEMBER(kevent, udata, 32, 8);
SIZE(kevent, 40);
MEMBER(pollfd, fd, 0, 4);
MEMBER(pollfd, events, 4, 2);
MEMBER(pollfd, revents, 6, 2);
SIZE(pollfd, 8);
MEMBER(rlimit, rlim_cur, 0, 8);
MEMBER(rlimit, rlim_max, 8, 8);
SIZE(rlimit, 16);
MEMBER(flock, l_start, 0, 8);
MEMBER(flock, l_len, 8, 8);
MEMBER(flock, l_pid, 16, 4);
MEMBER(flock, l_type, 20, 2);
MEMBER(flock, l_whence, 22, 2);
SIZE(flock, 24);
MEMBER(iovec, iov_base, 0, 8);
MEMBER(iovec, iov_len, 8, 8);
SIZE(iovec, 16);
MEMBER(sigaction, _sa_u._sa_handler, 0, 8);
MEMBER(sigaction, _sa_u._sa_sigaction, 0, 8);
MEMBER(sigaction, sa_mask, 8, 16);
MEMBER(sigaction, sa_flags, 24, 4);
SIZE(sigaction, 32);

/* arguments: a register each */
SIZE(sys_read_args, 24);
SIZE(sys_lseek_args, 32);
SIZE(sys_pread_args, 40);
MEMBER(sys_pread_args, offset, 32, 8);
SIZE(sys_mknodat_args, 40);
SIZE(sys___mknod50_args, 24);
SIZE(sys___posix_fadvise50_args, 40);
SIZE(sys___kevent50_args, 48);
SIZE(sys_fsync_range_args, 32);
#endif
