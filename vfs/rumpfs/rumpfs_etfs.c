/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * etfs: files of the host under keys in the root directory.
 *
 * A key is compared with the whole rest of the path when the root directory
 * is searched, so no directory above it has to exist, and listings don't show
 * it.  Keys of directories match a leading part of the path.  A registered
 * key has a node that lives until the key is removed (link count 1).
 *
 * Files of a host directory get nodes when they are looked up; these are
 * names in their directory's node, and stay with it.
 *
 * Lock: rumpfs_etlock protects the list.  Host file descriptors of a node:
 * its vnode lock.
 */
#include "rumpfs_impl.h"

#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/mount.h>
#include <sys/namei.h>
#include <sys/stat.h>
#include <sys/systm.h>
#include <sys/uio.h>
#include <sys/vnode_impl.h>

#include <rump-sys/rumpblk.h>
#include <rump/rumpuser.h>

struct rumpfs_et {
	LIST_ENTRY(rumpfs_et) et_list;
	char *et_key; /* without leading slashes */
	size_t et_keylen;
	enum rump_etfs_type et_type;
	dev_t et_rdev; /* of a device */
	struct rumpfs_node *et_node;
};

static kmutex_t rumpfs_etlock;
static LIST_HEAD(, rumpfs_et) rumpfs_etlist;

void
rumpfs_etfs_init(void)
{
	mutex_init(&rumpfs_etlock, MUTEX_DEFAULT, IPL_NONE);
	LIST_INIT(&rumpfs_etlist);
}

static char *
et_strdup(const char *s)
{
	const size_t len = strlen(s) + 1;
	char *p = kmem_alloc(len, KM_SLEEP);

	memcpy(p, s, len);
	return p;
}

static inline bool
et_isdir(enum rump_etfs_type type)
{
	return type == RUMP_ETFS_DIR || type == RUMP_ETFS_DIR_SUBDIRS;
}

/* The entry that matches a path, the longest key first. */
static struct rumpfs_et *
et_match(const char *path)
{
	struct rumpfs_et *et, *best = NULL;
	const char *rest;

	LIST_FOREACH(et, &rumpfs_etlist, et_list) {
		if (strncmp(path, et->et_key, et->et_keylen) != 0)
			continue;
		rest = path + et->et_keylen;
		if (*rest != '\0' && *rest != '/')
			continue;
		/* A file may have slashes behind it, but no more names. */
		while (*rest == '/')
			rest++;
		if (*rest != '\0' && !et_isdir(et->et_type))
			continue;
		if (best == NULL || et->et_keylen > best->et_keylen)
			best = et;
	}
	return best;
}

static struct rumpfs_et *
et_find(const char *key)
{
	struct rumpfs_et *et;

	LIST_FOREACH(et, &rumpfs_etlist, et_list) {
		if (strcmp(key, et->et_key) == 0)
			return et;
	}
	return NULL;
}

/* A lookup in the root: *consume is what the key takes beyond the name. */
bool
rumpfs_etfs_lookup(struct vnode *dvp, const char *name, size_t len,
    struct rumpfs_node **rnp, size_t *consume)
{
	struct rumpfs_et *et;

	if (LIST_EMPTY(&rumpfs_etlist))
		return false;
	mutex_enter(&rumpfs_etlock);
	et = et_match(name);
	if (et != NULL && et->et_keylen >= len) {
		*rnp = et->et_node;
		*consume = et->et_keylen - len;
	} else
		et = NULL;
	mutex_exit(&rumpfs_etlock);
	return et != NULL;
}

static enum vtype
et_vtype(enum rump_etfs_type type)
{
	switch (type) {
	case RUMP_ETFS_REG:
		return VREG;
	case RUMP_ETFS_BLK:
		return VBLK;
	case RUMP_ETFS_CHR:
		return VCHR;
	default:
		return VDIR;
	}
}

/* A node of a host object. */
static struct rumpfs_node *
host_node(const char *hostpath, enum vtype type, uint64_t size, uint64_t begin,
    uint64_t limit)
{
	struct rumpfs_node *rn;

	rn = rumpfs_node_create(type, type == VDIR ? 0777 : 0666, NULL);
	rn->rn_hostpath = et_strdup(hostpath);
	if (type == VREG || type == VDIR)
		rn->rn_flags |= RN_HOST;
	if (type == VREG) {
		rn->rn_host.h_begin = begin;
		rn->rn_host.h_size = limit;
		rn->rn_host.h_readfd = rn->rn_host.h_writefd = -1;
		size = size > begin ? size - begin : 0;
		if (limit != RUMP_ETFS_SIZE_ENDOFF)
			size = limit;
		rn->rn_va.va_size = rn->rn_va.va_bytes = size;
	}
	return rn;
}

static int
et_fail(const char *key, const char *hostpath, const char *what, int error)
{
	printf("rump: etfs: cannot register \"%s\": host path \"%s\" %s "
	       "(error %d)\n",
	    key, hostpath, what, error);
	return error;
}

/* Make the node, and for devices the device. */
static int
et_makenode(const char *key, const char *hostpath, enum rump_etfs_type type,
    uint64_t begin, uint64_t size, struct rumpfs_node **rnp)
{
	struct rumpfs_node *rn;
	devminor_t dmin;
	uint64_t fsize;
	int error, ft;

	if (type == RUMP_ETFS_BLK || type == RUMP_ETFS_CHR) {
		/* The path may name a partition; the driver opens it. */
		error = rumpblk_register(hostpath, &dmin, begin,
		    size == RUMP_ETFS_SIZE_ENDOFF ? RUMPBLK_SIZENOTSET : size);
		if (error)
			return et_fail(key, hostpath,
			    error == ENOENT
				? "does not exist: create the image first"
				: error == EACCES ? "cannot be read: check its "
						    "permissions"
				: error == EISDIR
				? "is a directory, not a disk image"
				: "cannot be used as a disk: give an image, a "
				  "device and a range inside it",
			    error);
		rn = host_node(hostpath, et_vtype(type), 0, 0, 0);
		rn->rn_va.va_rdev = makedev(RUMPBLK_DEVMAJOR, dmin);
		rn->rn_va.va_mode = 0640;
		*rnp = rn;
		return 0;
	}
	error = rumpuser_getfileinfo(hostpath, &fsize, &ft);
	if (error)
		return et_fail(key, hostpath,
		    error == ENOENT ? "does not exist: create it first"
				    : "cannot be looked at",
		    error);
	if (et_isdir(type)) {
		if (ft != RUMPUSER_FT_DIR)
			return et_fail(key, hostpath,
			    "is not a directory: "
			    "use RUMP_ETFS_REG for a file",
			    ENOTDIR);
		rn = host_node(hostpath, VDIR, 0, 0, 0);
		if (type == RUMP_ETFS_DIR_SUBDIRS)
			rn->rn_flags |= RN_HOSTSUBDIRS;
		*rnp = rn;
		return 0;
	}
	if (ft == RUMPUSER_FT_DIR)
		return et_fail(key, hostpath,
		    "is a directory: use "
		    "RUMP_ETFS_DIR for it",
		    EISDIR);
	if (begin > fsize && ft == RUMPUSER_FT_REG)
		return et_fail(
		    key, hostpath, "ends before the offset given", EINVAL);
	if (size != RUMP_ETFS_SIZE_ENDOFF && begin + size < begin)
		return et_fail(key, hostpath,
		    "cannot have a range of that "
		    "size",
		    EINVAL);
	*rnp = host_node(hostpath, VREG, fsize, begin, size);
	return 0;
}

/* The key is in no list any more and its node is gone. */
static void
et_free(struct rumpfs_et *et)
{
	if (et->et_type == RUMP_ETFS_BLK || et->et_type == RUMP_ETFS_CHR)
		(void)rumpblk_deregister(et->et_rdev);
	kmem_free(et->et_key, et->et_keylen + 1);
	kmem_free(et, sizeof(*et));
}

static int
etfs_register(const char *key, const char *hostpath, enum rump_etfs_type type,
    uint64_t begin, uint64_t size)
{
	struct rumpfs_et *et;
	struct rumpfs_node *rn;
	const char *k = key;
	int error;

	if (key == NULL || hostpath == NULL || *key != '/')
		return et_fail(key ? key : "", hostpath ? hostpath : "",
		    "needs a key that starts with a slash", EINVAL);
	while (*k == '/')
		k++;
	if (*k == '\0' || strlen(k) >= MAXPATHLEN)
		return EINVAL;
	switch (type) {
	case RUMP_ETFS_REG:
	case RUMP_ETFS_BLK:
	case RUMP_ETFS_CHR:
	case RUMP_ETFS_DIR:
	case RUMP_ETFS_DIR_SUBDIRS:
		break;
	default:
		return EINVAL;
	}
	mutex_enter(&rumpfs_etlock);
	et = et_find(k);
	mutex_exit(&rumpfs_etlock);
	if (et != NULL)
		return EEXIST;
	error = et_makenode(key, hostpath, type, begin, size, &rn);
	if (error)
		return error;
	et = kmem_zalloc(sizeof(*et), KM_SLEEP);
	et->et_key = et_strdup(k);
	et->et_keylen = strlen(k);
	et->et_type = type;
	et->et_rdev = rn->rn_va.va_rdev;
	et->et_node = rn;
	if (et_isdir(type))
		rn->rn_dir.d_parent =
		    VFSTORUMPFS(rootvnode->v_mount)->rfsmp_root;
	/* A negative entry for the name may be cached. */
	cache_purge1(rootvnode, NULL, 0, PURGE_CHILDREN);
	mutex_enter(&rumpfs_etlock);
	if (et_find(k) != NULL)
		error = EEXIST;
	else
		LIST_INSERT_HEAD(&rumpfs_etlist, et, et_list);
	mutex_exit(&rumpfs_etlock);
	if (error) {
		rumpfs_node_free(rn);
		et_free(et);
	}
	return error;
}

/* Free a node that nobody uses; EBUSY otherwise. */
static int
et_dropnode(struct rumpfs_node *rn)
{
	struct vnode *vp;
	int error;

	if (rn->rn_vp == NULL) {
		rumpfs_node_free(rn);
		return 0;
	}
	error = vcache_get(rootvnode->v_mount, &rn, sizeof(rn), &vp);
	if (error)
		return error;
	if (vrefcnt(vp) > 1) {
		vrele(vp);
		return EBUSY;
	}
	rn->rn_va.va_nlink = 0; /* reclaim frees it */
	vgone(vp);
	return 0;
}

static int
et_droptree(struct rumpfs_node *rn)
{
	struct rumpfs_dent *rd;
	int error;

	if (rn->rn_va.va_type == VDIR) {
		while ((rd = TAILQ_FIRST(&rn->rn_dir.d_list)) != NULL) {
			error = et_droptree(rd->rd_node);
			if (error)
				return error;
			rumpfs_dir_remove(rn, rd);
		}
	}
	return et_dropnode(rn);
}

static int
etfs_remove(const char *key)
{
	struct rumpfs_et *et;
	int error;

	if (key == NULL || *key != '/')
		return EINVAL;
	while (*key == '/')
		key++;
	/* Who has found the key in the root gets its vnode under this lock. */
	vn_lock(rootvnode, LK_EXCLUSIVE | LK_RETRY);
	mutex_enter(&rumpfs_etlock);
	et = et_find(key);
	if (et != NULL)
		LIST_REMOVE(et, et_list);
	mutex_exit(&rumpfs_etlock);
	error = et == NULL ? ENOENT : et_droptree(et->et_node);
	if (et != NULL && error != 0) {
		mutex_enter(&rumpfs_etlock);
		LIST_INSERT_HEAD(&rumpfs_etlist, et, et_list);
		mutex_exit(&rumpfs_etlock);
	}
	VOP_UNLOCK(rootvnode);
	if (error == 0)
		et_free(et);
	return error;
}

void
rumpfs_etfs_hooks(void)
{
	rump_vfs_etfs_register = etfs_register;
	rump_vfs_etfs_remove = etfs_remove;
}

/*
 * Files in a host directory.
 */
static char *
host_join(const struct rumpfs_node *dn, const char *name, size_t len)
{
	const size_t dlen = strlen(dn->rn_hostpath);
	char *path = kmem_alloc(dlen + len + 2, KM_SLEEP);

	memcpy(path, dn->rn_hostpath, dlen);
	path[dlen] = '/';
	memcpy(path + dlen + 1, name, len);
	path[dlen + 1 + len] = '\0';
	return path;
}

static int
host_child(struct rumpfs_node *dn, const char *name, size_t len,
    const char *path, uint64_t size, int ft, struct rumpfs_node **rnp)
{
	struct rumpfs_dent *rd;
	struct rumpfs_node *rn;
	enum vtype type;

	switch (ft) {
	case RUMPUSER_FT_DIR:
		if ((dn->rn_flags & RN_HOSTSUBDIRS) == 0)
			return ENOENT;
		type = VDIR;
		break;
	case RUMPUSER_FT_REG:
	case RUMPUSER_FT_BLK:
	case RUMPUSER_FT_CHR:
		type = VREG;
		break;
	default:
		return EOPNOTSUPP;
	}
	rd = rumpfs_dir_find(dn, name, len);
	if (rd != NULL && rd->rd_node->rn_va.va_type == type) {
		rn = rd->rd_node;
		/* The host may have changed it; while it's open we know. */
		if (type == VREG && rn->rn_host.h_writefd == -1 &&
		    rn->rn_va.va_size != size) {
			rn->rn_va.va_size = size;
			if (rn->rn_vp != NULL)
				uvm_vnp_setsize(rn->rn_vp, (voff_t)size);
		}
		*rnp = rn;
		return 0;
	}
	if (rd != NULL)
		return ESTALE; /* a file became a directory, or back */
	rn = host_node(path, type, size, 0, RUMP_ETFS_SIZE_ENDOFF);
	if (type == VDIR) {
		rn->rn_flags |= dn->rn_flags & RN_HOSTSUBDIRS;
		rn->rn_dir.d_parent = dn;
	}
	rumpfs_dir_enter(dn, rn, name, len);
	*rnp = rn;
	return 0;
}

int
rumpfs_host_lookup(struct rumpfs_node *dn, const char *name, size_t len,
    struct rumpfs_node **rnp)
{
	char *path = host_join(dn, name, len);
	uint64_t size;
	int error, ft;

	error = rumpuser_getfileinfo(path, &size, &ft);
	if (error == 0)
		error = host_child(dn, name, len, path, size, ft, rnp);
	kmem_free(path, strlen(path) + 1);
	return error;
}

int
rumpfs_host_create(struct rumpfs_node *dn, const char *name, size_t len,
    struct rumpfs_node **rnp)
{
	char *path = host_join(dn, name, len);
	int error, fd;

	error = rumpuser_open(path,
	    RUMPUSER_OPEN_RDWR | RUMPUSER_OPEN_CREATE | RUMPUSER_OPEN_EXCL,
	    &fd);
	if (error == 0) {
		rumpuser_close(fd);
		error =
		    host_child(dn, name, len, path, 0, RUMPUSER_FT_REG, rnp);
	}
	kmem_free(path, strlen(path) + 1);
	return error;
}

/*
 * Data of host files: passed through, at the file's own offset.
 */
int
rumpfs_host_open(struct rumpfs_node *rn, int mode)
{
	struct rumpfs_host *h = &rn->rn_host;
	int error, fd;

	if ((mode & FWRITE) != 0 && h->h_writefd == -1) {
		error = rumpuser_open(rn->rn_hostpath, RUMPUSER_OPEN_RDWR, &fd);
		if (error)
			return error;
		h->h_writefd = fd;
	}
	if ((mode & FREAD) != 0 && h->h_readfd == -1 && h->h_writefd == -1) {
		error =
		    rumpuser_open(rn->rn_hostpath, RUMPUSER_OPEN_RDONLY, &fd);
		if (error)
			return error;
		h->h_readfd = fd;
	}
	return 0;
}

void
rumpfs_host_close(struct rumpfs_node *rn)
{
	struct rumpfs_host *h = &rn->rn_host;

	if (h->h_readfd != -1)
		rumpuser_close(h->h_readfd);
	if (h->h_writefd != -1)
		rumpuser_close(h->h_writefd);
	h->h_readfd = h->h_writefd = -1;
}

#define HOST_CHUNK (64UL * 1024)

/* One transfer: through a buffer unless the caller's memory is ours. */
static int
host_chunk(
    struct rumpfs_node *rn, struct uio *uio, size_t n, void *buf, size_t *done)
{
	struct rumpfs_host *h = &rn->rn_host;
	const int64_t off = (int64_t)(h->h_begin + (uint64_t)uio->uio_offset);
	const int fd = h->h_writefd != -1 ? h->h_writefd : h->h_readfd;
	struct rumpuser_iovec iov = {.iov_base = buf, .iov_len = n};
	off_t ooff;
	size_t oresid;
	int error;

	*done = 0;
	if (uio->uio_rw == UIO_READ) {
		error = rumpuser_iovread(fd, &iov, 1, off, done);
		if (error == 0 && *done > n)
			error = EIO;
		if (error == 0 && *done > 0)
			error = uiomove(buf, *done, uio);
		return error;
	}
	if (h->h_writefd == -1)
		return EBADF;
	ooff = uio->uio_offset;
	oresid = uio->uio_resid;
	error = uiomove(buf, n, uio);
	if (error)
		return error;
	error = rumpuser_iovwrite(h->h_writefd, &iov, 1, off, done);
	if (error != 0 || *done < n) {
		/* Only what the host took counts. */
		if (error)
			*done = 0;
		uio->uio_offset = ooff + (off_t)*done;
		uio->uio_resid = oresid - *done;
	}
	return error;
}

int
rumpfs_host_read(struct rumpfs_node *rn, struct uio *uio)
{
	uint64_t off;
	size_t n, done;
	void *buf;
	int error = 0;

	if (rn->rn_host.h_readfd == -1 && rn->rn_host.h_writefd == -1) {
		error = rumpfs_host_open(rn, FREAD);
		if (error)
			return error;
	}
	buf = kmem_alloc(HOST_CHUNK, KM_SLEEP);
	while (error == 0 && uio->uio_resid > 0) {
		off = (uint64_t)uio->uio_offset;
		if (off >= rn->rn_va.va_size)
			break;
		n = MIN(uio->uio_resid, HOST_CHUNK);
		n = (size_t)MIN((uint64_t)n, rn->rn_va.va_size - off);
		error = host_chunk(rn, uio, n, buf, &done);
		if (error == 0 && done == 0)
			break; /* the host's file got shorter */
	}
	kmem_free(buf, HOST_CHUNK);
	return error;
}

int
rumpfs_host_write(struct rumpfs_node *rn, struct uio *uio)
{
	struct rumpfs_host *h = &rn->rn_host;
	uint64_t off;
	size_t n, done;
	void *buf;
	int error = 0;

	if (h->h_writefd == -1) {
		error = rumpfs_host_open(rn, FWRITE);
		if (error)
			return error;
	}
	buf = kmem_alloc(HOST_CHUNK, KM_SLEEP);
	while (error == 0 && uio->uio_resid > 0) {
		off = (uint64_t)uio->uio_offset;
		n = MIN(uio->uio_resid, HOST_CHUNK);
		if (h->h_size != RUMP_ETFS_SIZE_ENDOFF) {
			if (off >= h->h_size) {
				error = ENOSPC;
				break;
			}
			n = (size_t)MIN((uint64_t)n, h->h_size - off);
		}
		error = host_chunk(rn, uio, n, buf, &done);
		if ((uint64_t)uio->uio_offset > rn->rn_va.va_size)
			rn->rn_va.va_size = rn->rn_va.va_bytes =
			    (uint64_t)uio->uio_offset;
		if (error == 0 && done == 0)
			error = EIO;
	}
	kmem_free(buf, HOST_CHUNK);
	return error;
}

/* There is no hypercall that cuts a file. */
int
rumpfs_host_truncate(struct rumpfs_node *rn, uint64_t size)
{
	struct rumpfs_host *h = &rn->rn_host;
	struct rumpuser_iovec iov;
	char zero = 0;
	size_t done;
	int error;

	if (size == rn->rn_va.va_size)
		return 0;
	if (size < rn->rn_va.va_size || h->h_size != RUMP_ETFS_SIZE_ENDOFF)
		return EOPNOTSUPP;
	if (h->h_writefd == -1) {
		error = rumpfs_host_open(rn, FWRITE);
		if (error)
			return error;
	}
	iov.iov_base = &zero;
	iov.iov_len = 1;
	error = rumpuser_iovwrite(
	    h->h_writefd, &iov, 1, (int64_t)(h->h_begin + size - 1), &done);
	if (error == 0 && done != 1)
		error = EIO;
	if (error == 0)
		rn->rn_va.va_size = rn->rn_va.va_bytes = size;
	return error;
}

int
rumpfs_host_sync(struct rumpfs_node *rn)
{
	if (rn->rn_host.h_writefd == -1)
		return 0;
	return rumpuser_syncfd(rn->rn_host.h_writefd,
	    RUMPUSER_SYNCFD_WRITE | RUMPUSER_SYNCFD_SYNC, 0, 0);
}
