#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# However a program is linked, it works or says what is missing: any order of
# packages, --as-needed or not, libraries before or after the sources, shared
# and static; and a link by hand that loses a component.
: "${destdir:?}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
PKG_CONFIG_PATH=$destdir/lib/pkgconfig
export PKG_CONFIG_PATH
cat > "$work/t.c" <<'C'
#include <rump/rump.h>
#include <rump/rump_syscalls.h>
#include <rump/rumpdefs.h>
#include <stdio.h>

int
main(void)
{
	if (rump_init() != 0)
		return 1;
	for (int i = 0; i < 2; i++)
		printf("open %d\n", rump_sys_open("/x", RUMP_O_RDWR | RUMP_O_CREAT, 0644));
	return 0;
}
C
# try NAME TEXT COMPILER-ARGUMENT... : builds and prints TEXT
try ()
{
	name=$1 want=$2
	shift 2
	if ${CC:-cc} -o "$work/t" "$@" > "$work/out" 2>&1 &&
	    timeout 60 "$work/t" > "$work/out" 2>&1 &&
	    [ "$(grep -cF "$want" "$work/out")" -eq 1 ]; then
		echo "ok: $name"
	else
		head -n 5 "$work/out"
		echo "not ok: $name"
	fi
}
for pkgs in "rumpvfs rump rumpuser" "rumpuser rump rumpvfs" rumpvfs; do
	for needed in --as-needed --no-as-needed; do
		# shellcheck disable=SC2086,SC2046
		{
		try "$pkgs, $needed" "open 1" "-Wl,$needed" "$work/t.c" \
		    $(pkg-config --cflags --libs $pkgs)
		try "$pkgs, $needed, libraries first" "open 1" "-Wl,$needed" \
		    $(pkg-config --cflags --libs $pkgs) "$work/t.c"
		try "$pkgs, $needed, static" "open 1" -static "-Wl,$needed" \
		    "$work/t.c" $(pkg-config --static --cflags --libs $pkgs)
		}
	done
done
try "a component lost by hand, static" "link librumpvfs (-lrumpvfs)" -static \
    -I"$destdir/include" "$work/t.c" -L"$destdir/lib" \
    -lrumpvfs -lrump -lrumpuser -lpthread -ldl
try "a component lost by hand, shared" "link librumpvfs (-lrumpvfs)" \
    -I"$destdir/include" "$work/t.c" -Wl,--as-needed -L"$destdir/lib" \
    -Wl,-rpath,"$destdir/lib" -lrumpvfs -lrump -lrumpuser
