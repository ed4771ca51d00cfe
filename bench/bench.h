/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Benchmarks do each piece of work twice with the same loop: once with the
 * rump kernel's system calls and once with the host's.  `struct sys` is what
 * differs between the two.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

struct sys {
	const char *name;
	int (*open_rw)(const char *, int create);
	int (*close)(int);
	ssize_t (*read)(int, void *, size_t);
	ssize_t (*write)(int, const void *, size_t);
	ssize_t (*pread)(int, void *, size_t, off_t);
	off_t (*lseek)(int, off_t, int);
	int (*stat)(const char *);
	int (*unlink)(const char *);
	int (*mkdir)(const char *);
	int (*pipe)(int *);
	int (*getpid)(void);
	int (*tcp_socket)(void);
	/* IPv4 address in network order, port in host order. */
	int (*bind)(int, uint32_t, uint16_t);
	int (*connect)(int, uint32_t, uint16_t);
	int (*listen)(int, int);
	int (*accept)(int);
	int (*nodelay)(int);
	int (*reuse)(int);
};

extern const struct sys sys_rump, sys_host;

static inline double
now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* One line: name, value, unit, the host's value for the same work or "-". */
void report(const char *name, double value, const char *unit, double host);

/* Ends the program with what failed and the errno as a number. */
void bench_die(const char *what) __attribute__((noreturn));
#define DO(call)                                                               \
	do {                                                                   \
		if ((call) == -1)                                              \
			bench_die(#call);                                      \
	} while (0)

/* Median of the runs of f(arg), which returns a figure. */
double median(double (*f)(void *), void *arg, int runs);

/* A function's figure measured in a process of its own (a fresh kernel). */
double in_child(double (*f)(void *), void *arg);

#endif
