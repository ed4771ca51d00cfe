/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernfs: the table of what there is, entries that components add, and the
 * types with their own operations.
 *
 * Entries are never removed.  Locks: kernfs_lock protects the list of added
 * entries and of types; both only grow, at their end, so a reader that holds
 * a pointer may keep it.
 */
#include <sys/dirent.h>
#include <sys/errno.h>
#include <sys/kernel.h>
#include <sys/kmem.h>
#include <sys/mutex.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include <miscfs/genfs/genfs.h>
#include <miscfs/kernfs/kernfs.h>
#include <uvm/uvm_extern.h>

#include "kernfs_impl.h"

#define DIR_MODE   (S_IRUSR | S_IXUSR | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH)
#define READ_MODE  (S_IRUSR | S_IRGRP | S_IROTH)
#define WRITE_MODE (S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH)

static int kernfs_pagesize = PAGE_SIZE;
static int kernfs_physmem;

#define N(s) sizeof(s) - 1, s
const struct kern_target kern_targets[] = {
    /* type, name, data, tag, vnode type, mode; "." is the root */
    {DT_DIR, N("."), NULL, KFSkern, VDIR, DIR_MODE},
    {DT_DIR, N(".."), NULL, KFSroot, VDIR, DIR_MODE},
    {DT_REG, N("boottime"), NULL, KFSboottime, VREG, READ_MODE},
    {DT_REG, N("copyright"), __UNCONST(copyright), KFSstring, VREG, READ_MODE},
    {DT_REG, N("hostname"), NULL, KFShostname, VREG, WRITE_MODE},
    {DT_REG, N("hz"), &hz, KFSint, VREG, READ_MODE},
    {DT_REG, N("loadavg"), NULL, KFSavenrun, VREG, READ_MODE},
    {DT_REG, N("msgbuf"), NULL, KFSmsgbuf, VREG, READ_MODE},
    {DT_REG, N("pagesize"), &kernfs_pagesize, KFSint, VREG, READ_MODE},
    {DT_REG, N("physmem"), &kernfs_physmem, KFSint, VREG, READ_MODE},
    {DT_REG, N("time"), NULL, KFStime, VREG, READ_MODE},
    {DT_REG, N("version"), __UNCONST(version), KFSstring, VREG, READ_MODE},
};
#undef N
const int static_nkern_targets = __arraycount(kern_targets);
int nkern_targets = __arraycount(kern_targets);

/* Operations of one allocated type. */
struct kernfs_type {
	SIMPLEQ_ENTRY(kernfs_type) kt_list;
	kfstype kt_type;
	int kt_nops;
	struct kernfs_fileop kt_ops[];
};

static kmutex_t kernfs_lock;
static SIMPLEQ_HEAD(, kernfs_type) kernfs_types =
    SIMPLEQ_HEAD_INITIALIZER(kernfs_types);
static kfstype kernfs_nexttype = KFSlasttype;
static kernfs_entryhead_t kernfs_rootentries =
    SIMPLEQ_HEAD_INITIALIZER(kernfs_rootentries);
static bool kernfs_lockinit;

void
kernfs_subr_init(void)
{
	if (!kernfs_lockinit) {
		mutex_init(&kernfs_lock, MUTEX_DEFAULT, IPL_NONE);
		kernfs_lockinit = true;
	}
	kernfs_physmem = uvmexp.npages;
}

kfstype
kernfs_alloctype(int nkf, const struct kernfs_fileop *kf)
{
	struct kernfs_type *kt;
	int i;

	kernfs_subr_init();
	if (nkf < 0 || kernfs_nexttype >= KFSmaxtype)
		return KFSlasttype;
	kt = kmem_zalloc(sizeof(*kt) + (size_t)nkf * sizeof(*kf), KM_SLEEP);
	kt->kt_nops = nkf;
	for (i = 0; i < nkf; i++)
		kt->kt_ops[i] = kf[i];
	mutex_enter(&kernfs_lock);
	kt->kt_type = ++kernfs_nexttype;
	for (i = 0; i < nkf; i++)
		kt->kt_ops[i].kf_type = kt->kt_type;
	SIMPLEQ_INSERT_TAIL(&kernfs_types, kt, kt_list);
	mutex_exit(&kernfs_lock);
	return kt->kt_type;
}

/* What a type does for an operation, or NULL for the default. */
int (*kernfs_fileop(kfstype type, int offset))(void *)
{
	struct kernfs_type *kt;
	int i;

	if (type <= KFSlasttype)
		return NULL;
	SIMPLEQ_FOREACH(kt, &kernfs_types, kt_list) {
		if (kt->kt_type != type)
			continue;
		for (i = 0; i < kt->kt_nops; i++) {
			if (kt->kt_ops[i].kf_offset == offset)
				return kt->kt_ops[i].kf_vop;
		}
		break;
	}
	return NULL;
}

/* The added entries of a directory. */
static kernfs_entryhead_t *
kernfs_entries(const struct kern_target *kt)
{
	if (kt == &kern_targets[0])
		return &kernfs_rootentries;
	if (kt->kt_tag != KFSsubdir || kt->kt_data == NULL)
		return NULL;
	return (kernfs_entryhead_t *)(void *)&(
	    (struct kernfs_subdir *)kt->kt_data)
	    ->ks_entries;
}

int
kernfs_addentry(kernfs_parentdir_t *pkt, kernfs_entry_t *dkt)
{
	const struct kern_target *parent;
	struct kernfs_subdir *ks;

	kernfs_subr_init();
	parent = pkt == NULL ? &kern_targets[0] : pkt;
	if (pkt != NULL && pkt->kt_tag != KFSsubdir)
		return ENOTDIR;
	if (dkt->dkt_kt.kt_tag == KFSsubdir) {
		ks = kmem_zalloc(sizeof(*ks), KM_SLEEP);
		SIMPLEQ_INIT(&ks->ks_entries);
		ks->ks_nentries = 2;
		ks->ks_dirs = 1;
		ks->ks_parent = parent;
		dkt->dkt_kt.kt_data = ks;
	}
	mutex_enter(&kernfs_lock);
	SIMPLEQ_INSERT_TAIL(kernfs_entries(parent), dkt, dkt_queue);
	if (pkt == NULL)
		nkern_targets++;
	else {
		ks = pkt->kt_data;
		ks->ks_nentries++;
		if (dkt->dkt_kt.kt_tag == KFSsubdir)
			ks->ks_dirs++;
	}
	mutex_exit(&kernfs_lock);
	return 0;
}

/* Entry number i of a directory, not counting "." and "..". */
const struct kern_target *
kernfs_entry(const struct kern_target *dkt, long i)
{
	struct dyn_kern_target *d;
	kernfs_entryhead_t *head;

	if (dkt == &kern_targets[0]) {
		if (i + 2 < static_nkern_targets)
			return &kern_targets[i + 2];
		i -= static_nkern_targets - 2;
	}
	head = kernfs_entries(dkt);
	if (head == NULL)
		return NULL;
	SIMPLEQ_FOREACH(d, head, dkt_queue) {
		if (i-- == 0)
			return &d->dkt_kt;
	}
	return NULL;
}

const struct kern_target *
kernfs_find(const struct kern_target *dkt, const char *name, size_t len)
{
	const struct kern_target *kt;
	long i;

	for (i = 0; (kt = kernfs_entry(dkt, i)) != NULL; i++) {
		if (kt->kt_namlen == len && memcmp(kt->kt_name, name, len) == 0)
			return kt;
	}
	return NULL;
}

/* File numbers: the table's position, or made from the address. */
ino_t
kernfs_fileno(const struct kern_target *kt)
{
	if (kt >= kern_targets && kt < kern_targets + static_nkern_targets)
		return (ino_t)(kt - kern_targets) + 2;
	return (ino_t)((uintptr_t)kt >> 4);
}
