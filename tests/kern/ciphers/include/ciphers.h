/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel side of the tests of ciphers. */
#ifndef _CIPHERS_H_
#define _CIPHERS_H_

/* run a test inside the kernel: NULL, or what failed */
const char *rump_cipher_test(const char *name);

#endif /* !_CIPHERS_H_ */
