#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""interface_headers.py TOPDIR DESTDIR: names where drivers look for them.

For each header that docs/interface names: a source that includes
<sys/param.h> and that header, and uses each of its names as drivers do.  A
function's and a variable's address is taken, a field is accessed, a type's
size is asked for.  Prints "ok" or "not ok" for each header; status 1 if a name
is not there.
"""
import os
import re
import subprocess
import sys
import tempfile

import interface

# Where NetBSD declares what drivers get by another header.
INSTEAD = {
    'crypto/cprng_fast/cprng_fast.h': 'sys/cprng.h',
    'rump/include/opt/opt_rumpkernel.h': 'sys/param.h',
}
# Types that are opaque to drivers, in NetBSD too; or complete by another
# header only.
OPAQUE = {
    'struct bufq_state', 'struct lockf', 'struct vnode_iterator',
    'struct quotactl_args', 'struct pathbuf', 'struct sysctllog', 'lwp_t',
    'buf_t', 'struct kauth_cred', 'vmem_t', 'struct workqueue'}
# Variables that are functions' values here, and have no address.
VALUES = {'time_second'}


def header(declared_in):
    h = re.sub(r'^sys/', '', declared_in, count=1)
    h = re.sub(r'^arch/(amd64|x86)/include/', 'machine/', h)
    return INSTEAD.get(h, h)


def use(i, kind, name):
    """Lines of C that use a name."""
    name = interface.FIELDS[name] + '.' + name \
        if name in interface.FIELDS else name
    if 'field' in kind or '.' in name:
        s, f = name.split('.', 1)
        s, f = ('struct ' + s, f) if s else interface.NAMELESS.get(f, ('int', f))
        return ['void use_%d(%s *p) { (void)p->%s; }' % (i, s, f)]
    if name in OPAQUE:
        return ['%s *use_%d;' % (name, i)]
    if kind in ('function', 'global variable') and name not in VALUES:
        return ['void *use_%d(void) { return (void *)&%s; }' % (i, name)]
    if kind == 'enum constant':
        return ['int use_%d = (int)%s;' % (i, name)]
    size = 'unsigned long use_%d(void) { return sizeof(%s); }' % (i, name)
    if kind == 'macro':
        return ['#ifndef ' + name, size, '#endif']
    return [size]


def lost(compiler, h, names):
    """Those of (kind, name) that a source with that header does not get."""
    lines, of = ['#include <sys/param.h>', '#include <%s>' % h], [None, None]
    for i, (kind, name) in enumerate(names):
        new = use(i, kind, name)
        lines += new
        of += [name] * len(new)
    with tempfile.NamedTemporaryFile('w', suffix='.c') as f:
        f.write('\n'.join(lines) + '\n')
        f.flush()
        r = subprocess.run(compiler + ['-fsyntax-only', f.name],
                           capture_output=True, text=True)
        at = re.findall(r'^%s:(\d+):\d+: (?:fatal )?error: ' %
                        re.escape(f.name), r.stderr, re.M)
    bad = [of[int(n) - 1] or 'the header' for n in at]
    return bad or (['the header'] if r.returncode != 0 else [])


def main():
    top, dest = sys.argv[1:3]
    cc = os.environ.get('CC', 'cc')
    inc = subprocess.run([cc, '-print-file-name=include'], check=True,
                         capture_output=True, text=True).stdout.strip()
    compiler = [cc, '-ffreestanding', '-nostdinc', '-isystem', inc,
                '-D_KERNEL', '-D_RUMPKERNEL', '-std=gnu17', '-w',
                '-I' + os.path.join(dest, 'share/rump/sys'),
                '-I' + os.path.join(dest, 'include')]
    if b'clang' not in subprocess.run([cc, '--version'], capture_output=True,
                                      check=True).stdout:
        compiler.append('-fmax-errors=0')
    else:
        compiler.append('-ferror-limit=0')
    names = {}
    for table in ('driver-names.tsv', 'driver-fields.tsv'):
        for r in interface.rows(os.path.join(top, 'docs/interface', table)):
            if r['name'] not in interface.ELSEWHERE:
                names.setdefault(header(r['declared_in']), []).append(
                    (r['kind'], r['name']))
    status = 0
    for h in sorted(names):
        bad = lost(compiler, h, names[h])
        if bad:
            status = 1
        print('%s: <%s> has its %d names%s' % (
            'not ok' if bad else 'ok', h, len(names[h]),
            ', but not ' + ' '.join(bad) if bad else ''))
    sys.exit(status)


if __name__ == '__main__':
    main()
