/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The structures of rump system calls under names of their own, and functions
 * that convert them to and from the host's.
 *
 * rump_sys_stat() takes a struct stat *, but fills it as NetBSD lays it out:
 * on any other host that overruns the caller's variable. Either declare a
 * struct rump_stat and pass rump_stat_ptr(&st), or call rump_host_stat(),
 * which converts. Likewise the others.
 *
 * Error numbers: rump_sys_* leave the rump kernel's number in errno.
 * rump_errno_usehost() changes that for the whole program to the host's.
 */

#ifndef _RUMP_RUMP_STRUCTS_H_
#define _RUMP_RUMP_STRUCTS_H_

#if defined(__STRICT_ANSI__) && !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200809L /* struct timespec */
#endif

#include <sys/types.h>

#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/un.h>

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>
#include <rump/rumperrno2host.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rump_timespec {
	int64_t tv_sec;
	long tv_nsec;
};

struct rump_timeval {
	int64_t tv_sec;
	int32_t tv_usec;
};

struct rump_itimerval {
	struct rump_timeval it_interval;
	struct rump_timeval it_value;
};

struct rump_itimerspec {
	struct rump_timespec it_interval;
	struct rump_timespec it_value;
};

struct rump_stat {
	uint64_t st_dev;
	uint32_t st_mode;
	uint64_t st_ino;
	uint32_t st_nlink;
	uint32_t st_uid;
	uint32_t st_gid;
	uint64_t st_rdev;
	struct rump_timespec rst_atim;
	struct rump_timespec rst_mtim;
	struct rump_timespec rst_ctim;
	struct rump_timespec rst_birthtim;
	int64_t st_size;
	int64_t st_blocks;
	int32_t st_blksize;
	uint32_t st_flags;
	uint32_t st_gen;
	uint32_t st_spare[2];
};

struct rump_statvfs {
	unsigned long f_flag;
	unsigned long f_bsize;
	unsigned long f_frsize;
	unsigned long f_iosize;
	uint64_t f_blocks;
	uint64_t f_bfree;
	uint64_t f_bavail;
	uint64_t f_bresvd;
	uint64_t f_files;
	uint64_t f_ffree;
	uint64_t f_favail;
	uint64_t f_fresvd;
	uint64_t f_syncreads;
	uint64_t f_syncwrites;
	uint64_t f_asyncreads;
	uint64_t f_asyncwrites;
	int32_t f_fsidx[2];
	unsigned long f_fsid;
	unsigned long f_namemax;
	uint32_t f_owner;
	uint32_t f_spare[4];
	char f_fstypename[32];
	char f_mntonname[1024];
	char f_mntfromname[1024];
};

struct rump_sockaddr {
	uint8_t sa_len;
	uint8_t sa_family;
	char sa_data[14];
};

struct rump_sockaddr_in {
	uint8_t sin_len;
	uint8_t sin_family;
	uint16_t sin_port;
	uint32_t sin_addr; /* network byte order */
	int8_t sin_zero[8];
};

struct rump_sockaddr_in6 {
	uint8_t sin6_len;
	uint8_t sin6_family;
	uint16_t sin6_port;
	uint32_t sin6_flowinfo;
	uint8_t sin6_addr[16];
	uint32_t sin6_scope_id;
};

struct rump_sockaddr_un {
	uint8_t sun_len;
	uint8_t sun_family;
	char sun_path[104];
};

struct rump_sockaddr_storage {
	uint8_t ss_len;
	uint8_t ss_family;
	char ss_pad1[6];
	int64_t ss_align;
	char ss_pad2[112];
};

struct rump_msghdr {
	void *msg_name;
	uint32_t msg_namelen;
	struct iovec *msg_iov;
	int msg_iovlen;
	void *msg_control;
	uint32_t msg_controllen;
	int msg_flags;
};

struct rump_cmsghdr {
	uint32_t cmsg_len;
	int cmsg_level;
	int cmsg_type;
};

struct rump_pollfd {
	int fd;
	short events;
	short revents;
};

struct rump_kevent {
	uintptr_t ident;
	uint32_t filter;
	uint32_t flags;
	uint32_t fflags;
	int64_t data;
	intptr_t udata;
};

struct rump_flock {
	int64_t l_start;
	int64_t l_len;
	int32_t l_pid;
	short l_type;
	short l_whence;
};

struct rump_rlimit {
	uint64_t rlim_cur;
	uint64_t rlim_max;
};

struct rump_linger {
	int l_onoff;
	int l_linger;
};

/* arguments of rump_sys_mount(RUMP_MOUNT_TMPFS) */
struct rump_tmpfs_args {
	int ta_version;        /* 1 */
	uint64_t ta_nodes_max; /* files; less than 3: as memory allows */
	int64_t ta_size_max;   /* bytes; less than a page: the same */
	uint32_t ta_root_uid;
	uint32_t ta_root_gid;
	uint32_t ta_root_mode;
};

/* rump_sys_select(): RUMP_FD_SETSIZE descriptors */
#define RUMP_FD_SETSIZE 256
struct rump_fd_set {
	uint32_t fds_bits[RUMP_FD_SETSIZE / 32];
};
#define RUMP_FD_ZERO(p)     memset((p), 0, sizeof(*(p)))
#define RUMP_FD_SET(n, p)   ((p)->fds_bits[(n) / 32] |= 1U << ((n) % 32))
#define RUMP_FD_CLR(n, p)   ((p)->fds_bits[(n) / 32] &= ~(1U << ((n) % 32)))
#define RUMP_FD_ISSET(n, p) (((p)->fds_bits[(n) / 32] >> ((n) % 32)) & 1U)

/* pass a rump structure where a prototype names the host's */
#define rump_stat_ptr(p)     ((struct stat *)(void *)(p))
#define rump_statvfs_ptr(p)  ((struct statvfs *)(void *)(p))
#define rump_sockaddr_ptr(p) ((struct sockaddr *)(void *)(p))
#define rump_timespec_ptr(p) ((struct timespec *)(void *)(p))
#define rump_timeval_ptr(p)  ((struct timeval *)(void *)(p))
#define rump_msghdr_ptr(p)   ((struct msghdr *)(void *)(p))
#define rump_pollfd_ptr(p)   ((struct pollfd *)(void *)(p))
#define rump_kevent_ptr(p)   ((struct kevent *)(void *)(p))
#define rump_rlimit_ptr(p)   ((struct rlimit *)(void *)(p))
#define rump_fd_set_ptr(p)   ((fd_set *)(void *)(p))

/*
 * All later rump_sys_* calls of this program translate errno by the function
 * given; NULL: raw numbers again.
 */
void rump_errno_settranslate(int (*)(int));

static inline void
rump_errno_usehost(void)
{
	rump_errno_settranslate(rump_errno2host);
}

static inline void
rump_timespec2host(const struct rump_timespec *r, struct timespec *h)
{
	h->tv_sec = (time_t)r->tv_sec;
	h->tv_nsec = r->tv_nsec;
}

static inline void
rump_timespec_fromhost(const struct timespec *h, struct rump_timespec *r)
{
	r->tv_sec = h->tv_sec;
	r->tv_nsec = h->tv_nsec;
}

static inline void
rump_timeval2host(const struct rump_timeval *r, struct timeval *h)
{
	h->tv_sec = (time_t)r->tv_sec;
	h->tv_usec = r->tv_usec;
}

static inline void
rump_timeval_fromhost(const struct timeval *h, struct rump_timeval *r)
{
	memset(r, 0, sizeof(*r));
	r->tv_sec = h->tv_sec;
	r->tv_usec = (int32_t)h->tv_usec;
}

/* File types and permission bits have the same values on every host. */
static inline void
rump_stat2host(const struct rump_stat *r, struct stat *h)
{
	memset(h, 0, sizeof(*h));
	h->st_dev = (dev_t)r->st_dev;
	h->st_mode = (mode_t)r->st_mode;
	h->st_ino = (ino_t)r->st_ino;
	h->st_nlink = (nlink_t)r->st_nlink;
	h->st_uid = r->st_uid;
	h->st_gid = r->st_gid;
	h->st_rdev = (dev_t)r->st_rdev;
	h->st_size = (off_t)r->st_size;
	h->st_blocks = (blkcnt_t)r->st_blocks;
	h->st_blksize = r->st_blksize;
#if defined(__APPLE__)
	rump_timespec2host(&r->rst_atim, &h->st_atimespec);
	rump_timespec2host(&r->rst_mtim, &h->st_mtimespec);
	rump_timespec2host(&r->rst_ctim, &h->st_ctimespec);
#elif defined(st_atime)
	rump_timespec2host(&r->rst_atim, &h->st_atim);
	rump_timespec2host(&r->rst_mtim, &h->st_mtim);
	rump_timespec2host(&r->rst_ctim, &h->st_ctim);
#else
	h->st_atime = (time_t)r->rst_atim.tv_sec;
	h->st_mtime = (time_t)r->rst_mtim.tv_sec;
	h->st_ctime = (time_t)r->rst_ctim.tv_sec;
#endif
}

static inline void
rump_statvfs2host(const struct rump_statvfs *r, struct statvfs *h)
{
	memset(h, 0, sizeof(*h));
	h->f_bsize = r->f_bsize;
	h->f_frsize = r->f_frsize;
	h->f_blocks = r->f_blocks;
	h->f_bfree = r->f_bfree;
	h->f_bavail = r->f_bavail;
	h->f_files = r->f_files;
	h->f_ffree = r->f_ffree;
	h->f_favail = r->f_favail;
	h->f_fsid = r->f_fsid;
	h->f_namemax = r->f_namemax;
#ifdef ST_RDONLY
	if (r->f_flag & RUMP_MNT_RDONLY)
		h->f_flag |= ST_RDONLY;
#endif
#ifdef ST_NOSUID
	if (r->f_flag & RUMP_MNT_NOSUID)
		h->f_flag |= ST_NOSUID;
#endif
}

/*
 * Socket addresses: returns the length of the result, or 0 if the family is
 * not one of IPv4, IPv6 and local, or the buffer is too small.
 */
static inline socklen_t
rump_sockaddr_fromhost(
    const struct sockaddr *h, socklen_t hlen, void *buf, size_t buflen)
{
	if (h->sa_family == AF_INET &&
	    buflen >= sizeof(struct rump_sockaddr_in) &&
	    hlen >= (socklen_t)sizeof(struct sockaddr_in)) {
		struct rump_sockaddr_in r;
		struct sockaddr_in in;

		memcpy(&in, h, sizeof(in));
		memset(&r, 0, sizeof(r));
		r.sin_len = sizeof(r);
		r.sin_family = RUMP_AF_INET;
		r.sin_port = in.sin_port;
		r.sin_addr = in.sin_addr.s_addr;
		memcpy(buf, &r, sizeof(r));
		return sizeof(r);
	}
	if (h->sa_family == AF_INET6 &&
	    buflen >= sizeof(struct rump_sockaddr_in6) &&
	    hlen >= (socklen_t)sizeof(struct sockaddr_in6)) {
		struct rump_sockaddr_in6 r;
		struct sockaddr_in6 in6;

		memcpy(&in6, h, sizeof(in6));
		memset(&r, 0, sizeof(r));
		r.sin6_len = sizeof(r);
		r.sin6_family = RUMP_AF_INET6;
		r.sin6_port = in6.sin6_port;
		r.sin6_flowinfo = in6.sin6_flowinfo;
		memcpy(r.sin6_addr, &in6.sin6_addr, sizeof(r.sin6_addr));
		r.sin6_scope_id = in6.sin6_scope_id;
		memcpy(buf, &r, sizeof(r));
		return sizeof(r);
	}
	if (h->sa_family == AF_UNIX &&
	    buflen >= sizeof(struct rump_sockaddr_un) &&
	    hlen > (socklen_t)offsetof(struct sockaddr_un, sun_path)) {
		struct rump_sockaddr_un r;
		size_t n = hlen - offsetof(struct sockaddr_un, sun_path);

		if (n > sizeof(r.sun_path))
			return 0;
		memset(&r, 0, sizeof(r));
		r.sun_len = sizeof(r);
		r.sun_family = RUMP_AF_LOCAL;
		memcpy(r.sun_path,
		    (const char *)h + offsetof(struct sockaddr_un, sun_path),
		    n);
		memcpy(buf, &r, sizeof(r));
		return sizeof(r);
	}
	return 0;
}

static inline socklen_t
rump_sockaddr2host(const void *rump, size_t rumplen, void *buf, size_t buflen)
{
	struct rump_sockaddr sa;

	if (rumplen < offsetof(struct rump_sockaddr, sa_data))
		return 0;
	memset(&sa, 0, sizeof(sa));
	memcpy(&sa, rump, rumplen < sizeof(sa) ? rumplen : sizeof(sa));
	if (sa.sa_family == RUMP_AF_INET &&
	    rumplen >= sizeof(struct rump_sockaddr_in) &&
	    buflen >= sizeof(struct sockaddr_in)) {
		struct rump_sockaddr_in r;
		struct sockaddr_in in;

		memcpy(&r, rump, sizeof(r));
		memset(&in, 0, sizeof(in));
		in.sin_family = AF_INET;
		in.sin_port = r.sin_port;
		in.sin_addr.s_addr = r.sin_addr;
		memcpy(buf, &in, sizeof(in));
		return sizeof(in);
	}
	if (sa.sa_family == RUMP_AF_INET6 &&
	    rumplen >= sizeof(struct rump_sockaddr_in6) &&
	    buflen >= sizeof(struct sockaddr_in6)) {
		struct rump_sockaddr_in6 r;
		struct sockaddr_in6 in6;

		memcpy(&r, rump, sizeof(r));
		memset(&in6, 0, sizeof(in6));
		in6.sin6_family = AF_INET6;
		in6.sin6_port = r.sin6_port;
		in6.sin6_flowinfo = r.sin6_flowinfo;
		memcpy(&in6.sin6_addr, r.sin6_addr, sizeof(r.sin6_addr));
		in6.sin6_scope_id = r.sin6_scope_id;
		memcpy(buf, &in6, sizeof(in6));
		return sizeof(in6);
	}
	if (sa.sa_family == RUMP_AF_LOCAL) {
		size_t off = offsetof(struct rump_sockaddr_un, sun_path);
		size_t n = rumplen - off;
		struct sockaddr_un un;

		if (n > sizeof(un.sun_path) || buflen < sizeof(un))
			return 0;
		memset(&un, 0, sizeof(un));
		un.sun_family = AF_UNIX;
		memcpy(un.sun_path, (const char *)rump + off, n);
		memcpy(buf, &un, sizeof(un));
		return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	}
	return 0;
}

static inline int
rump_host_stat(const char *path, struct stat *h)
{
	struct rump_stat r;
	int rv = rump_sys_stat(path, rump_stat_ptr(&r));

	if (rv == 0)
		rump_stat2host(&r, h);
	return rv;
}

static inline int
rump_host_lstat(const char *path, struct stat *h)
{
	struct rump_stat r;
	int rv = rump_sys_lstat(path, rump_stat_ptr(&r));

	if (rv == 0)
		rump_stat2host(&r, h);
	return rv;
}

static inline int
rump_host_fstat(int fd, struct stat *h)
{
	struct rump_stat r;
	int rv = rump_sys_fstat(fd, rump_stat_ptr(&r));

	if (rv == 0)
		rump_stat2host(&r, h);
	return rv;
}

static inline int
rump_host_statvfs(const char *path, struct statvfs *h)
{
	struct rump_statvfs r;
	int rv = rump_sys_statvfs1(path, rump_statvfs_ptr(&r), RUMP_MNT_WAIT);

	if (rv == 0)
		rump_statvfs2host(&r, h);
	return rv;
}

#ifdef __cplusplus
}
#endif

#endif /* _RUMP_RUMP_STRUCTS_H_ */
