#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""genvnodeif.py KIND TABLE OUTPUT

Makes one file out of the table of vnode operations (vfs/vop/vnode_if.tbl):

  header         sys/vnode_if.h: argument structures, descriptors, VOP_*
  wrappers       the VOP_* functions and the descriptors
  rump-header    rump/rumpvnode_if.h: RUMP_VOP_* for host programs
  rump-wrappers  the RUMP_VOP_* functions
"""

import sys

SPDX = "/* SPDX-License-Identifier: BSD-2-Clause */\n"
NOTE = "/* Made by tools/genvnodeif.py from vnode_if.tbl. */\n\n"

RUMPTYPE = {
    "kauth_cred_t": "struct kauth_cred *",
    "vm_prot_t": "int",
    "voff_t": "off_t",
    "daddr_t": "int64_t",
    "daddr_t *": "int64_t *",
    "u_long": "unsigned long",
    "u_int": "unsigned int",
}


# How many locks these give up: that of the object's pages.
RESIDS = {"read", "write", "readdir", "readlink"}
UNLOCKS = {"putpages": "1", "getpages": "((flags & PGO_LOCKED) == 0)"}


class Arg:
    def __init__(self, text):
        left, right = text.split(";")
        self.direction, self.type = left.split(None, 1)
        self.type = self.type.strip().replace("* *", "**")
        words = right.split()
        self.name, self.flags = words[0], words[1:]
        self.lock = None

    def decl(self, prefix="", rump=False):
        t = RUMPTYPE.get(self.type, self.type) if rump else self.type
        sep = "" if t.endswith("*") else " "
        return t + sep + prefix + self.name

    def is_vp(self):
        return self.type == "struct vnode *"


class Op:
    def __init__(self, name, version):
        self.name, self.version, self.args = name, int(version), []

    def argstruct(self):
        v = "_v%d" % self.version if self.version > 1 else ""
        return "vop_%s%s_args" % (self.name, v)

    def vps(self):
        return [a for a in self.args if a.is_vp()]

    def arg_of(self, pred):
        for a in self.args:
            if pred(a):
                return "VOPARG_OFFSETOF(struct %s, a_%s)" % (
                    self.argstruct(), a.name)
        return "VDESC_NO_OFFSET"

    def keeps_locks(self):
        """Whether the thread has as many locks afterwards as before."""
        if self.name in UNLOCKS:
            return False
        return self.name not in ("lock", "unlock") and not [
            a for a in self.args
            if [f for f in a.flags if f.startswith("WILL") and
                f != "WILLMAKE"] or
            (a.lock and a.is_vp() and len(set(a.lock)) != 1)]

    def result(self):
        """A look at what the operation returns beside its errno."""
        bad, why = None, None
        if self.name in RESIDS:
            bad, why = "uio->uio_resid > resid", "uio_resid grew"
            s = "\tif (__predict_false(%s))\n" % bad
            return s + "\t\treturn vop_result_bad(func, &a, \"%s\");\n" % why
        for a in self.args:
            if "WILLMAKE" in a.flags:
                bad, why = "*%s == NULL" % a.name, "no vnode"
        if self.name == "bmap":
            bad = "(vpp != NULL && *vpp == NULL) || (bnp != NULL && *bnp < -2)"
            why = "no device, or a block below 0"
        elif self.name == "getattr":
            bad, why = "(u_int)vap->va_type > VBAD", "no type of vnode"
        if bad is None:
            return ""
        return ("\tif (__predict_false(error == 0 && (%s)))\n" % bad +
                "\t\treturn vop_result_bad(func, &a, \"%s\");\n" % why)

    def flags(self):
        f = []
        for i, a in enumerate(self.vps()):
            for w in a.flags:
                if w in ("WILLRELE", "WILLPUT", "WILLUNLOCK"):
                    f.append("VDESC_VP%d_%s" % (i, w))
        return " | ".join(f) or "0"


def parse(path):
    ops = []
    for line in open(path):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        word, rest = line.split(None, 1)
        if word == "op":
            ops.append(Op(*rest.split()))
        elif word == "arg":
            ops[-1].args.append(Arg(rest))
        elif word == "lock":
            name, states = rest.split()
            for a in ops[-1].args:
                if a.name == name:
                    a.lock = states.split("/")
        else:
            sys.exit("%s: what is '%s'?" % (path, word))
    return ops


def wrap(head, parts, tail):
    """A comma-separated list in lines of at most 80 columns."""
    out, line = "", head
    for i, p in enumerate(parts):
        p += tail if i == len(parts) - 1 else ","
        sep = "" if line == head else " "
        if len(line.expandtabs(8)) + len(sep) + len(p) > 79:
            out += line + "\n"
            line = "    " + p
        else:
            line += sep + p
    return out + line + "\n"


def header(ops):
    s = SPDX + NOTE
    s += """#ifndef _SYS_VNODE_IF_H_
#define _SYS_VNODE_IF_H_

#include <sys/types.h>
#include <sys/vnode.h>

struct buf;
struct componentname;
struct flock;
struct knote;
struct uio;
struct vattr;
struct vm_page;

"""
    for i, o in enumerate(ops):
        s += "#define VOP_%s_DESCOFFSET %d\n" % (o.name.upper(), i + 1)
    s += "#define VNODE_OPS_COUNT %d\n\n" % (len(ops) + 1)
    s += "extern const struct vnodeop_desc vop_default_desc;\n"
    for o in ops:
        s += "\nstruct %s {\n" % o.argstruct()
        s += "\tconst struct vnodeop_desc *a_desc;\n"
        for a in o.args:
            s += "\t%s;\n" % a.decl("a_")
        s += "};\n"
        s += "extern const struct vnodeop_desc vop_%s_desc;\n" % o.name
        s += wrap("int VOP_%s(" % o.name.upper(),
                  [a.decl() for a in o.args], ");")
    return s + "\n#endif /* !_SYS_VNODE_IF_H_ */\n"


def source(ops):
    s = SPDX + NOTE
    s += """#include <sys/param.h>
#include <sys/systm.h>
#include <sys/vnode.h>
#include <sys/vnode_if.h>
#include <sys/lock.h>
#include <sys/lwp.h>

#include <uvm/uvm_extern.h>

#include "vop/vop_check.h"

const struct vnodeop_desc vop_default_desc = {
	.vdesc_offset = 0,
	.vdesc_name = "default",
	.vdesc_vp_offsets = NULL,
	.vdesc_vpp_offset = VDESC_NO_OFFSET,
	.vdesc_cred_offset = VDESC_NO_OFFSET,
	.vdesc_componentname_offset = VDESC_NO_OFFSET,
};
"""
    for o in ops:
        st = o.argstruct()
        s += "\nstatic const int vop_%s_vp_offsets[] = {\n" % o.name
        for a in o.vps():
            s += "\tVOPARG_OFFSETOF(struct %s, a_%s),\n" % (st, a.name)
        s += "\tVDESC_NO_OFFSET\n};\n"
        s += "const struct vnodeop_desc vop_%s_desc = {\n" % o.name
        s += "\t.vdesc_offset = VOP_%s_DESCOFFSET,\n" % o.name.upper()
        s += "\t.vdesc_name = \"vop_%s\",\n" % o.name
        s += "\t.vdesc_flags = %s,\n" % o.flags()
        s += "\t.vdesc_vp_offsets = vop_%s_vp_offsets,\n" % o.name
        s += "\t.vdesc_vpp_offset = %s,\n" % o.arg_of(
            lambda a: a.type == "struct vnode **" and "WILLMAKE" in a.flags)
        s += "\t.vdesc_cred_offset = %s,\n" % o.arg_of(
            lambda a: a.type == "kauth_cred_t")
        s += "\t.vdesc_componentname_offset = %s,\n" % o.arg_of(
            lambda a: a.type == "struct componentname *")
        s += "};\n"
        checks = [a for a in o.vps() if a.lock]
        if checks:
            s += "static const struct vop_lockrule vop_%s_rules[] = {\n" % (
                o.name)
            for a in checks:
                s += "\t{ VOPARG_OFFSETOF(struct %s, a_%s), \"%s\", " \
                     "'%s', '%s', '%s', %d },\n" % (
                         st, a.name, a.name, *a.lock,
                         1 if ("WILLRELE" in a.flags or
                               "WILLPUT" in a.flags) else 0)
            s += "\t{ VDESC_NO_OFFSET, NULL, 0, 0, 0, 0 }\n};\n"
        s += "int\n" + wrap("VOP_%s(" % o.name.upper(),
                            [a.decl() for a in o.args], ")")
        vp = o.vps()[0].name
        s += "{\n\tstruct %s a;\n\tconst bool mpsafe = " % st
        s += "VOP_MPSAFE(%s);\n\tint (*const func)(void *) =\n" % vp
        s += "\t    VOP_FUNC(%s, VOP_%s_DESCOFFSET);\n\tint error;\n" % (
            vp, o.name.upper())
        if o.name in RESIDS:
            s += "\tsize_t resid;\n"
        if o.keeps_locks() or o.name in UNLOCKS:
            s += "\tRUMP_DRVCALL_BEGIN();\n"
        s += "\n"
        s += "\ta.a_desc = VDESC(vop_%s);\n" % o.name
        for a in o.args:
            s += "\ta.a_%s = %s;\n" % (a.name, a.name)
        s += "\tif (__predict_false(!mpsafe))\n"
        s += "\t\tKERNEL_LOCK(1, curlwp);\n"
        if checks:
            s += "\tVOP_CHECK_ENTER(%s, &a, vop_%s_rules);\n" % (vp, o.name)
        if o.name in RESIDS:
            s += "\tresid = uio->uio_resid;\n"
        s += "\terror = (*func)(&a);\n"
        if checks:
            s += "\tVOP_CHECK_EXIT(&a, vop_%s_rules, error);\n" % o.name
        s += "\tif (__predict_false(!mpsafe))\n"
        s += "\t\tKERNEL_UNLOCK_ONE(curlwp);\n"
        if o.keeps_locks():
            s += "\tRUMP_DRVCALL_END(\"vnodeops(9)\", " \
                 "\"vop_%s\", func);\n" % o.name
        if o.name in UNLOCKS:
            s += "\tRUMP_DRVCALL_END_LESS(\"vnodeops(9)\", " \
                 "\"vop_%s\", func, %s);\n" % (o.name, UNLOCKS[o.name])
        s += o.result()
        s += "\treturn VOP_CHECK_ERRNO(func, &a, error);\n}\n"
    s += "\nconst struct vnodeop_desc *const vfs_op_descs[] = {\n"
    s += "\t&vop_default_desc,\n"
    for o in ops:
        s += "\t&vop_%s_desc,\n" % o.name
    return s + "\tNULL\n};\n"


def rump_header(ops):
    s = SPDX + NOTE
    s += """#ifndef _RUMP_RUMPVNODE_IF_H_
#define _RUMP_RUMPVNODE_IF_H_

#include <sys/types.h>
#ifdef _KERNEL
#include <sys/stdbool.h>
#include <sys/stdint.h>
#else
#include <stdbool.h>
#include <stdint.h>
#endif

struct buf;
struct componentname;
struct flock;
struct kauth_cred;
struct knote;
struct uio;
struct vattr;
struct vm_page;
struct vnode;

#ifdef __cplusplus
extern "C" {
#endif

"""
    for o in ops:
        s += wrap("int RUMP_VOP_%s(" % o.name.upper(),
                  [a.decl(rump=True).rsplit(a.name, 1)[0].rstrip()
                   for a in o.args], ");")
    return s + """
#ifdef __cplusplus
}
#endif

#endif /* !_RUMP_RUMPVNODE_IF_H_ */
"""


def rump_source(ops):
    s = SPDX + NOTE
    s += """#include <sys/param.h>
#include <sys/vnode.h>
#include <sys/vnode_if.h>

#include <rump/rump.h>
#include <rump/rumpvnode_if.h>
"""
    for o in ops:
        s += "\nint\n" + wrap("RUMP_VOP_%s(" % o.name.upper(),
                              [a.decl(rump=True) for a in o.args], ")")
        s += "{\n\tint error;\n\n\trump_schedule();\n"
        s += wrap("\terror = VOP_%s(" % o.name.upper(),
                  [a.name for a in o.args], ");")
        s += "\trump_unschedule();\n\treturn error;\n}\n"
    return s


KINDS = {"header": header, "wrappers": source,
         "rump-header": rump_header, "rump-wrappers": rump_source}


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in KINDS:
        sys.exit(__doc__)
    text = KINDS[sys.argv[1]](parse(sys.argv[2]))
    with open(sys.argv[3], "w") as f:
        f.write(text)


main()
