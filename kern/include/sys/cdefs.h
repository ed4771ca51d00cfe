/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_CDEFS_H_
#define _SYS_CDEFS_H_

/*
 * Compiler and linker vocabulary: attributes, string pasting, bit fields,
 * symbol aliases, link sets.  Includes nothing.
 */

#define __GNUC_PREREQ__(x, y)                                                  \
	((__GNUC__ == (x) && __GNUC_MINOR__ >= (y)) || (__GNUC__ > (x)))

#define ___STRING(x)                __STRING(x)
#define ___CONCAT(x, y)             __CONCAT(x, y)
#define __P(protos)                 protos
#define __CONCAT(x, y)              x##y
#define __CONCAT3(a, b, c)          a##b##c
#define __CONCAT4(a, b, c, d)       a##b##c##d
#define __CONCAT5(a, b, c, d, e)    a##b##c##d##e
#define __CONCAT6(a, b, c, d, e, f) a##b##c##d##e##f
#define __STRING(x)                 #x

#ifdef __cplusplus
#define __BEGIN_DECLS       extern "C" {
#define __END_DECLS         }
#define __static_cast(x, y) static_cast<x>(y)
#else
#define __BEGIN_DECLS
#define __END_DECLS
#define __static_cast(x, y) (x) y
#define __signed signed
#endif
#define __BEGIN_PUBLIC_DECLS __BEGIN_DECLS
#define __END_PUBLIC_DECLS   __END_DECLS
#define __BEGIN_HIDDEN_DECLS                                                   \
	_Pragma("GCC visibility push(hidden)") __BEGIN_DECLS
#define __END_HIDDEN_DECLS __END_DECLS _Pragma("GCC visibility pop")

#define __CAST(dt, st)  ((dt)(st))
#define __CASTV(dt, st) __CAST(dt, __CAST(void *, st))
#define __USE(a)        ((void)(a))
#define __UNCONST(a)    ((void *)(unsigned long)(const void *)(a))
#define __UNVOLATILE(a) ((void *)(unsigned long)(volatile void *)(a))

#define __dead               __attribute__((__noreturn__))
#define __pure               __attribute__((__pure__))
#define __constfunc          __attribute__((__const__))
#define __unused             __attribute__((__unused__))
#define __used               __attribute__((__used__))
#define __noinline           __attribute__((__noinline__))
#define __always_inline      __attribute__((__always_inline__))
#define __returns_twice      __attribute__((__returns_twice__))
#define __nocommon           __attribute__((__nocommon__))
#define __noprofile          __attribute__((__no_instrument_function__))
#define __packed             __attribute__((__packed__))
#define __aligned(x)         __attribute__((__aligned__(x)))
#define __section(x)         __attribute__((__section__(x)))
#define __attribute_malloc__ __attribute__((__malloc__))
#define __malloc_like        __attribute__((__malloc__))
#define __alloc_size(...)    __attribute__((__alloc_size__(__VA_ARGS__)))
#define __null_sentinel      __attribute__((__sentinel__))
#define __dso_public         __attribute__((__visibility__("default")))
#define __dso_hidden         __attribute__((__visibility__("hidden")))
#define __dso_protected      __attribute__((__visibility__("protected")))
#define __public             __dso_public
#define __hidden             __dso_hidden
#define __weak               __attribute__((__weak__))
#define __printflike(fmtarg, firstvararg)                                      \
	__attribute__((__format__(__printf__, fmtarg, firstvararg)))
#define __scanflike(fmtarg, firstvararg)                                       \
	__attribute__((__format__(__scanf__, fmtarg, firstvararg)))
#define __sysloglike         __printflike
#define __format_arg(fmtarg) __attribute__((__format_arg__(fmtarg)))
#define __extension(x)       __extension__(x)
#define __unreachable()      __builtin_unreachable()
#define __predict_true(exp)  __builtin_expect((exp) != 0, 1)
#define __predict_false(exp) __builtin_expect((exp) != 0, 0)
#define __insn_barrier()     __asm__ __volatile__("" ::: "memory")
#define __c99inline          inline
#define __ARRAY_STATIC       static
#define __mallocalign(...)

#ifndef __cacheline_aligned
#define __cacheline_aligned __attribute__((__aligned__(64)))
#endif
#define __read_mostly

/* variables or arguments that only a diagnostic build looks at */
#ifdef DIAGNOSTIC
#define __diagused
#else
#define __diagused __unused
#endif
#ifdef DEBUG
#define __debugused
#else
#define __debugused __unused
#endif
#define KERNEL_ASSERT_USED __diagused

#if !defined(__restrict) && defined(__cplusplus)
#define __restrict __restrict__
#endif
#define __inline inline
#define __volatile volatile
#ifndef __aconst
#define __aconst
#endif

/* revision strings are not kept */
#define __IDSTRING(name, string)
#define __RCSID(s)
#define __SCCSID(s)
#define __SCCSID2(s)
#define __RCSID_SOURCE(s)
#define __COPYRIGHT(s)
#define __KERNEL_RCSID(n, s)
#define __KERNEL_SCCSID(n, s)
#define __KERNEL_COPYRIGHT(n, s)

/* bits and bit fields */
#define __BIT(n)                                                               \
	(((__UINTMAX_TYPE__)(n) >= 64)                                         \
		? 0                                                            \
		: ((__UINTMAX_TYPE__)1 << (__UINTMAX_TYPE__)((n)&63)))
#define __BITS(m, n)                                                           \
	((__BIT(((m) > (n) ? (m) : (n)) + 1) - 1) ^                            \
	    (__BIT((m) < (n) ? (m) : (n)) - 1))
#define __LOWEST_SET_BIT(mask)  ((((mask)-1) & (mask)) ^ (mask))
#define __PRECEDING_BIT(mask)   (__LOWEST_SET_BIT(mask) >> 1)
#define __HIGHEST_SET_BIT(mask) ((mask) ^ ((mask) & ((mask) >> 1)))
#define __SHIFTOUT(x, mask)     (((x) & (mask)) / __LOWEST_SET_BIT(mask))
#define __SHIFTIN(x, mask)      ((x)*__LOWEST_SET_BIT(mask))
#define __SHIFTOUT_MASK(mask)   __SHIFTOUT((mask), (mask))

#define __arraycount(a) (sizeof(a) / sizeof(*(a)))

#define __type_min_s(t)     ((t)((1ULL << (sizeof(t) * __CHAR_BIT__ - 1))))
#define __type_max_s(t)     ((t) ~((1ULL << (sizeof(t) * __CHAR_BIT__ - 1))))
#define __type_min_u(t)     ((t)0ULL)
#define __type_max_u(t)     ((t)~0ULL)
#define __type_is_signed(t) (((t)-1) < (t)1)
#define __type_min(t)       (__type_is_signed(t) ? __type_min_s(t) : __type_min_u(t))
#define __type_max(t)       (__type_is_signed(t) ? __type_max_s(t) : __type_max_u(t))
#define __type_fit(t, a)                                                       \
	((((a) < 0) == ((__INTMAX_TYPE__)(t)(a) < 0)) &&                       \
	    ((__INTMAX_TYPE__)(t)(a) == (__INTMAX_TYPE__)(a)))

/* compile-time assertions */
#if defined(__COUNTER__)
#define __CTASSERT(x) __CTASSERT0(x, __ctassert, __COUNTER__)
#else
#define __CTASSERT(x) __CTASSERT0(x, __ctassert, __LINE__)
#endif
#define __CTASSERT0(x, y, z) __CTASSERT1(x, y, z)
#ifdef __cplusplus
#define __CTASSERT1(x, y, z) static_assert(x, #x)
#else
#define __CTASSERT1(x, y, z) _Static_assert(x, #x)
#endif
#define CTASSERT(x) __CTASSERT(x)

/* symbols: the names are C names, the nsprefix step renames both sides */
#define _C_LABEL(x)        x
#define _C_LABEL_STRING(x) x
#define __RENAME(x)        __asm__(___STRING(x))
#define __strong_alias(alias, sym)                                             \
	__asm__(".global " #alias "\n" #alias " = " #sym);
#define __weak_alias(alias, sym)                                               \
	__asm__(".weak " #alias "\n" #alias " = " #sym);
#define __weak_extern(sym)    __asm__(".weak " #sym);
#define __weakref_visible     extern
#define __weak_reference(sym) __attribute__((__weakref__(#sym)))
#define __warn_references(sym, msg)

/*
 * Link sets: pointers gathered by the linker between __start_link_set_X and
 * __stop_link_set_X.  An empty set has no boundaries, hence the weak symbols.
 */
#define __link_set_make_entry(set, sym)                                        \
	static void const *const __link_set_##set##_sym_##sym                  \
	    __attribute__((__section__("link_set_" #set), __used__)) =         \
		(void const *)&sym
#define __link_set_make_entry2(set, sym, n)                                    \
	static void const *const __link_set_##set##_sym_##sym##_##n            \
	    __attribute__((__section__("link_set_" #set), __used__)) =         \
		(void const *)&sym[n]
#define __link_set_add_text(set, sym)       __link_set_make_entry(set, sym)
#define __link_set_add_rodata(set, sym)     __link_set_make_entry(set, sym)
#define __link_set_add_data(set, sym)       __link_set_make_entry(set, sym)
#define __link_set_add_bss(set, sym)        __link_set_make_entry(set, sym)
#define __link_set_add_text2(set, sym, n)   __link_set_make_entry2(set, sym, n)
#define __link_set_add_rodata2(set, sym, n) __link_set_make_entry2(set, sym, n)
#define __link_set_add_data2(set, sym, n)   __link_set_make_entry2(set, sym, n)
#define __link_set_add_bss2(set, sym, n)    __link_set_make_entry2(set, sym, n)
#define __link_set_decl(set, ptype)                                            \
	extern ptype *const __start_link_set_##set[]                           \
	    __attribute__((__weak__, __visibility__("hidden")));               \
	extern ptype *const __stop_link_set_##set[]                            \
	    __attribute__((__weak__, __visibility__("hidden")))
#define __link_set_start(set) (__start_link_set_##set)
#define __link_set_end(set)   (__stop_link_set_##set)
#define __link_set_count(set) (__link_set_end(set) - __link_set_start(set))

#define __constructor __attribute__((__constructor__))
#define __destructor  __attribute__((__destructor__))

#ifndef _DIAGASSERT
#define _DIAGASSERT(e) ((void)0)
#endif

#endif /* !_SYS_CDEFS_H_ */
