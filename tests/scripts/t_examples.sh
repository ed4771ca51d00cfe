#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The examples build with pkg-config alone, shared and static, and run.
# An example's first comment has a line "pkg-config: NAMES" and, where its
# output is fixed, "prints: TEXT".  The program in README.md is such an example.
: "${topdir:?}" "${destdir:?}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
PKG_CONFIG_PATH=$destdir/lib/pkgconfig
export PKG_CONFIG_PATH
gzip -dc "$topdir/tests/smoke/ffs.img.gz" > "$work/disk.img"
{
	echo '/* pkg-config: rumpfs_ffs'
	printf ' * prints: made by makefs(8)\n */\n'
	sed -n '/^```c$/,/^```$/{/^```/!p;}' "$topdir/README.md"
} > "$work/readme.c"
for src in "$topdir"/examples/*.c "$work/readme.c"; do
	name=$(basename "$src" .c)
	pkgs=$(sed -n 's/.*pkg-config: //p' "$src")
	want=$(sed -n 's/.*prints: //p' "$src")
	for kind in shared static; do
		flag=
		[ $kind = static ] && flag=-static
		# shellcheck disable=SC2046,SC2086
		${CC:-cc} $flag -o "$work/$name" "$src" \
		    $(pkg-config $([ $kind = static ] && echo --static) --cflags --libs $pkgs) || {
			echo "not ok: $name ($kind) does not build"
			continue
		}
		cp "$work/disk.img" "$work/copy.img"
		out=$(cd "$work" && timeout 60 "./$name" copy.img 2>&1)
		if [ $? -eq 0 ] && { [ -z "$want" ] || echo "$out" | grep -qF "$want"; }; then
			echo "ok: $name ($kind)"
		else
			echo "$out" | tail -n 5
			echo "not ok: $name ($kind)"
		fi
	done
done
