/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysctl(9): finding the node of a name, reading and writing it, asking for the
 * nodes below, creating and destroying nodes from outside; sysctl(2).
 *
 * A node with a function of its own gets the rest of the name, whatever it is.
 */

#include <lib/libkern/libkern.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/syscallargs.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/drvcall.h>

#include "sysctl_impl.h"

/* l is NULL when the kernel itself asks: its memory is the kernel's */
int
sysctl_copyin(struct lwp *l, const void *from, void *to, size_t len)
{
	if (l != NULL)
		return copyin(from, to, len);
	return kcopy(from, to, len);
}

int
sysctl_copyout(struct lwp *l, const void *from, void *to, size_t len)
{
	if (l != NULL)
		return copyout(from, to, len);
	return kcopy(from, to, len);
}

int
sysctl_copyinstr(
    struct lwp *l, const void *from, void *to, size_t len, size_t *done)
{
	if (l != NULL)
		return copyinstr(from, to, len, done);
	return copystr(from, to, len, done);
}

static int
authorize(struct lwp *l, enum kauth_system_req req)
{
	return l == NULL ? 0
			 : kauth_authorize_system(l->l_cred,
			       KAUTH_SYSTEM_SYSCTL, req, NULL, NULL, NULL);
}

/*
 * Go down the tree as far as the name leads.  *rnode is where it ended and
 * *nip how many numbers it took; ENOENT when a number was not found.
 */
int
sysctl_locate(struct lwp *l, const int *name, u_int namelen,
    const struct sysctlnode **rnode, int *nip)
{
	const struct sysctlnode *node, *kid;
	u_int ni, aliases;
	int error = 0;

	node = *rnode == NULL ? &sysctl_root : *rnode;
	if (SYSCTL_VERS(node->sysctl_flags) != SYSCTL_VERSION)
		return EINVAL;
	for (ni = 0; ni < namelen; ni++) {
		if (!IS_NODE(node)) {
			error = ENOTDIR;
			break;
		}
		if (ni > 0 && node->sysctl_func != NULL &&
		    node->sysctl_clen == 0)
			break;
		kid = sysctl_find_num(node, name[ni]);
		for (aliases = 0;
		     kid != NULL && (kid->sysctl_flags & CTLFLAG_ALIAS) != 0;
		     aliases++) {
			if (aliases == 4) {
				kid = NULL;
				break;
			}
			kid = sysctl_find_num(node, kid->sysctl_alias);
		}
		if (kid == NULL) {
			error = ENOENT;
			break;
		}
		if ((kid->sysctl_flags & CTLFLAG_PRIVATE) != 0 &&
		    (error = authorize(l, KAUTH_REQ_SYSTEM_SYSCTL_PRVT)) != 0)
			return error;
		node = kid;
	}
	*rnode = node;
	if (nip != NULL)
		*nip = (int)ni;
	return error;
}

int
sysctl_dispatch(SYSCTLFN_ARGS)
{
	int error, ni;
	sysctlfn fn;
	RUMP_DRVCALL_BEGIN();

	if (rnode != NULL && SYSCTL_VERS(rnode->sysctl_flags) != SYSCTL_VERSION)
		return EINVAL;
	error = sysctl_locate(l, name, namelen, &rnode, &ni);
	if (error != 0 && error != ENOENT)
		return error;
	fn = rnode->sysctl_func;
	if (fn == NULL && error == ENOENT && (u_int)ni == namelen - 1) {
		switch (name[ni]) {
		case CTL_QUERY:
			fn = sysctl_query;
			break;
		case CTL_CREATE:
			fn = sysctl_create;
			break;
		case CTL_DESTROY:
			fn = sysctl_destroy;
			break;
		case CTL_DESCRIBE:
			fn = sysctl_describe;
			break;
		case CTL_CREATESYM:
		case CTL_MMAP:
			return EOPNOTSUPP;
		}
	}
	if (fn == NULL) {
		if (error != 0)
			return error;
		fn = sysctl_lookup;
	}
	error = (*fn)(name + ni, namelen - (u_int)ni, oldp, oldlenp, newp,
	    newlen, name, l, rnode);
	RUMP_DRVCALL_END("sysctl(9)", "a node's function", fn);
	return error;
}

/* where the value of a leaf is */
static void *
value_of(const struct sysctlnode *node)
{
	struct sysctlnode *n = __UNCONST(node);

	if ((n->sysctl_flags & CTLFLAG_IMMEDIATE) == 0)
		return n->sysctl_data;
	switch (SYSCTL_TYPE(n->sysctl_flags)) {
	case CTLTYPE_INT:
		return &n->sysctl_idata;
	case CTLTYPE_BOOL:
		return &n->sysctl_bdata;
	case CTLTYPE_QUAD:
		return &n->sysctl_qdata;
	default:
		return NULL;
	}
}

static int
may_write(struct lwp *l, const struct sysctlnode *node)
{
	if ((node->sysctl_flags & CTLFLAG_READWRITE) == 0)
		return EPERM;
	if ((node->sysctl_flags & CTLFLAG_ANYWRITE) == CTLFLAG_ANYWRITE)
		return 0;
	return authorize(l, KAUTH_REQ_SYSTEM_SYSCTL_MODIFY);
}

static int
write_string(struct lwp *l, const struct sysctlnode *node, char *d,
    const void *newp, size_t newlen)
{
	size_t size = node->sysctl_size;
	char *tmp;
	int error;

	/* the NUL need not be part of what is given */
	if (newlen > size || newlen > 1024 * 1024)
		return EINVAL;
	tmp = kmem_zalloc(newlen + 1, KM_SLEEP);
	error = sysctl_copyin(l, newp, tmp, newlen);
	if (error == 0 && strnlen(tmp, newlen) >= size)
		error = EINVAL;
	if (error == 0)
		memcpy(d, tmp, strnlen(tmp, newlen) + 1);
	kmem_free(tmp, newlen + 1);
	return error;
}

static int
write_value(struct lwp *l, const struct sysctlnode *node, void *d,
    const void *newp, size_t newlen)
{
	union {
		int i;
		u_quad_t q;
		bool b;
		uint8_t bytes[8];
	} v;
	void *tmp;
	int error;

	if (SYSCTL_TYPE(node->sysctl_flags) == CTLTYPE_STRING)
		return write_string(l, node, d, newp, newlen);
	if (newlen != node->sysctl_size)
		return EINVAL;
	/* all or nothing: a fault must leave the value as it was */
	tmp = newlen <= sizeof(v) ? (void *)&v : kmem_alloc(newlen, KM_SLEEP);
	error = sysctl_copyin(l, newp, tmp, newlen);
	if (error == 0 && SYSCTL_TYPE(node->sysctl_flags) == CTLTYPE_BOOL &&
	    v.bytes[0] > 1)
		error = EINVAL;
	if (error == 0)
		memcpy(d, tmp, newlen);
	if (tmp != &v)
		kmem_free(tmp, newlen);
	return error;
}

/* with the NUL, if there is one in size bytes; a size of 0 has no end */
static size_t
string_size(const char *s, size_t size)
{
	size_t len = size == 0 ? strlen(s) : strnlen(s, size);

	return size == 0 || len < size ? len + 1 : size;
}

/*
 * Read and write a leaf.  Functions of nodes call it with a copy of the node
 * whose data is a local variable.
 */
int
sysctl_lookup(SYSCTLFN_ARGS)
{
	size_t len, have;
	void *d;
	int error = 0;

	if (namelen != 0)
		return ENOTDIR;
	if (IS_NODE(rnode))
		return EISDIR;
	if ((rnode->sysctl_flags & CTLFLAG_PRIVATE) != 0 &&
	    (error = authorize(l, KAUTH_REQ_SYSTEM_SYSCTL_PRVT)) != 0)
		return error;
	if (newp != NULL && (error = may_write(l, rnode)) != 0)
		return error;
	d = value_of(rnode);
	if (d == NULL)
		return EINVAL;
	len = SYSCTL_TYPE(rnode->sysctl_flags) == CTLTYPE_STRING
	    ? string_size(d, rnode->sysctl_size)
	    : rnode->sysctl_size;
	if (oldlenp != NULL) {
		if (oldp != NULL) {
			have = *oldlenp;
			error = sysctl_copyout(l, d, oldp, MIN(len, have));
		}
		*oldlenp = len;
		if (error != 0)
			return error;
	}
	if (newp != NULL && newlen != 0)
		error = write_value(l, rnode, d, newp, newlen);
	return error;
}

/* a function that does nothing, and ones that say so */
int
sysctl_null(SYSCTLFN_ARGS)
{
	*oldlenp = 0;
	return 0;
}

int
sysctl_needfunc(SYSCTLFN_ARGS)
{
	*oldlenp = 0;
	return 0;
}

/* for features that are configured out: nothing to see, nothing to set */
int
sysctl_notavail(SYSCTLFN_ARGS)
{
	if (namelen == 1 && name[0] == CTL_QUERY)
		return sysctl_query(SYSCTLFN_CALL(rnode));
	return EOPNOTSUPP;
}

/* what may be seen of a node from outside */
static void
outside_view(const struct sysctlnode *node, struct sysctlnode *view)
{
	memset(view, 0, sizeof(*view));
	view->sysctl_flags = node->sysctl_flags;
	view->sysctl_num = node->sysctl_num;
	memcpy(view->sysctl_name, node->sysctl_name, sizeof(view->sysctl_name));
	view->sysctl_ver = node->sysctl_ver;
	view->sysctl_size = node->sysctl_size;
	if (IS_NODE(node)) {
		view->sysctl_csize = node->sysctl_csize;
		view->sysctl_clen = node->sysctl_clen;
	} else if (node->sysctl_flags & CTLFLAG_ALIAS)
		view->sysctl_alias = node->sysctl_alias;
	else if (node->sysctl_flags & CTLFLAG_IMMEDIATE)
		view->sysctl_qdata = node->sysctl_qdata;
}

/* what was given with a request must be of our version */
static int
copyin_node(
    struct lwp *l, const void *newp, size_t newlen, struct sysctlnode *node)
{
	int error;

	if (newp == NULL || newlen != sizeof(*node))
		return EINVAL;
	if ((error = sysctl_copyin(l, newp, node, sizeof(*node))) != 0)
		return error;
	if (SYSCTL_VERS(node->sysctl_flags) != SYSCTL_VERSION)
		return EINVAL;
	node->sysctl_name[sizeof(node->sysctl_name) - 1] = '\0';
	return 0;
}

/* CTL_QUERY: the nodes below this one */
int
sysctl_query(SYSCTLFN_ARGS)
{
	struct sysctlnode view;
	struct knode *kn;
	size_t left, total = 0;
	char *out = oldp;
	int error = 0;

	if (namelen != 1 || name[0] != CTL_QUERY)
		return ENOTDIR;
	if (newp != NULL && (error = copyin_node(l, newp, newlen, &view)) != 0)
		return error;
	if (!IS_NODE(rnode))
		return ENOTDIR;
	if ((rnode->sysctl_flags & CTLFLAG_PRIVATE) != 0 &&
	    (error = authorize(l, KAUTH_REQ_SYSTEM_SYSCTL_PRVT)) != 0)
		return error;
	left = out == NULL || oldlenp == NULL ? 0 : *oldlenp;
	for (kn = FIRST_KID(rnode); kn != NULL; kn = kn->kn_next) {
		outside_view(&kn->kn_node, &view);
		if (left >= sizeof(view)) {
			error =
			    sysctl_copyout(l, &view, out + total, sizeof(view));
			if (error != 0)
				return error;
			left -= sizeof(view);
		} else
			left = 0;
		total += sizeof(view);
	}
	if (oldlenp != NULL)
		*oldlenp = total;
	return 0;
}

static int
return_node(
    struct lwp *l, const struct sysctlnode *node, void *oldp, size_t *oldlenp)
{
	struct sysctlnode view;
	int error = 0;

	if (oldlenp == NULL)
		return 0;
	if (oldp != NULL && node != NULL) {
		outside_view(node, &view);
		error =
		    sysctl_copyout(l, &view, oldp, MIN(*oldlenp, sizeof(view)));
	}
	*oldlenp = sizeof(view);
	return error;
}

/* the data of a node that is created from outside */
static int
import_data(struct lwp *l, struct sysctlnode *n)
{
	void *user = n->sysctl_data;
	size_t len = n->sysctl_size;
	int type = SYSCTL_TYPE(n->sysctl_flags), error = 0;

	if (type == CTLTYPE_NODE) {
		n->sysctl_csize = n->sysctl_clen = 0;
		n->sysctl_child = NULL;
		n->sysctl_flags &= ~(CTLFLAG_IMMEDIATE | CTLFLAG_OWNDATA);
		return 0;
	}
	if (n->sysctl_flags & CTLFLAG_IMMEDIATE) {
		if (type != CTLTYPE_INT && type != CTLTYPE_QUAD &&
		    type != CTLTYPE_BOOL)
			return EINVAL;
		/* the value is where the address would be */
		n->sysctl_flags &= ~CTLFLAG_OWNDATA;
		n->sysctl_size = type == CTLTYPE_INT ? sizeof(int)
		    : type == CTLTYPE_BOOL           ? sizeof(bool)
						     : sizeof(u_quad_t);
		if (type == CTLTYPE_BOOL)
			n->sysctl_qdata = *(uint8_t *)&n->sysctl_un != 0;
		return 0;
	}
	/* addresses in the kernel are not for others to give */
	if ((n->sysctl_flags & CTLFLAG_OWNDATA) == 0)
		return EPERM;
	if (type == CTLTYPE_INT)
		len = sizeof(int);
	else if (type == CTLTYPE_QUAD)
		len = sizeof(u_quad_t);
	else if (type == CTLTYPE_BOOL)
		len = sizeof(bool);
	else if (type != CTLTYPE_STRING && type != CTLTYPE_STRUCT)
		return EINVAL;
	if (len == 0 && type == CTLTYPE_STRING)
		len = 128;
	if (len == 0 || len > 64 * 1024)
		return EINVAL;
	n->sysctl_data = kmem_zalloc(len, KM_SLEEP);
	if (user != NULL)
		error = type == CTLTYPE_STRING
		    ? sysctl_copyinstr(l, user, n->sysctl_data, len, NULL)
		    : sysctl_copyin(l, user, n->sysctl_data, len);
	n->sysctl_size = len;
	if (error != 0)
		kmem_free(n->sysctl_data, len);
	return error;
}

/* CTL_CREATE, from outside: the new node is in newp, and returned in oldp */
int
sysctl_create(SYSCTLFN_ARGS)
{
	struct sysctlnode node, *made;
	int error, e2;

	if (namelen != 1 || name[0] != CTL_CREATE)
		return EINVAL;
	if ((error = authorize(l, KAUTH_REQ_SYSTEM_SYSCTL_ADD)) != 0)
		return error;
	if ((error = copyin_node(l, newp, newlen, &node)) != 0)
		return error;
	if (!IS_NODE(rnode))
		return ENOTDIR;
	node.sysctl_flags =
	    (node.sysctl_flags & (SYSCTL_TYPEMASK | SYSCTL_USERFLAGS)) |
	    SYSCTL_VERSION;
	node.sysctl_func = NULL;
	node.sysctl_parent = NULL;
	node.sysctl_desc = NULL;
	if ((error = import_data(l, &node)) != 0)
		return error;
	error = sysctl_add(__UNCONST(rnode), &node, NULL, NULL, &made);
	if (error != 0 && (node.sysctl_flags & CTLFLAG_OWNDATA) != 0)
		kmem_free(node.sysctl_data, node.sysctl_size);
	if (error == 0 || error == EEXIST) {
		e2 = return_node(l, made, oldp, oldlenp);
		error = error == 0 ? e2 : error;
	}
	return error;
}

/* CTL_DESTROY: the node's number, and name or version if given, in newp */
int
sysctl_destroy(SYSCTLFN_ARGS)
{
	struct sysctlnode want, *node;
	int error;

	if (namelen != 1 || name[0] != CTL_DESTROY)
		return EINVAL;
	if ((error = authorize(l, KAUTH_REQ_SYSTEM_SYSCTL_DELETE)) != 0)
		return error;
	if ((error = copyin_node(l, newp, newlen, &want)) != 0)
		return error;
	if (!IS_NODE(rnode))
		return ENOTDIR;
	node = sysctl_find_num(rnode, want.sysctl_num);
	if (node == NULL || node->sysctl_num != want.sysctl_num)
		return ENOENT;
	if ((want.sysctl_name[0] != '\0' &&
		strcmp(want.sysctl_name, node->sysctl_name) != 0) ||
	    (want.sysctl_ver != 0 && want.sysctl_ver != node->sysctl_ver))
		return EINVAL;
	if (node->sysctl_flags & CTLFLAG_PERMANENT)
		return EPERM;
	if (IS_NODE(node) && node->sysctl_clen != 0)
		return ENOTEMPTY;
	if ((error = return_node(l, node, oldp, oldlenp)) != 0)
		return error;
	return sysctl_remove(node);
}

/* CTL_DESCRIBE: descriptions of all nodes below, or of that in newp */
int
sysctl_describe(SYSCTLFN_ARGS)
{
	struct sysctlnode want;
	struct sysctldesc *sd;
	struct knode *kn;
	size_t left, total = 0, slen, len;
	char *buf;
	int error = 0;

	if (namelen != 1 || name[0] != CTL_DESCRIBE || !IS_NODE(rnode))
		return EINVAL;
	if (newp != NULL && (error = copyin_node(l, newp, newlen, &want)) != 0)
		return error;
	/* changing descriptions is not offered */
	if (newp != NULL && want.sysctl_desc != NULL)
		return EPERM;
	left = oldp == NULL || oldlenp == NULL ? 0 : *oldlenp;
	buf = kmem_alloc(1024, KM_SLEEP);
	sd = (void *)buf;
	for (kn = FIRST_KID(rnode); kn != NULL && error == 0;
	     kn = kn->kn_next) {
		const struct sysctlnode *n = &kn->kn_node;

		if (newp != NULL && n->sysctl_num != want.sysctl_num)
			continue;
		memset(buf, 0, 1024);
		sd->descr_num = n->sysctl_num;
		sd->descr_ver = n->sysctl_ver;
		slen = n->sysctl_desc == NULL
		    ? 1
		    : MIN(strlen(n->sysctl_desc) + 1, 1000);
		if (n->sysctl_desc != NULL)
			strlcpy(sd->descr_str, n->sysctl_desc, slen);
		sd->descr_len = (uint32_t)slen;
		len = __sysc_desc_len(slen);
		if (left >= len) {
			error =
			    sysctl_copyout(l, sd, (char *)oldp + total, len);
			left -= len;
		} else
			left = 0;
		total += len;
	}
	kmem_free(buf, 1024);
	if (oldlenp != NULL)
		*oldlenp = total;
	return error;
}

/* in the kernel, with the kernel's memory and without asking for permission */
int
old_sysctl(int *name, u_int namelen, void *oldp, size_t *oldlenp, void *newp,
    size_t newlen, struct lwp *l)
{
	size_t savelen = oldlenp == NULL ? 0 : *oldlenp, len = savelen;
	int error;

	sysctl_lock(newp != NULL);
	error = sysctl_dispatch(
	    name, namelen, oldp, &len, newp, newlen, name, l, NULL);
	sysctl_unlock();
	if (error == 0 && oldp != NULL && savelen < len)
		error = ENOMEM;
	if (oldlenp != NULL)
		*oldlenp = len;
	return error;
}

int
sys___sysctl(
    struct lwp *l, const struct sys___sysctl_args *uap, register_t *retval)
{
	int name[CTL_MAXNAME], error, e2;
	u_int namelen = SCARG(uap, namelen);
	size_t oldlen = 0, savelen;
	void *oldp = SCARG(uap, oldv);
	const void *newp = SCARG(uap, newv);

	if (namelen < 1 || namelen > CTL_MAXNAME)
		return EINVAL;
	error = copyin(SCARG(uap, name), name, namelen * sizeof(int));
	if (error != 0)
		return error;
	if (SCARG(uap, oldlenp) != NULL) {
		error = copyin(SCARG(uap, oldlenp), &oldlen, sizeof(oldlen));
		if (error != 0)
			return error;
	} else
		oldp = NULL;
	savelen = oldlen;
	sysctl_lock(newp != NULL);
	error = sysctl_dispatch(name, namelen, oldp, &oldlen, newp,
	    SCARG(uap, newlen), name, l, NULL);
	sysctl_unlock();
	/* the length is told even with an error */
	if (SCARG(uap, oldlenp) != NULL) {
		e2 = copyout(&oldlen, SCARG(uap, oldlenp), sizeof(oldlen));
		if (error == 0)
			error = e2;
	}
	if (error == 0 && oldp != NULL && savelen < oldlen)
		error = ENOMEM;
	return error;
}
