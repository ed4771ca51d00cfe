/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A kernel of upcalls alone, to test the host library without the kernel.
 * It has one virtual CPU and checks that it is held where it must be.
 */

#ifndef FAKEKERN_H
#define FAKEKERN_H

#include <rump/rumpuser.h>

#include <stdbool.h>

struct lwp {
	int l_pid;
	void *l_priv; /* of the process: the server's client */
	bool l_implicit;
};

/* system calls of the fake kernel; arguments are 64-bit slots */
enum fk_syscall {
	FK_ADD,        /* a, b: retval[0] = a + b, retval[1] = pid */
	FK_FAIL,       /* errno */
	FK_COPYIN,     /* address, length: retval[0] = sum of bytes */
	FK_COPYOUT,    /* address, length, byte */
	FK_COPYINSTR,  /* address, room: retval[0] = length */
	FK_COPYOUTSTR, /* address: "hello" */
	FK_ANONMMAP,   /* length: retval[0] = address */
	FK_RAISE,      /* signal */
	FK_RAISEPID,   /* signal, process */
	FK_BLOCK,      /* until the process is told to exit: EINTR */
	FK_FORKS       /* retval[0] = live processes */
};

void fk_init(void);  /* rumpuser_init(), and enter */
void fk_enter(void); /* a thread enters and leaves */
void fk_leave(void);
bool fk_held(void); /* does this thread hold the CPU? */
int fk_nprocs(void);
int fk_nreleases(void); /* how often the CPU was given up so far */
int fk_execs(void);
const char *fk_lastcomm(void);
/* seconds of processor time that this process has used */
double fk_cpu(void);

#endif /* FAKEKERN_H */
