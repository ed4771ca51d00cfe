#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""interface.py TOPDIR LIBDIR: what the driver interface offers.

For each name in docs/interface/*.tsv: is it offered (by a header or by a
library in LIBDIR), and does a driver in tests/drivers use it.  Prints a table
and counts; status 1 if a name is missing or untested.
"""
import os
import re
import subprocess
import sys
import tempfile

FACTIONS = ['kern', 'vfs', 'dev', 'net', 'netinet']
# Deliberate no-ops, each with its reason.
NOOPS = {
    'splbio': 'no interrupt levels: interrupts are threads',
    'splx': 'no interrupt levels: interrupts are threads',
    'splraise': 'no interrupt levels: interrupts are threads',
    'spllower': 'no interrupt levels: interrupts are threads',
    'UVMHIST_FUNC': 'no event history', 'UVMHIST_CALLED': 'no event history',
    'UVMHIST_LOG': 'no event history',
    '__KERNEL_RCSID': 'no revision strings in objects',
    'setrootfstime': 'the host has the time',
    'pmf_device_register1': 'a program is not suspended',
    'pmf_device_register': 'a program is not suspended',
    'pmf_device_deregister': 'a program is not suspended',
    'genfs_directio': 'a hint: what is not moved so goes by pages',
    'uao_dropswap_range': 'no swap: anonymous pages are in memory',
    'rn_init': 'radix trees share no table that is to be made',
    'xc_wait': 'a cross call is done when xc_broadcast(9) returns',
    'KDASSERT': 'as in NetBSD without -DDEBUG',
    'KDASSERTMSG': 'as in NetBSD without -DDEBUG',
}
# What the lists name and this base need not offer, each with its reason.
ELSEWHERE = {
    'trace': 'a word of drivers\' comments and variables',
    'EXT2FS_MAXNAMLEN': 'of ext2fs, a driver\'s own header',
    'LFS_MAXNAMLEN': 'of lfs, a driver\'s own header',
    'struct ext2fs_dinode': 'of ext2fs', 'struct m_ext2fs': 'of ext2fs',
    'struct ext4_extent_cache': 'of ext2fs', 'struct lfs': 'of lfs',
    'x86_curlwp': 'inside curlwp, which is another function here',
    'sysctl_boot_chain': 'inside SYSCTL_SETUP(), here rump_sysctl_add()',
    '__start_link_set_ieee80211_funcs': 'of net80211: the linker makes it',
    'ip6_etherip_output': 'of etherip with IPv6',
    'etherip_cd': 'of etherip\'s ioconf file, which rumpcc makes',
    'in6_print': 'of netinet6, which there is not',
    'pf_purge_thread_running': 'of pf', 'pf_purge_thread_stop': 'of pf',
    'tcp_rndiss_next': 'of pf: nobody else defines it',
}
# Fields that the lists name without their structure: a type and a way.
NAMELESS = {
    '__fsid_val': ('fsid_t', '__fsid_val'),
    'fsize': ('struct partition', '__partition_u2.fsize'),
    'le_next': ('struct { LIST_ENTRY(vnode) e; }', 'e.le_next'),
    'qkc_space': ('struct quotakcursor', 'u.qkc_space'),
    'wr_inumber': ('struct wapbl_replay', 'wr_inodes->wr_inumber'),
    'wr_imode': ('struct wapbl_replay', 'wr_inodes->wr_imode'),
}
NAMELESS.update(('rbto_' + f, ('rb_tree_ops_t', 'rbto_' + f)) for f in (
    'compare_key', 'compare_nodes', 'context', 'node_offset'))
NAMELESS.update((f, ('struct quotactl_args', 'u.' + f)) for f in (
    'stat', 'idtypestat', 'objtypestat', 'get', 'put', 'del', 'cursoropen',
    'cursorclose', 'cursorskipidtype', 'cursorget', 'cursoratend',
    'cursorrewind'))
NAMELESS.update(('qc_' + f, ('struct quotactl_args', 'u.%s.qc_%s' % (u, f)))
                for u, f in (
    ('stat', 'info'), ('idtypestat', 'idtype'), ('objtypestat', 'objtype'),
    ('get', 'key'), ('get', 'val'), ('cursorget', 'cursor'),
    ('cursorget', 'keys'), ('cursorget', 'vals'), ('cursorget', 'maxnum'),
    ('cursorget', 'ret')))
# Words of drivers that are fields of this structure.
FIELDS = {'v_usecount': 'vnode'}
HEADERS = '''sys/param.h sys/systm.h sys/kernel.h sys/proc.h sys/lwp.h
sys/mount.h sys/vnode.h sys/namei.h sys/buf.h sys/bufq.h sys/dirent.h
sys/stat.h sys/malloc.h sys/kmem.h sys/pool.h sys/kauth.h sys/conf.h
sys/file.h sys/filedesc.h sys/fcntl.h sys/ioctl.h sys/disklabel.h sys/disk.h
sys/dkio.h sys/device.h sys/module.h sys/sysctl.h sys/lockf.h sys/unistd.h
sys/signalvar.h sys/resourcevar.h sys/syslog.h sys/atomic.h sys/condvar.h
sys/mutex.h sys/rwlock.h sys/callout.h sys/workqueue.h sys/kthread.h
sys/cprng.h sys/hash.h sys/rbtree.h sys/queue.h sys/endian.h sys/bswap.h
sys/byteorder.h sys/fstrans.h sys/wapbl.h sys/wapbl_replay.h sys/quota.h
sys/quotactl.h sys/extattr.h sys/vmem.h sys/dirhash.h sys/cdio.h
sys/bitops.h sys/inttypes.h sys/once.h sys/statvfs.h
sys/select.h sys/poll.h sys/event.h sys/intr.h sys/xcall.h sys/percpu.h
sys/psref.h sys/pserialize.h sys/pslist.h sys/evcnt.h sys/rndsource.h
sys/md5.h sys/sha1.h sys/pcq.h sys/time.h sys/timevar.h sys/reboot.h
sys/vfs_syscalls.h sys/bootblock.h sys/debug.h sys/tty.h sys/mbuf.h
sys/socket.h sys/socketvar.h sys/protosw.h sys/domain.h sys/sockio.h sys/un.h
miscfs/genfs/genfs.h miscfs/genfs/genfs_node.h miscfs/specfs/specdev.h
miscfs/fifofs/fifo.h uvm/uvm.h uvm/uvm_extern.h uvm/uvm_page.h
lib/libkern/libkern.h dev/clock_subr.h fs/unicode.h prop/proplib.h
net/if.h net/if_dl.h net/if_types.h net/if_ether.h net/if_media.h net/route.h
net/radix.h net/rtbl.h net/netisr.h net/pfil.h net/pktqueue.h net/bpf.h
net/net_stats.h net/raw_cb.h netinet/in.h netinet/in_var.h
netinet/in_systm.h netinet/ip.h netinet/ip_var.h netinet/if_inarp.h
netinet/in_pcb.h netinet/ip_encap.h netinet/ip_ecn.h sys/ptree.h sys/cdbr.h
sys/uidinfo.h sys/clock.h crypto/rijndael/rijndael.h rump-sys/kern.h rump-sys/net.h rump-sys/vfs.h'''.split()


def rows(path):
    with open(path) as f:
        head = f.readline().rstrip('\n').split('\t')
        for line in f:
            yield dict(zip(head, line.rstrip('\n').split('\t')))


def load(top):
    """[(group, kind, name)]: kind is symbol, word, type or field."""
    out = []
    d = os.path.join(top, 'docs/interface')
    for r in rows(d + '/driver-names.tsv'):
        kind = 'symbol' if r['kind'] in ('function', 'global variable') \
            else 'word'
        out.append((r['group(man9)'], kind, r['name']))
    for r in rows(d + '/driver-fields.tsv'):
        kind = 'field' if 'field' in r['kind'] else 'type'
        out.append(('types and fields', kind, r['name']))
    for r in rows(d + '/network-names.tsv'):
        out.append((r['group'], 'symbol', r['symbol']))
    seen, uniq = set(), []
    for g, k, n in out:
        if (k, n) not in seen:
            seen.add((k, n))
            uniq.append((g, k, n))
    return uniq


class Offer:
    def __init__(self, top, libdir):
        self.cc = os.environ.get('CC', 'cc')
        inc = subprocess.run([self.cc, '-print-file-name=include'],
                             capture_output=True, text=True).stdout.strip()
        self.flags = ['-ffreestanding', '-nostdinc', '-isystem', inc,
                      '-D_KERNEL', '-D_RUMPKERNEL', '-std=gnu17', '-w']
        tree = os.path.join(libdir, '../share/rump/sys')
        if os.path.isdir(tree):
            dirs = [tree]
        else:
            dirs = [os.path.join(top, f, 'include') for f in FACTIONS]
        dirs += [os.path.join(libdir, '../include'),
                 os.path.join(top, 'include')]
        build = os.path.join(libdir, '..')
        dirs += [os.path.join(build, d) for d in
                 ('include', 'kern/include', 'vfs/include', 'net/include')]
        self.flags += ['-I' + d for d in dirs]
        self.headers = [h for h in HEADERS
                        if any(os.path.exists(os.path.join(d, h))
                               for d in dirs)]
        self.missing_headers = [h for h in HEADERS if h not in self.headers]
        self.symbols = set()
        for lib in sorted(os.listdir(libdir)):
            if lib.startswith('librump') and lib.endswith('.so.0'):
                nm = subprocess.run(['nm', '-D', '--defined-only',
                                     os.path.join(libdir, lib)],
                                    capture_output=True, text=True).stdout
                for line in nm.splitlines():
                    n = line.split()[-1].split('@')[0]
                    self.symbols.add(n.replace('rumpns_', '', 1))
        self.macros = self.find_macros()

    def compile(self, body):
        with tempfile.NamedTemporaryFile('w', suffix='.c') as f:
            f.write(''.join('#include <%s>\n' % h for h in self.headers))
            f.write(body)
            f.flush()
            r = subprocess.run([self.cc] + self.flags +
                               ['-fsyntax-only', '-fmax-errors=0', f.name],
                               capture_output=True, text=True)
        return r.returncode, r.stderr

    def find_macros(self):
        with tempfile.NamedTemporaryFile('w', suffix='.c') as f:
            f.write(''.join('#include <%s>\n' % h for h in self.headers))
            f.flush()
            out = subprocess.run([self.cc] + self.flags +
                                 ['-E', '-dM', f.name],
                                 capture_output=True, text=True)
        if out.returncode != 0:
            raise SystemExit('interface.py: the headers do not compile:\n' +
                             out.stderr[:2000])
        return set(re.findall(r'^#define (\w+)', out.stdout, re.M))

    def words(self, names):
        """Which of these identifiers (not macros) does the compiler know?"""
        body = ''.join(
            'void *test_%d(void) { return (void *)(unsigned long)sizeof(%s); }\n'
            % (i, n) for i, n in enumerate(names))
        status, text = self.compile(body)
        bad = set(re.findall(r"‘(\w+)’ undeclared", text))
        bad |= set(re.findall(r"'(\w+)' undeclared", text))
        bad |= set(re.findall(r"undeclared identifier '(\w+)'", text))
        return set(names) - bad - self.undefined(set(names) - bad)

    def undefined(self, names):
        """Those of declared names that no library defines."""
        names = sorted(n for n in names if n not in self.symbols)
        body = ['void *test_%s(void) { return (void *)&%s; }' % (n, n)
                for n in names]
        _, text = self.compile('\n'.join(body) + '\n')
        first = len(self.headers) + 1
        for m in re.finditer(r':(\d+):\d+: error', text):
            # no object: an enumerator or a type
            body[int(m.group(1)) - first] = ''
        with tempfile.NamedTemporaryFile('w', suffix='.c') as f, \
                tempfile.NamedTemporaryFile(suffix='.o') as obj:
            f.write(''.join('#include <%s>\n' % h for h in self.headers))
            f.write('\n'.join(body) + '\n')
            f.flush()
            subprocess.run([self.cc] + self.flags +
                           ['-O2', '-c', '-o', obj.name, f.name], check=True)
            nm = subprocess.run(['nm', '-u', obj.name], check=True,
                                capture_output=True, text=True).stdout
        return set(nm.split()) & set(names)

    def types(self, names):
        good = set()
        for n in names:
            status, _ = self.compile('%s *test_pointer;\n' % n)
            if status == 0:
                good.add(n)
        return good

    def fields(self, names):
        body = ''
        for i, n in enumerate(names):
            s, f = n.split('.', 1)
            s, f = ('struct ' + s, f) if s else NAMELESS.get(f, ('int', f))
            body += ('void test_%d(%s *p) '
                     '{ (void)p->%s; }\n' % (i, s, f))
        status, text = self.compile(body)
        bad = set()
        lines = body.splitlines()
        first = len(self.headers)
        for m in re.finditer(r':(\d+):\d+: error', text):
            i = int(m.group(1)) - first - 1
            if 0 <= i < len(names):
                bad.add(names[i])
        return set(names) - bad


class Tested:
    """What the drivers in tests/drivers use, in the kernel's half of them.

    A word counts where it is code, not in comments and strings; a field where
    a function, or for most structures the driver, has both the structure and
    an access to the field.
    """

    def __init__(self, top):
        self.words, self.drivers, self.functions = set(), [], []
        for d, _, files in os.walk(os.path.join(top, 'tests/drivers')):
            text = ''
            for f in files:
                if f.endswith(('.c', '.h')):
                    with open(os.path.join(d, f)) as src:
                        code = src.read()
                    # programs of the host's world
                    if not re.search(r'#include <(rump/|std|errno)', code):
                        text += self.strip(code)
            self.words |= set(re.findall(r'\w+', text))
            self.drivers.append(self.index(text))
            self.functions += [self.index(t) for t in text.split('\n}\n')]

    @staticmethod
    def strip(code):
        code = re.sub(r'/\*.*?\*/|//[^\n]*', ' ', code, flags=re.S)
        code = re.sub(r'^#include.*$', '', code, flags=re.M)
        return re.sub(r'"(\\.|[^"\\\n])*"', '""', code)

    @staticmethod
    def index(text):
        return (set(re.findall(r'\w+', text)),
                set(re.findall(r'(?:->|\.)\s*(\w+)', text)))

    def field(self, name):
        struct, field = name.split('.', 1)
        # arguments of operations all have the same few names
        where = self.functions if struct.startswith('vop_') else self.drivers
        return any((struct == '' or struct in words) and field in accessed
                   for words, accessed in where)

    def word(self, name):
        return name.split()[-1] in self.words


def main():
    top, libdir = sys.argv[1:3]
    names = [(g, 'field', FIELDS[n] + '.' + n) if n in FIELDS else (g, k, n)
             for g, k, n in load(top)]
    offer = Offer(top, libdir)
    words = [n for g, k, n in names if k != 'field' and k != 'type']
    known = offer.words([n for n in words if n not in offer.macros])
    reasons = dict(NOOPS)
    with open(os.path.join(top, 'tools/hooks.tsv')) as f:
        for line in f:
            reasons[line.split()[0]] = 'a hook of the component that has it'
    reasons.update(ELSEWHERE)
    fields = offer.fields([n for g, k, n in names if k == 'field'])
    types = offer.types([n for g, k, n in names if k == 'type'])
    used = Tested(top)
    count = {'offered': 0, 'tested': 0, 'missing': 0, 'no-op': 0,
             'elsewhere': 0}
    bygroup = {}
    for g, k, n in names:
        if k == 'field':
            ok = n in fields
            t = used.field(n)
        elif k == 'type':
            ok = n in types
            t = used.word(n)
        else:
            ok = n in offer.macros or n in known or n in offer.symbols
            t = used.word(n)
        state = ('no-op' if ok and t and n in NOOPS else
                 'tested' if ok and t else
                 'elsewhere' if n in reasons and (not ok or k == 'type') else
                 'offered' if ok else 'missing')
        count[state] += 1
        bygroup.setdefault(g, []).append((n, state))
    for g in sorted(bygroup):
        print(g)
        for n, state in sorted(bygroup[g]):
            why = ': ' + reasons[n] if state in ('no-op', 'elsewhere') else ''
            print('  %-40s %s%s' % (n, state, why))
    if offer.missing_headers:
        print('headers that do not exist: ' + ' '.join(offer.missing_headers))
    print('%(tested)d tested, %(offered)d offered and untested, '
          '%(no-op)d deliberate no-ops, %(elsewhere)d of others, '
          '%(missing)d missing' % count)
    sys.exit(1 if count['missing'] or count['offered'] else 0)


if __name__ == '__main__':
    main()
