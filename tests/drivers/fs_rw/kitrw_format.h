/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is on the disk.  Numbers are little endian, blocks have 2048 bytes.
 *
 *	block 0		nothing
 *	block 1		superblock
 *	block 2		which blocks are in use, a bit each
 *	block 3		which inodes are in use, a bit each
 *	block 4 ...	inodes
 *	then		data
 *	the last ones	the journal
 *
 * Superblock: 0 "KITRW1" 8 blocks (4) 12 inodes (4) 16 first block of data (4)
 *	20 first block of the journal (4) 24 its blocks (4) 28 clean (4)
 *
 * Inode, 256 bytes:
 *	0 mode (2)  2 links (2)  4 uid (4)  8 gid (4)  12 flags (4)
 *	16 size (8)  24 blocks (4)  28 generation (4)  32 device (8)
 *	40 atime, mtime, ctime, birthtime: seconds (8) and nanoseconds (4) each
 *	88 block of extended attributes (4)
 *	92 twelve direct blocks (4 each)  140 indirect block (4)
 *	144 the target of a short symbolic link, up to 112 bytes
 *
 * Entry of a directory, none of which crosses a block:
 *	0 inode (4), 0 if free, -1 for a whiteout  4 length (2)  6 type (1)
 *	7 bytes of name (1)  8 the name; a multiple of 4 in all
 */
#ifndef KITRW_FORMAT_H
#define KITRW_FORMAT_H

#define KITRW_BSHIFT 11
#define KITRW_BSIZE  (1 << KITRW_BSHIFT)
#define KITRW_MAGIC  "KITRW1"

#define KITRW_SB_BLOCK    1
#define KITRW_BMAP_BLOCK  2
#define KITRW_IMAP_BLOCK  3
#define KITRW_INODE_BLOCK 4

#define KITRW_INODE_SIZE 256
#define KITRW_PERBLOCK   (KITRW_BSIZE / KITRW_INODE_SIZE)
#define KITRW_NDIRECT    12
#define KITRW_NINDIRECT  (KITRW_BSIZE / 4)
#define KITRW_MAXBLOCKS  (KITRW_NDIRECT + KITRW_NINDIRECT)
#define KITRW_MAXSIZE    ((off_t)KITRW_MAXBLOCKS * KITRW_BSIZE)
#define KITRW_LINKMAX    112
#define KITRW_DIRENT     8
#define KITRW_NAMEMAX    255
#define KITRW_WHITEOUT   0xffffffff
#define KITRW_ROOT       1

/* The block number of a file's indirect block, among its buffers. */
#define KITRW_INDIRECT ((daddr_t)-1)

#endif
