/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls that send and receive.
 */
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/signalvar.h>
#include <sys/socketvar.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include "socket_impl.h"

/* Build the uio of a message; *ktroff says what iovec_free() must free. */
static int
msg_uio(struct lwp *l, struct msghdr *mp, struct iovec *aiov,
    struct iovec **iovp, struct uio *uio, enum uio_rw rw)
{
	struct iovec *iov;
	size_t resid = 0;
	int i, error;

	*iovp = NULL;
	iov = mp->msg_iov;
	if ((mp->msg_flags & MSG_IOVUSRSPACE) != 0) {
		if (mp->msg_iovlen < 0 || mp->msg_iovlen > IOV_MAX)
			return EMSGSIZE;
		iov = aiov;
		if (mp->msg_iovlen > UIO_SMALLIOV) {
			iov =
			    kmem_alloc(mp->msg_iovlen * sizeof(*iov), KM_SLEEP);
			*iovp = iov;
		}
		if (mp->msg_iovlen > 0) {
			error = copyin(
			    mp->msg_iov, iov, mp->msg_iovlen * sizeof(*iov));
			if (error != 0)
				return error;
		}
	}
	for (i = 0; i < mp->msg_iovlen; i++) {
		if (iov[i].iov_len > (size_t)SSIZE_MAX - resid)
			return EINVAL;
		resid += iov[i].iov_len;
	}
	uio->uio_iov = iov;
	uio->uio_iovcnt = mp->msg_iovlen;
	uio->uio_rw = rw;
	uio->uio_offset = 0;
	uio->uio_resid = resid;
	uio->uio_vmspace = l->l_proc->p_vmspace;
	return 0;
}

static void
msg_uio_free(struct msghdr *mp, struct iovec *iov)
{
	if (iov != NULL)
		kmem_free(iov, mp->msg_iovlen * sizeof(*iov));
}

static void
msg_sigpipe(struct lwp *l, struct file *fp, int flags)
{
	if ((fp->f_flag & FNOSIGPIPE) != 0 || (flags & MSG_NOSIGNAL) != 0)
		return;
	mutex_enter(proc_lock);
	psignal(l->l_proc, SIGPIPE);
	mutex_exit(proc_lock);
}

/* Send a message; MSG_NAMEMBUF and so on say where its parts are. */
int
do_sys_sendmsg_so(struct lwp *l, int s, struct socket *so, struct file *fp,
    struct msghdr *mp, int flags, register_t *retsize)
{
	struct iovec aiov[UIO_SMALLIOV], *iov = NULL;
	struct mbuf *to = NULL, *control = NULL;
	struct sockaddr_big sb;
	struct sockaddr *sa = NULL;
	struct uio uio;
	size_t len;
	int error;

	(void)s;
	/* the parts that came as mbufs are ours, whatever happens */
	if ((mp->msg_flags & MSG_CONTROLMBUF) != 0) {
		control = mp->msg_control;
		mp->msg_control = NULL;
	}
	if ((mp->msg_flags & MSG_NAMEMBUF) != 0) {
		to = mp->msg_name;
		mp->msg_name = NULL;
		if (to != NULL)
			sa = mtod(to, struct sockaddr *);
	} else if (mp->msg_name != NULL) {
		error = sockargs_sb(&sb, mp->msg_name, mp->msg_namelen);
		if (error != 0)
			goto out;
		sa = (struct sockaddr *)&sb;
	}
	if (control == NULL && mp->msg_control != NULL) {
		if (mp->msg_controllen < CMSG_ALIGN(sizeof(struct cmsghdr))) {
			error = EINVAL;
			goto out;
		}
		error = sockargs(
		    &control, mp->msg_control, mp->msg_controllen, MT_CONTROL);
		if (error != 0)
			goto out;
	}
	error = msg_uio(l, mp, aiov, &iov, &uio, UIO_WRITE);
	if (error != 0)
		goto out;
	len = uio.uio_resid;
	error = (*so->so_send)(so, sa, &uio, NULL, control, flags, l);
	control = NULL;
	if (error != 0) {
		if (uio.uio_resid != len &&
		    (error == ERESTART || error == EINTR ||
			error == EWOULDBLOCK))
			error = 0;
		if (error == EPIPE && fp != NULL)
			msg_sigpipe(l, fp, flags);
	}
	if (error == 0)
		*retsize = len - uio.uio_resid;
out:
	msg_uio_free(mp, iov);
	m_freem(to);
	m_freem(control);
	return error;
}

int
do_sys_sendmsg(
    struct lwp *l, int s, struct msghdr *mp, int flags, register_t *retsize)
{
	struct socket *so;
	struct file *fp;
	int error;

	error = fd_getsock1(s, &so, &fp);
	if (error != 0) {
		if ((mp->msg_flags & MSG_NAMEMBUF) != 0)
			m_freem(mp->msg_name);
		if ((mp->msg_flags & MSG_CONTROLMBUF) != 0)
			m_freem(mp->msg_control);
		return error;
	}
	error = do_sys_sendmsg_so(l, s, so, fp, mp, flags, retsize);
	fd_putfile(s);
	return error;
}

int
sys_sendto(struct lwp *l, const struct sys_sendto_args *uap, register_t *retval)
{
	struct msghdr msg;
	struct iovec aiov;

	memset(&msg, 0, sizeof(msg));
	msg.msg_name = __UNCONST(SCARG(uap, to));
	msg.msg_namelen = SCARG(uap, tolen);
	msg.msg_iov = &aiov;
	msg.msg_iovlen = 1;
	aiov.iov_base = __UNCONST(SCARG(uap, buf));
	aiov.iov_len = SCARG(uap, len);
	return do_sys_sendmsg(
	    l, SCARG(uap, s), &msg, SCARG(uap, flags) & MSG_USERFLAGS, retval);
}

int
sys_sendmsg(
    struct lwp *l, const struct sys_sendmsg_args *uap, register_t *retval)
{
	struct msghdr msg;
	int error;

	error = copyin(SCARG(uap, msg), &msg, sizeof(msg));
	if (error != 0)
		return error;
	msg.msg_flags = MSG_IOVUSRSPACE;
	return do_sys_sendmsg(
	    l, SCARG(uap, s), &msg, SCARG(uap, flags) & MSG_USERFLAGS, retval);
}

int
sys_sendmmsg(
    struct lwp *l, const struct sys_sendmmsg_args *uap, register_t *retval)
{
	struct mmsghdr mmsg, *ump = SCARG(uap, mmsg);
	unsigned int n, vlen = MIN(SCARG(uap, vlen), 1024U);
	struct socket *so;
	struct file *fp;
	register_t sent[2];
	int error;

	error = fd_getsock1(SCARG(uap, s), &so, &fp);
	if (error != 0)
		return error;
	for (n = 0; n < vlen; n++) {
		error = copyin(&ump[n], &mmsg, sizeof(mmsg));
		if (error != 0)
			break;
		mmsg.msg_hdr.msg_flags = MSG_IOVUSRSPACE;
		error = do_sys_sendmsg_so(l, SCARG(uap, s), so, fp,
		    &mmsg.msg_hdr, SCARG(uap, flags) & MSG_USERFLAGS, sent);
		if (error != 0)
			break;
		mmsg.msg_len = (unsigned int)sent[0];
		error = copyout(
		    &mmsg.msg_len, &ump[n].msg_len, sizeof(mmsg.msg_len));
		if (error != 0)
			break;
	}
	fd_putfile(SCARG(uap, s));
	*retval = n;
	return n > 0 ? 0 : error;
}

/*
 * Rights that did not reach the user: close the descriptors made of them.
 */
static void
control_drop_rights(struct mbuf *m)
{
	struct cmsghdr *cmsg = mtod(m, struct cmsghdr *);
	int *fds, n;

	if (m->m_len < (int)sizeof(*cmsg) || cmsg->cmsg_level != SOL_SOCKET ||
	    cmsg->cmsg_type != SCM_RIGHTS || cmsg->cmsg_len < CMSG_LEN(0) ||
	    (int)cmsg->cmsg_len > m->m_len)
		return;
	fds = (int *)CMSG_DATA(cmsg);
	n = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	for (; n > 0; n--, fds++)
		if (fd_getfile(*fds) != NULL)
			(void)fd_close(*fds);
}

/* Free CONTROL; rights from mbuf UNCOPIED on were not delivered. */
void
free_control_mbuf(struct lwp *l, struct mbuf *control, struct mbuf *uncopied)
{
	struct mbuf *m;

	(void)l;
	for (m = uncopied; m != NULL; m = m->m_next)
		control_drop_rights(m);
	m_freem(control);
}

/* Copy control messages out, as many as fit; the chain is consumed. */
int
copyout_msg_control(struct lwp *l, struct msghdr *mp, struct mbuf *control)
{
	struct mbuf *m;
	char *q = mp->msg_control;
	int len, i, n, error = 0;

	len = (int)MIN(mp->msg_controllen, (socklen_t)INT_MAX);
	if (len <= 0 || control == NULL || q == NULL) {
		if (control != NULL)
			mp->msg_flags |= MSG_CTRUNC;
		mp->msg_controllen = 0;
		free_control_mbuf(l, control, control);
		return 0;
	}
	for (m = control; m != NULL; m = m->m_next) {
		n = mtod(m, struct cmsghdr *)->cmsg_len;
		if (n > m->m_len)
			n = m->m_len;
		if (len < n) {
			mp->msg_flags |= MSG_CTRUNC;
			break;
		}
		error = copyout(mtod(m, void *), q, n);
		if (error != 0)
			break;
		i = CMSG_ALIGN(n);
		q += i;
		len = len > i ? len - i : 0;
	}
	free_control_mbuf(l, control, m);
	mp->msg_controllen = (socklen_t)(q - (char *)mp->msg_control);
	return error;
}

/* Receive a message; address and control messages are left to the caller. */
int
do_sys_recvmsg_so(struct lwp *l, int s, struct socket *so, struct msghdr *mp,
    struct mbuf **from, struct mbuf **control, register_t *retsize)
{
	struct iovec aiov[UIO_SMALLIOV], *iov = NULL;
	struct uio uio;
	size_t len;
	int error;

	(void)s;
	if (from != NULL)
		*from = NULL;
	if (control != NULL)
		*control = NULL;
	error = msg_uio(l, mp, aiov, &iov, &uio, UIO_READ);
	if (error != 0)
		goto out;
	mp->msg_flags &= MSG_USERFLAGS;
	len = uio.uio_resid;
	error =
	    (*so->so_receive)(so, from, &uio, NULL, control, &mp->msg_flags);
	len -= uio.uio_resid;
	*retsize = len;
	if (error != 0 && len != 0 &&
	    (error == ERESTART || error == EINTR || error == EWOULDBLOCK))
		error = 0;
out:
	msg_uio_free(mp, iov);
	if (error != 0) {
		if (from != NULL) {
			m_freem(*from);
			*from = NULL;
		}
		if (control != NULL && *control != NULL) {
			free_control_mbuf(l, *control, *control);
			*control = NULL;
		}
	}
	return error;
}

int
do_sys_recvmsg(struct lwp *l, int s, struct msghdr *mp, struct mbuf **from,
    struct mbuf **control, register_t *retsize)
{
	struct socket *so;
	int error;

	error = fd_getsock(s, &so);
	if (error != 0)
		return error;
	error = do_sys_recvmsg_so(l, s, so, mp, from, control, retsize);
	fd_putfile(s);
	return error;
}

int
sys_recvfrom(
    struct lwp *l, const struct sys_recvfrom_args *uap, register_t *retval)
{
	struct mbuf *from = NULL;
	struct msghdr msg;
	struct iovec aiov;
	int error;

	memset(&msg, 0, sizeof(msg));
	msg.msg_iov = &aiov;
	msg.msg_iovlen = 1;
	aiov.iov_base = SCARG(uap, buf);
	aiov.iov_len = SCARG(uap, len);
	msg.msg_flags = SCARG(uap, flags) & MSG_USERFLAGS;
	error = do_sys_recvmsg(l, SCARG(uap, s), &msg,
	    SCARG(uap, from) != NULL ? &from : NULL, NULL, retval);
	if (error != 0)
		return error;
	if (SCARG(uap, from) != NULL)
		error = copyout_sockname(SCARG(uap, from),
		    SCARG(uap, fromlenaddr), MSG_LENUSRSPACE, from);
	m_freem(from);
	return error;
}

/* Deliver what recvmsg() got besides the data. */
static int
recvmsg_finish(
    struct lwp *l, struct msghdr *mp, struct mbuf *from, struct mbuf *control)
{
	int error = 0;

	if (control != NULL || mp->msg_control != NULL)
		error = copyout_msg_control(l, mp, control);
	else
		mp->msg_controllen = 0;
	if (error == 0) {
		if (mp->msg_name != NULL)
			error = copyout_sockname(
			    mp->msg_name, &mp->msg_namelen, 0, from);
		else
			mp->msg_namelen = 0;
	}
	m_freem(from);
	return error;
}

int
sys_recvmsg(
    struct lwp *l, const struct sys_recvmsg_args *uap, register_t *retval)
{
	struct mbuf *from, *control;
	struct iovec *uiov;
	struct msghdr msg;
	int error;

	error = copyin(SCARG(uap, msg), &msg, sizeof(msg));
	if (error != 0)
		return error;
	uiov = msg.msg_iov;
	msg.msg_flags = (SCARG(uap, flags) & MSG_USERFLAGS) | MSG_IOVUSRSPACE;
	error = do_sys_recvmsg(l, SCARG(uap, s), &msg,
	    msg.msg_name != NULL ? &from : NULL,
	    msg.msg_control != NULL ? &control : NULL, retval);
	if (error != 0)
		return error;
	if (msg.msg_name == NULL)
		from = NULL;
	if (msg.msg_control == NULL)
		control = NULL;
	error = recvmsg_finish(l, &msg, from, control);
	if (error != 0)
		return error;
	msg.msg_iov = uiov;
	msg.msg_flags &= MSG_USERFLAGS;
	return copyout(&msg, SCARG(uap, msg), sizeof(msg));
}

static int
recvmmsg_one(struct lwp *l, int s, struct socket *so, struct mmsghdr *ump,
    unsigned int flags)
{
	struct mbuf *from, *control;
	struct mmsghdr mmsg;
	struct msghdr *mp = &mmsg.msg_hdr;
	struct iovec *uiov;
	register_t got[2];
	int error;

	error = copyin(ump, &mmsg, sizeof(mmsg));
	if (error != 0)
		return error;
	uiov = mp->msg_iov;
	mp->msg_flags = (flags & MSG_USERFLAGS) | MSG_IOVUSRSPACE;
	error =
	    do_sys_recvmsg_so(l, s, so, mp, mp->msg_name != NULL ? &from : NULL,
		mp->msg_control != NULL ? &control : NULL, got);
	if (error != 0)
		return error;
	error = recvmsg_finish(l, mp, mp->msg_name != NULL ? from : NULL,
	    mp->msg_control != NULL ? control : NULL);
	if (error != 0)
		return error;
	mp->msg_iov = uiov;
	mp->msg_flags &= MSG_USERFLAGS;
	mmsg.msg_len = (unsigned int)got[0];
	return copyout(&mmsg, ump, sizeof(mmsg));
}

int
sys_recvmmsg(
    struct lwp *l, const struct sys_recvmmsg_args *uap, register_t *retval)
{
	unsigned int n, vlen = MIN(SCARG(uap, vlen), 1024U);
	unsigned int flags = SCARG(uap, flags);
	struct timespec ts, now, end = {0, 0};
	struct socket *so;
	int error;

	if (SCARG(uap, timeout) != NULL) {
		error = copyin(SCARG(uap, timeout), &ts, sizeof(ts));
		if (error != 0)
			return error;
		if (ts.tv_sec < 0 || ts.tv_nsec < 0 || ts.tv_nsec >= 1000000000)
			return EINVAL;
		getnanouptime(&now);
		timespecadd(&now, &ts, &end);
	}
	error = fd_getsock(SCARG(uap, s), &so);
	if (error != 0)
		return error;
	for (n = 0; n < vlen; n++) {
		error = recvmmsg_one(l, SCARG(uap, s), so, &SCARG(uap, mmsg)[n],
		    flags & ~MSG_WAITFORONE);
		if (error != 0)
			break;
		if ((flags & MSG_WAITFORONE) != 0)
			flags |= MSG_DONTWAIT;
		if (SCARG(uap, timeout) != NULL) {
			getnanouptime(&now);
			if (timespeccmp(&now, &end, >=)) {
				n++;
				break;
			}
		}
	}
	fd_putfile(SCARG(uap, s));
	*retval = n;
	return n > 0 ? 0 : error;
}
