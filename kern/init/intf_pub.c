/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The base's functions for clients: enter, call, leave. Before rump_init()
 * they answer ENXIO, or nothing.
 */

#include <sys/errno.h>
#include <sys/evcnt.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <rump-sys/kern.h>
#include <rump-sys/kern_if.h>
#include <rump/rumpkern_if_pub.h>

#define CALL_INT(call)                                                         \
	int rv;                                                                \
	if (!rump_inited)                                                      \
		return ENXIO;                                                  \
	rump_schedule();                                                       \
	rv = call;                                                             \
	rump_unschedule();                                                     \
	return rv

#define CALL_VALUE(type, none, call)                                           \
	type rv;                                                               \
	if (!rump_inited)                                                      \
		return none;                                                   \
	rump_schedule();                                                       \
	rv = call;                                                             \
	rump_unschedule();                                                     \
	return rv

#define CALL_VOID(call)                                                        \
	if (!rump_inited)                                                      \
		return;                                                        \
	rump_schedule();                                                       \
	call;                                                                  \
	rump_unschedule()

int
rump_pub_module_init(const struct modinfo *const *mip, size_t n)
{
	CALL_INT(rump_module_init(mip, n));
}

int
rump_pub_module_fini(const struct modinfo *mi)
{
	CALL_INT(rump_module_fini(mi));
}

int
rump_pub_kernelfsym_load(void *syms, uint64_t size, char *strs, uint64_t len)
{
	CALL_INT(rump_kernelfsym_load(syms, size, strs, len));
}

struct uio *
rump_pub_uio_setup(void *buf, size_t len, off_t off, enum rump_uiorw rw)
{
	CALL_VALUE(struct uio *, NULL, rump_uio_setup(buf, len, off, rw));
}

size_t
rump_pub_uio_getresid(struct uio *uio)
{
	CALL_VALUE(size_t, 0, rump_uio_getresid(uio));
}

off_t
rump_pub_uio_getoff(struct uio *uio)
{
	CALL_VALUE(off_t, 0, rump_uio_getoff(uio));
}

size_t
rump_pub_uio_free(struct uio *uio)
{
	CALL_VALUE(size_t, 0, rump_uio_free(uio));
}

struct kauth_cred *
rump_pub_cred_create(uid_t uid, gid_t gid, size_t n, gid_t *groups)
{
	CALL_VALUE(
	    struct kauth_cred *, NULL, rump_cred_create(uid, gid, n, groups));
}

void
rump_pub_cred_put(struct kauth_cred *cred)
{
	CALL_VOID(rump_cred_put(cred));
}

int
rump_pub_lwproc_rfork(int flags)
{
	CALL_INT(rump_lwproc_rfork(flags));
}

int
rump_pub_lwproc_newlwp(pid_t pid)
{
	CALL_INT(rump_lwproc_newlwp(pid));
}

void
rump_pub_lwproc_switch(struct lwp *l)
{
	CALL_VOID(rump_lwproc_switch(l));
}

void
rump_pub_lwproc_releaselwp(void)
{
	CALL_VOID(rump_lwproc_releaselwp());
}

struct lwp *
rump_pub_lwproc_curlwp(void)
{
	CALL_VALUE(struct lwp *, NULL, rump_lwproc_curlwp());
}

void
rump_pub_lwproc_sysent_usenative(void)
{
	CALL_VOID(rump_lwproc_sysent_usenative());
}

void
rump_pub_allbetsareoff_setid(pid_t pid, int lid)
{
	CALL_VOID(rump_allbetsareoff_setid(pid, lid));
}

int
rump_pub_etfs_register(
    const char *key, const char *hostpath, enum rump_etfs_type type)
{
	CALL_INT(rump_etfs_register(key, hostpath, type));
}

int
rump_pub_etfs_register_withsize(const char *key, const char *hostpath,
    enum rump_etfs_type type, uint64_t begin, uint64_t size)
{
	CALL_INT(rump_etfs_register_withsize(key, hostpath, type, begin, size));
}

int
rump_pub_etfs_remove(const char *key)
{
	CALL_INT(rump_etfs_remove(key));
}

/*
 * A uio over one buffer of the kernel's own address space, for clients of the
 * vnode interface.
 */
struct uio_one {
	struct uio uo_uio; /* first */
	struct iovec uo_iov;
};

struct uio *
rump_uio_setup(void *buf, size_t len, off_t off, enum rump_uiorw rw)
{
	struct uio_one *uo;

	if (rw != RUMPUIO_READ && rw != RUMPUIO_WRITE)
		return NULL;
	uo = kmem_zalloc(sizeof(*uo), KM_SLEEP);
	uo->uo_iov.iov_base = buf;
	uo->uo_iov.iov_len = len;
	uo->uo_uio.uio_iov = &uo->uo_iov;
	uo->uo_uio.uio_iovcnt = 1;
	uo->uo_uio.uio_offset = off;
	uo->uo_uio.uio_resid = len;
	uo->uo_uio.uio_rw = rw == RUMPUIO_READ ? UIO_READ : UIO_WRITE;
	UIO_SETUP_SYSSPACE(&uo->uo_uio);
	return &uo->uo_uio;
}

size_t
rump_uio_getresid(struct uio *uio)
{
	return uio->uio_resid;
}

off_t
rump_uio_getoff(struct uio *uio)
{
	return uio->uio_offset;
}

/* Free it; what was left. */
size_t
rump_uio_free(struct uio *uio)
{
	size_t resid = uio->uio_resid;

	kmem_free(uio, sizeof(struct uio_one));
	return resid;
}

/* Every event counter that has counted, on the console. */
void
rump_printevcnts(void)
{
	const struct evcnt *ev;

	if (!rump_inited)
		return;
	rump_schedule();
	TAILQ_FOREACH(ev, &allevents, ev_list) {
		if (ev->ev_count != 0)
			printf("%s / %s: %" PRIu64 "\n", ev->ev_group,
			    ev->ev_name, ev->ev_count);
	}
	rump_unschedule();
}
