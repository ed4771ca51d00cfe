/* SPDX-License-Identifier: BSD-2-Clause */
/* Ciphers against the standards' vectors. */
#include "t_kern.h"

#include "ciphers.h"

#define CIPHER(name, descr)                                                    \
	TEST(name, descr)                                                      \
	{                                                                      \
		const char *failed_;                                           \
		RZ(rump_init());                                               \
		failed_ = rump_cipher_test(#name);                             \
		if (failed_ != NULL)                                           \
			atf_tc_fail("%s", failed_);                            \
	}

CIPHER(aes_blocks, "AES: FIPS 197")
CIPHER(aes_modes, "AES: SP 800-38A")
CIPHER(aes_pads, "AES: padding")
CIPHER(aes_refuses, "AES: wrong arguments")
CIPHER(des_blocks, "DES: SP 800-17")
CIPHER(des_triple, "triple DES: SP 800-67")
CIPHER(des_keys, "DES: parity and weak keys")
CIPHER(des_tails, "DES: lengths")
CIPHER(bf_blocks, "Blowfish: blocks")
CIPHER(bf_keys, "Blowfish: key lengths")
CIPHER(bf_cbc, "Blowfish: CBC")
CIPHER(speed, "all of them; prints MB/s")

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, aes_blocks);
	ATF_TP_ADD_TC(tp, aes_modes);
	ATF_TP_ADD_TC(tp, aes_pads);
	ATF_TP_ADD_TC(tp, aes_refuses);
	ATF_TP_ADD_TC(tp, des_blocks);
	ATF_TP_ADD_TC(tp, des_triple);
	ATF_TP_ADD_TC(tp, des_keys);
	ATF_TP_ADD_TC(tp, des_tails);
	ATF_TP_ADD_TC(tp, bf_blocks);
	ATF_TP_ADD_TC(tp, bf_keys);
	ATF_TP_ADD_TC(tp, bf_cbc);
	ATF_TP_ADD_TC(tp, speed);
	return atf_no_error();
}
