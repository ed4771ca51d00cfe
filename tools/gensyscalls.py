#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""gensyscalls.py KIND TABLE OUTPUT

Makes one file out of the table of system calls (kern/syscall/syscalls.tbl):

  client-header   rump/rump_syscalls.h: prototypes for host programs
  compat-header   rump/rump_syscalls_compat.h
  numbers         sys/syscall.h: SYS_ constants
  args            sys/syscallargs.h: argument structures, handler prototypes
  sysent          the table of handlers
  stubs           rump___sysimpl_*, calling into this kernel
  client-stubs    the same for a remote client, through rumpclient_syscall()
"""

import re
import sys

NSYSENT = 512
FACTION = {'kern': 'k', 'vfs': 'v', 'net': 'n', 'aio': 'a', 'nfs': 's'}
SPDX = '/* SPDX-License-Identifier: BSD-2-Clause */\n'
NOTE = SPDX + '/* Made by tools/gensyscalls.py from syscalls.tbl. */\n\n'

# Names that are not portable between hosts.  The replacements are the same
# types where both exist.
HOST_TYPES = {'u_int': 'unsigned int', 'u_long': 'unsigned long',
              'off_t': 'int64_t', 'dev_t': 'uint64_t'}


class Arg:
    def __init__(self, text):
        self.optional = text.startswith('...')
        text = text[3:] if self.optional else text
        m = re.match(r'(.*?)(\w+)$', text)
        self.type = m.group(1).strip()
        self.name = m.group(2)
        self.pad = self.name == 'PAD'

    def decl(self, host=False):
        t = self.host_type() if host else self.type
        return t + ('' if t.endswith('*') else ' ') + self.name

    def host_type(self):
        return re.sub(r'\w+', lambda m: HOST_TYPES.get(m.group(0), m.group(0)),
                      self.type)


class Call:
    def __init__(self, line):
        f = line.split('\t')
        self.number = int(f[0])
        self.faction, self.ret, self.name, self.handler = f[1:5]
        self.linker = None if f[5] == '-' else f[5]
        self.client = None if f[6] == '-' else f[6]
        self.args = [] if f[7] == 'void' else \
            [Arg(a) for a in f[7].split(', ')]
        self.struct = self.handler_struct()

    def handler_struct(self):
        if self.name.startswith('compat_50_'):
            return 'compat_50_sys_%s_args' % self.name[len('compat_50_'):]
        return 'sys_%s_args' % self.name

    def passed(self):
        return [a for a in self.args if not a.pad]

    def host_ret(self):
        return HOST_TYPES.get(self.ret, self.ret)


def read_table(path):
    with open(path) as f:
        return [Call(l.rstrip('\n')) for l in f
                if l.strip() and not l.startswith('#')]


def wrap(head, items, tail):
    """A declaration, folded at 80 columns."""
    out, line = [], head
    for i, item in enumerate(items):
        item += ', ' if i + 1 < len(items) else ''
        if len(line.expandtabs(8)) + len(item.rstrip()) > 79:
            out.append(line.rstrip())
            line = '    '
        line += item
    out.append(line + tail)
    return '\n'.join(out)


def client_header(calls):
    o = [NOTE + '''#ifndef _RUMP_RUMP_SYSCALLS_H_
#define _RUMP_RUMP_SYSCALLS_H_

/*
 * System calls of a rump kernel.  They return -1 and set errno to the rump
 * kernel's error number, which is NetBSD's and not the host's: see
 * rump_strerror() and rump_errno2host().  Structures and constants are NetBSD's
 * too: see <rump/rumpdefs.h> and <rump/rump_structs.h>.
 */

#ifdef _KERNEL
#error not for the kernel
#endif

#include <sys/types.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <signal.h>
#include <stdint.h>
#include <time.h>

#include <rump/rump_syscalls_compat.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RUMP_SYS__STRING(x)  #x
#define RUMP_SYS__XSTRING(x) RUMP_SYS__STRING(x)
#if defined(__APPLE__)
#define RUMP_SYS_RENAME(x) __asm__("_" RUMP_SYS__XSTRING(x))
#else
#define RUMP_SYS_RENAME(x) __asm__(RUMP_SYS__XSTRING(x))
#endif
''']
    structs = set()
    for c in calls:
        if c.client:
            for a in c.args:
                structs |= set(re.findall(r'struct \w+', a.type))
    o += ['%s;' % s for s in sorted(structs)]
    o.append('')
    o.append('int rump_sys_pipe(int *);')
    for c in sorted((c for c in calls if c.client), key=lambda c: c.client):
        macro = 'RUMP_SYS_RENAME_' + c.client.upper()
        o.append('\n#ifndef %s' % macro)
        o.append('#define %s rump___sysimpl_%s' % (macro, c.linker))
        o.append('#endif')
        types = []
        for a in c.passed():
            types.append('...' if a.optional else a.host_type())
        o.append(wrap('%s rump_sys_%s(' % (c.host_ret(), c.client),
                      types or ['void'], ')'))
        o.append('    RUMP_SYS_RENAME(%s);' % macro)
    o.append('''
#ifdef __cplusplus
}
#endif

#endif /* _RUMP_RUMP_SYSCALLS_H_ */''')
    return '\n'.join(o) + '\n'


def compat_header(calls):
    o = [NOTE + '''#ifndef _RUMP_RUMP_SYSCALLS_COMPAT_H_
#define _RUMP_RUMP_SYSCALLS_COMPAT_H_

/*
 * Entry points for the structures of NetBSD before 5.99.7.  A program built
 * there gets them by itself; elsewhere define RUMP_SYS_COMPAT_50 before
 * including <rump/rump_syscalls.h>.
 */

#ifdef __NetBSD__
#include <sys/param.h>
#if !__NetBSD_Prereq__(5, 99, 7)
#define RUMP_SYS_COMPAT_50
#endif
#endif

#ifdef RUMP_SYS_COMPAT_50
''']
    for c in calls:
        if c.linker and not c.client:
            client = re.sub(r'(30|40)$', '', c.linker)
            o.append('#define RUMP_SYS_RENAME_%s rump___sysimpl_%s' %
                     (client.upper(), c.linker))
    o.append('''
#endif /* RUMP_SYS_COMPAT_50 */

#endif /* _RUMP_RUMP_SYSCALLS_COMPAT_H_ */''')
    return '\n'.join(o) + '\n'


def numbers(calls):
    o = [NOTE + '#ifndef _SYS_SYSCALL_H_\n#define _SYS_SYSCALL_H_\n']
    o += ['#define SYS_%s %d' % (c.name, c.number) for c in calls]
    o.append('''
#define SYS_MAXSYSCALL 482
#define SYS_NSYSENT %d

#endif /* _SYS_SYSCALL_H_ */''' % NSYSENT)
    return '\n'.join(o) + '\n'


def args(calls):
    o = [NOTE + '''#ifndef _SYS_SYSCALLARGS_H_
#define _SYS_SYSCALLARGS_H_

#include <sys/fd_set.h>
#include <sys/sigtypes.h>
#include <sys/types.h>

#ifndef SYS_MAXSYSARGS
#define SYS_MAXSYSARGS 8
#endif

/*
 * Each argument has a register_t of its own, or as many as it fills; it is at
 * the low or high end as the machine's byte order has it.
 */
#undef syscallarg
#define syscallarg(x)                                                         \\
	union {                                                                \\
		register_t pad;                                                \\
		struct {                                                       \\
			x datum;                                               \\
		} le;                                                          \\
		struct {                                                       \\
			int8_t pad[(sizeof(register_t) < sizeof(x)) ?          \\
				0 :                                            \\
				sizeof(register_t) - sizeof(x)];               \\
			x datum;                                               \\
		} be;                                                          \\
	}

#ifndef SCARG
#if _BYTE_ORDER == _LITTLE_ENDIAN
#define SCARG(p, k) ((p)->k.le.datum)
#else
#define SCARG(p, k) ((p)->k.be.datum)
#endif
#endif
#ifndef SPARG
#define SPARG(p, k) SCARG(p, k)
#endif
''']
    structs = set()
    for c in calls:
        for a in c.args:
            structs |= set(re.findall(r'struct \w+', a.type))
    o += ['%s;' % s for s in sorted(structs | {'struct lwp'})]
    for c in calls:
        if not c.args:
            continue
        o.append('\nstruct %s {' % c.struct)
        for a in c.args:
            o.append('\tsyscallarg(%s) %s;' % (a.type, a.name))
        o.append('};')
    o.append('')
    for c in calls:
        a = 'const struct %s *' % c.struct if c.args else 'const void *'
        o.append(wrap('int %s(' % c.handler,
                      ['struct lwp *', a, 'register_t *'], ');'))
    o.append('\n#endif /* _SYS_SYSCALLARGS_H_ */')
    return '\n'.join(o) + '\n'


def sysent(calls):
    by = {c.number: c for c in calls}
    o = [NOTE + '''#include <sys/param.h>
#include <sys/proc.h>
#include <sys/syscall.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>

#include <rump-sys/syscall_impl.h>

struct sysent rump_sysent[SYS_NSYSENT] = {''']
    for n in range(NSYSENT):
        c = by.get(n)
        if c is None:
            o.append('\t[%d] = { .sy_call = sys_nosys },' % n)
            continue
        h = '(sy_call_t *)%s' % c.handler if c.faction == 'kern' \
            else 'sys_nomodule'
        size = 'sizeof(struct %s)' % c.struct if c.args else '0'
        o.append('\t[%d] = { .sy_narg = %d, .sy_argsize = %s,' %
                 (n, len(c.args), size))
        o.append('\t    .sy_call = %s },' % h)
    o.append('};\n\nconst char *const syscallnames[SYS_NSYSENT] = {')
    o += ['\t[%d] = "%s",' % (c.number, c.name) for c in calls]
    o.append('};\n\nconst char rump_syscall_faction[SYS_NSYSENT] = {')
    o += ["\t[%d] = '%s'," % (c.number, FACTION[c.faction]) for c in calls]
    o.append('};')
    return '\n'.join(o) + '\n'


def stub(c, host):
    passed = c.passed()
    decls = [a.decl(host) for a in passed] or ['void']
    ret = c.host_ret() if host else c.ret
    proto = wrap('rump___sysimpl_%s(' % c.linker, decls, ')')
    o = ['', '%s %s;' % (ret, proto), ret, proto, '{']
    if c.args:
        o.append('\tstruct %s callarg;' % c.struct)
    o.append('\tregister_t retval[2] = { 0, 0 };')
    if c.ret != 'void':
        o.append('\tint error;')
    o.append('')
    if c.args and host:
        o.append('\tmemset(&callarg, 0, sizeof(callarg));')
    for a in c.args:
        if a.pad:
            o.append('\tSPARG(&callarg, PAD) = 0;')
        elif host and a.type == 'timer_t':
            o.append('\tSPARG(&callarg, %s) = (int)(intptr_t)%s;' %
                     (a.name, a.name))
        else:
            o.append('\tSPARG(&callarg, %s) = %s;' % (a.name, a.name))
    lhs = '' if c.ret == 'void' else 'error = '
    arg = '&callarg, sizeof(callarg)' if c.args else 'NULL, 0'
    o.append('\t%srsys_syscall(SYS_%s, %s,\n\t    retval);' %
             (lhs, c.name, arg))
    if c.ret == 'off_t':
        o.append('\treturn error ? (%s)-1 : rsys_ret64(retval);' % ret)
    elif c.ret != 'void':
        o.append('\treturn error ? (%s)-1 : (%s)retval[0];' % (ret, ret))
    o.append('}')
    return '\n'.join(o)


PIPE = '''
int rump_sys_pipe(int *);
int
rump_sys_pipe(int *fds)
{
	register_t retval[2] = { 0, 0 };
	int error;

	error = rsys_syscall(SYS_pipe, NULL, 0, retval);
	if (error)
		return -1;
	fds[0] = (int)retval[0];
	fds[1] = (int)retval[1];
	return 0;
}
'''


def stubs(calls):
    o = [NOTE + '''#include <sys/param.h>
#include <sys/syscall.h>
#include <sys/syscallargs.h>
#include <sys/systm.h>

#include <rump-sys/syscall_stub.h>''']
    o += [stub(c, False) for c in calls if c.linker]
    return '\n'.join(o) + '\n' + PIPE


def client_stubs(calls):
    o = [NOTE + '''#include <sys/types.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <rump/rumpclient.h>

#define register_t long

#define syscallarg(x)                                                         \\
	union {                                                                \\
		register_t pad;                                                \\
		struct {                                                       \\
			x datum;                                               \\
		} le;                                                          \\
		struct {                                                       \\
			int8_t pad[(sizeof(register_t) < sizeof(x)) ?          \\
				0 :                                            \\
				sizeof(register_t) - sizeof(x)];               \\
			x datum;                                               \\
		} be;                                                          \\
	}
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define SPARG(p, k) ((p)->k.le.datum)
#else
#define SPARG(p, k) ((p)->k.be.datum)
#endif

static int
rsys_syscall(int num, const void *data, size_t len, register_t *retval)
{
	int error = rumpclient_syscall(num, data, len, retval);

	errno = error;
	return error;
}

static int64_t
rsys_ret64(const register_t *retval)
{
	int64_t v;

	if (sizeof(v) <= sizeof(*retval))
		return retval[0];
	memcpy(&v, retval, sizeof(v));
	return v;
}
''']
    structs = set()
    for c in calls:
        for a in c.args:
            structs |= set(re.findall(r'struct \w+', a.type))
    o += ['%s;' % s for s in sorted(structs)]
    o.append('')
    o += ['#define SYS_%s %d' % (c.name, c.number) for c in calls]
    for c in calls:
        if c.linker and c.args:
            o.append('\nstruct %s {' % c.struct)
            o += ['\tsyscallarg(%s) %s;' % (client_type(a), a.name)
                  for a in c.args]
            o.append('};')
    o += [stub(c, True) for c in calls if c.linker]
    return '\n'.join(o) + '\n' + PIPE


def client_type(a):
    """Scalars of the kernel's width whatever the host calls them."""
    fixed = {'timer_t': 'int', 'clockid_t': 'int', 'mode_t': 'uint32_t',
             'uid_t': 'uint32_t', 'gid_t': 'uint32_t', 'pid_t': 'int32_t',
             'socklen_t': 'uint32_t'}
    return fixed.get(a.type, a.host_type())


KINDS = {'client-header': client_header, 'compat-header': compat_header,
         'numbers': numbers, 'args': args, 'sysent': sysent, 'stubs': stubs,
         'client-stubs': client_stubs}


def main():
    kind, table, output = sys.argv[1:]
    text = KINDS[kind](read_table(table))
    with open(output, 'w') as f:
        f.write(text)


main()
