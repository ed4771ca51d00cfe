/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _FILE_IMPL_H_
#define _FILE_IMPL_H_

void select_init(void);

#endif /* _FILE_IMPL_H_ */
