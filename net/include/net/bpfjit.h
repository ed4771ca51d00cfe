/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Machine code for the programs of packet filters: by a component that puts
 * its functions into bpfjit_module_ops, which is the capture device's.
 */
#ifndef _NET_BPFJIT_H_
#define _NET_BPFJIT_H_

#include <net/bpf.h>
#include <sys/types.h>

#ifdef _KERNEL
bpfjit_func_t
bpfjit_generate_code(const bpf_ctx_t *, const struct bpf_insn *, size_t);
void bpfjit_free_code(bpfjit_func_t);

struct bpfjit_ops {
	bpfjit_func_t (*bj_generate_code)(
	    const bpf_ctx_t *, const struct bpf_insn *, size_t);
	void (*bj_free_code)(bpfjit_func_t);
};
extern struct bpfjit_ops bpfjit_module_ops;
#endif

#endif
