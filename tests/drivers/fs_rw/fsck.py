#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""fsck.py IMAGE: says what is wrong with a kitrw, status 1 if anything is."""
import struct
import sys

BS = 2048
img = open(sys.argv[1], 'rb').read()
bad = 0


def say(text):
    global bad
    bad += 1
    print('fsck: ' + text)


magic, blocks, ninodes, data, log, journal, clean = struct.unpack_from(
    '<8sIIIIII', img, BS)
if magic.rstrip(b'\0') != b'KITRW1':
    say('magic')
    sys.exit(1)
if clean != 1:
    say('was not unmounted')
used = {}


def block(n):
    return img[n * BS:(n + 1) * BS]


def take(n, who):
    if not data <= n < log:
        say('%s: block %d' % (who, n))
    elif n in used:
        say('block %d: of %s and of %s' % (n, used[n], who))
    used[n] = who


class Inode:
    def __init__(self, i):
        raw = img[4 * BS + i * 256:4 * BS + (i + 1) * 256]
        (self.mode, self.nlink, _, _, _, self.size, self.nblocks,
         _, _) = struct.unpack_from('<HHIIIQIIQ', raw)
        self.ino = i
        self.xattr, = struct.unpack_from('<I', raw, 88)
        self.direct = list(struct.unpack_from('<12I', raw, 92))
        self.indirect, = struct.unpack_from('<I', raw, 140)

    def claim(self):
        who = 'inode %d' % self.ino
        n = 0
        self.map = list(self.direct)
        if self.xattr:
            take(self.xattr, who)
            n += 1
        if self.indirect:
            take(self.indirect, who)
            n += 1
            self.map += struct.unpack('<512I', block(self.indirect))
        for lbn, b in enumerate(self.map):
            if b:
                take(b, who)
                n += 1
                if lbn * BS >= self.size:
                    say('%s: block %d is behind the end' % (who, lbn))
        if n != self.nblocks:
            say('%s: %d blocks, should be %d' % (who, self.nblocks, n))


inodes = {}
for i in range(1, ninodes):
    inode = Inode(i)
    busy = block(3)[i // 8] >> i % 8 & 1
    if inode.mode == 0:
        if busy:
            say('inode %d: marked, but free' % i)
        continue
    if not busy:
        say('inode %d: not marked' % i)
    inode.claim()
    inodes[i] = inode
for b in range(data, log):
    if (block(2)[b // 8] >> b % 8 & 1) != (b in used):
        say('block %d: %s' % (b, 'not marked' if b in used else 'lost'))
links = {}
seen = set()


def walk(i, parent):
    if i in seen:
        say('directory %d: found twice' % i)
        return
    seen.add(i)
    inode = inodes[i]
    names = set()
    for lbn in range(inode.size // BS):
        b = block(inode.map[lbn])
        off = 0
        while off < BS:
            ino, rec, typ, n = struct.unpack_from('<IHBB', b, off)
            if rec < 8 + n or rec % 4 or off + rec > BS:
                say('directory %d: entry at %d' % (i, lbn * BS + off))
                break
            name = b[off + 8:off + 8 + n]
            off += rec
            if ino == 0 or ino == 0xffffffff:
                continue
            if name in names:
                say('directory %d: %r twice' % (i, name))
            names.add(name)
            if ino not in inodes:
                say('%r in %d: no inode %d' % (name, i, ino))
                continue
            links[ino] = links.get(ino, 0) + 1
            if name == b'.' and ino != i or name == b'..' and ino != parent:
                say('directory %d: %r is %d' % (i, name, ino))
            isdir = inodes[ino].mode & 0o170000 == 0o040000
            if isdir != (typ == 4):
                say('%r in %d: type %d' % (name, i, typ))
            if isdir and name not in (b'.', b'..'):
                walk(ino, i)


walk(1, 1)
for i, inode in inodes.items():
    if links.get(i, 0) != inode.nlink:
        say('inode %d: %d links, should be %d' % (i, inode.nlink,
                                                   links.get(i, 0)))
sys.exit(1 if bad else 0)
