#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Each header under include/rump compiles alone, in C and in C++; each driver
# header under share/rump/sys compiles alone in the kernel world, and all of
# them do together, in either order. No header stands in two folders: one would
# replace the other when installed.
: "${destdir:?}" "${topdir:?}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cc=${CC:-cc}
for h in "$destdir"/include/rump/*.h; do
	b=rump/$(basename "$h")
	printf '#include <%s>\nint main(void) { return 0; }\n' "$b" > "$work/t.c"
	cp "$work/t.c" "$work/t.cc"
	if $cc -Wall -Werror -I"$destdir/include" -c -o "$work/t.o" "$work/t.c"; then
		echo "ok: <$b> alone in C"
	else
		echo "not ok: <$b> alone in C"
	fi
	if ! command -v c++ >/dev/null 2>&1; then
		echo "skip: <$b> in C++: no C++ compiler here"
	elif c++ -Wall -Werror -I"$destdir/include" -c -o "$work/t.o" "$work/t.cc"; then
		echo "ok: <$b> alone in C++"
	else
		echo "not ok: <$b> alone in C++"
	fi
done
# what C++ calls by the public headers' names is what the libraries have
if command -v c++ >/dev/null 2>&1; then
	for h in "$destdir"/include/rump/*_pub.h "$destdir"/include/rump/netconfig.h; do
		b=rump/$(basename "$h")
		grep -o 'rump_pub_[a-z0-9_]*(' "$h" | tr -d '(' | sort -u > "$work/names"
		{
			printf '#include <%s>\nvoid *p[] = {' "$b"
			sed 's/.*/(void *)&,/' "$work/names"
			echo '};'
		} > "$work/t.cc"
		c++ -I"$destdir/include" -c -o "$work/t.o" "$work/t.cc" &&
		    nm -u "$work/t.o" | awk '{ print $NF }' | sort -u |
		    cmp -s - "$work/names" && r=ok || r='not ok'
		echo "$r: <$b> declares C functions"
	done
fi
sys=$destdir/share/rump/sys
inc=$($cc -print-file-name=include)
compile ()
{
	$cc -ffreestanding -nostdinc -isystem "$inc" -D_KERNEL -D_RUMPKERNEL \
	    -std=gnu17 -Werror -I"$sys" -I"$destdir/include" -fsyntax-only "$1"
}
(cd "$sys" && find . -name '*.h' | sed 's|^\./||' | sort) > "$work/list"
while read -r h; do
	printf '#include <%s>\n' "$h" > "$work/t.c"
	if compile "$work/t.c"; then
		echo "ok: driver header <$h> alone"
	else
		echo "not ok: driver header <$h> alone"
	fi
done < "$work/list"
for order in sort 'sort -r'; do
	$order "$work/list" | sed 's|.*|#include <&>|' > "$work/t.c"
	if compile "$work/t.c"; then
		echo "ok: all driver headers together ($order)"
	else
		echo "not ok: all driver headers together ($order)"
	fi
done
twice=$(for d in kern vfs dev net netinet; do
	(cd "$topdir/$d/include" 2>/dev/null && find . -name '*.h')
done | sort | uniq -d)
if [ -z "$twice" ]; then
	echo "ok: no header in two folders"
else
	echo "not ok: no header in two folders:" $twice
fi
# what drivers take from a header that includes another, as NetBSD's do
while IFS='|' read -r h use; do
	printf '#include <%s>\nvoid f(void *p);\nvoid f(void *p) { %s; }\n' \
	    "$h" "$use" > "$work/t.c"
	if compile "$work/t.c"; then
		echo "ok: <$h> gives: $use"
	else
		echo "not ok: <$h> gives: $use"
	fi
done <<'T'
sys/vnode.h|((struct mount *)p)->mnt_flag |= MNT_RDONLY
sys/vnode.h|unsigned long c = DIOCCACHESYNC; copyin(p, &c, sizeof(c))
sys/ioctl.h|unsigned long c = DIOCCACHESYNC; *(unsigned long *)p = c
sys/vnode.h|uiomove(p, PAGE_SIZE, (struct uio *)p)
sys/vnode.h|VOP_UNLOCK((struct vnode *)p)
sys/vnode.h|kmem_free(kmem_zalloc(8, KM_SLEEP), 8)
sys/file.h|*(unsigned *)p = SF_SNAPSHOT
sys/vmmeter.h|((struct vmtotal *)p)->t_free = 0
sys/proc.h|printf("%p, %d", p, eopnotsupp())
sys/signalvar.h|copyin_t c = copyin; c(p, p, 0)
sys/kernel.h|uint32_t n = MIN(hz, MAXPATHLEN); hostname[n] = 0
uvm/uvm_extern.h|mutex_enter(((struct proc *)p)->p_lock)
sys/buf.h|pool_put((struct pool *)p, p)
sys/namei.h|kauth_cred_free(((struct componentname *)p)->cn_cred)
sys/mbuf.h|((struct sockaddr *)p)->sa_family = MCLBYTES > 0
net/if.h|IFNET_FIRST(); splx(splnet()); ((struct ifnet *)p)->if_snd.ifq_len = 0
net/if_ether.h|((struct ethercom *)p)->ec_if.if_mtu = ETHERMTU
T
