/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _KERN_LIB_PRINTF_IMPL_H_
#define _KERN_LIB_PRINTF_IMPL_H_

#include <sys/stdarg.h>
#include <sys/types.h>

/* where formatted text goes; ks_put is called before ks_total grows */
struct kprintf_sink {
	void (*ks_put)(struct kprintf_sink *, const char *, size_t);
	char *ks_buf;
	size_t ks_size;
	size_t ks_total;
	int ks_flags;
	void *ks_arg;
};

extern const char hexdigits[];
extern const char HEXDIGITS[];

void kprintf_format(struct kprintf_sink *, const char *, va_list);

#endif /* !_KERN_LIB_PRINTF_IMPL_H_ */
