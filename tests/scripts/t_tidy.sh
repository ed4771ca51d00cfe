#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# clang-tidy with the root's .clang-tidy over the host library, the host
# halves of components, locks, FFS and IPv4.  What it found before is in
# tests/tidy.known: interfaces of NetBSD, trees of three levels, and the like; anything
# new fails.
: "${topdir:?}" "${objdir:?}"
cd "$topdir" || exit 1
if ! command -v clang-tidy >/dev/null 2>&1; then
	echo "skip: no clang-tidy here"
	exit 0
fi
obj=$objdir/default
out=$(mktemp) || exit 1
trap 'rm -f "$out" "$out.new" "$out.host"' EXIT
inc=$(${CC:-cc} -print-file-name=include)
# shellcheck disable=SC2046
clang-tidy --quiet $(ls host/posix/*.c | grep -v generic) netif/*/*_user.c \
    -- -Iinclude -I"$obj/include" -D_GNU_SOURCE > "$out.host" 2>/dev/null &
clang-tidy --quiet kern/sync/*.c fs/ffs/*.c netif/shmif/if_shmif.c \
    netif/shmif/shmif_bus.c netinet/ip/*.c netinet/udp/*.c \
    -- -ffreestanding -nostdinc -isystem "$inc" -D_KERNEL -D_RUMPKERNEL \
    -DDIAGNOSTIC -std=gnu17 -Ikern/include -Ivfs/include -Inet/include \
    -Inetinet/include -Iinclude -I"$obj/include" -I"$obj/kern/include" \
    -I"$obj/vfs/include" \
    > "$out" 2>/dev/null
wait
cat "$out.host" >> "$out"
sed -n "s|^\($topdir/\)\{0,1\}\([^:]*\):[0-9]*:[0-9]*: [we][a-z]*: .*\[\([^],]*\).*|\2 \3|p" \
    "$out" | sed "s|^$topdir/||" | sort -u > "$out.new"
new=$(grep -vxFf tests/tidy.known "$out.new")
if [ -n "$new" ]; then
	echo "$new"
	echo "not ok: clang-tidy has new findings"
else
	echo "ok: clang-tidy"
fi
