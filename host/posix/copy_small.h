/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Guarded copies of 1 to 32 bytes without any preparation: the copy is one
 * piece of machine code that uses no stack, so that a fault within it can be
 * made to return EFAULT just by moving the program counter.
 *
 * copy_small(src, dst, len) is 0, or EFAULT; copy_small_resume(context) is true
 * if the fault was in there.  Where there is none of it, COPY_SMALL_MAX is 0.
 */

#ifndef COPY_SMALL_H
#define COPY_SMALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__linux__) && defined(__x86_64__) && defined(__LP64__)

#include <ucontext.h>

#define COPY_SMALL_MAX 32

int rumpuser__copy_small(const void *, void *, size_t);
extern const char rumpuser__copy_small_end[];
extern const char rumpuser__copy_small_fault[];

/*
 * Overlapping loads first, then the stores: 16 to 32 bytes, 8 to 16, 4 to 7,
 * and byte by byte.
 */
__asm__(".text\n"
	".p2align 5\n"
	".globl rumpuser__copy_small\n"
	".hidden rumpuser__copy_small\n"
	".hidden rumpuser__copy_small_end\n"
	".hidden rumpuser__copy_small_fault\n"
	".type rumpuser__copy_small, @function\n"
	"rumpuser__copy_small:\n"
	"	.cfi_startproc\n"
	"	cmp	$16, %rdx\n"
	"	jae	2f\n"
	"	cmp	$8, %rdx\n"
	"	jae	1f\n"
	"	cmp	$4, %rdx\n"
	"	jae	3f\n"
	"4:	movzbl	-1(%rdi,%rdx), %eax\n"
	"	mov	%al, -1(%rsi,%rdx)\n"
	"	dec	%rdx\n"
	"	jnz	4b\n"
	"	xor	%eax, %eax\n"
	"	ret\n"
	"1:	mov	(%rdi), %rax\n"
	"	mov	-8(%rdi,%rdx), %rcx\n"
	"	mov	%rax, (%rsi)\n"
	"	mov	%rcx, -8(%rsi,%rdx)\n"
	"	xor	%eax, %eax\n"
	"	ret\n"
	"2:	movups	(%rdi), %xmm0\n"
	"	movups	-16(%rdi,%rdx), %xmm1\n"
	"	movups	%xmm0, (%rsi)\n"
	"	movups	%xmm1, -16(%rsi,%rdx)\n"
	"	xor	%eax, %eax\n"
	"	ret\n"
	"3:	mov	(%rdi), %eax\n"
	"	mov	-4(%rdi,%rdx), %ecx\n"
	"	mov	%eax, (%rsi)\n"
	"	mov	%ecx, -4(%rsi,%rdx)\n"
	"	xor	%eax, %eax\n"
	"	ret\n"
	"rumpuser__copy_small_end:\n"
	"rumpuser__copy_small_fault:\n"
	"	mov	$14, %eax\n"
	"	ret\n"
	"	.cfi_endproc\n"
	".size rumpuser__copy_small, . - rumpuser__copy_small\n");

static inline int
copy_small(const void *src, void *dst, size_t len)
{
	return rumpuser__copy_small(src, dst, len);
}

static inline bool
copy_small_resume(void *context)
{
	ucontext_t *uc = context;
	const uintptr_t pc = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];

	if (pc < (uintptr_t)&rumpuser__copy_small ||
	    pc >= (uintptr_t)rumpuser__copy_small_end)
		return false;
	uc->uc_mcontext.gregs[REG_RIP] =
	    (greg_t)(uintptr_t)rumpuser__copy_small_fault;
	return true;
}

#else

#define COPY_SMALL_MAX 0

static inline int
copy_small(const void *src, void *dst, size_t len)
{
	(void)src;
	(void)dst;
	(void)len;
	return 0;
}

static inline bool
copy_small_resume(void *context)
{
	(void)context;
	return false;
}

#endif

#endif /* COPY_SMALL_H */
