/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds a test by name and runs it; speed. */
#include <sys/kmem.h>
#include <sys/time.h>

#include <rump-sys/kern.h>

#include "include/ciphers.h"

#include "ciphers_impl.h"

static int
digit(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

int
ct_bytes(uint8_t *out, const char *hex)
{
	int n = 0;

	for (; *hex != '\0'; hex += 2)
		out[n++] = (uint8_t)(digit(hex[0]) << 4 | digit(hex[1]));
	return n;
}

bool
ct_is(const void *data, const char *hex)
{
	uint8_t want[MAXBYTES];
	const int n = ct_bytes(want, hex);

	return memcmp(data, want, (size_t)n) == 0;
}

#define LOAD (64 * 1024)

static void
measure(const char *name, void (*load)(uint8_t *, size_t, bool), uint8_t *mem)
{
	struct timespec t0, t1;
	uint64_t us, bytes;

	for (int enc = 1; enc >= 0; enc--) {
		(*load)(mem, 512, enc); /* what happens once */
		bytes = 0;
		nanouptime(&t0);
		do {
			(*load)(mem, LOAD, enc);
			bytes += LOAD;
			nanouptime(&t1);
			timespecsub(&t1, &t0, &t1);
			us = (uint64_t)t1.tv_sec * 1000000 + t1.tv_nsec / 1000;
		} while (us < 200000);
		printf("%s %s: %ju MB/s\n", name, enc ? "encrypts" : "decrypts",
		    (uintmax_t)(bytes / us));
	}
}

/* Prints. What it checks is that the way back leads back. */
static const char *
speed(void)
{
	uint8_t *mem = kmem_zalloc(LOAD, KM_SLEEP);
	const char *result = NULL;

	measure("aes-cbc 128", ct_aes_load, mem);
	measure("3des-cbc", ct_des_load, mem);
	measure("blowfish-cbc 128", ct_bf_load, mem);
	memset(mem, 0x55, LOAD);
	ct_aes_load(mem, LOAD, true);
	ct_des_load(mem, LOAD, true);
	ct_bf_load(mem, LOAD, true);
	ct_bf_load(mem, LOAD, false);
	ct_des_load(mem, LOAD, false);
	ct_aes_load(mem, LOAD, false);
	for (int i = 0; i < LOAD; i++)
		if (mem[i] != 0x55)
			result = "decryption does not undo encryption";
	kmem_free(mem, LOAD);
	return result;
}

static const struct {
	const char *name;
	const char *(*func)(void);
} tests[] = {
    {"aes_blocks", ct_aes_blocks},
    {"aes_modes", ct_aes_modes},
    {"aes_pads", ct_aes_pads},
    {"aes_refuses", ct_aes_refuses},
    {"des_blocks", ct_des_blocks},
    {"des_triple", ct_des_triple},
    {"des_keys", ct_des_keys},
    {"des_tails", ct_des_tails},
    {"bf_blocks", ct_bf_blocks},
    {"bf_keys", ct_bf_keys},
    {"bf_cbc", ct_bf_cbc},
    {"speed", speed},
};

const char *
rump_cipher_test(const char *name)
{
	const char *result = "no such test";

	rump_schedule();
	for (u_int i = 0; i < __arraycount(tests); i++)
		if (strcmp(tests[i].name, name) == 0)
			result = (*tests[i].func)();
	rump_unschedule();
	return result;
}
