#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""mkimg.py big|little IMAGE: an image of kitro, see kitro_format.h.

What it has in it is known to test.c and kitro_ktest.c: file N's byte I is
(7 * I + 13 * N + I // 256) & 0xff.
"""
import struct
import sys

BS = 2048
NINODES = 32
order = '>' if sys.argv[1] == 'big' else '<'
blocks = {}
next_block = 8      # 0 is never used, then superblock, inodes


def hash32(b):
    h = 5381
    for c in b:
        h = (h * 33 + c) & 0xffffffff
    return h


def content(ino, size):
    return bytes((7 * i + 13 * ino + i // 256) & 0xff for i in range(size))


def alloc(data, gap=0):
    """Puts data into the next blocks; the extent."""
    global next_block
    next_block += gap
    start = next_block
    n = (len(data) + BS - 1) // BS
    for i in range(n):
        blocks[start + i] = data[i * BS:(i + 1) * BS].ljust(BS, b'\xaa')
    next_block += n
    return (start, n)


inodes = {}


def inode(ino, mode, size=0, extents=(), nlink=1, uid=0, gid=0, flags=0,
          dev=(0, 0), packed=0, target=b'', mtime=1400000000):
    raw = struct.pack(order + 'HHIIIQIIHHHH', mode, nlink, uid, gid, flags,
                      size, mtime + ino, 100 + ino, dev[0], dev[1], packed,
                      len(extents))
    if target:
        raw += target.ljust(56, b'\0')
    else:
        for e in extents:
            raw += struct.pack(order + 'II', *e)
    raw = raw.ljust(96, b'\0')[:96]
    inodes[ino] = raw + struct.pack(order + 'I', hash32(raw)) + bytes(28)


def directory(entries):
    out = b''
    block = b''
    for name, ino, typ in entries:
        name = name.encode()
        rec = (8 + len(name) + 3) & ~3
        if len(block) + rec > BS:
            # an entry without a number fills the block
            pad = BS - len(block)
            if pad >= 8:
                block += struct.pack(order + 'IHBB', 0, pad, 0, 0)
            out += block.ljust(BS, b'\0')
            block = b''
        block += (struct.pack(order + 'IHBB', ino, rec, typ, len(name)) +
                  name).ljust(rec, b'\0')
    pad = BS - len(block)
    if pad >= 8:
        block += struct.pack(order + 'IHBB', 0, pad, 0, 0)
    return out + block.ljust(BS, b'\0')


DIR, REG, LNK, CHR, BLK, FIFO, SOCK = 4, 8, 10, 2, 6, 1, 12
many = 300
root = [('.', 1, DIR), ('..', 1, DIR), ('hello', 2, REG), ('big', 3, REG),
        ('holes', 4, REG), ('packed', 5, REG), ('link', 6, LNK),
        ('dir', 7, DIR), ('cdev', 9, CHR), ('bdev', 10, BLK),
        ('fifo', 11, FIFO), ('sock', 12, SOCK), ('empty', 13, REG),
        ('secret', 14, REG), ('immutable', 15, REG), ('cdev2', 16, CHR),
        ('longlink', 17, LNK)]
sub = [('.', 7, DIR), ('..', 1, DIR)]
sub += [('name%d' % i, 2, REG) for i in range(many)]
sub += [('deep', 8, REG)]

d = directory(root)
inode(1, 0o040755, len(d), [alloc(d)], nlink=3)
inode(2, 0o100644, 6, [alloc(b'hello\n')], nlink=1 + many)
c = content(3, 100123)
e1 = alloc(c[:20 * BS])
e2 = alloc(c[20 * BS:40 * BS], gap=5)
e3 = alloc(c[40 * BS:], gap=1)
inode(3, 0o100644, 100123, [e1, e2, e3])
c = content(4, 13 * BS + 100)
e1 = alloc(c[:4 * BS])
e2 = alloc(c[12 * BS:], gap=3)
inode(4, 0o100644, 13 * BS + 100, [e1, (0, 8), e2])
inode(5, 0o100644, 10000, [alloc(bytes(b ^ 0xff for b in content(5, 10000)))],
      packed=1)
inode(6, 0o120777, 8, target=b'dir/deep')
d = directory(sub)
half = len(d) // BS // 2 * BS
inode(7, 0o040755, len(d), [alloc(d[:half]), alloc(d[half:], gap=2)], nlink=2)
inode(8, 0o100755, 3000, [alloc(content(8, 3000))])
inode(9, 0o020666, dev=(180, 3))
inode(10, 0o060666, dev=(181, 0))
inode(11, 0o010666)
inode(12, 0o140777)
inode(13, 0o100644)
inode(14, 0o100600, 5, [alloc(b'12345')], uid=5, gid=6)
inode(15, 0o100444, 3, [alloc(b'abc')], flags=2)
inode(16, 0o020666, dev=(180, 3))
inode(17, 0o120777, 56, target=b'dir/' + b'./' * 24 + b'deep')

total = next_block + 2
img = bytearray(BS * total)
sb = struct.pack(order + '5scHIIIIQ32s', b'KITRO',
                 b'B' if order == '>' else b'L', 1, total, NINODES, 2, 1,
                 1390000000, b'a test volume')
img[1024:1024 + len(sb)] = sb
for i in range(NINODES):
    raw = inodes.get(i, bytes(128))
    img[2 * BS + i * 128:2 * BS + (i + 1) * 128] = raw
for b, data in blocks.items():
    img[b * BS:(b + 1) * BS] = data
# and a piece of a block, that belongs to nobody
with open(sys.argv[2], 'wb') as f:
    f.write(img + bytes(512))
