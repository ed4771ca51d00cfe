#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The quick tests: small programs, built as a user would build them, with
# pkg-config alone, against the installed libraries.
# DESTDIR_RUMP: where those are.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dest=${DESTDIR_RUMP:?}
work=$(mktemp -d "${TMPDIR:-/tmp}/rumptests.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
PKG_CONFIG_PATH=$dest/lib/pkgconfig
export PKG_CONFIG_PATH

# build PROGRAM PACKAGE...
build ()
{
	prog=$1
	shift
	# shellcheck disable=SC2046
	${CC:-cc} ${CFLAGS:-} -O1 -o "$work/$prog" "$here/$prog.c" \
	    $(pkg-config --cflags --libs "$@") ${LDFLAGS:-} -lpthread -ldl
}

# quietly PROGRAM ARGUMENT...: its steps, or everything if it fails
quietly ()
{
	"$@" > "$work/out" 2>&1 || {
		cat "$work/out"
		exit 1
	}
	grep '^  ' "$work/out"
}

echo "files"
build files rumpfs_tmpfs rumpfs_kernfs rumpfs_ffs
gzip -dc "$here/ffs.img.gz" > "$work/ffs.img"
quietly "$work/files" "$work/ffs.img"

echo "network"
build net rumpnet_shmif rumpnet_config
quietly "$work/net" "$work/bus1"
quietly "$work/net" "$work/bus1r" "$work/bus2r"

echo "components"
build load rumpvfs
quietly "$work/load" "$dest/lib"

echo "halt"
build halt rumpfs_kernfs
"$work/halt"
echo Done
