/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Directories: entries by name and in order.
 *
 * Up to DIR_SMALL entries are searched one by one; from there on a hash
 * table, doubled as it fills, finds them. readdir goes along the list; where
 * it stopped is remembered, so that the next call need not search.
 *
 * The directory's vnode is locked: exclusively to change it.
 */
#include "tmpfs.h"

#include <sys/malloc.h>

#define DIR_SMALL    8
#define DIR_MINTABLE 32

static uint32_t
name_hash(const char *name, size_t len)
{
	uint64_t h = len * UINT64_C(0x9e3779b97f4a7c15), w;

	while (len >= sizeof(w)) {
		memcpy(&w, name, sizeof(w));
		h = (h ^ w) * UINT64_C(0xff51afd7ed558ccd);
		h ^= h >> 32;
		name += sizeof(w);
		len -= sizeof(w);
	}
	w = 0;
	for (size_t i = 0; i < len; i++)
		w |= (uint64_t)(uint8_t)name[i] << (8 * i);
	h = (h ^ w) * UINT64_C(0xff51afd7ed558ccd);
	return (uint32_t)(h ^ (h >> 32));
}

void
tmpfs_dir_init(struct tmpfs_node *node, struct tmpfs_node *parent)
{
	struct tmpfs_dir *dir = &node->tn_dir;

	memset(dir, 0, sizeof(*dir));
	TAILQ_INIT(&dir->di_entries);
	dir->di_parent = parent;
	dir->di_nextseq = TMPFS_FIRSTSEQ;
}

static size_t
dirent_size(size_t namelen)
{
	return offsetof(struct tmpfs_dirent, td_name) + namelen;
}

/* An entry that is in no directory yet. */
int
tmpfs_dirent_create(struct tmpfs_mount *tm, const char *name, size_t len,
    struct tmpfs_dirent **dep)
{
	const size_t size = dirent_size(len);
	struct tmpfs_dirent *de;
	int error;

	error = tmpfs_mem_charge(tm, size);
	if (error)
		return error;
	de = kmem_alloc(size, KM_SLEEP);
	de->td_node = NULL;
	de->td_namelen = (uint16_t)len;
	de->td_hash = name_hash(name, len);
	memcpy(de->td_name, name, len);
	*dep = de;
	return 0;
}

void
tmpfs_dirent_destroy(struct tmpfs_mount *tm, struct tmpfs_dirent *de)
{
	const size_t size = dirent_size(de->td_namelen);

	kmem_free(de, size);
	tmpfs_mem_uncharge(tm, size);
}

static void
table_insert(struct tmpfs_dir *dir, struct tmpfs_dirent *de)
{
	struct tmpfs_dirent **head;

	head = &dir->di_table[de->td_hash & (dir->di_tablesize - 1)];
	de->td_hashnext = *head;
	*head = de;
}

static void
table_grow(struct tmpfs_dir *dir)
{
	const uint32_t size =
	    dir->di_table == NULL ? DIR_MINTABLE : dir->di_tablesize * 2;
	struct tmpfs_dirent **table, *de;

	table = kmem_zalloc(size * sizeof(*table), KM_NOSLEEP);
	if (table == NULL)
		return;
	if (dir->di_table != NULL)
		kmem_free(dir->di_table, dir->di_tablesize * sizeof(*table));
	dir->di_table = table;
	dir->di_tablesize = size;
	TAILQ_FOREACH(de, &dir->di_entries, td_entries)
		table_insert(dir, de);
}

static void
table_remove(struct tmpfs_dir *dir, struct tmpfs_dirent *de)
{
	struct tmpfs_dirent **dep;

	dep = &dir->di_table[de->td_hash & (dir->di_tablesize - 1)];
	while (*dep != de)
		dep = &(*dep)->td_hashnext;
	*dep = de->td_hashnext;
}

static __inline bool
dirent_is(
    const struct tmpfs_dirent *de, uint32_t hash, const char *name, size_t len)
{
	return de->td_hash == hash && de->td_namelen == len &&
	    memcmp(de->td_name, name, len) == 0;
}

/* The entry of that name, which may be a whiteout, or NULL. */
struct tmpfs_dirent *
tmpfs_dir_lookup(struct tmpfs_node *dnode, const char *name, size_t len)
{
	struct tmpfs_dir *dir = &dnode->tn_dir;
	const uint32_t hash = name_hash(name, len);
	struct tmpfs_dirent *de;

	if (dir->di_table == NULL) {
		TAILQ_FOREACH(de, &dir->di_entries, td_entries)
			if (dirent_is(de, hash, name, len))
				return de;
		return NULL;
	}
	de = dir->di_table[hash & (dir->di_tablesize - 1)];
	while (de != NULL && !dirent_is(de, hash, name, len))
		de = de->td_hashnext;
	return de;
}

/*
 * Put an entry into a directory, for a node (which gets a link) or for a
 * whiteout (NULL).
 */
void
tmpfs_dir_attach(
    struct tmpfs_node *dnode, struct tmpfs_dirent *de, struct tmpfs_node *node)
{
	struct tmpfs_dir *dir = &dnode->tn_dir;

	de->td_node = node;
	de->td_seq = dir->di_nextseq++;
	TAILQ_INSERT_TAIL(&dir->di_entries, de, td_entries);
	dir->di_count++;
	if (dir->di_table != NULL)
		table_insert(dir, de);
	if (dir->di_count >
	    (dir->di_table == NULL ? DIR_SMALL : dir->di_tablesize))
		table_grow(dir);
	dnode->tn_size += (off_t)dirent_size(0);
	if (node == NULL) {
		dir->di_whiteouts++;
		return;
	}
	node->tn_links++;
	if (node->tn_type == VDIR) {
		/* its "." and the ".." that counts for the parent */
		node->tn_dir.di_parent = dnode;
		node->tn_links++;
		dnode->tn_links++;
	}
}

static void
dirent_unlink_node(struct tmpfs_node *dnode, struct tmpfs_dirent *de)
{
	struct tmpfs_node *node = de->td_node;

	if (node == NULL)
		return;
	de->td_node = NULL;
	node->tn_links--;
	if (node->tn_type == VDIR) {
		node->tn_dir.di_parent = NULL;
		node->tn_links--;
		dnode->tn_links--;
	}
}

/* Take an entry out of its directory; its node loses a link. */
void
tmpfs_dir_detach(struct tmpfs_node *dnode, struct tmpfs_dirent *de)
{
	struct tmpfs_dir *dir = &dnode->tn_dir;

	if (dir->di_readhint == de)
		dir->di_readhint = TAILQ_NEXT(de, td_entries);
	if (dir->di_table != NULL)
		table_remove(dir, de);
	TAILQ_REMOVE(&dir->di_entries, de, td_entries);
	dir->di_count--;
	dnode->tn_size -= (off_t)dirent_size(0);
	if (de->td_node == NULL)
		dir->di_whiteouts--;
	else
		dirent_unlink_node(dnode, de);
}

/* The node goes and a whiteout takes its place. */
void
tmpfs_dir_whiteout(struct tmpfs_node *dnode, struct tmpfs_dirent *de)
{
	dirent_unlink_node(dnode, de);
	dnode->tn_dir.di_whiteouts++;
}

/* Free what a directory still has; its nodes are freed by the caller. */
void
tmpfs_dir_fini(struct tmpfs_mount *tm, struct tmpfs_node *node)
{
	struct tmpfs_dir *dir = &node->tn_dir;
	struct tmpfs_dirent *de;

	while ((de = TAILQ_FIRST(&dir->di_entries)) != NULL) {
		TAILQ_REMOVE(&dir->di_entries, de, td_entries);
		tmpfs_dirent_destroy(tm, de);
	}
	if (dir->di_table != NULL)
		kmem_free(
		    dir->di_table, dir->di_tablesize * sizeof(*dir->di_table));
	dir->di_table = NULL;
}

/*
 * readdir
 */
struct readdir_state {
	struct uio *rd_uio;
	struct dirent *rd_dent;
	off_t *rd_cookies;
	int rd_ncookies, rd_maxcookies;
	int rd_error;
};

/* Give one entry out; false if it doesn't fit or can't be copied. */
static bool
readdir_emit(struct readdir_state *rd, ino_t ino, uint8_t type,
    const char *name, size_t len, off_t next)
{
	struct dirent *d = rd->rd_dent;

	d->d_fileno = ino;
	d->d_type = type;
	d->d_namlen = (uint16_t)len;
	d->d_reclen = (uint16_t)_DIRENT_SIZE(d);
	if (d->d_reclen > rd->rd_uio->uio_resid ||
	    (rd->rd_cookies != NULL && rd->rd_ncookies == rd->rd_maxcookies))
		return false;
	memcpy(d->d_name, name, len);
	memset(d->d_name + len, 0,
	    d->d_reclen - offsetof(struct dirent, d_name) - len);
	rd->rd_error = uiomove(d, d->d_reclen, rd->rd_uio);
	if (rd->rd_error != 0)
		return false;
	if (rd->rd_cookies != NULL)
		rd->rd_cookies[rd->rd_ncookies++] = next;
	return true;
}

/* The first entry whose cookie is not before seq. */
static struct tmpfs_dirent *
readdir_seek(struct tmpfs_dir *dir, off_t seq)
{
	struct tmpfs_dirent *de = dir->di_readhint, *prev;

	if (de == NULL || de->td_seq != seq) {
		if (seq >= dir->di_nextseq)
			return NULL;
		de = TAILQ_FIRST(&dir->di_entries);
		/* from the nearer end */
		if (seq > dir->di_nextseq / 2) {
			de = NULL;
			prev = TAILQ_LAST(&dir->di_entries, tmpfs_dirq);
			while (prev != NULL && prev->td_seq >= seq) {
				de = prev;
				prev = TAILQ_PREV(prev, tmpfs_dirq, td_entries);
			}
			return de;
		}
	}
	while (de != NULL && de->td_seq < seq)
		de = TAILQ_NEXT(de, td_entries);
	return de;
}

/* Entries from uio_offset on; returns whether the end was reached. */
static bool
readdir_entries(struct tmpfs_node *dnode, struct readdir_state *rd, off_t *offp)
{
	struct tmpfs_dir *dir = &dnode->tn_dir;
	struct tmpfs_dirent *de;
	ino_t ino;

	if (*offp == 0) {
		if (!readdir_emit(rd, dnode->tn_id, DT_DIR, ".", 1, 1))
			return false;
		*offp = 1;
	}
	if (*offp == 1) {
		ino = dir->di_parent != NULL ? dir->di_parent->tn_id
					     : dnode->tn_id;
		if (!readdir_emit(rd, ino, DT_DIR, "..", 2, TMPFS_FIRSTSEQ))
			return false;
		*offp = TMPFS_FIRSTSEQ;
	}
	de = readdir_seek(dir, *offp);
	while (de != NULL) {
		struct tmpfs_dirent *next = TAILQ_NEXT(de, td_entries);
		const struct tmpfs_node *node = de->td_node;
		const off_t nextoff =
		    next != NULL ? next->td_seq : de->td_seq + 1;

		if (!readdir_emit(rd, node != NULL ? node->tn_id : 1,
			node != NULL ? (uint8_t)vtype2dt(node->tn_type)
				     : DT_WHT,
			de->td_name, de->td_namelen, nextoff))
			break;
		*offp = nextoff;
		de = next;
	}
	dir->di_readhint = de;
	return de == NULL;
}

int
tmpfs_readdir(void *v)
{
	struct vop_readdir_args *ap = v;
	struct vnode *vp = ap->a_vp;
	struct uio *uio = ap->a_uio;
	struct readdir_state rd = {.rd_uio = uio};
	struct dirent dent;
	const size_t resid = uio->uio_resid;
	size_t ncookies = 0;
	off_t off = uio->uio_offset;
	bool eof;

	if (vp->v_type != VDIR)
		return ENOTDIR;
	if (off < 0)
		return EINVAL;
	rd.rd_dent = &dent;
	memset(&dent, 0, offsetof(struct dirent, d_name));
	if (ap->a_ncookies != NULL) {
		dent.d_namlen = 1;
		ncookies = resid / _DIRENT_SIZE(&dent) + 1;
		ncookies = MIN(
		    ncookies, (size_t)VP_TO_TMPFS_DIR(vp)->tn_dir.di_count + 2);
		rd.rd_cookies =
		    malloc(ncookies * sizeof(off_t), M_TEMP, M_WAITOK);
		rd.rd_maxcookies = (int)ncookies;
	}
	eof = readdir_entries(VP_TO_TMPFS_DIR(vp), &rd, &off);
	if (rd.rd_error == 0 && !eof && uio->uio_resid == resid)
		rd.rd_error = EINVAL; /* not even one entry fits */
	uio->uio_offset = off;
	tmpfs_update(vp, TMPFS_UPDATE_ATIME);
	if (ap->a_eofflag != NULL)
		*ap->a_eofflag = eof;
	if (ap->a_ncookies != NULL) {
		if (rd.rd_error != 0) {
			free(rd.rd_cookies, M_TEMP);
			*ap->a_cookies = NULL;
			*ap->a_ncookies = 0;
		} else {
			*ap->a_cookies = rd.rd_cookies;
			*ap->a_ncookies = rd.rd_ncookies;
		}
	}
	return rd.rd_error;
}
