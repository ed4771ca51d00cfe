/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _PROPLIB_PLISTREF_H_
#define _PROPLIB_PLISTREF_H_

#include <sys/types.h>

/* a property list in an ioctl(2): external form, and its length */
struct plistref {
	void *pref_plist;
	size_t pref_len;
};

#endif /* !_PROPLIB_PLISTREF_H_ */
