/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is on the disk.  Numbers are big or little endian, as the superblock
 * says.  Blocks have 2048 bytes.
 *
 * Superblock, at byte 1024:
 *	0 "KITRO"  5 'B' or 'L'  6 version (2)  8 blocks (4)  12 inodes (4)
 *	16 first block of the inodes (4)  20 the root's inode (4)
 *	24 time of making (8)  32 volume name (32)
 *
 * Inode, 128 bytes:
 *	0 mode (2)  2 links (2)  4 uid (4)  8 gid (4)  12 flags (4)  16 size (8)
 *	24 mtime (4)  28 generation (4)  32 major (2)  34 minor (2)
 *	36 packed (2)  38 extents (2)
 *	40 seven extents: first block (4), 0 for a hole, and blocks (4);
 *	   or the target of a symbolic link, up to 56 bytes
 *	96 hash32 of bytes 0 to 95 (4)
 *
 * A packed file's bytes are complemented.  A directory's blocks are full of
 * entries, none of which crosses a block:
 *	0 inode (4), 0 if free  4 length (2)  6 type (1)  7 bytes of name (1)
 *	8 the name; a multiple of 4 in all
 */
#ifndef KITRO_FORMAT_H
#define KITRO_FORMAT_H

#define KITRO_BSHIFT 11
#define KITRO_BSIZE  (1 << KITRO_BSHIFT)

#define KITRO_SB_OFFSET 1024
#define KITRO_SB_MAGIC  "KITRO"
#define KITRO_SB_LEN    64

#define KITRO_INODE_SIZE 128
#define KITRO_INODE_SUM  96
#define KITRO_NEXTENTS   7
#define KITRO_LINKMAX    56
#define KITRO_DIRENT     8

#endif
