/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_AIO_H_
#define _SYS_AIO_H_

#include <sys/signal.h>
#include <sys/types.h>

#define AIO_CANCELED    0x1
#define AIO_NOTCANCELED 0x2
#define AIO_ALLDONE     0x3

#define LIO_NOP   0x0
#define LIO_WRITE 0x1
#define LIO_READ  0x2

#define LIO_NOWAIT 0x0
#define LIO_WAIT   0x1

struct aiocb {
	off_t aio_offset;
	volatile void *aio_buf;
	size_t aio_nbytes;
	int aio_fildes;
	int aio_lio_opcode;
	int aio_reqprio;
	struct sigevent aio_sigevent;
	/* written by the kernel */
	int _state;
	int _errno;
	ssize_t _retval;
};

#define AIO_LISTIO_MAX 512
#define AIO_MAX        (AIO_LISTIO_MAX * 16)

#define AIO_READ  0x01
#define AIO_WRITE 0x02
#define AIO_SYNC  0x04
#define AIO_DSYNC 0x08

#define JOB_NONE 0x0
#define JOB_WIP  0x1
#define JOB_DONE 0x2

#endif /* _SYS_AIO_H_ */
