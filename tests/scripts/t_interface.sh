#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The driver interface: nothing of docs/interface is missing or untested, each
# name is where drivers look for it, and a name that there is not is found.
: "${destdir:?}" "${topdir:?}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# What includes a header gets its names.
python3 "$topdir/tools/interface_headers.py" "$topdir" "$destdir" ||
    echo "not ok: headers have their names"

# The table.
if python3 "$topdir/tools/interface.py" "$topdir" "$destdir/lib" > "$work/out"
then
	echo "ok: $(tail -n 1 "$work/out")"
else
	grep -E ' (missing|offered)$|do not exist' "$work/out" | head -n 20
	echo "not ok: $(tail -n 1 "$work/out")"
fi

# The same with names that nobody has, that no test uses, in the wrong header.
mkdir -p "$work/top/docs"
cp -R "$topdir/docs/interface" "$work/top/docs"
for d in tests tools include kern vfs dev net netinet; do
	ln -s "$topdir/$d" "$work/top/$d"
done
tab=$(printf '\t')
{
	for n in no_such_function bdev_no_test; do
		echo "test(9)${tab}function${tab}$n${tab}sys/sys/systm.h${tab}1${tab}1${tab}ffs"
	done
	echo "test(9)${tab}function${tab}vfs_getopsbyname${tab}sys/sys/mount.h${tab}1${tab}1${tab}ffs"
	echo "test(9)${tab}macro${tab}VFS_MAXFIDSZ${tab}sys/sys/systm.h${tab}1${tab}1${tab}ffs"
} >> "$work/top/docs/interface/driver-names.tsv"
python3 "$topdir/tools/interface.py" "$work/top" "$destdir/lib" > "$work/out" &&
    echo "not ok: a lost name is no success"
for want in 'no_such_function *missing' 'bdev_no_test *missing' \
    'vfs_getopsbyname *offered'; do
	if grep -q "^  $want\$" "$work/out"; then
		echo "ok: found: $want"
	else
		echo "not ok: found: $want"
	fi
done
python3 "$topdir/tools/interface_headers.py" "$work/top" "$destdir" > "$work/out"
if grep -q '^not ok: <sys/systm.h>.*but not no_such_function bdev_no_test VFS_MAXFIDSZ$' \
    "$work/out"; then
	echo "ok: a name in another header is found"
else
	echo "not ok: a name in another header is found"
fi
