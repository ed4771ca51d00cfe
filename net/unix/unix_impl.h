/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared by the files of the local domain. */
#ifndef UNIX_IMPL_H
#define UNIX_IMPL_H

/* an unpcb as we have it: what drivers may see comes first */
struct unp {
	struct unpcb u_pcb;
	LIST_ENTRY(unp) u_entry; /* l: all */
	struct file *u_file;     /* l: gc: a file of it in a message */
	u_int u_inflight;        /* l: gc: references from messages */
	bool u_reachable;        /* l: gc */
	struct unp *u_stack;     /* l: gc: to be scanned */
};
LIST_HEAD(unp_list, unp);

/* uipc_lock is so_lock of all local sockets, and the l above. */
extern kmutex_t *uipc_lock;
extern struct unp_list unp_all;
extern struct domain unixdomain;
extern volatile u_int unp_rights;

#define sotounp(so) ((struct unp *)(so)->so_pcb)

int unp_internalize(struct mbuf **);
struct mbuf *unp_addsockcred(struct lwp *, struct mbuf *);
bool unp_gc_wanted(void);
void unp_gc(void);
void unp_sysctl_init(void);

int unp_name_bind(const char *, struct socket *);
struct socket *unp_name_lookup(const char *);
void unp_name_unbind(struct socket *);

#endif
