/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends a source file's system calls to the rump kernel without editing it:
 * define the groups wanted, include this last. What the macros do to names
 * used for other things is the includer's affair.
 */

#ifndef _RUMP_RUMP_SYSCALLSHOTGUN_H_
#define _RUMP_RUMP_SYSCALLSHOTGUN_H_

#include <rump/rump_syscalls.h>

#ifdef RUMP_SYS_NETWORKING
#ifndef RUMP_SYS_CLOSE
#define RUMP_SYS_CLOSE
#endif
#define socket(a, b, c)            rump_sys_socket(a, b, c)
#define socketpair(a, b, c, d)     rump_sys_socketpair(a, b, c, d)
#define accept(a, b, c)            rump_sys_accept(a, b, c)
#define bind(a, b, c)              rump_sys_bind(a, b, c)
#define connect(a, b, c)           rump_sys_connect(a, b, c)
#define getpeername(a, b, c)       rump_sys_getpeername(a, b, c)
#define getsockname(a, b, c)       rump_sys_getsockname(a, b, c)
#define listen(a, b)               rump_sys_listen(a, b)
#define recvfrom(a, b, c, d, e, f) rump_sys_recvfrom(a, b, c, d, e, f)
#define recvmsg(a, b, c)           rump_sys_recvmsg(a, b, c)
#define sendto(a, b, c, d, e, f)   rump_sys_sendto(a, b, c, d, e, f)
#define sendmsg(a, b, c)           rump_sys_sendmsg(a, b, c)
#define getsockopt(a, b, c, d, e)  rump_sys_getsockopt(a, b, c, d, e)
#define setsockopt(a, b, c, d, e)  rump_sys_setsockopt(a, b, c, d, e)
#define shutdown(a, b)             rump_sys_shutdown(a, b)
#endif /* RUMP_SYS_NETWORKING */

#ifdef RUMP_SYS_IOCTL
#define ioctl(...) rump_sys_ioctl(__VA_ARGS__)
#define fcntl(...) rump_sys_fcntl(__VA_ARGS__)
#endif /* RUMP_SYS_IOCTL */

#ifdef RUMP_SYS_CLOSE
#define close(a) rump_sys_close(a)
#endif /* RUMP_SYS_CLOSE */

#ifdef RUMP_SYS_OPEN
#define open(...) rump_sys_open(__VA_ARGS__)
#endif /* RUMP_SYS_OPEN */

#ifdef RUMP_SYS_READWRITE
#define read(a, b, c)       rump_sys_read(a, b, c)
#define readv(a, b, c)      rump_sys_readv(a, b, c)
#define pread(a, b, c, d)   rump_sys_pread(a, b, c, d)
#define preadv(a, b, c, d)  rump_sys_preadv(a, b, c, d)
#define write(a, b, c)      rump_sys_write(a, b, c)
#define writev(a, b, c)     rump_sys_writev(a, b, c)
#define pwrite(a, b, c, d)  rump_sys_pwrite(a, b, c, d)
#define pwritev(a, b, c, d) rump_sys_pwritev(a, b, c, d)
#endif /* RUMP_SYS_READWRITE */

#ifdef RUMP_SYS_FILEOPS
#define mkdir(a, b)             rump_sys_mkdir(a, b)
#define rmdir(a)                rump_sys_rmdir(a)
#define link(a, b)              rump_sys_link(a, b)
#define symlink(a, b)           rump_sys_symlink(a, b)
#define unlink(a)               rump_sys_unlink(a)
#define readlink(a, b, c)       rump_sys_readlink(a, b, c)
#define rename(a, b)            rump_sys_rename(a, b)
#define chdir(a)                rump_sys_chdir(a)
#define fchdir(a)               rump_sys_fchdir(a)
#define chroot(a)               rump_sys_chroot(a)
#define chmod(a, b)             rump_sys_chmod(a, b)
#define lchmod(a, b)            rump_sys_lchmod(a, b)
#define fchmod(a, b)            rump_sys_fchmod(a, b)
#define chown(a, b, c)          rump_sys_chown(a, b, c)
#define lchown(a, b, c)         rump_sys_lchown(a, b, c)
#define fchown(a, b, c)         rump_sys_fchown(a, b, c)
#define chflags(a, b)           rump_sys_chflags(a, b)
#define lchflags(a, b)          rump_sys_lchflags(a, b)
#define fchflags(a, b)          rump_sys_fchflags(a, b)
#define utimes(a, b)            rump_sys_utimes(a, b)
#define lutimes(a, b)           rump_sys_lutimes(a, b)
#define futimes(a, b)           rump_sys_futimes(a, b)
#define truncate(a, b)          rump_sys_truncate(a, b)
#define ftruncate(a, b)         rump_sys_ftruncate(a, b)
#define lseek(a, b, c)          rump_sys_lseek(a, b, c)
#define fsync(a)                rump_sys_fsync(a)
#define fsync_range(a, b, c, d) rump_sys_fsync_range(a, b, c, d)
#define fdatasync(a)            rump_sys_fdatasync(a)
#define sync()                  rump_sys_sync()
#define access(a, b)            rump_sys_access(a, b)
#define mkfifo(a, b)            rump_sys_mkfifo(a, b)
#define mknod(a, b, c)          rump_sys_mknod(a, b, c)
#define pathconf(a, b)          rump_sys_pathconf(a, b)
#define fpathconf(a, b)         rump_sys_fpathconf(a, b)
#define flock(a, b)             rump_sys_flock(a, b)
#define umask(a)                rump_sys_umask(a)
#define getdents(a, b, c)       rump_sys_getdents(a, b, c)
#define dup(a)                  rump_sys_dup(a)
#define dup2(a, b)              rump_sys_dup2(a, b)
#endif /* RUMP_SYS_FILEOPS */

#ifdef RUMP_SYS_STAT
#define stat(a, b)  rump_sys_stat(a, b)
#define fstat(a, b) rump_sys_fstat(a, b)
#define lstat(a, b) rump_sys_lstat(a, b)
#endif /* RUMP_SYS_STAT */

#ifdef RUMP_SYS_STATVFS
#define statvfs1(a, b, c)   rump_sys_statvfs1(a, b, c)
#define fstatvfs1(a, b, c)  rump_sys_fstatvfs1(a, b, c)
#define getvfsstat(a, b, c) rump_sys_getvfsstat(a, b, c)
#endif /* RUMP_SYS_STATVFS */

#ifdef RUMP_SYS_MOUNT
#define mount(a, b, c, d, e) rump_sys_mount(a, b, c, d, e)
#define unmount(a, b)        rump_sys_unmount(a, b)
#endif /* RUMP_SYS_MOUNT */

#ifdef RUMP_SYS_POLL
#define poll(a, b, c)             rump_sys_poll(a, b, c)
#define pollts(a, b, c, d)        rump_sys_pollts(a, b, c, d)
#define select(a, b, c, d, e)     rump_sys_select(a, b, c, d, e)
#define pselect(a, b, c, d, e, f) rump_sys_pselect(a, b, c, d, e, f)
#endif /* RUMP_SYS_POLL */

#ifdef RUMP_SYS_PIPE
#define pipe(a)     rump_sys_pipe(a)
#define pipe2(a, b) rump_sys_pipe2(a, b)
#endif /* RUMP_SYS_PIPE */

#ifdef RUMP_SYS_KQUEUE
#define kqueue()                 rump_sys_kqueue()
#define kqueue1(a)               rump_sys_kqueue1(a)
#define kevent(a, b, c, d, e, f) rump_sys_kevent(a, b, c, d, e, f)
#endif /* RUMP_SYS_KQUEUE */

#ifdef RUMP_SYS_PROCOPS
#define getpid()        rump_sys_getpid()
#define getppid()       rump_sys_getppid()
#define getuid()        rump_sys_getuid()
#define geteuid()       rump_sys_geteuid()
#define getgid()        rump_sys_getgid()
#define getegid()       rump_sys_getegid()
#define setuid(a)       rump_sys_setuid(a)
#define setgid(a)       rump_sys_setgid(a)
#define setsid()        rump_sys_setsid()
#define getpgid(a)      rump_sys_getpgid(a)
#define setpgid(a, b)   rump_sys_setpgid(a, b)
#define getrlimit(a, b) rump_sys_getrlimit(a, b)
#define setrlimit(a, b) rump_sys_setrlimit(a, b)
#endif /* RUMP_SYS_PROCOPS */

#ifdef RUMP_SYS_XATTR
#define getxattr(a, b, c, d)     rump_sys_getxattr(a, b, c, d)
#define setxattr(a, b, c, d, e)  rump_sys_setxattr(a, b, c, d, e)
#define listxattr(a, b, c)       rump_sys_listxattr(a, b, c)
#define removexattr(a, b)        rump_sys_removexattr(a, b)
#define fgetxattr(a, b, c, d)    rump_sys_fgetxattr(a, b, c, d)
#define fsetxattr(a, b, c, d, e) rump_sys_fsetxattr(a, b, c, d, e)
#define flistxattr(a, b, c)      rump_sys_flistxattr(a, b, c)
#define fremovexattr(a, b)       rump_sys_fremovexattr(a, b)
#define lgetxattr(a, b, c, d)    rump_sys_lgetxattr(a, b, c, d)
#define lsetxattr(a, b, c, d, e) rump_sys_lsetxattr(a, b, c, d, e)
#define llistxattr(a, b, c)      rump_sys_llistxattr(a, b, c)
#define lremovexattr(a, b)       rump_sys_lremovexattr(a, b)
#endif /* RUMP_SYS_XATTR */

#ifdef RUMP_SYS_SYSCTL
#define __sysctl(a, b, c, d, e, f) rump_sys___sysctl(a, b, c, d, e, f)
#endif /* RUMP_SYS_SYSCTL */

#endif /* _RUMP_RUMP_SYSCALLSHOTGUN_H_ */
