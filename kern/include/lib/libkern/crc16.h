/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CRC-16 with the polynomial 0x8005, reflected, as ext4 and USB have it. Only
 * for who includes this: drivers have functions of these names themselves.
 */
#ifndef _LIB_LIBKERN_CRC16_H_
#define _LIB_LIBKERN_CRC16_H_

#include <sys/cdefs.h>
#include <sys/types.h>

static __inline uint16_t __unused
crc16_byte(uint16_t crc, const uint8_t b)
{
	crc ^= b;
	for (int k = 0; k < 8; k++)
		crc = (uint16_t)((crc >> 1) ^ ((crc & 1) != 0 ? 0xa001 : 0));
	return crc;
}

/* The sum of len bytes; crc is the sum of what precedes them, or the start. */
static __inline uint16_t __unused
crc16(uint16_t crc, const uint8_t *buf, size_t len)
{
	while (len-- != 0)
		crc = crc16_byte(crc, *buf++);
	return crc;
}

#endif /* !_LIB_LIBKERN_CRC16_H_ */
