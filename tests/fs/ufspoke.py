#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""ufspoke IMAGE COMMAND ...: shows and damages fields of a UFS image.

    sb OFFSET FORMAT [VALUE]           a field of the superblock
    cg GROUP OFFSET FORMAT [VALUE]     of a group header
    inode PATH OFFSET FORMAT [VALUE]   of a file's inode
    addr PATH N [VALUE]                one of its 15 addresses
    unuse PATH                         its inode is marked free
    loop PATH                          its indirect block leads to itself, in
                                       a tree of three levels

FORMAT is a letter of Python's struct module; values may be hexadecimal.
Without VALUE the field is printed.
"""
import struct
import sys

from ufscheck import Ufs


class Poke(Ufs):
    def ioff(self, ino):
        c, n = divmod(ino, self.ipg)
        return (self.cgstart(c) + self.iblkno) * self.fsize + n * self.dsize

    def find(self, path):
        ino = 2
        for part in path.encode().split(b'/'):
            node = self.inode(ino)
            frags = []
            for lbn in range(-(-node['size'] // self.bsize)):
                frags.append((lbn, node['addr'][lbn], 0))
            names = dict((n, e) for n, e, k in
                         self.directory(ino, node, frags))
            ino = names[part]
        return ino

    def field(self, off, fmt, value):
        fmt = self.order + fmt
        if value:
            struct.pack_into(fmt, self.data, off, int(value[0], 0))
        else:
            print(struct.unpack_from(fmt, self.data, off)[0])

    def addr(self, path, n, value):
        base = self.ioff(self.find(path)) + (112 if self.ufs2 else 40)
        self.field(base + n * (8 if self.ufs2 else 4),
                   'q' if self.ufs2 else 'i', value)

    def used(self, ino, value):
        c, n = divmod(ino, self.ipg)
        at = self.cg(c) + self.i32(self.cg(c) + 92) + n // 8
        self.data[at] = self.data[at] & ~(1 << n % 8) | value << n % 8

    def loop(self, path):
        ino = self.find(path)
        frag = self.inode(ino)['addr'][12]
        fmt = self.order + ('%dq' if self.ufs2 else '%di') % self.nindir
        struct.pack_into(fmt, self.data, frag * self.fsize,
                         *[frag] * self.nindir)
        self.addr(path, 14, [str(frag)])
        self.field(self.ioff(ino) + (16 if self.ufs2 else 8), 'Q',
                   [str(self.nindir ** 3 * self.bsize)])

    def run(self, what, a):
        if what == 'sb':
            self.field(self.sb + int(a[0]), a[1], a[2:])
        elif what == 'cg':
            self.field(self.cg(int(a[0])) + int(a[1]), a[2], a[3:])
        elif what == 'inode':
            self.field(self.ioff(self.find(a[0])) + int(a[1]), a[2], a[3:])
        elif what == 'addr':
            self.addr(a[0], int(a[1]), a[2:])
        elif what == 'unuse':
            self.used(self.find(a[0]), 0)
        elif what == 'loop':
            self.loop(a[0])
        else:
            raise SystemExit(__doc__)


def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    with open(sys.argv[1], 'r+b') as f:
        fs = Poke(bytearray(f.read()))
        fs.run(sys.argv[2], sys.argv[3:])
        f.seek(0)
        f.write(fs.data)


if __name__ == '__main__':
    main()
