#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""mkfs.py IMAGE BLOCKS JOURNALBLOCKS: an empty kitrw, see kitrw_format.h."""
import struct
import sys

BS = 2048
blocks, journal = int(sys.argv[2]), int(sys.argv[3])
ninodes = 256
data = 4 + ninodes * 256 // BS
log = blocks - journal
img = bytearray(BS * blocks)
img[BS:BS + 32] = struct.pack('<8sIIIIII', b'KITRW1', blocks, ninodes, data,
                              log, journal, 1)
root = data
for b in list(range(data + 1)) + list(range(log, BS * 8)):
    img[2 * BS + b // 8] |= 1 << b % 8
for i in [0, 1] + list(range(ninodes, BS * 8)):
    img[3 * BS + i // 8] |= 1 << i % 8
t = struct.pack('<qi', 1400000000, 0)
ino = struct.pack('<HHIIIQIIQ', 0o040755, 2, 0, 0, 0, BS, 1, 1, 0) + t * 4
ino += struct.pack('<I', 0) + struct.pack('<I', root)
img[4 * BS + 256:4 * BS + 256 + len(ino)] = ino
d = struct.pack('<IHBB', 1, 12, 4, 1) + b'.\0\0\0'
d += struct.pack('<IHBB', 1, 12, 4, 2) + b'..\0\0'
d += struct.pack('<IHBB', 0, BS - 24, 0, 0)
img[root * BS:root * BS + len(d)] = d
with open(sys.argv[1], 'wb') as f:
    f.write(img)
