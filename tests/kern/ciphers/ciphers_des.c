/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DES: known answers of SP 800-17, Rivest's chain of sixteen (1985), which
 * every single fault of a round disturbs; SP 800-67, appendix B.
 */
#include <crypto/des/des.h>

#include "ciphers_impl.h"

static void
schedule(des_key_schedule ks, const char *hex)
{
	des_cblock key;

	ct_bytes(key, hex);
	des_set_key_unchecked(&key, ks);
}

const char *
ct_des_blocks(void)
{
	static const char *const known[][3] = {
	    {"0101010101010101", "8000000000000000", "95f8a5e5dd31d900"},
	    {"0101010101010101", "4000000000000000", "dd7f121ca5015619"},
	    {"8001010101010101", "0000000000000000", "95a8d72813daa94d"},
	    {"7ca110454a1a6e57", "01a1d6d039776742", "690f5b0d9a26939b"},
	};
	des_key_schedule ks;
	des_cblock x, in, out;
	DES_LONG words[2];

	for (u_int i = 0; i < __arraycount(known); i++) {
		schedule(ks, known[i][0]);
		ct_bytes(in, known[i][1]);
		des_ecb_encrypt(&in, &out, ks, DES_ENCRYPT);
		CHECK(ct_is(out, known[i][2]));
		des_ecb_encrypt(&out, &out, ks, DES_DECRYPT);
		CHECK(memcmp(out, in, sizeof(in)) == 0);
		memcpy(words, in, sizeof(in));
		HTOLE32(words[0]);
		HTOLE32(words[1]);
		des_encrypt1(words, ks, DES_ENCRYPT);
		HTOLE32(words[0]);
		HTOLE32(words[1]);
		CHECK(ct_is(words, known[i][2]));
	}
	ct_bytes(x, "9474b8e8c73bca7d");
	for (int i = 0; i < 16; i++) {
		des_set_key_unchecked(&x, ks);
		des_ecb_encrypt(&x, &x, ks, i % 2 == 0);
	}
	CHECK(ct_is(x, "1b1a2ddb4c642438"));
	return NULL;
}

const char *
ct_des_triple(void)
{
	static const char text[] = "The qufck brown fox jump";
	static const char want[] =
	    "a826fd8ce53b855fcce21c8112256fe668d5c05dd9b6b900";
	des_key_schedule k1, k2, k3;
	uint8_t in[MAXBYTES], out[MAXBYTES];
	DES_LONG words[2], other[2];
	des_cblock iv;

	schedule(k1, "0123456789abcdef");
	schedule(k2, "23456789abcdef01");
	schedule(k3, "456789abcdef0123");
	for (int i = 0; i < 3; i++)
		des_ecb3_encrypt((des_cblock *)__UNCONST(text + 8 * i),
		    (des_cblock *)(out + 8 * i), k1, k2, k3, DES_ENCRYPT);
	CHECK(ct_is(out, want));
	for (int i = 0; i < 3; i++)
		des_ecb3_encrypt((des_cblock *)(out + 8 * i),
		    (des_cblock *)(out + 8 * i), k1, k2, k3, DES_DECRYPT);
	CHECK(memcmp(out, text, 24) == 0);
	memcpy(words, text, 8);
	HTOLE32(words[0]);
	HTOLE32(words[1]);
	memcpy(other, words, 8);
	des_encrypt3(words, k1, k2, k3);
	HTOLE32(words[0]);
	HTOLE32(words[1]);
	CHECK(ct_is(words, "a826fd8ce53b855f"));
	HTOLE32(words[0]);
	HTOLE32(words[1]);
	des_decrypt3(words, k1, k2, k3);
	CHECK(memcmp(words, other, 8) == 0);
	/* without the permutations there is only what a way back undoes */
	des_encrypt2(words, k1, DES_ENCRYPT);
	CHECK(memcmp(words, other, 8) != 0);
	des_encrypt2(words, k1, DES_DECRYPT);
	CHECK(memcmp(words, other, 8) == 0);

	/* SP 800-38A's text; the vector goes on from call to call */
	ct_bytes(in,
	    "6bc1bee22e409f96e93d7e117393172a"
	    "ae2d8a571e03ac9c9eb76fac45af8e51");
	ct_bytes(iv, "f69f2445df4f9b17");
	des_ede3_cbc_encrypt(in, out, 8, k1, k2, k3, &iv, DES_ENCRYPT);
	des_ede3_cbc_encrypt(in + 8, out + 8, 24, k1, k2, k3, &iv, DES_ENCRYPT);
	CHECK(ct_is(out,
	    "2079c3d53aa763e193b79e2569ab5262516570481f25b50f73c0bda85c8e0da"
	    "7"));
	ct_bytes(iv, "f69f2445df4f9b17");
	des_ede3_cbc_encrypt(out, out, 16, k1, k2, k3, &iv, DES_DECRYPT);
	des_ede3_cbc_encrypt(
	    out + 16, out + 16, 16, k1, k2, k3, &iv, DES_DECRYPT);
	CHECK(memcmp(out, in, 32) == 0);
	return NULL;
}

const char *
ct_des_keys(void)
{
	des_key_schedule ks;
	des_cblock key, weak;

	ct_bytes(key, "0022446688aaccee");
	CHECK(!des_check_key_parity(&key));
	CHECK(des_set_key(&key, ks) == 0); /* nobody asked for parity */
	CHECK(des_set_key_checked(&key, ks) == -1);
	des_set_odd_parity(&key);
	CHECK(ct_is(key, "0123456789abcdef"));
	CHECK(des_check_key_parity(&key) && !des_is_weak_key(&key));
	CHECK(des_set_key_checked(&key, ks) == 0 && ks[0].weak_key == 0);
	ct_bytes(weak, "e1e1e1e1f0f0f0f0");
	des_fixup_key_parity(&weak);
	CHECK(des_is_weak_key(&weak) == 1);
	CHECK(des_set_key_checked(&weak, ks) == -2);
	CHECK(des_key_sched(&weak, ks) == 0 && ks[0].weak_key == 1);
	des_check_key = 1;
	CHECK(des_set_key(&weak, ks) == -2);
	key[3] ^= 1;
	CHECK(des_set_key(&key, ks) == -1);
	des_check_key = 0;
	/* what a weak key is: encryption undoes itself */
	des_set_key_unchecked(&weak, ks);
	des_ecb_encrypt(&key, &weak, ks, DES_ENCRYPT);
	des_ecb_encrypt(&weak, &weak, ks, DES_ENCRYPT);
	CHECK(memcmp(key, weak, sizeof(key)) == 0);
	CHECK(strlen(des_options()) > 0);
	return NULL;
}

/* Lengths that are no multiple of a block. */
const char *
ct_des_tails(void)
{
	uint8_t in[32], out[32 + 1], back[32 + 1], padded[32];
	des_key_schedule ks;
	des_cblock iv;

	schedule(ks, "0123456789abcdef");
	for (int i = 0; i < 32; i++)
		in[i] = (uint8_t)(i + 1);
	for (int len = 0; len <= 32; len++) {
		const int full = roundup(len, 8);

		memset(padded, 0, sizeof(padded));
		memcpy(padded, in, (size_t)len);
		memset(iv, 0, sizeof(iv));
		des_ncbc_encrypt(padded, back, full, ks, &iv, DES_ENCRYPT);
		memset(iv, 0, sizeof(iv));
		memset(out, 0xa5, sizeof(out));
		des_ncbc_encrypt(in, out, len, ks, &iv, DES_ENCRYPT);
		CHECK(memcmp(out, back, (size_t)full) == 0);
		CHECK(out[full] == 0xa5);
		memset(iv, 0, sizeof(iv));
		memset(back, 0xa5, sizeof(back));
		des_ncbc_encrypt(out, back, len, ks, &iv, DES_DECRYPT);
		CHECK(memcmp(back, in, (size_t)len) == 0);
		CHECK(back[len] == 0xa5);
	}
	return NULL;
}

void
ct_des_load(uint8_t *mem, size_t len, bool encrypt)
{
	des_key_schedule k1, k2, k3;
	des_cblock iv;

	schedule(k1, "0123456789abcdef");
	schedule(k2, "23456789abcdef01");
	schedule(k3, "456789abcdef0123");
	for (; len > 0; len -= 512, mem += 512) {
		memset(iv, 0, sizeof(iv));
		des_ede3_cbc_encrypt(mem, mem, 512, k1, k2, k3, &iv, encrypt);
	}
}
