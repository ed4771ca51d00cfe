/* SPDX-License-Identifier: BSD-2-Clause */
/* Blowfish: the vectors that its author published. */
#include <crypto/blowfish/blowfish.h>
#include <sys/endian.h>

#include "ciphers_impl.h"

const char *
ct_bf_blocks(void)
{
	static const char *const known[][3] = {
	    {"0000000000000000", "0000000000000000", "4ef997456198dd78"},
	    {"ffffffffffffffff", "ffffffffffffffff", "51866fd5b85ecb8a"},
	    {"3000000000000000", "1000000000000001", "7d856f9a613063f2"},
	    {"1111111111111111", "1111111111111111", "2466dd878b963c9d"},
	    {"0123456789abcdef", "1111111111111111", "61f9c3802281b096"},
	    {"1111111111111111", "0123456789abcdef", "7d0cc630afda1ec7"},
	    {"fedcba9876543210", "0123456789abcdef", "0aceab0fc6a0a28d"},
	    {"7ca110454a1a6e57", "01a1d6d039776742", "59c68245eb05282b"},
	    {"584023641aba6176", "004bd6ef09176062", "452031c1e4fada8e"},
	    {"fedcba9876543210", "ffffffffffffffff", "6b5c5a9c5d9e0a5a"},
	};
	uint8_t k[8], in[8], out[8];
	BF_LONG words[2];
	BF_KEY key;

	for (u_int i = 0; i < __arraycount(known); i++) {
		BF_set_key(&key, ct_bytes(k, known[i][0]), k);
		ct_bytes(in, known[i][1]);
		BF_ecb_encrypt(in, out, &key, BF_ENCRYPT);
		CHECK(ct_is(out, known[i][2]));
		words[0] = be32dec(in);
		words[1] = be32dec(in + 4);
		BF_encrypt(words, &key);
		CHECK(be32dec(out) == words[0] && be32dec(out + 4) == words[1]);
		BF_decrypt(words, &key);
		CHECK(be32dec(in) == words[0] && be32dec(in + 4) == words[1]);
		BF_ecb_encrypt(out, out, &key, BF_DECRYPT);
		CHECK(memcmp(in, out, 8) == 0);
	}
	return NULL;
}

/* Keys of 4, 5, 8, 16 and 24 bytes; of 72 and more the rest is not used. */
const char *
ct_bf_keys(void)
{
	static const struct {
		int len;
		const char *want;
	} known[] = {{4, "be1e639408640f05"}, {5, "b39e44481bdb1e6e"},
	    {8, "e87a244e2cc85e82"}, {16, "93142887ee3be15c"},
	    {24, "05044b62fa52d080"}};
	uint8_t k[80] = {0}, in[8], out[8];
	BF_KEY key, other;

	ct_bytes(k, "f0e1d2c3b4a5968778695a4b3c2d1e0f0011223344556677");
	ct_bytes(in, "fedcba9876543210");
	for (u_int i = 0; i < __arraycount(known); i++) {
		BF_set_key(&key, known[i].len, k);
		BF_ecb_encrypt(in, out, &key, BF_ENCRYPT);
		CHECK(ct_is(out, known[i].want));
	}
	BF_set_key(&key, 80, k);
	k[72] ^= 1;
	BF_set_key(&other, 80, k);
	CHECK(memcmp(&key, &other, sizeof(key)) == 0);
	k[71] ^= 1;
	BF_set_key(&other, 72, k);
	CHECK(memcmp(&key, &other, sizeof(key)) != 0);
	return NULL;
}

const char *
ct_bf_cbc(void)
{
	static const char text[32] = "7654321 Now is the time for ";
	uint8_t k[16], iv[8], out[32], back[33];
	BF_KEY key;

	BF_set_key(&key, ct_bytes(k, "0123456789abcdeff0e1d2c3b4a59687"), k);
	/* the text has 29 bytes, and the vector goes on from call to call */
	ct_bytes(iv, "fedcba9876543210");
	BF_cbc_encrypt((const uint8_t *)text, out, 16, &key, iv, BF_ENCRYPT);
	BF_cbc_encrypt(
	    (const uint8_t *)text + 16, out + 16, 13, &key, iv, BF_ENCRYPT);
	CHECK(ct_is(out,
	    "6b77b4d63006dee605b156e274039793"
	    "58deb9e7154616d959f1652bd5ff92cc"));
	memset(back, 0xa5, sizeof(back));
	ct_bytes(iv, "fedcba9876543210");
	BF_cbc_encrypt(out, back, 29, &key, iv, BF_DECRYPT);
	CHECK(memcmp(back, text, 29) == 0 && back[29] == 0xa5);
	ct_bytes(iv, "fedcba9876543210");
	BF_cbc_encrypt(out, out, 32, &key, iv, BF_DECRYPT);
	CHECK(memcmp(out, text, 29) == 0);
	return NULL;
}

void
ct_bf_load(uint8_t *mem, size_t len, bool encrypt)
{
	static BF_KEY key;
	static bool once;
	uint8_t iv[8];

	if (!once)
		BF_set_key(&key, 16, (const uint8_t *)"0123456789abcdef");
	once = true;
	for (; len > 0; len -= 512, mem += 512) {
		memset(iv, 0, sizeof(iv));
		BF_cbc_encrypt(mem, mem, 512, &key, iv, encrypt);
	}
}
