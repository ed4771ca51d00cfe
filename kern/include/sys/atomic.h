/* SPDX-License-Identifier: BSD-2-Clause */
/* atomic_ops(3) and membar_ops(3) by compiler atomics, inline. */

#ifndef _SYS_ATOMIC_H_
#define _SYS_ATOMIC_H_

#include <sys/types.h>

#define ATOMIC__OPS(sfx, T, A)                                                 \
	static __inline void atomic_add_##sfx(volatile T *p, A v)              \
	{                                                                      \
		__atomic_fetch_add(p, (T)v, __ATOMIC_SEQ_CST);                 \
	}                                                                      \
	static __inline T atomic_add_##sfx##_nv(volatile T *p, A v)            \
	{                                                                      \
		return __atomic_add_fetch(p, (T)v, __ATOMIC_SEQ_CST);          \
	}                                                                      \
	static __inline void atomic_inc_##sfx(volatile T *p)                   \
	{                                                                      \
		__atomic_fetch_add(p, 1, __ATOMIC_SEQ_CST);                    \
	}                                                                      \
	static __inline T atomic_inc_##sfx##_nv(volatile T *p)                 \
	{                                                                      \
		return __atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST);             \
	}                                                                      \
	static __inline void atomic_dec_##sfx(volatile T *p)                   \
	{                                                                      \
		__atomic_fetch_sub(p, 1, __ATOMIC_SEQ_CST);                    \
	}                                                                      \
	static __inline T atomic_dec_##sfx##_nv(volatile T *p)                 \
	{                                                                      \
		return __atomic_sub_fetch(p, 1, __ATOMIC_SEQ_CST);             \
	}                                                                      \
	ATOMIC__SWAP(sfx, T)

#define ATOMIC__SWAP(sfx, T)                                                   \
	static __inline T atomic_swap_##sfx(volatile T *p, T v)                \
	{                                                                      \
		return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST);            \
	}                                                                      \
	static __inline T atomic_cas_##sfx(volatile T *p, T o, T n)            \
	{                                                                      \
		__atomic_compare_exchange_n(                                   \
		    p, &o, n, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);          \
		return o;                                                      \
	}                                                                      \
	static __inline T atomic_cas_##sfx##_ni(volatile T *p, T o, T n)       \
	{                                                                      \
		__atomic_compare_exchange_n(                                   \
		    p, &o, n, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);          \
		return o;                                                      \
	}

#define ATOMIC__BITS(sfx, T)                                                   \
	static __inline void atomic_and_##sfx(volatile T *p, T v)              \
	{                                                                      \
		__atomic_fetch_and(p, v, __ATOMIC_SEQ_CST);                    \
	}                                                                      \
	static __inline T atomic_and_##sfx##_nv(volatile T *p, T v)            \
	{                                                                      \
		return __atomic_and_fetch(p, v, __ATOMIC_SEQ_CST);             \
	}                                                                      \
	static __inline void atomic_or_##sfx(volatile T *p, T v)               \
	{                                                                      \
		__atomic_fetch_or(p, v, __ATOMIC_SEQ_CST);                     \
	}                                                                      \
	static __inline T atomic_or_##sfx##_nv(volatile T *p, T v)             \
	{                                                                      \
		return __atomic_or_fetch(p, v, __ATOMIC_SEQ_CST);              \
	}

ATOMIC__OPS(32, uint32_t, int32_t)
ATOMIC__OPS(64, uint64_t, int64_t)
ATOMIC__OPS(int, unsigned int, int)
ATOMIC__OPS(long, unsigned long, long)
ATOMIC__BITS(32, uint32_t)
ATOMIC__BITS(64, uint64_t)
ATOMIC__BITS(uint, unsigned int)
ATOMIC__BITS(ulong, unsigned long)

#undef ATOMIC__OPS
#undef ATOMIC__SWAP
#undef ATOMIC__BITS

/* the unsigned operations are the int and long ones under another name */
#define atomic_inc_uint     atomic_inc_int
#define atomic_inc_uint_nv  atomic_inc_int_nv
#define atomic_dec_uint     atomic_dec_int
#define atomic_dec_uint_nv  atomic_dec_int_nv
#define atomic_swap_uint    atomic_swap_int
#define atomic_cas_uint     atomic_cas_int
#define atomic_cas_uint_ni  atomic_cas_int_ni
#define atomic_inc_ulong    atomic_inc_long
#define atomic_inc_ulong_nv atomic_inc_long_nv
#define atomic_dec_ulong    atomic_dec_long
#define atomic_dec_ulong_nv atomic_dec_long_nv
#define atomic_swap_ulong   atomic_swap_long
#define atomic_cas_ulong    atomic_cas_long
#define atomic_cas_ulong_ni atomic_cas_long_ni

static __inline void
atomic_add_ptr(volatile void *p, ssize_t v)
{
	__atomic_fetch_add(
	    (volatile uintptr_t *)p, (uintptr_t)v, __ATOMIC_SEQ_CST);
}

static __inline void *
atomic_add_ptr_nv(volatile void *p, ssize_t v)
{
	return (void *)__atomic_add_fetch(
	    (volatile uintptr_t *)p, (uintptr_t)v, __ATOMIC_SEQ_CST);
}

static __inline void
atomic_inc_ptr(volatile void *p)
{
	atomic_add_ptr(p, 1);
}

static __inline void *
atomic_inc_ptr_nv(volatile void *p)
{
	return atomic_add_ptr_nv(p, 1);
}

static __inline void
atomic_dec_ptr(volatile void *p)
{
	atomic_add_ptr(p, -1);
}

static __inline void *
atomic_dec_ptr_nv(volatile void *p)
{
	return atomic_add_ptr_nv(p, -1);
}

static __inline void *
atomic_swap_ptr(volatile void *p, void *v)
{
	return __atomic_exchange_n((void *volatile *)p, v, __ATOMIC_SEQ_CST);
}

static __inline void *
atomic_cas_ptr(volatile void *p, void *o, void *n)
{
	__atomic_compare_exchange_n(
	    (void *volatile *)p, &o, n, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return o;
}
#define atomic_cas_ptr_ni atomic_cas_ptr

static __inline void
membar_sync(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static __inline void
membar_enter(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static __inline void
membar_exit(void)
{
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

static __inline void
membar_producer(void)
{
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

static __inline void
membar_consumer(void)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
}

static __inline void
membar_datadep_consumer(void)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
}

/* newer names of the same */
#define membar_acquire()           __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define membar_release()           __atomic_thread_fence(__ATOMIC_RELEASE)
#define atomic_load_relaxed(p)     __atomic_load_n((p), __ATOMIC_RELAXED)
#define atomic_load_acquire(p)     __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define atomic_load_consume(p)     __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define atomic_store_relaxed(p, v) __atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define atomic_store_release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)

#endif /* _SYS_ATOMIC_H_ */
