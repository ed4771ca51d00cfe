/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel history: compiled out. */
#ifndef _UVM_UVM_STAT_H_
#define _UVM_UVM_STAT_H_

#define UVMHIST_DECL(NAME)
#define UVMHIST_INIT(NAME, N)
#define UVMHIST_INIT_STATIC(NAME, BUF)
#define UVMHIST_LINK_STATIC(NAME)
#define UVMHIST_LOG(NAME, ...)
#define UVMHIST_CALLED(NAME)
#define UVMHIST_CALLARGS(NAME, ...)
#define UVMHIST_FUNC(FNAME)
#define uvmhist_dump(NAME)
#define UVMCNT_INCR(NAME)
#define UVMCNT_DECR(NAME)
#define UVMCNT_ADD(NAME, N)
#define UVMCNT_EVENT(NAME, ...)

#endif /* !_UVM_UVM_STAT_H_ */
