/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _FILE_IMPL_H_
#define _FILE_IMPL_H_

void select_init(void);

/* what is read without the lock that guards writing it */
#define LOAD(x)     __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define STORE(x, v) __atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
/* a pointer that publishes what it points to */
#define LOAD_PTR(x)   __atomic_load_n(&(x), __ATOMIC_ACQUIRE)
#define PUBLISH(x, v) __atomic_store_n(&(x), (v), __ATOMIC_RELEASE)

#endif /* _FILE_IMPL_H_ */
