/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keyed hashes of connections (SipHash-2-4): first sequence numbers as
 * RFC 6528 has them, offsets of timestamps, and places in tables that a
 * stranger can't aim at.
 */
#include <sys/cprng.h>

#include "tcp_impl.h"

#define NKEYS 5

static struct {
	uint64_t k0;
	uint64_t k1;
} keys[NKEYS];

#define ROTL(x, n) ((x) << (n) | (x) >> (64 - (n)))

static void
sipround(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = ROTL(v[1], 13) ^ v[0];
	v[3] = ROTL(v[3], 16) ^ v[2];
	v[0] = ROTL(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = ROTL(v[1], 17) ^ v[2];
	v[3] = ROTL(v[3], 21) ^ v[0];
	v[2] = ROTL(v[2], 32);
}

static void
sipblock(uint64_t v[4], uint64_t block)
{
	v[3] ^= block;
	sipround(v);
	sipround(v);
	v[0] ^= block;
}

void
tcp_hash_init(void)
{
	cprng_strong(kern_cprng, keys, sizeof(keys), 0);
}

/** Hash of a tuple and another number with key number WHICH. */
uint64_t
tcp_hash_tuple(const struct tcp_tuple *tu, u_int which, uint64_t extra)
{
	uint64_t v[4];
	int i;

	v[0] = keys[which].k0 ^ 0x736f6d6570736575ULL;
	v[1] = keys[which].k1 ^ 0x646f72616e646f6dULL;
	v[2] = keys[which].k0 ^ 0x6c7967656e657261ULL;
	v[3] = keys[which].k1 ^ 0x7465646279746573ULL;
	sipblock(v, (uint64_t)tu->tu_laddr.s_addr << 32 | tu->tu_faddr.s_addr);
	sipblock(v, extra);
	sipblock(v,
	    (uint64_t)20 << 56 | (uint64_t)tu->tu_lport << 16 | tu->tu_fport);
	v[2] ^= 0xff;
	for (i = 0; i < 4; i++)
		sipround(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/** RFC 6528: a clock of 4 usec and a secret for each connection. */
tcp_seq
tcp_new_iss(const struct tcp_tuple *tu)
{
	return (tcp_seq)(tcp_usec / 4) + (tcp_seq)tcp_hash_tuple(tu, 0, 0);
}

/** Added to our clock in timestamps, so that it does not tell the uptime. */
uint32_t
tcp_new_tsoffset(const struct tcp_tuple *tu)
{
	return (uint32_t)tcp_hash_tuple(tu, 1, 0);
}
