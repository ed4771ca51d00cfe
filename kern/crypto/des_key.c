/* SPDX-License-Identifier: BSD-2-Clause */
/* DES: the key schedule (FIPS 46-3), parity, keys to avoid (SP 800-67). */
#include <lib/libkern/libkern.h>
#include <sys/param.h>
#include <sys/types.h>

#include "des_impl.h"

int des_check_key;

/* permuted choice 1: halves C and D, from the bits of the key, 1 to 64 */
static const uint8_t choice1[56] = {57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42,
    34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36, 63, 55,
    47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29,
    21, 13, 5, 28, 20, 12, 4};

/* permuted choice 2: the round's 48 bits, from those of C and D, 1 to 56 */
static const uint8_t choice2[48] = {14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10,
    23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47, 55, 30, 40,
    51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32};

static const uint8_t shifts[16] = {
    1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1};

/* SP 800-67, 3.3.2: the four weak and the twelve semi-weak keys */
static const des_cblock weak[16] = {
    {0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01},
    {0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe},
    {0x1f, 0x1f, 0x1f, 0x1f, 0x0e, 0x0e, 0x0e, 0x0e},
    {0xe0, 0xe0, 0xe0, 0xe0, 0xf1, 0xf1, 0xf1, 0xf1},
    {0x01, 0xfe, 0x01, 0xfe, 0x01, 0xfe, 0x01, 0xfe},
    {0xfe, 0x01, 0xfe, 0x01, 0xfe, 0x01, 0xfe, 0x01},
    {0x1f, 0xe0, 0x1f, 0xe0, 0x0e, 0xf1, 0x0e, 0xf1},
    {0xe0, 0x1f, 0xe0, 0x1f, 0xf1, 0x0e, 0xf1, 0x0e},
    {0x01, 0xe0, 0x01, 0xe0, 0x01, 0xf1, 0x01, 0xf1},
    {0xe0, 0x01, 0xe0, 0x01, 0xf1, 0x01, 0xf1, 0x01},
    {0x1f, 0xfe, 0x1f, 0xfe, 0x0e, 0xfe, 0x0e, 0xfe},
    {0xfe, 0x1f, 0xfe, 0x1f, 0xfe, 0x0e, 0xfe, 0x0e},
    {0x01, 0x1f, 0x01, 0x1f, 0x01, 0x0e, 0x01, 0x0e},
    {0x1f, 0x01, 0x1f, 0x01, 0x0e, 0x01, 0x0e, 0x01},
    {0xe0, 0xfe, 0xe0, 0xfe, 0xf1, 0xfe, 0xf1, 0xfe},
    {0xfe, 0xe0, 0xfe, 0xe0, 0xfe, 0xf1, 0xfe, 0xf1},
};

static uint8_t
odd(uint8_t b)
{
	uint8_t n = b >> 1;

	n ^= n >> 4;
	n ^= n >> 2;
	n ^= n >> 1;
	return (uint8_t)((b & 0xfe) | (~n & 1));
}

void
des_set_odd_parity(des_cblock *key)
{
	for (int i = 0; i < 8; i++)
		(*key)[i] = odd((*key)[i]);
}

void
des_fixup_key_parity(des_cblock *key)
{
	des_set_odd_parity(key);
}

int
des_check_key_parity(des_cblock *key)
{
	for (int i = 0; i < 8; i++)
		if ((*key)[i] != odd((*key)[i]))
			return 0;
	return 1;
}

int
des_is_weak_key(des_cblock *key)
{
	for (u_int i = 0; i < __arraycount(weak); i++)
		if (memcmp(key, weak[i], sizeof(*key)) == 0)
			return 1;
	return 0;
}

/* A half of 28 bits, the first of them at bit 27. */
static uint32_t
half_of(const des_cblock key, const uint8_t *choice)
{
	uint32_t half = 0;

	for (int i = 0; i < 28; i++) {
		const int bit = choice[i] - 1;

		half = half << 1 | (key[bit / 8] >> (7 - bit % 8) & 1);
	}
	return half;
}

void
des_set_key_unchecked(des_cblock *key, des_key_schedule ks)
{
	uint32_t c = half_of(*key, choice1), d = half_of(*key, choice1 + 28);

	for (int i = 0; i < 16; i++) {
		const int n = shifts[i];
		uint32_t *words = ks[i].ks.deslong;
		uint64_t cd;

		c = (c << n | c >> (28 - n)) & 0xfffffff;
		d = (d << n | d >> (28 - n)) & 0xfffffff;
		cd = (uint64_t)c << 28 | d;
		words[DES_ODD] = words[DES_EVEN] = 0;
		for (int b = 0; b < 48; b++) {
			const uint32_t bit = cd >> (56 - choice2[b]) & 1;
			const int box = b / 6, place = 31 - box / 2 * 8 - b % 6;

			words[box % 2] |= bit << place;
		}
		ks[i].weak_key = 0;
		explicit_memset(&cd, 0, sizeof(cd));
	}
	explicit_memset(&c, 0, sizeof(c));
	explicit_memset(&d, 0, sizeof(d));
}

int
des_set_key_checked(des_cblock *key, des_key_schedule ks)
{
	if (!des_check_key_parity(key))
		return -1;
	if (des_is_weak_key(key))
		return -2;
	des_set_key_unchecked(key, ks);
	return 0;
}

int
des_set_key(des_cblock *key, des_key_schedule ks)
{
	if (des_check_key)
		return des_set_key_checked(key, ks);
	des_set_key_unchecked(key, ks);
	ks[0].weak_key = des_is_weak_key(key);
	return 0;
}

int
des_key_sched(des_cblock *key, des_key_schedule ks)
{
	return des_set_key(key, ks);
}
