/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_VERIFIED_EXEC_H_
#define _SYS_VERIFIED_EXEC_H_

/* Veriexec is never configured: everything is permitted */

#include <sys/types.h>

#define veriexec_verify(l, vp, name, flag, found)   (0)
#define veriexec_openchk(l, vp, path, fmode)        (0)
#define veriexec_renamechk(l, fromvp, fn, tovp, tn) (0)
#define veriexec_removechk(l, vp, path)             (0)
#define veriexec_unmountchk(mp)                     (0)
#define veriexec_purge(vp)                          ((void)0)

#endif /* !_SYS_VERIFIED_EXEC_H_ */
