/* SPDX-License-Identifier: BSD-2-Clause */
/* AES: FIPS 197, appendix C; SP 800-38A, appendix F. */
#include <crypto/rijndael/rijndael.h>

#include "ciphers_impl.h"

static const char *const keys[] = {"2b7e151628aed2a6abf7158809cf4f3c",
    "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
    "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"};
static const char plain[] = "6bc1bee22e409f96e93d7e117393172a"
			    "ae2d8a571e03ac9c9eb76fac45af8e51"
			    "30c81c46a35ce411e5fbc1191a0a52ef"
			    "f69f2445df4f9b17ad2b417be66c3710";
static const char vector[] = "000102030405060708090a0b0c0d0e0f";
static const char *const ecb[] = {
    "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"
    "43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4",
    "bd334f1d6e45f25ff712a214571fa5cc974104846d0ad3ad7734ecb3ecee4eef"
    "ef7afd2270e2e60adce0ba2face6444e9a4b41ba738d6c72fb16691603c18e0e",
    "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870"
    "b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7"};
static const char *const cbc[] = {
    "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
    "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7",
    "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a"
    "571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd",
    "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
    "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"};

const char *
ct_aes_blocks(void)
{
	static const char *const out[] = {"69c4e0d86a7b0430d8cdb78070b4c55a",
	    "dda97ca4864cdfe06eaf70a0ec0d7191",
	    "8ea2b7ca516745bfeafc49904b496089"};
	uint32_t ek[4 * (RIJNDAEL_MAXNR + 1)], dk[4 * (RIJNDAEL_MAXNR + 1)];
	uint8_t key[32], in[16], buf[16 + 1];
	rijndael_ctx ctx;

	for (int i = 0; i < 32; i++)
		key[i] = (uint8_t)i;
	for (int i = 0; i < 16; i++)
		in[i] = (uint8_t)(i * 0x11);
	for (int i = 0; i < 3; i++) {
		const int bits = 128 + 64 * i, nr = 10 + 2 * i;

		CHECK(rijndaelKeySetupEnc(ek, key, bits) == nr);
		CHECK(rijndaelKeySetupDec(dk, key, bits) == nr);
		rijndaelEncrypt(ek, nr, in, buf + 1); /* not aligned */
		CHECK(ct_is(buf + 1, out[i]));
		rijndaelDecrypt(dk, nr, buf + 1, buf + 1); /* in place */
		CHECK(memcmp(buf + 1, in, 16) == 0);
		rijndael_set_key(&ctx, key, bits, 1);
		rijndael_encrypt(&ctx, in, buf);
		CHECK(ct_is(buf, out[i]));
		rijndael_set_key(&ctx, key, bits, 0);
		rijndael_decrypt(&ctx, buf, buf);
		CHECK(memcmp(buf, in, 16) == 0);
	}
	CHECK(rijndaelKeySetupEnc(ek, key, 160) == 0);
	CHECK(rijndaelKeySetupDec(dk, key, 0) == 0);
	return NULL;
}

/* Four blocks, there and back, in and out of place. */
static const char *
mode(int m, int k, const char *want)
{
	uint8_t key[32], iv[16], in[MAXBYTES], buf[MAXBYTES];
	const int bits = 8 * ct_bytes(key, keys[k]);
	const int n = ct_bytes(in, plain);
	cipherInstance ci;
	keyInstance ki;

	ct_bytes(iv, vector);
	CHECK(rijndael_cipherInit(&ci, m, m == MODE_ECB ? NULL : (char *)iv) ==
	    TRUE);
	CHECK(rijndael_makeKey(&ki, DIR_ENCRYPT, bits, (char *)key) == TRUE);
	CHECK(rijndael_blockEncrypt(&ci, &ki, in, n * 8, buf) == n * 8);
	CHECK(ct_is(buf, want));
	/* the vector has stayed; what does not fill a block is left out */
	memset(buf, 0, sizeof(buf));
	CHECK(rijndael_blockEncrypt(&ci, &ki, in, n * 8 - 1, buf) ==
	    (n - 16) * 8);
	CHECK(memcmp(buf + n - 16, "\0\0\0\0", 4) == 0);
	memcpy(buf, in, sizeof(buf));
	CHECK(rijndael_blockEncrypt(&ci, &ki, buf, n * 8, buf) == n * 8);
	CHECK(ct_is(buf, want));
	CHECK(rijndael_makeKey(&ki, DIR_DECRYPT, bits, (char *)key) == TRUE);
	CHECK(rijndael_blockDecrypt(&ci, &ki, buf, n * 8, buf) == n * 8);
	CHECK(memcmp(buf, in, (size_t)n) == 0);
	return NULL;
}

const char *
ct_aes_modes(void)
{
	const char *failed;

	for (int k = 0; k < 3; k++) {
		if ((failed = mode(MODE_ECB, k, ecb[k])) != NULL ||
		    (failed = mode(MODE_CBC, k, cbc[k])) != NULL)
			return failed;
	}
	/* F.3.1: 16 bits are what the standard has */
	return mode(MODE_CFB1, 0, "68b3");
}

/* Every length, both modes; damage is noticed. */
const char *
ct_aes_pads(void)
{
	uint8_t key[16], in[MAXBYTES], out[MAXBYTES], back[MAXBYTES];
	cipherInstance ci;
	keyInstance ek, dk;
	int n;

	ct_bytes(key, keys[0]);
	CHECK(rijndael_makeKey(&ek, DIR_ENCRYPT, 128, (char *)key) == TRUE);
	CHECK(rijndael_makeKey(&dk, DIR_DECRYPT, 128, (char *)key) == TRUE);
	for (int i = 0; i < MAXBYTES; i++)
		in[i] = (uint8_t)(i * 7);
	for (int m = MODE_ECB; m <= MODE_CBC; m++) {
		CHECK(rijndael_cipherInit(&ci, m, (char *)in) == TRUE);
		for (int len = 1; len < 100; len++) {
			n = rijndael_padEncrypt(&ci, &ek, in, len, out);
			CHECK(n == len / 16 * 16 + 16);
			memset(back, 0xa5, sizeof(back));
			CHECK(
			    rijndael_padDecrypt(&ci, &dk, out, n, back) == len);
			CHECK(memcmp(back, in, (size_t)len) == 0);
			CHECK(back[len] == 0xa5);
			CHECK(rijndael_padDecrypt(&ci, &dk, out, n - 1, back) ==
			    BAD_DATA);
		}
		/* a block whose end is no padding */
		CHECK(rijndael_blockEncrypt(&ci, &ek, in, 128, out) == 128);
		CHECK(rijndael_padDecrypt(&ci, &dk, out, 16, back) == BAD_DATA);
	}
	/* SP 800-38A's last block, then a block of padding alone */
	CHECK(rijndael_cipherInit(&ci, MODE_ECB, NULL) == TRUE);
	n = ct_bytes(in, plain);
	CHECK(rijndael_padEncrypt(&ci, &ek, in, n, out) == n + 16);
	CHECK(ct_is(out, ecb[0]));
	return NULL;
}

const char *
ct_aes_refuses(void)
{
	uint8_t key[32] = {0}, buf[16] = {0};
	cipherInstance ci;
	keyInstance ki;

	CHECK(rijndael_makeKey(NULL, DIR_ENCRYPT, 128, (char *)key) ==
	    BAD_KEY_INSTANCE);
	CHECK(rijndael_makeKey(&ki, 2, 128, (char *)key) == BAD_KEY_DIR);
	CHECK(rijndael_makeKey(&ki, 0, 64, (char *)key) == BAD_KEY_MAT);
	CHECK(rijndael_cipherInit(&ci, 0, NULL) == BAD_CIPHER_MODE);
	CHECK(rijndael_cipherInit(&ci, MODE_CBC, NULL) == TRUE);
	CHECK(rijndael_makeKey(&ki, DIR_DECRYPT, 128, (char *)key) == TRUE);
	CHECK(
	    rijndael_blockEncrypt(&ci, &ki, buf, 128, buf) == BAD_CIPHER_STATE);
	CHECK(rijndael_padEncrypt(&ci, &ki, buf, 15, buf) == BAD_CIPHER_STATE);
	CHECK(rijndael_blockDecrypt(&ci, &ki, buf, 0, buf) == 0);
	CHECK(rijndael_blockDecrypt(&ci, &ki, buf, -128, buf) == 0);
	CHECK(rijndael_blockDecrypt(&ci, &ki, NULL, 128, buf) == 0);
	CHECK(rijndael_blockDecrypt(NULL, &ki, buf, 128, buf) ==
	    BAD_CIPHER_STATE);
	CHECK(rijndael_makeKey(&ki, DIR_ENCRYPT, 128, (char *)key) == TRUE);
	CHECK(
	    rijndael_blockDecrypt(&ci, &ki, buf, 128, buf) == BAD_CIPHER_STATE);
	CHECK(rijndael_padDecrypt(&ci, &ki, buf, 16, buf) == BAD_CIPHER_STATE);
	CHECK(rijndael_cipherInit(&ci, MODE_CFB1, NULL) == TRUE);
	CHECK(rijndael_padEncrypt(&ci, &ki, buf, 15, buf) == BAD_CIPHER_STATE);
	for (int i = 0; i < 16; i++)
		CHECK(buf[i] == 0); /* nothing was written */
	return NULL;
}

void
ct_aes_load(uint8_t *mem, size_t len, bool encrypt)
{
	static const char key[16] = "0123456789abcdef";
	cipherInstance ci;
	keyInstance ki;

	(void)rijndael_makeKey(
	    &ki, encrypt ? DIR_ENCRYPT : DIR_DECRYPT, 128, key);
	(void)rijndael_cipherInit(&ci, MODE_CBC, NULL);
	for (; len > 0; len -= 512, mem += 512) {
		if (encrypt)
			(void)rijndael_blockEncrypt(
			    &ci, &ki, mem, 512 * 8, mem);
		else
			(void)rijndael_blockDecrypt(
			    &ci, &ki, mem, 512 * 8, mem);
	}
}
