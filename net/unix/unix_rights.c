/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rights in messages: descriptors become files when they are sent
 * (internalize) and descriptors again when they are received (externalize).
 *
 * A file in a message has a reference (f_count) from it. Sockets in messages
 * can keep each other alive in a cycle with no descriptor outside; unp_gc()
 * finds and empties such.
 */
#include <sys/atomic.h>
#include <sys/fcntl.h>
#include <sys/file.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/protosw.h>
#include <sys/socketvar.h>
#include <sys/systm.h>
#include <sys/un.h>
#include <sys/unpcb.h>

#include "unix_impl.h"

#define UNP_MAXRIGHTS 512 /* descriptors in one message */

volatile u_int unp_rights;  /* files in messages */
volatile u_int unp_sockets; /* those that are local sockets */

static struct unp *unp_of_file(struct file *);

/*
 * Files to close, and whether to search for cycles after that. One thread at a
 * time does it, so that closing a file does not recurse into the next, and a
 * chain of any length is searched once. All under filelist_lock.
 */
static SLIST_HEAD(, file) unp_closing = SLIST_HEAD_INITIALIZER(unp_closing);
static bool unp_gc_due;
static bool unp_closer;

static void unp_gc_run(void);

static bool
unp_is_rights(const struct mbuf *m)
{
	const struct cmsghdr *cm = mtod(m, const struct cmsghdr *);

	return m->m_type == MT_CONTROL && m->m_len >= (int)sizeof(*cm) &&
	    cm->cmsg_level == SOL_SOCKET && cm->cmsg_type == SCM_RIGHTS;
}

static u_int
unp_nfiles(const struct mbuf *m)
{
	const struct cmsghdr *cm = mtod(m, const struct cmsghdr *);

	return (cm->cmsg_len - CMSG_LEN(0)) / sizeof(struct file *);
}

static struct file **
unp_files(const struct mbuf *m)
{
	return (struct file **)CMSG_DATA(mtod(m, struct cmsghdr *));
}

/* Do what is due; filelist_lock held, which is released meanwhile. */
static void
unp_close_locked(void)
{
	struct file *fp;

	if (unp_closer)
		return;
	unp_closer = true;
	for (;;) {
		fp = SLIST_FIRST(&unp_closing);
		if (fp == NULL && !unp_gc_due)
			break;
		if (fp == NULL)
			unp_gc_due = false;
		/* one reference at a time: several may be on their way */
		else if (--fp->f_unpcount == 0)
			SLIST_REMOVE_HEAD(&unp_closing, f_unplist);
		mutex_exit(&filelist_lock);
		if (fp == NULL)
			unp_gc_run();
		else
			(void)closef(fp);
		mutex_enter(&filelist_lock);
	}
	unp_closer = false;
}

/* Close a file that was in a message; without locks. */
static void
unp_discard(struct file *fp)
{
	atomic_dec_uint(&unp_rights);
	if (unp_of_file(fp) != NULL)
		atomic_dec_uint(&unp_sockets);

	mutex_enter(&filelist_lock);
	if (fp->f_unpcount++ == 0)
		SLIST_INSERT_HEAD(&unp_closing, fp, f_unplist);
	unp_close_locked();
	mutex_exit(&filelist_lock);
}

static int
unp_check_cmsg(const struct mbuf *m, u_int *nfdsp)
{
	const struct cmsghdr *cm = mtod(m, const struct cmsghdr *);

	if (m->m_len < (int)CMSG_LEN(0) || cm->cmsg_level != SOL_SOCKET ||
	    cm->cmsg_type != SCM_RIGHTS || cm->cmsg_len < CMSG_LEN(0) ||
	    (int)cm->cmsg_len > m->m_len ||
	    (int)CMSG_ALIGN(cm->cmsg_len) < m->m_len)
		return EINVAL;
	*nfdsp = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	if (cm->cmsg_len != CMSG_LEN(*nfdsp * sizeof(int)))
		return EINVAL;
	return *nfdsp > UNP_MAXRIGHTS ? EMSGSIZE : 0;
}

/* Take a reference for a message on the file of each descriptor. */
static int
unp_take(const int *fds, u_int nfds, struct file **fps)
{
	struct file *fp;
	u_int i;

	for (i = 0; i < nfds; i++) {
		fp = fd_getfile(fds[i]);
		if (fp == NULL)
			break;
		if (fp->f_type == DTYPE_KQUEUE) {
			fd_putfile(fds[i]);
			break;
		}
		atomic_inc_uint(&fp->f_count);
		atomic_inc_uint(&unp_rights);
		if (unp_of_file(fp) != NULL)
			atomic_inc_uint(&unp_sockets);
		fd_putfile(fds[i]);
		fps[i] = fp;
	}
	if (i == nfds)
		return 0;
	while (i-- > 0)
		unp_discard(fps[i]);
	return EBADF;
}

/* Turn descriptors in a control message into files; it is replaced. */
int
unp_internalize(struct mbuf **controlp)
{
	struct mbuf *control = *controlp, *m;
	struct file **fps;
	void *data = NULL;
	u_int nfds;
	int error;

	error = unp_check_cmsg(control, &nfds);
	if (error != 0)
		return error;
	m = sbcreatecontrol1(&data, nfds * sizeof(struct file *), SCM_RIGHTS,
	    SOL_SOCKET, M_WAITOK);
	if (m == NULL)
		return ENOBUFS;
	fps = data;
	error = unp_take(
	    (int *)CMSG_DATA(mtod(control, struct cmsghdr *)), nfds, fps);
	if (error != 0) {
		m_freem(m);
		return error;
	}
	m_freem(control);
	*controlp = m;
	return 0;
}

static int
unp_alloc_fds(struct proc *p, u_int n, int *fds)
{
	u_int i;
	int error;

	for (i = 0; i < n; i++) {
		while ((error = fd_alloc(p, 0, &fds[i])) == ENOSPC)
			fd_tryexpand(p);
		if (error != 0) {
			while (i-- > 0)
				fd_abort(p, NULL, fds[i]);
			return EMSGSIZE;
		}
	}
	return 0;
}

/* Turn files in a control message into descriptors, in place. */
int
unp_externalize(struct mbuf *rights, struct lwp *l, int flags)
{
	struct cmsghdr *cm = mtod(rights, struct cmsghdr *);
	struct proc *p = l->l_proc;
	struct file **fps = unp_files(rights), *fp;
	u_int i, n = unp_nfiles(rights);
	int *fds, error;

	if (n == 0)
		return 0;
	fds = kmem_alloc(n * sizeof(int), KM_SLEEP);
	error = unp_alloc_fds(p, n, fds);
	if (error != 0) {
		for (i = 0; i < n; i++)
			unp_discard(fps[i]);
		memset(fps, 0, n * sizeof(*fps));
		cm->cmsg_len = CMSG_LEN(0);
		rights->m_len = CMSG_SPACE(0);
		kmem_free(fds, n * sizeof(int));
		return error;
	}
	for (i = 0; i < n; i++) {
		fp = fps[i];
		fd_set_exclose(l, fds[i], (flags & O_CLOEXEC) != 0);
		fd_affix(p, fp, fds[i]);
		unp_discard(fp); /* the message's reference */
	}
	memcpy(fps, fds, n * sizeof(int));
	cm->cmsg_len = CMSG_LEN(n * sizeof(int));
	rights->m_len = CMSG_SPACE(n * sizeof(int));
	kmem_free(fds, n * sizeof(int));
	return 0;
}

/* Records are thrown away: close the files in them. */
void
unp_dispose(struct mbuf *m)
{
	struct mbuf *n;
	u_int i, nfiles;

	for (; m != NULL; m = m->m_nextpkt) {
		for (n = m; n != NULL; n = n->m_next) {
			if (!unp_is_rights(n))
				continue;
			nfiles = unp_nfiles(n);
			for (i = 0; i < nfiles; i++)
				unp_discard(unp_files(n)[i]);
			mtod(n, struct cmsghdr *)->cmsg_len = CMSG_LEN(0);
		}
	}
}

/* Put the credentials of L in front of CONTROL. */
struct mbuf *
unp_addsockcred(struct lwp *l, struct mbuf *control)
{
	struct sockcred *sc;
	struct mbuf *m;
	void *p = NULL;
	int i, ngroups = kauth_cred_ngroups(l->l_cred);

	m = sbcreatecontrol1(&p, SOCKCREDSIZE(imax(ngroups, 1)), SCM_CREDS,
	    SOL_SOCKET, M_NOWAIT | M_CANFAIL);
	if (m == NULL)
		return control;
	sc = p;
	sc->sc_pid = l->l_proc->p_pid;
	sc->sc_uid = kauth_cred_getuid(l->l_cred);
	sc->sc_euid = kauth_cred_geteuid(l->l_cred);
	sc->sc_gid = kauth_cred_getgid(l->l_cred);
	sc->sc_egid = kauth_cred_getegid(l->l_cred);
	sc->sc_ngroups = ngroups;
	for (i = 0; i < ngroups; i++)
		sc->sc_groups[i] = kauth_cred_group(l->l_cred, i);
	m->m_next = control;
	return m;
}

/* ---- garbage collection ---- */

/* The local socket that a file is, or NULL. */
static struct unp *
unp_of_file(struct file *fp)
{
	struct socket *so;

	if (fp->f_type != DTYPE_SOCKET || (so = fp->f_socket) == NULL ||
	    so->so_proto->pr_domain != &unixdomain)
		return NULL;
	return sotounp(so);
}

/* Could there be a cycle? */
bool
unp_gc_wanted(void)
{
	return atomic_load_relaxed(&unp_sockets) != 0;
}

static void
unp_gc_push(struct unp **stack, struct unp *u)
{
	if (u == NULL || u->u_reachable)
		return;
	u->u_reachable = true;
	u->u_stack = *stack;
	*stack = u;
}

/* Call F for every local socket in a message in SO's receive buffer. */
static void
unp_gc_scan(struct socket *so, void (*f)(struct unp *, struct file *, void *),
    void *arg)
{
	struct mbuf *m, *n;
	struct unp *u;
	u_int i;

	for (m = so->so_rcv.sb_mb; m != NULL; m = m->m_nextpkt) {
		for (n = m; n != NULL; n = n->m_next) {
			if (!unp_is_rights(n))
				continue;
			for (i = 0; i < unp_nfiles(n); i++) {
				u = unp_of_file(unp_files(n)[i]);
				if (u != NULL)
					(*f)(u, unp_files(n)[i], arg);
			}
		}
	}
}

static void
unp_gc_count(struct unp *u, struct file *fp, void *arg)
{
	(void)arg;
	u->u_file = fp;
	u->u_inflight++;
}

static void
unp_gc_mark(struct unp *u, struct file *fp, void *arg)
{
	(void)fp;
	unp_gc_push(arg, u);
}

/* Mark all that a descriptor can reach; uipc_lock held. */
static void
unp_gc_reach(void)
{
	struct unp *u, *stack = NULL;
	struct socket *so, *so2;

	LIST_FOREACH(u, &unp_all, u_entry) {
		u->u_file = NULL;
		u->u_inflight = 0;
		u->u_reachable = false;
	}
	LIST_FOREACH(u, &unp_all, u_entry)
		unp_gc_scan(u->u_pcb.unp_socket, unp_gc_count, NULL);
	LIST_FOREACH(u, &unp_all, u_entry) {
		/* on an accept queue: reachable through its listener */
		if (u->u_pcb.unp_socket->so_head != NULL)
			continue;
		if (u->u_file == NULL ||
		    atomic_load_relaxed(&u->u_file->f_count) > u->u_inflight)
			unp_gc_push(&stack, u);
	}
	while ((u = stack) != NULL) {
		stack = u->u_stack;
		so = u->u_pcb.unp_socket;
		unp_gc_scan(so, unp_gc_mark, &stack);
		TAILQ_FOREACH(so2, &so->so_q, so_qe)
			unp_gc_push(&stack, sotounp(so2));
		TAILQ_FOREACH(so2, &so->so_q0, so_qe)
			unp_gc_push(&stack, sotounp(so2));
	}
}

/* Empty the sockets that only messages refer to, in cycles; no locks. */
static void
unp_gc_run(void)
{
	struct file **garbage;
	struct unp *u;
	u_int n = 0, max = 0, i;

	mutex_enter(uipc_lock);
	unp_gc_reach();
	LIST_FOREACH(u, &unp_all, u_entry)
		if (!u->u_reachable && u->u_file != NULL)
			max++;
	if (max == 0) {
		mutex_exit(uipc_lock);
		return;
	}
	garbage = kmem_alloc(max * sizeof(*garbage), KM_NOSLEEP);
	if (garbage == NULL) {
		mutex_exit(uipc_lock); /* next time */
		return;
	}
	LIST_FOREACH(u, &unp_all, u_entry) {
		if (u->u_reachable || u->u_file == NULL)
			continue;
		atomic_inc_uint(&u->u_file->f_count);
		garbage[n++] = u->u_file;
	}
	mutex_exit(uipc_lock);
	for (i = 0; i < n; i++) {
		struct socket *so = garbage[i]->f_socket;

		solock(so);
		sorflush(so);
		sounlock(so);
	}
	for (i = 0; i < n; i++)
		(void)closef(garbage[i]);
	kmem_free(garbage, max * sizeof(*garbage));
}

/* Search for cycles, now or when what is being closed is closed; no locks. */
void
unp_gc(void)
{
	mutex_enter(&filelist_lock);
	unp_gc_due = true;
	unp_close_locked();
	mutex_exit(&filelist_lock);
}
