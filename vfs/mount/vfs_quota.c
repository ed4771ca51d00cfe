/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Quota operations as function calls, and the operation that all become.
 */
#include <sys/mount.h>
#include <sys/param.h>
#include <sys/quota.h>
#include <sys/quotactl.h>
#include <sys/systm.h>

int
vfs_quotactl(struct mount *mp, struct quotactl_args *args)
{
	return VFS_QUOTACTL(mp, args);
}

/* Call an operation with the given members of its arguments. */
#define QUOTACTL(mp, op, ...)                                                  \
	VFS_QUOTACTL(                                                          \
	    mp, &(struct quotactl_args){.qc_op = (op), .u = {__VA_ARGS__}})

int
vfs_quotactl_stat(struct mount *mp, struct quotastat *info)
{
	return QUOTACTL(mp, QUOTACTL_STAT, .stat = {.qc_info = info});
}

int
vfs_quotactl_idtypestat(
    struct mount *mp, int idtype, struct quotaidtypestat *info)
{
	return QUOTACTL(mp, QUOTACTL_IDTYPESTAT,
	    .idtypestat = {.qc_idtype = idtype, .qc_info = info});
}

int
vfs_quotactl_objtypestat(
    struct mount *mp, int objtype, struct quotaobjtypestat *info)
{
	return QUOTACTL(mp, QUOTACTL_OBJTYPESTAT,
	    .objtypestat = {.qc_objtype = objtype, .qc_info = info});
}

int
vfs_quotactl_get(
    struct mount *mp, const struct quotakey *key, struct quotaval *val)
{
	return QUOTACTL(
	    mp, QUOTACTL_GET, .get = {.qc_key = key, .qc_val = val});
}

int
vfs_quotactl_put(
    struct mount *mp, const struct quotakey *key, const struct quotaval *val)
{
	return QUOTACTL(
	    mp, QUOTACTL_PUT, .put = {.qc_key = key, .qc_val = val});
}

int
vfs_quotactl_del(struct mount *mp, const struct quotakey *key)
{
	return QUOTACTL(mp, QUOTACTL_DEL, .del = {.qc_key = key});
}

int
vfs_quotactl_cursoropen(struct mount *mp, struct quotakcursor *cursor)
{
	return QUOTACTL(
	    mp, QUOTACTL_CURSOROPEN, .cursoropen = {.qc_cursor = cursor});
}

int
vfs_quotactl_cursorclose(struct mount *mp, struct quotakcursor *cursor)
{
	return QUOTACTL(
	    mp, QUOTACTL_CURSORCLOSE, .cursorclose = {.qc_cursor = cursor});
}

int
vfs_quotactl_cursorskipidtype(
    struct mount *mp, struct quotakcursor *cursor, int idtype)
{
	return QUOTACTL(mp, QUOTACTL_CURSORSKIPIDTYPE,
	    .cursorskipidtype = {.qc_cursor = cursor, .qc_idtype = idtype});
}

int
vfs_quotactl_cursorget(struct mount *mp, struct quotakcursor *cursor,
    struct quotakey *keys, struct quotaval *vals, unsigned maxnum,
    unsigned *ret)
{
	return QUOTACTL(mp, QUOTACTL_CURSORGET,
	    .cursorget = {.qc_cursor = cursor,
		.qc_keys = keys,
		.qc_vals = vals,
		.qc_maxnum = maxnum,
		.qc_ret = ret});
}

int
vfs_quotactl_cursoratend(
    struct mount *mp, struct quotakcursor *cursor, int *ret)
{
	return QUOTACTL(mp, QUOTACTL_CURSORATEND,
	    .cursoratend = {.qc_cursor = cursor, .qc_ret = ret});
}

int
vfs_quotactl_cursorrewind(struct mount *mp, struct quotakcursor *cursor)
{
	return QUOTACTL(
	    mp, QUOTACTL_CURSORREWIND, .cursorrewind = {.qc_cursor = cursor});
}

int
vfs_quotactl_quotaon(struct mount *mp, int idtype, const char *path)
{
	return QUOTACTL(mp, QUOTACTL_QUOTAON,
	    .quotaon = {.qc_idtype = idtype, .qc_quotafile = path});
}

int
vfs_quotactl_quotaoff(struct mount *mp, int idtype)
{
	return QUOTACTL(
	    mp, QUOTACTL_QUOTAOFF, .quotaoff = {.qc_idtype = idtype});
}
