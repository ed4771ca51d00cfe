/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sysctl tree: nodes, their creation and destruction, and the logs by which
 * a component removes what it created.
 *
 * Functions that create nodes at boot are only noted; they run when the tree is
 * first needed, so that a program that never asks pays nothing.
 *
 * Locks: sysctl_treelock, a read-write lock.  sysctl_createv() and its like take
 * it unless the caller has it.  Before it comes start_lock, held by the thread
 * that runs what was noted; pending_lock is below everything, as constructors
 * run outside of the kernel.
 */

#include <lib/libkern/libkern.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/rwlock.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/types.h>

#include <rump-sys/kern.h>

#include "../sched/sched_impl.h"
#include "sysctl_impl.h"

struct sysctlnode sysctl_root = {
    .sysctl_flags =
	SYSCTL_VERSION | CTLFLAG_ROOT | CTLFLAG_READWRITE | CTLTYPE_NODE,
    .sysctl_name = "(root)",
    .sysctl_size = sizeof(struct sysctlnode),
};

static krwlock_t sysctl_treelock;
static kmutex_t start_lock;
static ilock_t pending_lock;
/* pending_lock; looked at without it */
struct sysctl_boot_chain sysctl_boot_chain =
    LIST_HEAD_INITIALIZER(sysctl_boot_chain);
static bool tree_started; /* start_lock: base nodes are there */
static uint32_t tree_version = 1;

#define MAX_CHILDREN 4096

void
rump_sysctl_add(struct sysctl_setup_chain *ss)
{
	/* by a constructor; run when the tree is next used */
	ilock_enter(&pending_lock);
	LIST_INSERT_HEAD(&sysctl_boot_chain, ss, ssc_entries);
	ilock_exit(&pending_lock);
}

static struct sysctl_setup_chain *
pending_take(void)
{
	struct sysctl_setup_chain *ss;

	ilock_enter(&pending_lock);
	if ((ss = LIST_FIRST(&sysctl_boot_chain)) != NULL)
		LIST_REMOVE(ss, ssc_entries);
	ilock_exit(&pending_lock);
	return ss;
}

void
sysctl_init(void)
{
	rw_init(&sysctl_treelock);
	mutex_init(&start_lock, MUTEX_DEFAULT, IPL_NONE);
}

void
sysctl_basenode_init(void)
{
}

void
sysctl_finalize(void)
{
	/* permanent nodes stay, whoever made them: nothing to fix up */
}

/*
 * Run what was noted; the tree lock is not held.  Who comes meanwhile waits,
 * except for the functions themselves, which create their nodes.
 */
static void
tree_start(void)
{
	struct sysctl_setup_chain *ss;

	if (__predict_true(__atomic_load_n(&tree_started, __ATOMIC_ACQUIRE) &&
		__atomic_load_n(
		    &LIST_FIRST(&sysctl_boot_chain), __ATOMIC_RELAXED) == NULL))
		return;
	if (mutex_owned(&start_lock))
		return;
	mutex_enter(&start_lock);
	if (!tree_started)
		sysctl_base_setup();
	while ((ss = pending_take()) != NULL)
		(*ss->ssc_func)(NULL);
	__atomic_store_n(&tree_started, true, __ATOMIC_RELEASE);
	mutex_exit(&start_lock);
}

void
sysctl_lock(bool write)
{
	tree_start();
	rw_enter(&sysctl_treelock, write ? RW_WRITER : RW_READER);
}

void
sysctl_relock(void)
{
	rw_enter(&sysctl_treelock, RW_READER);
}

void
sysctl_unlock(void)
{
	rw_exit(&sysctl_treelock);
}

bool
sysctl_tree_writer(void)
{
	return rw_write_held(&sysctl_treelock) != 0;
}

struct sysctlnode *
sysctl_find_num(const struct sysctlnode *parent, int num)
{
	struct knode *kn, *any = NULL;

	if (!IS_NODE(parent))
		return NULL;
	for (kn = FIRST_KID(parent); kn != NULL; kn = kn->kn_next) {
		if (kn->kn_node.sysctl_num == num)
			return &kn->kn_node;
		if (kn->kn_node.sysctl_flags & CTLFLAG_ANYNUMBER)
			any = kn;
	}
	return any == NULL || num < 0 ? NULL : &any->kn_node;
}

struct sysctlnode *
sysctl_find_name(const struct sysctlnode *parent, const char *name)
{
	struct knode *kn;

	if (!IS_NODE(parent))
		return NULL;
	for (kn = FIRST_KID(parent); kn != NULL; kn = kn->kn_next) {
		if (strcmp(kn->kn_node.sysctl_name, name) == 0)
			return &kn->kn_node;
	}
	return NULL;
}

/* versions are those of the change; parents change with their children */
static void
new_version(struct sysctlnode *node)
{
	uint32_t v = ++tree_version;

	for (; node != NULL; node = node->sysctl_parent)
		node->sysctl_ver = v;
}

static bool
name_ok(const char *name)
{
	size_t n;

	if (!isalpha((unsigned char)name[0]) && name[0] != '_')
		return false;
	for (n = 1; name[n] != '\0'; n++) {
		if (!isalnum((unsigned char)name[n]) && name[n] != '_' &&
		    name[n] != '-')
			return false;
	}
	return n < SYSCTL_NAMELEN;
}

static int
free_number(const struct sysctlnode *parent)
{
	struct knode *kn;
	int num = CREATE_BASE;

	for (kn = FIRST_KID(parent); kn != NULL; kn = kn->kn_next) {
		/* with INT_MAX taken the new one collides: EEXIST */
		if (kn->kn_node.sysctl_num >= num)
			num = MIN(kn->kn_node.sysctl_num, INT_MAX - 1) + 1;
	}
	return num;
}

/*
 * Put a copy of the node, whose data is the tree's by now, under its parent.
 * *result is the new node; with EEXIST the one that is in the way.
 */
int
sysctl_add(struct sysctlnode *parent, const struct sysctlnode *node,
    const char *desc, struct sysctllog **log, struct sysctlnode **result)
{
	struct sysctlnode *old;
	struct knode *kn, **at;
	int num = node->sysctl_num;

	if (!IS_NODE(parent))
		return ENOTDIR;
	if (!name_ok(node->sysctl_name) || (num < 0 && num != CTL_CREATE))
		return EINVAL;
	if (parent->sysctl_clen >= MAX_CHILDREN)
		return ENOMEM;
	if ((old = sysctl_find_name(parent, node->sysctl_name)) != NULL) {
		*result = old;
		return EEXIST;
	}
	if (num == CTL_CREATE)
		num = free_number(parent);
	for (at = (struct knode **)(void *)&parent->sysctl_child; *at != NULL;
	     at = &(*at)->kn_next) {
		if ((*at)->kn_node.sysctl_num == num) {
			*result = &(*at)->kn_node;
			return EEXIST;
		}
		if ((*at)->kn_node.sysctl_num > num)
			break;
	}
	kn = kmem_zalloc(sizeof(*kn), KM_SLEEP);
	kn->kn_node = *node;
	kn->kn_node.sysctl_num = num;
	kn->kn_node.sysctl_parent = parent;
	kn->kn_node.sysctl_desc = desc;
	kn->kn_next = *at;
	*at = kn;
	parent->sysctl_clen++;
	parent->sysctl_csize = parent->sysctl_clen;
	new_version(&kn->kn_node);
	if (log != NULL) {
		if (*log == NULL)
			*log = kmem_zalloc(sizeof(**log), KM_SLEEP);
		kn->kn_inlog = *log;
		LIST_INSERT_HEAD(&(*log)->sl_nodes, kn, kn_log);
	}
	*result = &kn->kn_node;
	return 0;
}

static void
node_free(struct knode *kn)
{
	struct sysctlnode *node = &kn->kn_node;

	if ((node->sysctl_flags & CTLFLAG_OWNDATA) != 0 && !IS_NODE(node) &&
	    node->sysctl_data != NULL)
		kmem_free(node->sysctl_data, node->sysctl_size);
	if ((node->sysctl_flags & CTLFLAG_OWNDESC) != 0)
		kmem_strfree(__UNCONST(node->sysctl_desc));
	kmem_free(kn, sizeof(*kn));
}

/* ENOTEMPTY with children; the lock is held for writing */
int
sysctl_remove(struct sysctlnode *node)
{
	struct sysctlnode *parent = node->sysctl_parent;
	struct knode *kn = KNODE(node), **at;

	if (parent == NULL)
		return EPERM;
	if (IS_NODE(node) && node->sysctl_clen != 0)
		return ENOTEMPTY;
	for (at = (struct knode **)(void *)&parent->sysctl_child; *at != kn;
	     at = &(*at)->kn_next)
		continue;
	*at = kn->kn_next;
	parent->sysctl_clen--;
	parent->sysctl_csize = parent->sysctl_clen;
	new_version(parent);
	if (kn->kn_inlog != NULL)
		LIST_REMOVE(kn, kn_log);
	node_free(kn);
	return 0;
}

/* a node and all below it */
void
sysctl_free(struct sysctlnode *node)
{
	while (IS_NODE(node) && node->sysctl_clen != 0)
		sysctl_free(&FIRST_KID(node)->kn_node);
	(void)sysctl_remove(node);
}

/*
 * Remove what a log recorded, newest first.  A node that others have put
 * children into stays.
 */
void
sysctl_teardown(struct sysctllog **logp)
{
	struct sysctllog *log = *logp;
	struct knode *kn;

	if (log == NULL)
		return;
	sysctl_lock(true);
	while ((kn = LIST_FIRST(&log->sl_nodes)) != NULL) {
		LIST_REMOVE(kn, kn_log);
		kn->kn_inlog = NULL;
		(void)sysctl_remove(&kn->kn_node);
	}
	sysctl_unlock();
	kmem_free(log, sizeof(*log));
	*logp = NULL;
}

void
sysctl_log_print(const struct sysctllog *log)
{
	struct knode *kn;

	if (log == NULL)
		return;
	LIST_FOREACH(kn, &log->sl_nodes, kn_log)
		printf("sysctl log: %s (%d)\n", kn->kn_node.sysctl_name,
		    kn->kn_node.sysctl_num);
}

/* check and complete a node; its data becomes the tree's */
static int
prepare(struct sysctlnode *n, u_quad_t qv, void *data, size_t len)
{
	int type = SYSCTL_TYPE(n->sysctl_flags);
	bool imm = (n->sysctl_flags & CTLFLAG_IMMEDIATE) != 0;

	switch (type) {
	case CTLTYPE_NODE:
		if (data != NULL || len != 0)
			return EINVAL;
		return 0;
	case CTLTYPE_INT:
		len = len == 0 ? sizeof(int) : len;
		if (len != sizeof(int))
			return EINVAL;
		break;
	case CTLTYPE_QUAD:
		len = len == 0 ? sizeof(u_quad_t) : len;
		if (len != sizeof(u_quad_t))
			return EINVAL;
		break;
	case CTLTYPE_BOOL:
		len = len == 0 ? sizeof(bool) : len;
		if (len != sizeof(bool))
			return EINVAL;
		break;
	case CTLTYPE_STRING:
		if (len == 0 && data != NULL)
			len = strlen(data) + 1;
		if (imm)
			return EINVAL;
		break;
	case CTLTYPE_STRUCT:
		if (imm)
			return EINVAL;
		break;
	default:
		return EINVAL;
	}
	n->sysctl_size = len;
	if (imm) {
		n->sysctl_flags &= ~CTLFLAG_OWNDATA;
		if (type == CTLTYPE_INT)
			n->sysctl_idata = (int)qv;
		else if (type == CTLTYPE_BOOL)
			n->sysctl_bdata = qv != 0;
		else
			n->sysctl_qdata = qv;
		return 0;
	}
	if (data == NULL && n->sysctl_func == NULL)
		return EINVAL;
	n->sysctl_data = data;
	if ((n->sysctl_flags & CTLFLAG_OWNDATA) != 0) {
		if (data == NULL || len == 0 || len > 1024 * 1024)
			return EINVAL;
		n->sysctl_data = kmem_alloc(len, KM_SLEEP);
		memcpy(n->sysctl_data, data, len);
	}
	return 0;
}

static int
walk(struct sysctlnode *n, const int *path, unsigned int depth,
    struct sysctlnode **result)
{
	for (unsigned int i = 0; i < depth; i++) {
		if ((n = sysctl_find_num(n, path[i])) == NULL)
			return ENOENT;
		while (n->sysctl_flags & CTLFLAG_ALIAS) {
			n = sysctl_find_num(n->sysctl_parent, n->sysctl_alias);
			if (n == NULL)
				return ENOENT;
		}
	}
	*result = n;
	return 0;
}

static int
create_locked(struct sysctllog **log, const struct sysctlnode **rnode,
    const struct sysctlnode **cnode, const struct sysctlnode *proto,
    const char *desc, u_quad_t qv, void *newp, size_t newlen, const int *path,
    unsigned int depth)
{
	struct sysctlnode node = *proto, *parent, *made;
	int error;

	parent =
	    rnode != NULL && *rnode != NULL ? __UNCONST(*rnode) : &sysctl_root;
	if ((error = walk(parent, path, depth - 1, &parent)) != 0)
		return error;
	if (node.sysctl_flags & CTLFLAG_ALIAS)
		node.sysctl_alias = (int32_t)qv;
	else if ((error = prepare(&node, qv, newp, newlen)) != 0)
		return error;
	node.sysctl_num = path[depth - 1];
	error = sysctl_add(parent, &node, desc, log, &made);
	if (error != 0 && (node.sysctl_flags & CTLFLAG_OWNDATA) != 0 &&
	    node.sysctl_data != NULL && !IS_NODE(&node))
		kmem_free(node.sysctl_data, node.sysctl_size);
	if (error == EEXIST && IS_NODE(&node) && IS_NODE(made))
		error = 0;
	if (cnode != NULL && (error == 0 || error == EEXIST))
		*cnode = made;
	return error;
}

/*
 * Create a node.  The path of numbers, ended by CTL_EOL, is below *rnode, or
 * below the root.  A CTLTYPE_NODE that is there already is no error; *cnode is
 * the node then, too.
 */
int
sysctl_createv(struct sysctllog **log, int cflags,
    const struct sysctlnode **rnode, const struct sysctlnode **cnode, int flags,
    int type, const char *namep, const char *desc, sysctlfn func, u_quad_t qv,
    void *newp, size_t newlen, ...)
{
	struct sysctlnode node;
	int path[CTL_MAXNAME], error;
	unsigned int depth = 0;
	bool locked;
	va_list ap;

	va_start(ap, newlen);
	for (;;) {
		int num = va_arg(ap, int);

		if (num == CTL_EOL)
			break;
		if (depth == CTL_MAXNAME) {
			va_end(ap);
			return ENAMETOOLONG;
		}
		path[depth++] = num;
	}
	va_end(ap);
	if (depth == 0 || namep == NULL)
		return EINVAL;
	memset(&node, 0, sizeof(node));
	node.sysctl_flags = (uint32_t)(flags | type) | SYSCTL_VERSION;
	if (SYSCTL_TYPE(type) == CTLTYPE_NODE)
		node.sysctl_flags &= ~(CTLFLAG_IMMEDIATE | CTLFLAG_OWNDATA);
	if (strlcpy(node.sysctl_name, namep, sizeof(node.sysctl_name)) >=
	    sizeof(node.sysctl_name))
		return ENAMETOOLONG;
	node.sysctl_func = func;
	locked = sysctl_tree_writer();
	if (!locked)
		sysctl_lock(true);
	error = create_locked(
	    log, rnode, cnode, &node, desc, qv, newp, newlen, path, depth);
	if (!locked)
		sysctl_unlock();
	if (error != 0 && error != EEXIST)
		printf("sysctl_createv: %s: error %d\n", namep, error);
	return error;
}

/* destroy the node at a path below rnode; it may have no children */
int
sysctl_destroyv(struct sysctlnode *rnode, ...)
{
	struct sysctlnode *node = rnode == NULL ? &sysctl_root : rnode;
	int path[CTL_MAXNAME], error = 0;
	unsigned int depth = 0;
	bool locked = sysctl_tree_writer();
	va_list ap;

	va_start(ap, rnode);
	for (;;) {
		int num = va_arg(ap, int);

		if (num == CTL_EOL || depth == CTL_MAXNAME)
			break;
		path[depth++] = num;
	}
	va_end(ap);
	if (!locked)
		sysctl_lock(true);
	error = walk(node, path, depth, &node);
	if (error == 0)
		error = sysctl_remove(node);
	if (!locked)
		sysctl_unlock();
	return error;
}
