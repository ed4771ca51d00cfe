/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-224, SHA-256, SHA-384, SHA-512 (FIPS 180-4). */

#include <lib/libkern/libkern.h>
#include <sys/sha2.h>
#include <sys/systm.h>
#include <sys/types.h>

static const uint32_t k256[64] = {
    0x428a2f98,
    0x71374491,
    0xb5c0fbcf,
    0xe9b5dba5,
    0x3956c25b,
    0x59f111f1,
    0x923f82a4,
    0xab1c5ed5,
    0xd807aa98,
    0x12835b01,
    0x243185be,
    0x550c7dc3,
    0x72be5d74,
    0x80deb1fe,
    0x9bdc06a7,
    0xc19bf174,
    0xe49b69c1,
    0xefbe4786,
    0x0fc19dc6,
    0x240ca1cc,
    0x2de92c6f,
    0x4a7484aa,
    0x5cb0a9dc,
    0x76f988da,
    0x983e5152,
    0xa831c66d,
    0xb00327c8,
    0xbf597fc7,
    0xc6e00bf3,
    0xd5a79147,
    0x06ca6351,
    0x14292967,
    0x27b70a85,
    0x2e1b2138,
    0x4d2c6dfc,
    0x53380d13,
    0x650a7354,
    0x766a0abb,
    0x81c2c92e,
    0x92722c85,
    0xa2bfe8a1,
    0xa81a664b,
    0xc24b8b70,
    0xc76c51a3,
    0xd192e819,
    0xd6990624,
    0xf40e3585,
    0x106aa070,
    0x19a4c116,
    0x1e376c08,
    0x2748774c,
    0x34b0bcb5,
    0x391c0cb3,
    0x4ed8aa4a,
    0x5b9cca4f,
    0x682e6ff3,
    0x748f82ee,
    0x78a5636f,
    0x84c87814,
    0x8cc70208,
    0x90befffa,
    0xa4506ceb,
    0xbef9a3f7,
    0xc67178f2,
};

static const uint64_t k512[80] = {
    0x428a2f98d728ae22ULL,
    0x7137449123ef65cdULL,
    0xb5c0fbcfec4d3b2fULL,
    0xe9b5dba58189dbbcULL,
    0x3956c25bf348b538ULL,
    0x59f111f1b605d019ULL,
    0x923f82a4af194f9bULL,
    0xab1c5ed5da6d8118ULL,
    0xd807aa98a3030242ULL,
    0x12835b0145706fbeULL,
    0x243185be4ee4b28cULL,
    0x550c7dc3d5ffb4e2ULL,
    0x72be5d74f27b896fULL,
    0x80deb1fe3b1696b1ULL,
    0x9bdc06a725c71235ULL,
    0xc19bf174cf692694ULL,
    0xe49b69c19ef14ad2ULL,
    0xefbe4786384f25e3ULL,
    0x0fc19dc68b8cd5b5ULL,
    0x240ca1cc77ac9c65ULL,
    0x2de92c6f592b0275ULL,
    0x4a7484aa6ea6e483ULL,
    0x5cb0a9dcbd41fbd4ULL,
    0x76f988da831153b5ULL,
    0x983e5152ee66dfabULL,
    0xa831c66d2db43210ULL,
    0xb00327c898fb213fULL,
    0xbf597fc7beef0ee4ULL,
    0xc6e00bf33da88fc2ULL,
    0xd5a79147930aa725ULL,
    0x06ca6351e003826fULL,
    0x142929670a0e6e70ULL,
    0x27b70a8546d22ffcULL,
    0x2e1b21385c26c926ULL,
    0x4d2c6dfc5ac42aedULL,
    0x53380d139d95b3dfULL,
    0x650a73548baf63deULL,
    0x766a0abb3c77b2a8ULL,
    0x81c2c92e47edaee6ULL,
    0x92722c851482353bULL,
    0xa2bfe8a14cf10364ULL,
    0xa81a664bbc423001ULL,
    0xc24b8b70d0f89791ULL,
    0xc76c51a30654be30ULL,
    0xd192e819d6ef5218ULL,
    0xd69906245565a910ULL,
    0xf40e35855771202aULL,
    0x106aa07032bbd1b8ULL,
    0x19a4c116b8d2d0c8ULL,
    0x1e376c085141ab53ULL,
    0x2748774cdf8eeb99ULL,
    0x34b0bcb5e19b48a8ULL,
    0x391c0cb3c5c95a63ULL,
    0x4ed8aa4ae3418acbULL,
    0x5b9cca4f7763e373ULL,
    0x682e6ff3d6b2b8a3ULL,
    0x748f82ee5defb2fcULL,
    0x78a5636f43172f60ULL,
    0x84c87814a1f0ab72ULL,
    0x8cc702081a6439ecULL,
    0x90befffa23631e28ULL,
    0xa4506cebde82bde9ULL,
    0xbef9a3f7b2c67915ULL,
    0xc67178f2e372532bULL,
    0xca273eceea26619cULL,
    0xd186b8c721c0c207ULL,
    0xeada7dd6cde0eb1eULL,
    0xf57d4f7fee6ed178ULL,
    0x06f067aa72176fbaULL,
    0x0a637dc5a2c898a6ULL,
    0x113f9804bef90daeULL,
    0x1b710b35131c471bULL,
    0x28db77f523047d84ULL,
    0x32caab7b40c72493ULL,
    0x3c9ebe0a15c9bebcULL,
    0x431d67c49c100d4cULL,
    0x4cc5d4becb3e42b6ULL,
    0x597f299cfc657e2aULL,
    0x5fcb6fab3ad6faecULL,
    0x6c44198c4a475817ULL,
};

static const uint32_t h224[8] = {
    0xc1059ed8,
    0x367cd507,
    0x3070dd17,
    0xf70e5939,
    0xffc00b31,
    0x68581511,
    0x64f98fa7,
    0xbefa4fa4,
};

static const uint32_t h256[8] = {
    0x6a09e667,
    0xbb67ae85,
    0x3c6ef372,
    0xa54ff53a,
    0x510e527f,
    0x9b05688c,
    0x1f83d9ab,
    0x5be0cd19,
};

static const uint64_t h384[8] = {
    0xcbbb9d5dc1059ed8ULL,
    0x629a292a367cd507ULL,
    0x9159015a3070dd17ULL,
    0x152fecd8f70e5939ULL,
    0x67332667ffc00b31ULL,
    0x8eb44a8768581511ULL,
    0xdb0c2e0d64f98fa7ULL,
    0x47b5481dbefa4fa4ULL,
};

static const uint64_t h512[8] = {
    0x6a09e667f3bcc908ULL,
    0xbb67ae8584caa73bULL,
    0x3c6ef372fe94f82bULL,
    0xa54ff53a5f1d36f1ULL,
    0x510e527fade682d1ULL,
    0x9b05688c2b3e6c1fULL,
    0x1f83d9abfb41bd6bULL,
    0x5be0cd19137e2179ULL,
};

static inline uint32_t
ror32(uint32_t x, int n)
{
	return (x >> n) | (x << (32 - n));
}

static void
block256(uint32_t state[8], const uint8_t *p)
{
	uint32_t w[64], s[8], t1, t2;

	for (int i = 0; i < 16; i++)
		w[i] = be32dec(p + sizeof(w[0]) * i);
	for (int i = 16; i < 64; i++) {
		uint32_t x = w[i - 15], y = w[i - 2];

		w[i] = w[i - 16] + w[i - 7] +
		    (ror32(x, 7) ^ ror32(x, 18) ^ (x >> 3)) +
		    (ror32(y, 17) ^ ror32(y, 19) ^ (y >> 10));
	}
	memcpy(s, state, sizeof(s));
	for (int i = 0; i < 64; i++) {
		t1 = s[7] +
		    (ror32(s[4], 6) ^ ror32(s[4], 11) ^ ror32(s[4], 25)) +
		    ((s[4] & s[5]) ^ (~s[4] & s[6])) + k256[i] + w[i];
		t2 = (ror32(s[0], 2) ^ ror32(s[0], 13) ^ ror32(s[0], 22)) +
		    ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
		memmove(s + 1, s, 7 * sizeof(s[0]));
		s[4] += t1;
		s[0] = t1 + t2;
	}
	for (int i = 0; i < 8; i++)
		state[i] += s[i];
}

static inline uint64_t
ror64(uint64_t x, int n)
{
	return (x >> n) | (x << (64 - n));
}

static void
block512(uint64_t state[8], const uint8_t *p)
{
	uint64_t w[80], s[8], t1, t2;

	for (int i = 0; i < 16; i++)
		w[i] = be64dec(p + sizeof(w[0]) * i);
	for (int i = 16; i < 80; i++) {
		uint64_t x = w[i - 15], y = w[i - 2];

		w[i] = w[i - 16] + w[i - 7] +
		    (ror64(x, 1) ^ ror64(x, 8) ^ (x >> 7)) +
		    (ror64(y, 19) ^ ror64(y, 61) ^ (y >> 6));
	}
	memcpy(s, state, sizeof(s));
	for (int i = 0; i < 80; i++) {
		t1 = s[7] +
		    (ror64(s[4], 14) ^ ror64(s[4], 18) ^ ror64(s[4], 41)) +
		    ((s[4] & s[5]) ^ (~s[4] & s[6])) + k512[i] + w[i];
		t2 = (ror64(s[0], 28) ^ ror64(s[0], 34) ^ ror64(s[0], 39)) +
		    ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
		memmove(s + 1, s, 7 * sizeof(s[0]));
		s[4] += t1;
		s[0] = t1 + t2;
	}
	for (int i = 0; i < 8; i++)
		state[i] += s[i];
}

#define INIT(ctx, h, zero)                                                     \
	do {                                                                   \
		memcpy((ctx)->state, (h), sizeof(h));                          \
		zero;                                                          \
	} while (0)

int
SHA256_Init(SHA256_CTX *c)
{
	INIT(c, h256, c->bitcount = 0);
	return 1;
}

int
SHA224_Init(SHA224_CTX *c)
{
	INIT(c, h224, c->bitcount = 0);
	return 1;
}

int
SHA512_Init(SHA512_CTX *c)
{
	INIT(c, h512, c->bitcount[0] = c->bitcount[1] = 0);
	return 1;
}

int
SHA384_Init(SHA384_CTX *c)
{
	INIT(c, h384, c->bitcount[0] = c->bitcount[1] = 0);
	return 1;
}

/* fill the buffer, run the whole blocks, keep the rest */
#define UPDATE(have, size, buffer, block)                                      \
	while (len != 0) {                                                     \
		size_t n = (size) - (have);                                    \
		if ((have) == 0 && len >= (size)) {                            \
			block(c->state, p);                                    \
			p += (size);                                           \
			len -= (size);                                         \
			continue;                                              \
		}                                                              \
		if (n > len)                                                   \
			n = len;                                               \
		memcpy((buffer) + (have), p, n);                               \
		(have) += n;                                                   \
		p += n;                                                        \
		len -= n;                                                      \
		if ((have) == (size)) {                                        \
			block(c->state, (buffer));                             \
			(have) = 0;                                            \
		}                                                              \
	}

int
SHA256_Update(SHA256_CTX *c, const uint8_t *p, size_t len)
{
	size_t have = (c->bitcount >> 3) % SHA256_BLOCK_LENGTH;

	c->bitcount += (uint64_t)len << 3;
	UPDATE(have, (size_t)SHA256_BLOCK_LENGTH, c->buffer, block256);
	return 1;
}

int
SHA512_Update(SHA512_CTX *c, const uint8_t *p, size_t len)
{
	size_t have = (c->bitcount[0] >> 3) % SHA512_BLOCK_LENGTH;
	uint64_t bits = (uint64_t)len << 3;

	c->bitcount[0] += bits;
	c->bitcount[1] += (c->bitcount[0] < bits) + ((uint64_t)len >> 61);
	UPDATE(have, (size_t)SHA512_BLOCK_LENGTH, c->buffer, block512);
	return 1;
}

int
SHA224_Update(SHA224_CTX *c, const uint8_t *p, size_t len)
{
	return SHA256_Update(c, p, len);
}

int
SHA384_Update(SHA384_CTX *c, const uint8_t *p, size_t len)
{
	return SHA512_Update(c, p, len);
}

static const uint8_t pad[128] = {0x80};

static void
final256(uint8_t *digest, size_t size, SHA256_CTX *c)
{
	size_t have = (c->bitcount >> 3) % SHA256_BLOCK_LENGTH;
	uint8_t length[8], out[32];

	be64enc(length, c->bitcount);
	SHA256_Update(c, pad, have < 56 ? 56 - have : 120 - have);
	SHA256_Update(c, length, sizeof(length));
	for (int i = 0; i < 8; i++)
		be32enc(out + 4 * i, c->state[i]);
	memcpy(digest, out, size);
	explicit_memset(c, 0, sizeof(*c));
}

static void
final512(uint8_t *digest, size_t size, SHA512_CTX *c)
{
	size_t have = (c->bitcount[0] >> 3) % SHA512_BLOCK_LENGTH;
	uint8_t length[16], out[64];

	be64enc(length, c->bitcount[1]);
	be64enc(length + 8, c->bitcount[0]);
	SHA512_Update(c, pad, have < 112 ? 112 - have : 240 - have);
	SHA512_Update(c, length, sizeof(length));
	for (int i = 0; i < 8; i++)
		be64enc(out + 8 * i, c->state[i]);
	memcpy(digest, out, size);
	explicit_memset(c, 0, sizeof(*c));
}

int
SHA224_Final(uint8_t digest[SHA224_DIGEST_LENGTH], SHA224_CTX *c)
{
	final256(digest, SHA224_DIGEST_LENGTH, c);
	return 1;
}

int
SHA256_Final(uint8_t digest[SHA256_DIGEST_LENGTH], SHA256_CTX *c)
{
	final256(digest, SHA256_DIGEST_LENGTH, c);
	return 1;
}

int
SHA384_Final(uint8_t digest[SHA384_DIGEST_LENGTH], SHA384_CTX *c)
{
	final512(digest, SHA384_DIGEST_LENGTH, c);
	return 1;
}

int
SHA512_Final(uint8_t digest[SHA512_DIGEST_LENGTH], SHA512_CTX *c)
{
	final512(digest, SHA512_DIGEST_LENGTH, c);
	return 1;
}
