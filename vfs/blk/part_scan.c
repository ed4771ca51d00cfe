/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See part_scan.h. Every number in a table is checked against the size of
 * the disk before it is used; chains have a limit.
 */
#include <sys/bootblock.h>
#include <sys/disklabel.h>
#include <sys/endian.h>
#include <sys/errno.h>
#include <sys/kmem.h>
#include <sys/param.h>
#include <sys/systm.h>

#include <rump-sys/part_scan.h>

#define LABEL_AREA    8192 /* where a label may begin */
#define LABEL_HDR     148  /* bytes before the partitions */
#define LABEL_MAXPART 22
#define MBR_MAXCHAIN  128

#define GPT_SIGNATURE "EFI PART"
#define GPT_HDRMIN    92
#define GPT_MAXTABLE  (1024 * 1024)

static int
src_read(const struct part_source *ps, uint64_t off, void *buf, size_t len)
{
	if (off > ps->ps_size || len > ps->ps_size - off)
		return ENOENT;
	return (*ps->ps_read)(ps->ps_ctx, off, buf, len);
}

static int
range_set(const struct part_source *ps, struct part_range *pr, uint64_t start,
    uint64_t count, int fstype)
{
	const uint64_t secs = ps->ps_size / ps->ps_secsize;

	if (count == 0)
		return ENOENT;
	if (start > secs || count > secs - start)
		return EINVAL;
	pr->pr_offset = start * ps->ps_secsize;
	pr->pr_size = count * ps->ps_secsize;
	pr->pr_fstype = fstype;
	return 0;
}

/*
 * MBR
 */
struct mbr_entry {
	uint8_t type;
	uint32_t start;
	uint32_t count;
};

static int
mbr_read(const struct part_source *ps, uint64_t sector, struct mbr_entry *e)
{
	struct mbr_sector *mbr;
	int error;

	mbr = kmem_alloc(sizeof(*mbr), KM_SLEEP);
	error = src_read(ps, sector * ps->ps_secsize, mbr, sizeof(*mbr));
	if (error == 0 && le16toh(mbr->mbr_magic) != MBR_MAGIC)
		error = ENOENT;
	for (int i = 0; error == 0 && i < MBR_PART_COUNT; i++) {
		e[i].type = mbr->mbr_parts[i].mbrp_type;
		e[i].start = le32toh(mbr->mbr_parts[i].mbrp_start);
		e[i].count = le32toh(mbr->mbr_parts[i].mbrp_size);
	}
	kmem_free(mbr, sizeof(*mbr));
	return error;
}

static int
mbr_fstype(uint8_t type)
{
	switch (type) {
	case MBR_PTYPE_FAT12:
	case MBR_PTYPE_FAT16S:
	case MBR_PTYPE_FAT16B:
	case MBR_PTYPE_FAT16L:
	case MBR_PTYPE_FAT32:
	case MBR_PTYPE_FAT32L:
	case MBR_PTYPE_EFI:
		return FS_MSDOS;
	case MBR_PTYPE_NTFS:
		return FS_NTFS;
	case MBR_PTYPE_LNXEXT2:
		return FS_EX2FS;
	case MBR_PTYPE_LNXSWAP:
		return FS_SWAP;
	case MBR_PTYPE_APPLE_UFS:
		return FS_APPLEUFS;
	case MBR_PTYPE_APPLE_HFS:
		return FS_HFS;
	case MBR_PTYPE_NETBSD:
	case MBR_PTYPE_FREEBSD:
	case MBR_PTYPE_OPENBSD:
		return FS_BSDFFS;
	default:
		return FS_OTHER;
	}
}

static int
parse_number(const char *name, unsigned *np)
{
	unsigned n = 0;

	if (*name == '\0')
		return EINVAL;
	for (; *name != '\0'; name++) {
		if (*name < '0' || *name > '9' || n > 100000)
			return EINVAL;
		n = n * 10 + (unsigned)(*name - '0');
	}
	*np = n;
	return n == 0 ? EINVAL : 0;
}

/* 1 to 4 are the primary partitions, from 5 on the logical ones */
static int
mbr_find(const struct part_source *ps, const char *name, struct part_range *pr)
{
	struct mbr_entry e[MBR_PART_COUNT], *ext = NULL;
	uint64_t base, at;
	unsigned want, n = MBR_PART_COUNT;
	int error;

	if ((error = parse_number(name, &want)) != 0 ||
	    (error = mbr_read(ps, 0, e)) != 0)
		return error;
	if (want <= MBR_PART_COUNT) {
		const struct mbr_entry *p = &e[want - 1];

		if (p->type == MBR_PTYPE_UNUSED)
			return ENOENT;
		return range_set(
		    ps, pr, p->start, p->count, mbr_fstype(p->type));
	}
	for (int i = 0; i < MBR_PART_COUNT; i++)
		if (MBR_IS_EXTENDED(e[i].type)) {
			ext = &e[i];
			break;
		}
	if (ext == NULL)
		return ENOENT;
	base = at = ext->start;
	for (int i = 0; i < MBR_MAXCHAIN; i++) {
		if ((error = mbr_read(ps, at, e)) != 0)
			return error;
		if (e[0].type != MBR_PTYPE_UNUSED && e[0].count != 0 &&
		    ++n == want)
			return range_set(ps, pr, at + e[0].start, e[0].count,
			    mbr_fstype(e[0].type));
		if (!MBR_IS_EXTENDED(e[1].type) || e[1].start == 0)
			return ENOENT;
		at = base + e[1].start;
	}
	return EINVAL;
}

/*
 * Disk labels
 */
static uint16_t
label_checksum(const uint8_t *p, size_t len)
{
	uint16_t sum = 0, w;

	for (size_t i = 0; i + 1 < len; i += 2) {
		memcpy(&w, p + i, sizeof(w));
		sum ^= w;
	}
	return sum;
}

static void
label_swap(struct disklabel *lp)
{
	uint32_t *w;

	lp->d_magic = bswap32(lp->d_magic);
	lp->d_type = bswap16(lp->d_type);
	lp->d_subtype = bswap16(lp->d_subtype);
	for (w = &lp->d_secsize; w <= &lp->d_secperunit; w++)
		*w = bswap32(*w);
	lp->d_sparespertrack = bswap16(lp->d_sparespertrack);
	lp->d_sparespercyl = bswap16(lp->d_sparespercyl);
	lp->d_acylinders = bswap32(lp->d_acylinders);
	lp->d_rpm = bswap16(lp->d_rpm);
	lp->d_interleave = bswap16(lp->d_interleave);
	lp->d_trackskew = bswap16(lp->d_trackskew);
	lp->d_cylskew = bswap16(lp->d_cylskew);
	for (w = &lp->d_headswitch; w <= &lp->d_magic2; w++)
		*w = bswap32(*w);
	lp->d_checksum = bswap16(lp->d_checksum);
	lp->d_npartitions = bswap16(lp->d_npartitions);
	lp->d_bbsize = bswap32(lp->d_bbsize);
	lp->d_sbsize = bswap32(lp->d_sbsize);
	for (int i = 0; i < MAXPARTITIONS; i++) {
		struct partition *p = &lp->d_partitions[i];

		p->p_size = bswap32(p->p_size);
		p->p_offset = bswap32(p->p_offset);
		p->p_fsize = bswap32(p->p_fsize);
		p->p_cpg = bswap16(p->p_cpg);
	}
}

/* Is there a good label at p? */
static bool
label_decode(const uint8_t *p, size_t room, struct disklabel *lp)
{
	uint32_t magic, magic2;
	uint16_t nparts;
	bool swapped;
	size_t len;

	CTASSERT(offsetof(struct disklabel, d_partitions) == LABEL_HDR);
	CTASSERT(sizeof(struct partition) == 16);
	if (room < LABEL_HDR)
		return false;
	memcpy(&magic, p, sizeof(magic));
	if (magic != DISKMAGIC && magic != DISKMAGIC_REV)
		return false;
	swapped = magic == DISKMAGIC_REV;
	memcpy(
	    &magic2, p + offsetof(struct disklabel, d_magic2), sizeof(magic2));
	if (magic2 != magic)
		return false;
	memcpy(&nparts, p + offsetof(struct disklabel, d_npartitions),
	    sizeof(nparts));
	if (swapped)
		nparts = bswap16(nparts);
	if (nparts > LABEL_MAXPART)
		return false;
	len = LABEL_HDR + nparts * sizeof(struct partition);
	if (len > room || label_checksum(p, len) != 0)
		return false;
	memset(lp, 0, sizeof(*lp));
	memcpy(lp, p, MIN(len, sizeof(*lp)));
	if (swapped)
		label_swap(lp);
	if (lp->d_npartitions > MAXPARTITIONS)
		lp->d_npartitions = MAXPARTITIONS;
	if (lp->d_secsize == 0)
		lp->d_secsize = DEV_BSIZE;
	return true;
}

static int
label_search(const struct part_source *ps, uint64_t base, struct disklabel *lp)
{
	const size_t area = (size_t)MIN(
	    (uint64_t)LABEL_AREA, ps->ps_size > base ? ps->ps_size - base : 0);
	uint8_t *buf;
	int error;

	if (area < DEV_BSIZE)
		return ENOENT;
	buf = kmem_alloc(LABEL_AREA, KM_SLEEP);
	error = src_read(ps, base, buf, area);
	if (error == 0) {
		error = ENOENT;
		for (size_t at = 0; at + LABEL_HDR <= area; at += 4) {
			if (label_decode(buf + at, area - at, lp)) {
				error = 0;
				break;
			}
		}
	}
	kmem_free(buf, LABEL_AREA);
	return error;
}

int
part_readlabel(const struct part_source *ps, struct disklabel *lp)
{
	struct mbr_entry e[MBR_PART_COUNT];

	if (mbr_read(ps, 0, e) == 0) {
		for (int i = 0; i < MBR_PART_COUNT; i++) {
			if (e[i].type != MBR_PTYPE_NETBSD &&
			    e[i].type != MBR_PTYPE_FREEBSD &&
			    e[i].type != MBR_PTYPE_OPENBSD)
				continue;
			if (label_search(ps,
				(uint64_t)e[i].start * ps->ps_secsize, lp) == 0)
				return 0;
		}
	}
	return label_search(ps, 0, lp);
}

static int
label_find(
    const struct part_source *ps, const char *name, struct part_range *pr)
{
	struct disklabel *lp;
	struct part_source secs = *ps;
	int error, i;

	if (name[0] < 'a' || name[0] >= 'a' + MAXPARTITIONS || name[1] != '\0')
		return EINVAL;
	i = name[0] - 'a';
	lp = kmem_alloc(sizeof(*lp), KM_SLEEP);
	error = part_readlabel(ps, lp);
	if (error == 0 && i >= lp->d_npartitions)
		error = ENOENT;
	if (error == 0) {
		secs.ps_secsize = lp->d_secsize;
		error = range_set(&secs, pr, lp->d_partitions[i].p_offset,
		    lp->d_partitions[i].p_size, lp->d_partitions[i].p_fstype);
	}
	kmem_free(lp, sizeof(*lp));
	return error;
}

/*
 * GPT (UEFI specification, chapter 5)
 */
static uint32_t
gpt_crc(const uint8_t *p, size_t len)
{
	uint32_t crc = 0xffffffff;

	while (len-- > 0) {
		crc ^= *p++;
		for (int i = 0; i < 8; i++)
			crc = (crc >> 1) ^ (0xedb88320 & -(crc & 1));
	}
	return ~crc;
}

static int
gpt_header(const struct part_source *ps, uint64_t lba, uint8_t *hdr)
{
	uint32_t size, crc;
	int error;

	error = src_read(ps, lba * ps->ps_secsize, hdr, DEV_BSIZE);
	if (error)
		return error;
	if (memcmp(hdr, GPT_SIGNATURE, 8) != 0)
		return ENOENT;
	size = le32dec(hdr + 12);
	if (size < GPT_HDRMIN || size > DEV_BSIZE || le64dec(hdr + 24) != lba)
		return EINVAL;
	crc = le32dec(hdr + 16);
	le32enc(hdr + 16, 0);
	return gpt_crc(hdr, size) == crc ? 0 : EINVAL;
}

/* the types whose contents a driver may care about: first 32 bits */
static int
gpt_fstype(const uint8_t *e)
{
	switch (le32dec(e)) {
	case 0x49f48d5a:
		return FS_BSDFFS;
	case 0x0fc63daf:
		return FS_EX2FS;
	case 0xebd0a0a2:
	case 0xc12a7328:
		return FS_MSDOS;
	case 0x48465300:
		return FS_HFS;
	case 0x55465300:
		return FS_APPLEUFS;
	default:
		return FS_OTHER;
	}
}

static int
gpt_find(const struct part_source *ps, const char *name, struct part_range *pr)
{
	static const uint8_t unused[16];
	const uint64_t last = ps->ps_size / ps->ps_secsize - 1;
	uint64_t table, first, end;
	uint32_t count, esize;
	uint8_t *hdr, *tab = NULL, *e;
	size_t len = 0;
	unsigned want;
	int error;

	if ((error = parse_number(name, &want)) != 0)
		return error;
	hdr = kmem_alloc(DEV_BSIZE, KM_SLEEP);
	error = gpt_header(ps, 1, hdr);
	if (error != 0 && gpt_header(ps, last, hdr) == 0)
		error = 0;
	if (error)
		goto out;
	table = le64dec(hdr + 72);
	count = le32dec(hdr + 80);
	esize = le32dec(hdr + 84);
	if (esize < 128 || esize > 4096 || count > GPT_MAXTABLE / esize ||
	    table > last) {
		error = EINVAL;
		goto out;
	}
	if (want > count) {
		error = ENOENT;
		goto out;
	}
	len = (size_t)count * esize;
	tab = kmem_alloc(len, KM_SLEEP);
	error = src_read(ps, table * ps->ps_secsize, tab, len);
	if (error)
		goto out;
	if (gpt_crc(tab, len) != le32dec(hdr + 88)) {
		error = EINVAL;
		goto out;
	}
	e = tab + (size_t)(want - 1) * esize;
	first = le64dec(e + 32);
	end = le64dec(e + 40);
	if (memcmp(e, unused, sizeof(unused)) == 0)
		error = ENOENT;
	else if (end < first || end > last)
		error = EINVAL;
	else
		error =
		    range_set(ps, pr, first, end - first + 1, gpt_fstype(e));
out:
	if (tab != NULL)
		kmem_free(tab, len);
	kmem_free(hdr, DEV_BSIZE);
	return error;
}

int
part_find(const struct part_source *ps, const char *scheme, const char *name,
    struct part_range *pr)
{
	int error;

	if (ps->ps_secsize == 0 || ps->ps_size < 2 * ps->ps_secsize)
		return ENOENT;
	if (strcasecmp(scheme, "DISKLABEL") == 0)
		return label_find(ps, name, pr);
	if (strcasecmp(scheme, "MBR") == 0)
		error = mbr_find(ps, name, pr);
	else if (strcasecmp(scheme, "GPT") == 0)
		error = gpt_find(ps, name, pr);
	else
		error = EINVAL;
	return error;
}
