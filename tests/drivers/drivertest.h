/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the host programs of tests/drivers share: a table of cases and checks
 * that end the case with a message.  A program has
 *
 *	static const struct drivertest drivertests[] = {
 *		{"mount", test_mount, NULL},
 *		{"leak", test_leak, "text of the panic's message"},
 *		{NULL, NULL, NULL}};
 *	DRIVERTEST_MAIN(drivertests)
 */
#ifndef DRIVERTEST_H
#define DRIVERTEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct drivertest {
	const char *dt_name;
	void (*dt_body)(void);
	const char *dt_dies; /* what it says when it dies, or NULL */
	/*
	 * NULL: dies; says: lives; checked, checkedsays: with lock checker;
	 * plain: dies, without it; warns: lives, but dies with it
	 */
	const char *dt_how;
};

#define CHECK(cond)                                                            \
	((cond) ? (void)0                                                      \
		: (fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond),  \
		      exit(1)))

/* A call that returns a number, and what it should be. */
#define CHECK_EQ(a, b)                                                         \
	do {                                                                   \
		long long dt_a = (long long)(a);                               \
		long long dt_b = (long long)(b);                               \
		if (dt_a != dt_b) {                                            \
			fprintf(stderr, "%s:%d: %s: %lld, not %lld\n",         \
			    __FILE__, __LINE__, #a, dt_a, dt_b);               \
			exit(1);                                               \
		}                                                              \
	} while (0)

/* A call that sets errno: 0, or the errno that it should fail with. */
#define CHECK_ERRNO(e, call)                                                   \
	do {                                                                   \
		errno = 0;                                                     \
		long long dt_r = (long long)(call);                            \
		int dt_e = dt_r == -1 ? errno : 0;                             \
		if (dt_e != (e)) {                                             \
			fprintf(stderr, "%s:%d: %s: errno %d (%s), not %d\n",  \
			    __FILE__, __LINE__, #call, dt_e, strerror(dt_e),   \
			    (e));                                              \
			exit(1);                                               \
		}                                                              \
	} while (0)

/* The driver's own checks (ktest.h): a program whose component has them. */
int rumptest_run(const char *);
void rump_schedule(void);
void rump_unschedule(void);

/* Runs the kernel case of that name, or only counts, if NULL. */
static inline void
drivertest_kernel(const char *name)
{
	int failed;

	rump_schedule();
	failed = rumptest_run(name);
	rump_unschedule();
	if (failed != 0) {
		fprintf(stderr, "kernel case %s: %d\n",
		    name != NULL ? name : "-", failed);
		exit(1);
	}
}

/* What is written to standard output and error while a kernel case runs. */
static inline const char *
drivertest_console(const char *name)
{
	static char text[65536];
	FILE *f = tmpfile();
	int out = dup(1), err = dup(2);

	CHECK(f != NULL && out != -1 && err != -1);
	fflush(stdout);
	CHECK(dup2(fileno(f), 1) == 1 && dup2(fileno(f), 2) == 2);
	drivertest_kernel(name);
	fflush(stdout);
	dup2(out, 1);
	dup2(err, 2);
	close(out);
	close(err);
	rewind(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	fputs(text, stdout);
	return text;
}

#define SKIP(why) (puts(why), exit(77))

static inline int
drivertest_main(const struct drivertest *dt, int argc, char **argv)
{
	struct rlimit none = {0, 0};

	if (argc == 2 && strcmp(argv[1], "-l") == 0) {
		for (; dt->dt_name != NULL; dt++) {
			if (dt->dt_dies != NULL)
				printf("%s %s %s\n", dt->dt_name,
				    dt->dt_how != NULL ? dt->dt_how : "dies",
				    dt->dt_dies);
			else
				printf("%s\n", dt->dt_name);
		}
		return 0;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (; argc == 2 && dt->dt_name != NULL; dt++) {
		if (strcmp(dt->dt_name, argv[1]) != 0)
			continue;
		if (dt->dt_dies != NULL)
			setrlimit(RLIMIT_CORE, &none);
		dt->dt_body();
		return 0;
	}
	fprintf(stderr, "usage: %s -l | CASE\n", argv[0]);
	return 2;
}

#define DRIVERTEST_MAIN(table)                                                 \
	int main(int argc, char **argv)                                        \
	{                                                                      \
		return drivertest_main(table, argc, argv);                     \
	}

#endif
