/* SPDX-License-Identifier: BSD-2-Clause */
/* Input softints of protocols by number (schednetisr), and counters. */
#include <sys/intr.h>
#include <sys/kmem.h>
#include <sys/mbuf.h>
#include <sys/param.h>
#include <sys/percpu.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include <net/net_stats.h>
#include <net/netisr.h>

static void *netisr_si[NETISR_MAX];
static rump_netisr_fn netisr_fn[NETISR_MAX];

static void
netisr_run(void *arg)
{
	(*netisr_fn[(uintptr_t)arg])();
}

/* ISR's routine, which takes all packets there are. */
void
rump_netisr_register(int isr, rump_netisr_fn fn)
{
	KASSERT(isr >= 0 && isr < NETISR_MAX);
	netisr_fn[isr] = fn;
	if (netisr_si[isr] == NULL)
		netisr_si[isr] = softint_establish(SOFTINT_NET | SOFTINT_MPSAFE,
		    netisr_run, (void *)(uintptr_t)isr);
}

void
schednetisr(int isr)
{
	if (isr >= 0 && isr < NETISR_MAX && netisr_si[isr] != NULL)
		softint_schedule(netisr_si[isr]);
}

struct netstat_sum {
	uint64_t *sum;
	u_int n;
};

static void
netstat_add(void *p, void *arg, struct cpu_info *ci)
{
	const struct netstat_sum *ns = arg;
	const uint64_t *v = p;
	u_int i;

	(void)ci;
	for (i = 0; i < ns->n; i++)
		ns->sum[i] += __atomic_load_n(&v[i], __ATOMIC_RELAXED);
}

/* A sysctl node of counters: the sum over the CPUs. */
int
netstat_sysctl(percpu_t *stat, u_int ncounters, SYSCTLFN_ARGS)
{
	struct sysctlnode node = *rnode;
	struct netstat_sum ns;
	int error;

	ns.n = ncounters;
	ns.sum = kmem_zalloc(ncounters * sizeof(uint64_t), KM_SLEEP);
	percpu_foreach(stat, netstat_add, &ns);
	node.sysctl_data = ns.sum;
	node.sysctl_size = ncounters * sizeof(uint64_t);
	error = sysctl_lookup(SYSCTLFN_CALL(&node));
	kmem_free(ns.sum, ncounters * sizeof(uint64_t));
	return error;
}
