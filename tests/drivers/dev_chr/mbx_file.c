/* SPDX-License-Identifier: BSD-2-Clause */
/* Mailboxes as files, and what descriptors do with them. */

#include <sys/atomic.h>
#include <sys/conf.h>
#include <sys/fcntl.h>
#include <sys/filedesc.h>
#include <sys/kauth.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/poll.h>
#include <sys/proc.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include "ktest.h"
#include "mbx.h"

static u_int mbx_closes; /* atomic */

static int
mbxf_read(struct file *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	return mbx_read(fp->f_data, uio, (fp->f_flag & FNONBLOCK) == 0);
}

static int
mbxf_write(struct file *fp, off_t *offset, struct uio *uio, kauth_cred_t cred,
    int flags)
{
	return mbx_write(fp->f_data, uio, (fp->f_flag & FNONBLOCK) == 0);
}

static int
mbxf_ioctl(struct file *fp, u_long cmd, void *data)
{
	return mbx_ioctl(fp->f_data, cmd, data, curlwp);
}

static int
mbxf_poll(struct file *fp, int events)
{
	return mbx_poll(fp->f_data, events, curlwp);
}

static int
mbxf_stat(struct file *fp, struct stat *st)
{
	struct mbx *mb = fp->f_data;

	memset(st, 0, sizeof(*st));
	st->st_dev = makedev(mbx_cmajor, MBX_CLONE);
	st->st_mode = S_IFCHR;
	mutex_enter(&mb->mb_lock);
	st->st_size = mb->mb_count;
	mutex_exit(&mb->mb_lock);
	st->st_uid = kauth_cred_geteuid(fp->f_cred);
	st->st_gid = kauth_cred_getegid(fp->f_cred);
	return 0;
}

static int
mbxf_close(struct file *fp)
{
	struct mbx *mb = fp->f_data;

	fp->f_data = NULL;
	mbx_fini(mb);
	kmem_free(mb, sizeof(*mb));
	atomic_inc_uint(&mbx_closes);
	return 0;
}

static int
mbxf_kqfilter(struct file *fp, struct knote *kn)
{
	/* a file of the driver's own says nothing about locks */
	K(KERNEL_LOCKED_P());
	return mbx_kqfilter(fp->f_data, kn);
}

const struct fileops mbx_fileops = {
    .fo_read = mbxf_read,
    .fo_write = mbxf_write,
    .fo_ioctl = mbxf_ioctl,
    .fo_fcntl = fnullop_fcntl,
    .fo_poll = mbxf_poll,
    .fo_stat = mbxf_stat,
    .fo_close = mbxf_close,
    .fo_kqfilter = mbxf_kqfilter,
    .fo_restart = fnullop_restart,
};

/* A new box as a descriptor of the current process. */
static int
mbx_descriptor(int *fdp)
{
	struct mbx *mb;
	struct file *fp;
	int error;

	error = fd_allocfile(&fp, fdp);
	if (error != 0)
		return error;
	mb = kmem_alloc(sizeof(*mb), KM_SLEEP);
	mbx_init(mb);
	fp->f_flag = FREAD | FWRITE;
	fp->f_type = DTYPE_MISC;
	fp->f_ops = &mbx_fileops;
	fp->f_data = mb;
	fd_affix(curproc, fp, (u_int)*fdp);
	return 0;
}

/* How many files the system has in use, and how many of these are ours. */
static u_int
mbx_listed(u_int *allp)
{
	struct file *fp;
	u_int n = 0;

	mutex_enter(&filelist_lock);
	LIST_FOREACH(fp, &filehead, f_list) {
		if (fp->f_count == 0)
			continue;
		if (allp != NULL)
			(*allp)++;
		n += fp->f_ops == &mbx_fileops;
	}
	mutex_exit(&filelist_lock);
	return n;
}

void
mbx_test_files(void)
{
	struct file *fp, *dummy;
	int fd = -1, fd2 = -1, fd3 = -1, error;
	u_int closes = mbx_closes, listed = mbx_listed(NULL);

	KEQ(mbx_descriptor(&fd), 0);
	KEQ(mbx_listed(NULL), listed + 1);
	fp = fd_getfile((u_int)fd);
	K(fp != NULL && fp->f_ops == &mbx_fileops);
	KEQ(fd_dup(fp, fd + 3, &fd2, false), 0);
	fd_putfile((u_int)fd);
	K(fd2 >= fd + 3);
	fd_set_exclose(curlwp, fd2, true);
	K(curlwp->l_fd->fd_exclose);
	K(fd_getfile((u_int)fd2) == fp);
	KEQ(fd_close((u_int)fd2), 0);
	K(fd_getfile((u_int)fd2) == NULL);
	KEQ(mbx_closes, closes);

	/* A reference that is no descriptor's keeps the file. */
	mutex_enter(&fp->f_lock);
	fp->f_count++;
	mutex_exit(&fp->f_lock);
	K(fd_getfile((u_int)fd) == fp);
	KEQ(fd_close((u_int)fd), 0);
	KEQ(mbx_closes, closes);
	KEQ(closef(fp), 0);
	KEQ(mbx_closes, closes + 1);
	KEQ(mbx_listed(NULL), listed);

	/* A descriptor without a file, and one that was not wanted. */
	while ((error = fd_alloc(curproc, 40, &fd3)) == ENOSPC)
		fd_tryexpand(curproc);
	KEQ(error, 0);
	K(fd3 >= 40);
	fd_abort(curproc, NULL, (u_int)fd3);
	KEQ(fd_alloc(curproc, 40, &fd2), 0);
	KEQ(fd2, fd3);
	fd_abort(curproc, NULL, (u_int)fd2);
	KEQ(fd_allocfile(&fp, &fd), 0);
	fd_abort(curproc, fp, (u_int)fd);
	K(fd_getfile((u_int)fd) == NULL);

	dummy = fgetdummy();
	K(dummy != NULL);
	fputdummy(dummy);
}

#define MBX_HELD 4

/* Files that are no descriptor's count too. */
void
mbx_test_maxfiles(void)
{
	struct file *held[MBX_HELD], *fp;
	u_int all = 0, max = maxfiles, i;
	int fd = -1;

	K(max >= 64);
	for (i = 0; i < MBX_HELD; i++) {
		KEQ(mbx_descriptor(&fd), 0);
		held[i] = fd_getfile((u_int)fd);
		mutex_enter(&held[i]->f_lock);
		held[i]->f_count++;
		mutex_exit(&held[i]->f_lock);
		KEQ(fd_close((u_int)fd), 0);
	}
	K(mbx_listed(&all) >= MBX_HELD);
	maxfiles = all;
	KEQ(fd_allocfile(&fp, &fd), ENFILE);
	maxfiles = 0;
	KEQ(fd_allocfile(&fp, &fd), EMFILE);
	maxfiles = max;
	KEQ(fd_allocfile(&fp, &fd), 0);
	fd_abort(curproc, fp, (u_int)fd);
	for (i = 0; i < MBX_HELD; i++)
		KEQ(closef(held[i]), 0);
}

void
mbx_test_fileops(void)
{
	struct file *fp = fgetdummy();
	int one = 1;

	KEQ(fnullop_fcntl(fp, F_SETFL, &one), 0);
	KEQ(fnullop_fcntl(fp, F_GETLK, &one), EOPNOTSUPP);
	K(fnullop_poll(fp, POLLIN) == 0);
	fnullop_restart(fp);
	KEQ(fbadop_read(fp, NULL, NULL, NULL, 0), EOPNOTSUPP);
	KEQ(fbadop_write(fp, NULL, NULL, NULL, 0), EOPNOTSUPP);
	KEQ(fbadop_ioctl(fp, 0, NULL), EOPNOTSUPP);
	fputdummy(fp);
}

static const struct ktest mbx_tests[] = {
    {"files", mbx_test_files},
    {"maxfiles", mbx_test_maxfiles},
    {"fileops", mbx_test_fileops},
    {"devsw", mbx_test_devsw},
    {NULL, NULL},
};

KTEST_MAIN(mbx_tests)
