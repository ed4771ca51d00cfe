/* SPDX-License-Identifier: BSD-2-Clause */
/* Who asks, and of what: credentials, users, counters, the system. */

#include <sys/cpu.h>
#include <sys/evcnt.h>
#include <sys/kauth.h>
#include <sys/kernel.h>
#include <sys/lwp.h>
#include <sys/namei.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/resourcevar.h>
#include <sys/sched.h>
#include <sys/systm.h>
#include <sys/vnode.h>

#include "ktest.h"
#include "svc.h"

static kauth_action_t au_action;
static u_int au_asked;
static int au_answer;

static int
au_listener(kauth_cred_t cred, kauth_action_t action, void *cookie, void *arg0,
    void *arg1, void *arg2, void *arg3)
{
	K(cookie == &au_asked);
	au_action = action;
	au_asked++;
	if ((enum kauth_network_req)(uintptr_t)arg0 ==
		KAUTH_REQ_NETWORK_INTERFACE_SETPRIV &&
	    action == KAUTH_NETWORK_INTERFACE)
		return au_answer;
	return KAUTH_RESULT_DEFER;
}

void
svc_test_kauth(void)
{
	kauth_cred_t cred = kauth_cred_get(), dup;
	kauth_listener_t listener;

	K(cred != NULL && cred != NOCRED);
	KEQ(kauth_cred_getuid(cred), 0);
	KEQ(kauth_cred_geteuid(cred), 0);
	KEQ(kauth_cred_getgid(cred), kauth_cred_getegid(cred));
	dup = kauth_cred_dup(cred);
	K(dup != cred);
	KEQ(kauth_cred_geteuid(dup), 0);
	KEQ(kauth_cred_ngroups(dup), kauth_cred_ngroups(cred));
	if (kauth_cred_ngroups(cred) > 0)
		KEQ(kauth_cred_group(dup, 0), kauth_cred_group(cred, 0));
	kauth_cred_hold(dup);
	kauth_cred_free(dup);

	listener =
	    kauth_listen_scope(KAUTH_SCOPE_NETWORK, au_listener, &au_asked);
	K(listener != NULL);
	K(kauth_listen_scope("no.such.scope", au_listener, NULL) == NULL);
	au_answer = KAUTH_RESULT_DEFER;
	KEQ(kauth_authorize_network(dup, KAUTH_NETWORK_INTERFACE,
		KAUTH_REQ_NETWORK_INTERFACE_SETPRIV, NULL, NULL, NULL),
	    0);
	KEQ(au_asked, 1);
	KEQ(au_action, KAUTH_NETWORK_INTERFACE);
	au_answer = KAUTH_RESULT_DENY;
	KEQ(kauth_authorize_network(dup, KAUTH_NETWORK_INTERFACE,
		KAUTH_REQ_NETWORK_INTERFACE_SETPRIV, NULL, NULL, NULL),
	    EPERM);
	KEQ(au_asked, 2);
	kauth_unlisten_scope(listener);
	KEQ(kauth_authorize_network(dup, KAUTH_NETWORK_INTERFACE,
		KAUTH_REQ_NETWORK_INTERFACE_SETPRIV, NULL, NULL, NULL),
	    0);
	KEQ(au_asked, 2);
	/* User 0 may have a device too. */
	KEQ(kauth_authorize_device(
		dup, KAUTH_DEVICE_BLUETOOTH_SEND, NULL, NULL, NULL, NULL),
	    0);
	kauth_cred_free(dup);
}

/* What a thread has used, and whether it should let others go first. */
static void
svc_accounts(void)
{
	struct schedstate_percpu *spc = &curcpu()->ci_schedstate;
	struct rusage *ru = &curlwp->l_ru;
	long before = ru->ru_inblock;

	ru->ru_inblock++;
	KEQ(curlwp->l_ru.ru_inblock, before + 1);
	if ((spc->spc_flags & SPCF_SHOULDYIELD) != 0)
		preempt();
	/* Nobody waits for this CPU. */
	preempt();
	K((curcpu()->ci_schedstate.spc_flags & SPCF_SHOULDYIELD) == 0);
}

void
svc_test_system(void)
{
	struct uidinfo *ui = uid_find(1234);
	u_long hiwat = 0;

	/* A buffer grows up to what its user may have. */
	K(ui != NULL && uid_find(1234) == ui);
	K(chgsbsize(ui, &hiwat, 1000, 1500));
	KEQ(hiwat, 1000);
	K(!chgsbsize(ui, &hiwat, 2000, 1500));
	KEQ(hiwat, 1000);
	K(chgsbsize(ui, &hiwat, 0, 1500));
	KEQ(hiwat, 0);

	KEQ(lwp0.l_lid, 1);
	K(lwp0.l_proc == &proc0);
	KEQ(proc0.p_pid, 0);
	K(curlwp != NULL && curlwp->l_proc == curproc);
	K(x86_curlwp() == curlwp);
	KEQ(hostnamelen, strlen(hostname));
	K(hostnamelen > 0);
	K(schedppq >= 1);
	K(mp_online);
	svc_accounts();
	KEQ(nullop(NULL), 0);
	KEQ(enodev(), ENODEV);
	KEQ(enxio(), ENXIO);
	KEQ(eopnotsupp(), EOPNOTSUPP);
}

void
svc_test_evcnt(void)
{
	static struct evcnt parent, child;

	evcnt_attach_dynamic(&parent, EVCNT_TYPE_MISC, NULL, "svc", "events");
	evcnt_attach_dynamic(&child, EVCNT_TYPE_INTR, &parent, "svc", "part");
	parent.ev_count += 2;
	child.ev_count++;
	KEQ(parent.ev_count, 2);
	KSTR(child.ev_name, "part");
	KSTR(child.ev_group, "svc");
	K(child.ev_parent == &parent);
	evcnt_detach(&child);
	evcnt_detach(&parent);
}

/* The client's memory is that of this program: its kernel's too. */
void
svc_test_copy(void)
{
	char user[16] = "user", kern[16] = "";
	size_t done = 0;

	KEQ(copyin(user, kern, 5), 0);
	KSTR(kern, "user");
	KEQ(copyout("kern", user, 5), 0);
	KSTR(user, "kern");
	memset(kern, 'x', sizeof(kern));
	KEQ(copyinstr(user, kern, sizeof(kern), &done), 0);
	KEQ(done, 5);
	KSTR(kern, "kern");
	KEQ(copyinstr(user, kern, 3, NULL), ENAMETOOLONG);
	KEQ(copyoutstr("long", user, 8, &done), 0);
	KEQ(done, 5);
	KSTR(user, "long");
	KEQ(copyoutstr("long", user, 4, NULL), ENAMETOOLONG);
}

/* Makes a regular file at a path, or says why not. */
static int
file_create(const char *path, struct vnode **vpp)
{
	struct pathbuf *pb;
	struct nameidata nd;
	struct vattr va;
	int error;

	pb = pathbuf_create(path);
	NDINIT(&nd, CREATE, LOCKPARENT | FOLLOW, pb);
	error = namei(&nd);
	if (error != 0) {
		pathbuf_destroy(pb);
		return error;
	}
	if (nd.ni_vp != NULL) {
		VOP_ABORTOP(nd.ni_dvp, &nd.ni_cnd);
		if (nd.ni_dvp == nd.ni_vp)
			vrele(nd.ni_dvp);
		else
			vput(nd.ni_dvp);
		vrele(nd.ni_vp);
		pathbuf_destroy(pb);
		return EEXIST;
	}
	vattr_null(&va);
	va.va_type = VREG;
	va.va_mode = 0600;
	error = VOP_CREATE(nd.ni_dvp, vpp, &nd.ni_cnd, &va);
	vput(nd.ni_dvp);
	pathbuf_destroy(pb);
	return error;
}

void
svc_test_files(void)
{
	struct vnode *vp = NULL, *root, *dir;
	struct pathbuf *pb;
	struct nameidata nd;

	KEQ(file_create("/svc.file", &vp), 0);
	if (vp == NULL)
		return;
	KEQ(vn_lock(vp, LK_EXCLUSIVE), 0);
	KEQ(VOP_ACCESS(vp, VREAD, kauth_cred_get()), 0);
	VOP_UNLOCK(vp);
	vrele(vp);
	KEQ(file_create("/svc.file", &vp), EEXIST);
	KEQ(file_create("/none/svc.file", &vp), ENOENT);

	/* /dev is under the root, and not the other way round. */
	pb = pathbuf_create("/dev");
	NDINIT(&nd, LOOKUP, FOLLOW, pb);
	KEQ(namei(&nd), 0);
	dir = nd.ni_vp;
	pathbuf_destroy(pb);
	pb = pathbuf_create("/");
	NDINIT(&nd, LOOKUP, FOLLOW, pb);
	KEQ(namei(&nd), 0);
	root = nd.ni_vp;
	pathbuf_destroy(pb);
	K(vn_isunder(dir, root, curlwp));
	K(!vn_isunder(root, dir, curlwp));
	vrele(dir);
	vrele(root);
}
