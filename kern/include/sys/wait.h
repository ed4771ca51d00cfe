/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_WAIT_H_
#define _SYS_WAIT_H_

#include <sys/idtype.h>
#include <sys/types.h>

#define _W_INT(i)            (i)
#define WCOREFLAG            0200
#define _WSTATUS(x)          (_W_INT(x) & 0177)
#define _WSTOPPED            0177
#define WIFSTOPPED(x)        (_WSTATUS(x) == _WSTOPPED)
#define WSTOPSIG(x)          ((int)(((unsigned int)_W_INT(x)) >> 8) & 0xff)
#define WIFSIGNALED(x)       (_WSTATUS(x) != _WSTOPPED && _WSTATUS(x) != 0)
#define WTERMSIG(x)          (_WSTATUS(x))
#define WIFEXITED(x)         (_WSTATUS(x) == 0)
#define WEXITSTATUS(x)       ((int)(((unsigned int)_W_INT(x)) >> 8) & 0xff)
#define WCOREDUMP(x)         (_W_INT(x) & WCOREFLAG)
#define W_EXITCODE(ret, sig) ((ret) << 8 | (sig))
#define W_STOPCODE(sig)      ((sig) << 8 | _WSTOPPED)

#define WNOHANG     0x00000001
#define WSTOPPED    0x00000002
#define WUNTRACED   WSTOPPED
#define WALTSIG     0x00000004
#define WALLSIG     0x00000008
#define WCONTINUED  0x00000010
#define WEXITED     0x00000020
#define WNOWAIT     0x00010000
#define __WCLONE    WALTSIG
#define __WALL      WALLSIG
#define WAIT_ANY    (-1)
#define WAIT_MYPGRP 0

#endif /* _SYS_WAIT_H_ */
