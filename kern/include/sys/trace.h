/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_TRACE_H_
#define _SYS_TRACE_H_

/* the trace points of the old buffer cache: nothing is recorded */
#define trace(a, b, c)

#endif /* !_SYS_TRACE_H_ */
