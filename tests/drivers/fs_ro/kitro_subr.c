/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From bytes to meaning, and nothing else: no vnodes, no I/O.
 */
#include <sys/param.h>

#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/hash.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include "kitro.h"

uint16_t
kitro_get16(const struct kitro_mount *km, const void *p)
{
	return km->km_bigendian ? be16dec(p) : le16dec(p);
}

uint32_t
kitro_get32(const struct kitro_mount *km, const void *p)
{
	return km->km_bigendian ? be32dec(p) : le32dec(p);
}

uint64_t
kitro_get64(const struct kitro_mount *km, const void *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof x);
	if (km->km_bigendian)
		return be64toh(x);
#if BYTE_ORDER == BIG_ENDIAN
	return bswap64(x);
#else
	return x;
#endif
}

int
kitro_decode_super(struct kitro_mount *km, const char *b)
{
	if (memcmp(b, KITRO_SB_MAGIC, strlen(KITRO_SB_MAGIC)) != 0 ||
	    (b[5] != 'B' && b[5] != 'L'))
		return EINVAL;
	km->km_bigendian = b[5] == 'B';
	if (kitro_get16(km, b + 6) != 1)
		return EINVAL;
	km->km_blocks = kitro_get32(km, b + 8);
	km->km_inodes = kitro_get32(km, b + 12);
	km->km_itable = kitro_get32(km, b + 16);
	km->km_root = kitro_get32(km, b + 20);
	km->km_time = (time_t)kitro_get64(km, b + 24);
	memcpy(km->km_volume, b + 32, sizeof km->km_volume);
	if (km->km_inodes > 64 || km->km_root >= km->km_inodes ||
	    km->km_itable == 0 ||
	    km->km_itable +
		    howmany(km->km_inodes * KITRO_INODE_SIZE, KITRO_BSIZE) >
		km->km_blocks)
		return EINVAL;
	return 0;
}

static int
decode_extents(struct kitro_node *kn, const char *b)
{
	const struct kitro_mount *km = kn->kr_mount;
	uint64_t blocks = 0;
	struct kitro_extent *e;

	if (kn->kr_nextents > KITRO_NEXTENTS)
		return EFTYPE;
	for (int i = 0; i < kn->kr_nextents; i++) {
		e = &kn->kr_extents[i];
		e->e_start = kitro_get32(km, b + 8 * i);
		e->e_count = kitro_get32(km, b + 8 * i + 4);
		if (e->e_count > km->km_blocks ||
		    e->e_start > km->km_blocks - e->e_count)
			return EFTYPE;
		blocks += e->e_count;
	}
	return kn->kr_size > blocks * KITRO_BSIZE ? EFTYPE : 0;
}

int
kitro_decode_inode(struct kitro_node *kn, const char *b)
{
	const struct kitro_mount *km = kn->kr_mount;

	kn->kr_mode = kitro_get16(km, b);
	if (kn->kr_mode == 0)
		return ENOENT;
	if (kitro_get32(km, b + KITRO_INODE_SUM) !=
	    hash32_buf(b, KITRO_INODE_SUM, HASH32_BUF_INIT))
		return EFTYPE;
	kn->kr_nlink = kitro_get16(km, b + 2);
	kn->kr_uid = kitro_get32(km, b + 4);
	kn->kr_gid = kitro_get32(km, b + 8);
	kn->kr_flags = kitro_get32(km, b + 12);
	kn->kr_size = kitro_get64(km, b + 16);
	kn->kr_mtime = kitro_get32(km, b + 24);
	kn->kr_gen = kitro_get32(km, b + 28);
	kn->kr_rdev = makedev(kitro_get16(km, b + 32), kitro_get16(km, b + 34));
	kn->kr_packed = kitro_get16(km, b + 36) != 0;
	kn->kr_nextents = kitro_get16(km, b + 38);
	switch (kn->kr_mode & S_IFMT) {
	case S_IFLNK:
		if (kn->kr_size > KITRO_LINKMAX || kn->kr_nextents != 0)
			return EFTYPE;
		memcpy(kn->kr_target, b + 40, KITRO_LINKMAX);
		return 0;
	case S_IFDIR:
		if (kn->kr_size % KITRO_BSIZE != 0)
			return EFTYPE;
		/* FALLTHROUGH */
	case S_IFREG:
		return decode_extents(kn, b + 40);
	case S_IFBLK:
	case S_IFCHR:
	case S_IFIFO:
	case S_IFSOCK:
		return 0;
	default:
		return EFTYPE;
	}
}

int
kitro_decode_entry(const struct kitro_mount *km, const char *block,
    unsigned int off, struct kitro_entry *ke)
{
	const char *b = block + off;

	if (KITRO_BSIZE - off < KITRO_DIRENT)
		return EFTYPE;
	ke->ke_ino = kitro_get32(km, b);
	ke->ke_reclen = kitro_get16(km, b + 4);
	ke->ke_type = (uint8_t)b[6];
	ke->ke_namlen = (uint8_t)b[7];
	ke->ke_name = b + KITRO_DIRENT;
	if (ke->ke_reclen < KITRO_DIRENT || ke->ke_reclen % 4 != 0 ||
	    ke->ke_reclen > KITRO_BSIZE - off ||
	    KITRO_DIRENT + ke->ke_namlen > ke->ke_reclen)
		return EFTYPE;
	return 0;
}

void
kitro_findblock(
    const struct kitro_node *kn, daddr_t lbn, uint32_t *blkno, int *run)
{
	const struct kitro_extent *e;
	uint32_t left;

	*blkno = 0;
	*run = 0;
	for (int i = 0; i < kn->kr_nextents; i++) {
		e = &kn->kr_extents[i];
		if (lbn >= e->e_count) {
			lbn -= e->e_count;
			continue;
		}
		left = e->e_count - (uint32_t)lbn - 1;
		*run = (int)MIN(left, INT_MAX);
		if (e->e_start != 0)
			*blkno = e->e_start + (uint32_t)lbn;
		return;
	}
}
