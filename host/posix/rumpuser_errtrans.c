/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Errnos between the host and NetBSD.  The pairs name the host's by their
 * macros, so one table serves every host; on NetBSD it is the identity.
 * Lookup tables are filled at load time and constant afterwards.
 */

#include "rumpuser_int.h"

#include <errno.h>
#include <rump/rumpuser_component.h>

#define KERNEL_ELAST 96
#define HOST_ELAST   255

static const struct pair {
	int host;
	int kernel;
} pairs[] = {
    {EPERM, 1},
    {ENOENT, 2},
    {ESRCH, 3},
    {EINTR, 4},
    {EIO, 5},
    {ENXIO, 6},
    {E2BIG, 7},
    {ENOEXEC, 8},
    {EBADF, 9},
    {ECHILD, 10},
    {EDEADLK, 11},
    {ENOMEM, 12},
    {EACCES, 13},
    {EFAULT, 14},
#ifdef ENOTBLK
    {ENOTBLK, 15},
#endif
    {EBUSY, 16},
    {EEXIST, 17},
    {EXDEV, 18},
    {ENODEV, 19},
    {ENOTDIR, 20},
    {EISDIR, 21},
    {EINVAL, 22},
    {ENFILE, 23},
    {EMFILE, 24},
    {ENOTTY, 25},
    {ETXTBSY, 26},
    {EFBIG, 27},
    {ENOSPC, 28},
    {ESPIPE, 29},
    {EROFS, 30},
    {EMLINK, 31},
    {EPIPE, 32},
    {EDOM, 33},
    {ERANGE, 34},
    {EAGAIN, 35},
    {EINPROGRESS, 36},
    {EALREADY, 37},
    {ENOTSOCK, 38},
    {EDESTADDRREQ, 39},
    {EMSGSIZE, 40},
    {EPROTOTYPE, 41},
    {ENOPROTOOPT, 42},
    {EPROTONOSUPPORT, 43},
#ifdef ESOCKTNOSUPPORT
    {ESOCKTNOSUPPORT, 44},
#endif
    {EOPNOTSUPP, 45},
#ifdef EPFNOSUPPORT
    {EPFNOSUPPORT, 46},
#endif
    {EAFNOSUPPORT, 47},
    {EADDRINUSE, 48},
    {EADDRNOTAVAIL, 49},
    {ENETDOWN, 50},
    {ENETUNREACH, 51},
    {ENETRESET, 52},
    {ECONNABORTED, 53},
    {ECONNRESET, 54},
    {ENOBUFS, 55},
    {EISCONN, 56},
    {ENOTCONN, 57},
#ifdef ESHUTDOWN
    {ESHUTDOWN, 58},
#endif
#ifdef ETOOMANYREFS
    {ETOOMANYREFS, 59},
#endif
    {ETIMEDOUT, 60},
    {ECONNREFUSED, 61},
    {ELOOP, 62},
    {ENAMETOOLONG, 63},
#ifdef EHOSTDOWN
    {EHOSTDOWN, 64},
#endif
    {EHOSTUNREACH, 65},
    {ENOTEMPTY, 66},
#ifdef EPROCLIM
    {EPROCLIM, 67},
#endif
#ifdef EUSERS
    {EUSERS, 68},
#endif
    {EDQUOT, 69},
    {ESTALE, 70},
#ifdef EREMOTE
    {EREMOTE, 71},
#endif
#ifdef EBADRPC
    {EBADRPC, 72},
    {ERPCMISMATCH, 73},
    {EPROGUNAVAIL, 74},
    {EPROGMISMATCH, 75},
    {EPROCUNAVAIL, 76},
#endif
    {ENOLCK, 77},
    {ENOSYS, 78},
#ifdef EFTYPE
    {EFTYPE, 79},
#endif
#ifdef EAUTH
    {EAUTH, 80},
    {ENEEDAUTH, 81},
#endif
    {EIDRM, 82},
    {ENOMSG, 83},
    {EOVERFLOW, 84},
    {EILSEQ, 85},
    /* one number on Linux, and then this one is not the last word */
    {ENOTSUP, 86},
    {ECANCELED, 87},
    {EBADMSG, 88},
#ifdef ENODATA
    {ENODATA, 89},
#endif
#ifdef ENOSR
    {ENOSR, 90},
#endif
#ifdef ENOSTR
    {ENOSTR, 91},
#endif
#ifdef ETIME
    {ETIME, 92},
#endif
#ifdef ENOATTR
    {ENOATTR, 93},
#elif defined(ENODATA)
    {ENODATA, 93},
#endif
#ifdef EMULTIHOP
    {EMULTIHOP, 94},
#endif
#ifdef ENOLINK
    {ENOLINK, 95},
#endif
    {EPROTO, 96},
/* Linux numbers with a near relative */
#ifdef ERESTART
    {ERESTART, 4},
#endif
#ifdef EREMOTEIO
    {EREMOTEIO, 5},
#endif
#ifdef ENOMEDIUM
    {ENOMEDIUM, 19},
#endif
#ifdef EMEDIUMTYPE
    {EMEDIUMTYPE, 79},
#endif
#ifdef EUCLEAN
    {EUCLEAN, 5},
#endif
};

static unsigned char to_kernel[HOST_ELAST + 1];
static unsigned char to_host[KERNEL_ELAST + 1];

/* The first pair that has a number decides. */
__attribute__((__constructor__)) static void
errtrans_setup(void)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct pair *p = &pairs[i];

		if (p->host > 0 && p->host <= HOST_ELAST &&
		    to_kernel[p->host] == 0)
			to_kernel[p->host] = (unsigned char)p->kernel;
		if (to_host[p->kernel] == 0 && p->host <= HOST_ELAST)
			to_host[p->kernel] = (unsigned char)p->host;
	}
}

/* What has no number of its own is EIO: no error may look like success. */
int
errno_to_kernel(int error)
{
	if (error == 0)
		return 0;
	if (error < 0 || error > HOST_ELAST || to_kernel[error] == 0)
		return to_kernel[EIO];
	return to_kernel[error];
}

int
errno_to_host(int error)
{
	if (error == 0)
		return 0;
	if (error < 0 || error > KERNEL_ELAST || to_host[error] == 0)
		return EIO;
	return to_host[error];
}

int
rumpuser_component_errtrans(int hosterr)
{
	return errno_to_kernel(hosterr);
}
