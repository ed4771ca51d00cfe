#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""manpages.py COMMAND TOPDIR [ARG ...]: what the section 9 pages say.

index TOPDIR            "name TAB page" for each name that a page documents;
                        "prefix_* TAB page" where a page has all of a prefix
prototypes TOPDIR PREFIX
                        "ok" or "not ok" for each page: its SYNOPSIS agrees
                        with the driver headers installed under PREFIX
names TOPDIR LIBDIR     "ok" or "not ok" for each group of docs/interface:
                        every name that is offered is in a page, and every
                        function in a SYNOPSIS; and what a SYNOPSIS declares
                        is defined by some library or header
refs TOPDIR             "ok" or "not ok": each reference to a page of section
                        9, and of this tree's others, names a page there is
"""
import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import interface  # noqa: E402

NAMING = {'Fn', 'Fo', 'Nm', 'Dv', 'Va', 'Er', 'Vt', 'Ft', 'Fd', 'Ic'}


def words(line):
    """The arguments of a macro line."""
    return [q.replace('""', '"') if q or not w else w
            for q, w in re.findall(r'"((?:[^"]|"")*)"|(\S+)', line)]


class Page:
    def __init__(self, path):
        self.file = os.path.basename(path)
        self.name, self.section = self.file.rsplit('.', 1)
        # the SYNOPSIS: headers, (type or None, name, arguments) of functions
        # and macros, declarations of variables; and all three as they come
        self.headers, self.functions, self.variables = [], [], []
        self.synopsis = []
        self.names = set()   # all that a macro marks as a name
        self.listed = set()  # those that head an item of a list
        self.refs = set()
        with open(path) as f:
            self.parse(f.read().splitlines())

    def parse(self, lines):
        section, ftype, fo, literal = '', None, None, False
        for line in lines:
            if line.startswith('.Bd -literal'):
                literal = True
            elif line.startswith('.Ed'):
                literal = False
            if not re.match(r'\.\w', line) or literal:
                continue
            w = words(line[1:])
            if w[0] == 'Sh':
                section = ' '.join(w[1:])
            for i, word in enumerate(w):
                if word in NAMING:
                    found = re.findall(r'\w+', ' '.join(w[i + 1:i + 2]))
                    if word in ('Vt', 'Ft', 'Fd'):
                        found = re.findall(r'\w+', ' '.join(w[i + 1:]))
                    self.names.update(found)
                    if w[0] == 'It':
                        self.listed.update(found)
                if word == 'Xr' and len(w) > i + 2:
                    self.refs.add((w[i + 1], w[i + 2]))
            if section != 'SYNOPSIS':
                continue
            if w[0] == 'In':
                self.headers.append(w[1])
                self.synopsis.append(('include', w[1]))
            elif w[0] == 'Ft':
                ftype = ' '.join(w[1:])
            elif w[0] == 'Fn':
                self.functions.append((ftype, w[1], w[2:]))
                self.synopsis.append(('function', self.functions[-1]))
                ftype = None
            elif w[0] == 'Fo':
                fo = (ftype, w[1], [])
                ftype = None
            elif w[0] == 'Fa' and fo:
                fo[2].extend(w[1:])
            elif w[0] == 'Fc':
                self.functions.append(fo)
                self.synopsis.append(('function', fo))
                fo = None
            elif w[0] == 'Vt':
                self.variables.append(' '.join(w[1:]))
                self.synopsis.append(('variable', self.variables[-1]))

    def csource(self, macros=None):
        """C that compiles only if the SYNOPSIS agrees with the headers.

        macros: {name: number of parameters, None for an object-like one}
        of the headers.  What is a macro with parameters must have as many
        as the page says; a name for another name is declared like a function.
        Without macros: the headers only.
        """
        out = []
        for kind, what in self.synopsis:
            if kind == 'include':
                out.append('#include <%s>' % what)
                continue
            if macros is None:
                continue
            if kind == 'function':
                ftype, name, args = what
                decl = '%s %s(%s);' % (ftype, name, ', '.join(args))
                nargs = 0 if args == ['void'] else len(args)
                if name in macros and macros[name] is not None:
                    if macros[name] not in (nargs, -1):
                        out.append('#error "%s has %d parameters"'
                                   % (name, macros[name]))
                    continue
                if ftype is None:
                    if name not in macros:
                        out.append('#error "%s: no macro, and no type given"'
                                   % name)
                    continue
            else:
                name, decl = variable(what), what.rstrip(';') + ';'
                if name in macros:
                    continue
            # the first is an error for what no header declares
            out.append('extern __typeof__(%s) %s;' % (name, name))
            out.append(decl)
        return '\n'.join(out) + '\n'


def variable(decl):
    """The name that a declaration of a variable declares."""
    m = re.search(r"\(\*+(\w+)\)", decl)
    return m.group(1) if m else re.findall(r'\w+', decl.split('[')[0])[-1]


def pages(top, sections='9'):
    out = []
    for s in sections:
        for path in sorted(glob.glob(os.path.join(
                top, 'docs/man/man%s/*.%s' % (s, s)))):
            out.append(Page(path))
    return out


def documented(all_pages):
    """{name: page}: where to look for it first."""
    where = {}
    for rank in (lambda p: [f[1] for f in p.functions],
                 lambda p: [variable(v) for v in p.variables],
                 lambda p: [p.name], lambda p: p.listed, lambda p: p.names):
        for p in all_pages:
            for n in rank(p):
                where.setdefault(n, '%s(%s)' % (p.name, p.section))
    return where


def index(top):
    where = documented(pages(top))
    for g, k, n in interface.load(top):
        where.setdefault(n.split('.')[-1].split(' ')[-1], g)
    prefixes = {}
    for n, p in where.items():
        for m in re.finditer('_', n):
            if m.start() >= 2:
                prefixes.setdefault(n[:m.end()], {}).setdefault(p, 0)
                prefixes[n[:m.end()]][p] += 1
    for n in sorted(where):
        print('%s\t%s' % (n, where[n]))
    for n in sorted(prefixes):
        if len(prefixes[n]) == 1 and sum(prefixes[n].values()) > 1:
            print('%s*\t%s' % (n, list(prefixes[n])[0]))


def prototypes(top, prefix):
    cc = os.environ.get('CC', 'cc')
    inc = subprocess.run([cc, '-print-file-name=include'],
                         capture_output=True, text=True).stdout.strip()
    command = [cc, '-ffreestanding', '-nostdinc', '-isystem', inc,
               '-D_KERNEL', '-D_RUMPKERNEL', '-std=gnu17', '-w',
               '-I' + os.path.join(prefix, 'share/rump/sys'),
               '-I' + os.path.join(prefix, 'include'), '-x', 'c', '-']
    for p in pages(top):
        r = subprocess.run(command + ['-E', '-dM'], input=p.csource(),
                           capture_output=True, text=True)
        macros = {}
        for m in re.finditer(r'^#define (\w+)(\(.*?\))?', r.stdout, re.M):
            params = m.group(2)
            macros[m.group(1)] = (
                None if params is None else -1 if '...' in params else
                len(params[1:-1].split(',')) if params != '()' else 0)
        r = subprocess.run(command + ['-fsyntax-only'],
                           input=p.csource(macros),
                           capture_output=True, text=True)
        sys.stdout.write(r.stderr)
        print('%s: prototypes of %s' % ('not ok' if r.returncode else 'ok',
                                        p.file))


def functions(libdir):
    """Names of the text symbols of all components."""
    out = set()
    for lib in sorted(glob.glob(os.path.join(libdir, 'librump*.so.0'))):
        nm = subprocess.run(['nm', '-D', '--defined-only', lib],
                            capture_output=True, text=True).stdout
        for line in nm.splitlines():
            f = line.split()
            if f[-2] in 'Tt':
                out.add(f[-1].split('@')[0].replace('rumpns_', '', 1))
    return out


def names(top, libdir):
    offer = interface.Offer(top, libdir)
    all_pages = pages(top)
    synopsis = {f[1] for p in all_pages for f in p.functions}
    anywhere = set().union(*(p.names for p in all_pages)) if all_pages \
        else set()
    text = functions(libdir)
    groups = {}
    wanted = [(g, n) for g, k, n in interface.load(top)
              if k in ('symbol', 'word')]
    known = offer.words([n for _, n in wanted if n not in offer.macros])
    for g, n in wanted:
        if not (n in offer.macros or n in known or n in offer.symbols):
            continue
        bad = groups.setdefault(g, [])
        if n not in anywhere:
            bad.append(n)
        elif n in text and n not in synopsis:
            bad.append(n + ' (in no SYNOPSIS)')
    for g in sorted(groups):
        if groups[g]:
            print('not ok: names of %s in the pages: %s'
                  % (g, ' '.join(sorted(groups[g]))))
        else:
            print('ok: names of %s in the pages' % g)
    undefined(all_pages, offer)


def undefined(all_pages, offer):
    """What the pages declare and the headers declare, but nobody defines."""
    for p in all_pages:
        offer.headers += [h for h in p.headers if h not in offer.headers]
    macros = offer.find_macros()
    declared = {f[1]: p.file for p in all_pages for f in p.functions}
    declared.update((variable(v), p.file)
                    for p in all_pages for v in p.variables)
    bad = offer.undefined(n for n in declared if n not in macros)
    for n in sorted(bad):
        print('not ok: %s of %s is declared, but not defined'
              % (n, declared[n]))
    if not bad:
        print('ok: what the pages declare is defined')


def refs(top):
    all_pages = pages(top, '139')
    have = {(p.name, p.section) for p in all_pages}
    for p in all_pages:
        bad = sorted('%s(%s)' % r for r in p.refs
                     if r[1] == '9' and r not in have)
        if bad:
            print('not ok: %s refers to no page: %s'
                  % (p.file, ' '.join(bad)))
        else:
            print('ok: %s refers to pages that there are' % p.file)


if __name__ == '__main__':
    command = {'index': index, 'prototypes': prototypes, 'names': names,
               'refs': refs}.get(sys.argv[1] if len(sys.argv) > 2 else '')
    if command is None:
        raise SystemExit(__doc__)
    command(*sys.argv[2:])
