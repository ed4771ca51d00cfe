/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bus of shmif: one host file of 1 MiB that all participants map.  Its
 * layout is the format of bus version 3 (host byte order, LP64 packet
 * header); participants of other implementations share it with us, so a
 * bus is input: every number in it is checked before it is used.
 *
 *	0	header (struct shmif_mem)
 *	32	ring of packets, each a header (struct shmif_pkthdr) and a frame,
 *		wrapping bytewise at the end of the ring
 *
 * shm_first and shm_last are ring offsets of the oldest and of the newest
 * packet.  shm_gen counts how often the ring was written to its end.  All of
 * it is written under shm_lock, by participants who keep the rules; so that
 * others do no harm, each number is read once, checked, and used from memory
 * of our own.
 */
#ifndef _NETIF_SHMIF_BUS_H_
#define _NETIF_SHMIF_BUS_H_

#include <sys/types.h>

#define SHMIF_MAGIC     0xca11d054
#define SHMIF_VERSION   3
#define BUSMEM_SIZE     (1024 * 1024)
#define SHMIF_FRAME_MAX 1514

struct shmif_mem {
	volatile uint32_t shm_magic;
	uint32_t shm_version;
	volatile uint64_t shm_gen;
	volatile uint32_t shm_first;
	volatile uint32_t shm_last;
	volatile uint32_t shm_lock;
	uint32_t shm_spare[1];
	uint8_t shm_data[];
};

struct shmif_pkthdr {
	uint32_t sp_len;
	uint32_t sp_sec;
	uint32_t sp_usec;
	uint64_t sp_sender;
};

#define BUSMEM_DATASIZE ((uint32_t)(BUSMEM_SIZE - sizeof(struct shmif_mem)))
/* Where the version is: a write there is what wakes the others. */
#define SHMIF_WAKE_OFFSET 4

/* Ring offset delta bytes after off; off < BUSMEM_DATASIZE. */
static inline uint32_t
shmif_advance(uint32_t off, uint32_t delta)
{
	off += delta;
	return off >= BUSMEM_DATASIZE ? off - BUSMEM_DATASIZE : off;
}

/* Copies between the ring and memory; len < BUSMEM_DATASIZE.  Returns the
 * offset behind; *wrapped becomes true when the end of the ring was met. */
uint32_t shmif_busread(struct shmif_mem *, void *, uint32_t off, size_t len);
uint32_t shmif_buswrite(
    struct shmif_mem *, uint32_t off, const void *, size_t len, bool *wrapped);

/* Offset of the packet after the one at off.  False: the bus is damaged. */
bool shmif_nextpkt(struct shmif_mem *, uint32_t off, uint32_t *next);

/* Makes room for a packet that will be written at off: moves shm_first on
 * until the region [off, off + len) holds no packet that is still counted. */
void shmif_makeroom(struct shmif_mem *, uint32_t off, uint32_t len);

#endif
