/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SECMODEL_SECURELEVEL_SECURELEVEL_H_
#define _SECMODEL_SECURELEVEL_SECURELEVEL_H_

#include <sys/types.h>

#define SECMODEL_SECURELEVEL_ID   "org.netbsd.secmodel.securelevel"
#define SECMODEL_SECURELEVEL_NAME "Traditional NetBSD: Securelevel"

#endif /* !_SECMODEL_SECURELEVEL_SECURELEVEL_H_ */
