/* SPDX-License-Identifier: BSD-2-Clause */
/* Arithmetic of the shmif ring.  No locks: callers hold the bus lock. */
#include "shmif_bus.h"

#include <lib/libkern/libkern.h>
#include <sys/param.h>
#include <sys/systm.h>

uint32_t
shmif_busread(struct shmif_mem *bus, void *dst, uint32_t off, size_t len)
{
	size_t chunk = MIN(len, BUSMEM_DATASIZE - off);

	memcpy(dst, &bus->shm_data[off], chunk);
	memcpy((uint8_t *)dst + chunk, bus->shm_data, len - chunk);
	return shmif_advance(off, len);
}

uint32_t
shmif_buswrite(struct shmif_mem *bus, uint32_t off, const void *src, size_t len,
    bool *wrapped)
{
	size_t chunk = MIN(len, BUSMEM_DATASIZE - off);

	memcpy(&bus->shm_data[off], src, chunk);
	memcpy(bus->shm_data, (const uint8_t *)src + chunk, len - chunk);
	if (off + len >= BUSMEM_DATASIZE)
		*wrapped = true;
	return shmif_advance(off, len);
}

bool
shmif_nextpkt(struct shmif_mem *bus, uint32_t off, uint32_t *next)
{
	struct shmif_pkthdr sp;

	if (off >= BUSMEM_DATASIZE)
		return false;
	shmif_busread(bus, &sp, off, sizeof(sp));
	if (sp.sp_len >= BUSMEM_DATASIZE / 2)
		return false;
	*next = shmif_advance(off, sizeof(sp) + sp.sp_len);
	return true;
}

/*
 * Does writing len bytes at off reach the packet at ring offset first?  Its
 * first byte counts as reached too when the write ends right before it, so
 * that first never equals the end of the newest packet.  A bus that was not
 * yet written to its end has first = ring size: offset 0, one lap later.
 */
static bool
reaches(uint32_t off, uint32_t len, uint32_t first)
{
	uint32_t dist;

	if (first >= BUSMEM_DATASIZE)
		return off + len >= BUSMEM_DATASIZE;
	dist = first >= off ? first - off : first + BUSMEM_DATASIZE - off;
	return dist <= len;
}

void
shmif_makeroom(struct shmif_mem *bus, uint32_t off, uint32_t len)
{
	uint32_t first = bus->shm_first;

	while (reaches(off, len, first)) {
		if (!shmif_nextpkt(
			bus, first >= BUSMEM_DATASIZE ? 0 : first, &first)) {
			first = off; /* damaged: forget what was there */
			break;
		}
	}
	bus->shm_first = first;
}
