/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _SYS_MSGBUF_H_
#define _SYS_MSGBUF_H_

/* the ring of what was printed, for dmesg(8) */

#include <sys/types.h>

#define MSG_MAGIC 0x063061

struct kern_msgbuf {
	long msg_magic;
	long msg_bufx;
	long msg_bufr;
	long msg_bufs;
	char msg_bufc[];
};

extern int msgbufenabled;
extern struct kern_msgbuf *msgbufp;

void initmsgbuf(void *, size_t);
void loginit(void);
void logputchar(int);

#endif /* !_SYS_MSGBUF_H_ */
