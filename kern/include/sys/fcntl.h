/* SPDX-License-Identifier: BSD-2-Clause */
/* File control: open flags, fcntl(2) commands, advisory lock records. */

#ifndef _SYS_FCNTL_H_
#define _SYS_FCNTL_H_

#include <sys/stat.h>
#include <sys/types.h>

#define O_RDONLY    0x00000000
#define O_WRONLY    0x00000001
#define O_RDWR      0x00000002
#define O_ACCMODE   0x00000003
#define O_NONBLOCK  0x00000004
#define O_APPEND    0x00000008
#define O_SHLOCK    0x00000010
#define O_EXLOCK    0x00000020
#define O_ASYNC     0x00000040
#define O_SYNC      0x00000080
#define O_NOFOLLOW  0x00000100
#define O_CREAT     0x00000200
#define O_TRUNC     0x00000400
#define O_EXCL      0x00000800
#define O_NOCTTY    0x00008000
#define O_DSYNC     0x00010000
#define O_RSYNC     0x00020000
#define O_ALT_IO    0x00040000
#define O_DIRECT    0x00080000
#define O_DIRECTORY 0x00200000
#define O_CLOEXEC   0x00400000
#define O_SEARCH    0x00800000
#define O_NOSIGPIPE 0x01000000
#define O_NDELAY    O_NONBLOCK

#define FREAD    0x00000001
#define FWRITE   0x00000002
#define FMARK    0x00001000
#define FDEFER   0x00002000
#define FHASLOCK 0x00004000
#define FSCAN    0x00100000
#define FSILENT  0x40000000
#define FKIOCTL  0x80000000

#define FAPPEND    O_APPEND
#define FASYNC     O_ASYNC
#define FFSYNC     O_SYNC
#define FDSYNC     O_DSYNC
#define FRSYNC     O_RSYNC
#define FALTIO     O_ALT_IO
#define FDIRECT    O_DIRECT
#define FNONBLOCK  O_NONBLOCK
#define FNDELAY    O_NONBLOCK
#define FNOSIGPIPE O_NOSIGPIPE
#define FEXLOCK    O_EXLOCK
#define FSHLOCK    O_SHLOCK
#define FNOFOLLOW  O_NOFOLLOW
#define FCREAT     O_CREAT

/* open(2) flags to file flags and back */
#define FFLAGS(oflags) ((oflags) + 1)
#define OFLAGS(fflags) ((fflags)-1)

#define O_MASK                                                                 \
	(O_ACCMODE | O_NONBLOCK | O_APPEND | O_SHLOCK | O_EXLOCK | O_ASYNC |   \
	    O_SYNC | O_CREAT | O_TRUNC | O_EXCL | O_DSYNC | O_RSYNC |          \
	    O_NOCTTY | O_ALT_IO | O_NOFOLLOW | O_DIRECT | O_DIRECTORY |        \
	    O_CLOEXEC | O_NOSIGPIPE | O_SEARCH)

/* what fcntl(F_SETFL) may change, and what f_flag keeps */
#define FCNTLFLAGS                                                             \
	(FAPPEND | FASYNC | FFSYNC | FNONBLOCK | FDSYNC | FRSYNC | FALTIO |    \
	    FDIRECT | FNOSIGPIPE)
#define FMASK (FREAD | FWRITE | FCNTLFLAGS | FSILENT)

#define F_DUPFD         0
#define F_GETFD         1
#define F_SETFD         2
#define F_GETFL         3
#define F_SETFL         4
#define F_GETOWN        5
#define F_SETOWN        6
#define F_GETLK         7
#define F_SETLK         8
#define F_SETLKW        9
#define F_CLOSEM        10
#define F_MAXFD         11
#define F_DUPFD_CLOEXEC 12
#define F_GETNOSIGPIPE  13
#define F_SETNOSIGPIPE  14

#define FD_CLOEXEC 1

#define F_RDLCK 1
#define F_UNLCK 2
#define F_WRLCK 3
#define F_WAIT  0x010
#define F_FLOCK 0x020
#define F_POSIX 0x040

/* fcntl(2) commands that a file system defines, encoded like ioctls */
#define F_PARAM_MASK   0xfff
#define F_PARAM_LEN(x) (((x) >> 16) & F_PARAM_MASK)
#define F_PARAM_MAX    4095
#define F_FSCTL        (int)0x80000000
#define F_FSVOID       (int)0x40000000
#define F_FSOUT        (int)0x20000000
#define F_FSIN         (int)0x10000000
#define F_FSINOUT      (F_FSIN | F_FSOUT)
#define F_FSDIRMASK    (int)0x70000000
#define F_FSPRIV       (int)0x00008000
#define _FCN(inout, num, len)                                                  \
	(F_FSCTL | inout | ((len & F_PARAM_MASK) << 16) | (num))
#define _FCNO(c)     _FCN(F_FSVOID, (c), 0)
#define _FCNR(c, t)  _FCN(F_FSIN, (c), (int)sizeof(t))
#define _FCNW(c, t)  _FCN(F_FSOUT, (c), (int)sizeof(t))
#define _FCNRW(c, t) _FCN(F_FSINOUT, (c), (int)sizeof(t))
#define _FCN_FSPRIV(inout, num, len)                                           \
	(F_FSCTL | F_FSPRIV | inout | ((len & F_PARAM_MASK) << 16) | (num))
#define _FCNO_FSPRIV(c)     _FCN_FSPRIV(F_FSVOID, (c), 0)
#define _FCNR_FSPRIV(c, t)  _FCN_FSPRIV(F_FSIN, (c), (int)sizeof(t))
#define _FCNW_FSPRIV(c, t)  _FCN_FSPRIV(F_FSOUT, (c), (int)sizeof(t))
#define _FCNRW_FSPRIV(c, t) _FCN_FSPRIV(F_FSINOUT, (c), (int)sizeof(t))

struct flock {
	off_t l_start;
	off_t l_len;
	pid_t l_pid;
	short l_type;
	short l_whence;
};

#define LOCK_SH 0x01
#define LOCK_EX 0x02
#define LOCK_NB 0x04
#define LOCK_UN 0x08

#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif

#define POSIX_FADV_NORMAL     0
#define POSIX_FADV_RANDOM     1
#define POSIX_FADV_SEQUENTIAL 2
#define POSIX_FADV_WILLNEED   3
#define POSIX_FADV_DONTNEED   4
#define POSIX_FADV_NOREUSE    5

#define AT_FDCWD            -100
#define AT_EACCESS          0x100
#define AT_SYMLINK_NOFOLLOW 0x200
#define AT_SYMLINK_FOLLOW   0x400
#define AT_REMOVEDIR        0x800

#endif /* _SYS_FCNTL_H_ */
