/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Quotas, in memory: limits of users and groups for blocks and files.
 */
#include <sys/param.h>

#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/systm.h>
#include <sys/time.h>

#include "kitrw.h"
#include "ktest.h"

static const int idtypes[] = {QUOTA_IDTYPE_USER, QUOTA_IDTYPE_GROUP};

/* A quota, made if there is none and make.  With km_lock. */
static struct kitrw_quota *
find(struct kitrw_mount *km, int idtype, id_t id, bool make)
{
	struct kitrw_quota *q;

	KASSERT(mutex_owned(&km->km_lock));
	LIST_FOREACH(q, &km->km_quotas, q_list) {
		if (q->q_idtype == idtype && q->q_id == id)
			return q;
	}
	if (!make)
		return NULL;
	q = kmem_zalloc(sizeof *q, KM_SLEEP);
	q->q_idtype = idtype;
	q->q_id = id;
	for (int i = 0; i < 2; i++) {
		q->q_val[i].qv_hardlimit = QUOTA_NOLIMIT;
		q->q_val[i].qv_softlimit = QUOTA_NOLIMIT;
		q->q_val[i].qv_expiretime = QUOTA_NOTIME;
		q->q_val[i].qv_grace = 7 * 86400;
	}
	LIST_INSERT_HEAD(&km->km_quotas, q, q_list);
	return q;
}

/* Whether n more are allowed of what has a value. */
static int
allowed(const struct quotaval *qv, int64_t n)
{
	uint64_t after = qv->qv_usage + (uint64_t)n;

	if (n <= 0)
		return 0;
	if (after > qv->qv_hardlimit)
		return EDQUOT;
	if (after > qv->qv_softlimit && qv->qv_expiretime != QUOTA_NOTIME &&
	    time_second > qv->qv_expiretime)
		return EDQUOT;
	return 0;
}

static void
add(struct quotaval *qv, int64_t n)
{
	qv->qv_usage += (uint64_t)n;
	if (qv->qv_usage <= qv->qv_softlimit)
		qv->qv_expiretime = QUOTA_NOTIME;
	else if (qv->qv_expiretime == QUOTA_NOTIME)
		qv->qv_expiretime = time_second + qv->qv_grace;
}

/*
 * Counts blocks and files of an owner; EDQUOT, unless cred may have more.
 */
int
kitrw_charge(struct kitrw_mount *km, uid_t uid, gid_t gid, int64_t blocks,
    int64_t files, kauth_cred_t cred)
{
	const id_t id[] = {uid, gid};
	struct kitrw_quota *q[2];
	int error = 0;

	mutex_enter(&km->km_lock);
	for (int i = 0; i < 2; i++) {
		q[i] = find(km, idtypes[i], id[i], true);
		if (!km->km_quotaon || error != 0)
			continue;
		error = allowed(&q[i]->q_val[QUOTA_OBJTYPE_BLOCKS], blocks);
		if (error == 0)
			error =
			    allowed(&q[i]->q_val[QUOTA_OBJTYPE_FILES], files);
	}
	if (error != 0 &&
	    (cred == NOCRED || cred == FSCRED ||
		kauth_authorize_system(cred, KAUTH_SYSTEM_FS_QUOTA,
		    KAUTH_REQ_SYSTEM_FS_QUOTA_NOLIMIT, KAUTH_ARG(uid), NULL,
		    NULL) == 0))
		error = 0;
	for (int i = 0; i < 2 && error == 0; i++) {
		add(&q[i]->q_val[QUOTA_OBJTYPE_BLOCKS], blocks);
		add(&q[i]->q_val[QUOTA_OBJTYPE_FILES], files);
	}
	mutex_exit(&km->km_lock);
	return error;
}

void
kitrw_quota_drop(struct kitrw_mount *km)
{
	struct kitrw_quota *q;

	while ((q = LIST_FIRST(&km->km_quotas)) != NULL) {
		LIST_REMOVE(q, q_list);
		kmem_free(q, sizeof *q);
	}
}

static int
checkkey(const struct quotakey *qk)
{
	if (qk->qk_idtype != QUOTA_IDTYPE_USER &&
	    qk->qk_idtype != QUOTA_IDTYPE_GROUP)
		return EINVAL;
	if (qk->qk_objtype != QUOTA_OBJTYPE_BLOCKS &&
	    qk->qk_objtype != QUOTA_OBJTYPE_FILES)
		return EINVAL;
	return 0;
}

static int
op_get(struct kitrw_mount *km, const struct quotakey *qk, struct quotaval *qv)
{
	struct kitrw_quota *q;
	int error = checkkey(qk);

	if (error != 0)
		return error;
	mutex_enter(&km->km_lock);
	q = find(km, qk->qk_idtype, qk->qk_id, false);
	if (q != NULL)
		*qv = q->q_val[qk->qk_objtype];
	mutex_exit(&km->km_lock);
	return q == NULL ? ENOENT : 0;
}

static int
op_put(struct kitrw_mount *km, const struct quotakey *qk,
    const struct quotaval *qv)
{
	struct kitrw_quota *q;
	struct quotaval *old;
	int error = checkkey(qk);

	if (error != 0)
		return error;
	mutex_enter(&km->km_lock);
	q = find(km, qk->qk_idtype, qk->qk_id, true);
	old = &q->q_val[qk->qk_objtype];
	q->q_limited = true;
	old->qv_hardlimit = qv->qv_hardlimit;
	old->qv_softlimit = qv->qv_softlimit;
	old->qv_grace = qv->qv_grace;
	old->qv_expiretime = QUOTA_NOTIME;
	add(old, 0);
	mutex_exit(&km->km_lock);
	return 0;
}

static int
op_del(struct kitrw_mount *km, const struct quotakey *qk)
{
	struct kitrw_quota *q;
	int error = checkkey(qk);

	if (error != 0)
		return error;
	mutex_enter(&km->km_lock);
	q = find(km, qk->qk_idtype, qk->qk_id, false);
	if (q != NULL) {
		q->q_limited = false;
		q->q_val[qk->qk_objtype].qv_hardlimit = QUOTA_NOLIMIT;
		q->q_val[qk->qk_objtype].qv_softlimit = QUOTA_NOLIMIT;
	}
	mutex_exit(&km->km_lock);
	return q == NULL ? ENOENT : 0;
}

/*
 * The walk's place: how many keys have been seen, users before groups, and
 * whether there were all.
 */
struct cursor {
	unsigned int c_next;
	bool c_skip[2]; /* by QUOTA_IDTYPE_ */
};

static struct cursor *
cursor_of(struct quotakcursor *qkc)
{
	CTASSERT(sizeof(struct cursor) <= sizeof qkc->u.qkc_space);
	return (struct cursor *)(void *)qkc->u.qkc_space;
}

/* The n-th key of the walk, and its value; false behind the end. */
static bool
walk(struct kitrw_mount *km, const struct cursor *c, unsigned int n,
    struct quotakey *qk, struct quotaval *qv)
{
	struct kitrw_quota *q;

	for (int t = 0; t < 2; t++) {
		if (c->c_skip[idtypes[t]])
			continue;
		LIST_FOREACH(q, &km->km_quotas, q_list) {
			if (q->q_idtype != idtypes[t])
				continue;
			if (n < 2) {
				qk->qk_idtype = q->q_idtype;
				qk->qk_id = q->q_id;
				qk->qk_objtype = (int)n;
				*qv = q->q_val[n];
				return true;
			}
			n -= 2;
		}
	}
	return false;
}

static int
op_cursor(struct kitrw_mount *km, struct quotactl_args *args)
{
	struct cursor *c;
	struct quotakey qk;
	struct quotaval qv;
	unsigned int n = 0;

	switch (args->qc_op) {
	case QUOTACTL_CURSOROPEN:
		c = cursor_of(args->u.cursoropen.qc_cursor);
		memset(c, 0, sizeof *c);
		return 0;
	case QUOTACTL_CURSORCLOSE:
		c = cursor_of(args->u.cursorclose.qc_cursor);
		c->c_next = UINT_MAX;
		return 0;
	case QUOTACTL_CURSORSKIPIDTYPE:
		c = cursor_of(args->u.cursorskipidtype.qc_cursor);
		if (args->u.cursorskipidtype.qc_idtype != QUOTA_IDTYPE_USER &&
		    args->u.cursorskipidtype.qc_idtype != QUOTA_IDTYPE_GROUP)
			return EINVAL;
		c->c_skip[args->u.cursorskipidtype.qc_idtype] = true;
		return 0;
	case QUOTACTL_CURSORREWIND:
		c = cursor_of(args->u.cursorrewind.qc_cursor);
		c->c_next = 0;
		return 0;
	case QUOTACTL_CURSORATEND:
		c = cursor_of(args->u.cursoratend.qc_cursor);
		mutex_enter(&km->km_lock);
		*args->u.cursoratend.qc_ret = !walk(km, c, c->c_next, &qk, &qv);
		mutex_exit(&km->km_lock);
		return 0;
	default:
		break;
	}
	c = cursor_of(args->u.cursorget.qc_cursor);
	mutex_enter(&km->km_lock);
	while (n < args->u.cursorget.qc_maxnum &&
	    walk(km, c, c->c_next, &args->u.cursorget.qc_keys[n],
		&args->u.cursorget.qc_vals[n])) {
		n++;
		c->c_next++;
	}
	mutex_exit(&km->km_lock);
	*args->u.cursorget.qc_ret = n;
	return 0;
}

static int
op_stat(struct quotactl_args *args)
{
	struct quotastat *qs;
	struct quotaidtypestat *qis;
	struct quotaobjtypestat *qos;

	switch (args->qc_op) {
	case QUOTACTL_STAT:
		qs = args->u.stat.qc_info;
		strlcpy(qs->qs_implname, "kitrw", sizeof qs->qs_implname);
		qs->qs_numidtypes = 2;
		qs->qs_numobjtypes = 2;
		qs->qs_restrictions = 0;
		return 0;
	case QUOTACTL_IDTYPESTAT:
		qis = args->u.idtypestat.qc_info;
		if (args->u.idtypestat.qc_idtype == QUOTA_IDTYPE_USER)
			strlcpy(qis->qis_name, "user", sizeof qis->qis_name);
		else if (args->u.idtypestat.qc_idtype == QUOTA_IDTYPE_GROUP)
			strlcpy(qis->qis_name, "group", sizeof qis->qis_name);
		else
			return EINVAL;
		return 0;
	default:
		qos = args->u.objtypestat.qc_info;
		if (args->u.objtypestat.qc_objtype == QUOTA_OBJTYPE_BLOCKS) {
			strlcpy(qos->qos_name, "block", sizeof qos->qos_name);
			qos->qos_isbytes = 1;
		} else if (args->u.objtypestat.qc_objtype ==
		    QUOTA_OBJTYPE_FILES) {
			strlcpy(qos->qos_name, "file", sizeof qos->qos_name);
			qos->qos_isbytes = 0;
		} else
			return EINVAL;
		return 0;
	}
}

/* Who may: everybody their own, root all. */
static int
permitted(const struct quotactl_args *args)
{
	enum kauth_system_req req = KAUTH_REQ_SYSTEM_FS_QUOTA_MANAGE;
	id_t id = 0;

	switch (args->qc_op) {
	case QUOTACTL_STAT:
	case QUOTACTL_IDTYPESTAT:
	case QUOTACTL_OBJTYPESTAT:
		return 0;
	case QUOTACTL_GET:
		req = KAUTH_REQ_SYSTEM_FS_QUOTA_GET;
		id = args->u.get.qc_key->qk_id;
		if (id == kauth_cred_getuid(kauth_cred_get()) &&
		    args->u.get.qc_key->qk_idtype == QUOTA_IDTYPE_USER)
			return 0;
		break;
	case QUOTACTL_QUOTAON:
	case QUOTACTL_QUOTAOFF:
		req = KAUTH_REQ_SYSTEM_FS_QUOTA_ONOFF;
		break;
	default:
		break;
	}
	return kauth_authorize_system(kauth_cred_get(), KAUTH_SYSTEM_FS_QUOTA,
	    req, KAUTH_ARG(id), NULL, NULL);
}

int
kitrw_quotactl_op(struct mount *mp, struct quotactl_args *args)
{
	struct kitrw_mount *km = VFSTOKITRW(mp);
	int error = permitted(args);

	if (error != 0)
		return error;
	switch (args->qc_op) {
	case QUOTACTL_STAT:
	case QUOTACTL_IDTYPESTAT:
	case QUOTACTL_OBJTYPESTAT:
		return op_stat(args);
	case QUOTACTL_GET:
		return op_get(km, args->u.get.qc_key, args->u.get.qc_val);
	case QUOTACTL_PUT:
		return op_put(km, args->u.put.qc_key, args->u.put.qc_val);
	case QUOTACTL_DEL:
		return op_del(km, args->u.del.qc_key);
	case QUOTACTL_CURSOROPEN:
	case QUOTACTL_CURSORCLOSE:
	case QUOTACTL_CURSORSKIPIDTYPE:
	case QUOTACTL_CURSORGET:
	case QUOTACTL_CURSORATEND:
	case QUOTACTL_CURSORREWIND:
		return op_cursor(km, args);
	case QUOTACTL_QUOTAON:
	case QUOTACTL_QUOTAOFF:
		/* the flags of the mount are changed under this one */
		mutex_enter(&mp->mnt_updating);
		mutex_enter(&km->km_lock);
		km->km_quotaon = args->qc_op == QUOTACTL_QUOTAON;
		if (km->km_quotaon)
			mp->mnt_flag |= MNT_QUOTA;
		else
			mp->mnt_flag &= ~MNT_QUOTA;
		mutex_exit(&km->km_lock);
		mutex_exit(&mp->mnt_updating);
		return 0;
	default:
		return EOPNOTSUPP;
	}
}
