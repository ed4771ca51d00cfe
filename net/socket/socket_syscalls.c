/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket system calls but those that move data (see socket_msg.c).
 */
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/signalvar.h>
#include <sys/socketvar.h>
#include <sys/syscall.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>

#include <rump-sys/kern.h>

#include "socket_impl.h"

/* Copy an address in; its length is what the caller says. */
int
sockargs_sb(struct sockaddr_big *sb, const void *name, socklen_t namelen)
{
	int error;

	if (namelen > sizeof(*sb) || namelen > 255)
		return EINVAL;
	if (namelen < 2)
		return EINVAL;
	memset(sb, 0, sizeof(*sb));
	error = copyin(name, sb, namelen);
	if (error != 0)
		return error;
	sb->sb_len = namelen;
	return 0;
}

/* Copy an address or control messages into an mbuf. */
int
sockargs(struct mbuf **mp, const void *buf, size_t buflen, int type)
{
	struct mbuf *m;
	int error;

	if (buflen > (type == MT_SONAME ? 255 : MCLBYTES * 8))
		return EINVAL;
	m = m_get(M_WAIT, type);
	if (m == NULL)
		return ENOBUFS;
	if (buflen > MLEN && !m_clgetsize(m, buflen, M_WAIT)) {
		m_free(m);
		return ENOBUFS;
	}
	m->m_len = buflen;
	error = copyin(buf, mtod(m, void *), buflen);
	if (error != 0) {
		m_free(m);
		return error;
	}
	if (type == MT_SONAME && buflen > 0)
		mtod(m, struct sockaddr *)->sa_len = buflen;
	*mp = m;
	return 0;
}

/*
 * Copy out the address in SB to NAME with the user's (or, without
 * MSG_LENUSRSPACE, the kernel's) length word ALEN: as much as fits, and the
 * true length.
 */
int
copyout_sockname_sb(struct sockaddr *name, unsigned int *alen, int flags,
    struct sockaddr_big *sb)
{
	unsigned int len;
	int error;

	if (alen == NULL)
		return 0;
	if ((flags & MSG_LENUSRSPACE) != 0) {
		error = copyin(alen, &len, sizeof(len));
		if (error != 0)
			return error;
	} else
		len = *alen;
	if (sb == NULL)
		len = 0;
	else {
		len = MIN(len, sb->sb_len);
		if (name != NULL) {
			error = copyout(sb, name, len);
			if (error != 0)
				return error;
		}
	}
	if ((flags & MSG_LENUSRSPACE) != 0)
		return copyout(&len, alen, sizeof(len));
	*alen = len;
	return 0;
}

int
copyout_sockname(
    struct sockaddr *name, unsigned int *alen, int flags, struct mbuf *addr)
{
	if (addr == NULL || addr->m_len < 2)
		return copyout_sockname_sb(name, alen, flags, NULL);
	return copyout_sockname_sb(
	    name, alen, flags, mtod(addr, struct sockaddr_big *));
}

int
sys___socket30(
    struct lwp *l, const struct sys___socket30_args *uap, register_t *retval)
{
	int fd, error;

	(void)l;
	error = fsocreate(SCARG(uap, domain), NULL, SCARG(uap, type),
	    SCARG(uap, protocol), &fd);
	if (error == 0)
		*retval = fd;
	return error;
}

int
do_sys_bind(struct lwp *l, int fd, struct sockaddr *nam)
{
	struct socket *so;
	int error;

	error = fd_getsock(fd, &so);
	if (error != 0)
		return error;
	error = sobind(so, nam, l);
	fd_putfile(fd);
	return error;
}

int
sys_bind(struct lwp *l, const struct sys_bind_args *uap, register_t *retval)
{
	struct sockaddr_big sb;
	int error;

	(void)retval;
	error = sockargs_sb(&sb, SCARG(uap, name), SCARG(uap, namelen));
	if (error != 0)
		return error;
	return do_sys_bind(l, SCARG(uap, s), (struct sockaddr *)&sb);
}

int
sys_listen(struct lwp *l, const struct sys_listen_args *uap, register_t *retval)
{
	struct socket *so;
	int error;

	(void)retval;
	error = fd_getsock(SCARG(uap, s), &so);
	if (error != 0)
		return error;
	error = solisten(so, SCARG(uap, backlog), l);
	fd_putfile(SCARG(uap, s));
	return error;
}

/* Wait for a connection on a locked socket. */
static int
accept_wait(struct socket *so)
{
	int error;

	if ((so->so_proto->pr_flags & PR_LISTEN) == 0)
		return EOPNOTSUPP;
	if ((so->so_options & SO_ACCEPTCONN) == 0)
		return EINVAL;
	if ((so->so_state & SS_NBIO) != 0 && so->so_qlen == 0)
		return EWOULDBLOCK;
	while (so->so_qlen == 0 && so->so_error == 0) {
		if ((so->so_state & SS_CANTRCVMORE) != 0) {
			so->so_error = ECONNABORTED;
			break;
		}
		error = sowait(so, true, 0);
		if (error != 0)
			return error;
	}
	if (so->so_error != 0) {
		error = so->so_error;
		so->so_error = 0;
		return error;
	}
	return 0;
}

/*
 * Accept a connection: peer's address to NAME (room for a sockaddr_big),
 * descriptor to *NEW_SOCK.
 */
int
do_sys_accept(struct lwp *l, int sock, struct sockaddr *name,
    register_t *new_sock, const sigset_t *mask, int flags, int clrflags)
{
	struct socket *so, *so2;
	struct file *fp, *fp2;
	int error, fd;

	error = fd_getsock1(sock, &so, &fp);
	if (error != 0)
		return error;
	error = fd_allocfile(&fp2, &fd);
	if (error != 0) {
		fd_putfile(sock);
		return error;
	}
	if (mask != NULL)
		sigsuspendsetup(l, mask);
	solock(so);
	error = accept_wait(so);
	if (error != 0) {
		sounlock(so);
		fd_abort(l->l_proc, fp2, fd);
		goto out;
	}
	so2 = TAILQ_FIRST(&so->so_q);
	KASSERT(so2 != NULL && solocked2(so, so2));
	(void)soqremque(so2, 1);
	fp2->f_type = DTYPE_SOCKET;
	fp2->f_flag = (fp->f_flag & ~clrflags) |
	    ((flags & SOCK_NONBLOCK) != 0 ? FNONBLOCK : 0) |
	    ((flags & SOCK_NOSIGPIPE) != 0 ? FNOSIGPIPE : 0);
	fp2->f_ops = &socketops;
	fp2->f_socket = so2;
	if ((fp2->f_flag & FNONBLOCK) != 0)
		so2->so_state |= SS_NBIO;
	else
		so2->so_state &= ~SS_NBIO;
	error = soaccept(so2, name);
	sounlock(so);
	if (error != 0) {
		/* it has ended already */
		fp2->f_socket = NULL;
		(void)soclose(so2);
		fd_abort(l->l_proc, fp2, fd);
		goto out;
	}
	fd_set_exclose(l, fd, (flags & SOCK_CLOEXEC) != 0);
	fd_affix(l->l_proc, fp2, fd);
	*new_sock = fd;
out:
	fd_putfile(sock);
	if (mask != NULL)
		sigsuspendteardown(l);
	return error;
}

/* Tell the user the peer's address, or close the new descriptor. */
static int
accept_finish(struct sockaddr *uname, unsigned int *ulen,
    struct sockaddr_big *name, int fd)
{
	int error;

	error = copyout_sockname_sb(uname, ulen, MSG_LENUSRSPACE, name);
	if (error != 0 && fd_getfile(fd) != NULL)
		(void)fd_close(fd);
	return error;
}

int
sys_accept(struct lwp *l, const struct sys_accept_args *uap, register_t *retval)
{
	struct sockaddr_big name;
	int error;

	memset(&name, 0, 2);
	error = do_sys_accept(
	    l, SCARG(uap, s), (struct sockaddr *)&name, retval, NULL, 0, 0);
	if (error != 0)
		return error;
	return accept_finish(
	    SCARG(uap, name), SCARG(uap, anamelen), &name, (int)*retval);
}

int
sys_paccept(
    struct lwp *l, const struct sys_paccept_args *uap, register_t *retval)
{
	struct sockaddr_big name;
	sigset_t *mask = NULL, amask;
	int error;

	if (SCARG(uap, mask) != NULL) {
		error = copyin(SCARG(uap, mask), &amask, sizeof(amask));
		if (error != 0)
			return error;
		mask = &amask;
	}
	memset(&name, 0, 2);
	error = do_sys_accept(l, SCARG(uap, s), (struct sockaddr *)&name,
	    retval, mask, SCARG(uap, flags), FNONBLOCK);
	if (error != 0)
		return error;
	return accept_finish(
	    SCARG(uap, name), SCARG(uap, anamelen), &name, (int)*retval);
}

int
do_sys_connect(struct lwp *l, int fd, struct sockaddr *nam)
{
	struct socket *so;
	bool interrupted = false;
	int error;

	error = fd_getsock(fd, &so);
	if (error != 0)
		return error;
	solock(so);
	if ((so->so_state & SS_ISCONNECTING) != 0) {
		error = EALREADY;
		goto out;
	}
	error = soconnect(so, nam, l);
	if (error != 0)
		goto bad;
	if ((so->so_state & (SS_NBIO | SS_ISCONNECTING)) ==
	    (SS_NBIO | SS_ISCONNECTING)) {
		error = EINPROGRESS;
		goto out;
	}
	while ((so->so_state & SS_ISCONNECTING) != 0 && so->so_error == 0) {
		error = sowait(so, true, 0);
		if (error != 0) {
			if (error == EINTR || error == ERESTART)
				interrupted = true;
			break;
		}
	}
	if (error == 0) {
		error = so->so_error;
		so->so_error = 0;
	}
bad:
	if (!interrupted)
		so->so_state &= ~SS_ISCONNECTING;
	if (error == ERESTART)
		error = EINTR;
out:
	sounlock(so);
	fd_putfile(fd);
	return error;
}

int
sys_connect(
    struct lwp *l, const struct sys_connect_args *uap, register_t *retval)
{
	struct sockaddr_big sb;
	int error;

	(void)retval;
	error = sockargs_sb(&sb, SCARG(uap, name), SCARG(uap, namelen));
	if (error != 0)
		return error;
	return do_sys_connect(l, SCARG(uap, s), (struct sockaddr *)&sb);
}

static int
socketpair_file(
    struct lwp *l, struct socket *so, int flags, struct file **fpp, int *fdp)
{
	struct file *fp;
	int error;

	error = fd_allocfile(&fp, fdp);
	if (error != 0)
		return error;
	fd_set_exclose(l, *fdp, (flags & SOCK_CLOEXEC) != 0);
	fp->f_flag = FREAD | FWRITE |
	    ((flags & SOCK_NONBLOCK) != 0 ? FNONBLOCK : 0) |
	    ((flags & SOCK_NOSIGPIPE) != 0 ? FNOSIGPIPE : 0);
	fp->f_type = DTYPE_SOCKET;
	fp->f_ops = &socketops;
	fp->f_socket = so;
	if ((flags & SOCK_NONBLOCK) != 0)
		so->so_state |= SS_NBIO;
	*fpp = fp;
	return 0;
}

int
sys_socketpair(
    struct lwp *l, const struct sys_socketpair_args *uap, register_t *retval)
{
	const int flags = SCARG(uap, type) & SOCK_FLAGS_MASK;
	const int type = SCARG(uap, type) & ~SOCK_FLAGS_MASK;
	const int domain = SCARG(uap, domain), proto = SCARG(uap, protocol);
	struct socket *so1, *so2;
	struct file *fp1, *fp2;
	int error, sv[2];

	(void)retval;
	error = socreate(domain, &so1, type, proto, l, NULL);
	if (error != 0)
		return error;
	error = socreate(domain, &so2, type, proto, l, NULL);
	if (error != 0)
		goto free1;
	error = socketpair_file(l, so1, flags, &fp1, &sv[0]);
	if (error != 0)
		goto free2;
	error = socketpair_file(l, so2, flags, &fp2, &sv[1]);
	if (error != 0)
		goto abort1;
	solock(so1);
	if (so1->so_lock != so2->so_lock) {
		/* only families with one lock can connect pairs */
		error = EOPNOTSUPP;
	} else {
		error = soconnect2(so1, so2);
		if (error == 0 && type == SOCK_DGRAM)
			error = soconnect2(so2, so1);
	}
	sounlock(so1);
	if (error == 0)
		error = copyout(sv, SCARG(uap, rsv), sizeof(sv));
	if (error != 0)
		goto abort2;
	fd_affix(l->l_proc, fp1, sv[0]);
	fd_affix(l->l_proc, fp2, sv[1]);
	return 0;
abort2:
	fd_abort(l->l_proc, fp2, sv[1]);
abort1:
	fd_abort(l->l_proc, fp1, sv[0]);
free2:
	(void)soclose(so2);
free1:
	(void)soclose(so1);
	return error;
}

int
sys_shutdown(
    struct lwp *l, const struct sys_shutdown_args *uap, register_t *retval)
{
	struct socket *so;
	int error;

	(void)l;
	(void)retval;
	error = fd_getsock(SCARG(uap, s), &so);
	if (error != 0)
		return error;
	solock(so);
	if ((so->so_state & SS_ISCONNECTED) == 0 &&
	    (so->so_proto->pr_flags & PR_CONNREQUIRED) != 0 &&
	    (so->so_state & (SS_CANTSENDMORE | SS_CANTRCVMORE)) == 0)
		error = ENOTCONN;
	else
		error = soshutdown(so, SCARG(uap, how));
	sounlock(so);
	fd_putfile(SCARG(uap, s));
	return error;
}

int
sys_setsockopt(
    struct lwp *l, const struct sys_setsockopt_args *uap, register_t *retval)
{
	const size_t len = SCARG(uap, valsize);
	struct sockopt sopt;
	struct socket *so;
	struct file *fp;
	int error, val;

	(void)l;
	(void)retval;
	if (SCARG(uap, val) == NULL && len > 0)
		return EFAULT;
	if (len > MCLBYTES)
		return EINVAL;
	error = fd_getsock1(SCARG(uap, s), &so, &fp);
	if (error != 0)
		return error;
	sockopt_init(&sopt, SCARG(uap, level), SCARG(uap, name), len);
	if (len > 0)
		error = copyin(SCARG(uap, val), sopt.sopt_data, len);
	if (error == 0)
		error = sosetopt(so, &sopt);
	if (error == 0 && SCARG(uap, level) == SOL_SOCKET &&
	    SCARG(uap, name) == SO_NOSIGPIPE &&
	    sockopt_getint(&sopt, &val) == 0) {
		mutex_enter(&fp->f_lock);
		if (val != 0)
			fp->f_flag |= FNOSIGPIPE;
		else
			fp->f_flag &= ~FNOSIGPIPE;
		mutex_exit(&fp->f_lock);
	}
	sockopt_destroy(&sopt);
	fd_putfile(SCARG(uap, s));
	return error;
}

int
sys_getsockopt(
    struct lwp *l, const struct sys_getsockopt_args *uap, register_t *retval)
{
	struct sockopt sopt;
	struct socket *so;
	unsigned int valsize = 0, len;
	int error;

	(void)l;
	(void)retval;
	if (SCARG(uap, val) != NULL) {
		error = copyin(SCARG(uap, avalsize), &valsize, sizeof(valsize));
		if (error != 0)
			return error;
	}
	if (valsize > MCLBYTES)
		valsize = MCLBYTES;
	error = fd_getsock(SCARG(uap, s), &so);
	if (error != 0)
		return error;
	sockopt_init(&sopt, SCARG(uap, level), SCARG(uap, name), 0);
	error = sogetopt(so, &sopt);
	if (error == 0 && valsize > 0) {
		len = (unsigned int)MIN(valsize, sopt.sopt_size);
		error = copyout(sopt.sopt_data, SCARG(uap, val), len);
		if (error == 0)
			error =
			    copyout(&len, SCARG(uap, avalsize), sizeof(len));
	}
	sockopt_destroy(&sopt);
	fd_putfile(SCARG(uap, s));
	return error;
}

int
do_sys_getsockname(int fd, struct sockaddr *nam)
{
	struct socket *so;
	int error;

	error = fd_getsock(fd, &so);
	if (error != 0)
		return error;
	solock(so);
	error = (*so->so_proto->pr_usrreqs->pr_sockaddr)(so, nam);
	sounlock(so);
	fd_putfile(fd);
	return error;
}

int
do_sys_getpeername(int fd, struct sockaddr *nam)
{
	struct socket *so;
	int error;

	error = fd_getsock(fd, &so);
	if (error != 0)
		return error;
	solock(so);
	if ((so->so_state & SS_ISCONNECTED) == 0)
		error = ENOTCONN;
	else
		error = (*so->so_proto->pr_usrreqs->pr_peeraddr)(so, nam);
	sounlock(so);
	fd_putfile(fd);
	return error;
}

int
sys_getsockname(
    struct lwp *l, const struct sys_getsockname_args *uap, register_t *retval)
{
	struct sockaddr_big sb;
	int error;

	(void)l;
	(void)retval;
	memset(&sb, 0, 2);
	error = do_sys_getsockname(SCARG(uap, fdes), (struct sockaddr *)&sb);
	if (error != 0)
		return error;
	return copyout_sockname_sb(
	    SCARG(uap, asa), SCARG(uap, alen), MSG_LENUSRSPACE, &sb);
}

int
sys_getpeername(
    struct lwp *l, const struct sys_getpeername_args *uap, register_t *retval)
{
	struct sockaddr_big sb;
	int error;

	(void)l;
	(void)retval;
	memset(&sb, 0, 2);
	error = do_sys_getpeername(SCARG(uap, fdes), (struct sockaddr *)&sb);
	if (error != 0)
		return error;
	return copyout_sockname_sb(
	    SCARG(uap, asa), SCARG(uap, alen), MSG_LENUSRSPACE, &sb);
}

#define NETCALL(name)                                                          \
	{                                                                      \
		SYS_##name, (sy_call_t *)sys_##name                            \
	}

static const struct rump_onesyscall socket_calls[] = {
    NETCALL(recvmsg),
    NETCALL(sendmsg),
    NETCALL(recvfrom),
    NETCALL(accept),
    NETCALL(getpeername),
    NETCALL(getsockname),
    NETCALL(connect),
    NETCALL(bind),
    NETCALL(setsockopt),
    NETCALL(listen),
    NETCALL(getsockopt),
    NETCALL(sendto),
    NETCALL(shutdown),
    NETCALL(socketpair),
    NETCALL(__socket30),
    NETCALL(paccept),
    NETCALL(recvmmsg),
    NETCALL(sendmmsg),
};

void
socket_syscalls_init(void)
{
	rump_syscall_boot_establish(socket_calls, __arraycount(socket_calls));
}
