#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""ufscheck [-lmu] IMAGE: checks a UFS1 or UFS2 image from its raw bytes.

Written against the on-disk format alone; shares nothing with the driver.
Checks the superblock's geometry, every cylinder group (bitmaps, counters,
fragment runs, clusters), every inode (block addresses, sizes, block counts,
blocks with two owners), every directory (entries, "." and "..", reachability)
and all link counts.  Prints one line per problem; status 1 if there is one.
With -l it also lists the tree: type, inode, links, size and path.

With -u the image comes from a kernel that was killed.  Then what a later fsck
makes out of the rest need not be right: bitmaps, counters, link counts that are
too high, a directory under two names.  What has a name must be sound.

With -m the image must be marked as mounted for writing, not as clean.
"""
import struct
import sys

NDADDR, NIADDR = 12, 3


class Ufs:
    def __init__(self, data, unclean=False):
        self.data = data
        self.unclean = unclean
        self.errors = []
        for loc in (65536, 8192, 0, 262144):
            for order in '<>':
                magic = struct.unpack_from(order + 'i', data, loc + 1372)[0] \
                    if loc + 1376 <= len(data) else 0
                if magic == 0x19540119 or (magic == 0x11954 and loc != 65536):
                    self.sb, self.order = loc, order
                    self.ufs2 = magic == 0x19540119
                    self.geometry()
                    return
        raise SystemExit('no UFS superblock')

    def err(self, text):
        self.errors.append(text)

    def i32(self, off):
        return struct.unpack_from(self.order + 'i', self.data, off)[0]

    def i64(self, off):
        return struct.unpack_from(self.order + 'q', self.data, off)[0]

    def geometry(self):
        f = lambda o: self.i32(self.sb + o)
        self.sblkno, self.cblkno, self.iblkno, self.dblkno = (
            f(8), f(12), f(16), f(20))
        self.cgoffset, self.cgmask = f(24), f(28)
        self.ncg, self.bsize, self.fsize, self.frag = f(44), f(48), f(52), f(56)
        self.cssize, self.cgsize, self.ipg, self.fpg = (
            f(156), f(160), f(184), f(188))
        self.clean = self.data[self.sb + 209]
        self.contigsum = f(1316)
        self.maxlink = f(1320)
        if self.ufs2 or self.data[self.sb + 211] & 0x80:
            self.size, self.csaddr = self.i64(self.sb + 1080), self.i64(self.sb + 1096)
            self.total = [self.i64(self.sb + 1008 + 8 * i) for i in range(4)]
        else:
            self.size, self.csaddr = f(36), f(152)
            self.total = [f(192 + 4 * i) for i in range(4)]
        self.dsize = 256 if self.ufs2 else 128
        self.nindir = self.bsize // (8 if self.ufs2 else 4)
        if self.size * self.fsize > len(self.data):
            self.err('image is shorter than its superblock says')

    def cgstart(self, c):
        base = c * self.fpg
        if not self.ufs2:
            base += self.cgoffset * (c & ~self.cgmask)
        return base

    # --- blocks in use -------------------------------------------------

    def claim(self, frag, n, who):
        if frag <= 0 or frag + n > self.size:
            self.err('%s: address %d out of range' % (who, frag))
            return False
        for i in range(frag, frag + n):
            if self.used[i]:
                self.err('%s: fragment %d has two owners' % (who, i))
            self.used[i] = 1
        return True

    def inode(self, ino):
        c, n = divmod(ino, self.ipg)
        off = (self.cgstart(c) + self.iblkno) * self.fsize + n * self.dsize
        d, o = self.data, self.order
        if self.ufs2:
            mode, nlink = struct.unpack_from(o + 'Hh', d, off)
            size, blocks = struct.unpack_from(o + 'QQ', d, off + 16)
            addr = struct.unpack_from(o + '15q', d, off + 112)
            raw = d[off + 112:off + 232]
        else:
            mode, nlink = struct.unpack_from(o + 'Hh', d, off)
            size, = struct.unpack_from(o + 'Q', d, off + 8)
            blocks, = struct.unpack_from(o + 'I', d, off + 104)
            addr = struct.unpack_from(o + '15i', d, off + 40)
            raw = d[off + 40:off + 100]
        return dict(mode=mode, nlink=nlink, size=size, blocks=blocks,
                    addr=addr, raw=raw)

    def pointers(self, frag):
        fmt = self.order + ('%dq' if self.ufs2 else '%di') % self.nindir
        return struct.unpack_from(fmt, self.data, frag * self.fsize)

    def blocks(self, ino, node):
        """Claims all blocks; returns [(lbn, frag, bytes)] and their sum."""
        who = 'inode %d' % ino
        out, held = [], 0
        size = node['size']

        def nbytes(lbn):
            if lbn >= NDADDR or size >= (lbn + 1) * self.bsize:
                return self.bsize
            part = size - lbn * self.bsize
            return -(-part // self.fsize) * self.fsize if part > 0 else 0

        for lbn in range(NDADDR):
            frag = node['addr'][lbn]
            if frag == 0:
                continue
            n = nbytes(lbn)
            if n == 0:
                self.err('%s: block %d behind the end' % (who, lbn))
                n = self.fsize
            if self.claim(frag, n // self.fsize, who):
                out.append((lbn, frag, n))
            held += n

        def tree(frag, level, first):
            nonlocal held
            if frag == 0:
                return
            if not self.claim(frag, self.frag, who):
                return
            held += self.bsize
            span = self.nindir ** (level - 1)
            for i, p in enumerate(self.pointers(frag)):
                if p == 0:
                    continue
                lbn = first + i * span
                if level > 1:
                    tree(p, level - 1, lbn)
                    continue
                if lbn * self.bsize >= size:
                    self.err('%s: block %d behind the end' % (who, lbn))
                if self.claim(p, self.frag, who):
                    out.append((lbn, p, self.bsize))
                held += self.bsize

        first = NDADDR
        for level in range(1, NIADDR + 1):
            tree(node['addr'][NDADDR + level - 1], level, first)
            first += self.nindir ** level
        return out, held

    # --- passes ----------------------------------------------------------

    def check(self, listing=False):
        self.used = bytearray(self.size)
        self.metadata()
        nodes, dirs = {}, {}
        inodes = self.named(dirs) if self.unclean else self.allocated()
        for ino in inodes:
            node = self.inode(ino)
            if node['mode'] == 0 and self.unclean:
                continue  # the name is found wrong below
            if node['mode'] == 0:
                self.err('inode %d is marked used and has no mode' % ino)
                continue
            nodes[ino] = node
            kind = node['mode'] & 0o170000
            if kind not in (0o040000, 0o100000, 0o120000):
                continue
            if kind == 0o120000 and node['size'] < self.maxlink:
                if node['blocks'] != 0:
                    self.err('inode %d: short link with blocks' % ino)
                continue
            blocks, held = self.blocks(ino, node)
            if held // 512 != node['blocks']:
                if not self.unclean or held // 512 > node['blocks']:
                    self.err('inode %d: counts %d sectors and holds %d' % (
                        ino, node['blocks'], held // 512))
            if kind == 0o040000:
                dirs[ino] = self.directory(ino, node, blocks)
        self.links(nodes, dirs, listing)
        if not self.unclean:
            self.groups(nodes)
        return self.errors

    def named(self, dirs):
        """Every inode that has a name; dirs fills up meanwhile."""
        seen, todo = {2}, [2]
        while todo:
            ino = todo.pop()
            yield ino
            for name, e, kind in dirs.get(ino, ()):
                if e not in seen:
                    seen.add(e)
                    todo.append(e)

    def metadata(self):
        for c in range(self.ncg):
            start = self.cgstart(c)
            end = min(start - self.cgoffset * (c & ~self.cgmask)
                      if not self.ufs2 else start, self.size)
            low = self.cgstart(c) + self.sblkno
            if c == 0:
                low = 0
            high = self.cgstart(c) + self.dblkno
            for i in range(low, min(high, self.size)):
                self.used[i] = 1
        for i in range(-(-self.cssize // self.fsize)):
            self.used[self.csaddr + i] = 1

    def cg(self, c):
        return (self.cgstart(c) + self.cblkno) * self.fsize

    def allocated(self):
        for c in range(self.ncg):
            off = self.cg(c)
            if self.i32(off + 4) != 0x090255:
                self.err('group %d has no magic number' % c)
                continue
            used = off + self.i32(off + 92)
            for i in range(self.ipg):
                if self.data[used + i // 8] >> (i % 8) & 1:
                    if c * self.ipg + i >= 2:
                        yield c * self.ipg + i

    def directory(self, ino, node, blocks):
        names = []
        if node['size'] % 512:
            self.err('directory %d: size %d' % (ino, node['size']))
        where = dict((lbn, frag) for lbn, frag, n in blocks)
        for base in range(0, node['size'], 512):
            frag = where.get(base // self.bsize)
            if frag is None:
                self.err('directory %d has a hole' % ino)
                continue
            off = frag * self.fsize + base % self.bsize
            pos = 0
            while pos < 512:
                e, reclen, kind, nlen = struct.unpack_from(
                    self.order + 'IHBB', self.data, off + pos)
                if reclen < 8 or reclen % 4 or pos + reclen > 512 or (
                        e and reclen < (8 + nlen + 1 + 3) // 4 * 4):
                    self.err('directory %d: broken entry at %d' % (
                        ino, base + pos))
                    break
                if e:
                    name = bytes(
                        self.data[off + pos + 8:off + pos + 8 + nlen])
                    names.append((name, e, kind))
                pos += reclen
        seen = set()
        for name, e, kind in names:
            if name in seen:
                self.err('directory %d: %r twice' % (ino, name))
            seen.add(name)
        return names

    def links(self, nodes, dirs, listing):
        count = dict.fromkeys(nodes, 0)
        parent = {}
        stack, reached = [(2, b'')], set()
        if 2 not in dirs:
            self.err('no root directory')
            return
        parent[2] = 2
        while stack:
            ino, path = stack.pop()
            if ino in reached and self.unclean:
                continue
            if ino in reached:
                self.err('directory %d has two names' % ino)
                continue
            reached.add(ino)
            names = dict((n, e) for n, e, k in dirs[ino])
            if names.get(b'.') != ino:
                self.err('directory %d: "." is %r' % (ino, names.get(b'.')))
            if names.get(b'..') != parent[ino] and not (
                    self.unclean and names.get(b'..') in dirs):
                self.err('directory %d: ".." is %r' % (ino, names.get(b'..')))
            for name, e, kind in dirs[ino]:
                if e not in nodes:
                    self.err('directory %d: %r names free inode %d' % (
                        ino, name, e))
                    continue
                count[e] += 1
                if kind != nodes[e]['mode'] >> 12:
                    self.err('directory %d: %r has type %d' % (ino, name, kind))
                if name in (b'.', b'..'):
                    continue
                if listing:
                    n = nodes[e]
                    print('%06o %d %d %d %s' % (
                        n['mode'], e, n['nlink'], n['size'],
                        (path + b'/' + name).decode('latin-1')))
                if e in dirs:
                    parent[e] = ino
                    stack.append((e, path + b'/' + name))
        for ino, n in nodes.items():
            if n['nlink'] < count[ino] or (
                    n['nlink'] > count[ino] and not self.unclean):
                self.err('inode %d: link count %d, names %d' % (
                    ino, n['nlink'], count[ino]))

    def groups(self, nodes):
        total = [0, 0, 0, 0]
        for c in range(self.ncg):
            off = self.cg(c)
            if self.i32(off + 4) != 0x090255:
                continue
            sums = self.group(c, off, nodes)
            have = [self.i32(off + 24 + 4 * i) for i in range(4)]
            if have != sums:
                self.err('group %d: counts %r, holds %r' % (c, have, sums))
            cs = [self.i32(self.csaddr * self.fsize + 16 * c + 4 * i)
                  for i in range(4)]
            if cs != sums:
                self.err('group %d: summary %r, holds %r' % (c, cs, sums))
            total = [a + b for a, b in zip(total, sums)]
        if total != self.total:
            self.err('superblock counts %r, groups hold %r' % (
                self.total, total))

    def group(self, c, off, nodes):
        ndblk = self.i32(off + 20)
        expect = min(self.fpg, self.size - c * self.fpg)
        if ndblk != expect:
            self.err('group %d: %d fragments, not %d' % (c, ndblk, expect))
        free = off + self.i32(off + 96)
        bit = lambda base, i: self.data[base + i // 8] >> (i % 8) & 1
        frsum = [0] * 8
        nb = nf = 0
        blocks = []
        for b in range(0, ndblk, self.frag):
            bits = [bit(free, i) for i in range(b, min(b + self.frag, ndblk))]
            for i, v in enumerate(bits):
                if v == self.used[c * self.fpg + b + i]:
                    self.err('fragment %d is %s and marked %s' % (
                        c * self.fpg + b + i,
                        'used' if v else 'unused', 'free' if v else 'used'))
            whole = len(bits) == self.frag and all(bits)
            blocks.append(whole)
            if whole:
                nb += 1
                continue
            nf += sum(bits)
            run = 0
            for v in bits + [0]:
                if v:
                    run += 1
                elif run:
                    frsum[run] += 1
                    run = 0
        have = [self.i32(off + 52 + 4 * i) for i in range(8)]
        if have != frsum:
            self.err('group %d: fragment runs %r, not %r' % (c, have, frsum))
        if self.contigsum > 0:
            self.clusters(c, off, blocks)
        inos = [i for i in nodes if i // self.ipg == c]
        ndir = sum(1 for i in inos if nodes[i]['mode'] & 0o170000 == 0o040000)
        nused = len(inos) + (2 if c == 0 else 0)
        return [ndir, nb, self.ipg - nused, nf]

    def clusters(self, c, off, blocks):
        n = self.i32(off + 112)
        base = off + self.i32(off + 108)
        sumoff = off + self.i32(off + 104)
        sums = [0] * (self.contigsum + 1)
        run = 0
        for i in range(n + 1):
            free = i < n and i < len(blocks) and blocks[i]
            if i < n and bool(self.data[base + i // 8] >> (i % 8) & 1) != free:
                self.err('group %d: cluster map of block %d' % (c, i))
            if free:
                run += 1
            elif run:
                sums[min(run, self.contigsum)] += 1
                run = 0
        have = [self.i32(sumoff + 4 * i) for i in range(self.contigsum + 1)]
        if have[1:] != sums[1:]:
            self.err('group %d: clusters %r, not %r' % (c, have[1:], sums[1:]))


def main():
    args = [a for a in sys.argv[1:] if not a.startswith('-')]
    unclean = '-u' in sys.argv
    with open(args[0], 'rb') as f:
        fs = Ufs(f.read(), unclean)
    errors = fs.check('-l' in sys.argv)
    for e in errors[:50]:
        print(e)
    clean = 2 if '-m' in sys.argv else 1
    if fs.clean == 1 if unclean else fs.clean != clean:
        print('marked %d' % fs.clean)
        errors.append('mark')
    sys.exit(1 if errors else 0)


if __name__ == '__main__':
    main()
