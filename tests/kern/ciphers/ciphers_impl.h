/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _CIPHERS_IMPL_H_
#define _CIPHERS_IMPL_H_

#include <lib/libkern/libkern.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/types.h>

#define CT_STR(x)  #x
#define CT_XSTR(x) CT_STR(x)

/* a test returns the first check that does not hold */
#define CHECK(e)                                                               \
	do {                                                                   \
		if (!(e))                                                      \
			return __FILE__ ":" CT_XSTR(__LINE__) ": " #e;         \
	} while (0)

#define MAXBYTES 128

/* Are these the bytes that the hexadecimal digits tell? */
bool ct_is(const void *, const char *);
/* Those bytes, and how many. */
int ct_bytes(uint8_t *, const char *);

const char *ct_aes_blocks(void);
const char *ct_aes_modes(void);
const char *ct_aes_pads(void);
const char *ct_aes_refuses(void);
const char *ct_des_blocks(void);
const char *ct_des_triple(void);
const char *ct_des_keys(void);
const char *ct_des_tails(void);
const char *ct_bf_blocks(void);
const char *ct_bf_keys(void);
const char *ct_bf_cbc(void);

/* Do this many bytes, a multiple of 512, in place, in CBC by sectors. */
void ct_aes_load(uint8_t *, size_t, bool encrypt);
void ct_des_load(uint8_t *, size_t, bool encrypt);
void ct_bf_load(uint8_t *, size_t, bool encrypt);

#endif /* !_CIPHERS_IMPL_H_ */
