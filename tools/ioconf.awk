# SPDX-License-Identifier: BSD-2-Clause
#
# awk -v dir=DIR -f ioconf.awk FILE.ioconf...: what config(1) makes of the
# devices of a rump component: DIR/ioconf.h, DIR/ioconf.c and, for each
# pseudo-device, DIR/NAME.h with their number.  Understood are
#	ioconf NAME			prefix of the tables
#	pseudo-device NAME [COUNT]
#	pseudo-root NAME
#	NAME[N|*] at PARENT[N|?|*] [LOCATOR ...]
# and include, which names what config(1) reads and we need not know.

BEGIN { prefix = "component" }
{ sub(/#.*/, "") }
NF == 0 || $1 == "include" || $1 == "pseudo-root" { next }
$1 == "ioconf" { prefix = $2; next }
$1 == "pseudo-device" {
	pseudo[++npseudo] = $2
	count[npseudo] = NF > 2 ? $3 : 1
	driver($2)
	next
}
$2 == "at" {
	unit = $1
	dev = $1
	sub(/[0-9]*[*?]?$/, "", dev)
	sub(/^[A-Za-z_][A-Za-z_0-9]*[A-Za-z_]/, "", unit)
	parent = $3
	punit = $3
	sub(/[0-9]*[*?]?$/, "", parent)
	sub(/^[A-Za-z_][A-Za-z_0-9]*[A-Za-z_]/, "", punit)
	driver(dev)
	data[++ndata] = dev "\t" (unit ~ /^[0-9]+$/ ? unit : 0) "\t" \
	    (unit ~ /^[0-9]+$/ ? "FSTATE_NOTFOUND" : "FSTATE_STAR") "\t" \
	    parent "\t" (punit ~ /^[0-9]+$/ ? punit : -1)
	if (!attached[dev]++)
		attach[++nattach] = dev
	next
}
{
	print "ioconf: not understood: " $0 > "/dev/stderr"
	status = 1
	exit 1
}

function driver(name) {
	if (!known[name]++)
		drivers[++ndrivers] = name
}

function class(name) {
	if (name ~ /^(cgd|ccd|dk|fss|ld|md|raid|sd|vnd|wd|xbd)$/)
		return "DV_DISK"
	if (name ~ /^(agr|bridge|carp|etherip|faith|gif|gre|l2tp|mpls|ppp|pppoe|sl|srt|stf|strip|tap|tun|vlan)$/)
		return "DV_IFNET"
	return "DV_DULL"
}

END {
	if (status != 0)
		exit status
	h = dir "/ioconf.h"
	c = dir "/ioconf.c"
	print "/* made by rumpcc */" > h
	print "struct cfdriver;" > h
	for (i = 1; i <= ndrivers; i++)
		print "extern struct cfdriver " drivers[i] "_cd;" > h
	for (i = 1; i <= npseudo; i++) {
		print "void " pseudo[i] "attach(int);" > h
		n = toupper(pseudo[i])
		print "#define N" n " " count[i] > (dir "/" pseudo[i] ".h")
		close(dir "/" pseudo[i] ".h")
	}
	print "/* made by rumpcc */" > c
	print "#include <sys/param.h>" > c
	print "#include <sys/conf.h>" > c
	print "#include <sys/device.h>" > c
	for (i = 1; i <= ndrivers; i++)
		print "CFDRIVER_DECL(" drivers[i] ", " class(drivers[i]) ", NULL);" > c
	print "static struct cfdriver * const cfdriver_ioconf_" prefix "[] = {" > c
	for (i = 1; i <= ndrivers; i++)
		print "\t&" drivers[i] "_cd," > c
	print "\tNULL\n};" > c
	for (i = 1; i <= nattach; i++) {
		print "extern struct cfattach " attach[i] "_ca;" > c
		print "static struct cfattach * const " attach[i] \
		    "_cfattachinit[] = {\n\t&" attach[i] "_ca, NULL\n};" > c
	}
	print "static const struct cfattachinit cfattach_ioconf_" prefix "[] = {" > c
	for (i = 1; i <= nattach; i++)
		print "\t{ \"" attach[i] "\", " attach[i] "_cfattachinit }," > c
	print "\t{ NULL, NULL }\n};" > c
	for (i = 1; i <= ndata; i++) {
		split(data[i], f, "\t")
		print "static const struct cfparent pspec" i " = { \"" f[4] "\", \"" \
		    f[4] "\", " f[5] " };" > c
	}
	print "static struct cfdata cfdata_ioconf_" prefix "[] = {" > c
	for (i = 1; i <= ndata; i++) {
		split(data[i], f, "\t")
		print "\t{ \"" f[1] "\", \"" f[1] "\", " f[2] ", " f[3] \
		    ", NULL, 0, &pspec" i " }," > c
	}
	print "\t{ NULL, NULL, 0, 0, NULL, 0, NULL }\n};" > c
	close(h)
	close(c)
}
