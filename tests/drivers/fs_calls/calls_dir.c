/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * namei(9), pathbuf(9), vnsubr(9), dirent(9), dirhash(9).
 */
#include <sys/param.h>

#include <sys/dirent.h>
#include <sys/dirhash.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/namei.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vnode.h>
#include <sys/vnode_if.h>

#include "calls.h"
#include "ktest.h"

/* A file in the root file system, through the calls that quota files use. */
static void
names_file(void)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct vnode *vp;
	char b[16];
	size_t left;

	pb = pathbuf_create("/calls.file");
	NDINIT(&nd, LOOKUP, FOLLOW, pb);
	KEQ(vn_open(&nd, FREAD | FWRITE | O_CREAT | O_EXCL, 0644), 0);
	vp = nd.ni_vp;
	pathbuf_destroy(pb);
	K(vp != NULL && vp->v_type == VREG && vp->v_writecount == 1);
	KEQ(VOP_ISLOCKED(vp), LK_EXCLUSIVE);
	strcpy(b, "hello");
	KEQ(vn_rdwr(UIO_WRITE, vp, b, 6, 3, UIO_SYSSPACE,
		IO_NODELOCKED | IO_UNIT, curlwp->l_cred, NULL, curlwp),
	    0);
	VOP_UNLOCK(vp);
	memset(b, 'x', sizeof b);
	KEQ(vn_rdwr(UIO_READ, vp, b, sizeof b, 0, UIO_SYSSPACE, 0,
		curlwp->l_cred, &left, curlwp),
	    0);
	KEQ(left, 7);
	K(b[2] == 0 && strcmp(b + 3, "hello") == 0 && b[9] == 'x');
	/* without aresid a short read is an error */
	KEQ(vn_rdwr(UIO_READ, vp, b, sizeof b, 0, UIO_SYSSPACE, 0,
		curlwp->l_cred, NULL, curlwp),
	    EIO);
	KEQ(vn_close(vp, FREAD | FWRITE, curlwp->l_cred), 0);

	pb = pathbuf_create("/calls.file");
	NDINIT(&nd, LOOKUP, FOLLOW, pb);
	KEQ(vn_open(&nd, O_CREAT | O_EXCL | FWRITE, 0644), EEXIST);
	pathbuf_destroy(pb);
}

static void
names_namei(void)
{
	struct nameidata nd;
	struct pathbuf *pb;
	struct vnode *vp;

	pb = pathbuf_create("/calls.file");
	NDINIT(&nd, DELETE, LOCKPARENT | LOCKLEAF, pb);
	KEQ(namei(&nd), 0);
	K(nd.ni_vp != NULL && nd.ni_dvp != NULL);
	KEQ(VOP_ISLOCKED(nd.ni_vp), LK_EXCLUSIVE);
	KEQ(VOP_ISLOCKED(nd.ni_dvp), LK_EXCLUSIVE);
	K((nd.ni_dvp->v_vflag & VV_ROOT) != 0);
	KEQ(nd.ni_cnd.cn_namelen, 10);
	K(memcmp(nd.ni_cnd.cn_nameptr, "calls.file", 10) == 0);
	KEQ(nd.ni_cnd.cn_nameiop, DELETE);
	K((nd.ni_cnd.cn_flags & ISLASTCN) != 0);
	/* another look at the same place, as rename does */
	VOP_UNLOCK(nd.ni_vp);
	vrele(nd.ni_vp);
	nd.ni_cnd.cn_nameiop = DELETE;
	nd.ni_cnd.cn_flags |= LOCKLEAF;
	KEQ(relookup(nd.ni_dvp, &vp, &nd.ni_cnd, 0), 0);
	KEQ(VOP_ISLOCKED(vp), LK_EXCLUSIVE);
	KEQ(VOP_ISLOCKED(nd.ni_dvp), LK_EXCLUSIVE);
	VOP_ABORTOP(nd.ni_dvp, &nd.ni_cnd);
	vput(vp);
	vput(nd.ni_dvp);
	pathbuf_destroy(pb);

	/* what is to be created need not exist */
	pb = pathbuf_create("/calls.none");
	NDINIT(&nd, CREATE, LOCKPARENT, pb);
	KEQ(namei(&nd), 0);
	K(nd.ni_vp == NULL && nd.ni_dvp != NULL);
	VOP_ABORTOP(nd.ni_dvp, &nd.ni_cnd);
	vput(nd.ni_dvp);
	pathbuf_destroy(pb);

	pb = pathbuf_create("/calls.none");
	NDINIT(&nd, LOOKUP, FOLLOW, pb);
	KEQ(namei(&nd), ENOENT);
	pathbuf_destroy(pb);

	/* the path of a client: in a program its memory is the kernel's */
	KEQ(pathbuf_copyin("/calls.file", &pb), 0);
	NDINIT(&nd, LOOKUP, REQUIREDIR, pb);
	KEQ(namei(&nd), ENOTDIR);
	pathbuf_destroy(pb);
	K(namei_simple_user("/", NSM_FOLLOW_NOEMULROOT, &vp) == 0);
	K(vp->v_type == VDIR && VOP_ISLOCKED(vp) == 0);
	vrele(vp);
	K(namei_simple_user("/calls.none", NSM_FOLLOW_NOEMULROOT, &vp) ==
	    ENOENT);
}

void
calls_names(void)
{
	char *buf;

	buf = PNBUF_GET();
	K(buf != NULL);
	memset(buf, 'x', MAXPATHLEN);
	PNBUF_PUT(buf);
	names_file();
	names_namei();
}

static void
entry_set(struct dirent *d, ino_t ino, const char *name)
{
	memset(d, 0, sizeof *d);
	d->d_fileno = ino;
	d->d_type = DT_REG;
	d->d_namlen = strlen(name);
	strlcpy(d->d_name, name, sizeof d->d_name);
	d->d_reclen = _DIRENT_SIZE(d);
}

void
calls_dirent(void)
{
	struct dirent d;

	KEQ(MAXNAMLEN, 511);
	entry_set(&d, 5, "abc");
	KEQ(_DIRENT_NAMEOFF(&d), 13);
	KEQ(_DIRENT_NAMEOFF(&d), d.d_name - (char *)&d);
	/* the name, its NUL, and a multiple of 8 */
	KEQ(d.d_reclen, 24);
	KEQ(_DIRENT_RECLEN(&d, 10), 24);
	KEQ(_DIRENT_RECLEN(&d, 11), 32);
	KEQ(_DIRENT_MINSIZE(&d), 16);
	K((char *)_DIRENT_NEXT(&d) == (char *)&d + 24);
	K(DT_UNKNOWN == 0 && DT_FIFO == 1 && DT_CHR == 2 && DT_DIR == 4);
	K(DT_BLK == 6 && DT_REG == 8 && DT_LNK == 10 && DT_SOCK == 12);
	KEQ(DT_WHT, 14);
	K(vtype2dt(VREG) == DT_REG && vtype2dt(VDIR) == DT_DIR);
	K(vtype2dt(VLNK) == DT_LNK && vtype2dt(VBLK) == DT_BLK);
	K(vtype2dt(VCHR) == DT_CHR && vtype2dt(VFIFO) == DT_FIFO);
	K(vtype2dt(VSOCK) == DT_SOCK);
}

/* Which offsets may have the name: a bit for each 100. */
static unsigned int
hash_find(struct dirhash *dh, const char *name)
{
	struct dirhash_entry *e = NULL;
	unsigned int found = 0;

	while (dirhash_lookup(dh, name, strlen(name), &e)) {
		found |= 1u << (e->offset / 100);
		KEQ(e->entry_size, 50);
	}
	return found;
}

void
calls_dirhash(void)
{
	struct dirhash *dh = NULL;
	struct dirent d;
	char name[16];

	dirhash_get(&dh);
	K(dh != NULL && dh->refcnt == 1);
	KEQ(dh->flags & (DIRH_COMPLETE | DIRH_BROKEN), 0);
	entry_set(&d, 1, ".");
	dirhash_enter(dh, &d, 0, 50, 0);
	entry_set(&d, 1, "..");
	dirhash_enter(dh, &d, 100, 50, 0);
	dh->flags |= DIRH_COMPLETE;
	K(dirhash_dir_isempty(dh));
	/* complete: what is being filled in is there already */
	entry_set(&d, 5, "not new");
	dirhash_enter(dh, &d, 700, 50, 0);
	KEQ(hash_find(dh, "not new"), 0);
	for (int i = 2; i < 22; i++) {
		snprintf(name, sizeof name, "name%d", i);
		entry_set(&d, i, name);
		dirhash_enter(dh, &d, i * 100, 50, 1);
	}
	K(!dirhash_dir_isempty(dh));
	for (int i = 2; i < 22; i++) {
		snprintf(name, sizeof name, "name%d", i);
		K((hash_find(dh, name) & (1u << i)) != 0);
	}
	entry_set(&d, 7, "name7");
	dirhash_remove(dh, &d, 700, 50);
	KEQ(hash_find(dh, "name7") & (1u << 7), 0);
	K((hash_find(dh, "name8") & (1u << 8)) != 0);
	dirhash_put(dh);

	/* who holds it twice lets go twice */
	dirhash_get(&dh);
	dirhash_get(&dh);
	KEQ(dh->refcnt, 2);
	dirhash_put(dh);
	dirhash_purge_entries(dh);
	KEQ(hash_find(dh, "name8"), 0);
	KEQ(dh->flags & DIRH_COMPLETE, 0);
	dirhash_put(dh);
	dirhash_purge(&dh);
	K(dh == NULL);
}

void
calls_dirhash_free(void)
{
	struct dirhash *dh = NULL;
	struct dirhash_entry *e;
	struct dirent d;
	uint64_t seen = 0;

	dirhash_get(&dh);
	dirhash_enter_freed(dh, 1000, 40);
	dirhash_enter_freed(dh, 2000, 80);
	for (e = NULL; dirhash_lookup_freed(dh, 10, &e);)
		seen += e->offset;
	KEQ(seen, 3000);
	e = NULL;
	K(dirhash_lookup_freed(dh, 50, &e));
	KEQ(e->offset, 2000);
	KEQ(e->entry_size, 80);
	K(!dirhash_lookup_freed(dh, 50, &e));
	/* a name into one of them, and out again */
	entry_set(&d, 9, "into it");
	dirhash_enter(dh, &d, 1000, 40, 1);
	e = NULL;
	K(dirhash_lookup_freed(dh, 10, &e) && e->offset == 2000);
	dirhash_remove(dh, &d, 1000, 40);
	seen = 0;
	for (e = NULL; dirhash_lookup_freed(dh, 10, &e);)
		seen += e->offset;
	KEQ(seen, 3000);
	/* one that could not be filled says so */
	dh->flags |= DIRH_BROKEN;
	dirhash_put(dh);
	dirhash_get(&dh);
	K((dh->flags & DIRH_BROKEN) != 0);
	dirhash_put(dh);
	dirhash_purge(&dh);
	K(dh == NULL);
}
