/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The suite's frame: test cases are made at run time, one for each pair of
 * file system and case, named FS_CASE.
 */
#include "conform.h"

#include <rump/rumpkern_if_pub.h>

const struct conform_fs *conform_fs;
unsigned int conform_needs;

static const struct conform_case *const conform_lists[] = {
    conform_names,
    conform_io,
    conform_rename,
    conform_perm,
    conform_locks,
    conform_misc,
};

void
mkfile(const char *path, const char *text)
{
	int fd;

	fd = RL(rump_sys_open(
	    path, RUMP_O_WRONLY | RUMP_O_CREAT | RUMP_O_TRUNC, 0644));
	REQEQ(rump_sys_write(fd, text, strlen(text)), strlen(text));
	RL(rump_sys_close(fd));
}

void
isfile(const char *path, const char *text)
{
	char buf[4096];
	ssize_t n;
	int fd;

	fd = RL(rump_sys_open(path, RUMP_O_RDONLY));
	n = RL(rump_sys_read(fd, buf, sizeof(buf)));
	RL(rump_sys_close(fd));
	if ((size_t)n != strlen(text) || memcmp(buf, text, (size_t)n) != 0)
		atf_tc_fail("%s: holds %zd bytes \"%.*s\", not \"%s\"", path, n,
		    (int)n, buf, text);
}

bool
exists(const char *path)
{
	struct rump_stat sb;

	return rump_sys_lstat(path, rump_stat_ptr(&sb)) == 0;
}

struct rump_stat
dostat(const char *path)
{
	struct rump_stat sb;

	if (rump_sys_stat(path, rump_stat_ptr(&sb)) == -1)
		atf_tc_fail("stat %s: error %d", path, errno);
	return sb;
}

struct rump_stat
dolstat(const char *path)
{
	struct rump_stat sb;

	if (rump_sys_lstat(path, rump_stat_ptr(&sb)) == -1)
		atf_tc_fail("lstat %s: error %d", path, errno);
	return sb;
}

struct rump_stat
dofstat(int fd)
{
	struct rump_stat sb;

	RL(rump_sys_fstat(fd, rump_stat_ptr(&sb)));
	return sb;
}

void
become(uint32_t uid, uint32_t gid)
{
	RL(rump_sys_setgroups(0, NULL));
	RL(rump_sys_setgid(gid));
	RL(rump_sys_setuid(uid));
}

struct lwp *
lwproc_fork(void)
{
	struct lwp *old = rump_pub_lwproc_curlwp();

	REQEQ(rump_pub_lwproc_rfork(RUMP_RFFDG), 0);
	return old;
}

void
lwproc_back(struct lwp *old)
{
	rump_pub_lwproc_releaselwp();
	if (old != NULL)
		rump_pub_lwproc_switch(old);
}

/* "ffs2_le_mkdir" is case "mkdir" of "ffs2_le". */
static void
conform_run(const atf_tc_t *tc)
{
	const char *ident = atf_tc_get_ident(tc);
	const struct conform_case *cc;
	size_t i, j, len;

	for (i = 0; i < conform_nfs; i++) {
		len = strlen(conform_fslist[i].fs_name);
		if (strncmp(ident, conform_fslist[i].fs_name, len) != 0 ||
		    ident[len] != '_')
			continue;
		for (j = 0;
		     j < sizeof(conform_lists) / sizeof(conform_lists[0]);
		     j++) {
			for (cc = conform_lists[j]; cc->cc_name != NULL; cc++) {
				if (strcmp(cc->cc_name, ident + len + 1) != 0)
					continue;
				conform_fs = &conform_fslist[i];
				conform_needs = cc->cc_needs;
				REQEQ(rump_init(), 0);
				REQEQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
				RL(rump_sys_mkdir(MNT, 0777));
				conform_fs->fs_mount();
				RL(rump_sys_chdir(MNT));
				cc->cc_body(conform_fs);
				/* Everything must come off in order. */
				rump_pub_lwproc_releaselwp();
				REQEQ(rump_pub_lwproc_rfork(RUMP_RFCFDG), 0);
				if ((conform_fs->fs_caps & CAP_UNMOUNT) != 0 &&
				    rump_sys_unmount(MNT, 0) == -1 &&
				    errno != RUMP_EINVAL)
					atf_tc_fail("the file system can't be "
						    "unmounted: error %d",
					    errno);
				rump_pub_lwproc_releaselwp();
				return;
			}
		}
	}
	atf_tc_fail("no such case: %s", ident);
}

static void
conform_head(atf_tc_t *tc)
{
	atf_tc_set_md_var(tc, "timeout", "60");
}

ATF_TP_ADD_TCS(tp)
{
	const struct conform_case *cc;
	atf_tc_t *tc;
	atf_error_t err;
	char name[128];
	size_t i, j;

	for (i = 0; i < conform_nfs; i++) {
		for (j = 0;
		     j < sizeof(conform_lists) / sizeof(conform_lists[0]);
		     j++) {
			for (cc = conform_lists[j]; cc->cc_name != NULL; cc++) {
				if ((cc->cc_needs &
					~conform_fslist[i].fs_caps) != 0)
					continue;
				snprintf(name, sizeof(name), "%s_%s",
				    conform_fslist[i].fs_name, cc->cc_name);
				tc = calloc(1, sizeof(*tc));
				if (tc == NULL)
					return atf_no_memory_error();
				err = atf_tc_init(tc, strdup(name),
				    conform_head, conform_run, NULL,
				    (const char *const *)atf_tp_get_config(tp));
				if (atf_is_error(err))
					return err;
				err = atf_tp_add_tc(tp, tc);
				if (atf_is_error(err))
					return err;
			}
		}
	}
	return atf_no_error();
}
