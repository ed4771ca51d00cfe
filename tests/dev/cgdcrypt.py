#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""cgdcrypt encrypt|decrypt ALG KEY PASSES SECSIZE IN OUT: a disk of cgd(4).

What is on a disk by the manual alone, with another's ciphers: each sector in
CBC, its vector the sector's number (the lowest byte first), encrypted PASSES
times with the same KEY (hexadecimal).  Shares nothing with the driver.
cgdcrypt check: status 0 if the ciphers are here.
"""
import sys
import warnings

warnings.simplefilter('ignore')  # old ciphers are what this is for
try:
    from cryptography.hazmat.primitives.ciphers import (
        Cipher, algorithms, modes)
    try:
        from cryptography.hazmat.decrepit.ciphers import (
            algorithms as old)
    except ImportError:
        old = algorithms
    CIPHERS = {'aes-cbc': (algorithms.AES, 16),
               '3des-cbc': (old.TripleDES, 8),
               'blowfish-cbc': (old.Blowfish, 8)}
except (ImportError, AttributeError):
    CIPHERS = {}


def main(way, alg, key, passes, secsize, inname, outname):
    maker, block = CIPHERS[alg]
    cipher, secsize = maker(bytes.fromhex(key)), int(secsize)
    with open(inname, 'rb') as f:
        data = f.read()
    count = len(data) // secsize
    vectors = b''.join(n.to_bytes(block, 'little') for n in range(count))
    for _ in range(int(passes)):
        vectors = Cipher(cipher, modes.ECB()).encryptor().update(vectors)
    with open(outname, 'wb') as f:
        for n in range(count):
            c = Cipher(cipher, modes.CBC(vectors[n * block:(n + 1) * block]))
            c = c.encryptor() if way == 'encrypt' else c.decryptor()
            f.write(c.update(data[n * secsize:(n + 1) * secsize]))


if __name__ == '__main__':
    if sys.argv[1:] == ['check']:
        sys.exit(0 if CIPHERS else 1)
    main(*sys.argv[1:])
