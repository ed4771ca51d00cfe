/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copying between the kernel and its clients, and uio.
 *
 * A vmspace pointer says whose addresses are meant. vmspace_kernel(): trusted
 * memory, plain copy. rump_vmspace_local: a client in this process; a bad
 * pointer of its is an EFAULT where the host can catch it (rumpuser__copy(),
 * optional). Anything else is the cookie of a remote client, and the host does
 * the copy over the connection.
 */

#include <sys/atomic.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kmem.h>
#include <sys/lwp.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include <rump-sys/kern.h>
#include <rump/rumpuser.h>

#define VM_IS_KERNEL(vm) ((vm) == vmspace_kernel())
#define VM_IS_LOCAL(vm)  ((vm) == rump_vmspace_local || (vm) == NULL)

static inline int
copy_local(void *dst, const void *src, size_t len)
{
	if (__predict_true(rumpuser__copy != NULL))
		return rumpuser__copy(src, dst, len);
	memcpy(dst, src, len);
	return 0;
}

static inline struct vmspace *
curvm(void)
{
	return curproc->p_vmspace;
}

int
copyin_vmspace(struct vmspace *vm, const void *uaddr, void *kaddr, size_t len)
{
	if (__predict_false(len == 0))
		return 0;
	if (VM_IS_KERNEL(vm)) {
		memcpy(kaddr, uaddr, len);
		return 0;
	}
	if (__predict_false(uaddr == NULL))
		return EFAULT;
	if (__predict_true(VM_IS_LOCAL(vm)))
		return copy_local(kaddr, uaddr, len);
	return rumpuser_sp_copyin(vm, uaddr, kaddr, len);
}

int
copyout_vmspace(struct vmspace *vm, const void *kaddr, void *uaddr, size_t len)
{
	if (__predict_false(len == 0))
		return 0;
	if (VM_IS_KERNEL(vm)) {
		memcpy(uaddr, kaddr, len);
		return 0;
	}
	if (__predict_false(uaddr == NULL))
		return EFAULT;
	if (__predict_true(VM_IS_LOCAL(vm)))
		return copy_local(uaddr, kaddr, len);
	return rumpuser_sp_copyout(vm, kaddr, uaddr, len);
}

int
copyin(const void *uaddr, void *kaddr, size_t len)
{
	return copyin_vmspace(curvm(), uaddr, kaddr, len);
}

int
copyout(const void *kaddr, void *uaddr, size_t len)
{
	return copyout_vmspace(curvm(), kaddr, uaddr, len);
}

int
copyin_proc(struct proc *p, const void *uaddr, void *kaddr, size_t len)
{
	return copyin_vmspace(p->p_vmspace, uaddr, kaddr, len);
}

int
copyout_proc(struct proc *p, const void *kaddr, void *uaddr, size_t len)
{
	return copyout_vmspace(p->p_vmspace, kaddr, uaddr, len);
}

int
copyin_pid(pid_t pid, const void *uaddr, void *kaddr, size_t len)
{
	struct vmspace *vm;
	struct proc *p;

	mutex_enter(proc_lock);
	p = proc_find(pid);
	vm = p != NULL ? p->p_vmspace : NULL;
	mutex_exit(proc_lock);
	if (p == NULL)
		return ESRCH;
	return copyin_vmspace(vm, uaddr, kaddr, len);
}

int
ioctl_copyin(int ioctlflags, const void *src, void *dst, size_t len)
{
	if (ioctlflags & FKIOCTL) {
		memcpy(dst, src, len);
		return 0;
	}
	return copyin(src, dst, len);
}

int
ioctl_copyout(int ioctlflags, const void *src, void *dst, size_t len)
{
	if (ioctlflags & FKIOCTL) {
		memcpy(dst, src, len);
		return 0;
	}
	return copyout(src, dst, len);
}

int
kcopy(const void *src, void *dst, size_t len)
{
	memcpy(dst, src, len);
	return 0;
}

/* At most len bytes with the NUL; *done counts it. */
int
copystr(const void *src, void *dst, size_t len, size_t *done)
{
	const char *s = src;
	char *d = dst;
	size_t i;

	for (i = 0; i < len; i++) {
		if ((d[i] = s[i]) == '\0') {
			if (done != NULL)
				*done = i + 1;
			return 0;
		}
	}
	if (done != NULL)
		*done = len;
	return ENAMETOOLONG;
}

static int
copystr_local(const void *src, void *dst, size_t len, size_t *done)
{
	if (__predict_true(rumpuser__copystr != NULL))
		return rumpuser__copystr(src, dst, len, done);
	return copystr(src, dst, len, done);
}

int
copyinstr(const void *uaddr, void *kaddr, size_t len, size_t *done)
{
	struct vmspace *vm = curvm();
	size_t n;
	int error;

	if (__predict_false(len == 0))
		return ENAMETOOLONG;
	if (VM_IS_KERNEL(vm))
		return copystr(uaddr, kaddr, len, done);
	if (__predict_false(uaddr == NULL))
		return EFAULT;
	if (__predict_true(VM_IS_LOCAL(vm)))
		return copystr_local(uaddr, kaddr, len, done);

	/* the client may send less than it should, and without the NUL */
	n = len;
	error = rumpuser_sp_copyinstr(vm, uaddr, kaddr, &n);
	if (error)
		return error;
	n = strnlen(kaddr, MIN(n, len));
	if (n >= len) {
		((char *)kaddr)[len - 1] = '\0';
		return ENAMETOOLONG;
	}
	((char *)kaddr)[n] = '\0';
	if (done != NULL)
		*done = n + 1;
	return 0;
}

int
copyoutstr(const void *kaddr, void *uaddr, size_t len, size_t *done)
{
	struct vmspace *vm = curvm();
	size_t n;
	int error;

	n = strnlen(kaddr, len);
	if (n == len)
		return ENAMETOOLONG;
	n++;
	if (VM_IS_KERNEL(vm) || VM_IS_LOCAL(vm)) {
		error = copyout_vmspace(vm, kaddr, uaddr, n);
	} else {
		size_t sent = n;

		error = rumpuser_sp_copyoutstr(vm, kaddr, uaddr, &sent);
	}
	if (error == 0 && done != NULL)
		*done = n;
	return error;
}

int
fubyte(const void *uaddr)
{
	unsigned char c;

	return copyin(uaddr, &c, sizeof(c)) ? -1 : c;
}

int
subyte(void *uaddr, int byte)
{
	unsigned char c = (unsigned char)byte;

	return copyout(&c, uaddr, sizeof(c)) ? -1 : 0;
}

long
fuword(const void *uaddr)
{
	long v;

	return copyin(uaddr, &v, sizeof(v)) ? -1 : v;
}

int
suword(void *uaddr, long v)
{
	return copyout(&v, uaddr, sizeof(v)) ? -1 : 0;
}

int
ucas_int(volatile int *uaddr, int old, int new, int *ret)
{
	int v, error;

	if (VM_IS_KERNEL(curvm()) || VM_IS_LOCAL(curvm())) {
		/* touch it first, so that a bad address is an error */
		error = copyin((const void *)(uintptr_t)uaddr, &v, sizeof(v));
		if (error)
			return error;
		*ret = (int)atomic_cas_uint((volatile unsigned int *)uaddr,
		    (unsigned)old, (unsigned)new);
		return 0;
	}
	error = copyin((const void *)(uintptr_t)uaddr, &v, sizeof(v));
	if (error == 0 && v == old)
		error = copyout(&new, (void *)(uintptr_t)uaddr, sizeof(new));
	if (error == 0)
		*ret = v;
	return error;
}

int
ucas_ptr(volatile void *uaddr, void *old, void *new, void *ret)
{
	void *v;
	int error;

	error = copyin((const void *)(uintptr_t)uaddr, &v, sizeof(v));
	if (error)
		return error;
	if (VM_IS_KERNEL(curvm()) || VM_IS_LOCAL(curvm()))
		v = atomic_cas_ptr(uaddr, old, new);
	else if (v == old)
		error = copyout(&new, (void *)(uintptr_t)uaddr, sizeof(new));
	if (error == 0)
		*(void **)ret = v;
	return error;
}

void
uio_setup_sysspace(struct uio *uio)
{
	uio->uio_vmspace = vmspace_kernel();
}

static inline int
uio_copy(void *buf, const struct iovec *iov, size_t n, const struct uio *uio)
{
	if (uio->uio_rw == UIO_READ)
		return copyout_vmspace(uio->uio_vmspace, buf, iov->iov_base, n);
	return copyin_vmspace(uio->uio_vmspace, iov->iov_base, buf, n);
}

/*
 * Move up to n bytes between buf and what is left of the uio, which advances
 * by what was moved. EFAULT: the uio stands before the vector that failed.
 */
int
uiomove(void *buf, size_t n, struct uio *uio)
{
	struct iovec *iov = uio->uio_iov;
	char *cp = buf;
	size_t cnt;
	int error;

	KASSERT(uio->uio_rw == UIO_READ || uio->uio_rw == UIO_WRITE);
	if (n > uio->uio_resid)
		n = uio->uio_resid;
	while (n > 0) {
		cnt = iov->iov_len;
		if (__predict_false(cnt == 0)) {
			KASSERT(uio->uio_iovcnt > 0);
			uio->uio_iov = ++iov;
			uio->uio_iovcnt--;
			continue;
		}
		if (cnt > n)
			cnt = n;
		error = uio_copy(cp, iov, cnt, uio);
		if (__predict_false(error))
			return error;
		iov->iov_base = (char *)iov->iov_base + cnt;
		iov->iov_len -= cnt;
		uio->uio_resid -= cnt;
		uio->uio_offset += cnt;
		cp += cnt;
		n -= cnt;
	}
	return 0;
}

/* As uiomove(), but the uio stays where it is. */
int
uiopeek(void *buf, size_t n, struct uio *uio)
{
	struct iovec *iov = uio->uio_iov;
	int iovcnt = uio->uio_iovcnt;
	char *cp = buf;
	size_t cnt;
	int error;

	if (n > uio->uio_resid)
		n = uio->uio_resid;
	for (; n > 0 && iovcnt > 0; iov++, iovcnt--) {
		cnt = MIN(iov->iov_len, n);
		if (cnt == 0)
			continue;
		error = uio_copy(cp, iov, cnt, uio);
		if (error)
			return error;
		cp += cnt;
		n -= cnt;
	}
	return 0;
}

void
uioskip(size_t n, struct uio *uio)
{
	struct iovec *iov;
	size_t cnt;

	KASSERT(n <= uio->uio_resid);
	while (n > 0) {
		iov = uio->uio_iov;
		cnt = MIN(iov->iov_len, n);
		iov->iov_base = (char *)iov->iov_base + cnt;
		iov->iov_len -= cnt;
		uio->uio_resid -= cnt;
		uio->uio_offset += cnt;
		n -= cnt;
		if (iov->iov_len == 0 && n > 0) {
			uio->uio_iov++;
			uio->uio_iovcnt--;
		}
	}
}

/* Move what of the buffer lies at uio_offset; past its end is end of file. */
int
uiomove_frombuf(void *buf, size_t buflen, struct uio *uio)
{
	size_t offset;

	if (uio->uio_offset < 0)
		return EINVAL;
	if ((uint64_t)uio->uio_offset >= buflen)
		return 0;
	offset = (size_t)uio->uio_offset;
	return uiomove((char *)buf + offset, buflen - offset, uio);
}

/* Give the reader one byte. */
int
ureadc(int c, struct uio *uio)
{
	unsigned char byte = (unsigned char)c;

	if (uio->uio_resid == 0)
		return EINVAL;
	return uiomove(&byte, 1, uio);
}

int
iovec_copyin(struct iovec **iovp, struct iovec *aiov, const struct iovec *uiov,
    int cnt, size_t *residp)
{
	struct iovec *iov = aiov;
	size_t resid = 0, len;
	int error, i;

	if (cnt < 0 || cnt > UIO_MAXIOV)
		return EINVAL;
	len = (size_t)cnt * sizeof(*iov);
	if (cnt > UIO_SMALLIOV) {
		iov = kmem_alloc(len, KM_SLEEP);
		if (iov == NULL)
			return ENOMEM;
	}
	error = copyin(uiov, iov, len);
	for (i = 0; error == 0 && i < cnt; i++) {
		if (iov[i].iov_len > SSIZE_MAX - resid)
			error = EINVAL;
		else
			resid += iov[i].iov_len;
	}
	if (error) {
		iovec_free(iov, aiov, cnt);
		return error;
	}
	*iovp = iov;
	*residp = resid;
	return 0;
}

void
iovec_free(struct iovec *iov, struct iovec *aiov, int cnt)
{
	if (iov != aiov)
		kmem_free(iov, (size_t)cnt * sizeof(*iov));
}
