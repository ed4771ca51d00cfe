/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a rump kernel's error number to the host's. A number that the host has
 * no name for becomes its nearest kin; what is no error number at all, ERANGE.
 */

#ifndef _RUMP_RUMPERRNO2HOST_H_
#define _RUMP_RUMPERRNO2HOST_H_

#include <errno.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline int
rump_errno2host(int rumperrno)
{
	switch (rumperrno) {
	case 0:
		return 0;
	case 1:
		return EPERM;
	case 2:
		return ENOENT;
	case 3:
		return ESRCH;
	case 4:
		return EINTR;
	case 5:
		return EIO;
	case 6:
		return ENXIO;
	case 7:
		return E2BIG;
	case 8:
		return ENOEXEC;
	case 9:
		return EBADF;
	case 10:
		return ECHILD;
	case 11:
		return EDEADLK;
	case 12:
		return ENOMEM;
	case 13:
		return EACCES;
	case 14:
		return EFAULT;
	case 15:
#ifdef ENOTBLK
		return ENOTBLK;
#else
		return EINVAL;
#endif
	case 16:
		return EBUSY;
	case 17:
		return EEXIST;
	case 18:
		return EXDEV;
	case 19:
		return ENODEV;
	case 20:
		return ENOTDIR;
	case 21:
		return EISDIR;
	case 22:
		return EINVAL;
	case 23:
		return ENFILE;
	case 24:
		return EMFILE;
	case 25:
		return ENOTTY;
	case 26:
		return ETXTBSY;
	case 27:
		return EFBIG;
	case 28:
		return ENOSPC;
	case 29:
		return ESPIPE;
	case 30:
		return EROFS;
	case 31:
		return EMLINK;
	case 32:
		return EPIPE;
	case 33:
		return EDOM;
	case 34:
		return ERANGE;
	case 35:
		return EAGAIN;
	case 36:
		return EINPROGRESS;
	case 37:
		return EALREADY;
	case 38:
		return ENOTSOCK;
	case 39:
		return EDESTADDRREQ;
	case 40:
		return EMSGSIZE;
	case 41:
		return EPROTOTYPE;
	case 42:
		return ENOPROTOOPT;
	case 43:
		return EPROTONOSUPPORT;
	case 44:
#ifdef ESOCKTNOSUPPORT
		return ESOCKTNOSUPPORT;
#else
		return EPROTONOSUPPORT;
#endif
	case 45:
		return EOPNOTSUPP;
	case 46:
#ifdef EPFNOSUPPORT
		return EPFNOSUPPORT;
#else
		return EAFNOSUPPORT;
#endif
	case 47:
		return EAFNOSUPPORT;
	case 48:
		return EADDRINUSE;
	case 49:
		return EADDRNOTAVAIL;
	case 50:
		return ENETDOWN;
	case 51:
		return ENETUNREACH;
	case 52:
		return ENETRESET;
	case 53:
		return ECONNABORTED;
	case 54:
		return ECONNRESET;
	case 55:
		return ENOBUFS;
	case 56:
		return EISCONN;
	case 57:
		return ENOTCONN;
	case 58:
#ifdef ESHUTDOWN
		return ESHUTDOWN;
#else
		return EPIPE;
#endif
	case 59:
#ifdef ETOOMANYREFS
		return ETOOMANYREFS;
#else
		return EIO;
#endif
	case 60:
		return ETIMEDOUT;
	case 61:
		return ECONNREFUSED;
	case 62:
		return ELOOP;
	case 63:
		return ENAMETOOLONG;
	case 64:
#ifdef EHOSTDOWN
		return EHOSTDOWN;
#else
		return EHOSTUNREACH;
#endif
	case 65:
		return EHOSTUNREACH;
	case 66:
		return ENOTEMPTY;
	case 67:
#ifdef EPROCLIM
		return EPROCLIM;
#else
		return EAGAIN;
#endif
	case 68:
#ifdef EUSERS
		return EUSERS;
#else
		return EAGAIN;
#endif
	case 69:
#ifdef EDQUOT
		return EDQUOT;
#else
		return ENOSPC;
#endif
	case 70:
#ifdef ESTALE
		return ESTALE;
#else
		return EIO;
#endif
	case 71:
#ifdef EREMOTE
		return EREMOTE;
#else
		return EIO;
#endif
	case 72:
#ifdef EBADRPC
		return EBADRPC;
#else
		return EIO;
#endif
	case 73:
#ifdef ERPCMISMATCH
		return ERPCMISMATCH;
#else
		return EIO;
#endif
	case 74:
#ifdef EPROGUNAVAIL
		return EPROGUNAVAIL;
#else
		return EIO;
#endif
	case 75:
#ifdef EPROGMISMATCH
		return EPROGMISMATCH;
#else
		return EIO;
#endif
	case 76:
#ifdef EPROCUNAVAIL
		return EPROCUNAVAIL;
#else
		return EIO;
#endif
	case 77:
		return ENOLCK;
	case 78:
		return ENOSYS;
	case 79:
#ifdef EFTYPE
		return EFTYPE;
#else
		return EINVAL;
#endif
	case 80:
#ifdef EAUTH
		return EAUTH;
#else
		return EPERM;
#endif
	case 81:
#ifdef ENEEDAUTH
		return ENEEDAUTH;
#else
		return EPERM;
#endif
	case 82:
#ifdef EIDRM
		return EIDRM;
#else
		return EIO;
#endif
	case 83:
#ifdef ENOMSG
		return ENOMSG;
#else
		return EIO;
#endif
	case 84:
		return EOVERFLOW;
	case 85:
		return EILSEQ;
	case 86:
		return ENOTSUP;
	case 87:
		return ECANCELED;
	case 88:
#ifdef EBADMSG
		return EBADMSG;
#else
		return EIO;
#endif
	case 89:
#ifdef ENODATA
		return ENODATA;
#else
		return EIO;
#endif
	case 90:
#ifdef ENOSR
		return ENOSR;
#else
		return EIO;
#endif
	case 91:
#ifdef ENOSTR
		return ENOSTR;
#else
		return EIO;
#endif
	case 92:
#ifdef ETIME
		return ETIME;
#else
		return ETIMEDOUT;
#endif
	case 93:
#if defined(ENOATTR)
		return ENOATTR;
#elif defined(ENODATA)
		return ENODATA;
#else
		return ENOENT;
#endif
	case 94:
#ifdef EMULTIHOP
		return EMULTIHOP;
#else
		return EIO;
#endif
	case 95:
#ifdef ENOLINK
		return ENOLINK;
#else
		return EIO;
#endif
	case 96:
#ifdef EPROTO
		return EPROTO;
#else
		return EIO;
#endif
	default:
		return ERANGE;
	}
}

#ifdef __cplusplus
}
#endif

#endif /* _RUMP_RUMPERRNO2HOST_H_ */
