/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot NAME: rump_init() with the components this program is linked with:
 * milliseconds (median of 15 processes) and peak resident memory in MiB
 * of a process that did nothing else.
 */
#include <rump/rump.h>

#include "bench.h"

static double
boot_ms(void *arg)
{
	double t0 = now_s();

	if (rump_init() != 0)
		bench_die("rump_init");
	return (now_s() - t0) * 1000;
}

static double
peak_mib(void *arg)
{
	char line[128];
	double kib = -1;
	FILE *fp;

	if (rump_init() != 0)
		bench_die("rump_init");
	fp = fopen("/proc/self/status", "r");
	if (fp == NULL)
		return -1;
	while (fgets(line, sizeof(line), fp) != NULL)
		if (sscanf(line, "VmHWM: %lf", &kib) == 1)
			break;
	fclose(fp);
	return kib / 1024;
}

int
main(int argc, char **argv)
{
	char name[64];

	snprintf(name, sizeof(name), "rump_init, %s", argc > 1 ? argv[1] : "?");
	report(name, median(boot_ms, NULL, 15), "ms", -1);
	snprintf(
	    name, sizeof(name), "peak memory, %s", argc > 1 ? argv[1] : "?");
	report(name, median(peak_mib, NULL, 3), "MiB", -1);
	return 0;
}
