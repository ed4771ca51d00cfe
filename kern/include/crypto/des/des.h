/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DES and triple DES (FIPS 46-3, SP 800-67), in librumpkern_crypto. Blocks and
 * keys are 8 bytes; the lowest bit of each byte of a key is for odd parity and
 * otherwise unused. A block as two words has its first byte in the lowest bits
 * of the first word. Nothing here sleeps or takes locks.
 */
#ifndef _CRYPTO_DES_DES_H_
#define _CRYPTO_DES_DES_H_

#include <sys/types.h>

#define DES_LONG u_int32_t

typedef unsigned char des_cblock[8];
typedef struct des_ks_struct {
	union {
		des_cblock cblock;
		DES_LONG deslong[2];
	} ks;         /* of a round */
	int weak_key; /* of the first: the key was weak */
} des_key_schedule[16];

#define DES_KEY_SZ      (sizeof(des_cblock))
#define DES_SCHEDULE_SZ (sizeof(des_key_schedule))

#define DES_ENCRYPT 1
#define DES_DECRYPT 0

#define DES_CBC_MODE  0
#define DES_PCBC_MODE 1

/* des_set_key() refuses bad parity and weak keys if it is not 0. It is. */
extern int des_check_key;

char *des_options(void);

/* One block: in, out, schedule, DES_ENCRYPT or DES_DECRYPT. */
void des_ecb_encrypt(des_cblock *, des_cblock *, des_key_schedule, int);
void des_ecb3_encrypt(des_cblock *, des_cblock *, des_key_schedule,
    des_key_schedule, des_key_schedule, int);

/* The same in place; 2: without the initial permutation and its inverse. */
void des_encrypt1(DES_LONG *, des_key_schedule, int);
void des_encrypt2(DES_LONG *, des_key_schedule, int);
void
des_encrypt3(DES_LONG *, des_key_schedule, des_key_schedule, des_key_schedule);
void
des_decrypt3(DES_LONG *, des_key_schedule, des_key_schedule, des_key_schedule);

/*
 * CBC: in, out, bytes, schedules, vector, direction. In and out may be the
 * same. The vector goes on to what comes next. Of a last block that is cut
 * short the rest counts as zeroes: encryption writes all of it, decryption
 * reads all of it and writes as much as was asked for.
 */
void des_ncbc_encrypt(const unsigned char *, unsigned char *, long,
    des_key_schedule, des_cblock *, int);
void des_ede3_cbc_encrypt(const unsigned char *, unsigned char *, long,
    des_key_schedule, des_key_schedule, des_key_schedule, des_cblock *, int);

void des_set_odd_parity(des_cblock *);
void des_fixup_key_parity(des_cblock *);
int des_check_key_parity(des_cblock *); /* 1: it is odd */
int des_is_weak_key(des_cblock *);      /* 1: weak or semi-weak */

/* 0, -1 for bad parity, -2 for a weak key; then there is no schedule. */
int des_set_key(des_cblock *, des_key_schedule);
int des_key_sched(des_cblock *, des_key_schedule);
int des_set_key_checked(des_cblock *, des_key_schedule);
void des_set_key_unchecked(des_cblock *, des_key_schedule);

#endif /* !_CRYPTO_DES_DES_H_ */
